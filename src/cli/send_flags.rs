//! The flags of every command that sends, and their way to [`SendSettings`](crate::config::SendSettings).

use std::path::PathBuf;

use clap::Args;

use super::Context;
use crate::config::SendSettings;
use crate::config::layers::{Layer, Places};
use crate::config::{Env, Found, Layers, Resolved};
use crate::error::{Failure, Kind};
use crate::said;

/// Flags of every command that sends. Texts stay texts here: all layers are read by the same code.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Delivery")]
#[expect(clippy::struct_excessive_bools, reason = "they mirror independent flags")]
pub struct SendFlags {
    /// File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user's state folder].
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub journal: Option<PathBuf>,
    /// Further attempts after the first [default: 4].
    #[arg(long, value_name = "N")]
    pub retries: Option<String>,
    /// The longest Retry-After that is waited for [default: 5m].
    #[arg(long, value_name = "DURATION")]
    pub max_wait: Option<String>,
    /// Deliveries a second, minute or hour, such as 5/s [default: unlimited].
    #[arg(long, value_name = "N/UNIT")]
    pub rate: Option<String>,
    /// Requests at once; auto starts at 1 and grows while the receiver is healthy [default: auto].
    #[arg(long, value_name = "auto|N")]
    pub jobs: Option<String>,
    /// Order of the deliveries [default: auto].
    #[arg(long, value_name = "ORDER", value_parser = ["auto", "file", "id"])]
    pub order: Option<String>,
    /// Append this to each id, which makes the receiver's look-up exact (`]`).
    #[arg(long, value_name = "S")]
    pub id_terminator: Option<String>,
    /// Send nothing while one event is invalid.
    #[arg(long)]
    pub all_or_nothing: bool,
    /// Send what was already delivered all the same.
    #[arg(long)]
    pub force: bool,
    /// Stop after this many failures, or this share of the deliveries.
    #[arg(long, value_name = "N|P%")]
    pub max_failures: Option<String>,
    /// Publish to this JetStream server instead of delivering.
    #[arg(long, value_name = "URL", value_hint = clap::ValueHint::Url)]
    pub queue: Option<String>,
    /// Print the payloads that would be sent; send nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Print the equal curl command, the token as $COMERCIAL_WEBHOOK_TOKEN; send nothing.
    #[arg(long)]
    pub curl: bool,
    /// Don't ask before writing; needed off a terminal for a host that isn't this machine.
    #[arg(short, long)]
    pub yes: bool,
    /// Which receiver, and how to reach it. Last, since its heading holds for what follows.
    #[command(flatten)]
    pub receiver: ReceiverFlags,
}

/// Flags that say which receiver and how to reach it; `test` has these alone.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Receiver")]
pub struct ReceiverFlags {
    /// The whole URL of the webhook [env: COMERCIAL_WEBHOOK_URL].
    #[arg(long, value_name = "URL", value_hint = clap::ValueHint::Url)]
    url: Option<String>,
    /// A file that holds the token [env: COMERCIAL_WEBHOOK_TOKEN is the token itself].
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    token_file: Option<PathBuf>,
    /// Profile of the config file, such as dev or prod [env: CRM_BRIDGE_PROFILE].
    #[arg(long, value_name = "NAME", add = super::completions::profile())]
    profile: Option<String>,
    /// Config file, instead of crm-bridge.toml here or above and the user's own [env: CRM_BRIDGE_CONFIG].
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    config: Option<PathBuf>,
    /// For a whole attempt, from connecting to the last byte [default: 30s].
    #[arg(long, value_name = "DURATION")]
    timeout: Option<String>,
    /// For the TCP and TLS handshakes [default: 5s].
    #[arg(long, value_name = "DURATION")]
    connect_timeout: Option<String>,
    /// A further certificate authority, PEM.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    cacert: Option<PathBuf>,
    /// Client certificate, PEM.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    client_cert: Option<PathBuf>,
    /// Key of the client certificate, PEM.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    client_key: Option<PathBuf>,
    /// HTTP proxy; none ignores HTTPS_PROXY and HTTP_PROXY.
    #[arg(long, value_name = "URL", value_hint = clap::ValueHint::Url)]
    proxy: Option<String>,
    /// Send the token in clear text to a host that isn't this machine.
    #[arg(long)]
    allow_http: bool,
}

impl ReceiverFlags {
    pub(super) fn layer(&self) -> Layer {
        let mut layer = Layer::default();
        layer.flag("url", self.url.clone());
        layer.flag("token_file", path(self.token_file.as_ref()));
        layer.flag("timeout", self.timeout.clone());
        layer.flag("connect_timeout", self.connect_timeout.clone());
        layer.flag("cacert", path(self.cacert.as_ref()));
        layer.flag("client_cert", path(self.client_cert.as_ref()));
        layer.flag("client_key", path(self.client_key.as_ref()));
        layer.flag("proxy", self.proxy.clone());
        layer.flag("allow_http", self.allow_http.then(|| "true".to_owned()));
        layer
    }

