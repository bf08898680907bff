//! What is wrong with a command line, said in Spanish where the person reads Spanish.
//!
//! Comes in: clap's error, which knows what went wrong as data. Goes out: the same error with words of ours. English keeps
//! clap's own words, which its users know from their other tools. A kind or context that is not known here falls back to
//! what clap says of it, so that nothing is left unsaid.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::time::Duration;

use clap::builder::{StyledStr, Styles};
use clap::error::{ContextKind, ContextValue, Error, ErrorFormatter, ErrorKind};

use super::{LangArg, context};
use crate::config::value;
use crate::lang::{Lang, Said};
use crate::said;

/// Prints what clap has to say, an error or the help that was asked for; the exit code.
pub(super) fn report(error: Error, args: &[OsString]) -> u8 {
    // A closed pipe must not become an error.
    let code = if error.use_stderr() { 2 } else { 0 };
    match language(args) {
        Lang::En => error.print().ok(),
        Lang::Es => error.apply::<Spanish>().print().ok(),
    };
    code
}

/// Reads a duration of a flag.
pub(super) fn duration(text: &str) -> Result<Duration, Said> {
    value::duration(text).map_err(|Said { en, es }| said!(en: "should be {en}", es: "debería ser {es}"))
}

/// The language of a command line that can't be parsed.
fn language(args: &[OsString]) -> Lang {
    let mut texts = args.iter().map(|arg| arg.to_string_lossy());
    let mut named = None;
    while let Some(text) = texts.next() {
        if text == "--lang" {
            named = texts.next();
        } else if let Some(value) = text.strip_prefix("--lang=") {
            named = Some(value.to_owned().into());
        }
    }
    let flag = named.and_then(|name| <LangArg as clap::ValueEnum>::from_str(&name, false).ok());
    context::language(flag)
}

/// Writes errors in Spanish.
struct Spanish;

impl ErrorFormatter for Spanish {
    fn format_error(error: &Error<Self>) -> StyledStr {
        let mut text = format!("{} ", styled("error:", Styles::get_error));
        match problem(error) {
            Some(problem) => text.push_str(&problem),
            None => text.push_str(error.kind().as_str().unwrap_or("la línea de órdenes no se entiende")),
        }
        let tips = tips(error);
        if !tips.is_empty() {
            text.push('\n');
        }
        for tip in tips {
            write!(text, "\n  {} {tip}", styled("sugerencia:", Styles::get_valid)).ok();
        }
        if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
            write!(text, "\n\n{}", usage.ansi().to_string().replacen("Usage:", "Uso:", 1)).ok();
        }
        writeln!(text, "\n\nMás información: {}", styled("--help", Styles::get_literal)).ok();
        text.into()
    }
}

fn styled(text: &str, style: fn(&Styles) -> &clap::builder::styling::Style) -> String {
    let styles = Styles::styled();
    let style = style(&styles);
    format!("{style}{text}{style:#}")
}

fn bad(text: impl AsRef<str>) -> String {
    styled(text.as_ref(), Styles::get_invalid)
}

fn good(text: impl AsRef<str>) -> String {
    styled(text.as_ref(), Styles::get_valid)
}

/// The sentence; none where the error lacks what it is made of.
fn problem(error: &Error<Spanish>) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let number = |kind| match error.get(kind) {
        Some(ContextValue::Number(number)) => Some(number),
        _ => None,
    };
    let argument = || text(ContextKind::InvalidArg);
    let value = || text(ContextKind::InvalidValue);
    Some(match error.kind() {
        ErrorKind::ArgumentConflict => conflict(error)?,
        ErrorKind::NoEquals => {
            format!("a '{}' le falta un signo igual delante de su valor", bad(argument()?))
        }
        ErrorKind::InvalidValue if value()?.is_empty() => {
            format!("a '{}' le falta su valor{}", bad(argument()?), list(error, ContextKind::ValidValue))
        }
        ErrorKind::InvalidValue => format!(
            "'{}' no es un valor de '{}'{}",
            bad(value()?),
            argument()?,
            list(error, ContextKind::ValidValue)
        ),
        ErrorKind::InvalidSubcommand => {
            format!("no existe el comando '{}'", bad(text(ContextKind::InvalidSubcommand)?))
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = lines(error.get(ContextKind::InvalidArg)?, good)?;
            format!("falta lo que este comando necesita:{missing}")
        }
        ErrorKind::MissingSubcommand => format!(
            "a '{}' le falta un comando{}",
            bad(text(ContextKind::InvalidSubcommand)?),
            list(error, ContextKind::ValidSubcommand)
        ),
        ErrorKind::InvalidUtf8 => "un argumento no es texto en UTF-8".to_owned(),
        ErrorKind::TooManyValues => format!("'{}' sobra detrás de '{}'", bad(value()?), argument()?),
        ErrorKind::TooFewValues => format!(
            "'{}' necesita {} valores, y tiene {}",
            argument()?,
            number(ContextKind::MinValues)?,
            number(ContextKind::ActualNumValues)?
        ),
        ErrorKind::WrongNumberOfValues => format!(
            "'{}' necesita {} valores, y tiene {}",
            argument()?,
            number(ContextKind::ExpectedNumValues)?,
            number(ContextKind::ActualNumValues)?
        ),
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(because).unwrap_or_default();
            format!("'{}' no es un valor de '{}'{why}", bad(value()?), argument()?)
        }
        ErrorKind::UnknownArgument => format!("no existe el argumento '{}'", bad(argument()?)),
        _ => return None,
    })
}

