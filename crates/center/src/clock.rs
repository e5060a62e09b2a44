//! The center's wall clock.

use record::Timestamp;

/// Now, in microseconds UTC.
pub(crate) fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

/// China Standard Time is this far ahead of UTC, microseconds; the whole country keeps it, all year.
const CHINA_AHEAD_US: i64 = 8 * 3_600 * 1_000_000;
/// A day, microseconds.
const DAY_US: i64 = 24 * 3_600 * 1_000_000;

/// Midnight before `at` by China Standard Time.
pub(crate) fn day_began(at: Timestamp) -> Timestamp {
    let local = at.0.saturating_add(CHINA_AHEAD_US);
    Timestamp(local.div_euclid(DAY_US).saturating_mul(DAY_US).saturating_sub(CHINA_AHEAD_US))
}

/// Whole seconds of a time, as a cosignature states them; times before 1970 are 0.
pub(crate) fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.0.div_euclid(1_000_000)).unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        let at = |text: &str| Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond());
        let midnight = at("2026-11-21T16:00:00Z");
        for moment in ["2026-11-21T16:00:00Z", "2026-11-22T03:12:15Z", "2026-11-22T15:59:59.999999Z"] {
            assert_eq!(day_began(at(moment)), midnight, "{moment}");
        }
        assert_eq!(day_began(at("2026-11-22T16:00:00Z")), at("2026-11-22T16:00:00Z"));
    }
}
