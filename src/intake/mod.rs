//! Intake: the first pass over exports, which judges every row, and the second, which feeds the good ones.
//!
//! Comes in: opened sources, a mapping, a policy. Goes out: a [`Plan`] (counts, the order of sending, what failed),
//! then [`Delivery`](crate::delivery::Delivery)s one by one, read again from the file. `validate`, `replay-csv` and
//! `send` share it. Memory stays at 24 bytes an event; everything else that a message needs is read again.

mod across;
mod again;
mod alike;
mod conclusion;
mod dates;
mod entry;
mod explain;
mod failures;
mod first_pass;
mod judge;
mod order;
mod plan;
mod repeats;
mod second_pass;
mod selection;
mod sorting;
mod table;
mod teller;
mod verdicts;

pub use dates::date_orders;
pub use explain::{Heard, explain};
pub use failures::{Failures, RowFailure};
pub use first_pass::first_pass;
pub use judge::Judge;
pub use plan::{Finished, Known, KnownState, PassError, Plan, Settings, inside_delivered};
pub use second_pass::{Revisit, SecondPass, each_payload};
pub use selection::Selection;
pub use table::{Table, Tables};
