//! `config show`: each setting with its value and its origin, secrets masked; with the feature `keyring` also
//! `config keep-token`.

use std::io::{self, Write};

use clap::{Args, Subcommand};
use serde_json::json;

use super::output::stdout;
use super::{Context, ReceiverFlags};
use crate::config::catalogue::Setting;
use crate::config::layers::Shown;
use crate::config::{Found, Origin, ProcessEnv};
use crate::error::Failure;

/// Arguments of `config`.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print each setting, its value and where it came from; secrets are masked.
    Show(Box<ShowArgs>),
    /// Keep the token of a receiver in the system's keyring; the token is read from stdin.
    #[cfg(feature = "keyring")]
    KeepToken(Box<ShowArgs>),
}

/// Arguments of `config show`.
#[derive(Debug, Args)]
struct ShowArgs {
    #[command(flatten)]
    receiver: ReceiverFlags,
}

pub(crate) fn run(args: &ConfigArgs, context: &Context) -> Result<u8, Failure> {
    match &args.action {
        Action::Show(args) => show(args, context),
        #[cfg(feature = "keyring")]
        Action::KeepToken(args) => keep_token(args, context),
    }
}

/// A token is never an argument: arguments stand in the shell's history and in the list of processes.
#[cfg(feature = "keyring")]
fn keep_token(args: &ShowArgs, context: &Context) -> Result<u8, Failure> {
    use crate::config::{Token, keyring};
    use crate::error::Kind;
    use crate::said;
    let url = args.receiver.found(&ProcessEnv)?.url.ok_or_else(|| {
        Failure::new(Kind::Usage, said!(en: "no webhook URL is set", es: "no está definida la URL del webhook"))
            .hint(said!(en: "pass --url, or set COMERCIAL_WEBHOOK_URL", es: "use --url, o defina COMERCIAL_WEBHOOK_URL"))
    })?;
    let mut text = String::new();
    io::stdin().read_line(&mut text).ok();
    let token = Token::new(&text);
    if token.expose().is_empty() {
        return Err(Failure::new(Kind::Usage, said!(en: "no token came in", es: "no llegó ningún token"))
            .hint(said!(
                en: "pipe it in: crm-bridge config keep-token < token.txt",
                es: "páselo por la entrada: crm-bridge config keep-token < token.txt",
            )));
    }
    keyring::keep(&url, &token).map_err(|error| {
        Failure::new(
            Kind::Usage,
            said!(en: "the keyring does not answer: {error}", es: "el llavero del sistema no responde: {error}"),
        )
        .hint(said!(en: "use --token-file instead", es: "use --token-file en su lugar"))
    })?;
    let done = said!(en: "kept for {url}", es: "guardado para {url}");
    writeln!(io::stderr(), "{}", done.get(context.lang)).ok();
    Ok(0)
}

fn show(show: &ShowArgs, context: &Context) -> Result<u8, Failure> {
    let mut layers = show.receiver.layers(&ProcessEnv)?;
    let warnings = std::mem::take(&mut layers.warnings);
    let mut shown = layers.shown();
    let judged = Found::resolve(layers, false, &ProcessEnv);
    // No layer holds what the keyring gave.
    let kept = judged.as_ref().is_ok_and(|found| *found.origins.of("token") == Origin::Keyring);
    if kept && let Some(token) = shown.iter_mut().find(|shown| shown.key == "token") {
        *token = Shown { key: "token", value: Some("***".to_owned()), origin: Origin::Keyring, used: true };
    }
    let mut text = Vec::new();
    let written = if context.json {
        write_json(&mut text, &shown, context)
    } else {
        write_table(&mut text, &shown, context)
    };
    // Into memory, and to a reader who may close the pipe: neither is a failure of the command.
    written.and_then(|()| stdout().write_all(&text)).ok();
    context.warn(&warnings);
    // Shown first, judged afterwards: a malformed value is easier to find beside its origin.
    judged.map(|_| 0)
}

fn write_table(out: &mut impl Write, settings: &[Shown], context: &Context) -> io::Result<()> {
    use colored::Colorize;
    let unset = context.lang.pick("not set", "sin definir");
    let key_width = settings.iter().map(|shown| shown.key.len()).max().unwrap_or(0);
    let value_width = settings
        .iter()
        .filter_map(|shown| shown.value.as_ref())
        .map(|value| value.chars().count())
        .max()
        .unwrap_or(0)
        .clamp(unset.len(), 56);
    for shown in settings {
        let value = shown.value.as_deref().unwrap_or(unset);
        let key = format!("{:key_width$}", shown.key);
        let padded = format!("{value:value_width$}");
        if shown.origin == Origin::Default {
            let how = Setting::of(shown.key).map_or("", |setting| setting.variable);
            writeln!(out, "{}  {}  {}", key.dimmed(), padded.dimmed(), format!("[{how}]").dimmed())?;
        } else {
            let unused = context
                .lang
                .pick(" (not used: the other one is stronger)", " (no se usa: el otro es más fuerte)");
            let unused = if shown.used { "" } else { unused };
            writeln!(
                out,
                "{}  {padded}  {}{unused}",
                key.bold(),
                shown.origin.said().get(context.lang).cyan()
            )?;
        }
    }
    Ok(())
}

fn write_json(out: &mut impl Write, settings: &[Shown], context: &Context) -> io::Result<()> {
    for shown in settings {
        let line = json!({
            "kind": "setting",
            "key": shown.key,
            "value": shown.value,
            "origin": shown.origin.said().get(context.lang),
            "used": shown.used,
        });
        writeln!(out, "{line}")?;
    }
    Ok(())
}
