//! Prints how fast dense readings become rows of table `reading`, and how many bytes they take.
//!
//! `cargo run -p lake --example bench_lake -- [ROWS]`
#![allow(clippy::print_stdout, reason = "a program for a person")]

use std::error::Error;
use std::time::{Duration, Instant};

use lake::{Lake, Origin, Writer};
use record::{
    Block, BlockRow, BoxId, EnterpriseId, Entry, EquipmentId, Flags, Qualifiers, Stream, Subject, Timestamp, Zone,
};
use rust_decimal::Decimal;

/// Signals of the press and its surroundings.
const STREAMS: u16 = 40;
/// Time between two values of a signal: 10 Hz.
const STEP_US: i64 = 100_000;
/// Segments are ten seconds of all signals.
const SEGMENT_US: i64 = 10_000_000;
/// 2026-11-21T10:00:00Z.
const START_US: i64 = 1_795_255_200_000_000;
/// Appends of one segment each, with the upkeep they cause.
const SMALL_COMMITS: u32 = 300;
/// Rows without an argument.
const ROWS: u64 = 2_000_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let rows: u64 = std::env::args().nth(1).map_or(Ok(ROWS), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let (mut writer, _) = Writer::open(folder.path()).await?;
    let box_id: BoxId = "box-1".parse()?;
    let enterprise: EnterpriseId = "91510000000000001X".parse()?;
    let mut walk = Walk::default();
    let (mut build, mut append, mut bytes, mut done, mut commits) = (Duration::ZERO, Duration::ZERO, 0, 0, 0);
    while done < rows {
        let mut batch = writer.batch();
        while !batch.is_full() && done + (batch.rows() as u64) < rows {
            let ingest_no = batch.next_ingest_no();
            let (origin, block) = walk.segment(ingest_no, &box_id, &enterprise)?;
            let start = Instant::now();
            batch.push(&origin, [(0, &block)])?;
            build += start.elapsed();
        }
        done += batch.rows() as u64;
        let start = Instant::now();
        bytes += writer.append(batch).await?.reading.bytes;
        append += start.elapsed();
        commits += 1;
    }
    println!("rows                 {done} in {commits} commits");
    println!("columns built        {:>12.0} rows/s", per_second(done, build));
    println!("encoded, durable     {:>12.0} rows/s", per_second(done, append));
    println!("both                 {:>12.0} rows/s", per_second(done, build + append));
    println!("bytes a row          {:>12.2}", bytes as f64 / done as f64);

    let start = Instant::now();
    writer.pack().await?;
    println!("packed in            {:>12.2} s", start.elapsed().as_secs_f64());
    let lake = Lake::open(folder.path()).await?;
    let start = Instant::now();
    let counts = lake.counts().await?;
    println!("counted              {:>12.3} s ({} readings)", start.elapsed().as_secs_f64(), counts[0].readings);
    let start = Instant::now();
    let mean = lake.sql("SELECT parameter, avg(value) AS mean FROM reading GROUP BY parameter", &[]).await?;
    println!("mean of each         {:>12.3} s ({} parameters)", start.elapsed().as_secs_f64(), mean.rows.len());

    let start = Instant::now();
    for _ in 0..SMALL_COMMITS {
        let mut batch = writer.batch();
        let (origin, block) = walk.segment(batch.next_ingest_no(), &box_id, &enterprise)?;
        batch.push(&origin, [(0, &block)])?;
        writer.append(batch).await?;
        writer.maintain().await?;
    }
    println!("a commit, upkept     {:>12.1} ms", start.elapsed().as_secs_f64() * 1e3 / f64::from(SMALL_COMMITS));
    Ok(())
}

fn per_second(rows: u64, time: Duration) -> f64 {
    rows as f64 / time.as_secs_f64()
}

/// Signals that wander in steps of their last digit, as sensors do.
struct Walk {
    state: u64,
    values: Vec<i64>,
}

impl Default for Walk {
    fn default() -> Self {
        Self { state: 20_261_121, values: (0..i64::from(STREAMS)).map(|stream| 1_000 * (stream + 1)).collect() }
    }
}

impl Walk {
    /// A step of -4 to 3 last digits, from a linear congruential generator (Knuth, MMIX).
    fn step(&mut self) -> i64 {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::from((self.state >> 61) as u8) - 4
    }

    fn segment<'a>(
        &mut self,
        ingest_no: u64,
        box_id: &'a BoxId,
        enterprise: &'a EnterpriseId,
    ) -> Result<(Origin<'a>, Entry), Box<dyn Error>> {
        let sealed_at = Timestamp(START_US + i64::try_from(ingest_no)? * SEGMENT_US);
        let origin = Origin { ingest_no, box_id, enterprise, seg_no: ingest_no - 1, sealed_at };
        Ok((origin, Entry::Block(self.block(sealed_at)?)))
    }

    fn block(&mut self, sealed_at: Timestamp) -> Result<Block, Box<dyn Error>> {
        let streams = (0..STREAMS).map(|stream| {
            Ok(Stream {
                address: format!("ns=2;s=line1.press.signal{stream}").into(),
                parameter: format!("X-PRESS-{stream}").parse()?,
                qualifiers: Qualifiers::new(),
                unit: "kN".into(),
                equipment: Some("press-1".parse::<EquipmentId>()?),
            })
        });
        let streams = streams.collect::<Result<Vec<_>, Box<dyn Error>>>()?;
        let mut rows = Vec::new();
        for at in (sealed_at.0 - SEGMENT_US..sealed_at.0).step_by(usize::try_from(STEP_US)?) {
            for stream in 0..STREAMS {
                let step = self.step();
                let value = &mut self.values[usize::from(stream)];
                *value += step;
                rows.push(BlockRow {
                    stream,
                    subject: 0,
                    source: Some(Timestamp(at)),
                    server: Some(Timestamp(at + 1_000)),
                    received: Timestamp(at + 40_000 + self.state.rem_euclid(5_000).cast_signed()),
                    original: Some(Timestamp(at - 250_000_000_000_000)),
                    value: Decimal::new(*value, 2),
                    status: 0,
                    flags: Flags::default(),
                });
            }
        }
        let subject = Subject::Batch { product: "P17".parse()?, batch: "B1".parse()?, step: None };
        Ok(Block { source: "scada".parse()?, zone: Zone::White, streams, subjects: vec![subject], rows })
    }
}
