//! What every connector's delivery goes through: journal, index, rules, sealer, page.
//!
//! | step | a crash here | the next start |
//! |---|---|---|
//! | frame durable | the source was not answered | delivers again; recognised by cursor or index |
//! | source answered | index and rules have not seen it | the replayed frame is indexed and judged |
//! | findings durable as a frame of their own | the warning is not stored | judged again; the frame is not written twice |
//! | index, series and warnings committed together | the sealer has not seen the frame | the replayed frame is sealed |
//! | given to the sealer | not sealed | sealed from the journal |

use crate::clock;
use crate::counts::Counts;
use crate::intake::Ready;
use crate::live::{Newest, Page};
use crate::sealing::Committed;
use anyhow::{Context, Result, bail};
use journal::{Frame, Journal, Tally, Verdict};
use portal::api::{Changed, LiveEvent, Topic};
use record::{Catalogue, Digest, EnterpriseId, Entry, Event, EventKind, Qualifiers, SourceId, SourceKey};
use record::{Clocks, Subject, Zone, record_id};
use state::follow::{self, Follow};
use state::judge::{Memory, New};
use state::warnings::End;
use state::{State, boxindex};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc, oneshot};

/// Source id of what the box itself says: its starts, its findings.
pub const BOX_SOURCE: &str = "box";
/// Wait before a frame is offered again to a full disk or queue, or a change to a busy database.
const RETRY_WAIT_MS: u64 = 500;

/// Shared by all connectors.
#[derive(Debug)]
pub struct Engine {
    journal: Journal,
    state: State,
    sealer: mpsc::Sender<Committed>,
    counts: Arc<Counts>,
    page: Page,
    enterprise: EnterpriseId,
    catalogue: &'static Catalogue,
    own: SourceId,
    /// What the rules remember; one change at a time.
    memory: Mutex<Memory>,
}

/// A frame behind its fsync.
#[derive(Debug)]
pub struct Durable {
    /// Its number.
    pub seq: u64,
    /// The frame's notes: what the index has to remember.
    pub known: Vec<boxindex::Known>,
    /// Its entries.
    pub entries: Vec<Entry>,
    /// Its counts.
    pub tally: Tally,
    /// Who delivered it.
    pub source: SourceId,
    /// Recovered after a restart.
    pub recovered: bool,
}

impl Engine {
    /// Puts the parts together.
    pub fn new(
        (journal, state, sealer): (Journal, State, mpsc::Sender<Committed>),
        counts: Arc<Counts>,
        page: Page,
        (enterprise, catalogue): (EnterpriseId, &'static Catalogue),
    ) -> Self {
        let own = SourceId::parse(BOX_SOURCE).expect("a constant identifier");
        Self { journal, state, sealer, counts, page, enterprise, catalogue, own, memory: Mutex::default() }
    }

    /// The counts everything here is told to.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// What the index holds under these ids.
    pub async fn known(&self, ids: &[record::RecordId]) -> Result<Vec<boxindex::Known>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        Ok(boxindex::known(self.state.read(), ids).await?)
    }

    /// Makes a frame durable. A full disk or queue makes the caller wait: its source keeps the data meanwhile.
    ///
    /// Fails only when the journal has stopped; then the process must end.
    pub async fn append(&self, ready: Ready) -> Result<Durable> {
        let Ready { frame, entries } = ready;
        let (source, tally, known) = (frame.connector.clone(), frame.tally, Ready::known(&frame));
        let seq = loop {
            let (answer, outcome) = oneshot::channel();
            let submitted = self.journal.submit(frame.clone(), move |outcome| {
                // The connector's task may have been ended; the frame is durable all the same.
                drop(answer.send(outcome));
            });
            let appended = match submitted {
                Ok(()) => outcome.await.context("the journal ended without an answer")?,
                Err(error) => Err(error),
            };
            match appended {
                Ok(appended) => break appended.seq,
                Err(error) if error.verdict() == Verdict::Retry => {
                    metrics::counter!("yaoxia_box_journal_waits_total").increment(1);
                    tracing::warn!(%source, %error, "waiting for the journal");
                    tokio::time::sleep(Duration::from_millis(RETRY_WAIT_MS)).await;
                }
                Err(error) => bail!(error),
            }
        };
        let received = entries.iter().filter_map(received_at).max();
        self.counts.durable(&source, &tally, received);
        Ok(Durable { seq, known, entries, tally, source, recovered: false })
    }

