//! Accounts and sessions of one end.
//!
//! Comes in: a password already hashed, a session's token already hashed. Goes out: the person of a living session.
//! Never here: a password, a token that would open a session, or a person removed (a closed account keeps its name,
//! so that the name never passes to somebody else; 21 CFR 11.100).

use record::{Digest, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, ForeignKey, Index, Table};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::codec::corrupt;
use crate::{Error, Step, blob, int, int_null, text};

/// Tables of this module.
pub(crate) fn steps() -> Vec<Step> {
    vec![Step {
        name: "people_20261121_1",
        tables: || {
            vec![
                Table::create()
                    .table("person")
                    .col(text("name").primary_key())
                    .col(text("display_name"))
                    .col(text("role"))
                    .col(text("password_hash"))
                    .col(int("added_at"))
                    .col(int_null("closed_at"))
                    .col(int("failed_logins"))
                    .col(int_null("failed_at"))
                    .take(),
                Table::create()
                    .table("web_session")
                    .col(blob("token_hash").primary_key())
                    .col(text("person"))
                    .col(int("began_at"))
                    .col(int("seen_at"))
                    .foreign_key(ForeignKey::create().from("web_session", "person").to("person", "name"))
                    .take(),
            ]
        },
        indexes: || vec![Index::create().name("web_session_seen_at").table("web_session").col("seen_at").take()],
    }]
}

mod person {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "person")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub display_name: String,
        pub role: String,
        pub password_hash: String,
        pub added_at: i64,
        pub closed_at: Option<i64>,
        pub failed_logins: i64,
        pub failed_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod session {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "web_session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: Vec<u8>,
        pub person: String,
        pub began_at: i64,
        pub seen_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a person may do at this end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads, and manages people.
    Administrator,
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Administrator => "administrator",
        }
    }

    fn of_row(row: &person::Model) -> Result<Self, Error> {
        [Self::Viewer, Self::Administrator]
            .into_iter()
            .find(|role| role.word() == row.role)
            .ok_or_else(|| corrupt("person", &row.name, format!("role `{}`", row.role)))
    }
}

/// A person with an account at this end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Login name.
    pub name: String,
    /// Name as signed and shown.
    pub display_name: String,
    /// What the person may do.
    pub role: Role,
    /// When the account was opened.
    pub added_at: Timestamp,
    /// When it was closed; a closed account opens no session.
    pub closed_at: Option<Timestamp>,
}

impl Person {
    fn of_row(row: &person::Model) -> Result<Self, Error> {
        Ok(Self {
            name: row.name.clone(),
            display_name: row.display_name.clone(),
            role: Role::of_row(row)?,
            added_at: Timestamp(row.added_at),
            closed_at: row.closed_at.map(Timestamp),
        })
    }
}

/// What a login is checked against.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// Whose.
    pub person: Person,
    /// PHC string of the password.
    pub password_hash: String,
    /// Failed logins since the last good one.
    pub failed_logins: u64,
    /// Time of the last failed one.
    pub failed_at: Option<Timestamp>,
}

impl std::fmt::Debug for Credential {
    /// Never shows the hash.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credential")
            .field("person", &self.person)
            .field("failed_logins", &self.failed_logins)
            .field("failed_at", &self.failed_at)
            .finish_non_exhaustive()
    }
}

/// A living session and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub person: Person,
    /// When the person logged in.
    pub began_at: Timestamp,
    /// When the session was last used, to the step [`touch`] is called with.
    pub seen_at: Timestamp,
}

/// Opens an account. Fails with [`Error::Conflict`] if the name is or ever was taken.
pub async fn add(db: &impl ConnectionTrait, person: &Person, password_hash: &str) -> Result<(), Error> {
    if credential(db, &person.name).await?.is_some() {
        return Err(Error::Conflict { what: "person", key: person.name.clone(), why: "the name is taken".to_owned() });
    }
    let model = person::ActiveModel {
        name: Set(person.name.clone()),
        display_name: Set(person.display_name.clone()),
        role: Set(person.role.word().to_owned()),
        password_hash: Set(password_hash.to_owned()),
        added_at: Set(person.added_at.0),
        closed_at: Set(person.closed_at.map(|at| at.0)),
        failed_logins: Set(0),
        failed_at: Set(None),
    };
    model.insert(db).await.map_err(Error::doing("adding a person"))?;
    Ok(())
}

/// Gives a person a new password and ends all sessions of that person.
pub async fn set_password(db: &impl ConnectionTrait, name: &str, password_hash: &str) -> Result<(), Error> {
    let done = person::Entity::update_many()
        .col_expr(person::Column::PasswordHash, Expr::value(password_hash))
        .col_expr(person::Column::FailedLogins, Expr::value(0_i64))
        .filter(person::Column::Name.eq(name))
        .exec(db)
        .await
        .map_err(Error::doing("changing a password"))?;
    known(done.rows_affected, name)?;
    end_all(db, name).await
}

