//! What the center derives from the segments it holds: the tables of the lake.
//!
//! Comes in: the order in which segments were committed (`ingest_no` in state) and their bytes (evidence). Goes out:
//! rows in Delta tables, at most once each, and after a restart exactly the missing ones. Never here: a change of
//! evidence, or anything that could not be made again from it.

mod evidence;
mod rebuild;
mod tables;

#[cfg(test)]
mod tests;

pub use evidence::{Evidence, OpenedSegment, Recent};
pub use rebuild::{Rebuilt, rebuild};
pub use tables::Tables;
