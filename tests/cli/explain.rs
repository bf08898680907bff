//! `validate --explain`: one row from its cells to the payload.

use serde_json::Value;

use crate::bench::{Bench, export};

const HEADER: &str = "ID Cita;Nombre;Celular;Fecha y Hora;Estado;Tipificación;Medio;Proyecto;Lugar;Interno\n";

/// A file whose rows are: 2 repaired, 3 invalid, 4 no event, 5 repeats row 2, 6 a line of totals.
fn mixed(bench: &Bench) -> String {
    let rows = "\
        CRM-1; Rosa  Quispe ;+51 999-888-777;15/01/2024 10:00;Realizada;;OPC;OASIS 2 (AUCALLAMA);Sala de ventas;Nota 7\n\
        2;Luis Mamani;99988x;pronto;Pendiente;Ya asistió;OPC;OASIS 2 (AUCALLAMA);Sala de ventas;\n\
        3;Ana Huamán;999888779;15/01/2024 12:00;Cancelada;;OPC;OASIS 2 (AUCALLAMA);Sala de ventas;\n\
        1;Rosa Quispe;999888777;15/01/2024 10:00;Realizada;;OPC;OASIS 2 (AUCALLAMA);Sala de ventas;Nota 8\n\
        Total;;;;4;;;;;\n";
    bench.write("citas.csv", format!("{HEADER}{rows}"))
}

fn explained(row: &str, lang: &str) -> String {
    let bench = Bench::new();
    let file = mixed(&bench);
    let ran = bench.run(&["validate", &file, "--explain", row, "--lang", lang]);
    format!("exit {}\n{}", ran.code, ran.out)
}

/// The line about a place of the payload.
fn place<'l>(lines: &'l [Value], name: &str) -> &'l Value {
    lines.iter().find(|line| line["payload_field"] == name).unwrap()
}

#[test]
fn a_repaired_row_shows_each_cell_its_repairs_and_what_is_sent() {
    insta::assert_snapshot!("repaired_en", explained("2", "en"));
    insta::assert_snapshot!("repaired_es", explained("2", "es"));
}

#[test]
fn an_invalid_row_shows_the_rules_that_speak_against_it() {
    insta::assert_snapshot!("invalid_en", explained("3", "en"));
    insta::assert_snapshot!("invalid_es", explained("3", "es"));
}

#[test]
fn a_skipped_row_says_which_status_it_has() {
    insta::assert_snapshot!("skipped_en", explained("4", "en"));
    insta::assert_snapshot!("skipped_es", explained("4", "es"));
}

#[test]
fn an_ignored_row_says_why_it_is_no_record() {
    insta::assert_snapshot!("ignored_en", explained("6", "en"));
    insta::assert_snapshot!("ignored_es", explained("6", "es"));
    assert!(explained("1", "en").contains("the header"), "{}", explained("1", "en"));
}

