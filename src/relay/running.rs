//! A relay from its start to its end: the port, the outbox's thread, the courier's thread, the housekeeping.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::clock::millis;
use super::condition::Condition;
use super::courier::{Courier, Office};
use super::keeper::Keeper;
use super::metrics::Metrics;
use super::outbox::{Keeping, OutboxError, Overview};
use super::reception::{Door, Reception};
use crate::config::SendSettings;
use crate::delivery::{Cancel, Journal, Transport};
use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::said;

/// How long requests in flight may take when the relay is told to end.
const FAREWELL: Duration = Duration::from_secs(8);
/// Time between two rounds of housekeeping.
const HOUSEKEEPING: Duration = Duration::from_secs(60);
/// How long delivered entries are remembered here; their receipts stay in the journal.
const REMEMBERED: Duration = Duration::from_secs(7 * 24 * 3600);
/// Entries forgotten at once, so that no webhook waits for it.
const FORGOTTEN_AT_ONCE: u32 = 500;

/// What a relay is asked to do.
#[derive(Debug, Clone)]
pub struct Options {
    /// How webhooks are taken.
    pub reception: Reception,
    /// Webhooks that may wait at once.
    pub most_queued: u64,
    /// The journal's file, in which the outbox is.
    pub journal: PathBuf,
    /// Where the webhooks go, without secrets.
    pub target: String,
    /// How they are sent.
    pub send: SendSettings,
    /// Retries of the schedule, at most as many as it has steps.
    pub retries: u32,
}

/// What the courier delivers with, and what becomes of the journal afterwards.
pub struct Delivering<T, J> {
    /// Makes the requests.
    pub transport: T,
    /// Remembers receipts.
    pub journal: J,
    /// Closes the journal when the relay ends.
    pub finish: Box<dyn FnOnce(J)>,
}

/// Why a relay did not start.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The port can't be had.
    #[error("can't listen on {addr}: {source}")]
    Bind {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The outbox can't be opened.
    #[error("{path}: {source}")]
    Outbox {
        /// The journal's file.
        path: PathBuf,
        /// Why.
        source: OutboxError,
    },
    /// Transport or journal could not be made.
    #[error("{0}")]
    Delivering(Failure),
    /// A thread could not be started.
    #[error("{0}")]
    Thread(io::Error),
}

impl RelayError {
    /// The error for people, with its exit code.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Bind { .. } => Failure::new(Kind::Usage, Said::same(self.to_string())).hint(said!(
                en: "choose another port with --listen, or --listen 127.0.0.1:0 for a free one",
                es: "elija otro puerto con --listen, o --listen 127.0.0.1:0 para uno libre",
            )),
            Self::Outbox { path, source } => source.failure(path),
            Self::Delivering(failure) => failure.clone(),
            Self::Thread(_) => Failure::new(Kind::Internal, Said::same(self.to_string())),
        }
    }
}

/// Starts relays.
#[derive(Debug, Clone, Copy)]
pub struct Relay;

/// A relay that runs until it is shut down.
pub struct Running {
    door: Door,
    recovered: Overview,
    stop: CancellationToken,
    serving: tokio::task::JoinHandle<()>,
    tidying: tokio::task::JoinHandle<()>,
    cancel: Cancel,
    courier: JoinHandle<()>,
    keeper: JoinHandle<()>,
    office: Office,
}

impl Relay {
    /// Opens outbox, port and journal, in this order, and serves in tasks of the current runtime. `make` runs on the
    /// courier's own thread.
    pub async fn start<T, J, M>(options: Options, make: M) -> Result<Running, RelayError>
    where
        T: Transport + 'static,
        J: Journal + 'static,
        M: FnOnce() -> Result<Delivering<T, J>, Failure> + Send + 'static,
    {
        let keeping = Keeping {
            most: options.most_queued,
            target: options.target.clone(),
            lookup: options.send.lookup,
        };
        let now = options.reception.clock.millis();
        let (keeper, recovered, keeping) = Keeper::start(&options.journal, keeping, now)
            .map_err(|source| RelayError::Outbox { path: options.journal.clone(), source })?;
        let office = Office {
            keeper,
            clock: options.reception.clock.clone(),
            metrics: Arc::new(Metrics::new()),
            condition: Arc::new(Condition::default()),
        };
        let bound = options.reception.clone().bind().await?;
        let cancel = Cancel::new();
        let courier = start_courier(office.clone(), &options, cancel.clone(), make)?;
        let stop = CancellationToken::new();
        let (metrics, condition) = (Arc::clone(&office.metrics), Arc::clone(&office.condition));
        let (door, serving) = bound.serve(office.keeper.clone(), metrics, condition, stop.clone());
        let tidying = tokio::spawn(tidy(office.clone()));
        Ok(Running { door, recovered, stop, serving, tidying, cancel, courier, keeper: keeping, office })
    }
}

