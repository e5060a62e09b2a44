//! A custodian's key file: an X25519 secret under a password.
//!
//! Comes in: a secret, whose it is, a password and fresh random bytes. Goes out: a text that only the password opens, and
//! the public key in it for everybody. Never: a file that asks for less work than [`KdfCost::MIN`], or for so much that
//! reading it stops the machine; a secret or a password in an error or in `Debug`.
//!
//! Whether a file is damaged can be told without its password, from a check value over what is public anyway. What a
//! wrong password does cannot be told from a file that somebody changed on purpose and gave a new check value: both are
//! [`CustodyFlaw::Refused`]. The text form is `docs/spec/sealed-log.md` §8.

use crate::{CryptoRng, Error, RecipientKey, RecipientSecret};
use aes_gcm::{AeadInOut as _, Aes256Gcm, KeyInit as _};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use core::fmt;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

/// First line of every key file: what it is and the version of its form.
const HEAD_LINE: &str = "yaoxia/custody/v1";
/// Longest key file in bytes; read no more before parsing.
pub const CUSTODY_FILE_LEN_MAX: usize = 4096;
/// Longest name of a custodian's key in bytes of UTF-8.
pub const CUSTODIAN_NAME_LEN_MAX: usize = 128;
/// Shortest password a new key file takes, in characters. Reading takes any: what it opens was accepted once.
pub const CUSTODY_PASSWORD_CHARS_MIN: usize = 12;
/// Longest password in bytes of UTF-8.
pub const CUSTODY_PASSWORD_LEN_MAX: usize = 1024;
/// Bytes of the random salt. It is never used twice, so that the derived key and nonce are not either.
const SALT_LEN: usize = 32;
const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;
/// Bytes of the check value against damage.
const CHECK_LEN: usize = 16;

/// Whose half of the black key a custodian's key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The enterprise's.
    Enterprise,
    /// The regulator's.
    Regulator,
}

impl Side {
    /// As it stands in files: `enterprise`, `regulator`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Regulator => "regulator",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Enterprise, Self::Regulator].into_iter().find(|side| side.word() == word)
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What is wrong with a custodian's key file, or with what one is to be made of. Holds nothing of password or secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CustodyFlaw {
    /// Not the lines of the form, in their order, each once.
    #[error("not a custodian's key file of version 1")]
    Form,
    /// The bytes are not those that were written: a bad copy or a bad disk. No password was tried.
    #[error("the file is damaged: its check value does not fit; take another copy of it")]
    Damaged,
    /// It asks for more or less work than [`KdfCost::MIN`] to [`KdfCost::MAX`].
    #[error("the work it asks of Argon2id is outside what is allowed")]
    Cost,
    /// Empty, longer than [`CUSTODIAN_NAME_LEN_MAX`], with a control character, or with white space at an end.
    #[error("not a name of a custodian")]
    Name,
    /// Shorter than [`CUSTODY_PASSWORD_CHARS_MIN`] characters (for a new file) or longer than
    /// [`CUSTODY_PASSWORD_LEN_MAX`] bytes.
    #[error("the password is too short or too long")]
    Password,
    /// The password is another, or the file was changed on purpose: the two cannot be told apart.
    #[error("the password does not open this file")]
    Refused,
    /// The machine has not the memory Argon2id asks for.
    #[error("not enough memory to try the password")]
    Memory,
}

/// The work one try of a password costs (Argon2id, RFC 9106).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfCost {
    /// Memory, KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl KdfCost {
    /// The least a file may ask for: memory and passes of RFC 9106 §4, second recommended option.
    pub const MIN: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// What new files ask for: about half a second on an industrial PC.
    pub const NEW: Self = Self { memory_kib: 128 * 1024, passes: 4, lanes: 1 };
    /// The most a file may ask for: a stranger's file must not stop the box that reads it.
    pub const MAX: Self = Self { memory_kib: 1024 * 1024, passes: 16, lanes: 4 };

    fn checked(self) -> Result<Self, Error> {
        let fits = (Self::MIN.memory_kib..=Self::MAX.memory_kib).contains(&self.memory_kib)
            && (Self::MIN.passes..=Self::MAX.passes).contains(&self.passes)
            && (Self::MIN.lanes..=Self::MAX.lanes).contains(&self.lanes);
        if fits { Ok(self) } else { Err(flaw(CustodyFlaw::Cost)) }
    }
}

