//! The rows in memory: a bounded index of all of them, and the bodies of the last ones for listing.

use std::collections::{BTreeMap, VecDeque};

use std::ops::{Bound, Range};

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::index::Index;
use super::rows::{ClienteRow, PresenciaRow, VentaRow};
use super::{Content, Forgotten, Found, NewPresencia, Spans, Store, StoreCounts, StoreError, trace};
use crate::ingress::json;
use crate::receiver::checks::{self, Cliente, Venta};
use crate::receiver::quirk::Quirks;
use crate::receiver::spec::Keep;

/// Bytes of traces that are searched for ids at most; they count only where ids are looked up inside others.
const TRACE_BYTES: usize = 24 * 1024 * 1024;

/// Places of one trace at which an id is looked for: one body must not take the room of all.
const MARKS: usize = 100;

#[derive(Debug, Clone, Copy)]
struct Row {
    content: u64,
    /// Greatest venta; 0 for none.
    venta: u32,
}

/// A body that a row was made of.
#[derive(Debug)]
struct Kept {
    number: u32,
    /// Cliente or presencia.
    of: u32,
    at: DateTime<Utc>,
    body: Bytes,
}

/// Rows in memory.
pub(in crate::receiver) struct MemoryStore {
    keep: Keep,
    quirks: Quirks,
    known_ids: u64,
    ids: Index,
    documentos: Index,
    /// Clients without a document are one, found under the empty text.
    clientes: u32,
    rows: Vec<Row>,
    ventas: u32,
    /// Every piece of a trace that follows `crm:`, with the first presencia that has it.
    traces: Option<BTreeMap<Box<str>, u32>>,
    trace_bytes: usize,
    kept_presencias: Shelf,
    kept_clientes: Shelf,
    kept_ventas: Shelf,
    forgotten: Forgotten,
}

/// The last bodies of one kind.
#[derive(Debug, Default)]
struct Shelf {
    kept: VecDeque<Kept>,
    bytes: usize,
}

impl Shelf {
    #[inline]
    fn push(&mut self, kept: Kept, most: usize, forgotten: &mut Forgotten) {
        // 100 bytes for the entry itself.
        self.bytes += kept.body.len() + 100;
        self.kept.push_back(kept);
        if self.bytes > most {
            self.shorten(most, forgotten);
        }
    }

    fn shorten(&mut self, most: usize, forgotten: &mut Forgotten) {
        while self.bytes > most {
            let Some(oldest) = self.kept.pop_front() else { break };
            self.bytes -= oldest.body.len() + 100;
            forgotten.push(oldest.body);
        }
    }

    /// Numbers go up by one.
    fn span(&self) -> Range<u32> {
        self.kept
            .front()
            .zip(self.kept.back())
            .map_or(0..0, |(oldest, newest)| oldest.number..newest.number + 1)
    }

    fn those(&self, of: Range<u32>) -> impl Iterator<Item = &Kept> {
        let first = self.span().start;
        let place = |number: u32| (number.saturating_sub(first) as usize).min(self.kept.len());
        self.kept.range(place(of.start)..place(of.end).max(place(of.start)))
    }
}

impl MemoryStore {
    pub(in crate::receiver) fn new(keep: Keep, quirks: Quirks, known_ids: u64, substring: bool) -> Self {
        Self {
            keep,
            quirks,
            known_ids,
            ids: Index::default(),
            documentos: Index::default(),
            clientes: 0,
            rows: Vec::new(),
            ventas: 0,
            traces: substring.then(BTreeMap::new),
            trace_bytes: 0,
            kept_presencias: Shelf::default(),
            kept_clientes: Shelf::default(),
            kept_ventas: Shelf::default(),
            forgotten: Forgotten::new(),
        }
    }

    fn found(&self, number: u32, content: Content<'_>) -> Option<Found> {
        let row = self.rows.get(number.checked_sub(1)? as usize)?;
        Some(Found {
            number,
            same: row.content == content.digest,
            venta: (row.venta > 0).then_some(row.venta),
        })
    }
}

