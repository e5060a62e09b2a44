//! What the tables answer: files of SQL with the rows expected, typed questions, and the limits.

use std::fs;
use std::path::Path;

use lake::{Error, Lake, Param, Point, QUERY_ROWS_MAX, SeriesQuery};
use record::{Entry, Timestamp};

use crate::fixture::{BLOCK_ROWS, START_US, append_up_to, open_clean, reading, segment};

async fn ten_segments(root: &Path) -> Lake {
    let mut writer = open_clean(root).await;
    append_up_to(&mut writer, 10, 3).await;
    Lake::open(root).await.unwrap()
}

#[tokio::test]
async fn sql_files_give_the_rows_they_name() {
    let folder = tempfile::tempdir().unwrap();
    let lake = ten_segments(folder.path()).await;
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql");
    let mut checked = 0;
    for script in fs::read_dir(scripts).unwrap() {
        let script = script.unwrap().path();
        for case in fs::read_to_string(&script).unwrap().split("\nquery\n").skip(1) {
            let (text, expected) = case.split_once("\n----\n").unwrap();
            let answer = lake.sql(text, &[]).await.unwrap_or_else(|error| panic!("{text}: {error}"));
            let found: Vec<String> =
                answer.rows.into_iter().map(|row| serde_json::Value::Object(row).to_string()).collect();
            let expected: Vec<&str> =
                expected.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
            assert_eq!(found, expected, "{}: {text}", script.display());
            checked += 1;
        }
    }
    assert!(checked >= 8, "only {checked} queries were found");
}

#[tokio::test]
async fn counts_are_those_of_the_segments() {
    let folder = tempfile::tempdir().unwrap();
    let counts = ten_segments(folder.path()).await.counts().await.unwrap();
    assert_eq!(counts.len(), 2);
    for (count, remainder) in counts.iter().zip([0, 1]) {
        let entries = || (1..=10).filter(|no| no % 2 == remainder).flat_map(|no| segment(no).entries);
        let of = |kind: fn(&Entry) -> bool| entries().filter(kind).count() as u64;
        let singles = of(|entry| matches!(entry, Entry::Reading(_)));
        let blocks = of(|entry| matches!(entry, Entry::Block(_)));
        assert_eq!(count.readings, singles + blocks * BLOCK_ROWS as u64, "{count:?}");
        assert_eq!(count.rejects, of(|entry| matches!(entry, Entry::Reject(_))));
        assert_eq!(count.events, of(|entry| matches!(entry, Entry::Event(_))));
        assert_eq!(count.findings, of(|entry| matches!(entry, Entry::Finding(_))));
        assert_eq!(count.lost_in_gaps, 7 * of(|entry| matches!(entry, Entry::Gap(gap) if !gap.filled)));
        assert_eq!(count.filled_in_gaps, 7 * of(|entry| matches!(entry, Entry::Gap(gap) if gap.filled)));
        assert_eq!(count.segments, 5);
    }
}

#[tokio::test]
async fn a_series_is_in_order_of_time_and_exact() {
    let folder = tempfile::tempdir().unwrap();
    let lake = ten_segments(folder.path()).await;
    let query = SeriesQuery {
        enterprise: &"91510000000000001X".parse().unwrap(),
        parameter: &"X-PRESS-MAIN".parse().unwrap(),
        product: Some(&"P17".parse().unwrap()),
        from: Timestamp(START_US),
        until: Timestamp(START_US + 3_600_000_000),
        limit: 1_000,
    };
    let points = lake.series(&query).await.unwrap();
    assert_eq!(points.len(), 5 * BLOCK_ROWS / 2);
    assert!(points.is_sorted_by_key(|point| point.received_at.clone()));
    let texts: Vec<&str> = points.iter().take(3).map(|point| point.verbatim.as_deref().unwrap()).collect();
    assert_eq!(texts, ["10.00", "10.02", "10.04"]);
    assert_eq!(points[1].value, Some(10.02));
    assert_eq!(points[0].equipment.as_deref(), Some("press-1"));

    let newest = lake.series(&SeriesQuery { limit: 2, ..query }).await.unwrap();
    assert_eq!(newest, points[points.len() - 2..]);
    let other = lake.series(&SeriesQuery { product: Some(&"P18".parse().unwrap()), ..query }).await.unwrap();
    assert_eq!(other, Vec::<Point>::new());
}

