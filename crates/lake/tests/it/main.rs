//! Tables in temporary folders: what they look like, what survives a crash, what they answer.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "a test that panics has failed")]

mod crash;
mod fixture;
mod query;
mod schema;
mod upkeep;
