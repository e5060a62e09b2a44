//! Heads of watched logs: compared and replaced as one step.

use state::Error;
use state::witness::{self, Cosigned, Head};

use crate::on_both;
use crate::support::{at, digest};

const LOG: &str = "example.org/log";

fn cosigned(size: u64, root: u8) -> Cosigned {
    let head = Head { size, root: digest(root) };
    Cosigned { head, note: format!("{LOG}\n{size}\n"), cosigned_at: at(i64::try_from(size).unwrap()) }
}

on_both! {
    a_head_is_replaced_only_by_who_knows_it(state) {
        let db = state.read();
        let put = async |held: Option<Head>, new: &Cosigned| witness::replace(state.read(), LOG, held, new).await;
        assert_eq!(witness::newest(db, LOG).await.unwrap(), None);
        let [one, three, five] = [cosigned(1, 1), cosigned(3, 3), cosigned(5, 5)];
        assert!(!put(Some(one.head), &three).await.unwrap(), "nothing is there yet");
        assert!(put(None, &one).await.unwrap());
        assert!(!put(None, &three).await.unwrap(), "something is there");
        assert!(!put(Some(Head { root: digest(9), ..one.head }), &three).await.unwrap(), "another root is there");
        assert!(put(Some(one.head), &five).await.unwrap());
        assert!(!put(Some(one.head), &three).await.unwrap(), "the slower of two is told");
        assert_eq!(witness::newest(db, LOG).await.unwrap(), Some(five.clone()));
        let later = Cosigned { cosigned_at: at(60), ..five.clone() };
        assert!(put(Some(five.head), &later).await.unwrap(), "the same head again, at a later time");
        assert_eq!(witness::newest(db, "example.org/other").await.unwrap(), None);
    }

    a_log_is_never_set_back(state) {
        let five = cosigned(5, 5);
        assert!(witness::replace(state.read(), LOG, None, &five).await.unwrap());
        let back = witness::replace(state.read(), LOG, Some(five.head), &cosigned(4, 4)).await.unwrap_err();
        assert!(matches!(back, Error::Conflict { .. }), "{back}");
        assert_eq!(witness::newest(state.read(), LOG).await.unwrap(), Some(five));
    }

    of_two_changes_at_once_one_is_told(state) {
        let one = cosigned(1, 1);
        assert!(witness::replace(state.read(), LOG, None, &one).await.unwrap());
        let change = async |new: Cosigned| {
            let write = state.write().await.unwrap();
            let done = witness::replace(&*write, LOG, Some(one.head), &new).await.unwrap();
            write.commit().await.unwrap();
            done
        };
        let (left, right) = tokio::join!(change(cosigned(3, 3)), change(cosigned(5, 5)));
        assert!(left != right, "exactly one was in time: {left} {right}");
    }
}
