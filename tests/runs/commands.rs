//! `runs`: list, show, resume, redrive, settle, verify, export.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};

use crate::bridge::{Bridge, Said, add_up};
use crate::odd_receiver::{Fault, OddReceiver, Switches};
use crate::port::Held;

fn calm() -> Switches {
    Switches { substring_lookup: true, ..Switches::default() }
}

fn status(status: u16) -> Fault {
    Fault::Status(status, Vec::new())
}

#[test]
fn a_run_is_listed_shown_and_exported() {
    let receiver = OddReceiver::start(calm());
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 30, false);
    let said = bridge.run(&["replay-csv", "citas.csv"]);
    assert_eq!((said.code, said.count("delivered")), (Some(0), 30), "{}", said.stderr);
    let run = said.summary()["run"].as_str().expect("a run").to_owned();
    let list = bridge.run(&["runs", "list"]);
    assert_eq!((list.lines.len(), list.lines[0]["run"].as_str()), (1, Some(run.as_str())));
    assert_eq!((&list.lines[0]["status"], &list.lines[0]["delivered"]), (&"finished".into(), &30.into()));
    assert!(add_up(&list.lines[0]));
    assert!(bridge.text(&["runs", "list"]).contains(&run));
    assert!(bridge.text(&["runs", "show", &run[..20]]).contains("30"));
    let export = bridge.run(&["runs", "export", "last"]);
    assert_eq!(export.of_kind("receipt").len(), 30);
    let csv = bridge.text(&["runs", "export", "last"]);
    assert_eq!((csv.lines().count(), csv.contains("CRM-129")), (31, true));
    let missing = bridge.run(&["runs", "show", "nope"]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.stderr.contains("runs list"), "{}", missing.stderr);
}

/// A receipt belongs to each run that worked on it, not only to the last one.
#[test]
fn a_run_whose_receipts_gained_ventas_in_a_later_one_is_exported_all_the_same() {
    let receiver = OddReceiver::start(calm());
    let bridge = Bridge::new(&receiver.url);
    let mut runs = Vec::new();
    for (first, rows, sales) in [(109, 3, false), (110, 1, true), (110, 1, true)] {
        bridge.export("citas.csv", first, rows, sales);
        let said = bridge.run(&["replay-csv", "citas.csv"]);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        runs.push(said.summary()["run"].as_str().expect("a run").to_owned());
    }
    for (run, ids, row) in [
        (&runs[0], &["CRM-109", "CRM-110", "CRM-111"][..], 3),
        (&runs[1], &["CRM-110"], 2),
        (&runs[2], &[], 0),
    ] {
        let export = bridge.run(&["runs", "export", run]);
        let receipts = export.of_kind("receipt");
        let found: Vec<_> = receipts.iter().map(|receipt| &receipt["id_presencia_crm"]).collect();
        assert_eq!(found, ids);
        let sale = receipts.iter().find(|receipt| receipt["id_presencia_crm"] == "CRM-110");
        assert!(sale.is_none_or(|sale| sale["row"] == row && sale["venta"] == "delivered"), "{sale:?}");
    }
    assert_eq!(bridge.run(&["runs", "verify", &runs[0]]).lines[0]["all_runs"], false);
}

#[test]
fn the_same_export_again_is_all_duplicates_and_changed_content_is_not_sent() {
    let receiver = OddReceiver::start(calm());
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 20, false);
    bridge.run(&["replay-csv", "citas.csv"]);
    let before = receiver.held().total;
    let again = bridge.run(&["replay-csv", "citas.csv"]);
    assert_eq!((again.code, again.count("duplicates"), again.count("delivered")), (Some(0), 20, 0));
    let path = bridge.folder.path().join("citas.csv");
    let changed = std::fs::read_to_string(&path).expect("a file").replacen("Ate", "Lince", 1);
    std::fs::write(&path, changed).expect("a file");
    let changed = bridge.run(&["replay-csv", "citas.csv"]);
    assert_eq!((changed.code, changed.count("invalid"), changed.count("duplicates")), (Some(1), 1, 19));
    assert_eq!(receiver.held().total, before);
    let forced = bridge.run(&["replay-csv", "citas.csv", "--force"]);
    assert_eq!(forced.count("delivered") + forced.count("rejected"), 20, "{}", forced.summary());
}

