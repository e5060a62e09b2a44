//! Something that happened.

use crate::{Clocks, Qualifiers, RecordId, SourceId, SourceKey, Subject, Zone};

/// What happened. The name is what is sealed; unknown plant events are kept under `Other`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A batch was opened.
    BatchStarted,
    /// A batch was closed; its end orders its series.
    BatchEnded,
    /// A process step began.
    StepStarted,
    /// A process step ended.
    StepEnded,
    /// A material lot was received.
    LotReceived,
    /// A batch consumed a lot (attributes `material`, `lot`, `quantity`, `unit`).
    LotConsumed,
    /// A batch was released or refused (attribute `decision`).
    BatchReleased,
    /// A source came or went (attribute `state`).
    SourceState,
    /// The box started, stopped, changed its configuration or its clock.
    BoxState,
    /// Any other, by name.
    Other(Box<str>),
}

/// One event with everything the source said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// [`crate::record_id`] of source, address, source key and version.
    pub id: RecordId,
    /// Connector it came through; `box` for the box itself.
    pub source: SourceId,
    /// The source's own key.
    pub key: SourceKey,
    /// 1 for the first, higher for corrections.
    pub version: u32,
    /// What happened.
    pub kind: EventKind,
    /// To what.
    pub subject: Subject,
    /// When, by all clocks.
    pub clocks: Clocks,
    /// Further facts.
    pub attributes: Qualifiers,
    /// Zone by policy.
    pub zone: Zone,
}

impl EventKind {
    /// The sealed name.
    pub fn name(&self) -> &str {
        match self {
            Self::BatchStarted => "batch_started",
            Self::BatchEnded => "batch_ended",
            Self::StepStarted => "step_started",
            Self::StepEnded => "step_ended",
            Self::LotReceived => "lot_received",
            Self::LotConsumed => "lot_consumed",
            Self::BatchReleased => "batch_released",
            Self::SourceState => "source_state",
            Self::BoxState => "box_state",
            Self::Other(name) => name,
        }
    }

    /// The kind of a sealed name; a name that is not known is kept under `Other`.
    pub fn from_name(name: &str) -> Self {
        match name {
            "batch_started" => Self::BatchStarted,
            "batch_ended" => Self::BatchEnded,
            "step_started" => Self::StepStarted,
            "step_ended" => Self::StepEnded,
            "lot_received" => Self::LotReceived,
            "lot_consumed" => Self::LotConsumed,
            "batch_released" => Self::BatchReleased,
            "source_state" => Self::SourceState,
            "box_state" => Self::BoxState,
            other => Self::Other(other.into()),
        }
    }
}