/// Closes an account and ends all its sessions.
pub async fn close(db: &impl ConnectionTrait, name: &str, now: Timestamp) -> Result<(), Error> {
    let done = person::Entity::update_many()
        .col_expr(person::Column::ClosedAt, Expr::value(now.0))
        .filter(person::Column::Name.eq(name))
        .exec(db)
        .await
        .map_err(Error::doing("closing an account"))?;
    known(done.rows_affected, name)?;
    end_all(db, name).await
}

fn known(rows: u64, name: &str) -> Result<(), Error> {
    if rows == 0 { Err(Error::Missing { what: "person", key: name.to_owned() }) } else { Ok(()) }
}

/// All accounts by name, closed ones too.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Person>, Error> {
    let rows = person::Entity::find()
        .order_by_asc(person::Column::Name)
        .all(db)
        .await
        .map_err(Error::doing("listing people"))?;
    rows.iter().map(Person::of_row).collect()
}

/// What a login under this name is checked against.
pub async fn credential(db: &impl ConnectionTrait, name: &str) -> Result<Option<Credential>, Error> {
    let row = person::Entity::find_by_id(name).one(db).await.map_err(Error::doing("reading a person"))?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Credential {
        person: Person::of_row(&row)?,
        password_hash: row.password_hash,
        failed_logins: u64::try_from(row.failed_logins)
            .map_err(|error| corrupt("person", &row.name, format!("failed_logins: {error}")))?,
        failed_at: row.failed_at.map(Timestamp),
    }))
}

/// Counts a failed login, before the password is looked at: of many at once none escapes the count.
pub async fn login_tried(db: &impl ConnectionTrait, name: &str, now: Timestamp) -> Result<(), Error> {
    person::Entity::update_many()
        .col_expr(person::Column::FailedLogins, Expr::col(person::Column::FailedLogins).add(1_i64))
        .col_expr(person::Column::FailedAt, Expr::value(now.0))
        .filter(person::Column::Name.eq(name))
        .exec(db)
        .await
        .map_err(Error::doing("counting a login"))?;
    Ok(())
}

/// A login was good: forgets the failed ones, ends sessions not used since `idle_before` and begins a new one.
pub async fn begin(
    db: &impl ConnectionTrait,
    name: &str,
    token_hash: Digest,
    now: Timestamp,
    idle_before: Timestamp,
) -> Result<(), Error> {
    person::Entity::update_many()
        .col_expr(person::Column::FailedLogins, Expr::value(0_i64))
        .filter(person::Column::Name.eq(name))
        .exec(db)
        .await
        .map_err(Error::doing("forgetting failed logins"))?;
    session::Entity::delete_many()
        .filter(session::Column::SeenAt.lt(idle_before.0))
        .exec(db)
        .await
        .map_err(Error::doing("ending idle sessions"))?;
    let model = session::ActiveModel {
        token_hash: Set(token_hash.0.to_vec()),
        person: Set(name.to_owned()),
        began_at: Set(now.0),
        seen_at: Set(now.0),
    };
    model.insert(db).await.map_err(Error::doing("beginning a session"))?;
    Ok(())
}

/// The session of this token with its person; `None` if it has ended, never was, or the account is closed.
pub async fn session(db: &impl ConnectionTrait, token_hash: Digest) -> Result<Option<Session>, Error> {
    let row =
        session::Entity::find_by_id(token_hash.0.to_vec()).one(db).await.map_err(Error::doing("reading a session"))?;
    let Some(row) = row else { return Ok(None) };
    let Some(credential) = credential(db, &row.person).await? else {
        return Err(corrupt("web_session", &row.person, "its person is missing".to_owned()));
    };
    if credential.person.closed_at.is_some() {
        return Ok(None);
    }
    Ok(Some(Session { person: credential.person, began_at: Timestamp(row.began_at), seen_at: Timestamp(row.seen_at) }))
}

/// The session was used.
pub async fn touch(db: &impl ConnectionTrait, token_hash: Digest, now: Timestamp) -> Result<(), Error> {
    session::Entity::update_many()
        .col_expr(session::Column::SeenAt, Expr::value(now.0))
        .filter(session::Column::TokenHash.eq(token_hash.0.to_vec()))
        .exec(db)
        .await
        .map_err(Error::doing("using a session"))?;
    Ok(())
}

/// Ends one session; ending one that is not there changes nothing.
pub async fn end(db: &impl ConnectionTrait, token_hash: Digest) -> Result<(), Error> {
    session::Entity::delete_by_id(token_hash.0.to_vec()).exec(db).await.map_err(Error::doing("ending a session"))?;
    Ok(())
}

async fn end_all(db: &impl ConnectionTrait, name: &str) -> Result<(), Error> {
    session::Entity::delete_many()
        .filter(session::Column::Person.eq(name))
        .exec(db)
        .await
        .map_err(Error::doing("ending a person's sessions"))?;
    Ok(())
}
