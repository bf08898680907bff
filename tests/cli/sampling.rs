//! A run of a part of an export.

use crate::bench::{Bench, export};

#[test]
fn a_sample_is_the_first_events_whether_they_can_be_sent_or_not() {
    let bench = Bench::new();
    let mut rows: Vec<(String, &str, &str)> =
        (0..12).map(|n| (format!("CITA-{n:02}"), "999888777", "15/01/2024")).collect();
    rows[1].1 = "12";
    rows[9].1 = "12";
    let times: Vec<String> = (0..12).map(|n| format!("15/01/2024 {:02}:00", 8 + n)).collect();
    let rows: Vec<_> = rows
        .iter()
        .zip(&times)
        .map(|((id, phone, _), time)| (id.as_str(), "Rosa Quispe", *phone, time.as_str(), "Realizada"))
        .collect();
    let file = bench.write("a.csv", export(&rows));
    for (sample, code, events, invalid, codes) in [
        ("3", 1, 3, 1, vec!["T04"]),
        ("1", 0, 1, 0, vec![]),
        ("0", 1, 0, 0, vec![]),
        ("99", 1, 12, 2, vec!["T04"; 2]),
    ] {
        let ran = bench.run(&["replay-csv", &file, "--dry-run", "--sample", sample, "--json"]);
        let summary = ran.summary();
        assert_eq!(ran.code, code, "{sample}: {summary}");
        assert_eq!((&summary["events"], &summary["invalid"]), (&events.into(), &invalid.into()), "{sample}");
        assert_eq!(ran.codes(), codes, "{sample}");
        assert_eq!(summary["by_code"]["T04"].as_u64().unwrap_or(0), invalid, "{sample}");
    }
    let dates: Vec<_> = rows.iter().map(|row| (row.0, row.1, "999888777", "15/01/2024", row.4)).collect();
    let file = bench.write("strict.csv", export(&dates));
    let ran = bench.run(&["replay-csv", &file, "--dry-run", "--sample", "2", "--strict", "--json"]);
    assert_eq!((&ran.summary()["events"], &ran.summary()["invalid"]), (&2.into(), &2.into()), "{}", ran.out);
}
