//! Which records are events, decided before any of their cells is checked.

use std::borrow::Cow;

use super::Mapping;
use super::builtin::{ESTADOS, TRIGGERS};
use crate::record::{Columns, Field, RawRecord, Trigger};
use crate::rules::cell::fold::{Key, fold};
use crate::rules::{Code, Finding, Findings, Severity};
use crate::said;
use crate::text::trimmed;

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventDecision<'r> {
    /// It fulfils a trigger, or several.
    Event,
    /// It fulfils none: counted by its status, and never sent.
    Other {
        /// The status as it stands in the file, without outer spaces; may be empty.
        status: &'r str,
        /// Whether it is a state that the CRM has.
        known: bool,
        /// The field that the status is of.
        field: Field,
    },
}

impl EventDecision<'_> {
    /// Whether the record is an event.
    pub fn is_event(&self) -> bool {
        *self == Self::Event
    }

    /// Reports a record that is no event: E04, a warning where nobody knows its status, else counted only.
    pub fn report(&self, findings: &mut Findings) {
        let Self::Other { status, known, field } = *self else { return };
        let finding = |severity, what| {
            Finding::new(Code::E04).severity(severity).field(field).said("what", what).value(status)
        };
        if known {
            findings.repaired(Code::E04, || finding(Severity::Info, said!(en: "status", es: "estado")));
        } else {
            findings.push(finding(Severity::Warning, said!(en: "unknown status", es: "estado desconocido")));
        }
    }
}

/// The trigger that makes a row an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fulfilled<'r> {
    /// Its name on the command line, or `[[trigger]]` where a mapping file has it.
    pub trigger: &'static str,
    /// The field or column that it reads; none where it reads nothing.
    pub column: Option<&'r str>,
    /// The text there.
    pub status: &'r str,
}

/// The conditions under which a row is an event.
#[derive(Debug, Clone)]
pub(super) enum Triggers {
    /// Those of the CRM.
    Builtin { realizada: bool, ya_asistio: bool, manual: bool },
    /// The blocks of a mapping file; any of them.
    File(Vec<FileTrigger>),
}

/// A `[[trigger]]` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileTrigger {
    pub(super) column: ColumnName,
    /// As they stand in the file.
    pub(super) values: Vec<String>,
    /// Folded.
    pub(super) folded: Vec<String>,
}

/// What a mapping file calls a column: a field, or a header with its place in the row once that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ColumnName {
    Field(Field),
    Header { name: String, index: Option<usize> },
}

impl ColumnName {
    /// The text of the column in a row.
    pub(super) fn read<'r>(&self, raw: &'r RawRecord<'_>, columns: &'r impl Columns) -> Option<&'r str> {
        match self {
            Self::Field(field) => raw.get(*field),
            Self::Header { index, .. } => columns.column((*index)?),
        }
    }
}

impl Default for Triggers {
    fn default() -> Self {
        Self::Builtin { realizada: true, ya_asistio: true, manual: false }
    }
}

impl Triggers {
    pub(super) fn of(triggers: &[Trigger]) -> Self {
        Self::Builtin {
            realizada: triggers.contains(&Trigger::Realizada),
            ya_asistio: triggers.contains(&Trigger::YaAsistio),
            manual: triggers.contains(&Trigger::Manual),
        }
    }
}

