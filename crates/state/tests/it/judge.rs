//! Judging on both databases: what one result after the other does to points and warnings.

use record::{Comparator, Digest, Level, Signal, Value};
use rules::limits::{Limit, LimitKind};
use rules::stability::Kind;
use state::judge::{self, Accepted, Decision, Ground, Judgement, Judging, Memory};
use state::series::{self, Place};
use state::warnings::{self, End, Outcome};
use state::{Error, State};

use crate::on_both;
use crate::support::{at, digest, product, series_key};

/// Counts in control: mean 6, overdispersed.
const COUNTS: [u32; 30] =
    [4, 9, 2, 6, 0, 11, 5, 3, 8, 16, 1, 7, 4, 12, 2, 5, 6, 3, 20, 8, 0, 4, 9, 5, 7, 1, 10, 3, 6, 8];

fn specification() -> Limit {
    Limit {
        kind: LimitKind::Specification,
        lower: None,
        upper: Some("100".parse().unwrap()),
        decimals: 0,
        source: "registered specification".into(),
    }
}

fn number(value: &str) -> Value {
    Value::Number { decimal: value.parse().unwrap(), comparator: Comparator::Equal }
}

fn place(batch: u8, version: u32) -> Place {
    let name = format!("B{batch:03}");
    let record = if version == 1 { batch } else { batch + 100 };
    Place { batch_end: at(i64::from(batch) * 60), batch: name.parse().unwrap(), version, record: digest(record) }
}

fn judging(limits: &[Limit], end: End, now: i64) -> Judging<'_> {
    Judging { kind: Kind::Count, limits, catalogue_version: "2026-07", catalogue_status: "proposed", end, now: at(now) }
}

/// One result of one batch, judged in a change of its own.
async fn result(state: &State, place: &Place, value: &Value) -> Judgement {
    let key = series_key();
    let result_at = place.batch_end;
    let new = Accepted { key: &key, unit: "[CFU]/g", place, end_known: true, value, result_at };
    let limits = [specification()];
    let write = state.write().await.unwrap();
    let mut memory = Memory::default();
    let by = judging(&limits, End::Box, 100_000);
    let judgement = judge::accept(&*write, &mut memory.turn(), &new, &by).await.unwrap();
    write.commit().await.unwrap();
    judgement
}

/// Thirty batches in control, numbered from 1.
async fn in_control(state: &State) {
    for (batch, count) in (1..).zip(COUNTS) {
        assert!(result(state, &place(batch, 1), &number(&count.to_string())).await.raised.is_empty(), "batch {batch}");
    }
}

async fn standing(state: &State, judgement: &Judgement) -> Vec<Digest> {
    let parts = warnings::standing(state.read(), judgement.series).await.unwrap();
    parts.into_iter().map(|part| part.finding).collect()
}

