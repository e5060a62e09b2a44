//! What the verifier promises an auditor, tested on real folders with the library and with the program.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod attack;
mod audit;
mod damage;
mod history;
mod program;
mod second;
mod support;
mod vectors;
