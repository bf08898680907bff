//! The committed exports as raw records: headers bound by hand, so that nothing here depends on their detection.

use std::path::Path;

use chrono::{NaiveDate, NaiveDateTime};
use crm_bridge::record::{Columns, Field, RawRecord};

/// A row of an export: its physical number and its cells.
pub(crate) struct Row {
    pub(crate) number: u64,
    pub(crate) cells: csv::StringRecord,
}

impl Columns for Row {
    fn column(&self, index: usize) -> Option<&str> {
        self.cells.get(index)
    }
}

/// An export, as a test needs it.
pub(crate) struct Export {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

impl Export {
    pub(crate) fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
        let text = std::fs::read_to_string(path).unwrap();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b';')
            .has_headers(false)
            .flexible(true)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        // A blank line is no record of the csv crate, but a row of the spreadsheet.
        let (mut rows, mut number, mut line) = (Vec::new(), 0, 1);
        for record in reader.records().map(Result::unwrap) {
            let position = record.position().unwrap().line();
            number += 1 + position.saturating_sub(line);
            line = position + 1 + record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
            rows.push(Row { number, cells: record });
        }
        let header = rows.remove(0).cells.iter().map(str::to_owned).collect();
        Self { header, rows }
    }

    pub(crate) fn headers(&self) -> Vec<&str> {
        self.header.iter().map(String::as_str).collect()
    }

    pub(crate) fn raw<'r>(&self, row: &'r Row) -> RawRecord<'r> {
        let mut raw = RawRecord::default();
        for (header, cell) in self.header.iter().zip(&row.cells) {
            if let Some(field) = field(header) {
                raw.set(field, cell);
            }
        }
        raw
    }
}

fn field(header: &str) -> Option<Field> {
    Some(match header {
        "ID Cita" => Field::AppointmentId,
        "Nombre Lead" | "NOMBRE_COMPLETO" => Field::Nombre,
        "Celular Lead" | "CELULAR" => Field::Celular,
        "DNI" => Field::Documento,
        "Correo" | "EMAIL" => Field::Email,
        "Distrito" | "DISTRITO" => Field::Distrito,
        "Fecha y Hora" | "FECHA_INTERACCION" => Field::FechaHora,
        "Proyecto de interés" | "PROYECTO_INTERES" => Field::ProyectoInteres,
        "Medio" | "MEDIO" => Field::Medio,
        "Lugar" => Field::Lugar,
        "Estado de la cita" => Field::Estado,
        "TIPIFICACION" => Field::Tipificacion,
        "Observaciones" | "OBSERVACION" => Field::Observaciones,
        "Fecha Venta" => Field::FechaVenta,
        "Lote" => Field::Lote,
        "Tipo Venta" => Field::TipoVenta,
        "Costo Lote" => Field::ValorLote,
        "Cuota Inicial" => Field::CuotaInicial,
        "Plazo" => Field::Plazo,
        "Vendedor" => Field::Vendedor,
        _ => return None,
    })
}

/// A day after every visit of the exports.
pub(crate) fn now() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2025, 7, 1).unwrap().and_hms_opt(12, 0, 0).unwrap()
}
