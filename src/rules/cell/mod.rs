//! Readers of cells: raw text goes in, a clean and typed value comes out, and what was wrong becomes a finding.
//!
//! A clean cell is handed back as it came, borrowed; only a repair allocates. No reader panics, whatever the text.
//! Whoever has a [`RawRecord`](crate::record::RawRecord) calls [`read_record`]; the readers of single cells are
//! public for the column checks of the source and for tests.

pub mod amount;
pub mod date;
pub mod document;
pub mod email;
pub mod fold;
pub mod formula;
pub mod mojibake;
pub mod number;
pub mod phone;
pub mod place;
mod record;
mod sale;
pub mod text;

pub use date::{DateOrder, Zone};
pub use record::{Reading, is_id, read_record};
pub(crate) use record::{is_absent, no_id, take_record, without_prefix};
