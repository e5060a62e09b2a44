//! The access table, expanded: every role by every act by where and how deep, and every route by its act.

use std::fmt::Write as _;
use std::path::PathBuf;

use portal::access::{Action, ROUTES, Scope, Who, every_role, may};
use portal::api::End;
use record::Zone;
use state::people::{Organisation, OrganisationKind};

/// Set to write the golden file instead of comparing it.
const UPDATE: &str = "UPDATE_ACCESS";
const OWN_ENTERPRISE: &str = "91330100MA27OWN00X";

fn organisation(kind: OrganisationKind) -> Organisation {
    Organisation {
        id: if kind == OrganisationKind::Enterprise { OWN_ENTERPRISE } else { "office-330100" }.into(),
        name_zh: "甲".into(),
        name_en: "A".into(),
        kind,
        region: "330100".parse().unwrap(),
    }
}

/// What `may` says of one act of one role: a letter for each zone where it is allowed, for each place.
fn line(who: &Who<'_>, action: Action) -> String {
    let places: [(&str, Option<&str>, &str); 5] = [
        ("own", Some("330100"), OWN_ENTERPRISE),
        ("inside", Some("330106"), "91330106MA27TWO00X"),
        ("above", Some("330000"), "91330000MA27FOUR0X"),
        ("outside", Some("330200"), "91330200MA27THREEX"),
        ("unknown", None, "91000000MA27FIVE0X"),
    ];
    let mut text = String::new();
    for (name, region, enterprise) in places {
        let zones: String = [(Zone::White, 'w'), (Zone::Grey, 'g'), (Zone::Black, 'b')]
            .into_iter()
            .map(|(zone, letter)| {
                let region = region.map(|code| code.parse().unwrap());
                let scope = Scope { region, enterprise: Some(enterprise.parse().unwrap()), zone };
                if may(who, action, &scope).is_allowed() { letter } else { '-' }
            })
            .collect();
        write!(text, "  {name} {zones}").unwrap();
    }
    text
}

#[test]
fn the_access_table_expanded_is_the_one_that_was_reviewed() {
    let mut now = String::from(
        "# Every act by every role of both ends, as `access::may` decides it. The person's office is that of the city\n\
         # 330100, the person's enterprise lies there too. Where: own (the city, or the own enterprise), inside (a county\n\
         # of the city, or another enterprise of it), above (the province), outside (another city), unknown (no region).\n\
         # How deep: w white, g grey, b black; `-` is refused.\n",
    );
    for action in Action::all() {
        writeln!(now, "\n{}", action.word()).unwrap();
        for (kind, role) in every_role() {
            let organisation = organisation(kind);
            let who = Who { role, organisation: &organisation };
            let name = format!("{}.{}", kind.word(), role.word());
            writeln!(now, "  {name:32}{}", line(&who, action)).unwrap();
        }
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/access.golden");
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, now).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap();
    let first = now.lines().zip(golden.lines()).find(|(now, golden)| now != golden);
    assert!(
        now == golden,
        "{first:?}: the access table decides otherwise than reviewed; if that is meant, run \
         `{UPDATE}=1 cargo test -p portal table` and have the change of tests/it/access.golden reviewed"
    );
}

/// Whoever the table names, black is opened by both custodians together and in no other way.
#[test]
fn nobody_reads_black_but_by_the_act_that_takes_both_custodians() {
    for action in Action::all().filter(|action| *action != Action::OpenBlack) {
        for (kind, role) in every_role() {
            let organisation = organisation(kind);
            let who = Who { role, organisation: &organisation };
            let scope = Scope {
                region: Some("330100".parse().unwrap()),
                enterprise: Some(OWN_ENTERPRISE.parse().unwrap()),
                zone: Zone::Black,
            };
            assert!(!may(&who, action, &scope).is_allowed(), "{action:?} {role:?}");
        }
    }
}

/// Every route of both descriptions is an act, and every act of a route is one of a route there is.
#[test]
fn every_route_has_an_act() {
    let open = [("post", "/api/v1/session"), ("post", "/api/v1/session/code")];
    let mut described = Vec::new();
    for end in [End::Enterprise, End::Governance] {
        let document = serde_json::to_value(portal::openapi(end)).unwrap();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let is_open = open.contains(&(method.as_str(), path.as_str()));
                let needs_session = operation["security"] != serde_json::json!([{}]);
                assert_eq!(needs_session, !is_open, "{method} {path}: described as open or not");
                if is_open {
                    continue;
                }
                let method = method.to_uppercase();
                let acts = ROUTES.iter().filter(|route| route.method == method && route.path == path).count();
                assert_eq!(acts, 1, "{method} {path} needs exactly one act in access/routes.rs");
                described.push((method, path.clone()));
            }
        }
    }
    for route in ROUTES {
        let known = described.iter().any(|(method, path)| method == route.method && path == route.path);
        assert!(known, "{} {} is no route of either end", route.method, route.path);
    }
}
