//! LIMS, MES and ERP as SQL tables: rows that are new or changed since the cursor, read-only.
//!
//! Comes in: the tables of [`SqlConfig`] and the mapping rows with an address `table/column` or `table/test code`. Goes
//! out: results and events with their own key, version, verbatim text, times and context. A row never comes before it
//! is committed, and no committed row is passed over because its transaction was slow.

mod config;
mod cursor;
mod error;
mod poll;
mod rows;
mod session;
mod statement;
mod table;

use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::tz::TimeZone;
use record::{Gap, SourceId};

pub use config::{Horizon, SqlConfig, TableConfig};
pub use poll::OVERLAP_ROWS;

use crate::mapping::Plan;
use crate::supervise::Poller;
use crate::{
    AckToken, BATCH_ITEMS_MAX, Batch, Budget, Caps, ClockSample, Connector, Continuity, Fault, Listing, ListingNode,
    NodePath, Now, PAGE_NODES_MAX, Page, ProbeReport, Replay, Resume, SrcErr, Stage, time,
};
use cursor::Positions;
use poll::{Located, Polled};
use rows::{Reader, Taken};
use session::{Dialect, Session, Target};

/// Most rows of one statement.
const PAGE_ROWS_MAX: usize = 4_096;

/// A database.
#[derive(Debug)]
pub struct SqlConnector {
    source: SourceId,
    target: Target,
    config: SqlConfig,
    zone: TimeZone,
    now: NowArgument,
    open: Option<Open>,
}

/// What is there between `open` and the first error.
#[derive(Debug)]
struct Open {
    session: Session,
    tables: Vec<Located>,
    positions: Positions,
    delivered: u64,
    next_table: usize,
    poller: Poller,
    /// A poll is under way, or was cut off and left its transaction open.
    polling: bool,
}

/// A clock has nothing to show.
struct NowArgument(Now);

impl std::fmt::Debug for NowArgument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("now")
    }
}

impl SqlConnector {
    /// Checks the configuration. Nothing is reached yet.
    pub fn new(source: SourceId, config: &SqlConfig, zone: TimeZone, now: Now) -> Result<Self, SrcErr> {
        let target = Target::new(config)?;
        let mut names: Vec<&str> = config.table.iter().map(|table| &*table.name).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            let detail = format!("[[sql.table]] {} stands twice", twice[0]);
            return Err(SrcErr::new(Stage::Config, Fault::Config, detail));
        }
        if config.poll_ms == 0 || config.table.is_empty() {
            let detail = "sql: poll_ms must be above zero, and at least one [[sql.table]] is needed";
            return Err(SrcErr::new(Stage::Config, Fault::Config, detail));
        }
        Ok(Self { source, target, config: config.clone(), zone, now: NowArgument(now), open: None })
    }

    async fn connect(&self) -> Result<Session, SrcErr> {
        self.target.connect(Duration::from_millis(self.config.connect_timeout_ms)).await
    }

    /// Finds each table and its columns, so that a wrong name is said at once.
    async fn locate(&self, session: &mut Session, plan: &Plan) -> Result<Vec<Located>, SrcErr> {
        let dialect = self.target.dialect();
        let mut located = Vec::new();
        for table in table::compile(plan, &self.config.table, dialect)? {
            let name = match dialect {
                Dialect::Postgres => statement::relation(&table.name),
                Dialect::Sqlite => table.name.to_string(),
            };
            let rows = session.rows(statement::columns(dialect), &[cursor::Key::Text(name)]).await?;
            let type_of = |name: &str| {
                let row = rows.iter().find(|row| row[0].as_deref() == Some(name))?;
                Some(row[1].clone().unwrap_or_default())
            };
            if rows.is_empty() {
                let detail = format!("{}: there is no table or view {}", self.target.describe(), table.name);
                return Err(SrcErr::new(Stage::Resolve, Fault::Config, detail));
            }
            let mut wanted: Vec<&str> = table.columns.iter().map(|name| &**name).collect();
            if table.horizon == Horizon::Xmin {
                wanted.push(&table.config.xid);
            }
            if let Some(missing) = wanted.into_iter().find(|name| type_of(name).is_none()) {
                let there: Vec<&str> = rows.iter().filter_map(|row| row[0].as_deref()).collect();
                let detail = format!("table {} has no column `{missing}`; it has {}", table.name, there.join(", "));
                return Err(SrcErr::new(Stage::Resolve, Fault::Config, detail));
            }
            let types =
                (type_of(&table.config.changed_at).unwrap_or_default(), type_of(&table.config.id).unwrap_or_default());
            located.push(Located { table, types, dialect });
        }
        Ok(located)
    }
}

