//! Whatever a cell holds: no reader panics, and what a reader gives it takes again unchanged.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use crm_bridge::record::Field;
use crm_bridge::rules::cell::{
    DateOrder, Zone, amount, date, document, email, fold, mojibake, phone, place, text,
};
use crm_bridge::rules::{Code, Findings};
use proptest::prelude::*;

/// Any text, and texts near what readers look for.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~]{0,30}",
        "[0-9 +().,/-]{0,24}",
        "[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}[ T,]?[0-9]{0,2}:?[0-9]{0,2}( ?[ap]\\.? ?m\\.?)?",
        "[0-9](,|\\.)[0-9]{0,12}E\\+[0-9]{1,2}",
        "=?[\"']?[0-9A-Za-z]{0,12}[\"']?",
        "[ÃÂâïðÌ©±€\u{80}-\u{ff}\u{ad}\u{a0}\u{200b}\u{feff}\u{301}\u{fffd}a-z ]{0,20}",
        "[0-9]{1,2} (de )?(ene|enero|set|sep|dic|foo)\\.? (de |del )?[0-9]{2,4}",
    ]
}

fn any_field() -> impl Strategy<Value = Field> {
    proptest::sample::select(Field::ALL)
}

/// The codes of repairs and of findings.
fn codes(findings: &Findings) -> Vec<Code> {
    findings
        .listed()
        .iter()
        .map(|finding| finding.code)
        .chain(findings.only_counted().iter().copied())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_cleaned_text_is_clean(raw in cell(), field in any_field()) {
        let mut findings = Findings::default();
        let Some(clean) = text::clean(Cow::Borrowed(&raw), field, &mut findings) else { return Ok(()) };
        prop_assert!(!clean.is_empty() && clean.trim() == clean);
        // A text that was unwrapped, or lost an invisible sign, may show what was hidden inside.
        if raw.contains('\'') || raw.contains("=\"") || mojibake::repair(&clean).is_some() {
            return Ok(());
        }
        let mut again = Findings::default();
        let twice = text::clean(Cow::Owned(clean.to_string()), field, &mut again);
        prop_assert_eq!(twice.as_deref(), Some(clean.as_ref()));
        prop_assert!(!codes(&again).contains(&Code::V01), "signs were left");
    }

    #[test]
    fn a_phone_that_was_read_reads_as_itself(raw in cell()) {
        let mut findings = Findings::default();
        let phone = phone::read(Cow::Borrowed(&raw), &mut findings);
        if findings.has_errors() {
            prop_assert!(phone.is_none_or(|phone| !phone.is_empty()));
        } else {
            let phone = phone.unwrap();
            let mut again = Findings::default();
            prop_assert_eq!(phone::read(Cow::Owned(phone.to_string()), &mut again), Some(phone));
            prop_assert!(codes(&again).is_empty());
        }
    }

    #[test]
    fn every_mobile_number_is_found_in_every_layout(
        digits in "9[0-9]{8}", layout in 0usize..8, scientific in any::<bool>(),
    ) {
        let (a, b, c) = (&digits[..3], &digits[3..6], &digits[6..]);
        let raw = [
            digits.clone(), format!("+51 {a} {b} {c}"), format!("0051{digits}"), format!("51{digits}"), format!("{a}-{b}-{c}"),
            format!("({a}) {b}.{c}"), format!("'{digits}"), format!("{digits},0"),
        ][layout].clone();
        let raw = if scientific { format!("9,{}E+08", &digits[1..]) } else { raw };
        let mut findings = Findings::default();
        let phone = phone::read(Cow::Borrowed(&raw), &mut findings);
        prop_assert_eq!(phone.as_deref(), Some(digits.as_str()));
        prop_assert!(!findings.has_errors());
    }

    #[test]
    fn a_document_that_was_read_reads_as_itself(kind in "|dni|RUC|ce|Pasaporte|otro", raw in cell(), pad in any::<bool>()) {
        let mut findings = Findings::default();
        let read = document::read(Some(&kind), Some(Cow::Borrowed(&raw)), pad, &mut findings);
        if findings.has_errors() {
            return Ok(());
        }
        let (Some(number), kind) = (read.number, read.kind.map(document::Kind::name)) else { return Ok(()) };
        let again = document::read(kind, Some(Cow::Owned(number.to_string())), pad, &mut findings);
        prop_assert_eq!(again.number, Some(number));
        prop_assert_eq!(again.kind.map(document::Kind::name), kind);
    }

    #[test]
    fn readers_never_panic(raw in cell(), other in cell(), order in 0usize..3) {
        let order = [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd][order];
        let mut findings = Findings::default();
        date::read(&raw, Some(&other), order, Zone::LIMA).ok();
        date::evidence(&raw);
        raw.parse::<Zone>().ok();
        if let Some(email) = email::read(Cow::Borrowed(&raw), &mut findings) {
            prop_assert!(email::is_valid(&email));
        }
        place::district(Cow::Borrowed(&raw), &mut findings);
        place::is_known_project(&raw);
        if let Ok(amount) = amount::read(&raw) {
            prop_assert_eq!(amount::read(&amount), Ok(amount.clone()));
        }
        mojibake::repair(&raw);
        let folded = fold::fold(&raw);
        prop_assert_eq!(fold::fold(&folded), folded);
    }

    #[test]
    fn text_that_passed_through_the_wrong_reader_comes_back(name in "[A-Za-záéíóúñüÁÉÍÓÚÑÜ¿¡ ]{1,30}", twice in any::<bool>()) {
        let misread = |text: &str| text.bytes().map(windows_1252).collect::<String>();
        let broken = if twice { misread(&misread(&name)) } else { misread(&name) };
        let repaired = mojibake::repair(&broken);
        prop_assert_eq!(repaired.as_deref().unwrap_or(&broken), name.as_str());
    }

    #[test]
    fn every_instant_reads_back_from_every_layout(at in instant(), layout in 0usize..LAYOUTS.len()) {
        let (pattern, order) = LAYOUTS[layout];
        let raw = write(at, pattern);
        let read = date::read(&raw, None, order, Zone::LIMA);
        prop_assert_eq!(read.map(|read| read.at), Ok(at), "{}", raw);
    }

    #[test]
    fn one_clear_cell_settles_a_column(days in proptest::collection::vec((1u32..=28, 1u32..=12), 1..20)) {
        let mut orders = date::Orders::default();
        for (day, month) in &days {
            orders.observe(2, &format!("{day:02}/{month:02}/2024"));
        }
        let clear = days.iter().any(|(day, _)| *day > 12);
        match orders.decide() {
            date::Decision::Decided(order) => prop_assert_eq!(order, DateOrder::Dmy),
            date::Decision::Assumed(_) => prop_assert!(!clear),
            date::Decision::Mixed => prop_assert!(false, "one order was written"),
        }
    }
}

