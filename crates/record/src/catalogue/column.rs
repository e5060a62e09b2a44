//! What the columns can say. The names are those of the table.

use crate::ParameterCode;

/// Defines a choice of named values and how it is listed in a message.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident, $choices:literal, { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant),+
        }

        impl $name {
            pub(super) const CHOICES: &'static str = $choices;

            /// The name in the table.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }

            /// The choice of this name, if there is one.
            pub fn from_name(name: &str) -> Option<Self> {
                Some(match name {
                    $($text => Self::$variant,)+
                    _ => return None,
                })
            }
        }
    };
}

pub(super) use choice;

choice! {
    /// One of the five modules of the standard. The name is the English one.
    Module,
    "the five modules (Raw and auxiliary material control, Production process data, Finished product control, Utilities, Special products)",
    {
        /// 原辅料控制, RM.
        RawMaterial = "Raw and auxiliary material control",
        /// 生产过程数据, PP.
        Production = "Production process data",
        /// 成品控制, FP.
        FinishedProduct = "Finished product control",
        /// 公用系统, PU.
        Utility = "Utilities",
        /// 特殊产品, SP.
        SpecialProduct = "Special products",
    }
}

impl Module {
    /// First two letters of the module's codes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::RawMaterial => "RM",
            Self::Production => "PP",
            Self::FinishedProduct => "FP",
            Self::Utility => "PU",
            Self::SpecialProduct => "SP",
        }
    }

    /// The Chinese name.
    pub const fn name_cn(self) -> &'static str {
        match self {
            Self::RawMaterial => "原辅料控制",
            Self::Production => "生产过程数据",
            Self::FinishedProduct => "成品控制",
            Self::Utility => "公用系统",
            Self::SpecialProduct => "特殊产品",
        }
    }
}

choice! {
    /// What there is one value for.
    Granularity,
    "material_lot, batch, batch_step, batch_step_material, sample, time_sample, media_fill_run, stability_point, product_year, stocktake, event, plasma_unit",
    {
        /// A received lot.
        MaterialLot = "material_lot",
        /// A batch.
        Batch = "batch",
        /// A step of a batch.
        BatchStep = "batch_step",
        /// A material charged in a step.
        BatchStepMaterial = "batch_step_material",
        /// A sample.
        Sample = "sample",
        /// A moment: dense data.
        TimeSample = "time_sample",
        /// A media fill run.
        MediaFillRun = "media_fill_run",
        /// A pull of a stability study.
        StabilityPoint = "stability_point",
        /// A product and year.
        ProductYear = "product_year",
        /// A stocktake.
        Stocktake = "stocktake",
        /// An event.
        Event = "event",
        /// A unit of plasma.
        PlasmaUnit = "plasma_unit",
    }
}

choice! {
    /// The enterprise system that usually holds it.
    System,
    "LIMS, MES, SCADA, ERP",
    {
        /// Laboratory.
        Lims = "LIMS",
        /// Production records.
        Mes = "MES",
        /// Control and monitoring.
        Scada = "SCADA",
        /// Resources and masters.
        Erp = "ERP",
    }
}

choice! {
    /// A class of products, to say which parameters a product has.
    ProductClass,
    "ALL, API, OSD, STERILE, TCM, BIO, VAC, BLOOD, RADIO, NARC",
    {
        /// Every product.
        All = "ALL",
        /// Active substances.
        Api = "API",
        /// Oral solids.
        OralSolid = "OSD",
        /// Sterile products.
        Sterile = "STERILE",
        /// Traditional Chinese medicines.
        Traditional = "TCM",
        /// Biologics.
        Biologic = "BIO",
        /// Vaccines.
        Vaccine = "VAC",
        /// Blood products.
        Blood = "BLOOD",
        /// Radiopharmaceuticals.
        Radioactive = "RADIO",
        /// Narcotic and psychotropic drugs.
        Narcotic = "NARC",
    }
}

/// What the regulator sees of the parameter without a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Projection {
    /// The value: white data.
    Raw,
    /// Nothing.
    None,
    /// A digest of the value.
    Digest,
    /// Its distance from the series' mean in standard deviations.
    ZScore,
    /// The share of time inside the validated range.
    InRangeFraction,
    /// Whether it is inside the validated range.
    InRangeFlag,
    /// Its place in the validated range, in per cent.
    PercentOfValidatedRange,
    /// A flag of this name.
    Flag(Box<str>),
}

impl Projection {
    pub(super) const CHOICES: &'static str =
        "raw, none, digest, zscore, in_range_fraction, in_range_flag, pct_of_validated_range, flag:<name>";

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "raw" => Self::Raw,
            "none" => Self::None,
            "digest" => Self::Digest,
            "zscore" => Self::ZScore,
            "in_range_fraction" => Self::InRangeFraction,
            "in_range_flag" => Self::InRangeFlag,
            "pct_of_validated_range" => Self::PercentOfValidatedRange,
            _ => Self::Flag(name.strip_prefix("flag:").filter(|flag| !flag.is_empty())?.into()),
        })
    }
}

/// A qualifier readings of the parameter carry: `analyte`, `organism?=mould_and_yeast|escherichia_coli`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualifierRule {
    /// Its name.
    pub name: Box<str>,
    /// Without it the reading is still one of the parameter (`?` in the table).
    pub optional: bool,
    /// Values the catalogue names for it; others are allowed where it names none.
    pub values: Vec<Box<str>>,
}

impl QualifierRule {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (name, values) = text.split_once('=').unwrap_or((text, ""));
        let (name, optional) = name.strip_suffix('?').map_or((name, false), |name| (name, true));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || !name.chars().all(plain) {
            return None;
        }
        let values: Vec<Box<str>> = values.split('|').filter(|value| !value.is_empty()).map(Into::into).collect();
        (values.is_empty() != text.contains('=')).then(|| Self { name: name.into(), optional, values })
    }
}

/// The parameter's default limit holds only where another parameter of the same subject has one of these codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The other parameter.
    pub parameter: ParameterCode,
    /// Its codes.
    pub any_of: Vec<Box<str>>,
}

impl Condition {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (code, codes) = text.split_once('=')?;
        let any_of: Vec<Box<str>> = codes.split('|').map(Into::into).collect();
        let parameter = ParameterCode::parse(code).ok()?;
        (!any_of.iter().any(|code| code.is_empty())).then_some(Self { parameter, any_of })
    }
}
