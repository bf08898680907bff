//! Which character set an input was written in.
//!
//! Comes in: bytes, and what `--encoding` said. Goes out: a [`Charset`] and the length of the byte order mark, or F01
//! (no text), or F03 (a set that has to be named). The whole file is looked at, since the first accent of an export may
//! be in its last row. A wrong guess would send other people's names, so that whatever is not plain is asked for.

use std::io::Read;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::SourceError;
use super::evidence::Evidence;
use super::input::Loaded;
use super::options::Charset;
use super::workbook::damaged;
use crate::crew::Crew;
use crate::lang::Said;
use crate::said;

/// How an input is to be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decoding {
    pub(super) charset: Charset,
    /// Bytes of the byte order mark; 0 where there is none.
    pub(super) bom: usize,
}

const CHUNK: usize = 256 * 1024;

/// Bytes of a character beyond its first one, at most.
const CONTINUED: usize = 3;

/// Finds the character set of `loaded`, or checks the one that was `asked` for.
pub(super) fn decide(loaded: &Loaded, asked: Option<Charset>) -> Result<Decoding, SourceError> {
    let failed = |error| SourceError::io(loaded.name(), error);
    let head = loaded.head(CHUNK).map_err(failed)?;
    if let Some(what) = magic(&head) {
        let name = loaded.name().to_ascii_lowercase();
        let packed_workbook = [".xlsx", ".xlsm", ".ods"].iter().any(|ending| name.ends_with(ending));
        return Err(if packed_workbook && head.starts_with(b"PK") {
            damaged(loaded, said!(en: "a workbook that can't be read", es: "un libro dañado o incompleto"))
        } else {
            not_text(loaded, what)
        });
    }
    let marked = byte_order_mark(&head);
    if let Some(charset) = asked.or(loaded.charset()) {
        let charset = endianness(charset, marked);
        let bom = marked.filter(|(found, _)| wide(*found) == wide(charset)).map_or(0, |(_, len)| len);
        let decoding = Decoding { charset, bom };
        return if charset == Charset::UTF_8 { strict_utf8(loaded, decoding) } else { Ok(decoding) };
    }
    if let Some((charset, bom)) = marked {
        let decoding = Decoding { charset, bom };
        return if charset == Charset::UTF_8 { strict_utf8(loaded, decoding) } else { Ok(decoding) };
    }
    if let Some(charset) = utf16_without_mark(&head) {
        return Ok(Decoding { charset, bom: 0 });
    }
    let scan = scan_utf8(loaded, 0).map_err(failed)?;
    if scan.nul || too_many_controls(&head) {
        return Err(not_text(loaded, said!(en: "it is binary", es: "es binario")));
    }
    match scan.invalid_line {
        None => Ok(Decoding { charset: Charset::UTF_8, bom: 0 }),
        Some(line) => eight_bit(loaded, line),
    }
}

/// An 8-bit set: Windows-1252 where every letter speaks for it, else the user is asked.
fn eight_bit(loaded: &Loaded, invalid_line: u64) -> Result<Decoding, SourceError> {
    let failed = |error| SourceError::io(loaded.name(), error);
    let mut evidence = Evidence::default();
    each_chunk(loaded, 0, |chunk| {
        evidence.feed(chunk);
        true
    })
    .map_err(failed)?;
    evidence.finish();
    if evidence.mostly_utf8() {
        return Err(wrong_charset(
            loaded,
            said!(
                en: "line {invalid_line} is not UTF-8, while others are",
                es: "la línea {invalid_line} no es UTF-8, y otras sí lo son"
            ),
        ));
    }
    if let Some((charset, line)) = evidence.another_charset() {
        let detail = if !evidence.is_doubtful() {
            said!(
                en: "letters as {charset} writes them inside words, first in line {line}",
                es: "letras dentro de palabras como las escribe {charset}, primero en la línea {line}"
            )
        } else if charset == Charset::Cp850 {
            said!(
                en: "inside a word of line {line} is a sign that windows-1252 reads as a no-break space, and {charset} as á",
                es: "dentro de una palabra de la línea {line} hay un signo que windows-1252 lee como un espacio, y {charset} como á"
            )
        } else {
            said!(
                en: "inside a word of line {line} is a sign that windows-1252 reads as an apostrophe or a dash, and {charset} as í, ñ or ó",
                es: "dentro de una palabra de la línea {line} hay un signo que windows-1252 lee como un apóstrofo o un guion, y {charset} como í, ñ u ó"
            )
        };
        return Err(wrong_charset(loaded, detail));
    }
    if evidence.all_spanish() {
        return Ok(Decoding { charset: Charset::WINDOWS_1252, bom: 0 });
    }
    let guess = detected(loaded).map_err(failed)?;
    if guess == Charset::WINDOWS_1252 {
        return Ok(Decoding { charset: Charset::WINDOWS_1252, bom: 0 });
    }
    Err(wrong_charset(
        loaded,
        said!(
            en: "it may be {guess}; line {invalid_line} holds the first letter beyond ASCII",
            es: "podría ser {guess}; la línea {invalid_line} tiene la primera letra fuera de ASCII"
        ),
    ))
}

