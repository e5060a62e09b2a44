//! Ratios of units as whole numbers.

/// `num / den × 10^pow10`, in lowest terms, no factor 10 left in either number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ratio {
    pub(super) num: i128,
    pub(super) den: i128,
    pub(super) pow10: i32,
}

impl Ratio {
    pub(super) const ONE: Self = Self { num: 1, den: 1, pow10: 0 };

    /// `num / den × 10^pow10`; both numbers are above zero.
    pub(super) const fn new(num: i128, den: i128, pow10: i32) -> Self {
        let (mut num, mut den, mut pow10) = (num, den, pow10);
        let common = gcd(num, den);
        num /= common;
        den /= common;
        // A factor 2 or 5 below the line is a finite decimal: move it to the power of ten.
        while den % 10 == 0 {
            den /= 10;
            pow10 -= 1;
        }
        while den % 2 == 0 {
            den /= 2;
            num *= 5;
            pow10 -= 1;
        }
        while den % 5 == 0 {
            den /= 5;
            num *= 2;
            pow10 -= 1;
        }
        while num % 10 == 0 {
            num /= 10;
            pow10 += 1;
        }
        Self { num, den, pow10 }
    }

    /// Nothing if the numbers grow beyond what any unit in use needs.
    pub(super) fn times(self, other: Self) -> Option<Self> {
        const NUMBER_MAX: i128 = 1 << 80;
        let num = self.num.checked_mul(other.num).filter(|num| *num < NUMBER_MAX)?;
        let den = self.den.checked_mul(other.den).filter(|den| *den < NUMBER_MAX)?;
        Some(Self::new(num, den, self.pow10.checked_add(other.pow10)?))
    }

    pub(super) const fn inverse(self) -> Self {
        let pow10 = -self.pow10;
        Self::new(self.den, self.num, pow10)
    }

    pub(super) fn divided_by(self, other: Self) -> Option<Self> {
        self.times(other.inverse())
    }

    pub(super) fn power(self, exponent: i32) -> Option<Self> {
        let base = if exponent < 0 { self.inverse() } else { self };
        (0..exponent.unsigned_abs()).try_fold(Self::ONE, |product, _| product.times(base))
    }
}

const fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
