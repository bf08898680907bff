//! Rows as they are listed: the columns that an administrator of the App Comercial would see.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{cliente_id, presencia_id, venta_id};
use crate::receiver::checks::{Cliente, Presencia, Venta};
use crate::receiver::fecha;

/// A stored presencia.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PresenciaRow {
    /// `PRS00001`.
    pub id_presencia: String,
    /// As it was sent; empty where it was not.
    pub id_presencia_crm: String,
    /// `CLI0001`.
    pub cliente: String,
    /// Lima's time, with its offset.
    pub fecha_hora_presencia: String,
    /// Project.
    pub proyecto_interes: String,
    /// How the client was won.
    pub medio_captacion: String,
    /// `presencial` or `virtual`, unless stored unchecked.
    pub modalidad: String,
    /// Status.
    pub status_presencia: String,
    /// Result.
    pub resultado_interaccion: String,
    /// Notes.
    pub observaciones: String,
    /// Lot.
    pub lote_interes_inicial: Option<String>,
    /// Adviser.
    pub asesor_captacion_opc: Option<String>,
    /// The greatest of its sales.
    pub id_venta: Option<String>,
    /// When it arrived, Lima's time.
    pub recibida: String,
}

impl PresenciaRow {
    pub(super) fn new(
        number: u32,
        cliente: u32,
        venta: Option<u32>,
        fields: &Presencia<'_>,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            id_presencia: presencia_id(number),
            id_presencia_crm: fields.id.to_string(),
            cliente: cliente_id(cliente),
            fecha_hora_presencia: fecha::show(fields.fecha.unwrap_or(at)),
            proyecto_interes: fields.proyecto.to_string(),
            medio_captacion: fields.medio.to_string(),
            modalidad: fields.modalidad.to_string(),
            status_presencia: fields.status.to_string(),
            resultado_interaccion: fields.resultado.to_string(),
            observaciones: fields.observaciones.to_string(),
            lote_interes_inicial: fields.lote.map(str::to_owned),
            asesor_captacion_opc: fields.asesor.map(str::to_owned),
            id_venta: venta.map(venta_id),
            recibida: fecha::show(at),
        }
    }
}

/// A stored client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClienteRow {
    /// `CLI0001`.
    pub id_cliente: String,
    /// Full name.
    pub nombres_completos_razon_social: String,
    /// Kind of document.
    pub tipo_documento: String,
    /// Document; empty where there was none.
    pub numero_documento: String,
    /// Telephone.
    pub telefono_principal: String,
    /// E-mail.
    pub email_principal: Option<String>,
    /// Address.
    pub direccion: String,
    /// District.
    pub distrito: String,
}

impl ClienteRow {
    pub(super) fn new(number: u32, fields: &Cliente<'_>) -> Self {
        Self {
            id_cliente: cliente_id(number),
            nombres_completos_razon_social: fields.nombre.to_string(),
            tipo_documento: fields.tipo_documento.to_string(),
            numero_documento: fields.documento.to_string(),
            telefono_principal: fields.telefono.to_string(),
            email_principal: fields.email.map(str::to_owned),
            direccion: fields.direccion.to_string(),
            distrito: fields.distrito.to_string(),
        }
    }
}

/// A stored sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VentaRow {
    /// `VTA0001`.
    pub id_venta: String,
    /// `PRS00001`.
    pub presencia: String,
    /// `YYYY-MM-DD`.
    pub fecha_venta: String,
    /// Lot.
    pub lote: String,
    /// `contado` or `credito`.
    pub tipo_venta: String,
    /// Months.
    pub plazo_meses_credito: u16,
    /// Adviser.
    pub vendedor_principal: Option<String>,
    /// Soles.
    pub valor_lote_venta: String,
    /// Soles.
    pub cuota_inicial_requerida: Option<String>,
    /// Notes.
    pub notas: String,
}

impl VentaRow {
    pub(super) fn new(number: u32, presencia: u32, fields: &Venta<'_>) -> Self {
        Self {
            id_venta: venta_id(number),
            presencia: presencia_id(presencia),
            fecha_venta: fields.fecha.to_string(),
            lote: fields.lote.to_string(),
            tipo_venta: fields.tipo.to_string(),
            plazo_meses_credito: fields.plazo,
            vendedor_principal: fields.vendedor.map(str::to_owned),
            valor_lote_venta: fields.valor.to_string(),
            cuota_inicial_requerida: fields.cuota.map(str::to_owned),
            notas: fields.notas.to_string(),
        }
    }
}
