//! Accounts and sessions, and the figures of series that pages show.

use record::{Digest, Timestamp};
use state::people::{self, Person, Role};
use state::series::{self, Judged, Signals};

use crate::on_both;
use crate::support::{NOW, at, digest, point, series_key};

const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA";

fn person(name: &str, role: Role) -> Person {
    Person { name: name.to_owned(), display_name: "李娜".to_owned(), role, added_at: NOW, closed_at: None }
}

fn token(number: u8) -> Digest {
    digest(number)
}

on_both! {
    a_name_is_taken_for_ever_even_by_a_closed_account(state) {
        let db = state.read();
        people::add(db, &person("li.na", Role::Administrator), HASH).await.unwrap();
        people::close(db, "li.na", at(5)).await.unwrap();
        let taken = people::add(db, &person("li.na", Role::Viewer), HASH).await.unwrap_err();
        assert_eq!(taken.to_string(), "person `li.na`: the name is taken");
        let known = people::all(db).await.unwrap();
        assert_eq!(known, [Person { closed_at: Some(at(5)), ..person("li.na", Role::Administrator) }]);
        let unknown = people::close(db, "nobody", at(5)).await.unwrap_err();
        assert_eq!(unknown.to_string(), "person `nobody` is not known");
    }

    a_session_lives_until_it_is_ended_idle_or_its_account_is_closed(state) {
        let db = state.read();
        people::add(db, &person("li.na", Role::Viewer), HASH).await.unwrap();
        people::begin(db, "li.na", token(1), at(0), at(-100)).await.unwrap();
        people::begin(db, "li.na", token(2), at(50), at(-50)).await.unwrap();
        people::touch(db, token(1), at(60)).await.unwrap();
        let first = people::session(db, token(1)).await.unwrap().unwrap();
        assert_eq!((first.person.name.as_str(), first.began_at, first.seen_at), ("li.na", at(0), at(60)));
        people::begin(db, "li.na", token(3), at(110), at(55)).await.unwrap();
        assert_eq!(people::session(db, token(2)).await.unwrap(), None, "not used since 50, swept at 55");
        people::end(db, token(1)).await.unwrap();
        people::end(db, token(1)).await.unwrap();
        assert_eq!(people::session(db, token(1)).await.unwrap(), None);
        people::close(db, "li.na", at(120)).await.unwrap();
        assert_eq!(people::session(db, token(3)).await.unwrap(), None);
    }

    failed_logins_are_counted_one_by_one_and_forgotten_by_a_good_one(state) {
        let db = state.read();
        people::add(db, &person("li.na", Role::Viewer), HASH).await.unwrap();
        for second in 1..=3 {
            people::login_tried(db, "li.na", at(second)).await.unwrap();
        }
        let known = people::credential(db, "li.na").await.unwrap().unwrap();
        assert_eq!((known.failed_logins, known.failed_at), (3, Some(at(3))));
        assert!(!format!("{known:?}").contains("argon2id"), "a hash is never shown");
        people::begin(db, "li.na", token(1), at(4), Timestamp(0)).await.unwrap();
        let known = people::credential(db, "li.na").await.unwrap().unwrap();
        assert_eq!((known.failed_logins, known.password_hash.as_str()), (0, HASH));
        assert_eq!(people::credential(db, "nobody").await.unwrap(), None);
    }

    a_new_password_ends_every_session_of_its_person_and_of_nobody_else(state) {
        let db = state.read();
        for (number, name) in [(1, "li.na"), (2, "wang.wei")] {
            people::add(db, &person(name, Role::Viewer), HASH).await.unwrap();
            people::begin(db, name, token(number), at(0), at(-1)).await.unwrap();
        }
        people::set_password(db, "li.na", "other").await.unwrap();
        assert_eq!(people::session(db, token(1)).await.unwrap(), None);
        assert_eq!(people::session(db, token(2)).await.unwrap().unwrap().person.name, "wang.wei");
        assert_eq!(people::credential(db, "li.na").await.unwrap().unwrap().password_hash, "other");
    }

    figures_count_standing_points_and_those_with_a_signal(state) {
        let db = state.read();
        let series = series::intern(db, &series_key(), "%").await.unwrap();
        assert_eq!(series::figures(db, &[series.id]).await.unwrap().len(), 0);
        for (batch_end, batch, version, record) in [(1, "B1", 1, 1), (2, "B2", 1, 2), (2, "B2", 2, 3), (3, "B3", 1, 4)] {
            let point = point(batch_end, batch, version, record, 1.0);
            assert!(series::put(db, series.id, &point).await.unwrap());
        }
        let judged = Judged {
            phase: "long-term".to_owned(),
            center: Some(1.0),
            lower: None,
            upper: Some(0.5),
            spec_lower: None,
            spec_upper: None,
            signals: Signals { point: true, sustained: true, ..Signals::default() },
        };
        // Record 2 is superseded by record 3: it counts neither as a point nor as flagged.
        for record in [2, 4] {
            series::judged(db, series.id, digest(record), &judged).await.unwrap();
        }
        let figures = series::figures(db, &[series.id]).await.unwrap()[&series.id];
        assert_eq!((figures.points, figures.flagged, figures.last_at), (3, 1, at(3)));
    }
}
