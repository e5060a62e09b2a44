//! Further witnesses beside the center: how many of them must have cosigned before anything counts as witnessed.
//!
//! Comes in: the witnesses of the configuration, what each has cosigned, and what it answers. Goes out: how far the log is
//! witnessed, what to ask each witness next, and the contradiction if there is one. Never: a cosignature that counts
//! without verifying under the configured key, a key that counts twice, a witness that is waited for.
//!
//! A cosignature states that the head extends every head the witness cosigned before, so one of a larger head covers the
//! smaller ones: `n` segments are witnessed once the center and `needed` witnesses have each cosigned `n` or more.

use record::Digest;
use seal::checkpoint::SignedCheckpoint;
use seal::note::{Note, SIGNATURES_MAX, SignatureLine};
use seal::witness::{ANSWER_LEN_MAX, Request, SIZE_MEDIA_TYPE, conflict_size};
use seal::{Algorithm, VerifierKey};

use crate::Error;

/// Most further witnesses of one box.
const WITNESSES_MAX: usize = 16;
/// Characters of a witness's words that are repeated.
const WHY_CHARS_MAX: usize = 200;

/// Which witnesses, and how many of them must have cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quorum {
    needed: usize,
    witnesses: Vec<VerifierKey>,
}

impl Quorum {
    /// `needed` of `witnesses`, besides `center`.
    ///
    /// Fails with [`Error::Quorum`] if there are fewer than `needed` or more than 16, if a key does not cosign, or if one
    /// stands twice or is the center's, whatever its name: a cosignature does not name who made it, only the key does.
    pub fn new(needed: usize, witnesses: Vec<VerifierKey>, center: &VerifierKey) -> Result<Self, Error> {
        let refused = |why: String| Err(Error::Quorum { why });
        if needed > witnesses.len() {
            return refused(format!("{needed} are needed, {} are configured", witnesses.len()));
        }
        if witnesses.len() > WITNESSES_MAX {
            return refused(format!("{} are configured, at most {WITNESSES_MAX} are allowed", witnesses.len()));
        }
        for (at, key) in witnesses.iter().enumerate() {
            if key.algorithm() != Algorithm::Cosignature {
                return refused(format!("the key of {} does not cosign (its type is not 04)", key.name()));
            }
            for other in witnesses[..at].iter().chain([center]) {
                if other.renamed(key.name()).is_ok_and(|other| other == *key) {
                    return refused(format!("{} and {} are one key", key.name(), other.name()));
                }
            }
        }
        Ok(Self { needed, witnesses })
    }

    /// The keys, in the order of the configuration.
    pub fn witnesses(&self) -> &[VerifierKey] {
        &self.witnesses
    }

    /// Segments witnessed, if the center has cosigned `center` of them and each witness as many as `cosigned` says, in the
    /// order of [`Quorum::witnesses`]; one that is missing there has cosigned none.
    pub fn witnessed(&self, center: u64, cosigned: &[u64]) -> u64 {
        let Some(last) = self.needed.checked_sub(1) else { return center };
        let mut sizes: Vec<u64> = cosigned.iter().copied().take(self.witnesses.len()).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        center.min(sizes.get(last).copied().unwrap_or(0))
    }
}

/// What the box asks a witness: to cosign the head of `size`, from the `old` it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Size the witness is thought to hold.
    pub old: u64,
    /// Size to cosign.
    pub size: u64,
}

impl Ask {
    /// The body to send. `proof` leads from `old` to `size`; between equal sizes and from 0 there is none.
    pub fn body(&self, proof: Vec<Digest>, note: &[u8]) -> Vec<u8> {
        Request { old: self.old, proof, note }.to_bytes()
    }

    /// Whether a consistency proof belongs to it.
    pub fn needs_proof(&self) -> bool {
        self.old > 0 && self.old < self.size
    }
}

/// An HTTP answer of a witness.
#[derive(Clone, Copy, Debug)]
pub struct WitnessAnswer<'a> {
    /// HTTP status.
    pub status: u16,
    /// Value of `Content-Type`; empty if there was none.
    pub media_type: &'a str,
    /// The body, cut at [`ANSWER_LEN_MAX`] and one byte.
    pub body: &'a [u8],
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The head is cosigned: the note with the log's signature and this witness's.
    Cosigned(Box<SignedCheckpoint>),
    /// The witness holds another size; asked from there it can answer.
    AskAgain,
}

