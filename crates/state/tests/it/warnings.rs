//! One warning for one thing that is wrong, whoever finds it and however often.

use std::collections::BTreeMap;

use record::{Level, Signal};
use state::batches::BatchKey;
use state::region::Within;
use state::series::{self, SeriesId};
use state::warnings::{self, Agreement, End, Filter, Outcome, Raised};
use state::{Cursor, Limit, State};

use crate::on_both;
use crate::support::{at, digest, enterprise, finding, product, series_key};

async fn series(state: &State) -> SeriesId {
    series::intern(state.read(), &series_key(), "[CFU]/g").await.unwrap().id
}

async fn raise(state: &State, id: u8, signal: Signal, level: Level, end: End) -> Outcome {
    let finding = finding(id, &format!("B{id}"), signal, level);
    let series = series(state).await;
    let new = Raised { finding: &finding, body: b"sealed", series, end, at: at(i64::from(id) + 2) };
    let write = state.write().await.unwrap();
    let outcome = warnings::raise(&*write, &new).await.unwrap();
    write.commit().await.unwrap();
    outcome
}

on_both! {
    box_and_center_hold_one_warning(state) {
        let opened = raise(state, 1, Signal::Point, Level::Orange, End::Center).await;
        assert_eq!(opened, Outcome::Opened(digest(1)));
        assert_eq!(raise(state, 1, Signal::Point, Level::Orange, End::Box).await, Outcome::Confirmed(digest(1)));
        assert_eq!(raise(state, 1, Signal::Point, Level::Orange, End::Box).await, Outcome::Known(digest(1)));
        assert_eq!(raise(state, 1, Signal::Point, Level::Orange, End::Center).await, Outcome::Known(digest(1)));
        let warning = warnings::find(state.read(), digest(1)).await.unwrap().unwrap();
        assert_eq!(warning.agreement, Agreement::Same);
        assert_eq!((warning.raised_at_box, warning.raised_at_center), (Some(at(3)), Some(at(3))));
        assert_eq!((warning.findings, warning.open, warning.handling.as_str()), (1, true, "raised"));
        assert_eq!((warning.catalogue.as_str(), warning.stage.as_deref()), ("2026-07 proposed", Some("granulation")));
        assert_eq!(warning.qualifiers, series_key().qualifiers);
    }

    each_point_is_a_warning_and_sustained_signals_join_the_open_one(state) {
        assert_eq!(raise(state, 1, Signal::Point, Level::Yellow, End::Box).await, Outcome::Opened(digest(1)));
        assert_eq!(raise(state, 2, Signal::Point, Level::Yellow, End::Box).await, Outcome::Opened(digest(2)));
        assert_eq!(raise(state, 3, Signal::Sustained, Level::Orange, End::Box).await, Outcome::Joined(digest(1)));
        let first = warnings::find(state.read(), digest(1)).await.unwrap().unwrap();
        assert_eq!((first.level, first.findings), (Level::Orange, 2));
        let parts = warnings::parts(state.read(), digest(1)).await.unwrap();
        assert_eq!(parts.iter().map(|part| part.finding).collect::<Vec<_>>(), [digest(1), digest(3)]);
        assert_eq!(parts[1].body, b"sealed");
        for id in [1, 2] {
            warnings::handled(state.read(), digest(id), "closed", false, "li", at(9)).await.unwrap();
        }
        assert_eq!(raise(state, 4, Signal::Sustained, Level::Orange, End::Box).await, Outcome::Opened(digest(4)));
    }

    a_finding_a_rerun_no_longer_gives_is_superseded_and_revived_if_it_comes_back(state) {
        raise(state, 1, Signal::Point, Level::Orange, End::Center).await;
        raise(state, 2, Signal::Sustained, Level::Orange, End::Center).await;
        assert_eq!(warnings::supersede(state.read(), digest(1), at(50)).await.unwrap(), digest(1));
        let half = warnings::find(state.read(), digest(1)).await.unwrap().unwrap();
        assert_eq!(half.superseded_at, None, "one of its findings still stands");
        warnings::supersede(state.read(), digest(2), at(51)).await.unwrap();
        let gone = warnings::find(state.read(), digest(1)).await.unwrap().unwrap();
        assert_eq!(gone.superseded_at, Some(at(51)));
        assert_eq!(warnings::standing(state.read(), series(state).await).await.unwrap(), []);
        raise(state, 1, Signal::Point, Level::Orange, End::Center).await;
        let back = warnings::find(state.read(), digest(1)).await.unwrap().unwrap();
        assert_eq!(back.superseded_at, None);
    }

    pages_go_by_result_time_and_filters_hold(state) {
        for id in 1..=5 {
            let level = if id % 2 == 0 { Level::Red } else { Level::Yellow };
            raise(state, id, Signal::Point, level, End::Box).await;
        }
        let list = async |filter: &Filter| {
            let mut ids = Vec::new();
            let mut cursor: Option<Cursor> = None;
            loop {
                let page =
                    warnings::page(state.read(), filter, cursor.as_ref(), Limit::clamped(2)).await.unwrap();
                ids.extend(page.rows.iter().map(|row| row.id.0[0]));
                let Some(next) = page.next else { return ids };
                cursor = Some(next.to_string().parse().unwrap());
            }
        };
        assert_eq!(list(&Filter::default()).await, [5, 4, 3, 2, 1]);
        let red = Filter { level_min: Some(Level::Red), ..Filter::default() };
        assert_eq!(list(&red).await, [4, 2]);
        assert_eq!(warnings::number(state.read(), &red).await.unwrap(), 2);
        warnings::handled(state.read(), digest(4), "closed", false, "li", at(9)).await.unwrap();
        assert_eq!(list(&Filter { open_only: true, ..red }).await, [2]);
        let other = Filter { product: Some("P99".parse().unwrap()), ..Filter::default() };
        assert_eq!(list(&other).await, [] as [u8; 0]);
    }

    open_warnings_are_counted_by_level_and_on_every_batch_they_stand_on(state) {
        raise(state, 1, Signal::Point, Level::Yellow, End::Box).await;
        raise(state, 2, Signal::Sustained, Level::Orange, End::Box).await;
        raise(state, 3, Signal::Point, Level::Red, End::Box).await;
        raise(state, 4, Signal::Point, Level::Red, End::Box).await;
        let key = |batch: &str| BatchKey { enterprise: enterprise(), product: product(), batch: batch.parse().unwrap() };
        let open = async || {
            let rows = warnings::open_by_enterprise(state.read(), &Within::All).await.unwrap();
            rows.into_iter().map(|row| (row.level, row.warnings, row.oldest_at)).collect::<Vec<_>>()
        };
        let oldest = |id| warnings::find(state.read(), digest(id));
        let at_1 = oldest(1).await.unwrap().unwrap().result_at;
        let at_3 = oldest(3).await.unwrap().unwrap().result_at;
        assert_eq!(open().await, [(Level::Orange, 1, at_1), (Level::Red, 2, at_3)]);
        let of = warnings::open_by_batch(state.read(), &[key("B1"), key("B2"), key("B3"), key("B9")]).await.unwrap();
        let orange = BTreeMap::from([(Level::Orange, 1)]);
        let red = BTreeMap::from([(Level::Red, 1)]);
        assert_eq!(of, [(key("B1"), orange.clone()), (key("B2"), orange), (key("B3"), red)].into());
        let on_b2 = Filter { batch: Some("B2".parse().unwrap()), ..Filter::default() };
        let page = warnings::page(state.read(), &on_b2, None, Limit::clamped(9)).await.unwrap();
        assert_eq!(page.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [digest(1)]);
        let only_red = Filter { level: Some(Level::Red), ..Filter::default() };
        assert_eq!(warnings::number(state.read(), &only_red).await.unwrap(), 2);
        let flagged = warnings::flagged_in(state.read(), &key("B2"), Limit::clamped(9)).await.unwrap();
        let series = series(state).await;
        assert_eq!(flagged.iter().map(|(of, part)| (*of, part.finding)).collect::<Vec<_>>(), [(series, digest(2))]);
        warnings::handled(state.read(), digest(1), "closed", false, "li", at(9)).await.unwrap();
        warnings::supersede(state.read(), digest(4), at(50)).await.unwrap();
        assert_eq!(open().await, [(Level::Red, 1, at_3)]);
        assert_eq!(warnings::open_by_batch(state.read(), &[key("B1"), key("B4")]).await.unwrap(), BTreeMap::new());
    }

    // Requirement RUL-06.
    a_difference_is_stated_on_the_warning(state) {
        raise(state, 1, Signal::Point, Level::Orange, End::Box).await;
        warnings::compared(state.read(), digest(1), Agreement::Differs, Some("found nothing")).await.unwrap();
        let warning = warnings::find(state.read(), digest(1)).await.unwrap().unwrap();
        assert_eq!((warning.agreement, warning.difference.as_deref()), (Agreement::Differs, Some("found nothing")));
    }
}
