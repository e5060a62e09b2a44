//! Distributions of counts: Poisson, negative binomial, binomial, geometric.
//!
//! A quantile is the smallest count whose cumulative probability reaches p, as in R's `qpois`.

use crate::special::{beta_i, gamma_q};
use libm::{exp, floor, lgamma, log, log1p};

/// R's guard against a cumulative probability that misses p by rounding only: quantiles count as reached at p·(1 − 64 ε).
const FUZZ: f64 = 64.0 * f64::EPSILON;

/// Poisson with the given mean ≥ 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Poisson {
    /// Mean.
    pub mean: f64,
}

/// Negative binomial by mean ≥ 0 and size k > 0: variance = mean + mean²/k.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NegativeBinomial {
    /// Mean.
    pub mean: f64,
    /// Size k, also called θ; smaller is more dispersed.
    pub size: f64,
}

/// Successes in `trials` with probability `p`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Binomial {
    /// Number of trials.
    pub trials: f64,
    /// Probability of one success.
    pub p: f64,
}

/// Failures before the first success of probability `p`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geometric {
    /// Probability of one success.
    pub p: f64,
}

impl Poisson {
    /// P(X ≤ x).
    pub fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            0.0
        } else if self.mean == 0.0 {
            1.0
        } else {
            gamma_q(floor(x) + 1.0, self.mean)
        }
    }

    /// Smallest count reached with probability `p` < 1.
    pub fn quantile(&self, p: f64) -> f64 {
        smallest(p, self.mean, |x| self.cdf(x))
    }
}

impl NegativeBinomial {
    /// The predictive distribution of the next Poisson count after `n` counts with the given sum, under Jeffreys' prior
    /// Gamma(1/2, 0): size sum + 1/2, success probability n/(n+1).
    pub fn jeffreys_predictive(sum: f64, n: f64) -> Self {
        let size = sum + 0.5;
        Self { mean: size / n, size }
    }

    /// P(X ≤ x).
    pub fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        let whole = self.size + self.mean;
        beta_i(self.size, floor(x) + 1.0, self.size / whole, self.mean / whole)
    }

    /// P(X ≥ x).
    pub fn at_least(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 1.0;
        }
        let whole = self.size + self.mean;
        beta_i(floor(x), self.size, self.mean / whole, self.size / whole)
    }

    /// ln P(X = x).
    pub fn log_density(&self, x: f64) -> f64 {
        let (k, m) = (self.size, self.mean);
        let tail = if x == 0.0 { 0.0 } else { x * (log(m) - log(k + m)) };
        lgamma(k + x) - lgamma(k) - lgamma(x + 1.0) - k * log1p(m / k) + tail
    }

    /// Smallest count reached with probability `p` < 1.
    pub fn quantile(&self, p: f64) -> f64 {
        smallest(p, self.mean, |x| self.cdf(x))
    }
}

impl Binomial {
    /// P(X ≤ x).
    pub fn cdf(&self, x: f64) -> f64 {
        let x = floor(x);
        if x < 0.0 {
            0.0
        } else if x >= self.trials {
            1.0
        } else {
            beta_i(self.trials - x, x + 1.0, 1.0 - self.p, self.p)
        }
    }

    /// Smallest count reached with probability `p` < 1.
    pub fn quantile(&self, p: f64) -> f64 {
        smallest(p, self.trials * self.p, |x| self.cdf(x))
    }
}

impl Geometric {
    /// P(X ≤ x) = 1 − (1−p)^(x+1).
    pub fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 { 0.0 } else { 1.0 - exp((floor(x) + 1.0) * log1p(-self.p)) }
    }

    /// Smallest count reached with probability `p` < 1.
    pub fn quantile(&self, p: f64) -> f64 {
        smallest(p, 1.0 / self.p, |x| self.cdf(x))
    }
}

/// The smallest whole x ≥ 0 with `cdf(x)` ≥ p (up to [`FUZZ`]), found by doubling, then halving.
fn smallest(p: f64, start: f64, cdf: impl Fn(f64) -> f64) -> f64 {
    let reached = |x: f64| cdf(x) >= p * (1.0 - FUZZ);
    if reached(0.0) {
        return 0.0;
    }
    let mut below = 0.0;
    let mut at = floor(start) + 1.0;
    while !reached(at) {
        below = at;
        at = at * 2.0 + 1.0;
    }
    while at - below > 1.0 {
        let middle = floor(below + (at - below) * 0.5);
        if reached(middle) {
            at = middle;
        } else {
            below = middle;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, expected: f64) {
        assert!(libm::fabs(got - expected) <= 1e-13 * libm::fabs(expected), "got {got}, expected {expected}");
    }

    #[test]
    fn cumulative_probabilities_are_the_sums_of_their_terms() {
        let nb = NegativeBinomial { mean: 3.0, size: 1.5 };
        let sum: f64 = (0..=7).map(|x| exp(nb.log_density(f64::from(x)))).sum();
        close(nb.cdf(7.0), sum);
        close(nb.at_least(8.0), 1.0 - sum);
        // Poisson(2): P(X ≤ 3) = e^−2 (1 + 2 + 2 + 4/3).
        close(Poisson { mean: 2.0 }.cdf(3.0), exp(-2.0) * (5.0 + 4.0 / 3.0));
        // Binomial(4, 1/4): P(X ≤ 1) = (3/4)^4 + 4·(1/4)(3/4)^3 = 189/256.
        close(Binomial { trials: 4.0, p: 0.25 }.cdf(1.0), 189.0 / 256.0);
        close(Geometric { p: 0.25 }.cdf(1.0), 7.0 / 16.0);
    }

    #[test]
    fn a_quantile_is_the_first_count_that_reaches_the_probability() {
        // P(Poisson(2) ≤ 3) = 0.8571, ≤ 4 = 0.9473, ≤ 5 = 0.9834.
        let two = Poisson { mean: 2.0 };
        assert_eq!(two.quantile(0.85), 3.0);
        assert_eq!(two.quantile(0.95), 5.0);
        assert_eq!(two.quantile(0.1), 0.0);
        let flat = NegativeBinomial { mean: 50.0, size: 0.05 };
        let q = flat.quantile(0.99865);
        assert!(flat.cdf(q) >= 0.99865 && flat.cdf(q - 1.0) < 0.99865, "{q}");
    }

    #[test]
    fn the_limit_after_an_all_zero_history() {
        // Size 1/2, n = 30: P(X ≤ x) reaches 0.99865 first at 2 (summed by hand from the terms).
        let predictive = NegativeBinomial::jeffreys_predictive(0.0, 30.0);
        let p = 30.0_f64 / 31.0;
        let (zero, one) = (p.sqrt(), p.sqrt() * 0.5 * (1.0 - p));
        close(predictive.cdf(1.0), zero + one);
        assert_eq!(predictive.quantile(0.99865), if zero + one >= 0.99865 { 1.0 } else { 2.0 });
    }
}
