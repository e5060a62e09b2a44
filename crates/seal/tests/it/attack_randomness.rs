//! Attacks 15 and 21: what a broken random generator cannot break, and what cannot be guessed from exported bytes.

use crate::support::{fields, id, parties};
use rand_chacha::rand_core::{TryCryptoRng, TryRng};
use record::Zone;
use seal::{Disclosure, EntryBytes, HeaderFields, Keys, OpenedZone, SealedSegment, Segment, close};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// A generator that is broken: every byte it ever gives is the same.
struct Stuck(u8);

impl TryRng for Stuck {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_ne_bytes([self.0; 4]))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_ne_bytes([self.0; 8]))
    }
    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        to.fill(self.0);
        Ok(())
    }
}

impl TryCryptoRng for Stuck {}

const ZONES: [Zone; 3] = [Zone::White, Zone::Grey, Zone::Black];
const ENTRIES: u32 = 40;

/// A segment of all zones. `life` is which of two machines woken from one snapshot writes it: every third entry is the
/// same in both.
fn sealed(mut rng: Stuck, seg_no: u64, life: u32) -> SealedSegment {
    let texts: Vec<Vec<u8>> = (0..ENTRIES)
        .map(|n| format!("\u{1}\0reading {n:04} of life {}", if n % 3 == 0 { 0 } else { life }).into_bytes())
        .collect();
    let entries: Vec<EntryBytes<'_>> = ZONES
        .into_iter()
        .flat_map(|zone| texts.iter().map(move |text| EntryBytes { zone, bytes: text.as_slice() }))
        .collect();
    let first_seq = seg_no * u64::from(ENTRIES) * 3;
    let keys = Keys::generate(&mut rng, &parties().recipients(), id(seg_no)).unwrap();
    close(HeaderFields { first_seq, ..fields() }, keys, &entries).unwrap()
}

fn opened(file: &[u8], zone: Zone) -> OpenedZone {
    let (segment, who) = (Segment::parse(file).unwrap(), parties());
    match zone {
        Zone::Black => segment.open_black(&who.custodian, &who.inspector).unwrap(),
        zone => segment.open_zone(zone, &who.enterprise).unwrap(),
    }
}

/// Machines woken twice from one snapshot, with generators that give nothing but zeros, ones, or one byte for ever.
/// Requirement ATT-15.
#[test]
fn attack_15_no_key_meets_one_nonce_with_two_plaintexts_and_no_two_records_share_a_salt() {
    let mut nonces = BTreeMap::new();
    let mut salts = BTreeMap::new();
    let mut repeated = 0;
    for stuck in [0, 0xff, 0x17] {
        for (seg_no, life) in [(0, 1), (0, 2), (1, 1), (1, 2), (2, 1)] {
            let sealed = sealed(Stuck(stuck), seg_no, life);
            for zone in ZONES {
                let opened = opened(&sealed.file, zone);
                let key = sealed.header.zone(zone).key_check;
                for (index, entry) in opened.entries().enumerate() {
                    let at = opened.frame_offset(index).unwrap();
                    let nonce = sealed.file[at + 4..at + 16].to_vec();
                    let what = (seg_no, zone as u8, index, entry.to_vec());
                    let before = nonces.insert((key, nonce), what.clone());
                    repeated += u32::from(before.is_some());
                    assert!(before.is_none_or(|before| before == what), "one nonce, two plaintexts: {what:?}");
                    let salt = opened.disclose(index).unwrap().salt;
                    let what = (stuck, what);
                    let before = salts.insert(salt, what.clone());
                    assert!(before.is_none_or(|before| before == what), "one salt, two records: {what:?}");
                }
            }
        }
    }
    assert!(repeated > 0, "the two lives did meet the same keys");
}

/// All that leaves the site or is shown to a stranger: the public part of the file, and the entries disclosed one by one.
fn exported(file: &[u8], disclosed: &[Disclosure]) -> Vec<u8> {
    let mut bytes = file[..Segment::parse(file).unwrap().public_len()].to_vec();
    for shown in disclosed {
        bytes.extend_from_slice(&shown.entry);
        bytes.extend_from_slice(&shown.salt);
        shown.proof.iter().for_each(|hash| bytes.extend_from_slice(&hash.0));
    }
    bytes
}

/// Requirement ATT-21.
#[test]
fn attack_21_no_exported_byte_is_the_salt_of_an_entry_that_was_not_shown() {
    let sealed = sealed(Stuck(0x17), 0, 1);
    let mut hidden = Vec::new();
    let mut disclosed = Vec::new();
    for zone in ZONES {
        let opened = opened(&sealed.file, zone);
        for index in 0..opened.len() {
            let shown = opened.disclose(index).unwrap();
            if index % 2 == 0 { disclosed.push(shown) } else { hidden.push(shown.salt) }
        }
    }
    let bytes = exported(&sealed.file, &disclosed);
    // Even a quarter of a salt would halve the guessing many times over.
    let windows: BTreeSet<&[u8]> = bytes.windows(8).collect();
    for shown in &disclosed {
        assert!(windows.contains(&shown.salt[..8]), "the search finds what is there");
    }
    for salt in hidden {
        for part in salt.chunks(8) {
            assert!(!windows.contains(part), "a hidden salt, or part of it, left the site");
        }
    }
}

/// A neighbour's leaf stands in every proof. Whoever knows place, form and length of the entry behind it, and that it is
/// one of 10,000 values, still cannot tell which: every guess needs the salt.
/// Requirement ATT-21.
#[test]
fn attack_21_a_value_of_four_digits_is_not_confirmed_from_leaves_proofs_and_headers() {
    let (shown, secret): (&[u8], &[u8]) = (b"\x01\x00shown", b"\x01\x007351");
    let entries = [shown, secret].map(|bytes| EntryBytes { zone: Zone::Grey, bytes });
    let keys = Keys::generate(&mut crate::support::rng(5), &parties().recipients(), id(0)).unwrap();
    let sealed = close(fields(), keys, &entries).unwrap();
    let opened = opened(&sealed.file, Zone::Grey);
    let neighbour = opened.disclose(0).unwrap();
    assert_eq!(
        (neighbour.verify(&sealed.header), neighbour.proof.len()),
        (Ok(()), 1),
        "the proof is the secret's leaf"
    );
    let head = sealed.header.zone(Zone::Grey);
    let key_check: [u8; 32] = [head.key_check, [0; 16]].concat().try_into().unwrap();
    let known = [
        [0; 32],
        neighbour.salt,
        neighbour.proof[0].0,
        head.root.0,
        head.blob_hash.0,
        head.envelopes_hash.0,
        sealed.leaf_hash.0,
        sealed.header.log_id.0,
        key_check,
    ];
    // The left neighbour's leaf is known to whoever was shown it: the path to the root is no secret.
    let proof = opened.disclose(1).unwrap().proof;
    for value in 0..10_000 {
        let guess = format!("\u{1}\0{value:04}").into_bytes();
        for salt in known {
            let guessed = Disclosure { zone: Zone::Grey, index: 1, entry: guess.clone(), salt, proof: proof.clone() };
            assert!(guessed.verify(&sealed.header).is_err(), "{value} was confirmed");
        }
        for hash in [seal::tree::leaf_hash(&guess), seal::log_id(core::str::from_utf8(&guess).unwrap())] {
            assert_ne!(hash, neighbour.proof[0], "{value} is hashed bare");
        }
    }
    assert_eq!(opened.disclose(1).unwrap().verify(&sealed.header), Ok(()), "with the salt it is proved");
}
