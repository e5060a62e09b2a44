//! Warnings: findings someone must handle, one for each thing that is wrong.
//!
//! Comes in: findings of either end. Goes out: warnings with who raised them when, whether both ends agree, and how far
//! their handling is. The same finding never makes a second warning; a sustained signal joins the open warning of its
//! series, every point signal and breach is a warning of its own. Nothing is deleted: what a re-run no longer finds is
//! superseded.

use record::{
    BatchId, Digest, EnterpriseId, Finding, Level, ParameterCode, ProductId, Qualifiers, Signal, Subject, Timestamp,
};
use sea_orm::sea_query::{Expr, ExprTrait, ForeignKey, Index, Table};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::codec::{corrupt, digest, level, qualifiers, qualifiers_text, signal, uncount, word};
use crate::region::Within;
use crate::series::SeriesId;
use crate::{Cursor, Error, Limit, Page, Step, blob, flag, int, int_null, text, text_null};

mod tally;

pub use tally::{Open, flagged_in, open_by_batch, open_by_enterprise, open_by_product};

pub(crate) fn steps() -> Vec<Step> {
    vec![first_step(), tally::step()]
}

fn first_step() -> Step {
    Step {
        name: "warnings_20261121_1",
        tables: || {
            vec![
                Table::create()
                    .table("warning")
                    .col(blob("id").primary_key())
                    .col(int("series_id"))
                    .col(int("level"))
                    .col(int("signal"))
                    .col(text("rule"))
                    .col(int("rule_version"))
                    .col(text("catalogue"))
                    .col(text("enterprise"))
                    .col(text("product"))
                    .col(text_null("batch"))
                    .col(text_null("stage"))
                    .col(text("parameter"))
                    .col(text("qualifiers"))
                    .col(int("result_at"))
                    .col(int_null("raised_at_box"))
                    .col(int_null("raised_at_center"))
                    .col(int("agreement"))
                    .col(text_null("difference"))
                    .col(int("signals"))
                    .col(flag("open"))
                    .col(text("handling"))
                    .col(int("handled_at"))
                    .col(text_null("handled_by"))
                    .col(int_null("superseded_at"))
                    .foreign_key(ForeignKey::create().from("warning", "series_id").to("series", "id"))
                    .take(),
                Table::create()
                    .table("warning_finding")
                    .col(blob("finding").primary_key())
                    .col(blob("warning"))
                    .col(int("signal"))
                    .col(int("level"))
                    .col(text_null("batch"))
                    .col(int("result_at"))
                    .col(int_null("raised_at_box"))
                    .col(int_null("raised_at_center"))
                    .col(int_null("superseded_at"))
                    .col(blob("body"))
                    .foreign_key(ForeignKey::create().from("warning_finding", "warning").to("warning", "id"))
                    .take(),
            ]
        },
        indexes: || {
            vec![
                Index::create().name("warning_by_time").table("warning").col("result_at").col("id").take(),
                Index::create().name("warning_by_series").table("warning").col("series_id").col("open").take(),
                Index::create()
                    .name("finding_by_warning")
                    .table("warning_finding")
                    .col("warning")
                    .col("result_at")
                    .take(),
            ]
        },
    }
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod warning {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "warning")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Vec<u8>,
        pub series_id: i64,
        pub level: i64,
        pub signal: i64,
        pub rule: String,
        pub rule_version: i64,
        pub catalogue: String,
        pub enterprise: String,
        pub product: String,
        pub batch: Option<String>,
        pub stage: Option<String>,
        pub parameter: String,
        pub qualifiers: String,
        pub result_at: i64,
        pub raised_at_box: Option<i64>,
        pub raised_at_center: Option<i64>,
        pub agreement: i64,
        pub difference: Option<String>,
        pub signals: i64,
        pub open: bool,
        pub handling: String,
        pub handled_at: i64,
        pub handled_by: Option<String>,
        pub superseded_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod part {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "warning_finding")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub finding: Vec<u8>,
        pub warning: Vec<u8>,
        pub signal: i64,
        pub level: i64,
        pub batch: Option<String>,
        pub result_at: i64,
        pub raised_at_box: Option<i64>,
        pub raised_at_center: Option<i64>,
        pub superseded_at: Option<i64>,
        pub body: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Which end raised a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The enterprise's box.
    Box,
    /// The regulator's center.
    Center,
}

