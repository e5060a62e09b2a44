//! The center: ingest, verification, models, warnings, API.
