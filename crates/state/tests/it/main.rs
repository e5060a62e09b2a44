//! What `state` promises, on both databases with the same tests.
//!
//! SQLite runs in a temporary folder. PostgreSQL is a server at `YAOXIA_TEST_POSTGRES` (default
//! `postgres://postgres@127.0.0.1:5432`); each test makes its own database there and drops it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod audit;
mod boxes;
mod follow;
mod judge;
mod open;
mod order;
mod people;
mod remember;
mod support;
mod warnings;
mod witness;
