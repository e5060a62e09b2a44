//! Why a text is not a value of the type asked for.

use super::ValueType;
use crate::Verdict;

/// The text could not be read. `at` counts characters from 1; the text itself is kept verbatim by the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Nothing but white space.
    #[error("the value is empty")]
    Empty,
    /// A character no number has at this place.
    #[error("`{text}`: `{found}` at character {at}, expected {expected}")]
    Unexpected {
        /// The text, shortened.
        text: Box<str>,
        /// The character.
        found: char,
        /// Its place.
        at: usize,
        /// What could stand there.
        expected: &'static str,
    },
    /// The text ends where a digit is needed.
    #[error("`{text}`: ends after character {at}, expected {expected}")]
    Ends {
        /// The text, shortened.
        text: Box<str>,
        /// The last character's place.
        at: usize,
        /// What is missing.
        expected: &'static str,
    },
    /// A comma, point, space or apostrophe between digits could be a decimal mark or a thousands separator.
    #[error("`{text}`: `{found}` at character {at} would be a thousands separator, which is not accepted; {hint}")]
    Separator {
        /// The text, shortened.
        text: Box<str>,
        /// The character.
        found: char,
        /// Its place.
        at: usize,
        /// What to do.
        hint: &'static str,
    },
    /// `NaN`, `inf` and the like are no measurement.
    #[error("`{text}` at character {at} is not a number anybody measured")]
    NotFinite {
        /// The word.
        text: Box<str>,
        /// Where it starts.
        at: usize,
    },
    /// More digits, or a larger or smaller number, than an exact decimal of 96 bits and scale 28 holds.
    #[error("`{text}`: an exact decimal holds 28 digits and at most 28 after the mark; this is not rounded")]
    Precision {
        /// The text, shortened.
        text: Box<str>,
    },
    /// A number with a fraction where a count is required.
    #[error("`{text}` is not a whole number")]
    NotWhole {
        /// The text, shortened.
        text: Box<str>,
    },
    /// Text where another type is required.
    #[error("`{text}` is not a {wanted}; write it as {example}")]
    Type {
        /// The text, shortened.
        text: Box<str>,
        /// The type the parameter has.
        wanted: ValueType,
        /// A text that would be accepted.
        example: &'static str,
    },
    /// Longer than an entry may hold.
    #[error("the value has {len} bytes, at most {max} are allowed", max = crate::limits::TEXT_LEN_MAX_BYTES)]
    TooLong {
        /// Its length in bytes.
        len: usize,
    },
}

/// Most characters of a refused text shown in a message.
const SHOWN_MAX: usize = 40;

impl ValueError {
    /// The value is bad; its verbatim text is kept as evidence.
    pub const fn verdict(&self) -> Verdict {
        Verdict::Reject
    }

    pub(super) fn shown(text: &str) -> Box<str> {
        match text.char_indices().nth(SHOWN_MAX) {
            None => text.into(),
            Some((end, _)) => format!("{}…", &text[..end]).into(),
        }
    }
}
