//! Which cosignatures count, what is asked next, and what each answer means.

use super::*;
use proptest::prelude::*;
use record::Verdict;
use seal::checkpoint::{Checkpoint, cosign, sign};
use seal::{SignerKey, tree};

const ORIGIN: &str = "center.example/box/1";
const NOW_S: u64 = 1_763_000_000;

fn key(seed: u8, name: &str) -> SignerKey {
    SignerKey::from_seed(&[seed; 32], name, Algorithm::Cosignature).unwrap()
}

fn log() -> SignerKey {
    SignerKey::from_seed(&[1; 32], ORIGIN, Algorithm::Ed25519).unwrap()
}

fn center() -> VerifierKey {
    key(2, "center.example").verifier().clone()
}

fn notary() -> SignerKey {
    key(3, "notary.example/w")
}

fn quorum(needed: usize, count: u8) -> Quorum {
    let keys = (0..count).map(|n| key(10 + n, &format!("w{n}.example")).verifier().clone());
    Quorum::new(needed, keys.collect(), &center()).unwrap()
}

fn head(size: u64) -> Checkpoint {
    let leaves: Vec<Digest> = (0..size).map(|n| tree::leaf_hash(&n.to_be_bytes())).collect();
    Checkpoint { origin: ORIGIN.into(), size, root: tree::root(&leaves) }
}

fn line(size: u64, by: &SignerKey) -> String {
    cosign(&head(size), by, NOW_S).unwrap().line().to_text()
}

/// The answer of a witness to the box's question for `size`, in a log of 9 segments.
fn hear(standing: &mut Standing, size: u64, status: u16, media_type: &str, body: &str) -> Result<Heard, Error> {
    let asked = Ask { old: standing.held, size };
    let note = sign(&head(size), &log()).unwrap().to_text();
    let answer = WitnessAnswer { status, media_type, body: body.as_bytes() };
    standing.hear(asked, answer, note.as_bytes(), 9, log().verifier(), notary().verifier())
}

/// Requirement WIT-04.
#[test]
fn witnessed_is_what_the_center_and_enough_witnesses_have_cosigned() {
    let check = |needed: usize, center: u64, sizes: &[u64], expected: u64| {
        assert_eq!(quorum(needed, 3).witnessed(center, sizes), expected, "{needed} of {sizes:?}, center {center}");
    };
    check(0, 9, &[0, 0, 0], 9);
    check(1, 9, &[0, 0, 0], 0);
    check(1, 9, &[0, 7, 0], 7);
    check(1, 5, &[0, 7, 0], 5);
    check(2, 9, &[9, 0, 0], 0);
    check(2, 9, &[9, 4, 6], 6);
    check(3, 9, &[9, 4, 6], 4);
    check(3, 9, &[9, 4], 0);
    check(2, 9, &[9, 4, 6, 9, 9], 6);
}

/// Requirement WIT-04.
#[test]
fn a_quorum_that_would_count_one_key_twice_or_cannot_be_reached_is_refused() {
    let vkey = |seed, name| key(seed, name).verifier().clone();
    let why = |needed, keys: Vec<VerifierKey>| Quorum::new(needed, keys, &center()).unwrap_err().to_string();
    assert!(why(1, Vec::new()).ends_with("1 are needed, 0 are configured"));
    assert!(why(2, vec![vkey(3, "a")]).ends_with("2 are needed, 1 are configured"));
    assert!(why(1, vec![vkey(3, "a"), vkey(3, "b")]).ends_with("b and a are one key"));
    assert!(why(1, vec![vkey(2, "other")]).ends_with("other and center.example are one key"));
    assert!(why(1, vec![log().verifier().clone()]).contains("does not cosign"));
    let many = (20..37).map(|n| vkey(n, "many")).collect();
    assert!(why(1, many).contains("at most 16"));
    assert_eq!(Quorum::new(2, Vec::new(), &center()).unwrap_err().verdict(), Verdict::Stop);
}

/// Requirement WIT-04.
#[test]
fn a_witness_is_asked_from_what_it_holds_to_what_the_center_holds() {
    let mut standing = Standing::default();
    assert_eq!(standing.next(0), None);
    assert_eq!(standing.next(4), Some(Ask { old: 0, size: 4 }));
    let heard = hear(&mut standing, 4, 200, "text/plain", &line(4, &notary())).unwrap();
    let Heard::Cosigned(signed) = heard else { panic!("{heard:?}") };
    assert_eq!((signed.checkpoint, signed.cosignatures[0].time_s), (head(4), NOW_S));
    assert_eq!((standing.cosigned, standing.next(4)), (4, None));
    assert_eq!(standing.next(9), Some(Ask { old: 4, size: 9 }));
    assert_eq!(Standing::new(4), standing, "a restart goes on from the kept cosignature");
    let ask = Ask { old: 4, size: 9 };
    assert_eq!(
        (ask.needs_proof(), Ask { old: 9, ..ask }.needs_proof(), Ask { old: 0, ..ask }.needs_proof()),
        (true, false, false)
    );
    assert_eq!(Request::parse(&ask.body(vec![Digest([7; 32])], b"note")).unwrap().proof, [Digest([7; 32])]);
}

