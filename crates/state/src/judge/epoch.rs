//! Epochs: recorded decisions that a series begins a new baseline.
//!
//! Comes in: a decision with who took it and why. Goes out: the epoch a place belongs to. Never here: a decision the
//! model took by itself, or one that changes findings raised before it.

use record::{BatchId, Digest, Timestamp};
use rules::stability::Plan;
use sea_orm::sea_query::{ExprTrait, ForeignKey, Index, Table};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeSet;

use crate::codec::{corrupt, word};
use crate::series::{Place, SeriesId};
use crate::{Error, Step, int, text};

pub(crate) fn step() -> Step {
    Step {
        name: "judge_20261121_1",
        tables: || {
            vec![
                Table::create()
                    .table("epoch")
                    .col(int("series_id"))
                    .col(int("batch_end"))
                    .col(text("batch"))
                    .col(text("plan"))
                    .col(int("decided_at"))
                    .col(text("decided_by"))
                    .col(text("reason"))
                    .primary_key(Index::create().col("series_id").col("batch_end").col("batch"))
                    .foreign_key(ForeignKey::create().from("epoch", "series_id").to("series", "id"))
                    .take(),
            ]
        },
        indexes: Vec::new,
    }
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "epoch")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub series_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub batch_end: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub batch: String,
        pub plan: String,
        pub decided_at: i64,
        pub decided_by: String,
        pub reason: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Why a series begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Change control, new specification, new equipment, yearly review: limits freeze at 30 batches as for a new series.
    Change,
    /// An acknowledged shift: limits freeze at the 20 batches after it.
    Shift,
}

impl Ground {
    const fn name(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Shift => "shift",
        }
    }

    const fn plan(self) -> Plan {
        match self {
            Self::Change => Plan::NEW_SERIES,
            Self::Shift => Plan::AFTER_SHIFT,
        }
    }
}

/// A person's decision that the baseline begins with this batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// End of the first batch of the epoch.
    pub batch_end: Timestamp,
    /// That batch.
    pub batch: BatchId,
    /// Why, in kind.
    pub ground: Ground,
    /// When it was taken.
    pub decided_at: Timestamp,
    /// By whom.
    pub decided_by: String,
    /// Why, in words: the change control number, the finding.
    pub reason: String,
}

/// The stretch of a series that shares one baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Epoch {
    pub(super) plan: Plan,
    /// Every point of the epoch stands after this place; `None` for the first epoch.
    pub(super) after: Option<Place>,
    /// Results before this instant were judged by the epoch before.
    pub(super) decided_at: Option<Timestamp>,
}

/// Records a decision. Later results are judged by the new baseline; findings raised before stand.
///
/// Fails with [`Error::Conflict`] if a decision for this batch is recorded already.
pub async fn decide(db: &impl ConnectionTrait, series: SeriesId, decision: &Decision) -> Result<(), Error> {
    let known = row::Entity::find_by_id((series.0, decision.batch_end.0, decision.batch.to_string()))
        .one(db)
        .await
        .map_err(Error::doing("looking for an epoch"))?;
    if let Some(known) = known {
        return Err(Error::Conflict {
            what: "epoch",
            key: format!("{}/{}", series.0, decision.batch),
            why: format!("decided by {} at {} already", known.decided_by, known.decided_at),
        });
    }
    let new = row::ActiveModel {
        series_id: Set(series.0),
        batch_end: Set(decision.batch_end.0),
        batch: Set(decision.batch.to_string()),
        plan: Set(decision.ground.name().to_owned()),
        decided_at: Set(decision.decided_at.0),
        decided_by: Set(decision.decided_by.clone()),
        reason: Set(decision.reason.clone()),
    };
    row::Entity::insert(new).exec_without_returning(db).await.map_err(Error::doing("recording an epoch"))?;
    Ok(())
}

/// Those of the series that have a recorded decision.
pub(super) async fn decided(
    db: &impl ConnectionTrait,
    series: impl Iterator<Item = SeriesId>,
) -> Result<BTreeSet<SeriesId>, Error> {
    let ids: Vec<i64> = row::Entity::find()
        .select_only()
        .column(row::Column::SeriesId)
        .distinct()
        .filter(row::Column::SeriesId.is_in(series.map(|id| id.0)))
        .into_tuple()
        .all(db)
        .await
        .map_err(Error::doing("looking for epochs"))?;
    Ok(ids.into_iter().map(SeriesId).collect())
}

/// The epoch that holds for `place`.
pub(super) async fn at(db: &impl ConnectionTrait, series: SeriesId, place: &Place) -> Result<Epoch, Error> {
    use row::Column;
    let begun = Column::BatchEnd
        .lt(place.batch_end.0)
        .or(Column::BatchEnd.eq(place.batch_end.0).and(Column::Batch.lte(place.batch.as_str())));
    let row = row::Entity::find()
        .filter(Column::SeriesId.eq(series.0))
        .filter(begun)
        .order_by_desc(Column::BatchEnd)
        .order_by_desc(Column::Batch)
        .one(db)
        .await
        .map_err(Error::doing("looking for the epoch of a place"))?;
    let Some(row) = row else { return Ok(Epoch { plan: Plan::NEW_SERIES, after: None, decided_at: None }) };
    let key = format!("{}/{}", row.series_id, row.batch);
    let ground = [Ground::Change, Ground::Shift]
        .into_iter()
        .find(|ground| ground.name() == row.plan)
        .ok_or_else(|| corrupt("epoch", &key, format!("plan `{}`", row.plan)))?;
    // Versions begin at 1, so this place is just before the first point of the batch.
    let before_first = Place {
        batch_end: Timestamp(row.batch_end),
        batch: word("epoch", &key, &row.batch)?,
        version: 0,
        record: Digest([0; 32]),
    };
    Ok(Epoch { plan: ground.plan(), after: Some(before_first), decided_at: Some(Timestamp(row.decided_at)) })
}
