//! What the bytes beyond ASCII say about an 8-bit character set.
//!
//! Comes in: the bytes of a whole file. Goes out: whether its letters are Windows-1252's, or those of the two other
//! sets in which Spanish was written. The same byte is `ñ` in one and a currency sign in another; only its
//! neighbours tell: a currency sign never stands inside a word.

use super::options::Charset;

/// The letters that Spanish has beyond ASCII, in Windows-1252.
const WINDOWS_SPANISH: &[u8] = b"\xE1\xE9\xED\xF3\xFA\xF1\xFC\xC1\xC9\xCD\xD3\xDA\xD1\xDC";

/// Apostrophes, quotes, dashes, ellipsis, ordinals, soft hyphens, no-break spaces and the like, in Windows-1252.
const BESIDE_LETTERS: &[u8] =
    b"\x84\x85\x91\x92\x93\x94\x95\x96\x97\xA0\xA1\xAA\xAB\xAD\xB0\xB4\xB7\xBA\xBB\xBF";

/// Counts by what would make sense of each byte.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// The two bytes before the next one.
    before: [u8; 2],
    line: u64,
    carriage_returns: u64,
    windows: u64,
    other_letters: u64,
    utf8_pairs: u64,
    odd: u64,
    cp850: Tally,
    mac: Tally,
    /// CP850's `á` is Windows' no-break space: it alone proves nothing.
    spaces_or_a: Tally,
    /// The Macintosh's `í`, `ñ` and `ó` are Windows' apostrophe and dashes.
    apostrophes_or_i: Tally,
}

/// How often, and where first.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    count: u64,
    line: u64,
}

impl Tally {
    fn add(&mut self, line: u64) {
        if self.count == 0 {
            self.line = line;
        }
        self.count += 1;
    }

    fn and(self, other: Self) -> Self {
        let line = match (self.count, other.count) {
            (_, 0) => self.line,
            (0, _) => other.line,
            _ => self.line.min(other.line),
        };
        Self { count: self.count + other.count, line }
    }
}