#[test]
fn a_stopped_run_is_resumed_where_it_stopped_and_keeps_its_id() {
    let well = Arc::new(AtomicBool::new(false));
    let receiver = OddReceiver::with_faults(calm(), {
        let well = Arc::clone(&well);
        move |number, _| (number >= 7 && !well.load(Ordering::Relaxed)).then(|| status(401))
    });
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 30, false);
    let stopped = bridge.run(&["replay-csv", "citas.csv", "--jobs", "1"]);
    assert_eq!((stopped.code, stopped.count("delivered"), stopped.count("failed")), (Some(4), 7, 1));
    assert_eq!(stopped.count("unprocessed"), 22);
    well.store(true, Ordering::Relaxed);
    let untried = bridge.folder.path().join("unprocessed.csv");
    assert!(untried.exists());
    let resumed = bridge.run(&["runs", "resume", "last"]);
    assert_eq!((resumed.code, resumed.count("delivered"), resumed.count("rows")), (Some(0), 30, 30));
    assert!(!untried.exists(), "what was left is no longer left");
    assert!(untried.with_file_name("unprocessed-old.csv").exists());
    assert_eq!(resumed.summary()["run"], stopped.summary()["run"]);
    assert_eq!(receiver.held().presencias.len(), 30);
    assert_eq!(receiver.held().total, 31, "only what was left, and what was refused");
    let nothing = bridge.run(&["runs", "resume", "last"]);
    assert_eq!((nothing.code, nothing.count("delivered")), (Some(0), 30));
    assert_eq!(receiver.held().total, 31);
}

/// Resuming goes to the folder of the run, from where a relative path would lead to another journal, without receipts.
#[test]
fn a_run_is_resumed_from_another_folder_by_a_relative_journal() {
    let receiver = OddReceiver::with_faults(calm(), |number, _| (number == 7).then(|| status(401)));
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 30, true);
    let stopped = bridge.run(&["replay-csv", "citas.csv", "--jobs", "1", "--journal", "own.db"]);
    assert_eq!((stopped.code, stopped.count("unprocessed") > 0), (Some(4), true));
    let below = bridge.folder.path().join("below");
    std::fs::create_dir(&below).expect("a folder");
    let mut command = bridge.command(&["runs", "resume", "last", "--journal", "../own.db", "--json"]);
    let resumed = command.current_dir(&below).output().expect("the binary runs");
    assert_eq!(resumed.status.code(), Some(0), "{}", String::from_utf8_lossy(&resumed.stderr));
    let held = receiver.held();
    assert_eq!(
        (held.presencias.len(), held.total),
        (30, 34),
        "what was left, what was refused, three ventas"
    );
    assert!(held.ventas.len() == 3 && bridge.folder.path().join("own.db").exists());
}

#[test]
fn a_run_whose_file_changed_is_not_resumed() {
    let receiver = OddReceiver::with_faults(calm(), |number, _| (number == 3).then(|| status(403)));
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 10, false);
    assert_eq!(bridge.run(&["replay-csv", "citas.csv"]).code, Some(4));
    bridge.export("citas.csv", 100, 11, false);
    let changed = bridge.run(&["runs", "resume", "last"]);
    assert_eq!(changed.code, Some(6), "{}", changed.stderr);
    assert!(changed.stderr.contains("citas.csv"), "{}", changed.stderr);
}

