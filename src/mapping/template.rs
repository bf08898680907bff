//! Templates: texts with `{field}` and `{Column}` places, which may be padded: `HS-{appointment.id:0>12}`.

use super::event::ColumnName;
use crate::lang::Said;
use crate::record::{Columns, Field, RawRecord};
use crate::rules::cell::is_absent;
use crate::rules::cell::number::without_zero_decimals;
use crate::rules::cell::text::{tidy, unwrap};
use crate::said;

/// The widest padding; a wider one is a mistyped template.
const WIDEST: usize = 100;

/// A text with places to be filled from a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Place { column: ColumnName, pad: Option<Pad> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pad {
    fill: char,
    left: bool,
    width: usize,
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A brace without its partner.
    #[error("unbalanced brace in {text:?}")]
    Unbalanced {
        /// The template.
        text: String,
    },
    /// `{}` names nothing.
    #[error("an empty place in {text:?}")]
    Empty {
        /// The template.
        text: String,
    },
    /// Without a place all rows would get the same text.
    #[error("no place in {text:?}")]
    NoPlace {
        /// The template.
        text: String,
    },
    /// A padding wider than any id.
    #[error("padding of {width} in {text:?}")]
    TooWide {
        /// The template.
        text: String,
        /// The padding.
        width: usize,
    },
}

impl TemplateError {
    /// What is wrong, for people.
    pub fn said(&self) -> Said {
        match self {
            Self::Unbalanced { text } => {
                said!(en: "a brace without its partner in {text:?}", es: "una llave sin su pareja en {text:?}")
            }
            Self::Empty { text } => {
                said!(en: "a place without a name in {text:?}", es: "un lugar sin nombre en {text:?}")
            }
            Self::NoPlace { text } => said!(
                en: "no {{COLUMN}} in {text:?}: all rows would get the same text",
                es: "no hay {{COLUMNA}} en {text:?}: todas las filas tendrían el mismo texto",
            ),
            Self::TooWide { text, width } => {
                said!(en: "a padding of {width} in {text:?}", es: "un relleno de {width} en {text:?}")
            }
        }
    }

    /// What to do, for people.
    pub fn hint(&self) -> Said {
        said!(
            en: "name columns or fields between braces, as --id-template 'LEAD-{{ID}}' or {{appointment.id:0>12}}",
            es: "nombre columnas o campos entre llaves, como --id-template 'LEAD-{{ID}}' o {{appointment.id:0>12}}",
        )
    }
}

impl Template {
    /// Reads a template. `{{` and `}}` are braces; what follows the last `:` of a place is a padding as `0>12` (right),
    /// `_<8` (left), or `12` (spaces, right).
    ///
    /// ```
    /// use crm_bridge::mapping::Template;
    /// assert!(Template::parse("HS-{appointment.id:0>12}").is_ok());
    /// assert!(Template::parse("HS-{ID").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let owned = || text.to_owned();
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(at);
            literal.push_str(before);
            if let Some(after) = brace.strip_prefix("{{") {
                literal.push('{');
                rest = after;
            } else if let Some(after) = brace.strip_prefix("}}") {
                literal.push('}');
                rest = after;
            } else {
                let inside =
                    brace.strip_prefix('{').ok_or_else(|| TemplateError::Unbalanced { text: owned() })?;
                let end = inside.find(['{', '}']).filter(|end| inside[*end..].starts_with('}'));
                let end = end.ok_or_else(|| TemplateError::Unbalanced { text: owned() })?;
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                }
                parts.push(place(&inside[..end], text)?);
                rest = &inside[end + 1..];
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        if !parts.iter().any(|part| matches!(part, Part::Place { .. })) {
            return Err(TemplateError::NoPlace { text: owned() });
        }
        Ok(Self { parts, text: owned() })
    }

    /// The template as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The headers that the template names.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Place { column: ColumnName::Header { name, .. }, .. } => Some(name.as_str()),
            _ => None,
        })
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = &ColumnName> {
        self.parts.iter().filter_map(|part| match part {
            Part::Place { column, .. } => Some(column),
            Part::Literal(_) => None,
        })
    }

    pub(super) fn column_names(&mut self) -> impl Iterator<Item = &mut ColumnName> {
        self.parts.iter_mut().filter_map(|part| match part {
            Part::Place { column, .. } => Some(column),
            Part::Literal(_) => None,
        })
    }

    /// Fills the places from a row. None where they are all empty; with `whole`, as for an id, where one of them is.
    pub(super) fn fill(&self, raw: &RawRecord<'_>, columns: &impl Columns, whole: bool) -> Option<String> {
        let mut out = String::with_capacity(self.text.len() + 16);
        let mut filled = false;
        for part in &self.parts {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Place { column, pad } => {
                    let tidied = tidy(column.read(raw, columns).unwrap_or(""), false);
                    let mut text = unwrap(&tidied);
                    if whole {
                        text = without_zero_decimals(text);
                    }
                    if text.is_empty() || (whole && is_absent(text)) {
                        if whole {
                            return None;
                        }
                        continue;
                    }
                    filled = true;
                    push_padded(&mut out, text, *pad);
                }
            }
        }
        filled.then_some(out)
    }
}

