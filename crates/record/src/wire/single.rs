//! Readings, events, rejects and gaps: fields in a fixed order.

use super::reader::Reader;
use super::writer::Writer;
use super::{DecodeError, EncodeError, head};
use crate::{
    Cause, Comparator, Event, EventKind, Gap, ParameterCode, Reading, Reject, RejectReason, SourceId, SourceKey, Value,
};

const VALUE_NUMBER: u8 = 0;
const VALUE_NOT_DETECTED: u8 = 1;
const VALUE_TOO_NUMEROUS: u8 = 2;
const VALUE_BOOL: u8 = 3;
const VALUE_TEXT: u8 = 4;

pub(super) fn put_reading(to: &mut Writer<'_>, reading: &Reading) {
    to.digest(reading.id);
    to.name("source", reading.source.as_str());
    to.name("source key", reading.key.as_str());
    to.varint(u64::from(reading.version));
    to.name("parameter", reading.parameter.as_str());
    to.pairs("qualifiers", &reading.qualifiers);
    head::put_subject(to, &reading.subject);
    to.text("verbatim", &reading.verbatim);
    put_value(to, &reading.value);
    to.name("unit", &reading.unit);
    head::put_quality(to, reading.quality);
    head::put_clocks(to, &reading.clocks);
    to.pairs("attributes", &reading.attributes);
    head::put_zone(to, reading.zone);
}

pub(super) fn reading(from: &mut Reader<'_>) -> Result<Reading, DecodeError> {
    Ok(Reading {
        id: from.digest("id")?,
        source: from.id("source", SourceId::parse)?,
        key: from.id("source key", SourceKey::parse)?,
        version: from.varint_u32("version")?,
        parameter: from.id("parameter", ParameterCode::parse)?,
        qualifiers: from.pairs("qualifiers")?,
        subject: head::subject(from)?,
        verbatim: from.text("verbatim")?.into(),
        value: value(from)?,
        unit: from.name("unit")?.into(),
        quality: head::quality(from)?,
        clocks: head::clocks(from)?,
        attributes: from.pairs("attributes")?,
        zone: head::zone(from)?,
    })
}

fn put_value(to: &mut Writer<'_>, value: &Value) {
    match value {
        Value::Number { decimal, comparator } => {
            to.byte(VALUE_NUMBER);
            to.byte(match comparator {
                Comparator::Equal => 0,
                Comparator::Less => 1,
                Comparator::LessOrEqual => 2,
                Comparator::Greater => 3,
                Comparator::GreaterOrEqual => 4,
            });
            to.decimal(*decimal);
        }
        Value::NotDetected => to.byte(VALUE_NOT_DETECTED),
        Value::TooNumerousToCount => to.byte(VALUE_TOO_NUMEROUS),
        Value::Bool(is) => {
            to.byte(VALUE_BOOL);
            to.flag(*is);
        }
        Value::Text(text) => {
            to.byte(VALUE_TEXT);
            to.text("value", text);
        }
    }
}

fn value(from: &mut Reader<'_>) -> Result<Value, DecodeError> {
    Ok(match from.byte("value kind")? {
        VALUE_NUMBER => {
            let comparator = match from.byte("comparator")? {
                0 => Comparator::Equal,
                1 => Comparator::Less,
                2 => Comparator::LessOrEqual,
                3 => Comparator::Greater,
                4 => Comparator::GreaterOrEqual,
                found => return Err(from.unknown("comparator", found)),
            };
            Value::Number { decimal: from.decimal("value")?, comparator }
        }
        VALUE_NOT_DETECTED => Value::NotDetected,
        VALUE_TOO_NUMEROUS => Value::TooNumerousToCount,
        VALUE_BOOL => Value::Bool(from.flag("value")?),
        VALUE_TEXT => Value::Text(from.text("value")?.into()),
        found => return Err(from.unknown("value kind", found)),
    })
}

pub(super) fn put_event(to: &mut Writer<'_>, event: &Event) {
    to.digest(event.id);
    to.name("source", event.source.as_str());
    to.name("source key", event.key.as_str());
    to.varint(u64::from(event.version));
    if EventKind::from_name(event.kind.name()) != event.kind {
        to.fail(EncodeError::EventName { name: event.kind.name().into() });
    }
    to.name("event kind", event.kind.name());
    head::put_subject(to, &event.subject);
    head::put_clocks(to, &event.clocks);
    to.pairs("attributes", &event.attributes);
    head::put_zone(to, event.zone);
}

pub(super) fn event(from: &mut Reader<'_>) -> Result<Event, DecodeError> {
    Ok(Event {
        id: from.digest("id")?,
        source: from.id("source", SourceId::parse)?,
        key: from.id("source key", SourceKey::parse)?,
        version: from.varint_u32("version")?,
        kind: EventKind::from_name(from.name("event kind")?),
        subject: head::subject(from)?,
        clocks: head::clocks(from)?,
        attributes: from.pairs("attributes")?,
        zone: head::zone(from)?,
    })
}

pub(super) fn put_reject(to: &mut Writer<'_>, reject: &Reject) {
    to.name("source", reject.source.as_str());
    to.name("source key", reject.key.as_str());
    to.name("address", &reject.address);
    to.text("verbatim", &reject.verbatim);
    to.flag(reject.unit.is_some());
    if let Some(unit) = &reject.unit {
        to.text("unit", unit);
    }
    to.name("reason", reject.reason.name());
    to.text("detail", &reject.detail);
    to.time("received time", reject.received);
    head::put_zone(to, reject.zone);
}

pub(super) fn reject(from: &mut Reader<'_>) -> Result<Reject, DecodeError> {
    Ok(Reject {
        source: from.id("source", SourceId::parse)?,
        key: from.id("source key", SourceKey::parse)?,
        address: from.name("address")?.into(),
        verbatim: from.text("verbatim")?.into(),
        unit: if from.flag("unit")? { Some(from.text("unit")?.into()) } else { None },
        reason: named("reason", from, RejectReason::from_name)?,
        detail: from.text("detail")?.into(),
        received: from.time("received time")?,
        zone: head::zone(from)?,
    })
}

pub(super) fn put_gap(to: &mut Writer<'_>, gap: &Gap) {
    to.name("source", gap.source.as_str());
    to.optional_name("address", gap.address.as_deref());
    to.optional_time("from", gap.from);
    to.time("until", gap.until);
    to.flag(gap.lost.is_some());
    if let Some(lost) = gap.lost {
        to.varint(lost);
    }
    to.name("cause", gap.cause.name());
    to.flag(gap.filled);
}

pub(super) fn gap(from: &mut Reader<'_>) -> Result<Gap, DecodeError> {
    Ok(Gap {
        source: from.id("source", SourceId::parse)?,
        address: from.optional_name("address")?.map(Into::into),
        from: from.optional_time("from")?,
        until: from.time("until")?,
        lost: if from.flag("lost")? { Some(from.varint("lost")?) } else { None },
        cause: named("cause", from, Cause::from_name)?,
        filled: from.flag("filled")?,
    })
}

fn named<T>(what: &'static str, from: &mut Reader<'_>, choose: impl Fn(&str) -> Option<T>) -> Result<T, DecodeError> {
    let at = from.at();
    let name = from.name(what)?;
    choose(name).ok_or_else(|| DecodeError::UnknownName { what, at, found: name.into() })
}
