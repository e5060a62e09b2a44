//! What one delivery adds to the journal, and what the journal knows of each connector because of it.

use record::{SourceId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// How the raw values of a delivery ended. Every raw value is counted in exactly one of the first three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Values that became readings, rows or events.
    pub accepted: u64,
    /// Values kept as rejects with their reason.
    pub rejected: u64,
    /// Values a gap counts as lost.
    pub lost: u64,
    /// Deliveries of a value that was already held; the value itself is counted where it was first delivered.
    pub duplicates: u64,
}

impl Tally {
    /// Adds another tally.
    pub fn add(&mut self, other: &Self) {
        self.accepted += other.accepted;
        self.rejected += other.rejected;
        self.lost += other.lost;
        self.duplicates += other.duplicates;
    }
}

/// A damaged stretch of the journal, named by where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DamageId {
    /// Number of the journal file.
    pub file_no: u64,
    /// First damaged byte in it.
    pub offset: u64,
}

/// One delivery of one connector: stored whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Who delivered.
    pub connector: SourceId,
    /// Encoded entries, opaque to the journal.
    pub entries: Vec<Vec<u8>>,
    /// Where the connector goes on after this delivery; `None` leaves its cursor as it was.
    pub cursor: Option<Vec<u8>>,
    /// Latest source time of the delivery, from which a later gap is counted.
    pub seen_until: Option<Timestamp>,
    /// How its raw values ended.
    pub tally: Tally,
    /// Whatever the caller needs again at a restart beside the entries; opaque to the journal.
    pub notes: Vec<u8>,
    /// Damages whose loss the gap entries of this frame account for; they are not reported again.
    pub settles: Vec<DamageId>,
}

impl Frame {
    /// A frame with nothing in it.
    pub fn empty(connector: SourceId) -> Self {
        Self {
            connector,
            entries: Vec::new(),
            cursor: None,
            seen_until: None,
            tally: Tally::default(),
            notes: Vec::new(),
            settles: Vec::new(),
        }
    }

    /// Raw values the frame holds.
    pub(crate) fn values(&self) -> u64 {
        self.tally.accepted + self.tally.rejected
    }

    /// Bytes the frame takes in the journal before encryption, at most.
    pub fn stored_len(&self) -> usize {
        let entries: usize = self.entries.iter().map(|entry| entry.len() + 4).sum();
        let cursor = self.cursor.as_ref().map_or(0, |cursor| cursor.len() + 4);
        entries + cursor + self.notes.len() + self.connector.as_str().len() + self.settles.len() * 16 + 64
    }
}

/// What the journal knows of one connector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectorState {
    /// Where it goes on.
    pub cursor: Option<Vec<u8>>,
    /// Latest source time delivered.
    pub seen_until: Option<Timestamp>,
    /// How all its raw values ended, since the box was set up.
    pub tally: Tally,
}

/// What the journal knows beside the frames; each journal file begins with it, so that older files may go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogState {
    /// By connector.
    pub connectors: BTreeMap<SourceId, ConnectorState>,
    /// Segments about to be made: number → first frame it does not hold. The last two are kept.
    pub intents: BTreeMap<u64, u64>,
    /// Damages that gaps already account for.
    pub settled: BTreeSet<DamageId>,
}

/// How many seal intents are kept: the one being made and the one before it.
const INTENTS_KEPT: usize = 2;

impl LogState {
    /// All connectors together.
    pub fn tally(&self) -> Tally {
        let mut sum = Tally::default();
        self.connectors.values().for_each(|connector| sum.add(&connector.tally));
        sum
    }

    /// The first frame that is not in a log of `size` segments, or `None` if the journal does not know: the log is
    /// shorter than what the journal saw sealed (an older copy was put back).
    pub fn sealed_upto(&self, size: u64) -> Option<u64> {
        match size.checked_sub(1) {
            None if self.intents.keys().all(|seg_no| *seg_no == 0) => Some(0),
            None => None,
            Some(last) => self.intents.get(&last).copied(),
        }
    }

