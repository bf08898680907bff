//! `relay`: takes the CRM's webhooks, answers at once, and delivers them later; with `--queue` workers do.

mod queued;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use http::StatusCode;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::worker::QueueFlags;
use super::{Context, SendFlags, consent};
use crate::config::{Origin, ProcessEnv, Resolved, SendSettings, Token, is_loopback, value};
use crate::delivery::{ContentHash, HttpClient};
use crate::error::{Failure, Kind};
use crate::ingress::{Limits, tls};
use crate::journal::{JournalFile, NewRun, RunJournal, RunStatus, Target};
use crate::lang::Said;
use crate::relay::intake::Intake;
use crate::relay::{Clock, Delivering, Options, Reception, Relay};
use crate::said;

/// Webhooks that may wait at once, unless told otherwise.
const MOST_QUEUED: u64 = 1_000_000;

/// Arguments of `relay`.
#[derive(Debug, Args)]
pub(crate) struct RelayArgs {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8002")]
    listen: SocketAddr,
    /// Status of the answer to a webhook that was stored; the live CRM takes 200 alone for success.
    #[arg(long, value_name = "STATUS", default_value = "200")]
    answer: AnswerArg,
    /// Webhooks a second, minute or hour that one source may send, such as 50/s [default: unlimited].
    #[arg(long, value_name = "N/UNIT")]
    source_rate: Option<String>,
    /// Webhooks that may wait at once; one more is answered 503 [default: 1000000].
    #[arg(long, value_name = "N")]
    max_queue: Option<u64>,
    /// Longest body, in bytes; a longer one is answered 413.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().body)]
    max_body: usize,
    /// Connections open at once.
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections)]
    max_connections: usize,
    /// Serves HTTPS with this certificate chain (PEM).
    #[arg(long, value_name = "FILE", requires = "key", value_hint = clap::ValueHint::FilePath)]
    cert: Option<PathBuf>,
    /// The certificate's private key (PEM).
    #[arg(long, value_name = "FILE", requires = "cert", value_hint = clap::ValueHint::FilePath)]
    key: Option<PathBuf>,
    #[command(flatten)]
    send: SendFlags,
    #[command(flatten)]
    queue: QueueFlags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AnswerArg {
    /// OK.
    #[value(name = "200")]
    Ok,
    /// Accepted.
    #[value(name = "202")]
    Accepted,
}

pub(crate) fn run(args: &RelayArgs, context: &Context) -> Result<u8, Failure> {
    refuse_flags(args)?;
    let found = args.send.found(context, &ProcessEnv)?;
    let token = found.crm_webhook_token.clone().ok_or_else(no_token)?;
    if let Some(queue) = found.queue().cloned() {
        return queued::run(args, found, token, &queue, context);
    }
    let resolved = found.demand()?;
    // The default is that of a run that somebody watches; here it is the whole schedule.
    let retries = match resolved.origins.of("retries") {
        Origin::Default => u32::MAX,
        _ => resolved.settings.retries,
    };
    refuse_itself(args, &resolved.settings)?;
    let url = &resolved.settings.url;
    let what = said!(en: "deliver every webhook of the CRM", es: "entregar cada webhook del CRM");
    consent::before_writing(context, url, &what, args.send.yes)?;
    let journal = JournalFile::open(resolved.settings.journal.as_deref()).map_err(|error| error.failure())?;
    let options = options(args, context, &resolved, token, retries, journal.path().to_owned())?;
    runtime()?.block_on(serve(options, journal, context))
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(std::thread::available_parallelism().map_or(2, std::num::NonZero::get).min(4))
        .enable_all()
        .build()
        .map_err(|error| internal(&error))
}

/// Flags of every sender that mean nothing here.
fn refuse_flags(args: &RelayArgs) -> Result<(), Failure> {
    let given = [
        ("--dry-run", args.send.dry_run),
        ("--curl", args.send.curl),
        ("--all-or-nothing", args.send.all_or_nothing),
        ("--force", args.send.force),
    ];
    let Some((flag, _)) = given.iter().find(|(_, given)| *given) else { return Ok(()) };
    Err(Failure::new(
        Kind::Usage,
        said!(en: "{flag} means nothing to relay", es: "{flag} no significa nada para relay"),
    )
    .hint(said!(en: "leave {flag} out; `crm-bridge send` knows it", es: "quite {flag}; `crm-bridge send` la conoce")))
}

fn no_token() -> Failure {
    Failure::new(
        Kind::Usage,
        said!(
            en: "CRM_WEBHOOK_TOKEN is not set: the relay must know the secret that the CRM shows",
            es: "CRM_WEBHOOK_TOKEN no está definida: el relay debe conocer el secreto que muestra el CRM",
        ),
    )
    .hint(said!(
        en: "set CRM_WEBHOOK_TOKEN, or crm_webhook_token in crm-bridge.toml, to the CRM's COMERCIAL_WEBHOOK_TOKEN",
        es: "defina CRM_WEBHOOK_TOKEN, o crm_webhook_token en crm-bridge.toml, con el COMERCIAL_WEBHOOK_TOKEN del CRM",
    ))
}

