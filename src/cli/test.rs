//! `test`: the doctor. Flags become what is to be examined; events become a checklist, or NDJSON.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
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
    via_crm: Option<String>,
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
    let further = args.further(read().as_ref(), context)?;
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
    fn further(&self, found: Result<&Found, &Failure>, context: &Context) -> Result<Further, Failure> {
        if self.write
            && let Some(url) = found.ok().and_then(|found| found.url.as_ref())
        {
            let what =
                said!(en: "send one TEST-… presencia, twice", es: "enviar una presencia TEST-…, dos veces");
            consent::before_writing(context, url, &what, self.yes)?;
        }
        let Some(crm) = &self.via_crm else { return Ok(Further { write: self.write, via_crm: None }) };
        let what =
            said!(en: "let the CRM send one test webhook", es: "hacer que el CRM envíe un webhook de prueba");
        let crm = crm_address(crm)?;
        consent::before_writing(context, &crm, &what, self.yes)?;
        let bearer = match &self.crm_token_file {
            Some(path) => bearer_in(path, context)?,
            None => bearer_of(found.map_err(Failure::clone)?, context)?,
        };
        Ok(Further { write: self.write, via_crm: Some((crm, bearer)) })
    }
}

/// Reads the address of the CRM. Its text is never repeated, since it may hold a password.
fn crm_address(text: &str) -> Result<Url, Failure> {
    let fail = |what| {
        Failure::new(Kind::Usage, what).hint(said!(
            en: "pass an address such as --via-crm https://crm.example.pe/api/test-webhook/",
            es: "use una dirección como --via-crm https://crm.example.pe/api/test-webhook/",
        ))
    };
    let url = Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or_else(|| {
        fail(said!(
            en: "--via-crm is no URL that begins with https:// or http://",
            es: "--via-crm no es una URL que empiece con https:// o http://",
        ))
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(fail(said!(
            en: "--via-crm holds a user name or a password; the CRM is shown its Bearer alone",
            es: "--via-crm contiene un usuario o una contraseña; al CRM solo se le muestra su Bearer",
        )));
    }
    Ok(url)
}

fn bearer_in(path: &Path, context: &Context) -> Result<Token, Failure> {
    let hint = || {
        said!(
            en: "--crm-token-file names a file with nothing but the Bearer in it; or set CRM_API_TOKEN",
            es: "--crm-token-file nombra un archivo que solo contiene el Bearer; o defina CRM_API_TOKEN",
        )
    };
    let mut warnings = Vec::new();
    let token =
        crate::config::read_secret_file(path, &mut warnings).map_err(|failure| failure.hint(hint()))?;
    context.warn(&warnings);
    if token.fits_a_header() {
        return Ok(token);
    }
    let shown = path.display();
    Err(Failure::new(
        Kind::Usage,
        said!(
            en: "the token file {shown} holds line breaks, accents or other signs that a header can't carry",
            es: "el archivo del token {shown} contiene saltos de línea, tildes u otros signos que una cabecera no puede llevar",
        ),
    )
    .hint(hint()))
}

fn bearer_of(found: &Found, context: &Context) -> Result<Token, Failure> {
    found.crm_api_token.clone().ok_or_else(|| {
        // It may stand in a line of .env that could not be read.
        context.warn(&found.warnings);
        Failure::new(
            Kind::Usage,
            said!(en: "--via-crm needs the Bearer of the CRM", es: "--via-crm necesita el Bearer del CRM"),
        )
        .hint(said!(
            en: "set CRM_API_TOKEN, or pass --crm-token-file",
            es: "defina CRM_API_TOKEN, o use --crm-token-file",
        ))
    })
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
    /// What makes a check another one: its state, and the trouble. Figures of what is right may vary; those of settings
    /// vary only by what a person did.
    fn essence(note: &CheckNote) -> (CheckStatus, Option<Said>) {
        let told = note.status == CheckStatus::Fail || matches!(note.name, "settings" | "url");
        (note.status, told.then(|| note.detail.clone()))
    }
}

impl Observer for Changes<'_> {
    fn observe(&mut self, event: Event) {
        let Event::Check(mut note) = event else { return };
        let essence = Self::essence(&note);
        if self.seen.get(note.name) == Some(&essence) {
            return;
        }
        let now = chrono::Local::now();
        if !self.begun {
            self.begun = true;
            self.inner.observe(Event::Decided(Said::same(now.format("%H:%M:%S").to_string())));
        }
        note.at = Some(now.to_rfc3339_opts(chrono::SecondsFormat::Secs, false));
        self.seen.insert(note.name, essence);
        self.inner.observe(Event::Check(note));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(name: &'static str, status: CheckStatus, detail: &str) -> CheckNote {
        CheckNote { name, status, ms: None, detail: Said::same(detail), hint: None, at: None }
    }

    #[test]
    fn what_a_person_changed_is_a_change_and_what_varies_by_itself_is_none() {
        let differ = |name, status, before: &str, after: &str| {
            Changes::essence(&note(name, status, before)) != Changes::essence(&note(name, status, after))
        };
        assert!(differ("settings", CheckStatus::Warn, "a placeholder", "3 signs"));
        assert!(differ("url", CheckStatus::Ok, "https://a/", "https://b/"));
        assert!(differ("tcp", CheckStatus::Fail, "refused", "no answer"));
        assert!(!differ("answer", CheckStatus::Warn, "58 of 60", "57 of 60"));
    }
}
