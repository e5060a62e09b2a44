//! Charts of subgroups: X̄, R and S, with the estimators of sigma that R qcc offers.

use super::Band;
use crate::Error;
use crate::constants::{c4, d2_table, d3_table};
use crate::describe::{count, mean, need, sd, sum, variance};

/// How sigma is estimated from subgroups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sigma {
    /// Mean of Rᵢ/d2(nᵢ).
    MeanRange,
    /// Minimum variance weights on the ranges.
    WeightedRange,
    /// Mean of sᵢ/c4(nᵢ).
    MeanSd,
    /// Minimum variance weights on the standard deviations.
    WeightedSd,
    /// Root of the pooled variance over c4 of its degrees of freedom plus one.
    Pooled,
}

/// Which statistic is charted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// Mean.
    Mean,
    /// Range.
    Range,
    /// Standard deviation.
    Sd,
}

/// Center, sigma and 3σ limits for subgroups of the size of the first one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chart {
    /// Center line.
    pub center: f64,
    /// Sigma of one value.
    pub sigma: f64,
    /// Limits of the statistic.
    pub limits: Band,
}

/// The charted statistic of one subgroup.
pub fn statistic(group: &[f64], statistic: Statistic) -> Result<f64, Error> {
    need("a subgroup", group, 2)?;
    match statistic {
        Statistic::Mean => mean(group),
        Statistic::Range => Ok(range(group)),
        Statistic::Sd => sd(group),
    }
}

fn range(group: &[f64]) -> f64 {
    let (low, high) =
        group.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)));
    high - low
}

/// Limits from at least two subgroups of one size, constants as in R qcc 2.7.
pub fn chart(groups: &[Vec<f64>], what: Statistic, estimator: Sigma) -> Result<Chart, Error> {
    let first = groups.first().ok_or(Error::TooFew { what: "a subgroup chart", need: 1, have: 0 })?;
    let size = first.len();
    if let Some(other) = groups.iter().find(|group| group.len() != size) {
        return Err(Error::Lengths { left_name: "first", left: size, right_name: "other", right: other.len() });
    }
    let values = groups.iter().map(|group| statistic(group, what)).collect::<Result<Vec<f64>, Error>>()?;
    let center = mean(&values)?;
    let sigma = sigma(groups, estimator)?;
    let spread = match what {
        Statistic::Mean => sigma / count(size).sqrt(),
        Statistic::Range => sigma * d3_table(size)?,
        Statistic::Sd => {
            let c = c4(size)?;
            sigma * (1.0 - c * c).sqrt()
        }
    };
    let floor = if what == Statistic::Mean { f64::NEG_INFINITY } else { 0.0 };
    let limits = Band { lower: (center - 3.0 * spread).max(floor), upper: center + 3.0 * spread };
    Ok(Chart { center, sigma, limits })
}

/// Sigma of one value from subgroups of at least two.
pub fn sigma(groups: &[Vec<f64>], estimator: Sigma) -> Result<f64, Error> {
    match estimator {
        Sigma::MeanRange => {
            weighted(groups, |group| Ok((statistic(group, Statistic::Range)? / d2_table(group.len())?, 1.0)))
        }
        Sigma::WeightedRange => weighted(groups, |group| {
            let (d2, d3) = (d2_table(group.len())?, d3_table(group.len())?);
            Ok((statistic(group, Statistic::Range)? / d2, d2 * d2 / (d3 * d3)))
        }),
        Sigma::MeanSd => weighted(groups, |group| Ok((statistic(group, Statistic::Sd)? / c4(group.len())?, 1.0))),
        Sigma::WeightedSd => weighted(groups, |group| {
            let c = c4(group.len())?;
            Ok((statistic(group, Statistic::Sd)? / c, c * c / (1.0 - c * c)))
        }),
        Sigma::Pooled => {
            let mut freedom = 0;
            let mut squares = 0.0;
            for group in groups {
                need("a subgroup", group, 2)?;
                freedom += group.len() - 1;
                squares += variance(group)? * count(group.len() - 1);
            }
            Ok((squares / count(freedom)).sqrt() / c4(freedom + 1)?)
        }
    }
}

/// Mean of an estimate with a weight from each subgroup.
fn weighted(groups: &[Vec<f64>], parts: impl Fn(&[f64]) -> Result<(f64, f64), Error>) -> Result<f64, Error> {
    let parts = groups.iter().map(|group| parts(group)).collect::<Result<Vec<_>, _>>()?;
    let weights = sum(parts.iter().map(|(_, weight)| *weight));
    Ok(sum(parts.iter().map(|(estimate, weight)| estimate * weight)) / weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_subgroups_by_hand() {
        // Means 2 and 3, ranges 2 and 4, d2(3) = 1.693.
        let groups = [vec![1.0, 2.0, 3.0], vec![1.0, 3.0, 5.0]];
        let got = chart(&groups, Statistic::Mean, Sigma::MeanRange).expect("two subgroups");
        let sigma = (2.0 / 1.693 + 4.0 / 1.693) / 2.0;
        assert_eq!((got.center, got.sigma), (2.5, sigma));
        assert!(libm::fabs(got.limits.upper - (2.5 + 3.0 * sigma / 3.0_f64.sqrt())) < 1e-14);
        let ranges = chart(&groups, Statistic::Range, Sigma::MeanRange).expect("two subgroups");
        assert_eq!((ranges.center, ranges.limits.lower), (3.0, 0.0));
    }

    #[test]
    fn subgroups_of_different_size_are_refused() {
        let groups = [vec![1.0, 2.0, 3.0], vec![1.0, 3.0]];
        let refused = Error::Lengths { left_name: "first", left: 3, right_name: "other", right: 2 };
        assert_eq!(chart(&groups, Statistic::Mean, Sigma::MeanSd), Err(refused));
    }
}
