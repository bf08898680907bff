//! `serve-mock`: a receiver for development and CI.

mod ci;
mod conclude;
mod narrate;

use std::cell::Cell;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::{Context, SendFlags};
use crate::config::{Found, ProcessEnv, Token};
use crate::error::{Failure, Kind, SOME_ROWS_WENT_WRONG};
use crate::ingress::Limits;
use crate::lang::{Lang, Said};
use crate::receiver::fault::read_script;
use crate::receiver::spec::made_up_token;
use crate::receiver::{
    ExpectedPayloads, Fault, FaultPlan, Keep, Outbound, Quirk, Quirks, Receiver, ReceiverError, Running,
    Spec, Tls,
};
use crate::said;
use ci::CiArgs;
use conclude::conclude;
use narrate::Narrator;

/// Arguments of `serve-mock`.
#[derive(Debug, Args)]
pub(crate) struct ServeMockArgs {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8001")]
    listen: SocketAddr,
    /// What it is like: the document to the letter, or a deployed App Comercial with its oddities.
    #[arg(long, value_name = "PROFILE", default_value = "strict")]
    profile: ProfileArg,
    /// Adds oddities by name (see --quirks).
    #[arg(long, value_name = "QUIRK,…", value_delimiter = ',')]
    quirk: Vec<Quirk>,
    /// Takes oddities out of the profile.
    #[arg(long, value_name = "QUIRK,…", value_delimiter = ',')]
    without_quirk: Vec<Quirk>,
    /// Lists the oddities and ends.
    #[arg(long)]
    quirks: bool,
    /// Keeps presencias, clientes and ventas in this SQLite file instead of memory.
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Records every request as NDJSON, tokens masked; `replay` sends them again.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// File with the token that senders must show [default: `CRM_WEBHOOK_TOKEN`, else one is made up and printed].
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    #[command(flatten)]
    faults: FaultArgs,
    #[command(flatten)]
    ci: CiArgs,
    #[command(flatten)]
    tls: TlsArgs,
    #[command(flatten)]
    bounds: BoundArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Faults")]
struct FaultArgs {
    /// What goes wrong: 503:10%, '429:5%;retry-after=2', delay:p50=80ms,p99=2s, reset:1%, timeout:0.5%, truncate:1%,
    /// garbage:1%, slow-body:1%, html:1%; options: n=3-5, from=5s, until=10s, id=CRM-1*, after (first the presencia is
    /// saved, then it goes wrong) or before (nothing is saved; truncate, garbage, slow-body and html come after by
    /// themselves). Repeatable.
    #[arg(long, value_name = "SPEC")]
    fault: Vec<Fault>,
    /// TOML file of faults: by number of the request, window of time, pattern of the id.
    #[arg(long, value_name = "FILE")]
    fault_script: Option<PathBuf>,
    /// Seeds the faults: for the same seed a share strikes the same sends of the same ids, in whatever order requests
    /// arrive; n=, from= and until= go by arrival.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "TLS")]
struct TlsArgs {
    /// Serves HTTPS with a certificate made on the spot.
    #[arg(long)]
    tls: bool,
    /// Writes that certificate to a file, for clients to trust.
    #[arg(long, value_name = "FILE", requires = "tls", conflicts_with = "cert")]
    cert_out: Option<PathBuf>,
    /// Serves HTTPS with this certificate chain (PEM).
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// The certificate's private key (PEM).
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Bounds")]
struct BoundArgs {
    /// Requests in the list; they hold 32 MiB at most, and a kilobyte more for each one above the default.
    #[arg(long, value_name = "N", default_value_t = Keep::default().requests)]
    keep: usize,
    /// Distinct presencias in memory; one more answers 507.
    #[arg(long, value_name = "N", default_value_t = Keep::default().presencias)]
    max_presencias: usize,
    /// Connections open at once.
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections)]
    max_connections: usize,
    /// File with a token for the admin side and the inspector, which then answer beyond loopback too.
    #[arg(long, value_name = "FILE")]
    admin_token_file: Option<PathBuf>,
    /// Greatest number that is a known lote or adviser; greater ones are unknown.
    #[arg(long, value_name = "N", default_value_t = Spec::default().known_ids)]
    known_ids: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProfileArg {
    /// The document to the letter.
    Strict,
    /// A deployed App Comercial, as measured.
    Jcc,
}

pub(crate) fn run(args: &ServeMockArgs, context: &Context) -> Result<u8, Failure> {
    if args.quirks {
        list_quirks(context.lang);
        return Ok(0);
    }
    let payloads = args.ci.payloads()?;
    let found = SendFlags::default().found(context, &ProcessEnv)?;
    let made_up = Credentials::find(args, &found)?;
    let spec = spec(args, &made_up, found)?;
    // Connections have threads of their own. This one stands still where nobody reads what it tells; another one accepts.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(internal)?;
    runtime.block_on(serve(args, spec, payloads, &made_up, context))
}

fn internal(error: io::Error) -> Failure {
    Failure::new(Kind::Internal, Said::same(error.to_string()))
}

fn list_quirks(lang: Lang) {
    let mut out = io::stdout().lock();
    for quirk in Quirk::ALL {
        let about = quirk.about();
        // A closed pipe (`| head`) is the reader's choice.
        writeln!(out, "{:24}{}", quirk.name(), lang.pick(about.en, about.es)).ok();
    }
}

/// The token that senders must show, and whether somebody has to be told.
struct Credentials {
    token: Token,
    made_up: bool,
}

impl Credentials {
    fn find(args: &ServeMockArgs, found: &Found) -> Result<Self, Failure> {
        if let Some(path) = &args.token_file {
            return Ok(Self { token: token_from(path, "--token-file")?, made_up: false });
        }
        Ok(match &found.crm_webhook_token {
            Some(token) => Self { token: token.clone(), made_up: false },
            None => Self { token: made_up_token(), made_up: true },
        })
    }
}

fn token_from(path: &Path, flag: &str) -> Result<Token, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let file = Said::same(format!("{flag} {}", path.display()));
        Failure::new(Kind::Usage, file.because(&error))
    })?;
    if text.trim().is_empty() {
        let path = path.display();
        return Err(Failure::new(
            Kind::Usage,
            said!(en: "{flag} {path}: the file is empty", es: "{flag} {path}: el archivo está vacío"),
        ));
    }
    Ok(Token::new(text))
}

