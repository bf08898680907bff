//! Answers of python-stdnum, ftfy and phonenumbers, kept as data by `tests/fixtures/oracles/make.py`.

use std::borrow::Cow;
use std::path::Path;

use crm_bridge::rules::cell::{document, mojibake, phone};
use crm_bridge::rules::{Code, Findings};
use serde_json::Value;

fn answers(name: &str) -> Vec<Value> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/oracles").join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text<'v>(answer: &'v Value, key: &str) -> &'v str {
    answer[key].as_str().unwrap()
}

/// Numbers that begin with 16 are left out of the data: SUNAT gives them, stdnum does not know them.
#[test]
fn rucs_are_valid_where_stdnum_says_so() {
    for answer in answers("ruc") {
        let number = text(&answer, "number");
        assert_eq!(document::is_ruc(number), answer["valid"], "{number}");
    }
}

#[test]
fn the_check_sign_of_a_dni_is_right_where_stdnum_says_so() {
    for answer in answers("dni_check_sign") {
        let cell = format!("{}-{}", text(&answer, "number"), text(&answer, "sign"));
        let mut findings = Findings::default();
        let document = document::read(None, Some(Cow::Borrowed(&cell)), false, &mut findings);
        assert_eq!(!findings.has_errors(), answer["valid"], "{cell}");
        if answer["valid"] == true {
            assert_eq!(document.number.as_deref(), Some(text(&answer, "number")));
        }
    }
}

/// One text is left out of the data: `Ñ° 7` is Spanish, and ftfy makes Cyrillic of it.
#[test]
fn mojibake_is_repaired_as_ftfy_repairs_it() {
    let (mut repaired, mut kept) = (0, 0);
    for answer in answers("mojibake") {
        let (cell, fixed) = (text(&answer, "text"), text(&answer, "fixed"));
        if let Some(ours) = mojibake::repair(cell) {
            assert_eq!(ours, fixed, "{cell:?}");
            repaired += 1;
        } else {
            assert_eq!(cell, fixed, "left as it is");
            kept += 1;
        }
    }
    assert!(repaired > 100 && kept > 50, "{repaired} repaired, {kept} kept");
}

#[test]
fn phones_are_read_where_phonenumbers_knows_them() {
    let mut valid = 0;
    for answer in answers("phones") {
        let cell = text(&answer, "text");
        let mut findings = Findings::default();
        let ours = phone::read(Cow::Borrowed(cell), &mut findings);
        if answer["valid"] == true {
            assert_eq!(ours.as_deref(), answer["national"].as_str(), "{cell}: {findings:?}");
            assert!(!findings.has_errors(), "{cell}: {findings:?}");
            valid += 1;
        } else if !findings.has_errors() {
            // Our rule is the shape alone: which ranges are in use changes from year to year.
            let ours = ours.unwrap();
            assert!(ours.len() == 9 && ours.starts_with('9') || ours.len() == 8, "{cell}");
        }
        assert!(
            findings.listed().iter().all(|finding| matches!(finding.code, Code::T04 | Code::T05)),
            "{cell}"
        );
    }
    assert!(valid > 100, "{valid}");
}
