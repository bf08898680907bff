//! Reads the cells of a sale: raw text in, a typed sale and findings out. Only the reader of records calls it.

use std::borrow::Cow;

use super::amount::{self, NoAmount};
use super::date;
use super::fold::Key;
use super::number::without_zero_decimals;
use super::record::{Reading, is_absent, optional, slice};
use crate::lang::Said;
use crate::record::{Cell, Field, RawRecord, Sale};
use crate::rules::{Code, Finding, Findings, Severity};
use crate::said;

/// Reads the sale: only where both the lot and its value are filled; half of one is told (S02).
pub(super) fn read_sale<'a>(
    raw: &mut RawRecord<'a>,
    reading: &Reading,
    findings: &mut Findings,
) -> Option<Sale<'a>> {
    if !is_filled(raw, Field::Lote) || !is_filled(raw, Field::ValorLote) {
        if let Some(finding) = half_a_sale(raw) {
            findings.push(finding);
        }
        return None;
    }
    let lote = optional(raw, Field::Lote, findings);
    let plazo = optional(raw, Field::Plazo, findings).and_then(|text| read_plazo(&text, findings));
    let tipo = read_tipo_venta(raw, plazo, findings);
    let valor = read_amount(raw, Field::ValorLote, findings);
    let cuota = read_amount(raw, Field::CuotaInicial, findings);
    Some(Sale {
        fecha_venta: read_sale_date(raw, reading, findings),
        lote: lote.map(|text| slice(text, without_zero_decimals)),
        tipo_venta: tipo.map(Cow::Borrowed),
        plazo_meses_credito: plazo
            .map(Cow::Borrowed)
            .or_else(|| (tipo == Some("contado")).then_some(Cow::Borrowed("0"))),
        vendedor_principal: read_vendedor(raw, findings),
        valor_lote_venta: valor.map(Cow::Owned),
        cuota_inicial_requerida: cuota.map(Cow::Owned),
        notas: optional(raw, Field::NotasVenta, findings),
    })
}

fn is_filled(raw: &RawRecord<'_>, field: Field) -> bool {
    raw.get(field).is_some_and(|text| !text.trim().is_empty() && !is_absent(text))
}

/// What to say of a record without a lot or without a value, by what it has of a sale (S02).
///
/// An error where the rest tells of a sale; a warning where that may be an export's way to fill its columns: the lot that
/// a client asked for, the price of a list, a kind and a date in each row. One of the last alone says nothing, nor does an
/// amount of zero.
fn half_a_sale(raw: &RawRecord<'_>) -> Option<Finding> {
    let has = |field| is_filled(raw, field);
    let has_number = |field| has(field) && raw.get(field).is_some_and(|text| !is_zero(text));
    let (lote, valor) = (has(Field::Lote), has_number(Field::ValorLote));
    let cuota = has_number(Field::CuotaInicial);
    let signs = [has(Field::TipoVenta), has(Field::FechaVenta), has_number(Field::Plazo)];
    let signs = signs.into_iter().filter(|sign| *sign).count();
    let severity = match (lote || valor, cuota, signs) {
        (_, true, _) | (true, _, 1..) => Severity::Error,
        // Without a column of the other nobody sells: it is the lot that a client asked for, or the price of a list.
        (true, ..) if raw.get(if lote { Field::ValorLote } else { Field::Lote }).is_none() => return None,
        (true, ..) | (false, _, 2..) => Severity::Warning,
        (false, ..) => return None,
    };
    let what = match (lote, valor) {
        (true, _) => said!(en: "without its value", es: "sin su precio"),
        (false, true) => said!(en: "without its lot", es: "sin su lote"),
        (false, false) => said!(en: "without its lot and its value", es: "sin su lote ni su precio"),
    };
    let field = if lote { Field::ValorLote } else { Field::Lote };
    Some(Finding::new(Code::S02).severity(severity).field(field).said("what", what))
}

fn is_zero(text: &str) -> bool {
    amount::read(text).is_ok_and(|amount| amount == "0.00") || read_months(text) == Some("0")
}

fn wrong(field: Field, detail: Said) -> Finding {
    Finding::new(Code::S01).field(field).arg("pointer", field.name()).said("detail", detail)
}

fn read_plazo(text: &str, findings: &mut Findings) -> Option<&'static str> {
    let plazo = read_months(text);
    if plazo.is_none() {
        findings.push(
            wrong(Field::Plazo, said!(en: "not 0, 12, 24 or 36 months", es: "no es 0, 12, 24 ni 36 meses"))
                .value(text),
        );
    }
    plazo
}