    pub(crate) fn apply(&mut self, control: &Control) {
        match control {
            Control::Frame(frame) => self.apply_frame(frame),
            Control::Intent { seg_no, upto } => {
                self.intents.insert(*seg_no, *upto);
                while self.intents.len() > INTENTS_KEPT {
                    self.intents.pop_first();
                }
            }
            Control::State(state) => *self = state.clone(),
        }
    }

    fn apply_frame(&mut self, frame: &Frame) {
        let connector = self.connectors.entry(frame.connector.clone()).or_default();
        if let Some(cursor) = &frame.cursor {
            connector.cursor = Some(cursor.clone());
        }
        connector.seen_until = connector.seen_until.max(frame.seen_until);
        connector.tally.add(&frame.tally);
        self.settled.extend(frame.settles.iter().copied());
    }
}

/// One item inside a commit group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Control {
    Frame(Frame),
    Intent { seg_no: u64, upto: u64 },
    State(LogState),
}

const KIND_FRAME: u8 = 1;
const KIND_INTENT: u8 = 2;
const KIND_STATE: u8 = 3;

impl Control {
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Frame(frame) => {
                out.push(KIND_FRAME);
                encode_frame(frame, out);
            }
            Self::Intent { seg_no, upto } => {
                out.push(KIND_INTENT);
                out.extend_from_slice(&seg_no.to_be_bytes());
                out.extend_from_slice(&upto.to_be_bytes());
            }
            Self::State(state) => {
                out.push(KIND_STATE);
                encode_state(state, out);
            }
        }
    }

    /// Decodes the next item; `None` if the bytes are not one.
    pub(crate) fn decode(input: &mut Input<'_>) -> Option<Self> {
        match input.u8()? {
            KIND_FRAME => decode_frame(input).map(Self::Frame),
            KIND_INTENT => Some(Self::Intent { seg_no: input.u64()?, upto: input.u64()? }),
            KIND_STATE => decode_state(input).map(Self::State),
            _ => None,
        }
    }
}

fn encode_frame(frame: &Frame, out: &mut Vec<u8>) {
    put_bytes(frame.connector.as_str().as_bytes(), out);
    put_option(frame.cursor.as_deref(), out);
    put_time(frame.seen_until, out);
    put_tally(&frame.tally, out);
    put_bytes(&frame.notes, out);
    put_count(frame.settles.len(), out);
    frame.settles.iter().for_each(|id| put_damage(*id, out));
    put_count(frame.entries.len(), out);
    frame.entries.iter().for_each(|entry| put_bytes(entry, out));
}

fn decode_frame(input: &mut Input<'_>) -> Option<Frame> {
    let connector = input.source_id()?;
    let cursor = input.option()?;
    let seen_until = input.time()?;
    let tally = input.tally()?;
    let notes = input.bytes()?.to_vec();
    let settles = (0..input.count()?).map(|_| input.damage()).collect::<Option<_>>()?;
    let entries = (0..input.count()?).map(|_| input.bytes().map(<[u8]>::to_vec)).collect::<Option<_>>()?;
    Some(Frame { connector, entries, cursor, seen_until, tally, notes, settles })
}

fn encode_state(state: &LogState, out: &mut Vec<u8>) {
    put_count(state.connectors.len(), out);
    for (id, connector) in &state.connectors {
        put_bytes(id.as_str().as_bytes(), out);
        put_option(connector.cursor.as_deref(), out);
        put_time(connector.seen_until, out);
        put_tally(&connector.tally, out);
    }
    put_count(state.intents.len(), out);
    for (seg_no, upto) in &state.intents {
        out.extend_from_slice(&seg_no.to_be_bytes());
        out.extend_from_slice(&upto.to_be_bytes());
    }
    put_count(state.settled.len(), out);
    state.settled.iter().for_each(|id| put_damage(*id, out));
}

fn decode_state(input: &mut Input<'_>) -> Option<LogState> {
    let mut state = LogState::default();
    for _ in 0..input.count()? {
        let id = input.source_id()?;
        let connector = ConnectorState { cursor: input.option()?, seen_until: input.time()?, tally: input.tally()? };
        state.connectors.insert(id, connector);
    }
    for _ in 0..input.count()? {
        state.intents.insert(input.u64()?, input.u64()?);
    }
    for _ in 0..input.count()? {
        state.settled.insert(input.damage()?);
    }
    Some(state)
}

