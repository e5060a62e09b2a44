//! Rows of table `reading`: comes in a laboratory result or a block of dense readings, goes out Arrow columns.
//!
//! Inside a block the rows of one stream and one subject are put together: then words are runs, clocks are even
//! steps, and a dense reading packs to a few bytes. The column `row` keeps the order of arrival. No row of a block
//! allocates.

use std::sync::Arc;

use deltalake::arrow::array::{
    ArrayRef, Int32Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use deltalake::arrow::error::ArrowError;
use record::{Block, Comparator, Reading, Stream, Value};

use crate::batch::Position;
use crate::column::{Key, Numbers, Words, instants, micros};
use crate::error::Error;
use crate::schema::READING;
use crate::subject::{SubjectColumns, SubjectKeys};
use crate::text;

/// Name of the attribute in which a single reading carries the time the plant recorded it first.
const ORIGINAL_TIME: &str = "original_time";

/// The growing columns, in the order of [`READING`].
#[derive(Debug)]
pub(crate) struct ReadingColumns {
    ingest_no: Int64Builder,
    box_id: Words,
    enterprise: Words,
    seg_no: Int64Builder,
    entry: Int32Builder,
    row: Int32Builder,
    source: Words,
    address: Words,
    source_key: StringBuilder,
    version: Int32Builder,
    record_id: StringBuilder,
    parameter: Words,
    qualifiers: Words,
    subject: SubjectColumns,
    equipment: Words,
    value_kind: Words,
    comparator: Words,
    numbers: Numbers,
    text: Words,
    verbatim: Words,
    unit: Words,
    status: Int64Builder,
    flags: Int64Builder,
    zone: Words,
    source_at: TimestampMicrosecondBuilder,
    server_at: TimestampMicrosecondBuilder,
    received_at: TimestampMicrosecondBuilder,
    original_at: TimestampMicrosecondBuilder,
    attributes: Words,
    rows: usize,
}

/// What is the same for all rows of one stream of a block.
struct StreamKeys {
    address: i32,
    parameter: i32,
    qualifiers: Key,
    unit: i32,
    equipment: Key,
}

impl ReadingColumns {
    pub(crate) fn new() -> Result<Self, ArrowError> {
        Ok(Self {
            ingest_no: Int64Builder::new(),
            box_id: Words::default(),
            enterprise: Words::default(),
            seg_no: Int64Builder::new(),
            entry: Int32Builder::new(),
            row: Int32Builder::new(),
            source: Words::default(),
            address: Words::default(),
            source_key: StringBuilder::new(),
            version: Int32Builder::new(),
            record_id: StringBuilder::new(),
            parameter: Words::default(),
            qualifiers: Words::default(),
            subject: SubjectColumns::default(),
            equipment: Words::default(),
            value_kind: Words::default(),
            comparator: Words::default(),
            numbers: Numbers::new()?,
            text: Words::default(),
            verbatim: Words::default(),
            unit: Words::default(),
            status: Int64Builder::new(),
            flags: Int64Builder::new(),
            zone: Words::default(),
            source_at: instants(),
            server_at: instants(),
            received_at: instants(),
            original_at: instants(),
            attributes: Words::default(),
            rows: 0,
        })
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds one laboratory result, master-data value or single measurement.
    ///
    /// Fails with [`Error::TooLarge`] if the version does not fit its column.
    pub(crate) fn push_reading(&mut self, at: &Position<'_>, reading: &Reading) -> Result<(), Error> {
        let version = crate::batch::int("version", u64::from(reading.version))?;
        self.push_position(at, 1);
        self.row.append_value(0);
        self.source.push(Some(reading.source.as_str()));
        self.address.push(None);
        self.source_key.append_value(reading.key.as_str());
        self.version.append_value(version);
        self.record_id.append_value(reading.id.to_string());
        self.parameter.push(Some(reading.parameter.as_str()));
        self.qualifiers.push(text::pairs(&reading.qualifiers).as_deref());
        let subject = self.subject.keys(&reading.subject);
        self.subject.run(&subject, 1);
        self.equipment.push(None);
        self.push_value(&reading.value);
        self.verbatim.push(Some(&reading.verbatim));
        self.unit.push(Some(&reading.unit));
        self.status.append_value(i64::from(reading.quality.status));
        self.flags.append_value(i64::from(reading.quality.flags.0));
        self.zone.push(Some(reading.zone.name()));
        self.source_at.append_option(micros(reading.clocks.source));
        self.server_at.append_option(micros(reading.clocks.server));
        self.received_at.append_value(reading.clocks.received.0);
        self.original_at.append_option(reading.attributes.get(ORIGINAL_TIME).and_then(|time| text::instant(time)));
        self.attributes.push(text::pairs(&reading.attributes).as_deref());
        Ok(())
    }

    /// Adds the rows of a block, those of one stream together.
    ///
    /// Fails with [`Error::TooLarge`], with nothing added, if the block has more rows than a row number can count, or
    /// a row points beyond its streams or subjects (a decoded block has none).
    pub(crate) fn push_block(&mut self, at: &Position<'_>, block: &Block) -> Result<(), Error> {
        crate::batch::int("row", block.rows.len() as u64)?;
        for row in &block.rows {
            within("stream", row.stream, block.streams.len())?;
            within("subject", row.subject, block.subjects.len())?;
        }
        let streams: Vec<StreamKeys> = block.streams.iter().map(|stream| self.stream_keys(stream)).collect();
        let subjects: Vec<SubjectKeys> = block.subjects.iter().map(|subject| self.subject.keys(subject)).collect();
        let order = by_stream_and_subject(block);
        self.push_constants(at, block);
        let place = |row: i32| {
            let row = &block.rows[usize::try_from(row).expect("row numbers are not negative")];
            (usize::from(row.stream), usize::from(row.subject))
        };
        for run in order.chunk_by(|a, b| place(*a) == place(*b)) {
            let (stream, subject) = place(run[0]);
            self.push_run(&streams[stream], &subjects[subject], run.len());
        }
        self.row.append_slice(&order);
        for row in order {
            let row = &block.rows[usize::try_from(row).expect("row numbers are not negative")];
            self.numbers.push_exact(row.value);
            self.status.append_value(i64::from(row.status));
            self.flags.append_value(i64::from(row.flags.0));
            self.source_at.append_option(micros(row.source));
            self.server_at.append_option(micros(row.server));
            self.received_at.append_value(row.received.0);
            self.original_at.append_option(micros(row.original));
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.ingest_no.finish()),
            self.box_id.finish()?,
            self.enterprise.finish()?,
            Arc::new(self.seg_no.finish()),
            Arc::new(self.entry.finish()),
            Arc::new(self.row.finish()),
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
            self.equipment.finish()?,
            self.value_kind.finish()?,
            self.comparator.finish()?,
            Arc::new(self.numbers.value.finish()),
            Arc::new(self.numbers.digits.finish()),
            Arc::new(self.numbers.scale.finish()),
            Arc::new(self.numbers.digits_wide.finish()),
            self.text.finish()?,
            self.verbatim.finish()?,
            self.unit.finish()?,
            Arc::new(self.status.finish()),
            Arc::new(self.flags.finish()),
            self.zone.finish()?,
            Arc::new(self.source_at.finish()),
            Arc::new(self.server_at.finish()),
            Arc::new(self.received_at.finish()),
            Arc::new(self.original_at.finish()),
            self.attributes.finish()?,
        ]);
        RecordBatch::try_new(READING.arrow_schema(), columns)
    }

    fn push_position(&mut self, at: &Position<'_>, rows: usize) {
        self.ingest_no.append_value_n(at.ingest_no, rows);
        let box_id = self.box_id.key(at.box_id.as_str());
        self.box_id.run(Some(box_id), rows);
        let enterprise = self.enterprise.key(at.enterprise.as_str());
        self.enterprise.run(Some(enterprise), rows);
        self.seg_no.append_value_n(at.seg_no, rows);
        self.entry.append_value_n(at.entry, rows);
        self.rows += rows;
    }

    /// The columns in which all rows of a block agree.
    fn push_constants(&mut self, at: &Position<'_>, block: &Block) {
        let rows = block.rows.len();
        self.push_position(at, rows);
        let source = self.source.key(block.source.as_str());
        self.source.run(Some(source), rows);
        self.source_key.append_nulls(rows);
        self.version.append_value_n(1, rows);
        self.record_id.append_nulls(rows);
        let number = self.value_kind.key(text::NUMBER);
        self.value_kind.run(Some(number), rows);
        let equal = self.comparator.key(text::comparator(Comparator::Equal));
        self.comparator.run(Some(equal), rows);
        self.text.run(None, rows);
        self.verbatim.run(None, rows);
        let zone = self.zone.key(block.zone.name());
        self.zone.run(Some(zone), rows);
        self.attributes.run(None, rows);
    }

    fn push_run(&mut self, stream: &StreamKeys, subject: &SubjectKeys, rows: usize) {
        self.address.run(Some(stream.address), rows);
        self.parameter.run(Some(stream.parameter), rows);
        self.qualifiers.run(stream.qualifiers, rows);
        self.unit.run(Some(stream.unit), rows);
        self.equipment.run(stream.equipment, rows);
        self.subject.run(subject, rows);
    }

    fn stream_keys(&mut self, stream: &Stream) -> StreamKeys {
        StreamKeys {
            address: self.address.key(&stream.address),
            parameter: self.parameter.key(stream.parameter.as_str()),
            qualifiers: self.qualifiers.key_of(text::pairs(&stream.qualifiers).as_deref()),
            unit: self.unit.key(&stream.unit),
            equipment: self.equipment.key_of(stream.equipment.as_ref().map(|equipment| equipment.as_str())),
        }
    }

    fn push_value(&mut self, value: &Value) {
        self.value_kind.push(Some(text::value_kind(value)));
        match value {
            Value::Number { decimal, comparator } => {
                self.comparator.push(Some(text::comparator(*comparator)));
                match comparator {
                    Comparator::Equal => self.numbers.push_exact(*decimal),
                    _ => self.numbers.push_censored(*decimal),
                }
                self.text.push(None);
            }
            Value::NotDetected | Value::TooNumerousToCount => self.push_not_a_number(None),
            Value::Bool(yes) => self.push_not_a_number(Some(if *yes { "true" } else { "false" })),
            Value::Text(text) => self.push_not_a_number(Some(text)),
        }
    }

    fn push_not_a_number(&mut self, text: Option<&str>) {
        self.comparator.push(None);
        self.numbers.push_none();
        self.text.push(text);
    }
}

fn within(column: &'static str, index: u16, len: usize) -> Result<(), Error> {
    if usize::from(index) < len { Ok(()) } else { Err(Error::TooLarge { column, value: u64::from(index) }) }
}

/// Row numbers of a block, those of one stream and subject together, each in order of arrival.
fn by_stream_and_subject(block: &Block) -> Vec<i32> {
    let mut order: Vec<i32> = (0i32..).take(block.rows.len()).collect();
    order.sort_by_key(|&row| {
        let row = &block.rows[usize::try_from(row).expect("row numbers are not negative")];
        (row.stream, row.subject)
    });
    order
}
