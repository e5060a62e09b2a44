//! `/series`: what is charted, and the control chart of one. The same at both ends.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use state::series::{self as stored, Figures, Point, SeriesId};
use state::{Limit, PAGE_ROWS_MAX, warnings};

use super::warnings::{count, parsed, qualifiers};
use crate::api::{
    ChartPoint, ChartQuery, Flag, Number, Page, Phase, PhaseKind, SeriesChart, SeriesQuery, SeriesRow, asked,
};
use crate::extract::{Allowed, Asked};
use crate::names::{self, Enterprises};
use crate::{Problem, Site};

/// Most points of one chart.
const CHART_POINTS_MAX: u64 = 10_000;

/// Series in the order they were first seen.
#[utoipa::path(get, path = "/series", operation_id = "list_series", tag = "series", params(SeriesQuery), responses(
    (status = 200, body = Page<SeriesRow>),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "query not understood"),
))]
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Asked(query): Asked<SeriesQuery>,
) -> Result<Json<Page<SeriesRow>>, Problem> {
    let (after, limit) = asked(query.after.as_deref(), query.limit)?;
    let (enterprise, product) = (parsed(query.enterprise.as_deref())?, parsed(query.product.as_deref())?);
    let db = site.state.read();
    let page =
        stored::page(db, &allowed.within(), enterprise.as_ref(), product.as_ref(), after.as_ref(), limit).await?;
    let ids: Vec<SeriesId> = page.rows.iter().map(|row| row.id).collect();
    let figures = stored::figures(db, &ids).await?;
    let enterprises = Enterprises::of(&site).await?;
    let items = page.rows.iter().map(|row| view(&site, &enterprises, row, figures.get(&row.id))).collect();
    Ok(Json(Page { items, next: page.next.map(|cursor| cursor.to_string()) }))
}

/// The control chart of one series.
#[utoipa::path(get, path = "/series/{id}/chart", operation_id = "read_chart", tag = "series", params(("id" = String, Path), ChartQuery), responses(
    (status = 200, body = SeriesChart),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "no such series, or query not understood"),
))]
pub(crate) async fn chart(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Path(id): Path<String>,
    Asked(query): Asked<ChartQuery>,
) -> Result<Json<SeriesChart>, Problem> {
    let wanted = query.points.unwrap_or(PAGE_ROWS_MAX);
    if wanted == 0 || wanted > CHART_POINTS_MAX {
        return Err(Problem::invalid(format!("points is {wanted}, allowed are 1 to {CHART_POINTS_MAX}")));
    }
    let db = site.state.read();
    let row = match series_id(&id) {
        Ok(series_id) => stored::by_id_within(db, series_id, &allowed.within()).await?,
        Err(_unreadable) => None,
    };
    let Some(row) = row else { return Err(allowed.not_here(&site, "series", &id).await) };
    let series_id = row.id;
    let points = newest(db, series_id, wanted).await?;
    let parts = warnings::standing(db, series_id).await?;
    let figures = stored::figures(db, &[series_id]).await?;
    let series = view(&site, &Enterprises::of(&site).await?, &row, figures.get(&series_id));
    let left_out = series.points.saturating_sub(count(points.len()));
    let mut flags = flags(&parts);
    let phases = phases(&points);
    let points = points
        .iter()
        .map(|point| chart_point(point, flags.remove(point.place.batch.as_str()).unwrap_or_default()))
        .collect();
    Ok(Json(SeriesChart { series, phases, points, left_out }))
}

/// The newest `wanted` points in series order.
async fn newest(db: &impl state::Connection, id: SeriesId, wanted: u64) -> Result<Vec<Point>, state::Error> {
    let (mut pages, mut left) = (Vec::new(), wanted);
    let mut before: Option<stored::Place> = None;
    while left > 0 {
        let limit = Limit::clamped(left);
        let page = stored::points_before(db, id, before.as_ref(), limit).await?;
        let found = count(page.len());
        before = page.first().map(|point| point.place.clone());
        pages.push(page);
        if found < limit.rows() {
            break;
        }
        left -= found;
    }
    pages.reverse();
    Ok(pages.concat())
}

/// A series' id as this API writes it.
pub(super) fn series_id(text: &str) -> Result<SeriesId, Problem> {
    text.parse().map(SeriesId).map_err(|_not_a_number| Problem::invalid(format!("{text:?} is not a series id")))
}

fn view(site: &Site, enterprises: &Enterprises, row: &stored::Series, figures: Option<&Figures>) -> SeriesRow {
    SeriesRow {
        id: row.id.0.to_string(),
        enterprise: enterprises.name(&row.key.enterprise),
        product: row.key.product.to_string(),
        step: row.key.stage.as_deref().map(str::to_owned),
        parameter: names::parameter(&site.config.catalogue, &row.key.parameter),
        qualifiers: qualifiers(&row.key.qualifiers),
        unit: row.unit.clone(),
        points: figures.map_or(0, |figures| figures.points),
        flagged: figures.map_or(0, |figures| figures.flagged),
        last_at: figures.map(|figures| figures.last_at.into()),
    }
}

/// Standing findings by batch.
fn flags(parts: &[warnings::Part]) -> BTreeMap<String, Vec<Flag>> {
    let mut by_batch: BTreeMap<String, Vec<Flag>> = BTreeMap::new();
    for part in parts {
        let Some(batch) = &part.batch else { continue };
        by_batch.entry(batch.to_string()).or_default().push(flag(part));
    }
    by_batch
}

pub(super) fn flag(part: &warnings::Part) -> Flag {
    Flag {
        finding_id: part.finding.to_string(),
        warning_id: part.warning.to_string(),
        level: part.level.into(),
        signal: part.signal.into(),
    }
}

fn kind(point: &Point) -> PhaseKind {
    match point.judged.as_ref().map(|judged| judged.phase.as_str()) {
        Some("long-term") => PhaseKind::LongTerm,
        Some("preliminary") => PhaseKind::Preliminary,
        _ => PhaseKind::Collecting,
    }
}

/// Runs of points judged the same way.
fn phases(points: &[Point]) -> Vec<Phase> {
    let mut phases: Vec<Phase> = Vec::new();
    for (place, point) in points.iter().enumerate() {
        let kind = kind(point);
        match phases.last_mut() {
            Some(phase) if phase.kind == kind => phase.last = count(place),
            _ => phases.push(Phase { kind, first: count(place), last: count(place) }),
        }
    }
    phases
}

/// A point with the judgements on it, most severe first.
pub(super) fn chart_point(point: &Point, mut flags: Vec<Flag>) -> ChartPoint {
    flags.sort_by_key(|flag| std::cmp::Reverse(flag.level));
    let judged = point.judged.as_ref();
    ChartPoint {
        batch: point.place.batch.to_string(),
        batch_end_at: point.place.batch_end.into(),
        batch_ended: point.end_known,
        version: point.place.version,
        record: point.place.record.to_string(),
        value: Number::of(point.value),
        comparator: point.comparator.into(),
        center: judged.and_then(|judged| judged.center).and_then(Number::of),
        limit_lower: judged.and_then(|judged| judged.lower).and_then(Number::of),
        limit_upper: judged.and_then(|judged| judged.upper).and_then(Number::of),
        spec_lower: judged.and_then(|judged| judged.spec_lower).and_then(Number::of),
        spec_upper: judged.and_then(|judged| judged.spec_upper).and_then(Number::of),
        flags,
    }
}