fn conflict(error: &Error<Spanish>) -> Option<String> {
    let named = |kind| error.get(kind).filter(|value| matches!(value, ContextValue::String(_)));
    let invalid = named(ContextKind::InvalidArg).or_else(|| named(ContextKind::InvalidSubcommand))?;
    let name = bad(invalid.to_string());
    Some(match error.get(ContextKind::PriorArg) {
        Some(prior) if prior == invalid => format!("'{name}' está dos veces"),
        Some(ContextValue::String(prior)) => format!("'{name}' no va junto con '{}'", bad(prior)),
        Some(several @ ContextValue::Strings(_)) => {
            format!("'{name}' no va junto con:{}", lines(several, bad)?)
        }
        _ => format!("'{name}' no va junto con otro de los argumentos"),
    })
}

fn lines(values: &ContextValue, style: fn(String) -> String) -> Option<String> {
    let ContextValue::Strings(values) = values else { return None };
    Some(values.iter().map(|value| format!("\n  {}", style(value.clone()))).collect())
}

/// `[valores: …]`, where the error knows them.
fn list(error: &Error<Spanish>, kind: ContextKind) -> String {
    let Some(ContextValue::Strings(values)) = error.get(kind) else { return String::new() };
    if values.is_empty() {
        return String::new();
    }
    let name = if kind == ContextKind::ValidValue { "valores" } else { "comandos" };
    let values: Vec<_> = values.iter().map(good).collect();
    format!("\n  [{name}: {}]", values.join(", "))
}

/// Why a value was refused, behind a colon.
fn because(source: &(dyn std::error::Error + 'static)) -> String {
    if let Some(said) = source.downcast_ref::<Said>() {
        return format!(": {}", said.es);
    }
    let text = source.to_string();
    let known = REASONS.iter().find(|(en, _)| text == *en).map(|(_, es)| (*es).to_owned());
    let outside = || {
        let (number, range) = text.split_once(" is not in ")?;
        let (first, last) = range.split_once("..")?;
        let last = last.trim_start_matches('=');
        Some(if last.is_empty() {
            format!("{number} es menos que {first}")
        } else {
            format!("{number} no está entre {first} y {last}")
        })
    };
    format!(": {}", known.or_else(outside).unwrap_or(text))
}

/// What parsers that are not ours say.
const REASONS: [(&str, &str); 8] = [
    ("invalid digit found in string", "no es un número entero sin signo"),
    ("cannot parse integer from empty string", "está vacío"),
    ("number too large to fit in target type", "el número es demasiado grande"),
    ("number too small to fit in target type", "el número es demasiado pequeño"),
    ("invalid socket address syntax", "debería ser una dirección y un puerto, como 127.0.0.1:8001"),
    (
        "relative URL without a base",
        "debería ser una dirección entera, como https://comercial.example.pe/api/",
    ),
    ("empty host", "no nombra ningún servidor"),
    ("invalid port number", "el puerto no es un número de 0 a 65535"),
];

fn tips(error: &Error<Spanish>) -> Vec<String> {
    let similar = [
        (ContextKind::SuggestedSubcommand, ["existe un comando parecido", "existen comandos parecidos"]),
        (ContextKind::SuggestedArg, ["existe un argumento parecido", "existen argumentos parecidos"]),
        (ContextKind::SuggestedValue, ["existe un valor parecido", "existen valores parecidos"]),
    ];
    let mut tips: Vec<_> = similar
        .into_iter()
        .filter_map(|(kind, [one, many])| match error.get(kind)? {
            ContextValue::String(name) => Some(format!("{one}: '{}'", good(name))),
            ContextValue::Strings(names) => {
                let names: Vec<_> = names.iter().map(|name| format!("'{}'", good(name))).collect();
                Some(format!("{many}: {}", names.join(", ")))
            }
            _ => None,
        })
        .collect();
    if let Some(ContextValue::StyledStrs(others)) = error.get(ContextKind::Suggested) {
        tips.extend(others.iter().map(|other| {
            let other = other.ansi().to_string();
            other
                .replace("to pass ", "para pasar ")
                .replace(" as a value, use ", " como valor, escriba ")
                .replace("subcommand ", "el comando ")
                .replace("exists; to use it, remove the", "existe; para usarlo, quite")
                .replace(" before it", " delante")
        }));
    }
    tips
}
