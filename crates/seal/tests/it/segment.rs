//! Sealing and opening: who sees what, what a segment holds, what it refuses.

use crate::support::{ENTRIES, entries_of, fields, id, mixed, parties, rng, secret, white};
use proptest::prelude::*;
use record::{Digest, Verdict, Zone};
use seal::{
    Cosigned, EntryBytes, Error, Header, HeaderFlags, Keys, Part, Recipients, SEGMENT_ENTRIES_MAX,
    SEGMENT_PLAINTEXT_LEN_MAX, Segment, close,
};

/// SEA-03
/// Requirement SEA-03.
#[test]
fn each_zone_opens_to_its_entries_for_its_recipients_only() {
    let (sealed, who) = (mixed(), parties());
    let segment = Segment::parse(&sealed.file).unwrap();
    assert_eq!(segment.check_public(), Ok(()));
    assert_eq!(segment.header().entry_count(), ENTRIES.len() as u64);

    for secret in [&who.center, &who.enterprise, &who.read] {
        let opened = segment.open_zone(Zone::White, secret).unwrap();
        assert_eq!(opened.entries().collect::<Vec<_>>(), entries_of(Zone::White));
    }
    for secret in [&who.enterprise, &who.read] {
        let opened = segment.open_zone(Zone::Grey, secret).unwrap();
        assert_eq!(opened.entries().collect::<Vec<_>>(), entries_of(Zone::Grey));
    }
    let opened = segment.open_black(&who.custodian, &who.inspector).unwrap();
    assert_eq!(opened.entries().collect::<Vec<_>>(), entries_of(Zone::Black));

    let refused = |zone, secret: &seal::RecipientSecret| {
        let key = secret.public().id();
        assert_eq!(segment.open_zone(zone, secret).unwrap_err(), Error::NotAddressed { zone, key });
    };
    refused(Zone::Grey, &who.center);
    refused(Zone::White, &who.stranger);
    refused(Zone::White, &who.inspector);
    refused(Zone::Black, &who.custodian);
    refused(Zone::Black, &who.read);
    let zone = Zone::Black;
    let halves_swapped = segment.open_black(&who.inspector, &who.custodian).unwrap_err();
    assert_eq!(halves_swapped, Error::NotAddressed { zone, key: who.inspector.public().id() });
    assert!(segment.open_black(&who.custodian, &who.custodian).is_err(), "one custodian alone");
}

#[test]
fn each_side_checks_its_half_of_black_and_learns_nothing() {
    let (sealed, who) = (mixed(), parties());
    let segment = Segment::parse(&sealed.file[..sealed.file.len() - 20]);
    assert!(segment.is_err(), "a length that is neither the whole nor the public part");

    let whole = Segment::parse(&sealed.file).unwrap();
    let public = Segment::parse(&sealed.file[..whole.public_len()]).unwrap();
    assert!(public.black_withheld() && !whole.black_withheld());
    assert_eq!(public.check_public(), Ok(()));
    assert_eq!(public.check_black_half(&who.inspector), Ok(()));
    assert_eq!(public.check_black_half(&who.custodian), Ok(()));
    assert!(public.check_black_half(&who.center).is_err());
    assert_eq!(public.open_black(&who.custodian, &who.inspector).unwrap_err(), Error::BlackWithheld);
    assert_eq!(public.open_zone(Zone::White, &who.center).unwrap().len(), 4);
}

/// SEA-02
/// Requirement SEA-02.
#[test]
fn an_entry_is_disclosed_without_its_neighbours() {
    let (sealed, who) = (mixed(), parties());
    let segment = Segment::parse(&sealed.file).unwrap();
    let opened = segment.open_zone(Zone::White, &who.center).unwrap();
    for (index, entry) in entries_of(Zone::White).into_iter().enumerate() {
        let shown = opened.disclose(index).unwrap();
        assert_eq!((shown.entry.as_slice(), shown.verify(segment.header())), (entry, Ok(())));
        for other in (0..opened.len()).filter(|other| *other != index) {
            let neighbour = opened.disclose(other).unwrap();
            assert_ne!(neighbour.salt, shown.salt);
            let swapped = seal::Disclosure { salt: neighbour.salt, ..shown.clone() };
            assert!(swapped.verify(segment.header()).is_err(), "a salt opens one commitment");
        }
        let wrong = [
            seal::Disclosure { zone: Zone::Grey, ..shown.clone() },
            seal::Disclosure { index: shown.index ^ 1, ..shown.clone() },
            seal::Disclosure { entry: [entry, b"0"].concat(), ..shown.clone() },
            seal::Disclosure { entry: Vec::new(), ..shown.clone() },
            seal::Disclosure { proof: shown.proof[1..].to_vec(), ..shown.clone() },
        ];
        for shown in wrong {
            assert!(shown.verify(segment.header()).is_err(), "{shown:?}");
        }
        let other = white(1, seal::HeaderFields { first_seq: 7, ..fields() }, &entries_of(Zone::White)).unwrap();
        assert!(shown.verify(&other.header).is_err(), "a proof holds for one segment");
    }
    assert_eq!(opened.disclose(4), None);
}

