//! The alarm when segments stay unwitnessed for longer than `link.unwitnessed_max_s`.
//!
//! Comes in: how far the log is sealed and witnessed. Goes out: a sealed event when the alarm begins and one when it is
//! over, and since when something is unwitnessed, for the operator. Started anew, a box that is still late says so again.

use crate::clock;
use crate::counts::Counts;
use crate::engine::Engine;
use anyhow::{Context, Result};
use link::{Alarm, Unwitnessed};
use record::{BoxId, EquipmentId, EventKind, Qualifiers, Subject, Timestamp};
use state::{State, boxindex};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What the alarm works with.
#[derive(Debug)]
pub struct Watch {
    /// Seals the event.
    pub engine: Arc<Engine>,
    /// How far the log is sealed and witnessed.
    pub counts: Arc<Counts>,
    /// Index: when a segment was closed.
    pub state: State,
    /// Whose alarm it is.
    pub box_id: BoxId,
    /// Longest time in seconds that a segment may be unwitnessed.
    pub max_s: u64,
}

impl Watch {
    /// Looks until `stop`. Fails if an event cannot be sealed.
    pub async fn run(self, stop: CancellationToken) -> Result<()> {
        let mut alarm = Unwitnessed::new(self.max_s);
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            let oldest = match self.oldest().await {
                Ok(oldest) => oldest,
                Err(error) => {
                    tracing::warn!(%error, "age of the oldest unwitnessed segment not known");
                    continue;
                }
            };
            let change = alarm.at(oldest, clock::now());
            self.counts.unwitnessed(oldest, alarm.is_raised());
            if let Some(change) = change {
                self.seal(change).await.context("sealing the alarm of unwitnessed segments")?;
            }
        }
    }

    /// When the oldest unwitnessed segment was closed.
    async fn oldest(&self) -> Result<Option<Timestamp>, state::Error> {
        let witnessed = self.counts.witnessed_now().segments;
        if witnessed >= self.counts.sealed_now().segments {
            return Ok(None);
        }
        Ok(boxindex::below(self.state.read(), witnessed).await?.map(|(_, closed_at)| closed_at))
    }

    async fn seal(&self, change: Alarm) -> Result<()> {
        let (sealed, witnessed) = (self.counts.sealed_now().segments, self.counts.witnessed_now().segments);
        let mut facts = vec![
            ("sealed_segments", sealed.to_string()),
            ("witnessed_segments", witnessed.to_string()),
            ("allowed_s", self.max_s.to_string()),
        ];
        match change {
            Alarm::Raised { since } => {
                tracing::error!(sealed, witnessed, allowed_s = self.max_s, "unwitnessed for longer than allowed");
                facts.extend([("state", "unwitnessed".to_owned()), ("since_us", since.0.to_string())]);
            }
            Alarm::Over => {
                tracing::info!(sealed, witnessed, "witnessed again");
                facts.push(("state", "witnessed-again".to_owned()));
            }
        }
        let about = Subject::Equipment(EquipmentId::parse(self.box_id.as_str())?);
        let attributes: Qualifiers = facts.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let event = self.engine.own_event(EventKind::BoxState, about, attributes, "unwitnessed")?;
        let durable = self.engine.append(self.engine.own_frame(vec![event])?).await?;
        self.engine.settle(vec![durable], &BTreeSet::new()).await
    }
}
