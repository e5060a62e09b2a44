//! A follower that remembers judges as one that reads everything each time.

use record::{
    Catalogue, Clocks, Comparator, Entry, Event, EventKind, Qualifiers, Quality, Reading, Subject, Timestamp, Value,
    Zone, record_id,
};
use state::State;
use state::follow::{self, Follow};
use state::judge::{self, Decision, Ground, Memory};
use state::series::{self, Point, SeriesId, SeriesKey};
use state::warnings::{self, End};
use state::{Limit, PAGE_ROWS_MAX};

use crate::support::{NOW, at, enterprise, product, sqlite};

/// Batches of the history.
const BATCHES: i64 = 90;

fn subject(batch: i64) -> Subject {
    Subject::Batch { product: product(), batch: format!("B{batch:03}").parse().unwrap(), step: None }
}

fn clocks(at: Timestamp) -> Clocks {
    Clocks { source: Some(at), server: None, received: at }
}

/// A result of one batch: a count of PP32 or an assay of PP30.
fn result(parameter: &str, unit: &str, batch: i64, version: u32, value: &str) -> Entry {
    let source = "lims".parse().unwrap();
    let key = format!("{parameter} {batch}").parse().unwrap();
    Entry::Reading(Reading {
        id: record_id(&source, "address", &key, version),
        source,
        key,
        version,
        parameter: parameter.parse().unwrap(),
        qualifiers: Qualifiers::new(),
        subject: subject(batch),
        verbatim: value.into(),
        value: Value::Number { decimal: value.parse().unwrap(), comparator: Comparator::Equal },
        unit: unit.into(),
        quality: Quality::default(),
        clocks: clocks(at(batch * 60 + 30)),
        attributes: Qualifiers::new(),
        zone: Zone::White,
    })
}

fn count(batch: i64, version: u32, colonies: i64) -> Entry {
    result("PP32", "[CFU]/g", batch, version, &colonies.to_string())
}

/// `hundredths` of a percent.
fn assay(batch: i64, version: u32, hundredths: i64) -> Entry {
    result("PP30", "%", batch, version, &format!("{}.{:02}", hundredths / 100, hundredths % 100))
}

fn ended(batch: i64, version: u32, end: i64) -> Entry {
    let source = "mes".parse().unwrap();
    let key = format!("end {batch}").parse().unwrap();
    Entry::Event(Event {
        id: record_id(&source, "batch", &key, version),
        source,
        key,
        version,
        kind: EventKind::BatchEnded,
        subject: subject(batch),
        clocks: clocks(at(end)),
        attributes: Qualifiers::new(),
        zone: Zone::White,
    })
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((self.0 >> 33) % sides).unwrap()
    }
}

/// Results and ends of batches; some late, delivered twice, corrected, with an end that moves a batch among the others.
fn history(seed: u64) -> Vec<Entry> {
    let mut dice = Dice(seed);
    let mut entries = Vec::new();
    for batch in 1..=BATCHES {
        let colonies = if dice.below(25) == 0 { 60 + dice.below(40) } else { dice.below(9) };
        let content = 9_900 + (0..6).map(|_| dice.below(40)).sum::<i64>() + if batch > 60 { 90 } else { 0 };
        let mut news =
            vec![count(batch, 1, colonies), assay(batch, 1, content), ended(batch, 1, batch * 60 + dice.below(50))];
        match dice.below(12) {
            0 => news.push(news[0].clone()),
            1 => news.push(count(batch, 2, dice.below(9))),
            2 => news.push(assay((batch - 8).max(1), 2, content - 30)),
            3 => news.push(ended(batch, 2, (batch - dice.below(6)) * 60 + 1)),
            4 => news.rotate_left(1),
            5 => news.rotate_right(1),
            _ => {}
        }
        for new in news {
            let late = usize::try_from(if dice.below(10) == 0 { dice.below(12) } else { 0 }).unwrap();
            entries.insert(entries.len().saturating_sub(late), new);
        }
    }
    entries
}

async fn take(state: &State, memory: &mut Memory, entry: &Entry, commit: bool) {
    let enterprise = enterprise();
    let by = Follow {
        enterprise: &enterprise,
        catalogue: Catalogue::shipped(),
        limits: &|_: &SeriesKey| Vec::new(),
        end: End::Box,
        now: NOW,
    };
    let mut turn = memory.turn();
    let write = state.write().await.unwrap();
    follow::entry(&*write, &mut turn, entry, &by).await.unwrap();
    if commit {
        write.commit().await.unwrap();
        turn.keep();
    }
}

async fn decide(state: &State, series: SeriesId, batch: i64) {
    let decision = Decision {
        batch_end: at(batch * 60),
        batch: format!("B{batch:03}").parse().unwrap(),
        ground: Ground::Shift,
        decided_at: at(batch * 60 + 59),
        decided_by: "qa.wang".to_owned(),
        reason: "change control 26-014".to_owned(),
    };
    let write = state.write().await.unwrap();
    judge::decide(&*write, series, &decision).await.unwrap();
    write.commit().await.unwrap();
}

/// All points and standing findings of both series.
async fn all(state: &State) -> Vec<(Vec<Point>, Vec<warnings::Part>)> {
    let mut all = Vec::new();
    for id in [SeriesId(1), SeriesId(2)] {
        let points = series::points_after(state.read(), id, None, Limit::clamped(PAGE_ROWS_MAX)).await.unwrap();
        all.push((points, warnings::standing(state.read(), id).await.unwrap()));
    }
    all
}

#[tokio::test]
async fn points_and_warnings_are_the_same_with_and_without_memory() {
    let mut raised = 0;
    for seed in 1..=6 {
        let (with, without) = (sqlite().await, sqlite().await);
        let mut memory = Memory::default();
        let mut dice = Dice(seed);
        for (index, entry) in history(seed).iter().enumerate() {
            // A change that fails is made again, as the box and the center do.
            if dice.below(20) == 0 {
                take(&with.state, &mut memory, entry, false).await;
            }
            take(&with.state, &mut memory, entry, true).await;
            take(&without.state, &mut Memory::default(), entry, true).await;
            if index == 200 && seed % 2 == 0 {
                decide(&with.state, SeriesId(2), 68).await;
                decide(&without.state, SeriesId(2), 68).await;
            }
        }
        let (one, other) = (all(&with.state).await, all(&without.state).await);
        assert_eq!(one, other, "seed {seed}");
        assert!(one.iter().all(|(points, _)| points.len() > 80), "seed {seed}: the history made both series");
        raised += one.iter().map(|(_, standing)| standing.len()).sum::<usize>();
        with.done().await;
        without.done().await;
    }
    assert!(raised > 20, "{raised} findings: the histories hold something to find");
}
