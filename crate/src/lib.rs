//! A deterministic simulator of how the Windows kernel defers work: IRQL, interrupts, DPCs, APCs.
//!
//! Scenario text goes in, a trace of records comes out, and every record names the kernel rule that
//! made it happen and the record that caused it. The modules below are layers: each may use only
//! those above it in this list, and `tests/layers.rs` fails when one does not.

pub mod base;
pub mod text;

pub mod diag;

pub mod program;

pub mod lang;
pub mod trace;

pub mod nt;

pub mod sim;

#[cfg(target_arch = "wasm32")]
pub mod wasm;
