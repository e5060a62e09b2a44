//! The center: ingest, verification, models, warnings, API.
//!
//! Comes in: segments of enrolled boxes over mutual TLS, people's browsers. Goes out: receipts and cosignatures, evidence
//! as received, tables, the regulator's own judgement, pages. Never here: belief in what a box says without verifying it,
//! a receipt before the bytes are durable, a plant's system.

mod authority;
mod clock;
mod doors;
mod governance;
mod news;
mod renewal;
mod tls;
mod witness;

pub mod commands;
pub mod config;
pub mod derive;
pub mod enrol;
pub mod ingest;
pub mod keys;
pub mod models;
pub mod serve;