fn put_count(count: usize, out: &mut Vec<u8>) {
    let count = u32::try_from(count).expect("a frame is far smaller than 4 GiB");
    out.extend_from_slice(&count.to_be_bytes());
}

fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    put_count(bytes.len(), out);
    out.extend_from_slice(bytes);
}

fn put_option(bytes: Option<&[u8]>, out: &mut Vec<u8>) {
    out.push(u8::from(bytes.is_some()));
    if let Some(bytes) = bytes {
        put_bytes(bytes, out);
    }
}

fn put_time(time: Option<Timestamp>, out: &mut Vec<u8>) {
    out.push(u8::from(time.is_some()));
    if let Some(Timestamp(us)) = time {
        out.extend_from_slice(&us.to_be_bytes());
    }
}

fn put_tally(tally: &Tally, out: &mut Vec<u8>) {
    for count in [tally.accepted, tally.rejected, tally.lost, tally.duplicates] {
        out.extend_from_slice(&count.to_be_bytes());
    }
}

fn put_damage(id: DamageId, out: &mut Vec<u8>) {
    out.extend_from_slice(&id.file_no.to_be_bytes());
    out.extend_from_slice(&id.offset.to_be_bytes());
}

/// Bytes being decoded; every method gives `None` where they end too early.
#[derive(Debug)]
pub(crate) struct Input<'a>(pub(crate) &'a [u8]);

impl<'a> Input<'a> {
    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(len)?;
        self.0 = tail;
        Some(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    fn count(&mut self) -> Option<u32> {
        self.u32()
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = usize::try_from(self.u32()?).ok()?;
        self.take(len)
    }

    fn flag(&mut self) -> Option<bool> {
        match self.u8()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn option(&mut self) -> Option<Option<Vec<u8>>> {
        if self.flag()? { Some(Some(self.bytes()?.to_vec())) } else { Some(None) }
    }

    fn time(&mut self) -> Option<Option<Timestamp>> {
        if self.flag()? { Some(Some(Timestamp(i64::from_be_bytes(self.array()?)))) } else { Some(None) }
    }

    fn tally(&mut self) -> Option<Tally> {
        Some(Tally { accepted: self.u64()?, rejected: self.u64()?, lost: self.u64()?, duplicates: self.u64()? })
    }

    fn damage(&mut self) -> Option<DamageId> {
        Some(DamageId { file_no: self.u64()?, offset: self.u64()? })
    }

    fn source_id(&mut self) -> Option<SourceId> {
        SourceId::parse(core::str::from_utf8(self.bytes()?).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_what_is_decoded() {
        let source = SourceId::parse("lims").unwrap();
        let frame = Frame {
            connector: source.clone(),
            entries: vec![b"one".to_vec(), Vec::new()],
            cursor: Some(b"c7".to_vec()),
            seen_until: Some(Timestamp(-5)),
            tally: Tally { accepted: 1, rejected: 2, lost: 3, duplicates: 4 },
            notes: b"notes".to_vec(),
            settles: vec![DamageId { file_no: 8, offset: 9 }],
        };
        let mut state = LogState::default();
        state.apply(&Control::Frame(frame.clone()));
        for seg_no in 0..3 {
            state.apply(&Control::Intent { seg_no, upto: 10 * (seg_no + 1) });
        }
        for control in [Control::Frame(frame), Control::Intent { seg_no: 1, upto: 2 }, Control::State(state.clone())] {
            let mut bytes = Vec::new();
            control.encode(&mut bytes);
            for cut in 0..bytes.len() {
                assert_eq!(Control::decode(&mut Input(&bytes[..cut])), None, "cut at {cut}");
            }
            let mut input = Input(&bytes);
            assert_eq!(Control::decode(&mut input), Some(control));
            assert_eq!(input.0, b"");
        }
        assert_eq!(state.sealed_upto(3), Some(30));
        assert_eq!(state.sealed_upto(2), Some(20));
        assert_eq!(state.sealed_upto(1), None, "an older log than the journal remembers");
        assert_eq!(state.sealed_upto(0), None);
        assert_eq!(state.connectors[&source].tally.rejected, 2);
    }
}
