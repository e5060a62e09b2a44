//! What one leaf of the log commits to.

use crate::{Block, Event, Finding, Reading, SourceId, SourceKey, Timestamp, Zone};

/// Why a raw value was not accepted. The name is sealed with the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectReason {
    /// No mapping or catalogue item for this address.
    UnknownParameter,
    /// Unit missing, not UCUM, or not convertible to the parameter's set.
    Unit,
    /// Text where a number, date or code is required.
    Type,
    /// Outside what the parameter can physically be.
    Range,
    /// Source time unusable and no rule to go on without it.
    Time,
    /// Subject missing or malformed.
    Subject,
    /// The same key and version was delivered with other content.
    Conflict,
}

impl RejectReason {
    /// The sealed name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnknownParameter => "unknown_parameter",
            Self::Unit => "unit",
            Self::Type => "type",
            Self::Range => "range",
            Self::Time => "time",
            Self::Subject => "subject",
            Self::Conflict => "conflict",
        }
    }

    /// The choice of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "unknown_parameter" => Self::UnknownParameter,
            "unit" => Self::Unit,
            "type" => Self::Type,
            "range" => Self::Range,
            "time" => Self::Time,
            "subject" => Self::Subject,
            "conflict" => Self::Conflict,
            _ => return None,
        })
    }
}

/// A raw value kept as evidence with the reason it was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Connector.
    pub source: SourceId,
    /// The source's key.
    pub key: SourceKey,
    /// Column, node or topic.
    pub address: Box<str>,
    /// Exactly what came.
    pub verbatim: Box<str>,
    /// Unit as it came.
    pub unit: Option<Box<str>>,
    /// Which rule refused it.
    pub reason: RejectReason,
    /// Where, why and what to do, in English, for the log.
    pub detail: Box<str>,
    /// When it was received.
    pub received: Timestamp,
    /// Zone of the parameter it was meant for; white if that is unknown.
    pub zone: Zone,
}

/// Why values are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The box was not running.
    BoxDown,
    /// The source was not reachable.
    Disconnected,
    /// The source's queue overflowed.
    Overflow,
    /// The box could not write: disk full.
    DiskFull,
    /// Stored bytes could not be read back.
    Corruption,
    /// Continuity could not be proved.
    Unknown,
}

impl Cause {
    /// The sealed name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BoxDown => "box_down",
            Self::Disconnected => "disconnected",
            Self::Overflow => "overflow",
            Self::DiskFull => "disk_full",
            Self::Corruption => "corruption",
            Self::Unknown => "unknown",
        }
    }

    /// The choice of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "box_down" => Self::BoxDown,
            "disconnected" => Self::Disconnected,
            "overflow" => Self::Overflow,
            "disk_full" => Self::DiskFull,
            "corruption" => Self::Corruption,
            "unknown" => Self::Unknown,
            _ => return None,
        })
    }
}

/// A stretch of a source in which values were lost or may have been lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Connector.
    pub source: SourceId,
    /// Address, if only one stream is concerned.
    pub address: Option<Box<str>>,
    /// Last time known before the gap.
    pub from: Option<Timestamp>,
    /// First time known after the gap.
    pub until: Timestamp,
    /// Number of values lost, where the source tells.
    pub lost: Option<u64>,
    /// Why.
    pub cause: Cause,
    /// True once history has filled it.
    pub filled: bool,
}

/// One entry of the log: the unit of commitment and of disclosure. Its byte form is `docs/spec/entry.md`.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A laboratory result or other single reading.
    Reading(Reading),
    /// Dense readings.
    Block(Block),
    /// An event.
    Event(Event),
    /// A judgement.
    Finding(Finding),
    /// A refused raw value.
    Reject(Reject),
    /// Missing values.
    Gap(Gap),
}

impl Entry {
    /// The zone tree the entry's leaf goes to. Gaps and findings are white: they hold no grey or black value.
    pub fn zone(&self) -> Zone {
        match self {
            Self::Reading(reading) => reading.zone,
            Self::Block(block) => block.zone,
            Self::Event(event) => event.zone,
            Self::Reject(reject) => reject.zone,
            Self::Finding(_) | Self::Gap(_) => Zone::White,
        }
    }
}
