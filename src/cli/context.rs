//! What every command is given: the language, the verbosity, and where to write.

use std::io::{self, IsTerminal, Write};

use super::{ColorWhen, GlobalArgs, LangArg};
use crate::error::Failure;
use crate::lang::{Lang, Said};

/// The surroundings of a command.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "they mirror independent flags")]
pub struct Context {
    /// Language of the messages.
    pub lang: Lang,
    /// NDJSON on stdout.
    pub json: bool,
    /// 0, 1 (`-v`) or 2 (`-vv`).
    pub verbose: u8,
    /// Nothing but the summary and errors.
    pub quiet: bool,
    /// Personal data unmasked.
    pub show_pii: bool,
    /// Colours on stderr and stdout.
    pub color: bool,
    /// Carets under the cell that a finding is about.
    pub points: bool,
}

/// The language of the flag, else of the locale.
pub(super) fn language(flag: Option<LangArg>) -> Lang {
    let locale = || {
        let mut values = ["LC_ALL", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
        values.find(|value| !value.is_empty())
    };
    flag.map_or_else(|| locale().as_deref().map_or(Lang::En, Lang::from_locale), Lang::from)
}

impl Context {
    pub(crate) fn new(global: &GlobalArgs) -> Self {
        let lang = language(global.lang);
        let color = match global.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => {
                std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                    && io::stderr().is_terminal()
            }
        };
        colored::control::set_override(color);
        Self {
            lang,
            json: global.json,
            verbose: global.verbose,
            quiet: global.quiet,
            show_pii: global.show_pii,
            color,
            points: color || io::stderr().is_terminal(),
        }
    }

    /// Says on stderr what works, but should be changed.
    pub(crate) fn warn(&self, warnings: &[Said]) {
        use colored::Colorize;
        let mut err = io::stderr().lock();
        let head = self.lang.pick("warning", "aviso").yellow().bold();
        for warning in warnings {
            writeln!(err, "{head}: {}", warning.get(self.lang)).ok();
        }
    }

    /// Prints why the command ended without doing what was asked, and what to do about it, to stderr.
    pub fn report_failure(&self, failure: &Failure) {
        use colored::Colorize;
        let mut err = io::stderr().lock();
        let head = self.lang.pick("error", "error").red().bold();
        // Nobody is left to be told when stderr is closed.
        writeln!(err, "{head}: {}", failure.message.get(self.lang)).ok();
        if let Some(hint) = &failure.hint {
            let head = self.lang.pick("hint", "sugerencia").cyan().bold();
            writeln!(err, "{head}: {}", hint.get(self.lang)).ok();
        }
    }
}
