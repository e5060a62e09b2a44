//! Counts: the value may not pass the 99.865 % point of the distribution fitted to the baseline.
//!
//! Overdispersed baselines get a negative binomial by maximum likelihood, by moments where that does not converge; others
//! the Poisson-gamma predictive distribution under Jeffreys' prior, which is also what an all-zero history gets. The
//! estimator is named in the finding. There is no lower limit: fewer colonies are no alarm. A flagged count never enters
//! the baseline: one contaminated batch would lift a negative binomial limit out of reach.

use super::evidence::{choices, numbers, window};
use super::{
    Baseline, Evidence, Judged, Observed, Outcome, POINT_PROBABILITY, Phase, Point, RULE_COUNT, RULE_VERSION,
    Unsupported, class,
};
use crate::describe::{count, mean, sum, variance};
use crate::dist::NegativeBinomial;
use crate::{Error, nb};
use record::Signal;

/// Probability of the line drawn below the limit.
pub const WATCH_PROBABILITY: f64 = 0.95;
/// Largest count that f64 holds exactly.
pub const COUNT_MAX: f64 = 9_007_199_254_740_992.0;

/// How the distribution was fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimator {
    /// Negative binomial by maximum likelihood.
    MaximumLikelihood,
    /// Negative binomial by moments: the likelihood has no maximum at a finite size.
    Moments,
    /// Poisson-gamma predictive under Jeffreys' prior: variance not above the mean, or all zeros.
    PoissonGamma,
}

impl Estimator {
    /// The name sealed in findings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MaximumLikelihood => "maximum-likelihood",
            Self::Moments => "moments",
            Self::PoissonGamma => "poisson-gamma",
        }
    }
}

/// Limits of one baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CountLimits {
    /// Number of baseline values.
    pub baseline_n: usize,
    /// Their mean.
    pub mean: f64,
    /// Their variance (divisor n − 1).
    pub variance: f64,
    /// How the distribution was fitted.
    pub estimator: Estimator,
    /// The distribution: for Poisson-gamma the predictive one.
    pub distribution: NegativeBinomial,
    /// Its 95 % point.
    pub watch: f64,
    /// Its 99.865 % point: a signal is a count above it.
    pub upper: f64,
}

impl CountLimits {
    /// Limits from at least two counts. Fails with [`Error::NotACount`] on anything else.
    pub fn fit(counts: &[f64]) -> Result<Self, Error> {
        for (at, &value) in counts.iter().enumerate() {
            check_count(at, value)?;
        }
        let (mean, variance) = (mean(counts)?, variance(counts)?);
        let (estimator, distribution) = if variance <= mean {
            let predictive = NegativeBinomial::jeffreys_predictive(sum(counts.iter().copied()), count(counts.len()));
            (Estimator::PoissonGamma, predictive)
        } else {
            match nb::maximum_likelihood(counts) {
                Ok(fit) => (Estimator::MaximumLikelihood, fit.distribution),
                Err(Error::NoConvergence { .. }) => (Estimator::Moments, nb::moments(mean, variance)?),
                Err(error) => return Err(error),
            }
        };
        let watch = distribution.quantile(WATCH_PROBABILITY);
        let upper = distribution.quantile(POINT_PROBABILITY);
        Ok(Self { baseline_n: counts.len(), mean, variance, estimator, distribution, watch, upper })
    }
}

fn check_count(at: usize, value: f64) -> Result<(), Error> {
    if !value.is_finite() {
        Err(Error::NotFinite { at, value })
    } else if (0.0..=COUNT_MAX).contains(&value) && libm::floor(value) == value {
        Ok(())
    } else {
        Err(Error::NotACount { at, value })
    }
}

/// What the model holds beside the baseline.
#[derive(Clone, Debug)]
pub(super) struct Monitor {
    /// Limits of the frozen baseline.
    frozen: Option<CountLimits>,
}

impl Monitor {
    pub(super) const fn new() -> Self {
        Self { frozen: None }
    }

    /// Judges the point at `at`; see [`super::Monitor::push`].
    pub(super) fn step(&mut self, baseline: &mut Baseline, at: usize, point: Point) -> Result<Outcome, Error> {
        let Observed::Exact(value) = point.observed else {
            baseline.skip_censored();
            return Ok(Outcome::Unsupported(Unsupported::CensoredValue));
        };
        match check_count(at, value) {
            Ok(()) => {}
            Err(Error::NotACount { .. }) => return Ok(Outcome::Unsupported(Unsupported::Fraction)),
            Err(error) => return Err(error),
        }
        let Some(phase) = baseline.phase() else {
            let have = baseline.values().len();
            lay(baseline, point, value);
            return Ok(Outcome::Learning { have });
        };
        if let Some(refusal) = class::count_refusal(baseline) {
            lay(baseline, point, value);
            return Ok(Outcome::Unsupported(refusal));
        }
        let limits = match (phase, self.frozen) {
            (Phase::LongTerm, Some(limits)) => limits,
            (Phase::LongTerm, None) => *self.frozen.insert(CountLimits::fit(baseline.values())?),
            (Phase::Preliminary, _) => CountLimits::fit(baseline.values())?,
        };
        let signals = if value > limits.upper {
            vec![evidence(baseline, phase, &limits, point, value)]
        } else {
            lay(baseline, point, value);
            Vec::new()
        };
        Ok(Outcome::Judged(Judged {
            phase,
            baseline_n: limits.baseline_n,
            center: limits.mean,
            lower: None,
            upper: limits.upper,
            cusum: None,
            signals,
        }))
    }
}

fn lay(baseline: &mut Baseline, point: Point, value: f64) {
    if !point.excluded {
        baseline.take(point, value);
    }
}

fn evidence(baseline: &Baseline, phase: Phase, limits: &CountLimits, point: Point, value: f64) -> Evidence {
    Evidence {
        rule: RULE_COUNT,
        version: RULE_VERSION,
        level: phase.level(),
        signal: Signal::Point,
        window: window(baseline, &[point]),
        numbers: numbers([
            ("baseline_n", count(limits.baseline_n)),
            ("mean", limits.mean),
            ("variance", limits.variance),
            ("distribution_mean", limits.distribution.mean),
            ("distribution_size", limits.distribution.size),
            ("limit_watch", limits.watch),
            ("limit_upper", limits.upper),
            ("p_upper", limits.distribution.at_least(value)),
            ("value", value),
        ]),
        choices: choices(
            baseline,
            phase,
            &[("class", "count"), ("side", "upper"), ("estimator", limits.estimator.name())],
        ),
    }
}
