//! A witness as C2SP tlog-witness v1.0.0 describes it: `add-checkpoint`, with the rule for size 0 of its later draft.
//!
//! Comes in: a request body from anybody, and the logs we were told to watch. Goes out: a cosignature over a head that
//! extends every head of that log cosigned before, or the refusal the protocol has for it. Never: a cosignature before
//! the head is kept, two heads of one log that do not extend each other, work beyond the limits below.
//!
//! | answer | when |
//! |---|---|
//! | 400 | not a request, note or checkpoint; the checkpoint is smaller than `old`; it has extension lines |
//! | 404 | a log we do not watch |
//! | 403 | no signature by a key of the log, or one that does not verify |
//! | 409 | `old` is not the size last cosigned: the body is that size, as [`SIZE_MEDIA_TYPE`] |
//! | 422 | the proof does not lead there; other root at the same size; size 0 without the empty root |
//! | 200 | the head is kept: our signature line |

use crate::checkpoint::{Checkpoint, Cosignature, check_extends, cosign, is_by, parse_size, verify_line};
use crate::key::is_key_name;
use crate::note::{Note, SignatureLine};
use crate::{Algorithm, Error, KeyFlaw, NoteFlaw, RequestFlaw, SignerKey, VerifierKey, tree};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use record::Digest;

/// Path of the call, after the witness's submission prefix.
pub const PATH_ADD_CHECKPOINT: &str = "/add-checkpoint";
/// Longest request in bytes: sixteen signatures of the longest kind, a whole proof and long names fit.
pub const REQUEST_LEN_MAX: usize = 128 << 10;
/// Longest answer read from a witness, bytes.
pub const ANSWER_LEN_MAX: usize = 64 << 10;
/// Most proof lines: a consistency proof below 2^63 leaves has no more.
pub const PROOF_LINES_MAX: usize = 63;
/// Media type of the size in a 409.
pub const SIZE_MEDIA_TYPE: &str = "text/x.tlog.size";
/// Media type of every other answer.
const TEXT_MEDIA_TYPE: &str = "text/plain; charset=utf-8";

/// A request to cosign a checkpoint: what box and witness say to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The size that the witness is thought to have cosigned last; 0 if none.
    pub old: u64,
    /// Consistency proof from there to the checkpoint.
    pub proof: Vec<Digest>,
    /// The signed checkpoint, not looked at yet.
    pub note: &'a [u8],
}

impl<'a> Request<'a> {
    /// Parses the lines before the checkpoint. Fails with [`Error::Request`]; reads at most [`PROOF_LINES_MAX`] lines.
    pub fn parse(body: &'a [u8]) -> Result<Self, Error> {
        let flaw = |line, flaw| Error::Request { line, flaw };
        if body.len() > REQUEST_LEN_MAX {
            return Err(flaw(1, RequestFlaw::TooLong));
        }
        let blank = body.windows(2).position(|pair| pair == b"\n\n");
        let blank = blank.ok_or_else(|| flaw(1, RequestFlaw::NoCheckpoint))?;
        let (head, note) = (&body[..blank], &body[blank + 2..]);
        let mut lines = head.split(|byte| *byte == b'\n');
        let first = lines.next().and_then(|line| core::str::from_utf8(line).ok());
        let old = first.and_then(|line| line.strip_prefix("old ")).and_then(parse_size);
        let old = old.ok_or_else(|| flaw(1, RequestFlaw::OldSize))?;
        let mut proof = Vec::new();
        for (at, line) in lines.enumerate() {
            if at == PROOF_LINES_MAX {
                return Err(flaw(at + 2, RequestFlaw::TooManyProofLines));
            }
            let hash = BASE64.decode(line).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            proof.push(Digest(hash.ok_or_else(|| flaw(at + 2, RequestFlaw::ProofLine))?));
        }
        Ok(Self { old, proof, note })
    }

