//! What one append writes: the rows of a run of segments, column by column.
//!
//! Comes in: segments in ingest order, each with its opened entries. Goes out: columns for both tables, by the day
//! the segment was sealed. Never here: a segment twice, a segment skipped, a row a table has already.

use std::collections::BTreeMap;

use record::{BoxId, EnterpriseId, Entry, Timestamp};

use crate::error::Error;
use crate::event::EventColumns;
use crate::reading::ReadingColumns;

/// Rows from which [`Batch::is_full`] asks to append: about a second of the center's full load, about 100 MB of columns.
pub const BATCH_ROWS_FULL: usize = 500_000;

/// Segments from which [`Batch::is_full`] asks to append, whatever they hold.
pub const BATCH_SEGMENTS_FULL: u64 = 4_096;

/// Microseconds of a day.
const DAY_US: i64 = 86_400_000_000;

/// Last day that has a partition of its own: 9999-12-31.
const DAY_MAX: i64 = 2_932_896;

/// Days since 1970-01-01; none for a clock that shows no day from 1970 to 9999.
pub(crate) type Day = Option<i32>;

/// Where a segment comes from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// Dense number the center gave the segment; the first is 1.
    pub ingest_no: u64,
    /// Box that sealed it.
    pub box_id: &'a BoxId,
    /// Enterprise the box stands in.
    pub enterprise: &'a EnterpriseId,
    /// Number of the segment in the box's log.
    pub seg_no: u64,
    /// When the box closed the segment, as its header says.
    pub sealed_at: Timestamp,
}

/// Where a row comes from, in the types of its columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position<'a> {
    pub(crate) ingest_no: i64,
    pub(crate) box_id: &'a BoxId,
    pub(crate) enterprise: &'a EnterpriseId,
    pub(crate) seg_no: i64,
    pub(crate) entry: i32,
}

/// Last ingest number each table holds; 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) reading: u64,
    pub(crate) event: u64,
}

impl Marks {
    /// The last number both tables hold.
    pub(crate) fn both(self) -> u64 {
        self.reading.min(self.event)
    }
}

/// The columns of the segments sealed on one day.
#[derive(Debug)]
pub(crate) struct DayColumns {
    pub(crate) reading: ReadingColumns,
    pub(crate) event: EventColumns,
}

/// The rows of a run of segments, waiting to be appended. Made by [`crate::Writer::batch`].
#[derive(Debug)]
pub struct Batch {
    pub(crate) marks: Marks,
    pub(crate) last: u64,
    pub(crate) days: BTreeMap<Day, DayColumns>,
    rows: usize,
}

impl Batch {
    pub(crate) fn after(marks: Marks) -> Self {
        Self { marks, last: marks.both(), days: BTreeMap::new(), rows: 0 }
    }

    /// The ingest number the next pushed segment must have.
    pub fn next_ingest_no(&self) -> u64 {
        self.last + 1
    }

    /// Segments pushed so far.
    pub fn segments(&self) -> u64 {
        self.last - self.marks.both()
    }

    /// Rows of both tables so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Nothing was pushed.
    pub fn is_empty(&self) -> bool {
        self.segments() == 0
    }

    /// Large enough to be appended without waiting for more.
    pub fn is_full(&self) -> bool {
        self.rows >= BATCH_ROWS_FULL || self.segments() >= BATCH_SEGMENTS_FULL
    }

    /// Adds a segment: its entries that the center can read, each with its number in the segment.
    ///
    /// Rows a table holds already are left out, so a segment of which only one table was written is completed, never
    /// doubled. A segment whose entries are all closed to the center still counts.
    ///
    /// Fails with [`Error::OutOfOrder`], with nothing added, if the segment is not the next one; with
    /// [`Error::TooLarge`] if a number does not fit its column, and then the batch must be dropped.
    pub fn push<'e>(
        &mut self,
        origin: &Origin<'_>,
        entries: impl IntoIterator<Item = (u32, &'e Entry)>,
    ) -> Result<(), Error> {
        if origin.ingest_no != self.next_ingest_no() {
            return Err(Error::OutOfOrder { expected: self.next_ingest_no(), got: origin.ingest_no });
        }
        let mut at = Position {
            ingest_no: long("ingest_no", origin.ingest_no)?,
            box_id: origin.box_id,
            enterprise: origin.enterprise,
            seg_no: long("seg_no", origin.seg_no)?,
            entry: 0,
        };
        let to_reading = origin.ingest_no > self.marks.reading;
        let to_event = origin.ingest_no > self.marks.event;
        let columns = match self.days.entry(day(origin.sealed_at)) {
            std::collections::btree_map::Entry::Occupied(columns) => columns.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(DayColumns { reading: ReadingColumns::new()?, event: EventColumns::new() })
            }
        };
        let before = columns.reading.rows() + columns.event.rows();
        for (number, entry) in entries {
            at.entry = int("entry", u64::from(number))?;
            match entry {
                Entry::Reading(reading) if to_reading => columns.reading.push_reading(&at, reading)?,
                Entry::Block(block) if to_reading => columns.reading.push_block(&at, block)?,
                Entry::Event(event) if to_event => columns.event.push_event(&at, event)?,
                Entry::Reject(reject) if to_event => columns.event.push_reject(&at, reject),
                Entry::Gap(gap) if to_event => columns.event.push_gap(&at, gap)?,
                Entry::Finding(finding) if to_event => columns.event.push_finding(&at, finding),
                // The table the entry belongs to holds this segment already.
                Entry::Reading(_)
                | Entry::Block(_)
                | Entry::Event(_)
                | Entry::Reject(_)
                | Entry::Gap(_)
                | Entry::Finding(_) => {}
            }
        }
        self.rows += columns.reading.rows() + columns.event.rows() - before;
        self.last = origin.ingest_no;
        Ok(())
    }
}

/// A number as its 32-bit column has it.
pub(crate) fn int(column: &'static str, value: u64) -> Result<i32, Error> {
    i32::try_from(value).ok().ok_or(Error::TooLarge { column, value })
}

/// A number as its 64-bit column has it.
pub(crate) fn long(column: &'static str, value: u64) -> Result<i64, Error> {
    i64::try_from(value).ok().ok_or(Error::TooLarge { column, value })
}

/// The UTC day of an instant. One segment has one day, so a box with a wild clock costs one small file a segment, not
/// one a row.
fn day(at: Timestamp) -> Day {
    let day = at.0.div_euclid(DAY_US);
    if (0..=DAY_MAX).contains(&day) { i32::try_from(day).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_utc_and_a_wild_clock_has_none() {
        assert_eq!(day(Timestamp(0)), Some(0));
        assert_eq!(day(Timestamp(DAY_US - 1)), Some(0));
        assert_eq!(day(Timestamp(DAY_US)), Some(1));
        assert_eq!(day(Timestamp(-1)), None);
        assert_eq!(day(Timestamp(i64::MAX)), None);
    }
}
