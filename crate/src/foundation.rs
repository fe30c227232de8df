//! The layers that every record goes through: the root of the package `irql-foundation`, which alone is built for
//! speed. What each layer may use is told in `lib.rs`, where they stand among the others.

pub mod base;
pub mod text;

pub mod program;

pub mod trace;
