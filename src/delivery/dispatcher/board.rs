//! The board: everything that the futures of a run share, and the rules by which a flight may start.

mod closing;
mod flight;
mod recording;

use std::cell::RefCell;
use std::collections::{BinaryHeap, VecDeque};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use hdrhistogram::Histogram;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::Settings;
use crate::config::Lookup;
use crate::delivery::Delivery;
use crate::delivery::ambient::Ambient;
use crate::delivery::breaker::Breaker;
use crate::delivery::journal::Settlement;
use crate::delivery::order::{Order, Seq, Stirred};
use crate::delivery::pace::{Pace, Rate};
use crate::delivery::stop::Stop;
use crate::report::event::{Counts, Outcome};
use flight::Parked;
pub(super) use flight::{Flight, Mark, Step};

/// Ends that wait for the journal, beyond which no further request starts.
const MOST_UNRECORDED: usize = 4096;
/// Deliveries that wait for their next try, beyond which no new one starts.
const MOST_PARKED: usize = 64;

/// What a worker is to do.
#[derive(Debug)]
pub(super) enum Next {
    /// Fly this.
    Flight(Box<Flight>),
    /// Wait for news, or until then.
    Wait(Option<Instant>),
    /// Go home.
    Nothing,
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts, not one state")]
struct State {
    order: Order,
    admitted: Stirred<Box<Flight>>,
    parked: BinaryHeap<Parked>,
    alone: VecDeque<Box<Flight>>,
    /// What is in the air, for the case that it must be dropped.
    air: Vec<(Seq, Rc<Delivery>, Step, u32)>,
    alone_in_air: bool,
    /// Whether the receiver gave any HTTP answer in this run.
    answered_once: bool,
    feed_ended: bool,
    stop: Option<Stop>,
    closed: bool,
    pace: Pace,
    rate: Option<Rate>,
    breaker: Breaker,
    ambient: Ambient,
    pending: Vec<(Mark, Settlement)>,
    counts: Counts,
    failures: u64,
    first_tries: u64,
    first_500s: u64,
    attempts: u64,
    latency: Histogram<u64>,
    unfinished: Vec<(u16, u64)>,
}

/// Everything that the futures of a run share. They run on one thread, and no borrow lives across a wait.
#[derive(Debug)]
pub(super) struct Board<'s> {
    pub(super) settings: &'s Settings,
    state: RefCell<State>,
    /// For workers: something may start.
    news: Notify,
    /// For the reader: the window has room.
    room: Notify,
    /// For the reader: the run stops.
    stopped: Notify,
    /// For the recorder: something is to be recorded, or the run is over.
    to_record: Notify,
}

impl<'s> Board<'s> {
    pub(super) fn new(settings: &'s Settings, ambient: Ambient) -> Self {
        let state = State {
            order: Order::new(settings.lookup == Lookup::Exact),
            admitted: Stirred::default(),
            parked: BinaryHeap::new(),
            alone: VecDeque::new(),
            air: Vec::new(),
            alone_in_air: false,
            answered_once: false,
            feed_ended: false,
            stop: None,
            closed: false,
            pace: Pace::new(settings.jobs),
            rate: settings.rate.and_then(Rate::new),
            breaker: Breaker::default(),
            ambient,
            pending: Vec::new(),
            counts: Counts::default(),
            failures: 0,
            first_tries: 0,
            first_500s: 0,
            attempts: 0,
            latency: latency_histogram(),
            unfinished: Vec::new(),
        };
        Self {
            settings,
            state: RefCell::new(state),
            news: Notify::new(),
            room: Notify::new(),
            stopped: Notify::new(),
            to_record: Notify::new(),
        }
    }

    pub(super) fn most_jobs(&self) -> usize {
        self.state.borrow().pace.most()
    }

    // For the reader.

    /// Waits until the window has room; false where the run stops instead.
    pub(super) async fn room(&self) -> bool {
        loop {
            {
                let state = self.state.borrow();
                if state.stop.is_some() {
                    return false;
                }
                if state.order.waiting() < self.settings.window.max(1) {
                    return true;
                }
            }
            self.room.notified().await;
        }
    }

    /// Waits until the run stops.
    pub(super) async fn stopped(&self) {
        while self.state.borrow().stop.is_none() {
            self.stopped.notified().await;
        }
    }

