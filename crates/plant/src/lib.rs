//! Simulated plants that speak real protocols.
//!
//! Comes in: a configuration and, optionally, a folder of real tablet data. Goes out: an OPC UA server (SCADA) and SQL
//! databases (LIMS, MES, ERP) that behave as a plant's do, and a count of every value they were given. A plant never
//! knows whether a box is listening and never waits for one.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod columns;
mod config;
mod counts;
mod database;
mod dataset;
mod generator;
mod injectable;
mod replay;
mod scada;
mod systems;

pub use config::{Config, Kind, Pace};
pub use counts::Report;

use anyhow::{Context, Result};
use tokio_util::sync::CancellationToken;

/// Runs a plant until its history is told, then keeps its systems open until `stop`; writes the report as it goes.
pub async fn run(config: Config, stop: CancellationToken) -> Result<()> {
    let history = replay::History::load(&config)?;
    let systems = systems::Systems::start(&config, &history).await?;
    let report = config.report.clone();
    let (told, ()) = tokio::join!(
        async {
            let told = replay::tell(&config, history, &systems, &stop).await;
            systems.counts.finish();
            told
        },
        systems.counts.write_until(&report, &stop),
    );
    told.context("the plant's history stopped early")?;
    systems.close().await
}
