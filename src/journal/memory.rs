//! A journal that lives as long as the process: for `--mock` and for tests.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::delivery::journal::{Claim, Journal, JournalError, Settled, Settlement};
use crate::delivery::{Delivery, Proof};
use crate::report::event::Outcome;

/// Remembers receipts in memory.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    receipts: RefCell<Receipts>,
}

#[derive(Debug, Default)]
struct Receipts {
    by_id: HashMap<String, Proof>,
    by_presencia: HashMap<String, String>,
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many presencias have a receipt.
    pub fn len(&self) -> usize {
        self.receipts.borrow().by_id.len()
    }

    /// Whether nothing has a receipt.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Journal for MemoryJournal {
    async fn claim(&self, delivery: &Delivery) -> Result<Claim, JournalError> {
        let receipts = self.receipts.borrow();
        let known = receipts.by_id.get(&delivery.id.to_lowercase());
        Ok(known.map_or(Claim::New, |proof| proof.clone().claim(delivery)))
    }

    async fn intend(&self, settlement: Settlement) -> Result<Settled, JournalError> {
        let mut receipts = self.receipts.borrow_mut();
        if receipts.by_id.get(&settlement.id.to_lowercase()).is_some_and(Proof::venta_is_closed) {
            return Err(JournalError::VentaTaken { id: settlement.id });
        }
        Ok(receipts.record(&settlement))
    }

    async fn settle(&self, settlements: Arc<Vec<Settlement>>) -> Result<Vec<Settled>, JournalError> {
        let mut receipts = self.receipts.borrow_mut();
        Ok(settlements.iter().map(|settlement| receipts.record(settlement)).collect())
    }
}

impl Receipts {
    fn record(&mut self, settlement: &Settlement) -> Settled {
        let id = settlement.id.to_lowercase();
        let Some(id_presencia) = &settlement.id_presencia else {
            if let Some(proof) = self.by_id.get_mut(&id) {
                proof.take(settlement, true);
            }
            return Settled::default();
        };
        if settlement.outcome == Outcome::Duplicate {
            return Settled::default();
        }
        if let Some(other) = self.by_presencia.get(id_presencia)
            && other.to_lowercase() != id
        {
            return Settled { collides_with: Some(other.clone()) };
        }
        self.by_presencia.insert(id_presencia.clone(), settlement.id.clone());
        self.by_id
            .entry(id)
            .and_modify(|proof| proof.take(settlement, true))
            .or_insert_with(|| Proof::new(settlement, id_presencia));
        Settled::default()
    }
}
