//! Where things are: administrative divisions, and which of the data a person of a division may see.
//!
//! Comes in: codes of GB/T 2260. Goes out: whether one division lies in another, and the same as a condition of a query,
//! so that what a person may not see is never read.

use std::fmt;
use std::str::FromStr;

use record::EnterpriseId;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

/// Digits of a code.
const CODE_LEN: usize = 6;
/// Digits of one of its three levels: province, city, county.
const LEVEL_LEN: usize = 2;

/// An administrative division: `330000` a province, `330100` a city, `330106` a county (GB/T 2260), `000000` the country.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(Box<str>);

/// A text is no code of a division.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no division code: six digits such as 330000, 330100, 330106, or 000000 for the country")]
pub struct RegionError {
    text: String,
}

impl Region {
    /// The whole country.
    pub fn country() -> Self {
        Self("000000".into())
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the whole country.
    pub fn is_country(&self) -> bool {
        self.stem().is_empty()
    }

    /// Whether `other` is this division or lies in it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(self.stem())
    }

    /// The digits that all divisions in it begin with.
    fn stem(&self) -> &str {
        let named = self.0.as_bytes().chunks(LEVEL_LEN).take_while(|level| *level != b"00").count();
        &self.0[..named * LEVEL_LEN]
    }
}

impl FromStr for Region {
    type Err = RegionError;
    /// Six digits; below a division without number no other has one.
    fn from_str(text: &str) -> Result<Self, RegionError> {
        let refused = || RegionError { text: text.chars().take(64).collect() };
        if text.len() != CODE_LEN || !text.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(refused());
        }
        let region = Self(text.into());
        if text[region.stem().len()..].bytes().any(|digit| digit != b'0') {
            return Err(refused());
        }
        Ok(region)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whose rows a query may give.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Within {
    /// Everybody's.
    #[default]
    All,
    /// Nobody's.
    Nobody,
    /// Those of one enterprise.
    Enterprise(EnterpriseId),
    /// Those of the enterprises of a division.
    Region(Region),
}

impl Within {
    /// The condition on a column that names an enterprise; none where everything is meant.
    pub(crate) fn condition(&self, enterprise: impl ColumnTrait) -> Option<Expr> {
        match self {
            Self::All => None,
            Self::Nobody => Some(Expr::value(false)),
            Self::Enterprise(id) => Some(enterprise.eq(id.as_str())),
            Self::Region(region) if region.is_country() => None,
            Self::Region(region) => {
                let of_region = Query::select().column("id").from("enterprise").and_where(lies_in(region)).to_owned();
                Some(enterprise.in_subquery(of_region))
            }
        }
    }
}

/// The condition that the column `region` is a division in `region`.
pub(crate) fn lies_in(region: &Region) -> Expr {
    Expr::col("region").like(format!("{}%", region.stem()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: &str) -> Region {
        code.parse().unwrap()
    }

    #[test]
    fn a_division_contains_itself_and_what_is_below_it() {
        for (outer, inner, expected) in [
            ("000000", "330106", true),
            ("000000", "000000", true),
            ("330000", "330000", true),
            ("330000", "330100", true),
            ("330100", "330106", true),
            ("330106", "330106", true),
            ("330100", "330000", false),
            ("330100", "330200", false),
            ("330106", "330100", false),
            ("330000", "000000", false),
            ("110000", "330000", false),
        ] {
            assert_eq!(region(outer).contains(&region(inner)), expected, "{outer} {inner}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for bad in ["", "33", "33010", "3301000", "33010x", "330006", "003301", "０３３０１０", "浙江", "3301%_"]
        {
            let error = bad.parse::<Region>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{bad}` is no division code")), "{error}");
        }
    }
}
