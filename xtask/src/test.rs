//! All tests: Rust by nextest, the web ends by Vitest, the guide's commands as printed, the API by generated requests, and
//! a real browser against a real demo.

use crate::run::{cargo, present, run, target_dir, tool};
use crate::{demo, needs, stage, web};
use anyhow::Result;
use std::time::Instant;

/// Names the Python that runs the second verifier to the tests that compare it with ours.
const PYTHON: &str = "YAOXIA_PYTHON";

/// Installs what is missing, then runs everything; stops at the first failure.
pub(crate) fn test() -> Result<()> {
    let started = Instant::now();
    needs::postgres()?;
    needs::browser()?;
    needs::gpsd()?;
    let python = needs::verifier()?;
    web::build()?;
    web::npm(&["test"])?;
    demo::build()?;
    let mut tests = if present("cargo-nextest", "--version") {
        cargo(&["nextest", "run", "--workspace", "--locked", "--no-fail-fast"])?
    } else {
        cargo(&["test", "--workspace", "--locked", "--no-fail-fast"])?
    };
    run(tests.env(PYTHON, python).env("YAOXIA_GPSD", "required"))?;
    guide()?;
    stage::contract(stage::EXAMPLES_SMOKE)?;
    demo::browser()?;
    eprintln!("xtask: all tests took {:.0} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// What `docs/guide/try.sh` ends with where no private copy of the machine can be made.
const NOT_TRIED: i32 = 2;

/// Runs the guide's commands as printed, on a clean machine within this one (root).
fn guide() -> Result<()> {
    let mut command = tool("docs/guide/try.sh", &[]);
    let status = command.env("YAOXIA_BIN", target_dir()?.join("debug")).status()?;
    match status.code() {
        Some(0) => Ok(()),
        Some(NOT_TRIED) => {
            eprintln!("xtask: the guide was NOT tried, see above");
            Ok(())
        }
        _ => anyhow::bail!("docs/guide/try.sh ended with {status}"),
    }
}
