use std::time::Duration;

use record::{Cause, RejectReason, Timestamp};
use rust_decimal::Decimal;
use source::config::ConnectorConfig;
use source::mapping::Plan;
use source::{Budget, Connector, Continuity, Fault, NodePath, Page, RawValue, Resume, Stage};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::{Pulled, now, plan, pull_for, pull_until};

const SERVER: &str = "postgres://postgres@127.0.0.1:5432";
const HEADER: &str = "stream,source,address,parameter,context,subject";

/// A database of its own for one test.
struct Database {
    url: String,
    connection: PgConnection,
}

impl Database {
    async fn new(name: &str) -> Self {
        let name = format!("yaoxia_source_{name}");
        let mut server = PgConnection::connect(&format!("{SERVER}/postgres")).await.unwrap_or_else(|error| {
            panic!(
                "{error}: these tests need PostgreSQL at 127.0.0.1:5432, user postgres, trust; \
                    on Debian: `apt-get install postgresql` and `local`/`host … trust` in pg_hba.conf"
            )
        });
        for sql in [format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), format!("CREATE DATABASE {name}")] {
            server.execute(AssertSqlSafe(sql)).await.unwrap();
        }
        let url = format!("{SERVER}/{name}");
        let connection = PgConnection::connect(&url).await.unwrap();
        Self { url, connection }
    }

    async fn run(&mut self, sql: &str) {
        self.connection.execute(AssertSqlSafe(sql)).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    async fn other(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.unwrap()
    }

    fn config(&self, table: &str) -> String {
        format!(
            "[connector]\nid = 's'\n[sql]\nurl = '{}'\ninsecure_no_tls = true\npoll_ms = 20\n[[sql.table]]\n{table}",
            self.url
        )
    }

    fn connector(&self, table: &str) -> Box<dyn Connector> {
        ConnectorConfig::parse("s.toml", &self.config(table)).unwrap().connector(now()).unwrap()
    }
}

const RESULT: &str = "name = 'result'\nchanged_at = 'changed_at'\nid = 'id'\nversion = 'version'\npoint = 'code'\n\
                      value = 'text'\nunit = 'unit'\ntime = 'entered_at'\nignore = ['COMMENT']\n";

const CREATE: &str = "CREATE TABLE result (id bigint PRIMARY KEY, version int NOT NULL DEFAULT 1, code text, text text, \
                      num numeric(10,3), unit text, batch text DEFAULT 'B1', entered_at timestamptz DEFAULT now(), \
                      changed_at timestamptz NOT NULL DEFAULT now()); CREATE INDEX ON result (changed_at, id)";

fn lod() -> Plan {
    plan(HEADER, &["lod,s,result/LOD,CG1,product=const:A; batch=batch; original_time=const:2019-03-01,batch"])
}

fn keys(pulled: &Pulled) -> Vec<&str> {
    let mut keys: Vec<&str> = pulled.items.iter().map(|item| item.key.as_str()).collect();
    keys.sort_unstable();
    keys
}

/// The transaction with id 1 began, and stamped its row, before the one with id 2; it ends long after id 2 was polled.
/// Requirement SRC-03.
#[tokio::test]
async fn a_transaction_that_commits_late_is_not_passed_over() {
    let mut database = Database::new("late").await;
    database.run(CREATE).await;
    let mut late = database.other().await;
    let mut connector = database.connector(RESULT);
    assert_eq!(connector.open(&lod(), None).await.unwrap(), Continuity::Fresh);

    // `now()` is the start of the transaction, which has no id yet and holds back nobody.
    late.execute("BEGIN").await.unwrap();
    late.execute("SELECT now()").await.unwrap();
    database.run("INSERT INTO result (id, code, text) VALUES (2, 'LOD', '2.2')").await;
    let first = pull_until(connector.as_mut(), |pulled| !pulled.items.is_empty()).await;
    assert_eq!(keys(&first), ["2"]);

    // Under a savepoint the row carries an id that no snapshot lists as running.
    late.execute("SAVEPOINT s").await.unwrap();
    late.execute("INSERT INTO result (id, code, text) VALUES (1, 'LOD', '1.1')").await.unwrap();
    late.execute("RELEASE s").await.unwrap();
    database.run("INSERT INTO result (id, code, text) VALUES (3, 'LOD', '3.3')").await;
    let while_open = pull_for(connector.as_mut(), Duration::from_millis(300)).await;
    assert!(!keys(&while_open).contains(&"1"));

    late.execute("COMMIT").await.unwrap();
    let want = 2 - while_open.items.len();
    let after = pull_until(connector.as_mut(), |pulled| pulled.items.len() >= want).await;
    let mut all: Vec<&str> = keys(&while_open);
    all.extend(keys(&after));
    all.sort_unstable();
    assert_eq!(all, ["1", "3"]);
    assert_eq!(pull_for(connector.as_mut(), Duration::from_millis(300)).await.items, []);
}