impl Mapping {
    /// Decides whether a row is an event, from its status alone; case, accents and outer spaces do not count.
    ///
    /// ```
    /// use crm_bridge::mapping::{EventDecision, Mapping};
    /// use crm_bridge::record::{Field, RawRecord};
    /// let mut raw = RawRecord::default();
    /// raw.set(Field::Estado, " REALIZADA ");
    /// assert!(Mapping::builtin().event(&raw, &()).is_event());
    /// raw.set(Field::Estado, "Cancelada");
    /// assert!(!Mapping::builtin().event(&raw, &()).is_event());
    /// raw.set(Field::Tipificacion, "Ya asistió");
    /// assert!(Mapping::builtin().event(&raw, &()).is_event());
    /// ```
    pub fn event<'r>(&self, raw: &'r RawRecord<'_>, columns: &'r impl Columns) -> EventDecision<'r> {
        match &self.triggers {
            Triggers::Builtin { manual: true, .. } => EventDecision::Event,
            Triggers::Builtin { realizada, ya_asistio, .. } => {
                let changed = |field| self.prepared_cell(field, raw, columns);
                let estado = if self.changes(Field::Estado) { changed(Field::Estado) } else { None };
                let tipificacion =
                    if self.changes(Field::Tipificacion) { changed(Field::Tipificacion) } else { None };
                builtin(|field| raw.get(field), (*realizada, estado), (*ya_asistio, tipificacion))
            }
            Triggers::File(blocks) => from_file(blocks, raw, columns),
        }
    }
}

impl Mapping {
    /// Decides as [`Self::event`] does, from the cells of the row's own status alone; none where a mapping file may look at
    /// others too. Most rows of an export are no events, and nothing else of them needs to be read.
    pub fn event_by_status<'r>(
        &self,
        status: impl Fn(Field) -> Option<&'r str>,
    ) -> Option<EventDecision<'r>> {
        match &self.triggers {
            Triggers::Builtin { manual: true, .. } if self.is_plain() => Some(EventDecision::Event),
            Triggers::Builtin { realizada, ya_asistio, .. } if self.is_plain() => {
                Some(builtin(status, (*realizada, None), (*ya_asistio, None)))
            }
            Triggers::Builtin { .. } | Triggers::File(_) => None,
        }
    }

    /// The first trigger that a row fulfils; none where it is no event.
    pub fn fulfilled<'r>(
        &'r self,
        raw: &'r RawRecord<'_>,
        columns: &'r impl Columns,
    ) -> Option<Fulfilled<'r>> {
        match &self.triggers {
            Triggers::Builtin { manual: true, .. } => {
                Some(Fulfilled { trigger: Trigger::Manual.name(), column: None, status: "" })
            }
            Triggers::Builtin { realizada, ya_asistio, .. } => {
                if !self.event(raw, columns).is_event() {
                    return None;
                }
                let changed = self.prepared_cell(Field::Estado, raw, columns);
                let estado = if self.changes(Field::Estado) { changed } else { None };
                let by_state =
                    builtin(|field| raw.get(field), (*realizada, estado), (false, None)).is_event();
                let (trigger, field) = if by_state || !ya_asistio {
                    (Trigger::Realizada, Field::Estado)
                } else {
                    (Trigger::YaAsistio, Field::Tipificacion)
                };
                let status = raw.get(field).unwrap_or("").trim();
                Some(Fulfilled { trigger: trigger.name(), column: Some(field.name()), status })
            }
            Triggers::File(blocks) => blocks.iter().find_map(|block| {
                let text = block.column.read(raw, columns)?;
                let fulfils =
                    block.values.iter().any(|value| value == text) || block.folded.contains(&fold(text));
                let column = match &block.column {
                    ColumnName::Field(field) => field.name(),
                    ColumnName::Header { name, .. } => name,
                };
                fulfils.then(|| Fulfilled {
                    trigger: "[[trigger]]",
                    column: Some(column),
                    status: text.trim(),
                })
            }),
        }
    }
}