/// `d` day, `m` month, `Y` year, `y` year of two digits, `M` month's name, `H` hour, `h` hour of twelve, `i` minute,
/// `s` second, `p` half of the day; upper-case signs stand for themselves otherwise.
const LAYOUTS: [(&str, DateOrder); 12] = [
    ("Y-m-dTH:i:s", DateOrder::Mdy),
    ("Y-m-d H:i:s", DateOrder::Dmy),
    ("Y-m-dTH:i:s-05:00", DateOrder::Dmy),
    ("d/m/Y H:i:s", DateOrder::Dmy),
    ("m/d/Y H:i:s", DateOrder::Mdy),
    ("d-m-y H:i:s", DateOrder::Dmy),
    ("y/m/d H:i:s", DateOrder::Ymd),
    ("d.m.Y H:i:s", DateOrder::Dmy),
    ("d de M de Y H:i:s", DateOrder::Dmy),
    ("d-M-y, H:i:s", DateOrder::Dmy),
    ("d/m/Y h:i:s p. m.", DateOrder::Dmy),
    ("m/d/Y h:i:s pM", DateOrder::Mdy),
];

fn instant() -> impl Strategy<Value = NaiveDateTime> {
    (2000i32..2099, 1u32..=366, 0u32..86_400).prop_filter_map("a day of its year", |(year, day, second)| {
        let date = NaiveDate::from_yo_opt(year, day)?;
        Some(date.and_time(chrono::NaiveTime::from_num_seconds_from_midnight_opt(second, 0)?))
    })
}

fn write(at: NaiveDateTime, pattern: &str) -> String {
    const MONTHS: [&str; 12] = [
        "enero",
        "febrero",
        "marzo",
        "abr",
        "mayo",
        "jun",
        "julio",
        "ago",
        "set",
        "octubre",
        "noviembre",
        "dic",
    ];
    // The half of the day is written as its layout has it, `p. m.` or `pM`.
    let half = if at.hour() < 12 { 'a' } else { 'p' };
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(sign) = rest.chars().next() {
        if rest == "p. m." || rest == "pM" {
            out.push(half);
            out.push_str(if rest == "pM" { "m" } else { ". m." });
            break;
        }
        if let Some(after) = rest.strip_prefix("de ") {
            out.push_str("de ");
            rest = after;
            continue;
        }
        rest = &rest[sign.len_utf8()..];
        match sign {
            'd' => out += &format!("{:02}", at.day()),
            'm' => out += &format!("{:02}", at.month()),
            'Y' => out += &format!("{:04}", at.year()),
            'y' => out += &format!("{:02}", at.year() % 100),
            'M' => out += MONTHS[at.month0() as usize],
            'H' => out += &format!("{:02}", at.hour()),
            'h' => out += &format!("{}", at.hour12().1),
            'i' => out += &format!("{:02}", at.minute()),
            's' => out += &format!("{:02}", at.second()),
            other => out.push(other),
        }
    }
    out
}

/// The letter as which Windows-1252 reads a byte, its holes as browsers have them.
fn windows_1252(byte: u8) -> char {
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&byte));
    text.chars().next().unwrap()
}