/// What the frequencies of letters speak for.
fn detected(loaded: &Loaded) -> std::io::Result<Charset> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    each_chunk(loaded, 0, |chunk| {
        detector.feed(chunk, false);
        true
    })?;
    detector.feed(b"", true);
    Ok(Charset::Known(detector.guess(None, Utf8Detection::Deny)))
}

fn strict_utf8(loaded: &Loaded, decoding: Decoding) -> Result<Decoding, SourceError> {
    let scan =
        scan_utf8(loaded, decoding.bom as u64).map_err(|error| SourceError::io(loaded.name(), error))?;
    if scan.nul {
        return Err(not_text(loaded, said!(en: "it is binary", es: "es binario")));
    }
    match scan.invalid_line {
        None => Ok(decoding),
        Some(line) => Err(wrong_charset(
            loaded,
            said!(en: "line {line} is not UTF-8", es: "la línea {line} no es UTF-8"),
        )),
    }
}

/// What a pass over the whole input found.
struct Scan {
    nul: bool,
    invalid_line: Option<u64>,
}

fn scan_utf8(loaded: &Loaded, from: u64) -> std::io::Result<Scan> {
    let mut scan = Scan { nul: false, invalid_line: None };
    if is_clean_utf8(loaded, from)? {
        return Ok(scan);
    }
    let mut carry: Vec<u8> = Vec::with_capacity(CHUNK + 4);
    let mut lines = 1;
    each_chunk(loaded, from, |chunk| {
        scan.nul |= memchr::memchr(0, chunk).is_some();
        if scan.invalid_line.is_some() {
            return !scan.nul;
        }
        // A character that the chunk's end cut in two is completed by the next chunk.
        let joined = !carry.is_empty();
        if joined {
            carry.extend_from_slice(chunk);
        }
        let bytes: &[u8] = if joined { &carry } else { chunk };
        let kept = match simdutf8::compat::from_utf8(bytes) {
            Ok(_) => bytes.len(),
            Err(error) => {
                if error.error_len().is_some() {
                    scan.invalid_line = Some(lines + count_lines(&bytes[..error.valid_up_to()]));
                }
                error.valid_up_to()
            }
        };
        lines += count_lines(&bytes[..kept]);
        let rest = bytes[kept..].iter().copied().take(4).collect();
        carry = rest;
        !scan.nul
    })?;
    if scan.invalid_line.is_none() && !carry.is_empty() {
        scan.invalid_line = Some(lines);
    }
    Ok(scan)
}

/// Whether all from `from` on is UTF-8 without NULs, as nearly every input is; looked at by all cores. One that is not
/// is looked at again, for where it is not.
fn is_clean_utf8(loaded: &Loaded, from: u64) -> std::io::Result<bool> {
    let length = usize::try_from(loaded.len()).unwrap_or(CHUNK);
    let looked = Crew::of_this_machine().work(
        // From the very start, though what is before `from` does not count: some processors copy what begins a few bytes
        // behind a page at a third of their speed.
        (0..loaded.len()).step_by(CHUNK),
        // No larger than the input: most are a few kilobytes, and zeros cost time too.
        || vec![0; CHUNK.min(length) + CONTINUED],
        |buffer, at| is_clean_part(loaded, buffer, at, from),
        |part| match part {
            Ok(true) => Ok(()),
            Ok(false) => Err(None),
            Err(error) => Err(Some(error)),
        },
    );
    match looked {
        Ok(()) => Ok(true),
        Err(None) => Ok(false),
        Err(Some(error)) => Err(error),
    }
}

