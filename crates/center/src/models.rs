//! The regulator's own judgement: every result the center may read is judged again, in ingest order.
//!
//! Comes in: committed segments. Goes out: batches, points of series and warnings in state, and for each finding of a box
//! whether the center, from the same inputs, found the same. One change a segment, with the place reached, so that a
//! restart goes on exactly behind the last. Never here: a judgement of its own (that is `state::follow`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use record::{BoxId, Catalogue, Digest, EnterpriseId, Entry, Finding};
use state::follow::{self, Follow};
use state::ingest::{self, Segment};
use state::judge::{Judgement, Memory};
use state::series::{self, SeriesId, SeriesKey};
use state::warnings::{self, Agreement, End, Raised};
use state::{Limit, PAGE_ROWS_MAX, State, Verdict, Write};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::clock;
use crate::derive::{Evidence, OpenedSegment, Recent};
use crate::news::News;

/// Name of the place reached, in state.
const READER: &str = "models";
/// Wait after a failure that may pass, before the same segment is tried again.
const RETRY_INTERVAL: Duration = Duration::from_secs(2);

/// The one follower of the center's order.
#[derive(Debug)]
pub struct Models {
    state: State,
    evidence: Evidence,
    recent: Arc<Recent>,
    catalogue: Arc<Catalogue>,
    news: News,
    /// The enterprise of each box seen so far; it never changes.
    enterprises: BTreeMap<BoxId, EnterpriseId>,
    memory: Memory,
}

/// What changed and pages want to know.
#[derive(Debug, Default)]
struct Changes {
    series: BTreeSet<SeriesId>,
    warnings: BTreeSet<Digest>,
}

impl Models {
    /// A follower that judges by `catalogue` and tells open pages through `live`.
    pub fn new(
        state: State,
        evidence: Evidence,
        recent: Arc<Recent>,
        catalogue: Arc<Catalogue>,
        live: portal::Live,
    ) -> Self {
        Self {
            state,
            evidence,
            recent,
            catalogue,
            news: News::new(live),
            enterprises: BTreeMap::new(),
            memory: Memory::default(),
        }
    }

    /// Judges as segments are committed, until `stop`.
    ///
    /// Fails only if state or evidence cannot be trusted; what may pass is tried again.
    pub async fn run(mut self, mut committed: watch::Receiver<u64>, stop: CancellationToken) -> Result<()> {
        loop {
            let reached = match self.catch_up().await {
                Ok(reached) => reached,
                Err(error) if may_pass(&error) => {
                    tracing::warn!(error = format!("{error:#}"), "models are behind; will try again");
                    tokio::select! {
                        () = stop.cancelled() => return Ok(()),
                        () = tokio::time::sleep(RETRY_INTERVAL) => continue,
                    }
                }
                Err(error) => return Err(error),
            };
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                more = committed.wait_for(|last| *last > reached) => if more.is_err() { return Ok(()) },
            }
        }
    }

    /// Judges everything committed so far and returns the last number.
    pub async fn catch_up(&mut self) -> Result<u64> {
        let mut reached = ingest::cursor(self.state.read(), READER).await?;
        loop {
            let page = ingest::after(self.state.read(), reached, Limit::clamped(PAGE_ROWS_MAX)).await?;
            if page.is_empty() {
                return Ok(reached);
            }
            for segment in &page {
                self.follow(segment).await.with_context(|| format!("judging segment {}", segment.ingest_no))?;
                reached = segment.ingest_no;
            }
        }
    }

    async fn follow(&mut self, segment: &Segment) -> Result<()> {
        let opened = self.opened(segment).await?;
        let enterprise = self.enterprise(&segment.box_id).await?;
        let limits = |_: &SeriesKey| Vec::new();
        let by = Follow {
            enterprise: &enterprise,
            catalogue: &self.catalogue,
            limits: &limits,
            end: End::Center,
            now: clock::now(),
        };
        let mut changes = Changes::default();
        let mut turn = self.memory.turn();
        let write = self.state.write().await?;
        for entry in &opened.entries {
            match entry {
                Entry::Finding(finding) => theirs(&write, finding, &mut changes).await?,
                other => {
                    for judgement in follow::entry(&*write, &mut turn, other, &by).await? {
                        note(&judgement, &mut changes);
                    }
                }
            }
        }
        ingest::set_cursor(&*write, READER, segment.ingest_no).await?;
        write.commit().await?;
        turn.keep();
        changes.warnings.into_iter().for_each(|id| self.news.warning_changed(id));
        changes.series.into_iter().for_each(|id| self.news.series_changed(id));
        Ok(())
    }

    async fn opened(&self, segment: &Segment) -> Result<Arc<OpenedSegment>> {
        if let Some(opened) = self.recent.get(segment.ingest_no) {
            return Ok(opened);
        }
        let (evidence, segment) = (self.evidence.clone(), segment.clone());
        let open = move || evidence.open(&segment.box_id, segment.seg_no, segment.header_hash);
        Ok(Arc::new(tokio::task::spawn_blocking(open).await??))
    }

    async fn enterprise(&mut self, box_id: &BoxId) -> Result<EnterpriseId> {
        if let Some(known) = self.enterprises.get(box_id) {
            return Ok(known.clone());
        }
        let found = state::boxes::by_id(self.state.read(), box_id.as_str()).await?;
        let found = found.with_context(|| format!("box {box_id} has segments but is not registered"))?;
        self.enterprises.insert(box_id.clone(), found.box_.enterprise.clone());
        Ok(found.box_.enterprise)
    }
}