#[test]
fn a_row_that_is_wrong_whatever_its_status_is_told_as_the_run_counts_it() {
    let bench = Bench::new();
    let file = bench.write(
        "a.csv",
        "ID Cita;Nombre;Celular;Fecha y Hora;Estado;Lugar\n1;Ana Paz;999888777;15/01/2024 10:00;Cancelada\n",
    );
    let ran = bench.run(&["validate", &file, "--json"]);
    assert_eq!((ran.code, &ran.summary()["invalid"]), (1, &Value::from(1)));
    let ran = bench.run(&["validate", &file, "--json", "--explain", "2"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("\"invalid\""), "{}", ran.out);
}

#[test]
fn a_row_that_repeats_another_is_told_by_the_whole_file() {
    let bench = Bench::new();
    let file = mixed(&bench);
    let ran = bench.run(&["validate", &file, "--explain", "5", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.lines("explain")[0]["outcome"], "duplicate");
    assert_eq!(ran.summary()["duplicates"], 1);
}

#[test]
fn a_row_that_is_not_there_is_an_input_error_with_a_way_on() {
    let bench = Bench::new();
    let file = mixed(&bench);
    for row in ["7", "0"] {
        let ran = bench.run(&["validate", &file, "--explain", row]);
        assert_eq!(ran.code, 6, "{}", ran.err);
        assert!(ran.err.contains(&format!("has no row {row}")), "{}", ran.err);
        assert!(ran.err.contains("its last row is 6"), "{}", ran.err);
        assert!(ran.err.contains("--explain"), "{}", ran.err);
        assert!(ran.out.is_empty(), "{}", ran.out);
    }
}

#[test]
fn several_files_and_payloads_are_refused() {
    let bench = Bench::new();
    let file = mixed(&bench);
    assert_eq!(bench.run(&["validate", &file, &file, "--explain", "2"]).code, 2);
    let payload = bench.write("p.json", r#"{"id_presencia_crm":"CRM-1","cliente":{}}"#);
    assert_eq!(bench.run(&["validate", &payload, "--explain", "1"]).code, 2);
}

#[test]
fn scripts_read_one_line_a_cell_then_the_findings() {
    let bench = Bench::new();
    let file = mixed(&bench);
    let ran = bench.run(&["validate", &file, "--explain", "2", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines = ran.lines("explain");
    assert_eq!((&lines[0]["outcome"], &lines[0]["event"]), (&"prepared".into(), &true.into()));
    let id = place(&lines, "id_presencia_crm");
    assert_eq!(
        (&id["column"], &id["cell"], &id["value"]),
        (&"ID Cita".into(), &"CRM-1".into(), &"CRM-1".into())
    );
    let phone = place(&lines, "cliente.telefono_principal");
    assert_eq!((&phone["field"], &phone["row"]), (&"lead.celular".into(), &2.into()));
    assert!(phone["codes"].as_array().unwrap().iter().any(|code| code == "T03"), "{phone}");
    let keys: Vec<&String> = phone.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 8, "{phone}");
    let unused = lines.last().unwrap();
    assert_eq!((&unused["column"], &unused["payload_field"]), (&"Interno".into(), &Value::Null));
    assert!(ran.codes().contains(&"T03".to_owned()), "{:?}", ran.codes());
    assert_eq!(ran.summary()["prepared"], 1);
}

#[test]
fn personal_data_is_masked_unless_asked_for() {
    let bench = Bench::new();
    let file = mixed(&bench);
    for json in [&["--json"][..], &[]] {
        let masked = bench.run(&[&["validate", &file, "--explain", "2"], json].concat());
        for personal in ["Rosa", "888-777", "999888777", "Nota"] {
            assert!(!masked.out.contains(personal), "{personal}: {}", masked.out);
        }
        let open = bench.run(&[&["validate", &file, "--explain", "2", "--show-pii"], json].concat());
        for personal in ["Rosa", "888-777", "999888777", "Nota 7"] {
            assert!(open.out.contains(personal), "{personal}: {}", open.out);
        }
    }
}

#[test]
fn records_of_json_are_explained_by_their_number() {
    let bench = Bench::new();
    let file = bench.write(
        "r.ndjson",
        "{\"lead\":{\"nombre\":\"Ana\",\"celular\":\"999888777\"},\"appointment\":{\"id\":1,\"fecha_hora\":\"2024-01-15 10:00\",\"estado\":\"Realizada\"}}\n\
         {\"lead\":{\"nombre\":\"Ana\",\"celular\":\"99\"},\"appointment\":{\"id\":2,\"fecha_hora\":\"2024-01-15 10:00\",\"estado\":\"Realizada\"}}\n",
    );
    let ran = bench.run(&["validate", &file, "--explain", "1", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(place(&ran.lines("explain"), "id_presencia_crm")["value"], "CRM-1");
    let ran = bench.run(&["validate", &file, "--explain", "2", "--json"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    let lines = ran.lines("explain");
    assert_eq!(place(&lines, "cliente.telefono_principal")["codes"], serde_json::json!(["T04"]));
    assert_eq!(place(&lines, "medio_captacion")["codes"], serde_json::json!(["E01"]));
    assert!(lines.iter().all(|line| line["payload_field"] != "venta.lote"), "what is not there is not shown");
}

#[test]
fn a_finding_in_colour_points_into_its_cell_and_plain_output_does_not() {
    let bench = Bench::new();
    let rows = [
        ("1/2", "Rosa Quispe", "999888777", "15/01/2024 10:00", "Realizada"),
        ("2", "Rosa Quispe", "999888778", "pronto", "Realizada"),
    ];
    let file = bench.write("a.csv", export(&rows));
    let ran = bench.run(&["validate", &file, "-v", "--color", "always"]);
    for text in [&ran.out, &ran.err] {
        let lines: Vec<&str> = text.lines().collect();
        for (cell, carets) in [("pronto", "^^^^^^"), ("1/2", " ^")] {
            let at = lines.windows(2).any(|pair| {
                let (line, below) = (unpainted(pair[0]), unpainted(pair[1]));
                let Some(start) = line.find(&format!("· {cell}")).map(|at| line[..at].chars().count() + 2)
                else {
                    return false;
                };
                below == format!("{}{carets}", " ".repeat(start))
            });
            assert!(at, "{cell}: {text}");
        }
    }
    let ran = bench.run(&["validate", &file, "-v"]);
    assert!(!ran.out.contains('^') && !ran.err.contains('^'), "{}{}", ran.out, ran.err);
}

fn unpainted(line: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for sign in line.chars() {
        match sign {
            '\u{1b}' => inside = true,
            'm' if inside => inside = false,
            _ if inside => {}
            _ => plain.push(sign),
        }
    }
    plain
}
