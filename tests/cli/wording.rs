//! What a person and a program are told: without anybody's data, with its right place, and in good words.

use serde_json::json;

use crate::bench::{Bench, export, good};

#[test]
fn phones_and_addresses_are_masked_in_whatever_column_they_stand() {
    let bench = Bench::new();
    let header = "ID Cita;Nombre;Celular;Fecha y Hora;Estado;Medio;Proyecto;Distrito";
    let rows = [
        "20240001;Rosa Quispe;999888771;15/01/2024 10:00;Realizada;Referido por Rosa 955444333;OASIS 1 (HUACHO 1);DNI 45678912",
        "20240002;Rosa Quispe;999888772;955444333;Realizada;Facebook;OASIS 1 (HUACHO 1);ver a rosa@example.pe",
        "20240003;Rosa Quispe;999888773;16/01/2024;Llamar al 955 444 333;Facebook;DNI 45678912;Lima",
    ];
    let file = bench.write("a.csv", format!("{header}\n{}\n", rows.join("\n")));
    for args in [&["--json"][..], &["-v"], &["--format", "github"], &["--out", "salida"]] {
        let ran = bench.run(&[&["validate", &file], args].concat());
        let mut told = format!("{}{}", ran.out, ran.err);
        if args == ["--out", "salida"] {
            for name in ["report.json", "report.html"] {
                told.push_str(&std::fs::read_to_string(bench.path("salida").join(name)).unwrap());
            }
        }
        for private in ["955444333", "955 444 333", "rosa@example.pe", "45678912"] {
            assert!(!told.contains(private), "{args:?} {private}: {told}");
        }
        assert!(told.contains("Referido por Rosa 9554****"), "{args:?}: {told}");
    }
    let ran = bench.run(&["validate", &file, "--json", "--show-pii"]);
    for shown in ["955444333", "955 444 333", "rosa@example.pe", "45678912"] {
        assert!(ran.out.contains(shown), "{shown}: {}", ran.out);
    }
    let statuses = bench.run(&["validate", &file, "--json"]).summary()["skipped_by_status"].clone();
    assert_eq!(statuses, json!({"Llamar al 9554****": 1}));
}

#[test]
fn tools_that_point_to_lines_are_given_the_line_of_the_file() {
    let bench = Bench::new();
    let rows = "1;Ana;999888777;15/01/2024 10:00;Realizada;\"vino\ncon su mamá\"\n2;;999888778;15/01/2024 11:00;Realizada;\n";
    let file =
        bench.write("a.csv", format!("ID Cita;Nombre;Celular;Fecha y Hora;Estado;Observaciones\n{rows}"));
    let ran = bench.run(&["validate", &file, "--format", "github"]);
    assert!(ran.out.contains("::error file=a.csv,line=4,title=N01"), "{}", ran.out);
    let ran = bench.run(&["validate", &file, "--format", "junit"]);
    assert!(ran.out.contains("name=\"N01 row 3\" file=\"a.csv\" line=\"4\""), "{}", ran.out);
    let record = |id: &str, name: &str| {
        json!({"lead": {"nombre": name, "celular": "999888777"},
            "appointment": {"id": id, "fecha_hora": format!("2024-01-15 1{id}:00"), "estado": "Realizada"}})
    };
    let records = json!([record("1", "Ana"), record("2", "")]);
    let text = serde_json::to_string_pretty(&records).unwrap();
    let line = 1 + text.lines().enumerate().filter(|(_, line)| *line == "  {").nth(1).unwrap().0;
    let file = bench.write("a.json", &text);
    let ran = bench.run(&["validate", &file, "--format", "github"]);
    assert!(ran.out.contains(&format!("::error file=a.json,line={line},title=N01")), "{}", ran.out);
}

#[test]
fn a_rule_that_is_ignored_is_not_counted() {
    let bench = Bench::new();
    let mut text = good(1000, 1);
    text.push_str(&good(2000, 1).lines().nth(1).unwrap().replace("Realizada", "Pendiente"));
    let file = bench.write("a.csv", text);
    let counted = |args: &[&str]| {
        bench.run(&[&["validate", &file, "--json"], args].concat()).summary()["by_code"]["E04"].clone()
    };
    assert_eq!(counted(&[]), 1);
    assert!(counted(&["--ignore", "E04"]).is_null());
}

