//! What happened to each batch, event by event: steps, consumed lots, decisions.
//!
//! Comes in: events of the log whose subject is a batch, also twice. Goes out: the events of one batch in order of time,
//! each in its newest version. A correction replaces what it corrects, whichever comes first; nothing is deleted.

use record::{Digest, Event, EventKind, Qualifiers, RecordId, SourceId, SourceKey, Timestamp, Zone};
use sea_orm::sea_query::{Index, OnConflict, Table};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::batches::BatchKey;
use crate::codec::{corrupt, digest, qualifiers, qualifiers_text, uncount, word};
use crate::{Error, Limit, Step, blob, int, text, text_null};

pub(crate) fn steps() -> Vec<Step> {
    vec![Step {
        name: "history_20261122_1",
        tables: || {
            vec![
                Table::create()
                    .table("batch_event")
                    .col(blob("record").primary_key())
                    .col(text("enterprise"))
                    .col(text("product"))
                    .col(text("batch"))
                    .col(text("kind"))
                    .col(text_null("step"))
                    .col(int("at"))
                    .col(text("source"))
                    .col(text("source_key"))
                    .col(int("version"))
                    .col(int("zone"))
                    .col(text("attributes"))
                    .take(),
            ]
        },
        indexes: || {
            let columns = ["enterprise", "product", "batch", "at", "record"];
            let index = columns
                .into_iter()
                .fold(Index::create().name("batch_event_in_order").table("batch_event").take(), |mut index, column| {
                    index.col(column).take()
                });
            vec![index]
        },
    }]
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "batch_event")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub record: Vec<u8>,
        pub enterprise: String,
        pub product: String,
        pub batch: String,
        pub kind: String,
        pub step: Option<String>,
        pub at: i64,
        pub source: String,
        pub source_key: String,
        pub version: i64,
        pub zone: i64,
        pub attributes: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One event of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// Its record.
    pub record: RecordId,
    /// What happened.
    pub kind: EventKind,
    /// In which process step.
    pub step: Option<String>,
    /// When: the source's time, or the box's where the source gave none.
    pub at: Timestamp,
    /// Which system told.
    pub source: SourceId,
    /// The system's own key.
    pub source_key: SourceKey,
    /// 1 for the first telling, higher for corrections.
    pub version: u32,
    /// Zone it is sealed in.
    pub zone: Zone,
    /// What else was told: `material`, `lot`, `decision`.
    pub attributes: Qualifiers,
}

/// Keeps an event of a batch. The same event again changes nothing.
pub async fn add(
    db: &impl ConnectionTrait,
    key: &BatchKey,
    step: Option<&str>,
    event: &Event,
    at: Timestamp,
) -> Result<(), Error> {
    let model = row::ActiveModel {
        record: Set(event.id.0.to_vec()),
        enterprise: Set(key.enterprise.as_str().to_owned()),
        product: Set(key.product.as_str().to_owned()),
        batch: Set(key.batch.as_str().to_owned()),
        kind: Set(event.kind.name().to_owned()),
        step: Set(step.map(str::to_owned)),
        at: Set(at.0),
        source: Set(event.source.as_str().to_owned()),
        source_key: Set(event.key.as_str().to_owned()),
        version: Set(i64::from(event.version)),
        zone: Set(event.zone as i64),
        attributes: Set(qualifiers_text(&event.attributes)),
    };
    row::Entity::insert(model)
        .on_conflict(OnConflict::column(row::Column::Record).do_nothing().to_owned())
        .exec_without_returning(db)
        .await
        .map_err(Error::doing("keeping an event of a batch"))?;
    Ok(())
}

/// The events of a batch by time, each in its newest version; at most `limit` rows are read.
pub async fn of_batch(db: &impl ConnectionTrait, key: &BatchKey, limit: Limit) -> Result<Vec<Happened>, Error> {
    use row::Column;
    let rows = row::Entity::find()
        .filter(Column::Enterprise.eq(key.enterprise.as_str()))
        .filter(Column::Product.eq(key.product.as_str()))
        .filter(Column::Batch.eq(key.batch.as_str()))
        .order_by_asc(Column::At)
        .order_by_asc(Column::Record)
        .limit(limit.rows())
        .all(db)
        .await
        .map_err(Error::doing("reading the events of a batch"))?;
    let all = rows.into_iter().map(typed).collect::<Result<Vec<_>, _>>()?;
    let newest = |event: &Happened| {
        let of_the_same = |other: &&Happened| other.source == event.source && other.source_key == event.source_key;
        all.iter().filter(of_the_same).all(|other| other.version <= event.version)
    };
    Ok(all.iter().filter(|event| newest(event)).cloned().collect())
}

fn typed(row: row::Model) -> Result<Happened, Error> {
    let record: Digest = digest("batch_event", &row.batch, &row.record)?;
    let key = record.to_string();
    let zone = [Zone::White, Zone::Grey, Zone::Black].into_iter().find(|zone| *zone as i64 == row.zone);
    let version = uncount("batch_event", &key, "version", row.version)?;
    Ok(Happened {
        record,
        kind: EventKind::from_name(&row.kind),
        step: row.step,
        at: Timestamp(row.at),
        source: word("batch_event", &key, &row.source)?,
        source_key: word("batch_event", &key, &row.source_key)?,
        version: u32::try_from(version)
            .map_err(|error| corrupt("batch_event", &key, format!("version {version}: {error}")))?,
        zone: zone.ok_or_else(|| corrupt("batch_event", &key, format!("zone {}", row.zone)))?,
        attributes: qualifiers("batch_event", &key, &row.attributes)?,
    })
}
