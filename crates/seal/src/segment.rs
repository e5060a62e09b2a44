//! The segment file: header, envelopes, blobs.
//!
//! Comes in: entries and keys, or the bytes of a file from anybody. Goes out: the other, and the reason where it cannot
//! be. A segment without its black blob (which stays on site) is still a segment; any other missing byte is an error.
//!
//! ```text
//! header (804) │ envelopes: white grey black │ blobs: white grey black
//! ```

use crate::error::Part;
use crate::header::{HEADER_LEN, ZONES, ZoneHead};
use crate::recipient::{ENVELOPE_LEN, SHARE_LEN, SealedShare, unwrap, wrap};
use crate::wire::Reader;
use crate::zone::{FRAME_OVERHEAD, KIND_LEN, ZoneKeys};
use crate::{
    CryptoRng, Custody, Disclosure, ENTRY_LEN_MAX, ENVELOPES_MAX, Error, Header, HeaderFields, RecipientId,
    RecipientKey, RecipientSecret, SEGMENT_ENTRIES_MAX, SEGMENT_FILE_LEN_MAX, SEGMENT_PLAINTEXT_LEN_MAX, tree,
};
use hkdf::Hkdf;
use record::{Digest, Zone};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Which part of a zone's key an envelope carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
enum Share {
    /// The data key itself: white and grey.
    Whole = 0,
    /// The enterprise's half of the black key.
    Enterprise = 1,
    /// The regulator's half of the black key.
    Regulator = 2,
}

/// Names a segment for ever: every key, leaf and envelope of it is bound to this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentId {
    /// [`crate::log_id`] of the log's origin.
    pub log_id: Digest,
    /// Position in the log.
    pub seg_no: u64,
}

/// Who can open what. A zone without recipients can hold no entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    /// Each of these opens white: center, enterprise, the box's read key.
    pub white: Vec<RecipientKey>,
    /// Each of these opens grey: enterprise, the box's read key.
    pub grey: Vec<RecipientKey>,
    /// Any one of these together with any one of `black_regulator` opens black.
    pub black_enterprise: Vec<RecipientKey>,
    /// See `black_enterprise`.
    pub black_regulator: Vec<RecipientKey>,
}

/// The keys of one open segment: made before its first entry, gone when it is closed.
#[derive(Debug)]
pub struct Keys {
    id: SegmentId,
    zones: [Option<ZoneSecret>; 3],
    custody: Option<Custody>,
}

#[derive(Debug)]
struct ZoneSecret {
    keys: ZoneKeys,
    envelopes: Vec<u8>,
}

impl Keys {
    /// Makes fresh data keys and addresses them to the recipients.
    ///
    /// Fails if a zone has more than [`ENVELOPES_MAX`] recipients or a recipient's key is of small order. A black zone
    /// needs recipients on both sides; with one side only it has none.
    pub fn generate(rng: &mut impl CryptoRng, recipients: &Recipients, id: SegmentId) -> Result<Self, Error> {
        let mut keys = Self { id, zones: [None, None, None], custody: None };
        for (zone, to) in [(Zone::White, &recipients.white), (Zone::Grey, &recipients.grey)] {
            if !to.is_empty() {
                let data_key = random(rng);
                let envelopes = envelopes(rng, id, zone, &[(Share::Whole, &data_key, to)])?;
                keys.zones[zone as usize] = Some(ZoneSecret { keys: ZoneKeys::derive(&data_key, id, zone), envelopes });
            }
        }
        let (enterprise, regulator) = (&recipients.black_enterprise, &recipients.black_regulator);
        if !enterprise.is_empty() && !regulator.is_empty() {
            let (ours, theirs) = (random(rng), random(rng));
            let shares = [(Share::Enterprise, &ours, enterprise), (Share::Regulator, &theirs, regulator)];
            let envelopes = envelopes(rng, id, Zone::Black, &shares)?;
            let zone_keys = ZoneKeys::derive(&black_key(id, &ours, &theirs), id, Zone::Black);
            keys.zones[Zone::Black as usize] = Some(ZoneSecret { keys: zone_keys, envelopes });
            let enterprise = commitment(Share::Enterprise, &ours);
            keys.custody = Some(Custody { enterprise, regulator: commitment(Share::Regulator, &theirs) });
        }
        Ok(keys)
    }

