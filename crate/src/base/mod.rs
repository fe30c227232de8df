//! What every layer needs and nothing that knows of kernels or of text: virtual time, the typed
//! index, the seeded generator, the fixed fingerprint hash, the indexed heap, and phrases: what is said, apart
//! from its words.

mod hash;
mod heap;
mod phrase;
mod rng;
mod time;

pub use hash::Fingerprint;
pub use heap::IndexedHeap;
pub use phrase::{English, Message, Phrase, Slot, messages};
pub use rng::Rng;
pub use time::{INFINITE, Ns, format_ns};

/// "No object" in every 16-bit index of the machine and of the trace.
pub const NONE: u16 = u16::MAX;
/// "No record" in every place that names a record.
pub const NO_RECORD: u32 = u32::MAX;
