//! The words by which exports call each field, as data.
//!
//! Comes in: nothing. Goes out: the table, one row a field. All words are folded. A weak alias means the field only
//! where nothing better does.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::fold;
use crate::record::Field;

/// The names of one field.
#[derive(Debug)]
pub(super) struct Aliases {
    pub(super) field: Field,
    pub(super) strong: &'static [&'static str],
    pub(super) weak: &'static [&'static str],
}

const fn row(field: Field, strong: &'static [&'static str], weak: &'static [&'static str]) -> Aliases {
    Aliases { field, strong, weak }
}

/// Every field with its names, in the order of the documentation.
#[rustfmt::skip]
pub(super) static TABLE: &[Aliases] = &[
    row(Field::AppointmentId,
        &["id", "id cita", "cita", "activity id", "id presencia", "id presencia crm", "appointment id", "id actividad",
          "id de la reunion", "meeting id", "numero cita", "numero de cita"],
        &["id lead", "record id"]),
    row(Field::Nombre,
        &["nombre", "nombres", "nombre completo", "nombres y apellidos", "lead", "nombre lead", "invitado",
          "nombre del contacto", "lead name", "full name", "name", "contact name"],
        &["cliente", "razon social"]),
    row(Field::Celular,
        &["celular", "celular lead", "cel", "movil", "telefono", "telefono principal", "telefono movil", "whatsapp", "phone",
          "mobile", "phone number"],
        &["telefono secundario"]),
    row(Field::TipoDocumento, &["tipo documento", "tipo de documento"], &[]),
    row(Field::Documento,
        &["dni", "documento", "numero documento", "documento de identidad", "ruc", "carnet de extranjeria"],
        &["codigo"]),
    row(Field::Email, &["email", "e mail", "correo", "correo electronico", "email principal"], &[]),
    row(Field::Distrito,
        &["distrito", "distrito de residencia", "district", "comuna"],
        &["ciudad", "city", "zona", "direccion"]),
    row(Field::FechaHora,
        &["fecha hora", "fecha y hora", "fecha hora cita", "fecha de la cita", "fecha presencia", "fecha visita", "datetime",
          "meeting start time", "hora de inicio de la reunion"],
        &["fecha", "date"]),
    row(Field::Hora, &["hora", "hora cita", "hora de la cita", "hora visita", "time"], &[]),
    row(Field::ProyectoInteres,
        &["proyecto", "proyecto interes", "proyecto de interes", "project", "condominio"],
        &["nombre del negocio", "deal name"]),
    row(Field::Medio,
        &["medio", "medio captacion", "medio de captacion", "fuente", "canal", "origen", "lead source", "original source"],
        &["campana"]),
    row(Field::Lugar,
        &["lugar", "lugar de la cita", "lugar visita", "visita", "sala", "sede", "location", "venue"],
        &["ubicacion", "modalidad"]),
    row(Field::Estado,
        &["estado", "estado cita", "estado de la cita", "status", "resultado de la reunion", "meeting outcome"],
        &["etapa del negocio"]),
    row(Field::Tipificacion,
        &["tipificacion", "clasificacion", "disposicion", "estado del lead", "lead status"],
        &[]),
    row(Field::Observaciones, &["observaciones", "observacion", "obs", "comentarios", "notas", "notes"], &[]),
    row(Field::FechaVenta, &["fecha venta"], &[]),
    row(Field::Lote, &["lote"], &[]),
    row(Field::TipoVenta, &["tipo venta", "contado credito"], &[]),
    row(Field::ValorLote, &["valor lote venta", "precio", "costo lote"], &[]),
    row(Field::CuotaInicial, &["cuota inicial requerida", "cuota inicial"], &[]),
    row(Field::Vendedor, &["vendedor principal", "vendedor"], &[]),
    row(Field::Plazo, &["plazo meses credito", "plazo"], &[]),
    row(Field::NotasVenta, &["notas venta"], &[]),
    row(Field::Resultado, &["resultado", "resultado interaccion"], &[]),
    row(Field::Opc, &["opc", "captador", "personal opc", "personal opc captador"], &["tmk"]),
];

static KNOWN: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| TABLE.iter().flat_map(|row| row.strong.iter().chain(row.weak)).copied().collect());

static OWN: LazyLock<HashMap<String, Field>> =
    LazyLock::new(|| Field::ALL.iter().map(|field| (fold(field.name()), *field)).collect());

/// Whether a folded header is one of the names, strong, weak or a field's own.
pub(in crate::source) fn is_known(folded: &str) -> bool {
    KNOWN.contains(folded) || own(folded).is_some()
}

/// The field that is called so itself (`appointment.fecha_hora`), as in what is written back of JSON records.
pub(super) fn own(folded: &str) -> Option<Field> {
    OWN.get(folded).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_row_and_every_name_is_folded() {
        for field in Field::ALL {
            assert!(TABLE.iter().any(|row| row.field == *field), "{}", field.name());
        }
        for name in TABLE.iter().flat_map(|row| row.strong.iter().chain(row.weak)) {
            assert_eq!(fold(name), *name);
        }
    }

    #[test]
    fn no_name_means_two_fields() {
        let names: Vec<_> = TABLE.iter().flat_map(|row| row.strong.iter().chain(row.weak)).collect();
        let unique: HashSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len());
    }
}
