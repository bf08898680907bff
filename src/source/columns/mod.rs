//! Columns: headers become fields.
//!
//! Comes in: an opened source, and what is [`Wanted`] of its columns. Goes out: which column feeds which field, or every
//! problem of the header at once.
//!
//! A header is folded and scored against each field's names: equal 1.00, the same words 0.95, else its likeness × 0.85,
//! weak names 0.80 at most. Cells that look like the field's add 0.05, others take 0.30. From 0.90, 0.10 ahead of the
//! next, a column is taken; from 0.75 it is suggested.

mod aliases;
mod content;
mod detect;
mod fold;
mod inspect;
mod lead_export;
mod problems;
mod remembered;
mod sample;
mod score;
mod unused;
mod wanted;

pub(super) use aliases::is_known;
pub use fold::fold;
pub use inspect::{Bound, Explained, Report, Verdict, bind, inspect};
pub(super) use remembered::{is_memory, remembered};
pub use wanted::{ColumnOverride, Wanted};
