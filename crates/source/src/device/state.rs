//! What outlives the process: how each alarm was last told, what is out of order since when. It is the cursor.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Cursor, SrcErr};

/// Kept in the frame beside the values it speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// Values and events delivered so far; part of their keys.
    pub(super) count: u64,
    /// Box time of the last delivery, in microseconds.
    pub(super) newest: i64,
    /// Box time of the last good value by address, in microseconds.
    pub(super) good: BTreeMap<Box<str>, i64>,
    /// Hash of the reason by address, for what gives no values now.
    pub(super) faults: BTreeMap<Box<str>, u64>,
    /// Switch by name: whether it was last told open.
    pub(super) open: BTreeMap<Box<str>, bool>,
    /// Whether the box was last told inside its geofence.
    pub(super) inside: Option<bool>,
}

impl State {
    pub(super) fn encode(&self) -> Result<Cursor, SrcErr> {
        Cursor::new(serde_json::to_vec(self).map_err(SrcErr::cursor)?)
    }

    pub(super) fn decode(cursor: &Cursor) -> Result<Self, SrcErr> {
        serde_json::from_slice(cursor.as_bytes()).map_err(SrcErr::cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_what_was_written_and_nothing_half() {
        let state = State {
            count: 7,
            newest: -1,
            good: BTreeMap::from([("gps/fix".into(), 5)]),
            faults: BTreeMap::from([("hwmon/a/temp1_input".into(), u64::MAX)]),
            open: BTreeMap::from([("door".into(), true)]),
            inside: Some(false),
        };
        let cursor = state.encode().unwrap();
        assert_eq!(State::decode(&cursor).unwrap(), state);
        let half = &cursor.as_bytes()[..cursor.as_bytes().len() / 2];
        assert!(State::decode(&Cursor::new(half).unwrap()).is_err());
    }
}
