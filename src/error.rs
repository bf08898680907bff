//! What can go wrong with a whole command, and the one place where that becomes an exit code.
//!
//! Comes in: the error enums of the stations. Goes out: a [`Failure`] with a kind, a message and a hint in both
//! languages. Rows that are invalid or rejected are not failures: they are counted (exit code 1).

use std::fmt;

use crate::lang::Said;

/// The exit codes of the program; scripts depend on them.
///
/// | code | meaning |
/// |---|---|
/// | 0 | everything asked for is done |
/// | 1 | finished, but some rows or checks went wrong, or no event was found |
/// | 2 | usage, configuration, mapping file, or a header that can't be mapped |
/// | 3 | the receiver can't be reached |
/// | 4 | the receiver refuses us |
/// | 5 | stopped early; resumable |
/// | 6 | the input can't be read, or changed since the run that is resumed, or another run holds the lock |
/// | 70 | internal error |
/// | 130 | interrupted; resumable |
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Some rows are wrong, so that nothing or not everything was sent.
    Rows,
    /// Flags, settings, the mapping file, or a header that can't be mapped.
    Usage,
    /// DNS, TCP, TLS or a timeout, before any answer.
    Unreachable,
    /// 401, 403, 404, 405, a redirect, or an answer that is no receipt.
    Refused,
    /// A threshold, the circuit breaker, or a `Retry-After` that is too long.
    Stopped,
    /// The input can't be read, changed since, or is locked by another run.
    Input,
    /// A mistake of the program itself.
    Internal,
    /// Ctrl-C.
    Interrupted,
}

impl Kind {
    /// The exit code of this kind of failure.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Rows => SOME_ROWS_WENT_WRONG,
            Self::Usage => 2,
            Self::Unreachable => 3,
            Self::Refused => 4,
            Self::Stopped => 5,
            Self::Input => 6,
            Self::Internal => 70,
            Self::Interrupted => 130,
        }
    }
}

/// Exit code of a run that finished although some rows did not go well.
pub const SOME_ROWS_WENT_WRONG: u8 = 1;

/// Why a command ended without doing what was asked, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Decides the exit code.
    pub kind: Kind,
    /// What is wrong: a lower-case fragment, with file, row and column where there are any.
    pub message: Said,
    /// What to do: names a flag, a setting or a command.
    pub hint: Option<Said>,
}

impl Failure {
    /// A failure without a hint.
    pub fn new(kind: Kind, message: Said) -> Self {
        Self { kind, message, hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: Said) -> Self {
        self.hint = Some(hint);
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

impl std::error::Error for Failure {}
