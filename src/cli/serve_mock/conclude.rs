//! The last words of `serve-mock`, on stderr: what came instead of what was expected, and who was refused and why.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::ci::Verdict;
use super::narrate::escaped;
use crate::cli::Context;
use crate::lang::Lang;
use crate::receiver::Expected;
use crate::receiver::differing::{Differing, Shown};
use crate::receiver::tally::Refusal;
use crate::said;

/// Ids, refusals and payloads that are named to a person.
const NAMED: usize = 10;

/// Says the last words; write errors are nobody's to hear.
pub(super) fn conclude(verdict: &Verdict, context: &Context) {
    if context.quiet && !verdict.asked {
        return;
    }
    let mut err = io::stderr().lock();
    let words = Words { lang: context.lang, show_pii: context.show_pii };
    if context.json {
        writeln!(err, "{}", words.line(verdict)).ok();
    } else {
        words.tell(&mut err, verdict).ok();
    }
}

struct Words {
    lang: Lang,
    show_pii: bool,
}

impl Words {
    fn line(&self, verdict: &Verdict) -> Value {
        let answered = &verdict.answered;
        let mut line = Map::new();
        let mut put = |key: &str, value: Value| line.insert(key.to_owned(), value);
        put("kind", if verdict.asked { "expectation" } else { "ended" }.into());
        if verdict.asked {
            put("met", verdict.met.into());
            put("expected", json!(verdict.wanted));
        }
        put("arrived", verdict.arrived.into());
        put("by_status", texts(&answered.by_status));
        put("by_fault", texts(&answered.by_fault));
        if verdict.asked {
            let expected = verdict.expected.as_ref();
            put("missing", json!(expected.map(|expected| &expected.missing)));
            let different = |expected: &Expected| {
                expected.different.iter().map(|payload| self.different(payload)).collect::<Vec<_>>()
            };
            put("different", json!(expected.map(different)));
            put("unexpected", json!(expected.map(|expected| &expected.unexpected)));
        }
        put("refused", answered.refusals.iter().map(|refusal| self.refused(refusal)).collect());
        put("refused_count", answered.refused.into());
        line.into()
    }

    fn refused(&self, refusal: &Refusal) -> Value {
        let reason = if self.show_pii { &refusal.unmasked } else { &refusal.reason };
        json!({
            "n": refusal.n,
            "method": refusal.method.as_str(),
            "path": refusal.path,
            "status": refusal.status,
            "id_presencia_crm": refusal.id,
            "note": refusal.note.name(),
            "detail": reason.detail,
            "errors": reason.errors,
            "counted": refusal.counted,
            "times": refusal.times,
        })
    }

    fn different(&self, payload: &Differing) -> Value {
        let fields: Vec<_> = payload
            .fields
            .iter()
            .map(|field| {
                let mut said = json!({ "pointer": field.pointer });
                // An absent value has no key: null is a value.
                for (key, value) in [("expected", &field.expected), ("arrived", &field.arrived)] {
                    if let Some(value) = value {
                        said[key] = self.shown(value).clone();
                    }
                }
                said
            })
            .collect();
        json!({ "id_presencia_crm": payload.id, "fields": fields })
    }

