//! Batches: what is known of each, and all results of one.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use super::{ChartPoint, EnterpriseRef, LevelCounts, ParameterView, Time, Warning};

/// What is known of a batch. A time is absent until its event has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BatchRow {
    /// Whose.
    pub enterprise: EnterpriseRef,
    /// Product code.
    pub product: String,
    /// Batch number.
    pub batch: String,
    /// When this end first heard of it.
    pub first_seen_at: Time,
    /// When it was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Time>,
    /// When it was released or refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Time>,
    /// The decision in the source's word: `released`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// Open warnings with a standing finding on it.
    pub warnings_open: LevelCounts,
}

/// One result of a batch with what it was judged by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BatchResult {
    /// Series it belongs to, to open the chart of.
    pub series_id: String,
    /// Process step or stage, if it belongs to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// Parameter.
    pub parameter: ParameterView,
    /// Which of several like values.
    pub qualifiers: BTreeMap<String, String>,
    /// UCUM unit of the value.
    pub unit: String,
    /// The value, its limits and its flags.
    pub point: ChartPoint,
    /// Box time of the result.
    pub result_at: Time,
}

/// One event of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BatchEvent {
    /// Its record, hexadecimal.
    pub record: String,
    /// What happened: `batch_started`, `step_started`, `step_ended`, `lot_consumed`, `batch_ended`, `batch_released`, or
    /// another word of the source.
    pub kind: String,
    /// Process step or stage, if it belongs to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// When: the source's time, or the box's where the source gave none.
    pub at: Time,
    /// Id of the source that told.
    pub source: String,
    /// 1 for the first telling, higher for corrections.
    pub version: u32,
    /// What else was told, such as `material`, `lot`, `decision`.
    pub attributes: BTreeMap<String, String>,
}

/// A product of an enterprise, as its batches tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProductRow {
    /// Whose.
    pub enterprise: EnterpriseRef,
    /// Product code.
    pub product: String,
    /// Batches known.
    pub batches: u64,
    /// Of them released or refused.
    pub decided: u64,
    /// When this end first heard of the newest of them.
    pub last_seen_at: Time,
    /// Open warnings by level.
    pub warnings_open: LevelCounts,
}

/// A batch with its results and warnings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BatchDetail {
    /// The batch.
    pub batch: BatchRow,
    /// Its current results by step, then parameter; at most 500.
    pub results: Vec<BatchResult>,
    /// What happened to it, by time; at most 500.
    pub events: Vec<BatchEvent>,
    /// There are more results than shown.
    pub results_cut: bool,
    /// Warnings with a standing finding on it, newest result first; at most 100. `/warnings?batch=` gives all.
    pub warnings: Vec<Warning>,
}

/// Which batches. The last heard of first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BatchQuery {
    /// Only of this enterprise.
    pub enterprise: Option<String>,
    /// Only of this product.
    pub product: Option<String>,
    /// Only those whose number contains this text.
    pub number: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Rows wanted, 1 to 500; 50 if absent.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u64>,
}
