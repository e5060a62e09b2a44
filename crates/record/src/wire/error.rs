//! Why an entry has no byte form, or bytes are no entry.

use crate::{Digest, IdError, Verdict};

/// The entry could not be read back as it is; nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// More of something than [`crate::limits`] allows.
    #[error("{what}: {count} is more than the {max} an entry may hold")]
    TooMany {
        /// What there is too much of, with its unit.
        what: &'static str,
        /// How much there is.
        count: usize,
        /// How much is allowed.
        max: usize,
    },
    /// A block of no rows says nothing.
    #[error("a block needs at least one row")]
    NoRows,
    /// A row points outside the block's table.
    #[error("row {row} names {what} {index}, the block has {len}")]
    Index {
        /// `stream` or `subject`.
        what: &'static str,
        /// The row, from 0.
        row: usize,
        /// Where it points.
        index: usize,
        /// Length of the table.
        len: usize,
    },
    /// An instant RFC 3339 cannot write.
    #[error("{what}: {time_us} µs is outside the years 0000 to 9999")]
    Time {
        /// Which time.
        what: &'static str,
        /// The instant, in µs since 1970.
        time_us: i64,
    },
    /// A finding holds a number that is infinite or not a number.
    #[error("{what}: {value} is not finite")]
    NotFinite {
        /// Name of the number.
        what: Box<str>,
        /// `NaN`, `inf` or `-inf`.
        value: Box<str>,
    },
    /// A finding that does not carry its own id was changed after its id was computed.
    #[error("finding says its id is {stated}, its content gives {computed}")]
    FindingId {
        /// [`crate::Finding::id`].
        stated: Digest,
        /// [`crate::Finding::compute_id`].
        computed: Digest,
    },
    /// `EventKind::Other` may not carry the name of a known kind: it would be read back as that kind.
    #[error("event kind {name:?} has a variant of its own, `Other` may not carry its name")]
    EventName {
        /// The name.
        name: Box<str>,
    },
}

impl EncodeError {
    /// The entry is bad, not the world.
    pub const fn verdict(&self) -> Verdict {
        Verdict::Reject
    }
}

/// The bytes are not an entry that [`crate::Entry::encode`] wrote. `at` is a byte offset from the entry's first byte.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes end inside a field.
    #[error("{what} at byte {at}: {need} more bytes needed")]
    Truncated {
        /// The field.
        what: &'static str,
        /// Where it starts.
        at: usize,
        /// How many bytes are missing.
        need: usize,
    },
    /// Bytes follow the entry.
    #[error("{extra} bytes follow the entry, which ends at byte {at}")]
    Trailing {
        /// Where the entry ends.
        at: usize,
        /// How many bytes follow.
        extra: usize,
    },
    /// A form this program does not know; a newer one may.
    #[error("entry form version {found} is not known, this program reads version {known}")]
    Version {
        /// The first byte.
        found: u8,
        /// The version this program reads.
        known: u8,
    },
    /// A number that stands for no choice of the field.
    #[error("{what} at byte {at}: {found} is not known")]
    Unknown {
        /// The field.
        what: &'static str,
        /// Where it is.
        at: usize,
        /// What it holds.
        found: u64,
    },
    /// A name that stands for no choice of the field.
    #[error("{what} at byte {at}: {found:?} is not known")]
    UnknownName {
        /// The field.
        what: &'static str,
        /// Where it is.
        at: usize,
        /// What it holds.
        found: Box<str>,
    },
    /// More of something than [`crate::limits`] allows.
    #[error("{what} at byte {at}: {count} is more than the {max} an entry may hold")]
    TooMany {
        /// What there is too much of, with its unit.
        what: &'static str,
        /// Where the count is.
        at: usize,
        /// The count.
        count: u64,
        /// How many are allowed.
        max: usize,
    },
    /// The same content has another byte form, which is the one to write.
    #[error("{what} at byte {at}: {why}")]
    NotCanonical {
        /// The field.
        what: &'static str,
        /// Where it is.
        at: usize,
        /// What is wrong with the form.
        why: &'static str,
    },
    /// A number outside what the field can hold.
    #[error("{what} at byte {at}: out of range")]
    Range {
        /// The field.
        what: &'static str,
        /// Where it is.
        at: usize,
    },
    /// Text that is not UTF-8.
    #[error("{what} at byte {at}: not UTF-8")]
    Utf8 {
        /// The field.
        what: &'static str,
        /// Where its text starts.
        at: usize,
    },
    /// Text that is not an identifier.
    #[error("byte {at}: {source}")]
    Id {
        /// Where its text starts.
        at: usize,
        /// What is wrong with it.
        source: IdError,
    },
}

impl DecodeError {
    /// The bytes are bad: keep them as evidence.
    pub const fn verdict(&self) -> Verdict {
        Verdict::Reject
    }
}
