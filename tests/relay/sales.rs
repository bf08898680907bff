//! Sales keep their two steps, and are never doubled.

use std::time::Duration;

use crm_bridge::receiver::{FaultPlan, Receiver};
use crm_bridge::relay::{Redrive, redrive};
use serde_json::{Value, json};

use super::setting::{Setting, odd_receiver, webhook};

fn sale(number: u64) -> Value {
    let mut body = webhook(number);
    body["venta"] = json!({
        "fecha_venta": "2024-01-15", "lote": 3, "tipo_venta": "contado", "plazo_meses_credito": 0,
        "vendedor_principal": 2, "valor_lote_venta": "45000.00", "cuota_inicial_requerida": "0.00",
    });
    body
}

#[tokio::test]
async fn a_sale_is_saved_once_though_the_receiver_saves_it_on_every_send() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = Setting::new(&receiver.url(), |_| {}).await;
    for _ in 0..3 {
        assert_eq!(setting.post(&sale(1)).await.0, 200);
    }
    setting.until(|overview| overview.depth == 0).await;
    assert_eq!(setting.post(&sale(1)).await.1["status"], "repeated");
    setting.until(|overview| overview.depth == 0).await;
    assert_eq!((receiver.presencias().len(), receiver.ventas().len()), (1, 1));
    setting.shut_down().await;
}

#[tokio::test]
async fn a_presencia_that_gains_a_sale_gets_only_the_sale() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = Setting::new(&receiver.url(), |_| {}).await;
    setting.post(&webhook(1)).await;
    setting.until(|overview| overview.depth == 0).await;
    let before = receiver.arrived();
    assert_eq!(setting.post(&sale(1)).await.1["status"], "queued");
    let overview = setting.until(|overview| overview.depth == 0).await;
    assert_eq!((receiver.presencias().len(), receiver.ventas().len(), overview.dead), (1, 1, 0));
    assert_eq!(receiver.arrived() - before, 0, "no further presencia arrived");
    setting.shut_down().await;
}

#[tokio::test]
async fn a_sale_whose_answer_is_lost_is_a_dead_letter_that_no_redrive_sends() {
    let lost = FaultPlan::new(vec!["reset;after".parse().unwrap()]);
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.db");
    let setting = Setting::at(&journal, &receiver.url(), |_| {}).await;
    setting.post(&webhook(1)).await;
    setting.until(|overview| overview.depth == 0).await;
    receiver.set_faults(lost);
    setting.post(&sale(1)).await;
    let overview = setting.until(|overview| overview.depth == 0).await;
    assert_eq!((overview.dead, overview.causes[0].class.as_str()), (1, "unknown"));
    receiver.set_faults(FaultPlan::default());
    let redriven = redrive(&journal, &Redrive::default(), 1).unwrap();
    assert_eq!((redriven.queued, redriven.doubtful), (0, 1));
    // Nor does the CRM's next send of the same event.
    setting.post(&sale(1)).await;
    setting.until(|overview| overview.depth == 0).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(receiver.ventas().len(), 1);
    setting.shut_down().await;
}

/// The shorter id comes while the longer one, stored and answered with a 500, waits for its repeat.
#[tokio::test]
async fn a_sale_of_an_id_inside_another_never_lands_on_the_others_client() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = Setting::new(&receiver.url(), |_| {}).await;
    assert_eq!(setting.post(&sale(12)).await.0, 200);
    // Of two that wait both, the shorter one would go first.
    while receiver.presencias().is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(setting.post(&sale(1)).await.0, 200);
    let overview = setting.until(|overview| overview.depth == 0).await;
    assert_eq!((overview.dead, overview.causes[0].class.as_str()), (1, "collision"));
    let stored: Vec<_> = receiver.presencias().into_iter().map(|row| row.id_presencia_crm).collect();
    assert_eq!(stored, ["CRM-12"]);
    assert_eq!(receiver.ventas().len(), 1);
    setting.shut_down().await;
}

/// A login page may stand before a receiver that took the venta: it says nothing of it, and must not be asked again with it.
#[tokio::test]
async fn a_sale_that_is_answered_by_a_page_is_a_dead_letter_that_is_not_sent_again() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = Setting::new(&receiver.url(), |_| {}).await;
    setting.post(&webhook(1)).await;
    setting.until(|overview| overview.depth == 0).await;
    receiver.set_faults(FaultPlan::new(vec!["html;after".parse().unwrap()]));
    setting.post(&sale(1)).await;
    let overview = setting.until(|overview| overview.depth == 0).await;
    assert_eq!((overview.dead, overview.causes[0].class.as_str()), (1, "unknown"));
    receiver.set_faults(FaultPlan::default());
    // The receiver is probed by the next event, which is delivered.
    setting.post(&webhook(2)).await;
    setting.until(|overview| overview.depth == 0).await;
    assert_eq!((receiver.presencias().len(), receiver.ventas().len()), (2, 1));
    setting.shut_down().await;
}
