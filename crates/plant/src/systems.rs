//! The plant's four systems and what is entered into them, with the instant of entry and a count of every value.

use crate::config::Config;
use crate::counts::Counts;
use crate::database::{BATCH_EVENT, Database, LOT_MOVEMENT, RESULT, STEP_RESULT};
use crate::replay::History;
use crate::scada::{Scada, Work};
use anyhow::Result;
use std::sync::atomic::{AtomicI64, Ordering};

/// A batch, and its time in the data the plant retells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchRef<'a> {
    pub(crate) product: &'a str,
    pub(crate) number: &'a str,
    pub(crate) original_time: &'a str,
}

/// One test result: code, text as reported, unit as the system writes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Test<'a> {
    pub(crate) code: &'a str,
    pub(crate) text: &'a str,
    pub(crate) unit: &'a str,
}

/// What a laboratory result is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sampled<'a> {
    /// A received lot.
    Lot { material: &'a str, lot: &'a str },
    /// The batch at a step.
    Step(&'a str),
    /// The finished batch.
    Batch,
}

/// SCADA, LIMS, MES, ERP.
pub(crate) struct Systems {
    scada: Scada,
    lims: Database,
    mes: Database,
    erp: Database,
    key: AtomicI64,
    pub(crate) counts: Counts,
}

impl Systems {
    /// Opens all four; the first scan of the history is on the signals before a client can connect.
    pub(crate) async fn start(config: &Config, history: &History) -> Result<Self> {
        let lims = Database::open(&config.databases.lims_url, &[RESULT]).await?;
        let mes = Database::open(&config.databases.mes_url, &[STEP_RESULT, BATCH_EVENT]).await?;
        let erp = Database::open(&config.databases.erp_url, &[LOT_MOVEMENT]).await?;
        let (batch, first) = history.first_scan()?;
        let work = Work { product: batch.product, batch: batch.number, original_time: batch.original_time };
        let scada = Scada::start(&config.opcua, history.machine(), &history.signals(), &work, &first).await?;
        let counts = Counts::default();
        counts.add(|report| report.scada += first.len() as u64);
        // Keys go on after those of an earlier run: microseconds of the start leave room for any number of rows.
        let key = AtomicI64::new(jiff::Timestamp::now().as_microsecond());
        Ok(Self { scada, lims, mes, erp, key, counts })
    }

    /// One scan of the machine. A signal without a value keeps the one it has and emits nothing.
    pub(crate) fn scan(&self, batch: BatchRef<'_>, original_time: &str, values: &[Option<f64>]) -> Result<()> {
        let mut emitted = 0;
        self.counts.add(|report| {
            report.scada += values.iter().flatten().count() as u64;
            emitted = report.scada;
        });
        self.scada.scan(&Work { product: batch.product, batch: batch.number, original_time }, values, emitted)
    }

    /// Laboratory results of one sample.
    pub(crate) async fn results(&self, batch: BatchRef<'_>, sampled: Sampled<'_>, tests: &[Test<'_>]) -> Result<()> {
        let now = now();
        let (material, lot, step, own) = match sampled {
            Sampled::Lot { material, lot } => (Some(material), Some(lot), None, None),
            Sampled::Step(step) => (None, None, Some(step), Some(batch)),
            Sampled::Batch => (None, None, None, Some(batch)),
        };
        let sample = match sampled {
            Sampled::Lot { material, lot } => format!("{material}-{lot}"),
            Sampled::Step(step) => format!("{}-{}-{step}", batch.product, batch.number),
            Sampled::Batch => format!("{}-{}-FP", batch.product, batch.number),
        };
        let rows: Vec<_> = tests
            .iter()
            .map(|test| {
                row(&[
                    Some("1"),
                    Some(&sample),
                    own.map(|it| it.product),
                    own.map(|it| it.number),
                    material,
                    lot,
                    step,
                    Some(test.code),
                    Some(test.text),
                    Some(test.unit),
                    Some("APPROVED"),
                    Some(batch.original_time),
                    Some(&now),
                    Some(&now),
                    Some(&now),
                ])
            })
            .collect();
        self.lims.insert(RESULT, self.keys(rows.len()), &rows).await?;
        self.counts.add(|report| report.lims += rows.len() as u64);
        Ok(())
    }

    /// Results of a process step.
    pub(crate) async fn step_results(&self, batch: BatchRef<'_>, step: &str, tests: &[Test<'_>]) -> Result<()> {
        let now = now();
        let rows: Vec<_> = tests
            .iter()
            .map(|test| {
                row(&[
                    Some("1"),
                    Some(batch.product),
                    Some(batch.number),
                    Some(step),
                    Some(test.code),
                    Some(test.text),
                    Some(test.unit),
                    Some(batch.original_time),
                    Some(&now),
                    Some(&now),
                ])
            })
            .collect();
        self.mes.insert(STEP_RESULT, self.keys(rows.len()), &rows).await?;
        self.counts.add(|report| report.mes += rows.len() as u64);
        Ok(())
    }

    /// `BATCH_STARTED`, `STEP_STARTED`, `STEP_ENDED`, `BATCH_ENDED`, `BATCH_RELEASED`.
    pub(crate) async fn event(
        &self,
        kind: &str,
        batch: BatchRef<'_>,
        step: Option<&str>,
        decision: Option<&str>,
    ) -> Result<()> {
        let now = now();
        let cells = row(&[
            Some("1"),
            Some(kind),
            Some(batch.product),
            Some(batch.number),
            step,
            decision,
            Some(batch.original_time),
            Some(&now),
            Some(&now),
        ]);
        self.mes.insert(BATCH_EVENT, self.keys(1), &[cells]).await?;
        self.counts.add(|report| report.events += 1);
        Ok(())
    }

    /// The batch consumed these lots: material, lot number.
    pub(crate) async fn consumption(&self, batch: BatchRef<'_>, lots: &[(&str, &str)]) -> Result<()> {
        let now = now();
        let rows: Vec<_> = lots
            .iter()
            .map(|(material, lot)| {
                row(&[
                    Some("1"),
                    Some("LOT_CONSUMED"),
                    Some(batch.product),
                    Some(batch.number),
                    Some(material),
                    Some(lot),
                    Some(batch.original_time),
                    Some(&now),
                    Some(&now),
                ])
            })
            .collect();
        self.erp.insert(LOT_MOVEMENT, self.keys(rows.len()), &rows).await?;
        self.counts.add(|report| report.events += rows.len() as u64);
        Ok(())
    }

    /// Closes all systems.
    pub(crate) async fn close(self) -> Result<()> {
        self.lims.close().await;
        self.mes.close().await;
        self.erp.close().await;
        self.scada.close().await
    }

    fn keys(&self, count: usize) -> i64 {
        self.key.fetch_add(i64::try_from(count).expect("a transaction has few rows"), Ordering::Relaxed)
    }
}

fn row(cells: &[Option<&str>]) -> Vec<Option<String>> {
    cells.iter().map(|cell| cell.map(str::to_owned)).collect()
}

fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}
