//! Rows judged again, for what the packed events can't say.
//!
//! The same policy as the first time: a rule that was ignored then must not turn a row into another one now.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::across::{Facts, Reread};
use super::judge::Judge;
use super::plan::PassError;
use super::table::{Reader, Tables};
use crate::payload::Payload;
use crate::rules::{Findings, Policy};

/// Findings of rows that are judged again, which are not said again.
pub(super) fn unsaid(policy: &Policy) -> Findings {
    Findings::new(policy.without_repairs())
}

/// Reads rows again.
pub(super) struct Again<'p> {
    reader: Reader,
    judges: &'p [Judge<'p>],
    findings: Findings,
}

impl<'p> Again<'p> {
    pub(super) fn new(tables: &Arc<Tables>, judges: &'p [Judge<'p>], policy: &Policy) -> Self {
        Self { reader: Reader::new(tables.clone()), judges, findings: unsaid(policy) }
    }
}

impl Reread for Again<'_> {
    type Error = PassError;

    fn facts(&mut self, number: u64) -> Result<Facts, PassError> {
        let tables = self.reader.tables().clone();
        let (index, _) = tables.locate(number);
        let judge = self.judges[index];
        let binding = tables.get(index).binding();
        let label = tables.label(number);
        let findings = &mut self.findings;
        findings.clear();
        let facts = self.reader.read(number, |row| {
            judge.again(&mut binding.read(row.cells), &row.cells, findings, |payload, at| Facts {
                id: payload.id_presencia_crm.to_string(),
                name: payload.cliente.nombres_completos_razon_social.to_string(),
                phone: payload.cliente.telefono_principal.to_string(),
                document: payload.cliente.numero_documento.to_string(),
                at,
                content: content(payload),
                label: label.clone(),
            })
        })?;
        facts.flatten().ok_or(PassError::Changed(label))
    }

    fn blocked(&mut self, number: u64) -> Result<(String, String), PassError> {
        let tables = self.reader.tables().clone();
        let (index, _) = tables.locate(number);
        let (judge, binding) = (self.judges[index], tables.get(index).binding());
        let label = tables.label(number);
        let id =
            self.reader.read(number, |row| judge.id(binding.read(row.cells), &row.cells).into_owned())?;
        id.map(|id| (id, label.clone())).ok_or(PassError::Changed(label))
    }
}

/// Gives a payload the id that is sent.
pub(super) fn terminate(payload: &mut Payload<'_>, terminator: &str) {
    if !terminator.is_empty() {
        payload.id_presencia_crm.to_mut().push_str(terminator);
    }
}

/// By the more careful hash of the two: of rows that say the same, one is sent.
fn content(payload: &Payload<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    payload.hash(&mut hasher);
    hasher.finish()
}
