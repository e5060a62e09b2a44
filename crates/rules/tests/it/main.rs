//! Claims about the rules as others see them.

mod agreement;
mod bits;
mod finding;
mod limits;
#[path = "../../examples/oracle/mod.rs"]
mod oracle;
mod properties;
mod stability;

use record::{Digest, EnterpriseId, Finding, ParameterCode, ProductId, Subject, Timestamp};
use rules::stability::{Observed, Outcome, Point};
use rules::{Context, Evidence};

/// Values as points; the record id holds the position.
pub(crate) fn points(values: &[f64]) -> Vec<Point> {
    values.iter().enumerate().map(|(at, value)| point(at, *value)).collect()
}

pub(crate) fn point(at: usize, value: f64) -> Point {
    let mut record = [0; 32];
    record[..8].copy_from_slice(&u64::try_from(at).expect("small").to_be_bytes());
    Point { record: Digest(record), observed: Observed::Exact(value), excluded: false }
}

/// A fixed series near `center` with spread about `spread`: no generator, so that every machine has the same.
pub(crate) fn steady(n: usize, center: f64, spread: f64) -> Vec<f64> {
    const SHAPE: [f64; 15] =
        [0.21, -0.94, 1.31, -0.36, 0.75, -1.42, 0.08, 0.53, -0.67, 1.12, -0.19, -1.05, 0.44, 0.88, -0.61];
    (0..n).map(|at| center + spread * SHAPE[(at * 7 + at / 15) % 15]).collect()
}

pub(crate) fn signals(outcome: &Outcome) -> &[Evidence] {
    match outcome {
        Outcome::Judged(judged) => &judged.signals,
        Outcome::Learning { .. } | Outcome::Unsupported(_) => &[],
    }
}

pub(crate) fn finding(evidence: &Evidence) -> Finding {
    let context = Context {
        enterprise: EnterpriseId::parse("91330000TEST").expect("an id"),
        product: ProductId::parse("INJ-1").expect("an id"),
        parameter: ParameterCode::parse("PP32").expect("a code"),
        qualifiers: [("intermediate".into(), "bulk".into())].into(),
        subject: Subject::Batch {
            product: ProductId::parse("INJ-1").expect("an id"),
            batch: "220631".parse().expect("a batch"),
            step: Some("granulation".into()),
        },
        catalogue_version: "2026-1".into(),
        catalogue_status: "proposed".into(),
        result_at: Timestamp(1_700_000_000_000_000),
        raised_at: Timestamp(1_700_000_000_500_000),
    };
    rules::finding(&context, evidence)
}
