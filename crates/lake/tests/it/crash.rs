//! The folder as a crash leaves it, at each point of an append; then a restart that must neither lose nor double.

use std::fs;
use std::path::{Path, PathBuf};

use lake::{Error, Lake, Unsound, Verdict, Writer};

use crate::fixture::{append_up_to, content, expected, open_clean, segment};

const LAST: u64 = 24;

fn commit(root: &Path, table: &str, version: u64) -> PathBuf {
    root.join(table).join("_delta_log").join(format!("{version:020}.json"))
}

fn last_commit(root: &Path, table: &str) -> PathBuf {
    let version = (0..).take_while(|version| commit(root, table, *version).exists()).last().unwrap();
    commit(root, table, version)
}

/// The data file the last commit of a table added.
fn last_data_file(root: &Path, table: &str) -> PathBuf {
    let text = fs::read_to_string(last_commit(root, table)).unwrap();
    let add = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .find_map(|action| action.get("add").cloned())
        .unwrap();
    root.join(table).join(add["path"].as_str().unwrap())
}

/// Appends 16 segments in four batches, lets `crash` damage the folder, and expects a restart to reach the same tables
/// as a writer that never crashed.
async fn check(crash: impl FnOnce(&Path)) -> lake::Opened {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let mut writer = open_clean(root).await;
    append_up_to(&mut writer, 16, 4).await;
    drop(writer);
    crash(root);
    let (mut writer, opened) = Writer::open(root).await.unwrap();
    assert!(writer.next_ingest_no() <= 17, "nothing beyond what was appended can be there");
    append_up_to(&mut writer, LAST, 5).await;
    assert_eq!(content(root).await, expected(LAST).await);
    opened
}

#[tokio::test]
async fn a_restart_goes_on_where_the_tables_end() {
    let opened = check(|_| {}).await;
    assert_eq!(opened, lake::Opened::default());
}

/// Requirement LAK-01.
#[tokio::test]
async fn files_written_but_not_committed_are_not_rows() {
    let opened = check(|root| {
        fs::remove_file(last_commit(root, "reading")).unwrap();
        fs::remove_file(last_commit(root, "event")).unwrap();
    })
    .await;
    assert_eq!(opened, lake::Opened::default());
}

/// Requirement LAK-01.
#[tokio::test]
async fn a_crash_between_the_commits_of_the_two_tables_is_made_up_for_one_of_them() {
    check(|root| fs::remove_file(last_commit(root, "event")).unwrap()).await;
    check(|root| fs::remove_file(last_commit(root, "reading")).unwrap()).await;
}

#[tokio::test]
async fn a_torn_commit_is_taken_off_and_its_rows_written_again() {
    let opened = check(|root| fs::write(last_commit(root, "reading"), b"").unwrap()).await;
    assert_eq!(opened.reading.cut, Some((4, Unsound::Empty)));
    assert_eq!(opened.reading.commits, 1);
    assert_eq!(opened.event.cut, None);

    let opened = check(|root| {
        let path = last_commit(root, "event");
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    })
    .await;
    assert!(matches!(opened.event.cut, Some((4, Unsound::Line { .. }))), "{opened:?}");
}

#[tokio::test]
async fn a_commit_whose_data_file_is_torn_is_taken_off() {
    let opened = check(|root| {
        let path = last_data_file(root, "reading");
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 7]).unwrap();
    })
    .await;
    assert!(matches!(opened.reading.cut, Some((4, Unsound::File { .. }))), "{opened:?}");
}

#[tokio::test]
async fn everything_after_a_lost_commit_is_taken_off() {
    let opened = check(|root| fs::remove_file(commit(root, "reading", 2)).unwrap()).await;
    assert_eq!(opened.reading.cut, Some((3, Unsound::Hole)));
    assert_eq!(opened.reading.commits, 2);
}

#[tokio::test]
async fn a_torn_first_commit_begins_the_table_anew() {
    let opened = check(|root| {
        for version in 1..=4 {
            fs::remove_file(commit(root, "event", version)).unwrap();
        }
        fs::write(commit(root, "event", 0), b"{\"commitInfo\"").unwrap();
    })
    .await;
    assert_eq!(opened.event.cut, Some((0, Unsound::Line { line: 1 })));
}

#[tokio::test]
async fn a_file_the_store_left_beside_the_log_does_no_harm() {
    let mut left = PathBuf::new();
    check(|root| {
        left = commit(root, "reading", 5).with_extension("json#1");
        fs::write(&left, b"{").unwrap();
    })
    .await;
    assert!(!left.exists());
}