/// A custodian's key file. Public but for what the password opens.
#[derive(Clone, PartialEq, Eq)]
pub struct CustodyFile {
    side: Side,
    name: String,
    public: RecipientKey,
    cost: KdfCost,
    salt: [u8; SALT_LEN],
    ciphertext: [u8; KEY_LEN + TAG_LEN],
}

impl CustodyFile {
    /// Puts `secret` under `password`, with a fresh salt. The same secret may be put under another password again: the
    /// old file then still opens it with the old password, and has to be destroyed by who holds it.
    ///
    /// Fails with [`CustodyFlaw::Name`], [`CustodyFlaw::Password`], [`CustodyFlaw::Cost`] or [`CustodyFlaw::Memory`].
    pub fn lock(
        rng: &mut impl CryptoRng,
        secret: &RecipientSecret,
        (side, name): (Side, &str),
        password: &str,
        cost: KdfCost,
    ) -> Result<Self, Error> {
        if !is_custodian_name(name) {
            return Err(flaw(CustodyFlaw::Name));
        }
        if password.chars().count() < CUSTODY_PASSWORD_CHARS_MIN {
            return Err(flaw(CustodyFlaw::Password));
        }
        let mut salt = [0u8; SALT_LEN];
        rng.fill_bytes(&mut salt);
        let mut file = Self {
            side,
            name: name.to_owned(),
            public: secret.public().clone(),
            cost: cost.checked()?,
            salt,
            ciphertext: [0; KEY_LEN + TAG_LEN],
        };
        let (cipher, nonce) = file.cipher(password)?;
        let mut bytes = secret.to_bytes();
        let tag = cipher
            .encrypt_inout_detached(&nonce.into(), file.public_lines().as_bytes(), bytes.as_mut_slice().into())
            .expect("a key is shorter than AES-GCM allows");
        let (body, end) = file.ciphertext.split_at_mut(KEY_LEN);
        body.copy_from_slice(&*bytes);
        end.copy_from_slice(&tag);
        Ok(file)
    }

