//! A journal that lives as long as the process: for `--mock` and for tests.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::delivery::journal::{Claim, Journal, JournalError, Settled, Settlement, VentaState};
use crate::delivery::{ContentHash, Delivery};
use crate::report::event::Outcome;

/// Remembers receipts in memory.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    receipts: RefCell<Receipts>,
}

#[derive(Debug, Default)]
struct Receipts {
    by_id: HashMap<String, Receipt>,
    by_presencia: HashMap<String, String>,
}

#[derive(Debug, Clone)]
struct Receipt {
    content: ContentHash,
    id_presencia: String,
    id_venta: Option<String>,
    venta: VentaState,
    venta_content: Option<ContentHash>,
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
        let Some(receipt) = receipts.by_id.get(&delivery.id.to_lowercase()) else { return Ok(Claim::New) };
        Ok(receipt.claim(delivery))
    }

    async fn intend(&self, settlement: Settlement) -> Result<Settled, JournalError> {
        let mut receipts = self.receipts.borrow_mut();
        if receipts.by_id.get(&settlement.id.to_lowercase()).is_some_and(Receipt::venta_is_closed) {
            return Err(JournalError::VentaTaken { id: settlement.id });
        }
        Ok(receipts.record(&settlement))
    }

    async fn settle(&self, settlements: Arc<Vec<Settlement>>) -> Result<Vec<Settled>, JournalError> {
        let mut receipts = self.receipts.borrow_mut();
        Ok(settlements.iter().map(|settlement| receipts.record(settlement)).collect())
    }
}

impl Receipt {
    /// A venta that was delivered, or is in doubt, stays so whatever becomes of the presencia; a receipt ends the doubt.
    fn venta_stands(&self, next: VentaState) -> bool {
        match self.venta {
            VentaState::Delivered => true,
            VentaState::Doubtful => next != VentaState::Delivered,
            _ => false,
        }
    }

    /// Whether the venta has arrived, is on its way, or is in doubt.
    fn venta_is_closed(&self) -> bool {
        matches!(self.venta, VentaState::Intended | VentaState::Delivered | VentaState::Doubtful)
    }

    fn claim(&self, delivery: &Delivery) -> Claim {
        let id_presencia = self.id_presencia.clone();
        if self.content != delivery.content {
            return Claim::Changed;
        }
        if delivery.venta.is_none() {
            return Claim::Done { id_presencia, id_venta: None };
        }
        match self.venta {
            VentaState::None | VentaState::Missing => Claim::VentaMissing { id_presencia },
            VentaState::Intended | VentaState::Doubtful => Claim::Doubtful { id_presencia },
            VentaState::Delivered if self.venta_content != delivery.venta_content => Claim::Changed,
            VentaState::Delivered => Claim::Done { id_presencia, id_venta: self.id_venta.clone() },
        }
    }
}

impl Receipts {
    fn record(&mut self, settlement: &Settlement) -> Settled {
        let id = settlement.id.to_lowercase();
        let Some(id_presencia) = &settlement.id_presencia else {
            if let Some(receipt) = self.by_id.get_mut(&id)
                && settlement.venta != VentaState::None
                && !receipt.venta_stands(settlement.venta)
            {
                receipt.venta = settlement.venta;
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
        let receipt = self.by_id.entry(id).or_insert_with(|| Receipt {
            content: settlement.content,
            id_presencia: id_presencia.clone(),
            id_venta: None,
            venta: VentaState::None,
            venta_content: None,
        });
        receipt.content = settlement.content;
        if settlement.venta != VentaState::None && !receipt.venta_stands(settlement.venta) {
            receipt.venta = settlement.venta;
            receipt.venta_content = settlement.venta_content;
        }
        if settlement.id_venta.is_some() {
            receipt.id_venta.clone_from(&settlement.id_venta);
        }
        Settled::default()
    }
}
