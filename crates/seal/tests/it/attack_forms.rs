//! Attacks 10, 23, 25 and 33: bytes that are nearly a note, a header, an envelope or a key.

use crate::support::{entries_of, fields, mixed, parties, white};
use record::{Digest, Zone};
use seal::checkpoint::{Checkpoint, SignedCheckpoint, cosign, sign};
use seal::note::{NOTE_LEN_MAX, Note, SIGNATURES_MAX};
use seal::{Algorithm, Error, HEADER_LEN, Header, KeyFlaw, NoteFlaw, Part, Segment, SignerKey, VerifierKey};
use std::time::{Duration, Instant};

const ORIGIN: &str = "example.org/yaoxia/box/1";
/// What the reading of one hostile note may take, on a busy machine.
const NOTE_TIME_MAX: Duration = Duration::from_secs(2);

fn log_key() -> SignerKey {
    SignerKey::from_seed(&[7; 32], ORIGIN, Algorithm::Ed25519).unwrap()
}

fn witness_key() -> SignerKey {
    SignerKey::from_seed(&[9; 32], "example.org/center", Algorithm::Cosignature).unwrap()
}

fn head() -> Checkpoint {
    Checkpoint { origin: ORIGIN.into(), size: 7, root: Digest([0xab; 32]) }
}

fn note() -> String {
    let mut note = sign(&head(), &log_key()).unwrap();
    note.add(cosign(&head(), &witness_key(), 1_763_000_000).unwrap().line()).unwrap();
    note.to_text()
}

fn open(note: &[u8]) -> Result<SignedCheckpoint, Error> {
    let started = Instant::now();
    let opened = SignedCheckpoint::open(note, log_key().verifier(), &[witness_key().verifier().clone()]);
    assert!(started.elapsed() < NOTE_TIME_MAX, "a note of {} bytes took {:?}", note.len(), started.elapsed());
    opened
}

/// Requirement ATT-10.
#[test]
fn attack_10_every_edited_field_of_a_header_is_another_leaf_or_no_header() {
    let sealed = mixed();
    for at in 0..HEADER_LEN {
        for bit in 0..8 {
            let mut edited = sealed.header_bytes().to_vec();
            edited[at] ^= 1 << bit;
            match Header::parse(&edited) {
                Ok(header) => {
                    assert_eq!(header.encode()[..], edited, "byte {at}: one meaning, one form");
                    assert_ne!(header.leaf_hash(), sealed.leaf_hash, "byte {at}");
                }
                Err(error) => {
                    let named = matches!(error, Error::Value { part: Part::Header(_), .. });
                    assert!(named, "byte {at} bit {bit}: {error}");
                }
            }
        }
    }
}

/// Requirement ATT-23.
#[test]
fn attack_23_every_malformed_note_is_refused_by_its_rule() {
    let good = note();
    assert_eq!(open(good.as_bytes()).unwrap().checkpoint, head());
    let refused = |bad: String, flaw: NoteFlaw| {
        let found = open(bad.as_bytes()).unwrap_err();
        assert!(matches!(found, Error::Note { flaw: found, .. } if found == flaw), "{flaw}: {found}: {bad:?}");
    };
    let text = head().text();
    let lines: Vec<&str> = good.lines().collect();
    let (box_line, center_line) = (lines[4], lines[5]);
    // Line ends, control characters, blank lines.
    refused(good.replace('\n', "\r\n"), NoteFlaw::Control);
    refused(good.replacen('\n', "\r\n", 1), NoteFlaw::Control);
    for control in ('\0'..' ').filter(|control| *control != '\n') {
        refused(good.replacen("box/1", &format!("box{control}/1"), 1), NoteFlaw::Control);
    }
    refused(format!("\n{good}"), NoteFlaw::CheckpointLines);
    refused(format!("{text}\n\n{box_line}\n"), NoteFlaw::CheckpointLines);
    refused(format!("{good}\n"), NoteFlaw::NoSignatureBlock);
    refused(format!("{text}\n{box_line}\n\n{center_line}\n"), NoteFlaw::CheckpointLines);
    refused(format!("{text}\n"), NoteFlaw::NoSignatureBlock);
    refused(text.clone(), NoteFlaw::NoSignatureBlock);
    refused(format!("\n\n{box_line}\n"), NoteFlaw::CheckpointLines);
    refused(String::new(), NoteFlaw::NoSignatureBlock);
    refused("\n".repeat(1000), NoteFlaw::NoSignatureBlock);
    // Sizes.
    for size in ["007", "07", "00", "+7", "-7", " 7", "7 ", "7.0", "0x7", "", "७", "1e3"] {
        refused(good.replacen("\n7\n", &format!("\n{size}\n"), 1), NoteFlaw::Size);
    }
    for size in [1u128 << 63, (1 << 63) + 1, u128::from(u64::MAX), 1 << 64, u128::MAX] {
        refused(good.replacen("\n7\n", &format!("\n{size}\n"), 1), NoteFlaw::Size);
    }
    refused(good.replacen("\n7\n", &format!("\n{}\n", "9".repeat(100_000)), 1), NoteFlaw::Size);
    // Extension lines: none are accepted, not even well-formed ones.
    for extension in ["extension", " ", "7", "— a b"] {
        refused(good.replacen("\n\n", &format!("\n{extension}\n\n"), 1), NoteFlaw::CheckpointLines);
    }
    // Base64 that is not canonical, in the root and in a signature.
    for root in ["q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s", "q6s=", "_6s=", "q6urq6s"] {
        refused(good.replacen(lines[2], root, 1), NoteFlaw::Root);
    }
    let unused_bits = lines[2].replace("6s=", "6t=");
    assert_ne!(unused_bits, lines[2]);
    refused(good.replacen(lines[2], &unused_bits, 1), NoteFlaw::Root);
    for line in [box_line, center_line] {
        let (start, blob) = line.rsplit_once(' ').unwrap();
        for bad in [format!("{blob}="), format!("{blob} "), blob.trim_end_matches('=').to_owned() + "!", "AAAA".into()]
        {
            refused(good.replacen(line, &format!("{start} {bad}"), 1), NoteFlaw::SignatureLine);
        }
        refused(good.replacen(line, &line.replacen('—', "-", 1), 1), NoteFlaw::SignatureLine);
        refused(good.replacen(line, &line.replacen("— ", "—", 1), 1), NoteFlaw::SignatureLine);
        refused(good.replacen(line, &line.replacen(' ', "\u{a0}", 1), 1), NoteFlaw::SignatureLine);
    }
    // UTF-8: overlong, surrogate, cut, lone continuation.
    for bad in [&b"\xc0\xaf"[..], b"\xed\xa0\x80", b"\xe2\x80", b"\x80", b"\xff", b"\xf5\x80\x80\x80"] {
        let bytes = [&good.as_bytes()[..5], bad, &good.as_bytes()[5..]].concat();
        let refused = open(&bytes).unwrap_err();
        assert!(matches!(refused, Error::Note { flaw: NoteFlaw::Utf8, .. }), "{bad:?}: {refused}");
    }
}

