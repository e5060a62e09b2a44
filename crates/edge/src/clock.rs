//! The box's clocks: wall, monotonic, boot.

use record::Timestamp;
use seal::Moment;
use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A jump of the wall clock against the monotonic one that is larger than this is a step. Microseconds.
pub const STEP_MIN_US: i64 = 50_000;

/// Wall clock now. A clock before 1970 gives 1970: the flag of the value says so.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_micros()).expect("the year 294247 is far away"))
}

/// Both clocks now. The monotonic one counts from the first call in this process.
pub fn moment() -> Moment {
    static START: OnceLock<Instant> = OnceLock::new();
    let mono = START.get_or_init(Instant::now).elapsed();
    Moment { wall: now(), mono_us: u64::try_from(mono.as_micros()).expect("a process runs less than 584,000 years") }
}

/// Whether the wall clock moved otherwise than the monotonic one between two moments.
pub fn stepped(from: &Moment, to: &Moment) -> bool {
    let wall = to.wall.0.saturating_sub(from.wall.0);
    let mono = i64::try_from(to.mono_us.saturating_sub(from.mono_us)).unwrap_or(i64::MAX);
    wall.abs_diff(mono) > STEP_MIN_US.unsigned_abs()
}

/// The kernel's id of this boot; zeros where the system has none, as in some containers.
pub fn boot_id() -> [u8; 16] {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let mut id = [0u8; 16];
    if hex::decode_to_slice(digits, &mut id).is_err() {
        id = [0; 16];
    }
    id
}

/// Whether the kernel says that its clock is disciplined; `None` where it does not say.
pub fn synchronised() -> Option<bool> {
    // Written by systemd-timesyncd once the clock has been set from the network in this boot.
    let marker = std::path::Path::new("/run/systemd/timesync/synchronized");
    std::path::Path::new("/run/systemd/timesync").exists().then(|| marker.exists())
}

/// RFC 3339 in UTC with microseconds; a time outside the years −9999 to 9999 as its number.
pub fn rfc3339(at: Timestamp) -> String {
    match jiff::Timestamp::from_microsecond(at.0) {
        Ok(time) => format!("{time:.6}"),
        Err(_out_of_years) => format!("{} us", at.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_jumps_is_noticed_and_one_that_drifts_is_not() {
        let from = Moment { wall: Timestamp(0), mono_us: 0 };
        let check = |wall, mono_us, expected| {
            assert_eq!(stepped(&from, &Moment { wall: Timestamp(wall), mono_us }), expected, "{wall} {mono_us}");
        };
        check(1_000_000, 1_000_000, false);
        check(1_040_000, 1_000_000, false);
        check(1_060_000, 1_000_000, true);
        check(-3_600_000_000, 1_000_000, true);
    }
}
