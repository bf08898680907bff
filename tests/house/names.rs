//! What files are called, and that none is forgotten: a file that no `mod` names is never compiled.

use std::collections::BTreeSet;

use super::tree::{SourceFile, code, rust_files, shipped};

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 8] = ["util", "utils", "helper", "helpers", "common", "manager", "misc", "shared"];

/// Files with a name that says nothing.
fn unnamed(files: &[SourceFile]) -> Vec<String> {
    let says_nothing = |part: &str| EMPTY_NAMES.contains(&part.trim_end_matches(".rs"));
    files.iter().filter(|file| file.path.split('/').any(says_nothing)).map(|file| file.path.clone()).collect()
}

/// Files that their parent module does not declare.
fn undeclared(files: &[SourceFile]) -> Vec<String> {
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    files
        .iter()
        .filter_map(|file| {
            let (folder, name) = file.path.rsplit_once('/')?;
            let (folder, module) = match name {
                // The roots that Cargo finds by itself.
                "main.rs" | "lib.rs" | "build.rs" => return None,
                "mod.rs" => folder.rsplit_once('/')?,
                _ => (folder, name.trim_end_matches(".rs")),
            };
            let parents = ["main.rs", "lib.rs", "mod.rs"].map(|root| format!("{folder}/{root}"));
            let sibling = format!("{folder}.rs");
            let mut parents =
                parents.iter().chain([&sibling]).filter(|parent| paths.contains(parent.as_str())).peekable();
            // A folder without a root of its own is reached by `#[path]` from elsewhere.
            parents.peek()?;
            let declared = parents
                .any(|parent| files.iter().any(|file| file.path == *parent && declares(&file.text, module)));
            (!declared).then(|| file.path.clone())
        })
        .collect()
}

fn declares(text: &str, module: &str) -> bool {
    code(text).lines().any(|line| {
        let line = line.trim().trim_end_matches(';');
        line.strip_suffix(module).is_some_and(|start| start == "mod " || start.ends_with(" mod "))
    })
}

/// Files that import everything of their parent, which hides who depends on whom.
fn greedy(files: &[SourceFile]) -> Vec<String> {
    // A `tests.rs` is the test module of the file beside it.
    let greedy = |file: &&SourceFile| {
        !file.path.ends_with("/tests.rs") && shipped(&file.text).contains(concat!("super", "::*"))
    };
    files.iter().filter(greedy).map(|file| file.path.clone()).collect()
}

fn all() -> Vec<SourceFile> {
    ["src", "tests", "examples", "benches"].into_iter().flat_map(rust_files).collect()
}

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn every_name_says_what_is_inside() {
    assert_eq!(unnamed(&all()), Vec::<String>::new());
    assert_eq!(unnamed(&[file("src/source/utils.rs", ""), file("src/common/mod.rs", "")]).len(), 2);
    assert!(unnamed(&[file("src/source/dialect.rs", "")]).is_empty());
}

#[test]
fn no_file_is_forgotten() {
    assert_eq!(undeclared(&all()), Vec::<String>::new());
    let forgotten = [
        file("tests/send/main.rs", "mod curl;\n// mod dry_run;\n"),
        file("tests/send/curl.rs", ""),
        file("tests/send/dry_run.rs", ""),
        file("src/lib.rs", "pub mod journal;\npub mod queue;"),
        file("src/journal/mod.rs", "mod sqlite;"),
        file("src/journal/sqlite.rs", ""),
        file("src/journal/lock.rs", ""),
        file("src/relay/mod.rs", ""),
    ];
    assert_eq!(undeclared(&forgotten), ["tests/send/dry_run.rs", "src/journal/lock.rs", "src/relay/mod.rs"]);
}

#[test]
fn nothing_imports_everything_of_its_parent() {
    assert_eq!(greedy(&all()), Vec::<String>::new());
    let glob = concat!("use super", "::*;");
    assert_eq!(greedy(&[file("src/a.rs", glob)]), ["src/a.rs"]);
    assert!(
        greedy(&[file("src/a.rs", &format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{ {glob} }}"))]).is_empty()
    );
}
