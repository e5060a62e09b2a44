//! `box.toml`: what this box is to do. Unknown keys are refused with file, line and key; secrets are paths of files.
//!
//! The file is trusted: whoever can write it decides what the box reads and where it listens. Relative paths are taken
//! from the folder the file is in. Its hash is in the header of every segment.

use crate::intake::ZonePolicy;
use anyhow::{Context, Result, bail, ensure};
use seal::{RecipientKey, Side};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Largest configuration file, X file or mapping. Bytes.
pub const CONFIG_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Folder of everything the box keeps. Its loss is the loss of what the center does not hold yet.
    pub data_dir: PathBuf,
    /// What is collected.
    pub sources: Sources,
    /// How times are judged.
    #[serde(default)]
    pub time: Time,
    /// Which zone values go to.
    pub policy: Policy,
    /// The center.
    pub link: Link,
    /// The enterprise end.
    pub web: Web,
    /// Figures for the machine's own operator.
    #[serde(default)]
    pub ops: Ops,
}

/// What is collected.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// Folder of connector files (`*.toml`), one connector each.
    pub connectors_dir: PathBuf,
    /// `mapping.csv`: which address is which parameter.
    pub mapping: PathBuf,
    /// X file: parameters of the enterprise beside the catalogue.
    pub extensions: Option<PathBuf>,
}

/// How times are judged.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Time {
    /// A source time this far ahead of the box's clock, beyond the source's measured offset, is flagged. Milliseconds.
    pub future_max_ms: u64,
}

impl Default for Time {
    fn default() -> Self {
        Self { future_max_ms: 2_000 }
    }
}

/// Which zone values go to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// `all-white-demo` or `catalogue`.
    pub zones: Zones,
    /// Who can open the black zone together. Without keys on both sides no black parameter can be mapped.
    #[serde(default)]
    pub custodians: Custodians,
}

/// Public keys of the custodians: any one of the enterprise with any one of the regulator opens what is sealed while both
/// stand here. A key put in later opens nothing older; one taken out keeps what it had.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Custodians {
    /// The enterprise's, as `yaoxia-box custody new` prints them.
    #[serde(deserialize_with = "keys")]
    pub enterprise: Vec<RecipientKey>,
    /// The regulator's.
    #[serde(deserialize_with = "keys")]
    pub regulator: Vec<RecipientKey>,
}

impl Custodians {
    /// Whether black values can be sealed.
    pub fn both(&self) -> bool {
        self.missing().is_empty()
    }

    /// The sides that have no key.
    pub fn missing(&self) -> Vec<&'static str> {
        let sides = [(&self.enterprise, Side::Enterprise), (&self.regulator, Side::Regulator)];
        sides.into_iter().filter(|(keys, _)| keys.is_empty()).map(|(_, side)| side.word()).collect()
    }

    /// Refuses a key that is named twice, above all on both sides: its holder would need nobody else.
    fn check(&self) -> Result<()> {
        let all: Vec<_> = self.enterprise.iter().chain(&self.regulator).map(RecipientKey::id).collect();
        ensure!(
            all.len() <= seal::ENVELOPES_MAX,
            "policy.custodians names {} keys, at most {} are allowed",
            all.len(),
            seal::ENVELOPES_MAX
        );
        if let Some((_, twice)) = all.iter().enumerate().find(|(at, id)| all[..*at].contains(id)) {
            bail!("policy.custodians names the key {twice} twice");
        }
        Ok(())
    }
}

/// Keys in their text form; what is wrong is said with the line of the list.
fn keys<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Vec<RecipientKey>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    texts.iter().map(|text| RecipientKey::parse(text).map_err(serde::de::Error::custom)).collect()
}

/// Names of the zone policies.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zones {
    /// Everything is white: a demonstration.
    AllWhiteDemo,
    /// As the catalogue says.
    Catalogue,
}

impl From<Zones> for ZonePolicy {
    fn from(zones: Zones) -> Self {
        match zones {
            Zones::AllWhiteDemo => Self::AllWhiteDemo,
            Zones::Catalogue => Self::Catalogue,
        }
    }
}

