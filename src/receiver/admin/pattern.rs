//! Request patterns as WireMock's clients write them: method, url, headers, query, body.

use bytes::Bytes;
use http::Method;
use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::parameters;
use crate::receiver::received::{Received, is_masked};

/// Longest regular expression, and what one may cost when compiled.
const REGEX_BYTES: usize = 512 * 1024;

/// A pattern that can't be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum PatternError {
    #[error("no request pattern: {0}")]
    Json(#[from] serde_json::Error),
    #[error("{0}")]
    Regex(#[from] regex::Error),
    #[error(
        "a matcher of the kind {0:?} is not supported; use equalTo (caseInsensitive), contains, doesNotContain, matches, doesNotMatch, absent, equalToJson (ignoreArrayOrder, ignoreExtraElements) or matchesJsonPath"
    )]
    Matcher(String),
    #[error("{0:?} is no JSON path such as $.cliente.telefono_principal")]
    Path(String),
    #[error(
        "{0:?} in a request pattern is not supported; use method, url, urlPath, urlPattern, urlPathPattern, headers, queryParameters or bodyPatterns"
    )]
    Criterion(String),
    #[error("{0:?} is no method")]
    Method(String),
    #[error("the value of {0} is kept masked: it can be asked for with absent alone")]
    Masked(String),
}

/// What a pattern may ask for.
const CRITERIA: [&str; 8] = [
    "method",
    "url",
    "urlPath",
    "urlPattern",
    "urlPathPattern",
    "headers",
    "queryParameters",
    "bodyPatterns",
];
/// Methods that a client can mean.
const METHODS: [&str; 9] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"];

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Written {
    method: Option<String>,
    url: Option<String>,
    url_path: Option<String>,
    url_pattern: Option<String>,
    url_path_pattern: Option<String>,
    headers: Option<Map<String, Value>>,
    query_parameters: Option<Map<String, Value>>,
    body_patterns: Option<Vec<Map<String, Value>>>,
}

/// What a request must be like.
#[derive(Debug)]
pub(super) struct Pattern {
    method: Option<Method>,
    url: Option<String>,
    url_path: Option<String>,
    url_regex: Option<Regex>,
    url_path_regex: Option<Regex>,
    headers: Vec<(String, Matcher)>,
    query: Vec<(String, Matcher)>,
    bodies: Vec<Matcher>,
}

#[derive(Debug)]
enum Matcher {
    EqualTo { text: String, any_case: bool },
    Contains(String),
    DoesNotContain(String),
    Matches(Regex),
    DoesNotMatch(Regex),
    Absent,
    Present,
    All(Vec<Matcher>),
    EqualToJson { value: Value, ignore_extra: bool, ignore_order: bool },
    JsonPath { path: Vec<String>, then: Option<Box<Matcher>> },
}