/// Whether the center's re-run gives what the box found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Only one end has judged so far.
    Unchecked,
    /// Both ends hold the same finding.
    Same,
    /// The other end, from the same inputs, found something else or nothing.
    Differs,
    /// The center lacks inputs: attested by the box, recomputable on release.
    Attested,
}

/// A warning as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// Id of the finding that opened it.
    pub id: Digest,
    /// Local number of its series.
    pub series: SeriesId,
    /// The highest level of its findings.
    pub level: Level,
    /// Signal that opened it.
    pub signal: Signal,
    /// Rule that opened it.
    pub rule: String,
    /// Version of the rule.
    pub rule_version: u32,
    /// Catalogue version and status the rule used.
    pub catalogue: String,
    /// Whose.
    pub enterprise: EnterpriseId,
    /// Of what product.
    pub product: ProductId,
    /// Of which batch, if its subject is one.
    pub batch: Option<BatchId>,
    /// In which step or stage.
    pub stage: Option<String>,
    /// Of which parameter.
    pub parameter: ParameterCode,
    /// Which of several like values.
    pub qualifiers: Qualifiers,
    /// Time of the judged result, box clock.
    pub result_at: Timestamp,
    /// When the box raised it.
    pub raised_at_box: Option<Timestamp>,
    /// When the center raised it.
    pub raised_at_center: Option<Timestamp>,
    /// Whether both ends agree.
    pub agreement: Agreement,
    /// How they differ, in English.
    pub difference: Option<String>,
    /// Number of findings in it.
    pub findings: u64,
    /// Someone must still act.
    pub open: bool,
    /// State of its handling, in `govern`'s words.
    pub handling: String,
    /// Since when.
    pub handled_at: Timestamp,
    /// By whom.
    pub handled_by: Option<String>,
    /// A later re-run of the series no longer finds any of it.
    pub superseded_at: Option<Timestamp>,
}

/// One finding of a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its id.
    pub finding: Digest,
    /// The warning it is part of.
    pub warning: Digest,
    /// Kind of signal.
    pub signal: Signal,
    /// Severity.
    pub level: Level,
    /// Judged batch.
    pub batch: Option<BatchId>,
    /// Time of the judged result, box clock.
    pub result_at: Timestamp,
    /// When the box raised it.
    pub raised_at_box: Option<Timestamp>,
    /// When the center raised it.
    pub raised_at_center: Option<Timestamp>,
    /// A later re-run of the series no longer finds it.
    pub superseded_at: Option<Timestamp>,
    /// The finding's sealed bytes, for those who recompute it.
    pub body: Vec<u8>,
}

/// A finding on its way in.
#[derive(Clone, Copy, Debug)]
pub struct Raised<'a> {
    /// The judgement.
    pub finding: &'a Finding,
    /// Its bytes as sealed (`Entry::encode`).
    pub body: &'a [u8],
    /// The series it judges.
    pub series: SeriesId,
    /// Who raised it.
    pub end: End,
    /// When that end raised it.
    pub at: Timestamp,
}

/// What a finding did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A new warning with the finding's id.
    Opened(Digest),
    /// A further finding of an open warning.
    Joined(Digest),
    /// The other end had raised it already; now both have.
    Confirmed(Digest),
    /// This end had raised it already: nothing changed.
    Known(Digest),
}

impl Outcome {
    /// The warning the finding belongs to.
    pub fn warning(self) -> Digest {
        match self {
            Self::Opened(id) | Self::Joined(id) | Self::Confirmed(id) | Self::Known(id) => id,
        }
    }
}

/// Which warnings to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of the enterprises that whoever asks may see.
    pub within: Within,
    /// Only of this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Only of this product.
    pub product: Option<ProductId>,
    /// Only of this parameter.
    pub parameter: Option<ParameterCode>,
    /// Only of this series.
    pub series: Option<SeriesId>,
    /// Only with a standing finding on a batch of this number.
    pub batch: Option<BatchId>,
    /// Only of this level.
    pub level: Option<Level>,
    /// Only of this level or higher.
    pub level_min: Option<Level>,
    /// Only those someone must still act on.
    pub open_only: bool,
}

