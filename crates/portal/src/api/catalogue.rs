//! The catalogue of key parameters, as the pages browse it.

use record::catalogue::Module;
use record::{Parameter, Value};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Number, Text, ZoneName};

/// The five modules of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModuleName {
    /// 原辅料控制, RM.
    RawMaterial,
    /// 生产过程数据, PP.
    Production,
    /// 成品控制, FP.
    FinishedProduct,
    /// 公用系统, PU.
    Utility,
    /// 特殊产品, SP.
    SpecialProduct,
}

impl From<Module> for ModuleName {
    fn from(module: Module) -> Self {
        match module {
            Module::RawMaterial => Self::RawMaterial,
            Module::Production => Self::Production,
            Module::FinishedProduct => Self::FinishedProduct,
            Module::Utility => Self::Utility,
            Module::SpecialProduct => Self::SpecialProduct,
        }
    }
}

/// One item of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CatalogueItem {
    /// `PP32`, or `X-…` for an extension.
    #[schema(examples("PP32"))]
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Its module.
    pub module: ModuleName,
    /// Type of its values: `decimal`, `code`.
    pub value_type: String,
    /// UCUM units its values may be in, the canonical one first; empty if it is not numeric.
    pub units: Vec<String>,
    /// What tells several like values apart.
    pub qualifiers: Vec<String>,
    /// What there is one value for: `batch`, `batch_step`.
    pub granularity: String,
    /// System it usually comes from: `LIMS`.
    pub system: String,
    /// Zone, unless the enterprise's policy moves it.
    pub zone: ZoneName,
    /// Least possible value, in the canonical unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub possible_min: Option<Number>,
    /// Greatest possible value, in the canonical unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub possible_max: Option<Number>,
    /// The default limit as the list words it; empty if it has none.
    pub default_limit: String,
    /// Law, pharmacopoeia or guideline it rests on, as the list words it.
    pub basis: String,
    /// Version of the list it stands in.
    pub version: String,
    /// Who stands for it: `proposed`, `official`, `province`, `enterprise`.
    pub status: String,
}

impl CatalogueItem {
    /// The view of a parameter of the list of this version.
    pub(crate) fn of(parameter: &Parameter, version: &str) -> Self {
        Self {
            code: parameter.code.to_string(),
            name: Text { zh: parameter.names.zh_cn.to_string(), en: parameter.names.en.to_string() },
            module: parameter.module.into(),
            value_type: parameter.value_type.name().to_owned(),
            units: parameter.units.iter().map(ToString::to_string).collect(),
            qualifiers: parameter.qualifiers.iter().map(|rule| rule.name.to_string()).collect(),
            granularity: parameter.granularity.name().to_owned(),
            system: parameter.system.name().to_owned(),
            zone: parameter.zone.into(),
            possible_min: parameter.range.min.and_then(|min| Number::of_value(&Value::number(min))),
            possible_max: parameter.range.max.and_then(|max| Number::of_value(&Value::number(max))),
            default_limit: parameter.default_limit.to_string(),
            basis: parameter.basis.to_string(),
            version: version.to_owned(),
            status: parameter.status.to_string(),
        }
    }
}

/// Which items. By ascending code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CatalogueQuery {
    /// Only items whose code or name contains this text, in either language and any case.
    pub text: Option<String>,
    /// Only of this module.
    #[param(inline)]
    pub module: Option<ModuleName>,
    /// Only of this zone.
    #[param(inline)]
    pub zone: Option<ZoneName>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Rows wanted, 1 to 500; 50 if absent.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u64>,
}
