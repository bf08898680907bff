//! A plain client for the tests: one request, its answer, nothing clever.

use bytes::Bytes;
use crm_bridge::receiver::Running;
use http::{HeaderMap, Method};
use reqwest::{Client, redirect};
use serde_json::{Value, json};

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {:?}", self.body))
    }

    pub(crate) fn id_presencia(&self) -> String {
        self.json()["id_presencia"].as_str().expect("an id_presencia").to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) fn client() -> Client {
    rustls::crypto::ring::default_provider().install_default().ok();
    Client::builder().redirect(redirect::Policy::none()).tls_certs_only([]).build().unwrap()
}

/// A request in the making.
pub(crate) fn request(method: Method, url: &str) -> reqwest::RequestBuilder {
    client().request(method, url)
}

pub(crate) async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.bytes().await.expect("a whole answer"),
    }
}

/// Posts `body` to the webhook as a sender does.
pub(crate) fn webhook(running: &Running, body: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
    request(Method::POST, &running.url())
        .header("x-crm-webhook-token", running.token().expose())
        .header("content-type", "application/json")
        .body(body)
}

pub(crate) async fn post(running: &Running, payload: &Value) -> Answer {
    send(webhook(running, payload.to_string())).await
}

pub(crate) async fn get(running: &Running, path: &str) -> Answer {
    send(request(Method::GET, &format!("{}{path}", running.origin()))).await
}

/// A valid payload with this id.
pub(crate) fn payload(id: &str) -> Value {
    json!({
        "id_presencia_crm": id,
        "cliente": {
            "nombres_completos_razon_social": "Rosa Quispe Mamani",
            "tipo_documento": "DNI",
            "numero_documento": "45678912",
            "telefono_principal": "999888777",
            "email_principal": "rosa@example.pe",
            "direccion": "Lima",
            "distrito": "Lima"
        },
        "fecha_hora_presencia": "2024-01-15T14:30:00",
        "proyecto_interes": "OASIS 2 (AUCALLAMA)",
        "medio_captacion": "campo_opc",
        "modalidad": "presencial",
        "status_presencia": "realizada",
        "resultado_interaccion": "interesado_seguimiento",
        "observaciones": "Presencia desde CRM. Lugar: Sala de ventas."
    })
}

/// A valid venta.
pub(crate) fn venta() -> Value {
    json!({
        "fecha_venta": "2024-01-20",
        "lote": 12,
        "tipo_venta": "credito",
        "plazo_meses_credito": 24,
        "vendedor_principal": 3,
        "valor_lote_venta": "45000.00",
        "cuota_inicial_requerida": "5000.00"
    })
}
