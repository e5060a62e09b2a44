use std::path::Path;
use std::time::Duration;

use record::{Cause, RejectReason};
use source::config::ConnectorConfig;
use source::{Connector, Continuity, Fault, Resume, Stage};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::{now, plan, pull_for, pull_until};

const HEADER: &str = "stream,source,address,parameter,context,subject";

async fn database(file: &Path) -> SqliteConnection {
    let options =
        SqliteConnectOptions::new().filename(file).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn run(database: &mut SqliteConnection, sql: &str) {
    database.execute(AssertSqlSafe(sql)).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
}

fn connector(file: &Path, tables: &str) -> Box<dyn Connector> {
    let text = format!("[connector]\nid = 's'\n[sql]\nurl = 'sqlite://{}'\npoll_ms = 20\n{tables}", file.display());
    ConnectorConfig::parse("s.toml", &text).unwrap().connector(now()).unwrap()
}

const BATCH: &str = "[[sql.table]]\nname = 'batch'\nchanged_at = 'seq'\nid = 'seq'\nkey = ['product', 'batch_no']\n\
                     time = 'changed_at'\n";

#[tokio::test]
async fn a_wide_row_is_values_and_events_with_their_own_times() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mes.db");
    let mut mes = database(&file).await;
    run(
        &mut mes,
        "CREATE TABLE batch (seq integer PRIMARY KEY, product text, batch_no text, size text, yield text, \
                   ended_at text, changed_at text)",
    )
    .await;
    run(&mut mes, "INSERT INTO batch VALUES (1, 'A', '240117', '240000', NULL, NULL, '2026-03-02T04:00:00Z')").await;
    let plan = plan(
        HEADER,
        &[
            "size,s,batch/size,PP1,product=product; batch=batch_no,batch",
            "yield,s,batch/yield,PP2,product=product; batch=batch_no,batch",
            "end,s,batch/ended_at,event:batch_ended,product=product; batch=batch_no; time=ended_at,batch",
        ],
    );
    let mut connector = connector(&file, BATCH);
    connector.open(&plan, None).await.unwrap();
    let first = pull_until(connector.as_mut(), |pulled| !pulled.items.is_empty()).await;
    assert_eq!(first.texts(), ["240000"]);
    assert_eq!(first.items[0].key.as_str(), "A|240117");
    run(
        &mut mes,
        "INSERT INTO batch VALUES (2, 'A', '240117', NULL, '98.70', '2026-03-02 05:00:00', \
                   '2026-03-02T06:00:00Z')",
    )
    .await;
    let second = pull_until(connector.as_mut(), |pulled| pulled.items.len() == 2).await;
    let [yielded, ended] = &second.items[..] else { panic!("{second:?}", second = second.texts()) };
    assert_eq!((&*yielded.text, yielded.version), ("98.70", 2));
    // The end came without zone, the time of change with one.
    assert_eq!(ended.t_source.unwrap().0, 1_772_427_600_000_000);
    assert!(ended.quality.flags.contains(record::Flags::SRC_NAIVE_TZ));
    assert_eq!(yielded.t_source.unwrap().0, 1_772_431_200_000_000);
    assert!(!yielded.quality.flags.contains(record::Flags::SRC_NAIVE_TZ));
}

const RESULT: &str = "[[sql.table]]\nname = 'result'\nchanged_at = 'changed_at'\nid = 'id'\npoint = 'code'\n\
                      value = 'text'\ntime = 'changed_at'\n";
const CREATE: &str = "CREATE TABLE result (id integer PRIMARY KEY, code text, text text, batch text, changed_at text)";

