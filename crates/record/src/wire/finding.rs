//! A finding. Its id is not written: the reader computes it, so that no finding can claim another's id.

use super::reader::Reader;
use super::writer::Writer;
use super::{DecodeError, EncodeError, head};
use crate::limits::{FINDING_NUMBERS_MAX, FINDING_WINDOW_MAX};
use crate::{Digest, EnterpriseId, Finding, Input, Level, ParameterCode, ProductId, RuleRef, Signal};

/// Bytes of one input: record id and value.
const INPUT_LEN_BYTES: usize = 40;

pub(super) fn put(to: &mut Writer<'_>, finding: &Finding) {
    let computed = finding.compute_id();
    if computed != finding.id {
        to.fail(EncodeError::FindingId { stated: finding.id, computed });
    }
    put_judgement(to, finding);
    to.time("raised at", finding.raised_at);
}

/// What the finding's id is a hash of: all of it but the id and the time it was raised.
pub(super) fn put_judgement(to: &mut Writer<'_>, finding: &Finding) {
    to.name("rule", &finding.rule.name);
    to.varint(u64::from(finding.rule.version));
    to.name("catalogue version", &finding.rule.catalogue_version);
    to.name("catalogue status", &finding.rule.catalogue_status);
    to.name("enterprise", finding.enterprise.as_str());
    to.name("product", finding.product.as_str());
    to.name("parameter", finding.parameter.as_str());
    to.pairs("qualifiers", &finding.qualifiers);
    head::put_subject(to, &finding.subject);
    to.byte(match finding.level {
        Level::Notice => 0,
        Level::Yellow => 1,
        Level::Orange => 2,
        Level::Red => 3,
    });
    to.byte(match finding.signal {
        Signal::Point => 0,
        Signal::Sustained => 1,
        Signal::Breach => 2,
    });
    to.count("window", finding.window.len(), FINDING_WINDOW_MAX);
    for input in &finding.window {
        to.digest(input.record);
        to.float("window", input.value);
    }
    to.count("numbers", finding.numbers.len(), FINDING_NUMBERS_MAX);
    for (name, value) in &finding.numbers {
        to.name("number name", name);
        to.float(name, *value);
    }
    to.pairs("choices", &finding.choices);
    to.time("result at", finding.result_at);
}

pub(super) fn take(from: &mut Reader<'_>) -> Result<Finding, DecodeError> {
    let mut finding = Finding {
        id: Digest([0; 32]),
        rule: RuleRef {
            name: from.name("rule")?.into(),
            version: from.varint_u32("rule version")?,
            catalogue_version: from.name("catalogue version")?.into(),
            catalogue_status: from.name("catalogue status")?.into(),
        },
        enterprise: from.id("enterprise", EnterpriseId::parse)?,
        product: from.id("product", ProductId::parse)?,
        parameter: from.id("parameter", ParameterCode::parse)?,
        qualifiers: from.pairs("qualifiers")?,
        subject: head::subject(from)?,
        level: match from.byte("level")? {
            0 => Level::Notice,
            1 => Level::Yellow,
            2 => Level::Orange,
            3 => Level::Red,
            found => return Err(from.unknown("level", found)),
        },
        signal: match from.byte("signal")? {
            0 => Signal::Point,
            1 => Signal::Sustained,
            2 => Signal::Breach,
            found => return Err(from.unknown("signal", found)),
        },
        window: window(from)?,
        numbers: numbers(from)?,
        choices: from.pairs("choices")?,
        result_at: from.time("result at")?,
        raised_at: from.time("raised at")?,
    };
    finding.id = finding.compute_id();
    Ok(finding)
}

fn window(from: &mut Reader<'_>) -> Result<Vec<Input>, DecodeError> {
    let count = from.count("window", FINDING_WINDOW_MAX)?;
    let mut window = Vec::with_capacity(count.min(from.left() / INPUT_LEN_BYTES));
    for _ in 0..count {
        window.push(Input { record: from.digest("window")?, value: from.float("window")? });
    }
    Ok(window)
}

fn numbers(from: &mut Reader<'_>) -> Result<Vec<(Box<str>, f64)>, DecodeError> {
    let count = from.count("numbers", FINDING_NUMBERS_MAX)?;
    let mut numbers = Vec::with_capacity(count);
    for _ in 0..count {
        numbers.push((from.name("number name")?.into(), from.float("number")?));
    }
    Ok(numbers)
}
