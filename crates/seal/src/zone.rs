//! One zone of one segment: from a data key and entries to an encrypted blob and the leaves of a zone tree, and back.
//!
//! Comes in: a 32-byte data key, entries. Goes out: the blob, and one leaf per entry that commits to it under a salt
//! only holders of the data key can derive. Leaves and salts are never stored. The key schedule and both layouts are
//! `docs/spec/sealed-log.md` §5.

use crate::error::Part;
use crate::header::SUITE_INTL;
use crate::wire::Reader;
use crate::{ENTRY_LEN_MAX, Error, SEGMENT_ENTRIES_MAX, SEGMENT_PLAINTEXT_LEN_MAX, SegmentId, tree};
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::{AeadInOut as _, Aes256Gcm, KeyInit as _};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use record::{Digest, Zone};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// First bytes of a leaf. No header starts like this, so neither can pose as the other.
const LEAF_MAGIC: [u8; 4] = *b"YXL1";
/// Bytes of a leaf before entry kind and commitment; they are also the associated data of the encryption.
const LEAF_HEAD_LEN: usize = 4 + 1 + 1 + 2 + 32 + 8 + 4 + 4;
/// Bytes of a leaf.
pub(crate) const LEAF_LEN: usize = LEAF_HEAD_LEN + KIND_LEN + 32;
/// Bytes at the start of every entry that say what it is: version of the byte form, kind (`docs/spec/entry.md`).
pub(crate) const KIND_LEN: usize = 2;
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;
/// Bytes an entry takes in a blob besides its own: length, nonce, tag.
pub(crate) const FRAME_OVERHEAD: usize = 4 + NONCE_LEN + TAG_LEN;
/// Bytes of every key, data key and salt.
pub(crate) const KEY_LEN: usize = 32;

/// Bytes of `count` entries in a blob of `len` bytes; `None` if it cannot hold so many.
pub(crate) fn entry_bytes(count: u32, len: u32) -> Option<u64> {
    let count = u64::from(count);
    let bytes = u64::from(len).checked_sub(FRAME_OVERHEAD as u64 * count)?;
    let most = (ENTRY_LEN_MAX as u64 * count).min(SEGMENT_PLAINTEXT_LEN_MAX as u64);
    let possible = count <= SEGMENT_ENTRIES_MAX as u64 && (KIND_LEN as u64 * count..=most).contains(&bytes);
    possible.then_some(bytes)
}

/// The keys that a zone's data key gives.
pub(crate) struct ZoneKeys {
    id: SegmentId,
    zone: Zone,
    cipher: Aes256Gcm,
    nonce: Hmac<Sha256>,
    salt: Hmac<Sha256>,
    check: [u8; 16],
}

impl ZoneKeys {
    /// `HKDF-SHA256(salt = "yaoxia/zone/v1", ikm = data key, info = label ‖ log ‖ segment ‖ zone)`
    pub(crate) fn derive(data_key: &[u8; KEY_LEN], id: SegmentId, zone: Zone) -> Self {
        let kdf = Hkdf::<Sha256>::new(Some(b"yaoxia/zone/v1"), data_key);
        let seg_no = id.seg_no.to_be_bytes();
        let expand = |label: &str, key: &mut [u8]| {
            let info = [label.as_bytes(), &[SUITE_INTL], &id.log_id.0, &seg_no, &[zone as u8]];
            kdf.expand_multi_info(&info, key).expect("a key is shorter than 255 hashes");
        };
        let mut key = Zeroizing::new([0u8; KEY_LEN]);
        expand("encrypt", &mut *key);
        let cipher = Aes256Gcm::new(&(*key).into());
        expand("nonce", &mut *key);
        let nonce = mac_key(&key);
        expand("salt", &mut *key);
        let salt = mac_key(&key);
        let mut check = [0u8; 16];
        expand("check", &mut check);
        Self { id, zone, cipher, nonce, salt, check }
    }

    /// What the header says of the key: nobody can find another key with the same check value and the same root.
    pub(crate) fn check(&self) -> [u8; 16] {
        self.check
    }

    #[cfg(test)]
    pub(crate) fn cipher(&self) -> &Aes256Gcm {
        &self.cipher
    }

    pub(crate) fn leaf_head(&self, index: u32, len: u32) -> [u8; LEAF_HEAD_LEN] {
        leaf_head(self.id, self.zone, index, len)
    }

    /// The nonce is a function of position and content: a machine that is cloned or set back repeats a nonce only for
    /// the same entry at the same place.
    fn nonce(&self, head: &[u8; LEAF_HEAD_LEN], content: &[u8; 32]) -> [u8; NONCE_LEN] {
        let mac = self.nonce.clone().chain_update(head).chain_update(content).finalize().into_bytes();
        let (nonce, _) = mac.split_first_chunk::<NONCE_LEN>().expect("a MAC has 32 bytes");
        *nonce
    }

    /// The salt depends on the content too, so two different entries never share one.
    fn salt(&self, head: &[u8; LEAF_HEAD_LEN], content: &[u8; 32]) -> Zeroizing<[u8; KEY_LEN]> {
        let mac = self.salt.clone().chain_update(head).chain_update(content).finalize().into_bytes();
        Zeroizing::new(mac.into())
    }

