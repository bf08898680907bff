//! A workbench for one test: a folder of its own, a clean environment, and the binary.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::odd_receiver::{OddReceiver, TOKEN};

/// A folder, and the settings that commands in it see.
pub(crate) struct Bench {
    folder: TempDir,
    env: BTreeMap<String, String>,
}

/// What a command did.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let home = folder.path().join("home");
        std::fs::create_dir(&home).unwrap();
        let home = home.display().to_string();
        let env = [("HOME", home.clone()), ("XDG_STATE_HOME", home.clone()), ("XDG_CONFIG_HOME", home)];
        Self { folder, env: env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect() }
    }

    /// Commands send to `receiver`.
    pub(crate) fn sending_to(receiver: &OddReceiver) -> Self {
        let mut bench = Self::new();
        bench.set("COMERCIAL_WEBHOOK_URL", &receiver.url);
        bench.set("COMERCIAL_WEBHOOK_TOKEN", TOKEN);
        bench
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.env.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), bytes).unwrap();
        name.to_owned()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crm-bridge"));
        command.env_clear().envs(&self.env).current_dir(self.folder.path()).args(args);
        command
    }

    /// Runs a whole line as a person pastes it.
    pub(crate) fn run_in_shell(&self, line: &str) -> Ran {
        let mut command = Command::new("/bin/sh");
        command.env_clear().envs(&self.env).current_dir(self.folder.path()).args(["-c", line]);
        Ran::of(command.output().unwrap())
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The JSON lines of one kind.
    pub(crate) fn lines(&self, kind: &str) -> Vec<Value> {
        let lines = self.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["kind"] == kind).collect()
    }

    /// The summary, which is the last line and whose counts add up.
    pub(crate) fn summary(&self) -> Value {
        let last: Value = serde_json::from_str(self.out.lines().last().unwrap_or_default()).unwrap();
        assert_eq!(last["kind"], "summary", "{}{}", self.out, self.err);
        let count = |name: &str| last[name].as_u64().unwrap();
        let names = [
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
        assert_eq!(names.iter().map(|name| count(name)).sum::<u64>(), count("rows"), "{last}");
        assert_eq!(count("events"), count("rows") - count("skipped"), "{last}");
        last
    }

    /// The codes of the findings, in order.
    pub(crate) fn codes(&self) -> Vec<String> {
        self.lines("finding").iter().map(|line| line["code"].as_str().unwrap().to_owned()).collect()
    }
}

/// A fixture of the repository.
pub(crate) fn fixture(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).display().to_string()
}

/// An export of `rows`, each `(id, name, phone, date, state)`.
pub(crate) fn export(rows: &[(&str, &str, &str, &str, &str)]) -> String {
    let mut text = String::from("ID Cita;Nombre;Celular;Fecha y Hora;Estado;Medio;Proyecto;Lugar\r\n");
    for (id, name, phone, date, state) in rows {
        text.push_str(&format!(
            "{id};{name};{phone};{date};{state};OPC;OASIS 2 (AUCALLAMA);Sala de ventas\r\n"
        ));
    }
    text
}

/// `count` good events with ids from `first` on.
pub(crate) fn good(first: u32, count: u32) -> String {
    let rows: Vec<[String; 3]> = (0..count)
        .map(|n| {
            [
                (first + n).to_string(),
                format!("9{:08}", 10_000_000 + first + n),
                format!("{:02}:{:02}", 8 + n / 60 % 12, n % 60),
            ]
        })
        .collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|[id, phone, time]| (id.as_str(), "Rosa Quispe", phone.as_str(), format!("15/01/2024 {time}")))
        .collect();
    let rows: Vec<_> =
        rows.iter().map(|(id, name, phone, date)| (*id, *name, *phone, date.as_str(), "Realizada")).collect();
    export(&rows)
}
