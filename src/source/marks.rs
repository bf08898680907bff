//! The bytes of a block that end a cell or a row, or open a quote.
//!
//! Comes in: UTF-8 bytes. Goes out: where separators, line ends and quotes are. They are looked for in 64 bytes at once,
//! in loops without branches that the compiler makes vector instructions of: a table's cells are so short that any
//! search for the next one costs more than reading it.

const LANES: usize = 64;
const STEP: u32 = 64;
/// Marks that most chunks have at most.
const USUAL: usize = 6;

/// Finds the marks of `bytes`, which are fewer than 4 GiB, and puts them into `marks` instead of what was there.
pub(super) fn find(bytes: &[u8], delimiter: u8, marks: &mut Vec<u32>) {
    marks.clear();
    let (chunks, rest) = bytes.as_chunks::<LANES>();
    let (mut start, mut count) = (0, 0);
    for chunk in chunks {
        let mut found = bits(chunk, delimiter);
        if marks.len() < count + LANES {
            marks.resize((2 * count).max(bytes.len() / 8) + LANES, 0);
        }
        // Most chunks have a few marks: writing always so many, some of them in vain, spares a guess of how many.
        let (several, more) = marks[count..count + LANES].split_at_mut(USUAL);
        let many = found.count_ones() as usize;
        for mark in several {
            *mark = start + found.trailing_zeros();
            found &= found.wrapping_sub(1);
        }
        for mark in more {
            if found == 0 {
                break;
            }
            *mark = start + found.trailing_zeros();
            found &= found - 1;
        }
        count += many;
        start += STEP;
    }
    marks.truncate(count);
    marks.extend((start..).zip(rest).filter(|(_, byte)| mark(**byte, delimiter) != 0).map(|(at, _)| at));
}

/// Where the quote is that closes a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    /// It was passed.
    Found,
    /// It may be behind what was read.
    Beyond,
    /// Nowhere.
    Never,
}

/// The marks from some place of a block on.
#[derive(Debug, Clone)]
pub(super) struct Marks<'m> {
    left: &'m [u32],
}

impl<'m> Marks<'m> {
    pub(super) fn of(marks: &'m [u32]) -> Self {
        Self { left: marks }
    }

    /// The next mark.
    pub(super) fn next(&mut self) -> Option<usize> {
        let (first, left) = self.left.split_first()?;
        self.left = left;
        Some(*first as usize)
    }

    /// Takes off the marks before `to`.
    pub(super) fn pass(&mut self, to: usize) {
        while let Some((_, left)) = self.left.split_first().filter(|(mark, _)| (**mark as usize) < to) {
            self.left = left;
        }
    }

    /// Behind a quote that opens a cell, takes the marks up to the one that closes it; `last` says that the input ends with
    /// `bytes`.
    pub(super) fn closing_quote(&mut self, bytes: &[u8], last: bool) -> Closing {
        while let Some(at) = self.next() {
            if bytes[at] != b'"' {
                continue;
            }
            match bytes.get(at + 1) {
                // Two stand for one that is text.
                Some(b'"') => drop(self.next()),
                None if !last => return Closing::Beyond,
                _ => return Closing::Found,
            }
        }
        if last { Closing::Never } else { Closing::Beyond }
    }

    /// Behind a quote that opens a cell, takes the marks up to the one that closes it: where that is, and whether lines
    /// end in between. None, and nothing taken, where quotes stand in the cell, or anything behind it.
    pub(super) fn plainly_quoted(&mut self, block: &[u8], delimiter: u8) -> Option<(usize, bool)> {
        let mut lines = false;
        for (place, mark) in self.left.iter().enumerate() {
            let at = *mark as usize;
            match block[at] {
                b'"' => {
                    let plain = block
                        .get(at + 1)
                        .is_none_or(|next| *next == delimiter || matches!(next, b'\n' | b'\r'));
                    self.left = if plain { &self.left[place + 1..] } else { self.left };
                    return plain.then_some((at, lines));
                }
                byte => lines |= byte != delimiter,
            }
        }
        None
    }
}

/// A bit for each of the bytes, set where it is a mark.
fn bits(chunk: &[u8; LANES], delimiter: u8) -> u64 {
    let mut flags = [0; LANES];
    for (flag, byte) in flags.iter_mut().zip(chunk) {
        *flag = mark(*byte, delimiter);
    }
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().enumerate().fold(0, |bits, (place, eight)| {
        // Gathers the lowest bits of eight bytes in the highest byte.
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits | gathered << (8 * place)
    })
}

/// 1 for a mark, else 0, with every comparison made.
fn mark(byte: u8, delimiter: u8) -> u8 {
    u8::from(byte == delimiter) | u8::from(byte == b'\n') | u8::from(byte == b'\r') | u8::from(byte == b'"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_found_wherever_it_stands() {
        let mut marks = vec![7];
        for length in [0_usize, 1, 63, 64, 65, 127, 128, 200] {
            for mark in [b';', b'\n', b'\r', b'"'] {
                for at in 0..length {
                    let mut bytes = vec![b'x'; length];
                    bytes[at] = mark;
                    find(&bytes, b';', &mut marks);
                    assert_eq!(marks, [u32::try_from(at).unwrap()], "{length}");
                }
            }
            find(&vec![b','; length], b',', &mut marks);
            assert!(marks.iter().map(|at| *at as usize).eq(0..length));
            find("ñ;€".repeat(length).as_bytes(), b';', &mut marks);
            assert_eq!(marks.len(), length);
        }
    }
}
