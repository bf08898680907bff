//! The admin side: WireMock's request journal, rows, faults, reset; and who may see it.

use crm_bridge::config::Token;
use crm_bridge::receiver::{FaultPlan, Keep, Outbound, Receiver, Running, Spec};
use http::Method;
use serde_json::{Value, json};

use super::process::skip;
use super::web::{Answer, get, payload, post, request, send, venta, webhook};

async fn start() -> Running {
    Receiver::start(Spec::default()).await.unwrap()
}

async fn ask(running: &Running, method: Method, path: &str, body: &Value) -> Answer {
    send(request(method, &format!("{}/__admin{path}", running.origin())).body(body.to_string())).await
}

async fn count(running: &Running, pattern: Value) -> Value {
    let answer = ask(running, Method::POST, "/requests/count", &pattern).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.json()["count"].clone()
}

#[tokio::test]
async fn requests_are_listed_newest_first_in_wiremocks_shape() {
    let running = start().await;
    post(&running, &payload("CRM-1")).await;
    send(webhook(&running, b"\xff".to_vec())).await;
    let answer = get(&running, "/__admin/requests").await;
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let journal = answer.json();
    assert_eq!(journal["meta"]["total"], 2);
    assert_eq!(journal["requestJournalDisabled"], false);
    let (newest, oldest) = (&journal["requests"][0], &journal["requests"][1]);
    assert_eq!(newest["request"]["bodyAsBase64"], "/w==");
    assert_eq!(oldest["request"]["url"], "/api/webhook-presencia-crm/");
    assert_eq!(oldest["request"]["method"], "POST");
    assert_eq!(oldest["request"]["headers"]["x-crm-webhook-token"], "***");
    assert_eq!(oldest["request"]["body"], payload("CRM-1").to_string());
    assert!(oldest["request"]["loggedDate"].as_i64().unwrap() > 1_700_000_000_000);
    assert_eq!((&oldest["response"]["status"], &oldest["wasMatched"]), (&json!(200), &json!(true)));
    let id = oldest["id"].as_str().unwrap();
    let one = get(&running, &format!("/__admin/requests/{id}")).await.json();
    assert_eq!(one["id"], id);
    assert_eq!(get(&running, "/__admin/requests/unknown").await.status, 404);
    assert_eq!(
        get(&running, "/__admin/requests?limit=1").await.json()["requests"].as_array().unwrap().len(),
        1
    );
    for list in ["requests", "presencias"] {
        assert_eq!(get(&running, &format!("/__admin/{list}?limit=ten")).await.status, 400);
    }
    assert_eq!(ask(&running, Method::DELETE, "/requests", &json!({})).await.status, 200);
    assert_eq!(get(&running, "/__admin/requests").await.json()["meta"]["total"], 0);
    assert_eq!(running.counts().presencias, 1, "rows stay");
}