/// Takes a finding in: opens a warning, joins one, confirms the other end's, or changes nothing.
///
/// Call it inside a [`crate::Write`]: the look for an open warning and the change belong together.
pub async fn raise(db: &impl ConnectionTrait, new: &Raised<'_>) -> Result<Outcome, Error> {
    let id = new.finding.id.0.to_vec();
    let known = part::Entity::find_by_id(id).one(db).await.map_err(Error::doing("looking for a finding"))?;
    if let Some(known) = known {
        return confirm(db, known, new).await;
    }
    let opened = match new.finding.signal {
        Signal::Sustained => open_in_series(db, new.series).await?,
        Signal::Point | Signal::Breach => None,
    };
    let warning = match &opened {
        Some(warning) => {
            let change = warning::ActiveModel {
                level: Set(Ord::max(warning.level, level_code(new.finding.level))),
                signals: Set(warning.signals + 1),
                ..Default::default()
            };
            change_one(db, &warning.id, change, "joining a warning").await?;
            warning.id.clone()
        }
        None => row_of(new).insert(db).await.map_err(Error::doing("opening a warning"))?.id,
    };
    let (at_box, at_center) = ends(new);
    let row = part::ActiveModel {
        finding: Set(new.finding.id.0.to_vec()),
        warning: Set(warning.clone()),
        signal: Set(signal_code(new.finding.signal)),
        level: Set(level_code(new.finding.level)),
        batch: Set(batch_of(&new.finding.subject).map(|(batch, _)| batch.to_string())),
        result_at: Set(new.finding.result_at.0),
        raised_at_box: Set(at_box),
        raised_at_center: Set(at_center),
        superseded_at: Set(None),
        body: Set(new.body.to_vec()),
    };
    row.insert(db).await.map_err(Error::doing("keeping a finding"))?;
    let id = digest("warning_finding", "new", &warning)?;
    Ok(if opened.is_some() { Outcome::Joined(id) } else { Outcome::Opened(id) })
}

async fn confirm(db: &impl ConnectionTrait, known: part::Model, new: &Raised<'_>) -> Result<Outcome, Error> {
    let id = digest("warning_finding", "known", &known.warning)?;
    let by_this_end = match new.end {
        End::Box => known.raised_at_box,
        End::Center => known.raised_at_center,
    };
    let (warning, opens) = (known.warning.clone(), known.warning == known.finding);
    let revived = known.superseded_at.is_some();
    if by_this_end.is_some() && !revived {
        return Ok(Outcome::Known(id));
    }
    let mut row = known.into_active_model();
    row.superseded_at = Set(None);
    let mut change = warning::ActiveModel { superseded_at: Set(None), ..Default::default() };
    if by_this_end.is_none() {
        match new.end {
            End::Box => row.raised_at_box = Set(Some(new.at.0)),
            End::Center => row.raised_at_center = Set(Some(new.at.0)),
        }
        if opens {
            change.agreement = Set(agreement_code(Agreement::Same));
            change.difference = Set(None);
            match new.end {
                End::Box => change.raised_at_box = Set(Some(new.at.0)),
                End::Center => change.raised_at_center = Set(Some(new.at.0)),
            }
        }
    }
    row.update(db).await.map_err(Error::doing("confirming a finding"))?;
    change_one(db, &warning, change, "confirming a warning").await?;
    Ok(if by_this_end.is_none() { Outcome::Confirmed(id) } else { Outcome::Known(id) })
}

/// The oldest warning of the series that someone must still act on.
async fn open_in_series(db: &impl ConnectionTrait, series: SeriesId) -> Result<Option<warning::Model>, Error> {
    use warning::Column;
    warning::Entity::find()
        .filter(Column::SeriesId.eq(series.0))
        .filter(Column::Open.eq(true))
        .filter(Column::SupersededAt.is_null())
        .order_by_asc(Column::ResultAt)
        .order_by_asc(Column::Id)
        .one(db)
        .await
        .map_err(Error::doing("looking for an open warning"))
}

