//! Attacks 12, 20, 22, 24, 26 and 32: proofs and heads that prove something else than is claimed.

use crate::support::{fields, id, mixed, parties, rng, white};
use record::{Digest, Zone};
use seal::checkpoint::{Checkpoint, check_extends};
use seal::tree::{
    consistency_proof, consistency_ranges, inclusion_proof, leaf_hash, node_hash, root, verify_inclusion,
};
use seal::{EntryBytes, Error, HEADER_LEN, Header, HeaderFields, Keys, Part, SealedSegment, Segment, SegmentId, close};

/// Segments that follow each other; from `from` on they hold other entries than in the log of `from` = 9.
fn log(size: u64, from: u64) -> Vec<SealedSegment> {
    let mut segments: Vec<SealedSegment> = Vec::new();
    for seg_no in 0..size {
        let entry = format!("\u{1}\0entry {seg_no} {}", seg_no >= from);
        let prev_header = segments.last().map_or(Digest([0; 32]), |last| last.leaf_hash);
        let fields = HeaderFields { first_seq: seg_no, prev_header, ..fields() };
        segments.push(white(seg_no, fields, &[entry.as_bytes()]).unwrap());
    }
    segments
}

fn leaves(log: &[SealedSegment]) -> Vec<Digest> {
    log.iter().map(|segment| segment.leaf_hash).collect()
}

fn head(leaves: &[Digest]) -> Checkpoint {
    Checkpoint { origin: "example.org/yaoxia/box/1".into(), size: leaves.len() as u64, root: root(leaves) }
}

/// The box's key was stolen and the last k segments written anew: whatever proof is offered, no head of the new history
/// extends one that was cosigned of the old.
/// Requirement ATT-12.
#[test]
fn attack_12_no_rewritten_tail_extends_the_held_head() {
    let old = leaves(&log(9, 9));
    for k in 1..=9 {
        let new = leaves(&log(12, 9 - k));
        for held in (9 - k + 1)..=9 {
            let held = usize::try_from(held).unwrap();
            let before = head(&old[..held]);
            for size in 1..=12 {
                let after = head(&new[..size]);
                let grown = size.max(held);
                let proofs = [
                    Vec::new(),
                    consistency_proof(&new[..size], held.min(size)),
                    consistency_proof(&[&old[..held], &new[held.min(size)..size]].concat(), held),
                    consistency_proof(&old[..held], size.min(held)),
                    inclusion_proof(&new[..size], size - 1),
                    vec![before.root; usize::try_from(grown.ilog2()).unwrap()],
                ];
                for proof in proofs {
                    let taken = check_extends(Some((before.size, &before.root)), &after, &proof);
                    assert!(taken.is_err(), "{k} rewritten, {held} held, {size} offered");
                }
            }
        }
    }
}

/// Somebody hands over a zone with one entry left out, doubled or exchanged, and mends every hash he can.
/// Requirement ATT-20.
#[test]
fn attack_20_an_entry_left_out_of_an_answer_is_missed_by_count_and_root() {
    let sealed = mixed();
    let who = parties();
    let whole = Segment::parse(&sealed.file).unwrap();
    for (zone, secret) in [(Zone::White, &who.center), (Zone::Grey, &who.enterprise)] {
        let opened = whole.open_zone(zone, secret).unwrap();
        let first = opened.frame_offset(0).unwrap();
        let ends: Vec<usize> = opened
            .entries()
            .scan(first, |end, entry| {
                *end += entry.len() + 32;
                Some(*end)
            })
            .collect();
        for (left_out, end) in ends.iter().copied().enumerate() {
            let start = opened.frame_offset(left_out).unwrap();
            let mut bytes = sealed.file.clone();
            bytes.drain(start..end);
            let mut header = sealed.header.clone();
            let head = &mut header.zones[zone as usize];
            head.count -= 1;
            head.blob_len -= u32::try_from(end - start).unwrap();
            bytes[..HEADER_LEN].copy_from_slice(&header.encode());
            if header.zone(zone).count > 0 {
                let answer = Segment::parse(&bytes).unwrap();
                let refused = answer.check_public().unwrap_err();
                assert!(matches!(refused, Error::Hash { part: Part::Blob(of), .. } if of == zone), "{refused}");
                // With the blob's hash mended too, the root over the entries is not the header's.
                let refused = answer.open_zone(zone, secret).unwrap_err();
                let named = match refused {
                    Error::Decrypt { index, .. } => index as usize == left_out,
                    Error::ZoneRoot { count, .. } => count as usize == opened.len() - 1,
                    _ => false,
                };
                assert!(named, "{zone:?} without entry {left_out}");
            }
            assert_ne!(leaf_hash(&bytes[..HEADER_LEN]), sealed.leaf_hash, "such a header is not the signed leaf");
        }
    }
}

