//! The box from its doors inwards: what comes in ends as exactly one thing, survives a restart, and reaches the center.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod config;
mod whole;
mod witnesses;
