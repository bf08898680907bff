//! Who may import whom.

use super::tree::{SourceFile, rust_files, shipped};

/// Modules that import nothing of the crate but what stands beside them.
const LEAVES: [(&str, &[&str]); 6] = [
    ("lang", &["lang"]),
    ("mask", &["mask"]),
    ("record", &["record"]),
    ("payload", &["payload"]),
    ("text", &["text"]),
    ("report::event", &["report::event", "lang"]),
];

/// What a module must not import.
const FORBIDDEN: [(&str, &[&str]); 1] = [("delivery", &["cli", "journal", "source", "report"])];

/// What is allowed although a row above forbids it.
const EXCEPTIONS: [(&str, &str); 1] = [("delivery", "report::event")];

/// Words that mean input, output or a clock; these modules know none of them.
const PURE: [&str; 2] = ["mapping", "rules"];
const IMPURE: [&str; 12] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::io::stdin",
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "tokio",
    "reqwest",
    "hyper",
    "rusqlite",
];

/// Everything in `files` that breaks a rule, in words.
fn offences(files: &[SourceFile]) -> Vec<String> {
    let mut offences = Vec::new();
    for file in files {
        let module = module_of(&file.path);
        let code = shipped(&file.text);
        let edge = within(&module, "cli") || module == "main";
        let mut offend = |what: String| offences.push(format!("{}: {what}", file.path));
        for import in imports(&code, &module) {
            if within(&import, "cli") && !edge {
                offend(format!("nothing imports cli, but {module} does"));
            }
            for (leaf, allowed) in LEAVES {
                if within(&module, leaf) && !allowed.iter().any(|one| within(&import, one)) {
                    offend(format!("{leaf} is a leaf, but imports {import}"));
                }
            }
            for (importer, forbidden) in FORBIDDEN {
                let excepted = EXCEPTIONS.iter().any(|(who, what)| *who == importer && within(&import, what));
                if within(&module, importer) && !excepted && forbidden.iter().any(|one| within(&import, one))
                {
                    offend(format!("{importer} must not import {import}"));
                }
            }
        }
        if PURE.iter().any(|pure| within(&module, pure)) {
            for word in IMPURE.iter().filter(|word| mentions(&code, word)) {
                offend(format!("{module} does no I/O and reads no clock, but names {word}"));
            }
        }
        if !edge {
            for word in ["clap", "std::process::exit"].iter().filter(|word| mentions(&code, word)) {
                offend(format!("only cli may name {word}"));
            }
            for stream in ["io::stdout(", "io::stderr("].iter().filter(|stream| code.contains(**stream)) {
                offend(format!("only cli may name {stream}): the core writes to what it was given"));
            }
        }
    }
    offences
}

/// `src/report/event.rs` → `report::event`.
fn module_of(path: &str) -> String {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    path.trim_end_matches("/mod").replace('/', "::")
}

/// Whether `module` is `parent`, or inside it.
fn within(module: &str, parent: &str) -> bool {
    module.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Whether `code` names `path`, from its first word to its last one.
fn mentions(code: &str, path: &str) -> bool {
    code.match_indices(path).any(|(at, _)| {
        let word = |letter: char| letter.is_alphanumeric() || letter == '_';
        !code[..at].ends_with(word) && !code[at + path.len()..].starts_with(word)
    })
}

/// The modules that `code` of `module` reaches: every path that begins with `crate::`, `super::` or `self::`,
/// groups taken apart. A macro that the crate exports belongs to `lang`.
fn imports(code: &str, module: &str) -> Vec<String> {
    let mut found = Vec::new();
    for start in ["crate::", "crm_bridge::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].trim_end();
            // `super::super::x` is read at its first word, `pub(in crate::x)` and `a::self::b` are none.
            if before.ends_with("::")
                || before.ends_with(|c: char| c == '_' || c.is_alphanumeric())
                    && code[..at].ends_with(|c: char| !c.is_whitespace())
            {
                continue;
            }
            let mut base: Vec<&str> =
                if start.starts_with('c') { Vec::new() } else { module.split("::").collect() };
            if start == "super::" {
                base.pop();
            }
            let mut rest = &code[at + start.len()..];
            while let Some(further) = rest.strip_prefix("super::") {
                base.pop();
                rest = further;
            }
            let base = base.join("::");
            for path in paths(rest) {
                let whole = if base.is_empty() { path } else { format!("{base}::{path}") };
                found.push(if whole == "said" { "lang".to_owned() } else { whole });
            }
        }
    }
    found
}

