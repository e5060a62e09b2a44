//! Hostile bytes: golden vectors changed at random, from a fixed seed.

use crate::round_trip::bytes_of;
use crate::{samples, vectors};
use record::{DecodeError, Entry, Value, limits};

const SEED: u64 = 118;
const CHANGED_INPUTS: usize = 20_000;
/// Bytes a decoder likes least: ends of varint groups, flags, tags, UTF-8 leads.
const NASTY: [u8; 10] = [0, 1, 2, 3, 0x7f, 0x80, 0x81, 0xc3, 0xfe, 0xff];

/// SplitMix64.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % (limit as u64)).unwrap()
    }
}

fn change(bytes: &mut Vec<u8>, other: &[u8], noise: &mut Noise) {
    if bytes.is_empty() {
        bytes.push(1);
    }
    let at = noise.below(bytes.len());
    match noise.below(7) {
        0 => bytes[at] ^= 1 << noise.below(8),
        1 => bytes[at] = NASTY[noise.below(NASTY.len())],
        2 => bytes.insert(at, NASTY[noise.below(NASTY.len())]),
        3 => {
            bytes.remove(at);
        }
        4 => bytes.truncate(at),
        5 => {
            let from = noise.below(other.len());
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        _ => {
            let end = (at + 1 + noise.below(8)).min(bytes.len());
            let again = bytes[at..end].to_vec();
            bytes.splice(at..at, again);
        }
    }
}

/// Requirement REC-04.
#[test]
fn changed_vectors_are_refused_or_are_the_one_form_of_another_entry() {
    let vectors = vectors::accepted();
    let mut noise = Noise(SEED);
    let (mut refused, mut read) = (0, 0);
    for number in 0..CHANGED_INPUTS {
        let mut bytes = vectors[number % vectors.len()].clone();
        let other = &vectors[noise.below(vectors.len())];
        for _ in 0..=noise.below(3) {
            change(&mut bytes, other, &mut noise);
        }
        match Entry::decode(&bytes) {
            Err(_) => refused += 1,
            Ok(entry) => {
                assert_eq!(vectors::hex(&bytes_of(&entry)), vectors::hex(&bytes), "{entry:?}");
                read += 1;
            }
        }
    }
    assert!(refused > CHANGED_INPUTS / 4 && read > CHANGED_INPUTS / 20, "{refused} refused, {read} read");
}

#[test]
fn a_few_bytes_cannot_claim_gigabytes() {
    // Four thousand streams that each repeat four megabytes of qualifiers in one bit.
    let mut block = samples::block();
    let long: Box<str> = "x".repeat(limits::TEXT_LEN_MAX_BYTES).into();
    let mut first = block.streams[0].clone();
    first.qualifiers = (0..8).map(|n| (n.to_string().into(), long.clone())).collect();
    block.streams = vec![first; 2];
    let error = Entry::Block(block.clone()).encode(&mut Vec::new()).unwrap_err();
    assert_eq!(error.to_string(), "qualifier bytes of all streams: 1049104 is more than the 1048576 an entry may hold");

    // The same bytes with the row count of the largest block: refused before rows are made.
    let bytes = vectors::bytes("block-one-row");
    let claimed: Vec<usize> = (0..bytes.len())
        .filter(|at| {
            let claim = [&bytes[..*at], &[0xff, 0xff, 0x03], &bytes[at + 1..]].concat();
            matches!(Entry::decode(&claim), Err(DecodeError::Truncated { what: "rows", .. }))
        })
        .collect();
    assert_eq!(claimed.len(), 1, "{claimed:?}");
}

#[test]
fn any_text_is_a_value_or_an_error_and_never_a_panic() {
    let mut noise = Noise(SEED);
    let pieces = [
        "<",
        "≤",
        "＜",
        "=",
        "-",
        "−",
        "0",
        "1.",
        "820",
        "９",
        ".",
        ",",
        "e",
        "E-3",
        "×10",
        "^",
        "³",
        "ND",
        "未检出",
        " ",
        "\u{3000}",
        "NaN",
        "∞",
        "%",
        "\u{0}",
        "e99999",
        "28",
    ];
    let (mut numbers, mut errors) = (0, 0);
    for _ in 0..CHANGED_INPUTS {
        let text: String = (0..=noise.below(6)).map(|_| pieces[noise.below(pieces.len())]).collect();
        match Value::parse(&text) {
            Ok(_) => numbers += 1,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                errors += 1;
            }
        }
    }
    assert!(numbers > 1_000 && errors > 1_000, "{numbers} numbers, {errors} errors");
}
