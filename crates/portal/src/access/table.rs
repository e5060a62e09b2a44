//! The access table: shipped as data, read once, complete or refused.

use std::collections::BTreeMap;

use record::Zone;
use state::people::{OrganisationKind, Role};

use super::Action;

/// The table every installation decides by.
pub const SHIPPED: &str = include_str!("../../data/access.tsv");

/// Why a text is no access table.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The first line is not `act` and a column for each role.
    #[error("access table: the column {column:?} is missing or is no role of this kind")]
    Column {
        /// Which.
        column: String,
    },
    /// A row names no act, or one twice, or is too short.
    #[error("access table, line {line}: {why}")]
    Row {
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// An act has no row.
    #[error("access table: the act {act} has no row")]
    Missing {
        /// Its word.
        act: &'static str,
    },
}

/// Where an act is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// In the person's own region or enterprise.
    Own,
    /// In all of this end.
    All,
}

/// What a role may do of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Where.
    pub reach: Reach,
    /// The highest zone that may be read in doing it.
    pub zone: Zone,
}

/// The table, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table(BTreeMap<(Action, &'static str, Role), Cell>);

impl Table {
    /// Reads a table. Every act must have a row and every role a column.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty());
        let head: Vec<&str> = lines.next().map(|(_, line)| line.split('\t').skip(1).collect()).unwrap_or_default();
        let columns = head.iter().map(|column| column_of(column)).collect::<Result<Vec<_>, _>>()?;
        for (kind, role) in every_role() {
            if columns.iter().filter(|column| **column == (kind, role)).count() != 1 {
                return Err(TableError::Column { column: format!("{}.{}", kind.word(), role.word()) });
            }
        }
        let (mut cells, mut acts) = (BTreeMap::new(), Vec::new());
        for (at, line) in lines {
            let wrong = |why: String| TableError::Row { line: at + 1, why };
            let mut fields = line.split('\t');
            let word = fields.next().unwrap_or_default();
            let act = Action::of_word(word).ok_or_else(|| wrong(format!("{word:?} is no act")))?;
            if acts.contains(&act) {
                return Err(wrong(format!("{word} has a row already")));
            }
            acts.push(act);
            let fields: Vec<&str> = fields.collect();
            if fields.len() != columns.len() {
                return Err(wrong(format!("{} cells for {} columns", fields.len(), columns.len())));
            }
            for (field, (kind, role)) in fields.into_iter().zip(&columns) {
                if let Some(cell) = cell_of(field).ok_or_else(|| wrong(format!("{field:?} is no cell")))? {
                    cells.insert((act, kind.word(), *role), cell);
                }
            }
        }
        match Action::all().find(|act| !acts.contains(act)) {
            Some(act) => Err(TableError::Missing { act: act.word() }),
            None => Ok(Self(cells)),
        }
    }

    /// The cell of an act and a role; nothing is refused.
    pub fn cell(&self, action: Action, kind: OrganisationKind, role: Role) -> Option<Cell> {
        self.0.get(&(action, kind.word(), role)).copied()
    }
}

/// Every role with every kind of organisation it fits.
pub fn every_role() -> impl Iterator<Item = (OrganisationKind, Role)> {
    [OrganisationKind::Enterprise, OrganisationKind::Office]
        .into_iter()
        .flat_map(|kind| Role::ALL.into_iter().filter(move |role| role.fits(kind)).map(move |role| (kind, role)))
}

fn column_of(text: &str) -> Result<(OrganisationKind, Role), TableError> {
    every_role()
        .find(|(kind, role)| text.split_once('.') == Some((kind.word(), role.word())))
        .ok_or_else(|| TableError::Column { column: text.to_owned() })
}

/// `-` is no cell; anything that cannot be read is none at all.
fn cell_of(text: &str) -> Option<Option<Cell>> {
    if text == "-" {
        return Some(None);
    }
    let (reach, zone) = text.split_once(':')?;
    let reach = match reach {
        "own" => Reach::Own,
        "all" => Reach::All,
        _ => return None,
    };
    let zone = match zone {
        "white" => Zone::White,
        "grey" => Zone::Grey,
        "black" => Zone::Black,
        _ => return None,
    };
    Some(Some(Cell { reach, zone }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_with_a_hole_is_refused() {
        let refused = |text: String, expected: &str| {
            let error = Table::parse(&text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        refused(String::new(), "enterprise.administrator");
        refused(SHIPPED.replace("enterprise.qa\t", "enterprise.kwality\t"), "enterprise.kwality");
        refused(SHIPPED.replace("office.auditor", "office.leader"), "office.leader");
        refused(SHIPPED.replace("view_audit", "view_everything"), "\"view_everything\" is no act");
        refused(SHIPPED.replace("all:white", "all:green"), "\"all:green\" is no cell");
        refused(SHIPPED.replace("view_audit\t", "view_people\t"), "view_people has a row already");
        let without = SHIPPED.lines().filter(|line| !line.starts_with("sign\t")).collect::<Vec<_>>().join("\n");
        refused(without, "the act sign has no row");
        refused(format!("{SHIPPED}sign\n"), "sign has a row already");
    }
}