impl Running {
    /// The whole URL of the webhook.
    pub fn url(&self) -> String {
        self.door.url()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        self.door.origin()
    }

    /// How the outbox stood when it was opened.
    pub fn recovered(&self) -> &Overview {
        &self.recovered
    }

    /// How the outbox stands, with the counts of the last `hours` hours.
    pub async fn overview(&self, hours: u32) -> Result<Overview, OutboxError> {
        let now = self.office.clock.millis();
        self.office.keeper.ask(move |outbox| outbox.overview(now, hours)).await
    }

    /// Ends it: no further webhook is taken, those being answered are, and requests in flight get some time; none where
    /// `at_once` is cancelled. What is not delivered stays in the outbox.
    pub async fn shut_down(self, at_once: CancellationToken) {
        self.stop.cancel();
        self.serving.await.ok();
        self.tidying.abort();
        self.cancel.press();
        let cancel = self.cancel.clone();
        let hurry = tokio::spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(FAREWELL) => {}
                () = at_once.cancelled() => {}
            }
            cancel.press();
        });
        join(self.courier).await;
        hurry.abort();
        // The last handle ends the outbox's thread, which closes the file in order.
        drop(self.office);
        self.tidying.await.ok();
        join(self.keeper).await;
    }
}

async fn join(thread: JoinHandle<()>) {
    tokio::task::spawn_blocking(move || thread.join().ok()).await.ok();
}

/// Starts the courier's thread, and waits until it has what it delivers with.
fn start_courier<T, J, M>(
    office: Office,
    options: &Options,
    cancel: Cancel,
    make: M,
) -> Result<JoinHandle<()>, RelayError>
where
    T: Transport + 'static,
    J: Journal + 'static,
    M: FnOnce() -> Result<Delivering<T, J>, Failure> + Send + 'static,
{
    let (send, retries) = (options.send.clone(), options.retries);
    let (tell, told) = sync_channel(1);
    let thread = std::thread::Builder::new().name("relay-courier".to_owned());
    let thread = thread.spawn(move || {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                tell.send(Err(RelayError::Thread(error))).ok();
                return;
            }
        };
        // Within the runtime: a transport may want it when it is made.
        match runtime.block_on(async { make() }) {
            Ok(Delivering { transport, journal, finish }) => {
                tell.send(Ok(())).ok();
                let courier = Courier::new(office, transport, journal, &send, retries);
                runtime.block_on(courier.run(&cancel));
                finish(courier.into_journal());
            }
            Err(failure) => {
                tell.send(Err(RelayError::Delivering(failure))).ok();
            }
        }
    });
    let thread = thread.map_err(RelayError::Thread)?;
    match told.recv() {
        Ok(Ok(())) => Ok(thread),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(RelayError::Thread(io::Error::other("the courier's thread ended"))),
    }
}

/// Keeps the outbox small and its counts right.
async fn tidy(office: Office) {
    let mut rounds = tokio::time::interval(HOUSEKEEPING);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        let now = office.clock.millis();
        let before = now - millis(REMEMBERED);
        loop {
            let forgotten = office.keeper.ask(move |outbox| outbox.forget(before, FORGOTTEN_AT_ONCE)).await;
            match forgotten {
                Ok(forgotten) if forgotten >= FORGOTTEN_AT_ONCE as usize => {}
                _ => break,
            }
        }
        let brought = office.keeper.ask(move |outbox| outbox.trust_the_clock(now)).await;
        if matches!(brought, Ok(1..)) {
            tracing::warn!("the clock was ahead before: what it had put off is sent now");
            office.keeper.tell_news();
        }
        let tidied = office.keeper.ask(move |outbox| {
            outbox.forget_history(now)?;
            outbox.recount()
        });
        if let Err(error) = tidied.await {
            tracing::error!(%error, "the queue can't be tidied");
        }
        // Whether there is room again shows without a webhook, too.
        let room = office.keeper.ask(super::outbox::Outbox::check_room).await;
        office.condition.storage(room.err().map(|error| error.said()));
    }
}
