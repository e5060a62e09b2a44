//! The columns of a block's rows. Each is read back exactly, and each has one form only.

use super::DecodeError;
use super::reader::{Reader, check_time, unzigzag};
use super::writer::{Writer, scale_of, zigzag};
use crate::{BlockRow, Flags, Timestamp};
use rust_decimal::Decimal;

mod times;
mod values;

/// Writes all columns; `rows` is not empty and every row's stream is below `streams`.
pub(super) fn put(to: &mut Writer<'_>, streams: usize, rows: &[BlockRow]) {
    put_turns(to, streams, rows);
    put_runs(to, rows, |row| u32::from(row.subject));
    times::put_received(to, rows);
    times::put_optional(to, "source time", rows, |row| row.source, times::Twin::None);
    times::put_optional(to, "server time", rows, |row| row.server, times::Twin::Source);
    times::put_optional(to, "original time", rows, |row| row.original, times::Twin::Source);
    put_runs(to, rows, |row| row.status);
    put_runs(to, rows, |row| row.flags.0);
    values::put(to, streams, rows);
}

/// Reads all columns into `rows`, which is not empty.
pub(super) fn take(
    from: &mut Reader<'_>,
    streams: usize,
    subjects: usize,
    rows: &mut [BlockRow],
) -> Result<(), DecodeError> {
    take_turns(from, streams, rows)?;
    let at = from.at();
    take_runs(from, "subject", rows, |row, subject| {
        let subject = u16::try_from(subject).ok().filter(|index| usize::from(*index) < subjects);
        row.subject = subject.ok_or(DecodeError::Range { what: "subject", at })?;
        Ok(())
    })?;
    times::take_received(from, rows)?;
    times::take_optional(from, "source time", rows, |row| &mut row.source, times::Twin::None)?;
    times::take_optional(from, "server time", rows, |row| &mut row.server, times::Twin::Source)?;
    times::take_optional(from, "original time", rows, |row| &mut row.original, times::Twin::Source)?;
    take_runs(from, "status", rows, |row, status| {
        row.status = status;
        Ok(())
    })?;
    take_runs(from, "flags", rows, |row, flags| {
        row.flags = Flags(flags);
        Ok(())
    })?;
    values::take(from, streams, rows)
}

/// Guesses which stream comes next: the one that followed last time; at first, the next of the table in turn.
struct Turns {
    follows: Vec<u16>,
    last: u16,
}

impl Turns {
    fn new(streams: usize) -> Self {
        let len = u16::try_from(streams).expect("the stream table has a limit below 65,536");
        let follows = (1..len).chain([0]).collect();
        Self { follows, last: len - 1 }
    }

    fn guess(&self) -> u16 {
        self.follows[usize::from(self.last)]
    }

    fn learn(&mut self, stream: u16) {
        self.follows[usize::from(self.last)] = stream;
        self.last = stream;
    }
}

/// Streams: the number of rows guessed right, then the stream that was guessed wrong, and so on to the last row.
fn put_turns(to: &mut Writer<'_>, streams: usize, rows: &[BlockRow]) {
    let mut turns = Turns::new(streams);
    let mut right = 0u64;
    for row in rows {
        if turns.guess() == row.stream {
            right += 1;
        } else {
            to.varint(right);
            to.varint(u64::from(row.stream));
            right = 0;
        }
        turns.learn(row.stream);
    }
    if right > 0 {
        to.varint(right);
    }
}

fn take_turns(from: &mut Reader<'_>, streams: usize, rows: &mut [BlockRow]) -> Result<(), DecodeError> {
    let mut turns = Turns::new(streams);
    let mut rows = rows.iter_mut();
    while rows.len() > 0 {
        let right = from.count("stream run", rows.len())?;
        for row in rows.by_ref().take(right) {
            row.stream = turns.guess();
            turns.learn(row.stream);
        }
        let Some(row) = rows.next() else {
            return Ok(());
        };
        let at = from.at();
        let stream = from.count("stream", streams - 1)?;
        row.stream = u16::try_from(stream).or(Err(DecodeError::Range { what: "stream", at }))?;
        if row.stream == turns.guess() {
            return Err(DecodeError::NotCanonical { what: "stream", at, why: "it was guessed right" });
        }
        turns.learn(row.stream);
    }
    Ok(())
}

/// Runs of equal numbers: the number, then how many rows have it.
fn put_runs(to: &mut Writer<'_>, rows: &[BlockRow], number: impl Fn(&BlockRow) -> u32) {
    for run in rows.chunk_by(|a, b| number(a) == number(b)) {
        to.varint(u64::from(number(&run[0])));
        to.varint(run.len() as u64);
    }
}

fn take_runs(
    from: &mut Reader<'_>,
    what: &'static str,
    rows: &mut [BlockRow],
    set: impl Fn(&mut BlockRow, u32) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    let mut rows = rows.iter_mut();
    let mut before = None;
    while rows.len() > 0 {
        let at = from.at();
        let number = from.varint_u32(what)?;
        if before == Some(number) {
            return Err(DecodeError::NotCanonical { what, at, why: "a run continues the one before" });
        }
        before = Some(number);
        let len = from.count(what, rows.len())?;
        if len == 0 {
            return Err(DecodeError::NotCanonical { what, at, why: "a run of no rows" });
        }
        for row in rows.by_ref().take(len) {
            set(row, number)?;
        }
    }
    Ok(())
}
