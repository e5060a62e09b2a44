//! Runs `rules` over cases of expected values and says where they agree.
//!
//! Comes in: JSON of the form `{"cases": [{"id", "chart", "call", "tol_rel", "data", "expected"}]}`. Goes out: one report a
//! case. Every number of `expected` must be met; a chart without a runner here is not supported, never skipped silently.

mod attribute;
mod variable;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Numbers we computed, by the path of the expected ones: `indices_within.value`.
pub(crate) type Got = BTreeMap<String, Vec<f64>>;
/// What a runner gives: numbers, or why the case cannot be read.
pub(crate) type Ran = Result<Got, Box<dyn std::error::Error>>;

/// Rounding errors of a list are relative to its largest values: no expected value counts as smaller than this share.
const SCALE_FLOOR: f64 = 1e-3;

/// One number that is not met.
#[derive(Debug)]
pub(crate) struct Miss {
    path: String,
    index: usize,
    expected: f64,
    got: Option<f64>,
}

/// What became of a case.
#[derive(Debug)]
pub(crate) enum Report {
    /// All numbers are met; how many there were and the worst relative difference.
    Agree { numbers: usize, worst: f64 },
    /// These are not.
    Disagree(Vec<Miss>),
    /// No runner for this chart.
    NotSupported,
    /// The case or its values could not be used.
    Failed(String),
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agree { numbers, worst } => {
                write!(f, "agree ({numbers} numbers, worst relative difference {worst:.1e})")
            }
            Self::Disagree(misses) => {
                write!(f, "disagree")?;
                for miss in misses.iter().take(3) {
                    let got = miss.got.map_or("nothing".to_owned(), |x| x.to_string());
                    write!(f, " {}[{}]: expected={} got={got}", miss.path, miss.index, miss.expected)?;
                }
                if misses.len() > 3 {
                    write!(f, " and {} more", misses.len() - 3)?;
                }
                Ok(())
            }
            Self::NotSupported => write!(f, "not supported"),
            Self::Failed(why) => write!(f, "disagree: {why}"),
        }
    }
}

/// One case with its report.
#[derive(Debug)]
pub(crate) struct Judged {
    /// Id of the case.
    pub(crate) id: String,
    /// Its chart.
    pub(crate) chart: String,
    /// What became of it.
    pub(crate) report: Report,
}

/// Runs every case of the file's text.
pub(crate) fn run(text: &str) -> Result<Vec<Judged>, Box<dyn std::error::Error>> {
    let file: Value = serde_json::from_str(text)?;
    let cases = file["cases"].as_array().ok_or("the file has no list `cases`")?;
    Ok(cases.iter().map(|case| judge(case, cases)).collect())
}

fn judge(case: &Value, cases: &[Value]) -> Judged {
    let word = |name: &str| case[name].as_str().unwrap_or("?").to_owned();
    let (id, chart) = (word("id"), word("chart"));
    let report = match runner(&chart) {
        None => Report::NotSupported,
        Some(runner) => match (runner(case, cases), case["tol_rel"].as_f64()) {
            (Ok(got), Some(tolerance)) => compare(&case["expected"], &got, tolerance),
            (Ok(_), None) => Report::Failed("the case has no tol_rel".to_owned()),
            (Err(why), _) => Report::Failed(why.to_string()),
        },
    };
    Judged { id, chart, report }
}

type Runner = fn(&Value, &[Value]) -> Ran;

fn runner(chart: &str) -> Option<Runner> {
    Some(match chart {
        "I-MR" => variable::imr,
        "EWMA" => variable::ewma,
        "CUSUM" => variable::cusum,
        "xbar" | "R" | "S" => variable::subgroup,
        "capability" => variable::capability,
        "T2.single" => variable::hotelling,
        "tolerance factor" => variable::tolerance,
        "constants" => variable::constants,
        "run rules" => variable::run_rules,
        "univariate" => variable::univariate,
        "p" => attribute::p,
        "pp" => attribute::laney,
        "np" => attribute::np,
        "c" | "u" => attribute::c_or_u,
        "g" => attribute::gaps,
        "dispersion" => attribute::dispersion,
        "NB fit" => attribute::nb_fit,
        "Poisson predictive limit" => attribute::poisson_predictive,
        _ => return None,
    })
}

