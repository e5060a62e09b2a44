//! Bytes that survive a power cut: the journal of what was received and the folder of what was sealed.
//!
//! Comes in: frames (entries, cursor and counts of one delivery), sealed segments with their tiles and signed
//! checkpoints. Goes out: an answer that is given only after `fdatasync`, and after a restart exactly what was
//! answered for. Never here: tokio, a network, a clock, or a guess about what the disk holds.
//!
//! - [`Journal`]: the write-ahead log of frames, encrypted under a box key, group commit on one thread.
//! - [`LogDir`]: segments, tiles, checkpoint and receipts of one log on disk, on the box and at the center.
//! - [`durable`]: the one way evidence files are written; every step says what a restart finds.
//! - [`Disk`]: the few file operations all of it is built on, so that tests can break each of them.
#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod disk;
pub mod durable;
mod error;
mod frame;
mod group;
mod journal;
mod key;
mod logdir;
mod recover;
mod writer;

pub use disk::{Disk, DiskFile, OsDisk};
pub use error::{Error, Verdict};
pub use frame::{ConnectorState, DamageId, Frame, LogState, Tally};
pub use journal::{Appended, Journal};
pub use key::{JournalKey, SECRET_LEN_MAX, read_secret, write_secret};
pub use logdir::{LogDir, LogRecovery, Outcome, Reread, Step};
pub use recover::{Damage, Recovery, Replay};
pub use writer::{
    FRAME_BYTES_MAX, GROUP_BYTES_TARGET, GROUP_WAIT_MS, QUEUE_BYTES_MAX, QUEUE_FRAMES_MAX, RESERVE_BYTES, Sizes,
    WAL_FILE_BYTES,
};
