//! Who this box is: its own keys, made here, and what the center gave at enrolment.

use crate::config::Custodians;
use crate::places::Places;
use anyhow::{Context, Result, bail};
use journal::{JournalKey, OsDisk, durable, read_secret, write_secret};
use record::{BoxId, EnterpriseId};
use seal::{Algorithm, RecipientKey, RecipientSecret, Recipients, SignerKey, VerifierKey};
use serde::{Deserialize, Serialize};
use state::people::{Organisation, OrganisationKind};
use state::region::Region;
use zeroize::Zeroizing;

/// Seed of the key that signs checkpoints, 32 bytes.
const LOG_KEY: &str = "log.key";
/// Key the box reads its own past with, text form.
const READ_KEY: &str = "read.key";
/// Key of the journal, 32 bytes.
const JOURNAL_KEY: &str = "journal.key";
/// Private key of the client certificate, PEM.
pub const LINK_KEY: &str = "link.key";
/// Name of the log key before the center has given it one.
const NAME_BEFORE_ENROLMENT: &str = "box.not-enrolled";

/// Secrets made by the box; none of them ever leaves it.
pub struct Keys {
    seed: Zeroizing<[u8; 32]>,
    /// Reads white and grey of its own past.
    pub read: RecipientSecret,
    /// Encrypts the journal.
    pub journal: JournalKey,
    /// Private key of the client certificate, PEM.
    pub link_pem: Zeroizing<String>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

impl Keys {
    /// Makes the keys that are missing, each in a file only its owner can read. Existing ones are never replaced.
    pub fn generate(places: &Places) -> Result<()> {
        let disk = OsDisk;
        let make = |name: &str, secret: &dyn Fn() -> Result<Zeroizing<Vec<u8>>>| -> Result<()> {
            let path = places.key(name);
            if path.exists() {
                return Ok(());
            }
            write_secret(&disk, &path, &secret()?).with_context(|| format!("key {name}"))
        };
        let random = || Ok(Zeroizing::new(rand::random::<[u8; 32]>().to_vec()));
        make(LOG_KEY, &random)?;
        make(JOURNAL_KEY, &random)?;
        make(READ_KEY, &|| {
            Ok(Zeroizing::new(RecipientSecret::generate(&mut rand::rng()).to_text().as_bytes().to_vec()))
        })?;
        make(LINK_KEY, &|| {
            let pair = rcgen::KeyPair::generate().context("making the link key")?;
            Ok(Zeroizing::new(pair.serialize_pem().into_bytes()))
        })
    }

    /// Reads the keys.
    pub fn load(places: &Places) -> Result<Self> {
        let text = |name: &str| -> Result<Zeroizing<String>> {
            let bytes = read_secret(&places.key(name)).with_context(|| hint(name))?;
            let text = std::str::from_utf8(&bytes).with_context(|| format!("key {name} is not text"))?;
            Ok(Zeroizing::new(text.trim().to_owned()))
        };
        let seed = read_secret(&places.key(LOG_KEY)).with_context(|| hint(LOG_KEY))?;
        let seed = seed.as_slice().try_into().with_context(|| format!("key {LOG_KEY} has {} bytes", seed.len()))?;
        Ok(Self {
            seed: Zeroizing::new(seed),
            read: RecipientSecret::parse(&text(READ_KEY)?).with_context(|| format!("key {READ_KEY}"))?,
            journal: JournalKey::load(&places.key(JOURNAL_KEY)).with_context(|| hint(JOURNAL_KEY))?,
            link_pem: text(LINK_KEY)?,
        })
    }

    /// The key that signs checkpoints, under the name the center gave the log.
    pub fn signer(&self, origin: &str) -> Result<SignerKey> {
        SignerKey::from_seed(&self.seed, origin, Algorithm::Ed25519).with_context(|| format!("log key of `{origin}`"))
    }

