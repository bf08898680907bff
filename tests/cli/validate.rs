//! `validate`: what it counts, what it says, and in which language.

use crate::bench::{Bench, export, fixture, good};

#[test]
fn the_business_export_is_valid_as_it_is() {
    let ran = Bench::new().run(&["validate", &fixture("citas.csv"), "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let summary = ran.summary();
    assert_eq!(summary["rows"], 1200);
    assert_eq!(summary["invalid"], 0);
    assert_eq!(summary["prepared"], summary["events"]);
    assert!(summary["events"].as_u64().unwrap() > 500);
}

#[test]
fn each_defect_of_the_bad_export_is_found_in_its_row() {
    let expected = std::fs::read_to_string(fixture("citas-con-errores.expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
    let ran = Bench::new().run(&["validate", &fixture("citas-con-errores.csv"), "--json", "-v"]);
    assert_eq!(ran.code, 1);
    let found: Vec<(u64, String)> = ran
        .lines("finding")
        .iter()
        .filter_map(|line| Some((line["row"].as_u64()?, line["code"].as_str()?.to_owned())))
        .collect();
    for defect in expected["defects"].as_array().unwrap() {
        let row = defect["row"].as_u64().unwrap();
        let Some(code) = defect["code"].as_str() else { continue };
        assert!(found.contains(&(row, code.to_owned())), "{defect}");
    }
}

#[test]
fn an_event_is_one_by_its_state_or_its_tipificacion_whatever_case_and_accents() {
    let bench = Bench::new();
    let file = bench.write(
        "a.csv",
        "ID Cita;Nombre;Celular;Fecha y Hora;Estado;Tipificación\n\
         1;Ana Quispe;999888771;15/01/2024 10:00; REALIZADA ;\n\
         2;Ana Mamani;999888772;15/01/2024 11:00;Confirmada;Ya asistió\n\
         3;Ana Huamán;999888773;15/01/2024 12:00;Pendiente;No contesta\n\
         4;Ana Núñez;999888774;15/01/2024 13:00;Cancelada;\n",
    );
    let summary = bench.run(&["validate", &file, "--json"]).summary();
    assert_eq!((&summary["events"], &summary["skipped"]), (&2.into(), &2.into()));
    let summary = bench.run(&["validate", &file, "--json", "--trigger", "ya-asistio"]).summary();
    assert_eq!(summary["events"], 1);
    let summary = bench.run(&["validate", &file, "--json", "--trigger", "manual"]).summary();
    assert_eq!(summary["events"], 4);
}

#[test]
fn personal_data_is_masked_unless_asked_for() {
    let bench = Bench::new();
    let file = bench.write(
        "a.csv",
        export(&[
            ("1", "Rosa Quispe", "99988877", "15/01/2024 10:00", "Realizada"),
            ("2", "Rosa Quispe", "99988877x", "hoy", "Realizada"),
        ]),
    );
    let ran = bench.run(&["validate", &file, "--json"]);
    assert!(!ran.out.contains("99988877x"), "{}", ran.out);
    let ran = bench.run(&["validate", &file, "--json", "--show-pii"]);
    assert!(ran.out.contains("99988877x"), "{}", ran.out);
}

#[test]
fn strict_makes_warnings_errors_and_ignore_is_refused_for_guarded_rules() {
    let bench = Bench::new();
    let file = bench.write("a.csv", export(&[("1", "Rosa Quispe", "999888777", "15/01/2024", "Realizada")]));
    assert_eq!(bench.run(&["validate", &file]).code, 0);
    assert_eq!(bench.run(&["validate", &file, "--strict"]).code, 1);
    assert_eq!(bench.run(&["validate", &file, "--strict", "--ignore", "A05"]).code, 0);
    let ran = bench.run(&["validate", &file, "--ignore", "T01"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("T01"), "{}", ran.err);
}

#[test]
fn a_repeated_id_is_sent_once_where_the_content_is_the_same_and_blocks_both_where_not() {
    let bench = Bench::new();
    let row = ("1", "Rosa Quispe", "999888777", "15/01/2024 10:00", "Realizada");
    let file = bench.write("same.csv", export(&[row, row]));
    let ran = bench.run(&["validate", &file, "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(ran.summary()["duplicates"], 1);
    let file = bench.write(
        "other.csv",
        export(&[row, ("CRM-1", "Rosa Quispe", "999888777", "16/01/2024 10:00", "Realizada")]),
    );
    let ran = bench.run(&["validate", &file, "--json"]);
    assert_eq!((ran.code, ran.codes()), (1, vec!["X01".to_owned(), "X01".to_owned()]));
    assert_eq!(ran.summary()["invalid"], 2);
}

#[test]
fn a_repeat_that_is_wrong_by_itself_blocks_the_good_row_too() {
    let bench = Bench::new();
    let file = bench.write(
        "a.csv",
        export(&[
            ("1", "Rosa Quispe", "999888777", "15/01/2024 10:00", "Realizada"),
            ("2", "Luis Mamani", "999888778", "15/01/2024 11:00", "Realizada"),
            ("1", "Otra Persona", "12", "15/01/2024 10:00", "Realizada"),
        ]),
    );
    let ran = bench.run(&["validate", &file, "--json", "--out", "salida"]);
    let found: Vec<_> =
        ran.lines("finding").iter().map(|line| (line["row"].clone(), line["code"].clone())).collect();
    let expected = [(4, "T04"), (2, "X01"), (4, "X01")].map(|(row, code)| (row.into(), code.into()));
    assert_eq!(found, expected);
    let summary = ran.summary();
    assert_eq!((&summary["invalid"], &summary["prepared"]), (&2.into(), &1.into()));
    let failed = bench.path("salida/failed.csv");
    let text = std::fs::read_to_string(&failed).unwrap();
    let again = bench.run(&["validate", "salida/failed.csv", "--json"]);
    assert_eq!(again.summary()["invalid"], 2, "as long as nobody chose one: {text}");
    let chosen: Vec<&str> = text.lines().filter(|line| !line.contains("Otra Persona")).collect();
    std::fs::write(&failed, chosen.join("\n")).unwrap();
    assert_eq!(bench.run(&["validate", "salida/failed.csv", "--json"]).code, 0);
    let sample = bench.run(&["replay-csv", &file, "--json", "--dry-run", "--sample", "2"]);
    assert_eq!((sample.code, sample.codes()), (0, vec![]), "{}", sample.out);
}

#[test]
fn a_strict_run_blocks_what_it_calls_an_error() {
    let bench = Bench::new();
    let row = |id, status| (id, "Rosa Quispe", "999888777", "15/01/2024 10:00", status);
    let file =
        bench.write("a.csv", export(&[row("1", "Realizada"), row("2", "Atendida"), row("3", "Cancelada")]));
    let ran = bench.run(&["validate", &file, "--json", "--strict", "--out", "salida"]);
    assert_eq!((ran.code, ran.codes()), (1, vec!["E04".to_owned()]), "{}", ran.out);
    let summary = ran.summary();
    assert_eq!((&summary["invalid"], &summary["skipped"]), (&1.into(), &1.into()), "a known status is none");
    assert!(bench.run(&["validate", &file, "--strict", "--explain", "3"]).out.contains("E04"));
    assert_eq!(bench.run(&["validate", &file, "--json"]).summary()["skipped"], 2);

    let file = bench.write("b.csv", good(1, 12));
    let ran = bench.run(&["validate", &file, "--json", "--strict", "--out", "otra"]);
    assert_eq!((ran.code, ran.codes()), (0, vec!["X04".to_owned()]));
    assert_eq!(ran.lines("finding")[0]["severity"], "warning");
    assert!(!bench.path("otra/failed.csv").exists(), "no row is wrong");
}

#[test]
fn a_rule_that_is_ignored_lets_nothing_through_that_no_receiver_takes() {
    let bench = Bench::new();
    let file = bench.write(
        "a.csv",
        "ID Cita;Nombre;Celular;DNI;Fecha y Hora;Estado\n1;Rosa Quispe;999888777;???;15/01/2024 10:00;Realizada\n\
         2;Ana Huamán;999888778;1234567890123;15/01/2024 11:00;Realizada\n",
    );
    let ran = bench.run(&[
        "replay-csv",
        &file,
        "--json",
        "--dry-run",
        "--ignore",
        "D02",
        "--ignore",
        "E01",
        "--ignore",
        "E02",
    ]);
    assert_eq!((ran.code, ran.codes()), (1, vec!["S01".to_owned()]), "{}", ran.out);
    assert_eq!(ran.lines("finding")[0]["field"], "/cliente/numero_documento");
    assert_eq!(ran.lines("payload").len(), 1, "the other one is odd, but can be stored");
    let long = "a".repeat(300);
    let file = bench.write("b.csv", export(&[("1", &long, "999888777", "15/01/2024 10:00", "Realizada")]));
    let ran = bench.run(&["replay-csv", &file, "--json", "--dry-run", "--ignore", "V05"]);
    assert_eq!((ran.code, ran.codes()), (1, vec!["S01".to_owned()]), "{}", ran.out);
}

#[test]
fn each_file_is_asked_for_a_wrong_column_by_itself() {
    let bench = Bench::new();
    let bad = |from: u64, rows: u64| {
        let rows: Vec<(String, String)> =
            (from..from + rows).map(|id| (id.to_string(), format!("15/01/2024 10:{:02}", id % 60))).collect();
        let rows: Vec<_> = rows
            .iter()
            .map(|(id, at)| (id.as_str(), "Ana Paz", "98765432", at.as_str(), "Realizada"))
            .collect();
        export(&rows)
    };
    let wrong = bench.write("b.csv", bad(5000, 25));
    for rows in [20, 130] {
        let right = bench.write("a.csv", good(1000, rows));
        let ran = bench.run(&["validate", &right, &wrong, "--json"]);
        let files: Vec<_> = ran
            .lines("finding")
            .iter()
            .filter(|line| line["code"] == "X07")
            .map(|line| line["file"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(files, ["b.csv"], "beside {rows} good rows");
    }
    let halves = [bench.write("c.csv", bad(6000, 12)), bench.write("d.csv", bad(7000, 12))];
    let ran = bench.run(&["validate", &halves[0], &halves[1], "--json"]);
    assert_eq!(ran.codes().iter().filter(|code| *code == "X07").count(), 1, "small files are told together");
}

#[test]
fn an_export_of_ragged_rows_is_to_be_exported_again() {
    let bench = Bench::new();
    let file = bench.write("a.csv", good(1000, 30).replace(";Realizada", ";Realizada;x;y"));
    let ran = bench.run(&["validate", &file, "--json"]);
    let found = ran.lines("finding");
    let told = found.iter().find(|line| line["code"] == "X07").unwrap();
    assert!(!told["hint"].as_str().unwrap().contains("--map"), "{told}");
    assert!(told["hint"].as_str().unwrap().contains("--delimiter"), "{told}");
}

#[test]
fn a_wrong_column_stops_the_run_instead_of_blaming_its_rows() {
    let bench = Bench::new();
    let rows = good(1000, 30).replacen("15/01/2024", "31/02/2024", 13);
    let file = bench.write("a.csv", rows);
    let ran = bench.run(&["validate", &file, "--json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.codes().contains(&"X07".to_owned()), "{:?}", ran.codes());
}

#[test]
fn ids_inside_ids_are_said_once_and_change_the_order() {
    let bench = Bench::new();
    let file = bench.write("a.csv", good(95, 10));
    let ran = bench.run(&["validate", &file, "--json"]);
    assert_eq!(ran.code, 0, "warnings alone are no failure");
    assert!(!ran.codes().contains(&"X04".to_owned()), "95 to 104 hold no id inside another one");
    let file = bench.write("b.csv", good(1, 12));
    assert_eq!(bench.run(&["validate", &file, "--json"]).codes(), ["X04"]);
}

#[test]
fn the_files_of_a_run_are_written_where_asked() {
    let bench = Bench::new();
    let file = bench.write(
        "a.csv",
        export(&[
            ("1", "Rosa Quispe", "999888777", "15/01/2024 10:00", "Realizada"),
            ("2", "", "999888778", "15/01/2024 11:00", "Realizada"),
        ]),
    );
    let ran = bench.run(&["validate", &file, "--out", "salida", "--json"]);
    assert_eq!(ran.code, 1);
    let failed = std::fs::read_to_string(bench.path("salida/failed.csv")).unwrap();
    assert!(failed.lines().next().unwrap().ends_with(";_row;_code;_field;_error"), "{failed}");
    assert!(failed.lines().nth(1).unwrap().contains(";3;N01;lead.nombre;"), "{failed}");
    let report = std::fs::read_to_string(bench.path("salida/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["counts"]["invalid"], 1);
    assert!(std::fs::read_to_string(bench.path("salida/report.html")).unwrap().contains("N01"));
    let corrected = failed.replace("2;;", "2;Luis Mamani;");
    std::fs::write(bench.path("salida/failed.csv"), corrected).unwrap();
    assert_eq!(bench.run(&["validate", "salida/failed.csv"]).code, 0, "a corrected failed.csv runs as it is");
}

#[test]
fn a_payload_is_checked_to_the_field() {
    let bench = Bench::new();
    let file = bench.write("p.json", r#"{"id_presencia_crm":"CRM-1","cliente":{"nombres_completos_razon_social":"Ana","tipo_documento":"dni","numero_documento":"12345678","telefono_principal":"999888777"},"fecha_hora_presencia":"15/01/2024","proyecto_interes":"x","medio_captacion":"web","modalidad":"presencial","status_presencia":"realizada","resultado_interaccion":"interesado_seguimiento","observaciones":""}"#);
    let ran = bench.run(&["validate", &file, "--json"]);
    assert_eq!(ran.code, 1);
    let fields: Vec<_> =
        ran.lines("finding").iter().map(|line| line["field"].as_str().unwrap().to_owned()).collect();
    assert!(fields.contains(&"/cliente/tipo_documento".to_owned()), "{fields:?}");
    assert!(fields.contains(&"/fecha_hora_presencia".to_owned()), "{fields:?}");
}

#[test]
fn payloads_that_share_an_id_are_told() {
    let bench = Bench::new();
    let payload = |id: &str, name: &str| {
        format!(
            r#"{{"id_presencia_crm":"{id}","cliente":{{"nombres_completos_razon_social":"{name}","tipo_documento":"DNI","numero_documento":"12345678","telefono_principal":"999888777"}},"fecha_hora_presencia":"2024-01-15T10:00:00","proyecto_interes":"x","medio_captacion":"web","modalidad":"presencial","status_presencia":"realizada","resultado_interaccion":"interesado_seguimiento","observaciones":""}}"#
        )
    };
    let write = |lines: &[String]| bench.write("p.ndjson", lines.join("\n"));
    let told = |file: &str| {
        let ran = bench.run(&["validate", file, "--json"]);
        let summary = ran.summary();
        let counts = ["prepared", "invalid", "duplicates"].map(|count| summary[count].as_u64().unwrap());
        let rows: Vec<_> = ran
            .lines("finding")
            .iter()
            .filter(|line| line["code"] == "X01")
            .map(|line| line["row"].as_u64().unwrap())
            .collect();
        (ran.code, counts, rows)
    };
    let file = write(&[payload("CRM-1", "Ana"), payload("CRM-2", "Ana"), payload("CRM-1", "Ana")]);
    assert_eq!(told(&file), (0, [2, 0, 1], vec![]));
    let file = write(&[payload("CRM-1", "Ana"), payload("CRM-2", "Ana"), payload("crm-1", "Luis")]);
    assert_eq!(told(&file), (1, [1, 2, 0], vec![1, 3]));
    let file = write(&[payload("CRM-1", "Ana"), payload("CRM-1", "")]);
    assert_eq!(told(&file), (1, [0, 2, 0], vec![1, 2]));

    let file =
        write(&[payload("CRM-1", "Ana"), r#"{"lead":{"nombre":"Ana"},"appointment":{"id":2}}"#.to_owned()]);
    let ran = bench.run(&["validate", &file, "--json"]);
    let found = ran.lines("finding");
    assert!(found[0]["message"].as_str().unwrap().contains("a record of the CRM"), "{found:?}");
}

#[test]
fn other_tools_can_read_the_findings() {
    let bench = Bench::new();
    let file = bench.write("a.csv", export(&[("1", "", "999888777", "15/01/2024 10:00", "Realizada")]));
    let ran = bench.run(&["validate", &file, "--format", "github"]);
    assert!(ran.out.contains("::error file=a.csv,line=2,title=N01"), "{}", ran.out);
    let ran = bench.run(&["validate", &file, "--format", "junit"]);
    assert!(ran.out.contains("<failure type=\"N01\""), "{}", ran.out);
}

#[test]
fn no_event_is_a_failure_unless_allowed() {
    let bench = Bench::new();
    let file =
        bench.write("a.csv", export(&[("1", "Rosa Quispe", "999888777", "15/01/2024 10:00", "Pendiente")]));
    assert_eq!(bench.run(&["validate", &file]).code, 1);
    assert_eq!(bench.run(&["validate", &file, "--allow-empty"]).code, 0);
}

#[test]
fn a_person_reads_causes_examples_and_remedies_in_their_language() {
    let bench = Bench::new();
    let rows = [
        ("1", "Rosa Quispe", "999888777", "15/01/2024 10:00", "Realizada"),
        ("2", "", "999888778", "15/01/2024 11:00", "Realizada"),
        ("3", "Luis Mamani", "9998", "15/01/2024 12:00", "Realizada"),
        ("4", "Ana Huamán", "99", "pronto", "Realizada"),
        ("5", "Ana Huamán", "999888779", "15/01/2024 12:00", "Cancelada"),
    ];
    let file = bench.write("citas.csv", export(&rows));
    for lang in ["es", "en"] {
        let ran = bench.run(&["validate", &file, "--lang", lang]);
        insta::assert_snapshot!(format!("validate_{lang}"), format!("{}---\n{}", ran.err, ran.out));
    }
}

#[test]
fn a_person_is_told_what_is_wrong_with_a_header() {
    let bench = Bench::new();
    let file =
        bench.write("a.csv", "ID Cita;Nombre;Celular;Fecha y Hora\n1;Ana Paz;999111222;13/11/2024 10:00\n");
    for command in ["validate", "replay-csv"] {
        let mut args = vec![command, &file];
        args.extend((command == "replay-csv").then_some("--mock"));
        let ran = bench.run(&args);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("H01") && ran.err.contains("appointment.estado"), "{}", ran.err);
    }
    let ran = bench.run(&["validate", &file, "--format", "junit"]);
    assert!(ran.out.contains("failures=\"2\"") && ran.out.contains("H01"), "{}", ran.out);
    let ran = bench.run(&["validate", "no.csv", "--format", "junit"]);
    assert!(ran.out.contains("failures=\"1\"") && ran.out.contains("no.csv does not exist"), "{}", ran.out);
}
