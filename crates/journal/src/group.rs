//! The unit on disk: one commit group, checksummed, chained to the one before it and encrypted.
//!
//! ```text
//! "YXJ2" len:u32 crc32c:u32 frames:u32 incarnation:u64 salt:[16] group_no:u64 first_seq:u64 values:u64 prev:[32]
//! nonce:[12] ciphertext                                            padded with zeros to a multiple of 8
//! ```
//! All integers are big-endian. `len` counts nonce and ciphertext with its tag. `crc32c` covers everything behind it but
//! the padding; `prev` is the SHA-256 of the whole group before (zeros for the first of all); `values` counts the raw
//! values of all frames before the group, so that a hole between two groups tells how many values it swallowed.
//! AES-256-GCM with the 96 header bytes, their checksum taken as zero, as associated data. Key and nonce key are made from
//! the box key, `salt` and `incarnation`; the nonce is the MAC of header and content: a machine that is woken twice from
//! one snapshot, disk, memory and randomness alike, uses a nonce again only for the same bytes.
//!
//! Groups of `"YXJ1"`, written before there were such nonces, are read: their nonce is `group_no` and not stored.

use crate::frame::{Control, Input};
use crate::key::JournalKey;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

const MAGIC: &[u8; 4] = b"YXJ2";
const MAGIC_COUNTED: &[u8; 4] = b"YXJ1";
/// Bytes of a group in front of its ciphertext.
pub(crate) const HEADER_LEN: usize = 96;
const CRC_AT: usize = 8;
const CRC_COVERS_FROM: usize = 12;
/// Groups begin at multiples of this many bytes.
pub(crate) const ALIGN: usize = 8;
const TAG_LEN: usize = 16;
const NONCE_LEN: usize = 12;
/// Most bytes a group takes beside what its frames take.
pub(crate) const OVERHEAD: usize = HEADER_LEN + NONCE_LEN + TAG_LEN + ALIGN;

/// What is readable of a group without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GroupHeader {
    pub(crate) frames: u32,
    pub(crate) incarnation: u64,
    pub(crate) salt: [u8; 16],
    pub(crate) group_no: u64,
    pub(crate) first_seq: u64,
    pub(crate) values: u64,
    pub(crate) prev: [u8; 32],
}

/// A group read from disk whose checksum holds.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    pub(crate) header: GroupHeader,
    counted: bool,
    bytes: &'a [u8],
}

/// The keys of one incarnation, ready to use.
pub(crate) struct GroupCipher {
    cipher: Aes256Gcm,
    nonce_key: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for GroupCipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GroupCipher(..)")
    }
}

impl GroupCipher {
    pub(crate) fn new(key: &JournalKey, salt: &[u8; 16], incarnation: u64) -> Self {
        let [key, nonce_key] = key.of_incarnation(salt, incarnation);
        Self { cipher: Aes256Gcm::new((&*key).into()), nonce_key }
    }

    /// `HMAC-SHA256(nonce key, header ‖ SHA-256(plain))`, its first 12 bytes (HKDF-Extract is HMAC, RFC 5869 §2.2).
    fn nonce(&self, header: &[u8], plain: &[u8]) -> [u8; NONCE_LEN] {
        let message = [header, &Sha256::digest(plain)].concat();
        let (mac, _) = Hkdf::<Sha256>::extract(Some(self.nonce_key.as_slice()), &message);
        *mac.first_chunk().expect("a MAC has 32 bytes")
    }
}

/// The nonce of groups that store none.
fn counted_nonce(group_no: u64) -> [u8; NONCE_LEN] {
    let mut nonce = [0u8; NONCE_LEN];
    nonce[4..].copy_from_slice(&group_no.to_be_bytes());
    nonce
}

fn put_header(header: &GroupHeader, len: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&u32::try_from(len).expect("a group is at most a few MiB").to_be_bytes());
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&header.frames.to_be_bytes());
    out.extend_from_slice(&header.incarnation.to_be_bytes());
    out.extend_from_slice(&header.salt);
    out.extend_from_slice(&header.group_no.to_be_bytes());
    out.extend_from_slice(&header.first_seq.to_be_bytes());
    out.extend_from_slice(&header.values.to_be_bytes());
    out.extend_from_slice(&header.prev);
}

/// Encrypts `controls` into a group ready to be written; also gives the chain value of the next one.
pub(crate) fn seal_group(cipher: &GroupCipher, header: &GroupHeader, controls: &[Control]) -> (Vec<u8>, [u8; 32]) {
    let mut plain = Vec::new();
    controls.iter().for_each(|control| control.encode(&mut plain));
    let len = NONCE_LEN + plain.len() + TAG_LEN;
    let mut out = Vec::with_capacity(HEADER_LEN + len + ALIGN);
    put_header(header, len, &mut out);
    debug_assert_eq!(out.len(), HEADER_LEN);
    let nonce = cipher.nonce(&out, &plain);
    let tag = cipher
        .cipher
        .encrypt_inout_detached(&Nonce::from(nonce), &out, plain.as_mut_slice().into())
        .expect("AES-GCM takes up to 64 GiB");
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&plain);
    out.extend_from_slice(&tag);
    let crc = crc32c::crc32c(&out[CRC_COVERS_FROM..]);
    out[CRC_AT..CRC_COVERS_FROM].copy_from_slice(&crc.to_be_bytes());
    let chain = Sha256::digest(&out).into();
    out.resize(out.len().next_multiple_of(ALIGN), 0);
    (out, chain)
}