fn spec(args: &ServeMockArgs, credentials: &Credentials, found: Found) -> Result<Spec, Failure> {
    let mut quirks = match args.profile {
        ProfileArg::Strict => Quirks::NONE,
        ProfileArg::Jcc => Quirks::jcc(),
    };
    for quirk in &args.quirk {
        quirks = quirks.with(*quirk);
    }
    for quirk in &args.without_quirk {
        quirks = quirks.without(*quirk);
    }
    let mut faults = args.faults.fault.clone();
    if let Some(path) = &args.faults.fault_script {
        let script = read_script(path)
            .map_err(|error| Failure::new(Kind::Usage, Said::same(format!("--fault-script {error}"))))?;
        faults.extend(script);
    }
    let tls = match (&args.tls.cert, &args.tls.key) {
        (Some(certificate), Some(key)) => Tls::Files { certificate: certificate.clone(), key: key.clone() },
        _ if args.tls.tls => Tls::SelfSigned,
        _ => Tls::Off,
    };
    let admin_token = match &args.bounds.admin_token_file {
        None => None,
        Some(path) => Some(token_from(path, "--admin-token-file")?),
    };
    Ok(Spec {
        listen: args.listen,
        token: credentials.token.clone(),
        quirks,
        faults: FaultPlan::new(faults),
        seed: args.faults.seed,
        keep: Keep { presencias: args.bounds.max_presencias, ..Keep::last(args.bounds.keep) },
        limits: Limits { connections: args.bounds.max_connections.max(1), ..Limits::default() },
        threads: Some(available_parallelism().map_or(1, NonZero::get)),
        db: args.db.clone(),
        record: args.record.clone(),
        tls,
        admin_token,
        outbound: outbound(found),
        known_ids: args.bounds.known_ids,
    })
}

/// What the CRM's own test needs.
fn outbound(found: Found) -> Outbound {
    let allow_http = found.url.as_ref().is_some_and(|url| found.refuse_clear_text(url).is_ok());
    Outbound { url: found.url, token: found.token, api_token: found.crm_api_token, allow_http }
}

