//! A block: its tables of streams and subjects, then its rows column by column.
//!
//! Dense values must cost a few bytes each, so every column is written for what it mostly is: streams that follow each
//! other in turn, times that step evenly, status and flags that do not change, values close to the one before.

use super::reader::{Reader, parse_id};
use super::writer::Writer;
use super::{DecodeError, EncodeError, columns, head};
use crate::limits::{
    BLOCK_QUALIFIERS_MAX_BYTES, BLOCK_ROWS_MAX, BLOCK_STREAMS_MAX, BLOCK_SUBJECTS_MAX, NAME_LEN_MAX_BYTES,
    PAIR_WEIGHT_BYTES,
};
use crate::{Block, BlockRow, EquipmentId, Flags, ParameterCode, Qualifiers, SourceId, Stream, Timestamp};
use rust_decimal::Decimal;

/// Stream head, bit 0: the stream has an equipment.
const HAS_EQUIPMENT: u8 = 1;
/// Stream head, bit 1: the qualifiers are those of the stream before (none, for the first).
const SAME_QUALIFIERS: u8 = 2;

const NO_QUALIFIERS: &Qualifiers = &Qualifiers::new();

pub(super) fn put(to: &mut Writer<'_>, block: &Block) {
    if let Err(error) = check(block) {
        return to.fail(error);
    }
    to.name("source", block.source.as_str());
    head::put_zone(to, block.zone);
    to.count("streams", block.streams.len(), BLOCK_STREAMS_MAX);
    put_streams(to, &block.streams);
    to.count("subjects", block.subjects.len(), BLOCK_SUBJECTS_MAX);
    for subject in &block.subjects {
        head::put_subject(to, subject);
    }
    to.count("rows", block.rows.len(), BLOCK_ROWS_MAX);
    columns::put(to, block.streams.len(), &block.rows);
}

/// The rules that make the columns well defined.
fn check(block: &Block) -> Result<(), EncodeError> {
    let most = |what, count, max| if count > max { Err(EncodeError::TooMany { what, count, max }) } else { Ok(()) };
    most("rows", block.rows.len(), BLOCK_ROWS_MAX)?;
    most("streams", block.streams.len(), BLOCK_STREAMS_MAX)?;
    most("subjects", block.subjects.len(), BLOCK_SUBJECTS_MAX)?;
    let weight = block.streams.iter().map(|stream| weight(&stream.qualifiers)).sum();
    most("qualifier bytes of all streams", weight, BLOCK_QUALIFIERS_MAX_BYTES)?;
    if block.rows.is_empty() {
        return Err(EncodeError::NoRows);
    }
    let (streams, subjects) = (block.streams.len(), block.subjects.len());
    for (row, cells) in block.rows.iter().enumerate() {
        let (stream, subject) = (usize::from(cells.stream), usize::from(cells.subject));
        if stream >= streams {
            return Err(EncodeError::Index { what: "stream", row, index: stream, len: streams });
        }
        if subject >= subjects {
            return Err(EncodeError::Index { what: "subject", row, index: subject, len: subjects });
        }
    }
    Ok(())
}

/// What holding these pairs costs at least.
fn weight(qualifiers: &Qualifiers) -> usize {
    qualifiers.iter().map(|(name, value)| name.len() + value.len() + PAIR_WEIGHT_BYTES).sum()
}

pub(super) fn take(from: &mut Reader<'_>) -> Result<Block, DecodeError> {
    let source = from.id("source", SourceId::parse)?;
    let zone = head::zone(from)?;
    let streams = streams(from)?;
    let count = from.count("subjects", BLOCK_SUBJECTS_MAX)?;
    let mut subjects = Vec::with_capacity(count.min(from.left()));
    for _ in 0..count {
        subjects.push(head::subject(from)?);
    }
    let at = from.at();
    let count = from.count("rows", BLOCK_ROWS_MAX)?;
    if count == 0 || streams.is_empty() || subjects.is_empty() {
        return Err(DecodeError::Range { what: "rows, streams and subjects: at least one of each", at });
    }
    // Every row's value takes a byte or more: a row count nothing stands behind is not allocated for.
    if count > from.left() {
        return Err(DecodeError::Truncated { what: "rows", at, need: count - from.left() });
    }
    let mut rows = vec![EMPTY_ROW; count];
    columns::take(from, streams.len(), subjects.len(), &mut rows)?;
    Ok(Block { source, zone, streams, subjects, rows })
}

