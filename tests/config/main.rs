//! Settings: which place wins, what is refused and how it is said, what `config show` and `init` print.

#![expect(clippy::expect_used, reason = "a test that can't set up its folder has nothing to say")]

mod files;
#[cfg(feature = "keyring")]
mod keyring;
mod layers;
mod place;
mod safety;
mod show;
