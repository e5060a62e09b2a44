//! What can be wrong with bytes that claim to be part of a sealed log.

use core::fmt;
use record::{Digest, Verdict, Zone};

/// The part of a segment file an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The file as a whole.
    File,
    /// One field of the header.
    Header(&'static str),
    /// The wrapped keys of one zone.
    Envelopes(Zone),
    /// The encrypted entries of one zone.
    Blob(Zone),
    /// One encrypted entry, by its index in its zone.
    Entry(Zone, u32),
}

/// `white`, `grey`, `black`.
pub(crate) fn zone_name(zone: Zone) -> &'static str {
    match zone {
        Zone::White => "white",
        Zone::Grey => "grey",
        Zone::Black => "black",
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => f.write_str("segment file"),
            Self::Header(field) => write!(f, "header field {field}"),
            Self::Envelopes(zone) => write!(f, "{} envelopes", zone_name(*zone)),
            Self::Blob(zone) => write!(f, "{} blob", zone_name(*zone)),
            Self::Entry(zone, index) => write!(f, "{} entry {index}", zone_name(*zone)),
        }
    }
}

/// Which rule of the signed-note form a note breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteFlaw {
    /// More bytes than a note may have.
    #[error("more bytes than a note may have")]
    TooLong,
    /// Not UTF-8.
    #[error("not UTF-8")]
    Utf8,
    /// A control character other than line feed.
    #[error("a control character")]
    Control,
    /// No blank line before the signatures, or no final line feed.
    #[error("no blank line before the signatures, or no line feed at the end")]
    NoSignatureBlock,
    /// A signature line that is not `— name base64`.
    #[error("not a signature line")]
    SignatureLine,
    /// More than 100 signatures.
    #[error("more than 100 signatures")]
    TooManySignatures,
    /// The text is not three lines: origin, size, root.
    #[error("the text is not origin, size and root")]
    CheckpointLines,
    /// The origin is empty or holds a space or `+`.
    #[error("not an origin")]
    Origin,
    /// The size is not a decimal number without leading zeros below 2^63.
    #[error("not a size")]
    Size,
    /// The root is not 32 bytes in standard base64.
    #[error("not a root")]
    Root,
}

/// Which rule of its text form a key breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFlaw {
    /// Not the expected number of `+`-separated fields, or a wrong prefix.
    #[error("not of the form name+id+key")]
    Form,
    /// Empty name, or a name with white space or `+`.
    #[error("not a key name")]
    Name,
    /// The id is not the hash of the key.
    #[error("the id is not that of the key")]
    Id,
    /// The key material is not canonical base64 of the right length.
    #[error("the key is not canonical base64 of the right length")]
    Material,
    /// An algorithm this program does not know.
    #[error("unknown or unfit algorithm {0:#04x}")]
    Algorithm(u8),
    /// A public key that no secret key belongs to, or one of small order.
    #[error("not a usable public key")]
    Weak,
}

