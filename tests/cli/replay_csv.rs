//! `replay-csv`: everything delivered once, or named with its cause.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::bench::{Bench, export, fixture, good};
use crate::odd_receiver::{Fault, OddReceiver, Switches};

#[test]
fn the_readme_command_delivers_the_export_to_an_embedded_receiver() {
    let bench = Bench::new();
    let ran = bench.run(&["replay-csv", &fixture("citas.csv"), "--mock", "--json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let summary = ran.summary();
    assert_eq!(summary["delivered"], summary["events"]);
    assert!(!bench.path("failed.csv").exists());
}

#[test]
fn against_the_receiver_as_measured_every_event_is_stored_once() {
    let receiver = OddReceiver::start(Switches::measured());
    let bench = Bench::sending_to(&receiver);
    let file = bench.write("a.csv", good(1, 120));
    let ran = bench.run(&["replay-csv", &file, "--json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let held = receiver.held();
    let ids: BTreeSet<&str> = held.ids().into_iter().collect();
    assert_eq!((held.presencias.len(), ids.len()), (120, 120));
    assert!(held.requests.values().all(|posts| *posts == 2), "the first POST answers 500, the second 200");
    drop(held);
    for delivery in ran.lines("delivery") {
        assert_eq!(delivery["outcome"], "delivered");
        assert!(delivery["id_presencia"].as_str().unwrap().starts_with("PRS"), "{delivery}");
    }
}

#[test]
fn each_line_of_the_log_names_its_run_and_its_delivery() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let file = bench.write("a.csv", good(1000, 3));
    let ran = bench.run(&["replay-csv", &file, "--json", "-vv"]);
    let run = ran.summary()["run"].clone();
    let lines = ran.err.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut answered = Vec::new();
    for line in lines.filter(|line| line["message"] == "answered") {
        let spans = line["spans"].as_array().unwrap();
        assert_eq!((&spans[0]["name"], &spans[0]["id"]), (&"run".into(), &run), "{line}");
        answered.push(spans[1]["id"].as_str().unwrap().to_owned());
    }
    answered.sort();
    assert_eq!(answered, ["CRM-1000", "CRM-1001", "CRM-1002"]);
}

#[test]
fn a_second_run_sends_nothing_again() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let file = bench.write("a.csv", good(1000, 8));
    assert_eq!(bench.run(&["replay-csv", &file]).code, 0);
    let ran = bench.run(&["replay-csv", &file, "--json"]);
    assert_eq!(ran.code, 0);
    assert_eq!((&ran.summary()["duplicates"], &ran.summary()["delivered"]), (&8.into(), &0.into()));
    assert_eq!(receiver.held().total, 8);
    let duplicates = ran.lines("delivery");
    assert_eq!(duplicates.len(), 8);
    assert!(duplicates.iter().all(|line| line["outcome"] == "duplicate" && line["attempts"] == 0));
}

#[test]
fn other_content_under_a_delivered_id_is_named_and_not_sent() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let file = bench.write("a.csv", good(1000, 3));
    bench.run(&["replay-csv", &file]);
    let changed =
        bench.write("b.csv", good(1000, 3).replace("Rosa Quispe;910001001", "Rosa Quispe Mamani;910001001"));
    let ran = bench.run(&["replay-csv", &changed, "--json"]);
    assert_eq!((ran.code, ran.codes()), (1, vec!["X05".to_owned()]), "{}", ran.out);
    assert_eq!(receiver.held().total, 3);
}

/// A corrected row is sent after the rest of its export, and so after the longer ids that hold its own.
#[test]
fn an_id_inside_one_that_was_delivered_is_named_before_it_is_sent() {
    let receiver = OddReceiver::start(Switches::default());
    let mut bench = Bench::sending_to(&receiver);
    let longer = bench.write("a.csv", good(112, 1));
    assert_eq!(bench.run(&["replay-csv", &longer]).code, 0);
    let shorter = bench.write("b.csv", good(11, 1));
    let codes = |bench: &Bench, args: &[&str]| {
        let ran = bench.run(&[&["replay-csv", &shorter, "--dry-run", "--json"], args].concat());
        (ran.code, ran.codes())
    };
    let ran = bench.run(&["replay-csv", &shorter, "--dry-run"]);
    for said in ["CRM-11 is inside another one (CRM-112)", "add it to the command: --id-terminator ']'"] {
        assert!(ran.err.contains(said) || ran.out.contains(said), "{said}: {}{}", ran.out, ran.err);
    }
    assert_eq!(codes(&bench, &[]), (0, vec!["X04".to_owned()]));
    assert_eq!(codes(&bench, &["--strict"]), (1, vec!["X04".to_owned()]));
    assert_eq!(codes(&bench, &["--ignore", "X04"]), (0, Vec::new()));
    assert_eq!(codes(&bench, &["--id-terminator", "]"]), (0, Vec::new()), "then none is inside the other");
    // What only stands beside it, or is inside it, is no such thing.
    for other in [113, 1120, 12] {
        let other = bench.write("c.csv", good(other, 1));
        assert!(bench.run(&["replay-csv", &other, "--dry-run", "--json"]).codes().is_empty(), "{other}");
    }
    bench.set("CRM_BRIDGE_LOOKUP", "exact");
    assert_eq!(codes(&bench, &[]), (0, Vec::new()));
}

#[test]
fn invalid_rows_come_back_and_the_good_ones_are_sent() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let file = bench.write(
        "a.csv",
        export(&[
            ("1001", "Rosa Quispe", "999888777", "15/01/2024 10:00", "Realizada"),
            ("1002", "", "999888778", "15/01/2024 11:00", "Realizada"),
        ]),
    );
    let ran = bench.run(&["replay-csv", &file, "--json", "--all-or-nothing"]);
    assert_eq!((ran.code, &ran.summary()["unprocessed"]), (1, &1.into()));
    assert_eq!(receiver.held().total, 0);
    let ran = bench.run(&["replay-csv", &file, "--json"]);
    assert_eq!((ran.code, &ran.summary()["delivered"]), (1, &1.into()));
    let failed = std::fs::read_to_string(bench.path("failed.csv")).unwrap();
    assert!(failed.contains("N01"), "{failed}");
    std::fs::write(bench.path("failed.csv"), failed.replace("1002;;", "1002;Luis Mamani;")).unwrap();
    let ran = bench.run(&["replay-csv", "failed.csv", "--json"]);
    assert_eq!((ran.code, &ran.summary()["delivered"]), (0, &1.into()), "{}", ran.out);
}