/// States how the center's re-run stands to a warning of the box.
pub async fn compared(
    db: &impl ConnectionTrait,
    id: Digest,
    agreement: Agreement,
    difference: Option<&str>,
) -> Result<(), Error> {
    let change = warning::ActiveModel {
        agreement: Set(agreement_code(agreement)),
        difference: Set(difference.map(str::to_owned)),
        ..Default::default()
    };
    change_one(db, &id.0, change, "stating agreement").await
}

/// Marks a finding as no longer found; its warning too once none of its findings stands. Returns the warning.
///
/// Fails with [`Error::Missing`] for an unknown finding.
pub async fn supersede(db: &impl ConnectionTrait, finding: Digest, now: Timestamp) -> Result<Digest, Error> {
    use part::Column;
    let known =
        part::Entity::find_by_id(finding.0.to_vec()).one(db).await.map_err(Error::doing("looking for a finding"))?;
    let known = known.ok_or_else(|| Error::Missing { what: "finding", key: finding.to_string() })?;
    part::Entity::update_many()
        .col_expr(Column::SupersededAt, Expr::value(now.0))
        .filter(Column::Finding.eq(known.finding))
        .filter(Column::SupersededAt.is_null())
        .exec(db)
        .await
        .map_err(Error::doing("superseding a finding"))?;
    let standing = part::Entity::find()
        .filter(Column::Warning.eq(known.warning.clone()))
        .filter(Column::SupersededAt.is_null())
        .one(db)
        .await
        .map_err(Error::doing("looking for standing findings"))?;
    if standing.is_none() {
        let change = warning::ActiveModel { superseded_at: Set(Some(now.0)), ..Default::default() };
        change_one(db, &known.warning, change, "superseding a warning").await?;
    }
    digest("warning_finding", "superseded", &known.warning)
}

/// A person moved the handling on.
pub async fn handled(
    db: &impl ConnectionTrait,
    id: Digest,
    handling: &str,
    open: bool,
    by: &str,
    at: Timestamp,
) -> Result<(), Error> {
    let change = warning::ActiveModel {
        handling: Set(handling.to_owned()),
        open: Set(open),
        handled_by: Set(Some(by.to_owned())),
        handled_at: Set(at.0),
        ..Default::default()
    };
    change_one(db, &id.0, change, "handling a warning").await
}

/// One warning.
pub async fn find(db: &impl ConnectionTrait, id: Digest) -> Result<Option<Warning>, Error> {
    find_within(db, id, &Within::All).await
}

/// One warning, if whoever asks may see its enterprise.
pub async fn find_within(db: &impl ConnectionTrait, id: Digest, within: &Within) -> Result<Option<Warning>, Error> {
    let mut find = warning::Entity::find_by_id(id.0.to_vec());
    if let Some(within) = within.condition(warning::Column::Enterprise) {
        find = find.filter(within);
    }
    find.one(db).await.map_err(Error::doing("looking for a warning"))?.map(typed).transpose()
}

/// The findings of a warning, oldest result first.
pub async fn parts(db: &impl ConnectionTrait, id: Digest) -> Result<Vec<Part>, Error> {
    let rows = part::Entity::find()
        .filter(part::Column::Warning.eq(id.0.to_vec()))
        .order_by_asc(part::Column::ResultAt)
        .order_by_asc(part::Column::Finding)
        .all(db)
        .await
        .map_err(Error::doing("reading findings"))?;
    rows.into_iter().map(part_typed).collect()
}

/// The standing findings of one batch in a series: what a re-run of the series must find again or supersede.
pub async fn standing(db: &impl ConnectionTrait, series: SeriesId) -> Result<Vec<Part>, Error> {
    use part::Column;
    let of_series = sea_orm::QuerySelect::query(&mut warning::Entity::find().select_only().column(warning::Column::Id))
        .and_where(warning::Column::SeriesId.eq(series.0))
        .to_owned();
    let rows = part::Entity::find()
        .filter(Column::Warning.in_subquery(of_series))
        .filter(Column::SupersededAt.is_null())
        .order_by_asc(Column::ResultAt)
        .order_by_asc(Column::Finding)
        .all(db)
        .await
        .map_err(Error::doing("reading standing findings"))?;
    rows.into_iter().map(part_typed).collect()
}

