//! The plant's configuration: one TOML file, unknown keys refused.

use anyhow::{Context, Result};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What the plant makes.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Film-coated tablets with a press on OPC UA.
    Tablets,
    /// An injectable with a freeze-dryer on OPC UA and four planted batches.
    Injectable,
}

/// How fast history is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// Scans of the OPC UA signals per second.
    pub scans_per_s: f64,
    /// Batches per second that have no series of their own.
    pub batches_per_s: f64,
    /// History begins when this file exists; without it, at once. Until then the systems are open and still.
    pub start_file: Option<PathBuf>,
    /// History stops after this many seconds, in the middle of a batch if need be; without it, when it is told.
    pub stop_after_s: Option<f64>,
}

/// One plant.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Name of the plant in its own systems.
    pub name: String,
    /// What it makes.
    pub kind: Kind,
    /// Folder with `Laboratory.csv`, `Process.csv` and `Process/`; without it the seeded generator is used.
    pub data: Option<PathBuf>,
    /// Seed of the generator and of the injectable.
    pub seed: u64,
    /// Product codes of the data to make; the first is the one with press series where the generator is used.
    #[serde(default)]
    pub products: Vec<String>,
    /// Batches a product where the generator is used.
    #[serde(default = "generated_batches")]
    pub generated_batches: usize,
    /// How fast.
    pub pace: Pace,
    /// The OPC UA server.
    pub opcua: Opcua,
    /// LIMS, MES and ERP.
    pub databases: Databases,
    /// Where the count of emitted values is written as JSON.
    pub report: PathBuf,
}

/// The OPC UA server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opcua {
    /// TCP port on 127.0.0.1.
    pub port: u16,
    /// Folder for the server's key and certificate and the client certificates it trusts. Made when missing.
    pub pki_dir: PathBuf,
    /// Also offer an endpoint without security. Off unless named.
    #[serde(default)]
    pub insecure_endpoint: bool,
}

/// URLs of the three databases: `sqlite:///path/lims.db` or `postgres://…`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Databases {
    /// Laboratory results.
    pub lims_url: String,
    /// Steps, their results, batch events.
    pub mes_url: String,
    /// Lot movements.
    pub erp_url: String,
}

fn generated_batches() -> usize {
    60
}

impl Config {
    /// Reads a configuration. Fails naming file, line and key.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not a plant configuration", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_named() {
        let fault = toml::from_str::<Pace>("scans_per_s = 1\nbatches_per_s = 1\nspeed = 3\n").unwrap_err();
        assert!(fault.to_string().contains("speed"), "{fault}");
    }
}
