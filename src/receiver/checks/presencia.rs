//! The presencia's own fields in a body.

use chrono::{DateTime, Utc};

use super::{
    BLANK, Errors, Given, NOT_TEXT, NULL, REQUIRED, Text, given, has_nul, known, longer_than, not_a_choice,
    too_long,
};
use crate::ingress::json::Json;
use crate::payload::{choice, length};
use crate::receiver::fecha;
use crate::receiver::quirk::{Quirk, Quirks};
use crate::text::trimmed;

/// The presencia's own fields, as they would be stored.
#[derive(Debug, Clone, Default)]
pub(in crate::receiver) struct Presencia<'j> {
    pub(in crate::receiver) id: Text<'j>,
    /// None where the time of arrival is stored.
    pub(in crate::receiver) fecha: Option<DateTime<Utc>>,
    pub(in crate::receiver) proyecto: Text<'j>,
    pub(in crate::receiver) medio: Text<'j>,
    pub(in crate::receiver) modalidad: Text<'j>,
    pub(in crate::receiver) status: Text<'j>,
    pub(in crate::receiver) resultado: Text<'j>,
    pub(in crate::receiver) observaciones: Text<'j>,
    pub(in crate::receiver) lote: Option<Text<'j>>,
    pub(in crate::receiver) asesor: Option<Text<'j>>,
    /// Storing it breaks the receiver: 500, and again on each resend.
    pub(in crate::receiver) breaks: bool,
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
            Given::Text(text) => match fecha::instant(text, loose) {
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
                self.breaks |= self.quirks.has(Quirk::PostgresLengths) && longer_than(text, most);
                return text;
            }
            Given::Missing if unchecked => {}
            // Only the first three columns are NOT NULL without a default that the code falls back to.
            Given::Null if unchecked => {
                self.breaks |= matches!(key, "medio_captacion" | "modalidad" | "proyecto_interes");
            }
            Given::Wrong if unchecked => self.breaks = true,
            Given::Text(text) if trimmed(text).is_empty() => self.refuse(key, BLANK),
            Given::Text(text) if !choices.is_empty() && !choices.contains(&text) => {
                self.refuse(key, not_a_choice(text));
            }
            Given::Text(text) if longer_than(text, most) => self.refuse(key, too_long(most)),
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
            Given::Text(text) if has_nul(text) => {
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

/// Reads the presencia's own fields; the errors are those that answer 400 before anything is saved.
pub(in crate::receiver) fn presencia<'j>(
    object: &'j Json<'_>,
    quirks: Quirks,
    known_ids: u64,
) -> (Presencia<'j>, Errors) {
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