#[tokio::test]
async fn requests_are_counted_and_found_by_patterns() {
    let running = start().await;
    for id in ["CRM-1", "CRM-12"] {
        post(&running, &payload(id)).await;
    }
    get(&running, "/otra/ruta?estado=Realizada").await;
    let path = "/api/webhook-presencia-crm/";
    for (pattern, expected) in [
        (json!({}), 3),
        (json!({ "method": "ANY" }), 3),
        (json!({ "method": "POST", "url": path }), 2),
        (json!({ "method": "GET" }), 1),
        (json!({ "urlPath": "/otra/ruta" }), 1),
        (json!({ "urlPattern": "/api/.*" }), 2),
        (json!({ "urlPathPattern": "/otra/[a-z]+" }), 1),
        (json!({ "queryParameters": { "estado": { "equalTo": "Realizada" } } }), 1),
        (json!({ "headers": { "Content-Type": { "contains": "json" } } }), 2),
        (json!({ "headers": { "Content-Type": { "absent": true } } }), 1),
        (json!({ "bodyPatterns": [{ "contains": "CRM-1" }] }), 2),
        (json!({ "bodyPatterns": [{ "matches": ".*\"CRM-1\".*" }] }), 1),
        (json!({ "bodyPatterns": [{ "equalToJson": payload("CRM-12").to_string() }] }), 1),
        (
            json!({ "bodyPatterns": [{ "equalToJson": { "id_presencia_crm": "CRM-1" }, "ignoreExtraElements": true }] }),
            1,
        ),
        (json!({ "bodyPatterns": [{ "matchesJsonPath": "$.cliente.telefono_principal" }] }), 2),
        (json!({ "bodyPatterns": [{ "matchesJsonPath": "$.venta" }] }), 0),
        (
            json!({ "bodyPatterns": [{ "matchesJsonPath": { "expression": "$.id_presencia_crm", "equalTo": "CRM-1" } }] }),
            1,
        ),
    ] {
        assert_eq!(count(&running, pattern.clone()).await, expected, "{pattern}");
    }
    let mut without_phone = payload("CRM-3");
    without_phone["cliente"]["telefono_principal"] = Value::Null;
    without_phone["etiquetas"] = json!(["a", "b"]);
    send(webhook(&running, without_phone.to_string()).header("x-of", "one").header("x-of", "two")).await;
    for (pattern, expected) in [
        (json!({ "bodyPatterns": [{ "matchesJsonPath": "$.cliente.telefono_principal" }] }), 2),
        (json!({ "bodyPatterns": [{ "contains": "CRM-1", "doesNotContain": "CRM-12" }] }), 1),
        (json!({ "headers": { "X-Of": { "equalTo": "two" } } }), 1),
        (json!({ "headers": { "X-Of": { "equalTo": "three" } } }), 0),
        (json!({ "method": "post", "cookies": null }), 3),
        (
            json!({ "bodyPatterns": [{ "equalToJson": { "etiquetas": ["b", "a"] }, "ignoreExtraElements": true,
                "ignoreArrayOrder": true }] }),
            1,
        ),
        (
            json!({ "bodyPatterns": [{ "equalToJson": { "etiquetas": ["b", "a"] }, "ignoreExtraElements": true }] }),
            0,
        ),
    ] {
        assert_eq!(count(&running, pattern.clone()).await, expected, "{pattern}");
    }
    ask(&running, Method::POST, "/requests/remove", &json!({ "headers": { "x-of": { "absent": false } } }))
        .await;
    let found = ask(&running, Method::POST, "/requests/find", &json!({ "method": "POST" })).await.json();
    let bodies: Vec<_> = found["requests"].as_array().unwrap().iter().map(|r| r["body"].clone()).collect();
    assert_eq!(bodies, [json!(payload("CRM-1").to_string()), json!(payload("CRM-12").to_string())]);
    let unmatched = get(&running, "/__admin/requests/unmatched").await.json();
    assert_eq!(unmatched["requests"][0]["url"], "/otra/ruta?estado=Realizada");
    for pattern in [
        json!({ "bodyPatterns": [{ "matchesXPath": "//a" }] }),
        json!({ "bodyPatterns": [{ "contains": "CRM-1", "binaryEqualTo": "AA==" }] }),
        json!({ "bodyPattern": [{ "contains": "CRM-1" }] }),
        json!({ "urlPathTemplate": "/api/{name}/" }),
        json!({ "cookies": { "a": { "equalTo": "b" } } }),
        json!({ "method": "PO ST" }),
        json!({ "method": "POTS" }),
        json!({ "urlPattern": "(" }),
        json!([]),
    ] {
        assert_eq!(ask(&running, Method::POST, "/requests/count", &pattern).await.status, 422, "{pattern}");
    }
    let removed = ask(&running, Method::POST, "/requests/remove", &json!({ "method": "POST" })).await;
    let removed = removed.json()["serveEvents"].clone();
    assert_eq!(removed.as_array().unwrap().len(), 2);
    assert_eq!(removed[0]["request"]["url"], path);
    assert_eq!(count(&running, json!({})).await, 1);
}

#[tokio::test]
async fn rows_are_listed_and_everything_is_reset() {
    let running = start().await;
    let mut sale = payload("CRM-1");
    sale["venta"] = venta();
    post(&running, &sale).await;
    post(&running, &payload("CRM-2")).await;
    let presencias = get(&running, "/__admin/presencias").await.json();
    assert_eq!(presencias["meta"]["total"], 2);
    assert_eq!(presencias["presencias"][0]["id_presencia_crm"], "CRM-1");
    assert_eq!(presencias["presencias"][0]["id_venta"], "VTA0001");
    let one = get(&running, "/__admin/presencias?id_presencia_crm=CRM-2").await.json();
    assert_eq!(one["presencias"].as_array().unwrap().len(), 1);
    assert_eq!(
        get(&running, "/__admin/clientes").await.json()["clientes"][0]["numero_documento"],
        "45678912"
    );
    assert_eq!(get(&running, "/__admin/ventas").await.json()["ventas"][0]["presencia"], "PRS00001");
    let health = get(&running, "/__admin/health").await.json();
    assert_eq!((&health["status"], &health["counts"]["presencias"]), (&json!("healthy"), &json!(2)));
    assert_eq!(ask(&running, Method::POST, "/reset", &json!({})).await.status, 200);
    assert_eq!(running.counts().presencias, 0);
    assert!(running.requests().is_empty());
    assert_eq!(post(&running, &payload("CRM-3")).await.id_presencia(), "PRS00001");
}

