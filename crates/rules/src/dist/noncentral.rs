//! The noncentral t distribution, for one-sided tolerance factors.

use super::normal;
use crate::quadrature::trapezoid;
use crate::solve::{increasing_root, upper_bracket};
use libm::{exp, fabs, lgamma, log};

/// Steps of the trapezoid; the integrand is smooth and dies at both ends, so the error is far below 1e-12.
const STEPS: u32 = 4_000;

/// P(T ≤ t) for T = (Z + δ)/√(χ²/ν): the mean of Φ(t·s − δ) over s = √(χ²ν/ν).
///
/// Good to about 1e-12 absolute for `df` ≥ 2 and |δ| ≤ 100.
pub fn student_cdf(t: f64, df: f64, delta: f64) -> f64 {
    // Over u = ln s the density e^(νu − νe^(2u)/2) dies smoothly at both ends, which the trapezoid needs.
    let log_norm = core::f64::consts::LN_2 + 0.5 * df * log(0.5 * df) - lgamma(0.5 * df);
    let width = 12.0 / (2.0 * df).sqrt();
    trapezoid(-40.0 / df - width, log(1.0 + 2.0 * width), STEPS, |u| {
        let s = exp(u);
        exp(log_norm + df * u - 0.5 * df * s * s) * normal::cdf(t * s - delta)
    })
}

/// t with P(T ≤ t) = p, for p at least the probability of a negative T.
pub fn student_quantile(p: f64, df: f64, delta: f64) -> f64 {
    let miss = |t: f64| student_cdf(t, df, delta) - p;
    increasing_root(0.0, upper_bracket(fabs(delta) + 1.0, miss), miss)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::continuous;

    #[test]
    fn without_noncentrality_it_is_student() {
        for (t, df) in [(0.5, 4.0), (2.0, 9.0), (3.5, 29.0)] {
            let central = 1.0 - continuous::student_upper(t, df);
            assert!(fabs(student_cdf(t, df, 0.0) - central) < 1e-12, "t {t} df {df}");
        }
    }

    #[test]
    fn at_zero_it_is_the_normal_tail() {
        // P(T ≤ 0) = Φ(−δ) for every ν.
        assert!(fabs(student_cdf(0.0, 9.0, 1.5) - normal::cdf(-1.5)) < 1e-13);
    }
}
