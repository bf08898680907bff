//! Reads the cells of a record: raw text by field in, a typed [`CrmRecord`] and findings out.

use std::borrow::Cow;

use chrono::NaiveDateTime;

use super::date::{self, ColumnDecisions, DateOrder, Decision, Zone};
use super::document::{self, Document};
use super::number::{Scientific, scientific, without_zero_decimals};
use super::sale::read_sale;
use super::{email, phone, place, text};
use crate::record::{Appointment, Cell, CrmRecord, Field, Lead, RawRecord};
use crate::rules::{Code, Finding, Findings};
use crate::said;

/// What the readers must know of the run and of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Order of the numbers of a date, as decided for the column.
    pub date_order: DateOrder,
    /// Whether the column of dates has several orders; then each date that depends on one is A03.
    pub mixed_orders: bool,
    /// The same of the column of sales' dates, which need not be written as the visits' are.
    pub sale_date_order: DateOrder,
    /// Whether that column does not show one order.
    pub mixed_sale_orders: bool,
    /// Zone of dates that name none.
    pub zone: Zone,
    /// The present, in Lima's time.
    pub now: NaiveDateTime,
    /// Whether a short DNI is padded with zeros.
    pub pad_dni: bool,
}

impl Reading {
    /// Day first, Lima's time, nothing padded.
    pub fn at(now: NaiveDateTime) -> Self {
        Self {
            date_order: DateOrder::default(),
            mixed_orders: false,
            sale_date_order: DateOrder::default(),
            mixed_sale_orders: false,
            zone: Zone::LIMA,
            now,
            pad_dni: false,
        }
    }

    /// The same, for columns whose dates are written as `decisions` say.
    #[must_use]
    pub fn decided(self, decisions: ColumnDecisions) -> Self {
        let of = |decision, before| match decision {
            Decision::Decided(order) | Decision::Assumed(order) => (order, false),
            Decision::Mixed => (before, true),
        };
        let (date_order, mixed_orders) = of(decisions.visits, self.date_order);
        let (sale_date_order, mixed_sale_orders) = of(decisions.sales, self.sale_date_order);
        Self { date_order, mixed_orders, sale_date_order, mixed_sale_orders, ..self }
    }
}

/// Reads every cell of `raw` that the payload is made of.
///
/// Findings say what is wrong; where one of them is an error the record is not fit to be sent, whatever it holds.
pub fn read_record<'a>(raw: RawRecord<'a>, reading: &Reading, findings: &mut Findings) -> CrmRecord<'a> {
    let mut raw = raw;
    take_record(&mut raw, reading, findings)
}

/// Reads a record out of a raw one that stays where it is: half a kilobyte is not moved for each row.
pub(crate) fn take_record<'a>(
    raw: &mut RawRecord<'a>,
    reading: &Reading,
    findings: &mut Findings,
) -> CrmRecord<'a> {
    CrmRecord {
        appointment: read_appointment(raw, reading, findings),
        lead: read_lead(raw, reading, findings),
        sale: read_sale(raw, reading, findings).map(Box::new),
        resultado_interaccion: optional(raw, Field::Resultado, findings),
    }
}

fn read_appointment<'a>(
    raw: &mut RawRecord<'a>,
    reading: &Reading,
    findings: &mut Findings,
) -> Appointment<'a> {
    Appointment {
        id: read_id(raw, findings),
        fecha_hora: read_date(raw, reading, findings),
        lugar: optional(raw, Field::Lugar, findings),
        estado: raw.take(Field::Estado),
        observaciones: optional(raw, Field::Observaciones, findings),
    }
}

fn read_lead<'a>(raw: &mut RawRecord<'a>, reading: &Reading, findings: &mut Findings) -> Lead<'a> {
    let tipo = raw.take(Field::TipoDocumento);
    let numero = raw.take(Field::Documento).filter(|text| !is_absent(text));
    let Document { kind, number } = document::read(tipo.as_deref(), numero, reading.pad_dni, findings);
    let business = kind == Some(document::Kind::Ruc);
    Lead {
        nombre: read_name(raw, business, findings),
        celular: phone::read(raw.take(Field::Celular).unwrap_or_default(), findings),
        tipo_documento: kind.map(|kind| Cow::Borrowed(kind.name())),
        documento: number,
        email: raw
            .take(Field::Email)
            .filter(|text| !is_absent(text))
            .and_then(|text| email::read(text, findings)),
        distrito: optional(raw, Field::Distrito, findings)
            .map(|district| place::district(district, findings)),
        proyecto_interes: optional(raw, Field::ProyectoInteres, findings),
        medio: optional(raw, Field::Medio, findings),
        tipificacion: raw.take(Field::Tipificacion),
        opc: optional(raw, Field::Opc, findings),
    }
}

