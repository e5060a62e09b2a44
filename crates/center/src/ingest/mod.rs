//! The way of a segment into the center: verify, evidence, commit, receipt.
//!
//! Comes in: the bytes a box uploads. Goes out: a receipt, given only after the segment file is durable and its
//! `ingest_no` committed, or the reason why not. The same upload again gives the same receipt; another under the same
//! number freezes the box and keeps both. Uploads of different boxes are verified side by side, those of one in order.
//!
//! | a crash after | leaves | the box's next try |
//! |---|---|---|
//! | nothing durable | nothing | as if new |
//! | segment, tiles, cosigned checkpoint durable in evidence | a head here that state does not know | is compared with the held bytes, then committed |
//! | `ingest_no` committed | all but the answer | gets the receipt again |

mod check;
mod refused;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use journal::{LogDir, OsDisk, Outcome, Step};
use link::{Problem, ProblemKind, Receipt, Upload};
use record::{BoxId, Timestamp};
use seal::VerifierKey;
use seal::checkpoint::{SignedCheckpoint, cosign};
use state::State;
use state::boxes::Registered;
use state::ingest::{Arrival, Head};
use tokio::sync::{Mutex, Semaphore, watch};

use crate::clock;
use crate::derive::Recent;
use crate::keys::Keys;

pub(crate) use check::Checked;
pub(crate) use refused::Refused;

/// Why an upload did not go in: the box's fault or ours, as it is told to the box.
type Result<T> = std::result::Result<T, Problem>;

/// Uploads verified and written at once: each holds a core for some tens of milliseconds and a segment in memory.
fn at_once() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The door for segments.
#[derive(Debug)]
pub struct Ingest {
    state: State,
    evidence_dir: PathBuf,
    keys: Arc<Keys>,
    recent: Arc<Recent>,
    committed: watch::Sender<u64>,
    working: Semaphore,
    /// One log a box, opened at its first upload. Whoever holds the lock is the log's only writer.
    logs: StdMutex<BTreeMap<BoxId, Arc<Mutex<Option<LogDir>>>>>,
}

impl Ingest {
    /// Opens the door. `recent` gets each opened segment, so that models and tables need not open it again.
    pub async fn new(
        state: State,
        evidence_dir: PathBuf,
        keys: Arc<Keys>,
        recent: Arc<Recent>,
    ) -> std::result::Result<Self, state::Error> {
        let last = state::ingest::last(state.read()).await?;
        Ok(Self {
            state,
            evidence_dir,
            keys,
            recent,
            committed: watch::Sender::new(last),
            working: Semaphore::new(at_once()),
            logs: StdMutex::default(),
        })
    }

