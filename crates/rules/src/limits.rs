//! Limits set by people: legal, specification, internal action and alert limits (阈值).
//!
//! Comes in: one value as the source wrote it and a limit with its decimals. Goes out: within, in breach with evidence,
//! or not decidable from a censored value. The value is rounded to the limit's decimals before it is compared
//! (GB/T 8170-2008 §4.3.3, 修约值比较法; ties to even, §3.2); statistics always use it unrounded.

use crate::Error;
use crate::stability::Evidence;
use record::{Comparator, Input, Level, Qualifiers, RecordId, Signal, Value};
use rust_decimal::{Decimal, RoundingStrategy};

/// Rule version of every limit comparison.
pub const RULE_VERSION: u32 = 1;

/// Who set the limit: this decides the level of a breach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitKind {
    /// Law or pharmacopoeia.
    Legal,
    /// Registered specification.
    Specification,
    /// The enterprise's own action limit.
    Action,
    /// The enterprise's own alert limit.
    Alert,
}

impl LimitKind {
    /// Every kind, the gravest first: the order in which limits are checked.
    pub const ALL: [Self; 4] = [Self::Legal, Self::Specification, Self::Action, Self::Alert];

    /// Rule name in findings.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Legal => "limit.legal",
            Self::Specification => "limit.specification",
            Self::Action => "limit.action",
            Self::Alert => "limit.alert",
        }
    }

    /// Level of a breach: red for law and specification, orange for action, yellow for alert limits.
    pub const fn level(self) -> Level {
        match self {
            Self::Legal | Self::Specification => Level::Red,
            Self::Action => Level::Orange,
            Self::Alert => Level::Yellow,
        }
    }
}

/// One limit, in force. At least one side is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Who set it.
    pub kind: LimitKind,
    /// Lowest value allowed.
    pub lower: Option<Decimal>,
    /// Highest value allowed.
    pub upper: Option<Decimal>,
    /// Decimals the value is rounded to before comparing.
    pub decimals: u32,
    /// Where it stands: document, version, clause.
    pub source: Box<str>,
}

/// What a comparison says.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// On or inside the limit.
    Within,
    /// Outside.
    Breach(Box<Evidence>),
    /// The value is only a bound, and the limit lies beyond it: `<10` against a limit of 5.
    Undecidable,
}

/// Rounds to `decimals` by GB/T 8170-2008 §3.2: half goes to the even digit.
pub fn round(value: Decimal, decimals: u32) -> Decimal {
    let mut rounded = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointNearestEven);
    rounded.rescale(decimals);
    rounded
}

/// Compares one value with one limit.
///
/// A bound decides where it can: `>300` breaches an upper limit of 100, `<0.05` keeps one of 0.2; `ND` keeps every upper
/// limit; TNTC breaches every upper limit. Text and switches are [`Verdict::Undecidable`].
pub fn check(record: RecordId, value: &Value, limit: &Limit) -> Result<Verdict, Error> {
    let sides = [(limit.upper, Side::Upper), (limit.lower, Side::Lower)];
    let mut undecidable = false;
    for (bound, side) in sides.into_iter().filter_map(|(bound, side)| bound.map(|b| (b, side))) {
        match compare(value, bound, limit.decimals, side) {
            Some(false) => {}
            Some(true) => return Ok(Verdict::Breach(Box::new(evidence(record, value, limit, bound, side)?))),
            None => undecidable = true,
        }
    }
    Ok(if undecidable { Verdict::Undecidable } else { Verdict::Within })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Upper,
    Lower,
}

impl Side {
    const fn name(self) -> &'static str {
        match self {
            Self::Upper => "upper",
            Self::Lower => "lower",
        }
    }

    fn beyond(self, value: Decimal, bound: Decimal) -> bool {
        match self {
            Self::Upper => value > bound,
            Self::Lower => value < bound,
        }
    }
}

/// Whether the true value lies beyond the bound; `None` when the text does not say.
fn compare(value: &Value, bound: Decimal, decimals: u32, side: Side) -> Option<bool> {
    let (decimal, comparator) = match value {
        Value::Number { decimal, comparator } => (*decimal, *comparator),
        Value::NotDetected => return (side == Side::Upper).then_some(false),
        Value::TooNumerousToCount => return (side == Side::Upper).then_some(true),
        Value::Bool(_) | Value::Text(_) => return None,
    };
    let rounded = round(decimal, decimals);
    let beyond = side.beyond(rounded, bound);
    match (comparator, side) {
        (Comparator::Equal, _) => Some(beyond),
        // The true value is at most `rounded`: within an upper limit that `rounded` keeps.
        (Comparator::Less | Comparator::LessOrEqual, Side::Upper) => (!beyond).then_some(false),
        // `<98.0` is below a lower limit of 98.0, `≤98.0` may stand on it.
        (Comparator::Less, Side::Lower) => (rounded <= bound).then_some(true),
        (Comparator::LessOrEqual, Side::Lower) => beyond.then_some(true),
        (Comparator::Greater | Comparator::GreaterOrEqual, Side::Lower) => (!beyond).then_some(false),
        (Comparator::Greater, Side::Upper) => (rounded >= bound).then_some(true),
        (Comparator::GreaterOrEqual, Side::Upper) => beyond.then_some(true),
    }
}

