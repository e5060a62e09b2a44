//! How people act on warnings: a warning's life as one transition table.
//!
//! Comes in: where a warning stands and what someone does. Goes out: where it stands then, or why that is not allowed.
//! Never here: IO, a clock, or a move that skips a person.
//!
//! Three orthogonal answers make a [`Warning`]: is the condition still there, how far is the handling, is notifying
//! suppressed. The model says the first, people the other two.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod suppression;
mod warning;

pub use suppression::{SUPPRESSION_MAX_DAYS, Suppression};
pub use warning::{Act, Actor, Condition, Handling, Refusal, Warning};
