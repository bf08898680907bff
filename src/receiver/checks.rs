//! Reads the fields of a body as a receiver does: what is taken, what is refused with 400, what breaks it.
//!
//! Comes in: [`Json`] and the [`Quirks`](super::quirk::Quirks). Goes out: borrowed fields and [`Errors`] by field, in the
//! receiver's words (the App Comercial answers in Spanish). Pure.

mod cliente;
mod presencia;
mod venta;

use crate::ingress::json::Json;

pub(super) use cliente::{Cliente, cliente};
pub(super) use presencia::{Presencia, presencia};
pub(super) use venta::{Venta, venta};

/// Refused fields: name and what is wrong, in the order of the document.
pub(super) type Errors = Vec<(&'static str, String)>;

/// A borrowed text.
pub(super) type Text<'j> = &'j str;

const REQUIRED: &str = "Este campo es requerido.";
const BLANK: &str = "Este campo no puede estar en blanco.";
const NULL: &str = "Este campo no puede ser nulo.";
const NOT_TEXT: &str = "No es una cadena válida.";

/// What stands at a key.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Given<'j> {
    Missing,
    Null,
    Text(Text<'j>),
    Wrong,
}

fn given<'j>(object: &'j Json<'_>, key: &str, numbers: bool) -> Given<'j> {
    match object.get(key) {
        None => Given::Missing,
        Some(Json::Null) => Given::Null,
        Some(Json::Text(text)) => Given::Text(text),
        Some(Json::Number(number)) if numbers => Given::Text(number),
        Some(_) => Given::Wrong,
    }
}

fn longer_than(text: &str, most: usize) -> bool {
    // Bytes bound characters from above, so most texts need no counting.
    text.len() > most && text.chars().count() > most
}

fn too_long(most: usize) -> String {
    format!("Asegúrese de que este campo no tenga más de {most} caracteres.")
}

fn not_a_choice(value: &str) -> String {
    format!("\"{value}\" no es una elección válida.")
}

fn has_nul(text: &str) -> bool {
    memchr::memchr(0, text.as_bytes()).is_some()
}

/// Reads an id of another table: a number up to `known_ids`, or a code of letters, digits and dashes.
fn known<'j>(value: &'j Json<'_>, known_ids: u64) -> Result<Option<Text<'j>>, String> {
    let text = match value {
        Json::Null => return Ok(None),
        Json::Number(number) => *number,
        Json::Text(text) => &**text,
        _ => return Err("Tipo incorrecto. Se esperaba valor de clave primaria.".to_owned()),
    };
    let exists = match text.parse::<u64>() {
        Ok(number) => (1..=known_ids).contains(&number),
        Err(_) => is_code(text),
    };
    if exists {
        Ok(Some(text))
    } else {
        Err(format!("Clave primaria \"{text}\" inválida - objeto no existe."))
    }
}

/// Codes such as `LOTE-12` or `ASE0007`: they end in a digit; a person's name does not.
fn is_code(text: &str) -> bool {
    text.len() <= 30
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && text.bytes().next_back().is_some_and(|b| b.is_ascii_digit())
        && !text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_no_names() {
        for (id, exists) in
            [("LOTE-12", true), ("ASE0003", true), ("Juan Huamán", false), ("Juan", false), ("-1", false)]
        {
            assert_eq!(known(&Json::Text(id.into()), 99).is_ok(), exists, "{id}");
        }
        assert!(known(&Json::Number("99"), 99).is_ok() && known(&Json::Number("100"), 99).is_err());
    }
}
