//! Pages of rows by key, never by offset: a page holds what follows the cursor, however many rows were added since.

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// Most rows of one page.
pub const PAGE_ROWS_MAX: u64 = 500;

/// How many rows a page may hold: 1 to [`PAGE_ROWS_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u64);

impl Limit {
    /// The nearest allowed number of rows.
    pub fn clamped(rows: u64) -> Self {
        Self(rows.clamp(1, PAGE_ROWS_MAX))
    }

    /// Number of rows.
    pub fn rows(self) -> u64 {
        self.0
    }

    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).expect("invariant: at most PAGE_ROWS_MAX")
    }
}

/// The place after which the next page starts: the last row's number and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The ordering number: a time in microseconds, or a count.
    pub at: i64,
    /// What orders rows of the same number.
    pub id: String,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at, self.id)
    }
}

impl FromStr for Cursor {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let unreadable = || Error::Cursor { text: text.chars().take(64).collect() };
        let (at, id) = text.split_once('.').ok_or_else(unreadable)?;
        let at = at.parse().ok().ok_or_else(unreadable)?;
        Ok(Self { at, id: id.to_owned() })
    }
}

/// Rows, and where the next page starts if there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The rows in order.
    pub rows: Vec<T>,
    /// Set if more rows follow.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page of `rows` fetched with one row more than the limit.
    pub(crate) fn from_one_more(mut rows: Vec<T>, limit: Limit, cursor: impl Fn(&T) -> Cursor) -> Self {
        let more = rows.len() > limit.index();
        rows.truncate(limit.index());
        let next = if more { rows.last().map(cursor) } else { None };
        Self { rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text_and_a_foreign_one_is_refused() {
        let cursor = Cursor { at: -7, id: "批.3".to_owned() };
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        for text in ["", "7", "x.3", ".", "9999999999999999999999.a"] {
            assert!(matches!(text.parse::<Cursor>(), Err(Error::Cursor { .. })), "{text}");
        }
    }

    #[test]
    fn a_page_says_where_the_next_begins_only_if_there_is_one() {
        let cursor = |n: &i64| Cursor { at: *n, id: String::new() };
        let page = Page::from_one_more(vec![1, 2, 3], Limit::clamped(2), cursor);
        assert_eq!((page.rows, page.next), (vec![1, 2], Some(Cursor { at: 2, id: String::new() })));
        let page = Page::from_one_more(vec![1, 2], Limit::clamped(2), cursor);
        assert_eq!((page.rows, page.next), (vec![1, 2], None));
    }
}