    /// The segment these keys are for.
    pub fn id(&self) -> SegmentId {
        self.id
    }
}

fn random(rng: &mut impl CryptoRng) -> Zeroizing<[u8; SHARE_LEN]> {
    let mut key = Zeroizing::new([0u8; SHARE_LEN]);
    rng.fill_bytes(&mut *key);
    key
}

/// `HKDF-SHA256(salt = "yaoxia/black/v1", ikm = enterprise half ‖ regulator half, info = log ‖ segment)`: both halves
/// are needed, and neither alone says anything of it.
fn black_key(id: SegmentId, enterprise: &[u8; SHARE_LEN], regulator: &[u8; SHARE_LEN]) -> Zeroizing<[u8; SHARE_LEN]> {
    let mut both = Zeroizing::new([0u8; 2 * SHARE_LEN]);
    both[..SHARE_LEN].copy_from_slice(enterprise);
    both[SHARE_LEN..].copy_from_slice(regulator);
    let mut key = Zeroizing::new([0u8; SHARE_LEN]);
    Hkdf::<Sha256>::new(Some(b"yaoxia/black/v1"), &*both)
        .expand_multi_info(&[&id.log_id.0, &id.seg_no.to_be_bytes()], &mut *key)
        .expect("a key is shorter than 255 hashes");
    key
}

fn commitment(share: Share, half: &[u8; SHARE_LEN]) -> Digest {
    let label = match share {
        Share::Whole => unreachable!("a whole key has no commitment beside its check value"),
        Share::Enterprise => "yaoxia/share/enterprise/v1",
        Share::Regulator => "yaoxia/share/regulator/v1",
    };
    Digest(Sha256::new().chain_update(label).chain_update(half).finalize().into())
}

/// What an envelope is for, as HPKE `info`: moved to another segment, zone, share or recipient it does not open.
fn envelope_info(id: SegmentId, zone: Zone, share: Share, to: RecipientId) -> Vec<u8> {
    let mut info = b"yaoxia/envelope/v1".to_vec();
    info.push(crate::header::SUITE_INTL);
    info.extend_from_slice(&id.log_id.0);
    info.extend_from_slice(&id.seg_no.to_be_bytes());
    info.extend_from_slice(&[zone as u8, share as u8]);
    info.extend_from_slice(&to.0);
    info
}

type Addressed<'a> = (Share, &'a Zeroizing<[u8; SHARE_LEN]>, &'a Vec<RecipientKey>);

/// The envelopes of one zone, sorted by share and recipient; a recipient named twice gets one.
fn envelopes(rng: &mut impl CryptoRng, id: SegmentId, zone: Zone, shares: &[Addressed<'_>]) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    for (share, secret, to) in shares {
        let mut to: Vec<_> = to.iter().map(|key| (key.id(), key)).collect();
        to.sort_by_key(|(id, _)| *id);
        to.dedup_by_key(|(id, _)| *id);
        for (recipient, key) in to {
            let sealed = wrap(secret, key, &envelope_info(id, zone, *share, recipient), rng)?;
            bytes.extend_from_slice(&[zone as u8, *share as u8]);
            bytes.extend_from_slice(&recipient.0);
            bytes.extend_from_slice(&sealed.encapsulated);
            bytes.extend_from_slice(&sealed.ciphertext);
        }
    }
    at_most("recipients of a zone", bytes.len() / ENVELOPE_LEN, ENVELOPES_MAX)?;
    Ok(bytes)
}

/// True if envelopes of a zone that has entries can take `len` bytes.
pub(crate) fn envelopes_len_is_possible(zone: Zone, len: u32) -> bool {
    let (count, rest) = (len as usize / ENVELOPE_LEN, len as usize % ENVELOPE_LEN);
    let least = if zone == Zone::Black { 2 } else { 1 };
    rest == 0 && (least..=ENVELOPES_MAX).contains(&count)
}

fn at_most(what: &'static str, found: usize, limit: usize) -> Result<(), Error> {
    if found <= limit { Ok(()) } else { Err(Error::TooMuch { what, found: found as u64, limit: limit as u64 }) }
}