/// Requirement ATT-22.
#[test]
fn attack_22_no_node_poses_as_a_leaf_and_no_leaf_as_a_node() {
    let data: Vec<Vec<u8>> = (0u8..8).map(|n| vec![n; 65]).collect();
    let leaves: Vec<Digest> = data.iter().map(|data| leaf_hash(data)).collect();
    let pair = [leaves[0].0, leaves[1].0].concat();
    let node = node_hash(&leaves[0], &leaves[1]);
    for posing in [pair.clone(), [&[1][..], &pair].concat(), [&[0][..], &pair].concat(), node.0.to_vec()] {
        assert_ne!(leaf_hash(&posing), node);
        for size in 1..=8 {
            for index in 0..size {
                for other in 0..size {
                    let proof = inclusion_proof(&leaves[..size], other);
                    for proof in [&proof[..], &proof[proof.len().min(1)..]] {
                        let (index, size) = (index as u64, size as u64);
                        let stated = root(&leaves[..usize::try_from(size).unwrap()]);
                        let shown = verify_inclusion(&leaf_hash(&posing), index, size, proof, &stated);
                        assert!(shown.is_err(), "{index} of {size}");
                    }
                }
            }
        }
    }
}

/// Requirement ATT-22.
#[test]
fn attack_22_every_wrong_inclusion_proof_is_refused() {
    let leaves: Vec<Digest> = (0u8..13).map(|n| leaf_hash(&[n])).collect();
    for size in 1..=leaves.len() {
        let stated = root(&leaves[..size]);
        for index in 0..size {
            let good = inclusion_proof(&leaves[..size], index);
            let check = |leaf: &Digest, index: usize, size: usize, proof: &[Digest]| {
                verify_inclusion(leaf, index as u64, size as u64, proof, &stated)
            };
            assert_eq!(check(&leaves[index], index, size, &good), Ok(()));
            let refused = |what: &str, found: Result<(), Error>| assert!(found.is_err(), "{what}: {index} of {size}");
            refused("longer", check(&leaves[index], index, size, &[&good[..], &[stated]].concat()));
            refused("no such leaf", check(&leaves[index], size, size, &good));
            for other in (0..size).filter(|other| *other != index) {
                refused("another place", check(&leaves[index], other, size, &good));
                refused("another leaf", check(&leaves[other], index, size, &good));
            }
            for at in 0..good.len() {
                refused("shorter", check(&leaves[index], index, size, &[&good[..at], &good[at + 1..]].concat()));
                let mut changed = good.clone();
                changed[at].0[at % 32] ^= 1;
                refused("changed", check(&leaves[index], index, size, &changed));
                let mut turned = good.clone();
                turned.swap(at, 0);
                if turned != good {
                    refused("turned", check(&leaves[index], index, size, &turned));
                }
            }
        }
    }
}

/// Requirement ATT-22.
#[test]
fn attack_22_a_header_is_no_record_and_a_record_no_header() {
    let sealed = mixed();
    let as_entry = white(1, HeaderFields { first_seq: 7, ..fields() }, &[sealed.header_bytes()]).unwrap();
    let opened = Segment::parse(&as_entry.file).unwrap().open_zone(Zone::White, &parties().center).unwrap();
    let shown = opened.disclose(0).unwrap();
    assert_eq!(shown.entry, sealed.header_bytes(), "a header can be recorded like any bytes");
    // It is then the record of a header, not a header of the log: its leaf is another, and proves no segment.
    assert_ne!(as_entry.header.zone(Zone::White).root, sealed.leaf_hash);
    let posing = seal::Disclosure { entry: sealed.header_bytes().to_vec(), ..shown.clone() };
    assert_eq!(posing.verify(&as_entry.header), Ok(()));
    assert!(posing.verify(&sealed.header).is_err(), "and not of the segment it copies");

    // A leaf is 90 bytes that begin with another magic: it parses as no header, alone or filled up.
    let mut leaf = b"YXL1\x01\0\0\0".to_vec();
    leaf.resize(HEADER_LEN, 0);
    for bytes in [&leaf[..90], &leaf[..]] {
        let refused = Header::parse(bytes).unwrap_err();
        assert!(matches!(refused, Error::Value { part: Part::Header("magic"), .. }), "{refused}");
    }
}

