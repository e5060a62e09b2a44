//! Recompute a log from its bytes against the auditor's trust file.
//!
//! Comes in: a folder somebody hands over, and the keys the auditor got elsewhere. Goes out: a [`Report`] that says
//! sound, or names what is damaged, where, why and what to do. Never here: a network, trust in a key found in the
//! folder, or a word about bytes that were not read: every payload is hashed again.
//!
//! The folder's layout is [`seal::layout`]; the formats are `docs/spec/sealed-log.md`. A box's log and the center's
//! evidence of it look alike.
#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod audit;
mod folder;
mod heads;
mod leaves;
mod log;
mod report;
mod segments;
mod trust;
pub mod words;

pub use audit::{is_audit, verify_audit};
pub use folder::logs_in;
pub use log::{Check, verify_log};
pub use report::{Damage, Report, Verdict, Why, ZoneCounts};
pub use trust::{Trust, TrustError};
