//! Sources: what an export may look like, and what is read out of it.

mod table;

mod columns;
mod dialects;
mod json;
