//! The documentation is true where a machine can tell: its links lead somewhere, and every command that it shows is
//! one that the program takes.

use std::path::Path;

use clap::{Arg, Command, CommandFactory};
use crm_bridge::cli::Cli;
use crm_bridge::config::catalogue::SETTINGS;

use super::tree::{SourceFile, files, root};

/// The pages that people read.
fn pages() -> Vec<SourceFile> {
    files(".", |path| Path::new(path).extension().is_some_and(|extension| extension == "md"))
}

/// Links of `page` to files that are not there, or to headings that no file has.
fn broken(page: &SourceFile) -> Vec<String> {
    let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    links(&page.text)
        .into_iter()
        .filter(|link| !link.contains("://") && !link.starts_with("mailto:"))
        .filter(|link| {
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if path.is_empty() { root().join(&page.path) } else { root().join(folder).join(path) };
            if heading.is_empty() {
                return !target.exists();
            }
            std::fs::read_to_string(target)
                .map_or(true, |text| !anchors(&text).iter().any(|one| one == heading))
        })
        .map(|link| format!("{}: {link}", page.path))
        .collect()
}

/// The targets of `[text](target)` and `![text](target)`, code apart.
fn links(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    prose
        .flat_map(|part| part.split("](").skip(1))
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
        .filter(|target| !target.contains(['`', ' ', '\n']))
        .collect()
}

/// The anchors of a page's headings, as the usual renderers make them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let words = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
            words.chars().filter(|c| c.is_alphanumeric() || *c == '-' || *c == '_').collect()
        })
        .collect()
}

/// Commands of the program in a page's shell blocks and in its code spans.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, part) in text.split("```").enumerate() {
        if index % 2 == 1 {
            if let Some(block) =
                ["sh\n", "console\n", "bash\n"].iter().find_map(|lang| part.strip_prefix(lang))
            {
                let joined = block.replace("\\\n", " ");
                found.extend(joined.lines().filter_map(|line| Some(line[start(line)?..].to_owned())));
            }
        } else {
            let spans = part.split('`').skip(1).step_by(2);
            found.extend(spans.filter(|span| span.starts_with("crm-bridge ")).map(str::to_owned));
        }
    }
    found
}

/// Where a command of the program starts in a line of a shell.
fn start(line: &str) -> Option<usize> {
    let line = line.split(" #").next().unwrap_or(line);
    ["crm-bridge ", "cargo run --release -- "].iter().find_map(|name| {
        // `sudo -u crm-bridge` names a user.
        let at = line.match_indices(name).map(|(at, _)| at).find(|at| !line[..*at].ends_with("-u "))?;
        line[..at]
            .chars()
            .next_back()
            .is_none_or(|before| before.is_whitespace() || before == '(')
            .then_some(at)
    })
}

/// The program with the flags of all its commands, which it otherwise describes only when they are asked for.
fn program() -> Command {
    let mut program = Cli::command();
    program.build();
    program
}

/// What of `command` the program does not know: a subcommand or a flag.
fn unknown(program: &Command, command: &str) -> Option<String> {
    let words = command.trim_start_matches("cargo run --release -- ").trim_start_matches("crm-bridge ");
    let words =
        words.split(" #").next().unwrap_or(words).split(['|', ';', '>', '<', '&']).next().unwrap_or(words);
    let mut here = program;
    let mut above: Vec<&Command> = vec![program];
    for word in words.split_whitespace() {
        if word == "…" || word == "COMMAND" {
            return None;
        }
        if let Some(flag) = word.strip_prefix("--") {
            let flag = flag.split('=').next().unwrap_or(flag).trim_end_matches([',', '.', ')']);
            let known = |arg: &Arg| {
                arg.get_long() == Some(flag) || arg.get_all_aliases().is_some_and(|all| all.contains(&flag))
            };
            if !matches!(flag, "" | "help" | "version")
                && !above.iter().any(|command| command.get_arguments().any(known))
            {
                return Some(format!("{command}: no --{flag}"));
            }
        } else if here.has_subcommands() && !word.starts_with('-') {
            match here.find_subcommand(word) {
                Some(next) => {
                    here = next;
                    above.push(next);
                }
                None => return Some(format!("{command}: no {word}")),
            }
        }
    }
    None
}

#[test]
fn links_lead_somewhere() {
    let pages = pages();
    assert!(pages.len() > 5, "the pages were not found");
    let broken: Vec<_> = pages.iter().flat_map(broken).collect();
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));

    let page = |text: &str| SourceFile { path: "docs/a.md".to_owned(), text: text.to_owned() };
    assert_eq!(
        self::broken(&page("see [b](b.md), [c](../README.md), [d](#not-here), [e](https://x.example)")),
        ["docs/a.md: b.md", "docs/a.md: #not-here"]
    );
}

#[test]
fn every_command_shown_is_one_that_the_program_takes() {
    let program = program();
    let mut wrong = Vec::new();
    let mut shown = 0;
    for page in pages() {
        for command in commands(&page.text) {
            shown += 1;
            wrong.extend(unknown(&program, &command).map(|what| format!("{}: {what}", page.path)));
        }
    }
    assert!(shown > 20, "the commands were not found");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_page_of_commands_has_every_variable() {
    let page = std::fs::read_to_string(root().join("docs/commands.md")).expect("the page");
    let mut variables: Vec<String> = SETTINGS
        .iter()
        .map(|setting| setting.variable.to_owned())
        .chain(["CRM_BRIDGE_VERIFY_HEADER".to_owned()])
        .collect();
    let mut commands = vec![program()];
    while let Some(command) = commands.pop() {
        let of_flags = command.get_arguments().filter_map(|argument| argument.get_env());
        variables.extend(of_flags.map(|name| name.to_string_lossy().into_owned()));
        commands.extend(command.get_subcommands().cloned());
    }
    assert!(variables.iter().any(|name| name == "CRM_BRIDGE_QUEUE_REPLICAS"), "{variables:?}");
    let missing: Vec<_> = variables.iter().filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/commands.md lacks {missing:?}");
}

#[test]
fn a_command_that_is_not_there_is_caught() {
    let text = "Run `crm-bridge replay-csv --mok F`.\n```sh\n$ crm-bridge fly --high   # up\ncurl x | crm-bridge completions bash\n```\n";
    let found = commands(text);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found.iter().filter(|command| unknown(&program(), command).is_some()).count(), 2, "{found:?}");
}
