//! Which act each route is. A route that is not here is refused to everybody.

use super::Action;

/// One route of the API for logged-in people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Method.
    pub method: &'static str,
    /// Path as in the API's description.
    pub path: &'static str,
    /// What doing it is.
    pub action: Action,
}

const fn route(method: &'static str, path: &'static str, action: Action) -> Route {
    Route { method, path, action }
}

/// Every route that needs a session, at either end.
pub const ROUTES: &[Route] = &[
    route("GET", "/api/v1/session", Action::OwnAccount),
    route("DELETE", "/api/v1/session", Action::OwnAccount),
    route("PUT", "/api/v1/session/password", Action::OwnAccount),
    route("POST", "/api/v1/session/proof", Action::OwnAccount),
    route("GET", "/api/v1/sessions", Action::OwnAccount),
    route("DELETE", "/api/v1/sessions/{id}", Action::OwnAccount),
    route("GET", "/api/v1/live", Action::ViewOverview),
    route("GET", "/api/v1/status", Action::ViewOverview),
    route("GET", "/api/v1/overview", Action::ViewOverview),
    route("GET", "/api/v1/sources", Action::ViewSources),
    route("GET", "/api/v1/readings/latest", Action::ViewLive),
    route("GET", "/api/v1/evidence", Action::ViewEvidence),
    route("GET", "/api/v1/catalogue", Action::ViewCatalogue),
    route("GET", "/api/v1/products", Action::ViewProducts),
    route("GET", "/api/v1/batches", Action::ViewBatches),
    route("GET", "/api/v1/batches/{enterprise}/{product}/{batch}", Action::ViewBatches),
    route("GET", "/api/v1/series", Action::ViewSeries),
    route("GET", "/api/v1/series/{id}/chart", Action::ViewSeries),
    route("GET", "/api/v1/warnings", Action::ViewWarnings),
    route("GET", "/api/v1/warnings/open", Action::ViewWarnings),
    route("GET", "/api/v1/warnings/{id}", Action::ViewWarnings),
    route("GET", "/api/v1/enterprises", Action::ViewEnterprises),
    route("GET", "/api/v1/boxes", Action::ViewBoxes),
    route("GET", "/api/v1/boxes/{id}", Action::ViewBoxes),
    route("GET", "/api/v1/boxes/{id}/segments", Action::ViewEvidence),
    route("POST", "/api/v1/boxes/codes", Action::EnrolBox),
    route("GET", "/api/v1/boxes/{id}/certificates", Action::ViewCertificates),
    route("POST", "/api/v1/boxes/{id}/certificates", Action::EnrolBox),
    route("POST", "/api/v1/boxes/{id}/retirement", Action::RetireBox),
    route("POST", "/api/v1/boxes/{id}/acceptance", Action::UnfreezeBox),
    route("GET", "/api/v1/people", Action::ViewPeople),
    route("POST", "/api/v1/people", Action::ManagePeople),
    route("POST", "/api/v1/people/{name}/invitation", Action::ManagePeople),
    route("POST", "/api/v1/people/{name}/closure", Action::ManagePeople),
    route("GET", "/api/v1/people/{name}/sessions", Action::ManagePeople),
    route("DELETE", "/api/v1/people/{name}/sessions/{id}", Action::ManagePeople),
    route("GET", "/api/v1/recoveries", Action::ManagePeople),
    route("POST", "/api/v1/recoveries", Action::ManagePeople),
    route("POST", "/api/v1/recoveries/{id}/approval", Action::ManagePeople),
    route("GET", "/api/v1/organisations", Action::ViewPeople),
    route("POST", "/api/v1/organisations", Action::ManageOrganisations),
    route("GET", "/api/v1/audit", Action::ViewAudit),
    route("GET", "/api/v1/signatures", Action::ViewSignatures),
];

/// What is known of a request's route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// It is this act.
    Act(Action),
    /// The path has routes, with other methods.
    OtherMethod,
    /// No such path.
    Nothing,
}

/// Looks a route up. `HEAD` is what `GET` is.
pub(crate) fn known(method: &str, path: &str) -> Known {
    let method = if method == "HEAD" { "GET" } else { method };
    let mut of_path = ROUTES.iter().filter(|route| route.path == path).peekable();
    if of_path.peek().is_none() {
        return Known::Nothing;
    }
    of_path.find(|route| route.method == method).map_or(Known::OtherMethod, |route| Known::Act(route.action))
}
