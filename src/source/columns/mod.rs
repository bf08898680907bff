//! Columns: headers become fields.
//!
//! Comes in: the header of a table and samples of its cells. Goes out: which column feeds which field, or every problem
//! of the header at once.

mod aliases;
mod fold;

pub(super) use aliases::is_known;
pub use fold::fold;
