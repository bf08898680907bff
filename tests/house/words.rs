//! Words that stay out of the project: hosts of package registries, paths of somebody's machine, notes to self.

use super::tree::{SourceFile, files};

/// Hosts and paths, each in two pieces so that this list does not name them either.
const OUTSIDE: [(&str, &str); 15] = [
    ("crates", ".io"),
    ("pypi", ".org"),
    ("pythonhosted", ".org"),
    ("npmjs", ".org"),
    ("npmjs", ".com"),
    ("deb.debian", ".org"),
    ("proxy.golang", ".org"),
    ("docker", ".io/"),
    ("ghcr", ".io"),
    ("/wo", "rk/"),
    ("/ro", "ot/"),
    ("/ho", "me/"),
    ("C:\\Us", "ers\\"),
    ("../sha", "red"),
    ("/.cargo/reg", "istry"),
];

/// Notes to self in code, in pieces as above.
const NOTES: [(&str, &str); 6] =
    [("FIX", "ME"), ("TO", "DO"), ("XX", "X"), ("#[ig", "nore"), ("todo", "!("), ("unimple", "mented!(")];

/// Places in `files` where one of `words` stands.
fn places(files: &[SourceFile], words: &[(&str, &str)]) -> Vec<String> {
    let mut places = Vec::new();
    for file in files {
        for (number, line) in file.text.lines().enumerate() {
            for word in words.iter().map(|(start, end)| format!("{start}{end}")) {
                if line.contains(&word) {
                    places.push(format!("{}:{}: {word}", file.path, number + 1));
                }
            }
        }
    }
    places
}

fn file(text: String) -> SourceFile {
    SourceFile { path: "a.rs".to_owned(), text }
}

#[test]
fn nothing_names_a_registry_or_a_machine() {
    // Cargo itself writes the registry into its lock files.
    let files = files(".", |path| !path.ends_with("Cargo.lock"));
    assert!(files.iter().any(|file| file.path == "Cargo.toml"), "the project was not found");
    assert_eq!(places(&files, &OUTSIDE), Vec::<String>::new());
}

#[test]
fn the_code_holds_no_notes_to_self() {
    let files = files(".", |path| {
        path.starts_with("src/") || path.starts_with("tests/") || path.starts_with("examples/")
    });
    assert_eq!(places(&files, &NOTES), Vec::<String>::new());
}

#[test]
fn an_offender_is_caught() {
    for words in [&OUTSIDE[..], &NOTES[..]] {
        for (start, end) in words {
            let found = places(&[file(format!("fine\nsee {start}{end}"))], words);
            assert!(found.iter().any(|place| place.starts_with("a.rs:2: ")), "{start}{end} passes");
        }
    }
}
