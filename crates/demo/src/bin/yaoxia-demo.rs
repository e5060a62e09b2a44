//! Starts the demo.

use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    demo::run(demo::Options::parse()).await
}
