//! Binary floats of machines as decimals: the shortest text that reads back as the same float, never more digits than that.

use super::ValueError;
use rust_decimal::Decimal;

/// Largest scale of a decimal.
const SCALE_MAX: i32 = 28;

/// The decimal of the shortest text that reads back as `value`.
///
/// Fails on infinities and NaN, and where the number lies outside what an exact decimal holds.
pub fn decimal_of_f64(value: f64) -> Result<Decimal, ValueError> {
    if value.is_finite() { shortest(&format!("{value:e}")) } else { Err(not_finite(&value.to_string())) }
}

/// As [`decimal_of_f64`] for a binary32: 0.1f32 is 0.1, not 0.10000000149011612.
pub fn decimal_of_f32(value: f32) -> Result<Decimal, ValueError> {
    if value.is_finite() { shortest(&format!("{value:e}")) } else { Err(not_finite(&value.to_string())) }
}

fn not_finite(text: &str) -> ValueError {
    ValueError::NotFinite { text: text.into(), at: 1 }
}

/// `text` is `[-]d[.ddd]e[-]x`, as the standard library writes the shortest form.
fn shortest(text: &str) -> Result<Decimal, ValueError> {
    let precision = || ValueError::Precision { text: text.into() };
    let (number, exponent) = text.split_once('e').ok_or_else(precision)?;
    let exponent: i32 = exponent.parse().map_err(|_large| precision())?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let fraction_len = i32::try_from(fraction.len()).map_err(|_long| precision())?;
    let mut mantissa: i128 = [whole, fraction].concat().parse().map_err(|_long| precision())?;
    let mut scale = fraction_len - exponent;
    while scale < 0 && mantissa != 0 {
        mantissa = mantissa.checked_mul(10).ok_or_else(precision)?;
        scale += 1;
    }
    if scale > SCALE_MAX {
        return Err(precision());
    }
    Decimal::try_from_i128_with_scale(mantissa, scale.max(0).unsigned_abs()).map_err(|_large| precision())
}
