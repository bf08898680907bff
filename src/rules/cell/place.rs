//! Districts (rule E03) and projects (rule E02): names that the business knows.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::fold::Key;
use crate::record::Field;
use crate::rules::{Code, Finding, Findings, Severity};

/// Other names of districts, folded and sorted, and what they are sent as.
const ALIASES: &[(&str, &str)] = &[
    ("ate vitarte", "Ate"),
    ("ate-vitarte", "Ate"),
    ("cercado", "Lima"),
    ("cercado de lima", "Lima"),
    ("chosica", "Lurigancho"),
    ("j. maria", "Jesús María"),
    ("lima cercado", "Lima"),
    ("lurigancho chosica", "Lurigancho"),
    ("lurigancho-chosica", "Lurigancho"),
    ("magdalena", "Magdalena del Mar"),
    ("pte piedra", "Puente Piedra"),
    ("pte. piedra", "Puente Piedra"),
    ("s.j.l", "San Juan de Lurigancho"),
    ("s.j.l.", "San Juan de Lurigancho"),
    ("s.j.m", "San Juan de Miraflores"),
    ("s.j.m.", "San Juan de Miraflores"),
    ("s.m.p", "San Martín de Porres"),
    ("s.m.p.", "San Martín de Porres"),
    ("san juan de lurig.", "San Juan de Lurigancho"),
    ("san juan lurigancho", "San Juan de Lurigancho"),
    ("san martin de porras", "San Martín de Porres"),
    ("sjl", "San Juan de Lurigancho"),
    ("sjm", "San Juan de Miraflores"),
    ("smp", "San Martín de Porres"),
    ("sta anita", "Santa Anita"),
    ("sta. anita", "Santa Anita"),
    ("sta. rosa", "Santa Rosa"),
    ("surco", "Santiago de Surco"),
    ("v.e.s", "Villa El Salvador"),
    ("v.e.s.", "Villa El Salvador"),
    ("v.m.t", "Villa María del Triunfo"),
    ("v.m.t.", "Villa María del Triunfo"),
    ("ves", "Villa El Salvador"),
    ("villa maria", "Villa María del Triunfo"),
    ("villa salvador", "Villa El Salvador"),
    ("vitarte", "Ate"),
    ("vmt", "Villa María del Triunfo"),
];

/// Districts of Lima and Callao, and those of the coast to the north and south where the projects and their clients
/// are; folded and sorted. Names of INEI's list of districts.
const DISTRICTS: &[&str] = &[
    "ancon",
    "asia",
    "ate",
    "aucallama",
    "barranca",
    "barranco",
    "bellavista",
    "brena",
    "calango",
    "caleta de carquin",
    "callao",
    "carabayllo",
    "carmen de la legua reynoso",
    "cerro azul",
    "chaclacayo",
    "chancay",
    "chilca",
    "chorrillos",
    "cieneguilla",
    "coayllo",
    "comas",
    "el agustino",
    "huacho",
    "hualmay",
    "huaral",
    "huaura",
    "imperial",
    "independencia",
    "jesus maria",
    "la molina",
    "la perla",
    "la punta",
    "la victoria",
    "lima",
    "lince",
    "los olivos",
    "lunahuana",
    "lurigancho",
    "lurin",
    "magdalena del mar",
    "mala",
    "mi peru",
    "miraflores",
    "nuevo imperial",
    "pachacamac",
    "paramonga",
    "pativilca",
    "pucusana",
    "pueblo libre",
    "puente piedra",
    "punta hermosa",
    "punta negra",
    "quilmana",
    "rimac",
    "san antonio",
    "san bartolo",
    "san borja",
    "san isidro",
    "san juan de lurigancho",
    "san juan de miraflores",
    "san luis",
    "san martin de porres",
    "san miguel",
    "san vicente de canete",
    "santa anita",
    "santa eulalia",
    "santa maria",
    "santa maria del mar",
    "santa rosa",
    "santiago de surco",
    "sayan",
    "supe",
    "supe puerto",
    "surquillo",
    "vegueta",
    "ventanilla",
    "villa el salvador",
    "villa maria del triunfo",
];

/// Every district, folded, and every alias with what it stands for.
static KNOWN: LazyLock<HashMap<&str, Option<&str>, FixedState>> = LazyLock::new(|| {
    let districts = DISTRICTS.iter().map(|district| (*district, None));
    districts.chain(ALIASES.iter().map(|(alias, district)| (*alias, Some(*district)))).collect()
});

