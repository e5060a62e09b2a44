//! Readings a second from source memory to fsync: the journal beside SQLite (WAL, synchronous=FULL), same groups.
//!
//! `cargo run -p journal --example bench_journal -- [FOLDER]` writes to a new folder inside FOLDER (default: the current
//! one), which must be on the disk that is to be measured. A group is what one pull of a connector gives: 1,000 readings
//! of 50 streams. Four connectors deliver at once, each waiting for its answer before its next group, as in the box.
//! The journal's figure includes encoding the block and encrypting it; SQLite's is one row a reading, one transaction a
//! group, one writer. Then the log folder: what reading back and recomputing before each signature costs beside writing.

use journal::{Disk, Frame, Journal, JournalKey, LogDir, OsDisk, Sizes, Step, Tally, durable};
use record::{Block, BlockRow, Entry, Flags, ParameterCode, Qualifiers, SourceId, Stream, Subject, Timestamp, Zone};
use rust_decimal::Decimal;
use seal::tile::TileTree;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const CONNECTORS: u64 = 4;
const STREAMS: u16 = 50;
const GROUP_READINGS: u64 = 1_000;
/// Groups of each connector for the journal; SQLite gets a fifth.
const GROUPS: u64 = 500;
const SQLITE_SHARE: u64 = 5;

struct Measured {
    readings: u64,
    bytes: u64,
    took: Duration,
    waits: Vec<Duration>,
}

fn block(connector: u64, group: u64) -> Block {
    let streams = (0..STREAMS).map(|n| Stream {
        address: format!("ns=2;s=Press{connector}.Signal{n:02}").into(),
        parameter: ParameterCode::parse("X-PRS-MAIN-FORCE").expect("a constant identifier"),
        qualifiers: Qualifiers::new(),
        unit: "kN".into(),
        equipment: None,
    });
    let subject = Subject::Batch {
        product: record::ProductId::parse("TAB-3").expect("a constant identifier"),
        batch: record::BatchId::parse("240117").expect("a constant identifier"),
        step: Some("compression".into()),
    };
    let first_us = 1_795_255_200_000_000 + i64::try_from(group).expect("few groups") * 1_000_000;
    let rows = (0..GROUP_READINGS).map(|n| {
        let at = first_us + i64::try_from(n / u64::from(STREAMS)).expect("few rows") * 50_000;
        let noise = i64::try_from((group * 7919 + n * 104_729) % 4001).expect("below 4001");
        BlockRow {
            stream: u16::try_from(n % u64::from(STREAMS)).expect("below STREAMS"),
            subject: 0,
            source: Some(Timestamp(at)),
            server: Some(Timestamp(at + 300)),
            received: Timestamp(at + 2_000),
            original: None,
            value: Decimal::new(12_000 + noise, 3),
            status: 0,
            flags: Flags::default(),
        }
    });
    let source = SourceId::parse(&format!("scada{connector}")).expect("a short identifier");
    Block { source, zone: Zone::White, streams: streams.collect(), subjects: vec![subject], rows: rows.collect() }
}

fn through_journal(folder: &Path) -> anyhow::Result<Measured> {
    let key = JournalKey::new([7; 32]);
    let (journal, _) = Journal::open(Arc::new(OsDisk), &folder.join("wal"), &key, [1; 16], Sizes::default())?;
    let begun = Instant::now();
    let threads = (0..CONNECTORS).map(|connector| {
        let journal = journal.clone();
        std::thread::spawn(move || -> anyhow::Result<(u64, Vec<Duration>)> {
            let (mut bytes, mut waits) = (0, Vec::new());
            for group in 0..GROUPS {
                let block = block(connector, group);
                let begun = Instant::now();
                let mut frame = Frame::empty(block.source.clone());
                let mut entry = Vec::new();
                Entry::Block(block).encode(&mut entry)?;
                bytes += u64::try_from(entry.len())?;
                frame.entries.push(entry);
                frame.tally = Tally { accepted: GROUP_READINGS, ..Tally::default() };
                frame.cursor = Some(group.to_be_bytes().to_vec());
                let seq = journal.append(frame)?.seq;
                waits.push(begun.elapsed());
                if seq % 64 == 0 {
                    // What is sealed is let go, as in the box; otherwise the bench would only grow.
                    journal.sealed(seq)?;
                }
            }
            Ok((bytes, waits))
        })
    });
    let threads: Vec<_> = threads.collect();
    let (mut bytes, mut waits) = (0, Vec::new());
    for thread in threads {
        let (more, times) = thread.join().map_err(|_panic| anyhow::anyhow!("a connector panicked"))??;
        bytes += more;
        waits.extend(times);
    }
    Ok(Measured { readings: CONNECTORS * GROUPS * GROUP_READINGS, bytes, took: begun.elapsed(), waits })
}

