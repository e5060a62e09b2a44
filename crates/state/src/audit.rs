//! The audit trail: who did what to what, when, from where, with what before and after, and why (21 CFR 11.10(e)).
//!
//! Comes in: events, inside the change they tell of. Goes out: rows numbered from 1 without a gap, each with the hash of
//! everything before it. Never: a row changed or removed; there is no function for it.

use std::collections::BTreeMap;

use record::{Digest, Timestamp};
use sea_orm::sea_query::{Index, Query, Table};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use sha2::{Digest as _, Sha256};

use crate::codec::{corrupt, count, digest, uncount};
use crate::ingest::{next_number, number, set_number};
use crate::region::{Region, lies_in};
use crate::{Cursor, Error, Limit, Page, Step, Write, blob, int, text};

/// What the first row's hash is computed with.
pub const FIRST_HASH: Digest = Digest([0; 32]);

pub(crate) fn steps() -> Vec<Step> {
    vec![Step {
        name: "audit_20261122_1",
        tables: || {
            vec![
                Table::create()
                    .table("audit")
                    .col(int("seq").primary_key())
                    .col(int("at"))
                    .col(text("who"))
                    .col(text("organisation"))
                    .col(text("act"))
                    .col(text("object"))
                    .col(text("body"))
                    .col(blob("hash"))
                    .take(),
            ]
        },
        indexes: || {
            vec![
                Index::create().name("audit_by_who").table("audit").col("who").col("seq").take(),
                Index::create().name("audit_by_act").table("audit").col("act").col("seq").take(),
                Index::create().name("audit_by_object").table("audit").col("object").col("seq").take(),
                Index::create().name("audit_by_time").table("audit").col("at").col("seq").take(),
            ]
        },
    }]
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub at: i64,
        pub who: String,
        pub organisation: String,
        pub act: String,
        pub object: String,
        pub body: String,
        pub hash: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How an act ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// What happened. Empty texts mean: not known, or not applicable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Login name; of a refused login the name that was tried.
    pub who: String,
    /// Id of the person's organisation.
    pub organisation: String,
    /// What was done, as one word.
    pub act: String,
    /// Whether it was.
    pub outcome: Outcome,
    /// To what: `person/li.na`, `box/box-1`.
    pub object: String,
    /// What was there before.
    pub old: String,
    /// What is there now.
    pub new: String,
    /// Why, in the person's words, or why it was refused.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// Address the request came from.
    pub address: String,
    /// Hash of the session's token.
    pub session: Option<Digest>,
}

impl Event {
    /// An event of which nothing is known but when it was.
    pub fn new(at: Timestamp) -> Self {
        let nothing = String::new;
        Self {
            who: nothing(),
            organisation: nothing(),
            act: nothing(),
            outcome: Outcome::Done,
            object: nothing(),
            old: nothing(),
            new: nothing(),
            reason: nothing(),
            at,
            address: nothing(),
            session: None,
        }
    }

    /// The bytes that are hashed: one line of JSON with sorted keys, without what is not known.
    fn body(&self, seq: u64) -> Result<String, Error> {
        let at = jiff::Timestamp::from_microsecond(self.at.0).map_err(|error| Error::Conflict {
            what: "audit time",
            key: self.at.0.to_string(),
            why: error.to_string(),
        })?;
        let mut fields: BTreeMap<&str, serde_json::Value> = BTreeMap::new();
        fields.insert("seq", seq.into());
        fields.insert("at", format!("{at:.6}").into());
        fields.insert("outcome", self.outcome.word().into());
        let session = self.session.map(|session| session.to_string()).unwrap_or_default();
        for (name, value) in [
            ("who", &self.who),
            ("organisation", &self.organisation),
            ("act", &self.act),
            ("object", &self.object),
            ("old", &self.old),
            ("new", &self.new),
            ("reason", &self.reason),
            ("from", &self.address),
            ("session", &session),
        ] {
            if !value.is_empty() {
                fields.insert(name, value.as_str().into());
            }
        }
        serde_json::to_string(&fields).map_err(|error| Error::Conflict {
            what: "audit event",
            key: self.act.clone(),
            why: error.to_string(),
        })
    }
}

/// A row of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1, without a gap.
    pub seq: u64,
    /// The event as it is hashed.
    pub body: String,
    /// SHA-256 of the hash of the row before and the body.
    pub hash: Digest,
}

impl Row {
    fn of_model(model: row::Model) -> Result<Self, Error> {
        let key = model.seq.to_string();
        let hash = digest("audit", &key, &model.hash)?;
        Ok(Self { seq: uncount("audit", &key, "seq", model.seq)?, body: model.body, hash })
    }
}

