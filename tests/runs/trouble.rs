//! A full disk, a journal that can't be written, a newer one, two runs at once, Ctrl-C.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::bridge::{Bridge, add_up};
use crate::odd_receiver::{Fault, OddReceiver, Switches};

fn slow() -> Switches {
    Switches { work: Duration::from_millis(20), ..Switches::default() }
}

/// Whether `program` is there; a missing one is said aloud.
#[expect(clippy::print_stderr, reason = "a test that could not run must not look like one that passed")]
fn have(program: &str, package: &str) -> bool {
    let there =
        Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !there {
        assert!(std::env::var("CRM_BRIDGE_REQUIRE_ALL").is_err(), "{program} is missing");
        eprintln!("SKIPPED: {program} is missing, install with apt-get install {package}");
    }
    there
}

#[test]
fn two_runs_at_once_on_one_target_are_refused() {
    let receiver = OddReceiver::start(slow());
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 200, false);
    let mut first = bridge.spawn(&["replay-csv", "citas.csv", "--jobs", "1"]);
    while receiver.held().total == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let second = bridge.run(&["replay-csv", "citas.csv"]);
    assert_eq!(second.code, Some(6), "{}", second.stderr);
    assert!(second.stderr.contains("another run"), "{}", second.stderr);
    assert_eq!(bridge.run(&["runs", "list"]).lines[0]["status"], "running");
    first.kill().expect("a kill");
    first.wait().expect("an end");
    assert_eq!(bridge.run(&["runs", "list"]).lines[0]["status"], "killed");
}

#[test]
fn a_newer_journal_is_refused_and_nothing_is_sent() {
    let receiver = OddReceiver::start(Switches::default());
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 3, false);
    bridge.run(&["runs", "list"]);
    let connection = rusqlite::Connection::open(bridge.journal()).expect("SQLite");
    connection.pragma_update(None, "user_version", 99).expect("a version");
    drop(connection);
    let said = bridge.run(&["replay-csv", "citas.csv"]);
    assert_eq!((said.code, receiver.held().total), (Some(2), 0));
    assert!(said.stderr.contains("99") && said.stderr.contains("--journal"), "{}", said.stderr);
}

#[test]
fn a_journal_that_can_not_be_written_is_refused_and_nothing_is_sent() {
    if !have("setpriv", "util-linux") {
        return;
    }
    let receiver = OddReceiver::start(Switches::default());
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 3, false);
    bridge.run(&["runs", "list"]);
    let mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
    };
    mode(&bridge.journal(), 0o444);
    mode(bridge.folder.path(), 0o555);
    // Root may write everywhere, so somebody else has to try.
    let binary = std::env::temp_dir().join(format!("crm-bridge-{}", std::process::id()));
    std::fs::copy(env!("CARGO_BIN_EXE_crm-bridge"), &binary).expect("a copy");
    mode(&binary, 0o755);
    let inner = bridge.command(&["replay-csv", "citas.csv"]);
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
        .arg(&binary)
        .args(inner.get_args());
    command.current_dir(bridge.folder.path()).env_clear();
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.output().expect("setpriv runs");
    std::fs::remove_file(&binary).ok();
    mode(bridge.folder.path(), 0o755);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), receiver.held().total), (Some(2), 0), "{stderr}");
    assert!(stderr.contains("can't be written") && stderr.contains("--journal"), "{stderr}");
}

#[test]
fn a_disk_that_fills_up_stops_the_run_and_nothing_is_lost() {
    let receiver = OddReceiver::start(Switches::default());
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 1000, 3000, false);
    let inner = bridge.command(&["replay-csv", "citas.csv", "--jobs", "4", "--json"]);
    // A limit of the file's size is a disk that is full for one process.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 200; exec \"$@\"", "sh"]);
    command.arg(inner.get_program()).args(inner.get_args()).current_dir(bridge.folder.path()).env_clear();
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.output().expect("sh runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let summary: serde_json::Value =
        serde_json::from_str(stdout.lines().last().expect("a summary")).expect("JSON");
    assert!(summary["delivered"].as_u64() > Some(0) && summary["run"].is_string(), "{summary}");
    assert!(summary["unprocessed"].as_u64() > Some(0) && add_up(&summary), "{summary}");
    let resumed = bridge.run(&["runs", "resume", "last"]);
    assert_eq!((resumed.code, resumed.count("delivered")), (Some(0), 3000), "{}", resumed.stderr);
    assert_eq!(receiver.held().presencias.len(), 3000);
}

