//! What is wrong with what the other side sent, or with what it holds.

use record::{Digest, Verdict};

/// A message that is not one, or a log that is not the one we know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The body is longer than any message of its kind.
    #[error("{what} of {found} bytes, at most {limit} are allowed")]
    TooLong {
        /// Kind of message or part.
        what: &'static str,
        /// Its length in bytes.
        found: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The body ends before the part it announces.
    #[error("upload ends at byte {len}: {part} needs {needed} bytes from byte {offset}")]
    Truncated {
        /// Which part.
        part: &'static str,
        /// Where it begins.
        offset: u64,
        /// Its length.
        needed: u64,
        /// Length of the body.
        len: u64,
    },
    /// Bytes follow after the last part.
    #[error("upload has {extra} bytes after its end at byte {offset}")]
    Trailing {
        /// Where the upload ends.
        offset: u64,
        /// How many bytes follow.
        extra: u64,
    },
    /// The first bytes are not those of an upload of this version.
    #[error("upload does not begin with `YXU1`")]
    Magic,
    /// The body is not the JSON of the message, or has a field the message has not.
    #[error("{what} is not readable at line {line}, column {column}: {why}")]
    Json {
        /// Kind of message.
        what: &'static str,
        /// Line.
        line: usize,
        /// Column.
        column: usize,
        /// What the parser said.
        why: String,
    },
    /// The other side speaks another version.
    #[error("protocol {found}, this program speaks {expected}")]
    Protocol {
        /// Ours.
        expected: u32,
        /// Theirs.
        found: u32,
    },
    /// A text that should be 64 hex digits is not.
    #[error("{what} `{text}` is not 64 lower-case hex digits")]
    Hex {
        /// Which field.
        what: &'static str,
        /// What came.
        text: String,
    },
    /// The center holds more of this log than the box: the box lost segments it had sent.
    #[error("the center holds {center} segments of this log, the box has {local}")]
    RolledBack {
        /// Segments on the box.
        local: u64,
        /// Segments at the center.
        center: u64,
    },
    /// At the same size both sides hold different logs.
    #[error("at {size} segments the center's root is {center}, the box's {local}")]
    Forked {
        /// Size compared at.
        size: u64,
        /// Root on the box.
        local: Digest,
        /// Root at the center.
        center: Digest,
    },
    /// The center has frozen this box.
    #[error("the center accepts nothing of this box: {why}")]
    Frozen {
        /// Why, in the center's words.
        why: String,
    },
    /// A receipt is for something else than what was sent.
    #[error("receipt is for segment {found_seg_no} of {found_size}, sent was segment {seg_no} of {size}")]
    ForeignReceipt {
        /// Segment sent.
        seg_no: u64,
        /// Size sent.
        size: u64,
        /// Segment of the receipt.
        found_seg_no: u64,
        /// Size of the receipt.
        found_size: u64,
    },
    /// A quorum that cannot be reached or would count one key twice.
    #[error("quorum of witnesses: {why}")]
    Quorum {
        /// What is wrong with it.
        why: String,
    },
    /// A witness answers neither with a cosignature nor with the size it holds.
    #[error("witness {witness} answers {status}: {why}")]
    WitnessRefuses {
        /// Which witness.
        witness: String,
        /// HTTP status.
        status: u16,
        /// The first words of its answer.
        why: String,
    },
    /// A witness has cosigned more of this log than the box has: the box lost segments, or somebody else signs with its key.
    #[error("witness {witness} has cosigned {held} segments of this log, the box has {local}")]
    WitnessAhead {
        /// Which witness.
        witness: String,
        /// Segments on the box.
        local: u64,
        /// Segments it cosigned.
        held: u64,
    },
    /// A witness says that the box's log does not extend what it cosigned.
    #[error("witness {witness} holds another log: {size} segments do not extend what it cosigned ({why})")]
    WitnessContradicts {
        /// Which witness.
        witness: String,
        /// Size offered.
        size: u64,
        /// The first words of its answer.
        why: String,
    },
    /// The cosignature of a receipt is missing, malformed or does not verify by the witness we trust.
    #[error("receipt of {size} segments is not cosigned: {source}")]
    Cosignature {
        /// Size of the head.
        size: u64,
        /// What is wrong.
        source: seal::Error,
    },
}

impl Error {
    /// Malformed messages are refused; a log that contradicts itself stops the link until a person decides.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::RolledBack { .. }
            | Self::Forked { .. }
            | Self::Frozen { .. }
            | Self::Protocol { .. }
            | Self::Quorum { .. }
            | Self::WitnessAhead { .. }
            | Self::WitnessContradicts { .. } => Verdict::Stop,
            // What a proxy or a witness under load says passes; that it knows no such log or key is for a person.
            Self::WitnessRefuses { status: 408 | 425 | 429 | 500.., .. } => Verdict::Retry,
            Self::WitnessRefuses { .. } => Verdict::Stop,
            Self::TooLong { .. }
            | Self::Truncated { .. }
            | Self::Trailing { .. }
            | Self::Magic
            | Self::Json { .. }
            | Self::Hex { .. }
            | Self::ForeignReceipt { .. }
            | Self::Cosignature { .. } => Verdict::Reject,
        }
    }
}
