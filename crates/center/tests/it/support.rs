//! A center on free ports, and a box that speaks to it.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use center::config::Config;
use center::keys::Keys;
use center::{enrol, serve};
use link::{EnrolReply, EnrolRequest, Message, PROTOCOL, Problem, Upload};
use record::{
    Block, BlockRow, BoxId, Clocks, Comparator, Digest, Entry, Event, EventKind, Flags, Qualifiers, Quality, Reading,
    Stream, Subject, Timestamp, Value, Zone,
};
use reqwest::{Certificate, Client, Identity, Response};
use seal::checkpoint::{Checkpoint, sign};
use seal::{
    Algorithm, EntryBytes, HeaderFields, HeaderFlags, Moment, RecipientKey, RecipientSecret, Recipients, SegmentId,
    SignerKey, log_id, tree,
};
use state::State;
use state::boxes::Enterprise;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) const ENTERPRISE: &str = "91510000000000001X";
/// 2026-11-21T10:00:00Z.
pub(crate) const START: Timestamp = Timestamp(1_795_255_200_000_000);
/// How long a test waits for what the center does in the background.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Center {
    _folder: tempfile::TempDir,
    pub(crate) config: Config,
    running: Option<(CancellationToken, JoinHandle<anyhow::Result<()>>)>,
}

impl Center {
    /// A new center that runs.
    pub(crate) async fn start() -> Self {
        Self::start_with("").await
    }

