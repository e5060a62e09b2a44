//! Starts a simulated plant and stops it on SIGTERM or Ctrl-C.

use anyhow::{Context, Result};
use clap::Parser;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use tokio_util::sync::CancellationToken;

/// A simulated plant: an OPC UA server (SCADA) and SQL databases (LIMS, MES, ERP) fed from real or generated batches.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// Plant configuration (TOML).
    #[arg(long)]
    config: PathBuf,
}

#[tokio::main]
async fn main() -> Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let config = plant::Config::read(&Cli::parse().config)?;
    let stop = CancellationToken::new();
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).context("SIGTERM")?;
    let stopper = stop.clone();
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = tokio::signal::ctrl_c() => {} }
        stopper.cancel();
    });
    plant::run(config, stop).await
}
