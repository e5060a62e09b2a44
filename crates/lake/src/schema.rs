//! The columns of the two tables, said once: the Delta schema, the Arrow schema, the Parquet settings and the
//! statistics all come from here.
//!
//! Changing a column is changing the table: raise [`LAYOUT_VERSION`] and rebuild from the segments.

use std::sync::Arc;

use deltalake::arrow::datatypes::{DataType as Arrow, Field, Schema, SchemaRef, TimeUnit};
use deltalake::kernel::{DataType as Delta, DecimalType, PrimitiveType, StructField};
use deltalake::parquet::basic::{Compression, Encoding, ZstdLevel};
use deltalake::parquet::errors::ParquetError;
use deltalake::parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use deltalake::parquet::schema::types::ColumnPath;

/// Version of the columns below; kept in the table's properties as `yaoxia.layout`.
pub(crate) const LAYOUT_VERSION: u32 = 1;

/// The partition column of both tables: UTC day on which the box closed the segment.
pub(crate) const PARTITION: &str = "sealed_day";

/// Digits of the widest exact number: a decimal's 96-bit integer has up to 29.
pub(crate) const WIDE_DIGITS: u8 = 29;

/// Rows of a Parquet row group: small enough to read one parameter's share cheaply, large enough to pack well.
const ROW_GROUP_ROWS: usize = 1 << 20;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Whole number.
    Long,
    /// Whole number below 2³¹.
    Int,
    /// Whole number below 2⁷.
    Byte,
    /// Nearest double.
    Double,
    /// Whole number of up to [`WIDE_DIGITS`] digits.
    Wide,
    /// Yes or no.
    Bool,
    /// Text out of few different ones.
    Word,
    /// Text, mostly different in each row.
    Text,
    /// UTC microseconds.
    Instant,
}

/// How the values lie in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    /// Dictionary, as long as it stays small.
    Dictionary,
    /// Differences to the value before, bit-packed: counters and clocks.
    Differences,
    /// As they are.
    Plain,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) nullable: bool,
    pub(crate) packing: Packing,
    /// Minimum and maximum of each file go to the log, so that queries skip files.
    pub(crate) skips: bool,
}

/// One table.
#[derive(Debug)]
pub(crate) struct Table {
    /// Name, folder and application id of its transactions.
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [Column],
}

const fn required(name: &'static str, kind: Kind, packing: Packing) -> Column {
    Column { name, kind, nullable: false, packing, skips: false }
}

const fn optional(name: &'static str, kind: Kind, packing: Packing) -> Column {
    Column { name, kind, nullable: true, packing, skips: false }
}

const fn skipping(column: Column) -> Column {
    Column { skips: true, ..column }
}

use Kind::{Bool, Byte, Double, Instant, Int, Long, Text, Wide, Word};
use Packing::{Dictionary, Differences, Plain};

/// One row a value: laboratory results and dense readings.
pub(crate) static READING: Table = Table {
    name: "reading",
    columns: &[
        skipping(required("ingest_no", Long, Differences)),
        skipping(required("box", Word, Dictionary)),
        skipping(required("enterprise", Word, Dictionary)),
        required("seg_no", Long, Differences),
        required("entry", Int, Differences),
        required("row", Int, Differences),
        required("source", Word, Dictionary),
        optional("address", Word, Dictionary),
        optional("source_key", Text, Plain),
        required("version", Int, Dictionary),
        optional("record_id", Text, Plain),
        skipping(required("parameter", Word, Dictionary)),
        optional("qualifiers", Word, Dictionary),
        required("subject", Word, Dictionary),
        skipping(optional("product", Word, Dictionary)),
        skipping(optional("batch", Word, Dictionary)),
        optional("step", Word, Dictionary),
        optional("material", Word, Dictionary),
        optional("lot", Word, Dictionary),
        optional("subject_equipment", Word, Dictionary),
        optional("equipment", Word, Dictionary),
        required("value_kind", Word, Dictionary),
        optional("comparator", Word, Dictionary),
        optional("value", Double, Dictionary),
        optional("digits", Long, Dictionary),
        optional("scale", Byte, Dictionary),
        optional("digits_wide", Wide, Dictionary),
        optional("text", Word, Dictionary),
        optional("verbatim", Word, Dictionary),
        required("unit", Word, Dictionary),
        required("status", Long, Dictionary),
        required("flags", Long, Dictionary),
        required("zone", Word, Dictionary),
        skipping(optional("source_at", Instant, Differences)),
        optional("server_at", Instant, Differences),
        skipping(required("received_at", Instant, Differences)),
        optional("original_at", Instant, Differences),
        optional("attributes", Word, Dictionary),
    ],
};

