//! Packing, checkpoints and vacuum change files, never rows.

use std::fs;
use std::path::Path;

use lake::Packed;

use crate::fixture::{append_up_to, content, expected, open_clean};

fn data_files(folder: &Path) -> usize {
    fs::read_dir(folder)
        .unwrap()
        .map(|item| item.unwrap().path())
        .filter(|path| path.is_dir() && !path.ends_with("_delta_log"))
        .map(|day| fs::read_dir(day).unwrap().count())
        .sum()
}

#[tokio::test]
async fn packing_keeps_every_row_and_the_mark() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let mut writer = open_clean(root).await;
    append_up_to(&mut writer, 20, 2).await;
    let before = content(root).await;
    let packed = writer.pack().await.unwrap();
    assert_eq!(packed.reading, Packed { files_removed: 10, files_added: 1 });
    assert_eq!(content(root).await, before);
    append_up_to(&mut writer, 24, 2).await;
    drop(writer);

    let mut writer = open_clean(root).await;
    assert_eq!(writer.next_ingest_no(), 25);
    append_up_to(&mut writer, 30, 3).await;
    assert_eq!(content(root).await, expected(30).await);
}

#[tokio::test]
async fn packing_a_packed_table_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open_clean(folder.path()).await;
    append_up_to(&mut writer, 4, 2).await;
    writer.pack().await.unwrap();
    assert_eq!(writer.pack().await.unwrap().reading, Packed::default());
}

#[tokio::test]
async fn vacuum_leaves_files_a_running_query_may_still_read() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let mut writer = open_clean(root).await;
    append_up_to(&mut writer, 8, 2).await;
    writer.pack().await.unwrap();
    let before = content(root).await;
    assert_eq!(data_files(&root.join("reading")), 5);
    assert_eq!(writer.vacuum().await.unwrap().reading, 0, "files that left the table just now");
    assert_eq!(data_files(&root.join("reading")), 5);
    append_up_to(&mut writer, 10, 2).await;
    drop(writer);
    open_clean(root).await;
    assert_ne!(content(root).await, before);
    assert_eq!(content(root).await, expected(10).await);
}

#[tokio::test]
async fn segments_of_two_days_lie_in_two_partitions() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open_clean(folder.path()).await;
    let mut batch = writer.batch();
    for (ingest_no, day) in [(1, 0), (2, 1), (3, 0)] {
        let mut segment = crate::fixture::segment(ingest_no);
        segment.sealed_at.0 += day * 86_400_000_000;
        segment.push_to(&mut batch);
    }
    let mut wild = crate::fixture::segment(4);
    wild.sealed_at.0 = i64::MIN;
    wild.push_to(&mut batch);
    writer.append(batch).await.unwrap();
    let mut days: Vec<String> = fs::read_dir(folder.path().join("reading"))
        .unwrap()
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("sealed_day="))
        .collect();
    days.sort();
    assert_eq!(days, ["sealed_day=2026-11-21", "sealed_day=2026-11-22", "sealed_day=__HIVE_DEFAULT_PARTITION__"]);
    assert_eq!(content(folder.path()).await.reading.rows, 4 * 61);
}
