//! Constants of control charts for subgroups of n normal values: d2, d3, c4.
//!
//! Comes in: the subgroup size. Goes out: the exact constant by integral or closed form, and beside it the rounded one
//! of the tables, because charts of other programs are only met digit for digit with the digits they use.

use crate::Error;
use crate::describe::count;
use crate::dist::normal::{cdf, density};
use crate::quadrature::{simpson, trapezoid};
use libm::{exp, lgamma};

/// Largest subgroup the integrals are tested for.
pub const SUBGROUP_MAX: usize = 100;

/// Range where a standard normal and the range of a subgroup hold all but 1e-20 of their probability.
const NORMAL_REACH: f64 = 10.0;
const RANGE_REACH: f64 = 15.0;

fn check(n: usize) -> Result<(), Error> {
    if (2..=SUBGROUP_MAX).contains(&n) {
        return Ok(());
    }
    Err(Error::Domain { name: "subgroup size", value: count(n), must: "from 2 to 100" })
}

/// x to the n by repeated products in order.
fn power(x: f64, n: usize) -> f64 {
    core::iter::repeat_n(x, n).fold(1.0, |product, x| product * x)
}

/// Mean range of n standard normal values: ∫ 1 − Φ(x)ⁿ − (1−Φ(x))ⁿ dx.
pub fn d2(n: usize) -> Result<f64, Error> {
    check(n)?;
    Ok(trapezoid(-NORMAL_REACH, NORMAL_REACH, 800, |x| 1.0 - power(cdf(x), n) - power(cdf(-x), n)))
}

/// Standard deviation of the range of n standard normal values, from E(W²) = 2∫ w·P(W > w) dw.
pub fn d3(n: usize) -> Result<f64, Error> {
    let mean = d2(n)?;
    let square = 2.0 * simpson(0.0, RANGE_REACH, 600, |w| w * (1.0 - range_cdf(n, w)));
    Ok((square - mean * mean).sqrt())
}

/// P(W ≤ w) of the range of n standard normal values: n∫ φ(x)·(Φ(x+w) − Φ(x))ⁿ⁻¹ dx.
fn range_cdf(n: usize, w: f64) -> f64 {
    count(n) * trapezoid(-NORMAL_REACH, NORMAL_REACH, 200, |x| density(x) * power(cdf(x + w) - cdf(x), n - 1))
}

/// Mean of the standard deviation of n standard normal values: √(2/(n−1))·Γ(n/2)/Γ((n−1)/2).
pub fn c4(n: usize) -> Result<f64, Error> {
    if n < 2 {
        return Err(Error::TooFew { what: "c4", need: 2, have: n });
    }
    let n = count(n);
    Ok((2.0 / (n - 1.0)).sqrt() * exp(lgamma(0.5 * n) - lgamma(0.5 * (n - 1.0))))
}

/// d2 to the three decimals of the published tables (1.128, 1.693, 2.059 …), which R qcc and Minitab use.
pub fn d2_table(n: usize) -> Result<f64, Error> {
    Ok(libm::round(d2(n)? * 1000.0) / 1000.0)
}

/// d3 as tabulated in R qcc 2.7 for n = 2 … 25; it differs from the exact value by up to 2e-5.
pub fn d3_table(n: usize) -> Result<f64, Error> {
    let at = n.checked_sub(2);
    at.and_then(|at| D3_TABLE.get(at).copied()).ok_or(Error::Domain {
        name: "subgroup size",
        value: count(n),
        must: "from 2 to 25",
    })
}

const D3_TABLE: [f64; 24] = [
    0.8525033, 0.8883697, 0.8798108, 0.8640855, 0.8480442, 0.8332108, 0.8198378, 0.8078413, 0.7970584, 0.7873230,
    0.7784873, 0.7704257, 0.7630330, 0.7562217, 0.7499188, 0.7440627, 0.7386021, 0.7334929, 0.7286980, 0.7241851,
    0.7199267, 0.7158987, 0.7120802, 0.7084528,
];

#[cfg(test)]
mod tests {
    use super::*;
    use core::f64::consts::PI;

    fn close(got: Result<f64, Error>, expected: f64, relative: f64) {
        let got = got.expect("in the domain");
        assert!(libm::fabs(got - expected) <= relative * expected, "got {got}, expected {expected}");
    }

    #[test]
    fn closed_forms_of_two_and_three() {
        // d2(2) = 2/√π, d2(3) = 3/√π, d3(2) = √(2 − 4/π), c4(2) = √(2/π).
        close(d2(2), 2.0 / PI.sqrt(), 1e-13);
        close(d2(3), 3.0 / PI.sqrt(), 1e-13);
        close(d3(2), (2.0 - 4.0 / PI).sqrt(), 1e-8);
        close(c4(2), (2.0 / PI).sqrt(), 1e-14);
    }

    #[test]
    fn integrals_in_thirty_digit_arithmetic() {
        close(d2(5), 2.325_928_947_281_039, 1e-13);
        close(d2(10), 3.077_505_461_670_346, 1e-13);
        close(d2(25), 3.930_629_219_507_131, 1e-13);
        close(d3(5), 0.864_081_941_099_504, 1e-9);
    }

    #[test]
    fn tables_are_the_integrals_rounded() {
        assert_eq!((d2_table(2), d2_table(5)), (Ok(1.128), Ok(2.326)));
        for n in [2, 5, 10, 25] {
            close(d3_table(n), d3(n).expect("in the domain"), 3e-5);
        }
    }

    #[test]
    fn a_subgroup_of_one_has_no_range() {
        assert!(matches!(d2(1), Err(Error::Domain { .. })));
        assert!(matches!(c4(1), Err(Error::TooFew { .. })));
        assert!(matches!(d3_table(26), Err(Error::Domain { .. })));
    }
}
