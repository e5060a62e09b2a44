//! One changed byte anywhere: noticed, and named where it is.

use crate::support::{ENTRIES, Log, entry};
use record::Zone;
use seal::{HEADER_LEN, layout};
use verify::{Damage, Verdict, Why};

/// File, segment, entry and offset of a damage.
type Place<'a> = (&'a str, Option<u64>, Option<(Zone, u32)>, Option<u64>);

fn place(damage: &Damage) -> Place<'_> {
    (&damage.file, damage.segment, damage.entry, damage.offset)
}

#[test]
fn a_whole_log_is_sound_and_every_entry_recomputed() {
    let log = Log::of(7);
    let report = log.verify_entries();
    assert_eq!((report.verdict(), &report.damage), (Verdict::Sound, &vec![]));
    assert_eq!((report.sealed, report.witnessed), (7, 7));
    assert_eq!((report.entries.white, report.opened.white), (7 * ENTRIES, 7 * ENTRIES));
    assert_eq!(log.verify().opened.white, 0);
}

#[test]
fn a_log_of_more_than_one_tile_is_sound() {
    let mut log = Log::new();
    for _ in 0..300 {
        log.grow();
    }
    log.receive();
    let report = log.verify();
    assert_eq!((report.verdict(), report.sealed, report.witnessed), (Verdict::Sound, 300, 300), "{:?}", report.damage);

    log.flip("tile/1/000.p/1", 5);
    log.flip("tile/entries/001.p/44", 2 + 9);
    let report = log.verify();
    let places: Vec<_> = report.damage.iter().map(place).collect();
    let bundle = ("tile/entries/001.p/44", Some(256), None, Some(2 + 9));
    assert_eq!(places, [("tile/1/000.p/1", None, None, Some(5)), bundle]);
}

/// VER-01
/// Requirement VER-01.
#[test]
fn a_changed_payload_is_named_down_to_the_entry() {
    let log = Log::of(5);
    let (file, frame) = (layout::segment_path(3), 32 + entry(0).len());
    let blob = std::fs::metadata(log.file(&file)).unwrap().len() - ENTRIES * frame as u64;
    let at = usize::try_from(blob).unwrap() + frame + 20;
    log.flip(&file, at);

    let by_hash = log.verify();
    assert_eq!(by_hash.damage.iter().map(place).collect::<Vec<_>>(), [(&*file, Some(3), None, Some(blob))]);
    assert!(matches!(&by_hash.damage[0].why, Why::Bytes(seal::Error::Hash { .. })));

    let with_key = log.verify_entries();
    let entry_at = (&*file, Some(3), Some((Zone::White, 1)), Some(blob + frame as u64));
    assert_eq!(with_key.damage.iter().map(place).collect::<Vec<_>>(), [(&*file, Some(3), None, Some(blob)), entry_at]);
    assert_eq!(with_key.opened.white, 4 * ENTRIES, "the other segments still open");
}

/// VER-01
/// Requirement VER-01.
#[test]
fn every_changed_byte_of_a_header_is_named_to_the_byte() {
    let log = Log::of(3);
    for at in 0..HEADER_LEN {
        log.flip("segments/001.yxs", at);
        let report = log.verify_entries();
        let found = report.damage.iter().map(place).collect::<Vec<_>>();
        assert_eq!(found, [("segments/001.yxs", Some(1), None, Some(at as u64))], "byte {at}");
        assert_eq!((report.verdict(), &report.damage[0].why), (Verdict::Damaged, &Why::NotInTree));
        log.flip("segments/001.yxs", at);
    }
    assert_eq!(log.verify_entries().verdict(), Verdict::Sound);
}

#[test]
fn every_changed_byte_of_a_segment_is_noticed_without_a_key() {
    let log = Log::of(2);
    let len = usize::try_from(std::fs::metadata(log.file("segments/001.yxs")).unwrap().len()).unwrap();
    for at in HEADER_LEN..len {
        log.flip("segments/001.yxs", at);
        let report = log.verify();
        assert_eq!((report.damage.len(), report.verdict()), (1, Verdict::Damaged), "byte {at}");
        assert_eq!((report.damage[0].file.as_str(), report.damage[0].segment), ("segments/001.yxs", Some(1)));
        log.flip("segments/001.yxs", at);
    }
}

