//! What the byte form, the catalogue, values and units promise to the rest of the house.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod catalogue;
mod columns;
mod hostile;
mod random;
mod round_trip;
mod samples;
mod units;
mod values;
mod vectors;
