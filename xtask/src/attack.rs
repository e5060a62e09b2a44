//! The table of attacks and faults, and whether each row holds today.
//!
//! Comes in: `docs/attacks.tsv` (number, attack, required outcome, the tests that show it, how far they do) and what the
//! tests answer. Goes out: one line a row with its result, its seconds and the attack. A test is named `crate::name`, or
//! `crate::prefix_` for all whose names begin so. A row that names a test that is not there, and a test `attack_NN_…`
//! that no row names, fail the check.

use crate::needs;
use crate::run::{cargo, root};
use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;

/// Rows there must be.
const ROWS: u32 = 35;
/// Beginning of the names of tests written for a row.
const PREFIX: &str = "attack_";
/// Tells tests that their long forms are wanted.
const SLOW: &str = "YAOXIA_ATTACK_SLOW";
/// Profile of nextest whose tests may take long.
const PROFILE: &str = "attack";

/// One attack or fault.
#[derive(Debug)]
struct Row {
    number: u32,
    attack: String,
    /// Crate and name, or crate and beginning of names.
    tests: Vec<(String, String)>,
    /// `shown`, or `partly: …` or `open: …` with what is missing.
    state: String,
}

impl Row {
    fn parse(line: &str) -> Result<Self> {
        let cells: Vec<&str> = line.split('\t').collect();
        let [number, attack, _outcome, tests, state] = cells[..] else {
            bail!("{} cells where 5 belong: {line}", cells.len());
        };
        let tests = tests.split_whitespace().map(|test| {
            let (of, name) = test.split_once("::").with_context(|| format!("`{test}` is not crate::name"))?;
            Ok((of.to_owned(), name.to_owned()))
        });
        let state_is_known = state == "shown" || state.starts_with("partly: ") || state.starts_with("open: ");
        ensure!(state_is_known, "row {number}: `{state}` is not shown, partly: … or open: …");
        let tests: Vec<_> = tests.collect::<Result<_>>()?;
        ensure!(tests.is_empty() == state.starts_with("open: "), "row {number}: tests and state contradict");
        Ok(Self { number: number.parse()?, attack: attack.to_owned(), tests, state: state.to_owned() })
    }

    fn names(&self, of: &str, test: &str) -> bool {
        self.tests.iter().any(|(named_of, named)| named_of == of && matches(named, test))
    }
}

/// `named` is the test's name, or its beginning where it ends in `_`.
fn matches(named: &str, test: &str) -> bool {
    named == test || (named.ends_with('_') && test.starts_with(named))
}

fn rows() -> Result<Vec<Row>> {
    let path = root().join("docs/attacks.tsv");
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let rows: Vec<Row> =
        text.lines().skip(1).map(Row::parse).collect::<Result<_>>().with_context(|| path.display().to_string())?;
    let numbers: Vec<u32> = rows.iter().map(|row| row.number).collect();
    ensure!(numbers == (1..=ROWS).collect::<Vec<_>>(), "{}: rows are {numbers:?}", path.display());
    Ok(rows)
}

/// Names of all functions of a crate that stand where a test's name may, by a look at its text: `fn name(`, and
/// `name(state) {` as some tests are written for two databases at once.
fn functions() -> Result<BTreeSet<(String, String)>> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("crates"))? {
        let folder = entry?.path();
        let of = folder.file_name().and_then(|name| name.to_str()).context("a crate's folder is UTF-8")?.to_owned();
        let mut files = Vec::new();
        rust_files(&folder, &mut files)?;
        for text in files {
            for line in text.lines().map(str::trim_start) {
                let line = line.trim_start_matches("pub(crate) ").trim_start_matches("async ");
                let name = line.strip_prefix("fn ").and_then(|rest| rest.split(['(', '<']).next());
                if let Some(name) = name.or_else(|| line.strip_suffix("(state) {")) {
                    found.insert((of.clone(), name.to_owned()));
                }
            }
        }
    }
    Ok(found)
}

fn rust_files(folder: &Path, texts: &mut Vec<String>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            rust_files(&path, texts)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            texts.push(std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?);
        }
    }
    Ok(())
}

/// Fails unless each row's tests are there, and each test written for a row is named by it.
pub(crate) fn check() -> Result<()> {
    let (rows, functions) = (rows()?, functions()?);
    let faults = faults(&rows, &functions);
    if faults.is_empty() { Ok(()) } else { bail!("docs/attacks.tsv:\n{}", faults.join("\n")) }
}

fn faults(rows: &[Row], functions: &BTreeSet<(String, String)>) -> Vec<String> {
    let mut faults = Vec::new();
    for row in rows {
        for (of, named) in &row.tests {
            if !functions.iter().any(|(found_of, found)| found_of == of && matches(named, found)) {
                faults.push(format!("row {} names {of}::{named}, which is not there", row.number));
            }
        }
    }
    for (of, test) in functions {
        let Some(rest) = test.strip_prefix(PREFIX) else { continue };
        let number = rest.split('_').next().and_then(|digits| digits.parse::<u32>().ok());
        let Some(number) = number else { continue };
        if !rows.iter().any(|row| row.number == number && row.names(of, test)) {
            faults.push(format!("{of}::{test} is not named by row {number}"));
        }
    }
    faults
}

