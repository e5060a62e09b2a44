//! After an unclean stop: comes in a table folder as the crash left it, goes out one whose log is sound to its end.
//!
//! A commit is sound if it is whole and every file it adds is there in full size. The first unsound commit and all
//! after it are taken off: the table is then as it was before them, its transaction mark too, and the writer writes
//! their rows again from the segments. Data files no log names are left for the vacuum.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::error::Error;
use crate::file::{on_disk, sound_parquet_size, sync_folder};

/// Digits of the version in the name of a log file.
const VERSION_DIGITS: usize = 20;

/// The hint that saves readers a listing; it may be missing.
const LAST_CHECKPOINT: &str = "_last_checkpoint";

/// Why a commit cannot be relied on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// The version before it is not there.
    #[error("the version before it is missing")]
    Hole,
    /// It has no action at all: its bytes never reached the disk.
    #[error("it is empty")]
    Empty,
    /// A line is not a JSON object of the protocol.
    #[error("line {line} is not an action of the log")]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// A file it adds is missing, cut short or not a data file.
    #[error("{path} is missing or torn")]
    File {
        /// Path in the table's folder.
        path: String,
    },
}

/// What was taken off the end of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// The first version taken off, and why it was not sound.
    pub cut: Option<(u64, Unsound)>,
    /// Commits taken off.
    pub commits: usize,
    /// Torn checkpoints taken off; the commits they summed up are still there.
    pub checkpoints: usize,
}

/// The log files of a table, by version.
#[derive(Debug, Default)]
struct LogFiles {
    commits: BTreeMap<u64, PathBuf>,
    checkpoints: BTreeMap<u64, PathBuf>,
    leftovers: Vec<PathBuf>,
}

/// The log folder of a table.
pub(crate) fn log_folder(folder: &Path) -> PathBuf {
    folder.join("_delta_log")
}

/// The commit of a version.
pub(crate) fn commit_file(folder: &Path, version: u64) -> PathBuf {
    log_folder(folder).join(format!("{version:0VERSION_DIGITS$}.json"))
}

/// Takes unsound commits off the end of the table's log.
///
/// Running it twice is the same as once; power lost in the middle leaves a shorter unsound tail.
pub(crate) fn reconcile(folder: &Path) -> Result<Recovery, Error> {
    let log = log_folder(folder);
    if !log.exists() {
        return Ok(Recovery::default());
    }
    let mut files = list(&log)?;
    let mut recovery = Recovery::default();
    for leftover in &files.leftovers {
        remove(leftover)?;
    }
    for (version, checkpoint) in std::mem::take(&mut files.checkpoints) {
        if sound_parquet_size(&checkpoint).map_err(Error::io("read", &checkpoint))?.is_some() {
            files.checkpoints.insert(version, checkpoint);
        } else {
            remove(&checkpoint)?;
            recovery.checkpoints += 1;
        }
    }
    let base = files.checkpoints.last_key_value().map(|(version, _)| *version);
    let first = base.map_or(0, |version| version + 1);
    for (expected, (&version, commit)) in (first..).zip(files.commits.range(first..)) {
        let problem = if version == expected { problem_of(folder, commit)? } else { Some(Unsound::Hole) };
        if let Some(problem) = problem {
            recovery.cut = Some((version, problem));
            break;
        }
    }
    if let Some((cut, _)) = recovery.cut {
        // From the end, so that a crash in the middle leaves no hole.
        for commit in files.commits.range(cut..).rev().map(|(_, commit)| commit) {
            remove(commit)?;
            recovery.commits += 1;
        }
    }
    if recovery != Recovery::default() {
        remove(&log.join(LAST_CHECKPOINT))?;
        sync_folder(&log)?;
    }
    Ok(recovery)
}

/// The files a commit adds: path in the table's folder and size in bytes.
///
/// Fails with the reason if the commit is not whole.
pub(crate) fn added(commit: &[u8]) -> Result<Vec<(String, u64)>, Unsound> {
    let mut added = Vec::new();
    let mut actions = 0_usize;
    for (at, line) in commit.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
        let unsound = Unsound::Line { line: at + 1 };
        let Ok(action) = serde_json::from_slice::<Json>(line) else { return Err(unsound) };
        actions += 1;
        if let Some(add) = action.get("add") {
            match (add.get("path").and_then(Json::as_str), add.get("size").and_then(Json::as_u64)) {
                (Some(path), Some(size)) => added.push((path.to_owned(), size)),
                _ => return Err(unsound),
            }
        }
    }
    if actions == 0 { Err(Unsound::Empty) } else { Ok(added) }
}

/// A file that is named by a commit or checkpoint below a vacuum may be gone, but those are below a checkpoint too:
/// the writer makes one before each vacuum. So each file added after the last checkpoint must be there.
fn problem_of(folder: &Path, commit: &Path) -> Result<Option<Unsound>, Error> {
    let bytes = fs::read(commit).map_err(Error::io("read", commit))?;
    let added = match added(&bytes) {
        Ok(added) => added,
        Err(unsound) => return Ok(Some(unsound)),
    };
    for (path, size) in added {
        let file = on_disk(folder, &path);
        if sound_parquet_size(&file).map_err(Error::io("read", &file))? != Some(size) {
            return Ok(Some(Unsound::File { path }));
        }
    }
    Ok(None)
}

fn list(log: &Path) -> Result<LogFiles, Error> {
    let mut files = LogFiles::default();
    for item in fs::read_dir(log).map_err(Error::io("list", log))? {
        let path = item.map_err(Error::io("list", log))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if name.contains('#') {
            // `object_store` writes beside the name and links; a crash leaves the file beside.
            files.leftovers.push(path);
            continue;
        }
        let Some((digits, rest)) = name.split_at_checked(VERSION_DIGITS) else { continue };
        let Ok(version) = digits.parse::<u64>() else { continue };
        match rest {
            ".json" => files.commits.insert(version, path),
            ".checkpoint.parquet" => files.checkpoints.insert(version, path),
            _ => None,
        };
    }
    Ok(files)
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(Error::io("remove", path)),
    }
}
