//! Checkpoints: the signed head of a log (C2SP tlog-checkpoint), and the witness's cosignature (tlog-cosignature v1).
//!
//! Comes in: notes from a disk or a peer, and the keys *we* trust. Goes out: a head whose signature by the log's key
//! holds, with the cosignatures that hold. A key found in a note is never trusted for being there.

use crate::key::is_key_name;
use crate::note::{Note, SignatureLine};
use crate::{Algorithm, Error, NoteFlaw, SignerKey, VerifierKey, tree};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use record::Digest;
use sha2::{Digest as _, Sha256};

/// Sizes are below this, so that every implementation can hold them in a signed 64-bit integer.
const SIZE_LIMIT: u64 = 1 << 63;
/// Bytes of a cosignature after its key id: time and Ed25519 signature.
const COSIGNATURE_LEN: usize = 8 + 64;

/// The head of a log: how many leaves under which root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log.
    pub origin: String,
    /// Leaves: segments.
    pub size: u64,
    /// Root of the log tree.
    pub root: Digest,
}

impl Checkpoint {
    /// Parses the text of a note: exactly origin, size and root. Extension lines are refused: cosignatures of later
    /// kinds do not cover them, and everything we have to say is in the headers.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let flaw = |line, flaw| Error::Note { line, flaw };
        // One line more than there may be is enough to refuse the rest, however many follow.
        let lines: Vec<&str> = text.split('\n').take(5).collect();
        let [origin, size, root, ""] = lines[..] else { return Err(flaw(lines.len(), NoteFlaw::CheckpointLines)) };
        if !is_key_name(origin) {
            return Err(flaw(1, NoteFlaw::Origin));
        }
        let size = parse_size(size).ok_or_else(|| flaw(2, NoteFlaw::Size))?;
        let root = BASE64.decode(root).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let root = Digest(root.ok_or_else(|| flaw(3, NoteFlaw::Root))?);
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root.0))
    }
}

/// ASCII decimal without leading zeros, below 2^63.
pub(crate) fn parse_size(text: &str) -> Option<u64> {
    let canonical =
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if !canonical {
        return None;
    }
    text.parse().ok().filter(|size| *size < SIZE_LIMIT)
}

/// A witness's statement: I saw this head at this time, and it extends every head of this log I saw before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosignature {
    /// Name of the witness.
    pub name: String,
    /// Id of its key.
    pub key_id: u32,
    /// When, in seconds since 1970, by the witness's clock.
    pub time_s: u64,
    /// Ed25519 signature.
    pub signature: [u8; 64],
}

impl Cosignature {
    /// `SHA-256(key id ‖ time ‖ signature)`: what the next header says of it.
    pub fn hash(&self) -> Digest {
        let hash = Sha256::new()
            .chain_update(self.key_id.to_be_bytes())
            .chain_update(self.time_s.to_be_bytes())
            .chain_update(self.signature);
        Digest(hash.finalize().into())
    }

    /// The signature line to answer or to add to a note.
    pub fn line(&self) -> SignatureLine {
        let mut signature = self.time_s.to_be_bytes().to_vec();
        signature.extend_from_slice(&self.signature);
        SignatureLine { name: self.name.clone(), key_id: self.key_id, signature }
    }
}

/// A checkpoint that the log's trusted key signed, with the cosignatures of trusted witnesses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// The head.
    pub checkpoint: Checkpoint,
    /// Cosignatures of the witnesses asked for, in the order of the note. Each one verifies.
    pub cosignatures: Vec<Cosignature>,
    /// The note as it came.
    pub note: Note,
}

impl SignedCheckpoint {
    /// Parses and verifies a checkpoint note against the key of the log and the witnesses we trust.
    ///
    /// Fails if the note is malformed, if the origin is not the log key's name, if the log's signature is missing, or
    /// if a signature line of any of the given keys does not verify. Lines of other keys are ignored.
    pub fn open(note: &[u8], log: &VerifierKey, witnesses: &[VerifierKey]) -> Result<Self, Error> {
        let note = Note::parse(note)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin != log.name() {
            return Err(Error::Origin { expected: log.name().to_owned(), found: checkpoint.origin });
        }
        let mut signed = false;
        let mut cosignatures = Vec::new();
        for line in note.signatures() {
            for key in core::iter::once(log).chain(witnesses).filter(|key| is_by(line, key)) {
                match (key.algorithm(), verify_line(note.text(), line, key)?) {
                    (Algorithm::Cosignature, Some(cosignature)) => cosignatures.push(cosignature),
                    _ => signed |= key == log,
                }
            }
        }
        if !signed {
            return Err(Error::Unsigned { name: log.name().to_owned() });
        }
        Ok(Self { checkpoint, cosignatures, note })
    }
}

