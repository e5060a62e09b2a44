//! `[opcua]`: where the server is, how it is trusted, how it is subscribed to.

use std::path::PathBuf;

use serde::Deserialize;

/// An OPC UA server read by subscription.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpcuaConfig {
    /// `opc.tcp://10.20.0.7:4840/`.
    pub url: String,
    /// SHA-1 thumbprints (40 hex digits) of the server certificates to trust, as OPC UA tools show them.
    #[serde(default)]
    pub server_thumbprints: Vec<String>,
    /// Folder for the box's own OPC UA certificate (`own/cert.der`) and key (`private/private.pem`); both are made on
    /// first use. Whoever can read the key can pose as the box towards the server.
    pub pki_dir: PathBuf,
    /// No encryption, no authentication of the server: policy None. Only for a server on this machine or a test bench.
    #[serde(default)]
    pub insecure_no_security: bool,
    /// User name; default: anonymous.
    pub user: Option<String>,
    /// File with the user's password.
    pub password_file: Option<PathBuf>,
    /// Session timeout asked of the server, in seconds; at least 60 (S7-1500 drops shorter ones).
    #[serde(default = "default_session_timeout_s")]
    pub session_timeout_s: u32,
    /// Publishing interval, in milliseconds.
    #[serde(default = "default_publish_ms")]
    pub publish_ms: u32,
    /// Sampling interval, in milliseconds; 0 reports every change the server sees.
    #[serde(default)]
    pub sampling_ms: u32,
    /// Values the server keeps for each node while we do not publish. At one change a second, 600 bridge ten minutes.
    #[serde(default = "default_queue_size")]
    pub queue_size: u32,
    /// How long the server keeps the subscription without us, in seconds.
    #[serde(default = "default_lifetime_s")]
    pub lifetime_s: u32,
    /// Longest service call, in milliseconds.
    #[serde(default = "default_request_timeout_ms")]
    pub request_timeout_ms: u64,
}

fn default_session_timeout_s() -> u32 {
    120
}

fn default_publish_ms() -> u32 {
    250
}

fn default_queue_size() -> u32 {
    600
}

fn default_lifetime_s() -> u32 {
    600
}

fn default_request_timeout_ms() -> u64 {
    10_000
}
