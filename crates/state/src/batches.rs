//! Batches of products: when each began, when it ended, what was decided. The end orders the batch in every series.
//!
//! Comes in: events in any order, also twice, also corrected. Goes out: one row a batch that holds, of each fact, the
//! highest version seen.

use record::{BatchId, EnterpriseId, ProductId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, Index, LikeExpr, OnConflict, Table};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::codec::word;
use crate::region::Within;
use crate::{Cursor, Error, Limit, Page, Step, int, int_null, text, text_null};

pub(crate) fn steps() -> Vec<Step> {
    vec![Step {
        name: "batches_20261121_1",
        tables: || {
            vec![
                Table::create()
                    .table("batch")
                    .col(text("enterprise"))
                    .col(text("product"))
                    .col(text("batch"))
                    .col(int("first_seen_at"))
                    .col(int_null("started_at"))
                    .col(int("started_version"))
                    .col(int_null("ended_at"))
                    .col(int("ended_version"))
                    .col(text_null("decision"))
                    .col(int_null("decided_at"))
                    .col(int("decided_version"))
                    .primary_key(Index::create().col("enterprise").col("product").col("batch"))
                    .take(),
            ]
        },
        indexes: || {
            vec![
                Index::create()
                    .name("batch_by_time")
                    .table("batch")
                    .col("first_seen_at")
                    .col("enterprise")
                    .col("product")
                    .col("batch")
                    .take(),
            ]
        },
    }]
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
pub(crate) mod batch {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "batch")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub enterprise: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub product: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub batch: String,
        pub first_seen_at: i64,
        pub started_at: Option<i64>,
        pub started_version: i64,
        pub ended_at: Option<i64>,
        pub ended_version: i64,
        pub decision: Option<String>,
        pub decided_at: Option<i64>,
        pub decided_version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Names a batch for ever.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchKey {
    /// Whose.
    pub enterprise: EnterpriseId,
    /// Of what.
    pub product: ProductId,
    /// Batch number.
    pub batch: BatchId,
}

/// One fact about a batch, from an event of this version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// It was opened.
    Started(Timestamp),
    /// It was closed.
    Ended(Timestamp),
    /// It was released or refused.
    Decided(Timestamp, String),
}

/// What is known of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Which.
    pub key: BatchKey,
    /// When this end first heard of it.
    pub first_seen_at: Timestamp,
    /// When it was opened.
    pub started_at: Option<Timestamp>,
    /// When it was closed.
    pub ended_at: Option<Timestamp>,
    /// When it was released or refused, and which.
    pub decided: Option<(Timestamp, String)>,
}

/// Keeps a fact unless one of a higher version is known.
pub async fn learn(
    db: &impl ConnectionTrait,
    key: &BatchKey,
    fact: &Fact,
    version: u32,
    now: Timestamp,
) -> Result<(), Error> {
    use batch::Column;
    let version = i64::from(version);
    let mut row = batch::ActiveModel {
        enterprise: Set(key.enterprise.as_str().to_owned()),
        product: Set(key.product.as_str().to_owned()),
        batch: Set(key.batch.as_str().to_owned()),
        first_seen_at: Set(now.0),
        started_version: Set(0),
        ended_version: Set(0),
        decided_version: Set(0),
        ..Default::default()
    };
    let (version_column, columns) = match fact {
        Fact::Started(at) => {
            (row.started_at, row.started_version) = (Set(Some(at.0)), Set(version));
            (Column::StartedVersion, vec![Column::StartedAt, Column::StartedVersion])
        }
        Fact::Ended(at) => {
            (row.ended_at, row.ended_version) = (Set(Some(at.0)), Set(version));
            (Column::EndedVersion, vec![Column::EndedAt, Column::EndedVersion])
        }
        Fact::Decided(at, decision) => {
            (row.decided_at, row.decided_version) = (Set(Some(at.0)), Set(version));
            row.decision = Set(Some(decision.clone()));
            (Column::DecidedVersion, vec![Column::DecidedAt, Column::Decision, Column::DecidedVersion])
        }
    };
    let newer = OnConflict::columns([Column::Enterprise, Column::Product, Column::Batch])
        .update_columns(columns)
        .action_and_where(Expr::col((batch::Entity, version_column)).lte(version))
        .to_owned();
    batch::Entity::insert(row)
        .on_conflict(newer)
        .exec_without_returning(db)
        .await
        .map_err(Error::doing("learning a fact about a batch"))?;
    Ok(())
}

/// Makes a batch known that a reading named before any event did.
pub async fn mention(db: &impl ConnectionTrait, key: &BatchKey, now: Timestamp) -> Result<(), Error> {
    use batch::Column;
    let row = batch::ActiveModel {
        enterprise: Set(key.enterprise.as_str().to_owned()),
        product: Set(key.product.as_str().to_owned()),
        batch: Set(key.batch.as_str().to_owned()),
        first_seen_at: Set(now.0),
        started_version: Set(0),
        ended_version: Set(0),
        decided_version: Set(0),
        ..Default::default()
    };
    batch::Entity::insert(row)
        .on_conflict(OnConflict::columns([Column::Enterprise, Column::Product, Column::Batch]).do_nothing().to_owned())
        .exec_without_returning(db)
        .await
        .map_err(Error::doing("mentioning a batch"))?;
    Ok(())
}