#[test]
fn failed_rows_are_redriven_from_the_journal_alone() {
    let well = Arc::new(AtomicBool::new(false));
    let receiver = OddReceiver::with_faults(calm(), {
        let well = Arc::clone(&well);
        move |_, body| (body.contains("CRM-105") && !well.load(Ordering::Relaxed)).then(|| status(500))
    });
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 10, false);
    let first = bridge.run(&["replay-csv", "citas.csv"]);
    assert_eq!((first.code, first.count("failed"), first.count("delivered")), (Some(1), 1, 9));
    assert!(bridge.text(&["runs", "show"]).contains("runs redrive"));
    well.store(true, Ordering::Relaxed);
    std::fs::remove_file(bridge.folder.path().join("citas.csv")).expect("a file");
    let again = bridge.run(&["runs", "redrive", "last"]);
    assert_eq!(
        (again.code, again.count("failed"), again.count("delivered")),
        (Some(0), 0, 10),
        "{}",
        again.stderr
    );
    assert_eq!(again.of_kind("delivery").len(), 1);
    assert_eq!(receiver.held().presencias.len(), 10);
    let nothing = bridge.command(&["runs", "redrive", "last"]).output().expect("the binary runs");
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("nothing to send again"), "{nothing:?}");
}

/// A redrive that stops leaves its rows to the next one, and to a resumed run alike.
#[test]
fn rows_that_a_redrive_could_not_send_are_not_lost() {
    for next in ["resume", "redrive"] {
        let answer = Arc::new(AtomicU16::new(500));
        let receiver = OddReceiver::with_faults(calm(), {
            let answer = Arc::clone(&answer);
            move |_, body| {
                let status = answer.load(Ordering::Relaxed);
                let hit = status == 503 || (100..105).any(|id| body.contains(&format!("CRM-{id}\"")));
                (status != 200 && hit).then(|| self::status(status))
            }
        });
        let bridge = Bridge::new(&receiver.url);
        bridge.export("citas.csv", 100, 8, false);
        let first = bridge.run(&["replay-csv", "citas.csv", "--retries", "0"]);
        let id = first.summary()["run"].as_str().expect("a run").to_owned();
        bridge.run(&["runs", "resume", "last"]);
        answer.store(503, Ordering::Relaxed);
        let stopped = bridge.run(&["runs", "redrive", "last", "--retries", "0"]);
        assert_eq!(stopped.code, Some(5), "{}", stopped.stderr);
        let summary = stopped.summary().to_string();
        assert!(summary.contains(&format!("runs redrive {id}")) && !summary.contains("resume"), "{summary}");
        answer.store(200, Ordering::Relaxed);
        let done = bridge.run(&["runs", next, "last"]);
        assert_eq!((done.code, done.count("delivered")), (Some(0), 8), "{next}: {}", done.stderr);
        assert_eq!(receiver.held().presencias.len(), 8);
    }
}

#[test]
fn a_redrive_names_the_rows_that_were_never_tried() {
    let receiver = OddReceiver::with_faults(calm(), |number, _| (number == 3).then(|| status(401)));
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 9, false);
    assert_eq!(bridge.run(&["replay-csv", "citas.csv", "--jobs", "1"]).code, Some(4));
    let redriven = bridge.run(&["runs", "redrive", "last"]);
    assert_eq!((redriven.code, redriven.count("delivered")), (Some(1), 4), "{}", redriven.summary());
    assert_eq!(redriven.count("unprocessed"), 5);
    assert!(redriven.summary()["next"].as_str().is_some_and(|next| next.contains("runs resume")));
    let resumed = bridge.run(&["runs", "resume", "last"]);
    assert_eq!((resumed.code, resumed.count("delivered")), (Some(0), 9), "{}", resumed.stderr);
}

