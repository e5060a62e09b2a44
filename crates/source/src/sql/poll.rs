//! One look at one table: the rows that are new since its progress, and the progress after them.
//!
//! Rows of transactions that commit late are not passed over: see [`Horizon`]. Progress is returned, never stored here,
//! so that a poll that is cut off has changed nothing.

use std::collections::HashSet;

use super::config::Horizon;
use super::cursor::{Key, OverlapProgress, Place, Progress, Seen, XminProgress};
use super::rows::hash;
use super::session::{Cells, Dialect, Session};
use super::statement::{self, ColumnTypes, SNAPSHOT, Side};
use super::table::Table;
use crate::{Fault, SrcErr, Stage};

/// Rows read again at each poll under [`Horizon::Overlap`].
pub const OVERLAP_ROWS: usize = 128;

/// What a poll found.
#[derive(Debug)]
pub(super) struct Polled {
    /// In the order of the table.
    pub(super) rows: Vec<Cells>,
    /// Progress once the rows are durable.
    pub(super) progress: Progress,
    /// There may be more rows right now.
    pub(super) more: bool,
}

/// The instant a poll looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Snapshot {
    /// Lowest running transaction.
    pub(super) xmin: i64,
    /// First transaction that had not begun.
    pub(super) xmax: i64,
}

/// A table as found in the database.
#[derive(Clone, Debug)]
pub(super) struct Located {
    pub(super) table: Table,
    pub(super) types: ColumnTypes,
    pub(super) dialect: Dialect,
}

/// Reads the snapshot of the running transaction and the server's clock.
pub(super) async fn snapshot(session: &mut Session) -> Result<(Snapshot, String), SrcErr> {
    let rows = session.rows(SNAPSHOT, &[]).await?;
    let number = |at: usize| rows.first().and_then(|row| row.get(at)?.as_ref()?.parse().ok());
    match (number(0), number(1), rows.first().and_then(|row| row.get(2)?.clone())) {
        (Some(xmin), Some(xmax), Some(clock)) => Ok((Snapshot { xmin, xmax }, clock)),
        _ => Err(SrcErr::new(Stage::Read, Fault::Protocol, format!("snapshot: unexpected answer {rows:?}"))),
    }
}

/// Looks at one table within the running transaction.
pub(super) async fn poll(
    session: &mut Session,
    located: &Located,
    progress: Option<&Progress>,
    snapshot: Option<Snapshot>,
    rows_max: usize,
) -> Result<Polled, SrcErr> {
    match (located.table.horizon, progress, snapshot) {
        (Horizon::Xmin, Some(Progress::Xmin(progress)), Some(snapshot)) => {
            xmin(session, located, progress.clone(), snapshot, rows_max).await
        }
        // First poll, or the horizon was changed: from the start. Rows delivered before have the same keys again.
        (Horizon::Xmin, _, Some(snapshot)) => xmin(session, located, XminProgress::default(), snapshot, rows_max).await,
        (_, Some(Progress::Overlap(progress)), _) => overlap(session, located, progress, rows_max).await,
        (_, _, _) => overlap(session, located, &OverlapProgress::default(), rows_max).await,
    }
}

async fn xmin(
    session: &mut Session,
    located: &Located,
    mut progress: XminProgress,
    snapshot: Snapshot,
    rows_max: usize,
) -> Result<Polled, SrcErr> {
    if snapshot.xmin < progress.done {
        // Transaction ids never go back: this is another database, restored from an older copy. All rows again.
        tracing::warn!(table = %located.table.name, done = progress.done, now = snapshot.xmin, "database was restored");
        progress = XminProgress::default();
    }
    let (to, after) = match progress.pass.take() {
        Some((to, place)) => (to, Some(place)),
        None => (snapshot.xmin, None),
    };
    if to == progress.done {
        return Ok(Polled { rows: Vec::new(), progress: Progress::Xmin(progress), more: false });
    }
    let mut parameters = vec![Key::Int(snapshot.xmax), Key::Int(progress.done), Key::Int(to)];
    let floor = located.table.config.late_max_s.and(progress.newest.clone()).filter(|_| progress.done > 0);
    let sql = statement::xmin_page(&located.table, &located.types, after.is_some(), floor.is_some(), rows_max);
    parameters.extend(after.into_iter().flat_map(|place| [place.at, place.id]));
    parameters.extend(floor);
    let mut rows = session.rows(&sql, &parameters).await?;
    let last = rows.last().map(|row| located.place(row)).transpose()?;
    let more = rows.len() == rows_max;
    if let Some(place) = &last {
        progress.newest = Some(place.at.clone());
    }
    match last {
        Some(place) if more => progress.pass = Some((to, place)),
        _ => progress.done = to,
    }
    rows.shrink_to_fit();
    Ok(Polled { rows, progress: Progress::Xmin(progress), more })
}

