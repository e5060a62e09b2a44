//! What opens an account once: invitations, and recoveries that two administrators allow.
//!
//! Comes in: a code already hashed. Goes out: whose account it opens, once. Never here: the code.

use record::{Digest, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::Error;

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod given {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "account_code")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub code_hash: Vec<u8>,
        pub person: String,
        pub made_by: String,
        pub made_at: i64,
        pub expires_at: i64,
        pub used_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod recovery {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub person: String,
        pub reason: String,
        pub asked_by: String,
        pub asked_at: i64,
        pub expires_at: i64,
        pub approved_by: Option<String>,
        pub approved_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One administrator asks that a person may set a new password; another approves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// Random name of the request.
    pub id: String,
    /// Whose account.
    pub person: String,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// Until when it can be approved.
    pub expires_at: Timestamp,
    /// Who approved, and when.
    pub approved: Option<(String, Timestamp)>,
}

impl Recovery {
    fn of_row(row: recovery::Model) -> Self {
        Self {
            approved: row.approved_by.zip(row.approved_at.map(Timestamp)),
            id: row.id,
            person: row.person,
            reason: row.reason,
            asked_by: row.asked_by,
            asked_at: Timestamp(row.asked_at),
            expires_at: Timestamp(row.expires_at),
        }
    }
}

/// Stores the hash of a new code of a person; codes of that person not used yet end.
pub async fn add_code(
    db: &impl ConnectionTrait,
    code_hash: Digest,
    (person, made_by): (&str, &str),
    made_at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    end_codes(db, person).await?;
    let model = given::ActiveModel {
        code_hash: Set(code_hash.0.to_vec()),
        person: Set(person.to_owned()),
        made_by: Set(made_by.to_owned()),
        made_at: Set(made_at.0),
        expires_at: Set(expires_at.0),
        used_at: Set(None),
    };
    model.insert(db).await.map_err(Error::doing("storing a person's code"))?;
    Ok(())
}

/// Takes away the codes of a person that are not used.
pub async fn end_codes(db: &impl ConnectionTrait, person: &str) -> Result<(), Error> {
    given::Entity::delete_many()
        .filter(given::Column::Person.eq(person))
        .filter(given::Column::UsedAt.is_null())
        .exec(db)
        .await
        .map_err(Error::doing("ending a person's codes"))?;
    Ok(())
}

/// Whose account a code opens at `now`, without using it.
pub async fn code_is_of(db: &impl ConnectionTrait, code_hash: Digest, now: Timestamp) -> Result<Option<String>, Error> {
    let row = given::Entity::find_by_id(code_hash.0.to_vec())
        .filter(given::Column::UsedAt.is_null())
        .filter(given::Column::ExpiresAt.gt(now.0))
        .one(db)
        .await
        .map_err(Error::doing("reading a person's code"))?;
    Ok(row.map(|row| row.person))
}

/// Uses a code and says whose it is. Of two callers with one code, one gets it; a code that is used, ended or was never
/// given gives nothing.
pub async fn use_code(db: &impl ConnectionTrait, code_hash: Digest, now: Timestamp) -> Result<Option<String>, Error> {
    let Some(person) = code_is_of(db, code_hash, now).await? else { return Ok(None) };
    let used = given::Entity::update_many()
        .col_expr(given::Column::UsedAt, Expr::value(now.0))
        .filter(given::Column::CodeHash.eq(code_hash.0.to_vec()))
        .filter(given::Column::UsedAt.is_null())
        .exec(db)
        .await
        .map_err(Error::doing("using a person's code"))?;
    Ok((used.rows_affected == 1).then_some(person))
}

/// The people with a code that can still be used at `now`, and until when.
pub async fn invited(db: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<(String, Timestamp)>, Error> {
    let rows = given::Entity::find()
        .filter(given::Column::UsedAt.is_null())
        .filter(given::Column::ExpiresAt.gt(now.0))
        .order_by_asc(given::Column::Person)
        .all(db)
        .await
        .map_err(Error::doing("listing people's codes"))?;
    Ok(rows.into_iter().map(|row| (row.person, Timestamp(row.expires_at))).collect())
}

/// Keeps a request for a recovery.
pub async fn ask_recovery(db: &impl ConnectionTrait, new: &Recovery) -> Result<(), Error> {
    let model = recovery::ActiveModel {
        id: Set(new.id.clone()),
        person: Set(new.person.clone()),
        reason: Set(new.reason.clone()),
        asked_by: Set(new.asked_by.clone()),
        asked_at: Set(new.asked_at.0),
        expires_at: Set(new.expires_at.0),
        approved_by: Set(None),
        approved_at: Set(None),
    };
    model.insert(db).await.map_err(Error::doing("asking for a recovery"))?;
    Ok(())
}

/// The request of this id.
pub async fn recovery(db: &impl ConnectionTrait, id: &str) -> Result<Option<Recovery>, Error> {
    let row = recovery::Entity::find_by_id(id).one(db).await.map_err(Error::doing("reading a recovery"))?;
    Ok(row.map(Recovery::of_row))
}

/// Requests that can still be approved at `now`, the oldest first.
pub async fn recoveries(db: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<Recovery>, Error> {
    let rows = recovery::Entity::find()
        .filter(recovery::Column::ApprovedAt.is_null())
        .filter(recovery::Column::ExpiresAt.gt(now.0))
        .order_by_asc(recovery::Column::AskedAt)
        .order_by_asc(recovery::Column::Id)
        .all(db)
        .await
        .map_err(Error::doing("listing recoveries"))?;
    Ok(rows.into_iter().map(Recovery::of_row).collect())
}

/// Approves a request. Fails with [`Error::Conflict`], changing nothing, if it is approved or over, or if the approver
/// is who asked or whose account it is.
pub async fn approve_recovery(
    db: &impl ConnectionTrait,
    id: &str,
    by: &str,
    now: Timestamp,
) -> Result<Recovery, Error> {
    let done = recovery::Entity::update_many()
        .col_expr(recovery::Column::ApprovedBy, Expr::value(by))
        .col_expr(recovery::Column::ApprovedAt, Expr::value(now.0))
        .filter(recovery::Column::Id.eq(id))
        .filter(recovery::Column::ApprovedAt.is_null())
        .filter(recovery::Column::ExpiresAt.gt(now.0))
        .filter(recovery::Column::AskedBy.ne(by))
        .filter(recovery::Column::Person.ne(by))
        .exec(db)
        .await
        .map_err(Error::doing("approving a recovery"))?;
    let known = recovery(db, id).await?.ok_or_else(|| Error::Missing { what: "recovery", key: id.to_owned() })?;
    if done.rows_affected == 1 {
        return Ok(known);
    }
    let why = match &known.approved {
        Some((by, _)) => format!("{by} has approved it"),
        None if known.asked_by == by => "the second administrator must be another than the first".to_owned(),
        None if known.person == by => "nobody approves the recovery of the own account".to_owned(),
        None => "it was not approved in time; ask again".to_owned(),
    };
    Err(Error::Conflict { what: "recovery", key: id.to_owned(), why })
}