    pub(super) fn admit(&self, delivery: Delivery) {
        let mut state = self.state.borrow_mut();
        let seq = state.order.admit(&delivery.id, delivery.lane);
        state.counts.rows += 1;
        let flight = Flight {
            seq,
            delivery: Rc::new(delivery),
            step: Step::Claim,
            attempts: 0,
            retries: 0,
            fives: 0,
            alone: false,
            status: None,
            took: Duration::ZERO,
            maybe_stored: false,
            id_presencia: None,
        };
        state.admitted.insert(seq, Box::new(flight));
        if state.order.has_ready() {
            self.news.notify_one();
        }
    }

    pub(super) fn feed_ended(&self) {
        self.state.borrow_mut().feed_ended = true;
        self.news.notify_waiters();
        // One more for a worker that is between looking and waiting.
        self.news.notify_one();
    }

    // For the workers.

    /// Waits until something may start.
    pub(super) async fn news(&self) {
        self.news.notified().await;
    }

    /// Takes what may start now.
    pub(super) fn next(&self) -> Next {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        let over = state.stop.is_some();
        if over && state.air.is_empty() || state.nothing_left() {
            // Whoever sees the end wakes the others.
            self.news.notify_waiters();
            self.news.notify_one();
            return Next::Nothing;
        }
        if over {
            return Next::Wait(None);
        }
        let in_air = state.air.len();
        let limit = if state.answered_once { state.pace.limit() } else { 1 };
        if in_air >= limit || state.alone_in_air || state.pending.len() >= MOST_UNRECORDED {
            return Next::Wait(None);
        }
        // The clock is asked only where somebody waits for it.
        let due = state.parked.peek().map(|parked| parked.due);
        let now = due.map(|_| Instant::now());
        if due.is_some()
            && due <= now
            && state.parked.peek().is_some_and(|parked| parked.flight.alone)
            && let Some(parked) = state.parked.pop()
        {
            state.alone.push_back(parked.flight);
        }
        if !state.alone.is_empty() && in_air > 0 {
            // Nothing else starts until the wire is free for the one that must be alone.
            return Next::Wait(None);
        }
        let due = state.parked.peek().map(|parked| parked.due);
        let due_now = due.is_some() && due <= now;
        // Until the receiver has answered anything, one delivery finds out whether it is there.
        let most_parked = if state.answered_once { MOST_PARKED } else { 1 };
        let may_start = state.order.has_ready() && state.parked.len() < most_parked;
        if state.alone.is_empty() && !due_now && !may_start {
            return Next::Wait(due);
        }
        if let Some(Err(until)) = state.rate.as_ref().map(Rate::take) {
            return Next::Wait(Some(until));
        }
        let flight = if let Some(flight) = state.alone.pop_front() {
            state.alone_in_air = true;
            Some(flight)
        } else if due_now {
            state.parked.pop().map(|parked| parked.flight)
        } else {
            let seq = state.order.start();
            seq.and_then(|seq| state.admitted.remove(&seq))
        };
        let Some(flight) = flight else { return Next::Wait(due) };
        state.air.push((flight.seq, Rc::clone(&flight.delivery), flight.step, flight.attempts));
        if state.order.waiting() <= self.settings.window / 2 {
            self.room.notify_one();
        }
        // There may be more for the others.
        if in_air + 1 < limit && (state.order.has_ready() || !state.parked.is_empty()) {
            self.news.notify_one();
        }
        Next::Flight(flight)
    }

    /// Whether further requests are forbidden; a gentle end lets a delivery that is in flight go on to its venta.
    pub(super) fn must_not_send(&self) -> bool {
        matches!(&self.state.borrow().stop, Some(stop) if *stop != Stop::Interrupted)
    }

    /// Notes that `flight` is about to make a try.
    pub(super) fn trying(&self, flight: &Flight) {
        let mut state = self.state.borrow_mut();
        state.attempts += 1;
        if let Some(entry) = state.air.iter_mut().find(|entry| entry.0 == flight.seq) {
            (entry.2, entry.3) = (flight.step, flight.attempts);
        }
    }

    /// Notes the end of a try.
    pub(super) fn tried(&self, took: Duration, answered: bool) {
        let mut state = self.state.borrow_mut();
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        state.latency.saturating_record(micros);
        if answered && !state.answered_once {
            state.answered_once = true;
            self.news.notify_one();
        }
    }

    pub(super) fn answered_once(&self) -> bool {
        self.state.borrow().answered_once
    }

    /// Notes a first try, and whether its answer was a 500.
    pub(super) fn first_try(&self, was_500: bool) {
        let mut state = self.state.borrow_mut();
        state.first_tries += 1;
        state.first_500s += u64::from(was_500);
    }

