//! The stage stability model from outside.

use crate::{finding, point, points, signals, steady};
use record::{Level, Signal};
use rules::stability::{
    Kind, Observed, Outcome, Phase, Plan, Unsupported, judge, judge_continuous, judge_count, replay,
};
use rules::{Agreement, recompute};

/// Counts like those of an intermediate in control: mean 6.1, overdispersed.
const COUNTS: [f64; 30] = [
    4.0, 9.0, 2.0, 6.0, 0.0, 11.0, 5.0, 3.0, 8.0, 16.0, 1.0, 7.0, 4.0, 12.0, 2.0, 5.0, 6.0, 3.0, 20.0, 8.0, 0.0, 4.0,
    9.0, 5.0, 7.0, 1.0, 10.0, 3.0, 6.0, 8.0,
];

fn judged(outcome: &Outcome) -> &rules::stability::Judged {
    match outcome {
        Outcome::Judged(judged) => judged,
        other => panic!("not judged: {other:?}"),
    }
}

/// Requirement RUL-04.
#[test]
fn the_first_ten_batches_are_learned_the_next_twenty_preliminary_then_long_term() {
    let outcomes = replay(Kind::Continuous, &points(&steady(40, 10.0, 1.0)), Plan::NEW_SERIES).expect("finite");
    for (at, outcome) in outcomes.iter().enumerate() {
        match at {
            0..10 => assert_eq!(*outcome, Outcome::Learning { have: at }),
            10..30 => assert_eq!((judged(outcome).phase, judged(outcome).baseline_n), (Phase::Preliminary, at)),
            _ => assert_eq!((judged(outcome).phase, judged(outcome).baseline_n), (Phase::LongTerm, 30)),
        }
    }
}

#[test]
fn preliminary_limits_move_and_long_term_limits_do_not() {
    let outcomes = replay(Kind::Continuous, &points(&steady(60, 10.0, 1.0)), Plan::NEW_SERIES).expect("finite");
    let upper = |at: usize| judged(&outcomes[at]).upper;
    assert!(upper(12) != upper(13) && upper(28) != upper(29));
    assert!((31..60).all(|at| upper(at).to_bits() == upper(30).to_bits()));
}

/// Requirement RUL-01, RUL-04.
#[test]
fn a_spike_is_yellow_while_limits_are_preliminary_and_orange_when_frozen() {
    for (n, level) in [(10, Level::Yellow), (29, Level::Yellow), (30, Level::Orange), (80, Level::Orange)] {
        let mut values = steady(n, 10.0, 1.0);
        values.push(16.0);
        let outcome = judge_continuous(&points(&values), Plan::NEW_SERIES).expect("finite");
        let point = signals(&outcome).iter().find(|evidence| evidence.signal == Signal::Point).expect("a point signal");
        assert_eq!(point.level, level, "after {n} batches");
        assert_eq!(point.choices.get("side").map(|side| &**side), Some("upper"));
    }
}

/// Requirement RUL-02.
#[test]
fn a_shift_of_one_and_a_half_sigma_gives_a_sustained_signal_but_no_point() {
    let mut values = steady(40, 10.0, 1.0);
    values.extend(steady(20, 11.5, 0.3));
    let outcomes = replay(Kind::Continuous, &points(&values), Plan::NEW_SERIES).expect("finite");
    let all: Vec<_> = outcomes.iter().flat_map(signals).collect();
    assert!(all.iter().all(|evidence| evidence.signal == Signal::Sustained), "{all:?}");
    let first = all.first().expect("a sustained signal");
    assert_eq!(first.level, Level::Orange);
    assert!(first.number("cusum").expect("stored") > 5.07);
    let run = first.number("run_n").expect("stored");
    let window = u32::try_from(first.window.len()).expect("small");
    assert_eq!(f64::from(window), 30.0 + run, "the window is the baseline and the run");
}

