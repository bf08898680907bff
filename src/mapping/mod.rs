//! The mapping: which records are events, and what payload a record becomes.
//!
//! Comes in: a row's text by field, then its typed record. Goes out: a [`Payload`], and findings. Pure: no I/O, no
//! clock. Everything built in is data in [`builtin`]; a mapping file, `--set` and settings change parts of it. One row
//! takes three steps, which [`Mapping::convert`] makes at once:
//!
//! 1. `prepare`: templates, transforms, value tables, constants and defaults of a mapping file, on raw text;
//! 2. [`read_record`](crate::rules::cell::read_record): the cells;
//! 3. `map`: the payload.

pub mod builtin;
mod event;
mod file;
mod modalidad;
mod notes;
mod path;
mod prepare;
mod record;
mod recorded;
mod show;
mod template;
mod transform;
mod values;

use chrono::NaiveDateTime;
use serde_json::Value;

pub use event::{EventDecision, Fulfilled};
pub use file::FileError;
pub use notes::without_searched;
pub use path::{PathError, PayloadPath};
pub use prepare::{Prepared, UnknownColumn};
pub use record::medio_word;
pub use recorded::remap;
pub use template::{Template, TemplateError};
pub use transform::Transform;

use crate::lang::Said;
use crate::payload::Payload;
use crate::record::{Columns, Field, RawRecord, Trigger};
use crate::rules::cell::{DateOrder, Reading, Zone, take_record};
use crate::rules::{Code, Finding, Findings};
use crate::said;
use event::Triggers;
use values::ValueTable;

/// What is sent as the document of a client who has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DocumentSource {
    /// The celular.
    #[default]
    Celular,
    /// `TEMP-` and the last four digits of the celular, as the live CRM does; two people can clash.
    Temp4,
}

/// How instants are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DatetimeStyle {
    /// Lima's local time, as the document shows: `2024-01-15T14:30:00`.
    #[default]
    Local,
    /// With Lima's offset: `2024-01-15T14:30:00-05:00`.
    Offset,
}

/// The rules by which records become payloads.
#[derive(Debug, Default)]
pub struct Mapping {
    name: Option<String>,
    zone: Option<Zone>,
    date_order: Option<DateOrder>,
    columns: Vec<(Field, Vec<String>)>,
    triggers: Triggers,
    templates: Vec<(Target, Template)>,
    transforms: Vec<(Field, Vec<Transform>)>,
    values: Vec<(Field, ValueTable)>,
    modalidades: Option<Vec<ModalidadRule>>,
    constants: Vec<(Target, Value)>,
    defaults: Vec<(Target, Value)>,
    settings: Vec<(PayloadPath, Value)>,
    documento: DocumentSource,
    datetime: DatetimeStyle,
    without_column: Vec<Field>,
}

/// How much of a payload is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    Outline,
}

/// What a line of a mapping file sets.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    /// A field of the record, before its cells are read.
    Field(Field),
    /// A place of the payload, after the mapping.
    Payload(PayloadPath),
}

/// A `[[rules.modalidad]]` block.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ModalidadRule {
    /// As they stand in the file.
    contains: Vec<String>,
    /// Folded.
    folded: Vec<String>,
    value: String,
}

/// A payload, and when its visit took place, if that can be told.
///
/// Most of a kilobyte: what is made of it goes by reference, since moving it costs more than reading some of its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Dated<'a> {
    /// The payload.
    pub payload: Payload<'a>,
    /// The instant, in Lima's time.
    pub at: Option<NaiveDateTime>,
}

