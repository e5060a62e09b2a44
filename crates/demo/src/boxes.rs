//! The boxes of the demo: configured for their plant, enrolled with a one-time code, run as processes.

use crate::account::{Account, secret_file};
use crate::center::Center;
use crate::layout::{Site, text};
use crate::plants::{Enterprise, INJECTABLE_MAPPING, Kind, TABLETS_MAPPING, TABLETS_X};
use crate::process::{Process, read};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use sha1::{Digest, Sha1};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::Instant;

/// How long the plant's OPC UA server may take to make its certificate.
const CERTIFICATE_MAX: Duration = Duration::from_secs(60);

/// A box that is enrolled; it may or may not be running.
#[derive(Debug)]
pub(crate) struct Box_ {
    pub(crate) enterprise: Enterprise,
    pub(crate) site: Site,
    config: PathBuf,
}

/// What the box says of itself at `/status`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Status {
    pub(crate) box_id: String,
    pub(crate) accepted: u64,
    pub(crate) rejected: u64,
    pub(crate) lost_in_gaps: u64,
    pub(crate) witnessed: u64,
    pub(crate) segments: u64,
    pub(crate) drained: bool,
    pub(crate) sources: BTreeMap<String, Source>,
}

/// One source in a [`Status`].
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Source {
    pub(crate) state: String,
    #[cfg(test)]
    pub(crate) accepted: u64,
    #[cfg(test)]
    pub(crate) rejected: u64,
    #[cfg(test)]
    pub(crate) lost_in_gaps: u64,
    pub(crate) last_error: Option<String>,
}

impl Box_ {
    /// Writes configuration, mapping and connectors; makes keys; enrols; opens the account of the enterprise end.
    pub(crate) async fn prepare(
        enterprise: Enterprise,
        site: Site,
        center: &Center,
        assets: &Path,
        account: &Account,
        plant: &mut Process,
    ) -> Result<Self> {
        let dir = site.box_dir();
        let write = |name: &str, content: &str| {
            let path = dir.join(name);
            std::fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))
        };
        std::fs::create_dir_all(dir.join("connectors.d"))?;
        let tablets = matches!(enterprise.kind, Kind::Tablets { .. });
        write("mapping.csv", if tablets { TABLETS_MAPPING } else { INJECTABLE_MAPPING })?;
        if tablets {
            write("tablets.x.tsv", TABLETS_X)?;
        }
        write("box.toml", &config(&site, center, assets, tablets)?)?;
        write("connectors.d/scada.toml", &scada(&site, plant).await?)?;
        write("connectors.d/lims.toml", &sql(&site, "lims", &[LIMS])?)?;
        if tablets {
            write("connectors.d/mes.toml", &sql(&site, "mes", &[STEP_RESULTS, BATCH_EVENTS])?)?;
            write("connectors.d/erp.toml", &sql(&site, "erp", &[LOT_MOVEMENTS])?)?;
        } else {
            write("connectors.d/mes.toml", &sql(&site, "mes", &[BATCH_EVENTS])?)?;
        }
        let made = Self { enterprise, config: dir.join("box.toml"), site };
        made.command("init", &[]).await?;
        let code = secret_file(&dir.join("enrolment.code"), &center.enrolment_code(&enterprise).await?)?;
        made.command("enrol", &["--code-file", &text(&code)?]).await?;
        let password = secret_file(&dir.join("admin.password"), &account.password)?;
        let person = ["--name", &account.name, "--display-name", "演示质量负责人", "--role", "administrator"];
        made.command("add-person", &[&person[..], &["--password-file", &text(&password)?]].concat()).await?;
        Ok(made)
    }

    /// Starts it as a process.
    pub(crate) fn start(&self) -> Result<Process> {
        let args = ["run", "--config", &text(&self.config)?];
        Process::start(&self.enterprise.box_id(), "yaoxia-box", &args, &self.site.log("box"))
    }

    /// What it says of itself; `None` while it does not answer.
    pub(crate) async fn status(&self, client: &reqwest::Client) -> Result<Option<Status>> {
        let url = format!("http://127.0.0.1:{}/status", self.site.ops_port);
        match client.get(&url).send().await {
            Ok(answer) => Ok(Some(answer.error_for_status()?.json().await?)),
            Err(fault) if fault.is_connect() || fault.is_timeout() => Ok(None),
            Err(fault) => Err(fault).with_context(|| format!("asking {url}")),
        }
    }

    /// Its sealed log.
    pub(crate) fn log(&self) -> PathBuf {
        self.site.box_dir().join("data").join("log")
    }

    /// URL of the enterprise end.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.site.web_port)
    }

    async fn command(&self, command: &str, args: &[&str]) -> Result<String> {
        let config = text(&self.config)?;
        let mut line = vec![command, "--config", &config];
        line.extend(args);
        read("yaoxia-box", &line).await
    }
}

