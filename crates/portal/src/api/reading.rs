//! A reading as the live page shows it.

use record::{Catalogue, Quality, Reading, Subject, Value, Zone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::{ComparatorSign, Number, ParameterView, Time};
use crate::names;

/// Most rows of [`Latest`] and of one live event.
pub const LATEST_LEN_MAX: usize = 500;

/// Who may see a datum: 白区 灰区 黑区.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ZoneName {
    /// Pushed to the regulator at once.
    White,
    /// Given on an approved request.
    Grey,
    /// Opened on site with both passwords.
    Black,
}

impl From<Zone> for ZoneName {
    fn from(zone: Zone) -> Self {
        match zone {
            Zone::White => Self::White,
            Zone::Grey => Self::Grey,
            Zone::Black => Self::Black,
        }
    }
}

impl From<ZoneName> for Zone {
    fn from(zone: ZoneName) -> Self {
        match zone {
            ZoneName::White => Self::White,
            ZoneName::Grey => Self::Grey,
            ZoneName::Black => Self::Black,
        }
    }
}

/// OPC UA severity of the source's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QualityClass {
    /// Top two bits 00.
    Good,
    /// Top two bits 01.
    Uncertain,
    /// Top two bits 10 or 11.
    Bad,
}

/// What the source said of a value and what the box noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QualityView {
    /// Severity of `status`.
    pub class: QualityClass,
    /// OPC UA StatusCode, eight hexadecimal digits: `80310000`.
    pub status: String,
    /// The box's flags by name: `src_future`, `unit_converted`.
    pub flags: Vec<String>,
}

/// Names of the box's flags, as they appear in [`QualityView::flags`].
const FLAG_NAMES: [(record::Flags, &str); 9] = [
    (record::Flags::SRC_FUTURE, "src_future"),
    (record::Flags::SRC_EPOCH, "src_epoch"),
    (record::Flags::SRC_FROZEN, "src_frozen"),
    (record::Flags::SRC_NAIVE_TZ, "src_naive_tz"),
    (record::Flags::DST_AMBIGUOUS, "dst_ambiguous"),
    (record::Flags::BOX_UNSYNC, "box_unsync"),
    (record::Flags::BOX_STEP, "box_step"),
    (record::Flags::UNIT_CONVERTED, "unit_converted"),
    (record::Flags::BACKFILLED, "backfilled"),
];

impl From<Quality> for QualityView {
    fn from(quality: Quality) -> Self {
        let class = match quality.status >> 30 {
            0 => QualityClass::Good,
            1 => QualityClass::Uncertain,
            _ => QualityClass::Bad,
        };
        let flags = FLAG_NAMES
            .iter()
            .filter(|(flag, _)| quality.flags.contains(*flag))
            .map(|(_, name)| (*name).to_owned())
            .collect();
        Self { class, status: format!("{:08X}", quality.status), flags }
    }
}

/// What a reading is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SubjectView {
    /// A received lot of a material.
    MaterialLot {
        /// Material code.
        material: String,
        /// Lot number.
        lot: String,
    },
    /// A batch, or one step of it.
    Batch {
        /// Product.
        product: String,
        /// Batch number.
        batch: String,
        /// Process step, if the reading belongs to one.
        #[serde(skip_serializing_if = "Option::is_none")]
        step: Option<String>,
    },
    /// A machine.
    Equipment {
        /// Its id.
        id: String,
    },
    /// A room, store, vault or vehicle.
    Room {
        /// Its id.
        id: String,
    },
    /// A sample that belongs to neither.
    Sample {
        /// Its id.
        id: String,
    },
}

impl From<&Subject> for SubjectView {
    fn from(subject: &Subject) -> Self {
        match subject {
            Subject::MaterialLot { material, lot } => {
                Self::MaterialLot { material: material.to_string(), lot: lot.to_string() }
            }
            Subject::Batch { product, batch, step } => Self::Batch {
                product: product.to_string(),
                batch: batch.to_string(),
                step: step.as_deref().map(str::to_owned),
            },
            Subject::Equipment(id) => Self::Equipment { id: id.to_string() },
            Subject::Room(id) => Self::Room { id: id.to_string() },
            Subject::Sample(id) => Self::Sample { id: id.to_string() },
        }
    }
}

/// The newest value of one stream or one laboratory result.
///
/// A stream is (source, parameter, qualifiers, subject without batch): the page keeps one row for each `stream`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LiveReading {
    /// Names the stream; two readings with the same one replace each other on the page.
    pub stream: String,
    /// Hash that names the reading for ever, in hexadecimal.
    pub id: String,
    /// Connector: `scada`, `lims`.
    pub source: String,
    /// Catalogue item.
    pub parameter: ParameterView,
    /// Which of several like values.
    pub qualifiers: BTreeMap<String, String>,
    /// What it is about.
    pub subject: SubjectView,
    /// Exactly what the source wrote: `<0.05`, `ND`, `1.820`.
    pub verbatim: String,
    /// The number read in it, in `unit`; absent for text, yes/no, `ND`, `TNTC`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<Number>,
    /// How `number` stands to the true one; absent with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparator: Option<ComparatorSign>,
    /// UCUM unit of `number`; `1` for none.
    pub unit: String,
    /// Source status and box flags.
    pub quality: QualityView,
    /// Zone by catalogue and policy.
    pub zone: ZoneName,
    /// When the source says it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_at: Option<Time>,
    /// When the box received it.
    pub received_at: Time,
}

impl LiveReading {
    /// The view of a reading. The stream is (source, parameter, qualifiers, subject without its batch).
    pub fn of(reading: &Reading, catalogue: &Catalogue) -> Self {
        let stream = match &reading.subject {
            Subject::Batch { product, step, .. } => format!("{product}/{}", step.as_deref().unwrap_or_default()),
            Subject::MaterialLot { material, .. } => material.to_string(),
            Subject::Equipment(id) | Subject::Room(id) | Subject::Sample(id) => id.to_string(),
        };
        let (source, parameter) = (&reading.source, &reading.parameter);
        let comparator = match &reading.value {
            Value::Number { comparator, .. } => Some((*comparator).into()),
            _ => None,
        };
        Self {
            stream: format!("{source}/{parameter}/{:?}/{stream}", reading.qualifiers),
            id: reading.id.to_string(),
            source: source.to_string(),
            parameter: names::parameter(catalogue, parameter),
            qualifiers: reading.qualifiers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
            subject: (&reading.subject).into(),
            verbatim: reading.verbatim.to_string(),
            number: Number::of_value(&reading.value),
            comparator,
            unit: reading.unit.to_string(),
            quality: reading.quality.into(),
            zone: reading.zone.into(),
            source_at: reading.clocks.source.map(Into::into),
            received_at: reading.clocks.received.into(),
        }
    }
}

/// The newest reading of each stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Latest {
    /// Ordered by parameter, then stream; at most 500.
    pub readings: Vec<LiveReading>,
    /// Streams left out because there are more than 500.
    pub left_out: u64,
}
