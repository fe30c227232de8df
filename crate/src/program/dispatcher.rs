//! What a scenario declares to be waited for: events, timers, semaphores, mutexes, resources, and lists of objects for one wait.

use super::InBlock;
use crate::text::Span;

/// A KEVENT.
#[derive(Clone, Debug, Default)]
pub struct EventDef {
    /// Its name.
    pub name: String,
    /// Notification event (wakes all, stays set); else synchronization event (wakes one).
    pub notification: bool,
    /// Whether it starts signalled.
    pub signalled: bool,
    /// Where it is declared.
    pub span: Span,
}

/// A KTIMER.
#[derive(Clone, Debug, Default)]
pub struct TimerDef {
    /// Its name.
    pub name: String,
    /// Notification timer (wakes all, stays set); else synchronization timer (wakes one).
    pub notification: bool,
    /// Where in a block of pool it lies; `None`: in memory that nobody frees.
    pub block: Option<InBlock>,
    /// Where it is declared.
    pub span: Span,
}

/// A KSEMAPHORE.
#[derive(Clone, Debug, Default)]
pub struct SemaphoreDef {
    /// Its name.
    pub name: String,
    /// Its count at the start.
    pub count: i32,
    /// The most that its count may be.
    pub limit: i32,
    /// Where it is declared.
    pub span: Span,
}

/// A KMUTANT: a mutex.
#[derive(Clone, Debug, Default)]
pub struct MutantDef {
    /// Its name.
    pub name: String,
    /// ApcDisable: a driver's KMUTEX, whose owner is in a critical region; else one of user mode.
    pub apc_disable: bool,
    /// Where it is declared.
    pub span: Span,
}

/// A FAST_MUTEX or a KGUARDED_MUTEX (AP-23).
#[derive(Clone, Debug, Default)]
pub struct FastMutexDef {
    /// Its name.
    pub name: String,
    /// It is a guarded mutex.
    pub guarded: bool,
    /// Where it is declared.
    pub span: Span,
}

/// An ERESOURCE.
#[derive(Clone, Debug, Default)]
pub struct ResourceDef {
    /// Its name.
    pub name: String,
    /// The name of what threads wait for that want to share it.
    pub shared_waiters: String,
    /// The name of what threads wait for that want it alone.
    pub exclusive_waiters: String,
    /// Where it is declared.
    pub span: Span,
}

/// Objects that are waited for together: an array in a call of KeWaitForMultipleObjects or the like (WT-8).
#[derive(Clone, Debug, Default)]
pub struct ObjectList {
    /// The objects, packed, in their order.
    pub objects: Vec<u32>,
    /// How a wait for any of them reads: `A|B`.
    pub any: String,
    /// How a wait for all of them reads: `A&B`.
    pub all: String,
}