impl Mapping {
    /// The built-in mapping.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use crm_bridge::mapping::Mapping;
    /// use crm_bridge::record::{Field, RawRecord};
    /// use crm_bridge::rules::{Findings, cell::Reading};
    ///
    /// let mut raw = RawRecord::default();
    /// raw.set(Field::AppointmentId, "123");
    /// raw.set(Field::Nombre, "Juan Pérez");
    /// raw.set(Field::Celular, "+51 999 888 777");
    /// raw.set(Field::FechaHora, "15/01/2024 14:30");
    /// raw.set(Field::Medio, "OPC");
    /// raw.set(Field::Lugar, "Sala de ventas");
    /// let now = NaiveDate::from_ymd_opt(2024, 2, 1).unwrap().and_hms_opt(12, 0, 0).unwrap();
    /// let mapping = Mapping::builtin();
    /// let payload = mapping.convert(raw, &(), &Reading::at(now), &mut Findings::default());
    /// assert_eq!(payload.id_presencia_crm, "CRM-123");
    /// assert_eq!(payload.cliente.telefono_principal, "999888777");
    /// assert_eq!(payload.fecha_hora_presencia, "2024-01-15T14:30:00");
    /// assert_eq!(payload.medio_captacion, "campo_opc");
    /// assert_eq!(payload.observaciones, "Presencia desde CRM. Lugar: Sala de ventas.");
    /// ```
    pub fn builtin() -> Self {
        Self::default()
    }

