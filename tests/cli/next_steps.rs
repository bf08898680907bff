//! What a person is told to do next is done here as it was told: pasted, with nothing added but what is asked for.

use crate::bench::{Bench, Ran, export, good};
use crate::odd_receiver::{Fault, OddReceiver, Switches};

const LEADS: &str = "ID;NOMBRE;CELULAR;FECHA_INTERACCION;MEDIO\n\
                     a1;Rosa Quispe;999888777;15/01/2024 10:00;OPC\n\
                     a2;Luis Mamani;999888778;16/01/2024 10:00;OPC\n";

/// Pastes a command that was suggested.
fn pasted(bench: &Bench, command: &str) -> Ran {
    assert!(command.starts_with("crm-bridge "), "{command}");
    bench.run_in_shell(&command.replacen("crm-bridge", env!("CARGO_BIN_EXE_crm-bridge"), 1))
}

fn two() -> String {
    export(&[
        ("1001", "Rosa Quispe", "999888777", "15/01/2024 10:00", "Realizada"),
        ("1002", "Luis Mamani", "999888778", "15/01/2024 11:00", "Realizada"),
    ])
}

fn status(status: u16) -> Fault {
    Fault::Status(status, Vec::new())
}

#[test]
fn a_check_of_leads_stays_a_check_and_a_rehearsal_a_rehearsal() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    bench.write("mis leads.csv", LEADS);
    for args in
        [&["validate", "mis leads.csv", "--json"][..], &["replay-csv", "mis leads.csv", "--mock", "--json"]]
    {
        let ran = bench.run(args);
        let hint = ran.lines("finding")[0]["hint"].as_str().unwrap().to_owned();
        let command = hint.split("try: ").nth(1).unwrap();
        assert!(command.starts_with(&format!("crm-bridge {} 'mis leads.csv'", args[0])), "{command}");
        let again = pasted(&bench, command);
        assert_eq!(again.code, 0, "{command}\n{}{}", again.out, again.err);
    }
    assert_eq!(receiver.held().total, 0, "nothing left the machine");
}

#[test]
fn a_run_at_a_wrong_address_is_asked_for_again_instead_of_being_resumed() {
    let wrong = OddReceiver::with_faults(Switches::default(), |_, _| Some(status(404)));
    let right = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&right);
    let file = bench.write("a.csv", two());
    let ran = bench.run(&["replay-csv", &file, "--url", &wrong.url, "--journal", "el diario.db", "--json"]);
    assert_eq!(ran.code, 4, "{}", ran.err);
    let next = ran.summary()["next"].as_str().unwrap().to_owned();
    let command = next.strip_prefix("with the right address for URL: ").unwrap();
    let shown = bench.run(&["runs", "show", "last", "--journal", "el diario.db"]);
    assert!(shown.out.contains(&format!("next: {next}")), "{}", shown.out);
    let again = pasted(&bench, &command.replace(" URL", &format!(" {}", right.url)));
    assert_eq!((again.code, &again.summary()["delivered"]), (0, &2.into()), "{}{}", again.out, again.err);
}

#[test]
fn a_run_that_delivered_something_is_resumed_in_the_journal_that_it_was_given() {
    let receiver =
        OddReceiver::with_faults(Switches::default(), |number, _| (number == 1).then(|| status(404)));
    let bench = Bench::sending_to(&receiver);
    let file = bench.write("a.csv", good(1001, 3));
    let ran = bench.run(&["replay-csv", &file, "--journal", "el diario.db", "--jobs", "1", "--json"]);
    assert_eq!((ran.code, &ran.summary()["delivered"]), (4, &1.into()), "{}", ran.err);
    let next = ran.summary()["next"].as_str().unwrap().to_owned();
    assert!(next.starts_with("crm-bridge runs resume ") && next.contains("'el diario.db'"), "{next}");
    let shown = bench.run(&["runs", "show", "last", "--journal", "el diario.db"]);
    assert!(shown.out.contains(&format!("next: {next}")), "{}", shown.out);
    assert!(shown.out.contains("--journal 'el diario.db' --jobs 1"), "as a shell needs it: {}", shown.out);
    let again = pasted(&bench, &next);
    assert_eq!(again.code, 0, "{}{}", again.out, again.err);
    assert_eq!(receiver.held().presencias.len(), 3);
}

#[test]
fn hints_about_the_last_run_name_its_journal() {
    let receiver = OddReceiver::with_faults(Switches::default(), |_, _| Some(status(503)));
    let bench = Bench::sending_to(&receiver);
    let file = bench.write("a.csv", two());
    let ran = bench.run(&["replay-csv", &file, "--journal", "k.db", "--retries", "0", "--json"]);
    let hint = ran.lines("delivery")[0]["error"]["hint"].as_str().unwrap().to_owned();
    assert!(hint.ends_with("`crm-bridge runs redrive last --journal k.db`"), "{hint}");
    assert!(ran.summary()["next"].as_str().unwrap().ends_with(" --journal k.db"), "{}", ran.out);
}

