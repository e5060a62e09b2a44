//! The journal against its model: what was answered is there, nothing is invented, a crash is never called damage.

use crate::disk::{FakeDisk, Fault};
use journal::{Disk, Error, Frame, Journal, JournalKey, Recovery, Sizes, Tally, Verdict};
use proptest::prelude::*;
use record::{SourceId, Timestamp};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) const SIZES: Sizes = Sizes { file_bytes: 4096, reserve_bytes: 1024 };
pub(crate) const DIR: &str = "/data/wal";

pub(crate) fn source(name: &str) -> SourceId {
    SourceId::parse(name).unwrap()
}

pub(crate) fn key() -> JournalKey {
    JournalKey::new([7; 32])
}

pub(crate) fn frame(no: u64, len: usize) -> Frame {
    let filler = u8::try_from(no % 251).unwrap();
    let mut entry = vec![filler; len];
    entry.extend_from_slice(&no.to_be_bytes());
    Frame {
        entries: vec![entry],
        cursor: Some(no.to_be_bytes().to_vec()),
        seen_until: Some(Timestamp(i64::try_from(no).unwrap())),
        tally: Tally { accepted: 1, ..Tally::default() },
        ..Frame::empty(source("lims"))
    }
}

pub(crate) fn open(disk: &FakeDisk) -> Result<(Journal, Recovery), Error> {
    let salt = [u8::try_from(disk.operations() % 251).unwrap(); 16];
    Journal::open(Arc::new(disk.clone()), Path::new(DIR), &key(), salt, SIZES)
}

pub(crate) fn frames(recovery: &Recovery, from: u64) -> Vec<(u64, Frame)> {
    let mut found = Vec::new();
    recovery
        .replay
        .frames(from, |seq, frame| {
            found.push((seq, frame));
            Ok::<_, Error>(())
        })
        .unwrap();
    found
}

fn append_all(log: &Journal, numbers: std::ops::Range<u64>, len: usize) {
    for no in numbers {
        assert_eq!(log.append(frame(no, len)).unwrap().seq, no);
    }
}

pub(crate) fn wal_files(disk: &FakeDisk) -> Vec<PathBuf> {
    disk.files().into_iter().filter(|path| path.parent() == Some(Path::new(DIR))).collect()
}

/// The file frames are in when only one start has written.
pub(crate) fn first_file() -> PathBuf {
    Path::new(DIR).join("0000000000.wal")
}

/// Where the frames end in a file: behind its last byte that is not zero.
pub(crate) fn used(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)
}

/// Requirement EDG-03.
#[test]
fn what_was_answered_is_there_after_a_restart_with_cursor_and_counts() {
    let disk = FakeDisk::default();
    let (log, first) = open(&disk).unwrap();
    assert_eq!((first.incarnation, first.next_seq, first.torn_bytes), (1, 0, 0));
    let written: Vec<_> = (0..100).map(|no| frame(no, 100)).collect();
    for (no, frame) in (0..).zip(&written) {
        assert_eq!(log.append(frame.clone()).unwrap().seq, no);
    }
    drop(log);
    let (_log, second) = open(&disk.reboot(1)).unwrap();
    assert_eq!((second.incarnation, second.next_seq, second.torn_bytes), (2, 100, 0));
    assert_eq!(second.damages, []);
    let lims = &second.state.connectors[&source("lims")];
    assert_eq!(lims.cursor.as_deref(), Some(99u64.to_be_bytes().as_slice()));
    assert_eq!(lims.seen_until, Some(Timestamp(99)));
    assert_eq!(lims.tally, Tally { accepted: 100, ..Tally::default() });
    let expected: Vec<_> = (40..).zip(written.into_iter().skip(40)).collect();
    assert_eq!(frames(&second, 40), expected);
}

/// Requirement EDG-03.
#[test]
fn the_disk_holds_no_plaintext() {
    let disk = FakeDisk::default();
    let (log, _) = open(&disk).unwrap();
    let mut secret = frame(1, 10);
    secret.entries = vec![b"canary in a grey zone".to_vec()];
    log.append(secret).unwrap();
    drop(log);
    for path in disk.files() {
        let bytes = disk.bytes(&path);
        assert!(!bytes.windows(6).any(|window| window == b"canary"), "{}", path.display());
        assert!(!bytes.windows(4).any(|window| window == b"lims"), "{}", path.display());
    }
}

