//! `/audit` and `/signatures`: who did what, and who signed what. The same at both ends.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use record::Timestamp;
use state::audit as stored;
use state::people::organisations;
use state::signatures;

use crate::api::{AuditQuery, AuditRow, Page, SignatureQuery, SignatureView, asked};
use crate::extract::{Allowed, Asked};
use crate::{Problem, Site, signature};

/// The audit trail of the region, newest first.
#[utoipa::path(get, path = "/audit", operation_id = "list_audit", tag = "audit", params(AuditQuery), responses(
    (status = 200, body = Page<AuditRow>),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "query not understood, or not for this role"),
))]
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Asked(query): Asked<AuditQuery>,
) -> Result<Json<Page<AuditRow>>, Problem> {
    let (before, limit) = asked(query.after.as_deref(), query.limit)?;
    let filter = stored::Filter {
        // To the country's office nobody is foreign, not even who tried a name nobody has; a box is of one enterprise.
        region: allowed.office_region(),
        who: query.who,
        act: query.act,
        object: query.object,
        from: query.from.as_deref().map(time).transpose()?,
        until: query.until.as_deref().map(time).transpose()?,
    };
    let page = stored::page(site.state.read(), &filter, before.as_ref(), limit).await?;
    let items = page.rows.iter().map(view).collect::<Result<_, _>>()?;
    Ok(Json(Page { items, next: page.next.map(|cursor| cursor.to_string()) }))
}

/// The signatures of a record, the oldest first, in one page.
#[utoipa::path(get, path = "/signatures", operation_id = "list_signatures", tag = "audit", params(SignatureQuery), responses(
    (status = 200, body = Page<SignatureView>),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "query not understood"),
))]
pub(crate) async fn signatures(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Asked(query): Asked<SignatureQuery>,
) -> Result<Json<Page<SignatureView>>, Problem> {
    let db = site.state.read();
    let own = organisations::within(db, allowed.region().as_ref()).await?;
    let of_record = signatures::of_record(db, &query.record).await?;
    let items = of_record
        .iter()
        .filter(|signature| own.iter().any(|organisation| organisation.id == signature.organisation))
        .map(signature::view)
        .collect::<Result<_, _>>()?;
    Ok(Json(Page { items, next: None }))
}

fn view(row: &stored::Row) -> Result<AuditRow, Problem> {
    let read: AuditRow = serde_json::from_str(&row.body).map_err(|error| Problem::internal(&error))?;
    Ok(AuditRow { hash: row.hash.to_string(), ..read })
}

/// A time of the query, RFC 3339.
fn time(text: &str) -> Result<Timestamp, Problem> {
    let at: jiff::Timestamp = text.parse().map_err(|error| Problem::invalid(format!("{text:?}: {error}")))?;
    Ok(Timestamp(at.as_microsecond()))
}
