//! Open warnings counted: by enterprise, by product and by batch, each by level; and the standing findings on one batch.
//!
//! Comes in: nothing, or the batches of a page. Goes out: counts of warnings that someone must still act on. A warning
//! counts once for each batch it has a standing finding on, and never once it is closed or superseded.

use std::collections::BTreeMap;

use record::{EnterpriseId, Level, ProductId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Index};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};

use super::{Part, part, part_typed, warning};
use crate::batches::BatchKey;
use crate::codec::{corrupt, level, uncount, word};
use crate::region::Within;
use crate::series::SeriesId;
use crate::{Error, Limit, Step};

/// The tallies look warnings up by batch.
pub(super) fn step() -> Step {
    Step {
        name: "warnings_20261122_1",
        tables: Vec::new,
        indexes: || {
            vec![
                Index::create().name("finding_by_batch").table("warning_finding").col("batch").take(),
                Index::create().name("warning_open").table("warning").col("open").col("enterprise").col("level").take(),
            ]
        },
    }
}

/// Open warnings of one enterprise and level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Whose.
    pub enterprise: EnterpriseId,
    /// How severe.
    pub level: Level,
    /// How many.
    pub warnings: u64,
    /// Time of the oldest one's result.
    pub oldest_at: Timestamp,
}

/// Open warnings by enterprise, then level.
pub async fn open_by_enterprise(db: &impl ConnectionTrait, within: &Within) -> Result<Vec<Open>, Error> {
    use warning::Column;
    let mut find = warning::Entity::find();
    if let Some(within) = within.condition(Column::Enterprise) {
        find = find.filter(within);
    }
    let rows: Vec<(String, i64, i64, i64)> = find
        .select_only()
        .column(Column::Enterprise)
        .column(Column::Level)
        .column_as(Column::Id.count(), "warnings")
        .column_as(Column::ResultAt.min(), "oldest_at")
        .filter(Column::Open.eq(true))
        .filter(Column::SupersededAt.is_null())
        .group_by(Column::Enterprise)
        .group_by(Column::Level)
        .order_by_asc(Column::Enterprise)
        .order_by_asc(Column::Level)
        .into_tuple()
        .all(db)
        .await
        .map_err(Error::doing("counting open warnings"))?;
    rows.into_iter()
        .map(|(enterprise, code, warnings, oldest_at)| {
            Ok(Open {
                level: level("warning", &enterprise, code)?,
                warnings: uncount("warning", &enterprise, "warnings", warnings)?,
                oldest_at: Timestamp(oldest_at),
                enterprise: word("warning", &enterprise, &enterprise)?,
            })
        })
        .collect()
}

/// Open warnings of the products that whoever asks may see, by enterprise, product and level.
pub async fn open_by_product(
    db: &impl ConnectionTrait,
    within: &Within,
) -> Result<BTreeMap<(EnterpriseId, ProductId), BTreeMap<Level, u64>>, Error> {
    use warning::Column;
    let mut find = warning::Entity::find();
    if let Some(within) = within.condition(Column::Enterprise) {
        find = find.filter(within);
    }
    let rows: Vec<(String, String, i64, i64)> = find
        .select_only()
        .column(Column::Enterprise)
        .column(Column::Product)
        .column(Column::Level)
        .column_as(Column::Id.count(), "warnings")
        .filter(Column::Open.eq(true))
        .filter(Column::SupersededAt.is_null())
        .group_by(Column::Enterprise)
        .group_by(Column::Product)
        .group_by(Column::Level)
        .into_tuple()
        .all(db)
        .await
        .map_err(Error::doing("counting open warnings of products"))?;
    let mut counted: BTreeMap<_, BTreeMap<Level, u64>> = BTreeMap::new();
    for (enterprise, product, code, warnings) in rows {
        let key = (word("warning", &product, &enterprise)?, word("warning", &product, &product)?);
        let warnings = uncount("warning", &product, "warnings", warnings)?;
        counted.entry(key).or_default().insert(level("warning", &product, code)?, warnings);
    }
    Ok(counted)
}

/// Open warnings of these batches by level; a batch without any is absent.
pub async fn open_by_batch(
    db: &impl ConnectionTrait,
    batches: &[BatchKey],
) -> Result<BTreeMap<BatchKey, BTreeMap<Level, u64>>, Error> {
    let rows: Vec<(String, String, String, i64, i64)> = joined(part::Entity::find())
        .select_only()
        .column(warning::Column::Enterprise)
        .column(warning::Column::Product)
        .column(part::Column::Batch)
        .column(warning::Column::Level)
        .column_as(Expr::expr(Func::count_distinct(Expr::col((warning::Entity, warning::Column::Id)))), "warnings")
        .filter(part::Column::Batch.is_in(batches.iter().map(|key| key.batch.as_str())))
        .filter(part::Column::SupersededAt.is_null())
        .filter(warning::Column::Open.eq(true))
        .filter(warning::Column::SupersededAt.is_null())
        .group_by(warning::Column::Enterprise)
        .group_by(warning::Column::Product)
        .group_by(part::Column::Batch)
        .group_by(warning::Column::Level)
        .into_tuple()
        .all(db)
        .await
        .map_err(Error::doing("counting open warnings of batches"))?;
    let mut counted: BTreeMap<BatchKey, BTreeMap<Level, u64>> = BTreeMap::new();
    for (enterprise, product, batch, code, warnings) in rows {
        let key = BatchKey {
            enterprise: word("warning", &batch, &enterprise)?,
            product: word("warning", &batch, &product)?,
            batch: word("warning_finding", &batch, &batch)?,
        };
        let warnings = uncount("warning", &batch, "warnings", warnings)?;
        if batches.contains(&key) {
            counted.entry(key).or_default().insert(level("warning", &batch, code)?, warnings);
        }
    }
    Ok(counted)
}

/// The standing findings on one batch with the series of each, at most `limit`.
pub async fn flagged_in(
    db: &impl ConnectionTrait,
    batch: &BatchKey,
    limit: Limit,
) -> Result<Vec<(SeriesId, Part)>, Error> {
    let parts = joined(part::Entity::find())
        .filter(part::Column::Batch.eq(batch.batch.as_str()))
        .filter(part::Column::SupersededAt.is_null())
        .filter(warning::Column::Enterprise.eq(batch.enterprise.as_str()))
        .filter(warning::Column::Product.eq(batch.product.as_str()))
        .order_by_asc(part::Column::Finding)
        .limit(limit.rows())
        .all(db)
        .await
        .map_err(Error::doing("reading the findings on a batch"))?;
    let of: Vec<(Vec<u8>, i64)> = warning::Entity::find()
        .select_only()
        .column(warning::Column::Id)
        .column(warning::Column::SeriesId)
        .filter(warning::Column::Id.is_in(parts.iter().map(|part| part.warning.clone())))
        .into_tuple()
        .all(db)
        .await
        .map_err(Error::doing("reading the series of findings"))?;
    let of: BTreeMap<Vec<u8>, i64> = of.into_iter().collect();
    let series = |part: part::Model| {
        let missing = || corrupt("warning_finding", batch.batch.as_str(), "its warning is missing".to_owned());
        let id = of.get(&part.warning).copied().ok_or_else(missing)?;
        Ok((SeriesId(id), part_typed(part)?))
    };
    parts.into_iter().map(series).collect()
}

/// Findings with the warning each is part of.
fn joined(mut find: Select<part::Entity>) -> Select<part::Entity> {
    QueryTrait::query(&mut find).inner_join(
        warning::Entity,
        Expr::col((warning::Entity, warning::Column::Id)).equals((part::Entity, part::Column::Warning)),
    );
    find
}
