//! Custodians: their key files, and who can open the black zone with whom.

use crate::support::{ENTRIES, entries_of, fields, id, parties, rng, secret};
use record::Zone;
use seal::{
    Algorithm, CUSTODY_FILE_LEN_MAX, CustodyFile, CustodyFlaw, EntryBytes, Error, KdfCost, Keys, RecipientSecret,
    Recipients, SealedSegment, Segment, Side, SignerKey, both_sides, close, open_export, seal_export,
};

const PASSWORD: &str = "correct horse 药匣 staple";

fn file_of(secret: &RecipientSecret, side: Side) -> CustodyFile {
    CustodyFile::lock(&mut rng(70), secret, (side, "张三 2026-11"), PASSWORD, KdfCost::MIN).unwrap()
}

fn refused<T: std::fmt::Debug>(result: Result<T, Error>, flaw: CustodyFlaw) {
    assert_eq!(result.unwrap_err(), Error::Custody { flaw });
}

/// Requirement CUS-01.
#[test]
fn a_key_file_opens_with_its_password_and_with_no_other() {
    let mine = secret(20);
    let text = file_of(&mine, Side::Enterprise).to_text();
    assert!(text.len() <= CUSTODY_FILE_LEN_MAX && !text.contains(&*mine.to_text()));
    let file = CustodyFile::parse(&text).unwrap();
    assert_eq!((file.side(), file.name(), file.public()), (Side::Enterprise, "张三 2026-11", mine.public()));
    assert_eq!(*file.unlock(PASSWORD).unwrap().to_text(), *mine.to_text());
    refused(file.unlock("correct horse 药匣 stapl"), CustodyFlaw::Refused);
    refused(file.unlock(""), CustodyFlaw::Password);
    refused(file.unlock(&"x".repeat(1025)), CustodyFlaw::Password);
    let again = CustodyFile::lock(&mut rng(71), &mine, (Side::Enterprise, "张三"), "another password", KdfCost::MIN);
    let again = again.unwrap();
    assert_ne!(again.to_text(), text, "a fresh salt each time");
    assert_eq!(again.unlock("another password").unwrap().public(), mine.public());
    refused(again.unlock(PASSWORD), CustodyFlaw::Refused);
}

/// Requirement CUS-01.
#[test]
fn what_a_key_file_is_made_of_has_limits() {
    let mine = secret(20);
    let lock = |name: &str, password: &str, cost| {
        CustodyFile::lock(&mut rng(70), &mine, (Side::Regulator, name), password, cost)
    };
    let long_name = "x".repeat(129);
    for name in ["", " a", "a ", "a\nb", "a\u{2028}b", &long_name] {
        refused(lock(name, PASSWORD, KdfCost::MIN), CustodyFlaw::Name);
    }
    refused(lock("a", "eleven char", KdfCost::MIN), CustodyFlaw::Password);
    refused(lock("a", "十一个汉字还是太短了啊", KdfCost::MIN), CustodyFlaw::Password);
    for cost in [
        KdfCost { memory_kib: KdfCost::MIN.memory_kib - 1, ..KdfCost::MIN },
        KdfCost { passes: KdfCost::MAX.passes + 1, ..KdfCost::MIN },
        KdfCost { lanes: 0, ..KdfCost::MIN },
    ] {
        refused(lock("a", PASSWORD, cost), CustodyFlaw::Cost);
    }
}

/// Requirement CUS-01.
#[test]
fn damage_is_told_from_a_wrong_password_before_any_is_tried_and_a_mended_file_is_refused() {
    let text = file_of(&secret(20), Side::Enterprise).to_text();
    for at in 0..text.len() {
        let mut bad = text.clone().into_bytes();
        bad[at] ^= 1;
        let Ok(bad) = String::from_utf8(bad) else { continue };
        let error = CustodyFile::parse(&bad).unwrap_err();
        let named = [CustodyFlaw::Form, CustodyFlaw::Damaged].map(|flaw| Error::Custody { flaw });
        assert!(named.contains(&error), "byte {at}: {error:?}");
    }
    for cut in [0, 10, text.len() / 2, text.len() - 1] {
        assert!(CustodyFile::parse(text.get(..cut).unwrap_or("")).is_err(), "{cut} bytes");
    }
    refused(CustodyFile::parse(&format!("{text}{text}")), CustodyFlaw::Damaged);
    refused(CustodyFile::parse(&format!("{text} ")), CustodyFlaw::Damaged);
    refused(CustodyFile::parse(&(text.clone() + &"x".repeat(CUSTODY_FILE_LEN_MAX))), CustodyFlaw::Form);

    // Whoever changes a file on purpose computes a new check value; the encryption is bound to every line.
    let other = secret(21).public().to_string();
    let key = secret(20).public().to_string();
    for (from, to) in [("side: enterprise", "side: regulator"), ("张三", "李四"), ("t=3", "t=4"), (&*key, &*other)]
    {
        let file = CustodyFile::parse(&mended(&text.replace(from, to))).unwrap();
        refused(file.unlock(PASSWORD), CustodyFlaw::Refused);
    }
}

