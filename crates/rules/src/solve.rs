//! One root of one increasing function: how every quantile here is found.

use libm::fabs;

/// Bisection halves the bracket once a step, so 2 100 steps pass every f64 there is; regula falsi needs a dozen.
const STEPS_MAX: u32 = 4_000;

/// The x in `[low, high]` where the increasing `f` crosses zero, to the last bits of f64.
///
/// Bisection sped up by secants (the Illinois variant of regula falsi); the order of steps depends on nothing but the
/// arguments. If `f` has no change of sign in the bracket, the nearer end is returned.
pub(crate) fn increasing_root(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut a, mut b) = (low, high);
    let (mut fa, mut fb) = (f(a), f(b));
    if fa >= 0.0 {
        return a;
    }
    if fb <= 0.0 {
        return b;
    }
    for step in 0..STEPS_MAX {
        let middle = a + (b - a) * 0.5;
        if middle <= a || middle >= b || b - a <= 2.0 * f64::EPSILON * fabs(middle) {
            break;
        }
        let secant = (a * fb - b * fa) / (fb - fa);
        let x = if step % 3 != 2 && secant > a && secant < b { secant } else { middle };
        let fx = f(x);
        if fx == 0.0 {
            return x;
        }
        if fx < 0.0 {
            (a, fa) = (x, fx);
            fb *= 0.5;
        } else {
            (b, fb) = (x, fx);
            fa *= 0.5;
        }
    }
    a + (b - a) * 0.5
}

/// Widens `[start, 2·start]` by doubling until the increasing `f` is not negative at its upper end.
pub(crate) fn upper_bracket(start: f64, f: impl Fn(f64) -> f64) -> f64 {
    let mut high = start;
    while f(high) < 0.0 && high < f64::MAX / 4.0 {
        high *= 2.0;
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_found_to_the_last_bits() {
        let root = increasing_root(0.0, 2.0, |x| x * x - 2.0);
        assert!(fabs(root - core::f64::consts::SQRT_2) < 4e-16, "{root}");
        let steep = increasing_root(-50.0, 50.0, |x| libm::exp(x) - 1e-20);
        assert!(fabs(steep - libm::log(1e-20)) < 1e-13, "{steep}");
    }

    #[test]
    fn without_a_change_of_sign_the_nearer_end_is_returned() {
        assert_eq!(increasing_root(1.0, 2.0, |x| x), 1.0);
        assert_eq!(increasing_root(1.0, 2.0, |x| x - 3.0), 2.0);
    }
}
