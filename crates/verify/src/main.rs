//! `yaoxia-verify`: is this log what was sealed?
//!
//! Exit code 0: sound. 1: damaged, or a proof is missing. 2: the question could not be asked.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
