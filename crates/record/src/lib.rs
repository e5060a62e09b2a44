//! The words of the system and their one byte form.
//!
//! Comes in: verbatim values from plant systems. Goes out: typed readings, events, findings, and the
//! entries the log commits to. Never here: IO, a clock, randomness, or a derive that decides what is hashed.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod block;
mod entry;
mod event;
mod finding;
mod ids;
pub mod limits;
mod quality;
mod reading;
mod subject;
mod time;
mod value;
mod verdict;
mod wire;

pub use block::{Block, BlockRow, Stream};
pub use entry::{Cause, Entry, Gap, Reject, RejectReason};
pub use event::{Event, EventKind};
pub use finding::{Finding, Input, Level, RuleRef, Signal};
pub use ids::{
    BatchId, BoxId, Digest, EnterpriseId, EquipmentId, IdError, LotId, ParameterCode, ProductId, RecordId, SourceId,
    SourceKey,
};
pub use quality::{Flags, Quality};
pub use reading::{Qualifiers, Reading, Zone};
pub use subject::Subject;
pub use time::{Clocks, Timestamp};
pub use value::{Comparator, Value};
pub use verdict::Verdict;
pub use wire::{DecodeError, EncodeError, record_id};
