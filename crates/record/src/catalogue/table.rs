//! A parameter from a line of the table.

use super::sheet::{self, Cells};
use super::{
    CatalogueError, Condition, Fault, FaultKind, Granularity, Module, Names, Parameter, PhysicalRange, ProductClass,
    Projection, QualifierRule, System,
};
use crate::unit::check_unit;
use crate::{ParameterCode, ValueType, Zone};
use std::collections::BTreeMap;

/// The columns, in any order.
const COLUMNS: [&str; 19] = [
    "code",
    "module_cn",
    "module_en",
    "name_cn",
    "name_en",
    "value_type",
    "units",
    "codes",
    "qualifiers",
    "granularity",
    "source_system",
    "default_zone",
    "white_projection",
    "product_scope",
    "range",
    "condition",
    "default_limit",
    "basis",
    "status",
];

/// Who stands for a row: the project, the regulator's list, a province's or an enterprise's X file.
const STATUS: [&str; 4] = ["proposed", "official", "province", "enterprise"];

/// Codes of extensions start with this.
const EXTENSION_PREFIX: &str = "X-";

/// A table whose cells have been read; codes are not yet compared with each other.
pub(super) struct Table {
    pub(super) version: Box<str>,
    pub(super) status: Box<str>,
    pub(super) rows: Vec<Row>,
}

/// One parameter and where it stands.
pub(super) struct Row {
    line: u64,
    parameter: Parameter,
}

impl Row {
    fn fault(&self, column: &'static str, kind: FaultKind) -> Fault {
        Fault { line: Some(self.line), column, kind }
    }

    fn is_extension(&self) -> bool {
        self.parameter.code.as_str().strip_prefix(EXTENSION_PREFIX).is_some_and(|rest| !rest.is_empty())
    }

    fn prefix_fault(&self) -> Fault {
        self.fault("code", FaultKind::Prefix { code: self.parameter.code.as_str().into() })
    }

    /// A fault if the row is an extension.
    pub(super) fn refuse_extension(&self) -> Option<Fault> {
        self.is_extension().then(|| self.prefix_fault())
    }

    /// A fault unless the row is an extension.
    pub(super) fn require_extension(&self) -> Option<Fault> {
        (!self.is_extension()).then(|| self.prefix_fault())
    }

    /// Adds the parameter, or the fault that its code is taken or its condition names no code of the catalogue.
    pub(super) fn add_to(self, parameters: &mut BTreeMap<ParameterCode, Parameter>, faults: &mut Vec<Fault>) {
        if let Some(condition) = &self.parameter.condition {
            match parameters.get(&condition.parameter) {
                None => faults.push(
                    self.fault("condition", FaultKind::UnknownParameter { code: condition.parameter.as_str().into() }),
                ),
                Some(other) if condition.any_of.iter().any(|code| !other.codes.contains(code)) => faults
                    .push(self.fault("condition", FaultKind::Contradiction("the parameter named has no such code"))),
                Some(_) => {}
            }
        }
        if parameters.contains_key(&self.parameter.code) {
            faults.push(self.fault("code", FaultKind::Duplicate { code: self.parameter.code.as_str().into() }));
        } else {
            parameters.insert(self.parameter.code.clone(), self.parameter);
        }
    }
}

/// Reads the text; `name` says in errors which table it is.
pub(super) fn parse(name: &'static str, text: &str) -> Result<Table, CatalogueError> {
    let sheet = sheet::parse(name, &COLUMNS, text, |cells| cells.parameter())?;
    let rows = sheet.rows.into_iter().map(|(line, parameter)| Row { line, parameter }).collect();
    Ok(Table { version: sheet.version, status: sheet.status, rows })
}