/// Requirement ATT-23.
#[test]
fn attack_23_only_lines_of_unknown_keys_are_passed_over() {
    let good = note();
    let stranger = |seed: u8, name: &str| SignerKey::from_seed(&[seed; 32], name, Algorithm::Cosignature).unwrap();
    for unknown in [stranger(1, "example.org/center"), stranger(9, "example.org/other")] {
        let line = cosign(&head(), &unknown, 5).unwrap().line().to_text();
        let opened = open(format!("{good}{line}").as_bytes()).unwrap();
        assert_eq!((opened.cosignatures.len(), opened.note.signatures().len()), (1, 3));
    }
    let other = Checkpoint { size: 8, ..head() };
    let known_but_wrong = cosign(&other, &witness_key(), 5).unwrap().line().to_text();
    let refused = Error::Signature { name: "example.org/center".into() };
    assert_eq!(open(format!("{good}{known_but_wrong}").as_bytes()).unwrap_err(), refused);
}

/// Requirement ATT-23.
#[test]
fn attack_23_floods_are_refused_within_their_limit() {
    let good = note();
    let refused = |bytes: &[u8], flaw: NoteFlaw| {
        let found = open(bytes).unwrap_err();
        assert!(matches!(found, Error::Note { flaw: found, .. } if found == flaw), "{flaw}: {found}");
    };
    let line = "— stranger AAAAAAA=\n";
    refused(format!("{good}{}", line.repeat(10_000)).as_bytes(), NoteFlaw::TooManySignatures);
    let own = format!("{}\n", good.lines().nth(4).unwrap());
    let most = format!("{}\n{}", head().text(), own.repeat(SIGNATURES_MAX));
    assert_eq!(open(most.as_bytes()).unwrap().checkpoint, head(), "a hundred good signatures are the most");
    refused(format!("{most}{own}").as_bytes(), NoteFlaw::TooManySignatures);
    // 100 MB are not looked at, whatever they hold: zeros, line feeds, or a note and then more.
    for fill in [0, b'\n', b'x'] {
        let mut body = good.clone().into_bytes();
        body.resize(100_000_000, fill);
        let started = Instant::now();
        let found = Note::parse(&body).unwrap_err();
        assert_eq!(found, Error::Note { line: 1, flaw: NoteFlaw::TooLong });
        assert!(started.elapsed() < Duration::from_millis(200), "{:?}: its length decides", started.elapsed());
    }
    // The longest note that is read at all, in its dearest shapes.
    for shape in ["\n", "\n\n", "— ", "— a AAAA\n", "\u{2014}", "x"] {
        let mut body = shape.repeat(NOTE_LEN_MAX / shape.len());
        body.truncate(NOTE_LEN_MAX);
        open(body.as_bytes()).unwrap_err();
        let fits = NOTE_LEN_MAX - good.len() - 8;
        let text = shape.repeat(fits / shape.len());
        open(format!("{text}\n{good}").as_bytes()).unwrap_err();
    }
}

