//! The two web ends: installs their packages and builds them, each only when something changed since.

use crate::run::{root, run, tool};
use anyhow::{Context, Result};
use std::path::Path;
use std::time::SystemTime;

/// `npm ci`, unless the installed packages are newer than the lock file.
pub(crate) fn install() -> Result<()> {
    let web = root().join("web");
    let installed = modified(&web.join("node_modules/.package-lock.json"));
    let locked = modified(&web.join("package-lock.json")).context("web/package-lock.json is missing")?;
    if installed.is_some_and(|at| at >= locked) {
        return Ok(());
    }
    npm(&["ci", "--no-audit", "--no-fund"])
}

/// `npm run build`, unless both bundles are newer than every source file.
pub(crate) fn build() -> Result<()> {
    install()?;
    let web = root().join("web");
    let built = ["dist/edge", "dist/center"].map(|end| newest(&web.join(end))).into_iter().min().flatten();
    let sources = ["src", "openapi", "package-lock.json", "vite.config.ts"].map(|part| newest(&web.join(part)));
    if built.is_some() && built >= sources.into_iter().max().flatten() {
        return Ok(());
    }
    npm(&["run", "build"])
}

/// One npm command in `web/`.
pub(crate) fn npm(args: &[&str]) -> Result<()> {
    run(tool("npm", args).current_dir(root().join("web")))
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|meta| meta.modified()).ok()
}

fn newest(path: &Path) -> Option<SystemTime> {
    let Ok(entries) = std::fs::read_dir(path) else { return modified(path) };
    entries.flatten().filter_map(|entry| newest(&entry.path())).max()
}
