//! Decimal arithmetic that is exact or refuses: what the kernel counts in thousandths becomes a value in the unit
//! without a float and without a rounded digit.

use rust_decimal::Decimal;

/// Most digits after the point a decimal holds.
const SCALE_MAX: u32 = 28;

/// Reads a plain decimal: digits, at most one point with digits on both sides, at most a leading minus. `None` for
/// anything else, and for what a decimal cannot hold exactly.
pub(super) fn parse(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(part) {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}

/// The product with every digit, or `None` if a decimal cannot hold it.
pub(super) fn product(one: Decimal, other: Decimal) -> Option<Decimal> {
    let scale = one.scale().checked_add(other.scale()).filter(|scale| *scale <= SCALE_MAX)?;
    Decimal::try_from_i128_with_scale(one.mantissa().checked_mul(other.mantissa())?, scale).ok()
}

/// The sum with every digit, or `None` if a decimal cannot hold it.
pub(super) fn sum(one: Decimal, other: Decimal) -> Option<Decimal> {
    let scale = one.scale().max(other.scale());
    let widened = |number: Decimal| number.mantissa().checked_mul(10_i128.checked_pow(scale - number.scale())?);
    Decimal::try_from_i128_with_scale(widened(one)?.checked_add(widened(other)?)?, scale).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_decimals_are_numbers() {
        for text in ["0", "-40000", "23500", "0.010000", "-0.5"] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
        for text in ["", "-", "+3", "1e3", ".5", "5.", "1_000", " 7", "0x10", "NaN", "--1", "1.2.3", &"9".repeat(40)] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_digit_is_kept_or_the_result_refused() {
        let number = |text: &str| parse(text).unwrap();
        assert_eq!(product(number("-23501"), number("0.001")).unwrap().to_string(), "-23.501");
        assert_eq!(sum(number("0.5"), number("-1000")).unwrap().to_string(), "-999.5");
        assert_eq!(product(number("0.000000000000001"), number("0.00000000000001")), None);
        assert_eq!(product(number(&"9".repeat(28)), number("10")), None);
        assert_eq!(sum(Decimal::MAX, number("0.1")), None);
    }
}
