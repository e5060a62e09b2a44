//! Accounts and sessions, and the figures of series that pages show.

use record::{Digest, Timestamp};
use state::people::{self, Organisation, OrganisationKind, Person, Recovery, Role, organisations};
use state::region::Within;
use state::series::{self, Judged, Signals};

use crate::on_both;
use crate::support::{NOW, at, digest, point, series_key};

const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA";

fn person(name: &str, role: Role) -> Person {
    Person {
        name: name.to_owned(),
        display_name: "李娜".to_owned(),
        role,
        organisation: "office".to_owned(),
        added_at: NOW,
        closed_at: None,
    }
}

fn office(id: &str, region: &str) -> Organisation {
    Organisation {
        id: id.to_owned(),
        name_zh: "市局".to_owned(),
        name_en: "Office".to_owned(),
        kind: OrganisationKind::Office,
        region: region.parse().unwrap(),
    }
}

fn token(number: u8) -> Digest {
    digest(number)
}

on_both! {
    a_name_is_taken_for_ever_even_by_a_closed_account(state) {
        let db = state.read();
        people::add(db, &person("li.na", Role::Administrator), HASH).await.unwrap();
        people::close(db, "li.na", at(5)).await.unwrap();
        let taken = people::add(db, &person("li.na", Role::Auditor), HASH).await.unwrap_err();
        assert_eq!(taken.to_string(), "person `li.na`: the name is taken");
        let known: Vec<Person> = people::all(db, None).await.unwrap().into_iter().map(|row| row.person).collect();
        assert_eq!(known, [Person { closed_at: Some(at(5)), ..person("li.na", Role::Administrator) }]);
        let unknown = people::close(db, "nobody", at(5)).await.unwrap_err();
        assert_eq!(unknown.to_string(), "person `nobody` is not known");
    }

    a_session_lives_until_it_is_ended_idle_or_its_account_is_closed(state) {
        let db = state.read();
        people::add(db, &person("li.na", Role::Auditor), HASH).await.unwrap();
        organisations::add(db, &office("office", "330100"), NOW).await.unwrap();
        people::begin(db, ("li.na", "10.0.0.7"), token(1), at(0), at(-100)).await.unwrap();
        people::begin(db, ("li.na", "10.0.0.7"), token(2), at(50), at(-50)).await.unwrap();
        people::touch(db, token(1), at(60)).await.unwrap();
        let first = people::session(db, token(1)).await.unwrap().unwrap();
        assert_eq!((first.person.name.as_str(), first.began_at, first.seen_at), ("li.na", at(0), at(60)));
        people::begin(db, ("li.na", "10.0.0.7"), token(3), at(110), at(55)).await.unwrap();
        assert_eq!(people::session(db, token(2)).await.unwrap(), None, "not used since 50, swept at 55");
        people::end(db, token(1)).await.unwrap();
        people::end(db, token(1)).await.unwrap();
        assert_eq!(people::session(db, token(1)).await.unwrap(), None);
        people::close(db, "li.na", at(120)).await.unwrap();
        assert_eq!(people::session(db, token(3)).await.unwrap(), None);
    }

    failed_logins_are_counted_one_by_one_and_forgotten_by_a_good_one(state) {
        let db = state.read();
        people::add(db, &person("li.na", Role::Auditor), HASH).await.unwrap();
        for second in 1..=3 {
            people::login_tried(db, "li.na", at(second)).await.unwrap();
        }
        let known = people::credential(db, "li.na").await.unwrap().unwrap();
        assert_eq!((known.failed_logins, known.failed_at), (3, Some(at(3))));
        assert!(!format!("{known:?}").contains("argon2id"), "a hash is never shown");
        people::begin(db, ("li.na", "10.0.0.7"), token(1), at(4), Timestamp(0)).await.unwrap();
        let known = people::credential(db, "li.na").await.unwrap().unwrap();
        assert_eq!((known.failed_logins, known.password_hash.as_str()), (0, HASH));
        assert_eq!(people::credential(db, "nobody").await.unwrap(), None);
    }

    a_new_password_ends_every_session_of_its_person_and_of_nobody_else(state) {
        let db = state.read();
        organisations::add(db, &office("office", "330100"), NOW).await.unwrap();
        for (number, name) in [(1, "li.na"), (2, "wang.wei")] {
            people::add(db, &person(name, Role::Auditor), HASH).await.unwrap();
            people::begin(db, (name, ""), token(number), at(0), at(-1)).await.unwrap();
        }
        people::set_password(db, "li.na", "other").await.unwrap();
        assert_eq!(people::session(db, token(1)).await.unwrap(), None);
        assert_eq!(people::session(db, token(2)).await.unwrap().unwrap().person.name, "wang.wei");
        assert_eq!(people::credential(db, "li.na").await.unwrap().unwrap().password_hash, "other");
    }

    people_of_the_first_release_find_their_organisation_and_their_role(state) {
        use sea_orm::ConnectionTrait as _;
        let db = state.read();
        let old = "INSERT INTO person (name, display_name, role, password_hash, added_at, failed_logins) VALUES";
        for (name, role) in [("admin", "administrator"), ("reader", "viewer")] {
            db.execute_unprepared(&format!("{old} ('{name}', 'x', '{role}', 'h', 0, 0)")).await.unwrap();
        }
        assert!(people::all(db, None).await.is_err(), "a viewer means nothing before it is settled");
        organisations::settle(db, &office("hangzhou", "330100"), NOW).await.unwrap();
        organisations::settle(db, &office("hangzhou", "330200"), NOW).await.unwrap();
        let known: Vec<_> = people::all(db, None).await.unwrap().into_iter().map(|row| row.person).collect();
        let roles: Vec<_> = known.iter().map(|person| (person.role, person.organisation.as_str())).collect();
        assert_eq!(roles, [(Role::Administrator, "hangzhou"), (Role::Auditor, "hangzhou")]);
        let kept = organisations::by_id(db, "hangzhou").await.unwrap().unwrap();
        assert_eq!(kept.region.as_str(), "330100", "settling again changes nothing");
        let factory = Organisation { kind: OrganisationKind::Enterprise, ..office("factory", "330106") };
        db.execute_unprepared(&format!("{old} ('qa', 'x', 'viewer', 'h', 0, 0)")).await.unwrap();
        organisations::settle(db, &factory, NOW).await.unwrap();
        assert_eq!(people::credential(db, "qa").await.unwrap().unwrap().person.role, Role::Qa);
    }

    people_and_organisations_are_listed_by_division(state) {
        let db = state.read();
        for (id, region) in [("country", "000000"), ("zhejiang", "330000"), ("hangzhou", "330100"), ("ningbo", "330200")] {
            organisations::add(db, &office(id, region), NOW).await.unwrap();
            let row = Person { organisation: id.to_owned(), ..person(&format!("at.{id}"), Role::Officer) };
            people::add(db, &row, HASH).await.unwrap();
        }
        let taken = organisations::add(db, &office("ningbo", "330200"), NOW).await.unwrap_err();
        assert_eq!(taken.to_string(), "organisation `ningbo`: the id is taken");
        for (region, expected) in [
            ("000000", vec!["country", "hangzhou", "ningbo", "zhejiang"]),
            ("330000", vec!["hangzhou", "ningbo", "zhejiang"]),
            ("330200", vec!["ningbo"]),
            ("330106", vec![]),
        ] {
            let region = region.parse().unwrap();
            let ids: Vec<_> =
                organisations::within(db, Some(&region)).await.unwrap().into_iter().map(|row| row.id).collect();
            assert_eq!(ids, expected);
            let names: Vec<_> =
                people::all(db, Some(&region)).await.unwrap().into_iter().map(|row| row.person.organisation).collect();
            assert_eq!(names, expected);
        }
    }

    a_code_opens_its_account_once_and_a_newer_one_ends_it(state) {
        let db = state.read();
        people::add(db, &person("li.na", Role::Officer), HASH).await.unwrap();
        people::add_code(db, digest(1), ("li.na", "admin"), at(0), at(100)).await.unwrap();
        assert_eq!(people::invited(db, at(1)).await.unwrap(), [("li.na".to_owned(), at(100))]);
        people::add_code(db, digest(2), ("li.na", "admin"), at(10), at(110)).await.unwrap();
        assert_eq!(people::use_code(db, digest(1), at(11)).await.unwrap(), None, "a newer code was given");
        assert_eq!(people::use_code(db, digest(3), at(11)).await.unwrap(), None, "never given");
        assert_eq!(people::use_code(db, digest(2), at(110)).await.unwrap(), None, "over");
        assert_eq!(people::use_code(db, digest(2), at(109)).await.unwrap(), Some("li.na".to_owned()));
        assert_eq!(people::use_code(db, digest(2), at(109)).await.unwrap(), None, "used");
        assert_eq!(people::invited(db, at(11)).await.unwrap(), []);
    }

    a_recovery_takes_two_administrators_and_neither_is_its_person(state) {
        let db = state.read();
        for name in ["li.na", "admin.a", "admin.b"] {
            people::add(db, &person(name, Role::Administrator), HASH).await.unwrap();
        }
        let ask = |id: &str, person: &str| Recovery {
            id: id.to_owned(),
            person: person.to_owned(),
            reason: "forgot it".to_owned(),
            asked_by: "admin.a".to_owned(),
            asked_at: at(0),
            expires_at: at(100),
            approved: None,
        };
        people::ask_recovery(db, &ask("r1", "li.na")).await.unwrap();
        for (by, second, why) in [
            ("admin.a", 1, "the second administrator must be another than the first"),
            ("li.na", 1, "nobody approves the recovery of the own account"),
            ("admin.b", 100, "it was not approved in time; ask again"),
        ] {
            let refused = people::approve_recovery(db, "r1", by, at(second)).await.unwrap_err();
            assert_eq!(refused.to_string(), format!("recovery `r1`: {why}"));
        }
        assert_eq!(people::recoveries(db, at(50)).await.unwrap(), [ask("r1", "li.na")]);
        let approved = people::approve_recovery(db, "r1", "admin.b", at(50)).await.unwrap();
        assert_eq!(approved.approved, Some(("admin.b".to_owned(), at(50))));
        let again = people::approve_recovery(db, "r1", "admin.b", at(51)).await.unwrap_err();
        assert_eq!(again.to_string(), "recovery `r1`: admin.b has approved it");
        assert_eq!(people::recoveries(db, at(50)).await.unwrap(), []);
    }

    sessions_of_a_person_are_listed_and_ended_but_for_the_one_in_use(state) {
        let db = state.read();
        people::add(db, &person("li.na", Role::Officer), HASH).await.unwrap();
        for number in 1..=3 {
            people::begin(db, ("li.na", "10.0.0.7"), token(number), at(i64::from(number)), at(-1)).await.unwrap();
        }
        people::end_all(db, "li.na", Some(token(2))).await.unwrap();
        let open = people::of_person(db, "li.na").await.unwrap();
        let seen: Vec<_> = open.iter().map(|row| (row.id, row.began_at, row.address.as_str())).collect();
        assert_eq!(seen, [(token(2), at(2), "10.0.0.7")]);
    }

    a_region_narrows_series_warnings_batches_boxes_and_enterprises(state) {
        let db = state.read();
        crate::support::two_boxes(state).await;
        let key = series_key();
        let id = series::intern(db, &key, "%").await.unwrap().id;
        for (within, expected) in [
            (Within::All, 1),
            (Within::Region("000000".parse().unwrap()), 1),
            (Within::Region("510000".parse().unwrap()), 1),
            (Within::Region("510100".parse().unwrap()), 1),
            (Within::Region("510104".parse().unwrap()), 0),
            (Within::Region("330000".parse().unwrap()), 0),
            (Within::Enterprise(crate::support::enterprise()), 1),
            (Within::Enterprise("other".parse().unwrap()), 0),
        ] {
            let page = series::page(db, &within, None, None, None, state::Limit::clamped(9)).await.unwrap();
            let one = series::by_id_within(db, id, &within).await.unwrap();
            let boxes = state::boxes::within(db, &within).await.unwrap().len();
            let named = state::boxes::by_id_within(db, "box-1", &within).await.unwrap();
            let enterprises = state::boxes::enterprises_within(db, &within).await.unwrap().len();
            let got = (page.rows.len(), one.into_iter().count(), boxes, named.into_iter().count(), enterprises);
            assert_eq!(got, (expected, expected, 2 * expected, expected, expected), "{within:?}");
        }
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
