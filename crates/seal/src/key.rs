//! Ed25519 signing and verifying keys in the text forms of C2SP signed-note.
//!
//! Comes in: `name+id+base64` lines. Goes out: keys that can sign and verify. A secret is never printed by `Debug` and
//! is wiped when dropped.

use crate::{CryptoRng, Error, KeyFlaw};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use core::fmt;
use core::str::FromStr;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Start of a secret key's text form (the form of Go's `note` package).
const SECRET_PREFIX: &str = "PRIVATE+KEY+";
/// Bytes of an Ed25519 seed and of an Ed25519 public key.
const KEY_LEN: usize = 32;

/// What a key signs (the type byte of C2SP signed-note).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Algorithm {
    /// Ed25519 over the note text: a log's own signature.
    Ed25519 = 0x01,
    /// cosignature/v1: Ed25519 over time and note text: a witness's signature.
    Cosignature = 0x04,
}

impl Algorithm {
    fn from_byte(byte: u8) -> Result<Self, Error> {
        match byte {
            0x01 => Ok(Self::Ed25519),
            0x04 => Ok(Self::Cosignature),
            other => Err(Error::Key { flaw: KeyFlaw::Algorithm(other) }),
        }
    }
}

/// A public key we check signatures with: `name+id+base64(type ‖ key)`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    algorithm: Algorithm,
    key: VerifyingKey,
}

impl VerifierKey {
    /// Parses the text form. The id must be the hash of name and key, the base64 canonical, the point not of small order.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let form = || Error::Key { flaw: KeyFlaw::Form };
        let (name, rest) = text.split_once('+').ok_or_else(form)?;
        let (id, material) = rest.split_once('+').ok_or_else(form)?;
        let (algorithm, bytes) = key_material(material)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(weak)?;
        if key.is_weak() {
            return Err(Error::Key { flaw: KeyFlaw::Weak });
        }
        let parsed = Self::new(name, algorithm, key)?;
        if parse_id(id)? != parsed.id {
            return Err(Error::Key { flaw: KeyFlaw::Id });
        }
        Ok(parsed)
    }

    fn new(name: &str, algorithm: Algorithm, key: VerifyingKey) -> Result<Self, Error> {
        if !is_key_name(name) {
            return Err(Error::Key { flaw: KeyFlaw::Name });
        }
        let id = key_id(name, algorithm, &key);
        Ok(Self { name: name.to_owned(), id, algorithm, key })
    }

    /// The same key under another name, and so with another id: a log learns its origin when it is enrolled.
    pub fn renamed(&self, name: &str) -> Result<Self, Error> {
        Self::new(name, self.algorithm, self.key)
    }

    /// Name of the key; for a log it is the log's origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// First four bytes of the hash of name, type and key.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// What the key signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Checks an Ed25519 signature over `message`, refusing what RFC 8032 leaves open (`verify_strict`).
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), Error> {
        let refused = |_| Error::Signature { name: self.name.clone() };
        self.key.verify_strict(message, &Signature::from_bytes(signature)).map_err(refused)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut material = vec![self.algorithm as u8];
        material.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, self.id, BASE64.encode(material))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl FromStr for VerifierKey {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

/// A secret key that signs: a box's identity or a witness's. Wiped when dropped, never printed.
pub struct SignerKey {
    verifier: VerifierKey,
    key: SigningKey,
}

impl SignerKey {
    /// Makes a key from fresh random bytes. Fails if `name` is not a key name (empty, white space or `+`).
    pub fn generate(rng: &mut impl CryptoRng, name: &str, algorithm: Algorithm) -> Result<Self, Error> {
        let mut seed = Zeroizing::new([0u8; KEY_LEN]);
        rng.fill_bytes(&mut *seed);
        Self::from_seed(&seed, name, algorithm)
    }

    /// Makes the key of a 32-byte Ed25519 seed (RFC 8032 §5.1.5).
    pub fn from_seed(seed: &[u8; KEY_LEN], name: &str, algorithm: Algorithm) -> Result<Self, Error> {
        let key = SigningKey::from_bytes(seed);
        Ok(Self { verifier: VerifierKey::new(name, algorithm, key.verifying_key())?, key })
    }

    /// Parses `PRIVATE+KEY+name+id+base64(type ‖ seed)`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let form = || Error::Key { flaw: KeyFlaw::Form };
        let rest = text.strip_prefix(SECRET_PREFIX).ok_or_else(form)?;
        let (name, rest) = rest.split_once('+').ok_or_else(form)?;
        let (id, material) = rest.split_once('+').ok_or_else(form)?;
        let (algorithm, seed) = key_material(material)?;
        let parsed = Self::from_seed(&seed, name, algorithm)?;
        if parse_id(id)? != parsed.verifier.id {
            return Err(Error::Key { flaw: KeyFlaw::Id });
        }
        Ok(parsed)
    }

    /// The text form, for a file only its owner can read.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut material = Zeroizing::new(vec![self.verifier.algorithm as u8]);
        material.extend_from_slice(self.key.as_bytes());
        let encoded = Zeroizing::new(BASE64.encode(&*material));
        let VerifierKey { name, id, .. } = &self.verifier;
        Zeroizing::new(format!("{SECRET_PREFIX}{name}+{id:08x}+{}", *encoded))
    }

    /// The public half.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({}+{:08x})", self.verifier.name, self.verifier.id)
    }
}