#[tokio::test]
async fn a_censored_value_keeps_its_text_and_is_no_number_to_average() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open_clean(folder.path()).await;
    let mut batch = writer.batch();
    let mut only = segment(1);
    let at = only.sealed_at;
    only.entries = ["<0.05", "1.820", "ND"].map(|text| Entry::Reading(reading(1, at, text))).into();
    only.push_to(&mut batch);
    writer.append(batch).await.unwrap();
    let lake = Lake::open(folder.path()).await.unwrap();
    let mut points = lake.recent(Some(&"box-b".parse().unwrap()), 10).await.unwrap();
    points.reverse();
    let seen: Vec<_> = points
        .iter()
        .map(|point| (point.verbatim.as_deref().unwrap(), point.comparator.as_deref(), point.value))
        .collect();
    assert_eq!(seen, [("<0.05", Some("<"), None), ("1.820", Some("="), Some(1.82)), ("ND", None, None)]);
    assert_eq!(points[0].original_at.as_deref(), Some("2018-11-13T00:00:00Z"));
    assert_eq!(lake.recent(Some(&"box-a".parse().unwrap()), 10).await.unwrap(), Vec::<Point>::new());
}

#[tokio::test]
async fn a_question_sees_what_was_appended_after_the_lake_was_opened() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open_clean(folder.path()).await;
    let lake = Lake::open(folder.path()).await.unwrap();
    assert_eq!(lake.recent(None, 1).await.unwrap(), Vec::<Point>::new());
    append_up_to(&mut writer, 1, 1).await;
    assert_eq!(lake.recent(None, 1_000).await.unwrap().len(), BLOCK_ROWS + 1);
}

#[tokio::test]
async fn text_in_a_parameter_is_never_sql() {
    let folder = tempfile::tempdir().unwrap();
    let lake = ten_segments(folder.path()).await;
    let evil = Param::Text("' OR 1=1 --".to_owned());
    let answer = lake.sql("SELECT count(*) AS n FROM reading WHERE box = $1", &[evil]).await.unwrap();
    assert_eq!(answer.rows[0]["n"], 0);
}

#[tokio::test]
async fn only_reading_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let lake = ten_segments(folder.path()).await;
    for text in [
        "DELETE FROM reading",
        "INSERT INTO event SELECT * FROM event",
        "CREATE TABLE t (a INT)",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "COPY reading TO '/tmp/reading.csv'",
        "SET datafusion.execution.batch_size = 1",
        "SELECT * FROM '/etc/passwd'",
        "SELECT no_such_column FROM reading",
        "SELECT 1; SELECT 2",
        "nonsense",
    ] {
        let refused = lake.sql(text, &[]).await.unwrap_err();
        assert!(matches!(refused, Error::Query { .. }), "{text}: {refused:?}");
    }
}

#[tokio::test]
async fn an_answer_has_a_largest_size_and_says_when_it_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let lake = ten_segments(folder.path()).await;
    let answer = lake.sql("SELECT value AS n FROM generate_series(1, 10001)", &[]).await.unwrap();
    assert_eq!((answer.rows.len(), answer.truncated), (QUERY_ROWS_MAX, true));
    let answer = lake.sql("SELECT value AS n FROM generate_series(1, 10000)", &[]).await.unwrap();
    assert_eq!((answer.rows.len(), answer.truncated), (QUERY_ROWS_MAX, false));
}

#[tokio::test]
async fn there_is_nothing_to_ask_before_the_first_writer() {
    let folder = tempfile::tempdir().unwrap();
    let refused = Lake::open(folder.path()).await.unwrap_err();
    assert!(matches!(refused, Error::Missing { table: "reading", .. }), "{refused}");
}