    /// The same with more in its configuration.
    pub(crate) async fn start_with(more: &str) -> Self {
        let _already = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            r#"
            name = "center.test/yaoxia"
            data_dir = "data"
            [link]
            listen = "127.0.0.1:{}"
            names = ["localhost", "127.0.0.1"]
            [web]
            listen = "127.0.0.1:{}"
            assets_dir = "web"
            name_zh = "测试"
            name_en = "Test"
            plain_http_on_loopback = true
            {more}
            "#,
            free_port(),
            free_port(),
        );
        let config = Config::parse(&text, folder.path()).unwrap();
        std::fs::create_dir_all(folder.path().join("web")).unwrap();
        std::fs::create_dir_all(&config.data_dir).unwrap();
        Keys::init(&config).unwrap();
        let mut center = Self { _folder: folder, config, running: None };
        let state = center.state().await;
        let row = Enterprise {
            id: ENTERPRISE.parse().unwrap(),
            name_zh: "甲药业".to_owned(),
            name_en: "Alpha".to_owned(),
            region: "510100".to_owned(),
        };
        state::boxes::put_enterprise(state.read(), &row, START).await.unwrap();
        let key = RecipientSecret::generate(&mut rand::rng()).public().to_string();
        state::boxes::set_enterprise_key(state.read(), &row.id, &key, START).await.unwrap();
        center.run().await;
        center
    }

    /// Starts the program again on the same folder.
    pub(crate) async fn run(&mut self) {
        let stop = CancellationToken::new();
        let task = tokio::spawn(serve::run(self.config.clone(), stop.clone()));
        self.running = Some((stop, task));
        let until = Instant::now() + PATIENCE;
        while tokio::net::TcpStream::connect(self.config.link.listen).await.is_err() {
            let (_, task) = self.running.as_ref().unwrap();
            assert!(!task.is_finished(), "the center ended at its start");
            assert!(Instant::now() < until, "the center does not listen");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Stops the program in order.
    pub(crate) async fn stop(&mut self) {
        let (stop, task) = self.running.take().unwrap();
        stop.cancel();
        task.await.unwrap().unwrap();
    }

    pub(crate) async fn state(&self) -> State {
        State::open(&self.config.state_url().unwrap()).await.unwrap()
    }

    pub(crate) async fn code(&self, box_id: &str) -> String {
        self.code_until(box_id, Timestamp(i64::MAX / 2)).await
    }

    pub(crate) async fn code_until(&self, box_id: &str, expires_at: Timestamp) -> String {
        let code = enrol::new_code();
        let state = self.state().await;
        let write = state.write().await.unwrap();
        let (enterprise, box_id) = (ENTERPRISE.parse().unwrap(), box_id.parse::<BoxId>().unwrap());
        let hash = enrol::code_hash(&code);
        state::enrolment::add_code(&*write, hash, &enterprise, &box_id, START, expires_at).await.unwrap();
        write.commit().await.unwrap();
        code
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.config.link.listen)
    }

    pub(crate) fn authority(&self) -> Certificate {
        let pem = std::fs::read(self.config.keys_dir().join("authority.pem")).unwrap();
        Certificate::from_pem(&pem).unwrap()
    }

    /// A client without a certificate.
    pub(crate) fn anonymous(&self) -> Client {
        Client::builder().tls_certs_only([self.authority()]).build().unwrap()
    }

    pub(crate) fn evidence(&self, box_id: &str) -> PathBuf {
        self.config.evidence_dir().join(box_id)
    }

    /// Waits until the tables hold all that was committed.
    pub(crate) async fn drained(&self) -> u64 {
        let last = state::ingest::last(self.state().await.read()).await.unwrap();
        let until = Instant::now() + PATIENCE;
        loop {
            let held: u64 = match lake::Lake::open(&self.config.lake_dir()).await {
                Ok(lake) => lake.counts().await.unwrap().iter().map(|counts| counts.segments).sum(),
                Err(_not_yet) => 0,
            };
            if held == last {
                return last;
            }
            assert!(Instant::now() < until, "the tables hold {held} of {last} segments");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// A box before and after its enrolment.
pub(crate) struct TestBox {
    pub(crate) seed: [u8; 32],
    pub(crate) tls: rcgen::KeyPair,
    pub(crate) read: RecipientSecret,
    pub(crate) enrolled: Option<(EnrolReply, Client)>,
    pub(crate) leaves: Vec<Digest>,
    pub(crate) entries: u64,
}

impl TestBox {
    pub(crate) fn new(number: u8) -> Self {
        Self {
            seed: [number; 32],
            tls: rcgen::KeyPair::generate().unwrap(),
            read: RecipientSecret::generate(&mut rand::rng()),
            enrolled: None,
            leaves: Vec::new(),
            entries: 0,
        }
    }

    pub(crate) fn request(&self, code: &str) -> EnrolRequest {
        let csr = rcgen::CertificateParams::default().serialize_request(&self.tls).unwrap().pem().unwrap();
        let log = SignerKey::from_seed(&self.seed, "new", Algorithm::Ed25519).unwrap();
        EnrolRequest {
            protocol: PROTOCOL,
            code: code.to_owned(),
            csr,
            log_key: log.verifier().to_string(),
            read_key: self.read.public().to_string(),
            software: "test 1".to_owned(),
        }
    }

    /// Enrols; gives the problem if refused.
    pub(crate) async fn enrol(&mut self, center: &Center, code: &str) -> Result<(), Problem> {
        let request = center.anonymous().post(center.url(link::PATH_ENROL)).body(self.request(code).to_bytes());
        let reply: EnrolReply = read(request.send().await.unwrap()).await?;
        let identity = [self.tls.serialize_pem(), reply.certificate.clone()].concat();
        let client = Client::builder()
            .tls_certs_only([Certificate::from_pem(reply.authority.as_bytes()).unwrap()])
            .identity(Identity::from_pem(identity.as_bytes()).unwrap())
            .build()
            .unwrap();
        self.enrolled = Some((reply, client));
        Ok(())
    }

    pub(crate) async fn enrolled(center: &Center, number: u8) -> Self {
        let mut new = Self::new(number);
        new.enrol(center, &center.code(&format!("box-{number}")).await).await.unwrap();
        new
    }

    /// Asks for a certificate for a new key over `client`.
    pub(crate) async fn renewal(&self, center: &Center, client: &Client) -> Result<(rcgen::KeyPair, String), Problem> {
        let tls = rcgen::KeyPair::generate().unwrap();
        let csr = rcgen::CertificateParams::default().serialize_request(&tls).unwrap().pem().unwrap();
        let request = link::RenewRequest { protocol: PROTOCOL, csr };
        let request = client.post(center.url(link::PATH_CERTIFICATE)).body(request.to_bytes());
        let reply: link::RenewReply = read(request.send().await.unwrap()).await?;
        Ok((tls, reply.certificate))
    }

    /// Renews key and certificate, and shows them from then on.
    pub(crate) async fn renew(&mut self, center: &Center) -> Result<(), Problem> {
        let (tls, certificate) = self.renewal(center, self.client()).await?;
        let identity = Identity::from_pem([tls.serialize_pem(), certificate].concat().as_bytes()).unwrap();
        let client = Client::builder().tls_certs_only([center.authority()]).identity(identity).build().unwrap();
        (self.tls, self.enrolled.as_mut().unwrap().1) = (tls, client);
        Ok(())
    }

    pub(crate) fn client(&self) -> &Client {
        &self.enrolled.as_ref().unwrap().1
    }

    pub(crate) fn reply(&self) -> &EnrolReply {
        &self.enrolled.as_ref().unwrap().0
    }

    fn signer(&self) -> SignerKey {
        SignerKey::from_seed(&self.seed, &self.reply().origin, Algorithm::Ed25519).unwrap()
    }

    /// The next segment with a signed head, as an upload; the box's log grows by it.
    pub(crate) fn seal(&mut self, entries: &[Entry]) -> Vec<u8> {
        let seg_no = self.leaves.len() as u64;
        let recipients = [&self.reply().center_key, &self.reply().enterprise.key];
        let mut white: Vec<RecipientKey> = recipients.iter().map(|key| RecipientKey::parse(key).unwrap()).collect();
        white.push(self.read.public().clone());
        let recipients = Recipients { white, ..Recipients::default() };
        let id = SegmentId { log_id: log_id(&self.reply().origin), seg_no };
        let keys = seal::Keys::generate(&mut rand::rng(), &recipients, id).unwrap();
        let bytes: Vec<Vec<u8>> = entries.iter().map(encoded).collect();
        let white: Vec<EntryBytes<'_>> = bytes.iter().map(|bytes| EntryBytes { zone: Zone::White, bytes }).collect();
        let sealed = seal::close(self.fields(seg_no), keys, &white).unwrap();
        self.entries += entries.len() as u64;
        let old = self.leaves.len();
        self.leaves.push(sealed.leaf_hash);
        let proof = tree::consistency_proof(&self.leaves, old);
        let checkpoint = self.checkpoint();
        Upload { checkpoint: checkpoint.as_bytes(), proof, segment: &sealed.file }.encode().unwrap()
    }

    /// The signed head of the whole log.
    pub(crate) fn checkpoint(&self) -> String {
        let head = Checkpoint {
            origin: self.reply().origin.clone(),
            size: self.leaves.len() as u64,
            root: tree::root(&self.leaves),
        };
        sign(&head, &self.signer()).unwrap().to_text()
    }

    fn fields(&self, seg_no: u64) -> HeaderFields {
        let zero = Digest([0; 32]);
        let seconds = seg_no * 10;
        let moment = |seconds: u64| Moment {
            wall: Timestamp(START.0 + i64::try_from(seconds).unwrap() * 1_000_000),
            mono_us: seconds * 1_000_000,
        };
        HeaderFields {
            first_seq: self.entries,
            prev_header: self.leaves.last().copied().unwrap_or(zero),
            key_epoch: 1,
            incarnation: 1,
            boot_id: [1; 16],
            opened: moment(seconds),
            closed: moment(seconds + 10),
            flags: HeaderFlags::default(),
            torn_bytes: 0,
            cosigned: None,
            policy: zero,
            config: zero,
            software: zero,
            stream_table: zero,
        }
    }

    pub(crate) async fn put(&self, center: &Center, seg_no: u64, body: Vec<u8>) -> Result<link::Receipt, Problem> {
        let request = self.client().put(center.url(&link::segment_path(seg_no))).body(body);
        read(request.send().await.unwrap()).await
    }

    /// Seals and uploads one more segment.
    pub(crate) async fn send(&mut self, center: &Center, entries: &[Entry]) -> link::Receipt {
        let seg_no = self.leaves.len() as u64;
        let body = self.seal(entries);
        self.put(center, seg_no, body).await.unwrap()
    }
}

pub(crate) async fn read<T: Message>(response: Response) -> Result<T, Problem> {
    let status = response.status();
    let body = response.bytes().await.unwrap();
    if status.is_success() {
        return Ok(T::from_bytes(&body).unwrap());
    }
    let problem = Problem::from_bytes(&body).unwrap();
    assert_eq!(problem.status, status.as_u16());
    Err(problem)
}

fn encoded(entry: &Entry) -> Vec<u8> {
    let mut bytes = Vec::new();
    entry.encode(&mut bytes).unwrap();
    bytes
}

fn batch(number: u64) -> Subject {
    Subject::Batch { product: "P17".parse().unwrap(), batch: format!("B{number:03}").parse().unwrap(), step: None }
}

/// `rows` dense readings.
pub(crate) fn block(rows: u64, from_ms: u64) -> Entry {
    let rows = (0..rows).map(|row| {
        let at = Timestamp(START.0 + i64::try_from((from_ms + row) * 1_000).unwrap());
        BlockRow {
            stream: 0,
            subject: 0,
            source: Some(at),
            server: None,
            received: at,
            original: None,
            value: format!("12.{:03}", row % 1000).parse().unwrap(),
            status: 0,
            flags: Flags::default(),
        }
    });
    Entry::Block(Block {
        source: "scada".parse().unwrap(),
        zone: Zone::White,
        streams: vec![Stream {
            address: "ns=2;s=press.main".into(),
            parameter: "X-PRESS-MAIN".parse().unwrap(),
            qualifiers: Qualifiers::new(),
            unit: "kN".into(),
            equipment: None,
        }],
        subjects: vec![batch(1)],
        rows: rows.collect(),
    })
}

/// The end of a batch, an hour after the one before.
pub(crate) fn batch_ended(number: u64) -> Entry {
    let at = Timestamp(START.0 + i64::try_from(number).unwrap() * 3_600_000_000);
    let (source, key) = ("mes".parse().unwrap(), format!("end {number}").parse().unwrap());
    Entry::Event(Event {
        id: record::record_id(&source, "batches", &key, 1),
        source,
        key,
        version: 1,
        kind: EventKind::BatchEnded,
        subject: batch(number),
        clocks: Clocks { source: Some(at), server: None, received: at },
        attributes: Qualifiers::new(),
        zone: Zone::White,
    })
}

/// A laboratory result of a batch.
pub(crate) fn result(parameter: &str, unit: &str, number: u64, text: &str) -> Entry {
    let at = Timestamp(START.0 + i64::try_from(number).unwrap() * 3_600_000_000 + 60_000_000);
    let (source, key) = ("lims".parse().unwrap(), format!("{parameter} {number}").parse().unwrap());
    Entry::Reading(Reading {
        id: record::record_id(&source, "results", &key, 1),
        source,
        key,
        version: 1,
        parameter: parameter.parse().unwrap(),
        qualifiers: Qualifiers::new(),
        subject: batch(number),
        verbatim: text.into(),
        value: Value::Number { decimal: text.parse().unwrap(), comparator: Comparator::Equal },
        unit: unit.into(),
        quality: Quality::default(),
        clocks: Clocks { source: Some(at), server: None, received: at },
        attributes: Qualifiers::new(),
        zone: Zone::White,
    })
}