#[test]
fn a_venta_that_a_receiver_lost_is_sent_by_a_persons_word_alone() {
    let receiver = OddReceiver::start(calm());
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 110, 1, true);
    assert_eq!(bridge.run(&["replay-csv", "citas.csv"]).code, Some(0));
    let holds = || {
        let held = receiver.held();
        (held.presencias.len(), held.ventas.len())
    };
    receiver.held().presencias.clear();
    receiver.held().ventas.clear();
    let forced = bridge.run(&["replay-csv", "citas.csv", "--force"]);
    assert_eq!((forced.code, forced.count("unknown")), (Some(1), 1), "{}", forced.stderr);
    assert_eq!(holds(), (1, 0));
    assert!(bridge.text(&["runs", "show"]).contains("runs settle"));
    let again = bridge.run(&["replay-csv", "citas.csv"]);
    assert_eq!(again.count("duplicates"), 1, "what the journal says of it stands");
    let run = forced.summary()["run"].as_str().expect("a run");
    assert_eq!(bridge.run(&["runs", "settle", run, "2", "--not-delivered"]).code, Some(0));
    let redriven = bridge.run(&["runs", "redrive", run]);
    assert_eq!((redriven.code, redriven.count("delivered")), (Some(0), 1), "{}", redriven.stderr);
    assert_eq!(holds(), (1, 1));
}

#[test]
fn a_collision_is_redriven_under_an_id_that_is_looked_up_exactly() {
    let receiver = OddReceiver::start(calm());
    let bridge = Bridge::new(&receiver.url);
    bridge.export("b.csv", 12, 1, false);
    bridge.export("a.csv", 1, 1, false);
    assert_eq!(bridge.run(&["replay-csv", "b.csv"]).code, Some(0));
    let collided = bridge.run(&["replay-csv", "a.csv"]);
    assert_eq!((collided.code, collided.count("collisions")), (Some(1), 1));
    let again = bridge.run(&["runs", "redrive", "last", "--id-terminator", "]"]);
    assert_eq!(
        (again.code, again.count("collisions"), again.count("delivered")),
        (Some(0), 0, 1),
        "{}",
        again.stderr
    );
    assert!(receiver.held().ids().contains(&"CRM-1]"));
}

#[test]
fn a_venta_in_doubt_is_settled_by_a_person() {
    for (lost, flag, ventas) in
        [(Fault::ResetAfter, "--delivered", 1), (Fault::ResetBefore, "--not-delivered", 0)]
    {
        let faulty = Arc::new(AtomicBool::new(true));
        let receiver = OddReceiver::with_faults(calm(), {
            let faulty = Arc::clone(&faulty);
            move |_, body| {
                (body.contains("\"venta\"") && faulty.load(Ordering::Relaxed)).then(|| lost.clone())
            }
        });
        let bridge = Bridge::new(&receiver.url);
        bridge.export("citas.csv", 109, 2, true);
        let first = bridge.run(&["replay-csv", "citas.csv"]);
        assert_eq!(
            (first.code, first.count("unknown"), first.count("delivered")),
            (Some(1), 1, 1),
            "{}",
            first.stderr
        );
        assert_eq!(receiver.held().ventas.len(), ventas);
        faulty.store(false, Ordering::Relaxed);
        // Nothing sends it again by itself.
        for args in
            [&["runs", "redrive", "last"][..], &["runs", "resume", "last"], &["replay-csv", "citas.csv"]]
        {
            bridge.run(args);
            assert_eq!(receiver.held().ventas.len(), ventas, "{args:?}");
        }
        let run = first.summary()["run"].as_str().expect("a run").to_owned();
        assert!(bridge.text(&["runs", "show", &run]).contains(&format!("runs settle {run} 3")));
        assert_eq!(bridge.run(&["runs", "settle", &run, "3"]).code, Some(2), "one of the flags is needed");
        assert_eq!(bridge.run(&["runs", "settle", &run, "2", flag]).code, Some(2), "another row");
        assert_eq!(bridge.run(&["runs", "settle", &run, "3", flag]).code, Some(0));
        let redriven = bridge.run(&["runs", "redrive", &run]);
        assert_eq!((redriven.code, redriven.count("delivered"), redriven.count("unknown")), (Some(0), 2, 0));
        assert_eq!(receiver.held().ventas.len(), 1);
    }
}

