//! Builds every program with the profile of the tests and starts the province.

use crate::run::{cargo, run, target_dir};
use crate::web;
use anyhow::Result;
use std::process::Command;
use std::time::Instant;

/// Builds all programs of the workspace. The selection is that of the tests, so nothing is built twice.
pub(crate) fn build() -> Result<()> {
    run(&mut cargo(&["build", "--workspace", "--bins", "--locked"])?)
}

/// Builds all and runs `yaoxia-demo` with the given arguments.
pub(crate) fn demo(args: &[String]) -> Result<()> {
    let started = Instant::now();
    web::build()?;
    build()?;
    eprintln!("xtask: ready after {:.0} s", started.elapsed().as_secs_f64());
    run(Command::new(target_dir()?.join("debug/yaoxia-demo")).args(args))
}

/// Drives a browser through both ends of a running demo.
pub(crate) fn browser() -> Result<()> {
    web::npm(&["run", "e2e", "--", "--demo", path(&target_dir()?.join("debug/yaoxia-demo"))?])
}

fn path(path: &std::path::Path) -> Result<&str> {
    path.to_str().ok_or_else(|| anyhow::anyhow!("{} is not UTF-8", path.display()))
}
