//! The rows in a SQLite file, which any SQLite client can open.
//!
//! Each request is one transaction, committed before its answer: a killed process loses nothing that it answered.

use std::fs::Permissions;
use std::ops::Range;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::rows::{ClienteRow, PresenciaRow, VentaRow};
use super::{
    Content, Found, NewPresencia, Spans, Store, StoreCounts, StoreError, cliente_id, presencia_id, trace,
    venta_id,
};
use crate::receiver::checks::{Cliente, Venta};
use crate::receiver::fecha;

/// Says in the file's header whose it is ("`CRMm`").
const APPLICATION: i64 = 0x4352_4d6d;
const VERSION: i64 = 1;
/// How long another client's lock on the file is waited for; meanwhile nobody else is answered.
const PATIENCE: Duration = Duration::from_millis(500);
/// Which rows a listing reads, and in what order.
const THOSE: &str = "WHERE numero >= ? AND numero < ? ORDER BY numero";

const SCHEMA: &str = "
CREATE TABLE clientes (
    numero INTEGER PRIMARY KEY,
    id_cliente TEXT NOT NULL UNIQUE,
    nombres_completos_razon_social TEXT NOT NULL,
    tipo_documento TEXT NOT NULL,
    numero_documento TEXT NOT NULL,
    telefono_principal TEXT NOT NULL,
    email_principal TEXT,
    direccion TEXT NOT NULL,
    distrito TEXT NOT NULL,
    creado TEXT NOT NULL
);
CREATE INDEX clientes_documento ON clientes (numero_documento);
CREATE TABLE presencias (
    numero INTEGER PRIMARY KEY,
    id_presencia TEXT NOT NULL UNIQUE,
    id_presencia_crm TEXT NOT NULL,
    cliente INTEGER NOT NULL REFERENCES clientes (numero),
    fecha_hora_presencia TEXT NOT NULL,
    proyecto_interes TEXT NOT NULL,
    medio_captacion TEXT NOT NULL,
    modalidad TEXT NOT NULL,
    status_presencia TEXT NOT NULL,
    resultado_interaccion TEXT NOT NULL,
    observaciones TEXT NOT NULL,
    lote_interes_inicial TEXT,
    asesor_captacion_opc TEXT,
    contenido TEXT NOT NULL,
    rastro TEXT NOT NULL,
    recibida TEXT NOT NULL
);
CREATE INDEX presencias_crm ON presencias (id_presencia_crm);
CREATE TABLE ventas (
    numero INTEGER PRIMARY KEY,
    id_venta TEXT NOT NULL UNIQUE,
    presencia INTEGER NOT NULL REFERENCES presencias (numero),
    fecha_venta TEXT NOT NULL,
    lote TEXT NOT NULL,
    tipo_venta TEXT NOT NULL,
    plazo_meses_credito INTEGER NOT NULL,
    vendedor_principal TEXT,
    valor_lote_venta TEXT NOT NULL,
    cuota_inicial_requerida TEXT,
    notas TEXT NOT NULL,
    creada TEXT NOT NULL
);
CREATE INDEX ventas_presencia ON ventas (presencia);
";

const SELECT_PRESENCIA: &str = "SELECT id_presencia, id_presencia_crm, cliente, fecha_hora_presencia,
    proyecto_interes, medio_captacion, modalidad, status_presencia, resultado_interaccion, observaciones,
    lote_interes_inicial, asesor_captacion_opc, recibida,
    (SELECT max(v.numero) FROM ventas v WHERE v.presencia = presencias.numero) FROM presencias";

fn read_presencia(row: &Row<'_>) -> rusqlite::Result<PresenciaRow> {
    Ok(PresenciaRow {
        id_presencia: row.get(0)?,
        id_presencia_crm: row.get(1)?,
        cliente: cliente_id(row.get(2)?),
        fecha_hora_presencia: row.get(3)?,
        proyecto_interes: row.get(4)?,
        medio_captacion: row.get(5)?,
        modalidad: row.get(6)?,
        status_presencia: row.get(7)?,
        resultado_interaccion: row.get(8)?,
        observaciones: row.get(9)?,
        lote_interes_inicial: row.get(10)?,
        asesor_captacion_opc: row.get(11)?,
        recibida: row.get(12)?,
        id_venta: row.get::<_, Option<u32>>(13)?.map(venta_id),
    })
}

