//! Attacks 5, 10, 20, 24 and 31 on a log folder: whatever is edited, exchanged, removed or added, the place is named.

use crate::support::{ENTRIES, Log, entry};
use record::Zone;
use seal::{HEADER_LEN, Header, layout};
use verify::{Check, Report, Verdict, Why, verify_log};

fn places(report: &Report) -> Vec<(&str, Option<u64>)> {
    report.damage.iter().map(|damage| (damage.file.as_str(), damage.segment)).collect()
}

/// Where the frames of segment 1 begin, and their length: all entries of a test log are equally long.
fn frames(log: &Log) -> (usize, usize) {
    let len = 32 + entry(0).len();
    let file = usize::try_from(std::fs::metadata(log.file("segments/001.yxs")).unwrap().len()).unwrap();
    (file - len * usize::try_from(ENTRIES).unwrap(), len)
}

/// Requirement ATT-05.
#[test]
fn attack_05_one_flipped_bit_of_a_segment_or_tile_is_located_and_the_rest_verifies() {
    let log = Log::of(4);
    for (name, segment) in [("segments/001.yxs", Some(1)), ("segments/003.yxs", Some(3)), ("tile/0/000.p/4", None)] {
        let len = usize::try_from(std::fs::metadata(log.file(name)).unwrap().len()).unwrap();
        for at in (0..len).step_by(17) {
            log.flip(name, at);
            let report = log.verify_entries();
            assert!(!report.damage.is_empty(), "{name} byte {at}");
            assert!(places(&report).iter().all(|place| *place == (name, segment)), "{name} {at}: {:?}", report.damage);
            let whole = if segment.is_some() { 3 } else { 4 };
            assert!(report.opened.white >= whole * ENTRIES, "{name} byte {at}: the rest still opens");
            assert_eq!(report.witnessed, 4, "and what was witnessed stays witnessed");
            log.flip(name, at);
        }
    }
    assert_eq!(log.verify_entries().verdict(), Verdict::Sound);
}

/// Records edited, exchanged, taken out and put in, in a sealed segment.
/// Requirement ATT-10.
#[test]
fn attack_10_a_record_edited_exchanged_deleted_or_inserted_is_named() {
    let log = Log::of(3);
    let name = layout::segment_path(1);
    let good = std::fs::read(log.file(&name)).unwrap();
    let (start, len) = frames(&log);
    let check = |what: &str, bytes: Vec<u8>, entry: Option<u32>| {
        log.write(&name, &bytes);
        let report = log.verify_entries();
        assert_eq!(report.verdict(), Verdict::Damaged, "{what}");
        assert!(places(&report).iter().all(|place| *place == (&*name, Some(1))), "{what}: {:?}", report.damage);
        if let Some(index) = entry {
            let named = report.damage.iter().any(|damage| damage.entry == Some((Zone::White, index)));
            assert!(named, "{what}: {:?}", report.damage);
        }
        log.write(&name, &good);
    };
    for index in 0..usize::try_from(ENTRIES).unwrap() {
        let (from, to) = (start + index * len, start + (index + 1) * len);
        let number = u32::try_from(index).unwrap();
        let mut edited = good.clone();
        edited[from + 20] ^= 1;
        check("edited", edited, Some(number));
        check("deleted", [&good[..from], &good[to..]].concat(), None);
        check("doubled", [&good[..to], &good[from..]].concat(), None);
        let mut exchanged = good.clone();
        let next = start + (index + 1) % 3 * len;
        exchanged[from..to].copy_from_slice(&good[next..next + len]);
        exchanged[next..next + len].copy_from_slice(&good[from..to]);
        check("exchanged", exchanged, Some(number.min(u32::try_from((index + 1) % 3).unwrap())));
        let mut foreign = good.clone();
        let other = std::fs::read(log.file("segments/002.yxs")).unwrap();
        foreign[from..to].copy_from_slice(&other[from..to]);
        check("from the next segment", foreign, Some(number));
    }
    for other in ["segments/000.yxs", "segments/002.yxs"] {
        check("another segment", std::fs::read(log.file(other)).unwrap(), None);
    }
    assert_eq!(log.verify_entries().verdict(), Verdict::Sound);
}

