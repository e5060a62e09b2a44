//! The segment header: 804 bytes that commit to everything in a segment, and the leaf of the log tree.
//!
//! Comes in: the facts of a closed segment, or 804 bytes from anybody. Goes out: the other. Every byte has one meaning
//! and one value that parses; what must be zero is checked. Its layout is `docs/spec/sealed-log.md` §4.

use crate::error::Part;
use crate::wire::Reader;
use crate::{Error, SEGMENT_ENTRIES_MAX, SEGMENT_PLAINTEXT_LEN_MAX, tree};
use record::{Digest, Timestamp, Zone};
use sha2::{Digest as _, Sha256};

/// Bytes of a header.
pub const HEADER_LEN: usize = 804;
/// First bytes of a header and so of a segment file.
const MAGIC: [u8; 4] = *b"YXS1";
/// SHA-256, Ed25519, X25519, HKDF-SHA256, AES-256-GCM.
pub(crate) const SUITE_INTL: u8 = 1;
/// The zones in the order of the header.
pub(crate) const ZONES: [Zone; 3] = [Zone::White, Zone::Grey, Zone::Black];
const ZERO: Digest = Digest([0; 32]);

/// Names a log in headers and leaves: the hash of its origin.
pub fn log_id(origin: &str) -> Digest {
    Digest(Sha256::digest(origin).into())
}

/// An instant by the box's two clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Wall clock.
    pub wall: Timestamp,
    /// Monotonic clock of this boot, in microseconds.
    pub mono_us: u64,
}

/// The newest head a witness had cosigned when the segment closed: the lower bound of its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// Size of that head, at least 1.
    pub size: u64,
    /// Root of that head.
    pub root: Digest,
    /// The witness's time in seconds since 1970.
    pub time_s: u64,
    /// [`crate::checkpoint::Cosignature::hash`].
    pub cosignature: Digest,
}

/// What the two halves of the black key hash to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Custody {
    /// `SHA-256("yaoxia/share/enterprise/v1" ‖ half)`
    pub enterprise: Digest,
    /// `SHA-256("yaoxia/share/regulator/v1" ‖ half)`
    pub regulator: Digest,
}

/// Bit set of what happened while the segment was open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeaderFlags(pub u32);

impl HeaderFlags {
    /// Last segment of an orderly stop.
    pub const CLEAN: Self = Self(1);
    /// Sealed after a restart from what the journal held.
    pub const RECOVERED: Self = Self(1 << 1);
    /// The wall clock jumped against the monotonic one.
    pub const CLOCK_STEP: Self = Self(1 << 2);
    /// The journal ended in a torn write; `torn_bytes` were dropped.
    pub const TORN: Self = Self(1 << 3);
    /// A source has a gap in this segment.
    pub const GAP: Self = Self(1 << 4);
    /// Damaged journal bytes were set aside; an event in this segment says which.
    pub const QUARANTINED: Self = Self(1 << 5);
    const KNOWN: u32 = (1 << 6) - 1;

    /// Every bit of `other` is set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What the closer of a segment says of it. Keys, entries and names come from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderFields {
    /// Number of entries in all segments before this one.
    pub first_seq: u64,
    /// [`Header::leaf_hash`] of the segment before; zero in segment 0. For people and recovery: no verifier takes it
    /// for a proof of anything.
    pub prev_header: Digest,
    /// Counts changes of the recipients' keys.
    pub key_epoch: u32,
    /// Counts starts of the box program.
    pub incarnation: u64,
    /// The machine's boot id.
    pub boot_id: [u8; 16],
    /// When the first entry could come.
    pub opened: Moment,
    /// When the last entry was in.
    pub closed: Moment,
    /// What happened.
    pub flags: HeaderFlags,
    /// Journal bytes dropped at recovery; not zero exactly if [`HeaderFlags::TORN`].
    pub torn_bytes: u64,
    /// Newest cosigned head, if there is one yet.
    pub cosigned: Option<Cosigned>,
    /// Hash of the zone policy in force.
    pub policy: Digest,
    /// Hash of the box's configuration.
    pub config: Digest,
    /// Hash of the box's program.
    pub software: Digest,
    /// Root over the last counter and time of every source.
    pub stream_table: Digest,
}

