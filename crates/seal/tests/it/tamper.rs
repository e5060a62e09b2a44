//! Every byte of a segment matters: changed, cut, moved or swapped, it is noticed and named.

use crate::support::{entries_of, fields, id, mixed, parties, white};
use record::Zone;
use seal::{Error, HEADER_LEN, Header, Part, Segment};

/// Everything the holder of all keys can check, given the leaf hash the log tree has for this segment.
fn check_all(file: &[u8], leaf: record::Digest) -> Result<(), Error> {
    let who = parties();
    let segment = Segment::parse(file)?;
    segment.check_public()?;
    segment.open_zone(Zone::White, &who.center)?;
    segment.open_zone(Zone::Grey, &who.enterprise)?;
    segment.open_black(&who.custodian, &who.inspector)?;
    let found = seal::tree::leaf_hash(segment.header_bytes());
    if found == leaf {
        Ok(())
    } else {
        Err(Error::Hash { part: Part::Header("leaf"), offset: 0, stated: leaf, computed: found })
    }
}

/// SEA-02, BAD-06
#[test]
fn every_changed_byte_is_noticed_and_its_part_named() {
    let sealed = mixed();
    assert_eq!(check_all(&sealed.file, sealed.leaf_hash), Ok(()));
    let segment = Segment::parse(&sealed.file).unwrap();
    let envelopes_end =
        segment.header().zones.iter().map(|zone| zone.envelopes_len as usize).sum::<usize>() + HEADER_LEN;
    for at in 0..sealed.file.len() {
        let mut bad = sealed.file.clone();
        bad[at] ^= 1 << (at % 8);
        let error = check_all(&bad, sealed.leaf_hash).unwrap_err();
        let text = error.to_string();
        let part = match at {
            _ if at < HEADER_LEN => {
                ["header", "blob", "envelope", "zone", "file"].iter().any(|part| text.contains(part))
            }
            _ if at < envelopes_end => text.contains("envelopes"),
            _ => text.contains("blob"),
        };
        assert!(part, "byte {at}: {text}");
    }
}

/// A header may not promise more than `close` would have sealed: in one entry, in a zone, over all zones.
#[test]
fn a_header_promises_no_more_entry_bytes_than_a_segment_holds() {
    const FRAME: u32 = 32;
    let (all, one) = (8 << 20, 4 << 20);
    let refused = |lens: [(usize, u32); 2]| {
        let mut header = mixed().file[..HEADER_LEN].to_vec();
        for (zone, len) in lens {
            let at = 432 + 124 * zone + 8;
            header[at..at + 4].copy_from_slice(&len.to_be_bytes());
        }
        match Header::parse(&header) {
            Ok(_) => None,
            Err(Error::Value { part: Part::Header(field), offset, .. }) => Some((field, offset)),
            Err(other) => panic!("{other}"),
        }
    };
    // Four white entries and a grey one, beside two black ones.
    let black = u32::try_from(entries_of(Zone::Black).concat().len()).unwrap();
    assert_eq!(refused([(0, 4 * FRAME + all - 20 - black), (1, FRAME + 20)]), None);
    assert_eq!(refused([(0, 4 * FRAME + all - 20 - black), (1, FRAME + 21)]), Some(("count", 432)));
    assert_eq!(refused([(0, 4 * FRAME + 8), (1, FRAME + one)]), None);
    assert_eq!(refused([(0, 4 * FRAME + 8), (1, FRAME + one + 1)]), Some(("blob_len", 432 + 124 + 8)));
    assert_eq!(refused([(0, 4 * FRAME + 7), (1, FRAME + one)]), Some(("blob_len", 432 + 8)));
}

#[test]
fn without_the_public_check_the_holder_of_a_key_still_notices_every_changed_byte_of_his_zone() {
    let sealed = white(0, fields(), &entries_of(Zone::White)).unwrap();
    let start = Segment::parse(&sealed.file).unwrap().public_len() - sealed.header.zones[0].blob_len as usize;
    for at in start..sealed.file.len() {
        let mut bad = sealed.file.clone();
        bad[at] ^= 1;
        let segment = Segment::parse(&bad).unwrap();
        let error = segment.open_zone(Zone::White, &parties().center).unwrap_err();
        let named = matches!(error, Error::Decrypt { .. } | Error::Length { .. } | Error::Value { .. });
        assert!(named, "byte {at}: {error:?}");
    }
}

