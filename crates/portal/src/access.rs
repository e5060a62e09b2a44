//! Who may do what: the one place where it is decided.
//!
//! Comes in: a person's role and organisation, an act, and what it is done to. Goes out: allowed, or refused and by which
//! rule. Default deny: what the table does not name is refused, and so is what lies in no known region. A question asked
//! of the database gets the same rule as a condition (`Allowed::within`), so that what may not be seen is never read.

mod action;
mod routes;
mod table;

use std::sync::LazyLock;

use record::{EnterpriseId, Zone};
use state::people::{Organisation, OrganisationKind, Role};
use state::region::{Region, Within};

pub use action::Action;
pub(crate) use routes::{Known, known};
pub use routes::{ROUTES, Route};
pub use table::{Cell, Reach, SHIPPED, Table, TableError, every_role};

static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::parse(SHIPPED).expect("invariant: a test reads the shipped access table"));

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Who<'a> {
    /// The person's role.
    pub role: Role,
    /// For whom the person works.
    pub organisation: &'a Organisation,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Where it lies, if that is known.
    pub region: Option<Region>,
    /// Whose it is, if it is an enterprise's.
    pub enterprise: Option<EnterpriseId>,
    /// Its zone.
    pub zone: Zone,
}

/// Why an act is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The role does not do this.
    Role,
    /// Not here: another region or enterprise.
    Place,
    /// Not this deep.
    Zone,
}

/// What the table says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Do it.
    Allowed,
    /// Do not.
    Refused(Refusal),
}

impl Decision {
    /// Whether it is allowed.
    pub fn is_allowed(self) -> bool {
        self == Self::Allowed
    }
}

/// Decides by the shipped table.
pub fn may(who: &Who<'_>, action: Action, scope: &Scope) -> Decision {
    let Some(cell) = cell(who, action) else { return Decision::Refused(Refusal::Role) };
    if cell.reach == Reach::Own && !is_own(who.organisation, scope) {
        return Decision::Refused(Refusal::Place);
    }
    if depth(scope.zone) > depth(cell.zone) {
        return Decision::Refused(Refusal::Zone);
    }
    Decision::Allowed
}

/// What the role may do of the act, wherever it is.
pub fn cell(who: &Who<'_>, action: Action) -> Option<Cell> {
    TABLE.cell(action, who.organisation.kind, who.role)
}

/// The same as a condition for the database: whose rows the act may touch.
pub fn within(who: &Who<'_>, reach: Reach) -> Within {
    match (reach, who.organisation.kind) {
        (Reach::All, _) => Within::All,
        (Reach::Own, OrganisationKind::Office) => Within::Region(who.organisation.region.clone()),
        (Reach::Own, OrganisationKind::Enterprise) => match EnterpriseId::parse(&who.organisation.id) {
            Ok(id) => Within::Enterprise(id),
            // An organisation whose id names no enterprise owns nothing.
            Err(_no_id) => Within::Nobody,
        },
    }
}

/// Every act the role may do somewhere, for the page to show only those.
pub fn acts(who: &Who<'_>) -> Vec<Action> {
    Action::all().filter(|action| cell(who, *action).is_some()).collect()
}

fn is_own(organisation: &Organisation, scope: &Scope) -> bool {
    match organisation.kind {
        OrganisationKind::Enterprise => scope.enterprise.as_ref().is_some_and(|id| id.as_str() == organisation.id),
        // An enterprise whose region is no code is known to the country's office only.
        OrganisationKind::Office => match &scope.region {
            Some(region) => organisation.region.contains(region),
            None => organisation.region.is_country(),
        },
    }
}

fn depth(zone: Zone) -> u8 {
    match zone {
        Zone::White => 0,
        Zone::Grey => 1,
        Zone::Black => 2,
    }
}

/// Whether a reading of `zone` may be shown where the highest allowed is `highest`.
pub(crate) fn shows(highest: Zone, zone: Zone) -> bool {
    depth(zone) <= depth(highest)
}