#[test]
fn a_payload_without_a_client_is_a_finding_of_its_row() {
    let bench = Bench::new();
    let file = bench.write("good.csv", good(1000, 3));
    let payloads: Vec<serde_json::Value> = bench
        .run(&["replay-csv", &file, "--dry-run", "--json"])
        .lines("payload")
        .iter()
        .map(|line| line["payload"].clone())
        .collect();
    for without in [0, 1] {
        let mut payloads = payloads.clone();
        payloads[without].as_object_mut().unwrap().remove("cliente");
        payloads[2]["modalidad"] = "zoom".into();
        let text: String = payloads.iter().map(|payload| format!("{payload}\n")).collect();
        let file = bench.write("pay.ndjson", text);
        let ran = bench.run(&["validate", &file, "--json"]);
        let summary = ran.summary();
        assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
        assert_eq!((&summary["invalid"], &summary["prepared"]), (&2.into(), &1.into()), "{summary}");
        let about: Vec<_> =
            ran.lines("finding").iter().map(|line| (line["row"].clone(), line["field"].clone())).collect();
        assert!(
            about
                .iter()
                .any(|(row, field)| *row == without + 1 && field.as_str().unwrap().starts_with("/cliente")),
            "{about:?}"
        );
    }
}

#[test]
fn a_day_of_another_form_is_told_how_it_is_written() {
    let bench = Bench::new();
    let file = bench.write("a.csv", good(1000, 2));
    for (lang, words) in [("es", "AAAA-MM-DD"), ("en", "YYYY-MM-DD")] {
        let ran = bench.run(&["replay-csv", &file, "--mock", "--since", "15/10/2024", "--lang", lang]);
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains(words) && ran.err.contains("--since 2024-10-15"), "{}", ran.err);
    }
    let ran = bench.run(&["replay-csv", &file, "--mock", "--until", "ayer"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert_eq!(bench.run(&["replay-csv", &file, "--mock", "--until", "2024-01-15"]).code, 0);
}

#[test]
fn no_sign_stands_twice_in_what_is_wrong_with_a_row() {
    let bench = Bench::new();
    let file = bench.write("a.csv", export(&[("", "Ana", "999888777", "15/01/2024 10:00", "Realizada")]));
    let ran = bench.run(&["validate", &file, "--out", "salida", "--lang", "es"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let failed = std::fs::read_to_string(bench.path("salida/failed.csv")).unwrap();
    assert!(failed.contains(";sin id. » "), "{failed}");
    assert!(!ran.out.contains("sin id:"), "{}", ran.out);
}

#[test]
fn one_row_is_said_in_the_singular() {
    let bench = Bench::new();
    let file = bench.write("a.csv", good(1000, 1));
    for (lang, words) in [("es", "1 fila · 1 evento"), ("en", "1 row · 1 event")] {
        let ran = bench.run(&["validate", &file, "--lang", lang]);
        assert!(ran.out.contains(words), "{}", ran.out);
    }
    let ran = bench.run(&["validate", &file, "--lang", "es"]);
    assert!(ran.out.contains("1 válida\n"), "{}", ran.out);
    let rows = [("1", "Ana", "999888777", "15/01/2024 10:00", "Pendiente")];
    let file = bench.write("b.csv", export(&rows));
    let ran = bench.run(&["validate", &file, "--lang", "es"]);
    assert!(ran.out.contains("1 no es un evento"), "{}", ran.out);
}

#[test]
fn all_wrong_columns_of_a_mapping_file_are_told_together_with_their_lines() {
    let bench = Bench::new();
    let file = bench.write("a.csv", good(1, 1));
    let mapping = "version = 1\nname = \"m\"\n[columns]\n\"lead.celular\" = \"Cel\"\n[templates]\n\
                   \"lead.nombre\" = \"{Nombr}\"\n[[trigger]]\ncolumn = \"Estad\"\nin = [\"Realizada\"]\n";
    bench.write("m.toml", mapping);
    let ran = bench.run(&["validate", &file, "--mapping", "m.toml", "--json"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    let hints: Vec<_> =
        ran.lines("finding").iter().map(|line| line["hint"].as_str().unwrap().to_owned()).collect();
    for (line, column) in [(4, "Cel"), (6, "Nombr"), (8, "Estad")] {
        let told = format!("m.toml, line {line}: the file has no column \"{column}\"");
        assert!(hints.iter().any(|hint| hint.starts_with(&told)), "{told}: {hints:?}");
    }
}

#[test]
fn entries_of_a_mapping_file_that_nothing_used_are_told_to_scripts_too() {
    let bench = Bench::new();
    let file = bench.write("a.csv", good(1, 1));
    bench.write("m.toml", "version = 1\nname = \"m\"\n[values.\"lead.medio\"]\n\"Volante\" = \"OPC\"\n");
    for args in [&["--json"][..], &["--format", "github"], &[]] {
        let ran = bench.run(&[&["validate", &file, "--mapping", "m.toml"], args].concat());
        assert!(ran.code == 0 && ran.err.contains("\"Volante\""), "{args:?}: {}", ran.err);
    }
}
