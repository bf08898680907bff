//! The desk: partitions hand their deliveries to the dispatcher here, and learn here what became of them.
//!
//! A partition has one delivery in flight at most, so that its number names it: it travels as the index of the delivery's
//! file. Everything runs on one thread, and no borrow lives across a wait.

use std::cell::{Cell, RefCell};

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::delivery::{Delivery, Feed};
use crate::queue::layout::PARTITIONS;
use crate::report::event::{Counts, DeliveryNote, Event, Observer};

/// What became of a delivery.
#[derive(Debug)]
pub(super) enum Fate {
    /// It came to an end.
    Ended(Box<DeliveryNote>),
    /// The dispatcher stopped before it did.
    Unfinished,
}

/// The delivery that a partition has in flight.
#[derive(Debug, Default)]
struct Slot {
    id: RefCell<Option<String>>,
    fate: RefCell<Option<oneshot::Sender<Fate>>>,
    /// Until when no other worker is given it.
    lease: Cell<Option<Instant>>,
}

/// Where partitions and dispatcher meet.
pub(super) struct Desk<'o> {
    slots: Vec<Slot>,
    sender: mpsc::UnboundedSender<Delivery>,
    receiver: RefCell<Option<mpsc::UnboundedReceiver<Delivery>>>,
    closed: Cell<bool>,
    observer: RefCell<&'o mut dyn Observer>,
    counts: Cell<Counts>,
}

/// The names by which the dispatcher tells partitions apart.
pub(super) fn names() -> Vec<String> {
    (0..PARTITIONS).map(|partition| partition.to_string()).collect()
}

impl<'o> Desk<'o> {
    pub(super) fn new(observer: &'o mut dyn Observer) -> Self {
        // Bounded by the partitions, each with one delivery.
        let (sender, receiver) = mpsc::unbounded_channel();
        Self {
            slots: (0..PARTITIONS).map(|_| Slot::default()).collect(),
            sender,
            receiver: RefCell::new(Some(receiver)),
            closed: Cell::new(false),
            observer: RefCell::new(observer),
            counts: Cell::new(Counts::default()),
        }
    }

    /// Hands a delivery to the dispatcher; waits for what becomes of it.
    pub(super) async fn hand_in(&self, partition: u8, delivery: Delivery, lease: Instant) -> Fate {
        let slot = &self.slots[usize::from(partition)];
        let (sender, receiver) = oneshot::channel();
        slot.id.replace(Some(delivery.id.clone()));
        slot.lease.set(Some(lease));
        slot.fate.replace(Some(sender));
        let delivery = Delivery { file: u16::from(partition), ..delivery };
        if self.closed.get() || self.sender.send(delivery).is_err() {
            return Fate::Unfinished;
        }
        let fate = receiver.await.unwrap_or(Fate::Unfinished);
        slot.id.replace(None);
        fate
    }

    /// Notes until when the delivery of a partition is ours alone.
    pub(super) fn renew(&self, partition: u8, until: Instant) {
        self.slots[usize::from(partition)].lease.set(Some(until));
    }

    /// A partition has answered for its delivery.
    pub(super) fn done(&self, partition: u8) {
        self.slots[usize::from(partition)].lease.set(None);
    }

    /// Whether no other worker can have been given the delivery with this id.
    pub(super) fn is_ours(&self, id: &str) -> bool {
        let slot = self.slots.iter().find(|slot| slot.id.borrow().as_deref() == Some(id));
        slot.and_then(|slot| slot.lease.get()).is_some_and(|until| Instant::now() < until)
    }

    /// Whether no other worker can have been given the delivery of this partition.
    pub(super) fn holds(&self, partition: u8) -> bool {
        let lease = self.slots[usize::from(partition)].lease.get();
        lease.is_some_and(|until| Instant::now() < until)
    }

    /// The dispatcher's feed; there is one.
    pub(super) fn feed(&self) -> DeskFeed<'_, 'o> {
        DeskFeed { receiver: self.receiver.take(), desk: self }
    }

    /// What the dispatcher tells its ends to.
    pub(super) fn notes(&self) -> DeskNotes<'_, 'o> {
        DeskNotes { desk: self }
    }

    /// No dispatcher will come any more.
    pub(super) fn close(&self) {
        self.closed.set(true);
        self.clear();
    }

    /// Gives every delivery without an end back to its partition.
    fn clear(&self) {
        for slot in &self.slots {
            if let Some(fate) = slot.fate.take() {
                fate.send(Fate::Unfinished).ok();
            }
        }
    }

    /// Tells the observer what became of a delivery for good, and counts it.
    pub(super) fn tell(&self, note: DeliveryNote) {
        let mut counts = self.counts.get();
        counts.rows += 1;
        counts.add(note.outcome);
        self.counts.set(counts);
        self.observer.borrow_mut().observe(Event::Delivery(note));
    }

    pub(super) fn counts(&self) -> Counts {
        self.counts.get()
    }
}

/// Deliveries of all partitions, for the dispatcher.
pub(super) struct DeskFeed<'d, 'o> {
    receiver: Option<mpsc::UnboundedReceiver<Delivery>>,
    desk: &'d Desk<'o>,
}

impl DeskFeed<'_, '_> {
    /// The dispatcher stopped: what it had, and what still waits for it, goes back. The next one may be long in coming,
    /// and another worker need not wait for it.
    pub(super) fn session_ended(&mut self) {
        if let Some(receiver) = &mut self.receiver {
            while receiver.try_recv().is_ok() {}
        }
        self.desk.clear();
    }
}

impl Feed for DeskFeed<'_, '_> {
    async fn next(&mut self) -> Option<Delivery> {
        self.receiver.as_mut()?.recv().await
    }
}

/// Takes ends from the dispatcher to their partitions.
pub(super) struct DeskNotes<'d, 'o> {
    desk: &'d Desk<'o>,
}

impl Observer for DeskNotes<'_, '_> {
    fn observe(&mut self, event: Event) {
        // A worker has no end to make progress to, and its summary is made elsewhere.
        let Event::Delivery(note) = event else { return };
        let partition = note.file.as_deref().and_then(|name| name.parse::<usize>().ok());
        let Some(slot) = partition.and_then(|partition| self.desk.slots.get(partition)) else { return };
        if let Some(fate) = slot.fate.take() {
            fate.send(Fate::Ended(Box::new(note))).ok();
        }
    }
}
