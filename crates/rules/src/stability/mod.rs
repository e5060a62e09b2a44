//! 生产环节稳定性模型, the stage stability model: does the newest batch fit the batches before it?
//!
//! Comes in: the values of one series in series order (batch end, batch id, version), each with the record it stands in.
//! Goes out: for each value an [`Outcome`]: too few batches, a class of data this version has no limit for, or limits
//! with the signals found, each as [`Evidence`] from which a finding is built and recomputed.
//! Never here: a limit from data it does not fit, a value judged by limits that it helped to draw, a clock.
//!
//! **Baseline.** An epoch begins with the series or with a recorded decision. Its baseline grows by each value that is
//! neither excluded nor censored (nor, among counts, flagged), until it holds [`Plan::freeze_at`] values; then it is frozen
//! and its limits judge every later value of the epoch, whatever they are. Limits before the freeze move with each batch and are
//! called preliminary. Only a recorded decision begins a new epoch (change control, new specification or equipment, 20
//! batches after an acknowledged shift, yearly review); the caller passes the points of the current epoch alone, so old
//! limits stay with the findings they gave.

pub mod class;
pub mod continuous;
pub mod count;
mod evidence;

pub use class::{Kind, Unsupported};
pub use continuous::ContinuousLimits;
pub use count::CountLimits;
pub use evidence::{Evidence, RULE_CONTINUOUS, RULE_COUNT, RULE_VERSION};

use crate::Error;
use record::{Level, RecordId};

/// Fewest baseline values for preliminary limits; below, only specifications are checked.
pub const PRELIMINARY_AT: usize = 10;
/// Baseline values at which the limits of a new series freeze and become long-term.
pub const LONG_TERM_AT: usize = 30;
/// Baseline values at which limits freeze after a recorded decision that the process has moved.
pub const LONG_TERM_AFTER_SHIFT_AT: usize = 20;
/// Share of values a single Shewhart 3σ limit would pass on one side, 0.99865: the probability of every point limit.
pub const POINT_PROBABILITY: f64 = 0.99865;

/// One number of the series, or the statement that only a bound is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Observed {
    /// A plain number.
    Exact(f64),
    /// `<0.05`, `ND`, `TNTC`: kept, counted, never used as a number.
    Censored,
}

/// One batch of the series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The reading the value stands in.
    pub record: RecordId,
    /// The value.
    pub observed: Observed,
    /// Kept out of baseline and CUSUM: in breach of its specification, or with a cause confirmed by a recorded decision.
    /// It is still judged when it is the newest.
    pub excluded: bool,
}

/// How the baseline of an epoch is laid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    freeze_at: usize,
}

impl Plan {
    /// A new series: limits freeze at [`LONG_TERM_AT`] values.
    pub const NEW_SERIES: Self = Self { freeze_at: LONG_TERM_AT };
    /// After a recorded decision on a shift: limits freeze at [`LONG_TERM_AFTER_SHIFT_AT`] values.
    pub const AFTER_SHIFT: Self = Self { freeze_at: LONG_TERM_AFTER_SHIFT_AT };

    /// Baseline values at which the limits freeze.
    pub const fn freeze_at(self) -> usize {
        self.freeze_at
    }

    /// The plan a finding names by its `freeze_at`, if there is such a plan.
    pub(crate) fn of(freeze_at: usize) -> Option<Self> {
        [Self::NEW_SERIES, Self::AFTER_SHIFT].into_iter().find(|plan| plan.freeze_at == freeze_at)
    }
}

/// How far the baseline has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// [`PRELIMINARY_AT`] values or more, not yet frozen: yellow signals only.
    Preliminary,
    /// Frozen: orange signals.
    LongTerm,
}

impl Phase {
    /// The name sealed in findings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Preliminary => "preliminary",
            Self::LongTerm => "long-term",
        }
    }

    /// The level of a statistical signal in this phase; red is for breaches.
    pub const fn level(self) -> Level {
        match self {
            Self::Preliminary => Level::Yellow,
            Self::LongTerm => Level::Orange,
        }
    }
}

/// What the model says of one value.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Fewer than [`PRELIMINARY_AT`] baseline values: only specifications are checked.
    Learning {
        /// Baseline values before this one.
        have: usize,
    },
    /// The data are of a class this version has no limits for.
    Unsupported(Unsupported),
    /// Judged.
    Judged(Judged),
}

/// Limits that held for one value, and the signals it gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// How far the baseline had come.
    pub phase: Phase,
    /// Number of values in it.
    pub baseline_n: usize,
    /// Mean of the baseline.
    pub center: f64,
    /// Lower point limit; counts have none.
    pub lower: Option<f64>,
    /// Upper point limit.
    pub upper: f64,
    /// CUSUM after this value, before any restart; counts have none.
    pub cusum: Option<Cusum>,
    /// Nothing, a point signal, a sustained signal, or both in this order.
    pub signals: Vec<Evidence>,
}