/// The center.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// `https://host:port` of the center's link.
    pub url: String,
    /// Certificate of the center's authority, PEM, handed over with the enrolment code. Trusted at enrolment; after it
    /// the one the center gave is.
    pub authority: PathBuf,
}

/// The enterprise end.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Folder with the built page.
    pub assets_dir: PathBuf,
    /// Certificate chain and key, PEM. Without them plain HTTP is spoken, on a loopback address only.
    pub tls: Option<Tls>,
}

/// Certificate of the enterprise end.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Certificate chain, PEM.
    pub certificate: PathBuf,
    /// Private key, PEM, readable by its owner only.
    pub key: PathBuf,
}

/// Figures for the machine's own operator.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ops {
    /// Loopback address for `/metrics` and `/status`; without it neither is served.
    pub listen: Option<SocketAddr>,
}

/// A configuration with what its files say.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The file's content with absolute paths.
    pub config: Config,
    /// SHA-256 over box.toml, mapping, X file and connector files, as it goes into headers.
    pub hash: record::Digest,
    /// Text of `box.toml`.
    pub text: String,
    /// Text of the mapping.
    pub mapping: String,
    /// Text of the X file.
    pub extensions: Option<String>,
    /// Name and text of each connector file, by name.
    pub connectors: Vec<(PathBuf, String)>,
}

/// Reads `box.toml` and every file it names but secrets and certificates.
///
/// Fails naming the file, and for `box.toml` the line, column and key.
pub fn load(path: &Path) -> Result<Loaded> {
    let text = read(path)?;
    let mut config: Config = toml::from_str(&text).with_context(|| format!("configuration {}", path.display()))?;
    let file = std::path::absolute(path).with_context(|| format!("folder of {}", path.display()))?;
    let folder = file.parent().with_context(|| format!("{} is no file", path.display()))?;
    let place = |at: &mut PathBuf| *at = folder.join(&*at);
    place(&mut config.data_dir);
    place(&mut config.sources.connectors_dir);
    place(&mut config.sources.mapping);
    config.sources.extensions.as_mut().map(place);
    place(&mut config.link.authority);
    place(&mut config.web.assets_dir);
    if let Some(tls) = &mut config.web.tls {
        place(&mut tls.certificate);
        place(&mut tls.key);
    }
    let loopback = config.web.listen.ip().is_loopback();
    ensure!(
        config.web.tls.is_some() || loopback,
        "configuration {}: web.listen {} is not a loopback address, so web.tls is needed",
        path.display(),
        config.web.listen
    );
    if let Some(listen) = config.ops.listen {
        ensure!(
            listen.ip().is_loopback(),
            "configuration {}: ops.listen {listen} is not a loopback address; it answers without a login",
            path.display()
        );
    }
    ensure!(
        config.link.url.starts_with("https://"),
        "configuration {}: link.url `{}` does not begin with https://",
        path.display(),
        config.link.url
    );
    config.policy.custodians.check().with_context(|| format!("configuration {}", path.display()))?;
    let mapping = read(&config.sources.mapping)?;
    let extensions = config.sources.extensions.as_deref().map(read).transpose()?;
    let connectors = connector_files(&config.sources.connectors_dir)?;
    let mut hash = Sha256::new();
    let parts = [&text, &mapping].into_iter().chain(&extensions).chain(connectors.iter().map(|(_, text)| text));
    for part in parts {
        hash.update(u64::try_from(part.len()).expect("a file is at most CONFIG_BYTES_MAX").to_be_bytes());
        hash.update(part);
    }
    let hash = record::Digest(hash.finalize().into());
    Ok(Loaded { config, hash, text, mapping, extensions, connectors })
}

fn connector_files(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("connectors in {}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("connectors in {}", folder.display()))?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    ensure!(!paths.is_empty(), "{} holds no connector file (*.toml)", folder.display());
    paths.into_iter().map(|path| read(&path).map(|text| (path, text))).collect()
}

fn read(path: impl AsRef<Path>) -> Result<String> {
    let path = path.as_ref();
    let len = std::fs::metadata(path).with_context(|| format!("reading {}", path.display()))?.len();
    ensure!(len <= CONFIG_BYTES_MAX, "{} has {len} bytes, at most {CONFIG_BYTES_MAX} are allowed", path.display());
    std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}