/// Reads a district that is clean already: an alias is expanded (E03, repaired), an unknown name is said (E03).
///
/// ```
/// use std::borrow::Cow;
/// use crm_bridge::rules::{Findings, cell::place::district};
/// let mut findings = Findings::default();
/// assert_eq!(district(Cow::Borrowed("SJL"), &mut findings), "San Juan de Lurigancho");
/// assert_eq!(district(Cow::Borrowed("MIRAFLORES"), &mut findings), "MIRAFLORES");
/// ```
pub fn district<'a>(clean: Cow<'a, str>, findings: &mut Findings) -> Cow<'a, str> {
    match KNOWN.get(Key::of(&clean).as_str()) {
        Some(None) => clean,
        Some(Some(district)) => {
            findings.repaired(Code::E03, || about(Severity::Info, &clean));
            Cow::Borrowed(district)
        }
        None => {
            findings.push(about(Severity::Warning, &clean));
            clean
        }
    }
}

fn about(severity: Severity, district: &str) -> Finding {
    let what = if severity == Severity::Info {
        crate::said!(en: "district alias expanded", es: "alias de distrito expandido")
    } else {
        crate::said!(en: "unknown district", es: "distrito desconocido")
    };
    Finding::new(Code::E03).severity(severity).field(Field::Distrito).said("what", what).value(district)
}

/// Whether the business sells a project of this name: OASIS 1 (HUACHO 1), OASIS 2 (AUCALLAMA), OASIS 3 (HUACHO 2), or
/// a combination of them such as `OASIS 1,2 y 3`.
///
/// ```
/// use crm_bridge::rules::cell::place::is_known_project;
/// assert!(is_known_project("Oasis 2 (Aucallama)"));
/// assert!(is_known_project("OASIS 1 y 2"));
/// assert!(!is_known_project("OASIS 4"));
/// ```
pub fn is_known_project(name: &str) -> bool {
    if matches!(name, "OASIS 1 (HUACHO 1)" | "OASIS 2 (AUCALLAMA)" | "OASIS 3 (HUACHO 2)") {
        return true;
    }
    let key = Key::of(name);
    let mut words = key.as_str().split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    if words.next() != Some("oasis") {
        return false;
    }
    let mut numbered = false;
    let mut place = "";
    for word in words {
        match word {
            // HUACHO 1 and HUACHO 2 are places; their number is not the project's.
            "1" | "2" if place == "huacho" => place = "",
            "1" | "2" | "3" => numbered = true,
            "huacho" | "aucallama" => place = word,
            "y" | "e" | "oasis" => place = "",
            _ => return false,
        }
    }
    numbered
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::*;

    #[test]
    fn the_tables_are_folded_and_sorted() {
        assert!(DISTRICTS.is_sorted());
        assert!(ALIASES.is_sorted_by_key(|(alias, _)| *alias));
        for name in DISTRICTS.iter().chain(ALIASES.iter().map(|(alias, _)| alias)) {
            assert_eq!(fold(name), *name);
        }
        for (_, district) in ALIASES {
            assert!(DISTRICTS.contains(&fold(district).as_str()), "{district}");
        }
    }

    #[test]
    fn districts_compare_without_case_and_accents() {
        for name in ["RÍMAC", "rimac", "San  Isidro", "Breña", "Villa María del Triunfo"] {
            let mut findings = Findings::default();
            assert_eq!(district(Cow::Borrowed(name), &mut findings), name);
            assert!(findings.listed().is_empty() && findings.only_counted().is_empty(), "{name}");
        }
    }

    #[test]
    fn an_alias_is_a_repair_and_an_unknown_name_a_warning() {
        let mut findings = Findings::default();
        assert_eq!(district(Cow::Borrowed("Cercado"), &mut findings), "Lima");
        assert_eq!(findings.only_counted(), [Code::E03]);
        findings.clear();
        assert_eq!(district(Cow::Borrowed("Springfield"), &mut findings), "Springfield");
        assert_eq!(findings.listed()[0].severity, Severity::Warning);
    }

    #[test]
    fn projects() {
        for name in [
            "OASIS 1 (HUACHO 1)",
            "OASIS 3 (HUACHO 2)",
            "oasis 1,2 y 3",
            "Oasis 1 (Huacho 1) y 2 (Aucallama)",
        ] {
            assert!(is_known_project(name), "{name}");
        }
        for name in ["OASIS", "OASIS (HUACHO 1)", "CONDOMINIO 1", "", "OASIS 12"] {
            assert!(!is_known_project(name), "{name}");
        }
    }
}
