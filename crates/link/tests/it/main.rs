//! What box and center hold against each other, tested from outside.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod attack;
