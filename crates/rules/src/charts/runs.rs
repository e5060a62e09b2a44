//! Run rules: the eight tests of Nelson and the four of Western Electric, under the conventions of the programs that
//! differ on them.
//!
//! Comes in: standardised values z = (x − center)/σ. Goes out: every index at which a test is completed.

/// One test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    /// Nelson 1: beyond 3σ.
    Beyond,
    /// Nelson 2: a run on one side of the center.
    SameSide,
    /// Nelson 3: steadily rising or falling.
    Monotone,
    /// Nelson 4: alternating up and down.
    Alternating,
    /// Nelson 5: two of three beyond 2σ on one side.
    TwoOfThree,
    /// Nelson 6: four of five beyond 1σ on one side.
    FourOfFive,
    /// Nelson 7: fifteen within 1σ.
    Hugging,
    /// Nelson 8: eight beyond 1σ on either side.
    Avoiding,
}

impl Test {
    /// All tests in Nelson's order.
    pub const ALL: [Self; 8] = [
        Self::Beyond,
        Self::SameSide,
        Self::Monotone,
        Self::Alternating,
        Self::TwoOfThree,
        Self::FourOfFive,
        Self::Hugging,
        Self::Avoiding,
    ];
}

/// What programs differ on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convention {
    /// Points of a run on one side.
    pub same_side: usize,
    /// Points of a monotone stretch.
    pub monotone: usize,
    /// Points of an alternating stretch.
    pub alternating: usize,
    /// "Two of three" and "four of five" may be complete before three or five points are there.
    pub short_windows: bool,
    /// Eight beyond 1σ must stand on both sides of the center.
    pub both_sides: bool,
}

impl Convention {
    /// Rspc 1.2 (Merck), `minitab`: seven points of a trend, fifteen alternating.
    pub const MINITAB: Self =
        Self { same_side: 9, monotone: 7, alternating: 15, short_windows: true, both_sides: false };
    /// Rspc 1.2 (Merck), `jmp`: six and fourteen.
    pub const JMP: Self = Self { monotone: 6, alternating: 14, ..Self::MINITAB };
    /// R qcc 3.0-dev, Nelson rules.
    pub const QCC_NELSON: Self = Self { short_windows: false, both_sides: true, ..Self::JMP };
    /// R qcc 3.0-dev, Western Electric rules: eight on one side; uses tests 1, 5, 6 and 2 in this order.
    pub const QCC_WESTERN_ELECTRIC: Self = Self { same_side: 8, ..Self::QCC_NELSON };
}

/// Number of points within or beyond 1σ that tests 7 and 8 ask for.
const HUGGING: usize = 15;
const AVOIDING: usize = 8;

/// Indices at which `test` is completed. A value on the center line, and two equal neighbours, break a run.
pub fn violations(z: &[f64], test: Test, convention: Convention) -> Vec<usize> {
    let complete = |at: usize| match test {
        Test::Beyond => libm::fabs(z[at]) > 3.0,
        Test::SameSide => one_side(last(z, at, convention.same_side), 0.0),
        Test::Monotone => {
            let points = last(z, at, convention.monotone);
            points.is_some_and(|p| p.windows(2).all(|w| w[1] > w[0]) || p.windows(2).all(|w| w[1] < w[0]))
        }
        Test::Alternating => last(z, at, convention.alternating)
            .is_some_and(|p| p.windows(3).all(|w| (w[1] - w[0]) * (w[2] - w[1]) < 0.0)),
        Test::TwoOfThree => some_of(z, at, 2, 3, 2.0, convention.short_windows),
        Test::FourOfFive => some_of(z, at, 4, 5, 1.0, convention.short_windows),
        Test::Hugging => last(z, at, HUGGING).is_some_and(|p| p.iter().all(|x| libm::fabs(*x) <= 1.0)),
        Test::Avoiding => last(z, at, AVOIDING).is_some_and(|p| {
            let far = p.iter().all(|x| libm::fabs(*x) > 1.0);
            far && !(convention.both_sides && one_side(Some(p), 0.0))
        }),
    };
    (0..z.len()).filter(|&at| complete(at)).collect()
}

/// The `n` values that end at `at`.
fn last(z: &[f64], at: usize, n: usize) -> Option<&[f64]> {
    (at + 1).checked_sub(n).map(|from| &z[from..=at])
}

fn one_side(points: Option<&[f64]>, beyond: f64) -> bool {
    points.is_some_and(|p| p.iter().all(|x| *x > beyond) || p.iter().all(|x| *x < -beyond))
}

/// The value at `at` is beyond `sigmas`, and `need` of the last `of` are so on its side.
fn some_of(z: &[f64], at: usize, need: usize, of: usize, sigmas: f64, short_windows: bool) -> bool {
    let points = match last(z, at, of) {
        Some(points) => points,
        None if short_windows => &z[..=at],
        None => return false,
    };
    let on_side = |x: f64| if z[at] > 0.0 { x > sigmas } else { x < -sigmas };
    on_side(z[at]) && points.iter().filter(|x| on_side(**x)).count() >= need
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_test_is_completed_where_it_should_be() {
        let rising: Vec<f64> = (0..8).map(|i| f64::from(i) * 0.1 - 0.35).collect();
        assert_eq!(violations(&rising, Test::Monotone, Convention::JMP), [5, 6, 7]);
        assert_eq!(violations(&rising, Test::Monotone, Convention::MINITAB), [6, 7]);
        assert_eq!(violations(&[0.1; 10], Test::SameSide, Convention::JMP), [8, 9]);
        assert_eq!(violations(&[3.1, -3.0, -3.2], Test::Beyond, Convention::JMP), [0, 2]);
        assert_eq!(violations(&[1.0; 15], Test::Hugging, Convention::JMP), [14]);
        assert_eq!(violations(&[2.1, 2.2, 0.0, 2.3], Test::TwoOfThree, Convention::MINITAB), [1, 3]);
        assert_eq!(violations(&[2.1, 2.2, 0.0, 2.3], Test::TwoOfThree, Convention::QCC_NELSON), [3]);
        assert_eq!(violations(&[1.5; 8], Test::Avoiding, Convention::MINITAB), [7]);
        assert!(violations(&[1.5; 8], Test::Avoiding, Convention::QCC_NELSON).is_empty());
    }

    #[test]
    fn ties_break_runs() {
        let flat = [0.1, 0.2, 0.3, 0.3, 0.4, 0.5];
        assert!(violations(&flat, Test::Monotone, Convention::JMP).is_empty());
        let touching = [0.1, 0.1, 0.1, 0.1, 0.0, 0.1, 0.1, 0.1, 0.1];
        assert!(violations(&touching, Test::SameSide, Convention::JMP).is_empty());
    }
}