/// Rows that come back mean what they meant in their export, where one runs what is suggested.
#[test]
fn the_command_that_is_suggested_reads_a_corrected_file_as_the_export_was_read() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let file = bench.write(
        "marzo.csv",
        export(&[
            ("1001", "Rosa Quispe", "999888777", "03/25/2024 10:00", "Realizada"),
            ("1002", "", "999888778", "03/04/2024 11:00", "Realizada"),
        ]),
    );
    let given = ["--set", "proyecto_interes=OASIS 1 (HUACHO 1)", "--id-template", "LEAD-{ID Cita}"];
    let ran = bench.run(&[&["replay-csv", &file, "--json"], &given[..]].concat());
    let next = ran.summary()["next"].as_str().unwrap().to_owned();
    let command = "crm-bridge replay-csv ./failed.csv --set 'proyecto_interes=OASIS 1 (HUACHO 1)' \
                   --id-template 'LEAD-{ID Cita}' --date-order mdy";
    assert_eq!(next, format!("correct ./failed.csv, then {command}"));
    let failed = std::fs::read_to_string(bench.path("failed.csv")).unwrap();
    std::fs::write(bench.path("failed.csv"), failed.replace("1002;;", "1002;Luis Mamani;")).unwrap();
    let shell = format!("{command} --json").replacen("crm-bridge", env!("CARGO_BIN_EXE_crm-bridge"), 1);
    let ran = bench.run_in_shell(&shell);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let held = receiver.held();
    let last = String::from_utf8_lossy(held.bodies.last().unwrap());
    for told in ["LEAD-1002", "2024-03-04T11:00", "OASIS 1 (HUACHO 1)"] {
        assert!(last.contains(told), "{told}: {last}");
    }
}

