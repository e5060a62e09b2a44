//! `[sql]`: where the database is, and which column of which table means what.

use std::path::PathBuf;

use serde::Deserialize;

/// A database read by keyset polling.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqlConfig {
    /// `postgres://user@host:5432/database` or `sqlite:///path/lims.db`. A password in it is refused.
    pub url: String,
    /// File with the password of the user.
    pub password_file: Option<PathBuf>,
    /// File with the certificate of the authority that signed the server's (PEM). Default: the public ones.
    pub ca_file: Option<PathBuf>,
    /// PostgreSQL without TLS. Only for a server on this machine or a test bench.
    #[serde(default)]
    pub insecure_no_tls: bool,
    /// Time between two polls, in milliseconds.
    #[serde(default = "default_poll_ms")]
    pub poll_ms: u64,
    /// Longest statement, in milliseconds; the server ends it after this.
    #[serde(default = "default_statement_timeout_ms")]
    pub statement_timeout_ms: u64,
    /// Longest time to connect, in milliseconds.
    #[serde(default = "default_connect_timeout_ms")]
    pub connect_timeout_ms: u64,
    /// Tables and views to read.
    pub table: Vec<TableConfig>,
}

/// One table or view, and the meaning of its columns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableConfig {
    /// Table or view, `schema.table` where needed. Addresses in `mapping.csv` are `name/point` or `name/column`.
    pub name: String,
    /// Column that moves forward with each insert and change: a time or a counter. Indexed together with `id`.
    pub changed_at: String,
    /// Column that tells rows of the same `changed_at` apart; unique.
    pub id: String,
    /// Columns that make the natural key of the datum; default: `id`.
    #[serde(default)]
    pub key: Vec<String>,
    /// Column with the version of a row, a whole number from 1. Without it the version is the time of change in seconds
    /// since 2020-01-01 UTC, or the counter itself.
    pub version: Option<String>,
    /// Column with the time of the result or event.
    pub time: Option<String>,
    /// Long table: column with the test code or event type; the part of the address after `/`. Without it the table is
    /// wide: each address names a column with values of its own.
    pub point: Option<String>,
    /// Long table: column with the value as reported. May be left out where all rows are events.
    pub value: Option<String>,
    /// Column with the unit of the value.
    pub unit: Option<String>,
    /// Long table: points that are left out on purpose. Every other unmapped point is kept as a reject.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// How rows that are committed late are found. Default: `xmin` on PostgreSQL, `overlap` on SQLite.
    pub horizon: Option<Horizon>,
    /// With `xmin`: column with the row's transaction id; a view must show it under another name
    /// (`SELECT xmin AS row_xid, …`).
    #[serde(default = "default_xid")]
    pub xid: String,
    /// With `xmin` on large tables: rows whose `changed_at` lies more than this many seconds before the newest one are
    /// not looked at again, so that the index on `changed_at` can be used. Default: the whole table is looked at.
    pub late_max_s: Option<u32>,
}

/// How rows that are committed late are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Horizon {
    /// Rows whose transaction is older than every running one, by `pg_snapshot_xmin`. Exact, and as late as the oldest
    /// running writer.
    Xmin,
    /// The last [`super::OVERLAP_ROWS`] rows are read again at each poll. Exact where `changed_at` is assigned in order
    /// of commit, as under SQLite's single writer; otherwise as good as the overlap is long.
    Overlap,
}

fn default_poll_ms() -> u64 {
    500
}

fn default_statement_timeout_ms() -> u64 {
    10_000
}

fn default_connect_timeout_ms() -> u64 {
    5_000
}

fn default_xid() -> String {
    "xmin".into()
}
