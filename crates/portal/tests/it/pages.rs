//! What every answer looks like: a snapshot for each route, and the files of the page.

use axum::http::{StatusCode, header};
use portal::api::End;

use crate::client::Client;
use crate::stage::{Stage, enterprise_id};

/// The whole answer of a route, as the page gets it.
async fn check(client: &Client, name: &str, path: &str) {
    let answer = client.get(path).await;
    let pretty = serde_json::to_string_pretty(&answer.json()).unwrap();
    let kind = answer.headers[header::CONTENT_TYPE].to_str().unwrap();
    insta::assert_snapshot!(name, format!("GET {path}\n{} {kind}\n\n{pretty}", answer.status.as_u16()));
}

#[tokio::test]
async fn answers_of_the_enterprise_end() {
    let stage = Stage::open(End::Enterprise, true, "/nonexistent".as_ref()).await;
    let client = Client::logged_in(&stage.router, "wang.wei").await;
    check(&client, "status", "/api/v1/status").await;
    check(&client, "sources", "/api/v1/sources").await;
    check(&client, "latest", "/api/v1/readings/latest").await;
    check(&client, "evidence", "/api/v1/evidence").await;
    check(&client, "catalogue", "/api/v1/catalogue?module=utility&zone=white&limit=2").await;
}

#[tokio::test]
async fn answers_of_the_governance_end() {
    let stage = Stage::open(End::Governance, true, "/nonexistent".as_ref()).await;
    stage.play().await;
    let client = Client::logged_in(&stage.router, "wang.wei").await;
    check(&client, "overview", "/api/v1/overview").await;
    check(&client, "boxes", "/api/v1/boxes").await;
    check(&client, "box", "/api/v1/boxes/box-330100-01").await;
    check(&client, "segments", "/api/v1/boxes/box-330100-01/segments?limit=2").await;
    check(&client, "enterprises", "/api/v1/enterprises").await;
    check(&client, "products", "/api/v1/products").await;
    check(&client, "batches", "/api/v1/batches?product=INJ-01&number=-03&limit=2").await;
    check(&client, "batch", &format!("/api/v1/batches/{}/INJ-01/INJ-01-034", enterprise_id())).await;
    check(&client, "no_batch", &format!("/api/v1/batches/{}/INJ-01/INJ-01-999", enterprise_id())).await;
    check(&client, "open_warnings", "/api/v1/warnings/open").await;
    check(&client, "series", "/api/v1/series").await;
    check(&client, "warnings", "/api/v1/warnings?limit=2&open_only=true").await;
    let first = &client.get("/api/v1/warnings?limit=1").await.json()["items"][0]["id"];
    check(&client, "warning", &format!("/api/v1/warnings/{}", first.as_str().unwrap())).await;
    check(&client, "not_found", "/api/v1/series/999/chart").await;
}