/// One row an event, rejected value, gap or finding.
pub(crate) static EVENT: Table = Table {
    name: "event",
    columns: &[
        skipping(required("ingest_no", Long, Differences)),
        skipping(required("box", Word, Dictionary)),
        skipping(required("enterprise", Word, Dictionary)),
        required("seg_no", Long, Differences),
        required("entry", Int, Differences),
        skipping(required("kind", Word, Dictionary)),
        required("name", Word, Dictionary),
        optional("source", Word, Dictionary),
        optional("address", Word, Dictionary),
        optional("source_key", Text, Plain),
        optional("version", Int, Dictionary),
        optional("record_id", Text, Plain),
        skipping(optional("parameter", Word, Dictionary)),
        optional("qualifiers", Word, Dictionary),
        optional("subject", Word, Dictionary),
        skipping(optional("product", Word, Dictionary)),
        skipping(optional("batch", Word, Dictionary)),
        optional("step", Word, Dictionary),
        optional("material", Word, Dictionary),
        optional("lot", Word, Dictionary),
        optional("subject_equipment", Word, Dictionary),
        optional("level", Word, Dictionary),
        optional("signal", Word, Dictionary),
        optional("verbatim", Text, Plain),
        optional("unit", Word, Dictionary),
        optional("detail", Text, Plain),
        optional("lost", Long, Dictionary),
        optional("filled", Bool, Plain),
        required("zone", Word, Dictionary),
        optional("from_at", Instant, Differences),
        optional("source_at", Instant, Differences),
        optional("server_at", Instant, Differences),
        skipping(required("received_at", Instant, Differences)),
        optional("attributes", Text, Plain),
        optional("inputs", Text, Plain),
    ],
};

impl Column {
    fn delta(&self) -> Delta {
        Delta::Primitive(match self.kind {
            Long => PrimitiveType::Long,
            Int => PrimitiveType::Integer,
            Byte => PrimitiveType::Byte,
            Double => PrimitiveType::Double,
            Bool => PrimitiveType::Boolean,
            Word | Text => PrimitiveType::String,
            Instant => PrimitiveType::Timestamp,
            Wide => {
                PrimitiveType::Decimal(DecimalType::try_new(WIDE_DIGITS, 0).expect("29 digits are within Delta's 38"))
            }
        })
    }

    fn arrow(&self) -> Arrow {
        match self.kind {
            Long => Arrow::Int64,
            Int => Arrow::Int32,
            Byte => Arrow::Int8,
            Double => Arrow::Float64,
            Bool => Arrow::Boolean,
            Word => Arrow::Dictionary(Box::new(Arrow::Int32), Box::new(Arrow::Utf8)),
            Text => Arrow::Utf8,
            Instant => Arrow::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Wide => Arrow::Decimal128(WIDE_DIGITS, 0),
        }
    }
}

impl Table {
    /// The columns of the Delta table, the partition last.
    pub(crate) fn delta_columns(&self) -> Vec<StructField> {
        let partition = StructField::new(PARTITION, Delta::Primitive(PrimitiveType::Date), true);
        self.columns
            .iter()
            .map(|column| StructField::new(column.name, column.delta(), column.nullable))
            .chain([partition])
            .collect()
    }

    /// The columns of one data file as we build them: words as dictionaries, no partition.
    pub(crate) fn arrow_schema(&self) -> SchemaRef {
        let fields: Vec<Field> =
            self.columns.iter().map(|column| Field::new(column.name, column.arrow(), column.nullable)).collect();
        Arc::new(Schema::new(fields))
    }

    /// The names of the columns whose extremes the log keeps, for the Delta property of the same meaning.
    pub(crate) fn skipping_columns(&self) -> String {
        let names: Vec<&str> = self.columns.iter().filter(|column| column.skips).map(|column| column.name).collect();
        names.join(",")
    }

    /// How data files of this table are encoded.
    pub(crate) fn parquet(&self) -> Result<WriterProperties, ParquetError> {
        let mut properties = WriterProperties::builder()
            .set_writer_version(WriterVersion::PARQUET_1_0)
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .set_statistics_enabled(EnabledStatistics::None)
            .set_created_by("yaoxia".to_owned());
        for column in self.columns {
            let path = ColumnPath::from(column.name);
            let fallback = match (column.packing, column.kind) {
                (Packing::Plain, _) | (_, Bool | Word | Text | Wide) => None,
                (_, Double) => Some(Encoding::BYTE_STREAM_SPLIT),
                (_, Byte) => None,
                (_, Long | Int | Instant) => Some(Encoding::DELTA_BINARY_PACKED),
            };
            if let Some(encoding) = fallback {
                properties = properties.set_column_encoding(path.clone(), encoding);
            }
            properties = properties.set_column_dictionary_enabled(path.clone(), column.packing == Packing::Dictionary);
            if column.skips {
                properties = properties.set_column_statistics_enabled(path, EnabledStatistics::Chunk);
            }
        }
        Ok(properties.build())
    }
}
