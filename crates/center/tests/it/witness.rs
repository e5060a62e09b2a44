//! The public witness as any C2SP client meets it: real TLS, real state.

use center::keys::public_witness;
use record::Digest;
use reqwest::Response;
use seal::checkpoint::{Checkpoint, SignedCheckpoint, sign};
use seal::witness::{PATH_ADD_CHECKPOINT, REQUEST_LEN_MAX, Request, SIZE_MEDIA_TYPE};
use seal::{Algorithm, SignerKey, VerifierKey, log_id, tree};

use crate::support::{Center, free_port};

const ORIGIN: &str = "log.example.org/7";

fn log_key() -> SignerKey {
    SignerKey::from_seed(&[7; 32], ORIGIN, Algorithm::Ed25519).unwrap()
}

async fn watching() -> Center {
    let vkey = log_key().verifier().to_string();
    Center::start_with(&format!(
        "[witness]\nlisten = \"127.0.0.1:{}\"\nlogs = [{{ origin = {ORIGIN:?}, vkey = {vkey:?} }}]\n",
        free_port()
    ))
    .await
}

fn leaves(size: u64) -> Vec<Digest> {
    (0..size).map(|n| tree::leaf_hash(&n.to_be_bytes())).collect()
}

fn note(size: u64) -> String {
    let head = Checkpoint { origin: ORIGIN.into(), size, root: tree::root(&leaves(size)) };
    sign(&head, &log_key()).unwrap().to_text()
}

fn request(old: u64, size: u64) -> Vec<u8> {
    let proof = match old {
        0 => Vec::new(),
        old => tree::consistency_proof(&leaves(size), usize::try_from(old).unwrap()),
    };
    Request { old, proof, note: note(size).as_bytes() }.to_bytes()
}

fn url(center: &Center, path: &str) -> String {
    format!("https://{}{path}", center.config.witness.as_ref().unwrap().listen)
}

async fn ask(center: &Center, body: Vec<u8>) -> Response {
    center.anonymous().post(url(center, PATH_ADD_CHECKPOINT)).body(body).send().await.unwrap()
}

fn vkey(center: &Center) -> VerifierKey {
    public_witness(&center.config).unwrap().verifier().clone()
}

async fn cosigned(center: &Center, size: u64, response: Response) -> u64 {
    assert_eq!(response.status(), 200);
    let note = note(size) + &response.text().await.unwrap();
    let keys = [vkey(center)];
    let opened = SignedCheckpoint::open(note.as_bytes(), log_key().verifier(), &keys).unwrap();
    assert_eq!(opened.cosignatures.len(), 1);
    opened.checkpoint.size
}

/// Requirement WIT-01.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_of_others_is_cosigned_with_a_key_of_the_witnesss_own_and_remembered() {
    let mut center = watching().await;
    let response = ask(&center, request(0, 3)).await;
    assert_eq!(cosigned(&center, 3, response).await, 3);
    assert_eq!(vkey(&center).name(), "center.test/yaoxia/witness");
    let keys = center::keys::Keys::load(&center.config).unwrap();
    assert_ne!(vkey(&center).to_string(), keys.witness_vkey().to_string());

    center.stop().await;
    center.run().await;
    let stale = ask(&center, request(0, 9)).await;
    assert_eq!((stale.status().as_u16(), &stale.headers()["content-type"]), (409, &SIZE_MEDIA_TYPE.parse().unwrap()));
    assert_eq!(stale.text().await.unwrap(), "3\n");
    let response = ask(&center, request(3, 9)).await;
    assert_eq!(cosigned(&center, 9, response).await, 9);

    let shown = url(&center, &format!("/{}/checkpoint", log_id(ORIGIN)));
    let shown = center.anonymous().get(shown).send().await.unwrap().text().await.unwrap();
    let opened = SignedCheckpoint::open(shown.as_bytes(), log_key().verifier(), &[vkey(&center)]).unwrap();
    assert_eq!((opened.checkpoint.size, opened.cosignatures.len()), (9, 1));
}

/// Requirement WIT-02.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_floods_are_refused_with_the_status_of_the_protocol() {
    let center = watching().await;
    assert_eq!(ask(&center, request(0, 3)).await.status(), 200);
    let with = |note: String| Request { old: 3, proof: Vec::new(), note: note.as_bytes() }.to_bytes();
    let other = Checkpoint { origin: "log.example.org/8".into(), size: 3, root: tree::root(&leaves(3)) };
    let other_key = SignerKey::from_seed(&[7; 32], "log.example.org/8", Algorithm::Ed25519).unwrap();
    let stranger = SignerKey::from_seed(&[8; 32], ORIGIN, Algorithm::Ed25519).unwrap();
    let head = Checkpoint { origin: ORIGIN.into(), ..other.clone() };
    let forked = Checkpoint { root: Digest([1; 32]), ..head.clone() };
    let rows = [
        (b"hello".to_vec(), 400),
        (vec![b'\n'; REQUEST_LEN_MAX + 1], 400),
        (with(sign(&other, &other_key).unwrap().to_text()), 404),
        (with(sign(&head, &stranger).unwrap().to_text()), 403),
        (with(sign(&forked, &log_key()).unwrap().to_text()), 422),
        (with(note(9)), 422),
    ];
    for (body, status) in rows {
        assert_eq!(ask(&center, body).await.status(), status);
    }
    let unknown = center.anonymous().get(url(&center, "/00/checkpoint")).send().await.unwrap();
    assert_eq!(unknown.status(), 404);
}

/// Two at once: one is cosigned, the other told the new size, and the log is never set back.
/// Requirement WIT-01.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_requests_at_once_the_log_keeps_the_one_it_answered() {
    let center = watching().await;
    assert_eq!(ask(&center, request(0, 3)).await.status(), 200);
    let (left, right) = tokio::join!(ask(&center, request(3, 5)), ask(&center, request(3, 9)));
    let mut statuses = [left.status().as_u16(), right.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let (size, told) = if left.status() == 200 { (5, right) } else { (9, left) };
    assert_eq!(told.text().await.unwrap(), format!("{size}\n"));
    let held = state::witness::newest(center.state().await.read(), ORIGIN).await.unwrap().unwrap();
    assert_eq!(held.head.size, size);
}
