//! The words of the system and their one byte form.
//!
//! Comes in: verbatim values from plant systems. Goes out: typed readings, events, findings, and the
//! entries the log commits to. Never here: IO, a clock, randomness, or a derive that decides what is hashed.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod block;
pub mod catalogue;
mod entry;
mod event;
mod finding;
mod ids;
pub mod limits;
mod quality;
mod reading;
mod subject;
mod time;
pub mod unit;
mod value;
mod verdict;
mod wire;

pub use block::{Block, BlockRow, Stream};
pub use catalogue::{Catalogue, Parameter};
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
pub use time::{Clocks, SourceClock, Timestamp};
pub use value::{Comparator, DecimalMark, Value, ValueError, ValueType, decimal_of_f32, decimal_of_f64};
pub use verdict::Verdict;
pub use wire::{DecodeError, EncodeError, record_id};
