//! Times as plant systems write them. A zone is never guessed: what comes without one is read in the configured zone
//! and flagged.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use record::{Flags, Timestamp};

/// Reads ISO 8601 with or without zone, and a bare date as its midnight. `None` if the text is not a time.
pub(crate) fn parse(text: &str, zone: &TimeZone) -> Option<(Timestamp, Flags)> {
    let text = text.trim();
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some((Timestamp(instant.as_microsecond()), Flags::default()));
    }
    // A text that carries an offset we could not read is not a naive time.
    let civil = match text.parse::<Date>() {
        Ok(date) if text.len() == 10 => date.to_datetime(jiff::civil::Time::midnight()),
        _ if text.len() > 10 && !text[10..].contains(['+', '-', 'Z', 'z', '[']) => text.parse::<DateTime>().ok()?,
        _ => return None,
    };
    let ambiguous = zone.to_ambiguous_zoned(civil);
    let mut flags = Flags::SRC_NAIVE_TZ;
    if ambiguous.is_ambiguous() {
        flags = flags.with(Flags::DST_AMBIGUOUS);
    }
    let zoned = ambiguous.compatible().ok()?;
    Some((Timestamp(zoned.timestamp().as_microsecond()), flags))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_read_or_flagged_but_never_guessed() {
        let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
        let at = |text| parse(text, &shanghai);
        let noon = Timestamp(1_772_424_000_000_000);
        assert_eq!(at("2026-03-02T04:00:00Z"), Some((noon, Flags::default())));
        assert_eq!(at("2026-03-02 12:00:00+08"), Some((noon, Flags::default())));
        assert_eq!(at("2026-03-02 04:00:00.000000+00"), Some((noon, Flags::default())));
        assert_eq!(at("2026-03-02 12:00:00"), Some((noon, Flags::SRC_NAIVE_TZ)));
        assert_eq!(at("2026-03-02"), Some((Timestamp(noon.0 - 43_200_000_000), Flags::SRC_NAIVE_TZ)));
        assert_eq!(at("03/02/2026"), None);
        assert_eq!(at("2026-03-02 12:00:00 PM"), None);
        assert_eq!(at(""), None);
    }

    #[test]
    fn the_repeated_hour_is_flagged() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let (_, flags) = parse("2026-10-25T02:30:00", &berlin).unwrap();
        assert!(flags.contains(Flags::SRC_NAIVE_TZ) && flags.contains(Flags::DST_AMBIGUOUS));
        let (_, flags) = parse("2026-10-25T04:30:00", &berlin).unwrap();
        assert!(!flags.contains(Flags::DST_AMBIGUOUS));
    }
}
