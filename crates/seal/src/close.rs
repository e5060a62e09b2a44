//! Closing a segment: entries and keys become one file.
//!
//! Comes in: what the box says of the segment, its keys, its entries in order. Goes out: a file that [`crate::Segment`]
//! reads, with every hash right, or nothing.

use crate::header::{HEADER_LEN, ZONES, ZoneHead};
use crate::keys::{ZoneSecret, at_most};
use crate::segment::{blob_hash, envelopes_hash};
use crate::zone::{FRAME_OVERHEAD, KIND_LEN};
use crate::{ENTRY_LEN_MAX, Error, Header, HeaderFields, Keys, SEGMENT_ENTRIES_MAX, SEGMENT_PLAINTEXT_LEN_MAX, tree};
use record::{Digest, Zone};

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
    let header = Header { log_id: keys.id().log_id, seg_no: keys.id().seg_no, fields, custody, zones };
    let header_bytes = header.encode();
    // What we would refuse from others we do not sign ourselves.
    Header::parse(&header_bytes)?;
    file[..HEADER_LEN].copy_from_slice(&header_bytes);
    Ok(SealedSegment { header, leaf_hash: tree::leaf_hash(&header_bytes), file })
}
