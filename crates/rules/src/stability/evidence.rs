//! What the rule itself knows of a finding: window, numbers, choices.

use super::{Baseline, Observed, Phase, Point};
use record::{Input, Level, Qualifiers, Signal};

/// Rule name of the model for continuous data.
pub const RULE_CONTINUOUS: &str = "stability.continuous";
/// Rule name of the model for counts.
pub const RULE_COUNT: &str = "stability.count";
/// Version of the arithmetic of both; any change of a bit in any result raises it.
pub const RULE_VERSION: u32 = 1;

/// Everything of a finding but who it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Rule that judged.
    pub rule: &'static str,
    /// Version of its arithmetic.
    pub version: u32,
    /// Severity.
    pub level: Level,
    /// Kind of signal.
    pub signal: Signal,
    /// The values it rests on, oldest first, the judged one last; judging them again gives the same evidence.
    pub window: Vec<Input>,
    /// Parameters and statistics in the order the rule computes them.
    pub numbers: Vec<(Box<str>, f64)>,
    /// Named choices.
    pub choices: Qualifiers,
}

impl Evidence {
    /// A number by name.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.numbers.iter().find(|(have, _)| &**have == name).map(|(_, value)| *value)
    }
}

/// The baseline in order, then `run`.
pub(crate) fn window(baseline: &Baseline, run: &[Point]) -> Vec<Input> {
    baseline.points().iter().chain(run).filter_map(input).collect()
}

/// Points as inputs; censored ones have no number and are no input.
pub(crate) fn input(point: &Point) -> Option<Input> {
    match point.observed {
        Observed::Exact(value) => Some(Input { record: point.record, value }),
        Observed::Censored => None,
    }
}

/// Names of the numbers as the finding keeps them.
pub(crate) fn numbers<const N: usize>(list: [(&str, f64); N]) -> Vec<(Box<str>, f64)> {
    list.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

/// The choices every finding of the model names, and those of the rule.
pub(crate) fn choices(baseline: &Baseline, phase: Phase, own: &[(&str, &str)]) -> Qualifiers {
    let freeze_at = baseline.plan().freeze_at().to_string();
    [("phase", phase.name()), ("freeze_at", freeze_at.as_str())]
        .iter()
        .chain(own)
        .map(|&(name, value)| (name.into(), value.into()))
        .collect()
}
