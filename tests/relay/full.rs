//! A disk that takes no more: 503, nothing that was answered is lost, and it goes on when there is room again.

use std::process::{Command, Stdio};
use std::time::Duration;

use crm_bridge::receiver::Receiver;
use serde_json::Value;

use super::port::Held;
use super::setting::{INSIDE, PATH, Process, odd_receiver, request, webhook};

/// A webhook with long notes, so that a small file is soon full.
fn long(number: u64) -> Value {
    let mut body = webhook(number);
    body["observaciones"] = "Pidió el plano del lote. ".repeat(700).into();
    body
}

async fn post(process: &Process, number: u64) -> u16 {
    let body = long(number).to_string();
    let headers = [("X-CRM-Webhook-Token", INSIDE)];
    request(process.addr, "POST", PATH, &headers, body.as_bytes()).await.unwrap().0
}

/// The same command under a limit of the size of its files, which stands for a full disk: a write that would pass it
/// fails, instead of ending the process by a signal.
fn limited(command: &Command, blocks: u32) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("trap '' XFSZ; ulimit -S -f {blocks}; exec \"$0\" \"$@\""));
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.current_dir(command.get_current_dir().unwrap()).stdin(Stdio::null()).stderr(Stdio::null());
    shell
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_answered_503_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.db");
    let held = Held::new();
    let nobody = format!("http://{}/nobody/", held.addr);
    let mut answered = Vec::new();
    {
        let process = Process::start(&mut limited(&Process::command(&journal, &nobody), 4_000));
        let mut refused = 0;
        for number in 10_000..10_400 {
            match post(&process, number).await {
                200 => answered.push(number),
                503 => refused += 1,
                other => panic!("answered {other}"),
            }
            if refused == 3 {
                break;
            }
        }
        assert!(refused == 3 && answered.len() > 5, "{refused} refused, {} answered", answered.len());
        let (status, _, ready) = request(process.addr, "GET", "/readyz", &[], b"").await.unwrap();
        assert_eq!(status, 503, "{ready}");
        let more = Command::new("prlimit")
            .args(["--pid", &process.child.id().to_string(), "--fsize=unlimited"])
            .status();
        if more.is_ok_and(|status| status.success()) {
            assert_eq!(post(&process, 20_000).await, 200, "there is room again");
            answered.push(20_000);
            assert_eq!(request(process.addr, "GET", "/readyz", &[], b"").await.unwrap().0, 200);
        }
    }
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let _process = Process::start(Process::command(&journal, &receiver.url()).stderr(Stdio::null()));
    let all = answered.len() as u64;
    assert!(
        receiver.wait_for(all, Some(Duration::from_secs(120))).await,
        "{} of {all}",
        receiver.presencias().len()
    );
}
