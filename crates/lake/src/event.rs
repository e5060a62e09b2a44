//! Rows of table `event`: comes in an event, rejected value, gap or finding, goes out Arrow columns.
//!
//! `kind` says which of the four a row is and `name` what exactly: the event kind, the reason of the refusal, the cause
//! of the gap, the rule of the finding. A gap's `from_at` and `received_at` are its two ends. A finding's `received_at` is
//! the time of the judged result and its `source_at` the time it was raised.

use std::sync::Arc;

use deltalake::arrow::array::{
    ArrayRef, BooleanBuilder, Int32Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use deltalake::arrow::error::ArrowError;
use record::{Event, Finding, Gap, Reject, Subject, Zone};

use crate::batch::{Position, int, long};
use crate::column::{Words, instants, micros};
use crate::error::Error;
use crate::schema::EVENT;
use crate::subject::{SubjectColumns, SubjectKeys};
use crate::text;

/// `kind` of an event.
pub(crate) const KIND_EVENT: &str = "event";
/// `kind` of a rejected value.
pub(crate) const KIND_REJECT: &str = "reject";
/// `kind` of a gap.
pub(crate) const KIND_GAP: &str = "gap";
/// `kind` of a finding.
pub(crate) const KIND_FINDING: &str = "finding";

/// The growing columns, in the order of [`EVENT`].
#[derive(Debug)]
pub(crate) struct EventColumns {
    ingest_no: Int64Builder,
    box_id: Words,
    enterprise: Words,
    seg_no: Int64Builder,
    entry: Int32Builder,
    kind: Words,
    name: Words,
    source: Words,
    address: Words,
    source_key: StringBuilder,
    version: Int32Builder,
    record_id: StringBuilder,
    parameter: Words,
    qualifiers: Words,
    subject: SubjectColumns,
    level: Words,
    signal: Words,
    verbatim: StringBuilder,
    unit: Words,
    detail: StringBuilder,
    lost: Int64Builder,
    filled: BooleanBuilder,
    zone: Words,
    from_at: TimestampMicrosecondBuilder,
    source_at: TimestampMicrosecondBuilder,
    server_at: TimestampMicrosecondBuilder,
    received_at: TimestampMicrosecondBuilder,
    attributes: StringBuilder,
    inputs: StringBuilder,
    rows: usize,
}

/// The cells of one row; what a kind does not have stays empty.
#[derive(Default)]
struct Cells<'a> {
    kind: &'static str,
    name: &'a str,
    source: Option<&'a str>,
    address: Option<&'a str>,
    source_key: Option<&'a str>,
    version: Option<i32>,
    record_id: Option<String>,
    parameter: Option<&'a str>,
    qualifiers: Option<String>,
    subject: Option<&'a Subject>,
    product: Option<&'a str>,
    level: Option<&'static str>,
    signal: Option<&'static str>,
    verbatim: Option<&'a str>,
    unit: Option<&'a str>,
    detail: Option<&'a str>,
    lost: Option<i64>,
    filled: Option<bool>,
    zone: &'static str,
    from_at: Option<i64>,
    source_at: Option<i64>,
    server_at: Option<i64>,
    received_at: i64,
    attributes: Option<String>,
    inputs: Option<String>,
}

