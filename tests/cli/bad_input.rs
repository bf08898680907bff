//! What can be wrong with a file: each a clear error with its exit code, and nothing sent.

use crate::bench::{Bench, Ran, export, good};
use crate::odd_receiver::{OddReceiver, Switches};

fn validate(name: &str, bytes: &[u8]) -> Ran {
    let bench = Bench::new();
    let file = bench.write(name, bytes);
    bench.run(&["validate", &file, "--json"])
}

#[test]
fn no_file_an_empty_one_and_a_folder() {
    let bench = Bench::new();
    for (name, word) in [("missing.csv", "missing.csv"), ("home", "home")] {
        let ran = bench.run(&["validate", name]);
        assert_eq!(ran.code, 6, "{}", ran.err);
        assert!(ran.err.contains(word) && ran.err.contains("hint"), "{}", ran.err);
    }
    let ran = validate("a.csv", b"");
    assert_eq!(ran.code, 6);
}

#[test]
fn a_binary_is_f01() {
    let ran = validate("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06");
    assert_eq!((ran.code, ran.codes()), (6, vec!["F01".to_owned()]));
    assert!(
        ran.summary()["stopped"].as_str().unwrap().contains("F01"),
        "the last line of every run is its summary"
    );
}

#[test]
fn an_open_quote_is_f05_with_the_row_where_it_opened() {
    let text = good(1000, 50).replacen("Rosa Quispe;910001003", "\"Rosa Quispe;910001003", 1);
    let ran = validate("a.csv", text.as_bytes());
    assert_eq!(ran.code, 6, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("row 5") || ran.out.contains("\"row\":5"), "{}{}", ran.out, ran.err);
}

#[test]
fn no_phone_column_is_h01_and_says_which_flag_helps() {
    let text = "ID Cita;Nombre;Fecha y Hora;Estado\n1;Ana;15/01/2024 10:00;Realizada\n";
    let ran = validate("a.csv", text.as_bytes());
    assert_eq!((ran.code, ran.codes()), (2, vec!["H01".to_owned()]), "{}", ran.err);
    assert!(ran.out.contains("--map"), "{}", ran.out);
}

