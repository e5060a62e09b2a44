//! Bad input at the door of the connectors: each is refused or flagged with where and why, counted, and kept.

use edge::intake::{Intake, Normaliser, Ready, ZonePolicy};
use journal::Tally;
use record::{Catalogue, Entry, Flags, Quality, Reading, Reject, RejectReason, SourceId, SourceKey, Timestamp};
use rust_decimal::Decimal;
use source::mapping::{Mapping, StreamId};
use source::{AckToken, Batch, Cursor, Raw, RawValue};
use state::boxindex::Known;
use std::sync::Arc;
use std::time::Duration;

const MAPPING: &str = "\
stream,source,address,parameter,unit_in,context,subject
water,lims,result/WATER,RM16,%,material=material; lot=lot,lot
nobody,lims,result/NOBODY,X-NOBODY,%,material=material; lot=lot,lot
";
/// 2026-11-21T10:00:00Z.
const NOW: Timestamp = Timestamp(1_795_255_200_000_000);

fn intake() -> Intake {
    let mapping = Mapping::parse("mapping.csv", MAPPING).unwrap();
    let plan = mapping.plan(&SourceId::parse("lims").unwrap());
    let normaliser = Normaliser::new(&plan, Catalogue::shipped(), ZonePolicy::AllWhiteDemo, false).unwrap();
    Intake::new(normaliser, Duration::from_secs(2))
}

fn raw(key: &str, text: &str) -> Raw {
    let context = [("material", "API-1"), ("lot", "L7")];
    Raw {
        stream: StreamId(0),
        key: SourceKey::parse(key).unwrap(),
        version: 1,
        value: text.parse::<Decimal>().map_or(RawValue::Text, RawValue::Number),
        text: text.into(),
        unit: None,
        quality: Quality::default(),
        t_source: Some(Timestamp(NOW.0 - 60_000_000)),
        t_server: None,
        t_acq: NOW,
        t_original: None,
        context: Arc::new(context.map(|(name, value)| (name.into(), value.into())).into()),
    }
}

fn batch(items: Vec<Raw>) -> Batch {
    Batch {
        items,
        rejects: Vec::new(),
        cursor: Some(Cursor::new(b"next".to_vec()).unwrap()),
        gaps: Vec::new(),
        ack: AckToken(1),
        more: false,
        clock: None,
    }
}

/// Takes a delivery in as the drive loop does, the index being `held`.
fn take(intake: &mut Intake, items: Vec<Raw>, held: &mut Vec<Known>) -> (Vec<Entry>, Tally) {
    let batch = batch(items);
    let (outcomes, ids) = intake.outcomes(&batch);
    let known = held.iter().filter(|known| ids.contains(&known.record)).copied().collect();
    let frames = intake.frames(batch, outcomes, known);
    let mut tally = Tally::default();
    let mut entries = Vec::new();
    for Ready { frame, entries: decoded } in frames {
        let stored: Vec<Entry> = frame.entries.iter().map(|bytes| Entry::decode(bytes).unwrap()).collect();
        assert_eq!(stored, decoded, "the sealer gets what the journal gets");
        held.extend(Ready::known(&frame));
        tally.add(&frame.tally);
        entries.extend(decoded);
    }
    (entries, tally)
}

fn one_reject(raw: Raw) -> Reject {
    let (entries, tally) = take(&mut intake(), vec![raw], &mut Vec::new());
    assert_eq!(tally, Tally { rejected: 1, ..Tally::default() });
    match <[Entry; 1]>::try_from(entries) {
        Ok([Entry::Reject(reject)]) => reject,
        other => panic!("{other:?}"),
    }
}

fn one_reading(raw: Raw) -> Reading {
    let (entries, tally) = take(&mut intake(), vec![raw], &mut Vec::new());
    assert_eq!(tally, Tally { accepted: 1, ..Tally::default() });
    match <[Entry; 1]>::try_from(entries) {
        Ok([Entry::Reading(reading)]) => reading,
        other => panic!("{other:?}"),
    }
}

/// Requirement EDG-02.
#[test]
fn a_good_value_keeps_its_text_and_its_digits() {
    let reading = one_reading(raw("1", "1.820"));
    assert_eq!((&*reading.verbatim, &*reading.unit), ("1.820", "%"));
    assert_eq!(reading.value.exact().unwrap().to_string(), "1.820");
    assert_eq!(reading.quality.flags, Flags::default());
}

/// Requirement BAD-01.
#[test]
fn an_unknown_parameter_is_rejected_with_its_name_and_row() {
    let reject = one_reject(Raw { stream: StreamId(1), ..raw("1", "1.8") });
    assert_eq!(reject.reason, RejectReason::UnknownParameter);
    assert_eq!((&*reject.address, &*reject.verbatim), ("result/NOBODY", "1.8"));
    assert!(reject.detail.contains("X-NOBODY") && reject.detail.contains("nobody"), "{}", reject.detail);
}