/// One word about a venta holds for every run that met it.
#[test]
fn a_venta_that_a_person_saw_is_sent_by_no_run_that_was_in_doubt_about_it() {
    let faulty = Arc::new(AtomicBool::new(true));
    let receiver = OddReceiver::with_faults(calm(), {
        let faulty = Arc::clone(&faulty);
        move |_, body| {
            (body.contains("\"venta\"") && faulty.load(Ordering::Relaxed)).then_some(Fault::ResetAfter)
        }
    });
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 109, 2, true);
    let of = |said: &Said| said.summary()["run"].as_str().expect("a run").to_owned();
    let first = of(&bridge.run(&["replay-csv", "citas.csv"]));
    let second = bridge.run(&["replay-csv", "citas.csv"]);
    assert_eq!((second.count("unknown"), second.count("duplicates")), (1, 1), "{}", second.stderr);
    let second = of(&second);
    faulty.store(false, Ordering::Relaxed);

    let settle = |run: &str, flag| bridge.run(&["runs", "settle", run, "3", flag]).code;
    assert_eq!(settle(&second, "--not-delivered"), Some(0));
    assert_eq!(settle(&first, "--delivered"), Some(0), "who looked again saw it");
    for run in [&first, &second] {
        let redriven = bridge.run(&["runs", "redrive", run]);
        assert_eq!((redriven.code, redriven.count("failed")), (Some(0), 0), "{}", redriven.stderr);
    }
    assert_eq!(receiver.held().ventas.len(), 1);

    // The other way round, it stays delivered whatever is said later.
    let receiver =
        OddReceiver::with_faults(calm(), |_, body| body.contains("\"venta\"").then_some(Fault::ResetAfter));
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 109, 2, true);
    let first = of(&bridge.run(&["replay-csv", "citas.csv"]));
    let second = of(&bridge.run(&["replay-csv", "citas.csv"]));
    let settle = |run: &str, flag| bridge.run(&["runs", "settle", run, "3", flag]).code;
    assert_eq!(settle(&first, "--delivered"), Some(0));
    assert_eq!(settle(&second, "--not-delivered"), Some(2));
    for run in [&first, &second] {
        let redriven = bridge.run(&["runs", "redrive", run]);
        assert_eq!((redriven.code, redriven.count("unknown")), (Some(0), 0), "{}", redriven.stderr);
    }
    assert_eq!(receiver.held().ventas.len(), 1);
}

#[test]
fn verify_compares_the_receipts_with_what_the_receiver_lists() {
    let receiver = OddReceiver::start(calm());
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 5, false);
    bridge.run(&["replay-csv", "citas.csv"]);
    let verified = bridge.run(&["runs", "verify", "last"]);
    assert_eq!((verified.code, &verified.lines[0]["found"]), (Some(0), &5.into()), "{}", verified.stderr);
    assert_eq!(verified.lines[0]["unrecorded"], 0);
    receiver.held().presencias.remove(2);
    let verified = bridge.run(&["runs", "verify", "last"]);
    assert_eq!((verified.code, &verified.lines[0]["missing"][0]), (Some(1), &"CRM-102".into()));
    // A run that found everything delivered is verified by the receipts of the others.
    bridge.run(&["replay-csv", "citas.csv"]);
    let verified = bridge.run(&["runs", "verify", "last"]);
    assert_eq!((verified.code, &verified.lines[0]["receipts"]), (Some(1), &5.into()), "{}", verified.stderr);
    assert_eq!(verified.lines[0]["all_runs"], true);
    assert!(bridge.text(&["runs", "verify"]).contains("--force --only"));
}

