//! `POST /api/test-webhook/`: the CRM's own test. Sends one presencia to `COMERCIAL_WEBHOOK_URL`, as the CRM does.

use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use http::StatusCode;
use http::header::{AUTHORIZATION, HeaderMap};
use serde_json::Value;

use super::received::TOKEN_HEADER;
use super::spec::Outbound;
use crate::config::{Token, is_loopback};
use crate::ingress::Reply;

/// As long as the live CRM waits.
const TIMEOUT: Duration = Duration::from_secs(30);
/// As much of the answer as is read; a receipt is a hundred bytes.
const LONGEST: usize = 1024 * 1024;
/// As much of an answer that is no JSON as is passed on.
const SHOWN: usize = 2000;

/// Checks the Bearer, sends the test presencia, and says what came back.
pub(super) async fn send_test(outbound: &Outbound, headers: &HeaderMap) -> Reply {
    if outbound.api_token.is_none() {
        let detail = "CRM_API_TOKEN no está configurada: nadie puede pedir esta prueba.";
        return Reply::detail(StatusCode::UNAUTHORIZED, detail);
    }
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
        .unwrap_or_default();
    if !outbound.api_token.as_ref().is_some_and(|token| token.matches(bearer)) {
        let detail = "Credenciales inválidas: se espera Authorization: Bearer con CRM_API_TOKEN.";
        return Reply::detail(StatusCode::UNAUTHORIZED, detail);
    }
    let (Some(url), Some(token)) = (&outbound.url, &outbound.token) else {
        let missing =
            if outbound.url.is_none() { "COMERCIAL_WEBHOOK_URL" } else { "COMERCIAL_WEBHOOK_TOKEN" };
        return Reply::detail(StatusCode::INTERNAL_SERVER_ERROR, &format!("{missing} no está configurada."));
    };
    if url.scheme() != "https" && !is_loopback(url) && !outbound.allow_http {
        let host = url.host_str().unwrap_or_default();
        let detail = format!("COMERCIAL_WEBHOOK_URL: se enviaría el token sin cifrar a {host}, por http.");
        return Reply::detail(StatusCode::INTERNAL_SERVER_ERROR, &detail);
    }
    match post(url.clone(), token).await {
        Ok((status, text)) => {
            let receipt = serde_json::from_str::<Value>(&text).ok();
            // Any word can be JSON; a receipt is an object.
            let success = status == 200 && receipt.as_ref().is_some_and(Value::is_object);
            let body = serde_json::json!({
                "success": success,
                "status_code": status,
                "response": receipt.unwrap_or_else(|| text.chars().take(SHOWN).collect::<String>().into()),
            });
            let status = if success { StatusCode::OK } else { StatusCode::BAD_GATEWAY };
            Reply::json(status, body.to_string())
        }
        Err(error) => {
            // The URL is taken out: it may carry what the caller must not learn.
            let body = serde_json::json!({ "success": false, "detail": error.without_url().to_string() });
            Reply::json(StatusCode::BAD_GATEWAY, body.to_string())
        }
    }
}

async fn post(url: reqwest::Url, token: &Token) -> Result<(u16, String), reqwest::Error> {
    // Fails where a provider is installed already, which is as good.
    rustls::crypto::ring::default_provider().install_default().ok();
    let mut client = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent("python-requests/2.32.3");
    if url.scheme() == "http" {
        client = client.tls_certs_only([]);
    }
    let mut response = client
        .build()?
        .post(url)
        .header(TOKEN_HEADER, token.expose())
        .header("content-type", "application/json")
        .body(presencia())
        .send()
        .await?;
    let status = response.status().as_u16();
    let mut read = Vec::new();
    while read.len() < LONGEST
        && let Some(chunk) = response.chunk().await?
    {
        read.extend_from_slice(&chunk);
    }
    read.truncate(LONGEST);
    Ok((status, String::from_utf8_lossy(&read).into_owned()))
}

/// A presencia in the live CRM's own style; its id is a new one each second.
fn presencia() -> String {
    let now = Utc::now();
    let id = format!("TEST-{}", now.format("%Y%m%d%H%M%S"));
    serde_json::json!({
        "id_presencia_crm": id,
        "cliente": {
            "nombres_completos_razon_social": "Prueba de Integración",
            "tipo_documento": "DNI",
            "numero_documento": "TEMP-0000",
            "telefono_principal": "900000000",
            "email_principal": null,
            "direccion": "Lima",
            "distrito": "Lima",
        },
        "fecha_hora_presencia": now.to_rfc3339_opts(SecondsFormat::Secs, false),
        "proyecto_interes": "OASIS 2 (AUCALLAMA)",
        "medio_captacion": "otro",
        "modalidad": "presencial",
        "status_presencia": "realizada",
        "resultado_interaccion": "interesado_seguimiento",
        "observaciones": "Presencia desde CRM. Lugar: None.",
    })
    .to_string()
}