#[test]
fn every_cut_and_every_added_byte_is_noticed() {
    let sealed = mixed();
    let public_len = Segment::parse(&sealed.file).unwrap().public_len();
    for len in (0..sealed.file.len()).filter(|len| *len != public_len) {
        assert!(matches!(Segment::parse(&sealed.file[..len]), Err(Error::Length { .. })), "cut to {len}");
    }
    let longer = [&sealed.file[..], b"\0"].concat();
    let (end, found) = (sealed.file.len() as u64, longer.len() as u64);
    let left_over = Error::Length { part: Part::File, offset: end, expected: end, found };
    assert_eq!(Segment::parse(&longer).unwrap_err(), left_over);
    let flood = vec![0; seal::SEGMENT_FILE_LEN_MAX + 1];
    assert!(matches!(Segment::parse(&flood), Err(Error::TooMuch { .. })));
}

#[test]
fn entries_cannot_be_swapped_or_moved_between_segments() {
    let [a, b]: [&[u8]; 2] = [b"\x01\x00first!", b"\x01\x00second"];
    let sealed = white(0, fields(), &[a, b]).unwrap();
    let segment = Segment::parse(&sealed.file).unwrap();
    let opened = segment.open_zone(Zone::White, &parties().center).unwrap();
    let (at, len) = (opened.frame_offset(0).unwrap(), 32 + a.len());
    assert_eq!(opened.frame_offset(1), Some(at + len));

    let mut swapped = sealed.file.clone();
    swapped[at..at + len].copy_from_slice(&sealed.file[at + len..]);
    swapped[at + len..].copy_from_slice(&sealed.file[at..at + len]);
    let swapped = Segment::parse(&swapped).unwrap();
    assert!(matches!(swapped.check_public(), Err(Error::Hash { part: Part::Blob(Zone::White), .. })));
    let refused = Error::Decrypt { zone: Zone::White, index: 0, offset: at as u64 };
    assert_eq!(swapped.open_zone(Zone::White, &parties().center).unwrap_err(), refused);

    // The envelopes of another segment, made for the same people, do not open here.
    let other = white(1, seal::HeaderFields { first_seq: 2, ..fields() }, &[a, b]).unwrap();
    let mut moved = sealed.file.clone();
    moved[HEADER_LEN..at].copy_from_slice(&other.file[HEADER_LEN..at]);
    let moved = Segment::parse(&moved).unwrap();
    assert!(matches!(moved.check_public(), Err(Error::Hash { part: Part::Envelopes(Zone::White), .. })));
    let key = parties().center.public().id();
    let refused = Error::Envelope { zone: Zone::White, key };
    assert_eq!(moved.open_zone(Zone::White, &parties().center).unwrap_err(), refused);
}

#[test]
fn zones_cannot_be_exchanged() {
    let sealed = mixed();
    // The white zone's part of the header in the place of the grey one's, and the other way round.
    let (white_at, grey_at, len) = (HEADER_LEN - 3 * 124, HEADER_LEN - 2 * 124, 124);
    let mut bad = sealed.file.clone();
    bad[white_at..white_at + len].copy_from_slice(&sealed.file[grey_at..grey_at + len]);
    bad[grey_at..grey_at + len].copy_from_slice(&sealed.file[white_at..white_at + len]);
    let error = Segment::parse(&bad).unwrap_err();
    assert!(matches!(error, Error::Value { part: Part::Envelopes(_), .. }), "{error:?}");
}

#[test]
fn a_segment_is_bound_to_its_log_and_number() {
    let sealed = mixed();
    for at in [8, 47] {
        let mut moved = sealed.file.clone();
        moved[at] ^= 1;
        // Number 1 needs a predecessor's hash to parse at all; give it one.
        moved[60] = 1;
        let Ok(segment) = Segment::parse(&moved) else { continue };
        assert_ne!(segment.id(), id(0));
        assert!(matches!(
            segment.open_zone(Zone::White, &parties().center),
            Err(Error::Envelope { zone: Zone::White, .. })
        ));
    }
}
