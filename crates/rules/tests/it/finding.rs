//! Findings: what recomputing says when something was changed.

use crate::{finding, points, signals, steady};
use record::{Finding, Level};
use rules::stability::{Plan, judge_continuous};
use rules::{Agreement, Error, recompute};

fn sample() -> Finding {
    let mut values = steady(30, 10.0, 1.0);
    values.push(17.0);
    finding(&signals(&judge_continuous(&points(&values), Plan::NEW_SERIES).expect("finite"))[0])
}

/// Names of what differs after the change; the id is computed anew, so that only the judgement is compared.
fn differences(change: impl FnOnce(&mut Finding)) -> Vec<String> {
    let mut finding = sample();
    change(&mut finding);
    finding.id = finding.compute_id();
    match recompute(&finding).expect("a known rule") {
        Agreement::Agrees => Vec::new(),
        Agreement::Differs(list) => list.into_iter().map(|difference| difference.what.into()).collect(),
    }
}

#[test]
fn an_untouched_finding_agrees_and_raised_at_is_not_part_of_it() {
    assert_eq!(recompute(&sample()), Ok(Agreement::Agrees));
    let mut later = sample();
    later.raised_at.0 += 5;
    assert_eq!(recompute(&later), Ok(Agreement::Agrees));
}

#[test]
fn a_changed_number_level_choice_or_input_is_named() {
    let bump = |value: &mut f64| *value = f64::from_bits(value.to_bits() + 1);
    assert_eq!(differences(|finding| bump(&mut finding.numbers[1].1)), ["mean"]);
    assert_eq!(differences(|finding| finding.level = Level::Yellow), ["level"]);
    assert_eq!(differences(|finding| drop(finding.choices.remove("side"))), ["side"]);
    assert_eq!(differences(|finding| drop(finding.numbers.pop())), ["value"]);
    assert_eq!(differences(|finding| finding.window[30].value = 10.0), ["signal"]);
    let baseline = differences(|finding| finding.window[3].value += 0.5);
    assert!(baseline.iter().any(|what| what == "sd") && baseline.iter().any(|what| what == "z"), "{baseline:?}");
}

#[test]
fn a_false_id_is_named() {
    let mut finding = sample();
    finding.id.0[0] ^= 1;
    let Ok(Agreement::Differs(list)) = recompute(&finding) else { panic!("the id is false") };
    assert_eq!(list.iter().map(|difference| &*difference.what).collect::<Vec<_>>(), ["id"]);
}

#[test]
fn an_unknown_rule_or_version_is_refused_by_name() {
    let mut finding = sample();
    finding.rule.version = 9;
    assert_eq!(recompute(&finding), Err(Error::UnknownRule { name: "stability.continuous".into(), version: 9 }));
    let mut finding = sample();
    finding.choices.insert("freeze_at".into(), "7".into());
    assert_eq!(recompute(&finding), Err(Error::Incomplete { what: "freeze_at", found: Some("7".into()) }));
}
