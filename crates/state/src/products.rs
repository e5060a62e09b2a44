//! Products, as the batches tell of them: who makes which, how many batches are known, when the last began.
//!
//! Comes in: nothing of its own. Goes out: a page of products, each with its figures. A product without a batch is not
//! known here.

use record::{EnterpriseId, ProductId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::batches::batch;
use crate::codec::{uncount, word};
use crate::region::Within;
use crate::{Cursor, Error, Limit, Page};

/// One product of one enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Whose.
    pub enterprise: EnterpriseId,
    /// Its code.
    pub product: ProductId,
    /// Batches known.
    pub batches: u64,
    /// Of them released or refused.
    pub decided: u64,
    /// When this end first heard of the newest of them.
    pub last_seen_at: Timestamp,
}

/// Products that whoever asks may see, by enterprise, then code, those after `after`.
pub async fn page(
    db: &impl ConnectionTrait,
    within: &Within,
    after: Option<&Cursor>,
    limit: Limit,
) -> Result<Page<Product>, Error> {
    use batch::Column;
    let mut find = batch::Entity::find();
    if let Some(within) = within.condition(Column::Enterprise) {
        find = find.filter(within);
    }
    if let Some(after) = after {
        let key: [String; 2] =
            serde_json::from_str(&after.id).ok().ok_or_else(|| Error::Cursor { text: after.to_string() })?;
        let [enterprise, product] = key;
        find = find.filter(
            Expr::tuple([Expr::col((batch::Entity, Column::Enterprise)), Expr::col((batch::Entity, Column::Product))])
                .gt(Expr::tuple([Expr::value(enterprise), Expr::value(product)])),
        );
    }
    let rows: Vec<(String, String, i64, i64, i64)> = find
        .select_only()
        .column(Column::Enterprise)
        .column(Column::Product)
        .column_as(Column::Batch.count(), "batches")
        .column_as(Column::DecidedAt.count(), "decided")
        .column_as(Column::FirstSeenAt.max(), "last_seen_at")
        .group_by(Column::Enterprise)
        .group_by(Column::Product)
        .order_by_asc(Column::Enterprise)
        .order_by_asc(Column::Product)
        .limit(limit.rows() + 1)
        .into_tuple()
        .all(db)
        .await
        .map_err(Error::doing("reading a page of products"))?;
    let cursor = |(enterprise, product, ..): &(String, String, i64, i64, i64)| {
        let id = serde_json::json!([enterprise, product]).to_string();
        Cursor { at: 0, id }
    };
    let page = Page::from_one_more(rows, limit, cursor);
    let typed = |(enterprise, product, batches, decided, last): (String, String, i64, i64, i64)| {
        Ok(Product {
            batches: uncount("batch", &product, "batches", batches)?,
            decided: uncount("batch", &product, "decided", decided)?,
            last_seen_at: Timestamp(last),
            enterprise: word("batch", &product, &enterprise)?,
            product: word("batch", &product, &product)?,
        })
    };
    let rows = page.rows.into_iter().map(typed).collect::<Result<_, Error>>()?;
    Ok(Page { rows, next: page.next })
}