    /// The last `ingest_no` given, as it grows.
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.committed.subscribe()
    }

    /// Takes an upload of segment `seg_no` in.
    pub async fn put(self: &Arc<Self>, from: &Registered, seg_no: u64, body: bytes::Bytes) -> Result<Receipt> {
        let working = self.working.acquire().await.map_err(|closed| unavailable(&closed))?;
        let log_key = VerifierKey::parse(&from.box_.vkey).map_err(|error| unavailable(&error))?;
        let (secret, checked_key, upload) = (self.keys.read.clone(), log_key.clone(), body.clone());
        let checked = tokio::task::spawn_blocking(move || Checked::new(&upload, seg_no, &checked_key, &secret));
        let checked = checked.await.map_err(|error| unavailable(&error))??;
        let log = self.log(&from.box_.id);
        let mut log = log.lock_owned().await;
        if let Some(receipt) = self.already(from, seg_no, &checked).await? {
            return Ok(receipt);
        }
        let now = clock::now();
        let cosignature =
            cosign(&checked.head, &self.keys.witness, clock::seconds(now)).map_err(|error| unavailable(&error))?;
        let mut note = checked.note.clone();
        note.add(cosignature.line()).map_err(|error| Problem::new(ProblemKind::Malformed, error.to_string()))?;
        let note = note.to_text();
        let head = Head {
            size: checked.head.size,
            root: checked.head.root,
            checkpoint: note.clone().into_bytes(),
            cosigned_at: now,
        };
        let folder = self.evidence_dir.join(from.box_.id.as_str());
        let written = tokio::task::spawn_blocking(move || {
            let result = append(&mut log, &folder, seg_no, &body, note);
            (log, result)
        });
        let (log, result) = written.await.map_err(|error| unavailable(&error))?;
        result?;
        let arrival = Arrival {
            box_id: &from.box_.id,
            seg_no,
            header_hash: checked.opened.header_hash,
            counts: checked.counts,
            head: &head,
        };
        let ingest_no = self.commit(&arrival, now).await.map_err(|error| unavailable(&error))?;
        drop(log);
        drop(working);
        self.recent.put(ingest_no, Arc::new(checked.opened));
        self.committed.send_if_modified(|last| {
            let newer = ingest_no > *last;
            *last = ingest_no.max(*last);
            newer
        });
        metrics::counter!("yaoxia_ingest_segments_total").increment(1);
        metrics::counter!("yaoxia_ingest_readings_total").increment(arrival.counts.readings);
        metrics::counter!("yaoxia_ingest_bytes_total").increment(arrival.counts.bytes);
        Ok(Receipt { ingest_no, seg_no, size: head.size, cosignature: cosignature.line().to_text() })
    }

    /// The receipt of a segment that is in already, or why this one cannot follow what is held.
    async fn already(&self, from: &Registered, seg_no: u64, checked: &Checked) -> Result<Option<Receipt>> {
        let box_id = &from.box_.id;
        let db = self.state.read();
        let held = state::ingest::head(db, box_id).await.map_err(|error| unavailable(&error))?;
        let size = held.as_ref().map_or(0, |head| head.size);
        if seg_no > size {
            let detail = format!("segment {seg_no} was offered, {size} segments are held: segment {size} is next");
            return Err(Problem::new(ProblemKind::Size, detail).with_size(size));
        }
        let Some(head) = held.filter(|_| seg_no < size) else { return Ok(None) };
        let stored = state::ingest::find(db, box_id, seg_no).await.map_err(|error| unavailable(&error))?;
        let Some(stored) = stored else {
            let why = format!("segment {seg_no} of {box_id} is below the held head but has no row");
            return Err(unavailable(&anyhow::Error::msg(why)));
        };
        if stored.header_hash != checked.opened.header_hash {
            let detail = format!(
                "segment {seg_no} is held with header {}, another with header {} was offered",
                stored.header_hash, checked.opened.header_hash
            );
            return Err(Problem::new(ProblemKind::Forked, detail).with_size(size));
        }
        if seg_no + 1 < size {
            let detail = format!("segment {seg_no} is held already, segment {size} is next");
            return Err(Problem::new(ProblemKind::Size, detail).with_size(size));
        }
        let log_key = VerifierKey::parse(&from.box_.vkey).map_err(|error| unavailable(&error))?;
        let witness = std::slice::from_ref(self.keys.witness_vkey());
        let signed =
            SignedCheckpoint::open(&head.checkpoint, &log_key, witness).map_err(|error| unavailable(&error))?;
        let Some(cosignature) = signed.cosignatures.first() else {
            return Err(unavailable(&seal::Error::Unsigned { name: self.keys.witness_vkey().name().to_owned() }));
        };
        let cosignature = cosignature.line().to_text();
        Ok(Some(Receipt { ingest_no: stored.ingest_no, seg_no, size, cosignature }))
    }

    async fn commit(&self, arrival: &Arrival<'_>, now: Timestamp) -> std::result::Result<u64, state::Error> {
        let write = self.state.write().await?;
        let ingest_no = state::ingest::place(&write, arrival, now).await?;
        write.commit().await?;
        Ok(ingest_no)
    }

    fn log(&self, box_id: &BoxId) -> Arc<Mutex<Option<LogDir>>> {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(logs.entry(box_id.clone()).or_default())
    }
}

/// Makes the segment durable in the box's log. A log that failed is opened again from disk at the next upload,
/// unless an fsync failed.
fn append(slot: &mut Option<LogDir>, folder: &std::path::Path, seg_no: u64, body: &[u8], note: String) -> Result<()> {
    let upload = Upload::parse(body).map_err(|error| unavailable(&error))?;
    let mut log = match slot.take() {
        Some(log) => log,
        None => LogDir::open(Arc::new(OsDisk), folder).map_err(|error| unavailable(&error))?.0,
    };
    if seg_no > log.size() {
        // State knows more than evidence holds: evidence was lost or an old copy restored.
        let detail = format!("evidence holds {} segments of this box, state {seg_no}", log.size());
        return Err(unavailable(&anyhow::Error::msg(detail)));
    }
    let step = Step { seg_no, header: &upload.segment[..seal::HEADER_LEN], segment: upload.segment };
    // What is cosigned is what the disk gives back: memory may have changed since the upload was checked.
    let appended = log.append::<journal::Error>(step, |reread| {
        seal::Segment::parse(&reread.segment)?.check_public()?;
        Ok(note.into_bytes())
    });
    match appended {
        Ok(Outcome::Added | Outcome::AlreadyHeld) => {
            *slot = Some(log);
            Ok(())
        }
        Err(error @ journal::Error::RootDiffers { .. }) => {
            // Nothing was appended: the signed head does not end with this segment after the held ones.
            *slot = Some(log);
            Err(Problem::new(ProblemKind::Forked, error.to_string()).with_size(seg_no))
        }
        Err(error @ journal::Error::Conflict { .. }) => {
            *slot = Some(log);
            Err(Problem::new(ProblemKind::Forked, error.to_string()).with_size(seg_no))
        }
        Err(error @ journal::Error::Stopped { .. }) => {
            // After a failed fsync this log takes nothing more until the center is started again.
            *slot = Some(log);
            Err(unavailable(&error))
        }
        Err(error) => Err(unavailable(&error)),
    }
}

/// Ours, not the box's: logged with all causes, told without them.
pub(crate) fn unavailable(error: &(impl std::fmt::Display + ?Sized)) -> Problem {
    tracing::error!(error = format!("{error:#}"), "cannot take in");
    Problem::new(ProblemKind::Unavailable, "the center cannot store or look up just now; its log says why")
}
