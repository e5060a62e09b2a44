//! Measurements: commands that print, never tests that assert.

use crate::run::{cargo, run};
use anyhow::Result;

/// Runs one example of one crate with the given arguments.
pub(crate) fn example(package: &str, example: &str, args: &[String]) -> Result<()> {
    let mut line = vec!["run", "--quiet", "--locked", "--package", package, "--example", example, "--"];
    line.extend(args.iter().map(String::as_str));
    run(&mut cargo(&line)?)
}

/// Box and center throughput in one run, each beside its yardstick.
pub(crate) fn bench() -> Result<()> {
    // One build of all examples with the feature set of the tests, so that DataFusion is not built again.
    run(&mut cargo(&["build", "--workspace", "--examples", "--locked"])?)?;
    for name in ["bench_journal", "bench_center"] {
        run(&mut std::process::Command::new(crate::run::target_dir()?.join("debug/examples").join(name)))?;
    }
    Ok(())
}
