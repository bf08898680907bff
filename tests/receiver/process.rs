//! `serve-mock` as a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The secret of the tests' senders.
pub(crate) const TOKEN: &str = "test-token-0123456789";

/// A process that is killed when the test ends.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) first_line: String,
    out: Option<BufReader<std::process::ChildStdout>>,
}

pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crm-bridge"));
    command
        .args(["serve-mock", "--listen", "127.0.0.1:0"])
        .args(args)
        .env_remove("COMERCIAL_WEBHOOK_URL")
        .env_remove("COMERCIAL_WEBHOOK_TOKEN")
        .env_remove("CRM_API_TOKEN")
        .env("CRM_WEBHOOK_TOKEN", TOKEN)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

impl Process {
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::spawn(command(args))
    }

    /// Starts it and waits for its first line.
    pub(crate) fn spawn(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first_line = String::new();
        out.read_line(&mut first_line).unwrap();
        Self { child, first_line, out: Some(out) }
    }

    /// The URL of the first line, which is JSON.
    pub(crate) fn url(&self) -> String {
        let line: Value = serde_json::from_str(&self.first_line).expect("a listening line");
        assert_eq!(line["kind"], "listening");
        line["url"].as_str().unwrap().to_owned()
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Waits for its end; stdout holds what came after the first line.
    pub(crate) fn end(mut self) -> Output {
        let mut stdout = Vec::new();
        if let Some(mut out) = self.out.take() {
            out.read_to_end(&mut stdout).unwrap();
        }
        let mut stderr = Vec::new();
        self.child.stderr.take().unwrap().read_to_end(&mut stderr).unwrap();
        Output { status: self.child.wait().unwrap(), stdout, stderr }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has usually ended by now.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[expect(clippy::print_stdout, reason = "what is skipped must be seen")]
/// Says aloud that a test is skipped for want of a program; fails where everything is demanded.
pub(crate) fn skip(what: &str, install: &str) {
    assert!(
        std::env::var_os("CRM_BRIDGE_REQUIRE_ALL").is_none_or(|value| value != "1"),
        "{what} is missing: {install}"
    );
    println!("SKIPPED: needs {what}, install with {install}");
}
