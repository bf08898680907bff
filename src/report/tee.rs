//! One run, several renderers: each event goes to all of them.

use super::event::{Event, Observer};

/// Gives each event to every observer, in order.
#[derive(Default)]
pub struct Tee<'o> {
    observers: Vec<Box<dyn Observer + 'o>>,
}

impl<'o> Tee<'o> {
    /// Adds an observer.
    #[must_use]
    pub fn with(mut self, observer: impl Observer + 'o) -> Self {
        self.observers.push(Box::new(observer));
        self
    }
}

impl Observer for Box<dyn Observer + '_> {
    fn observe(&mut self, event: Event) {
        (**self).observe(event);
    }
}

impl Observer for Tee<'_> {
    fn observe(&mut self, event: Event) {
        let Some((last, others)) = self.observers.split_last_mut() else { return };
        for observer in others {
            observer.observe(event.clone());
        }
        last.observe(event);
    }
}
