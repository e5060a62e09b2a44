//! What the governance end asks of the center: its figures and its boxes.
//!
//! Durable and sealed are what a box says of itself, but never less than what the center has verified; witnessed and
//! received are what the center has verified.

use async_trait::async_trait;
use portal::api::{BoxRow, EnterpriseRef, Overview, Progress, Text, Verification};
use portal::ends::GovernanceEnd;
use portal::{Problem, open_by_level};
use record::{BoxId, Timestamp};
use state::boxes::{Enterprise, Registered};
use state::ingest::{Head, Held};
use state::region::Within;
use state::{State, batches, boxes, ingest};
use tokio::sync::watch;

use crate::clock;

/// A box is online if it was heard of within this many heartbeats.
const HEARTBEATS_MISSED_MAX: u64 = 3;

/// The center, as the portal asks it.
#[derive(Debug)]
pub(crate) struct Governance {
    pub(crate) state: State,
    /// Everything up to this `ingest_no` is in the tables.
    pub(crate) in_lake: watch::Receiver<u64>,
}

#[async_trait]
impl GovernanceEnd for Governance {
    async fn overview(&self, within: &Within) -> Result<Overview, Problem> {
        let rows = self.boxes(within).await?;
        let db = self.state.read();
        let now = clock::now();
        let day = clock::day_began(now);
        let today = ingest::held_since(db, day).await?;
        let own = |held: &&Held| rows.iter().any(|row| row.box_id == held.box_id.as_str());
        Ok(Overview {
            boxes: rows.len() as u64,
            boxes_online: rows.iter().filter(|row| row.online).count() as u64,
            batches: batches::number(db, within).await?,
            readings: rows.iter().map(|row| row.readings).sum(),
            readings_in_lake: rows.iter().map(|row| row.readings_in_lake).sum(),
            batches_today: batches::number_since(db, within, day).await?,
            readings_today: today.iter().filter(own).map(|held| held.counts.readings).sum(),
            day_began_at: day.into(),
            warnings_open: open_by_level(&self.state, within).await?,
            counted_at: now.into(),
        })
    }

    async fn boxes(&self, within: &Within) -> Result<Vec<BoxRow>, Problem> {
        let db = self.state.read();
        let now = clock::now();
        let through = *self.in_lake.borrow();
        let in_lake = ingest::held(db, through).await?;
        let held = ingest::held(db, i64::MAX.unsigned_abs()).await?;
        let enterprises = boxes::enterprises(db).await?;
        let mut rows = Vec::new();
        for known in boxes::within(db, within).await? {
            let head = ingest::head(db, &known.box_.id).await?;
            let of = |counted: &[Held]| find(counted, &known.box_.id).cloned();
            rows.push(row(&known, head.as_ref(), of(&held), of(&in_lake), &enterprises, now));
        }
        rows.sort_by(|a, b| (&a.enterprise.id, &a.box_id).cmp(&(&b.enterprise.id, &b.box_id)));
        Ok(rows)
    }
}

fn find<'a>(counted: &'a [Held], box_id: &BoxId) -> Option<&'a Held> {
    counted.iter().find(|held| held.box_id == *box_id)
}

fn row(
    known: &Registered,
    head: Option<&Head>,
    held: Option<Held>,
    in_lake: Option<Held>,
    enterprises: &[Enterprise],
    now: Timestamp,
) -> BoxRow {
    let report = known.report.as_ref();
    let received = held.as_ref().map(|held| held.last_received_at);
    let last_seen = report.map(|report| report.seen_at).max(received);
    let allowed_us = (HEARTBEATS_MISSED_MAX * link::HEARTBEAT_INTERVAL_MS * 1_000).cast_signed();
    let lag_us = report.map(|report| report.oldest_unsent_at.map_or(0, |at| (report.box_clock.0 - at.0).max(0)));
    let named = enterprises.iter().find(|enterprise| enterprise.id == known.box_.enterprise);
    let verification = match (&known.frozen, &held) {
        (Some(_), _) => Verification::Frozen,
        (None, Some(_)) => Verification::Sound,
        (None, None) => Verification::Nothing,
    };
    // What is witnessed is sealed and durable, even if the box's last word on that is older.
    let witnessed_entries = held.as_ref().map_or(0, |held| held.counts.entries);
    let witnessed_segments = head.map_or(0, |head| head.size);
    let sealed_entries = report.map_or(0, |report| report.sealed_entries).max(witnessed_entries);
    BoxRow {
        box_id: known.box_.id.to_string(),
        enterprise: EnterpriseRef {
            id: known.box_.enterprise.to_string(),
            name: Text {
                zh: named.map_or_else(String::new, |named| named.name_zh.clone()),
                en: named.map_or_else(String::new, |named| named.name_en.clone()),
            },
        },
        online: last_seen.is_some_and(|at| now.0 - at.0 <= allowed_us) && known.retired_at.is_none(),
        last_seen_at: last_seen.map(Into::into),
        lag_ms: lag_us.map(|lag| lag.unsigned_abs() / 1_000),
        progress: Progress {
            durable_entries: report.map_or(0, |report| report.durable_entries).max(sealed_entries),
            sealed_entries,
            witnessed_entries,
            sealed_segments: report.map_or(0, |report| report.sealed_segments).max(witnessed_segments),
            witnessed_segments,
            sealed_at: None,
            witnessed_at: head.map(|head| head.cosigned_at.into()),
        },
        readings: held.map_or(0, |held| held.counts.readings),
        readings_in_lake: in_lake.map_or(0, |held| held.counts.readings),
        verification,
        frozen_why: known.frozen.as_ref().map(|(_, why)| why.clone()),
    }
}
