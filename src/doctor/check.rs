//! One check's result: what a person is told, and what it means for the exit code.

use std::time::Duration;

use crate::error::{Kind, SOME_ROWS_WENT_WRONG};
use crate::lang::Said;
use crate::report::event::{CheckNote, CheckStatus};
use crate::said;

/// The result of one check.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// What a person is told.
    pub note: CheckNote,
    /// The exit code that it asks for: 0 unless it failed.
    pub code: u8,
}

impl Check {
    fn new(name: &'static str, status: CheckStatus, code: u8, detail: Said, hint: Option<Said>) -> Self {
        Self { note: CheckNote { name, status, ms: None, detail, hint, at: None }, code }
    }

    /// As it should be.
    pub fn ok(name: &'static str, detail: Said) -> Self {
        Self::new(name, CheckStatus::Ok, 0, detail, None)
    }

    /// Works, but should be changed.
    pub fn warn(name: &'static str, detail: Said, hint: Said) -> Self {
        Self::new(name, CheckStatus::Warn, 0, detail, Some(hint))
    }

    /// The reason why the integration does not work; `kind` decides the exit code.
    pub fn fail(name: &'static str, kind: Kind, detail: Said, hint: Said) -> Self {
        Self::new(name, CheckStatus::Fail, kind.exit_code(), detail, Some(hint))
    }

    /// Something is wrong with the receiver, although it is reached and takes us in: exit code 1.
    pub fn wrong(name: &'static str, detail: Said, hint: Said) -> Self {
        Self::new(name, CheckStatus::Fail, SOME_ROWS_WENT_WRONG, detail, Some(hint))
    }

    /// Not tried, or does not apply.
    pub fn skip(name: &'static str, detail: Said) -> Self {
        Self::new(name, CheckStatus::Skip, 0, detail, None)
    }

    /// Not tried, since the check `failed` failed.
    pub fn after(name: &'static str, failed: &'static str) -> Self {
        Self::skip(name, said!(en: "not tried: {failed} failed", es: "no se intentó: falló {failed}"))
    }

    /// The same under another name: what a step meant for a check that needed it.
    #[must_use]
    pub fn named(mut self, name: &'static str) -> Self {
        self.note.name = name;
        self
    }

    /// Adds how long it took.
    #[must_use]
    pub fn took(mut self, time: Duration) -> Self {
        self.note.ms = Some(time.as_secs_f64() * 1000.0);
        self
    }

    /// Whether it failed.
    pub fn failed(&self) -> bool {
        self.note.status == CheckStatus::Fail
    }
}