fn note(judgement: &Judgement, changes: &mut Changes) {
    changes.series.insert(judgement.series);
    changes.warnings.extend(judgement.raised.iter().map(|new| new.outcome.warning()));
    changes.warnings.extend(&judgement.superseded);
}

/// A finding of the box: the same as ours, or one we do not share and say why.
///
/// The results it judges came before it in the log, so ours has been made if it ever is.
async fn theirs(db: &Write, finding: &Finding, changes: &mut Changes) -> Result<()> {
    let stage = match &finding.subject {
        record::Subject::Batch { step, .. } => step.clone(),
        _ => None,
    };
    let key = SeriesKey {
        enterprise: finding.enterprise.clone(),
        product: finding.product.clone(),
        stage,
        parameter: finding.parameter.clone(),
        qualifiers: finding.qualifiers.clone(),
    };
    let unit = Catalogue::shipped().get(&finding.parameter).map_or("1", |parameter| parameter.unit());
    let series = series::intern(&**db, &key, unit).await?;
    let mut body = Vec::new();
    Entry::Finding(finding.clone()).encode(&mut body)?;
    let new = Raised { finding, body: &body, series: series.id, end: End::Box, at: finding.raised_at };
    let outcome = warnings::raise(&**db, &new).await?;
    changes.warnings.insert(outcome.warning());
    let (warnings::Outcome::Opened(id) | warnings::Outcome::Joined(id)) = outcome else { return Ok(()) };
    if id == finding.id {
        let judged = match finding.window.last() {
            Some(last) => series::point(&**db, series.id, last.record).await?,
            None => None,
        };
        let (agreement, why) = if judged.is_some() {
            let rule = &finding.rule;
            let why = format!(
                "the center judged the same result by {} version {} and did not find this",
                rule.name, rule.version
            );
            (Agreement::Differs, why)
        } else {
            (Agreement::Attested, "the judged result is not among those the center may read".to_owned())
        };
        tracing::warn!(finding = %finding.id, enterprise = %finding.enterprise, why, "finding not shared");
        warnings::compared(&**db, id, agreement, Some(&why)).await?;
    }
    Ok(())
}

fn may_pass(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<state::Error>().is_some_and(|error| error.verdict() == Verdict::Retry))
}
