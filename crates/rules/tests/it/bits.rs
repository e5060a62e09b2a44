//! The same bits on every machine and in every build: a change here is a new version of a rule.

use crate::{finding, points, signals, steady};
use rules::stability::{Kind, Plan, replay};

/// Name and bits of the numbers of the first evidence, and the id of its finding.
fn first(kind: Kind, values: &[f64]) -> (Vec<String>, String) {
    let outcomes = replay(kind, &points(values), Plan::NEW_SERIES).expect("finite");
    let evidence = outcomes.iter().flat_map(signals).next().expect("a signal");
    let numbers = evidence.numbers.iter().map(|(name, x)| format!("{name} {:016x}", x.to_bits())).collect();
    (numbers, finding(evidence).id.to_string())
}

/// Requirement RUL-05, CAT-02.
#[test]
fn golden_bits_of_three_findings() {
    let mut spike = steady(30, 10.0, 1.0);
    spike.push(17.0);
    let mut shift = steady(30, 10.0, 1.0);
    shift.extend([11.9; 20]);
    let counts: Vec<f64> = (0..30).map(|at| f64::from(at * at % 17)).chain([90.0]).collect();
    let got = [(Kind::Continuous, spike), (Kind::Continuous, shift), (Kind::Count, counts)]
        .map(|(kind, values)| first(kind, &values));
    let text: String =
        got.iter().map(|(numbers, id)| format!("{}\nid {id}\n", numbers.join("\n"))).collect::<Vec<_>>().join("\n");
    let golden = include_str!("golden_bits.txt");
    assert_eq!(text, golden, "the bits of a finding changed");
}
