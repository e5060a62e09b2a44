//! Attacks 1, 2, 3, 7, 8, 9 and 11 on the journal and the log folder: kills, failing, full, lying and slow disks.

use crate::disk::{FakeDisk, Fault};
use crate::{logdir, wal};
use journal::{Disk, DiskFile, Error, Frame, Journal, Tally, Verdict};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};

/// `short` rounds, or `long` ones when the long forms are asked for.
pub(crate) fn rounds(short: u64, long: u64) -> u64 {
    if std::env::var_os("YAOXIA_ATTACK_SLOW").is_some() { long } else { short }
}

/// Requirement ATT-01.
#[test]
fn attack_01_a_process_killed_at_any_file_operation_comes_back_clean() {
    let operations = wal::run(FakeDisk::default()).disk.operations();
    for fault in [Fault::CutBefore, Fault::CutAfter] {
        for operation in 0..operations {
            let disk = FakeDisk::default();
            disk.plan(operation, fault);
            let run = wal::run(disk);
            wal::check_on(&run, &run.disk.restart(), &format!("{fault:?} at operation {operation}"));
        }
    }
}

/// Requirement ATT-02.
#[test]
fn attack_02_after_one_failed_fsync_the_log_takes_nothing_more_however_well_it_goes_then() {
    let clean = FakeDisk::default();
    let (mut log, _) = logdir::open(&clean).unwrap();
    logdir::append(&mut log, 0).unwrap();
    let begun = clean.operations();
    logdir::append(&mut log, 1).unwrap();
    let mut stopped = 0;
    for operation in begun..clean.operations() {
        let disk = FakeDisk::default();
        let (mut log, _) = logdir::open(&disk).unwrap();
        logdir::append(&mut log, 0).unwrap();
        disk.plan(operation, Fault::Fails(io::ErrorKind::Other));
        let first = logdir::append(&mut log, 1);
        let Err(Error::Stopped { op: "fsync", .. }) = first else { continue };
        stopped += 1;
        let operations = disk.operations();
        for _ in 0..3 {
            let again = logdir::append(&mut log, 1).unwrap_err();
            assert!(matches!(again, Error::Stopped { op: "fsync", .. }), "operation {operation}: {again}");
            assert_eq!(again.verdict(), Verdict::Stop);
        }
        assert_eq!(disk.operations(), operations, "the disk is not asked again");
        let (mut log, _) = logdir::open(&disk.reboot(operation)).unwrap();
        let size = log.size();
        assert!((1..=2).contains(&size));
        logdir::append(&mut log, size).unwrap();
        logdir::check_log(&log, size + 1, "recovered");
    }
    assert!(stopped >= 8, "only {stopped} operations were fsyncs");
}

/// Requirement ATT-03.
#[test]
fn attack_03_power_cuts_at_random_times_lose_nothing_answered_and_halve_nothing() {
    let operations = wal::run(FakeDisk::default()).disk.operations();
    for seed in 0..rounds(150, 10_000) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let disk = FakeDisk::default();
        disk.plan(rng.random_range(0..operations), if rng.random() { Fault::CutBefore } else { Fault::CutAfter });
        let run = wal::run(disk);
        wal::check_on(&run, &run.disk.reboot(seed), &format!("seed {seed}"));
    }
}

