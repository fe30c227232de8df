//! A deterministic simulator of how the Windows kernel defers work: IRQL, interrupts, DPCs, APCs.
//!
//! Scenario text goes in, a trace of records comes out, and every record names the kernel rule that
//! made it happen and the record that caused it. The modules below are layers: each may use only
//! those above it in this list, and `tests/layers.rs` fails when one does not. Those of `irql_foundation`
//! are rooted in `foundation.rs`, because they alone are built for speed.

pub use irql_foundation::base;
pub use irql_foundation::text;

pub mod diag;

pub use irql_foundation::program;

pub mod lang;
pub use irql_foundation::trace;

pub mod nt;

pub mod sim;

pub mod report;

#[cfg(target_arch = "wasm32")]
pub mod wasm;
