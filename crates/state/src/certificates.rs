//! The certificates of boxes: whose each is, until when, which are revoked, and which box is to get a new one.
//!
//! Comes in: what the center's authority issued, and what an administrator asks. Goes out: the box behind a connection. A
//! certificate that was replaced, revoked or has ended opens nothing.

use record::{BoxId, Digest, Timestamp};
use sea_orm::sea_query::{Expr, ForeignKey, OnConflict, Table};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::boxes::{self, Registered};
use crate::codec::digest;
use crate::{Error, Step, int, text};

/// What asks for a rotation; the certificates themselves are of the first step of `boxes`.
pub(crate) fn steps() -> Vec<Step> {
    vec![Step {
        name: "certificates_20261122_1",
        tables: || {
            vec![
                Table::create()
                    .table("certificate_rotation")
                    .col(text("box_id").primary_key())
                    .col(int("asked_at"))
                    .foreign_key(ForeignKey::create().from("certificate_rotation", "box_id").to("box", "id"))
                    .take(),
            ]
        },
        indexes: Vec::new,
    }]
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod certificate {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "box_certificate")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub fingerprint: Vec<u8>,
        pub box_id: String,
        pub issued_at: i64,
        pub not_after: i64,
        pub revoked_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod rotation {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "certificate_rotation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub box_id: String,
        pub asked_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Binds a certificate to a box by the SHA-256 of its DER bytes.
pub async fn add(
    db: &impl ConnectionTrait,
    id: &BoxId,
    fingerprint: Digest,
    issued_at: Timestamp,
    not_after: Timestamp,
) -> Result<(), Error> {
    let model = certificate::ActiveModel {
        fingerprint: Set(fingerprint.0.to_vec()),
        box_id: Set(id.as_str().to_owned()),
        issued_at: Set(issued_at.0),
        not_after: Set(not_after.0),
        revoked_at: Set(None),
    };
    model.insert(db).await.map_err(Error::doing("binding a certificate"))?;
    Ok(())
}

/// A certificate of a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// SHA-256 of its DER bytes.
    pub fingerprint: Digest,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Its end.
    pub not_after: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// All certificates a box was ever given, the newest first.
pub async fn of_box(db: &impl ConnectionTrait, id: &BoxId) -> Result<Vec<Certificate>, Error> {
    let rows = certificate::Entity::find()
        .filter(certificate::Column::BoxId.eq(id.as_str()))
        .order_by_desc(certificate::Column::IssuedAt)
        .order_by_asc(certificate::Column::Fingerprint)
        .all(db)
        .await
        .map_err(Error::doing("listing certificates"))?;
    rows.into_iter()
        .map(|row| {
            Ok(Certificate {
                fingerprint: digest("box_certificate", &row.box_id, &row.fingerprint)?,
                issued_at: Timestamp(row.issued_at),
                not_after: Timestamp(row.not_after),
                revoked_at: row.revoked_at.map(Timestamp),
            })
        })
        .collect()
}

/// The box a certificate was issued to, unless it is revoked or past its end at `now`.
pub async fn box_of(
    db: &impl ConnectionTrait,
    fingerprint: Digest,
    now: Timestamp,
) -> Result<Option<Registered>, Error> {
    let bound = certificate::Entity::find_by_id(fingerprint.0.to_vec())
        .filter(certificate::Column::RevokedAt.is_null())
        .filter(certificate::Column::NotAfter.gt(now.0))
        .one(db)
        .await
        .map_err(Error::doing("looking for a certificate"))?;
    match bound {
        Some(bound) => boxes::by_id(db, &bound.box_id).await,
        None => Ok(None),
    }
}

/// Revokes what a box still holds.
pub(crate) async fn revoke_all(db: &impl ConnectionTrait, id: &str, now: Timestamp) -> Result<(), Error> {
    revoke(db, id, Expr::value(true), now).await.map(|_revoked| ())
}

/// Asks that a box gets a new certificate. Asking again changes the time.
pub async fn ask_rotation(db: &impl ConnectionTrait, id: &BoxId, now: Timestamp) -> Result<(), Error> {
    use rotation::Column;
    let model = rotation::ActiveModel { box_id: Set(id.as_str().to_owned()), asked_at: Set(now.0) };
    rotation::Entity::insert(model)
        .on_conflict(OnConflict::column(Column::BoxId).update_column(Column::AskedAt).to_owned())
        .exec_without_returning(db)
        .await
        .map_err(Error::doing("asking for a rotation"))?;
    Ok(())
}

/// Since when a box is to get a new certificate and has not used one.
pub async fn rotation_asked(db: &impl ConnectionTrait, id: &BoxId) -> Result<Option<Timestamp>, Error> {
    let row = rotation::Entity::find_by_id(id.as_str()).one(db).await;
    Ok(row.map_err(Error::doing("looking for a rotation"))?.map(|row| Timestamp(row.asked_at)))
}

/// Whether a box that shows this certificate is to replace it: it was asked to since, or a third of its life is left.
pub async fn rotation_due(
    db: &impl ConnectionTrait,
    id: &BoxId,
    fingerprint: Digest,
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(shown) = shown(db, id, fingerprint).await? else { return Ok(false) };
    let asked = rotation_asked(db, id).await?;
    let third = shown.not_after.saturating_sub(shown.issued_at) / 3;
    Ok(asked.is_some_and(|asked| asked.0 > shown.issued_at) || now.0 > shown.not_after.saturating_sub(third))
}

/// A box has shown that it can use this certificate: those issued to it before are revoked, and what was asked is done.
/// Gives how many were revoked.
pub async fn settle(db: &impl ConnectionTrait, id: &BoxId, fingerprint: Digest, now: Timestamp) -> Result<u64, Error> {
    let Some(shown) = shown(db, id, fingerprint).await? else { return Ok(0) };
    let before = certificate::Column::IssuedAt.lt(shown.issued_at);
    let revoked = revoke(db, id.as_str(), before, now).await?;
    rotation::Entity::delete_many()
        .filter(rotation::Column::BoxId.eq(id.as_str()))
        .filter(rotation::Column::AskedAt.lte(shown.issued_at))
        .exec(db)
        .await
        .map_err(Error::doing("ending a rotation"))?;
    Ok(revoked)
}

async fn shown(
    db: &impl ConnectionTrait,
    id: &BoxId,
    fingerprint: Digest,
) -> Result<Option<certificate::Model>, Error> {
    certificate::Entity::find_by_id(fingerprint.0.to_vec())
        .filter(certificate::Column::BoxId.eq(id.as_str()))
        .one(db)
        .await
        .map_err(Error::doing("looking for a certificate"))
}

async fn revoke(db: &impl ConnectionTrait, id: &str, which: Expr, now: Timestamp) -> Result<u64, Error> {
    let done = certificate::Entity::update_many()
        .col_expr(certificate::Column::RevokedAt, Expr::value(now.0))
        .filter(certificate::Column::BoxId.eq(id))
        .filter(certificate::Column::RevokedAt.is_null())
        .filter(which)
        .exec(db)
        .await
        .map_err(Error::doing("revoking certificates"))?;
    Ok(done.rows_affected)
}