/// Requirement CAT-02, RUL-07.
#[tokio::test]
async fn a_chart_has_its_phases_its_limits_and_exactly_the_four_risen_batches_flagged() {
    let stage = Stage::open(End::Governance, true, "/nonexistent".as_ref()).await;
    stage.play().await;
    let client = Client::logged_in(&stage.router, "wang.wei").await;
    let rows = client.get("/api/v1/series").await.json();
    let row = &rows["items"][0];
    assert_eq!(
        (row["product"].as_str(), row["points"].as_u64(), row["flagged"].as_u64()),
        (Some("INJ-01"), Some(46), Some(4))
    );
    let chart = client.get(&format!("/api/v1/series/{}/chart", row["id"].as_str().unwrap())).await.json();
    let points = chart["points"].as_array().unwrap();
    let newest = client.get(&format!("/api/v1/series/{}/chart?points=3", row["id"].as_str().unwrap())).await.json();
    assert_eq!((&newest["points"][0], &newest["left_out"]), (&points[43], &43.into()));
    let flagged: Vec<&str> = points
        .iter()
        .filter(|point| !point["flags"].as_array().unwrap().is_empty())
        .map(|point| point["batch"].as_str().unwrap())
        .collect();
    assert_eq!(flagged, ["INJ-01-031", "INJ-01-032", "INJ-01-033", "INJ-01-034"]);
    let phases: Vec<String> = chart["phases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|phase| format!("{} {}..{}", phase["kind"].as_str().unwrap(), phase["first"], phase["last"]))
        .collect();
    assert_eq!(phases, ["collecting 0..8", "preliminary 9..28", "long_term 29..45"]);
    assert_eq!((&points[6]["comparator"], &points[6]["value"]), (&"<".into(), &"5".into()));
    assert_eq!((&points[8]["limit_upper"], &points[9]["limit_upper"]), (&serde_json::Value::Null, &"10".into()));
    assert_eq!((&points[44]["batch_ended"], &points[45]["batch_ended"]), (&true.into(), &false.into()));
}

#[tokio::test]
async fn pages_of_warnings_follow_each_other_without_gap_or_repetition() {
    let stage = Stage::open(End::Governance, true, "/nonexistent".as_ref()).await;
    stage.play().await;
    let client = Client::logged_in(&stage.router, "wang.wei").await;
    let (mut seen, mut after) = (Vec::new(), String::new());
    for _ in 0..4 {
        let page = client.get(&format!("/api/v1/warnings?limit=1{after}")).await.json();
        seen.push(page["items"][0]["batch"].as_str().unwrap().to_owned());
        after = page["next"].as_str().map(|next| format!("&after={next}")).unwrap_or_default();
    }
    assert_eq!(seen, ["INJ-01-034", "INJ-01-033", "INJ-01-032", "INJ-01-031"]);
    assert_eq!(after, "", "the last page names no next one");
    for (filter, expected) in [
        (format!("enterprise={}&level_min=red", enterprise_id()), 0),
        ("level=orange&open_only=true".to_owned(), 4),
        ("level=yellow".to_owned(), 0),
        ("batch=INJ-01-033&product=INJ-01".to_owned(), 1),
        ("batch=INJ-01-033&product=TAB-05".to_owned(), 0),
    ] {
        let of = client.get(&format!("/api/v1/warnings?{filter}")).await.json();
        assert_eq!(of["items"].as_array().unwrap().len(), expected, "{filter}");
    }
}

/// Rows of a list by one of their fields, through all its pages.
async fn through_all_pages(client: &Client, path: &str, field: &str) -> Vec<String> {
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("{path}{after}")).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|row| row[field].to_string()));
        let Some(next) = page["next"].as_str() else { return seen };
        after = format!("&after={}", urlencoded(next));
    }
}

