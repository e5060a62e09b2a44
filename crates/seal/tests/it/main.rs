//! What the crate promises to those who build on it, tested from outside.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod custody;
mod segment;
mod support;
mod tamper;
mod vectors;