    /// Appends the frame of one entry to `blob` and gives its leaf hash.
    pub(crate) fn seal(&self, index: u32, entry: &[u8], blob: &mut Vec<u8>) -> Digest {
        let len = u32::try_from(entry.len()).expect("an entry is at most ENTRY_LEN_MAX long");
        let head = self.leaf_head(index, len);
        let content = Sha256::digest(entry).into();
        let nonce = self.nonce(&head, &content);
        blob.extend_from_slice(&len.to_be_bytes());
        blob.extend_from_slice(&nonce);
        let start = blob.len();
        blob.extend_from_slice(entry);
        let tag = self
            .cipher
            .encrypt_inout_detached(&nonce.into(), &head, (&mut blob[start..]).into())
            .expect("an entry is shorter than AES-GCM allows");
        blob.extend_from_slice(&tag);
        leaf_hash(&leaf(&head, entry, &self.salt(&head, &content), &content))
    }

    /// Decrypts the next frame behind `out` and gives its leaf hash.
    pub(crate) fn open(&self, index: u32, frames: &mut Reader<'_>, out: &mut Vec<u8>) -> Result<Digest, Error> {
        let offset = frames.offset() as u64;
        let part = Part::Entry(self.zone, index);
        // An entry is named by its frame, wherever in the frame the bytes run out.
        let short = |error| match error {
            Error::Length { part, expected, found, .. } => Error::Length { part, offset, expected, found },
            other => other,
        };
        let len = frames.u32(part).map_err(short)?;
        let nonce: [u8; NONCE_LEN] = frames.array(part).map_err(short)?;
        if (len as usize) < KIND_LEN || len as usize > ENTRY_LEN_MAX {
            return Err(Error::Value { part, offset, found: u64::from(len) });
        }
        let ciphertext = frames.slice(part, len as usize).map_err(short)?;
        let tag: [u8; TAG_LEN] = frames.array(part).map_err(short)?;
        let head = self.leaf_head(index, len);
        let start = out.len();
        out.resize(start + ciphertext.len(), 0);
        let entry = &mut out[start..];
        let buffer = InOutBuf::new(ciphertext, entry).expect("both have the entry's length");
        let zone = self.zone;
        let refused = |_| Error::Decrypt { zone, index, offset };
        self.cipher.decrypt_inout_detached(&nonce.into(), &head, buffer, &tag.into()).map_err(refused)?;
        let entry = &out[start..];
        let content = Sha256::digest(entry).into();
        if self.nonce(&head, &content) != nonce {
            return Err(Error::Nonce { zone, index, offset });
        }
        Ok(leaf_hash(&leaf(&head, entry, &self.salt(&head, &content), &content)))
    }

    /// The salt of one entry, to disclose it alone.
    pub(crate) fn salt_of(&self, index: u32, entry: &[u8]) -> Zeroizing<[u8; KEY_LEN]> {
        let len = u32::try_from(entry.len()).expect("an entry is at most ENTRY_LEN_MAX long");
        self.salt(&self.leaf_head(index, len), &Sha256::digest(entry).into())
    }
}

impl core::fmt::Debug for ZoneKeys {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ZoneKeys({:?} of segment {})", self.zone, self.id.seg_no)
    }
}

/// `magic ‖ suite ‖ zone ‖ 0 0 ‖ log ‖ segment ‖ index ‖ length`
fn leaf_head(id: SegmentId, zone: Zone, index: u32, len: u32) -> [u8; LEAF_HEAD_LEN] {
    let mut head = [0u8; LEAF_HEAD_LEN];
    head[..4].copy_from_slice(&LEAF_MAGIC);
    head[4..6].copy_from_slice(&[SUITE_INTL, zone as u8]);
    head[8..40].copy_from_slice(&id.log_id.0);
    head[40..48].copy_from_slice(&id.seg_no.to_be_bytes());
    head[48..52].copy_from_slice(&index.to_be_bytes());
    head[52..].copy_from_slice(&len.to_be_bytes());
    head
}

fn mac_key(key: &[u8; KEY_LEN]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

fn leaf_hash(leaf: &[u8; LEAF_LEN]) -> Digest {
    tree::leaf_hash(leaf)
}

/// `head ‖ kind ‖ HMAC-SHA256(salt, "yaoxia/commit/v1" ‖ SHA-256(entry))`; the kind is the entry's first two bytes.
fn leaf(head: &[u8; LEAF_HEAD_LEN], entry: &[u8], salt: &[u8; KEY_LEN], content: &[u8; 32]) -> [u8; LEAF_LEN] {
    let commitment = mac_key(salt).chain_update("yaoxia/commit/v1").chain_update(content).finalize().into_bytes();
    let mut leaf = [0u8; LEAF_LEN];
    leaf[..LEAF_HEAD_LEN].copy_from_slice(head);
    leaf[LEAF_HEAD_LEN..LEAF_HEAD_LEN + KIND_LEN].copy_from_slice(&entry[..KIND_LEN]);
    leaf[LEAF_HEAD_LEN + KIND_LEN..].copy_from_slice(&commitment);
    leaf
}

/// Leaf hash of an entry disclosed with its salt.
pub(crate) fn disclosed_leaf_hash(id: SegmentId, zone: Zone, index: u32, entry: &[u8], salt: &[u8; KEY_LEN]) -> Digest {
    let len = u32::try_from(entry.len()).expect("the caller has checked its length");
    leaf_hash(&leaf(&leaf_head(id, zone, index, len), entry, salt, &Sha256::digest(entry).into()))
}
