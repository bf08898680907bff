//! A receiver that watches its senders: requests in flight a client, their order, presencias and ventas. An id is found
//! exactly; a venta is saved on each send.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

pub(crate) const TOKEN: &str = "a-token-of-the-queue-tests";

/// What it was sent.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// `id_presencia` by id.
    pub(crate) presencias: HashMap<String, String>,
    /// How often a venta of the id was saved.
    pub(crate) ventas: HashMap<String, u32>,
    /// Ids of each client in the order in which they were first saved.
    pub(crate) order: HashMap<String, Vec<String>>,
    /// Requests with an id, by id.
    pub(crate) requests: HashMap<String, u32>,
    /// The most requests in flight at once of one client, and of all.
    pub(crate) most_of_a_client: usize,
    pub(crate) most: usize,
    in_flight: HashMap<String, usize>,
}

/// What to do with a request instead of answering it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Twist {
    /// Nothing is saved, this status is answered.
    Status(u16),
    /// Saved, and this status is answered, without a receipt.
    SavedBut(u16),
}

type Twists = dyn FnMut(&str, bool) -> Option<Twist> + Send;

struct Shared {
    seen: Mutex<Seen>,
    twists: Mutex<Box<Twists>>,
    latency: Duration,
}

/// A running receiver; it stops when dropped.
pub(crate) struct Receiver {
    pub(crate) url: String,
    shared: Arc<Shared>,
    stop: CancellationToken,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Receiver {
    pub(crate) fn start(latency: Duration) -> Self {
        Self::with(latency, |_, _| None)
    }

    /// `twists` is asked with the id, and whether there is a venta.
    pub(crate) fn with(
        latency: Duration,
        twists: impl FnMut(&str, bool) -> Option<Twist> + Send + 'static,
    ) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        Self::on(listener, latency, twists)
    }

    pub(crate) fn on(
        listener: std::net::TcpListener,
        latency: Duration,
        twists: impl FnMut(&str, bool) -> Option<Twist> + Send + 'static,
    ) -> Self {
        let shared =
            Arc::new(Shared { seen: Mutex::default(), twists: Mutex::new(Box::new(twists)), latency });
        listener.set_nonblocking(true).expect("a socket");
        let url = format!("http://{}/api/webhook-presencia-crm/", listener.local_addr().expect("an address"));
        let app =
            Router::new().route("/api/webhook-presencia-crm/", post(webhook)).with_state(Arc::clone(&shared));
        let stop = CancellationToken::new();
        std::thread::spawn({
            let stop = stop.clone();
            move || {
                super::nats::block_on(async move {
                    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                    stop.run_until_cancelled(async { axum::serve(listener, app).await.ok() }).await;
                });
            }
        });
        Self { url, shared, stop }
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.shared.seen.lock().expect("nobody panics while holding this")
    }
}

async fn webhook(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Json<Value>) {
    if headers.get("x-crm-webhook-token").is_none_or(|token| token != TOKEN) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"detail": "Token inválido."})));
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let Some(client) = body["cliente"]["numero_documento"].as_str().map(ToOwned::to_owned) else {
        return (StatusCode::BAD_REQUEST, Json(json!({"detail": "Falta cliente."})));
    };
    {
        let mut seen = shared.seen.lock().expect("nobody panics while holding this");
        let of_client = seen.in_flight.entry(client.clone()).or_default();
        *of_client += 1;
        let of_client = *of_client;
        seen.most_of_a_client = seen.most_of_a_client.max(of_client);
        seen.most = seen.most.max(seen.in_flight.values().sum());
    }
    // The answer is made even where the sender is gone: a killed worker's request is still in work here.
    let answer = tokio::spawn(answer(Arc::clone(&shared), client, body)).await;
    answer.unwrap_or((StatusCode::INTERNAL_SERVER_ERROR, Json(Value::Null)))
}

async fn answer(shared: Arc<Shared>, client: String, body: Value) -> (StatusCode, Json<Value>) {
    let id = body["id_presencia_crm"].as_str().unwrap_or_default().to_owned();
    let venta = body.get("venta").is_some();
    tokio::time::sleep(shared.latency).await;
    let twist = (shared.twists.lock().expect("twists do not panic"))(&id, venta);
    let mut seen = shared.seen.lock().expect("nobody panics while holding this");
    *seen.requests.entry(id.clone()).or_default() += 1;
    *seen.in_flight.entry(client.clone()).or_default() -= 1;
    if let Some(Twist::Status(status)) = twist {
        let status = StatusCode::from_u16(status).expect("a status");
        return (status, Json(json!({"detail": "no"})));
    }
    let next = format!("PRS{:05}", seen.presencias.len() + 1);
    let mut new = false;
    let id_presencia = seen
        .presencias
        .entry(id.clone())
        .or_insert_with(|| {
            new = true;
            next
        })
        .clone();
    if new {
        seen.order.entry(client).or_default().push(id.clone());
    }
    let id_venta = venta.then(|| {
        *seen.ventas.entry(id.clone()).or_default() += 1;
        format!("VTA-{id}")
    });
    if let Some(Twist::SavedBut(status)) = twist {
        let status = StatusCode::from_u16(status).expect("a status");
        return (status, Json(json!({"detail": "?"})));
    }
    (StatusCode::OK, Json(json!({"detail": "ok", "id_presencia": id_presencia, "id_venta": id_venta})))
}
