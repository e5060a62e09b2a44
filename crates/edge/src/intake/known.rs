//! Whether a datum was delivered before: the same again is a duplicate, other content under the same key a conflict.
//!
//! Results and events are looked up in the index on disk. Dense rows are compared with the last [`RECENT_ROWS`] of
//! their stream in memory: what a source delivers again after a lost answer is never older than that, and what it
//! delivers again after a restart is sorted out by its cursor.

use record::{Digest, RecordId, Reject, record_id};
use sha2::{Digest as _, Sha256};
use source::Raw;
use source::mapping::StreamId;
use state::boxindex::Known;
use std::collections::{HashMap, VecDeque};

/// Rows of one stream that are remembered in memory.
pub const RECENT_ROWS: usize = 256;

/// How a delivered datum stands to what is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Never delivered before.
    New,
    /// Held with the same content.
    Again,
    /// Held with other content only.
    Conflict,
}

/// Hash of what a datum says, without when and how the box received it.
pub(super) fn content(raw: &Raw) -> Digest {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update(u64::try_from(bytes.len()).expect("a text is short").to_be_bytes());
        hash.update(bytes);
    };
    part(raw.text.as_bytes());
    part(raw.unit.as_deref().unwrap_or_default().as_bytes());
    part(&raw.quality.status.to_be_bytes());
    part(&raw.t_source.map_or(i64::MIN, |at| at.0).to_be_bytes());
    for (name, value) in raw.context.iter().filter(|(name, _)| &***name != source::mapping::EMITTED) {
        part(name.as_bytes());
        part(value.as_bytes());
    }
    Digest(hash.finalize().into())
}

/// A reject that the connector itself made: named by source, address and key, told apart by text and reason.
pub(super) fn of_reject(reject: &Reject) -> Known {
    let mut hash = Sha256::new();
    hash.update(reject.reason.name());
    hash.update([0]);
    hash.update(reject.verbatim.as_bytes());
    // No version of a datum is 0.
    let record = record_id(&reject.source, &reject.address, &reject.key, 0);
    Known { record, content: Digest(hash.finalize().into()) }
}

/// What the index said of the ids of one delivery, and what the delivery has added so far.
#[derive(Debug, Default)]
pub(super) struct Delivery(HashMap<RecordId, Vec<Digest>>);

impl Delivery {
    /// Begins with what the index holds.
    pub(super) fn new(held: Vec<Known>) -> Self {
        let mut delivery = Self::default();
        held.into_iter().for_each(|known| delivery.0.entry(known.record).or_default().push(known.content));
        delivery
    }

    /// Looks at one datum and remembers it.
    pub(super) fn look(&mut self, known: Known) -> Seen {
        let held = self.0.entry(known.record).or_default();
        if held.contains(&known.content) {
            return Seen::Again;
        }
        let seen = if held.is_empty() { Seen::New } else { Seen::Conflict };
        held.push(known.content);
        seen
    }
}

/// The last rows of each stream.
#[derive(Debug, Default)]
pub struct Recent(HashMap<StreamId, Stream>);

#[derive(Debug, Default)]
struct Stream {
    order: VecDeque<RecordId>,
    content: HashMap<RecordId, Vec<Digest>>,
}

impl Recent {
    /// Looks at one row and remembers it.
    pub(super) fn look(&mut self, stream: StreamId, known: Known) -> Seen {
        let stream = self.0.entry(stream).or_default();
        if let Some(held) = stream.content.get_mut(&known.record) {
            if held.contains(&known.content) {
                return Seen::Again;
            }
            held.push(known.content);
            return Seen::Conflict;
        }
        if stream.order.len() == RECENT_ROWS
            && let Some(oldest) = stream.order.pop_front()
        {
            stream.content.remove(&oldest);
        }
        stream.order.push_back(known.record);
        stream.content.insert(known.record, vec![known.content]);
        Seen::New
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(record: u8, content: u8) -> Known {
        Known { record: Digest([record; 32]), content: Digest([content; 32]) }
    }

    #[test]
    fn the_same_again_is_a_duplicate_and_other_content_a_conflict_once() {
        let mut delivery = Delivery::new(vec![known(1, 1)]);
        let steps = [
            (known(1, 1), Seen::Again),
            (known(1, 2), Seen::Conflict),
            (known(1, 2), Seen::Again),
            (known(2, 1), Seen::New),
            (known(2, 1), Seen::Again),
        ];
        for (datum, expected) in steps {
            assert_eq!(delivery.look(datum), expected);
        }
    }

    #[test]
    fn rows_are_remembered_by_stream_and_forgotten_in_order() {
        let mut recent = Recent::default();
        assert_eq!(recent.look(StreamId(0), known(1, 1)), Seen::New);
        assert_eq!(recent.look(StreamId(1), known(1, 1)), Seen::New, "another stream");
        assert_eq!(recent.look(StreamId(0), known(1, 1)), Seen::Again);
        assert_eq!(recent.look(StreamId(0), known(1, 3)), Seen::Conflict);
        for n in 0..RECENT_ROWS {
            let record = Digest(core::array::from_fn(|at| if at < 8 { n.to_be_bytes()[at] } else { 9 }));
            assert_eq!(recent.look(StreamId(0), Known { record, content: record }), Seen::New);
        }
        assert_eq!(recent.look(StreamId(0), known(1, 3)), Seen::New, "older than what is remembered");
    }
}
