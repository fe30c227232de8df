//! Time and choice: which of the things that may happen does happen, and when. A [`Machine`] steps; a
//! [`Session`] runs it, keeps the trace and the checkpoints, and seeks; an [`Outcome`] says how it ended.
//!
//! This layer does not know the language, and it knows of the kernel only what `nt` offers.

mod alpc;
mod apc;
mod claims;
mod execute;
mod interlocked;
mod io;
mod locks;
mod machine;
mod mutexes;
mod outcome;
mod routines;
mod runaway;
mod scheduling;
mod session;
mod signals;
mod threads;
mod waits;
mod work_items;

pub use crate::nt::Limits;
pub use claims::{ClaimResult, Found};
pub use machine::{Checkpoint, Machine};
pub use outcome::{Outcome, OutcomeKind, is_suspension, link_line};
pub use runaway::{Found as RunawayFound, Mend as RunawayMend, Runaway};
pub use session::Session;