#[test]
fn a_collision_comes_with_the_command_that_helps() {
    let receiver = OddReceiver::start(Switches { substring_lookup: true, ..Switches::default() });
    let bench = Bench::sending_to(&receiver);
    let row = |id| export(&[(id, "Rosa Quispe", "999888777", "15/01/2024 10:00", "Realizada")]);
    let (longer, shorter) = (bench.write("b.csv", row("12")), bench.write("a.csv", row("1")));
    assert_eq!(bench.run(&["replay-csv", &longer]).code, 0);
    let ran = bench.run(&["replay-csv", &shorter, "--json"]);
    assert_eq!((ran.code, &ran.summary()["collisions"]), (1, &1.into()), "{}", ran.err);
    let next = ran.summary()["next"].as_str().unwrap().to_owned();
    let plain = bench.run(&["runs", "redrive", "last", "--lang", "es"]);
    assert!(plain.err.contains("--id-terminator ']'"), "{}{}", plain.out, plain.err);
    let shown = bench.run(&["runs", "show", "last", "--lang", "es"]);
    assert!(shown.out.contains("1 × colisión: P01"), "{}", shown.out);
    let again = pasted(&bench, &next);
    assert_eq!(again.code, 0, "{next}\n{}{}", again.out, again.err);
    assert!(receiver.held().ids().contains(&"CRM-1]"));
}

#[test]
fn statuses_that_are_no_event_become_one_by_the_file_that_the_hint_names() {
    let bench = Bench::new();
    let file = bench.write(
        "a.csv",
        export(&[
            ("1001", "Rosa Quispe", "999888777", "15/01/2024 10:00", "Realizada"),
            ("1002", "Luis Mamani", "999888778", "15/01/2024 11:00", "Vino \"sola\""),
        ]),
    );
    let ran = bench.run(&["validate", &file, "--json"]);
    assert_eq!((ran.codes(), &ran.summary()["events"]), (vec!["E04".to_owned()], &1.into()));
    assert_eq!(bench.run(&["map", &file, "--write", "m.toml"]).code, 0);
    let written = std::fs::read_to_string(bench.path("m.toml")).unwrap();
    let (head, trigger) = written.split_once("# [[trigger]]").unwrap();
    bench.write("m.toml", format!("{head}[[trigger]]{}", trigger.replace("\n# ", "\n")));
    let ran = bench.run(&["validate", &file, "--mapping", "m.toml", "--json"]);
    assert_eq!((ran.code, &ran.summary()["events"]), (0, &2.into()), "{written}{}", ran.err);
}

#[test]
fn a_medio_without_a_column_is_given_by_what_the_hint_names() {
    let bench = Bench::new();
    let row = "1;Rosa Quispe;999888777;15/01/2024 10:00;Realizada;Facebook";
    let file = bench.write("a.csv", format!("ID Cita;Nombre;Celular;Fecha y Hora;Estado;De dónde\n{row}\n"));
    let ran = bench.run(&["validate", &file, "--json"]);
    let hints: Vec<_> =
        ran.lines("finding").iter().map(|line| line["hint"].as_str().unwrap().to_owned()).collect();
    for hint in [
        "--map lead.medio=COLUMN",
        "--set medio_captacion=VALUE",
        "--map lead.proyecto_interes=COLUMN",
        "--set proyecto_interes=NAME",
    ] {
        assert!(hints.iter().any(|told| told.contains(hint)), "{hint}: {hints:?}");
    }
    let named = ["--map", "lead.medio=De dónde", "--set", "proyecto_interes=OASIS 1 (HUACHO 1)"];
    let ran = bench.run(&[&["validate", &file, "--json"], &named[..]].concat());
    assert_eq!(ran.codes(), Vec::<String>::new(), "{}", ran.out);
}

#[test]
fn what_is_missing_of_one_presencia_is_told_by_its_flag() {
    let bench = Bench::new();
    let ran = bench.run(&["send", "--id", "7", "--url", "http://127.0.0.1:9/x", "--dry-run", "--json"]);
    for (code, flag) in [
        ("N01", "--nombre"),
        ("T01", "--celular"),
        ("A01", "--fecha-hora"),
        ("E01", "--medio"),
        ("E02", "--proyecto"),
    ] {
        let finding = ran.lines("finding").into_iter().find(|line| line["code"] == code);
        let hint = finding.unwrap_or_default()["hint"].as_str().unwrap_or_default().to_owned();
        assert!(hint.contains(flag), "{code}: {hint:?} {}", ran.out);
    }
}