/// Reads the id (I01).
fn read_id<'a>(raw: &mut RawRecord<'a>, findings: &mut Findings) -> Option<Cell<'a>> {
    let raw_id = raw.take(Field::AppointmentId).unwrap_or_default();
    let Some(id) = text::clean(raw_id, Field::AppointmentId, findings) else {
        findings.push(no_id());
        return None;
    };
    let id = slice(id, without_zero_decimals);
    let bare = without_prefix(&id);
    if is_absent(bare) {
        findings.push(no_id().value(id.as_ref()));
    } else if scientific(bare).is_some_and(|number| number == Scientific::Lost || id.contains('+')) {
        let what = said!(
            en: "the spreadsheet made a number in scientific notation of the id, whose digits are lost",
            es: "la hoja convirtió el id en un número en notación científica y sus dígitos se perdieron",
        );
        findings.push(Finding::new(Code::I01).said("what", what).value(id.as_ref()));
    } else if !is_id(bare) {
        let what = said!(
            en: "an id with other signs than letters, digits, `_`, `-` and `.`",
            es: "un id con otros signos que letras, dígitos, `_`, `-` y `.`",
        );
        findings.push(Finding::new(Code::I01).said("what", what).value(id.as_ref()));
    }
    Some(id)
}

/// I01 of a record that has no id.
pub(crate) fn no_id() -> Finding {
    Finding::new(Code::I01).said("what", said!(en: "no id", es: "sin id"))
}

/// Whether the receiver can keep and find a presencia by this id.
///
/// ```
/// use crm_bridge::rules::cell::is_id;
/// assert!(is_id("LEAD-12_3.4"));
/// assert!(!is_id("12 3") && !is_id("") && !is_id("12/3"));
/// ```
pub fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Takes the prefix `CRM-` off an id, in any case: the receiver does not tell them apart.
pub(crate) fn without_prefix(id: &str) -> &str {
    match id.split_at_checked(4) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("CRM-") => rest,
        _ => id,
    }
}

pub(super) fn slice<'a>(text: Cell<'a>, part: impl for<'t> Fn(&'t str) -> &'t str) -> Cell<'a> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(part(text)),
        Cow::Owned(text) => match part(&text) {
            same if same.len() == text.len() => Cow::Owned(text),
            shorter => Cow::Owned(shorter.to_owned()),
        },
    }
}

/// Reads the name (N01, N02).
fn read_name<'a>(raw: &mut RawRecord<'a>, business: bool, findings: &mut Findings) -> Option<Cell<'a>> {
    let name = raw
        .take(Field::Nombre)
        .filter(|text| !is_absent(text))
        .and_then(|text| text::clean(text, Field::Nombre, findings));
    match &name {
        Some(name) if name.chars().any(char::is_alphabetic) => {
            if !business && is_two_people(name) {
                findings.push(Finding::new(Code::N02).value(name.as_ref()));
            }
        }
        // A formula, or a name of lost letters, was named as such.
        Some(_)
            if findings
                .listed()
                .iter()
                .any(|finding| finding.field.as_deref() == Some(Field::Nombre.name())) => {}
        Some(name) => findings.push(Finding::new(Code::N01).value(name.as_ref())),
        None => findings.push(Finding::new(Code::N01)),
    }
    name
}

/// A sign that joins two names.
const JOINS: u8 = 1;
/// The letter that does so behind a space.
const AND: u8 = 2;
/// Twice that: the letter may follow.
const BEFORE_AND: u8 = 4;

/// What each byte of a name may have to do with a second name.
const JOINING: [u8; 256] = {
    let mut bytes = [0; 256];
    let joining = b"/&;+";
    let mut at = 0;
    while at < joining.len() {
        bytes[joining[at] as usize] = JOINS;
        at += 1;
    }
    bytes[b'y' as usize] = AND;
    bytes[b'Y' as usize] = AND;
    bytes[b' ' as usize] = BEFORE_AND;
    bytes
};

