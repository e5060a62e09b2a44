//! Attacks 8, 11, 12, 19, 29 and 31 as the two ends see them: messages only, no sockets.

use link::{CenterState, Error, Local, PROTOCOL, Receipt, Resume, Upload, accept_receipt, resume};
use record::{Digest, Verdict};
use seal::checkpoint::{Checkpoint, SignedCheckpoint, check_extends, cosign, sign};
use seal::tree::{consistency_proof, leaf_hash, root};
use seal::{Algorithm, SignerKey};

const ORIGIN: &str = "center.example/box/1";

fn box_key() -> SignerKey {
    SignerKey::from_seed(&[1; 32], ORIGIN, Algorithm::Ed25519).unwrap()
}

fn witness(seed: u8, name: &str) -> SignerKey {
    SignerKey::from_seed(&[seed; 32], name, Algorithm::Cosignature).unwrap()
}

/// Leaves of a log that is rewritten from segment `from` on.
fn leaves(count: u64, from: u64) -> Vec<Digest> {
    (0..count).map(|n| leaf_hash(&[n.to_be_bytes(), u64::from(n >= from).to_be_bytes()].concat())).collect()
}

fn held(size: u64, root: Digest) -> CenterState {
    CenterState { protocol: PROTOCOL, size, root: root.to_string(), clock_us: 0, frozen: None, renew: false }
}

fn ask(local: &[Digest], center: &CenterState) -> Result<Resume, Error> {
    let size = local.len() as u64;
    resume(Local { size }, center, |size| Ok::<_, Error>(root(&local[..usize::try_from(size).unwrap()])))
}

/// The disk lost what it had promised, or an older copy was put back: the first answer of the center stops the link.
/// Requirement ATT-08, ATT-11.
#[test]
fn attack_11_a_box_that_was_set_back_is_told_by_the_first_answer_of_the_center() {
    let witnessed = leaves(9, 9);
    for left in 0..9 {
        let error = ask(&witnessed[..left], &held(9, root(&witnessed))).unwrap_err();
        assert_eq!(error, Error::RolledBack { local: left as u64, center: 9 });
        assert_eq!(error.verdict(), Verdict::Stop);
    }
}

/// It was set back and has gone on before it asked: as long as before, or longer, but with another past.
/// Requirement ATT-11, ATT-12.
#[test]
fn attack_12_a_log_rewritten_at_any_depth_is_a_fork_whatever_its_length() {
    let witnessed = leaves(9, 9);
    let state = held(9, root(&witnessed));
    for from in 0..9 {
        for size in 9..14 {
            let other = leaves(size, from);
            let error = ask(&other, &state).unwrap_err();
            let size_held = usize::try_from(state.size).unwrap();
            assert_eq!(error, Error::Forked { size: 9, local: root(&other[..size_held]), center: root(&witnessed) });
            assert_eq!(error.verdict(), Verdict::Stop);
            // And no proof the box could send makes the center's witness sign it.
            let head = Checkpoint { origin: ORIGIN.into(), size, root: root(&other) };
            let proof = consistency_proof(&other, size_held);
            assert!(check_extends(Some((9, &root(&witnessed))), &head, &proof).is_err(), "{from} {size}");
        }
    }
}

/// Requirement ATT-19.
#[test]
fn attack_19_an_upload_cut_or_with_parts_of_another_is_refused_or_is_its_own_parts() {
    let upload = |checkpoint: &'static [u8], segment: &'static [u8]| {
        Upload { checkpoint, proof: vec![Digest([7; 32])], segment }.encode().unwrap()
    };
    let (one, two) = (upload(b"head of one", b"segment one"), upload(b"head of two", b"segment two!"));
    for at in 0..one.len() {
        assert!(Upload::parse(&one[..at]).is_err(), "cut at {at}");
        let spliced = [&one[..at], &two[at..]].concat();
        if let Ok(parsed) = Upload::parse(&spliced) {
            // What parses says exactly what it holds; that head and segment belong together is proved by roots.
            assert_eq!(parsed.encode().unwrap(), spliced);
        }
        let mut longer = one.clone();
        longer.insert(at, 0);
        if let Ok(parsed) = Upload::parse(&longer) {
            assert_eq!(parsed.encode().unwrap(), longer);
        }
    }
    assert!(matches!(Upload::parse(&[one.clone(), two].concat()), Err(Error::Trailing { .. })));
}

