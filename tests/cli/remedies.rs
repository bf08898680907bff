//! Rows that come back are corrected by somebody who does what each remedy says, knows nothing else, and gives the file
//! back as it is.

use std::collections::BTreeMap;

use crm_bridge::rules::Code;
use crm_bridge::rules::catalogue::Severity;
use csv::StringRecord;

use crate::bench::{Bench, Ran};
use crate::odd_receiver::{OddReceiver, Switches};

const HEADER: &str = "ID Cita;Nombre;Celular;Tipo Documento;Documento;Fecha y Hora;Estado;Observaciones";

/// Rules about rows whose remedy is no change of the row, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("A03", "the order of dates is said once for the file: --date-order"),
    ("X05", "what was delivered is corrected at the receiver, or sent with --force"),
    ("X06", "documents of a mapping file: its setting is changed"),
    ("X07", "the column is wrong: --map"),
    ("X08", "a row that nobody corrected: tried below"),
    ("P01", "what the receiver answered: --id-terminator"),
    ("P02", "what the receiver answered: crm-bridge test"),
    ("S01", "a payload, which is no row of an export"),
    ("S02", "cells of a sale, which this export does not have"),
];

/// One row a rule, broken in the way that the rule is about.
fn broken() -> Vec<(&'static str, String)> {
    let long = "x".repeat(300);
    vec![
        ("I01", "CITA 1;Ana Quispe;910000001;;;15/01/2024 10:01;Realizada;".to_owned()),
        (
            "R02",
            "CITA-2;Ana Quispe;910000002;;;15/01/2024 10:02;Realizada;vino;con su mamá;y pagó".to_owned(),
        ),
        ("V03", "CITA-3;Ana Mu\u{fffd}oz;910000003;;;15/01/2024 10:03;Realizada;".to_owned()),
        ("V04", "CITA-4;Ana Quispe;910000004;;;15/01/2024 10:04;Realizada;=SUM(A1:A2)".to_owned()),
        ("V05", format!("CITA-5;{long};910000005;;;15/01/2024 10:05;Realizada;")),
        ("N01", "CITA-6;;910000006;;;15/01/2024 10:06;Realizada;".to_owned()),
        ("T01", "CITA-7;Ana Quispe;;;;15/01/2024 10:07;Realizada;".to_owned()),
        ("T02", "CITA-8;Ana Quispe;9,1E+08;;;15/01/2024 10:08;Realizada;".to_owned()),
        ("T04", "CITA-9;Ana Quispe;12345;;;15/01/2024 10:09;Realizada;".to_owned()),
        ("T05", "CITA-10;Ana Quispe;910000010 / 910000011;;;15/01/2024 10:10;Realizada;".to_owned()),
        ("D02", "CITA-11;Ana Quispe;910000012;RUC;20123456789;15/01/2024 10:11;Realizada;".to_owned()),
        ("A01", "CITA-12;Ana Quispe;910000013;;;;Realizada;".to_owned()),
        ("A02", "CITA-13;Ana Quispe;910000014;;;ayer;Realizada;".to_owned()),
        ("A06", "CITA-14;Ana Quispe;910000015;;;15/01/2124 10:14;Realizada;".to_owned()),
        ("X01", "CITA-15;Ana Quispe;910000016;;;15/01/2024 10:15;Realizada;".to_owned()),
        ("X01", "CITA-15;Luis Mamani;910000017;;;15/01/2024 10:16;Realizada;".to_owned()),
        ("", "CITA-16;Ana Huamán;910000018;;;15/01/2024 10:17;Realizada;".to_owned()),
        ("X03", "CITA-17;Ana Huamán;910000018;;;15/01/2024 10:17;Realizada;".to_owned()),
    ]
}

