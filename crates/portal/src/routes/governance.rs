//! What only the governance end answers: the province in figures, its boxes and its enterprises.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRef, State};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{boxes, enterprises};
use crate::api::Overview;
use crate::ends::GovernanceEnd;
use crate::extract::Allowed;
use crate::{Problem, Site};

pub(crate) type End = Arc<dyn GovernanceEnd>;

/// What the governance end's own routes ask: the center itself, and the state it shares with the portal.
#[derive(Clone)]
pub(crate) struct Governed {
    pub(crate) site: Arc<Site>,
    pub(crate) end: End,
}

impl FromRef<Governed> for Arc<Site> {
    fn from_ref(governed: &Governed) -> Self {
        Self::clone(&governed.site)
    }
}

impl FromRef<Governed> for End {
    fn from_ref(governed: &Governed) -> Self {
        Self::clone(&governed.end)
    }
}

pub(crate) fn router() -> OpenApiRouter<Governed> {
    OpenApiRouter::new()
        .routes(routes!(overview))
        .routes(routes!(enterprises::list))
        .routes(routes!(boxes::list))
        .routes(routes!(boxes::one))
        .routes(routes!(boxes::segments))
}

/// The center's figures, of the region of whoever asks.
#[utoipa::path(get, path = "/overview", tag = "overview", responses((status = 200, body = Overview)))]
async fn overview(State(end): State<End>, allowed: Allowed) -> Result<Json<Overview>, Problem> {
    end.overview(&allowed.within()).await.map(Json)
}
