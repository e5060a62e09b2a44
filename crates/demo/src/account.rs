//! Accounts of the demo: a new password each time, kept in files only their owner can read.

use anyhow::{Context, Result};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Bytes of randomness in a password: 20 characters of base 16.
const PASSWORD_BYTES: usize = 10;

/// A login.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) password: String,
}

impl Account {
    /// An account with a new random password.
    pub(crate) fn new(name: &str) -> Result<Self> {
        let mut bytes = [0_u8; PASSWORD_BYTES];
        getrandom::fill(&mut bytes).context("no randomness from the operating system")?;
        let password = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { name: name.to_owned(), password })
    }
}

/// Writes a secret to a new file of mode 0600 and gives its path.
pub(crate) fn secret_file(path: &Path, secret: &str) -> Result<PathBuf> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot create {}", path.display()))?;
    file.write_all(secret.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path.to_owned())
}
