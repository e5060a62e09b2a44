//! The second verifier, `docs/spec/verify.py`, is asked about the same logs as ours: the golden ones, and copies with one
//! bit changed at places all over every file. Both give the same verdict and name the same places.
//!
//! `YAOXIA_PYTHON` names a Python that has what it needs (`cargo xtask test` sets it); without it, `python3` is tried,
//! and where that lacks something the test says so and passes.

use crate::support::{Log, ORIGIN};
use crate::vectors::{Found, desk, folder, found, names, report};
use seal::checkpoint::{Checkpoint, cosign, sign};
use seal::tile::TileTree;
use seal::tree::leaf_hash;
use seal::{HEADER_LEN, layout};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Names the Python to use.
const PYTHON: &str = "YAOXIA_PYTHON";
/// Damaged copies of the good log; more take longer.
const COPIES: usize = 160;

fn verifier() -> PathBuf {
    folder().join("../verify.py")
}

/// A Python that can run the second verifier.
///
/// Panics if one was named and cannot.
fn python() -> Option<OsString> {
    let named = std::env::var_os(PYTHON);
    let python = named.clone().unwrap_or_else(|| "python3".into());
    // `--help` imports all that is needed and does nothing.
    let why = match Command::new(&python).arg(verifier()).arg("--help").output() {
        Ok(output) if output.status.success() => return Some(python),
        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
        Err(error) => error.to_string(),
    };
    assert!(named.is_none(), "{PYTHON}={} cannot run the second verifier: {why}", python.display());
    eprintln!("THE SECOND VERIFIER DID NOT RUN: python3 lacks what it needs (set {PYTHON}): {why}");
    None
}

fn run(python: &OsString, log: &Path, with_key: bool) -> Output {
    let (trust, key) = desk();
    let mut command = Command::new(python);
    command.arg(verifier()).arg("--trust").arg(trust).arg(log).env("PYTHONUTF8", "1");
    if with_key {
        command.arg("--key").arg(key);
    }
    command.output().unwrap()
}

/// What it says of each log, by the log's folder: verdict and findings.
fn answers(output: &Output) -> BTreeMap<PathBuf, (String, BTreeSet<Found>)> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    let mut answers: BTreeMap<PathBuf, (String, BTreeSet<Found>)> = BTreeMap::new();
    let mut log = PathBuf::new();
    for line in text.lines() {
        if let Some(finding) = line.strip_prefix('\t') {
            let parts: Vec<&str> = finding.split('\t').collect();
            let place = std::array::from_fn(|at| parts[at].to_owned());
            answers.get_mut(&log).unwrap().1.insert(place);
        } else {
            let (verdict, rest) = line.split_once(": ").unwrap();
            log = rest.split_once(" in ").unwrap().1.into();
            answers.insert(log.clone(), (verdict.to_owned(), BTreeSet::new()));
        }
    }
    assert!(!answers.is_empty(), "no answer: {}", String::from_utf8_lossy(&output.stderr));
    answers
}

fn ours(log: &Path, with_key: bool) -> (String, BTreeSet<Found>) {
    let report = report(log, with_key);
    (format!("{:?}", report.verdict()).to_lowercase(), found(&report))
}

/// Requirement VER-04.
#[test]
fn both_verifiers_find_the_same_in_the_golden_logs() {
    let Some(python) = python() else { return };
    for name in names() {
        let log = folder().join(name);
        for with_key in [false, true] {
            let output = run(&python, &log, with_key);
            let ours = ours(&log, with_key);
            assert_eq!(output.status.code(), Some(i32::from(ours.0 != "sound")), "{name}");
            assert_eq!(answers(&output), BTreeMap::from([(log.clone(), ours)]), "{name}, key: {with_key}");
        }
    }
}

/// Requirement VER-04.
#[test]
fn both_verifiers_find_the_same_wherever_a_file_is_changed() {
    let Some(python) = python() else { return };
    let desk = tempfile::tempdir().unwrap();
    let good = folder().join("log-good");
    let files = files_of(&good);
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let places = files.iter().flat_map(|(name, bytes)| (0..bytes.len()).map(move |at| (name, at)));
    for (name, at) in places.step_by(bytes / COPIES) {
        let copy = desk.path().join(format!("{}@{at:05}", name.replace('/', "-")));
        for (file, bytes) in &files {
            let mut bytes = bytes.clone();
            if file == name {
                bytes[at] ^= 1 << (at % 8);
            }
            std::fs::create_dir_all(copy.join(file).parent().unwrap()).unwrap();
            std::fs::write(copy.join(file), bytes).unwrap();
        }
    }
    for (name, _) in &files {
        for change in ["gone", "emptied", "shorter", "longer"] {
            let copy = desk.path().join(format!("{}@{change}", name.replace('/', "-")));
            for (file, bytes) in &files {
                let bytes = match change {
                    _ if file != name => bytes.clone(),
                    "emptied" => Vec::new(),
                    "shorter" => bytes[..bytes.len() - 1].to_vec(),
                    "longer" => [bytes.as_slice(), b"\n"].concat(),
                    _ => continue,
                };
                std::fs::create_dir_all(copy.join(file).parent().unwrap()).unwrap();
                std::fs::write(copy.join(file), bytes).unwrap();
            }
        }
    }
    for with_key in [false, true] {
        let theirs = answers(&run(&python, desk.path(), with_key));
        assert!(theirs.len() >= COPIES, "{} answers", theirs.len());
        for (log, theirs) in theirs {
            assert_eq!(theirs, ours(&log, with_key), "{}, key: {with_key}", log.display());
        }
    }
}

