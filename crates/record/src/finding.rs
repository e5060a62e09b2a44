//! A judgement on readings with everything needed to recompute it.

use crate::{Digest, EnterpriseId, ParameterCode, ProductId, Qualifiers, RecordId, Subject, Timestamp};

/// One scale from model to clock: 提示 黄 橙 红.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// 提示: worth knowing.
    Notice = 0,
    /// 黄: watch.
    Yellow = 1,
    /// 橙: action signal.
    Orange = 2,
    /// 红: specification, legal limit or integrity hard rule.
    Red = 3,
}

impl Level {
    /// The name in tables and interfaces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Yellow => "yellow",
            Self::Orange => "orange",
            Self::Red => "red",
        }
    }

    /// The choice of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "notice" => Self::Notice,
            "yellow" => Self::Yellow,
            "orange" => Self::Orange,
            "red" => Self::Red,
            _ => return None,
        })
    }
}

/// Which rule judged, exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRef {
    /// `stability.continuous`, `stability.count`, `limit.specification`.
    pub name: Box<str>,
    /// Version of the rule's arithmetic; results of two versions are never compared bit for bit.
    pub version: u32,
    /// Catalogue version the parameter was taken from.
    pub catalogue_version: Box<str>,
    /// `proposed` or `official`, as the catalogue says of itself.
    pub catalogue_status: Box<str>,
}

/// What the statistic did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Signal {
    /// One value beyond its limit.
    Point = 0,
    /// A lasting shift (CUSUM, EWMA).
    Sustained = 1,
    /// Beyond specification, registered or legal limit.
    Breach = 2,
}

impl Signal {
    /// The name in tables and interfaces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Sustained => "sustained",
            Self::Breach => "breach",
        }
    }

    /// The choice of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "point" => Self::Point,
            "sustained" => Self::Sustained,
            "breach" => Self::Breach,
            _ => return None,
        })
    }
}

/// One value the judgement used, in series order.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The reading.
    pub record: RecordId,
    /// The number used, bit for bit.
    pub value: f64,
}

/// A judgement. [`Finding::id`] is a hash of everything in it but `raised_at`, so two ends that compute the same hold one.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// [`Finding::compute_id`]; an entry with another id is not written.
    pub id: Digest,
    /// Who judged by what.
    pub rule: RuleRef,
    /// Enterprise of the series.
    pub enterprise: EnterpriseId,
    /// Product of the series.
    pub product: ProductId,
    /// Parameter of the series.
    pub parameter: ParameterCode,
    /// Qualifiers and stage of the series.
    pub qualifiers: Qualifiers,
    /// What the judged value is about.
    pub subject: Subject,
    /// Severity.
    pub level: Level,
    /// Kind of signal.
    pub signal: Signal,
    /// The judged value and the window before it, oldest first; the judged value is last.
    pub window: Vec<Input>,
    /// Named parameters and statistics in the order the rule computes them: `mean`, `sd`, `limit_upper`, `cusum_high`.
    pub numbers: Vec<(Box<str>, f64)>,
    /// Named choices: `estimator=maximum-likelihood`, `phase=long-term`.
    pub choices: Qualifiers,
    /// Time of the judged result, box clock.
    pub result_at: Timestamp,
    /// When this end raised it; not hashed.
    pub raised_at: Timestamp,
}
