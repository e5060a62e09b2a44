//! Enterprises and their boxes: who they are, what they last said of themselves.
//!
//! Comes in: enrolments and heartbeats. Goes out: the register the center knows boxes by, and the three honest
//! counts durable, sealed, witnessed. What a box says of itself is kept apart from what the center has verified.

use record::{BoxId, EnterpriseId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, ForeignKey, Index, OnConflict, Table};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::certificates;
use crate::codec::{count, uncount, word};
use crate::region::Within;
use crate::{Cursor, Error, Limit, Page, Step, blob, int, int_null, text, text_null};

pub(crate) fn steps() -> Vec<Step> {
    vec![Step {
        name: "boxes_20261121_1",
        tables: || {
            vec![
                Table::create()
                    .table("enterprise")
                    .col(text("id").primary_key())
                    .col(text("name_zh"))
                    .col(text("name_en"))
                    .col(text("region"))
                    .col(int("added_at"))
                    .take(),
                Table::create()
                    .table("enterprise_key")
                    .col(text("enterprise").primary_key())
                    .col(text("public_key"))
                    .col(int("since"))
                    .foreign_key(ForeignKey::create().from("enterprise_key", "enterprise").to("enterprise", "id"))
                    .take(),
                Table::create()
                    .table("box")
                    .col(text("id").primary_key())
                    .col(text("enterprise"))
                    .col(text("origin").unique_key())
                    .col(text("vkey").unique_key())
                    .col(text("read_key"))
                    .col(int("enrolled_at"))
                    .col(int_null("last_seen"))
                    .col(int_null("box_clock"))
                    .col(text_null("software"))
                    .col(int("durable_entries"))
                    .col(int("sealed_entries"))
                    .col(int("sealed_segments"))
                    .col(int_null("oldest_unsent_at"))
                    .col(int_null("frozen_at"))
                    .col(text_null("frozen_why"))
                    .col(int_null("retired_at"))
                    .foreign_key(ForeignKey::create().from("box", "enterprise").to("enterprise", "id"))
                    .take(),
                Table::create()
                    .table("box_certificate")
                    .col(blob("fingerprint").primary_key())
                    .col(text("box_id"))
                    .col(int("issued_at"))
                    .col(int("not_after"))
                    .col(int_null("revoked_at"))
                    .foreign_key(ForeignKey::create().from("box_certificate", "box_id").to("box", "id"))
                    .take(),
            ]
        },
        indexes: || {
            vec![
                Index::create().name("box_by_enterprise").table("box").col("enterprise").col("id").take(),
                Index::create().name("box_certificate_by_box").table("box_certificate").col("box_id").take(),
            ]
        },
    }]
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod enterprise {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "enterprise")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub name_zh: String,
        pub name_en: String,
        pub region: String,
        pub added_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod enterprise_key {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "enterprise_key")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub enterprise: String,
        pub public_key: String,
        pub since: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod device {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "box")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub enterprise: String,
        pub origin: String,
        pub vkey: String,
        pub read_key: String,
        pub enrolled_at: i64,
        pub last_seen: Option<i64>,
        pub box_clock: Option<i64>,
        pub software: Option<String>,
        pub durable_entries: i64,
        pub sealed_entries: i64,
        pub sealed_segments: i64,
        pub oldest_unsent_at: Option<i64>,
        pub frozen_at: Option<i64>,
        pub frozen_why: Option<String>,
        pub retired_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A drug enterprise as the center knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enterprise {
    /// Its code.
    pub id: EnterpriseId,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Administrative region, as its code or name.
    pub region: String,
}

/// What a box is, from its enrolment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// Its name at the center.
    pub id: BoxId,
    /// Whose it is.
    pub enterprise: EnterpriseId,
    /// Origin line of its log.
    pub origin: String,
    /// C2SP verifier key of its log.
    pub vkey: String,
    /// Public key with which the box reads its own past, in `seal`'s text form.
    pub read_key: String,
    /// When.
    pub enrolled_at: Timestamp,
}

/// What a box last said of itself. Not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Center clock at arrival.
    pub seen_at: Timestamp,
    /// The box's clock when it spoke.
    pub box_clock: Timestamp,
    /// Program and version.
    pub software: String,
    /// Entries behind an fsync.
    pub durable_entries: u64,
    /// Entries in box-signed checkpoints.
    pub sealed_entries: u64,
    /// Size of the box's log.
    pub sealed_segments: u64,
    /// When the oldest segment not yet received here was closed.
    pub oldest_unsent_at: Option<Timestamp>,
}

/// A box and what it last said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// From enrolment.
    pub box_: Enrolled,
    /// The last heartbeat.
    pub report: Option<Report>,
    /// Its log contradicted itself: nothing of it is accepted until a person decides.
    pub frozen: Option<(Timestamp, String)>,
    /// Taken out of service.
    pub retired_at: Option<Timestamp>,
}

