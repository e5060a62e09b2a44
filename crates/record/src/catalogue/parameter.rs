//! One parameter of the catalogue.

use super::{Condition, Granularity, Module, PhysicalRange, ProductClass, Projection, QualifierRule, System};
use crate::{ParameterCode, ValueType, Zone};

/// A name in the languages of the screens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Chinese.
    pub zh_cn: Box<str>,
    /// English.
    pub en: Box<str>,
}

/// One key quality parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// `PP32`, or `X-…` for an extension.
    pub code: ParameterCode,
    /// Its module.
    pub module: Module,
    /// Its name.
    pub names: Names,
    /// Type of its values.
    pub value_type: ValueType,
    /// UCUM units its values may be in, the canonical one first; empty if it is not numeric.
    pub units: Vec<Box<str>>,
    /// Codes its values may be; empty if it is not a code.
    pub codes: Vec<Box<str>>,
    /// What tells several like values apart.
    pub qualifiers: Vec<QualifierRule>,
    /// What there is one value for.
    pub granularity: Granularity,
    /// Where it usually comes from.
    pub system: System,
    /// Zone, unless the enterprise's policy moves it.
    pub zone: Zone,
    /// What the regulator sees of it without a request.
    pub white_projection: Projection,
    /// Products that have it.
    pub product_scope: Vec<ProductClass>,
    /// What it can physically be.
    pub range: PhysicalRange,
    /// When the default limit applies.
    pub condition: Option<Condition>,
    /// The default limit in words; those that are numbers stand in the limits table.
    pub default_limit: Box<str>,
    /// Law, pharmacopoeia or guideline it rests on.
    pub basis: Box<str>,
    /// `proposed`, `official`, `province` or `enterprise`: who stands for it.
    pub status: Box<str>,
}

impl Parameter {
    /// The canonical unit; `1` where the parameter has none.
    pub fn unit(&self) -> &str {
        self.units.first().map_or("1", |unit| unit)
    }
}
