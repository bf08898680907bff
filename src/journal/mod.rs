//! Journals: what is remembered about runs and deliveries, on disk and in memory.
//!
//! Comes in: claims, intents and settlements of the dispatcher, and what a run was asked to do. Goes out: whether
//! something was delivered before, and everything that `runs` shows. Implements
//! [`delivery::Journal`](crate::delivery::Journal); `cli` and the relay import it, `delivery` does not.
//!
//! - [`JournalFile`]: an opened SQLite file; [`Target`]s, [`Known`] receipts, [`RunRecord`]s, [`Letter`]s, [`Receipt`]s;
//! - [`RunJournal`]: the journal of one run, which holds the lock of its target and a thread that writes;
//! - [`MemoryJournal`]: the same promises for as long as the process lives.

mod file;
mod filter;
mod known;
mod letter;
mod lock;
mod memory;
mod receipt;
mod record;
mod rows;
mod run;
mod schema;
mod settle;
mod target;
mod writer;

pub use file::JournalFile;
pub use known::Known;
pub use letter::Letter;
pub use lock::TargetLock;
pub use memory::MemoryJournal;
pub use receipt::Receipt;
pub use record::{FindRunError, InputFile, NewRun, RunRecord, RunStatus};
pub use rows::RowSet;
pub use run::RunJournal;
pub use settle::{SettleError, Truth};
pub use target::Target;
