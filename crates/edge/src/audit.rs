//! Seals the audit trail: each row of it becomes an event of the box.
//!
//! Comes in: rows of the trail, in their order, also those an operator's command added while the box stood still. Goes
//! out: events with number, act, outcome and hash of the row. The hash commits to the row and to all before it; what the
//! row says, and of whom, stays at the enterprise: the event is white.
//!
//! | step | a crash here leaves |
//! |---|---|
//! | event durable | the row is sealed again after the next start, under the same number and hash |
//! | number kept | nothing to do |

use crate::engine::Engine;
use anyhow::{Context, Result};
use record::{BoxId, EquipmentId, EventKind, Qualifiers, Subject};
use serde::Deserialize;
use state::audit::{self, Row};
use state::{Limit, PAGE_ROWS_MAX, State};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Kind of the sealed event.
const KIND: &str = "audit";
/// New rows are sealed after this long at the latest.
const SEAL_EVERY: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    act: String,
    outcome: String,
}

/// Seals rows as they come, until `stop`, and what is left then.
pub async fn follow(engine: Arc<Engine>, state: State, box_id: BoxId, stop: CancellationToken) -> Result<()> {
    loop {
        let stopped = tokio::select! {
            () = stop.cancelled() => true,
            () = tokio::time::sleep(SEAL_EVERY) => false,
        };
        seal(&engine, &state, &box_id).await.context("sealing the audit trail")?;
        if stopped {
            return Ok(());
        }
    }
}

async fn seal(engine: &Engine, state: &State, box_id: &BoxId) -> Result<()> {
    let mut through = audit::sealed_through(state.read()).await?;
    loop {
        let rows = audit::after(state.read(), through, Limit::clamped(PAGE_ROWS_MAX)).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        let last = last.seq;
        let events = rows.iter().map(|row| event(engine, box_id, row)).collect::<Result<_>>()?;
        let durable = engine.append(engine.own_frame(events)?).await?;
        engine.settle(vec![durable], &BTreeSet::new()).await?;
        let write = state.write().await?;
        audit::set_sealed_through(&write, last).await?;
        write.commit().await?;
        through = last;
    }
}

fn event(engine: &Engine, box_id: &BoxId, row: &Row) -> Result<record::Entry> {
    let told: Told = serde_json::from_str(&row.body).with_context(|| format!("audit row {}", row.seq))?;
    let facts =
        [("seq", row.seq.to_string()), ("act", told.act), ("outcome", told.outcome), ("hash", row.hash.to_string())];
    let attributes: Qualifiers = facts.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    let about = Subject::Equipment(EquipmentId::parse(box_id.as_str())?);
    engine.own_event(EventKind::Other(KIND.into()), about, attributes, &format!("audit/{}", row.seq))
}