#[test]
fn rows_that_were_not_asked_for_are_not_called_invalid() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let file = bench.write(
        "a.csv",
        export(&[
            ("1001", "Rosa Quispe", "999888777", "15/01/2024 10:00", "Realizada"),
            ("1002", "", "999888778", "15/01/2024 11:00", "Realizada"),
            ("1003", "Luis Mamani", "12", "20/01/2024 11:00", "Realizada"),
        ]),
    );
    let counts = |args: &[&str]| {
        let summary = bench.run(&[&["validate", &file, "--json"], args].concat()).summary();
        ["prepared", "invalid", "skipped"].map(|name| summary[name].as_u64().unwrap())
    };
    assert_eq!(counts(&[]), [1, 2, 0]);
    let replayed = |args: &[&str]| {
        let summary = bench.run(&[&["replay-csv", &file, "--dry-run", "--json"], args].concat()).summary();
        ["prepared", "invalid", "skipped"].map(|name| summary[name].as_u64().unwrap())
    };
    assert_eq!(replayed(&["--only", "1001"]), [1, 0, 2]);
    assert_eq!(replayed(&["--only", "CRM-1003"]), [0, 1, 2]);
    assert_eq!(replayed(&["--until", "2024-01-16"]), [1, 1, 1]);
}

#[test]
fn a_refused_date_does_not_leave_its_row_out_of_a_period() {
    let bench = Bench::new();
    let file = bench.write(
        "a.csv",
        export(&[
            ("1001", "Rosa Quispe", "999888777", "02/05/2024 10:00", "Realizada"),
            ("1002", "Luis Mamani", "999888778", "25/01/2024 11:00", "Pendiente"),
            ("1003", "Ana Huamán", "999888779", "01/26/2024 11:00", "Pendiente"),
        ]),
    );
    let ran = bench.run(&["replay-csv", &file, "--dry-run", "--json", "--until", "2024-03-01"]);
    assert_eq!((ran.code, &ran.summary()["invalid"]), (1, &1.into()), "{}", ran.out);
}

#[test]
fn several_exports_have_their_rows_back_each_in_one_file() {
    let bench = Bench::new();
    let rows = |first: u64| {
        let ids: Vec<String> = (0..20).map(|n| (first + 2 * n).to_string()).collect();
        let mut rows: Vec<_> = ids
            .iter()
            .map(|id| (id.as_str(), "Rosa Quispe", "999888777", "15/01/2024", "Realizada"))
            .collect();
        let dates: Vec<String> = (0..20).map(|n| format!("15/01/2024 10:{n:02}")).collect();
        let hours: Vec<String> = (0..20).map(|n| format!("16/01/2024 10:{n:02}")).collect();
        for (index, row) in rows.iter_mut().enumerate() {
            row.3 = if first.is_multiple_of(2) { &dates[index] } else { &hours[index] };
        }
        rows[3].1 = "";
        export(&rows)
    };
    bench.write("a.csv", rows(1000));
    bench.write("b.csv", rows(1001));
    let ran =
        bench.run(&["replay-csv", "a.csv", "b.csv", "--mock", "--all-or-nothing", "--order", "id", "--json"]);
    assert_eq!((ran.code, &ran.summary()["unprocessed"]), (1, &38.into()));
    let lines = |name: &str| std::fs::read_to_string(bench.path(name)).unwrap().lines().count();
    for name in ["unprocessed-1.csv", "unprocessed-2.csv"] {
        assert_eq!(lines(name), 20, "{name}");
    }
    assert!(!bench.path("unprocessed-1-old.csv").exists());
    let next = ran.summary()["next"].as_str().unwrap().to_owned();
    let whole = "then crm-bridge replay-csv a.csv b.csv --mock --all-or-nothing --order id";
    assert!(
        next.ends_with(whole) && next.contains("failed-1.csv, "),
        "corrected rows alone leave the others behind: {next}"
    );

    // Each is read again as its own export was; none of them takes the place of another.
    bench.write(
        "failed-1.csv",
        export(&[
            ("1", "Rosa Quispe", "999888777", "03/25/2024 10:00", "Realizada"),
            ("2", "", "999888778", "03/04/2024 11:00", "Realizada"),
        ]),
    );
    let ran = bench.run(&["replay-csv", "failed-1.csv", "b.csv", "--mock", "--json"]);
    let next = ran.summary()["next"].as_str().unwrap().to_owned();
    assert_eq!(
        next,
        "correct ./failed-3.csv, then crm-bridge replay-csv ./failed-3.csv --mock --date-order mdy; \
         correct ./failed-2.csv, then crm-bridge replay-csv ./failed-2.csv --mock"
    );
    assert_eq!((lines("failed-3.csv"), lines("failed-2.csv")), (2, 2));
}

