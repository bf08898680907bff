//! Why rows did not go through, grouped by cause, with a few examples each: what every renderer for people shows.
//!
//! Memory does not grow with the input: what a rule says is one cause, however often it said it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::event::{DeliveryNote, FindingNote, Outcome};
use crate::lang::{Lang, Said};
use crate::said;

/// How many examples of a cause are kept.
const EXAMPLES: usize = 5;

/// How grave a cause is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// A rule blocked rows.
    Error,
    /// The receiver did not take deliveries.
    Delivery,
    /// A rule warned.
    Warning,
    /// Only repaired.
    Repair,
}

impl Cause {
    /// What people call it: the code of the rule, or a word for the class of the error.
    pub fn name(&self, lang: Lang) -> &'static str {
        class_said(self.code, lang)
    }
}

/// The class of an error as people read it; rules keep their code.
pub fn class_said(class: &str, lang: Lang) -> &str {
    let spanish = match class {
        "changed" => "cambiada",
        "collision" => "colisión",
        "forced" => "forzada",
        "rate_limited" => "límite",
        "refused" => "acceso",
        "rejected" => "rechazo",
        "server" => "receptor",
        "timeout" | "transport" => "conexión",
        "unknown" => "duda",
        rule => rule,
    };
    lang.pick(class, spanish)
}

impl Rank {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Delivery => "delivery",
            Self::Warning => "warning",
            Self::Repair => "info",
        }
    }
}

/// One cause: a rule, or the class of a delivery's error.
#[derive(Debug, Clone)]
pub struct Cause {
    /// Code of the rule, or class of the error.
    pub code: &'static str,
    /// How grave it is, at its worst.
    pub rank: Rank,
    /// How often it was met.
    pub count: u64,
    /// What is wrong: with its particulars where it was met once, as a heading otherwise.
    pub message: Said,
    /// What to do.
    pub hint: Said,
    /// Where it was met, the first few times; masked.
    pub examples: Vec<Said>,
    /// The finding of the first example; none of a delivery.
    pub first: Option<FindingNote>,
}

/// The causes met so far.
#[derive(Debug, Default)]
pub struct Causes {
    /// By code, and by what a rule says where it says several things.
    causes: BTreeMap<(&'static str, String), Cause>,
}

impl Causes {
    /// Takes a finding.
    ///
    /// Where a heading leaves out what is said of each place (another row, two numbers), each example says it whole.
    pub fn add(&mut self, note: &FindingNote) {
        let rank = match note.severity {
            "error" => Rank::Error,
            "warning" => Rank::Warning,
            _ => Rank::Repair,
        };
        // A rule without a word of its own: what it says of each place is told there.
        let wordless = !note.heading.en.contains(char::is_alphabetic);
        let lossy = !is_whole(note);
        let told = |whole: bool, note: &FindingNote| {
            let told = |lang| if whole { particular(note, lang) } else { place(note, lang) };
            Said { en: told(Lang::En), es: told(Lang::Es) }
        };
        // Of one, the cause itself is the sentence.
        let place = |count: u64| told(wordless || (lossy && count > 1), note);
        // What is wrong with one column says nothing about another one.
        let apart = note.code.starts_with('H');
        let variant = if apart { &note.message } else { &note.heading };
        let several = said!(en: "several places are wrong", es: "varios lugares están mal");
        let cause = self.note(
            (note.code, variant.en.clone()),
            rank,
            (if wordless { &several } else { variant }, &note.message),
            &note.hint,
            place,
        );
        if cause.count == 2
            && lossy
            && let (Some(first), Some(example)) = (&cause.first, cause.examples.first_mut())
        {
            *example = told(true, first);
        }
        cause.first.get_or_insert_with(|| note.clone());
    }

    /// Takes a delivery, where it did not go well.
    pub fn add_delivery(&mut self, note: &DeliveryNote) {
        let Some(error) = &note.error else { return };
        // Collisions name their ids, each its own.
        let collided = note.outcome == Outcome::Collision;
        let place = |_| {
            let (row, id) = (note.row, &note.id_presencia_crm);
            let status = note.http_status.map(|status| format!(" · HTTP {status}")).unwrap_or_default();
            let fields: String =
                error.fields.iter().map(|(field, text)| format!(" · {field}: {text}")).collect();
            let told =
                |lang| if collided { format!(" · {}", error.message.get(lang)) } else { String::new() };
            Said {
                en: format!("row {row} · {id}{status}{fields}{}", told(Lang::En)),
                es: format!("fila {row} · {id}{status}{fields}{}", told(Lang::Es)),
            }
        };
        let several = said!(
            en: "the receiver took ids for others; these presencias were not stored",
            es: "el receptor tomó unos ids por otros; estas presencias no se guardaron"
        );
        let heading = if collided { &several } else { &error.message };
        self.note((error.class, String::new()), Rank::Delivery, (heading, heading), &error.hint, place);
    }