impl Open {
    /// Looks at the tables in turn until the budget is used or each was looked at once.
    async fn poll(&mut self, source: &SourceId, zone: &TimeZone, now: &Now, items_max: usize) -> Result<Batch, SrcErr> {
        let mut taken = Taken::default();
        let mut positions = self.positions.clone();
        let (mut more, mut clock) = (false, None);
        let count = self.tables.len();
        let mut next_table = self.next_table;
        self.session.begin().await?;
        let mut snapshot = None;
        if self.tables.iter().any(|located| located.table.horizon == Horizon::Xmin) {
            let (asked, asked_at) = (now(), Instant::now());
            let (seen, server) = poll::snapshot(&mut self.session).await?;
            let round_trip = asked_at.elapsed();
            let half_us = i64::try_from(round_trip.as_micros() / 2).unwrap_or(i64::MAX);
            clock = time::parse(&server, &TimeZone::UTC).map(|(server, _)| ClockSample {
                server,
                received: record::Timestamp(asked.0.saturating_add(half_us)),
                round_trip,
            });
            snapshot = Some(seen);
        }
        for turn in 0..count {
            let located = &self.tables[(self.next_table + turn) % count];
            let left = items_max.saturating_sub(taken.items.len() + taken.rejects.len());
            if left == 0 {
                more = true;
                break;
            }
            let rows_max = (left / located.table.items_per_row()).clamp(1, PAGE_ROWS_MAX);
            let progress = positions.get(&located.table.name);
            let Polled { rows, progress, more: rest } =
                poll::poll(&mut self.session, located, progress, snapshot, rows_max).await?;
            let reader = Reader { source, zone, server: clock.map(|sample| sample.server), received: now() };
            for row in &rows {
                reader.take(&located.table, row, &mut taken);
            }
            positions.insert(located.table.name.clone(), progress);
            more |= rest;
            next_table = (self.next_table + turn + 1) % count;
        }
        self.session.end().await?;
        // Nothing above has changed what a cancelled poll leaves behind; from here on there is no await.
        let moved = self.positions != positions && (!taken.items.is_empty() || !taken.rejects.is_empty());
        let cursor = moved.then(|| cursor::encode(&positions)).transpose()?;
        self.positions = positions;
        self.next_table = next_table;
        self.delivered += u64::from(cursor.is_some());
        let Taken { items, rejects } = taken;
        Ok(Batch { items, rejects, cursor, gaps: Vec::new(), ack: AckToken(self.delivered), more, clock })
    }
}

#[async_trait]
impl Connector for SqlConnector {
    fn caps(&self) -> Caps {
        Caps { replay: Replay::Cursor, browse: true, source_time: true, quality: false, backfill: false }
    }

    async fn probe(&mut self) -> ProbeReport {
        let mut report = ProbeReport::default();
        let mut at = Instant::now();
        let mut session = match self.connect().await {
            Ok(session) => session,
            Err(error) => {
                report.step(&mut at, error.stage, Err(error));
                return report;
            }
        };
        report.step(&mut at, Stage::Connect, Ok(self.target.describe()));
        if self.target.dialect() == Dialect::Postgres {
            let asked = (self.now.0)();
            let measured = async {
                session.begin().await?;
                let measured = poll::snapshot(&mut session).await?;
                session.end().await?;
                Ok::<_, SrcErr>(measured)
            };
            let outcome = match measured.await {
                Ok((_, clock)) => {
                    let round_trip = at.elapsed();
                    report.clock = time::parse(&clock, &TimeZone::UTC).map(|(server, _)| ClockSample {
                        server,
                        received: asked,
                        round_trip,
                    });
                    Ok(format!("server time {clock}, transaction is read-only"))
                }
                Err(error) => Err(error),
            };
            let failed = outcome.is_err();
            report.step(&mut at, Stage::Clock, outcome);
            if failed {
                return report;
            }
        }
        let found = session.rows(statement::relations(self.target.dialect()), &[]).await;
        report.step(&mut at, Stage::Read, found.map(|rows| format!("{} readable tables and views", rows.len())));
        report
    }

