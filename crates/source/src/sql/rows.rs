//! From a row to raw values: verbatim text, key, version, times and context. A row that lacks what it needs becomes a
//! reject with its reason; a cell that is NULL is no value.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use jiff::tz::TimeZone;
use record::{Flags, Qualifiers, Quality, Reject, RejectReason, SourceId, SourceKey, Timestamp, Zone};
use rust_decimal::Decimal;

use super::session::Cells;
use super::table::{Cell, Column, Place, Shape, Table};
use crate::fnv::Fnv;
use crate::mapping::ORIGINAL_TIME;
use crate::{Raw, RawValue, time};

/// Start of the versions made of times: 2020-01-01T00:00:00Z, in seconds.
const VERSION_EPOCH_S: i64 = 1_577_836_800;

/// Parts of a natural key are joined with this.
const KEY_SEPARATOR: &str = "|";

/// What is the same for all rows of a poll.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    pub(super) source: &'a SourceId,
    pub(super) zone: &'a TimeZone,
    pub(super) server: Option<Timestamp>,
    pub(super) received: Timestamp,
}

/// Raw values and rejects of a poll.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) items: Vec<Raw>,
    pub(super) rejects: Vec<Reject>,
}

/// What every value of one row shares.
struct Row<'a> {
    table: &'a Table,
    cells: &'a Cells,
    key: SourceKey,
    version: u32,
}

impl Reader<'_> {
    /// Takes everything the mapping names out of a row.
    pub(super) fn take(&self, table: &Table, cells: &Cells, taken: &mut Taken) {
        let (key, key_fault) = key(table, cells);
        let version = version(table, cells, self.zone);
        let fault = match (key_fault, &version) {
            (Some(why), _) => Some((RejectReason::Subject, why)),
            (None, Err(why)) => Some((RejectReason::Type, why.clone())),
            (None, Ok(_)) => None,
        };
        let row = Row { table, cells, key, version: version.unwrap_or_default() };
        match &table.shape {
            Shape::Wide { streams } => {
                for (column, cell) in streams {
                    if let Some(text) = &cells[*column] {
                        self.value(&row, &table.columns[*column], Some(text), cell, &fault, taken);
                    }
                }
            }
            Shape::Long { point, value, streams, ignore } => {
                let text = value.and_then(|column| cells[column].as_ref());
                let name = cells[*point].as_deref().unwrap_or("");
                match streams.get(name) {
                    Some(cell) if cell.event || text.is_some() => self.value(&row, name, text, cell, &fault, taken),
                    Some(_) => {}
                    None if ignore.contains(name) => {}
                    None => {
                        let why = format!(
                            "no row of the mapping has this address; map it, or add `{name}` to `ignore` of table {}",
                            table.name
                        );
                        taken.rejects.push(self.reject(&row, name, text, RejectReason::UnknownParameter, why));
                    }
                }
            }
        }
    }

    fn value(
        &self,
        row: &Row<'_>,
        point: &str,
        text: Option<&String>,
        cell: &Cell,
        fault: &Option<(RejectReason, String)>,
        taken: &mut Taken,
    ) {
        if let Some((reason, why)) = fault {
            taken.rejects.push(self.reject(row, point, text, *reason, why.clone()));
            return;
        }
        let time = match cell.time.and_then(|column| row.cells[column].as_deref()) {
            None => None,
            Some(written) => match time::parse(written, self.zone) {
                Some(time) => Some(time),
                None => {
                    let why = format!("`{written}` is not an ISO 8601 time; let a view write it as one");
                    taken.rejects.push(self.reject(row, point, text, RejectReason::Time, why));
                    return;
                }
            },
        };
        let mut context: Qualifiers = BTreeMap::new();
        for (name, place) in &cell.context {
            if let Some(value) = row.place(place) {
                context.insert(name.clone(), value.into());
            }
        }
        let written = cell.original.as_ref().and_then(|place| row.place(place));
        let original = written.and_then(|text| time::parse(text, self.zone)).map(|(at, _)| at);
        if let (Some(text), None) = (written, original) {
            context.insert(ORIGINAL_TIME.into(), text.into());
        }
        taken.items.push(Raw {
            stream: cell.stream,
            key: row.key.clone(),
            version: row.version,
            value: text.map_or(RawValue::Absent, |text| typed(text)),
            text: text.map_or("", String::as_str).into(),
            unit: row.table.unit.and_then(|column| row.cells[column].as_deref()).map(Into::into),
            quality: Quality { status: 0, flags: time.map_or(Flags::default(), |(_, flags)| flags) },
            t_source: time.map(|(at, _)| at),
            t_server: self.server,
            t_acq: self.received,
            t_original: original,
            context: Arc::new(context),
        });
    }

    fn reject(&self, row: &Row<'_>, point: &str, text: Option<&String>, reason: RejectReason, why: String) -> Reject {
        Reject {
            source: self.source.clone(),
            key: row.key.clone(),
            address: format!("{}/{point}", row.table.name).into(),
            verbatim: text.map_or("", String::as_str).into(),
            unit: row.table.unit.and_then(|column| row.cells[column].as_deref()).map(Into::into),
            reason,
            detail: why.into(),
            received: self.received,
            zone: Zone::White,
        }
    }
}

