//! What the configuration was changed to since the last start, on record: mapping, connectors, X file and `box.toml`.
//!
//! Comes in: the files this start has read, and those of the last. Goes out: a row of the audit trail for each file that is
//! another, with the lines taken out and the lines put in. The box is configured by files, so that who changed them is the
//! operator of the machine; secrets are files of their own and never stand here.
//!
//! | step | a crash here leaves |
//! |---|---|
//! | rows in the trail | the same rows once more at the next start |
//! | the files as read kept in `configuration.json` | nothing to do |

use crate::config::{CONFIG_BYTES_MAX, Loaded};
use crate::places::Places;
use anyhow::{Context, Result};
use journal::{OsDisk, durable};
use portal::access::Action;
use portal::audit::OPERATOR;
use record::Timestamp;
use state::State;
use state::audit::{self, Event};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Longest text of one side of a change that the trail keeps, characters; the rest is counted.
const TOLD_CHARS_MAX: usize = 2_000;
/// What separates lines of a file in one text of the trail.
const LINE_END: &str = " ⏎ ";

/// Text of each file by its name.
type Files = BTreeMap<String, String>;

/// Records what is another than at the last start. The first start records every file as new.
pub async fn record(loaded: &Loaded, places: &Places, state: &State, now: Timestamp) -> Result<()> {
    let path = places.configuration();
    let kept = durable::read(&OsDisk, &path, 4 * CONFIG_BYTES_MAX)?;
    let before: Files = match &kept {
        Some(bytes) => serde_json::from_slice(bytes)
            .with_context(|| format!("{}; without it every file counts as new: move it away", path.display()))?,
        None => Files::new(),
    };
    let after = files(loaded);
    if before == after {
        return Ok(());
    }
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let write = state.write().await?;
    for name in names {
        let [old, new] = [&before, &after].map(|files| files.get(name).map_or("", String::as_str));
        if old == new {
            continue;
        }
        let (taken, put) = (lines_only_in(old, new), lines_only_in(new, old));
        let event = Event {
            who: OPERATOR.to_owned(),
            act: act(name).word().to_owned(),
            object: format!("file/{name}"),
            old: taken,
            new: put,
            reason: "found at the start of the box".to_owned(),
            ..Event::new(now)
        };
        audit::append(&write, &event).await?;
    }
    write.commit().await?;
    durable::write(&OsDisk, &path, &serde_json::to_vec(&after)?)?;
    Ok(())
}

fn files(loaded: &Loaded) -> Files {
    let name = |path: &Path| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let sources = &loaded.config.sources;
    let extensions = loaded.extensions.iter().zip(&sources.extensions).map(|(text, path)| (name(path), text));
    let connectors = loaded.connectors.iter().map(|(path, text)| (format!("connector {}", name(path)), text));
    let own = [("box.toml".to_owned(), &loaded.text), ("mapping.csv".to_owned(), &loaded.mapping)];
    own.into_iter().chain(extensions).chain(connectors).map(|(name, text)| (name, text.clone())).collect()
}

fn act(name: &str) -> Action {
    if name == "box.toml" { Action::ChangeSettings } else { Action::ChangeMapping }
}

/// Lines of `text` that `other` has not, as often as it has not, on one line.
fn lines_only_in(text: &str, other: &str) -> String {
    let mut held: BTreeMap<&str, usize> = BTreeMap::new();
    for line in other.lines() {
        *held.entry(line).or_default() += 1;
    }
    let mut told = String::new();
    let (mut chars, mut left_out) = (0, 0_usize);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(count) = held.get_mut(line).filter(|count| **count > 0) {
            *count -= 1;
            continue;
        }
        chars += line.chars().count() + LINE_END.chars().count();
        if chars > TOLD_CHARS_MAX {
            left_out += 1;
            continue;
        }
        if !told.is_empty() {
            told.push_str(LINE_END);
        }
        told.extend(line.chars().filter(|c| !c.is_control()));
    }
    if left_out > 0 {
        told.push_str(&format!("{LINE_END}… {left_out} more lines"));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_by_its_lines_and_a_long_one_is_counted() {
        let (old, new) = ("a,1\nb,2\nb,2\n", "a,1\nb,2\nb,3\n\n");
        assert_eq!((&*lines_only_in(old, new), &*lines_only_in(new, old)), ("b,2", "b,3"));
        let long: String = (0..1_000).map(|n| format!("row {n}\n")).collect();
        let told = lines_only_in(&long, "");
        assert!(told.chars().count() < TOLD_CHARS_MAX + 40 && told.ends_with("more lines"), "{told}");
        assert!(told.starts_with("row 0 ⏎ row 1"));
    }
}
