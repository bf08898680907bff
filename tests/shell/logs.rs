//! Logs: how much, in which form, and where.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
        .args(["test", "--url", "http://127.0.0.1:1/api/webhook-presencia-crm/"])
        .args(arguments)
        .env_clear()
        .env("COMERCIAL_WEBHOOK_TOKEN", "9f2c4e17a0b35d68c1e4")
        .current_dir("/")
        .output()
        .expect("a run")
}

#[test]
fn nothing_is_logged_unless_asked_for() {
    assert_eq!(String::from_utf8_lossy(&run(&[]).stderr), "");
    assert_ne!(String::from_utf8_lossy(&run(&["-vv"]).stderr), "");
}

#[test]
fn json_lines_have_level_and_message() {
    let output = run(&["-vv", "--log-format", "json"]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<serde_json::Value> =
        stderr.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(!lines.is_empty());
    assert!(lines.iter().all(|line| line["level"].is_string() && line["message"].is_string()), "{stderr}");
}

#[test]
fn a_log_file_gets_what_stderr_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.log");
    let output = run(&["--log-file", &path.to_string_lossy()]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let text = std::fs::read_to_string(&path).expect("the log");
    assert!(text.contains("INFO"), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).expect("the log").permissions().mode() & 0o777, 0o600);
    }
}

/// A disk that is full, as Linux shows one.
#[test]
#[cfg(target_os = "linux")]
fn a_log_that_cannot_be_written_is_said_once() {
    let output = run(&["--log-file", "/dev/full", "-vv"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(told.matches("the log /dev/full can't be written").count(), 1, "{told}");
    assert_eq!(output.status.code(), run(&[]).status.code(), "a run does not end for its log");
}

#[test]
fn a_log_file_that_cannot_be_opened_is_an_error() {
    let output = run(&["--log-file", "/no/such/folder/run.log"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--log-file"));
}
