//! `worker`: delivers from a queue. Flags become a share, a connection and settings; events become NDJSON, or a person's
//! text; what happens around them goes to stderr as a log.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::ProgressDrawTarget;

use super::delivering::{press_on_signals, runtime};
use super::output::stdout;
use super::{Context, ReceiverFlags, consent};
use crate::config::{Found, Layers, ProcessEnv, SendSettings};
use crate::delivery::{Cancel, HttpClient, Settings};
use crate::error::{Failure, Kind};
use crate::queue::worker::{Partitions, WorkEnd};
use crate::queue::{Options, Queue, Worker};
use crate::report::event::{Event, Observer, SummaryNote};
use crate::report::human::{Human, Style};
use crate::report::ndjson::Ndjson;
use crate::said;

/// Arguments of `worker`.
#[derive(Debug, Args)]
pub(crate) struct WorkerArgs {
    /// JetStream server to take deliveries from, such as nats://127.0.0.1:4222 [env: CRM_BRIDGE_QUEUE].
    #[arg(long = "queue", value_name = "URL", value_hint = clap::ValueHint::Url)]
    queue_url: Option<String>,
    /// Partitions to take from, such as 0-7,9 [default: all 16].
    #[arg(long, value_name = "SHARE")]
    partitions: Option<Partitions>,
    /// After how long without a sign of life another worker takes over [default: 30s, or what the queue has].
    #[arg(long, value_name = "DURATION", value_parser = super::usage::duration)]
    ack_wait: Option<Duration>,
    /// Requests at once; auto starts at 1 and grows while the receiver is healthy [default: auto].
    #[arg(long, value_name = "auto|N")]
    jobs: Option<String>,
    /// Deliveries a second, minute or hour, such as 5/s [default: unlimited].
    #[arg(long, value_name = "N/UNIT")]
    rate: Option<String>,
    /// The longest Retry-After that is waited for [default: 5m].
    #[arg(long, value_name = "DURATION")]
    max_wait: Option<String>,
    /// Don't ask before writing; needed off a terminal for a host that isn't this machine.
    #[arg(short, long)]
    yes: bool,
    // Last, since their headings hold for what follows.
    #[command(flatten)]
    queue: QueueFlags,
    #[command(flatten)]
    receiver: ReceiverFlags,
}

/// Flags of a connection to the queue, beside its URL.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Queue")]
#[expect(clippy::struct_field_names, reason = "they are the names of the flags")]
pub struct QueueFlags {
    /// A file with user:password, with a token, or a NATS .creds file, for the queue.
    #[arg(long, value_name = "FILE", env = "CRM_BRIDGE_QUEUE_CREDENTIALS", value_hint = clap::ValueHint::FilePath)]
    queue_credentials: Option<PathBuf>,
    /// Copies of each message in a NATS cluster, for what is made anew (1, 3 or 5).
    #[arg(long, value_name = "N", env = "CRM_BRIDGE_QUEUE_REPLICAS", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=5))]
    queue_replicas: u8,
    /// How long the queue keeps a delivery, taken or not, at least [default: 7d].
    #[arg(long, value_name = "DURATION", env = "CRM_BRIDGE_QUEUE_MAX_AGE", value_parser = super::usage::duration)]
    queue_max_age: Option<Duration>,
}

impl Default for QueueFlags {
    /// As where no flag is given.
    fn default() -> Self {
        Self { queue_credentials: None, queue_replicas: 1, queue_max_age: None }
    }
}

impl QueueFlags {
    /// How to connect; the certificates are those of the receiver's flags.
    pub fn options(&self, settings: &SendSettings) -> Options {
        Options {
            credentials: self.queue_credentials.clone(),
            cacert: settings.cacert.clone(),
            client_cert: settings.client_cert.clone(),
            connect_timeout: settings.connect_timeout,
            replicas: usize::from(self.queue_replicas),
            max_age: self.queue_max_age.unwrap_or(Options::default().max_age),
            ..Options::default()
        }
    }
}

pub(crate) fn run(args: &WorkerArgs, context: &Context) -> Result<u8, Failure> {
    let mut found = args.found()?;
    context.warn(&std::mem::take(&mut found.warnings));
    let settings = found.demand()?.settings;
    let what = said!(en: "deliver what is in the queue", es: "entregar lo que hay en la cola");
    consent::before_writing(context, &settings.url, &what, args.yes)?;
    let transport = HttpClient::new(&settings).map_err(|error| error.failure())?;
    let queue = settings.queue.clone().ok_or_else(|| {
        Failure::new(Kind::Usage, said!(en: "no queue is set", es: "no está definida la cola")).hint(said!(
            en: "pass --queue nats://host:4222, or set CRM_BRIDGE_QUEUE",
            es: "use --queue nats://servidor:4222, o defina CRM_BRIDGE_QUEUE",
        ))
    })?;
    let mut observer: Box<dyn Observer> = if context.json {
        Box::new(Ndjson::new(stdout(), context.lang))
    } else {
        let style = Style {
            lang: context.lang,
            verbose: context.verbose,
            quiet: context.quiet,
            points: context.points,
            data: false,
        };
        Box::new(Human::new(stdout(), io::stderr(), ProgressDrawTarget::hidden(), style))
    };
    let runtime = runtime()?;
    let start = Instant::now();
    let end = runtime.block_on(async {
        let cancel = Cancel::new();
        tokio::spawn(press_on_signals(cancel.clone()));
        let options = Options { ack_wait: args.ack_wait, ..args.queue.options(&settings) };
        let queue = Queue::connect_patiently(&queue, &options).await.map_err(|error| error.failure())?;
        let share = args.partitions.clone().unwrap_or_default();
        tracing::info!(server = queue.server(), partitions = %share, "taking deliveries");
        let worker = Worker::new(&queue, share, Settings::from(&settings)).delivering_to(&settings.url);
        let receipts = queue.receipts(&settings.url, worker.give_up());
        let receipts = receipts.in_work_for(Worker::in_work(settings.timeout));
        Ok::<_, Failure>(worker.run(&transport, &receipts, observer.as_mut(), &cancel).await)
    })?;
    observer.observe(Event::Summary(Box::new(summary(&end, start.elapsed()))));
    // Being told to end is how a worker ends well.
    end.failure.map_or(Ok(0), Err)
}

impl WorkerArgs {
    fn found(&self) -> Result<Found, Failure> {
        let mut layer = self.receiver.layer();
        layer.flag("queue", self.queue_url.clone());
        layer.flag("jobs", self.jobs.clone());
        layer.flag("rate", self.rate.clone());
        layer.flag("max_wait", self.max_wait.clone());
        let layers = Layers::load(layer, &self.receiver.places(), &ProcessEnv)?;
        Found::resolve(layers, false, &ProcessEnv)
    }
}

fn summary(end: &WorkEnd, elapsed: Duration) -> SummaryNote {
    let elapsed_s = elapsed.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a count of rows fits a float's 52 bits")]
    let rows = end.counts.rows as f64;
    SummaryNote {
        command: "worker",
        counts: end.counts,
        attempts: end.attempts,
        elapsed_s,
        rows_per_s: if elapsed_s > 0.0 { rows / elapsed_s } else { 0.0 },
        latency_ms: end.latency.clone(),
        ..SummaryNote::default()
    }
}