/// Does what the remedy of the row's rule says; none where it says to remove the row.
fn corrected(row: &StringRecord, columns: &BTreeMap<String, usize>) -> Option<Vec<String>> {
    let mut cells: Vec<String> = row.iter().map(str::to_owned).collect();
    let number = &row[columns["_row"]];
    let mut set = |column: &str, cell: String| cells[columns[column]] = cell;
    match &row[columns["_code"]] {
        "I01" => set("ID Cita", format!("CITA-90{number}")),
        // A cell held the separator: it goes back into one.
        "R02" => {
            let beyond: Vec<&str> = row.iter().skip(columns.len()).collect();
            let whole = format!("{};{}", &row[columns["Observaciones"]], beyond.join(";"));
            set("Observaciones", whole);
            cells.truncate(columns.len());
        }
        "V03" => set("Nombre", "Ana Muñoz".to_owned()),
        "V04" => set("Observaciones", "3".to_owned()),
        "V05" => set("Nombre", row[columns["Nombre"]].chars().take(40).collect()),
        "N01" => set("Nombre", "Luis Mamani".to_owned()),
        "T01" | "T02" | "T04" => set("Celular", format!("9200000{number:0>2}")),
        "T05" => set("Celular", row[columns["Celular"]].split(" / ").next()?.to_owned()),
        "D02" => set("Tipo Documento", "Otro".to_owned()),
        "A01" | "A02" | "A06" => set("Fecha y Hora", "16/01/2024 11:30".to_owned()),
        // Of two rows one is kept.
        "X01" if &row[columns["Nombre"]] == "Luis Mamani" => return None,
        "X01" => {}
        "X03" => return None,
        other => panic!("no remedy for {other}"),
    }
    Some(cells)
}

#[test]
fn every_rule_about_a_row_has_a_remedy_that_is_tried_here() {
    let tried: Vec<&str> = broken().into_iter().map(|(code, _)| code).collect();
    for code in Code::ALL {
        let about_a_file = matches!(code.name().as_bytes()[0], b'F' | b'H');
        let elsewhere = ELSEWHERE.iter().any(|(name, _)| *name == code.name());
        if code.rule().severity == Severity::Error && !about_a_file && !elsewhere {
            assert!(tried.contains(&code.name()), "{}", code.name());
        }
    }
}

#[test]
fn a_file_corrected_by_its_remedies_alone_runs_clean() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let rows = broken();
    let lines: Vec<&str> = rows.iter().map(|(_, row)| row.as_str()).collect();
    let file = bench.write("a.csv", format!("\u{feff}{HEADER}\r\n{}\r\n", lines.join("\r\n")));
    let ran = bench.run(&["replay-csv", &file, "--json"]);
    assert_eq!((ran.code, &ran.summary()["delivered"]), (1, &1.into()), "{}{}", ran.out, ran.err);

    let failed = std::fs::read_to_string(bench.path("failed.csv")).unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_reader(failed.as_bytes());
    let names = reader.headers().unwrap().iter().enumerate();
    let columns: BTreeMap<String, usize> =
        names.map(|(column, name)| (name.trim_start_matches('\u{feff}').to_owned(), column)).collect();
    let records: Vec<StringRecord> = reader.records().map(|record| record.unwrap()).collect();
    let told: Vec<&str> = records.iter().map(|record| &record[columns["_code"]]).collect();
    let expected: Vec<&str> = rows.iter().map(|(code, _)| *code).filter(|code| !code.is_empty()).collect();
    assert_eq!(told, expected, "each row comes back with its rule");

    let mut writer = csv::WriterBuilder::new().delimiter(b';').flexible(true).from_writer(Vec::new());
    writer.write_record(failed.lines().next().unwrap().split(';')).unwrap();
    let kept: Vec<Vec<String>> = records.iter().filter_map(|record| corrected(record, &columns)).collect();
    for row in &kept {
        writer.write_record(row).unwrap();
    }
    std::fs::write(bench.path("failed.csv"), writer.into_inner().unwrap()).unwrap();

    let ran = bench.run(&["replay-csv", "failed.csv", "--json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(ran.summary()["delivered"], kept.len());
    assert_eq!(receiver.held().total, 1 + kept.len());
    let whole =
        receiver.held().presencias.iter().any(|one| format!("{one:?}").contains("vino;con su mamá;y pagó"));
    assert!(whole, "what a separator had torn apart arrives in one piece");
}

#[test]
fn what_only_the_whole_export_shows_is_known_again_where_nobody_corrected_it() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let rows = [
        "1;Ana Paz;999111222;;;13/11/2024 10:00;Realizada;",
        // Of the columns before the estado one is missing: filled up at its end, it would be no event.
        "2;Rosa Inga;999111224;;13/11/2024 12:00;Realizada;",
        "3;Ana Paz;999111222;;;13/11/2024 10:00;Realizada;",
        "4;Máximo Zeballos;999111222;;;14/11/2024 10:00;Realizada;",
        "5;Eva Sol;99;;;15/11/2024 10:00;Realizada;",
    ];
    let file = bench.write("a.csv", format!("{HEADER}\n{}\n", rows.join("\n")));
    let ran = bench.run(&["replay-csv", &file, "--json"]);
    assert_eq!((ran.summary()["delivered"].as_u64(), ran.summary()["invalid"].as_u64()), (Some(1), Some(4)));

    // Only the phone is corrected.
    let failed = std::fs::read_to_string(bench.path("failed.csv")).unwrap();
    let mut name = "failed.csv".to_owned();
    std::fs::write(bench.path(&name), failed.replacen("Eva Sol;99;", "Eva Sol;999111225;", 1)).unwrap();
    let uncorrected = |ran: &Ran| ran.codes().into_iter().filter(|code| code == "X08").count();
    for _ in 0..2 {
        let ran = bench.run(&["replay-csv", &name, "--json"]);
        assert_eq!((ran.code, uncorrected(&ran)), (1, 3), "{}{}", ran.out, ran.err);
        name = ran.summary()["files"][0].as_str().unwrap().to_owned();
    }
    assert_eq!(receiver.held().ids(), ["CRM-1", "CRM-5"]);

    // One is corrected, one is right as it is and says so, one stays.
    let failed = std::fs::read_to_string(bench.path(&name)).unwrap();
    let lines = failed.lines().map(|line| match line.split(';').next() {
        Some("2") => line.replacen(";13/11/2024 12:00;Realizada;;;", ";;13/11/2024 12:00;Realizada;;", 1),
        Some("4") => format!("{};X08;;", line.split(";X08 X02;").next().unwrap()),
        _ => line.to_owned(),
    });
    bench.write(&name, lines.collect::<Vec<_>>().join("\n"));
    let ran = bench.run(&["replay-csv", &name, "--json"]);
    assert_eq!((ran.code, uncorrected(&ran)), (1, 1), "{}{}", ran.out, ran.err);
    assert_eq!(receiver.held().ids(), ["CRM-1", "CRM-5", "CRM-2", "CRM-4"]);
}

