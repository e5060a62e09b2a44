//! Judgements on readings: limits, control charts, the stage stability model.
//!
//! Comes in: numbers with the records they stand in. Goes out: limits, signals and findings that anyone can recompute.
//! Never here: IO, a clock, randomness, or a transcendental function from anywhere but `libm`: the same inputs give the
//! same bits on every machine.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod charts;
pub mod constants;
pub mod describe;
pub mod dist;
mod error;
mod finding;
pub mod limits;
pub mod nb;
mod quadrature;
mod solve;
pub mod special;
pub mod stability;
pub mod tolerance;

pub use error::Error;
pub use finding::{Agreement, Context, Difference, finding, recompute};
pub use stability::Evidence;
