//! Leaves, zone trees, headers, checkpoints, proofs, envelopes.
//!
//! Comes in: the bytes of entries, keys, times and random numbers. Goes out: segment files, log-tree tiles, signed
//! checkpoints, proofs, and verdicts on the same coming from somebody else. Never here: IO, a clock, or randomness of
//! its own: every byte is a function of the arguments. The byte layouts are written down in `docs/spec/sealed-log.md`.
//!
//! The log has two levels. The entries of a segment are the leaves of three zone trees (white, grey, black); the
//! segment's fixed-size [`Header`] commits to them and is itself one leaf of the log tree, whose head the box signs
//! ([`checkpoint`]) and the center cosigns.
#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

pub mod checkpoint;
mod close;
mod custody;
mod disclosure;
mod error;
mod export;
mod header;
mod key;
mod keys;
pub mod layout;
pub mod note;
mod recipient;
mod segment;
pub mod tile;
pub mod tree;
mod wire;
mod zone;

pub use close::{EntryBytes, SealedSegment, close};
pub use custody::{
    CUSTODIAN_NAME_LEN_MAX, CUSTODY_FILE_LEN_MAX, CUSTODY_PASSWORD_CHARS_MIN, CUSTODY_PASSWORD_LEN_MAX, CustodyFile,
    CustodyFlaw, KdfCost, Side, both_sides, is_custodian_name,
};
pub use disclosure::Disclosure;
pub use error::{Error, KeyFlaw, NoteFlaw, Part};
pub use export::{EXPORT_LEN_MAX, open_export, seal_export};
pub use header::{Cosigned, Custody, HEADER_LEN, Header, HeaderFields, HeaderFlags, Moment, ZoneHead, log_id};
/// The random numbers this crate asks for (`rand_core` 0.10).
pub use hpke::rand_core::CryptoRng;
pub use key::{Algorithm, SignerKey, VerifierKey};
pub use keys::{Keys, Recipients, SegmentId};
pub use recipient::{RecipientId, RecipientKey, RecipientSecret};
pub use segment::{OpenedZone, Segment};

/// The most entries one segment holds, over all zones.
pub const SEGMENT_ENTRIES_MAX: usize = 4096;
/// The most entry bytes one segment holds, over all zones, before encryption.
pub const SEGMENT_PLAINTEXT_LEN_MAX: usize = 8 << 20;
/// The longest single entry in bytes.
pub const ENTRY_LEN_MAX: usize = record::limits::ENTRY_LEN_MAX_BYTES;
/// The most recipients a zone's key is wrapped to (for the black zone: of both halves together).
pub const ENVELOPES_MAX: usize = 16;
/// No segment file is longer than this many bytes; read no more before parsing.
pub const SEGMENT_FILE_LEN_MAX: usize = HEADER_LEN
    + 3 * ENVELOPES_MAX * recipient::ENVELOPE_LEN
    + SEGMENT_PLAINTEXT_LEN_MAX
    + SEGMENT_ENTRIES_MAX * zone::FRAME_OVERHEAD;
