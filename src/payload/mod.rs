//! The App Comercial's side: the JSON body of the webhook.
//!
//! Comes in: fields, from the mapping. Goes out: bytes, with the keys in the documented order and nothing that is
//! empty. Leaf module: everyone may import it, it imports nothing of the crate.

mod canonical;

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};

pub use canonical::canonical;

/// The longest texts that the App Comercial can store, in characters.
pub mod length {
    /// `cliente.nombres_completos_razon_social`.
    pub const NOMBRE: usize = 255;
    /// `cliente.numero_documento`.
    pub const DOCUMENTO: usize = 20;
    /// `cliente.telefono_principal`.
    pub const TELEFONO: usize = 20;
    /// `cliente.direccion`.
    pub const DIRECCION: usize = 255;
    /// `cliente.distrito`.
    pub const DISTRITO: usize = 100;
    /// `cliente.email_principal`.
    pub const EMAIL: usize = 255;
    /// `proyecto_interes`.
    pub const PROYECTO: usize = 255;
}

/// The values that the App Comercial knows for its choices.
pub mod choice {
    /// `cliente.tipo_documento`.
    pub const TIPO_DOCUMENTO: [&str; 5] = ["DNI", "RUC", "CE", "Pasaporte", "Otro"];
    /// `modalidad`.
    pub const MODALIDAD: [&str; 2] = ["presencial", "virtual"];
    /// `medio_captacion`.
    pub const MEDIO: [&str; 7] =
        ["campo_opc", "redes_facebook", "redes_instagram", "redes_tiktok", "referido", "web", "otro"];
    /// `status_presencia`.
    pub const STATUS: [&str; 6] =
        ["agendada", "realizada", "reprogramada", "cancelada_cliente", "no_asistio", "caida_proceso"];
    /// `resultado_interaccion`.
    pub const RESULTADO: [&str; 6] = [
        "interesado_seguimiento",
        "interesado_separacion",
        "interesado_venta_directa",
        "no_interesado_objecion",
        "no_interesado_precio",
        "no_interesado_otro",
    ];
    /// `venta.tipo_venta`.
    pub const TIPO_VENTA: [&str; 2] = ["contado", "credito"];
    /// `venta.plazo_meses_credito`, in months.
    pub const PLAZO: [u16; 4] = [0, 12, 24, 36];
}

/// A text that is borrowed wherever it can be.
pub type Text<'a> = Cow<'a, str>;

/// One presencia, as it is sent.
#[derive(Debug, Clone, PartialEq, Hash, Serialize)]
pub struct Payload<'a> {
    /// The id that makes a resend harmless, such as `CRM-123`.
    pub id_presencia_crm: Text<'a>,
    /// The client.
    pub cliente: Cliente<'a>,
    /// ISO 8601; local Lima time without an offset by default.
    pub fecha_hora_presencia: Text<'a>,
    /// Project of interest.
    pub proyecto_interes: Text<'a>,
    /// One of [`choice::MEDIO`].
    pub medio_captacion: Text<'a>,
    /// One of [`choice::MODALIDAD`].
    pub modalidad: Text<'a>,
    /// One of [`choice::STATUS`].
    pub status_presencia: Text<'a>,
    /// One of [`choice::RESULTADO`].
    pub resultado_interaccion: Text<'a>,
    /// Notes.
    pub observaciones: Text<'a>,
    /// Lot id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lote_interes_inicial: Option<Value>,
    /// Adviser id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asesor_captacion_opc: Option<Value>,
    /// The sale; always last, so that the body without it is a prefix of the story.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub venta: Option<Box<Venta<'a>>>,
    /// Whatever else `--set` and mapping files add.
    #[serde(flatten, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// Bytes that hold nearly every payload: growing step by step copies it several times. A little less than a kilobyte, which
/// allocators have at hand, while more than that is searched for.
const USUAL: usize = 1000;

impl Payload<'_> {
    /// Its JSON text, as it is sent.
    pub fn json(&self) -> serde_json::Result<Vec<u8>> {
        let mut text = Vec::with_capacity(USUAL);
        serde_json::to_writer(&mut text, self)?;
        Ok(text)
    }
}

/// The client of a presencia.
#[derive(Debug, Clone, PartialEq, Hash, Serialize)]
pub struct Cliente<'a> {
    /// Full name, or business name.
    pub nombres_completos_razon_social: Text<'a>,
    /// One of [`choice::TIPO_DOCUMENTO`].
    pub tipo_documento: Text<'a>,
    /// Document number; the receiver finds clients by it.
    pub numero_documento: Text<'a>,
    /// Telephone.
    pub telefono_principal: Text<'a>,
    /// E-mail; left out where empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_principal: Option<Text<'a>>,
    /// Address; the CRM knows the district only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direccion: Option<Text<'a>>,
    /// District.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distrito: Option<Text<'a>>,
}

/// A sale.
#[derive(Debug, Clone, PartialEq, Hash, Serialize)]
pub struct Venta<'a> {
    /// `YYYY-MM-DD`.
    pub fecha_venta: Text<'a>,
    /// Lot id: a number where it is one.
    pub lote: Value,
    /// One of [`choice::TIPO_VENTA`].
    pub tipo_venta: Text<'a>,
    /// One of [`choice::PLAZO`].
    pub plazo_meses_credito: u16,
    /// Adviser id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendedor_principal: Option<Value>,
    /// Soles, a decimal as text.
    pub valor_lote_venta: Text<'a>,
    /// Soles, a decimal as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cuota_inicial_requerida: Option<Text<'a>>,
    /// Notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notas: Option<Text<'a>>,
}