#[test]
fn sealed_frames_let_their_files_go_and_keep_their_cursor() {
    let disk = FakeDisk::default();
    let (log, _) = open(&disk).unwrap();
    append_all(&log, 0..100, 100);
    let before = wal_files(&disk).len();
    log.intend(0, 90).unwrap();
    log.sealed(90).unwrap();
    let after = wal_files(&disk).len();
    assert!(before > 4 && after <= 3, "{before} files before, {after} after");
    drop(log);
    let (_log, found) = open(&disk.reboot(3)).unwrap();
    assert_eq!(found.state.sealed_upto(1), Some(90));
    assert_eq!(found.state.sealed_upto(0), Some(0), "the segment was not made: its frames are sealed again");
    assert_eq!(found.state.tally().accepted, 100);
    assert_eq!(found.state.connectors[&source("lims")].cursor.as_deref(), Some(99u64.to_be_bytes().as_slice()));
    assert_eq!(frames(&found, 90).iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), (90..100).collect::<Vec<_>>());
}

/// Requirement EDG-03.
#[test]
fn a_tail_cut_or_filled_with_garbage_at_any_byte_is_dropped_and_counted() {
    let disk = FakeDisk::default();
    let (log, _) = open(&disk).unwrap();
    append_all(&log, 0..3, 40);
    let start = used(&disk.bytes(&first_file())).next_multiple_of(8);
    log.append(frame(3, 40)).unwrap();
    drop(log);
    let end = used(&disk.bytes(&first_file()));
    for cut in start..end {
        for garbage in [0u8, 0xa5] {
            let broken = disk.reboot(0);
            broken.edit(&first_file(), |bytes| bytes[cut..end].fill(garbage));
            let left = used(&broken.bytes(&first_file())) - start.min(used(&broken.bytes(&first_file())));
            let (log, found) = open(&broken).unwrap();
            assert_eq!(found.next_seq, 3, "cut at {cut}");
            assert_eq!(found.torn_bytes, left as u64, "cut at {cut}");
            assert_eq!(found.damages, [], "cut at {cut}");
            assert_eq!(log.append(frame(3, 40)).unwrap().seq, 3);
            drop(log);
            let (_log, again) = open(&broken).unwrap();
            assert_eq!((again.next_seq, again.torn_bytes), (4, 0), "the tear is counted once");
            assert_eq!(again.damages, []);
        }
    }
}

#[test]
fn a_flipped_bit_in_the_middle_is_damage_not_the_end() {
    let disk = FakeDisk::default();
    let (log, _) = open(&disk).unwrap();
    let mut starts = Vec::new();
    for no in 0..6 {
        starts.push(used(&disk.bytes(&first_file())).next_multiple_of(8));
        log.append(frame(no, 40)).unwrap();
    }
    drop(log);
    for at in (starts[2]..starts[3]).step_by(3) {
        let broken = disk.reboot(0);
        broken.edit(&first_file(), |bytes| bytes[at] ^= 0x10);
        let (log, found) = open(&broken).unwrap();
        // Padding is not covered by the checksum and carries nothing.
        if found.damages.is_empty() {
            assert_eq!(frames(&found, 0).len(), 6, "byte {at}");
            assert!(starts[3] - at < 8, "byte {at}");
            continue;
        }
        let [damage] = found.damages.as_slice() else { panic!("byte {at}: {:?}", found.damages) };
        assert_eq!(damage.id.offset, starts[2] as u64);
        assert_eq!(damage.bytes, (starts[3] - starts[2]) as u64);
        assert_eq!((damage.frames, damage.values), (Some((2, 3)), Some(1)));
        assert_eq!(frames(&found, 0).iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [0, 1, 3, 4, 5]);
        assert_eq!(found.torn_bytes, 0);

        // It is reported until a gap accounts for it, then no more; the file is kept aside once its rest is sealed.
        drop(log);
        let (log, found) = open(&broken).unwrap();
        assert_eq!(found.damages.len(), 1, "byte {at}: reported until it is settled");
        log.append(Frame { settles: vec![found.damages[0].id], ..Frame::empty(source("lims")) }).unwrap();
        drop(log);
        let (log, found) = open(&broken).unwrap();
        assert_eq!(found.damages, [], "byte {at}");
        log.intend(0, 7).unwrap();
        log.sealed(7).unwrap();
        let aside = Path::new(DIR).join("quarantine/0000000000.wal");
        assert!(broken.files().contains(&aside), "{:?}", broken.files());
    }
}