/// Requirement CUS-01.
#[test]
fn a_strangers_file_cannot_ask_for_more_work_than_allowed_nor_have_a_second_text() {
    let text = file_of(&secret(20), Side::Enterprise).to_text();
    let parse = |from: &str, to: &str| CustodyFile::parse(&mended(&text.replace(from, to)));
    for (from, to) in [
        ("m=65536", "m=1048577"),
        ("m=65536", "m=1024"),
        ("t=3", "t=17"),
        ("t=3", "t=1"),
        ("p=1", "p=5"),
        ("p=1", "p=0"),
    ] {
        refused(parse(from, to), CustodyFlaw::Cost);
    }
    for (from, to) in [
        ("m=65536", "m=065536"),
        ("m=65536", "m=+65536"),
        ("m=65536", "m=99999999999"),
        ("p=1", "p=1 x=1"),
        ("argon2id", "argon2i"),
        ("custody/v1", "custody/v2"),
        ("side: enterprise", "side: Enterprise"),
        ("name: ", "name:  "),
        ("\nname", "\r\nname"),
        ("salt: ", "salt: AA"),
    ] {
        assert!(parse(from, to).is_err(), "{from} -> {to}");
    }
}

#[test]
fn nothing_of_a_key_file_is_printed() {
    let mine = secret(20);
    let file = file_of(&mine, Side::Enterprise);
    let shown = format!("{file:?} {:?} {:?}", file.unlock(PASSWORD), file.unlock("wrong password").unwrap_err());
    let hidden = mine.to_text();
    let base64 = hidden.rsplit('+').next().unwrap();
    assert!(!shown.contains(base64) && !shown.contains("张三") && !shown.contains(PASSWORD), "{shown}");
}

/// A segment of all zones whose black one is addressed to these keys.
fn black(seg_no: u64, enterprise: &[&RecipientSecret], regulator: &[&RecipientSecret]) -> SealedSegment {
    let public = |secrets: &[&RecipientSecret]| secrets.iter().map(|secret| secret.public().clone()).collect();
    let recipients = Recipients {
        black_enterprise: public(enterprise),
        black_regulator: public(regulator),
        ..parties().recipients()
    };
    let keys = Keys::generate(&mut rng(42), &recipients, id(seg_no)).unwrap();
    let entries: Vec<EntryBytes<'_>> = ENTRIES.iter().map(|(zone, bytes)| EntryBytes { zone: *zone, bytes }).collect();
    let fields = match seg_no {
        0 => fields(),
        _ => seal::HeaderFields { first_seq: 7, prev_header: record::Digest([1; 32]), ..fields() },
    };
    close(fields, keys, &entries).unwrap()
}

fn opens(sealed: &SealedSegment, enterprise: &RecipientSecret, regulator: &RecipientSecret) -> bool {
    let segment = Segment::parse(&sealed.file).unwrap();
    match segment.open_black(enterprise, regulator) {
        Ok(opened) => {
            assert_eq!(opened.entries().collect::<Vec<_>>(), entries_of(Zone::Black));
            true
        }
        Err(Error::NotAddressed { zone: Zone::Black, .. }) => false,
        Err(error) => panic!("{error}"),
    }
}

/// Requirement CUS-02.
#[test]
fn any_one_of_each_side_opens_black_and_nobody_else_does() {
    let [ours, spare, second] = [30, 31, 32].map(secret);
    let [theirs, deputy] = [40, 41].map(secret);
    let stranger = secret(50);
    let sealed = black(0, &[&ours, &spare, &second], &[&theirs, &deputy]);
    for enterprise in [&ours, &spare, &second] {
        for regulator in [&theirs, &deputy] {
            assert!(opens(&sealed, enterprise, regulator));
        }
        assert!(!opens(&sealed, enterprise, enterprise), "one alone");
        assert!(!opens(&sealed, enterprise, &spare), "two of the enterprise");
        assert!(!opens(&sealed, enterprise, &stranger));
    }
    assert!(!opens(&sealed, &theirs, &deputy), "two of the regulator");
    assert!(!opens(&sealed, &theirs, &ours), "the sides swapped");
    for alone in [&ours, &theirs] {
        let segment = Segment::parse(&sealed.file).unwrap();
        assert!(segment.open_zone(Zone::Black, alone).is_err(), "a half is no key");
    }
}