#[tokio::test]
async fn values_come_verbatim_once_and_corrections_as_versions() {
    let mut database = Database::new("verbatim").await;
    database.run(CREATE).await;
    database
        .run(
            "INSERT INTO result (id, code, text, unit, entered_at) VALUES \
              (1, 'LOD', '1.820', '%', '2026-03-02 12:00:00.123456+08'), (2, 'LOD', '<0.05', '%', now()), \
              (3, 'LOD', NULL, '%', now()), (4, 'COMMENT', 'x', NULL, now()), (5, 'WHAT', '7', 'kg', now())",
        )
        .await;
    let mut connector = database.connector(RESULT);
    connector.open(&lod(), None).await.unwrap();
    let pulled = pull_until(connector.as_mut(), |pulled| pulled.items.len() == 2 && pulled.rejects.len() == 1).await;
    assert_eq!(pulled.texts(), ["1.820", "<0.05"]);
    let item = &pulled.items[0];
    assert_eq!(item.value, RawValue::Number(Decimal::from_str_exact("1.820").unwrap()));
    assert_eq!((item.version, item.key.as_str(), item.unit.as_deref()), (1, "1", Some("%")));
    assert_eq!(item.t_source, Some(Timestamp(1_772_424_000_123_456)));
    assert_eq!(item.t_original, Some(Timestamp(1_551_398_400_000_000)));
    assert_eq!(item.context.get("batch").map(|text| &**text), Some("B1"));
    assert!(item.t_server.is_some());
    assert_eq!(pulled.items[1].value, RawValue::Text);
    let reject = &pulled.rejects[0];
    assert_eq!(
        (&reject.reason, &*reject.address, &*reject.verbatim),
        (&RejectReason::UnknownParameter, "result/WHAT", "7")
    );

    // A result that was pending, a correction, and a value of a version that is none.
    database.run("UPDATE result SET text = '2.0', changed_at = now() WHERE id = 3").await;
    database.run("UPDATE result SET text = '1.830', version = 2, changed_at = now() WHERE id = 1").await;
    database.run("INSERT INTO result (id, version, code, text) VALUES (6, -1, 'LOD', '9')").await;
    let more = pull_until(connector.as_mut(), |pulled| pulled.items.len() == 2 && pulled.rejects.len() == 1).await;
    let versions: Vec<(&str, u32, &str)> =
        more.items.iter().map(|item| (item.key.as_str(), item.version, &*item.text)).collect();
    assert_eq!(versions, [("3", 1, "2.0"), ("1", 2, "1.830")]);
    assert_eq!(more.rejects[0].reason, RejectReason::Type);
    assert!(more.rejects[0].detail.contains("`version` is `-1`"), "{}", more.rejects[0].detail);

    // A new process goes on where the frame ended.
    drop(connector);
    let resume = Resume { cursor: more.cursor.unwrap(), cause: Cause::BoxDown };
    let mut again = database.connector(RESULT);
    assert_eq!(again.open(&lod(), Some(&resume)).await.unwrap(), Continuity::Continuous);
    assert_eq!(pull_for(again.as_mut(), Duration::from_millis(300)).await.items, []);
    database.run("INSERT INTO result (id, code, text) VALUES (7, 'LOD', '7')").await;
    let last = pull_until(again.as_mut(), |pulled| !pulled.items.is_empty()).await;
    assert_eq!(keys(&last), ["7"]);
}

#[tokio::test]
async fn a_long_first_load_comes_page_by_page_and_whole() {
    let mut database = Database::new("load").await;
    database.run(CREATE).await;
    database.run("INSERT INTO result (id, code, text) SELECT g, 'LOD', g FROM generate_series(1, 5000) g").await;
    for table in [RESULT.to_owned(), format!("{RESULT}horizon = 'overlap'\n"), format!("{RESULT}late_max_s = 60\n")] {
        let mut connector = database.connector(&table);
        connector.open(&lod(), None).await.unwrap();
        let mut pulled = Pulled::default();
        while pulled.items.len() < 2_500 {
            pulled.add(connector.next(Budget { items_max: 300, wait: Duration::from_secs(5) }).await.unwrap());
        }
        // The rest after a restart in the middle of a pass.
        let resume = Resume { cursor: pulled.cursor.clone().unwrap(), cause: Cause::BoxDown };
        let mut connector = database.connector(&table);
        connector.open(&lod(), Some(&resume)).await.unwrap();
        let rest = pull_until(connector.as_mut(), |rest| rest.items.len() + pulled.items.len() >= 5_000).await;
        let quiet = pull_for(connector.as_mut(), Duration::from_millis(200)).await;
        let mut ids: Vec<i64> = [&pulled, &rest, &quiet]
            .iter()
            .flat_map(|part| part.items.iter().map(|item| item.key.as_str().parse().unwrap()))
            .collect();
        ids.sort_unstable();
        assert_eq!(ids, (1..=5_000).collect::<Vec<i64>>(), "{table}");
    }
}

