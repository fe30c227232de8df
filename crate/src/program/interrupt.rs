//! What interrupts: the sources of interrupts, and what comes from outside at which time.

use super::{Irql, Ladder};
use crate::base::{NONE, Ns};
use crate::text::Span;

/// A source of interrupts (IN-1).
#[derive(Clone, Debug, Default)]
pub struct InterruptDef {
    /// The device's name.
    pub name: String,
    /// Its IRQL.
    pub irql: Irql,
    /// The level at which the ISR and `KeSynchronizeExecution` run; at least `irql`, or PASSIVE_LEVEL.
    pub synchronize_irql: Irql,
    /// The processor that takes it.
    pub processor: u8,
    /// The vector; the higher of two at one level is taken first.
    pub vector: u8,
    /// The ISR's body; [`NONE`] for sources that the kernel handles itself.
    pub isr: u16,
    /// Level-sensitive: it interrupts again until its device is quieted; else latched: once for each request (IN-3).
    pub level_sensitive: bool,
    /// ShareVector: other devices may have its vector.
    pub share_vector: bool,
    /// The device on its vector that was connected first, and the next one; [`NONE`] after the last.
    pub chain: (u16, u16),
    /// Its ActualLock among [`super::Program::spin_locks`]; [`NONE`] of a passive-level interrupt.
    pub lock: u16,
    /// What a passive-level interrupt has besides (IN-7).
    pub passive: Option<PassiveLevel>,
    /// The DPC that its device object has built in (DP-26), or [`NONE`] when nobody asks for it.
    pub dpc: u16,
    /// Where it is declared.
    pub span: Span,
}

/// What carries a passive-level interrupt from its line to its ISR (IN-7). The DPC, the second event and the thread are the
/// kernel's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassiveLevel {
    /// PassiveEvent: who has taken it is alone with the device.
    pub event: u16,
    /// The DPC that its interrupt queues.
    pub dpc: u16,
    /// The event by which that DPC wakes the thread.
    pub wake: u16,
    /// ServiceThread: it calls the ISR.
    pub thread: u16,
}

/// Index of the clock among [`super::Program::interrupts`].
pub const CLOCK: u16 = 0;

/// Index of the inter-processor interrupt among [`super::Program::interrupts`].
pub const IPI: u16 = 1;

/// The two sources of interrupts that every machine has.
#[must_use]
pub fn built_in_interrupts(ladder: Ladder) -> Vec<InterruptDef> {
    let source = |name: &str, irql: Irql, vector| InterruptDef {
        name: name.into(),
        irql,
        synchronize_irql: irql,
        vector,
        isr: NONE,
        chain: (NONE, NONE),
        lock: NONE,
        dpc: NONE,
        ..InterruptDef::default()
    };
    vec![source("Clock", ladder.clock(), 0xD1), source("IPI", ladder.ipi(), 0xE1)]
}

/// What a stimulus is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// An interrupt of a device, or of one of the kernel's own sources.
    #[default]
    Interrupt,
    /// A non-maskable interrupt (IR-4).
    Nmi,
    /// A machine check that cannot be corrected (IR-4).
    MachineCheck,
    /// The memory manager takes pageable memory away (BC-3).
    Trim,
}

/// Something that comes from outside the machine.
#[derive(Clone, Debug, Default)]
pub struct Stimulus {
    /// What it is.
    pub source: Source,
    /// The processor of a source without an interrupt object.
    pub processor: u8,
    /// Its index among [`super::Program::interrupts`], when it has one.
    pub interrupt: u16,
    /// The first arrival, or the earliest time of it.
    pub first: Ns,
    /// The first arrival lies in `first..=first + window`: a choice.
    pub window: Ns,
    /// Time from one arrival to the next; 0: only one.
    pub period: Ns,
    /// Each period varies by up to this much, either way.
    pub jitter: Ns,
    /// At most this many arrivals; 0: no limit.
    pub count: u32,
    /// No arrival after this time; 0: no limit.
    pub until: Ns,
    /// Where it is declared.
    pub span: Span,
}
