//! Segments of a small plant, the same for the same number, and the writer and reader around them.

use std::path::Path;

use lake::{Batch, Both, Content, Lake, Opened, Origin, Writer};
use record::{
    Block, BlockRow, Cause, Clocks, Comparator, Digest, Entry, Event, EventKind, Finding, Flags, Gap, Input, Level,
    Qualifiers, Quality, Reading, Reject, RejectReason, RuleRef, Signal, Stream, Subject, Timestamp, Value, Zone,
};

/// 2026-11-21T10:00:00Z, the time the first segment was sealed.
pub(crate) const START_US: i64 = 1_795_255_200_000_000;
/// A segment every ten seconds.
pub(crate) const SEGMENT_US: i64 = 10_000_000;
/// Dense readings of a segment.
pub(crate) const BLOCK_ROWS: usize = 60;

/// The boxes whose segments come in turn.
pub(crate) const BOXES: [&str; 2] = ["box-a", "box-b"];

/// One segment as the center has opened it.
pub(crate) struct Segment {
    pub(crate) ingest_no: u64,
    pub(crate) box_id: record::BoxId,
    pub(crate) enterprise: record::EnterpriseId,
    pub(crate) seg_no: u64,
    pub(crate) sealed_at: Timestamp,
    pub(crate) entries: Vec<Entry>,
}

impl Segment {
    pub(crate) fn push_to(&self, batch: &mut Batch) {
        let origin = Origin {
            ingest_no: self.ingest_no,
            box_id: &self.box_id,
            enterprise: &self.enterprise,
            seg_no: self.seg_no,
            sealed_at: self.sealed_at,
        };
        batch.push(&origin, (0..).zip(&self.entries)).unwrap();
    }
}

pub(crate) fn segment(ingest_no: u64) -> Segment {
    let which = (ingest_no % 2) as usize;
    let sealed_at = Timestamp(START_US + ingest_no as i64 * SEGMENT_US);
    let mut entries = vec![Entry::Block(block(ingest_no, sealed_at))];
    entries.push(Entry::Reading(reading(ingest_no, sealed_at, &format!("{}.820", ingest_no % 7))));
    if ingest_no.is_multiple_of(3) {
        entries.push(Entry::Event(event(ingest_no, sealed_at)));
        entries.push(Entry::Reject(reject(sealed_at)));
    }
    if ingest_no.is_multiple_of(5) {
        entries.push(Entry::Gap(gap(sealed_at, ingest_no.is_multiple_of(10))));
        entries.push(Entry::Finding(finding(ingest_no, sealed_at)));
    }
    Segment {
        ingest_no,
        box_id: BOXES[which].parse().unwrap(),
        enterprise: format!("9151000000000000{which}X").parse().unwrap(),
        seg_no: ingest_no / 2,
        sealed_at,
        entries,
    }
}

pub(crate) fn batch_subject(batch: &str) -> Subject {
    Subject::Batch { product: "P17".parse().unwrap(), batch: batch.parse().unwrap(), step: Some("compression".into()) }
}

pub(crate) fn block(ingest_no: u64, sealed_at: Timestamp) -> Block {
    let stream = |address: &str, parameter: &str, unit: &str| Stream {
        address: address.into(),
        parameter: parameter.parse().unwrap(),
        qualifiers: Qualifiers::new(),
        unit: unit.into(),
        equipment: Some("press-1".parse().unwrap()),
    };
    let rows = (0..BLOCK_ROWS).map(|row| {
        let at = Timestamp(sealed_at.0 - SEGMENT_US + row as i64 * 100_000);
        let digits = ingest_no as i64 * 1_000 + row as i64;
        BlockRow {
            stream: (row % 2) as u16,
            subject: u16::from(row > BLOCK_ROWS / 2),
            source: Some(at),
            server: None,
            received: Timestamp(at.0 + 50),
            original: Some(Timestamp(at.0 - 200_000_000_000_000)),
            value: rust_decimal::Decimal::new(digits, 2),
            status: 0,
            flags: Flags::default(),
        }
    });
    Block {
        source: "scada".parse().unwrap(),
        zone: Zone::White,
        streams: vec![
            stream("ns=2;s=press.main", "X-PRESS-MAIN", "kN"),
            stream("ns=2;s=press.speed", "X-PRESS-SPEED", "1/min"),
        ],
        subjects: vec![batch_subject(&format!("B{ingest_no}")), batch_subject(&format!("B{}", ingest_no + 1))],
        rows: rows.collect(),
    }
}

