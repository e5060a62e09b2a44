//! Accounts as their people and administrators meet them: invitation, password, sessions, recovery, closing; and that
//! every act is on record or not done.

use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use portal::api::End;
use portal::login::{DELAY_FIRST_MS, FREE_FAILURES};
use portal::people::CODE_MS;
use portal::signature::{self, PROOF_MS};
use serde_json::{Value, json};
use state::people::Role;

use crate::client::{Answer, Client};
use crate::stage::{PASSWORD, Stage};

const NEW_PASSWORD: &str = "quite another password";

async fn stage(end: End) -> Stage {
    Stage::open(end, true, "/nonexistent".as_ref()).await
}

async fn put(client: &Client, path: &str, document: &Value) -> Answer {
    let request = client.request(Method::PUT, path).header(header::CONTENT_TYPE, "application/json");
    client.send(request.body(Body::from(document.to_string())).unwrap()).await
}

async fn proof(client: &Client) -> String {
    let answer = client.post("/api/v1/session/proof", &json!({ "password": PASSWORD })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()["proof"].as_str().unwrap().to_owned()
}

/// The audit trail, oldest first, as `who act outcome object old>new (reason)`.
async fn trail(stage: &Stage) -> Vec<String> {
    let rows = state::audit::after(stage.state.read(), 0, state::Limit::clamped(500)).await.unwrap();
    rows.iter()
        .map(|row| {
            let body: Value = serde_json::from_str(&row.body).unwrap();
            let of = |name: &str| body[name].as_str().unwrap_or("").to_owned();
            let change = format!("{}>{}", of("old"), of("new"));
            format!("{} {} {} {} {change} ({})", of("who"), of("act"), of("outcome"), of("object"), of("reason"))
        })
        .collect()
}

#[tokio::test]
async fn an_invited_person_chooses_a_password_once_and_in_time() {
    let stage = stage(End::Governance).await;
    let admin = Client::logged_in(&stage.router, "li.na").await;
    let new = json!({ "name": "zhao.min", "display_name": "赵敏", "role": "officer" });
    let invited = admin.post("/api/v1/people", &new).await;
    assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text);
    let code = invited.json()["code"].as_str().unwrap().to_owned();
    let nobody = Client::new(&stage.router);
    let with = |code: &str, password: &str| json!({ "code": code, "new_password": password });
    for wrong in ["", "AAAA-BBBB-CCCC-DDDD"] {
        let refused = nobody.post("/api/v1/session/code", &with(wrong, NEW_PASSWORD)).await;
        assert_eq!(refused.problem(), (403, "code_refused".to_owned()));
    }
    let mut person = Client::new(&stage.router);
    assert_eq!(person.log_in("zhao.min", PASSWORD).await.problem().1, "login_refused", "no password opens it yet");
    let short = nobody.post("/api/v1/session/code", &with(&code, "short")).await;
    assert_eq!(short.problem().1, "invalid_request", "a password that is too short does not use the code up");
    let again = admin.post("/api/v1/people/zhao.min/invitation", &json!({})).await;
    let newer = again.json()["code"].as_str().unwrap().to_owned();
    assert_eq!(nobody.post("/api/v1/session/code", &with(&code, NEW_PASSWORD)).await.problem().1, "code_refused");
    stage.turn_clock(CODE_MS - 1);
    let typed = newer.to_lowercase().replace('-', " ");
    let chosen = nobody.post("/api/v1/session/code", &with(&typed, NEW_PASSWORD)).await;
    assert_eq!(chosen.status, StatusCode::NO_CONTENT, "{}", chosen.text);
    assert_eq!(nobody.post("/api/v1/session/code", &with(&newer, NEW_PASSWORD)).await.problem().1, "code_refused");
    assert_eq!(person.log_in("zhao.min", NEW_PASSWORD).await.status, StatusCode::OK);
    let admin = Client::logged_in(&stage.router, "li.na").await;
    let again = admin.post("/api/v1/people/zhao.min/invitation", &json!({})).await;
    assert_eq!(again.problem().1, "conflict", "who has a password is not invited again");
    admin.post("/api/v1/people", &json!({ "name": "late", "display_name": "L", "role": "auditor" })).await;
    let late =
        admin.post("/api/v1/people/late/invitation", &json!({})).await.json()["code"].as_str().unwrap().to_owned();
    stage.turn_clock(CODE_MS);
    assert_eq!(nobody.post("/api/v1/session/code", &with(&late, NEW_PASSWORD)).await.problem().1, "code_refused");
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_and_ends_the_other_sessions() {
    let stage = stage(End::Enterprise).await;
    let (here, there) =
        (Client::logged_in(&stage.router, "wang.wei").await, Client::logged_in(&stage.router, "wang.wei").await);
    let with = |old: &str, new: &str| json!({ "old_password": old, "new_password": new });
    let wrong = put(&here, "/api/v1/session/password", &with("wrong", NEW_PASSWORD)).await;
    assert_eq!(wrong.problem(), (403, "password_refused".to_owned()));
    let short = put(&here, "/api/v1/session/password", &with(PASSWORD, "short")).await;
    assert_eq!(short.problem().1, "invalid_request");
    assert_eq!(there.get("/api/v1/session").await.status, StatusCode::OK);
    let done = put(&here, "/api/v1/session/password", &with(PASSWORD, NEW_PASSWORD)).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
    assert_eq!(here.get("/api/v1/session").await.status, StatusCode::OK);
    assert_eq!(there.get("/api/v1/session").await.problem().1, "unauthenticated");
    for _ in 0..=FREE_FAILURES {
        put(&here, "/api/v1/session/password", &with("wrong", NEW_PASSWORD)).await;
    }
    let delayed = put(&here, "/api/v1/session/password", &with(NEW_PASSWORD, PASSWORD)).await;
    assert_eq!(delayed.problem(), (429, "login_delayed".to_owned()), "a stolen session cannot try passwords");
    let admin = Client::logged_in(&stage.router, "li.na").await;
    let rows = admin.get("/api/v1/people").await.json();
    let row = rows["items"].as_array().unwrap().iter().find(|row| row["name"] == "wang.wei").unwrap();
    assert_eq!((&row["failed_logins"], row["locked_until"].is_string()), (&json!(4), true));
    stage.turn_clock(DELAY_FIRST_MS);
    let done = put(&here, "/api/v1/session/password", &with(NEW_PASSWORD, PASSWORD)).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
}

#[tokio::test]
async fn sessions_are_seen_and_ended_by_their_person_and_by_administrators_only() {
    let stage = stage(End::Enterprise).await;
    let (here, there) =
        (Client::logged_in(&stage.router, "wang.wei").await, Client::logged_in(&stage.router, "wang.wei").await);
    let admin = Client::logged_in(&stage.router, "li.na").await;
    let sessions = here.get("/api/v1/sessions").await.json();
    let of = |current: bool| {
        let rows = sessions["items"].as_array().unwrap();
        rows.iter().find(|row| row["current"] == current).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let others = admin.get("/api/v1/sessions").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    for foreign in [others.as_str(), &"0".repeat(64), "x"] {
        let answer = here.delete(&format!("/api/v1/sessions/{foreign}")).await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()));
    }
    assert_eq!(here.delete(&format!("/api/v1/sessions/{}", of(false))).await.status, StatusCode::NO_CONTENT);
    assert_eq!(there.get("/api/v1/session").await.problem().1, "unauthenticated");
    assert_eq!(admin.get("/api/v1/session").await.status, StatusCode::OK);
    assert_eq!(here.get("/api/v1/people/li.na/sessions").await.problem().1, "forbidden");
    let path = format!("/api/v1/people/wang.wei/sessions/{}", of(true));
    assert_eq!(here.delete(&path).await.problem().1, "forbidden");
    assert_eq!(admin.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(here.get("/api/v1/session").await.problem().1, "unauthenticated");
}

#[tokio::test]
async fn a_recovery_needs_a_second_administrator_with_a_fresh_proof() {
    let stage = stage(End::Governance).await;
    stage.person("admin.b", Role::Administrator, "330000").await;
    let first = Client::logged_in(&stage.router, "li.na").await;
    let second = Client::logged_in(&stage.router, "admin.b").await;
    let locked = Client::logged_in(&stage.router, "wang.wei").await;
    let ask = json!({ "person": "wang.wei", "reason": "forgot it" });
    assert_eq!(locked.post("/api/v1/recoveries", &ask).await.problem().1, "forbidden");
    let asked = first.post("/api/v1/recoveries", &ask).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    let id = asked.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/recoveries/{id}/approval");
    let own = first.post(&path, &json!({ "proof": proof(&first).await })).await;
    assert_eq!(own.problem().1, "conflict", "two administrators, not one");
    let good = proof(&second).await;
    let foreign = second.post(&path, &json!({ "proof": proof(&first).await })).await;
    assert_eq!(foreign.problem(), (403, "proof_refused".to_owned()), "another person's proof");
    assert_eq!(second.post(&path, &json!({ "proof": "x" })).await.problem().1, "proof_refused");
    let approved = second.post(&path, &json!({ "proof": good })).await;
    assert_eq!(approved.status, StatusCode::CREATED, "{}", approved.text);
    let document = approved.json();
    let signature = &document["signature"];
    assert_eq!((&signature["signer"], &signature["meaning"]), (&json!("admin.b"), &json!("approval")));
    let again = second.post(&path, &json!({ "proof": proof(&second).await })).await;
    assert_eq!(again.problem().1, "conflict");
    let given = json!({ "code": document["code"], "new_password": NEW_PASSWORD });
    let chosen = Client::new(&stage.router).post("/api/v1/session/code", &given).await;
    assert_eq!(chosen.status, StatusCode::NO_CONTENT);
    assert_eq!(locked.get("/api/v1/session").await.problem().1, "unauthenticated", "a recovery ends sessions");
    assert_eq!(Client::new(&stage.router).log_in("wang.wei", NEW_PASSWORD).await.status, StatusCode::OK);
    let shown = second.get(&format!("/api/v1/signatures?record=recovery/{id}")).await.json();
    assert_eq!(&shown["items"][0], signature);
    let kept = state::signatures::of_record(stage.state.read(), &format!("recovery/{id}")).await.unwrap().remove(0);
    let asked = state::people::recovery(stage.state.read(), &id).await.unwrap().unwrap();
    let bytes = json!([id, "wang.wei", "forgot it", "li.na", asked.asked_at.0, asked.expires_at.0]).to_string();
    let check = async |bytes: &str| {
        signature::check_recorded(&stage.state, &kept, &kept.record, bytes.as_bytes()).await.unwrap()
    };
    assert_eq!(check(&bytes).await, Ok(()));
    assert_eq!(check(&bytes.replace("forgot", "forget")).await, Err(signature::Flaw::Bytes));
}

#[tokio::test]
async fn a_proof_is_good_for_one_signature_of_its_session_within_its_time() {
    let stage = stage(End::Governance).await;
    stage.play().await;
    for id in ["box-1", "box-2"] {
        let new = state::boxes::Enrolled {
            id: id.parse().unwrap(),
            enterprise: crate::stage::enterprise_id(),
            origin: format!("center/box/{id}"),
            vkey: id.into(),
            read_key: id.into(),
            enrolled_at: stage.now(),
        };
        state::boxes::add(stage.state.read(), &new).await.unwrap();
    }
    let admin = Client::logged_in(&stage.router, "li.na").await;
    let elsewhere = Client::logged_in(&stage.router, "li.na").await;
    let retire = |proof: &str| json!({ "reason": "replaced by a newer one", "proof": proof });
    let old = proof(&admin).await;
    stage.turn_clock(PROOF_MS);
    let path = "/api/v1/boxes/box-1/retirement";
    assert_eq!(admin.post(path, &retire(&old)).await.problem().1, "proof_refused", "an expired one");
    let fresh = proof(&admin).await;
    assert_eq!(elsewhere.post(path, &retire(&fresh)).await.problem().1, "proof_refused", "of another session");
    assert_eq!(state::boxes::by_id(stage.state.read(), "box-1").await.unwrap().unwrap().retired_at, None);
    let retired = admin.post(path, &retire(&fresh)).await;
    assert_eq!(retired.status, StatusCode::OK, "{}", retired.text);
    assert_eq!(retired.json()["signature"]["record"], "box/box-1/retirement");
    let other = "/api/v1/boxes/box-2/retirement";
    assert_eq!(admin.post(other, &retire(&fresh)).await.problem().1, "proof_refused", "used already");
    let known = state::boxes::by_id(stage.state.read(), "box-1").await.unwrap().unwrap();
    assert_eq!(known.retired_at, Some(stage.now()));
    let refused = trail(&stage).await.into_iter().filter(|row| row.contains("sign refused")).count();
    assert_eq!(refused, 3, "each refused signature is on record");
}

/// Requirement CEN-06.
#[tokio::test]
async fn a_frozen_box_is_accepted_again_by_a_signature_and_its_reason_only() {
    let stage = stage(End::Governance).await;
    stage.play().await;
    let admin = Client::logged_in(&stage.router, "li.na").await;
    let path = "/api/v1/boxes/box-330100-01/acceptance";
    let accept = |proof: &str| json!({ "reason": "image restored by mistake", "proof": proof });
    assert_eq!(admin.post(path, &accept(&proof(&admin).await)).await.problem().1, "conflict", "it is not frozen");
    let write = stage.state.write().await.unwrap();
    state::boxes::freeze(&*write, &"box-330100-01".parse().unwrap(), "two heads of 418", stage.now()).await.unwrap();
    write.commit().await.unwrap();
    let frozen = async || state::boxes::by_id(stage.state.read(), "box-330100-01").await.unwrap().unwrap().frozen;
    assert_eq!(admin.post(path, &accept("made up")).await.problem().1, "proof_refused");
    assert!(frozen().await.is_some(), "a refused signature changes nothing");
    let reader = Client::logged_in(&stage.router, "wang.wei").await;
    assert_eq!(reader.post(path, &accept("x")).await.problem().1, "forbidden");
    let accepted = admin.post(path, &accept(&proof(&admin).await)).await;
    assert_eq!(accepted.status, StatusCode::OK, "{}", accepted.text);
    assert_eq!(frozen().await, None);
    let kept = trail(&stage).await;
    let told =
        "li.na unfreeze_box done box/box-330100-01 frozen: two heads of 418>in service (image restored by mistake)";
    assert!(kept.contains(&told.to_owned()), "{kept:#?}");
    let signed = admin.get("/api/v1/signatures?record=box/box-330100-01/acceptance").await.json();
    assert_eq!(signed["items"][0]["signer"], "li.na");
}

#[tokio::test]
async fn a_city_sees_the_city_and_learns_nothing_of_others() {
    let stage = stage(End::Governance).await;
    stage.play().await;
    for (name, region) in [("hangzhou", "330100"), ("ningbo", "330200"), ("country", "000000")] {
        stage.person(name, Role::Officer, region).await;
        stage.person(&format!("{name}.admin"), Role::Administrator, region).await;
    }
    let hangzhou = Client::logged_in(&stage.router, "hangzhou").await;
    let ningbo = Client::logged_in(&stage.router, "ningbo").await;
    let ningbo_admin = Client::logged_in(&stage.router, "ningbo.admin").await;
    let ids = |page: Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let warnings = ids(hangzhou.get("/api/v1/warnings").await.json());
    let series = ids(hangzhou.get("/api/v1/series").await.json());
    assert_eq!((warnings.len(), series.len()), (4, 2));
    assert_eq!(ids(ningbo.get("/api/v1/warnings").await.json()).len(), 0);
    assert_eq!(ids(ningbo.get("/api/v1/series").await.json()).len(), 0);
    let enterprise = crate::stage::enterprise_id();
    let asked = ningbo.get(&format!("/api/v1/warnings?enterprise={enterprise}")).await;
    assert_eq!(ids(asked.json()).len(), 0, "naming the enterprise does not help");
    let known = |path: &str, own: &str, none: &str| (format!("{path}/{own}"), format!("{path}/{none}"));
    let chart = |id: &str| format!("/api/v1/series/{id}/chart");
    for (client, (there, nowhere)) in [
        (&ningbo, known("/api/v1/warnings", &warnings[0], &"0".repeat(64))),
        (&ningbo, (chart(&series[0]), chart("999"))),
        (&ningbo_admin, known("/api/v1/people", "hangzhou/sessions", "nobody/sessions")),
    ] {
        let (there, nowhere) = (client.get(&there).await, client.get(&nowhere).await);
        assert_eq!(there.problem(), (404, "not_found".to_owned()));
        let without_id = |answer: &Answer| {
            let mut document = answer.json();
            let detail = document["detail"].as_str().unwrap().split('"').next().unwrap().to_owned();
            document["detail"] = detail.into();
            // The id asked for is part of the answer, and so of its length.
            let mut headers = answer.headers.clone();
            headers.remove(header::CONTENT_LENGTH);
            (answer.status, document, headers)
        };
        assert_eq!(without_id(&there), without_id(&nowhere), "one of elsewhere is answered as one of nowhere");
    }
    let because = json!({ "reason": "because" });
    for (path, document) in [
        ("/api/v1/people/hangzhou/closure", &because),
        ("/api/v1/people/hangzhou/invitation", &json!({})),
        ("/api/v1/recoveries", &json!({ "person": "hangzhou", "reason": "because" })),
        (
            "/api/v1/people",
            &json!({ "name": "x", "display_name": "x", "role": "officer", "organisation": "office-330100" }),
        ),
        ("/api/v1/organisations", &json!({ "id": "y", "name": { "zh": "y", "en": "y" }, "region": "330106" })),
        ("/api/v1/boxes/codes", &json!({ "enterprise": enterprise.as_str(), "box_id": "box-9" })),
    ] {
        let answer = ningbo_admin.post(path, document).await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()), "{path}");
    }
    let people = ningbo_admin.get("/api/v1/people").await.json();
    let names: Vec<&str> =
        people["items"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["ningbo", "ningbo.admin"]);
    let audit = ningbo_admin.get("/api/v1/audit").await.json();
    let seen: Vec<&str> = audit["items"].as_array().unwrap().iter().map(|row| row["who"].as_str().unwrap()).collect();
    assert!(seen.iter().all(|who| ["ningbo", "ningbo.admin", "operator"].contains(who)), "{seen:?}");
    let kept = trail(&stage).await;
    for expected in [
        format!("ningbo view_warnings refused warning/{} > (not_found)", warnings[0]),
        format!("ningbo view_series refused series/{} > (not_found)", series[0]),
        "ningbo.admin manage_people refused person/hangzhou > (not_found)".to_owned(),
    ] {
        assert!(kept.contains(&expected), "{expected} is not in {kept:#?}");
    }
}

