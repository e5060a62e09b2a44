//! A box with a second witness beside its center: what counts as witnessed, and what a witness that is away delays.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State as AxumState;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum_server::tls_rustls::RustlsConfig;
use core::convert::Infallible;
use journal::{LogDir, OsDisk};
use rcgen::{CertificateParams, KeyPair};
use record::{Entry, EventKind};
use seal::checkpoint::SignedCheckpoint;
use seal::witness::{Head, Heads, Kept, PATH_ADD_CHECKPOINT, Witness};
use seal::{Algorithm, SignerKey, VerifierKey};
use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Mutex;

use crate::whole::{Bench, Double, free_port};

/// Heads in memory.
#[derive(Default)]
struct Memory(BTreeMap<String, Kept>);

impl Heads for Memory {
    type Error = Infallible;

    async fn head(&mut self, origin: &str) -> Result<Option<Head>, Infallible> {
        Ok(self.0.get(origin).map(|kept| kept.head))
    }

    async fn replace(&mut self, _held: Option<Head>, new: &Kept) -> Result<bool, Infallible> {
        self.0.insert(new.origin.clone(), new.clone());
        Ok(true)
    }
}

/// A notary that cosigns as the protocol says.
struct Notary {
    witness: Witness,
    memory: Mutex<Memory>,
    down: AtomicBool,
}

impl Notary {
    fn new(log: VerifierKey) -> Arc<Self> {
        let key = SignerKey::from_seed(&[5; 32], "notary.example/w", Algorithm::Cosignature).unwrap();
        let witness = Witness::new(key, vec![(log.name().to_owned(), log)]).unwrap();
        Arc::new(Self { witness, memory: Mutex::default(), down: AtomicBool::new(false) })
    }

    async fn serve(self: &Arc<Self>, listen: SocketAddr, center: &Double) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &center.authority.1).unwrap().pem();
        let tls = RustlsConfig::from_pem(certificate.into_bytes(), key.serialize_pem().into_bytes()).await.unwrap();
        let router = Router::new().route(PATH_ADD_CHECKPOINT, post(adding)).with_state(Arc::clone(self));
        tokio::spawn(axum_server::bind_rustls(listen, tls).serve(router.into_make_service()));
    }
}

async fn adding(AxumState(notary): AxumState<Arc<Notary>>, body: Bytes) -> Response {
    if notary.down.load(Ordering::SeqCst) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let mut memory = notary.memory.lock().await;
    let Ok(answer) = notary.witness.add_checkpoint(&body, 1_795_255_200, &mut *memory).await;
    let status = StatusCode::from_u16(answer.status()).unwrap();
    (status, [(header::CONTENT_TYPE, answer.media_type())], answer.body()).into_response()
}

/// An enrolled box that needs the notary's cosignature, and warns after `unwitnessed_max_s`.
async fn bench(unwitnessed_max_s: u64) -> (Bench, Arc<Notary>) {
    let bench = Bench::new().await;
    bench.enrol().await;
    let log = bench.center.vkey.lock().unwrap().clone().unwrap();
    let notary = Notary::new(log);
    let listen = free_port();
    notary.serve(listen, &bench.center).await;
    let file = bench.folder.path().join("box.toml");
    let more = format!(
        "authority = \"authority.pem\"\nquorum = 1\nunwitnessed_max_s = {unwitnessed_max_s}\n[[link.witnesses]]\n\
         name = \"notary.example/w\"\nurl = \"https://{listen}/\"\nvkey = \"{}\"\nauthority = \"authority.pem\"\n",
        notary.witness.verifier()
    );
    let text = fs::read_to_string(&file).unwrap().replace("authority = \"authority.pem\"\n", &more);
    fs::write(&file, text).unwrap();
    (bench, notary)
}