fn config(site: &Site, center: &Center, assets: &Path, tablets: bool) -> Result<String> {
    Ok(format!(
        r#"data_dir = "data"

[sources]
connectors_dir = "connectors.d"
mapping = "mapping.csv"
{extensions}
[policy]
zones = "all-white-demo"

[link]
url = "https://127.0.0.1:{link}"
authority = {authority}

[web]
listen = "127.0.0.1:{web}"
assets_dir = {assets}

[ops]
listen = "127.0.0.1:{ops}"
"#,
        extensions = if tablets { "extensions = \"tablets.x.tsv\"\n" } else { "" },
        link = center.layout.link_port,
        authority = toml::Value::from(text(&center.authority())?),
        web = site.web_port,
        assets = toml::Value::from(text(assets)?),
        ops = site.ops_port,
    ))
}

/// The OPC UA connector, which trusts the certificate of this very server.
async fn scada(site: &Site, plant: &mut Process) -> Result<String> {
    let certificate = site.plant_dir().join("pki/own/cert.der");
    let started = Instant::now();
    let der = loop {
        plant.check()?;
        match std::fs::read(&certificate) {
            Ok(der) if !der.is_empty() => break der,
            _ if started.elapsed() > CERTIFICATE_MAX => {
                bail!("the plant's OPC UA server made no {} within {CERTIFICATE_MAX:?}", certificate.display())
            }
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    };
    let thumbprint: String = Sha1::digest(der).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!(
        "[connector]\nid = \"scada\"\n\n[opcua]\nurl = \"opc.tcp://127.0.0.1:{}/\"\nserver_thumbprints = [\"{thumbprint}\"]\npki_dir = {}\nqueue_size = 5000\n",
        site.opcua_port,
        toml::Value::from(text(&site.box_dir().join("opcua-pki"))?),
    ))
}

const LIMS: &str = r#"name = "yaoxia_v1_result"
changed_at = "changed_at"
id = "result_id"
version = "result_version"
time = "entered_at"
point = "test_code"
value = "result_text"
unit = "unit_text"
"#;

const STEP_RESULTS: &str = r#"name = "yaoxia_v1_step_result"
changed_at = "changed_at"
id = "result_id"
version = "result_version"
time = "recorded_at"
point = "test_code"
value = "result_text"
unit = "unit_text"
"#;

const BATCH_EVENTS: &str = r#"name = "yaoxia_v1_batch_event"
changed_at = "changed_at"
id = "event_id"
version = "event_version"
time = "occurred_at"
point = "event_type"
"#;

const LOT_MOVEMENTS: &str = r#"name = "yaoxia_v1_lot_movement"
changed_at = "changed_at"
id = "movement_id"
version = "movement_version"
time = "moved_at"
point = "movement_type"
"#;

fn sql(site: &Site, system: &str, tables: &[&str]) -> Result<String> {
    let url = toml::Value::from(format!("sqlite://{}", text(&site.database(system))?));
    let tables: String = tables.iter().map(|table| format!("\n[[sql.table]]\n{table}")).collect();
    Ok(format!("[connector]\nid = \"{system}\"\n\n[sql]\nurl = {url}\npoll_ms = 200\n{tables}"))
}
