//! How the relay does at this moment, for those who ask: the status page, `/readyz`, the metrics.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::lang::Said;

/// Whether deliveries go out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Way {
    /// They do.
    #[default]
    Open,
    /// They pause, and the receiver is probed: nobody there, or it fails, or it refuses us.
    Paused {
        /// The stable word of the cause.
        class: &'static str,
        /// Why.
        why: Said,
        /// Since when, in milliseconds since 1970.
        since: i64,
    },
}

/// The condition of one relay, shared by its parts.
#[derive(Debug, Default)]
pub struct Condition {
    way: Mutex<Way>,
    storage: Mutex<Option<Said>>,
}

impl Condition {
    /// Whether deliveries go out.
    pub fn way(&self) -> Way {
        lock(&self.way).clone()
    }

    /// Notes that deliveries go out; tells whether they did not before.
    pub fn open(&self) -> bool {
        std::mem::take(&mut *lock(&self.way)) != Way::Open
    }

    /// Notes that deliveries pause; tells whether they went out before. The time of the first pause stays.
    pub fn pause(&self, class: &'static str, why: Said, now: i64) -> bool {
        let mut way = lock(&self.way);
        let (since, first) = match &*way {
            Way::Open => (now, true),
            Way::Paused { since, .. } => (*since, false),
        };
        *way = Way::Paused { class, why, since };
        first
    }

    /// Why webhooks can't be stored, where they can't.
    pub fn storage_trouble(&self) -> Option<Said> {
        lock(&self.storage).clone()
    }

    /// Notes whether webhooks can be stored; tells whether that is news.
    pub fn storage(&self, trouble: Option<Said>) -> bool {
        let mut storage = lock(&self.storage);
        let news = storage.is_some() != trouble.is_some();
        *storage = trouble;
        news
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
