//! Series: the results of one parameter over the batches of one product, in the order the models judge them.
//!
//! Comes in: one result a batch, corrections of it, the end of its batch, and the limits a judgement drew for it.
//! Goes out: points in series order (batch end, batch, version, record), and charts of them. A point is never removed:
//! a correction makes the lower versions of its batch superseded.

use std::collections::{BTreeMap, BTreeSet};

use record::{BatchId, Comparator, Digest, EnterpriseId, ParameterCode, ProductId, Qualifiers, RecordId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, ForeignKey, Func, Index, OnConflict, Table};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::batches::BatchKey;
use crate::codec::{corrupt, digest, qualifiers, qualifiers_text, uncount, word};
use crate::region::Within;
use crate::{Cursor, Error, Limit, Page, Step, blob, double_null, flag, int, text, text_null};

pub(crate) fn steps() -> Vec<Step> {
    vec![Step {
        name: "series_20261121_1",
        tables: || {
            vec![
                Table::create()
                    .table("series")
                    .col(int("id").auto_increment().primary_key())
                    .col(text("key").unique_key())
                    .col(text("enterprise"))
                    .col(text("product"))
                    .col(text_null("stage"))
                    .col(text("parameter"))
                    .col(text("qualifiers"))
                    .col(text("unit"))
                    .take(),
                Table::create()
                    .table("point")
                    .col(int("series_id"))
                    .col(blob("record"))
                    .col(text("batch"))
                    .col(int("version"))
                    .col(int("batch_end"))
                    .col(flag("end_known"))
                    .col(double_null("value").not_null())
                    .col(int("comparator"))
                    .col(int("result_at"))
                    .col(flag("superseded"))
                    .col(text_null("phase"))
                    .col(double_null("center"))
                    .col(double_null("lower"))
                    .col(double_null("upper"))
                    .col(double_null("spec_lower"))
                    .col(double_null("spec_upper"))
                    .col(int("signals"))
                    .primary_key(Index::create().col("series_id").col("record"))
                    .foreign_key(ForeignKey::create().from("point", "series_id").to("series", "id"))
                    .take(),
            ]
        },
        indexes: || {
            vec![
                Index::create().name("series_by_product").table("series").col("enterprise").col("product").take(),
                Index::create()
                    .name("point_in_order")
                    .table("point")
                    .col("series_id")
                    .col("batch_end")
                    .col("batch")
                    .col("version")
                    .col("record")
                    .take(),
                Index::create().name("point_by_batch").table("point").col("batch").col("series_id").take(),
            ]
        },
    }]
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "series")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub key: String,
        pub enterprise: String,
        pub product: String,
        pub stage: Option<String>,
        pub parameter: String,
        pub qualifiers: String,
        pub unit: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod point {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "point")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub series_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub record: Vec<u8>,
        pub batch: String,
        pub version: i64,
        pub batch_end: i64,
        pub end_known: bool,
        pub value: f64,
        pub comparator: i64,
        pub result_at: i64,
        pub superseded: bool,
        pub phase: Option<String>,
        pub center: Option<f64>,
        pub lower: Option<f64>,
        pub upper: Option<f64>,
        pub spec_lower: Option<f64>,
        pub spec_upper: Option<f64>,
        pub signals: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What makes two results comparable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesKey {
    /// Whose.
    pub enterprise: EnterpriseId,
    /// Of what product.
    pub product: ProductId,
    /// Process step or stage the result belongs to.
    pub stage: Option<Box<str>>,
    /// Of what parameter.
    pub parameter: ParameterCode,
    /// Which of several like values.
    pub qualifiers: Qualifiers,
}

/// A series in this database. The number is local: box and center number theirs on their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesId(pub i64);

/// A series as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Local number.
    pub id: SeriesId,
    /// What it is of.
    pub key: SeriesKey,
    /// UCUM unit of its values.
    pub unit: String,
}

