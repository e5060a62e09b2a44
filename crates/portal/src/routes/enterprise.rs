//! What only the enterprise end answers: the box, its sources, its newest readings, its sealed log.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Problem;
use crate::access::shows;
use crate::api::{BoxStatus, Latest, LogEvidence, Page, SourceRow};
use crate::ends::EnterpriseEnd;
use crate::extract::Allowed;

type End = Arc<dyn EnterpriseEnd>;

pub(crate) fn router() -> OpenApiRouter<End> {
    OpenApiRouter::new()
        .routes(routes!(status))
        .routes(routes!(sources))
        .routes(routes!(latest))
        .routes(routes!(evidence))
}

/// State of the box.
#[utoipa::path(get, path = "/status", tag = "box", responses((status = 200, body = BoxStatus)))]
async fn status(State(end): State<End>) -> Result<Json<BoxStatus>, Problem> {
    end.status().await.map(Json)
}

/// The connectors of the box by id, in one page.
#[utoipa::path(get, path = "/sources", operation_id = "list_sources", tag = "box", responses((status = 200, body = Page<SourceRow>)))]
async fn sources(State(end): State<End>) -> Result<Json<Page<SourceRow>>, Problem> {
    let items = end.status().await?.sources;
    Ok(Json(Page { items, next: None }))
}

/// The sealed log: its newest checkpoint and the center's receipt.
#[utoipa::path(get, path = "/evidence", operation_id = "read_evidence", tag = "box", responses((status = 200, body = LogEvidence)))]
async fn evidence(State(end): State<End>) -> Result<Json<LogEvidence>, Problem> {
    end.evidence().await.map(Json)
}

/// The newest reading of each stream whose zone the role may read.
#[utoipa::path(get, path = "/readings/latest", tag = "readings", responses((status = 200, body = Latest)))]
async fn latest(State(end): State<End>, allowed: Allowed) -> Result<Json<Latest>, Problem> {
    let mut latest = end.latest().await?;
    latest.readings.retain(|reading| shows(allowed.zone(), reading.zone.into()));
    Ok(Json(latest))
}