/// Looks at the characters from `from` on that begin in the `CHUNK` bytes at `at`.
fn is_clean_part(loaded: &Loaded, buffer: &mut [u8], at: u64, from: u64) -> std::io::Result<bool> {
    let read = loaded.read_at(buffer, at)?;
    if read < buffer.len() && at + (read as u64) < loaded.len() {
        // Some file systems give less than they have; whoever reads on from there sees all of it.
        return Ok(false);
    }
    let bytes = &buffer[..read];
    let continued = |from: usize| {
        let bytes = bytes.get(from..).unwrap_or_default();
        bytes.iter().take(CONTINUED).take_while(|byte| **byte & 0xC0 == 0x80).count()
    };
    let before = usize::try_from(from.saturating_sub(at)).unwrap_or(read).min(read);
    let start = if at > from { continued(0) } else { before };
    let end = read.min(CHUNK + continued(CHUNK));
    let bytes = bytes.get(start..end).unwrap_or_default();
    Ok(memchr::memchr(0, bytes).is_none() && simdutf8::basic::from_utf8(bytes).is_ok())
}

/// Line feeds, or carriage returns where the text has no line feeds at all.
fn count_lines(bytes: &[u8]) -> u64 {
    let feeds = memchr::memchr_iter(b'\n', bytes).count();
    let count = if feeds > 0 { feeds } else { memchr::memchr_iter(b'\r', bytes).count() };
    count as u64
}

fn each_chunk(loaded: &Loaded, from: u64, mut take: impl FnMut(&[u8]) -> bool) -> std::io::Result<()> {
    let mut reader = loaded.reader(from);
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = reader.read(&mut buffer)?;
        if read == 0 || !take(&buffer[..read]) {
            return Ok(());
        }
    }
}

fn byte_order_mark(head: &[u8]) -> Option<(Charset, usize)> {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => Some((Charset::UTF_8, 3)),
        [0xFF, 0xFE, ..] => Some((Charset::UTF_16LE, 2)),
        [0xFE, 0xFF, ..] => Some((Charset::UTF_16BE, 2)),
        _ => None,
    }
}

/// Whether a character takes two bytes at least: decides if a byte order mark belongs to the set.
fn wide(charset: Charset) -> bool {
    charset == Charset::UTF_16LE || charset == Charset::UTF_16BE
}

/// The label `utf-16` leaves the order of the bytes to the mark.
fn endianness(asked: Charset, marked: Option<(Charset, usize)>) -> Charset {
    match marked {
        Some((found, _)) if wide(asked) && wide(found) => found,
        _ => asked,
    }
}

/// UTF-16 of a mostly Latin text has a NUL in every other place, and never in the others.
fn utf16_without_mark(head: &[u8]) -> Option<Charset> {
    let pairs = head.len() / 2;
    let nuls = |offset: usize| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    let most = |count: usize| pairs > 0 && count * 10 > pairs * 6;
    match (even, odd) {
        (0, odd) if most(odd) => Some(Charset::UTF_16LE),
        (even, 0) if most(even) => Some(Charset::UTF_16BE),
        _ => None,
    }
}

fn too_many_controls(head: &[u8]) -> bool {
    let controls = head
        .iter()
        .filter(|byte| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1A))
        .count();
    controls * 50 > head.len()
}

/// What a file is that begins like a well-known format other than text.
fn magic(head: &[u8]) -> Option<Said> {
    let known: [(&[u8], &str, &str); 11] = [
        (b"%PDF-", "a PDF", "un PDF"),
        (b"\x89PNG", "a PNG image", "una imagen PNG"),
        (b"GIF8", "a GIF image", "una imagen GIF"),
        (b"\xFF\xD8\xFF", "a JPEG image", "una imagen JPEG"),
        (b"PK\x03\x04", "a ZIP archive", "un archivo ZIP"),
        (b"\x1F\x8B", "a gzip archive", "un archivo gzip"),
        (b"7z\xBC\xAF\x27\x1C", "a 7z archive", "un archivo 7z"),
        (b"Rar!", "a RAR archive", "un archivo RAR"),
        (b"\x7FELF", "a program", "un programa"),
        (b"SQLite format 3\0", "a SQLite database", "una base de datos SQLite"),
        (b"\xFF\xFE\0\0", "UTF-32", "UTF-32"),
    ];
    if head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Some(said!(
            en: "an old workbook (.xls); save it as .xlsx",
            es: "un libro antiguo (.xls); guárdelo como .xlsx"
        ));
    }
    let (_, en, es) = known.iter().find(|(bytes, ..)| head.starts_with(bytes))?;
    Some(said!(en: "{en}", es: "{es}"))
}