/// What a row is before its columns are read; every field is overwritten.
const EMPTY_ROW: BlockRow = BlockRow {
    stream: 0,
    subject: 0,
    source: None,
    server: None,
    received: Timestamp(0),
    original: None,
    value: Decimal::ZERO,
    status: 0,
    flags: Flags(0),
};

/// Each name is written as what it adds to the same name of the stream before.
fn put_streams(to: &mut Writer<'_>, streams: &[Stream]) {
    let (mut address, mut parameter, mut unit, mut equipment) = ("", "", "", "");
    let mut qualifiers = NO_QUALIFIERS;
    for stream in streams {
        let same = stream.qualifiers == *qualifiers;
        to.byte(if stream.equipment.is_some() { HAS_EQUIPMENT } else { 0 } | if same { SAME_QUALIFIERS } else { 0 });
        put_shared(to, "address", &mut address, &stream.address);
        put_shared(to, "parameter", &mut parameter, stream.parameter.as_str());
        put_shared(to, "unit", &mut unit, &stream.unit);
        if let Some(id) = &stream.equipment {
            put_shared(to, "equipment", &mut equipment, id.as_str());
        }
        if !same {
            to.pairs("qualifiers", &stream.qualifiers);
            qualifiers = &stream.qualifiers;
        }
    }
}

fn streams(from: &mut Reader<'_>) -> Result<Vec<Stream>, DecodeError> {
    let count = from.count("streams", BLOCK_STREAMS_MAX)?;
    let mut streams: Vec<Stream> = Vec::with_capacity(count.min(from.left()));
    let mut qualifier_bytes = 0;
    let (mut address, mut parameter, mut unit, mut equipment) = (vec![], vec![], vec![], vec![]);
    for _ in 0..count {
        let at = from.at();
        let bits = from.byte("stream head")?;
        if bits & !(HAS_EQUIPMENT | SAME_QUALIFIERS) != 0 {
            return Err(from.unknown("stream head", bits));
        }
        let address = shared(from, "address", &mut address)?.into();
        let parameter = parse_id("parameter", at, shared(from, "parameter", &mut parameter)?, ParameterCode::parse)?;
        let unit = shared(from, "unit", &mut unit)?.into();
        let equipment = if bits & HAS_EQUIPMENT != 0 {
            Some(parse_id("equipment", at, shared(from, "equipment", &mut equipment)?, EquipmentId::parse)?)
        } else {
            None
        };
        let before = streams.last().map_or(NO_QUALIFIERS, |stream| &stream.qualifiers);
        let own = if bits & SAME_QUALIFIERS != 0 { None } else { Some(from.pairs("qualifiers")?) };
        if own.as_ref() == Some(before) {
            return Err(DecodeError::NotCanonical { what: "qualifiers", at, why: "they equal those before" });
        }
        qualifier_bytes += weight(own.as_ref().unwrap_or(before));
        if qualifier_bytes > BLOCK_QUALIFIERS_MAX_BYTES {
            let (what, count) = ("qualifier bytes of all streams", qualifier_bytes as u64);
            return Err(DecodeError::TooMany { what, at, count, max: BLOCK_QUALIFIERS_MAX_BYTES });
        }
        let qualifiers = own.unwrap_or_else(|| before.clone());
        streams.push(Stream { address, parameter, qualifiers, unit, equipment });
    }
    Ok(streams)
}

/// Number of leading bytes shared with `before`, number of bytes added, the bytes added.
fn put_shared<'a>(to: &mut Writer<'_>, what: &'static str, before: &mut &'a str, text: &'a str) {
    let kept = before.bytes().zip(text.bytes()).take_while(|(old, new)| old == new).count();
    if text.len() > NAME_LEN_MAX_BYTES {
        to.fail(EncodeError::TooMany { what, count: text.len(), max: NAME_LEN_MAX_BYTES });
    }
    to.varint(kept as u64);
    to.varint((text.len() - kept) as u64);
    to.bytes(&text.as_bytes()[kept..]);
    *before = text;
}

fn shared<'a>(from: &mut Reader<'_>, what: &'static str, before: &'a mut Vec<u8>) -> Result<&'a str, DecodeError> {
    let at = from.at();
    let kept = from.count(what, before.len())?;
    let added = from.count(what, NAME_LEN_MAX_BYTES - kept)?;
    let added = from.bytes(what, added)?;
    if added.first().is_some_and(|first| before.get(kept) == Some(first)) {
        return Err(DecodeError::NotCanonical { what, at, why: "more bytes are shared with the stream before" });
    }
    before.truncate(kept);
    before.extend_from_slice(added);
    str::from_utf8(before).or(Err(DecodeError::Utf8 { what, at }))
}
