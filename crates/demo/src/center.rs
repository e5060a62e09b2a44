//! The center of the demo: made new, run as a process, asked over its own API and commands.

use crate::account::{Account, secret_file};
use crate::layout::{self, text};
use crate::plants::{ENTERPRISES, Enterprise, TABLETS_X};
use crate::process::{Process, read};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A center whose keys are made; it may or may not be running.
#[derive(Debug)]
pub(crate) struct Center {
    pub(crate) layout: layout::Center,
    config: PathBuf,
}

impl Center {
    /// Makes configuration, keys, the enterprises and the administrator's account.
    pub(crate) async fn prepare(layout: layout::Center, assets: &Path, account: &Account) -> Result<Self> {
        let x_file = layout.dir().join("tablets.x.tsv");
        std::fs::write(&x_file, TABLETS_X).with_context(|| format!("cannot write {}", x_file.display()))?;
        let config = layout.dir().join("center.toml");
        let written = format!(
            r#"name = "center.demo.invalid/yaoxia"
data_dir = "data"
extensions = ["tablets.x.tsv"]

[link]
listen = "127.0.0.1:{link}"
names = ["127.0.0.1", "localhost"]

[web]
listen = "127.0.0.1:{web}"
assets_dir = {assets}
name_zh = "药匣监管中心(演示)"
name_en = "Yaoxia center (demo)"
plain_http_on_loopback = true
"#,
            link = layout.link_port,
            web = layout.web_port,
            assets = toml::Value::from(text(assets)?),
        );
        std::fs::write(&config, written).with_context(|| format!("cannot write {}", config.display()))?;
        let center = Self { layout, config };
        center.command(&["init"]).await?;
        for enterprise in &ENTERPRISES {
            center.add_enterprise(enterprise).await?;
        }
        let password = secret_file(&center.layout.dir().join("admin.password"), &account.password)?;
        let add =
            ["admin", "--name", &account.name, "--display-name", "演示管理员", "--password-file", &text(&password)?];
        center.command(&add).await?;
        Ok(center)
    }

    async fn add_enterprise(&self, enterprise: &Enterprise) -> Result<()> {
        let secret = text(&self.layout.dir().join(format!("{}.key", enterprise.slug)))?;
        let made = self.command(&["--json", "recipient-key", "--out", &secret]).await?;
        let key = field(&made, "public_key")?;
        let add = [
            "enterprise",
            "--id",
            enterprise.code,
            "--name-zh",
            enterprise.name_zh,
            "--name-en",
            enterprise.name_en,
            "--region",
            enterprise.region,
            "--key",
            &key,
        ];
        self.command(&add).await.map(drop)
    }

    /// A one-time code for the enterprise's box.
    pub(crate) async fn enrolment_code(&self, enterprise: &Enterprise) -> Result<String> {
        let made = self
            .command(&["--json", "enrol-code", "--enterprise", enterprise.code, "--box-id", &enterprise.box_id()])
            .await?;
        field(&made, "code")
    }

    /// Starts it as a process.
    pub(crate) fn start(&self) -> Result<Process> {
        let log = self.layout.log();
        Process::start("center", "yaoxia-center", &["--config", &text(&self.config)?, "run"], &log)
    }

    /// What it holds, by `yaoxia-center status`.
    pub(crate) async fn status(&self) -> Result<Value> {
        Ok(serde_json::from_str(&self.command(&["--json", "status"]).await?)?)
    }

    /// The trust file with which an auditor checks this center's boxes.
    pub(crate) async fn trust(&self) -> Result<PathBuf> {
        let path = self.layout.dir().join("trust.toml");
        std::fs::write(&path, self.command(&["trust"]).await?)?;
        Ok(path)
    }

    /// Makes its tables again from the segments; true if they are the same. It must not be running.
    #[cfg(test)]
    pub(crate) async fn rebuild(&self) -> Result<bool> {
        let made: Value = serde_json::from_str(&self.command(&["--json", "rebuild"]).await?)?;
        made["same"].as_bool().with_context(|| format!("yaoxia-center could not compare: {made}"))
    }

    #[cfg(test)]
    pub(crate) fn lake(&self) -> PathBuf {
        self.data().join("lake")
    }

    pub(crate) fn authority(&self) -> PathBuf {
        self.data().join("keys").join("authority.pem")
    }

    pub(crate) fn evidence(&self) -> PathBuf {
        self.data().join("evidence")
    }

    /// URL of the governance end.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.layout.web_port)
    }

    fn data(&self) -> PathBuf {
        self.layout.dir().join("data")
    }

    async fn command(&self, args: &[&str]) -> Result<String> {
        let config = text(&self.config)?;
        let mut line = vec!["--config", &config];
        line.extend(args);
        read("yaoxia-center", &line).await
    }
}

fn field(json: &str, name: &str) -> Result<String> {
    let value: Value = serde_json::from_str(json).with_context(|| format!("yaoxia-center printed {json:?}"))?;
    match value[name].as_str() {
        Some(text) => Ok(text.to_owned()),
        None => bail!("yaoxia-center printed no {name}: {json}"),
    }
}
