//! The cells of a row that feed no field: mapping files may name them in triggers and templates.

/// A row whose cells can be asked for by their place.
pub trait Columns {
    /// The text of the cell at `index`; none where the row has no such cell.
    fn column(&self, index: usize) -> Option<&str>;
}

/// A record that came as JSON has fields alone.
impl Columns for () {
    fn column(&self, _index: usize) -> Option<&str> {
        None
    }
}
