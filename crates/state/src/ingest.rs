//! The commit point of the center: which segments it holds, in one dense order, and the log heads it has witnessed.
//!
//! Comes in: the facts of a segment whose bytes are durable already. Goes out: its `ingest_no`, dense from 1 in commit
//! order, so that whoever has seen n and finds n+1 has missed nothing. A segment is in once, however often delivered,
//! and the witnessed head of a box never goes back.

use record::{BoxId, Digest, Timestamp};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, ForeignKey, Index, OnConflict, Table};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect, Select,
};

use crate::codec::{corrupt, count, digest, uncount, word};
use crate::{Cursor, Error, Limit, Page, Step, Write, blob, int, text};

pub(crate) fn steps() -> Vec<Step> {
    vec![
        Step {
            name: "ingest_20261121_1",
            tables: || {
                vec![
                    Table::create().table("counter").col(text("name").primary_key()).col(int("value")).take(),
                    Table::create()
                        .table("ingest")
                        .col(int("ingest_no").primary_key())
                        .col(text("box_id"))
                        .col(int("seg_no"))
                        .col(blob("header_hash"))
                        .col(int("received_at"))
                        .col(int("bytes"))
                        .col(int("entries"))
                        .col(int("readings"))
                        .col(int("events"))
                        .col(int("findings"))
                        .col(int("rejects"))
                        .col(int("lost"))
                        .foreign_key(ForeignKey::create().from("ingest", "box_id").to("box", "id"))
                        .take(),
                    Table::create()
                        .table("witness_head")
                        .col(text("box_id").primary_key())
                        .col(int("size"))
                        .col(blob("root"))
                        .col(blob("checkpoint"))
                        .col(int("cosigned_at"))
                        .foreign_key(ForeignKey::create().from("witness_head", "box_id").to("box", "id"))
                        .take(),
                ]
            },
            indexes: || {
                vec![Index::create().name("ingest_once").table("ingest").col("box_id").col("seg_no").unique().take()]
            },
        },
        Step {
            name: "ingest_20261122_1",
            tables: Vec::new,
            indexes: || vec![Index::create().name("ingest_by_time").table("ingest").col("received_at").take()],
        },
    ]
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod counter {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "counter")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod segment {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ingest")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub ingest_no: i64,
        pub box_id: String,
        pub seg_no: i64,
        pub header_hash: Vec<u8>,
        pub received_at: i64,
        pub bytes: i64,
        pub entries: i64,
        pub readings: i64,
        pub events: i64,
        pub findings: i64,
        pub rejects: i64,
        pub lost: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod head {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "witness_head")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub box_id: String,
        pub size: i64,
        pub root: Vec<u8>,
        pub checkpoint: Vec<u8>,
        pub cosigned_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How much a segment holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Size of the segment file.
    pub bytes: u64,
    /// Entries of all kinds.
    pub entries: u64,
    /// Single readings and rows of blocks.
    pub readings: u64,
    /// Events.
    pub events: u64,
    /// Findings.
    pub findings: u64,
    /// Refused raw values.
    pub rejects: u64,
    /// Values that its gaps say were lost.
    pub lost: u64,
}

/// One segment the center holds durably.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Place in the one order of the center, dense from 1.
    pub ingest_no: u64,
    /// Whose.
    pub box_id: BoxId,
    /// Place in the box's log, from 0.
    pub seg_no: u64,
    /// Leaf hash of its header.
    pub header_hash: Digest,
    /// Center clock.
    pub received_at: Timestamp,
    /// What is in it.
    pub counts: Counts,
}

/// The newest head of a box's log that the center has cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of segments.
    pub size: u64,
    /// Root of the log tree.
    pub root: Digest,
    /// The checkpoint note with the box's signature and ours.
    pub checkpoint: Vec<u8>,
    /// Time in our cosignature.
    pub cosigned_at: Timestamp,
}

/// A verified segment on its way in.
#[derive(Clone, Debug)]
pub struct Arrival<'a> {
    /// Whose.
    pub box_id: &'a BoxId,
    /// Place in the box's log.
    pub seg_no: u64,
    /// Leaf hash of its header.
    pub header_hash: Digest,
    /// What is in it.
    pub counts: Counts,
    /// The head that includes it as its last leaf.
    pub head: &'a Head,
}

