//! The marks that events leave, in a few bits each: who meets one may share something with whoever left it.

use crate::intake::entry::Entry;

/// Marks that entries leave.
pub(super) trait Marks {
    /// Makes room for those of so many entries.
    fn make_room(&mut self, entries: usize);
    /// Removes them.
    fn clear(&mut self);
    /// Leaves that of an entry.
    fn leave(&mut self, spot: u64, entry: &Entry);
    /// Whether a mark was met there that makes suspects.
    fn met(&self, spot: u64) -> bool;
}

/// The last bits of `spot` as an index into so many, which are a power of two.
fn index(spot: u64, many: usize) -> usize {
    usize::try_from(spot & (many as u64 - 1)).unwrap_or_default()
}

/// Says that somebody was there, and whether somebody else was: two bits.
#[derive(Default)]
pub(super) struct Seen {
    once: Vec<u64>,
    again: Vec<u64>,
}

impl Seen {
    fn bit(&self, spot: u64) -> (usize, u64) {
        (index(spot >> 6, self.once.len()), 1 << (spot & 63))
    }
}

impl Marks for Seen {
    fn make_room(&mut self, entries: usize) {
        // Eight spots for each entry: one in nine is a suspect without reason.
        let words = (entries / 8).next_power_of_two();
        self.once = vec![0; words];
        self.again = vec![0; words];
    }

    fn clear(&mut self) {
        self.once.fill(0);
        self.again.fill(0);
    }

    fn leave(&mut self, spot: u64, _: &Entry) {
        let (word, bit) = self.bit(spot);
        self.again[word] |= self.once[word] & bit;
        self.once[word] |= bit;
    }

    fn met(&self, spot: u64) -> bool {
        let (word, bit) = self.bit(spot);
        self.again[word] & bit != 0
    }
}

/// Says what the last one there was like.
pub(super) struct Last<O, M> {
    spots: Vec<u16>,
    like: O,
    clash: M,
}

/// Nobody was there.
const NOBODY: u16 = u16::MAX;
/// Two were there that clash.
pub(super) const MET: u16 = u16::MAX - 1;

impl<O: Fn(&Entry) -> u16, M: Fn(u16, u16) -> bool> Last<O, M> {
    /// `like` says what an entry is like, by less than [`MET`]; `clash`, whether one of the second kind behind one of the
    /// first makes suspects of them.
    pub(super) fn new(like: O, clash: M) -> Self {
        Self { spots: Vec::new(), like, clash }
    }

    fn index(&self, spot: u64) -> usize {
        index(spot, self.spots.len())
    }
}

impl<O: Fn(&Entry) -> u16, M: Fn(u16, u16) -> bool> Marks for Last<O, M> {
    fn make_room(&mut self, entries: usize) {
        self.spots = vec![NOBODY; (entries * 2).next_power_of_two()];
    }

    fn clear(&mut self) {
        self.spots.fill(NOBODY);
    }

    fn leave(&mut self, spot: u64, entry: &Entry) {
        let index = self.index(spot);
        let (before, now) = (self.spots[index], (self.like)(entry));
        let clash = before == MET || (before != NOBODY && (self.clash)(before, now));
        self.spots[index] = if clash { MET } else { now };
    }

    fn met(&self, spot: u64) -> bool {
        self.spots[self.index(spot)] == MET
    }
}
