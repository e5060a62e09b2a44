//! The running center: its parts, in the order they start and stop.
//!
//! Doors open last and close first, so that nothing comes in that nobody would take on. A part that fails stops the
//! program: half a center would look like a whole one.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::routing::get;
use axum_server::Handle;
use journal::OsDisk;
use link::{Problem, ProblemKind};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use portal::api::{End, Text};
use portal::notary::Notary;
use portal::{Live, Site, SiteConfig};
use record::Catalogue;
use seal::witness::Witness;
use state::State;
use state::people::organisations;
use state::region::Region;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::clock;
use crate::config::{self, Config};
use crate::derive::{Evidence, Recent, Tables};
use crate::doors::{self, Doors};
use crate::governance::Governance;
use crate::ingest::{Ingest, Refused};
use crate::keys::{self, Keys};
use crate::models::Models;
use crate::news::News;
use crate::tls::{self, BoxAcceptor, HANDSHAKES_WAITING_MAX};
use crate::witness::{self, Door};

/// How long requests under way may take to finish at shutdown.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// The catalogue in force: the shipped one with the configured X files.
pub fn catalogue(config: &Config) -> Result<Arc<Catalogue>> {
    let mut catalogue = Catalogue::shipped().clone();
    for file in &config.extensions {
        let text = std::fs::read_to_string(file).with_context(|| format!("X file {}", file.display()))?;
        catalogue = catalogue.with_extensions(&text).with_context(|| format!("X file {}", file.display()))?;
    }
    Ok(Arc::new(catalogue))
}

/// Opens the state the configuration names.
pub async fn open_state(config: &Config) -> Result<State> {
    Ok(State::open(&config.state_url()?).await?)
}

/// The evidence of all boxes, to be opened with the center's key.
pub fn evidence(config: &Config, keys: &Keys) -> Evidence {
    Evidence::new(Arc::new(OsDisk), &config.evidence_dir(), keys.read.clone())
}

/// Runs until `stop`. Fails, after everything has ended, if any part failed.
pub async fn run(config: Config, stop: CancellationToken) -> Result<()> {
    let catalogue = catalogue(&config)?;
    let keys = Arc::new(Keys::load(&config)?);
    journal::durable::make_dirs(&OsDisk, &config.evidence_dir())?;
    let state = open_state(&config).await?;
    if !organisations::any(state.read()).await? {
        let write = state.write().await?;
        organisations::settle(&*write, &config.office(Region::country()), clock::now()).await?;
        write.commit().await?;
    }
    // Read again for itself: the notary takes the key, the others go on using theirs.
    let notary = Notary::open(state.clone(), Keys::load(&config)?.audit, config.audit_dir()).await?;
    let evidence = evidence(&config, &keys);
    let recent = Arc::new(Recent::default());
    let live = Live::new(clock::now());
    let news = News::new(live.clone());
    let (in_lake_is, in_lake) = watch::channel(0);
    let tables = Tables::open(state.clone(), evidence.clone(), Arc::clone(&recent), &config.lake_dir()).await?;
    in_lake_is.send_replace(tables.next_ingest_no() - 1);
    let ingest = Ingest::new(state.clone(), config.evidence_dir(), Arc::clone(&keys), Arc::clone(&recent)).await?;
    let ingest = Arc::new(ingest);
    let refused = Arc::new(Refused::open(state.clone(), &config.refused_dir())?);
    let models = Models::new(state.clone(), evidence, recent, Arc::clone(&catalogue), live.clone());

    let mut parts: JoinSet<Result<()>> = JoinSet::new();
    parts.spawn(named("tables", tables.run(ingest.committed(), stop.clone(), in_lake_is)));
    parts.spawn(named("models", models.run(ingest.committed(), stop.clone())));
    if let Some(metrics) = &config.metrics {
        parts.spawn(named("metrics", serve_metrics(bind(metrics.listen)?, recorder()?, stop.clone())));
    }
    if let Some(witness) = &config.witness {
        let door = Door::new(Witness::new(keys::public_witness(&config)?, witness.logs()?)?, state.clone());
        let router = witness::router(door);
        let serving = serve_witness(witness.clone(), Arc::clone(&keys), router, stop.clone());
        parts.spawn(named("witness", serving));
        tracing::info!(listen = %witness.listen, logs = witness.logs.len(), "public witness");
    }
    let signing_stop = stop.clone();
    let signing = async move { Ok(notary.run(signing_stop.cancelled_owned()).await?) };
    parts.spawn(named("audit", signing));
    let (handshakes, failed) = mpsc::channel(HANDSHAKES_WAITING_MAX);
    parts.spawn(named("refusals", keep_handshakes(failed, Arc::clone(&refused), stop.clone())));
    let governance = Governance { state: state.clone(), in_lake };
    let web = portal::governance(site(&config, catalogue, state.clone(), live), Arc::new(governance));
    parts.spawn(named("web", serve_web(config.clone(), Arc::clone(&keys), web, stop.clone())));
    let doors = Doors::new(state.clone(), Arc::clone(&keys), ingest, refused, news);
    let acceptor = BoxAcceptor::new(tls::link(&keys)?, handshakes);
    parts.spawn(named("link", serve_link(config.link.listen, acceptor, doors::router(doors), stop.clone())));
    tracing::info!(link = %config.link.listen, web = %config.web.listen, name = config.name, "center runs");

    let mut result = Ok(());
    while let Some(ended) = parts.join_next().await {
        let ended = ended.context("a part of the center panicked").flatten();
        if let Err(error) = &ended {
            tracing::error!(error = format!("{error:#}"), "a part of the center failed; stopping");
        } else if !stop.is_cancelled() {
            tracing::error!("a part of the center ended by itself; stopping");
        }
        stop.cancel();
        result = result.and(ended);
    }
    state.close().await?;
    result
}

