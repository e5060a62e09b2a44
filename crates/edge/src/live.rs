//! The newest reading of each stream, for the page. In memory only.

use portal::Live;
use portal::api::{LATEST_LEN_MAX, Latest, LiveEvent, LiveReading};
use record::{Block, BlockRow, Catalogue, Clocks, Entry, Qualifiers, Quality, Reading, SourceKey, Value, record_id};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Streams remembered; more are left out and counted.
pub const STREAMS_MAX: usize = 20_000;

/// The newest reading of each stream of one delivery.
#[derive(Debug, Default)]
pub struct Newest(BTreeMap<String, LiveReading>);

impl Newest {
    /// Of these entries.
    pub fn of<'a>(entries: impl Iterator<Item = &'a Entry>, catalogue: &Catalogue) -> Self {
        let mut newest = Self::default();
        for entry in entries {
            match entry {
                Entry::Reading(reading) => newest.put(LiveReading::of(reading, catalogue)),
                Entry::Block(block) => newest.block(block, catalogue),
                Entry::Event(_) | Entry::Finding(_) | Entry::Reject(_) | Entry::Gap(_) => {}
            }
        }
        newest
    }

    fn put(&mut self, reading: LiveReading) {
        self.0.insert(reading.stream.clone(), reading);
    }

    fn block(&mut self, block: &Block, catalogue: &Catalogue) {
        let mut last = BTreeMap::new();
        for row in &block.rows {
            last.insert(row.stream, row);
        }
        for row in last.into_values() {
            self.put(LiveReading::of(&as_reading(block, row), catalogue));
        }
    }
}

/// A row as the single reading it stands for.
pub(crate) fn as_reading(block: &Block, row: &BlockRow) -> Reading {
    let stream = &block.streams[usize::from(row.stream)];
    let time = row.source.unwrap_or(row.received);
    let key = SourceKey::parse(&time.0.to_string()).expect("digits are an identifier");
    Reading {
        id: record_id(&block.source, &stream.address, &key, 1),
        source: block.source.clone(),
        key,
        version: 1,
        parameter: stream.parameter.clone(),
        qualifiers: stream.qualifiers.clone(),
        subject: block.subjects[usize::from(row.subject)].clone(),
        verbatim: row.value.to_string().into(),
        value: Value::number(row.value),
        unit: stream.unit.clone(),
        quality: Quality { status: row.status, flags: row.flags },
        clocks: Clocks { source: row.source, server: row.server, received: row.received },
        attributes: Qualifiers::new(),
        zone: block.zone,
    }
}

/// What the page is told.
#[derive(Clone, Debug)]
pub struct Page {
    live: Live,
    newest: Arc<Mutex<BTreeMap<String, LiveReading>>>,
}

impl Page {
    /// Nothing yet.
    pub fn new(live: Live) -> Self {
        Self { live, newest: Arc::default() }
    }

    /// New readings came.
    pub fn readings(&self, new: Newest) {
        if new.0.is_empty() {
            return;
        }
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        for (stream, reading) in &new.0 {
            if newest.len() < STREAMS_MAX || newest.contains_key(stream) {
                newest.insert(stream.clone(), reading.clone());
            }
        }
        drop(newest);
        self.publish(&LiveEvent::Readings(new.0.into_values().collect()));
    }

    /// Tells every open page.
    pub fn publish(&self, event: &LiveEvent) {
        if let Err(error) = self.live.publish(event) {
            tracing::error!(%error, "event for the page cannot be written");
        }
    }

    /// The newest reading of each stream, by parameter and stream.
    pub fn latest(&self) -> Latest {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let mut readings: Vec<LiveReading> = newest.values().cloned().collect();
        drop(newest);
        readings.sort_by(|a, b| (&a.parameter.code, &a.stream).cmp(&(&b.parameter.code, &b.stream)));
        let left_out = readings.len().saturating_sub(LATEST_LEN_MAX);
        readings.truncate(LATEST_LEN_MAX);
        Latest { readings, left_out: u64::try_from(left_out).expect("at most STREAMS_MAX") }
    }
}
