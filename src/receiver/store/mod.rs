//! Presencias, clientes and ventas, in memory or in a SQLite file.
//!
//! Keys are "greatest + 1", as in the App Comercial: `PRS00001`, `CLI0001`, `VTA0001`.

mod index;
mod memory;
mod rows;
mod sqlite;

use std::fmt;
use std::hash::BuildHasher;
use std::ops::Range;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use foldhash::quality::RandomState;
use smallvec::SmallVec;

pub(super) use memory::MemoryStore;
pub use rows::{ClienteRow, PresenciaRow, VentaRow};
pub(super) use sqlite::SqliteStore;

use super::checks::{Cliente, Presencia, Venta};
use crate::ingress::json::Json;

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

/// A presencia's number, shown as `PRS00001`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresenciaId(pub u32);

impl fmt::Display for PresenciaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not `{:05}`: formatting with a width takes several times as long, and every answer has one of these.
        let zeros = 5_usize.saturating_sub(self.0.checked_ilog10().unwrap_or(0) as usize + 1);
        f.write_str("PRS0000".get(..3 + zeros).unwrap_or("PRS"))?;
        fmt::Display::fmt(&self.0, f)
    }
}

/// `PRS00001`.
pub fn presencia_id(number: u32) -> String {
    PresenciaId(number).to_string()
}

/// `CLI0001`.
pub fn cliente_id(number: u32) -> String {
    format!("CLI{number:04}")
}

/// `VTA0001`.
pub fn venta_id(number: u32) -> String {
    format!("VTA{number:04}")
}

/// What a presencia says, its venta apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Content<'a> {
    json: &'a Json<'a>,
    /// Keyed; the same whatever the order of the keys.
    digest: u64,
}

/// The key that is no part of a presencia's content.
const VENTA: &str = "venta";

impl<'a> Content<'a> {
    /// What `json` says; nothing is copied for it. One hasher for all of a store.
    pub(super) fn new(json: &'a Json<'a>, hasher: &RandomState) -> Self {
        Self { json, digest: digest(hasher, json, Some(VENTA)) }
    }

    /// The canonical text.
    fn text(self) -> String {
        let mut text = String::new();
        self.json.canonical(&mut text, Some(VENTA));
        text
    }
}

fn digest(hasher: &RandomState, json: &Json<'_>, skip: Option<&str>) -> u64 {
    match json {
        Json::Null => hasher.hash_one(0_u8),
        Json::Bool(flag) => hasher.hash_one((1_u8, flag)),
        Json::Number(number) => hasher.hash_one((2_u8, number)),
        Json::Text(text) => hasher.hash_one((3_u8, text)),
        Json::List(items) => items
            .iter()
            .fold(hasher.hash_one(4_u8), |sum, item| hasher.hash_one((sum, digest(hasher, item, None)))),
        Json::Object(fields) => fields
            .iter()
            .filter(|(name, _)| Some(&**name) != skip)
            .map(|(name, value)| match value {
                Json::Text(text) => hasher.hash_one((5_u8, name, text)),
                value => hasher.hash_one((6_u8, name, digest(hasher, value, None))),
            })
            .fold(7, u64::wrapping_add),
    }
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
    pub(super) content: Content<'a>,
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

/// The numbers of the rows that can be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spans {
    pub(super) presencias: Range<u32>,
    pub(super) clientes: Range<u32>,
    pub(super) ventas: Range<u32>,
}

/// Bodies that are listed no longer.
pub(super) type Forgotten = SmallVec<[Bytes; 2]>;

/// Keeps the rows. Calls are short and never wait for a client.
pub(super) trait Store: Send {
    /// Runs before the first of several steps that belong together.
    fn begin(&mut self) -> Result<(), StoreError>;
    /// Makes the steps last.
    fn commit(&mut self) -> Result<(), StoreError>;
    /// What the steps left no room for: to be dropped once nobody waits for the store.
    fn forgotten(&mut self) -> Forgotten {
        Forgotten::new()
    }
    fn cliente(&mut self, documento: &str) -> Result<Option<u32>, StoreError>;
    fn add_cliente(&mut self, new: &Cliente<'_>, at: DateTime<Utc>, body: &Bytes) -> Result<u32, StoreError>;
    fn exact(&mut self, id: &str, content: Content<'_>) -> Result<Option<Found>, StoreError>;
    /// The first presencia in whose trace `CRM:<id>` occurs, in any case.
    fn containing(&mut self, id: &str, content: Content<'_>) -> Result<Option<Found>, StoreError>;
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
    /// The rows that can still be listed.
    fn spans(&mut self) -> Result<Spans, StoreError>;
    /// The presencias with these numbers that can still be listed, oldest first.
    fn presencias(&mut self, of: Range<u32>) -> Result<Vec<PresenciaRow>, StoreError>;
    /// One presencia, where its fields are still kept.
    fn presencia(&mut self, number: u32) -> Result<Option<PresenciaRow>, StoreError>;
    fn clientes(&mut self, of: Range<u32>) -> Result<Vec<ClienteRow>, StoreError>;
    fn ventas(&mut self, of: Range<u32>) -> Result<Vec<VentaRow>, StoreError>;
    fn clear(&mut self) -> Result<(), StoreError>;
}

/// Where the App Comercial searches for ids: the observaciones and the id's own mark, folded. Each occurrence of
/// `crm:` starts a piece that an id can be found at.
pub(super) fn trace(observaciones: &str, id: &str) -> String {
    format!("{observaciones} [CRM:{id}]").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingress::json::parse;

    #[test]
    fn ids_have_five_digits_or_more() {
        for (number, id) in [
            (0, "PRS00000"),
            (9, "PRS00009"),
            (10, "PRS00010"),
            (99_999, "PRS99999"),
            (100_000, "PRS100000"),
            (u32::MAX, "PRS4294967295"),
        ] {
            assert_eq!(presencia_id(number), id);
        }
    }

    #[test]
    fn contents_are_the_same_whatever_the_order_and_the_venta() {
        let hasher = RandomState::default();
        let digest = |text: &str| Content::new(&parse(text.as_bytes()).unwrap(), &hasher).digest;
        let one = digest(r#"{"a":"1","b":{"c":[1,2,null],"d":true}}"#);
        assert_eq!(one, digest(r#"{ "b":{"d":true,"c":[1,2,null]}, "venta":{"x":1}, "a":"1" }"#));
        for other in [
            r#"{"a":1,"b":{"c":[1,2,null],"d":true}}"#,
            r#"{"a":"1","b":{"c":[2,1,null],"d":true}}"#,
            r#"{"a":"1","b":{"c":[1,2,null],"d":true},"e":null}"#,
            r#"{"a":"1","b":{"c":[1,2,null],"d":true,"venta":1}}"#,
            r#"{"b":"1","a":{"c":[1,2,null],"d":true}}"#,
        ] {
            assert_ne!(one, digest(other), "{other}");
        }
    }
}
