//! Attack 25 from inside: AES-GCM does not commit to its key, so one ciphertext can be made that decrypts under two.
//!
//! The forgery is the real one: with both keys known, one free block of the ciphertext makes the tags equal (the
//! authenticator is linear in the ciphertext). Whoever opens such a frame must still see one content or none.

use crate::wire::Reader;
use crate::zone::{FRAME_OVERHEAD, ZoneKeys};
use crate::{Error, SegmentId, log_id};
use aes_gcm::Aes256Gcm;
use aes_gcm::aead::AeadInOut as _;
use record::Zone;

/// Product in GF(2^128) in the bit order of GCM (NIST SP 800-38D §6.3).
fn product(x: u128, y: u128) -> u128 {
    let (mut z, mut v) = (0, y);
    for bit in (0..128).rev() {
        z ^= if x >> bit & 1 == 1 { v } else { 0 };
        v = if v & 1 == 1 { v >> 1 ^ 0xe1 << 120 } else { v >> 1 };
    }
    z
}

fn power(x: u128, exponent: u128) -> u128 {
    let one = 1 << 127;
    (0..128).rev().fold(one, |z, bit| {
        let square = product(z, z);
        if exponent >> bit & 1 == 1 { product(square, x) } else { square }
    })
}

/// `x^(2^128 − 2)`
fn inverse(x: u128) -> u128 {
    power(x, u128::MAX - 1)
}

/// One key as the forger sees it: what masks the tag, and the point at which the authenticator is a polynomial.
struct Known<'a> {
    cipher: &'a Aes256Gcm,
    mask: u128,
    point: u128,
}

impl<'a> Known<'a> {
    fn new(cipher: &'a Aes256Gcm, nonce: [u8; 12]) -> Self {
        let tag = |aad: &[u8]| {
            let tag = cipher.encrypt_inout_detached(&nonce.into(), aad, (&mut [][..]).into()).unwrap();
            u128::from_be_bytes(tag.into())
        };
        let mask = tag(b"");
        // A block of zeros adds nothing but its length: what is left is length · point.
        let point = product(tag(&[0; 16]) ^ mask, inverse(128 << 64));
        Self { cipher, mask, point }
    }

    fn tag(&self, aad: &[u8], ciphertext: &[u8]) -> u128 {
        let blocks = |bytes: &[u8]| -> Vec<u128> {
            let block = |chunk: &[u8]| {
                let mut block = [0; 16];
                block[..chunk.len()].copy_from_slice(chunk);
                u128::from_be_bytes(block)
            };
            bytes.chunks(16).map(block).collect()
        };
        let lengths = ((aad.len() as u128 * 8) << 64) | (ciphertext.len() as u128 * 8);
        let all = blocks(aad).into_iter().chain(blocks(ciphertext)).chain([lengths]);
        self.mask ^ all.fold(0, |sum, block| product(sum ^ block, self.point))
    }
}

/// Ciphertext of four blocks and the tag it has under both keys.
fn valid_under_both(keys: &[Known<'_>; 2], aad: &[u8]) -> (Vec<u8>, [u8; 16]) {
    let mut ciphertext = vec![0x5a; 64];
    ciphertext[16..32].fill(0);
    let [one, two] = keys;
    // The second of four blocks stands before two more and the lengths: its weight is point^4.
    let weight = power(one.point, 4) ^ power(two.point, 4);
    let block = product(one.tag(aad, &ciphertext) ^ two.tag(aad, &ciphertext), inverse(weight));
    ciphertext[16..32].copy_from_slice(&block.to_be_bytes());
    let tag = one.tag(aad, &ciphertext);
    assert_eq!(tag, two.tag(aad, &ciphertext));
    (ciphertext, tag.to_be_bytes())
}

/// Requirement ATT-25.
#[test]
fn attack_25_a_ciphertext_valid_under_two_keys_has_no_two_contents() {
    let id = SegmentId { log_id: log_id("example.org/box/1"), seg_no: 3 };
    let nonce = [9; 12];
    let zones = [[1; 32], [2; 32]].map(|data_key| ZoneKeys::derive(&data_key, id, Zone::White));
    let keys = [0, 1].map(|n| Known::new(zones[n].cipher(), nonce));
    let head = zones[0].leaf_head(0, 64);
    let (ciphertext, tag) = valid_under_both(&keys, &head);
    let opened = keys.each_ref().map(|key| {
        let mut plain = ciphertext.clone();
        let buffer = plain.as_mut_slice().into();
        key.cipher.decrypt_inout_detached(&nonce.into(), &head, buffer, &tag.into()).unwrap();
        plain
    });
    assert_ne!(opened[0], opened[1], "the forgery is real: one ciphertext, two contents");

    let mut frame = Vec::with_capacity(ciphertext.len() + FRAME_OVERHEAD);
    frame.extend_from_slice(&64u32.to_be_bytes());
    frame.extend_from_slice(&nonce);
    frame.extend_from_slice(&ciphertext);
    frame.extend_from_slice(&tag);
    for keys in &zones {
        let refused = keys.open(0, &mut Reader::new(&frame, 0), &mut Vec::new());
        assert_eq!(refused, Err(Error::Nonce { zone: Zone::White, index: 0, offset: 0 }));
    }
    // And the header says which of the two keys is the zone's.
    assert_ne!(zones[0].check(), zones[1].check());
}
