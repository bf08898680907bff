//! Presencias, clientes and ventas, in memory or in a SQLite file.
//!
//! Keys are "greatest + 1", as in the App Comercial: `PRS00001`, `CLI0001`, `VTA0001`.

mod index;
mod memory;
mod rows;
mod sqlite;

use bytes::Bytes;
use chrono::{DateTime, Utc};

pub(super) use memory::MemoryStore;
pub use rows::{ClienteRow, PresenciaRow, VentaRow};
pub(super) use sqlite::SqliteStore;

use super::checks::{Cliente, Presencia, Venta};

/// Why a row could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// As many presencias in memory as are allowed.
    #[error("{0} presencias are in memory, and more are not allowed")]
    Full(usize),
    /// SQLite's word.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The file is another program's, or of a newer version.
    #[error("the file is no store of this version of serve-mock (it says {0})")]
    Foreign(i64),
}

/// `PRS00001`.
pub fn presencia_id(number: u32) -> String {
    format!("PRS{number:05}")
}

/// `CLI0001`.
pub fn cliente_id(number: u32) -> String {
    format!("CLI{number:04}")
}

/// `VTA0001`.
pub fn venta_id(number: u32) -> String {
    format!("VTA{number:04}")
}

/// A stored presencia, as a look-up finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) number: u32,
    /// Whether its content is the one that was asked for.
    pub(super) same: bool,
    /// The greatest venta of it.
    pub(super) venta: Option<u32>,
}

/// A presencia to be stored.
#[derive(Debug)]
pub(super) struct NewPresencia<'a> {
    pub(super) number: u32,
    pub(super) cliente: u32,
    pub(super) fields: &'a Presencia<'a>,
    /// The canonical content, without the venta; empty where contents are not compared.
    pub(super) content: &'a str,
    pub(super) at: DateTime<Utc>,
    pub(super) body: &'a Bytes,
}

/// How many rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct StoreCounts {
    /// Presencias.
    pub presencias: u64,
    /// Different ids among them.
    pub distinct: u64,
    /// Clients.
    pub clientes: u64,
    /// Sales.
    pub ventas: u64,
}

/// Keeps the rows. Calls are short and never wait for a client.
pub(super) trait Store: Send {
    /// Runs before the first of several steps that belong together.
    fn begin(&mut self) -> Result<(), StoreError>;
    /// Makes the steps last.
    fn commit(&mut self) -> Result<(), StoreError>;
    fn cliente(&mut self, documento: &str) -> Result<Option<u32>, StoreError>;
    fn add_cliente(&mut self, new: &Cliente<'_>, at: DateTime<Utc>, body: &Bytes) -> Result<u32, StoreError>;
    fn exact(&mut self, id: &str, content: &str) -> Result<Option<Found>, StoreError>;
    /// The first presencia in whose trace `CRM:<id>` occurs, in any case.
    fn containing(&mut self, id: &str, content: &str) -> Result<Option<Found>, StoreError>;
    fn greatest_presencia(&mut self) -> Result<u32, StoreError>;
    fn add_presencia(&mut self, new: &NewPresencia<'_>) -> Result<(), StoreError>;
    fn add_venta(
        &mut self,
        presencia: u32,
        new: &Venta<'_>,
        at: DateTime<Utc>,
        body: &Bytes,
    ) -> Result<u32, StoreError>;
    fn counts(&mut self) -> Result<StoreCounts, StoreError>;
    /// The presencias that can still be listed, oldest first.
    fn presencias(&mut self) -> Result<Vec<PresenciaRow>, StoreError>;
    /// One presencia, where its fields are still kept.
    fn presencia(&mut self, number: u32) -> Result<Option<PresenciaRow>, StoreError>;
    fn clientes(&mut self) -> Result<Vec<ClienteRow>, StoreError>;
    fn ventas(&mut self) -> Result<Vec<VentaRow>, StoreError>;
    fn clear(&mut self) -> Result<(), StoreError>;
}

/// Where the App Comercial searches for ids: the observaciones and the id's own mark, folded. Each occurrence of
/// `crm:` starts a piece that an id can be found at.
pub(super) fn trace(observaciones: &str, id: &str) -> String {
    format!("{observaciones} [CRM:{id}]").to_lowercase()
}