/// The owner edits one field of a header and mends all hashes below it that need no signature.
/// Requirement ATT-10.
#[test]
fn attack_10_an_edited_header_is_named_even_with_its_bundle_and_leaf_mended() {
    let log = Log::of(3);
    for at in [48, 88, 96, 104, 120, 136, 240, 272, 304, 336] {
        let mut header = std::fs::read(log.file("segments/001.yxs")).unwrap();
        header[at + 7] ^= 1;
        let Ok(_) = Header::parse(&header[..HEADER_LEN]) else { continue };
        log.flip("segments/001.yxs", at + 7);
        log.flip("tile/entries/000.p/3", 806 + 2 + at + 7);
        let mut tile = std::fs::read(log.file("tile/0/000.p/3")).unwrap();
        let right = tile.clone();
        tile[32..64].copy_from_slice(&seal::tree::leaf_hash(&header[..HEADER_LEN]).0);
        log.write("tile/0/000.p/3", &tile);
        let report = log.verify();
        assert_eq!(report.verdict(), Verdict::Damaged, "field at {at}");
        assert!(
            report.damage.iter().any(|damage| matches!(damage.why, Why::RootDiffers { .. })),
            "{:?}",
            report.damage
        );
        log.write("tile/0/000.p/3", &right);
        log.flip("segments/001.yxs", at + 7);
        log.flip("tile/entries/000.p/3", 806 + 2 + at + 7);
    }
    assert_eq!(log.verify().verdict(), Verdict::Sound);
}

/// A segment behind the signed head, rightly chained by its `prev_header`, is no part of the log: nothing of it counts.
/// Requirement ATT-24.
#[test]
fn attack_24_a_segment_no_signature_covers_is_not_in_the_log() {
    let (short, long) = (Log::of(3), Log::of(4));
    let open = std::fs::read(long.file("segments/003.yxs")).unwrap();
    let last = std::fs::read(short.file("segments/002.yxs")).unwrap();
    let [open_header, last_header] = [&open, &last].map(|file| Header::parse(&file[..HEADER_LEN]).unwrap());
    assert_eq!(open_header.check_follows(Some(&last_header)), Ok(()));
    let before = short.verify_entries();
    short.write("segments/003.yxs", &open);
    let after = short.verify_entries();
    assert_eq!((after.sealed, after.witnessed, after.opened.white), (3, 3, 3 * ENTRIES));
    assert_eq!((after.entries, after.verdict()), (before.entries, before.verdict()));
}

/// The center's copy was set back, or shown to two people in two versions: its own cosignature, kept by the box, says so.
/// Requirement ATT-31.
#[test]
fn attack_31_evidence_set_back_or_forked_is_caught_against_the_boxs_receipts() {
    let (boxs, evidence) = (Log::of(5), Log::of(3));
    let outside = tempfile::tempdir().unwrap();
    let receipt = outside.path().join("kept-by-the-box");
    std::fs::write(&receipt, boxs.receipt()).unwrap();
    let receipts = [receipt];
    let why = |log: &Log| {
        let report = verify_log(log.path(), &Check { trust: &log.trust(), key: None, receipts: &receipts });
        report.damage.into_iter().map(|damage| damage.why).collect::<Vec<_>>()
    };
    assert_eq!(why(&evidence), [Why::Truncated { cosigned: 5, held: 3 }]);
    let mut forked = Log::of(4);
    forked.add(forked.fields(), &[entry(900)], Zone::White);
    forked.receive();
    assert_eq!(why(&forked), [Why::Forked { size: 5 }]);
    assert_eq!(why(&boxs), []);
}
