//! A set of rows as bits: a million rows are 125 KB, and read back in a moment.

use std::collections::BTreeMap;

/// Rows of one chunk.
pub(super) const CHUNK_ROWS: u64 = 4096;
const CHUNK_BYTES: usize = 512;

/// Rows of files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowSet {
    chunks: BTreeMap<(u16, u64), Box<[u8; CHUNK_BYTES]>>,
}

impl RowSet {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row; true where it was not there.
    pub fn insert(&mut self, file: u16, row: u64) -> bool {
        let (chunk, byte, bit) = place(row);
        let chunk = self.chunks.entry((file, chunk)).or_insert_with(|| Box::new([0; CHUNK_BYTES]));
        let new = chunk[byte] & bit == 0;
        chunk[byte] |= bit;
        new
    }

    /// Takes a row out; true where it was there.
    pub fn remove(&mut self, file: u16, row: u64) -> bool {
        let (chunk, byte, bit) = place(row);
        let Some(chunk) = self.chunks.get_mut(&(file, chunk)) else { return false };
        let was = chunk[byte] & bit != 0;
        chunk[byte] &= !bit;
        was
    }

    /// Whether it holds the row.
    pub fn contains(&self, file: u16, row: u64) -> bool {
        let (chunk, byte, bit) = place(row);
        self.chunks.get(&(file, chunk)).is_some_and(|chunk| chunk[byte] & bit != 0)
    }

    /// How many rows it holds.
    pub fn len(&self) -> u64 {
        self.chunks.values().flat_map(|chunk| chunk.iter()).map(|byte| u64::from(byte.count_ones())).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds the rows of another set.
    pub fn merge(&mut self, other: Self) {
        for (key, bits) in other.chunks {
            let mine = self.chunks.entry(key).or_insert_with(|| Box::new([0; CHUNK_BYTES]));
            mine.iter_mut().zip(bits.iter()).for_each(|(mine, other)| *mine |= other);
        }
    }

    /// The chunks that there are, with their files.
    pub(super) fn chunk_numbers(&self) -> Vec<(u16, u64)> {
        self.chunks.keys().copied().collect()
    }

    /// The chunk in which `row` is.
    pub(super) fn chunk_of(row: u64) -> u64 {
        row / CHUNK_ROWS
    }

    /// The bits of a chunk.
    pub(super) fn chunk(&self, file: u16, chunk: u64) -> &[u8] {
        self.chunks.get(&(file, chunk)).map_or(&[], |chunk| chunk.as_slice())
    }

    /// Puts a chunk in its place; bits of another length are none.
    pub(super) fn set_chunk(&mut self, file: u16, chunk: u64, bits: &[u8]) {
        if let Ok(bits) = <[u8; CHUNK_BYTES]>::try_from(bits) {
            self.chunks.insert((file, chunk), Box::new(bits));
        }
    }
}

fn place(row: u64) -> (u64, usize, u8) {
    let within = (row % CHUNK_ROWS) as usize;
    (row / CHUNK_ROWS, within / 8, 1 << (within % 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_was_put_in_and_nothing_else() {
        let mut rows = RowSet::new();
        let inside = [(0, 0), (0, 7), (0, 8), (0, 4095), (0, 4096), (1, 7), (0, u64::MAX)];
        for (file, row) in inside {
            assert!(rows.insert(file, row) && !rows.insert(file, row));
        }
        assert_eq!(rows.len(), 7);
        for (file, row) in inside {
            assert!(rows.contains(file, row));
        }
        assert!(!rows.contains(1, 8) && !rows.contains(0, 9) && !rows.contains(2, 7));
        assert!(rows.remove(0, 7) && !rows.remove(0, 7) && !rows.contains(0, 7));
    }
}
