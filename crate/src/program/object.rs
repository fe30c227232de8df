//! Kernel objects as a scenario declares them, before anything has happened to them.

use super::ObjectRef;
use crate::base::{NONE, Ns};
use crate::text::Span;

/// DPC importance, numbered as the kernel numbers it: not in order of urgency (DP-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Importance {
    /// Tail of the queue, may wait.
    Low = 0,
    /// Tail of the queue.
    #[default]
    Medium = 1,
    /// Head of the queue.
    High = 2,
    /// Tail of the queue, urgent also for another processor.
    MediumHigh = 3,
}

/// Where in a block of pool an object lies, as a member of a device extension does (DP-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InBlock {
    /// The global variable that holds the block's address.
    pub variable: u16,
    /// How far from the block's beginning it lies; no other object of the program has the same.
    pub offset: u32,
}

/// Whose routine a DPC calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DpcOwner {
    /// The scenario's: its body.
    #[default]
    Scenario,
    /// The kernel's, which queues the APC of this waitable timer (WT-16).
    Timer(u16),
    /// The kernel's, which wakes the thread of this passive-level interrupt (IN-7).
    Interrupt(u16),
}

/// A KDPC as it is initialised (DP-3).
#[derive(Clone, Debug, Default)]
pub struct DpcDef {
    /// Its name.
    pub name: String,
    /// Its importance.
    pub importance: Importance,
    /// Target processor; `None`: the processor that inserts it.
    pub target: Option<u8>,
    /// ThreadedDpcObject (KeInitializeThreadedDpc).
    pub threaded: bool,
    /// The deferred routine's body, with parameters Dpc, DeferredContext, SystemArgument1, SystemArgument2; `NONE`
    /// until IoInitializeDpcRequest gives one.
    pub body: u16,
    /// DeferredContext, packed if it is an object.
    pub context: i64,
    /// Whose routine it calls.
    pub owner: DpcOwner,
    /// Where in a block of pool it lies; `None`: in memory that nobody frees.
    pub block: Option<InBlock>,
    /// Where it is declared.
    pub span: Span,
}

/// The system threads that call threaded DPCs, one for each processor, and the events that they wait for: both come
/// after those that the scenario declares (DP-25).
#[derive(Clone, Copy, Debug)]
pub struct DpcThreads {
    /// The thread of processor 0; it has no code of the scenario.
    pub first_thread: u16,
    /// The event of processor 0.
    pub first_event: u16,
}

/// The kinds of APC (AP-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ApcKind {
    /// Kernel mode, no normal routine.
    #[default]
    SpecialKernel = 0,
    /// Kernel mode with a normal routine.
    NormalKernel = 1,
    /// User mode.
    User = 2,
    /// User mode, needs no alertable wait (AP-24).
    SpecialUser = 3,
}

impl ApcKind {
    /// Whether its list is the user list of its thread.
    #[must_use]
    pub fn is_user(self) -> bool {
        matches!(self, Self::User | Self::SpecialUser)
    }
}

/// Whose routines an APC calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApcOwner {
    /// The scenario's: its bodies.
    #[default]
    Scenario,
    /// The I/O manager's, which completes this request (IO-2).
    Request(u16),
    /// A system service's, which only frees the object (AP-6).
    Service,
    /// The kernel's, which suspends the thread until it is resumed (SU-2).
    Suspend,
    /// The kernel's, which ends the thread (TE-1).
    Exit,
    /// The kernel's, which reads or writes the thread's context (SU-7).
    Context,
}

/// What suspension needs of every declared thread, those of the first thread first: its built-in APC, and the object that
/// it waits for in that. SuspendApc and SuspendSemaphore (SU-2), or SchedulerApc and SuspendEvent (SU-6).
#[derive(Clone, Copy, Debug)]
pub struct Suspension {
    /// The APC of the first thread.
    pub first_apc: u16,
    /// The object of the first thread.
    pub first_object: ObjectRef,
}

impl Suspension {
    /// What a thread waits for while it is suspended.
    #[must_use]
    pub fn object_of(&self, thread: u16) -> ObjectRef {
        let ObjectRef { class, index } = self.first_object;
        ObjectRef { class, index: index.saturating_add(thread) }
    }
}

