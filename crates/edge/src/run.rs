//! The box, from start to orderly stop.

use crate::center::Center;
use crate::clock;
use crate::config::{Custodians, Loaded};
use crate::counts::Counts;
use crate::drive::{self, Driver};
use crate::end::BoxEnd;
use crate::identity::{Identity, Keys};
use crate::intake::ZonePolicy;
use crate::places::Places;
use crate::renewal::{self, Renewal};
use crate::stand::{self, Standing};
use crate::uplink::{self, Uplink};
use crate::{audit, serve};
use anyhow::{Context, Result, bail, ensure};
use metrics_exporter_prometheus::PrometheusHandle;
use record::{Catalogue, Zone};
use source::config::ConnectorConfig;
use source::mapping::{Mapping, Target};
use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Longest time that the last segments get to reach the center at an orderly stop.
const DRAIN_MAX: Duration = Duration::from_secs(5);

/// Takes the data folder for this process. Fails if another has it.
pub fn lock(places: &Places) -> Result<File> {
    let path = places.lock();
    let file = File::create(&path).with_context(|| format!("opening {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            bail!("{} is held: another yaoxia-box works on this data folder", path.display())
        }
        Err(std::fs::TryLockError::Error(error)) => Err(error).with_context(|| format!("locking {}", path.display())),
    }
}

/// The catalogue with the enterprise's X file. It lives as long as the process, so that every stream can point into it.
pub fn catalogue(loaded: &Loaded) -> Result<&'static Catalogue> {
    let shipped = Catalogue::shipped();
    match (&loaded.extensions, &loaded.config.sources.extensions) {
        (Some(text), Some(path)) => {
            let extended = shipped.with_extensions(text).with_context(|| format!("X file {}", path.display()))?;
            Ok(Box::leak(Box::new(extended)))
        }
        _ => Ok(shipped),
    }
}

/// Connectors with their rows of the mapping. Fails on the first thing that does not fit together, naming file and row.
pub fn connectors(loaded: &Loaded) -> Result<(Vec<ConnectorConfig>, Mapping)> {
    let path = loaded.config.sources.mapping.display().to_string();
    let mapping = Mapping::parse(&path, &loaded.mapping)?;
    let mut configs = Vec::new();
    let mut ids = BTreeSet::new();
    for (path, text) in &loaded.connectors {
        let config = ConnectorConfig::parse(&path.display().to_string(), text)?;
        let source = config.source()?;
        ensure!(source.as_str() != crate::engine::BOX_SOURCE, "{}: the id `box` is the box's own", path.display());
        ensure!(ids.insert(source.clone()), "{}: connector.id `{source}` is used by another file", path.display());
        let rows = mapping.plan(&source).streams().len();
        ensure!(rows > 0, "{}: no row of the mapping names the source `{source}`", path.display());
        configs.push(config);
    }
    if let Some(stream) = mapping.streams().iter().find(|stream| !ids.contains(&stream.source)) {
        bail!("mapping row `{}` names the source `{}`, which no connector file has", stream.name, stream.source);
    }
    Ok((configs, mapping))
}

/// Checks zones, and each connector with its rows of the mapping and its secrets. Reaches nothing.
fn check(
    configs: &[ConnectorConfig],
    mapping: &Mapping,
    catalogue: &'static Catalogue,
    policy: ZonePolicy,
    custodians: &Custodians,
) -> Result<()> {
    check_zones(mapping, catalogue, policy, custodians)?;
    configs.iter().try_for_each(|config| drive::check(config, &mapping.plan(&config.source()?), catalogue, policy))
}

/// Refuses a mapping whose values would have to go into a zone this box has no recipients for.
pub fn check_zones(
    mapping: &Mapping,
    catalogue: &Catalogue,
    policy: ZonePolicy,
    custodians: &Custodians,
) -> Result<()> {
    if policy == ZonePolicy::AllWhiteDemo || custodians.both() {
        return Ok(());
    }
    for stream in mapping.streams() {
        if let Target::Parameter(code) = &stream.target
            && catalogue.get(code).is_some_and(|parameter| parameter.zone == Zone::Black)
        {
            bail!(
                "mapping row `{}`: parameter {code} is black, and policy.custodians names no key of the {}; name one, or take \
                 the row out",
                stream.name,
                custodians.missing().join(" and none of the ")
            );
        }
    }
    Ok(())
}

