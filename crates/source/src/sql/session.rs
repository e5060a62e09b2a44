//! One read-only connection. Every cell comes as the text the database itself makes of it, so that `1.820` and `<0.05`
//! keep their digits.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow, PgSslMode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};

use super::config::SqlConfig;
use super::cursor::Key;
use super::error::{connecting, reading};
use crate::{Fault, SrcErr, Stage};

/// A row, cell by cell.
pub(super) type Cells = Vec<Option<String>>;

/// Which database it is; they differ in a few words of SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Postgres,
    Sqlite,
}

/// Where to connect to, checked.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Postgres(Box<PgConnectOptions>),
    Sqlite(Box<SqliteConnectOptions>),
}

impl Target {
    /// Reads URL and secrets of the configuration.
    pub(super) fn new(config: &SqlConfig) -> Result<Self, SrcErr> {
        let wrong = |why: String| SrcErr::new(Stage::Config, Fault::Config, format!("sql.url: {why}"));
        let timeout = Duration::from_millis(config.statement_timeout_ms);
        match config.url.split_once(':') {
            Some(("postgres" | "postgresql", rest)) => {
                let user = rest.trim_start_matches('/').split(['/', '?']).next().and_then(|host| host.rsplit_once('@'));
                if user.is_some_and(|(user, _)| user.contains(':')) {
                    return Err(wrong("holds a password; put it into the file named by password_file".into()));
                }
                let mut options = PgConnectOptions::from_str(&config.url).map_err(|error| wrong(error.to_string()))?;
                if let Some(password) =
                    crate::config::optional_secret("sql.password_file", config.password_file.as_ref())?
                {
                    options = options.password(&password);
                }
                if let Some(ca) = &config.ca_file {
                    options = options.ssl_root_cert(ca);
                }
                let tls = if config.insecure_no_tls { PgSslMode::Disable } else { PgSslMode::VerifyFull };
                let options = options.ssl_mode(tls).application_name("yaoxia-box").options([
                    ("default_transaction_read_only", "on".to_owned()),
                    ("statement_timeout", timeout.as_millis().to_string()),
                    ("TimeZone", "UTC".to_owned()),
                    ("DateStyle", "ISO".to_owned()),
                ]);
                Ok(Self::Postgres(Box::new(options.disable_statement_logging())))
            }
            Some(("sqlite", _)) => {
                let options = SqliteConnectOptions::from_str(&config.url).map_err(|error| wrong(error.to_string()))?;
                let options = options.read_only(true).create_if_missing(false).busy_timeout(timeout);
                Ok(Self::Sqlite(Box::new(options.pragma("query_only", "ON").disable_statement_logging())))
            }
            _ => Err(wrong("is neither postgres:// nor sqlite://".into())),
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        match self {
            Self::Postgres(_) => Dialect::Postgres,
            Self::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// For messages; holds no secret.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Postgres(options) => {
                let database = options.get_database().unwrap_or("(default database)");
                format!(
                    "PostgreSQL {}@{}:{}/{database}",
                    options.get_username(),
                    options.get_host(),
                    options.get_port()
                )
            }
            Self::Sqlite(options) => format!("SQLite {}", options.get_filename().display()),
        }
    }

    pub(super) fn sqlite_file(&self) -> Option<&Path> {
        match self {
            Self::Postgres(_) => None,
            Self::Sqlite(options) => Some(options.get_filename()),
        }
    }

    pub(super) async fn connect(&self, timeout: Duration) -> Result<Session, SrcErr> {
        let what = self.describe();
        let connect = async {
            match self {
                Self::Postgres(options) => PgConnection::connect_with(options).await.map(Session::Postgres),
                Self::Sqlite(options) => SqliteConnection::connect_with(options).await.map(Session::Sqlite),
            }
        };
        match tokio::time::timeout(timeout, connect).await {
            Ok(Ok(session)) => Ok(session),
            Ok(Err(error)) => Err(connecting(&what, error)),
            Err(_) => {
                let detail = format!("{what}: no connection within {} ms", timeout.as_millis());
                Err(SrcErr::new(Stage::Connect, Fault::Transient, detail))
            }
        }
    }
}

/// An open connection.
#[derive(Debug)]
pub(super) enum Session {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Session {
    /// Runs one query of text columns.
    pub(super) async fn rows(&mut self, sql: &str, parameters: &[Key]) -> Result<Vec<Cells>, SrcErr> {
        macro_rules! fetch {
            ($connection:expr, $cells:path) => {{
                let mut query = sqlx::query(AssertSqlSafe(sql));
                for parameter in parameters {
                    query = match parameter {
                        Key::Int(number) => query.bind(*number),
                        Key::Text(text) => query.bind(text.as_str()),
                    };
                }
                let rows = query.fetch_all($connection).await.map_err(|error| reading(sql, error))?;
                rows.iter().map($cells).collect::<Result<Vec<_>, _>>().map_err(|error| reading(sql, error))
            }};
        }
        match self {
            Self::Postgres(connection) => fetch!(connection, pg_cells),
            Self::Sqlite(connection) => fetch!(connection, sqlite_cells),
        }
    }

    /// Starts a transaction that sees one state of the database and may change nothing.
    pub(super) async fn begin(&mut self) -> Result<(), SrcErr> {
        match self {
            Self::Postgres(_) => self.command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await,
            // The file is opened read-only, and `query_only` is on.
            Self::Sqlite(_) => self.command("BEGIN DEFERRED").await,
        }
    }

    /// Ends the transaction; there is nothing to keep.
    pub(super) async fn end(&mut self) -> Result<(), SrcErr> {
        self.command("ROLLBACK").await
    }

    async fn command(&mut self, sql: &'static str) -> Result<(), SrcErr> {
        let done = match self {
            Self::Postgres(connection) => sqlx::query(sql).execute(connection).await.map(drop),
            Self::Sqlite(connection) => sqlx::query(sql).execute(connection).await.map(drop),
        };
        done.map_err(|error| reading(sql, error))
    }
}

fn pg_cells(row: &PgRow) -> Result<Cells, sqlx::Error> {
    (0..row.len()).map(|at| row.try_get(at)).collect()
}

fn sqlite_cells(row: &SqliteRow) -> Result<Cells, sqlx::Error> {
    (0..row.len()).map(|at| row.try_get(at)).collect()
}
