//! Installs what the other commands need and a machine with Rust and Node may lack. Never asks; says what it installs.

use crate::run::{present, read, run, target_dir, tool};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Where the browser tests look for Chromium.
const CHROMIUM: &str = "/usr/bin/chromium";
/// Where the tests of the box as a device look for gpsd.
const GPSD: [&str; 2] = ["/usr/sbin/gpsd", "/usr/bin/gpsfake"];
/// Version of the tool that tests an API against its description.
const SCHEMATHESIS: &str = "4.32.5";
/// Version of the Python package with the ciphers that `docs/spec/verify.py` asks for.
const CRYPTOGRAPHY: &str = "50.0.2";
/// How long a PostgreSQL server may take to answer after its start.
const POSTGRES_START_MAX: Duration = Duration::from_secs(30);

/// A cargo subcommand from crates.io, built once beside the target folder. Gives its path.
pub(crate) fn cargo_tool(name: &str) -> Result<PathBuf> {
    let tools = target_dir()?.parent().context("the target folder has no parent")?.join("tools");
    let path = tools.join("bin").join(name);
    if path.exists() {
        return Ok(path);
    }
    if present(name, "--version") {
        return Ok(name.into());
    }
    eprintln!("xtask: installing {name} from crates.io (minutes, once)");
    let root = tools.to_str().context("the tools folder is not UTF-8")?;
    run(&mut tool(env!("CARGO"), &["install", "--locked", "--root", root, name]))?;
    Ok(path)
}

/// The tool that makes requests from an API's description, in a Python environment of its own. Gives its path.
pub(crate) fn schemathesis() -> Result<PathBuf> {
    Ok(python_with("schemathesis", SCHEMATHESIS)?.join("schemathesis"))
}

/// A Python that can run the second verifier, `docs/spec/verify.py`. Gives its path.
pub(crate) fn verifier() -> Result<PathBuf> {
    Ok(python_with("cryptography", CRYPTOGRAPHY)?.join("python"))
}

/// A Python environment with one package of PyPI, made once beside the target folder. Gives the folder of its programs.
fn python_with(package: &str, version: &str) -> Result<PathBuf> {
    let tools = target_dir()?.parent().context("the target folder has no parent")?.join("tools");
    let folder = tools.join(format!("{package}-{version}"));
    let (programs, whole) = (folder.join("bin"), folder.join("whole"));
    if whole.exists() {
        return Ok(programs);
    }
    if !present("python3", "--version") || read(&mut tool("python3", &["-m", "ensurepip", "--version"])).is_err() {
        apt(&["python3-venv"])?;
    }
    let folder = folder.to_str().context("the tools folder is not UTF-8")?;
    eprintln!("xtask: installing {package} {version} from PyPI (once)");
    run(&mut tool("python3", &["-m", "venv", "--clear", folder]))?;
    let pinned = format!("{package}=={version}");
    run(&mut tool(&format!("{folder}/bin/pip"), &["install", "--quiet", "--disable-pip-version-check", &pinned]))?;
    // Last: an installation that was cut short is made again.
    std::fs::write(&whole, []).with_context(|| format!("writing {}", whole.display()))?;
    Ok(programs)
}

/// Chromium and a Chinese font for the browser tests.
pub(crate) fn browser() -> Result<()> {
    let font_missing = !read(&mut tool("sh", &["-c", "fc-list :lang=zh 2>/dev/null || true"]))?.contains("ttc");
    if std::path::Path::new(CHROMIUM).exists() && !font_missing {
        return Ok(());
    }
    apt(&["chromium", "fonts-noto-cjk", "fontconfig"])
}

/// gpsd, and gpsfake to play it a receiver.
pub(crate) fn gpsd() -> Result<()> {
    if GPSD.iter().all(|program| std::path::Path::new(program).exists()) {
        return Ok(());
    }
    apt(&["gpsd", "gpsd-clients"])
}

/// A PostgreSQL server on 127.0.0.1:5432 that trusts the local user `postgres`.
pub(crate) fn postgres() -> Result<()> {
    if postgres_answers() {
        return Ok(());
    }
    if !present("pg_ctlcluster", "--version") {
        apt(&["postgresql"])?;
    }
    let versions = read(&mut tool("ls", &["/etc/postgresql"]))?;
    let version = versions.split_whitespace().next_back().context("no PostgreSQL cluster in /etc/postgresql")?;
    run(&mut tool("pg_ctlcluster", &["--skip-systemctl-redirect", version, "main", "start"]))?;
    let started = Instant::now();
    while !postgres_answers() {
        if started.elapsed() > POSTGRES_START_MAX {
            bail!(
                "PostgreSQL {version} did not answer on 127.0.0.1:5432 within {POSTGRES_START_MAX:?}; tests need trust authentication for user postgres there (pg_hba.conf)"
            );
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

fn postgres_answers() -> bool {
    tool("psql", &["--host=127.0.0.1", "--username=postgres", "--no-password", "--command=select 1"])
        .output()
        .is_ok_and(|output| output.status.success())
}

fn apt(packages: &[&str]) -> Result<()> {
    if !present("apt-get", "--version") {
        bail!("install {} with this system's package manager, then run again", packages.join(", "));
    }
    eprintln!("xtask: installing {} from Debian", packages.join(", "));
    run(tool("apt-get", &["update", "-qq"]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(packages);
    run(tool("apt-get", &args).env("DEBIAN_FRONTEND", "noninteractive")).with_context(|| {
        format!("could not install {}: run as root, or install them and run again", packages.join(", "))
    })
}
