//! Limits set by people.

use crate::finding;
use record::{Comparator, Digest, Level, Signal, Value};
use rules::limits::{Limit, LimitKind, Verdict, check, round};
use rules::{Agreement, recompute};
use rust_decimal::Decimal;

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn number(text: &str) -> Value {
    let (comparator, digits) = match text.split_at_checked(1) {
        Some(("<", rest)) => (Comparator::Less, rest),
        Some((">", rest)) => (Comparator::Greater, rest),
        _ => (Comparator::Equal, text),
    };
    Value::Number { decimal: decimal(digits), comparator }
}

fn limit(lower: Option<&str>, upper: Option<&str>, decimals: u32) -> Limit {
    Limit {
        kind: LimitKind::Specification,
        lower: lower.map(decimal),
        upper: upper.map(decimal),
        decimals,
        source: "registered specification 3".into(),
    }
}

fn verdict(value: &Value, limit: &Limit) -> &'static str {
    match check(Digest([1; 32]), value, limit).expect("finite") {
        Verdict::Within => "within",
        Verdict::Breach(_) => "breach",
        Verdict::Undecidable => "undecidable",
    }
}

#[test]
fn half_goes_to_the_even_digit_as_in_gb_t_8170() {
    // GB/T 8170-2008 §3.2: 1.050 → 1.0, 0.35 → 0.4 and 2.5 → 2, 3.5 → 4; with anything after the five, up.
    for (value, decimals, expected) in [
        ("1.050", 1, "1.0"),
        ("0.35", 1, "0.4"),
        ("2.5", 0, "2"),
        ("3.5", 0, "4"),
        ("10.5002", 0, "11"),
        ("12.1498", 1, "12.1"),
    ] {
        assert_eq!(round(decimal(value), decimals).to_string(), expected, "{value}");
    }
}

#[test]
fn a_value_is_rounded_to_the_limits_decimals_before_it_is_compared() {
    let one_decimal = limit(Some("95.0"), Some("105.0"), 1);
    for (value, expected) in
        [("105.04", "within"), ("105.05", "within"), ("105.06", "breach"), ("94.95", "within"), ("94.94", "breach")]
    {
        // 105.05 → 105.0 (even); 94.95 → 95.0 (94.9 is odd).
        assert_eq!(verdict(&number(value), &one_decimal), expected, "{value}");
    }
}

#[test]
fn a_bound_decides_only_where_it_can() {
    let upper = limit(None, Some("100"), 0);
    for (value, expected) in
        [("<100", "within"), ("<200", "undecidable"), (">300", "breach"), (">100", "breach"), (">50", "undecidable")]
    {
        assert_eq!(verdict(&number(value), &upper), expected, "{value}");
    }
    let lower = limit(Some("98.0"), None, 1);
    for (value, expected) in
        [("<98.0", "breach"), ("<99.0", "undecidable"), (">98.0", "within"), (">90.0", "undecidable")]
    {
        assert_eq!(verdict(&number(value), &lower), expected, "{value}");
    }
    assert_eq!(verdict(&Value::NotDetected, &upper), "within");
    assert_eq!(verdict(&Value::TooNumerousToCount, &upper), "breach");
    assert_eq!(verdict(&Value::NotDetected, &lower), "undecidable");
    assert_eq!(verdict(&Value::Text("clear".into()), &upper), "undecidable");
}

/// Requirement RUL-04.
#[test]
fn law_and_specification_are_red_action_orange_alert_yellow() {
    let levels = LimitKind::ALL.map(LimitKind::level);
    assert_eq!(levels, [Level::Red, Level::Red, Level::Orange, Level::Yellow]);
}

#[test]
fn a_breach_is_recomputed_from_its_own_texts() {
    for value in [number("105.06"), number(">300"), Value::TooNumerousToCount] {
        let verdict = check(Digest([1; 32]), &value, &limit(None, Some("105.0"), 1)).expect("finite");
        let Verdict::Breach(evidence) = verdict else { panic!("{value:?} is within") };
        assert_eq!((evidence.signal, evidence.level), (Signal::Breach, Level::Red));
        let mut finding = finding(&evidence);
        assert_eq!(recompute(&finding), Ok(Agreement::Agrees), "{value:?}");
        finding.choices.insert("limit".into(), "999999".into());
        finding.id = finding.compute_id();
        assert!(matches!(recompute(&finding), Ok(Agreement::Differs(_))), "{value:?}");
    }
}
