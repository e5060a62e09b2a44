//! Exponentially weighted moving average with limits that widen from the first point on.

use super::Band;
use crate::Error;
use crate::describe::need;

/// Smoothing and width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ewma {
    /// Weight λ of the newest value, 0 < λ ≤ 1.
    pub lambda: f64,
    /// Width L in standard deviations of the statistic.
    pub width: f64,
    /// Center, also the start.
    pub center: f64,
    /// Sigma of one value.
    pub sigma: f64,
}

/// The statistic and its limits after each value: z₀ = center, σ_z² = σ²·λ/(2−λ)·(1−(1−λ)^2t).
pub fn ewma(values: &[f64], design: Ewma) -> Result<Vec<(f64, Band)>, Error> {
    need("EWMA", values, 1)?;
    if !(design.lambda > 0.0 && design.lambda <= 1.0) {
        return Err(Error::Domain { name: "lambda", value: design.lambda, must: "above 0, at most 1" });
    }
    let keep = 1.0 - design.lambda;
    let mut z = design.center;
    let mut forgotten = 1.0;
    Ok(values
        .iter()
        .map(|x| {
            z = design.lambda * x + keep * z;
            forgotten *= keep * keep;
            let variance = design.lambda / (2.0 - design.lambda) * (1.0 - forgotten);
            let reach = design.width * design.sigma * variance.sqrt();
            (z, Band { lower: design.center - reach, upper: design.center + reach })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_weight_one_it_is_the_individuals_chart() {
        let design = Ewma { lambda: 1.0, width: 3.0, center: 10.0, sigma: 2.0 };
        let got = ewma(&[9.0, 14.0], design).expect("in the domain");
        assert_eq!(got, [(9.0, Band { lower: 4.0, upper: 16.0 }), (14.0, Band { lower: 4.0, upper: 16.0 })]);
    }

    #[test]
    fn the_first_limits_are_those_of_one_weighted_value() {
        let design = Ewma { lambda: 0.25, width: 2.0, center: 0.0, sigma: 1.0 };
        let (z, band) = ewma(&[4.0], design).expect("in the domain")[0];
        assert_eq!(z, 1.0);
        assert!(libm::fabs(band.upper - 0.5) < 1e-15, "{band:?}");
    }
}
