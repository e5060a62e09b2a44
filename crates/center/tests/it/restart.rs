//! What was acknowledged is there after a restart, once; tables and judgements come from it and from nothing else.

use center::keys::Keys;
use center::{derive, serve};
use state::warnings::{Agreement, Filter};

use crate::support::{Center, TestBox, batch_ended, block, result};

/// Requirement CEN-04.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_the_center_goes_on_and_a_rebuild_gives_the_same_tables() {
    let mut center = Center::start().await;
    let mut ours = TestBox::enrolled(&center, 1).await;
    ours.send(&center, &[block(1000, 0)]).await;
    ours.send(&center, &[block(1000, 5000), batch_ended(1)]).await;
    center.stop().await;
    center.run().await;
    assert_eq!(ours.send(&center, &[block(500, 9000)]).await.ingest_no, 3);
    assert_eq!(center.drained().await, 3);
    center.stop().await;

    let keys = Keys::load(&center.config).unwrap();
    let evidence = serve::evidence(&center.config, &keys);
    let rebuilt = derive::rebuild(center.state().await, evidence, &center.config.lake_dir()).await.unwrap();
    assert_eq!(rebuilt.segments, 3);
    assert_eq!(rebuilt.before.as_ref(), Some(&rebuilt.after));
    let lake = lake::Lake::open(&center.config.lake_dir()).await.unwrap();
    let counts = lake.counts().await.unwrap();
    assert_eq!((counts[0].readings, counts[0].events), (2500, 1));
}

/// A crash between evidence and state: the segment is on disk, its number was never committed.
/// Requirement CEN-03.
#[tokio::test(flavor = "multi_thread")]
async fn a_segment_that_was_durable_but_not_committed_goes_in_once() {
    let mut center = Center::start().await;
    let mut ours = TestBox::enrolled(&center, 1).await;
    ours.send(&center, &[block(10, 0)]).await;
    center.stop().await;
    let state_before = std::fs::read(center.config.data_dir.join("state.db")).unwrap();
    center.run().await;
    let body = ours.seal(&[block(10, 100)]);
    ours.put(&center, 1, body.clone()).await.unwrap();
    center.stop().await;
    for rest in ["state.db-wal", "state.db-shm"] {
        let path = center.config.data_dir.join(rest);
        assert!(!path.exists(), "a clean stop leaves no {rest}");
    }
    std::fs::write(center.config.data_dir.join("state.db"), state_before).unwrap();
    center.run().await;
    assert_eq!(ours.put(&center, 1, body.clone()).await.unwrap().ingest_no, 2);
    assert_eq!(ours.put(&center, 1, body).await.unwrap().ingest_no, 2);
    let state = center.state().await;
    assert_eq!(state::ingest::last(state.read()).await.unwrap(), 2);
}

/// Requirement RUL-06.
#[tokio::test(flavor = "multi_thread")]
async fn the_center_judges_results_itself_and_raises_what_the_box_did_not() {
    let center = Center::start().await;
    let mut ours = TestBox::enrolled(&center, 1).await;
    for number in 1..=34 {
        // A steady series with a little spread, then one batch far off.
        let value = if number == 34 { "99".to_owned() } else { format!("{}", (number * 7) % 5) };
        let entries = [batch_ended(number), result("PP32", "[CFU]/g", number, &value)];
        ours.send(&center, &entries).await;
    }
    let state = center.state().await;
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let page = loop {
        let page =
            state::warnings::page(state.read(), &Filter::default(), None, state::Limit::clamped(50)).await.unwrap();
        if !page.rows.is_empty() {
            break page;
        }
        assert!(std::time::Instant::now() < until, "no warning was raised");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    let newest = &page.rows[0];
    assert_eq!(newest.batch.as_ref().map(ToString::to_string).as_deref(), Some("B034"));
    assert_eq!((newest.raised_at_box, newest.agreement), (None, Agreement::Unchecked));
    assert!(newest.raised_at_center.is_some());
}
