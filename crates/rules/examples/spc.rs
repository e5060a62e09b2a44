//! `spc FILE`: runs the rules over a file of expected values; a line a case, a summary, exit 1 on any disagreement.
#![allow(clippy::print_stdout, reason = "a command talks on stdout")]

mod oracle;

use oracle::Report;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: spc FILE");
        return ExitCode::from(2);
    };
    let judged = std::fs::read_to_string(&path).map_err(Into::into).and_then(|text| oracle::run(&text));
    let judged = match judged {
        Ok(judged) => judged,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::from(2);
        }
    };
    let (mut agree, mut disagree, mut unsupported) = (0, 0, 0);
    for case in &judged {
        println!("{} [{}]: {}", case.id, case.chart, case.report);
        match case.report {
            Report::Agree { .. } => agree += 1,
            Report::Disagree(_) | Report::Failed(_) => disagree += 1,
            Report::NotSupported => unsupported += 1,
        }
    }
    println!("{} cases: {agree} agree, {disagree} disagree, {unsupported} not supported", judged.len());
    if disagree == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
