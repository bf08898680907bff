//! `test`: the doctor. Flags become what is to be examined; events become a checklist, or NDJSON.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use clap::Args;
use reqwest::Url;

use super::{Context, ReceiverFlags, consent};
use crate::config::{Found, ProcessEnv, Token, value};
use crate::doctor::{Diagnosis, Doctor, Further};
use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::report::checklist::Checklist;
use crate::report::event::{CheckNote, CheckStatus, Event, Observer, SummaryNote};
use crate::report::ndjson::Ndjson;
use crate::said;

/// Arguments of `test`.
#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// Send a TEST-… presencia twice and check that the receiver keeps one.
    #[arg(long)]
    write: bool,
    /// Ask the CRM at this address to send one test webhook itself.
    #[arg(long, value_name = "URL", value_hint = clap::ValueHint::Url)]
    via_crm: Option<Url>,
    /// A file that holds the Bearer of the CRM's test endpoint [env: CRM_API_TOKEN is the Bearer itself].
    #[arg(long, value_name = "FILE", requires = "via_crm", value_hint = clap::ValueHint::FilePath)]
    crm_token_file: Option<PathBuf>,
    /// Repeat, and show what changes, such as 30s; until Ctrl-C.
    #[arg(long, value_name = "INTERVAL", conflicts_with_all = ["write", "via_crm"])]
    watch: Option<String>,
    /// Don't ask before writing; needed off a terminal for a host that isn't this machine.
    #[arg(short, long)]
    yes: bool,
    // Last, since its heading holds for what follows.
    #[command(flatten)]
    receiver: ReceiverFlags,
}

pub(crate) fn run(args: &TestArgs, context: &Context) -> Result<u8, Failure> {
    let read = || args.receiver.found(&ProcessEnv);
    let every = args.watch.as_deref().map(interval).transpose()?;
    let further = args.further(read().ok().as_ref(), context)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        Failure::new(Kind::Internal, said!(en: "no runtime: {error}", es: "sin runtime: {error}"))
    })?;
    let out = io::stdout().lock();
    let mut renderer: Box<dyn Observer> = if context.json {
        Box::new(Ndjson::new(out, context.lang))
    } else {
        Box::new(Checklist::new(out, context.lang, context.quiet))
    };
    let round = Round { read: &read, further: &further };
    runtime.block_on(async {
        match every {
            None => Ok(round.once(renderer.as_mut()).await),
            Some(every) => round.watch(every, renderer.as_mut()).await,
        }
    })
}

impl TestArgs {
    fn further(&self, found: Option<&Found>, context: &Context) -> Result<Further, Failure> {
        if self.write
            && let Some(url) = found.and_then(|found| found.url.as_ref())
        {
            let what =
                said!(en: "send one TEST-… presencia, twice", es: "enviar una presencia TEST-…, dos veces");
            consent::before_writing(context, url, &what, self.yes)?;
        }
        let Some(crm) = &self.via_crm else { return Ok(Further { write: self.write, via_crm: None }) };
        let what =
            said!(en: "let the CRM send one test webhook", es: "hacer que el CRM envíe un webhook de prueba");
        consent::before_writing(context, crm, &what, self.yes)?;
        let bearer = match &self.crm_token_file {
            Some(path) => {
                let mut warnings = Vec::new();
                let token = crate::config::read_secret_file(path, &mut warnings)?;
                context.warn(&warnings);
                Some(token)
            }
            None => found.and_then(|found| found.crm_api_token.clone()),
        };
        let bearer: Token = bearer.ok_or_else(|| {
            Failure::new(
                Kind::Usage,
                said!(en: "--via-crm needs the Bearer of the CRM", es: "--via-crm necesita el Bearer del CRM"),
            )
            .hint(said!(
                en: "set CRM_API_TOKEN, or pass --crm-token-file",
                es: "defina CRM_API_TOKEN, o use --crm-token-file",
            ))
        })?;
        Ok(Further { write: self.write, via_crm: Some((crm.clone(), bearer)) })
    }
}

fn interval(text: &str) -> Result<Duration, Failure> {
    value::positive_duration(text).map_err(|Said { en, es }| {
        Failure::new(
            Kind::Usage,
            said!(en: "--watch is {text:?}; it should be {en}", es: "--watch es {text:?}; debería ser {es}"),
        )
    })
}

struct Round<'a> {
    /// Reads the settings anew, since a person who watches is changing them.
    read: &'a dyn Fn() -> Result<Found, Failure>,
    further: &'a Further,
}

impl Round<'_> {
    async fn once(&self, observer: &mut dyn Observer) -> u8 {
        let started = Instant::now();
        let diagnosis = self.examine(observer).await;
        observer.observe(summary(started.elapsed(), diagnosis.requests));
        diagnosis.exit_code()
    }

    async fn examine(&self, observer: &mut dyn Observer) -> Diagnosis {
        let found = (self.read)();
        Doctor::new(observer, SystemTime::now).examine(found.as_ref(), self.further).await
    }

    /// Shows the first round whole and later ones where something changed. Ends with Ctrl-C: 130.
    async fn watch(&self, every: Duration, observer: &mut dyn Observer) -> Result<u8, Failure> {
        let started = Instant::now();
        let mut changes = Changes { inner: observer, seen: HashMap::new(), begun: false };
        let mut requests = 0;
        let mut round = tokio::time::interval(every);
        round.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let rounds = async {
            loop {
                round.tick().await;
                changes.begun = false;
                requests += self.examine(&mut changes).await.requests;
            }
        };
        tokio::select! {
            () = rounds => {}
            pressed = tokio::signal::ctrl_c() => pressed.map_err(|error| {
                Failure::new(Kind::Internal, said!(en: "no signals: {error}", es: "sin señales: {error}"))
            })?,
        }
        changes.inner.observe(summary(started.elapsed(), requests));
        Ok(Kind::Interrupted.exit_code())
    }
}

fn summary(elapsed: Duration, attempts: u64) -> Event {
    Event::Summary(Box::new(SummaryNote {
        command: "test",
        attempts,
        elapsed_s: elapsed.as_secs_f64(),
        ..SummaryNote::default()
    }))
}

/// Lets pass what differs from the round before.
struct Changes<'o> {
    inner: &'o mut dyn Observer,
    seen: HashMap<&'static str, (CheckStatus, Option<Said>)>,
    begun: bool,
}

impl Changes<'_> {
    /// What makes a check another one: its state, and the trouble. Figures of what is right may vary.
    fn essence(note: &CheckNote) -> (CheckStatus, Option<Said>) {
        let trouble = matches!(note.status, CheckStatus::Fail).then(|| note.detail.clone());
        (note.status, trouble)
    }
}

impl Observer for Changes<'_> {
    fn observe(&mut self, event: Event) {
        let Event::Check(note) = event else { return };
        let essence = Self::essence(&note);
        if self.seen.get(note.name) == Some(&essence) {
            return;
        }
        if !self.begun {
            self.begun = true;
            let time = chrono::Local::now().format("%H:%M:%S").to_string();
            self.inner.observe(Event::Decided(Said::same(time)));
        }
        self.seen.insert(note.name, essence);
        self.inner.observe(Event::Check(note));
    }
}
