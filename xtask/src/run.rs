//! Runs one tool at a time in the workspace folder and turns its failure into an error that names it.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Instant, SystemTime};

/// The workspace folder: of the checkout cargo was called in, whichever checkout this program was built from.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        PathBuf::from(package).parent().expect("xtask lies in the workspace folder").to_path_buf()
    })
}

/// Makes the target folder this checkout's. Cargo knows our crates by their place in the workspace and takes them for built
/// by the age of their files, so that another checkout's build would pass for this one's: after a change of checkout our
/// files count as new.
fn claim(target: &Path) -> Result<()> {
    let mark = target.join("checkout");
    let here = root().to_str().context("the workspace folder is not UTF-8")?;
    if std::fs::read_to_string(&mark).is_ok_and(|last| last == here) {
        return Ok(());
    }
    for part in ["crates", "xtask"] {
        renew(&root().join(part))?;
    }
    std::fs::create_dir_all(target).with_context(|| format!("cannot make {}", target.display()))?;
    std::fs::write(&mark, here).with_context(|| format!("cannot write {}", mark.display()))
}

/// Sets the age of every file below `path` to now.
fn renew(path: &Path) -> Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            renew(&entry?.path())?;
        }
        return Ok(());
    }
    let file = std::fs::File::options().append(true).open(path);
    let file = file.with_context(|| format!("cannot open {}", path.display()))?;
    file.set_modified(SystemTime::now()).with_context(|| format!("cannot renew {}", path.display()))
}

/// Where dependencies are built: `CARGO_TARGET_DIR`, else one folder per user, shared by all checkouts.
pub(crate) fn target_dir() -> Result<PathBuf> {
    match (std::env::var_os("CARGO_TARGET_DIR"), std::env::var_os("HOME")) {
        (Some(dir), _) => Ok(dir.into()),
        (None, Some(home)) => Ok(Path::new(&home).join(".cache/yaoxia/target")),
        (None, None) => bail!("neither CARGO_TARGET_DIR nor HOME is set: say where to build"),
    }
}

/// A tool in the workspace folder.
pub(crate) fn tool(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).args(args);
    command
}

/// Cargo with the shared target folder, and without what cargo told this program of itself: build scripts that look at
/// such variables (ring's) would else run again, and all of DataFusion after them, whenever a build begins elsewhere.
pub(crate) fn cargo(args: &[&str]) -> Result<Command> {
    let mut command = tool(env!("CARGO"), args);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name == "CARGO_MANIFEST_DIR" || name.starts_with("CARGO_PKG_")) {
            command.env_remove(name);
        }
    }
    let target = target_dir()?;
    claim(&target)?;
    command.env("CARGO_TARGET_DIR", target);
    Ok(command)
}

/// The command as a person would type it, without what it is rid of in its environment.
fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args()).map(|word| word.to_string_lossy());
    words.collect::<Vec<_>>().join(" ")
}

/// Runs to the end; a non-zero exit is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = spelled(command);
    let started = Instant::now();
    let status = command.status().with_context(|| format!("cannot start {line}"))?;
    if !status.success() {
        bail!("{line} ended with {status}");
    }
    eprintln!("xtask: {:.0} s: {line}", started.elapsed().as_secs_f64());
    Ok(())
}

/// Runs to the end and gives standard output; a non-zero exit is an error.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let line = spelled(command);
    let output = command.output().with_context(|| format!("cannot start {line}"))?;
    if !output.status.success() {
        bail!("{line} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).with_context(|| format!("{line} did not print UTF-8"))
}

/// True if the tool can be started and says its version.
pub(crate) fn present(program: &str, version_flag: &str) -> bool {
    tool(program, &[version_flag]).output().is_ok_and(|output| output.status.success())
}
