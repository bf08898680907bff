//! A torture set: a file a trouble, and what the program says about each, in both languages.
//!
//! `CRM_BRIDGE_WRITE_FIXTURES=1 cargo test --test torture` writes the files again.

mod files;
#[path = "../support/zip.rs"]
mod zip;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/torture")
}

#[test]
fn the_committed_files_are_the_ones_that_are_made() {
    let write = std::env::var_os("CRM_BRIDGE_WRITE_FIXTURES").is_some();
    let mut names = Vec::new();
    for (name, made) in files::all() {
        let path = folder().join(name);
        if write {
            fs::write(&path, &made).expect("writes");
        }
        assert!(fs::read(&path).unwrap_or_default() == made, "fixtures/torture/{name} differs");
        names.push(name.to_owned());
    }
    let entries = fs::read_dir(folder()).expect("a folder");
    let committed: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    assert!(committed.iter().all(|name| names.contains(name)), "{committed:?}");
}

/// What `validate` says about a file: its findings, what is wrong with the whole of it, the counts, the exit code.
fn said(name: &str, lang: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
        .current_dir(folder())
        .args(["validate", name, "--json", "-v", "--color", "never", "--lang", lang])
        .output()
        .expect("runs");
    let mut said = format!("exit {}\n", output.status.code().unwrap_or(-1));
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let line: Value = serde_json::from_str(line).expect("is JSON");
        match line["kind"].as_str() {
            Some("finding") => finding(&mut said, &line),
            Some("delivery") => said.push_str(&format!(
                "{} row {}\n",
                line["outcome"].as_str().unwrap_or_default(),
                line["row"]
            )),
            Some("summary") => counts(&mut said, &line),
            other => panic!("{other:?}"),
        }
    }
    // Logs have the time in them.
    for line in
        String::from_utf8_lossy(&output.stderr).lines().filter(|line| !line.starts_with("{\"timestamp"))
    {
        said.push_str(line);
        said.push('\n');
    }
    said
}

fn finding(said: &mut String, line: &Value) {
    let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let row = line["row"].as_u64().map_or(String::new(), |row| format!(" row {row}"));
    let place = [text("column"), text("field"), text("value")].join(" | ");
    writeln!(
        said,
        "{} {}{row} [{place}]\n  {}\n  -> {}",
        text("code"),
        text("severity"),
        text("message"),
        text("hint")
    )
    .expect("writes");
}

fn counts(said: &mut String, line: &Value) {
    let counts: BTreeMap<&str, u64> = ["rows", "ignored", "skipped", "invalid", "duplicates", "prepared"]
        .into_iter()
        .filter_map(|name| Some((name, line[name].as_u64().filter(|count| *count > 0)?)))
        .collect();
    writeln!(said, "{counts:?}").expect("writes");
}

#[test]
fn each_trouble_is_told_in_both_languages() {
    for (name, _) in files::all() {
        let said = format!("{}\n{}", said(name, "en"), said(name, "es"));
        insta::with_settings!({ snapshot_suffix => name, description => name, omit_expression => true }, {
            insta::assert_snapshot!("said", said);
        });
    }
}