/// Why bytes were refused, or could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Bytes are missing or left over.
    #[error("{part} at byte {offset}: {found} bytes where {expected} belong")]
    Length {
        /// Where.
        part: Part,
        /// Offset in the file.
        offset: u64,
        /// Bytes that belong there.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// A field holds a value the format does not allow.
    #[error("{part} at byte {offset}: value {found} is not allowed")]
    Value {
        /// Which field.
        part: Part,
        /// Offset in the file.
        offset: u64,
        /// What it holds (the first eight bytes of a longer field).
        found: u64,
    },
    /// Bytes are not those the header commits to.
    #[error("{part} at byte {offset}: hash is {computed}, the header says {stated}")]
    Hash {
        /// Which bytes.
        part: Part,
        /// Their offset in the file.
        offset: u64,
        /// The header's hash.
        stated: Digest,
        /// The hash of what is there.
        computed: Digest,
    },
    /// The entries do not give the zone tree the header commits to.
    #[error("{} zone: tree root over {count} entries is {computed}, the header says {stated}", zone_name(*zone))]
    ZoneRoot {
        /// Which zone.
        zone: Zone,
        /// Number of entries.
        count: u32,
        /// The header's root.
        stated: Digest,
        /// The root of what was opened.
        computed: Digest,
    },
    /// An entry does not decrypt under the zone's key: changed, moved or made under another key.
    #[error("{} entry {index} at byte {offset} does not decrypt", zone_name(*zone))]
    Decrypt {
        /// Its zone.
        zone: Zone,
        /// Its index in the zone.
        index: u32,
        /// Its offset in the file.
        offset: u64,
    },
    /// An entry decrypts, but its nonce is not the one its content gives.
    #[error("{} entry {index} at byte {offset} has a foreign nonce", zone_name(*zone))]
    Nonce {
        /// Its zone.
        zone: Zone,
        /// Its index in the zone.
        index: u32,
        /// Its offset in the file.
        offset: u64,
    },
    /// No envelope of the zone is addressed to the key given.
    #[error("{} zone is not addressed to key {key}", zone_name(*zone))]
    NotAddressed {
        /// Which zone.
        zone: Zone,
        /// The key tried.
        key: crate::RecipientId,
    },
    /// An envelope addressed to the key does not open: changed, or moved from another segment or zone.
    #[error("{} envelope for key {key} does not open", zone_name(*zone))]
    Envelope {
        /// Which zone.
        zone: Zone,
        /// The key tried.
        key: crate::RecipientId,
    },
    /// The opened key is not the one the header commits to.
    #[error("{} zone: the opened key is not the header's", zone_name(*zone))]
    KeyCheck {
        /// Which zone.
        zone: Zone,
    },
    /// The black zone's bytes stayed on site: this copy has none.
    #[error("the black zone is not in this copy")]
    BlackWithheld,
    /// A segment would hold more than it may.
    #[error("{what}: {found}, at most {limit} are allowed")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// An entry is shorter than its kind or longer than [`crate::ENTRY_LEN_MAX`].
    #[error("entry {at} has {found} bytes")]
    EntryLength {
        /// Its position.
        at: usize,
        /// Its length.
        found: usize,
    },
    /// An entry is of a zone that no key was made for.
    #[error("{} zone has entries but no recipients", zone_name(*zone))]
    NoRecipients {
        /// Which zone.
        zone: Zone,
    },
    /// A header does not continue the one before it.
    #[error("segment {seg_no} does not continue its predecessor: {field}")]
    Chain {
        /// The later segment.
        seg_no: u64,
        /// Which of its fields disagrees.
        field: &'static str,
    },
    /// A proof has too few or too many hashes for the sizes stated, or the sizes make no sense.
    #[error("proof of {found} hashes does not fit index {index} and size {size}")]
    ProofShape {
        /// Leaf index, or the smaller size.
        index: u64,
        /// Tree size.
        size: u64,
        /// Hashes in the proof.
        found: usize,
    },
    /// A proof leads to another root: the leaf is not in the tree, or the tree was rewritten.
    #[error("proof leads to root {computed}, not {stated}")]
    ProofRoot {
        /// The root that was to be proved.
        stated: Digest,
        /// Where the proof leads.
        computed: Digest,
    },
    /// A tile path or file breaks the C2SP tlog-tiles form.
    #[error("tile {path}: {found} bytes, {expected} belong there")]
    Tile {
        /// Its path.
        path: String,
        /// Bytes that belong there.
        expected: usize,
        /// Bytes that are there.
        found: usize,
    },
    /// A note breaks the signed-note form.
    #[error("note line {line}: {flaw}")]
    Note {
        /// Line, counted from 1.
        line: usize,
        /// What rule it breaks.
        flaw: NoteFlaw,
    },
    /// A signature by a key we know does not verify.
    #[error("signature by {name} does not verify")]
    Signature {
        /// Name of the key.
        name: String,
    },
    /// The log's own signature is missing.
    #[error("no signature by {name}")]
    Unsigned {
        /// Name of the key expected.
        name: String,
    },
    /// The checkpoint is of another log.
    #[error("checkpoint is of {found}, not of {expected}")]
    Origin {
        /// The log asked for.
        expected: String,
        /// The log named in the checkpoint.
        found: String,
    },
    /// A key's text form is wrong. The text itself is not repeated: it may be secret.
    #[error("key: {flaw}")]
    Key {
        /// What rule it breaks.
        flaw: KeyFlaw,
    },
    /// A custodian's key file is not usable. Nothing of it is repeated.
    #[error("custodian's key: {flaw}")]
    Custody {
        /// What is wrong.
        flaw: crate::CustodyFlaw,
    },
    /// Two keys that belong to both sides of the black zone are needed, and these are of one.
    #[error("both keys are of the {side}; the black zone needs one of each side")]
    OneSide {
        /// The side both are of.
        side: crate::Side,
    },
    /// An export is not one, or was changed, or is for another recipient.
    #[error("the export {what}")]
    Export {
        /// What is wrong with it.
        what: &'static str,
    },
}

impl Error {
    /// What to do next: bytes from others are refused and kept as evidence; a segment of our own that cannot be sealed
    /// for want of keys stops the box, since going on would lose entries.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::NoRecipients { .. } | Self::EntryLength { .. } => Verdict::Stop,
            _ => Verdict::Reject,
        }
    }
}