#[test]
fn corrections_that_were_not_sent_yet_are_kept() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let file = bench.write("a.csv", export(&[("1002", "", "999888778", "15/01/2024 11:00", "Realizada")]));
    bench.run(&["replay-csv", &file]);
    let failed = std::fs::read_to_string(bench.path("failed.csv")).unwrap();
    let ran = bench.run(&["replay-csv", &file]);
    assert!(!bench.path("failed-old.csv").exists(), "the same rows are no reason to keep two: {}", ran.err);
    let corrected = failed.replace("1002;;", "1002;Luis Mamani;");
    std::fs::write(bench.path("failed.csv"), &corrected).unwrap();
    let ran = bench.run(&["replay-csv", &file]);
    assert!(ran.err.contains("failed-old.csv"), "{}", ran.err);
    assert_eq!(std::fs::read_to_string(bench.path("failed.csv")).unwrap(), failed);
    assert_eq!(std::fs::read_to_string(bench.path("failed-old.csv")).unwrap(), corrected);
}

#[test]
fn four_dialects_of_the_same_records_make_the_same_payloads() {
    let bench = Bench::new();
    let payloads = |name: &str| {
        let ran = bench.run(&["replay-csv", &fixture(&format!("dialects/{name}")), "--dry-run", "--json"]);
        assert_eq!(ran.code, 0, "{name}: {}{}", ran.out, ran.err);
        ran.lines("payload").into_iter().map(|line| line["payload"].to_string()).collect::<Vec<_>>()
    };
    let first = payloads("bom-semicolon.csv");
    assert!(first.len() > 500);
    for name in ["iso-comma.csv", "windows-1252.csv", "utf-16-tab.csv"] {
        assert!(payloads(name) == first, "{name} differs");
    }
}

#[test]
fn a_client_never_has_two_requests_at_once_and_goes_by_date() {
    let receiver = OddReceiver::start(Switches { work: Duration::from_millis(20), ..Switches::default() });
    let bench = Bench::sending_to(&receiver);
    let rows = [
        ("1003", "Rosa Quispe", "999888777", "17/01/2024 10:00", "Realizada"),
        ("1001", "Rosa Quispe", "999888777", "15/01/2024 10:00", "Realizada"),
        ("1002", "Rosa Quispe", "999888777", "16/01/2024 10:00", "Realizada"),
    ];
    let file = bench.write("a.csv", export(&rows));
    assert_eq!(bench.run(&["replay-csv", &file, "--jobs", "8"]).code, 0);
    assert_eq!(receiver.held().ids(), ["CRM-1001", "CRM-1002", "CRM-1003"]);
}

#[test]
fn a_wrong_token_stops_the_run_and_nothing_is_lost() {
    let receiver = OddReceiver::start(Switches::default());
    let mut bench = Bench::sending_to(&receiver);
    let good_token = crate::odd_receiver::TOKEN;
    bench.set("COMERCIAL_WEBHOOK_TOKEN", "another-token-0123456789");
    let file = bench.write("a.csv", good(1000, 5));
    let ran = bench.run(&["replay-csv", &file, "--json"]);
    assert_eq!(ran.code, 4, "{}", ran.err);
    let summary = ran.summary();
    assert_eq!((&summary["failed"], &summary["unprocessed"]), (&1.into(), &4.into()));
    assert!(!ran.out.contains("another-token") && !ran.err.contains("another-token"));
    assert!(bench.path("unprocessed.csv").exists());
    bench.set("COMERCIAL_WEBHOOK_TOKEN", good_token);
    let ran = bench.run(&["runs", "resume", "last", "--json"]);
    assert_eq!((ran.code, &ran.summary()["delivered"]), (0, &5.into()), "{}{}", ran.out, ran.err);
}

