//! A value as the source wrote it and as we read it. The verbatim text is kept beside this ([`crate::Reading::verbatim`]).

mod error;
mod float;
mod number;
mod typed;

pub use error::ValueError;
pub use float::{decimal_of_f32, decimal_of_f64};
pub use number::DecimalMark;
pub use typed::ValueType;

use rust_decimal::Decimal;

/// How a reported number stands to the true one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparator {
    /// `1.820`
    Equal,
    /// `<0.05`
    Less,
    /// `≤10`
    LessOrEqual,
    /// `>300`
    Greater,
    /// `≥98.0`
    GreaterOrEqual,
}

impl Comparator {
    /// The sign as screens show it; nothing for `Equal`.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "",
            Self::Less => "<",
            Self::LessOrEqual => "≤",
            Self::Greater => ">",
            Self::GreaterOrEqual => "≥",
        }
    }
}

/// What was measured, parsed from the verbatim text. Trailing zeros are significant and kept in the decimal's scale.
///
/// `==` compares numbers, not texts: 1.820 equals 1.82. Whether a redelivered datum is the same is told by its verbatim
/// text or its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// A number, possibly censored.
    Number {
        /// Exact decimal with the scale of the text: `1.820` keeps three digits.
        decimal: Decimal,
        /// `Equal` for a plain number.
        comparator: Comparator,
    },
    /// `ND`, `未检出`: nothing found, limit of detection not stated.
    NotDetected,
    /// `TNTC`, `多不可计`: too many to count.
    TooNumerousToCount,
    /// Yes or no, from a switch.
    Bool(bool),
    /// A code of the parameter's enumeration, a date or free text: see the parameter's value type.
    Text(Box<str>),
}

impl Value {
    /// A plain number.
    pub const fn number(decimal: Decimal) -> Self {
        Self::Number { decimal, comparator: Comparator::Equal }
    }

    /// The plain number, if the value is one and is not censored.
    pub fn exact(&self) -> Option<Decimal> {
        match self {
            Self::Number { decimal, comparator: Comparator::Equal } => Some(*decimal),
            _ => None,
        }
    }
}
