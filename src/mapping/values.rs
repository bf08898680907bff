//! Value tables of a mapping file: labels of an export, and what they mean here.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::rules::cell::fold::fold;

/// The label that stands for all others.
pub(super) const OTHERWISE: &str = "*";

/// One `[values."field"]` table; remembers which of its entries were used.
#[derive(Debug, Default)]
pub(super) struct ValueTable {
    entries: Vec<Entry>,
    by_label: HashMap<String, usize>,
    otherwise: Option<usize>,
}

#[derive(Debug)]
struct Entry {
    label: String,
    value: String,
    used: AtomicBool,
}

impl ValueTable {
    /// Adds an entry; false where the table has one for the same folded label.
    pub(super) fn add(&mut self, label: &str, value: &str) -> bool {
        let at = self.entries.len();
        let fresh = if label == OTHERWISE {
            self.otherwise.replace(at).is_none()
        } else {
            self.by_label.insert(fold(label), at).is_none()
        };
        self.entries.push(Entry {
            label: label.to_owned(),
            value: value.to_owned(),
            used: AtomicBool::new(false),
        });
        fresh
    }

    /// The value of a label, `*` apart; case, accents and outer spaces do not count.
    pub(super) fn get(&self, label: &str) -> Option<&str> {
        self.by_label.get(&fold(label)).map(|at| self.used(*at))
    }

    /// The value of `*`.
    pub(super) fn otherwise(&self) -> Option<&str> {
        self.otherwise.map(|at| self.used(at))
    }

    /// The labels that no row had, and their values.
    pub(super) fn unused(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries
            .iter()
            .filter(|entry| entry.label != OTHERWISE && !entry.used.load(Ordering::Relaxed))
            .map(|entry| (entry.label.as_str(), entry.value.as_str()))
    }

    fn used(&self, at: usize) -> &str {
        let entry = &self.entries[at];
        entry.used.store(true, Ordering::Relaxed);
        &entry.value
    }
}
