//! What a person is at an end: the roles of both ends, and the organisations people belong to.

use record::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::codec::{corrupt, word};
use crate::region::{Region, lies_in};
use crate::{Error, people};

#[allow(unreachable_pub, reason = "what the derive makes of it must be pub")]
mod organisation {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organisation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub name_zh: String,
        pub name_en: String,
        pub kind: String,
        pub region: String,
        pub added_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What kind of organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrganisationKind {
    /// A drug enterprise: the enterprise end is its own.
    Enterprise,
    /// An office of the regulator: country, province, city or county.
    Office,
}

impl OrganisationKind {
    /// As stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Office => "office",
        }
    }
}

/// What a person does at an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// 管理员, at both ends: opens accounts and changes settings.
    Administrator,
    /// 质量保证 QA.
    Qa,
    /// 质量负责人.
    QaHead,
    /// 生产负责人.
    ProductionHead,
    /// 质量受权人: releases batches.
    AuthorisedPerson,
    /// 信息化人员 of the plant.
    PlantIt,
    /// 企业密钥保管人: holds the enterprise's half of the black zone.
    EnterpriseCustodian,
    /// 监管人员: handles warnings of the region.
    Officer,
    /// 审核人员: reviews what enterprises answered.
    Reviewer,
    /// 检查员: goes on site.
    Inspector,
    /// 领导: sees and decides.
    Leader,
    /// 监管密钥保管人: holds the regulator's half of the black zone.
    RegulatorCustodian,
    /// 审计人员: reads everything that was done, does nothing.
    Auditor,
}

impl Role {
    /// All of them, those of the enterprise end first.
    pub const ALL: [Self; 13] = [
        Self::Administrator,
        Self::Qa,
        Self::QaHead,
        Self::ProductionHead,
        Self::AuthorisedPerson,
        Self::PlantIt,
        Self::EnterpriseCustodian,
        Self::Officer,
        Self::Reviewer,
        Self::Inspector,
        Self::Leader,
        Self::RegulatorCustodian,
        Self::Auditor,
    ];

    /// As stored, and as the API and the access table write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Qa => "qa",
            Self::QaHead => "qa_head",
            Self::ProductionHead => "production_head",
            Self::AuthorisedPerson => "authorised_person",
            Self::PlantIt => "plant_it",
            Self::EnterpriseCustodian => "enterprise_custodian",
            Self::Officer => "officer",
            Self::Reviewer => "reviewer",
            Self::Inspector => "inspector",
            Self::Leader => "leader",
            Self::RegulatorCustodian => "regulator_custodian",
            Self::Auditor => "auditor",
        }
    }

    /// The role of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Whether people of such an organisation can have it.
    pub fn fits(self, kind: OrganisationKind) -> bool {
        match self {
            Self::Administrator => true,
            Self::Qa
            | Self::QaHead
            | Self::ProductionHead
            | Self::AuthorisedPerson
            | Self::PlantIt
            | Self::EnterpriseCustodian => kind == OrganisationKind::Enterprise,
            Self::Officer
            | Self::Reviewer
            | Self::Inspector
            | Self::Leader
            | Self::RegulatorCustodian
            | Self::Auditor => kind == OrganisationKind::Office,
        }
    }

    /// What became of the `viewer` of the first release, who could read everything and change nothing.
    fn of_viewer(kind: OrganisationKind) -> Self {
        match kind {
            OrganisationKind::Enterprise => Self::Qa,
            OrganisationKind::Office => Self::Auditor,
        }
    }
}

/// Whom a person works for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Code: for an enterprise its unified social credit code.
    pub id: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Enterprise or office.
    pub kind: OrganisationKind,
    /// Division it answers for; an enterprise lies in it.
    pub region: Region,
}

fn typed(row: organisation::Model) -> Result<Organisation, Error> {
    let kind = [OrganisationKind::Enterprise, OrganisationKind::Office]
        .into_iter()
        .find(|kind| kind.word() == row.kind)
        .ok_or_else(|| corrupt("organisation", &row.id, format!("kind `{}`", row.kind)))?;
    let region = word("organisation", &row.id, &row.region)?;
    Ok(Organisation { id: row.id, name_zh: row.name_zh, name_en: row.name_en, kind, region })
}

/// Adds an organisation. Fails with [`Error::Conflict`] if the id is taken.
pub async fn add(db: &impl ConnectionTrait, new: &Organisation, now: Timestamp) -> Result<(), Error> {
    if by_id(db, &new.id).await?.is_some() {
        return Err(Error::Conflict { what: "organisation", key: new.id.clone(), why: "the id is taken".to_owned() });
    }
    found(db, new, now).await
}

/// Makes an organisation if it is not there, and gives it everybody who belongs to none yet: people of the first
/// release, whose `viewer` becomes [`Role::Qa`] in an enterprise and [`Role::Auditor`] in an office.
pub async fn settle(db: &impl ConnectionTrait, first: &Organisation, now: Timestamp) -> Result<(), Error> {
    found(db, first, now).await?;
    people::settle(db, &first.id, Role::of_viewer(first.kind)).await
}

async fn found(db: &impl ConnectionTrait, new: &Organisation, now: Timestamp) -> Result<(), Error> {
    let model = organisation::ActiveModel {
        id: Set(new.id.clone()),
        name_zh: Set(new.name_zh.clone()),
        name_en: Set(new.name_en.clone()),
        kind: Set(new.kind.word().to_owned()),
        region: Set(new.region.to_string()),
        added_at: Set(now.0),
    };
    organisation::Entity::insert(model)
        .on_conflict(OnConflict::column(organisation::Column::Id).do_nothing().to_owned())
        .exec_without_returning(db)
        .await
        .map_err(Error::doing("adding an organisation"))?;
    Ok(())
}

/// The organisation of this id.
pub async fn by_id(db: &impl ConnectionTrait, id: &str) -> Result<Option<Organisation>, Error> {
    let row = organisation::Entity::find_by_id(id).one(db).await.map_err(Error::doing("reading an organisation"))?;
    row.map(typed).transpose()
}

/// Organisations of a division by id; all of them if none is given.
pub async fn within(db: &impl ConnectionTrait, region: Option<&Region>) -> Result<Vec<Organisation>, Error> {
    let mut find = organisation::Entity::find();
    if let Some(region) = region {
        find = find.filter(lies_in(region));
    }
    let rows =
        find.order_by_asc(organisation::Column::Id).all(db).await.map_err(Error::doing("listing organisations"))?;
    rows.into_iter().map(typed).collect()
}

/// Whether any organisation is known: the first is made by the operator.
pub async fn any(db: &impl ConnectionTrait) -> Result<bool, Error> {
    let row = organisation::Entity::find().one(db).await.map_err(Error::doing("looking for an organisation"))?;
    Ok(row.is_some())
}