#[test]
fn another_key_reads_nothing_and_destroys_nothing() {
    let disk = FakeDisk::default();
    let (log, _) = open(&disk).unwrap();
    append_all(&log, 0..3, 40);
    drop(log);
    let other = JournalKey::new([8; 32]);
    let (log, found) = Journal::open(Arc::new(disk.clone()), Path::new(DIR), &other, [1; 16], SIZES).unwrap();
    assert_eq!(frames(&found, 0), []);
    drop(log);
    let (_log, found) = open(&disk).unwrap();
    assert_eq!(frames(&found, 0).len(), 3);
}

#[test]
fn a_full_disk_refuses_values_keeps_room_for_gaps_and_goes_on_when_there_is_space() {
    let disk = FakeDisk::default();
    let (log, _) = open(&disk).unwrap();
    disk.set_capacity(Some(SIZES.file_bytes * 2));
    let mut no = 0;
    let refused = loop {
        match log.append(frame(no, 100)) {
            Ok(_) => no += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, Error::DiskFull { .. }), "{refused}");
    assert_eq!(refused.verdict(), Verdict::Retry);
    let gap = Frame { tally: Tally { lost: 5, ..Tally::default() }, ..Frame::empty(source("scada")) };
    log.append(gap).unwrap();
    log.intend(0, no).unwrap();
    log.sealed(no).unwrap();
    log.append(frame(no, 100)).expect("sealing has freed a file");
    drop(log);
    disk.set_capacity(None);
    let (_log, found) = open(&disk.reboot(5)).unwrap();
    assert_eq!(found.state.tally(), Tally { accepted: no + 1, lost: 5, ..Tally::default() });
    assert_eq!(found.damages, []);
}

#[test]
fn a_failed_fsync_stops_the_journal_for_good() {
    let disk = FakeDisk::default();
    let (log, _) = open(&disk).unwrap();
    log.append(frame(0, 40)).unwrap();
    // An append is one write and one sync.
    disk.plan(disk.operations() + 1, Fault::Fails(io::ErrorKind::Other));
    for no in 1..4 {
        let error = log.append(frame(no, 40)).unwrap_err();
        assert!(matches!(error, Error::Stopped { op: "fsync", .. }), "{error}");
        assert_eq!(error.verdict(), Verdict::Stop);
    }
    drop(log);
    let (_log, found) = open(&disk.reboot(9)).unwrap();
    assert!(found.next_seq == 1 || found.next_seq == 2, "{}", found.next_seq);
}

#[test]
fn a_frame_larger_than_a_file_is_refused_and_harms_no_other() {
    let disk = FakeDisk::default();
    let (log, _) = open(&disk).unwrap();
    let error = log.append(frame(0, 5000)).unwrap_err();
    assert!(matches!(error, Error::FrameTooLarge { .. }), "{error}");
    assert_eq!(error.verdict(), Verdict::Reject);
    assert_eq!(log.append(frame(0, 10)).unwrap().seq, 0);
}

/// What one run under one fault did.
pub(crate) struct Run {
    pub(crate) disk: FakeDisk,
    pub(crate) answered: u64,
    offered: u64,
    intended: Option<u64>,
}

/// Appends frames of changing size with seals in between, until a fault ends it.
pub(crate) fn run(disk: FakeDisk) -> Run {
    let mut done = Run { disk, answered: 0, offered: 0, intended: None };
    let Ok((log, _)) = open(&done.disk) else { return done };
    for no in 0..24 {
        done.offered = no + 1;
        match log.append(frame(no, 60 + usize::try_from(no * 37 % 400).unwrap())) {
            Ok(appended) => {
                assert_eq!(appended.seq, no);
                done.answered = no + 1;
            }
            Err(error) if error.verdict() == Verdict::Retry => {
                // The disk was full for one operation: the same frame is offered again.
                match log.append(frame(no, 60 + usize::try_from(no * 37 % 400).unwrap())) {
                    Ok(_) => done.answered = no + 1,
                    Err(_) => return done,
                }
            }
            Err(_) => return done,
        }
        if no % 7 == 6 {
            let seg_no = no / 7;
            if log.intend(seg_no, no + 1).is_err() {
                return done;
            }
            done.intended = Some(seg_no);
            if log.sealed(no + 1).is_err() {
                return done;
            }
        }
    }
    done
}

