//! Delta tables of readings and events and the queries on them.
//!
//! Comes in: segments in ingest order, opened, as the center holds them. Goes out: two Delta tables that any Delta
//! reader understands, and answers to questions. The tables are derived: whatever happens to them, the segments give
//! the same rows again.
//!
//! Never here: a row twice, a commit a segment, a statement that writes, a type of Arrow or DataFusion in the public
//! interface.
#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod ask;
mod batch;
mod column;
mod content;
mod error;
mod event;
mod file;
mod query;
mod reading;
mod recover;
mod schema;
mod subject;
mod table;
mod text;
mod writer;

pub use ask::{BoxCounts, Point, SeriesQuery};
pub use batch::{BATCH_ROWS_FULL, BATCH_SEGMENTS_FULL, Batch, Origin};
pub use content::Content;
pub use error::{Error, Inner};
pub use query::{Lake, Param, QUERY_BYTES_MAX, QUERY_ROWS_MAX, QUERY_TEMP_BYTES_MAX, QUERY_TIME_MAX, Row, Rows};
pub use record::Verdict;
pub use recover::{Recovery, Unsound};
pub use table::{Appended, Packed};
pub use writer::{Both, Opened, Writer, replace};
