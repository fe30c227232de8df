//! The kinds of record: what each tells, what its subject is, what its argument means, how much it matters.

use crate::program::Class;

/// What a record's argument means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgKind {
    /// Nothing.
    None,
    /// An IRQL.
    Irql,
    /// A count.
    Count,
    /// 0 or 1.
    Boolean,
    /// An NTSTATUS or a Win32 wait result.
    Status,
    /// A thread index; 65535 is the idle thread.
    Thread,
    /// A processor number; 255 for none.
    Processor,
    /// A processor number in the low byte; above it a [`crate::trace::DrainReason`], or 0.
    Target,
    /// A count in the low byte; above it a [`crate::trace::DrainReason`], or 0.
    Request,
    /// A packed [`crate::program::ObjectRef`]; 0 for none.
    Object,
    /// Nanoseconds, capped at 4.29 s.
    Duration,
    /// A priority.
    Priority,
    /// The low 32 bits of a value.
    Value,
    /// A bugcheck code.
    Bugcheck,
    /// A set of processors, a bit for each.
    Affinity,
}

/// How a kind reads and how much it matters.
#[derive(Clone, Copy, Debug)]
pub struct KindInfo {
    /// Which kind.
    pub kind: Kind,
    /// Its name in traces, exports and the page.
    pub name: &'static str,
    /// What the subject is.
    pub subject: Class,
    /// What the argument is.
    pub arg: ArgKind,
    /// 0 detail, 1 ordinary, 2 a change of who runs, 3 flagged: never hidden by zooming out.
    pub importance: u8,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident: $subject:ident, $arg:ident, $importance:literal;)*) => {
        /// What a record tells. The subject, the argument and the importance of each are in [`Kind::info`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Kind { $($(#[$doc])* $kind),* }

        const KINDS: &[KindInfo] = &[$(KindInfo {
            kind: Kind::$kind,
            name: stringify!($kind),
            subject: Class::$subject,
            arg: ArgKind::$arg,
            importance: $importance,
        }),*];
    };
}

