//! Parallel writers of a deployed receiver: each looks, thinks and writes, and some rows are lost with a 500.

use crm_bridge::receiver::{Note, Quirk, Quirks, Receiver, Running, Spec};

use super::web::{payload, post, webhook};

async fn start() -> Running {
    let quirks = Quirks::NONE.with(Quirk::LostWrites);
    Receiver::start(Spec { quirks, ..Spec::default() }).await.unwrap()
}

fn person(n: u32) -> String {
    let mut payload = payload(&format!("CRM-{n}"));
    payload["cliente"]["numero_documento"] = format!("{:08}", 40_000_000 + n).into();
    payload.to_string()
}

#[tokio::test]
async fn one_writer_loses_nothing() {
    let running = start().await;
    for n in 0..50 {
        assert_eq!(webhook(&running, person(n)).send().await.unwrap().status(), 200);
    }
    assert_eq!(running.counts().presencias, 50);
}

#[tokio::test]
async fn several_writers_lose_rows_and_are_told_500() {
    let running = start().await;
    let answers = futures_util::future::join_all((0..60).map(|n| webhook(&running, person(n)).send())).await;
    let lost = answers.iter().filter(|answer| answer.as_ref().unwrap().status() == 500).count();
    let kept = usize::try_from(running.counts().presencias).unwrap();
    assert_eq!(lost + kept, 60, "an answer tells whether the row is there");
    assert!((10..=45).contains(&lost), "{lost} of 60 lost");
    assert!(running.requests().iter().any(|request| request.note == Note::LostRace));
}

#[tokio::test]
async fn other_content_is_refused_by_racing_writers_too() {
    let running = start().await;
    assert_eq!(post(&running, &payload("CRM-1")).await.status, 200);
    let mut other = payload("CRM-1");
    other["cliente"]["numero_documento"] = "40000001".into();
    assert_eq!(post(&running, &other).await.status, 409);
    assert_eq!(post(&running, &payload("CRM-1")).await.status, 200);
    assert_eq!((running.counts().presencias, running.counts().clientes), (1, 1));
}
