//! A whole box between a database and a center: counts agree, nothing is lost over restarts and outages, warnings come.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path as UrlPath, State as AxumState};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum_server::tls_rustls::RustlsConfig;
use journal::{LogDir, OsDisk, Step};
use link::{
    CenterState, EnrolReply, EnrolRequest, Enterprise, Message, PROTOCOL, Problem, ProblemKind, Receipt, RenewReply,
    RenewRequest, Upload,
};
use rcgen::{BasicConstraints, CertificateParams, CertificateSigningRequestParams, IsCa, Issuer, KeyPair};
use record::{Entry, Level, Zone};
use seal::checkpoint::{SignedCheckpoint, cosign};
use seal::{Algorithm, RecipientSecret, Segment, SignerKey, VerifierKey};
use sqlx::SqlitePool;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

const ORIGIN: &str = "center.example/box/box-1";
/// Longest time any step of a test may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A center that keeps the promises of the link and nothing else.
struct Double {
    log: Mutex<LogDir>,
    vkey: Mutex<Option<VerifierKey>>,
    witness: SignerKey,
    secret: RecipientSecret,
    enterprise: RecipientSecret,
    authority: (String, Issuer<'static, KeyPair>),
    down: AtomicBool,
    /// The box is told to renew its certificate, until it asks.
    renew: AtomicBool,
}

impl Double {
    fn new(folder: &Path) -> Arc<Self> {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        let (log, _) = LogDir::open(Arc::new(OsDisk), &folder.join("evidence")).unwrap();
        Arc::new(Self {
            log: Mutex::new(log),
            vkey: Mutex::new(None),
            witness: SignerKey::from_seed(&[9; 32], "center.example", Algorithm::Cosignature).unwrap(),
            secret: RecipientSecret::generate(&mut rand::rng()),
            enterprise: RecipientSecret::generate(&mut rand::rng()),
            authority: (pem, Issuer::new(params, key)),
            down: AtomicBool::new(false),
            renew: AtomicBool::new(false),
        })
    }

    async fn serve(self: &Arc<Self>, listen: SocketAddr) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.authority.1).unwrap().pem();
        let tls = RustlsConfig::from_pem(certificate.into_bytes(), key.serialize_pem().into_bytes()).await.unwrap();
        let router = Router::new()
            .route(link::PATH_ENROL, post(enrol))
            .route(link::PATH_STATE, get(state))
            .route(&format!("{}/{{seg_no}}", link::PATH_SEGMENTS), put(segment))
            .route(link::PATH_HEARTBEAT, post(state))
            .route(link::PATH_CERTIFICATE, post(renewal))
            .layer(DefaultBodyLimit::max(link::UPLOAD_LEN_MAX))
            .with_state(Arc::clone(self));
        tokio::spawn(axum_server::bind_rustls(listen, tls).serve(router.into_make_service()));
    }

    /// Every entry the center can read, in order.
    fn entries(&self) -> Vec<Entry> {
        let log = self.log.lock().unwrap();
        let mut entries = Vec::new();
        for seg_no in 0..log.size() {
            let file = log.segment(seg_no).unwrap().unwrap();
            let zone = Segment::parse(&file).unwrap().open_zone(Zone::White, &self.secret).unwrap();
            entries.extend(zone.entries().map(|bytes| Entry::decode(bytes).unwrap()));
        }
        entries
    }
}

fn problem(kind: ProblemKind) -> Response {
    (StatusCode::from_u16(kind.status()).unwrap(), Problem::new(kind, "told to").to_bytes()).into_response()
}

async fn enrol(AxumState(center): AxumState<Arc<Double>>, body: Bytes) -> Response {
    let request = EnrolRequest::from_bytes(&body).unwrap();
    if request.code != "one-time" {
        return problem(ProblemKind::CodeUnknown);
    }
    let csr = CertificateSigningRequestParams::from_pem(&request.csr).unwrap();
    let key = VerifierKey::parse(&request.log_key).unwrap();
    let vkey = key.renamed(ORIGIN).unwrap();
    let reply = EnrolReply {
        protocol: PROTOCOL,
        box_id: "box-1".to_owned(),
        enterprise: Enterprise {
            id: "91330100MA27XG5T0A".to_owned(),
            name_zh: "甲药业".to_owned(),
            name_en: "Alpha".to_owned(),
            key: center.enterprise.public().to_string(),
        },
        certificate: csr.signed_by(&center.authority.1).unwrap().pem(),
        authority: center.authority.0.clone(),
        origin: ORIGIN.to_owned(),
        vkey: vkey.to_string(),
        witness_vkey: center.witness.verifier().to_string(),
        center_key: center.secret.public().to_string(),
    };
    *center.vkey.lock().unwrap() = Some(vkey);
    reply.to_bytes().into_response()
}

