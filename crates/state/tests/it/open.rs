//! Opening: settings that survive a power cut, migrations once, errors without passwords.

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use state::{Error, State, Verdict};

use crate::support::{NOW, postgres, sqlite, two_boxes};

#[tokio::test]
async fn sqlite_runs_with_wal_full_sync_and_foreign_keys_on_every_connection() {
    let fresh = sqlite().await;
    for (pragma, expected) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")] {
        let statement = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA {pragma}"));
        let row = fresh.state.read().query_one_raw(statement).await.unwrap().unwrap();
        let value =
            row.try_get_by_index::<String>(0).or_else(|_| row.try_get_by_index::<i32>(0).map(|n| n.to_string()));
        assert_eq!(value.unwrap(), expected, "{pragma}");
    }
    fresh.done().await;
}

#[tokio::test]
async fn opening_again_finds_what_was_committed_and_nothing_that_was_not() {
    for fresh in [sqlite().await, postgres("reopen").await] {
        two_boxes(&fresh.state).await;
        let write = fresh.state.write().await.unwrap();
        state::boxes::retire(&*write, "box-1", NOW).await.unwrap();
        drop(write);
        let write = fresh.state.write().await.unwrap();
        state::boxes::retire(&*write, "box-2", NOW).await.unwrap();
        write.commit().await.unwrap();
        let again = State::open(&fresh.url).await.unwrap();
        let retired: Vec<_> =
            state::boxes::all(again.read()).await.unwrap().into_iter().map(|row| row.retired_at).collect();
        assert_eq!(retired, [None, Some(NOW)]);
        again.close().await.unwrap();
        fresh.done().await;
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_named_without_its_password() {
    let error = State::open("mysql://yaoxia:secret@db/center").await.unwrap_err();
    assert_eq!(error.to_string(), "state url `mysql://yaoxia@db/center` is neither sqlite:// nor postgres://");
    assert_eq!(error.verdict(), Verdict::Stop);
    let error = State::open("postgres://yaoxia:secret@127.0.0.1:1/center").await.unwrap_err();
    assert!(matches!(error, Error::Open { .. }) && !format!("{error:?}").contains("secret"), "{error:?}");
    assert_eq!(error.verdict(), Verdict::Retry);
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_at_once_wait_for_each_other_and_none_fails() {
    for fresh in [sqlite().await, postgres("writers").await] {
        two_boxes(&fresh.state).await;
        let tasks: Vec<_> = (0..24)
            .map(|number| {
                let state = fresh.state.clone();
                tokio::spawn(async move {
                    let write = state.write().await.unwrap();
                    let reached = state::ingest::cursor(&*write, "test").await.unwrap();
                    state::ingest::set_cursor(&*write, "test", reached.max(number)).await.unwrap();
                    write.commit().await.unwrap();
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        fresh.done().await;
    }
}
