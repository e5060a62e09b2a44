//! One table and its only writer: comes in columns, goes out a Delta commit that is on disk.
//!
//! Each commit carries the last ingest number it covers as the table's application transaction. Delta records that
//! number but does not enforce it: the writer reads it when it opens and starts behind it. A commit by anybody else
//! is an error, never a merge.

use std::fs::File;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use deltalake::arrow::array::RecordBatch;
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties, TransactionError};
use deltalake::kernel::{Action, Add, Transaction};
use deltalake::operations::vacuum::VacuumMode;
use deltalake::protocol::{DeltaOperation, SaveMode};
use deltalake::{DeltaTable, DeltaTableError, checkpoints};

use crate::batch::Day;
use crate::error::Error;
use crate::file::{self, Range};
use crate::recover::{self, Recovery};
use crate::schema::{LAYOUT_VERSION, PARTITION, Table};

/// Commits after which a checkpoint sums up the log. A restart checks the commits since the last one.
const CHECKPOINT_COMMITS: u32 = 64;

/// Small files after which they are packed into large ones. At a commit a second this is every four minutes.
const COMPACT_FILES: usize = 256;

/// Size that packed files grow to, in bytes.
const PACKED_FILE_BYTES: NonZeroU64 = NonZeroU64::new(128 << 20).expect("not zero");

/// Commits after which files nobody reads any more are deleted.
const VACUUM_COMMITS: u32 = 4_096;

/// How long a file that is no longer part of the table stays for queries that began before, and how long old log
/// files stay. Nobody travels back in these tables: the segments are the past.
const RETENTION: &str = "interval 1 hours";

/// A table without rows in a batch commits its mark only when it lags by so many segments.
const MARK_LAG_MAX: u64 = 4_096;

/// Property that names the layout of the columns.
const LAYOUT_PROPERTY: &str = "yaoxia.layout";

/// What one append did to one table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// Rows added.
    pub rows: usize,
    /// Bytes of the data files added.
    pub bytes: u64,
}

/// What packing did to one table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// Small files taken out.
    pub files_removed: u64,
    /// Large files put in.
    pub files_added: u64,
}

/// Data files on disk that no commit names yet.
#[derive(Debug, Default)]
pub(crate) struct Staged {
    adds: Vec<Add>,
    appended: Appended,
}

/// The writer of one table.
#[derive(Debug)]
pub(crate) struct TableWriter {
    table: &'static Table,
    folder: PathBuf,
    /// Held, with an advisory lock, as long as the writer lives.
    _lock: File,
    delta: DeltaTable,
    /// Last ingest number whose rows are in the table, or would be had it any.
    covered: u64,
    /// Last ingest number the log says so of.
    committed: u64,
    /// A commit failed and the log must be read again before the next.
    stale: bool,
    since_checkpoint: u32,
    since_vacuum: u32,
    small_files: usize,
}

impl TableWriter {
    /// Opens the table in `<root>/<name>`, or makes it, after taking unsound commits off its log.
    pub(crate) async fn open(table: &'static Table, root: &Path) -> Result<(Self, Recovery), Error> {
        let folder = root.join(table.name);
        std::fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
        let lock = lock(table, root)?;
        let recovery = recover::reconcile(&folder)?;
        if let Some((version, problem)) = &recovery.cut {
            tracing::warn!(table = table.name, version, %problem, commits = recovery.commits, "log tail taken off");
        }
        let delta = load_or_create(table, &folder).await?;
        let mut writer = Self {
            table,
            folder,
            _lock: lock,
            delta,
            covered: 0,
            committed: 0,
            stale: true,
            since_checkpoint: 0,
            since_vacuum: 0,
            small_files: 0,
        };
        writer.refresh().await?;
        writer.check_layout()?;
        writer.check_files()?;
        Ok((writer, recovery))
    }

    /// Last ingest number whose rows need not be appended again.
    pub(crate) fn mark(&self) -> u64 {
        self.covered
    }

