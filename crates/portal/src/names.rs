//! Names for codes: enterprises from state, parameters from the catalogue. A code without a name is its own name.

use std::collections::BTreeMap;

use record::{Catalogue, EnterpriseId, ParameterCode};

use crate::Site;
use crate::api::{EnterpriseRef, ParameterView, Text};

fn itself(code: &str) -> Text {
    Text { zh: code.to_owned(), en: code.to_owned() }
}

/// A parameter with its names in this catalogue; one that another version of the catalogue knew shows its code.
pub fn parameter(catalogue: &Catalogue, code: &ParameterCode) -> ParameterView {
    let name = catalogue.get(code).map_or_else(
        || itself(code.as_str()),
        |known| Text { zh: known.names.zh_cn.to_string(), en: known.names.en.to_string() },
    );
    ParameterView { code: code.to_string(), name }
}

/// Names of the enterprises of this installation.
#[derive(Debug)]
pub(crate) struct Enterprises(BTreeMap<String, Text>);

impl Enterprises {
    pub(crate) async fn of(site: &Site) -> Result<Self, state::Error> {
        let rows = state::boxes::enterprises(site.state.read()).await?;
        let named = rows.into_iter().map(|row| (row.id.to_string(), Text { zh: row.name_zh, en: row.name_en }));
        Ok(Self(named.collect()))
    }

    pub(crate) fn name(&self, id: &EnterpriseId) -> EnterpriseRef {
        let name = self.0.get(id.as_str()).cloned().unwrap_or_else(|| itself(id.as_str()));
        EnterpriseRef { id: id.to_string(), name }
    }
}
