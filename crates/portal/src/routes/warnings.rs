//! `/warnings`: what someone must handle, and the findings behind it. The same at both ends.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use record::{Digest, Entry, Finding, Level, Qualifiers};
use state::region::Within;
use state::warnings as stored;

use crate::api::{
    Agreement, FindingView, InputView, LevelCounts, NamedNumber, Number, OpenLevel, OpenWarnings, Page, RuleView,
    Warning, WarningDetail, WarningQuery, asked,
};
use crate::extract::{Allowed, Asked};
use crate::names::{self, Enterprises};
use crate::{Problem, Site};

/// Findings shown of one warning.
pub(crate) const FINDINGS_MAX: usize = 100;

/// Warnings, newest result first.
#[utoipa::path(get, path = "/warnings", operation_id = "list_warnings", tag = "warnings", params(WarningQuery), responses(
    (status = 200, body = Page<Warning>),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "query not understood"),
))]
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Asked(query): Asked<WarningQuery>,
) -> Result<Json<Page<Warning>>, Problem> {
    let (after, limit) = asked(query.after.as_deref(), query.limit)?;
    let filter = stored::Filter { within: allowed.within(), ..filter(&query)? };
    let page = stored::page(site.state.read(), &filter, after.as_ref(), limit).await?;
    let enterprises = Enterprises::of(&site).await?;
    let items = page.rows.iter().map(|row| view(&site, &enterprises, row)).collect();
    Ok(Json(Page { items, next: page.next.map(|cursor| cursor.to_string()) }))
}