/// How one witness stands to the box's log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Segments below the newest head of which its cosignature is kept.
    pub cosigned: u64,
    /// Segments it is thought to hold.
    held: u64,
}

impl Standing {
    /// As the kept cosignature says; 0 if there is none.
    pub fn new(cosigned: u64) -> Self {
        Self { cosigned, held: cosigned }
    }

    /// What to ask next, if the center has cosigned `received` segments; nothing if the witness has too.
    ///
    /// A witness is shown only heads the center holds, unless it says that it holds a larger one.
    pub fn next(&self, received: u64) -> Option<Ask> {
        let size = received.max(self.held);
        (size > self.cosigned).then_some(Ask { old: self.held, size })
    }

    /// Takes an answer to `asked` about the checkpoint `note`, in a log of `local` segments.
    ///
    /// Only lines of `witness`'s own key are looked at, and one that does not verify refuses the answer. Fails with
    /// [`Error::Cosignature`] if 200 carries no such line or one without a time, [`Error::WitnessAhead`] and
    /// [`Error::WitnessContradicts`] if box and witness hold different logs, [`Error::WitnessRefuses`] otherwise; then
    /// nothing is changed.
    pub fn hear(
        &mut self,
        asked: Ask,
        answer: WitnessAnswer<'_>,
        note: &[u8],
        local: u64,
        log: &VerifierKey,
        witness: &VerifierKey,
    ) -> Result<Heard, Error> {
        let name = || witness.name().to_owned();
        match (answer.status, media_type(answer.media_type)) {
            (200, _) => {
                let signed = cosigned(asked, answer.body, note, log, witness)?;
                (self.cosigned, self.held) = (asked.size, asked.size);
                Ok(Heard::Cosigned(Box::new(signed)))
            }
            (409, SIZE_MEDIA_TYPE) => match conflict_size(answer.body) {
                Some(held) if held > local => Err(Error::WitnessAhead { witness: name(), local, held }),
                Some(held) if held != asked.old => {
                    self.held = held;
                    Ok(Heard::AskAgain)
                }
                _ => Err(Error::WitnessRefuses { witness: name(), status: 409, why: why(answer.body) }),
            },
            // v1.0.0 answers 409 to another root at the same size, the later draft 422.
            (409 | 422, _) => {
                Err(Error::WitnessContradicts { witness: name(), size: asked.size, why: why(answer.body) })
            }
            (status, _) => Err(Error::WitnessRefuses { witness: name(), status, why: why(answer.body) }),
        }
    }
}

/// The checkpoint with the witness's line of an answer.
fn cosigned(
    asked: Ask,
    body: &[u8],
    note: &[u8],
    log: &VerifierKey,
    witness: &VerifierKey,
) -> Result<SignedCheckpoint, Error> {
    let refused = |source| Error::Cosignature { size: asked.size, source };
    if body.len() > ANSWER_LEN_MAX {
        let (found, limit) = (body.len() as u64, ANSWER_LEN_MAX as u64);
        return Err(Error::TooLong { what: "witness's answer", found, limit });
    }
    let unsigned = || refused(seal::Error::Unsigned { name: witness.name().to_owned() });
    let text = core::str::from_utf8(body).map_err(|_not_text| unsigned())?;
    let mut note = Note::parse(note).map_err(refused)?;
    for line in text.split_inclusive('\n').take(SIGNATURES_MAX) {
        // Lines of other keys, of kinds we cannot read too, are ignored.
        if let Ok(line) = SignatureLine::from_text(line)
            && line.name == witness.name()
            && line.key_id == witness.id()
        {
            note.add(line).map_err(refused)?;
        }
    }
    let signed = SignedCheckpoint::open(note.to_text().as_bytes(), log, core::slice::from_ref(witness));
    let signed = signed.map_err(refused)?;
    let timed = signed.cosignatures.iter().all(|cosignature| cosignature.time_s > 0);
    if signed.checkpoint.size != asked.size || signed.cosignatures.is_empty() || !timed {
        return Err(unsigned());
    }
    Ok(signed)
}

/// Without parameters such as `charset`.
fn media_type(text: &str) -> &str {
    text.split(';').next().unwrap_or(text).trim()
}

fn why(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().filter(|c| !c.is_control()).take(WHY_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests;
