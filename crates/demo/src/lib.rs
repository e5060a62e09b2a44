//! Three plants, three boxes and a center on one machine, made of the real programs as processes.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod account;
mod api;
mod boxes;
mod center;
#[cfg(test)]
mod kills;
mod layout;
mod plants;
mod process;
mod province;
mod report;
mod run;

pub use run::{Options, run};