fn not_started(error: &ReceiverError) -> Failure {
    let message = match error {
        ReceiverError::Bind { addr, source } => Said::same(addr.to_string()).because(source),
        ReceiverError::Record { path, source } => Said::same(path.display().to_string()).because(source),
        ReceiverError::Store { .. } | ReceiverError::Tls(_) => Said::same(error.to_string()),
    };
    let failure = Failure::new(Kind::Usage, message);
    match error {
        ReceiverError::Bind { .. } => failure.hint(said!(
            en: "choose another port with --listen, or --listen 127.0.0.1:0 for a free one",
            es: "elija otro puerto con --listen, o --listen 127.0.0.1:0 para uno libre"
        )),
        ReceiverError::Store { .. } => failure.hint(said!(
            en: "name another file with --db; a missing one is made",
            es: "indique otro archivo con --db; si no existe, se crea"
        )),
        ReceiverError::Record { .. } => failure.hint(said!(
            en: "name another file with --record",
            es: "indique otro archivo con --record"
        )),
        ReceiverError::Tls(_) => failure.hint(said!(
            en: "--cert and --key want PEM files that belong together; --tls makes a certificate",
            es: "--cert y --key esperan archivos PEM que correspondan entre sí; --tls crea un certificado"
        )),
    }
}

async fn serve(
    args: &ServeMockArgs,
    spec: Spec,
    payloads: Option<ExpectedPayloads>,
    credentials: &Credentials,
    context: &Context,
) -> Result<u8, Failure> {
    // Before the port opens, so that no signal finds the process without its handler.
    let mut signals = Signals::listen().map_err(internal)?;
    let mut running = Receiver::start_expecting(spec, payloads).await.map_err(|error| not_started(&error))?;
    if let (Some(path), Some(pem)) = (&args.tls.cert_out, running.certificate_pem()) {
        std::fs::write(path, pem).map_err(|error| {
            let file = Said::same(format!("--cert-out {}", path.display()));
            Failure::new(Kind::Usage, file.because(&error))
        })?;
    }
    announce(&running, credentials, context);
    let mut narrator = Narrator::new(context);
    let recording = Recording { path: args.record.as_deref(), context, warned: Cell::new(false) };
    tokio::select! {
        () = args.ci.wait(&running) => {}
        () = signals.recv() => {}
        () = narrator.follow(&running) => {}
        () = warn_of_recording(&running, &recording) => {}
    }
    // Requests in work are answered first: the verdict is about them too.
    running.stop().await;
    let recorded = !running.recording_failed();
    if !recorded {
        recording.warn();
    }
    narrator.tell(&running);
    let verdict = args.ci.judge(&running);
    conclude(&verdict, context);
    Ok(if verdict.met && recorded { 0 } else { SOME_ROWS_WENT_WRONG })
}

/// What is said of a recording that can't be written: once, as soon as that is seen.
struct Recording<'a> {
    path: Option<&'a Path>,
    context: &'a Context,
    warned: Cell<bool>,
}

impl Recording<'_> {
    fn warn(&self) {
        let (Some(path), false) = (self.path, self.warned.replace(true)) else { return };
        let path = path.display();
        self.context.warn(&[said!(
            en: "--record {path}: can't be written; the exit code will be 1",
            es: "--record {path}: no se puede escribir; el código de salida será 1"
        )]);
    }
}

/// Watches the recording; never ends.
async fn warn_of_recording(running: &Running, recording: &Recording<'_>) {
    if recording.path.is_some() {
        while !running.recording_failed() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        recording.warn();
    }
    std::future::pending::<()>().await;
}

/// Says where it listens: the first line of stdout, and the last.
fn announce(running: &Running, credentials: &Credentials, context: &Context) {
    let url = running.url();
    let inspector = format!("{}/", running.origin());
    let mut out = io::stdout().lock();
    if context.json {
        let mut line = json!({ "kind": "listening", "url": url, "inspector": inspector });
        if credentials.made_up {
            line["token"] = credentials.token.expose().into();
        }
        writeln!(out, "{line}").ok();
    } else {
        let sentence = said!(
            en: "serve-mock listens on {url} (inspector: {inspector})",
            es: "serve-mock escucha en {url} (inspector: {inspector})"
        );
        writeln!(out, "{}", sentence.get(context.lang)).ok();
    }
    out.flush().ok();
    drop(out);
    if credentials.made_up && !context.json {
        let token = credentials.token.expose();
        let sentence = said!(
            en: "token for this run: {token} (set CRM_WEBHOOK_TOKEN or --token-file to choose it)",
            es: "token de esta ejecución: {token} (defina CRM_WEBHOOK_TOKEN o --token-file para elegirlo)"
        );
        writeln!(io::stderr(), "{}", sentence.get(context.lang)).ok();
    }
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
}
