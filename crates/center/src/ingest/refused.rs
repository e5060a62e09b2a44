//! What was refused, kept: the bytes in a bounded folder, the reason in state, the number in the metrics.
//!
//! Comes in: a problem and the body that had it. Goes out: nothing; a refusal that cannot be kept is logged, and the box
//! is told of its problem all the same. When the folder is full the reason is still kept, without the bytes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use journal::{Disk, OsDisk};
use link::{Problem, ProblemKind};
use record::Digest;
use sha2::{Digest as _, Sha256};
use state::State;
use state::refusals::Refusal;
use tokio::sync::Mutex;

use crate::clock;

/// Bytes the folder of refused bodies may hold.
pub(crate) const REFUSED_BYTES_MAX: u64 = 256 << 20;
/// Files it may hold.
pub(crate) const REFUSED_FILES_MAX: u64 = 4_096;

/// The folder of what was refused.
#[derive(Debug)]
pub(crate) struct Refused {
    state: State,
    folder: PathBuf,
    held: Mutex<Held>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Held {
    bytes: u64,
    files: u64,
}

impl Refused {
    /// Opens the folder and counts what it holds.
    ///
    /// Fails if the folder cannot be made or read.
    pub(crate) fn open(state: State, folder: &Path) -> anyhow::Result<Self> {
        journal::durable::make_dirs(&OsDisk, folder)?;
        let what = || format!("folder of refused bodies {}", folder.display());
        let mut held = Held::default();
        for name in OsDisk.list(folder).with_context(what)? {
            held.files += 1;
            held.bytes += OsDisk.len(&folder.join(name)).with_context(what)?;
        }
        Ok(Self { state, folder: folder.to_owned(), held: Mutex::new(held) })
    }

    /// Counts and keeps a refusal. `door` is the last part of the path it came to.
    pub(crate) async fn keep(&self, door: &'static str, box_id: Option<&str>, problem: &Problem, body: &[u8]) {
        metrics::counter!("yaoxia_link_refused_total", "door" => door, "kind" => problem.kind.name()).increment(1);
        if matches!(problem.kind, ProblemKind::Unavailable | ProblemKind::Busy | ProblemKind::Size) {
            return;
        }
        tracing::warn!(door, box_id, kind = problem.kind.name(), detail = problem.detail, "refused");
        let kept_as = if body.is_empty() { None } else { self.store(body).await };
        let refusal = Refusal {
            at: clock::now(),
            door: door.to_owned(),
            kind: problem.kind.name().to_owned(),
            box_id: box_id.map(str::to_owned),
            detail: problem.detail.clone(),
            kept_as,
            bytes: body.len() as u64,
        };
        if let Err(error) = self.add(&refusal).await {
            tracing::error!(%error, ?refusal, "a refusal could not be written down");
        }
    }

    async fn add(&self, refusal: &Refusal) -> Result<(), state::Error> {
        let write = self.state.write().await?;
        state::refusals::add(&*write, refusal).await?;
        write.commit().await
    }

    /// Writes a body under its hash; none if the folder is full or the disk refuses.
    async fn store(&self, body: &[u8]) -> Option<String> {
        let name = Digest(Sha256::digest(body).into()).to_string();
        let path = self.folder.join(&name);
        let mut held = self.held.lock().await;
        if OsDisk.len(&path).is_ok() {
            return Some(name);
        }
        let len = body.len() as u64;
        if held.bytes + len > REFUSED_BYTES_MAX || held.files >= REFUSED_FILES_MAX {
            metrics::counter!("yaoxia_link_refused_not_kept_total").increment(1);
            tracing::error!(folder = %self.folder.display(), "folder of refused bodies is full: copy it away and empty it");
            return None;
        }
        let (disk, bytes): (Arc<dyn Disk>, Vec<u8>) = (Arc::new(OsDisk), body.to_vec());
        let written = tokio::task::spawn_blocking(move || journal::durable::write(&*disk, &path, &bytes)).await;
        match written {
            Ok(Ok(())) => {
                held.bytes += len;
                held.files += 1;
                Some(name)
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "a refused body could not be kept");
                None
            }
            Err(error) => {
                tracing::error!(%error, "a refused body could not be kept");
                None
            }
        }
    }
}
