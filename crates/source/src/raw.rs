//! A value exactly as the source gave it. Nothing is judged here: the box makes readings, events and rejects of it.

use std::sync::Arc;

use record::{Clocks, Qualifiers, Quality, SourceKey, Timestamp};
use rust_decimal::Decimal;

use crate::mapping::StreamId;

/// Context values by name (`batch`, `product`, `step`, `method`, …) as the source had them at the item's time. Shared
/// between items for which they are the same.
pub type Context = Arc<Qualifiers>;

/// Context name under which a connector says why there is no value. Not for mappings.
pub const FAULT: &str = "fault";

/// What kind of value the source sent. The verbatim text beside it is the truth; this saves parsing it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawValue {
    /// The source sent no value, only a status.
    Absent,
    /// A switch.
    Bool(bool),
    /// A number; the decimal has the digits of the verbatim text.
    Number(Decimal),
    /// A number the connector made of the verbatim text by the source's own scale and offset, exactly; the unit is that
    /// of the number and not of the text.
    Scaled(Decimal),
    /// Text, a date, or a number outside what a decimal holds (NaN, 1e300).
    Text,
}

/// One value or event as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// Which row of the mapping it came through; [`crate::mapping::Plan::stream`] says value or event, unit and subject.
    pub stream: StreamId,
    /// The source's own key: node source time in 100 ns ticks, or row key. The same datum always has the same key.
    pub key: SourceKey,
    /// 1 for the first, higher for corrections of the same key.
    pub version: u32,
    /// The value as the source typed it.
    pub value: RawValue,
    /// Exactly what the source wrote: `1.820`, `<0.05`, `ND`. For OPC UA floats the shortest text that reads back to
    /// the same bits.
    pub text: Box<str>,
    /// Unit as the source wrote it, if it sends one; otherwise the mapping's `unit_in` holds.
    pub unit: Option<Box<str>>,
    /// OPC UA status and the flags only the connector can know: `SRC_NAIVE_TZ`, `DST_AMBIGUOUS`, `BACKFILLED`.
    pub quality: Quality,
    /// When it happened, by the source.
    pub t_source: Option<Timestamp>,
    /// When the server in between had it.
    pub t_server: Option<Timestamp>,
    /// When the box received it.
    pub t_acq: Timestamp,
    /// When the plant recorded it first, if the source replays history (context `original_time`).
    pub t_original: Option<Timestamp>,
    /// Everything the mapping names as context and the source had a value for.
    pub context: Context,
}

impl Raw {
    /// The three clocks, none rewritten from another.
    pub fn clocks(&self) -> Clocks {
        Clocks { source: self.t_source, server: self.t_server, received: self.t_acq }
    }
}