    /// Reads the log again if the last commit's end is not known.
    pub(crate) async fn refresh(&mut self) -> Result<(), Error> {
        if !self.stale {
            return Ok(());
        }
        self.delta.update_state().await.map_err(Error::delta(self.table.name))?;
        let mark = self
            .delta
            .snapshot()
            .map_err(Error::delta(self.table.name))?
            .transaction_version(self.delta.log_store().as_ref(), self.table.name)
            .await
            .map_err(Error::delta(self.table.name))?;
        self.committed = match mark {
            Some(mark) => u64::try_from(mark).ok().ok_or_else(|| self.damaged("the transaction mark is negative"))?,
            None => 0,
        };
        self.covered = self.committed;
        self.stale = false;
        Ok(())
    }

    /// Writes the rows of `first..=last` as data files, by day. Nothing of it is in the table before [`Self::commit`].
    pub(crate) async fn stage(&self, first: u64, last: u64, days: Vec<(Day, RecordBatch)>) -> Result<Staged, Error> {
        let (table, folder) = (self.table, self.folder.clone());
        let write = move || {
            let mut staged = Staged::default();
            for (day, rows) in days.into_iter().filter(|(_, rows)| rows.num_rows() > 0) {
                let add = file::write(table, &folder, Range { first, last, day }, &rows)?;
                staged.appended.rows += rows.num_rows();
                staged.appended.bytes += add.size.unsigned_abs();
                staged.adds.push(add);
            }
            Ok(staged)
        };
        tokio::task::spawn_blocking(write).await.map_err(cancelled)?
    }

    /// Puts staged files into the table and moves the mark to `last`, in one durable commit.
    ///
    /// After a failure it is not known whether the commit is in the log; the next call reads it again first.
    pub(crate) async fn commit(&mut self, staged: Staged, last: u64) -> Result<Appended, Error> {
        if staged.adds.is_empty() && last.saturating_sub(self.committed) < MARK_LAG_MAX {
            self.covered = last;
            return Ok(Appended::default());
        }
        self.stale = true;
        let files = staged.adds.len();
        self.commit_actions(staged.adds.into_iter().map(Action::Add).collect(), last).await?;
        self.stale = false;
        self.covered = last;
        self.committed = last;
        self.small_files += files;
        Ok(staged.appended)
    }

    /// Commits the mark of segments without rows, so that a restart does not read them again.
    pub(crate) async fn commit_mark(&mut self) -> Result<(), Error> {
        self.refresh().await?;
        if self.covered > self.committed {
            let covered = self.covered;
            self.stale = true;
            self.commit_actions(Vec::new(), covered).await?;
            self.stale = false;
            self.committed = covered;
        }
        Ok(())
    }

    /// Packs, sums up and cleans when it is due.
    pub(crate) async fn maintain(&mut self) -> Result<Packed, Error> {
        self.refresh().await?;
        let packed = if self.small_files >= COMPACT_FILES { self.pack().await? } else { Packed::default() };
        if self.since_vacuum >= VACUUM_COMMITS {
            self.vacuum().await?;
        } else if self.since_checkpoint >= CHECKPOINT_COMMITS {
            self.checkpoint().await?;
        }
        Ok(packed)
    }

    /// Packs the small files of each day into large ones. The rows stay what they are.
    pub(crate) async fn pack(&mut self) -> Result<Packed, Error> {
        self.refresh().await?;
        let before = self.version()?;
        self.stale = true;
        let (delta, metrics) = self
            .delta
            .clone()
            .optimize()
            .with_target_size(PACKED_FILE_BYTES)
            .with_writer_properties(self.table.parquet()?)
            .with_commit_properties(quiet())
            .with_max_concurrent_tasks(1)
            .await
            .map_err(Error::delta(self.table.name))?;
        self.delta = delta;
        self.stale = false;
        self.small_files = 0;
        // Delta's own writer does not sync. Until these are synced the files they replace are still there, and a
        // restart that finds a packed file torn takes its commit off again.
        let after = self.version()?;
        let (table, folder) = (self.table, self.folder.clone());
        let sync = move || (before + 1..=after).try_for_each(|version| sync_commit(table, &folder, version));
        tokio::task::spawn_blocking(sync).await.map_err(cancelled)??;
        self.checkpoint().await?;
        Ok(Packed { files_removed: metrics.num_files_removed, files_added: metrics.num_files_added })
    }

