//! What a database's refusal means for the person who has to end it.

use std::time::Duration;

use sqlx::Error;

use crate::{Fault, SrcErr, Stage};

/// Wait when the server has no connection left for us.
const BUSY_WAIT: Duration = Duration::from_secs(30);

pub(super) fn connecting(what: &str, error: Error) -> SrcErr {
    let fault = match &error {
        Error::Tls(_) => {
            return SrcErr::new(Stage::Trust, Fault::Trust { thumbprint: None }, format!("{what}: {error}"));
        }
        Error::Configuration(_) => Fault::Config,
        other => sqlstate(other).unwrap_or(Fault::Transient),
    };
    let stage = if fault == Fault::Auth { Stage::Auth } else { Stage::Connect };
    SrcErr::new(stage, fault, format!("{what}: {error}"))
}

pub(super) fn reading(sql: &str, error: Error) -> SrcErr {
    let fault = match &error {
        Error::Io(_) | Error::Tls(_) | Error::PoolClosed | Error::PoolTimedOut => Fault::Transient,
        Error::ColumnDecode { .. } | Error::Decode(_) | Error::Protocol(_) => Fault::Protocol,
        other => sqlstate(other).unwrap_or(Fault::Transient),
    };
    let stage = if fault == Fault::Config { Stage::Resolve } else { Stage::Read };
    SrcErr::new(stage, fault, format!("{error} in `{sql}`"))
}

/// Meaning of the codes of the PostgreSQL manual, appendix A; SQLite tells missing tables and columns in words only.
fn sqlstate(error: &Error) -> Option<Fault> {
    let database = error.as_database_error()?;
    let code = database.code()?;
    Some(match &*code {
        "42501" | "42P01" | "42703" | "42883" | "3D000" | "3F000" => Fault::Config,
        "53300" => Fault::Busy { retry_after: BUSY_WAIT },
        code if code.starts_with("28") => Fault::Auth,
        _ if database.message().starts_with("no such ") => Fault::Config,
        _ => return None,
    })
}
