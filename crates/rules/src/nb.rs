//! Fitting a negative binomial distribution to counts.
//!
//! Comes in: counts. Goes out: mean, size θ and, by maximum likelihood, its standard error and the log-likelihood.
//! Never here: a size from an iteration that did not settle.

use crate::Error;
use crate::describe::{count, mean, sum, variance};
use crate::dist::NegativeBinomial;
use crate::solve::increasing_root;
use crate::special::{digamma, trigamma};
use libm::{exp, log, log1p};

/// Sizes outside this range are not told apart from Poisson (large) or from a single spike (small).
const SIZE_MIN: f64 = 1e-6;
const SIZE_MAX: f64 = 1e6;

/// A maximum likelihood fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// The fitted distribution; its mean is the sample mean.
    pub distribution: NegativeBinomial,
    /// Standard error of the size from the expected information, as R's `MASS::theta.ml` gives it.
    pub size_se: f64,
    /// Log-likelihood at the maximum.
    pub log_likelihood: f64,
}

/// Maximum likelihood for mean and size (Lawless 1987; R's `MASS::glm.nb(x ~ 1)`).
///
/// Fails with [`Error::NoConvergence`] when the likelihood has no maximum at a size in `[1e-6, 1e6]`: the data are not
/// overdispersed (Σ(x−x̄)²/n ≤ x̄).
pub fn maximum_likelihood(counts: &[f64]) -> Result<Fit, Error> {
    let n = count(counts.len());
    let m = mean(counts)?;
    let no_maximum = Error::NoConvergence { what: "the size of the negative binomial", iterations: 0 };
    if m <= 0.0 || variance(counts)? * (n - 1.0) / n <= m {
        return Err(no_maximum);
    }
    // Falls through zero at the maximum; searched over ln θ so that small and large sizes are equally near.
    let score = |log_size: f64| -score(counts, m, exp(log_size));
    let (low, high) = (log(SIZE_MIN), log(SIZE_MAX));
    if score(low) >= 0.0 || score(high) <= 0.0 {
        return Err(no_maximum);
    }
    let size = exp(increasing_root(low, high, score));
    let distribution = NegativeBinomial { mean: m, size };
    let information = -sum(counts.iter().map(|x| {
        trigamma(x + size) - trigamma(size) + 1.0 / size - 2.0 / (size + m) + (x + size) / ((size + m) * (size + m))
    }));
    let log_likelihood = sum(counts.iter().map(|&x| distribution.log_density(x)));
    Ok(Fit { distribution, size_se: 1.0 / information.sqrt(), log_likelihood })
}

/// dℓ/dθ at mean m.
fn score(counts: &[f64], m: f64, size: f64) -> f64 {
    let n = count(counts.len());
    let sums = sum(counts.iter().map(|&x| digamma_difference(x, size)));
    // ln(θ/(θ+m)) + 1 − (x+θ)/(θ+m); the last two cancel in the sum because Σx = n·m.
    sums - n * log1p(m / size)
}

/// ψ(x + θ) − ψ(θ): the exact sum for small x, which keeps its digits when θ is large.
fn digamma_difference(x: f64, size: f64) -> f64 {
    const SUM_MAX: u32 = 200;
    if x > f64::from(SUM_MAX) {
        return digamma(x + size) - digamma(size);
    }
    sum((0..SUM_MAX).map(f64::from).take_while(|&i| i < x).map(|i| 1.0 / (size + i)))
}

/// The method of moments: size = mean²/(variance − mean). Fails with [`Error::Domain`] unless variance > mean > 0.
pub fn moments(mean: f64, variance: f64) -> Result<NegativeBinomial, Error> {
    if mean <= 0.0 || variance <= mean {
        return Err(Error::Domain { name: "variance", value: variance, must: "above a positive mean" });
    }
    Ok(NegativeBinomial { mean, size: mean * mean / (variance - mean) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fit_from_its_definition_in_25_digit_arithmetic() {
        let fit = maximum_likelihood(&[3.0, 0.0, 12.0, 25.0, 6.0, 2.0, 2.0, 4.0, 6.0, 8.0]).expect("overdispersed");
        let near = |got: f64, expected: f64| {
            assert!(libm::fabs(got - expected) <= 1e-10 * libm::fabs(expected), "got {got}, expected {expected}");
        };
        assert_eq!(fit.distribution.mean, 6.8);
        near(fit.distribution.size, 1.308_217_427_335_17);
        near(fit.size_se, 0.704_829_788_475_056);
        near(fit.log_likelihood, -29.747_677_016_451_15);
        assert_eq!(fit.distribution.quantile(0.99865), 41.0);
    }

    #[test]
    fn without_overdispersion_there_is_no_maximum() {
        let even = [5.0, 6.0, 5.0, 4.0, 5.0];
        assert!(matches!(maximum_likelihood(&even), Err(Error::NoConvergence { .. })));
        assert!(matches!(maximum_likelihood(&[0.0; 10]), Err(Error::NoConvergence { .. })));
        assert!(matches!(moments(5.0, 4.0), Err(Error::Domain { name: "variance", .. })));
    }

    #[test]
    fn moments_match_mean_and_variance() {
        let fit = moments(6.0, 18.0).expect("overdispersed");
        assert_eq!((fit.mean, fit.size, fit.mean + fit.mean * fit.mean / fit.size), (6.0, 3.0, 18.0));
    }
}
