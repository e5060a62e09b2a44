//! One table of the configuration and the mapping rows that read it, compiled into a select list and its meaning.

use std::collections::{BTreeMap, BTreeSet};

use super::config::{Horizon, TableConfig};
use super::session::Dialect;
use crate::mapping::{ContextRef, ORIGINAL_TIME, Plan, StreamId, StreamSpec, TIME, Target};
use crate::{Fault, SrcErr, Stage};

/// Position of a column in the select list.
pub(super) type Column = usize;

/// What to read of a table and what its columns mean.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: Box<str>,
    pub(super) config: TableConfig,
    pub(super) horizon: Horizon,
    /// Select list, without repetition.
    pub(super) columns: Vec<Box<str>>,
    pub(super) changed_at: Column,
    pub(super) id: Column,
    pub(super) key: Vec<Column>,
    pub(super) version: Option<Column>,
    pub(super) unit: Option<Column>,
    pub(super) shape: Shape,
}

/// Where values stand in a row.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// One value a row; a column says of what.
    Long { point: Column, value: Option<Column>, streams: BTreeMap<Box<str>, Cell>, ignore: BTreeSet<Box<str>> },
    /// One value a column.
    Wide { streams: Vec<(Column, Cell)> },
}

/// A mapping row and where it finds what it needs.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) stream: StreamId,
    pub(super) event: bool,
    pub(super) time: Option<Column>,
    pub(super) original: Option<Place>,
    pub(super) context: Vec<(Box<str>, Place)>,
}

/// Where a context value stands.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Const(Box<str>),
    Column(Column),
}

impl Table {
    /// Most items one row can give.
    pub(super) fn items_per_row(&self) -> usize {
        match &self.shape {
            Shape::Long { .. } => 1,
            Shape::Wide { streams } => streams.len(),
        }
    }
}

/// Compiles the plan. Fails if an address names no table, or a table is not named by any address.
pub(super) fn compile(plan: &Plan, configs: &[TableConfig], dialect: Dialect) -> Result<Vec<Table>, SrcErr> {
    let names: Vec<&str> = configs.iter().map(|table| &*table.name).collect();
    for (_, spec) in plan.streams() {
        let table = split(spec)?.0;
        if !names.contains(&table) {
            let known = names.join(", ");
            return Err(wrong(format!("`{}`: no [[sql.table]] is named `{table}`; known: {known}", spec.address)));
        }
    }
    configs.iter().map(|config| table(plan, config, dialect)).collect()
}

fn table(plan: &Plan, config: &TableConfig, dialect: Dialect) -> Result<Table, SrcErr> {
    let horizon = match (config.horizon, dialect) {
        (Some(Horizon::Xmin), Dialect::Sqlite) => {
            return Err(wrong(format!("table {}: horizon `xmin` is PostgreSQL's; leave it out", config.name)));
        }
        (Some(horizon), _) => horizon,
        (None, Dialect::Postgres) => Horizon::Xmin,
        (None, Dialect::Sqlite) => Horizon::Overlap,
    };
    let mut list = SelectList::default();
    let changed_at = list.column(&config.changed_at);
    let id = list.column(&config.id);
    let key = if config.key.is_empty() { vec![id] } else { config.key.iter().map(|name| list.column(name)).collect() };
    let version = config.version.as_deref().map(|name| list.column(name));
    let unit = config.unit.as_deref().map(|name| list.column(name));
    let mut cells = Vec::new();
    for (stream, spec) in plan.streams() {
        let (table, point) = split(spec)?;
        if *table == *config.name {
            cells.push((point, cell(stream, spec, config, &mut list)));
        }
    }
    if cells.is_empty() {
        return Err(wrong(format!("table {}: no row of the mapping has an address `{0}/…`", config.name)));
    }
    let shape = match &config.point {
        Some(point) => {
            if config.value.is_none() && cells.iter().any(|(_, cell)| !cell.event) {
                return Err(wrong(format!(
                    "table {}: `value` is missing, and not all its rows are events",
                    config.name
                )));
            }
            Shape::Long {
                point: list.column(point),
                value: config.value.as_deref().map(|name| list.column(name)),
                streams: cells.into_iter().map(|(point, cell)| (point.into(), cell)).collect(),
                ignore: config.ignore.iter().map(|point| point.as_str().into()).collect(),
            }
        }
        None if config.value.is_some() || !config.ignore.is_empty() => {
            return Err(wrong(format!("table {}: `value` and `ignore` need `point`", config.name)));
        }
        None => Shape::Wide { streams: cells.into_iter().map(|(name, cell)| (list.column(name), cell)).collect() },
    };
    let columns = list.names;
    let name = config.name.as_str().into();
    Ok(Table { name, config: config.clone(), horizon, columns, changed_at, id, key, version, unit, shape })
}

fn cell(stream: StreamId, spec: &StreamSpec, config: &TableConfig, list: &mut SelectList) -> Cell {
    let mut place = |reference: &ContextRef| match reference {
        ContextRef::Const(text) => Place::Const(text.clone()),
        ContextRef::Address(column) => Place::Column(list.column(column)),
    };
    let original = spec.context.get(ORIGINAL_TIME).map(&mut place);
    let own_time = spec.context.get(TIME).map(&mut place);
    let context = spec
        .context
        .iter()
        .filter(|(name, _)| !matches!(&***name, ORIGINAL_TIME | TIME))
        .map(|(name, reference)| (name.clone(), place(reference)))
        .collect();
    let time = match own_time {
        Some(Place::Column(column)) => Some(column),
        _ => config.time.as_deref().map(|name| list.column(name)),
    };
    Cell { stream, event: matches!(spec.target, Target::Event(_)), time, original, context }
}

/// `table/point`.
fn split(spec: &StreamSpec) -> Result<(&str, &str), SrcErr> {
    spec.address.split_once('/').ok_or_else(|| {
        wrong(format!("stream {}: address `{}` is not `table/column` or `table/test code`", spec.name, spec.address))
    })
}

fn wrong(detail: String) -> SrcErr {
    SrcErr::new(Stage::Resolve, Fault::Config, detail)
}

#[derive(Default)]
struct SelectList {
    names: Vec<Box<str>>,
}

impl SelectList {
    fn column(&mut self, name: &str) -> Column {
        if let Some(at) = self.names.iter().position(|known| **known == *name) {
            return at;
        }
        self.names.push(name.into());
        self.names.len() - 1
    }
}
