//! From evidence to a finding, and from a finding back to the evidence.
//!
//! Comes in: evidence of a rule and who it is about. Goes out: a [`Finding`] whose id is the hash of all of it but
//! `raised_at`; or, of a stored finding, what differs when its rule is run again on its own window.
//! Never here: a number taken from the finding instead of computed.

use crate::stability::{Evidence, Kind, Observed, Outcome, Plan, Point, RULE_CONTINUOUS, RULE_COUNT, RULE_VERSION};
use crate::{Error, limits, stability};
use record::{
    Digest, EnterpriseId, Finding, ParameterCode, ProductId, Qualifiers, RuleRef, Signal, Subject, Timestamp,
};

/// Who a judgement is about, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// Enterprise of the series.
    pub enterprise: EnterpriseId,
    /// Product of the series.
    pub product: ProductId,
    /// Parameter of the series.
    pub parameter: ParameterCode,
    /// Qualifiers and stage of the series.
    pub qualifiers: Qualifiers,
    /// What the judged value is about.
    pub subject: Subject,
    /// Version of the catalogue the parameter was taken from.
    pub catalogue_version: Box<str>,
    /// `proposed` or `official`.
    pub catalogue_status: Box<str>,
    /// Time of the judged result, box clock.
    pub result_at: Timestamp,
    /// Now, at this end; not hashed.
    pub raised_at: Timestamp,
}

/// The finding of this evidence about this context, with its id computed.
pub fn finding(context: &Context, evidence: &Evidence) -> Finding {
    let mut finding = Finding {
        id: Digest([0; 32]),
        rule: RuleRef {
            name: evidence.rule.into(),
            version: evidence.version,
            catalogue_version: context.catalogue_version.clone(),
            catalogue_status: context.catalogue_status.clone(),
        },
        enterprise: context.enterprise.clone(),
        product: context.product.clone(),
        parameter: context.parameter.clone(),
        qualifiers: context.qualifiers.clone(),
        subject: context.subject.clone(),
        level: evidence.level,
        signal: evidence.signal,
        window: evidence.window.clone(),
        numbers: evidence.numbers.clone(),
        choices: evidence.choices.clone(),
        result_at: context.result_at,
        raised_at: context.raised_at,
    };
    finding.id = finding.compute_id();
    finding
}

/// What running the rule again says of a stored finding.
#[derive(Clone, Debug, PartialEq)]
pub enum Agreement {
    /// Same id, same evidence, bit for bit.
    Agrees,
    /// These differ.
    Differs(Vec<Difference>),
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// `id`, `level`, `signal`, a number or a choice by name.
    pub what: Box<str>,
    /// As stored; empty if absent.
    pub stored: Box<str>,
    /// As computed now; empty if absent.
    pub recomputed: Box<str>,
}

/// Runs the finding's rule again on the window stored in it.
///
/// Fails with [`Error::UnknownRule`] when this build has no such rule or another version of it, and with
/// [`Error::Incomplete`] when the finding lacks what its rule stores.
pub fn recompute(finding: &Finding) -> Result<Agreement, Error> {
    let evidence = match (&*finding.rule.name, finding.rule.version) {
        (RULE_CONTINUOUS, RULE_VERSION) => again(finding, Kind::Continuous)?,
        (RULE_COUNT, RULE_VERSION) => again(finding, Kind::Count)?,
        (name, limits::RULE_VERSION) if name.starts_with("limit.") => limits::again(finding)?,
        (name, version) => return Err(Error::UnknownRule { name: name.into(), version }),
    };
    let mut differences = Vec::new();
    let id = finding.compute_id();
    note(&mut differences, "id", Some(finding.id.to_string()), Some(id.to_string()));
    compare(&mut differences, finding, evidence.as_ref());
    Ok(if differences.is_empty() { Agreement::Agrees } else { Agreement::Differs(differences) })
}

/// The evidence of the finding's signal when its window is judged again, if there is such a signal.
fn again(finding: &Finding, kind: Kind) -> Result<Option<Evidence>, Error> {
    let found = finding.choices.get("freeze_at");
    let plan = found
        .and_then(|text| text.parse().ok())
        .and_then(Plan::of)
        .ok_or_else(|| Error::Incomplete { what: "freeze_at", found: found.cloned() })?;
    let points: Vec<Point> = finding
        .window
        .iter()
        .map(|input| Point { record: input.record, observed: Observed::Exact(input.value), excluded: false })
        .collect();
    Ok(match stability::judge(kind, &points, plan)? {
        Outcome::Judged(judged) => judged.signals.into_iter().find(|evidence| evidence.signal == finding.signal),
        Outcome::Learning { .. } | Outcome::Unsupported(_) => None,
    })
}

fn compare(differences: &mut Vec<Difference>, finding: &Finding, evidence: Option<&Evidence>) {
    let Some(evidence) = evidence else {
        note(differences, "signal", Some(signal_name(finding.signal).into()), None);
        return;
    };
    note(differences, "level", Some(format!("{:?}", finding.level)), Some(format!("{:?}", evidence.level)));
    note(differences, "signal", Some(signal_name(finding.signal).into()), Some(signal_name(evidence.signal).into()));
    let stored = finding.numbers.iter().map(|(name, value)| (&**name, bits(*value)));
    let computed = evidence.numbers.iter().map(|(name, value)| (&**name, bits(*value)));
    compare_lists(differences, stored.collect(), computed.collect());
    let stored = finding.choices.iter().map(|(name, text)| (&**name, text.to_string()));
    let computed = evidence.choices.iter().map(|(name, text)| (&**name, text.to_string()));
    compare_lists(differences, stored.collect(), computed.collect());
    let stored = finding.window.len();
    if stored != evidence.window.len() {
        note(differences, "window", Some(stored.to_string()), Some(evidence.window.len().to_string()));
    }
}

/// The shortest text that reads back as this f64, and its bits, so that two values that print alike still differ.
fn bits(value: f64) -> String {
    format!("{value} (0x{:016x})", value.to_bits())
}

fn compare_lists(differences: &mut Vec<Difference>, stored: Vec<(&str, String)>, computed: Vec<(&str, String)>) {
    for (name, text) in &stored {
        let now = computed.iter().find(|(other, _)| other == name).map(|(_, text)| text.clone());
        note(differences, name, Some(text.clone()), now);
    }
    for (name, text) in &computed {
        if !stored.iter().any(|(other, _)| other == name) {
            note(differences, name, None, Some(text.clone()));
        }
    }
}

fn note(differences: &mut Vec<Difference>, what: &str, stored: Option<String>, recomputed: Option<String>) {
    if stored != recomputed {
        let text = |value: Option<String>| value.map_or_else(Box::default, String::into_boxed_str);
        differences.push(Difference { what: what.into(), stored: text(stored), recomputed: text(recomputed) });
    }
}

const fn signal_name(signal: Signal) -> &'static str {
    match signal {
        Signal::Point => "point",
        Signal::Sustained => "sustained",
        Signal::Breach => "breach",
    }
}
