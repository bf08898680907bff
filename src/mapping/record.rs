//! From a typed record to the payload: every row of the documented table.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDateTime, Timelike};
use serde_json::{Map, Value};

use super::modalidad::builtin_modalidad;
use super::notes::observaciones;
use super::{Dated, DatetimeStyle, DocumentSource, Extent, Mapping, PayloadPath, builtin};
use crate::payload::{Cliente, Payload, Text, Venta, choice};
use crate::record::{Cell, CrmRecord, Field, Sale};
use crate::rules::cell::fold::{Key, fold};
use crate::rules::cell::place::is_known_project;
use crate::rules::cell::{no_id, without_prefix};
use crate::rules::{Code, Finding, Findings, Severity};
use crate::said;

impl Mapping {
    /// Maps a record to its payload.
    ///
    /// What the payload can't do without and the record lacks is reported, if the reading of its cells has not done so
    /// already; the place is then empty.
    pub fn map<'a>(&'a self, record: CrmRecord<'a>, findings: &mut Findings) -> Payload<'a> {
        self.map_filled(record, &[], Extent::Whole, findings).payload
    }

    /// Maps a record some of whose payload places were filled by templates.
    pub(super) fn map_filled<'a>(
        &'a self,
        record: CrmRecord<'a>,
        filled: &[(&'a PayloadPath, String)],
        extent: Extent,
        findings: &mut Findings,
    ) -> Dated<'a> {
        let CrmRecord { lead, appointment, sale, resultado_interaccion } = record;
        let id = required(appointment.id, Field::AppointmentId, Code::I01, findings);
        let nombre = required(lead.nombre, Field::Nombre, Code::N01, findings);
        let celular = required(lead.celular, Field::Celular, Code::T01, findings);
        if appointment.fecha_hora.is_none() {
            require(Field::FechaHora, Code::A01, findings);
        }
        let (lugar, own) = (appointment.lugar.as_deref(), appointment.observaciones.as_deref());
        let (fecha, modalidad, observaciones) = match extent {
            Extent::Whole => (
                appointment.fecha_hora.map_or_else(String::new, |at| self.instant(at)),
                self.modalidad(lugar),
                observaciones(lugar, own),
            ),
            Extent::Outline => (String::new(), Cow::Borrowed(""), String::new()),
        };
        let numero_documento = lead.documento.unwrap_or_else(|| self.temporary_document(&celular));
        let mut dated = Dated {
            payload: Payload {
                id_presencia_crm: self.id(id),
                fecha_hora_presencia: Cow::Owned(fecha),
                proyecto_interes: self.proyecto(lead.proyecto_interes, findings),
                medio_captacion: self.medio(lead.medio.as_deref(), findings),
                modalidad,
                status_presencia: Cow::Borrowed(builtin::STATUS),
                resultado_interaccion: resultado(resultado_interaccion.as_deref(), findings),
                observaciones: Cow::Owned(observaciones),
                lote_interes_inicial: None,
                asesor_captacion_opc: lead.opc.as_deref().and_then(adviser),
                venta: sale.and_then(|sale| venta(*sale, findings)).map(Box::new),
                cliente: Cliente {
                    nombres_completos_razon_social: nombre,
                    tipo_documento: lead.tipo_documento.unwrap_or(Cow::Borrowed(builtin::TIPO_DOCUMENTO)),
                    numero_documento,
                    telefono_principal: celular,
                    email_principal: lead.email,
                    direccion: lead.distrito.clone(),
                    distrito: lead.distrito,
                },
                extra: Map::new(),
            },
            at: appointment.fecha_hora,
        };
        if !filled.is_empty()
            || !self.constants.is_empty()
            || !self.defaults.is_empty()
            || !self.settings.is_empty()
        {
            self.overlay(&mut dated.payload, filled, findings);
        }
        dated
    }

    /// Lays templates, constants, defaults and `--set` over the payload, in this order.
    fn overlay(&self, payload: &mut Payload<'_>, filled: &[(&PayloadPath, String)], findings: &mut Findings) {
        for (path, text) in filled {
            match path.value(text) {
                Ok(value) => path.assign(payload, &value),
                Err(error) => {
                    let pointer = path.pointer();
                    findings.push(
                        Finding::new(Code::S01)
                            .pointer(pointer.clone())
                            .arg("pointer", pointer)
                            .said("detail", error.detail())
                            .value(text.as_str()),
                    );
                }
            }
        }
        for (target, value) in &self.constants {
            if let super::Target::Payload(path) = target {
                path.assign(payload, value);
            }
        }
        for (target, value) in &self.defaults {
            if let super::Target::Payload(path) = target
                && path.is_empty(payload)
            {
                path.assign(payload, value);
            }
        }
        for (path, value) in &self.settings {
            path.assign(payload, value);
        }
    }