    /// The body to send.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("old {}\n", self.old);
        for hash in &self.proof {
            text.push_str(&BASE64.encode(hash.0));
            text.push('\n');
        }
        text.push('\n');
        let mut body = text.into_bytes();
        body.extend_from_slice(self.note);
        body
    }
}

/// The size in the body of a 409: one line, as [`Answer::Conflict`] writes it.
pub fn conflict_size(body: &[u8]) -> Option<u64> {
    core::str::from_utf8(body).ok()?.strip_suffix('\n').and_then(parse_size)
}

/// A head as a witness keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Leaves.
    pub size: u64,
    /// Root of the log tree.
    pub root: Digest,
}

/// A head to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Name of the log.
    pub origin: String,
    /// The head.
    pub head: Head,
    /// The checkpoint with the log's signatures that verified and our cosignature; no line of anybody else.
    pub note: String,
}

/// Where a witness keeps the newest head of each log. What it forgets, a log can rewrite.
pub trait Heads {
    /// Why it cannot be read or changed.
    type Error;

    /// The newest head cosigned for a log; `None` if none was.
    fn head(&mut self, origin: &str) -> impl Future<Output = Result<Option<Head>, Self::Error>> + Send;

    /// Puts `new` in the place of `held`, durably, if `held` is what is there: compared and replaced as one step.
    /// False, changing nothing, if another head is there by now.
    fn replace(&mut self, held: Option<Head>, new: &Kept) -> impl Future<Output = Result<bool, Self::Error>> + Send;
}

/// What a witness answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The head is kept and cosigned.
    Cosigned(Cosignature),
    /// Not a request, a note or a checkpoint, or the checkpoint is smaller than `old`.
    Malformed(Error),
    /// No log of that origin is watched.
    UnknownLog,
    /// Not signed by a key of the log.
    Unsigned(Error),
    /// Another size was cosigned last.
    Conflict {
        /// That size.
        size: u64,
    },
    /// The head does not extend the one cosigned last.
    Inconsistent(Error),
    /// The witness's clock has no time a cosignature could state.
    NoClock,
}

impl Answer {
    /// HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Cosigned(_) => 200,
            Self::Malformed(_) => 400,
            Self::Unsigned(_) => 403,
            Self::UnknownLog => 404,
            Self::Conflict { .. } => 409,
            Self::Inconsistent(_) => 422,
            Self::NoClock => 503,
        }
    }

    /// Media type of the body.
    pub fn media_type(&self) -> &'static str {
        if let Self::Conflict { .. } = self { SIZE_MEDIA_TYPE } else { TEXT_MEDIA_TYPE }
    }

    /// The body: signature line, size, or what is wrong.
    pub fn body(&self) -> String {
        match self {
            Self::Cosigned(cosignature) => cosignature.line().to_text(),
            Self::Conflict { size } => format!("{size}\n"),
            Self::UnknownLog => "unknown log\n".to_owned(),
            Self::NoClock => "the witness has no clock\n".to_owned(),
            Self::Malformed(error) | Self::Unsigned(error) | Self::Inconsistent(error) => format!("{error}\n"),
        }
    }
}

/// A witness: its key and the logs it watches.
#[derive(Debug)]
pub struct Witness {
    key: SignerKey,
    logs: Vec<(String, VerifierKey)>,
}

impl Witness {
    /// A witness with this key for these logs, each an origin and a key that signs for it; a log may have several keys.
    ///
    /// Fails if the witness's key does not cosign, a log's key does not sign, or an origin is none.
    pub fn new(key: SignerKey, logs: Vec<(String, VerifierKey)>) -> Result<Self, Error> {
        let unfit = |algorithm| Error::Key { flaw: KeyFlaw::Algorithm(algorithm as u8) };
        if key.verifier().algorithm() != Algorithm::Cosignature {
            return Err(unfit(key.verifier().algorithm()));
        }
        for (origin, log) in &logs {
            if !is_key_name(origin) {
                return Err(Error::Note { line: 1, flaw: NoteFlaw::Origin });
            }
            if log.algorithm() != Algorithm::Ed25519 {
                return Err(unfit(log.algorithm()));
            }
        }
        Ok(Self { key, logs })
    }