    /// Deletes data files that left the table an hour ago or more, and those no commit ever named.
    pub(crate) async fn vacuum(&mut self) -> Result<usize, Error> {
        self.refresh().await?;
        // A restart expects every file added since the last checkpoint to be there.
        self.checkpoint().await?;
        self.stale = true;
        let (_, metrics) = self
            .delta
            .clone()
            .vacuum()
            .with_mode(VacuumMode::Full)
            .with_commit_properties(quiet())
            .await
            .map_err(Error::delta(self.table.name))?;
        self.refresh().await?;
        self.since_vacuum = 0;
        Ok(metrics.files_deleted.len())
    }

    /// Sums up the log, so that a restart and a new reader need not read it from the start, and drops its old part.
    pub(crate) async fn checkpoint(&mut self) -> Result<(), Error> {
        let version = self.version()?;
        checkpoints::create_checkpoint(&self.delta, None).await.map_err(Error::delta(self.table.name))?;
        let log = recover::log_folder(&self.folder);
        file::sync_file(&log.join(format!("{version:020}.checkpoint.parquet")))?;
        file::sync_folder(&log)?;
        checkpoints::cleanup_metadata(&self.delta, None).await.map_err(Error::delta(self.table.name))?;
        self.since_checkpoint = 0;
        Ok(())
    }

    async fn commit_actions(&mut self, actions: Vec<Action>, last: u64) -> Result<(), Error> {
        let mark = crate::batch::long("ingest_no", last)?;
        let properties = quiet().with_application_transaction(Transaction::new(self.table.name, mark));
        let operation = DeltaOperation::Write {
            mode: SaveMode::Append,
            partition_by: Some(vec![PARTITION.to_owned()]),
            predicate: None,
        };
        let before = self.version()?;
        let snapshot = self.delta.snapshot().map_err(Error::delta(self.table.name))?;
        let commit = CommitBuilder::from(properties)
            .with_actions(actions)
            .build(Some(snapshot), self.delta.log_store(), operation)
            .await
            .map_err(|error| self.commit_error(before, error))?;
        self.delta.state = Some(commit.snapshot());
        // The library links the commit into place without syncing it; it counts from here on.
        file::sync_file(&recover::commit_file(&self.folder, commit.version()))?;
        file::sync_folder(&recover::log_folder(&self.folder))?;
        self.since_checkpoint += 1;
        self.since_vacuum += 1;
        Ok(())
    }

    fn commit_error(&self, version: u64, error: DeltaTableError) -> Error {
        match error {
            DeltaTableError::VersionAlreadyExists(_)
            | DeltaTableError::Transaction {
                source: TransactionError::MaxCommitAttempts(_) | TransactionError::CommitConflict(_),
            } => Error::SecondWriter { table: self.table.name, version },
            other => Error::delta(self.table.name)(other),
        }
    }

    fn version(&self) -> Result<u64, Error> {
        Ok(self.delta.snapshot().map_err(Error::delta(self.table.name))?.version())
    }

    fn check_layout(&self) -> Result<(), Error> {
        let snapshot = self.delta.snapshot().map_err(Error::delta(self.table.name))?;
        let layout = snapshot.metadata().configuration().get(LAYOUT_PROPERTY);
        let same = layout.is_some_and(|layout| *layout == LAYOUT_VERSION.to_string());
        if same { Ok(()) } else { Err(Error::OtherSchema { table: self.table.name }) }
    }

