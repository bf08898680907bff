//! Runs the dispatcher for a command: its runtime, its signals, and a thread that reads while others wait for answers.

use std::sync::Mutex;
use std::thread;

use tokio::sync::mpsc;

use super::on_record::Completed;
use crate::delivery::feed::Batches;
use crate::delivery::{Ambient, Cancel, Delivery, HttpClient, Journal, RunEnd, Settings, run};
use crate::error::{Failure, Kind};
use crate::report::event::Observer;
use crate::said;

use crate::config::SendSettings;

/// Deliveries that cross to the sender's thread at once: one wake-up for many.
const BATCH: usize = 64;
/// Batches that wait for the sender.
const BATCHES: usize = 4;

/// What is delivered, and how.
pub(crate) struct Work<'w> {
    /// The run, where it is on record: its id stands on each line of the log.
    pub(crate) run: Option<&'w str>,
    /// Where to, and how fast.
    pub(crate) settings: &'w SendSettings,
    /// How many deliveries the feed will give.
    pub(crate) total: u64,
    /// Names of the input files, where events are to name them.
    pub(crate) files: Vec<String>,
}

/// How a delivery run ended, and why its feed broke off, where it did.
pub(crate) struct Done {
    pub(crate) end: RunEnd,
    pub(crate) broke_off: Option<Failure>,
}

/// Delivers all that `feed` gives, on this thread; `feed` is read on another one.
pub(crate) fn deliver<J: Journal, E: Into<Failure>>(
    work: Work<'_>,
    feed: impl Iterator<Item = Result<Delivery, E>> + Send,
    journal: &J,
    observer: &mut dyn Observer,
) -> Result<Done, Failure> {
    let observer: &mut dyn Observer = &mut Completed::new(observer);
    let client = HttpClient::new(work.settings).map_err(|error| error.failure())?;
    let settings = Settings { total: work.total, files: work.files, ..Settings::from(work.settings) };
    let (sender, receiver) = mpsc::channel(BATCHES);
    let broke_off = Mutex::new(None);
    let runtime = runtime()?;
    let _run = work.run.map(|id| tracing::info_span!("run", id).entered());
    let broken = &broke_off;
    let end = thread::scope(|scope| {
        // The sending half goes with the reader: kept here, it would never let the feed end.
        scope.spawn(move || read(feed, &sender, broken));
        runtime.block_on(async {
            let cancel = Cancel::new();
            let pressing = tokio::spawn(press_on_signals(cancel.clone()));
            let mut feed = Batches::new(receiver);
            let end = run(&mut feed, &client, journal, observer, &settings, Ambient::system(), &cancel).await;
            pressing.abort();
            end
        })
    });
    let broke_off = broke_off.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(Done { end, broke_off })
}

/// A runtime for one thread: a sender is faster on one than on several.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        Failure::new(
            Kind::Internal,
            said!(en: "the runtime can't start", es: "no se puede iniciar el programa").because(&error),
        )
    })
}

fn read<E: Into<Failure>>(
    feed: impl Iterator<Item = Result<Delivery, E>>,
    sender: &mpsc::Sender<Vec<Delivery>>,
    broke_off: &Mutex<Option<Failure>>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    for delivery in feed {
        match delivery {
            Ok(delivery) => batch.push(delivery),
            Err(error) => {
                let mut slot = broke_off.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                *slot = Some(error.into());
                break;
            }
        }
        if batch.len() == BATCH && sender.blocking_send(std::mem::take(&mut batch)).is_err() {
            // The run stopped; what is left counts as unprocessed.
            return;
        }
    }
    if !batch.is_empty() {
        sender.blocking_send(batch).ok();
    }
}

/// Ctrl-C, and SIGTERM where there is one: each press wishes one stage more.
pub(crate) async fn press_on_signals(cancel: Cancel) {
    #[cfg(unix)]
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        return;
    };
    loop {
        #[cfg(unix)]
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => if pressed.is_err() { return },
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            return;
        }
        cancel.press();
    }
}
