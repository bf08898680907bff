//! The project's files, read for the checkers: Rust text without comments, strings and test modules.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the project: its path with `/`, relative to the root, and its text.
pub(crate) struct SourceFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The project's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The UTF-8 files under `folder` that `wanted` asks for; build output and the repository itself apart.
pub(crate) fn files(folder: &str, wanted: impl Fn(&str) -> bool) -> Vec<SourceFile> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // Build output, the repository itself (a file in a worktree), a developer's own settings.
            if matches!(name.as_str(), "target" | ".git" | ".env") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let (true, Ok(text)) = (wanted(&relative(&path)), fs::read_to_string(&path)) {
                found.push(SourceFile { path: relative(&path), text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The Rust files under `folder`.
pub(crate) fn rust_files(folder: &str) -> Vec<SourceFile> {
    files(folder, |path| Path::new(path).extension().is_some_and(|extension| extension == "rs"))
}

fn relative(path: &Path) -> String {
    let path: PathBuf = path.strip_prefix(root()).unwrap_or(path).into();
    path.to_string_lossy().replace('\\', "/")
}

/// The code that ships: without comments, without the insides of strings, and without the test module at its end.
pub(crate) fn shipped(text: &str) -> String {
    let code = code(text);
    let end = code.find("#[cfg(test)]\nmod ").unwrap_or(code.len());
    code[..end].to_owned()
}

/// The code without comments and without the insides of strings.
pub(crate) fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let skipped = comment(rest).or_else(|| {
            let literal = literal(rest)?;
            out.push_str("\"\"");
            Some(literal)
        });
        if let Some(length) = skipped {
            rest = rest.get(length..).unwrap_or_default();
            continue;
        }
        out.push(next);
        rest = &rest[next.len_utf8()..];
        // `r` and `b` inside a word begin no literal.
        if next.is_alphanumeric() || next == '_' {
            let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            out.push_str(&rest[..word]);
            rest = &rest[word..];
        }
    }
    out
}

/// The length of the comment that `text` begins with; its line end stays.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    let mut rest = text.strip_prefix("/*")?;
    let mut depth = 1;
    while depth > 0 {
        let Some(at) = rest.find(['*', '/']) else { return Some(text.len()) };
        rest = &rest[at..];
        let step = if rest.starts_with("*/") {
            depth -= 1;
            2
        } else if rest.starts_with("/*") {
            depth += 1;
            2
        } else {
            1
        };
        rest = &rest[step..];
    }
    Some(text.len() - rest.len())
}

/// The length of the string or character literal that `text` begins with.
fn literal(text: &str) -> Option<usize> {
    let body = text.strip_prefix(['b', 'c']).unwrap_or(text);
    if let Some(raw) = body.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let inside = raw[hashes..].strip_prefix('"')?;
        let close = format!("\"{}", &raw[..hashes]);
        let end = inside.find(&close).map_or(inside.len(), |at| at + close.len());
        return Some(text.len() - inside.len() + end);
    }
    if let Some(inside) = body.strip_prefix('"') {
        return Some(text.len() - inside.len() + closed_by(inside, '"'));
    }
    let inside = body.strip_prefix('\'')?;
    let mut letters = inside.chars();
    // A lifetime has no second quote where a character would.
    let is_character = letters.next() == Some('\\') || letters.next() == Some('\'');
    is_character.then(|| text.len() - inside.len() + closed_by(inside, '\''))
}

fn closed_by(inside: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in inside.char_indices() {
        if escaped {
            escaped = false;
        } else if letter == '\\' {
            escaped = true;
        } else if letter == quote {
            return at + quote.len_utf8();
        }
    }
    inside.len()
}

#[test]
fn code_is_what_remains_without_comments_and_strings() {
    let text = "use a; // crate::b\n/* crate::c /* d */ */let s = \"crate::e\\\"\"; let r = r#\"crate::f\"#; let c = '\"'; fn g<'a>() {}";
    assert_eq!(code(text), "use a; \nlet s = \"\"; let r = \"\"; let c = \"\"; fn g<'a>() {}");
    assert_eq!(shipped("fn a() {}\n#[cfg(test)]\nmod tests { use super::*; }"), "fn a() {}\n");
}
