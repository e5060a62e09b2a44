//! One value of one key parameter about one subject at one time.

use crate::{Clocks, ParameterCode, Quality, RecordId, SourceId, SourceKey, Subject, Value};

/// Who may see a datum (白/灰/黑区).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Zone {
    /// Pushed to the regulator at once.
    White = 0,
    /// Given on an approved request.
    Grey = 1,
    /// Opened on site with both passwords.
    Black = 2,
}

impl Zone {
    /// The name in tables and interfaces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::White => "white",
            Self::Grey => "grey",
            Self::Black => "black",
        }
    }

    /// The choice of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "white" => Self::White,
            "grey" => Self::Grey,
            "black" => Self::Black,
            _ => return None,
        })
    }
}

/// Sorted name–value pairs that say which of several like values this is: `analyte=impurity L`, `probe=3`.
pub type Qualifiers = std::collections::BTreeMap<Box<str>, Box<str>>;

/// One laboratory result, master-data value or single measurement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// [`crate::record_id`] of source, address, source key and version: redelivery gives the same id.
    pub id: RecordId,
    /// Connector it came through.
    pub source: SourceId,
    /// The source's own key of the datum.
    pub key: SourceKey,
    /// 1 for the first, higher for corrections of the same key, which never overwrite.
    pub version: u32,
    /// Catalogue item.
    pub parameter: ParameterCode,
    /// Which of several like values.
    pub qualifiers: Qualifiers,
    /// What it is about.
    pub subject: Subject,
    /// Exactly what the source wrote.
    pub verbatim: Box<str>,
    /// What we read in it, in `unit`.
    pub value: Value,
    /// UCUM unit of `value`, of the parameter's set; `1` for none.
    pub unit: Box<str>,
    /// Source status and box flags.
    pub quality: Quality,
    /// Source, server and box time.
    pub clocks: Clocks,
    /// Attributes that are not part of the series key: `original_time`, `method`, `analyst` (pseudonym).
    pub attributes: Qualifiers,
    /// Zone by catalogue and policy.
    pub zone: Zone,
}
