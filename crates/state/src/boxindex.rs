//! What the box has taken in, for its own questions; can be rebuilt from the log.
//!
//! Comes in: what a delivery was found to hold, and what a segment closed with. Goes out: whether a datum is known with
//! the same content, and how many values lie below a segment. Never the evidence itself: that is files.

use record::{Digest, RecordId, Timestamp};
use sea_orm::sea_query::{Index, OnConflict, Table};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::codec::{count, digest, uncount};
use crate::{Error, Step, blob, int};

/// Ids asked for or added in one statement.
const IDS_MAX: usize = 500;

/// Tables of this module.
pub(crate) fn steps() -> Vec<Step> {
    vec![Step {
        name: "boxindex_20261121_1",
        tables: || {
            vec![
                Table::create()
                    .table("box_known")
                    .col(blob("record"))
                    .col(blob("content"))
                    .primary_key(Index::create().col("record").col("content"))
                    .take(),
                Table::create()
                    .table("box_segment")
                    .col(int("seg_no").primary_key())
                    .col(int("closed_at"))
                    .col(int("entries"))
                    .col(int("accepted"))
                    .col(int("rejected"))
                    .col(int("lost"))
                    .take(),
            ]
        },
        indexes: Vec::new,
    }]
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod known {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "box_known")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub record: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub content: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod segment {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "box_segment")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub seg_no: i64,
        pub closed_at: i64,
        pub entries: i64,
        pub accepted: i64,
        pub rejected: i64,
        pub lost: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A datum the box holds: its id and what it holds under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Known {
    /// Name of the datum.
    pub record: RecordId,
    /// Hash of its content.
    pub content: Digest,
}

/// What lies below the end of a segment, from the first on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Below {
    /// Entries.
    pub entries: u64,
    /// Values accepted.
    pub accepted: u64,
    /// Values rejected.
    pub rejected: u64,
    /// Values counted as lost.
    pub lost: u64,
}

/// Everything held under any of these ids, by id and content.
pub async fn known(db: &impl ConnectionTrait, ids: &[RecordId]) -> Result<Vec<Known>, Error> {
    let mut found = Vec::new();
    for ids in ids.chunks(IDS_MAX) {
        let rows = known::Entity::find()
            .filter(known::Column::Record.is_in(ids.iter().map(|id| id.0.to_vec())))
            .order_by_asc(known::Column::Record)
            .order_by_asc(known::Column::Content)
            .all(db)
            .await
            .map_err(Error::doing("looking for known data"))?;
        for row in rows {
            let record = digest("box_known", "record", &row.record)?;
            found.push(Known { record, content: digest("box_known", &record.to_string(), &row.content)? });
        }
    }
    Ok(found)
}

/// Keeps what is held; what is kept already stays.
pub async fn remember(db: &impl ConnectionTrait, new: &[Known]) -> Result<(), Error> {
    for new in new.chunks(IDS_MAX) {
        let rows = new.iter().map(|known| known::ActiveModel {
            record: Set(known.record.0.to_vec()),
            content: Set(known.content.0.to_vec()),
        });
        let kept = OnConflict::columns([known::Column::Record, known::Column::Content]).do_nothing().to_owned();
        known::Entity::insert_many(rows)
            .on_conflict(kept)
            .exec_without_returning(db)
            .await
            .map_err(Error::doing("remembering data"))?;
    }
    Ok(())
}

/// Keeps what lies below the end of segment `seg_no`.
pub async fn closed(db: &impl ConnectionTrait, seg_no: u64, below: &Below, at: Timestamp) -> Result<(), Error> {
    let row = segment::ActiveModel {
        seg_no: Set(count("segment number", seg_no)?),
        closed_at: Set(at.0),
        entries: Set(count("entries", below.entries)?),
        accepted: Set(count("accepted values", below.accepted)?),
        rejected: Set(count("rejected values", below.rejected)?),
        lost: Set(count("lost values", below.lost)?),
    };
    use segment::Column;
    let newest = OnConflict::column(Column::SegNo)
        .update_columns([Column::ClosedAt, Column::Entries, Column::Accepted, Column::Rejected, Column::Lost])
        .to_owned();
    segment::Entity::insert(row)
        .on_conflict(newest)
        .exec_without_returning(db)
        .await
        .map_err(Error::doing("keeping a segment's counts"))?;
    Ok(())
}

/// What lies below the end of segment `seg_no` and when it was closed, if it is kept.
pub async fn below(db: &impl ConnectionTrait, seg_no: u64) -> Result<Option<(Below, Timestamp)>, Error> {
    let row = segment::Entity::find_by_id(count("segment number", seg_no)?)
        .one(db)
        .await
        .map_err(Error::doing("looking for a segment's counts"))?;
    let Some(row) = row else { return Ok(None) };
    let key = seg_no.to_string();
    let below = Below {
        entries: uncount("box_segment", &key, "entries", row.entries)?,
        accepted: uncount("box_segment", &key, "accepted", row.accepted)?,
        rejected: uncount("box_segment", &key, "rejected", row.rejected)?,
        lost: uncount("box_segment", &key, "lost", row.lost)?,
    };
    Ok(Some((below, Timestamp(row.closed_at))))
}

/// The newest segment below or at `seg_no` whose counts are kept.
pub async fn newest(db: &impl ConnectionTrait, seg_no: u64) -> Result<Option<u64>, Error> {
    let row = segment::Entity::find()
        .filter(segment::Column::SegNo.lte(count("segment number", seg_no)?))
        .order_by_desc(segment::Column::SegNo)
        .one(db)
        .await
        .map_err(Error::doing("looking for the newest segment"))?;
    row.map(|row| uncount("box_segment", "newest", "seg_no", row.seg_no)).transpose()
}
