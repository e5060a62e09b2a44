//! An export: bytes signed by a box and encrypted to one key, for taking what was opened off the site.
//!
//! Comes in: the bytes, the box's signing key, the public key of who may read them. Goes out: a file only that key opens,
//! and from it bytes whose box is proved. Never: an export whose signature can stand for a checkpoint, or that its reader
//! can pass on as made for somebody else: the signed text names what it is and whom it is for.

use crate::note::{Note, SignatureLine};
use crate::recipient::{unwrap_bytes, wrap_bytes};
use crate::{Algorithm, CryptoRng, Error, RecipientId, RecipientKey, RecipientSecret, SignerKey, VerifierKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// First bytes of an export file.
const MAGIC: [u8; 4] = *b"YXE1";
/// What the encryption is for, and the first line of the signed text.
const PURPOSE: &str = "yaoxia/export/v1";
/// Most bytes that one export holds.
pub const EXPORT_LEN_MAX: usize = 64 << 20;
/// Longest signed note in front of the bytes; its length takes four bytes.
const NOTE_LEN_MAX: usize = 2048;
const RECIPIENT_LEN: usize = 16;

/// Signs `bytes` as the box and encrypts both to `to`. `signer` is the key that signs the box's checkpoints.
///
/// Fails if there are more than [`EXPORT_LEN_MAX`] bytes, the signer is a witness's, or `to` is of small order.
pub fn seal_export(
    rng: &mut impl CryptoRng,
    bytes: &[u8],
    signer: &SignerKey,
    to: &RecipientKey,
) -> Result<Vec<u8>, Error> {
    if bytes.len() > EXPORT_LEN_MAX {
        let (found, limit) = (bytes.len() as u64, EXPORT_LEN_MAX as u64);
        return Err(Error::TooMuch { what: "bytes of an export", found, limit });
    }
    if signer.verifier().algorithm() != Algorithm::Ed25519 {
        return Err(Error::Export { what: "has to be signed by a box, not by a witness" });
    }
    let text = signed_text(signer.verifier(), to.id(), bytes);
    let name = signer.verifier().name().to_owned();
    let signature =
        SignatureLine { name, key_id: signer.verifier().id(), signature: signer.sign(text.as_bytes()).to_vec() };
    let note = Note::new(text, signature).to_text();
    let note_len = u32::try_from(note.len()).expect("three lines and a signature");
    let mut plain = Zeroizing::new(Vec::with_capacity(4 + note.len() + bytes.len()));
    plain.extend_from_slice(&note_len.to_be_bytes());
    plain.extend_from_slice(note.as_bytes());
    plain.extend_from_slice(bytes);
    let sealed = wrap_bytes(&plain, to, &info(to.id()), rng)?;
    Ok([&MAGIC[..], &to.id().0, &sealed].concat())
}

/// Opens an export and checks that `by`, a key one already trusts, signed it for this very recipient.
///
/// Fails if the file is not an export, is for another key, was changed, or is not signed by `by`.
pub fn open_export(file: &[u8], secret: &RecipientSecret, by: &VerifierKey) -> Result<Zeroizing<Vec<u8>>, Error> {
    let wrong = |what| Error::Export { what };
    let id = secret.public().id();
    let rest = file.strip_prefix(&MAGIC).ok_or(wrong("does not begin like one"))?;
    let (to, sealed) = rest.split_first_chunk::<RECIPIENT_LEN>().ok_or(wrong("is cut short"))?;
    if *to != id.0 {
        return Err(wrong("is for another key"));
    }
    let plain = unwrap_bytes(sealed, secret, &info(id)).ok_or(wrong("was changed, or made for another purpose"))?;
    let (note_len, rest) = plain.split_first_chunk::<4>().ok_or(wrong("is cut short"))?;
    let note_len = u32::from_be_bytes(*note_len) as usize;
    if note_len > NOTE_LEN_MAX || note_len > rest.len() {
        return Err(wrong("has no signed note where one belongs"));
    }
    let (note, bytes) = rest.split_at(note_len);
    let note = Note::parse(note)?;
    if note.text() != signed_text(by, id, bytes) {
        return Err(wrong("is of another box, or not what was signed"));
    }
    let ours = |line: &&SignatureLine| line.name == by.name() && line.key_id == by.id();
    let line = note.signatures().iter().find(ours).ok_or_else(|| Error::Unsigned { name: by.name().to_owned() })?;
    let signature = line.signature.as_array::<64>().ok_or_else(|| Error::Signature { name: by.name().to_owned() })?;
    by.verify(note.text().as_bytes(), signature)?;
    Ok(Zeroizing::new(bytes.to_vec()))
}

/// Five lines: the purpose, the log, the recipient, the length and the hash. A checkpoint has three.
fn signed_text(by: &VerifierKey, to: RecipientId, bytes: &[u8]) -> String {
    let hash = BASE64.encode(Sha256::digest(bytes));
    format!("{PURPOSE}\n{}\n{to}\n{}\n{hash}\n", by.name(), bytes.len())
}

fn info(to: RecipientId) -> Vec<u8> {
    [PURPOSE.as_bytes(), &to.0].concat()
}
