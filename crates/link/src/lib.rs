//! What box and center say to each other: messages, resume, receipts; no sockets.
//!
//! Comes in: bytes of the other side, or facts to tell it. Goes out: typed messages, the bytes to send, and what to do
//! next. Never here: a socket, a clock, a file, or trust: a message is parsed strictly and believed nothing; who holds
//! which log is decided by checkpoints and roots.
//!
//! | request | body | answer |
//! |---|---|---|
//! | `POST /link/v1/enrol` | [`EnrolRequest`] | [`EnrolReply`] |
//! | `GET /link/v1/state` | – | [`CenterState`] |
//! | `PUT /link/v1/segments/{seg_no}` | [`Upload`], binary | [`Receipt`] |
//! | `POST /link/v1/heartbeat` | [`Heartbeat`] | [`CenterState`] |
//! | `POST /link/v1/certificate` | [`RenewRequest`] | [`RenewReply`] |
//!
//! Any other answer than 200 carries a [`Problem`]. Further witnesses are asked as C2SP tlog-witness says ([`Quorum`]).
#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod error;
mod message;
mod problem;
mod quorum;
mod resume;
mod unwitnessed;
mod upload;

pub use error::Error;
pub use message::{
    CenterState, EnrolReply, EnrolRequest, Enterprise, Heartbeat, MESSAGE_LEN_MAX, Message, PROTOCOL, Receipt,
    RenewReply, RenewRequest,
};
pub use problem::{Problem, ProblemKind};
pub use quorum::{Ask, Heard, Quorum, Standing, WitnessAnswer};
pub use resume::{Local, Resume, accept_receipt, resume};
pub use unwitnessed::{Alarm, Unwitnessed};
pub use upload::{CHECKPOINT_LEN_MAX, PROOF_LEN_MAX, UPLOAD_LEN_MAX, Upload};

/// Path of enrolment: server-authenticated TLS, no client certificate.
pub const PATH_ENROL: &str = "/link/v1/enrol";
/// Path of the question what the center holds.
pub const PATH_STATE: &str = "/link/v1/state";
/// Path of segments; the segment's number follows after a slash.
pub const PATH_SEGMENTS: &str = "/link/v1/segments";
/// Path of heartbeats.
pub const PATH_HEARTBEAT: &str = "/link/v1/heartbeat";
/// Path of a new certificate for an enrolled box: asked over a connection that shows the old one.
pub const PATH_CERTIFICATE: &str = "/link/v1/certificate";
/// Media type of an [`Upload`].
pub const UPLOAD_MEDIA_TYPE: &str = "application/vnd.yaoxia.upload.v1";
/// A box that is alive says so this often, even when it has nothing to send. Milliseconds.
pub const HEARTBEAT_INTERVAL_MS: u64 = 5_000;

/// The path a segment is put to.
pub fn segment_path(seg_no: u64) -> String {
    format!("{PATH_SEGMENTS}/{seg_no}")
}