pub(crate) fn is_by(line: &SignatureLine, key: &VerifierKey) -> bool {
    line.name == key.name() && line.key_id == key.id()
}

/// Verifies one line by the key it names; gives the cosignature if the key is a witness's.
pub(crate) fn verify_line(text: &str, line: &SignatureLine, key: &VerifierKey) -> Result<Option<Cosignature>, Error> {
    let refused = || Error::Signature { name: key.name().to_owned() };
    match key.algorithm() {
        Algorithm::Ed25519 => {
            let signature = *line.signature.as_array::<64>().ok_or_else(refused)?;
            key.verify(text.as_bytes(), &signature)?;
            Ok(None)
        }
        Algorithm::Cosignature => {
            let blob = *line.signature.as_array::<COSIGNATURE_LEN>().ok_or_else(refused)?;
            let (time, signature) = blob.split_first_chunk::<8>().ok_or_else(refused)?;
            let signature = *signature.as_array::<64>().ok_or_else(refused)?;
            let time_s = u64::from_be_bytes(*time);
            key.verify(cosigned_message(text, time_s).as_bytes(), &signature)?;
            Ok(Some(Cosignature { name: line.name.clone(), key_id: line.key_id, time_s, signature }))
        }
    }
}

fn cosigned_message(text: &str, time_s: u64) -> String {
    format!("cosignature/v1\ntime {time_s}\n{text}")
}

/// Signs a checkpoint as the log. The key's name must be the checkpoint's origin and its algorithm Ed25519.
///
/// Signing two heads that do not extend each other destroys the log's credit for ever: the caller signs only what its
/// durable tree holds.
pub fn sign(checkpoint: &Checkpoint, key: &SignerKey) -> Result<Note, Error> {
    let verifier = key.verifier();
    if verifier.name() != checkpoint.origin || verifier.algorithm() != Algorithm::Ed25519 {
        return Err(Error::Origin { expected: verifier.name().to_owned(), found: checkpoint.origin.clone() });
    }
    let text = checkpoint.text();
    let signature = key.sign(text.as_bytes()).to_vec();
    let line = SignatureLine { name: verifier.name().to_owned(), key_id: verifier.id(), signature };
    Ok(Note::new(text, line))
}

/// Cosigns a checkpoint as a witness at `time_s` (seconds since 1970). The key's algorithm must be `Cosignature`.
///
/// The caller has checked [`check_extends`] against the last head it cosigned and made the new one durable.
pub fn cosign(checkpoint: &Checkpoint, key: &SignerKey, time_s: u64) -> Result<Cosignature, Error> {
    let verifier = key.verifier();
    if verifier.algorithm() != Algorithm::Cosignature {
        return Err(Error::Key { flaw: crate::KeyFlaw::Algorithm(verifier.algorithm() as u8) });
    }
    let signature = key.sign(cosigned_message(&checkpoint.text(), time_s).as_bytes());
    Ok(Cosignature { name: verifier.name().to_owned(), key_id: verifier.id(), time_s, signature })
}