/// Requirement SRC-03.
#[tokio::test]
async fn a_row_stamped_before_it_was_committed_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lims.db");
    let mut lims = database(&file).await;
    run(&mut lims, CREATE).await;
    let plan = plan(HEADER, &["lod,s,result/LOD,CG1,product=const:A; batch=batch,batch"]);
    let mut connector = connector(&file, RESULT);
    connector.open(&plan, None).await.unwrap();
    for id in [10, 20, 30] {
        let row = format!("INSERT INTO result VALUES ({id}, 'LOD', '{id}', 'B', '2026-03-02T04:00:{id}Z')");
        run(&mut lims, &row).await;
    }
    let first = pull_until(connector.as_mut(), |pulled| pulled.items.len() == 3).await;
    assert_eq!(first.texts(), ["10", "20", "30"]);
    // The writer took its time before it took the lock.
    run(&mut lims, "INSERT INTO result VALUES (25, 'LOD', '25', 'B', '2026-03-02T04:00:25Z')").await;
    let late = pull_until(connector.as_mut(), |pulled| !pulled.items.is_empty()).await;
    assert_eq!(late.texts(), ["25"]);
    // And it is not found again, here or after a restart.
    assert_eq!(pull_for(connector.as_mut(), Duration::from_millis(200)).await.texts(), [""; 0]);
    let resume = Resume { cursor: late.cursor.unwrap(), cause: Cause::Disconnected };
    let mut again = self::connector(&file, RESULT);
    assert_eq!(again.open(&plan, Some(&resume)).await.unwrap(), Continuity::Continuous);
    run(&mut lims, "INSERT INTO result VALUES (40, 'LOD', '40', 'B', '2026-03-02T04:00:40Z')").await;
    run(&mut lims, "INSERT INTO result VALUES (50, 'LOD', '50', 'B', 'yesterday')").await;
    let last = pull_until(again.as_mut(), |pulled| !pulled.rejects.is_empty()).await;
    assert_eq!(last.texts(), ["40"]);
    assert_eq!((&last.rejects[0].reason, &*last.rejects[0].verbatim), (&RejectReason::Type, "50"));
}

/// More rows of one instant than are read again, and more late rows than one page holds.
#[tokio::test]
async fn many_rows_of_one_instant_come_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lims.db");
    let mut lims = database(&file).await;
    run(&mut lims, CREATE).await;
    let bulk = |from: u32, to: u32, at: &str| {
        format!(
            "INSERT INTO result WITH RECURSIVE g(n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM g WHERE n < {to}) \
             SELECT n, 'LOD', n, 'B', '{at}' FROM g"
        )
    };
    run(&mut lims, &bulk(1, 3_000, "2026-03-02T04:00:00Z")).await;
    let plan = plan(HEADER, &["lod,s,result/LOD,CG1,product=const:A; batch=batch,batch"]);
    let mut connector = connector(&file, RESULT);
    connector.open(&plan, None).await.unwrap();
    let first = pull_until(connector.as_mut(), |pulled| pulled.items.len() >= 3_000).await;
    run(&mut lims, &bulk(9_000, 9_000, "2026-03-02T04:00:09Z")).await;
    let mark = pull_until(connector.as_mut(), |pulled| !pulled.items.is_empty()).await;
    run(&mut lims, &bulk(5_000, 7_999, "2026-03-02T04:00:05Z")).await;
    let late = pull_until(connector.as_mut(), |pulled| pulled.items.len() >= 3_000).await;
    run(&mut lims, &bulk(9_001, 9_001, "2026-03-02T04:00:10Z")).await;
    let end = pull_until(connector.as_mut(), |pulled| !pulled.items.is_empty()).await;
    let mut ids: Vec<u32> =
        [&first, &mark, &late, &end].iter().flat_map(|part| part.texts()).map(|text| text.parse().unwrap()).collect();
    ids.sort_unstable();
    let expected: Vec<u32> = (1..=3_000).chain(5_000..=7_999).chain(9_000..=9_001).collect();
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn a_missing_file_is_waited_for_and_a_missing_table_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lims.db");
    let plan = plan(HEADER, &["lod,s,result/LOD,CG1,product=const:A; batch=batch,batch"]);
    let error = connector(&file, RESULT).open(&plan, None).await.unwrap_err();
    assert_eq!((error.stage, &error.fault), (Stage::Connect, &Fault::Transient), "{error}");
    assert!(!file.exists(), "the connector made the file");
    drop(database(&file).await);
    let error = connector(&file, RESULT).open(&plan, None).await.unwrap_err();
    assert_eq!((error.stage, &error.fault), (Stage::Resolve, &Fault::Config), "{error}");
    assert!(error.detail.contains("there is no table or view result"), "{error}");
}
