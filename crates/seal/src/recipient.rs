//! X25519 keys that zones are addressed to, and the HPKE envelopes that carry a zone's key to them (RFC 9180).
//!
//! Comes in: a secret of 32 bytes and who may have it. Goes out: an envelope only that key opens, and only for the
//! segment, zone and share it was made for. A secret is never printed by `Debug` and is wiped when dropped.

use crate::{CryptoRng, Error, KeyFlaw};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use core::fmt;
use core::str::FromStr;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Bytes of an X25519 key, public or secret, and of an encapsulated key.
const KEY_LEN: usize = 32;
/// Bytes of what an envelope carries: a data key or one half of it.
pub(crate) const SHARE_LEN: usize = 32;
/// Bytes of a recipient's id.
const ID_LEN: usize = 16;
/// Bytes of one envelope in a file: zone, share, recipient, encapsulated key, sealed share with its tag.
pub(crate) const ENVELOPE_LEN: usize = 1 + 1 + ID_LEN + KEY_LEN + SHARE_LEN + 16;
/// Text form of a public key: `YAOXIA+X25519+<id>+<base64>`.
const PUBLIC_PREFIX: &str = "YAOXIA+X25519+";
/// Text form of a secret key.
const SECRET_PREFIX: &str = "YAOXIA+SECRET+X25519+";

/// Names a recipient's key: the first 16 bytes of the hash of its public half.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecipientId(pub [u8; ID_LEN]);

impl fmt::Display for RecipientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for RecipientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecipientId({self})")
    }
}

/// A public key that a zone's key can be addressed to.
#[derive(Clone, PartialEq, Eq)]
pub struct RecipientKey([u8; KEY_LEN]);

impl RecipientKey {
    /// Parses the text form; the id must be that of the key.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let rest = text.strip_prefix(PUBLIC_PREFIX).ok_or(Error::Key { flaw: KeyFlaw::Form })?;
        let (id, bytes) = id_and_key(rest)?;
        let key = Self(*bytes);
        if id == key.id().to_string() { Ok(key) } else { Err(Error::Key { flaw: KeyFlaw::Id }) }
    }

    /// The key's name.
    pub fn id(&self) -> RecipientId {
        let hash = Sha256::new().chain_update("yaoxia/x25519/v1\n").chain_update(self.0).finalize();
        let (id, _) = hash.split_first_chunk::<ID_LEN>().expect("a hash has 32 bytes");
        RecipientId(*id)
    }
}

impl fmt::Display for RecipientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PUBLIC_PREFIX}{}+{}", self.id(), BASE64.encode(self.0))
    }
}

impl fmt::Debug for RecipientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecipientKey({})", self.id())
    }
}

impl FromStr for RecipientKey {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

/// A secret key that opens what is addressed to its public half. Wiped when dropped, never printed.
#[derive(Clone)]
pub struct RecipientSecret {
    key: Zeroizing<[u8; KEY_LEN]>,
    public: RecipientKey,
}

impl RecipientSecret {
    /// Makes a key from fresh random bytes.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut key = Zeroizing::new([0u8; KEY_LEN]);
        rng.fill_bytes(&mut *key);
        Self::from_bytes(key)
    }

    /// Takes the 32 bytes of an X25519 secret (RFC 7748 §5; clamped on use).
    pub fn from_bytes(key: Zeroizing<[u8; KEY_LEN]>) -> Self {
        let public = X25519HkdfSha256::sk_to_pk(&private(&key)).to_bytes();
        Self { key, public: RecipientKey(public.into()) }
    }

    /// Parses the text form; the id must be that of the key.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let rest = text.strip_prefix(SECRET_PREFIX).ok_or(Error::Key { flaw: KeyFlaw::Form })?;
        let (id, bytes) = id_and_key(rest)?;
        let secret = Self::from_bytes(bytes);
        if id == secret.public.id().to_string() { Ok(secret) } else { Err(Error::Key { flaw: KeyFlaw::Id }) }
    }

    /// The text form, for a file only its owner can read.
    pub fn to_text(&self) -> Zeroizing<String> {
        let encoded = Zeroizing::new(BASE64.encode(*self.key));
        Zeroizing::new(format!("{SECRET_PREFIX}{}+{}", self.public.id(), *encoded))
    }

    /// The public half.
    pub fn public(&self) -> &RecipientKey {
        &self.public
    }

    /// The 32 bytes, to be put under a password.
    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; KEY_LEN]> {
        self.key.clone()
    }
}

