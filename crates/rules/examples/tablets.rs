//! `tablets DIR [COLUMNS]`: alarms per 100 batch-values on real tablet batches, re-baselining after each sustained signal.
//!
//! Reads `Laboratory.csv` in DIR (Žagar & Mihelič 2022, CC BY 4.0) and the series named in COLUMNS. A value is monitored
//! when it is judged by long-term limits; the 20 values after a sustained signal are the next baseline and are not.
//! Prints a line a series and the rates of each class; exits 1 when the untied continuous series give more than
//! [`BUDGET`] alarms per 100 monitored values.
#![allow(clippy::print_stdout, reason = "a command talks on stdout")]

use record::{Digest, Signal};
use rules::stability::{Kind, Observed, Outcome, Phase, Plan, Point, Unsupported, replay};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

/// Alarms per 100 monitored values of untied continuous series that the model may give.
const BUDGET: f64 = 2.0;
/// Share of one value in the first baseline above which a series counts as tied.
const TIED_SHARE: f64 = 0.30;
/// Values of the first baseline.
const BASELINE: usize = 30;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(dir) = arguments.next() else {
        eprintln!("usage: tablets DIR [COLUMNS]");
        return ExitCode::from(2);
    };
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/data/tablets.tsv").to_owned();
    match measure(Path::new(&dir), Path::new(&arguments.next().unwrap_or(shipped))) {
        Ok(rate) if rate <= BUDGET => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{dir}: {error}");
            ExitCode::from(2)
        }
    }
}

/// What was counted over series of one class.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    series: u32,
    monitored: u32,
    points: u32,
    sustained: u32,
    alarms: u32,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.series += other.series;
        self.monitored += other.monitored;
        self.points += other.points;
        self.sustained += other.sustained;
        self.alarms += other.alarms;
    }

    fn rate(self) -> f64 {
        if self.monitored == 0 { 0.0 } else { 100.0 * f64::from(self.alarms) / f64::from(self.monitored) }
    }
}

/// The rate of the untied continuous series.
fn measure(dir: &Path, columns: &Path) -> Result<f64, Box<dyn Error>> {
    let laboratory = std::fs::read_to_string(dir.join("Laboratory.csv"))?;
    let mut classes: BTreeMap<&'static str, [Tally; 2]> = BTreeMap::new();
    for (product, column) in series_named(&std::fs::read_to_string(columns)?)? {
        let values = values(&laboratory, &product, &column)?;
        let class = class(&values)?;
        let (moving, frozen) = (tally(&values, Rebaseline::AfterShift)?, tally(&values, Rebaseline::Never)?);
        println!(
            "product {product} {column}: {class}, {} batches, {} monitored, {} point, {} sustained; frozen for ever {} alarms in {}",
            values.len(),
            moving.monitored,
            moving.points,
            moving.sustained,
            frozen.alarms,
            frozen.monitored
        );
        let [all_moving, all_frozen] = classes.entry(class).or_default();
        all_moving.add(moving);
        all_frozen.add(frozen);
    }
    for (class, [moving, frozen]) in &classes {
        println!(
            "{class}: {} series; {:.2} alarms per 100 of {} monitored values with re-baselining, {:.2} of {} with limits frozen",
            moving.series,
            moving.rate(),
            moving.monitored,
            frozen.rate(),
            frozen.monitored
        );
    }
    let untied = classes.get(UNTIED).ok_or("no untied continuous series")?[0];
    println!("budget {BUDGET} per 100: {}", if untied.rate() <= BUDGET { "kept" } else { "exceeded" });
    Ok(untied.rate())
}

const UNTIED: &str = "untied continuous";

/// Pairs of product and column from the TSV: comments with `#`, one line of headers.
fn series_named(text: &str) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).skip(1);
    lines
        .map(|line| {
            let (product, column) =
                line.split_once('\t').ok_or_else(|| format!("`{line}` is not product, tab, column"))?;
            Ok((product.to_owned(), column.trim().to_owned()))
        })
        .collect()
}

/// Numbers of one column for one product in file order; cells without a number are left out.
fn values(csv: &str, product: &str, column: &str) -> Result<Vec<f64>, Box<dyn Error>> {
    let mut lines = csv.lines();
    let header: Vec<&str> = lines.next().ok_or("empty file")?.split(';').collect();
    let find = |name: &str| header.iter().position(|cell| *cell == name).ok_or_else(|| format!("no column `{name}`"));
    let (code, column) = (find("code")?, find(column)?);
    Ok(lines
        .map(|line| line.split(';').collect::<Vec<&str>>())
        .filter(|cells| cells.get(code) == Some(&product))
        .filter_map(|cells| cells.get(column)?.trim().parse().ok())
        .collect())
}

/// What the model, or the eye, says of the first baseline.
fn class(values: &[f64]) -> Result<&'static str, Box<dyn Error>> {
    let outcomes = replay(Kind::Continuous, &points(values), Plan::NEW_SERIES)?;
    let refused = outcomes.iter().rev().find_map(|outcome| match outcome {
        Outcome::Unsupported(refusal) => Some(*refusal),
        Outcome::Judged(judged) if judged.phase == Phase::LongTerm => None,
        Outcome::Judged(_) | Outcome::Learning { .. } => None,
    });
    let last_judged = matches!(outcomes.last(), Some(Outcome::Judged(_)));
    if !last_judged {
        return Ok(match refused {
            Some(Unsupported::Censored | Unsupported::CensoredValue | Unsupported::Constant) => "censored (not judged)",
            Some(Unsupported::Skewed) => "skewed (not judged)",
            Some(Unsupported::Fraction | Unsupported::Rate) | None => "too short",
        });
    }
    let first = &values[..values.len().min(BASELINE)];
    let most = first.iter().map(|x| first.iter().filter(|y| *y == x).count()).max().unwrap_or(0);
    let share = f64::from(u32::try_from(most)?) / f64::from(u32::try_from(first.len())?);
    Ok(if share > TIED_SHARE { "tied" } else { UNTIED })
}

fn points(values: &[f64]) -> Vec<Point> {
    let point = |value: &f64| Point { record: Digest([0; 32]), observed: Observed::Exact(*value), excluded: false };
    values.iter().map(point).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rebaseline {
    Never,
    AfterShift,
}

/// Counts the alarms of one series.
fn tally(values: &[f64], policy: Rebaseline) -> Result<Tally, Box<dyn Error>> {
    let all = points(values);
    let mut tally = Tally { series: 1, ..Tally::default() };
    let (mut from, mut plan) = (0, Plan::NEW_SERIES);
    'epochs: loop {
        for (at, outcome) in replay(Kind::Continuous, &all[from..], plan)?.iter().enumerate() {
            let Outcome::Judged(judged) = outcome else { continue };
            if judged.phase != Phase::LongTerm {
                continue;
            }
            let has = |signal| judged.signals.iter().any(|evidence| evidence.signal == signal);
            tally.monitored += 1;
            tally.points += u32::from(has(Signal::Point));
            tally.sustained += u32::from(has(Signal::Sustained));
            tally.alarms += u32::from(!judged.signals.is_empty());
            if has(Signal::Sustained) && policy == Rebaseline::AfterShift {
                (from, plan) = (from + at + 1, Plan::AFTER_SHIFT);
                continue 'epochs;
            }
        }
        return Ok(tally);
    }
}
