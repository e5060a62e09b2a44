//! Continuous data: a t-prediction limit for single values beside an autocorrelation-adjusted CUSUM for lasting shifts.
//!
//! With mean x̄ and standard deviation s of m baseline values, z = (x − x̄)/s.
//! *Point*: |z| > t(0.99865, m−1)·√(1+1/m), which keeps the false alarm rate of a 3σ limit at any m.
//! *Sustained*: two-sided CUSUM, k = 0.5, h = 5.07, on z/(f·√((1+φ)/(1−φ))), where f is the point limit over 3 and φ the
//! bias-corrected lag-1 autocorrelation of the baseline; it starts at zero when the limits freeze and after each alarm.
//!
//! In the preliminary phase each value enters the CUSUM under the limits that held when it arrived, and the baseline even
//! if it was flagged, unless it is excluded: cutting the tails of a baseline narrows its limits (on real tablet series 2.3
//! instead of 1.8 alarms per 100 values). A flagged value with a cause is excluded by a recorded decision.

use super::evidence::{choices, numbers, window};
use super::{
    Baseline, Cusum, Evidence, Judged, Observed, Outcome, POINT_PROBABILITY, Phase, Point, RULE_CONTINUOUS,
    RULE_VERSION, Unsupported, class,
};
use crate::describe::{autocorrelation, count, mean, sd};
use crate::dist::student_quantile;
use crate::{Error, describe};
use record::{Input, Signal};

/// Reference value k of the CUSUM: tuned to a shift of one standard deviation.
pub const CUSUM_K: f64 = 0.5;
/// Decision interval h: in-control run length 500 for both sides together (R `spc::xcusum.crit(.5, 500)` = 5.0707).
pub const CUSUM_H: f64 = 5.07;
/// Largest autocorrelation the adjustment believes from a short history.
pub const PHI_MAX: f64 = 0.8;
/// r₁ below this over √m does not differ from zero (one-sided 5 %); the adjustment is then halved.
pub const PHI_SIGNIFICANT: f64 = 1.64;

/// Longest run of a CUSUM on frozen limits, in batches; a longer one starts anew, so that a finding's window stays within the byte form's
/// [`record::limits::FINDING_WINDOW_MAX`].
pub const RUN_MAX: usize = 4_000;

/// Limits of one baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ContinuousLimits {
    /// Number of baseline values m.
    pub baseline_n: usize,
    /// Their mean x̄.
    pub mean: f64,
    /// Their standard deviation s.
    pub sd: f64,
    /// Their lag-1 autocorrelation r₁.
    pub r1: f64,
    /// Autocorrelation φ used for the CUSUM.
    pub phi: f64,
    /// Point limit in units of s: t(0.99865, m−1)·√(1+1/m).
    pub limit_z: f64,
    /// Divisor of z in the CUSUM: limit_z/3·√((1+φ)/(1−φ)).
    pub cusum_scale: f64,
    /// x̄ − limit_z·s.
    pub lower: f64,
    /// x̄ + limit_z·s.
    pub upper: f64,
}

impl ContinuousLimits {
    /// Limits from a baseline of at least 5 values. Fails with [`Error::Domain`] when they are all the same.
    pub fn fit(values: &[f64]) -> Result<Self, Error> {
        describe::need("limits", values, 5)?;
        let m = count(values.len());
        let (mean, sd, r1) = (mean(values)?, sd(values)?, autocorrelation(values)?);
        let phi = phi(r1, m);
        let limit_z = student_quantile(POINT_PROBABILITY, m - 1.0) * (1.0 + 1.0 / m).sqrt();
        let cusum_scale = limit_z / 3.0 * ((1.0 + phi) / (1.0 - phi)).sqrt();
        let (lower, upper) = (mean - limit_z * sd, mean + limit_z * sd);
        Ok(Self { baseline_n: values.len(), mean, sd, r1, phi, limit_z, cusum_scale, lower, upper })
    }

    fn z(&self, value: f64) -> f64 {
        (value - self.mean) / self.sd
    }
}

/// φ̂ = clip((r₁m + 1)/(m − 4), 0, 0.8), halved when r₁ < 1.64/√m.
fn phi(r1: f64, m: f64) -> f64 {
    let phi = ((r1 * m + 1.0) / (m - 4.0)).clamp(0.0, PHI_MAX);
    if r1 < PHI_SIGNIFICANT / m.sqrt() { phi / 2.0 } else { phi }
}

/// One side of the CUSUM with what it rests on.
#[derive(Clone, Debug)]
struct Side {
    sum: f64,
    /// Points since it last stood at zero, the newest last.
    run: Vec<Point>,
}

impl Side {
    const fn zero() -> Self {
        Self { sum: 0.0, run: Vec::new() }
    }

    fn advance(&mut self, point: Point, step: f64) {
        self.sum += step;
        if self.sum > 0.0 && self.run.len() < RUN_MAX {
            self.run.push(point);
        } else {
            *self = Self::zero();
        }
    }
}

/// What the model holds beside the baseline.
#[derive(Clone, Debug)]
pub(super) struct Monitor {
    /// Limits of the frozen baseline, or why it has none.
    limits: Option<Result<ContinuousLimits, Unsupported>>,
    high: Side,
    low: Side,
}

