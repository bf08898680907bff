//! Reads the fields of a body as a receiver does: what is taken, what is refused with 400, what breaks it.
//!
//! Comes in: [`Json`] and the [`Quirks`]. Goes out: borrowed fields and [`Errors`] by field, in the receiver's words
//! (the App Comercial answers in Spanish). Pure.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};

use super::fecha;
use super::quirk::{Quirk, Quirks};
use crate::ingress::json::Json;
use crate::payload::{choice, length};
use crate::text::trimmed;

/// Refused fields: name and what is wrong, in the order of the document.
pub(super) type Errors = Vec<(&'static str, String)>;

/// A borrowed text.
pub(super) type Text<'j> = Cow<'j, str>;

const REQUIRED: &str = "Este campo es requerido.";
const BLANK: &str = "Este campo no puede estar en blanco.";
const NULL: &str = "Este campo no puede ser nulo.";
const NOT_TEXT: &str = "No es una cadena válida.";

/// What stands at a key.
#[derive(Debug, Clone, PartialEq)]
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
        Some(Json::Text(text)) => Given::Text(Cow::Borrowed(text)),
        Some(Json::Number(number)) if numbers => Given::Text(Cow::Borrowed(number)),
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

/// The client's fields, as they would be stored.
#[derive(Debug, Clone, Default)]
pub(super) struct Cliente<'j> {
    pub(super) nombre: Text<'j>,
    pub(super) tipo_documento: Text<'j>,
    pub(super) documento: Text<'j>,
    /// The document as it was sent, with the outer spaces that the look-up sees.
    pub(super) documento_sent: Text<'j>,
    pub(super) telefono: Text<'j>,
    pub(super) email: Option<Text<'j>>,
    pub(super) direccion: Text<'j>,
    pub(super) distrito: Text<'j>,
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
            Given::Text(text) if trimmed(&text).is_empty() => {
                if optional {
                    return Text::default();
                }
                BLANK.to_owned()
            }
            Given::Text(text) if longer_than(trimmed(&text), most) => too_long(most),
            Given::Text(text) if has_nul(&text) => "No se permiten caracteres nulos.".to_owned(),
            Given::Text(text) => return text,
        };
        self.errors.push((key, problem));
        Text::default()
    }
}

fn bare(text: Text<'_>) -> Text<'_> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(trimmed(text)),
        Cow::Owned(text) => Cow::Owned(trimmed(&text).to_owned()),
    }
}

fn has_nul(text: &str) -> bool {
    memchr::memchr(0, text.as_bytes()).is_some()
}

/// Reads the client.
pub(super) fn cliente<'j>(object: &'j Json<'_>, quirks: Quirks) -> Result<Cliente<'j>, Errors> {
    if !matches!(object, Json::Object(_)) {
        return Err(vec![("non_field_errors", "Datos inválidos. Se esperaba un diccionario.".to_owned())]);
    }
    let loose = quirks.has(Quirk::LooseTypes);
    let documentless = quirks.has(Quirk::DocumentoOptional);
    let mut reader = ClienteReader { object, loose, errors: Vec::new() };
    let nombre = bare(reader.text("nombres_completos_razon_social", length::NOMBRE, false));
    let tipo_documento = reader.text("tipo_documento", 20, false);
    if !tipo_documento.is_empty() && !choice::TIPO_DOCUMENTO.contains(&&*tipo_documento) {
        reader.errors.push(("tipo_documento", not_a_choice(&tipo_documento)));
    }
    let documento_sent = reader.text("numero_documento", length::DOCUMENTO, documentless);
    let documento = bare(documento_sent.clone());
    if documento != documento_sent && !quirks.has(Quirk::DocumentoSpaces) {
        reader.errors.push(("numero_documento", "No puede empezar ni terminar con espacios.".to_owned()));
    }
    let telefono = bare(reader.text("telefono_principal", length::TELEFONO, documentless));
    let email = match given(object, "email_principal", false) {
        Given::Missing | Given::Null => None,
        Given::Text(text) if text.is_empty() && loose => None,
        Given::Text(text) if is_email(&text) => Some(text),
        _ => {
            let problem = "Introduzca una dirección de correo electrónico válida.".to_owned();
            reader.errors.push(("email_principal", problem));
            None
        }
    };
    let direccion = reader.text("direccion", length::DIRECCION, true);
    let distrito = reader.text("distrito", length::DISTRITO, true);
    if reader.errors.is_empty() {
        Ok(Cliente {
            nombre,
            tipo_documento,
            documento,
            documento_sent,
            telefono,
            email,
            direccion,
            distrito,
        })
    } else {
        Err(reader.errors)
    }
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

/// The presencia's own fields, as they would be stored.
#[derive(Debug, Clone, Default)]
pub(super) struct Presencia<'j> {
    pub(super) id: Text<'j>,
    /// None where the time of arrival is stored.
    pub(super) fecha: Option<DateTime<Utc>>,
    pub(super) proyecto: Text<'j>,
    pub(super) medio: Text<'j>,
    pub(super) modalidad: Text<'j>,
    pub(super) status: Text<'j>,
    pub(super) resultado: Text<'j>,
    pub(super) observaciones: Text<'j>,
    pub(super) lote: Option<Text<'j>>,
    pub(super) asesor: Option<Text<'j>>,
    /// Storing it breaks the receiver: 500, and again on each resend.
    pub(super) breaks: bool,
}

