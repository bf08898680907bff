//! The committed completions and manual pages are what the program prints.
//!
//! After a change of commands or flags: `packaging/generate target/debug/crm-bridge`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

const UPDATE: &str = "packaging/generate target/debug/crm-bridge";

#[test]
fn completions_are_current() {
    let names = [
        ("bash", "crm-bridge.bash"),
        ("zsh", "_crm-bridge"),
        ("fish", "crm-bridge.fish"),
        ("powershell", "_crm-bridge.ps1"),
        ("elvish", "crm-bridge.elv"),
    ];
    let printed = names.into_iter().map(|(shell, file)| {
        let output = program(&["completions", "--static", shell]);
        (file.to_owned(), output)
    });
    compare("completions", &printed.collect());
}

#[test]
fn manual_pages_are_current() {
    let folder = tempfile::tempdir().expect("a folder");
    program(&["man", "--out", &folder.path().to_string_lossy()]);
    let printed = read(folder.path());
    assert!(
        printed.contains_key("crm-bridge.1") && printed.contains_key("crm-bridge-test.1"),
        "{:?}",
        printed.keys()
    );
    compare("man", &printed);
}

fn program(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_crm-bridge")).args(arguments).output().expect("a run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn read(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| {
            (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

fn compare(folder: &str, printed: &BTreeMap<String, Vec<u8>>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let committed = read(&folder);
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&committed), names(printed), "run: {UPDATE}");
    for (name, text) in printed {
        assert!(committed[name] == *text, "{name} is not what the program prints; run: {UPDATE}");
    }
}
