//! The ceiling of reading: the `csv` crate alone, byte records of a `;` file, nothing done with them.

use std::env;
use std::error::Error;
use std::fs::File;

use csv::{ByteRecord, ReaderBuilder};

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args_os().nth(1).ok_or("usage: raw_csv FILE")?;
    let mut reader = ReaderBuilder::new().delimiter(b';').from_reader(File::open(path)?);
    let mut record = ByteRecord::new();
    let (mut rows, mut cells) = (0_u64, 0_u64);
    while reader.read_byte_record(&mut record)? {
        rows += 1;
        cells += record.len() as u64;
    }
    println!("{rows} rows, {cells} cells");
    Ok(())
}
