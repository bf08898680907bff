//! Nothing that the program writes holds a secret, nor a person unless it is meant to: every command is run at `-vv`
//! with marked secrets and marked people, and everything that came out is searched for the marks.
//!
//! People may stand where the contract says so: payloads of a dry run, corrected rows (`failed.csv`,
//! `unprocessed.csv`), bodies of a recording, the journal's payload column. Secrets stand nowhere.

#![expect(clippy::expect_used, reason = "a test that can't set up its folder has nothing to say")]

mod commands;
mod marks;
mod place;
mod receivers;
