//! `/enterprises` of the governance end: who is watched, with which boxes, and what waits there.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use state::boxes::{self, Enterprise};
use state::warnings::{self, Open};

use super::governance::End;
use super::warnings::level_counts;
use crate::api::{BoxRow, EnterpriseRow, Page, PageQuery, Text, asked};
use crate::extract::{Allowed, Asked};
use crate::{Problem, Site};

/// The enterprises of the region of whoever asks, by code, with their boxes and open warnings.
#[utoipa::path(get, path = "/enterprises", operation_id = "list_enterprises", tag = "enterprises", params(PageQuery), responses(
    (status = 200, body = Page<EnterpriseRow>),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "query not understood"),
))]
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    State(end): State<End>,
    allowed: Allowed,
    Asked(query): Asked<PageQuery>,
) -> Result<Json<Page<EnterpriseRow>>, Problem> {
    let (after, limit) = asked(query.after.as_deref(), query.limit)?;
    let (db, within) = (site.state.read(), allowed.within());
    let page = boxes::enterprises_page(db, &within, after.as_ref(), limit).await?;
    let mut open: BTreeMap<String, Vec<Open>> = BTreeMap::new();
    for row in warnings::open_by_enterprise(db, &within).await? {
        open.entry(row.enterprise.to_string()).or_default().push(row);
    }
    let mut boxes: BTreeMap<String, Vec<BoxRow>> = BTreeMap::new();
    for row in end.boxes(&within).await? {
        boxes.entry(row.enterprise.id.clone()).or_default().push(row);
    }
    let items = page
        .rows
        .iter()
        .map(|row| {
            let id = row.id.as_str();
            view(row, boxes.remove(id).unwrap_or_default(), open.get(id).map_or(&[], Vec::as_slice))
        })
        .collect();
    Ok(Json(Page { items, next: page.next.map(|cursor| cursor.to_string()) }))
}

fn view(row: &Enterprise, boxes: Vec<BoxRow>, open: &[Open]) -> EnterpriseRow {
    EnterpriseRow {
        id: row.id.to_string(),
        name: Text { zh: row.name_zh.clone(), en: row.name_en.clone() },
        region: row.region.clone(),
        boxes,
        warnings_open: level_counts(open),
        oldest_open_at: open.iter().map(|open| open.oldest_at).min().map(Into::into),
    }
}
