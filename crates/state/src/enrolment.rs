//! One-time codes with which a box proves that the enterprise it speaks for asked for it.
//!
//! Comes in: a code's hash with its end. Goes out: the enterprise and the box it is for, once. The code itself is never stored, and a code
//! that has been used, has ended or was never given is refused, each with its own reason.

use record::{BoxId, Digest, EnterpriseId, Timestamp};
use sea_orm::sea_query::{Expr, ForeignKey, Table};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::codec::word;
use crate::{Error, Step, blob, int, int_null, text};

pub(crate) fn steps() -> Vec<Step> {
    vec![Step {
        name: "enrolment_20261121_1",
        tables: || {
            vec![
                Table::create()
                    .table("enrolment_code")
                    .col(blob("code_hash").primary_key())
                    .col(text("enterprise"))
                    .col(text("box_id"))
                    .col(int("made_at"))
                    .col(int("expires_at"))
                    .col(int_null("used_at"))
                    .foreign_key(ForeignKey::create().from("enrolment_code", "enterprise").to("enterprise", "id"))
                    .take(),
            ]
        },
        indexes: Vec::new,
    }]
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod code {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "enrolment_code")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub code_hash: Vec<u8>,
        pub enterprise: String,
        pub box_id: String,
        pub made_at: i64,
        pub expires_at: i64,
        pub used_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What presenting a code gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// The code was good and is now used.
    Granted {
        /// For a box of this enterprise.
        enterprise: EnterpriseId,
        /// The name the box gets.
        box_id: BoxId,
    },
    /// No such code was ever given.
    Unknown,
    /// It ended unused.
    Expired {
        /// When.
        at: Timestamp,
    },
    /// A box has used it.
    Used {
        /// When.
        at: Timestamp,
    },
}

/// Stores the hash of a new code for a box of an enterprise.
pub async fn add_code(
    db: &impl ConnectionTrait,
    code_hash: Digest,
    enterprise: &EnterpriseId,
    box_id: &BoxId,
    made_at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let model = code::ActiveModel {
        code_hash: Set(code_hash.0.to_vec()),
        enterprise: Set(enterprise.as_str().to_owned()),
        box_id: Set(box_id.as_str().to_owned()),
        made_at: Set(made_at.0),
        expires_at: Set(expires_at.0),
        used_at: Set(None),
    };
    model.insert(db).await.map_err(Error::doing("storing an enrolment code"))?;
    Ok(())
}

/// Uses a code. Of two callers with one code, one is granted.
pub async fn redeem(db: &impl ConnectionTrait, code_hash: Digest, now: Timestamp) -> Result<Redeemed, Error> {
    let used = code::Entity::update_many()
        .col_expr(code::Column::UsedAt, Expr::value(now.0))
        .filter(code::Column::CodeHash.eq(code_hash.0.to_vec()))
        .filter(code::Column::UsedAt.is_null())
        .filter(code::Column::ExpiresAt.gt(now.0))
        .exec(db)
        .await
        .map_err(Error::doing("using an enrolment code"))?;
    let row = code::Entity::find_by_id(code_hash.0.to_vec())
        .one(db)
        .await
        .map_err(Error::doing("reading an enrolment code"))?;
    let Some(row) = row else { return Ok(Redeemed::Unknown) };
    if used.rows_affected == 1 {
        return Ok(Redeemed::Granted {
            enterprise: word("enrolment_code", &row.box_id, &row.enterprise)?,
            box_id: word("enrolment_code", &row.box_id, &row.box_id)?,
        });
    }
    Ok(match row.used_at {
        Some(at) => Redeemed::Used { at: Timestamp(at) },
        None => Redeemed::Expired { at: Timestamp(row.expires_at) },
    })
}