/// Whether a name seems to be of two people: `Juan Pérez / María Quispe`, `Juan y María Pérez`. *Ortega y Gasset* and
/// *Ramón y Cajal* are surnames: one word after the `y`, several before it.
fn is_two_people(name: &str) -> bool {
    // Nearly every name is of one person: one look at its bytes says so.
    let (mut joined, mut previous) = (0, 0);
    for byte in name.bytes() {
        let kind = JOINING[usize::from(byte)];
        joined |= (kind & JOINS) | (kind & previous);
        previous = kind >> 1;
    }
    if joined == 0 {
        return false;
    }
    let letters = |part: &str| part.chars().filter(|c| c.is_alphabetic()).count();
    let words = |part: &str| part.split_whitespace().count();
    if let Some((first, second)) = name.split_once(['/', '&', ';', '+']) {
        return letters(first) >= 3 && letters(second) >= 3;
    }
    [" y ", " Y "]
        .iter()
        .find_map(|and| name.split_once(and))
        .is_some_and(|(first, second)| words(first) == 1 || words(second) >= 2)
}

/// Reads the instant of the visit (A01 to A06).
fn read_date(raw: &mut RawRecord<'_>, reading: &Reading, findings: &mut Findings) -> Option<NaiveDateTime> {
    let cell = raw.take(Field::FechaHora).filter(|text| !is_absent(text)).unwrap_or_default();
    let time = raw.take(Field::Hora).filter(|text| !is_absent(text));
    let about = |code: Code| Finding::new(code).field(Field::FechaHora).value(cell.as_ref());
    if reading.mixed_orders && date::depends_on_order(&cell) {
        findings.push(about(Code::A03).said(
            "detail",
            said!(
                en: "the column has dates in both orders",
                es: "la columna tiene fechas en ambos órdenes",
            ),
        ));
    }
    let read = match date::read(&cell, time.as_deref(), reading.date_order, reading.zone) {
        Ok(read) => read,
        Err(Code::A01) => {
            findings.push(Finding::new(Code::A01).field(Field::FechaHora));
            return None;
        }
        Err(code) => {
            let shown = match time.as_deref().map(str::trim).filter(|time| !time.is_empty()) {
                Some(time) => format!("{cell} {time}"),
                None => cell.to_string(),
            };
            findings.push(about(code).value(shown));
            return None;
        }
    };
    if read.converted {
        findings.repaired(Code::A04, || about(Code::A04));
    }
    if !read.has_time {
        findings.push(about(Code::A05));
    }
    if let Some(finding) = date::implausible(read.at, reading.now) {
        findings.push(finding.value(cell.as_ref()));
    }
    Some(read.at)
}

pub(super) fn optional<'a>(
    raw: &mut RawRecord<'a>,
    field: Field,
    findings: &mut Findings,
) -> Option<Cell<'a>> {
    let cell = raw.take(field).filter(|text| !is_absent(text))?;
    text::clean(cell, field, findings)
}

/// What people and programs write into a cell that holds nothing.
pub(crate) fn is_absent(text: &str) -> bool {
    match text.len() {
        0 => true,
        1..=6 => {
            // Nearly every cell begins with a sign that none of these does.
            let first = text.as_bytes()[0];
            if first.is_ascii_alphanumeric() && !matches!(first, b'n' | b'N' | b's' | b'S') {
                return false;
            }
            let text = text.trim();
            text.bytes().all(|byte| matches!(byte, b'-' | b'.' | b'_'))
                || ["null", "none", "n/a", "#n/a", "#n/d", "nan", "s/d"]
                    .iter()
                    .any(|word| text.eq_ignore_ascii_case(word))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_people_are_told_from_two_surnames() {
        for name in
            ["Juan Pérez / María Quispe", "Juan Pérez y María Quispe", "Juan y María Pérez", "ANA & LUIS"]
        {
            assert!(is_two_people(name), "{name}");
        }
        for name in ["José Ortega y Gasset", "Santiago Ramón y Cajal", "Yenny Yupanqui", "J & J SAC"] {
            assert!(!is_two_people(name), "{name}");
        }
    }

    #[test]
    fn absent_values() {
        for text in ["", "-", "--", " - ", "NULL", "None", "n/a", "."] {
            assert!(is_absent(text), "{text:?}");
        }
        for text in ["0", "no", "Ana", "None of"] {
            assert!(!is_absent(text), "{text:?}");
        }
    }
}