/// Requirement BAD-02.
#[test]
fn a_wrong_unit_is_rejected_with_the_units_that_would_do() {
    let reject = one_reject(Raw { unit: Some("kN".into()), ..raw("1", "1.8") });
    assert_eq!(reject.reason, RejectReason::Unit);
    assert_eq!(reject.unit.as_deref(), Some("kN"));
    assert!(reject.detail.contains("RM16") && reject.detail.contains("kN"), "{}", reject.detail);
}

/// Requirement BAD-03.
#[test]
fn text_in_a_number_is_rejected_and_kept_as_it_came() {
    let reject = one_reject(raw("1", "about two"));
    assert_eq!(reject.reason, RejectReason::Type);
    assert_eq!(&*reject.verbatim, "about two");
    assert!(reject.detail.contains("about two"), "{}", reject.detail);
}

/// Requirement EDG-02.
#[test]
fn an_impossible_value_is_rejected_with_what_is_possible() {
    let reject = one_reject(raw("1", "140"));
    assert_eq!(reject.reason, RejectReason::Range);
    assert!(reject.detail.contains("140"), "{}", reject.detail);
}

#[test]
fn a_missing_subject_is_rejected_by_name() {
    let reject = one_reject(Raw { context: Arc::default(), ..raw("1", "1.8") });
    assert_eq!(reject.reason, RejectReason::Subject);
    assert!(reject.detail.contains("material"), "{}", reject.detail);
}

/// Requirement BAD-04.
#[test]
fn a_time_from_2000_or_the_future_is_flagged_and_the_box_time_orders() {
    let year_2000 = Timestamp(946_684_800_000_000);
    let tomorrow = Timestamp(NOW.0 + 86_400_000_000);
    for (time, flag) in [(year_2000, Flags::SRC_EPOCH), (tomorrow, Flags::SRC_FUTURE)] {
        let reading = one_reading(Raw { t_source: Some(time), ..raw("1", "1.8") });
        assert!(reading.quality.flags.contains(flag), "{time:?}");
        assert_eq!(reading.clocks.source, Some(time), "the source's time is kept");
        assert_eq!(reading.clocks.effective(reading.quality.flags), NOW);
    }
}

/// Requirement BAD-05.
#[test]
fn a_value_delivered_twice_is_one_and_other_content_under_its_key_a_conflict() {
    let (mut intake, mut held) = (intake(), Vec::new());
    let (entries, tally) = take(&mut intake, vec![raw("1", "1.8"), raw("1", "1.8")], &mut held);
    assert_eq!((entries.len(), tally), (1, Tally { accepted: 1, duplicates: 1, ..Tally::default() }));

    let (entries, tally) = take(&mut intake, vec![raw("1", "1.8")], &mut held);
    assert_eq!((entries.len(), tally), (0, Tally { duplicates: 1, ..Tally::default() }));

    let (entries, tally) = take(&mut intake, vec![raw("1", "1.9")], &mut held);
    assert_eq!(tally, Tally { rejected: 1, ..Tally::default() });
    let [Entry::Reject(reject)] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((&reject.reason, &*reject.verbatim), (&RejectReason::Conflict, "1.9"));

    let (_, tally) = take(&mut intake, vec![raw("1", "1.9")], &mut held);
    assert_eq!(tally, Tally { duplicates: 1, ..Tally::default() }, "the conflict is kept once");

    let (entries, tally) = take(&mut intake, vec![Raw { version: 2, ..raw("1", "1.9") }], &mut held);
    assert_eq!((entries.len(), tally.accepted), (1, 1), "a correction has a higher version");
}

#[test]
fn a_text_without_end_is_cut_and_said_so() {
    let endless = "9".repeat(200_000);
    let reject = one_reject(raw("1", &endless));
    assert_eq!(reject.reason, RejectReason::Type);
    assert!(reject.verbatim.len() < 65_536 && endless.starts_with(&*reject.verbatim));
    assert!(reject.detail.contains("200000"), "{}", reject.detail);
}

/// Requirement EDG-01.
#[test]
fn every_value_of_a_mixed_delivery_ends_as_exactly_one_thing() {
    let items: Vec<Raw> = (0..5000)
        .map(|n| match n % 5 {
            0 => raw(&n.to_string(), "nothing"),
            1 => Raw { stream: StreamId(1), ..raw(&n.to_string(), "1") },
            2 if n > 5 => raw(&(n - 5).to_string(), "1.5"),
            _ => raw(&n.to_string(), "1.5"),
        })
        .collect();
    let emitted = items.len() as u64;
    let (entries, tally) = take(&mut intake(), items, &mut Vec::new());
    assert_eq!(tally.accepted + tally.rejected + tally.duplicates, emitted);
    assert_eq!(entries.len() as u64, tally.accepted + tally.rejected);
    assert_eq!(tally.rejected, 2000);
}