/// Gives a segment its `ingest_no` and advances the box's witnessed head, in one change.
///
/// Fails with [`Error::Conflict`], changing nothing, unless the stored head has exactly `seg_no` segments and the new
/// one exactly one more: check and persist cannot be torn apart by a second upload (C2SP tlog-witness, add-checkpoint).
pub async fn place(db: &Write, new: &Arrival<'_>, now: Timestamp) -> Result<u64, Error> {
    let ingest_no = next_number(db, "ingest_no").await?;
    let stored = head(&**db, new.box_id).await?.map_or(0, |head| head.size);
    if stored != new.seg_no || new.head.size != new.seg_no + 1 {
        let why = format!("log has {stored} segments here, upload is number {} of {}", new.seg_no, new.head.size);
        return Err(Error::Conflict { what: "log of box", key: new.box_id.to_string(), why });
    }
    let counts = &new.counts;
    let row = segment::ActiveModel {
        ingest_no: Set(count("ingest_no", ingest_no)?),
        box_id: Set(new.box_id.as_str().to_owned()),
        seg_no: Set(count("seg_no", new.seg_no)?),
        header_hash: Set(new.header_hash.0.to_vec()),
        received_at: Set(now.0),
        bytes: Set(count("bytes", counts.bytes)?),
        entries: Set(count("entries", counts.entries)?),
        readings: Set(count("readings", counts.readings)?),
        events: Set(count("events", counts.events)?),
        findings: Set(count("findings", counts.findings)?),
        rejects: Set(count("rejects", counts.rejects)?),
        lost: Set(count("lost", counts.lost)?),
    };
    row.insert(&**db).await.map_err(Error::doing("placing a segment"))?;
    let row = head::ActiveModel {
        box_id: Set(new.box_id.as_str().to_owned()),
        size: Set(count("size", new.head.size)?),
        root: Set(new.head.root.0.to_vec()),
        checkpoint: Set(new.head.checkpoint.clone()),
        cosigned_at: Set(new.head.cosigned_at.0),
    };
    head::Entity::insert(row)
        .on_conflict(
            OnConflict::column(head::Column::BoxId)
                .update_columns([
                    head::Column::Size,
                    head::Column::Root,
                    head::Column::Checkpoint,
                    head::Column::CosignedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(&**db)
        .await
        .map_err(Error::doing("advancing a witnessed head"))?;
    Ok(ingest_no)
}

/// Takes the next number of a count that begins with 1. The row stays locked until the change ends, so numbers become
/// visible in their order.
pub(crate) async fn next_number(db: &Write, name: &'static str) -> Result<u64, Error> {
    let first = counter::ActiveModel { name: Set(name.to_owned()), value: Set(1) };
    counter::Entity::insert(first)
        .on_conflict(
            OnConflict::column(counter::Column::Name)
                .value(counter::Column::Value, Expr::col((counter::Entity, counter::Column::Value)).add(1))
                .to_owned(),
        )
        .exec_without_returning(&**db)
        .await
        .map_err(Error::doing("taking the next number"))?;
    let row = counter::Entity::find_by_id(name).one(&**db).await.map_err(Error::doing("taking the next number"))?;
    let value = row.ok_or_else(|| corrupt("counter", name, "row is missing after its upsert".to_owned()))?.value;
    uncount("counter", name, "value", value)
}

/// How far a count is; 0 before its first number.
pub(crate) async fn number(db: &impl ConnectionTrait, name: &'static str) -> Result<u64, Error> {
    let row = counter::Entity::find_by_id(name).one(db).await.map_err(Error::doing("reading a count"))?;
    row.map_or(Ok(0), |row| uncount("counter", name, "value", row.value))
}

/// Sets a count that somebody else gives.
pub(crate) async fn set_number(db: &Write, name: &'static str, value: u64) -> Result<(), Error> {
    let row = counter::ActiveModel { name: Set(name.to_owned()), value: Set(count("count", value)?) };
    counter::Entity::insert(row)
        .on_conflict(OnConflict::column(counter::Column::Name).update_column(counter::Column::Value).to_owned())
        .exec_without_returning(&**db)
        .await
        .map_err(Error::doing("setting a count"))?;
    Ok(())
}

/// The newest cosigned head of a box, if it has any segment here.
pub async fn head(db: &impl ConnectionTrait, box_id: &BoxId) -> Result<Option<Head>, Error> {
    let row =
        head::Entity::find_by_id(box_id.as_str()).one(db).await.map_err(Error::doing("reading a witnessed head"))?;
    row.map(|row| {
        Ok(Head {
            size: uncount("witness_head", &row.box_id, "size", row.size)?,
            root: digest("witness_head", &row.box_id, &row.root)?,
            checkpoint: row.checkpoint,
            cosigned_at: Timestamp(row.cosigned_at),
        })
    })
    .transpose()
}

/// The segment at a place in a box's log.
pub async fn find(db: &impl ConnectionTrait, box_id: &BoxId, seg_no: u64) -> Result<Option<Segment>, Error> {
    let row = segment::Entity::find()
        .filter(segment::Column::BoxId.eq(box_id.as_str()))
        .filter(segment::Column::SegNo.eq(count("seg_no", seg_no)?))
        .one(db)
        .await
        .map_err(Error::doing("looking for a segment"))?;
    row.map(typed).transpose()
}

/// Up to `limit` segments after `after`, in order.
pub async fn after(db: &impl ConnectionTrait, after: u64, limit: Limit) -> Result<Vec<Segment>, Error> {
    segment::Entity::find()
        .filter(segment::Column::IngestNo.gt(count("ingest_no", after)?))
        .order_by_asc(segment::Column::IngestNo)
        .limit(limit.rows())
        .all(db)
        .await
        .map_err(Error::doing("reading segments"))?
        .into_iter()
        .map(typed)
        .collect()
}

/// Segments of one box, the newest first.
pub async fn page(
    db: &impl ConnectionTrait,
    box_id: &BoxId,
    before: Option<&Cursor>,
    limit: Limit,
) -> Result<Page<Segment>, Error> {
    use segment::Column;
    let mut find = segment::Entity::find().filter(Column::BoxId.eq(box_id.as_str()));
    if let Some(before) = before {
        find = find.filter(Column::SegNo.lt(before.at));
    }
    let rows = find
        .order_by_desc(Column::SegNo)
        .limit(limit.rows() + 1)
        .all(db)
        .await
        .map_err(Error::doing("reading the segments of a box"))?;
    let page = Page::from_one_more(rows, limit, |row| Cursor { at: row.seg_no, id: String::new() });
    let rows = page.rows.into_iter().map(typed).collect::<Result<_, _>>()?;
    Ok(Page { rows, next: page.next })
}

/// The last number given; 0 if none.
pub async fn last(db: &impl ConnectionTrait) -> Result<u64, Error> {
    let row = segment::Entity::find()
        .order_by_desc(segment::Column::IngestNo)
        .one(db)
        .await
        .map_err(Error::doing("reading the last segment"))?;
    row.map_or(Ok(0), |row| uncount("ingest", "last", "ingest_no", row.ingest_no))
}

/// How far a reader of the order says it has come; 0 if it never said.
pub async fn cursor(db: &impl ConnectionTrait, reader: &'static str) -> Result<u64, Error> {
    let row = counter::Entity::find_by_id(reader).one(db).await.map_err(Error::doing("reading a cursor"))?;
    row.map_or(Ok(0), |row| uncount("counter", reader, "value", row.value))
}

/// Keeps how far a reader of the order has come, in the same change as what it made of it.
pub async fn set_cursor(db: &impl ConnectionTrait, reader: &'static str, through: u64) -> Result<(), Error> {
    let row = counter::ActiveModel { name: Set(reader.to_owned()), value: Set(count("cursor", through)?) };
    counter::Entity::insert(row)
        .on_conflict(OnConflict::column(counter::Column::Name).update_column(counter::Column::Value).to_owned())
        .exec_without_returning(db)
        .await
        .map_err(Error::doing("keeping a cursor"))?;
    Ok(())
}

/// What the center holds of one box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Whose.
    pub box_id: BoxId,
    /// Number of segments.
    pub segments: u64,
    /// When the last one came.
    pub last_received_at: Timestamp,
    /// Sums over all segments.
    pub counts: Counts,
}

#[derive(FromQueryResult)]
struct Sums {
    box_id: String,
    segments: i64,
    last_received_at: i64,
    bytes: i64,
    entries: i64,
    readings: i64,
    events: i64,
    findings: i64,
    rejects: i64,
    lost: i64,
}

/// What the center holds of each box, up to and including `through`, by box.
pub async fn held(db: &impl ConnectionTrait, through: u64) -> Result<Vec<Held>, Error> {
    let through = segment::Column::IngestNo.lte(count("ingest_no", through)?);
    sums(segment::Entity::find().filter(through), db).await
}

/// What the center holds of one box, if anything.
pub async fn held_of(db: &impl ConnectionTrait, box_id: &BoxId) -> Result<Option<Held>, Error> {
    let of = segment::Column::BoxId.eq(box_id.as_str());
    Ok(sums(segment::Entity::find().filter(of), db).await?.pop())
}

/// What the center has received of each box since a moment.
pub async fn held_since(db: &impl ConnectionTrait, since: Timestamp) -> Result<Vec<Held>, Error> {
    let since = segment::Column::ReceivedAt.gte(since.0);
    sums(segment::Entity::find().filter(since), db).await
}

async fn sums(find: Select<segment::Entity>, db: &impl ConnectionTrait) -> Result<Vec<Held>, Error> {
    use segment::Column;
    // PostgreSQL sums bigint as numeric, which is not what we read.
    let sum = |column: Column| column.sum().cast_as(Alias::new("bigint"));
    let rows = find
        .select_only()
        .column(Column::BoxId)
        .column_as(Column::IngestNo.count(), "segments")
        .column_as(Column::ReceivedAt.max(), "last_received_at")
        .column_as(sum(Column::Bytes), "bytes")
        .column_as(sum(Column::Entries), "entries")
        .column_as(sum(Column::Readings), "readings")
        .column_as(sum(Column::Events), "events")
        .column_as(sum(Column::Findings), "findings")
        .column_as(sum(Column::Rejects), "rejects")
        .column_as(sum(Column::Lost), "lost")
        .group_by(Column::BoxId)
        .order_by_asc(Column::BoxId)
        .into_model::<Sums>()
        .all(db)
        .await
        .map_err(Error::doing("counting what is held"))?;
    rows.into_iter()
        .map(|row| {
            let count = |column, value| uncount("ingest", &row.box_id, column, value);
            Ok(Held {
                box_id: word("ingest", &row.box_id, &row.box_id)?,
                segments: count("segments", row.segments)?,
                last_received_at: Timestamp(row.last_received_at),
                counts: Counts {
                    bytes: count("bytes", row.bytes)?,
                    entries: count("entries", row.entries)?,
                    readings: count("readings", row.readings)?,
                    events: count("events", row.events)?,
                    findings: count("findings", row.findings)?,
                    rejects: count("rejects", row.rejects)?,
                    lost: count("lost", row.lost)?,
                },
            })
        })
        .collect()
}

fn typed(row: segment::Model) -> Result<Segment, Error> {
    let key = row.ingest_no.to_string();
    let count = |column, value| uncount("ingest", &key, column, value);
    Ok(Segment {
        ingest_no: count("ingest_no", row.ingest_no)?,
        box_id: word("ingest", &key, &row.box_id)?,
        seg_no: count("seg_no", row.seg_no)?,
        header_hash: digest("ingest", &key, &row.header_hash)?,
        received_at: Timestamp(row.received_at),
        counts: Counts {
            bytes: count("bytes", row.bytes)?,
            entries: count("entries", row.entries)?,
            readings: count("readings", row.readings)?,
            events: count("events", row.events)?,
            findings: count("findings", row.findings)?,
            rejects: count("rejects", row.rejects)?,
            lost: count("lost", row.lost)?,
        },
    })
}