    fn id<'a>(&self, id: Cell<'a>) -> Text<'a> {
        if id.is_empty() || self.has_id_template() || id.starts_with(builtin::ID_PREFIX) {
            return id;
        }
        let id = without_prefix(&id);
        let mut prefixed = String::with_capacity(builtin::ID_PREFIX.len() + id.len());
        prefixed.push_str(builtin::ID_PREFIX);
        prefixed.push_str(id);
        Cow::Owned(prefixed)
    }

    fn temporary_document<'a>(&self, celular: &Cell<'a>) -> Text<'a> {
        match self.documento {
            DocumentSource::Celular => celular.clone(),
            DocumentSource::Temp4 if celular.is_empty() => Cow::Borrowed(""),
            DocumentSource::Temp4 => {
                let from = celular.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
                Cow::Owned(format!("{}{}", builtin::TEMP_PREFIX, &celular[from..]))
            }
        }
    }

    fn proyecto<'a>(&'a self, proyecto: Option<Cell<'a>>, findings: &mut Findings) -> Text<'a> {
        let path = "proyecto_interes";
        if let Some(name) = proyecto {
            if name != builtin::PROYECTO && !is_known_project(&name) && !self.fixes(path) {
                let what = said!(en: "unknown project", es: "proyecto desconocido");
                findings.push(Finding::new(Code::E02).said("what", what).value(name.as_ref()));
            }
            return name;
        }
        if let Some(Value::String(name)) = self.default_for(path) {
            return Cow::Borrowed(name);
        }
        if !self.without_column.contains(&Field::ProyectoInteres) && !self.fixes(path) {
            let what = said!(en: "no project, sent as", es: "sin proyecto, se envía como");
            findings.push(Finding::new(Code::E02).said("what", what).arg("value", builtin::PROYECTO));
        }
        Cow::Borrowed(builtin::PROYECTO)
    }

    fn medio<'a>(&'a self, medio: Option<&str>, findings: &mut Findings) -> Text<'a> {
        let path = "medio_captacion";
        if let Some(word) = medio.and_then(medio_word) {
            return Cow::Borrowed(word);
        }
        if medio.is_none()
            && let Some(Value::String(word)) = self.default_for(path)
        {
            return Cow::Borrowed(word);
        }
        let silent = self.fixes(path) || (medio.is_none() && self.without_column.contains(&Field::Medio));
        if !silent {
            findings.push(match medio {
                Some(label) => Finding::new(Code::E01)
                    .said("what", said!(en: "medio outside the table: ", es: "medio fuera de la tabla: "))
                    .value(label),
                None => Finding::new(Code::E01).said("what", said!(en: "no medio", es: "sin medio")).remedy(said!(
                    en: "fill it in, or give those without one a medio in [defaults] of a mapping file: \"lead.medio\" = \"Facebook\"",
                    es: "complételo, o dé un medio a los que no lo tienen en [defaults] de un archivo de mapeo: \"lead.medio\" = \"Facebook\"",
                )),
            });
        }
        Cow::Borrowed(builtin::MEDIO_OTHERWISE)
    }

    fn modalidad<'a>(&'a self, lugar: Option<&str>) -> Text<'a> {
        let Some(lugar) = lugar else { return Cow::Borrowed(builtin::MODALIDAD_OTHERWISE) };
        if let Some(rules) = &self.modalidades {
            let folded = fold(lugar);
            let rule =
                rules.iter().find(|rule| rule.folded.iter().any(|part| folded.contains(part.as_str())));
            return Cow::Borrowed(rule.map_or(builtin::MODALIDAD_OTHERWISE, |rule| rule.value.as_str()));
        }
        Cow::Borrowed(builtin_modalidad(lugar))
    }

    fn instant(&self, at: NaiveDateTime) -> String {
        let offset = self.datetime == DatetimeStyle::Offset;
        let mut text = *b"0000-00-00T00:00:00-05:00";
        let year = at.year().unsigned_abs();
        for (place, part) in [
            (0, year / 100),
            (2, year % 100),
            (5, at.month()),
            (8, at.day()),
            (11, at.hour()),
            (14, at.minute()),
            (17, at.second()),
        ] {
            text[place] += (part / 10 % 10) as u8;
            text[place + 1] += (part % 10) as u8;
        }
        let text = if offset { &text[..] } else { &text[..19] };
        std::str::from_utf8(text).unwrap_or_default().to_owned()
    }
}

