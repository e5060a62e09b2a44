//! The further witnesses of the configuration, asked as C2SP tlog-witness says, and what counts as witnessed.
//!
//! Comes in: heads the center has cosigned, answers of the witnesses. Goes out: their cosignatures, each verified under the
//! configured key and kept with the receipt of its head, and how far the quorum holds. Each witness is asked by a task of
//! its own: one that fails or is slow delays neither the center nor the others. Never: a cosignature that counts before it
//! is kept.
//!
//! | step | a crash here leaves |
//! |---|---|
//! | cosignature added to `receipts/<size>` | the witness is asked again for that head and answers again |
//! | note kept in `witnesses/<key id>` | nothing to do: the next start counts from it |

use crate::config::LinkWitness;
use crate::counts::{Counts, Witnessed};
use crate::places::Places;
use crate::uplink::{self, software};
use anyhow::{Context, Result, bail};
use journal::{LogDir, OsDisk, durable};
use link::{Ask, Heard, Quorum, Standing, WitnessAnswer};
use record::Verdict;
use reqwest::{Certificate, Client, header};
use seal::checkpoint::{Checkpoint, SignedCheckpoint, sign};
use seal::note::Note;
use seal::witness::{ANSWER_LEN_MAX, PATH_ADD_CHECKPOINT};
use seal::{SignerKey, VerifierKey};
use state::State;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Longest time to reach a witness.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time for one exchange.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(30);
/// First wait after a failed exchange; doubles up to [`WAIT_MAX`].
const WAIT_MIN: Duration = Duration::from_secs(1);
/// Longest wait after a failed exchange.
const WAIT_MAX: Duration = Duration::from_secs(60);
/// Wait after an answer that only a person can change.
const WAIT_REFUSED: Duration = Duration::from_secs(300);
/// Questions for one head: a witness that then still names another size is asked later.
const ASKS_MAX: usize = 4;
/// Longest kept note, bytes.
const NOTE_LEN_MAX: u64 = 64 << 10;

/// A witness as the box reaches it.
#[derive(Debug)]
struct Further {
    client: Client,
    url: String,
    key: VerifierKey,
}

/// What the box works with to be witnessed.
#[derive(Debug)]
pub struct Witnesses {
    quorum: Quorum,
    further: Vec<Further>,
    /// Segments each has cosigned, in the order of the configuration.
    cosigned: Mutex<Vec<u64>>,
    places: Places,
    log: Arc<Mutex<LogDir>>,
    signer: SignerKey,
    /// The center's cosigning key.
    center: VerifierKey,
    state: State,
    counts: Arc<Counts>,
}

/// What the parts of a box lend for it.
#[derive(Debug)]
pub struct Lent {
    /// Where cosignatures are kept.
    pub places: Places,
    /// The sealed log.
    pub log: Arc<Mutex<LogDir>>,
    /// Signs checkpoints of earlier sizes again: the same size and root give the same note.
    pub signer: SignerKey,
    /// The center's cosigning key.
    pub center: VerifierKey,
    /// Index: counts below a segment.
    pub state: State,
    /// Told what is witnessed.
    pub counts: Arc<Counts>,
}

impl Witnesses {
    /// Reads what is kept of each witness. Fails if a key, the quorum or an authority cannot be used.
    pub fn new(needed: usize, configured: &[LinkWitness], lent: Lent) -> Result<Arc<Self>> {
        let Lent { places, log, signer, center, state, counts } = lent;
        let further = configured.iter().map(Further::new).collect::<Result<Vec<_>>>()?;
        let quorum = Quorum::new(needed, further.iter().map(|witness| witness.key.clone()).collect(), &center)?;
        let kept = |key: &VerifierKey| kept(&places, key, signer.verifier(), &lock(&log));
        let cosigned = quorum.witnesses().iter().map(|key| {
            // What cannot be believed counts for nothing; collecting goes on and the witness is asked anew.
            kept(key).unwrap_or_else(|error| {
                tracing::error!(witness = key.name(), error = format!("{error:#}"), "kept cosignature does not count");
                0
            })
        });
        let cosigned = Mutex::new(cosigned.collect());
        Ok(Arc::new(Self { quorum, further, cosigned, places, log, signer, center, state, counts }))
    }

