//! The center's keys: made once at `init`, read at each start.
//!
//! Comes in: the data folder. Goes out: the authority that certifies boxes, the server's certificate, the cosigning key
//! and the key white data is addressed to. Every secret file has mode 0600 and one that others may read is refused.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use journal::OsDisk;
use seal::{Algorithm, RecipientSecret, SignerKey, VerifierKey};
use zeroize::Zeroizing;

use crate::authority::Authority;
use crate::config::Config;

const AUTHORITY_CERTIFICATE: &str = "authority.pem";
const AUTHORITY_KEY: &str = "authority.key";
const SERVER_CERTIFICATE: &str = "server.pem";
const SERVER_KEY: &str = "server.key";
const WITNESS_KEY: &str = "witness.key";
const READ_KEY: &str = "read.key";
const AUDIT_KEY: &str = "audit.key";
/// Longest certificate file read, in bytes.
const CERTIFICATE_LEN_MAX: u64 = 64 << 10;

/// What the center is: its keys in memory.
#[derive(Debug)]
pub struct Keys {
    /// Certifies boxes.
    pub(crate) authority: Authority,
    /// Certificate chain of both servers, PEM.
    pub server_certificate: String,
    /// Its key, PEM.
    pub server_key: Zeroizing<String>,
    /// Cosigns.
    pub witness: SignerKey,
    /// Opens white zones.
    pub read: RecipientSecret,
    /// Signs the audit trail, whose origin is the center's name and `/audit`.
    pub audit: SignerKey,
}

/// Cryptographic randomness, as `seal` asks for it.
pub fn random() -> impl seal::CryptoRng {
    rand::rng()
}

impl Keys {
    /// Makes all keys. Fails if there are any already: a center that got new keys would be another center.
    pub fn init(config: &Config) -> Result<()> {
        let folder = config.keys_dir();
        ensure!(!folder.exists(), "{} exists: this center has been initialised", folder.display());
        let mut rng = random();
        let authority = Authority::create(&config.name)?;
        let (server_certificate, server_key) = authority.certify_server(&config.link.names)?;
        let witness = SignerKey::generate(&mut rng, &config.name, Algorithm::Cosignature)
            .with_context(|| format!("name = {:?} cannot name a key", config.name))?;
        let read = RecipientSecret::generate(&mut rng);
        // Written beside and renamed as a whole: an interrupted init leaves no half set of keys.
        let fresh = folder.with_extension("new");
        if fresh.exists() {
            std::fs::remove_dir_all(&fresh).with_context(|| format!("removing {}", fresh.display()))?;
        }
        let secret = |name: &str, text: &str| journal::write_secret(&OsDisk, &fresh.join(name), text.as_bytes());
        secret(AUTHORITY_CERTIFICATE, authority.certificate_pem())?;
        secret(AUTHORITY_KEY, &authority.key_pem())?;
        secret(SERVER_CERTIFICATE, &server_certificate)?;
        secret(SERVER_KEY, &server_key)?;
        secret(WITNESS_KEY, &witness.to_text())?;
        secret(READ_KEY, &read.to_text())?;
        std::fs::rename(&fresh, &folder).with_context(|| format!("renaming {}", fresh.display()))?;
        std::fs::File::open(&config.data_dir)?.sync_all().context("making the keys' folder durable")?;
        Ok(())
    }

    /// Reads all keys. Fails if one is missing, malformed or readable by others.
    pub fn load(config: &Config) -> Result<Self> {
        let folder = config.keys_dir();
        ensure!(folder.exists(), "{} is missing: run `yaoxia-center init` first", folder.display());
        let authority =
            Authority::load(&certificate(&folder, AUTHORITY_CERTIFICATE)?, &secret(&folder, AUTHORITY_KEY)?)?;
        let witness = SignerKey::parse(secret(&folder, WITNESS_KEY)?.trim()).context(WITNESS_KEY)?;
        ensure!(
            witness.verifier().name() == config.name,
            "the cosigning key is of {:?}, the configuration says name = {:?}; a center keeps its name",
            witness.verifier().name(),
            config.name
        );
        Ok(Self {
            authority,
            server_certificate: certificate(&folder, SERVER_CERTIFICATE)?,
            server_key: secret(&folder, SERVER_KEY)?,
            witness,
            read: RecipientSecret::parse(secret(&folder, READ_KEY)?.trim()).context(READ_KEY)?,
            audit: audit_key(&folder, &config.name)?,
        })
    }

    /// The key auditors and boxes check cosignatures with.
    pub fn witness_vkey(&self) -> &VerifierKey {
        self.witness.verifier()
    }
}

/// The key of the audit trail. A center of the first release has none yet: it is made at its next start.
fn audit_key(folder: &Path, center: &str) -> Result<SignerKey> {
    let path = folder.join(AUDIT_KEY);
    if !path.exists() {
        let key = SignerKey::generate(&mut random(), &format!("{center}/audit"), Algorithm::Ed25519)?;
        journal::write_secret(&OsDisk, &path, key.to_text().as_bytes())?;
    }
    SignerKey::parse(secret(folder, AUDIT_KEY)?.trim()).context(AUDIT_KEY)
}

/// The key of the public witness, made when it is first asked for. It is not the one that cosigns in receipts: who
/// trusts the one need not trust the other.
pub fn public_witness(config: &Config) -> Result<SignerKey> {
    let path = config.public_witness_key();
    let name = format!("{}/witness", config.name);
    if !path.exists() {
        let key = SignerKey::generate(&mut random(), &name, Algorithm::Cosignature)
            .with_context(|| format!("name = {:?} cannot name a key", config.name))?;
        journal::write_secret(&OsDisk, &path, key.to_text().as_bytes())?;
    }
    let bytes = journal::read_secret(&path)?;
    let text = std::str::from_utf8(&bytes).with_context(|| format!("{} is not text", path.display()))?;
    let key = SignerKey::parse(text.trim()).with_context(|| format!("key {}", path.display()))?;
    ensure!(
        key.verifier().name() == name && key.verifier().algorithm() == Algorithm::Cosignature,
        "{} holds no cosigning key of the name {name:?}",
        path.display()
    );
    Ok(key)
}

fn secret(folder: &Path, name: &str) -> Result<Zeroizing<String>> {
    let bytes = journal::read_secret(&folder.join(name))?;
    let text = std::str::from_utf8(&bytes).with_context(|| format!("{name} is not text"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn certificate(folder: &Path, name: &str) -> Result<String> {
    let path: PathBuf = folder.join(name);
    let bytes = journal::durable::read(&OsDisk, &path, CERTIFICATE_LEN_MAX)?;
    let bytes = bytes.with_context(|| format!("{} is missing", path.display()))?;
    String::from_utf8(bytes).with_context(|| format!("{} is not text", path.display()))
}