#[tokio::test]
async fn faults_are_set_while_it_runs() {
    let running = start().await;
    let faults = json!({ "faults": ["503;n=1", { "fault": "429;retry-after=1", "requests": "2" }] });
    assert_eq!(
        ask(&running, Method::POST, "/faults", &faults).await.json()["faults"].as_array().unwrap().len(),
        2
    );
    assert_eq!(post(&running, &payload("CRM-1")).await.status, 503);
    assert_eq!(post(&running, &payload("CRM-1")).await.status, 429);
    assert_eq!(ask(&running, Method::DELETE, "/faults", &json!({})).await.json(), json!({ "faults": [] }));
    for wrong in [json!({ "faults": ["teapot"] }), json!({ "fault": "503" }), json!(null)] {
        assert_eq!(ask(&running, Method::POST, "/faults", &wrong).await.status, 422);
    }
    running.set_faults(FaultPlan::default());
    assert_eq!(post(&running, &payload("CRM-1")).await.status, 200);
}

#[tokio::test]
async fn faults_strike_again_after_a_reset() {
    let faults = FaultPlan::new(vec!["503;n=1".parse().unwrap(), "429;n=2;until=10s".parse().unwrap()]);
    let running = Receiver::start(Spec { faults, ..Spec::default() }).await.unwrap();
    for _ in 0..2 {
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(post(&running, &payload("CRM-1")).await.status);
        }
        assert_eq!(statuses, [503, 429, 200]);
        assert_eq!(ask(&running, Method::POST, "/reset", &json!({})).await.status, 200);
    }
}

#[tokio::test]
async fn a_list_of_rows_says_where_it_is_not_whole() {
    let keep = Keep { detail_bytes: 2000, ..Keep::default() };
    let running = Receiver::start(Spec { keep, ..Spec::default() }).await.unwrap();
    post(&running, &payload("CRM-1")).await;
    let whole = get(&running, "/__admin/presencias?id_presencia_crm=CRM-1").await.json();
    assert_eq!(whole["meta"], json!({ "total": 1 }));
    for n in 2..=9 {
        post(&running, &payload(&format!("CRM-{n}"))).await;
    }
    let part = get(&running, "/__admin/presencias?id_presencia_crm=CRM-1").await.json();
    assert_eq!((&part["presencias"], &part["meta"]["total"]), (&json!([]), &json!(9)));
    assert_eq!(part["meta"]["truncated"], true);
    assert!((1..9).contains(&part["meta"]["kept"].as_u64().unwrap()), "{part}");
}

#[tokio::test]
async fn other_sites_are_kept_out() {
    let running = start().await;
    let url = format!("{}/__admin/requests", running.origin());
    let status =
        async |name: &str, value: &str| send(request(Method::GET, &url).header(name, value)).await.status;
    assert_eq!(status("host", "evil.example").await, 421);
    assert_eq!(status("host", "evil.example:8001").await, 421);
    assert_eq!(status("origin", "http://evil.example").await, 403);
    assert_eq!(status("origin", "null").await, 403);
    assert_eq!(status("sec-fetch-site", "cross-site").await, 403);
    assert_eq!(status("origin", &running.origin()).await, 200);
}

#[tokio::test]
async fn an_admin_token_is_demanded_where_it_is_set() {
    let admin_token = Some(Token::new("admin-secret"));
    let running = Receiver::start(Spec { admin_token, ..Spec::default() }).await.unwrap();
    assert_eq!(get(&running, "/__admin/requests").await.status, 401);
    let url = format!("{}/__admin/requests", running.origin());
    let bearer = |token: &str| request(Method::GET, &url).header("authorization", format!("Bearer {token}"));
    assert_eq!(send(bearer("admin-secret")).await.status, 200);
    assert_eq!(send(bearer("admin-secreT")).await.status, 401);
    assert_eq!(post(&running, &payload("CRM-1")).await.status, 200, "the webhook has its own token");
}

