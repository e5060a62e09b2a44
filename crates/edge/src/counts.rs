//! What the box may claim: durable, sealed, witnessed, and how each source stands. In memory, made again at each start
//! from the journal, the log and the receipts; never ahead of them.

use crate::sealing::Closed;
use journal::Tally;
use portal::api::{Counts as CountsView, SourceState, Uplink};
use record::{SourceId, Timestamp};
use seal::Cosigned;
use serde::Serialize;
use state::boxindex::Below;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// How one source stands.
#[derive(Clone, Debug)]
pub struct SourceCounts {
    /// `opcua`, `sql`; empty for a source that is no longer configured.
    pub kind: &'static str,
    /// Whether it delivers.
    pub state: SourceState,
    /// When the last value came.
    pub last_received_at: Option<Timestamp>,
    /// How its values ended, durably.
    pub tally: Tally,
    /// The last failure.
    pub last_error: Option<String>,
}

/// How the log stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sealed {
    /// Segments.
    pub segments: u64,
    /// What lies below the end of the log.
    pub below: Below,
    /// When the last one was closed.
    pub at: Option<Timestamp>,
    /// Entries gathered behind it.
    pub waiting: u64,
}

/// How far somebody else's signature covers it.
#[derive(Clone, Debug, Default)]
pub struct Witnessed {
    /// Segments below the newest cosigned checkpoint.
    pub segments: u64,
    /// What lies below it.
    pub below: Below,
    /// The center's cosignature of that checkpoint, if its answer came.
    pub cosigned: Option<Cosigned>,
}

#[derive(Debug)]
struct Inner {
    sources: BTreeMap<SourceId, SourceCounts>,
    witnessed: Witnessed,
    /// When the oldest unwitnessed segment was closed, and whether that is too long ago.
    unwitnessed: (Option<Timestamp>, bool),
    uplink: Uplink,
    uplink_at: Option<Timestamp>,
    uplink_error: Option<String>,
}

/// Shared by all parts of the box.
#[derive(Debug)]
pub struct Counts {
    inner: Mutex<Inner>,
    sealed: watch::Sender<Sealed>,
    received: watch::Sender<Witnessed>,
}

/// What `yaoxia-box status` shows and the demonstration adds up.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Name at the center.
    pub box_id: String,
    /// Sum over the sources.
    pub accepted: u64,
    /// Sum over the sources.
    pub rejected: u64,
    /// Sum over the sources.
    pub lost_in_gaps: u64,
    /// Sum over the sources; counted beside the others, never among them.
    pub duplicates: u64,
    /// Accepted values below the newest checkpoint of the box.
    pub sealed: u64,
    /// Accepted values below the newest checkpoint that the center and the quorum of witnesses cosigned.
    pub witnessed: u64,
    /// Segments in the log.
    pub segments: u64,
    /// Segments the center cosigned.
    pub segments_received: u64,
    /// Segments the center and the quorum of witnesses cosigned.
    pub segments_witnessed: u64,
    /// When the oldest unwitnessed segment was closed, microseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unwitnessed_since_us: Option<i64>,
    /// That is longer ago than `link.unwitnessed_max_s`.
    pub unwitnessed_too_long: bool,
    /// Nothing waits to be sealed or sent.
    pub drained: bool,
    /// `online`, `offline`.
    pub uplink: &'static str,
    /// Why it is offline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uplink_error: Option<String>,
    /// The same by source.
    pub sources: BTreeMap<String, SourceReport>,
}

/// One source in a [`Report`].
#[derive(Clone, Debug, Serialize)]
pub struct SourceReport {
    /// `connecting`, `connected`, `disconnected`.
    pub state: SourceState,
    /// Taken into the log.
    pub accepted: u64,
    /// Refused with a reason and kept.
    pub rejected: u64,
    /// Counted as lost in a gap.
    pub lost_in_gaps: u64,
    /// Delivered more than once.
    pub duplicates: u64,
    /// The last failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}

impl Counts {
    /// Begins with what recovery found; `received` is what the center cosigned. What is witnessed must be said.
    pub fn new(tallies: BTreeMap<SourceId, Tally>, sealed: Sealed, received: Witnessed) -> Self {
        let sources = tallies.into_iter().map(|(id, tally)| (id, SourceCounts { tally, ..SourceCounts::absent() }));
        let inner = Inner {
            sources: sources.collect(),
            witnessed: Witnessed::default(),
            unwitnessed: (None, false),
            uplink: Uplink::Offline,
            uplink_at: None,
            uplink_error: None,
        };
        Self { inner: Mutex::new(inner), sealed: watch::Sender::new(sealed), received: watch::Sender::new(received) }
    }

    /// A frame of a source is durable.
    pub fn durable(&self, source: &SourceId, tally: &Tally, at: Option<Timestamp>) {
        let mut inner = self.lock();
        let counts = inner.source(source);
        counts.tally.add(tally);
        counts.last_received_at = counts.last_received_at.max(at);
        drop(inner);
        let outcomes = [
            ("accepted", tally.accepted),
            ("rejected", tally.rejected),
            ("lost_in_gaps", tally.lost),
            ("duplicate", tally.duplicates),
        ];
        for (outcome, count) in outcomes.into_iter().filter(|(_, count)| *count > 0) {
            let labels = [("source", source.to_string()), ("outcome", outcome.to_owned())];
            metrics::counter!("yaoxia_box_values_total", &labels).increment(count);
        }
    }

