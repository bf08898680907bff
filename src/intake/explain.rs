//! One row from end to end: column, raw cell, repairs, field, rules, place of the payload.
//!
//! Comes in: what the first pass decided ([`Plan`]) and said ([`Heard`]), so that rules across rows count too. Goes
//! out: an [`Explanation`]. The row itself is read and mapped once more.

use serde_json::Value;

use super::judge::Judge;
use super::{Plan, Table};
use crate::lang::Said;
use crate::mapping::EventDecision;
use crate::mask::shape;
use crate::payload::Payload;
use crate::record::{Field, RawRecord};
use crate::report::event::{Event, FindingNote, Observer};
use crate::report::explanation::{Explanation, Fate, Step};
use crate::rules::finding::shown;
use crate::rules::{Findings, Severity};
use crate::said;
use crate::source::{Cells, Ignored, RowKind, SourceError};

/// Which fields each place of the payload is made of, in the documented order.
const PLACES: [(&str, &[Field]); 24] = [
    ("id_presencia_crm", &[Field::AppointmentId]),
    ("cliente.nombres_completos_razon_social", &[Field::Nombre]),
    ("cliente.tipo_documento", &[Field::TipoDocumento]),
    ("cliente.numero_documento", &[Field::Documento]),
    ("cliente.telefono_principal", &[Field::Celular]),
    ("cliente.email_principal", &[Field::Email]),
    ("cliente.direccion", &[Field::Distrito]),
    ("cliente.distrito", &[Field::Distrito]),
    ("fecha_hora_presencia", &[Field::FechaHora, Field::Hora]),
    ("proyecto_interes", &[Field::ProyectoInteres]),
    ("medio_captacion", &[Field::Medio]),
    ("modalidad", &[Field::Lugar]),
    ("status_presencia", &[]),
    ("resultado_interaccion", &[Field::Resultado]),
    ("observaciones", &[Field::Lugar, Field::Observaciones]),
    ("asesor_captacion_opc", &[Field::Opc]),
    ("venta.fecha_venta", &[Field::FechaVenta]),
    ("venta.lote", &[Field::Lote]),
    ("venta.tipo_venta", &[Field::TipoVenta]),
    ("venta.plazo_meses_credito", &[Field::Plazo]),
    ("venta.vendedor_principal", &[Field::Vendedor]),
    ("venta.valor_lote_venta", &[Field::ValorLote]),
    ("venta.cuota_inicial_requerida", &[Field::CuotaInicial]),
    ("venta.notas", &[Field::NotasVenta]),
];

/// Listens to a first pass for what it says of one row.
#[derive(Debug)]
pub struct Heard {
    row: u64,
    findings: Vec<FindingNote>,
    duplicate: bool,
}

impl Heard {
    /// Listens for physical row `row`.
    pub fn of(row: u64) -> Self {
        Self { row, findings: Vec::new(), duplicate: false }
    }
}

impl Observer for Heard {
    fn observe(&mut self, event: Event) {
        match event {
            Event::Finding(note) if note.row == Some(self.row) => self.findings.push(note),
            Event::Delivery(note) if note.row == self.row => self.duplicate = true,
            _ => {}
        }
    }
}

/// Explains the row of the first input that `heard` listened for; or says, as an error, the last row there is.
pub fn explain(
    plan: &Plan,
    judge: Judge<'_>,
    heard: Heard,
    show_pii: bool,
) -> Result<Result<Explanation, u64>, SourceError> {
    let table = plan.tables().get(0);
    let (wanted, header) = (heard.row, table.source().header_row());
    let teller = Telling { table, judge, show_pii };
    if (1..=header).contains(&wanted) {
        let why = if wanted == header {
            said!(en: "the header", es: "la cabecera")
        } else {
            said!(en: "above the header", es: "encima de la cabecera")
        };
        return Ok(Ok(teller.ignored(why, None, heard)));
    }
    let mut rows = table.rows();
    let mut last = header;
    while let Some(row) = rows.next() {
        let row = row?;
        last = row.number;
        if row.number < wanted || wanted == 0 {
            continue;
        }
        if row.number > wanted {
            return Ok(Ok(teller.ignored(Ignored::Blank.said(), None, heard)));
        }
        return Ok(Ok(match row.kind() {
            RowKind::Ignored(reason) => teller.ignored(reason.said(), Some(row.cells), heard),
            RowKind::Ragged { .. } => {
                let why = said!(
                    en: "what its cells are can't be told: they are not as many as the header's",
                    es: "no se sabe qué es cada celda: no son tantas como en la cabecera",
                );
                Explanation { why, ..teller.record(row.cells, plan, heard) }
            }
            RowKind::Record => teller.record(row.cells, plan, heard),
        }));
    }
    Ok(Err(last))
}