#[test]
fn after_a_sustained_signal_the_sum_starts_anew() {
    let mut values = steady(30, 10.0, 1.0);
    values.extend([12.5; 12]);
    let outcomes = replay(Kind::Continuous, &points(&values), Plan::NEW_SERIES).expect("finite");
    let at: Vec<usize> = (0..values.len()).filter(|at| !signals(&outcomes[*at]).is_empty()).collect();
    let first = *at.first().expect("a signal");
    let after = judged(&outcomes[first + 1]).cusum.expect("continuous").high;
    assert!(after < judged(&outcomes[first]).cusum.expect("continuous").high);
    assert!(at.len() >= 2, "a shift that lasts signals again: {at:?}");
}

/// Requirement RUL-07.
#[test]
fn each_of_four_risen_batches_gives_its_own_point_and_leaves_the_limit_where_it_was() {
    let mut values = COUNTS.to_vec();
    values.extend([60.0, 72.0, 85.0, 64.0, 5.0]);
    let outcomes = replay(Kind::Count, &points(&values), Plan::NEW_SERIES).expect("counts");
    let limit = judged(&outcomes[30]).upper;
    for (at, outcome) in outcomes.iter().enumerate().take(34).skip(30) {
        let [evidence] = signals(outcome) else { panic!("batch {at}: {outcome:?}") };
        assert_eq!((evidence.signal, evidence.level), (Signal::Point, Level::Orange));
        assert_eq!(evidence.window.len(), 31);
        assert_eq!(evidence.number("limit_upper").map(f64::to_bits), Some(limit.to_bits()));
    }
    assert!(signals(&outcomes[34]).is_empty());
    assert_eq!(judged(&outcomes[34]).upper.to_bits(), limit.to_bits());
}

#[test]
fn a_flagged_count_does_not_enter_a_baseline_that_is_not_frozen() {
    let mut values = COUNTS[..20].to_vec();
    values.extend([300.0, 280.0]);
    values.extend(&COUNTS[20..]);
    values.push(90.0);
    let with = judge_count(&points(&values), Plan::NEW_SERIES).expect("counts");
    let mut clean = COUNTS.to_vec();
    clean.push(90.0);
    let without = judge_count(&points(&clean), Plan::NEW_SERIES).expect("counts");
    assert_eq!(judged(&with).upper, judged(&without).upper);
    assert_eq!((signals(&with).len(), judged(&with).phase), (1, Phase::LongTerm));
}

/// Requirement RUL-03.
#[test]
fn the_estimator_of_the_count_limit_is_named() {
    let estimator = |values: &[f64]| {
        let mut values = values.to_vec();
        values.push(500.0);
        let outcome = judge_count(&points(&values), Plan::NEW_SERIES).expect("counts");
        signals(&outcome)[0].choices.get("estimator").map(ToString::to_string)
    };
    assert_eq!(estimator(&COUNTS).as_deref(), Some("maximum-likelihood"));
    assert_eq!(estimator(&[0.0; 30]).as_deref(), Some("poisson-gamma"));
    assert_eq!(estimator(&[5.0, 6.0, 5.0, 4.0, 5.0, 6.0, 5.0, 4.0, 5.0, 5.0]).as_deref(), Some("poisson-gamma"));
    // Mean 2, variance with n − 1 = 20/9 above it, with n exactly at it: no maximum at a finite size.
    let even = [0.0, 4.0, 0.0, 4.0, 1.0, 1.0, 3.0, 3.0, 2.0, 2.0];
    assert_eq!(estimator(&even).as_deref(), Some("moments"));
}

#[test]
fn an_excluded_value_is_judged_but_teaches_nothing() {
    let mut series = points(&steady(30, 10.0, 1.0));
    series[12] = rules::stability::Point { excluded: true, ..point(12, 90.0) };
    series.push(point(30, 10.0));
    let outcomes = replay(Kind::Continuous, &series, Plan::NEW_SERIES).expect("finite");
    assert_eq!(signals(&outcomes[12]).iter().map(|e| e.signal).collect::<Vec<_>>(), [Signal::Point]);
    assert_eq!(judged(&outcomes[13]).baseline_n, 12);
    assert_eq!(judged(&outcomes[30]).phase, Phase::Preliminary);
}

