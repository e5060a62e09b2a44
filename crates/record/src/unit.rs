//! Units of measure: UCUM codes, and exact conversion between them.
//!
//! Comes in: a decimal and two UCUM codes. Goes out: the decimal in the other unit and whether it is exact. Never: a
//! conversion between units that do not measure the same thing, or a rounding nobody is told of.
//!
//! `ucum-units` knows the whole UCUM vocabulary (essence 2.2) and decides what is a unit. It converts with binary floats
//! and refuses arbitrary units (`[CFU]`, `[iU]`) even to themselves scaled (`[CFU]/g` to `[CFU]/mg`). So units made only of
//! the atoms in `unit/atoms.rs` are converted here, as ratios of whole numbers; the rest goes through `ucum-units`.

mod atoms;
mod ratio;
mod term;

use crate::Verdict;
use atoms::Temperature;
use ratio::Ratio;
use rust_decimal::{Decimal, RoundingStrategy};
use term::Term;

/// Significant digits kept where the result has no finite decimal form or the factor is a binary float.
///
/// Rounded half to even. A binary64 carries 15 decimal digits without loss.
pub const ROUNDED_DIGITS: u32 = 15;

/// Longest unit code, in bytes. Longer than any in use; keeps the parser's depth small.
const UNIT_LEN_MAX_BYTES: usize = 64;

/// Valid UCUM codes that mean something else than those who write them in a plant think.
const TRAPS: [(&str, &str); 3] = [
    ("[EU]", "in UCUM this is the Ehrlich unit; endotoxin units are written [iU] (1 EU = 1 IU)"),
    ("u", "in UCUM this is the unified atomic mass unit; units of potency are written [iU] or [arb'U]"),
    ("ft", "in UCUM this is a femtotonne; feet are written [ft_i]"),
];

/// Why a value cannot be given in a unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// Not a UCUM code.
    #[error("`{unit}` is not a UCUM unit: {why}")]
    Invalid {
        /// The code.
        unit: Box<str>,
        /// What `ucum-units` says of it.
        why: Box<str>,
    },
    /// A UCUM code that is not what it looks like.
    #[error("`{unit}`: {hint}")]
    Trap {
        /// The code.
        unit: Box<str>,
        /// What it is and what to write.
        hint: &'static str,
    },
    /// The units do not measure the same thing.
    #[error("`{from}` does not convert to `{to}`")]
    NotComparable {
        /// Unit of the value.
        from: Box<str>,
        /// Unit asked for.
        to: Box<str>,
    },
    /// The converted number does not fit an exact decimal.
    #[error("{value} `{from}` is too large or too small a number in `{to}`")]
    Range {
        /// The value.
        value: Decimal,
        /// Its unit.
        from: Box<str>,
        /// Unit asked for.
        to: Box<str>,
    },
}

impl UnitError {
    /// The datum is bad.
    pub const fn verdict(&self) -> Verdict {
        Verdict::Reject
    }
}

/// A value in the unit asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Converted {
    /// The number.
    pub value: Decimal,
    /// False if it was rounded to [`ROUNDED_DIGITS`] digits.
    pub exact: bool,
}

/// Checks that `unit` is a UCUM code and not one of the few that look like another unit.
pub fn check_unit(unit: &str) -> Result<(), UnitError> {
    let invalid =
        |why: &str| UnitError::Invalid { unit: unit.chars().take(UNIT_LEN_MAX_BYTES).collect(), why: why.into() };
    if unit.is_empty() {
        return Err(invalid("it is empty; a plain number has the unit 1"));
    }
    if unit.len() > UNIT_LEN_MAX_BYTES {
        return Err(invalid("it is longer than 64 bytes"));
    }
    ucum::validate(unit).map_err(|error| invalid(&error.to_string()))?;
    for symbol in term::symbols(unit) {
        if let Some((code, hint)) = TRAPS.iter().find(|(code, _)| *code == symbol) {
            return Err(UnitError::Trap { unit: (*code).into(), hint });
        }
    }
    Ok(())
}

/// The way from one unit to another, found once and applied to many values.
#[derive(Clone, Debug)]
pub struct Conversion {
    from: Box<str>,
    to: Box<str>,
    way: Way,
}

#[derive(Clone, Debug)]
enum Way {
    Same,
    Ratio(Ratio),
    /// Through kelvins: two scales that are ratios of it, shifted.
    Temperature(Temperature, Temperature),
    /// At least one unit is outside our table.
    Floats,
}

