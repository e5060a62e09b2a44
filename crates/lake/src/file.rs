//! One data file: comes in columns, goes out a durable Parquet file and what the log says of it.
//!
//! The file is on disk, fsynced with its folder, before anybody can commit it.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use deltalake::arrow::array::{Array, AsArray, RecordBatch};
use deltalake::arrow::compute;
use deltalake::arrow::datatypes::{DataType, Int32Type, Int64Type, TimestampMicrosecondType};
use deltalake::kernel::Add;
use deltalake::parquet::arrow::ArrowWriter;
use deltalake::parquet::arrow::arrow_writer::ArrowWriterOptions;
use serde_json::{Map, Value as Json, json};

use crate::batch::Day;
use crate::error::Error;
use crate::schema::{PARTITION, Table};

/// Folder name of rows without a day, as Hive has it.
const NO_DAY: &str = "__HIVE_DEFAULT_PARTITION__";

/// Which rows a file holds: the name is made of it, so writing the same range again writes the same file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) day: Day,
}

/// Writes the columns as a data file of the table in `folder`.
///
/// After a crash the file is whole, torn or missing, and no log names it.
pub(crate) fn write(table: &Table, folder: &Path, range: Range, rows: &RecordBatch) -> Result<Add, Error> {
    let day = range.day.map(text_of);
    let partition = format!("{PARTITION}={}", day.as_deref().unwrap_or(NO_DAY));
    let name = format!("{:020}-{:020}.zstd.parquet", range.first, range.last);
    let bytes = encode(table, rows)?;
    let place = folder.join(&partition);
    fs::create_dir_all(&place).map_err(Error::io("create", &place))?;
    write_durably(&place.join(&name), &bytes)?;
    sync_folder(&place)?;
    sync_folder(folder)?;
    Ok(Add {
        path: format!("{partition}/{name}"),
        partition_values: HashMap::from([(PARTITION.to_owned(), day)]),
        size: i64::try_from(bytes.len()).expect("a file in memory is smaller than 2⁶³ bytes"),
        modification_time: now_ms(),
        data_change: true,
        stats: Some(statistics(table, rows).to_string()),
        ..Add::default()
    })
}

fn encode(table: &Table, rows: &RecordBatch) -> Result<Vec<u8>, Error> {
    let options = ArrowWriterOptions::new().with_properties(table.parquet()?).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), rows.schema(), options)?;
    writer.write(rows)?;
    Ok(writer.into_inner()?)
}

/// The extremes of the columns queries skip files by (Delta protocol, "Per-file Statistics").
fn statistics(table: &Table, rows: &RecordBatch) -> Json {
    let (mut low, mut high, mut nulls) = (Map::new(), Map::new(), Map::new());
    for (column, array) in table.columns.iter().zip(rows.columns()).filter(|(column, _)| column.skips) {
        nulls.insert(column.name.to_owned(), json!(array.null_count()));
        if let Some((min, max)) = extremes(array) {
            low.insert(column.name.to_owned(), min);
            high.insert(column.name.to_owned(), max);
        }
    }
    json!({ "numRecords": rows.num_rows(), "minValues": low, "maxValues": high, "nullCount": nulls })
}

/// Lowest and highest value as the log writes them; none if there is none or it cannot be written.
fn extremes(array: &dyn Array) -> Option<(Json, Json)> {
    match array.data_type() {
        DataType::Int64 => {
            let array = array.as_primitive::<Int64Type>();
            Some((json!(compute::min(array)?), json!(compute::max(array)?)))
        }
        DataType::Timestamp(..) => {
            let array = array.as_primitive::<TimestampMicrosecondType>();
            let time = |us| jiff::Timestamp::from_microsecond(us).ok().map(|at| json!(format!("{at:.6}")));
            Some((time(compute::min(array)?)?, time(compute::max(array)?)?))
        }
        // Every word of the dictionary is used by a row: it was added for one.
        DataType::Dictionary(..) => {
            let words = array.as_dictionary::<Int32Type>().values().as_string::<i32>();
            Some((json!(compute::min_string(words)?), json!(compute::max_string(words)?)))
        }
        _ => None,
    }
}

/// Writes and fsyncs a file; the folder is the caller's to sync.
fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = File::create(path).map_err(Error::io("create", path))?;
    file.write_all(bytes).map_err(Error::io("write", path))?;
    file.sync_all().map_err(Error::io("sync", path))
}

/// Fsyncs a file somebody else wrote.
pub(crate) fn sync_file(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|file| file.sync_all()).map_err(Error::io("sync", path))
}

/// Makes names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), Error> {
    sync_file(path)
}

/// Where a path of the log lies on disk.
pub(crate) fn on_disk(folder: &Path, logged: &str) -> PathBuf {
    logged.split('/').fold(folder.to_owned(), |path, part| path.join(part))
}

/// The size a file has, if it is there and begins and ends as a Parquet file does.
pub(crate) fn sound_parquet_size(path: &Path) -> std::io::Result<Option<u64>> {
    use std::io::{ErrorKind, Read, Seek, SeekFrom};
    const MAGIC: &[u8; 4] = b"PAR1";
    let mut file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let size = file.metadata()?.len();
    if size < 12 {
        return Ok(None);
    }
    let (mut head, mut tail) = ([0; 4], [0; 4]);
    file.read_exact(&mut head)?;
    file.seek(SeekFrom::End(-4))?;
    file.read_exact(&mut tail)?;
    Ok((head == *MAGIC && tail == *MAGIC).then_some(size))
}

fn text_of(day: i32) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.checked_add(jiff::Span::new().days(day)).expect("days up to 9999-12-31 are dates").to_string()
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_named_by_calendar_day() {
        assert_eq!(text_of(0), "1970-01-01");
        assert_eq!(text_of(20_778), "2026-11-21");
        assert_eq!(text_of(2_932_896), "9999-12-31");
    }
}
