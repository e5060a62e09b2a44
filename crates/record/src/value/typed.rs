//! Values by the parameter's type: numbers, counts, codes, dates, switches, text.

use super::{DecimalMark, Value, ValueError};
use crate::limits::TEXT_LEN_MAX_BYTES;
use core::fmt;

/// The type of a parameter's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueType {
    /// Exact decimal, possibly censored, or `ND`, `TNTC`.
    Decimal,
    /// As decimal, without a fraction.
    Integer,
    /// One of the parameter's codes.
    Code,
    /// Free text.
    String,
    /// A day: `2026-03-01`.
    Date,
    /// An instant: RFC 3339, with or without zone.
    DateTime,
    /// A switch.
    Bool,
}

impl ValueType {
    /// The name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::Code => "code",
            Self::String => "string",
            Self::Date => "date",
            Self::DateTime => "dateTime",
            Self::Bool => "bool",
        }
    }

    /// The type of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "decimal" => Self::Decimal,
            "integer" => Self::Integer,
            "code" => Self::Code,
            "string" => Self::String,
            "date" => Self::Date,
            "dateTime" => Self::DateTime,
            "bool" => Self::Bool,
            _ => return None,
        })
    }

    /// Values of this type have a unit and can be compared with limits.
    pub const fn is_numeric(self) -> bool {
        matches!(self, Self::Decimal | Self::Integer)
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Value {
    /// Reads `verbatim` as a value of `value_type`; `mark` is the decimal mark of the source.
    ///
    /// Texts lose the white space around them, a date-time's blank becomes `T` and its zone is kept as written (none, if
    /// none was); nothing else is changed. Fails where the text is not of the type; membership of a code in its
    /// enumeration is the parameter's to check.
    pub fn parse_for(value_type: ValueType, verbatim: &str, mark: DecimalMark) -> Result<Self, ValueError> {
        if verbatim.len() > TEXT_LEN_MAX_BYTES {
            return Err(ValueError::TooLong { len: verbatim.len() });
        }
        let text = verbatim.trim();
        if text.is_empty() {
            return Err(ValueError::Empty);
        }
        let wrong = |example| ValueError::Type { text: ValueError::shown(text), wanted: value_type, example };
        match value_type {
            ValueType::Decimal => Self::parse_number(verbatim, mark),
            ValueType::Integer => match Self::parse_number(verbatim, mark)? {
                Self::Number { decimal, .. } if !decimal.fract().is_zero() => {
                    Err(ValueError::NotWhole { text: ValueError::shown(text) })
                }
                whole => Ok(whole),
            },
            ValueType::Code | ValueType::String => Ok(Self::Text(text.into())),
            ValueType::Date if is_date(text) => Ok(Self::Text(text.into())),
            ValueType::Date => Err(wrong("2026-03-01")),
            ValueType::DateTime => date_time(text).map(Self::Text).ok_or_else(|| wrong("2026-03-01T08:00:00+08:00")),
            ValueType::Bool => match text.to_lowercase().as_str() {
                "true" | "1" => Ok(Self::Bool(true)),
                "false" | "0" => Ok(Self::Bool(false)),
                _ => Err(wrong("true, false, 1 or 0")),
            },
        }
    }
}

/// The number two or four ASCII digits write.
fn digits(text: &str, len: usize) -> Option<u32> {
    (text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// A day of the Gregorian calendar as `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// RFC 3339 date-time with `T` or one blank, and with or without zone, in its form with `T`.
fn date_time(text: &str) -> Option<Box<str>> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let zone_at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (time, zone) = rest.split_at(zone_at);
    if !is_date(date) || !is_time(time) || !is_zone(zone) {
        return None;
    }
    Some(format!("{date}T{time}{}", zone.to_uppercase()).into())
}

/// `hh:mm:ss` with up to nine decimals; second 60 is a leap second.
fn is_time(text: &str) -> bool {
    let (clock, fraction) = match text.split_once('.') {
        None => (text, "0"),
        Some(parts) => parts,
    };
    let mut parts = clock.split(':');
    let (Some(hour), Some(minute), Some(second), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    digits(hour, 2).is_some_and(|hour| hour < 24)
        && digits(minute, 2).is_some_and(|minute| minute < 60)
        && digits(second, 2).is_some_and(|second| second <= 60)
        && (1..=9).contains(&fraction.len())
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

/// Nothing, `Z` or `±hh:mm`.
fn is_zone(text: &str) -> bool {
    if text.is_empty() || text.eq_ignore_ascii_case("z") {
        return true;
    }
    let Some((hour, minute)) = text[1..].split_once(':') else {
        return false;
    };
    digits(hour, 2).is_some_and(|hour| hour < 24) && digits(minute, 2).is_some_and(|minute| minute < 60)
}
