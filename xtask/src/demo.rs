//! Builds every program with the profile of the tests and starts the province.

use crate::run::{cargo, run, target_dir};
use crate::web;
use anyhow::Result;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

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

/// How long the demo may take to be ready for a browser.
const READY_MAX: Duration = Duration::from_secs(180);

/// Drives a browser through both ends of a running demo.
pub(crate) fn browser() -> Result<()> {
    let folder = target_dir()?.join("e2e");
    std::fs::create_dir_all(&folder)?;
    let targets = folder.join("targets.json");
    if targets.exists() {
        std::fs::remove_file(&targets)?;
    }
    let mut demo =
        Command::new(target_dir()?.join("debug/yaoxia-demo")).arg("--brisk").arg("--targets").arg(&targets).spawn()?;
    let started = Instant::now();
    let walked = loop {
        if targets.exists() {
            break web::npm(&["run", "e2e", "--", "--targets", text(&targets)?, "--parameter", "PP32"]);
        }
        if let Some(status) = demo.try_wait()? {
            break Err(anyhow::anyhow!("the demo ended with {status} before it was ready"));
        }
        if started.elapsed() > READY_MAX {
            break Err(anyhow::anyhow!("the demo was not ready within {READY_MAX:?}"));
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    let stopped = run(Command::new("kill").args(["-TERM", &demo.id().to_string()]));
    let status = demo.wait()?;
    walked.and(stopped)?;
    anyhow::ensure!(status.success(), "the demo did not shut down cleanly: {status}");
    Ok(())
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| anyhow::anyhow!("{} is not UTF-8", path.display()))
}
