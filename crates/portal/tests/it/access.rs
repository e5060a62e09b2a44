//! Who may do what, and what keeps a session from being stolen, outlived or used by a foreign page.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use portal::api::End;
use portal::login::{DELAY_FIRST_MS, FREE_FAILURES, SESSION_IDLE_MS, SESSION_MS};
use serde_json::json;

use crate::client::Client;
use crate::stage::{PASSWORD, Stage};

async fn stage() -> Stage {
    Stage::open(End::Enterprise, true, "/nonexistent".as_ref()).await
}

/// Every route of an end by the three kinds of caller. `_` is a problem code, a number a status without one.
/// Requirement POR-01.
#[tokio::test]
async fn each_caller_gets_what_the_role_allows_and_nobody_gets_nothing() {
    let new_person = json!({ "name": "zhao.min", "display_name": "赵敏", "role": "qa" });
    let warning = format!("/api/v1/warnings/{}", "0".repeat(64));
    // method, path, nobody, QA or officer, administrator
    let enterprise: &[(Method, &str, &str, &str, &str)] = &[
        (Method::GET, "/healthz", "200", "200", "200"),
        (Method::GET, "/api/v1/session", "unauthenticated", "200", "200"),
        (Method::GET, "/api/v1/status", "unauthenticated", "200", "200"),
        (Method::GET, "/api/v1/readings/latest", "unauthenticated", "200", "200"),
        (Method::GET, "/api/v1/warnings", "unauthenticated", "200", "200"),
        (Method::GET, &warning, "unauthenticated", "not_found", "not_found"),
        (Method::GET, "/api/v1/series", "unauthenticated", "200", "200"),
        (Method::GET, "/api/v1/series/7/chart", "unauthenticated", "not_found", "not_found"),
        (Method::GET, "/api/v1/people", "unauthenticated", "forbidden", "200"),
        (Method::POST, "/api/v1/people", "unauthenticated", "forbidden", "201"),
        (Method::PUT, "/api/v1/people", "unauthenticated", "method_not_allowed", "method_not_allowed"),
        (Method::GET, "/api/v1/boxes", "unauthenticated", "not_found", "not_found"),
        (Method::GET, "/api/v1/nothing", "unauthenticated", "not_found", "not_found"),
        (Method::GET, "/api/v2/status", "not_found", "not_found", "not_found"),
    ];
    let governance: &[(Method, &str, &str, &str, &str)] = &[
        (Method::GET, "/api/v1/overview", "unauthenticated", "200", "200"),
        (Method::GET, "/api/v1/boxes", "unauthenticated", "200", "200"),
        (Method::GET, "/api/v1/status", "unauthenticated", "not_found", "not_found"),
        (Method::GET, "/api/v1/people", "unauthenticated", "forbidden", "200"),
    ];
    for (end, rows) in [(End::Enterprise, enterprise), (End::Governance, governance)] {
        let stage = Stage::open(end, true, "/nonexistent".as_ref()).await;
        let callers = [
            Client::new(&stage.router),
            Client::logged_in(&stage.router, "wang.wei").await,
            Client::logged_in(&stage.router, "li.na").await,
        ];
        for (method, path, nobody, reader, administrator) in rows {
            for (client, expected) in callers.iter().zip([nobody, reader, administrator]) {
                let request = client.request(method.clone(), path).header(header::CONTENT_TYPE, "application/json");
                let answer = client.send(request.body(Body::from(new_person.to_string())).unwrap()).await;
                let got = match answer.status.is_success() {
                    true => answer.status.as_str().to_owned(),
                    false => answer.problem().1,
                };
                assert_eq!(&got, expected, "{end:?} {method} {path}: {}", answer.text);
            }
        }
    }
}

