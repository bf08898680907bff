//! Exports that are too long to be read at once: what is said of them is what is said of short ones.

use serde_json::Value;

use crate::bench::{Bench, Ran};

/// More than is looked at before the first row is judged, and enough rows for every thread.
const ROWS: u64 = 12_000;

/// An export of so many events; `date` gives the date of a row, which may be wrong.
fn export(date: impl Fn(u64) -> String) -> String {
    let mut text = String::from("ID Cita;Nombre;Celular;Fecha y Hora;Proyecto;Medio;Estado;Observaciones\n");
    for row in 2..ROWS + 2 {
        let (id, date, phone) = (10_000 + row, date(row), 900_000_000 + row);
        text.push_str(&format!("{id};Rosa Quispe;{phone};{date} 10:00;OASIS 1 y 2;OPC;Realizada;Vino\n"));
    }
    text
}

fn dmy(row: u64) -> String {
    format!("{:02}/{:02}/2024", row % 28 + 1, row % 5 + 1)
}

fn checked(text: String) -> Ran {
    let bench = Bench::new();
    let file = bench.write("a.csv", text);
    bench.run(&["validate", &file, "--json"])
}

fn codes_by_row(ran: &Ran) -> Vec<(Option<u64>, String)> {
    let place = |line: &Value| (line["row"].as_u64(), line["code"].as_str().unwrap_or_default().to_owned());
    ran.lines("finding").iter().map(place).collect()
}

#[test]
fn a_long_export_is_valid_as_a_short_one_is() {
    let ran = checked(export(dmy));
    assert_eq!((ran.code, ran.lines("finding").len()), (0, 0), "{}", ran.err);
    let summary = ran.summary();
    assert_eq!((&summary["rows"], &summary["prepared"]), (&ROWS.into(), &ROWS.into()));
}

#[test]
fn findings_come_in_the_order_of_the_rows() {
    let ran = checked(export(|row| if row % 3 == 0 { "31/02/2024".into() } else { dmy(row) }));
    let wrong = (2..ROWS + 2).filter(|row| row % 3 == 0).map(|row| (Some(row), "A02".to_owned()));
    let found = codes_by_row(&ran);
    assert!(wrong.eq(found.iter().filter(|(row, _)| row.is_some()).cloned()), "{:?}", &found[..9]);
}

/// The last date shows an order that no earlier one has: what was said of the earlier rows would have been wrong.
#[test]
fn a_late_date_in_another_order_counts_for_the_first_rows_too() {
    let ran = checked(export(|row| if row == ROWS { "04/13/2024".into() } else { dmy(row) }));
    let found = codes_by_row(&ran);
    assert_eq!(found[0], (None, "A03".to_owned()), "the column is named before its rows");
    let rows = (2..ROWS + 2).map(|row| (Some(row), "A03".to_owned()));
    assert!(rows.eq(found[1..].iter().filter(|(row, code)| row.is_some() && code == "A03").cloned()));
    assert_eq!(ran.summary()["by_code"]["A03"], ROWS + 1);
}

#[test]
fn so_it_does_where_much_was_found_before_it() {
    let ran = checked(export(|row| match row {
        ROWS => "04/13/2024".into(),
        row if row % 2 == 0 => "31/02/2024".into(),
        row => dmy(row),
    }));
    let found = codes_by_row(&ran);
    assert_eq!(found[0], (None, "A03".to_owned()));
    assert_eq!(found.iter().filter(|(row, code)| row.is_some() && code == "A03").count() as u64, ROWS);
}

/// An export of five megabytes that says to be UTF-8.
fn long_and_marked() -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    text.push_str(&export(dmy).replace("Vino", &"Vino con su familia. ".repeat(20)));
    assert!(text.len() > 4 * 1024 * 1024, "{}", text.len());
    text.into_bytes()
}

#[test]
fn a_long_export_that_says_to_be_utf_8_and_is_not_is_f03_and_nothing_else_is_said() {
    let good = long_and_marked();
    let bad = good.len() - 200;
    let line = good[..bad].split(|byte| *byte == b'\n').count();
    let find = |word: &[u8], from: usize| {
        from + good[from..].windows(word.len()).position(|window| window == word).unwrap()
    };
    let mut text = good.clone();
    // A warning long before it, which does not count if the text is no text.
    text[find(b"OASIS 1 y 2", 100_000) + 10] = b'9';
    let bench = Bench::new();
    for (sign, code, says) in [(0xf1, "F03", format!("line {line} ")), (0, "F01", "binary".to_owned())] {
        text[bad] = sign;
        let mut open = text.clone();
        // An open quote before it ends the reading sooner.
        open[find(b";Rosa", bad - 4000) + 1] = b'"';
        for text in [&text, &open] {
            let file = bench.write("a.csv", text);
            for command in [&["validate"][..], &["replay-csv", "--mock"]] {
                let ran = bench.run(&[command, &[&file, "--json"]].concat());
                assert_eq!((ran.code, ran.codes()), (6, vec![code.to_owned()]), "{}{}", ran.out, ran.err);
                assert!(ran.err.contains(&says), "{}", ran.err);
                assert_eq!(ran.summary()["attempts"], 0, "nothing is sent");
            }
        }
    }
    text[bad] = good[bad];
    let header = find(b"Medio", 0) + 1;
    let mut broken = text.clone();
    broken[header] = 0;
    let ran = bench.run(&["replay-csv", "--mock", &bench.write("a.csv", &broken), "--json"]);
    assert_eq!((ran.code, ran.codes()), (6, vec!["F01".to_owned()]), "{}{}", ran.out, ran.err);
    let ran = bench.run(&["validate", &bench.write("a.csv", &text), "--json"]);
    assert_eq!((ran.code, ran.codes()), (0, vec!["E02".to_owned()]), "{}", ran.err);
    assert_eq!(ran.summary()["prepared"], ROWS);
}
