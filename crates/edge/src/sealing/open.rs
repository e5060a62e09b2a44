//! The segment being filled: whole frames in journal order, dense rows gathered into blocks.

use crate::intake::{Gather, ROW_BYTES_MAX};
use journal::Tally;
use record::{Block, Entry, EventKind, SourceId, Zone};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A segment is closed this long after its first entry. Seconds.
pub const SEGMENT_AGE_MAX_S: u64 = 10;
/// A segment with a laboratory result, a finding or an alarm is closed this long after it. Milliseconds; the promise is 1 s.
pub const URGENT_AGE_MAX_MS: u64 = 400;
/// Kinds of events of the box as a device that nobody may wait for.
const ALARMS: [&str; 3] = ["tamper", "geofence_left", "geofence_entered"];
/// Entries at which a segment is closed, below the format's limit by one frame.
const ENTRIES_MAX: usize = seal::SEGMENT_ENTRIES_MAX - crate::intake::FRAME_ENTRIES_MAX;
/// Estimated bytes at which a segment is closed, below the format's limit by more than one frame.
const BYTES_MAX: usize = seal::SEGMENT_PLAINTEXT_LEN_MAX / 2;
/// Bytes a stream or subject takes at most in a block, for the estimate.
const NAME_BYTES_MAX: usize = 1024;

/// A durable frame on its way to the sealer.
#[derive(Clone, Debug)]
pub struct Committed {
    /// Number of the frame in the journal.
    pub seq: u64,
    /// Who delivered it.
    pub source: SourceId,
    /// Its entries.
    pub entries: Vec<Entry>,
    /// Their counts.
    pub tally: Tally,
    /// Recovered after a restart.
    pub recovered: bool,
}

/// What has been gathered since the last segment.
#[derive(Debug, Default)]
pub struct OpenSegment {
    singles: Vec<Entry>,
    gathers: BTreeMap<(SourceId, Zone), Vec<Gather>>,
    bytes: usize,
    /// Counts of everything in it.
    pub tally: Tally,
    /// The same by source.
    pub sources: BTreeMap<SourceId, Tally>,
    /// First frame that is not in it.
    pub upto: u64,
    /// A frame of it was recovered after a restart.
    pub recovered: bool,
    /// It holds a gap.
    pub gap: bool,
    since: Option<Instant>,
    urgent_since: Option<Instant>,
}

impl OpenSegment {
    /// Nothing to seal.
    pub fn is_empty(&self) -> bool {
        self.singles.is_empty() && self.gathers.is_empty()
    }

    /// Entries it would close with.
    pub fn len(&self) -> usize {
        self.singles.len() + self.gathers.values().map(Vec::len).sum::<usize>()
    }

    /// It must be closed before another frame.
    pub fn is_full(&self) -> bool {
        let gathered: usize = self
            .gathers
            .values()
            .flatten()
            .map(|gather| gather.rows() * ROW_BYTES_MAX + gather.names() * NAME_BYTES_MAX)
            .sum();
        self.len() >= ENTRIES_MAX || self.bytes + gathered >= BYTES_MAX
    }

    /// When it must be closed for its age.
    pub fn due(&self) -> Option<Instant> {
        let old = self.since.map(|since| since + Duration::from_secs(SEGMENT_AGE_MAX_S));
        let urgent = self.urgent_since.map(|since| since + Duration::from_millis(URGENT_AGE_MAX_MS));
        match (old, urgent) {
            (Some(old), Some(urgent)) => Some(old.min(urgent)),
            (old, urgent) => old.or(urgent),
        }
    }

    /// Adds a frame; frames come in the order of their numbers.
    pub fn add(&mut self, frame: Committed, now: Instant) {
        self.upto = frame.seq + 1;
        self.recovered |= frame.recovered;
        self.tally.add(&frame.tally);
        self.sources.entry(frame.source).or_default().add(&frame.tally);
        for entry in frame.entries {
            self.since.get_or_insert(now);
            match entry {
                Entry::Block(block) => self.gather(&block),
                entry => {
                    if matches!(entry, Entry::Reading(_) | Entry::Finding(_)) || is_alarm(&entry) {
                        self.urgent_since.get_or_insert(now);
                    }
                    self.gap |= matches!(entry, Entry::Gap(_));
                    self.bytes += size_estimate(&entry);
                    self.singles.push(entry);
                }
            }
        }
    }

