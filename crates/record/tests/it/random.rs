//! Random entries of every kind: what is written is read back, field by field and byte by byte.

use crate::round_trip::check;
use crate::samples::{self, at, pairs};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use record::{
    BatchId, Block, BlockRow, Cause, Clocks, Comparator, Digest, Entry, EquipmentId, Event, EventKind, Finding, Flags,
    Gap, Input, Level, LotId, ParameterCode, ProductId, Qualifiers, Quality, Reading, Reject, RejectReason, Signal,
    SourceId, SourceKey, Stream, Subject, Timestamp, Value, Zone, limits,
};
use rust_decimal::Decimal;

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9_.;=/-]{1,12}", "ns=2;s=Press\\.[A-Z]{0,3}", "[一-龥]{1,4}"]
}

fn text() -> impl Strategy<Value = Box<str>> {
    prop_oneof!["[ -~]{0,20}", "\\PC{0,8}", "<[0-9]{1,3}\\.[0-9]{0,3}"].prop_map(Into::into)
}

fn time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        4 => (-5_000_000i64..5_000_000).prop_map(at),
        1 => (limits::TIME_MIN_US..=limits::TIME_MAX_US).prop_map(Timestamp),
        1 => prop_oneof![Just(Timestamp(limits::TIME_MIN_US)), Just(Timestamp(limits::TIME_MAX_US))],
    ]
}

fn decimal() -> impl Strategy<Value = Decimal> {
    let mantissa = prop_oneof![
        3 => -100_000i128..100_000,
        1 => any::<i64>().prop_map(i128::from),
        1 => any::<i128>().prop_map(|wide| wide >> 31),
    ];
    (mantissa, prop_oneof![0u32..4, 0u32..=28])
        .prop_map(|(mantissa, scale)| Decimal::from_i128_with_scale(mantissa, scale))
}

fn qualifiers() -> impl Strategy<Value = Qualifiers> {
    btree_map(name().prop_map(Into::into), text(), 0..4)
}

fn zone() -> impl Strategy<Value = Zone> {
    prop_oneof![Just(Zone::White), Just(Zone::Grey), Just(Zone::Black)]
}

fn subject() -> impl Strategy<Value = Subject> {
    let equipment = || name().prop_map(|id| EquipmentId::parse(&id).unwrap());
    prop_oneof![
        (name(), name(), option::of(text())).prop_map(|(product, batch, step)| Subject::Batch {
            product: ProductId::parse(&product).unwrap(),
            batch: BatchId::parse(&batch).unwrap(),
            step,
        }),
        (name(), name()).prop_map(|(material, lot)| Subject::MaterialLot {
            material: ProductId::parse(&material).unwrap(),
            lot: LotId::parse(&lot).unwrap(),
        }),
        equipment().prop_map(Subject::Equipment),
        equipment().prop_map(Subject::Room),
        equipment().prop_map(Subject::Sample),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let comparator = prop_oneof![
        Just(Comparator::Equal),
        Just(Comparator::Less),
        Just(Comparator::LessOrEqual),
        Just(Comparator::Greater),
        Just(Comparator::GreaterOrEqual)
    ];
    prop_oneof![
        (decimal(), comparator).prop_map(|(decimal, comparator)| Value::Number { decimal, comparator }),
        Just(Value::NotDetected),
        Just(Value::TooNumerousToCount),
        any::<bool>().prop_map(Value::Bool),
        text().prop_map(Value::Text),
    ]
}

fn clocks() -> impl Strategy<Value = Clocks> {
    (option::of(time()), option::of(time()), time()).prop_map(|(source, server, received)| Clocks {
        source,
        server,
        received,
    })
}

fn key() -> impl Strategy<Value = SourceKey> {
    name().prop_map(|key| SourceKey::parse(&key).unwrap())
}

fn source() -> impl Strategy<Value = SourceId> {
    name().prop_map(|id| SourceId::parse(&id).unwrap())
}

fn reading() -> impl Strategy<Value = Reading> {
    let head = (any::<[u8; 32]>(), source(), key(), any::<u32>(), name(), qualifiers());
    let rest = (subject(), text(), value(), text(), any::<(u32, u32)>(), clocks(), qualifiers(), zone());
    (head, rest).prop_map(|((id, source, key, version, parameter, qualifiers), rest)| {
        let (subject, verbatim, value, unit, (status, flags), clocks, attributes, zone) = rest;
        let parameter = ParameterCode::parse(&parameter).unwrap();
        let quality = Quality { status, flags: Flags(flags) };
        Reading {
            id: Digest(id),
            source,
            key,
            version,
            parameter,
            qualifiers,
            subject,
            verbatim,
            value,
            unit,
            quality,
            clocks,
            attributes,
            zone,
        }
    })
}

fn event() -> impl Strategy<Value = Event> {
    let kind = prop_oneof![Just("batch_ended".to_owned()), Just("box_state".to_owned()), name()];
    (any::<[u8; 32]>(), source(), key(), any::<u32>(), kind, subject(), clocks(), qualifiers(), zone()).prop_map(
        |(id, source, key, version, kind, subject, clocks, attributes, zone)| {
            let kind = EventKind::from_name(&kind);
            Event { id: Digest(id), source, key, version, kind, subject, clocks, attributes, zone }
        },
    )
}

fn finite() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits).prop_filter("numbers of findings are finite", |number| number.is_finite())
}

