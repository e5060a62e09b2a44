//! The audit trail and what signatures use up.

use state::audit::{self, Event, FIRST_HASH, Filter, Outcome};
use state::people::{self, Organisation, OrganisationKind, Person, Role, organisations};
use state::signatures::{self, Presented};
use state::{Limit, State};

use crate::on_both;
use crate::support::{NOW, at, digest};

async fn add(state: &State, who: &str, organisation: &str, second: i64) -> audit::Row {
    let event = Event {
        who: who.to_owned(),
        organisation: organisation.to_owned(),
        act: "login".to_owned(),
        outcome: Outcome::Refused,
        ..Event::new(at(second))
    };
    let write = state.write().await.unwrap();
    let row = audit::append(&write, &event).await.unwrap();
    write.commit().await.unwrap();
    row
}

on_both! {
    rows_are_dense_and_each_follows_from_the_one_before_even_written_at_once(state) {
        let first = add(state, "li.na", "", 0).await;
        assert_eq!(first.body, r#"{"act":"login","at":"2026-11-21T10:00:00.000000Z","outcome":"refused","seq":1,"who":"li.na"}"#);
        // A change that is not committed takes no number.
        let undone = state.write().await.unwrap();
        audit::append(&undone, &Event::new(at(1))).await.unwrap();
        drop(undone);
        tokio::join!(add(state, "a", "", 2), add(state, "b", "", 3), add(state, "c", "", 4));
        let rows = audit::after(state.read(), 0, Limit::clamped(9)).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
        let mut before = FIRST_HASH;
        for row in &rows {
            assert_eq!(row.hash, audit::chained(&before, &row.body));
            before = row.hash;
        }
        assert_eq!(audit::sealed_through(state.read()).await.unwrap(), 0);
        for through in [2, 4] {
            let write = state.write().await.unwrap();
            audit::set_sealed_through(&write, through).await.unwrap();
            write.commit().await.unwrap();
            assert_eq!(audit::sealed_through(state.read()).await.unwrap(), through);
        }
    }

    a_search_goes_by_person_time_and_division_and_its_pages_follow(state) {
        for (id, region) in [("hangzhou", "330100"), ("ningbo", "330200")] {
            let kind = OrganisationKind::Office;
            let (name_zh, name_en) = (id.to_owned(), id.to_owned());
            let office = Organisation { id: id.to_owned(), name_zh, name_en, kind, region: region.parse().unwrap() };
            organisations::add(state.read(), &office, NOW).await.unwrap();
        }
        for (second, who, organisation) in
            [(0, "a", "hangzhou"), (1, "b", "ningbo"), (2, "a", "hangzhou"), (3, "nobody", "")]
        {
            add(state, who, organisation, second).await;
        }
        let seqs = async |filter: &Filter| -> Vec<u64> {
            let page = audit::page(state.read(), filter, None, Limit::clamped(9)).await.unwrap();
            page.rows.iter().map(|row| row.seq).collect()
        };
        assert_eq!(seqs(&Filter::default()).await, [4, 3, 2, 1]);
        assert_eq!(seqs(&Filter { who: Some("a".into()), ..Filter::default() }).await, [3, 1]);
        let region = |code: &str| Filter { region: Some(code.parse().unwrap()), ..Filter::default() };
        assert_eq!(seqs(&region("330000")).await, [3, 2, 1]);
        assert_eq!(seqs(&region("330200")).await, [2]);
        let between = Filter { from: Some(at(1)), until: Some(at(3)), ..Filter::default() };
        assert_eq!(seqs(&between).await, [3, 2]);
        let first = audit::page(state.read(), &Filter::default(), None, Limit::clamped(3)).await.unwrap();
        let cursor = first.next.unwrap().to_string().parse().unwrap();
        let second = audit::page(state.read(), &Filter::default(), Some(&cursor), Limit::clamped(3)).await.unwrap();
        assert_eq!((second.rows[0].seq, second.rows.len(), second.next), (1, 1, None));
    }

    a_re_authentication_is_good_once_for_its_person_and_session_in_time(state) {
        let db = state.read();
        let person = Person {
            name: "li.na".to_owned(),
            display_name: "李娜".to_owned(),
            role: Role::Officer,
            organisation: "hangzhou".to_owned(),
            added_at: NOW,
            closed_at: None,
        };
        people::add(db, &person, "hash").await.unwrap();
        signatures::reauthenticated(db, digest(1), ("li.na", digest(7)), at(10)).await.unwrap();
        for (token, person, session, since, expected) in [
            (2, "li.na", 7, 0, Presented::Unknown),
            (1, "wang.wei", 7, 0, Presented::Unknown),
            (1, "li.na", 8, 0, Presented::Unknown),
            (1, "li.na", 7, 10, Presented::Expired),
            (1, "li.na", 7, 9, Presented::Good),
            (1, "li.na", 7, 9, Presented::Used),
        ] {
            let whose = (person, digest(session));
            let got = signatures::present(db, digest(token), whose, (at(20), at(since))).await.unwrap();
            assert_eq!(got, expected, "{token} {person} {session} {since}");
        }
    }
}
