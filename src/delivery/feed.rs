//! Where deliveries come from, in the order in which they are wanted.
//!
//! Comes in: whatever yields deliveries. Goes out: one at a time, pulled; a bounded channel is a feed, so that the
//! reader waits for the sender and memory does not grow with the input.

use std::collections::VecDeque;
use std::future::Future;

use tokio::sync::mpsc;

use super::Delivery;

/// A source of deliveries.
pub trait Feed {
    /// Waits for the next delivery; none at the end. Nothing is lost when the wait is given up.
    fn next(&mut self) -> impl Future<Output = Option<Delivery>>;
}

impl Feed for mpsc::Receiver<Delivery> {
    async fn next(&mut self) -> Option<Delivery> {
        self.recv().await
    }
}

impl Feed for VecDeque<Delivery> {
    async fn next(&mut self) -> Option<Delivery> {
        self.pop_front()
    }
}

/// A channel of batches: one wake-up of the other thread for many deliveries.
#[derive(Debug)]
pub struct Batches {
    receiver: mpsc::Receiver<Vec<Delivery>>,
    batch: std::vec::IntoIter<Delivery>,
}

impl Batches {
    /// Takes the receiving end of a bounded channel.
    pub fn new(receiver: mpsc::Receiver<Vec<Delivery>>) -> Self {
        Self { receiver, batch: Vec::new().into_iter() }
    }
}

impl Feed for Batches {
    async fn next(&mut self) -> Option<Delivery> {
        loop {
            if let Some(delivery) = self.batch.next() {
                return Some(delivery);
            }
            self.batch = self.receiver.recv().await?.into_iter();
        }
    }
}