impl Cells<'_> {
    /// The parameter of the line. Every cell is looked at, so that all faults of a line are told at once.
    fn parameter(&mut self) -> Option<Parameter> {
        let code = self.required("code").map(ParameterCode::parse);
        let code = match code {
            Some(Err(error)) => self.fault("code", FaultKind::Id(error)),
            Some(Ok(code)) => Some(code),
            None => None,
        };
        let module = self.choice("module_en", Module::from_name, Module::CHOICES);
        if module.is_some_and(|module| module.name_cn() != self.text("module_cn")) {
            self.fault::<()>("module_cn", FaultKind::Contradiction("it is not the Chinese name of the module"));
        }
        let names = self.required("name_cn").zip(self.required("name_en"));
        let value_type =
            self.choice("value_type", ValueType::from_name, "decimal, integer, code, string, date, dateTime, bool");
        let units = self.list("units", '|', |cells, unit| match check_unit(unit) {
            Ok(()) => Some(Box::from(unit)),
            Err(error) => cells.fault("units", FaultKind::Unit(error)),
        });
        let codes = self.list("codes", '|', |cells, code| {
            let word = |text: &str| (!text.is_empty() && !text.contains(char::is_whitespace)).then(|| text.into());
            cells.form("codes", code, word, "one word, as in api|excipient")
        });
        let qualifiers = self.list("qualifiers", ';', |cells, rule| {
            cells.form("qualifiers", rule, QualifierRule::parse, "a rule, as in analyte or organism?=mould|yeast")
        });
        let granularity = self.choice("granularity", Granularity::from_name, Granularity::CHOICES);
        let system = self.choice("source_system", System::from_name, System::CHOICES);
        let zone = self.choice("default_zone", Zone::from_name, "white, grey, black");
        let white_projection = self.choice("white_projection", Projection::from_name, Projection::CHOICES);
        let product_scope = self.list("product_scope", ',', |cells, class| {
            let choices = ProductClass::CHOICES;
            ProductClass::from_name(class)
                .or_else(|| cells.fault("product_scope", FaultKind::Choice { found: class.into(), choices }))
        });
        let range = self.form("range", self.text("range"), PhysicalRange::parse, "a range, as in 0.. or 0..100");
        let condition = match self.text("condition") {
            "" => Some(None),
            text => self.form("condition", text, |text| Condition::parse(text).map(Some), "as RM03=api|excipient"),
        };
        let status = self.choice(
            "status",
            |name| STATUS.contains(&name).then(|| name.into()),
            "proposed, official, province, enterprise",
        );
        let parameter = Parameter {
            code: code?,
            module: module?,
            names: names.map(|(zh_cn, en)| Names { zh_cn: zh_cn.into(), en: en.into() })?,
            value_type: value_type?,
            units: units?,
            codes: codes?,
            qualifiers: qualifiers?,
            granularity: granularity?,
            system: system?,
            zone: zone?,
            white_projection: white_projection?,
            product_scope: product_scope?,
            range: range?,
            condition: condition?,
            default_limit: self.text("default_limit").into(),
            basis: self.required("basis")?.into(),
            status: status?,
        };
        self.consistent(&parameter).then_some(parameter)
    }

    /// What one cell says must hold of another.
    fn consistent(&mut self, parameter: &Parameter) -> bool {
        let numeric = parameter.value_type.is_numeric();
        let mut faults: Vec<(&'static str, FaultKind)> = Vec::new();
        if numeric == parameter.units.is_empty() {
            faults.push(("units", FaultKind::Contradiction("numbers have units, other types have none")));
        }
        if (parameter.value_type == ValueType::Code) == parameter.codes.is_empty() {
            faults.push(("codes", FaultKind::Contradiction("the type code needs codes, other types have none")));
        }
        if !numeric && parameter.range != PhysicalRange::default() {
            faults.push(("range", FaultKind::Contradiction("only numbers have a range")));
        }
        match (parameter.zone, &parameter.white_projection) {
            (Zone::White, Projection::None) => {
                faults.push(("white_projection", FaultKind::Contradiction("white data is seen in some form")));
            }
            (Zone::Grey | Zone::Black, Projection::Raw) => {
                faults.push(("white_projection", FaultKind::Contradiction("only white data is seen raw")));
            }
            _ => {}
        }
        if parameter.product_scope.is_empty() {
            faults.push(("product_scope", FaultKind::Empty));
        }
        let fine = faults.is_empty();
        for (column, kind) in faults {
            self.fault::<()>(column, kind);
        }
        fine
    }
}
