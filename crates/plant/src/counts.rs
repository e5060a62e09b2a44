//! What the plant counted itself: every value it gave to one of its systems, whether or not anybody read it.

use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the report file is written.
const REPORT_EVERY: Duration = Duration::from_millis(250);

/// The plant's own count.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Values of OPC UA signals.
    pub scada: u64,
    /// Results in the LIMS.
    pub lims: u64,
    /// Step results in the MES.
    pub mes: u64,
    /// Events in MES and ERP.
    pub events: u64,
    /// Batches whose last result is written.
    pub batches: u64,
    /// Numbers of the batches with a planted fault, in order.
    pub planted: Vec<String>,
    /// History is told or stopped: the counts no longer move.
    pub finished: bool,
}

impl Report {
    /// All values and events given to any system.
    pub fn emitted(&self) -> u64 {
        self.scada + self.lims + self.mes + self.events
    }
}

/// The count while the plant runs.
#[derive(Debug, Default)]
pub(crate) struct Counts(Mutex<Report>);

impl Counts {
    pub(crate) fn add(&self, change: impl FnOnce(&mut Report)) {
        change(&mut self.0.lock().expect("nobody panics while counting"));
    }

    pub(crate) fn finish(&self) {
        self.add(|report| report.finished = true);
    }

    pub(crate) fn snapshot(&self) -> Report {
        self.0.lock().expect("nobody panics while counting").clone()
    }

    /// Writes the report now and then, and a last time at the end. A reader never sees half a file.
    pub(crate) async fn write_until(&self, path: &Path, stop: &CancellationToken) {
        let mut last = None;
        loop {
            let stopped = stop.is_cancelled();
            let report = self.snapshot();
            if last.as_ref() != Some(&report) {
                if let Err(fault) = write(path, &report) {
                    tracing::error!(path = %path.display(), %fault, "cannot write the plant's count");
                } else {
                    last = Some(report);
                }
            }
            if stopped {
                return;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(REPORT_EVERY) => {}
            }
        }
    }
}

fn write(path: &Path, report: &Report) -> std::io::Result<()> {
    let next = path.with_extension("next");
    std::fs::write(&next, serde_json::to_vec(report)?)?;
    std::fs::rename(next, path)
}
