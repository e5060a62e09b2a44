//! The segment file: header, envelopes, blobs.
//!
//! Comes in: the bytes of a file from anybody. Goes out: its entries for who may have them, or what is wrong and where.
//! A segment without its black blob (which stays on site) is still a segment; any other missing byte is an error.
//!
//! ```text
//! header (804) │ envelopes: white grey black │ blobs: white grey black
//! ```

use crate::error::Part;
use crate::header::{HEADER_LEN, ZONES};
use crate::keys::{Share, at_most, black_key, commitment, envelope_info};
use crate::recipient::{SHARE_LEN, SealedShare, unwrap};
use crate::wire::Reader;
use crate::zone::{FRAME_OVERHEAD, ZoneKeys};
use crate::{Disclosure, Error, Header, RecipientId, RecipientSecret, SEGMENT_FILE_LEN_MAX, SegmentId, tree};
use record::{Digest, Zone};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

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

/// What the header says of a zone's envelopes.
pub(crate) fn envelopes_hash(bytes: &[u8]) -> Digest {
    Digest(Sha256::new().chain_update("yaoxia/envelopes/v1").chain_update(bytes).finalize().into())
}

/// What the header says of a zone's blob.
pub(crate) fn blob_hash(bytes: &[u8]) -> Digest {
    Digest(Sha256::new().chain_update("yaoxia/blob/v1").chain_update(bytes).finalize().into())
}
