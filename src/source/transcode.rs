//! Decoding into UTF-8 on disk.
//!
//! Comes in: bytes in any character set. Goes out: a nameless temporary file of UTF-8, so that a byte offset is a place
//! to come back to whatever the input was written in. Memory does not grow with the file.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};

use encoding_rs_io::DecodeReaderBytesBuilder;

use super::SourceError;
use super::encoding::Decoding;
use super::input::Loaded;
use super::options::Charset;

/// Writes `loaded` as UTF-8 to a temporary file.
pub(super) fn to_utf8(loaded: &Loaded, decoding: Decoding) -> Result<Loaded, SourceError> {
    decode(loaded, decoding)
        .and_then(|file| Loaded::from_file(loaded.name(), file))
        .map_err(|error| SourceError::io(loaded.name(), error))
}

fn decode(loaded: &Loaded, decoding: Decoding) -> io::Result<File> {
    let mut out = BufWriter::with_capacity(128 * 1024, tempfile::tempfile()?);
    let mut bytes = loaded.reader(decoding.bom as u64);
    match decoding.charset {
        Charset::Known(encoding) => {
            let mut reader =
                DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_sniffing(false).build(bytes);
            io::copy(&mut reader, &mut out)?;
        }
        Charset::Cp850 => cp850(&mut bytes, &mut out)?,
    }
    out.into_inner().map_err(io::IntoInnerError::into_error)
}

fn cp850(bytes: &mut impl Read, out: &mut impl Write) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    let mut text = String::new();
    loop {
        let read = bytes.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        text.clear();
        text.extend(buffer[..read].iter().map(|byte| cp850_character(*byte)));
        out.write_all(text.as_bytes())?;
    }
}

/// The character that `byte` is in code page 850.
pub(super) fn cp850_character(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        Some(index) => CP850.get(usize::from(index)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        None => char::from(byte),
    }
}

/// The byte of `character` in code page 850.
pub(super) fn cp850_byte(character: char) -> Option<u8> {
    if character.is_ascii() {
        return u8::try_from(u32::from(character)).ok();
    }
    let index = CP850.iter().position(|known| *known == character)?;
    u8::try_from(index + 0x80).ok()
}

/// The upper half of code page 850, as Unicode's mapping table `CP850.TXT` has it.
#[rustfmt::skip]
const CP850: [char; 128] = [
    'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å',
    'É', 'æ', 'Æ', 'ô', 'ö', 'ò', 'û', 'ù', 'ÿ', 'Ö', 'Ü', 'ø', '£', 'Ø', '×', 'ƒ',
    'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '®', '¬', '½', '¼', '¡', '«', '»',
    '░', '▒', '▓', '│', '┤', 'Á', 'Â', 'À', '©', '╣', '║', '╗', '╝', '¢', '¥', '┐',
    '└', '┴', '┬', '├', '─', '┼', 'ã', 'Ã', '╚', '╔', '╩', '╦', '╠', '═', '╬', '¤',
    'ð', 'Ð', 'Ê', 'Ë', 'È', 'ı', 'Í', 'Î', 'Ï', '┘', '┌', '█', '▄', '¦', 'Ì', '▀',
    'Ó', 'ß', 'Ô', 'Ò', 'õ', 'Õ', 'µ', 'þ', 'Þ', 'Ú', 'Û', 'Ù', 'ý', 'Ý', '¯', '´',
    '\u{AD}', '±', '‗', '¾', '¶', '§', '÷', '¸', '°', '¨', '·', '¹', '³', '²', '■', '\u{A0}',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_page_850_is_read_and_written_back() {
        for byte in 0..=u8::MAX {
            assert_eq!(cp850_byte(cp850_character(byte)), Some(byte));
        }
        assert_eq!(cp850_character(0xA4), 'ñ');
        assert_eq!(cp850_byte('€'), None);
    }
}