struct PresenciaReader<'j, 'b> {
    object: &'j Json<'b>,
    quirks: Quirks,
    known_ids: u64,
    errors: Errors,
    breaks: bool,
}

impl<'j> PresenciaReader<'j, '_> {
    fn refuse(&mut self, key: &'static str, problem: impl Into<String>) {
        self.errors.push((key, problem.into()));
    }

    fn id(&mut self) -> Text<'j> {
        let optional = self.quirks.has(Quirk::IdOptional);
        match given(self.object, "id_presencia_crm", self.quirks.has(Quirk::LooseTypes)) {
            Given::Text(text) if !text.is_empty() => return text,
            _ if optional => {}
            Given::Missing => self.refuse("id_presencia_crm", REQUIRED),
            Given::Null => self.refuse("id_presencia_crm", NULL),
            Given::Text(_) => self.refuse("id_presencia_crm", BLANK),
            Given::Wrong => self.refuse("id_presencia_crm", NOT_TEXT),
        }
        Text::default()
    }

    fn fecha(&mut self) -> Option<DateTime<Utc>> {
        const KEY: &str = "fecha_hora_presencia";
        let loose = self.quirks.has(Quirk::LooseFecha);
        match given(self.object, KEY, false) {
            Given::Missing if self.quirks.has(Quirk::FechaOptional) => return None,
            Given::Missing => self.refuse(KEY, REQUIRED),
            Given::Text(text) => match fecha::instant(&text, loose) {
                Some(at) => return Some(at),
                None if loose => self.breaks = true,
                None => self.refuse(KEY, "Fecha/hora con formato erróneo. Use YYYY-MM-DDThh:mm:ss."),
            },
            _ if loose => self.breaks = true,
            _ => self.refuse(KEY, "Fecha/hora con formato erróneo. Use YYYY-MM-DDThh:mm:ss."),
        }
        None
    }

    /// A text of the presencia that the App Comercial stores unchecked. `most` is the width of its column.
    fn stored(&mut self, key: &'static str, most: usize, choices: &[&str]) -> Text<'j> {
        let unchecked = self.quirks.has(Quirk::UncheckedChoices);
        match given(self.object, key, unchecked) {
            Given::Text(text) if unchecked => {
                self.breaks |= self.quirks.has(Quirk::PostgresLengths) && longer_than(&text, most);
                return text;
            }
            Given::Missing if unchecked => {}
            // Only the first three columns are NOT NULL without a default that the code falls back to.
            Given::Null if unchecked => {
                self.breaks |= matches!(key, "medio_captacion" | "modalidad" | "proyecto_interes");
            }
            Given::Wrong if unchecked => self.breaks = true,
            Given::Text(text) if trimmed(&text).is_empty() => self.refuse(key, BLANK),
            Given::Text(text) if !choices.is_empty() && !choices.contains(&&*text) => {
                self.refuse(key, not_a_choice(&text));
            }
            Given::Text(text) if longer_than(&text, most) => self.refuse(key, too_long(most)),
            Given::Text(text) => return text,
            Given::Missing => self.refuse(key, REQUIRED),
            Given::Null => self.refuse(key, NULL),
            Given::Wrong => self.refuse(key, NOT_TEXT),
        }
        Text::default()
    }

    fn observaciones(&mut self) -> Text<'j> {
        let unchecked = self.quirks.has(Quirk::UncheckedChoices);
        match given(self.object, "observaciones", false) {
            Given::Missing | Given::Null => Text::default(),
            Given::Text(text) if has_nul(&text) => {
                if self.quirks.has(Quirk::PostgresLengths) {
                    self.breaks = true;
                } else if !unchecked {
                    self.refuse("observaciones", "No se permiten caracteres nulos.");
                }
                text
            }
            Given::Text(text) => text,
            Given::Wrong => {
                if unchecked {
                    self.breaks = true;
                } else {
                    self.refuse("observaciones", NOT_TEXT);
                }
                Text::default()
            }
        }
    }

    fn relation(&mut self, key: &'static str) -> Option<Text<'j>> {
        let value = self.object.get(key)?;
        match known(value, self.known_ids) {
            Ok(id) => id,
            Err(_) if self.quirks.has(Quirk::NullRelations) => None,
            Err(problem) => {
                self.refuse(key, problem);
                None
            }
        }
    }
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
        Ok(Some(Cow::Borrowed(text)))
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

/// Reads the presencia's own fields; the errors are those that answer 400 before anything is saved.
pub(super) fn presencia<'j>(object: &'j Json<'_>, quirks: Quirks, known_ids: u64) -> (Presencia<'j>, Errors) {
    let mut reader = PresenciaReader { object, quirks, known_ids, errors: Vec::new(), breaks: false };
    let mut presencia = Presencia {
        id: reader.id(),
        fecha: reader.fecha(),
        proyecto: reader.stored("proyecto_interes", length::PROYECTO, &[]),
        medio: reader.stored("medio_captacion", 50, &choice::MEDIO),
        modalidad: reader.stored("modalidad", 20, &choice::MODALIDAD),
        status: reader.stored("status_presencia", 30, &choice::STATUS),
        resultado: reader.stored("resultado_interaccion", 50, &choice::RESULTADO),
        observaciones: reader.observaciones(),
        lote: reader.relation("lote_interes_inicial"),
        asesor: reader.relation("asesor_captacion_opc"),
        breaks: false,
    };
    presencia.breaks = reader.breaks;
    (presencia, reader.errors)
}