impl Evidence {
    /// Takes the next bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        for block in bytes.chunks(64) {
            if let [rest @ .., last] = block
                && let Some(before) = rest.last()
                && block.is_ascii()
                && self.before.is_ascii()
            {
                // Nearly all of an export: nothing to judge but where the lines end.
                self.count_line_ends(self.before[1]);
                for byte in rest {
                    self.count_line_ends(*byte);
                }
                self.before = [*before, *last];
            } else {
                for byte in block {
                    self.step(*byte);
                }
            }
        }
    }

    fn count_line_ends(&mut self, byte: u8) {
        self.line += u64::from(byte == b'\n');
        self.carriage_returns += u64::from(byte == b'\r');
    }

    /// Says that there are no more bytes.
    pub(super) fn finish(&mut self) {
        self.step(b'\n');
    }

    fn step(&mut self, next: u8) {
        let [before, byte] = self.before;
        if byte >= 0x80 {
            self.judge(before, byte, next);
        }
        self.count_line_ends(byte);
        self.before = [byte, next];
    }

    fn line(&self) -> u64 {
        1 + if self.line > 0 { self.line } else { self.carriage_returns }
    }

    fn judge(&mut self, before: u8, byte: u8, next: u8) {
        if matches!(before, 0xC2 | 0xC3) && (0x80..0xC0).contains(&byte) {
            self.utf8_pairs += 1;
            return;
        }
        if matches!(byte, 0xC2 | 0xC3) && (0x80..0xC0).contains(&next) {
            return;
        }
        let line = self.line();
        let (after_letter, before_letter) = (before.is_ascii_alphabetic(), next.is_ascii_alphabetic());
        let lower = before.is_ascii_lowercase() && next.is_ascii_lowercase();
        if !after_letter && !before_letter {
            return;
        }
        match byte {
            b if WINDOWS_SPANISH.contains(&b) => self.windows += 1,
            0xA0 if lower => self.spaces_or_a.add(line),
            0x92 | 0x96 | 0x97 if lower => self.apostrophes_or_i.add(line),
            0x83 | 0x87 | 0x8E | 0x9C | 0x9F => self.mac.add(line),
            0x84 if after_letter && before_letter => self.mac.add(line),
            0x81 | 0x90 | 0xA4 | 0xA5 | 0xB5 => self.cp850.add(line),
            // At the start of a word these are quotes, the inverted exclamation mark, or stand before an amount.
            0x82 | 0x9A | 0xA1..=0xA3 if after_letter => self.cp850.add(line),
            0xC0..=0xFF => self.other_letters += 1,
            b if BESIDE_LETTERS.contains(&b) => {}
            _ => self.odd += 1,
        }
    }

    /// Whether most of it is UTF-8, so that a single damaged place is no other character set.
    pub(super) fn mostly_utf8(&self) -> bool {
        let eight_bit = self.windows + self.other_letters + self.odd + self.cp850.count + self.mac.count;
        self.utf8_pairs > eight_bit
    }

    /// Whether nothing but signs that are something else in Windows-1252 speaks for another set.
    pub(super) fn is_doubtful(&self) -> bool {
        self.cp850.count == 0 && self.mac.count == 0
    }

    /// The set whose letters stand inside words, and the line of the first one.
    pub(super) fn another_charset(&self) -> Option<(Charset, u64)> {
        let with_doubtful = |sure: Tally, doubtful: Tally| {
            let counts = sure.count > 0 || self.windows == 0;
            if counts { sure.and(doubtful) } else { sure }
        };
        let cp850 = with_doubtful(self.cp850, self.spaces_or_a);
        let mac = with_doubtful(self.mac, self.apostrophes_or_i);
        match (cp850.count, mac.count) {
            (0, 0) => None,
            (dos, apple) if apple > dos => Some((Charset::MACINTOSH, mac.line)),
            _ => Some((Charset::Cp850, cp850.line)),
        }
    }

    /// Whether every letter beyond ASCII is one that Spanish has.
    pub(super) fn all_spanish(&self) -> bool {
        self.other_letters == 0 && self.odd == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(bytes: &[u8]) -> Evidence {
        let mut evidence = Evidence::default();
        evidence.feed(bytes);
        evidence.finish();
        evidence
    }

    #[test]
    fn spanish_in_windows_1252_is_plain() {
        let found =
            evidence(b"\xD1aupari;Jos\xE9 D\x92Angelo D\xB4Brot;N\xBA 5;\xBFqu\xE9?;Lima\x96Per\xFA\n");
        assert_eq!(found.another_charset(), None);
        assert!(found.all_spanish() && !found.mostly_utf8());
    }

    #[test]
    fn letters_of_other_sets_are_named_with_their_line() {
        assert_eq!(evidence(b"id\n1\nPe\xA4a\n").another_charset(), Some((Charset::Cp850, 3)));
        assert_eq!(evidence(b"id\n\xA5AUPARI\n").another_charset(), Some((Charset::Cp850, 2)));
        assert_eq!(evidence(b"id\rJos\x8E\r").another_charset(), Some((Charset::MACINTOSH, 2)));
        assert_eq!(evidence(b"Mar\x92a\n").another_charset(), Some((Charset::MACINTOSH, 1)));
    }

    #[test]
    fn lines_are_counted_however_the_bytes_come() {
        for shift in 0..70 {
            let mut bytes = b"Rosa Quispe;999888777\r\n".repeat(20);
            bytes.extend_from_slice(&b"x".repeat(shift));
            bytes.extend_from_slice(b";Pe\xA4a\n");
            let mut pieces = Evidence::default();
            for piece in bytes.chunks(7 + shift) {
                pieces.feed(piece);
            }
            pieces.finish();
            assert_eq!(evidence(&bytes).another_charset(), Some((Charset::Cp850, 21)), "shift {shift}");
            assert_eq!(pieces.another_charset(), Some((Charset::Cp850, 21)), "shift {shift}");
        }
    }

    #[test]
    fn no_break_spaces_are_spaces_where_windows_letters_are_beside_them() {
        assert_eq!(evidence(b"Rosa de\xA0la Cruz Nu\xF1ez\n").another_charset(), None);
        assert_eq!(evidence(b"Ju\xA0rez\n").another_charset(), Some((Charset::Cp850, 1)));
        assert!(evidence(b"Ju\xA0rez D\x92angelo\n").is_doubtful());
        assert!(!evidence(b"Ju\xA0rez Pe\xA4a\n").is_doubtful());
    }
}