/// What the header says of one zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneHead {
    /// Entries.
    pub count: u32,
    /// Bytes of the envelopes.
    pub envelopes_len: u32,
    /// Bytes of the blob.
    pub blob_len: u32,
    /// Root of the zone tree.
    pub root: Digest,
    /// Hash of the envelopes' bytes.
    pub envelopes_hash: Digest,
    /// Hash of the blob's bytes.
    pub blob_hash: Digest,
    /// Check value of the zone's key.
    pub key_check: [u8; 16],
}

impl ZoneHead {
    /// What a zone without entries looks like.
    pub(crate) fn empty() -> Self {
        let root = tree::empty_root();
        let none = Digest([0; 32]);
        Self {
            count: 0,
            envelopes_len: 0,
            blob_len: 0,
            root,
            envelopes_hash: none,
            blob_hash: none,
            key_check: [0; 16],
        }
    }
}

/// The header of a sealed segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Hash of the log's origin.
    pub log_id: Digest,
    /// Position in the log, from 0.
    pub seg_no: u64,
    /// What the closer said.
    pub fields: HeaderFields,
    /// Commitments to the halves of the black key; `None` exactly if the black zone is empty.
    pub custody: Option<Custody>,
    /// White, grey, black.
    pub zones: [ZoneHead; 3],
}

impl Header {
    /// What the header says of `zone`.
    pub fn zone(&self, zone: Zone) -> &ZoneHead {
        &self.zones[zone as usize]
    }

    /// Entries in all zones.
    pub fn entry_count(&self) -> u64 {
        self.zones.iter().map(|zone| u64::from(zone.count)).sum()
    }

    /// Hash of the header as a leaf of the log tree.
    pub fn leaf_hash(&self) -> Digest {
        tree::leaf_hash(&self.encode())
    }

