//! A parameter's control chart: batch values in series order with the limits each was judged by.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use super::{EnterpriseRef, LevelName, Number, ParameterView, SignalName, Time};

/// One series: (enterprise, product, step, parameter, qualifiers).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeriesRow {
    /// Opaque id, safe in a path.
    pub id: String,
    /// Whose.
    pub enterprise: EnterpriseRef,
    /// Product code.
    pub product: String,
    /// Process step, if the series belongs to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// Parameter.
    pub parameter: ParameterView,
    /// Which of several like values.
    pub qualifiers: BTreeMap<String, String>,
    /// UCUM unit of the values.
    pub unit: String,
    /// Batches in it.
    pub points: u64,
    /// End of the newest batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_at: Option<Time>,
    /// Points with a signal.
    pub flagged: u64,
}

/// Which series. In the order they were first seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SeriesQuery {
    /// Only of this enterprise.
    pub enterprise: Option<String>,
    /// Only of this product.
    pub product: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Rows wanted, 1 to 500; 50 if absent.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u64>,
}

/// How much of a chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChartQuery {
    /// Newest points wanted, 1 to 10000; 500 if absent.
    #[param(minimum = 1, maximum = 10000)]
    pub points: Option<u64>,
}

/// What a stretch of a series is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhaseKind {
    /// Fewer than ten batches: collected, not judged.
    Collecting,
    /// 10 to 29 batches: provisional limits, yellow.
    Preliminary,
    /// 30 and more: orange.
    LongTerm,
}

/// A stretch of a series with one way of judging.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Phase {
    /// How it is judged.
    pub kind: PhaseKind,
    /// Place of its first point in [`SeriesChart::points`].
    pub first: u64,
    /// Place of its last point.
    pub last: u64,
}

/// How a reported number stands to the true one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub enum ComparatorSign {
    /// `1.820`
    #[serde(rename = "=")]
    Equal,
    /// `<0.05`
    #[serde(rename = "<")]
    Less,
    /// `≤10`
    #[serde(rename = "≤")]
    LessOrEqual,
    /// `>300`
    #[serde(rename = ">")]
    Greater,
    /// `≥98.0`
    #[serde(rename = "≥")]
    GreaterOrEqual,
}

impl From<record::Comparator> for ComparatorSign {
    fn from(comparator: record::Comparator) -> Self {
        match comparator {
            record::Comparator::Equal => Self::Equal,
            record::Comparator::Less => Self::Less,
            record::Comparator::LessOrEqual => Self::LessOrEqual,
            record::Comparator::Greater => Self::Greater,
            record::Comparator::GreaterOrEqual => Self::GreaterOrEqual,
        }
    }
}

/// A judgement on a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Flag {
    /// The finding.
    pub finding_id: String,
    /// The warning it belongs to.
    pub warning_id: String,
    /// Severity.
    pub level: LevelName,
    /// Kind.
    pub signal: SignalName,
}

/// One batch's value and the limits it was judged by. A limit is absent where there was none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChartPoint {
    /// Batch number.
    pub batch: String,
    /// End of the batch, which orders the series.
    pub batch_end_at: Time,
    /// Version of the result, 1 unless corrected.
    pub version: u32,
    /// The reading's id.
    pub record: String,
    /// The number charted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Number>,
    /// How the number stands to the true one.
    pub comparator: ComparatorSign,
    /// The batch's end is known; until then `batch_end_at` is the time of the result and the place may change.
    pub batch_ended: bool,
    /// Centre line at this point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub center: Option<Number>,
    /// Lower point limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_lower: Option<Number>,
    /// Upper point limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_upper: Option<Number>,
    /// Lower specification or legal limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec_lower: Option<Number>,
    /// Upper specification or legal limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec_upper: Option<Number>,
    /// Judgements on it, most severe first.
    pub flags: Vec<Flag>,
}

/// The control chart of a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeriesChart {
    /// The series.
    pub series: SeriesRow,
    /// Stretches in order.
    pub phases: Vec<Phase>,
    /// Points in series order, the newest of them.
    pub points: Vec<ChartPoint>,
    /// Older points left out.
    pub left_out: u64,
}
