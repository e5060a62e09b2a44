//! The center's wall clock.

use record::Timestamp;

/// Now, in microseconds UTC.
pub(crate) fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

/// Whole seconds of a time, as a cosignature states them; times before 1970 are 0.
pub(crate) fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.0.div_euclid(1_000_000)).unwrap_or(0)
}