async fn through_sqlite(folder: &Path) -> anyhow::Result<Measured> {
    let path = folder.join("readings.db");
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut db = SqliteConnection::connect_with(&options).await?;
    sqlx::query(
        "CREATE TABLE reading (source TEXT, stream INTEGER, source_at INTEGER, received_at INTEGER, value TEXT)",
    )
    .execute(&mut db)
    .await?;
    let begun = Instant::now();
    let mut waits = Vec::new();
    for group in 0..CONNECTORS * GROUPS / SQLITE_SHARE {
        let block = block(group % CONNECTORS, group);
        let begun = Instant::now();
        let mut write = db.begin().await?;
        for row in &block.rows {
            sqlx::query("INSERT INTO reading VALUES (?, ?, ?, ?, ?)")
                .bind(block.source.as_str())
                .bind(row.stream)
                .bind(row.source.map(|at| at.0))
                .bind(row.received.0)
                .bind(row.value.to_string())
                .execute(&mut *write)
                .await?;
        }
        write.commit().await?;
        waits.push(begun.elapsed());
    }
    let took = begun.elapsed();
    db.close().await?;
    let bytes = std::fs::metadata(&path)?.len();
    Ok(Measured { readings: CONNECTORS * GROUPS / SQLITE_SHARE * GROUP_READINGS, bytes, took, waits })
}

fn show(name: &str, mut measured: Measured) -> anyhow::Result<f64> {
    measured.waits.sort_unstable();
    let at = |share: usize| measured.waits[(measured.waits.len() - 1) * share / 100];
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let (rate, size) =
        (measured.readings as f64 / measured.took.as_secs_f64(), measured.bytes as f64 / measured.readings as f64);
    writeln!(
        std::io::stdout(),
        "{name:<28} {rate:>12.0} readings/s   {size:>6.1} bytes/reading   group p50 {:>6.1} ms   p99 {:>6.1} ms",
        at(50).as_secs_f64() * 1e3,
        at(99).as_secs_f64() * 1e3,
    )?;
    Ok(rate)
}

/// Segments of the bench of the log folder.
const SEGMENTS: u64 = 64;
/// Bytes of one segment: what a box with three presses closes in ten seconds.
const SEGMENT_BYTES: usize = 512 * 1024;

/// The files of a log written durably, and the same with all of it read back and recomputed before each signature.
fn log_folder(folder: &Path) -> anyhow::Result<()> {
    let key = seal::SignerKey::from_seed(&[5; 32], "bench/box", seal::Algorithm::Ed25519)?;
    let sign = |size, root| -> anyhow::Result<Vec<u8>> {
        let head = seal::checkpoint::Checkpoint { origin: "bench/box".into(), size, root };
        Ok(seal::checkpoint::sign(&head, &key)?.to_text().into_bytes())
    };
    let disk: Arc<dyn Disk> = Arc::new(OsDisk);
    let (mut written, mut checked) = (Vec::new(), Vec::new());
    let (mut log, _) = LogDir::open(Arc::clone(&disk), &folder.join("checked"))?;
    let (plain, mut tree, mut headers) = (folder.join("plain"), TileTree::default(), Vec::new());
    for seg_no in 0..SEGMENTS {
        let mut segment = vec![u8::try_from(seg_no % 251)?; SEGMENT_BYTES];
        segment[..8].copy_from_slice(&seg_no.to_be_bytes());
        let header = segment[..seal::HEADER_LEN].to_vec();

        let begun = Instant::now();
        durable::write(&*disk, &plain.join(seal::layout::segment_path(seg_no)), &segment)?;
        headers.push(header.clone());
        for (tile, bytes) in tree.append([seal::tree::leaf_hash(&header)]) {
            durable::write(&*disk, &plain.join(tile.path()), &bytes)?;
            if tile.level == 0 {
                let bundle = seal::layout::bundle(headers.iter().map(Vec::as_slice))?;
                durable::write(&*disk, &plain.join(tile.bundle_path()), &bundle)?;
            }
        }
        durable::write(&*disk, &plain.join(seal::layout::CHECKPOINT), &sign(seg_no + 1, tree.root())?)?;
        written.push(begun.elapsed());

        let begun = Instant::now();
        let step = Step { seg_no, header: &header, segment: &segment };
        log.append(step, |reread| sign(reread.size, reread.root))?;
        checked.push(begun.elapsed());
    }
    for (name, mut times) in [("log folder, written only", written), ("read back and recomputed", checked)] {
        times.sort_unstable();
        let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
        writeln!(std::io::stdout(), "{name:<28} segment p50 {:>6.1} ms   p99 {:>6.1} ms", at(50), at(99))?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os().nth(1).map_or_else(std::env::current_dir, |folder| Ok(folder.into()))?;
    let folder = tempfile::Builder::new().prefix("bench-journal-").tempdir_in(folder)?;
    let journal = show("journal (fsync, encrypted)", through_journal(folder.path())?)?;
    let sqlite = show("SQLite (WAL, FULL)", through_sqlite(folder.path()).await?)?;
    writeln!(std::io::stdout(), "journal / SQLite: {:.1}", journal / sqlite)?;
    log_folder(folder.path())?;
    Ok(())
}
