//! One connector, from opening it to answering for what it delivered, again and again.
//!
//! The order that loses nothing: pull → frame with items, cursor and gaps → fsync → answer. After any error the whole
//! connector is dropped and a new one opened where the journal says.

use crate::clock;
use crate::engine::Engine;
use crate::intake::{Intake, Normaliser, PULL_ITEMS_MAX, Ready, ZonePolicy};
use anyhow::{Context, Result};
use portal::api::SourceState;
use record::{Catalogue, Cause, SourceId};
use source::config::ConnectorConfig;
use source::mapping::Plan;
use source::supervise::Backoff;
use source::{Budget, Connector, Cursor, Now, Replay, Resume, SrcErr};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Longest wait for the first value of a pull.
const PULL_WAIT: Duration = Duration::from_millis(500);
/// A pull that takes this much longer than it was given has hung: the connector is dropped.
const PULL_HANG: Duration = Duration::from_secs(60);
/// Longest time for opening a source and for an answer to it.
const OPEN_TIMEOUT: Duration = Duration::from_secs(60);

/// What one connector's task works with.
#[derive(Debug)]
pub struct Driver {
    /// Its file.
    pub config: ConnectorConfig,
    /// Rows of the mapping that are its own.
    pub plan: Plan,
    /// Catalogue with the X file.
    pub catalogue: &'static Catalogue,
    /// Zone policy.
    pub policy: ZonePolicy,
    /// How far a source time may be ahead.
    pub future_max: Duration,
    /// Everything durable.
    pub engine: Arc<Engine>,
    /// Cursor in the journal.
    pub cursor: Option<Vec<u8>>,
}

/// How a run of a connector ended.
enum Ended {
    /// The source failed; the connector is opened again.
    Source(SrcErr),
    /// Told to stop.
    Stopped,
}

/// Checks a connector's configuration and its rows of the mapping. Fails naming what does not fit; reaches nothing.
pub fn check(config: &ConnectorConfig, plan: &Plan, catalogue: &'static Catalogue, policy: ZonePolicy) -> Result<()> {
    let connector = config.connector(now())?;
    normaliser(connector.as_ref(), plan, catalogue, policy).map(drop)
}

fn normaliser(
    connector: &dyn Connector,
    plan: &Plan,
    catalogue: &'static Catalogue,
    policy: ZonePolicy,
) -> Result<Normaliser> {
    let dense = connector.caps().replay != Replay::Cursor;
    Ok(Normaliser::new(plan, catalogue, policy, dense)?)
}

impl Driver {
    fn intake(&self, connector: &dyn Connector) -> Result<Intake> {
        let normaliser = normaliser(connector, &self.plan, self.catalogue, self.policy)?;
        Ok(Intake::new(normaliser, self.future_max))
    }

    /// Keeps the connector running until `stop`. Fails only when the box must stop.
    pub async fn run(mut self, stop: CancellationToken) -> Result<()> {
        let source = self.plan.source().clone();
        let kind = self.kind();
        let mut backoff = Backoff::default();
        let mut cause = Cause::BoxDown;
        loop {
            self.engine.counts().source_state(&source, kind, SourceState::Connecting, None);
            let error = match self.run_once(&cause, &mut backoff, &stop).await? {
                Ended::Stopped => return Ok(()),
                Ended::Source(error) => error,
            };
            cause = Cause::Disconnected;
            let wait = backoff.failed(&error, Instant::now(), rand::random());
            metrics::counter!("yaoxia_box_source_failures_total", "source" => source.to_string()).increment(1);
            tracing::warn!(%source, %error, wait_ms = wait.as_millis(), "source lost");
            self.engine.counts().source_state(&source, kind, SourceState::Disconnected, Some(error.to_string()));
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn kind(&self) -> &'static str {
        match &self.config {
            config if config.opcua.is_some() => "opcua",
            config if config.device.is_some() => "device",
            _ => "sql",
        }
    }

    async fn run_once(&mut self, cause: &Cause, backoff: &mut Backoff, stop: &CancellationToken) -> Result<Ended> {
        let source = self.plan.source().clone();
        let mut connector = match self.config.connector(now()) {
            Ok(connector) => connector,
            Err(error) => return Ok(Ended::Source(error)),
        };
        let mut intake = self.intake(connector.as_ref())?;
        let resume = match self.cursor.clone().map(Cursor::new).transpose() {
            Ok(cursor) => cursor.map(|cursor| Resume { cursor, cause: *cause }),
            Err(error) => return Ok(Ended::Source(error)),
        };
        let opened = tokio::select! {
            () = stop.cancelled() => return Ok(Ended::Stopped),
            opened = tokio::time::timeout(OPEN_TIMEOUT, connector.open(&self.plan, resume.as_ref())) => opened,
        };
        match opened {
            Ok(Ok(continuity)) => tracing::info!(%source, ?continuity, "source open"),
            Ok(Err(error)) => return Ok(Ended::Source(error)),
            Err(_elapsed) => return Ok(Ended::Source(hung("opening", OPEN_TIMEOUT))),
        }
        backoff.opened(Instant::now());
        self.engine.counts().source_state(&source, self.kind(), SourceState::Connected, None);
        let budget = Budget { items_max: PULL_ITEMS_MAX, wait: PULL_WAIT };
        loop {
            // `next` may be dropped: what it has not given was not answered.
            let batch = tokio::select! {
                () = stop.cancelled() => return Ok(Ended::Stopped),
                batch = tokio::time::timeout(PULL_WAIT + PULL_HANG, connector.next(budget)) => batch,
            };
            let batch = match batch {
                Ok(Ok(batch)) => batch,
                Ok(Err(error)) => return Ok(Ended::Source(error)),
                Err(_elapsed) => return Ok(Ended::Source(hung("pulling", PULL_HANG))),
            };
            if batch.is_empty() {
                continue;
            }
            let token = batch.ack;
            let (outcomes, ids) = intake.outcomes(&batch);
            let held = self.engine.known(&ids).await?;
            let frames = intake.frames(batch, outcomes, held);
            let durable = self.append(frames, &source).await?;
            if let Err(error) = connector.ack(token).await {
                self.engine.settle(durable, &BTreeSet::new()).await?;
                return Ok(Ended::Source(error));
            }
            self.engine.settle(durable, &BTreeSet::new()).await?;
        }
    }

    async fn append(&mut self, frames: Vec<Ready>, source: &SourceId) -> Result<Vec<crate::engine::Durable>> {
        let mut durable = Vec::with_capacity(frames.len());
        for ready in frames {
            let cursor = ready.frame.cursor.clone();
            durable.push(self.engine.append(ready).await.with_context(|| format!("storing what {source} delivered"))?);
            if cursor.is_some() {
                self.cursor = cursor;
            }
        }
        Ok(durable)
    }
}

fn now() -> Now {
    Arc::new(clock::now)
}

fn hung(doing: &str, after: Duration) -> SrcErr {
    let detail = format!("{doing} gave no answer for {} s", after.as_secs());
    SrcErr::new(source::Stage::Read, source::Fault::Transient, detail)
}
