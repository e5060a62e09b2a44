//! Batches and series: facts by version, points in series order on every database.

use record::{Clocks, Event, EventKind, SourceId, SourceKey, Subject, Zone};
use state::batches::{self, BatchKey, Fact};
use state::history;
use state::products;
use state::refusals::{self, Refusal};
use state::region::Within;
use state::series::{self, Judged, Signals};
use state::{Cursor, Limit};

use crate::on_both;
use crate::support::{NOW, at, digest, enterprise, point, product, series_key};

fn batch(id: &str) -> BatchKey {
    BatchKey { enterprise: enterprise(), product: product(), batch: id.parse().unwrap() }
}

fn happened(kind: &str, key: &str, version: u32, seconds: i64, attributes: &[(&str, &str)]) -> Event {
    let (source, key): (SourceId, SourceKey) = ("mes".parse().unwrap(), key.parse().unwrap());
    Event {
        id: record::record_id(&source, kind, &key, version),
        source,
        key,
        version,
        kind: EventKind::from_name(kind),
        subject: Subject::Batch { product: product(), batch: "B1".parse().unwrap(), step: None },
        clocks: Clocks { source: Some(at(seconds)), server: None, received: NOW },
        attributes: attributes.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        zone: Zone::White,
    }
}

on_both! {
    a_fact_of_a_lower_version_never_overwrites_a_higher_one(state) {
        let db = state.read();
        batches::mention(db, &batch("B1"), NOW).await.unwrap();
        batches::learn(db, &batch("B1"), &Fact::Ended(at(20)), 2, at(9)).await.unwrap();
        batches::learn(db, &batch("B1"), &Fact::Ended(at(10)), 1, at(9)).await.unwrap();
        batches::learn(db, &batch("B1"), &Fact::Started(at(1)), 1, at(9)).await.unwrap();
        batches::learn(db, &batch("B1"), &Fact::Decided(at(30), "released".to_owned()), 1, at(9)).await.unwrap();
        let known = batches::find(db, &batch("B1")).await.unwrap().unwrap();
        assert_eq!((known.first_seen_at, known.started_at, known.ended_at), (NOW, Some(at(1)), Some(at(20))));
        assert_eq!(known.decided, Some((at(30), "released".to_owned())));
        assert_eq!(batches::number(db, &state::region::Within::All).await.unwrap(), 1);
    }

    events_of_a_batch_stand_in_order_each_in_its_newest_version_whichever_came_first(state) {
        let db = state.read();
        let key = batch("B1");
        let started = happened("step_started", "e1", 1, 10, &[]);
        let corrected = happened("step_started", "e1", 2, 12, &[]);
        let consumed = happened("lot_consumed", "e2", 1, 5, &[("lot", "L7"), ("material", "API")]);
        for event in [&corrected, &consumed, &started, &consumed] {
            let when = event.clocks.source.unwrap();
            history::add(db, &key, Some("compression"), event, when).await.unwrap();
        }
        history::add(db, &batch("B2"), None, &happened("batch_started", "e3", 1, 1, &[]), at(1)).await.unwrap();
        let known = history::of_batch(db, &key, Limit::clamped(9)).await.unwrap();
        let told: Vec<(&str, u32)> = known.iter().map(|event| (event.kind.name(), event.version)).collect();
        assert_eq!(told, [("lot_consumed", 1), ("step_started", 2)]);
        assert_eq!(known[0].attributes, consumed.attributes);
        assert_eq!((known[1].step.as_deref(), known[1].at), (Some("compression"), at(12)));
    }

    products_are_what_the_batches_tell_of(state) {
        let db = state.read();
        let of = |product: &str, number: &str| BatchKey {
            enterprise: enterprise(), product: product.parse().unwrap(), batch: number.parse().unwrap()
        };
        for (product, number, seen) in [("P2", "B1", 1), ("P1", "B1", 2), ("P1", "B2", 9), ("P3", "B1", 4)] {
            batches::mention(db, &of(product, number), at(seen)).await.unwrap();
        }
        batches::learn(db, &of("P1", "B2"), &Fact::Decided(at(9), "released".to_owned()), 1, at(9)).await.unwrap();
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = products::page(db, &Within::All, cursor.as_ref(), Limit::clamped(2)).await.unwrap();
            seen.extend(page.rows.iter().map(|row| (row.product.to_string(), row.batches, row.decided, row.last_seen_at)));
            let Some(next) = page.next else { break };
            cursor = Some(next);
        }
        let row = |product: &str, batches, decided, last| (product.to_owned(), batches, decided, at(last));
        assert_eq!(seen, [row("P1", 2, 1, 9), row("P2", 1, 0, 1), row("P3", 1, 0, 4)]);
        assert_eq!(products::page(db, &Within::Nobody, None, Limit::clamped(2)).await.unwrap().rows, []);
    }

    pages_of_batches_hold_each_batch_once(state) {
        let db = state.read();
        for number in 0..7 {
            // Three batches of one instant: the name must order them.
            let seen = at(i64::from(number / 3));
            batches::mention(db, &batch(&format!("批{number}")), seen).await.unwrap();
        }
        let mut seen = Vec::new();
        let mut cursor: Option<Cursor> = None;
        let all = batches::Filter { enterprise: Some(enterprise()), ..batches::Filter::default() };
        loop {
            let page = batches::page(db, &all, cursor.as_ref(), Limit::clamped(2)).await.unwrap();
            seen.extend(page.rows.iter().map(|row| row.key.batch.to_string()));
            let Some(next) = page.next else { break };
            cursor = Some(next.to_string().parse().unwrap());
        }
        assert_eq!(seen, ["批6", "批3", "批4", "批5", "批0", "批1", "批2"]);
    }

    batches_are_found_by_product_and_by_a_part_of_their_number(state) {
        let db = state.read();
        for number in ["24-001", "24-002", "2%_01"] {
            batches::mention(db, &batch(number), at(1)).await.unwrap();
        }
        let check = async |product: Option<&str>, number: Option<&str>, expected: &[&str]| {
            let product = product.map(|product| product.parse().unwrap());
            let filter = batches::Filter { product, number: number.map(str::to_owned), ..Default::default() };
            let page = batches::page(db, &filter, None, Limit::clamped(9)).await.unwrap();
            let found: Vec<String> = page.rows.iter().map(|row| row.key.batch.to_string()).collect();
            assert_eq!(found, expected, "{filter:?}");
        };
        check(None, None, &["2%_01", "24-001", "24-002"]).await;
        check(None, Some("4-00"), &["24-001", "24-002"]).await;
        check(None, Some("%_"), &["2%_01"]).await;
        check(None, Some("!"), &[]).await;
        check(Some(batch("x").product.as_str()), Some("002"), &["24-002"]).await;
        check(Some("another"), None, &[]).await;
    }

    points_stand_in_series_order_by_bytes(state) {
        let db = state.read();
        let series = series::intern(db, &series_key(), "%").await.unwrap();
        assert_eq!(series::intern(db, &series_key(), "kg").await.unwrap(), series);
        // `b` sorts before `B` in most locales, after it by bytes.
        for new in [point(2, "b", 1, 1, 1.0), point(2, "B", 1, 2, 2.0), point(1, "c", 1, 3, 3.0), point(2, "a", 1, 4, 4.0)] {
            assert!(series::put(db, series.id, &new).await.unwrap());
            assert!(!series::put(db, series.id, &new).await.unwrap(), "redelivery is no new point");
        }
        let points = series::points_after(db, series.id, None, Limit::clamped(10)).await.unwrap();
        let order: Vec<_> = points.iter().map(|point| point.place.batch.to_string()).collect();
        assert_eq!(order, ["c", "B", "a", "b"]);
        let after = series::points_after(db, series.id, Some(&points[1].place), Limit::clamped(10)).await.unwrap();
        assert_eq!(after, points[2..]);
        let before = series::points_before(db, series.id, Some(&points[3].place), Limit::clamped(2)).await.unwrap();
        assert_eq!(before, points[1..3]);
        assert_eq!(series::points_before(db, series.id, None, Limit::clamped(10)).await.unwrap(), points);
    }

    a_correction_supersedes_in_whatever_order_it_comes(state) {
        let db = state.read();
        let id = series::intern(db, &series_key(), "%").await.unwrap().id;
        for new in [point(1, "a", 2, 1, 10.0), point(1, "a", 1, 2, 20.0), point(1, "a", 3, 3, 30.0)] {
            series::put(db, id, &new).await.unwrap();
        }
        let current = series::points_after(db, id, None, Limit::clamped(10)).await.unwrap();
        assert_eq!(current.iter().map(|point| point.value).collect::<Vec<_>>(), [30.0]);
        assert!(series::point(db, id, digest(1)).await.unwrap().unwrap().superseded);
    }

    the_end_of_a_batch_moves_its_points_and_names_the_series_once(state) {
        let db = state.read();
        let id = series::intern(db, &series_key(), "%").await.unwrap().id;
        let mut early = point(5, "a", 1, 1, 1.0);
        early.end_known = false;
        series::put(db, id, &early).await.unwrap();
        series::put(db, id, &point(7, "b", 1, 2, 2.0)).await.unwrap();
        let moved = series::batch_ended(db, &batch("a"), at(9)).await.unwrap();
        let [(series, before)] = moved.as_slice() else { panic!("{moved:?}") };
        assert_eq!((series.id, before), (id, &early.place));
        assert!(series::batch_ended(db, &batch("a"), at(9)).await.unwrap().is_empty());
        let points = series::points_after(db, id, None, Limit::clamped(10)).await.unwrap();
        let order: Vec<_> = points.iter().map(|point| (point.place.batch.to_string(), point.end_known)).collect();
        assert_eq!(order, [("b".to_owned(), true), ("a".to_owned(), true)]);
    }

    a_judgement_is_kept_at_its_point_to_the_bit(state) {
        let db = state.read();
        let id = series::intern(db, &series_key(), "%").await.unwrap().id;
        series::put(db, id, &point(1, "a", 1, 1, 0.1 + 0.2)).await.unwrap();
        let judged = Judged {
            phase: "long-term".to_owned(),
            center: Some(1.0 / 3.0),
            lower: None,
            upper: Some(f64::MIN_POSITIVE),
            spec_lower: Some(-0.0),
            spec_upper: None,
            signals: Signals { point: true, sustained: false, breach: true },
        };
        series::judged(db, id, digest(1), &judged).await.unwrap();
        let stored = series::point(db, id, digest(1)).await.unwrap().unwrap();
        assert_eq!((stored.judged, stored.value.to_bits()), (Some(judged), (0.1f64 + 0.2).to_bits()));
        assert!(series::judged(db, id, digest(2), &Judged::default()).await.is_err());
    }

    refusals_are_paged_newest_first_and_counted_by_kind(state) {
        let db = state.read();
        for number in 0..5 {
            let refusal = Refusal {
                at: at(number / 2),
                door: "segments".to_owned(),
                kind: if number == 0 { "forked" } else { "malformed" }.to_owned(),
                box_id: Some("box-1".to_owned()),
                detail: number.to_string(),
                kept_as: None,
                bytes: 10,
            };
            refusals::add(db, &refusal).await.unwrap();
        }
        let first = refusals::page(db, None, Limit::clamped(3)).await.unwrap();
        let rest = refusals::page(db, first.next.as_ref(), Limit::clamped(3)).await.unwrap();
        let details: Vec<_> = first.rows.iter().chain(&rest.rows).map(|row| row.detail.as_str()).collect();
        assert_eq!((details, rest.next), (vec!["4", "3", "2", "1", "0"], None));
        let counted = refusals::by_kind(db).await.unwrap();
        assert_eq!(counted, [("forked".to_owned(), 1), ("malformed".to_owned(), 4)]);
    }
}