/// Key names are non-empty and hold no Unicode space, no ASCII control character and no `+` (C2SP signed-note).
pub(crate) fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c < ' ' || c == '+')
}

/// `SHA-256(name ‖ 0x0A ‖ type ‖ key)[:4]`
fn key_id(name: &str, algorithm: Algorithm, key: &VerifyingKey) -> u32 {
    let hash =
        Sha256::new().chain_update(name).chain_update([b'\n', algorithm as u8]).chain_update(key.as_bytes()).finalize();
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

/// Eight lower-case hexadecimal digits.
fn parse_id(text: &str) -> Result<u32, Error> {
    let flaw = Error::Key { flaw: KeyFlaw::Id };
    if text.len() != 8 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(flaw);
    }
    u32::from_str_radix(text, 16).ok().ok_or(flaw)
}

fn key_material(text: &str) -> Result<(Algorithm, Zeroizing<[u8; KEY_LEN]>), Error> {
    let flaw = || Error::Key { flaw: KeyFlaw::Material };
    let bytes = Zeroizing::new(BASE64.decode(text).ok().ok_or_else(flaw)?);
    let (algorithm, key) = bytes.split_first().ok_or_else(flaw)?;
    let algorithm = Algorithm::from_byte(*algorithm)?;
    Ok((algorithm, Zeroizing::new(*key.as_array::<KEY_LEN>().ok_or_else(flaw)?)))
}

fn weak(_: ed25519_dalek::SignatureError) -> Error {
    Error::Key { flaw: KeyFlaw::Weak }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer() -> SignerKey {
        SignerKey::from_seed(&[7; 32], "example.org/box/1", Algorithm::Ed25519).unwrap()
    }

    #[test]
    fn keys_survive_their_text_form() {
        let text = signer().to_text();
        assert_eq!(*SignerKey::parse(&text).unwrap().to_text(), *text);
        let public = signer().verifier().to_string();
        assert_eq!(VerifierKey::parse(&public).unwrap(), *signer().verifier());
    }

    #[test]
    fn no_changed_or_cut_key_parses() {
        let (secret, public) = (signer().to_text(), signer().verifier().to_string());
        for at in 0..public.len() {
            assert!(VerifierKey::parse(&public[..at]).is_err(), "cut at {at}");
            let mut bad = public.clone().into_bytes();
            bad[at] ^= 1;
            let bad = String::from_utf8(bad).unwrap();
            assert!(VerifierKey::parse(&bad).is_err(), "changed at {at}: {bad}");
        }
        for at in 0..secret.len() {
            assert!(SignerKey::parse(&secret[..at]).is_err(), "cut at {at}");
            let mut bad = secret.as_bytes().to_vec();
            bad[at] ^= 1;
            assert!(SignerKey::parse(core::str::from_utf8(&bad).unwrap()).is_err(), "changed at {at}");
        }
    }

    #[test]
    fn a_key_of_small_order_is_refused() {
        // The neutral element: every signature of zeros would verify under it without verify_strict.
        let mut point = [0u8; 32];
        point[0] = 1;
        let key = VerifyingKey::from_bytes(&point).unwrap();
        let text = VerifierKey::new("example.org/box/1", Algorithm::Ed25519, key).unwrap().to_string();
        assert_eq!(VerifierKey::parse(&text), Err(Error::Key { flaw: KeyFlaw::Weak }));
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", signer());
        assert!(shown.starts_with("SignerKey(example.org/box/1+"), "{shown}");
        assert!(!shown.contains(&BASE64.encode([7; 32])[..8]));
        assert!(!shown.contains("7, 7"));
    }

    #[test]
    fn names_that_break_lines_are_refused() {
        for name in ["", "a b", "a+b", "a\u{a0}b", "a\u{3000}b", "a\nb", "a\0b"] {
            let made = SignerKey::from_seed(&[7; 32], name, Algorithm::Ed25519);
            assert_eq!(made.err(), Some(Error::Key { flaw: KeyFlaw::Name }), "{name:?}");
        }
    }
}
