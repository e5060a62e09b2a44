//! What can go wrong with the tables, and what to do about it.

use std::path::PathBuf;

use deltalake::DeltaTableError;
use deltalake::arrow::error::ArrowError;
use deltalake::parquet::errors::ParquetError;
use record::Verdict;

/// What a library below said. Its type stays inside this crate.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Inner(Box<dyn std::error::Error + Send + Sync>);

impl Inner {
    pub(crate) fn of(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Box::new(error))
    }
}

impl From<ArrowError> for Error {
    fn from(error: ArrowError) -> Self {
        Self::Columns(Inner::of(error))
    }
}

impl From<ParquetError> for Error {
    fn from(error: ParquetError) -> Self {
        Self::DataFile(Inner::of(error))
    }
}

/// The failures of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder of the table could not be read or written: disk full, permissions, device.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried: `create`, `write`, `list`.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process writes this table; a table has one writer.
    #[error("table {table} is already being written: {} is locked", lock.display())]
    Busy {
        /// Name of the table.
        table: &'static str,
        /// The lock file.
        lock: PathBuf,
    },
    /// No writer has made the table yet.
    #[error("there is no table {table} in {}", folder.display())]
    Missing {
        /// Name of the table.
        table: &'static str,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// Somebody committed to the table behind the writer's back.
    #[error("table {table} was changed by another writer after version {version}")]
    SecondWriter {
        /// Name of the table.
        table: &'static str,
        /// The version this writer knows.
        version: u64,
    },
    /// Files the log relies on are gone or torn and no earlier state can be restored from the log.
    #[error("table {table} is damaged: {}: {problem}; rebuild it from the segments", file.display())]
    Damaged {
        /// Name of the table.
        table: &'static str,
        /// The damaged file.
        file: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The table in the folder was written with other columns than this program's.
    #[error("table {table} has other columns than this version writes; rebuild it from the segments")]
    OtherSchema {
        /// Name of the table.
        table: &'static str,
    },
    /// Segments must come in ingest order without a hole.
    #[error("segment with ingest number {got} came where {expected} was due")]
    OutOfOrder {
        /// The number that was due.
        expected: u64,
        /// The number that came.
        got: u64,
    },
    /// A number does not fit its column; it is far beyond what the ingest limits allow.
    #[error("{column} {value} does not fit its column")]
    TooLarge {
        /// Name of the column.
        column: &'static str,
        /// The number.
        value: u64,
    },
    /// The query is not a statement we run: syntax, unknown column, anything but reading.
    #[error("query refused: {reason}")]
    Query {
        /// What the planner said.
        reason: String,
    },
    /// The query took longer than [`crate::QUERY_TIME_MAX`].
    #[error("query stopped after {seconds} s")]
    QueryTooLong {
        /// The limit.
        seconds: u64,
    },
    /// The query needed more memory than [`crate::QUERY_BYTES_MAX`].
    #[error("query stopped: it needs more than {bytes} bytes of memory")]
    QueryTooLarge {
        /// The limit.
        bytes: usize,
    },
    /// The Delta library failed.
    #[error("table {table}: {source}")]
    Delta {
        /// Name of the table.
        table: &'static str,
        /// What it said.
        source: Inner,
    },
    /// Running a planned query failed.
    #[error("query failed: {0}")]
    Engine(Inner),
    /// Columns could not be built or converted.
    #[error("columns: {0}")]
    Columns(Inner),
    /// A data file could not be encoded.
    #[error("data file: {0}")]
    DataFile(Inner),
    /// A task of this crate was cancelled with its runtime.
    #[error("the program is shutting down")]
    Cancelled,
}

impl Error {
    /// What to do about it.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Io { .. }
            | Self::Busy { .. }
            | Self::Missing { .. }
            | Self::Delta { .. }
            | Self::Engine(_)
            | Self::QueryTooLong { .. }
            | Self::Cancelled => Verdict::Retry,
            Self::OutOfOrder { .. } | Self::Query { .. } | Self::QueryTooLarge { .. } | Self::TooLarge { .. } => {
                Verdict::Reject
            }
            Self::SecondWriter { .. }
            | Self::Damaged { .. }
            | Self::OtherSchema { .. }
            | Self::Columns(_)
            | Self::DataFile(_) => Verdict::Stop,
        }
    }

    pub(crate) fn delta(table: &'static str) -> impl FnOnce(DeltaTableError) -> Self {
        move |source| Self::Delta { table, source: Inner::of(source) }
    }

    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { action, path: path.into(), source }
    }
}
