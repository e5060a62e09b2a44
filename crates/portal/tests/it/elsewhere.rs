//! Every route, asked by who may not: with somebody else's ids, with a forged session, without the session's token. Each
//! is refused, is on record, and the answer is that of a thing that does not exist.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, header};
use portal::access::{ROUTES, Route};
use portal::api::End;
use serde_json::{Value, json};
use state::audit::Row;
use state::people::Role;

use crate::client::{Answer, Client};
use crate::stage::{Stage, enterprise_id};

/// The routes of an end's description that are for logged-in people.
fn routes(end: End) -> Vec<Route> {
    let document = serde_json::to_value(portal::openapi(end)).unwrap();
    let described = |route: &&Route| !document["paths"][route.path][route.method.to_lowercase()].is_null();
    ROUTES.iter().filter(described).copied().collect()
}

async fn ask(client: &Client, method: &str, path: &str, document: &Value) -> Answer {
    let method: Method = method.parse().unwrap();
    let request = client.request(method, path).header(header::CONTENT_TYPE, "application/json");
    client.send(request.body(Body::from(document.to_string())).unwrap()).await
}

/// A document that the route understands, so that it is the id that is refused.
fn document(path: &str) -> Value {
    if path.ends_with("/retirement") || path.ends_with("/acceptance") {
        return json!({ "reason": "because", "proof": "x" });
    }
    if path.ends_with("/approval") {
        return json!({ "proof": "x" });
    }
    json!({ "reason": "because" })
}

/// The newest row of the audit trail.
async fn newest(stage: &Stage) -> Row {
    let rows = state::audit::after(stage.state.read(), 0, state::Limit::clamped(500)).await.unwrap();
    rows.last().unwrap().clone()
}

/// An answer without what was asked for in it.
fn told(answer: &Answer, ids: &[&str]) -> (u16, String) {
    let text = ids.iter().fold(answer.text.clone(), |text, id| text.replace(id, "ID"));
    (answer.status.as_u16(), text)
}

