//! Segments to the center, receipts back.
//!
//! Comes in: the sealed log. Goes out: the same at the center, in order, each answered by a cosignature that is checked
//! against the key given at enrolment and kept as a receipt. The box never waits for it: with the center away segments
//! are sealed as before and wait on disk. Never: a receipt that does not verify, or a size the log has not.

use crate::center::{Center, CenterError};
use crate::clock;
use crate::counts::{Counts, Witnessed};
use crate::sealing::Origin;
use crate::witnesses::Witnesses;
use anyhow::{Context, Result, ensure};
use journal::LogDir;
use link::{Heartbeat, Local, PROTOCOL, Resume, Upload};
use record::Verdict;
use seal::checkpoint::{Checkpoint, SignedCheckpoint, sign};
use seal::{Cosigned, SignerKey, VerifierKey};
use state::{State, boxindex};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// First wait after a failed exchange; doubles up to [`WAIT_MAX`], each time by a random part of it.
const WAIT_MIN: Duration = Duration::from_millis(250);
/// Longest wait after a failed exchange.
const WAIT_MAX: Duration = Duration::from_secs(15);
/// Wait after the center refused the log: only a person can change that.
const WAIT_REFUSED: Duration = Duration::from_secs(60);
/// Without a new segment the center is asked this often what it holds.
const ASK_INTERVAL: Duration = Duration::from_secs(30);

/// What the uplink works with.
#[derive(Debug)]
pub struct Uplink {
    /// The center.
    pub center: Arc<Center>,
    /// The sealed log.
    pub log: Arc<Mutex<LogDir>>,
    /// Signs checkpoints of earlier sizes again: the same size and root give the same note.
    pub signer: SignerKey,
    /// The center's cosigning key.
    pub witness: VerifierKey,
    /// Index: counts below a segment.
    pub state: State,
    /// Told what the center has.
    pub counts: Arc<Counts>,
    /// Say what is witnessed; asked by tasks of their own, never waited for here.
    pub witnesses: Arc<Witnesses>,
}

/// Why an exchange did not end well.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Center(#[from] CenterError),
    #[error(transparent)]
    Link(#[from] link::Error),
    #[error("{0:#}")]
    Own(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Own(error)
    }
}

impl From<journal::Error> for Failure {
    fn from(error: journal::Error) -> Self {
        Self::Own(error.into())
    }
}

impl Failure {
    fn refused(&self) -> bool {
        match self {
            Self::Center(error) => error.verdict() == Verdict::Stop,
            Self::Link(error) => error.verdict() == Verdict::Stop,
            Self::Own(_) => false,
        }
    }
}

