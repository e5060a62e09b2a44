//! The `context` column: where batch, product, step and the like of a value are found.
//!
//! `batch=ns=2;s=Press1.Batch; product=const:AMX-500; step=const:compression`: pairs are parted by a semicolon *and* a
//! blank, because addresses hold semicolons themselves.

use std::collections::BTreeMap;

/// Context name whose value becomes [`crate::Raw::t_original`] and not an attribute.
pub const ORIGINAL_TIME: &str = "original_time";

/// Context name whose value is the source time of the row, instead of the table's time column (databases only).
pub const TIME: &str = "time";

/// Context name of a counter node: how many values the source has emitted so far on all streams that name it, stamped
/// with the time of the last value it counts. Lets a gap say exactly how many values were lost (OPC UA only).
pub const EMITTED: &str = "emitted";

/// Where one context value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContextRef {
    /// Always this text.
    Const(Box<str>),
    /// The latest value of this address of the same source that is not younger than the item.
    Address(Box<str>),
}

/// Context by name.
pub type ContextRefs = BTreeMap<Box<str>, ContextRef>;

/// Reads a cell. Fails with what is wrong with it.
pub(super) fn parse(cell: &str) -> Result<ContextRefs, String> {
    let mut refs = ContextRefs::new();
    for (name, value) in pairs(cell)? {
        let reference = match value.strip_prefix("const:") {
            Some(text) if text.trim().is_empty() => return Err(format!("`{name}` has an empty constant")),
            Some(text) => ContextRef::Const(text.trim().into()),
            None => ContextRef::Address(value.into()),
        };
        if refs.insert(name.into(), reference).is_some() {
            return Err(format!("`{name}` is given twice"));
        }
    }
    Ok(refs)
}

/// Splits `name=value; name=value`. Names are lower case words, so that a forgotten blank is noticed.
pub(super) fn pairs(cell: &str) -> Result<Vec<(&str, &str)>, String> {
    let mut pairs = Vec::new();
    for part in split(cell) {
        let Some((name, value)) = part.split_once('=') else {
            return Err(format!("`{part}` is not `name=value`"));
        };
        let (name, value) = (name.trim(), value.trim());
        if !is_name(name) {
            return Err(format!("`{name}` is not a name of lower case letters, digits and `_`"));
        }
        if value.is_empty() {
            return Err(format!("`{name}` has no value"));
        }
        // A NodeId has one-letter names only.
        let mut names = value.split(';').skip(1).filter_map(|rest| rest.split_once('=').map(|(name, _)| name));
        if let Some(head) = names.find(|name| name.len() > 1 && is_name(name)) {
            return Err(format!("write a blank after the semicolon before `{head}=`"));
        }
        pairs.push((name, value));
    }
    Ok(pairs)
}

/// Parts at `;` followed by white space, or at the end of the cell.
fn split(cell: &str) -> impl Iterator<Item = &str> {
    let mut rest = cell;
    std::iter::from_fn(move || {
        rest = rest.trim();
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .match_indices(';')
            .find(|(at, _)| rest[at + 1..].chars().next().is_none_or(char::is_whitespace))
            .map(|(at, _)| at);
        let (part, tail) = match end {
            Some(at) => (&rest[..at], &rest[at + 1..]),
            None => (rest, ""),
        };
        rest = tail;
        Some(part)
    })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_keep_their_semicolons() {
        let refs =
            parse("batch=ns=2;s=Press1.Batch; product=nsu=urn:plant;s=Press1.Product; step=const:compression").unwrap();
        assert_eq!(refs["batch"], ContextRef::Address("ns=2;s=Press1.Batch".into()));
        assert_eq!(refs["product"], ContextRef::Address("nsu=urn:plant;s=Press1.Product".into()));
        assert_eq!(refs["step"], ContextRef::Const("compression".into()));
        assert_eq!(refs.len(), 3);
    }

    #[test]
    fn a_forgotten_blank_is_named() {
        let check = |cell: &str, expected: &str| assert_eq!(parse(cell).unwrap_err(), expected);
        check("batch=ns=2;s=B;product=ns=2;s=P", "write a blank after the semicolon before `product=`");
        check("batch", "`batch` is not `name=value`");
        check("Batch=x", "`Batch` is not a name of lower case letters, digits and `_`");
        check("batch=", "`batch` has no value");
        check("batch=const: ", "`batch` has an empty constant");
        check("batch=a; batch=b", "`batch` is given twice");
    }
}
