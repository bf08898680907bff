//! One event of the first pass in 24 bytes: enough to find repeats, clashes and the order, whatever the file's size.
//!
//! Hashes are cut short to fit, so two different things may look alike. Whoever finds a likeness reads both rows again
//! before saying anything; what is never seen is a difference between equal things.

use std::hash::{BuildHasher, Hasher};

use chrono::{NaiveDate, NaiveDateTime};
use foldhash::quality::FixedState;

use crate::payload::Payload;

const ID_BITS: u32 = 46;
const NAME_BITS: u32 = 12;
const LENGTH_BITS: u32 = 6;
const CLIENT_BITS: u32 = 30;
const WHEN_BITS: u32 = 26;
const FLAG_BITS: u32 = 8;
const ROW_BITS: u32 = 28;
const PHONE_BITS: u32 = 36;

/// The most rows that one run can number.
pub(crate) const MAX_ROWS: u64 = (1 << ROW_BITS) - 1;

/// What is remembered of an event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    /// `id_presencia_crm`.
    pub(crate) id: &'a str,
    /// The client's name.
    pub(crate) name: &'a str,
    /// The client's document.
    pub(crate) document: &'a str,
    /// The client's phone.
    pub(crate) phone: &'a str,
    /// Minutes since 2000, as local time.
    pub(crate) minute: i64,
    /// Number of the row in the run.
    pub(crate) row: u64,
}

/// An event of the first pass, packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry([u64; 3]);

const _: () = assert!(size_of::<Entry>() == 24);
const _: () = assert!(ID_BITS + NAME_BITS + LENGTH_BITS == 64);
const _: () = assert!(CLIENT_BITS + WHEN_BITS + FLAG_BITS == 64);
const _: () = assert!(ROW_BITS + PHONE_BITS == 64);
// Where many rows are kept apart from their events, they are kept as such.
const _: () = assert!(MAX_ROWS <= u32::MAX as u64);

impl Entry {
    /// The length that ids have which are longer than can be remembered.
    pub(crate) const LONGEST_ID: u64 = (1 << LENGTH_BITS) - 1;

    pub(crate) fn new(seen: Seen<'_>) -> Self {
        let id = top(hash_id(seen.id), ID_BITS);
        let name = top(HASHER.hash_one(seen.name), NAME_BITS);
        let length = (seen.id.len() as u64).min(Self::LONGEST_ID);
        let client = top(HASHER.hash_one(seen.document), CLIENT_BITS);
        let minute = u64::try_from(seen.minute).unwrap_or(0).min((1 << WHEN_BITS) - 1);
        let phone = top(HASHER.hash_one(seen.phone), PHONE_BITS);
        Self([
            id << (NAME_BITS + LENGTH_BITS) | name << LENGTH_BITS | length,
            client << (WHEN_BITS + FLAG_BITS) | minute << FLAG_BITS,
            seen.row << PHONE_BITS | phone,
        ])
    }

    /// What is remembered of an event whose payload was made of row `row` of the run.
    pub(crate) fn of(payload: &Payload<'_>, at: NaiveDateTime, row: u64) -> Self {
        Self::new(Seen {
            id: &payload.id_presencia_crm,
            name: &payload.cliente.nombres_completos_razon_social,
            document: &payload.cliente.numero_documento,
            phone: &payload.cliente.telefono_principal,
            minute: minutes(at),
            row,
        })
    }

    /// Whether both are of one event, whatever was decided about it.
    pub(crate) fn is_of_the_same_event(mut self, mut other: Self) -> bool {
        self.set_fate(Fate::Send);
        other.set_fate(Fate::Send);
        self == other
    }

    /// The likeness that an entry with this id would have.
    pub(crate) fn likeness(id: &str) -> u64 {
        top(hash_id(id), ID_BITS)
    }

    /// Likeness of the id, case folded.
    pub(crate) fn id(self) -> u64 {
        self.0[0] >> (NAME_BITS + LENGTH_BITS)
    }