/// What is known of one batch.
pub async fn find(db: &impl ConnectionTrait, key: &BatchKey) -> Result<Option<Batch>, Error> {
    find_within(db, key, &Within::All).await
}

/// What is known of one batch, if whoever asks may see it.
pub async fn find_within(db: &impl ConnectionTrait, key: &BatchKey, within: &Within) -> Result<Option<Batch>, Error> {
    let id = (key.enterprise.to_string(), key.product.to_string(), key.batch.to_string());
    let mut find = batch::Entity::find_by_id(id);
    if let Some(within) = within.condition(batch::Column::Enterprise) {
        find = find.filter(within);
    }
    let row = find.one(db).await.map_err(Error::doing("looking for a batch"))?;
    row.map(typed).transpose()
}

/// Number of batches known.
pub async fn number(db: &impl ConnectionTrait, within: &Within) -> Result<u64, Error> {
    use sea_orm::PaginatorTrait;
    let mut find = batch::Entity::find();
    if let Some(within) = within.condition(batch::Column::Enterprise) {
        find = find.filter(within);
    }
    find.count(db).await.map_err(Error::doing("counting batches"))
}

/// Number of batches first heard of since a moment.
pub async fn number_since(db: &impl ConnectionTrait, within: &Within, since: Timestamp) -> Result<u64, Error> {
    use sea_orm::PaginatorTrait;
    let mut find = batch::Entity::find().filter(batch::Column::FirstSeenAt.gte(since.0));
    if let Some(within) = within.condition(batch::Column::Enterprise) {
        find = find.filter(within);
    }
    find.count(db).await.map_err(Error::doing("counting the day's batches"))
}

/// Which batches to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Whose batches whoever asks may see.
    pub within: Within,
    /// Only of this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Only of this product.
    pub product: Option<ProductId>,
    /// Only those whose number contains this text.
    pub number: Option<String>,
}

/// Batches that match, the last heard of first.
pub async fn page(
    db: &impl ConnectionTrait,
    filter: &Filter,
    before: Option<&Cursor>,
    limit: Limit,
) -> Result<Page<Batch>, Error> {
    use batch::Column;
    let mut find = batch::Entity::find();
    if let Some(within) = filter.within.condition(Column::Enterprise) {
        find = find.filter(within);
    }
    if let Some(enterprise) = &filter.enterprise {
        find = find.filter(Column::Enterprise.eq(enterprise.as_str()));
    }
    if let Some(product) = &filter.product {
        find = find.filter(Column::Product.eq(product.as_str()));
    }
    if let Some(number) = &filter.number {
        find = find.filter(Expr::col((batch::Entity, Column::Batch)).like(containing(number)));
    }
    if let Some(cursor) = before {
        let key: [String; 3] =
            serde_json::from_str(&cursor.id).ok().ok_or_else(|| Error::Cursor { text: cursor.to_string() })?;
        let name =
            Expr::tuple([Column::Enterprise.into_expr(), Column::Product.into_expr(), Column::Batch.into_expr()]);
        let same_time = Column::FirstSeenAt.eq(cursor.at).and(name.gt(Expr::tuple(key.map(Expr::value))));
        find = find.filter(Column::FirstSeenAt.lt(cursor.at).or(same_time));
    }
    let rows = find
        .order_by_desc(Column::FirstSeenAt)
        .order_by_asc(Column::Enterprise)
        .order_by_asc(Column::Product)
        .order_by_asc(Column::Batch)
        .limit(limit.rows() + 1)
        .all(db)
        .await
        .map_err(Error::doing("reading batches"))?;
    let page = Page::from_one_more(rows, limit, |row| Cursor {
        at: row.first_seen_at,
        id: serde_json::json!([row.enterprise, row.product, row.batch]).to_string(),
    });
    let rows = page.rows.into_iter().map(typed).collect::<Result<_, _>>()?;
    Ok(Page { rows, next: page.next })
}

/// The pattern of a text that contains `part`, whose own signs mean themselves.
fn containing(part: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for sign in part.chars() {
        if matches!(sign, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(sign);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape(ESCAPE)
}

/// Makes a sign of a pattern mean itself.
const ESCAPE: char = '!';

fn typed(row: batch::Model) -> Result<Batch, Error> {
    let key = BatchKey {
        enterprise: word("batch", &row.batch, &row.enterprise)?,
        product: word("batch", &row.batch, &row.product)?,
        batch: word("batch", &row.batch, &row.batch)?,
    };
    Ok(Batch {
        key,
        first_seen_at: Timestamp(row.first_seen_at),
        started_at: row.started_at.map(Timestamp),
        ended_at: row.ended_at.map(Timestamp),
        decided: row.decided_at.map(Timestamp).zip(row.decision),
    })
}
