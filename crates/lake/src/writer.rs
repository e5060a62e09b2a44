//! Both tables behind one writer: comes in batches of segments in ingest order, goes out rows that are there once.
//!
//! Each table has its own mark. A crash between the two commits leaves one table ahead; the next batch starts behind
//! the lower mark and leaves out what the other table has.

use std::path::Path;

use crate::batch::{Batch, Day, DayColumns, Marks};
use crate::error::Error;
use crate::file;
use crate::recover::Recovery;
use crate::schema::{EVENT, READING};
use crate::table::{self, Appended, Packed, TableWriter};

/// The only writer of the tables in a folder.
#[derive(Debug)]
pub struct Writer {
    reading: TableWriter,
    event: TableWriter,
}

/// What opening found to mend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// Of table `reading`.
    pub reading: Recovery,
    /// Of table `event`.
    pub event: Recovery,
}

/// The same of both tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Both<T> {
    /// Of table `reading`.
    pub reading: T,
    /// Of table `event`.
    pub event: T,
}

impl Writer {
    /// Opens the tables in `root`, or makes them.
    ///
    /// Whatever an unclean stop left is mended first: unsound commits at the end of a log are taken off, to be written
    /// again from the segments.
    ///
    /// Fails with [`Error::Busy`] while another writer lives, with [`Error::Damaged`] or [`Error::OtherSchema`] if
    /// only a rebuild helps.
    pub async fn open(root: &Path) -> Result<(Self, Opened), Error> {
        let (reading, mended_reading) = TableWriter::open(&READING, root).await?;
        let (event, mended_event) = TableWriter::open(&EVENT, root).await?;
        Ok((Self { reading, event }, Opened { reading: mended_reading, event: mended_event }))
    }

    /// The ingest number of the first segment that is not in both tables.
    pub fn next_ingest_no(&self) -> u64 {
        self.marks().both() + 1
    }

    /// An empty batch that starts at [`Writer::next_ingest_no`].
    pub fn batch(&self) -> Batch {
        Batch::after(self.marks())
    }

    /// Appends a batch: data files first, then a commit a table. When it returns, the rows survive a power cut.
    ///
    /// A batch that was made before the last append is refused with [`Error::OutOfOrder`]: its rows are there already.
    /// After any failure take a new batch and read the segments again from its first number.
    pub async fn append(&mut self, batch: Batch) -> Result<Both<Appended>, Error> {
        self.reading.refresh().await?;
        self.event.refresh().await?;
        if batch.marks != self.marks() {
            return Err(Error::OutOfOrder { expected: self.next_ingest_no(), got: batch.marks.both() + 1 });
        }
        if batch.is_empty() {
            return Ok(Both::default());
        }
        let Batch { marks, last, days, .. } = batch;
        let (readings, events) = finish(days)?;
        let reading = if last > marks.reading {
            let staged = self.reading.stage(marks.reading + 1, last, readings).await?;
            self.reading.commit(staged, last).await?
        } else {
            Appended::default()
        };
        // Crash here: `reading` is ahead of `event`, which the next batch makes up.
        let event = if last > marks.event {
            let staged = self.event.stage(marks.event + 1, last, events).await?;
            self.event.commit(staged, last).await?
        } else {
            Appended::default()
        };
        Ok(Both { reading, event })
    }

    /// Packs small files, sums up the logs and deletes dead files, each when it is due. Call it after appends.
    pub async fn maintain(&mut self) -> Result<Both<Packed>, Error> {
        Ok(Both { reading: self.reading.maintain().await?, event: self.event.maintain().await? })
    }

    /// Packs small files now.
    pub async fn pack(&mut self) -> Result<Both<Packed>, Error> {
        Ok(Both { reading: self.reading.pack().await?, event: self.event.pack().await? })
    }

    /// Deletes dead files now and returns how many there were.
    pub async fn vacuum(&mut self) -> Result<Both<usize>, Error> {
        Ok(Both { reading: self.reading.vacuum().await?, event: self.event.vacuum().await? })
    }

    /// Commits the marks of segments that had no rows, then lets go of the tables. Not needed for safety: without it
    /// the next start reads those segments again.
    pub async fn close(mut self) -> Result<(), Error> {
        self.reading.commit_mark().await?;
        self.event.commit_mark().await
    }

    fn marks(&self) -> Marks {
        Marks { reading: self.reading.mark(), event: self.event.mark() }
    }
}

/// Puts the tables of `fresh` in the place of those in `root`, whatever state the latter are in, and deletes them.
///
/// After a crash `root` holds the old tables, none, or the new ones. With none a writer begins from the first segment,
/// so nothing is lost but time.
///
/// Fails with [`Error::Busy`], with nothing changed, while a writer of either lives.
pub fn replace(root: &Path, fresh: &Path) -> Result<(), Error> {
    let _locks = [lock_both(root)?, lock_both(fresh)?];
    for table in [&READING, &EVENT] {
        let (old, new) = (root.join(table.name), fresh.join(table.name));
        let retired = root.join(format!("{}.retired", table.name));
        remove_folder(&retired)?;
        if old.exists() {
            std::fs::rename(&old, &retired).map_err(Error::io("rename", &old))?;
        }
        std::fs::rename(&new, &old).map_err(Error::io("rename", &new))?;
        file::sync_folder(root)?;
        remove_folder(&retired)?;
    }
    remove_folder(fresh)
}

fn lock_both(root: &Path) -> Result<[std::fs::File; 2], Error> {
    std::fs::create_dir_all(root).map_err(Error::io("create", root))?;
    Ok([table::lock(&READING, root)?, table::lock(&EVENT, root)?])
}

fn remove_folder(folder: &Path) -> Result<(), Error> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(Error::io("remove", folder)),
    }
}

type Rows = Vec<(Day, deltalake::arrow::array::RecordBatch)>;

fn finish(days: std::collections::BTreeMap<Day, DayColumns>) -> Result<(Rows, Rows), Error> {
    let (mut readings, mut events) = (Vec::new(), Vec::new());
    for (day, DayColumns { reading, event }) in days {
        readings.push((day, reading.finish()?));
        events.push((day, event.finish()?));
    }
    Ok((readings, events))
}