#[tokio::test]
async fn a_long_list_comes_whole() {
    let keep = Keep { requests: 3000, ..Keep::default() };
    let running = Receiver::start(Spec { keep, ..Spec::default() }).await.unwrap();
    let client = super::web::client();
    for n in 0..600 {
        let request = client
            .post(running.url())
            .header("x-crm-webhook-token", running.token().expose())
            .header("content-type", "application/json")
            .body(payload(&format!("CRM-{n}")).to_string());
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
    let journal = get(&running, "/__admin/requests").await.json();
    assert_eq!(journal["requests"].as_array().unwrap().len(), 600);
}

#[tokio::test]
async fn the_crms_own_test_sends_one_presencia() {
    let comercial = start().await;
    let outbound = Outbound {
        url: Some(comercial.url().parse().unwrap()),
        token: Some(comercial.token().clone()),
        api_token: Some(Token::new("crm-api-token")),
        ..Outbound::default()
    };
    let crm = Receiver::start(Spec { outbound, ..Spec::default() }).await.unwrap();
    let url = format!("{}/api/test-webhook/", crm.origin());
    let ask = |bearer: &str| request(Method::POST, &url).header("authorization", format!("Bearer {bearer}"));
    assert_eq!(send(ask("wrong")).await.status, 401);
    assert_eq!(send(request(Method::POST, &url)).await.status, 401);
    assert_eq!(comercial.counts().presencias, 0);
    let answer = send(ask("crm-api-token")).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    assert_eq!(answer.json()["success"], true);
    assert_eq!(answer.json()["response"]["id_presencia"], "PRS00001");
    let listed = get(&crm, "/__admin/requests?unmatched=true").await.json();
    assert_eq!(listed["meta"]["total"], 0, "the CRM has this endpoint");
    assert!(comercial.presencias()[0].id_presencia_crm.starts_with("TEST-"));
    assert_eq!(send(request(Method::GET, &url)).await.status, 405);

    let unset = Outbound { api_token: Some(Token::new("crm-api-token")), ..Outbound::default() };
    let crm = Receiver::start(Spec { outbound: unset, ..Spec::default() }).await.unwrap();
    let url = format!("{}/api/test-webhook/", crm.origin());
    let answer = send(request(Method::POST, &url).header("authorization", "Bearer crm-api-token")).await;
    assert_eq!(answer.status, 500);
    assert!(answer.json()["detail"].as_str().unwrap().contains("COMERCIAL_WEBHOOK_URL"));
}

#[tokio::test]
async fn the_crms_own_test_believes_receipts_only_and_sends_no_token_in_clear_text() {
    let ask = async |url: &str| {
        let outbound = Outbound {
            url: Some(url.parse().unwrap()),
            token: Some(Token::new("outbound-token")),
            api_token: Some(Token::new("crm-api-token")),
            ..Outbound::default()
        };
        let crm = Receiver::start(Spec { outbound, ..Spec::default() }).await.unwrap();
        let url = format!("{}/api/test-webhook/", crm.origin());
        send(request(Method::POST, &url).header("authorization", "Bearer crm-api-token")).await
    };
    let refused = ask("http://comercial.example/api/webhook-presencia-crm/").await;
    assert_eq!(refused.status, 500);
    assert!(refused.json()["detail"].as_str().unwrap().contains("sin cifrar"), "{:?}", refused.body);

    let answering = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", answering.local_addr().unwrap());
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut socket, _) = answering.accept().await.unwrap();
        assert!(socket.read(&mut [0; 4096]).await.unwrap() > 0);
        socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnull").await.unwrap();
    });
    let word = ask(&url).await;
    assert_eq!((word.status, &word.json()["success"]), (502, &json!(false)));
}

/// Counts and finds with WireMock's own Python client.
const PYTHON: &str = r#"
import sys
from wiremock.client import Requests, NearMissMatchPatternRequest as RequestPattern
from wiremock.constants import Config
Config.base_url = sys.argv[1] + "/__admin"
pattern = RequestPattern(method="POST", url="/api/webhook-presencia-crm/")
assert Requests.get_matching_request_count(pattern).count == 2
found = Requests.get_matching_requests(pattern)
assert [r.body.count("CRM-") for r in found.requests] == [1, 1], found
everything = Requests.get_all_received_requests()
assert everything.meta.total == 3, everything.meta.total
assert everything.requests[0].request.url == "/otra/", everything.requests[0].request.url
Requests.reset_request_journal()
assert Requests.get_matching_request_count(pattern).count == 0
print("ok")
"#;

