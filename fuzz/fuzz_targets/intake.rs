//! Whatever the bytes are, the intake reads rows or entries, or says what is wrong with them: it never panics, never
//! holds more than its limits, and numbers rows without gaps.
//!
//! `cargo +nightly fuzz run intake`, with the seeds in `corpus/intake`.

#![no_main]

use crm_bridge::source::columns::{Wanted, inspect};
use crm_bridge::source::json::{self, Body};
use crm_bridge::source::{LONGEST_ROW, Loaded, ReadOptions, load_bytes, open_loaded};
use libfuzzer_sys::fuzz_target;

/// What a user may say about the input; the first byte chooses.
const SAID: [(Option<&str>, Option<&str>); 8] = [
    (None, None),
    (None, None),
    (None, Some(";")),
    (None, Some("tab")),
    (Some("windows-1252"), None),
    (Some("utf-16le"), Some(",")),
    (Some("cp850"), None),
    (Some("macroman"), Some("|")),
];

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let Ok(loaded) = load_bytes("fuzz.csv", bytes) else { return };
    if json::looks_like_json(&loaded) {
        read_entries(&loaded);
    }
    let (encoding, delimiter) = SAID[usize::from(*choice) % SAID.len()];
    let options = ReadOptions {
        encoding: encoding.map(|label| label.parse().expect("a known label")),
        delimiter: delimiter.map(|sign| sign.parse().expect("a separator")),
        sheet: None,
    };
    read_rows(loaded, &options);
});

fn read_entries(loaded: &Loaded) {
    let Ok(entries) = json::entries(loaded) else { return };
    for (index, entry) in entries.enumerate() {
        let Ok(entry) = entry else { return };
        assert_eq!(entry.number, index as u64 + 1);
        if let Body::Payload(payload) = entry.body {
            assert!(payload.get().len() <= json::LONGEST_ENTRY);
        }
    }
}

fn read_rows(loaded: Loaded, options: &ReadOptions) {
    let source = match open_loaded(loaded, options) {
        Ok(source) => source,
        Err(error) => {
            assert!(!error.said().es.is_empty());
            return;
        }
    };
    let report = inspect(&source, &Wanted { accept_suggestions: true, ..Wanted::default() });
    let mut rows = source.rows(&report.binding);
    let mut number = source.header_row();
    while let Some(row) = rows.next() {
        let Ok(row) = row else { return };
        number += 1;
        assert_eq!(row.number, number);
        assert!(row.cells.iter().map(str::len).sum::<usize>() <= LONGEST_ROW * 2);
        report.binding.read(row.cells);
    }
}