/// What a box can do that lies: it signs headers that break the rules, and has them cosigned. Segment 1 of the good log
/// gets one bit of its header changed, then tiles, bundle, checkpoint and receipt are made to fit.
///
/// Requirement VER-04.
#[test]
fn both_verifiers_refuse_the_same_signed_headers() {
    let Some(python) = python() else { return };
    let desk = tempfile::tempdir().unwrap();
    let good: Vec<Vec<u8>> =
        (0..3).map(|n| std::fs::read(folder().join(format!("log-good/segments/00{n}.yxs"))).unwrap()).collect();
    for at in (0..HEADER_LEN).filter(|at| *at < 8 || at % 4 == 0 || (432..444).contains(&(at % 124 + 372))) {
        let mut segments = good.clone();
        segments[1][at] ^= 1 << (at % 7);
        resign(&desk.path().join(format!("{at:03}")), &segments);
    }
    let mut sound = 0;
    for with_key in [false, true] {
        for (log, theirs) in answers(&run(&python, desk.path(), with_key)) {
            sound += usize::from(theirs.0 == "sound");
            assert_eq!(theirs, ours(&log, with_key), "{}, key: {with_key}", log.display());
        }
    }
    // Not even `key_epoch` or a clock can be changed: the header after says what this one was.
    assert_eq!(sound, 0);
}

/// A log of these segment files, whatever they say, under the golden keys.
fn resign(folder: &Path, segments: &[Vec<u8>]) {
    let log = Log::new();
    let headers: Vec<&[u8]> = segments.iter().map(|segment| &segment[..HEADER_LEN]).collect();
    let mut tree = TileTree::default();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for (tile, bytes) in tree.append(headers.iter().map(|header| leaf_hash(header))) {
        files.push((tile.path(), bytes));
        files.push((tile.bundle_path(), layout::bundle(headers.iter().copied()).unwrap()));
    }
    let head = Checkpoint { origin: ORIGIN.into(), size: tree.size(), root: tree.root() };
    let mut note = sign(&head, &log.key).unwrap();
    note.add(cosign(&head, &log.witness, 1_763_000_000).unwrap().line()).unwrap();
    files.push((layout::CHECKPOINT.into(), note.to_text().into_bytes()));
    files.extend((0..).map(layout::segment_path).zip(segments.iter().cloned()));
    for (name, bytes) in files {
        std::fs::create_dir_all(folder.join(&name).parent().unwrap()).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

fn files_of(log: &Path) -> Vec<(String, Vec<u8>)> {
    let tree = ["tile/0/000.p/3", "tile/entries/000.p/3", "checkpoint"].map(str::to_owned);
    let others = (0..3).flat_map(|n| [format!("segments/00{n}.yxs"), format!("receipts/{}", n + 1)]);
    let read = |name: String| (std::fs::read(log.join(&name)).unwrap(), name);
    tree.into_iter().chain(others).map(read).map(|(bytes, name)| (name, bytes)).collect()
}

/// What cannot be asked is not answered: exit code 2, as with ours.
#[test]
fn the_second_verifier_refuses_what_cannot_be_asked() {
    let Some(python) = python() else { return };
    let (trust, _) = desk();
    let good = folder().join("log-good");
    let asked = |trust: &Path, log: &Path| {
        Command::new(&python).arg(verifier()).arg("--trust").args([trust, log]).output().unwrap().status.code()
    };
    assert_eq!(asked(&trust, &good), Some(0));
    assert_eq!(asked(&trust, Path::new("/nonexistent")), Some(2));
    assert_eq!(asked(Path::new("/nonexistent"), &good), Some(2));
    let desk = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(&trust).unwrap();
    for bad in [text.replace("origin", "orign"), text.replacen("vkey = \"", "vkey = \"x", 1), "quorum = 2\n".into()] {
        let file = desk.path().join("bad.toml");
        std::fs::write(&file, &bad).unwrap();
        assert_eq!(asked(&file, &good), Some(2), "{bad}");
    }
}

/// The golden log of `seal`, of all zones, opened with both halves of the black key by a third program.
#[test]
fn the_golden_segments_open_without_our_code() {
    let Some(python) = python() else { return };
    let output = Command::new(python).arg(folder().join("seal/check.py")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
