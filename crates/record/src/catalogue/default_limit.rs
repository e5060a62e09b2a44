//! The default limits shipped beside the catalogue: of readings, and rules of design, instruments, intervals, alarms and
//! installation that no reading is judged by. An enterprise's registered specification goes before any of them.

use super::column::choice;
use super::sheet::{self, Cells};
use super::{Catalogue, CatalogueError, Fault, FaultKind, Parameter};
use crate::ParameterCode;
use crate::unit::{Conversion, check_unit};
use rust_decimal::Decimal;
use std::sync::LazyLock;

const SHIPPED: &str = include_str!("../../data/default_limits.tsv");

const COLUMNS: [&str; 12] =
    ["limit_id", "applies_to", "param_code", "context", "op", "low", "high", "unit", "level", "rule", "basis", "mark"];

choice! {
    /// What a default limit is a limit of.
    AppliesTo,
    "reading, companion, derived, design, instrument, interval, alarm, installation",
    {
        /// Values of the parameter.
        Reading = "reading",
        /// Another quantity measured beside the parameter, such as the pH of stage 3 water.
        Companion = "companion",
        /// Values of the parameter, once a product's datum has been put in (intake / daily dose).
        Derived = "derived",
        /// The plant as designed.
        Design = "design",
        /// Permissible error of the instrument.
        Instrument = "instrument",
        /// Time between samples, records or calibrations.
        Interval = "interval",
        /// Whom and how an alarm must reach.
        Alarm = "alarm",
        /// How many probes must be installed.
        Installation = "installation",
    }
}

choice! {
    /// What breaking a default limit means.
    LimitLevel,
    "spec, action, alert, guidance, release, duty",
    {
        /// Legal or pharmacopoeia limit.
        Specification = "spec",
        /// Something must be done.
        Action = "action",
        /// Something must be watched.
        Alert = "alert",
        /// Recommended.
        Guidance = "guidance",
        /// Condition of release.
        Release = "release",
        /// A duty of whoever runs the plant.
        Duty = "duty",
    }
}

choice! {
    /// How well a default limit's source was read.
    Mark,
    "V, M, P",
    {
        /// Read in a public page or file.
        Verified = "V",
        /// From knowledge of the standard: check the original before use.
        FromMemory = "M",
        /// Our proposal.
        Proposed = "P",
    }
}

/// The bound itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// `≤`
    AtMost(Decimal),
    /// `<`
    Below(Decimal),
    /// `≥`
    AtLeast(Decimal),
    /// From low to high, both included.
    Between(Decimal, Decimal),
    /// Exactly this.
    Exactly(Decimal),
    /// `|x| ≤`
    MagnitudeAtMost(Decimal),
    /// A table elsewhere.
    Table,
    /// The standard sets none here, and says so.
    NotSet,
}

/// One default limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultLimit {
    /// `L001`.
    pub id: Box<str>,
    /// What it is a limit of.
    pub applies_to: AppliesTo,
    /// The parameter; none for rules of the plant's design.
    pub parameter: Option<ParameterCode>,
    /// Where it holds: grade, state, temperature, qualifiers.
    pub context: Box<str>,
    /// The bound.
    pub bound: Bound,
    /// UCUM unit of the bound; for a reading one that converts to the parameter's.
    pub unit: Box<str>,
    /// What breaking it means.
    pub level: LimitLevel,
    /// How it is to be read.
    pub rule: Box<str>,
    /// Where it is written.
    pub basis: Box<str>,
    /// How well that was read.
    pub mark: Mark,
}

/// The default limits, by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultLimits {
    /// Version of the table.
    pub version: Box<str>,
    /// `proposed` or `official`, as the table says of itself.
    pub status: Box<str>,
    /// In the order of the table.
    pub limits: Vec<DefaultLimit>,
}

