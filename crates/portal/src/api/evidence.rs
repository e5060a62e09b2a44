//! Evidence: the sealed log of a box, its newest checkpoint, and the center's receipt for it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{BoxRow, LevelCounts, Text, Time};

/// The sealed log as the box holds it. The notes are C2SP signed notes, shown as they are so that they can be verified.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct LogEvidence {
    /// Origin line of the log.
    pub origin: String,
    /// C2SP verifier key of the log.
    pub vkey: String,
    /// Folder that `yaoxia-verify` reads, on the machine that answers; absent where the page must not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Newest checkpoint the box signed; absent for an empty log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
    /// Newest checkpoint with the center's cosignature: the receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

/// What the center holds of one box, and has verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct HeldCounts {
    /// Size of the segment files, bytes.
    pub bytes: u64,
    /// Entries of all kinds.
    pub entries: u64,
    /// Single readings and rows of blocks.
    pub readings: u64,
    /// Events.
    pub events: u64,
    /// Findings.
    pub findings: u64,
    /// Refused raw values, kept.
    pub rejects: u64,
    /// Values that sealed gaps say were lost.
    pub lost: u64,
}

/// One segment the center holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SegmentRow {
    /// Place in the box's log, from 0.
    pub seg_no: u64,
    /// Place in the one order of the center, from 1.
    pub ingest_no: u64,
    /// Leaf hash of its header, hexadecimal.
    pub header_hash: String,
    /// When the center received it.
    pub received_at: Time,
    /// What is in it.
    pub counts: HeldCounts,
}

/// A box and all the center knows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BoxDetail {
    /// State, lag, progress.
    pub row: BoxRow,
    /// When it was enrolled.
    pub enrolled_at: Time,
    /// When it was taken out of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<Time>,
    /// Program and version, as the box said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software: Option<String>,
    /// The box's clock when it last spoke.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub box_clock_at: Option<Time>,
    /// When the center heard that: the difference is how far the clocks are apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_at: Option<Time>,
    /// Since when it is to get a new certificate and has not used one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_asked_at: Option<Time>,
    /// What the center holds of it.
    pub held: HeldCounts,
    /// Its log: the checkpoint the center cosigned is checkpoint and receipt in one.
    pub log: LogEvidence,
    /// Root of the log tree at that checkpoint, hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
}

/// An enterprise as the center sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EnterpriseRow {
    /// Unified social credit code, or the code its regulator gave it.
    pub id: String,
    /// Registered name.
    pub name: Text,
    /// Administrative region, as its code or name.
    pub region: String,
    /// Its boxes, by id.
    pub boxes: Vec<BoxRow>,
    /// Open warnings by level.
    pub warnings_open: LevelCounts,
    /// Time of the oldest open warning's result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_open_at: Option<Time>,
}

/// A page of a list that has no filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Rows wanted, 1 to 500; 50 if absent.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u64>,
}