impl Uplink {
    /// Sends what the center lacks, and whatever is sealed from then on, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut sealed = self.counts.follow_sealed();
        let mut wait = WAIT_MIN;
        loop {
            let done = tokio::select! {
                () = stop.cancelled() => return,
                done = self.catch_up() => done,
            };
            let pause = match done {
                Ok(()) => {
                    wait = WAIT_MIN;
                    ASK_INTERVAL
                }
                Err(failure) => {
                    metrics::counter!("yaoxia_box_uplink_failures_total").increment(1);
                    tracing::warn!(error = %failure, "center not reached or not content");
                    self.counts.uplink(Err(failure.to_string()));
                    let pause = if failure.refused() { WAIT_REFUSED } else { wait.mul_f64(rand::random::<f64>()) };
                    wait = (wait * 2).min(WAIT_MAX);
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(pause) => {}
                    }
                    continue;
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                // The sender lives as long as the counts this task holds.
                _ = sealed.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Asks the center what it holds and sends the rest.
    async fn catch_up(&self) -> Result<(), Failure> {
        loop {
            let held = self.center.state().await?;
            self.counts.uplink(Ok(clock::now()));
            let local = Local { size: self.log().size() };
            #[allow(clippy::result_large_err, reason = "a failure ends the exchange and is moved once")]
            let next = link::resume(local, &held, |size| Ok::<_, Failure>(self.log().root_at(size)?))?;
            let mut seg_no = match next {
                Resume::Send { seg_no } => seg_no,
                Resume::UpToDate if self.counts.received_now().segments == local.size => return Ok(()),
                // The center holds the last segment, but its answer was lost: offered again, it answers again.
                Resume::UpToDate => local.size - 1,
            };
            while seg_no < self.log().size() {
                match self.send(seg_no).await {
                    Ok(()) => seg_no += 1,
                    Err(Failure::Center(error)) if error.asks_again() => break,
                    Err(failure) => return Err(failure),
                }
            }
            if seg_no == self.log().size() {
                return Ok(());
            }
            tokio::time::sleep(WAIT_MIN).await;
        }
    }

    async fn send(&self, seg_no: u64) -> Result<(), Failure> {
        let size = seg_no + 1;
        let (segment, root, proof) = {
            let log = self.log();
            let segment = log.segment(seg_no)?.with_context(|| format!("segment {seg_no} is missing"))?;
            (segment, log.root_at(size)?, log.consistency_proof(seg_no, size)?)
        };
        let head = Checkpoint { origin: self.signer.verifier().name().to_owned(), size, root };
        let note = sign(&head, &self.signer).context("signing a checkpoint")?.to_text();
        let public = seal::Segment::parse(&segment).context("reading a segment")?.public_len();
        // The black blob stays on site.
        let upload = Upload { checkpoint: note.as_bytes(), proof, segment: &segment[..public] };
        let receipt = self.center.put_segment(seg_no, upload.encode()?).await?;
        let signed = link::accept_receipt(&receipt, seg_no, note.as_bytes(), self.signer.verifier(), &self.witness)?;
        self.log().store_receipt(size, signed.note.to_text().as_bytes())?;
        let witnessed = witnessed(&self.state, &signed).await?;
        self.counts.received(witnessed);
        self.witnesses.settle().await?;
        self.counts.uplink(Ok(clock::now()));
        metrics::counter!("yaoxia_box_segments_received_total").increment(1);
        Ok(())
    }

    fn log(&self) -> std::sync::MutexGuard<'_, LogDir> {
        crate::sealing::lock(&self.log)
    }
}

/// What a cosigned checkpoint says is witnessed.
pub async fn witnessed(state: &State, signed: &SignedCheckpoint) -> Result<Witnessed> {
    let segments = signed.checkpoint.size;
    let cosigned = signed.cosignatures.first().map(|cosignature| Cosigned {
        size: segments,
        root: signed.checkpoint.root,
        time_s: cosignature.time_s,
        cosignature: cosignature.hash(),
    });
    below(state, segments, cosigned).await
}

/// What lies below the end of so many segments.
pub async fn below(state: &State, segments: u64, cosigned: Option<Cosigned>) -> Result<Witnessed> {
    let below = match segments.checked_sub(1) {
        Some(seg_no) => boxindex::below(state.read(), seg_no).await?.map(|(below, _)| below).unwrap_or_default(),
        None => boxindex::Below::default(),
    };
    Ok(Witnessed { segments, below, cosigned })
}

/// The newest receipt, verified again.
pub async fn newest_receipt(log: &LogDir, origin: &Origin, witness: &VerifierKey, state: &State) -> Result<Witnessed> {
    let size = log.witnessed();
    if size == 0 {
        return Ok(Witnessed::default());
    }
    let note = log.receipt(size)?.with_context(|| format!("receipt {size} is missing"))?;
    let signed = SignedCheckpoint::open(&note, origin.signer.verifier(), std::slice::from_ref(witness))
        .with_context(|| format!("receipt {size}"))?;
    let root = log.root_at(size)?;
    ensure!(
        root == signed.checkpoint.root,
        "the center cosigned {size} segments with root {}, this log had {root} then: it is another log",
        signed.checkpoint.root
    );
    witnessed(state, &signed).await
}

/// Tells the center that the box lives and how far it is, until `stop`, and `renew` what the center says of the
/// certificate.
pub async fn heartbeats(
    center: Arc<Center>,
    log: Arc<Mutex<LogDir>>,
    state: State,
    counts: Arc<Counts>,
    renew: watch::Sender<bool>,
    stop: CancellationToken,
) {
    let mut beat = tokio::time::interval(Duration::from_millis(link::HEARTBEAT_INTERVAL_MS));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = beat.tick() => {}
        }
        let sealed = counts.sealed_now();
        let received = counts.received_now();
        let oldest_unsent_us = if received.segments < sealed.segments {
            match boxindex::below(state.read(), received.segments).await {
                Ok(row) => row.map(|(_, closed_at)| closed_at.0),
                Err(error) => {
                    tracing::warn!(%error, "age of the oldest unsent segment not known");
                    None
                }
            }
        } else {
            None
        };
        let note = crate::sealing::lock(&log).checkpoint().map(|note| String::from_utf8_lossy(note).into_owned());
        let heartbeat = Heartbeat {
            protocol: PROTOCOL,
            software: software(),
            clock_us: clock::now().0,
            durable_entries: sealed.below.entries + sealed.waiting,
            sealed_entries: sealed.below.entries,
            sealed_segments: sealed.segments,
            oldest_unsent_us,
            checkpoint: note,
        };
        match center.heartbeat(&heartbeat).await {
            Ok(held) => {
                renew.send_replace(held.renew);
            }
            Err(error) => tracing::debug!(%error, "heartbeat not delivered"),
        }
    }
}

/// Program and version, as told to the center.
pub fn software() -> String {
    format!("yaoxia-box {}", env!("CARGO_PKG_VERSION"))
}