    /// Likeness of the client's name.
    pub(crate) fn name(self) -> u64 {
        self.0[0] >> LENGTH_BITS & ((1 << NAME_BITS) - 1)
    }

    /// Length of the id in bytes, at most 63.
    pub(crate) fn id_length(self) -> u64 {
        self.0[0] & ((1 << LENGTH_BITS) - 1)
    }

    /// Likeness of the client.
    pub(crate) fn client(self) -> u64 {
        self.0[1] >> (WHEN_BITS + FLAG_BITS)
    }

    /// Minutes since 2000.
    pub(crate) fn minute(self) -> u64 {
        self.0[1] >> FLAG_BITS & ((1 << WHEN_BITS) - 1)
    }

    /// Likeness of the client and minutes since 2000 at once.
    pub(crate) fn client_and_minute(self) -> u64 {
        self.0[1] >> FLAG_BITS
    }

    /// Likeness of the phone.
    pub(crate) fn phone(self) -> u64 {
        self.0[2] & ((1 << PHONE_BITS) - 1)
    }

    /// Number of the row in the run.
    pub(crate) fn row(self) -> u64 {
        self.0[2] >> PHONE_BITS
    }

    /// What was decided about it.
    pub(crate) fn fate(self) -> Fate {
        match self.0[1] & ((1 << FLAG_BITS) - 1) {
            0 => Fate::Send,
            1 => Fate::Duplicate,
            _ => Fate::Invalid,
        }
    }

    /// Decides about it.
    pub(crate) fn set_fate(&mut self, fate: Fate) {
        let flag = match fate {
            Fate::Send => 0,
            Fate::Duplicate => 1,
            Fate::Invalid => 2,
        };
        self.0[1] = self.0[1] & !((1 << FLAG_BITS) - 1) | flag;
    }
}

/// What the first pass decided about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It will be sent.
    Send,
    /// The same content was delivered before, or stands in an earlier row.
    Duplicate,
    /// A rule across rows speaks against it.
    Invalid,
}

fn minutes(at: NaiveDateTime) -> i64 {
    let start = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default().and_time(chrono::NaiveTime::MIN);
    at.signed_duration_since(start).num_minutes()
}

fn top(hash: u64, bits: u32) -> u64 {
    hash >> (64 - bits)
}

/// The same in every run, so that what is said of a file comes in the same order. A file that was made to look alike
/// throughout is only read again more often.
const HASHER: FixedState = FixedState::with_seed(0x00c1_7a50_fe11_0a15);

/// Hash of an id, whatever its case.
pub(crate) fn hash_id(id: &str) -> u64 {
    let mut hasher = HASHER.build_hasher();
    // Pieces of a fixed length, so that the hash depends on the letters alone.
    let mut folded = [0; 64];
    for piece in id.as_bytes().chunks(folded.len()) {
        let folded = &mut folded[..piece.len()];
        folded.copy_from_slice(piece);
        folded.make_ascii_lowercase();
        hasher.write(folded);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(id: &str, row: u64) -> Seen<'_> {
        Seen { id, name: "Rosa", document: "01234567", phone: "999888777", minute: 12_600_000, row }
    }

    #[test]
    fn keeps_every_part_apart() {
        let mut entry = Entry::new(seen("CRM-12", 123_456));
        assert_eq!(entry.id_length(), 6);
        assert_eq!(entry.row(), 123_456);
        assert_eq!(entry.minute(), 12_600_000);
        entry.set_fate(Fate::Invalid);
        assert_eq!((entry.fate(), entry.minute()), (Fate::Invalid, 12_600_000));
        entry.set_fate(Fate::Send);
        assert_eq!(entry, Entry::new(seen("CRM-12", 123_456)));
    }

    #[test]
    fn ids_are_alike_whatever_their_case() {
        assert_eq!(Entry::new(seen("crm-a3", 1)).id(), Entry::new(seen("CRM-A3", 2)).id());
    }

    #[test]
    fn the_last_row_fits() {
        assert_eq!(Entry::new(seen("CRM-1", MAX_ROWS)).row(), MAX_ROWS);
    }
}
