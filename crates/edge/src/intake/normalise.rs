//! One raw value becomes a reading, a dense row, an event, or a reject that says why.
//!
//! Comes in: a [`Raw`] and the row of the mapping it came through. Goes out: exactly one [`Outcome`]. Never: a value
//! that was guessed, a text that was changed, a raw value without an outcome.

use record::catalogue::{ReadError, UnitPlan};
use record::unit::Conversion;
use record::{
    Catalogue, DecimalMark, EquipmentId, Event, EventKind, Flags, Parameter, Qualifiers, Quality, Reading, Reject,
    RejectReason, SourceClock, SourceId, Stream, Subject, Timestamp, Value, Zone, record_id,
};
use rust_decimal::Decimal;
use source::mapping::{Decode, EMITTED, Plan, StreamId, StreamSpec, TIME, Target};
use source::{FAULT, Raw, RawValue};
use std::sync::Arc;

/// Attribute that holds the time the plant recorded a value first, where the source replays history.
const ORIGINAL_TIME: &str = source::mapping::ORIGINAL_TIME;
/// Context name of the machine a stream is mounted on; part of a dense stream, an attribute of anything else.
const EQUIPMENT: &str = "equipment";

/// Which zone a value goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZonePolicy {
    /// Everything is white. For demonstrations only, and said so wherever it is shown.
    AllWhiteDemo,
    /// The catalogue's default zone of each parameter; events are white.
    Catalogue,
}

impl ZonePolicy {
    /// Name in the configuration and in what the header's policy hash is made of.
    pub fn name(self) -> &'static str {
        match self {
            Self::AllWhiteDemo => "all-white-demo",
            Self::Catalogue => "catalogue",
        }
    }

    fn of(self, parameter: Option<&Parameter>) -> Zone {
        match (self, parameter) {
            (Self::Catalogue, Some(parameter)) => parameter.zone,
            _ => Zone::White,
        }
    }
}

/// A dense numeric value on its way into a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What is the same for all values of its stream.
    pub stream: Arc<Stream>,
    /// What it is about.
    pub subject: Subject,
    /// Zone of its block.
    pub zone: Zone,
    /// Source time.
    pub source: Option<Timestamp>,
    /// Server time.
    pub server: Option<Timestamp>,
    /// Box time.
    pub received: Timestamp,
    /// When the plant recorded it first.
    pub original: Option<Timestamp>,
    /// The value in the stream's unit.
    pub value: Decimal,
    /// Status and flags.
    pub quality: Quality,
}

/// What became of one raw value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A single reading.
    Reading(Box<Reading>),
    /// A row of a block.
    Row(Row),
    /// An event.
    Event(Box<Event>),
    /// Refused.
    Reject(Box<Reject>),
}

/// What is worked out once for each row of the mapping.
struct Column {
    spec: StreamSpec,
    parameter: Option<&'static Parameter>,
    /// For values that come in the mapping's unit and stay in it: no conversion, range check only.
    as_is: Option<UnitPlan<'static>>,
    stream: Option<Arc<Stream>>,
}

/// Turns the raw values of one connector into outcomes.
pub struct Normaliser {
    source: SourceId,
    columns: Vec<Column>,
    policy: ZonePolicy,
    dense: bool,
}

impl std::fmt::Debug for Normaliser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Normaliser").field("source", &self.source).field("columns", &self.columns.len()).finish()
    }
}

/// Why a mapping cannot be used with the catalogue. Found at start, so that no value is lost to it later.
#[derive(Debug, thiserror::Error)]
#[error("mapping row `{stream}` ({address}): {why}")]
pub struct MappingMismatch {
    /// Name of the row.
    pub stream: Box<str>,
    /// Its address.
    pub address: Box<str>,
    /// What does not fit.
    pub why: String,
}

impl Normaliser {
    /// Checks the plan against the catalogue and works out what is the same for all values of a stream.
    ///
    /// `dense` says that the connector streams: plain numbers become rows of blocks instead of single readings.
    /// A parameter the catalogue does not know is no mismatch: its values come out as rejects, counted and kept.
    pub fn new(
        plan: &Plan,
        catalogue: &'static Catalogue,
        policy: ZonePolicy,
        dense: bool,
    ) -> Result<Self, MappingMismatch> {
        let columns = plan.streams().map(|(_, spec)| Column::new(spec, catalogue)).collect::<Result<_, _>>()?;
        Ok(Self { source: plan.source().clone(), columns, policy, dense })
    }

    /// The connector.
    pub fn source(&self) -> &SourceId {
        &self.source
    }

    /// Address of a stream, for messages and record ids.
    pub fn address(&self, id: StreamId) -> Option<&str> {
        self.columns.get(usize::from(id.0)).map(|column| &*column.spec.address)
    }

