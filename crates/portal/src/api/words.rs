//! Times, decimals and names as the web API writes them.

use std::fmt;

use record::Timestamp;
use serde::{Deserialize, Serialize, Serializer, ser};
use utoipa::ToSchema;

/// An instant, RFC 3339 in UTC with microseconds: `2026-11-21T20:15:30.000000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, format = DateTime, examples("2026-11-21T20:15:30.000000Z"))]
pub struct Time(pub Timestamp);

impl fmt::Display for Time {
    /// Writes RFC 3339; an instant outside the years −9999 to 9999 has no such form and gives a format error.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = jiff::Timestamp::from_microsecond(self.0.0).map_err(|_out_of_years| fmt::Error)?;
        write!(f, "{at:.6}")
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let at = jiff::Timestamp::from_microsecond(self.0.0).map_err(|error| {
            ser::Error::custom(format!("{} µs since 1970 is no time of RFC 3339: {error}", self.0.0))
        })?;
        serializer.collect_str(&format_args!("{at:.6}"))
    }
}

impl From<Timestamp> for Time {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

/// A finite decimal as text, with the digits it was reported or computed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(value_type = String, pattern = r"^-?[0-9]+(\.[0-9]+)?$", examples("1.820"))]
pub struct Number(Box<str>);

impl Number {
    /// The shortest text that reads back to the same double; `None` for what is not a number or infinite.
    pub fn of(value: f64) -> Option<Self> {
        value.is_finite().then(|| Self(value.to_string().into()))
    }

    /// The number of a value, if it holds one, with the digits it came with; the comparator is not part of it.
    pub fn of_value(value: &record::Value) -> Option<Self> {
        match value {
            record::Value::Number { decimal, .. } => Some(Self(decimal.to_string().into())),
            _ => None,
        }
    }

    /// The decimal text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One text in both languages of the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Text {
    /// zh-CN.
    pub zh: String,
    /// English.
    pub en: String,
}

/// An enterprise as people know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EnterpriseRef {
    /// Unified social credit code, or the code its regulator gave it.
    #[schema(examples("91330100MA27XG5T0A"))]
    pub id: String,
    /// Registered name.
    pub name: Text,
}

/// Which catalogue of key parameters is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CatalogueRef {
    /// Version of the catalogue file.
    pub version: String,
    /// `proposed` until an official list replaces it; pages show it beside every judgement.
    #[schema(examples("proposed"))]
    pub status: String,
}

/// A key parameter: catalogue item or item of an enterprise's X file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ParameterView {
    /// Catalogue code.
    #[schema(examples("PP32"))]
    pub code: String,
    /// Its name.
    pub name: Text,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339_utc_with_microseconds() {
        let at = Time(Timestamp(1_795_292_130_000_001));
        assert_eq!(serde_json::to_string(&at).unwrap(), "\"2026-11-21T20:15:30.000001Z\"");
        assert_eq!(at.to_string(), "2026-11-21T20:15:30.000001Z");
        let never = Time(Timestamp(i64::MAX));
        let error = serde_json::to_string(&never).unwrap_err().to_string();
        assert!(error.starts_with("9223372036854775807 µs since 1970 is no time of RFC 3339"), "{error}");
    }

    #[test]
    fn numbers_keep_their_digits_and_refuse_what_is_none() {
        let written = record::Value::Number { decimal: "1.820".parse().unwrap(), comparator: record::Comparator::Less };
        assert_eq!(Number::of_value(&written).unwrap().as_str(), "1.820");
        assert_eq!(Number::of(0.1 + 0.2).unwrap().as_str(), "0.30000000000000004");
        assert_eq!(Number::of(1e21).unwrap().as_str(), "1000000000000000000000");
        assert_eq!(Number::of(f64::NAN), None);
        assert_eq!(Number::of(f64::NEG_INFINITY), None);
        assert_eq!(Number::of_value(&record::Value::NotDetected), None);
    }
}
