//! `yaoxia-box custody`: key files of custodians made, shown, put under another password, and exports read.
//!
//! Comes in: paths and passwords. Goes out: files only their owner can read, and public keys for `box.toml`. Never: an
//! existing file replaced. Nothing here touches a box's data folder; the opening of black values is [`crate::ceremony`].

use crate::password;
use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand, ValueEnum};
use journal::{OsDisk, write_secret};
use seal::{
    CUSTODY_FILE_LEN_MAX, CustodyFile, EXPORT_LEN_MAX, KdfCost, RecipientKey, RecipientSecret, Side, VerifierKey,
};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Bytes an export file has beside what it holds, more than enough.
const EXPORT_OVERHEAD: usize = 8 * 1024;

/// What to do with custodians' keys.
#[derive(Debug, Subcommand)]
pub enum Custody {
    /// Make a custodian's key file; the public key is printed for `policy.custodians`.
    New {
        /// Whose custodian.
        #[arg(long, value_enum)]
        side: SideArg,
        /// Name of the key: who keeps it, since when.
        #[arg(long)]
        name: String,
        /// The file to make; it must not be there.
        #[arg(long)]
        file: PathBuf,
        /// File with the password; `-` reads standard input. Without it the terminal asks, twice.
        #[arg(long)]
        password_file: Option<PathBuf>,
    },
    /// Show what a key file says without its password.
    Show {
        /// The key file.
        file: PathBuf,
    },
    /// Put a key under another password, in a new file. The old file still opens with the old one: destroy it.
    Rekey {
        /// The key file.
        file: PathBuf,
        /// The file to make; it must not be there.
        #[arg(long)]
        to: PathBuf,
    },
    /// Open black values together: one custodian of each side, on the box, which must not be running.
    Open(Box<OpenArgs>),
    /// Read an export with the key it was made for.
    Read {
        /// The export.
        export: PathBuf,
        /// Key file of who it was made for.
        #[arg(long)]
        key: PathBuf,
        /// Public key of the box's log, as the auditor's trust file has it.
        #[arg(long)]
        log_key: String,
        /// File with the password; `-` reads standard input. Without it the terminal asks.
        #[arg(long)]
        password_file: Option<PathBuf>,
    },
}

/// What to open, for whom, why.
#[derive(Args, Debug)]
pub struct OpenArgs {
    /// The box's configuration.
    #[arg(long, short, default_value = "/etc/yaoxia-box/box.toml")]
    pub config: PathBuf,
    /// Segments `A..B`, both included.
    #[arg(long)]
    pub segments: Segments,
    /// Key file of the enterprise's custodian.
    #[arg(long)]
    pub enterprise: PathBuf,
    /// Key file of the regulator's custodian.
    #[arg(long)]
    pub regulator: PathBuf,
    /// Why; it is sealed.
    #[arg(long)]
    pub reason: String,
    /// Only values of this parameter are given out.
    #[arg(long)]
    pub parameter: Option<String>,
    /// Write a signed, encrypted export to this file instead of showing the values. It must not be there.
    #[arg(long, requires = "to")]
    pub export: Option<PathBuf>,
    /// Public key of who may read the export.
    #[arg(long, requires = "export")]
    pub to: Option<RecipientKey>,
    /// File with the password of the enterprise's custodian. Without it the terminal asks.
    #[arg(long)]
    pub enterprise_password_file: Option<PathBuf>,
    /// File with the password of the regulator's custodian. Without it the terminal asks.
    #[arg(long)]
    pub regulator_password_file: Option<PathBuf>,
}

/// A run of segments, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segments {
    /// The first.
    pub first: u64,
    /// The last; not before the first.
    pub last: u64,
}

impl std::str::FromStr for Segments {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let wrong = || format!("`{text}` is not `A..B` with A at most B");
        let number = |text: &str| text.parse::<u64>().ok().ok_or_else(wrong);
        let (first, last) = text.split_once("..").ok_or_else(wrong)?;
        let found = Self { first: number(first)?, last: number(last)? };
        if found.first <= found.last { Ok(found) } else { Err(wrong()) }
    }
}

/// The sides of the black zone.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SideArg {
    /// The enterprise.
    Enterprise,
    /// The regulator.
    Regulator,
}

impl From<SideArg> for Side {
    fn from(side: SideArg) -> Self {
        match side {
            SideArg::Enterprise => Self::Enterprise,
            SideArg::Regulator => Self::Regulator,
        }
    }
}

/// Makes a key file and gives what to say of it.
pub fn new(side: Side, name: &str, path: &Path, password_file: Option<&Path>) -> Result<String> {
    ensure!(seal::is_custodian_name(name), "`{}` is not a name of a custodian's key", name.escape_debug());
    not_there(path)?;
    let password = password::new(password_file)?;
    let secret = RecipientSecret::generate(&mut rand::rng());
    let file = CustodyFile::lock(&mut rand::rng(), &secret, (side, name), &password, KdfCost::NEW)?;
    keep(path, &file)?;
    Ok(told(&file))
}

