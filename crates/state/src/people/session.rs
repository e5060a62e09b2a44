//! Sessions: who is logged in, since when, from where.

use record::{Digest, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Organisation, Person, credential, forget_failures, organisations};
use crate::Error;
use crate::codec::{corrupt, digest};

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod kept {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "web_session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: Vec<u8>,
        pub person: String,
        pub began_at: i64,
        pub seen_at: i64,
        pub address: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A living session and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub person: Person,
    /// For whom the person works.
    pub organisation: Organisation,
    /// When the person logged in.
    pub began_at: Timestamp,
    /// When the session was last used, to the step [`touch`] is called with.
    pub seen_at: Timestamp,
}

/// A session as it is listed. Its id is the stored hash of its token, which opens nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// Hash of its token.
    pub id: Digest,
    /// Login name.
    pub person: String,
    /// When the person logged in.
    pub began_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// Address the login came from, as far as it is known.
    pub address: String,
}

/// A login was good: forgets the failed ones, ends sessions not used since `idle_before` and begins a new one.
pub async fn begin(
    db: &impl ConnectionTrait,
    (name, address): (&str, &str),
    token_hash: Digest,
    now: Timestamp,
    idle_before: Timestamp,
) -> Result<(), Error> {
    forget_failures(db, name).await?;
    kept::Entity::delete_many()
        .filter(kept::Column::SeenAt.lt(idle_before.0))
        .exec(db)
        .await
        .map_err(Error::doing("ending idle sessions"))?;
    let model = kept::ActiveModel {
        token_hash: Set(token_hash.0.to_vec()),
        person: Set(name.to_owned()),
        began_at: Set(now.0),
        seen_at: Set(now.0),
        address: Set(address.to_owned()),
    };
    model.insert(db).await.map_err(Error::doing("beginning a session"))?;
    Ok(())
}

/// The session of this token with its person; `None` if it has ended, never was, or the account is closed.
pub async fn session(db: &impl ConnectionTrait, token_hash: Digest) -> Result<Option<Session>, Error> {
    let row =
        kept::Entity::find_by_id(token_hash.0.to_vec()).one(db).await.map_err(Error::doing("reading a session"))?;
    let Some(row) = row else { return Ok(None) };
    let Some(credential) = credential(db, &row.person).await? else {
        return Err(corrupt("web_session", &row.person, "its person is missing".to_owned()));
    };
    let person = credential.person;
    if person.closed_at.is_some() {
        return Ok(None);
    }
    let Some(organisation) = organisations::by_id(db, &person.organisation).await? else {
        let why = format!("organisation `{}` is missing", person.organisation);
        return Err(corrupt("person", &person.name, why));
    };
    let (began_at, seen_at) = (Timestamp(row.began_at), Timestamp(row.seen_at));
    Ok(Some(Session { person, organisation, began_at, seen_at }))
}

/// Sessions of one person, the last begun first. Some of them may have ended by time.
pub async fn of_person(db: &impl ConnectionTrait, name: &str) -> Result<Vec<OpenSession>, Error> {
    let rows = kept::Entity::find()
        .filter(kept::Column::Person.eq(name))
        .order_by_desc(kept::Column::BeganAt)
        .order_by_asc(kept::Column::TokenHash)
        .all(db)
        .await
        .map_err(Error::doing("listing sessions"))?;
    rows.into_iter()
        .map(|row| {
            Ok(OpenSession {
                id: digest("web_session", &row.person, &row.token_hash)?,
                person: row.person,
                began_at: Timestamp(row.began_at),
                seen_at: Timestamp(row.seen_at),
                address: row.address,
            })
        })
        .collect()
}

/// The session was used.
pub async fn touch(db: &impl ConnectionTrait, token_hash: Digest, now: Timestamp) -> Result<(), Error> {
    kept::Entity::update_many()
        .col_expr(kept::Column::SeenAt, Expr::value(now.0))
        .filter(kept::Column::TokenHash.eq(token_hash.0.to_vec()))
        .exec(db)
        .await
        .map_err(Error::doing("using a session"))?;
    Ok(())
}

/// Ends one session; ending one that is not there changes nothing.
pub async fn end(db: &impl ConnectionTrait, token_hash: Digest) -> Result<(), Error> {
    kept::Entity::delete_by_id(token_hash.0.to_vec()).exec(db).await.map_err(Error::doing("ending a session"))?;
    Ok(())
}

/// Ends all sessions of a person but the one named, if any.
pub async fn end_all(db: &impl ConnectionTrait, name: &str, but: Option<Digest>) -> Result<(), Error> {
    let mut ended = kept::Entity::delete_many().filter(kept::Column::Person.eq(name));
    if let Some(but) = but {
        ended = ended.filter(kept::Column::TokenHash.ne(but.0.to_vec()));
    }
    ended.exec(db).await.map_err(Error::doing("ending a person's sessions"))?;
    Ok(())
}
