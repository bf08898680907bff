//! The open connections of a listener: who they are, which one makes room, and whose time is up.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::AbortHandle;

use super::limits::Limits;
use super::link::{Link, Phase};

/// A body that takes longer gives way where there is no room left.
const SLOW_BODY: Duration = Duration::from_secs(2);

/// The open connections.
#[derive(Debug, Default)]
pub struct Registry {
    open: Mutex<HashMap<u64, Entry>>,
}

#[derive(Debug)]
struct Entry {
    link: Arc<Link>,
    task: Option<AbortHandle>,
}

impl Registry {
    fn open(&self) -> MutexGuard<'_, HashMap<u64, Entry>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many connections are open.
    pub fn len(&self) -> usize {
        self.open().len()
    }

    /// Whether no connection is open.
    pub fn is_empty(&self) -> bool {
        self.open().is_empty()
    }

    pub(crate) fn add(&self, number: u64, link: Arc<Link>) {
        self.open().insert(number, Entry { link, task: None });
    }

    /// Ties the connection to its task; a connection that has already ended is left alone.
    pub(crate) fn attach(&self, number: u64, task: AbortHandle) {
        if let Some(entry) = self.open().get_mut(&number) {
            entry.task = Some(task);
        }
    }

    pub(crate) fn remove(&self, number: u64) {
        self.open().remove(&number);
    }

    /// Closes the connection that has waited longest for a request, else the one that has sent longest at a body and for
    /// longer than honest ones take; false where each one is busy.
    pub(crate) fn make_room(&self) -> bool {
        let mut open = self.open();
        let longest = |may_go: &dyn Fn(&Link) -> bool| {
            open.iter()
                .filter(|(_, entry)| entry.task.is_some() && may_go(&entry.link))
                .min_by_key(|(number, entry)| (entry.link.since(), **number))
                .map(|(number, _)| *number)
        };
        let number = longest(&Link::is_waiting).or_else(|| longest(&|link| link.is_slow(SLOW_BODY)));
        let Some(entry) = number.and_then(|number| open.remove(&number)) else { return false };
        abort(entry);
        true
    }

    /// Closes the connections whose time is up.
    pub(crate) fn close_overdue(&self, limits: &Limits) {
        self.open().retain(|_, entry| {
            let overdue = entry.link.is_overdue(limits) && entry.task.is_some();
            if overdue && let Some(task) = &entry.task {
                task.abort();
            }
            !overdue
        });
    }

    /// Closes the connections without a request in work; says whether others are left.
    pub(crate) fn close_waiting(&self) -> bool {
        let mut open = self.open();
        open.retain(|_, entry| {
            let waiting = entry.link.is_waiting() && entry.task.is_some();
            if waiting && let Some(task) = &entry.task {
                task.abort();
            }
            !waiting
        });
        open.values().any(|entry| entry.link.phase() != Phase::Idle)
    }

    pub(crate) fn close_all(&self) {
        for (_, entry) in self.open().drain() {
            abort(entry);
        }
    }
}

fn abort(entry: Entry) {
    if let Some(task) = entry.task {
        task.abort();
    }
}
