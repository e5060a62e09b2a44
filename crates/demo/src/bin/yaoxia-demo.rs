//! Starts the demo.

use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        rustls::crypto::ring::default_provider().install_default().is_ok(),
        "a TLS provider is installed already"
    );
    demo::run(demo::Options::parse()).await
}
