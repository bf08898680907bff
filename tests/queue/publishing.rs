//! Publishing: into the partition of the client, each delivery once.

use crm_bridge::queue::Route;
use crm_bridge::queue::backlog::Backlog;

use super::nats::{Nats, block_on, delivery};

#[test]
fn a_repeat_is_dropped_and_another_content_is_not() {
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        let queue = nats.queue().await;
        let first = delivery(1, "CRM-1", "11111111", false);
        assert!(!queue.publish(&first, Some("citas.csv"), Route::ByClient).await.unwrap().duplicate);
        assert!(queue.publish(&first, Some("citas.csv"), Route::ByClient).await.unwrap().duplicate);
        let sold = delivery(1, "CRM-1", "11111111", true);
        assert!(!queue.publish(&sold, None, Route::ByClient).await.unwrap().duplicate);
        let backlog = queue.backlog().await.unwrap();
        assert_eq!(backlog.iter().map(Backlog::total).sum::<u64>(), 2);
    });
}

#[test]
fn a_client_has_one_partition_and_all_have_the_first_where_ids_must_keep_their_order() {
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        let queue = nats.queue().await;
        let deliveries: Vec<_> = (0..64)
            .map(|row| delivery(row, &format!("CRM-{row}"), &format!("{:08}", row % 20), false))
            .collect();
        let published = queue.publish_all(&deliveries, None, Route::ByClient).await;
        for (row, published) in published.iter().enumerate() {
            let again = &published.as_ref().unwrap().partition;
            assert_eq!(*again, published_partition(&deliveries[row % 20]));
        }
        let ordered = delivery(99, "CRM-99", "77777777", false);
        assert_eq!(queue.publish(&ordered, None, Route::InOrder).await.unwrap().partition, 0);
    });
}

fn published_partition(delivery: &crm_bridge::delivery::Delivery) -> u8 {
    Route::ByClient.partition(delivery)
}

#[test]
fn what_the_server_does_not_take_is_named() {
    let Some(nats) = Nats::with("max_payload: 4096") else { return };
    block_on(async {
        let queue = nats.queue().await;
        let mut large = delivery(1, "CRM-1", "11111111", false);
        large.body = vec![b' '; 5000].into();
        let error = queue.publish(&large, None, Route::ByClient).await.unwrap_err();
        assert!(error.to_string().starts_with("CRM-1: "), "{error}");
    });
}

#[test]
fn a_publication_survives_a_crash_of_the_server_and_its_repeat_is_still_one() {
    let Some(mut nats) = Nats::start() else { return };
    block_on(async {
        let queue = nats.queue().await;
        for row in 0..50 {
            let one = delivery(row, &format!("CRM-{row}"), &row.to_string(), false);
            queue.publish(&one, None, Route::ByClient).await.unwrap();
        }
        nats.kill();
        nats.restart();
        for row in 0..50 {
            let one = delivery(row, &format!("CRM-{row}"), &row.to_string(), false);
            assert!(queue.publish(&one, None, Route::ByClient).await.unwrap().duplicate, "row {row}");
        }
        let backlog = queue.backlog().await.unwrap();
        assert_eq!(backlog.iter().map(Backlog::total).sum::<u64>(), 50);
    });
}

#[test]
fn a_server_may_publish_from_any_thread() {
    fn any_thread<T: Send>(_: &T) {}
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        let queue = nats.queue().await;
        let one = delivery(1, "CRM-1", "11111111", false);
        let publishing = queue.publish(&one, None, Route::ByClient);
        any_thread(&publishing);
        publishing.await.unwrap();
    });
}
