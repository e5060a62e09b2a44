//! The center as a box and an operator meet it: real sockets, real TLS, real files.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod enrolment;
mod ingest;
mod restart;
mod support;
mod witness;