    /// Whether this receiver answers 500 so often that it must be one that loses rows to parallel writers: there the
    /// first repeat has to be alone too, since it may be the one that saves, and that is answered with a 500 again.
    pub(super) fn often_answers_500(&self) -> bool {
        let state = self.state.borrow();
        state.first_500s * 10 >= state.first_tries
    }

    /// Tells the pace how a try went.
    pub(super) fn went(&self, well: bool, first: bool, took: Duration) {
        let mut state = self.state.borrow_mut();
        if !well {
            state.pace.trouble();
        } else if first {
            state.pace.good(took);
        }
        if well {
            state.breaker.answered();
        }
    }

    /// Notes a delivery given up; true where too many were.
    pub(super) fn given_up(&self) -> bool {
        self.state.borrow_mut().breaker.given_up()
    }

    /// Notes ids that may be stored without a receipt, from before.
    pub(super) fn doubt(&self, ids: &[String]) {
        let mut state = self.state.borrow_mut();
        for id in ids {
            state.order.doubt(id);
        }
    }

    /// A longer id that may be stored without a receipt, and that the receiver could take `id` for.
    pub(super) fn inside_doubt(&self, id: &str) -> Option<String> {
        self.state.borrow().order.inside_doubt(id).map(str::to_owned)
    }

    pub(super) fn now(&self) -> SystemTime {
        self.state.borrow().ambient.now()
    }

    pub(super) fn jitter(&self) -> f64 {
        self.state.borrow_mut().ambient.jitter()
    }

    /// Sets `flight` aside until `due`; its place on the wire is free for others. `alone` asks for the whole wire then.
    pub(super) fn park(&self, mut flight: Box<Flight>, due: Instant, alone: bool) {
        let mut state = self.state.borrow_mut();
        state.land(&flight);
        flight.alone = alone;
        if state.stop.is_some() {
            drop(state);
            self.break_off(*flight);
            return;
        }
        state.parked.push(Parked { due, flight });
        self.news.notify_one();
    }

    /// Ends `flight` with `settlement`.
    pub(super) fn finish(&self, flight: &Flight, settlement: Settlement) {
        let mut state = self.state.borrow_mut();
        state.land(flight);
        if flight.id_presencia.is_some() {
            state.order.believe(&flight.delivery.id);
        } else if flight.maybe_stored {
            state.order.doubt(&flight.delivery.id);
        }
        let ready = state.order.answered(flight.seq);
        self.record(&mut state, (Mark { seq: flight.seq, took: flight.took }, settlement));
        drop(state);
        for _ in 0..=ready {
            self.news.notify_one();
        }
    }

    /// Ends `flight` without an outcome, because the run stops; what it got so far is recorded.
    pub(super) fn break_off(&self, flight: Flight) {
        if flight.id_presencia.is_none() {
            let mut state = self.state.borrow_mut();
            state.land(&flight);
            state.unfinished.push((flight.delivery.file, flight.delivery.row));
            drop(state);
            self.news.notify_one();
            return;
        }
        // The presencia has its receipt; its venta, if it was this flight's to send, is known not to have arrived.
        let settlement = flight.settlement(Outcome::Unprocessed, flight.unsent_venta());
        self.finish(&flight, settlement);
    }

    fn record(&self, state: &mut State, pending: (Mark, Settlement)) {
        state.pending.push(pending);
        if state.pending.len() == 1 || state.pending.len() >= super::recorder::GROUP {
            self.to_record.notify_one();
        }
    }
}

impl State {
    fn nothing_left(&self) -> bool {
        self.feed_ended
            && self.order.waiting() == 0
            && self.parked.is_empty()
            && self.alone.is_empty()
            && self.air.is_empty()
    }

    /// Takes `flight` out of the air.
    fn land(&mut self, flight: &Flight) {
        if let Some(index) = self.air.iter().position(|entry| entry.0 == flight.seq) {
            self.air.swap_remove(index);
        }
        if flight.alone {
            self.alone_in_air = false;
        }
    }
}

/// Microseconds, two digits, up to an hour: some 30 KB, whatever the run's length.
fn latency_histogram() -> Histogram<u64> {
    const HOUR: u64 = 3_600_000_000;
    Histogram::new_with_bounds(1, HOUR, 2)
        .or_else(|_| Histogram::new(2))
        .unwrap_or_else(|_| unreachable!("two digits are within what a histogram allows"))
}