pub(crate) fn reading(ingest_no: u64, at: Timestamp, verbatim: &str) -> Reading {
    let (comparator, number) = match verbatim.strip_prefix('<') {
        Some(rest) => (Comparator::Less, rest),
        None => (Comparator::Equal, verbatim),
    };
    let value = match number.parse() {
        Ok(decimal) => Value::Number { decimal, comparator },
        Err(_) => Value::NotDetected,
    };
    Reading {
        id: Digest([ingest_no as u8; 32]),
        source: "lims".parse().unwrap(),
        key: format!("result {ingest_no}").parse().unwrap(),
        version: 1,
        parameter: "PP32".parse().unwrap(),
        qualifiers: [("analyte".into(), "杂质 L".into())].into(),
        subject: batch_subject(&format!("B{ingest_no}")),
        verbatim: verbatim.into(),
        value,
        unit: "%".into(),
        quality: Quality::default(),
        clocks: Clocks { source: Some(Timestamp(at.0 - 1_000_000)), server: None, received: at },
        attributes: [("original_time".into(), "2018-11-13T08:00:00+08:00".into())].into(),
        zone: Zone::White,
    }
}

fn event(ingest_no: u64, at: Timestamp) -> Event {
    Event {
        id: Digest([ingest_no as u8; 32]),
        source: "mes".parse().unwrap(),
        key: format!("batch {ingest_no}").parse().unwrap(),
        version: 1,
        kind: EventKind::BatchEnded,
        subject: batch_subject(&format!("B{ingest_no}")),
        clocks: Clocks { source: Some(at), server: None, received: at },
        attributes: Qualifiers::new(),
        zone: Zone::White,
    }
}

fn reject(at: Timestamp) -> Reject {
    Reject {
        source: "lims".parse().unwrap(),
        key: "result 0".parse().unwrap(),
        address: "hardness".into(),
        verbatim: "hard".into(),
        unit: Some("N".into()),
        reason: RejectReason::Type,
        detail: "column hardness: \"hard\" is not a number".into(),
        received: at,
        zone: Zone::White,
    }
}

fn gap(until: Timestamp, filled: bool) -> Gap {
    Gap {
        source: "scada".parse().unwrap(),
        address: None,
        from: Some(Timestamp(until.0 - 5_000_000)),
        until,
        lost: Some(7),
        cause: Cause::Disconnected,
        filled,
    }
}

fn finding(ingest_no: u64, at: Timestamp) -> Finding {
    Finding {
        id: Digest([0xf0; 32]),
        rule: RuleRef {
            name: "stability.continuous".into(),
            version: 1,
            catalogue_version: "2026.1".into(),
            catalogue_status: "proposed".into(),
        },
        enterprise: "91510000000000001X".parse().unwrap(),
        product: "P17".parse().unwrap(),
        parameter: "PP32".parse().unwrap(),
        qualifiers: Qualifiers::new(),
        subject: batch_subject(&format!("B{ingest_no}")),
        level: Level::Orange,
        signal: Signal::Point,
        window: vec![Input { record: Digest([1; 32]), value: 0.1 }],
        numbers: vec![("mean".into(), 0.1), ("limit_upper".into(), f64::INFINITY)],
        choices: [("phase".into(), "long-term".into())].into(),
        result_at: at,
        raised_at: Timestamp(at.0 + 250_000),
    }
}

/// Opens a writer and expects nothing to mend.
pub(crate) async fn open_clean(root: &Path) -> Writer {
    let (writer, opened) = Writer::open(root).await.unwrap();
    assert_eq!(opened, Opened::default());
    writer
}

/// Appends the segments up to `last`, in batches of `size`, from wherever the writer is.
pub(crate) async fn append_up_to(writer: &mut Writer, last: u64, size: u64) {
    while writer.next_ingest_no() <= last {
        let mut batch = writer.batch();
        while batch.next_ingest_no() <= last && batch.segments() < size {
            segment(batch.next_ingest_no()).push_to(&mut batch);
        }
        writer.append(batch).await.unwrap();
    }
}

/// The content of the tables in a folder.
pub(crate) async fn content(root: &Path) -> Both<Content> {
    Lake::open(root).await.unwrap().content().await.unwrap()
}

/// The content tables have after the segments up to `last`, written in one go by a writer that never crashed.
pub(crate) async fn expected(last: u64) -> Both<Content> {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open_clean(folder.path()).await;
    append_up_to(&mut writer, last, u64::MAX).await;
    content(folder.path()).await
}
