//! The CRM side: a lead, its appointment, and the sale that came of it.
//!
//! Comes in: nothing; these are the types. Leaf module: everyone may import it, it imports nothing of the crate.
//! A row of an export first becomes a [`RawRecord`] (text by field), whichever file format it came from; reading its
//! cells makes a [`CrmRecord`] (typed, repaired); the mapping makes a payload of that.

mod columns;
mod field;
mod raw;
mod trigger;

use std::borrow::Cow;

use chrono::NaiveDateTime;

pub use columns::Columns;
pub use field::Field;
pub use raw::RawRecord;
pub use trigger::{Event, Trigger};

/// A text that is borrowed from the row wherever nothing had to be repaired.
pub type Cell<'a> = Cow<'a, str>;

/// One typed record of the CRM; texts are trimmed, repaired and never empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CrmRecord<'a> {
    /// The person.
    pub lead: Lead<'a>,
    /// The visit.
    pub appointment: Appointment<'a>,
    /// The sale, where the record has one.
    pub sale: Option<Box<Sale<'a>>>,
    /// The outcome of the conversation, where the record has its own (`interesado_seguimiento` …).
    pub resultado_interaccion: Option<Cell<'a>>,
}

/// The person who visited.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lead<'a> {
    /// Full name, or business name.
    pub nombre: Option<Cell<'a>>,
    /// Telephone: 8 or 9 digits, without country code.
    pub celular: Option<Cell<'a>>,
    /// `DNI`, `RUC`, `CE`, `Pasaporte` or `Otro`.
    pub tipo_documento: Option<Cell<'a>>,
    /// Document number.
    pub documento: Option<Cell<'a>>,
    /// E-mail address.
    pub email: Option<Cell<'a>>,
    /// District of Lima, aliases expanded.
    pub distrito: Option<Cell<'a>>,
    /// The project the lead asked about.
    pub proyecto_interes: Option<Cell<'a>>,
    /// Where the lead came from, as the CRM words it.
    pub medio: Option<Cell<'a>>,
    /// What the call centre noted, such as `YA ASISTIO`.
    pub tipificacion: Option<Cell<'a>>,
    /// The adviser who brought the lead in (id or name).
    pub opc: Option<Cell<'a>>,
}

/// The visit (*cita*).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Appointment<'a> {
    /// The id in the CRM, with or without the `CRM-` prefix.
    pub id: Option<Cell<'a>>,
    /// When it took place, in Lima's local time.
    pub fecha_hora: Option<NaiveDateTime>,
    /// Where it took place.
    pub lugar: Option<Cell<'a>>,
    /// Pendiente, Confirmada, Realizada, Cancelada, Reprogramada.
    pub estado: Option<Cell<'a>>,
    /// Notes.
    pub observaciones: Option<Cell<'a>>,
}

/// A sale (*venta*); present only where both the lot and its value are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sale<'a> {
    /// Date of the sale, `YYYY-MM-DD`.
    pub fecha_venta: Option<Cell<'a>>,
    /// Lot id.
    pub lote: Option<Cell<'a>>,
    /// `contado` or `credito`.
    pub tipo_venta: Option<Cell<'a>>,
    /// 0, 12, 24 or 36.
    pub plazo_meses_credito: Option<Cell<'a>>,
    /// Adviser id.
    pub vendedor_principal: Option<Cell<'a>>,
    /// Value of the lot in soles, a decimal as text.
    pub valor_lote_venta: Option<Cell<'a>>,
    /// Initial payment in soles, a decimal as text.
    pub cuota_inicial_requerida: Option<Cell<'a>>,
    /// Notes.
    pub notas: Option<Cell<'a>>,
}
