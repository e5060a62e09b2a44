//! What only the governance end answers: the province in figures, and its boxes.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Problem;
use crate::api::{BoxRow, Overview, Page};
use crate::ends::GovernanceEnd;
use crate::extract::Allowed;

type End = Arc<dyn GovernanceEnd>;

pub(crate) fn router() -> OpenApiRouter<End> {
    OpenApiRouter::new().routes(routes!(overview)).routes(routes!(boxes))
}

/// The center's figures, of the region of whoever asks.
#[utoipa::path(get, path = "/overview", tag = "overview", responses((status = 200, body = Overview)))]
async fn overview(State(end): State<End>, allowed: Allowed) -> Result<Json<Overview>, Problem> {
    end.overview(&allowed.within()).await.map(Json)
}

/// The boxes of the region of whoever asks, by enterprise, then id, in one page.
#[utoipa::path(get, path = "/boxes", tag = "boxes", responses((status = 200, body = Page<BoxRow>)))]
async fn boxes(State(end): State<End>, allowed: Allowed) -> Result<Json<Page<BoxRow>>, Problem> {
    let items = end.boxes(&allowed.within()).await?;
    Ok(Json(Page { items, next: None }))
}
