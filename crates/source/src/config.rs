//! `connectors.d/*.toml`: one file a connector. Unknown keys are refused; secrets are paths of files, never values.
//!
//! The file is trusted: whoever can write it decides what the box reads. Its corruption costs the connector, no data.

use std::path::{Path, PathBuf};
#[cfg(any(feature = "opcua", feature = "sql"))]
use std::sync::Arc;

use jiff::tz::TimeZone;
use record::SourceId;
use serde::Deserialize;

use crate::{Connector, Fault, Now, SrcErr, Stage};

/// Largest connector or secret file, in bytes.
pub const CONFIG_BYTES_MAX: usize = 1024 * 1024;

/// One connector: its name and exactly one of the kinds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectorConfig {
    /// What `mapping.csv` calls it.
    pub connector: Head,
    /// An OPC UA server.
    #[cfg(feature = "opcua")]
    pub opcua: Option<crate::opcua::OpcuaConfig>,
    /// A database.
    #[cfg(feature = "sql")]
    pub sql: Option<crate::sql::SqlConfig>,
    /// The box's own sensors.
    #[cfg(feature = "device")]
    pub device: Option<crate::device::DeviceConfig>,
    /// How times without a zone are read.
    #[serde(default)]
    pub time: TimeConfig,
}

/// Who the connector is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Identifier, unique in the box: `scada`, `lims`.
    pub id: String,
}

/// How times without a zone are read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeConfig {
    /// IANA zone of the source (`Asia/Shanghai`); default UTC. Values timed by it are flagged `SRC_NAIVE_TZ`.
    pub tz: Option<String>,
}

impl ConnectorConfig {
    /// Reads the text of a file; `file` is its name for messages.
    pub fn parse(file: &str, text: &str) -> Result<Self, SrcErr> {
        if text.len() > CONFIG_BYTES_MAX {
            return Err(config(format!("{file}: {} bytes, at most {CONFIG_BYTES_MAX} are allowed", text.len())));
        }
        let parsed: Self = toml::from_str(text).map_err(|error| config(format!("{file}: {error}")))?;
        parsed.source()?;
        parsed.time.zone()?;
        Ok(parsed)
    }

    /// The connector's id.
    pub fn source(&self) -> Result<SourceId, SrcErr> {
        SourceId::parse(&self.connector.id).map_err(|error| config(format!("connector.id: {error}")))
    }

    /// Makes the connector. Nothing is reached yet: that is [`Connector::probe`] and [`Connector::open`].
    pub fn connector(&self, now: Now) -> Result<Box<dyn Connector>, SrcErr> {
        let source = self.source()?;
        let zone = self.time.zone()?;
        let mut made: Vec<Box<dyn Connector>> = Vec::new();
        #[cfg(feature = "opcua")]
        if let Some(opcua) = &self.opcua {
            made.push(Box::new(crate::opcua::OpcuaConnector::new(
                source.clone(),
                opcua,
                zone.clone(),
                Arc::clone(&now),
            )?));
        }
        #[cfg(feature = "sql")]
        if let Some(sql) = &self.sql {
            made.push(Box::new(crate::sql::SqlConnector::new(source.clone(), sql, zone, Arc::clone(&now))?));
        }
        #[cfg(feature = "device")]
        if let Some(device) = &self.device {
            made.push(Box::new(crate::device::DeviceConnector::new(source.clone(), device, now)?));
        }
        match (made.pop(), made.is_empty()) {
            (Some(connector), true) => Ok(connector),
            (Some(_), false) => {
                Err(config(format!("connector {source}: has more than one of [opcua], [sql] and [device]; keep one")))
            }
            (None, _) => {
                Err(config(format!("connector {source}: has neither [opcua] nor [sql] nor [device]; add one")))
            }
        }
    }
}

impl TimeConfig {
    /// The zone of times that come without one.
    pub fn zone(&self) -> Result<TimeZone, SrcErr> {
        let Some(name) = &self.tz else { return Ok(TimeZone::UTC) };
        TimeZone::get(name).map_err(|error| config(format!("time.tz: `{name}` is not a time zone: {error}")))
    }
}

/// Reads a secret from its file, without the line end people leave there.
pub(crate) fn secret(what: &str, path: &Path) -> Result<String, SrcErr> {
    let unreadable = |why: String| config(format!("{what} {}: {why}", path.display()));
    let length = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if length > CONFIG_BYTES_MAX as u64 {
        return Err(unreadable(format!("{length} bytes, at most {CONFIG_BYTES_MAX} are allowed")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() { Err(unreadable("the file is empty".into())) } else { Ok(text.to_owned()) }
}

/// Reads an optional secret.
pub(crate) fn optional_secret(what: &str, path: Option<&PathBuf>) -> Result<Option<String>, SrcErr> {
    path.map(|path| secret(what, path)).transpose()
}

fn config(detail: String) -> SrcErr {
    SrcErr::new(Stage::Config, Fault::Config, detail)
}