#[test]
fn two_columns_that_could_be_the_date_are_h02_with_both_names() {
    let text = "ID Cita;Nombre;Celular;Fecha de la cita;Fecha visita;Estado\n1;Ana;999888777;15/01/2024 10:00;16/01/2024 10:00;Realizada\n";
    let bench = Bench::new();
    let file = bench.write("a.csv", text);
    let ran = bench.run(&["validate", &file, "--json"]);
    assert_eq!((ran.code, ran.codes()), (2, vec!["H02".to_owned()]), "{}", ran.err);
    assert!(ran.out.contains("Fecha de la cita") && ran.out.contains("Fecha visita"), "{}", ran.out);
    let ran = bench.run(&["validate", &file, "--map", "appointment.fecha_hora=Fecha visita"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn a_ragged_row_is_r02_and_its_neighbours_are_fine() {
    let text = good(1000, 3).replacen("Sala de ventas", "Sala;de;ventas", 1);
    let ran = validate("a.csv", text.as_bytes());
    assert_eq!((ran.code, ran.codes()), (1, vec!["R02".to_owned()]), "{}", ran.out);
    assert_eq!((&ran.summary()["invalid"], &ran.summary()["prepared"]), (&1.into(), &2.into()));
}

#[test]
fn an_encoding_that_must_be_named_is_f03() {
    let text = export(&[
        ("1", "Núñez Peña", "999888777", "15/01/2024 10:00", "Realizada"),
        ("2", "Muñoz Ñaupari", "999888778", "15/01/2024 11:00", "Realizada"),
    ]);
    let cp850: Vec<u8> = text
        .chars()
        .map(|letter| match letter {
            'ú' => 0xA3,
            'ñ' => 0xA4,
            'Ñ' => 0xA5,
            other => u8::try_from(u32::from(other)).unwrap(),
        })
        .collect();
    let bench = Bench::new();
    let file = bench.write("a.csv", &cp850);
    let ran = bench.run(&["validate", &file, "--json"]);
    assert_eq!((ran.code, ran.codes()), (6, vec!["F03".to_owned()]), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("--encoding"));
    let ran = bench.run(&["replay-csv", &file, "--encoding", "cp850", "--dry-run"]);
    assert!(ran.out.contains("Núñez Peña") && ran.out.contains("Muñoz Ñaupari"), "{}", ran.out);
}

#[test]
fn an_unknown_encoding_a_bad_flag_and_a_bad_mapping_file_are_usage_errors() {
    let bench = Bench::new();
    let file = bench.write("a.csv", good(1000, 2));
    let mapping = bench.write("m.toml", "version = 1\n[colums]\n");
    for args in [
        &["validate", &file, "--encoding", "ebcdic"][..],
        &["validate", &file, "--map", "lead.celullar=x"],
        &["validate", &file, "--set", "modalidad=zoom"],
        &["validate", &file, "--mapping", &mapping],
        &["validate", &file, "--timezone", "Mars/Phobos"],
    ] {
        let ran = bench.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {}{}", ran.out, ran.err);
    }
    let ran = bench.run(&["validate", &file, "--mapping", &mapping]);
    assert!(ran.err.contains("m.toml, line 2") && ran.err.contains("columns"), "{}", ran.err);
}

#[test]
fn a_queue_is_refused_where_it_would_be_left_out() {
    let mut bench = Bench::new();
    bench.set("COMERCIAL_WEBHOOK_URL", "http://127.0.0.1:9/api/webhook-presencia-crm/");
    bench.set("COMERCIAL_WEBHOOK_TOKEN", "a-token-0123456789");
    let recording = bench.write("r.ndjson", "{\"kind\":\"request\",\"body\":\"{}\"}\n");
    let ran = bench.run(&["replay", &recording, "--queue", "nats://127.0.0.1:4222"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("--queue"), "{}", ran.err);
}

/// Half of an output looks like a whole one to whoever reads it later.
#[cfg(target_os = "linux")]
#[test]
fn an_output_that_can_not_be_written_is_no_success() {
    let bench = Bench::new();
    let file = bench.write("a.csv", good(1, 200));
    let commands: [&[&str]; 7] = [
        &["replay-csv", &file, "--dry-run", "--json"],
        &["replay-csv", &file, "--mock"],
        &["validate", &file],
        &["config", "show"],
        &["init", "--print"],
        &["map", "--show"],
        &["completions", "bash"],
    ];
    for command in commands {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = Ran::of(bench.command(command).stdout(full).output().unwrap());
        assert_eq!(ran.code, 6, "{command:?}: {}", ran.err);
        assert!(ran.err.contains("the output can't be written: no space left"), "{command:?}: {}", ran.err);
    }
    // A reader that has seen enough is none the worse for it.
    let ran = bench.run_in_shell(&format!(
        "{} replay-csv {file} --dry-run --json | head -1",
        env!("CARGO_BIN_EXE_crm-bridge")
    ));
    assert_eq!((ran.code, ran.err.contains("can't be written")), (0, false), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn where_nothing_can_be_given_back_nothing_is_sent() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let mut rows = good(1, 3);
    rows.push_str("9;Ana Quispe;12345;15/01/2024 10:09;Realizada;OPC;OASIS 2 (AUCALLAMA);Sala\r\n");
    let file = bench.write("a.csv", rows);
    let ran = bench.run(&["replay-csv", &file, "--out", "/proc/no"]);
    assert_eq!((ran.code, receiver.held().total), (6, 0), "{}", ran.err);
    assert!(ran.err.contains("can't write /proc/no") && ran.err.contains("--out"), "{}", ran.err);
    // A file that stands where the folder should be.
    let ran = bench.run(&["replay-csv", &file, "--out", &file]);
    assert_eq!((ran.code, receiver.held().total), (6, 0), "{}", ran.err);
}

#[test]
fn a_separator_that_no_flag_can_name_is_told_once_and_with_what_helps() {
    let bench = Bench::new();
    let file = bench.write("a.csv", "uno:dos\n1:2\n");
    let ran = bench.run(&["validate", &file]);
    assert_eq!((ran.code, ran.err.matches("the separator can't be told").count()), (6, 1), "{}", ran.err);
    assert!(ran.err.contains("export it again") && !ran.err.contains("--delimiter"), "{}", ran.err);
}

#[test]
fn an_open_quote_is_a_finding_whether_or_not_the_order_of_dates_was_named() {
    let bench = Bench::new();
    let rows = "1;Ana;999888777;15/01/2024 10:00;Realizada\n2;\"Eva;999888778;15/01/2024 11:00;Realizada\n";
    let file = bench.write("a.csv", format!("ID Cita;Nombre;Celular;Fecha y Hora;Estado\n{rows}"));
    for order in [&[][..], &["--date-order", "dmy"]] {
        let ran = bench.run(&[&["validate", &file, "--json"], order].concat());
        assert_eq!((ran.code, &ran.summary()["by_code"]["F05"]), (6, &1.into()), "{order:?}: {}", ran.out);
        let ran = bench.run(&[&["validate", &file, "--format", "github"], order].concat());
        assert!(ran.out.contains("::error file=a.csv,line=3,title=F05"), "{order:?}: {}", ran.out);
    }
}

#[test]
fn a_broken_workbook_and_other_files_are_told_in_the_language_of_the_person() {
    let bench = Bench::new();
    for (name, bytes, told) in [
        ("a.zip", &b"PK\x03\x04 and more"[..], "un archivo ZIP"),
        ("a.pdf", b"%PDF-1.7\n", "un PDF"),
        ("a.xlsx", b"PK\x03\x04 and more", "un libro dañado o incompleto"),
        ("b.xlsx", b"PK\x03\x04[Content_Types].xml", "un libro dañado o incompleto"),
    ] {
        let ran = bench.run(&["validate", &bench.write(name, bytes), "--lang", "es"]);
        assert!(ran.code == 6 && ran.err.contains(told), "{name}: {}", ran.err);
        let workbook = told.contains("libro");
        assert_eq!(ran.err.contains("guárdelo otra vez"), workbook, "{name}: {}", ran.err);
    }
}