#[test]
fn an_uncorrected_row_is_no_mistake_where_its_rule_is_ignored_or_another_row_was_asked_for() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let rows = [
        "1;Ana Paz;999111222;;;13/11/2024 10:00;Realizada;",
        "3;Ana Paz;999111222;;;13/11/2024 10:00;Realizada;",
    ];
    let file = bench.write("a.csv", format!("{HEADER}\n{}\n", rows.join("\n")));
    assert_eq!(bench.run(&["replay-csv", &file, "--json"]).summary()["invalid"], 1);
    let other = bench.run(&["replay-csv", "failed.csv", "--only", "77", "--allow-empty", "--json"]);
    assert_eq!((other.code, &other.summary()["skipped"]), (0, &1.into()), "{}{}", other.out, other.err);
    let ignored = bench.run(&["replay-csv", "failed.csv", "--ignore", "X03", "--json"]);
    assert_eq!(
        (ignored.code, &ignored.summary()["delivered"]),
        (0, &1.into()),
        "{}{}",
        ignored.out,
        ignored.err
    );
}

#[test]
fn what_a_spreadsheet_changes_when_it_saves_a_file_is_no_correction() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let rows = [
        "1;Ana Paz;999111222;DNI;44556677;13/11/2024 10:00;Realizada;",
        "3;Ana Paz;999111222;DNI;04827172;13/11/2024 10:00;Realizada;\"uno\r\ndos\"",
        "4;Eva Sol;999111222;DNI;04827173;14/11/2024 10:00;Realizada;",
    ];
    let file = bench.write("a.csv", format!("{HEADER}\r\n{}\r\n", rows.join("\r\n")));
    assert_eq!(bench.run(&["replay-csv", &file, "--json"]).summary()["invalid"], 1);
    let failed = std::fs::read_to_string(bench.path("failed.csv")).unwrap();
    assert!(failed.contains("X02"), "{failed}");
    for (change, into) in [
        ("\r\n", "\n"),
        (";04827173;", ";4827173;"),
        ("14/11/2024 10:00;", "14/11/2024 10:00:00;"),
        ("_code;_field;_error", "_Code;_Field;_Error"),
    ] {
        bench.write("failed.csv", failed.replace(change, into));
        let ran = bench.run(&["replay-csv", "failed.csv", "--json"]);
        assert!(ran.codes().contains(&"X08".to_owned()), "{change:?}: {}{}", ran.out, ran.err);
    }
    assert_eq!(receiver.held().total, 2);
}
