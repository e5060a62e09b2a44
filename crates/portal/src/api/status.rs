//! State of a box: its own page at the enterprise end, a row at the governance end.
//!
//! Durable, sealed and witnessed are three different claims and are counted apart: durable is fsynced in the journal,
//! sealed is below a checkpoint the box signed, witnessed is below a checkpoint the center cosigned. They are counted in
//! entries of the log (one laboratory result, one event, one block of dense readings), what the sources gave in values.

use serde::Serialize;
use utoipa::ToSchema;

use super::{CatalogueRef, EnterpriseRef, Text, Time};

/// What became of the values the sources gave since the box was set up. The three together are all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counts {
    /// Taken into the log.
    pub accepted: u64,
    /// Refused with a reason, kept as sealed evidence.
    pub rejected: u64,
    /// Counted as lost in a sealed gap.
    pub lost_in_gaps: u64,
}

/// How far along the way the entries of the log are. `witnessed <= sealed <= durable`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Progress {
    /// Entries fsynced in the journal.
    pub durable_entries: u64,
    /// Entries below a checkpoint signed by the box.
    pub sealed_entries: u64,
    /// Entries below a checkpoint cosigned by the center.
    pub witnessed_entries: u64,
    /// Segments sealed: the size of the log tree.
    pub sealed_segments: u64,
    /// Segments below the newest cosigned checkpoint.
    pub witnessed_segments: u64,
    /// Time of the newest checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed_at: Option<Time>,
    /// Time of the newest cosignature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witnessed_at: Option<Time>,
}

/// Whether the box reaches the center.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Uplink {
    /// Not enrolled at a center yet.
    NotEnrolled,
    /// The last exchange worked.
    Online,
    /// The last exchange failed; the box goes on by itself.
    Offline,
}

/// Whether a source delivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Being connected.
    Connecting,
    /// Delivering, or able to.
    Connected,
    /// Not reachable; retried.
    Disconnected,
}

/// One connector of the box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SourceRow {
    /// Its id: `scada`, `lims`.
    pub id: String,
    /// `opcua`, `sql`.
    pub kind: String,
    /// Whether it delivers.
    pub state: SourceState,
    /// When the last value came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_received_at: Option<Time>,
    /// What came of its values.
    pub counts: Counts,
    /// The last failure in English, for the person who must mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}

/// The box as it sees itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BoxStatus {
    /// Id given at enrolment; absent before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub box_id: Option<String>,
    /// Whose box.
    pub enterprise: EnterpriseRef,
    /// Program version.
    pub version: String,
    /// When the program started.
    pub started_at: Time,
    /// Whether the center is reached.
    pub uplink: Uplink,
    /// When the last exchange with the center worked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uplink_at: Option<Time>,
    /// What became of the values the sources gave.
    pub counts: Counts,
    /// Durable, sealed, witnessed.
    pub progress: Progress,
    /// The connectors, by id.
    pub sources: Vec<SourceRow>,
    /// Free space of the data folder's disk, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_free_bytes: Option<u64>,
    /// The box's clock agrees with its time source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_synchronised: Option<bool>,
    /// Which zones the readings go to, in words: a demonstration policy says so here.
    pub zone_policy: Text,
    /// Catalogue in force.
    pub catalogue: CatalogueRef,
    /// Open warnings by level.
    pub warnings_open: LevelCounts,
}

/// What the center found when it verified what the box sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// Nothing received yet.
    Nothing,
    /// Every segment verified.
    Sound,
    /// The box's log contradicted itself: nothing more is accepted until a person decides.
    Frozen,
}

/// One box as the center sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BoxRow {
    /// Id given at enrolment.
    pub box_id: String,
    /// Whose box.
    pub enterprise: EnterpriseRef,
    /// A heartbeat came within the time the center allows.
    pub online: bool,
    /// When the last heartbeat or segment came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Time>,
    /// How long the oldest closed segment that the center does not hold has been waiting, milliseconds; 0 when it holds
    /// all. As last reported: `last_seen_at` says when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag_ms: Option<u64>,
    /// Durable and sealed as last reported by the box; witnessed as counted by the center itself.
    pub progress: Progress,
    /// Readings received and verified.
    pub readings: u64,
    /// Of them, in the center's tables.
    pub readings_in_lake: u64,
    /// What verification found.
    pub verification: Verification,
    /// Why it is frozen, in English, for the person who must decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen_why: Option<String>,
}

/// Open warnings by level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct LevelCounts {
    /// 红.
    pub red: u64,
    /// 橙.
    pub orange: u64,
    /// 黄.
    pub yellow: u64,
    /// 提示.
    pub notice: u64,
}

/// The center's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Overview {
    /// Enrolled boxes.
    pub boxes: u64,
    /// Of them, online.
    pub boxes_online: u64,
    /// Batches known.
    pub batches: u64,
    /// Readings received and verified.
    pub readings: u64,
    /// Of them, in the tables.
    pub readings_in_lake: u64,
    /// Batches first heard of since [`Self::day_began_at`].
    pub batches_today: u64,
    /// Readings received since [`Self::day_began_at`].
    pub readings_today: u64,
    /// Midnight before, by China Standard Time.
    pub day_began_at: Time,
    /// Open warnings by level.
    pub warnings_open: LevelCounts,
    /// When this was counted.
    pub counted_at: Time,
}
