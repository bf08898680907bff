//! The client of a webhook: a telephone without signs, and a document that no other person has.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::repair::is_empty;
use crate::config::DocumentoSource;
use crate::mapping::builtin::TEMP_PREFIX;
use crate::rules::Findings;
use crate::rules::cell::phone;

const DOCUMENT: &str = "numero_documento";
const PHONE: &str = "telefono_principal";
const NAME: &str = "nombres_completos_razon_social";

/// Repairs telephone and document.
///
/// The live CRM sends `TEMP-` and the last four digits of the celular as the document, by which the receiver makes one
/// client of two people. Unless the settings want it so, the whole celular stands there instead, as in an export.
pub(super) fn repair(cliente: &mut Map<String, Value>, source: DocumentoSource, findings: &mut Findings) {
    for key in [DOCUMENT, PHONE] {
        if let Some(Value::Number(number)) = cliente.get(key) {
            let text = number.to_string();
            cliente.insert(key.to_owned(), text.into());
        }
    }
    for key in [DOCUMENT, NAME] {
        if let Some(Value::String(text)) = cliente.get_mut(key)
            && text.trim().len() != text.len()
        {
            *text = text.trim().to_owned();
        }
    }
    let Some(Value::String(raw)) = cliente.get(PHONE) else { return };
    let Some(celular) = phone::read(Cow::Borrowed(raw.as_str()), findings).map(Cow::into_owned) else {
        return;
    };
    let documento = match cliente.get(DOCUMENT) {
        Some(Value::String(text)) if !is_empty(&Value::String(text.clone())) => {
            (source == DocumentoSource::Celular && is_temporary(text, &celular)).then(|| celular.clone())
        }
        Some(Value::Null | Value::String(_)) | None => Some(match source {
            DocumentoSource::Celular => celular.clone(),
            DocumentoSource::Temp4 => format!("{TEMP_PREFIX}{}", last_four(&celular)),
        }),
        Some(_) => None,
    };
    if let Some(documento) = documento {
        cliente.insert(DOCUMENT.to_owned(), documento.into());
    }
    cliente.insert(PHONE.to_owned(), celular.into());
}

/// Whether `document` is made of the last digits of this celular.
fn is_temporary(document: &str, celular: &str) -> bool {
    document.strip_prefix(TEMP_PREFIX).is_some_and(|digits| digits == last_four(celular))
}

fn last_four(celular: &str) -> &str {
    let from = celular.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    &celular[from..]
}
