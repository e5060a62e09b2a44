//! What the plant counted is what its databases hold, on SQLite and on PostgreSQL.

use plant::{Config, Report};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// Where tests find PostgreSQL: any server on this machine that trusts the local user `postgres`.
const POSTGRES: &str = "postgres://postgres@127.0.0.1:5432";

fn config(folder: &Path, port: u16, kind: &str, databases: [&str; 3]) -> Config {
    let [lims, mes, erp] = databases;
    let text = format!(
        r#"
        name = "plant"
        kind = "{kind}"
        seed = 7
        products = ["23", "1"]
        generated_batches = 3
        report = "{0}/report.json"
        pace = {{ scans_per_s = 2000, batches_per_s = 20, stop_after_s = 60 }}
        opcua = {{ port = {port}, pki_dir = "{0}/pki", insecure_endpoint = true }}
        databases = {{ lims_url = "{lims}", mes_url = "{mes}", erp_url = "{erp}" }}
        "#,
        folder.display()
    );
    let path = folder.join("plant.toml");
    std::fs::write(&path, text).unwrap();
    Config::read(&path).unwrap()
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn tell(config: Config) -> Report {
    let (stop, path) = (CancellationToken::new(), config.report.clone());
    let told = tokio::spawn(plant::run(config, stop.clone()));
    let report = loop {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        assert!(!told.is_finished(), "the plant keeps its systems open until it is stopped: {:?}", told.await);
        let Ok(text) = std::fs::read(&path) else { continue };
        let report: Report = serde_json::from_slice(&text).unwrap();
        if report.finished {
            break report;
        }
    };
    stop.cancel();
    told.await.unwrap().unwrap();
    report
}

#[tokio::test]
async fn sqlite_systems_hold_what_the_plant_counted() {
    let folder = tempfile::tempdir().unwrap();
    let url = |name: &str| format!("sqlite://{}/{name}.db", folder.path().display());
    let urls = ["lims", "mes", "erp"].map(url);
    let report = tell(config(folder.path(), free_port(), "tablets", urls.each_ref().map(String::as_str))).await;
    let mut counted = Vec::new();
    for (url, table) in [(&urls[0], "yaoxia_v1_result"), (&urls[1], "yaoxia_v1_step_result")] {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        let sql = format!("SELECT count(*) FROM {table}");
        counted.push(sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql)).fetch_one(&mut connection).await.unwrap());
    }
    assert_eq!(counted, [report.lims, report.mes].map(|count| i64::try_from(count).unwrap()));
    assert_eq!(report.batches, 6, "three batches with press series, three without");
    assert!(report.scada >= 3 * 1000 * 12, "{report:?}");
}

#[tokio::test]
async fn postgres_systems_hold_what_the_plant_counted_and_plant_four_batches() {
    let folder = tempfile::tempdir().unwrap();
    let name = format!("yaoxia_plant_{}", std::process::id());
    let mut server = PgConnection::connect(&format!("{POSTGRES}/postgres"))
        .await
        .expect("tests need PostgreSQL on 127.0.0.1:5432 that trusts user postgres; `cargo xtask test` starts one");
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut server).await.unwrap();
    let url = format!("{POSTGRES}/{name}");
    let report = tell(config(folder.path(), free_port(), "injectable", [&url, &url, &url])).await;
    let mut database = PgConnection::connect(&url).await.unwrap();
    let verbatim: Vec<String> = sqlx::query_scalar(
        "SELECT result_text FROM yaoxia_v1_result WHERE test_code = 'INT-TAMC' AND changed_at <= now() ORDER BY result_id",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    database.close().await.unwrap();
    sqlx::query(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).execute(&mut server).await.unwrap();
    assert_eq!(report.planted, ["220601", "220602", "220603", "220701"]);
    assert_eq!(verbatim.len(), 40);
    assert_eq!(verbatim[32..36], ["62", "85", "71", "58"]);
    assert_eq!(report.lims, 120);
}