#[test]
fn equal_entries_have_different_leaves_and_ciphertexts() {
    let sealed = white(0, fields(), &[b"\x01\x00same", b"\x01\x00same"]).unwrap();
    let segment = Segment::parse(&sealed.file).unwrap();
    let opened = segment.open_zone(Zone::White, &parties().center).unwrap();
    assert_ne!(opened.disclose(0).unwrap().salt, opened.disclose(1).unwrap().salt);
    let frame = |index: usize| {
        let at = opened.frame_offset(index).unwrap() + 4 + 12;
        &sealed.file[at..at + 6]
    };
    assert_ne!(frame(0), frame(1));
}

#[test]
fn the_same_data_key_never_meets_one_nonce_twice() {
    // A machine set back to an earlier state makes the same keys again; other entries then have other nonces.
    let seal_with = |entry: &[u8]| {
        let keys = Keys::generate(&mut rng(1), &parties().recipients(), id(0)).unwrap();
        let sealed = close(fields(), keys, &[EntryBytes { zone: Zone::White, bytes: entry }]).unwrap();
        let at = Segment::parse(&sealed.file).unwrap().public_len() - (4 + 12 + entry.len() + 16);
        sealed.file[at + 4..at + 16].to_vec()
    };
    assert_eq!(seal_with(b"\x01\x00a"), seal_with(b"\x01\x00a"));
    assert_ne!(seal_with(b"\x01\x00a"), seal_with(b"\x01\x00b"));
}

#[test]
fn a_segment_refuses_what_it_cannot_hold() {
    let refused = |entries: &[&[u8]]| white(0, fields(), entries).unwrap_err();
    assert_eq!(refused(&[b"\x01\x00x", b""]), Error::EntryLength { at: 1, found: 0 });
    assert_eq!(refused(&[b"\x01"]), Error::EntryLength { at: 0, found: 1 });
    let long = vec![1; seal::ENTRY_LEN_MAX + 1];
    assert_eq!(refused(&[&long]), Error::EntryLength { at: 0, found: seal::ENTRY_LEN_MAX + 1 });
    let many = vec![&b"\x01\x00"[..]; SEGMENT_ENTRIES_MAX + 1];
    let too_many = |what, found: usize, limit: usize| Error::TooMuch { what, found: found as u64, limit: limit as u64 };
    assert_eq!(refused(&many), too_many("entries of a segment", SEGMENT_ENTRIES_MAX + 1, SEGMENT_ENTRIES_MAX));
    let big = vec![0; seal::ENTRY_LEN_MAX];
    let limit = SEGMENT_PLAINTEXT_LEN_MAX;
    assert_eq!(refused(&[&big, &big, b"\x01\x00"]), too_many("entry bytes of a segment", limit + 2, limit));
    assert!(matches!(refused(&[]), Error::Value { part: Part::Header("count"), .. }));
    assert!(white(0, fields(), &many[1..]).is_ok() && white(0, fields(), &[&big, &big]).is_ok());
}

#[test]
fn a_zone_nobody_can_open_takes_no_entries() {
    let who = parties();
    let recipients = Recipients { white: vec![who.center.public().clone()], ..Recipients::default() };
    for zone in [Zone::Grey, Zone::Black] {
        let keys = Keys::generate(&mut rng(1), &recipients, id(0)).unwrap();
        let error = close(fields(), keys, &[EntryBytes { zone, bytes: b"\x01\x00x" }]).unwrap_err();
        assert_eq!((error.verdict(), error), (Verdict::Stop, Error::NoRecipients { zone }));
    }
    let one_sided = Recipients { black_enterprise: vec![who.custodian.public().clone()], ..Recipients::default() };
    let keys = Keys::generate(&mut rng(1), &one_sided, id(0)).unwrap();
    let error = close(fields(), keys, &[EntryBytes { zone: Zone::Black, bytes: b"\x01\x00x" }]).unwrap_err();
    assert_eq!(error, Error::NoRecipients { zone: Zone::Black });
    let crowd = Recipients { white: (0..17).map(|n| secret(100 + n).public().clone()).collect(), ..one_sided };
    assert!(Keys::generate(&mut rng(1), &crowd, id(0)).is_err());
}

#[test]
fn headers_that_contradict_themselves_are_not_sealed() {
    let cosigned = Cosigned { size: 1, root: Digest([1; 32]), time_s: 9, cosignature: Digest([2; 32]) };
    let refused = |seg_no, fields, field: &'static str| {
        let error = white(seg_no, fields, &[b"\x01\x00x"]).unwrap_err();
        assert!(matches!(error, Error::Value { part: Part::Header(found), .. } if found == field), "{error:?}");
    };
    refused(0, seal::HeaderFields { first_seq: 1, ..fields() }, "prev_header");
    refused(0, seal::HeaderFields { cosigned: Some(cosigned), ..fields() }, "cosigned_size");
    refused(0, seal::HeaderFields { torn_bytes: 1, ..fields() }, "torn_bytes");
    refused(0, seal::HeaderFields { flags: HeaderFlags::TORN, ..fields() }, "torn_bytes");
    refused(0, seal::HeaderFields { flags: HeaderFlags(1 << 6), ..fields() }, "flags");
    refused(0, seal::HeaderFields { closed: fields().opened, opened: fields().closed, ..fields() }, "closed");
    let crossed_boots = seal::HeaderFields {
        closed: fields().opened,
        opened: fields().closed,
        flags: HeaderFlags::RECOVERED,
        ..fields()
    };
    assert!(white(0, crossed_boots, &[b"\x01\x00x"]).is_ok());
}

