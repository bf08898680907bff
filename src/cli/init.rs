//! `init`: writes a commented `crm-bridge.toml`, for this user's eyes only.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::Context;
use super::output::stdout;
use crate::config::catalogue::{Kind, SETTINGS, Setting};
use crate::config::layers::FILE_NAME;
use crate::error::{self, Failure};
use crate::lang::Lang;
use crate::said;

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Where to write.
    #[arg(value_name = "FILE", default_value = FILE_NAME, value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// Replace the file where there is one.
    #[arg(long)]
    force: bool,
    /// Print the file instead of writing it.
    #[arg(long, conflicts_with_all = ["file", "force"])]
    print: bool,
}

pub(crate) fn run(args: &InitArgs, context: &Context) -> Result<u8, Failure> {
    let text = commented(context.lang);
    if args.print {
        stdout().write_all(text.as_bytes()).ok();
        return Ok(0);
    }
    write(args, &text)?;
    if !context.quiet {
        let shown = args.file.display();
        let done = said!(
            en: "wrote {shown}; remove the # before url and token and fill them in, then run: crm-bridge test",
            es: "se escribió {shown}; quite el # de url y de token y complételos, luego ejecute: crm-bridge test",
        );
        writeln!(io::stderr(), "{}", done.get(context.lang)).ok();
    }
    Ok(0)
}

/// Writes beside and renames, so that the file is there whole or not at all; a temporary file has mode 0600.
fn write(args: &InitArgs, text: &str) -> Result<(), Failure> {
    let shown = args.file.display();
    let folder = args.file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| std::path::Path::new("."));
    let fail = |error: &io::Error| {
        Failure::new(
            error::Kind::Usage,
            said!(en: "{shown} can't be written", es: "no se puede escribir {shown}").because(error),
        )
        .hint(said!(
            en: "name another place, or use `crm-bridge init --print`",
            es: "indique otro lugar, o use `crm-bridge init --print`",
        ))
    };
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| fail(&error))?;
    file.write_all(text.as_bytes()).map_err(|error| fail(&error))?;
    if args.force {
        file.persist(&args.file).map_err(|error| fail(&error.error))?;
    } else {
        file.persist_noclobber(&args.file).map_err(|error| {
            if error.error.kind() == io::ErrorKind::AlreadyExists {
                Failure::new(error::Kind::Usage, said!(en: "{shown} exists", es: "{shown} ya existe"))
                    .hint(said!(en: "--force replaces it", es: "--force lo reemplaza"))
            } else {
                fail(&error.error)
            }
        })?;
    }
    Ok(())
}

/// Every setting with its meaning, commented out, and two profiles.
fn commented(lang: Lang) -> String {
    let mut text = String::new();
    let head = lang.pick(
        "# Settings of crm-bridge. Stronger than this file: flags, variables, .env.\n\
         # `crm-bridge config show` prints what is in use and where it came from.\n\n",
        "# Configuración de crm-bridge. Más fuertes que este archivo: opciones, variables, .env.\n\
         # `crm-bridge config show` muestra qué se usa y de dónde vino.\n\n",
    );
    text.push_str(head);
    for setting in SETTINGS {
        let meaning = lang.pick(setting.meaning.en, setting.meaning.es);
        text.extend(["# ", meaning, "\n# ", &assignment(setting), "\n\n"]);
    }
    let profiles = lang.pick(
        "# Keys of a profile go before the ones above; choose it with --profile dev.\n",
        "# Las claves de un perfil van antes que las de arriba; elíjalo con --profile dev.\n",
    );
    text.push_str(profiles);
    text.push_str(
        "# profile = \"dev\"\n\n\
         # [profiles.dev]\n\
         # url = \"http://127.0.0.1:8001/api/webhook-presencia-crm/\"\n\
         # lookup = \"exact\"\n\n\
         # [profiles.prod]\n\
         # url = \"https://comercial.example.pe/api/webhook-presencia-crm/\"\n\
         # token_file = \"prod.token\"\n",
    );
    text
}

fn assignment(setting: &Setting) -> String {
    let (key, default) = (setting.key, setting.default);
    match (default, setting.kind) {
        (Some(text), Kind::Switch) => format!("{key} = {text}"),
        (Some(text), _) if text.parse::<u32>().is_ok() => format!("{key} = {text}"),
        (Some(text), _) => format!("{key} = \"{text}\""),
        (None, _) => format!("{key} = {}", setting.example),
    }
}
