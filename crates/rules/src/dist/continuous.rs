//! Student's t, chi-squared and F.

use super::normal;
use crate::solve::{increasing_root, upper_bracket};
use crate::special::{beta_i, gamma_p, gamma_q};
use libm::fabs;

/// P(T > t) with `df` > 0 degrees of freedom.
pub fn student_upper(t: f64, df: f64) -> f64 {
    let t2 = t * t;
    let half = 0.5 * beta_i(0.5 * df, 0.5, df / (df + t2), t2 / (df + t2));
    if t > 0.0 { half } else { 1.0 - half }
}

/// t with P(T ≤ t) = p, for 0 < p < 1 and `df` > 0.
pub fn student_quantile(p: f64, df: f64) -> f64 {
    if p == 0.5 {
        return 0.0;
    }
    let tail = if p < 0.5 { p } else { 1.0 - p };
    let miss = |t: f64| tail - student_upper(t, df);
    let start = fabs(normal::quantile(tail));
    let t = increasing_root(0.0, upper_bracket(start, miss), miss);
    if p < 0.5 { -t } else { t }
}

/// P(X > x) of chi-squared with `df` > 0.
pub fn chi2_upper(x: f64, df: f64) -> f64 {
    gamma_q(0.5 * df, 0.5 * x)
}

/// x with P(X ≤ x) = p, for 0 < p < 1 and `df` > 0.
pub fn chi2_quantile(p: f64, df: f64) -> f64 {
    let miss = |x: f64| if p < 0.5 { gamma_p(0.5 * df, 0.5 * x) - p } else { (1.0 - p) - chi2_upper(x, df) };
    increasing_root(0.0, upper_bracket(df, miss), miss)
}

/// P(X > x) of F with `df1`, `df2` > 0.
pub fn f_upper(x: f64, df1: f64, df2: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let whole = df2 + df1 * x;
    beta_i(0.5 * df2, 0.5 * df1, df2 / whole, df1 * x / whole)
}

/// x with P(X ≤ x) = p, for 0 < p < 1 and `df1`, `df2` > 0.
pub fn f_quantile(p: f64, df1: f64, df2: f64) -> f64 {
    let miss = |x: f64| (1.0 - p) - f_upper(x, df1, df2);
    increasing_root(0.0, upper_bracket(1.0, miss), miss)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, expected: f64, relative: f64) {
        assert!(fabs(got - expected) <= relative * fabs(expected), "got {got}, expected {expected}");
    }

    #[test]
    fn closed_forms() {
        // t with 1 degree is Cauchy, with 2: t = (2p−1)/√(2p(1−p)); χ² with 2 degrees is exponential;
        // F(1, n) is t² of n degrees.
        close(student_quantile(0.99865, 1.0), 1.0 / libm::tan(core::f64::consts::PI * 0.00135), 1e-11);
        close(student_quantile(0.975, 2.0), 0.95 / (2.0_f64 * 0.975 * 0.025).sqrt(), 1e-13);
        close(chi2_quantile(0.99, 2.0), -2.0 * libm::log(0.01), 1e-13);
        let t = student_quantile(0.975, 7.0);
        close(f_quantile(0.95, 1.0, 7.0), t * t, 1e-12);
    }

    #[test]
    fn values_of_the_nist_handbook() {
        // NIST/SEMATECH e-Handbook §1.3.6.7.2 (t), §1.3.6.7.4 (χ²), §1.3.6.7.3 (F), to the digits printed there.
        close(student_quantile(0.999, 29.0), 3.396, 2e-4);
        close(student_quantile(0.975, 10.0), 2.228, 2e-4);
        close(chi2_quantile(0.95, 10.0), 18.307, 1e-5);
        close(chi2_quantile(0.025, 10.0), 3.247, 1e-5);
        close(f_quantile(0.95, 5.0, 10.0), 3.326, 2e-4);
    }

    #[test]
    fn the_prediction_factors_of_small_histories() {
        // t(0.99865, m−1)·√(1+1/m) to 15 digits, by root finding on the incomplete beta function in 30-digit arithmetic.
        for (m, factor) in [
            (5.0, 7.251_925_041_768_194),
            (10.0, 4.294_038_220_960_561),
            (20.0, 3.532_328_673_749_082),
            (30.0, 3.334_621_882_512_394),
            (100.0, 3.092_873_765_922_176),
        ] {
            let got = student_quantile(0.99865, m - 1.0) * (1.0_f64 + 1.0 / m).sqrt();
            close(got, factor, 1e-12);
        }
    }
}
