//! What the open pages are told: comes in what changed, goes out events of the portal's stream.

use portal::Live;
use portal::api::{Changed, LiveEvent, Topic};

/// Tells pages to ask again.
#[derive(Clone, Debug)]
pub(crate) struct News(Live);

impl News {
    pub(crate) fn new(live: Live) -> Self {
        Self(live)
    }

    pub(crate) fn box_changed(&self, box_id: &str) {
        self.tell(Topic::Boxes, Some(box_id.to_owned()));
    }

    pub(crate) fn warning_changed(&self, id: record::Digest) {
        self.tell(Topic::Warnings, Some(id.to_string()));
    }

    pub(crate) fn series_changed(&self, id: state::series::SeriesId) {
        self.tell(Topic::Series, Some(id.0.to_string()));
    }

    fn tell(&self, topic: Topic, id: Option<String>) {
        if let Err(error) = self.0.publish(&LiveEvent::Changed(Changed { topic, id })) {
            tracing::error!(%error, "an event could not be published");
        }
    }
}
