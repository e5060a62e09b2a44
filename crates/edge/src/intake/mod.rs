//! One pull of a connector becomes journal frames: every raw value ends as a reading, a row, an event, a reject, or is
//! a duplicate of one.
//!
//! Comes in: a [`Batch`]. Goes out: frames with entries, cursor, counts, and what the index has to remember once they
//! are durable. Never: an entry without its count, or a count without its entry.

mod gather;
mod known;
mod normalise;

pub use gather::{Gather, ROW_BYTES_MAX, ROWS_MAX};
pub use known::{RECENT_ROWS, Recent};
pub use normalise::{MappingMismatch, Normaliser, Outcome, Row, ZonePolicy};

use journal::{Frame, Tally};
use known::{Delivery, Seen, content};
use record::limits::TEXT_LEN_MAX_BYTES;
use record::{Digest, Entry, RecordId, Reject, RejectReason, SourceClock, SourceId, Timestamp, record_id};
use source::{Batch, Raw};
use state::boxindex::Known;
use std::time::Duration;

/// Entries of one frame; a segment takes whole frames.
pub const FRAME_ENTRIES_MAX: usize = 2048;
/// A frame is closed before its entries grow beyond this. Bytes.
pub const FRAME_BYTES_TARGET: usize = 1_500_000;
/// Values asked for in one pull: few enough that a pull is one frame, unless its texts are very long.
pub const PULL_ITEMS_MAX: usize = 1500;
/// Most rows put into one block of one frame, so that a frame stays far below the journal's limit.
const FRAME_ROWS_MAX: usize = 4096;
/// Room left in a reject's text for what was cut.
const VERBATIM_KEPT_BYTES: usize = TEXT_LEN_MAX_BYTES / 2;

/// A frame and its entries as the sealer needs them.
#[derive(Clone, Debug)]
pub struct Ready {
    /// For the journal.
    pub frame: Frame,
    /// The same entries, decoded.
    pub entries: Vec<Entry>,
}

impl Ready {
    /// What the index has to remember of the frame, kept in the frame's notes so that a restart can do it again.
    pub fn known(frame: &Frame) -> Vec<Known> {
        let (pairs, _) = frame.notes.as_chunks::<KNOWN_LEN>();
        let digest = |half: &[u8]| Digest(half.try_into().expect("half of KNOWN_LEN"));
        pairs.iter().map(|pair| Known { record: digest(&pair[..32]), content: digest(&pair[32..]) }).collect()
    }

    fn remember(&mut self, known: &Known) {
        self.frame.notes.extend_from_slice(&known.record.0);
        self.frame.notes.extend_from_slice(&known.content.0);
    }
}

/// Bytes of one [`Known`] in a frame's notes.
const KNOWN_LEN: usize = 64;

/// Takes in the pulls of one connector.
#[derive(Debug)]
pub struct Intake {
    normaliser: Normaliser,
    recent: Recent,
    clock: SourceClock,
    /// How far ahead of the box a source's clock may be before a time counts as in the future. Microseconds.
    future_max_us: i64,
}

impl Intake {
    /// Begins with nothing remembered.
    pub fn new(normaliser: Normaliser, future_max: Duration) -> Self {
        let future_max_us = i64::try_from(future_max.as_micros()).unwrap_or(i64::MAX);
        let clock = SourceClock { offset_us: 0, error_us: future_max_us };
        Self { normaliser, recent: Recent::default(), clock, future_max_us }
    }

    /// The connector.
    pub fn source(&self) -> &SourceId {
        self.normaliser.source()
    }

    /// Outcomes of a batch, and the ids the index has to be asked for before [`Intake::frames`].
    pub fn outcomes(&mut self, batch: &Batch) -> (Vec<Outcome>, Vec<RecordId>) {
        if let Some(sample) = &batch.clock {
            let half = i64::try_from(sample.round_trip.as_micros() / 2).unwrap_or(i64::MAX);
            let error_us = self.future_max_us.saturating_add(half);
            self.clock = SourceClock { offset_us: sample.offset_us(), error_us };
        }
        let outcomes: Vec<Outcome> = batch.items.iter().map(|raw| self.normaliser.outcome(raw, self.clock)).collect();
        let ids = batch.items.iter().zip(&outcomes).filter(|(_, outcome)| !matches!(outcome, Outcome::Row(_)));
        let ids = ids.map(|(raw, _)| self.id(raw));
        let ids = ids.chain(batch.rejects.iter().map(|reject| known::of_reject(reject).record)).collect();
        (outcomes, ids)
    }

    /// Frames of a batch. `held` is what the index holds under the ids asked for.
    pub fn frames(&mut self, batch: Batch, outcomes: Vec<Outcome>, held: Vec<Known>) -> Vec<Ready> {
        let mut delivery = Delivery::new(held);
        let mut frames = Frames::new(self.source().clone());
        for (raw, outcome) in batch.items.iter().zip(outcomes) {
            let datum = Known { record: self.id(raw), content: content(raw) };
            let seen = match &outcome {
                Outcome::Row(_) => self.recent.look(raw.stream, datum),
                _ => delivery.look(datum),
            };
            let outcome = match seen {
                Seen::New => outcome,
                Seen::Again => {
                    frames.duplicates += 1;
                    continue;
                }
                Seen::Conflict => self.normaliser.conflict(raw),
            };
            frames.seen(&outcome, raw);
            let entry = match outcome {
                Outcome::Row(row) => {
                    frames.row(row);
                    continue;
                }
                Outcome::Reading(reading) => Entry::Reading(*reading),
                Outcome::Event(event) => Entry::Event(*event),
                Outcome::Reject(reject) => Entry::Reject(*reject),
            };
            self.entry(&mut frames, entry, raw);
            frames.open.remember(&datum);
        }
        for reject in batch.rejects {
            let datum = known::of_reject(&reject);
            if delivery.look(datum) == Seen::Again {
                frames.duplicates += 1;
                continue;
            }
            frames.add(Entry::Reject(cut(reject)), Tally { rejected: 1, ..Tally::default() });
            frames.open.remember(&datum);
        }
        for gap in batch.gaps {
            let lost = if gap.filled { 0 } else { gap.lost.unwrap_or(0) };
            frames.add(Entry::Gap(gap), Tally { lost, ..Tally::default() });
        }
        let cursor = batch.cursor.map(|cursor| cursor.as_bytes().to_vec());
        frames.finish(cursor)
    }

