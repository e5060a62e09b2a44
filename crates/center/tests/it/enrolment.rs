//! A one-time code yields a certificate once, and only that certificate opens the door.

use link::{CenterState, Message, ProblemKind};
use record::Timestamp;
use reqwest::{Client, Identity};

use crate::support::{Center, ENTERPRISE, START, TestBox, read};

/// Requirement CEN-01.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_and_names_box_origin_and_keys() {
    let center = Center::start().await;
    let code = center.code("press-hall").await;
    let mut first = TestBox::new(1);
    first.enrol(&center, &code).await.unwrap();
    let reply = first.reply().clone();
    assert_eq!((reply.box_id.as_str(), reply.enterprise.id.as_str()), ("press-hall", ENTERPRISE));
    assert_eq!(reply.origin, "center.test/yaoxia/box/press-hall");
    assert!(reply.vkey.starts_with("center.test/yaoxia/box/press-hall+"), "{}", reply.vkey);
    let held: CenterState = read(first.client().get(center.url(link::PATH_STATE)).send().await.unwrap()).await.unwrap();
    assert_eq!((held.size, held.frozen), (0, None));

    let again = TestBox::new(2).enrol(&center, &code).await.unwrap_err();
    assert_eq!((again.kind, again.status), (ProblemKind::CodeUsed, 403));
    assert!(again.detail.contains("the code was used at 20"), "{}", again.detail);
    let state = center.state().await;
    assert_eq!(state::boxes::all(state.read()).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_expired_and_malformed_requests_are_refused_by_name_counted_and_use_no_code() {
    let center = Center::start().await;
    let unknown = TestBox::new(1).enrol(&center, "AAAA-BBBB-CCCC-DDDD").await.unwrap_err();
    assert_eq!((unknown.kind, unknown.status), (ProblemKind::CodeUnknown, 401));
    let ended = center.code_until("box-2", Timestamp(START.0 - 1_000_000)).await;
    // The code ends in the past of every clock this test can run under.
    let Err(ended) = TestBox::new(2).enrol(&center, &ended).await else {
        panic!("a code that ended at {START:?} was accepted");
    };
    assert_eq!(ended.kind, ProblemKind::CodeExpired);

    let code = center.code("box-3").await;
    let good = TestBox::new(3);
    let send = async |request: link::EnrolRequest| {
        let sent = center.anonymous().post(center.url(link::PATH_ENROL)).body(request.to_bytes()).send().await.unwrap();
        read::<link::EnrolReply>(sent).await
    };
    let mut bad = good.request(&code);
    bad.csr = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n".to_owned();
    let refused = send(bad).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Malformed);
    assert!(refused.detail.starts_with("csr: "), "{}", refused.detail);
    let mut bad = good.request(&code);
    bad.read_key.push('x');
    assert!(send(bad).await.unwrap_err().detail.starts_with("read_key: "));
    let raw = center.anonymous().post(center.url(link::PATH_ENROL)).body(r#"{"protocol":1,"colour":2}"#);
    let refused = read::<link::EnrolReply>(raw.send().await.unwrap()).await.unwrap_err();
    assert!(refused.detail.contains("colour") && refused.detail.contains("column"), "{}", refused.detail);

    // None of these has used the code.
    let mut good = good;
    good.enrol(&center, &code).await.unwrap();
    let state = center.state().await;
    let counted = state::refusals::by_kind(state.read()).await.unwrap();
    let expected = [("code-expired", 1), ("code-unknown", 1), ("malformed", 3)];
    assert_eq!(counted, expected.map(|(kind, number)| (kind.to_owned(), number)));
}

/// Requirement CEN-01, BAD-07.
#[tokio::test(flavor = "multi_thread")]
async fn no_certificate_a_foreign_one_and_a_revoked_one_are_each_refused_and_counted() {
    let center = Center::start().await;
    let ours = TestBox::enrolled(&center, 1).await;

    let none = center.anonymous().get(center.url(link::PATH_STATE)).send().await.unwrap();
    let none = read::<CenterState>(none).await.unwrap_err();
    assert_eq!((none.kind, none.status), (ProblemKind::CertificateMissing, 401));

    // Same name, same key, signed by itself instead of by the center.
    let foreign = rcgen::CertificateParams::default().self_signed(&ours.tls).unwrap().pem();
    let identity = Identity::from_pem([ours.tls.serialize_pem(), foreign].concat().as_bytes()).unwrap();
    let client = Client::builder().tls_certs_only([center.authority()]).identity(identity).build().unwrap();
    let broken = client.get(center.url(link::PATH_STATE)).send().await;
    assert!(broken.is_err(), "a foreign certificate got an answer");

    let state = center.state().await;
    let write = state.write().await.unwrap();
    state::boxes::retire(&*write, "box-1", START).await.unwrap();
    write.commit().await.unwrap();
    let revoked = ours.client().get(center.url(link::PATH_STATE)).send().await.unwrap();
    let revoked = read::<CenterState>(revoked).await.unwrap_err();
    assert_eq!((revoked.kind, revoked.status), (ProblemKind::CertificateUnknown, 403));

    let page = state::refusals::page(state.read(), None, state::Limit::clamped(10)).await.unwrap();
    let handshake = page.rows.iter().find(|row| row.door == "handshake").unwrap();
    let (who, why) = ("TLS handshake with 127.0.0.1", "invalid peer certificate");
    assert!(handshake.detail.contains(who) && handshake.detail.contains(why), "{}", handshake.detail);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_whose_certificate_was_lost_enrols_again_and_a_thief_of_its_name_does_not() {
    let center = Center::start().await;
    let mut ours = TestBox::enrolled(&center, 1).await;
    ours.enrol(&center, &center.code("box-1").await).await.unwrap();
    let thief = TestBox::new(9).enrol(&center, &center.code("box-1").await).await.unwrap_err();
    assert_eq!((thief.kind, thief.status), (ProblemKind::KeyTaken, 409));
}

/// Requirement CEN-05.
#[tokio::test(flavor = "multi_thread")]
async fn an_enrolled_box_gets_a_new_certificate_and_the_old_one_ends_when_the_new_is_shown() {
    let center = Center::start().await;
    let mut ours = TestBox::enrolled(&center, 1).await;
    let state = center.state().await;
    let beat = async |client: &Client| {
        let heartbeat = link::Heartbeat {
            protocol: link::PROTOCOL,
            software: "test 1".to_owned(),
            clock_us: START.0,
            durable_entries: 0,
            sealed_entries: 0,
            sealed_segments: 0,
            oldest_unsent_us: None,
            checkpoint: None,
        };
        let request = client.post(center.url(link::PATH_HEARTBEAT)).body(heartbeat.to_bytes());
        read::<CenterState>(request.send().await.unwrap()).await
    };
    assert!(!beat(ours.client()).await.unwrap().renew);

    let write = state.write().await.unwrap();
    let now = record::Timestamp(jiff::Timestamp::now().as_microsecond());
    state::certificates::ask_rotation(&*write, &"box-1".parse().unwrap(), now).await.unwrap();
    write.commit().await.unwrap();
    assert!(beat(ours.client()).await.unwrap().renew, "an administrator asked");

    let anonymous = ours.renewal(&center, &center.anonymous()).await.unwrap_err();
    assert_eq!((anonymous.kind, anonymous.status), (ProblemKind::CertificateMissing, 401));
    let old = ours.client().clone();
    ours.renew(&center).await.unwrap();
    assert!(beat(&old).await.unwrap().renew, "good until the new one is shown");
    assert!(!beat(ours.client()).await.unwrap().renew);
    let ended = beat(&old).await.unwrap_err();
    assert_eq!((ended.kind, ended.status), (ProblemKind::CertificateUnknown, 403));

    let held = state::certificates::of_box(state.read(), &"box-1".parse().unwrap()).await.unwrap();
    assert_eq!(held.iter().map(|row| row.revoked_at.is_some()).collect::<Vec<_>>(), [false, true]);
    let rows = state::audit::after(state.read(), 0, state::Limit::clamped(9)).await.unwrap();
    assert!(rows.iter().any(|row| row.body.contains("renew_certificate") && row.body.contains("box:box-1")));
}