impl<'a> Group<'a> {
    /// Reads the group at the start of `bytes`; `None` if no whole group with a good checksum is there.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut input = Input(bytes);
        let magic: [u8; 4] = input.array()?;
        let counted = magic == *MAGIC_COUNTED;
        if magic != *MAGIC && !counted {
            return None;
        }
        let len = usize::try_from(input.u32()?).ok()?;
        let crc = input.u32()?;
        let header = GroupHeader {
            frames: input.u32()?,
            incarnation: input.u64()?,
            salt: input.array()?,
            group_no: input.u64()?,
            first_seq: input.u64()?,
            values: input.u64()?,
            prev: input.array()?,
        };
        let bytes = bytes.get(..HEADER_LEN.checked_add(len)?)?;
        let least = if counted { TAG_LEN } else { NONCE_LEN + TAG_LEN };
        if len < least || crc32c::crc32c(&bytes[CRC_COVERS_FROM..]) != crc {
            return None;
        }
        Some(Self { header, counted, bytes })
    }

    /// Bytes it takes in the file, padding included.
    pub(crate) fn stored_len(&self) -> usize {
        self.bytes.len().next_multiple_of(ALIGN)
    }

    /// What the next group names as `prev`.
    pub(crate) fn chain(&self) -> [u8; 32] {
        Sha256::digest(self.bytes).into()
    }

    /// Decrypts; `None` if the key is another or the bytes were changed by someone who mended the checksum.
    pub(crate) fn open(&self, cipher: &GroupCipher) -> Option<Vec<Control>> {
        let (head, mut body) = self.bytes.split_at(HEADER_LEN);
        let mut aad = head.to_vec();
        aad[CRC_AT..CRC_COVERS_FROM].fill(0);
        let stored = if self.counted { None } else { Some(*body.split_off(..NONCE_LEN)?.as_array()?) };
        let nonce = stored.unwrap_or_else(|| counted_nonce(self.header.group_no));
        let (body, tag) = body.split_at(body.len() - TAG_LEN);
        let mut plain = body.to_vec();
        let tag: [u8; TAG_LEN] = tag.try_into().ok()?;
        let buffer = plain.as_mut_slice().into();
        cipher.cipher.decrypt_inout_detached(&Nonce::from(nonce), &aad, buffer, &tag.into()).ok()?;
        if stored.is_some_and(|stored| stored != cipher.nonce(&aad, &plain)) {
            return None;
        }
        let mut input = Input(&plain);
        let mut controls = Vec::new();
        while !input.0.is_empty() {
            controls.push(Control::decode(&mut input)?);
        }
        Some(controls)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A box that was updated finds in its journal what it wrote before.
    #[test]
    fn groups_with_counted_nonces_are_still_read() {
        let key = JournalKey::new([7; 32]);
        let cipher = GroupCipher::new(&key, &[1; 16], 3);
        let header = GroupHeader {
            frames: 0,
            incarnation: 3,
            salt: [1; 16],
            group_no: 9,
            first_seq: 4,
            values: 5,
            prev: [2; 32],
        };
        let control = Control::Intent { seg_no: 1, upto: 2 };
        let mut plain = Vec::new();
        control.encode(&mut plain);
        let mut bytes = Vec::new();
        put_header(&header, plain.len() + TAG_LEN, &mut bytes);
        bytes[..4].copy_from_slice(MAGIC_COUNTED);
        let nonce = Nonce::from(counted_nonce(9));
        let tag = cipher.cipher.encrypt_inout_detached(&nonce, &bytes, plain.as_mut_slice().into()).unwrap();
        bytes.extend_from_slice(&plain);
        bytes.extend_from_slice(&tag);
        let crc = crc32c::crc32c(&bytes[CRC_COVERS_FROM..]);
        bytes[CRC_AT..CRC_COVERS_FROM].copy_from_slice(&crc.to_be_bytes());
        let group = Group::parse(&bytes).unwrap();
        assert_eq!((&group.header, group.open(&cipher)), (&header, Some(vec![control.clone()])));

        let (fresh, _) = seal_group(&cipher, &header, std::slice::from_ref(&control));
        let group = Group::parse(&fresh).unwrap();
        assert_eq!(group.open(&cipher), Some(vec![control]));
        assert!(fresh.len() > bytes.len(), "the nonce is stored");
    }
}
