//! Opening the database, and the one way to change several rows together.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{Error, migrate::Migrator};

/// How long a statement waits for another process to release the SQLite file.
const BUSY_TIMEOUT_MS: u64 = 10_000;
/// How long a caller waits for a free connection.
const ACQUIRE_TIMEOUT_MS: u64 = 10_000;
/// Connections of one program: readers beside the one writer.
const CONNECTIONS_MAX: u32 = 8;

/// The open database. Cheap to clone: clones share one pool.
#[derive(Clone, Debug)]
pub struct State {
    db: DatabaseConnection,
    /// SQLite has one writer; waiting here is fair and free, waiting in SQLite is polling.
    writer: Arc<Mutex<()>>,
}

impl State {
    /// Opens `sqlite:///path` (created if missing; its folder must exist) or `postgres://…` and brings its tables to
    /// this program's form.
    ///
    /// SQLite runs with WAL, `synchronous=FULL` and foreign keys: a committed [`Write`] survives a power cut.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(Duration::from_millis(ACQUIRE_TIMEOUT_MS))
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))
            });
        if !(DbBackend::Sqlite.is_prefix_of(url) || DbBackend::Postgres.is_prefix_of(url)) {
            return Err(Error::Scheme { url: without_password(url) });
        }
        let db =
            Database::connect(options).await.map_err(|source| Error::Open { url: without_password(url), source })?;
        Migrator::up(&db, None).await.map_err(|source| Error::Migrate { url: without_password(url), source })?;
        Ok(Self { db, writer: Arc::new(Mutex::new(())) })
    }

    /// The connection for reads. A change made through it commits by itself and may wait for other writers; use
    /// [`State::write`] for changes.
    pub fn read(&self) -> &DatabaseConnection {
        &self.db
    }

    /// Begins a change. Nothing is seen by others before [`Write::commit`]; dropping it undoes it.
    ///
    /// On SQLite writers of this program queue here, and the write lock is taken at once (`BEGIN IMMEDIATE`), so a
    /// change never fails half way because another connection wrote first.
    pub async fn write(&self) -> Result<Write, Error> {
        let sqlite = self.db.get_database_backend() == DbBackend::Sqlite;
        let turn = if sqlite { Some(Arc::clone(&self.writer).lock_owned().await) } else { None };
        let options = TransactionOptions {
            sqlite_transaction_mode: sqlite.then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = self.db.begin_with_options(options).await.map_err(Error::doing("beginning a change"))?;
        Ok(Write { transaction, turn })
    }

    /// Closes the pool after the statements under way.
    pub async fn close(self) -> Result<(), Error> {
        self.db.close().await.map_err(Error::doing("closing the state"))
    }
}

/// A change under way; a connection to the modules' functions.
#[derive(Debug)]
pub struct Write {
    transaction: DatabaseTransaction,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Write {
    /// Makes the change durable and visible.
    pub async fn commit(self) -> Result<(), Error> {
        let done = self.transaction.commit().await.map_err(Error::doing("committing a change"));
        drop(self.turn);
        done
    }
}

impl Deref for Write {
    type Target = DatabaseTransaction;
    fn deref(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

/// `postgres://user:secret@host/db` as `postgres://user@host/db`, for messages.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((login, place)) => {
            let user = login.split(':').next().unwrap_or(login);
            format!("{scheme}://{user}@{place}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_never_reaches_a_message() {
        assert_eq!(without_password("postgres://yaoxia:p@ss@db/center"), "postgres://yaoxia@db/center");
        assert_eq!(without_password("sqlite:///var/state.db"), "sqlite:///var/state.db");
    }
}
