//! Other content under an id while the first one is on its way: the first that the receiver takes stays, and the other is
//! a dead letter; where the first is rejected, the other one is its correction.

use std::time::Duration;

use crm_bridge::receiver::{FaultPlan, Receiver, Running, Spec};
use serde_json::Value;

use super::setting::{Setting, odd_receiver, webhook};

/// A receiver that takes half a second for each request, and whatever `further` says.
async fn slow(further: &[&str]) -> Running {
    let mut faults: Vec<_> = further.iter().map(|fault| fault.parse().unwrap()).collect();
    faults.insert(0, "delay:p50=500ms,p99=500ms".parse().unwrap());
    Receiver::start(Spec { faults: FaultPlan::new(faults), ..odd_receiver() }).await.unwrap()
}

/// The same id with other notes, of the same client or of somebody else.
fn other(somebody_else: bool) -> Value {
    let mut other = webhook(1);
    other["observaciones"] = "Otra cosa".into();
    if somebody_else {
        other["cliente"] = webhook(2)["cliente"].clone();
    }
    other
}

/// Posts the first one, waits until it is on its way, then posts `other`.
async fn in_flight(setting: &Setting, receiver: &Running, other: &Value) {
    assert_eq!(setting.post(&webhook(1)).await.1["status"], "queued");
    while receiver.requests().is_empty() && receiver.connections() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(receiver.presencias().is_empty(), "the first one is still on its way");
    let (status, answer) = setting.post(other).await;
    assert_eq!((status, &answer["status"]), (200, &"queued".into()));
    // Neither repeat changes anything.
    assert_eq!(setting.post(&webhook(1)).await.1["status"], "repeated");
    assert_eq!(setting.post(other).await.1["status"], "repeated");
}

#[tokio::test]
async fn the_first_one_stays_and_the_other_is_a_dead_letter() {
    for somebody_else in [false, true] {
        let receiver = slow(&[]).await;
        let setting = Setting::new(&receiver.url(), |_| {}).await;
        in_flight(&setting, &receiver, &other(somebody_else)).await;
        let overview = setting.until(|overview| overview.depth == 0).await;
        assert_eq!((overview.dead, overview.causes[0].class.as_str()), (1, "changed"));
        let stored = receiver.presencias();
        assert_eq!(stored.len(), 1);
        assert_eq!(stored[0].observaciones, "Presencia desde CRM. Lugar: Sala de ventas.");
        assert_eq!(receiver.arrived(), 1, "the other one was never sent");
        setting.shut_down().await;
    }
}

#[tokio::test]
async fn a_correction_goes_through_where_the_first_one_is_rejected() {
    let receiver = slow(&["422;n=1"]).await;
    let setting = Setting::new(&receiver.url(), |_| {}).await;
    in_flight(&setting, &receiver, &other(false)).await;
    let overview = setting.until(|overview| overview.depth == 0).await;
    assert_eq!((overview.dead, overview.causes[0].class.as_str()), (1, "rejected"));
    let stored = receiver.presencias();
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].observaciones, "Otra cosa");
    setting.shut_down().await;
}
