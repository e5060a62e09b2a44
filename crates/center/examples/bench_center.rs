//! How many readings a second go through the center on this machine: verify, evidence, models, tables; bytes a reading
//! keeps, beside what SHA-256 alone would do with the same bytes.
//!
//! `cargo run -p center -p lake --example bench_center [SEGMENTS_PER_BOX]`
#![allow(clippy::unwrap_used, reason = "a bench that panics has failed")]
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

#[path = "../tests/it/support.rs"]
#[allow(dead_code, reason = "the bench needs a part of what the tests need")]
mod support;

use std::sync::Arc;
use std::time::Instant;

use center::derive::{Recent, Tables};
use center::ingest::Ingest;
use center::keys::Keys;
use center::models::Models;
use center::serve;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use record::{Entry, Timestamp};
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};
use support::{Center, START, TestBox};

/// Boxes that upload side by side.
const BOXES: u8 = 4;
/// A segment as a box with 20 streams at 200 Hz closes it after ten seconds.
const BLOCKS: u64 = 20;
const ROWS: u64 = 2_000;
/// Bytes hashed for the yardstick.
const HASHED: usize = 256 << 20;

#[tokio::main]
async fn main() {
    let segments: u64 = std::env::args().nth(1).map_or(25, |text| text.parse().unwrap());
    let mut center = Center::start().await;
    let mut rng = StdRng::seed_from_u64(1);
    let mut uploads = Vec::new();
    for number in 1..=BOXES {
        let mut source = TestBox::enrolled(&center, number).await;
        let bodies: Vec<Vec<u8>> =
            (0..segments).map(|seg_no| source.seal(&entries(&mut rng, number, seg_no))).collect();
        uploads.push((source.reply().box_id.clone(), bodies));
    }
    center.stop().await;
    let uploaded: usize = uploads.iter().flat_map(|(_, bodies)| bodies).map(Vec::len).sum();
    let readings = u64::from(BOXES) * segments * BLOCKS * ROWS;

    let state = center.state().await;
    let keys = Keys::load(&center.config).unwrap();
    let evidence = serve::evidence(&center.config, &keys);
    let recent = Arc::new(Recent::default());
    let ingest = Ingest::new(state.clone(), center.config.evidence_dir(), Arc::new(keys), Arc::clone(&recent));
    let ingest = Arc::new(ingest.await.unwrap());
    let mut tables =
        Tables::open(state.clone(), evidence.clone(), Arc::clone(&recent), &center.config.lake_dir()).await.unwrap();
    let live = portal::Live::new(Timestamp(0));
    let mut models = Models::new(state.clone(), evidence, recent, serve::catalogue(&center.config).unwrap(), live);

    let all = u64::from(BOXES) * segments;
    let began = Instant::now();
    let doors = async {
        let boxes = uploads.into_iter().map(|(box_id, bodies)| {
            let (ingest, state) = (Arc::clone(&ingest), state.clone());
            tokio::spawn(async move {
                let from = state::boxes::by_id(state.read(), &box_id).await.unwrap().unwrap();
                for (seg_no, body) in (0..).zip(bodies) {
                    ingest.put(&from, seg_no, body.into()).await.unwrap();
                }
            })
        });
        futures::future::try_join_all(boxes).await.unwrap();
        began.elapsed()
    };
    let judging = async {
        while models.catch_up().await.unwrap() < all {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        began.elapsed()
    };
    let writing = async {
        while tables.next_ingest_no() <= all {
            tables.catch_up().await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        began.elapsed()
    };
    let (in_evidence, judged, in_lake) = tokio::join!(doors, judging, writing);
    tables.close().await.unwrap();

    let rate = |elapsed: std::time::Duration| readings as f64 / elapsed.as_secs_f64();
    let lake_bytes = folder_len(&center.config.lake_dir());
    println!("readings                {readings} in {all} segments of {BOXES} boxes");
    println!("verified and durable    {:>12.0} readings/s", rate(in_evidence));
    println!("judged                  {:>12.0} readings/s", rate(judged));
    println!("in the tables           {:>12.0} readings/s   (the whole way)", rate(in_lake));
    println!("evidence                {:>12.2} bytes/reading", uploaded as f64 / readings as f64);
    println!("tables                  {:>12.2} bytes/reading", lake_bytes as f64 / readings as f64);
    println!("SHA-256, one core       {:>12.0} MB/s", sha256_rate());
}

/// A press hall: each stream wanders with noise, and scans come with jitter, so that nothing compresses for being made up.
fn entries(rng: &mut StdRng, number: u8, seg_no: u64) -> Vec<Entry> {
    let batch = u64::from(number) * 1_000 + seg_no;
    let mut entries: Vec<Entry> = (0..BLOCKS)
        .map(|stream| {
            let Entry::Block(mut block) = support::block(ROWS, seg_no * 10_000) else {
                unreachable!("the support makes a block");
            };
            block.streams[0].address = format!("ns=2;s=press.{stream}").into();
            let mut level = 12_000 + i64::try_from(stream).unwrap() * 500;
            for (row, scan) in block.rows.iter_mut().zip(0i64..) {
                level += rng.random_range(-9..=9);
                let at =
                    START.0 + i64::try_from(seg_no).unwrap() * 10_000_000 + scan * 5_000 + rng.random_range(0..400);
                row.source = Some(Timestamp(at));
                row.received = Timestamp(at + rng.random_range(300..2_000));
                row.value = Decimal::new(level + rng.random_range(-40..=40), 3);
            }
            Entry::Block(block)
        })
        .collect();
    entries.push(support::batch_ended(batch));
    entries.push(support::result("PP32", "[CFU]/g", batch, &(batch % 7).to_string()));
    entries
}

fn folder_len(folder: &std::path::Path) -> u64 {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() { folder_len(&path) } else { path.metadata().unwrap().len() }
        })
        .sum()
}

fn sha256_rate() -> f64 {
    let bytes = vec![0x5a; HASHED];
    let began = Instant::now();
    std::hint::black_box(Sha256::digest(&bytes));
    HASHED as f64 / 1e6 / began.elapsed().as_secs_f64()
}
