//! The unit on disk: one commit group, checksummed, chained to the one before it and encrypted.
//!
//! ```text
//! "YXJ1" len:u32 crc32c:u32 frames:u32 incarnation:u64 salt:[16] group_no:u64 first_seq:u64 values:u64 prev:[32]
//! ciphertext:[len]                                               padded with zeros to a multiple of 8
//! ```
//! All integers are big-endian. `crc32c` covers everything behind it but the padding; `prev` is the SHA-256 of the
//! whole group before (zeros for the first of all); `values` counts the raw values of all frames before the group,
//! so that a hole between two groups tells how many values it swallowed. AES-256-GCM with the 96 header bytes in
//! front of the ciphertext, their checksum taken as zero, as associated data; the nonce is `group_no`, the key is
//! made from the box key, `salt` and `incarnation`.

use crate::frame::{Control, Input};
use crate::key::JournalKey;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use sha2::{Digest as _, Sha256};

const MAGIC: &[u8; 4] = b"YXJ1";
/// Bytes of a group in front of its ciphertext.
pub(crate) const HEADER_LEN: usize = 96;
const CRC_AT: usize = 8;
const CRC_COVERS_FROM: usize = 12;
/// Groups begin at multiples of this many bytes.
pub(crate) const ALIGN: usize = 8;
const TAG_LEN: usize = 16;

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
    bytes: &'a [u8],
}

/// The key of one incarnation, ready to use.
pub(crate) struct GroupCipher(Aes256Gcm);

impl std::fmt::Debug for GroupCipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GroupCipher(..)")
    }
}

impl GroupCipher {
    pub(crate) fn new(key: &JournalKey, salt: &[u8; 16], incarnation: u64) -> Self {
        Self(Aes256Gcm::new((&*key.of_incarnation(salt, incarnation)).into()))
    }
}

fn nonce(group_no: u64) -> [u8; 12] {
    let mut nonce = [0u8; 12];
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
    let len = plain.len() + TAG_LEN;
    let mut out = Vec::with_capacity(HEADER_LEN + len + ALIGN);
    put_header(header, len, &mut out);
    debug_assert_eq!(out.len(), HEADER_LEN);
    let tag = cipher
        .0
        .encrypt_inout_detached(&Nonce::from(nonce(header.group_no)), &out, plain.as_mut_slice().into())
        .expect("AES-GCM takes up to 64 GiB");
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
        if input.array()? != *MAGIC {
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
        if len < TAG_LEN || crc32c::crc32c(&bytes[CRC_COVERS_FROM..]) != crc {
            return None;
        }
        Some(Self { header, bytes })
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
        let (head, body) = self.bytes.split_at(HEADER_LEN);
        let (body, tag) = body.split_at(body.len() - TAG_LEN);
        let mut aad = head.to_vec();
        aad[CRC_AT..CRC_COVERS_FROM].fill(0);
        let mut plain = body.to_vec();
        let tag: [u8; TAG_LEN] = tag.try_into().ok()?;
        cipher
            .0
            .decrypt_inout_detached(
                &Nonce::from(nonce(self.header.group_no)),
                &aad,
                plain.as_mut_slice().into(),
                &tag.into(),
            )
            .ok()?;
        let mut input = Input(&plain);
        let mut controls = Vec::new();
        while !input.0.is_empty() {
            controls.push(Control::decode(&mut input)?);
        }
        Some(controls)
    }
}
