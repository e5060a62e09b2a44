//! Individuals and moving range (I-MR): what Minitab draws for single values.

use super::Band;
use crate::Error;
use crate::constants::{c4, d2_table, d3_table};
use crate::describe::{mean, mean_moving_range, need, sd};

/// Center, both estimates of sigma and their 3σ limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Imr {
    /// Mean.
    pub center: f64,
    /// Mean moving range of two.
    pub mr_bar: f64,
    /// Sigma by moving range: MR̄/1.128.
    pub sigma_mr: f64,
    /// center ± 3·sigma_mr.
    pub limits: Band,
    /// Upper limit of the moving range: MR̄ + 3·d3·sigma_mr.
    pub mr_upper: f64,
    /// Sigma by standard deviation: s/c4(n).
    pub sigma_sd: f64,
    /// center ± 3·sigma_sd.
    pub limits_sd: Band,
}

/// Limits from at least two values; constants as in R qcc 2.7 and Minitab (d2 = 1.128).
pub fn imr(values: &[f64]) -> Result<Imr, Error> {
    need("I-MR", values, 2)?;
    let center = mean(values)?;
    let mr_bar = mean_moving_range(values)?;
    let sigma_mr = mr_bar / d2_table(2)?;
    let sigma_sd = sd(values)? / c4(values.len())?;
    let band = |sigma: f64| Band { lower: center - 3.0 * sigma, upper: center + 3.0 * sigma };
    Ok(Imr {
        center,
        mr_bar,
        sigma_mr,
        limits: band(sigma_mr),
        mr_upper: mr_bar + 3.0 * d3_table(2)? * sigma_mr,
        sigma_sd,
        limits_sd: band(sigma_sd),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_computed_chart() {
        // 1, 3, 2, 4: mean 2.5, moving ranges 2, 1, 2.
        let chart = imr(&[1.0, 3.0, 2.0, 4.0]).expect("four values");
        let sigma = 5.0 / 3.0 / 1.128;
        assert_eq!((chart.center, chart.mr_bar, chart.sigma_mr), (2.5, 5.0 / 3.0, sigma));
        assert_eq!(chart.limits, Band { lower: 2.5 - 3.0 * sigma, upper: 2.5 + 3.0 * sigma });
        // D4 = 1 + 3·0.8525033/1.128 = 3.2673.
        assert!(libm::fabs(chart.mr_upper / chart.mr_bar - 3.2673) < 1e-4);
    }
}