/// The same entries in the same places, under the same randomness: a proof holds for its own zone, segment and log only.
/// Requirement ATT-22.
#[test]
fn attack_22_a_proof_of_one_zone_segment_or_log_proves_nothing_in_another() {
    let seal_in = |id: SegmentId, first_seq| {
        let keys = Keys::generate(&mut rng(3), &parties().recipients(), id).unwrap();
        let bytes: [&[u8]; 2] = [b"\x01\x00same", b"\x01\x00also same"];
        let entries: Vec<_> = [Zone::White, Zone::Grey]
            .into_iter()
            .flat_map(|zone| bytes.map(|bytes| EntryBytes { zone, bytes }))
            .collect();
        close(HeaderFields { first_seq, ..fields() }, keys, &entries).unwrap()
    };
    let here = seal_in(id(0), 0);
    let elsewhere = SegmentId { log_id: seal::log_id("example.org/yaoxia/box/2"), seg_no: 0 };
    let others = [seal_in(id(1), 4), seal_in(elsewhere, 0)];
    let segment = Segment::parse(&here.file).unwrap();
    for zone in [Zone::White, Zone::Grey] {
        let shown = segment.open_zone(zone, &parties().enterprise).unwrap().disclose(1).unwrap();
        assert_eq!(shown.verify(&here.header), Ok(()));
        for other in [Zone::White, Zone::Grey, Zone::Black].into_iter().filter(|other| *other != zone) {
            assert!(
                seal::Disclosure { zone: other, ..shown.clone() }.verify(&here.header).is_err(),
                "{zone:?} {other:?}"
            );
        }
        for other in &others {
            assert!(shown.verify(&other.header).is_err(), "another segment or log");
        }
    }
    // Nor is a header of one log a leaf of another.
    let (ours, theirs) = ([here.leaf_hash, others[0].leaf_hash], [others[1].leaf_hash, others[0].leaf_hash]);
    let proof = inclusion_proof(&ours, 0);
    assert_eq!(verify_inclusion(&here.leaf_hash, 0, 2, &proof, &root(&ours)), Ok(()));
    assert!(verify_inclusion(&here.leaf_hash, 0, 2, &proof, &root(&theirs)).is_err());
}

/// A chain of `prev_header` can be right to the last byte and prove nothing: only the log tree under a signature counts.
/// Requirement ATT-24.
#[test]
fn attack_24_a_chain_of_headers_alone_is_no_proof() {
    let signed = log(4, 9);
    let forged = log(6, 3);
    for pair in forged.windows(2) {
        assert_eq!(pair[1].header.check_follows(Some(&pair[0].header)), Ok(()), "the linear chain is without a fault");
    }
    let (held, stated) = (head(&leaves(&signed)), head(&leaves(&forged)));
    let linear: Vec<Digest> = forged.iter().map(|segment| segment.header.fields.prev_header).collect();
    for proof in [&linear[..], &linear[4..], &linear[4..5], &[]] {
        assert!(check_extends(Some((held.size, &held.root)), &stated, proof).is_err(), "{} hashes", proof.len());
        for (index, segment) in forged.iter().enumerate().skip(3) {
            let shown = verify_inclusion(&segment.leaf_hash, index as u64, held.size, proof, &held.root);
            assert!(shown.is_err(), "segment {index}");
            let shown = verify_inclusion(&segment.leaf_hash, 3, held.size, proof, &held.root);
            assert!(shown.is_err(), "segment {index} in the place of 3");
        }
    }
}

/// Requirement ATT-26.
#[test]
fn attack_26_a_garbage_half_of_black_is_noticed_by_the_side_that_got_it() {
    let (sealed, who) = (mixed(), parties());
    let public_len = Segment::parse(&sealed.file).unwrap().public_len();
    let first = usize::try_from(sealed.header.zones[0].envelopes_len + sealed.header.zones[1].envelopes_len).unwrap();
    let black = HEADER_LEN + first;
    // Enterprise's envelope, regulator's envelope; each side's commitment stands at 368 and 400 of the header.
    for (envelope, commitment, its, other) in
        [(black, 368, &who.custodian, &who.inspector), (black + 98, 400, &who.inspector, &who.custodian)]
    {
        for at in [envelope + 18, envelope + 50, commitment] {
            let mut bytes = sealed.file[..public_len].to_vec();
            bytes[at] ^= 1;
            let segment = Segment::parse(&bytes).unwrap();
            let refused = segment.check_black_half(its).unwrap_err();
            let named = matches!(refused, Error::Envelope { .. } | Error::KeyCheck { zone: Zone::Black });
            assert!(named, "byte {at}: {refused}");
            assert_eq!(segment.check_black_half(other), Ok(()), "byte {at} is none of the other side's business");
        }
    }
}

/// Thirty days of ten-second segments, sent after the whole time offline: one proof, whatever was held before.
/// Requirement ATT-32.
#[test]
fn attack_32_the_proof_after_thirty_days_offline_is_short() {
    const SEGMENTS: u64 = 30 * 24 * 3600 / 10;
    const HASHES_MAX: usize = 26;
    let longest = (1..SEGMENTS).map(|held| consistency_ranges(held, SEGMENTS).len()).max();
    assert!(longest.is_some_and(|longest| longest <= HASHES_MAX), "{longest:?} hashes");
}
