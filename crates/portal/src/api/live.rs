//! What the event stream `/api/v1/live` says.
//!
//! Readings travel in the stream; everything else is only named, and the page asks again. A client that was away too
//! long gets `gap` first and asks for everything again.

use serde::Serialize;
use utoipa::ToSchema;

use super::LiveReading;

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// The box's own state, or the center's overview.
    Status,
    /// A row of the list of boxes.
    Boxes,
    /// A warning was raised, joined by another finding, or handled.
    Warnings,
    /// A series got a point or was judged again.
    Series,
}

/// Ask again for this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Changed {
    /// What changed.
    pub topic: Topic,
    /// Id of the box, warning or series, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// One event of the stream. `event:` is the variant's name, `data:` its JSON, `id:` a number that only grows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum LiveEvent {
    /// New readings, at most 500; the newest of a stream if several came within one beat.
    Readings(Vec<LiveReading>),
    /// Something else changed.
    Changed(Changed),
    /// Events were lost for this client: ask for everything again. Made by the portal, never published.
    Gap,
}