impl Conversion {
    /// Finds the way from `from` to `to`. Fails if either is not a unit, or they do not measure the same thing.
    ///
    /// Annotations that stand alone (`{plate}`) count as units of their own, but may be left out: `{particle}/m3` is
    /// `/m3`, and `[CFU]/{plate}` is never `[CFU]/{glove}`.
    pub fn between(from: &str, to: &str) -> Result<Self, UnitError> {
        check_unit(from)?;
        check_unit(to)?;
        let not_comparable = || UnitError::NotComparable { from: from.into(), to: to.into() };
        let way = if from == to {
            Way::Same
        } else if let (Some(a), Some(b)) = (atoms::temperature(from), atoms::temperature(to)) {
            Way::Temperature(a, b)
        } else {
            match (Term::parse(from), Term::parse(to)) {
                (Some(a), Some(b)) if a.measures_the_same(&b) => {
                    Way::Ratio(a.ratio.divided_by(b.ratio).ok_or_else(not_comparable)?)
                }
                (Some(_), Some(_)) => return Err(not_comparable()),
                _ if ucum::convert(1.0, from, to).is_ok() => Way::Floats,
                _ => return Err(not_comparable()),
            }
        };
        Ok(Self { from: from.into(), to: to.into(), way })
    }

    /// Both units are written the same: nothing changes.
    pub const fn is_same(&self) -> bool {
        matches!(self.way, Way::Same)
    }

    /// The unit values are given in.
    pub fn to(&self) -> &str {
        &self.to
    }

    /// Gives `value` in the other unit.
    ///
    /// Exact where the ratio of the units is one of whole numbers and the result has a finite decimal form that fits
    /// (mg/g to %, h to min, Cel to K); otherwise rounded half to even to [`ROUNDED_DIGITS`] significant digits and said
    /// so. Trailing zeros of the value stay where units differ by a power of ten: `1.820 mg/g` is `0.1820 %`.
    pub fn apply(&self, value: Decimal) -> Result<Converted, UnitError> {
        let converted = match &self.way {
            Way::Same => Some(Converted { value, exact: true }),
            Way::Ratio(ratio) => ratio.apply(value),
            Way::Temperature(from, to) => through_kelvins(value, from, to),
            Way::Floats => self.through_floats(value),
        };
        converted.ok_or_else(|| UnitError::Range { value, from: self.from.clone(), to: self.to.clone() })
    }

    fn through_floats(&self, value: Decimal) -> Option<Converted> {
        let float: f64 = value.try_into().ok()?;
        let converted = ucum::convert(float, &self.from, &self.to).ok()?;
        let value = rounded(crate::decimal_of_f64(converted).ok()?)?;
        Some(Converted { value, exact: false })
    }
}

/// [`Conversion::between`] and [`Conversion::apply`] for a single value.
pub fn convert(value: Decimal, from: &str, to: &str) -> Result<Converted, UnitError> {
    Conversion::between(from, to)?.apply(value)
}

/// `(value + from's shift) × num / den − to's shift`, brought over one denominator so that it is rounded once at most.
fn through_kelvins(value: Decimal, from: &Temperature, to: &Temperature) -> Option<Converted> {
    let ratio = from.kelvin.divided_by(to.kelvin)?;
    let (whole, part) = (Ratio { den: 1, ..ratio }, Ratio { num: 1, den: ratio.den, pow10: 0 });
    let scaled = whole.apply(value.checked_add(from.shift)?)?.value;
    let shift = to.shift.checked_mul(Decimal::try_from_i128_with_scale(ratio.den, 0).ok()?)?;
    part.apply(scaled.checked_sub(shift)?)
}

fn rounded(value: Decimal) -> Option<Decimal> {
    value.round_sf_with_strategy(ROUNDED_DIGITS, RoundingStrategy::MidpointNearestEven).map(|value| value.normalize())
}

impl Ratio {
    /// `value` times the ratio; nothing if the result does not fit.
    fn apply(self, value: Decimal) -> Option<Converted> {
        let product = value.mantissa().checked_mul(self.num)?;
        let scale = i64::from(value.scale()) - i64::from(self.pow10);
        if product % self.den == 0 {
            let exact = decimal(product / self.den, scale)?;
            return Some(Converted { value: if self.den == 1 { exact } else { exact.normalize() }, exact: true });
        }
        let quotient = decimal(product, scale)?.checked_div(Decimal::try_from_i128_with_scale(self.den, 0).ok()?)?;
        rounded(quotient).map(|value| Converted { value, exact: false })
    }
}

/// `mantissa` × 10^−`scale`, with the scale raised to 0 or lowered to 28 where that loses no digit.
fn decimal(mut mantissa: i128, mut scale: i64) -> Option<Decimal> {
    const SCALE_MAX: i64 = 28;
    if mantissa == 0 {
        scale = scale.clamp(0, SCALE_MAX);
    }
    while scale < 0 {
        mantissa = mantissa.checked_mul(10)?;
        scale += 1;
    }
    while scale > SCALE_MAX {
        if mantissa % 10 != 0 {
            return None;
        }
        mantissa /= 10;
        scale -= 1;
    }
    Decimal::try_from_i128_with_scale(mantissa, u32::try_from(scale).ok()?).ok()
}
