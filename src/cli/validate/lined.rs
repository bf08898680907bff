//! Findings with the line of the file where their row begins, for tools that point to lines.

use crate::report::event::{Event, Observer};
use crate::source::{Lines, Loaded, ReadOptions};

/// An observer that passes everything on, findings with their line. An input is read once more for it, when the first
/// finding of one of its rows comes.
pub(super) struct Lined<'l> {
    next: &'l mut dyn Observer,
    inputs: &'l [Loaded],
    options: ReadOptions,
    known: Vec<Option<Lines>>,
}

impl<'l> Lined<'l> {
    pub(super) fn new(next: &'l mut dyn Observer, inputs: &'l [Loaded], options: ReadOptions) -> Self {
        Self { next, inputs, options, known: vec![None; inputs.len()] }
    }

    fn line(&mut self, file: &str, row: u64) -> Option<u64> {
        let index = self.inputs.iter().position(|input| input.name() == file)?;
        let (input, options) = (self.inputs.get(index)?, &self.options);
        self.known.get_mut(index)?.get_or_insert_with(|| Lines::of(input, options)).line(row)
    }
}

impl Observer for Lined<'_> {
    fn observe(&mut self, mut event: Event) {
        if let Event::Finding(note) = &mut event
            && let (Some(file), Some(row)) = (&note.file, note.row)
        {
            note.line = self.line(file, row);
        }
        self.next.observe(event);
    }
}