    /// Indexes and judges durable frames, tells the page, and gives them to the sealer, in their order.
    ///
    /// `sealed_before` are findings that recovered frames already hold.
    pub async fn settle(&self, frames: Vec<Durable>, sealed_before: &BTreeSet<Digest>) -> Result<()> {
        let mut written: BTreeSet<Digest> = sealed_before.clone();
        let mut findings = Vec::new();
        let needs_state = frames.iter().any(|frame| !frame.known.is_empty() || frame.entries.iter().any(is_followed));
        if needs_state {
            // Tried until it holds: the frames are durable, the sealer waits for them, the source waits for both.
            while let Err(error) = self.learn(&frames, &mut written, &mut findings).await {
                let stop = error.downcast_ref::<journal::Error>().is_some();
                if stop {
                    return Err(error);
                }
                metrics::counter!("yaoxia_box_state_retries_total").increment(1);
                tracing::error!(error = format!("{error:#}"), "index and rules not updated, trying again");
                tokio::time::sleep(Duration::from_millis(RETRY_WAIT_MS)).await;
            }
        }
        let newest = frames.iter().flat_map(|frame| &frame.entries);
        self.page.readings(Newest::of(newest, self.catalogue));
        for frame in frames.into_iter().chain(findings) {
            let Durable { seq, entries, tally, source, recovered, .. } = frame;
            let frame = Committed { seq, source, entries, tally, recovered };
            self.sealer.send(frame).await.ok().context("the sealer has stopped")?;
        }
        Ok(())
    }

    /// One change of the state: what is known, what it means, and the warnings it gives.
    async fn learn(
        &self,
        frames: &[Durable],
        written: &mut BTreeSet<Digest>,
        findings: &mut Vec<Durable>,
    ) -> Result<()> {
        let mut memory = self.memory.lock().await;
        let mut turn = memory.turn();
        let write = self.state.write().await?;
        let by = Follow {
            enterprise: &self.enterprise,
            catalogue: self.catalogue,
            limits: &|_| Vec::new(),
            end: End::Box,
            now: clock::now(),
        };
        let mut raised: Vec<New> = Vec::new();
        let mut series = BTreeSet::new();
        for frame in frames {
            boxindex::remember(&*write, &frame.known).await?;
            for entry in frame.entries.iter().filter(|entry| is_followed(entry)) {
                match follow::entry(&*write, &mut turn, entry, &by).await {
                    Ok(judgements) => {
                        for judgement in judgements {
                            series.insert(judgement.series);
                            raised.extend(judgement.raised);
                        }
                    }
                    // One value the rules refuse must not keep the others from being stored.
                    Err(error) if error.verdict() == state::Verdict::Reject => {
                        metrics::counter!("yaoxia_box_unjudged_total").increment(1);
                        tracing::warn!(%error, "result not judged");
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        }
        let new: Vec<Entry> = raised
            .iter()
            .filter(|new| written.insert(new.finding.id))
            .map(|new| Entry::Finding(new.finding.clone()))
            .collect();
        if !new.is_empty() {
            findings.push(self.append(self.own_frame(new)?).await?);
        }
        write.commit().await?;
        turn.keep();
        drop(memory);
        for new in &raised {
            metrics::counter!("yaoxia_box_findings_total").increment(1);
            tracing::info!(finding = %new.finding.id, outcome = ?new.outcome, "finding");
            let id = Some(new.outcome.warning().to_string());
            self.page.publish(&LiveEvent::Changed(Changed { topic: Topic::Warnings, id }));
        }
        for series in series {
            let id = Some(series.0.to_string());
            self.page.publish(&LiveEvent::Changed(Changed { topic: Topic::Series, id }));
        }
        Ok(())
    }

    /// A frame of the box's own entries.
    pub fn own_frame(&self, entries: Vec<Entry>) -> Result<Ready> {
        let mut frame = Frame::empty(self.own.clone());
        for entry in &entries {
            let mut bytes = Vec::new();
            entry.encode(&mut bytes)?;
            frame.entries.push(bytes);
        }
        Ok(Ready { frame, entries })
    }

    /// An event of the box itself, such as its start. It is sealed like any other and counted in no source.
    pub fn own_event(&self, kind: EventKind, about: Subject, attributes: Qualifiers, serial: &str) -> Result<Entry> {
        let now = clock::now();
        let key = SourceKey::parse(&format!("{serial}/{}", now.0))?;
        Ok(Entry::Event(Event {
            id: record_id(&self.own, kind.name(), &key, 1),
            source: self.own.clone(),
            key,
            version: 1,
            kind,
            subject: about,
            clocks: Clocks { source: None, server: None, received: now },
            attributes,
            zone: Zone::White,
        }))
    }
}

/// Entries that mean something for batches, series or warnings.
fn is_followed(entry: &Entry) -> bool {
    matches!(entry, Entry::Reading(_) | Entry::Event(_))
}

fn received_at(entry: &Entry) -> Option<record::Timestamp> {
    match entry {
        Entry::Reading(reading) => Some(reading.clocks.received),
        Entry::Event(event) => Some(event.clocks.received),
        Entry::Block(block) => block.rows.iter().map(|row| row.received).max(),
        Entry::Reject(reject) => Some(reject.received),
        Entry::Finding(_) | Entry::Gap(_) => None,
    }
}
