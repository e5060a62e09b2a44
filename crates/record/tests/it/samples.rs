//! Entries every test of the byte form starts from.

use record::{
    BatchId, Block, BlockRow, Cause, Clocks, Comparator, Digest, EnterpriseId, EquipmentId, Event, EventKind, Finding,
    Flags, Gap, Input, Level, LotId, ParameterCode, ProductId, Qualifiers, Quality, Reading, Reject, RejectReason,
    RuleRef, Signal, SourceId, SourceKey, Stream, Subject, Timestamp, Value, Zone, record_id,
};
use rust_decimal::Decimal;

/// 2026-03-01T08:00:00Z.
pub(crate) const T0: Timestamp = Timestamp(1_772_352_000_000_000);

pub(crate) fn at(offset_us: i64) -> Timestamp {
    Timestamp(T0.0 + offset_us)
}

pub(crate) fn pairs(list: &[(&str, &str)]) -> Qualifiers {
    list.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

pub(crate) fn source(text: &str) -> SourceId {
    SourceId::parse(text).unwrap()
}

pub(crate) fn key(text: &str) -> SourceKey {
    SourceKey::parse(text).unwrap()
}

pub(crate) fn parameter(text: &str) -> ParameterCode {
    ParameterCode::parse(text).unwrap()
}

pub(crate) fn batch(product: &str, batch: &str, step: Option<&str>) -> Subject {
    Subject::Batch {
        product: ProductId::parse(product).unwrap(),
        batch: BatchId::parse(batch).unwrap(),
        step: step.map(Into::into),
    }
}

pub(crate) fn equipment(text: &str) -> EquipmentId {
    EquipmentId::parse(text).unwrap()
}

pub(crate) fn reading() -> Reading {
    let (source, key) = (source("lims"), key("result/2206001/LOD/1"));
    Reading {
        id: record_id(&source, "lod", &key, 1),
        source,
        key,
        version: 1,
        parameter: parameter("FP09"),
        qualifiers: pairs(&[("method", "ChP 0831"), ("replicate", "1")]),
        subject: batch("86902551000259", "2206001", None),
        verbatim: "1.820".into(),
        value: Value::Number { decimal: Decimal::new(1820, 3), comparator: Comparator::Equal },
        unit: "%".into(),
        quality: Quality::default(),
        clocks: Clocks { source: Some(at(0)), server: None, received: at(1_250_000) },
        attributes: pairs(&[("analyst", "a-17")]),
        zone: Zone::White,
    }
}

pub(crate) fn block() -> Block {
    let signals = [("X-PRESS-MAIN", "ns=2;s=Press.MainComp", "kN"), ("X-PRESS-SPEED", "ns=2;s=Press.Speed", "{tbl}/h")];
    let rows = (0..20u16)
        .map(|n| BlockRow {
            stream: n % 2,
            subject: 0,
            source: Some(at(i64::from(n / 2) * 1_000_000)),
            server: Some(at(i64::from(n / 2) * 1_000_000 + 3_000)),
            received: at(i64::from(n / 2) * 1_000_000 + 12_345 + i64::from(n / 4)),
            original: None,
            value: if n % 2 == 0 {
                Decimal::new(42 + i64::from(n % 3), 1)
            } else {
                Decimal::new(100_000 + i64::from(n), 0)
            },
            status: 0,
            flags: Flags::default(),
        })
        .collect();
    Block {
        source: source("scada"),
        zone: Zone::White,
        streams: signals
            .iter()
            .map(|(code, address, unit)| Stream {
                address: (*address).into(),
                parameter: parameter(code),
                qualifiers: Qualifiers::new(),
                unit: (*unit).into(),
                equipment: Some(equipment("press-1")),
            })
            .collect(),
        subjects: vec![batch("3", "19", Some("compression"))],
        rows,
    }
}

pub(crate) fn event() -> Event {
    let (source, key) = (source("mes"), key("batch/2206001/end"));
    Event {
        id: record_id(&source, "batch", &key, 1),
        source,
        key,
        version: 1,
        kind: EventKind::BatchEnded,
        subject: batch("86902551000259", "2206001", Some("压片")),
        clocks: Clocks { source: Some(at(0)), server: Some(at(10)), received: at(20) },
        attributes: pairs(&[("yield", "95.785")]),
        zone: Zone::Grey,
    }
}

pub(crate) fn finding() -> Finding {
    let mut finding = Finding {
        id: Digest([0; 32]),
        rule: RuleRef {
            name: "stability.count".into(),
            version: 1,
            catalogue_version: "2026-11".into(),
            catalogue_status: "proposed".into(),
        },
        enterprise: EnterpriseId::parse("91330421739237858X").unwrap(),
        product: ProductId::parse("86902551000259").unwrap(),
        parameter: parameter("PP32"),
        qualifiers: pairs(&[("intermediate", "granule")]),
        subject: batch("86902551000259", "2206004", None),
        level: Level::Orange,
        signal: Signal::Point,
        window: (0..3u8).map(|n| Input { record: Digest([n; 32]), value: f64::from(n) * 10.5 }).collect(),
        numbers: vec![("mean".into(), 11.25), ("limit_upper".into(), 38.0), ("dispersion".into(), 0.1)],
        choices: pairs(&[("estimator", "maximum-likelihood"), ("phase", "long-term")]),
        result_at: at(5_000_000),
        raised_at: at(5_400_000),
    };
    finding.id = finding.compute_id();
    finding
}

pub(crate) fn reject() -> Reject {
    Reject {
        source: source("lims"),
        key: key("result/2206002/LOD/1"),
        address: "lod".into(),
        verbatim: "see paper".into(),
        unit: Some("pct".into()),
        reason: RejectReason::Type,
        detail: "FP09 needs a number, `see paper` has `s` at character 1".into(),
        received: at(0),
        zone: Zone::White,
    }
}

pub(crate) fn gap() -> Gap {
    Gap {
        source: source("scada"),
        address: None,
        from: Some(at(0)),
        until: at(42_000_000),
        lost: Some(504),
        cause: Cause::Overflow,
        filled: false,
    }
}

pub(crate) fn material_lot() -> Subject {
    Subject::MaterialLot { material: ProductId::parse("API-1").unwrap(), lot: LotId::parse("2").unwrap() }
}