    fn gather(&mut self, block: &Block) {
        let gathers = self.gathers.entry((block.source.clone(), block.zone)).or_default();
        for row in &block.rows {
            let stream = &block.streams[usize::from(row.stream)];
            let subject = &block.subjects[usize::from(row.subject)];
            if let Some(last) = gathers.last_mut()
                && last.push(stream, subject, *row).is_ok()
            {
                continue;
            }
            let mut next = Gather::new(block.source.clone(), block.zone);
            next.push(stream, subject, *row).expect("an empty block takes a row");
            gathers.push(next);
        }
    }

    /// The entries in order: single ones as they came, then the blocks by source and zone.
    pub fn take(&mut self) -> Vec<Entry> {
        let open = std::mem::take(self);
        self.upto = open.upto;
        let blocks = open.gathers.into_values().flatten().map(|gather| Entry::Block(gather.finish()));
        open.singles.into_iter().chain(blocks).collect()
    }
}

fn is_alarm(entry: &Entry) -> bool {
    matches!(entry, Entry::Event(event) if matches!(&event.kind, EventKind::Other(kind) if ALARMS.contains(&&**kind)))
}

/// Bytes an entry takes, near enough to keep a segment below its limit.
fn size_estimate(entry: &Entry) -> usize {
    let mut bytes = Vec::new();
    entry.encode(&mut bytes).expect("it was encoded for the journal before");
    bytes.len()
}

/// Brings frames that became durable at nearly the same time into the order of their numbers.
#[derive(Debug)]
pub struct InOrder {
    next: u64,
    waiting: BTreeMap<u64, Committed>,
}

impl InOrder {
    /// Frame `next` is the first to come.
    pub fn from(next: u64) -> Self {
        Self { next, waiting: BTreeMap::new() }
    }

    /// Takes a frame in. Recovered frames come in order; numbers missing between them were lost to damage.
    pub fn put(&mut self, frame: Committed) {
        if frame.recovered {
            self.next = frame.seq;
        }
        self.waiting.insert(frame.seq, frame);
    }

    /// The next frame, once it is there.
    pub fn pop(&mut self) -> Option<Committed> {
        let frame = self.waiting.remove(&self.next)?;
        self.next += 1;
        Some(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::{Cause, Gap, Timestamp};

    fn frame(seq: u64) -> Committed {
        let gap = Gap {
            source: SourceId::parse("lims").unwrap(),
            address: None,
            from: None,
            until: Timestamp(i64::try_from(seq).unwrap()),
            lost: Some(1),
            cause: Cause::Unknown,
            filled: false,
        };
        Committed {
            seq,
            source: SourceId::parse("lims").unwrap(),
            entries: vec![Entry::Gap(gap)],
            tally: Tally { lost: 1, ..Tally::default() },
            recovered: false,
        }
    }

    #[test]
    fn frames_are_sealed_in_the_order_of_their_numbers() {
        let mut order = InOrder::from(7);
        [9, 8, 7, 11].into_iter().for_each(|seq| order.put(frame(seq)));
        let got: Vec<u64> = std::iter::from_fn(|| order.pop()).map(|frame| frame.seq).collect();
        assert_eq!(got, [7, 8, 9], "11 waits for 10");
    }

    #[test]
    fn a_segment_keeps_counts_and_its_end_and_starts_afresh() {
        let mut open = OpenSegment::default();
        let now = Instant::now();
        open.add(frame(0), now);
        open.add(frame(1), now);
        assert_eq!((open.upto, open.len(), open.tally.lost, open.gap), (2, 2, 2, true));
        assert_eq!(open.due(), Some(now + Duration::from_secs(SEGMENT_AGE_MAX_S)));
        assert_eq!(open.take().len(), 2);
        assert!(open.is_empty() && open.due().is_none());
        assert_eq!((open.upto, open.tally), (2, Tally::default()));
    }
}
