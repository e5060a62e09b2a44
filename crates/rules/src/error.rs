//! What a rule refuses to compute, with the value it refused.

/// Why no judgement or statistic can be given.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// There is nothing to judge.
    #[error("{what} needs at least {need} values, {have} are given")]
    TooFew {
        /// The statistic or rule.
        what: &'static str,
        /// Fewest values it can be computed from.
        need: usize,
        /// Values given.
        have: usize,
    },
    /// Infinite or not a number: a measurement never is.
    #[error("value {at} of the series is {value}, not a finite number")]
    NotFinite {
        /// Index in the series.
        at: usize,
        /// What was there.
        value: f64,
    },
    /// A count model was given something that cannot be a count.
    #[error("value {at} of the series is {value}, not a count: counts are whole numbers from 0 to 2^53")]
    NotACount {
        /// Index in the series.
        at: usize,
        /// What was there.
        value: f64,
    },
    /// A parameter lies outside the domain of the formula.
    #[error("{name} is {value}, it must be {must}")]
    Domain {
        /// Name of the parameter in the formula.
        name: &'static str,
        /// What was given.
        value: f64,
        /// The domain, in words.
        must: &'static str,
    },
    /// An iteration did not reach its tolerance; the caller chooses another estimator and says so.
    #[error("{what} did not converge in {iterations} iterations")]
    NoConvergence {
        /// Which estimate.
        what: &'static str,
        /// How far it went.
        iterations: u32,
    },
    /// Lists that must go together have different lengths.
    #[error("{left_name} has {left} values, {right_name} has {right}")]
    Lengths {
        /// First list.
        left_name: &'static str,
        /// Its length.
        left: usize,
        /// Second list.
        right_name: &'static str,
        /// Its length.
        right: usize,
    },
    /// The finding names a rule this build does not have, or another version of it.
    #[error("rule {name} version {version} is not known here")]
    UnknownRule {
        /// Name in the finding.
        name: Box<str>,
        /// Version in the finding.
        version: u32,
    },
    /// The finding lacks a number or choice that its rule stores.
    #[error("finding lacks {what} or it cannot be read: {found:?}")]
    Incomplete {
        /// Name of the number or choice.
        what: &'static str,
        /// Its text, if it is there at all.
        found: Option<Box<str>>,
    },
}
