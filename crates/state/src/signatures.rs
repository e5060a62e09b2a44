//! Electronic signatures and the re-authentications they use up.
//!
//! Comes in: a signature already made, the hash of a re-authentication. Goes out: the signatures of a record. A
//! re-authentication is good for one signature; a signature is never changed or removed.

use record::{Digest, Timestamp};
use sea_orm::sea_query::{Expr, ForeignKey, Index, Table};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::codec::{corrupt, count, digest, uncount};
use crate::{Error, Step, blob, int, int_null, text};

pub(crate) fn steps() -> Vec<Step> {
    vec![Step {
        name: "signatures_20261122_1",
        tables: || {
            vec![
                Table::create()
                    .table("reauthentication")
                    .col(blob("token_hash").primary_key())
                    .col(text("person"))
                    .col(blob("session"))
                    .col(int("at"))
                    .col(int_null("used_at"))
                    .foreign_key(ForeignKey::create().from("reauthentication", "person").to("person", "name"))
                    .take(),
                Table::create()
                    .table("signature")
                    .col(blob("digest").primary_key())
                    .col(text("signer"))
                    .col(text("display_name"))
                    .col(text("organisation"))
                    .col(text("role"))
                    .col(int("at"))
                    .col(text("meaning"))
                    .col(text("record"))
                    .col(blob("record_hash"))
                    .col(int("audit_seq"))
                    .foreign_key(ForeignKey::create().from("signature", "signer").to("person", "name"))
                    .take(),
            ]
        },
        indexes: || vec![Index::create().name("signature_by_record").table("signature").col("record").col("at").take()],
    }]
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod proof {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reauthentication")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: Vec<u8>,
        pub person: String,
        pub session: Vec<u8>,
        pub at: i64,
        pub used_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod signature {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signature")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: Vec<u8>,
        pub signer: String,
        pub display_name: String,
        pub organisation: String,
        pub role: String,
        pub at: i64,
        pub meaning: String,
        pub record: String,
        pub record_hash: Vec<u8>,
        pub audit_seq: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a signature means (21 CFR 11.50(a)(3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// I have looked at it.
    Review,
    /// I approve it.
    Approval,
    /// I answer for it.
    Responsibility,
    /// I wrote it.
    Authorship,
}

impl Meaning {
    /// All meanings.
    pub const ALL: [Self; 4] = [Self::Review, Self::Approval, Self::Responsibility, Self::Authorship];

    /// As stored and digested.
    pub fn word(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Approval => "approval",
            Self::Responsibility => "responsibility",
            Self::Authorship => "authorship",
        }
    }
}

/// A signature as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Login name of the signer.
    pub signer: String,
    /// The signer's name as it was shown then.
    pub display_name: String,
    /// Id of the organisation the signer worked for then.
    pub organisation: String,
    /// The signer's role then, as its word.
    pub role: String,
    /// When.
    pub at: Timestamp,
    /// What it means.
    pub meaning: Meaning,
    /// Name of the signed record.
    pub record: String,
    /// SHA-256 of the signed bytes.
    pub record_hash: Digest,
    /// Hash over all of the above.
    pub digest: Digest,
    /// Row of the audit trail that holds the digest.
    pub audit_seq: u64,
}

/// What became of presenting a re-authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// It was good and is now used up.
    Good,
    /// Never given to this person in this session.
    Unknown,
    /// Older than allowed.
    Expired,
    /// A signature has used it.
    Used,
}

/// Keeps that a person has shown the password again in a session.
pub async fn reauthenticated(
    db: &impl ConnectionTrait,
    token_hash: Digest,
    (person, session): (&str, Digest),
    at: Timestamp,
) -> Result<(), Error> {
    let model = proof::ActiveModel {
        token_hash: Set(token_hash.0.to_vec()),
        person: Set(person.to_owned()),
        session: Set(session.0.to_vec()),
        at: Set(at.0),
        used_at: Set(None),
    };
    model.insert(db).await.map_err(Error::doing("keeping a re-authentication"))?;
    Ok(())
}

/// Uses a re-authentication made after `since` by this person in this session. Of two callers with one, one gets it.
pub async fn present(
    db: &impl ConnectionTrait,
    token_hash: Digest,
    (person, session): (&str, Digest),
    (now, since): (Timestamp, Timestamp),
) -> Result<Presented, Error> {
    use proof::Column;
    let used = proof::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now.0))
        .filter(Column::TokenHash.eq(token_hash.0.to_vec()))
        .filter(Column::Person.eq(person))
        .filter(Column::Session.eq(session.0.to_vec()))
        .filter(Column::At.gt(since.0))
        .filter(Column::UsedAt.is_null())
        .exec(db)
        .await
        .map_err(Error::doing("using a re-authentication"))?;
    if used.rows_affected == 1 {
        return Ok(Presented::Good);
    }
    let row = proof::Entity::find_by_id(token_hash.0.to_vec()).one(db).await;
    let row = row.map_err(Error::doing("reading a re-authentication"))?;
    Ok(match row.filter(|row| row.person == person && row.session == session.0) {
        None => Presented::Unknown,
        Some(row) if row.used_at.is_some() => Presented::Used,
        Some(_) => Presented::Expired,
    })
}

/// Keeps a signature. Fails with [`Error::Conflict`] if the very same is kept already.
pub async fn add(db: &impl ConnectionTrait, new: &Signature) -> Result<(), Error> {
    let known = signature::Entity::find_by_id(new.digest.0.to_vec()).one(db).await;
    if known.map_err(Error::doing("looking for a signature"))?.is_some() {
        let why = "the same signature is kept already".to_owned();
        return Err(Error::Conflict { what: "signature of", key: new.record.clone(), why });
    }
    let model = signature::ActiveModel {
        digest: Set(new.digest.0.to_vec()),
        signer: Set(new.signer.clone()),
        display_name: Set(new.display_name.clone()),
        organisation: Set(new.organisation.clone()),
        role: Set(new.role.clone()),
        at: Set(new.at.0),
        meaning: Set(new.meaning.word().to_owned()),
        record: Set(new.record.clone()),
        record_hash: Set(new.record_hash.0.to_vec()),
        audit_seq: Set(count("audit_seq", new.audit_seq)?),
    };
    model.insert(db).await.map_err(Error::doing("keeping a signature"))?;
    Ok(())
}

/// The signatures of a record, the oldest first.
pub async fn of_record(db: &impl ConnectionTrait, record: &str) -> Result<Vec<Signature>, Error> {
    let rows = signature::Entity::find()
        .filter(signature::Column::Record.eq(record))
        .order_by_asc(signature::Column::At)
        .order_by_asc(signature::Column::AuditSeq)
        .all(db)
        .await
        .map_err(Error::doing("reading signatures"))?;
    rows.into_iter().map(typed).collect()
}

fn typed(row: signature::Model) -> Result<Signature, Error> {
    let meaning = Meaning::ALL
        .into_iter()
        .find(|meaning| meaning.word() == row.meaning)
        .ok_or_else(|| corrupt("signature", &row.record, format!("meaning `{}`", row.meaning)))?;
    Ok(Signature {
        record_hash: digest("signature", &row.record, &row.record_hash)?,
        digest: digest("signature", &row.record, &row.digest)?,
        audit_seq: uncount("signature", &row.record, "audit_seq", row.audit_seq)?,
        signer: row.signer,
        display_name: row.display_name,
        organisation: row.organisation,
        role: row.role,
        at: Timestamp(row.at),
        meaning,
        record: row.record,
    })
}
