//! What a verification found, for people and for machines.

use record::{Digest, Zone};
use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};

/// How a log stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every byte is what the box signed, and what witnesses cosigned is there.
    Sound,
    /// Nothing contradicts, but a proof is missing: an unknown key, no cosignature, a zone the key does not open.
    Unproven,
    /// Something is not what was signed.
    Damaged,
}

/// Why something is not as it must be. The texts are in [`crate::words`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A file is not there.
    Missing,
    /// The file system would not give the file.
    Unreadable(String),
    /// Longer than such a file can be, in bytes.
    TooLong(u64),
    /// Bytes break their format, hash or signature.
    Bytes(seal::Error),
    /// Bytes differ from those the signed tree commits to.
    NotInTree,
    /// A tile's bytes are not the hashes of the headers.
    TileDiffers,
    /// Headers and tiles do not give the signed root, and neither can be told to be right.
    RootDiffers {
        /// What the checkpoint says.
        signed: Digest,
        /// What the headers give.
        computed: Digest,
    },
    /// A header states another root for an earlier size than the log has: two histories were signed.
    CosignedRootDiffers {
        /// The size stated.
        size: u64,
    },
    /// A cosigned head is larger than the log: its last segments were removed.
    Truncated {
        /// Segments a witness saw.
        cosigned: u64,
        /// Segments there are.
        held: u64,
    },
    /// A cosigned head is of another history than the log.
    Forked {
        /// Its size.
        size: u64,
    },
    /// A receipt is filed under another size than it states.
    Misfiled {
        /// The size it states.
        size: u64,
    },
    /// An entry does not decode.
    Entry(record::DecodeError),
    /// An entry is in another zone than it says itself.
    EntryZone(Zone),
    /// A row of the audit trail is not the one that was recorded.
    RowAltered {
        /// Its number.
        row: u64,
    },
    /// Rows of the audit trail are not there.
    RowsRemoved {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
    },
    /// Rows of the audit trail follow from each other, but not to what was signed.
    RowsRewritten {
        /// The first that is not proven.
        from: u64,
        /// Size of the signed head that contradicts.
        to: u64,
    },
    /// Rows at the end of the audit trail are not signed yet.
    RowsUnsigned {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
    },
    /// The folder's log is not in the trust file.
    UntrustedLog(String),
    /// A log of the trust file is not in the folder.
    AbsentLog,
    /// No trusted witness has cosigned any head.
    Unwitnessed,
    /// The key given opens no zone of the segment.
    NotAddressed,
}

impl Why {
    /// Whether this is a missing proof or a contradiction.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::UntrustedLog(_)
            | Self::AbsentLog
            | Self::Unwitnessed
            | Self::NotAddressed
            | Self::RowsUnsigned { .. } => Verdict::Unproven,
            _ => Verdict::Damaged,
        }
    }
}

/// One thing that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// File, relative to the log's folder where it lies in it.
    pub file: String,
    /// Segment, where one is concerned.
    pub segment: Option<u64>,
    /// Zone and index of the entry, where one is concerned.
    pub entry: Option<(Zone, u32)>,
    /// Offset of the first byte concerned, where it is known.
    pub offset: Option<u64>,
    /// Why.
    pub why: Why,
}

impl Damage {
    /// Damage of a file as a whole.
    pub(crate) fn of_file(file: impl Into<String>, why: Why) -> Self {
        Self { file: file.into(), segment: None, entry: None, offset: None, why }
    }

    pub(crate) fn in_segment(mut self, segment: u64) -> Self {
        self.segment = Some(segment);
        self
    }

    pub(crate) fn at(mut self, offset: Option<u64>) -> Self {
        self.offset = offset;
        self
    }
}

/// Entries by zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ZoneCounts {
    /// White.
    pub white: u64,
    /// Grey.
    pub grey: u64,
    /// Black.
    pub black: u64,
}

impl ZoneCounts {
    pub(crate) fn add(&mut self, zone: Zone, count: u64) {
        match zone {
            Zone::White => self.white += count,
            Zone::Grey => self.grey += count,
            Zone::Black => self.black += count,
        }
    }
}