    /// Each file of the table is on disk in its size; and how many of them are small.
    fn check_files(&mut self) -> Result<(), Error> {
        let snapshot = self.delta.snapshot().map_err(Error::delta(self.table.name))?;
        let mut small_files = 0;
        for live in snapshot.log_data().iter() {
            let path = file::on_disk(&self.folder, &live.path());
            let size = live.size().unsigned_abs();
            match std::fs::metadata(&path) {
                Ok(found) if found.len() == size => {}
                Ok(_) => return Err(self.damaged_file(path, "it has another size than the log says")),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    return Err(self.damaged_file(path, "it is missing"));
                }
                Err(error) => return Err(Error::io("read", path)(error)),
            }
            small_files += usize::from(size < PACKED_FILE_BYTES.get() / 2);
        }
        self.small_files = small_files;
        Ok(())
    }

    fn damaged(&self, problem: &'static str) -> Error {
        self.damaged_file(recover::log_folder(&self.folder), problem)
    }

    fn damaged_file(&self, file: PathBuf, problem: &'static str) -> Error {
        Error::Damaged { table: self.table.name, file, problem }
    }
}

/// Commits without the library's own upkeep, which we do when it is due, and without retry: there is one writer.
fn quiet() -> CommitProperties {
    CommitProperties::default().with_max_retries(0).with_create_checkpoint(false).with_cleanup_expired_logs(Some(false))
}

/// Takes the lock of a table's writer, for as long as the file is held.
pub(crate) fn lock(table: &Table, root: &Path) -> Result<File, Error> {
    let path = root.join(format!("{}.lock", table.name));
    let file =
        File::options().create(true).truncate(false).write(true).open(&path).map_err(Error::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::Busy { table: table.name, lock: path }),
        Err(std::fs::TryLockError::Error(error)) => Err(Error::io("lock", path)(error)),
    }
}

/// A handle on the table in `folder`; not loaded if there is none yet.
pub(crate) async fn load(table: &'static Table, folder: &Path) -> Result<DeltaTable, Error> {
    let place = std::path::absolute(folder).map_err(Error::io("find", folder))?;
    let place = place.to_str().ok_or_else(|| Error::Damaged {
        table: table.name,
        file: folder.to_owned(),
        problem: "its path is not valid UTF-8",
    })?;
    let url = deltalake::ensure_table_uri(place).map_err(Error::delta(table.name))?;
    DeltaTable::try_from_url(url).await.map_err(Error::delta(table.name))
}

async fn load_or_create(table: &'static Table, folder: &Path) -> Result<DeltaTable, Error> {
    let delta = load(table, folder).await?;
    if delta.version().is_some() {
        return Ok(delta);
    }
    let layout = LAYOUT_VERSION.to_string();
    let skipping = table.skipping_columns();
    let created = delta
        .create()
        .with_table_name(table.name)
        .with_columns(table.delta_columns())
        .with_partition_columns([PARTITION])
        .with_configuration([
            ("delta.appendOnly", Some("true")),
            ("delta.dataSkippingStatsColumns", Some(skipping.as_str())),
            ("delta.deletedFileRetentionDuration", Some(RETENTION)),
            ("delta.logRetentionDuration", Some(RETENTION)),
            (LAYOUT_PROPERTY, Some(layout.as_str())),
        ])
        .with_raise_if_key_not_exists(false)
        .with_save_mode(SaveMode::ErrorIfExists)
        .await
        .map_err(Error::delta(table.name))?;
    sync_commit(table, folder, 0)?;
    file::sync_folder(folder)?;
    Ok(created)
}

/// Makes a commit durable that the library wrote: first the files it adds, then itself.
fn sync_commit(table: &'static Table, folder: &Path, version: u64) -> Result<(), Error> {
    let commit = recover::commit_file(folder, version);
    let bytes = std::fs::read(&commit).map_err(Error::io("read", &commit))?;
    let added = recover::added(&bytes).ok().ok_or_else(|| Error::Damaged {
        table: table.name,
        file: commit.clone(),
        problem: "the commit just written is not whole",
    })?;
    for (path, _) in added {
        let path = file::on_disk(folder, &path);
        file::sync_file(&path)?;
        if let Some(place) = path.parent() {
            file::sync_folder(place)?;
        }
    }
    file::sync_file(&commit)?;
    file::sync_folder(&recover::log_folder(folder))
}

fn cancelled(_: tokio::task::JoinError) -> Error {
    Error::Cancelled
}