/// `SHA-256(hash of the row before ‖ body)`.
pub fn chained(before: &Digest, body: &str) -> Digest {
    Digest(Sha256::new().chain_update(before.0).chain_update(body).finalize().into())
}

/// Adds a row in the change it tells of: both are kept or neither.
pub async fn append(db: &Write, event: &Event) -> Result<Row, Error> {
    let seq = next_number(db, "audit_seq").await?;
    let before = match seq {
        1 => FIRST_HASH,
        _ => {
            let known = row::Entity::find_by_id(count("seq", seq - 1)?).one(&**db).await;
            let known = known.map_err(Error::doing("reading the last audit row"))?;
            let missing = || corrupt("audit", &(seq - 1).to_string(), "the row is missing".to_owned());
            Row::of_model(known.ok_or_else(missing)?)?.hash
        }
    };
    let body = event.body(seq)?;
    let hash = chained(&before, &body);
    let model = row::ActiveModel {
        seq: Set(count("seq", seq)?),
        at: Set(event.at.0),
        who: Set(event.who.clone()),
        organisation: Set(event.organisation.clone()),
        act: Set(event.act.clone()),
        object: Set(event.object.clone()),
        body: Set(body.clone()),
        hash: Set(hash.0.to_vec()),
    };
    model.insert(&**db).await.map_err(Error::doing("adding an audit row"))?;
    Ok(Row { seq, body, hash })
}

/// Which rows to give.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only acts of people whose organisation lies in this division. Acts of nobody known are left out then.
    pub region: Option<Region>,
    /// Only of this login name.
    pub who: Option<String>,
    /// Only of this act.
    pub act: Option<String>,
    /// Only on this object.
    pub object: Option<String>,
    /// Only from this time on.
    pub from: Option<Timestamp>,
    /// Only before this time.
    pub until: Option<Timestamp>,
}

/// Rows that match, the newest first.
pub async fn page(
    db: &impl ConnectionTrait,
    filter: &Filter,
    before: Option<&Cursor>,
    limit: Limit,
) -> Result<Page<Row>, Error> {
    use row::Column;
    let mut find = row::Entity::find();
    if let Some(region) = &filter.region {
        let theirs = Query::select().column("id").from("organisation").and_where(lies_in(region)).to_owned();
        find = find.filter(Column::Organisation.in_subquery(theirs));
    }
    for (column, wanted) in [(Column::Who, &filter.who), (Column::Act, &filter.act), (Column::Object, &filter.object)] {
        if let Some(wanted) = wanted {
            find = find.filter(column.eq(wanted.as_str()));
        }
    }
    if let Some(from) = filter.from {
        find = find.filter(Column::At.gte(from.0));
    }
    if let Some(until) = filter.until {
        find = find.filter(Column::At.lt(until.0));
    }
    if let Some(before) = before {
        find = find.filter(Column::Seq.lt(before.at));
    }
    let rows = find
        .order_by_desc(Column::Seq)
        .limit(limit.rows() + 1)
        .all(db)
        .await
        .map_err(Error::doing("reading the audit trail"))?;
    let page = Page::from_one_more(rows, limit, |row| Cursor { at: row.seq, id: String::new() });
    let rows = page.rows.into_iter().map(Row::of_model).collect::<Result<_, _>>()?;
    Ok(Page { rows, next: page.next })
}

/// Rows after this number in their order: for whoever signs or exports them.
pub async fn after(db: &impl ConnectionTrait, seq: u64, limit: Limit) -> Result<Vec<Row>, Error> {
    let rows = row::Entity::find()
        .filter(row::Column::Seq.gt(count("seq", seq)?))
        .order_by_asc(row::Column::Seq)
        .limit(limit.rows())
        .all(db)
        .await
        .map_err(Error::doing("reading the audit trail"))?;
    rows.into_iter().map(Row::of_model).collect()
}

/// Number of the last row that a box has sealed as an event.
pub async fn sealed_through(db: &impl ConnectionTrait) -> Result<u64, Error> {
    number(db, "audit_sealed").await
}

/// The box has sealed all rows up to this one.
pub async fn set_sealed_through(db: &Write, seq: u64) -> Result<(), Error> {
    set_number(db, "audit_sealed", seq).await
}

/// The row of this number.
pub async fn by_seq(db: &impl ConnectionTrait, seq: u64) -> Result<Option<Row>, Error> {
    let found = row::Entity::find_by_id(count("seq", seq)?).one(db).await;
    found.map_err(Error::doing("reading an audit row"))?.map(Row::of_model).transpose()
}