/// Checks that a new head extends the one held (size and root, `None` if nothing was seen yet).
///
/// From nothing or from size 0 no proof is needed and none is accepted; a new head of size 0 has the empty root.
pub fn check_extends(held: Option<(u64, &Digest)>, new: &Checkpoint, proof: &[Digest]) -> Result<(), Error> {
    if new.size == 0 && new.root != tree::empty_root() {
        return Err(Error::ProofRoot { stated: new.root, computed: tree::empty_root() });
    }
    match held {
        Some((size, root)) if size > 0 => tree::verify_consistency(size, root, new.size, &new.root, proof),
        _ if proof.is_empty() => Ok(()),
        _ => Err(Error::ProofShape { index: 0, size: new.size, found: proof.len() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "example.org/yaoxia/box/1";

    fn box_key() -> SignerKey {
        SignerKey::from_seed(&[7; 32], ORIGIN, Algorithm::Ed25519).unwrap()
    }

    fn witness_key() -> SignerKey {
        SignerKey::from_seed(&[9; 32], "example.org/center", Algorithm::Cosignature).unwrap()
    }

    fn head() -> Checkpoint {
        Checkpoint { origin: ORIGIN.into(), size: 3, root: Digest([0xab; 32]) }
    }

    fn cosigned() -> Note {
        let mut note = sign(&head(), &box_key()).unwrap();
        note.add(cosign(&head(), &witness_key(), 1_763_000_000).unwrap().line()).unwrap();
        note
    }

    fn open(note: &str) -> Result<SignedCheckpoint, Error> {
        SignedCheckpoint::open(note.as_bytes(), box_key().verifier(), &[witness_key().verifier().clone()])
    }

    /// The example of Go's `note` package, signed by another implementation.
    /// Requirement SEA-01.
    #[test]
    fn a_note_of_another_implementation_verifies() {
        let key = VerifierKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap();
        let text =
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let note = Note::parse(format!("{text}\n{line}").as_bytes()).unwrap();
        assert_eq!(note.text(), text);
        assert_eq!(verify_line(note.text(), &note.signatures()[0], &key), Ok(None));
        let refused = Err(Error::Signature { name: "PeterNeumann".into() });
        assert_eq!(verify_line(&text.replace("answer", "Answer"), &note.signatures()[0], &key), refused);
        assert_eq!(key.to_string(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    }

    /// SEA-01
    #[test]
    fn a_signed_and_cosigned_head_opens() {
        let opened = open(&cosigned().to_text()).unwrap();
        assert_eq!(opened.checkpoint, head());
        assert_eq!(opened.cosignatures.len(), 1);
        assert_eq!(opened.cosignatures[0].time_s, 1_763_000_000);
        assert_eq!(opened.note.to_text(), cosigned().to_text());
    }

    /// Whatever byte is changed, the note either no longer opens or no longer carries the cosignature (a changed name
    /// or key id makes it a stranger's line, which is ignored). It never opens to another head.
    #[test]
    fn no_changed_byte_goes_unnoticed() {
        let good = cosigned().to_text().into_bytes();
        let key = [witness_key().verifier().clone()];
        for at in 0..good.len() {
            for flip in [0x01, 0x20, 0x80] {
                let mut bad = good.clone();
                bad[at] ^= flip;
                match SignedCheckpoint::open(&bad, box_key().verifier(), &key) {
                    Err(_) => {}
                    Ok(opened) => {
                        assert_eq!(opened.checkpoint, head(), "byte {at}");
                        assert!(opened.cosignatures.is_empty(), "byte {at}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_malformed_note_is_refused_by_its_rule() {
        let good = cosigned().to_text();
        let line = good.lines().nth(4).unwrap();
        let check =
            |bad: String, line, flaw| assert_eq!(open(&bad).unwrap_err(), Error::Note { line, flaw }, "{bad:?}");
        check(good.replace('\n', "\r\n"), 1, NoteFlaw::Control);
        check(good.replace("\n3\n", "\n3\0\n"), 2, NoteFlaw::Control);
        check(good.replace("\n3\n", "\n003\n"), 2, NoteFlaw::Size);
        check(good.replace("\n3\n", "\n+3\n"), 2, NoteFlaw::Size);
        check(good.replace("\n3\n", "\n\n"), 2, NoteFlaw::Size);
        check(good.replace("\n3\n", "\n18446744073709551616\n"), 2, NoteFlaw::Size);
        check(good.replace("\n3\n", "\n9223372036854775808\n"), 2, NoteFlaw::Size);
        check(good.replace(ORIGIN, "two words"), 5, NoteFlaw::SignatureLine);
        check(good.replacen(ORIGIN, "two words", 1), 1, NoteFlaw::Origin);
        check(good.replacen(ORIGIN, "", 1), 1, NoteFlaw::Origin);
        check(good.replace("\n\n", "\nextension\n\n"), 5, NoteFlaw::CheckpointLines);
        check(good.replace("q6s=\n", "q6t=\n"), 3, NoteFlaw::Root);
        check(good.replace("q6s=\n", "q6s\n"), 3, NoteFlaw::Root);
        check(good.replace("q6s=\n", "qw==\n"), 3, NoteFlaw::Root);
        check(good.replace("\n\n", "\n"), 1, NoteFlaw::NoSignatureBlock);
        check(good.trim_end().to_owned(), 5, NoteFlaw::NoSignatureBlock);
        check(good.replace(line, &line.replace("— ", "- ")), 5, NoteFlaw::SignatureLine);
        check(good.replace(line, &format!("{line} ")), 5, NoteFlaw::SignatureLine);
        check(good.replace(line, &format!("{line}=")), 5, NoteFlaw::SignatureLine);
        check(good.replace(line, "— stranger AAAAAA=="), 5, NoteFlaw::SignatureLine);
        check(format!("{good}\n"), 8, NoteFlaw::NoSignatureBlock);
        let mut bytes = good.clone().into_bytes();
        bytes[4] = 0xff;
        let opened = SignedCheckpoint::open(&bytes, box_key().verifier(), &[]);
        assert_eq!(opened.unwrap_err(), Error::Note { line: 1, flaw: NoteFlaw::Utf8 });
    }

    #[test]
    fn floods_of_signatures_and_bytes_are_refused() {
        let good = cosigned().to_text();
        let stranger = "— stranger AAAAAAA=\n";
        assert_eq!(open(&format!("{good}{}", stranger.repeat(98))).unwrap().note.signatures().len(), 100);
        let flood = open(&format!("{good}{}", stranger.repeat(10_000)));
        assert_eq!(flood.unwrap_err(), Error::Note { line: 105, flaw: NoteFlaw::TooManySignatures });
        let flood = open(&"x".repeat(crate::note::NOTE_LEN_MAX + 1));
        assert_eq!(flood.unwrap_err(), Error::Note { line: 1, flaw: NoteFlaw::TooLong });
    }

    #[test]
    fn strangers_are_ignored_and_known_keys_must_hold() {
        let good = cosigned().to_text();
        let stranger = SignerKey::from_seed(&[8; 32], "example.org/center", Algorithm::Cosignature).unwrap();
        let foreign = cosign(&head(), &stranger, 5).unwrap().line().to_text();
        assert_eq!(open(&format!("{good}{foreign}")).unwrap().cosignatures.len(), 1);

        let other = Checkpoint { size: 4, ..head() };
        let wrong = cosign(&other, &witness_key(), 5).unwrap().line().to_text();
        let refused = Error::Signature { name: "example.org/center".into() };
        assert_eq!(open(&format!("{good}{wrong}")).unwrap_err(), refused);
    }

    #[test]
    fn a_head_is_nothing_without_the_signature_of_its_own_log() {
        let cosignature = cosign(&head(), &witness_key(), 5).unwrap().line().to_text();
        let unsigned = format!("{}\n{cosignature}", head().text());
        assert_eq!(open(&unsigned).unwrap_err(), Error::Unsigned { name: ORIGIN.into() });

        let other = SignerKey::from_seed(&[7; 32], "example.org/other", Algorithm::Ed25519).unwrap();
        let foreign = sign(&Checkpoint { origin: "example.org/other".into(), ..head() }, &other).unwrap();
        let mixed = Error::Origin { expected: ORIGIN.into(), found: "example.org/other".into() };
        assert_eq!(open(&foreign.to_text()).unwrap_err(), mixed);
        assert!(sign(&head(), &other).is_err(), "a log signs only its own heads");
        assert!(cosign(&head(), &box_key(), 5).is_err(), "a log key is no witness");
    }

    #[test]
    fn a_witness_takes_growth_and_nothing_else() {
        let leaves: Vec<Digest> = (0u8..9).map(|n| tree::leaf_hash(&[n])).collect();
        let at = |size: u64| Checkpoint {
            origin: ORIGIN.into(),
            size,
            root: tree::root(&leaves[..usize::try_from(size).unwrap()]),
        };
        let proof = tree::consistency_proof(&leaves[..9], 5);
        let held = at(5).root;
        assert_eq!(check_extends(Some((5, &held)), &at(9), &proof), Ok(()));
        assert_eq!(check_extends(Some((5, &held)), &at(5), &[]), Ok(()));
        assert_eq!(check_extends(None, &at(9), &[]), Ok(()));
        assert_eq!(check_extends(Some((0, &tree::empty_root())), &at(9), &[]), Ok(()));
        assert!(check_extends(Some((5, &held)), &at(4), &[]).is_err(), "rollback");
        assert!(check_extends(Some((5, &held)), &at(9), &[]).is_err(), "no proof");
        assert!(check_extends(Some((5, &at(4).root)), &at(9), &proof).is_err(), "fork");
        assert!(check_extends(None, &at(9), &proof).is_err(), "a proof from nothing proves nothing");
        assert!(check_extends(None, &Checkpoint { size: 0, ..at(9) }, &[]).is_err(), "empty log, full root");
    }
}
