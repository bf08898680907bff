//! A transport that answers from a script, in paused time, and notes what it was asked.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use crm_bridge::config::{Jobs, Lookup};
use crm_bridge::delivery::retry::{Backoff, FOREGROUND};
use crm_bridge::delivery::transport::{Answer, Broke, Request, Transport, TransportError};
use crm_bridge::delivery::{Ambient, Cancel, ContentHash, Delivery, Journal, RunEnd, Settings, run};
use crm_bridge::report::event::{DeliveryNote, Event, Observer, Outcome};
use tokio::time::Instant;

/// What happens to one try.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// 200 with a receipt made of the id.
    Take,
    /// 200 with this receipt.
    Receipt(&'static str),
    /// Any answer.
    Answer(Answer),
    /// No answer.
    Break(Broke),
    /// Nothing, for ever.
    Silence,
}

/// An answer with `status` and the JSON `body`.
pub(crate) fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        content_type: Some("application/json".to_owned()),
        body: Bytes::copy_from_slice(body.as_bytes()),
        ..Answer::default()
    }
}

/// A request as the receiver saw it, with its times since the start.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) id: String,
    pub(crate) body: Bytes,
    pub(crate) start: Duration,
    pub(crate) end: Duration,
}

impl Seen {
    pub(crate) fn has_venta(&self) -> bool {
        self.body.starts_with(b"venta")
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Answers each id from its list; an empty list takes.
#[derive(Debug)]
pub(crate) struct Script {
    acts: RefCell<HashMap<String, VecDeque<Act>>>,
    latency: RefCell<Box<dyn Latency>>,
    origin: Instant,
    pub(crate) seen: RefCell<Vec<Seen>>,
    pub(crate) most_at_once: Cell<usize>,
    at_once: Cell<usize>,
}

/// How long the receiver takes.
pub(crate) trait Latency: std::fmt::Debug {
    fn next(&mut self, id: &str) -> Duration;
}

#[derive(Debug)]
struct Same(Duration);

impl Latency for Same {
    fn next(&mut self, _: &str) -> Duration {
        self.0
    }
}

impl Script {
    pub(crate) fn new() -> Self {
        Self {
            acts: RefCell::default(),
            latency: RefCell::new(Box::new(Same(Duration::from_millis(10)))),
            origin: Instant::now(),
            seen: RefCell::default(),
            most_at_once: Cell::new(0),
            at_once: Cell::new(0),
        }
    }

    pub(crate) fn on(self, id: &str, acts: impl IntoIterator<Item = Act>) -> Self {
        self.acts.borrow_mut().insert(id.to_owned(), acts.into_iter().collect());
        self
    }

    pub(crate) fn latency(self, latency: impl Latency + 'static) -> Self {
        self.latency.replace(Box::new(latency));
        self
    }

    pub(crate) fn times(&self, id: &str) -> Vec<Duration> {
        self.seen.borrow().iter().filter(|seen| seen.id == id).map(|seen| seen.start).collect()
    }
}

impl Transport for Script {
    async fn attempt(&self, request: Request) -> Result<Answer, TransportError> {
        let start = self.origin.elapsed();
        self.at_once.set(self.at_once.get() + 1);
        self.most_at_once.set(self.most_at_once.get().max(self.at_once.get()));
        let act = self.acts.borrow_mut().get_mut(&request.id).and_then(VecDeque::pop_front);
        let index = {
            let mut seen = self.seen.borrow_mut();
            seen.push(Seen { id: request.id.clone(), body: request.body, start, end: Duration::MAX });
            seen.len() - 1
        };
        let latency = self.latency.borrow_mut().next(&request.id);
        tokio::time::sleep(latency).await;
        if matches!(act, Some(Act::Silence)) {
            std::future::pending::<()>().await;
        }
        self.seen.borrow_mut()[index].end = self.origin.elapsed();
        self.at_once.set(self.at_once.get() - 1);
        let receipt = |presencia: &str| {
            let body =
                format!(r#"{{"detail":"ok","id_presencia":"{presencia}","id_venta":"VTA-{presencia}"}}"#);
            Ok(answer(200, &body))
        };
        match act.unwrap_or(Act::Take) {
            Act::Take => receipt(&format!("PRS-{}", request.id)),
            Act::Receipt(presencia) => receipt(presencia),
            Act::Answer(answer) => Ok(answer),
            Act::Break(broke) => Err(TransportError::new(broke, "scripted")),
            Act::Silence => unreachable!("waits for ever"),
        }
    }
}

/// A delivery of `id` whose client is `lane`.
pub(crate) fn delivery(row: u64, id: &str, lane: u64) -> Delivery {
    let body = Bytes::from(format!("presencia {id}"));
    Delivery {
        file: 0,
        row,
        id: id.to_owned(),
        lane,
        content: ContentHash::of(&body),
        body,
        venta: None,
        venta_content: None,
    }
}

/// The same with a venta.
pub(crate) fn sale(row: u64, id: &str) -> Delivery {
    let venta = Bytes::from(format!("venta {id}"));
    Delivery { venta_content: Some(ContentHash::of(&venta)), venta: Some(venta), ..delivery(row, id, row) }
}

/// Deliveries of clients of their own, in rows from 2 on.
pub(crate) fn deliveries(ids: &[&str]) -> Vec<Delivery> {
    ids.iter().zip(2..).map(|(id, row)| delivery(row, id, row)).collect()
}

pub(crate) fn settings(jobs: usize) -> Settings {
    Settings {
        jobs: Jobs::Fixed(jobs),
        rate: None,
        lookup: Lookup::Substring,
        backoff: Backoff::new(&FOREGROUND, 4),
        max_wait: Duration::from_secs(300),
        max_failures: None,
        force: false,
        total: 0,
        files: Vec::new(),
        window: 64,
        gather: Duration::from_millis(20),
    }
}

/// Keeps the notes of the deliveries.
#[derive(Debug, Default)]
pub(crate) struct Notes(pub Vec<DeliveryNote>);

impl Observer for Notes {
    fn observe(&mut self, event: Event) {
        if let Event::Delivery(note) = event {
            self.0.push(note);
        }
    }
}

impl Notes {
    pub(crate) fn of(&self, id: &str) -> &DeliveryNote {
        self.0.iter().find(|note| note.id_presencia_crm == id).expect(id)
    }

    pub(crate) fn outcome(&self, id: &str) -> Outcome {
        self.of(id).outcome
    }

    pub(crate) fn class(&self, id: &str) -> &'static str {
        self.of(id).error.as_ref().expect(id).class
    }
}

/// Runs `deliveries` to their end, and checks what every run must hold.
pub(crate) async fn deliver(
    deliveries: Vec<Delivery>,
    script: &Script,
    journal: &impl Journal,
    settings: &Settings,
) -> (RunEnd, Notes) {
    let mut notes = Notes::default();
    let mut feed: VecDeque<Delivery> = deliveries.into();
    let total = feed.len() as u64;
    let end = run(&mut feed, script, journal, &mut notes, settings, Ambient::still(), &Cancel::new()).await;
    assert!(end.counts.add_up(), "{:?}", end.counts);
    assert_eq!(end.counts.rows + feed.len() as u64, total);
    assert_eq!(end.attempts, script.seen.borrow().len() as u64);
    assert_eq!(end.counts.rows, notes.0.len() as u64 + end.counts.unprocessed);
    (end, notes)
}
