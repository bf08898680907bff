//! Journals: what is remembered about runs and deliveries, on disk and in memory.
//!
//! Comes in: claims, intents and settlements of the dispatcher. Goes out: whether something was delivered before.
//! Implements [`delivery::Journal`](crate::delivery::Journal); `cli` and the relay import it, `delivery` does not.

mod memory;

pub use memory::MemoryJournal;
