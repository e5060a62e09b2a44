//! Boxes, codes, certificates, ingest numbers.

use record::{BoxId, Timestamp};
use state::boxes::{self, Report};
use state::certificates;
use state::enrolment::{self, Redeemed};
use state::ingest::{self, Arrival, Counts, Head};
use state::{Error, Limit, Write};

use crate::on_both;
use crate::support::{NOW, at, digest, enrolled, enterprise, two_boxes};

fn id(text: &str) -> BoxId {
    text.parse().unwrap()
}

async fn place(write: &Write, box_id: &str, seg_no: u64, size: u64) -> Result<u64, Error> {
    let head = Head { size, root: digest(9), checkpoint: b"note".to_vec(), cosigned_at: NOW };
    let counts = Counts { bytes: 100, entries: 3, readings: 2, events: 1, ..Counts::default() };
    let new = Arrival { box_id: &id(box_id), seg_no, header_hash: digest(7), counts, head: &head };
    ingest::place(write, &new, NOW).await
}

on_both! {
    a_code_is_used_once_and_each_refusal_has_its_reason(state) {
        two_boxes(state).await;
        let db = state.read();
        enrolment::add_code(db, digest(1), &enterprise(), &id("box-9"), NOW, at(60)).await.unwrap();
        let granted = Redeemed::Granted { enterprise: enterprise(), box_id: id("box-9") };
        assert_eq!(enrolment::redeem(db, digest(2), at(1)).await.unwrap(), Redeemed::Unknown);
        assert_eq!(enrolment::redeem(db, digest(1), at(60)).await.unwrap(), Redeemed::Expired { at: at(60) });
        assert_eq!(enrolment::redeem(db, digest(1), at(59)).await.unwrap(), granted);
        assert_eq!(enrolment::redeem(db, digest(1), at(59)).await.unwrap(), Redeemed::Used { at: at(59) });
    }

    a_certificate_opens_until_its_end_or_its_revocation(state) {
        two_boxes(state).await;
        let db = state.read();
        certificates::add(db, &id("box-1"), digest(5), NOW, at(100)).await.unwrap();
        let found = async |now: Timestamp| certificates::box_of(state.read(), digest(5), now).await.unwrap();
        assert_eq!(found(at(99)).await.unwrap().box_, enrolled("box-1"));
        assert_eq!(found(at(100)).await, None);
        boxes::retire(db, "box-1", at(50)).await.unwrap();
        assert_eq!(found(at(51)).await, None);
        let unknown = boxes::retire(db, "box-7", NOW).await.unwrap_err();
        assert_eq!(unknown.to_string(), "box `box-7` is not known");
    }

    a_second_box_with_the_same_key_or_origin_is_a_conflict(state) {
        two_boxes(state).await;
        let mut same_key = enrolled("box-3");
        same_key.vkey = "key of box-1".to_owned();
        let error = boxes::add(state.read(), &same_key).await.unwrap_err();
        assert!(error.to_string().contains("already that of box `box-1`"), "{error}");
    }

    a_freeze_keeps_its_first_reason_and_a_report_its_last(state) {
        two_boxes(state).await;
        let db = state.read();
        let report = |entries| Report {
            seen_at: NOW,
            box_clock: at(-3),
            software: "test".to_owned(),
            durable_entries: entries,
            sealed_entries: 1,
            sealed_segments: 1,
            oldest_unsent_at: None,
        };
        boxes::report(db, &id("box-1"), &report(1)).await.unwrap();
        boxes::report(db, &id("box-1"), &report(2)).await.unwrap();
        boxes::freeze(db, &id("box-1"), "two heads", NOW).await.unwrap();
        boxes::freeze(db, &id("box-1"), "again", at(1)).await.unwrap();
        let known = boxes::by_id(db, "box-1").await.unwrap().unwrap();
        assert_eq!(known.report, Some(report(2)));
        assert_eq!(known.frozen, Some((NOW, "two heads".to_owned())));
        boxes::unfreeze(db, "box-1").await.unwrap();
        assert_eq!(boxes::by_id(db, "box-1").await.unwrap().unwrap().frozen, None);
    }

    ingest_numbers_are_dense_over_boxes_and_a_head_never_goes_back(state) {
        two_boxes(state).await;
        let mut numbers = Vec::new();
        for (box_id, seg_no) in [("box-1", 0), ("box-2", 0), ("box-1", 1)] {
            let write = state.write().await.unwrap();
            numbers.push(place(&write, box_id, seg_no, seg_no + 1).await.unwrap());
            write.commit().await.unwrap();
        }
        // Undone changes take no number.
        let write = state.write().await.unwrap();
        assert_eq!(place(&write, "box-2", 1, 2).await.unwrap(), 4);
        drop(write);
        for (seg_no, size) in [(1, 2), (0, 1), (3, 4), (2, 4)] {
            let write = state.write().await.unwrap();
            let refused = place(&write, "box-1", seg_no, size).await;
            assert!(matches!(refused, Err(Error::Conflict { .. })), "{seg_no} of {size}: {refused:?}");
        }
        let write = state.write().await.unwrap();
        numbers.push(place(&write, "box-1", 2, 3).await.unwrap());
        write.commit().await.unwrap();
        assert_eq!(numbers, [1, 2, 3, 4]);
        let after = ingest::after(state.read(), 2, Limit::clamped(10)).await.unwrap();
        assert_eq!(after.iter().map(|row| (row.ingest_no, row.seg_no)).collect::<Vec<_>>(), [(3, 1), (4, 2)]);
        assert_eq!(ingest::head(state.read(), &id("box-1")).await.unwrap().unwrap().size, 3);
        let held = ingest::held(state.read(), 3).await.unwrap();
        let sums: Vec<_> = held.iter().map(|held| (held.box_id.as_str(), held.segments, held.counts.readings)).collect();
        assert_eq!(sums, [("box-1", 2, 4), ("box-2", 1, 2)]);
        assert_eq!(ingest::last(state.read()).await.unwrap(), 4);
    }

    a_reader_of_the_order_keeps_its_place(state) {
        assert_eq!(ingest::cursor(state.read(), "models").await.unwrap(), 0);
        ingest::set_cursor(state.read(), "models", 7).await.unwrap();
        ingest::set_cursor(state.read(), "models", 8).await.unwrap();
        assert_eq!(ingest::cursor(state.read(), "models").await.unwrap(), 8);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_of_two_boxes_at_once_get_dense_numbers() {
    for fresh in [crate::support::sqlite().await, crate::support::postgres("dense").await] {
        two_boxes(&fresh.state).await;
        let tasks = ["box-1", "box-2"].map(|box_id| {
            let state = fresh.state.clone();
            tokio::spawn(async move {
                let mut numbers = Vec::new();
                for seg_no in 0..10 {
                    let write = state.write().await.unwrap();
                    numbers.push(place(&write, box_id, seg_no, seg_no + 1).await.unwrap());
                    write.commit().await.unwrap();
                }
                numbers
            })
        });
        let mut numbers = Vec::new();
        for task in tasks {
            numbers.extend(task.await.unwrap());
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=20).collect::<Vec<u64>>());
        fresh.done().await;
    }
}

/// Two heads of one log arrive at once, the next and the one after it, again and again: numbers go up by one, the head
/// never goes back, and whoever was refused is taken when it is its turn.
/// Requirement ATT-30.
#[tokio::test(flavor = "multi_thread")]
async fn attack_30_two_heads_of_one_log_at_once_never_take_it_back() {
    const SEGMENTS: u64 = 10;
    for fresh in [crate::support::sqlite().await, crate::support::postgres("heads").await] {
        two_boxes(&fresh.state).await;
        let tasks = [0, 1].map(|ahead| {
            let state = fresh.state.clone();
            tokio::spawn(async move {
                let mut placed = Vec::new();
                for seg_no in ahead..SEGMENTS {
                    let write = state.write().await.unwrap();
                    match place(&write, "box-1", seg_no, seg_no + 1).await {
                        Ok(number) => {
                            write.commit().await.unwrap();
                            placed.push((number, seg_no));
                        }
                        Err(Error::Conflict { .. }) => drop(write),
                        Err(other) => panic!("{other}"),
                    }
                    let head = ingest::head(state.read(), &id("box-1")).await.unwrap();
                    let size = head.map_or(0, |head| head.size);
                    assert!(placed.last().is_none_or(|(_, last)| size > *last), "{size} after {placed:?}");
                }
                placed
            })
        });
        let mut placed = Vec::new();
        for task in tasks {
            placed.extend(task.await.unwrap());
        }
        placed.sort_unstable();
        let expected: Vec<(u64, u64)> = (0..SEGMENTS).map(|seg_no| (seg_no + 1, seg_no)).collect();
        assert_eq!(placed, expected);
        fresh.done().await;
    }
}
