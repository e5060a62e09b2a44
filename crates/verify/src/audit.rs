//! Verifying an audit trail: its rows, their chain, and the tree that the checkpoints sign.
//!
//! Comes in: a folder with `entries.jsonl`, `checkpoint` and `heads/`. Goes out: a report that names the row that was
//! removed or altered. A row's hash is SHA-256 of the hash of the row before (32 zeros before the first) and its body;
//! the leaves of the tree are these hashes.

use crate::folder::Folder;
use crate::{Damage, Report, Trust, Why, ZoneCounts};
use record::Digest;
use seal::checkpoint::{Checkpoint, SignedCheckpoint};
use seal::note::{NOTE_LEN_MAX, Note};
use seal::tree::{self, Frontier};
use seal::{VerifierKey, layout};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

/// The rows, one line of JSON each.
const ENTRIES: &str = "entries.jsonl";
/// Every head ever signed, by its size.
const HEADS: &str = "heads";
/// What the first row follows.
const FIRST_HASH: Digest = Digest([0; 32]);
/// Longest line of a row in bytes.
const LINE_LEN_MAX: u64 = 1 << 20;
/// Damages named one by one; further ones are like them.
const DAMAGE_MAX: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    body: String,
    hash: String,
}

#[derive(Deserialize)]
struct Body {
    seq: u64,
}

/// Whether a folder holds an audit trail rather than a log.
pub fn is_audit(folder: &Path) -> bool {
    folder.join(ENTRIES).exists() || folder.join(HEADS).exists()
}

/// Verifies the audit trail in `folder`. Whatever is wrong is in the report; this never fails.
pub fn verify_audit(folder: &Path, trust: &Trust) -> Report {
    let none = ZoneCounts::default();
    let mut report = Report {
        folder: folder.display().to_string(),
        origin: None,
        sealed: 0,
        witnessed: 0,
        entries: none,
        opened: none,
        rows: Some(0),
        damage: Vec::new(),
    };
    let folder = Folder { root: folder };
    let Some((key, head)) = head(folder, trust, &mut report) else { return report };
    report.sealed = head.size;
    let heads = heads(folder, key, head, &mut report.damage);
    match File::open(folder.root.join(ENTRIES)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            report.damage.push(Damage::of_file(ENTRIES, Why::Missing));
        }
        Err(error) => report.damage.push(Damage::of_file(ENTRIES, Why::Unreadable(error.to_string()))),
        Ok(file) => rows(BufReader::new(file), &heads, &mut report),
    }
    report
}

/// The newest signed head and the trusted key that signed it.
fn head<'a>(folder: Folder<'_>, trust: &'a Trust, report: &mut Report) -> Option<(&'a VerifierKey, Checkpoint)> {
    let mut wrong = |why| report.damage.push(Damage::of_file(layout::CHECKPOINT, why));
    let note = match folder.read(layout::CHECKPOINT, NOTE_LEN_MAX) {
        Ok(note) => note,
        Err(why) => {
            wrong(why);
            return None;
        }
    };
    // The origin only selects which trusted key to ask; it proves nothing by itself.
    let origin = match Note::parse(&note).and_then(|note| Checkpoint::parse(note.text())) {
        Ok(checkpoint) => checkpoint.origin,
        Err(error) => {
            wrong(Why::Bytes(error));
            return None;
        }
    };
    report.origin = Some(origin.clone());
    let mut wrong = |why| report.damage.push(Damage::of_file(layout::CHECKPOINT, why));
    let Some(key) = trust.audit(&origin) else {
        wrong(Why::UntrustedLog(origin));
        return None;
    };
    match SignedCheckpoint::open(&note, key, &[]) {
        Ok(signed) => Some((key, signed.checkpoint)),
        Err(error) => {
            wrong(Why::Bytes(error));
            None
        }
    }
}

