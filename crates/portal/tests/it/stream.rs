//! The event stream: what a page hears, what it hears after it was away, and when it stops hearing.

use axum::body::{Body, BodyDataStream};
use axum::http::{Method, StatusCode, header};
use futures::StreamExt as _;
use portal::api::{Changed, End, LiveEvent, Topic};
use portal::live::STREAMS_MAX;
use portal::login::SESSION_MS;
use tower::ServiceExt as _;

use crate::client::Client;
use crate::stage::{NOON, Stage, readings};

fn changed(id: &str) -> LiveEvent {
    LiveEvent::Changed(Changed { topic: Topic::Warnings, id: Some(id.to_owned()) })
}

async fn open(stage: &Stage, client: &Client, last_event_id: Option<&str>) -> BodyDataStream {
    let mut request = client.request(Method::GET, "/api/v1/live");
    if let Some(id) = last_event_id {
        request = request.header("last-event-id", id);
    }
    let response = stage.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let mut stream = response.into_body().into_data_stream();
    assert_eq!(next(&mut stream).await.unwrap(), "retry: 3000\n: open\n\n");
    stream
}

async fn next(stream: &mut BodyDataStream) -> Option<String> {
    stream.next().await.map(|chunk| String::from_utf8(chunk.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn a_page_hears_what_happens_and_goes_on_where_it_was() {
    let stage = Stage::open(End::Enterprise, true, "/nonexistent".as_ref()).await;
    let client = Client::logged_in(&stage.router, "wang.wei").await;
    let mut stream = open(&stage, &client, None).await;
    stage.live.publish(&changed("a")).unwrap();
    let first = next(&mut stream).await.unwrap();
    let id = NOON.0;
    assert_eq!(first, format!("id: {id}\nevent: changed\ndata: {{\"topic\":\"warnings\",\"id\":\"a\"}}\n\n"));
    drop(stream);
    stage.live.publish(&changed("b")).unwrap();
    stage.live.publish(&LiveEvent::Readings(readings(NOON, 1))).unwrap();
    let mut again = open(&stage, &client, Some(&id.to_string())).await;
    assert!(next(&mut again).await.unwrap().contains("\"id\":\"b\""));
    let readings = next(&mut again).await.unwrap();
    assert!(readings.starts_with(&format!("id: {}\nevent: readings\ndata: [{{\"stream\":", id + 2)), "{readings}");
    let mut before_a_restart = open(&stage, &client, Some("17")).await;
    let gap = next(&mut before_a_restart).await.unwrap();
    assert_eq!(gap, format!("id: {}\nevent: gap\ndata: null\n\n", id + 2));
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let stage = Stage::open(End::Enterprise, true, "/nonexistent".as_ref()).await;
    let client = Client::logged_in(&stage.router, "wang.wei").await;
    let mut stream = open(&stage, &client, None).await;
    stage.live.publish(&changed("heard")).unwrap();
    assert!(next(&mut stream).await.unwrap().contains("heard"));
    stage.turn_clock(SESSION_MS);
    stage.live.publish(&changed("secret")).unwrap();
    assert_eq!(next(&mut stream).await, None);
}

#[tokio::test]
async fn open_streams_are_bounded_and_a_closed_one_makes_room() {
    let stage = Stage::open(End::Enterprise, true, "/nonexistent".as_ref()).await;
    let client = Client::logged_in(&stage.router, "wang.wei").await;
    let mut streams = Vec::new();
    for _ in 0..STREAMS_MAX {
        streams.push(open(&stage, &client, None).await);
    }
    assert_eq!(client.get("/api/v1/live").await.problem(), (429, "too_many".to_owned()));
    streams.pop();
    streams.push(open(&stage, &client, None).await);
}

#[tokio::test]
async fn an_id_that_is_none_is_refused() {
    let stage = Stage::open(End::Enterprise, true, "/nonexistent".as_ref()).await;
    let client = Client::logged_in(&stage.router, "wang.wei").await;
    let request = client.request(Method::GET, "/api/v1/live").header("last-event-id", "yesterday");
    assert_eq!(client.send(request.body(Body::empty()).unwrap()).await.problem(), (400, "invalid_request".to_owned()));
}