#[tokio::test]
async fn a_view_shows_its_transaction_under_a_name_of_its_own() {
    let mut database = Database::new("view").await;
    database.run(CREATE).await;
    database
        .run("CREATE VIEW shown AS SELECT xmin AS row_xid, id, version, code, text, batch, changed_at FROM result")
        .await;
    database.run("INSERT INTO result (id, code, text) VALUES (1, 'LOD', '5')").await;
    let table = "name = 'public.shown'\nchanged_at = 'changed_at'\nid = 'id'\nversion = 'version'\npoint = 'code'\n\
                 value = 'text'\nxid = 'row_xid'\n";
    let plan = plan(HEADER, &["lod,s,public.shown/LOD,CG1,product=const:A; batch=batch,batch"]);
    let mut connector = database.connector(table);
    connector.open(&plan, None).await.unwrap();
    assert_eq!(pull_until(connector.as_mut(), |pulled| !pulled.items.is_empty()).await.texts(), ["5"]);
    let listing = connector.browse(&NodePath::default(), Page { after: None, nodes_max: 10 }).await.unwrap();
    let names: Vec<&str> = listing.nodes.iter().map(|node| &*node.address).collect();
    assert_eq!(names, ["public.result", "public.shown"]);
    let report = connector.probe().await;
    let stages: Vec<Stage> = report.steps.iter().map(|step| step.stage).collect();
    assert_eq!(stages, [Stage::Connect, Stage::Clock, Stage::Read]);
    assert!(report.clock.unwrap().offset_us().abs() < 5_000_000);
}

#[tokio::test]
async fn a_wrong_name_is_said_at_once() {
    let mut database = Database::new("names").await;
    database.run(CREATE).await;
    let check = async |table: &str, plan: Plan, expected: &str| {
        let error = database.connector(table).open(&plan, None).await.unwrap_err();
        assert_eq!((error.stage, &error.fault), (Stage::Resolve, &Fault::Config), "{error}");
        assert!(error.detail.contains(expected), "{error}");
    };
    let moved = plan(HEADER, &["lod,s,results/LOD,CG1,product=const:A; batch=batch,batch"]);
    let misspelt = plan(HEADER, &["lod,s,result/LOD,CG1,product=const:A; batch=bach,batch"]);
    check(RESULT, moved.clone(), "no [[sql.table]] is named `results`; known: result").await;
    check(RESULT, misspelt, "has no column `bach`; it has id, version, code, text").await;
    check(&RESULT.replace("'result'", "'results'"), moved, "relation \"results\" does not exist").await;

    let config = database.config(RESULT).replace(":5432/", ":1/");
    let mut connector = ConnectorConfig::parse("s.toml", &config).unwrap().connector(now()).unwrap();
    let error = connector.open(&lod(), None).await.unwrap_err();
    assert_eq!((error.stage, error.fault), (Stage::Connect, Fault::Transient));
}

/// Requirement SRC-04.
#[tokio::test]
async fn the_session_may_only_read() {
    let mut database = Database::new("readonly").await;
    database.run(CREATE).await;
    // A view that writes when it is read: the server itself must refuse it.
    database
        .run(
            "CREATE FUNCTION sneaky() RETURNS bigint LANGUAGE sql AS \
                  $$ INSERT INTO result (id, code, text) VALUES (99, 'LOD', 'x') RETURNING id $$",
        )
        .await;
    database.run("CREATE VIEW shown AS SELECT sneaky() AS id, 'LOD' AS code, 'x' AS text, 0 AS changed_at").await;
    let table = "name = 'shown'\nchanged_at = 'changed_at'\nid = 'id'\npoint = 'code'\nvalue = 'text'\n\
                 horizon = 'overlap'\n";
    let plan = plan(HEADER, &["lod,s,shown/LOD,CG1,product=const:A; batch=const:B,batch"]);
    let mut connector = database.connector(table);
    connector.open(&plan, None).await.unwrap();
    let error = connector.next(Budget { items_max: 10, wait: Duration::from_secs(5) }).await.unwrap_err();
    assert!(error.detail.contains("read-only transaction"), "{error}");
}
