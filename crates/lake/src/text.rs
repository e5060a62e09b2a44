//! The texts that stand in cells: names of value kinds, pairs as JSON, times.

use record::{Comparator, Finding, Qualifiers, Value};
use serde_json::{Map, Value as Json, json};

/// `value_kind` of a number, plain or censored.
pub(crate) const NUMBER: &str = "number";

/// `value_kind` of a value.
pub(crate) fn value_kind(value: &Value) -> &'static str {
    match value {
        Value::Number { .. } => NUMBER,
        Value::NotDetected => "not_detected",
        Value::TooNumerousToCount => "too_numerous_to_count",
        Value::Bool(_) => "bool",
        Value::Text(_) => "text",
    }
}

/// `comparator` of a number.
pub(crate) fn comparator(comparator: Comparator) -> &'static str {
    match comparator {
        Comparator::Equal => "=",
        Comparator::Less => "<",
        Comparator::LessOrEqual => "<=",
        Comparator::Greater => ">",
        Comparator::GreaterOrEqual => ">=",
    }
}

/// Pairs as one JSON object with sorted names; none if there are no pairs.
pub(crate) fn pairs(pairs: &Qualifiers) -> Option<String> {
    (!pairs.is_empty()).then(|| object(pairs).to_string())
}

/// Microseconds of an RFC 3339 time; none if the text is not one (the text itself stays in the attributes).
pub(crate) fn instant(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_microsecond)
}

/// Rule, numbers and choices of a finding as one JSON object.
pub(crate) fn judgement(finding: &Finding) -> String {
    let numbers: Map<String, Json> =
        finding.numbers.iter().map(|(name, value)| (name.to_string(), double(*value))).collect();
    json!({
        "rule_version": finding.rule.version,
        "catalogue_version": finding.rule.catalogue_version,
        "catalogue_status": finding.rule.catalogue_status,
        "numbers": numbers,
        "choices": object(&finding.choices),
    })
    .to_string()
}

/// The readings a finding judged, oldest first, as pairs of record id and number.
pub(crate) fn inputs(finding: &Finding) -> String {
    let window: Vec<Json> =
        finding.window.iter().map(|input| json!([input.record.to_string(), double(input.value)])).collect();
    Json::Array(window).to_string()
}

fn object(pairs: &Qualifiers) -> Json {
    Json::Object(pairs.iter().map(|(name, value)| (name.to_string(), Json::from(&**value))).collect())
}

/// JSON has no infinities; they are written by name rather than lost.
fn double(value: f64) -> Json {
    if value.is_finite() { Json::from(value) } else { Json::from(value.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_sorted_json_with_every_character_kept() {
        let mut some = Qualifiers::new();
        assert_eq!(pairs(&some), None);
        some.insert("探头".into(), "3".into());
        some.insert("analyte".into(), "impurity \"L\"".into());
        assert_eq!(pairs(&some).as_deref(), Some(r#"{"analyte":"impurity \"L\"","探头":"3"}"#));
    }

    #[test]
    fn only_a_full_time_with_offset_is_an_instant() {
        assert_eq!(instant("2018-11-13T08:00:00.5+08:00"), Some(1_542_067_200_500_000));
        assert_eq!(instant("2018-11-13"), None);
        assert_eq!(instant("yesterday"), None);
    }

    #[test]
    fn a_number_json_cannot_hold_is_named_not_lost() {
        assert_eq!(double(f64::INFINITY), Json::from("inf"));
        assert_eq!(double(0.1), Json::from(0.1));
    }
}