/// Requirement ATT-07.
#[test]
fn attack_07_a_full_disk_is_said_and_nothing_old_is_deleted_for_it() {
    for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
        let disk = FakeDisk::default();
        let (mut sealed, _) = logdir::open(&disk).unwrap();
        logdir::append(&mut sealed, 0).unwrap();
        let (log, _) = wal::open(&disk).unwrap();
        disk.set_capacity(Some(wal::SIZES.file_bytes * 3));
        let mut answered = 0;
        let refused = loop {
            match log.append(wal::frame(answered, 100)) {
                Ok(_) => answered += 1,
                Err(error) => break error,
            }
        };
        assert!(refused.is_disk_full() && refused.verdict() == Verdict::Retry, "{refused}");
        let files = disk.files();
        for _ in 0..50 {
            let again = log.append(wal::frame(answered, 100)).unwrap_err();
            assert!(again.is_disk_full(), "each delivery is refused by name: {again}");
        }
        assert_eq!(disk.files(), files, "no file was given up for room");
        // What was lost meanwhile is counted from the reserve, and what is held can be named for sealing.
        let gap = Frame { tally: Tally { lost: 50, ..Tally::default() }, ..Frame::empty(wal::source("lims")) };
        log.append(gap).unwrap();
        log.intend(1, answered).unwrap();
        // Space or quota used up at an operation of a seal: said, and the log is as it was.
        for ahead in 0..3 {
            disk.plan(disk.operations() + ahead, Fault::Fails(kind));
            let refused = logdir::append(&mut sealed, 1).unwrap_err();
            assert!(refused.is_disk_full() && refused.verdict() == Verdict::Retry, "{refused}");
            logdir::check_log(&sealed, 1, "full");
        }
        drop(log);
        disk.set_capacity(None);
        let (_log, found) = wal::open(&disk.reboot(1)).unwrap();
        assert_eq!(found.state.tally(), Tally { accepted: answered, lost: 50, ..Tally::default() });
        let held = wal::frames(&found, 0);
        assert_eq!(held.len() as u64, answered + 1, "every answered frame is still there");
    }
}

/// Requirement ATT-08.
#[test]
fn attack_08_a_disk_that_lies_about_fsync_is_found_out_and_nothing_is_signed_on_top() {
    let mut found_out = 0;
    for seed in 0..40 {
        let disk = FakeDisk::default();
        let (mut log, _) = logdir::open(&disk).unwrap();
        let (journal, _) = wal::open(&disk).unwrap();
        for no in 0..3 {
            journal.intend(no, no + 1).unwrap();
            logdir::append(&mut log, no).unwrap();
        }
        log.store_receipt(3, b"cosigned").unwrap();
        disk.lie();
        logdir::append(&mut log, 3).unwrap();
        drop(journal);
        // What the center knows comes back to the box: its receipt of four segments.
        let after = disk.reboot(seed);
        if !after.files().contains(&Path::new(logdir::ROOT).join("receipts")) {
            after.create_dir(&Path::new(logdir::ROOT).join("receipts")).unwrap();
        }
        let mut receipt = after.create(&Path::new(logdir::ROOT).join("receipts/4")).unwrap();
        receipt.write_all_at(0, b"cosigned").unwrap();
        match logdir::open(&after) {
            Ok((log, _)) => logdir::check_log(&log, 4, "the last segment happened to survive"),
            Err(error) => {
                found_out += 1;
                assert_eq!(error.verdict(), Verdict::Stop, "{error}");
                let said = matches!(error, Error::SetBack { size: 3, witnessed: 4, .. })
                    || matches!(
                        error,
                        Error::Io { .. } | Error::Seal(_) | Error::RootDiffers { .. } | Error::Checkpoint { .. }
                    );
                assert!(said, "seed {seed}: {error}");
            }
        }
    }
    assert!(found_out > 0);
}

