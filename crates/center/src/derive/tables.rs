//! The one writer of the lake: comes in segments in ingest order, goes out rows, a commit every second or two.
//!
//! It starts behind the last ingest number the tables say they hold, so after any stop it writes exactly what is
//! missing. It never waits for anybody and nobody waits for it: a segment is acknowledged before it is here.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures::stream::{self, StreamExt, TryStreamExt};
use lake::{Batch, Origin, Writer};
use record::{BoxId, EnterpriseId, Verdict};
use state::ingest::Segment;
use state::{Limit, PAGE_ROWS_MAX, State};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::evidence::{Evidence, OpenedSegment, Recent};

/// Time between two appends while little comes in: at most so long until a reading can be asked for in SQL.
const APPEND_INTERVAL: Duration = Duration::from_millis(1_000);

/// Wait after a failure that may pass, before the same segments are tried again.
const RETRY_INTERVAL: Duration = Duration::from_millis(5_000);

/// Segments read and opened at the same time.
const OPEN_AT_ONCE: usize = 4;

/// The writer of the lake with what it reads from.
#[derive(Debug)]
pub struct Tables {
    state: State,
    evidence: Evidence,
    recent: Arc<Recent>,
    writer: Writer,
    /// The enterprise of each box seen so far; it never changes.
    enterprises: BTreeMap<BoxId, EnterpriseId>,
}

impl Tables {
    /// Opens the tables in `lake_root`, or makes them, and mends what an unclean stop left.
    pub async fn open(state: State, evidence: Evidence, recent: Arc<Recent>, lake_root: &Path) -> Result<Self> {
        let (writer, opened) = Writer::open(lake_root).await.context("opening the lake")?;
        tracing::info!(next_ingest_no = writer.next_ingest_no(), ?opened, "lake open");
        Ok(Self { state, evidence, recent, writer, enterprises: BTreeMap::new() })
    }

    /// The first segment that is not in the tables.
    pub fn next_ingest_no(&self) -> u64 {
        self.writer.next_ingest_no()
    }

    /// Appends as segments are committed, until `stop`. `committed` is the last ingest number given, `in_lake` is told
    /// the last one in the tables.
    ///
    /// Fails only if the tables or the evidence cannot be trusted; what may pass is tried again.
    pub async fn run(
        mut self,
        mut committed: watch::Receiver<u64>,
        stop: CancellationToken,
        in_lake: watch::Sender<u64>,
    ) -> Result<()> {
        loop {
            let mut pause = APPEND_INTERVAL;
            match self.catch_up().await {
                Ok(segments) if segments > 0 => tracing::debug!(segments, next = self.next_ingest_no(), "appended"),
                Ok(_) => {}
                Err(error) if may_pass(&error) => {
                    tracing::warn!(error = format!("{error:#}"), "lake is behind; will try again");
                    pause = RETRY_INTERVAL;
                }
                Err(error) => return Err(error),
            }
            in_lake.send_replace(self.next_ingest_no() - 1);
            metrics::gauge!("yaoxia_lake_next_ingest_no").set(self.next_ingest_no() as f64);
            let waited = async {
                tokio::time::sleep(pause).await;
                committed.wait_for(|last| *last >= self.writer.next_ingest_no()).await.is_ok()
            };
            let more = tokio::select! {
                () = stop.cancelled() => false,
                more = waited => more,
            };
            if !more {
                break;
            }
        }
        self.catch_up().await?;
        in_lake.send_replace(self.next_ingest_no() - 1);
        self.close().await
    }

    /// Appends everything committed so far and returns the number of segments.
    pub async fn catch_up(&mut self) -> Result<u64> {
        let mut appended = 0;
        loop {
            let batch = self.gather().await?;
            let segments = batch.segments();
            if segments == 0 {
                return Ok(appended);
            }
            let rows = batch.rows();
            let added = match self.writer.append(batch).await {
                // The commit before this one failed for us but not for the disk: begin behind it.
                Err(lake::Error::OutOfOrder { expected, got }) if expected > got => continue,
                added => added.context("appending to the lake")?,
            };
            appended += segments;
            metrics::counter!("yaoxia_lake_rows_total").increment(rows as u64);
            metrics::counter!("yaoxia_lake_bytes_total").increment(added.reading.bytes + added.event.bytes);
            self.recent.release(self.next_ingest_no() - 1);
            self.writer.maintain().await.context("looking after the lake")?;
        }
    }

    /// Commits what is left to commit and lets go of the tables.
    pub async fn close(self) -> Result<()> {
        self.writer.close().await.context("closing the lake")
    }

    /// A batch of the next segments: all that are committed, or as many as make a full one.
    async fn gather(&mut self) -> Result<Batch> {
        let mut batch = self.writer.batch();
        loop {
            let page = Limit::clamped(PAGE_ROWS_MAX);
            let segments = state::ingest::after(self.state.read(), batch.next_ingest_no() - 1, page).await?;
            if segments.is_empty() {
                return Ok(batch);
            }
            for segment in &segments {
                self.learn_enterprise(&segment.box_id).await?;
            }
            let (evidence, recent) = (&self.evidence, &self.recent);
            let opened = stream::iter(segments)
                .map(|segment| async move {
                    let opened = opened(evidence, recent, &segment).await?;
                    anyhow::Ok((segment, opened))
                })
                .buffered(OPEN_AT_ONCE);
            let mut opened = std::pin::pin!(opened);
            while let Some((segment, opened)) = opened.try_next().await? {
                let enterprise = self.enterprises.get(&segment.box_id).context("enterprise was just learnt")?;
                let origin = Origin {
                    ingest_no: segment.ingest_no,
                    box_id: &segment.box_id,
                    enterprise,
                    seg_no: segment.seg_no,
                    sealed_at: opened.sealed_at,
                };
                batch.push(&origin, opened.numbered())?;
                if batch.is_full() {
                    return Ok(batch);
                }
            }
        }
    }

    async fn learn_enterprise(&mut self, box_id: &BoxId) -> Result<()> {
        if self.enterprises.contains_key(box_id) {
            return Ok(());
        }
        let Some(found) = state::boxes::by_id(self.state.read(), box_id.as_str()).await? else {
            bail!("box {box_id} has segments but is not registered");
        };
        self.enterprises.insert(box_id.clone(), found.box_.enterprise);
        Ok(())
    }
}

/// A segment opened: the one ingest opened a moment ago, or read from evidence off the async threads.
async fn opened(evidence: &Evidence, recent: &Recent, segment: &Segment) -> Result<Arc<OpenedSegment>> {
    if let Some(opened) = recent.get(segment.ingest_no) {
        return Ok(opened);
    }
    let (evidence, segment) = (evidence.clone(), segment.clone());
    let open = move || evidence.open(&segment.box_id, segment.seg_no, segment.header_hash);
    Ok(Arc::new(tokio::task::spawn_blocking(open).await??))
}

/// The failure is of the kind that passes: a full disk, a database that restarts.
fn may_pass(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<lake::Error>().is_some_and(|error| error.verdict() == Verdict::Retry)
            || cause.downcast_ref::<state::Error>().is_some_and(|error| error.verdict() == Verdict::Retry)
            || cause.downcast_ref::<journal::Error>().is_some_and(|error| error.verdict() == journal::Verdict::Retry)
    })
}