#[test]
fn verify_asks_by_the_proxy_of_the_settings() {
    let receiver = OddReceiver::start(calm());
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 3, false);
    assert_eq!(bridge.run(&["replay-csv", "citas.csv"]).code, Some(0));
    let nobody = Held::new();
    let asks = |proxy: &str| {
        let mut command = bridge.command(&["runs", "verify", "last"]);
        command.args(["--verify-url", "http://list.invalid/__admin/presencias"]);
        command.env("CRM_BRIDGE_PROXY", proxy).output().expect("the binary runs")
    };
    assert_eq!(asks(&format!("http://{}", nobody.addr)).status.code(), Some(3));
    // The odd receiver answers what is asked of it as a proxy, too.
    let proxy = receiver.url.split('/').take(3).collect::<Vec<_>>().join("/");
    let verified = asks(&proxy);
    assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stderr));
}

#[test]
fn a_run_without_receipts_is_not_verified() {
    let receiver = OddReceiver::with_faults(calm(), |_, body| (!body.is_empty()).then(|| status(401)));
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 5, false);
    bridge.run(&["replay-csv", "citas.csv"]);
    let verified = bridge.run(&["runs", "verify", "last"]);
    assert_eq!(verified.code, Some(1), "{}", verified.stderr);
    assert!(verified.stderr.contains("runs show"), "{}", verified.stderr);
}

/// Published as a whole, what a run delivered already would be sent again, ventas twice.
#[test]
fn a_queue_in_the_settings_does_not_turn_a_resumed_run_into_a_publication() {
    let receiver = OddReceiver::with_faults(calm(), |number, _| (number == 7).then(|| status(401)));
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 30, true);
    assert_eq!(bridge.run(&["replay-csv", "citas.csv", "--jobs", "1"]).code, Some(4));
    let mut command = bridge.command(&["runs", "resume", "last", "--json"]);
    let resumed = command.env("CRM_BRIDGE_QUEUE", "nats://127.0.0.1:9").output().expect("the binary runs");
    assert_eq!(resumed.status.code(), Some(0), "{}", String::from_utf8_lossy(&resumed.stderr));
    let held = receiver.held();
    assert_eq!((held.presencias.len(), held.ventas.len()), (30, 3));
}

#[test]
fn a_run_of_stdin_is_resumed_with_the_same_export_on_stdin() {
    let receiver = OddReceiver::with_faults(calm(), |number, _| (number == 4).then(|| status(401)));
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 10, false);
    let stopped = bridge.run_reading("citas.csv", &["replay-csv", "-", "--jobs", "1"]);
    let next = stopped.summary()["next"].as_str().expect("a next step").to_owned();
    assert!(next.contains("with the same export on stdin"), "{next}");
    let nothing = bridge.run(&["runs", "resume", "last"]);
    assert_eq!(nothing.code, Some(6), "{}", nothing.stderr);
    let resumed = bridge.run_reading("citas.csv", &["runs", "resume", "last"]);
    assert_eq!((resumed.code, resumed.count("delivered")), (Some(0), 10), "{}", resumed.stderr);
}

#[test]
fn what_an_earlier_part_of_a_run_gave_up_is_among_the_rows_to_correct() {
    let receiver = OddReceiver::with_faults(calm(), |number, body| match number {
        9 => Some(status(401)),
        _ => ["CRM-102\"", "CRM-120\""].iter().any(|id| body.contains(id)).then(|| status(400)),
    });
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 30, false);
    let stopped = bridge.run(&["replay-csv", "citas.csv", "--jobs", "1"]);
    assert_eq!((stopped.code, stopped.count("rejected")), (Some(4), 1));
    let resumed = bridge.run(&["runs", "resume", "last"]);
    assert_eq!((resumed.code, resumed.count("rejected")), (Some(1), 2), "{}", resumed.stderr);
    let failed = std::fs::read_to_string(bridge.folder.path().join("failed.csv")).expect("rows to correct");
    assert!(failed.contains("\n102;") && failed.contains("\n120;"), "{failed}");
}
