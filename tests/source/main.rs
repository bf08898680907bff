//! Sources: what an export may look like, and what is read out of it.

mod table;
#[path = "../support/zip.rs"]
mod zip;

mod columns;
mod dialects;
mod json;
mod map_command;
mod properties;
mod torture;
mod workbooks;
mod written_back;
