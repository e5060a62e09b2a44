//! Where each table goes on: what is kept in the frame beside the rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Cursor, SrcErr};

/// Place of a row in the order (`changed_at`, `id`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) at: Key,
    pub(super) id: Key,
}

/// A cell to compare with. SQLite compares whole numbers and texts by their own order; PostgreSQL gets texts that it
/// casts to the type of the column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Key {
    Int(i64),
    Text(String),
}

/// Progress of one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Progress {
    Xmin(XminProgress),
    Overlap(OverlapProgress),
}

/// Passes over the rows of a range of transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct XminProgress {
    /// All rows of transactions below this are delivered.
    pub(super) done: i64,
    /// A pass that is not finished: up to which transaction it goes, and the last row it delivered.
    pub(super) pass: Option<(i64, Place)>,
    /// Greatest `changed_at` delivered.
    pub(super) newest: Option<Key>,
}

/// The last rows delivered, oldest first; the last is where to go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OverlapProgress {
    pub(super) recent: Vec<Seen>,
}

/// A delivered row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) place: Place,
    /// Hash of all its cells.
    pub(super) hash: u64,
}

/// Progress by table name.
pub(super) type Positions = BTreeMap<Box<str>, Progress>;

pub(super) fn encode(positions: &Positions) -> Result<Cursor, SrcErr> {
    let bytes = serde_json::to_vec(positions).map_err(SrcErr::cursor)?;
    Cursor::new(bytes)
}

pub(super) fn decode(cursor: &Cursor) -> Result<Positions, SrcErr> {
    serde_json::from_slice(cursor.as_bytes()).map_err(SrcErr::cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_what_was_written() {
        let place = Place { at: Key::Text("2026-03-02 04:00:00.1+00".into()), id: Key::Int(7) };
        let positions = Positions::from([
            ("a".into(), Progress::Xmin(XminProgress { done: 9, pass: Some((12, place.clone())), newest: None })),
            ("b".into(), Progress::Overlap(OverlapProgress { recent: vec![Seen { place, hash: u64::MAX }] })),
        ]);
        let cursor = encode(&positions).unwrap();
        assert_eq!(decode(&cursor).unwrap(), positions);
        assert!(decode(&Cursor::new(*b"{\"a\":{\"xmin\":{\"done\":").unwrap()).is_err());
    }
}
