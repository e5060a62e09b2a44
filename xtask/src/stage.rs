//! Both ends on a stage (`portal`'s example: real portal, real database, played data), and what is done there: the API held
//! to its description, the pages measured.

use crate::run::{cargo, root, run, target_dir, tool};
use crate::{needs, web};
use anyhow::{Context, Result, bail};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Test cases for each operation in `cargo xtask test`.
pub(crate) const EXAMPLES_SMOKE: u32 = 10;

/// A stage that is being played. It ends with this.
struct Stage {
    child: Child,
    targets: PathBuf,
}

impl Stage {
    fn open(arguments: &[&str]) -> Result<Self> {
        web::build()?;
        // The selection of the tests, so that nothing is built twice.
        run(&mut cargo(&["build", "--workspace", "--examples", "--locked"])?)?;
        let program = target_dir()?.join("debug/examples/stage");
        let mut child = Command::new(&program)
            .args(arguments)
            .args(["--dist".into(), root().join("web/dist")])
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("the stage has no standard output")?;
        BufReader::new(stdout).read_line(&mut line)?;
        if line.is_empty() {
            bail!("the stage ended with {} before it said where it is", child.wait()?);
        }
        let targets = target_dir()?.join(format!("stage-{}.json", child.id()));
        std::fs::write(&targets, line)?;
        Ok(Self { child, targets })
    }

    fn walk(&self, script: &str, arguments: &[&str]) -> Result<()> {
        let mut command = tool("node", &[script, "--targets"]);
        run(command.arg(&self.targets).args(arguments).current_dir(root().join("web")))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        drop(self.child.kill());
        drop(self.child.wait());
        drop(std::fs::remove_file(&self.targets));
    }
}

/// Sends what the descriptions allow and what they forbid to every operation of both ends: no answer may be a failure of
/// the server or another than described.
pub(crate) fn contract(examples: u32) -> Result<()> {
    let schemathesis = needs::schemathesis()?;
    let schemathesis = schemathesis.to_str().context("the tools folder is not UTF-8")?;
    let stage = Stage::open(&[])?;
    stage.walk("e2e/contract.mjs", &["--schemathesis", schemathesis, "--examples", &examples.to_string()])
}

/// Prints how soon a page can be used and how smoothly a long list and a large chart move.
pub(crate) fn measure() -> Result<()> {
    needs::browser()?;
    Stage::open(&["--crowd"])?.walk("e2e/measure.mjs", &[])
}