/// One warning with its findings.
#[utoipa::path(get, path = "/warnings/{id}", operation_id = "read_warning", tag = "warnings", params(("id" = String, Path)), responses(
    (status = 200, body = WarningDetail),
    (status = 404, body = Problem, content_type = "application/problem+json", description = "no such warning"),
))]
pub(crate) async fn one(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<Json<WarningDetail>, Problem> {
    let row = match Digest::from_hex(&id) {
        Some(digest) => stored::find_within(site.state.read(), digest, &allowed.within()).await?,
        None => None,
    };
    let Some(row) = row else { return Err(allowed.not_here(&site, "warning", &id).await) };
    let digest = row.id;
    let parts = stored::parts(site.state.read(), digest).await?;
    let series = state::series::by_id(site.state.read(), row.series).await?;
    let unit = series.map(|series| series.unit).ok_or_else(|| Problem::not_found("series of warning", &id))?;
    let left_out = parts.len().saturating_sub(FINDINGS_MAX);
    let findings: Result<Vec<_>, _> =
        parts.iter().rev().take(FINDINGS_MAX).map(|part| finding_view(part, &unit)).collect();
    let warning = view(&site, &Enterprises::of(&site).await?, &row);
    Ok(Json(WarningDetail { warning, findings: findings?, left_out: count(left_out) }))
}

/// Open warnings by level, with the oldest of each.
#[utoipa::path(get, path = "/warnings/open", operation_id = "open_warnings", tag = "warnings", responses((status = 200, body = OpenWarnings)))]
pub(crate) async fn open(State(site): State<Arc<Site>>, allowed: Allowed) -> Result<Json<OpenWarnings>, Problem> {
    let open = stored::open_by_enterprise(site.state.read(), &allowed.within()).await?;
    let levels = [Level::Red, Level::Orange, Level::Yellow, Level::Notice].map(|level| {
        let of = || open.iter().filter(move |open| open.level == level);
        let oldest_at = of().map(|open| open.oldest_at).min().map(Into::into);
        OpenLevel { level: level.into(), warnings: of().map(|open| open.warnings).sum(), oldest_at }
    });
    Ok(Json(OpenWarnings { levels: levels.to_vec() }))
}

/// Open warnings by level of the enterprises that whoever asks may see, as both ends' figures show them.
pub async fn open_by_level(state: &state::State, within: &Within) -> Result<LevelCounts, state::Error> {
    Ok(level_counts(&stored::open_by_enterprise(state.read(), within).await?))
}

/// Sums by level.
pub(super) fn level_counts(open: &[stored::Open]) -> LevelCounts {
    let of = |level| open.iter().filter(|open| open.level == level).map(|open| open.warnings).sum();
    LevelCounts { red: of(Level::Red), orange: of(Level::Orange), yellow: of(Level::Yellow), notice: of(Level::Notice) }
}

fn filter(query: &WarningQuery) -> Result<stored::Filter, Problem> {
    Ok(stored::Filter {
        enterprise: parsed(query.enterprise.as_deref())?,
        product: parsed(query.product.as_deref())?,
        parameter: parsed(query.parameter.as_deref())?,
        series: query.series.as_deref().map(super::series::series_id).transpose()?,
        batch: parsed(query.batch.as_deref())?,
        level: query.level.map(Level::from),
        level_min: query.level_min.map(Level::from),
        within: Within::Nobody,
        open_only: query.open_only.unwrap_or(false),
    })
}

/// An identifier of the query, read by the same rules as everywhere.
pub(super) fn parsed<T>(text: Option<&str>) -> Result<Option<T>, Problem>
where
    T: std::str::FromStr<Err = record::IdError>,
{
    text.map(str::parse).transpose().map_err(|error: record::IdError| Problem::invalid(error.to_string()))
}

pub(super) fn view(site: &Site, enterprises: &Enterprises, row: &stored::Warning) -> Warning {
    Warning {
        id: row.id.to_string(),
        enterprise: enterprises.name(&row.enterprise),
        product: row.product.to_string(),
        batch: row.batch.as_ref().map(ToString::to_string),
        parameter: names::parameter(&site.config.catalogue, &row.parameter),
        qualifiers: qualifiers(&row.qualifiers),
        series_id: row.series.0.to_string(),
        level: row.level.into(),
        signal: row.signal.into(),
        rule: row.rule.clone(),
        rule_version: row.rule_version,
        catalogue: row.catalogue.clone(),
        open: row.open,
        handling: row.handling.clone(),
        findings: row.findings,
        result_at: row.result_at.into(),
        raised_at_box: row.raised_at_box.map(Into::into),
        raised_at_center: row.raised_at_center.map(Into::into),
        agreement: match row.agreement {
            stored::Agreement::Unchecked => Agreement::Pending,
            stored::Agreement::Same => Agreement::Agreed,
            stored::Agreement::Differs => Agreement::Differs,
            stored::Agreement::Attested => Agreement::Attested,
        },
        difference: row.difference.clone(),
        superseded_at: row.superseded_at.map(Into::into),
    }
}

fn finding_view(part: &stored::Part, unit: &str) -> Result<FindingView, Problem> {
    let finding = match Entry::decode(&part.body) {
        Ok(Entry::Finding(finding)) => finding,
        Ok(_) => return Err(Problem::internal(&NotAFinding { finding: part.finding })),
        Err(error) => return Err(Problem::internal(&error)),
    };
    let Finding { id, rule, subject, level, signal, window, numbers, choices, result_at, .. } = &finding;
    Ok(FindingView {
        id: id.to_string(),
        rule: RuleView {
            name: rule.name.to_string(),
            version: rule.version,
            catalogue_version: rule.catalogue_version.to_string(),
            catalogue_status: rule.catalogue_status.to_string(),
        },
        level: (*level).into(),
        signal: (*signal).into(),
        subject: subject.into(),
        unit: unit.to_owned(),
        window: window
            .iter()
            .map(|input| InputView { record: input.record.to_string(), value: Number::of(input.value) })
            .collect(),
        numbers: numbers
            .iter()
            .map(|(name, value)| NamedNumber { name: name.to_string(), value: Number::of(*value) })
            .collect(),
        choices: qualifiers(choices),
        result_at: (*result_at).into(),
        raised_at_box: part.raised_at_box.map(Into::into),
        raised_at_center: part.raised_at_center.map(Into::into),
        superseded_at: part.superseded_at.map(Into::into),
    })
}

/// What state keeps under a finding's id is another kind of entry: state is damaged.
#[derive(Debug, thiserror::Error)]
#[error("the stored bytes of finding {finding} are not a finding")]
struct NotAFinding {
    finding: Digest,
}

pub(super) fn qualifiers(qualifiers: &Qualifiers) -> BTreeMap<String, String> {
    qualifiers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

pub(super) fn count(len: usize) -> u64 {
    u64::try_from(len).expect("invariant: no collection is longer than 2^64")
}
