//! A variant as verbatim text and type. Floats are written as the shortest text that reads back to the same bits; that
//! is what the source sent, without digits it never had.

use std::str::FromStr;

use opcua::types::{DataValue, DateTime, Variant};
use record::Timestamp;
use rust_decimal::Decimal;

use crate::RawValue;

/// Ticks of 100 ns since 1601-01-01 at 1970-01-01 (OPC 10000-6 §5.2.2.5).
const UNIX_TICKS: i64 = 116_444_736_000_000_000;

/// Text and type of a value.
pub(super) fn read(value: &DataValue) -> (RawValue, Box<str>) {
    let Some(variant) = &value.value else { return (RawValue::Absent, "".into()) };
    let text = match variant {
        Variant::Empty => return (RawValue::Absent, "".into()),
        Variant::Boolean(on) => return (RawValue::Bool(*on), on.to_string().into()),
        Variant::SByte(n) => n.to_string(),
        Variant::Byte(n) => n.to_string(),
        Variant::Int16(n) => n.to_string(),
        Variant::UInt16(n) => n.to_string(),
        Variant::Int32(n) => n.to_string(),
        Variant::UInt32(n) => n.to_string(),
        Variant::Int64(n) => n.to_string(),
        Variant::UInt64(n) => n.to_string(),
        Variant::Float(n) => n.to_string(),
        Variant::Double(n) => n.to_string(),
        Variant::String(text) => return (RawValue::Text, text.as_ref().into()),
        Variant::LocalizedText(text) => return (RawValue::Text, text.text.as_ref().into()),
        Variant::DateTime(at) => return (RawValue::Text, at.to_rfc3339().into()),
        other => return (RawValue::Text, other.to_string().into()),
    };
    let number = Decimal::from_str(&text).map_or(RawValue::Text, RawValue::Number);
    (number, text.into())
}

/// A whole number that is not negative, for counters.
pub(super) fn count(value: &DataValue) -> Option<u64> {
    match value.value.as_ref()? {
        Variant::Byte(n) => Some(u64::from(*n)),
        Variant::UInt16(n) => Some(u64::from(*n)),
        Variant::UInt32(n) => Some(u64::from(*n)),
        Variant::UInt64(n) => Some(*n),
        Variant::Int16(n) => u64::try_from(*n).ok(),
        Variant::Int32(n) => u64::try_from(*n).ok(),
        Variant::Int64(n) => u64::try_from(*n).ok(),
        _ => None,
    }
}

/// Ticks of a time the server really gave; a null time is none.
pub(super) fn ticks(at: Option<&DateTime>) -> Option<i64> {
    at.filter(|at| !at.is_null()).map(DateTime::checked_ticks)
}

/// From ticks to microseconds, towards the past.
pub(super) fn instant(ticks: i64) -> Timestamp {
    Timestamp((ticks - UNIX_TICKS).div_euclid(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_the_digits_they_came_with() {
        let check = |variant: Variant, text: &str, value: RawValue| {
            assert_eq!(read(&DataValue::new_now(variant)), (value, text.into()));
        };
        let number = |text: &str| RawValue::Number(Decimal::from_str(text).unwrap());
        check(Variant::Double(61.4), "61.4", number("61.4"));
        check(Variant::Float(0.1), "0.1", number("0.1"));
        check(Variant::Int16(-7), "-7", number("-7"));
        check(Variant::Boolean(true), "true", RawValue::Bool(true));
        check(Variant::from("<0.05"), "<0.05", RawValue::Text);
        check(Variant::Double(f64::NAN), "NaN", RawValue::Text);
        check(Variant::Empty, "", RawValue::Absent);
    }

    #[test]
    fn ticks_are_instants() {
        let at = DateTime::ymd_hms(2026, 3, 2, 4, 0, 0);
        assert_eq!(ticks(Some(&at)).map(instant), Some(Timestamp(1_772_424_000_000_000)));
        assert_eq!(ticks(Some(&DateTime::null())), None);
    }
}
