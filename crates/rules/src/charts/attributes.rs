//! Charts of attributes: p, np, c, u, Laney's p′, gaps between events (g), and the dispersion of counts.

use super::Band;
use crate::Error;
use crate::constants::d2_table;
use crate::describe::{count, mean, mean_moving_range, need, sum, variance};
use crate::dist::{Geometric, Poisson, chi2_upper};

/// Share of a 3σ band on a normal scale; the probability limits leave half of the rest on each side.
pub const CONFIDENCE: f64 = 0.9973;

/// How wide the limits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// Center ± 3σ.
    ThreeSigma,
    /// Quantiles of the counting distribution that hold [`CONFIDENCE`].
    Probability,
}

/// Σd/Σn and its spread over samples of size nᵢ.
fn ratio(defects: &[f64], sizes: &[f64]) -> Result<f64, Error> {
    need("an attribute chart", defects, 1)?;
    need("an attribute chart", sizes, 1)?;
    if defects.len() != sizes.len() {
        return Err(Error::Lengths {
            left_name: "counts",
            left: defects.len(),
            right_name: "sizes",
            right: sizes.len(),
        });
    }
    Ok(sum(defects.iter().copied()) / sum(sizes.iter().copied()))
}

fn three_sigma(center: f64, spread: f64) -> Band {
    Band { lower: (center - 3.0 * spread).max(0.0), upper: center + 3.0 * spread }
}

/// Share defective p̄ from samples of the given sizes.
pub fn p_center(defects: &[f64], sizes: &[f64]) -> Result<f64, Error> {
    ratio(defects, sizes)
}

/// 3σ limits of a share in a sample of `size`.
pub fn p_limits(center: f64, size: f64) -> Band {
    let band = three_sigma(center, (center * (1.0 - center) / size).sqrt());
    Band { upper: band.upper.min(1.0), ..band }
}

/// 3σ limits of the number defective in a sample of `size`.
pub fn np_limits(share: f64, size: f64) -> Band {
    let band = three_sigma(share * size, (size * share * (1.0 - share)).sqrt());
    Band { upper: band.upper.min(size), ..band }
}

/// Limits of a count with the given mean.
pub fn c_limits(mean: f64, width: Width) -> Band {
    match width {
        Width::ThreeSigma => three_sigma(mean, mean.sqrt()),
        Width::Probability => {
            let tail = (1.0 - CONFIDENCE) / 2.0;
            let poisson = Poisson { mean };
            Band { lower: poisson.quantile(tail), upper: poisson.quantile(1.0 - tail) }
        }
    }
}

/// Mean number of defects a unit.
pub fn u_center(defects: &[f64], sizes: &[f64]) -> Result<f64, Error> {
    ratio(defects, sizes)
}

/// Limits of the number of defects a unit in a sample of `size` units.
pub fn u_limits(center: f64, size: f64, width: Width) -> Band {
    match width {
        Width::ThreeSigma => three_sigma(center, (center / size).sqrt()),
        Width::Probability => {
            let counts = c_limits(center * size, width);
            Band { lower: counts.lower / size, upper: counts.upper / size }
        }
    }
}

/// Laney's σz: the mean moving range of zᵢ = (pᵢ − p̄)/√(p̄(1−p̄)/nᵢ) over 1.128. The p′ limits are p̄ ± 3·σpᵢ·σz.
pub fn laney_sigma_z(defects: &[f64], sizes: &[f64]) -> Result<f64, Error> {
    let center = ratio(defects, sizes)?;
    let z: Vec<f64> =
        defects.iter().zip(sizes).map(|(d, n)| (d / n - center) / (center * (1.0 - center) / n).sqrt()).collect();
    Ok(mean_moving_range(&z)? / d2_table(2)?)
}

/// Chart of the numbers of units up to and with each event (R qcc `type = "g"`): success probability 1/mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaps {
    /// Mean.
    pub center: f64,
    /// √(1−p)/p.
    pub sigma: f64,
    /// 3σ limits, poor for such data.
    pub three_sigma: Band,
    /// Geometric quantiles that hold [`CONFIDENCE`].
    pub probability: Band,
}

/// Limits from at least one gap. Fails unless their mean is above one.
pub fn gaps(values: &[f64]) -> Result<Gaps, Error> {
    let center = mean(values)?;
    if center <= 1.0 {
        return Err(Error::Domain { name: "mean gap", value: center, must: "above 1" });
    }
    let p = 1.0 / center;
    let sigma = (1.0 - p).sqrt() / p;
    let tail = (1.0 - CONFIDENCE) / 2.0;
    let geometric = Geometric { p };
    Ok(Gaps {
        center,
        sigma,
        three_sigma: three_sigma(center, sigma),
        probability: Band { lower: geometric.quantile(tail), upper: geometric.quantile(1.0 - tail) },
    })
}

/// Dispersion of counts against Poisson.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dispersion {
    /// Variance over mean.
    pub ratio: f64,
    /// (n−1)·variance/mean, chi-squared with n − 1 degrees of freedom under Poisson.
    pub statistic: f64,
    /// P(χ² > statistic).
    pub p_upper: f64,
}

/// Dispersion of at least two counts that are not all zero.
pub fn dispersion(counts: &[f64]) -> Result<Dispersion, Error> {
    let m = mean(counts)?;
    if m <= 0.0 {
        return Err(Error::Domain { name: "mean", value: m, must: "positive" });
    }
    let ratio = variance(counts)? / m;
    let freedom = count(counts.len()) - 1.0;
    let statistic = ratio * freedom;
    Ok(Dispersion { ratio, statistic, p_upper: chi2_upper(statistic, freedom) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_by_hand() {
        assert_eq!(c_limits(16.0, Width::ThreeSigma), Band { lower: 4.0, upper: 28.0 });
        assert_eq!(c_limits(4.0, Width::ThreeSigma), Band { lower: 0.0, upper: 10.0 });
        assert_eq!(u_limits(4.0, 4.0, Width::ThreeSigma), Band { lower: 1.0, upper: 7.0 });
        assert_eq!(np_limits(0.5, 100.0), Band { lower: 35.0, upper: 65.0 });
        assert_eq!(p_limits(0.5, 100.0), Band { lower: 0.35, upper: 0.65 });
    }

    #[test]
    fn samples_without_sizes_are_refused() {
        let refused = Error::Lengths { left_name: "counts", left: 2, right_name: "sizes", right: 1 };
        assert_eq!(p_center(&[1.0, 2.0], &[10.0]), Err(refused));
    }
}
