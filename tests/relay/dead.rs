//! Dead letters as an operator meets them: shown by cause, queued again, taken up by the running relay.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use crm_bridge::receiver::{FaultPlan, Receiver, Spec};
use serde_json::Value;

use super::port::Held;
use super::setting::{Setting, odd_receiver, webhook};

fn runs(journal: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
        .env_clear()
        .arg("runs")
        .args(arguments)
        .arg("--journal")
        .arg(journal)
        .args(["--lang", "en"])
        .current_dir(journal.parent().unwrap())
        .output()
        .unwrap()
}

fn summary(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = text.lines().last().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(last).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_shown_by_cause_and_queued_again_for_the_running_relay() {
    let refusing = FaultPlan::new(vec!["422".parse().unwrap()]);
    let receiver = Receiver::start(Spec { faults: refusing, ..odd_receiver() }).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.db");
    let setting = Setting::at(&journal, &receiver.url(), |_| ()).await;

    assert_eq!(setting.post(&webhook(1)).await.0, 200);
    let mut without_phone = webhook(2);
    without_phone["cliente"]["telefono_principal"] = "".into();
    assert_eq!(setting.post(&without_phone).await.0, 200);
    setting.until(|overview| overview.dead == 2).await;

    let shown = String::from_utf8(runs(&journal, &["show", "last"]).stdout).unwrap();
    for words in [
        "dead letters 2",
        "1 × T01",
        "→ in the CRM: fill in the celular",
        "1 × rejected",
        "→ correct the record in the CRM",
        "CRM-1",
        "CRM-2",
        "runs redrive",
    ] {
        assert!(shown.contains(words), "{words} is missing in\n{shown}");
    }
    let listed = String::from_utf8(runs(&journal, &["show", "last", "--json"]).stdout).unwrap();
    assert_eq!(listed.lines().filter(|line| line.starts_with("{\"kind\":\"letter\"")).count(), 2);
    assert!(!shown.contains("Cliente Número") && !listed.contains("Cliente Número"));

    // What the receiver rejected waits for somebody who asks for it, what a rule forbids stays.
    let left = runs(&journal, &["redrive", "last", "--json"]);
    assert_eq!(left.status.code(), Some(1), "{}", String::from_utf8_lossy(&left.stderr));
    let counts = summary(&left);
    assert_eq!(
        (&counts["queued"], &counts["rejected"], &counts["invalid"]),
        (&0.into(), &1.into(), &1.into())
    );

    receiver.set_faults(FaultPlan::default());
    let counts = summary(&runs(&journal, &["redrive", "last", "--rejected", "--json"]));
    assert_eq!((&counts["rows"], &counts["queued"], &counts["invalid"]), (&2.into(), &1.into(), &1.into()));
    assert!(receiver.wait_for(1, Some(Duration::from_secs(60))).await);
    let overview = setting.until(|overview| overview.dead == 1 && overview.depth == 0).await;
    assert_eq!(overview.dead, 1);
    setting.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_somebody_changed_is_counted_and_never_sent() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.db");
    let nobody = Held::new();
    let setting = Setting::at(&journal, &format!("http://{}/nobody/", nobody.addr), |_| ()).await;
    assert_eq!(setting.post(&webhook(1)).await.0, 200);
    setting.shut_down().await;
    let file = rusqlite::Connection::open(&journal).unwrap();
    file.execute("UPDATE relay_outbox SET body = x'5b5d'", []).unwrap();
    drop(file);
    let setting = Setting::at(&journal, &receiver.url(), |_| ()).await;
    setting.until(|overview| overview.dead == 1 && overview.causes[0].class == "body").await;
    setting.until_shown("/metrics", "dead_total{cause=\"body\"} 1").await;
    assert!(receiver.presencias().is_empty());
    setting.shut_down().await;
}