/// Both sides of a CUSUM, in units of the adjusted standard deviation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cusum {
    /// Sum upwards, ≥ 0.
    pub high: f64,
    /// Sum downwards, ≥ 0.
    pub low: f64,
}

/// Judges the last of `points`: [`replay`] and its last outcome.
///
/// Fails with [`Error::TooFew`] when there is none, and as [`replay`] does.
pub fn judge(kind: Kind, points: &[Point], plan: Plan) -> Result<Outcome, Error> {
    replay(kind, points, plan)?.pop().ok_or(Error::TooFew { what: "a judgement", need: 1, have: 0 })
}

/// Judges each of `points` by the ones before it: one outcome a point, in order.
///
/// Fails with [`Error::NotFinite`] on an infinite or undefined value.
pub fn replay(kind: Kind, points: &[Point], plan: Plan) -> Result<Vec<Outcome>, Error> {
    let mut monitor = Monitor::new(kind, plan);
    points.iter().map(|point| monitor.push(*point)).collect()
}

/// An epoch judged as its points come: the outcomes of [`replay`], without going over the past again.
#[derive(Clone, Debug)]
pub struct Monitor {
    /// Points so far.
    len: usize,
    baseline: Baseline,
    model: Model,
}

#[derive(Clone, Debug)]
enum Model {
    Continuous(continuous::Monitor),
    Count(count::Monitor),
    Rate,
}

impl Monitor {
    /// A monitor before the first point of an epoch.
    pub fn new(kind: Kind, plan: Plan) -> Self {
        let model = match kind {
            Kind::Continuous => Model::Continuous(continuous::Monitor::new()),
            Kind::Count => Model::Count(count::Monitor::new()),
            Kind::Rate => Model::Rate,
        };
        Self { len: 0, baseline: Baseline::new(plan), model }
    }

    /// Judges the next point of the epoch.
    ///
    /// Fails with [`Error::NotFinite`] on an infinite or undefined value, naming its place; the monitor then stands where
    /// it stood.
    pub fn push(&mut self, point: Point) -> Result<Outcome, Error> {
        let outcome = match &mut self.model {
            Model::Continuous(monitor) => monitor.step(&mut self.baseline, self.len, point)?,
            Model::Count(monitor) => monitor.step(&mut self.baseline, self.len, point)?,
            Model::Rate => Outcome::Unsupported(Unsupported::Rate),
        };
        self.len += 1;
        Ok(outcome)
    }
}

/// Judges the last of `points` as continuous data. See [`judge`].
pub fn judge_continuous(points: &[Point], plan: Plan) -> Result<Outcome, Error> {
    judge(Kind::Continuous, points, plan)
}

/// Judges the last of `points` as counts. See [`judge`].
pub fn judge_count(points: &[Point], plan: Plan) -> Result<Outcome, Error> {
    judge(Kind::Count, points, plan)
}

/// The baseline of an epoch as far as it has come.
#[derive(Clone, Debug)]
pub(crate) struct Baseline {
    plan: Plan,
    points: Vec<Point>,
    values: Vec<f64>,
    /// Censored values met before the freeze.
    censored: usize,
}

impl Baseline {
    pub(crate) fn new(plan: Plan) -> Self {
        Self {
            plan,
            points: Vec::with_capacity(plan.freeze_at),
            values: Vec::with_capacity(plan.freeze_at),
            censored: 0,
        }
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(crate) fn plan(&self) -> Plan {
        self.plan
    }

    pub(crate) fn points(&self) -> &[Point] {
        &self.points
    }

    pub(crate) fn frozen(&self) -> bool {
        self.points.len() >= self.plan.freeze_at
    }

    /// The phase a value is judged in; `None` while there are too few.
    pub(crate) fn phase(&self) -> Option<Phase> {
        if self.frozen() {
            Some(Phase::LongTerm)
        } else if self.points.len() >= PRELIMINARY_AT {
            Some(Phase::Preliminary)
        } else {
            None
        }
    }

    /// Takes a value into the baseline, unless it is frozen.
    pub(crate) fn take(&mut self, point: Point, value: f64) {
        if !self.frozen() {
            self.points.push(point);
            self.values.push(value);
        }
    }

    /// Counts a censored value, unless the baseline is frozen.
    pub(crate) fn skip_censored(&mut self) {
        if !self.frozen() {
            self.censored += 1;
        }
    }

    /// Share of censored values among those met while the baseline was laid.
    pub(crate) fn censored_share(&self) -> f64 {
        let met = self.points.len() + self.censored;
        if met == 0 { 0.0 } else { crate::describe::count(self.censored) / crate::describe::count(met) }
    }
}