    /// How many there are: each is followed by a task of its own.
    pub fn len(&self) -> usize {
        self.further.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.further.is_empty()
    }

    /// Says anew how far the log is witnessed. Called whenever center or witness has cosigned.
    pub async fn settle(&self) -> Result<()> {
        let received = self.counts.received_now();
        let sizes = self.cosigned().clone();
        let segments = self.quorum.witnessed(received.segments, &sizes);
        if segments <= self.counts.witnessed_now().segments {
            return Ok(());
        }
        let witnessed = if segments == received.segments { received } else { self.witnessed_below(segments).await? };
        self.counts.witnessed(witnessed);
        Ok(())
    }

    /// Of a head below the newest receipt. The answer of the center to that very head may have been lost; the newer
    /// receipts cover it.
    async fn witnessed_below(&self, segments: u64) -> Result<Witnessed> {
        let receipt = self.log().receipt(segments)?;
        let Some(note) = receipt else { return uplink::below(&self.state, segments, None).await };
        let keys = std::slice::from_ref(&self.center);
        let signed = SignedCheckpoint::open(&note, self.signer.verifier(), keys)
            .with_context(|| format!("receipt {segments}"))?;
        uplink::witnessed(&self.state, &signed).await
    }

    /// Asks witness number `at` to cosign whatever the center has, until `stop`.
    pub async fn follow(self: Arc<Self>, at: usize, stop: CancellationToken) {
        let mut received = self.counts.follow_received();
        let mut standing = Standing::new(self.cosigned().get(at).copied().unwrap_or(0));
        let mut wait = WAIT_MIN;
        let Some(witness) = self.further.get(at) else { return };
        let name = witness.key.name();
        loop {
            received.mark_unchanged();
            let done = tokio::select! {
                () = stop.cancelled() => return,
                done = self.catch_up(at, witness, &mut standing) => done,
            };
            let pause = match done {
                Ok(()) => {
                    wait = WAIT_MIN;
                    tokio::select! {
                        () = stop.cancelled() => return,
                        // The sender lives as long as the counts this task holds.
                        _ = received.changed() => {}
                    }
                    continue;
                }
                Err(error) => {
                    metrics::counter!("yaoxia_box_witness_failures_total", "witness" => name.to_owned()).increment(1);
                    tracing::warn!(witness = name, error = format!("{error:#}"), "witness not reached or not content");
                    let refused = error.downcast_ref::<link::Error>().is_some_and(|e| e.verdict() == Verdict::Stop);
                    let pause = if refused { WAIT_REFUSED } else { wait };
                    wait = (wait * 2).min(WAIT_MAX);
                    pause
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn catch_up(&self, at: usize, witness: &Further, standing: &mut Standing) -> Result<()> {
        for _ in 0..ASKS_MAX {
            let received = self.counts.received_now().segments;
            let Some(asked) = standing.next(received) else { return Ok(()) };
            let (note, body, local) = self.question(asked)?;
            let (status, media_type, answer) = witness.ask(body).await?;
            let answer = WitnessAnswer { status, media_type: &media_type, body: &answer };
            // A copy: what is not kept is not counted, also if keeping it fails.
            let mut heard = *standing;
            match heard.hear(asked, answer, note.as_bytes(), local, self.signer.verifier(), &witness.key)? {
                Heard::AskAgain => {}
                Heard::Cosigned(signed) => {
                    self.keep(&witness.key, &signed)?;
                    if let Some(cosigned) = self.cosigned().get_mut(at) {
                        *cosigned = signed.checkpoint.size;
                    }
                    metrics::counter!("yaoxia_box_witness_cosignatures_total", "witness" => witness.key.name().to_owned())
                        .increment(1);
                    self.settle().await?;
                }
            }
            *standing = heard;
        }
        bail!("witness {} names another size each time it is asked", witness.key.name())
    }

    /// The note of the asked head, the body to send, and the size of the log.
    fn question(&self, asked: Ask) -> Result<(String, Vec<u8>, u64)> {
        let log = self.log();
        let proof = if asked.needs_proof() { log.consistency_proof(asked.old, asked.size)? } else { Vec::new() };
        let origin = self.signer.verifier().name().to_owned();
        let head = Checkpoint { origin, size: asked.size, root: log.root_at(asked.size)? };
        let note = sign(&head, &self.signer).context("signing a checkpoint")?.to_text();
        let body = asked.body(proof, note.as_bytes());
        Ok((note, body, log.size()))
    }

    /// With the center's receipt of the same head, and by itself.
    fn keep(&self, key: &VerifierKey, signed: &SignedCheckpoint) -> Result<()> {
        let size = signed.checkpoint.size;
        {
            let mut log = self.log();
            if let Some(receipt) = log.receipt(size)? {
                let mut receipt = Note::parse(&receipt).with_context(|| format!("receipt {size}"))?;
                for cosignature in &signed.cosignatures {
                    receipt.add(cosignature.line())?;
                }
                log.store_receipt(size, receipt.to_text().as_bytes())?;
            }
        }
        let path = self.places.witness_note(key.id());
        Ok(durable::write(&OsDisk, &path, signed.note.to_text().as_bytes())?)
    }

    fn cosigned(&self) -> MutexGuard<'_, Vec<u64>> {
        self.cosigned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self) -> MutexGuard<'_, LogDir> {
        lock(&self.log)
    }
}

/// Segments that a witness's kept cosignature covers; 0 if none is kept. It must be of this very log.
fn kept(places: &Places, key: &VerifierKey, log_key: &VerifierKey, log: &LogDir) -> Result<u64> {
    let path = places.witness_note(key.id());
    let Some(note) = durable::read(&OsDisk, &path, NOTE_LEN_MAX)? else { return Ok(0) };
    let signed = SignedCheckpoint::open(&note, log_key, std::slice::from_ref(key))
        .with_context(|| format!("cosignature kept in {}", path.display()))?;
    let head = signed.checkpoint;
    if signed.cosignatures.is_empty() {
        return Ok(0);
    }
    if head.size > log.size() || log.root_at(head.size)? != head.root {
        bail!(
            "{}: {} cosigned {} segments with root {}; the log here has {} and is not that log",
            path.display(),
            key.name(),
            head.size,
            head.root,
            log.size()
        );
    }
    Ok(head.size)
}

impl Further {
    fn new(configured: &LinkWitness) -> Result<Self> {
        let named = || format!("link.witnesses {:?}", configured.name);
        let key = configured.key()?;
        let builder = Client::builder()
            .https_only(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(EXCHANGE_TIMEOUT)
            .user_agent(software());
        let builder = match &configured.authority {
            Some(path) => builder.tls_certs_only(authority(path).with_context(named)?),
            None => builder,
        };
        let client = builder.build().context("TLS client").with_context(named)?;
        Ok(Self { client, url: format!("{}{PATH_ADD_CHECKPOINT}", configured.url.trim_end_matches('/')), key })
    }

    /// Status, media type and body of the answer; of the body no more than can be one, and a byte.
    async fn ask(&self, body: Vec<u8>) -> Result<(u16, String, Vec<u8>)> {
        let request = self.client.post(&self.url).header(header::CONTENT_TYPE, "text/plain; charset=utf-8").body(body);
        let unreached = || format!("witness {} at {}", self.key.name(), self.url);
        let mut response = request.send().await.map_err(reqwest::Error::without_url).with_context(unreached)?;
        let media_type = response.headers().get(header::CONTENT_TYPE);
        let media_type = media_type.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while body.len() <= ANSWER_LEN_MAX {
            match response.chunk().await.map_err(reqwest::Error::without_url).with_context(unreached)? {
                Some(chunk) => body.extend_from_slice(&chunk),
                None => break,
            }
        }
        Ok((status, media_type, body))
    }
}

fn authority(path: &Path) -> Result<Vec<Certificate>> {
    let pem = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    Certificate::from_pem_bundle(&pem).with_context(|| format!("certificate {}", path.display()))
}

fn lock(log: &Mutex<LogDir>) -> MutexGuard<'_, LogDir> {
    crate::sealing::lock(log)
}