#[test]
fn html_is_no_receipt_and_a_redirect_is_not_followed() {
    for (raw, shown) in [
        ("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 12\r\n\r\n<html></html", "P02"),
        (
            "HTTP/1.1 301 Moved\r\nlocation: /api/webhook-presencia-crm/x/\r\ncontent-length: 0\r\n\r\n",
            "/api/webhook-presencia-crm/x/",
        ),
    ] {
        let receiver = OddReceiver::with_faults(Switches::default(), move |_, _| {
            Some(Fault::Raw(raw.as_bytes().to_vec()))
        });
        let bench = Bench::sending_to(&receiver);
        let file = bench.write("a.csv", good(1000, 2));
        let ran = bench.run(&["replay-csv", &file, "--json"]);
        assert_eq!(ran.code, 4, "{}{}", ran.out, ran.err);
        assert!(ran.out.contains(shown), "{shown}: {}", ran.out);
        assert_eq!(receiver.held().presencias.len(), 0);
    }
}

#[test]
fn an_unreachable_receiver_is_told_apart() {
    let mut bench = Bench::new();
    bench.set("COMERCIAL_WEBHOOK_URL", "http://127.0.0.1:9/api/webhook-presencia-crm/");
    bench.set("COMERCIAL_WEBHOOK_TOKEN", "a-token-0123456789");
    let file = bench.write("a.csv", good(1000, 2));
    let ran = bench.run(&["replay-csv", &file, "--json"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert_eq!(ran.summary()["delivered"], 0);
}

#[test]
fn a_host_beyond_this_machine_wants_https_and_a_yes() {
    let mut bench = Bench::new();
    bench.set("COMERCIAL_WEBHOOK_TOKEN", "a-token-0123456789");
    let file = bench.write("a.csv", good(1000, 2));
    let ran = bench.run(&[
        "replay-csv",
        &file,
        "--url",
        "http://app.example.pe/api/webhook-presencia-crm/",
        "--yes",
    ]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--allow-http"), "{}", ran.err);
    let ran = bench.run(&["replay-csv", &file, "--url", "https://app.example.pe/api/webhook-presencia-crm/"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--yes"), "{}", ran.err);
}

#[test]
fn a_selection_is_all_that_is_sent() {
    let bench = Bench::new();
    let file = bench.write("a.csv", good(1000, 10));
    let ids = |args: &[&str]| -> Vec<String> {
        let ran = bench.run(&[&["replay-csv", &file, "--mock", "--json"], args].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        let mut ids: Vec<String> = ran
            .lines("delivery")
            .iter()
            .map(|line| line["id_presencia_crm"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&["--only", "1003,CRM-1005"]), ["CRM-1003", "CRM-1005"]);
    assert_eq!(ids(&["--sample", "2"]), ["CRM-1000", "CRM-1001"]);
    let none = bench.run(&["replay-csv", &file, "--mock", "--since", "2024-01-16", "--json"]);
    assert_eq!((none.code, &none.summary()["skipped"]), (1, &10.into()));
}

#[test]
fn a_sale_goes_in_two_steps_and_is_stored_once() {
    let receiver = OddReceiver::start(Switches::measured());
    let bench = Bench::sending_to(&receiver);
    let ran = bench.run(&["replay-csv", &fixture("ventas.csv"), "--json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let held = receiver.held();
    let ventas: BTreeSet<&String> = held.ventas.iter().collect();
    assert!(!ventas.is_empty());
    assert_eq!(ventas.len(), held.ventas.len(), "no venta twice");
    drop(held);
    let before = receiver.held().total;
    assert_eq!(bench.run(&["replay-csv", &fixture("ventas.csv")]).code, 0);
    assert_eq!(receiver.held().total, before, "nothing is sent again");
}

#[test]
fn two_files_are_one_run() {
    let bench = Bench::new();
    let a = bench.write("a.csv", good(1000, 3));
    let b = bench.write("b.csv", good(2000, 3).replace("Rosa Quispe;91000200", ";91000200"));
    let ran = bench.run(&["replay-csv", &a, &b, "--mock", "--json"]);
    assert_eq!(ran.code, 1);
    let summary = ran.summary();
    assert_eq!(
        (&summary["rows"], &summary["delivered"], &summary["invalid"]),
        (&6.into(), &3.into(), &3.into())
    );
    assert!(bench.path("failed-2.csv").exists());
    let files: Vec<&Value> = summary["files"].as_array().unwrap().iter().collect();
    assert_eq!(files.len(), 1);
}

#[test]
fn the_terminator_is_sent_with_the_id() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let file = bench.write("a.csv", good(1000, 2));
    assert_eq!(bench.run(&["replay-csv", &file, "--id-terminator", "]"]).code, 0);
    assert_eq!(receiver.held().ids(), ["CRM-1000]", "CRM-1001]"]);
}

#[test]
fn the_order_of_sending_can_be_chosen() {
    let bench = Bench::new();
    let rows = [
        ("103", "Rosa Quispe", "999888777", "15/01/2024 10:00", "Realizada"),
        ("22", "Luis Mamani", "999888778", "15/01/2024 11:00", "Realizada"),
        ("101", "Ana Huamán", "999888779", "15/01/2024 12:00", "Realizada"),
    ];
    let file = bench.write("a.csv", export(&rows));
    let ids = |order: &str| -> Vec<String> {
        let ran = bench.run(&["replay-csv", &file, "--dry-run", "--json", "--order", order]);
        let lines = ran.lines("payload");
        lines.iter().map(|line| line["payload"]["id_presencia_crm"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids("file"), ["CRM-103", "CRM-22", "CRM-101"]);
    assert_eq!(ids("id"), ["CRM-22", "CRM-101", "CRM-103"]);
    assert_eq!(ids("auto"), ["CRM-103", "CRM-22", "CRM-101"], "no id is inside another one");
}

#[test]
fn a_row_whose_only_error_is_ignored_is_sent_as_it_was_judged() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let bad = ("1001", "Rosa Quispe", "9998887", "15/01/2024 10:00", "Realizada");
    let good = ("1002", "Luis Mamani", "999888778", "15/01/2024 11:00", "Realizada");
    // The repeat makes the first pass judge the row again, too.
    let file = bench.write("a.csv", export(&[bad, good, bad]));
    let ran = bench.run(&["replay-csv", &file, "--json", "--ignore", "T04"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let summary = ran.summary();
    assert_eq!((&summary["delivered"], &summary["duplicates"]), (&2.into(), &1.into()));
    assert_eq!(receiver.held().ids(), ["CRM-1001", "CRM-1002"]);
    assert_eq!(bench.run(&["replay-csv", &file, "--dry-run"]).code, 1, "not ignored, it is an error");
}

#[test]
fn what_was_only_looked_at_is_sent_whole_once_it_is_corrected() {
    let bench = Bench::new();
    let mut rows = good(1, 2);
    rows.push_str("3;Ana Quispe;12345;15/01/2024 10:09;Realizada;OPC;OASIS 2 (AUCALLAMA);Sala\r\n");
    let file = bench.write("a.csv", rows);
    for look in [["replay-csv", &file, "--dry-run", "--json"], ["validate", &file, "--out=.", "--json"]] {
        let next = bench.run(&look).summary()["next"].as_str().unwrap().to_owned();
        let expected = "correct the rows of ./failed.csv in a.csv, then crm-bridge replay-csv a.csv";
        assert_eq!(next.replace("of failed.csv", "of ./failed.csv"), expected, "{look:?}");
    }
}

#[test]
fn a_run_that_finds_nothing_to_do_says_why_that_is_no_success() {
    let bench = Bench::new();
    let pending = export(&[("1", "Rosa Quispe", "999888777", "15/01/2024 10:00", "Pendiente")]);
    let pending = bench.write("pending.csv", pending);
    let ran = bench.run(&["replay-csv", &pending, "--mock"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("no row is an event") && ran.err.contains("--allow-empty"), "{}", ran.err);
    let file = bench.write("a.csv", good(1, 2));
    let ran = bench.run(&["replay-csv", &file, "--mock", "--only", "77", "--lang", "es"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("no se eligió ningún evento: revise --only"), "{}", ran.err);
    let ran = bench.run(&["replay-csv", &file, "--mock", "--only", "77", "--allow-empty"]);
    assert_eq!((ran.code, ran.err.contains("no event was chosen")), (0, false));
}