/// VER-01
/// Requirement VER-01.
#[test]
fn changed_bytes_of_tile_bundle_checkpoint_and_receipt_are_noticed() {
    let log = Log::of(3);
    for name in ["tile/0/000.p/3", "tile/entries/000.p/3", "checkpoint", "receipts/3"] {
        let len = usize::try_from(std::fs::metadata(log.file(name)).unwrap().len()).unwrap();
        for at in (0..len).step_by(if len > 1000 { 13 } else { 3 }) {
            log.flip(name, at);
            let report = log.verify();
            // The name and id of a line's key select who is asked: changed, the line is a stranger's and ignored.
            // A receipt is then no receipt any more, and the largest one left is smaller.
            let lost = name == "receipts/3" && report.witnessed == 2;
            let named = report.damage.iter().any(|damage| damage.file.starts_with(name));
            assert!(named || lost, "{name} byte {at}: {:?}", report.damage);
            log.flip(name, at);
        }
        log.flip(name, 0);
        assert_eq!(log.verify().verdict(), Verdict::Damaged, "{name}");
        log.flip(name, 0);
    }
    assert_eq!(log.verify().verdict(), Verdict::Sound);
}

#[test]
fn a_changed_tile_is_named_to_the_byte() {
    let log = Log::of(3);
    log.flip("tile/0/000.p/3", 70);
    let report = log.verify();
    assert_eq!(report.damage.iter().map(place).collect::<Vec<_>>(), [("tile/0/000.p/3", None, None, Some(70))]);
    assert_eq!(report.damage[0].why, Why::TileDiffers);
}

#[test]
fn a_changed_length_in_a_bundle_is_named_to_the_byte() {
    let log = Log::of(3);
    log.flip("tile/entries/000.p/3", 2 * 806 + 1);
    let place_of_length = ("tile/entries/000.p/3", Some(2), None, Some(2 * 806 + 1));
    assert_eq!(log.verify().damage.iter().map(place).collect::<Vec<_>>(), [place_of_length]);
}

#[test]
fn damage_in_several_places_is_named_in_each() {
    let log = Log::of(6);
    log.flip("segments/002.yxs", 100);
    log.flip("tile/0/000.p/6", 4 * 32);
    log.flip("tile/entries/000.p/6", 5 * 806 + 300);
    let report = log.verify_entries();
    let files: Vec<_> = report.damage.iter().map(|damage| damage.file.as_str()).collect();
    assert_eq!(files, ["tile/0/000.p/6", "tile/entries/000.p/6", "segments/002.yxs"]);
    assert_eq!(report.opened.white, 5 * ENTRIES);
}

#[test]
fn every_missing_file_is_named() {
    let log = Log::of(4);
    for name in ["segments/000.yxs", "segments/003.yxs", "tile/0/000.p/4", "tile/entries/000.p/4", "checkpoint"] {
        let bytes = std::fs::read(log.file(name)).unwrap();
        std::fs::remove_file(log.file(name)).unwrap();
        let report = log.verify();
        let missing: Vec<_> = report.damage.iter().map(|damage| (damage.file.as_str(), &damage.why)).collect();
        assert_eq!(missing, [(name, &Why::Missing)]);
        log.write(name, &bytes);
    }
    let longer = [std::fs::read(log.file("checkpoint")).unwrap(), vec![b'x'; 1_000_000]].concat();
    log.write("checkpoint", &longer);
    let report = log.verify();
    assert_eq!(report.damage[0].why, Why::TooLong(longer.len() as u64));
}

#[test]
fn sealed_nonsense_is_still_nonsense() {
    let mut log = Log::of(1);
    log.add(log.fields(), &[entry(3), b"\x01\x05 not a gap".to_vec()], Zone::White);
    // A gap is white by its nature; sealed as grey it would be hidden from the center.
    log.add(log.fields(), &[entry(5)], Zone::Grey);
    log.receive();
    assert_eq!(log.verify().verdict(), Verdict::Sound, "the hashes are right");
    let report = log.verify_entries();
    let [undecodable, misplaced] = &report.damage[..] else { panic!("{:?}", report.damage) };
    assert_eq!((undecodable.segment, undecodable.entry), (Some(1), Some((Zone::White, 1))));
    assert!(matches!(undecodable.why, Why::Entry(_)));
    assert_eq!((misplaced.segment, misplaced.entry), (Some(2), Some((Zone::Grey, 0))));
    assert_eq!(misplaced.why, Why::EntryZone(Zone::White));
}