/// Reads a key file without its password.
pub fn file(path: &Path) -> Result<CustodyFile> {
    let bytes = bytes(path, CUSTODY_FILE_LEN_MAX)?;
    let text = std::str::from_utf8(&bytes).with_context(|| format!("key file {}", path.display()))?;
    CustodyFile::parse(text).with_context(|| format!("key file {}", path.display()))
}

/// What a key file says without its password.
pub fn told(file: &CustodyFile) -> String {
    let KdfCost { memory_kib, passes, lanes } = file.cost();
    format!(
        "side       {}\nname       {}\nkey id     {}\npublic key {}\npassword   Argon2id, {} MiB, {passes} passes, {lanes} lanes",
        file.side(),
        file.name(),
        file.public().id(),
        file.public(),
        memory_kib / 1024
    )
}

/// Puts the key of `from` under another password, into `to`.
pub fn rekey(from: &Path, to: &Path) -> Result<String> {
    not_there(to)?;
    let old = file(from)?;
    let secret = old.unlock(&password::ask("present password")?)?;
    let new = password::new(None)?;
    let file = CustodyFile::lock(&mut rand::rng(), &secret, (old.side(), old.name()), &new, KdfCost::NEW)?;
    keep(to, &file)?;
    Ok(told(&file))
}

/// What an export holds, once its box and its recipient are proved.
pub fn read_export(path: &Path, key: &Path, log_key: &str, password_file: Option<&Path>) -> Result<Zeroizing<Vec<u8>>> {
    let by = VerifierKey::parse(log_key).context("public key of the box's log")?;
    let key = file(key)?;
    let export = bytes(path, EXPORT_LEN_MAX + EXPORT_OVERHEAD)?;
    let password = match password_file {
        Some(path) => password::from_file(path)?,
        None => password::ask(&format!("password of {}", key.name()))?,
    };
    let secret = key.unlock(&password)?;
    seal::open_export(&export, &secret, &by).with_context(|| format!("export {}", path.display()))
}

/// Fails if something is at `path`: nothing of a custodian is ever replaced.
pub fn not_there(path: &Path) -> Result<()> {
    let there = path.try_exists().with_context(|| format!("looking for {}", path.display()))?;
    ensure!(!there, "{} is there already and is not replaced", path.display());
    Ok(())
}

/// Writes a key file, whose folder must be there, and reads it back.
fn keep(path: &Path, file: &CustodyFile) -> Result<()> {
    let path = std::path::absolute(path).with_context(|| format!("folder of {}", path.display()))?;
    write_secret(&OsDisk, &path, file.to_text().as_bytes())?;
    // A stick may have no owners and rights; the password keeps the secret there.
    let kept = bytes(&path, CUSTODY_FILE_LEN_MAX)?;
    ensure!(kept == file.to_text().as_bytes(), "{} does not hold what was written", path.display());
    Ok(())
}

fn bytes(path: &Path, most: usize) -> Result<Vec<u8>> {
    let file = File::open(path).with_context(|| format!("reading {}", path.display()))?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).expect("a file of a few megabytes") + 1;
    file.take(limit).read_to_end(&mut bytes).with_context(|| format!("reading {}", path.display()))?;
    ensure!(bytes.len() <= most, "{} has more than {most} bytes", path.display());
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_a_run_with_both_ends() {
        assert_eq!("3..7".parse(), Ok(Segments { first: 3, last: 7 }));
        assert_eq!("3..3".parse(), Ok(Segments { first: 3, last: 3 }));
        for wrong in ["", "3", "7..3", "..", "-1..3", "3..=7", "a..b"] {
            assert!(wrong.parse::<Segments>().is_err(), "{wrong}");
        }
    }

    /// Requirement CUS-01.
    #[test]
    fn a_key_file_is_made_once_and_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (path, password) = (folder.path().join("zhang.key"), folder.path().join("password"));
        std::fs::write(&password, "correct horse 药匣 staple\n").unwrap();
        let said = new(Side::Enterprise, "张三", &path, Some(&password)).unwrap();
        let made = file(&path).unwrap();
        assert!(said.contains(&made.public().to_string()) && said.contains("128 MiB"), "{said}");
        assert_eq!(made.unlock("correct horse 药匣 staple").unwrap().public(), made.public());
        let error = new(Side::Regulator, "李四", &path, Some(&password)).unwrap_err().to_string();
        assert!(error.contains("is not replaced"), "{error}");
        assert_eq!(file(&path).unwrap(), made);
    }
}
