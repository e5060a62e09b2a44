//! Between our words and the database's columns. What a column holds and we did not write is [`Error::Corrupt`].

use record::{Digest, Level, Qualifiers, Signal};

use crate::Error;

/// A count as its column.
pub(crate) fn count(what: &'static str, value: u64) -> Result<i64, Error> {
    i64::try_from(value).map_err(|_out_of_range| Error::TooLarge { what, value })
}

/// A count from its column.
pub(crate) fn uncount(table: &'static str, key: &str, column: &'static str, value: i64) -> Result<u64, Error> {
    u64::try_from(value).map_err(|error| corrupt(table, key, format!("{column} is {value}: {error}")))
}

pub(crate) fn corrupt(table: &'static str, key: &str, why: String) -> Error {
    Error::Corrupt { table, key: key.to_owned(), why }
}

/// 32 bytes from their column.
pub(crate) fn digest(table: &'static str, key: &str, bytes: &[u8]) -> Result<Digest, Error> {
    bytes
        .try_into()
        .map(Digest)
        .map_err(|error| corrupt(table, key, format!("digest of {} bytes: {error}", bytes.len())))
}

/// An identifier or other parsed word from its column.
pub(crate) fn word<T>(table: &'static str, key: &str, text: &str) -> Result<T, Error>
where
    T: core::str::FromStr,
    T::Err: core::fmt::Display,
{
    text.parse().map_err(|error| corrupt(table, key, format!("`{text}`: {error}")))
}

/// Qualifiers as JSON with sorted keys, so that equal qualifiers are equal text.
pub(crate) fn qualifiers_text(qualifiers: &Qualifiers) -> String {
    serde_json::Value::Object(
        qualifiers.iter().map(|(name, value)| (name.to_string(), value.to_string().into())).collect(),
    )
    .to_string()
}

pub(crate) fn qualifiers(table: &'static str, key: &str, text: &str) -> Result<Qualifiers, Error> {
    serde_json::from_str(text).map_err(|error| corrupt(table, key, format!("qualifiers `{text}`: {error}")))
}

pub(crate) fn level(table: &'static str, key: &str, code: i64) -> Result<Level, Error> {
    [Level::Notice, Level::Yellow, Level::Orange, Level::Red]
        .into_iter()
        .find(|level| *level as i64 == code)
        .ok_or_else(|| corrupt(table, key, format!("level {code}")))
}

pub(crate) fn signal(table: &'static str, key: &str, code: i64) -> Result<Signal, Error> {
    [Signal::Point, Signal::Sustained, Signal::Breach]
        .into_iter()
        .find(|signal| *signal as i64 == code)
        .ok_or_else(|| corrupt(table, key, format!("signal {code}")))
}