/// Where a point stands in its series.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// End of the batch; time of the result while the end is not known.
    pub batch_end: Timestamp,
    /// Batch number.
    pub batch: BatchId,
    /// Version of the result.
    pub version: u32,
    /// The reading.
    pub record: RecordId,
}

/// Which signals a judgement raised at a point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signals {
    /// The value is beyond its statistical limit.
    pub point: bool,
    /// A lasting shift is signalled here.
    pub sustained: bool,
    /// The value is beyond specification, registered or legal limit.
    pub breach: bool,
}

/// What a judgement drew at a point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// Phase of the model: `preliminary`, `long-term`.
    pub phase: String,
    /// Centre line.
    pub center: Option<f64>,
    /// Lower statistical limit.
    pub lower: Option<f64>,
    /// Upper statistical limit.
    pub upper: Option<f64>,
    /// Lower specification limit.
    pub spec_lower: Option<f64>,
    /// Upper specification limit.
    pub spec_upper: Option<f64>,
    /// What was signalled.
    pub signals: Signals,
}

/// One result of one batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Where it stands.
    pub place: Place,
    /// The batch's end event has come; until then `place` is provisional.
    pub end_known: bool,
    /// The number used, in the series' unit.
    pub value: f64,
    /// How it stands to the true one.
    pub comparator: Comparator,
    /// Time of the result, box clock.
    pub result_at: Timestamp,
    /// A higher version of the same batch's result is known.
    pub superseded: bool,
    /// Limits and signals, once judged.
    pub judged: Option<Judged>,
}

/// The series of this key, added if it is new. A known series keeps its first unit.
pub async fn intern(db: &impl ConnectionTrait, key: &SeriesKey, unit: &str) -> Result<Series, Error> {
    let name = key_text(key);
    let new = row::ActiveModel {
        key: Set(name.clone()),
        enterprise: Set(key.enterprise.to_string()),
        product: Set(key.product.to_string()),
        stage: Set(key.stage.as_deref().map(str::to_owned)),
        parameter: Set(key.parameter.to_string()),
        qualifiers: Set(qualifiers_text(&key.qualifiers)),
        unit: Set(unit.to_owned()),
        ..Default::default()
    };
    let known = row::Entity::find().filter(row::Column::Key.eq(&name));
    if let Some(known) = known.clone().one(db).await.map_err(Error::doing("looking for a series"))? {
        return series(known);
    }
    row::Entity::insert(new)
        .on_conflict(OnConflict::column(row::Column::Key).do_nothing().to_owned())
        .exec_without_returning(db)
        .await
        .map_err(Error::doing("adding a series"))?;
    let added = known.one(db).await.map_err(Error::doing("reading a new series"))?;
    series(added.ok_or_else(|| corrupt("series", &name, "row is missing after its insert".to_owned()))?)
}

/// The series of this number.
pub async fn by_id(db: &impl ConnectionTrait, id: SeriesId) -> Result<Option<Series>, Error> {
    by_id_within(db, id, &Within::All).await
}

/// The series of this number, if whoever asks may see its enterprise.
pub async fn by_id_within(db: &impl ConnectionTrait, id: SeriesId, within: &Within) -> Result<Option<Series>, Error> {
    let mut find = row::Entity::find_by_id(id.0);
    if let Some(within) = within.condition(row::Column::Enterprise) {
        find = find.filter(within);
    }
    find.one(db).await.map_err(Error::doing("looking for a series"))?.map(series).transpose()
}

/// Series that whoever asks may see, of one enterprise and product or of all, by number.
pub async fn page(
    db: &impl ConnectionTrait,
    within: &Within,
    enterprise: Option<&EnterpriseId>,
    product: Option<&ProductId>,
    after: Option<&Cursor>,
    limit: Limit,
) -> Result<Page<Series>, Error> {
    let mut find = row::Entity::find();
    if let Some(within) = within.condition(row::Column::Enterprise) {
        find = find.filter(within);
    }
    if let Some(enterprise) = enterprise {
        find = find.filter(row::Column::Enterprise.eq(enterprise.as_str()));
    }
    if let Some(product) = product {
        find = find.filter(row::Column::Product.eq(product.as_str()));
    }
    if let Some(after) = after {
        find = find.filter(row::Column::Id.gt(after.at));
    }
    let rows = find
        .order_by_asc(row::Column::Id)
        .limit(limit.rows() + 1)
        .all(db)
        .await
        .map_err(Error::doing("reading series"))?;
    let page = Page::from_one_more(rows, limit, |row| Cursor { at: row.id, id: String::new() });
    let rows = page.rows.into_iter().map(series).collect::<Result<_, _>>()?;
    Ok(Page { rows, next: page.next })
}

