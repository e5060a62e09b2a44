//! LIMS, MES and ERP as SQL databases: the read-only views a plant is asked for, as tables.
//!
//! SQLite and PostgreSQL share every statement but the type of an instant. A transaction holds what one system writes at
//! one moment; rows are never changed afterwards by the plant.

use anyhow::{Context, Result, bail};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, PgPool};
use std::str::FromStr;

/// A table: its columns in order, the first being the numeric key. Columns ending in `_at` are instants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [&'static str],
}

/// Laboratory results (collect.md §4.2 shape).
pub(crate) const RESULT: Table = Table {
    name: "yaoxia_v1_result",
    columns: &[
        "result_id",
        "result_version",
        "sample_id",
        "product",
        "batch_no",
        "material_code",
        "lot_no",
        "step",
        "test_code",
        "result_text",
        "unit_text",
        "status",
        "original_time",
        "sampled_at",
        "entered_at",
        "changed_at",
    ],
};
/// Results of process steps.
pub(crate) const STEP_RESULT: Table = Table {
    name: "yaoxia_v1_step_result",
    columns: &[
        "result_id",
        "result_version",
        "product",
        "batch_no",
        "step",
        "test_code",
        "result_text",
        "unit_text",
        "original_time",
        "recorded_at",
        "changed_at",
    ],
};
/// Starts, ends and releases.
pub(crate) const BATCH_EVENT: Table = Table {
    name: "yaoxia_v1_batch_event",
    columns: &[
        "event_id",
        "event_version",
        "event_type",
        "product",
        "batch_no",
        "step",
        "decision",
        "original_time",
        "occurred_at",
        "changed_at",
    ],
};
/// Goods movements: consumption of a lot by a batch.
pub(crate) const LOT_MOVEMENT: Table = Table {
    name: "yaoxia_v1_lot_movement",
    columns: &[
        "movement_id",
        "movement_version",
        "movement_type",
        "product",
        "batch_no",
        "material_code",
        "lot_no",
        "original_time",
        "moved_at",
        "changed_at",
    ],
};

/// A connected database.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Database {
    /// Connects and makes the tables that are missing.
    pub(crate) async fn open(url: &str, tables: &[Table]) -> Result<Self> {
        let database = if url.starts_with("sqlite:") {
            let options =
                SqliteConnectOptions::from_str(url)?.create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
            Self::Sqlite(SqlitePoolOptions::new().max_connections(1).connect_with(options).await?)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::Postgres(PgPool::connect(url).await?)
        } else {
            bail!("{url}: a plant's database is sqlite: or postgres:");
        };
        for table in tables {
            database.execute(&database.create(*table)).await.with_context(|| format!("table {}", table.name))?;
            let index = format!(
                "CREATE INDEX IF NOT EXISTS {0}_changed ON {0} (changed_at, {1})",
                table.name, table.columns[0]
            );
            database.execute(&index).await.with_context(|| format!("index of {}", table.name))?;
        }
        Ok(database)
    }

    /// Inserts rows in one transaction. A row has one cell a column after the key; keys go up from `first_key`.
    pub(crate) async fn insert(&self, table: Table, first_key: i64, rows: &[Vec<Option<String>>]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let places: Vec<String> = (1..=table.columns.len())
            .map(|place| match (self, table.columns[place - 1].ends_with("_at")) {
                (Self::Postgres(_), true) => format!("${place}::timestamptz"),
                (Self::Postgres(_), false) if table.columns[place - 1].ends_with("_version") => {
                    format!("${place}::int")
                }
                _ => format!("${place}"),
            })
            .collect();
        let sql = format!("INSERT INTO {} ({}) VALUES ({})", table.name, table.columns.join(", "), places.join(", "));
        macro_rules! insert {
            ($pool:expr) => {{
                let mut transaction = $pool.begin().await?;
                for (row, key) in rows.iter().zip(first_key..) {
                    assert_eq!(row.len() + 1, table.columns.len(), "a row has one cell a column");
                    let mut query = sqlx::query(AssertSqlSafe(sql.as_str())).bind(key);
                    for cell in row {
                        query = query.bind(cell.as_deref());
                    }
                    query.execute(&mut *transaction).await?;
                }
                transaction.commit().await?;
            }};
        }
        match self {
            Self::Sqlite(pool) => insert!(pool),
            Self::Postgres(pool) => insert!(pool),
        }
        Ok(())
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }

    fn create(&self, table: Table) -> String {
        let instant = if matches!(self, Self::Postgres(_)) { "timestamptz" } else { "text" };
        let columns: Vec<String> = table
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| match column {
                _ if index == 0 => format!("{column} bigint PRIMARY KEY"),
                _ if column.ends_with("_at") => format!("{column} {instant} NOT NULL"),
                _ if column.ends_with("_version") => format!("{column} integer NOT NULL"),
                _ => format!("{column} text"),
            })
            .collect();
        format!("CREATE TABLE IF NOT EXISTS {} ({})", table.name, columns.join(", "))
    }

    async fn execute(&self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(pool) => sqlx::query(AssertSqlSafe(sql)).execute(pool).await.map(drop)?,
            Self::Postgres(pool) => sqlx::query(AssertSqlSafe(sql)).execute(pool).await.map(drop)?,
        }
        Ok(())
    }
}
