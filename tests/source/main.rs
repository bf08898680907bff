//! Sources: what an export may look like, and what is read out of it.

mod table;
mod zip;

mod columns;
mod dialects;
mod json;
mod map_command;
mod properties;
mod torture;
mod workbooks;
mod written_back;