/// How much a series holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Points that are not superseded.
    pub points: u64,
    /// Of them, those with a signal.
    pub flagged: u64,
    /// End of the newest batch.
    pub last_at: Timestamp,
}

/// Figures of these series; a series without points has none.
pub async fn figures(db: &impl ConnectionTrait, ids: &[SeriesId]) -> Result<BTreeMap<SeriesId, Figures>, Error> {
    let rows: Vec<(i64, i64, i64, i64)> = point::Entity::find()
        .select_only()
        .column(point::Column::SeriesId)
        .column_as(point::Column::Record.count(), "points")
        .column_as(
            Func::sum(Expr::case(point::Column::Signals.ne(0), 1_i64).finally(0_i64)).cast_as("bigint"),
            "flagged",
        )
        .column_as(point::Column::BatchEnd.max(), "last_at")
        .filter(point::Column::SeriesId.is_in(ids.iter().map(|id| id.0)))
        .filter(point::Column::Superseded.eq(false))
        .group_by(point::Column::SeriesId)
        .into_tuple()
        .all(db)
        .await
        .map_err(Error::doing("counting the points of series"))?;
    rows.into_iter()
        .map(|(id, points, flagged, last_at)| {
            let key = id.to_string();
            let points = uncount("point", &key, "points", points)?;
            let flagged = uncount("point", &key, "flagged", flagged)?;
            Ok((SeriesId(id), Figures { points, flagged, last_at: Timestamp(last_at) }))
        })
        .collect()
}

/// Adds a point; returns false if this record is in the series already (redelivery changes nothing).
///
/// Of the points of one batch all but those of the highest version become superseded, whatever the order of arrival.
pub async fn put(db: &impl ConnectionTrait, id: SeriesId, point: &Point) -> Result<bool, Error> {
    use point::Column;
    let version = i64::from(point.place.version);
    let batch = point.place.batch.as_str();
    let of_batch = |id: SeriesId| Column::SeriesId.eq(id.0).and(Column::Batch.eq(batch));
    let newer = point::Entity::find()
        .filter(of_batch(id))
        .filter(Column::Version.gt(version))
        .one(db)
        .await
        .map_err(Error::doing("looking for newer points of a batch"))?;
    let new = row_of(id, point, newer.is_some());
    let added = point::Entity::insert(new)
        .on_conflict(OnConflict::columns([Column::SeriesId, Column::Record]).do_nothing().to_owned())
        .exec_without_returning(db)
        .await
        .map_err(Error::doing("adding a point"))?;
    if added == 0 {
        return Ok(false);
    }
    point::Entity::update_many()
        .col_expr(Column::Superseded, Expr::value(true))
        .filter(of_batch(id))
        .filter(Column::Version.lt(version))
        .exec(db)
        .await
        .map_err(Error::doing("superseding points"))?;
    Ok(true)
}

/// Adds a point that is known to be the first of its batch in the series, with what was judged of it.
///
/// Fails if it is not.
pub(crate) async fn add(db: &impl ConnectionTrait, id: SeriesId, point: &Point) -> Result<(), Error> {
    point::Entity::insert(row_of(id, point, false))
        .exec_without_returning(db)
        .await
        .map_err(Error::doing("adding a point"))?;
    Ok(())
}

