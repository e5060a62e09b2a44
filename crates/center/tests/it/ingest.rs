//! A segment goes in once, whole and verified, or not at all and with its reason.

use link::{CenterState, Heartbeat, Message, PROTOCOL, ProblemKind, Upload};
use seal::VerifierKey;

use crate::support::{Center, TestBox, batch_ended, block, read};

/// Requirement CEN-03.
#[tokio::test(flavor = "multi_thread")]
async fn a_segment_gets_a_cosigned_receipt_and_the_same_upload_the_same_receipt() {
    let center = Center::start().await;
    let mut ours = TestBox::enrolled(&center, 1).await;
    let body = ours.seal(&[block(100, 0), batch_ended(1)]);
    let receipt = ours.put(&center, 0, body.clone()).await.unwrap();
    assert_eq!((receipt.ingest_no, receipt.seg_no, receipt.size), (1, 0, 1));
    let upload = Upload::parse(&body).unwrap();
    let log = VerifierKey::parse(&ours.reply().vkey).unwrap();
    let witness = VerifierKey::parse(&ours.reply().witness_vkey).unwrap();
    let witnessed = link::accept_receipt(&receipt, 0, upload.checkpoint, &log, &witness).unwrap();
    assert_eq!(witnessed.cosignatures.len(), 1);

    assert_eq!(ours.put(&center, 0, body).await.unwrap(), receipt);
    let next = ours.send(&center, &[block(50, 1000)]).await;
    assert_eq!((next.ingest_no, next.size), (2, 2));
    let state = center.state().await;
    let held = state::ingest::held(state.read(), u64::from(u32::MAX)).await.unwrap();
    assert_eq!((held[0].segments, held[0].counts.readings, held[0].counts.events), (2, 150, 1));
    let file = center.evidence("box-1").join(seal::layout::segment_path(0));
    assert_eq!(std::fs::read(file).unwrap().len() as u64, state_bytes(&state, 0).await);
}

async fn state_bytes(state: &state::State, seg_no: u64) -> u64 {
    let found = state::ingest::find(state.read(), &"box-1".parse().unwrap(), seg_no).await.unwrap();
    found.unwrap().counts.bytes
}

