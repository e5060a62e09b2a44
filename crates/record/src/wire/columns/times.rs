//! Times: runs of equal instants, each as the change of its step against the step before, in µs.

use super::{BlockRow, DecodeError, Reader, Timestamp, Writer, check_time, unzigzag, zigzag};

/// No row has this time.
const COLUMN_ABSENT: u8 = 0;
/// Every row has it.
const COLUMN_FULL: u8 = 1;
/// Some rows have it.
const COLUMN_MIXED: u8 = 2;
/// Every row has what it has as source time, and some row has one.
const COLUMN_TWIN: u8 = 3;

/// Run token, bit 0: two or more rows; how many beyond two follows.
const LONG: u64 = 1;
/// Run token of a mixed column, bit 1: the rows of the run have no such time.
const ABSENT: u64 = 2;

/// Whether a column may be written as "the same as the source time".
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Twin {
    /// It may not: it is the source time.
    None,
    /// It may.
    Source,
}

/// Predicts each run's instant: one step on, the step being that between the last two runs.
struct Pace {
    at_us: i64,
    step_us: i64,
    first: bool,
}

impl Pace {
    const fn from(base: Timestamp) -> Self {
        Self { at_us: base.0, step_us: 0, first: true }
    }

    /// The change of step that leads to `to`. Wraps instead of overflowing; instants out of range are refused elsewhere.
    const fn change(&mut self, to: Timestamp) -> i64 {
        let step_us = to.0.wrapping_sub(self.at_us);
        let change_us = step_us.wrapping_sub(self.step_us);
        self.advance(to, step_us);
        change_us
    }

    const fn apply(&mut self, change_us: i64) -> Timestamp {
        let step_us = self.step_us.wrapping_add(change_us);
        let to = Timestamp(self.at_us.wrapping_add(step_us));
        self.advance(to, step_us);
        to
    }

    const fn advance(&mut self, to: Timestamp, step_us: i64) {
        // The way from the base to the first run says nothing of the pace.
        self.step_us = if self.first { 0 } else { step_us };
        self.first = false;
        self.at_us = to.0;
    }
}

pub(super) fn put_received(to: &mut Writer<'_>, rows: &[BlockRow]) {
    let mut pace = Pace::from(Timestamp(0));
    for run in rows.chunk_by(|a, b| a.received == b.received) {
        to.check_time("received time", run[0].received);
        put_run(to, zigzag(pace.change(run[0].received)) << 1, run.len());
    }
}

pub(super) fn take_received(from: &mut Reader<'_>, rows: &mut [BlockRow]) -> Result<(), DecodeError> {
    const WHAT: &str = "received time";
    let mut pace = Pace::from(Timestamp(0));
    let mut rows = rows.iter_mut();
    let mut before = None;
    while rows.len() > 0 {
        let at = from.at();
        let token = from.varint(WHAT)?;
        let time = check_time(WHAT, at, pace.apply(unzigzag(token >> 1)))?;
        let len = run_len(from, WHAT, token, rows.len())?;
        distinct(WHAT, at, &mut before, Some(time))?;
        for row in rows.by_ref().take(len) {
            row.received = time;
        }
    }
    Ok(())
}

pub(super) fn put_optional(
    to: &mut Writer<'_>,
    what: &'static str,
    rows: &[BlockRow],
    time: impl Fn(&BlockRow) -> Option<Timestamp>,
    twin: Twin,
) {
    let column = column_of(rows, &time, twin);
    to.byte(column);
    if column == COLUMN_ABSENT || column == COLUMN_TWIN {
        return;
    }
    let shift = if column == COLUMN_MIXED { 2 } else { 1 };
    let mut pace = Pace::from(rows[0].received);
    for run in rows.chunk_by(|a, b| time(a) == time(b)) {
        let token = match time(&run[0]) {
            None => ABSENT,
            Some(instant) => {
                to.check_time(what, instant);
                zigzag(pace.change(instant)) << shift
            }
        };
        put_run(to, token, run.len());
    }
}

