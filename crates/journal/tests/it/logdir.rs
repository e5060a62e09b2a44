//! The log folder under every fault: a segment is in the log with all its files, or it is not.

use crate::disk::{FakeDisk, Fault};
use journal::{Error, LogDir, Outcome, Reread, Step, Verdict};
use record::Digest;
use seal::checkpoint::{Checkpoint, sign};
use seal::tree::{leaf_hash, root};
use seal::{Algorithm, SignerKey};
use std::io;
use std::path::Path;
use std::sync::Arc;

pub(crate) const ROOT: &str = "/data/log";
const SEGMENTS: u64 = 5;

fn key() -> SignerKey {
    SignerKey::from_seed(&[5; 32], "example.org/box/1", Algorithm::Ed25519).unwrap()
}

pub(crate) fn header(no: u64) -> Vec<u8> {
    format!("header {no}").into_bytes()
}

pub(crate) fn segment(no: u64) -> Vec<u8> {
    [header(no), vec![u8::try_from(no % 256).unwrap(); 700]].concat()
}

fn expected_root(size: u64) -> Digest {
    root(&(0..size).map(|no| leaf_hash(&header(no))).collect::<Vec<_>>())
}

pub(crate) fn note(reread: &Reread) -> Result<Vec<u8>, Error> {
    let head = Checkpoint { origin: "example.org/box/1".into(), size: reread.size, root: reread.root };
    Ok(sign(&head, &key())?.to_text().into_bytes())
}

pub(crate) fn append(log: &mut LogDir, no: u64) -> Result<Outcome, Error> {
    let (header, segment) = (header(no), segment(no));
    log.append(Step { seg_no: no, header: &header, segment: &segment }, note)
}

pub(crate) fn open(disk: &FakeDisk) -> Result<(LogDir, journal::LogRecovery), Error> {
    LogDir::open(Arc::new(disk.clone()), Path::new(ROOT))
}

/// Everything a reader may ask of a log of `size` segments is there and right.
pub(crate) fn check_log(log: &LogDir, size: u64, what: &str) {
    assert_eq!(log.size(), size, "{what}");
    assert_eq!(log.root_hash(), expected_root(size), "{what}");
    for no in 0..size {
        assert_eq!(log.segment(no).unwrap(), Some(segment(no)), "{what}: segment {no}");
        assert_eq!(log.root_at(no).unwrap(), expected_root(no), "{what}: root at {no}");
        let proof = log.consistency_proof(no, size).unwrap();
        if no > 0 {
            seal::tree::verify_consistency(no, &expected_root(no), size, &expected_root(size), &proof).unwrap();
        }
    }
    assert_eq!(log.segment(size).unwrap(), None, "{what}");
}

#[test]
fn a_log_grows_over_full_tiles_and_opens_again() {
    let disk = FakeDisk::default();
    let (mut log, _) = open(&disk).unwrap();
    assert_eq!(log.checkpoint(), None);
    for no in 0..260 {
        assert_eq!(append(&mut log, no).unwrap(), Outcome::Added);
    }
    check_log(&log, 260, "live");
    let (log, found) = open(&disk).unwrap();
    assert_eq!(found.removed, Vec::<std::path::PathBuf>::new());
    check_log(&log, 260, "opened again");
    let tiles: Vec<String> = disk
        .files()
        .iter()
        .filter_map(|path| path.strip_prefix("/data/log/tile").ok().map(|path| path.display().to_string()))
        .collect();
    let expected = ["0/000", "0/001.p/4", "1/000.p/1", "entries/000", "entries/001.p/4"];
    assert_eq!(tiles, expected, "superseded partial tiles are gone");
}

#[test]
fn the_same_segment_again_is_held_and_another_is_a_conflict() {
    let disk = FakeDisk::default();
    let (mut log, _) = open(&disk).unwrap();
    append(&mut log, 0).unwrap();
    assert_eq!(append(&mut log, 0).unwrap(), Outcome::AlreadyHeld);
    let forged = Step { seg_no: 0, header: &header(0), segment: b"forged" };
    let error = log.append(forged, note).unwrap_err();
    assert!(matches!(error, Error::Conflict { seg_no: 0, .. }), "{error}");
    let error = append(&mut log, 2).unwrap_err();
    assert!(matches!(error, Error::OutOfOrder { offered: 2, size: 1 }), "{error}");
    check_log(&log, 1, "after refusals");
}

