//! Where one object ends and the next begins.
//!
//! Comes in: UTF-8 text on disk. Goes out: the text of one object at a time, with its place. Brackets and strings are
//! followed only as far as the end of the object needs; whether it is well formed is for the parser to say.

use std::io::{BufRead, BufReader};

use super::{DEEPEST, Fault, LONGEST_ENTRY};
use crate::lang::Said;
use crate::said;
use crate::source::input::{Cursor, Loaded};

/// The text of one object.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) text: String,
    /// Where it starts, from 1.
    pub(super) line: u64,
    pub(super) column: u64,
}

/// What may come next between objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    /// Nothing was seen yet.
    Start,
    /// Objects one after the other.
    Stream,
    /// An object, or the end of an array that has none.
    FirstOfArray,
    /// An object of an array, after a comma.
    NextOfArray,
    /// A comma, or the end of an array.
    AfterItem,
    /// The array is over.
    Closed,
}

/// Reads objects one after the other.
#[derive(Debug)]
pub(super) struct Frames {
    reader: BufReader<Cursor>,
    between: Between,
    line: u64,
    column: u64,
}

impl Frames {
    pub(super) fn new(text: &Loaded, start: u64) -> Self {
        let reader = BufReader::with_capacity(64 * 1024, text.reader(start));
        Self { reader, between: Between::Start, line: 1, column: 0 }
    }

    /// The next object; none at the end of the input.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, Fault> {
        loop {
            let Some(byte) = self.take()? else {
                return match self.between {
                    Between::Start => {
                        Err(self.fault(said!(en: "there is nothing in it", es: "no contiene nada")))
                    }
                    Between::Stream | Between::Closed => Ok(None),
                    _ => Err(self.fault(said!(en: "the array is not closed", es: "el arreglo no se cierra"))),
                };
            };
            self.between = match (self.between, byte) {
                (between, b' ' | b'\t' | b'\r' | b'\n') => between,
                (Between::Start, b'[') => Between::FirstOfArray,
                (Between::FirstOfArray | Between::AfterItem, b']') => Between::Closed,
                (Between::AfterItem, b',') => Between::NextOfArray,
                (Between::Start | Between::Stream, b'{') => {
                    self.between = Between::Stream;
                    return self.object().map(Some);
                }
                (Between::FirstOfArray | Between::NextOfArray, b'{') => {
                    self.between = Between::AfterItem;
                    return self.object().map(Some);
                }
                (between, byte) => return Err(self.unexpected(between, byte)),
            };
        }
    }

    /// Reads on to the end of the object whose brace was just taken.
    fn object(&mut self) -> Result<Frame, Fault> {
        let (line, column) = (self.line, self.column);
        let at_start = |detail| Err(Fault::At { line, column, detail });
        let mut text = vec![b'{'];
        let (mut depth, mut in_string, mut escaped) = (1_usize, false, false);
        while depth > 0 {
            let Some(byte) = self.take()? else {
                return at_start(
                    said!(en: "the object that starts here is not closed", es: "el objeto que empieza aquí no se cierra"),
                );
            };
            text.push(byte);
            if text.len() > LONGEST_ENTRY {
                return at_start(said!(en: "longer than 1 MiB", es: "mide más de 1 MiB"));
            }
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => depth -= 1,
                _ => {}
            }
            if depth > DEEPEST {
                return at_start(said!(en: "nested too deep", es: "demasiados niveles anidados"));
            }
        }
        match String::from_utf8(text) {
            Ok(text) => Ok(Frame { text, line, column }),
            Err(_) => at_start(said!(en: "not UTF-8", es: "no es UTF-8")),
        }
    }

    fn take(&mut self) -> Result<Option<u8>, Fault> {
        let buffer = self.reader.fill_buf().map_err(Fault::Io)?;
        let Some(byte) = buffer.first().copied() else { return Ok(None) };
        self.reader.consume(1);
        if byte == b'\n' {
            self.line += 1;
            self.column = 0;
        } else {
            self.column += 1;
        }
        Ok(Some(byte))
    }

    fn unexpected(&self, between: Between, byte: u8) -> Fault {
        let sign = char::from(byte).escape_default().to_string();
        let wanted = match between {
            Between::AfterItem => {
                said!(en: "a comma or the end of the array", es: "una coma o el fin del arreglo")
            }
            Between::Closed => said!(en: "nothing after the array", es: "nada después del arreglo"),
            _ => said!(en: "an object", es: "un objeto"),
        };
        let (en, es) = (wanted.en, wanted.es);
        self.fault(said!(en: "expected {en}, found {sign}", es: "se esperaba {es}, hay {sign}"))
    }

    fn fault(&self, detail: Said) -> Fault {
        Fault::At { line: self.line, column: self.column.max(1), detail }
    }
}