/// Rows in a file.
pub(in crate::receiver) struct SqliteStore {
    connection: Connection,
}

impl SqliteStore {
    /// Opens `path`, making it where it is missing. Fails where it is something else.
    pub(in crate::receiver) fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        connection.set_prepared_statement_cache_capacity(32);
        let application: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        match (application, version, tables) {
            (0, 0, 0) => {
                // Before anything is in it: people's data will be. A name that is no file of its own has no mode.
                std::fs::set_permissions(path, Permissions::from_mode(0o600)).ok();
                connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
                connection.execute_batch(&format!(
                    "BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
                ))?;
            }
            (APPLICATION, VERSION, _) => {}
            (APPLICATION, other, _) | (other, ..) => return Err(StoreError::Foreign(other)),
        }
        // The page cache of the system outlives this process; only a power cut can take the last answers back.
        connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")?;
        Ok(Self { connection })
    }

    fn find(&self, sql: &str, id: &str, content: Content<'_>) -> Result<Option<Found>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row(params![id, content.text()], |row| {
            Ok(Found { number: row.get(0)?, same: row.get(1)?, venta: row.get(2)? })
        });
        Ok(found.optional()?)
    }

    fn next(&self, sql: &str) -> Result<u32, StoreError> {
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    fn list<T>(
        &self,
        sql: &str,
        of: Range<u32>,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([of.start, of.end], |row| read(row))?;
        Ok(rows.collect::<Result<Vec<T>, _>>()?)
    }
}

