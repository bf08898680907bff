//! `map` shows how each column was judged, and saves it.

use std::fs;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

const EXPORT: &str = "ID Cita;Fecha;Nombre;Apellidos;Celular;Estado;Monto
10001;15/01/2024 14:30;Rosa;Quispe;999888777;Realizada;5
10002;16/01/2024 09:00;Ana;Mamani;987654321;Pendiente;7
";

fn map(folder: &tempfile::TempDir, args: &[&str]) -> Output {
    fs::write(folder.path().join("citas.csv"), EXPORT).expect("writes");
    Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
        .current_dir(folder.path())
        .env("LC_ALL", "C")
        .arg("map")
        .args(args)
        .output()
        .expect("runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("is text")
}

#[test]
fn a_person_sees_each_column_with_masked_samples() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = map(&folder, &["citas.csv"]);
    let (shown, said) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(2), "{said}");
    for part in
        ["citas.csv: utf-8, separator ;, header in row 1", "lead.celular", "9998****", "suggested", "0.85"]
    {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    for personal in ["Rosa", "Quispe", "999888777"] {
        assert!(!shown.contains(personal), "{personal} in {shown}");
    }
    assert!(said.contains("--map appointment.fecha_hora=Fecha"), "{said}");
    assert!(said.contains("\"lead.nombre\" = \"{Nombre} {Apellidos}\""), "{said}");
    assert!(text(&map(&folder, &["citas.csv", "--show-pii"]).stdout).contains("999888777"));
    let spanish = map(&folder, &["citas.csv", "--lang", "es"]);
    assert!(
        text(&spanish.stdout).contains("sugerida") && text(&spanish.stderr).contains("falta la columna de")
    );
}

#[test]
fn a_script_gets_columns_findings_and_a_summary() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = map(&folder, &["citas.csv", "--json", "--map", "appointment.fecha_hora=Fecha"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let lines: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect();
    let kinds: Vec<&str> = lines.iter().filter_map(|line| line["kind"].as_str()).collect();
    assert_eq!(kinds[..7], ["column"; 7]);
    assert_eq!(kinds.last(), Some(&"summary"));
    assert_eq!(
        (&lines[1]["field"], &lines[1]["decision"]),
        (&"appointment.fecha_hora".into(), &"decided".into())
    );
    assert_eq!(lines.last().expect("a summary")["by_code"]["H03"], 2);
}

#[test]
fn what_was_found_is_saved_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let saved = folder.path().join("m.toml");
    assert_eq!(map(&folder, &["citas.csv", "--write", "m.toml"]).status.code(), Some(2));
    let toml: toml::Table = fs::read_to_string(&saved).expect("reads").parse().expect("is TOML");
    assert_eq!(toml["version"].as_integer(), Some(1));
    assert_eq!(toml["name"].as_str(), Some("citas"));
    assert_eq!(toml["columns"]["lead.celular"].as_str(), Some("Celular"));
    assert!(toml["columns"].get("appointment.fecha_hora").is_none(), "a suggestion is not decided");
    assert!(fs::read_to_string(&saved).expect("reads").contains("# \"appointment.fecha_hora\" = \"Fecha\""));
    let again = map(&folder, &["citas.csv", "--write", "m.toml", "--accept-suggestions"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("exists already"));
    let forced = map(&folder, &["citas.csv", "--write", "m.toml", "--accept-suggestions", "--force"]);
    assert_eq!(forced.status.code(), Some(0), "{}", text(&forced.stderr));
    assert!(fs::read_to_string(&saved).expect("reads").contains("\n\"appointment.fecha_hora\" = \"Fecha\""));
}

#[test]
fn stdin_is_read_and_a_missing_file_is_no_usage() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
        .args(["map", "-", "--accept-suggestions", "--json"])
        .write_stdin(EXPORT)
        .output()
        .expect("runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(map(&folder, &["nada.csv"]).status.code(), Some(6));
    assert_eq!(map(&folder, &["citas.csv", "--map", "lead.celullar=x"]).status.code(), Some(2));
}
