//! Normal tolerance factors: x̄ ± k·s holds a share p of all values with a given confidence.
//!
//! Comes in: number of values, share, confidence. Goes out: the exact factor, by quadrature, not Howe's approximation.

use crate::Error;
use crate::describe::{count, sum};
use crate::dist::{chi2_quantile, chi2_upper, noncentral, normal};
use crate::solve::{increasing_root, upper_bracket};

/// What a tolerance interval promises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coverage {
    /// Share of the population inside, 0 < p < 1.
    pub share: f64,
    /// Probability that the promise holds, 0 < confidence < 1.
    pub confidence: f64,
}

impl Coverage {
    fn check(&self, n: usize) -> Result<(), Error> {
        if n < 2 {
            return Err(Error::TooFew { what: "a tolerance factor", need: 2, have: n });
        }
        for (name, value) in [("share", self.share), ("confidence", self.confidence)] {
            if !(value > 0.0 && value < 1.0) {
                return Err(Error::Domain { name, value, must: "between 0 and 1" });
            }
        }
        Ok(())
    }
}

/// One-sided factor k₁ = t'(confidence; n−1, z_p√n)/√n of the noncentral t (ISO 16269-6:2014 annex C).
pub fn one_sided(n: usize, coverage: Coverage) -> Result<f64, Error> {
    coverage.check(n)?;
    let root = count(n).sqrt();
    let delta = normal::quantile(coverage.share) * root;
    Ok(noncentral::student_quantile(coverage.confidence, count(n) - 1.0, delta) / root)
}

/// Two-sided factor k₂, exact: the root in k of E P(χ²_ν > ν·r(z)²/k²) = confidence over z ~ N(0, 1/n), where r solves
/// Φ(z+r) − Φ(z−r) = p (Krishnamoorthy & Mathew 2009, §2.3.1).
pub fn two_sided(n: usize, coverage: Coverage) -> Result<f64, Error> {
    coverage.check(n)?;
    let (n, df) = (count(n), count(n) - 1.0);
    let root = n.sqrt();
    // Half of a symmetric integrand, smooth at zero, by the trapezoid; weight and r do not depend on k.
    let step = REACH / f64::from(STEPS);
    let nodes: Vec<(f64, f64)> = (0..=STEPS)
        .map(|i| {
            let u = step * f64::from(i);
            let weight = if i == 0 { 1.0 } else { 2.0 };
            (weight * step * normal::density(u), half_width(u / root, coverage.share))
        })
        .collect();
    let miss = |k: f64| {
        sum(nodes.iter().map(|(weight, r)| weight * chi2_upper(df * r * r / (k * k), df))) - coverage.confidence
    };
    Ok(increasing_root(0.1, upper_bracket(4.0, miss), miss))
}

/// Two-sided factor by Wald and Wolfowitz (1946), what R's `spc::tol.lim.fac` gives by default: r at z = 1/√n times
/// √(ν/χ²_{1−confidence;ν}). Some thousandths below the exact one; kept to meet tables made with it.
pub fn two_sided_wald_wolfowitz(n: usize, coverage: Coverage) -> Result<f64, Error> {
    coverage.check(n)?;
    let df = count(n) - 1.0;
    let r = half_width(1.0 / count(n).sqrt(), coverage.share);
    Ok(r * (df / chi2_quantile(1.0 - coverage.confidence, df)).sqrt())
}

/// Nodes and reach of the integral over the standardised mean.
const STEPS: u32 = 160;
const REACH: f64 = 9.0;

/// r with Φ(z+r) − Φ(z−r) = share.
fn half_width(z: f64, share: f64) -> f64 {
    let miss = |r: f64| normal::cdf(z + r) - normal::cdf(z - r) - share;
    increasing_root(0.0, upper_bracket(1.0 + z, miss), miss)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_for_ten_values_at_95_and_95() {
        // Both two-sided factors from their definitions in 16-digit arithmetic (adaptive quadrature, not ours); one-sided
        // by R's qt with noncentrality.
        let coverage = Coverage { share: 0.95, confidence: 0.95 };
        let near = |got: Result<f64, Error>, expected: f64, off: f64| {
            let got = got.expect("in the domain");
            assert!(libm::fabs(got - expected) < off, "got {got}, expected {expected}");
        };
        near(two_sided(10, coverage), 3.393_429_478_713, 1e-10);
        near(two_sided_wald_wolfowitz(10, coverage), 3.379_441_786_847, 1e-10);
        near(one_sided(10, coverage), 2.910_963_413_081, 1e-10);
    }

    #[test]
    fn more_values_need_a_smaller_factor() {
        let coverage = Coverage { share: 0.99, confidence: 0.95 };
        let factors: Vec<f64> = [5, 10, 30, 100, 300].map(|n| two_sided(n, coverage).expect("in the domain")).to_vec();
        assert!(factors.windows(2).all(|pair| pair[0] > pair[1]), "{factors:?}");
        assert!(factors[4] > normal::quantile(0.995), "{factors:?}");
    }

    #[test]
    fn impossible_promises_are_refused() {
        let coverage = Coverage { share: 1.0, confidence: 0.95 };
        assert_eq!(two_sided(10, coverage), Err(Error::Domain { name: "share", value: 1.0, must: "between 0 and 1" }));
        let coverage = Coverage { share: 0.9, confidence: 0.95 };
        assert_eq!(one_sided(1, coverage), Err(Error::TooFew { what: "a tolerance factor", need: 2, have: 1 }));
    }
}