/// Requirement WIT-04.
#[test]
fn a_conflict_says_from_where_to_ask_again() {
    let mut standing = Standing::default();
    for media_type in [SIZE_MEDIA_TYPE, "text/x.tlog.size; charset=utf-8"] {
        standing = Standing::default();
        assert_eq!(hear(&mut standing, 4, 409, media_type, "3\n"), Ok(Heard::AskAgain));
        assert_eq!((standing.cosigned, standing.next(4)), (0, Some(Ask { old: 3, size: 4 })));
    }
    // The witness holds more than the center cosigned, but not more than the box has: it is shown that head again.
    assert_eq!(hear(&mut standing, 4, 409, SIZE_MEDIA_TYPE, "8\n"), Ok(Heard::AskAgain));
    assert_eq!(standing.next(4), Some(Ask { old: 8, size: 8 }));
    // It was set back: it is shown everything anew, and what is kept stays kept.
    let mut behind = Standing::new(8);
    assert_eq!(hear(&mut behind, 9, 409, SIZE_MEDIA_TYPE, "0\n"), Ok(Heard::AskAgain));
    assert_eq!((behind.cosigned, behind.next(9)), (8, Some(Ask { old: 0, size: 9 })));

    let ahead = hear(&mut standing, 4, 409, SIZE_MEDIA_TYPE, "10\n").unwrap_err();
    assert_eq!(ahead, Error::WitnessAhead { witness: "notary.example/w".into(), local: 9, held: 10 });
    assert_eq!(ahead.verdict(), Verdict::Stop);
    for body in ["8\n", "8", "08\n", "eight\n", "", "18446744073709551616\n"] {
        let refused = hear(&mut standing, 8, 409, SIZE_MEDIA_TYPE, body).unwrap_err();
        assert!(matches!(refused, Error::WitnessRefuses { status: 409, .. }), "{body:?}: {refused}");
    }
}

/// Requirement WIT-04.
#[test]
fn only_a_line_of_the_configured_key_for_this_head_counts() {
    let stranger = key(4, "notary.example/w");
    let other = key(5, "other.example");
    let mut timeless = cosign(&head(4), &notary(), 0).unwrap().line().to_text();
    let mut forged = cosign(&head(4), &notary(), NOW_S).unwrap().line();
    forged.signature[30] ^= 1;
    let good = line(4, &notary());
    let refused = [
        String::new(),
        "thank you\n".to_owned(),
        line(4, &stranger),
        line(4, &other),
        line(3, &notary()),
        forged.to_text(),
        good.trim_end().to_owned(),
        format!("{good}{}", forged.to_text()),
        std::mem::take(&mut timeless),
        format!("{}{good}", "x\n".repeat(SIGNATURES_MAX)),
    ];
    for body in refused {
        let mut standing = Standing::default();
        let error = hear(&mut standing, 4, 200, "text/plain", &body).unwrap_err();
        assert!(matches!(error, Error::Cosignature { size: 4, .. }), "{body:?}: {error}");
        assert_eq!((standing, error.verdict()), (Standing::default(), Verdict::Reject));
    }
    let mut standing = Standing::default();
    let flood = hear(&mut standing, 4, 200, "text/plain", &"y".repeat(ANSWER_LEN_MAX + 1)).unwrap_err();
    assert!(matches!(flood, Error::TooLong { .. }));
    let mixed = format!("{}garbage\n{good}", line(4, &other));
    let heard = hear(&mut standing, 4, 200, "", &mixed).unwrap();
    let Heard::Cosigned(signed) = heard else { panic!("{heard:?}") };
    assert_eq!(signed.note.signatures().len(), 2, "the log's line and the witness's, nobody else's");
}

/// Requirement WIT-04.
#[test]
fn a_witness_that_holds_another_log_stops_and_one_that_is_busy_is_asked_later() {
    let mut standing = Standing::new(3);
    let mut verdict = |status, media_type: &str, body: &str| {
        let error = hear(&mut standing, 4, status, media_type, body).unwrap_err();
        (matches!(error, Error::WitnessContradicts { size: 4, .. }), error.verdict())
    };
    assert_eq!(verdict(422, "text/plain", "bad proof\n"), (true, Verdict::Stop));
    assert_eq!(verdict(409, "text/plain", "other root\n"), (true, Verdict::Stop));
    for status in [400, 403, 404, 302] {
        assert_eq!(verdict(status, "", "no"), (false, Verdict::Stop), "{status}");
    }
    for status in [408, 429, 500, 502, 503] {
        assert_eq!(verdict(status, "", "later"), (false, Verdict::Retry), "{status}");
    }
    let long = hear(&mut Standing::default(), 4, 503, "", &"\u{7}ab".repeat(9_999)).unwrap_err().to_string();
    assert!(long.len() < 300 && !long.contains('\u{7}'), "{long}");
}

proptest! {
    /// What counts as witnessed never grows by a witness that has cosigned less, nor beyond the center.
    #[test]
    fn witnessed_is_never_more_than_enough_parties_say(
        needed in 0usize..=4, center in 0u64..20, sizes in prop::collection::vec(0u64..20, 4)
    ) {
        let witnessed = quorum(needed, 4).witnessed(center, &sizes);
        prop_assert!(witnessed <= center);
        prop_assert!(sizes.iter().filter(|size| **size >= witnessed).count() >= needed);
        let more = witnessed + 1;
        prop_assert!(center < more || sizes.iter().filter(|size| **size >= more).count() < needed);
    }

    #[test]
    fn no_answer_whatever_panics_or_counts(status in 0u16..600, media in "[a-z/.; ]{0,20}", body in any::<Vec<u8>>()) {
        let mut standing = Standing::default();
        let note = sign(&head(4), &log()).unwrap().to_text();
        let answer = WitnessAnswer { status, media_type: &media, body: &body };
        let asked = Ask { old: 0, size: 4 };
        let heard = standing.hear(asked, answer, note.as_bytes(), 9, log().verifier(), notary().verifier());
        prop_assert!(!matches!(heard, Ok(Heard::Cosigned(_))));
        prop_assert_eq!(standing.cosigned, 0);
    }
}
