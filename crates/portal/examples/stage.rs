//! Both ends on a stage, for working on the pages and for `npm run e2e -- --stage`: real portal, real database, played
//! data. Prints one line of JSON, the addresses and accounts, then serves until it is stopped.
//!
//! `cargo run -p portal --example stage`, after `npm run build` in `web/`; `--dist DIR` shows pages built elsewhere. With
//! `--crowd` the governance end holds a list of 100,000 warnings and a chart of 10,000 points, to be measured by
//! `node e2e/measure.mjs`.
#![allow(clippy::print_stdout, clippy::unwrap_used, dead_code, reason = "a stage for developers; tests use more of it")]

#[path = "../tests/it/stage.rs"]
mod stage;

use std::path::PathBuf;
use std::time::Duration;

use portal::api::{Changed, End, LiveEvent, Topic};
use record::Timestamp;
use serde_json::json;
use stage::{PASSWORD, Stage, readings};
use tokio::net::TcpListener;

const BEAT_MS: u64 = 1000;
/// Batches in the chart of `--crowd`.
const CROWD_POINTS: u32 = 10_000;
/// Warnings in the list of `--crowd`.
const CROWD_WARNINGS: u32 = 100_000;

#[tokio::main]
async fn main() {
    stage::play_at(now());
    let arguments: Vec<String> = std::env::args().collect();
    let given = arguments.iter().position(|argument| argument == "--dist").map(|at| PathBuf::from(&arguments[at + 1]));
    let dist = given.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../web/dist"));
    let enterprise = Stage::open(End::Enterprise, false, &dist.join("edge")).await;
    let governance = Stage::open(End::Governance, false, &dist.join("center")).await;
    enterprise.play().await;
    governance.play().await;
    governance.spare().await;
    if arguments.iter().any(|argument| argument == "--crowd") {
        governance.crowd(CROWD_POINTS, CROWD_WARNINGS).await;
    }
    let mut targets = serde_json::Map::new();
    for (name, stage) in [("edge", &enterprise), ("center", &governance)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        targets.insert(name.into(), json!({ "url": url, "name": "li.na", "password": PASSWORD }));
        let router = stage.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    }
    println!("{}", serde_json::Value::Object(targets));
    for beat in 0.. {
        tokio::time::sleep(Duration::from_millis(BEAT_MS)).await;
        enterprise.live.publish(&LiveEvent::Readings(readings(now(), beat))).unwrap();
        let status = Changed { topic: Topic::Status, id: None };
        governance.live.publish(&LiveEvent::Changed(status)).unwrap();
    }
}

fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}
