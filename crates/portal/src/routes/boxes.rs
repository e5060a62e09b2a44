//! `/boxes` of the governance end: every box, one with its log, and the segments the center holds of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use state::boxes::{self, Registered};
use state::certificates;
use state::ingest::{self, Counts};

use super::governance::End;
use crate::api::{BoxDetail, BoxRow, HeldCounts, LogEvidence, Page, PageQuery, SegmentRow, asked};
use crate::extract::{Allowed, Asked};
use crate::{Problem, Site};

/// The boxes of the region of whoever asks, by enterprise, then id, in one page.
#[utoipa::path(get, path = "/boxes", operation_id = "boxes", tag = "boxes", responses((status = 200, body = Page<BoxRow>)))]
pub(crate) async fn list(State(end): State<End>, allowed: Allowed) -> Result<Json<Page<BoxRow>>, Problem> {
    let items = end.boxes(&allowed.within()).await?;
    Ok(Json(Page { items, next: None }))
}

/// One box with what the center holds of it and the newest checkpoint it cosigned.
#[utoipa::path(get, path = "/boxes/{id}", operation_id = "read_box", tag = "boxes", params(("id" = String, Path)), responses(
    (status = 200, body = BoxDetail),
    (status = 404, body = Problem, content_type = "application/problem+json", description = "no such box"),
))]
pub(crate) async fn one(
    State(site): State<Arc<Site>>,
    State(end): State<End>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<Json<BoxDetail>, Problem> {
    let known = theirs(&site, &allowed, &id).await?;
    let missing = || Problem::not_found("box", &id);
    let row = end.boxes(&allowed.within()).await?.into_iter().find(|row| row.box_id == id).ok_or_else(missing)?;
    let db = site.state.read();
    let head = ingest::head(db, &known.box_.id).await?;
    let held = ingest::held_of(db, &known.box_.id).await?;
    let note = head.as_ref().map(|head| String::from_utf8_lossy(&head.checkpoint).into_owned());
    let report = known.report.as_ref();
    Ok(Json(BoxDetail {
        row,
        enrolled_at: known.box_.enrolled_at.into(),
        retired_at: known.retired_at.map(Into::into),
        software: report.map(|report| report.software.clone()),
        box_clock_at: report.map(|report| report.box_clock.into()),
        rotation_asked_at: certificates::rotation_asked(db, &known.box_.id).await?.map(Into::into),
        reported_at: report.map(|report| report.seen_at.into()),
        held: held.map(|held| counts(&held.counts)).unwrap_or_default(),
        log: LogEvidence {
            origin: known.box_.origin.clone(),
            vkey: known.box_.vkey.clone(),
            folder: None,
            checkpoint: note.clone(),
            receipt: note,
        },
        root: head.map(|head| head.root.to_string()),
    }))
}

/// Segments the center holds of one box, the newest first.
#[utoipa::path(get, path = "/boxes/{id}/segments", operation_id = "list_segments", tag = "boxes",
    params(("id" = String, Path), PageQuery), responses(
    (status = 200, body = Page<SegmentRow>),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "no such box, or query not understood"),
))]
pub(crate) async fn segments(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Path(id): Path<String>,
    Asked(query): Asked<PageQuery>,
) -> Result<Json<Page<SegmentRow>>, Problem> {
    let (after, limit) = asked(query.after.as_deref(), query.limit)?;
    let known = theirs(&site, &allowed, &id).await?;
    let page = ingest::page(site.state.read(), &known.box_.id, after.as_ref(), limit).await?;
    let items = page
        .rows
        .iter()
        .map(|segment| SegmentRow {
            seg_no: segment.seg_no,
            ingest_no: segment.ingest_no,
            header_hash: segment.header_hash.to_string(),
            received_at: segment.received_at.into(),
            counts: counts(&segment.counts),
        })
        .collect();
    Ok(Json(Page { items, next: page.next.map(|cursor| cursor.to_string()) }))
}

/// The box of this name, if it lies where the act reaches.
pub(super) async fn theirs(site: &Site, allowed: &Allowed, id: &str) -> Result<Registered, Problem> {
    match boxes::by_id_within(site.state.read(), id, &allowed.within()).await? {
        Some(known) => Ok(known),
        None => Err(allowed.not_here(site, "box", id).await),
    }
}

fn counts(counts: &Counts) -> HeldCounts {
    let Counts { bytes, entries, readings, events, findings, rejects, lost } = *counts;
    HeldCounts { bytes, entries, readings, events, findings, rejects, lost }
}
