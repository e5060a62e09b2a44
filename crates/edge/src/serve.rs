//! The sockets of the box: the enterprise end, and the operator's figures on loopback.

use crate::config::Config;
use crate::counts::Counts;
use crate::end::BoxEnd;
use anyhow::{Context, Result};
use axum::routing::get;
use axum::{Json, Router};
use axum_server::tls_rustls::RustlsConfig;
use metrics_exporter_prometheus::PrometheusHandle;
use portal::api::End;
use portal::{Live, Site, SiteConfig};
use state::State;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Longest time open requests get at the end.
const SHUTDOWN_WAIT: Duration = Duration::from_secs(5);

/// The enterprise end's router.
pub fn enterprise(config: &Config, state: State, live: Live, end: BoxEnd) -> Router {
    let site = SiteConfig {
        id: end.identity.origin.clone(),
        end: End::Enterprise,
        name: end.identity.enterprise_name.clone(),
        catalogue: Arc::new(end.catalogue.clone()),
        assets_dir: config.web.assets_dir.clone(),
        https: config.web.tls.is_some(),
        clock: Arc::new(crate::clock::now),
    };
    portal::enterprise(Arc::new(Site::new(site, state, live)), Arc::new(end))
}

/// Serves the enterprise end until `stop`.
pub async fn web(config: &Config, router: Router, stop: CancellationToken) -> Result<()> {
    let listen = config.web.listen;
    let handle = axum_server::Handle::new();
    let closing = handle.clone();
    let closer = tokio::spawn(async move {
        stop.cancelled().await;
        closing.graceful_shutdown(Some(SHUTDOWN_WAIT));
    });
    tracing::info!(%listen, tls = config.web.tls.is_some(), "enterprise end");
    let serve = async {
        match &config.web.tls {
            Some(tls) => {
                let tls = RustlsConfig::from_pem_file(&tls.certificate, &tls.key)
                    .await
                    .with_context(|| format!("certificate {}", tls.certificate.display()))?;
                axum_server::bind_rustls(listen, tls)
                    .handle(handle)
                    .serve(router.into_make_service_with_connect_info::<SocketAddr>())
                    .await
                    .with_context(|| format!("listening on {listen}"))
            }
            None => axum_server::bind(listen)
                .handle(handle)
                .serve(router.into_make_service_with_connect_info::<SocketAddr>())
                .await
                .with_context(|| format!("listening on {listen}")),
        }
    };
    let served = serve.await;
    closer.abort();
    served
}

/// Serves `/metrics` and `/status` until `stop`.
pub async fn ops(
    listen: SocketAddr,
    box_id: String,
    counts: Arc<Counts>,
    metrics: PrometheusHandle,
    stop: CancellationToken,
) -> Result<()> {
    let router = Router::new()
        .route("/metrics", get(async move || metrics.render()))
        .route("/status", get(async move || Json(counts.report(&box_id))));
    let listener =
        tokio::net::TcpListener::bind(listen).await.with_context(|| format!("ops.listen: listening on {listen}"))?;
    axum::serve(listener, router)
        .with_graceful_shutdown(async move { stop.cancelled().await })
        .await
        .context("serving the operator's figures")
}
