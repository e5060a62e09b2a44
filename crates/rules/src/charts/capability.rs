//! Process capability with confidence intervals (R qcc's `process.capability`).

use crate::Error;
use crate::describe::count;
use crate::dist::{chi2_quantile, normal};

/// What capability is measured against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Specification {
    /// Lower specification limit.
    pub lower: f64,
    /// Upper specification limit.
    pub upper: f64,
    /// Target value.
    pub target: f64,
}

/// Mean and sigma of n values; sigma within subgroups gives Cp, overall sigma gives Pp.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Process {
    /// Number of values.
    pub n: usize,
    /// Their mean.
    pub center: f64,
    /// Sigma of one value.
    pub sigma: f64,
}

/// An index with its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    /// Point estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The five indices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capability {
    /// (USL − LSL)/6σ, two-sided interval by χ².
    pub cp: Index,
    /// (mean − LSL)/3σ, one-sided bounds at the confidence (Bissell).
    pub cp_lower: Index,
    /// (USL − mean)/3σ, one-sided bounds at the confidence (Bissell).
    pub cp_upper: Index,
    /// The smaller of the two, two-sided interval (Bissell).
    pub cpk: Index,
    /// Cp/√(1 + ξ²) with ξ = (mean − target)/σ, two-sided interval by χ² with n(1+ξ²)/(1+2ξ²) degrees of
    /// freedom as in R qcc 2.7; Boyles (1991) squares the numerator, which is narrower by a thousandth.
    pub cpm: Index,
}

/// Indices with intervals at the given confidence (0.95). Fails unless n ≥ 2, sigma > 0 and lower < upper.
pub fn capability(process: Process, spec: Specification, confidence: f64) -> Result<Capability, Error> {
    if process.n < 2 {
        return Err(Error::TooFew { what: "capability", need: 2, have: process.n });
    }
    if process.sigma <= 0.0 {
        return Err(Error::Domain { name: "sigma", value: process.sigma, must: "positive" });
    }
    if spec.upper <= spec.lower {
        return Err(Error::Domain { name: "upper limit", value: spec.upper, must: "above the lower one" });
    }
    let (n, sigma) = (count(process.n), process.sigma);
    let tail = (1.0 - confidence) / 2.0;
    let by_chi2 = |value: f64, df: f64| Index {
        value,
        low: value * (chi2_quantile(tail, df) / df).sqrt(),
        high: value * (chi2_quantile(1.0 - tail, df) / df).sqrt(),
    };
    let bissell = |value: f64, probability: f64| {
        let reach = normal::quantile(probability) * (1.0 / (9.0 * n * value * value) + 1.0 / (2.0 * (n - 1.0))).sqrt();
        Index { value, low: value * (1.0 - reach), high: value * (1.0 + reach) }
    };
    let cp = (spec.upper - spec.lower) / (6.0 * sigma);
    let lower = (process.center - spec.lower) / (3.0 * sigma);
    let upper = (spec.upper - process.center) / (3.0 * sigma);
    let off = (process.center - spec.target) / sigma;
    let off2 = off * off;
    let freedom = n * (1.0 + off2) / (1.0 + 2.0 * off2);
    Ok(Capability {
        cp: by_chi2(cp, n - 1.0),
        cp_lower: bissell(lower, confidence),
        cp_upper: bissell(upper, confidence),
        cpk: bissell(lower.min(upper), 1.0 - tail),
        cpm: by_chi2(cp / (1.0 + off2).sqrt(), freedom),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_by_hand_and_intervals_by_chi_squared() {
        let process = Process { n: 31, center: 10.5, sigma: 0.5 };
        let spec = Specification { lower: 8.0, upper: 12.0, target: 10.0 };
        let got = capability(process, spec, 0.95).expect("in the domain");
        assert_eq!(
            (got.cp.value, got.cp_lower.value, got.cp_upper.value, got.cpk.value),
            (4.0 / 3.0, 5.0 / 3.0, 1.0, 1.0)
        );
        assert!(libm::fabs(got.cpm.value - 4.0 / 3.0 / 2.0_f64.sqrt()) < 1e-15);
        // χ²(0.025; 30) = 16.791 and χ²(0.975; 30) = 46.979 (NIST/SEMATECH e-Handbook §1.3.6.7.4).
        assert!(libm::fabs(got.cp.low - 4.0 / 3.0 * (16.791_f64 / 30.0).sqrt()) < 1e-4, "{:?}", got.cp);
        assert!(libm::fabs(got.cp.high - 4.0 / 3.0 * (46.979_f64 / 30.0).sqrt()) < 1e-4, "{:?}", got.cp);
        assert!(got.cpk.low < 1.0 && got.cpk.high > 1.0);
    }

    #[test]
    fn impossible_processes_are_refused() {
        let spec = Specification { lower: 8.0, upper: 12.0, target: 10.0 };
        let flat = Process { n: 30, center: 10.0, sigma: 0.0 };
        assert!(matches!(capability(flat, spec, 0.95), Err(Error::Domain { name: "sigma", .. })));
        let crossed = Specification { lower: 12.0, upper: 8.0, target: 10.0 };
        let process = Process { n: 30, center: 10.0, sigma: 1.0 };
        assert!(matches!(capability(process, crossed, 0.95), Err(Error::Domain { name: "upper limit", .. })));
    }
}
