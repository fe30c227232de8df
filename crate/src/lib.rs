//! A deterministic simulator of how the Windows kernel defers work.