impl Pattern {
    /// Reads a pattern; an empty body fits everything.
    pub(super) fn read(body: &Bytes) -> Result<Self, PatternError> {
        let fields: Map<String, Value> =
            if body.is_empty() { Map::new() } else { serde_json::from_slice(body)? };
        // What was passed over would fit everything, and an assertion on it would hold whatever came.
        let unknown =
            |(name, value): &(&String, &Value)| !value.is_null() && !CRITERIA.contains(&name.as_str());
        if let Some((name, _)) = fields.iter().find(unknown) {
            return Err(PatternError::Criterion(name.clone()));
        }
        let written: Written = serde_json::from_value(Value::Object(fields))?;
        let method = match written.method.as_deref().map(str::to_uppercase) {
            None => None,
            Some(any) if any == "ANY" => None,
            Some(method) if METHODS.contains(&method.as_str()) => method.parse().ok(),
            Some(method) => return Err(PatternError::Method(method)),
        };
        let matchers = |map: Option<Map<String, Value>>| {
            map.unwrap_or_default()
                .into_iter()
                .map(|(name, matcher)| Ok((name, Matcher::read(&matcher)?)))
                .collect::<Result<Vec<_>, PatternError>>()
        };
        Ok(Self {
            method,
            url: written.url,
            url_path: written.url_path,
            url_regex: written.url_pattern.as_deref().map(whole).transpose()?,
            url_path_regex: written.url_path_pattern.as_deref().map(whole).transpose()?,
            headers: matchers(written.headers)?
                .into_iter()
                .map(|(name, matcher)| match matcher {
                    Matcher::Absent | Matcher::Present => Ok((name.to_lowercase(), matcher)),
                    // It would be compared with asterisks, and fit nothing.
                    _ if is_masked(&name.to_lowercase()) => Err(PatternError::Masked(name)),
                    matcher => Ok((name.to_lowercase(), matcher)),
                })
                .collect::<Result<_, _>>()?,
            query: matchers(written.query_parameters)?,
            bodies: written
                .body_patterns
                .unwrap_or_default()
                .into_iter()
                .map(|matcher| Matcher::read(&Value::Object(matcher)))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Whether `request` is like that.
    pub(super) fn fits(&self, request: &Received) -> bool {
        let path = request.path();
        let query = request.target.split_once('?').map_or("", |(_, query)| query);
        self.method.as_ref().is_none_or(|method| *method == request.method)
            && self.url.as_deref().is_none_or(|url| *url == *request.target)
            && self.url_path.as_deref().is_none_or(|url| url == path)
            && self.url_regex.as_ref().is_none_or(|url| url.is_match(&request.target))
            && self.url_path_regex.as_ref().is_none_or(|url| url.is_match(path))
            && self.headers.iter().all(|(name, matcher)| {
                matcher.fits_any(request.headers().filter(|(key, _)| key == name).map(|(_, value)| value))
            })
            && self.query.iter().all(|(name, matcher)| {
                let values = parameters(query, name);
                matcher.fits_any(values.iter().map(String::as_str))
            })
            && (self.bodies.is_empty() || {
                let text = String::from_utf8_lossy(&request.body);
                self.bodies.iter().all(|matcher| matcher.fits(Some(&text)))
            })
    }
}

/// A regular expression that must fit the whole text, as in WireMock.
fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    regex::RegexBuilder::new(&format!("^(?s:{pattern})$")).size_limit(REGEX_BYTES).build()
}

impl Matcher {
    fn read(written: &Value) -> Result<Self, PatternError> {
        let Some(fields) = written.as_object() else {
            // `"headers": {"accept": "text/plain"}` is a shorthand of some clients.
            let text = written.as_str().map_or_else(|| written.to_string(), str::to_owned);
            return Ok(Self::EqualTo { text, any_case: false });
        };
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let flag = |name: &str| fields.get(name).and_then(Value::as_bool).unwrap_or(false);
        let mut all = Vec::new();
        for (kind, value) in fields {
            all.push(match kind.as_str() {
                "equalTo" => Self::EqualTo { text: text(value), any_case: flag("caseInsensitive") },
                "contains" => Self::Contains(text(value)),
                "doesNotContain" => Self::DoesNotContain(text(value)),
                "matches" => Self::Matches(whole(&text(value))?),
                "doesNotMatch" => Self::DoesNotMatch(whole(&text(value))?),
                "absent" if *value == Value::Bool(false) => Self::Present,
                "absent" => Self::Absent,
                "equalToJson" => {
                    let value = match value {
                        Value::String(text) => serde_json::from_str(text)?,
                        other => other.clone(),
                    };
                    if value.to_string().contains("${json-unit.") {
                        return Err(PatternError::Matcher("${json-unit…}".to_owned()));
                    }
                    let (ignore_extra, ignore_order) =
                        (flag("ignoreExtraElements"), flag("ignoreArrayOrder"));
                    Self::EqualToJson { value, ignore_extra, ignore_order }
                }
                "matchesJsonPath" => Self::json_path(value)?,
                "caseInsensitive" | "ignoreExtraElements" | "ignoreArrayOrder" => continue,
                other => return Err(PatternError::Matcher(other.to_owned())),
            });
        }
        match all.pop() {
            None => Err(PatternError::Matcher(String::new())),
            Some(only) if all.is_empty() => Ok(only),
            Some(last) => {
                all.push(last);
                Ok(Self::All(all))
            }
        }
    }

    /// `"$.a.b"`, or `{"expression": "$.a.b", "equalTo": …}`.
    fn json_path(written: &Value) -> Result<Self, PatternError> {
        let (expression, then) = match written {
            Value::Object(fields) => {
                let mut rest = fields.clone();
                let expression = rest.remove("expression").unwrap_or_default();
                let then = if rest.is_empty() { None } else { Some(Self::read(&Value::Object(rest))?) };
                (expression, then)
            }
            other => (other.clone(), None),
        };
        let expression = expression.as_str().unwrap_or_default();
        let wrong = || PatternError::Path(expression.to_owned());
        let steps =
            expression.strip_prefix('$').ok_or_else(wrong)?.replace('[', ".").replace(['\'', '"', ']'], "");
        let path: Vec<_> = steps.split('.').filter(|step| !step.is_empty()).map(str::to_owned).collect();
        // Filters, wildcards and descents are another language; better refused than misread.
        let foreign = |step: &String| step.contains(['?', '*', '(', '@', ':', ',']) || step.starts_with('-');
        let quoted_dot =
            expression.split(['\'', '"']).skip(1).step_by(2).any(|inside| inside.contains(['.', '[', ']']));
        if path.iter().any(foreign) || quoted_dot || expression.contains("..") {
            return Err(wrong());
        }
        Ok(Self::JsonPath { path, then: then.map(Box::new) })
    }

    /// Whether one of the values fits; of none at all, whether that does.
    fn fits_any<'v>(&self, values: impl Iterator<Item = &'v str>) -> bool {
        let mut values = values.peekable();
        if values.peek().is_none() { self.fits(None) } else { values.any(|value| self.fits(Some(value))) }
    }

    /// A null is absent, but for who asks for it as JSON.
    fn fits_null(&self) -> bool {
        match self {
            Self::All(all) => all.iter().all(Self::fits_null),
            Self::EqualToJson { .. } => self.fits(Some("null")),
            _ => self.fits(None),
        }
    }

    fn fits(&self, text: Option<&str>) -> bool {
        if let Self::All(all) = self {
            return all.iter().all(|matcher| matcher.fits(text));
        }
        let Some(text) = text else { return matches!(self, Self::Absent) };
        match self {
            Self::EqualTo { text: wanted, any_case: true } => text.to_lowercase() == wanted.to_lowercase(),
            Self::EqualTo { text: wanted, any_case: false } => text == wanted,
            Self::Contains(part) => text.contains(part.as_str()),
            Self::DoesNotContain(part) => !text.contains(part.as_str()),
            Self::Matches(regex) => regex.is_match(text),
            Self::DoesNotMatch(regex) => !regex.is_match(text),
            Self::Absent => false,
            Self::Present => true,
            Self::All(all) => all.iter().all(|matcher| matcher.fits(Some(text))),
            Self::EqualToJson { value, ignore_extra, ignore_order } => serde_json::from_str::<Value>(text)
                .is_ok_and(|given| same(&given, value, *ignore_extra, *ignore_order)),
            Self::JsonPath { path, then } => {
                let Ok(json) = serde_json::from_str::<Value>(text) else { return false };
                let found = path.iter().try_fold(&json, |value, step| match value {
                    Value::Array(items) => items.get(step.parse::<usize>().ok()?),
                    other => other.get(step),
                });
                match (found, then) {
                    (None, Some(then)) => then.fits(None),
                    // A null is nothing to go by: `"telefono_principal": null` is no phone.
                    (None | Some(Value::Null), None) => false,
                    (Some(Value::Null), Some(then)) => then.fits_null(),
                    (Some(_), None) => true,
                    (Some(Value::String(found)), Some(then)) => then.fits(Some(found)),
                    (Some(found), Some(then)) => then.fits(Some(&found.to_string())),
                }
            }
        }
    }
}

/// The text of a value in which neither the order of keys nor that of items matters.
fn in_one_order(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let mut texts: Vec<String> = items.iter().map(in_one_order).collect();
            texts.sort_unstable();
            format!("[{}]", texts.join(","))
        }
        Value::Object(fields) => {
            let mut texts: Vec<String> =
                fields.iter().map(|(key, value)| format!("{key:?}:{}", in_one_order(value))).collect();
            texts.sort_unstable();
            format!("{{{}}}", texts.join(","))
        }
        other => other.to_string(),
    }
}

