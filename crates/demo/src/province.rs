//! Three plants, three boxes and a center, started in the order in which a province would, and stopped in the reverse.

use crate::account::Account;
use crate::boxes::Box_;
use crate::center::Center;
use crate::layout::{self, Site, text};
use crate::plants::{self, ENTERPRISES, Pace};
use crate::process::Process;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::Instant;

/// How long one part may take to answer after its start.
const START_MAX: Duration = Duration::from_secs(60);
/// How often a part is asked whether it is there yet.
const ASK_EVERY: Duration = Duration::from_millis(100);
/// Port of the governance end, if it is free.
const CENTER_WEB_PORT: u16 = 8700;
/// Ports of the enterprise ends, if they are free.
const BOX_WEB_PORTS: std::ops::Range<u16> = 8701..8704;

/// What to start.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Everything lives under this folder.
    pub(crate) root: PathBuf,
    /// Built web ends: `edge` and `center` in it.
    pub(crate) web: PathBuf,
    /// Folder of real tablet data.
    pub(crate) data: Option<PathBuf>,
    /// How fast plants tell their history.
    pub(crate) pace: Pace,
}

/// A running province.
#[derive(Debug)]
pub(crate) struct Province {
    pub(crate) center: Center,
    pub(crate) boxes: Vec<Box_>,
    pub(crate) client: reqwest::Client,
    pub(crate) admin: Account,
    pub(crate) running: Running,
}

/// Its processes.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) center: Process,
    pub(crate) boxes: Vec<Process>,
    pub(crate) plants: Vec<Process>,
}

impl Province {
    /// Makes and starts everything; returns when every box is connected to all its sources and its center.
    pub(crate) async fn start(plan: &Plan) -> Result<Self> {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build()?;
        let admin = Account::new("admin")?;
        let center_layout = layout::Center::new(&plan.root, Some(CENTER_WEB_PORT))?;
        let center = Center::prepare(center_layout, &plan.web.join("center"), &admin).await?;
        let mut running = Running { center: center.start()?, boxes: Vec::new(), plants: Vec::new() };
        wait("center", async || {
            running.center.check()?;
            Ok(answers(&client, &center.url()).await.then_some(()))
        })
        .await?;
        let mut boxes = Vec::new();
        for (enterprise, port) in ENTERPRISES.into_iter().zip(BOX_WEB_PORTS) {
            let site = Site::new(&plan.root, enterprise.slug, Some(port))?;
            plants::configure(&enterprise, &site, plan.data.as_deref(), plan.pace)?;
            let plant = ["--config", &text(&site.plant_config())?];
            let mut process = Process::start(enterprise.slug, "yaoxia-plant", &plant, &site.log("plant"))?;
            let assets = plan.web.join("edge");
            let made = Box_::prepare(enterprise, site, &center, &assets, &admin, &mut process).await?;
            running.plants.push(process);
            running.boxes.push(made.start()?);
            boxes.push(made);
        }
        let mut province = Self { center, boxes, client, admin, running };
        province.connected().await?;
        for made in &province.boxes {
            std::fs::write(made.site.start_file(), "")?;
        }
        Ok(province)
    }

    /// Waits until every box is connected to every source.
    async fn connected(&mut self) -> Result<()> {
        let Self { boxes, client, running, .. } = self;
        for ((made, process), plant) in boxes.iter().zip(&mut running.boxes).zip(&mut running.plants) {
            let mut waiting_for = String::new();
            let box_id = made.enterprise.box_id();
            let connected = wait(&box_id, async || {
                process.check()?;
                plant.check()?;
                let Some(status) = made.status(client).await? else { return Ok(None) };
                // The box's own events come through no connector.
                let mut connectors = status.sources.iter().filter(|(id, _)| *id != "box");
                let missing = connectors.find(|(_, source)| source.state != "connected");
                if let Some((id, source)) = missing {
                    waiting_for = format!("{id}: {}", source.last_error.as_deref().unwrap_or(&source.state));
                }
                Ok((missing.is_none() && !status.sources.is_empty()).then_some(()))
            });
            connected.await.with_context(|| format!("last waited for {waiting_for}"))?;
        }
        Ok(())
    }

    /// Fails if any process has ended by itself.
    pub(crate) fn check(&mut self) -> Result<()> {
        self.running.center.check()?;
        self.running.boxes.iter_mut().chain(&mut self.running.plants).try_for_each(Process::check)
    }
}

impl Running {
    /// Stops plants, boxes, center. Everything is stopped even if a part fails; the first failure is returned.
    pub(crate) async fn stop(self) -> Result<()> {
        let mut first = Ok(());
        for process in self.plants.into_iter().chain(self.boxes).chain([self.center]) {
            let stopped = process.stop().await;
            if first.is_ok() {
                first = stopped;
            }
        }
        first
    }
}

/// True once the web end answers.
pub(crate) async fn answers(client: &reqwest::Client, base: &str) -> bool {
    client.get(format!("{base}/healthz")).send().await.is_ok_and(|answer| answer.status().is_success())
}

/// Asks again and again until there is an answer; fails after [`START_MAX`].
pub(crate) async fn wait<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if started.elapsed() > START_MAX {
            bail!("{what} was not ready within {START_MAX:?}");
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}

/// The built web ends: given, beside the workspace, or beside the programs.
pub(crate) fn web_dir(given: Option<&Path>) -> Result<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist");
    let path = given.map_or(workspace, Path::to_owned);
    for end in ["edge", "center"] {
        let page = path.join(end).join("index.html");
        if !page.exists() {
            bail!(
                "{} is missing: build the web ends (`npm run build` in web/; `cargo xtask demo` does)",
                page.display()
            );
        }
    }
    Ok(path.canonicalize()?)
}
