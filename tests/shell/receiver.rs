//! `serve-mock`, in the background.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

pub(crate) const TOKEN: &str = "9f2c4e17a0b35d68c1e4";

/// A receiver that ends with its test.
pub(crate) struct Receiver {
    child: Child,
    pub(crate) url: String,
}

pub(crate) fn start() -> Receiver {
    let mut child = Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
        .args(["serve-mock", "--listen", "127.0.0.1:0", "--json"])
        .env("CRM_WEBHOOK_TOKEN", TOKEN)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a receiver");
    let mut first = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut first).expect("its first line");
    let line: serde_json::Value = serde_json::from_str(&first).expect("the line of readiness");
    let url = line["url"].as_str().expect("an address").to_owned();
    Receiver { child, url }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
