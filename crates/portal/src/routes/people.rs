//! `/people`: accounts of this end, for its administrators.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use state::people as stored;

use crate::api::{NewPerson, Page, PersonRow};
use crate::extract::{Administrator, Body};
use crate::people::{self, AccountError, NewAccount};
use crate::{Problem, ProblemCode, Site};

/// All accounts by name, in one page.
#[utoipa::path(get, path = "/people", operation_id = "list_people", tag = "people", responses(
    (status = 200, body = Page<PersonRow>),
    (status = 403, body = Problem, content_type = "application/problem+json", description = "administrators only"),
))]
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    _administrator: Administrator,
) -> Result<Json<Page<PersonRow>>, Problem> {
    let items = stored::all(site.state.read()).await?.iter().map(view).collect();
    Ok(Json(Page { items, next: None }))
}

/// Open an account.
#[utoipa::path(post, path = "/people", operation_id = "open_account", tag = "people", request_body = NewPerson, responses(
    (status = 201, body = PersonRow),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "not allowed, or not usable"),
))]
pub(crate) async fn add(
    State(site): State<Arc<Site>>,
    Administrator(signed): Administrator,
    Body(new): Body<NewPerson>,
) -> Result<(StatusCode, Json<PersonRow>), Problem> {
    let account = NewAccount { name: new.name, display_name: new.display_name, role: new.role.into() };
    let person =
        people::open_account(&site.state, account, new.password, site.now()).await.map_err(|error| match error {
            AccountError::Name { .. } | AccountError::DisplayName | AccountError::Password { .. } => {
                Problem::invalid(error.to_string())
            }
            AccountError::State(state::Error::Conflict { .. }) => {
                Problem::new(ProblemCode::Conflict).detail(error.to_string())
            }
            AccountError::State(error) => error.into(),
            AccountError::Hash(_) | AccountError::Thread(_) => Problem::internal(&error),
        })?;
    tracing::info!(by = signed.person().name, person = person.name, "account opened");
    Ok((StatusCode::CREATED, Json(view(&person))))
}

fn view(person: &stored::Person) -> PersonRow {
    PersonRow {
        name: person.name.clone(),
        display_name: person.display_name.clone(),
        role: person.role.into(),
        added_at: person.added_at.into(),
        closed_at: person.closed_at.map(Into::into),
    }
}