/// Rows are read again while others are on their way: another event in the place of a planned one is not sent for it.
#[test]
fn an_export_that_is_overwritten_while_it_is_sent_stops_the_run() {
    let (from, to) = ("\r\n10", "\r\n90");
    let path = Arc::new(OnceLock::<PathBuf>::new());
    let receiver = OddReceiver::with_faults(Switches::default(), {
        let path = Arc::clone(&path);
        move |number, _| {
            if number == 5 {
                let path = path.get().expect("a path");
                let text = std::fs::read_to_string(path).expect("a file").replace(from, to);
                let mut file = std::fs::OpenOptions::new().write(true).open(path).expect("a file");
                file.write_all(text.as_bytes()).expect("written");
            }
            None
        }
    });
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100_000, 9000, false);
    path.set(bridge.folder.path().join("citas.csv")).expect("once");
    let said = bridge.run(&["replay-csv", "citas.csv", "--jobs", "1"]);
    assert_eq!(said.code, Some(6), "{}", said.stderr);
    assert!(said.count("delivered") > 0 && said.count("unprocessed") > 0, "{}", said.summary());
    assert!(said.summary().to_string().contains("changed while it was read"), "{}", said.summary());
    assert!(receiver.held().ids().iter().all(|id| id.starts_with("CRM-10")));
}

#[test]
fn ctrl_c_once_settles_what_is_in_flight_and_says_how_to_go_on() {
    let receiver = OddReceiver::start(slow());
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 100, 300, true);
    let child = bridge.command(&["replay-csv", "citas.csv", "--jobs", "2"]).spawn().expect("the binary runs");
    while receiver.held().total < 10 {
        std::thread::sleep(Duration::from_millis(5));
    }
    press(child.id());
    let output = child.wait_with_output().expect("an end");
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("runs resume"), "{said}");
    let (there, run) = (receiver.held().presencias.len(), bridge.run(&["runs", "list"]));
    assert_eq!(run.lines[0]["status"], "interrupted");
    assert_eq!(run.lines[0]["delivered"].as_u64(), Some(there as u64), "what was in flight is settled");
    let resumed = bridge.run(&["runs", "resume", "last"]);
    assert_eq!((resumed.code, resumed.count("delivered")), (Some(0), 300), "{}", resumed.stderr);
    assert_eq!(receiver.held().ventas.len(), 30);
}

#[test]
fn ctrl_c_twice_ends_at_once() {
    let receiver =
        OddReceiver::with_faults(Switches::default(), |number, _| (number > 3).then_some(Fault::Silence));
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 101, 9, false);
    let mut child = bridge.spawn(&["replay-csv", "citas.csv", "--jobs", "1"]);
    while receiver.held().total < 5 {
        std::thread::sleep(Duration::from_millis(5));
    }
    press(child.id());
    std::thread::sleep(Duration::from_millis(100));
    assert!(child.try_wait().expect("a state").is_none(), "once waits for what is in flight");
    press(child.id());
    assert_eq!(child.wait().expect("an end").code(), Some(130));
    assert_eq!(bridge.run(&["runs", "list"]).lines[0]["unprocessed"], 5);
}

#[test]
fn a_redrive_that_stops_is_on_record_as_it_ended() {
    let then = Arc::new(AtomicU16::new(500));
    let receiver = OddReceiver::with_faults(Switches::default(), {
        let then = Arc::clone(&then);
        move |_, body| {
            body.contains("CRM-102").then(|| match then.load(Ordering::Relaxed) {
                0 => Fault::Silence,
                code => Fault::Status(code, Vec::new()),
            })
        }
    });
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 101, 3, false);
    assert_eq!(bridge.run(&["replay-csv", "citas.csv"]).code, Some(1));
    then.store(403, Ordering::Relaxed);
    assert_eq!(bridge.run(&["runs", "redrive", "last"]).code, Some(4));
    let run = bridge.run(&["runs", "list"]).lines.remove(0);
    assert_eq!((&run["status"], &run["exit_code"]), (&"stopped".into(), &4.into()), "{run}");
    then.store(0, Ordering::Relaxed);
    let before = receiver.held().total;
    let mut child = bridge.spawn(&["runs", "redrive", "last"]);
    while receiver.held().total == before {
        std::thread::sleep(Duration::from_millis(5));
    }
    press(child.id());
    std::thread::sleep(Duration::from_millis(100));
    press(child.id());
    assert_eq!(child.wait().expect("an end").code(), Some(130));
    let run = bridge.run(&["runs", "list"]).lines.remove(0);
    assert_eq!((&run["status"], &run["exit_code"]), (&"interrupted".into(), &130.into()), "{run}");
}

fn press(process: u32) {
    let killed = Command::new("kill").args(["-INT", &process.to_string()]).status().expect("kill runs");
    assert!(killed.success());
}
