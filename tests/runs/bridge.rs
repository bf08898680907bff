//! The binary in a folder of its own, with a journal and a home of its own.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::odd_receiver::TOKEN;

/// A folder to run in.
pub(crate) struct Bridge {
    pub(crate) folder: TempDir,
    url: String,
}

/// What a run said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) lines: Vec<Value>,
    pub(crate) stderr: String,
}

impl Said {
    fn of(output: Output) -> Self {
        let stdout = String::from_utf8_lossy(&output.stdout);
        Self {
            code: output.status.code(),
            lines: stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub(crate) fn of_kind(&self, kind: &str) -> Vec<&Value> {
        self.lines.iter().filter(|line| line["kind"] == kind).collect()
    }

    /// The summary; its counts add up.
    pub(crate) fn summary(&self) -> &Value {
        let summary = self.lines.last().unwrap_or_else(|| panic!("no summary: {}", self.stderr));
        assert_eq!(summary["kind"], "summary", "{}", self.stderr);
        assert!(add_up(summary), "{summary}");
        summary
    }

    pub(crate) fn count(&self, name: &str) -> u64 {
        self.summary()[name].as_u64().unwrap_or_else(|| panic!("no {name}"))
    }
}

/// Whether each row is exactly one of the counts.
pub(crate) fn add_up(counts: &Value) -> bool {
    const NAMES: [&str; 11] = [
        "skipped",
        "invalid",
        "duplicates",
        "delivered",
        "rejected",
        "failed",
        "collisions",
        "unknown",
        "prepared",
        "queued",
        "unprocessed",
    ];
    let sum: u64 = NAMES.iter().map(|name| counts[name].as_u64().unwrap_or(0)).sum();
    counts["rows"].as_u64() == Some(sum)
}

impl Bridge {
    pub(crate) fn new(url: &str) -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), url: url.to_owned() }
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.folder.path().join("journal.db")
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crm-bridge"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("CRM_BRIDGE_JOURNAL", self.journal())
            .env("COMERCIAL_WEBHOOK_URL", &self.url)
            .env("COMERCIAL_WEBHOOK_TOKEN", TOKEN)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        Said::of(self.command(&args).output().expect("the binary runs"))
    }

    /// The same, with a file of the folder as its stdin.
    pub(crate) fn run_reading(&self, file: &str, args: &[&str]) -> Said {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        let stdin = std::fs::File::open(self.folder.path().join(file)).expect("a file");
        Said::of(self.command(&args).stdin(stdin).output().expect("the binary runs"))
    }

    pub(crate) fn spawn(&self, args: &[&str]) -> Child {
        let mut command = self.command(args);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs")
    }

    pub(crate) fn text(&self, args: &[&str]) -> String {
        let output = self.command(args).output().expect("the binary runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Writes an export of `rows` events with ids from `first` on; each tenth has a sale where `sales`.
    pub(crate) fn export(&self, name: &str, first: u64, rows: u64, sales: bool) {
        let mut csv = String::from(
            "ID Cita;Nombre Lead;Celular Lead;DNI;Distrito;Fecha y Hora;Medio;Lugar;Estado de la cita;Lote;Precio;Fecha venta;Tipo venta\r\n",
        );
        for number in first..first + rows {
            let sale = if sales && number % 10 == 0 { "7;150000,00;16/01/2024;contado" } else { ";;;" };
            write!(
                csv,
                "{number};Prueba {};9{:08};{:08};Ate;15/01/2024 14:30;OPC;Sala;Realizada;{sale}\r\n",
                ["Ana Quispe", "Luis Huamán", "Rosa Mamani"][usize::try_from(number % 3).expect("small")],
                number,
                10_000_000 + number,
            )
            .expect("a string grows");
        }
        std::fs::write(self.folder.path().join(name), csv).expect("a file");
    }
}