/// One entry to be sealed.
#[derive(Clone, Copy, Debug)]
pub struct EntryBytes<'a> {
    /// The zone it belongs to.
    pub zone: Zone,
    /// Its byte form; the first two bytes say what it is and stand in the leaf for whoever is shown the leaf.
    pub bytes: &'a [u8],
}

/// A closed segment, ready to be made durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSegment {
    /// Its header.
    pub header: Header,
    /// [`Header::leaf_hash`]: the next leaf of the log tree.
    pub leaf_hash: Digest,
    /// The whole file. Its first [`HEADER_LEN`] bytes are the leaf's data.
    pub file: Vec<u8>,
}

impl SealedSegment {
    /// The header's bytes: what the log tree's leaf and entry bundle hold.
    pub fn header_bytes(&self) -> &[u8] {
        &self.file[..HEADER_LEN]
    }
}

/// Seals entries, in order, into a segment.
///
/// Fails if there is no entry, or one shorter or longer than entries are, more of them than a segment may hold, an entry of a zone without
/// recipients, or a field that [`Header::parse`] would refuse. The keys are wiped either way.
pub fn close(fields: HeaderFields, keys: Keys, entries: &[EntryBytes<'_>]) -> Result<SealedSegment, Error> {
    at_most("entries of a segment", entries.len(), SEGMENT_ENTRIES_MAX)?;
    if let Some(at) = entries.iter().position(|entry| !(KIND_LEN..=ENTRY_LEN_MAX).contains(&entry.bytes.len())) {
        return Err(Error::EntryLength { at, found: entries[at].bytes.len() });
    }
    let plaintext_len: usize = entries.iter().map(|entry| entry.bytes.len()).sum();
    at_most("entry bytes of a segment", plaintext_len, SEGMENT_PLAINTEXT_LEN_MAX)?;

    let used: Vec<(Zone, &ZoneSecret)> = ZONES
        .into_iter()
        .filter(|zone| entries.iter().any(|entry| entry.zone == *zone))
        .map(|zone| Ok((zone, keys.zones[zone as usize].as_ref().ok_or(Error::NoRecipients { zone })?)))
        .collect::<Result<_, Error>>()?;
    let envelopes_len: usize = used.iter().map(|(_, secret)| secret.envelopes.len()).sum();
    let blobs_len = plaintext_len + entries.len() * FRAME_OVERHEAD;
    let mut file = Vec::with_capacity(HEADER_LEN + envelopes_len + blobs_len);
    file.resize(HEADER_LEN, 0);
    used.iter().for_each(|(_, secret)| file.extend_from_slice(&secret.envelopes));

    let mut zones = [ZoneHead::empty(); 3];
    for (zone, secret) in &used {
        let start = file.len();
        let mut tree = tree::Frontier::default();
        for (index, entry) in (0u32..).zip(entries.iter().filter(|entry| entry.zone == *zone)) {
            tree.push(secret.keys.seal(index, entry.bytes, &mut file));
        }
        zones[*zone as usize] = ZoneHead {
            count: u32::try_from(tree.size()).expect("at most SEGMENT_ENTRIES_MAX"),
            envelopes_len: u32::try_from(secret.envelopes.len()).expect("at most ENVELOPES_MAX envelopes"),
            blob_len: u32::try_from(file.len() - start).expect("at most SEGMENT_FILE_LEN_MAX"),
            root: tree.root(),
            envelopes_hash: envelopes_hash(&secret.envelopes),
            blob_hash: blob_hash(&file[start..]),
            key_check: secret.keys.check(),
        };
    }
    let custody = keys.custody.filter(|_| zones[Zone::Black as usize].count > 0);
    let header = Header { log_id: keys.id.log_id, seg_no: keys.id.seg_no, fields, custody, zones };
    let header_bytes = header.encode();
    // What we would refuse from others we do not sign ourselves.
    Header::parse(&header_bytes)?;
    file[..HEADER_LEN].copy_from_slice(&header_bytes);
    Ok(SealedSegment { header, leaf_hash: tree::leaf_hash(&header_bytes), file })
}

fn envelopes_hash(bytes: &[u8]) -> Digest {
    Digest(Sha256::new().chain_update("yaoxia/envelopes/v1").chain_update(bytes).finalize().into())
}

fn blob_hash(bytes: &[u8]) -> Digest {
    Digest(Sha256::new().chain_update("yaoxia/blob/v1").chain_update(bytes).finalize().into())
}

/// A segment file whose layout is right. Its hashes are checked by [`Segment::check_public`], its content by opening.
#[derive(Clone, Debug)]
pub struct Segment<'a> {
    header: Header,
    header_bytes: &'a [u8],
    envelopes: [Placed<'a>; 3],
    blobs: [Placed<'a>; 3],
    black_withheld: bool,
}

/// Bytes and where they stand in the file.
#[derive(Clone, Copy, Debug)]
struct Placed<'a> {
    bytes: &'a [u8],
    offset: usize,
}

struct Envelope {
    share: Share,
    recipient: RecipientId,
    sealed: SealedShare,
}

impl<'a> Segment<'a> {
    /// Parses a segment file. Nothing is copied and no hash computed.
    ///
    /// Fails, naming part and offset, if a byte is missing, left over or out of its range. Only the black blob may be
    /// missing, and only as a whole.
    pub fn parse(file: &'a [u8]) -> Result<Self, Error> {
        at_most("bytes of a segment file", file.len(), SEGMENT_FILE_LEN_MAX)?;
        let mut r = Reader::new(file, 0);
        let header_bytes = r.slice(Part::File, HEADER_LEN)?;
        let header = Header::parse(header_bytes)?;
        let mut envelopes = [Placed { bytes: &[], offset: 0 }; 3];
        for zone in ZONES {
            let len = header.zone(zone).envelopes_len as usize;
            let placed = Placed { offset: r.offset(), bytes: r.slice(Part::Envelopes(zone), len)? };
            parse_envelopes(zone, placed)?;
            envelopes[zone as usize] = placed;
        }
        let mut blobs = [Placed { bytes: &[], offset: 0 }; 3];
        let mut black_withheld = false;
        for zone in ZONES {
            let mut len = header.zone(zone).blob_len as usize;
            if zone == Zone::Black && len > 0 && r.is_empty() {
                (black_withheld, len) = (true, 0);
            }
            blobs[zone as usize] = Placed { offset: r.offset(), bytes: r.slice(Part::Blob(zone), len)? };
        }
        if !r.is_empty() {
            let offset = r.offset() as u64;
            return Err(Error::Length { part: Part::File, offset, expected: offset, found: file.len() as u64 });
        }
        Ok(Self { header, header_bytes, envelopes, blobs, black_withheld })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The header's bytes: the data of the log tree's leaf.
    pub fn header_bytes(&self) -> &'a [u8] {
        self.header_bytes
    }

    /// Which segment of which log this claims to be.
    pub fn id(&self) -> SegmentId {
        SegmentId { log_id: self.header.log_id, seg_no: self.header.seg_no }
    }

    /// The black zone has entries, but this copy is without them.
    pub fn black_withheld(&self) -> bool {
        self.black_withheld
    }

    /// How many bytes of the file leave the site: all but the black blob.
    pub fn public_len(&self) -> usize {
        self.blobs[Zone::Black as usize].offset
    }

    /// Recomputes the hashes of envelopes and blobs. Needs no key.
    pub fn check_public(&self) -> Result<(), Error> {
        for zone in ZONES.into_iter().filter(|zone| self.header.zone(*zone).count > 0) {
            let head = self.header.zone(zone);
            let Placed { bytes, offset } = self.envelopes[zone as usize];
            same_hash(Part::Envelopes(zone), offset, head.envelopes_hash, envelopes_hash(bytes))?;
            let Placed { bytes, offset } = self.blobs[zone as usize];
            if zone != Zone::Black || !self.black_withheld {
                same_hash(Part::Blob(zone), offset, head.blob_hash, blob_hash(bytes))?;
            }
        }
        Ok(())
    }

    /// Who the zone is addressed to.
    pub fn recipients(&self, zone: Zone) -> Result<Vec<RecipientId>, Error> {
        Ok(self.parsed_envelopes(zone)?.into_iter().map(|envelope| envelope.recipient).collect())
    }

    /// Opens the white or grey zone: decrypts every entry, recomputes every leaf and the zone's root.
    ///
    /// A zone without entries opens to nothing, with any key. The black zone needs two keys: [`Segment::open_black`].
    pub fn open_zone(&self, zone: Zone, secret: &RecipientSecret) -> Result<OpenedZone, Error> {
        if self.header.zone(zone).count == 0 {
            return Ok(OpenedZone::nothing(zone));
        }
        let data_key = self.share(zone, Share::Whole, secret)?;
        self.open_with(zone, &data_key)
    }

    /// Opens the black zone with one key of each side.
    ///
    /// The caller has sealed who opens what, and why, before calling this.
    pub fn open_black(&self, enterprise: &RecipientSecret, regulator: &RecipientSecret) -> Result<OpenedZone, Error> {
        if self.header.zone(Zone::Black).count == 0 {
            return Ok(OpenedZone::nothing(Zone::Black));
        }
        let enterprise = self.share(Zone::Black, Share::Enterprise, enterprise)?;
        let regulator = self.share(Zone::Black, Share::Regulator, regulator)?;
        self.open_with(Zone::Black, &black_key(self.id(), &enterprise, &regulator))
    }

    /// Checks that `secret` opens its half of the black key and that it is the half the header commits to. Discloses
    /// nothing: each side does this for every segment, so that unopenable black data is noticed at once.
    pub fn check_black_half(&self, secret: &RecipientSecret) -> Result<(), Error> {
        if self.header.zone(Zone::Black).count == 0 {
            return Ok(());
        }
        let key = secret.public().id();
        let mine = self.parsed_envelopes(Zone::Black)?.into_iter().find(|envelope| envelope.recipient == key);
        let share = mine.ok_or(Error::NotAddressed { zone: Zone::Black, key })?.share;
        self.share(Zone::Black, share, secret).map(|_| ())
    }

    fn parsed_envelopes(&self, zone: Zone) -> Result<Vec<Envelope>, Error> {
        parse_envelopes(zone, self.envelopes[zone as usize])
    }

    fn share(&self, zone: Zone, share: Share, secret: &RecipientSecret) -> Result<Zeroizing<[u8; SHARE_LEN]>, Error> {
        let key = secret.public().id();
        let envelopes = self.parsed_envelopes(zone)?;
        let mine = envelopes.iter().find(|envelope| envelope.recipient == key && envelope.share == share);
        let envelope = mine.ok_or(Error::NotAddressed { zone, key })?;
        let info = envelope_info(self.id(), zone, share, key);
        let secret = unwrap(&envelope.sealed, secret, &info).ok_or(Error::Envelope { zone, key })?;
        let stated = match (share, self.header.custody) {
            (Share::Enterprise, Some(custody)) => Some(custody.enterprise),
            (Share::Regulator, Some(custody)) => Some(custody.regulator),
            _ => None,
        };
        if stated.is_some_and(|stated| stated != commitment(share, &secret)) {
            return Err(Error::KeyCheck { zone });
        }
        Ok(secret)
    }

    fn open_with(&self, zone: Zone, data_key: &[u8; SHARE_LEN]) -> Result<OpenedZone, Error> {
        if zone == Zone::Black && self.black_withheld {
            return Err(Error::BlackWithheld);
        }
        let head = self.header.zone(zone);
        let keys = ZoneKeys::derive(data_key, self.id(), zone);
        if keys.check() != head.key_check {
            return Err(Error::KeyCheck { zone });
        }
        let Placed { bytes, offset } = self.blobs[zone as usize];
        let mut frames = Reader::new(bytes, offset);
        let mut opened = OpenedZone {
            zone,
            blob_offset: offset,
            plaintext: Vec::with_capacity(bytes.len().saturating_sub(head.count as usize * FRAME_OVERHEAD)),
            ends: Vec::with_capacity(head.count as usize),
            leaves: Vec::with_capacity(head.count as usize),
            keys: Some(keys),
        };
        for index in 0..head.count {
            let keys = opened.keys.as_ref().expect("set above");
            opened.leaves.push(keys.open(index, &mut frames, &mut opened.plaintext)?);
            opened.ends.push(opened.plaintext.len());
        }
        if !frames.is_empty() {
            let (offset, expected) = (frames.offset() as u64, u64::from(head.blob_len));
            let found = offset - self.blobs[zone as usize].offset as u64;
            return Err(Error::Length { part: Part::Blob(zone), offset, expected: found, found: expected });
        }
        let computed = tree::root(&opened.leaves);
        if computed != head.root {
            return Err(Error::ZoneRoot { zone, count: head.count, stated: head.root, computed });
        }
        Ok(opened)
    }
}

fn same_hash(part: Part, offset: usize, stated: Digest, computed: Digest) -> Result<(), Error> {
    if stated == computed { Ok(()) } else { Err(Error::Hash { part, offset: offset as u64, stated, computed }) }
}

/// Parses a zone's envelopes: right zone, right kinds of shares, strictly ascending by share and recipient.
fn parse_envelopes(zone: Zone, placed: Placed<'_>) -> Result<Vec<Envelope>, Error> {
    let part = Part::Envelopes(zone);
    let mut r = Reader::new(placed.bytes, placed.offset);
    let mut envelopes: Vec<Envelope> = Vec::new();
    while !r.is_empty() {
        let offset = r.offset() as u64;
        let wrong = |found: u8| Error::Value { part, offset, found: u64::from(found) };
        let zone_byte = r.u8(part)?;
        if zone_byte != zone as u8 {
            return Err(wrong(zone_byte));
        }
        let share = match (zone, r.u8(part)?) {
            (Zone::White | Zone::Grey, 0) => Share::Whole,
            (Zone::Black, 1) => Share::Enterprise,
            (Zone::Black, 2) => Share::Regulator,
            (_, other) => return Err(wrong(other)),
        };
        let recipient = RecipientId(r.array(part)?);
        let sealed = SealedShare { encapsulated: r.array(part)?, ciphertext: r.array(part)? };
        if envelopes.last().is_some_and(|last| (last.share, last.recipient) >= (share, recipient)) {
            return Err(wrong(recipient.0[0]));
        }
        envelopes.push(Envelope { share, recipient, sealed });
    }
    let one_sided = |first: &Envelope| envelopes.iter().all(|envelope| envelope.share == first.share);
    if zone == Zone::Black && envelopes.first().is_some_and(one_sided) {
        return Err(Error::Value { part, offset: placed.offset as u64, found: envelopes.len() as u64 });
    }
    Ok(envelopes)
}

/// The entries of one opened zone, checked against the header.
#[derive(Debug)]
pub struct OpenedZone {
    zone: Zone,
    blob_offset: usize,
    plaintext: Vec<u8>,
    ends: Vec<usize>,
    leaves: Vec<Digest>,
    keys: Option<ZoneKeys>,
}

impl OpenedZone {
    fn nothing(zone: Zone) -> Self {
        Self { zone, blob_offset: 0, plaintext: Vec::new(), ends: Vec::new(), leaves: Vec::new(), keys: None }
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if the zone has no entry.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of one entry.
    pub fn entry(&self, index: usize) -> Option<&[u8]> {
        let start = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        Some(&self.plaintext[start..*self.ends.get(index)?])
    }

    /// The bytes of all entries in order.
    pub fn entries(&self) -> impl Iterator<Item = &[u8]> {
        let starts = core::iter::once(0).chain(self.ends.iter().copied());
        self.ends.iter().zip(starts).map(|(end, start)| &self.plaintext[start..*end])
    }

    /// Where the frame of an entry stands in the file.
    pub fn frame_offset(&self, index: usize) -> Option<usize> {
        let before = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        (index < self.len()).then_some(self.blob_offset + before + index * FRAME_OVERHEAD)
    }

    /// What is needed to show one entry to somebody who may see no other.
    pub fn disclose(&self, index: usize) -> Option<Disclosure> {
        let (entry, keys) = (self.entry(index)?, self.keys.as_ref()?);
        let position = u32::try_from(index).ok()?;
        Some(Disclosure {
            zone: self.zone,
            index: position,
            entry: entry.to_vec(),
            salt: *keys.salt_of(position, entry),
            proof: tree::inclusion_proof(&self.leaves, index),
        })
    }
}
