//! The words of SQL. Names come from the configuration and are quoted; values are only ever bound.

use super::session::Dialect;
use super::table::Table;

/// Transaction id of the row as 64 bits: the row holds the low 32 of it, and no row is ahead of the snapshot's end `$1`.
/// PostgreSQL 16 manual §74.1: normal ids are compared modulo 2^32.
fn xid64(xid: &str) -> String {
    format!("($1 - (($1 - {xid}::text::bigint) & 4294967295))")
}

/// Type of a column as the server writes it, for casts; SQLite needs none.
pub(super) type ColumnTypes = (String, String);

/// Quotes an identifier; a dot parts schema and table.
pub(super) fn relation(name: &str) -> String {
    name.split('.').map(column).collect::<Vec<_>>().join(".")
}

fn column(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Select list with every cell as text, and for SQLite the storage classes of the two cursor columns.
fn select(table: &Table, dialect: Dialect) -> String {
    let mut cells: Vec<String> = table.columns.iter().map(|name| format!("CAST({} AS text)", column(name))).collect();
    if dialect == Dialect::Sqlite {
        cells.push(format!("typeof({})", column(&table.config.changed_at)));
        cells.push(format!("typeof({})", column(&table.config.id)));
    }
    format!("SELECT {} FROM {} AS t", cells.join(", "), relation(&table.config.name))
}

/// The columns of the order, named so that they are not taken for the texts of the select list.
fn order(table: &Table) -> (String, String) {
    (format!("t.{}", column(&table.config.changed_at)), format!("t.{}", column(&table.config.id)))
}

/// Server time and snapshot: lowest running transaction, first one not yet begun.
pub(super) const SNAPSHOT: &str = "SELECT CAST(pg_snapshot_xmin(s) AS text), CAST(pg_snapshot_xmax(s) AS text), \
     CAST(clock_timestamp() AS text) FROM pg_current_snapshot() AS s";

/// A page of a pass: rows of transactions `$2 ≤ xid < $3`, after the place `$4, $5` if there is one. With a floor the
/// last parameter is the newest `changed_at` delivered.
pub(super) fn xmin_page(table: &Table, types: &ColumnTypes, after: bool, floor: bool, limit: usize) -> String {
    let (at, id) = order(table);
    let xid = xid64(&column(&table.config.xid));
    let mut sql = format!("{} WHERE {xid} >= $2 AND {xid} < $3", select(table, Dialect::Postgres));
    let mut next = 4;
    if after {
        sql += &format!(" AND ({at}, {id}) > (CAST($4 AS {}), CAST($5 AS {}))", types.0, types.1);
        next = 6;
    }
    if let (true, Some(seconds)) = (floor, table.config.late_max_s) {
        sql += &format!(" AND {at} >= CAST(${next} AS {}) - make_interval(secs => {seconds})", types.0);
    }
    sql + &format!(" ORDER BY {at}, {id} LIMIT {limit}")
}

/// Which side of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Everything from the start.
    All,
    /// After `$1, $2`.
    After,
    /// From `$1, $2` to `$3, $4`, both included.
    Between,
}

/// Rows in order of (`changed_at`, `id`).
pub(super) fn keyset(table: &Table, dialect: Dialect, types: &ColumnTypes, side: Side, limit: usize) -> String {
    let (at, id) = order(table);
    let place = |first: usize| match dialect {
        Dialect::Postgres => format!("(CAST(${first} AS {}), CAST(${} AS {}))", types.0, first + 1, types.1),
        Dialect::Sqlite => format!("(${first}, ${})", first + 1),
    };
    let filter = match side {
        Side::All => String::new(),
        Side::After => format!(" WHERE ({at}, {id}) > {}", place(1)),
        Side::Between => format!(" WHERE ({at}, {id}) >= {} AND ({at}, {id}) <= {}", place(1), place(3)),
    };
    format!("{}{filter} ORDER BY {at}, {id} LIMIT {limit}", select(table, dialect))
}

/// Columns of a relation with their types, `$1` being its quoted name.
pub(super) fn columns(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => {
            "SELECT CAST(attname AS text), format_type(atttypid, atttypmod) FROM pg_attribute \
             WHERE attrelid = CAST($1 AS regclass) AND NOT attisdropped AND (attnum > 0 OR attname = 'xmin') \
             ORDER BY attnum < 0, attnum"
        }
        Dialect::Sqlite => "SELECT name, type FROM pragma_table_info($1) ORDER BY cid",
    }
}

/// Tables and views there are.
pub(super) fn relations(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => {
            "SELECT CAST(n.nspname AS text) || '.' || CAST(c.relname AS text) FROM pg_class c \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') \
             AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
             AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1"
        }
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' \
             ESCAPE '\\' ORDER BY name"
        }
    }
}
