//! Tells the plant's history at a given pace: wall time on every clock, gaps between batches compressed away, the data's
//! own time beside it as an attribute.

use crate::columns::{Column, LABORATORY, MATERIALS, PRESS_SIGNALS, PROCESS, Place};
use crate::config::{Config, Kind};
use crate::dataset::{Dataset, PressRow, TabletBatch};
use crate::injectable::{self, InjectableBatch};
use crate::systems::{BatchRef, Sampled, Systems, Test};
use crate::{dataset, generator};
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

/// Scans set at one tick of the timer at most; a paused process catches up no faster than this.
const SCANS_A_TICK_MAX: u32 = 200;
/// A batch's end is in the MES before its release tests are in the LIMS.
const RELEASE_TESTS_AFTER: Duration = Duration::from_millis(300);
/// How often the start file is looked for.
const START_FILE_EVERY: Duration = Duration::from_millis(50);
/// Tick of the scan timer.
const SCAN_TICK: Duration = Duration::from_millis(20);
/// Signals of the freeze-dryer of the injectable: node, level, swing.
const DRYER_SIGNALS: &[(&str, f64, f64)] = &[("ShelfTemperature", -38.0, 0.4), ("ChamberPressure", 12.0, 0.5)];

/// What a plant has to tell.
pub(crate) enum History {
    Tablets(Dataset),
    Injectable { batches: Vec<InjectableBatch>, first_scan: Vec<f64> },
}

impl History {
    /// Reads or generates the history the configuration asks for.
    pub(crate) fn load(config: &Config) -> Result<Self> {
        Ok(match (config.kind, &config.data) {
            (Kind::Injectable, _) => {
                Self::Injectable { batches: injectable::batches(config.seed), first_scan: dryer(0) }
            }
            (Kind::Tablets, Some(folder)) => Self::Tablets(dataset::Dataset::read(folder, &config.products)?),
            (Kind::Tablets, None) => {
                Self::Tablets(generator::generate(config.seed, &config.products, config.generated_batches))
            }
        })
    }

    /// Name of the machine on OPC UA.
    pub(crate) fn machine(&self) -> &'static str {
        match self {
            Self::Tablets(_) => "Press1",
            Self::Injectable { .. } => "Dryer1",
        }
    }

    /// Its signals.
    pub(crate) fn signals(&self) -> Vec<&'static str> {
        match self {
            Self::Tablets(_) => PRESS_SIGNALS.iter().map(|(_, node)| *node).collect(),
            Self::Injectable { .. } => DRYER_SIGNALS.iter().map(|(node, ..)| *node).collect(),
        }
    }

    /// The first scan and the batch it belongs to.
    pub(crate) fn first_scan(&self) -> Result<(BatchRef<'_>, Vec<f64>)> {
        match self {
            Self::Tablets(data) => {
                let found =
                    data.batches.iter().find_map(|batch| Some((batch, data.press.get(&batch.number)?.first()?)));
                let (batch, row) = found.context("none of the plant's products has a press series")?;
                let at = BatchRef { original_time: &row.original_time, ..tablet_ref(batch) };
                let values = row.values.iter().copied().collect::<Option<_>>();
                Ok((at, values.with_context(|| format!("the first scan of batch {} has a blank", batch.number))?))
            }
            Self::Injectable { batches, first_scan } => {
                Ok((injectable_ref(batches.first().context("an injectable plant has batches")?), first_scan.clone()))
            }
        }
    }
}

/// Tells everything, or as much of it as `stop` and the configured time allow. It never stops in the middle of an entry,
/// so that what is counted is what the systems hold.
pub(crate) async fn tell(config: &Config, history: History, systems: &Systems, stop: &CancellationToken) -> Result<()> {
    if let Some(file) = &config.pace.start_file {
        while !file.exists() {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(START_FILE_EVERY) => {}
            }
        }
    }
    let enough = stop.child_token();
    let until = async {
        match config.pace.stop_after_s {
            Some(seconds) => tokio::time::sleep(Duration::from_secs_f64(seconds)).await,
            None => std::future::pending().await,
        }
        enough.cancel();
        std::future::pending().await
    };
    let teller = Teller { config, systems, enough: &enough };
    tokio::select! {
        told = teller.tell_all(&history) => told,
        () = until => Ok(()),
    }
}

