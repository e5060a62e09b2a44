//! The catalogue of key quality parameters: 118 shipped, X by extension.
//!
//! Comes in: the shipped table, and an enterprise's or province's X file of the same columns. Goes out: parameters whose
//! units, types, zones and ranges have been checked. Never: a silent default for a cell that says nothing understood, or
//! an X file that redefines one of the 118.
//!
//! The shipped list is *proposed*: the official list of the 118 is not public. Its version and status stand in the data,
//! are shown on screens and sealed in every finding, so that an official list can replace it.

mod column;
mod default_limit;
mod fault;
mod parameter;
mod range;
mod read;
mod sheet;
mod table;

pub use column::{Condition, Granularity, Module, ProductClass, Projection, QualifierRule, System};
pub use default_limit::{AppliesTo, Bound, DefaultLimit, DefaultLimits, LimitLevel, Mark};
pub use fault::{CatalogueError, Fault, FaultKind};
pub use parameter::{Names, Parameter};
pub use range::PhysicalRange;
pub use read::{Measured, ReadError, UnitPlan};

use crate::ParameterCode;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Parameters of each module of the shipped list.
pub const MODULE_SIZES: [(Module, usize); 5] = [
    (Module::RawMaterial, 24),
    (Module::Production, 35),
    (Module::FinishedProduct, 23),
    (Module::Utility, 22),
    (Module::SpecialProduct, 14),
];

const SHIPPED: &str = include_str!("../data/parameters.tsv");

/// Parameters by code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    version: Box<str>,
    status: Box<str>,
    parameters: BTreeMap<ParameterCode, Parameter>,
}

impl Catalogue {
    /// The list this program was built with. A test loads it, so that a program cannot be built with a faulty one.
    pub fn shipped() -> &'static Self {
        static CATALOGUE: LazyLock<Catalogue> =
            LazyLock::new(|| Catalogue::parse(SHIPPED).expect("the shipped catalogue is checked by a test"));
        &CATALOGUE
    }

    /// Reads a full list of 118 parameters, such as an official one.
    ///
    /// Fails with every fault found: line, column, content, and what was expected.
    pub fn parse(text: &str) -> Result<Self, CatalogueError> {
        let table = table::parse("catalogue", text)?;
        let mut faults: Vec<Fault> = table.rows.iter().filter_map(|row| row.refuse_extension()).collect();
        let mut parameters = BTreeMap::new();
        for row in table.rows {
            row.add_to(&mut parameters, &mut faults);
        }
        for (module, wanted) in MODULE_SIZES {
            let found = parameters.values().filter(|parameter: &&Parameter| parameter.module == module).count();
            if found != wanted {
                faults.push(Fault::of_table(FaultKind::ModuleSize { module, found, wanted }));
            }
        }
        CatalogueError::unless_empty("catalogue", faults)?;
        Ok(Self { version: table.version, status: table.status, parameters })
    }

    /// This catalogue with the parameters of an X file: same columns, codes that start with `X-`.
    ///
    /// Fails with every fault found; an X file can add parameters, never change one.
    pub fn with_extensions(&self, text: &str) -> Result<Self, CatalogueError> {
        let table = table::parse("X file", text)?;
        let mut extended = self.clone();
        let mut faults: Vec<Fault> = table.rows.iter().filter_map(|row| row.require_extension()).collect();
        for row in table.rows {
            row.add_to(&mut extended.parameters, &mut faults);
        }
        CatalogueError::unless_empty("X file", faults)?;
        Ok(extended)
    }

    /// The parameter of this code.
    pub fn get(&self, code: &ParameterCode) -> Option<&Parameter> {
        self.parameters.get(code)
    }

    /// All parameters by ascending code.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Parameter> {
        self.parameters.values()
    }

    /// Version of the list, as sealed in findings.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// `proposed` or `official`, as the list says of itself.
    pub fn status(&self) -> &str {
        &self.status
    }
}