/// Takes what the payload can't do without.
fn required<'a>(cell: Option<Cell<'a>>, field: Field, code: Code, findings: &mut Findings) -> Text<'a> {
    cell.unwrap_or_else(|| {
        require(field, code, findings);
        Cow::Borrowed("")
    })
}

/// Reports a missing value, unless something was said about its field already. Where that rule is ignored, the payload
/// still can't go out without the value.
fn require(field: Field, code: Code, findings: &mut Findings) {
    let said = |findings: &Findings| {
        findings.listed().iter().any(|finding| {
            finding.severity == Severity::Error && finding.field.as_deref() == Some(field.name())
        })
    };
    if !said(findings) {
        let finding = Finding::new(code).field(field);
        findings.push(match code {
            Code::S01 => {
                finding.arg("pointer", field.name()).said("detail", said!(en: "missing", es: "falta"))
            }
            Code::I01 => no_id(),
            _ => finding,
        });
    }
    if !said(findings) {
        findings.push(
            Finding::new(Code::S01)
                .field(field)
                .arg("pointer", field.name())
                .said("detail", said!(en: "missing", es: "falta")),
        );
    }
}

/// The App Comercial's word for a medio of the CRM; case, accents and outer spaces do not count.
///
/// ```
/// use crm_bridge::mapping::medio_word;
/// assert_eq!(medio_word("Redes Sociales (WhatsApp)"), Some("redes_facebook"));
/// assert_eq!(medio_word("redes sociales (tiktok) "), Some("redes_tiktok"));
/// assert_eq!(medio_word("Volante"), None);
/// ```
pub fn medio_word(label: &str) -> Option<&'static str> {
    let matching = |same: &dyn Fn(&str) -> bool| {
        builtin::MEDIOS
            .iter()
            .find(|(name, further, _)| same(name) || further.iter().any(|label| same(label)))
            .map(|(_, _, word)| *word)
    };
    matching(&|known| known == label).or_else(|| {
        let key = Key::of(label);
        let key = key.as_str();
        matching(&|known| known.eq_ignore_ascii_case(key))
            .or_else(|| choice::MEDIO.iter().copied().find(|word| *word == key))
    })
}

fn resultado(cell: Option<&str>, findings: &mut Findings) -> Text<'static> {
    let Some(text) = cell else { return Cow::Borrowed(builtin::RESULTADO) };
    let key = Key::of(text);
    let same = |word: &&str| {
        word.len() == key.as_str().len()
            && word
                .bytes()
                .zip(key.as_str().bytes())
                .all(|(w, k)| w == k || (w == b'_' && matches!(k, b' ' | b'-')))
    };
    if let Some(word) = choice::RESULTADO.iter().copied().find(|word| same(word)) {
        return Cow::Borrowed(word);
    }
    let default = builtin::RESULTADO;
    findings.push(
        Finding::new(Code::S01)
            .severity(Severity::Warning)
            .field(Field::Resultado)
            .arg("pointer", "resultado_interaccion")
            .said(
                "detail",
                said!(en: "outside the list: {text}; sent as {default}", es: "fuera de la lista: {text}; se envía como {default}"),
            )
            .value(text),
    );
    Cow::Borrowed(default)
}

/// An adviser by id; one by name is left out, since the receiver would store none.
fn adviser(text: &str) -> Option<Value> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse::<u64>().ok().map(Value::from)
}

/// A lot: a number where it is one.
fn lot(text: &str) -> Value {
    match text.parse::<u64>() {
        Ok(number) if !(text.len() > 1 && text.starts_with('0')) => Value::from(number),
        _ => Value::from(text),
    }
}

/// Maps the sale; one that lacks something is no sale, and never left out without a word.
fn venta<'a>(sale: Sale<'a>, findings: &mut Findings) -> Option<Venta<'a>> {
    for (present, field) in [
        (sale.fecha_venta.is_some(), Field::FechaVenta),
        (sale.lote.is_some(), Field::Lote),
        (sale.tipo_venta.is_some(), Field::TipoVenta),
        (sale.valor_lote_venta.is_some(), Field::ValorLote),
    ] {
        if !present {
            require(field, Code::S01, findings);
        }
    }
    let plazo = sale.plazo_meses_credito.as_deref().and_then(|text| text.parse().ok()).unwrap_or(0);
    Some(Venta {
        fecha_venta: sale.fecha_venta?,
        lote: lot(sale.lote.as_deref()?),
        tipo_venta: sale.tipo_venta?,
        plazo_meses_credito: plazo,
        vendedor_principal: sale.vendedor_principal.as_deref().and_then(adviser),
        valor_lote_venta: sale.valor_lote_venta?,
        cuota_inicial_requerida: sale.cuota_inicial_requerida,
        notas: sale.notas,
    })
}