/// The paths that the text begins with: one, or each of a `{…}` group, nested groups joined with their prefix.
fn paths(text: &str) -> Vec<String> {
    let text = text.trim_start();
    let Some(group) = text.strip_prefix('{') else {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(text.len());
        let path = text[..end].trim_end_matches(':');
        if text[..end].ends_with("::") && text[end..].starts_with('{') {
            return paths(&text[end..]).into_iter().map(|inner| format!("{path}::{inner}")).collect();
        }
        return vec![path.to_owned()];
    };
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.extend(paths(&group[start..at]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.extend(paths(&group[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.retain(|path| !path.is_empty());
    found
}

#[test]
fn the_source_keeps_the_import_rules() {
    let files = rust_files("src");
    assert!(files.len() > 15, "the source was not found");
    let offences = offences(&files);
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[test]
fn an_offender_is_caught() {
    let cases = [
        ("src/payload.rs", "use crate::lang::Said;", "payload is a leaf, but imports lang::Said"),
        (
            "src/report/event.rs",
            "use super::human::Bar;",
            "report::event is a leaf, but imports report::human::Bar",
        ),
        (
            "src/record/mod.rs",
            "fn f() { crate::mapping::map(); }",
            "record is a leaf, but imports mapping::map",
        ),
        ("src/journal/mod.rs", "use crate::{error::Kind, cli::{Cli, Context}};", "nothing imports cli"),
        (
            "src/delivery/retry.rs",
            "use super::super::journal::Sqlite;",
            "delivery must not import journal::Sqlite",
        ),
        (
            "src/delivery/mod.rs",
            "use crate::report::{event::Event, html};",
            "delivery must not import report::html",
        ),
        ("src/rules/row.rs", "let now = chrono::Utc::now();", "names Utc::now"),
        ("src/mapping/file.rs", "use std::fs;", "names std::fs"),
        ("src/config/mod.rs", "#[derive(clap::ValueEnum)] enum A {}", "only cli may name clap"),
        ("src/report/human.rs", "let out = std::io::stdout().lock();", "only cli may name io::stdout("),
    ];
    for (path, text, expected) in cases {
        let file = SourceFile { path: path.to_owned(), text: text.to_owned() };
        let said = offences(&[file]).join("\n");
        assert!(said.contains(expected), "{path}: {text}\nsaid: {said:?}");
    }
}

#[test]
fn what_is_allowed_is_left_alone() {
    let cases = [
        ("src/cli/send.rs", "use crate::{delivery::Delivery, journal::Sqlite}; use clap::Args;"),
        ("src/main.rs", "crm_bridge::cli::main(std::env::args_os())"),
        ("src/delivery/mod.rs", "use crate::report::event::{Event, Observer}; use crate::said;"),
        ("src/report/event.rs", "use crate::lang::Said;"),
        ("src/record/field.rs", "use super::{Cell, Field};"),
        ("src/payload.rs", "//! Made by [`crate::mapping`].\nfn f() -> &'static str { \"crate::cli\" }"),
        ("src/rules/mod.rs", "fn f() {}\n#[cfg(test)]\nmod tests { use std::fs; }"),
    ];
    for (path, text) in cases {
        let file = SourceFile { path: path.to_owned(), text: text.to_owned() };
        assert_eq!(offences(&[file]), Vec::<String>::new(), "{path}: {text}");
    }
}