async fn state(AxumState(center): AxumState<Arc<Double>>) -> Response {
    if center.down.load(Ordering::SeqCst) {
        return problem(ProblemKind::Unavailable);
    }
    let log = center.log.lock().unwrap();
    let (size, root) = (log.size(), log.root_hash().to_string());
    let renew = center.renew.load(Ordering::SeqCst);
    CenterState { protocol: PROTOCOL, size, root, clock_us: 0, frozen: None, renew }.to_bytes().into_response()
}

async fn renewal(AxumState(center): AxumState<Arc<Double>>, body: Bytes) -> Response {
    let csr = CertificateSigningRequestParams::from_pem(&RenewRequest::from_bytes(&body).unwrap().csr).unwrap();
    center.renew.store(false, Ordering::SeqCst);
    let certificate = csr.signed_by(&center.authority.1).unwrap().pem();
    RenewReply { protocol: PROTOCOL, certificate }.to_bytes().into_response()
}

async fn segment(AxumState(center): AxumState<Arc<Double>>, UrlPath(seg_no): UrlPath<u64>, body: Bytes) -> Response {
    if center.down.load(Ordering::SeqCst) {
        return problem(ProblemKind::Unavailable);
    }
    let upload = Upload::parse(&body).unwrap();
    let vkey = center.vkey.lock().unwrap().clone().unwrap();
    let signed = SignedCheckpoint::open(upload.checkpoint, &vkey, &[]).unwrap();
    let parsed = Segment::parse(upload.segment).unwrap();
    parsed.check_public().unwrap();
    let mut log = center.log.lock().unwrap();
    let held = (log.size() > 0).then(|| (log.size(), log.root_hash()));
    let held = held.filter(|(size, _)| *size <= seg_no);
    seal::checkpoint::check_extends(
        held.as_ref().map(|(size, root)| (*size, root)),
        &signed.checkpoint,
        if held.is_some() { &upload.proof } else { &[] },
    )
    .unwrap();
    let step = Step { seg_no, header: parsed.header_bytes(), segment: upload.segment };
    let note = upload.checkpoint.to_vec();
    log.append(step, |_| Ok::<_, journal::Error>(note)).unwrap();
    let cosignature = cosign(&signed.checkpoint, &center.witness, 1_795_255_200).unwrap().line().to_text();
    Receipt { ingest_no: seg_no + 1, seg_no, size: seg_no + 1, cosignature }.to_bytes().into_response()
}

/// A box with its folder, its laboratory and its center.
struct Bench {
    folder: tempfile::TempDir,
    center: Arc<Double>,
    lims: SqlitePool,
    ops: SocketAddr,
    rows: i64,
}

const MAPPING: &str = "\
stream,source,address,parameter,unit_in,context,subject
count,lims,result/COUNT,PP32,[CFU]/mL,product=product; batch=batch; step=step,batch
end,lims,result/END,event:batch_ended,,product=product; batch=batch,batch
";

fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Bench {
    async fn new() -> Self {
        // A second test of the same process finds the provider installed.
        drop(rustls::crypto::ring::default_provider().install_default());
        let filter = tracing_subscriber::EnvFilter::from_default_env();
        drop(tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init());
        let folder = tempfile::tempdir().unwrap();
        let center = Double::new(folder.path());
        let (link, web, ops) = (free_port(), free_port(), free_port());
        center.serve(link).await;
        let lims_path = folder.path().join("lims.db");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&lims_path).create_if_missing(true);
        let lims = SqlitePool::connect_with(options).await.unwrap();
        sqlx::query(
            "CREATE TABLE result (id INTEGER PRIMARY KEY, changed_at INTEGER, version INTEGER, product TEXT, \
             batch TEXT, step TEXT, test TEXT, value TEXT, unit TEXT)",
        )
        .execute(&lims)
        .await
        .unwrap();
        fs::create_dir_all(folder.path().join("connectors.d")).unwrap();
        fs::create_dir_all(folder.path().join("web")).unwrap();
        let connector = format!(
            "[connector]\nid = \"lims\"\n[sql]\nurl = \"sqlite://{}\"\npoll_ms = 50\n[[sql.table]]\nname = \"result\"\n\
             changed_at = \"changed_at\"\nid = \"id\"\nversion = \"version\"\npoint = \"test\"\nvalue = \"value\"\n\
             unit = \"unit\"\n",
            lims_path.display()
        );
        fs::write(folder.path().join("connectors.d/lims.toml"), connector).unwrap();
        fs::write(folder.path().join("mapping.csv"), MAPPING).unwrap();
        fs::write(folder.path().join("authority.pem"), &center.authority.0).unwrap();
        let config = format!(
            "data_dir = \"data\"\n[sources]\nconnectors_dir = \"connectors.d\"\nmapping = \"mapping.csv\"\n[policy]\n\
             zones = \"all-white-demo\"\n[link]\nurl = \"https://{link}\"\nauthority = \"authority.pem\"\n[web]\n\
             listen = \"{web}\"\nassets_dir = \"web\"\n[ops]\nlisten = \"{ops}\"\n"
        );
        fs::write(folder.path().join("box.toml"), config).unwrap();
        Self { folder, center, lims, ops, rows: 0 }
    }

    fn loaded(&self) -> edge::config::Loaded {
        edge::config::load(&self.folder.path().join("box.toml")).unwrap()
    }

    fn places(&self) -> edge::places::Places {
        edge::places::Places::new(&self.folder.path().join("data"))
    }

    async fn enrol(&self) {
        let identity = edge::enrol::enrol(&self.loaded(), &self.places(), "one-time\n").await.unwrap();
        assert_eq!(identity.box_id.as_str(), "box-1");
    }

    fn start(&self) -> Running {
        let stop = CancellationToken::new();
        let metrics = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder().handle();
        let task = tokio::spawn(edge::run::run(self.loaded(), metrics, stop.clone()));
        Running { stop, task }
    }

    async fn result(&mut self, batch: &str, test: &str, value: &str, unit: &str) {
        self.rows += 1;
        sqlx::query("INSERT INTO result VALUES (?, ?, 1, 'INJ-1', ?, NULL, ?, ?, ?)")
            .bind(self.rows)
            .bind(self.rows)
            .bind(batch)
            .bind(test)
            .bind(value)
            .bind(unit)
            .execute(&self.lims)
            .await
            .unwrap();
    }

    /// Waits until the box's own figures satisfy `wanted`, and gives them.
    async fn until(&self, what: &str, wanted: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        let begun = Instant::now();
        let client = reqwest::Client::new();
        let mut last = serde_json::Value::Null;
        while begun.elapsed() < PATIENCE {
            if let Ok(answer) = client.get(format!("http://{}/status", self.ops)).send().await {
                last = answer.json().await.unwrap();
                if wanted(&last) {
                    return last;
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{what}: {last:#}");
    }

    fn accepted_at_center(&self) -> usize {
        let counted = |entry: &&Entry| match entry {
            Entry::Reading(_) => true,
            Entry::Event(event) => event.source.as_str() != "box",
            _ => false,
        };
        self.center.entries().iter().filter(counted).count()
    }
}

struct Running {
    stop: CancellationToken,
    task: tokio::task::JoinHandle<anyhow::Result<()>>,
}

impl Running {
    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }

    /// Ends the box in the middle of whatever it does, as a crash of the process would.
    async fn abort(self) {
        self.task.abort();
        drop(self.task.await);
        // What it spawned ends with its runtime in a real crash; here each part ends when its channel or socket fails.
        self.stop.cancel();
    }
}

fn drained(accepted: u64) -> impl Fn(&serde_json::Value) -> bool {
    move |status| status["accepted"] == accepted && status["drained"] == true
}

/// Requirement EDG-05.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_laboratory_writes_reaches_the_center_over_restarts_and_outages() {
    let mut bench = Bench::new().await;
    bench.enrol().await;
    let running = bench.start();
    for n in 0..30 {
        bench.result(&format!("B{n:03}"), "COUNT", "3", "[CFU]/mL").await;
    }
    bench.result("B000", "COUNT", "many", "[CFU]/mL").await;
    bench.result("B000", "COUNT", "5", "kN").await;
    bench.result("B000", "UNMAPPED", "5", "1").await;
    let status = bench.until("first deliveries", |status| drained(30)(status) && status["rejected"] == 3).await;
    assert_eq!((&status["witnessed"], &status["lost_in_gaps"]), (&30.into(), &0.into()), "{status:#}");
    running.stop().await;
    assert_eq!(bench.accepted_at_center(), 30);

    bench.center.down.store(true, Ordering::SeqCst);
    for n in 30..40 {
        bench.result(&format!("B{n:03}"), "COUNT", "3", "[CFU]/mL").await;
    }
    let running = bench.start();
    let status = bench.until("the center is away", |status| status["sealed"] == 40).await;
    assert_eq!((&status["accepted"], &status["witnessed"]), (&40.into(), &30.into()), "never more than is true");
    assert_eq!(status["drained"], false);
    bench.center.down.store(false, Ordering::SeqCst);
    let status = bench.until("the center is back", drained(40)).await;
    assert_eq!(status["witnessed"], 40);
    running.stop().await;

    assert_eq!(bench.accepted_at_center(), 40);
    let ids: std::collections::BTreeSet<_> = bench
        .center
        .entries()
        .into_iter()
        .filter_map(|entry| if let Entry::Reading(reading) = entry { Some(reading.id) } else { None })
        .collect();
    assert_eq!(ids.len(), 40, "nothing is doubled");
    let sound = edge::fsck::fsck(&bench.places()).unwrap();
    assert_eq!((sound.segments, sound.witnessed), (bench.center.log.lock().unwrap().size(), sound.segments));
}

/// Requirement EDG-04.
#[tokio::test(flavor = "multi_thread")]
async fn an_outlier_after_thirty_batches_gives_one_warning_within_two_seconds_and_is_sealed() {
    let mut bench = Bench::new().await;
    bench.enrol().await;
    let running = bench.start();
    for n in 0..32 {
        let value = ["2", "3", "4", "3"][n % 4];
        bench.result(&format!("B{n:03}"), "COUNT", value, "[CFU]/mL").await;
        bench.result(&format!("B{n:03}"), "END", "", "").await;
    }
    bench.until("the baseline", drained(64)).await;
    bench.result("B032", "COUNT", "60", "[CFU]/mL").await;
    bench.until("the outlier", drained(65)).await;
    running.stop().await;

    let findings: Vec<_> = bench
        .center
        .entries()
        .into_iter()
        .filter_map(|entry| if let Entry::Finding(finding) = entry { Some(finding) } else { None })
        .collect();
    let point: Vec<_> = findings.iter().filter(|finding| finding.signal == record::Signal::Point).collect();
    assert_eq!(point.len(), 1, "{findings:#?}");
    assert_eq!(point[0].level, Level::Orange);
    assert!(point[0].raised_at.0 - point[0].result_at.0 < 2_000_000);

    let state = state::State::open(&bench.places().state_url()).await.unwrap();
    let warnings =
        state::warnings::page(state.read(), &state::warnings::Filter::default(), None, state::Limit::clamped(10))
            .await
            .unwrap();
    assert!(warnings.rows.iter().any(|warning| warning.id == point[0].id), "{:?}", warnings.rows);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_is_said_and_leaves_no_identity() {
    let bench = Bench::new().await;
    let error = edge::enrol::enrol(&bench.loaded(), &bench.places(), "guess").await.unwrap_err();
    assert!(format!("{error:#}").contains("enrolment code is not known"), "{error:#}");
    assert!(!bench.places().identity().exists());
    let error = bench.start().task.await.unwrap().unwrap_err();
    assert!(format!("{error:#}").contains("yaoxia-box enrol"), "{error:#}");
}

/// Requirement EDG-06.
#[tokio::test(flavor = "multi_thread")]
async fn a_box_stopped_in_the_middle_loses_nothing_it_answered_for() {
    let mut bench = Bench::new().await;
    bench.enrol().await;
    for round in 0..4u64 {
        let running = bench.start();
        for n in 0..20 {
            bench.result(&format!("R{round}-{n}"), "COUNT", "3", "[CFU]/mL").await;
        }
        bench.until("something is durable", |status| status["accepted"].as_u64() > Some(round * 20)).await;
        running.abort().await;
        // The lock of the data folder goes with the last task that holds it.
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let running = bench.start();
    bench.until("all is drained", drained(80)).await;
    running.stop().await;
    assert_eq!(bench.accepted_at_center(), 80);
}

/// Requirement EDG-07.
#[tokio::test(flavor = "multi_thread")]
async fn told_to_the_box_renews_key_and_certificate_seals_it_and_a_crash_in_between_costs_nothing() {
    let mut bench = Bench::new().await;
    bench.enrol().await;
    let places = bench.places();
    let pair = || (fs::read(places.key("link.key")).unwrap(), fs::read(places.certificate()).unwrap());
    let old = pair();
    bench.center.renew.store(true, Ordering::SeqCst);
    let running = bench.start();
    let begun = Instant::now();
    while pair().1 == old.1 {
        assert!(begun.elapsed() < PATIENCE, "the certificate is still the old one");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bench.result("B000", "COUNT", "3", "[CFU]/mL").await;
    bench.until("deliveries go on", drained(1)).await;
    running.stop().await;
    let new = pair();
    assert!(new.0 != old.0 && new.1 != old.1, "both are new");
    assert!(!places.new_certificate().exists() && !places.key("link.key.new").exists());
    let renewed = |entry: &&Entry| match entry {
        Entry::Event(event) => event.attributes.get("state").is_some_and(|state| &**state == "certificate-renewed"),
        _ => false,
    };
    assert_eq!(bench.center.entries().iter().filter(renewed).count(), 1);

    // A crash after the certificate had come, before and after the key was put in place.
    for key_in_place in [false, true] {
        let from = if key_in_place { "link.key" } else { "link.key.new" };
        fs::write(places.key(from), &old.0).unwrap();
        fs::write(places.new_certificate(), &old.1).unwrap();
        edge::renewal::finish(&places).unwrap();
        assert_eq!(pair(), old);
        assert!(!places.new_certificate().exists() && !places.key("link.key.new").exists());
    }
}

/// Requirement EDG-08.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_mapping_is_on_record_with_its_old_and_new_line_and_sealed() {
    let bench = Bench::new().await;
    bench.enrol().await;
    for _ in 0..2 {
        let running = bench.start();
        bench.until("started", |status| status["sealed"] == 0 || status["drained"] == true).await;
        running.stop().await;
    }
    let path = bench.folder.path().join("mapping.csv");
    fs::write(&path, MAPPING.replace("[CFU]/mL", "[CFU]/g")).unwrap();
    let running = bench.start();
    bench.until("started again", |status| status["drained"] == true).await;
    running.stop().await;
    let state = state::State::open(&bench.places().state_url()).await.unwrap();
    let rows = state::audit::after(state.read(), 0, state::Limit::clamped(99)).await.unwrap();
    let told: Vec<(String, String, String)> = rows
        .iter()
        .map(|row| {
            let body: serde_json::Value = serde_json::from_str(&row.body).unwrap();
            let of = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            (format!("{} {}", of("act"), of("object")), of("old"), of("new"))
        })
        .collect();
    let first: Vec<&str> = told.iter().take(3).map(|(what, ..)| what.as_str()).collect();
    let expected =
        ["change_settings file/box.toml", "change_mapping file/connector lims.toml", "change_mapping file/mapping.csv"];
    assert_eq!(first, expected, "the first start records every file, the second none");
    assert_eq!(told.len(), 4, "{told:#?}");
    let (what, old, new) = &told[3];
    assert_eq!(what, "change_mapping file/mapping.csv");
    assert!(old.starts_with("count,lims") && old.contains("[CFU]/mL") && new.contains("[CFU]/g"), "{old} > {new}");
    let sealed = |entry: &&Entry| matches!(entry, Entry::Event(event) if event.kind.name() == "audit");
    assert_eq!(bench.center.entries().iter().filter(sealed).count(), 4, "each row is sealed");
}

/// Requirement CUS-02, CUS-04, CUS-05.
#[tokio::test(flavor = "multi_thread")]
async fn black_values_open_by_one_of_each_side_and_the_opening_is_sealed_before() {
    let mut bench = Bench::new().await;
    let folder = bench.folder.path().to_path_buf();
    let at = |name: &str| folder.join(name);
    let keep = |side, name: &str, password: &str| {
        let secret = RecipientSecret::generate(&mut rand::rng());
        let file =
            seal::CustodyFile::lock(&mut rand::rng(), &secret, (side, name), password, seal::KdfCost::MIN).unwrap();
        fs::write(at(&format!("{name}.custody")), file.to_text()).unwrap();
        fs::write(at(&format!("{name}.password")), password).unwrap();
        secret.public().clone()
    };
    let ours = keep(seal::Side::Enterprise, "zhang", "correct horse battery");
    let theirs = keep(seal::Side::Regulator, "li", "staple of the regulator");
    let row = "vacuum,lims,result/VAC,PP25,Pa,product=product; batch=batch; step=step,batch\n";
    fs::write(at("mapping.csv"), format!("{MAPPING}{row}")).unwrap();
    let config = fs::read_to_string(at("box.toml")).unwrap().replace("all-white-demo", "catalogue");
    fs::write(at("box.toml"), &config).unwrap();
    bench.enrol().await;
    let error = bench.start().task.await.unwrap().unwrap_err();
    assert!(format!("{error:#}").contains("no key of the enterprise and none of the regulator"), "{error:#}");

    let custodians = format!("[policy.custodians]\nenterprise = [\"{ours}\"]\nregulator = [\"{theirs}\"]\n[link]");
    fs::write(at("box.toml"), config.replace("[link]", &custodians)).unwrap();
    let running = bench.start();
    for value in ["12.5", "12.60", "12.7"] {
        bench.result("B1", "VAC", value, "Pa").await;
    }
    bench.until("black values", drained(3)).await;
    let size = bench.center.log.lock().unwrap().size();
    let args = |export: &str, regulators_password: &str| edge::custody::OpenArgs {
        config: at("box.toml"),
        segments: edge::custody::Segments { first: 0, last: size - 1 },
        enterprise: at("zhang.custody"),
        regulator: at("li.custody"),
        reason: "inspection 114".to_owned(),
        parameter: Some("PP25".to_owned()),
        export: Some(at(export)),
        to: Some(theirs.clone()),
        enterprise_password_file: Some(at("zhang.password")),
        regulator_password_file: Some(at(regulators_password)),
    };
    let loaded = bench.loaded();
    let error = edge::ceremony::open(&loaded, &args("early.yxe", "li.password")).await.unwrap_err();
    assert!(format!("{error:#}").contains("stop the box first"), "{error:#}");
    running.stop().await;

    let error = edge::ceremony::open(&loaded, &args("wrong.yxe", "zhang.password")).await.unwrap_err();
    assert!(format!("{error:#}").contains("the key of li was not opened"), "{error:#}");
    edge::ceremony::open(&loaded, &args("opened.yxe", "li.password")).await.unwrap();
    assert!(!at("early.yxe").exists() && !at("wrong.yxe").exists());

    let log_key = bench.center.vkey.lock().unwrap().clone().unwrap().to_string();
    let password = at("li.password");
    let read =
        edge::custody::read_export(&at("opened.yxe"), &at("li.custody"), &log_key, Some(password.as_path())).unwrap();
    let values: Vec<serde_json::Value> = read
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let verbatim: Vec<_> = values.iter().map(|value| value["verbatim"].as_str().unwrap()).collect();
    assert_eq!(verbatim, ["12.5", "12.60", "12.7"], "{values:#?}");
    assert!(values.iter().all(|value| value["parameter"] == "PP25" && value["kind"] == "reading"));

    let running = bench.start();
    bench.until("the openings", drained(3)).await;
    running.stop().await;
    let openings: Vec<_> = bench
        .center
        .entries()
        .into_iter()
        .filter_map(|entry| if let Entry::Event(event) = entry { Some(event.attributes) } else { None })
        .filter(|facts| facts.get("state").is_some_and(|state| &**state == "black-opening"))
        .collect();
    let told =
        |name: &str| -> Vec<&str> { openings.iter().map(|facts| facts.get(name).map_or("", |fact| &**fact)).collect() };
    assert_eq!(told("phase"), ["before", "after", "before", "after"]);
    assert_eq!(told("outcome"), ["", "failed", "", "opened"]);
    assert_eq!(told("failed_tries_regulator"), ["", "1", "", "0"]);
    assert_eq!(told("values"), ["", "0", "", "3"]);
    assert_eq!(told("reason"), ["inspection 114", "", "inspection 114", ""]);
    assert_eq!(bench.accepted_at_center(), 0, "the center reads no black value");
}