    async fn browse(&mut self, at: &NodePath, page: Page) -> Result<Listing, SrcErr> {
        let mut session = self.connect().await?;
        let dialect = self.target.dialect();
        let nodes: Vec<ListingNode> = if at.0.is_empty() {
            let rows = session.rows(statement::relations(dialect), &[]).await?;
            let names = rows.into_iter().filter_map(|mut row| row.swap_remove(0));
            names.map(|name| ListingNode { address: name.clone().into(), name: name.into(), data_type: None }).collect()
        } else {
            let name = match dialect {
                Dialect::Postgres => statement::relation(&at.0),
                Dialect::Sqlite => at.0.to_string(),
            };
            let rows = session.rows(statement::columns(dialect), &[cursor::Key::Text(name)]).await?;
            let column = |mut row: session::Cells| {
                let data_type = row.pop()?;
                let name = row.pop()??;
                let address = format!("{}/{name}", at.0).into();
                Some(ListingNode { address, name: name.into(), data_type: data_type.map(Into::into) })
            };
            rows.into_iter().filter_map(column).collect()
        };
        let start = match &page.after {
            None => 0,
            Some(after) => nodes.iter().position(|node| node.address == *after).map_or(nodes.len(), |at| at + 1),
        };
        let size = page.nodes_max.clamp(1, PAGE_NODES_MAX);
        let listed: Vec<ListingNode> = nodes.iter().skip(start).take(size).cloned().collect();
        let next = listed.last().map(|node| node.address.clone()).filter(|_| start + listed.len() < nodes.len());
        Ok(Listing { nodes: listed, next })
    }

    async fn open(&mut self, plan: &Plan, resume: Option<&Resume>) -> Result<Continuity, SrcErr> {
        let positions = resume.map(|resume| cursor::decode(&resume.cursor)).transpose()?;
        if let Some(file) = self.target.sqlite_file().filter(|file| !file.exists()) {
            let detail = format!("SQLite {}: the file does not exist (yet)", file.display());
            return Err(SrcErr::new(Stage::Connect, Fault::Transient, detail));
        }
        let mut session = self.connect().await?;
        let tables = self.locate(&mut session, plan).await?;
        let continuity = if positions.is_some() { Continuity::Continuous } else { Continuity::Fresh };
        self.open = Some(Open {
            session,
            tables,
            positions: positions.unwrap_or_default(),
            delivered: 0,
            next_table: 0,
            poller: Poller::new(Duration::from_millis(self.config.poll_ms), Instant::now(), 0.0),
            polling: false,
        });
        Ok(continuity)
    }

    async fn next(&mut self, budget: Budget) -> Result<Batch, SrcErr> {
        let Some(open) = &mut self.open else {
            return Err(SrcErr::new(Stage::Read, Fault::Protocol, "next before open"));
        };
        let until = Instant::now() + budget.wait;
        let timeout = Duration::from_millis(self.config.connect_timeout_ms);
        let items_max = budget.items_max.clamp(1, BATCH_ITEMS_MAX);
        loop {
            tokio::time::sleep_until(open.poller.due().min(until).into()).await;
            if open.poller.due() > until {
                let ack = AckToken(open.delivered);
                return Ok(Batch { ack, ..Batch::default() });
            }
            if open.polling {
                open.session = self.target.connect(timeout).await?;
            }
            open.polling = true;
            let batch = open.poll(&self.source, &self.zone, &self.now.0, items_max).await?;
            open.polling = false;
            open.poller.pulled(Instant::now(), batch.more);
            if !batch.is_empty() || Instant::now() >= until {
                return Ok(batch);
            }
        }
    }

    /// Nothing to tell a database: the cursor in the frame is the acknowledgement.
    async fn ack(&mut self, _upto: AckToken) -> Result<(), SrcErr> {
        Ok(())
    }

    /// The cursor misses nothing, so there is nothing to fetch again.
    async fn backfill(&mut self, _gap: &Gap, _budget: Budget) -> Result<Batch, SrcErr> {
        Err(SrcErr::new(Stage::Read, Fault::Unsupported, "a database is read by its cursor, not by time"))
    }
}
