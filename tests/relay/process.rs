//! The command itself: its first line, its end, and what it refuses to start with.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;

use crm_bridge::receiver::Receiver;

use super::port::Held;
use super::setting::{INSIDE, PATH, Process, odd_receiver, request, webhook};

fn journal() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    (folder, path)
}

/// Runs a relay that is expected not to start.
fn refused(command: &mut Command) -> (Option<i32>, String) {
    let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    assert!(output.stdout.is_empty());
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_line_names_the_url_then_stdout_is_silent_and_sigterm_ends_with_0() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let (_folder, journal) = journal();
    let mut process = Process::start(Process::command(&journal, &receiver.url()).stderr(Stdio::piped()));
    assert!(process.url.ends_with(PATH), "{}", process.url);
    let body = webhook(1).to_string();
    let headers = [("X-CRM-Webhook-Token", INSIDE)];
    assert_eq!(request(process.addr, "POST", PATH, &headers, body.as_bytes()).await.unwrap().0, 200);
    assert!(receiver.wait_for(1, Some(Duration::from_secs(60))).await);
    process.signal("TERM");
    assert_eq!(process.child.wait().unwrap().code(), Some(0));
    let mut log = String::new();
    process.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("recovered 0 webhooks"), "{log}");
    for secret in [INSIDE, super::setting::OUTSIDE, "Cliente Número", "900007919"] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_does_not_wait_for_a_receiver_that_hangs() {
    let silent = crm_bridge::receiver::FaultPlan::new(vec!["timeout".parse().unwrap()]);
    let receiver =
        Receiver::start(crm_bridge::receiver::Spec { faults: silent, ..odd_receiver() }).await.unwrap();
    let (_folder, journal) = journal();
    let mut process = Process::start(Process::command(&journal, &receiver.url()).stderr(Stdio::piped()));
    let body = webhook(1).to_string();
    let headers = [("X-CRM-Webhook-Token", INSIDE)];
    assert_eq!(request(process.addr, "POST", PATH, &headers, body.as_bytes()).await.unwrap().0, 200);
    // Twice: the second one does not grant the requests in flight their few seconds.
    process.signal("TERM");
    tokio::time::sleep(Duration::from_millis(200)).await;
    process.signal("TERM");
    assert_eq!(process.child.wait().unwrap().code(), Some(0));
    receiver.set_faults(crm_bridge::receiver::FaultPlan::default());
    let mut again = Process::start(Process::command(&journal, &receiver.url()).stderr(Stdio::piped()));
    assert!(receiver.wait_for(1, Some(Duration::from_secs(60))).await, "what was answered is delivered");
    again.signal("TERM");
    again.child.wait().unwrap();
    let mut log = String::new();
    again.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("recovered 1 webhooks"), "{log}");
}

#[test]
fn it_does_not_start_without_the_crms_secret_or_towards_itself() {
    let (_folder, journal) = journal();
    let nobody = Held::new();
    let url = &format!("http://{}/api/webhook-presencia-crm/", nobody.addr);
    let (code, said) = refused(Process::command(&journal, url).env_remove("CRM_WEBHOOK_TOKEN"));
    assert!(code == Some(2) && said.contains("CRM_WEBHOOK_TOKEN"), "{said}");
    let (own, port) = (nobody.addr.to_string(), nobody.addr.port());
    let itself = Process::command(&journal, &format!("http://localhost:{port}/api/webhook-presencia-crm/"));
    let listening = itself
        .get_args()
        .map(std::ffi::OsStr::to_owned)
        .map(|argument| if argument == "127.0.0.1:0" { own.clone().into() } else { argument });
    let arguments: Vec<std::ffi::OsString> = listening.collect();
    let (code, said) = refused(Process::bare(&journal).args(arguments));
    assert!(code == Some(2) && said.contains("names the relay itself"), "{said}");
    let (code, said) = refused(Process::command(&journal, url).arg("--dry-run"));
    assert!(code == Some(2) && said.contains("--dry-run"), "{said}");
    let (code, said) = refused(&mut Process::command(&journal, "https://comercial.example.pe/webhook/"));
    assert!(code == Some(2) && said.contains("--yes"), "{said}");
}

#[test]
fn two_relays_never_send_to_one_target_from_one_journal() {
    let (_folder, journal) = journal();
    let nobody = Held::new();
    let url = &format!("http://{}/api/webhook-presencia-crm/", nobody.addr);
    let _first = Process::start(Process::command(&journal, url).stderr(Stdio::null()));
    let (code, said) = refused(&mut Process::command(&journal, url));
    assert!(code == Some(6), "{code:?} {said}");
}
