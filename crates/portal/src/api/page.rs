//! Pages of a list: keyset cursors, never offsets, so that a row that arrives meanwhile shifts nothing.

use serde::Serialize;
use state::{Cursor, Limit};
use utoipa::ToSchema;

use crate::Problem;

/// Rows of a page when the caller does not say.
pub const PAGE_LEN_DEFAULT: u64 = 50;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Page<T> {
    /// Rows in the order the route promises.
    pub items: Vec<T>,
    /// Give this as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Where a page starts and how long it may be, as asked. A limit beyond the allowed is refused, not bent.
pub(crate) fn asked(after: Option<&str>, limit: Option<u64>) -> Result<(Option<Cursor>, Limit), Problem> {
    let after = after.map(str::parse).transpose().map_err(|error: state::Error| Problem::invalid(error.to_string()))?;
    let rows = limit.unwrap_or(PAGE_LEN_DEFAULT);
    if rows == 0 || rows > state::PAGE_ROWS_MAX {
        return Err(Problem::invalid(format!("limit is {rows}, allowed are 1 to {}", state::PAGE_ROWS_MAX)));
    }
    Ok((after, Limit::clamped(rows)))
}
