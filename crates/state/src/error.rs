//! What can go wrong with state, and what the caller should do about it.

pub use record::Verdict;
use sea_orm::{DbErr, RuntimeErr, SqlxError};

/// An operation on state that did not happen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The URL names no database we speak.
    #[error("state url `{url}` is neither sqlite:// nor postgres://")]
    Scheme {
        /// The URL without its password.
        url: String,
    },
    /// File, folder or server cannot be opened.
    #[error("state at `{url}` cannot be opened: {source}")]
    Open {
        /// The URL without its password.
        url: String,
        /// What the driver said.
        source: DbErr,
    },
    /// The tables cannot be brought to the form this program knows.
    #[error("tables of the state at `{url}` cannot be migrated: {source}")]
    Migrate {
        /// The URL without its password.
        url: String,
        /// What the driver said.
        source: DbErr,
    },
    /// A statement failed.
    #[error("{doing}: {source}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// What the driver said.
        source: DbErr,
    },
    /// A stored row cannot be what we wrote.
    #[error("table {table}, row {key}: {why}")]
    Corrupt {
        /// Table.
        table: &'static str,
        /// Which row.
        key: String,
        /// What is wrong with it.
        why: String,
    },
    /// The row asked for does not exist.
    #[error("{what} `{key}` is not known")]
    Missing {
        /// Kind of thing.
        what: &'static str,
        /// Which one.
        key: String,
    },
    /// The row exists with other content, or its present content does not allow the change.
    #[error("{what} `{key}`: {why}")]
    Conflict {
        /// Kind of thing.
        what: &'static str,
        /// Which one.
        key: String,
        /// What stands against it.
        why: String,
    },
    /// A number does not fit its column.
    #[error("{what} {value} does not fit the database's 63 bits")]
    TooLarge {
        /// Which number.
        what: &'static str,
        /// Its value.
        value: u64,
    },
    /// The rules refuse a value of a series.
    #[error("series {series}: {source}")]
    Rule {
        /// Enterprise, product and parameter.
        series: String,
        /// What the rule said.
        source: rules::Error,
    },
    /// A finding cannot be written in the byte form.
    #[error("{what} cannot be encoded: {source}")]
    Encode {
        /// Kind of thing.
        what: &'static str,
        /// What the byte form does not hold.
        source: record::EncodeError,
    },
    /// A page cursor was not made by us.
    #[error("`{text}` is not a page cursor")]
    Cursor {
        /// What came.
        text: String,
    },
}

impl Error {
    /// Whether to try again, refuse the datum, or stop.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Open { source, .. } | Self::Migrate { source, .. } | Self::Database { source, .. } => {
                if transient(source) { Verdict::Retry } else { Verdict::Stop }
            }
            Self::Missing { .. }
            | Self::Rule { .. }
            | Self::Encode { .. }
            | Self::Conflict { .. }
            | Self::TooLarge { .. }
            | Self::Cursor { .. } => Verdict::Reject,
            Self::Scheme { .. } | Self::Corrupt { .. } => Verdict::Stop,
        }
    }

    /// For `map_err`: names the series a rule refused.
    pub(crate) fn ruling(key: &crate::series::SeriesKey) -> impl FnOnce(rules::Error) -> Self {
        let series = format!("{}/{}/{}", key.enterprise, key.product, key.parameter);
        move |source| Self::Rule { series, source }
    }

    /// For `map_err`: names what was being done.
    pub(crate) fn doing(doing: &'static str) -> impl FnOnce(DbErr) -> Self {
        move |source| Self::Database { doing, source }
    }
}

/// SQLite's BUSY and LOCKED families, PostgreSQL's serialization, deadlock, connection and shutdown classes, and
/// everything where the driver never reached the database.
fn transient(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return matches!(error, DbErr::ConnectionAcquire(_));
    };
    match &**cause {
        SqlxError::Io(_) | SqlxError::PoolTimedOut => true,
        SqlxError::Database(database) => match database.code().as_deref() {
            // SQLite extended codes: the low byte is the primary code, 5 BUSY and 6 LOCKED.
            Some(code) if code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6)) => true,
            Some(code) => code.starts_with("40") || code.starts_with("08") || code.starts_with("57P"),
            None => false,
        },
        _ => false,
    }
}