/// What waitable timers with completion routines need: a DPC and an APC for each timer, those of the first timer first
/// (WT-16).
#[derive(Clone, Copy, Debug)]
pub struct TimerCompletions {
    /// The TimerDpc of the first timer.
    pub dpc: u16,
    /// Its TimerApc.
    pub apc: u16,
}

/// What reading and writing another thread's context needs: the APC, and the event of the first thread that may wait for it
/// (SU-7).
#[derive(Clone, Copy, Debug)]
pub struct ContextObjects {
    /// The APC, of which each call makes an object.
    pub apc: u16,
    /// The event of the first thread.
    pub first_event: u16,
}

/// A KAPC as it is initialised (AP-1, AP-6).
#[derive(Clone, Debug)]
pub struct ApcDef {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: ApcKind,
    /// The thread it is bound to; `NONE` when the call that queues it names the thread.
    pub thread: u16,
    /// ApcStateIndex as KeInitializeApc takes it: 0 original, 1 attached, 2 current, 3 insert (AP-2).
    pub environment: u8,
    /// KernelRoutine's body, or `NONE`. Its first four slots are NormalRoutine (a packed body or NULL), NormalContext,
    /// SystemArgument1 and SystemArgument2; what it leaves there is what the normal routine gets (AP-5).
    pub kernel_body: u16,
    /// RundownRoutine's body, or `NONE`.
    pub rundown_body: u16,
    /// NormalRoutine's body with parameters NormalContext, SystemArgument1, SystemArgument2, or `NONE`.
    pub normal_body: u16,
    /// Whose routines it calls.
    pub owner: ApcOwner,
    /// Where it is declared.
    pub span: Span,
}

impl ApcDef {
    /// A kernel APC whose routines are the kernel's own.
    #[must_use]
    pub fn of_kernel(name: String, thread: u16, owner: ApcOwner, span: Span) -> Self {
        let normal = matches!(owner, ApcOwner::Suspend | ApcOwner::Exit);
        Self {
            name,
            kind: if normal { ApcKind::NormalKernel } else { ApcKind::SpecialKernel },
            thread,
            environment: 0,
            kernel_body: NONE,
            rundown_body: NONE,
            normal_body: NONE,
            owner,
            span,
        }
    }
}

/// A KSPIN_LOCK.
#[derive(Clone, Debug, Default)]
pub struct SpinLockDef {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
}

/// A process.
#[derive(Clone, Debug, Default)]
pub struct ProcessDef {
    /// Its name.
    pub name: String,
    /// The machine stops when it ends.
    pub critical: bool,
    /// BasePriority, as its priority class makes it (TH-2).
    pub base_priority: u8,
    /// Its window is in front: longer quantums and larger boosts (TH-7, TH-11).
    pub foreground: bool,
    /// DisableQuantum: its real-time threads share with no equals (TH-10).
    pub disable_quantum: bool,
    /// The processors that its threads may run on, a bit for each.
    pub affinity: u64,
    /// Nobody declares it: it has threads that are not shown, and never ends.
    pub implied: bool,
    /// Where it is declared.
    pub span: Span,
}

/// A thread.
#[derive(Clone, Debug, Default)]
pub struct ThreadDef {
    /// Its name.
    pub name: String,
    /// Base priority, 1 to 31.
    pub priority: u8,
    /// The processors that it may run on, a bit for each (TH-17).
    pub affinity: u64,
    /// Kernel code only; else its own statements are user-mode code.
    pub system: bool,
    /// When it begins.
    pub start: Ns,
    /// Its process.
    pub process: u16,
    /// Code creates it: CreateThread, PsCreateSystemThread; `start` does not count.
    pub created_by_code: bool,
    /// Its code.
    pub body: u16,
    /// Where it is declared.
    pub span: Span,
}

/// A global variable.
#[derive(Clone, Debug, Default)]
pub struct GlobalDef {
    /// Its name.
    pub name: String,
    /// Its first value.
    pub value: i64,
    /// It lies in pageable memory, and its page is absent at first.
    pub paged: bool,
    /// Where it is declared.
    pub span: Span,
}
