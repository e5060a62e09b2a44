//! Every act a route does or will do, as one word each.

/// An act that is allowed or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Log in and out, change the own password, see and end the own sessions.
    OwnAccount,
    /// See the state of the box, or the figures of the region.
    ViewOverview,
    /// Hear what happens as it happens, and the newest readings.
    ViewLive,
    /// See the sources and their health.
    ViewSources,
    /// See series and their control charts.
    ViewSeries,
    /// See warnings and their findings.
    ViewWarnings,
    /// See batches and their dossiers.
    ViewBatches,
    /// See products.
    ViewProducts,
    /// See enterprises.
    ViewEnterprises,
    /// See boxes with their state and lag.
    ViewBoxes,
    /// See a box's certificates.
    ViewCertificates,
    /// See the log, its checkpoints and receipts.
    ViewEvidence,
    /// See the catalogue of key parameters.
    ViewCatalogue,
    /// See who signed a record.
    ViewSignatures,
    /// See accounts and organisations.
    ViewPeople,
    /// Read the audit trail.
    ViewAudit,
    /// See the settings.
    ViewSettings,
    /// Open, invite, recover and close accounts, end other people's sessions.
    ManagePeople,
    /// Add offices.
    ManageOrganisations,
    /// Make a code with which a box enrols.
    EnrolBox,
    /// Take a box out of service.
    RetireBox,
    /// Accept a frozen box again.
    UnfreezeBox,
    /// Change the settings.
    ChangeSettings,
    /// Change which source value is which parameter.
    ChangeMapping,
    /// Change limits.
    ChangeLimits,
    /// Move the handling of a warning on.
    HandleWarning,
    /// Review what somebody else did.
    Review,
    /// Approve what somebody else asked for.
    Approve,
    /// Release or refuse a batch.
    ReleaseBatch,
    /// Ask an enterprise for grey data.
    RequestGrey,
    /// Give grey data that was asked for.
    GiveGrey,
    /// Take part in opening black data.
    OpenBlack,
    /// Sign a record.
    Sign,
}

/// Every act once, with its word in the access table and in the audit trail.
const WORDS: [(Action, &str); 33] = [
    (Action::OwnAccount, "own_account"),
    (Action::ViewOverview, "view_overview"),
    (Action::ViewLive, "view_live"),
    (Action::ViewSources, "view_sources"),
    (Action::ViewSeries, "view_series"),
    (Action::ViewWarnings, "view_warnings"),
    (Action::ViewBatches, "view_batches"),
    (Action::ViewProducts, "view_products"),
    (Action::ViewEnterprises, "view_enterprises"),
    (Action::ViewBoxes, "view_boxes"),
    (Action::ViewCertificates, "view_certificates"),
    (Action::ViewEvidence, "view_evidence"),
    (Action::ViewCatalogue, "view_catalogue"),
    (Action::ViewSignatures, "view_signatures"),
    (Action::ViewPeople, "view_people"),
    (Action::ViewAudit, "view_audit"),
    (Action::ViewSettings, "view_settings"),
    (Action::ManagePeople, "manage_people"),
    (Action::ManageOrganisations, "manage_organisations"),
    (Action::EnrolBox, "enrol_box"),
    (Action::RetireBox, "retire_box"),
    (Action::UnfreezeBox, "unfreeze_box"),
    (Action::ChangeSettings, "change_settings"),
    (Action::ChangeMapping, "change_mapping"),
    (Action::ChangeLimits, "change_limits"),
    (Action::HandleWarning, "handle_warning"),
    (Action::Review, "review"),
    (Action::Approve, "approve"),
    (Action::ReleaseBatch, "release_batch"),
    (Action::RequestGrey, "request_grey"),
    (Action::GiveGrey, "give_grey"),
    (Action::OpenBlack, "open_black"),
    (Action::Sign, "sign"),
];

impl Action {
    /// All acts, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        WORDS.into_iter().map(|(action, _)| action)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        WORDS.into_iter().find(|(action, _)| *action == self).expect("invariant: every act has a word").1
    }

    /// The act of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        WORDS.into_iter().find(|(_, known)| *known == word).map(|(action, _)| action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_act_has_a_word_and_words_lead_back() {
        // The enum is in the order of the words: the last of it stands last in both.
        assert_eq!(Action::all().count(), Action::Sign as usize + 1);
        for (place, action) in Action::all().enumerate() {
            assert_eq!((action as usize, Action::of_word(action.word())), (place, Some(action)));
        }
    }
}