/// The number a limit finding keeps: that of the text; a value without one (`TNTC`) has no input number but the bound.
fn evidence(record: RecordId, value: &Value, limit: &Limit, bound: Decimal, side: Side) -> Result<Evidence, Error> {
    let (text, number) = match value {
        Value::Number { decimal, comparator } => (format!("{}{decimal}", sign(*comparator)), *decimal),
        _ => ("TNTC".to_owned(), bound),
    };
    let number = to_f64(number)?;
    let bound_number = to_f64(bound)?;
    let mut choices: Qualifiers = [
        ("decimals", limit.decimals.to_string()),
        ("limit", bound.to_string()),
        ("rounding", "GB/T 8170 half to even".to_owned()),
        ("side", side.name().to_owned()),
        ("source", limit.source.to_string()),
        ("value", text),
    ]
    .into_iter()
    .map(|(name, text)| (name.into(), text.into()))
    .collect();
    if let Value::Number { decimal, .. } = value {
        choices.insert("rounded".into(), round(*decimal, limit.decimals).to_string().into());
    }
    Ok(Evidence {
        rule: limit.kind.rule(),
        version: RULE_VERSION,
        level: limit.kind.level(),
        signal: Signal::Breach,
        window: vec![Input { record, value: number }],
        numbers: vec![("value".into(), number), ("limit".into(), bound_number)],
        choices,
    })
}

const fn sign(comparator: Comparator) -> &'static str {
    match comparator {
        Comparator::Equal => "",
        Comparator::Less => "<",
        Comparator::LessOrEqual => "≤",
        Comparator::Greater => ">",
        Comparator::GreaterOrEqual => "≥",
    }
}

/// The f64 nearest to a decimal, the number statistics use.
pub fn to_f64(decimal: Decimal) -> Result<f64, Error> {
    // Through the text: correctly rounded by std, where `Decimal::to_f64` may be off in the last bit.
    let text = decimal.to_string();
    text.parse().map_err(|_not_a_number| Error::Incomplete { what: "a decimal", found: Some(text.as_str().into()) })
}

/// The evidence of a limit finding, computed again from the texts it keeps; `None` when they show no breach.
pub(crate) fn again(finding: &record::Finding) -> Result<Option<Evidence>, Error> {
    let choice = |what: &'static str| {
        finding.choices.get(what).map(|text| &**text).ok_or(Error::Incomplete { what, found: None })
    };
    let bad = |what: &'static str, text: &str| Error::Incomplete { what, found: Some(text.into()) };
    let kind = LimitKind::ALL
        .into_iter()
        .find(|kind| kind.rule() == &*finding.rule.name)
        .ok_or_else(|| Error::UnknownRule { name: finding.rule.name.clone(), version: finding.rule.version })?;
    let bound_text = choice("limit")?;
    let bound: Decimal = bound_text.parse().map_err(|_unreadable| bad("limit", bound_text))?;
    let decimals_text = choice("decimals")?;
    let decimals: u32 = decimals_text.parse().map_err(|_unreadable| bad("decimals", decimals_text))?;
    let (lower, upper) = match choice("side")? {
        "upper" => (None, Some(bound)),
        "lower" => (Some(bound), None),
        other => return Err(bad("side", other)),
    };
    let value_text = choice("value")?;
    let value = parse_value(value_text).ok_or_else(|| bad("value", value_text))?;
    let [input] = finding.window.as_slice() else {
        return Err(Error::Incomplete { what: "window of one value", found: None });
    };
    let limit = Limit { kind, lower, upper, decimals, source: choice("source")?.into() };
    Ok(match check(input.record, &value, &limit)? {
        Verdict::Breach(evidence) => Some(*evidence),
        Verdict::Within | Verdict::Undecidable => None,
    })
}

/// Reads back the text [`evidence`] writes.
fn parse_value(text: &str) -> Option<Value> {
    if text == "TNTC" {
        return Some(Value::TooNumerousToCount);
    }
    let signs = [Comparator::LessOrEqual, Comparator::GreaterOrEqual, Comparator::Less, Comparator::Greater];
    let (comparator, digits) = signs
        .into_iter()
        .find_map(|comparator| text.strip_prefix(sign(comparator)).map(|rest| (comparator, rest)))
        .unwrap_or((Comparator::Equal, text));
    digits.parse().ok().map(|decimal| Value::Number { decimal, comparator })
}
