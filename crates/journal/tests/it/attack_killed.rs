//! Attacks 1 and 2 on the real file system: a writing process ended by SIGKILL, or failed by the kernel, at any moment.
//!
//! The process is this test program again, told by an environment variable where to write. It notes what was answered in
//! a file of its own, which a killed process leaves complete: its pages belong to the kernel.

use crate::attack_crash::rounds;
use crate::wal::{frame, frames, key};
use journal::{Journal, OsDisk, Sizes, Verdict};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

const FOLDER: &str = "YAOXIA_ATTACK_FOLDER";
const FRAMES: u64 = 60;
const SIZES: Sizes = Sizes { file_bytes: 16 * 1024, reserve_bytes: 4096 };

fn open(folder: &Path) -> (Journal, journal::Recovery) {
    Journal::open(Arc::new(OsDisk), &folder.join("wal"), &key(), [3; 16], SIZES).unwrap()
}

/// Not a test of its own: what the other process does.
#[test]
fn writes_until_it_is_ended() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let mut answered = File::options().create(true).append(true).open(folder.join("answered")).unwrap();
    let opened = Journal::open(Arc::new(OsDisk), &folder.join("wal"), &key(), [3; 16], SIZES);
    let Ok((log, found)) = opened else { return };
    for no in found.next_seq..found.next_seq + FRAMES {
        match log.append(frame(no, 300)) {
            Ok(_) => answered.write_all(&no.to_be_bytes()).unwrap(),
            Err(error) if error.verdict() == Verdict::Retry => {}
            Err(_) => break,
        }
    }
    fs::write(folder.join("done"), b"").unwrap();
}

fn program(folder: &Path, before: &[String]) -> Child {
    let own = std::env::current_exe().unwrap();
    let mut words = before.iter().map(PathBuf::from).chain([own]);
    let mut command = Command::new(words.next().unwrap());
    command.args(words).args(["--exact", "attack_killed::writes_until_it_is_ended", "--test-threads=1"]);
    command.env(FOLDER, folder).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Everything answered is there, in order, once; gives how much was.
fn check(folder: &Path, what: &str) -> u64 {
    let answered = fs::read(folder.join("answered")).unwrap_or_default();
    let answered: Vec<u64> = answered.as_chunks::<8>().0.iter().map(|number| u64::from_be_bytes(*number)).collect();
    let (_log, found) = open(folder);
    assert_eq!(found.damages, [], "{what}");
    let held = frames(&found, 0);
    assert_eq!(held.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), (0..found.next_seq).collect::<Vec<_>>(), "{what}");
    for (seq, got) in held {
        assert_eq!(got, frame(seq, 300), "{what}: frame {seq}");
    }
    assert!(answered.last().is_none_or(|last| *last < found.next_seq), "{what}: {answered:?} of {}", found.next_seq);
    answered.len() as u64
}

/// Requirement ATT-01.
#[test]
fn attack_01_a_writer_killed_under_load_loses_nothing_it_answered_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut before = 0;
    for kill in 0..rounds(12, 500) {
        let mut child = program(folder.path(), &[]);
        let wanted = before + rng.random_range(0..FRAMES / 2);
        let started = Instant::now();
        let len = || fs::metadata(folder.path().join("answered")).map_or(0, |meta| meta.len() / 8);
        while len() < wanted && started.elapsed() < Duration::from_secs(30) && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        before = check(folder.path(), &format!("kill {kill}"));
        assert!(before >= wanted, "kill {kill}: {before} answered, {wanted} waited for");
        if kill % 16 == 15 {
            fs::remove_dir_all(folder.path().join("wal")).unwrap();
            fs::remove_file(folder.path().join("answered")).unwrap();
            before = 0;
        }
    }
}

/// Ends or fails the writer at the n-th call of each kind, n from 1 until the writer no longer makes so many.
fn at_each_call(how: &str) {
    let calls = ["pwrite64", "fdatasync", "fsync", "openat", "unlink", "mkdir"];
    let reach = rounds(1, 200);
    for call in calls {
        for when in 1..=reach {
            let folder = tempfile::tempdir().unwrap();
            let inject = format!("inject={call}:{how}:when={when}");
            let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=none", "-e", &inject];
            let status = program(folder.path(), &strace.map(String::from)).wait().unwrap();
            let what = format!("{call} {how} {when}");
            check(folder.path(), &what);
            if status.success() && folder.path().join("done").exists() && when > reach / 2 {
                break;
            }
        }
    }
}

fn strace_works() -> bool {
    let tried = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    let works = tried.is_ok_and(|status| status.success());
    if !works {
        eprintln!("strace is not here or may not trace: calls of the real program are NOT tried");
    }
    works
}

/// Requirement ATT-01.
#[test]
fn attack_01_a_writer_killed_at_each_call_to_the_kernel_comes_back_clean() {
    if strace_works() {
        at_each_call("signal=SIGKILL");
    }
}

/// Requirement ATT-02.
#[test]
fn attack_02_a_writer_whose_calls_fail_answers_for_nothing_it_does_not_hold() {
    if strace_works() {
        for error in ["EIO", "ENOSPC"] {
            at_each_call(&format!("error={error}"));
        }
    }
}