/// What the verification of one log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Folder as given.
    pub folder: String,
    /// Origin of the log, as far as it is known.
    pub origin: Option<String>,
    /// Segments under the box's signature.
    pub sealed: u64,
    /// Segments under a trusted witness's cosignature.
    pub witnessed: u64,
    /// Entries the headers commit to.
    pub entries: ZoneCounts,
    /// Entries opened, decoded and recomputed.
    pub opened: ZoneCounts,
    /// Rows there are, of an audit trail.
    pub rows: Option<u64>,
    /// Everything wrong, in the order of the log.
    pub damage: Vec<Damage>,
}

impl Report {
    /// The report of a log that could not be looked at, for one reason.
    pub fn of_nothing(folder: String, origin: Option<String>, damage: Damage) -> Self {
        let none = ZoneCounts::default();
        Self { folder, origin, sealed: 0, witnessed: 0, entries: none, opened: none, rows: None, damage: vec![damage] }
    }

    /// The report as it is written in JSON, with its texts in `lang`.
    pub fn spoken(&self, lang: crate::words::Lang) -> impl Serialize + '_ {
        Spoken { item: self, lang }
    }

    /// The worst that was found.
    pub fn verdict(&self) -> Verdict {
        self.damage.iter().map(|damage| damage.why.verdict()).max().unwrap_or(Verdict::Sound)
    }
}

/// Report and language together: the JSON carries the texts too.
struct Spoken<'a, T> {
    item: &'a T,
    lang: crate::words::Lang,
}

impl Serialize for Spoken<'_, Report> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.item;
        let damage: Vec<_> = report.damage.iter().map(|item| Spoken { item, lang: self.lang }).collect();
        let mut out = serializer.serialize_struct("Report", 9)?;
        out.serialize_field("folder", &report.folder)?;
        out.serialize_field("origin", &report.origin)?;
        out.serialize_field("verdict", &report.verdict())?;
        out.serialize_field("sealed", &report.sealed)?;
        out.serialize_field("witnessed", &report.witnessed)?;
        out.serialize_field("entries", &report.entries)?;
        out.serialize_field("opened", &report.opened)?;
        out.serialize_field("rows", &report.rows)?;
        out.serialize_field("damage", &damage)?;
        out.end()
    }
}

impl Serialize for Spoken<'_, Damage> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Damage { file, segment, entry, offset, why } = self.item;
        let mut out = serializer.serialize_struct("Damage", 8)?;
        out.serialize_field("verdict", &why.verdict())?;
        out.serialize_field("what", why.name())?;
        out.serialize_field("file", file)?;
        out.serialize_field("segment", segment)?;
        out.serialize_field("entry", &entry.map(|(zone, index)| (zone_name(zone), index)))?;
        out.serialize_field("offset", offset)?;
        out.serialize_field("why", &self.lang.why(why))?;
        out.serialize_field("advice", self.lang.advice(why))?;
        out.end()
    }
}

/// `white`, `grey`, `black`.
fn zone_name(zone: Zone) -> &'static str {
    match zone {
        Zone::White => "white",
        Zone::Grey => "grey",
        Zone::Black => "black",
    }
}

impl Why {
    /// A stable name for machines.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unreadable(_) => "unreadable",
            Self::TooLong(_) => "too-long",
            Self::Bytes(_) => "bytes",
            Self::NotInTree => "not-in-tree",
            Self::TileDiffers => "tile-differs",
            Self::RootDiffers { .. } => "root-differs",
            Self::CosignedRootDiffers { .. } => "cosigned-root-differs",
            Self::Truncated { .. } => "truncated",
            Self::Forked { .. } => "forked",
            Self::Misfiled { .. } => "misfiled",
            Self::Entry(_) => "entry",
            Self::EntryZone(_) => "entry-zone",
            Self::RowAltered { .. } => "row-altered",
            Self::RowsRemoved { .. } => "rows-removed",
            Self::RowsRewritten { .. } => "rows-rewritten",
            Self::RowsUnsigned { .. } => "rows-unsigned",
            Self::UntrustedLog(_) => "untrusted-log",
            Self::AbsentLog => "absent-log",
            Self::Unwitnessed => "unwitnessed",
            Self::NotAddressed => "not-addressed",
        }
    }
}