impl Monitor {
    pub(super) const fn new() -> Self {
        Self { limits: None, high: Side::zero(), low: Side::zero() }
    }

    /// Judges the point at `at`; see [`super::Monitor::push`].
    pub(super) fn step(&mut self, baseline: &mut Baseline, at: usize, point: Point) -> Result<Outcome, Error> {
        let value = match point.observed {
            Observed::Censored => {
                baseline.skip_censored();
                return Ok(Outcome::Unsupported(Unsupported::CensoredValue));
            }
            Observed::Exact(value) if value.is_finite() => value,
            Observed::Exact(value) => return Err(Error::NotFinite { at, value }),
        };
        let Some(phase) = baseline.phase() else {
            let have = baseline.values().len();
            self.lay(baseline, point, value);
            return Ok(Outcome::Learning { have });
        };
        let limits = match self.limits(baseline, phase)? {
            Ok(limits) => limits,
            Err(refusal) => {
                self.lay(baseline, point, value);
                return Ok(Outcome::Unsupported(refusal));
            }
        };
        let z = limits.z(value);
        let beyond = libm::fabs(z) > limits.limit_z;
        let mut signals = Vec::new();
        if beyond {
            signals.push(point_evidence(baseline, phase, &limits, point, value));
        }
        let cusum = if point.excluded {
            Cusum { high: self.high.sum, low: self.low.sum }
        } else {
            let adjusted = z / limits.cusum_scale;
            self.high.advance(point, adjusted - CUSUM_K);
            self.low.advance(point, -adjusted - CUSUM_K);
            let cusum = Cusum { high: self.high.sum, low: self.low.sum };
            signals.extend(self.sustained(baseline, phase, &limits, point));
            cusum
        };
        let judged = Judged {
            phase,
            baseline_n: limits.baseline_n,
            center: limits.mean,
            lower: Some(limits.lower),
            upper: limits.upper,
            cusum: Some(cusum),
            signals,
        };
        self.lay(baseline, point, value);
        Ok(Outcome::Judged(judged))
    }

    /// The limits that hold now: fitted anew while preliminary, once when frozen.
    fn limits(&mut self, baseline: &Baseline, phase: Phase) -> Result<Result<ContinuousLimits, Unsupported>, Error> {
        if let (Phase::LongTerm, Some(limits)) = (phase, self.limits) {
            return Ok(limits);
        }
        let limits = match class::continuous_refusal(baseline)? {
            Some(refusal) => Err(refusal),
            None => Ok(ContinuousLimits::fit(baseline.values())?),
        };
        if phase == Phase::LongTerm {
            self.limits = Some(limits);
        }
        Ok(limits)
    }

    /// Takes a value into a baseline that is not frozen; at the freeze the CUSUM starts anew.
    fn lay(&mut self, baseline: &mut Baseline, point: Point, value: f64) {
        if baseline.frozen() || point.excluded {
            return;
        }
        baseline.take(point, value);
        if baseline.frozen() {
            (self.high, self.low) = (Side::zero(), Side::zero());
        }
    }

    /// The sustained signal of this value, after which the CUSUM starts anew.
    fn sustained(
        &mut self,
        baseline: &Baseline,
        phase: Phase,
        limits: &ContinuousLimits,
        point: Point,
    ) -> Option<Evidence> {
        let (side, name) = if self.high.sum > CUSUM_H {
            (&self.high, "upper")
        } else if self.low.sum > CUSUM_H {
            (&self.low, "lower")
        } else {
            return None;
        };
        let window: Vec<Input> = match phase {
            Phase::LongTerm => window(baseline, &side.run),
            // Every value so far is in the baseline, each judged by the ones before it.
            Phase::Preliminary => window(baseline, &[point]),
        };
        let evidence = Evidence {
            rule: RULE_CONTINUOUS,
            version: RULE_VERSION,
            level: phase.level(),
            signal: Signal::Sustained,
            window,
            numbers: numbers([
                ("baseline_n", count(limits.baseline_n)),
                ("mean", limits.mean),
                ("sd", limits.sd),
                ("r1", limits.r1),
                ("phi", limits.phi),
                ("scale", limits.cusum_scale),
                ("k", CUSUM_K),
                ("h", CUSUM_H),
                ("run_n", count(side.run.len())),
                ("cusum", side.sum),
            ]),
            choices: choices(baseline, phase, &[("class", "continuous"), ("side", name)]),
        };
        (self.high, self.low) = (Side::zero(), Side::zero());
        Some(evidence)
    }
}

fn point_evidence(baseline: &Baseline, phase: Phase, limits: &ContinuousLimits, point: Point, value: f64) -> Evidence {
    let z = limits.z(value);
    let side = if z > 0.0 { "upper" } else { "lower" };
    Evidence {
        rule: RULE_CONTINUOUS,
        version: RULE_VERSION,
        level: phase.level(),
        signal: Signal::Point,
        window: window(baseline, &[point]),
        numbers: numbers([
            ("baseline_n", count(limits.baseline_n)),
            ("mean", limits.mean),
            ("sd", limits.sd),
            ("limit_z", limits.limit_z),
            ("limit_lower", limits.lower),
            ("limit_upper", limits.upper),
            ("z", z),
            ("value", value),
        ]),
        choices: choices(baseline, phase, &[("class", "continuous"), ("side", side)]),
    }
}