impl MemoryStore {
    fn row(&self, kept: &Kept) -> PresenciaRow {
        let venta = self.rows.get(kept.number as usize - 1).map_or(0, |row| row.venta);
        let json = json::parse(&kept.body).unwrap_or(json::Json::Null);
        let (fields, _) = checks::presencia(&json, self.quirks, self.known_ids);
        PresenciaRow::new(kept.number, kept.of, (venta > 0).then_some(venta), &fields, kept.at)
    }

    /// Fails where one more presencia finds no room.
    fn room(&self) -> Result<(), StoreError> {
        let full = self.rows.len() >= self.keep.presencias || self.trace_bytes >= TRACE_BYTES;
        if full { Err(StoreError::Full(self.rows.len())) } else { Ok(()) }
    }
}

impl Store for MemoryStore {
    fn begin(&mut self) -> Result<(), StoreError> {
        self.forgotten.clear();
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn forgotten(&mut self) -> Forgotten {
        std::mem::take(&mut self.forgotten)
    }

    fn cliente(&mut self, documento: &str) -> Result<Option<u32>, StoreError> {
        Ok(self.documentos.get(documento))
    }

    fn add_cliente(&mut self, new: &Cliente<'_>, at: DateTime<Utc>, body: &Bytes) -> Result<u32, StoreError> {
        // A client comes with a presencia: where that finds no room, it is not left behind alone. Clients whose presencia
        // was refused later on are bounded by themselves.
        self.room()?;
        if self.clientes as usize >= self.keep.presencias {
            return Err(StoreError::Full(self.rows.len()));
        }
        self.clientes += 1;
        self.documentos.insert(new.documento, self.clientes);
        let kept = Kept { number: self.clientes, of: 0, at, body: body.clone() };
        self.kept_clientes.push(kept, self.keep.detail_bytes, &mut self.forgotten);
        Ok(self.clientes)
    }

    fn exact(&mut self, id: &str, content: Content<'_>) -> Result<Option<Found>, StoreError> {
        Ok(self.ids.get(id).and_then(|number| self.found(number, content)))
    }

    fn containing(&mut self, id: &str, content: Content<'_>) -> Result<Option<Found>, StoreError> {
        let Some(traces) = &self.traces else { return self.exact(id, content) };
        let id = id.to_lowercase();
        let first = traces
            .range::<str, _>((Bound::Included(&*id), Bound::Unbounded))
            .take_while(|(piece, _)| piece.starts_with(&*id))
            .map(|(_, number)| *number)
            .min();
        Ok(first.and_then(|number| self.found(number, content)))
    }

    fn greatest_presencia(&mut self) -> Result<u32, StoreError> {
        Ok(u32::try_from(self.rows.len()).unwrap_or(u32::MAX))
    }

    fn add_presencia(&mut self, new: &NewPresencia<'_>) -> Result<(), StoreError> {
        self.room()?;
        self.rows.push(Row { content: new.content.digest, venta: 0 });
        if !new.fields.id.is_empty() {
            self.ids.insert(new.fields.id, new.number);
        }
        if let Some(traces) = &mut self.traces {
            let trace = trace(new.fields.observaciones, new.fields.id);
            // Each piece ends where the next one starts and a little after: ids are short.
            // From the end, where the own id stands.
            for (at, mark) in trace.rmatch_indices("crm:").take(MARKS) {
                let piece: String = trace[at + mark.len()..].chars().take(300).collect();
                self.trace_bytes += piece.len() + 80;
                traces.entry(piece.into()).or_insert(new.number);
            }
        }
        let kept = Kept { number: new.number, of: new.cliente, at: new.at, body: new.body.clone() };
        self.kept_presencias.push(kept, self.keep.detail_bytes, &mut self.forgotten);
        Ok(())
    }

    fn add_venta(
        &mut self,
        presencia: u32,
        _new: &Venta<'_>,
        at: DateTime<Utc>,
        body: &Bytes,
    ) -> Result<u32, StoreError> {
        self.ventas += 1;
        if let Some(row) = self.rows.get_mut(presencia as usize - 1) {
            row.venta = self.ventas;
        }
        let kept = Kept { number: self.ventas, of: presencia, at, body: body.clone() };
        self.kept_ventas.push(kept, self.keep.detail_bytes, &mut self.forgotten);
        Ok(self.ventas)
    }

    fn counts(&mut self) -> Result<StoreCounts, StoreError> {
        Ok(StoreCounts {
            presencias: self.rows.len() as u64,
            distinct: self.ids.len() as u64,
            clientes: self.clientes.into(),
            ventas: self.ventas.into(),
        })
    }

    fn spans(&mut self) -> Result<Spans, StoreError> {
        Ok(Spans {
            presencias: self.kept_presencias.span(),
            clientes: self.kept_clientes.span(),
            ventas: self.kept_ventas.span(),
        })
    }

    fn presencias(&mut self, of: Range<u32>) -> Result<Vec<PresenciaRow>, StoreError> {
        Ok(self.kept_presencias.those(of).map(|kept| self.row(kept)).collect())
    }

    fn presencia(&mut self, number: u32) -> Result<Option<PresenciaRow>, StoreError> {
        Ok(self.kept_presencias.those(number..number.saturating_add(1)).next().map(|kept| self.row(kept)))
    }

    fn clientes(&mut self, of: Range<u32>) -> Result<Vec<ClienteRow>, StoreError> {
        let rows = self.kept_clientes.those(of).map(|kept| {
            let json = json::parse(&kept.body).unwrap_or(json::Json::Null);
            let cliente = json.get("cliente").map(|cliente| checks::cliente(cliente, self.quirks).0);
            ClienteRow::new(kept.number, &cliente.unwrap_or_default())
        });
        Ok(rows.collect())
    }

    fn ventas(&mut self, of: Range<u32>) -> Result<Vec<VentaRow>, StoreError> {
        let rows = self.kept_ventas.those(of).filter_map(|kept| {
            let json = json::parse(&kept.body).ok()?;
            let venta = checks::venta(json.get("venta")?, self.known_ids).ok()?;
            Some(VentaRow::new(kept.number, kept.of, &venta))
        });
        Ok(rows.collect())
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        *self = Self::new(self.keep, self.quirks, self.known_ids, self.traces.is_some());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receiver::checks::Presencia;

    fn store() -> MemoryStore {
        MemoryStore::new(Keep::default(), Quirks::jcc(), 99, true)
    }

    fn content() -> Content<'static> {
        Content::new(&json::Json::Null, &foldhash::quality::RandomState::default())
    }

    fn add(store: &mut MemoryStore, id: &str, observaciones: &str) -> u32 {
        let fields = Presencia { id, observaciones, ..Presencia::default() };
        let number = store.greatest_presencia().unwrap() + 1;
        let body = Bytes::from_static(b"{}");
        let at = DateTime::<Utc>::MIN_UTC;
        store
            .add_presencia(&NewPresencia {
                number,
                cliente: 1,
                fields: &fields,
                content: content(),
                at,
                body: &body,
            })
            .unwrap();
        number
    }

    #[test]
    fn ids_are_found_inside_others_and_inside_observaciones() {
        let mut store = store();
        let twelve = add(&mut store, "CRM-12", "");
        let noted = add(&mut store, "CRM-5", "vino con CRM:X9 y volverá");
        let number =
            |store: &mut MemoryStore, id| store.containing(id, content()).unwrap().map(|found| found.number);
        assert_eq!(number(&mut store, "CRM-1"), Some(twelve));
        assert_eq!(number(&mut store, "crm-12"), Some(twelve));
        assert_eq!(number(&mut store, "CRM-2"), None);
        assert_eq!(number(&mut store, "x9"), Some(noted));
        assert_eq!(number(&mut store, "CRM-1]"), None);
        assert_eq!(number(&mut store, "CRM-12]"), Some(twelve));
    }

    #[test]
    fn a_full_memory_takes_no_more() {
        let keep = Keep { presencias: 2, ..Keep::default() };
        let mut store = MemoryStore::new(keep, Quirks::NONE, 99, false);
        add(&mut store, "A1", "");
        assert!(store.room().is_ok());
        add(&mut store, "A2", "");
        assert!(matches!(store.room(), Err(StoreError::Full(2))));
    }
}
