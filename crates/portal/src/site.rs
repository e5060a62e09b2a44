//! One installation of a web end: its name, its accounts, its files, its clock.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use record::{Catalogue, Timestamp};
use sha2::{Digest as _, Sha256};
use state::State;
use tokio::sync::Semaphore;

use crate::api::{CatalogueRef, End, Text};
use crate::audit::{AuditLog, Trail};
use crate::live::Live;
use crate::login::{Strangers, Waits};

/// Password checks that run at once. Each takes [`crate::password::MEMORY_KIB`] and a core for some tens of
/// milliseconds: on a box with two cores a flood of logins must leave one to collecting.
const PASSWORD_CHECKS_MAX: usize = 1;

/// Tells the time. A function, so that a test can let a session grow old.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a program says of itself when it opens its web end.
pub struct SiteConfig {
    /// Names this installation among others on the same host, where browsers mix up cookies of different ports: the
    /// origin of its log, or the box id. It must not change between two starts.
    pub id: String,
    /// Enterprise end or governance end.
    pub end: End,
    /// What the installation calls itself on the page.
    pub name: Text,
    /// Catalogue in force.
    pub catalogue: Arc<Catalogue>,
    /// Folder with `index.html` and `assets/`. Trusted: whoever writes there speaks with the users' sessions.
    pub assets_dir: PathBuf,
    /// Browsers reach this end by HTTPS: cookies are `Secure` with the `__Host-` prefix and HSTS is sent.
    pub https: bool,
    /// The clock of sessions and delays.
    pub clock: Clock,
}

impl fmt::Debug for SiteConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SiteConfig").field("id", &self.id).field("end", &self.end).finish_non_exhaustive()
    }
}

/// An open web end: what every handler shares.
pub struct Site {
    pub(crate) config: SiteConfig,
    pub(crate) state: State,
    pub(crate) live: Live,
    pub(crate) strangers: Strangers,
    pub(crate) waits: Waits,
    pub(crate) password_checks: Semaphore,
    pub(crate) audit: Arc<dyn AuditLog>,
    pub(crate) cookie_name: String,
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Site {
    /// Opens the web end over the program's state; `live` is where the program publishes what happens.
    pub fn new(config: SiteConfig, state: State, live: Live) -> Self {
        let tag: String = Sha256::digest(config.id.as_bytes()).iter().take(4).map(|b| format!("{b:02x}")).collect();
        let prefix = if config.https { "__Host-" } else { "" };
        Self {
            cookie_name: format!("{prefix}yaoxia-{tag}"),
            config,
            state,
            live,
            strangers: Strangers::default(),
            waits: Waits::default(),
            password_checks: Semaphore::new(PASSWORD_CHECKS_MAX),
            audit: Arc::new(Trail),
        }
    }

    /// The same end with another audit log than the trail in its state.
    #[must_use]
    pub fn with_audit(self, audit: Arc<dyn AuditLog>) -> Self {
        Self { audit, ..self }
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.config.clock)()
    }

    pub(crate) fn catalogue(&self) -> CatalogueRef {
        CatalogueRef {
            version: self.config.catalogue.version().to_owned(),
            status: self.config.catalogue.status().to_owned(),
        }
    }
}