    /// A source came or went.
    pub fn source_state(&self, source: &SourceId, kind: &'static str, state: SourceState, error: Option<String>) {
        let mut inner = self.lock();
        let counts = inner.source(source);
        (counts.kind, counts.state) = (kind, state);
        if error.is_some() {
            counts.last_error = error;
        }
    }

    /// Entries gathered behind the last segment.
    pub fn waiting(&self, entries: usize) {
        let waiting = u64::try_from(entries).expect("a segment has few entries");
        self.sealed.send_modify(|sealed| sealed.waiting = waiting);
    }

    /// A segment is in the log.
    pub fn sealed(&self, closed: &Closed) {
        self.sealed.send_replace(Sealed {
            segments: closed.seg_no + 1,
            below: closed.below,
            at: Some(closed.at),
            waiting: 0,
        });
    }

    /// A receipt of the center is stored.
    pub fn received(&self, received: Witnessed) {
        self.received.send_replace(received);
    }

    /// The quorum holds for so much. Two who say so at once may come in any order: it never goes back.
    pub fn witnessed(&self, witnessed: Witnessed) {
        let mut inner = self.lock();
        if witnessed.segments >= inner.witnessed.segments {
            inner.witnessed = witnessed;
        }
    }

    /// When the oldest unwitnessed segment was closed, and whether that is too long ago.
    pub fn unwitnessed(&self, since: Option<Timestamp>, too_long: bool) {
        self.lock().unwitnessed = (since, too_long);
        metrics::gauge!("yaoxia_box_unwitnessed_too_long").set(if too_long { 1.0 } else { 0.0 });
    }

    /// An exchange with the center worked or failed.
    pub fn uplink(&self, outcome: Result<Timestamp, String>) {
        let mut inner = self.lock();
        match outcome {
            Ok(at) => (inner.uplink, inner.uplink_at, inner.uplink_error) = (Uplink::Online, Some(at), None),
            Err(error) => (inner.uplink, inner.uplink_error) = (Uplink::Offline, Some(error)),
        }
    }

    /// The newest head the center has cosigned: what the next header says of it.
    pub fn cosigned(&self) -> Option<Cosigned> {
        self.received.borrow().cosigned
    }

    /// What the center has cosigned, now and whenever it changes.
    pub fn follow_received(&self) -> watch::Receiver<Witnessed> {
        self.received.subscribe()
    }

    /// What the center has cosigned.
    pub fn received_now(&self) -> Witnessed {
        self.received.borrow().clone()
    }

    /// How the log stands, now and whenever it changes.
    pub fn follow_sealed(&self) -> watch::Receiver<Sealed> {
        self.sealed.subscribe()
    }

    /// How the log stands.
    pub fn sealed_now(&self) -> Sealed {
        *self.sealed.borrow()
    }

    /// What center and quorum have cosigned.
    pub fn witnessed_now(&self) -> Witnessed {
        self.lock().witnessed.clone()
    }

    /// Whether the center was reached, and when last.
    pub fn uplink_now(&self) -> (Uplink, Option<Timestamp>) {
        let inner = self.lock();
        (inner.uplink, inner.uplink_at)
    }

    /// How the sources stand, by id.
    pub fn sources(&self) -> BTreeMap<SourceId, SourceCounts> {
        self.lock().sources.clone()
    }

    /// Everything, for the operator.
    pub fn report(&self, box_id: &str) -> Report {
        let sealed = self.sealed_now();
        let received = self.received.borrow().segments;
        let inner = self.lock();
        let mut total = Tally::default();
        inner.sources.values().for_each(|source| total.add(&source.tally));
        let drained = sealed.waiting == 0
            && sealed.below.accepted == total.accepted
            && sealed.below.rejected == total.rejected
            && sealed.segments == received;
        Report {
            box_id: box_id.to_owned(),
            accepted: total.accepted,
            rejected: total.rejected,
            lost_in_gaps: total.lost,
            duplicates: total.duplicates,
            sealed: sealed.below.accepted,
            witnessed: inner.witnessed.below.accepted,
            segments: sealed.segments,
            segments_received: received,
            segments_witnessed: inner.witnessed.segments,
            unwitnessed_since_us: inner.unwitnessed.0.map(|since| since.0),
            unwitnessed_too_long: inner.unwitnessed.1,
            drained,
            uplink: if inner.uplink == Uplink::Online { "online" } else { "offline" },
            uplink_error: inner.uplink_error.clone(),
            sources: inner.sources.iter().map(|(id, counts)| (id.to_string(), counts.report())).collect(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn source(&mut self, id: &SourceId) -> &mut SourceCounts {
        self.sources.entry(id.clone()).or_insert_with(SourceCounts::absent)
    }
}

impl SourceCounts {
    fn absent() -> Self {
        Self {
            kind: "",
            state: SourceState::Disconnected,
            last_received_at: None,
            tally: Tally::default(),
            last_error: None,
        }
    }

    /// Counts as the page shows them.
    pub fn view(&self) -> CountsView {
        view(&self.tally)
    }

    fn report(&self) -> SourceReport {
        SourceReport {
            state: self.state,
            accepted: self.tally.accepted,
            rejected: self.tally.rejected,
            lost_in_gaps: self.tally.lost,
            duplicates: self.tally.duplicates,
            last_error: self.last_error.clone(),
        }
    }
}

/// Counts as the page shows them.
pub fn view(tally: &Tally) -> CountsView {
    CountsView { accepted: tally.accepted, rejected: tally.rejected, lost_in_gaps: tally.lost }
}