/// The series has a point of this batch, of whatever version.
pub(crate) async fn has_batch(db: &impl ConnectionTrait, id: SeriesId, batch: &BatchId) -> Result<bool, Error> {
    let of_batch = point::Column::SeriesId.eq(id.0).and(point::Column::Batch.eq(batch.as_str()));
    let found = point::Entity::find().filter(of_batch).one(db).await;
    Ok(found.map_err(Error::doing("looking for points of a batch"))?.is_some())
}

fn row_of(id: SeriesId, point: &Point, superseded: bool) -> point::ActiveModel {
    let mut row = match &point.judged {
        Some(judged) => drawn(judged),
        None => point::ActiveModel { signals: Set(0), ..Default::default() },
    };
    row.series_id = Set(id.0);
    row.record = Set(point.place.record.0.to_vec());
    row.batch = Set(point.place.batch.to_string());
    row.version = Set(i64::from(point.place.version));
    row.batch_end = Set(point.place.batch_end.0);
    row.end_known = Set(point.end_known);
    row.value = Set(point.value);
    row.comparator = Set(comparator_code(point.comparator));
    row.result_at = Set(point.result_at.0);
    row.superseded = Set(superseded);
    row
}

/// Puts the points of a batch at its end; returns the series whose order or certainty changed, by number, each with the
/// place where its first point of the batch stood before.
pub async fn batch_ended(
    db: &impl ConnectionTrait,
    batch: &BatchKey,
    end: Timestamp,
) -> Result<Vec<(Series, Place)>, Error> {
    use point::Column;
    let rows = point::Entity::find()
        .inner_join_series()
        .filter(Column::Batch.eq(batch.batch.as_str()))
        .filter(row::Column::Enterprise.eq(batch.enterprise.as_str()))
        .filter(row::Column::Product.eq(batch.product.as_str()))
        .all(db)
        .await
        .map_err(Error::doing("looking for points of a batch"))?;
    let mut first: BTreeMap<i64, Place> = BTreeMap::new();
    let mut moved = BTreeSet::new();
    for row in rows {
        let id = row.series_id;
        if row.batch_end != end.0 || !row.end_known {
            moved.insert(id);
        }
        let place = point_typed(row)?.place;
        first.entry(id).and_modify(|known| *known = place.clone().min(known.clone())).or_insert(place);
    }
    if moved.is_empty() {
        return Ok(Vec::new());
    }
    point::Entity::update_many()
        .col_expr(Column::BatchEnd, Expr::value(end.0))
        .col_expr(Column::EndKnown, Expr::value(true))
        .filter(Column::SeriesId.is_in(moved.iter().copied()))
        .filter(Column::Batch.eq(batch.batch.as_str()))
        .exec(db)
        .await
        .map_err(Error::doing("putting points at their batch's end"))?;
    let found = row::Entity::find()
        .filter(row::Column::Id.is_in(moved))
        .order_by_asc(row::Column::Id)
        .all(db)
        .await
        .map_err(Error::doing("reading the series of a batch"))?;
    found
        .into_iter()
        .map(|row| {
            let series = series(row)?;
            let place = first.remove(&series.id.0).expect("the series was found by a point of the batch");
            Ok((series, place))
        })
        .collect()
}

/// Joins points to their series.
trait JoinSeries {
    fn inner_join_series(self) -> Self;
}

impl JoinSeries for Select<point::Entity> {
    fn inner_join_series(mut self) -> Self {
        sea_orm::QueryTrait::query(&mut self).inner_join(
            row::Entity,
            Expr::col((row::Entity, row::Column::Id)).equals((point::Entity, point::Column::SeriesId)),
        );
        self
    }
}

/// Up to `limit` points in series order after `after`; superseded ones are left out.
pub async fn points_after(
    db: &impl ConnectionTrait,
    id: SeriesId,
    after: Option<&Place>,
    limit: Limit,
) -> Result<Vec<Point>, Error> {
    let mut find = current(id);
    if let Some(after) = after {
        find = find.filter(place_columns().gt(place_values(after)));
    }
    let rows = in_order(find, sea_orm::Order::Asc, limit, db).await?;
    rows.into_iter().map(point_typed).collect()
}