/// Roots that were signed, by size.
fn heads(folder: Folder<'_>, key: &VerifierKey, newest: Checkpoint, damage: &mut Vec<Damage>) -> BTreeMap<u64, Digest> {
    let mut roots = BTreeMap::from([(newest.size, newest.root)]);
    let names = match std::fs::read_dir(folder.root.join(HEADS)) {
        Ok(names) => names,
        Err(error) => {
            damage.push(Damage::of_file(HEADS, Why::Unreadable(error.to_string())));
            return roots;
        }
    };
    let mut sizes: Vec<u64> =
        names.filter_map(|name| name.ok()?.file_name().to_str().and_then(|name| name.parse().ok())).collect();
    sizes.sort_unstable();
    for size in sizes {
        let file = format!("{HEADS}/{size}");
        let read = folder.read(&file, NOTE_LEN_MAX);
        match read.and_then(|note| SignedCheckpoint::open(&note, key, &[]).map_err(Why::Bytes)) {
            Err(why) => damage.push(Damage::of_file(file, why)),
            Ok(signed) if signed.checkpoint.size != size => {
                damage.push(Damage::of_file(file, Why::Misfiled { size: signed.checkpoint.size }));
            }
            Ok(signed) => {
                if roots.insert(size, signed.checkpoint.root).is_some_and(|root| root != signed.checkpoint.root) {
                    damage.push(Damage::of_file(file, Why::Forked { size }));
                }
            }
        }
    }
    roots
}

/// A row as it lies in the file.
struct Row {
    seq: u64,
    body: String,
    hash: Digest,
}

impl Row {
    /// Reads a line; what does not read is altered.
    fn parse(text: &str) -> Option<Self> {
        let Line { body, hash } = serde_json::from_str(text.trim_end_matches('\n')).ok()?;
        let Body { seq } = serde_json::from_str(&body).ok()?;
        Some(Self { seq, body, hash: Digest::from_hex(&hash)? })
    }

    /// Whether it is what follows from the hash of the row before it.
    fn follows(&self, before: &Digest) -> bool {
        self.hash.0[..] == Sha256::new().chain_update(before.0).chain_update(&self.body).finalize()[..]
    }
}

/// Reads every row and holds chain and tree against what was signed.
///
/// Only the row that was altered is named, not those after it: each is measured by the hash that stands before it.
fn rows(mut file: impl std::io::BufRead, heads: &BTreeMap<u64, Digest>, report: &mut Report) {
    let (signed, mut held, mut next) = (report.sealed, 0_u64, 1_u64);
    // The hash that the next row must follow; none after a row that is not there or does not read.
    let mut before = Some(FIRST_HASH);
    // The tree, as long as no row is missing in it, and the largest signed size it was seen to have.
    let (mut tree, mut proven, mut rewritten) = (Some(Frontier::default()), 0, None);
    let damage = &mut report.damage;
    let mut wrong = |why| {
        if damage.len() < DAMAGE_MAX {
            damage.push(Damage::of_file(ENTRIES, why));
        }
    };
    loop {
        let mut text = String::new();
        match (&mut file).take(LINE_LEN_MAX).read_line(&mut text) {
            Ok(0) => break,
            Ok(_) => held += 1,
            Err(error) => {
                wrong(Why::Unreadable(error.to_string()));
                break;
            }
        }
        let Some(row) = Row::parse(&text).filter(|row| row.seq >= next) else {
            wrong(Why::RowAltered { row: next });
            (before, tree, next) = (None, None, next + 1);
            continue;
        };
        if row.seq > next {
            wrong(Why::RowsRemoved { from: next, to: row.seq - 1 });
            (before, tree) = (None, None);
        }
        if before.is_some_and(|before| !row.follows(&before)) {
            wrong(Why::RowAltered { row: row.seq });
        }
        (before, next) = (Some(row.hash), row.seq + 1);
        if let Some(tree) = &mut tree {
            tree.push(tree::leaf_hash(&row.hash.0));
            match heads.get(&tree.size()) {
                Some(root) if *root == tree.root() => proven = tree.size(),
                Some(_) => rewritten = rewritten.or(Some(tree.size())),
                None => {}
            }
        }
    }
    if let Some(to) = rewritten {
        wrong(Why::RowsRewritten { from: proven + 1, to });
    }
    if next <= signed {
        wrong(Why::RowsRemoved { from: next, to: signed });
    } else if next - 1 > signed {
        wrong(Why::RowsUnsigned { from: signed + 1, to: next - 1 });
    }
    report.rows = Some(held);
}
