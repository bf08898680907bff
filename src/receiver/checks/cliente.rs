//! The client of a body.

use super::{
    BLANK, Errors, Given, NOT_TEXT, NULL, REQUIRED, Text, given, has_nul, longer_than, not_a_choice, too_long,
};
use crate::ingress::json::Json;
use crate::payload::{choice, length};
use crate::receiver::quirk::{Quirk, Quirks};
use crate::text::trimmed;

/// The client's fields, as they would be stored.
#[derive(Debug, Clone, Default)]
pub(in crate::receiver) struct Cliente<'j> {
    pub(in crate::receiver) nombre: Text<'j>,
    pub(in crate::receiver) tipo_documento: Text<'j>,
    pub(in crate::receiver) documento: Text<'j>,
    /// The document as it was sent, with the outer spaces that the look-up sees.
    pub(in crate::receiver) documento_sent: Text<'j>,
    pub(in crate::receiver) telefono: Text<'j>,
    pub(in crate::receiver) email: Option<Text<'j>>,
    pub(in crate::receiver) direccion: Text<'j>,
    pub(in crate::receiver) distrito: Text<'j>,
}

struct ClienteReader<'j, 'b> {
    object: &'j Json<'b>,
    loose: bool,
    errors: Errors,
}

impl<'j> ClienteReader<'j, '_> {
    fn text(&mut self, key: &'static str, most: usize, optional: bool) -> Text<'j> {
        let problem = match given(self.object, key, self.loose) {
            Given::Missing | Given::Null if optional => return Text::default(),
            Given::Missing => REQUIRED.to_owned(),
            Given::Null => NULL.to_owned(),
            Given::Wrong => NOT_TEXT.to_owned(),
            Given::Text(text) if trimmed(text).is_empty() => {
                if optional {
                    return Text::default();
                }
                BLANK.to_owned()
            }
            Given::Text(text) if longer_than(trimmed(text), most) => too_long(most),
            Given::Text(text) if has_nul(text) => "No se permiten caracteres nulos.".to_owned(),
            Given::Text(text) => return text,
        };
        self.errors.push((key, problem));
        Text::default()
    }
}

/// Reads the client; what is wrong with it is beside it.
pub(in crate::receiver) fn cliente<'j>(object: &'j Json<'_>, quirks: Quirks) -> (Cliente<'j>, Errors) {
    if !matches!(object, Json::Object(_)) {
        let problem = "Datos inválidos. Se esperaba un diccionario.".to_owned();
        return (Cliente::default(), vec![("non_field_errors", problem)]);
    }
    let loose = quirks.has(Quirk::LooseTypes);
    let documentless = quirks.has(Quirk::DocumentoOptional);
    let mut reader = ClienteReader { object, loose, errors: Vec::new() };
    let nombre = trimmed(reader.text("nombres_completos_razon_social", length::NOMBRE, false));
    let tipo_documento = reader.text("tipo_documento", 20, false);
    if !tipo_documento.is_empty() && !choice::TIPO_DOCUMENTO.contains(&tipo_documento) {
        reader.errors.push(("tipo_documento", not_a_choice(tipo_documento)));
    }
    let documento_sent = reader.text("numero_documento", length::DOCUMENTO, documentless);
    let documento = trimmed(documento_sent);
    if documento != documento_sent && !quirks.has(Quirk::DocumentoSpaces) {
        reader.errors.push(("numero_documento", "No puede empezar ni terminar con espacios.".to_owned()));
    }
    let telefono = trimmed(reader.text("telefono_principal", length::TELEFONO, documentless));
    let email = match given(object, "email_principal", false) {
        Given::Missing | Given::Null => None,
        Given::Text(text) if text.is_empty() && loose => None,
        Given::Text(text) if is_email(text) => Some(text),
        _ => {
            let problem = "Introduzca una dirección de correo electrónico válida.".to_owned();
            reader.errors.push(("email_principal", problem));
            None
        }
    };
    let direccion = reader.text("direccion", length::DIRECCION, true);
    let distrito = reader.text("distrito", length::DISTRITO, true);
    let cliente =
        Cliente { nombre, tipo_documento, documento, documento_sent, telefono, email, direccion, distrito };
    (cliente, reader.errors)
}

/// What Django's own validator takes, quoted names apart.
fn is_email(text: &str) -> bool {
    // Byte by byte: an address is short, and what searches for signs takes longer to set up.
    let Some(at) = text.bytes().rposition(|byte| byte == b'@') else { return false };
    let (name, domain) = (&text.as_bytes()[..at], &text.as_bytes()[at + 1..]);
    let signs = b"-!#$%&'*+/=?^_`{}|~";
    let atom = |part: &[u8]| {
        !part.is_empty() && part.iter().all(|byte| byte.is_ascii_alphanumeric() || signs.contains(byte))
    };
    // Of UTF-8: bytes that begin a character.
    let chars = |part: &[u8]| part.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    let label = |part: &[u8]| {
        let letters = if part.is_ascii() {
            part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        } else {
            String::from_utf8_lossy(part).chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        letters && (1..=63).contains(&chars(part)) && !part.starts_with(b"-") && !part.ends_with(b"-")
    };
    let labels = || domain.split(|byte| *byte == b'.');
    !longer_than(text, length::EMAIL)
        && name.split(|byte| *byte == b'.').all(atom)
        && labels().nth(1).is_some()
        && labels().all(label)
        && labels().next_back().is_some_and(|top| chars(top) >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["rosa@example.pe", "r.o+x@mail.example.com", "a@ñandú.pe"] {
            assert!(is_email(good), "{good}");
        }
        for bad in
            ["", "rosa", "rosa@", "@x.pe", "rosa@pe", "ro sa@x.pe", "a..b@x.pe", "rosa@-x.pe", "rosa@x.p"]
        {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
