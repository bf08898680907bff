//! What the CRM is answered, and what becomes of it.

use crm_bridge::receiver::Receiver;
use serde_json::{Value, json};

use super::port::Held;
use super::setting::{INSIDE, PATH, Setting, odd_receiver, request, webhook};

#[tokio::test]
async fn a_webhook_is_answered_and_delivered_once_though_the_crm_sends_it_twice() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = Setting::new(&receiver.url(), |_| {}).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let (status, answer) = setting.post(&webhook(1)).await;
        assert_eq!(status, 200);
        assert!(answer["detail"].is_string());
        ids.push(answer["delivery_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids[0], ids[1], "one event, one delivery");
    setting.until(|overview| overview.depth == 0).await;
    assert_eq!(setting.post(&webhook(1)).await.1["status"], "repeated", "after its delivery too");
    let stored = receiver.presencias();
    assert_eq!((stored.len(), receiver.clientes().len()), (1, 1));
    assert_eq!(stored[0].id_presencia_crm, "CRM-1");
    assert_eq!(stored[0].proyecto_interes, "OASIS 2 (AUCALLAMA)");
    let clients = receiver.clientes();
    assert_eq!(
        clients[0].numero_documento, "900007919",
        "not TEMP- and four digits, which two people can share"
    );
    setting.shut_down().await;
}

#[tokio::test]
async fn both_paths_take_webhooks_and_a_wrong_secret_is_told_before_the_body_is_read() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = Setting::new(&receiver.url(), |_| {}).await;
    let body = webhook(1).to_string();
    let paths =
        ["/api/webhook-presencia-crm/", "/api/webhook-presencia-crm", "/api/gestion/webhook-presencia-crm/"];
    for path in paths {
        let right = [("X-CRM-Webhook-Token", INSIDE)];
        assert_eq!(
            request(setting.addr(), "POST", path, &right, body.as_bytes()).await.unwrap().0,
            200,
            "{path}"
        );
    }
    for wrong in
        [&[][..], &[("X-CRM-Webhook-Token", "wrong")], &[("Authorization", "Bearer secret-of-the-inside")]]
    {
        let (status, _, answer) =
            request(setting.addr(), "POST", PATH, wrong, b"no JSON at all").await.unwrap();
        assert_eq!(status, 401);
        assert!(serde_json::from_str::<Value>(&answer).unwrap()["detail"].is_string());
    }
    let (status, head, _) = request(setting.addr(), "GET", PATH, &[], b"").await.unwrap();
    assert!(status == 405 && head.contains("allow: post, options"), "{head}");
    assert_eq!(setting.get("/elsewhere").await.0, 404);
    setting.shut_down().await;
}

#[tokio::test]
async fn what_is_no_json_is_refused_and_what_fails_a_rule_becomes_a_dead_letter() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = Setting::new(&receiver.url(), |options| options.reception.limits.body = 10_000).await;
    for no_json in
        [&b""[..], b"{", b"\xef\xbb\xbf{}", b"{\"a\":1,\"a\":2}", b"{\"a\":NaN}", b"{\"a\":\"\xff\"}"]
    {
        assert_eq!(setting.post_bytes(no_json).await.0, 400, "{no_json:?}");
    }
    assert_eq!(setting.post_bytes(&[b' '; 10_001]).await.0, 413);
    let mut wrong = webhook(1);
    wrong["cliente"]["telefono_principal"] = "no phone".into();
    let (status, answer) = setting.post(&wrong).await;
    assert_eq!((status, &answer["status"]), (200, &json!("dead")));
    assert_eq!(setting.post(&json!([1, 2])).await.1["status"], "dead");
    let overview = setting.until(|overview| overview.dead == 2).await;
    assert_eq!(overview.depth, 0);
    assert!(overview.causes.iter().any(|cause| cause.class == "T01"), "{:?}", overview.causes);
    // The corrected one goes through although its id is that of a dead letter.
    assert_eq!(setting.post(&webhook(1)).await.1["status"], "queued");
    setting.until(|overview| overview.depth == 0).await;
    assert_eq!(receiver.presencias().len(), 1);
    setting.shut_down().await;
}

#[tokio::test]
async fn other_content_under_a_delivered_id_is_a_dead_letter_and_the_first_stays() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = Setting::new(&receiver.url(), |_| {}).await;
    let mut other = webhook(1);
    other["observaciones"] = "Otra cosa".into();
    // The second comes before the first is delivered, or after it: the outcome is the same.
    setting.post(&webhook(1)).await;
    setting.post(&other).await;
    let overview = setting.until(|overview| overview.depth == 0).await;
    assert_eq!((overview.dead, overview.causes[0].class.as_str()), (1, "changed"));
    assert_eq!(receiver.presencias().len(), 1);
    assert_eq!(receiver.presencias()[0].observaciones, "Presencia desde CRM. Lugar: Sala de ventas.");
    setting.shut_down().await;
}

#[tokio::test]
async fn ids_inside_one_another_are_all_stored_whatever_their_order() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    // Nothing is delivered until all are there: the relay starts without a receiver.
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.db");
    let nobody = Held::new();
    let setting = Setting::at(&journal, &format!("http://{}/nobody/", nobody.addr), |_| {}).await;
    for number in [12_345, 1_234, 123, 12, 1, 21, 2] {
        assert_eq!(setting.post(&webhook(number)).await.0, 200);
    }
    setting.shut_down().await;
    let setting = Setting::at(&journal, &receiver.url(), |_| {}).await;
    assert_eq!(setting.relay.recovered().depth, 7);
    let overview = setting.until(|overview| overview.depth == 0).await;
    assert_eq!((receiver.presencias().len(), overview.dead), (7, 0), "{:?}", overview.causes);
    setting.shut_down().await;
}

#[tokio::test]
async fn another_status_than_200_can_be_chosen_and_a_source_can_be_limited() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = Setting::new(&receiver.url(), |options| {
        options.reception.answer = http::StatusCode::ACCEPTED;
        options.reception.source_rate = Some(2.0);
    })
    .await;
    let mut statuses = Vec::new();
    for number in 0..4 {
        statuses.push(setting.post(&webhook(100 + number)).await.0);
    }
    assert_eq!(statuses[..2], [202, 202]);
    assert!(statuses.contains(&429), "{statuses:?}");
    setting.shut_down().await;
}

#[tokio::test]
async fn a_full_queue_is_said_and_nothing_that_was_answered_is_lost() {
    let nobody = Held::new();
    let url = format!("http://{}/nobody/", nobody.addr);
    let setting = Setting::new(&url, |options| options.most_queued = 3).await;
    for number in 0..3 {
        assert_eq!(setting.post(&webhook(100 + number)).await.0, 200);
    }
    let addr = setting.addr();
    let body = webhook(200).to_string();
    let (status, head, _) =
        request(addr, "POST", PATH, &[("X-CRM-Webhook-Token", INSIDE)], body.as_bytes()).await.unwrap();
    assert!(status == 503 && head.contains("retry-after"), "{head}");
    assert_eq!(setting.post(&webhook(100)).await.1["status"], "repeated");
    assert_eq!(setting.get("/readyz").await.0, 503);
    assert_eq!(setting.get("/healthz").await.0, 200);
    setting.shut_down().await;
}
