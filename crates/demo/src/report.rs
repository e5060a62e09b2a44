//! The report of a headless run: what each plant emitted, what became of it, which warnings it raised, and whether the
//! logs are sound. Counts come from three sides that do not know each other: plant, box, center.

use crate::api::Session;
use crate::boxes::Status;
use crate::process;
use crate::province::Province;
use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;
use std::path::Path;

/// One box, counted by its plant, by itself and by the center.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct BoxCounts {
    pub(crate) id: String,
    /// By the plant.
    pub(crate) emitted: u64,
    /// By the box.
    pub(crate) accepted: u64,
    pub(crate) rejected: u64,
    pub(crate) lost_in_gaps: u64,
    pub(crate) witnessed: u64,
    /// By the center's tables.
    pub(crate) in_lake: u64,
    pub(crate) segments: u64,
}

impl BoxCounts {
    /// The three sides agree.
    pub(crate) fn agree(&self) -> bool {
        self.emitted == self.accepted + self.rejected + self.lost_in_gaps
            && self.accepted == self.witnessed
            && self.accepted == self.in_lake
    }
}

/// One warning as the center holds it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Warning {
    id: Value,
    enterprise: Value,
    product: Value,
    batch: Value,
    parameter: Value,
    model: Value,
    signal: Value,
    level: Value,
    agreement: Value,
    result_at: Value,
    raised_at_box: Value,
    raised_at_center: Value,
}

/// What `yaoxia-verify` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Verdicts {
    pub(crate) boxes: &'static str,
    pub(crate) center: &'static str,
}

/// The whole report.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) boxes: Vec<BoxCounts>,
    /// Batches the center knows.
    pub(crate) batches: u64,
    /// Readings in the center's tables.
    pub(crate) readings: u64,
    /// Batches with a planted fault, by the plants.
    pub(crate) planted: Vec<String>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) verify: Verdicts,
}

impl Report {
    /// Everything agrees and is sound.
    pub(crate) fn passes(&self) -> bool {
        self.boxes.iter().all(BoxCounts::agree) && self.verify.boxes == SOUND && self.verify.center == SOUND
    }
}

pub(crate) const SOUND: &str = "sound";
const UNSOUND: &str = "unsound";

/// Counts of all boxes; `None` while a box does not answer.
pub(crate) async fn counts(province: &Province) -> Result<Option<Vec<BoxCounts>>> {
    let center = province.center.status().await?;
    let mut all = Vec::new();
    for made in &province.boxes {
        let Some(status) = made.status(&province.client).await? else { return Ok(None) };
        let emitted = plant_report(&made.site.plant_report())?.emitted();
        let held = center["boxes"].as_array().into_iter().flatten().find(|held| held["box_id"] == status.box_id);
        let in_lake = match held {
            Some(held) => held["in_lake"].as_u64().context("the center's status has no in_lake")?,
            // Nothing of this box has arrived yet.
            None => 0,
        };
        all.push(of(&status, emitted, in_lake));
    }
    Ok(Some(all))
}

/// Every plant has told its history and every box and the center have taken it in.
pub(crate) async fn drained(province: &Province) -> Result<bool> {
    for made in &province.boxes {
        let finished = plant_report(&made.site.plant_report())?.finished;
        let drained = made.status(&province.client).await?.is_some_and(|status| status.drained);
        if !finished || !drained {
            return Ok(false);
        }
    }
    Ok(counts(province).await?.is_some_and(|counts| counts.iter().all(BoxCounts::agree)))
}

/// Warnings and figures from the center's API. The center must be running.
pub(crate) async fn gather(province: &Province, boxes: Vec<BoxCounts>) -> Result<Report> {
    let session = Session::open(province.client.clone(), &province.center.url(), &province.admin).await?;
    let overview = session.overview().await?;
    let figure =
        |name: &str| overview[name].as_u64().with_context(|| format!("the overview has no {name}: {overview}"));
    let warnings = session.warnings().await?.iter().map(warning).collect();
    let mut planted = Vec::new();
    for made in &province.boxes {
        planted.extend(plant_report(&made.site.plant_report())?.planted);
    }
    Ok(Report {
        boxes,
        batches: figure("batches")?,
        readings: figure("readings_in_lake")?,
        planted,
        warnings,
        verify: Verdicts::default(),
    })
}

/// Runs `yaoxia-verify` over every box's log and over the center's evidence. All programs must have stopped.
pub(crate) async fn verify(province_boxes: &[std::path::PathBuf], evidence: &Path, trust: &Path) -> Result<Verdicts> {
    let mut boxes = SOUND;
    for log in province_boxes {
        if !sound(log, trust).await? {
            boxes = UNSOUND;
        }
    }
    Ok(Verdicts { boxes, center: if sound(evidence, trust).await? { SOUND } else { UNSOUND } })
}

async fn sound(folder: &Path, trust: &Path) -> Result<bool> {
    let program = process::program("yaoxia-verify")?;
    let output = tokio::process::Command::new(program).arg(folder).arg("--trust").arg(trust).output().await?;
    match output.status.code() {
        Some(0) => Ok(true),
        Some(1) => {
            eprintln!("{}", String::from_utf8_lossy(&output.stdout));
            Ok(false)
        }
        _ => anyhow::bail!("yaoxia-verify {}: {}", folder.display(), String::from_utf8_lossy(&output.stderr)),
    }
}

fn of(status: &Status, emitted: u64, in_lake: u64) -> BoxCounts {
    BoxCounts {
        id: status.box_id.clone(),
        emitted,
        accepted: status.accepted,
        rejected: status.rejected,
        lost_in_gaps: status.lost_in_gaps,
        witnessed: status.witnessed,
        in_lake,
        segments: status.segments,
    }
}

fn warning(row: &Value) -> Warning {
    let field = |name: &str| row[name].clone();
    Warning {
        id: field("id"),
        enterprise: row["enterprise"]["id"].clone(),
        product: field("product"),
        batch: field("batch"),
        parameter: row["parameter"]["code"].clone(),
        model: field("rule"),
        signal: field("signal"),
        level: field("level"),
        agreement: field("agreement"),
        result_at: field("result_at"),
        raised_at_box: field("raised_at_box"),
        raised_at_center: field("raised_at_center"),
    }
}

pub(crate) fn plant_report(path: &Path) -> Result<plant::Report> {
    let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is not a plant's report", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Requirement DEM-01.
    #[test]
    fn one_value_missing_anywhere_is_a_disagreement() {
        let whole = BoxCounts {
            emitted: 10,
            accepted: 7,
            rejected: 2,
            lost_in_gaps: 1,
            witnessed: 7,
            in_lake: 7,
            ..Default::default()
        };
        assert!(whole.agree());
        assert!(!BoxCounts { emitted: 11, ..whole.clone() }.agree());
        assert!(!BoxCounts { witnessed: 6, ..whole.clone() }.agree());
        assert!(!BoxCounts { in_lake: 6, ..whole }.agree());
    }
}