    /// Reads the text form, which must be exactly as [`CustodyFile::to_text`] writes it. Tries no password.
    ///
    /// Fails with [`CustodyFlaw::Form`], [`CustodyFlaw::Damaged`], [`CustodyFlaw::Cost`], [`CustodyFlaw::Name`], or on a
    /// public key that is none.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let form = || flaw(CustodyFlaw::Form);
        if text.len() > CUSTODY_FILE_LEN_MAX || !text.starts_with(HEAD_LINE) {
            return Err(form());
        }
        let at = text.rfind("check: ").ok_or_else(form)?;
        let (covered, check) = text.split_at(at);
        if check != check_line(covered) {
            return Err(flaw(CustodyFlaw::Damaged));
        }
        let mut lines = covered.lines();
        let mut next = |label: &str| lines.next().and_then(|line| line.strip_prefix(label)).ok_or_else(form);
        next(HEAD_LINE)?;
        let side = Side::from_word(next("side: ")?).ok_or_else(form)?;
        let name = next("name: ")?.to_owned();
        let public = RecipientKey::parse(next("key: ")?)?;
        let mut kdf = next("kdf: argon2id ")?.split(' ');
        let mut number =
            |label: &str| kdf.next().and_then(|word| word.strip_prefix(label)?.parse().ok()).ok_or_else(form);
        let cost = KdfCost { memory_kib: number("m=")?, passes: number("t=")?, lanes: number("p=")? }.checked()?;
        let salt = array(next("salt: ")?).ok_or_else(form)?;
        let ciphertext = array(next("secret: ")?).ok_or_else(form)?;
        if !is_custodian_name(&name) {
            return Err(flaw(CustodyFlaw::Name));
        }
        let file = Self { side, name, public, cost, salt, ciphertext };
        // One file has one text: nothing stands beside what was read.
        if file.to_text() == text { Ok(file) } else { Err(form()) }
    }

    /// The text form, several lines. It is no secret, but who has it can try passwords.
    pub fn to_text(&self) -> String {
        let covered = format!("{}secret: {}\n", self.public_lines(), BASE64.encode(self.ciphertext));
        let check = check_line(&covered);
        covered + &check
    }

    /// Opens the secret. Takes the time and memory the file asks for.
    ///
    /// Fails with [`CustodyFlaw::Refused`], [`CustodyFlaw::Password`] or [`CustodyFlaw::Memory`].
    pub fn unlock(&self, password: &str) -> Result<RecipientSecret, Error> {
        let (cipher, nonce) = self.cipher(password)?;
        let (body, tag) = self.ciphertext.split_first_chunk::<KEY_LEN>().expect("a key and its tag");
        let tag: [u8; TAG_LEN] = tag.try_into().expect("a key and its tag");
        let mut key = Zeroizing::new(*body);
        cipher
            .decrypt_inout_detached(
                &nonce.into(),
                self.public_lines().as_bytes(),
                key.as_mut_slice().into(),
                &tag.into(),
            )
            .ok()
            .ok_or_else(|| flaw(CustodyFlaw::Refused))?;
        let secret = RecipientSecret::from_bytes(key);
        // A maker of files could put another secret under the name of this key.
        if *secret.public() == self.public { Ok(secret) } else { Err(flaw(CustodyFlaw::Refused)) }
    }

    /// Whose half the key opens.
    pub fn side(&self) -> Side {
        self.side
    }

    /// The key's name, such as that of the person who keeps it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public half: what a box's configuration names.
    pub fn public(&self) -> &RecipientKey {
        &self.public
    }

    /// The work one try of a password costs.
    pub fn cost(&self) -> KdfCost {
        self.cost
    }

    /// Everything but the secret and the check value; the encryption is bound to all of it.
    fn public_lines(&self) -> String {
        let Self { side, name, public, cost: KdfCost { memory_kib, passes, lanes }, salt, .. } = self;
        let salt = BASE64.encode(salt);
        format!(
            "{HEAD_LINE}\nside: {side}\nname: {name}\nkey: {public}\nkdf: argon2id m={memory_kib} t={passes} p={lanes}\n\
             salt: {salt}\n"
        )
    }

    /// `Argon2id(password, salt) = key (32) ‖ nonce (12)`
    fn cipher(&self, password: &str) -> Result<(Aes256Gcm, [u8; NONCE_LEN]), Error> {
        if password.is_empty() || password.len() > CUSTODY_PASSWORD_LEN_MAX {
            return Err(flaw(CustodyFlaw::Password));
        }
        let KdfCost { memory_kib, passes, lanes } = self.cost;
        let mut derived = Zeroizing::new([0u8; KEY_LEN + NONCE_LEN]);
        let params = Params::new(memory_kib, passes, lanes, Some(derived.len())).expect("between MIN and MAX");
        // Our own memory, so that it is wiped, and so that too little of it is an error and not the end of the process.
        let mut blocks = Zeroizing::new(Vec::new());
        blocks.try_reserve_exact(params.block_count()).ok().ok_or_else(|| flaw(CustodyFlaw::Memory))?;
        blocks.resize(params.block_count(), Block::new());
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(password.as_bytes(), &self.salt, &mut *derived, &mut **blocks)
            .expect("lengths are within Argon2's bounds and the memory is as large as asked for");
        let (key, nonce) = derived.split_first_chunk::<KEY_LEN>().expect("a key and a nonce");
        let mut key = *key;
        let cipher = Aes256Gcm::new(&key.into());
        key.zeroize();
        Ok((cipher, nonce.try_into().expect("a key and a nonce")))
    }
}

impl fmt::Debug for CustodyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CustodyFile({} {})", self.side, self.public.id())
    }
}

/// The two files of a ceremony, enterprise first, before any password is asked for.
///
/// Fails with [`Error::OneSide`] if both are of one side: two custodians of one side never stand for the other.
pub fn both_sides<'a>(
    one: &'a CustodyFile,
    other: &'a CustodyFile,
) -> Result<(&'a CustodyFile, &'a CustodyFile), Error> {
    match (one.side, other.side) {
        (Side::Enterprise, Side::Regulator) => Ok((one, other)),
        (Side::Regulator, Side::Enterprise) => Ok((other, one)),
        (side, _) => Err(Error::OneSide { side }),
    }
}

/// True if a custodian's key may be called so.
pub fn is_custodian_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= CUSTODIAN_NAME_LEN_MAX
        && name.trim() == name
        && !name.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
}

fn flaw(flaw: CustodyFlaw) -> Error {
    Error::Custody { flaw }
}

fn check_line(covered: &str) -> String {
    let hash = Sha256::new().chain_update("yaoxia/custody/check/v1\n").chain_update(covered).finalize();
    format!("check: {}\n", BASE64.encode(&hash[..CHECK_LEN]))
}

fn array<const N: usize>(text: &str) -> Option<[u8; N]> {
    BASE64.decode(text).ok()?.try_into().ok()
}
