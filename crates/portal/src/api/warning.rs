//! Warnings and the findings behind them.

use record::{Level, Signal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use super::{EnterpriseRef, Number, ParameterView, SubjectView, Time};

/// 红 橙 黄 提示.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LevelName {
    /// 提示.
    Notice,
    /// 黄: watch.
    Yellow,
    /// 橙: action signal.
    Orange,
    /// 红: specification, legal limit or integrity hard rule.
    Red,
}

impl From<Level> for LevelName {
    fn from(level: Level) -> Self {
        match level {
            Level::Notice => Self::Notice,
            Level::Yellow => Self::Yellow,
            Level::Orange => Self::Orange,
            Level::Red => Self::Red,
        }
    }
}

/// What the statistic did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignalName {
    /// One value beyond its limit.
    Point,
    /// A lasting shift.
    Sustained,
    /// Beyond specification, registered or legal limit.
    Breach,
}

impl From<LevelName> for Level {
    fn from(level: LevelName) -> Self {
        match level {
            LevelName::Notice => Self::Notice,
            LevelName::Yellow => Self::Yellow,
            LevelName::Orange => Self::Orange,
            LevelName::Red => Self::Red,
        }
    }
}

impl From<Signal> for SignalName {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Point => Self::Point,
            Signal::Sustained => Self::Sustained,
            Signal::Breach => Self::Breach,
        }
    }
}

/// Whether box and center came to the same finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// Only one end has judged so far.
    Pending,
    /// Both computed the same finding, bit for bit.
    Agreed,
    /// The center, from the same inputs, found something else or nothing: somebody must look.
    Differs,
    /// The center lacks inputs: attested by the box, recomputable on release.
    Attested,
}

/// Something found that someone must handle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Warning {
    /// Id, the same at both ends.
    pub id: String,
    /// Whose batch.
    pub enterprise: EnterpriseRef,
    /// Product code.
    pub product: String,
    /// Batch of the newest finding, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// Judged parameter.
    pub parameter: ParameterView,
    /// Which of several like values.
    pub qualifiers: BTreeMap<String, String>,
    /// Series to open the chart of.
    pub series_id: String,
    /// Highest level of its findings.
    pub level: LevelName,
    /// Kind of its first finding.
    pub signal: SignalName,
    /// Rule of its first finding.
    pub rule: String,
    /// Version of the rule's arithmetic.
    pub rule_version: u32,
    /// Catalogue version and status the rule used.
    pub catalogue: String,
    /// Someone must still act.
    pub open: bool,
    /// State of its handling: `raised` until a person takes it.
    pub handling: String,
    /// Findings in it.
    pub findings: u64,
    /// Box time of the result that raised it.
    pub result_at: Time,
    /// When the box raised it; absent if the box has not (yet).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raised_at_box: Option<Time>,
    /// When the center raised it; absent at the enterprise end and before the center has judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raised_at_center: Option<Time>,
    /// Whether both ends agree; `pending` at the enterprise end until the center has answered.
    pub agreement: Agreement,
    /// How they differ, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
    /// A later result re-ordered or corrected the series, and the judgement run again no longer finds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded_at: Option<Time>,
}

/// Which rule judged, exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RuleView {
    /// `stability.continuous`.
    pub name: String,
    /// Version of its arithmetic.
    pub version: u32,
    /// Catalogue version the parameter was taken from.
    pub catalogue_version: String,
    /// `proposed` or `official`.
    pub catalogue_status: String,
}

/// One value a judgement used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct InputView {
    /// The reading's id.
    pub record: String,
    /// The number used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Number>,
}

/// One named parameter or statistic of a judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedNumber {
    /// `mean`, `limit_upper`.
    pub name: String,
    /// Its value; absent if the rule's number is not finite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Number>,
}

/// A judgement with everything needed to compute it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FindingView {
    /// Hash of rule, series, inputs and parameters.
    pub id: String,
    /// Which rule.
    pub rule: RuleView,
    /// Severity.
    pub level: LevelName,
    /// Kind of signal.
    pub signal: SignalName,
    /// What the judged value is about.
    pub subject: SubjectView,
    /// Unit of the values.
    pub unit: String,
    /// The window, oldest first; the judged value is last.
    pub window: Vec<InputView>,
    /// In the order the rule computes them.
    pub numbers: Vec<NamedNumber>,
    /// `estimator=maximum-likelihood`.
    pub choices: BTreeMap<String, String>,
    /// Box time of the judged result.
    pub result_at: Time,
    /// When the box raised it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raised_at_box: Option<Time>,
    /// When the center raised it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raised_at_center: Option<Time>,
    /// A later run of the series no longer finds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded_at: Option<Time>,
}

/// A warning with its findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WarningDetail {
    /// The warning.
    pub warning: Warning,
    /// Its findings, newest first, at most 100.
    pub findings: Vec<FindingView>,
    /// Findings left out because there are more than 100.
    pub left_out: u64,
}

/// Open warnings of one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpenLevel {
    /// How severe.
    pub level: LevelName,
    /// How many someone must still act on.
    pub warnings: u64,
    /// Time of the oldest one's result; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_at: Option<Time>,
}

/// What waits for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpenWarnings {
    /// Every level, most severe first.
    pub levels: Vec<OpenLevel>,
}

/// Which warnings. Newest result first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WarningQuery {
    /// Only those someone must still act on.
    pub open_only: Option<bool>,
    /// Only with a standing finding on a batch of this number.
    pub batch: Option<String>,
    /// Only of this level.
    #[param(inline)]
    pub level: Option<LevelName>,
    /// Only of this level or higher.
    #[param(inline)]
    pub level_min: Option<LevelName>,
    /// Only of this enterprise.
    pub enterprise: Option<String>,
    /// Only of this product.
    pub product: Option<String>,
    /// Only of this parameter code.
    pub parameter: Option<String>,
    /// Only of this series.
    pub series: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Rows wanted, 1 to 500; 50 if absent.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u64>,
}