/// Requirement CEN-02, BAD-06, BAD-08.
#[tokio::test(flavor = "multi_thread")]
async fn damage_anywhere_in_an_upload_is_named_kept_and_changes_nothing() {
    let center = Center::start().await;
    let mut ours = TestBox::enrolled(&center, 1).await;
    let good = ours.seal(&[block(10, 0)]);
    let check = async |body: Vec<u8>, kind: ProblemKind, part: &str| {
        let problem = ours.put(&center, 0, body).await.unwrap_err();
        assert_eq!(problem.kind, kind, "{}", problem.detail);
        assert!(problem.detail.contains(part), "{part}: {}", problem.detail);
    };
    let parsed = Upload::parse(&good).unwrap();
    let flipped = |part: &[u8], at: usize| {
        let mut bytes = good.clone();
        let start = part.as_ptr() as usize - good.as_ptr() as usize;
        bytes[start + at] ^= 1;
        bytes
    };
    let last = parsed.segment.len() - 1;
    check(flipped(parsed.segment, last), ProblemKind::Unverified, "segment: ").await;
    check(flipped(parsed.segment, 0), ProblemKind::Unverified, "segment: ").await;
    check(flipped(parsed.checkpoint, 30), ProblemKind::Unverified, "checkpoint: ").await;
    check(good[..good.len() - 1].to_vec(), ProblemKind::Truncated, "upload ends at byte").await;
    check([good.clone(), vec![0]].concat(), ProblemKind::Malformed, "1 bytes after its end").await;
    check(b"hello".to_vec(), ProblemKind::Malformed, "YXU1").await;
    check(vec![0; link::UPLOAD_LEN_MAX + 1], ProblemKind::TooLarge, "longer than").await;

    let state = center.state().await;
    let page = state::refusals::page(state.read(), None, state::Limit::clamped(20)).await.unwrap();
    assert_eq!(page.rows.len(), 7);
    for row in &page.rows {
        assert_eq!((row.door.as_str(), row.box_id.as_deref()), ("segments", Some("box-1")));
        if row.kind != "too-large" {
            let kept = center.config.refused_dir().join(row.kept_as.as_ref().unwrap());
            assert_eq!(std::fs::metadata(kept).unwrap().len(), row.bytes);
        }
    }
    assert_eq!(state::ingest::last(state.read()).await.unwrap(), 0);
    assert_eq!(ours.put(&center, 0, good).await.unwrap().ingest_no, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_of_another_box_a_gap_and_an_old_number_are_told_where_to_go_on() {
    let center = Center::start().await;
    let mut ours = TestBox::enrolled(&center, 1).await;
    let mut other = TestBox::enrolled(&center, 2).await;
    let theirs = other.seal(&[block(10, 0)]);
    let foreign = ours.put(&center, 0, theirs).await.unwrap_err();
    assert_eq!(foreign.kind, ProblemKind::Unverified);

    let first = ours.seal(&[block(10, 0)]);
    let second = ours.seal(&[block(10, 100)]);
    let third = ours.seal(&[block(10, 200)]);
    let early = ours.put(&center, 1, second.clone()).await.unwrap_err();
    assert_eq!((early.kind, early.status, early.size), (ProblemKind::Size, 409, Some(0)));
    let misfiled = ours.put(&center, 1, first.clone()).await.unwrap_err();
    assert_eq!(misfiled.kind, ProblemKind::Malformed);
    ours.put(&center, 0, first.clone()).await.unwrap();
    ours.put(&center, 1, second).await.unwrap();
    let old = ours.put(&center, 0, first).await.unwrap_err();
    assert_eq!((old.kind, old.size), (ProblemKind::Size, Some(2)));
    assert_eq!(ours.put(&center, 2, third).await.unwrap().ingest_no, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rewritten_log_freezes_the_box_and_both_heads_are_kept() {
    let center = Center::start().await;
    let mut ours = TestBox::enrolled(&center, 1).await;
    ours.send(&center, &[block(10, 0)]).await;
    ours.send(&center, &[block(10, 100)]).await;
    // The owner of the box rewrites its last segment with the box's own key.
    ours.leaves.pop();
    let rewritten = ours.seal(&[block(9, 100)]);
    let fork = ours.put(&center, 1, rewritten.clone()).await.unwrap_err();
    assert_eq!((fork.kind, fork.status, fork.size), (ProblemKind::Forked, 409, Some(2)));

    let next = ours.seal(&[block(10, 200)]);
    let frozen = ours.put(&center, 2, next).await.unwrap_err();
    assert_eq!((frozen.kind, frozen.detail.as_str()), (ProblemKind::Frozen, fork.detail.as_str()));
    let held: CenterState = read(ours.client().get(center.url(link::PATH_STATE)).send().await.unwrap()).await.unwrap();
    assert_eq!((held.size, held.frozen.as_deref()), (2, Some(fork.detail.as_str())));

    let state = center.state().await;
    let page = state::refusals::page(state.read(), None, state::Limit::clamped(10)).await.unwrap();
    let row = page.rows.iter().find(|row| row.kind == "forked").unwrap();
    let kept = std::fs::read(center.config.refused_dir().join(row.kept_as.as_ref().unwrap())).unwrap();
    assert_eq!(kept, rewritten);
    let note = std::fs::read_to_string(center.evidence("box-1").join(seal::layout::CHECKPOINT)).unwrap();
    assert!(note.contains("\n2\n") && note.contains("— center.test/yaoxia "), "{note}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_does_not_extend_the_held_one_is_a_fork_even_with_a_new_number() {
    let center = Center::start().await;
    let mut ours = TestBox::enrolled(&center, 1).await;
    ours.send(&center, &[block(10, 0)]).await;
    ours.leaves[0] = record::Digest([7; 32]);
    let body = ours.seal(&[block(10, 100)]);
    let fork = ours.put(&center, 1, body).await.unwrap_err();
    assert_eq!(fork.kind, ProblemKind::Forked, "{}", fork.detail);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_is_kept_and_one_with_another_head_of_our_size_freezes() {
    let center = Center::start().await;
    let mut ours = TestBox::enrolled(&center, 1).await;
    ours.send(&center, &[block(10, 0)]).await;
    let beat = |checkpoint: String| Heartbeat {
        protocol: PROTOCOL,
        software: "test 1".to_owned(),
        clock_us: 5_000_000,
        durable_entries: 12,
        sealed_entries: 11,
        sealed_segments: 1,
        oldest_unsent_us: Some(2_000_000),
        checkpoint: Some(checkpoint),
    };
    let send = async |ours: &TestBox, beat: Heartbeat| {
        let sent = ours.client().post(center.url(link::PATH_HEARTBEAT)).body(beat.to_bytes()).send().await.unwrap();
        read::<CenterState>(sent).await
    };
    let held = send(&ours, beat(ours.checkpoint())).await.unwrap();
    assert_eq!(held.size, 1);
    let state = center.state().await;
    let known = state::boxes::by_id(state.read(), "box-1").await.unwrap().unwrap();
    let report = known.report.unwrap();
    assert_eq!((report.durable_entries, report.sealed_entries, report.box_clock.0), (12, 11, 5_000_000));

    ours.leaves[0] = record::Digest([7; 32]);
    let forked = send(&ours, beat(ours.checkpoint())).await.unwrap_err();
    assert_eq!((forked.kind, forked.size), (ProblemKind::Forked, Some(1)));
    let known = state::boxes::by_id(state.read(), "box-1").await.unwrap().unwrap();
    assert_eq!(known.frozen.map(|(_, why)| why), Some(forked.detail));
}
