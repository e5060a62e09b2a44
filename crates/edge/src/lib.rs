//! The box: collects from the enterprise's own systems, checks, seals, judges, shows, sends.
//!
//! Comes in: raw values of the connectors. Goes out: a sealed log whose every value is accepted, rejected with its
//! reason, or counted as lost; findings; the enterprise end; segments to the center. Never: an answer to a source before
//! the fsync that holds its data, a value that ends nowhere, waiting for the center.
#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

pub mod audit;
pub mod center;
pub mod ceremony;
pub mod changes;
pub mod cli;
pub mod clock;
pub mod config;
pub mod counts;
pub mod custody;
pub mod drive;
pub mod end;
pub mod engine;
pub mod enrol;
pub mod fsck;
pub mod identity;
pub mod intake;
pub mod live;
pub mod opened;
pub mod password;
pub mod places;
pub mod recover;
pub mod renewal;
pub mod run;
pub mod sealing;
pub mod serve;
pub mod stand;
pub mod uplink;