#[tokio::test(flavor = "multi_thread")]
async fn wiremocks_own_client_works() {
    let python = std::env::var("CRM_BRIDGE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let installed = std::process::Command::new(&python).args(["-c", "import wiremock"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        return skip("the Python package wiremock", "pip install wiremock");
    }
    let running = start().await;
    post(&running, &payload("CRM-1")).await;
    post(&running, &payload("CRM-2")).await;
    get(&running, "/otra/").await;
    let output = std::process::Command::new(python).args(["-c", PYTHON, &running.origin()]).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(out.trim(), "ok", "{err}");
}

#[tokio::test]
async fn the_last_rows_are_listed_without_reading_all() {
    let folder = tempfile::tempdir().unwrap();
    for db in [None, Some(folder.path().join("mock.db"))] {
        let running = Receiver::start(Spec { db, ..Spec::default() }).await.unwrap();
        for number in 1..=1203 {
            let mut payload = payload(&format!("CRM-{number}"));
            payload["cliente"]["numero_documento"] = format!("{:08}", number % 3 + 10_000_000).into();
            post(&running, &payload).await;
        }
        let listed = async |query: &str| {
            let answer = get(&running, &format!("/__admin/{query}")).await.json();
            let table = query.split('?').next().unwrap();
            let rows = answer[table].as_array().unwrap().clone();
            (answer["meta"]["total"].as_u64().unwrap(), rows)
        };
        let (total, rows) = listed("presencias").await;
        assert_eq!((total, rows.len()), (1203, 1203));
        assert_eq!(rows[1202]["id_presencia"], "PRS01203");
        let (total, rows) = listed("presencias?limit=2").await;
        assert_eq!(total, 1203);
        let ids: Vec<_> = rows.iter().map(|row| row["id_presencia_crm"].clone()).collect();
        assert_eq!(ids, ["CRM-1202", "CRM-1203"]);
        let (_, rows) = listed("presencias?limit=5&id_presencia_crm=CRM-7").await;
        assert_eq!((rows.len(), &rows[0]["id_presencia"]), (1, &json!("PRS00007")));
        assert_eq!(listed("presencias?limit=0").await.1.len(), 0);
        assert_eq!(listed("clientes").await.1.len(), 3);
        assert_eq!(listed("clientes?limit=1").await.1[0]["id_cliente"], "CLI0003");
        assert_eq!(listed("ventas?limit=1").await, (0, Vec::new()));
    }
}

#[tokio::test]
async fn a_token_can_not_be_asked_for_by_its_value() {
    let running = start().await;
    post(&running, &payload("CRM-1")).await;
    let pattern = |matcher: Value| json!({ "headers": { "X-CRM-Webhook-Token": matcher } });
    let asked = ask(&running, Method::POST, "/requests/count", &pattern(json!({ "equalTo": "x" }))).await;
    assert_eq!(asked.status, 422);
    assert_eq!(count(&running, pattern(json!({ "absent": true }))).await, 0);
    assert_eq!(count(&running, pattern(json!({ "absent": false }))).await, 1);
}

#[tokio::test]
async fn probes_may_ask_by_head_and_other_methods_are_405() {
    let running = start().await;
    for (method, path, status) in [
        (Method::HEAD, "/", 200),
        (Method::HEAD, "/__admin/health", 200),
        (Method::POST, "/", 405),
        (Method::PUT, "/__admin/requests", 405),
        (Method::GET, "/__admin/reset", 405),
        (Method::GET, "/__admin/nothing", 404),
    ] {
        let answer = send(request(method.clone(), &format!("{}{path}", running.origin()))).await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(answer.header("allow").is_empty(), status != 405, "{method} {path}");
    }
}

#[tokio::test]
async fn faults_that_are_set_later_count_from_then_on() {
    let running = start().await;
    for id in ["CRM-1", "CRM-2", "CRM-3"] {
        post(&running, &payload(id)).await;
    }
    let faults = json!({ "faults": ["503;n=1;retry-after=2", "delay:p50=1ms,p99=2ms;until=60m"] });
    let set = ask(&running, Method::POST, "/faults", &faults).await.json();
    assert_eq!((&set["faults"][0]["retry_after"], &set["faults"][1]["p99_ms"]), (&json!("2"), &json!(2)));
    assert_eq!(set["faults"][1]["until_ms"], 3_600_000);
    assert_eq!(post(&running, &payload("CRM-4")).await.status, 503);
    assert_eq!(post(&running, &payload("CRM-4")).await.status, 200);
    let last = running.requests().pop().unwrap();
    assert_eq!(last.fault.as_deref(), Some("delay"));
    assert_eq!(running.answered().by_fault["503"], 1);
}