/// The last `limit` points before `before` (or of all), oldest first; superseded ones are left out.
pub async fn points_before(
    db: &impl ConnectionTrait,
    id: SeriesId,
    before: Option<&Place>,
    limit: Limit,
) -> Result<Vec<Point>, Error> {
    let mut find = current(id);
    if let Some(before) = before {
        find = find.filter(place_columns().lt(place_values(before)));
    }
    let mut rows = in_order(find, sea_orm::Order::Desc, limit, db).await?;
    rows.reverse();
    rows.into_iter().map(point_typed).collect()
}

/// The point of a record.
pub async fn point(db: &impl ConnectionTrait, id: SeriesId, record: RecordId) -> Result<Option<Point>, Error> {
    let row = point::Entity::find_by_id((id.0, record.0.to_vec()))
        .one(db)
        .await
        .map_err(Error::doing("looking for a point"))?;
    row.map(point_typed).transpose()
}

/// The current points of a batch with their series, by number of the series, at most `limit`.
pub async fn of_batch(
    db: &impl ConnectionTrait,
    batch: &BatchKey,
    limit: Limit,
) -> Result<Vec<(Series, Point)>, Error> {
    use point::Column;
    let points = point::Entity::find()
        .inner_join_series()
        .filter(Column::Batch.eq(batch.batch.as_str()))
        .filter(row::Column::Enterprise.eq(batch.enterprise.as_str()))
        .filter(row::Column::Product.eq(batch.product.as_str()))
        .filter(Column::Superseded.eq(false))
        .order_by_asc(Column::SeriesId)
        .order_by_asc(Column::Record)
        .limit(limit.rows())
        .all(db)
        .await
        .map_err(Error::doing("reading the points of a batch"))?;
    let rows = row::Entity::find()
        .filter(row::Column::Id.is_in(points.iter().map(|point| point.series_id)))
        .all(db)
        .await
        .map_err(Error::doing("reading the series of a batch"))?;
    let known: BTreeMap<i64, row::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    let of = |point: point::Model| {
        let key = point.series_id.to_string();
        let missing = || corrupt("point", &key, "its series is missing".to_owned());
        let of = known.get(&point.series_id).cloned().ok_or_else(missing)?;
        Ok((series(of)?, point_typed(point)?))
    };
    points.into_iter().map(of).collect()
}

/// Keeps what a judgement drew at a point. Fails with [`Error::Missing`] if the series has no such record.
pub async fn judged(db: &impl ConnectionTrait, id: SeriesId, record: RecordId, judged: &Judged) -> Result<(), Error> {
    let done = point::Entity::update_many()
        .set(drawn(judged))
        .filter(point::Column::SeriesId.eq(id.0))
        .filter(point::Column::Record.eq(record.0.to_vec()))
        .exec(db)
        .await
        .map_err(Error::doing("keeping a judgement"))?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Missing { what: "point", key: record.to_string() }) }
}

fn drawn(judged: &Judged) -> point::ActiveModel {
    point::ActiveModel {
        phase: Set(Some(judged.phase.clone())),
        center: Set(judged.center),
        lower: Set(judged.lower),
        upper: Set(judged.upper),
        spec_lower: Set(judged.spec_lower),
        spec_upper: Set(judged.spec_upper),
        signals: Set(signals_code(judged.signals)),
        ..Default::default()
    }
}

fn current(id: SeriesId) -> Select<point::Entity> {
    point::Entity::find().filter(point::Column::SeriesId.eq(id.0)).filter(point::Column::Superseded.eq(false))
}

fn place_columns() -> Expr {
    use point::Column;
    Expr::tuple([Column::BatchEnd, Column::Batch, Column::Version, Column::Record].map(|column| column.into_expr()))
}

fn place_values(place: &Place) -> Expr {
    Expr::tuple([
        Expr::value(place.batch_end.0),
        Expr::value(place.batch.as_str()),
        Expr::value(i64::from(place.version)),
        Expr::value(place.record.0.to_vec()),
    ])
}

