//! The whole table of verdicts, as data.

use bytes::Bytes;
use crm_bridge::delivery::transport::{Answer, Broke, TransportError};
use crm_bridge::delivery::verdict::{Verdict, verdict};

const RECEIPT: &str = r#"{"detail":"ok","id_presencia":"PRS00001","id_venta":null}"#;
const SALE: &str = r#"{"detail":"ok","id_presencia":"PRS00001","id_venta":"VTA00001"}"#;
const HTML: &str = "<!doctype html><title>Ingresar</title>";

fn answer(status: u16, body: &str) -> Answer {
    Answer { status, body: Bytes::copy_from_slice(body.as_bytes()), ..Answer::default() }
}

fn name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Delivered { .. } => "delivered",
        Verdict::Refused(_) => "refused",
        Verdict::Rejected(_) => "rejected",
        Verdict::Retry { .. } => "retry",
        Verdict::Again(_) => "again",
        Verdict::Unknown(_) => "unknown",
        Verdict::Astray { .. } => "astray",
    }
}

#[test]
fn each_answer_has_its_verdict_without_and_with_a_venta() {
    #[rustfmt::skip]
    let table: &[(u16, &str, &str, &str)] = &[
        // status, body,                                    presencia,   with venta
        (200, RECEIPT,                                      "delivered", "unknown"),
        (201, RECEIPT,                                      "delivered", "unknown"),
        (200, SALE,                                         "delivered", "delivered"),
        (200, r#"{"detail":"ok"}"#,                         "refused",   "astray"),
        (200, r#"{"id_presencia":""}"#,                     "refused",   "astray"),
        (200, r#"{"id_presencia":null}"#,                   "refused",   "astray"),
        (200, "[]",                                         "refused",   "astray"),
        (200, "",                                           "refused",   "astray"),
        (204, "",                                           "refused",   "astray"),
        (200, HTML,                                         "refused",   "astray"),
        (299, "nope",                                       "refused",   "astray"),
        (300, "",                                           "refused",   "refused"),
        (301, "",                                           "refused",   "refused"),
        (302, HTML,                                         "refused",   "refused"),
        (304, "",                                           "refused",   "refused"),
        (308, "",                                           "refused",   "refused"),
        (401, "{}",                                         "refused",   "refused"),
        (403, "{}",                                         "refused",   "refused"),
        (404, HTML,                                         "refused",   "refused"),
        (405, "{}",                                         "refused",   "refused"),
        (410, "",                                           "refused",   "refused"),
        (407, HTML,                                         "refused",   "refused"),
        (400, HTML,                                         "refused",   "refused"),
        (400, r#"{"detail":"mal"}"#,                        "rejected",  "rejected"),
        (400, "",                                           "rejected",  "rejected"),
        (402, "",                                           "rejected",  "rejected"),
        (406, "",                                           "rejected",  "rejected"),
        (409, "{}",                                         "rejected",  "rejected"),
        (413, "",                                           "rejected",  "rejected"),
        (415, "{}",                                         "rejected",  "rejected"),
        (418, "",                                           "rejected",  "rejected"),
        (422, "{}",                                         "rejected",  "rejected"),
        (451, "",                                           "rejected",  "rejected"),
        (499, "",                                           "rejected",  "rejected"),
        (408, "",                                           "retry",     "retry"),
        (425, "",                                           "retry",     "retry"),
        (429, "{}",                                         "retry",     "retry"),
        (500, HTML,                                         "again",     "unknown"),
        (501, "",                                           "retry",     "unknown"),
        (502, HTML,                                         "retry",     "unknown"),
        (503, "",                                           "retry",     "unknown"),
        (504, "",                                           "retry",     "unknown"),
        (507, "",                                           "retry",     "unknown"),
        (599, "",                                           "retry",     "unknown"),
        (600, "",                                           "refused",   "astray"),
        (999, RECEIPT,                                      "refused",   "astray"),
        (101, "",                                           "refused",   "astray"),
    ];
    for (status, body, plain, with_venta) in table {
        let result = Ok(answer(*status, body));
        assert_eq!(name(&verdict(&result, false)), *plain, "{status} {body}");
        assert_eq!(name(&verdict(&result, true)), *with_venta, "{status} {body} with a venta");
    }
}

#[test]
fn every_status_has_a_verdict() {
    for status in 0..=u16::MAX {
        let [plain, with_venta] = [false, true].map(|venta| name(&verdict(&Ok(answer(status, "")), venta)));
        // Without a body nothing proves that anything was stored.
        let expected = match status {
            408 | 425 | 429 => ("retry", "retry"),
            500 => ("again", "unknown"),
            501..=599 => ("retry", "unknown"),
            300..=399 | 401 | 403..=405 | 407 | 410 => ("refused", "refused"),
            400..=499 => ("rejected", "rejected"),
            // Nor that a venta was not.
            _ => ("refused", "astray"),
        };
        assert_eq!((plain, with_venta), expected, "{status}");
    }
}

#[test]
fn a_try_without_an_answer_is_doubtful_only_where_it_was_sent() {
    #[rustfmt::skip]
    let table = [
        (Broke::Dns,     "retry", "retry"),
        (Broke::Connect, "retry", "retry"),
        (Broke::Tls,     "retry", "retry"),
        (Broke::Timeout, "retry", "unknown"),
        (Broke::Broken,  "retry", "unknown"),
    ];
    for (broke, plain, with_venta) in table {
        let result = Err(TransportError::new(broke, "x"));
        assert_eq!(name(&verdict(&result, false)), plain, "{broke:?}");
        assert_eq!(name(&verdict(&result, true)), with_venta, "{broke:?} with a venta");
    }
}

#[test]
fn an_answer_that_is_too_long_is_no_receipt() {
    let result = Ok(Answer { too_long: true, ..answer(200, RECEIPT) });
    assert_eq!(name(&verdict(&result, false)), "refused");
    assert_eq!(name(&verdict(&result, true)), "astray");
}

#[test]
fn retry_after_is_handed_on_as_it_came() {
    let result = Ok(Answer { retry_after: Some("soon".to_owned()), ..answer(429, "") });
    let Verdict::Retry { retry_after, error } = verdict(&result, false) else { panic!("a retry") };
    assert_eq!((retry_after.as_deref(), error.class), (Some("soon"), "rate_limited"));
}

#[test]
fn the_receivers_errors_are_flattened_by_field() {
    let body = r#"{"detail":"mal","errors":{"email_principal":["no es un correo","otra"],
        "venta":{"lote":"no existe"},"n":[{"x":[1]}],"nada":null}}"#;
    let Verdict::Rejected(error) = verdict(&Ok(answer(400, body)), false) else { panic!("rejected") };
    let fields: Vec<_> = error.fields.iter().map(|(field, text)| (field.as_str(), text.as_str())).collect();
    assert_eq!(
        fields,
        [
            ("email_principal", "no es un correo"),
            ("email_principal", "otra"),
            ("venta.lote", "no existe"),
            ("n.x", "1")
        ]
    );
    assert!(error.message.en.ends_with(": mal"));
}

#[test]
fn what_a_receiver_says_can_not_steer_a_terminal() {
    let body = "{\"detail\":\"\\u001b[2J\\u202emal\\r\\n\",\"errors\":{\"a\\u0007\":[\"\\u0000\"]}}";
    let Verdict::Rejected(error) = verdict(&Ok(answer(400, body)), false) else { panic!("rejected") };
    let told = format!("{} {} {:?}", error.message.en, error.message.es, error.fields);
    assert!(!told.chars().any(|sign| sign.is_control() || sign == '\u{202e}'), "{told:?}");
    let result = Ok(Answer { location: Some("http://x/\u{1b}]0;".to_owned()), ..answer(302, "") });
    let Verdict::Refused(error) = verdict(&result, false) else { panic!("refused") };
    assert!(!error.hint.en.chars().any(char::is_control));
}

#[test]
fn a_flood_of_errors_is_cut() {
    let many: Vec<String> = (0..5000).map(|n| format!("\"f{n}\":[\"{}\"]", "x".repeat(2000))).collect();
    let body = format!("{{\"errors\":{{{}}}}}", many.join(","));
    let Verdict::Rejected(error) = verdict(&Ok(answer(422, &body)), false) else { panic!("rejected") };
    assert!(error.fields.len() <= 20 && error.fields.iter().all(|(_, text)| text.chars().count() <= 301));
}

#[test]
fn hints_name_what_to_change() {
    let hint = |status, body: &str| match verdict(&Ok(answer(status, body)), false) {
        Verdict::Refused(error) => (error.hint.en, error.hint.es),
        other => panic!("{other:?}"),
    };
    for (status, body, word) in [
        (401, "{}", "CRM_WEBHOOK_TOKEN"),
        (404, "", "--url"),
        (407, HTML, "--proxy"),
        (400, HTML, "ALLOWED_HOSTS"),
        (200, HTML, "--url"),
    ] {
        let (en, es) = hint(status, body);
        assert!(en.contains(word) && es.contains(word), "{status}: {en}");
    }
    let result = Ok(Answer { location: Some("https://x/api/".to_owned()), ..answer(301, "") });
    let Verdict::Refused(error) = verdict(&result, false) else { panic!("refused") };
    assert!(error.hint.en.contains("--url https://x/api/"));
}