/// Warnings, the newest result first.
pub async fn page(
    db: &impl ConnectionTrait,
    filter: &Filter,
    before: Option<&Cursor>,
    limit: Limit,
) -> Result<Page<Warning>, Error> {
    use warning::Column;
    let mut find = filtered(filter);
    if let Some(cursor) = before {
        let id = Digest::from_hex(&cursor.id).ok_or_else(|| Error::Cursor { text: cursor.to_string() })?;
        find = find.filter(
            Column::ResultAt.lt(cursor.at).or(Column::ResultAt.eq(cursor.at).and(Column::Id.lt(id.0.to_vec()))),
        );
    }
    let rows = find
        .order_by_desc(Column::ResultAt)
        .order_by_desc(Column::Id)
        .limit(limit.rows() + 1)
        .all(db)
        .await
        .map_err(Error::doing("reading warnings"))?;
    let rows = rows.into_iter().map(typed).collect::<Result<_, _>>()?;
    Ok(Page::from_one_more(rows, limit, |row: &Warning| Cursor { at: row.result_at.0, id: row.id.to_string() }))
}

/// Number of warnings that match.
pub async fn number(db: &impl ConnectionTrait, filter: &Filter) -> Result<u64, Error> {
    use sea_orm::PaginatorTrait;
    filtered(filter).count(db).await.map_err(Error::doing("counting warnings"))
}

fn filtered(filter: &Filter) -> sea_orm::Select<warning::Entity> {
    use warning::Column;
    let mut find = warning::Entity::find();
    if let Some(within) = filter.within.condition(Column::Enterprise) {
        find = find.filter(within);
    }
    if let Some(enterprise) = &filter.enterprise {
        find = find.filter(Column::Enterprise.eq(enterprise.as_str()));
    }
    if let Some(product) = &filter.product {
        find = find.filter(Column::Product.eq(product.as_str()));
    }
    if let Some(parameter) = &filter.parameter {
        find = find.filter(Column::Parameter.eq(parameter.as_str()));
    }
    if let Some(series) = filter.series {
        find = find.filter(Column::SeriesId.eq(series.0));
    }
    if let Some(batch) = &filter.batch {
        let on_batch =
            sea_orm::QuerySelect::query(&mut part::Entity::find().select_only().column(part::Column::Warning))
                .and_where(part::Column::Batch.eq(batch.as_str()))
                .and_where(part::Column::SupersededAt.is_null())
                .to_owned();
        find = find.filter(Column::Id.in_subquery(on_batch));
    }
    if let Some(level) = filter.level {
        find = find.filter(Column::Level.eq(level_code(level)));
    }
    if let Some(level) = filter.level_min {
        find = find.filter(Column::Level.gte(level_code(level)));
    }
    if filter.open_only {
        find = find.filter(Column::Open.eq(true)).filter(Column::SupersededAt.is_null());
    }
    find
}

async fn change_one(
    db: &impl ConnectionTrait,
    id: &[u8],
    change: warning::ActiveModel,
    doing: &'static str,
) -> Result<(), Error> {
    let done = warning::Entity::update_many()
        .set(change)
        .filter(warning::Column::Id.eq(id.to_vec()))
        .exec(db)
        .await
        .map_err(Error::doing(doing))?;
    let key = || id.iter().map(|byte| format!("{byte:02x}")).collect();
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Missing { what: "warning", key: key() }) }
}

fn row_of(new: &Raised<'_>) -> warning::ActiveModel {
    let finding = new.finding;
    let batch = batch_of(&finding.subject);
    let (at_box, at_center) = ends(new);
    warning::ActiveModel {
        id: Set(finding.id.0.to_vec()),
        series_id: Set(new.series.0),
        level: Set(level_code(finding.level)),
        signal: Set(signal_code(finding.signal)),
        rule: Set(finding.rule.name.to_string()),
        rule_version: Set(finding.rule.version.into()),
        catalogue: Set(format!("{} {}", finding.rule.catalogue_version, finding.rule.catalogue_status)),
        enterprise: Set(finding.enterprise.to_string()),
        product: Set(finding.product.to_string()),
        batch: Set(batch.map(|(batch, _)| batch.to_string())),
        stage: Set(batch.and_then(|(_, step)| step.map(str::to_owned))),
        parameter: Set(finding.parameter.to_string()),
        qualifiers: Set(qualifiers_text(&finding.qualifiers)),
        result_at: Set(finding.result_at.0),
        raised_at_box: Set(at_box),
        raised_at_center: Set(at_center),
        agreement: Set(agreement_code(Agreement::Unchecked)),
        difference: Set(None),
        signals: Set(1),
        open: Set(true),
        handling: Set(HANDLING_RAISED.to_owned()),
        handled_at: Set(new.at.0),
        handled_by: Set(None),
        superseded_at: Set(None),
    }
}