    /// The 804 bytes.
    pub fn encode(&self) -> [u8; HEADER_LEN] {
        let fields = &self.fields;
        let mut out = Vec::with_capacity(HEADER_LEN);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[SUITE_INTL, 0, 0, 0]);
        out.extend_from_slice(&self.log_id.0);
        out.extend_from_slice(&self.seg_no.to_be_bytes());
        out.extend_from_slice(&fields.first_seq.to_be_bytes());
        out.extend_from_slice(&fields.prev_header.0);
        out.extend_from_slice(&fields.key_epoch.to_be_bytes());
        out.extend_from_slice(&fields.flags.0.to_be_bytes());
        out.extend_from_slice(&fields.incarnation.to_be_bytes());
        out.extend_from_slice(&fields.boot_id);
        for moment in [&fields.opened, &fields.closed] {
            out.extend_from_slice(&moment.wall.0.to_be_bytes());
            out.extend_from_slice(&moment.mono_us.to_be_bytes());
        }
        out.extend_from_slice(&fields.torn_bytes.to_be_bytes());
        let none = Cosigned { size: 0, root: ZERO, time_s: 0, cosignature: ZERO };
        let cosigned = fields.cosigned.unwrap_or(none);
        out.extend_from_slice(&cosigned.size.to_be_bytes());
        out.extend_from_slice(&cosigned.time_s.to_be_bytes());
        out.extend_from_slice(&cosigned.root.0);
        out.extend_from_slice(&cosigned.cosignature.0);
        for hash in [&fields.policy, &fields.config, &fields.software, &fields.stream_table] {
            out.extend_from_slice(&hash.0);
        }
        let custody = self.custody.unwrap_or(Custody { enterprise: ZERO, regulator: ZERO });
        out.extend_from_slice(&custody.enterprise.0);
        out.extend_from_slice(&custody.regulator.0);
        for zone in &self.zones {
            out.extend_from_slice(&zone.count.to_be_bytes());
            out.extend_from_slice(&zone.envelopes_len.to_be_bytes());
            out.extend_from_slice(&zone.blob_len.to_be_bytes());
            out.extend_from_slice(&zone.root.0);
            out.extend_from_slice(&zone.envelopes_hash.0);
            out.extend_from_slice(&zone.blob_hash.0);
            out.extend_from_slice(&zone.key_check);
        }
        out.try_into().expect("the fields above add up to HEADER_LEN")
    }

    /// Parses the first [`HEADER_LEN`] bytes of a segment file, or the leaf of an entry bundle.
    ///
    /// Fails, naming field and offset, on any value that [`Header::encode`] could not have written for a segment that
    /// [`fn@crate::close`] accepts.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes, 0);
        if r.array::<4>(Part::Header("magic"))? != MAGIC {
            return Err(value_at("magic", 0, bytes));
        }
        if r.array::<4>(Part::Header("suite"))? != [SUITE_INTL, 0, 0, 0] {
            return Err(value_at("suite", 4, bytes));
        }
        let log_id = digest(&mut r, "log_id")?;
        let seg_no = r.u64(Part::Header("seg_no"))?;
        let first_seq = r.u64(Part::Header("first_seq"))?;
        let prev_at = r.offset();
        let prev_header = digest(&mut r, "prev_header")?;
        if seg_no == 0 && (prev_header != ZERO || first_seq != 0) {
            return Err(value_at("prev_header", prev_at, bytes));
        }
        let key_epoch = r.u32(Part::Header("key_epoch"))?;
        let flags_at = r.offset();
        let flags = HeaderFlags(r.u32(Part::Header("flags"))?);
        let incarnation = r.u64(Part::Header("incarnation"))?;
        let boot_id = r.array(Part::Header("boot_id"))?;
        let opened = moment(&mut r, "opened")?;
        let closed_at = r.offset();
        let closed = moment(&mut r, "closed")?;
        let torn_at = r.offset();
        let torn_bytes = r.u64(Part::Header("torn_bytes"))?;
        if flags.0 & !HeaderFlags::KNOWN != 0 {
            return Err(value_at("flags", flags_at, bytes));
        }
        if flags.contains(HeaderFlags::TORN) != (torn_bytes > 0) {
            return Err(value_at("torn_bytes", torn_at, bytes));
        }
        // A recovered segment may close in another boot than it was opened in.
        if closed.mono_us < opened.mono_us && !flags.contains(HeaderFlags::RECOVERED) {
            return Err(value_at("closed", closed_at, bytes));
        }
        let cosigned_at = r.offset();
        let cosigned = Cosigned {
            size: r.u64(Part::Header("cosigned_size"))?,
            time_s: r.u64(Part::Header("cosigned_time"))?,
            root: digest(&mut r, "cosigned_root")?,
            cosignature: digest(&mut r, "cosignature")?,
        };
        let blank = cosigned.time_s == 0 && cosigned.root == ZERO && cosigned.cosignature == ZERO;
        // A head cosigned before this segment closed cannot hold it.
        if (cosigned.size == 0) != blank || cosigned.size > seg_no {
            return Err(value_at("cosigned_size", cosigned_at, bytes));
        }
        let policy = digest(&mut r, "policy")?;
        let config = digest(&mut r, "config")?;
        let software = digest(&mut r, "software")?;
        let stream_table = digest(&mut r, "stream_table")?;
        let custody_at = r.offset();
        let custody = Custody { enterprise: digest(&mut r, "c_ent")?, regulator: digest(&mut r, "c_reg")? };
        let mut zones = [ZoneHead::empty(); 3];
        for (zone, head) in ZONES.into_iter().zip(&mut zones) {
            *head = zone_head(&mut r, zone, bytes)?;
        }
        let black = zones[Zone::Black as usize].count > 0;
        let halves = custody.enterprise != ZERO && custody.regulator != ZERO;
        if black != halves || (!black && custody != Custody { enterprise: ZERO, regulator: ZERO }) {
            return Err(value_at("c_ent", custody_at, bytes));
        }
        let header = Self {
            log_id,
            seg_no,
            fields: HeaderFields {
                first_seq,
                prev_header,
                key_epoch,
                incarnation,
                boot_id,
                opened,
                closed,
                flags,
                torn_bytes,
                cosigned: (cosigned.size > 0).then_some(cosigned),
                policy,
                config,
                software,
                stream_table,
            },
            custody: black.then_some(custody),
            zones,
        };
        let count = header.entry_count();
        let entry_bytes = |zone: &ZoneHead| crate::zone::entry_bytes(zone.count, zone.blob_len);
        let plaintext: u64 = header.zones.iter().filter_map(entry_bytes).sum();
        if count == 0 || count > SEGMENT_ENTRIES_MAX as u64 || plaintext > SEGMENT_PLAINTEXT_LEN_MAX as u64 {
            return Err(value_at("count", zone_at(Zone::White), bytes));
        }
        Ok(header)
    }

    /// Checks that this header continues `prev` (`None` for segment 0): number, entry count, hash, log, incarnation.
    pub fn check_follows(&self, prev: Option<&Self>) -> Result<(), Error> {
        let broken = |field| Err(Error::Chain { seg_no: self.seg_no, field });
        let Some(prev) = prev else {
            return if self.seg_no == 0 { Ok(()) } else { broken("seg_no") };
        };
        if self.log_id != prev.log_id {
            return broken("log_id");
        }
        if prev.seg_no.checked_add(1) != Some(self.seg_no) {
            return broken("seg_no");
        }
        if prev.fields.first_seq.checked_add(prev.entry_count()) != Some(self.fields.first_seq) {
            return broken("first_seq");
        }
        if self.fields.prev_header != prev.leaf_hash() {
            return broken("prev_header");
        }
        if self.fields.incarnation < prev.fields.incarnation {
            return broken("incarnation");
        }
        Ok(())
    }
}

