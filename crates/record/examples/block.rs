//! How dense and how fast a block is: `cargo run -p record --example block [PRESS.csv]`.
//!
//! Takes a tablet press record (`;`-separated, a row every 10 s, twelve series) or makes one of the same shape, cuts it
//! into blocks, and prints bytes a value and rows a second, one core, with the mean of the given number of passes.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use record::{
    BatchId, Block, BlockRow, Entry, EquipmentId, Flags, IdError, ParameterCode, ProductId, Qualifiers, SourceId,
    Stream, Subject, Timestamp, Zone,
};
use rust_decimal::Decimal;
use std::error::Error;
use std::time::Instant;

const SERIES: [(&str, &str); 12] = [
    ("Speed", "10*3/h"),
    ("FillerSpeed", "/min"),
    ("MainForce", "kN"),
    ("FillDepth", "mm"),
    ("Srel", "%"),
    ("PreForce", "kN"),
    ("Produced", "{tablet}"),
    ("Waste", "{tablet}"),
    ("CylinderMain", "mm"),
    ("CylinderPre", "mm"),
    ("Stiffness", "N"),
    ("Ejection", "N"),
];
const T0_US: i64 = 1_772_352_000_000_000;
const PASSES: u32 = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let table = match std::env::args().nth(1) {
        Some(path) => press_record(&std::fs::read_to_string(path)?)?,
        None => made_up(),
    };
    println!("{} scans of {} series", table.len(), SERIES.len());
    println!(
        "{:>12} {:>14} {:>12} {:>16} {:>16}",
        "scans/block", "bytes/value", "bytes/block", "encode rows/s", "decode rows/s"
    );
    for (step_us, scans) in [(10_000_000, 1), (1_000_000, 10), (10_000_000, 10), (100_000, 100), (10_000, 1_000)] {
        measure(&table, step_us, scans)?;
    }
    Ok(())
}

fn measure(table: &[Vec<Decimal>], step_us: i64, scans: usize) -> Result<(), Box<dyn Error>> {
    let mut blocks = Vec::new();
    let mut start_us = T0_US;
    for part in table.chunks(scans) {
        blocks.push(Entry::Block(block(part, start_us, step_us)?));
        start_us += step_us * i64::try_from(scans)?;
    }
    let rows: usize = table.len() * SERIES.len();
    let mut encoded: Vec<Vec<u8>> = Vec::new();
    let encoding = Instant::now();
    for _ in 0..PASSES {
        encoded.clear();
        for entry in &blocks {
            let mut bytes = Vec::with_capacity(64 * 1024);
            entry.encode(&mut bytes)?;
            bytes.shrink_to_fit();
            encoded.push(bytes);
        }
    }
    let encoding = encoding.elapsed() / PASSES;
    let decoding = Instant::now();
    let mut seen = 0;
    for _ in 0..PASSES {
        for bytes in &encoded {
            match Entry::decode(bytes)? {
                Entry::Block(block) => seen += block.rows.len(),
                other => return Err(format!("not a block: {other:?}").into()),
            }
        }
    }
    let decoding = decoding.elapsed() / PASSES;
    assert_eq!(seen, rows * PASSES as usize);
    let bytes: usize = encoded.iter().map(Vec::len).sum();
    let per_second = |elapsed: std::time::Duration| rows as f64 / elapsed.as_secs_f64();
    println!(
        "{scans:>12} {:>14.2} {:>12} {:>16.0} {:>16.0}   ({} s between scans)",
        bytes as f64 / rows as f64,
        bytes / encoded.len(),
        per_second(encoding),
        per_second(decoding),
        step_us as f64 / 1e6,
    );
    Ok(())
}

fn block(scans: &[Vec<Decimal>], start_us: i64, step_us: i64) -> Result<Block, IdError> {
    let mut rows = Vec::with_capacity(scans.len() * SERIES.len());
    let mut jitter = Noise(7);
    let mut scan_us = start_us;
    for scan in scans {
        // A server stamps a scan once, within some milliseconds of the plan; the box gets it a little later.
        let source_us = scan_us + jitter.below(4_000);
        let received_us = source_us + 2_000 + jitter.below(20_000);
        for (stream, value) in (0u16..).zip(scan) {
            rows.push(BlockRow {
                stream,
                subject: 0,
                source: Some(Timestamp(source_us)),
                server: Some(Timestamp(source_us)),
                received: Timestamp(received_us),
                original: Some(Timestamp(scan_us - 236_000_000_000_000)),
                value: *value,
                status: 0,
                flags: Flags::default(),
            });
        }
        scan_us += step_us;
    }
    Ok(Block {
        source: SourceId::parse("scada")?,
        zone: Zone::White,
        streams: streams()?,
        subjects: vec![subject()?],
        rows,
    })
}

fn streams() -> Result<Vec<Stream>, IdError> {
    SERIES
        .iter()
        .map(|(name, unit)| {
            Ok(Stream {
                address: format!("nsu=urn:yaoxia:plant;s=Press1.{name}").into(),
                parameter: ParameterCode::parse(&format!("X-PRS-{}", name.to_uppercase()))?,
                qualifiers: Qualifiers::new(),
                unit: (*unit).into(),
                equipment: Some(EquipmentId::parse("Press1")?),
            })
        })
        .collect()
}

fn subject() -> Result<Subject, IdError> {
    Ok(Subject::Batch {
        product: ProductId::parse("86902551000259")?,
        batch: BatchId::parse("2206001")?,
        step: Some("compression".into()),
    })
}

/// The twelve series of a press record, as written.
fn press_record(text: &str) -> Result<Vec<Vec<Decimal>>, Box<dyn Error>> {
    let mut table = Vec::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(';').skip(4).collect();
        table.push(cells.iter().map(|cell| cell.parse()).collect::<Result<Vec<Decimal>, _>>()?);
    }
    Ok(table)
}

/// Forces and heights that wander a little, counters that count.
fn made_up() -> Vec<Vec<Decimal>> {
    let mut noise = Noise(1);
    let scales = [1, 1, 1, 2, 1, 2, 0, 0, 2, 1, 0, 0];
    (0..40_000i64)
        .map(|scan| {
            (0..SERIES.len())
                .map(|series| match series {
                    6 => Decimal::new(scan * 270 + noise.below(5), 0),
                    7 => Decimal::new(scan / 50, 0),
                    _ => Decimal::new(400 + noise.below(9), scales[series]),
                })
                .collect()
        })
        .collect()
}

/// A small generator (SplitMix64), so that two runs measure the same bytes.
struct Noise(u64);

impl Noise {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.unsigned_abs()).cast_signed()
    }
}
