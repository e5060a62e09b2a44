//! Connectors to plant systems, one folder and one feature each; read-only.
//!
//! Comes in: `connectors.d/*.toml` and `mapping.csv` ([`mapping`]). Goes out: [`Batch`]es of [`Raw`]
//! values exactly as the source gave them, with the cursor and gaps that belong into the same durable frame.
//!
//! Never here: a write to a plant system (no such service is called, a test greps for it), a judgement on a value,
//! a clock or randomness of our own (both are arguments), an acknowledgement before [`Connector::ack`].
#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

pub mod config;
mod connector;
#[cfg(feature = "device")]
pub mod device;
mod error;
mod fnv;
pub mod mapping;
#[cfg(feature = "opcua")]
pub mod opcua;
mod probe;
mod raw;
#[cfg(feature = "sql")]
pub mod sql;
pub mod supervise;
mod time;

pub use connector::{
    AckToken, BATCH_ITEMS_MAX, Batch, Budget, CURSOR_BYTES_MAX, Caps, ClockSample, Connector, Continuity, Cursor, Now,
    Replay, Resume,
};
pub use error::{Fault, Lang, REFUSED_WAIT, SrcErr, Stage};
pub use probe::{Listing, ListingNode, NodePath, PAGE_NODES_MAX, Page, ProbeReport, ProbeStep};
pub use raw::{Context, FAULT, Raw, RawValue};
