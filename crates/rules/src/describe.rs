//! Mean, spread, autocorrelation and shape of a list of numbers.
//!
//! Comes in: finite numbers in series order. Goes out: statistics summed in that order, with the two-pass correction
//! that keeps NIST's hard cases (StRD NumAcc) to nine digits.

use crate::Error;

/// `usize` to f64: exact below 2^53, and no list is that long.
#[expect(clippy::cast_precision_loss, reason = "lengths lie far below 2^53")]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}

/// Sum in order of the list.
pub(crate) fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().fold(0.0, |sum, x| sum + x)
}

/// Arithmetic mean. Fails when the list is empty.
pub fn mean(values: &[f64]) -> Result<f64, Error> {
    need("mean", values, 1)?;
    let n = count(values.len());
    let first = sum(values.iter().copied()) / n;
    // The residuals sum to the rounding error of the first pass.
    Ok(first + sum(values.iter().map(|x| x - first)) / n)
}

/// Variance with divisor n − 1. Fails below two values.
pub fn variance(values: &[f64]) -> Result<f64, Error> {
    need("variance", values, 2)?;
    let m = mean(values)?;
    let n = count(values.len());
    let squares = sum(values.iter().map(|x| (x - m) * (x - m)));
    let residual = sum(values.iter().map(|x| x - m));
    Ok((squares - residual * residual / n) / (n - 1.0))
}

/// Standard deviation with divisor n − 1. Fails below two values.
pub fn sd(values: &[f64]) -> Result<f64, Error> {
    Ok(variance(values)?.sqrt())
}

/// Lag-1 autocorrelation Σ(xᵢ−x̄)(xᵢ₊₁−x̄)/Σ(xᵢ−x̄)², as NIST StRD and R's `acf` define it. Fails below three values and
/// without variation.
pub fn autocorrelation(values: &[f64]) -> Result<f64, Error> {
    need("lag-1 autocorrelation", values, 3)?;
    let m = mean(values)?;
    let squares = sum(values.iter().map(|x| (x - m) * (x - m)));
    if squares <= 0.0 {
        return Err(Error::Domain { name: "sum of squares", value: squares, must: "positive" });
    }
    Ok(sum(values.windows(2).map(|pair| (pair[0] - m) * (pair[1] - m))) / squares)
}

/// Moment skewness m₃/m₂^(3/2) (divisor n). Fails below three values and without variation.
pub fn skewness(values: &[f64]) -> Result<f64, Error> {
    need("skewness", values, 3)?;
    let m = mean(values)?;
    let n = count(values.len());
    let m2 = sum(values.iter().map(|x| (x - m) * (x - m))) / n;
    if m2 <= 0.0 {
        return Err(Error::Domain { name: "variance", value: m2, must: "positive" });
    }
    Ok(sum(values.iter().map(|x| (x - m) * (x - m) * (x - m))) / n / (m2 * m2.sqrt()))
}

/// Mean of |xᵢ₊₁ − xᵢ|, the average moving range of two. Fails below two values.
pub fn mean_moving_range(values: &[f64]) -> Result<f64, Error> {
    need("moving range", values, 2)?;
    Ok(sum(values.windows(2).map(|pair| libm::fabs(pair[1] - pair[0]))) / count(values.len() - 1))
}

/// Fails with [`Error::TooFew`] or [`Error::NotFinite`] unless `values` has `least` finite numbers.
pub(crate) fn need(what: &'static str, values: &[f64], least: usize) -> Result<(), Error> {
    if values.len() < least {
        return Err(Error::TooFew { what, need: least, have: values.len() });
    }
    match values.iter().enumerate().find(|(_, x)| !x.is_finite()) {
        Some((at, &value)) => Err(Error::NotFinite { at, value }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, expected: f64, relative: f64) {
        assert!(libm::fabs(got - expected) <= relative * libm::fabs(expected), "got {got}, expected {expected}");
    }

    /// NIST StRD certified values: NumAcc1, NumAcc3 and NumAcc4 (https://www.itl.nist.gov/div898/strd/univ/).
    #[test]
    fn nist_strd_hard_cases() {
        let one = [10_000_001.0, 10_000_003.0, 10_000_002.0];
        assert_eq!((mean(&one), sd(&one), autocorrelation(&one)), (Ok(10_000_002.0), Ok(1.0), Ok(-0.5)));
        for (offset, sd_relative) in [(1_000_000.0, 1e-9), (10_000_000.0, 1e-7)] {
            let mut values = vec![offset + 0.2];
            for _ in 0..500 {
                values.extend([offset + 0.1, offset + 0.3]);
            }
            close(mean(&values).expect("values"), offset + 0.2, 1e-15);
            close(sd(&values).expect("values"), 0.1, sd_relative);
            close(autocorrelation(&values).expect("values"), -0.999, 1e-8);
        }
    }

    #[test]
    fn shape_and_moving_range() {
        // 0,0,0,1: mean 1/4, m2 = 3/16, m3 = 3/32, skew = 2/√3.
        close(skewness(&[0.0, 0.0, 0.0, 1.0]).expect("values"), 2.0 / 3.0_f64.sqrt(), 1e-15);
        assert_eq!(mean_moving_range(&[1.0, 3.0, 2.0]), Ok(1.5));
    }

    #[test]
    fn what_cannot_be_computed_is_refused() {
        assert_eq!(sd(&[1.0]), Err(Error::TooFew { what: "variance", need: 2, have: 1 }));
        assert!(matches!(mean(&[1.0, f64::NAN]), Err(Error::NotFinite { at: 1, .. })));
        assert!(matches!(autocorrelation(&[2.0; 4]), Err(Error::Domain { .. })));
    }
}