fn compare(expected: &Value, got: &Got, tolerance: f64) -> Report {
    let mut wanted = Got::new();
    flatten(expected, String::new(), &mut wanted);
    let mut misses = Vec::new();
    let (mut numbers, mut worst) = (0, 0.0_f64);
    for (path, values) in &wanted {
        let got = got.get(path).map_or(&[][..], Vec::as_slice);
        let largest = values.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
        for index in 0..values.len().max(got.len()) {
            let (expected, got) = (values.get(index).copied(), got.get(index).copied());
            let scale = expected.unwrap_or(0.0).abs().max(largest * SCALE_FLOOR);
            let difference = match (expected, got) {
                (Some(expected), Some(got)) if expected == got => 0.0,
                (Some(expected), Some(got)) if scale > 0.0 => (got - expected).abs() / scale,
                _ => f64::INFINITY,
            };
            numbers += 1;
            worst = worst.max(difference);
            if difference > tolerance {
                misses.push(Miss { path: path.clone(), index, expected: expected.unwrap_or(f64::NAN), got });
            }
        }
    }
    if misses.is_empty() { Report::Agree { numbers, worst } } else { Report::Disagree(misses) }
}

/// Numbers and booleans of a JSON value by their path; a lone number is a list of one, names are left out.
fn flatten(value: &Value, path: String, into: &mut Got) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(value, path, into);
            }
        }
        Value::Array(items) if !items.iter().any(Value::is_string) => {
            let list = into.entry(path).or_default();
            list.extend(numbers(items));
        }
        Value::Number(_) | Value::Bool(_) => {
            into.insert(path, numbers(core::slice::from_ref(value)));
        }
        Value::Array(_) | Value::String(_) | Value::Null => {}
    }
}

fn numbers(items: &[Value]) -> Vec<f64> {
    items
        .iter()
        .flat_map(|item| match item {
            Value::Array(inner) => numbers(inner),
            Value::Bool(truth) => vec![f64::from(u8::from(*truth))],
            other => other.as_f64().into_iter().collect(),
        })
        .collect()
}

/// The list of numbers `name` of a case's data.
fn list(data: &Value, name: &str) -> Result<Vec<f64>, String> {
    let items = data[name].as_array().ok_or_else(|| format!("data has no list `{name}`"))?;
    items.iter().map(|item| item.as_f64().ok_or_else(|| format!("data.{name} holds {item}"))).collect()
}

/// The rows of numbers `name` of a case's data.
fn rows(data: &Value, name: &str) -> Result<Vec<Vec<f64>>, String> {
    let items = data[name].as_array().ok_or_else(|| format!("data has no rows `{name}`"))?;
    items.iter().map(|item| list(&serde_json::json!({ name: item }), name)).collect()
}

fn number(data: &Value, name: &str) -> Result<f64, String> {
    data[name].as_f64().ok_or_else(|| format!("data has no number `{name}`"))
}

fn whole(data: &Value, name: &str) -> Result<usize, String> {
    let value = data[name].as_u64().ok_or_else(|| format!("data has no count `{name}`"))?;
    usize::try_from(value).map_err(|error| error.to_string())
}

/// The series of a case, or of the case its data refer to.
fn series(case: &Value, cases: &[Value]) -> Result<Vec<f64>, String> {
    let data = &case["data"];
    match data["ref"].as_str() {
        Some(id) if data["x"].is_null() => {
            let other = cases.iter().find(|other| other["id"] == id).ok_or_else(|| format!("no case `{id}`"))?;
            list(&other["data"], "x")
        }
        _ => list(data, "x"),
    }
}

/// The number after `name=` in the case's call.
fn argument(case: &Value, name: &str) -> Result<f64, String> {
    let call = case["call"].as_str().ok_or("the case has no call")?;
    let start = call.find(name).ok_or_else(|| format!("no `{name}` in `{call}`"))? + name.len();
    let digits: String = call[start..].chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    digits.parse().map_err(|error| format!("`{name}` in `{call}`: {error}"))
}

/// 1-based positions at which `outside` holds.
fn positions(n: usize, outside: impl Fn(usize) -> bool) -> Vec<f64> {
    (0..n).filter(|at| outside(*at)).map(|at| count(at + 1)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "positions lie far below 2^53")]
fn count(n: usize) -> f64 {
    n as f64
}

/// Pairs of path and numbers as a map.
fn got<const N: usize>(pairs: [(&str, Vec<f64>); N]) -> Got {
    pairs.into_iter().map(|(path, values)| (path.to_owned(), values)).collect()
}