/// Requirement POR-02.
#[tokio::test]
async fn somebody_elses_ids_are_answered_like_ids_of_nobody_on_every_route_and_kept() {
    let stage = Stage::open(End::Governance, true, "/nonexistent".as_ref()).await;
    stage.play().await;
    for (name, region) in [("hangzhou", "330100"), ("hangzhou.too", "330100"), ("ningbo", "330200")] {
        stage.person(name, Role::Administrator, region).await;
    }
    let hangzhou = Client::logged_in(&stage.router, "hangzhou").await;
    let ningbo = Client::logged_in(&stage.router, "ningbo").await;
    let first = |page: &Value| page["items"][0]["id"].as_str().unwrap().to_owned();
    let warning = first(&hangzhou.get("/api/v1/warnings").await.json());
    let series = first(&hangzhou.get("/api/v1/series").await.json());
    let session = first(&hangzhou.get("/api/v1/sessions").await.json());
    let asked = json!({ "person": "hangzhou.too", "reason": "because" });
    let recovery = ask(&hangzhou, "POST", "/api/v1/recoveries", &asked).await.json()["id"].as_str().unwrap().to_owned();
    let enterprise = enterprise_id().to_string();
    // Each route with an id: what stands in its place of theirs, and what of nobody's.
    let places = [
        ("/api/v1/series/", &[series.as_str()][..], &["999"][..]),
        ("/api/v1/warnings/", &[&warning], &["0000000000000000000000000000000000000000000000000000000000000000"]),
        ("/api/v1/boxes/", &["box-330100-01"], &["box-330100-99"]),
        ("/api/v1/batches/", &[&enterprise, "INJ-01", "INJ-01-034"], &["91330000MA27NONE0X", "INJ-01", "INJ-01-034"]),
        ("/api/v1/sessions/", &[&session], &["nobody"]),
        ("/api/v1/people/", &["hangzhou", &session], &["nobody.here", &session]),
        ("/api/v1/recoveries/", &[&recovery], &["nobody"]),
    ];
    let filled = |path: &str, ids: &[&str]| {
        let mut ids = ids.iter();
        let part = |part: &str| if part.starts_with('{') { (*ids.next().unwrap()).to_owned() } else { part.to_owned() };
        path.split('/').map(part).collect::<Vec<_>>().join("/")
    };
    // No list tells of them. Asked before the attempts: what one asked for oneself stands in the audit trail.
    for route in routes(End::Governance).into_iter().filter(|route| route.method == "GET" && !route.path.contains('{'))
    {
        if ["/api/v1/live", "/api/v1/signatures"].contains(&route.path) {
            continue;
        }
        let answer = ningbo.get(route.path).await;
        assert_eq!(answer.status.as_u16(), 200, "{}: {}", route.path, answer.text);
        for theirs in [warning.as_str(), &enterprise, "box-330100-01", "hangzhou", "INJ-01-034", &recovery] {
            assert!(!answer.text.contains(theirs), "{} tells of {theirs}: {}", route.path, answer.text);
        }
    }
    let mut tried = 0;
    for route in routes(End::Governance).into_iter().filter(|route| route.path.contains('{')) {
        let (_, theirs, nobodys) = places
            .iter()
            .find(|(start, ..)| route.path.starts_with(start))
            .unwrap_or_else(|| panic!("{} needs its ids in this test", route.path));
        let before = newest(&stage).await.seq;
        let there = ask(&ningbo, route.method, &filled(route.path, theirs), &document(route.path)).await;
        let after = newest(&stage).await;
        let nowhere = ask(&ningbo, route.method, &filled(route.path, nobodys), &document(route.path)).await;
        assert_eq!(there.problem(), (404, "not_found".to_owned()), "{} {}", route.method, route.path);
        assert_eq!(told(&there, theirs), told(&nowhere, nobodys), "{} {}", route.method, route.path);
        assert_eq!(after.seq, before + 1, "{} {} is on record", route.method, route.path);
        assert!(after.body.contains("\"refused\"") && after.body.contains("ningbo"), "{}", after.body);
        tried += 1;
    }
    assert!(tried >= 14, "{tried} routes with an id");
    let theirs = ningbo.get("/api/v1/signatures?record=box/box-330100-01/retirement").await;
    assert_eq!(theirs.json()["items"], json!([]));
}

/// Requirement POR-01.
#[tokio::test]
async fn without_a_session_or_its_token_no_route_of_either_end_answers() {
    for end in [End::Enterprise, End::Governance] {
        let stage = Stage::open(end, true, "/nonexistent".as_ref()).await;
        let real = Client::logged_in(&stage.router, "li.na").await;
        let cookie = real.cookie.clone().unwrap();
        let name = cookie.split('=').next().unwrap();
        let mut forged = Client::new(&stage.router);
        forged.cookie = Some(format!("{name}={}", "A".repeat(43)));
        forged.csrf = real.csrf.clone();
        let mut foreign = Client::new(&stage.router);
        foreign.cookie = Some(cookie);
        let mut seen = BTreeSet::new();
        for route in routes(end) {
            let path = route.path.replace(['{', '}'], "");
            for client in [&Client::new(&stage.router), &forged] {
                let answer = ask(client, route.method, &path, &document(route.path)).await;
                assert_eq!(answer.problem(), (401, "unauthenticated".to_owned()), "{} {path}", route.method);
            }
            if route.method != "GET" {
                let answer = ask(&foreign, route.method, &path, &document(route.path)).await;
                assert_eq!(answer.problem(), (403, "csrf_refused".to_owned()), "{} {path}", route.method);
            }
            seen.insert((route.method, route.path));
        }
        assert!(seen.len() > 20, "{end:?}: {seen:?}");
        assert_eq!(real.get("/api/v1/session").await.status.as_u16(), 200, "the session was not touched");
    }
}
