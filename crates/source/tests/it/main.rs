//! Connectors against real counterparts: PostgreSQL, SQLite files, an OPC UA server in this process behind a connection
//! that can be cut.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod config;
mod device;
mod mapping;
mod opcua;
mod plant;
mod read_only;
mod sql_postgres;
mod sql_sqlite;

use std::sync::Arc;
use std::time::{Duration, Instant};

use record::{Gap, Reject, SourceId, Timestamp};
use source::mapping::{Mapping, Plan};
use source::{Batch, Budget, Connector, Cursor, Now, Raw};

/// Longest wait of a test for something that must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn now() -> Now {
    Arc::new(|| Timestamp(jiff::Timestamp::now().as_microsecond()))
}

/// The plan of source `s` in a mapping of these rows.
pub(crate) fn plan(header: &str, rows: &[&str]) -> Plan {
    let text = format!("{header}\n{}\n", rows.join("\n"));
    let mapping = Mapping::parse("mapping.csv", &text).unwrap_or_else(|errors| panic!("{errors}"));
    mapping.plan(&SourceId::parse("s").unwrap())
}

/// Everything pulled in a while, acknowledged as a box would.
#[derive(Default)]
pub(crate) struct Pulled {
    pub(crate) items: Vec<Raw>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) cursor: Option<Cursor>,
}

impl Pulled {
    pub(crate) fn add(&mut self, batch: Batch) {
        self.items.extend(batch.items);
        self.rejects.extend(batch.rejects);
        self.gaps.extend(batch.gaps);
        self.cursor = batch.cursor.or(self.cursor.take());
    }

    pub(crate) fn texts(&self) -> Vec<&str> {
        self.items.iter().map(|item| &*item.text).collect()
    }
}

/// Pulls and acknowledges until `enough`. Fails the test if that takes longer than [`PATIENCE`].
pub(crate) async fn pull_until(connector: &mut dyn Connector, enough: impl Fn(&Pulled) -> bool) -> Pulled {
    let started = Instant::now();
    let mut pulled = Pulled::default();
    while !enough(&pulled) {
        assert!(
            started.elapsed() < PATIENCE,
            "only {} items {:?}, rejects {:?}, gaps {:?}",
            pulled.items.len(),
            pulled.texts().iter().take(20).collect::<Vec<_>>(),
            pulled.rejects,
            pulled.gaps
        );
        pull(connector, &mut pulled, Duration::from_millis(200)).await;
    }
    pulled
}

/// Pulls and acknowledges for a while, whatever comes.
pub(crate) async fn pull_for(connector: &mut dyn Connector, time: Duration) -> Pulled {
    let started = Instant::now();
    let mut pulled = Pulled::default();
    while started.elapsed() < time {
        pull(connector, &mut pulled, Duration::from_millis(100)).await;
    }
    pulled
}

async fn pull(connector: &mut dyn Connector, pulled: &mut Pulled, wait: Duration) {
    let batch = connector.next(Budget { items_max: 1_000, wait }).await.unwrap_or_else(|error| panic!("{error}"));
    let ack = batch.ack;
    pulled.add(batch);
    connector.ack(ack).await.unwrap_or_else(|error| panic!("{error}"));
}
