//! One program of the province as a child process: its output goes to a file, its end is always noticed.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};

/// How long a program may take to shut down cleanly before it is killed and that is reported.
const SHUTDOWN_MAX: Duration = Duration::from_secs(20);
/// Lines of a log shown when its program failed.
const LOG_LINES_SHOWN: usize = 20;

/// Where the programs are: beside this one.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe().context("cannot find this program's own path")?;
    let mut folder = own.parent().context("this program lies in a folder")?;
    // A test binary lies in `deps`, the programs one above.
    if folder.ends_with("deps") {
        folder = folder.parent().context("deps lies in a folder")?;
    }
    let path = folder.join(name);
    if !path.exists() {
        bail!("{} is missing: build the whole workspace (`cargo xtask demo` does)", path.display());
    }
    Ok(path)
}

/// A command of a program that ends by itself; its standard output. Fails with what it wrote to standard error.
pub(crate) async fn read(name: &str, args: &[&str]) -> Result<String> {
    let output = Command::new(program(name)?).args(args).stdin(Stdio::null()).output().await?;
    if !output.status.success() {
        bail!("{name} {} ended with {}:\n{}", args.join(" "), output.status, String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).with_context(|| format!("{name} did not print UTF-8"))
}

/// A running program.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `program args`, writing both outputs to `log`. The child dies with this process.
    pub(crate) fn start(name: &str, program_name: &str, args: &[&str], log: &Path) -> Result<Self> {
        let file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .with_context(|| format!("cannot write {}", log.display()))?;
        let child = Command::new(program(program_name)?)
            .args(args)
            .env("RUST_LOG", std::env::var("RUST_LOG").unwrap_or_else(|_| "info".to_owned()))
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {program_name}"))?;
        Ok(Self { name: name.to_owned(), child, log: log.to_owned() })
    }

    /// Fails if the program has ended, with the end of its log.
    pub(crate) fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => {
                bail!("{} ended with {status}; the end of {}:\n{}", self.name, self.log.display(), self.tail())
            }
        }
    }

    /// Asks the program to end (SIGTERM) and waits. Fails if it does not end in time or not with exit code 0.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.terminate()?;
        let Ok(status) = tokio::time::timeout(SHUTDOWN_MAX, self.child.wait()).await else {
            self.child.kill().await?;
            bail!("{} did not end within {SHUTDOWN_MAX:?} of SIGTERM and was killed:\n{}", self.name, self.tail());
        };
        let status = status?;
        if !status.success() {
            bail!("{} ended with {status}:\n{}", self.name, self.tail());
        }
        Ok(())
    }

    /// Ends the program as a power cut would (SIGKILL): it learns nothing and writes nothing more.
    #[cfg(test)]
    pub(crate) async fn kill(&mut self) -> Result<()> {
        self.check()?;
        self.child.kill().await.with_context(|| format!("cannot kill {}", self.name))
    }

    fn terminate(&self) -> Result<()> {
        let id = self.child.id().with_context(|| format!("{} has already ended:\n{}", self.name, self.tail()))?;
        let pid =
            i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw).context("a process id is positive")?;
        rustix::process::kill_process(pid, rustix::process::Signal::TERM)
            .with_context(|| format!("cannot signal {}", self.name))
    }

    fn tail(&self) -> String {
        match std::fs::read_to_string(&self.log) {
            Ok(text) => {
                let lines: Vec<&str> = text.lines().collect();
                lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n")
            }
            Err(fault) => format!("(cannot read {}: {fault})", self.log.display()),
        }
    }
}
