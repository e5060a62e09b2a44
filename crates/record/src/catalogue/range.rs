//! What a parameter can physically be. A value outside is a fault of the measurement, not of the product.

use rust_decimal::Decimal;

/// Bounds that belong to physics (no mass below zero, nothing colder than −273.15 °C), in the parameter's first unit.
/// Specification and legal limits are judged by rules and never refuse a reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhysicalRange {
    /// Least possible value.
    pub min: Option<Decimal>,
    /// Greatest possible value.
    pub max: Option<Decimal>,
}

impl PhysicalRange {
    /// `0..`, `-273.15..`, `0..100`, `..100`; empty text bounds nothing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::default());
        }
        let (min, max) = text.split_once("..")?;
        let range = Self { min: bound(min)?, max: bound(max)? };
        match (range.min, range.max) {
            (None, None) => None,
            (Some(min), Some(max)) if min >= max => None,
            _ => Some(range),
        }
    }

    /// The value is possible.
    pub fn contains(&self, value: Decimal) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

impl core::fmt::Display for PhysicalRange {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match (self.min, self.max) {
            (None, None) => f.write_str("any"),
            (Some(min), None) => write!(f, "{min} or more"),
            (None, Some(max)) => write!(f, "{max} or less"),
            (Some(min), Some(max)) => write!(f, "{min} to {max}"),
        }
    }
}

fn bound(text: &str) -> Option<Option<Decimal>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}
