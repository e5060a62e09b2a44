//! The signed heads of a log: its checkpoint and the cosigned ones in `receipts/` or given by the auditor.

use crate::folder::{self, Folder};
use crate::{Damage, Trust, Why};
use record::Digest;
use seal::checkpoint::{Checkpoint, SignedCheckpoint};
use seal::note::{NOTE_LEN_MAX, Note};
use seal::{VerifierKey, layout};
use std::path::PathBuf;

/// A head a trusted witness cosigned.
#[derive(Clone, Debug)]
pub(crate) struct Receipt {
    pub(crate) file: String,
    pub(crate) size: u64,
    pub(crate) root: Digest,
}

/// The log under test and what was signed about it.
#[derive(Debug)]
pub(crate) struct Heads<'a> {
    pub(crate) log: &'a VerifierKey,
    /// The signed head to measure the folder by: the checkpoint, or the newest receipt if that is damaged.
    pub(crate) head: Option<(u64, Digest)>,
    /// Cosigned heads of this log, ascending by size.
    pub(crate) receipts: Vec<Receipt>,
}

/// Reads and verifies every head. `None` if the log is not one the auditor trusts.
pub(crate) fn heads<'a>(
    folder: Folder<'_>,
    trust: &'a Trust,
    given: &[PathBuf],
    damage: &mut Vec<Damage>,
) -> (Option<String>, Option<Heads<'a>>) {
    let checkpoint = folder.read(layout::CHECKPOINT, NOTE_LEN_MAX);
    let sizes = folder.receipt_sizes().unwrap_or_else(|why| {
        damage.push(Damage::of_file(layout::RECEIPTS, why));
        Vec::new()
    });
    let mut notes = Vec::new();
    for size in sizes {
        match folder.read(&layout::receipt_path(size), NOTE_LEN_MAX) {
            Ok(note) => notes.push((layout::receipt_path(size), Some(size), note)),
            Err(why) => damage.push(Damage::of_file(layout::receipt_path(size), why)),
        }
    }
    for path in given {
        match folder::read(path, NOTE_LEN_MAX) {
            Ok(note) => notes.push((path.display().to_string(), None, note)),
            Err(why) => damage.push(Damage::of_file(path.display().to_string(), why)),
        }
    }
    // The origin only selects which trusted key to ask; it proves nothing by itself.
    let all = checkpoint.as_deref().ok().into_iter().chain(notes.iter().map(|(_, _, note)| note.as_slice()));
    let origins: Vec<String> = all.filter_map(origin_of).collect();
    let Some(log) = origins.iter().find_map(|origin| trust.log(origin)) else {
        let origin = origins.into_iter().next();
        let why = match (checkpoint, &origin) {
            (Err(why), _) => why,
            (Ok(_), Some(origin)) => Why::UntrustedLog(origin.clone()),
            (Ok(note), None) => unreadable_note(&note),
        };
        damage.push(Damage::of_file(layout::CHECKPOINT, why));
        return (origin, None);
    };
    let mut heads = Heads { log, head: None, receipts: Vec::new() };
    match checkpoint.map(|note| SignedCheckpoint::open(&note, log, &trust.witnesses)) {
        Ok(Ok(signed)) => {
            heads.head = Some((signed.checkpoint.size, signed.checkpoint.root));
            if !signed.cosignatures.is_empty() {
                heads.receipts.push(receipt(layout::CHECKPOINT.to_owned(), &signed.checkpoint));
            }
        }
        Ok(Err(error)) => damage.push(Damage::of_file(layout::CHECKPOINT, Why::Bytes(error))),
        Err(why) => damage.push(Damage::of_file(layout::CHECKPOINT, why)),
    }
    for (file, filed_as, note) in notes {
        match SignedCheckpoint::open(&note, log, &trust.witnesses) {
            Err(error) => damage.push(Damage::of_file(file, Why::Bytes(error))),
            Ok(signed) => {
                let size = signed.checkpoint.size;
                if filed_as.is_some_and(|filed_as| filed_as != size) {
                    damage.push(Damage::of_file(file.clone(), Why::Misfiled { size }));
                }
                if !signed.cosignatures.is_empty() {
                    heads.receipts.push(receipt(file, &signed.checkpoint));
                }
            }
        }
    }
    heads.receipts.sort_by_key(|receipt| receipt.size);
    if heads.head.is_none() {
        heads.head = heads.receipts.last().map(|receipt| (receipt.size, receipt.root));
    }
    if heads.receipts.is_empty() && heads.head.is_some_and(|(size, _)| size > 0) {
        damage.push(Damage::of_file(layout::RECEIPTS, Why::Unwitnessed));
    }
    (Some(log.name().to_owned()), Some(heads))
}

fn receipt(file: String, checkpoint: &Checkpoint) -> Receipt {
    Receipt { file, size: checkpoint.size, root: checkpoint.root }
}

fn origin_of(note: &[u8]) -> Option<String> {
    Note::parse(note).and_then(|note| Checkpoint::parse(note.text())).ok().map(|checkpoint| checkpoint.origin)
}

fn unreadable_note(note: &[u8]) -> Why {
    match Note::parse(note).and_then(|note| Checkpoint::parse(note.text())) {
        Err(error) => Why::Bytes(error),
        Ok(checkpoint) => Why::UntrustedLog(checkpoint.origin),
    }
}