async fn in_order(
    find: Select<point::Entity>,
    order: sea_orm::Order,
    limit: Limit,
    db: &impl ConnectionTrait,
) -> Result<Vec<point::Model>, Error> {
    use point::Column;
    [Column::BatchEnd, Column::Batch, Column::Version, Column::Record]
        .into_iter()
        .fold(find, |find, column| find.order_by(column, order.clone()))
        .limit(limit.rows())
        .all(db)
        .await
        .map_err(Error::doing("reading points"))
}

/// One text for one key: a JSON array, qualifiers sorted by name.
fn key_text(key: &SeriesKey) -> String {
    serde_json::json!([
        key.enterprise.as_str(),
        key.product.as_str(),
        key.stage.as_deref(),
        key.parameter.as_str(),
        qualifiers_text(&key.qualifiers),
    ])
    .to_string()
}

fn series(row: row::Model) -> Result<Series, Error> {
    let key = SeriesKey {
        enterprise: word("series", &row.key, &row.enterprise)?,
        product: word("series", &row.key, &row.product)?,
        stage: row.stage.map(Into::into),
        parameter: word("series", &row.key, &row.parameter)?,
        qualifiers: qualifiers("series", &row.key, &row.qualifiers)?,
    };
    Ok(Series { id: SeriesId(row.id), key, unit: row.unit })
}

fn point_typed(row: point::Model) -> Result<Point, Error> {
    let key = format!("{}/{}", row.series_id, row.batch);
    let record: Digest = digest("point", &key, &row.record)?;
    let version = u32::try_from(row.version).map_err(|error| corrupt("point", &key, format!("version: {error}")))?;
    let signals = signals(&key, row.signals)?;
    Ok(Point {
        place: Place { batch_end: Timestamp(row.batch_end), batch: word("point", &key, &row.batch)?, version, record },
        end_known: row.end_known,
        value: row.value,
        comparator: comparator(&key, row.comparator)?,
        result_at: Timestamp(row.result_at),
        superseded: row.superseded,
        judged: row.phase.map(|phase| Judged {
            phase,
            center: row.center,
            lower: row.lower,
            upper: row.upper,
            spec_lower: row.spec_lower,
            spec_upper: row.spec_upper,
            signals,
        }),
    })
}

const SIGNAL_POINT: i64 = 1;
const SIGNAL_SUSTAINED: i64 = 1 << 1;
const SIGNAL_BREACH: i64 = 1 << 2;

fn signals_code(signals: Signals) -> i64 {
    [(signals.point, SIGNAL_POINT), (signals.sustained, SIGNAL_SUSTAINED), (signals.breach, SIGNAL_BREACH)]
        .into_iter()
        .filter_map(|(set, bit)| set.then_some(bit))
        .sum()
}

fn signals(key: &str, code: i64) -> Result<Signals, Error> {
    if code & !(SIGNAL_POINT | SIGNAL_SUSTAINED | SIGNAL_BREACH) != 0 {
        return Err(corrupt("point", key, format!("signals {code}")));
    }
    Ok(Signals {
        point: code & SIGNAL_POINT != 0,
        sustained: code & SIGNAL_SUSTAINED != 0,
        breach: code & SIGNAL_BREACH != 0,
    })
}

const COMPARATORS: [Comparator; 5] =
    [Comparator::Equal, Comparator::Less, Comparator::LessOrEqual, Comparator::Greater, Comparator::GreaterOrEqual];

fn comparator_code(comparator: Comparator) -> i64 {
    match comparator {
        Comparator::Equal => 0,
        Comparator::Less => 1,
        Comparator::LessOrEqual => 2,
        Comparator::Greater => 3,
        Comparator::GreaterOrEqual => 4,
    }
}

fn comparator(key: &str, code: i64) -> Result<Comparator, Error> {
    COMPARATORS
        .into_iter()
        .find(|comparator| comparator_code(*comparator) == code)
        .ok_or_else(|| corrupt("point", key, format!("comparator {code}")))
}
