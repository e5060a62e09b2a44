//! Both ends' routers and their OpenAPI descriptions, from the same routes.
//!
//! `/healthz` and the page's files are open to everybody; `/api/v1/session` takes a login; everything else under
//! `/api/v1`, known or not, is for a living session only.

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{any, get};
use axum::{Json, Router};
use serde_json::json;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{End, LiveEvent};
use crate::ends::{EnterpriseEnd, GovernanceEnd};
use crate::guard::{self, BODY_LEN_MAX};
use crate::routes::governance::Governed;
use crate::routes::{
    account, audit, batches, catalogue, enrolment, enterprise, governance, people, products, series, warnings,
};
use crate::{Problem, ProblemCode, Site, assets, live, login};

/// Where the API lives.
const API: &str = "/api/v1";

/// What the descriptions say before their routes.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Yaoxia web API",
        description = "The API of a web end. Log in with POST /api/v1/session; the session is a cookie, and requests \
                       that change something carry its CSRF token in X-CSRF-Token. Errors are RFC 9457 problems.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(LiveEvent, Problem)),
    security(("session" = [])),
    modifiers(&SessionCookie),
)]
struct Head;

struct SessionCookie;

impl utoipa::Modify for SessionCookie {
    fn modify(&self, document: &mut OpenApi) {
        use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
        let cookie =
            ApiKeyValue::with_description("yaoxia-*", "set by POST /api/v1/session; HttpOnly, SameSite=Strict");
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The enterprise end.
pub fn enterprise(site: Arc<Site>, end: Arc<dyn EnterpriseEnd>) -> Router {
    let own = enterprise::router().with_state(end).split_for_parts().0;
    router(site, own)
}

/// The governance end.
pub fn governance(site: Arc<Site>, end: Arc<dyn GovernanceEnd>) -> Router {
    let governed = Governed { site: Arc::clone(&site), end };
    let own = governance::router().with_state(governed).split_for_parts().0;
    let of_boxes = enrolment::router().with_state(Arc::clone(&site)).split_for_parts().0;
    router(site, own.merge(of_boxes))
}

/// The description of an end's API, as written to `web/openapi/`.
pub fn openapi(end: End) -> OpenApi {
    let own = match end {
        End::Enterprise => enterprise::router().into_openapi(),
        End::Governance => {
            let mut own = governance::router().into_openapi();
            own.merge(enrolment::router().into_openapi());
            own
        }
    };
    let mut shared = OpenApiRouter::with_openapi(Head::openapi()).nest(API, open_routes().merge(signed_routes()));
    let document = shared.to_openapi();
    document.nest(API, own)
}

/// Routes without a session.
fn open_routes() -> OpenApiRouter<Arc<Site>> {
    OpenApiRouter::new().routes(routes!(login::log_in)).routes(routes!(account::use_code))
}

/// Routes of both ends that need a session.
fn signed_routes() -> OpenApiRouter<Arc<Site>> {
    OpenApiRouter::new()
        .routes(routes!(login::who, login::log_out))
        .routes(routes!(live::listen))
        .routes(routes!(account::change_password))
        .routes(routes!(account::reauthenticate))
        .routes(routes!(account::sessions))
        .routes(routes!(account::end_session))
        .routes(routes!(people::list, people::invite))
        .routes(routes!(people::invite_again))
        .routes(routes!(people::close))
        .routes(routes!(people::sessions))
        .routes(routes!(people::end_session))
        .routes(routes!(people::recoveries, people::ask_recovery))
        .routes(routes!(people::approve_recovery))
        .routes(routes!(people::organisations, people::add_organisation))
        .routes(routes!(audit::list))
        .routes(routes!(audit::signatures))
        .routes(routes!(catalogue::list))
        .routes(routes!(products::list))
        .routes(routes!(batches::list))
        .routes(routes!(batches::one))
        .routes(routes!(series::list))
        .routes(routes!(series::chart))
        .routes(routes!(warnings::list))
        .routes(routes!(warnings::open))
        .routes(routes!(warnings::one))
}

/// No route: a route all the same, so that whoever asks for it under the API must have a session like anywhere else.
async fn nothing() -> Problem {
    Problem::new(ProblemCode::NotFound)
}

fn router(site: Arc<Site>, own: Router) -> Router {
    let signed = signed_routes()
        .with_state(Arc::clone(&site))
        .split_for_parts()
        .0
        .merge(own)
        .route("/", any(nothing))
        .route("/{*unknown}", any(nothing))
        .method_not_allowed_fallback(async || Problem::new(ProblemCode::MethodNotAllowed))
        .layer(from_fn_with_state(Arc::clone(&site), guard::allowed))
        .layer(from_fn_with_state(Arc::clone(&site), guard::signed_in));
    let open = open_routes().with_state(Arc::clone(&site)).split_for_parts().0.layer(from_fn(guard::same_origin));
    let api = open
        .merge(signed)
        .layer(DefaultBodyLimit::max(BODY_LEN_MAX))
        .layer(from_fn(guard::timely))
        .layer(from_fn(guard::not_stored));
    Router::new()
        .route("/healthz", get(async || Json(json!({ "status": "ok" })).into_response()))
        .nest(API, api)
        .route("/api/{*unknown}", any(nothing))
        .merge(assets::router(&site.config.assets_dir))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(site, guard::security_headers))
}
