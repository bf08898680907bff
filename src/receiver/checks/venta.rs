//! The sale of a body.

use chrono::NaiveDate;

use super::{Errors, Given, NULL, REQUIRED, Text, given, known, not_a_choice};
use crate::ingress::json::Json;
use crate::payload::choice;
use crate::receiver::fecha;

/// A sale's fields, as they would be stored.
#[derive(Debug, Clone)]
pub(in crate::receiver) struct Venta<'j> {
    pub(in crate::receiver) fecha: NaiveDate,
    pub(in crate::receiver) lote: Text<'j>,
    pub(in crate::receiver) tipo: Text<'j>,
    pub(in crate::receiver) plazo: u16,
    pub(in crate::receiver) vendedor: Option<Text<'j>>,
    pub(in crate::receiver) valor: Text<'j>,
    pub(in crate::receiver) cuota: Option<Text<'j>>,
    pub(in crate::receiver) notas: Text<'j>,
}

/// Reads the sale.
pub(in crate::receiver) fn venta<'j>(object: &'j Json<'_>, known_ids: u64) -> Result<Venta<'j>, Errors> {
    if !matches!(object, Json::Object(_)) {
        return Err(vec![("venta", "Datos inválidos. Se esperaba un diccionario.".to_owned())]);
    }
    let mut errors = Errors::new();
    let fecha = match given(object, "fecha_venta", false) {
        Given::Missing => Err(REQUIRED),
        Given::Null => Err(NULL),
        Given::Text(text) => fecha::day(text).ok_or("Fecha con formato erróneo. Use YYYY-MM-DD."),
        Given::Wrong => Err("Fecha con formato erróneo. Use YYYY-MM-DD."),
    };
    let fecha = fecha.map_err(|problem| errors.push(("fecha_venta", problem.to_owned())));
    let lote = match object.get("lote").map_or(Ok(None), |lote| known(lote, known_ids)) {
        Ok(lote) => lote.ok_or_else(|| REQUIRED.to_owned()),
        Err(problem) => Err(problem),
    };
    let lote = lote.map_err(|problem| errors.push(("lote", problem)));
    let tipo = match given(object, "tipo_venta", false) {
        Given::Text(text) if choice::TIPO_VENTA.contains(&text) => text,
        Given::Text(text) => {
            errors.push(("tipo_venta", not_a_choice(text)));
            text
        }
        _ => {
            errors.push(("tipo_venta", REQUIRED.to_owned()));
            Text::default()
        }
    };
    let plazo = match object.get("plazo_meses_credito") {
        None | Some(Json::Null) => 0,
        Some(Json::Number(number)) => number.parse().unwrap_or(u16::MAX),
        Some(_) => u16::MAX,
    };
    if !choice::PLAZO.contains(&plazo) {
        errors.push(("plazo_meses_credito", "No es una elección válida.".to_owned()));
    }
    let vendedor = object.get("vendedor_principal").map_or(Ok(None), |id| known(id, known_ids));
    let vendedor = vendedor.unwrap_or_else(|problem| {
        errors.push(("vendedor_principal", problem));
        None
    });
    let valor = decimal(object, "valor_lote_venta", &mut errors);
    if valor.is_none() && !errors.iter().any(|(key, _)| *key == "valor_lote_venta") {
        errors.push(("valor_lote_venta", REQUIRED.to_owned()));
    }
    let cuota = decimal(object, "cuota_inicial_requerida", &mut errors);
    let notas = match given(object, "notas", false) {
        Given::Text(text) => text,
        _ => Text::default(),
    };
    match (fecha, lote) {
        (Ok(fecha), Ok(lote)) if errors.is_empty() => {
            Ok(Venta { fecha, lote, tipo, plazo, vendedor, valor: valor.unwrap_or_default(), cuota, notas })
        }
        _ => Err(errors),
    }
}

fn decimal<'j>(object: &'j Json<'_>, key: &'static str, errors: &mut Errors) -> Option<Text<'j>> {
    match given(object, key, true) {
        Given::Missing | Given::Null => None,
        Given::Text(text) if is_decimal(text) => Some(text),
        _ => {
            errors.push((key, "Se requiere un número válido.".to_owned()));
            None
        }
    }
}

fn is_decimal(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction) && whole.len() <= 12 && fraction.len() <= 2
}
