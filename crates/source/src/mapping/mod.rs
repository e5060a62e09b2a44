//! `mapping.csv`: which address of which source is which parameter, in which unit, about what.
//!
//! Comes in: the text of the file, as plants keep it in a spreadsheet. Goes out: a [`Mapping`] in which every row is
//! typed, or every fault of the file at once with line, column, value and what to do. A row is never guessed or skipped.

mod context;
mod error;
mod parse;
mod subject;

use std::time::Duration;

use record::{EventKind, ParameterCode, Qualifiers, SourceId};

pub use context::{ContextRef, ContextRefs, EMITTED, ORIGINAL_TIME, TIME};
pub use error::{MappingError, MappingErrors};
pub use parse::{COLUMNS, MAPPING_BYTES_MAX, STREAMS_MAX};
pub use subject::{SubjectError, SubjectKind};

/// Index of a stream in its [`Plan`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u16);

/// What a stream's values become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Readings of a catalogue item.
    Parameter(ParameterCode),
    /// Events of a kind; column `parameter` says `event:batch_ended`.
    Event(EventKind),
}

/// How the verbatim text is to be read before the parameter's value type is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decode {
    /// As it stands.
    #[default]
    Plain,
    /// Decimal comma: `1,82` is 1.82 (SAP, German and Iranian locales).
    Comma,
}

impl Decode {
    /// The text to parse a value from; the verbatim text itself is kept as it is.
    pub fn apply(self, verbatim: &str) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Plain => verbatim.into(),
            Self::Comma => verbatim.replace(',', ".").into(),
        }
    }
}

/// Change below which the server need not report, by its own filter (OPC 10000-4 §7.22.2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Deadband {
    /// In the unit of the source: `abs:0.1`.
    Absolute(f64),
    /// In percent of the instrument range: `pct:1`.
    Percent(f64),
}

/// One row of the mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamSpec {
    /// Name of the stream, unique in the file.
    pub name: Box<str>,
    /// Connector it comes through.
    pub source: SourceId,
    /// Node, or `table/column`, or `table/test code`.
    pub address: Box<str>,
    /// What its values become.
    pub target: Target,
    /// UCUM unit of the source's values; `None` where the source sends units or there is none.
    pub unit_in: Option<Box<str>>,
    /// UCUM unit to keep values in; `None` for the parameter's canonical one.
    pub unit_out: Option<Box<str>>,
    /// How to read the text.
    pub decode: Decode,
    /// What the server may leave out.
    pub deadband: Option<Deadband>,
    /// A value is due at least this often; silence of three times this is a fault of the source.
    pub expect_every: Option<Duration>,
    /// Where batch, product and the like are taken from.
    pub context: ContextRefs,
    /// Which of several like values: part of the series key.
    pub qualifiers: Qualifiers,
    /// What its values are about.
    pub subject: SubjectKind,
}

/// A whole mapping file.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    streams: Vec<StreamSpec>,
}

impl Mapping {
    /// Reads the text of a mapping file; `file` is its name for messages.
    ///
    /// Fails with every fault found, not only the first.
    pub fn parse(file: &str, text: &str) -> Result<Self, MappingErrors> {
        parse::parse(file, text).map(|streams| Self { streams })
    }

    /// All rows in the order of the file.
    pub fn streams(&self) -> &[StreamSpec] {
        &self.streams
    }

    /// The rows of one source.
    pub fn plan(&self, source: &SourceId) -> Plan {
        let streams = self.streams.iter().filter(|stream| stream.source == *source).cloned().collect();
        Plan { source: source.clone(), streams }
    }
}

/// What one connector has to deliver.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    source: SourceId,
    streams: Vec<StreamSpec>,
}

impl Plan {
    /// The connector.
    pub fn source(&self) -> &SourceId {
        &self.source
    }

    /// The row a raw value came through, if the id is of this plan.
    pub fn stream(&self, id: StreamId) -> Option<&StreamSpec> {
        self.streams.get(usize::from(id.0))
    }

    /// All rows with their ids.
    pub fn streams(&self) -> impl ExactSizeIterator<Item = (StreamId, &StreamSpec)> {
        self.streams.iter().enumerate().map(|(index, stream)| {
            (StreamId(u16::try_from(index).expect("a mapping has at most STREAMS_MAX rows")), stream)
        })
    }
}
