//! Fuzzing of every parser, for as long as is asked: a campaign of its own, not part of the tests.
//!
//! Needs the nightly toolchain, whose sanitizers libFuzzer uses; cargo-fuzz is installed when it is missing.

use crate::needs;
use crate::run::{root, run, tool};
use anyhow::{Context, Result};
use std::path::Path;

/// Longest input, bytes: what is found beyond is found below.
const INPUT_LEN_MAX: u32 = 4096;

/// Runs each target of `fuzz/targets` for `seconds`, from the golden vectors on. Stops at the first crash, which is kept in
/// `fuzz/artifacts`.
pub(crate) fn fuzz(seconds: u32) -> Result<()> {
    let program = needs::cargo_tool("cargo-fuzz")?;
    let bin = program.parent().context("a program lies in a folder")?;
    let path = std::env::var("PATH").unwrap_or_default();
    seed_corpus("entry_decode", &root().join("docs/spec/vectors/entry"))?;
    let mut targets: Vec<String> = std::fs::read_dir(root().join("fuzz/targets"))?
        .map(|entry| {
            Ok(entry?.path().file_stem().and_then(|stem| stem.to_str()).context("a target is UTF-8")?.to_owned())
        })
        .collect::<Result<_>>()?;
    targets.sort();
    for target in targets {
        let limits = [format!("-max_len={INPUT_LEN_MAX}"), format!("-max_total_time={seconds}")];
        let mut command = tool("cargo", &["+nightly", "fuzz", "run", &target, "--"]);
        run(command.args(limits).env("PATH", format!("{}:{path}", bin.display())).env_remove("CARGO_TARGET_DIR"))?;
    }
    Ok(())
}

/// Golden vectors as first inputs.
fn seed_corpus(target: &str, vectors: &Path) -> Result<()> {
    let corpus = root().join("fuzz/corpus").join(target);
    std::fs::create_dir_all(&corpus)?;
    for entry in std::fs::read_dir(vectors).with_context(|| format!("reading {}", vectors.display()))? {
        let path = entry?.path();
        if path.extension().is_none_or(|ending| ending != "hex") {
            continue;
        }
        let text: String = std::fs::read_to_string(&path)?.split_whitespace().collect();
        let pairs = text.as_bytes().chunks(2).map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?));
        let bytes: Vec<u8> = pairs.collect::<Result<_>>().with_context(|| format!("{} is not hex", path.display()))?;
        std::fs::write(corpus.join(path.file_stem().context("a vector has a name")?), bytes)?;
    }
    Ok(())
}