fn read_months(text: &str) -> Option<&'static str> {
    let key = Key::of(without_zero_decimals(text));
    let (number, unit) =
        key.as_str().split_at(key.as_str().find(|c: char| !c.is_ascii_digit()).unwrap_or(key.as_str().len()));
    match (number, unit.trim()) {
        ("0" | "00", "" | "m" | "meses" | "mes") => Some("0"),
        ("12", "" | "m" | "meses") | ("1", "ano") => Some("12"),
        ("24", "" | "m" | "meses") | ("2", "anos") => Some("24"),
        ("36", "" | "m" | "meses") | ("3", "anos") => Some("36"),
        _ => None,
    }
}

/// Reads contado or crédito; where the cell is empty the term decides. One that contradicts its term is an error.
fn read_tipo_venta(
    raw: &mut RawRecord<'_>,
    plazo: Option<&str>,
    findings: &mut Findings,
) -> Option<&'static str> {
    let cell = optional(raw, Field::TipoVenta, findings);
    let tipo = match (cell.as_deref(), plazo) {
        (Some(text), _) => match Key::of(text).as_str() {
            "contado" | "al contado" | "cash" | "efectivo" => Some("contado"),
            "credito" | "a credito" | "al credito" | "financiado" | "financiamiento" | "a plazos"
            | "cuotas" | "en cuotas" => Some("credito"),
            _ => None,
        },
        (None, Some("0")) => Some("contado"),
        (None, Some(_)) => Some("credito"),
        (None, None) => None,
    };
    let detail = match (tipo, plazo) {
        (Some("contado"), Some("12" | "24" | "36")) => {
            said!(en: "contado, but with months of credit", es: "contado, pero con meses de crédito")
        }
        (Some("credito"), None | Some("0")) => {
            said!(en: "crédito without its months", es: "crédito sin sus meses")
        }
        (None, _) => said!(en: "neither contado nor crédito", es: "ni contado ni crédito"),
        _ => return tipo,
    };
    let finding = wrong(Field::TipoVenta, detail);
    findings.push(match cell {
        Some(text) => finding.value(text.as_ref()),
        None => finding,
    });
    tipo
}

fn read_amount(raw: &mut RawRecord<'_>, field: Field, findings: &mut Findings) -> Option<String> {
    let cell = raw.take(field).filter(|text| !text.trim().is_empty() && !is_absent(text))?;
    let detail = match amount::read(&cell) {
        Ok(amount) if field == Field::ValorLote && amount == "0.00" => {
            said!(en: "an amount of zero", es: "un monto de cero")
        }
        Ok(amount) => return Some(amount),
        Err(NoAmount::Ambiguous) => said!(
            en: "thousands or decimals? write it as 120000.00",
            es: "¿miles o decimales? escríbalo como 120000.00",
        ),
        Err(NoAmount::Malformed) => {
            said!(en: "not an amount such as 120000.00", es: "no es un monto como 120000.00")
        }
    };
    findings.push(wrong(field, detail).value(cell.as_ref()));
    None
}

fn read_sale_date<'a>(
    raw: &mut RawRecord<'a>,
    reading: &Reading,
    findings: &mut Findings,
) -> Option<Cell<'a>> {
    let cell = raw.take(Field::FechaVenta).filter(|text| !is_absent(text)).unwrap_or_default();
    if reading.mixed_sale_orders && date::depends_on_order(&cell) {
        findings.push(Finding::new(Code::A03).field(Field::FechaVenta).value(cell.as_ref()).said(
            "detail",
            said!(en: "the column does not show one order", es: "la columna no muestra un solo orden"),
        ));
    }
    match date::read(&cell, None, reading.sale_date_order, reading.zone) {
        Ok(read) => Some(Cow::Owned(read.at.date().to_string())),
        Err(code) => {
            findings.push(Finding::new(code).field(Field::FechaVenta).value(cell.as_ref()));
            None
        }
    }
}

/// The receiver wants the adviser's id and refuses a sale with a name there: it is left out, and said.
fn read_vendedor<'a>(raw: &mut RawRecord<'a>, findings: &mut Findings) -> Option<Cell<'a>> {
    let cell = optional(raw, Field::Vendedor, findings)?;
    let id = slice(cell, without_zero_decimals);
    if id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(id);
    }
    let detail = said!(en: "a name instead of an adviser's id; left out", es: "un nombre en vez del id del asesor; no se envía");
    findings.push(wrong(Field::Vendedor, detail).severity(Severity::Warning).value(id.as_ref()));
    None
}
