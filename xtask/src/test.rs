//! All tests: Rust by nextest, the web ends by Vitest, and a real browser against a real demo.

use crate::run::{cargo, present, run};
use crate::{demo, needs, web};
use anyhow::Result;
use std::time::Instant;

/// Installs what is missing, then runs everything; stops at the first failure.
pub(crate) fn test() -> Result<()> {
    let started = Instant::now();
    needs::postgres()?;
    needs::browser()?;
    web::build()?;
    web::npm(&["test"])?;
    demo::build()?;
    if present("cargo-nextest", "--version") {
        run(&mut cargo(&["nextest", "run", "--workspace", "--locked", "--no-fail-fast"])?)?;
    } else {
        run(&mut cargo(&["test", "--workspace", "--locked", "--no-fail-fast"])?)?;
    }
    demo::browser()?;
    eprintln!("xtask: all tests took {:.0} s", started.elapsed().as_secs_f64());
    Ok(())
}
