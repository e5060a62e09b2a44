//! Questions to the tables: comes in SQL, goes out rows of plain JSON, bounded in number, time and memory.
//!
//! Only reading is possible: no statement that writes, creates or sets anything is planned. Nothing of the query
//! engine leaves this file but its messages.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use deltalake::DeltaTable;
use deltalake::arrow::array::RecordBatch;
use deltalake::arrow::json::WriterBuilder;
use deltalake::arrow::json::writer::JsonArray;
use deltalake::datafusion::error::DataFusionError;
use deltalake::datafusion::execution::SendableRecordBatchStream;
use deltalake::datafusion::execution::context::SQLOptions;
use deltalake::datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use deltalake::datafusion::prelude::{SessionConfig, SessionContext};
use deltalake::datafusion::scalar::ScalarValue;
use futures::TryStreamExt;
use record::Timestamp;
use serde_json::{Map, Value as Json};
use tokio::sync::Mutex;

use crate::error::{Error, Inner};
use crate::schema::{EVENT, READING, Table};
use crate::table;

/// Most rows a query returns.
pub const QUERY_ROWS_MAX: usize = 10_000;

/// Longest time a query may take.
pub const QUERY_TIME_MAX: Duration = Duration::from_secs(30);

/// Memory all running queries may use together, in bytes; beyond it sorts and joins go to temporary files.
pub const QUERY_BYTES_MAX: usize = 512 << 20;

/// Temporary files all running queries may use together, in bytes.
pub const QUERY_TEMP_BYTES_MAX: u64 = 4 << 30;

/// A value for a `$1`, `$2`, … in a query, so that no text is ever pasted into SQL.
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    /// A text.
    Text(String),
    /// A whole number.
    Long(i64),
    /// An instant.
    Instant(Timestamp),
}

/// One row of an answer, by column name.
pub type Row = Map<String, Json>;

/// The answer to a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// At most [`QUERY_ROWS_MAX`] rows. Times are RFC 3339 in UTC; empty cells are null.
    pub rows: Vec<Row>,
    /// There were more.
    pub truncated: bool,
}

/// Tables `reading` and `event`, to ask. Lives beside a writer, in the same program or another.
#[derive(Debug)]
pub struct Lake {
    root: PathBuf,
    runtime: Arc<RuntimeEnv>,
    tables: Mutex<Tables>,
}

/// The handles, each brought up to date before a query.
#[derive(Debug)]
struct Tables {
    reading: DeltaTable,
    event: DeltaTable,
}

impl Lake {
    /// Opens the tables in `root` for asking.
    ///
    /// Fails with [`Error::Missing`] if no writer has made them yet.
    pub async fn open(root: &Path) -> Result<Self, Error> {
        let tables = Tables { reading: load(&READING, root).await?, event: load(&EVENT, root).await? };
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_limit(QUERY_BYTES_MAX, 1.0)
            .with_max_temp_directory_size(QUERY_TEMP_BYTES_MAX)
            .build_arc()
            .map_err(engine_error)?;
        Ok(Self { root: root.to_owned(), runtime, tables: Mutex::new(tables) })
    }

    /// The folder of the tables.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Runs one SELECT over tables `reading` and `event` as they are now.
    ///
    /// Fails with [`Error::Query`] if the text is anything else, with [`Error::QueryTooLong`] or
    /// [`Error::QueryTooLarge`] at the limits. More than [`QUERY_ROWS_MAX`] rows are cut off, and the answer says so.
    pub async fn sql(&self, text: &str, params: &[Param]) -> Result<Rows, Error> {
        let limited = tokio::time::timeout(QUERY_TIME_MAX, async {
            let stream = self.stream(text, params).await?;
            collect(stream).await
        });
        limited.await.unwrap_or(Err(Error::QueryTooLong { seconds: QUERY_TIME_MAX.as_secs() }))
    }

    /// The answer of a query as it comes, without a limit on its rows.
    pub(crate) async fn stream(&self, text: &str, params: &[Param]) -> Result<SendableRecordBatchStream, Error> {
        let session = self.session().await?;
        let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        let plan = session.sql_with_options(text, read_only).await.map_err(planning_error)?;
        let values: Vec<ScalarValue> = params.iter().map(scalar).collect();
        let plan = if values.is_empty() { plan } else { plan.with_param_values(values).map_err(planning_error)? };
        plan.execute_stream().await.map_err(engine_error)
    }

    /// A session over the newest state of both tables.
    async fn session(&self) -> Result<SessionContext, Error> {
        let config = SessionConfig::new().with_information_schema(false);
        let session = SessionContext::new_with_config_rt(config, Arc::clone(&self.runtime));
        let mut tables = self.tables.lock().await;
        let Tables { reading, event } = &mut *tables;
        for (table, delta) in [(&READING, reading), (&EVENT, event)] {
            delta.update_state().await.map_err(Error::delta(table.name))?;
            delta.update_datafusion_session(&session.state()).map_err(Error::delta(table.name))?;
            let provider = delta.table_provider().await.map_err(planning_error)?;
            session.register_table(table.name, provider).map_err(planning_error)?;
        }
        Ok(session)
    }
}

async fn load(table: &'static Table, root: &Path) -> Result<DeltaTable, Error> {
    let folder = root.join(table.name);
    if !folder.exists() {
        return Err(Error::Missing { table: table.name, folder });
    }
    let delta = table::load(table, &folder).await?;
    if delta.version().is_none() {
        return Err(Error::Missing { table: table.name, folder });
    }
    Ok(delta)
}

async fn collect(mut stream: SendableRecordBatchStream) -> Result<Rows, Error> {
    let mut rows = Vec::new();
    while let Some(batch) = stream.try_next().await.map_err(engine_error)? {
        let room = QUERY_ROWS_MAX - rows.len();
        rows.extend(json(&batch.slice(0, batch.num_rows().min(room)))?);
        if batch.num_rows() > room {
            return Ok(Rows { rows, truncated: true });
        }
    }
    Ok(Rows { rows, truncated: false })
}

fn json(batch: &RecordBatch) -> Result<Vec<Row>, Error> {
    if batch.num_rows() == 0 {
        return Ok(Vec::new());
    }
    let mut writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, JsonArray>(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    let text = writer.into_inner();
    serde_json::from_slice(&text).map_err(|error| Error::Query { reason: format!("the answer is not JSON: {error}") })
}

fn scalar(param: &Param) -> ScalarValue {
    match param {
        Param::Text(text) => ScalarValue::from(text.as_str()),
        Param::Long(number) => ScalarValue::from(*number),
        Param::Instant(at) => ScalarValue::TimestampMicrosecond(Some(at.0), Some("UTC".into())),
    }
}

fn planning_error(error: DataFusionError) -> Error {
    Error::Query { reason: error.strip_backtrace() }
}

fn engine_error(error: DataFusionError) -> Error {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => Error::QueryTooLarge { bytes: QUERY_BYTES_MAX },
        _ => Error::Engine(Inner::of(error)),
    }
}