#[test]
fn a_bit_flipped_between_writing_and_signing_is_not_signed() {
    #[derive(Debug)]
    struct Flipping(FakeDisk);
    impl journal::Disk for Flipping {
        fn create(&self, path: &Path) -> io::Result<Box<dyn journal::DiskFile>> {
            self.0.create(path)
        }
        fn open(&self, path: &Path) -> io::Result<Box<dyn journal::DiskFile>> {
            self.0.open(path)
        }
        fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
            let mut bytes = self.0.read(path)?;
            if path.extension().is_some_and(|ending| ending == "yxs") {
                bytes[300] ^= 1;
            }
            Ok(bytes)
        }
        fn len(&self, path: &Path) -> io::Result<u64> {
            self.0.len(path)
        }
        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            self.0.rename(from, to)
        }
        fn remove(&self, path: &Path) -> io::Result<()> {
            self.0.remove(path)
        }
        fn create_dir(&self, path: &Path) -> io::Result<()> {
            self.0.create_dir(path)
        }
        fn list(&self, path: &Path) -> io::Result<Vec<String>> {
            self.0.list(path)
        }
        fn sync_dir(&self, path: &Path) -> io::Result<()> {
            self.0.sync_dir(path)
        }
    }
    let disk = FakeDisk::default();
    let (mut log, _) = LogDir::open(Arc::new(Flipping(disk.clone())), Path::new(ROOT)).unwrap();
    let error = append(&mut log, 0).unwrap_err();
    assert!(matches!(error, Error::WrittenDiffers { .. }), "{error}");
    assert_eq!(error.verdict(), Verdict::Stop);
    let (log, found) = open(&disk).unwrap();
    assert_eq!((log.size(), found.removed.len()), (0, 1), "nothing was signed, the segment is removed");
}

#[test]
fn a_changed_tile_or_checkpoint_is_found_at_the_next_open() {
    let disk = FakeDisk::default();
    let (mut log, _) = open(&disk).unwrap();
    for no in 0..3 {
        append(&mut log, no).unwrap();
    }
    drop(log);
    let tile = disk.reboot(0);
    tile.edit(Path::new("/data/log/tile/0/000.p/3"), |bytes| bytes[40] ^= 1);
    let error = open(&tile).unwrap_err();
    assert!(matches!(error, Error::RootDiffers { .. }), "{error}");
    let head = disk.reboot(0);
    head.edit(Path::new("/data/log/checkpoint"), |bytes| bytes.truncate(20));
    let error = open(&head).unwrap_err();
    assert!(matches!(error, Error::Checkpoint { .. }), "{error}");
}

#[test]
fn receipts_are_kept_by_size() {
    let disk = FakeDisk::default();
    let (mut log, _) = open(&disk).unwrap();
    for no in 0..3 {
        append(&mut log, no).unwrap();
    }
    assert_eq!(log.witnessed(), 0);
    log.store_receipt(2, b"note of 2").unwrap();
    log.store_receipt(1, b"note of 1").unwrap();
    assert_eq!(log.witnessed(), 2);
    let (log, _) = open(&disk.reboot(1)).unwrap();
    assert_eq!(log.witnessed(), 2);
    assert_eq!(log.receipt(1).unwrap().as_deref(), Some(b"note of 1".as_slice()));
    assert_eq!(log.receipt(3).unwrap(), None);
}

/// Adds segments and receipts until a fault ends it; gives the size that was answered.
fn run(disk: &FakeDisk) -> u64 {
    let Ok((mut log, _)) = open(disk) else { return 0 };
    for no in 0..SEGMENTS {
        if append(&mut log, no).is_err() || log.store_receipt(no + 1, b"receipt").is_err() {
            break;
        }
    }
    log.size()
}

#[test]
fn every_step_may_fail_in_every_way() {
    let clean = FakeDisk::default();
    assert_eq!(run(&clean), SEGMENTS);
    let operations = clean.operations();
    let faults = [
        Fault::Fails(io::ErrorKind::Other),
        Fault::Fails(io::ErrorKind::StorageFull),
        Fault::Torn,
        Fault::CutBefore,
        Fault::CutAfter,
    ];
    for fault in faults {
        for operation in 0..operations {
            for seed in 0..3 {
                let what = format!("{fault:?} at operation {operation}, reboot {seed}");
                let disk = FakeDisk::default();
                disk.plan(operation, fault);
                let answered = run(&disk);
                let disk = disk.reboot(seed);
                let (mut log, _) = open(&disk).unwrap_or_else(|error| panic!("{what}: {error}"));
                let size = log.size();
                assert!(size >= answered, "{what}: answered {answered}, found {size}");
                check_log(&log, size, &what);
                for no in size..SEGMENTS + 1 {
                    append(&mut log, no).unwrap_or_else(|error| panic!("{what}: {error}"));
                }
                check_log(&log, SEGMENTS + 1, &what);
            }
        }
    }
}
