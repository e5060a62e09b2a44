//! `/batches`: what is known of every batch, and all results of one. The same at both ends.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use record::Level;
use state::batches::{self as stored, Batch, BatchKey};
use state::series::{self, Point, Series, SeriesId};
use state::{Limit, PAGE_ROWS_MAX, history, warnings};

use super::series::{chart_point, flag};
use super::warnings::{parsed, qualifiers};
use crate::access::shows;
use crate::api::{BatchDetail, BatchEvent, BatchQuery, BatchResult, BatchRow, Flag, LevelCounts, Page, asked};
use crate::extract::{Allowed, Asked};
use crate::names::{self, Enterprises};
use crate::{Problem, Site};

/// Warnings shown of one batch.
const WARNINGS_MAX: u64 = 100;
/// Longest part of a batch number that is looked for, characters.
const NUMBER_LEN_MAX: usize = 64;

/// Batches, the last heard of first.
#[utoipa::path(get, path = "/batches", operation_id = "list_batches", tag = "batches", params(BatchQuery), responses(
    (status = 200, body = Page<BatchRow>),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "query not understood"),
))]
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Asked(query): Asked<BatchQuery>,
) -> Result<Json<Page<BatchRow>>, Problem> {
    let (after, limit) = asked(query.after.as_deref(), query.limit)?;
    let number = query.number.as_deref().map(str::trim).filter(|number| !number.is_empty()).map(str::to_owned);
    if number.as_ref().is_some_and(|number| number.chars().count() > NUMBER_LEN_MAX) {
        return Err(Problem::invalid(format!("number is longer than {NUMBER_LEN_MAX} characters")));
    }
    let filter = stored::Filter {
        within: allowed.within(),
        enterprise: parsed(query.enterprise.as_deref())?,
        product: parsed(query.product.as_deref())?,
        number,
    };
    let db = site.state.read();
    let page = stored::page(db, &filter, after.as_ref(), limit).await?;
    let keys: Vec<BatchKey> = page.rows.iter().map(|row| row.key.clone()).collect();
    let open = warnings::open_by_batch(db, &keys).await?;
    let enterprises = Enterprises::of(&site).await?;
    let items = page.rows.iter().map(|row| view(&enterprises, row, open.get(&row.key))).collect();
    Ok(Json(Page { items, next: page.next.map(|cursor| cursor.to_string()) }))
}

/// One batch with its results against their limits, and its warnings.
#[utoipa::path(get, path = "/batches/{enterprise}/{product}/{batch}", operation_id = "read_batch", tag = "batches",
    params(("enterprise" = String, Path), ("product" = String, Path), ("batch" = String, Path)), responses(
    (status = 200, body = BatchDetail),
    (status = 404, body = Problem, content_type = "application/problem+json", description = "no such batch"),
))]
pub(crate) async fn one(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Path((enterprise, product, batch)): Path<(String, String, String)>,
) -> Result<Json<BatchDetail>, Problem> {
    let db = site.state.read();
    let row = match (enterprise.parse(), product.parse(), batch.parse()) {
        (Ok(enterprise), Ok(product), Ok(batch)) => {
            stored::find_within(db, &BatchKey { enterprise, product, batch }, &allowed.within()).await?
        }
        _ => None,
    };
    let Some(row) = row else { return Err(allowed.not_here(&site, "batch", &batch).await) };
    let key = row.key.clone();
    let all = Limit::clamped(PAGE_ROWS_MAX);
    let points = series::of_batch(db, &key, all).await?;
    let mut flags: BTreeMap<SeriesId, Vec<Flag>> = BTreeMap::new();
    for (series, part) in warnings::flagged_in(db, &key, all).await? {
        flags.entry(series).or_default().push(flag(&part));
    }
    let mut events = history::of_batch(db, &key, all).await?;
    events.retain(|event| shows(allowed.zone(), event.zone));
    let results_cut = super::warnings::count(points.len()) == PAGE_ROWS_MAX;
    let mut results: Vec<BatchResult> = points
        .iter()
        .map(|(series, point)| result(&site, series, point, flags.get(&series.id).cloned().unwrap_or_default()))
        .collect();
    results.sort_by(|a, b| (&a.step, &a.parameter.code).cmp(&(&b.step, &b.parameter.code)));
    let enterprises = Enterprises::of(&site).await?;
    let filter = warnings::Filter {
        enterprise: Some(key.enterprise.clone()),
        product: Some(key.product.clone()),
        batch: Some(key.batch.clone()),
        within: allowed.within(),
        ..warnings::Filter::default()
    };
    let found = warnings::page(db, &filter, None, Limit::clamped(WARNINGS_MAX)).await?;
    let open = warnings::open_by_batch(db, std::slice::from_ref(&key)).await?;
    Ok(Json(BatchDetail {
        batch: view(&enterprises, &row, open.get(&key)),
        results,
        events: events.into_iter().map(happened).collect(),
        results_cut,
        warnings: found.rows.iter().map(|row| super::warnings::view(&site, &enterprises, row)).collect(),
    }))
}

fn view(enterprises: &Enterprises, row: &Batch, open: Option<&BTreeMap<Level, u64>>) -> BatchRow {
    BatchRow {
        enterprise: enterprises.name(&row.key.enterprise),
        product: row.key.product.to_string(),
        batch: row.key.batch.to_string(),
        first_seen_at: row.first_seen_at.into(),
        started_at: row.started_at.map(Into::into),
        ended_at: row.ended_at.map(Into::into),
        decided_at: row.decided.as_ref().map(|(at, _)| (*at).into()),
        decision: row.decided.as_ref().map(|(_, decision)| decision.clone()),
        warnings_open: levels(open),
    }
}

/// Counts by level; a level that is absent has none.
pub(super) fn levels(open: Option<&BTreeMap<Level, u64>>) -> LevelCounts {
    let of = |level| open.and_then(|open| open.get(&level)).copied().unwrap_or(0);
    LevelCounts { red: of(Level::Red), orange: of(Level::Orange), yellow: of(Level::Yellow), notice: of(Level::Notice) }
}

fn happened(event: history::Happened) -> BatchEvent {
    BatchEvent {
        record: event.record.to_string(),
        kind: event.kind.name().to_owned(),
        step: event.step,
        at: event.at.into(),
        source: event.source.to_string(),
        version: event.version,
        attributes: qualifiers(&event.attributes),
    }
}

fn result(site: &Site, series: &Series, point: &Point, flags: Vec<Flag>) -> BatchResult {
    BatchResult {
        series_id: series.id.0.to_string(),
        step: series.key.stage.as_deref().map(str::to_owned),
        parameter: names::parameter(&site.config.catalogue, &series.key.parameter),
        qualifiers: qualifiers(&series.key.qualifiers),
        unit: series.unit.clone(),
        point: chart_point(point, flags),
        result_at: point.result_at.into(),
    }
}