/// Requirement POR-01.
#[tokio::test]
async fn a_change_without_the_sessions_own_token_is_refused() {
    let stage = stage().await;
    let mut client = Client::logged_in(&stage.router, "li.na").await;
    let other = Client::logged_in(&stage.router, "li.na").await;
    let own = client.csrf.clone();
    for wrong in [None, Some(String::new()), other.csrf.clone(), Some("x".repeat(43))] {
        client.csrf = wrong;
        assert_eq!(client.delete("/api/v1/session").await.problem(), (403, "csrf_refused".to_owned()));
    }
    client.csrf = own;
    assert_eq!(client.delete("/api/v1/session").await.status, StatusCode::NO_CONTENT);
    assert_eq!(client.get("/api/v1/session").await.problem(), (401, "unauthenticated".to_owned()));
    assert_eq!(other.get("/api/v1/session").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_login_sent_by_a_foreign_page_is_refused() {
    let stage = stage().await;
    let client = Client::new(&stage.router);
    let login = json!({ "name": "li.na", "password": PASSWORD }).to_string();
    let request = client
        .request(Method::POST, "/api/v1/session")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ORIGIN, "https://evil.example");
    let answer = client.send(request.body(Body::from(login.clone())).unwrap()).await;
    assert_eq!(answer.problem(), (403, "csrf_refused".to_owned()));
    let form = client.request(Method::POST, "/api/v1/session").header(header::CONTENT_TYPE, "text/plain");
    assert_eq!(client.send(form.body(Body::from(login)).unwrap()).await.problem().1, "invalid_request");
}

#[tokio::test]
async fn the_cookie_cannot_be_read_by_scripts_sent_by_other_sites_or_sent_in_the_clear() {
    for (https, expected) in [
        (true, "__Host-yaoxia-TAG=TOKEN; Path=/; HttpOnly; SameSite=Strict; Secure"),
        (false, "yaoxia-TAG=TOKEN; Path=/; HttpOnly; SameSite=Strict"),
    ] {
        let stage = Stage::open(End::Governance, https, "/nonexistent".as_ref()).await;
        let answer = Client::new(&stage.router).log_in("li.na", PASSWORD).await;
        let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
        let (pair, rest) = set.split_once(';').unwrap();
        let (name, token) = pair.split_once('=').unwrap();
        let (prefix, tag) = name.rsplit_once('-').unwrap();
        assert_eq!((token.len(), tag.len()), (43, 8), "256 bits, and a tag of the installation");
        assert_eq!(format!("{prefix}-TAG=TOKEN;{rest}"), expected);
    }
}

/// Requirement POR-01.
#[tokio::test]
async fn a_session_ends_when_idle_and_at_the_latest_after_its_longest_life() {
    let stage = stage().await;
    let idle = Client::logged_in(&stage.router, "wang.wei").await;
    stage.turn_clock(SESSION_IDLE_MS - 1);
    assert_eq!(idle.get("/api/v1/session").await.status, StatusCode::OK);
    stage.turn_clock(SESSION_IDLE_MS);
    assert_eq!(idle.get("/api/v1/session").await.problem(), (401, "unauthenticated".to_owned()));

    let busy = Client::logged_in(&stage.router, "wang.wei").await;
    let step = SESSION_IDLE_MS / 2;
    for _ in 0..SESSION_MS / step - 1 {
        stage.turn_clock(step);
        assert_eq!(busy.get("/api/v1/session").await.status, StatusCode::OK);
    }
    stage.turn_clock(step);
    assert_eq!(busy.get("/api/v1/session").await.problem(), (401, "unauthenticated".to_owned()));
}

#[tokio::test]
async fn each_failed_login_makes_the_next_wait_longer_whether_the_name_exists_or_not() {
    let stage = stage().await;
    let mut client = Client::new(&stage.router);
    for name in ["wang.wei", "nobody.at.all"] {
        for _ in 0..=FREE_FAILURES {
            let answer = client.log_in(name, "wrong").await;
            assert_eq!(answer.problem(), (401, "login_refused".to_owned()), "{name}");
        }
        let delayed = client.log_in(name, PASSWORD).await;
        assert_eq!(delayed.problem(), (429, "login_delayed".to_owned()), "{name}");
        assert_eq!(delayed.headers[header::RETRY_AFTER], "1", "{name}");
    }
    stage.turn_clock(DELAY_FIRST_MS);
    assert_eq!(client.log_in("nobody.at.all", PASSWORD).await.problem().1, "login_refused");
    assert_eq!(client.log_in("Wang.Wei ", PASSWORD).await.status, StatusCode::OK, "a name is read without its case");
    client.cookie = None;
    assert_eq!(client.log_in("wang.wei", "wrong").await.problem().1, "login_refused", "a good login forgets failures");
}

#[tokio::test]
async fn a_changed_password_or_a_closed_account_ends_every_session_of_the_person() {
    let stage = stage().await;
    let client = Client::logged_in(&stage.router, "wang.wei").await;
    portal::people::change_password(&stage.state, "wang.wei", "quite another password".into(), stage.now())
        .await
        .unwrap();
    assert_eq!(client.get("/api/v1/session").await.problem().1, "unauthenticated");
    let mut client = Client::new(&stage.router);
    assert_eq!(client.log_in("wang.wei", PASSWORD).await.problem().1, "login_refused");
    assert_eq!(client.log_in("wang.wei", "quite another password").await.status, StatusCode::OK);
    let write = stage.state.write().await.unwrap();
    state::people::close(&*write, "wang.wei", crate::stage::NOON).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(client.get("/api/v1/session").await.problem().1, "unauthenticated");
    assert_eq!(client.log_in("wang.wei", "quite another password").await.problem().1, "login_refused");
}

#[tokio::test]
async fn accounts_that_cannot_be_used_safely_are_not_opened() {
    let stage = stage().await;
    let client = Client::logged_in(&stage.router, "li.na").await;
    let good = json!({ "name": "zhao.min", "display_name": "赵敏", "role": "qa" });
    let with = |key: &str, value: &str| {
        let mut document = good.clone();
        document[key] = value.into();
        document
    };
    for (document, expected) in [
        (with("name", "赵敏"), "login name"),
        (with("name", ""), "login name"),
        (with("display_name", " "), "shown name"),
        (with("role", "officer"), "officer is no role in an organisation of the kind enterprise"),
        (with("role", "emperor"), "unknown variant `emperor`"),
        (with("rôle", "qa"), "unknown field `rôle`"),
    ] {
        let answer = client.post("/api/v1/people", &document).await;
        assert_eq!(answer.problem(), (400, "invalid_request".to_owned()), "{document}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(expected), "{}", answer.text);
    }
    assert_eq!(client.post("/api/v1/people", &good).await.status, StatusCode::CREATED);
    assert_eq!(client.post("/api/v1/people", &good).await.problem(), (409, "conflict".to_owned()));
    let huge = with("display_name", &"x".repeat(portal::guard::BODY_LEN_MAX));
    assert_eq!(client.post("/api/v1/people", &huge).await.problem(), (413, "too_large".to_owned()));
}
