//! `GET /presencias`, `/clientes`, `/ventas`: the rows, read and written a few at a time, so that neither the store is
//! held for long nor all rows at once.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Value, json};

use super::pieces::streamed;
use super::{limit, parameter, unreadable};
use crate::ingress::Reply;
use crate::receiver::state::State;
use crate::receiver::store::{Store, StoreError};

/// Rows that are read at once.
const AT_ONCE: u32 = 500;

/// A table, as the admin side names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Presencias,
    Clientes,
    Ventas,
}

impl Table {
    fn name(self) -> &'static str {
        match self {
            Self::Presencias => "presencias",
            Self::Clientes => "clientes",
            Self::Ventas => "ventas",
        }
    }

    /// The column by which rows can be asked for.
    fn column(self) -> &'static str {
        match self {
            Self::Presencias => "id_presencia_crm",
            Self::Clientes => "numero_documento",
            Self::Ventas => "presencia",
        }
    }

    /// The numbers of the rows that can be listed, and how many rows there are.
    fn span(self, store: &mut dyn Store) -> Result<(Range<u32>, u64), StoreError> {
        let (spans, counts) = (store.spans()?, store.counts()?);
        Ok(match self {
            Self::Presencias => (spans.presencias, counts.presencias),
            Self::Clientes => (spans.clientes, counts.clientes),
            Self::Ventas => (spans.ventas, counts.ventas),
        })
    }

    fn read(self, store: &mut dyn Store, of: Range<u32>) -> Result<Vec<Value>, StoreError> {
        let rows = match self {
            Self::Presencias => json!(store.presencias(of)?),
            Self::Clientes => json!(store.clientes(of)?),
            Self::Ventas => json!(store.ventas(of)?),
        };
        Ok(match rows {
            Value::Array(rows) => rows,
            _ => Vec::new(),
        })
    }
}

/// The rows of one table; `?limit=` takes the last ones, `?<column>=` those with a value.
pub(super) fn rows(state: &Arc<State>, query: &str, table: Table) -> Reply {
    let most = match limit(query) {
        Ok(most) => most,
        Err(refused) => return refused,
    };
    let wanted = parameter(query, table.column());
    let span = table.span(&mut **state.webhook.store());
    let (span, total) = match span {
        Ok(span) => span,
        Err(error) => return unreadable(&error),
    };
    let mut meta = json!({ "total": total });
    let listed = u64::from(span.end - span.start);
    if listed < total && span.start > 1 {
        // Of older rows only the count and the answer are left: one that is not found here may be there all the same.
        meta["truncated"] = true.into();
        meta["kept"] = listed.into();
    }
    let state = Arc::clone(state);
    streamed(move |out| {
        let list = List { state: &state, table, wanted: wanted.as_deref() };
        let span = match most {
            Some(most) => list.last(span, most)?,
            None => span,
        };
        write!(out, "{{\"meta\":{meta},\"{}\":[", table.name())?;
        let mut first = true;
        for chunk in chunks(span) {
            for row in list.read(chunk)? {
                if !std::mem::take(&mut first) {
                    out.write_all(b",")?;
                }
                serde_json::to_writer(&mut *out, &row)?;
            }
        }
        out.write_all(b"]}")
    })
}

struct List<'l> {
    state: &'l State,
    table: Table,
    wanted: Option<&'l str>,
}

impl List<'_> {
    /// The rows with these numbers that are asked for. The store is free again when this returns.
    fn read(&self, of: Range<u32>) -> io::Result<Vec<Value>> {
        let rows = self.table.read(&mut **self.state.webhook.store(), of);
        let mut rows = rows.map_err(io::Error::other)?;
        if let Some(wanted) = self.wanted {
            rows.retain(|row| row[self.table.column()] == wanted);
        }
        Ok(rows)
    }

    /// The end of `span` that holds the last `most` rows that are asked for, no more of them.
    fn last(&self, span: Range<u32>, most: usize) -> io::Result<Range<u32>> {
        let mut found = 0;
        for chunk in chunks(span.clone()).rev() {
            let rows = self.read(chunk.clone())?.len();
            if found + rows < most {
                found += rows;
                continue;
            }
            // It is among these.
            let mut start = chunk.end;
            while found < most && start > chunk.start {
                start -= 1;
                found += self.read(start..start + 1)?.len();
            }
            return Ok(start..span.end);
        }
        Ok(span)
    }
}

fn chunks(span: Range<u32>) -> impl DoubleEndedIterator<Item = Range<u32>> {
    let Range { start, end } = span;
    (0..(end.saturating_sub(start)).div_ceil(AT_ONCE)).map(move |chunk| {
        let from = start + chunk * AT_ONCE;
        from..(from + AT_ONCE).min(end)
    })
}
