//! `false_alarms [RUNS] [SEED]`: what the stability model costs and finds on simulated batches.
//!
//! For each kind of data: the share of runs with a false alarm within 20 and within 50 batches after a baseline of 30, and
//! the share in which a shift of 1σ is found within 20, one of 2σ within 10 batches, and a spike of 4σ at once.
#![allow(clippy::print_stdout, reason = "a command talks on stdout")]

use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha12Rng;
use record::Digest;
use rules::dist::normal;
use rules::stability::{Kind, Observed, Outcome, Plan, Point, replay};

const BASELINE: usize = 30;

/// How one batch's value comes from the one before, in sigmas.
#[derive(Clone, Copy)]
struct Process {
    name: &'static str,
    /// Lag-1 autocorrelation of the values.
    phi: f64,
    /// Values are rounded to this grid; zero for none.
    grid: f64,
}

const PROCESSES: [Process; 4] = [
    Process { name: "independent", phi: 0.0, grid: 0.0 },
    Process { name: "autocorrelated 0.35", phi: 0.35, grid: 0.0 },
    Process { name: "autocorrelated 0.6", phi: 0.6, grid: 0.0 },
    Process { name: "rounded to 0.7 sigma", phi: 0.0, grid: 0.7 },
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let runs: u32 = arguments.next().map_or(Ok(2_000), |text| text.parse())?;
    let seed: u64 = arguments.next().map_or(Ok(20_261_121), |text| text.parse())?;
    println!("{runs} runs, seed {seed}");
    println!("process                 false<=20  false<=50  1s<=20  2s<=10  spike 4s at once");
    for process in PROCESSES {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        let mut share = |shift: f64, spike: bool, within: usize| -> Result<f64, rules::Error> {
            let mut found = 0;
            for _ in 0..runs {
                let mut values = walk(process, BASELINE + within, &mut rng);
                let moved = if spike { BASELINE..BASELINE + 1 } else { BASELINE..values.len() };
                values[moved].iter_mut().for_each(|value| *value += shift);
                found += u32::from(alarmed(&values)?);
            }
            Ok(f64::from(found) / f64::from(runs))
        };
        println!(
            "{:<22}  {:>9.3}  {:>9.3}  {:>6.3}  {:>6.3}  {:>16.3}",
            process.name,
            share(0.0, false, 20)?,
            share(0.0, false, 50)?,
            share(1.0, false, 20)?,
            share(2.0, false, 10)?,
            share(4.0, true, 1)?,
        );
    }
    Ok(())
}

/// Standard normal values with the process's autocorrelation.
fn walk(process: Process, n: usize, rng: &mut ChaCha12Rng) -> Vec<f64> {
    let mut noise = || {
        // The middle of one of 2^53 equal slices of (0, 1): never 0 or 1.
        let slice: u64 = rng.random_range(0..1 << 53);
        #[expect(clippy::cast_precision_loss, reason = "below 2^53, so exact")]
        normal::quantile((slice as f64 + 0.5) / 9_007_199_254_740_992.0)
    };
    let fresh = (1.0 - process.phi * process.phi).sqrt();
    let mut state = noise();
    (0..n)
        .map(|_| {
            state = process.phi * state + fresh * noise();
            if process.grid > 0.0 { (state / process.grid).round() * process.grid } else { state }
        })
        .collect()
}

/// A signal of any kind after the baseline.
fn alarmed(values: &[f64]) -> Result<bool, rules::Error> {
    let points: Vec<Point> = values
        .iter()
        .map(|value| Point { record: Digest([0; 32]), observed: Observed::Exact(*value), excluded: false })
        .collect();
    let outcomes = replay(Kind::Continuous, &points, Plan::NEW_SERIES)?;
    Ok(outcomes[BASELINE..].iter().any(|outcome| match outcome {
        Outcome::Judged(judged) => !judged.signals.is_empty(),
        Outcome::Learning { .. } | Outcome::Unsupported(_) => false,
    }))
}
