//! The live CRM as a client: each transition twice, one after the other, waiting up to 30 s for each, without a retry;
//! only 200 with a JSON body counts.

use std::time::{Duration, Instant};

use crm_bridge::receiver::{FaultPlan, Receiver};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::setting::{INSIDE, PATH, Setting, odd_receiver, webhook};

/// Sends as the CRM does; tells whether it took it for a success, and how long it waited.
async fn transition(setting: &Setting, number: u64) -> (bool, Duration) {
    let start = Instant::now();
    let mut success = true;
    for _ in 0..2 {
        let answer = tokio::time::timeout(Duration::from_secs(30), setting.post(&webhook(number))).await;
        success &= matches!(answer, Ok((200, body)) if body.is_object());
    }
    (success, start.elapsed())
}

#[tokio::test]
async fn does_not_wait_while_the_receiver_hangs_and_everything_arrives_once_it_does_not() {
    let silent = FaultPlan::new(vec!["timeout".parse().unwrap()]);
    let receiver =
        Receiver::start(crm_bridge::receiver::Spec { faults: silent, ..odd_receiver() }).await.unwrap();
    let setting = Setting::new(&receiver.url(), |options| {
        options.send.timeout = Duration::from_millis(700);
    })
    .await;
    let start = Instant::now();
    for number in 0..25 {
        let (success, waited) = transition(&setting, 100 + number).await;
        assert!(success);
        // Not a measure of speed: a relay that passed the receiver's silence on would need 700 ms at least.
        assert!(waited < Duration::from_millis(700), "waited {waited:?} for {number}");
    }
    assert!(start.elapsed() < Duration::from_secs(15));
    assert_eq!(receiver.presencias().len(), 0);
    receiver.set_faults(FaultPlan::default());
    let overview = setting.until(|overview| overview.depth == 0).await;
    assert_eq!((receiver.presencias().len(), receiver.clientes().len(), overview.dead), (25, 25, 0));
    setting.shut_down().await;
}

/// Its process is restarted while it waits: nobody will repeat that transition.
#[tokio::test]
async fn what_it_sent_before_it_went_arrives() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = Setting::new(&receiver.url(), |_| {}).await;
    for number in 0..30 {
        let body = webhook(100 + number).to_string();
        let request = format!(
            "POST {PATH} HTTP/1.1\r\nHost: localhost\r\nX-CRM-Webhook-Token: {INSIDE}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut socket = TcpStream::connect(setting.addr()).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        socket.shutdown().await.unwrap();
    }
    setting.until(|overview| overview.depth == 0 && receiver.counts().presencias == 30).await;
    setting.shut_down().await;
}

#[tokio::test]
async fn a_receiver_that_refuses_us_costs_nothing_and_is_shown() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = Setting::new(&receiver.url(), |options| {
        options.send.token = crm_bridge::config::Token::new("not the receiver's");
    })
    .await;
    assert!(transition(&setting, 100).await.0);
    let overview = setting.until(|overview| !overview.causes.is_empty()).await;
    assert_eq!((overview.depth, overview.dead), (1, 0), "it waits for the right secret");
    assert_eq!(overview.causes[0].class, "refused");
    let (_, _, ready) = setting.get("/readyz").await;
    assert!(ready.contains("\"paused\":\"refused\""), "{ready}");
    setting.shut_down().await;
}
