//! The signed audit trail: what the notary writes verifies, and it signs no past that contradicts what it signed.

use portal::api::End;
use portal::notary::{Notary, NotaryError};

use seal::{Algorithm, SignerKey};
use serde_json::json;
use state::Connection as _;
use state::people::Role;
use verify::{Trust, Verdict, verify_audit};

use crate::client::Client;
use crate::stage::Stage;

fn signer() -> SignerKey {
    SignerKey::from_seed(&[9; 32], "example.org/center/audit", Algorithm::Ed25519).unwrap()
}

fn trust() -> Trust {
    let vkey = signer().verifier().to_string();
    Trust::parse(&format!("[[audit]]\norigin = 'example.org/center/audit'\nvkey = '{vkey}'\n")).unwrap()
}

#[tokio::test]
async fn the_trail_is_signed_as_it_grows_and_over_restarts_and_never_against_itself() {
    let stage = Stage::open(End::Governance, true, "/nonexistent".as_ref()).await;
    let folder = tempfile::tempdir().unwrap();
    let audit = folder.path().join("audit");
    let open = async || Notary::open(stage.state.clone(), signer(), audit.clone()).await;
    let found = || {
        let report = verify_audit(&audit, &trust());
        (report.verdict(), report.sealed, report.rows, report.damage)
    };
    let mut notary = open().await.unwrap();
    assert_eq!(found(), (Verdict::Sound, 2, Some(2), vec![]));
    let admin = Client::logged_in(&stage.router, "li.na").await;
    admin.post("/api/v1/people", &json!({ "name": "zhao.min", "display_name": "赵敏", "role": "officer" })).await;
    assert_eq!(notary.sign_new().await.unwrap(), 4);
    assert_eq!(found(), (Verdict::Sound, 4, Some(4), vec![]));
    stage.person("later", Role::Auditor, "330000").await;
    drop(notary);
    let mut notary = open().await.unwrap();
    assert_eq!(found(), (Verdict::Sound, 5, Some(5), vec![]));
    assert_eq!(notary.sign_new().await.unwrap(), 5);
    drop(notary);

    let db = stage.state.read();
    db.execute_unprepared("UPDATE audit SET body = replace(body, '赵敏', '某人') WHERE seq = 4").await.unwrap();
    assert!(matches!(open().await.unwrap_err(), NotaryError::Row { seq: 4 }));
    db.execute_unprepared("UPDATE audit SET body = replace(body, '某人', '赵敏') WHERE seq = 4").await.unwrap();
    open().await.unwrap();
    db.execute_unprepared("DELETE FROM audit WHERE seq = 5").await.unwrap();
    let refused = open().await.unwrap_err().to_string();
    assert_eq!(refused, "the first 5 audit rows are not those that were signed; 4 are held");
    assert_eq!(found(), (Verdict::Sound, 5, Some(5), vec![]), "what was signed stays for the auditor");
}
