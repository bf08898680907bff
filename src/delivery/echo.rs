//! What a receiver gives back of the request, taken out of its answer: the secrets always, the person where the answer is
//! no receipt and will be quoted.

use std::borrow::Cow;

use bytes::Bytes;
use serde_json::Value;

use super::transport::Answer;
use crate::config::SendSettings;
use crate::mask::Scrub;
use crate::rules::person;

/// The secrets of `settings`.
pub(crate) fn secrets(settings: &SendSettings) -> Scrub {
    let scrub = Scrub::default().secret(settings.token.expose());
    settings.signing_secrets.iter().fold(scrub, |scrub, secret| {
        let secret = secret.expose();
        scrub.secret(secret).secret(secret.trim_start_matches("whsec_"))
    })
}

/// The person in a payload, by the names of its fields.
pub(super) fn person(payload: &[u8]) -> Scrub {
    let mut scrub = Scrub::default();
    if let Ok(payload) = serde_json::from_slice(payload) {
        person::add(&payload, usize::MAX, &mut scrub);
    }
    scrub
}

/// Takes what `scrub` knows out of every text of `answer` that may be quoted.
pub(super) fn clean(answer: &mut Answer, scrub: &Scrub) {
    // Nearly every answer is a receipt, which says nothing of the kind; it is not taken apart for that.
    let receipt = (200..300).contains(&answer.status);
    if receipt
        && std::str::from_utf8(&answer.body).is_ok_and(|text| matches!(scrub.text(text), Cow::Borrowed(_)))
    {
        return;
    }
    if let Some(clean) = cleaned(&answer.body, scrub) {
        answer.body = clean;
    }
    let quoted = [&mut answer.location, &mut answer.allow, &mut answer.server, &mut answer.content_type];
    for text in quoted.into_iter().flatten() {
        *text = scrub.text(text).into_owned();
    }
}

/// The body without what is known; none where nothing of it is in there. JSON is searched with its escapes undone.
pub(crate) fn cleaned(body: &Bytes, scrub: &Scrub) -> Option<Bytes> {
    if let Ok(mut value) = serde_json::from_slice::<Value>(body) {
        let changed = clean_value(&mut value, scrub);
        return changed.then(|| Bytes::from(value.to_string()));
    }
    let text = String::from_utf8_lossy(body);
    match scrub.text(&text) {
        Cow::Borrowed(_) => None,
        Cow::Owned(clean) => Some(Bytes::from(clean)),
    }
}

fn clean_value(value: &mut Value, scrub: &Scrub) -> bool {
    match value {
        Value::String(text) => match scrub.text(text) {
            Cow::Borrowed(_) => false,
            Cow::Owned(clean) => {
                *text = clean;
                true
            }
        },
        Value::Array(inner) => clean_each(inner.iter_mut(), scrub),
        Value::Object(inner) => {
            let mut changed = false;
            let known: Vec<String> = inner.keys().filter(|key| scrub.text(key) != **key).cloned().collect();
            for key in known {
                if let Some(value) = inner.remove(&key) {
                    inner.insert(scrub.text(&key).into_owned(), value);
                    changed = true;
                }
            }
            clean_each(inner.values_mut(), scrub) || changed
        }
        _ => false,
    }
}

fn clean_each<'v>(values: impl Iterator<Item = &'v mut Value>, scrub: &Scrub) -> bool {
    let mut changed = false;
    for value in values {
        changed |= clean_value(value, scrub);
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: &[u8] =
        br#"{"id_presencia_crm":"CRM-1","cliente":{"nombres_completos_razon_social":"Rosa Pe\u00f1a","numero_documento":"70716253"}}"#;

    #[test]
    fn a_person_is_taken_out_of_json_whatever_its_escapes() {
        let body = Bytes::from_static(
            br#"{"detail":"Rosa Pe\u00f1a existe","errors":{"70716253":["no 70716253"]}}"#,
        );
        let mut answer = Answer { status: 400, body, ..Answer::default() };
        clean(&mut answer, &person(PAYLOAD));
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        assert_eq!(text, r#"{"detail":"R*** P*** existe","errors":{"70******":["no 70******"]}}"#);
    }

    #[test]
    fn an_answer_without_them_keeps_its_bytes() {
        let body = Bytes::from_static(b"{ \"detail\" : \"x\" }");
        let mut answer = Answer { status: 400, body: body.clone(), ..Answer::default() };
        clean(&mut answer, &person(PAYLOAD));
        assert_eq!(answer.body, body);
    }
}