async fn named(part: &'static str, work: impl Future<Output = Result<()>>) -> Result<()> {
    work.await.context(part)
}

fn site(config: &Config, catalogue: Arc<Catalogue>, state: State, live: Live) -> Arc<Site> {
    let site = SiteConfig {
        id: config.name.clone(),
        end: End::Governance,
        name: Text { zh: config.web.name_zh.clone(), en: config.web.name_en.clone() },
        catalogue,
        assets_dir: config.web.assets_dir.clone(),
        https: !config.web.plain_http_on_loopback,
        clock: Arc::new(clock::now),
    };
    Arc::new(Site::new(site, state, live))
}

fn bind(at: SocketAddr) -> Result<TcpListener> {
    let listener = TcpListener::bind(at).with_context(|| format!("cannot listen on {at}"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn handle(stop: CancellationToken) -> Handle<SocketAddr> {
    let handle = Handle::new();
    let closing = handle.clone();
    tokio::spawn(async move {
        stop.cancelled().await;
        closing.graceful_shutdown(Some(SHUTDOWN_GRACE));
    });
    handle
}

async fn serve_link(at: SocketAddr, acceptor: BoxAcceptor, router: Router, stop: CancellationToken) -> Result<()> {
    let server = axum_server::from_tcp(bind(at)?)?.acceptor(acceptor).handle(handle(stop));
    Ok(server.serve(router.into_make_service()).await?)
}

async fn serve_web(config: Config, keys: Arc<Keys>, router: Router, stop: CancellationToken) -> Result<()> {
    let listener = bind(config.web.listen)?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    if config.web.plain_http_on_loopback {
        return Ok(axum_server::from_tcp(listener)?.handle(handle(stop)).serve(service).await?);
    }
    let tls = match config.web.certificate_file.as_deref().zip(config.web.key_file.as_deref()) {
        None => tls::web(&keys.server_certificate, &keys.server_key)?,
        Some((certificate, key)) => {
            let certificate = std::fs::read_to_string(certificate)
                .with_context(|| format!("web.certificate_file {}", certificate.display()))?;
            let key = journal::read_secret(key)?;
            tls::web(&certificate, std::str::from_utf8(&key).context("web.key_file is not text")?)?
        }
    };
    Ok(axum_server::from_tcp_rustls(listener, tls)?.handle(handle(stop)).serve(service).await?)
}

async fn serve_witness(
    witness: config::Witness,
    keys: Arc<Keys>,
    router: Router,
    stop: CancellationToken,
) -> Result<()> {
    let listener = bind(witness.listen)?;
    let service = router.into_make_service();
    if witness.plain_http_on_loopback {
        return Ok(axum_server::from_tcp(listener)?.handle(handle(stop)).serve(service).await?);
    }
    let tls = tls::web(&keys.server_certificate, &keys.server_key)?;
    Ok(axum_server::from_tcp_rustls(listener, tls)?.handle(handle(stop)).serve(service).await?)
}

fn recorder() -> Result<PrometheusHandle> {
    PrometheusBuilder::new().install_recorder().context("installing the metrics recorder")
}

async fn serve_metrics(listener: TcpListener, recorder: PrometheusHandle, stop: CancellationToken) -> Result<()> {
    let router = Router::new().route("/metrics", get(async move || recorder.render()));
    Ok(axum_server::from_tcp(listener)?.handle(handle(stop)).serve(router.into_make_service()).await?)
}

/// Writes refused handshakes down.
async fn keep_handshakes(
    mut failed: mpsc::Receiver<String>,
    refused: Arc<Refused>,
    stop: CancellationToken,
) -> Result<()> {
    loop {
        let why = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            why = failed.recv() => why,
        };
        let Some(why) = why else { return Ok(()) };
        refused.keep("handshake", None, &Problem::new(ProblemKind::CertificateUnknown, why), &[]).await;
    }
}
