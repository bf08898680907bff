//! Ctrl-C, and going on afterwards.

#![cfg(unix)]

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::bench::{Bench, Ran, good};
use crate::odd_receiver::{OddReceiver, Switches};

#[test]
fn ctrl_c_settles_what_is_in_flight_and_the_run_can_be_resumed() {
    let receiver = OddReceiver::start(Switches { work: Duration::from_millis(15), ..Switches::default() });
    let bench = Bench::sending_to(&receiver);
    let file = bench.write("a.csv", good(1000, 200));
    let mut command = bench.command(&["replay-csv", &file, "--jobs", "2", "--json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while receiver.held().presencias.len() < 10 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!(ran.code, 130, "{}", ran.err);
    let summary = ran.summary();
    let delivered = summary["delivered"].as_u64().unwrap();
    assert!((10..200).contains(&delivered), "{summary}");
    assert_eq!(summary["unprocessed"], 200 - delivered);
    assert!(summary["next"].as_str().unwrap().contains("runs resume"), "{summary}");
    let resumed = bench.run(&["runs", "resume", "last", "--json"]);
    assert_eq!(resumed.code, 0, "{}{}", resumed.out, resumed.err);
    assert_eq!(resumed.summary()["delivered"], 200, "the summary covers the whole run");
    assert_eq!(receiver.held().presencias.len(), 200);
    assert_eq!(receiver.held().total, 200, "nothing is sent twice");
    let nothing = bench.run(&["runs", "resume", "last", "--json"]);
    assert_eq!(nothing.code, 0, "nothing left to do is no failure: {}{}", nothing.out, nothing.err);
    assert_eq!(receiver.held().total, 200);
}

#[test]
fn a_draft_does_not_outlive_an_interrupted_editor() {
    let mut bench = Bench::new();
    bench.set("PATH", "/usr/bin:/bin");
    bench.set("EDITOR", "sh editor.sh");
    bench.set("TMPDIR", bench.path("home").to_str().unwrap());
    bench.write("editor.sh", ": >begun; while [ ! -e go ]; do sleep 0.05; done");
    let record =
        ["--id", "7", "--nombre", "Ana Paz", "--celular", "999888777", "--fecha-hora", "15/01/2024 10:00"];
    let mut command = bench.command(&[&["send", "--edit", "--dry-run"], &record[..]].concat());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let drafts = || {
        let files = std::fs::read_dir(bench.path("home")).unwrap().flatten();
        files.filter(|file| file.file_name().to_string_lossy().ends_with(".json")).count()
    };
    let deadline = Instant::now() + Duration::from_secs(30);
    while !bench.path("begun").exists() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(drafts(), 1);
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    child.wait().unwrap();
    bench.write("go", "");
    // The shell around the editor holds it, too: at its end both are gone.
    child.stdout.take().unwrap().read_to_end(&mut Vec::new()).unwrap();
    assert_eq!(drafts(), 0);
}