/// The state every warning begins in.
pub const HANDLING_RAISED: &str = "raised";

fn ends(new: &Raised<'_>) -> (Option<i64>, Option<i64>) {
    match new.end {
        End::Box => (Some(new.at.0), None),
        End::Center => (None, Some(new.at.0)),
    }
}

fn batch_of(subject: &Subject) -> Option<(&BatchId, Option<&str>)> {
    match subject {
        Subject::Batch { batch, step, .. } => Some((batch, step.as_deref())),
        Subject::MaterialLot { .. } | Subject::Equipment(_) | Subject::Room(_) | Subject::Sample(_) => None,
    }
}

fn level_code(level: Level) -> i64 {
    level as i64
}

fn signal_code(signal: Signal) -> i64 {
    signal as i64
}

fn agreement_code(agreement: Agreement) -> i64 {
    match agreement {
        Agreement::Unchecked => 0,
        Agreement::Same => 1,
        Agreement::Differs => 2,
        Agreement::Attested => 3,
    }
}

fn typed(row: warning::Model) -> Result<Warning, Error> {
    let id = digest("warning", "id", &row.id)?;
    let key = id.to_string();
    let rule_version =
        u32::try_from(row.rule_version).map_err(|error| corrupt("warning", &key, format!("rule_version: {error}")))?;
    let agreement = [Agreement::Unchecked, Agreement::Same, Agreement::Differs, Agreement::Attested]
        .into_iter()
        .find(|agreement| agreement_code(*agreement) == row.agreement)
        .ok_or_else(|| corrupt("warning", &key, format!("agreement {}", row.agreement)))?;
    Ok(Warning {
        id,
        series: SeriesId(row.series_id),
        level: level("warning", &key, row.level)?,
        signal: signal("warning", &key, row.signal)?,
        rule: row.rule,
        rule_version,
        catalogue: row.catalogue,
        enterprise: word("warning", &key, &row.enterprise)?,
        product: word("warning", &key, &row.product)?,
        batch: row.batch.map(|batch| word("warning", &key, &batch)).transpose()?,
        stage: row.stage,
        parameter: word("warning", &key, &row.parameter)?,
        qualifiers: qualifiers("warning", &key, &row.qualifiers)?,
        result_at: Timestamp(row.result_at),
        raised_at_box: row.raised_at_box.map(Timestamp),
        raised_at_center: row.raised_at_center.map(Timestamp),
        agreement,
        difference: row.difference,
        findings: uncount("warning", &key, "signals", row.signals)?,
        open: row.open,
        handling: row.handling,
        handled_at: Timestamp(row.handled_at),
        handled_by: row.handled_by,
        superseded_at: row.superseded_at.map(Timestamp),
    })
}

fn part_typed(row: part::Model) -> Result<Part, Error> {
    let finding = digest("warning_finding", "id", &row.finding)?;
    let key = finding.to_string();
    Ok(Part {
        finding,
        warning: digest("warning_finding", &key, &row.warning)?,
        signal: signal("warning_finding", &key, row.signal)?,
        level: level("warning_finding", &key, row.level)?,
        batch: row.batch.map(|batch| word("warning_finding", &key, &batch)).transpose()?,
        result_at: Timestamp(row.result_at),
        raised_at_box: row.raised_at_box.map(Timestamp),
        raised_at_center: row.raised_at_center.map(Timestamp),
        superseded_at: row.superseded_at.map(Timestamp),
        body: row.body,
    })
}