/// Who tells, to whom, and whether it is enough.
#[derive(Clone, Copy)]
struct Teller<'a> {
    config: &'a Config,
    systems: &'a Systems,
    enough: &'a CancellationToken,
}

impl Teller<'_> {
    async fn tell_all(self, history: &History) -> Result<()> {
        match history {
            History::Tablets(data) => self.tell_all_tablets(data).await,
            History::Injectable { batches, .. } => {
                let done = CancellationToken::new();
                let told = async {
                    let mut pace = ticks(Duration::from_secs_f64(1.0 / self.config.pace.batches_per_s));
                    for batch in batches {
                        pace.tick().await;
                        if self.enough.is_cancelled() {
                            break;
                        }
                        tell_injectable(self.systems, batch).await?;
                    }
                    done.cancel();
                    Ok(())
                };
                // The dryer runs as long as there are batches to make.
                let scans = async {
                    let mut pace = ticks(Duration::from_secs_f64(1.0 / self.config.pace.scans_per_s));
                    for (at, batch) in (1_u32..).zip(batches.iter().cycle()) {
                        pace.tick().await;
                        if done.is_cancelled() || self.enough.is_cancelled() {
                            break;
                        }
                        self.systems.scan(injectable_ref(batch), &batch.original_time, &scanned(dryer(at)))?;
                    }
                    Ok(())
                };
                tokio::try_join!(told, scans).map(drop)
            }
        }
    }

    async fn tell_all_tablets(self, data: &Dataset) -> Result<()> {
        let tested = Mutex::new(BTreeSet::new());
        let with_series = async {
            let mut skip = 1; // The first scan is on the signals since the start.
            for batch in &data.batches {
                if self.enough.is_cancelled() {
                    break;
                }
                if let Some(rows) = data.press.get(&batch.number) {
                    tell_tablets(self.systems, batch, &tested, self.press(batch, &rows[skip..])).await?;
                    skip = 0;
                }
            }
            Ok(())
        };
        let without = async {
            let mut pace = ticks(Duration::from_secs_f64(1.0 / self.config.pace.batches_per_s));
            for batch in data.batches.iter().filter(|batch| !data.press.contains_key(&batch.number)) {
                pace.tick().await;
                if self.enough.is_cancelled() {
                    break;
                }
                tell_tablets(self.systems, batch, &tested, std::future::ready(Ok(()))).await?;
            }
            Ok(())
        };
        tokio::try_join!(with_series, without).map(drop)
    }

    /// The press series of one batch at the configured pace.
    async fn press(self, batch: &TabletBatch, rows: &[PressRow]) -> Result<()> {
        let mut pace = ticks(SCAN_TICK);
        let (started, mut told) = (Instant::now(), 0_u32);
        let mut rows = rows.iter();
        while !self.enough.is_cancelled() {
            let now = pace.tick().await;
            let due = self.config.pace.scans_per_s * now.duration_since(started).as_secs_f64();
            let mut left = SCANS_A_TICK_MAX;
            while f64::from(told) < due && left > 0 {
                let Some(row) = rows.next() else { return Ok(()) };
                self.systems.scan(tablet_ref(batch), &row.original_time, &row.values)?;
                told += 1;
                left -= 1;
            }
        }
        Ok(())
    }
}