/// Whether `given` is as `wanted`, but for what is to be ignored.
fn same(given: &Value, wanted: &Value, ignore_extra: bool, ignore_order: bool) -> bool {
    let same = |given: &Value, wanted: &Value| same(given, wanted, ignore_extra, ignore_order);
    match (given, wanted) {
        (Value::Object(given), Value::Object(wanted)) => {
            (ignore_extra || given.len() == wanted.len())
                && wanted.iter().all(|(key, wanted)| given.get(key).is_some_and(|given| same(given, wanted)))
        }
        (Value::Array(given), Value::Array(wanted)) if given.len() == wanted.len() => {
            if !ignore_order {
                return given.iter().zip(wanted).all(|(given, wanted)| same(given, wanted));
            }
            if !ignore_extra {
                // Each in one spelling, so that long lists need no comparison of all with all.
                let sorted = |items: &[Value]| {
                    let mut texts: Vec<String> = items.iter().map(in_one_order).collect();
                    texts.sort_unstable();
                    texts
                };
                return sorted(given) == sorted(wanted);
            }
            let mut left: Vec<_> = given.iter().collect();
            wanted.iter().all(|wanted| {
                let at = left.iter().position(|given| same(given, wanted));
                at.map(|at| left.swap_remove(at)).is_some()
            })
        }
        _ => given == wanted,
    }
}
