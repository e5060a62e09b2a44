//! `/products`: what is made, by whom, in how many batches, and what waits there. The same at both ends.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use state::products;
use state::warnings;

use super::batches::levels;
use crate::api::{Page, PageQuery, ProductRow, asked};
use crate::extract::{Allowed, Asked};
use crate::names::Enterprises;
use crate::{Problem, Site};

/// Products by enterprise, then code.
#[utoipa::path(get, path = "/products", operation_id = "list_products", tag = "batches", params(PageQuery), responses(
    (status = 200, body = Page<ProductRow>),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "query not understood"),
))]
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Asked(query): Asked<PageQuery>,
) -> Result<Json<Page<ProductRow>>, Problem> {
    let (after, limit) = asked(query.after.as_deref(), query.limit)?;
    let (db, within) = (site.state.read(), allowed.within());
    let page = products::page(db, &within, after.as_ref(), limit).await?;
    let open = warnings::open_by_product(db, &within).await?;
    let enterprises = Enterprises::of(&site).await?;
    let items = page.rows.into_iter().map(|row| {
        let key = (row.enterprise, row.product);
        ProductRow {
            warnings_open: levels(open.get(&key)),
            enterprise: enterprises.name(&key.0),
            product: key.1.to_string(),
            batches: row.batches,
            decided: row.decided,
            last_seen_at: row.last_seen_at.into(),
        }
    });
    Ok(Json(Page { items: items.collect(), next: page.next.map(|cursor| cursor.to_string()) }))
}