fn place(inside: &str, template: &str) -> Result<Part, TemplateError> {
    let (name, pad) = match inside.rsplit_once(':') {
        Some((name, spec)) => match padding(spec) {
            Some(pad) if pad.width > WIDEST => {
                return Err(TemplateError::TooWide { text: template.to_owned(), width: pad.width });
            }
            Some(pad) => (name, Some(pad)),
            // A header may hold a colon.
            None => (inside, None),
        },
        None => (inside, None),
    };
    let name = name.trim();
    if name.is_empty() {
        return Err(TemplateError::Empty { text: template.to_owned() });
    }
    let column = match Field::from_name(name) {
        Some(field) => ColumnName::Field(field),
        None => ColumnName::Header { name: name.to_owned(), index: None },
    };
    Ok(Part::Place { column, pad })
}

fn padding(spec: &str) -> Option<Pad> {
    let digits = spec.trim_start_matches(|c: char| !c.is_ascii_digit());
    let (fill, left, width) = match spec.find(['<', '>']) {
        Some(at) => {
            let mut fill = spec[..at].chars();
            let sign = fill.next().unwrap_or(' ');
            if fill.next().is_some() {
                return None;
            }
            (sign, spec[at..].starts_with('<'), &spec[at + 1..])
        }
        None => (' ', false, digits),
    };
    if width.is_empty() || width.len() > 4 || !width.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if !spec.contains(['<', '>']) && digits.len() != spec.len() {
        return None;
    }
    Some(Pad { fill, left, width: width.parse().ok()? })
}

fn push_padded(out: &mut String, text: &str, pad: Option<Pad>) {
    let missing = pad.map_or(0, |pad| pad.width.saturating_sub(text.chars().count()));
    let (fill, left) = pad.map_or((' ', false), |pad| (pad.fill, pad.left));
    let filling = || std::iter::repeat_n(fill, missing);
    if left {
        out.push_str(text);
        out.extend(filling());
    } else {
        out.extend(filling());
        out.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(template: &str, id: &str, name: &str, whole: bool) -> Option<String> {
        let mut raw = RawRecord::default();
        raw.set(Field::AppointmentId, id.to_owned());
        raw.set(Field::Nombre, name.to_owned());
        Template::parse(template).unwrap().fill(&raw, &(), whole)
    }

    #[test]
    fn places_are_filled_and_padded() {
        assert_eq!(fill("HS-{appointment.id:0>6}", "123", "", true).as_deref(), Some("HS-000123"));
        assert_eq!(fill("{appointment.id:_<6}|", "123", "", true).as_deref(), Some("123___|"));
        assert_eq!(fill("{appointment.id:5}", "123", "", true).as_deref(), Some("  123"));
        assert_eq!(fill("{appointment.id:0>2}", "1234", "", true).as_deref(), Some("1234"));
        assert_eq!(fill("{appointment.id}", " 12.0 ", "", true).as_deref(), Some("12"));
        assert_eq!(fill("{{{lead.nombre}}}", "", "Ana", false).as_deref(), Some("{Ana}"));
    }

    #[test]
    fn empty_places_leave_nothing() {
        assert_eq!(fill("HS-{appointment.id}", " ", "", true), None);
        assert_eq!(fill("HS-{appointment.id}", "NULL", "", true), None);
        assert_eq!(fill("{appointment.id}-{lead.nombre}", "1", "", true), None);
        assert_eq!(fill("{appointment.id}-{lead.nombre}", "1", "", false).as_deref(), Some("1-"));
    }

    #[test]
    fn a_header_may_hold_a_colon() {
        let template = Template::parse("{Hora: inicio}").unwrap();
        assert_eq!(template.headers().collect::<Vec<_>>(), ["Hora: inicio"]);
    }

    #[test]
    fn mistyped_templates_are_refused() {
        for text in ["{", "}", "{a", "a}", "{}", "{ }", "plain", "", "{a{b}}", "{a:0>9999}", "{{a}}"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }
}
