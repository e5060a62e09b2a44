//! Reads the tab-separated table: `# name<tab>value` lines, headings, one parameter a line.

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
    // Spreadsheets put a byte order mark before UTF-8 text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut faults = Vec::new();
    let version = meta(text, "version", &mut faults);
    let status = meta(text, "status", &mut faults);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .comment(Some(b'#'))
        .quoting(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let columns = match reader.headers() {
        Ok(headers) => columns(headers, &mut faults),
        Err(error) => {
            faults.push(csv_fault(&error));
            BTreeMap::new()
        }
    };
    CatalogueError::unless_empty(name, core::mem::take(&mut faults))?;
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                if record.len() != columns.len() {
                    let kind = FaultKind::Cells { found: record.len(), wanted: columns.len() };
                    faults.push(Fault { line: Some(line), column: "", kind });
                    continue;
                }
                let mut cells = Cells { line, record: &record, columns: &columns, faults: &mut faults };
                if let Some(parameter) = cells.parameter() {
                    rows.push(Row { line, parameter });
                }
            }
            Err(error) => faults.push(csv_fault(&error)),
        }
    }
    CatalogueError::unless_empty(name, faults)?;
    Ok(Table { version, status, rows })
}

fn csv_fault(error: &csv::Error) -> Fault {
    let kind = FaultKind::Csv { why: error.to_string().into() };
    Fault { line: error.position().map(csv::Position::line), column: "", kind }
}

/// The value of a `# name<tab>value` line.
fn meta(text: &str, name: &'static str, faults: &mut Vec<Fault>) -> Box<str> {
    let value = text
        .lines()
        .take_while(|line| line.starts_with('#'))
        .filter_map(|line| line.trim_start_matches('#').trim().split_once('\t'))
        .find(|(found, value)| *found == name && !value.trim().is_empty());
    match value {
        Some((_, value)) => value.trim().into(),
        None => {
            faults.push(Fault::of_table(FaultKind::MissingMeta { name }));
            Box::default()
        }
    }
}

fn columns(headers: &csv::StringRecord, faults: &mut Vec<Fault>) -> BTreeMap<&'static str, usize> {
    let wanted = || COLUMNS.join(", ").into();
    let mut columns = BTreeMap::new();
    for (at, header) in headers.iter().enumerate() {
        match COLUMNS.iter().find(|column| **column == header) {
            Some(column) => {
                columns.insert(*column, at);
            }
            None => {
                let kind = FaultKind::UnknownColumn { name: header.into(), wanted: wanted() };
                faults.push(Fault::of_table(kind));
            }
        }
    }
    for name in COLUMNS {
        if !columns.contains_key(name) {
            faults.push(Fault::of_table(FaultKind::MissingColumn { name, wanted: wanted() }));
        }
    }
    columns
}

/// The cells of one line; what is wrong with them is collected.
struct Cells<'a> {
    line: u64,
    record: &'a csv::StringRecord,
    columns: &'a BTreeMap<&'static str, usize>,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Cells<'a> {
    fn text(&self, column: &'static str) -> &'a str {
        self.columns.get(column).and_then(|at| self.record.get(*at)).map_or("", str::trim)
    }

    fn fault<T>(&mut self, column: &'static str, kind: FaultKind) -> Option<T> {
        self.faults.push(Fault { line: Some(self.line), column, kind });
        None
    }

    fn required(&mut self, column: &'static str) -> Option<&'a str> {
        match self.text(column) {
            "" => self.fault(column, FaultKind::Empty),
            text => Some(text),
        }
    }

    fn choice<T>(
        &mut self,
        column: &'static str,
        from_name: impl Fn(&str) -> Option<T>,
        choices: &'static str,
    ) -> Option<T> {
        let text = self.required(column)?;
        from_name(text).or_else(|| self.fault(column, FaultKind::Choice { found: text.into(), choices }))
    }

    fn form<T>(
        &mut self,
        column: &'static str,
        text: &str,
        parse: impl Fn(&str) -> Option<T>,
        wanted: &'static str,
    ) -> Option<T> {
        parse(text).or_else(|| self.fault(column, FaultKind::Form { found: text.into(), wanted }))
    }

    /// Every part of a cell, or nothing if one of them is not understood.
    fn list<T>(
        &mut self,
        column: &'static str,
        separator: char,
        mut part: impl FnMut(&mut Self, &'a str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let text = self.text(column);
        if text.is_empty() {
            return Some(Vec::new());
        }
        let parts: Vec<Option<T>> = text.split(separator).map(|text| part(self, text)).collect();
        parts.into_iter().collect()
    }

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
        self.faults.extend(faults.into_iter().map(|(column, kind)| Fault { line: Some(self.line), column, kind }));
        fine
    }
}