    fn shown<'v>(&self, value: &'v Shown) -> &'v Value {
        if self.show_pii { &value.whole } else { &value.masked }
    }

    fn tell(&self, err: &mut impl Write, verdict: &Verdict) -> io::Result<()> {
        let (arrived, answered) = (verdict.arrived, &verdict.answered);
        let statuses = listed(&answered.by_status);
        let wanted = verdict.wanted.map(|wanted| format!("/{wanted}")).unwrap_or_default();
        let sentence = said!(
            en: "{arrived}{wanted} distinct presencias arrived; answers: {statuses}",
            es: "llegaron {arrived}{wanted} presencias distintas; respuestas: {statuses}"
        );
        write!(err, "{}", sentence.get(self.lang))?;
        if !answered.by_fault.is_empty() {
            let faults = listed(&answered.by_fault);
            let sentence = said!(en: "; faults: {faults}", es: "; fallas: {faults}");
            write!(err, "{}", sentence.get(self.lang))?;
        }
        writeln!(err)?;
        if !verdict.asked {
            return Ok(());
        }
        if let Some(expected) = &verdict.expected {
            self.tell_expected(err, expected)?;
        }
        self.tell_refused(err, verdict)
    }

    fn tell_expected(&self, err: &mut impl Write, expected: &Expected) -> io::Result<()> {
        let count = expected.missing.len();
        let sentence = said!(en: "{count} expected payloads did not arrive", es: "no llegaron {count} payloads esperados");
        name(err, sentence.get(self.lang), &expected.missing, count as u64)?;
        for payload in expected.different.iter().take(NAMED) {
            let id = escaped(&payload.id);
            let sentence = said!(
                en: "{id} arrived with other content:",
                es: "{id} llegó con otro contenido:"
            );
            writeln!(err, "{}", sentence.get(self.lang))?;
            for field in payload.fields.iter().take(NAMED) {
                let shown = |value: &Option<Shown>| match value {
                    Some(value) => escaped(&self.shown(value).to_string()),
                    None => self.lang.pick("nothing", "nada").to_owned(),
                };
                let (expected, arrived) = (shown(&field.expected), shown(&field.arrived));
                let pointer = escaped(&field.pointer);
                let sentence = said!(
                    en: "  {pointer}: expected {expected}, came {arrived}",
                    es: "  {pointer}: se esperaba {expected}, llegó {arrived}"
                );
                writeln!(err, "{}", sentence.get(self.lang))?;
            }
        }
        let count = expected.unexpected_count;
        let sentence = said!(en: "{count} payloads came that were not expected", es: "llegaron {count} payloads no esperados");
        name(err, sentence.get(self.lang), &expected.unexpected, count)
    }

    fn tell_refused(&self, err: &mut impl Write, verdict: &Verdict) -> io::Result<()> {
        let count = verdict.answered.refused;
        if count > 0 {
            let sentence = if verdict.refused_matter {
                said!(en: "refused requests: {count}", es: "peticiones rechazadas: {count}")
            } else {
                said!(
                    en: "refused requests: {count} (with --fail-on-refused that is exit code 1)",
                    es: "peticiones rechazadas: {count} (con --fail-on-refused el código de salida es 1)"
                )
            };
            writeln!(err, "{}", sentence.get(self.lang))?;
        }
        for refusal in verdict.answered.refusals.iter().take(NAMED) {
            let reason = if self.show_pii { &refusal.unmasked } else { &refusal.reason };
            let id = refusal.id.as_deref().map(|id| format!(" {id}")).unwrap_or_default();
            let times = if refusal.times > 1 { format!(" ({} ×)", refusal.times) } else { String::new() };
            let note = refusal.note.text();
            let detail = reason.detail.as_deref().unwrap_or_else(|| self.lang.pick(note.en, note.es));
            let line =
                format!("  {} {} {}{id}{times}: {detail}", refusal.status, refusal.method, refusal.path);
            write!(err, "{}", escaped(&line))?;
            for (field, problems) in &reason.errors {
                write!(err, " {}", escaped(&format!("[{field}: {}]", problems.join(" "))))?;
            }
            writeln!(err)?;
        }
        Ok(())
    }
}

fn texts<K: Display>(counts: &BTreeMap<K, u64>) -> Value {
    counts.iter().map(|(key, count)| (key.to_string(), Value::from(*count))).collect::<Map<_, _>>().into()
}

fn listed<K: Display>(counts: &BTreeMap<K, u64>) -> String {
    if counts.is_empty() {
        return "—".to_owned();
    }
    counts.iter().map(|(key, count)| format!("{count} × {key}")).collect::<Vec<_>>().join(", ")
}

fn name(err: &mut impl Write, sentence: &str, ids: &[String], count: u64) -> io::Result<()> {
    if count == 0 {
        return Ok(());
    }
    let named: Vec<_> = ids.iter().take(NAMED).map(|id| escaped(id)).collect();
    let more = if ids.len() > NAMED { " …" } else { "" };
    writeln!(err, "{sentence}: {}{more}", named.join(", "))
}