#[tokio::test]
async fn a_torn_checkpoint_is_dropped_and_the_commits_read_instead() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let mut writer = open_clean(root).await;
    append_up_to(&mut writer, 8, 2).await;
    writer.pack().await.unwrap();
    append_up_to(&mut writer, 12, 2).await;
    drop(writer);
    let log = root.join("reading/_delta_log");
    let checkpoint = fs::read_dir(&log)
        .unwrap()
        .map(|item| item.unwrap().path())
        .find(|path| path.to_str().unwrap().ends_with(".checkpoint.parquet"))
        .unwrap();
    fs::write(&checkpoint, b"PAR1 torn").unwrap();
    let (mut writer, opened) = Writer::open(root).await.unwrap();
    assert_eq!((opened.reading.checkpoints, opened.reading.cut), (1, None));
    assert_eq!(writer.next_ingest_no(), 13);
    append_up_to(&mut writer, LAST, 5).await;
    assert_eq!(content(root).await, expected(LAST).await);
}

#[tokio::test]
async fn appending_the_same_range_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open_clean(folder.path()).await;
    let (mut first, mut again) = (writer.batch(), writer.batch());
    for ingest_no in 1..=6 {
        segment(ingest_no).push_to(&mut first);
        segment(ingest_no).push_to(&mut again);
    }
    writer.append(first).await.unwrap();
    let before = content(folder.path()).await;
    let refused = writer.append(again).await.unwrap_err();
    assert!(matches!(refused, Error::OutOfOrder { expected: 7, got: 1 }), "{refused}");
    assert_eq!(refused.verdict(), Verdict::Reject);
    assert_eq!(content(folder.path()).await, before);
    assert_eq!(writer.next_ingest_no(), 7);
}

#[tokio::test]
async fn a_segment_out_of_order_is_refused_and_adds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let writer = open_clean(folder.path()).await;
    let mut batch = writer.batch();
    segment(1).push_to(&mut batch);
    for wrong in [1, 3] {
        let segment = segment(wrong);
        let origin = lake::Origin {
            ingest_no: wrong,
            box_id: &segment.box_id,
            enterprise: &segment.enterprise,
            seg_no: segment.seg_no,
            sealed_at: segment.sealed_at,
        };
        let rows = batch.rows();
        let refused = batch.push(&origin, (0..).zip(&segment.entries)).unwrap_err();
        assert!(matches!(refused, Error::OutOfOrder { expected: 2, got } if got == wrong), "{refused}");
        assert_eq!((batch.rows(), batch.next_ingest_no()), (rows, 2));
    }
}

#[tokio::test]
async fn a_second_writer_is_kept_out() {
    let folder = tempfile::tempdir().unwrap();
    let _writer = open_clean(folder.path()).await;
    let refused = Writer::open(folder.path()).await.unwrap_err();
    assert!(matches!(refused, Error::Busy { table: "reading", .. }), "{refused}");
}

#[tokio::test]
async fn a_commit_behind_the_writers_back_stops_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let mut writer = open_clean(root).await;
    append_up_to(&mut writer, 2, 1).await;
    let foreign = r#"{"commitInfo":{"timestamp":0,"operation":"WRITE"}}"#;
    fs::write(commit(root, "reading", 3), foreign).unwrap();
    let mut batch = writer.batch();
    segment(3).push_to(&mut batch);
    let refused = writer.append(batch).await.unwrap_err();
    assert!(matches!(refused, Error::SecondWriter { table: "reading", version: 2 }), "{refused}");
    assert_eq!(refused.verdict(), Verdict::Stop);
}

#[tokio::test]
async fn a_missing_file_below_the_checkpoint_is_named_and_asks_for_a_rebuild() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let mut writer = open_clean(root).await;
    append_up_to(&mut writer, 4, 2).await;
    writer.pack().await.unwrap();
    drop(writer);
    let packed = last_data_file(root, "reading");
    fs::remove_file(&packed).unwrap();
    let refused = Writer::open(root).await.unwrap_err();
    assert!(matches!(&refused, Error::Damaged { table: "reading", file, .. } if *file == packed), "{refused}");
    assert_eq!(refused.verdict(), Verdict::Stop);
}

#[tokio::test]
async fn segments_without_rows_are_not_read_again_after_a_clean_stop() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open_clean(folder.path()).await;
    let mut batch = writer.batch();
    for ingest_no in 1..=9 {
        let mut empty = segment(ingest_no);
        empty.entries.clear();
        empty.push_to(&mut batch);
    }
    writer.append(batch).await.unwrap();
    assert_eq!(writer.next_ingest_no(), 10);
    writer.close().await.unwrap();
    assert_eq!(open_clean(folder.path()).await.next_ingest_no(), 10);
    let rows = Lake::open(folder.path()).await.unwrap().content().await.unwrap();
    assert_eq!((rows.reading.rows, rows.event.rows), (0, 0));
}