/// Runs what the rows name, in `packages` or everywhere, and prints the table. Fails if a test of a row failed, or, when
/// all packages were asked for, if one was not run.
pub(crate) fn run(slow: bool, packages: &[String]) -> Result<()> {
    check()?;
    let rows = rows()?;
    let asked = |of: &str| packages.is_empty() || packages.iter().any(|package| package == of);
    let tests: BTreeSet<_> = rows.iter().flat_map(|row| &row.tests).filter(|(of, _)| asked(of)).collect();
    let wanted = tests.iter().map(|(of, name)| {
        let end = if name.ends_with('_') { "" } else { "$" };
        format!("(package(={of}) & test(/(^|::){name}{end}/))")
    });
    let answers = answers(slow, packages, &wanted.collect::<Vec<_>>().join(" | "))?;
    let mut out = std::io::stdout().lock();
    let mut failed = Vec::new();
    for row in &rows {
        let of_row: Vec<_> = answers.iter().filter(|((of, test), _)| row.names(of, test)).collect();
        let run =
            |(of, named): &(String, String)| of_row.iter().any(|((by, test), _)| by == of && matches(named, test));
        let not_run = row.tests.iter().filter(|test| !run(test)).count();
        let held = of_row.iter().all(|(_, answer)| answer.passed) && (not_run == 0 || !packages.is_empty());
        let word = match row.state.split_once(": ") {
            Some(("open", _)) => "open",
            _ if !held => "FAIL",
            _ if of_row.is_empty() => "not run",
            Some(_) => "partly",
            None if not_run > 0 => "pass*",
            None => "pass",
        };
        if word == "FAIL" {
            failed.push(row.number.to_string());
        }
        let seconds = of_row.iter().fold(0.0, |sum, (_, answer)| sum + answer.seconds);
        writeln!(out, "{:>2}  {word:<7}  {seconds:>7.2} s  {}", row.number, row.attack)?;
    }
    if !packages.is_empty() {
        writeln!(out, "* only what is in {}", packages.join(", "))?;
    }
    if failed.is_empty() { Ok(()) } else { bail!("rows {} do not hold", failed.join(", ")) }
}

/// What a test answered.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Answer {
    passed: bool,
    seconds: f64,
}

fn answers(slow: bool, packages: &[String], wanted: &str) -> Result<BTreeMap<(String, String), Answer>> {
    let nextest = needs::cargo_tool("cargo-nextest")?;
    let cargo = cargo(&[])?;
    let mut command = std::process::Command::new(nextest);
    command.current_dir(root()).args(["nextest", "run", "--locked", "--no-fail-fast", "--profile", PROFILE]);
    command.args(["--color=never", "--status-level=all", "--final-status-level=none", "-E", wanted]);
    for (name, value) in cargo.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    if slow {
        command.env(SLOW, "1");
    }
    if packages.is_empty() {
        command.arg("--workspace");
    }
    command.args(packages.iter().flat_map(|package| ["--package", package]));
    eprintln!("xtask: building and running the tests of the table; it is printed at the end");
    let output = command.output().context("cannot start cargo-nextest")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let answers: BTreeMap<_, _> = said.lines().filter_map(answer).collect();
    let failed = answers.values().any(|answer| !answer.passed);
    if failed || !output.status.success() {
        std::io::stderr().write_all(&output.stderr)?;
    }
    ensure!(failed || output.status.success(), "cargo-nextest ended with {}", output.status);
    Ok(answers)
}

/// `PASS [   0.006s] (22/39) journal::it logdir::some_test`
fn answer(line: &str) -> Option<((String, String), Answer)> {
    let (word, rest) = line.trim_start().split_once(" [")?;
    if !["PASS", "FAIL", "TIMEOUT", "ABORT", "SIGKILL", "SIGSEGV", "SIGABRT"].contains(&word.trim()) {
        return None;
    }
    let (seconds, rest) = rest.split_once("s] ")?;
    let mut words = rest.split_whitespace().rev();
    let (path, binary) = (words.next()?, words.next()?);
    let of = binary.split("::").next()?.to_owned();
    let test = path.rsplit("::").next()?.to_owned();
    Some(((of, test), Answer { passed: word.trim() == "PASS", seconds: seconds.trim().parse().ok()? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_tests_that_are_there_and_all_that_are_written_for_it() {
        check().expect("docs/attacks.tsv says what there is");
    }

    #[test]
    fn a_test_that_is_gone_and_one_that_no_row_names_are_said() {
        let row = |tests: &str| Row::parse(&format!("4\ta\to\t{tests}\tshown")).expect("five cells");
        let have = |names: &[&str]| names.iter().map(|name| ("seal".to_owned(), (*name).to_owned())).collect();
        assert_eq!(faults(&[row("seal::attack_04_")], &have(&["attack_04_a"])), Vec::<String>::new());
        assert_eq!(faults(&[row("seal::gone")], &have(&[])), ["row 4 names seal::gone, which is not there"]);
        let unnamed = faults(&[row("seal::known")], &have(&["known", "attack_04_b"]));
        assert_eq!(unnamed, ["seal::attack_04_b is not named by row 4"]);
    }

    #[test]
    fn answers_are_read_as_nextest_writes_them() {
        let (test, found) = answer("        PASS [   1.250s] (22/39) journal::it logdir::a_b").expect("an answer");
        assert_eq!((test, found), (("journal".into(), "a_b".into()), Answer { passed: true, seconds: 1.25 }));
        let (test, found) = answer("  FAIL [   0.100s] seal attack::attack_25_x").expect("an answer");
        assert_eq!((test, found.passed), (("seal".into(), "attack_25_x".into()), false));
        assert_eq!(answer("     Summary [ 127.422s] 39 tests run: 38 passed"), None);
        assert_eq!(answer("        SLOW [> 60.000s] (1/2) journal::it wal::x"), None);
    }
}