fn finding() -> impl Strategy<Value = Finding> {
    let level = prop_oneof![Just(Level::Notice), Just(Level::Yellow), Just(Level::Orange), Just(Level::Red)];
    let signal = prop_oneof![Just(Signal::Point), Just(Signal::Sustained), Just(Signal::Breach)];
    let window =
        vec((any::<[u8; 32]>(), finite()).prop_map(|(record, value)| Input { record: Digest(record), value }), 0..6);
    let numbers = vec((name().prop_map(Into::into), finite()), 0..4);
    (qualifiers(), subject(), level, signal, window, numbers, qualifiers(), time(), time()).prop_map(
        |(qualifiers, subject, level, signal, window, numbers, choices, result_at, raised_at)| {
            let mut finding = Finding {
                qualifiers,
                subject,
                level,
                signal,
                window,
                numbers,
                choices,
                result_at,
                raised_at,
                ..samples::finding()
            };
            finding.id = finding.compute_id();
            finding
        },
    )
}

fn reject() -> impl Strategy<Value = Reject> {
    (source(), key(), name(), text(), option::of(text()), text(), time(), zone()).prop_map(
        |(source, key, address, verbatim, unit, detail, received, zone)| Reject {
            source,
            key,
            address: address.into(),
            verbatim,
            unit,
            reason: RejectReason::Conflict,
            detail,
            received,
            zone,
        },
    )
}

fn gap() -> impl Strategy<Value = Gap> {
    (source(), option::of(name()), option::of(time()), time(), option::of(any::<u64>()), any::<bool>()).prop_map(
        |(source, address, from, until, lost, filled)| Gap {
            source,
            address: address.map(Into::into),
            from,
            until,
            lost,
            cause: Cause::Corruption,
            filled,
        },
    )
}

/// Times as sources give them: even steps, the same again, anything; absent now and then.
fn block_time() -> impl Strategy<Value = Option<Timestamp>> {
    prop_oneof![
        4 => (0i64..20).prop_map(|step| Some(at(step * 1_000_000))),
        2 => Just(Some(at(7))),
        1 => time().prop_map(Some),
        1 => Just(None),
    ]
}

fn block() -> impl Strategy<Value = Block> {
    let stream = (
        name(),
        name(),
        prop_oneof![Just(Qualifiers::new()), Just(pairs(&[("probe", "3")])), qualifiers()],
        name(),
        option::of(name()),
    )
        .prop_map(|(address, parameter, qualifiers, unit, equipment)| Stream {
            address: address.into(),
            parameter: ParameterCode::parse(&parameter).unwrap(),
            qualifiers,
            unit: unit.into(),
            equipment: equipment.map(|id| EquipmentId::parse(&id).unwrap()),
        });
    (source(), zone(), vec(stream, 1..6), vec(subject(), 1..4)).prop_flat_map(|(source, zone, streams, subjects)| {
        let (stream_count, subject_count) =
            (u16::try_from(streams.len()).unwrap(), u16::try_from(subjects.len()).unwrap());
        let number = prop_oneof![(-300i64..300).prop_map(|mantissa| Decimal::new(mantissa, 1)), decimal()];
        let quality =
            (prop_oneof![9 => Just(0u32), 1 => any::<u32>()], prop_oneof![9 => Just(0u32), 1 => any::<u32>()]);
        let times = (block_time(), block_time(), time(), block_time(), any::<bool>());
        let row = (0..stream_count, 0..subject_count, times, number, quality).prop_map(
            |(stream, subject, times, value, (status, flags))| {
                let (source, server, received, original, twin) = times;
                let server = if twin { source } else { server };
                BlockRow { stream, subject, source, server, received, original, value, status, flags: Flags(flags) }
            },
        );
        // Some blocks have whole columns absent or twin, some have values of one scale only.
        (vec(row, 1..40), any::<[bool; 4]>(), prop_oneof![Just(None), (0u32..6).prop_map(Some)]).prop_map(
            move |(mut rows, [no_source, twin, no_original, one_time], scale)| {
                for row in &mut rows {
                    row.source = row.source.filter(|_| !no_source);
                    row.server = if twin { row.source } else { row.server };
                    row.original = row.original.filter(|_| !no_original);
                    row.received = if one_time { at(0) } else { row.received };
                    if let Some(scale) = scale {
                        row.value = Decimal::new(i64::try_from(row.value.mantissa() % 100_000).unwrap(), scale);
                    }
                }
                Block { source: source.clone(), zone, streams: streams.clone(), subjects: subjects.clone(), rows }
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(118), ..ProptestConfig::default() })]

    /// Requirement REC-01, REC-02, REC-03.
    #[test]
    fn any_reading_comes_back(reading in reading()) {
        check(&Entry::Reading(reading));
    }

    /// Requirement REC-05.
    #[test]
    fn any_block_comes_back(block in block()) {
        check(&Entry::Block(block));
    }

    #[test]
    fn any_event_comes_back(event in event()) {
        check(&Entry::Event(event));
    }

    #[test]
    fn any_finding_comes_back(finding in finding()) {
        check(&Entry::Finding(finding));
    }

    #[test]
    fn any_reject_or_gap_comes_back(reject in reject(), gap in gap()) {
        check(&Entry::Reject(reject));
        check(&Entry::Gap(gap));
    }

    #[test]
    fn any_bytes_are_refused_or_the_one_form(bytes in vec(any::<u8>(), 0..200)) {
        if let Ok(entry) = Entry::decode(&bytes) {
            assert_eq!(crate::round_trip::bytes_of(&entry), bytes);
        }
    }
}