fn check_after(run: &Run, seed: u64, what: &str) {
    check_on(run, &run.disk.reboot(seed), what);
}

/// What a run had answered is on `disk`, and the journal goes on there.
pub(crate) fn check_on(run: &Run, disk: &FakeDisk, what: &str) {
    let (log, found) = open(disk).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(found.damages, [], "{what}: a crash is not damage");
    assert!(
        (run.answered..=run.offered).contains(&found.next_seq),
        "{what}: answered {}, offered {}, found {}",
        run.answered,
        run.offered,
        found.next_seq
    );
    if let Some(seg_no) = run.intended {
        assert_eq!(found.state.sealed_upto(seg_no + 1), Some(7 * (seg_no + 1)), "{what}");
    }
    let from = run.intended.map_or(0, |seg_no| 7 * (seg_no + 1));
    let held = frames(&found, from);
    assert_eq!(held.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), (from..found.next_seq).collect::<Vec<_>>());
    for (seq, got) in held {
        assert_eq!(got, frame(seq, 60 + usize::try_from(seq * 37 % 400).unwrap()), "{what}: frame {seq}");
    }
    if found.next_seq > 0 {
        assert_eq!(found.state.tally().accepted, found.next_seq, "{what}");
    }
    assert_eq!(log.append(frame(found.next_seq, 10)).unwrap().seq, found.next_seq, "{what}: goes on");
}

#[test]
fn every_operation_may_fail_in_every_way() {
    let clean = run(FakeDisk::default());
    assert_eq!(clean.answered, 24);
    let operations = clean.disk.operations();
    assert!(operations > 80, "{operations} operations");
    let faults = [
        Fault::Fails(io::ErrorKind::Other),
        Fault::Fails(io::ErrorKind::StorageFull),
        Fault::Torn,
        Fault::CutBefore,
        Fault::CutAfter,
    ];
    for fault in faults {
        for operation in 0..operations {
            let disk = FakeDisk::default();
            disk.plan(operation, fault);
            let run = run(disk);
            if matches!(fault, Fault::CutBefore | Fault::CutAfter) {
                assert!(run.disk.is_off(), "{fault:?} at {operation} was not reached");
            }
            for seed in 0..3 {
                check_after(&run, seed, &format!("{fault:?} at operation {operation}, reboot {seed}"));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Starts, deliveries of any size and power cuts in any order: the model is the list of answered frames.
    /// Requirement EDG-03.
    #[test]
    fn no_sequence_of_power_cuts_loses_or_invents_a_frame(
        starts in prop::collection::vec((prop::collection::vec(1usize..900, 0..12), 0u64..60, any::<u64>()), 1..6)
    ) {
        let mut disk = FakeDisk::default();
        let mut model: Vec<Frame> = Vec::new();
        for (sizes, cut_after, seed) in starts {
            disk.plan(disk.operations() + cut_after, Fault::CutBefore);
            let mut offered = None;
            if let Ok((log, found)) = open(&disk) {
                prop_assert_eq!(found.next_seq, model.len() as u64);
                for size in sizes {
                    let next = frame(model.len() as u64, size);
                    match log.append(next.clone()) {
                        Ok(_) => model.push(next),
                        Err(_) => {
                            offered = Some(next);
                            break;
                        }
                    }
                }
            }
            disk = disk.reboot(seed);
            let (log, found) = open(&disk).unwrap();
            let held: Vec<Frame> = frames(&found, 0).into_iter().map(|(_, frame)| frame).collect();
            prop_assert_eq!(&found.damages, &[]);
            if held.len() == model.len() + 1 {
                model.extend(offered);
            }
            prop_assert_eq!(&held, &model);
            drop(log);
        }
    }
}

#[test]
fn the_real_disk_does_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("wal");
    let disk: Arc<dyn Disk> = Arc::new(journal::OsDisk);
    for start in 0..3u64 {
        let (log, found) = Journal::open(Arc::clone(&disk), &dir, &key(), [3; 16], Sizes::default()).unwrap();
        assert_eq!((found.next_seq, found.incarnation), (start * 10, start + 1));
        assert_eq!(frames(&found, 0).len() as u64, start * 10);
        append_all(&log, start * 10..start * 10 + 10, 2000);
    }
}