    /// Adds an entry; one that has no byte form (a text over its limit) becomes a reject that has one.
    fn entry(&self, frames: &mut Frames, entry: Entry, raw: &Raw) {
        let rejected = matches!(entry, Entry::Reject(_));
        let mut bytes = Vec::new();
        let entry = match entry.encode(&mut bytes) {
            Ok(()) if rejected => return frames.encoded(entry, bytes, Tally { rejected: 1, ..Tally::default() }),
            Ok(()) => return frames.encoded(entry, bytes, Tally { accepted: 1, ..Tally::default() }),
            Err(error) => {
                let zone = entry.zone();
                Entry::Reject(Reject { zone, ..self.unencodable(raw, &error.to_string()) })
            }
        };
        frames.add(entry, Tally { rejected: 1, ..Tally::default() });
    }

    fn unencodable(&self, raw: &Raw, why: &str) -> Reject {
        cut(Reject {
            source: self.source().clone(),
            key: raw.key.clone(),
            address: self.normaliser.address(raw.stream).unwrap_or("?").into(),
            verbatim: raw.text.clone(),
            unit: raw.unit.clone(),
            reason: RejectReason::Type,
            detail: why.into(),
            received: raw.t_acq,
            zone: record::Zone::White,
        })
    }

    fn id(&self, raw: &Raw) -> RecordId {
        let address = self.normaliser.address(raw.stream).unwrap_or("?");
        record_id(self.source(), address, &raw.key, raw.version)
    }
}

/// A reject whose texts have a byte form; what is cut is said.
fn cut(mut reject: Reject) -> Reject {
    let kept = reject.verbatim.floor_char_boundary(VERBATIM_KEPT_BYTES);
    if kept < reject.verbatim.len() {
        reject.detail = format!("{}; text cut from {} bytes", reject.detail, reject.verbatim.len()).into();
        reject.verbatim = reject.verbatim[..kept].into();
    }
    reject.unit = reject.unit.filter(|unit| unit.len() <= record::limits::NAME_LEN_MAX_BYTES);
    reject
}

/// Frames being filled.
struct Frames {
    source: SourceId,
    done: Vec<Ready>,
    open: Ready,
    bytes: usize,
    rows: Vec<Row>,
    duplicates: u64,
}

impl Frames {
    fn new(source: SourceId) -> Self {
        let open = Ready { frame: Frame::empty(source.clone()), entries: Vec::new() };
        Self { source, done: Vec::new(), open, bytes: 0, rows: Vec::new(), duplicates: 0 }
    }

    /// Latest believable source time.
    fn seen(&mut self, outcome: &Outcome, raw: &Raw) {
        let doubtful = match outcome {
            Outcome::Row(row) => row.quality.flags.source_time_doubtful(),
            Outcome::Reading(reading) => reading.quality.flags.source_time_doubtful(),
            Outcome::Event(_) | Outcome::Reject(_) => true,
        };
        let at: Option<Timestamp> = raw.t_source.filter(|_| !doubtful);
        self.open.frame.seen_until = self.open.frame.seen_until.max(at);
    }

    fn row(&mut self, row: Row) {
        self.rows.push(row);
        if self.rows.len() == FRAME_ROWS_MAX {
            self.close_rows();
        }
    }

    fn close_rows(&mut self) {
        for block in gather::blocks(&self.source, &std::mem::take(&mut self.rows)) {
            let accepted = u64::try_from(block.rows.len()).expect("a block has few rows");
            self.add(Entry::Block(block), Tally { accepted, ..Tally::default() });
        }
    }

    fn add(&mut self, entry: Entry, tally: Tally) {
        let mut bytes = Vec::new();
        entry.encode(&mut bytes).expect("blocks, gaps and cut rejects are within the limits of the byte form");
        self.encoded(entry, bytes, tally);
    }

    fn encoded(&mut self, entry: Entry, bytes: Vec<u8>, tally: Tally) {
        if self.open.entries.len() == FRAME_ENTRIES_MAX || self.bytes + bytes.len() > FRAME_BYTES_TARGET {
            let next = Ready { frame: Frame::empty(self.source.clone()), entries: Vec::new() };
            let full = std::mem::replace(&mut self.open, next);
            self.bytes = 0;
            if !full.entries.is_empty() {
                self.done.push(full);
            }
        }
        self.bytes += bytes.len();
        self.open.frame.tally.add(&tally);
        self.open.frame.entries.push(bytes);
        self.open.entries.push(entry);
    }

    fn finish(mut self, cursor: Option<Vec<u8>>) -> Vec<Ready> {
        self.close_rows();
        self.open.frame.tally.duplicates += self.duplicates;
        self.open.frame.cursor = cursor;
        let empty = self.open.entries.is_empty() && self.open.frame.cursor.is_none() && self.duplicates == 0;
        if !empty {
            self.done.push(self.open);
        }
        self.done
    }
}
