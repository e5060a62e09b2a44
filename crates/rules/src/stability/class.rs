//! Which kind of data a series holds: first by what the catalogue says, then by the numbers.
//!
//! Goes out: a typed refusal where this version of the model has no limit that fits. Never here: a normal limit on data
//! that are plainly not normal.

use super::Baseline;
use crate::{Error, describe};

/// What the metadata say of the parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Measured on a scale.
    Continuous,
    /// Counted: colonies, particles, defects on a constant area of opportunity.
    Count,
    /// A share or a count per varying area; not supported yet.
    Rate,
}

impl Kind {
    /// Kind by UCUM unit: colony counts (`[CFU]/g`), plaque counts (`[PFU]`) and plain events (`{count}`, `{particles}/m3`)
    /// are counts, all else is continuous. A rate must be declared: no unit tells whether its denominator varies.
    pub fn of_unit(unit: &str) -> Self {
        let numerator = unit.split('/').next().unwrap_or(unit);
        match numerator {
            "[CFU]" | "[PFU]" | "{count}" | "{particles}" | "{colonies}" => Self::Count,
            _ => Self::Continuous,
        }
    }
}

/// Why this version of the model gives no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsupported {
    /// This value is only a bound; there is no number to judge.
    CensoredValue,
    /// More than [`CENSORED_SHARE_MAX`] of the baseline is censored or stands at its lowest value, the reporting limit.
    Censored,
    /// Every baseline value is positive and their skewness exceeds [`SKEWNESS_MAX`]: needs a transformation.
    Skewed,
    /// Every baseline value is the same: there is no spread to compare with.
    Constant,
    /// A fraction in a count series: a mean of plates, not a count. It is judged by its limits only.
    Fraction,
    /// A share or rate.
    Rate,
}

impl Unsupported {
    /// The name shown and logged.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CensoredValue => "censored-value",
            Self::Censored => "censored",
            Self::Skewed => "skewed",
            Self::Constant => "constant",
            Self::Fraction => "fraction",
            Self::Rate => "rate",
        }
    }
}

/// Share of the baseline at or below the reporting limit above which a series counts as censored.
pub const CENSORED_SHARE_MAX: f64 = 0.30;
/// Skewness of an all-positive baseline above which it counts as skewed.
pub const SKEWNESS_MAX: f64 = 1.0;

/// Why the baseline cannot carry limits for continuous data, if so.
pub(crate) fn continuous_refusal(baseline: &Baseline) -> Result<Option<Unsupported>, Error> {
    let values = baseline.values();
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if lowest >= highest {
        return Ok(Some(Unsupported::Constant));
    }
    let at_lowest = values.iter().filter(|&&x| x <= lowest).count();
    let share = describe::count(at_lowest) / describe::count(values.len());
    if share > CENSORED_SHARE_MAX || baseline.censored_share() > CENSORED_SHARE_MAX {
        return Ok(Some(Unsupported::Censored));
    }
    if lowest > 0.0 && describe::skewness(values)? > SKEWNESS_MAX {
        return Ok(Some(Unsupported::Skewed));
    }
    Ok(None)
}

/// Why the baseline cannot carry limits for counts, if so. Zeros are counts, not censored values.
pub(crate) fn count_refusal(baseline: &Baseline) -> Option<Unsupported> {
    (baseline.censored_share() > CENSORED_SHARE_MAX).then_some(Unsupported::Censored)
}
