//! What a shell is answered while a person types.

use std::process::Command;

fn asked(folder: &std::path::Path, words: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
        .current_dir(folder)
        .env("HOME", folder)
        .env("CRM_BRIDGE_COMPLETE", "bash")
        .env("_CLAP_IFS", "\n")
        .env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string())
        .arg("--")
        .args(words)
        .output()
        .expect("a run");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn profiles_of_this_place_are_offered() {
    let folder = tempfile::tempdir().expect("a folder");
    let text =
        "[profiles.dev]\nretries = 1\n[profiles.desarrollo]\nretries = 1\n[profiles.prod]\nretries = 1\n";
    std::fs::write(folder.path().join("crm-bridge.toml"), text).expect("a file");
    assert_eq!(asked(folder.path(), &["crm-bridge", "test", "--profile", "de"]), ["desarrollo", "dev"]);
}

#[test]
fn profiles_are_those_of_the_file_that_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("crm-bridge.toml"), "[profiles.here]\nretries = 1\n").expect("a file");
    std::fs::write(folder.path().join("other.toml"), "[profiles.there]\nretries = 1\n").expect("a file");
    for named in [&["--config", "other.toml"][..], &["--config=other.toml"], &["--config", "=", "other.toml"]]
    {
        let words = [&["crm-bridge", "test"], named, &["--profile", ""]].concat();
        assert_eq!(asked(folder.path(), &words), ["there"], "{named:?}");
    }
    std::fs::write(folder.path().join(".env"), "CRM_BRIDGE_CONFIG=other.toml\n").expect("a file");
    assert_eq!(asked(folder.path(), &["crm-bridge", "test", "--profile", ""]), ["there"]);
}

#[test]
fn runs_on_record_are_offered_and_no_journal_is_made_for_it() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(asked(folder.path(), &["crm-bridge", "runs", "show", ""])[0], "last");
    let journal = folder.path().join("runs.db");
    let made = std::fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(made, 0, "asking makes no files");

    let server = crate::receiver::start();
    std::fs::write(folder.path().join("crm-bridge.toml"), "journal = \"runs.db\"").expect("a file");
    let sent = Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
        .current_dir(folder.path())
        .env("COMERCIAL_WEBHOOK_TOKEN", crate::receiver::TOKEN)
        .args(["replay-csv", "--json", "--url", &server.url])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/citas.csv"))
        .output()
        .expect("a run");
    let last = String::from_utf8_lossy(&sent.stdout).lines().last().unwrap_or_default().to_owned();
    let summary: serde_json::Value = serde_json::from_str(&last).expect("a summary");
    let id = summary["run"].as_str().expect("the id of the run");
    assert!(journal.is_file());
    let offered = asked(folder.path(), &["crm-bridge", "runs", "show", id.get(..8).expect("an id")]);
    assert_eq!(offered, [id]);
    // Another journal has other runs.
    let other = ["crm-bridge", "runs", "show", "--journal", "other.db", id.get(..8).expect("an id")];
    assert_eq!(asked(folder.path(), &other), Vec::<String>::new());
    std::fs::write(folder.path().join("crm-bridge.toml"), "").expect("a file");
    let named = ["crm-bridge", "runs", "show", "--journal", "runs.db", id.get(..8).expect("an id")];
    assert_eq!(asked(folder.path(), &named), [id]);
}

#[test]
fn commands_are_offered_and_a_broken_file_disturbs_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("crm-bridge.toml"), "no toml at all").expect("a file");
    assert_eq!(asked(folder.path(), &["crm-bridge", "compl"]), ["completions"]);
    assert_eq!(asked(folder.path(), &["crm-bridge", "test", "--profile", ""]), Vec::<String>::new());
}

#[test]
fn each_shell_gets_a_script_that_asks_the_program() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
            .args(["completions", shell])
            .output()
            .expect("a run");
        let script = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(script.contains("CRM_BRIDGE_COMPLETE"), "{shell}: {script}");
    }
}

/// The script itself, run by the shell that it is for.
#[test]
fn bash_completes_with_the_printed_script() {
    let Ok(bash) = Command::new("bash").arg("--version").output() else {
        assert!(std::env::var_os("CRM_BRIDGE_REQUIRE_ALL").is_none(), "bash is missing");
        #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
        {
            eprintln!("SKIPPED: no bash, install with: apt-get install bash");
        }
        return;
    };
    assert!(bash.status.success());
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_crm-bridge")).parent().expect("a folder");
    let path = std::env::join_paths(
        std::iter::once(folder.to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").expect("a path"))),
    );
    let script = "source <(crm-bridge completions bash); COMP_WORDS=(crm-bridge compl); COMP_CWORD=1; \
                  _clap_complete_crm_bridge crm-bridge compl crm-bridge; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let output =
        Command::new("bash").args(["-c", script]).env("PATH", path.expect("a path")).output().expect("a run");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(stdout.trim(), "completions", "{}", String::from_utf8_lossy(&output.stderr));
}