    /// The public log key for an enrolment request.
    pub fn log_key_before_enrolment(&self) -> Result<String> {
        Ok(self.signer(NAME_BEFORE_ENROLMENT)?.verifier().to_string())
    }
}

fn hint(name: &str) -> String {
    format!("key {name}; `yaoxia-box init` makes the keys of a new box")
}

/// What enrolment gave. Public: nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    box_id: String,
    origin: String,
    witness_vkey: String,
    center_key: String,
    enterprise: link::Enterprise,
}

/// An enrolled box.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its name at the center.
    pub box_id: BoxId,
    /// Whose it is.
    pub enterprise: EnterpriseId,
    /// The enterprise's names.
    pub enterprise_name: portal::api::Text,
    /// Name of its log.
    pub origin: String,
    /// The center's cosigning key.
    pub witness: VerifierKey,
    /// White data is addressed to it.
    pub center_key: RecipientKey,
    /// White and grey data are addressed to it.
    pub enterprise_key: RecipientKey,
}

impl Identity {
    /// Reads it; fails with what to do if the box is not enrolled.
    pub fn load(places: &Places) -> Result<Self> {
        let path = places.identity();
        if !path.exists() {
            bail!("{} is missing: this box is not enrolled; run `yaoxia-box enrol` first", path.display());
        }
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let stored: Stored = toml::from_str(&text).with_context(|| format!("reading {}", path.display()))?;
        stored.typed().with_context(|| format!("reading {}", path.display()))
    }

    /// Whether there is one.
    pub fn exists(places: &Places) -> bool {
        places.identity().exists()
    }

    /// Keeps what the center answered, certificates first, the identity last: until it is there the box is not enrolled.
    pub fn store(places: &Places, reply: &link::EnrolReply) -> Result<Self> {
        let stored = Stored {
            box_id: reply.box_id.clone(),
            origin: reply.origin.clone(),
            witness_vkey: reply.witness_vkey.clone(),
            center_key: reply.center_key.clone(),
            enterprise: reply.enterprise.clone(),
        };
        let identity = stored.typed().context("the center's answer")?;
        let disk = OsDisk;
        durable::write(&disk, &places.certificate(), reply.certificate.as_bytes())?;
        durable::write(&disk, &places.authority(), reply.authority.as_bytes())?;
        durable::write(&disk, &places.identity(), toml::to_string(&stored)?.as_bytes())?;
        Ok(identity)
    }

    /// The enterprise, as its people's organisation. A box is of one enterprise; where it lies, the center knows.
    pub fn organisation(&self) -> Organisation {
        Organisation {
            id: self.enterprise.to_string(),
            name_zh: self.enterprise_name.zh.clone(),
            name_en: self.enterprise_name.en.clone(),
            kind: OrganisationKind::Enterprise,
            region: Region::country(),
        }
    }

    /// Who can open what this box seals. Without custodians on both sides black has no recipients: a value for it is
    /// refused, never sealed wider.
    pub fn recipients(&self, read: &RecipientSecret, custodians: &Custodians) -> Recipients {
        Recipients {
            white: vec![self.center_key.clone(), self.enterprise_key.clone(), read.public().clone()],
            grey: vec![self.enterprise_key.clone(), read.public().clone()],
            black_enterprise: custodians.enterprise.clone(),
            black_regulator: custodians.regulator.clone(),
        }
    }
}

impl Stored {
    fn typed(&self) -> Result<Identity> {
        let enterprise = &self.enterprise;
        Ok(Identity {
            box_id: BoxId::parse(&self.box_id)?,
            enterprise: EnterpriseId::parse(&enterprise.id)?,
            enterprise_name: portal::api::Text { zh: enterprise.name_zh.clone(), en: enterprise.name_en.clone() },
            origin: self.origin.clone(),
            witness: VerifierKey::parse(&self.witness_vkey).context("witness key")?,
            center_key: RecipientKey::parse(&self.center_key).context("center key")?,
            enterprise_key: RecipientKey::parse(&enterprise.key).context("enterprise key")?,
        })
    }
}
