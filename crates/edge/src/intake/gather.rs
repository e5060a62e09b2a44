//! Dense rows become blocks: one zone, one source, column by column.

use super::normalise::Row;
use record::limits::{BLOCK_ROWS_MAX, BLOCK_STREAMS_MAX, BLOCK_SUBJECTS_MAX};
use record::{Block, BlockRow, ParameterCode, SourceId, Stream, Subject, Zone};
use std::collections::HashMap;

/// Most rows of a block the box makes: half of what the format allows.
pub const ROWS_MAX: usize = BLOCK_ROWS_MAX / 2;
/// Bytes a row takes at most in the byte form, for keeping segments below their limit.
pub const ROW_BYTES_MAX: usize = 96;

/// A block being filled.
#[derive(Debug)]
pub struct Gather {
    block: Block,
    /// By address and parameter: after a change of the mapping an address may mean something else.
    streams: HashMap<(Box<str>, ParameterCode), u16>,
    subjects: HashMap<Subject, u16>,
}

impl Gather {
    /// An empty block.
    pub fn new(source: SourceId, zone: Zone) -> Self {
        let block = Block { source, zone, streams: Vec::new(), subjects: Vec::new(), rows: Vec::new() };
        Self { block, streams: HashMap::new(), subjects: HashMap::new() }
    }

    /// Adds a row, or gives it back if the block is full.
    pub fn push(&mut self, stream: &Stream, subject: &Subject, row: BlockRow) -> Result<(), BlockRow> {
        let key = (stream.address.clone(), stream.parameter.clone());
        let full = self.block.rows.len() >= ROWS_MAX
            || (self.block.streams.len() >= BLOCK_STREAMS_MAX && !self.streams.contains_key(&key))
            || (self.block.subjects.len() >= BLOCK_SUBJECTS_MAX && !self.subjects.contains_key(subject));
        if full {
            return Err(row);
        }
        let stream = intern(key, stream, &mut self.streams, &mut self.block.streams);
        let subject = intern(subject.clone(), subject, &mut self.subjects, &mut self.block.subjects);
        self.block.rows.push(BlockRow { stream, subject, ..row });
        Ok(())
    }

    /// Rows in it.
    pub fn rows(&self) -> usize {
        self.block.rows.len()
    }

    /// Streams and subjects in it.
    pub fn names(&self) -> usize {
        self.block.streams.len() + self.block.subjects.len()
    }

    /// The block.
    pub fn finish(self) -> Block {
        self.block
    }
}

fn intern<K: Eq + std::hash::Hash, T: Clone>(key: K, value: &T, known: &mut HashMap<K, u16>, list: &mut Vec<T>) -> u16 {
    *known.entry(key).or_insert_with(|| {
        list.push(value.clone());
        u16::try_from(list.len() - 1).expect("fewer than BLOCK_STREAMS_MAX")
    })
}

/// Puts the rows of one delivery into as few blocks as the limits allow, in their order.
pub(super) fn blocks(source: &SourceId, rows: &[Row]) -> Vec<Block> {
    let mut done = Vec::new();
    for zone in [Zone::White, Zone::Grey, Zone::Black] {
        let mut open: Option<Gather> = None;
        for row in rows.iter().filter(|row| row.zone == zone) {
            let cells = BlockRow {
                stream: 0,
                subject: 0,
                source: row.source,
                server: row.server,
                received: row.received,
                original: row.original,
                value: row.value,
                status: row.quality.status,
                flags: row.quality.flags,
            };
            let gather = open.get_or_insert_with(|| Gather::new(source.clone(), zone));
            if let Err(cells) = gather.push(&row.stream, &row.subject, cells) {
                let mut next = Gather::new(source.clone(), zone);
                next.push(&row.stream, &row.subject, cells).expect("an empty block takes a row");
                done.extend(open.replace(next).map(Gather::finish));
            }
        }
        done.extend(open.map(Gather::finish));
    }
    done
}