on_both! {
    // Requirement RUL-07.
    four_risen_batches_give_four_point_warnings(state) {
        in_control(state).await;
        let mut ids = Vec::new();
        let mut last = None;
        for (batch, count) in [(31, "61"), (32, "74"), (33, "85"), (34, "66")] {
            let judgement = result(state, &place(batch, 1), &number(count)).await;
            let [new] = judgement.raised.as_slice() else { panic!("batch {batch}: {:?}", judgement.raised) };
            assert_eq!((new.finding.signal, new.finding.level), (Signal::Point, Level::Orange));
            assert_eq!(new.outcome, Outcome::Opened(new.finding.id));
            ids.push(new.finding.id);
            last = Some(judgement);
        }
        let judgement = last.unwrap();
        assert_eq!(standing(state, &judgement).await, ids);
        let point = series::point(state.read(), judgement.series, digest(33)).await.unwrap().unwrap();
        let judged = point.judged.unwrap();
        assert_eq!((judged.phase.as_str(), judged.signals.point, judged.signals.breach), ("long-term", true, false));
        assert_eq!(judged.spec_upper, Some(100.0));
        assert!(judged.upper.unwrap() < 61.0);
    }

    both_ends_hold_one_finding(state) {
        in_control(state).await;
        let judgement = result(state, &place(31, 1), &number("70")).await;
        let new = &judgement.raised[0];
        let raised = warnings::Raised {
            finding: &new.finding,
            body: &new.body,
            series: judgement.series,
            end: End::Center,
            at: at(100_001),
        };
        let write = state.write().await.unwrap();
        assert_eq!(warnings::raise(&*write, &raised).await.unwrap(), Outcome::Confirmed(new.finding.id));
        write.commit().await.unwrap();
        let warning = warnings::find(state.read(), new.finding.id).await.unwrap().unwrap();
        assert_eq!(warning.agreement, warnings::Agreement::Same);
    }

    a_breach_is_red_and_stays_out_of_the_baseline(state) {
        for (batch, count) in (1..).zip(&COUNTS[..5]) {
            result(state, &place(batch, 1), &number(&count.to_string())).await;
        }
        let judgement = result(state, &place(6, 1), &number("150")).await;
        let [new] = judgement.raised.as_slice() else { panic!("{:?}", judgement.raised) };
        assert_eq!((new.finding.signal, new.finding.level), (Signal::Breach, Level::Red));
        let mut phase = String::new();
        for (batch, count) in (7..).zip(&COUNTS[5..11]) {
            let judgement = result(state, &place(batch, 1), &number(&count.to_string())).await;
            let point = series::point(state.read(), judgement.series, digest(batch)).await.unwrap().unwrap();
            phase = point.judged.unwrap().phase;
        }
        // Batch 12 has eleven before it, ten of them in the baseline.
        assert_eq!(phase, "preliminary");
        let judgement = result(state, &place(13, 1), &Value::TooNumerousToCount).await;
        assert_eq!(judgement.raised[0].finding.signal, Signal::Breach);
        assert_eq!(series::point(state.read(), judgement.series, digest(13)).await.unwrap(), None);
    }

    redelivery_raises_nothing(state) {
        in_control(state).await;
        assert_eq!(result(state, &place(31, 1), &number("70")).await.raised.len(), 1);
        let again = result(state, &place(31, 1), &number("70")).await;
        assert!(again.raised.is_empty() && again.superseded.is_empty());
    }

    a_correction_supersedes_the_finding_of_the_value_before(state) {
        in_control(state).await;
        let first = result(state, &place(31, 1), &number("70")).await.raised.remove(0).finding.id;
        let judgement = result(state, &place(31, 2), &number("7")).await;
        assert_eq!((judgement.superseded.as_slice(), judgement.raised.len()), ([first].as_slice(), 0));
        assert!(warnings::find(state.read(), first).await.unwrap().unwrap().superseded_at.is_some());
        assert!(standing(state, &judgement).await.is_empty());
    }

    a_late_result_judges_the_batches_after_it_again(state) {
        in_control(state).await;
        for (batch, count) in [(32, "70"), (33, "5")] {
            result(state, &place(batch, 1), &number(count)).await;
        }
        let before = warnings::standing(state.read(), series::SeriesId(1)).await.unwrap();
        // Late, but after the frozen baseline: the finding of batch 32 rests on the same window and stands.
        let judgement = result(state, &place(31, 1), &number("90")).await;
        assert_eq!((judgement.raised.len(), judgement.superseded.len()), (1, 0));
        // A correction inside the baseline changes every window: findings are raised anew, the old ones superseded.
        let judgement = result(state, &place(5, 2), &number("3")).await;
        assert_eq!((judgement.raised.len(), judgement.superseded.len()), (2, 2));
        assert!(judgement.superseded.contains(&before[0].finding));
        let now: Vec<_> = judgement.raised.iter().map(|new| new.finding.id).collect();
        let mut standing = standing(state, &judgement).await;
        standing.sort_by_key(|id| now.iter().position(|other| other == id));
        assert_eq!(standing, now);
    }

    a_recorded_decision_begins_a_new_baseline_and_leaves_findings(state) {
        in_control(state).await;
        let judgement = result(state, &place(31, 1), &number("70")).await;
        let decision = Decision {
            batch_end: place(32, 1).batch_end,
            batch: place(32, 1).batch,
            ground: Ground::Shift,
            decided_at: at(200_000),
            decided_by: "qa.wang".to_owned(),
            reason: format!("change control 26-014 of {}", product()),
        };
        let write = state.write().await.unwrap();
        judge::decide(&*write, judgement.series, &decision).await.unwrap();
        let twice = judge::decide(&*write, judgement.series, &decision).await.unwrap_err();
        write.commit().await.unwrap();
        assert!(matches!(twice, Error::Conflict { what: "epoch", .. }), "{twice}");
        let judgement = result(state, &place(32, 1), &number("70")).await;
        assert!(judgement.raised.is_empty(), "the first batch of an epoch is learned");
        let point = series::point(state.read(), judgement.series, digest(32)).await.unwrap().unwrap();
        assert_eq!(point.judged.unwrap().phase, judge::PHASE_LEARNING);
        assert_eq!(standing(state, &judgement).await.len(), 1);
    }
}