/// Requirement ATT-25.
#[test]
fn attack_25_an_envelope_moved_to_another_segment_zone_or_recipient_does_not_open() {
    let (sealed, who) = (mixed(), parties());
    let other = white(1, seal::HeaderFields { first_seq: 7, ..fields() }, &entries_of(Zone::White)).unwrap();
    let white_at = HEADER_LEN;
    let grey_at = white_at + usize::try_from(sealed.header.zone(Zone::White).envelopes_len).unwrap();
    let envelope = |file: &[u8], at: usize| file[at..at + 98].to_vec();
    let of = |file: &[u8], start: usize, end: usize, secret: &seal::RecipientSecret| {
        let id = secret.public().id();
        (start..end).step_by(98).find(|at| file[at + 2..at + 18] == id.0).unwrap()
    };
    let put = |at: usize, moved: &[u8], zone: Zone| {
        let mut file = sealed.file.clone();
        file[at..at + 98].copy_from_slice(moved);
        file[at] = zone as u8;
        file
    };
    let refused = |file: &[u8], zone: Zone, secret: &seal::RecipientSecret| {
        let segment = Segment::parse(file).unwrap();
        let key = secret.public().id();
        assert_eq!(segment.open_zone(zone, secret).unwrap_err(), Error::Envelope { zone, key });
        assert!(matches!(segment.check_public(), Err(Error::Hash { part: Part::Envelopes(of), .. }) if of == zone));
    };
    let enterprise_white = of(&sealed.file, white_at, grey_at, &who.enterprise);
    let grey_end = grey_at + usize::try_from(sealed.header.zone(Zone::Grey).envelopes_len).unwrap();
    let enterprise_grey = of(&sealed.file, grey_at, grey_end, &who.enterprise);
    // Between zones, both ways.
    let moved = put(enterprise_grey, &envelope(&sealed.file, enterprise_white), Zone::Grey);
    refused(&moved, Zone::Grey, &who.enterprise);
    let moved = put(enterprise_white, &envelope(&sealed.file, enterprise_grey), Zone::White);
    refused(&moved, Zone::White, &who.enterprise);
    // From another segment to the same zone and recipient.
    let theirs = of(&other.file, white_at, white_at + 3 * 98, &who.enterprise);
    let moved = put(enterprise_white, &envelope(&other.file, theirs), Zone::White);
    refused(&moved, Zone::White, &who.enterprise);
    // To another recipient of the same zone: the id is written over, the secret inside was sealed to somebody else.
    let center = of(&sealed.file, white_at, grey_at, &who.center);
    let mut given = envelope(&sealed.file, center);
    given[2..18].copy_from_slice(&who.enterprise.public().id().0);
    refused(&put(enterprise_white, &given, Zone::White), Zone::White, &who.enterprise);
}

/// Requirement ATT-33.
#[test]
fn attack_33_another_suite_is_refused_wherever_it_is_named() {
    let sealed = mixed();
    for at in 4..8 {
        for value in (0..=u8::MAX).filter(|value| *value != sealed.file[at]) {
            let mut weaker = sealed.file.clone();
            weaker[at] = value;
            let refused = Segment::parse(&weaker).unwrap_err();
            assert!(matches!(refused, Error::Value { part: Part::Header("suite"), .. }), "{refused}");
        }
    }
    // Keys say what they sign; any other kind than the two that exist is refused, and one is not taken for the other.
    for algorithm in (0..=u8::MAX).filter(|algorithm| ![1, 4].contains(algorithm)) {
        let mut material = vec![algorithm];
        material.extend_from_slice(&[7; 32]);
        let text = format!("{ORIGIN}+00000000+{}", base64(&material));
        assert_eq!(VerifierKey::parse(&text), Err(Error::Key { flaw: KeyFlaw::Algorithm(algorithm) }));
    }
    let as_witness = SignerKey::from_seed(&[7; 32], ORIGIN, Algorithm::Cosignature).unwrap();
    assert_ne!(
        as_witness.verifier().id(),
        log_key().verifier().id(),
        "the same bytes under another use are another key"
    );
    let line = cosign(&head(), &as_witness, 5).unwrap().line().to_text();
    let unsigned = Err(Error::Unsigned { name: ORIGIN.into() });
    let posing = format!("{}\n{line}", head().text());
    assert_eq!(open(posing.as_bytes()), unsigned, "a cosignature is no signature of the log");
    let mut relabelled = sign(&head(), &log_key()).unwrap().signatures()[0].clone();
    relabelled.key_id = as_witness.verifier().id();
    let posing = format!("{}\n{}", head().text(), relabelled.to_text());
    assert_eq!(open(posing.as_bytes()), unsigned);
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().enumerate().fold(0u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for digit in 0..4 {
            let value = usize::try_from(bits >> (18 - 6 * digit) & 63).unwrap();
            text.push(if digit <= chunk.len() { char::from(DIGITS[value]) } else { '=' });
        }
    }
    text
}