    /// The outcome of one raw value. `clock` is what is known of the source's clock.
    pub fn outcome(&self, raw: &Raw, clock: SourceClock) -> Outcome {
        let Some(column) = self.columns.get(usize::from(raw.stream.0)) else {
            let detail = format!("stream {} is not in the mapping", raw.stream.0);
            return self.reject(None, raw, RejectReason::UnknownParameter, detail);
        };
        let flags = Flags::for_source_time(raw.t_source, raw.t_acq, clock);
        let quality = Quality { status: raw.quality.status, flags: raw.quality.flags.with(flags) };
        let subject = match column.spec.subject.of(&raw.context) {
            Ok(subject) => subject,
            Err(error) => return self.reject(Some(column), raw, RejectReason::Subject, error.to_string()),
        };
        match &column.spec.target {
            Target::Event(kind) => Outcome::Event(Box::new(self.event(column, raw, kind, subject))),
            Target::Parameter(code) => {
                let Some(parameter) = column.parameter else {
                    let detail = format!(
                        "parameter {code} of mapping row `{}` is neither in the catalogue nor in the X file; add it there",
                        column.spec.name
                    );
                    return self.reject(Some(column), raw, RejectReason::UnknownParameter, detail);
                };
                match self.row(column, parameter, raw, &subject, quality) {
                    Some(Ok(row)) => Outcome::Row(row),
                    Some(Err(error)) => self.reject(Some(column), raw, error.reason(), error.to_string()),
                    None => self.reading(column, parameter, raw, subject, quality),
                }
            }
        }
    }

    /// A dense row, if everything the source said of the value fits into one: a plain number in the mapping's unit
    /// whose text is that of the decimal, without attributes of its own.
    fn row(
        &self,
        column: &Column,
        parameter: &Parameter,
        raw: &Raw,
        subject: &Subject,
        quality: Quality,
    ) -> Option<Result<Row, ReadError>> {
        let (Some(plan), Some(stream)) = (&column.as_is, &column.stream) else { return None };
        let RawValue::Number(number) = raw.value else { return None };
        let unit_is_mapped = raw.unit.is_none() || raw.unit == column.spec.unit_in;
        let extra = |name: &str| !column.spec.subject.uses(name) && ![EQUIPMENT, EMITTED, TIME].contains(&name);
        if !self.dense
            || raw.version != 1
            || !unit_is_mapped
            || raw.context.keys().any(|name| extra(name))
            || number.to_string() != *raw.text
        {
            return None;
        }
        Some(plan.apply(number).map(|value| Row {
            stream: Arc::clone(stream),
            subject: subject.clone(),
            zone: self.policy.of(Some(parameter)),
            source: raw.t_source,
            server: raw.t_server,
            received: raw.t_acq,
            original: raw.t_original,
            value,
            quality,
        }))
    }

    fn reading(
        &self,
        column: &Column,
        parameter: &Parameter,
        raw: &Raw,
        subject: Subject,
        quality: Quality,
    ) -> Outcome {
        if raw.value == RawValue::Absent {
            let why = raw.context.get(FAULT).map(|why| format!(": {why}")).unwrap_or_default();
            let detail = format!("the source sent no value, only status {:#010x}{why}", raw.quality.status);
            return self.reject(Some(column), raw, RejectReason::Type, detail);
        }
        let (value, unit, flags) = match measure(column, parameter, raw) {
            Ok(measured) => measured,
            Err(error) => return self.reject(Some(column), raw, error.reason(), error.to_string()),
        };
        Outcome::Reading(Box::new(Reading {
            id: record_id(&self.source, &column.spec.address, &raw.key, raw.version),
            source: self.source.clone(),
            key: raw.key.clone(),
            version: raw.version,
            parameter: parameter.code.clone(),
            qualifiers: column.spec.qualifiers.clone(),
            subject,
            verbatim: raw.text.clone(),
            value,
            unit,
            quality: Quality { flags: quality.flags.with(flags), ..quality },
            clocks: raw.clocks(),
            attributes: attributes(column, raw),
            zone: self.policy.of(Some(parameter)),
        }))
    }

    fn event(&self, column: &Column, raw: &Raw, kind: &EventKind, subject: Subject) -> Event {
        let mut attributes = attributes(column, raw);
        if !raw.text.is_empty() {
            attributes.entry("value".into()).or_insert_with(|| raw.text.clone());
        }
        Event {
            id: record_id(&self.source, &column.spec.address, &raw.key, raw.version),
            source: self.source.clone(),
            key: raw.key.clone(),
            version: raw.version,
            kind: kind.clone(),
            subject,
            clocks: raw.clocks(),
            attributes,
            zone: self.policy.of(None),
        }
    }

