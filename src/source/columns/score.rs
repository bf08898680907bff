//! How much a header looks like the name of a field.
//!
//! Comes in: a folded header. Goes out: hundredths: 100 for one of the field's names, 95 for the same words, less for
//! what is only similar; a weak name is worth 80 at most.

use super::aliases::Aliases;
use crate::record::Field;

/// A score in hundredths.
pub(super) type Score = i32;

const EQUAL: Score = 100;
const SAME_WORDS: Score = 95;
const SIMILAR: f64 = 85.0;
const WEAK: Score = 80;

/// No name of a field is nearly as long.
const LONGEST_NAME: usize = 80;

/// Words that carry no meaning of their own.
const STOP_WORDS: [&str; 14] =
    ["a", "de", "del", "el", "en", "la", "las", "los", "o", "of", "por", "para", "the", "y"];

/// Words that say whose it is, or that it is a number, and change nothing where only one person is in a row. Not for
/// ids and dates: the id of a client is not the id of his visit.
const FILLERS: [&str; 9] =
    ["numero", "cliente", "clientes", "contacto", "prospecto", "persona", "titular", "lead", "interesado"];

/// The best score of `folded` against the names of a field.
pub(super) fn score(folded: &str, aliases: &Aliases) -> Score {
    if folded.len() > LONGEST_NAME {
        return 0;
    }
    let own = words(folded);
    let fillers_count = matches!(aliases.field, Field::AppointmentId | Field::FechaHora | Field::Hora);
    let meant: Vec<&str> =
        own.iter().copied().filter(|word| fillers_count || !FILLERS.contains(word)).collect();
    let strong = aliases.strong.iter().map(|alias| against(folded, &own, &meant, alias));
    let weak = aliases.weak.iter().map(|alias| against(folded, &own, &meant, alias).min(WEAK));
    strong.chain(weak).max().unwrap_or_default()
}

fn against(folded: &str, own: &[&str], meant: &[&str], alias: &str) -> Score {
    if folded == alias {
        return EQUAL;
    }
    let names = words(alias);
    if !own.is_empty() && own == names {
        return SAME_WORDS;
    }
    let similarity = if !meant.is_empty() && meant == names {
        1.0
    } else if folded.len() < 4 || alias.len() < 4 {
        // Half of the letters of a short word agree by chance.
        0.0
    } else {
        strsim::normalized_damerau_levenshtein(folded, alias)
    };
    #[expect(clippy::cast_possible_truncation, reason = "0 to 85")]
    let score = (similarity * SIMILAR).round() as Score;
    score
}

/// The meaningful words in alphabetical order, plurals as singulars.
fn words(folded: &str) -> Vec<&str> {
    let mut words: Vec<&str> = folded
        .split(' ')
        .filter(|word| !word.is_empty() && !STOP_WORDS.contains(word))
        .map(singular)
        .collect();
    words.sort_unstable();
    words
}

fn singular(word: &str) -> &str {
    let consonant_before = |stem: &str| stem.ends_with(['d', 'l', 'n', 'r']);
    match word.strip_suffix("es") {
        Some(stem) if stem.len() > 3 && consonant_before(stem) => stem,
        _ => word.strip_suffix('s').filter(|stem| stem.len() > 2).unwrap_or(word),
    }
}

#[cfg(test)]
mod tests {
    use super::super::aliases::TABLE;
    use super::super::fold;
    use super::*;

    fn best(header: &str) -> (Field, Score) {
        let folded = fold(header);
        TABLE
            .iter()
            .map(|row| (row.field, score(&folded, row)))
            .max_by_key(|(_, score)| *score)
            .expect("a table")
    }

    #[test]
    fn headers_are_scored_by_words_then_by_likeness() {
        assert_eq!(best("Celular"), (Field::Celular, 100));
        assert_eq!(best("Nro. de Documento"), (Field::Documento, 95));
        assert_eq!(best("Celulares"), (Field::Celular, 95));
        assert_eq!(best("Número de celular"), (Field::Celular, 85));
        assert_eq!(best("Teléfono del cliente"), (Field::Celular, 85));
        assert_eq!(best("Fecha"), (Field::FechaHora, 80));
        assert_eq!(best("Estado del lead"), (Field::Tipificacion, 100));
        let (field, score) = best("Proyeto de interés");
        assert_eq!(field, Field::ProyectoInteres);
        assert!((75..90).contains(&score), "{score}");
    }

    #[test]
    fn the_id_of_somebody_is_not_the_id_of_his_visit() {
        let (_, score) = best("ID cliente");
        assert!(score < 75, "{score}");
        assert_eq!(best("Record ID"), (Field::AppointmentId, 80));
    }

    #[test]
    fn unrelated_headers_score_low() {
        for header in
            ["Monto", "Asesor", "Presupuesto", "Fecha de nacimiento", "Edad", "Empresa", "Fecha de creación"]
        {
            assert!(best(header).1 < 75, "{header}: {:?}", best(header));
        }
    }
}
