//! Suppression of notices: the warning is stored and judged all the same, nobody is called.

use record::Timestamp;

/// Longest suppression, in days: a later end needs a new decision.
pub const SUPPRESSION_MAX_DAYS: i64 = 30;

const DAY_US: i64 = 24 * 60 * 60 * 1_000_000;

/// Whether notices are held back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Suppression {
    /// No.
    #[default]
    None,
    /// By a person, until then.
    Silenced {
        /// First instant at which notices go out again.
        until: Timestamp,
    },
}

impl Suppression {
    /// Notices are held back at `now`.
    pub fn holds(self, now: Timestamp) -> bool {
        match self {
            Self::None => false,
            Self::Silenced { until } => now < until,
        }
    }
}

/// The end of a suppression begun at `now` is allowed: after now, at most [`SUPPRESSION_MAX_DAYS`] later.
pub(crate) fn allowed(now: Timestamp, until: Timestamp) -> bool {
    until > now && until.0.saturating_sub(now.0) <= SUPPRESSION_MAX_DAYS * DAY_US
}