kinds! {
    /// The machine starts; argument: processors.
    RunStarted: None, Count, 1;
    /// The run is over: nothing is left to happen.
    RunEnded: None, None, 2;
    /// The run is over: the time that the scenario gives is up.
    EndReached: None, None, 2;
    /// The IRQL was raised by code; argument: the old level (the record's IRQL is the new one).
    IrqlRaised: None, Irql, 1;
    /// The IRQL was lowered by code; argument: the old level.
    IrqlLowered: None, Irql, 1;
    /// A source asserts its interrupt; argument: its level.
    InterruptRequested: Interrupt, Irql, 1;
    /// The request joins one that is pending already; argument: its level.
    InterruptMerged: Interrupt, Irql, 1;
    /// The request has to wait; argument: the IRQL that masks it.
    InterruptPending: Interrupt, Irql, 1;
    /// The processor takes the interrupt; argument: the IRQL it interrupts.
    InterruptAccepted: Interrupt, Irql, 2;
    /// The ISR begins.
    IsrEntered: Interrupt, None, 1;
    /// The ISR returns; argument: whether it claims the interrupt.
    IsrReturned: Interrupt, Boolean, 1;
    /// End of interrupt; argument: the level the IRQL falls back to.
    InterruptEnded: Interrupt, Irql, 1;
    /// A software interrupt is requested; argument: 0 it fires as soon as it can, 1 it is masked and waits, 2 it was requested already; with the reason if a
    /// DPC requests it.
    SoftwareInterruptRequested: Irql, Request, 1;
    /// A software interrupt fires; argument: the IRQL it interrupts.
    SoftwareInterruptAccepted: Irql, Irql, 2;
    /// A software interrupt's handler ends; argument: the level the IRQL falls back to.
    SoftwareInterruptEnded: Irql, Irql, 1;
    /// An inter-processor interrupt is sent for the sake of a level; argument: the target processor, with the reason if a DPC
    /// asks for it.
    IpiSent: Irql, Target, 1;
    /// The clock ticks on a processor; argument: ticks so far.
    ClockTicked: None, Count, 1;
    /// A DPC object is initialised; argument: its routine.
    DpcInitialized: Dpc, Object, 1;
    /// A DPC is queued; argument: the depth of the queue with it.
    DpcInserted: Dpc, Count, 2;
    /// A DPC is queued already: the call returns FALSE; argument: the depth.
    DpcRefused: Dpc, Count, 2;
    /// A DPC is taken out of its queue; argument: the depth left.
    DpcRemoved: Dpc, Count, 1;
    /// The insertion asks for no drain; argument: the target processor and the reason.
    DpcRequestSpared: Dpc, Target, 1;
    /// KiRetireDpcList begins; argument: the depth of the queue.
    RetireStarted: None, Count, 2;
    /// A DPC's routine begins; argument: the depth left.
    DpcStarted: Dpc, Count, 2;
    /// A DPC's routine returns; argument: the depth left.
    DpcEnded: Dpc, Count, 1;
    /// KiRetireDpcList ends.
    RetireEnded: None, None, 1;
    /// An idle processor has polled long enough: it sleeps until the next interrupt.
    ProcessorHalted: None, None, 1;
    /// Due timers are expired; argument: how many.
    TimersExpired: None, Count, 1;
    /// A timer is set; argument: the time until it is due.
    TimerSet: Timer, Duration, 1;
    /// A timer falls due and is signalled; argument: its period, 0 for none.
    TimerSignalled: Timer, Duration, 2;
    /// A timer is stopped; argument: whether it was set.
    TimerCancelled: Timer, Boolean, 1;
    /// The clock ticks at another pace from the next tick on; argument: the time between ticks.
    ClockIntervalChanged: None, Duration, 1;
    /// A thread becomes ready; argument: its priority.
    ThreadReadied: Thread, Priority, 1;
    /// A thread is chosen to run next on the record's processor; argument: its priority.
    ThreadStandby: Thread, Priority, 1;
    /// The processor switches to this thread (65535: idle); argument: the thread before.
    ContextSwitched: Thread, Thread, 2;
    /// A running thread is marked to give way; argument: to whom.
    ThreadPreempted: Thread, Thread, 1;
    /// A new thread begins.
    ThreadStarted: Thread, None, 1;
    /// A thread has ended.
    ThreadEnded: Thread, None, 2;
    /// A thread's quantum is used up; argument: 0.
    QuantumRanOut: Thread, None, 1;
    /// The quantum end is handled; argument: the thread's new priority.
    QuantumEnded: Thread, Priority, 1;
    /// A thread's priority changes; argument: the new one.
    PriorityChanged: Thread, Priority, 1;
    /// A thread begins to wait; argument: the object (0: for time alone).
    WaitStarted: Thread, Object, 2;
    /// A wait is over at once, the object being signalled; argument: the object.
    WaitSatisfied: Thread, Object, 1;
    /// A wait is over; argument: its status.
    WaitEnded: Thread, Status, 2;
    /// A kernel APC breaks a wait, which the kernel will resume; argument: the object.
    WaitBroken: Thread, Object, 2;
    /// The wait goes on, behind every later waiter; argument: the object.
    WaitResumed: Thread, Object, 1;
    /// An event is signalled; argument: the previous state.
    EventSet: Event, Boolean, 1;
    /// An event is cleared; argument: the previous state.
    EventCleared: Event, Boolean, 1;
    /// An APC is queued; argument: to which thread.
    ApcInserted: Apc, Thread, 2;
    /// An APC is not queued: it is already, or the thread is exiting; argument: the thread.
    ApcRefused: Apc, Thread, 2;
    /// User APCs become deliverable at the next return to user mode.
    UserApcPending: Thread, None, 1;
    /// KiDeliverApc begins; argument: 1 when user APCs may be delivered.
    ApcDeliveryStarted: Thread, Boolean, 1;
    /// KiDeliverApc leaves a normal kernel APC where it is: one is in progress, or a region holds it.
    ApcHeld: Apc, Thread, 1;
    /// An APC's kernel routine begins; argument: the thread.
    ApcKernelRoutineStarted: Apc, Thread, 2;
    /// An APC's kernel routine returns; argument: the thread.
    ApcKernelRoutineEnded: Apc, Thread, 1;
    /// An APC's normal routine begins; argument: the thread.
    ApcNormalRoutineStarted: Apc, Thread, 2;
    /// An APC's normal routine returns; argument: the thread.
    ApcNormalRoutineEnded: Apc, Thread, 1;
    /// KiDeliverApc ends.
    ApcDeliveryEnded: Thread, None, 1;
    /// A spin lock is taken; argument: the IRQL of before.
    SpinLockAcquired: SpinLock, Irql, 1;
    /// A processor spins; argument: the processor that holds the lock.
    SpinLockContended: SpinLock, Processor, 2;
    /// A spin lock is freed; argument: the IRQL that follows.
    SpinLockReleased: SpinLock, Irql, 1;
    /// An I/O request is issued and pending; argument: bytes.
    IoStarted: Irp, Count, 2;
    /// An I/O request is refused at once; argument: its status.
    IoRefused: Irp, Status, 2;
    /// A driver completes a request; argument: its status.
    IoCompleted: Irp, Status, 2;
    /// A driver's dispatch, completion or cancel routine begins; argument: the request.
    DriverRoutineStarted: Body, Object, 1;
    /// A driver's routine returns; argument: its status.
    DriverRoutineEnded: Body, Status, 1;
    /// A completion routine keeps a request: its completion stops here; argument: stack locations left.
    IoCompletionStopped: Irp, Count, 2;
    /// Somebody asks that a request be cancelled; argument: whether a driver has a routine for that.
    IoCancelRequested: Irp, Boolean, 2;
    /// Data, status block and event of a request are in place for its thread; argument: bytes.
    IoStatusWritten: Irp, Count, 1;
    /// A completion packet is put into a port's queue; argument: the depth with it.
    PacketQueued: Queue, Count, 2;
    /// A completion packet leaves its queue; argument: the thread that gets it.
    PacketTaken: Queue, Thread, 2;
    /// A request is cancelled since its thread ends.
    IoCancelled: Irp, None, 1;
    /// A user thread calls a system service; argument: 0.
    ServiceEntered: Routine, None, 1;
    /// A system service returns to user mode; argument: its result.
    ServiceReturned: Routine, Value, 1;
    /// A function or a service of the scenario is called.
    FunctionEntered: Body, None, 0;
    /// A function or a service of the scenario returns; argument: its result.
    FunctionReturned: Body, Value, 0;
    /// Processor time is spent; argument: how much.
    WorkStarted: Body, Duration, 1;
    /// Interrupted work goes on; argument: what is left of it.
    WorkResumed: Body, Duration, 0;
    /// A global variable is written; argument: the value.
    GlobalWritten: Global, Value, 0;
    /// A marker is passed.
    MarkerReached: Marker, None, 2;
    /// An assertion does not hold.
    AssertionFailed: Text, None, 3;
    /// The machine stops; argument: the bugcheck code.
    BugChecked: None, Bugcheck, 3;
    /// Processors wait for each other: for a spin lock, or (65535) for the answer to an inter-processor interrupt; argument:
    /// the processor that closed the circle.
    DeadlockFound: SpinLock, Processor, 3;
    /// Threads wait for each other: the one that began to wait last; argument: the object.
    ThreadsDeadlocked: Thread, Object, 3;
    /// A limit of the simulator stops the run.
    LimitReached: None, None, 3;
    /// An attempt to take a spin lock without spinning fails; argument: the processor that holds it.
    SpinLockRefused: SpinLock, Processor, 1;
    /// A page fault is resolved: the page is read from disk; argument: whether the code writes.
    PageFaulted: Global, Boolean, 1;
    /// The memory manager takes all pageable memory away.
    MemoryTrimmed: None, None, 2;
    /// A non-maskable interrupt is taken; argument: the IRQL, which it leaves alone.
    NmiTaken: None, Irql, 2;
    /// A machine check that cannot be corrected is taken; argument: the IRQL.
    MachineCheckTaken: None, Irql, 2;
    /// A bugcheck elsewhere freezes the record's processor; argument: the processor that stops the machine.
    ProcessorFrozen: None, Processor, 1;
    /// An APC object is initialised; argument: its thread.
    ApcInitialized: Apc, Thread, 1;
    /// An APC is taken out of its list; argument: the thread.
    ApcRemoved: Apc, Thread, 1;
    /// The routine that begins with the next record is not the one of the APC's declaration; argument: which it is.
    ApcRoutineNamed: Apc, Object, 0;
    /// An APC's kernel routine has left no normal routine to call; argument: the thread.
    ApcNormalRoutineSkipped: Apc, Thread, 1;
    /// An APC's rundown routine begins, since its thread exits; argument: the thread.
    ApcRundownRoutineStarted: Apc, Thread, 2;
    /// An APC's rundown routine returns; argument: the thread.
    ApcRundownRoutineEnded: Apc, Thread, 1;
    /// An APC is dropped, since its thread exits: no routine of it is called; argument: the thread.
    ApcDropped: Apc, Thread, 1;
    /// A thread is to be suspended once more; argument: SuspendCount with it.
    ThreadSuspensionCounted: Thread, Count, 2;
    /// A suspension of a thread is taken back; argument: SuspendCount after it.
    ThreadResumptionCounted: Thread, Count, 2;
    /// Code creates a thread; argument: whether it begins suspended.
    ThreadCreated: Thread, Boolean, 1;
    /// A special kernel APC copies the context of its thread; argument: whether it writes it.
    ContextCopied: Thread, Boolean, 1;
    /// A thread attaches itself to a process; argument: the process.
    ProcessAttached: Thread, Object, 2;
    /// A thread detaches itself; argument: the process that it is back in.
    ProcessDetached: Thread, Object, 2;
    /// A process has ended with its last thread.
    ProcessEnded: Process, None, 2;
    /// A thread enters a critical region; argument: KernelApcDisable with it.
    CriticalRegionEntered: Thread, Value, 1;
    /// A thread leaves a critical region; argument: KernelApcDisable after it.
    CriticalRegionLeft: Thread, Value, 1;
    /// A thread enters a guarded region; argument: SpecialApcDisable with it.
    GuardedRegionEntered: Thread, Value, 1;
    /// A thread leaves a guarded region; argument: SpecialApcDisable after it.
    GuardedRegionLeft: Thread, Value, 1;
    /// One of the objects of a wait for all is signalled: the thread wakes to look at all of them; argument: the objects.
    WaitRetested: Thread, Object, 1;
    /// A semaphore is released; argument: its count, before any waiter takes of it.
    SemaphoreReleased: Semaphore, Count, 1;
    /// A thread gets a mutex, or gets it once more; argument: the thread.
    MutexAcquired: Mutant, Thread, 1;
    /// A mutex is released once; argument: how often its owner has still acquired it.
    MutexReleased: Mutant, Count, 1;
    /// A mutex is abandoned, for its owner ends; argument: the thread.
    MutexAbandoned: Mutant, Thread, 2;
    /// An event is signalled for those who wait at this moment, and clear again; argument: the previous state.
    EventPulsed: Event, Boolean, 1;
    /// A thread is alerted; argument: 0 in kernel mode, 1 in user mode.
    ThreadAlerted: Thread, Boolean, 1;
    /// A thread gets a fast or guarded mutex; argument: the thread.
    FastMutexAcquired: FastMutex, Thread, 1;
    /// A fast or guarded mutex is released; argument: the thread that owned it.
    FastMutexReleased: FastMutex, Thread, 1;
    /// An attempt to take a fast or guarded mutex without waiting fails; argument: its owner.
    FastMutexRefused: FastMutex, Thread, 1;
    /// A thread has a resource alone; argument: the thread.
    ResourceOwnedExclusive: Resource, Thread, 1;
    /// A thread shares a resource; argument: the thread.
    ResourceOwnedShared: Resource, Thread, 1;
    /// A resource is released once; argument: the threads that still own it.
    ResourceReleased: Resource, Count, 1;
    /// An attempt to acquire a resource without waiting fails; argument: the threads that own it.
    ResourceRefused: Resource, Count, 1;
    /// A thread that was to run next goes back to the head of its ready list; argument: in whose favour.
    StandbyReplaced: Thread, Thread, 1;
    /// A thread's base priority changes; argument: the new one.
    BasePriorityChanged: Thread, Priority, 1;
    /// A server makes a connection port.
    PortCreated: Port, None, 2;
    /// A client asks for a connection; the subject is its port; argument: the connection port.
    ConnectionRequested: Port, Object, 2;
    /// A server accepts a connection; the subject is its communication port; argument: the client's.
    ConnectionAccepted: Port, Object, 2;
    /// A server refuses a connection; argument: the status that the client gets.
    ConnectionRefused: Port, Status, 2;
    /// The client of an accepted connection goes on; argument: its thread.
    ConnectionCompleted: Port, Thread, 2;
    /// Messages of a port take kernel memory; argument: the bytes that all messages hold with it.
    KernelMemoryCharged: Port, Count, 1;
    /// Messages of a port give kernel memory back; argument: the bytes that all messages hold after it.
    KernelMemoryReturned: Port, Count, 1;
    /// Data of a message is copied into the kernel or out of it; argument: bytes.
    BytesCopied: Port, Count, 1;
    /// A message is put into the queue of a port; argument: its number.
    MessageQueued: Port, Count, 2;
    /// The receiver of a port is told of a message; argument: how, by a completion port, an event or a routine.
    PortNotified: Port, Object, 1;
    /// A message is received through a port; argument: its number.
    MessageReceived: Port, Count, 2;
    /// A message that was received waits for its reply in a queue of the port; argument: its number.
    MessageAwaitsReply: Port, Count, 1;
    /// A message is replied to; argument: its number.
    MessageReplied: Port, Count, 2;
    /// A reply reaches the thread that asked; argument: the time since it asked.
    ReplyReceived: Port, Duration, 2;
    /// A message does not fit into the receiver's buffer: the port keeps it; argument: its number.
    MessageKept: Port, Count, 2;
    /// A message is withdrawn, or fails with its connection; argument: its number.
    MessageCanceled: Port, Count, 2;
    /// A message is not sent; argument: the status.
    SendRefused: Port, Status, 2;
    /// A section for messages is made; argument: its bytes.
    SectionCreated: Section, Count, 1;
    /// A view of a section is mapped; argument: the process.
    ViewMapped: View, Object, 2;
    /// A view of a section is unmapped; argument: the process.
    ViewUnmapped: View, Object, 1;
    /// A connection is ended; the subject is the port through which.
    PortDisconnected: Port, None, 2;
    /// A port is closed.
    PortClosed: Port, None, 2;
    /// The processors that a thread may run on change; argument: processors 0 to 31, a bit for each.
    AffinityChanged: Thread, Affinity, 1;
    /// The same for processors 32 to 63, where there are so many.
    AffinityAbove32: Thread, Affinity, 0;
    /// Another processor becomes a thread's ideal one; argument: which.
    IdealProcessorChanged: Thread, Processor, 1;
    /// A block of pool is allocated; argument: its number.
    PoolAllocated: None, Count, 1;
    /// A block of pool is freed; argument: its number.
    PoolFreed: None, Count, 1;
    /// A work item is initialised; argument: its routine (0: it keeps the one that it has).
    WorkItemInitialized: WorkItem, Object, 1;
    /// A work item is queued; argument: the queue.
    WorkItemQueued: WorkItem, Object, 2;
    /// A work item leaves its queue; argument: the worker thread that gets it.
    WorkItemTaken: WorkItem, Thread, 1;
    /// A work item's routine begins; argument: the routine.
    WorkItemStarted: WorkItem, Object, 2;
    /// A work item's routine returns; argument: the routine.
    WorkItemEnded: WorkItem, Object, 1;
    /// A page fault on pageable code is resolved: the page is read from disk.
    CodePageFaulted: Body, None, 1;
    /// A wait that is over costs its thread a quantum unit; argument: the units left.
    QuantumCharged: Thread, Count, 1;
    /// A reserve object for a user APC is allocated.
    ReserveAllocated: Apc, None, 1;
    /// A reserve object is in use still: the call fails; argument: the APC that is not queued.
    ReserveRefused: Apc, Object, 2;
    /// The line of a passive-level interrupt is masked: its ISR has still to run.
    InterruptLineMasked: Interrupt, None, 1;
    /// The line is open again: the ISR has run.
    InterruptLineUnmasked: Interrupt, None, 1;
    /// A message takes a view of a section along; argument: the view's bytes, of which none are copied.
    ViewAttached: View, Count, 1;
    /// A routine is called at an IRQL that its documentation does not allow, and nothing checks it.
    MisuseUnchecked: Routine, None, 2;
}

impl Kind {
    /// Every kind, in numeric order.
    pub const COUNT: usize = KINDS.len();

    /// How the kind reads.
    #[inline]
    #[must_use]
    pub fn info(self) -> &'static KindInfo {
        &KINDS[self as usize]
    }

    /// The kind with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        KINDS.get(number as usize).map(|k| k.kind)
    }

    /// All kinds.
    pub fn all() -> impl Iterator<Item = &'static KindInfo> {
        KINDS.iter()
    }
}
