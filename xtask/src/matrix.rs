//! The validation matrix: which test shows which requirement.
//!
//! Comes in: `docs/requirements.tsv` and the words `Requirement ABC-01, ABC-02.` in comments of tests. Goes out: one line
//! a requirement with the places that show it. A requirement nothing shows, and a name that is no requirement, fail.

use crate::run::root;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Where tests are.
const FOLDERS: [&str; 3] = ["crates", "web/test", "web/e2e"];
/// Endings of files that hold tests.
const ENDINGS: [&str; 3] = ["rs", "ts", "mjs"];
/// The word before the ids.
const MARK: &str = "Requirement ";

/// Ids of the requirements with the places that show them.
fn gathered() -> Result<BTreeMap<String, Vec<String>>> {
    let table = root().join("docs/requirements.tsv");
    let text = std::fs::read_to_string(&table).with_context(|| format!("reading {}", table.display()))?;
    let ids = text.lines().skip(1).filter_map(|line| line.split('\t').next());
    let mut matrix: BTreeMap<String, Vec<String>> = ids.map(|id| (id.to_owned(), Vec::new())).collect();
    let mut files = Vec::new();
    for folder in FOLDERS {
        list(&root().join(folder), &mut files)?;
    }
    for file in files {
        let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        for (number, line) in text.lines().enumerate() {
            let Some(comment) = line.trim_start().strip_prefix("//") else { continue };
            let Some(ids) = comment.trim_start_matches('/').trim_start().strip_prefix(MARK) else { continue };
            let place = format!("{}:{}", file.strip_prefix(root()).unwrap_or(&file).display(), number + 1);
            for id in ids.trim_end_matches('.').split(", ") {
                match matrix.get_mut(id) {
                    Some(places) => places.push(place.clone()),
                    None => bail!("{place}: `{id}` is no requirement of {}", table.display()),
                }
            }
        }
    }
    Ok(matrix)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|ending| ENDINGS.iter().any(|wanted| ending == *wanted)) {
            files.push(path);
        }
    }
    Ok(())
}

/// Prints the matrix, tab-separated.
pub(crate) fn print() -> Result<()> {
    let mut out = std::io::stdout().lock();
    for (id, places) in gathered()? {
        writeln!(out, "{id}\t{}", places.join(" "))?;
    }
    Ok(())
}

/// Fails on a requirement that no test names.
pub(crate) fn check() -> Result<()> {
    let matrix = gathered()?;
    let bare: Vec<&str> = matrix.iter().filter(|(_, places)| places.is_empty()).map(|(id, _)| id.as_str()).collect();
    if bare.is_empty() { Ok(()) } else { bail!("no test names the requirements {}", bare.join(", ")) }
}