impl Store for SqliteStore {
    fn begin(&mut self) -> Result<(), StoreError> {
        if self.connection.is_autocommit() {
            self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        if !self.connection.is_autocommit() {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
        }
        Ok(())
    }

    fn cliente(&mut self, documento: &str) -> Result<Option<u32>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT numero FROM clientes WHERE numero_documento = ? ORDER BY numero LIMIT 1",
        )?;
        Ok(statement.query_row([documento], |row| row.get(0)).optional()?)
    }

    fn add_cliente(
        &mut self,
        new: &Cliente<'_>,
        at: DateTime<Utc>,
        _body: &Bytes,
    ) -> Result<u32, StoreError> {
        let number = self.next("SELECT coalesce(max(numero), 0) + 1 FROM clientes")?;
        self.connection
            .prepare_cached("INSERT INTO clientes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?
            .execute(params![
                number,
                cliente_id(number),
                new.nombre,
                new.tipo_documento,
                new.documento,
                new.telefono,
                new.email,
                new.direccion,
                new.distrito,
                fecha::show(at),
            ])?;
        Ok(number)
    }

    fn exact(&mut self, id: &str, content: Content<'_>) -> Result<Option<Found>, StoreError> {
        self.find(
            "SELECT p.numero, p.contenido = ?2, (SELECT max(v.numero) FROM ventas v WHERE v.presencia = p.numero)
             FROM presencias p WHERE p.id_presencia_crm = ?1 ORDER BY p.numero LIMIT 1",
            id,
            content,
        )
    }

    fn containing(&mut self, id: &str, content: Content<'_>) -> Result<Option<Found>, StoreError> {
        // A scan, as the App Comercial itself does it.
        self.find(
            "SELECT p.numero, p.contenido = ?2, (SELECT max(v.numero) FROM ventas v WHERE v.presencia = p.numero)
             FROM presencias p WHERE instr(p.rastro, 'crm:' || ?1) > 0 ORDER BY p.numero LIMIT 1",
            &id.to_lowercase(),
            content,
        )
    }

    fn greatest_presencia(&mut self) -> Result<u32, StoreError> {
        self.next("SELECT coalesce(max(numero), 0) FROM presencias")
    }

    fn add_presencia(&mut self, new: &NewPresencia<'_>) -> Result<(), StoreError> {
        let fields = new.fields;
        self.connection
            .prepare_cached("INSERT INTO presencias VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?
            .execute(params![
                new.number,
                presencia_id(new.number),
                fields.id,
                new.cliente,
                fecha::show(fields.fecha.unwrap_or(new.at)),
                fields.proyecto,
                fields.medio,
                fields.modalidad,
                fields.status,
                fields.resultado,
                fields.observaciones,
                fields.lote,
                fields.asesor,
                new.content.text(),
                trace(fields.observaciones, fields.id),
                fecha::show(new.at),
            ])?;
        Ok(())
    }

    fn add_venta(
        &mut self,
        presencia: u32,
        new: &Venta<'_>,
        at: DateTime<Utc>,
        _body: &Bytes,
    ) -> Result<u32, StoreError> {
        let number = self.next("SELECT coalesce(max(numero), 0) + 1 FROM ventas")?;
        self.connection
            .prepare_cached("INSERT INTO ventas VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?
            .execute(params![
                number,
                venta_id(number),
                presencia,
                new.fecha.to_string(),
                new.lote,
                new.tipo,
                new.plazo,
                new.vendedor,
                new.valor,
                new.cuota,
                new.notas,
                fecha::show(at),
            ])?;
        Ok(number)
    }

    fn counts(&mut self) -> Result<StoreCounts, StoreError> {
        let sql = "SELECT (SELECT count(*) FROM presencias),
            (SELECT count(DISTINCT id_presencia_crm) FROM presencias WHERE id_presencia_crm <> ''),
            (SELECT count(*) FROM clientes), (SELECT count(*) FROM ventas)";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| {
            let count = |column| row.get::<_, u32>(column).map(u64::from);
            Ok(StoreCounts {
                presencias: count(0)?,
                distinct: count(1)?,
                clientes: count(2)?,
                ventas: count(3)?,
            })
        })?)
    }

    fn spans(&mut self) -> Result<Spans, StoreError> {
        let span = |table: &str| -> Result<Range<u32>, StoreError> {
            let sql = format!("SELECT coalesce(min(numero), 0), coalesce(max(numero) + 1, 0) FROM {table}");
            let mut statement = self.connection.prepare_cached(&sql)?;
            Ok(statement.query_row([], |row| Ok(row.get(0)?..row.get(1)?))?)
        };
        Ok(Spans { presencias: span("presencias")?, clientes: span("clientes")?, ventas: span("ventas")? })
    }

    fn presencias(&mut self, of: Range<u32>) -> Result<Vec<PresenciaRow>, StoreError> {
        self.list(&format!("{SELECT_PRESENCIA} {THOSE}"), of, read_presencia)
    }

    fn presencia(&mut self, number: u32) -> Result<Option<PresenciaRow>, StoreError> {
        let mut statement =
            self.connection.prepare_cached(&format!("{SELECT_PRESENCIA} WHERE numero = ?"))?;
        Ok(statement.query_row([number], read_presencia).optional()?)
    }

    fn clientes(&mut self, of: Range<u32>) -> Result<Vec<ClienteRow>, StoreError> {
        let sql = "SELECT id_cliente, nombres_completos_razon_social, tipo_documento, numero_documento,
            telefono_principal, email_principal, direccion, distrito
            FROM clientes";
        self.list(&format!("{sql} {THOSE}"), of, |row| {
            Ok(ClienteRow {
                id_cliente: row.get(0)?,
                nombres_completos_razon_social: row.get(1)?,
                tipo_documento: row.get(2)?,
                numero_documento: row.get(3)?,
                telefono_principal: row.get(4)?,
                email_principal: row.get(5)?,
                direccion: row.get(6)?,
                distrito: row.get(7)?,
            })
        })
    }

    fn ventas(&mut self, of: Range<u32>) -> Result<Vec<VentaRow>, StoreError> {
        let sql = "SELECT id_venta, presencia, fecha_venta, lote, tipo_venta, plazo_meses_credito,
            vendedor_principal, valor_lote_venta, cuota_inicial_requerida, notas
            FROM ventas";
        self.list(&format!("{sql} {THOSE}"), of, |row| {
            Ok(VentaRow {
                id_venta: row.get(0)?,
                presencia: presencia_id(row.get(1)?),
                fecha_venta: row.get(2)?,
                lote: row.get(3)?,
                tipo_venta: row.get(4)?,
                plazo_meses_credito: row.get(5)?,
                vendedor_principal: row.get(6)?,
                valor_lote_venta: row.get(7)?,
                cuota_inicial_requerida: row.get(8)?,
                notas: row.get(9)?,
            })
        })
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.connection.execute_batch("DELETE FROM ventas; DELETE FROM presencias; DELETE FROM clientes;")?;
        Ok(())
    }
}
