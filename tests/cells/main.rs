//! The readers of cells against the answers of other programs, and against whatever a cell may hold.

#![expect(clippy::unwrap_used, reason = "a test that can't read its fixtures has nothing to say")]

mod documentation;
mod oracles;
mod properties;
mod schema;