/// Decides by the CRM's conditions: each with whether it counts, and the text of its field where the mapping file
/// changes that. What is reported is the status as it stands in the row.
fn builtin<'r>(
    cell: impl Fn(Field) -> Option<&'r str>,
    (realizada, changed_estado): (bool, Option<Cow<'_, str>>),
    (ya_asistio, changed_tipificacion): (bool, Option<Cow<'_, str>>),
) -> EventDecision<'r> {
    let [(_, _, done), (_, _, attended)] = TRIGGERS;
    let estado = cell(Field::Estado).unwrap_or("");
    let tipificacion = cell(Field::Tipificacion).unwrap_or("");
    let state = State::of(changed_estado.as_deref().unwrap_or(estado));
    if (realizada && state == State::Is(done))
        || (ya_asistio && is(changed_tipificacion.as_deref().unwrap_or(tipificacion), attended))
    {
        return EventDecision::Event;
    }
    let estado = trimmed(estado);
    if estado.is_empty() && !tipificacion.trim().is_empty() {
        // What the call centre may note is an open list: none of it is unknown.
        return EventDecision::Other { status: tipificacion.trim(), known: true, field: Field::Tipificacion };
    }
    EventDecision::Other { status: estado, known: state != State::Unknown, field: Field::Estado }
}

/// A state of an appointment.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Empty,
    Is(&'static str),
    Unknown,
}

impl State {
    fn of(text: &str) -> Self {
        if let Some(known) = ESTADOS.iter().find(|known| **known == text) {
            return Self::Is(known);
        }
        let key = Key::of(text);
        match ESTADOS.iter().find(|known| known.eq_ignore_ascii_case(key.as_str())) {
            Some(known) => Self::Is(known),
            None if text.trim().is_empty() => Self::Empty,
            None => Self::Unknown,
        }
    }
}

fn is(text: &str, label: &str) -> bool {
    text == label || (!text.is_empty() && Key::of(text).as_str().eq_ignore_ascii_case(label))
}

fn from_file<'r>(
    blocks: &[FileTrigger],
    raw: &'r RawRecord<'_>,
    columns: &'r impl Columns,
) -> EventDecision<'r> {
    let mut status = "";
    // What the values of a column of the file's own mean, only its author knows.
    let mut known = true;
    let mut field = Field::Estado;
    for block in blocks {
        let Some(text) = block.column.read(raw, columns) else { continue };
        if block.values.iter().any(|value| value == text) || block.folded.contains(&fold(text)) {
            return EventDecision::Event;
        }
        if status.is_empty() {
            status = text.trim();
            if let ColumnName::Field(named) = block.column {
                field = named;
                known = status.is_empty() || named != Field::Estado || State::of(status) != State::Unknown;
            }
        }
    }
    EventDecision::Other { status, known, field }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(estado: &str, tipificacion: &str, triggers: &[Trigger]) -> (bool, Option<Severity>) {
        let mut raw = RawRecord::default();
        raw.set(Field::Estado, estado.to_owned());
        raw.set(Field::Tipificacion, tipificacion.to_owned());
        let mut mapping = Mapping::builtin();
        mapping.set_triggers(triggers);
        let decision = mapping.event(&raw, &());
        let mut findings = Findings::default();
        decision.report(&mut findings);
        (decision.is_event(), findings.listed().first().map(|finding| finding.severity))
    }

    const BOTH: &[Trigger] = &[Trigger::Realizada, Trigger::YaAsistio];

    #[test]
    fn each_trigger_alone_makes_an_event() {
        assert!(decide("realizada", "", BOTH).0);
        assert!(decide("Cancelada", "ya asistió", BOTH).0);
        assert!(!decide("Cancelada", "YA ASISTIO", &[Trigger::Realizada]).0);
        assert!(!decide("Realizada", "", &[Trigger::YaAsistio]).0);
        assert!(decide("Cancelada", "", &[Trigger::Manual]).0);
    }

    #[test]
    fn a_status_that_the_crm_does_not_have_is_said() {
        assert_eq!(decide("Pendiente", "", BOTH), (false, None));
        assert_eq!(decide("Atendida", "", BOTH), (false, Some(Severity::Warning)));
        assert_eq!(decide("", "NO CONTESTA", BOTH), (false, None));
        assert_eq!(decide("", "", BOTH), (false, None));
    }

    #[test]
    fn a_word_that_only_contains_the_status_is_another() {
        assert!(!decide("No realizada", "", BOTH).0);
        assert!(!decide("", "YA ASISTIO?", BOTH).0);
    }
}
