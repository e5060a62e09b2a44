//! What the crate promises to those who build on it, tested from outside.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod attack_forms;
mod attack_proofs;
mod attack_randomness;
mod segment;
mod support;
mod tamper;
mod third_party;
mod vectors;
mod witness;