/// Requirement CUS-02.
#[test]
fn two_files_of_one_side_are_refused_before_a_password_is_asked_for() {
    let (ours, theirs) = (file_of(&secret(30), Side::Enterprise), file_of(&secret(40), Side::Regulator));
    let sides = |one, other| both_sides(one, other).map(|(first, second)| (first.side(), second.side()));
    assert_eq!(sides(&ours, &theirs), Ok((Side::Enterprise, Side::Regulator)));
    assert_eq!(sides(&theirs, &ours), Ok((Side::Enterprise, Side::Regulator)));
    assert_eq!(sides(&ours, &ours), Err(Error::OneSide { side: Side::Enterprise }));
    assert_eq!(sides(&theirs, &theirs), Err(Error::OneSide { side: Side::Regulator }));
}

/// Requirement CUS-03.
#[test]
fn a_lost_custodian_is_replaced_by_the_spare_and_the_new_one_opens_only_what_comes_after() {
    let [lost, spare, new] = [30, 31, 32].map(secret);
    let theirs = secret(40);
    let before = black(0, &[&lost, &spare], &[&theirs]);
    let after = black(1, &[&spare, &new], &[&theirs]);
    assert!(opens(&before, &spare, &theirs), "the spare stands in for the lost one");
    assert!(!opens(&before, &new, &theirs), "an old segment stays closed to the new custodian");
    assert!(opens(&after, &new, &theirs) && opens(&after, &spare, &theirs));
    assert!(!opens(&after, &lost, &theirs), "a key taken out of the configuration opens nothing new");
    assert!(opens(&before, &lost, &theirs), "and keeps what it had: it cannot be taken back");
}

/// Requirement CUS-02.
#[test]
fn an_envelope_moved_from_another_segment_does_not_open() {
    let (ours, theirs) = (secret(30), secret(40));
    let (first, second) = (black(0, &[&ours], &[&theirs]), black(1, &[&ours], &[&theirs]));
    let mut moved = second.file.clone();
    let black_len = second.header.zone(Zone::Black).envelopes_len as usize;
    let end = seal::HEADER_LEN + second.header.zones.iter().map(|zone| zone.envelopes_len as usize).sum::<usize>();
    let place = end - black_len..end;
    moved[place.clone()].copy_from_slice(&first.file[place]);
    let segment = Segment::parse(&moved).unwrap();
    assert!(segment.check_public().is_err());
    let error = segment.open_black(&ours, &theirs).unwrap_err();
    assert_eq!(error, Error::Envelope { zone: Zone::Black, key: ours.public().id() });
}

/// Requirement CUS-05.
#[test]
fn an_export_opens_for_whom_it_was_made_and_names_its_box() {
    let signer = |seed| SignerKey::from_seed(&[seed; 32], "example.org/yaoxia/box/1", Algorithm::Ed25519).unwrap();
    let (reader, stranger) = (secret(60), secret(61));
    let file = seal_export(&mut rng(1), b"{\"value\":25.3}\n", &signer(7), reader.public()).unwrap();
    let open = |file: &[u8], secret, by: &SignerKey| open_export(file, secret, by.verifier());
    assert_eq!(&**open(&file, &reader, &signer(7)).unwrap(), b"{\"value\":25.3}\n");
    assert!(!file.windows(5).any(|part| part == b"value"));
    assert!(open(&file, &stranger, &signer(7)).is_err());
    assert!(open(&file, &reader, &signer(8)).is_err(), "another box");
    for at in 0..file.len() {
        let mut bad = file.clone();
        bad[at] ^= 1;
        assert!(open(&bad, &reader, &signer(7)).is_err(), "byte {at}");
        assert!(open(&file[..at], &reader, &signer(7)).is_err(), "{at} bytes");
    }
    let witness = SignerKey::from_seed(&[7; 32], "example.org/center", Algorithm::Cosignature).unwrap();
    assert!(seal_export(&mut rng(1), b"x", &witness, reader.public()).is_err());
}

/// The text with a check value that fits, as its forger would compute it.
fn mended(text: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    let covered = &text[..text.rfind("check: ").unwrap()];
    let hash = sha2::Sha256::new().chain_update("yaoxia/custody/check/v1\n").chain_update(covered).finalize();
    format!("{covered}check: {}\n", base64::engine::general_purpose::STANDARD.encode(&hash[..16]))
}