/// The CRM's own setting names the relay; where both read one environment, the relay would send to itself for ever.
fn refuse_itself(args: &RelayArgs, settings: &SendSettings) -> Result<(), Failure> {
    let listen = args.listen;
    let here = listen.ip().is_loopback() || listen.ip().is_unspecified();
    let itself = listen.port() != 0
        && here
        && is_loopback(&settings.url)
        && settings.url.port_or_known_default() == Some(listen.port());
    if !itself {
        return Ok(());
    }
    Err(Failure::new(
        Kind::Usage,
        said!(
            en: "COMERCIAL_WEBHOOK_URL names the relay itself ({listen})",
            es: "COMERCIAL_WEBHOOK_URL nombra al propio relay ({listen})",
        ),
    )
    .hint(said!(
        en: "give the relay the App Comercial's URL with --url; only the CRM's COMERCIAL_WEBHOOK_URL names the relay",
        es: "dé al relay la URL de la App Comercial con --url; solo el COMERCIAL_WEBHOOK_URL del CRM nombra al relay",
    )))
}

fn options(
    args: &RelayArgs,
    context: &Context,
    resolved: &Resolved,
    token: Token,
    retries: u32,
    journal: PathBuf,
) -> Result<Options, Failure> {
    Ok(Options {
        reception: reception(args, context, &resolved.settings, token)?,
        most_queued: args.max_queue.unwrap_or(MOST_QUEUED),
        journal,
        target: Target::of(&resolved.settings.url).to_string(),
        send: resolved.settings.clone(),
        retries,
    })
}

/// How webhooks are taken, whatever becomes of them.
fn reception(
    args: &RelayArgs,
    context: &Context,
    settings: &SendSettings,
    token: Token,
) -> Result<Reception, Failure> {
    let source_rate = match args.source_rate.as_deref().map(value::rate) {
        None => None,
        Some(Ok(rate)) => Some(rate),
        Some(Err(wanted)) => {
            let (en, es) = (wanted.en, wanted.es);
            return Err(Failure::new(
                Kind::Usage,
                said!(en: "--source-rate should be {en}", es: "--source-rate debería ser {es}"),
            ));
        }
    };
    let tls = match (&args.cert, &args.key) {
        (Some(certificate), Some(key)) => Some(tls::from_files(certificate, key).map_err(|error| {
            Failure::new(Kind::Usage, Said::same(error.to_string())).hint(said!(
                en: "--cert and --key want PEM files that belong together",
                es: "--cert y --key esperan archivos PEM que correspondan entre sí",
            ))
        })?),
        _ => None,
    };
    Ok(Reception {
        listen: args.listen,
        token,
        answer: match args.answer {
            AnswerArg::Ok => StatusCode::OK,
            AnswerArg::Accepted => StatusCode::ACCEPTED,
        },
        lang: context.lang,
        tls,
        limits: Limits { body: args.max_body, connections: args.max_connections.max(1), ..Limits::default() },
        source_rate,
        intake: Intake::from(settings),
        clock: Clock::system(),
    })
}

async fn serve(options: Options, journal: JournalFile, context: &Context) -> Result<u8, Failure> {
    let settings = options.send.clone();
    let asked = NewRun {
        command: "relay".to_owned(),
        args: super::recorded::arguments(),
        folder: std::env::current_dir().unwrap_or_default(),
        target: Target::of(&settings.url),
        mapping: ContentHash([0; 16]),
        files: Vec::new(),
    };
    let make = move || {
        let transport = HttpClient::new(&settings).map_err(|error| error.failure())?;
        let journal = journal.start(&asked).map_err(|error| error.failure())?;
        let finish = Box::new(|journal: RunJournal| {
            if let Err(error) = journal.finish(RunStatus::Finished, 0) {
                tracing::error!(%error, "the end of the run can't be recorded");
            }
        });
        Ok(Delivering { transport, journal, finish })
    };
    // Before the port opens, so that no signal finds the process without its handler.
    let signals = Signals::listen().map_err(|error| internal(&error))?;
    let running = Relay::start(options, make).await.map_err(|error| error.failure())?;
    announce(&running.url(), &running.origin(), context);
    let (waiting, dead_letters) = (running.recovered().depth, running.recovered().dead);
    tracing::info!(waiting, dead_letters, "recovered {waiting} webhooks that wait for their delivery");
    let farewell = "the relay ends: requests in flight get a few seconds, what waits stays on disk";
    signals.then(farewell, |at_once| running.shut_down(at_once)).await;
    Ok(0)
}

/// Says where it listens, on stdout, which is silent after that.
fn announce(url: &str, page: &str, context: &Context) {
    let mut out = io::stdout().lock();
    if context.json {
        writeln!(out, "{}", json!({ "kind": "listening", "url": url })).ok();
    } else {
        let sentence = said!(
            en: "relay listens on {url} (status: {page}/)",
            es: "relay escucha en {url} (estado: {page}/)",
        );
        writeln!(out, "{}", sentence.get(context.lang)).ok();
    }
    out.flush().ok();
}

fn internal(error: &io::Error) -> Failure {
    Failure::new(Kind::Internal, Said::same(error.to_string()))
}

/// Ctrl-C and SIGTERM.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn recv(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Waits for one, then for the end that `end` makes; a second one makes it hurry.
    async fn then<F: Future<Output = ()>>(
        mut self,
        farewell: &str,
        end: impl FnOnce(CancellationToken) -> F,
    ) {
        self.recv().await;
        tracing::info!("{farewell}");
        let at_once = CancellationToken::new();
        let impatient = at_once.clone();
        let second = tokio::spawn(async move {
            self.recv().await;
            impatient.cancel();
        });
        end(at_once).await;
        second.abort();
    }
}
