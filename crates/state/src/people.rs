//! Accounts of one end, and the organisations and sessions of their people.
//!
//! Comes in: a password already hashed, a session's token already hashed. Goes out: the person of a living session.
//! Never here: a password, a token that would open a session, or a person removed (a closed account keeps its name,
//! so that the name never passes to somebody else; 21 CFR 11.100).

mod code;
mod role;
mod session;

use record::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, ForeignKey, Index, Query, Table};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::codec::corrupt;
use crate::migrate::Columns;
use crate::region::{Region, lies_in};
use crate::{Error, Step, blob, int, int_null, text, text_null};

pub use code::{
    Recovery, add_code, approve_recovery, ask_recovery, code_is_of, end_codes, invited, recoveries, recovery, use_code,
};
pub use role::{Organisation, OrganisationKind, Role};
pub use session::{OpenSession, Session, begin, end, end_all, of_person, session, touch};

/// The organisations of an end: whom its people work for.
pub mod organisations {
    pub use super::role::{add, any, by_id, settle, within};
}

/// Tables of this module.
pub(crate) fn steps() -> Vec<Step> {
    vec![
        Step {
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
        },
        Step {
            name: "people_20261122_1",
            tables: || {
                vec![
                    Table::create()
                        .table("organisation")
                        .col(text("id").primary_key())
                        .col(text("name_zh"))
                        .col(text("name_en"))
                        .col(text("kind"))
                        .col(text("region"))
                        .col(int("added_at"))
                        .take(),
                    Table::create()
                        .table("account_code")
                        .col(blob("code_hash").primary_key())
                        .col(text("person"))
                        .col(text("made_by"))
                        .col(int("made_at"))
                        .col(int("expires_at"))
                        .col(int_null("used_at"))
                        .foreign_key(ForeignKey::create().from("account_code", "person").to("person", "name"))
                        .take(),
                    Table::create()
                        .table("recovery")
                        .col(text("id").primary_key())
                        .col(text("person"))
                        .col(text("reason"))
                        .col(text("asked_by"))
                        .col(int("asked_at"))
                        .col(int("expires_at"))
                        .col(text_null("approved_by"))
                        .col(int_null("approved_at"))
                        .foreign_key(ForeignKey::create().from("recovery", "person").to("person", "name"))
                        .take(),
                ]
            },
            indexes: || {
                vec![
                    Index::create().name("web_session_by_person").table("web_session").col("person").take(),
                    Index::create().name("account_code_by_person").table("account_code").col("person").take(),
                ]
            },
        },
    ]
}

/// Columns that came after their tables.
pub(crate) fn columns() -> Columns {
    Columns { name: "people_20261122_2", texts: &[("person", "organisation"), ("web_session", "address")] }
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
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
        pub organisation: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A person with an account at this end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Login name.
    pub name: String,
    /// Name as signed and shown.
    pub display_name: String,
    /// What the person does here.
    pub role: Role,
    /// Id of the organisation the person works for.
    pub organisation: String,
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
            role: Role::of_word(&row.role)
                .ok_or_else(|| corrupt("person", &row.name, format!("role `{}`", row.role)))?,
            organisation: row.organisation.clone(),
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

impl Credential {
    fn of_row(row: person::Model) -> Result<Self, Error> {
        Ok(Self {
            person: Person::of_row(&row)?,
            failed_logins: u64::try_from(row.failed_logins)
                .map_err(|error| corrupt("person", &row.name, format!("failed_logins: {error}")))?,
            failed_at: row.failed_at.map(Timestamp),
            password_hash: row.password_hash,
        })
    }
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
        organisation: Set(person.organisation.clone()),
    };
    model.insert(db).await.map_err(Error::doing("adding a person"))?;
    Ok(())
}

/// Gives a person a new password and ends all sessions and codes of that person.
pub async fn set_password(db: &impl ConnectionTrait, name: &str, password_hash: &str) -> Result<(), Error> {
    replace_password(db, name, password_hash).await?;
    end_codes(db, name).await?;
    end_all(db, name, None).await
}

/// Gives a person a new password; sessions stay.
pub async fn replace_password(db: &impl ConnectionTrait, name: &str, password_hash: &str) -> Result<(), Error> {
    let done = person::Entity::update_many()
        .col_expr(person::Column::PasswordHash, Expr::value(password_hash))
        .col_expr(person::Column::FailedLogins, Expr::value(0_i64))
        .filter(person::Column::Name.eq(name))
        .exec(db)
        .await
        .map_err(Error::doing("changing a password"))?;
    known(done.rows_affected, name)
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
    end_codes(db, name).await?;
    end_all(db, name, None).await
}

fn known(rows: u64, name: &str) -> Result<(), Error> {
    if rows == 0 { Err(Error::Missing { what: "person", key: name.to_owned() }) } else { Ok(()) }
}

/// Accounts of the organisations of a division by name, closed ones too; all accounts if no division is given.
pub async fn all(db: &impl ConnectionTrait, region: Option<&Region>) -> Result<Vec<Credential>, Error> {
    let mut find = person::Entity::find();
    if let Some(region) = region {
        let theirs = Query::select().column("id").from("organisation").and_where(lies_in(region)).to_owned();
        find = find.filter(person::Column::Organisation.in_subquery(theirs));
    }
    let rows = find.order_by_asc(person::Column::Name).all(db).await.map_err(Error::doing("listing people"))?;
    rows.into_iter().map(Credential::of_row).collect()
}

/// What a login under this name is checked against.
pub async fn credential(db: &impl ConnectionTrait, name: &str) -> Result<Option<Credential>, Error> {
    let row = person::Entity::find_by_id(name).one(db).await.map_err(Error::doing("reading a person"))?;
    row.map(Credential::of_row).transpose()
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

/// The password was right: the failed ones before it no longer count.
pub async fn forget_failures(db: &impl ConnectionTrait, name: &str) -> Result<(), Error> {
    person::Entity::update_many()
        .col_expr(person::Column::FailedLogins, Expr::value(0_i64))
        .filter(person::Column::Name.eq(name))
        .exec(db)
        .await
        .map_err(Error::doing("forgetting failed logins"))?;
    Ok(())
}

/// Gives everybody without organisation to this one, and every `viewer` this role.
async fn settle(db: &impl ConnectionTrait, organisation: &str, viewers: Role) -> Result<(), Error> {
    let columns = [(person::Column::Organisation, "", organisation), (person::Column::Role, "viewer", viewers.word())];
    for (column, from, to) in columns {
        person::Entity::update_many()
            .col_expr(column, Expr::value(to))
            .filter(column.eq(from))
            .exec(db)
            .await
            .map_err(Error::doing("settling people in their organisation"))?;
    }
    Ok(())
}
