//! A folder with marked settings and exports, in which the program runs and leaves its files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::marks::{BEARER, DOCUMENT, EMAIL, May, NAME, NOTE, PASSWORD, PHONE, SIGNING, TOKEN, leaks};

/// The folder of one test.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    /// Settings with every secret, and an export with rows of every kind.
    pub(crate) fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a folder") };
        place.write(
            "crm-bridge.toml",
            &format!(
                "signing_secret = [\"{SIGNING}\"]\nqueue = \"\"\n[profiles.marked]\ntoken = \"{TOKEN}\"\n"
            )
            .replace("queue = \"\"\n", ""),
        );
        place.write("export.csv", &export());
        place.write("payload.json", &payload());
        place.write("token.txt", TOKEN);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
    }

    /// The program with every secret in its environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crm-bridge"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("COMERCIAL_WEBHOOK_TOKEN", TOKEN)
            .env("CRM_WEBHOOK_TOKEN", TOKEN)
            .env("CRM_API_TOKEN", BEARER)
            .env("COMERCIAL_SIGNING_SECRET", SIGNING)
            .env("HTTPS_PROXY", format!("http://ana:{PASSWORD}@127.0.0.1:9"))
            .stdin(Stdio::null());
        command
    }

    /// Runs the program in both languages and both forms of the log, and searches what it said.
    pub(crate) fn run(&self, arguments: &[&str], may: May) -> Vec<Output> {
        let mut outputs = Vec::new();
        for (lang, form) in [("en", "text"), ("es", "json")] {
            let mut all = arguments.to_vec();
            all.extend(["-vv", "--lang", lang, "--log-format", form, "--log-file", "run.log"]);
            for json in [false, true] {
                let mut command = self.command(&all);
                if json {
                    command.arg("--json");
                }
                let output = command.output().expect("a run");
                let what = format!("{all:?} --json={json}");
                clean(&format!("stdout of {what}"), &output.stdout, may);
                clean(&format!("stderr of {what}"), &output.stderr, May::HoldNobody);
                assert_ne!(
                    output.status.code(),
                    Some(70),
                    "{what}: {}",
                    String::from_utf8_lossy(&output.stderr)
                );
                outputs.push(output);
            }
        }
        outputs
    }

    /// Searches every file in the folder, but for those that were put there with the marks in them.
    pub(crate) fn search_files(&self) {
        let mut searched = 0;
        search(self.folder.path(), &mut searched);
        assert!(searched > 0, "the program left no file, not even a log");
    }
}

/// The files that hold the marks because the test or the contract put them there.
fn may(path: &Path) -> Option<May> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match name.as_str() {
        "crm-bridge.toml" | "export.csv" | "payload.json" | "token.txt" | "failing.csv" => None,
        "failed.csv" | "unprocessed.csv" | "requests.ndjson" => Some(May::HoldPeople),
        // What an earlier run wrote under such a name.
        old if old.starts_with("failed-old") || old.starts_with("unprocessed-old") => Some(May::HoldPeople),
        _ => Some(May::HoldNobody),
    }
}

fn search(folder: &Path, searched: &mut usize) {
    for entry in fs::read_dir(folder).expect("the folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            search(&path, searched);
        } else if path.extension().is_some_and(|end| end == "db") {
            journal(&path);
            *searched += 1;
        } else if let Some(may) = may(&path)
            && !path.to_string_lossy().ends_with("-wal")
            && !path.to_string_lossy().ends_with("-shm")
        {
            *searched += 1;
            clean(&path.display().to_string(), &fs::read(&path).expect("a file"), may);
        }
    }
}

/// Searches each column of a SQLite file; what is called payload or body may hold people.
fn journal(path: &Path) {
    let db = rusqlite::Connection::open(path).expect("a journal");
    let tables: Vec<String> = db
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect())
        .expect("its tables");
    for table in tables {
        let mut query = db.prepare(&format!("SELECT * FROM \"{table}\"")).expect("a table");
        let columns: Vec<String> = query.column_names().map(str::to_owned).collect();
        let mut rows = query.query([]).expect("its rows");
        while let Some(row) = rows.next().expect("a row") {
            for (index, column) in columns.iter().enumerate() {
                let value = row.get_ref(index).expect("a value");
                let text = match value {
                    rusqlite::types::ValueRef::Text(text) | rusqlite::types::ValueRef::Blob(text) => {
                        text.to_vec()
                    }
                    _ => continue,
                };
                let may = if matches!(column.as_str(), "payload" | "body" | "presencia" | "venta") {
                    May::HoldPeople
                } else {
                    May::HoldNobody
                };
                clean(&format!("{table}.{column} of {}", path.display()), &text, may);
            }
        }
    }
}

pub(crate) fn clean(what: &str, text: &[u8], may: May) {
    let leaks = leaks(text, may);
    assert!(leaks.is_empty(), "{what} holds {leaks:?}:\n{}", String::from_utf8_lossy(text));
}

/// Rows that are delivered, repaired, warned of, invalid in each personal cell, and skipped.
fn export() -> String {
    let row = |id: &str, name: &str, phone: &str, document: &str, email: &str, state: &str, note: &str| {
        format!("{id};{name};{phone};{document};{email};15/01/2024 14:30;OPC;Sala;{state};{note}\r\n")
    };
    let mut text =
        "\u{feff}ID Cita;Nombre Lead;Celular Lead;DNI;Correo;Fecha y Hora;Medio;Lugar;Estado de la cita;\
                    Observaciones\r\n"
            .to_owned();
    text.push_str(&row("1", NAME, PHONE, DOCUMENT, EMAIL, "Realizada", NOTE));
    text.push_str(&row("2", &format!(" {NAME} "), &format!("+51 {PHONE}"), DOCUMENT, EMAIL, "Realizada", ""));
    text.push_str(&row(
        "3",
        &format!("{NAME} / {NAME}"),
        PHONE,
        "716253",
        "marcelinda@@correo-marcado",
        "Realizada",
        "",
    ));
    text.push_str(&row("4", NAME, &format!("{PHONE}1 / {PHONE}"), DOCUMENT, EMAIL, "Realizada", NOTE));
    text.push_str(&row("5", &format!("={NAME}"), PHONE, DOCUMENT, EMAIL, "Realizada", NOTE));
    text.push_str(&row("6", NAME, PHONE, &format!("{DOCUMENT}99"), EMAIL, "Realizada", NOTE));
    text.push_str(&row("7", NAME, PHONE, DOCUMENT, EMAIL, "Pendiente", NOTE));
    text.push_str(&row("1", NAME, PHONE, DOCUMENT, EMAIL, "Realizada", "otra nota de Ruperta-Marcada"));
    text.push_str(&row("8", "", PHONE, DOCUMENT, EMAIL, "Realizada", NOTE));
    text.push_str(&row("9", "Otra Persona", PHONE, DOCUMENT, EMAIL, "Realizada", ""));
    text
}

pub(crate) fn payload() -> String {
    format!(
        r#"{{"id_presencia_crm":"CRM-77","cliente":{{"nombres_completos_razon_social":"{NAME}","tipo_documento":"dni","numero_documento":"{DOCUMENT}","telefono_principal":"{PHONE}","email_principal":"{EMAIL}"}},"fecha_hora_presencia":"2024-01-15T14:30:00","proyecto_interes":"OASIS 2 (AUCALLAMA)","medio_captacion":"nada","modalidad":"presencial","status_presencia":"realizada","resultado_interaccion":"interesado_seguimiento","observaciones":"{NOTE}"}}"#
    )
}