    /// Turns one row into its payload: prepares it, reads its cells and maps the record.
    ///
    /// Where a finding is an error, the payload is not fit to be sent. `columns` are the cells of the row, or `&()` for
    /// a record that has none.
    pub fn convert<'a>(
        &'a self,
        raw: RawRecord<'a>,
        columns: &impl Columns,
        reading: &Reading,
        findings: &mut Findings,
    ) -> Payload<'a> {
        let mut raw = raw;
        self.convert_dated(&mut raw, columns, reading, findings).payload
    }

    /// As [`Self::convert`], with the instant of the visit, if there is one. Takes the cells out of `raw`, which stays
    /// where it is: half a kilobyte is not moved for each row.
    pub fn convert_dated<'a>(
        &'a self,
        raw: &mut RawRecord<'a>,
        columns: &impl Columns,
        reading: &Reading,
        findings: &mut Findings,
    ) -> Dated<'a> {
        self.convert_as(Extent::Whole, raw, columns, reading, findings)
    }

    /// As [`Self::convert_dated`], and with the same findings, but without the texts that nothing is decided by: the
    /// instant, the modalidad and the notes. For passes over a whole file that only ask what is wrong with it.
    pub fn outline<'a>(
        &'a self,
        raw: &mut RawRecord<'a>,
        columns: &impl Columns,
        reading: &Reading,
        findings: &mut Findings,
    ) -> Dated<'a> {
        self.convert_as(Extent::Outline, raw, columns, reading, findings)
    }

    fn convert_as<'a>(
        &'a self,
        extent: Extent,
        raw: &mut RawRecord<'a>,
        columns: &impl Columns,
        reading: &Reading,
        findings: &mut Findings,
    ) -> Dated<'a> {
        let filled = if self.is_plain() { Vec::new() } else { self.prepare_in_place(raw, columns) };
        self.map_filled(take_record(raw, reading, findings), &filled, extent, findings)
    }

    /// Chooses which of the CRM's conditions make an event.
    pub fn set_triggers(&mut self, triggers: &[Trigger]) {
        self.triggers = Triggers::of(triggers);
    }

    /// Chooses the document of clients without one.
    pub fn set_documento(&mut self, documento: DocumentSource) {
        self.documento = documento;
    }

    /// Chooses how instants are written.
    pub fn set_datetime(&mut self, datetime: DatetimeStyle) {
        self.datetime = datetime;
    }

    /// Makes ids from a template such as `LEAD-{ID}`; they are sent as they come out of it.
    pub fn set_id_template(&mut self, template: Template) {
        let target = Target::Payload(PayloadPath::ID);
        self.templates.retain(|(known, _)| *known != target);
        self.templates.push((target, template));
    }

    /// Sets a place of every payload (`--set PATH=VALUE`); stronger than all else.
    pub fn set(&mut self, path: PayloadPath, value: Value) {
        self.settings.retain(|(known, _)| *known != path);
        self.settings.push((path, value));
    }

    /// Notes that the source has no column for `field`, so that its default is said once a file and not for each row;
    /// the finding to report, if it is worth one.
    pub fn column_missing(&mut self, field: Field) -> Option<Finding> {
        let (target, finding) = match field {
            Field::Medio => (
                "medio_captacion",
                Finding::new(Code::E01).said("what", no_column("medio")).remedy(said!(
                    en: "name its column with --map lead.medio=COLUMN, or one for all rows with --set medio_captacion=VALUE (campo_opc, redes_facebook, web …)",
                    es: "indique su columna con --map lead.medio=COLUMNA, o uno para todas las filas con --set medio_captacion=VALOR (campo_opc, redes_facebook, web …)",
                )),
            ),
            Field::ProyectoInteres => (
                "proyecto_interes",
                Finding::new(Code::E02)
                    .said(
                        "what",
                        said!(
                            en: "no column of projects; all are sent as",
                            es: "no hay columna de proyectos; todos se envían como",
                        ),
                    )
                    .arg("value", builtin::PROYECTO)
                    .remedy(said!(
                        en: "name their column with --map lead.proyecto_interes=COLUMN, or one for all rows with --set proyecto_interes=NAME",
                        es: "indique su columna con --map lead.proyecto_interes=COLUMNA, o uno para todas las filas con --set proyecto_interes=NOMBRE",
                    )),
            ),
            _ => return None,
        };
        let provided = self.provides(field) || self.fixes(target);
        self.without_column.push(field);
        (!provided).then_some(finding)
    }

    /// The fields that get their value from the mapping itself (template, constant or default), so that the source
    /// needs no column for them.
    pub fn provides(&self, field: Field) -> bool {
        let target = Target::Field(field);
        let id = (field == Field::AppointmentId).then_some(Target::Payload(PayloadPath::ID));
        self.templates.iter().any(|(known, _)| *known == target || Some(known) == id.as_ref())
            || self.constants.iter().chain(&self.defaults).any(|(known, _)| *known == target)
    }

    /// Whether ids come out of a template, and are sent without the prefix `CRM-`.
    pub fn has_id_template(&self) -> bool {
        self.templates.iter().any(|(target, _)| *target == Target::Payload(PayloadPath::ID))
    }

    /// Whether events can be told only where the source has a column for `appointment.estado` or `lead.tipificacion`:
    /// neither by `--trigger manual` nor by a column that a mapping file's `[[trigger]]` names itself.
    pub fn wants_status_column(&self) -> bool {
        match &self.triggers {
            Triggers::Builtin { manual, .. } => !manual,
            Triggers::File(blocks) => {
                blocks.iter().all(|block| matches!(block.column, event::ColumnName::Field(_)))
            }
        }
    }

    /// The columns that the mapping file chooses: for each field its headers, the first filled one counting.
    pub fn columns(&self) -> &[(Field, Vec<String>)] {
        &self.columns
    }

    /// The zone that the mapping file names.
    pub fn zone(&self) -> Option<Zone> {
        self.zone
    }

    /// The order of dates that the mapping file names; none for `auto`.
    pub fn date_order(&self) -> Option<DateOrder> {
        self.date_order
    }

    /// The name that the mapping file gives itself.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether a place of the payload has a value whatever the record says.
    fn fixes(&self, path: &str) -> bool {
        let constants = self.constants.iter().filter_map(|(target, _)| match target {
            Target::Payload(known) => Some(known),
            Target::Field(_) => None,
        });
        let templates = self.templates.iter().filter_map(|(target, _)| match target {
            Target::Payload(known) => Some(known),
            Target::Field(_) => None,
        });
        self.settings
            .iter()
            .map(|(known, _)| known)
            .chain(constants)
            .chain(templates)
            .any(|known| known.name() == path)
    }

    fn default_for(&self, path: &str) -> Option<&Value> {
        self.defaults.iter().find_map(|(target, value)| match target {
            Target::Payload(known) if known.name() == path => Some(value),
            _ => None,
        })
    }
}

fn no_column(name: &str) -> Said {
    said!(en: "no column of {name}", es: "no hay columna de {name}")
}
