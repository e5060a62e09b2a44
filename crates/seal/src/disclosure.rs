//! One entry shown to somebody who may see no other.
//!
//! Comes in: an entry, its salt and the path to its zone's root. Goes out: yes, this entry stood at this place of this
//! segment, or no. Nothing here says anything about the entries beside it: their leaves are hashes under other salts.

use crate::zone::{KEY_LEN, KIND_LEN, disclosed_leaf_hash};
use crate::{ENTRY_LEN_MAX, Error, Header, SegmentId, tree};
use record::{Digest, Zone};

/// One entry with what proves it against a header. The header in turn is proved against a checkpoint by
/// [`tree::verify_inclusion`] of [`Header::leaf_hash`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// Its zone.
    pub zone: Zone,
    /// Its index in the zone.
    pub index: u32,
    /// Its bytes.
    pub entry: Vec<u8>,
    /// The salt of its commitment; it opens no other.
    pub salt: [u8; KEY_LEN],
    /// Path from its leaf to the zone's root.
    pub proof: Vec<Digest>,
}

impl Disclosure {
    /// Checks that `header` commits to this entry at this place.
    pub fn verify(&self, header: &Header) -> Result<(), Error> {
        if !(KIND_LEN..=ENTRY_LEN_MAX).contains(&self.entry.len()) {
            return Err(Error::EntryLength { at: self.index as usize, found: self.entry.len() });
        }
        let id = SegmentId { log_id: header.log_id, seg_no: header.seg_no };
        let leaf = disclosed_leaf_hash(id, self.zone, self.index, &self.entry, &self.salt);
        let head = header.zone(self.zone);
        tree::verify_inclusion(&leaf, u64::from(self.index), u64::from(head.count), &self.proof, &head.root)
    }
}