/// A cursor as it stands in an address.
fn urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn every_list_gives_each_row_once_whatever_the_page() {
    let stage = Stage::open(End::Governance, true, "/nonexistent".as_ref()).await;
    stage.play().await;
    let client = Client::logged_in(&stage.router, "wang.wei").await;
    for (path, field, rows) in [
        ("/api/v1/catalogue?limit=", "code", 118),
        ("/api/v1/batches?limit=", "batch", 92),
        ("/api/v1/boxes/box-330100-01/segments?limit=", "seg_no", 60),
        ("/api/v1/enterprises?limit=", "id", 1),
        ("/api/v1/products?limit=", "product", 2),
    ] {
        let (by_7, by_500) = (
            through_all_pages(&client, &format!("{path}7"), field).await,
            through_all_pages(&client, &format!("{path}500"), field).await,
        );
        assert_eq!(by_7, by_500, "{path}");
        let once: std::collections::BTreeSet<&String> = by_7.iter().collect();
        assert_eq!((by_7.len(), once.len()), (rows, rows), "{path}");
    }
    let found = through_all_pages(&client, "/api/v1/catalogue?text=ph&limit=50", "code").await;
    assert!(!found.is_empty() && found.len() < 118, "{found:?}");
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused_and_says_why() {
    let stage = Stage::open(End::Governance, true, "/nonexistent".as_ref()).await;
    let client = Client::logged_in(&stage.router, "wang.wei").await;
    for (path, expected) in [
        ("/api/v1/warnings?limit=0", "limit is 0, allowed are 1 to 500"),
        ("/api/v1/warnings?limit=501", "limit is 501"),
        ("/api/v1/warnings?after=x", "`x` is not a page cursor"),
        ("/api/v1/warnings?opne_only=true", "unknown field `opne_only`"),
        ("/api/v1/warnings?level_min=purple", "unknown variant `purple`"),
        ("/api/v1/warnings?enterprise=", "enterprise id is empty"),
        ("/api/v1/warnings?series=abc", "\"abc\" is not a series id"),
        ("/api/v1/series?parameter=PP32", "unknown field `parameter`"),
        ("/api/v1/series/1/chart?points=10001", "points is 10001, allowed are 1 to 10000"),
        ("/api/v1/catalogue?module=cooking", "unknown variant `cooking`"),
        ("/api/v1/batches?after=7.x", "`7.x` is not a page cursor"),
        ("/api/v1/batches?product=", "product id is empty"),
        ("/api/v1/boxes/box-330100-01/segments?limit=0", "limit is 0, allowed are 1 to 500"),
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.problem(), (400, "invalid_request".to_owned()), "{path}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(expected), "{path}: {detail}");
    }
}

#[tokio::test]
async fn the_page_is_served_for_its_own_addresses_and_missing_files_are_missing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("assets")).unwrap();
    std::fs::write(folder.path().join("index.html"), "<title>药匣</title>").unwrap();
    std::fs::write(folder.path().join("assets/main-1a2b.js"), "export {}").unwrap();
    let stage = Stage::open(End::Governance, true, folder.path()).await;
    let client = Client::new(&stage.router);
    for (path, status, kind, kept) in [
        ("/", 200, "text/html", "no-cache"),
        ("/series/7", 200, "text/html", "no-cache"),
        ("/assets/main-1a2b.js", 200, "text/javascript", "public, max-age=31536000, immutable"),
        ("/assets/gone.js", 404, "application/problem+json", ""),
        ("/../../etc/passwd", 200, "text/html", "no-cache"),
        ("/%2e%2e/%2e%2e/etc/passwd", 200, "text/html", "no-cache"),
    ] {
        let answer = client.get(path).await;
        let got = answer.headers.get(header::CONTENT_TYPE).map_or("", |kind| kind.to_str().unwrap());
        let policy = answer.headers.get(header::CACHE_CONTROL).map_or("", |policy| policy.to_str().unwrap());
        assert_eq!((answer.status.as_u16(), policy), (status, kept), "{path}: {}", answer.text);
        assert!(got.starts_with(kind), "{path}: {got}");
        assert!(!answer.text.contains("root:"), "{path}");
    }
    let unbuilt = Stage::open(End::Governance, true, "/nonexistent".as_ref()).await;
    let answer = Client::new(&unbuilt.router).get("/").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text.contains("npm run build") && answer.text.contains("页面文件未找到"), "{}", answer.text);
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_foreign_pages_out() {
    let stage = Stage::open(End::Enterprise, true, "/nonexistent".as_ref()).await;
    let client = Client::logged_in(&stage.router, "wang.wei").await;
    for path in ["/", "/healthz", "/api/v1/status", "/api/v1/nothing"] {
        let headers = client.get(path).await.headers;
        let said = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let policy = said("content-security-policy");
        assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(said("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(said("x-frame-options"), "DENY", "{path}");
        assert_eq!(said("strict-transport-security"), "max-age=31536000", "{path}");
        if path.starts_with("/api") {
            assert_eq!(said("cache-control"), "no-store", "{path}");
        }
    }
}
