//! What is wrong with a table, cell by cell.

use super::Module;
use crate::unit::UnitError;
use crate::{IdError, Verdict};
use core::fmt;

/// A table that cannot be used, with every fault found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueError {
    /// `catalogue`, `X file` or `limits`.
    pub table: &'static str,
    /// At least one, in the order of lines.
    pub faults: Vec<Fault>,
}

/// One fault of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line of the file, from 1; none if the table as a whole is concerned.
    pub line: Option<u64>,
    /// Column by its heading; empty if the whole line is concerned.
    pub column: &'static str,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong with a cell, a line or the table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// Not readable as tab-separated columns.
    #[error("not readable as tab-separated text: {why}")]
    Csv {
        /// What the reader says.
        why: Box<str>,
    },
    /// A line with too few or too many cells.
    #[error("{found} cells under {wanted} headings")]
    Cells {
        /// Cells of the line.
        found: usize,
        /// Headings.
        wanted: usize,
    },
    /// A heading is missing.
    #[error("column `{name}` is missing; the columns are {wanted}")]
    MissingColumn {
        /// The heading.
        name: &'static str,
        /// All headings.
        wanted: Box<str>,
    },
    /// A heading nobody knows.
    #[error("column `{name}` is not known; the columns are {wanted}")]
    UnknownColumn {
        /// The heading.
        name: Box<str>,
        /// All headings.
        wanted: Box<str>,
    },
    /// A `# name<TAB>value` line before the headings is missing.
    #[error("the line `# {name}<tab>…` is missing before the headings")]
    MissingMeta {
        /// `version` or `status`.
        name: &'static str,
    },
    /// Nothing in a cell that must say something.
    #[error("must not be empty")]
    Empty,
    /// Content that is none of the choices.
    #[error("`{found}` is none of {choices}")]
    Choice {
        /// The content.
        found: Box<str>,
        /// The choices.
        choices: &'static str,
    },
    /// Content that is not of the form the column has.
    #[error("`{found}` is not {wanted}")]
    Form {
        /// The content.
        found: Box<str>,
        /// The form, with an example.
        wanted: &'static str,
    },
    /// Not an identifier.
    #[error("{0}")]
    Id(#[from] IdError),
    /// A unit that cannot be used.
    #[error("{0}")]
    Unit(#[from] UnitError),
    /// Two cells of a line contradict each other.
    #[error("{0}")]
    Contradiction(&'static str),
    /// A code was defined before.
    #[error("`{code}` is defined already and cannot be changed")]
    Duplicate {
        /// The code.
        code: Box<str>,
    },
    /// An extension without the prefix, or a list that has it.
    #[error("`{code}`: codes of an X file start with `X-`, and only those")]
    Prefix {
        /// The code.
        code: Box<str>,
    },
    /// A reference to a parameter the catalogue does not have.
    #[error("`{code}` is not in the catalogue")]
    UnknownParameter {
        /// The code.
        code: Box<str>,
    },
    /// A module does not have the number of parameters the standard names.
    #[error("module {} has {found} parameters, it must have {wanted}", module.code())]
    ModuleSize {
        /// The module.
        module: Module,
        /// How many were read.
        found: usize,
        /// How many it must have.
        wanted: usize,
    },
}

impl Fault {
    pub(super) const fn of_table(kind: FaultKind) -> Self {
        Self { line: None, column: "", kind }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}")?;
            if !self.column.is_empty() {
                write!(f, ", {}", self.column)?;
            }
            f.write_str(": ")?;
        }
        write!(f, "{}", self.kind)
    }
}

impl CatalogueError {
    pub(crate) fn unless_empty(table: &'static str, faults: Vec<Fault>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self { table, faults }) }
    }

    /// A table is configuration: without it the program must not start.
    pub const fn verdict(&self) -> Verdict {
        Verdict::Stop
    }
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} fault(s)", self.table, self.faults.len())?;
        self.faults.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl core::error::Error for CatalogueError {}
