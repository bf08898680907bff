//! The rules of the house: who may import whom, what a file may be called, which words stay out, and that the fixtures
//! are what their generator makes. Each checker is also shown an offender, so that it is known to be able to fail.

mod docs;
mod fixtures;
mod imports;
mod names;
mod packaging;
mod tree;
mod words;