/// A sale's fields, as they would be stored.
#[derive(Debug, Clone)]
pub(super) struct Venta<'j> {
    pub(super) fecha: NaiveDate,
    pub(super) lote: Text<'j>,
    pub(super) tipo: Text<'j>,
    pub(super) plazo: u16,
    pub(super) vendedor: Option<Text<'j>>,
    pub(super) valor: Text<'j>,
    pub(super) cuota: Option<Text<'j>>,
    pub(super) notas: Text<'j>,
}

/// Reads the sale.
pub(super) fn venta<'j>(object: &'j Json<'_>, known_ids: u64) -> Result<Venta<'j>, Errors> {
    if !matches!(object, Json::Object(_)) {
        return Err(vec![("venta", "Datos inválidos. Se esperaba un diccionario.".to_owned())]);
    }
    let mut errors = Errors::new();
    let fecha = match given(object, "fecha_venta", false) {
        Given::Missing => Err(REQUIRED),
        Given::Null => Err(NULL),
        Given::Text(text) => fecha::day(&text).ok_or("Fecha con formato erróneo. Use YYYY-MM-DD."),
        Given::Wrong => Err("Fecha con formato erróneo. Use YYYY-MM-DD."),
    };
    let fecha = fecha.map_err(|problem| errors.push(("fecha_venta", problem.to_owned())));
    let lote = match object.get("lote").map_or(Ok(None), |lote| known(lote, known_ids)) {
        Ok(lote) => lote.ok_or_else(|| REQUIRED.to_owned()),
        Err(problem) => Err(problem),
    };
    let lote = lote.map_err(|problem| errors.push(("lote", problem)));
    let tipo = match given(object, "tipo_venta", false) {
        Given::Text(text) if choice::TIPO_VENTA.contains(&&*text) => text,
        Given::Text(text) => {
            errors.push(("tipo_venta", not_a_choice(&text)));
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
        Given::Text(text) if is_decimal(&text) => Some(text),
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