struct Telling<'t> {
    table: &'t Table,
    judge: Judge<'t>,
    show_pii: bool,
}

impl Telling<'_> {
    fn ignored(&self, why: Said, cells: Option<Cells<'_>>, heard: Heard) -> Explanation {
        let steps = cells.map(|cells| self.unused(cells, |column| cells.filled(column))).unwrap_or_default();
        self.told(None, why, Fate::Ignored, steps, heard)
    }

    fn record(&self, cells: Cells<'_>, plan: &Plan, heard: Heard) -> Explanation {
        let raw = self.table.binding().read(cells);
        let mapping = self.judge.mapping();
        let (event, why) = match mapping.event(&raw, &cells) {
            EventDecision::Event => (true, self.fulfilled(&raw, cells)),
            EventDecision::Other { status, field, .. } => {
                let column = self.column(field, cells).map_or(field.name(), |(header, _)| header);
                let why = if status.is_empty() {
                    said!(en: "no event: {column} is empty", es: "no es un evento: {column} está vacía")
                } else {
                    said!(
                        en: "no event: {column} is {status:?}, which fulfils no trigger",
                        es: "no es un evento: {column} es {status:?}, que no cumple ningún disparador",
                    )
                };
                (false, why)
            }
        };
        let fate = fate(event, plan, &heard);
        let payload = event.then(|| {
            let payload = self.judge.payload(raw.clone(), &cells, &mut Findings::default());
            leaves(&payload)
        });
        let mut steps = self.places(cells, &raw, payload.unwrap_or_default(), &heard.findings);
        let read = mapping.read_columns();
        let header = self.table.source().header();
        steps.extend(self.unused(cells, |column| {
            self.table.binding().field(column).is_none()
                && header.get(column).is_none_or(|name| !read.contains(name))
        }));
        self.told(Some(event), why, fate, steps, heard)
    }

    fn told(
        &self,
        event: Option<bool>,
        why: Said,
        fate: Fate,
        steps: Vec<Step>,
        mut heard: Heard,
    ) -> Explanation {
        let weight = |note: &FindingNote| match note.severity {
            "error" => 0,
            "warning" => 1,
            _ => 2,
        };
        heard.findings.sort_by_key(weight);
        let file = self.table.name().to_owned();
        Explanation { file, row: heard.row, event, why, fate, steps, findings: heard.findings }
    }

    fn fulfilled(&self, raw: &RawRecord<'_>, cells: Cells<'_>) -> Said {
        let Some(fulfilled) = self.judge.mapping().fulfilled(raw, &cells) else { return Said::default() };
        let (trigger, status) = (fulfilled.trigger, fulfilled.status);
        let Some(name) = fulfilled.column else {
            return said!(en: "event: trigger {trigger}", es: "evento: disparador {trigger}");
        };
        let of_field = Field::from_name(name).and_then(|field| self.column(field, cells));
        let column = of_field.map_or(name, |(header, _)| header);
        said!(
            en: "event: {column} is {status:?}, trigger {trigger}",
            es: "evento: {column} es {status:?}, disparador {trigger}",
        )
    }

    /// The places of the payload, and the fields of the status, which fill none.
    fn places(
        &self,
        cells: Cells<'_>,
        raw: &RawRecord<'_>,
        mut values: Vec<(String, String)>,
        notes: &[FindingNote],
    ) -> Vec<Step> {
        let mut steps = Vec::new();
        for (place, made_of) in &PLACES {
            let value = values.iter().position(|(known, _)| known == place).map(|at| values.remove(at).1);
            let bound = |field: &&Field| self.column(**field, cells).is_some();
            let mut fields: Vec<Field> = made_of.iter().filter(bound).copied().collect();
            // A client without a document is sent under his phone.
            if fields.iter().all(|field| raw.get(*field).is_none_or(|text| text.trim().is_empty()))
                && *place == "cliente.numero_documento"
                && value.is_some()
            {
                fields.push(Field::Celular);
            }
            if fields.is_empty() && value.is_some() {
                let about =
                    notes.iter().filter(|note| made_of.iter().any(|field| is_about(note, field.name())));
                let mut step = self.step(None, cells, Some(place), value.as_deref(), notes);
                step.codes.extend(about.map(|note| note.code));
                steps.push(step);
            }
            for field in fields {
                steps.push(self.step(Some(field), cells, Some(place), value.as_deref(), notes));
            }
        }
        for (place, value) in values {
            steps.push(self.step(None, cells, Some(&place), Some(&value), notes));
        }
        for field in [Field::Estado, Field::Tipificacion] {
            if self.column(field, cells).is_some() {
                steps.push(self.step(Some(field), cells, None, None, notes));
            }
        }
        steps
    }

    fn step(
        &self,
        field: Option<Field>,
        cells: Cells<'_>,
        place: Option<&str>,
        value: Option<&str>,
        notes: &[FindingNote],
    ) -> Step {
        let found = field.and_then(|field| self.column(field, cells));
        let name = field.map(Field::name);
        let pointer = place.map(|place| format!("/{}", place.replace('.', "/")));
        let about = |note: &&FindingNote| {
            note.field
                .as_deref()
                .is_some_and(|about| Some(about) == name || Some(about) == pointer.as_deref())
        };
        let mut codes: Vec<&'static str> = notes.iter().filter(about).map(|note| note.code).collect();
        codes.dedup();
        Step {
            column: found.map(|(header, _)| header.to_owned()),
            cell: found.map(|(_, cell)| self.shown(name, cell)),
            field: name,
            codes,
            payload_field: place.map(str::to_owned),
            value: value.map(|value| self.shown(place, value)),
        }
    }

    /// The column that feeds a field in this row, and its cell.
    fn column<'c>(&'c self, field: Field, cells: Cells<'c>) -> Option<(&'c str, &'c str)> {
        let columns = self.table.binding().columns(field);
        let column = *columns.iter().find(|column| cells.filled(**column)).or(columns.first())?;
        let source = self.table.source();
        // A record that came as JSON has no columns: what it does not hold is not there.
        if source.header_row() == 0 && !cells.filled(column) {
            return None;
        }
        let header = source.header().get(column)?;
        Some((header, cells.get(column).unwrap_or_default()))
    }

    /// Cells that feed nothing: of what may be in them, only the shape is shown.
    fn unused(&self, cells: Cells<'_>, wanted: impl Fn(usize) -> bool) -> Vec<Step> {
        let header = self.table.source().header();
        let width = header.len().max(cells.len());
        let step = |column: usize| {
            let cell = cells.get(column).unwrap_or_default();
            let cell = if self.show_pii { cell.to_owned() } else { shape(cell) };
            Step { column: header.get(column).cloned(), cell: Some(cell), ..Step::default() }
        };
        (0..width).filter(|column| wanted(*column)).map(step).collect()
    }

    fn shown(&self, name: Option<&str>, text: &str) -> String {
        if self.show_pii { text.to_owned() } else { shown(name, text) }
    }
}

fn fate(event: bool, plan: &Plan, heard: &Heard) -> Fate {
    if !plan.rows_to_send().any(|(_, row)| row == heard.row) {
        // What is wrong with the row itself, such as a cell too few, is asked before its status.
        let wrong = event || heard.findings.iter().any(|note| note.severity == Severity::Error.name());
        return match (heard.duplicate, wrong) {
            (true, _) => Fate::Duplicate,
            (false, true) => Fate::Invalid,
            (false, false) => Fate::Skipped,
        };
    }
    if plan.stopped.is_some() { Fate::Unprocessed } else { Fate::Prepared }
}

fn is_about(note: &FindingNote, place: &str) -> bool {
    note.field.as_deref() == Some(place)
}

/// Every filled place of a payload with its text.
fn leaves(payload: &Payload<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    // A payload is made of texts, numbers and objects: this can't fail.
    if let Ok(value) = serde_json::to_value(payload) {
        collect("", &value, &mut found);
    }
    found
}

fn collect(path: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                collect(&path, value, found);
            }
        }
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => found.push((path.to_owned(), text.clone())),
        other => found.push((path.to_owned(), other.to_string())),
    }
}