impl DefaultLimits {
    /// The table this program was built with. A test loads it.
    pub fn shipped() -> &'static Self {
        static LIMITS: LazyLock<DefaultLimits> = LazyLock::new(|| {
            DefaultLimits::parse(SHIPPED, Catalogue::shipped()).expect("the shipped limits are checked by a test")
        });
        &LIMITS
    }

    /// Reads a table of limits of the parameters of `catalogue`. Fails with every fault found.
    pub fn parse(text: &str, catalogue: &Catalogue) -> Result<Self, CatalogueError> {
        const NAME: &str = "limits";
        let sheet = sheet::parse(NAME, &COLUMNS, text, |cells| cells.limit(catalogue))?;
        let mut faults = Vec::new();
        let mut limits: Vec<DefaultLimit> = Vec::with_capacity(sheet.rows.len());
        for (line, limit) in sheet.rows {
            if limits.iter().any(|other| other.id == limit.id) {
                let kind = FaultKind::Duplicate { code: limit.id.clone() };
                faults.push(Fault { line: Some(line), column: "limit_id", kind });
            }
            limits.push(limit);
        }
        CatalogueError::unless_empty(NAME, faults)?;
        Ok(Self { version: sheet.version, status: sheet.status, limits })
    }

    /// The limits of this parameter's readings.
    pub fn of_readings<'a>(&'a self, code: &'a ParameterCode) -> impl Iterator<Item = &'a DefaultLimit> {
        self.limits
            .iter()
            .filter(move |limit| limit.applies_to == AppliesTo::Reading && limit.parameter.as_ref() == Some(code))
    }
}

impl Cells<'_> {
    fn limit(&mut self, catalogue: &Catalogue) -> Option<DefaultLimit> {
        let id = self.required("limit_id");
        let applies_to = self.choice("applies_to", AppliesTo::from_name, AppliesTo::CHOICES);
        let parameter = match self.text("param_code") {
            "" => Some(None),
            code => match catalogue.iter().find(|parameter| parameter.code.as_str() == code) {
                Some(parameter) => Some(Some(parameter)),
                None => self.fault("param_code", FaultKind::UnknownParameter { code: code.into() }),
            },
        };
        let bound = self.bound();
        let unit = self.required("unit").and_then(|unit| match check_unit(unit) {
            Ok(()) => Some(unit),
            Err(error) => self.fault("unit", FaultKind::Unit(error)),
        });
        let level = self.choice("level", LimitLevel::from_name, LimitLevel::CHOICES);
        let basis = self.required("basis");
        let mark = self.choice("mark", Mark::from_name, Mark::CHOICES);
        let (applies_to, parameter, unit) = (applies_to?, parameter?, unit?);
        self.unit_of(applies_to, parameter, unit)?;
        Some(DefaultLimit {
            id: id?.into(),
            applies_to,
            parameter: parameter.map(|parameter| parameter.code.clone()),
            context: self.text("context").into(),
            bound: bound?,
            unit: unit.into(),
            level: level?,
            rule: self.text("rule").into(),
            basis: basis?.into(),
            mark: mark?,
        })
    }

    /// A limit of readings must be comparable with them.
    fn unit_of(&mut self, applies_to: AppliesTo, parameter: Option<&Parameter>, unit: &str) -> Option<()> {
        match (applies_to, parameter) {
            (AppliesTo::Reading, None) => {
                self.fault("param_code", FaultKind::Contradiction("a limit of readings needs their parameter"))
            }
            (AppliesTo::Reading, Some(parameter))
                if !parameter.units.iter().any(|own| Conversion::between(unit, own).is_ok()) =>
            {
                self.fault("unit", FaultKind::Contradiction("it does not convert to any unit of the parameter"))
            }
            _ => Some(()),
        }
    }

    fn bound(&mut self) -> Option<Bound> {
        let low = self.number("low")?;
        let high = self.number("high")?;
        let bound = match (self.text("op"), low, high) {
            ("le", None, Some(high)) => Bound::AtMost(high),
            ("lt", None, Some(high)) => Bound::Below(high),
            ("ge", Some(low), None) => Bound::AtLeast(low),
            ("between", Some(low), Some(high)) if low < high => Bound::Between(low, high),
            ("eq", Some(low), Some(high)) if low == high => Bound::Exactly(low),
            ("abs_le", None, Some(high)) => Bound::MagnitudeAtMost(high),
            ("table", None, None) => Bound::Table,
            ("none", None, None) => Bound::NotSet,
            (found, _, _) => {
                let wanted =
                    "le or lt or abs_le with high, ge with low, between or eq with both, table or none with neither";
                return self.fault("op", FaultKind::Form { found: found.into(), wanted });
            }
        };
        Some(bound)
    }

    /// The number of a cell, if there is one.
    fn number(&mut self, column: &'static str) -> Option<Option<Decimal>> {
        match self.text(column) {
            "" => Some(None),
            text => self.form(column, text, |text| text.parse().ok().map(Some), "a number"),
        }
    }
}