#[tokio::test]
async fn every_act_is_on_record_with_who_what_and_why() {
    let stage = stage(End::Enterprise).await;
    let mut client = Client::new(&stage.router);
    client.log_in("li.na", "wrong").await;
    client.log_in("no.body", "wrong").await;
    let admin = Client::logged_in(&stage.router, "li.na").await;
    let reader = Client::logged_in(&stage.router, "wang.wei").await;
    reader.get("/api/v1/people").await;
    admin.post("/api/v1/people", &json!({ "name": "zhao.min", "display_name": "赵敏", "role": "qa" })).await;
    let closed = admin.post("/api/v1/people/zhao.min/closure", &json!({ "reason": "left the company" })).await;
    assert_eq!(closed.status, StatusCode::NO_CONTENT, "{}", closed.text);
    assert_eq!(admin.post("/api/v1/people/li.na/closure", &json!({ "reason": "x" })).await.problem().1, "conflict");
    reader.delete("/api/v1/session").await;
    let enterprise = crate::stage::enterprise_id();
    assert_eq!(
        trail(&stage).await,
        [
            format!("operator manage_people done person/li.na >李娜 administrator {enterprise} ()"),
            format!("operator manage_people done person/wang.wei >王伟 qa {enterprise} ()"),
            "li.na login refused  > (login_refused)".to_owned(),
            "no.body login refused  > (login_refused)".to_owned(),
            "li.na login done  > ()".to_owned(),
            "wang.wei login done  > ()".to_owned(),
            "wang.wei view_people refused /people > (forbidden)".to_owned(),
            format!("li.na manage_people done person/zhao.min >赵敏 qa {enterprise} ()"),
            format!("li.na manage_people done person/zhao.min 赵敏 qa {enterprise}>closed (left the company)"),
            "wang.wei logout done  > ()".to_owned(),
        ]
    );
    let page = admin.get("/api/v1/audit?who=li.na&act=manage_people&limit=1").await.json();
    assert_eq!(page["items"][0]["reason"], "left the company");
    let next = page["next"].as_str().unwrap();
    let page = admin.get(&format!("/api/v1/audit?who=li.na&act=manage_people&limit=1&after={next}")).await.json();
    assert_eq!((&page["items"][0]["seq"], &page["next"]), (&json!(8), &Value::Null));
    let refused = admin.get("/api/v1/audit?from=yesterday").await;
    assert_eq!(refused.problem().1, "invalid_request");
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_done() {
    let stage = stage(End::Enterprise).await;
    let admin = Client::logged_in(&stage.router, "li.na").await;
    stage.broken.store(true, Ordering::SeqCst);
    let mut other = Client::new(&stage.router);
    assert_eq!(other.log_in("wang.wei", PASSWORD).await.problem().1, "internal");
    let new = json!({ "name": "zhao.min", "display_name": "赵敏", "role": "qa" });
    assert_eq!(admin.post("/api/v1/people", &new).await.problem().1, "internal");
    assert_eq!(admin.delete("/api/v1/session").await.problem().1, "internal");
    stage.broken.store(false, Ordering::SeqCst);
    assert_eq!(admin.get("/api/v1/session").await.status, StatusCode::OK, "the session has not ended");
    let people = admin.get("/api/v1/people").await.json();
    assert_eq!(people["items"].as_array().unwrap().len(), 2, "nobody was added");
}

#[tokio::test]
async fn forged_and_replayed_sessions_open_nothing() {
    let stage = stage(End::Governance).await;
    let client = Client::logged_in(&stage.router, "li.na").await;
    let (cookie, csrf) = (client.cookie.clone().unwrap(), client.csrf.clone());
    client.delete("/api/v1/session").await;
    let name = cookie.split('=').next().unwrap();
    for forged in [cookie.clone(), format!("{name}={}", "A".repeat(43)), format!("{name}=li.na"), String::new()] {
        let mut thief = Client::new(&stage.router);
        (thief.cookie, thief.csrf) = (Some(forged), csrf.clone());
        for path in ["/api/v1/session", "/api/v1/people", "/api/v1/audit", "/api/v1/warnings", "/api/v1/sessions"] {
            assert_eq!(thief.get(path).await.problem(), (401, "unauthenticated".to_owned()), "{path}");
        }
        let answer = thief.post("/api/v1/session/proof", &json!({ "password": PASSWORD })).await;
        assert_eq!(answer.problem().1, "unauthenticated");
    }
}
