//! Boxes and the center killed at random moments under load (SIGKILL): what they answered for is still there.
//!
//! Comes in: a province at a brisk pace, killed and started again 25 times. Goes out: nothing a box or the center had
//! called durable is gone, no value is in the tables twice, SQL sources lost nothing at all, every value of OPC UA is
//! accepted or counted in a gap, the logs are sound, and the tables can be made again the same.
//! The seed of the moments is printed, so that a failure can be run again (`YAOXIA_KILL_SEED`).

use crate::boxes::Status;
use crate::plants::Pace;
use crate::process::Process;
use crate::province::{Plan, Province, wait, web_dir};
use crate::report;
use anyhow::{Context, Result, ensure};
use lake::Lake;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt as _, SeedableRng};
use std::time::Duration;
use tokio::time::Instant;

/// How often a box is killed.
const BOX_KILLS: usize = 20;
/// How often the center is killed.
const CENTER_KILLS: usize = 5;
/// Longest time between a program's answer and the next kill.
const PAUSE_MAX_MS: u64 = 1_500;
/// How long the plants tell their history: longer than all kills take, which is checked.
const EMITTING_S: f64 = 120.0;
/// How long it may take from the last kill until plants are done and all counts agree.
const DRAIN_MAX: Duration = Duration::from_secs(180);

/// Who is killed next.
#[derive(Clone, Copy, Debug)]
enum Victim {
    Box(usize),
    Center,
}

/// Issue 2, must show 3.
/// Requirement EDG-06, CEN-04.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_at_random_moments_lose_nothing_answered_for_and_double_nothing() {
    rustls::crypto::ring::default_provider().install_default().expect("the first provider of this process");
    let seed = match std::env::var("YAOXIA_KILL_SEED") {
        Ok(text) => text.parse().expect("YAOXIA_KILL_SEED is a whole number"),
        Err(_) => rand::random(),
    };
    eprintln!("YAOXIA_KILL_SEED={seed}");
    let folder = tempfile::tempdir().unwrap();
    if let Err(error) = campaign(folder.path(), seed).await {
        let kept = folder.keep();
        panic!("{error:#}\nseed {seed}; kept for a look: {}", kept.display());
    }
}

async fn campaign(root: &std::path::Path, seed: u64) -> Result<()> {
    let mut rng = StdRng::seed_from_u64(seed);
    let pace = Pace { stop_after_s: Some(EMITTING_S), ..Pace::BRISK };
    let plan = Plan { root: root.canonicalize()?, web: web_dir(None)?, data: None, pace };
    let mut province = Province::start(&plan).await?;
    for victim in victims(&mut rng, province.boxes.len()) {
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..PAUSE_MAX_MS))).await;
        province.check()?;
        match victim {
            Victim::Box(index) => kill_box(&mut province, index).await?,
            Victim::Center => kill_center(&mut province).await?,
        }
    }
    for made in &province.boxes {
        let plant = report::plant_report(&made.site.plant_report())?;
        ensure!(!plant.finished, "{} told its history before the last kill: the load was gone", made.enterprise.slug);
    }
    let started = Instant::now();
    while !report::drained(&province).await? {
        province.check()?;
        let counts = report::counts(&province).await?;
        ensure!(started.elapsed() < DRAIN_MAX, "not drained within {DRAIN_MAX:?}: {counts:?}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    for (index, made) in province.boxes.iter().enumerate() {
        let status = answer(&province, index).await?;
        let plant = report::plant_report(&made.site.plant_report())?;
        let taken = |names: &[&str]| -> u64 {
            let sources = names.iter().filter_map(|name| status.sources.get(*name));
            sources.map(|source| source.accepted + source.rejected).sum()
        };
        let lost = |name: &&String| name.as_str() != "scada" && status.sources[*name].lost_in_gaps > 0;
        ensure!(!status.sources.keys().any(|name| lost(&name)), "a database lost rows in a gap: {status:?}");
        ensure!(taken(&["scada"]) > 0 && taken(&["lims"]) == plant.lims, "LIMS: {status:?}, plant: {plant:?}");
        ensure!(taken(&["mes", "erp"]) == plant.mes + plant.events, "MES and ERP: {status:?}, plant: {plant:?}");
    }
    let trust = province.center.trust().await?;
    let logs: Vec<_> = province.boxes.iter().map(crate::boxes::Box_::log).collect();
    let evidence = province.center.evidence();
    province.running.stop().await?;
    let verdicts = report::verify(&logs, &evidence, &trust).await?;
    ensure!(verdicts == report::Verdicts { boxes: report::SOUND, center: report::SOUND }, "{verdicts:?}");
    let doubled = doubled(&Lake::open(&province.center.lake()).await?).await?;
    ensure!(doubled.is_empty(), "doubled in the lake: {doubled:#?}");
    ensure!(province.center.rebuild().await?, "the tables made again from the segments differ");
    Ok(())
}

