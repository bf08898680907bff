//! How many distinct presencias have arrived since the start or the last reset, whatever a file held before.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::store::{Store, StoreError};

/// Counts what the count of rows does not tell.
#[derive(Debug)]
pub(super) struct Arrivals {
    before: Mutex<Before>,
    /// The greatest number of a presencia that was there before; greater ones need no note.
    greatest: AtomicU32,
}

/// What was there before anything arrived.
#[derive(Debug, Default)]
struct Before {
    /// Different ids.
    distinct: u64,
    /// Those of them that arrived again.
    again: HashSet<u32>,
}

impl Arrivals {
    pub(super) fn since(store: &mut dyn Store) -> Self {
        let (distinct, greatest) = (store.counts().map(|counts| counts.distinct), store.greatest_presencia());
        let before = Before { distinct: distinct.unwrap_or_default(), ..Before::default() };
        Self { before: Mutex::new(before), greatest: greatest.unwrap_or_default().into() }
    }

    fn before(&self) -> MutexGuard<'_, Before> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of an accepted presencia.
    pub(super) fn note(&self, presencia: u32) {
        let was_there = || presencia <= self.greatest.load(Ordering::Acquire);
        if was_there() {
            let mut before = self.before();
            // Unless all was emptied in between.
            if was_there() {
                before.again.insert(presencia);
            }
        }
    }

    /// The distinct presencias that arrived.
    pub(super) fn count(&self, store: &mut dyn Store) -> Result<u64, StoreError> {
        let distinct = store.counts()?.distinct;
        let before = self.before();
        Ok(distinct.saturating_sub(before.distinct) + before.again.len() as u64)
    }

    /// Begins anew, with an empty store.
    pub(super) fn clear(&self) {
        let mut before = self.before();
        self.greatest.store(0, Ordering::Release);
        *before = Before::default();
    }
}