    fn reject(&self, column: Option<&Column>, raw: &Raw, reason: RejectReason, detail: String) -> Outcome {
        Outcome::Reject(Box::new(Reject {
            source: self.source.clone(),
            key: raw.key.clone(),
            address: column.map_or_else(|| "?".into(), |column| column.spec.address.clone()),
            verbatim: raw.text.clone(),
            unit: raw.unit.clone().or_else(|| column.and_then(|column| column.spec.unit_in.clone())),
            reason,
            detail: detail.into(),
            received: raw.t_acq,
            zone: self.policy.of(column.and_then(|column| column.parameter)),
        }))
    }

    /// A reject for a datum whose key and version were delivered before with other content.
    pub fn conflict(&self, raw: &Raw) -> Outcome {
        let column = self.columns.get(usize::from(raw.stream.0));
        let detail = format!(
            "key `{}` version {} was delivered before with other content; a correction needs a higher version",
            raw.key, raw.version
        );
        self.reject(column, raw, RejectReason::Conflict, detail)
    }
}

impl Column {
    fn new(spec: &StreamSpec, catalogue: &'static Catalogue) -> Result<Self, MappingMismatch> {
        let mismatch = |why: String| MappingMismatch { stream: spec.name.clone(), address: spec.address.clone(), why };
        let parameter = match &spec.target {
            Target::Parameter(code) => catalogue.get(code),
            Target::Event(_) => None,
        };
        let Some(parameter) = parameter else {
            return Ok(Self { spec: spec.clone(), parameter: None, as_is: None, stream: None });
        };
        let numeric = parameter.value_type.is_numeric();
        let plan = match spec.unit_in.as_deref().filter(|_| numeric) {
            Some(unit) => Some(parameter.plan(Some(unit)).map_err(|error| mismatch(error.to_string()))?),
            None => None,
        };
        if let Some(unit_out) = spec.unit_out.as_deref() {
            if !numeric || !parameter.units.iter().any(|unit| **unit == *unit_out) {
                let units = parameter.units.join(", ");
                return Err(mismatch(format!(
                    "unit_out `{unit_out}` is none of the units of {}: {units}",
                    parameter.code
                )));
            }
            if let Some(unit_in) = spec.unit_in.as_deref() {
                Conversion::between(unit_in, unit_out).map_err(|error| mismatch(error.to_string()))?;
            }
        }
        let stays = spec.unit_out.is_none() || spec.unit_out == spec.unit_in;
        let as_is = plan.filter(|plan| stays && plan.flags() == Flags::default() && spec.decode == Decode::Plain);
        let equipment = match spec.context.get(EQUIPMENT) {
            Some(source::mapping::ContextRef::Const(text)) => {
                Some(EquipmentId::parse(text).map_err(|error| mismatch(error.to_string()))?)
            }
            // A machine that changes from value to value is an attribute of a single reading.
            Some(source::mapping::ContextRef::Address(_)) => {
                return Ok(Self { spec: spec.clone(), parameter: Some(parameter), as_is: None, stream: None });
            }
            None => None,
        };
        let stream = as_is.as_ref().map(|plan| {
            Arc::new(Stream {
                address: spec.address.clone(),
                parameter: parameter.code.clone(),
                qualifiers: spec.qualifiers.clone(),
                unit: plan.unit().into(),
                equipment,
            })
        });
        Ok(Self { spec: spec.clone(), parameter: Some(parameter), as_is, stream })
    }
}

/// Value, unit and flags of a single reading.
fn measure(column: &Column, parameter: &Parameter, raw: &Raw) -> Result<(Value, Box<str>, Flags), ReadError> {
    let mark = match column.spec.decode {
        Decode::Plain => DecimalMark::Point,
        Decode::Comma => DecimalMark::Comma,
    };
    let unit = raw.unit.as_deref().or(column.spec.unit_in.as_deref());
    let measured = match raw.value {
        // The text is in the sensor's own counts; the number is what it means in the unit.
        RawValue::Scaled(number) => parameter.read(&number.to_string(), unit, DecimalMark::Point)?,
        _ => parameter.read(&raw.text, unit, mark)?,
    };
    let (Some(unit_out), Value::Number { decimal, comparator }) = (column.spec.unit_out.as_deref(), &measured.value)
    else {
        return Ok((measured.value, measured.unit, measured.flags));
    };
    let fits = |source| ReadError::UnitRange { parameter: parameter.code.clone(), source };
    let converted = record::unit::convert(*decimal, &measured.unit, unit_out).map_err(fits)?;
    let flags = if unit == Some(unit_out) { Flags::default() } else { Flags::UNIT_CONVERTED };
    Ok((Value::Number { decimal: converted.value, comparator: *comparator }, unit_out.into(), flags))
}

/// What the source said beside the subject, and the original time.
fn attributes(column: &Column, raw: &Raw) -> Qualifiers {
    let mut attributes = column.spec.subject.attributes(&raw.context);
    attributes.remove(EMITTED);
    attributes.remove(TIME);
    if let Some(original) = raw.t_original {
        attributes.insert(ORIGINAL_TIME.into(), crate::clock::rfc3339(original).into());
    }
    attributes
}
