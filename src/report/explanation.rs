//! One row of an input from its cells to the payload, in words: what `validate --explain` shows.
//!
//! Leaf module like [`event`](super::event): `intake` makes it, the renderers show it. Personal data is masked already.

use super::event::FindingNote;
use crate::lang::Said;

/// What would become of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It would be sent.
    Prepared,
    /// A rule speaks against it.
    Invalid,
    /// An earlier row has the same content.
    Duplicate,
    /// It is no event.
    Skipped,
    /// It is no record.
    Ignored,
    /// It is good, but the file as a whole is not.
    Unprocessed,
}

impl Fate {
    /// The word in JSON, as the outcome of a delivery line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Invalid => "invalid",
            Self::Duplicate => "duplicate",
            Self::Skipped => "skipped",
            Self::Ignored => "ignored",
            Self::Unprocessed => "unprocessed",
        }
    }
}

/// One cell, or one place of the payload that no cell fills.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// Header of the column.
    pub column: Option<String>,
    /// The cell as it stands in the row.
    pub cell: Option<String>,
    /// The field of the CRM's record.
    pub field: Option<&'static str>,
    /// The rules that spoke of it.
    pub codes: Vec<&'static str>,
    /// The place of the payload, dotted.
    pub payload_field: Option<String>,
    /// What would be sent there.
    pub value: Option<String>,
}

/// A row from end to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The input as the user wrote it.
    pub file: String,
    /// Physical row.
    pub row: u64,
    /// Whether it is an event; none where it is no record.
    pub event: Option<bool>,
    /// Why it is one, or none, or no record.
    pub why: Said,
    /// What would become of it.
    pub fate: Fate,
    /// Places of the payload in the documented order, then the status, then columns that feed nothing.
    pub steps: Vec<Step>,
    /// What the rules say of the row, worst first.
    pub findings: Vec<FindingNote>,
}