pub(super) fn take_optional(
    from: &mut Reader<'_>,
    what: &'static str,
    rows: &mut [BlockRow],
    time: impl Fn(&mut BlockRow) -> &mut Option<Timestamp>,
    twin: Twin,
) -> Result<(), DecodeError> {
    let column_at = from.at();
    let column = from.byte(what)?;
    match column {
        COLUMN_ABSENT => {}
        COLUMN_FULL | COLUMN_MIXED => take_runs(from, what, column, rows, &time)?,
        COLUMN_TWIN if twin == Twin::Source => {
            for row in &mut *rows {
                *time(row) = row.source;
            }
        }
        found => return Err(from.unknown(what, found)),
    }
    // The other columns could say the same: only the one the writer chooses is taken.
    let mut seen = Seen::default();
    for row in rows {
        let source = row.source;
        seen.row(*time(row), source);
    }
    if seen.column(twin) != column {
        return Err(DecodeError::NotCanonical { what, at: column_at, why: "the column has another form" });
    }
    Ok(())
}

fn take_runs(
    from: &mut Reader<'_>,
    what: &'static str,
    column: u8,
    rows: &mut [BlockRow],
    time: impl Fn(&mut BlockRow) -> &mut Option<Timestamp>,
) -> Result<(), DecodeError> {
    let mut pace = Pace::from(rows[0].received);
    let mut rows = rows.iter_mut();
    let mut before = None;
    while rows.len() > 0 {
        let at = from.at();
        let token = from.varint(what)?;
        let instant = if column == COLUMN_FULL {
            Some(pace.apply(unzigzag(token >> 1)))
        } else if token & ABSENT == 0 {
            Some(pace.apply(unzigzag(token >> 2)))
        } else if token >> 2 == 0 {
            None
        } else {
            return Err(DecodeError::NotCanonical { what, at, why: "an absent time with a value" });
        };
        let instant = instant.map(|instant| check_time(what, at, instant)).transpose()?;
        let len = run_len(from, what, token, rows.len())?;
        distinct(what, at, &mut before, instant)?;
        for row in rows.by_ref().take(len) {
            *time(row) = instant;
        }
    }
    Ok(())
}

fn put_run(to: &mut Writer<'_>, token: u64, rows: usize) {
    if rows > 1 {
        to.varint(token | LONG);
        to.varint((rows - 2) as u64);
    } else {
        to.varint(token);
    }
}

fn run_len(from: &mut Reader<'_>, what: &'static str, token: u64, left: usize) -> Result<usize, DecodeError> {
    if token & LONG == 0 {
        return Ok(1);
    }
    let at = from.at();
    let Some(max) = left.checked_sub(2) else {
        return Err(DecodeError::Range { what, at });
    };
    from.count(what, max).map(|beyond| beyond + 2)
}

/// Two runs of one value in a row would be a second form of one run.
fn distinct(
    what: &'static str,
    at: usize,
    before: &mut Option<Option<Timestamp>>,
    now: Option<Timestamp>,
) -> Result<(), DecodeError> {
    if before.replace(now) == Some(now) {
        return Err(DecodeError::NotCanonical { what, at, why: "a run continues the one before" });
    }
    Ok(())
}

/// What must be known of a column to choose its form.
#[derive(Default)]
struct Seen {
    present: bool,
    absent: bool,
    unlike_source: bool,
}

impl Seen {
    fn row(&mut self, time: Option<Timestamp>, source: Option<Timestamp>) {
        self.present |= time.is_some();
        self.absent |= time.is_none();
        self.unlike_source |= time != source;
    }

    const fn column(&self, twin: Twin) -> u8 {
        match self {
            Self { present: false, .. } => COLUMN_ABSENT,
            Self { unlike_source: false, .. } if matches!(twin, Twin::Source) => COLUMN_TWIN,
            Self { absent: false, .. } => COLUMN_FULL,
            Self { .. } => COLUMN_MIXED,
        }
    }
}

fn column_of(rows: &[BlockRow], time: impl Fn(&BlockRow) -> Option<Timestamp>, twin: Twin) -> u8 {
    let mut seen = Seen::default();
    for row in rows {
        seen.row(time(row), row.source);
    }
    seen.column(twin)
}
