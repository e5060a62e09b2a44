//! The web API as a browser meets it: who may do what, what every answer looks like, what the stream says.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod account;
mod client;
mod contract;
mod elsewhere;
mod notary;
mod pages;
mod stage;
mod stream;
mod table;
