//! A bare axum receiver, the peer of `benches/receiver.py`: token, typed JSON read by hand, and a fixed answer. It
//! keeps nothing, checks nothing else, and has none of the limits of `serve-mock`.

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use serde::Deserialize;

#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    id_presencia_crm: &'a str,
    #[serde(borrow)]
    cliente: Cliente<'a>,
}

#[derive(Deserialize)]
struct Cliente<'a> {
    #[serde(borrow)]
    numero_documento: &'a str,
}

async fn webhook(headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    const JSON: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/json")];
    if headers.get("x-crm-webhook-token").is_none_or(|token| token != "bench-token") {
        return (StatusCode::UNAUTHORIZED, JSON, "{\"detail\":\"token\"}".to_owned());
    }
    match serde_json::from_slice::<Payload<'_>>(&body) {
        Ok(payload)
            if !payload.id_presencia_crm.is_empty() && !payload.cliente.numero_documento.is_empty() =>
        {
            let answer = "{\"detail\":\"Webhook procesado exitosamente.\",\"id_presencia\":\"PRS00001\",\"id_venta\":null}";
            (StatusCode::OK, JSON, answer.to_owned())
        }
        _ => (StatusCode::BAD_REQUEST, JSON, "{\"detail\":\"cliente\"}".to_owned()),
    }
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the first line says where it listens")]
async fn main() -> std::io::Result<()> {
    let app = Router::new().route("/api/webhook-presencia-crm/", post(webhook));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/api/webhook-presencia-crm/", listener.local_addr()?);
    axum::serve(
        axum::serve::ListenerExt::tap_io(listener, |socket| {
            socket.set_nodelay(true).ok();
        }),
        app,
    )
    .await
}