fn not_text(loaded: &Loaded, detail: Said) -> SourceError {
    SourceError::NotText { name: loaded.name().to_owned(), detail, row: None, remedy: None }
}

fn wrong_charset(loaded: &Loaded, detail: Said) -> SourceError {
    SourceError::Charset { name: loaded.name().to_owned(), detail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::input::load_bytes;

    fn decide_bytes(bytes: &[u8]) -> Result<Decoding, SourceError> {
        decide(&load_bytes("t.csv", bytes).expect("bytes load"), None)
    }

    fn charset_of(bytes: &[u8]) -> Charset {
        decide_bytes(bytes).expect("a charset").charset
    }

    #[test]
    fn a_character_cut_by_the_end_of_a_chunk_is_no_error() {
        for shift in 0..4 {
            let mut text = "x".repeat(CHUNK - shift);
            text.push_str("ñandú 🙂");
            assert_eq!(charset_of(text.as_bytes()), Charset::UTF_8, "shift {shift}");
        }
    }

    #[test]
    fn bytes_that_continue_nothing_are_seen_at_the_end_of_a_chunk_too() {
        for (head, tail) in [
            ("", &b"\x80"[..]),
            ("", b"\xBF\xBF\xBF\xBF"),
            ("ñ", b"\xB1"),
            ("", b"\xC3"),
            ("", b"\xF0\x9F\x99"),
        ] {
            for shift in 0..6 {
                let mut bytes = "ñandú;".repeat(CHUNK / 4).into_bytes();
                bytes.truncate(CHUNK - shift - head.len());
                // What was cut in two by that is another matter.
                while std::str::from_utf8(&bytes).is_err() {
                    bytes.pop();
                }
                bytes.extend_from_slice(&b"x".repeat(CHUNK - shift - head.len() - bytes.len()));
                bytes.extend_from_slice(head.as_bytes());
                bytes.extend_from_slice(tail);
                bytes.extend_from_slice(b";fin\n");
                let error = decide_bytes(&bytes).expect_err("not UTF-8");
                assert_eq!(error.code().map(crate::rules::Code::name), Some("F03"), "{tail:?} {shift}");
            }
        }
    }

    #[test]
    fn an_accent_in_the_last_row_decides() {
        let mut bytes = "id;nombre\n".repeat(100_000).into_bytes();
        bytes.extend_from_slice(b"7;Nu\xF1ez\n");
        assert_eq!(charset_of(&bytes), Charset::WINDOWS_1252);
    }

    #[test]
    fn a_file_cut_inside_a_character_is_not_taken_for_windows_1252() {
        let mut bytes = "id;nombre\n1;Pérez\n2;Núñez".as_bytes().to_vec();
        bytes.push(0xC3);
        let error = decide_bytes(&bytes).expect_err("cut");
        assert_eq!(error.code().map(crate::rules::Code::name), Some("F03"));
        assert!(error.to_string().contains("line 3"), "{error}");
    }

    #[test]
    fn utf16_is_known_by_its_nuls() {
        let le: Vec<u8> = "id;nombre\n1;Peña".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = "id;nombre\n1;Peña".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(charset_of(&le), Charset::UTF_16LE);
        assert_eq!(charset_of(&be), Charset::UTF_16BE);
    }

    #[test]
    fn binaries_are_no_text() {
        for bytes in [&b"%PDF-1.7\n"[..], b"\x89PNG\r\n\x1A\n", b"a\0b\0\0c", b"\x01\x02\x03\x04abc"] {
            assert_eq!(
                decide_bytes(bytes).expect_err("binary").code().map(crate::rules::Code::name),
                Some("F01")
            );
        }
    }
}