#[test]
fn data_without_a_fitting_limit_are_named_not_judged() {
    let skewed: Vec<f64> = steady(31, 0.0, 1.0).iter().map(|x| libm::exp(1.5 * x)).collect();
    let floor: Vec<f64> = (0..31).map(|at| if at % 2 == 0 { 0.05 } else { 0.05 + f64::from(at) * 0.01 }).collect();
    let rows: [(Kind, Vec<f64>, Unsupported); 5] = [
        (Kind::Continuous, skewed, Unsupported::Skewed),
        (Kind::Continuous, floor, Unsupported::Censored),
        (Kind::Continuous, vec![3.0; 31], Unsupported::Constant),
        (Kind::Count, [&COUNTS[..], &[4.5]].concat(), Unsupported::Fraction),
        (Kind::Rate, steady(31, 10.0, 1.0), Unsupported::Rate),
    ];
    for (kind, values, expected) in rows {
        let got = judge(kind, &points(&values), Plan::NEW_SERIES).expect("finite");
        assert_eq!(got, Outcome::Unsupported(expected));
    }
}

#[test]
fn censored_values_are_counted_and_never_used_as_numbers() {
    let mut series = points(&steady(45, 10.0, 1.0));
    for at in [3, 9, 20] {
        series[at].observed = Observed::Censored;
    }
    let outcomes = replay(Kind::Continuous, &series, Plan::NEW_SERIES).expect("finite");
    assert_eq!(outcomes[20], Outcome::Unsupported(Unsupported::CensoredValue));
    assert_eq!(judged(&outcomes[44]).phase, Phase::LongTerm);
    for at in (0..40).step_by(2) {
        series[at].observed = Observed::Censored;
    }
    let outcome = judge_continuous(&series, Plan::NEW_SERIES).expect("finite");
    assert_eq!(outcome, Outcome::Unsupported(Unsupported::Censored));
}

/// Requirement RUL-05.
#[test]
fn every_signal_of_a_series_is_found_again_from_its_own_window() {
    let mut early_spike = steady(29, 10.0, 1.0);
    early_spike[25] = 15.5;
    let early_shift = [steady(14, 10.0, 1.0), vec![13.0; 8]].concat();
    let late = [steady(30, 10.0, 1.0), vec![17.0, 10.0, 3.0], vec![12.3; 14]].concat();
    let counts = [&COUNTS[..], &[60.0, 2.0, 99.0]].concat();
    let rows = [
        (Kind::Continuous, early_spike, 1),
        (Kind::Continuous, early_shift, 1),
        (Kind::Continuous, late, 4),
        (Kind::Count, counts, 2),
    ];
    for (kind, values, fewest) in rows {
        let mut found = 0;
        for outcome in replay(kind, &points(&values), Plan::NEW_SERIES).expect("finite") {
            for evidence in signals(&outcome) {
                assert_eq!(recompute(&finding(evidence)), Ok(Agreement::Agrees), "{evidence:?}");
                found += 1;
            }
        }
        assert!(found >= fewest, "{found} signals in {values:?}");
    }
}

#[test]
fn limits_after_an_acknowledged_shift_freeze_at_twenty() {
    let mut values = steady(20, 10.0, 1.0);
    values.push(16.0);
    let outcome = judge_continuous(&points(&values), Plan::AFTER_SHIFT).expect("finite");
    let evidence = &signals(&outcome)[0];
    assert_eq!((evidence.level, judged(&outcome).phase), (Level::Orange, Phase::LongTerm));
    assert_eq!(recompute(&finding(evidence)), Ok(Agreement::Agrees));
}
