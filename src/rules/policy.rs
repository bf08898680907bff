//! What `--strict`, `--ignore` and `-v` change about the catalogue.

use super::catalogue::{Code, Severity};

/// Warnings that say nothing against their row, which is sent all the same, however strict a run is.
const NEVER_BLOCKS: [Code; 1] = [Code::X04];

/// How a run judges findings.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Warnings become errors.
    pub strict: bool,
    /// Repairs are listed, not only counted.
    pub list_repairs: bool,
    ignored: Vec<Code>,
}

/// Why a code can't be ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IgnoreError {
    /// No rule has this code.
    Unknown(String),
    /// The rule guards against sending something wrong; it can't be switched off.
    Guarded(Code),
}

impl Policy {
    /// A policy that ignores nothing.
    pub fn new(strict: bool, list_repairs: bool) -> Self {
        Self { strict, list_repairs, ignored: Vec::new() }
    }

    /// The same judgement, for rows whose repairs were listed before.
    #[must_use]
    pub fn without_repairs(&self) -> Self {
        Self { list_repairs: false, ..self.clone() }
    }

    /// Whether a rule is ignored.
    pub fn ignores_any(&self) -> bool {
        !self.ignored.is_empty()
    }

    /// Ignores the rule `code`; refused for the guarded ones.
    pub fn ignore(&mut self, code: &str) -> Result<(), IgnoreError> {
        let known = Code::from_name(code).ok_or_else(|| IgnoreError::Unknown(code.to_owned()))?;
        if known.rule().guarded {
            return Err(IgnoreError::Guarded(known));
        }
        self.ignored.push(known);
        Ok(())
    }

    /// The severity under this policy; `None` where the finding is ignored.
    pub fn judge(&self, code: Code, severity: Severity) -> Option<Severity> {
        if self.ignored.contains(&code) {
            return None;
        }
        let raised = self.strict && severity == Severity::Warning && !NEVER_BLOCKS.contains(&code);
        Some(if raised { Severity::Error } else { severity })
    }
}
