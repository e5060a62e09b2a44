//! Passwords of custodians: asked for at the terminal without showing them, or read from a file.
//!
//! Comes in: a path, or nothing for the terminal. Goes out: the password, wiped when dropped. Never: a password among the
//! arguments of a command, where other users of the machine could read it.

use anyhow::{Context, Result, ensure};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use zeroize::Zeroizing;

/// The terminal, whatever standard input and output are.
const TERMINAL: &str = "/dev/tty";

/// Asks at the terminal, which shows nothing of what is typed. Fails where there is none.
pub fn ask(question: &str) -> Result<Zeroizing<String>> {
    let mut terminal = File::options()
        .read(true)
        .write(true)
        .open(TERMINAL)
        .context("a password is asked for at a terminal; there is none")?;
    write!(terminal, "{question}: ").context("asking at the terminal")?;
    let shown = Silent::begin(&terminal)?;
    let read = line(&terminal);
    drop(shown);
    writeln!(terminal).context("asking at the terminal")?;
    read
}

/// Reads a password file, or standard input for `-`: the first line, without its end.
pub fn from_file(path: &Path) -> Result<Zeroizing<String>> {
    if path == Path::new("-") {
        return line(std::io::stdin());
    }
    let file = File::open(path).with_context(|| format!("reading {}", path.display()))?;
    line(file).with_context(|| format!("reading {}", path.display()))
}

/// Asks twice for a password that is to be new, or reads it from a file.
pub fn new(file: Option<&Path>) -> Result<Zeroizing<String>> {
    if let Some(path) = file {
        return from_file(path);
    }
    let first = ask("new password")?;
    let second = ask("the same once more")?;
    ensure!(*first == *second, "the two passwords differ");
    Ok(first)
}

fn line(from: impl std::io::Read) -> Result<Zeroizing<String>> {
    let most = seal::CUSTODY_PASSWORD_LEN_MAX + 2;
    // Room for all of it from the start: growing would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(most + 1));
    let limit = u64::try_from(most).expect("a password is short");
    BufReader::with_capacity(1, from.take(limit)).read_line(&mut text).context("reading a password")?;
    let len = text.trim_end_matches(['\r', '\n']).len();
    ensure!(len <= seal::CUSTODY_PASSWORD_LEN_MAX, "a password has at most {} bytes", seal::CUSTODY_PASSWORD_LEN_MAX);
    text.truncate(len);
    Ok(text)
}

/// The terminal shows nothing while this lives.
struct Silent<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Silent<'a> {
    fn begin(terminal: &'a File) -> Result<Self> {
        let before = tcgetattr(terminal).context("the terminal's settings")?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(terminal, OptionalActions::Flush, &silent).context("the terminal's settings")?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Silent<'_> {
    fn drop(&mut self) {
        if let Err(error) = tcsetattr(self.terminal, OptionalActions::Flush, &self.before) {
            tracing::warn!(%error, "the terminal stays silent; `stty echo` mends it");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_first_line_without_its_end() {
        for (text, expected) in [("药匣 secret\n", "药匣 secret"), ("a b \r\nsecond", "a b "), ("", ""), ("x", "x")]
        {
            assert_eq!(*line(text.as_bytes()).unwrap(), *expected);
        }
        let long = "x".repeat(seal::CUSTODY_PASSWORD_LEN_MAX);
        assert_eq!(*line(format!("{long}\r\n").as_bytes()).unwrap(), *long);
        assert!(line(format!("{long}x\n").as_bytes()).is_err());
    }
}