/// The folder of last week under the receipts of today, and under the journal of today.
/// Requirement ATT-11.
#[test]
fn attack_11_a_log_set_back_under_its_receipts_or_its_journal_is_not_opened() {
    let disk = FakeDisk::default();
    let (mut log, _) = logdir::open(&disk).unwrap();
    let (journal, _) = wal::open(&disk).unwrap();
    for no in 0..3 {
        journal.intend(no, no + 1).unwrap();
        logdir::append(&mut log, no).unwrap();
        log.store_receipt(no + 1, b"cosigned").unwrap();
    }
    let last_week = disk.restart();
    for no in 3..6 {
        journal.intend(no, no + 1).unwrap();
        logdir::append(&mut log, no).unwrap();
        log.store_receipt(no + 1, b"cosigned").unwrap();
    }
    drop((log, journal));
    // Receipts of today: the log says by itself that it was set back.
    let receipt = disk.bytes(&Path::new(logdir::ROOT).join("receipts/6"));
    let mut file = last_week.create(&Path::new(logdir::ROOT).join("receipts/6")).unwrap();
    file.write_all_at(0, &receipt).unwrap();
    let error = logdir::open(&last_week).unwrap_err();
    assert!(matches!(error, Error::SetBack { size: 3, witnessed: 6, .. }), "{error}");
    assert_eq!(error.verdict(), Verdict::Stop);
    // Journal of today: it knows which segments were made of it, and that three are not among them.
    let (_journal, found) = wal::open(&disk).unwrap();
    assert_eq!((found.state.sealed_upto(6), found.state.sealed_upto(3)), (Some(6), None));
}

/// A disk whose syncs wait until it is let go.
#[derive(Debug)]
struct Stalling {
    disk: FakeDisk,
    gate: Arc<(Mutex<bool>, Condvar)>,
}

#[derive(Debug)]
struct StallingFile(Box<dyn DiskFile>, Arc<(Mutex<bool>, Condvar)>);

impl DiskFile for StallingFile {
    fn write_all_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all_at(offset, bytes)
    }
    fn sync_data(&mut self) -> io::Result<()> {
        let (open, told) = &*self.1;
        drop(told.wait_while(open.lock().unwrap(), |open| !*open).unwrap());
        self.0.sync_data()
    }
}

impl Disk for Stalling {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(StallingFile(self.disk.create(path)?, Arc::clone(&self.gate))))
    }
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(StallingFile(self.disk.open(path)?, Arc::clone(&self.gate))))
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.disk.read(path)
    }
    fn len(&self, path: &Path) -> io::Result<u64> {
        self.disk.len(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.disk.create_dir(path)
    }
    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        self.disk.list(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.disk.sync_dir(path)
    }
}

/// Requirement ATT-09.
#[test]
fn attack_09_a_stalled_disk_pushes_back_within_its_limits_and_loses_nothing_it_took() {
    let (disk, gate) = (FakeDisk::default(), Arc::new((Mutex::new(true), Condvar::new())));
    let stalling = Arc::new(Stalling { disk: disk.clone(), gate: Arc::clone(&gate) });
    let (log, _) = Journal::open(stalling, Path::new(wal::DIR), &wal::key(), [1; 16], wal::SIZES).unwrap();
    *gate.0.lock().unwrap() = false;
    let outcomes = Arc::new(Mutex::new(Vec::new()));
    let mut taken = 0;
    let refused = loop {
        let told = Arc::clone(&outcomes);
        match log.submit(wal::frame(taken, 100), move |outcome| told.lock().unwrap().push(outcome.map(|it| it.seq))) {
            Ok(()) => taken += 1,
            Err(error) => break error,
        }
        assert!(log.queued_bytes() <= journal::QUEUE_BYTES_MAX);
        assert!(taken <= 2 * journal::QUEUE_FRAMES_MAX as u64, "the queue has no end");
    };
    assert!(matches!(refused, Error::QueueFull { .. }) && refused.verdict() == Verdict::Retry, "{refused}");
    assert!(outcomes.lock().unwrap().is_empty(), "nothing is answered while nothing is durable");
    *gate.0.lock().unwrap() = true;
    gate.1.notify_all();
    drop(log);
    let outcomes = outcomes.lock().unwrap();
    let answered: Vec<u64> = outcomes.iter().map(|outcome| *outcome.as_ref().unwrap()).collect();
    assert_eq!(answered, (0..taken).collect::<Vec<_>>(), "all that was taken is answered, in order");
    let (_log, found) = wal::open(&disk.reboot(0)).unwrap();
    assert_eq!(found.next_seq, taken);
}