impl Row<'_> {
    fn place<'s>(&'s self, place: &'s Place) -> Option<&'s str> {
        match place {
            Place::Const(text) => Some(text),
            Place::Column(column) => self.cells[*column].as_deref(),
        }
    }
}

/// A number if the text is nothing but one.
fn typed(text: &str) -> RawValue {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'));
    match Decimal::from_str_exact(text) {
        Ok(number) if plain => RawValue::Number(number),
        _ => RawValue::Text,
    }
}

/// The natural key, and what is wrong with it. A row without one is kept under a hash of its cells.
fn key(table: &Table, cells: &Cells) -> (SourceKey, Option<String>) {
    let parts: Option<Vec<&str>> = table.key.iter().map(|column| cells[*column].as_deref()).collect();
    let fault = match parts {
        None => "a key column is NULL".to_owned(),
        Some(parts) => match SourceKey::parse(&parts.join(KEY_SEPARATOR)) {
            Ok(key) => return (key, None),
            Err(error) => error.to_string(),
        },
    };
    let stand_in = format!("row-{:016x}", hash(cells));
    (SourceKey::parse(&stand_in).expect("twenty plain characters are a key"), Some(fault))
}

fn version(table: &Table, cells: &Cells, zone: &TimeZone) -> Result<u32, String> {
    let cell = |column: Column| {
        cells[column].as_deref().ok_or_else(|| format!("`{}` is NULL; a version is needed", table.columns[column]))
    };
    let (column, number) = match table.version {
        Some(column) => (column, i64::from_str(cell(column)?).ok()),
        None => {
            let written = cell(table.changed_at)?;
            let since = |(at, _): (Timestamp, Flags)| at.0.div_euclid(1_000_000) - VERSION_EPOCH_S;
            let number = i64::from_str(written).ok();
            (table.changed_at, number.or_else(|| time::parse(written, zone).map(since)))
        }
    };
    number.and_then(|number| u32::try_from(number).ok()).filter(|version| *version > 0).ok_or_else(|| {
        let written = cells[column].as_deref().unwrap_or("");
        format!("`{}` is `{written}`; a version is a whole number from 1 to {}", table.columns[column], u32::MAX)
    })
}

/// Hash of all cells; NULL differs from empty.
pub(super) fn hash(cells: &Cells) -> u64 {
    let mut hash = Fnv::default();
    for cell in cells {
        match cell {
            None => hash.none(),
            Some(text) => hash.field(text.as_bytes()),
        }
    }
    hash.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_numbers_are_numbers() {
        assert_eq!(typed("1.820"), RawValue::Number(Decimal::from_str_exact("1.820").unwrap()));
        assert_eq!(typed("-3"), RawValue::Number(Decimal::from(-3)));
        for text in ["<0.05", "ND", "", "1_000", "1e3", "1,82", "1.2.3"] {
            assert_eq!(typed(text), RawValue::Text, "{text}");
        }
    }

    #[test]
    fn null_and_empty_cells_hash_apart() {
        let hashes =
            [vec![None], vec![Some(String::new())], vec![Some("a".into()), Some("b".into())], vec![Some("ab".into())]]
                .map(|cells| hash(&cells));
        for (at, one) in hashes.iter().enumerate() {
            assert!(!hashes[at + 1..].contains(one));
        }
    }
}
