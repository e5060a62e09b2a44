//! What every connector promises. The box's drive loop pulls: not calling [`Connector::next`] *is* the back-pressure.
//!
//! The one order that loses nothing: `open` → (`next` → frame with items, cursor and gaps → fsync → `ack`)*. After any
//! error the whole connector is dropped, and a new one is opened with the newest cursor found in the journal.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use record::{Cause, Gap, Reject, Timestamp};

use crate::mapping::Plan;
use crate::{Listing, NodePath, Page, ProbeReport, Raw, SrcErr};

/// Longest cursor, in bytes. A frame carries one, so it must stay small beside the data.
pub const CURSOR_BYTES_MAX: usize = 64 * 1024;

/// Most items a batch holds, whatever budget is asked for.
pub const BATCH_ITEMS_MAX: usize = 65_536;

/// The box's clock, given by whoever runs the connector.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a source can give again after the box missed it; decides how gaps are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// Nothing: what was missed is gone.
    None,
    /// What its queue still holds ([OPC UA subscriptions](https://reference.opcfoundation.org/Core/Part4/v105/docs/5.14)).
    ServerQueue,
    /// Everything after a cursor (databases).
    Cursor,
}

/// What a connector can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// What it can give again.
    pub replay: Replay,
    /// [`Connector::browse`] works.
    pub browse: bool,
    /// Values carry the source's own time.
    pub source_time: bool,
    /// Values carry an OPC UA status.
    pub quality: bool,
    /// [`Connector::backfill`] works.
    pub backfill: bool,
}

/// How much one call of [`Connector::next`] may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Most items of the batch. One message or row of the source is never split, so a batch may exceed this by the
    /// items of one; it never exceeds [`BATCH_ITEMS_MAX`].
    pub items_max: usize,
    /// Longest wait for the first item; an empty batch is returned after it.
    pub wait: Duration,
}

/// Where a connector goes on: opaque to everyone else, sealed into the frame of the items before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(Box<[u8]>);

impl Cursor {
    /// Takes the bytes a connector made, or the journal kept. Fails if they exceed [`CURSOR_BYTES_MAX`].
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Result<Self, SrcErr> {
        let bytes = bytes.into();
        if bytes.len() > CURSOR_BYTES_MAX {
            return Err(SrcErr::cursor(format!("{} bytes, at most {CURSOR_BYTES_MAX} are allowed", bytes.len())));
        }
        Ok(Self(bytes))
    }

    /// The bytes to keep.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Names everything delivered so far in one open; greater is later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AckToken(pub u64);

/// The source's clock against the box's, taken in one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSample {
    /// What the source's clock said.
    pub server: Timestamp,
    /// The box's clock in the middle of the exchange.
    pub received: Timestamp,
    /// How long the exchange took; half of it bounds the error.
    pub round_trip: Duration,
}

impl ClockSample {
    /// Source minus box, in microseconds; positive if the source is ahead.
    pub fn offset_us(&self) -> i64 {
        self.server.0.saturating_sub(self.received.0)
    }
}

/// One pull: everything here belongs into one journal frame, and only then may `ack` be given back.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Values and events in the order the source gave them.
    pub items: Vec<Raw>,
    /// What came but cannot be a [`Raw`]: an address without a row in the mapping, a row without key or version.
    pub rejects: Vec<Reject>,
    /// Where to go on once `items` and `gaps` are durable; `None` if it has not moved.
    pub cursor: Option<Cursor>,
    /// What was lost or cannot be proved complete. All gaps a connector knows of come this way and no other.
    pub gaps: Vec<Gap>,
    /// To give to [`Connector::ack`] after the fsync.
    pub ack: AckToken,
    /// More is waiting: pull again without pacing.
    pub more: bool,
    /// The source's clock, if this pull measured it.
    pub clock: Option<ClockSample>,
}

impl Batch {
    /// Nothing to make durable.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.rejects.is_empty() && self.gaps.is_empty() && self.cursor.is_none()
    }
}

/// Whether the source goes on where the cursor ended. For display: a gap that must be sealed also comes in
/// [`Batch::gaps`] of the first batch that knows its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuity {
    /// Nothing was missed: the cursor holds, or the server kept its queue.
    Continuous,
    /// Values after this instant may be lost.
    GapSince(Timestamp),
    /// First open: there is nothing to go on from.
    Fresh,
}

/// Where and why a connector is opened again.
#[derive(Clone, Debug)]
pub struct Resume {
    /// Newest cursor in the journal.
    pub cursor: Cursor,
    /// What kept us away, for the gap should there be one: [`Cause::BoxDown`] on the first open of the process,
    /// [`Cause::Disconnected`] after an error.
    pub cause: Cause,
}

/// A read-only connection to one plant system.
#[async_trait]
pub trait Connector: Send {
    /// What it can do. Constant.
    fn caps(&self) -> Caps;

    /// Tries the connection step by step (reach, trust, log in, rights, clock, first value) and says where it ends.
    /// Changes nothing and may be called before `open` only.
    async fn probe(&mut self) -> ProbeReport;

    /// Lists what can be mapped below a node or table.
    async fn browse(&mut self, at: &NodePath, page: Page) -> Result<Listing, SrcErr>;

    /// Connects and subscribes. Fails with [`crate::Fault::Config`] if an address of the plan does not exist: a silent
    /// stream is never accepted.
    async fn open(&mut self, plan: &Plan, resume: Option<&Resume>) -> Result<Continuity, SrcErr>;

    /// Waits for values. Cancel-safe: dropping the future loses nothing. After an error the connector is finished and
    /// must be dropped.
    async fn next(&mut self, budget: Budget) -> Result<Batch, SrcErr>;

    /// Tells the source that everything up to `upto` is durable. To be called after the fsync of the frame, and only
    /// then. Redelivery after a lost acknowledgement is sorted out by the cursor.
    async fn ack(&mut self, upto: AckToken) -> Result<(), SrcErr>;

    /// Fetches from the source's history what a gap lost, oldest first; the items are flagged
    /// [`record::Flags::BACKFILLED`].
    async fn backfill(&mut self, gap: &Gap, budget: Budget) -> Result<Batch, SrcErr>;
}
