//! The documents of the web API, as both ends return them and the web client is generated from.
//!
//! Times are RFC 3339 in UTC, decimals are strings (a browser's number would round them), names that a person reads
//! carry both languages, codes are snake_case words that the web dictionary translates. Lists are pages with a keyset
//! cursor. A field that is absent means "not known", never zero.

mod audit;
mod batch;
mod boxes;
mod catalogue;
mod evidence;
mod live;
mod page;
mod people;
mod reading;
mod series;
mod status;
mod warning;
mod words;

pub use audit::{AuditQuery, AuditRow, MeaningName, SignatureView};
pub use batch::{BatchDetail, BatchEvent, BatchQuery, BatchResult, BatchRow, ProductRow};
pub use boxes::{Accepted, CertificateRow, EnrolmentCode, NewEnrolment, Retired, Retirement, RotationAsked};
pub use catalogue::{CatalogueItem, CatalogueQuery, ModuleName};
pub use evidence::{BoxDetail, EnterpriseRow, HeldCounts, LogEvidence, PageQuery, SegmentRow};
pub use live::{Changed, LiveEvent, Topic};
pub(crate) use page::asked;
pub use page::{PAGE_LEN_DEFAULT, Page};
pub use people::{
    AccountState, Because, CodeUse, End, Invitation, Login, Me, NewOrganisation, NewPerson, NewRecovery,
    OrganisationKind, OrganisationView, PasswordChange, PersonRow, Proof, Proven, Reauthentication, RecoveryRow, Role,
    SessionRow, SignatureQuery,
};
pub use reading::{LATEST_LEN_MAX, Latest, LiveReading, QualityClass, QualityView, SubjectView, ZoneName};
pub use series::{ChartPoint, ChartQuery, ComparatorSign, Flag, Phase, PhaseKind, SeriesChart, SeriesQuery, SeriesRow};
pub use status::{
    BoxRow, BoxStatus, Counts, LevelCounts, Overview, Progress, SourceRow, SourceState, Uplink, Verification,
};
pub use warning::{
    Agreement, FindingView, InputView, LevelName, NamedNumber, OpenLevel, OpenWarnings, RuleView, SignalName, Warning,
    WarningDetail, WarningQuery,
};
pub use words::{CatalogueRef, EnterpriseRef, Number, ParameterView, Text, Time};
