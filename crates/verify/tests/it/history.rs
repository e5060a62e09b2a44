//! History taken back or rewritten by somebody who holds the box and all its keys.

use crate::support::{Log, ORIGIN, entry};
use record::{Digest, Zone};
use seal::{Algorithm, Cosigned, HeaderFields, RecipientSecret, SignerKey, layout};
use std::path::PathBuf;
use verify::{Check, Report, Trust, Verdict, Why, verify_log};

fn whys(report: &Report) -> Vec<&Why> {
    report.damage.iter().map(|damage| &damage.why).collect()
}

/// VER-02
/// Requirement VER-02.
#[test]
fn a_removed_last_segment_is_missed_by_the_checkpoint() {
    let log = Log::of(4);
    std::fs::remove_file(log.file(&layout::segment_path(3))).unwrap();
    let report = log.verify();
    assert_eq!(whys(&report), [&Why::Missing]);
    assert_eq!((report.damage[0].file.as_str(), report.damage[0].segment), ("segments/003.yxs", Some(3)));
}

/// The owner puts back an older, rightly signed state of everything but the receipts.
#[test]
fn a_log_set_back_is_caught_against_its_own_receipts() {
    let (long, short) = (Log::of(4), Log::of(3));
    std::fs::copy(long.file("receipts/4"), short.file("receipts/4")).unwrap();
    let report = short.verify();
    assert_eq!(whys(&report), [&Why::Truncated { cosigned: 4, held: 3 }]);
    assert_eq!(report.damage[0].file, "receipts/4");
    assert_eq!((report.sealed, report.witnessed), (3, 3));
}

/// The owner puts back an older state of everything. Only the center's receipt can tell.
#[test]
fn a_copy_set_back_altogether_is_caught_against_the_centers_receipt() {
    let (long, short) = (Log::of(4), Log::of(3));
    assert_eq!(short.verify().verdict(), Verdict::Sound, "by itself it is a whole log of three segments");
    let outside = tempfile::tempdir().unwrap();
    let receipt = outside.path().join("from-the-center");
    std::fs::write(&receipt, long.receipt()).unwrap();
    let receipts = [receipt.clone()];
    let report = verify_log(short.path(), &Check { trust: &short.trust(), key: None, receipts: &receipts });
    assert_eq!(whys(&report), [&Why::Truncated { cosigned: 4, held: 3 }]);
    assert_eq!(report.damage[0].file, receipt.display().to_string());

    let nowhere = [PathBuf::from("/nonexistent/receipt")];
    let report = verify_log(short.path(), &Check { trust: &short.trust(), key: None, receipts: &nowhere });
    assert_eq!(whys(&report), [&Why::Missing], "a receipt asked for and not read is not passed over");
}

#[test]
fn a_rewritten_segment_is_caught_even_with_the_boxs_key() {
    let original = Log::of(4);
    let mut forged = Log::of(2);
    forged.add(forged.fields(), &[entry(900), entry(901), entry(902)], Zone::White);
    forged.grow();
    for size in [3, 4] {
        let receipt = layout::receipt_path(size);
        std::fs::copy(original.file(&receipt), forged.file(&receipt)).unwrap();
    }
    let report = forged.verify();
    assert_eq!(whys(&report), [&Why::Forked { size: 3 }, &Why::Forked { size: 4 }]);
    assert_eq!(report.witnessed, 2, "what came before the forgery stays proved");
}

#[test]
fn a_header_that_remembers_another_past_is_caught() {
    let mut log = Log::of(2);
    let honest = HeaderFields { cosigned: Some(log.cosigned()), ..log.fields() };
    log.add(honest, &[entry(6)], Zone::White);
    log.receive();
    assert_eq!(log.verify().verdict(), Verdict::Sound);
    let other_past = Cosigned { root: Digest([5; 32]), ..log.cosigned() };
    log.add(HeaderFields { cosigned: Some(other_past), ..log.fields() }, &[entry(7)], Zone::White);
    log.receive();
    assert_eq!(whys(&log.verify()), [&Why::CosignedRootDiffers { size: 3 }]);
}

#[test]
fn a_signed_chain_with_a_hole_in_its_count_is_caught() {
    let mut log = Log::of(2);
    let skipping = HeaderFields { first_seq: log.fields().first_seq + 1, ..log.fields() };
    log.add(skipping, &[entry(7)], Zone::White);
    log.receive();
    let report = log.verify();
    assert_eq!(whys(&report), [&Why::Bytes(seal::Error::Chain { seg_no: 2, field: "first_seq" })]);
}