/// Adds an enterprise or changes its names and region.
pub async fn put_enterprise(db: &impl ConnectionTrait, row: &Enterprise, now: Timestamp) -> Result<(), Error> {
    let model = enterprise::ActiveModel {
        id: Set(row.id.as_str().to_owned()),
        name_zh: Set(row.name_zh.clone()),
        name_en: Set(row.name_en.clone()),
        region: Set(row.region.clone()),
        added_at: Set(now.0),
    };
    enterprise::Entity::insert(model)
        .on_conflict(
            OnConflict::column(enterprise::Column::Id)
                .update_columns([enterprise::Column::NameZh, enterprise::Column::NameEn, enterprise::Column::Region])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await
        .map_err(Error::doing("storing an enterprise"))?;
    Ok(())
}

/// All enterprises by code.
pub async fn enterprises(db: &impl ConnectionTrait) -> Result<Vec<Enterprise>, Error> {
    enterprises_within(db, &Within::All).await
}

/// The enterprises that whoever asks may see, by code.
pub async fn enterprises_within(db: &impl ConnectionTrait, within: &Within) -> Result<Vec<Enterprise>, Error> {
    let mut find = enterprise::Entity::find();
    if let Some(within) = within.condition(enterprise::Column::Id) {
        find = find.filter(within);
    }
    find.order_by_asc(enterprise::Column::Id)
        .all(db)
        .await
        .map_err(Error::doing("reading enterprises"))?
        .into_iter()
        .map(enterprise_typed)
        .collect()
}

/// The enterprises that whoever asks may see, by code, those after `after`.
pub async fn enterprises_page(
    db: &impl ConnectionTrait,
    within: &Within,
    after: Option<&Cursor>,
    limit: Limit,
) -> Result<Page<Enterprise>, Error> {
    let mut find = enterprise::Entity::find();
    if let Some(within) = within.condition(enterprise::Column::Id) {
        find = find.filter(within);
    }
    if let Some(after) = after {
        find = find.filter(enterprise::Column::Id.gt(&after.id));
    }
    let rows = find
        .order_by_asc(enterprise::Column::Id)
        .limit(limit.rows() + 1)
        .all(db)
        .await
        .map_err(Error::doing("reading a page of enterprises"))?;
    let page = Page::from_one_more(rows, limit, |row| Cursor { at: 0, id: row.id.clone() });
    let rows = page.rows.into_iter().map(enterprise_typed).collect::<Result<_, _>>()?;
    Ok(Page { rows, next: page.next })
}

/// The public key an enterprise reads its boxes' white and grey data with, in `seal`'s text form.
pub async fn enterprise_key(db: &impl ConnectionTrait, id: &EnterpriseId) -> Result<Option<String>, Error> {
    let row = enterprise_key::Entity::find_by_id(id.as_str()).one(db).await;
    Ok(row.map_err(Error::doing("reading an enterprise's key"))?.map(|row| row.public_key))
}

/// Gives an enterprise its key. Boxes enrolled before keep the key they were told.
pub async fn set_enterprise_key(
    db: &impl ConnectionTrait,
    id: &EnterpriseId,
    public_key: &str,
    now: Timestamp,
) -> Result<(), Error> {
    use enterprise_key::Column;
    let model = enterprise_key::ActiveModel {
        enterprise: Set(id.as_str().to_owned()),
        public_key: Set(public_key.to_owned()),
        since: Set(now.0),
    };
    enterprise_key::Entity::insert(model)
        .on_conflict(
            OnConflict::column(Column::Enterprise).update_columns([Column::PublicKey, Column::Since]).to_owned(),
        )
        .exec_without_returning(db)
        .await
        .map_err(Error::doing("storing an enterprise's key"))?;
    Ok(())
}

/// Adds a newly enrolled box. Fails with [`Error::Conflict`] if the name, origin or key is taken.
pub async fn add(db: &impl ConnectionTrait, new: &Enrolled) -> Result<(), Error> {
    let taken = device::Entity::find()
        .filter(
            device::Column::Id
                .eq(new.id.as_str())
                .or(device::Column::Origin.eq(&new.origin))
                .or(device::Column::Vkey.eq(&new.vkey)),
        )
        .one(db)
        .await
        .map_err(Error::doing("looking for a box"))?;
    if let Some(taken) = taken {
        let why = format!("name, origin or key is already that of box `{}`", taken.id);
        return Err(Error::Conflict { what: "box", key: new.id.to_string(), why });
    }
    let model = device::ActiveModel {
        id: Set(new.id.as_str().to_owned()),
        enterprise: Set(new.enterprise.as_str().to_owned()),
        origin: Set(new.origin.clone()),
        vkey: Set(new.vkey.clone()),
        read_key: Set(new.read_key.clone()),
        enrolled_at: Set(new.enrolled_at.0),
        durable_entries: Set(0),
        sealed_entries: Set(0),
        sealed_segments: Set(0),
        ..Default::default()
    };
    model.insert(db).await.map_err(Error::doing("adding a box"))?;
    Ok(())
}

/// The box of this name.
pub async fn by_id(db: &impl ConnectionTrait, id: &str) -> Result<Option<Registered>, Error> {
    let row = device::Entity::find_by_id(id).one(db).await.map_err(Error::doing("looking for a box"))?;
    row.map(registered).transpose()
}

/// The box of this name, if whoever asks may see its enterprise.
pub async fn by_id_within(db: &impl ConnectionTrait, id: &str, within: &Within) -> Result<Option<Registered>, Error> {
    let mut find = device::Entity::find_by_id(id);
    if let Some(within) = within.condition(device::Column::Enterprise) {
        find = find.filter(within);
    }
    find.one(db).await.map_err(Error::doing("looking for a box"))?.map(registered).transpose()
}

/// All boxes by name, retired ones too.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Registered>, Error> {
    within(db, &Within::All).await
}

