//! The tables, step by step. A step once released is never edited; a change is a new step.

use sea_orm::sea_query::{ColumnDef, ColumnType, IndexCreateStatement, TableCreateStatement, TableRef};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager};

/// One step of one module: the tables and indexes it adds.
#[derive(Debug)]
pub struct Step {
    /// `<module>_<yyyymmdd>_<n>`; recorded in the database, so never renamed.
    pub name: &'static str,
    /// Tables, referenced ones first.
    pub tables: fn() -> Vec<TableCreateStatement>,
    /// Indexes on them.
    pub indexes: fn() -> Vec<IndexCreateStatement>,
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for mut table in (self.tables)() {
            db.execute(table.if_not_exists()).await?;
            if db.get_database_backend() == DbBackend::Postgres {
                order_by_bytes(db, &table).await?;
            }
        }
        for mut index in (self.indexes)() {
            db.execute(index.if_not_exists()).await?;
        }
        Ok(())
    }

    /// All of a step or none of it, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Columns that a later step adds to a table of an earlier one, and what its rows then hold.
#[derive(Debug)]
pub(crate) struct Columns {
    /// As [`Step::name`].
    pub(crate) name: &'static str,
    /// Table and text column; existing rows hold the empty text.
    pub(crate) texts: &'static [(&'static str, &'static str)],
}

impl MigrationName for Columns {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Columns {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let collate = if db.get_database_backend() == DbBackend::Postgres { r#" COLLATE "C""# } else { "" };
        for (table, column) in self.texts {
            let sql = format!(r#"ALTER TABLE "{table}" ADD COLUMN "{column}" text{collate} NOT NULL DEFAULT ''"#);
            db.execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// PostgreSQL sorts text by the server's locale. Series order must be the same on every end, so ours sorts by bytes,
/// as SQLite does.
async fn order_by_bytes(db: &impl ConnectionTrait, table: &TableCreateStatement) -> Result<(), DbErr> {
    let Some(TableRef::Table(name, _)) = table.get_table_name() else { return Ok(()) };
    for column in table.get_columns().iter().filter(|column| column.get_column_type() == Some(&ColumnType::Text)) {
        let (table, column) = (name.1.to_string(), column.get_column_name());
        let sql = format!(r#"ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE text COLLATE "C""#);
        db.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// The steps of all modules, in the order of their foreign keys.
pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        [
            crate::boxes::steps(),
            crate::certificates::steps(),
            crate::enrolment::steps(),
            crate::ingest::steps(),
            crate::refusals::steps(),
            crate::batches::steps(),
            crate::history::steps(),
            crate::series::steps(),
            crate::warnings::steps(),
            crate::judge::steps(),
            crate::boxindex::steps(),
            crate::people::steps(),
            crate::audit::steps(),
            crate::signatures::steps(),
            crate::witness::steps(),
        ]
        .into_iter()
        .flatten()
        .map(|step| Box::new(step) as Box<dyn MigrationTrait>)
        .chain([Box::new(crate::people::columns()) as Box<dyn MigrationTrait>])
        .collect()
    }
}

/// A text column that always holds something.
pub fn text(name: &'static str) -> ColumnDef {
    text_null(name).not_null().take()
}

/// A text column that may be empty.
pub fn text_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().take()
}

/// A 64-bit column: counts, codes, times in microseconds UTC.
pub fn int(name: &'static str) -> ColumnDef {
    int_null(name).not_null().take()
}

/// A 64-bit column that may be empty.
pub fn int_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().take()
}

/// A bytes column.
pub fn blob(name: &'static str) -> ColumnDef {
    blob_null(name).not_null().take()
}

/// A bytes column that may be empty.
pub fn blob_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().take()
}

/// A double column that may be empty.
pub fn double_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).double().take()
}

/// A yes-or-no column.
pub fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}
