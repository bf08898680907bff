//! A ZIP archive without compression, enough to pack a workbook.

/// Packs files as they are.
pub(crate) fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for (name, text) in files {
        let offset = u32::try_from(archive.len()).expect("small");
        let (size, names) =
            (u32::try_from(text.len()).expect("small"), u16::try_from(name.len()).expect("small"));
        let mut entry = Vec::new();
        entry.extend_from_slice(&[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x58]);
        entry.extend_from_slice(&crc32(text.as_bytes()).to_le_bytes());
        entry.extend_from_slice(&size.to_le_bytes());
        entry.extend_from_slice(&size.to_le_bytes());
        entry.extend_from_slice(&names.to_le_bytes());
        entry.extend_from_slice(&[0, 0]);
        archive.extend_from_slice(b"PK\x03\x04");
        archive.extend_from_slice(&entry);
        archive.extend_from_slice(name.as_bytes());
        archive.extend_from_slice(text.as_bytes());
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        directory.extend_from_slice(&entry);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let count = u16::try_from(files.len()).expect("small").to_le_bytes();
    let (size, offset) = (directory.len(), archive.len());
    archive.append(&mut directory);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    archive.extend_from_slice(&count);
    archive.extend_from_slice(&count);
    archive.extend_from_slice(&u32::try_from(size).expect("small").to_le_bytes());
    archive.extend_from_slice(&u32::try_from(offset).expect("small").to_le_bytes());
    archive.extend_from_slice(&[0, 0]);
    archive
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}