    /// The first flag given that only who sends to the receiver can use; certificates and the time for connecting are for
    /// a queue as well.
    fn only_for_delivering(&self) -> Option<&'static str> {
        let given = [
            ("--url", self.url.is_some()),
            ("--token-file", self.token_file.is_some()),
            ("--timeout", self.timeout.is_some()),
            ("--proxy", self.proxy.is_some()),
            ("--allow-http", self.allow_http),
        ];
        first(&given)
    }

    pub(super) fn places(&self) -> Places {
        Places { config: self.config.clone(), profile: self.profile.clone() }
    }

    /// The untyped layers, for `config show`.
    pub fn layers(&self, env: &dyn Env) -> Result<Layers, Failure> {
        Layers::load(self.layer(), &self.places(), env)
    }

    /// Settings in which the receiver may be missing.
    pub fn found(&self, env: &dyn Env) -> Result<Found, Failure> {
        Found::resolve(self.layers(env)?, false, env)
    }
}

impl SendFlags {
    /// Whether what would be sent is only printed.
    pub(crate) fn prints_only(&self) -> bool {
        self.dry_run || self.curl
    }

    /// The settings of what is only printed. A command that whoever runs it would send in clear text is refused as the
    /// sending itself is.
    pub(crate) fn printed(&self, found: Found) -> Result<Resolved, Failure> {
        if let Some(url) = found.url.as_ref().filter(|_| self.curl) {
            found.refuse_clear_text(url)?;
        }
        found.or_nowhere()
    }

    /// The first flag given that only who delivers can use.
    pub(super) fn only_for_delivering(&self) -> Option<&'static str> {
        let given = [
            ("--journal", self.journal.is_some()),
            ("--retries", self.retries.is_some()),
            ("--max-wait", self.max_wait.is_some()),
            ("--rate", self.rate.is_some()),
            ("--jobs", self.jobs.is_some()),
            ("--order", self.order.is_some()),
            ("--max-failures", self.max_failures.is_some()),
        ];
        first(&given).or_else(|| self.receiver.only_for_delivering())
    }

    /// No flag but the journal's, for commands that send nothing.
    pub(crate) fn journal_only(journal: Option<PathBuf>) -> Self {
        Self { journal, ..Self::default() }
    }

    fn layer(&self) -> Layer {
        let mut layer = self.receiver.layer();
        layer.flag("journal", path(self.journal.as_ref()));
        layer.flag("retries", self.retries.clone());
        layer.flag("max_wait", self.max_wait.clone());
        layer.flag("rate", self.rate.clone());
        layer.flag("jobs", self.jobs.clone());
        layer.flag("order", self.order.clone());
        layer.flag("id_terminator", self.id_terminator.clone());
        layer.flag("max_failures", self.max_failures.clone());
        layer.flag("queue", self.queue.clone());
        layer
    }

    /// The untyped layers, for `config show`.
    pub fn layers(&self, env: &dyn Env) -> Result<Layers, Failure> {
        Layers::load(self.layer(), &self.receiver.places(), env)
    }

    /// Settings in which the receiver may be missing: for `--dry-run`, `--queue` and `--mock`. Warnings are said here
    /// and taken off the list.
    pub fn found(&self, context: &Context, env: &dyn Env) -> Result<Found, Failure> {
        let mut found = Found::resolve(self.layers(env)?, self.force, env)?;
        context.warn(&std::mem::take(&mut found.warnings));
        Ok(found)
    }

    /// Everything that a sender must know. Fails (exit code 2) where the URL or the token is missing, a setting is
    /// malformed, or the token would travel in clear text.
    pub fn settings(&self, context: &Context, env: &dyn Env) -> Result<Resolved, Failure> {
        self.found(context, env)?.demand()
    }
}

fn first(flags: &[(&'static str, bool)]) -> Option<&'static str> {
    flags.iter().find(|(_, given)| *given).map(|(flag, _)| *flag)
}

fn path(path: Option<&PathBuf>) -> Option<String> {
    path.map(|path| path.to_string_lossy().into_owned())
}

/// Refuses a queue where the command delivers by itself: to leave it out silently would send what was to be queued.
pub(super) fn refuse_queue(command: &str, settings: &SendSettings) -> Result<(), Failure> {
    if settings.queue.is_none() {
        return Ok(());
    }
    Err(Failure::new(
        Kind::Usage,
        said!(
            en: "{command} delivers by itself and does not publish to a queue",
            es: "{command} entrega por sí mismo y no publica en una cola",
        ),
    )
    .hint(said!(
        en: "leave out --queue, CRM_BRIDGE_QUEUE and the key queue; replay-csv --queue and relay --queue publish, worker delivers",
        es: "quite --queue, CRM_BRIDGE_QUEUE y la clave queue; replay-csv --queue y relay --queue publican, worker entrega",
    )))
}
