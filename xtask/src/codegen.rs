//! Generated files: the OpenAPI snapshots of both ends and the TypeScript client made from them.

use crate::run::{read, root, target_dir};
use crate::{demo, web};
use anyhow::{Context, Result};
use std::process::Command;

/// Writes `web/openapi/*.json` from the programs, then the TypeScript types from those.
pub(crate) fn codegen() -> Result<()> {
    demo::build()?;
    for (program, end) in [("yaoxia-box", "edge"), ("yaoxia-center", "center")] {
        let snapshot = read(Command::new(target_dir()?.join("debug").join(program)).arg("openapi"))?;
        let path = root().join("web/openapi").join(format!("{end}.json"));
        std::fs::write(&path, snapshot).with_context(|| format!("cannot write {}", path.display()))?;
    }
    web::install()?;
    web::npm(&["run", "codegen"])
}
