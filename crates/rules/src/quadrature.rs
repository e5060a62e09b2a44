//! Integrals by the trapezoidal rule: for smooth integrands that vanish at both ends it converges faster than any power
//! of the step, and its sum has one fixed order.

/// ∫ f from `low` to `high` in `steps` equal steps.
pub(crate) fn trapezoid(low: f64, high: f64, steps: u32, f: impl Fn(f64) -> f64) -> f64 {
    let h = (high - low) / f64::from(steps);
    let inner: f64 = (1..steps).map(|i| f(low + h * f64::from(i))).fold(0.0, |sum, y| sum + y);
    h * (0.5 * (f(low) + f(high)) + inner)
}

/// ∫ f from `low` to `high` by Simpson's rule in `steps` (even) equal steps, for integrands with a kink at an end.
pub(crate) fn simpson(low: f64, high: f64, steps: u32, f: impl Fn(f64) -> f64) -> f64 {
    let h = (high - low) / f64::from(steps);
    let inner: f64 =
        (1..steps).map(|i| f(low + h * f64::from(i)) * if i % 2 == 1 { 4.0 } else { 2.0 }).fold(0.0, |sum, y| sum + y);
    h / 3.0 * (f(low) + inner + f(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_integrals() {
        let bell = trapezoid(-9.0, 9.0, 200, |x| libm::exp(-0.5 * x * x));
        assert!(libm::fabs(bell - (2.0 * core::f64::consts::PI).sqrt()) < 1e-14);
        let cubic = simpson(0.0, 2.0, 2, |x| x * x * x);
        assert!(libm::fabs(cubic - 4.0) < 1e-15);
    }
}