/// One tablet batch: lots, start, press, in-process tests, end, release tests, release.
async fn tell_tablets(
    systems: &Systems,
    batch: &TabletBatch,
    tested: &Mutex<BTreeSet<(&'static str, String)>>,
    press: impl Future<Output = Result<()>>,
) -> Result<()> {
    let at = tablet_ref(batch);
    let lots: Vec<(&str, &str)> = MATERIALS
        .iter()
        .filter_map(|(column, material)| Some((*material, batch.laboratory.get(*column)?.as_str())))
        .collect();
    for (column, material) in MATERIALS {
        let Some(lot) = batch.laboratory.get(*column) else { continue };
        // A lot is tested once, when it is first used.
        if tested.lock().expect("nobody panics while holding the set").insert((*material, lot.clone())) {
            let of_lot = |place| matches!(place, Place::Lot { lot_column, .. } if lot_column == *column);
            systems.results(at, Sampled::Lot { material, lot }, &tests(batch, LABORATORY, of_lot)).await?;
        }
    }
    systems.event("BATCH_STARTED", at, None, None).await?;
    systems.consumption(at, &lots).await?;
    systems.event("STEP_STARTED", at, Some("compression"), None).await?;
    press.await?;
    systems.event("STEP_ENDED", at, Some("compression"), None).await?;
    for step in ["compression", "coating"] {
        let of_step = |place| place == Place::InProcess { step };
        systems.results(at, Sampled::Step(step), &tests(batch, LABORATORY, of_step)).await?;
    }
    for step in ["compression", "packaging"] {
        let of_step = |place| place == Place::Step { step };
        let mut results = tests(batch, LABORATORY, of_step);
        results.extend(tests(batch, PROCESS, of_step));
        systems.step_results(at, step, &results).await?;
    }
    systems.event("BATCH_ENDED", at, None, None).await?;
    tokio::time::sleep(RELEASE_TESTS_AFTER).await;
    systems.results(at, Sampled::Batch, &tests(batch, LABORATORY, |place| place == Place::Release)).await?;
    systems.event("BATCH_RELEASED", at, None, Some("released")).await?;
    systems.counts.add(|report| report.batches += 1);
    Ok(())
}

/// One batch of the injectable: intermediate count and pH, then the finished product.
async fn tell_injectable(systems: &Systems, batch: &InjectableBatch) -> Result<()> {
    let at = injectable_ref(batch);
    systems.event("BATCH_STARTED", at, None, None).await?;
    systems.event("STEP_STARTED", at, Some("formulation"), None).await?;
    systems.event("STEP_ENDED", at, Some("formulation"), None).await?;
    systems.event("BATCH_ENDED", at, None, None).await?;
    tokio::time::sleep(RELEASE_TESTS_AFTER).await;
    if batch.risen {
        systems.counts.add(|report| report.planted.push(batch.number.clone()));
    }
    let count = batch.count.to_string();
    let intermediate = [
        Test { code: "INT-TAMC", text: &count, unit: "[CFU]/g" },
        Test { code: "INT-PH", text: &batch.ph, unit: "[pH]" },
    ];
    systems.results(at, Sampled::Step("formulation"), &intermediate).await?;
    systems.results(at, Sampled::Batch, &[Test { code: "FP-ASSAY", text: &batch.assay, unit: "%" }]).await?;
    systems.event("BATCH_RELEASED", at, None, Some("released")).await?;
    systems.counts.add(|report| report.batches += 1);
    Ok(())
}

fn tests<'a>(batch: &'a TabletBatch, columns: &'a [Column], at: impl Fn(Place) -> bool) -> Vec<Test<'a>> {
    columns
        .iter()
        .filter(|column| at(column.place))
        .filter_map(|column| {
            let text = batch.laboratory.get(column.name).or_else(|| batch.process.get(column.name))?;
            Some(Test { code: column.test, text, unit: column.unit })
        })
        .collect()
}

fn tablet_ref(batch: &TabletBatch) -> BatchRef<'_> {
    BatchRef { product: &batch.product, number: &batch.number, original_time: &batch.original_time }
}

fn injectable_ref(batch: &InjectableBatch) -> BatchRef<'_> {
    BatchRef { product: injectable::PRODUCT, number: &batch.number, original_time: &batch.original_time }
}

/// The freeze-dryer swings about its set points.
fn dryer(at: u32) -> Vec<f64> {
    let phase = f64::from(at) / 40.0;
    let swing = |level: f64, by: f64| ((level + by * phase.sin()) * 100.0).round() / 100.0;
    DRYER_SIGNALS.iter().map(|(_, level, by)| swing(*level, *by)).collect()
}

fn scanned(values: Vec<f64>) -> Vec<Option<f64>> {
    values.into_iter().map(Some).collect()
}

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
