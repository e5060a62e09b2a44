//! Dense numeric readings of one zone and one source, at most ten seconds of them, column by column.

use crate::{EquipmentId, Flags, ParameterCode, Qualifiers, SourceId, Subject, Timestamp, Zone};
use rust_decimal::Decimal;

/// One signal of the source: what is the same for all its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Address in the source: NodeId, register, topic.
    pub address: Box<str>,
    /// Catalogue item.
    pub parameter: ParameterCode,
    /// Which of several like values.
    pub qualifiers: Qualifiers,
    /// UCUM unit of the values.
    pub unit: Box<str>,
    /// Machine, room or point it is mounted on.
    pub equipment: Option<EquipmentId>,
}

/// One value of one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockRow {
    /// Index into [`Block::streams`].
    pub stream: u16,
    /// Index into [`Block::subjects`].
    pub subject: u16,
    /// Source time.
    pub source: Option<Timestamp>,
    /// Server time.
    pub server: Option<Timestamp>,
    /// Box time.
    pub received: Timestamp,
    /// The time the plant recorded it first, where the source replays history.
    pub original: Option<Timestamp>,
    /// The value; its scale is that of the source's text.
    pub value: Decimal,
    /// OPC UA status.
    pub status: u32,
    /// Box flags.
    pub flags: Flags,
}

/// A run of dense readings: the unit of commitment and disclosure for them.
///
/// The writer of blocks sees to the ten seconds; the byte form sees to [`crate::limits::BLOCK_ROWS_MAX`] and to rows that
/// name a stream and a subject of the block. A busy source needs several blocks in ten seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Connector.
    pub source: SourceId,
    /// Zone of every row.
    pub zone: Zone,
    /// The streams the rows speak of.
    pub streams: Vec<Stream>,
    /// The subjects the rows are about.
    pub subjects: Vec<Subject>,
    /// The values in order of arrival.
    pub rows: Vec<BlockRow>,
}
