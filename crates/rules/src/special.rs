//! Regularised incomplete gamma and beta functions, on which every distribution here stands.
//!
//! Comes in: real arguments in the domain. Goes out: values good to about 1e-14 relative, the same bits on every
//! machine: only IEEE arithmetic, `libm`, and sums in a fixed order. Never here: std's `ln`, `exp`, `powf`.

use libm::{exp, fabs, lgamma, log, log1p};

/// More terms than any argument in the domain needs; a bound against endless loops, not a tolerance.
const TERMS_MAX: u32 = 100_000;
/// Relative size of the last term that still counts.
const EPSILON: f64 = 1e-16;
/// Keeps continued fractions away from division by zero (modified Lentz).
const TINY: f64 = 1e-300;

/// P(a, x), the regularised lower incomplete gamma function, for a > 0 and x ≥ 0 (DLMF §8.2.4).
pub fn gamma_p(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if x < a + 1.0 {
        gamma_series(a, x)
    } else {
        1.0 - gamma_fraction(a, x)
    }
}

/// Q(a, x) = 1 − P(a, x), without the cancellation.
pub fn gamma_q(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        1.0
    } else if x < a + 1.0 {
        1.0 - gamma_series(a, x)
    } else {
        gamma_fraction(a, x)
    }
}

/// x^a e^−x / Γ(a), the factor both expansions share.
fn gamma_factor(a: f64, x: f64) -> f64 {
    exp(a * log(x) - x - lgamma(a))
}

/// Power series of P (DLMF §8.11.4); converges fast for x < a + 1.
fn gamma_series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    let mut n = a;
    for _ in 0..TERMS_MAX {
        n += 1.0;
        term *= x / n;
        sum += term;
        if fabs(term) < fabs(sum) * EPSILON {
            break;
        }
    }
    sum * gamma_factor(a, x)
}

/// Continued fraction of Q (DLMF §8.9.2) by Lentz's method; converges fast for x > a + 1.
fn gamma_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..TERMS_MAX {
        let i = f64::from(i);
        let an = -i * (i - a);
        b += 2.0;
        d = 1.0 / away_from_zero(an * d + b);
        c = away_from_zero(b + an / c);
        let step = d * c;
        h *= step;
        if fabs(step - 1.0) < EPSILON {
            break;
        }
    }
    gamma_factor(a, x) * h
}

/// I_x(a, b), the regularised incomplete beta function, for a, b > 0 (DLMF §8.17). `y` is 1 − x, given apart so that
/// neither tail loses digits.
pub fn beta_i(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    let factor = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log_of(x, y) + b * log_of(y, x));
    if x < (a + 1.0) / (a + b + 2.0) {
        factor * beta_fraction(a, b, x) / a
    } else {
        1.0 - factor * beta_fraction(b, a, y) / b
    }
}

/// ln x where y = 1 − x, by the side that keeps the digits.
fn log_of(x: f64, y: f64) -> f64 {
    if x > 0.5 { log1p(-y) } else { log(x) }
}

/// Continued fraction of I (DLMF §8.17.22) by Lentz's method.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let (ab, ap, am) = (a + b, a + 1.0, a - 1.0);
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - ab * x / ap);
    let mut h = d;
    for m in 1..TERMS_MAX {
        let m = f64::from(m);
        let m2 = 2.0 * m;
        let even = m * (b - m) * x / ((am + m2) * (a + m2));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (ab + m) * x / ((a + m2) * (ap + m2));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        let step = d * c;
        h *= step;
        if fabs(step - 1.0) < EPSILON {
            break;
        }
    }
    h
}

fn away_from_zero(x: f64) -> f64 {
    if fabs(x) < TINY { TINY } else { x }
}

/// ψ(x), the logarithmic derivative of Γ, for x > 0: recurrence up to 10, then DLMF §5.11.2.
pub fn digamma(x: f64) -> f64 {
    let mut x = x;
    let mut shift = 0.0;
    while x < 10.0 {
        shift -= 1.0 / x;
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = r
        * (1.0 / 12.0
            - r * (1.0 / 120.0 - r * (1.0 / 252.0 - r * (1.0 / 240.0 - r * (1.0 / 132.0 - r * 691.0 / 32760.0)))));
    shift + log(x) - 0.5 / x - series
}

/// ψ′(x) for x > 0: recurrence up to 10, then DLMF §5.15.8.
pub fn trigamma(x: f64) -> f64 {
    let mut x = x;
    let mut shift = 0.0;
    while x < 10.0 {
        shift += 1.0 / (x * x);
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = r
        * (1.0 / 6.0 - r * (1.0 / 30.0 - r * (1.0 / 42.0 - r * (1.0 / 30.0 - r * (5.0 / 66.0 - r * 691.0 / 2730.0)))));
    shift + 1.0 / x + 0.5 * r + series / x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, expected: f64, relative: f64) {
        assert!(fabs(got - expected) <= relative * fabs(expected), "got {got:e}, expected {expected:e}");
    }

    #[test]
    fn gamma_has_its_closed_forms() {
        // P(1, x) = 1 − e^−x; Q(1/2, x) = erfc(√x); Q(3, x) = e^−x (1 + x + x²/2).
        for x in [0.01, 0.5, 1.0, 3.0, 20.0, 100.0] {
            close(gamma_p(1.0, x), -libm::expm1(-x), 1e-14);
            close(gamma_q(0.5, x), libm::erfc(x.sqrt()), 1e-13);
            close(gamma_q(3.0, x), exp(-x) * (1.0 + x + x * x / 2.0), 1e-13);
        }
    }

    #[test]
    fn beta_has_its_closed_forms() {
        // I_x(1, b) = 1 − (1−x)^b; I_x(a, 1) = x^a; I_1/2(a, a) = 1/2; I_x(2, 3) by hand.
        for x in [0.001, 0.25, 0.5, 0.9, 0.999] {
            close(beta_i(1.0, 3.0, x, 1.0 - x), 1.0 - (1.0 - x) * (1.0 - x) * (1.0 - x), 1e-12);
            close(beta_i(4.0, 1.0, x, 1.0 - x), x * x * x * x, 1e-13);
            close(beta_i(2.0, 3.0, x, 1.0 - x), x * x * (6.0 - 8.0 * x + 3.0 * x * x), 1e-13);
        }
        close(beta_i(31.0, 31.0, 0.5, 0.5), 0.5, 1e-13);
    }

    #[test]
    fn digamma_and_trigamma_at_one_and_a_half() {
        // ψ(1) = −γ, ψ(1/2) = −γ − 2 ln 2, ψ′(1) = π²/6, ψ′(1/2) = π²/2 (DLMF §5.4).
        let euler = 0.577_215_664_901_532_9;
        close(digamma(1.0), -euler, 1e-13);
        close(digamma(0.5), -euler - 2.0 * core::f64::consts::LN_2, 1e-13);
        let pi2 = core::f64::consts::PI * core::f64::consts::PI;
        close(trigamma(1.0), pi2 / 6.0, 1e-13);
        close(trigamma(0.5), pi2 / 2.0, 1e-13);
    }
}
