//! An injectable product whose intermediate has a microbial rise in four consecutive batches (paper 003 §2.3).
//!
//! Counts of the intermediate (CFU/g) are negative binomial and in control for [`BASELINE_BATCHES`] batches, rise in the
//! next [`RISEN_BATCHES`] and return. The sequence is fixed by its seed, so every run plants the same four batches.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use rand_distr::{Distribution, Gamma, Poisson};

/// Product code of the injectable in the plant's own systems.
pub(crate) const PRODUCT: &str = "INJ-01";
/// Batches before the rise: the model's limits are long-term from 30 (models.md §6.1).
pub(crate) const BASELINE_BATCHES: usize = 32;
/// Consecutive batches with the rise.
pub(crate) const RISEN_BATCHES: usize = 4;
/// Batches after the return.
const LATER_BATCHES: usize = 4;
/// Mean count of the intermediate in control, CFU/g.
const COUNT_MEAN: f64 = 6.0;
/// Size parameter of the negative binomial: variance = mean + mean² / size.
const COUNT_SIZE: f64 = 2.5;
/// Counts of the four risen batches, CFU/g: below the limit of 100, far above what the process does.
const RISEN_COUNTS: [u32; RISEN_BATCHES] = [62, 85, 71, 58];
/// A baseline draw above this is drawn again: the baseline is meant to be in control.
const COUNT_IN_CONTROL_MAX: u32 = 22;

/// One batch of the injectable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InjectableBatch {
    pub(crate) number: String,
    /// Intermediate microbial count, CFU/g, as reported.
    pub(crate) count: u32,
    /// True for the four planted batches.
    pub(crate) risen: bool,
    /// Bulk solution pH, as reported.
    pub(crate) ph: String,
    /// Finished product assay in % of label, as reported.
    pub(crate) assay: String,
    /// Original month.
    pub(crate) original_time: String,
}

/// All batches in order of production.
pub(crate) fn batches(seed: u64) -> Vec<InjectableBatch> {
    let mut rng = ChaCha12Rng::seed_from_u64(seed ^ 0x1a9e_c7ab);
    (0..BASELINE_BATCHES + RISEN_BATCHES + LATER_BATCHES)
        .map(|index| {
            let risen = index.checked_sub(BASELINE_BATCHES).filter(|since| *since < RISEN_BATCHES);
            let in_control = std::iter::repeat_with(|| negative_binomial(&mut rng))
                .find(|count| *count <= COUNT_IN_CONTROL_MAX)
                .expect("a draw in control comes before the iterator ends, which it never does");
            // Three batches a month from 2021-07, so that the rise falls on 2206, 2206, 2206 and 2207 as in the paper.
            let months = (index + 1) / 3 + 6;
            let (year, month, serial) = (21 + months / 12, months % 12 + 1, (index + 1) % 3 + 1);
            InjectableBatch {
                number: format!("{year}{month:02}{serial:02}"),
                count: risen.map_or(in_control, |since| RISEN_COUNTS[since]),
                risen: risen.is_some(),
                ph: format!("{:.2}", rng.random_range(6.85..7.15_f64)),
                assay: format!("{:.1}", rng.random_range(98.6..101.4_f64)),
                original_time: format!("20{year}-{month:02}"),
            }
        })
        .collect()
}

/// A negative binomial draw: Poisson with a gamma mean.
fn negative_binomial(rng: &mut ChaCha12Rng) -> u32 {
    let gamma = Gamma::new(COUNT_SIZE, COUNT_MEAN / COUNT_SIZE).expect("size and mean are positive");
    let mean = gamma.sample(rng).max(f64::MIN_POSITIVE);
    let draw: f64 = Poisson::new(mean).expect("the mean is positive").sample(rng);
    // A Poisson draw is a whole number; the few above u32 do not occur at these means.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number far below u32::MAX")]
    let count = draw as u32;
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_consecutive_batches_after_thirty_are_risen_and_the_rest_is_in_control() {
        let batches = batches(1);
        let risen: Vec<_> = batches.iter().filter(|batch| batch.risen).map(|batch| batch.number.as_str()).collect();
        assert_eq!(risen, ["220601", "220602", "220603", "220701"]);
        assert!(batches.iter().all(|batch| batch.risen == (batch.count > COUNT_IN_CONTROL_MAX)));
        assert!(batches.iter().position(|batch| batch.risen) > Some(29));
    }

    #[test]
    fn batch_numbers_are_unique_and_rise() {
        let numbers: Vec<_> = batches(1).into_iter().map(|batch| batch.number).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
    }
}