    fn note(
        &mut self,
        (code, variant): (&'static str, String),
        rank: Rank,
        (heading, message): (&Said, &Said),
        hint: &Said,
        place: impl FnOnce(u64) -> Said,
    ) -> &mut Cause {
        let cause = self.causes.entry((code, variant)).or_insert_with(|| Cause {
            code,
            rank,
            count: 0,
            message: message.clone(),
            hint: hint.clone(),
            examples: Vec::new(),
            first: None,
        });
        cause.count += 1;
        if cause.count == 2 {
            // Once is told with its particulars; several share a heading, and their hint if it is the same.
            cause.message = heading.clone();
        }
        cause.rank = cause.rank.min(rank);
        if cause.examples.len() < EXAMPLES {
            cause.examples.push(place(cause.count));
        }
        cause
    }

    /// The causes that people must know of, worst first, then the most frequent.
    pub fn worst_first(&self) -> Vec<&Cause> {
        let mut causes: Vec<&Cause> =
            self.causes.values().filter(|cause| cause.rank < Rank::Repair).collect();
        causes.sort_by_key(|cause| (cause.rank, Reverse(cause.count), cause.code));
        causes
    }
}

/// Whether heading and place say together all that the message says.
fn is_whole(note: &FindingNote) -> bool {
    let value = note.value.as_deref().unwrap_or_default();
    let end = |text: &str| text.trim_end_matches(['…', ':', ' ']).to_owned();
    let bare = if value.is_empty() { note.message.en.clone() } else { note.message.en.replace(value, "…") };
    end(&bare) == end(&note.heading.en)
}

/// Where a finding is, and what is said of that place.
fn particular(note: &FindingNote, lang: Lang) -> String {
    let (place, message) = (place(note, lang), note.message.get(lang));
    let field = note.field.as_deref().unwrap_or_default();
    match message.strip_prefix(field).and_then(|rest| rest.strip_prefix(": ")) {
        Some(detail) if place.contains(field) && !field.is_empty() => format!("{place}: {detail}"),
        _ => format!("{} · {message}", place.trim_end_matches([' ', '·'])),
    }
}

/// Where a finding is, in a few words: file, row, column, value.
pub fn place(note: &FindingNote, lang: Lang) -> String {
    let mut parts = Vec::new();
    parts.extend(note.file.clone());
    parts.extend(note.row.map(|row| format!("{} {row}", lang.pick("row", "fila"))));
    parts.extend(note.column.clone().or_else(|| note.field.clone()));
    parts.extend(note.value.clone().filter(|value| !value.is_empty()));
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::finding::Place;
    use crate::rules::{Code, Finding};

    fn told(findings: Vec<Finding>) -> Vec<(String, Vec<String>)> {
        let mut causes = Causes::default();
        for (finding, row) in findings.into_iter().zip(2..) {
            causes.add(&finding.note(Place { row: Some(row), ..Place::default() }, false));
        }
        let said = |cause: &&Cause| {
            (cause.message.en.clone(), cause.examples.iter().map(|example| example.en.clone()).collect())
        };
        causes.worst_first().iter().map(said).collect()
    }

    #[test]
    fn what_a_heading_leaves_out_stands_in_each_example() {
        let ragged = |cells: u32| Finding::new(Code::R02).arg("cells", cells).arg("width", 8);
        assert_eq!(
            told(vec![ragged(9), ragged(10)]),
            [(
                "the row has … cells where the header has …".to_owned(),
                vec![
                    "row 2 · the row has 9 cells where the header has 8".to_owned(),
                    "row 3 · the row has 10 cells where the header has 8".to_owned()
                ]
            )]
        );
        let [(message, examples)] = &told(vec![ragged(9)])[..] else { panic!("one cause") };
        assert_eq!(
            (message.as_str(), &examples[..]),
            ("the row has 9 cells where the header has 8", &["row 2".to_owned()][..])
        );
    }

    #[test]
    fn what_the_place_shows_is_not_said_twice() {
        let phone = |cell: &str| Finding::new(Code::T04).value(cell);
        let medio = |cell: &str| {
            Finding::new(Code::E01).said("what", Said::same("medio outside the table: ")).value(cell)
        };
        assert_eq!(
            told(vec![phone("12345"), phone("1234"), medio("Volante"), medio("Feria")]),
            [
                (
                    "neither a mobile of 9 digits that begins with 9 nor a landline of 8 with its area code"
                        .to_owned(),
                    vec![
                        "row 2 · lead.celular · 12****".to_owned(),
                        "row 3 · lead.celular · 12****".to_owned()
                    ]
                ),
                (
                    "medio outside the table: …; sent as otro".to_owned(),
                    vec!["row 4 · lead.medio · Volante".to_owned(), "row 5 · lead.medio · Feria".to_owned()]
                )
            ]
        );
    }

    #[test]
    fn a_sentence_that_ends_in_the_programs_own_words_is_not_cut_off() {
        let project = || {
            Finding::new(Code::E02).said("what", Said::same("no project, sent as")).arg("value", "OASIS 2")
        };
        assert_eq!(told(vec![project(), project()])[0].0, "no project, sent as: OASIS 2");
    }
}