/// Runs the box until `stop`. Fails if anything it stands on can no longer be trusted.
pub async fn run(loaded: Loaded, metrics: PrometheusHandle, stop: CancellationToken) -> Result<()> {
    let started_at = clock::now();
    let places = Places::new(&loaded.config.data_dir);
    let identity = Identity::load(&places)?;
    let _lock = lock(&places)?;
    renewal::finish(&places)?;
    let keys = Keys::load(&places)?;
    let policy = ZonePolicy::from(loaded.config.policy.zones);
    let catalogue = catalogue(&loaded)?;
    let (configs, mapping) = connectors(&loaded)?;
    check(&configs, &mapping, catalogue, policy, &loaded.config.policy.custodians)?;

    let Standing { state, log, counts, live, page, engine, sealer: mut sealer_task, recovery } =
        stand::stand(&loaded, &places, &identity, &keys, catalogue, started_at).await?;
    let mut tasks: JoinSet<Result<()>> = JoinSet::new();

    let (drivers_stop, link_stop) = (stop.child_token(), CancellationToken::new());
    let mut drivers: JoinSet<Result<()>> = JoinSet::new();
    for config in configs {
        let plan = mapping.plan(&config.source()?);
        let cursor = recovery.state.connectors.get(plan.source()).and_then(|connector| connector.cursor.clone());
        let future_max = Duration::from_millis(loaded.config.time.future_max_ms);
        let engine = Arc::clone(&engine);
        let driver = Driver { config, plan, catalogue, policy, future_max, engine, cursor };
        drivers.spawn(driver.run(drivers_stop.clone()));
    }
    let rows = audit::follow(Arc::clone(&engine), state.clone(), identity.box_id.clone(), drivers_stop.clone());
    drivers.spawn(rows);

    let center = center(&loaded, &places, &keys)?;
    let (renew, wanted) = watch::channel(false);
    let renewal =
        Renewal { center: Arc::clone(&center), places: places.clone(), engine, box_id: identity.box_id.clone() };
    drivers.spawn(renewal.follow(wanted, drivers_stop));
    let up = Uplink {
        center: Arc::clone(&center),
        log: Arc::clone(&log),
        signer: keys.signer(&identity.origin)?,
        witness: identity.witness.clone(),
        state: state.clone(),
        counts: Arc::clone(&counts),
    };
    let mut link_tasks = JoinSet::new();
    link_tasks.spawn(up.run(link_stop.clone()));
    link_tasks.spawn(uplink::heartbeats(
        center,
        Arc::clone(&log),
        state.clone(),
        Arc::clone(&counts),
        renew,
        link_stop.clone(),
    ));
    if let Some(listen) = loaded.config.ops.listen {
        let box_id = identity.box_id.to_string();
        tasks.spawn(serve::ops(listen, box_id, Arc::clone(&counts), metrics, link_stop.clone()));
    }
    let log_vkey = keys.signer(&identity.origin)?.verifier().to_string();
    let end = BoxEnd {
        identity,
        counts: Arc::clone(&counts),
        page,
        state: state.clone(),
        catalogue,
        policy,
        data_dir: places.root().to_path_buf(),
        log,
        log_vkey,
        started_at,
    };
    let router = serve::enterprise(&loaded.config, state.clone(), live, end);
    let web = loaded.config.clone();
    let web_stop = link_stop.clone();
    tasks.spawn(async move { serve::web(&web, router, web_stop).await });

    let first_failure = tokio::select! {
        () = stop.cancelled() => None,
        Some(ended) = drivers.join_next() => Some(ended.context("a connector's task").and_then(|ended| ended)),
        Some(ended) = tasks.join_next() => Some(ended.context("a task").and_then(|ended| ended)),
        Some(ended) = sealer_task.join_next() => Some(ended.context("the sealer's task").and_then(|ended| ended)),
    };
    if let Some(Err(error)) = first_failure {
        return Err(error);
    }
    tracing::info!("stopping");
    stop.cancel();
    while let Some(ended) = drivers.join_next().await {
        ended.context("a connector's task")??;
    }
    // The last connector is gone and with it the last sender: the sealer closes what is left.
    while let Some(ended) = sealer_task.join_next().await {
        ended.context("the sealer's task")??;
    }
    let drained = tokio::time::timeout(DRAIN_MAX, drained(&counts)).await;
    if drained.is_err() {
        tracing::warn!("the last segments have not reached the center yet; they are sent after the next start");
    }
    link_stop.cancel();
    while let Some(ended) = link_tasks.join_next().await {
        ended.context("a task of the link")?;
    }
    while let Some(ended) = tasks.join_next().await {
        ended.context("a task")??;
    }
    state.close().await?;
    tracing::info!("stopped");
    Ok(())
}

async fn drained(counts: &Counts) {
    while counts.witnessed_now().segments < counts.sealed_now().segments {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn center(loaded: &Loaded, places: &Places, keys: &Keys) -> Result<Arc<Center>> {
    let read = |path: std::path::PathBuf| {
        std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    };
    let authority = read(places.authority())?;
    let certificate = read(places.certificate())?;
    let url = &loaded.config.link.url;
    Ok(Arc::new(Center::enrolled(url, authority.as_bytes(), &certificate, &keys.link_pem)?))
}