/// The boxes of the enterprises that whoever asks may see, by name, retired ones too.
pub async fn within(db: &impl ConnectionTrait, within: &Within) -> Result<Vec<Registered>, Error> {
    let mut find = device::Entity::find();
    if let Some(within) = within.condition(device::Column::Enterprise) {
        find = find.filter(within);
    }
    find.order_by_asc(device::Column::Id)
        .all(db)
        .await
        .map_err(Error::doing("reading boxes"))?
        .into_iter()
        .map(registered)
        .collect()
}

/// Keeps what a box says of itself. Fails with [`Error::Missing`] for an unknown box.
pub async fn report(db: &impl ConnectionTrait, id: &BoxId, report: &Report) -> Result<(), Error> {
    let change = device::ActiveModel {
        last_seen: Set(Some(report.seen_at.0)),
        box_clock: Set(Some(report.box_clock.0)),
        software: Set(Some(report.software.clone())),
        durable_entries: Set(count("durable entries", report.durable_entries)?),
        sealed_entries: Set(count("sealed entries", report.sealed_entries)?),
        sealed_segments: Set(count("sealed segments", report.sealed_segments)?),
        oldest_unsent_at: Set(report.oldest_unsent_at.map(|at| at.0)),
        ..Default::default()
    };
    change_one(db, id.as_str(), change, "storing a heartbeat").await
}

/// Refuses everything further from a box until [`unfreeze`]. The first reason stays.
pub async fn freeze(db: &impl ConnectionTrait, id: &BoxId, why: &str, now: Timestamp) -> Result<(), Error> {
    device::Entity::update_many()
        .col_expr(device::Column::FrozenAt, Expr::value(now.0))
        .col_expr(device::Column::FrozenWhy, Expr::value(why))
        .filter(device::Column::Id.eq(id.as_str()))
        .filter(device::Column::FrozenAt.is_null())
        .exec(db)
        .await
        .map_err(Error::doing("freezing a box"))?;
    Ok(())
}

/// A person decided to accept the box again.
pub async fn unfreeze(db: &impl ConnectionTrait, id: &str) -> Result<(), Error> {
    let change = device::ActiveModel { frozen_at: Set(None), frozen_why: Set(None), ..Default::default() };
    change_one(db, id, change, "accepting a box again").await
}

/// Takes a box out of service and revokes its certificates. Its evidence stays.
pub async fn retire(db: &impl ConnectionTrait, id: &str, now: Timestamp) -> Result<(), Error> {
    let change = device::ActiveModel { retired_at: Set(Some(now.0)), ..Default::default() };
    change_one(db, id, change, "retiring a box").await?;
    certificates::revoke_all(db, id, now).await
}

async fn change_one(
    db: &impl ConnectionTrait,
    id: &str,
    change: device::ActiveModel,
    doing: &'static str,
) -> Result<(), Error> {
    let done = device::Entity::update_many()
        .set(change)
        .filter(device::Column::Id.eq(id))
        .exec(db)
        .await
        .map_err(Error::doing(doing))?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Missing { what: "box", key: id.to_owned() }) }
}

fn enterprise_typed(row: enterprise::Model) -> Result<Enterprise, Error> {
    let id = word("enterprise", &row.id, &row.id)?;
    Ok(Enterprise { id, name_zh: row.name_zh, name_en: row.name_en, region: row.region })
}

fn registered(row: device::Model) -> Result<Registered, Error> {
    let key = row.id.as_str();
    let report = match (row.last_seen, row.box_clock, row.software.clone()) {
        (Some(seen_at), Some(box_clock), Some(software)) => Some(Report {
            seen_at: Timestamp(seen_at),
            box_clock: Timestamp(box_clock),
            software,
            durable_entries: uncount("box", key, "durable_entries", row.durable_entries)?,
            sealed_entries: uncount("box", key, "sealed_entries", row.sealed_entries)?,
            sealed_segments: uncount("box", key, "sealed_segments", row.sealed_segments)?,
            oldest_unsent_at: row.oldest_unsent_at.map(Timestamp),
        }),
        _ => None,
    };
    let box_ = Enrolled {
        id: word("box", key, key)?,
        enterprise: word("box", key, &row.enterprise)?,
        read_key: row.read_key.clone(),
        enrolled_at: Timestamp(row.enrolled_at),
        origin: row.origin.clone(),
        vkey: row.vkey.clone(),
    };
    let frozen = row.frozen_at.map(Timestamp).zip(row.frozen_why);
    Ok(Registered { box_, report, frozen, retired_at: row.retired_at.map(Timestamp) })
}
