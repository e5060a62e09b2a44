//! `/catalogue`: the key parameters in force, 118 and X. The same at both ends.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use record::{Parameter, Zone};
use state::Cursor;

use crate::api::{CatalogueItem, CatalogueQuery, Page, asked};
use crate::extract::Asked;
use crate::{Problem, Site};

/// Items of the catalogue in force, by ascending code.
#[utoipa::path(get, path = "/catalogue", operation_id = "list_catalogue", tag = "catalogue", params(CatalogueQuery), responses(
    (status = 200, body = Page<CatalogueItem>),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "query not understood"),
))]
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    Asked(query): Asked<CatalogueQuery>,
) -> Result<Json<Page<CatalogueItem>>, Problem> {
    let (after, limit) = asked(query.after.as_deref(), query.limit)?;
    let after = after.map(|cursor| cursor.id);
    let catalogue = &site.config.catalogue;
    let mut found = catalogue
        .iter()
        .filter(|parameter| after.as_deref().is_none_or(|after| parameter.code.as_str() > after))
        .filter(|parameter| matches(parameter, &query));
    let wanted = usize::try_from(limit.rows()).expect("invariant: at most PAGE_ROWS_MAX");
    let items: Vec<_> =
        found.by_ref().take(wanted).map(|parameter| CatalogueItem::of(parameter, catalogue.version())).collect();
    let last = items.last().map(|item| Cursor { at: 0, id: item.code.clone() }.to_string());
    let next = if found.next().is_some() { last } else { None };
    Ok(Json(Page { items, next }))
}

fn matches(parameter: &Parameter, query: &CatalogueQuery) -> bool {
    let text = query.text.as_deref().map(str::trim).unwrap_or_default().to_lowercase();
    let names = [parameter.code.as_str(), &parameter.names.zh_cn, &parameter.names.en];
    let zone = query.zone.map(Zone::from);
    query.module.is_none_or(|module| module == parameter.module.into())
        && zone.is_none_or(|zone| zone == parameter.zone)
        && names.iter().any(|name| name.to_lowercase().contains(&text))
}
