//! What must be clean before a change lands, tests apart.

use crate::run::{cargo, root, run, tool};
use crate::{attack, floors, matrix, needs, web};
use anyhow::Result;

/// Formatting, floors, requirements, attacks, lints, licences and bans, unused dependencies, documentation, web.
pub(crate) fn check() -> Result<()> {
    run(&mut cargo(&["fmt", "--all", "--check"])?)?;
    floors::check()?;
    matrix::check()?;
    attack::check()?;
    run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"])?)?;
    let docs = &["doc", "--workspace", "--no-deps", "--locked", "--document-private-items"];
    run(cargo(docs)?.env("RUSTDOCFLAGS", "--deny warnings"))?;
    let deny = needs::cargo_tool("cargo-deny")?;
    // Advisories need a database from the network: `cargo deny check advisories` where there is one.
    run(std::process::Command::new(deny).current_dir(root()).args([
        "--workspace",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))?;
    let machete = needs::cargo_tool("cargo-machete")?;
    run(std::process::Command::new(machete).current_dir(root()).args(["crates", "xtask"]))?;
    web::install()?;
    web::npm(&["run", "check"])?;
    run(&mut tool("git", &["diff", "--check"]))
}