impl EventColumns {
    pub(crate) fn new() -> Self {
        Self {
            ingest_no: Int64Builder::new(),
            box_id: Words::default(),
            enterprise: Words::default(),
            seg_no: Int64Builder::new(),
            entry: Int32Builder::new(),
            kind: Words::default(),
            name: Words::default(),
            source: Words::default(),
            address: Words::default(),
            source_key: StringBuilder::new(),
            version: Int32Builder::new(),
            record_id: StringBuilder::new(),
            parameter: Words::default(),
            qualifiers: Words::default(),
            subject: SubjectColumns::default(),
            level: Words::default(),
            signal: Words::default(),
            verbatim: StringBuilder::new(),
            unit: Words::default(),
            detail: StringBuilder::new(),
            lost: Int64Builder::new(),
            filled: BooleanBuilder::new(),
            zone: Words::default(),
            from_at: instants(),
            source_at: instants(),
            server_at: instants(),
            received_at: instants(),
            attributes: StringBuilder::new(),
            inputs: StringBuilder::new(),
            rows: 0,
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Fails with [`Error::TooLarge`] if the version does not fit its column.
    pub(crate) fn push_event(&mut self, at: &Position<'_>, event: &Event) -> Result<(), Error> {
        let cells = Cells {
            kind: KIND_EVENT,
            name: event.kind.name(),
            source: Some(event.source.as_str()),
            source_key: Some(event.key.as_str()),
            version: Some(int("version", u64::from(event.version))?),
            record_id: Some(event.id.to_string()),
            subject: Some(&event.subject),
            zone: event.zone.name(),
            source_at: micros(event.clocks.source),
            server_at: micros(event.clocks.server),
            received_at: event.clocks.received.0,
            attributes: text::pairs(&event.attributes),
            ..Cells::default()
        };
        self.push(at, &cells);
        Ok(())
    }

    pub(crate) fn push_reject(&mut self, at: &Position<'_>, reject: &Reject) {
        let cells = Cells {
            kind: KIND_REJECT,
            name: reject.reason.name(),
            source: Some(reject.source.as_str()),
            address: Some(&reject.address),
            source_key: Some(reject.key.as_str()),
            verbatim: Some(&reject.verbatim),
            unit: reject.unit.as_deref(),
            detail: Some(&reject.detail),
            zone: reject.zone.name(),
            received_at: reject.received.0,
            ..Cells::default()
        };
        self.push(at, &cells);
    }

    /// Fails with [`Error::TooLarge`] if the number of lost values does not fit its column.
    pub(crate) fn push_gap(&mut self, at: &Position<'_>, gap: &Gap) -> Result<(), Error> {
        let cells = Cells {
            kind: KIND_GAP,
            name: gap.cause.name(),
            source: Some(gap.source.as_str()),
            address: gap.address.as_deref(),
            lost: gap.lost.map(|lost| long("lost", lost)).transpose()?,
            filled: Some(gap.filled),
            zone: Zone::White.name(),
            from_at: micros(gap.from),
            received_at: gap.until.0,
            ..Cells::default()
        };
        self.push(at, &cells);
        Ok(())
    }

    pub(crate) fn push_finding(&mut self, at: &Position<'_>, finding: &Finding) {
        let cells = Cells {
            kind: KIND_FINDING,
            name: &finding.rule.name,
            record_id: Some(finding.id.to_string()),
            parameter: Some(finding.parameter.as_str()),
            qualifiers: text::pairs(&finding.qualifiers),
            subject: Some(&finding.subject),
            product: Some(finding.product.as_str()),
            level: Some(finding.level.name()),
            signal: Some(finding.signal.name()),
            zone: Zone::White.name(),
            source_at: Some(finding.raised_at.0),
            received_at: finding.result_at.0,
            attributes: Some(text::judgement(finding)),
            inputs: Some(text::inputs(finding)),
            ..Cells::default()
        };
        self.push(at, &cells);
    }

    fn push(&mut self, at: &Position<'_>, cells: &Cells<'_>) {
        self.ingest_no.append_value(at.ingest_no);
        self.box_id.push(Some(at.box_id.as_str()));
        self.enterprise.push(Some(at.enterprise.as_str()));
        self.seg_no.append_value(at.seg_no);
        self.entry.append_value(at.entry);
        self.kind.push(Some(cells.kind));
        self.name.push(Some(cells.name));
        self.source.push(cells.source);
        self.address.push(cells.address);
        self.source_key.append_option(cells.source_key);
        self.version.append_option(cells.version);
        self.record_id.append_option(cells.record_id.as_deref());
        self.parameter.push(cells.parameter);
        self.qualifiers.push(cells.qualifiers.as_deref());
        let subject = match cells.subject {
            Some(subject) => self.subject.keys(subject),
            None => SubjectKeys::default(),
        };
        let subject = self.subject.or_product(subject, cells.product);
        self.subject.run(&subject, 1);
        self.level.push(cells.level);
        self.signal.push(cells.signal);
        self.verbatim.append_option(cells.verbatim);
        self.unit.push(cells.unit);
        self.detail.append_option(cells.detail);
        self.lost.append_option(cells.lost);
        self.filled.append_option(cells.filled);
        self.zone.push(Some(cells.zone));
        self.from_at.append_option(cells.from_at);
        self.source_at.append_option(cells.source_at);
        self.server_at.append_option(cells.server_at);
        self.received_at.append_value(cells.received_at);
        self.attributes.append_option(cells.attributes.as_deref());
        self.inputs.append_option(cells.inputs.as_deref());
        self.rows += 1;
    }

    pub(crate) fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.ingest_no.finish()),
            self.box_id.finish()?,
            self.enterprise.finish()?,
            Arc::new(self.seg_no.finish()),
            Arc::new(self.entry.finish()),
            self.kind.finish()?,
            self.name.finish()?,
            self.source.finish()?,
            self.address.finish()?,
            Arc::new(self.source_key.finish()),
            Arc::new(self.version.finish()),
            Arc::new(self.record_id.finish()),
            self.parameter.finish()?,
            self.qualifiers.finish()?,
        ];
        columns.extend(self.subject.finish()?);
        columns.extend([
            self.level.finish()?,
            self.signal.finish()?,
            Arc::new(self.verbatim.finish()) as ArrayRef,
            self.unit.finish()?,
            Arc::new(self.detail.finish()),
            Arc::new(self.lost.finish()),
            Arc::new(self.filled.finish()),
            self.zone.finish()?,
            Arc::new(self.from_at.finish()),
            Arc::new(self.source_at.finish()),
            Arc::new(self.server_at.finish()),
            Arc::new(self.received_at.finish()),
            Arc::new(self.attributes.finish()),
            Arc::new(self.inputs.finish()),
        ]);
        RecordBatch::try_new(EVENT.arrow_schema(), columns)
    }
}