/// A witness of the right name with another key, the right key under another name, a receipt of another head or time.
/// Requirement ATT-29.
#[test]
fn attack_29_no_cosignature_but_that_of_the_trusted_key_makes_a_segment_witnessed() {
    let log = leaves(9, 9);
    let head =
        |size: u64| Checkpoint { origin: ORIGIN.into(), size, root: root(&log[..usize::try_from(size).unwrap()]) };
    let trusted = witness(2, "center.example");
    let note = sign(&head(5), &box_key()).unwrap().to_text();
    let receipt = |cosignature: String| Receipt { ingest_no: 1, seg_no: 4, size: 5, cosignature };
    let take =
        |receipt: &Receipt| accept_receipt(receipt, 4, note.as_bytes(), box_key().verifier(), trusted.verifier());
    let by = |key: &SignerKey, head: &Checkpoint, time_s| cosign(head, key, time_s).unwrap().line().to_text();
    assert_eq!(take(&receipt(by(&trusted, &head(5), 7))).unwrap().cosignatures.len(), 1);

    let other_time =
        by(&trusted, &head(5), 7).replace(&by(&trusted, &head(5), 7)[20..40], &by(&trusted, &head(5), 9)[20..40]);
    let mut forged = vec![
        by(&witness(3, "center.example"), &head(5), 7),
        by(&witness(2, "center.example2"), &head(5), 7),
        by(&trusted, &head(4), 7),
        by(&trusted, &Checkpoint { origin: "center.example/box/2".into(), ..head(5) }, 7),
        sign(&head(5), &box_key()).unwrap().signatures()[0].to_text(),
        String::new(),
        "\n".into(),
    ];
    if other_time != by(&trusted, &head(5), 7) {
        forged.push(other_time);
    }
    for cosignature in forged {
        let refused = take(&receipt(cosignature.clone()));
        assert!(matches!(refused, Err(Error::Cosignature { size: 5, .. })), "{cosignature:?}: {refused:?}");
    }
    let elsewhere = Receipt { size: 6, ..receipt(by(&trusted, &head(5), 7)) };
    assert!(matches!(take(&elsewhere), Err(Error::ForeignReceipt { .. })));
}

/// The center was set back: it answers with less than it has cosigned. The box's receipt is the proof, and as long as
/// what it holds is the box's own past the box sends the rest again.
/// Requirement ATT-31.
#[test]
fn attack_31_a_center_set_back_is_proved_by_the_receipt_it_gave() {
    let log = leaves(9, 9);
    let center = witness(2, "center.example");
    let head = Checkpoint { origin: ORIGIN.into(), size: 9, root: root(&log) };
    let mut note = sign(&head, &box_key()).unwrap();
    note.add(cosign(&head, &center, 1_763_000_000).unwrap().line()).unwrap();
    let trusted = [center.verifier().clone()];
    let proof = SignedCheckpoint::open(note.to_text().as_bytes(), box_key().verifier(), &trusted).unwrap();
    let set_back = held(6, root(&log[..6]));
    assert!(proof.checkpoint.size > set_back.size && !proof.cosignatures.is_empty(), "both are the center's own word");
    assert_eq!(ask(&log, &set_back), Ok(Resume::Send { seg_no: 6 }));
    // An answer with another past is no set-back copy but a second history.
    assert!(matches!(ask(&log, &held(6, root(&leaves(6, 3)))), Err(Error::Forked { size: 6, .. })));
}