#[test]
fn a_chain_of_headers_breaks_where_it_is_broken() {
    let first = white(0, fields(), &[b"\x01\x00x", b"\x01\x00y"]).unwrap().header;
    let follower = seal::HeaderFields { first_seq: 2, prev_header: first.leaf_hash(), ..fields() };
    let second = white(1, follower.clone(), &[b"\x01\x00z"]).unwrap().header;
    assert_eq!(second.check_follows(Some(&first)), Ok(()));
    assert_eq!(first.check_follows(None), Ok(()));
    let broken = |header: &Header, prev: Option<&Header>, field| {
        assert_eq!(header.check_follows(prev), Err(Error::Chain { seg_no: header.seg_no, field }));
    };
    broken(&second, None, "seg_no");
    broken(&second, Some(&second), "seg_no");
    let with = |seg_no, fields| white(seg_no, fields, &[b"\x01\x00z"]).unwrap().header;
    broken(&with(2, follower.clone()), Some(&first), "seg_no");
    broken(&with(1, seal::HeaderFields { first_seq: 3, ..follower.clone() }), Some(&first), "first_seq");
    let other = seal::HeaderFields { prev_header: Digest([9; 32]), ..follower.clone() };
    broken(&with(1, other), Some(&first), "prev_header");
    broken(&with(1, seal::HeaderFields { incarnation: 1, ..follower }), Some(&first), "incarnation");
    broken(&second, Some(&Header { log_id: Digest([1; 32]), ..first }), "log_id");
}

#[test]
fn recipient_keys_survive_their_text_form_and_stay_secret() {
    let key = secret(9);
    assert_eq!(seal::RecipientSecret::parse(&key.to_text()).unwrap().public(), key.public());
    assert_eq!(seal::RecipientKey::parse(&key.public().to_string()).unwrap(), *key.public());
    let text = key.to_text();
    let material = text.splitn(5, '+').last().unwrap();
    assert!(!format!("{key:?}").contains(&material[..8]));
    for at in 0..text.len() {
        assert!(seal::RecipientSecret::parse(&text[..at]).is_err(), "cut at {at}");
    }
    let other = secret(8).public().to_string();
    let id_of_other = other.split('+').nth(2).unwrap();
    let mixed = text.replace(text.split('+').nth(3).unwrap(), id_of_other);
    assert_eq!(seal::RecipientSecret::parse(&mixed).unwrap_err(), Error::Key { flaw: seal::KeyFlaw::Id });
}

proptest! {
    #[test]
    fn what_is_sealed_opens_to_the_same_entries(
        entries in prop::collection::vec((0u8..3, prop::collection::vec(any::<u8>(), 2..300)), 1..60),
        seed: u8,
    ) {
        let zone = |n: u8| [Zone::White, Zone::Grey, Zone::Black][usize::from(n)];
        let who = parties();
        let keys = Keys::generate(&mut rng(seed), &who.recipients(), id(0)).unwrap();
        let input: Vec<EntryBytes<'_>> =
            entries.iter().map(|(of, bytes)| EntryBytes { zone: zone(*of), bytes }).collect();
        let sealed = close(fields(), keys, &input).unwrap();
        let segment = Segment::parse(&sealed.file).unwrap();
        prop_assert_eq!(segment.check_public(), Ok(()));
        prop_assert_eq!(Header::parse(sealed.header_bytes()).unwrap(), sealed.header.clone());
        for n in 0..3 {
            let opened = match zone(n) {
                Zone::Black => segment.open_black(&who.custodian, &who.inspector).unwrap(),
                of => segment.open_zone(of, &who.enterprise).unwrap(),
            };
            let expected: Vec<&[u8]> = entries.iter().filter(|(of, _)| *of == n).map(|(_, e)| e.as_slice()).collect();
            prop_assert_eq!(opened.entries().collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn hostile_bytes_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..2000), pick: u16) {
        prop_assert!(Segment::parse(&bytes).is_err());
        let mut file = mixed().file;
        let at = usize::from(pick) % file.len();
        bytes.truncate(file.len() - at);
        file[at..at + bytes.len()].copy_from_slice(&bytes);
        if let Ok(segment) = Segment::parse(&file) {
            let opened = segment.open_zone(Zone::White, &parties().center);
            // A changed header may pass with its blobs, and then opens or does not: it is not the signed leaf.
            let unsigned = segment.header().leaf_hash() != mixed().leaf_hash;
            prop_assert_eq!(unsigned, file[..seal::HEADER_LEN] != mixed().file[..seal::HEADER_LEN]);
            prop_assert!(unsigned || segment.check_public().is_err() || file == mixed().file || opened.is_ok());
        }
    }
}
