//! What is wrong with a whole file stops a run of it before anything is sent.

use crate::bench::{Bench, good};
use crate::odd_receiver::{OddReceiver, Switches};

#[test]
fn a_strict_run_sends_nothing_of_a_file_with_a_warning() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let unused = good(1000, 3).replacen("ID Cita;", "Asesor;ID Cita;", 1).replace("\r\n1", "\r\nAna;1");
    let no_medio = good(1000, 3).replacen(";Medio;", ";Ignorado;", 1);
    let day_or_month = good(1000, 3).replace("15/01/2024", "03/04/2024");
    for (name, text, code) in
        [("h03.csv", unused, "H03"), ("e01.csv", no_medio, "E01"), ("a03.csv", day_or_month, "A03")]
    {
        let file = bench.write(name, text);
        for command in ["validate", "replay-csv"] {
            let ran = bench.run(&[command, &file, "--strict", "--json"]);
            assert_eq!(ran.code, 1, "{name}: {}{}", ran.out, ran.err);
            let summary = ran.summary();
            assert_eq!((&summary["unprocessed"], &summary["delivered"]), (&3.into(), &0.into()), "{name}");
            assert!(summary["stopped"].as_str().unwrap().contains('('), "{summary}");
            assert!(ran.codes().contains(&code.to_owned()), "{name}: {}", ran.out);
            let ran = bench.run(&[command, &file, "--strict"]);
            assert!(ran.err.contains("--strict") || ran.out.contains("--strict"), "{}{}", ran.out, ran.err);
        }
        assert_eq!(receiver.held().total, 0, "{name}");
        assert_eq!(bench.run(&["validate", &file]).code, 0, "{name}: a warning alone stops nothing");
    }
}

#[test]
fn dates_in_two_orders_are_told_with_the_flag_that_settles_them() {
    let bench = Bench::new();
    let mut rows = good(1000, 36).replacen("15/01/2024", "1/13/2024", 3);
    let last = rows.rfind("15/01/2024").unwrap();
    rows.replace_range(last..last + 10, "16/01/2024");
    let file = bench.write("a.csv", &rows);
    let ran = bench.run(&["validate", &file, "--json", "--out", "salida"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(!ran.codes().contains(&"X07".to_owned()), "the column is the right one: {}", ran.out);
    let about_column = &ran.lines("finding")[0];
    let message = about_column["message"].as_str().unwrap();
    assert!(message.contains("15/01/2024") && message.contains("1/13/2024"), "{message}");
    assert!(message.contains("(row 5)") && message.contains("(row 2)"), "{message}");
    let summary = ran.summary();
    assert!(summary["stopped"].as_str().unwrap().contains("A03"), "{summary}");
    assert!(summary["next"].is_null(), "no row is to be corrected: {summary}");
    let told = bench.run(&["validate", &file]);
    assert!(told.out.contains("--date-order dmy") && !told.out.contains("--map"), "{}", told.out);
    let ran = bench.run(&["validate", &file, "--date-order", "dmy", "--json"]);
    assert_eq!((ran.code, ran.codes()), (1, vec!["A02".to_owned(); 3]), "{}", ran.out);
}
