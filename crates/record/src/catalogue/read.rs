//! A plant's text as a value of a parameter: type, unit and physical range, in that order.

use super::Parameter;
use crate::unit::{Conversion, UnitError};
use crate::{DecimalMark, Flags, ParameterCode, RejectReason, Value, ValueError, Verdict};
use rust_decimal::Decimal;

/// Why a text is not a value of the parameter. Every message names parameter, content and what would be accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The text is not of the parameter's type.
    #[error("{parameter}: {source}")]
    Value {
        /// The parameter.
        parameter: ParameterCode,
        /// What is wrong with the text.
        source: ValueError,
    },
    /// The text is none of the parameter's codes.
    #[error("{parameter}: `{found}` is none of its codes {}", .codes.join(", "))]
    Code {
        /// The parameter.
        parameter: ParameterCode,
        /// The text.
        found: Box<str>,
        /// The codes.
        codes: Vec<Box<str>>,
    },
    /// A number came without unit.
    #[error("{parameter}: the unit is missing; its units are {}", .units.join(", "))]
    UnitMissing {
        /// The parameter.
        parameter: ParameterCode,
        /// Its units.
        units: Vec<Box<str>>,
    },
    /// The unit does not convert to any of the parameter's.
    #[error("{parameter}: unit `{unit}` does not convert to any of its units {}{}", .units.join(", "), why(.source.as_ref()))]
    Unit {
        /// The parameter.
        parameter: ParameterCode,
        /// The unit that came.
        unit: Box<str>,
        /// The parameter's units.
        units: Vec<Box<str>>,
        /// What is wrong with the unit itself, if anything is.
        source: Option<UnitError>,
    },
    /// The number does not fit an exact decimal in the parameter's unit.
    #[error("{parameter}: {source}")]
    UnitRange {
        /// The parameter.
        parameter: ParameterCode,
        /// The conversion that failed.
        source: UnitError,
    },
    /// The number is outside what the parameter can physically be.
    #[error("{parameter}: {value} {unit} is not possible, it can be {range} {range_unit}")]
    Range {
        /// The parameter.
        parameter: ParameterCode,
        /// The number.
        value: Decimal,
        /// Its unit.
        unit: Box<str>,
        /// What is possible.
        range: super::PhysicalRange,
        /// Unit of the range.
        range_unit: Box<str>,
    },
}

fn why(source: Option<&UnitError>) -> String {
    source.map_or_else(String::new, |error| format!(": {error}"))
}

impl ReadError {
    /// The name under which the raw value is sealed.
    pub const fn reason(&self) -> RejectReason {
        match self {
            Self::Value { .. } | Self::Code { .. } => RejectReason::Type,
            Self::UnitMissing { .. } | Self::Unit { .. } => RejectReason::Unit,
            Self::UnitRange { .. } | Self::Range { .. } => RejectReason::Range,
        }
    }

    /// The datum is bad; its verbatim text is kept as evidence.
    pub const fn verdict(&self) -> Verdict {
        Verdict::Reject
    }
}

/// A value of a parameter in one of its units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The value.
    pub value: Value,
    /// Its unit; `1` where the parameter has none.
    pub unit: Box<str>,
    /// [`Flags::UNIT_CONVERTED`] if the source's unit was another.
    pub flags: Flags,
}

/// What to do with the numbers of one source column or node: found once from its unit, applied to each value.
#[derive(Clone, Debug)]
pub struct UnitPlan<'a> {
    parameter: &'a Parameter,
    to_set: Conversion,
    /// From the unit of the set to the first, in which the range is; none if the two do not convert.
    to_range: Option<Conversion>,
}

impl Parameter {
    /// Reads what the source wrote: `verbatim` by the parameter's type, in `unit`, with the source's decimal mark.
    ///
    /// Fails if the text is not of the type, the unit is missing or does not convert, or the number is impossible.
    pub fn read(&self, verbatim: &str, unit: Option<&str>, mark: DecimalMark) -> Result<Measured, ReadError> {
        let value = Value::parse_for(self.value_type, verbatim, mark)
            .map_err(|source| ReadError::Value { parameter: self.code.clone(), source })?;
        if self.value_type.is_numeric() {
            return self.plan(unit)?.measured(value);
        }
        if let Some(unit) = unit.filter(|unit| *unit != "1") {
            let (parameter, units) = (self.code.clone(), vec!["1".into()]);
            return Err(ReadError::Unit { parameter, unit: unit.into(), units, source: None });
        }
        match &value {
            Value::Text(code) if !self.codes.is_empty() && !self.codes.contains(code) => {
                Err(ReadError::Code { parameter: self.code.clone(), found: code.clone(), codes: self.codes.clone() })
            }
            _ => Ok(Measured { value, unit: "1".into(), flags: Flags::default() }),
        }
    }

    /// Finds what to do with numbers that come in `unit`.
    ///
    /// A unit of the parameter's set stays; another is converted to the first of the set it converts to. Fails if there
    /// is none, if no unit is given, or if the parameter is not numeric.
    pub fn plan(&self, unit: Option<&str>) -> Result<UnitPlan<'_>, ReadError> {
        let Some(unit) = unit else {
            return Err(ReadError::UnitMissing { parameter: self.code.clone(), units: self.units.clone() });
        };
        let mut refused = None;
        let same = self.units.iter().find(|own| ***own == *unit);
        for own in same.into_iter().chain(&self.units) {
            match Conversion::between(unit, own) {
                Ok(to_set) => {
                    let to_range = Conversion::between(own, self.unit()).ok();
                    return Ok(UnitPlan { parameter: self, to_set, to_range });
                }
                Err(UnitError::NotComparable { .. }) => {}
                Err(error) => refused = Some(error),
            }
        }
        Err(ReadError::Unit {
            parameter: self.code.clone(),
            unit: unit.into(),
            units: self.units.clone(),
            source: refused,
        })
    }
}

impl UnitPlan<'_> {
    /// Unit the numbers are given in.
    pub fn unit(&self) -> &str {
        self.to_set.to()
    }

    /// [`Flags::UNIT_CONVERTED`] if the source's unit was another.
    pub const fn flags(&self) -> Flags {
        if self.to_set.is_same() { Flags(0) } else { Flags::UNIT_CONVERTED }
    }

    /// Gives one number in the parameter's unit. Fails if it does not fit or is physically impossible.
    pub fn apply(&self, number: Decimal) -> Result<Decimal, ReadError> {
        let unit_range = |source| ReadError::UnitRange { parameter: self.parameter.code.clone(), source };
        let value = self.to_set.apply(number).map_err(unit_range)?.value;
        let range = self.parameter.range;
        let possible = match &self.to_range {
            Some(to_range) => range.contains(to_range.apply(value).map_err(unit_range)?.value),
            // In a unit that does not convert to the range's only the sign can be judged.
            None => range.min.is_none_or(|min| min < Decimal::ZERO || value >= Decimal::ZERO),
        };
        if possible {
            return Ok(value);
        }
        Err(ReadError::Range {
            parameter: self.parameter.code.clone(),
            value,
            unit: self.unit().into(),
            range,
            range_unit: self.parameter.unit().into(),
        })
    }

    fn measured(&self, value: Value) -> Result<Measured, ReadError> {
        let value = match value {
            Value::Number { decimal, comparator } => Value::Number { decimal: self.apply(decimal)?, comparator },
            other => other,
        };
        Ok(Measured { value, unit: self.unit().into(), flags: self.flags() })
    }
}
