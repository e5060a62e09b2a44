//! Two-sided tabular CUSUM on known center and sigma, with an optional head start.

use crate::Error;
use crate::describe::need;

/// Reference value, start and scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Design {
    /// Reference value k, half the shift looked for, in sigmas.
    pub k: f64,
    /// Head start of both sides, in sigmas (FIR: half the decision interval).
    pub head_start: f64,
    /// Center.
    pub center: f64,
    /// Sigma of one value.
    pub sigma: f64,
}

/// Both sums after each value, in sigmas, both counted from zero upwards (R qcc prints the lower one negative).
pub fn cusum(values: &[f64], design: Design) -> Result<Vec<(f64, f64)>, Error> {
    need("CUSUM", values, 1)?;
    if design.sigma <= 0.0 {
        return Err(Error::Domain { name: "sigma", value: design.sigma, must: "positive" });
    }
    let mut high = design.head_start;
    let mut low = design.head_start;
    Ok(values
        .iter()
        .map(|x| {
            let z = (x - design.center) / design.sigma;
            high = (high + z - design.k).max(0.0);
            low = (low - z - design.k).max(0.0);
            (high, low)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_by_hand() {
        let design = Design { k: 0.5, head_start: 0.0, center: 10.0, sigma: 2.0 };
        let got = cusum(&[12.0, 14.0, 10.0, 4.0], design).expect("in the domain");
        assert_eq!(got, [(0.5, 0.0), (2.0, 0.0), (1.5, 0.0), (0.0, 2.5)]);
    }

    #[test]
    fn a_head_start_decays() {
        let design = Design { k: 0.5, head_start: 2.5, center: 0.0, sigma: 1.0 };
        assert_eq!(cusum(&[0.0, 0.0], design), Ok(vec![(2.0, 2.0), (1.5, 1.5)]));
    }
}
