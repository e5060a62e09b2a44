//! Verifying one log, from its head down to its entries.

use crate::folder::Folder;
use crate::heads::{Heads, heads};
use crate::leaves::leaves;
use crate::{Damage, Report, Trust, Why, ZoneCounts, segments};
use record::Digest;
use seal::tree::Frontier;
use seal::{RecipientSecret, layout};
use std::path::{Path, PathBuf};

/// Most segments of a log that is verified: 85 years of one every ten seconds. A box can sign any number; without a
/// limit it could keep the verifier busy for ever.
const LOG_SIZE_MAX: u64 = 1 << 28;

/// What to verify a log against.
#[derive(Clone, Copy, Debug)]
pub struct Check<'a> {
    /// Whom to believe.
    pub trust: &'a Trust,
    /// A key that opens zones; without one, entries are checked by hash only.
    pub key: Option<&'a RecipientSecret>,
    /// Cosigned checkpoints the auditor got elsewhere, for instance from the center.
    pub receipts: &'a [PathBuf],
}

/// Verifies the log in `folder`.
///
/// Reads every byte the log consists of and changes none. Whatever is wrong is in the report; this never fails.
pub fn verify_log(folder: &Path, check: &Check<'_>) -> Report {
    let root = folder;
    let folder = Folder { root };
    let (none, shown) = (ZoneCounts::default(), root.display().to_string());
    let mut report = Report {
        folder: shown,
        origin: None,
        sealed: 0,
        witnessed: 0,
        entries: none,
        opened: none,
        rows: None,
        damage: Vec::new(),
    };
    let (origin, heads) = heads(folder, check.trust, check.receipts, &mut report.damage);
    report.origin = origin;
    let Some((heads, (size, root))) = heads.and_then(|heads| heads.head.map(|head| (heads, head))) else {
        return report;
    };
    if size > LOG_SIZE_MAX {
        let error = seal::Error::TooMuch { what: "segments of a log", found: size, limit: LOG_SIZE_MAX };
        report.damage.push(Damage::of_file(layout::CHECKPOINT, Why::Bytes(error)));
        return report;
    }
    report.sealed = size;
    let leaves = leaves(folder, size, root, &mut report.damage);
    // The log's root at every size it had, to hold cosigned heads against.
    let roots = leaves.signed.as_deref().map_or_else(Vec::new, roots);
    let log_id = seal::log_id(heads.log.name());
    segments::check(folder, check, log_id, size, &leaves, &roots, &mut report);
    check_receipts(&heads, size, &roots, &mut report);
    report
}

fn roots(leaves: &[Digest]) -> Vec<Digest> {
    let mut tree = Frontier::default();
    let first = tree.root();
    let later = leaves.iter().map(|leaf| {
        tree.push(*leaf);
        tree.root()
    });
    std::iter::once(first).chain(later).collect()
}

/// Every cosigned head must be one the log went through: not beyond its end, not of another history.
fn check_receipts(heads: &Heads<'_>, size: u64, roots: &[Digest], report: &mut Report) {
    for receipt in &heads.receipts {
        let past = usize::try_from(receipt.size).ok().and_then(|size| roots.get(size));
        let why = match past {
            _ if receipt.size > size => Why::Truncated { cosigned: receipt.size, held: size },
            Some(root) if *root != receipt.root => Why::Forked { size: receipt.size },
            Some(_) => {
                report.witnessed = report.witnessed.max(receipt.size);
                continue;
            }
            // The roots could not be recomputed, which is reported already: then this head proves nothing.
            None => continue,
        };
        report.damage.push(Damage::of_file(receipt.file.clone(), why));
    }
}
