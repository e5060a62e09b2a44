//! A fresh database of each kind, and rows to put in.

use record::{
    BatchId, Digest, EnterpriseId, Finding, Input, Level, ProductId, Qualifiers, RuleRef, Signal, Subject, Timestamp,
};
use sea_orm::{ConnectionTrait, Database};
use state::State;
use state::boxes::{Enrolled, Enterprise};
use state::series::{Place, Point, SeriesKey};

/// 2026-11-21T10:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp(1_795_255_200_000_000);

/// A database that is gone when it is dropped.
pub(crate) struct Fresh {
    pub(crate) state: State,
    pub(crate) url: String,
    cleanup: Cleanup,
}

enum Cleanup {
    Folder { _folder: tempfile::TempDir },
    Database { server: String, name: String },
}

fn server() -> String {
    std::env::var("YAOXIA_TEST_POSTGRES").unwrap_or_else(|_unset| "postgres://postgres@127.0.0.1:5432".to_owned())
}

pub(crate) async fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("state.db").display());
    let state = State::open(&url).await.unwrap();
    Fresh { state, url, cleanup: Cleanup::Folder { _folder: folder } }
}

pub(crate) async fn postgres(test: &str) -> Fresh {
    let server = server();
    let name = format!("yaoxia_state_{test}_{}", std::process::id());
    let admin = Database::connect(format!("{server}/postgres")).await.unwrap_or_else(|error| {
        panic!(
            "no PostgreSQL at {server}: {error}\nstart one (Debian: apt-get install postgresql, \
             pg_hba `trust` for 127.0.0.1) or name one in YAOXIA_TEST_POSTGRES"
        )
    });
    // A locale that does not sort by bytes: series order must not depend on it.
    admin.execute_unprepared(&format!(r#"DROP DATABASE IF EXISTS "{name}""#)).await.unwrap();
    admin.execute_unprepared(&format!(r#"CREATE DATABASE "{name}""#)).await.unwrap();
    admin.close().await.unwrap();
    let url = format!("{server}/{name}");
    let state = State::open(&url).await.unwrap();
    Fresh { state, url, cleanup: Cleanup::Database { server, name } }
}

impl Fresh {
    /// Takes the database away; a panicking test leaves it for whoever wants to look.
    pub(crate) async fn done(self) {
        self.state.close().await.unwrap();
        if let Cleanup::Database { server, name } = self.cleanup {
            let admin = Database::connect(format!("{server}/postgres")).await.unwrap();
            admin.execute_unprepared(&format!(r#"DROP DATABASE "{name}""#)).await.unwrap();
            admin.close().await.unwrap();
        }
    }
}

/// One test body, run on both databases.
#[macro_export]
macro_rules! on_both {
    ($($name:ident($state:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "each body uses what it needs")]
            use super::*;

            async fn body($state: &state::State) $body

            #[tokio::test]
            async fn sqlite() {
                let fresh = $crate::support::sqlite().await;
                body(&fresh.state).await;
                fresh.done().await;
            }

            #[tokio::test]
            async fn postgres() {
                let fresh = $crate::support::postgres(stringify!($name)).await;
                body(&fresh.state).await;
                fresh.done().await;
            }
        }
    )*};
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp(NOW.0 + seconds * 1_000_000)
}

pub(crate) fn digest(number: u8) -> Digest {
    Digest([number; 32])
}

pub(crate) fn enterprise() -> EnterpriseId {
    "91510000000000001X".parse().unwrap()
}

pub(crate) fn product() -> ProductId {
    "P17".parse().unwrap()
}

/// Adds the enterprise and its boxes `box-1`, `box-2`.
pub(crate) async fn two_boxes(state: &State) {
    let row = Enterprise {
        id: enterprise(),
        name_zh: "甲药业".to_owned(),
        name_en: "Alpha".to_owned(),
        region: "510100".to_owned(),
    };
    state::boxes::put_enterprise(state.read(), &row, NOW).await.unwrap();
    for id in ["box-1", "box-2"] {
        state::boxes::add(state.read(), &enrolled(id)).await.unwrap();
    }
}

pub(crate) fn enrolled(id: &str) -> Enrolled {
    Enrolled {
        id: id.parse().unwrap(),
        enterprise: enterprise(),
        origin: format!("center.test/box/{id}"),
        vkey: format!("key of {id}"),
        read_key: format!("read key of {id}"),
        enrolled_at: NOW,
    }
}

pub(crate) fn series_key() -> SeriesKey {
    let qualifiers: Qualifiers =
        [("probe", "3"), ("analyte", "杂质 L")].map(|(name, value)| (name.into(), value.into())).into();
    SeriesKey {
        enterprise: enterprise(),
        product: product(),
        stage: Some("granulation".into()),
        parameter: "PP32".parse().unwrap(),
        qualifiers,
    }
}

pub(crate) fn point(batch_end: i64, batch: &str, version: u32, record: u8, value: f64) -> Point {
    Point {
        place: Place { batch_end: at(batch_end), batch: batch.parse().unwrap(), version, record: digest(record) },
        end_known: true,
        value,
        comparator: record::Comparator::Equal,
        result_at: at(batch_end),
        superseded: false,
        judged: None,
    }
}

pub(crate) fn finding(id: u8, batch: &str, signal: Signal, level: Level) -> Finding {
    let batch: BatchId = batch.parse().unwrap();
    Finding {
        id: digest(id),
        rule: RuleRef {
            name: "stability.count".into(),
            version: 1,
            catalogue_version: "2026-07".into(),
            catalogue_status: "proposed".into(),
        },
        enterprise: enterprise(),
        product: product(),
        parameter: "PP32".parse().unwrap(),
        qualifiers: series_key().qualifiers,
        subject: Subject::Batch { product: product(), batch, step: Some("granulation".into()) },
        level,
        signal,
        window: vec![Input { record: digest(id), value: 9.0 }],
        numbers: vec![("mean".into(), 1.5)],
        choices: Qualifiers::new(),
        result_at: at(i64::from(id)),
        raised_at: at(i64::from(id) + 1),
    }
}
