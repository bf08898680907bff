//! What every reader of texts asks of them. Leaf module: everyone may import it, it imports nothing of the crate.

/// A text without outer white space, as [`str::trim`] gives it: nearly every text has none, which one look at both ends
/// tells.
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [only] if only.is_ascii_graphic() => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}
