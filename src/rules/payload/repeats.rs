//! Ids that stand in several payloads (rule X01).
//!
//! Comes in: payload after payload. Goes out: what the next one repeats. Of each id a hash of what stands under it is kept,
//! so that a file of any size costs less than a hundred bytes an id.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::Value;

use crate::payload::canonical;

/// A hash that two different texts do not share.
type Mark = [u8; 16];

/// The payloads so far, by id.
#[derive(Debug)]
pub struct Repeats<P> {
    seen: HashMap<Mark, First<P>>,
}

/// The first payload of an id.
#[derive(Debug)]
struct First<P> {
    place: P,
    content: Mark,
    valid: bool,
    /// Whether it was said that another content stands under its id.
    told: bool,
}

/// What a payload repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repeat<P> {
    /// Nothing that matters.
    Nothing,
    /// The id and the content of a payload that is sent: there.
    Same(P),
    /// The id of a payload with other content.
    Other {
        /// Where that is.
        place: P,
        /// Whether the same is to be said of it, too, and whether it was valid until now.
        first: Option<bool>,
    },
}

impl<P> Default for Repeats<P> {
    fn default() -> Self {
        Self { seen: HashMap::new() }
    }
}

impl<P: Clone> Repeats<P> {
    /// Takes in the payload at `place`, which is `valid` by itself or not.
    ///
    /// The receiver finds ids whatever their case; the sign that may end one is no part of it.
    pub fn take(&mut self, payload: &Value, place: P, valid: bool) -> Repeat<P> {
        let id = payload.get("id_presencia_crm").and_then(Value::as_str).unwrap_or_default();
        let id = id.trim().trim_end_matches(']');
        if id.is_empty() {
            return Repeat::Nothing;
        }
        let content = mark(&canonical(payload.clone()).to_string());
        let first = match self.seen.entry(mark(&id.to_lowercase())) {
            Entry::Vacant(free) => {
                free.insert(First { place, content, valid, told: false });
                return Repeat::Nothing;
            }
            Entry::Occupied(taken) => taken.into_mut(),
        };
        let same = first.content == content;
        if same && valid && !first.told {
            return Repeat::Same(first.place.clone());
        }
        if !valid && (same || !first.valid) {
            return Repeat::Nothing;
        }
        let known = std::mem::replace(&mut first.told, true);
        Repeat::Other { place: first.place.clone(), first: (!known).then_some(first.valid) }
    }
}

fn mark(text: &str) -> Mark {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let mut mark = Mark::default();
    mark.iter_mut().zip(digest.as_ref()).for_each(|(byte, of_digest)| *byte = *of_digest);
    mark
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(payloads: &[(&str, u64, bool)]) -> Vec<Repeat<usize>> {
        let mut repeats = Repeats::default();
        payloads
            .iter()
            .enumerate()
            .map(|(place, (id, content, valid))| {
                repeats.take(&json!({"id_presencia_crm": id, "content": content}), place, *valid)
            })
            .collect()
    }

    #[test]
    fn the_same_content_is_sent_once() {
        assert_eq!(
            of(&[("CRM-1", 7, true), ("CRM-2", 7, true), ("CRM-1", 7, true)]),
            [Repeat::Nothing, Repeat::Nothing, Repeat::Same(0)]
        );
    }

    #[test]
    fn other_content_is_said_of_both_and_of_the_first_once() {
        let other = |first| Repeat::Other { place: 0, first };
        assert_eq!(
            of(&[("CRM-1", 7, true), ("crm-1]", 8, true), ("CRM-1", 9, true), ("CRM-1", 7, true)]),
            [Repeat::Nothing, other(Some(true)), other(None), other(None)]
        );
    }

    #[test]
    fn a_payload_that_is_wrong_by_itself_is_a_twin_of_a_good_one() {
        let other = |first| Repeat::Other { place: 0, first: Some(first) };
        assert_eq!(of(&[("CRM-1", 7, true), ("CRM-1", 8, false)]), [Repeat::Nothing, other(true)]);
        assert_eq!(of(&[("CRM-1", 8, false), ("CRM-1", 7, true)]), [Repeat::Nothing, other(false)]);
        assert_eq!(of(&[("CRM-1", 8, false), ("CRM-1", 9, false)]), [Repeat::Nothing, Repeat::Nothing]);
        assert_eq!(of(&[("", 8, true), ("", 9, true)]), [Repeat::Nothing, Repeat::Nothing]);
    }
}