/// VER-03
/// Requirement VER-03.
#[test]
fn keys_found_only_in_the_folder_are_never_trusted() {
    let log = Log::of(2);
    log.write("trust.toml", log.trust_file().as_bytes());
    log.write("keys/box.vkey", log.key.verifier().to_string().as_bytes());
    let other = SignerKey::from_seed(&[8; 32], "example.org/other", Algorithm::Ed25519).unwrap();
    let trust = format!("[[log]]\norigin = \"example.org/other\"\nvkey = \"{}\"\n", other.verifier());
    let trust = Trust::parse(&trust).unwrap();
    let report = verify_log(log.path(), &Check { trust: &trust, key: None, receipts: &[] });
    assert_eq!(whys(&report), [&Why::UntrustedLog(ORIGIN.into())]);
    assert_eq!((report.verdict(), report.sealed), (Verdict::Unproven, 0));
}

#[test]
fn a_key_of_the_right_name_is_not_the_right_key() {
    let mut log = Log::of(2);
    let trust = log.trust();
    log.key = SignerKey::from_seed(&[66; 32], ORIGIN, Algorithm::Ed25519).unwrap();
    log.grow();
    std::fs::remove_dir_all(log.file("receipts")).unwrap();
    let report = verify_log(log.path(), &Check { trust: &trust, key: None, receipts: &[] });
    let unsigned = Why::Bytes(seal::Error::Unsigned { name: ORIGIN.into() });
    assert_eq!((whys(&report), report.verdict()), (vec![&unsigned], Verdict::Damaged));
}

#[test]
fn without_any_cosignature_nothing_is_proved_against_the_owner() {
    let mut log = Log::new();
    log.grow();
    let report = log.verify();
    assert_eq!((whys(&report), report.verdict()), (vec![&Why::Unwitnessed], Verdict::Unproven));
    // A stranger's cosignature in the folder changes nothing.
    log.witness = SignerKey::from_seed(&[77; 32], "example.org/center", Algorithm::Cosignature).unwrap();
    log.receive();
    let trust = Log::new().trust();
    let report = verify_log(log.path(), &Check { trust: &trust, key: None, receipts: &[] });
    assert_eq!(whys(&report), [&Why::Unwitnessed]);
}

#[test]
fn a_key_that_opens_nothing_proves_nothing() {
    let log = Log::of(1);
    let stranger = RecipientSecret::from_bytes([3; 32].into());
    let report = verify_log(log.path(), &Check { trust: &log.trust(), key: Some(&stranger), receipts: &[] });
    assert_eq!((whys(&report), report.verdict()), (vec![&Why::NotAddressed], Verdict::Unproven));
}

#[test]
fn a_receipt_filed_under_another_size_is_named() {
    let log = Log::of(2);
    std::fs::rename(log.file("receipts/1"), log.file("receipts/7")).unwrap();
    assert_eq!(whys(&log.verify()), [&Why::Misfiled { size: 1 }]);
}

#[test]
fn a_name_no_receipt_is_written_under_means_nothing() {
    let log = Log::of(2);
    for name in ["receipts/007", "receipts/+1", "receipts/3.tmp", "receipts/18446744073709551616"] {
        log.write(name, b"half a receipt");
    }
    assert_eq!(log.verify().verdict(), Verdict::Sound);
}

#[test]
fn a_signed_but_impossible_size_does_not_keep_the_verifier_busy() {
    let log = Log::of(1);
    let head = seal::checkpoint::Checkpoint { size: 1 << 62, ..log.head() };
    log.write(layout::CHECKPOINT, seal::checkpoint::sign(&head, &log.key).unwrap().to_text().as_bytes());
    let limit = 1 << 28;
    let too_much = seal::Error::TooMuch { what: "segments of a log", found: 1 << 62, limit };
    assert_eq!(whys(&log.verify()), [&Why::Bytes(too_much)]);
}

/// Two copies of one header are changed; the third and the signed root still say which is right.
#[test]
fn two_damaged_copies_of_three_are_still_told_apart() {
    let log = Log::of(3);
    log.flip("segments/001.yxs", 100);
    log.flip("tile/0/000.p/3", 32);
    let report = log.verify();
    let places: Vec<_> = report.damage.iter().map(|damage| (damage.file.as_str(), damage.offset)).collect();
    assert_eq!(places, [("tile/0/000.p/3", Some(32)), ("segments/001.yxs", Some(100))]);
}

#[test]
fn damage_in_all_copies_is_told_though_not_placed() {
    let log = Log::of(3);
    log.flip("segments/001.yxs", 100);
    log.flip("tile/0/000.p/3", 32);
    log.flip("tile/entries/000.p/3", 806 + 2 + 101);
    let report = log.verify();
    assert_eq!(report.verdict(), Verdict::Damaged);
    assert!(matches!(report.damage[0].why, Why::RootDiffers { .. }));
    assert!(report.damage.iter().any(|damage| damage.segment == Some(2)), "segment 2 no longer follows segment 1");
}