impl fmt::Debug for RecipientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecipientSecret({})", self.public.id())
    }
}

fn id_and_key(rest: &str) -> Result<(&str, Zeroizing<[u8; KEY_LEN]>), Error> {
    let (id, key) = rest.split_once('+').ok_or(Error::Key { flaw: KeyFlaw::Form })?;
    let flaw = || Error::Key { flaw: KeyFlaw::Material };
    let bytes = Zeroizing::new(BASE64.decode(key).ok().ok_or_else(flaw)?);
    Ok((id, Zeroizing::new(*bytes.as_array::<KEY_LEN>().ok_or_else(flaw)?)))
}

fn private(key: &[u8; KEY_LEN]) -> <X25519HkdfSha256 as hpke::Kem>::PrivateKey {
    <X25519HkdfSha256 as hpke::Kem>::PrivateKey::from_bytes(key).expect("any 32 bytes are an X25519 secret")
}

/// A sealed share: the part of an envelope that HPKE makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SealedShare {
    /// HPKE's encapsulated key.
    pub(crate) encapsulated: [u8; KEY_LEN],
    /// Share and tag.
    pub(crate) ciphertext: [u8; SHARE_LEN + 16],
}

/// Seals bytes of any length to `to`: HPKE's encapsulated key, then ciphertext and tag. `info` says what for.
///
/// Fails with [`KeyFlaw::Weak`] on a public key of small order.
pub(crate) fn wrap_bytes(
    bytes: &[u8],
    to: &RecipientKey,
    info: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, Error> {
    let weak = |_| Error::Key { flaw: KeyFlaw::Weak };
    let public = <X25519HkdfSha256 as hpke::Kem>::PublicKey::from_bytes(&to.0).map_err(weak)?;
    let (encapsulated, ciphertext) = hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &public,
        info,
        bytes,
        &[],
        rng,
    )
    .map_err(weak)?;
    let encapsulated: [u8; KEY_LEN] = encapsulated.to_bytes().into();
    Ok([&encapsulated[..], &ciphertext].concat())
}

/// Opens what [`wrap_bytes`] sealed; `None` if it was changed, or made for another key or purpose.
pub(crate) fn unwrap_bytes(sealed: &[u8], secret: &RecipientSecret, info: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (encapsulated, ciphertext) = sealed.split_first_chunk::<KEY_LEN>()?;
    let encapsulated = <X25519HkdfSha256 as hpke::Kem>::EncappedKey::from_bytes(encapsulated).ok()?;
    let opened = hpke::single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &private(&secret.key),
        &encapsulated,
        info,
        ciphertext,
        &[],
    );
    opened.ok().map(Zeroizing::new)
}

/// Seals `share` to `to`; `info` says what for. Fails with [`KeyFlaw::Weak`] on a public key of small order.
pub(crate) fn wrap(
    share: &[u8; SHARE_LEN],
    to: &RecipientKey,
    info: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<SealedShare, Error> {
    let sealed = wrap_bytes(share, to, info, rng)?;
    let (encapsulated, ciphertext) = sealed.split_first_chunk::<KEY_LEN>().expect("it begins with that key");
    Ok(SealedShare {
        encapsulated: *encapsulated,
        ciphertext: ciphertext.try_into().expect("HPKE adds a tag of 16 bytes"),
    })
}

/// Opens a sealed share; `None` if it was changed, or made for another key or purpose.
pub(crate) fn unwrap(
    sealed: &SealedShare,
    secret: &RecipientSecret,
    info: &[u8],
) -> Option<Zeroizing<[u8; SHARE_LEN]>> {
    let share = unwrap_bytes(&[&sealed.encapsulated[..], &sealed.ciphertext].concat(), secret, info)?;
    share.as_array::<SHARE_LEN>().copied().map(Zeroizing::new)
}
