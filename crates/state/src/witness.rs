//! The heads of logs that the public witness has cosigned: one a log, compared and replaced as one step.
//!
//! Comes in: a head that extends the kept one. Goes out: the newest head of a log. A head is never replaced by one that was
//! checked against another: two requests at once cannot set a log back (C2SP tlog-witness, add-checkpoint). The heads of
//! our own boxes, which the ingest keeps, are in [`crate::ingest`].

use record::{Digest, Timestamp};
use sea_orm::sea_query::{Expr, OnConflict, Table};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::codec::{count, digest, uncount};
use crate::{Error, Step, blob, int, text};

pub(crate) fn steps() -> Vec<Step> {
    vec![Step {
        name: "witness_20261122_1",
        tables: || {
            vec![
                Table::create()
                    .table("witnessed_log")
                    .col(text("origin").primary_key())
                    .col(int("size"))
                    .col(blob("root"))
                    .col(text("note"))
                    .col(int("cosigned_at"))
                    .take(),
            ]
        },
        indexes: Vec::new,
    }]
}

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod watched {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "witnessed_log")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub origin: String,
        pub size: i64,
        pub root: Vec<u8>,
        pub note: String,
        pub cosigned_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Size and root of a log, as it was cosigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Leaves.
    pub size: u64,
    /// Root of the log tree.
    pub root: Digest,
}

/// The newest cosigned head of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// The head.
    pub head: Head,
    /// The checkpoint with the log's signature and ours.
    pub note: String,
    /// When it was cosigned.
    pub cosigned_at: Timestamp,
}

/// The newest cosigned head of a log, if there is one.
pub async fn newest(db: &impl ConnectionTrait, origin: &str) -> Result<Option<Cosigned>, Error> {
    let row = watched::Entity::find_by_id(origin).one(db).await.map_err(Error::doing("reading a cosigned head"))?;
    row.map(|row| {
        let head = Head {
            size: uncount("witnessed_log", &row.origin, "size", row.size)?,
            root: digest("witnessed_log", &row.origin, &row.root)?,
        };
        Ok(Cosigned { head, note: row.note, cosigned_at: Timestamp(row.cosigned_at) })
    })
    .transpose()
}

/// Puts `new` in the place of `held` (`None`: no head yet). False, changing nothing, if something else is there: the one
/// statement compares and replaces.
///
/// Replacing by a smaller head is [`Error::Conflict`], whatever the caller checked.
pub async fn replace(
    db: &impl ConnectionTrait,
    origin: &str,
    held: Option<Head>,
    new: &Cosigned,
) -> Result<bool, Error> {
    let (size, root) = (count("size", new.head.size)?, new.head.root.0.to_vec());
    let Some(held) = held else {
        let row = watched::ActiveModel {
            origin: Set(origin.to_owned()),
            size: Set(size),
            root: Set(root),
            note: Set(new.note.clone()),
            cosigned_at: Set(new.cosigned_at.0),
        };
        let inserted = watched::Entity::insert(row)
            .on_conflict(OnConflict::column(watched::Column::Origin).do_nothing().to_owned())
            .exec_without_returning(db)
            .await
            .map_err(Error::doing("keeping a first head"))?;
        return Ok(inserted == 1);
    };
    if new.head.size < held.size {
        let why = format!("{} leaves are cosigned, {} would set it back", held.size, new.head.size);
        return Err(Error::Conflict { what: "witnessed log", key: origin.to_owned(), why });
    }
    let done = watched::Entity::update_many()
        .col_expr(watched::Column::Size, Expr::value(size))
        .col_expr(watched::Column::Root, Expr::value(root))
        .col_expr(watched::Column::Note, Expr::value(new.note.clone()))
        .col_expr(watched::Column::CosignedAt, Expr::value(new.cosigned_at.0))
        .filter(watched::Column::Origin.eq(origin))
        .filter(watched::Column::Size.eq(count("size", held.size)?))
        .filter(watched::Column::Root.eq(held.root.0.to_vec()))
        .exec(db)
        .await
        .map_err(Error::doing("replacing a cosigned head"))?;
    Ok(done.rows_affected == 1)
}
