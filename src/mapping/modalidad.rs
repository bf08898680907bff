//! Whether a visit was made in person or from afar, by the built-in words for places.

use super::builtin;

/// The modalidad of a place: one look at each of its bytes, and a closer one where a word may begin.
pub(super) fn builtin_modalidad(lugar: &str) -> &'static str {
    let lugar = lugar.as_bytes();
    let found = (0..lugar.len()).filter(|at| MODALIDAD_FIRSTS[usize::from(lugar[*at])]).find_map(|at| {
        let starts = |part: &&str| {
            lugar[at..].get(..part.len()).is_some_and(|head| head.eq_ignore_ascii_case(part.as_bytes()))
        };
        builtin::MODALIDADES.iter().find(|(parts, _)| parts.iter().any(starts))
    });
    found.map_or(builtin::MODALIDAD_OTHERWISE, |(_, modalidad)| modalidad)
}

/// The bytes with which a part that decides the modalidad begins, in both cases: all others are passed over.
const MODALIDAD_FIRSTS: [bool; 256] = {
    let mut firsts = [false; 256];
    let mut rule = 0;
    while rule < builtin::MODALIDADES.len() {
        let parts = builtin::MODALIDADES[rule].0;
        let mut part = 0;
        while part < parts.len() {
            let first = parts[part].as_bytes()[0];
            firsts[first as usize] = true;
            firsts[first.to_ascii_uppercase() as usize] = true;
            part += 1;
        }
        rule += 1;
    }
    firsts
};
