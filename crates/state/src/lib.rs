//! Operational state of both programs: who may do what, which box said what, series, warnings, indexes.
//!
//! Comes in: rows made by box and center. Goes out: typed rows, pages of them, and one transaction that
//! holds several changes together. Never here: evidence (that is files), HTTP, or SQL anywhere else.
//!
//! Each module owns its tables, their migrations and the questions asked of them. Its functions take the
//! connection first, so that a caller can put several of them into one [`Write`]:
//!
//! ```no_run
//! # async fn example() -> Result<(), state::Error> {
//! let state = state::State::open("sqlite:///var/lib/yaoxia/state.db").await?;
//! let write = state.write().await?;
//! state::boxes::retire(&*write, "box-1", record::Timestamp(0)).await?;
//! write.commit().await?;
//! # Ok(()) }
//! ```
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod codec;
mod error;
mod migrate;
mod open;
mod page;

pub mod audit;
pub mod batches;
pub mod boxes;
pub mod boxindex;
pub mod certificates;
pub mod enrolment;
pub mod follow;
pub mod history;
pub mod ingest;
pub mod judge;
pub mod people;
pub mod products;
pub mod refusals;
pub mod region;
pub mod series;
pub mod signatures;
pub mod warnings;
pub mod witness;

pub use error::{Error, Verdict};
pub use migrate::{Step, blob, blob_null, double_null, flag, int, int_null, text, text_null};
pub use open::{State, Write};
/// What the modules' functions run on: [`State::read`] or a [`Write`].
pub use sea_orm::ConnectionTrait as Connection;

pub use page::{Cursor, Limit, PAGE_ROWS_MAX, Page};
