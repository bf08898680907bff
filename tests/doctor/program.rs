//! The real program, in a folder and an environment of its own.

use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

use crate::server::TOKEN;

/// `crm-bridge test` with the right token and short limits.
pub(crate) fn test_command(url: Option<&str>, arguments: &[&str]) -> Command {
    let folder = std::env::temp_dir();
    let mut command = Command::new(env!("CARGO_BIN_EXE_crm-bridge"));
    command.current_dir("/").env_clear().env("HOME", folder.join("crm-bridge-no-home"));
    command.env("COMERCIAL_WEBHOOK_TOKEN", TOKEN).arg("test");
    if let Some(url) = url {
        command.args(["--url", url]);
    }
    command.args(["--connect-timeout", "2s", "--timeout", "2s"]).args(arguments);
    command
}

/// The lines of a run with `--json`.
pub(crate) fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("one JSON object a line"))
        .collect()
}

/// The first check of a run that failed.
pub(crate) fn first_failure(output: &Output) -> Option<Value> {
    lines(output).into_iter().find(|line| line["kind"] == "check" && line["status"] == "fail")
}

/// The check of this name.
pub(crate) fn check(output: &Output, name: &str) -> Value {
    lines(output).into_iter().find(|line| line["name"] == name).expect("a check")
}
