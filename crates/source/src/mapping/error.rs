//! What is wrong with a mapping file, cell by cell.

use std::fmt;

/// One fault: where it is, what stands there, why it will not do and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: column `{column}`: `{value}`: {why}; {what_to_do}")]
pub struct MappingError {
    /// Name of the file.
    pub file: Box<str>,
    /// Line, counted from 1; 1 is the header.
    pub line: u64,
    /// Column by name.
    pub column: Box<str>,
    /// What stands there.
    pub value: Box<str>,
    /// Why it will not do.
    pub why: Box<str>,
    /// What to do.
    pub what_to_do: &'static str,
}

/// All faults of a file, in its order; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingErrors(pub Vec<MappingError>);

impl fmt::Display for MappingErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for MappingErrors {}
