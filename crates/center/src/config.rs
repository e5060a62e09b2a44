//! The center's configuration file.
//!
//! Comes in: TOML. Goes out: a [`Config`] with absolute paths. Unknown keys are refused. Secrets are never in it: they are
//! files, and the file says where.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use seal::VerifierKey;
use serde::Deserialize;
use state::people::{Organisation, OrganisationKind};
use state::region::Region;

/// The shipped example, with every key and its meaning.
pub const EXAMPLE: &str = include_str!("../center.example.toml");

/// What an operator decides.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Scheme-less URL that names this center for ever: its cosigning key and, with `/box/<id>`, the logs of its boxes.
    pub name: String,
    /// Folder of keys, evidence, lake and state. Trusted: whoever writes its `keys/` is the center. Losing `evidence/`
    /// loses the only copy this center has; `lake/` can be made again.
    pub data_dir: PathBuf,
    /// State as `postgres://…` in a file that only the owner may read; without it `state.db` in `data_dir`.
    pub state_url_file: Option<PathBuf>,
    /// X files whose parameters join the shipped catalogue, in order.
    #[serde(default)]
    pub extensions: Vec<PathBuf>,
    /// Where boxes speak.
    pub link: Link,
    /// Where people look.
    pub web: Web,
    /// A public witness for logs of others; none if absent.
    pub witness: Option<Witness>,
    /// Where Prometheus asks; nowhere if absent.
    pub metrics: Option<Metrics>,
}

/// Where boxes speak: TLS with client certificates of this center's own authority.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Address and port.
    pub listen: SocketAddr,
    /// Names and addresses by which boxes reach it; they go into the server's certificate at `init`.
    pub names: Vec<String>,
}

/// Where people look: the governance end.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// Address and port.
    pub listen: SocketAddr,
    /// Folder with `index.html` and `assets/`. Trusted: whoever writes there speaks with the users' sessions.
    pub assets_dir: PathBuf,
    /// What the installation calls itself, Chinese.
    pub name_zh: String,
    /// What the installation calls itself, English.
    pub name_en: String,
    /// Certificate chain (PEM) and key of another authority; without them the center's own.
    pub certificate_file: Option<PathBuf>,
    /// See `certificate_file`.
    pub key_file: Option<PathBuf>,
    /// Serve without TLS; allowed on a loopback address only.
    #[serde(default)]
    pub plain_http_on_loopback: bool,
}

/// A public witness (C2SP tlog-witness) for the logs named here and no others, with a key of its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// Address and port. TLS with the server's certificate of the link.
    pub listen: SocketAddr,
    /// Its cosigning key, named `<name>/witness`; made at the first start. Without it `public-witness.key` among the keys.
    pub key_file: Option<PathBuf>,
    /// The logs it watches.
    pub logs: Vec<WatchedLog>,
    /// Serve without TLS; allowed on a loopback address only.
    #[serde(default)]
    pub plain_http_on_loopback: bool,
}

/// A log the public witness watches.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchedLog {
    /// The first line of its checkpoints.
    pub origin: String,
    /// A key it signs with: `name+id+base64`. A log with several keys is named several times.
    pub vkey: String,
}

impl Witness {
    /// The logs with their keys. Fails naming the log whose key cannot be used.
    pub fn logs(&self) -> Result<Vec<(String, VerifierKey)>> {
        let parse = |log: &WatchedLog| {
            let key =
                VerifierKey::parse(&log.vkey).with_context(|| format!("witness.logs: key of {:?}", log.origin))?;
            Ok((log.origin.clone(), key))
        };
        self.logs.iter().map(parse).collect()
    }
}

/// Where Prometheus asks, without TLS: a loopback address.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Address and port.
    pub listen: SocketAddr,
}