    /// The key to check its cosignatures with.
    pub fn verifier(&self) -> &VerifierKey {
        self.key.verifier()
    }

    /// The origins watched.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.logs.iter().map(|(origin, _)| origin.as_str())
    }

    /// Answers `add-checkpoint` at `now_s` (seconds since 1970). Fails only if `heads` does; then nothing is said.
    pub async fn add_checkpoint<H: Heads>(&self, body: &[u8], now_s: u64, heads: &mut H) -> Result<Answer, H::Error> {
        let (request, new, note) = match self.submitted(body) {
            Ok(submitted) => submitted,
            Err(answer) => return Ok(answer),
        };
        let held = heads.head(&new.origin).await?;
        let size = held.map_or(0, |head| head.size);
        if request.old != size {
            return Ok(Answer::Conflict { size });
        }
        if let Err(error) = check_extends(held.as_ref().map(|head| (head.size, &head.root)), &new, &request.proof) {
            return Ok(Answer::Inconsistent(error));
        }
        let (kept, cosignature) = match self.cosigned(new, note, now_s) {
            Ok(cosigned) => cosigned,
            Err(answer) => return Ok(answer),
        };
        // Another request may have been faster: its head stands, and this one is told so.
        if !heads.replace(held, &kept).await? {
            let size = heads.head(&kept.origin).await?.map_or(0, |head| head.size);
            return Ok(Answer::Conflict { size });
        }
        Ok(Answer::Cosigned(cosignature))
    }

    /// What can be said of a request without knowing what is held. The note has verified lines of the log only.
    fn submitted<'a>(&self, body: &'a [u8]) -> Result<(Request<'a>, Checkpoint, Note), Answer> {
        let request = Request::parse(body).map_err(Answer::Malformed)?;
        // Others read a signature with unused bits set; read so or not, it is none.
        let note = Note::parse(request.note).map_err(|error| match error {
            Error::Note { flaw: NoteFlaw::LooseBase64, .. } => Answer::Unsigned(error),
            _ => Answer::Malformed(error),
        })?;
        let new = Checkpoint::parse(note.text()).map_err(Answer::Malformed)?;
        let keys: Vec<&VerifierKey> =
            self.logs.iter().filter(|(origin, _)| *origin == new.origin).map(|(_, key)| key).collect();
        let Some(first) = keys.first() else { return Err(Answer::UnknownLog) };
        let unsigned = || Answer::Unsigned(Error::Unsigned { name: first.name().to_owned() });
        let mut lines: Vec<SignatureLine> = Vec::new();
        for line in note.signatures() {
            for key in keys.iter().filter(|key| is_by(line, key)) {
                verify_line(note.text(), line, key).map_err(Answer::Unsigned)?;
                lines.push(line.clone());
            }
        }
        let mut lines = lines.into_iter();
        let mut verified = Note::new(note.text().to_owned(), lines.next().ok_or_else(unsigned)?);
        lines.try_for_each(|line| verified.add(line)).map_err(Answer::Malformed)?;
        if request.old > new.size {
            return Err(Answer::Malformed(Error::Shrinks { old: request.old, size: new.size }));
        }
        if new.size == 0 && new.root != tree::empty_root() {
            let computed = tree::empty_root();
            return Err(Answer::Inconsistent(Error::ProofRoot { stated: new.root, computed }));
        }
        Ok((request, new, verified))
    }

    fn cosigned(&self, new: Checkpoint, mut note: Note, now_s: u64) -> Result<(Kept, Cosignature), Answer> {
        if now_s == 0 {
            return Err(Answer::NoClock);
        }
        let cosignature = cosign(&new, &self.key, now_s).map_err(Answer::Malformed)?;
        note.add(cosignature.line()).map_err(Answer::Malformed)?;
        let head = Head { size: new.size, root: new.root };
        Ok((Kept { origin: new.origin, head, note: note.to_text() }, cosignature))
    }
}
