//! How much a workbook holds once it is unpacked, found out before it is opened: the library that reads it keeps parts of
//! it in memory, and a few kilobytes can claim to hold gigabytes.

use std::io::{self, Read, Seek};

use zip::ZipArchive;

use crate::lang::Said;
use crate::said;

/// More than the XML of the largest sheet that a spreadsheet writes.
const MOST: u64 = 4 << 30;
/// Below this a part may be as compressible as it likes.
const SMALL: u64 = 64 << 20;
/// How many times its packed size the part of a workbook may be: its XML reaches some 100.
const MOST_TIMES: u64 = 400;

/// Unpacks everything to nowhere; says what is wrong where it is no workbook's size. What can't be unpacked is left for
/// the one who reads it.
pub(super) fn oversized(packed: impl Read + Seek) -> Option<Said> {
    let mut archive = ZipArchive::new(packed).ok()?;
    let mut all = 0;
    let mut buffer = vec![0; 64 * 1024];
    for index in 0..archive.len() {
        let Ok(mut part) = archive.by_index(index) else { continue };
        // What a part claims to hold need not be what it holds.
        let (packed, mut own) = (part.compressed_size().max(1), 0);
        while let Some(read) = some(&mut part, &mut buffer) {
            own += read;
            all += read;
            if own > SMALL && own / packed > MOST_TIMES {
                let name = part.name().unwrap_or_default().into_owned();
                return Some(said!(
                    en: "a workbook whose part {name:?} unpacks to more than {MOST_TIMES} times its size",
                    es: "un libro cuya parte {name:?} ocupa, descomprimida, más de {MOST_TIMES} veces su tamaño",
                ));
            }
            if all > MOST {
                return Some(said!(
                    en: "a workbook that unpacks to more than 4 GiB",
                    es: "un libro que, descomprimido, ocupa más de 4 GiB",
                ));
            }
        }
    }
    None
}

fn some(part: &mut impl Read, buffer: &mut [u8]) -> Option<u64> {
    match io::Read::read(part, buffer) {
        Ok(0) | Err(_) => None,
        Ok(read) => Some(read as u64),
    }
}