/// Requirement WIT-04.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_counts_as_witnessed_before_the_second_witness_has_cosigned_and_nothing_waits_for_it() {
    let (mut bench, notary) = bench(86_400).await;
    notary.down.store(true, Ordering::SeqCst);
    let running = bench.start();
    for n in 0..10 {
        bench.result(&format!("B{n:03}"), "COUNT", "3", "[CFU]/mL").await;
    }
    let drained = |status: &serde_json::Value| status["accepted"] == 10 && status["drained"] == true;
    let status = bench.until("the center has all of it", drained).await;
    assert_eq!((&status["sealed"], &status["witnessed"]), (&10.into(), &0.into()), "{status:#}");
    assert_eq!(status["segments_received"], status["segments"]);
    assert_eq!(status["unwitnessed_too_long"], false);

    notary.down.store(false, Ordering::SeqCst);
    let status = bench.until("the second witness is back", |status| status["witnessed"] == 10).await;
    assert_eq!(status["segments_witnessed"], status["segments"]);
    running.stop().await;

    let (log, _) = LogDir::open(Arc::new(OsDisk), &bench.places().log()).unwrap();
    let size = log.witnessed();
    let note = log.receipt(size).unwrap().unwrap();
    let log_key = bench.center.vkey.lock().unwrap().clone().unwrap();
    let keys = [notary.witness.verifier().clone()];
    let opened = SignedCheckpoint::open(&note, &log_key, &keys).unwrap();
    assert_eq!((opened.checkpoint.size, opened.cosignatures.len()), (size, 1), "kept with the center's receipt");
    assert_eq!(opened.note.signatures().len(), 3, "log, center, second witness");
}

/// What was witnessed is witnessed after a restart, without the witness.
/// Requirement WIT-04.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_remembers_what_was_witnessed_and_a_changed_cosignature_does_not_count() {
    let (mut bench, notary) = bench(86_400).await;
    let running = bench.start();
    bench.result("B000", "COUNT", "3", "[CFU]/mL").await;
    bench.until("witnessed by both", |status| status["witnessed"] == 1).await;
    running.stop().await;
    notary.down.store(true, Ordering::SeqCst);
    let running = bench.start();
    bench.until("remembered", |status| status["witnessed"] == 1).await;
    running.stop().await;

    let kept = bench.places().witness_note(notary.witness.verifier().id());
    let mut note = fs::read(&kept).unwrap();
    let last = note.len() - 10;
    note[last] = if note[last] == b'A' { b'B' } else { b'A' };
    fs::write(&kept, note).unwrap();
    let running = bench.start();
    let status = bench.until("runs", |status| status["segments"].as_u64() > Some(0)).await;
    assert_eq!((&status["accepted"], &status["witnessed"]), (&1.into(), &0.into()), "{status:#}");
    notary.down.store(false, Ordering::SeqCst);
    bench.until("asked anew", |status| status["witnessed"] == 1).await;
    running.stop().await;
}

/// Requirement WIT-05.
#[tokio::test(flavor = "multi_thread")]
async fn unwitnessed_for_too_long_is_an_alarm_sealed_once_and_shown() {
    let (mut bench, notary) = bench(1).await;
    notary.down.store(true, Ordering::SeqCst);
    let running = bench.start();
    bench.result("B000", "COUNT", "3", "[CFU]/mL").await;
    let status = bench.until("the alarm", |status| status["unwitnessed_too_long"] == true).await;
    assert!(status["unwitnessed_since_us"].as_i64() > Some(0), "{status:#}");
    notary.down.store(false, Ordering::SeqCst);
    bench.until("the alarm is over", |status| status["unwitnessed_too_long"] == false).await;
    bench.until("sent", |status| status["drained"] == true).await;
    running.stop().await;

    let states: Vec<String> = bench.center.entries().iter().filter_map(state_of).collect();
    let count = |wanted: &str| states.iter().filter(|state| *state == wanted).count();
    assert_eq!((count("unwitnessed"), count("witnessed-again")), (1, 1), "{states:?}");
}

/// What the box said of itself.
fn state_of(entry: &Entry) -> Option<String> {
    match entry {
        Entry::Event(event) if event.kind == EventKind::BoxState => {
            let state = event.attributes.iter().find(|(name, _)| name.to_string() == "state");
            state.map(|(_, value)| value.to_string())
        }
        _ => None,
    }
}