async fn overlap(
    session: &mut Session,
    located: &Located,
    progress: &OverlapProgress,
    rows_max: usize,
) -> Result<Polled, SrcErr> {
    let mut rows = Vec::new();
    let mut recent: Vec<Seen> = Vec::new();
    let mut after = None;
    if let (Some(first), Some(last)) = (progress.recent.first(), progress.recent.last()) {
        let window_max = 2 * OVERLAP_ROWS + rows_max;
        let sql = statement::keyset(&located.table, located.dialect, &located.types, Side::Between, window_max);
        let bounds = [&first.place, &last.place].map(|place| [place.at.clone(), place.id.clone()]).concat();
        let window = session.rows(&sql, &bounds).await?;
        let known: HashSet<u64> = progress.recent.iter().map(|seen| seen.hash).collect();
        let truncated = window.len() == window_max;
        for row in window {
            let seen = located.seen(&row)?;
            if !known.contains(&seen.hash) {
                rows.push(row);
            }
            recent.push(seen);
        }
        if truncated {
            // Everything up to the last row of the window is delivered; what we know behind it stays known.
            let reached: HashSet<u64> = recent.iter().map(|seen| seen.hash).collect();
            recent.drain(..recent.len().saturating_sub(OVERLAP_ROWS));
            recent.extend(progress.recent.iter().filter(|seen| !reached.contains(&seen.hash)).cloned());
            return Ok(Polled { rows, progress: Progress::Overlap(OverlapProgress { recent }), more: true });
        }
        if recent.is_empty() {
            // All rows we knew were changed or deleted: the place alone still says where to go on.
            recent.push(last.clone());
        }
        after = Some([last.place.at.clone(), last.place.id.clone()]);
    }
    let side = if after.is_some() { Side::After } else { Side::All };
    let sql = statement::keyset(&located.table, located.dialect, &located.types, side, rows_max);
    let fresh = session.rows(&sql, after.as_ref().map_or(&[], |place| place.as_slice())).await?;
    let more = fresh.len() == rows_max;
    for row in fresh {
        recent.push(located.seen(&row)?);
        rows.push(row);
    }
    recent.drain(..recent.len().saturating_sub(OVERLAP_ROWS));
    Ok(Polled { rows, progress: Progress::Overlap(OverlapProgress { recent }), more })
}

impl Located {
    /// Where a row stands in the order of the table. Fails if a column of the order is NULL or of a kind that cannot be
    /// compared exactly.
    fn place(&self, row: &Cells) -> Result<Place, SrcErr> {
        let key = |column: usize, class: usize| -> Result<Key, SrcErr> {
            let name = &self.table.columns[column];
            let wrong = |why: &str| {
                let detail = format!("table {}: column `{name}` {why}", self.table.name);
                SrcErr::new(Stage::Read, Fault::Config, detail)
            };
            let text = row[column].clone().ok_or_else(|| wrong("is NULL; the order of changes needs it"))?;
            if self.dialect == Dialect::Postgres {
                return Ok(Key::Text(text));
            }
            match row[class].as_deref() {
                Some("integer") => {
                    text.parse().map(Key::Int).map_err(|error| wrong(&format!("is not a whole number: {error}")))
                }
                Some("text") => Ok(Key::Text(text)),
                _ => Err(wrong("is neither text nor a whole number; the order of changes needs one of them")),
            }
        };
        let classes = self.table.columns.len();
        Ok(Place { at: key(self.table.changed_at, classes)?, id: key(self.table.id, classes + 1)? })
    }

    fn seen(&self, row: &Cells) -> Result<Seen, SrcErr> {
        Ok(Seen { place: self.place(row)?, hash: hash(row) })
    }
}