impl Config {
    /// Reads the file; relative paths are relative to its folder.
    ///
    /// Fails, naming file and place, on unknown or missing keys and on settings that contradict each other.
    pub fn load(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("configuration {}", file.display()))?;
        let absolute = std::path::absolute(file).with_context(|| format!("folder of {}", file.display()))?;
        let folder = absolute.parent().context("the configuration file lies in a folder")?;
        Self::parse(&text, folder).with_context(|| format!("configuration {}", file.display()))
    }

    /// Parses the text; relative paths are relative to `folder`.
    pub fn parse(text: &str, folder: &Path) -> Result<Self> {
        let mut config: Self = toml::from_str(text)?;
        let mut paths = vec![&mut config.data_dir, &mut config.web.assets_dir];
        paths.extend(&mut config.extensions);
        paths.extend(config.state_url_file.as_mut());
        paths.extend(config.web.certificate_file.as_mut());
        paths.extend(config.web.key_file.as_mut());
        paths.extend(config.witness.as_mut().and_then(|witness| witness.key_file.as_mut()));
        for path in paths {
            *path = folder.join(&*path);
        }
        ensure!(!config.link.names.is_empty(), "link.names is empty: boxes must reach the center by some name");
        let web = &config.web;
        ensure!(
            !web.plain_http_on_loopback || web.listen.ip().is_loopback(),
            "web.plain_http_on_loopback with web.listen = {}: plain HTTP is allowed on a loopback address only",
            web.listen
        );
        ensure!(
            web.certificate_file.is_some() == web.key_file.is_some(),
            "web.certificate_file and web.key_file come together or not at all"
        );
        if let Some(witness) = &config.witness {
            ensure!(
                !witness.plain_http_on_loopback || witness.listen.ip().is_loopback(),
                "witness.plain_http_on_loopback with witness.listen = {}: plain HTTP is allowed on a loopback address only",
                witness.listen
            );
            ensure!(!witness.logs.is_empty(), "witness.logs is empty: a witness watches the logs it is told of");
            witness.logs()?;
        }
        if let Some(metrics) = &config.metrics {
            ensure!(
                metrics.listen.ip().is_loopback(),
                "metrics.listen = {}: metrics are served without TLS, on a loopback address only",
                metrics.listen
            );
        }
        Ok(config)
    }

    /// Folder of the center's secrets and certificates.
    pub fn keys_dir(&self) -> PathBuf {
        self.data_dir.join("keys")
    }

    /// File of the public witness's key.
    pub fn public_witness_key(&self) -> PathBuf {
        let own = self.witness.as_ref().and_then(|witness| witness.key_file.clone());
        own.unwrap_or_else(|| self.keys_dir().join("public-witness.key"))
    }

    /// Folder of the boxes' logs as received, one folder a box.
    pub fn evidence_dir(&self) -> PathBuf {
        self.data_dir.join("evidence")
    }

    /// Folder of the signed audit trail.
    pub fn audit_dir(&self) -> PathBuf {
        self.data_dir.join("audit")
    }

    /// The office people belong to unless another is said: it answers for `region`.
    pub fn office(&self, region: Region) -> Organisation {
        Organisation {
            id: format!("office-{region}"),
            name_zh: self.web.name_zh.clone(),
            name_en: self.web.name_en.clone(),
            kind: OrganisationKind::Office,
            region,
        }
    }

    /// Folder of what was refused.
    pub fn refused_dir(&self) -> PathBuf {
        self.data_dir.join("refused")
    }

    /// Folder of the Delta tables.
    pub fn lake_dir(&self) -> PathBuf {
        self.data_dir.join("lake")
    }

    /// URL of the state: from its file, or SQLite in the data folder.
    pub fn state_url(&self) -> Result<String> {
        match &self.state_url_file {
            None => Ok(format!("sqlite://{}", self.data_dir.join("state.db").display())),
            Some(file) => {
                let bytes = journal::read_secret(file)?;
                let text = std::str::from_utf8(&bytes).with_context(|| format!("{} is not text", file.display()))?;
                Ok(text.trim().to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn refused(text: &str) -> String {
        format!("{:#}", Config::parse(text, Path::new("/etc/yaoxia")).unwrap_err())
    }

    #[test]
    fn the_shipped_example_is_a_configuration_and_paths_are_of_its_folder() {
        let config = Config::parse(EXAMPLE, Path::new("/etc/yaoxia")).unwrap();
        assert_eq!(config.web.assets_dir, Path::new("/usr/share/yaoxia/web/center"));
        let relative = EXAMPLE.replace("/var/lib/yaoxia/center", "data");
        let config = Config::parse(&relative, Path::new("/etc/yaoxia")).unwrap();
        assert_eq!(config.state_url().unwrap(), "sqlite:///etc/yaoxia/data/state.db");
    }

    /// Requirement BAD-09.
    #[test]
    fn an_unknown_key_is_refused_by_its_name_and_line() {
        let why = refused(&EXAMPLE.replace("[link]", "[link]\ncolour = \"red\""));
        assert!(why.contains("unknown field `colour`") && why.contains("line"), "{why}");
    }

    #[test]
    fn a_witness_names_its_logs_and_their_keys() {
        let with = |logs: &str| format!("{EXAMPLE}\n[witness]\nlisten = \"127.0.0.1:9444\"\nlogs = [{logs}]\n");
        assert!(refused(&with("")).contains("witness.logs is empty"));
        let bad = "{ origin = \"example.org/log\", vkey = \"example.org/log+00000000+AAAA\" }";
        assert!(refused(&with(bad)).contains("key of \"example.org/log\""));
        let good = "{ origin = \"PeterNeumann\", vkey = \"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\" }";
        let config = Config::parse(&with(good), Path::new("/etc/yaoxia")).unwrap();
        assert_eq!(config.witness.unwrap().logs().unwrap()[0].1.name(), "PeterNeumann");
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        let open =
            EXAMPLE.replace("listen = \"0.0.0.0:8444\"", "listen = \"0.0.0.0:8444\"\nplain_http_on_loopback = true");
        assert!(refused(&open).contains("plain HTTP is allowed on a loopback address only"));
        let witness = "\n[witness]\nlisten = \"0.0.0.0:9444\"\nplain_http_on_loopback = true\nlogs = []\n";
        assert!(refused(&format!("{EXAMPLE}{witness}")).contains("plain HTTP is allowed on a loopback address only"));
        let metrics = EXAMPLE.replace("127.0.0.1:9465", "0.0.0.0:9465");
        assert!(refused(&metrics).contains("metrics are served without TLS"));
    }
}
