//! What the center refused, why, and where it is kept.
//!
//! Comes in: a refusal with the name of the file that holds what was refused. Goes out: pages of them, newest first,
//! and counts by kind. A refusal is never edited.

use record::Timestamp;
use sea_orm::sea_query::{ExprTrait, Index, Table};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::codec::{count, uncount};
use crate::{Cursor, Error, Limit, Page, Step, int, text, text_null};

pub(crate) fn steps() -> Vec<Step> {
    vec![Step {
        name: "refusals_20261121_1",
        tables: || {
            vec![
                Table::create()
                    .table("refusal")
                    .col(int("id").auto_increment().primary_key())
                    .col(int("at"))
                    .col(text("door"))
                    .col(text("kind"))
                    .col(text_null("box_id"))
                    .col(text("detail"))
                    .col(text_null("kept_as"))
                    .col(int("bytes"))
                    .take(),
            ]
        },
        indexes: || vec![Index::create().name("refusal_by_time").table("refusal").col("at").col("id").take()],
    }]
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod refusal {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "refusal")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub at: i64,
        pub door: String,
        pub kind: String,
        pub box_id: Option<String>,
        pub detail: String,
        pub kept_as: Option<String>,
        pub bytes: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Something that came and was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Center clock.
    pub at: Timestamp,
    /// Which door it came to: `enrol`, `segments`, `heartbeat`.
    pub door: String,
    /// Machine name of the reason, the last part of the problem's type.
    pub kind: String,
    /// Who brought it, where that is known.
    pub box_id: Option<String>,
    /// Where and why, in English.
    pub detail: String,
    /// File under `refused/` that holds it, unless there was no room or nothing to keep.
    pub kept_as: Option<String>,
    /// Bytes that came.
    pub bytes: u64,
}

/// Keeps a refusal.
pub async fn add(db: &impl ConnectionTrait, new: &Refusal) -> Result<(), Error> {
    let row = refusal::ActiveModel {
        at: Set(new.at.0),
        door: Set(new.door.clone()),
        kind: Set(new.kind.clone()),
        box_id: Set(new.box_id.clone()),
        detail: Set(new.detail.clone()),
        kept_as: Set(new.kept_as.clone()),
        bytes: Set(count("bytes", new.bytes)?),
        ..Default::default()
    };
    row.insert(db).await.map_err(Error::doing("keeping a refusal"))?;
    Ok(())
}

/// Refusals, newest first.
pub async fn page(db: &impl ConnectionTrait, before: Option<&Cursor>, limit: Limit) -> Result<Page<Refusal>, Error> {
    use refusal::Column;
    let mut find = refusal::Entity::find();
    if let Some(cursor) = before {
        let id: i64 = cursor.id.parse().ok().ok_or_else(|| Error::Cursor { text: cursor.to_string() })?;
        find = find.filter(Column::At.lt(cursor.at).or(Column::At.eq(cursor.at).and(Column::Id.lt(id))));
    }
    let rows = find
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .limit(limit.rows() + 1)
        .all(db)
        .await
        .map_err(Error::doing("reading refusals"))?;
    let page = Page::from_one_more(rows, limit, |row| Cursor { at: row.at, id: row.id.to_string() });
    let rows = page.rows.into_iter().map(typed).collect::<Result<_, _>>()?;
    Ok(Page { rows, next: page.next })
}

/// Number of refusals by kind.
pub async fn by_kind(db: &impl ConnectionTrait) -> Result<Vec<(String, u64)>, Error> {
    use refusal::Column;
    let rows: Vec<(String, i64)> = refusal::Entity::find()
        .select_only()
        .column(Column::Kind)
        .column_as(Column::Id.count(), "number")
        .group_by(Column::Kind)
        .order_by_asc(Column::Kind)
        .into_tuple()
        .all(db)
        .await
        .map_err(Error::doing("counting refusals"))?;
    rows.into_iter().map(|(kind, number)| Ok((kind.clone(), uncount("refusal", &kind, "number", number)?))).collect()
}

fn typed(row: refusal::Model) -> Result<Refusal, Error> {
    let bytes = uncount("refusal", &row.id.to_string(), "bytes", row.bytes)?;
    Ok(Refusal {
        at: Timestamp(row.at),
        door: row.door,
        kind: row.kind,
        box_id: row.box_id,
        detail: row.detail,
        kept_as: row.kept_as,
        bytes,
    })
}
