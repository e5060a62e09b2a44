//! Signs the audit trail and lays it out for the auditor: `entries.jsonl`, `checkpoint`, `heads/<size>`.
//!
//! Comes in: the rows of the trail, as they come. Goes out: a C2SP checkpoint over the Merkle tree of their hashes, so
//! that `yaoxia-verify` finds a removed or altered row. Never: a signature over a past that contradicts an earlier one.
//!
//! | step | a crash here leaves |
//! |---|---|
//! | new lines of `entries.jsonl` durable | lines that no checkpoint signs yet; the next start writes the file again |
//! | `heads/<size>` durable | a head that `checkpoint` does not name yet |
//! | `checkpoint` replaced | the old or the new one |

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use journal::{OsDisk, durable};
use record::Digest;
use seal::checkpoint::{self, Checkpoint, SignedCheckpoint};
use seal::note::NOTE_LEN_MAX;
use seal::tree::{self, Frontier};
use seal::{SignerKey, layout};
use state::audit::{self, FIRST_HASH, Row};
use state::{Limit, PAGE_ROWS_MAX, State};

/// The rows, one line of JSON each: `{"body":"…","hash":"…"}`.
pub const ENTRIES: &str = "entries.jsonl";
/// Every head ever signed, by its size.
pub const HEADS: &str = "heads";
/// New rows are signed after this long at the latest.
pub const SIGN_EVERY: Duration = Duration::from_secs(5);

/// Why the trail is not signed.
#[derive(Debug, thiserror::Error)]
pub enum NotaryError {
    /// State does not answer.
    #[error(transparent)]
    State(#[from] state::Error),
    /// A file cannot be read or written.
    #[error(transparent)]
    Journal(#[from] journal::Error),
    /// A file cannot be written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The signed head does not verify, or the key does not sign.
    #[error("the signed head of the audit trail: {0}")]
    Seal(#[from] seal::Error),
    /// A row is not what follows from the rows before it.
    #[error("audit row {seq} is not the one that was added: its hash does not follow from the row before it")]
    Row {
        /// Its number.
        seq: u64,
    },
    /// The rows are not those of the head signed before.
    #[error("the first {size} audit rows are not those that were signed; {held} are held")]
    Rewritten {
        /// Rows signed.
        size: u64,
        /// Rows there are.
        held: u64,
    },
}

/// Who signs the trail of one installation.
#[derive(Debug)]
pub struct Notary {
    state: State,
    signer: SignerKey,
    folder: PathBuf,
    tree: Frontier,
    hash: Digest,
}

impl Notary {
    /// Reads the whole trail, holds it against the head signed last, and writes `entries.jsonl` again.
    pub async fn open(state: State, signer: SignerKey, folder: PathBuf) -> Result<Self, NotaryError> {
        let path = folder.join(layout::CHECKPOINT);
        let note = durable::read(&OsDisk, &path, NOTE_LEN_MAX as u64)?;
        let signed = match note {
            Some(note) => Some(SignedCheckpoint::open(&note, signer.verifier(), &[])?.checkpoint),
            None => None,
        };
        let mut notary = Self { state, signer, folder, tree: Frontier::default(), hash: FIRST_HASH };
        let (mut lines, mut proven) = (Vec::new(), signed.as_ref().is_none_or(|signed| signed.size == 0));
        loop {
            let rows = notary.next_rows().await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                notary.take(row)?;
                lines.extend_from_slice(line(row).as_bytes());
                if let Some(signed) = signed.as_ref().filter(|signed| signed.size == notary.tree.size()) {
                    proven = signed.root == notary.tree.root();
                }
            }
        }
        if let Some(signed) = signed.filter(|_| !proven) {
            return Err(NotaryError::Rewritten { size: signed.size, held: notary.tree.size() });
        }
        durable::write(&OsDisk, &notary.folder.join(ENTRIES), &lines)?;
        notary.sign()?;
        Ok(notary)
    }

    /// Signs what has come since; gives the number of rows signed in all.
    pub async fn sign_new(&mut self) -> Result<u64, NotaryError> {
        let before = self.tree.size();
        loop {
            let rows = self.next_rows().await?;
            if rows.is_empty() {
                break;
            }
            let mut lines = String::new();
            for row in &rows {
                self.take(row)?;
                lines.push_str(&line(row));
            }
            append(&self.folder.join(ENTRIES), &lines)?;
        }
        if self.tree.size() > before {
            self.sign()?;
        }
        Ok(self.tree.size())
    }

    /// Signs every [`SIGN_EVERY`] while rows come, until `stop`, and what is left then. Fails if the trail contradicts
    /// itself: what was signed stays as it is, for the auditor.
    pub async fn run(mut self, stop: impl Future<Output = ()> + Send) -> Result<(), NotaryError> {
        tokio::pin!(stop);
        loop {
            let stopped = tokio::select! {
                () = &mut stop => true,
                () = tokio::time::sleep(SIGN_EVERY) => false,
            };
            self.sign_new().await?;
            if stopped {
                return Ok(());
            }
        }
    }

    async fn next_rows(&self) -> Result<Vec<Row>, NotaryError> {
        Ok(audit::after(self.state.read(), self.tree.size(), Limit::clamped(PAGE_ROWS_MAX)).await?)
    }

    /// Takes the next row in, if it is the next and follows from the one before.
    fn take(&mut self, row: &Row) -> Result<(), NotaryError> {
        let seq = self.tree.size() + 1;
        if row.seq != seq || audit::chained(&self.hash, &row.body) != row.hash {
            return Err(NotaryError::Row { seq });
        }
        self.hash = row.hash;
        self.tree.push(tree::leaf_hash(&row.hash.0));
        Ok(())
    }

    fn sign(&self) -> Result<(), NotaryError> {
        let origin = self.signer.verifier().name().to_owned();
        let head = Checkpoint { origin, size: self.tree.size(), root: self.tree.root() };
        let note = checkpoint::sign(&head, &self.signer)?.to_text();
        durable::write(&OsDisk, &self.folder.join(HEADS).join(head.size.to_string()), note.as_bytes())?;
        durable::write(&OsDisk, &self.folder.join(layout::CHECKPOINT), note.as_bytes())?;
        Ok(())
    }
}

fn line(row: &Row) -> String {
    format!("{}\n", serde_json::json!({ "body": row.body, "hash": row.hash.to_string() }))
}

fn append(path: &Path, lines: &str) -> Result<(), NotaryError> {
    let wrong = |source| NotaryError::File { path: path.to_owned(), source };
    let mut file = OpenOptions::new().append(true).open(path).map_err(wrong)?;
    file.write_all(lines.as_bytes()).map_err(wrong)?;
    file.sync_data().map_err(wrong)
}