/// All kills in random order; each box gets its share.
fn victims(rng: &mut StdRng, boxes: usize) -> Vec<Victim> {
    let mut victims: Vec<Victim> = (0..BOX_KILLS).map(|kill| Victim::Box(kill % boxes)).collect();
    victims.extend([Victim::Center; CENTER_KILLS]);
    victims.shuffle(rng);
    victims
}

/// Kills a box and starts it again; what it had called durable, sealed or witnessed it must still know.
async fn kill_box(province: &mut Province, index: usize) -> Result<()> {
    let before = answer(province, index).await?;
    let made = &province.boxes[index];
    replace(&mut province.running.boxes[index], || made.start()).await?;
    let after = answer(province, index).await?;
    let made = &province.boxes[index];
    for (what, before, after) in [
        ("accepted", before.accepted, after.accepted),
        ("rejected", before.rejected, after.rejected),
        ("witnessed", before.witnessed, after.witnessed),
        ("segments", before.segments, after.segments),
    ] {
        ensure!(after >= before, "{}: {what} was {before} before the kill, is {after}", made.enterprise.box_id());
    }
    Ok(())
}

/// Kills the center and starts it again; what it had accepted it must still hold.
async fn kill_center(province: &mut Province) -> Result<()> {
    let before = held(&province.center.status().await?)?;
    replace(&mut province.running.center, || province.center.start()).await?;
    let Province { center, client, running, .. } = province;
    wait("center", async || {
        running.center.check()?;
        Ok(crate::province::answers(client, &center.url()).await.then_some(()))
    })
    .await?;
    let after = held(&center.status().await?)?;
    ensure!(after >= before, "the center held {before} entries before the kill, {after} after it");
    Ok(())
}

async fn replace(process: &mut Process, start: impl FnOnce() -> Result<Process>) -> Result<()> {
    process.kill().await?;
    *process = start()?;
    Ok(())
}

/// What a running box says of itself.
async fn answer(province: &Province, index: usize) -> Result<Status> {
    let made = &province.boxes[index];
    wait(&made.enterprise.box_id(), async || made.status(&province.client).await).await
}

/// Entries of all boxes in the center's evidence.
fn held(status: &serde_json::Value) -> Result<u64> {
    let boxes = status["boxes"].as_array().context("the center's status has no boxes")?;
    boxes.iter().map(|held| held["entries"].as_u64().context("a box in the status has no entries")).sum()
}

/// Values that the tables hold more than once: dense ones by stream and source time, single ones and
/// events by their record id, which names source, address, key and version.
async fn doubled(lake: &Lake) -> Result<Vec<lake::Row>> {
    let questions = [
        "SELECT box, source, address, source_at, count(*) AS times FROM reading WHERE record_id IS NULL \
         GROUP BY box, source, address, source_at HAVING count(*) > 1 LIMIT 20",
        "SELECT box, source, source_key, record_id, count(*) AS times FROM reading WHERE record_id IS NOT NULL \
         GROUP BY box, source, source_key, record_id HAVING count(*) > 1 LIMIT 20",
        "SELECT box, kind, source, source_key, record_id, count(*) AS times FROM event \
         WHERE kind IN ('event', 'finding') \
         GROUP BY box, kind, source, source_key, record_id HAVING count(*) > 1 LIMIT 20",
    ];
    let mut all = Vec::new();
    for question in questions {
        all.extend(lake.sql(question, &[]).await?.rows);
    }
    Ok(all)
}