/// Bytes of one zone's part of the header.
const ZONE_HEAD_LEN: usize = 3 * 4 + 3 * 32 + 16;

fn zone_at(zone: Zone) -> usize {
    HEADER_LEN - (ZONES.len() - zone as usize) * ZONE_HEAD_LEN
}

fn zone_head(r: &mut Reader<'_>, zone: Zone, bytes: &[u8]) -> Result<ZoneHead, Error> {
    let at = r.offset();
    let head = ZoneHead {
        count: r.u32(Part::Header("count"))?,
        envelopes_len: r.u32(Part::Header("envelopes_len"))?,
        blob_len: r.u32(Part::Header("blob_len"))?,
        root: digest(r, "root")?,
        envelopes_hash: digest(r, "envelopes_hash")?,
        blob_hash: digest(r, "blob_hash")?,
        key_check: r.array(Part::Header("key_check"))?,
    };
    if head.count == 0 && head != ZoneHead::empty() {
        return Err(value_at("count", at, bytes));
    }
    if head.count > 0 && !crate::keys::envelopes_len_is_possible(zone, head.envelopes_len) {
        return Err(value_at("envelopes_len", at + 4, bytes));
    }
    if crate::zone::entry_bytes(head.count, head.blob_len).is_none() {
        return Err(value_at("blob_len", at + 8, bytes));
    }
    Ok(head)
}

fn digest(r: &mut Reader<'_>, field: &'static str) -> Result<Digest, Error> {
    Ok(Digest(r.array(Part::Header(field))?))
}

fn moment(r: &mut Reader<'_>, field: &'static str) -> Result<Moment, Error> {
    Ok(Moment { wall: Timestamp(r.i64(Part::Header(field))?), mono_us: r.u64(Part::Header(field))? })
}

/// The error for a field whose value is not allowed, showing its first bytes.
fn value_at(field: &'static str, offset: usize, bytes: &[u8]) -> Error {
    let mut first = [0u8; 8];
    first.iter_mut().zip(&bytes[offset..]).for_each(|(to, from)| *to = *from);
    Error::Value { part: Part::Header(field), offset: offset as u64, found: u64::from_be_bytes(first) }
}
