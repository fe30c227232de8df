//! The routine table: every documented routine that code may call, once. The checker, completion, hover,
//! the machine and `docs/language.md` all read it.

use super::Class;
use crate::base::{English, Phrase};

/// A level by name, as in the documentation of a routine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// PASSIVE_LEVEL.
    Passive,
    /// APC_LEVEL.
    Apc,
    /// DISPATCH_LEVEL.
    Dispatch,
    /// CLOCK_LEVEL: the highest one below IPI_LEVEL.
    Clock,
    /// HIGH_LEVEL.
    High,
}

impl Level {
    /// The name in the headers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Passive => "PASSIVE_LEVEL",
            Self::Apc => "APC_LEVEL",
            Self::Dispatch => "DISPATCH_LEVEL",
            Self::Clock => "CLOCK_LEVEL",
            Self::High => "HIGH_LEVEL",
        }
    }

    /// Its number on a ladder.
    #[must_use]
    pub fn on(self, ladder: super::Ladder) -> super::Irql {
        match self {
            Self::Passive => super::Ladder::PASSIVE,
            Self::Apc => super::Ladder::APC,
            Self::Dispatch => super::Ladder::DISPATCH,
            Self::Clock => ladder.clock(),
            Self::High => ladder.high(),
        }
    }
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// The name of an object of this class.
    Object(Class),
    /// The name of an object that can be waited for.
    Dispatcher,
    /// The name of an object that user mode can signal: an event, a semaphore or a mutex.
    Signalled,
    /// An array of such names: `[A, B]`.
    Dispatchers,
    /// How many objects the array beside it has.
    Count,
    /// WaitAll or WaitAny.
    WaitType,
    /// An IRQL.
    Irql,
    /// The name of code of this kind.
    Code(super::BodyKind),
    /// The name of a global variable, which the routine reads and writes.
    Global,
    /// A variable that receives the old IRQL.
    OutIrql,
    /// A variable that receives a value.
    OutValue,
    /// The name of a function that the routine calls.
    Callback,
    /// TRUE or FALSE.
    Boolean,
    /// KernelMode or UserMode.
    Mode,
    /// A KWAIT_REASON.
    WaitReason,
    /// A kernel timeout: negative relative, positive absolute, 0 poll, NULL for ever; a bare number counts 100 ns.
    Timeout,
    /// A Win32 timeout: relative, 0 poll, INFINITE for ever; a bare number counts milliseconds.
    Milliseconds,
    /// A duration; a bare number counts microseconds.
    Microseconds,
    /// A duration; a bare number counts 100 ns.
    Resolution,
    /// A number of any meaning.
    Number,
    /// Memory that the routine needs and nobody reads: any name of it, or NULL.
    Buffer,
    /// A KPRIORITY boost.
    Increment,
    /// A DPC importance.
    Importance,
    /// The name of a DPC whose routine is meant, not the object.
    DeferredRoutine,
    /// A routine of an APC, as `Name.KernelRoutine`, or NULL.
    ApcRoutine,
    /// A KAPC_ENVIRONMENT.
    ApcEnvironment,
    /// The name of a thread, the call that names the current one, or a variable that holds a thread or its handle.
    Thread,
    /// A KPRIORITY, 1 to 31.
    Priority,
    /// A priority relative to that of the process.
    PriorityLevel,
    /// A handle of an ALPC port.
    PortHandle,
    /// A variable that gives a value and receives one, or NULL.
    InOutValue,
    /// What NtAlpcSetInformation takes for its class: a completion port, an event or a service.
    PortInformation,
    /// A KAFFINITY: a set of processors, a bit for each.
    Affinity,
    /// A WORK_QUEUE_TYPE.
    WorkQueueType,
}

impl ParamKind {
    /// Whether the argument is a variable that the routine writes.
    #[must_use]
    pub fn is_out(self) -> bool {
        matches!(self, Self::OutIrql | Self::OutValue | Self::InOutValue)
    }
}

/// A parameter of a documented routine.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// As documented.
    pub name: &'static str,
    /// What it takes.
    pub kind: ParamKind,
    /// It may be left out; then it is 0, FALSE or NULL.
    pub optional: bool,
}

/// What a routine returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultKind {
    /// Nothing.
    Void,
    /// BOOLEAN.
    Boolean,
    /// NTSTATUS.
    Status,
    /// KIRQL.
    Irql,
    /// LONG: a previous state.
    State,
    /// DWORD: a Win32 wait result.
    WaitResult,
    /// A number.
    Number,
}

impl ResultKind {
    /// The type's name in the headers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Void => "VOID",
            Self::Boolean => "BOOLEAN",
            Self::Status => "NTSTATUS",
            Self::Irql => "KIRQL",
            Self::State => "LONG",
            Self::WaitResult => "DWORD",
            Self::Number => "ULONG64",
        }
    }
}

/// Which code may call a routine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Kernel code: ISRs, DPCs, kernel APCs, system threads, services.
    Kernel,
    /// User-mode code: it is a system service, and the return to user mode delivers what is due.
    User,
    /// Either: from user mode it is a system service, and kernel code calls it as Zw…
    Service,
    /// Either: it belongs to the language, not to Windows.
    Any,
}

/// One documented routine.
#[derive(Clone, Copy, Debug)]
pub struct RoutineInfo {
    /// Which one.
    pub routine: Routine,
    /// As documented.
    pub name: &'static str,
    /// In the documented order.
    pub params: &'static [Param],
    /// What it returns.
    pub result: ResultKind,
    /// Lowest legal IRQL.
    pub irql_min: Level,
    /// Highest legal IRQL.
    pub irql_max: Level,
    /// Who may call it.
    pub caller: Caller,
    /// What it does, in one sentence.
    pub meaning: English,
    /// The rules of the reference that it follows.
    pub rules: &'static [&'static str],
}

const fn p(name: &'static str, kind: ParamKind) -> Param {
    Param { name, kind, optional: false }
}

const fn opt(name: &'static str, kind: ParamKind) -> Param {
    Param { name, kind, optional: true }
}

macro_rules! routines {
    ($($routine:ident($($param:expr),*) -> $result:ident, $min:ident..=$max:ident, $caller:ident, $meaning:literal, [$($rule:literal),*];)*) => {
        /// Every documented routine that code may call.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        #[allow(missing_docs)] // the table is the documentation: RoutineInfo::meaning
        #[allow(non_camel_case_types)]
        pub enum Routine { $($routine),* }

        /// The table, in the order of [`Routine`].
        pub static ROUTINES: &[RoutineInfo] = &[$(RoutineInfo {
            routine: Routine::$routine,
            name: stringify!($routine),
            params: &[$($param),*],
            result: ResultKind::$result,
            irql_min: Level::$min,
            irql_max: Level::$max,
            caller: Caller::$caller,
            meaning: English::new($meaning),
            rules: &[$($rule),*],
        }),*];
    };
}

use super::BodyKind as B;
use ParamKind as K;

routines! {
    KeRaiseIrql(p("NewIrql", K::Irql), p("OldIrql", K::OutIrql)) -> Void, Passive..=High, Kernel,
        "Raises the IRQL of this processor and stores the old level; whatever is at or below the new level waits.", ["IR-9", "IR-10"];
    KeRaiseIrqlToDpcLevel() -> Irql, Passive..=Dispatch, Kernel,
        "Raises the IRQL to DISPATCH_LEVEL and returns the old level.", ["IR-9"];
    KeLowerIrql(p("NewIrql", K::Irql)) -> Void, Passive..=High, Kernel,
        "Lowers the IRQL; everything that this unmasks is delivered before it returns, highest first.", ["IR-11", "IR-12"];
    KeGetCurrentIrql() -> Irql, Passive..=High, Kernel,
        "The IRQL of this processor.", ["IR-5"];
    KeGetCurrentProcessorNumberEx(opt("ProcNumber", K::OutValue)) -> Number, Passive..=High, Kernel,
        "The number of the processor that runs this code. A number stands for the PROCESSOR_NUMBER too.", ["IR-5"];
    KeQueryTickCount(p("CurrentCount", K::OutValue)) -> Void, Passive..=High, Kernel,
        "How many clock ticks there have been.", ["IN-11"];
    KeQueryInterruptTime() -> Number, Passive..=High, Kernel,
        "When the last clock tick was. Here it counts nanoseconds from the start of the run; Windows counts 100 ns.", ["IN-11"];
    KeQuerySystemTime(p("CurrentTime", K::OutValue)) -> Void, Passive..=High, Kernel,
        "The system time as of the last clock tick, in nanoseconds from the start of the run: what an absolute timeout is measured by.", ["IN-11", "WT-2"];
    KeQuerySystemTimePrecise(p("CurrentTime", K::OutValue)) -> Void, Passive..=High, Kernel,
        "The system time of this moment, not of the last clock tick.", ["IN-11"];
    KeQueryPerformanceCounter(opt("PerformanceFrequency", K::OutValue)) -> Number, Passive..=High, Kernel,
        "A counter that runs on between the clock ticks; it counts nanoseconds, so its frequency is 1,000,000,000.", ["IN-11"];
    InterlockedIncrement(p("Addend", K::Global)) -> State, Passive..=High, Any,
        "Adds 1 to a global variable, with nothing in between, and returns the new value.", [];
    InterlockedDecrement(p("Addend", K::Global)) -> State, Passive..=High, Any,
        "Takes 1 from a global variable, with nothing in between, and returns the new value.", [];
    InterlockedExchange(p("Target", K::Global), p("Value", K::Number)) -> State, Passive..=High, Any,
        "Writes a global variable and returns its value of before, with nothing in between.", [];
    InterlockedCompareExchange(p("Destination", K::Global), p("Exchange", K::Number), p("Comparand", K::Number)) -> State, Passive..=High, Any,
        "Writes a global variable only if it equals Comparand, with nothing in between; returns its value of before.", [];
    InterlockedAdd(p("Addend", K::Global), p("Value", K::Number)) -> State, Passive..=High, Any,
        "Adds to a global variable, with nothing in between, and returns the new value.", [];
    InterlockedExchangeAdd(p("Addend", K::Global), p("Value", K::Number)) -> State, Passive..=High, Any,
        "Adds to a global variable, with nothing in between, and returns its value of before.", [];
    InterlockedAnd(p("Destination", K::Global), p("Value", K::Number)) -> State, Passive..=High, Any,
        "Keeps of a global variable the bits that Value has too; returns its value of before.", [];
    InterlockedOr(p("Destination", K::Global), p("Value", K::Number)) -> State, Passive..=High, Any,
        "Sets in a global variable the bits of Value; returns its value of before.", [];
    KeStallExecutionProcessor(p("MicroSeconds", K::Microseconds)) -> Void, Passive..=High, Kernel,
        "Busy-waits on this processor.", ["IR-21"];
    KeInitializeDpc(p("Dpc", K::Object(Class::Dpc)), p("DeferredRoutine", K::DeferredRoutine), opt("DeferredContext", K::Number)) -> Void, Passive..=High, Kernel,
        "Gives a DPC a routine (that of a declared DPC) and its context; Medium importance and no target again.", ["DP-3"];
    KeInitializeThreadedDpc(p("Dpc", K::Object(Class::Dpc)), p("DeferredRoutine", K::DeferredRoutine), opt("DeferredContext", K::Number)) -> Void, Passive..=High, Kernel,
        "As KeInitializeDpc, and makes the DPC a threaded one.", ["DP-3", "DP-25"];
    KeInsertQueueDpc(p("Dpc", K::Object(Class::Dpc)), opt("SystemArgument1", K::Number), opt("SystemArgument2", K::Number)) -> Boolean, Passive..=High, Kernel,
        "Queues a DPC; FALSE when it is queued already, and then the first arguments stay.", ["DP-8", "DP-9", "DP-12"];
    KeRemoveQueueDpc(p("Dpc", K::Object(Class::Dpc))) -> Boolean, Passive..=High, Kernel,
        "Takes a DPC out of its queue; FALSE when it is not queued: it may be running on another processor.", ["DP-14"];
    KeFlushQueuedDpcs() -> Void, Passive..=Passive, Kernel,
        "Returns when every DPC that was queued before the call, on every processor, has finished.", ["DP-15"];
    KeSetImportanceDpc(p("Dpc", K::Object(Class::Dpc)), p("Importance", K::Importance)) -> Void, Passive..=High, Kernel,
        "Sets the importance that the next insertion of a DPC uses.", ["DP-4", "DP-5"];
    KeSetTargetProcessorDpc(p("Dpc", K::Object(Class::Dpc)), p("Number", K::Number)) -> Void, Passive..=High, Kernel,
        "Sets the processor that the next insertion of a DPC goes to.", ["DP-5", "DP-30"];
    KeSetTargetProcessorDpcEx(p("Dpc", K::Object(Class::Dpc)), p("ProcNumber", K::Number)) -> Status, Passive..=High, Kernel,
        "The same, with STATUS_INVALID_PARAMETER for a processor that is not there. A number stands for the PROCESSOR_NUMBER.", ["DP-5", "DP-30"];
    IoInitializeDpcRequest(p("DeviceObject", K::Object(Class::Interrupt)), p("DpcRoutine", K::DeferredRoutine)) -> Void, Passive..=High, Kernel,
        "Gives the DPC that a device object has built in its DpcForIsr routine, that of a declared DPC.", ["DP-26"];
    IoRequestDpc(p("DeviceObject", K::Object(Class::Interrupt)), opt("Irp", K::Number), opt("Context", K::Number)) -> Void, Passive..=High, Kernel,
        "Queues the device object's own DPC; the request is dropped when that is queued already.", ["DP-26", "DP-8"];
    KeSetEvent(p("Event", K::Object(Class::Event)), opt("Increment", K::Increment), opt("Wait", K::Boolean)) -> State, Passive..=Dispatch, Kernel,
        "Signals an event: a notification event wakes all waiters, a synchronization event one. Returns the previous state. After Wait = TRUE the next call is a wait.", ["WT-1", "WT-12", "TH-4", "TH-6"];
    KeResetEvent(p("Event", K::Object(Class::Event))) -> State, Passive..=Dispatch, Kernel,
        "Clears an event and returns its previous state.", ["WT-11"];
    KeClearEvent(p("Event", K::Object(Class::Event))) -> Void, Passive..=Dispatch, Kernel,
        "Clears an event.", ["WT-11"];
    KeReadStateEvent(p("Event", K::Object(Class::Event))) -> State, Passive..=Dispatch, Kernel,
        "Whether an event is signalled.", ["WT-1"];
    KeSetTimer(p("Timer", K::Object(Class::Timer)), p("DueTime", K::Timeout), opt("Dpc", K::Object(Class::Dpc))) -> Boolean, Passive..=Dispatch, Kernel,
        "Sets a timer: with the first clock tick at or after DueTime it is signalled and its DPC called. TRUE when it was set already.", ["WT-15", "DP-22"];
    KeSetTimerEx(p("Timer", K::Object(Class::Timer)), p("DueTime", K::Timeout), p("Period", K::Milliseconds), opt("Dpc", K::Object(Class::Dpc))) -> Boolean, Passive..=Dispatch, Kernel,
        "As KeSetTimer; with a Period other than 0 it expires again and again.", ["WT-15", "DP-22"];
    KeCancelTimer(p("Timer", K::Object(Class::Timer))) -> Boolean, Passive..=Dispatch, Kernel,
        "Stops a timer; TRUE when it was set. A DPC that it has queued already stays queued.", ["WT-15"];
    KeReadStateTimer(p("Timer", K::Object(Class::Timer))) -> Boolean, Passive..=Dispatch, Kernel,
        "Whether a timer is signalled.", ["WT-15"];
    ExSetTimerResolution(p("DesiredTime", K::Resolution), p("SetResolution", K::Boolean)) -> Number, Passive..=Apc, Kernel,
        "Lets the clock tick more often, down to every 0.5 ms, until SetResolution = FALSE takes the request back. Returns the period in 100 ns.", ["IN-11"];
    KeWaitForSingleObject(p("Object", K::Dispatcher), opt("WaitReason", K::WaitReason), opt("WaitMode", K::Mode), opt("Alertable", K::Boolean), opt("Timeout", K::Timeout)) -> Status, Passive..=Dispatch, Kernel,
        "Waits until an object is signalled, the time is up or, if it is an alertable user-mode wait, a user APC comes.", ["WT-2", "WT-3", "WT-4"];
    KeDelayExecutionThread(p("WaitMode", K::Mode), p("Alertable", K::Boolean), p("Interval", K::Timeout)) -> Status, Passive..=Apc, Kernel,
        "Lets the thread sleep; it wakes with the first clock tick at or after the time. With the interval 0, too, APC_LEVEL is the highest level here: sources disagree on that.", ["WT-10"];
    KeAcquireSpinLock(p("SpinLock", K::Object(Class::SpinLock)), p("OldIrql", K::OutIrql)) -> Void, Passive..=Dispatch, Kernel,
        "Raises to DISPATCH_LEVEL, then spins until the lock is free and takes it.", ["IR-17"];
    KeReleaseSpinLock(p("SpinLock", K::Object(Class::SpinLock)), p("NewIrql", K::Irql)) -> Void, Dispatch..=Dispatch, Kernel,
        "Frees a spin lock, then lowers the IRQL to the saved level.", ["IR-17", "IR-12"];
    KeAcquireSpinLockAtDpcLevel(p("SpinLock", K::Object(Class::SpinLock))) -> Void, Dispatch..=High, Kernel,
        "Takes a spin lock without changing the IRQL, which must be DISPATCH_LEVEL or above.", ["IR-17"];
    KeReleaseSpinLockFromDpcLevel(p("SpinLock", K::Object(Class::SpinLock))) -> Void, Dispatch..=High, Kernel,
        "Frees a spin lock without changing the IRQL.", ["IR-17"];
    KeAcquireSpinLockForDpc(p("SpinLock", K::Object(Class::SpinLock))) -> Irql, Passive..=Dispatch, Kernel,
        "Takes a spin lock in code that may be an ordinary or a threaded DPC: raises to DISPATCH_LEVEL only from below it. Returns the old level.", ["IR-17", "DP-25"];
    KeReleaseSpinLockForDpc(p("SpinLock", K::Object(Class::SpinLock)), p("OldIrql", K::Irql)) -> Void, Dispatch..=Dispatch, Kernel,
        "Frees a spin lock, then goes back to the level of before: of an ordinary DPC it stays DISPATCH_LEVEL.", ["IR-17", "DP-25"];
    KeInsertQueueApc(p("Apc", K::Object(Class::Apc)), opt("SystemArgument1", K::Number), opt("SystemArgument2", K::Number), opt("Increment", K::Increment)) -> Boolean, Passive..=Dispatch, Kernel,
        "Queues an APC to its thread; FALSE when it is queued already or the thread is exiting.", ["AP-7", "AP-8", "AP-9", "AP-10"];
    KeTestAlertThread(opt("AlertMode", K::Mode)) -> Boolean, Passive..=Dispatch, Kernel,
        "Whether this thread was alerted, and clears that; if not, and in user mode, makes queued user APCs pending, so that the return to user mode delivers them.", ["AL-2"];
    IoCompleteRequest(p("Irp", K::Object(Class::Irp)), opt("PriorityBoost", K::Increment)) -> Void, Passive..=Dispatch, Kernel,
        "Completes an I/O request: completion routines run up the stack, then a special kernel APC carries the result into the thread that issued it.", ["IO-1", "IO-2"];
    IoCallDriver(p("DeviceObject", K::Object(Class::Driver)), p("Irp", K::Object(Class::Irp))) -> Status, Passive..=Dispatch, Kernel,
        "Hands a request to a driver: its dispatch routine runs at once, with the next lower stack location.", ["IO-1"];
    IoSetCompletionRoutine(p("Irp", K::Object(Class::Irp)), p("CompletionRoutine", K::Code(B::Completion)), p("Context", K::Number), p("InvokeOnSuccess", K::Boolean), p("InvokeOnError", K::Boolean), p("InvokeOnCancel", K::Boolean)) -> Void, Passive..=Dispatch, Kernel,
        "Has a routine called when the driver below has completed the request, if it ends in one of these ways.", ["IO-1"];
    IoMarkIrpPending(p("Irp", K::Object(Class::Irp))) -> Void, Passive..=Dispatch, Kernel,
        "Says that the dispatch routine will return STATUS_PENDING; a completion routine passes it on when Irp.PendingReturned is set.", ["IO-1"];
    IoSetCancelRoutine(p("Irp", K::Object(Class::Irp)), p("CancelRoutine", K::Code(B::Cancel))) -> Number, Passive..=Dispatch, Kernel,
        "Sets the routine that cancels a request, or with NULL takes it away, and returns the one of before.", ["IO-6", "IO-1"];
    IoCancelIrp(p("Irp", K::Object(Class::Irp))) -> Boolean, Passive..=Dispatch, Kernel,
        "Marks a request as cancelled and calls its cancel routine; FALSE when it has none.", ["IO-6"];
    IoAcquireCancelSpinLock(p("Irql", K::OutIrql)) -> Void, Passive..=Dispatch, Kernel,
        "Raises to DISPATCH_LEVEL and takes the cancel spin lock.", ["IO-6", "IR-17"];
    IoReleaseCancelSpinLock(p("Irql", K::Irql)) -> Void, Dispatch..=Dispatch, Kernel,
        "Frees the cancel spin lock; a cancel routine does so first, with Irp.CancelIrql.", ["IO-6", "IR-17"];
    KeBugCheckEx(p("BugCheckCode", K::Number), opt("BugCheckParameter1", K::Number), opt("BugCheckParameter2", K::Number), opt("BugCheckParameter3", K::Number), opt("BugCheckParameter4", K::Number)) -> Void, Passive..=High, Kernel,
        "Stops the machine with a code and four parameters.", ["BC-4"];
    ReadFileEx(p("Irp", K::Object(Class::Irp)), p("CompletionRoutine", K::Object(Class::Apc)), opt("hFile", K::Object(Class::File)), opt("lpBuffer", K::Number), opt("nNumberOfBytesToRead", K::Number)) -> Boolean, Passive..=Passive, User,
        "Issues an asynchronous read whose completion routine runs in this thread, in an alertable wait; FALSE when it is refused.", ["IO-5", "IO-6", "IO-4"];
    WriteFileEx(p("Irp", K::Object(Class::Irp)), p("CompletionRoutine", K::Object(Class::Apc)), opt("hFile", K::Object(Class::File)), opt("lpBuffer", K::Number), opt("nNumberOfBytesToWrite", K::Number)) -> Boolean, Passive..=Passive, User,
        "Issues an asynchronous write whose completion routine runs in this thread, in an alertable wait; FALSE when it is refused.", ["IO-5", "IO-6", "IO-4"];
    ReadFile(p("Irp", K::Object(Class::Irp)), opt("lpNumberOfBytesRead", K::OutValue), opt("hFile", K::Object(Class::File)), opt("lpBuffer", K::Number), opt("nNumberOfBytesToRead", K::Number)) -> Boolean, Passive..=Passive, User,
        "Issues a read without a completion routine. On a file of synchronous I/O it returns when the read is over; else at once: TRUE when it is over by then, FALSE when it is pending (`Irp.Status` is STATUS_PENDING, where Windows has ERROR_IO_PENDING) or refused.", ["IO-3", "IO-6", "AP-29"];
    CancelIoEx(p("FileHandle", K::Object(Class::File)), opt("Overlapped", K::Object(Class::Irp))) -> Boolean, Passive..=Passive, User,
        "Asks the drivers to cancel the pending requests of a file, or one of them; FALSE when there is none. A request without a cancel routine stays pending.", ["IO-6"];
    CreateIoCompletionPort(p("FileHandle", K::Object(Class::File)), p("ExistingCompletionPort", K::Object(Class::Queue)), opt("CompletionKey", K::Number)) -> Boolean, Passive..=Passive, User,
        "Binds a file to a completion port; from then on requests with a completion routine are refused. FALSE when it is bound already.", ["IO-4", "IO-8"];
    GetQueuedCompletionStatus(p("CompletionPort", K::Object(Class::Queue)), p("NumberOfBytesTransferred", K::OutValue), p("CompletionKey", K::OutValue), p("Overlapped", K::OutValue), p("Milliseconds", K::Milliseconds)) -> Boolean, Passive..=Passive, User,
        "Removes a completion packet, waiting for one if need be; this thread then belongs to the port. FALSE when the time is up (Overlapped is NULL) or the request failed.", ["IO-8", "WT-1", "WT-3"];
    PostQueuedCompletionStatus(p("CompletionPort", K::Object(Class::Queue)), opt("NumberOfBytesTransferred", K::Number), opt("CompletionKey", K::Number), opt("Overlapped", K::Number)) -> Boolean, Passive..=Passive, User,
        "Puts a completion packet of one's own into a port's queue.", ["IO-8"];
    SetFileCompletionNotificationModes(p("FileHandle", K::Object(Class::File)), p("Flags", K::Number)) -> Boolean, Passive..=Passive, User,
        "Leaves out the packet of requests that succeed at once, or the file object's event.", ["IO-8", "IO-2"];
    QueueUserAPC(p("Apc", K::Object(Class::Apc)), p("Thread", K::Thread), opt("Data", K::Number)) -> Boolean, Passive..=Passive, User,
        "Queues a user APC to a thread, a new object at each call; FALSE when the thread is exiting.", ["AP-10", "AP-25"];
    SleepEx(p("Milliseconds", K::Milliseconds), opt("Alertable", K::Boolean)) -> WaitResult, Passive..=Passive, User,
        "Sleeps; if alertable, user APCs end the sleep with WAIT_IO_COMPLETION after they have run.", ["WT-4", "WT-5", "WT-10", "AP-15"];
    Sleep(p("Milliseconds", K::Milliseconds)) -> Void, Passive..=Passive, User,
        "Sleeps without being alertable: queued user APCs wait.", ["WT-10", "AP-10"];
    WaitForSingleObject(p("Handle", K::Dispatcher), p("Milliseconds", K::Milliseconds)) -> WaitResult, Passive..=Passive, User,
        "Waits for an object, not alertable. A variable may hold its handle: that of a waitable port, or one that came with a message.", ["WT-3", "AP-10", "LP-12"];
    WaitForSingleObjectEx(p("Handle", K::Dispatcher), p("Milliseconds", K::Milliseconds), opt("Alertable", K::Boolean)) -> WaitResult, Passive..=Passive, User,
        "Waits for an object; if alertable, user APCs end the wait with WAIT_IO_COMPLETION after they have run.", ["WT-3", "WT-4", "WT-5"];
    SetEvent(p("Event", K::Object(Class::Event))) -> Boolean, Passive..=Passive, User,
        "Signals an event from user mode.", ["WT-1"];
    ResetEvent(p("Event", K::Object(Class::Event))) -> Boolean, Passive..=Passive, User,
        "Clears an event from user mode.", ["WT-11"];
    NtTestAlert() -> Status, Passive..=Passive, User,
        "Delivers the queued user APCs before the next statement.", ["AL-2", "AP-15"];
    NtYieldExecution() -> Status, Passive..=Passive, User,
        "Lets any ready thread of this processor run.", ["TH-18"];
    KeRaiseIrqlToSynchLevel() -> Irql, Passive..=High, Kernel,
        "Raises the IRQL to SYNCH_LEVEL and returns the old level.", ["IR-3", "IR-9"];
    KeAcquireSpinLockRaiseToDpc(p("SpinLock", K::Object(Class::SpinLock))) -> Irql, Passive..=Dispatch, Kernel,
        "As KeAcquireSpinLock, and returns the old level.", ["IR-17"];
    KeAcquireSpinLockRaiseToSynch(p("SpinLock", K::Object(Class::SpinLock))) -> Irql, Passive..=High, Kernel,
        "Raises to SYNCH_LEVEL, then spins until the lock is free and takes it; returns the old level.", ["IR-18"];
    KeTryToAcquireSpinLockAtDpcLevel(p("SpinLock", K::Object(Class::SpinLock))) -> Boolean, Dispatch..=High, Kernel,
        "Takes a spin lock if it is free, and never spins; FALSE when it is held.", ["IR-17"];
    KeAcquireInStackQueuedSpinLock(p("SpinLock", K::Object(Class::SpinLock)), p("LockHandle", K::OutValue)) -> Void, Passive..=Dispatch, Kernel,
        "As KeAcquireSpinLock, but processors get the lock in the order in which they came.", ["IR-17"];
    KeReleaseInStackQueuedSpinLock(p("LockHandle", K::Number)) -> Void, Dispatch..=Dispatch, Kernel,
        "Frees a queued spin lock, then lowers the IRQL to the level in the handle.", ["IR-17", "IR-12"];
    KeAcquireInStackQueuedSpinLockAtDpcLevel(p("SpinLock", K::Object(Class::SpinLock)), p("LockHandle", K::OutValue)) -> Void, Dispatch..=High, Kernel,
        "Takes a queued spin lock in the order of arrival, without changing the IRQL.", ["IR-17"];
    KeReleaseInStackQueuedSpinLockFromDpcLevel(p("LockHandle", K::Number)) -> Void, Dispatch..=High, Kernel,
        "Frees a queued spin lock without changing the IRQL.", ["IR-17"];
    KeAcquireInterruptSpinLock(p("Interrupt", K::Object(Class::Interrupt))) -> Irql, Passive..=High, Kernel,
        "Raises to the SynchronizeIrql of a device's interrupt and takes the lock that its ISR takes; returns the old level. A passive-level interrupt has none.", ["IR-19"];
    KeReleaseInterruptSpinLock(p("Interrupt", K::Object(Class::Interrupt)), p("OldIrql", K::Irql)) -> Void, Passive..=High, Kernel,
        "Frees the lock of a device's interrupt, then lowers the IRQL to the saved level.", ["IR-19", "IR-12"];
    KeSynchronizeExecution(p("Interrupt", K::Object(Class::Interrupt)), p("SynchronizeRoutine", K::Callback), opt("SynchronizeContext", K::Number)) -> Boolean, Passive..=High, Kernel,
        "Calls a function as if it were a part of the device's ISR: at SynchronizeIrql, under its lock; for a passive-level ISR, under its event. Returns what the function returns.", ["IN-6", "IN-7"];
    KeIpiGenericCall(p("BroadcastFunction", K::Callback), opt("Context", K::Number)) -> Number, Passive..=Clock, Kernel,
        "Calls a function on all processors at once, at IPI_LEVEL, and waits for all of them. Returns what it returns here.", ["IN-10"];
    ExAllocatePool2(p("Flags", K::Number), p("NumberOfBytes", K::Number), opt("Tag", K::Number)) -> Number, Passive..=Dispatch, Kernel,
        "Allocates a block of the nonpaged or, up to APC_LEVEL, of the paged pool, and returns its address.", ["BC-3"];
    ExFreePool(p("P", K::Number)) -> Void, Passive..=Dispatch, Kernel,
        "Frees a block of pool.", ["BC-1", "BC-3"];
    RtlZeroMemory(p("Destination", K::Number), opt("Length", K::Number)) -> Void, Passive..=High, Kernel,
        "Writes to the memory at an address; at DISPATCH_LEVEL or above it must be nonpaged.", ["BC-1", "BC-3", "IN-15"];
    RtlCopyMemory(p("Destination", K::Number), p("Source", K::Number), opt("Length", K::Number)) -> Void, Passive..=High, Kernel,
        "Reads from one address and writes to the other.", ["BC-1", "BC-3", "IN-15"];
    ExRaiseStatus(p("Status", K::Number)) -> Void, Passive..=High, Kernel,
        "Raises an exception. Nobody handles it here: the machine stops.", ["IN-15"];
    KeWaitForMultipleObjects(p("Count", K::Count), p("Object", K::Dispatchers), p("WaitType", K::WaitType), opt("WaitReason", K::WaitReason), opt("WaitMode", K::Mode), opt("Alertable", K::Boolean), opt("Timeout", K::Timeout), opt("WaitBlockArray", K::Buffer)) -> Status, Passive..=Dispatch, Kernel,
        "Waits for any of several objects, and returns the lowest number of one that is signalled; or for all of them, which it takes all at once. More than 3 objects need a WaitBlockArray, and 64 are the most.", ["WT-8", "WT-9", "WT-3"];
    KeReleaseSemaphore(p("Semaphore", K::Object(Class::Semaphore)), p("Increment", K::Increment), p("Adjustment", K::Number), opt("Wait", K::Boolean)) -> State, Passive..=Dispatch, Kernel,
        "Adds to a semaphore's count and releases as many waiters; returns the count of before. Beyond its limit it raises STATUS_SEMAPHORE_LIMIT_EXCEEDED.", ["WT-1", "WT-6"];
    KeReadStateSemaphore(p("Semaphore", K::Object(Class::Semaphore))) -> State, Passive..=Dispatch, Kernel,
        "The count of a semaphore.", ["WT-1"];
    WaitForMultipleObjects(p("nCount", K::Count), p("lpHandles", K::Dispatchers), p("bWaitAll", K::Boolean), p("dwMilliseconds", K::Milliseconds)) -> WaitResult, Passive..=Passive, User,
        "Waits for one or for all of several objects, not alertable; returns WAIT_OBJECT_0 and the number of the object.", ["WT-8", "WT-9", "AP-10"];
    WaitForMultipleObjectsEx(p("nCount", K::Count), p("lpHandles", K::Dispatchers), p("bWaitAll", K::Boolean), p("dwMilliseconds", K::Milliseconds), opt("bAlertable", K::Boolean)) -> WaitResult, Passive..=Passive, User,
        "Waits for one or for all of several objects; if alertable, user APCs end the wait with WAIT_IO_COMPLETION after they have run.", ["WT-8", "WT-9", "WT-4", "WT-5"];
    ReleaseSemaphore(p("hSemaphore", K::Object(Class::Semaphore)), p("lReleaseCount", K::Number), opt("lpPreviousCount", K::OutValue)) -> Boolean, Passive..=Passive, User,
        "Adds to a semaphore's count from user mode; FALSE when that would go beyond its limit.", ["WT-1", "WT-6"];
    KeReleaseMutex(p("Mutex", K::Object(Class::Mutant)), opt("Wait", K::Boolean)) -> State, Passive..=Dispatch, Kernel,
        "Releases a mutex that this thread owns; the last release leaves the critical region that the first acquisition entered. Returns the previous state. Another thread's call raises STATUS_MUTANT_NOT_OWNED.", ["WT-13", "AP-22"];
    KeReadStateMutex(p("Mutex", K::Object(Class::Mutant))) -> State, Passive..=Dispatch, Kernel,
        "The state of a mutex: 1 while it is free, and one less for each time its owner has acquired it.", ["WT-13"];
    ReleaseMutex(p("hMutex", K::Object(Class::Mutant))) -> Boolean, Passive..=Passive, User,
        "Releases a mutex of user mode; FALSE when this thread does not own it.", ["WT-13"];
    KePulseEvent(p("Event", K::Object(Class::Event)), opt("Increment", K::Increment), opt("Wait", K::Boolean)) -> State, Passive..=Dispatch, Kernel,
        "Wakes those who wait for an event at this moment, and leaves it clear: a thread that a kernel APC keeps from waiting just then misses it.", ["WT-11", "WT-12"];
    PulseEvent(p("hEvent", K::Object(Class::Event))) -> Boolean, Passive..=Passive, User,
        "As KePulseEvent, from user mode: not reliable, for a waiter may be off its wait for a moment.", ["WT-11"];
    KeAlertThread(p("Thread", K::Thread), p("AlertMode", K::Mode)) -> Boolean, Passive..=Dispatch, Kernel,
        "Alerts a thread in kernel or user mode: ends its alertable wait of that mode or, for kernel mode, of any; else the next one ends at once. TRUE when it was alerted already.", ["AL-1", "AL-4"];
    NtAlertThread(p("ThreadHandle", K::Thread)) -> Status, Passive..=Passive, User,
        "Alerts a thread in user mode.", ["AL-1", "AL-3"];
    SignalObjectAndWait(p("hObjectToSignal", K::Signalled), p("hObjectToWaitOn", K::Dispatcher), p("dwMilliseconds", K::Milliseconds), opt("bAlertable", K::Boolean)) -> WaitResult, Passive..=Passive, User,
        "Sets an event, or releases a semaphore or a mutex once, and begins to wait for another object before any other thread of this processor runs.", ["WT-12", "WT-3", "WT-4"];
    ExAcquireFastMutex(p("FastMutex", K::Object(Class::FastMutex))) -> Void, Passive..=Apc, Kernel,
        "Raises to APC_LEVEL and waits until the fast mutex is free; not recursive: its owner would wait for itself.", ["AP-23", "AP-22", "WT-17"];
    ExTryToAcquireFastMutex(p("FastMutex", K::Object(Class::FastMutex))) -> Boolean, Passive..=Apc, Kernel,
        "Takes a fast mutex and raises to APC_LEVEL if it is free; FALSE, and nothing is changed, when it is not.", ["AP-23"];
    ExReleaseFastMutex(p("FastMutex", K::Object(Class::FastMutex))) -> Void, Apc..=Apc, Kernel,
        "Hands a fast mutex to its first waiter, or frees it; then lowers to the level of before.", ["AP-23"];
    ExAcquireFastMutexUnsafe(p("FastMutex", K::Object(Class::FastMutex))) -> Void, Passive..=Apc, Kernel,
        "Acquires a fast mutex in code that keeps APCs away already: at APC_LEVEL or in a region.", ["AP-23", "WT-17"];
    ExReleaseFastMutexUnsafe(p("FastMutex", K::Object(Class::FastMutex))) -> Void, Passive..=Apc, Kernel,
        "Releases a fast mutex that was acquired by ExAcquireFastMutexUnsafe.", ["AP-23"];
    KeAcquireGuardedMutex(p("Mutex", K::Object(Class::FastMutex))) -> Void, Passive..=Apc, Kernel,
        "Waits for a guarded mutex: at APC_LEVEL since Windows 8, before that in a guarded region.", ["AP-22", "AP-23", "WT-17"];
    KeTryToAcquireGuardedMutex(p("Mutex", K::Object(Class::FastMutex))) -> Boolean, Passive..=Apc, Kernel,
        "Takes a guarded mutex if it is free; FALSE when it is not.", ["AP-22", "AP-23"];
    KeReleaseGuardedMutex(p("Mutex", K::Object(Class::FastMutex))) -> Void, Passive..=Apc, Kernel,
        "Releases a guarded mutex, and lets APCs through again.", ["AP-22", "AP-23"];
    KeAcquireGuardedMutexUnsafe(p("Mutex", K::Object(Class::FastMutex))) -> Void, Passive..=Apc, Kernel,
        "Acquires a guarded mutex in code that keeps APCs away already.", ["AP-23", "WT-17"];
    KeReleaseGuardedMutexUnsafe(p("Mutex", K::Object(Class::FastMutex))) -> Void, Passive..=Apc, Kernel,
        "Releases a guarded mutex that was acquired by KeAcquireGuardedMutexUnsafe.", ["AP-23"];
    ExAcquireResourceExclusiveLite(p("Resource", K::Object(Class::Resource)), p("Wait", K::Boolean)) -> Boolean, Passive..=Apc, Kernel,
        "Acquires a resource for this thread alone. It holds no APCs back: the caller is in a critical region. FALSE when it is owned and Wait is FALSE.", ["AP-22"];
    ExAcquireResourceSharedLite(p("Resource", K::Object(Class::Resource)), p("Wait", K::Boolean)) -> Boolean, Passive..=Apc, Kernel,
        "Acquires a resource beside other threads that share it, behind those that wait to have it alone.", ["AP-22"];
    ExAcquireSharedStarveExclusive(p("Resource", K::Object(Class::Resource)), p("Wait", K::Boolean)) -> Boolean, Passive..=Apc, Kernel,
        "As ExAcquireResourceSharedLite, but before those that wait to have the resource alone.", ["AP-22"];
    ExAcquireSharedWaitForExclusive(p("Resource", K::Object(Class::Resource)), p("Wait", K::Boolean)) -> Boolean, Passive..=Apc, Kernel,
        "As ExAcquireResourceSharedLite, but waits behind exclusive waiters even if this thread shares the resource already.", ["AP-22"];
    ExReleaseResourceLite(p("Resource", K::Object(Class::Resource))) -> Void, Passive..=Dispatch, Kernel,
        "Releases a resource once. After its last owner the waiters get it: those that share it after an exclusive owner, else one that wants it alone.", ["AP-22"];
    ExConvertExclusiveToSharedLite(p("Resource", K::Object(Class::Resource))) -> Void, Passive..=Dispatch, Kernel,
        "Lets those in that wait to share a resource which this thread had alone.", ["AP-22"];
    ExEnterCriticalRegionAndAcquireResourceExclusive(p("Resource", K::Object(Class::Resource))) -> Boolean, Passive..=Apc, Kernel,
        "Enters a critical region and acquires a resource for this thread alone.", ["AP-22", "AP-18"];
    ExEnterCriticalRegionAndAcquireResourceShared(p("Resource", K::Object(Class::Resource))) -> Boolean, Passive..=Apc, Kernel,
        "Enters a critical region and acquires a resource to share it.", ["AP-22", "AP-18"];
    ExReleaseResourceAndLeaveCriticalRegion(p("Resource", K::Object(Class::Resource))) -> Void, Passive..=Dispatch, Kernel,
        "Releases a resource and leaves the critical region.", ["AP-22", "AP-18"];
    ExIsResourceAcquiredExclusiveLite(p("Resource", K::Object(Class::Resource))) -> Boolean, Passive..=Dispatch, Kernel,
        "Whether this thread has a resource alone.", ["AP-22"];
    ExIsResourceAcquiredSharedLite(p("Resource", K::Object(Class::Resource))) -> Number, Passive..=Dispatch, Kernel,
        "How often this thread has acquired a resource, shared or not.", ["AP-22"];
    SetWaitableTimer(p("hTimer", K::Object(Class::Timer)), p("lpDueTime", K::Timeout), opt("lPeriod", K::Milliseconds), opt("pfnCompletionRoutine", K::Object(Class::Apc)), opt("lpArgToCompletionRoutine", K::Number), opt("fResume", K::Boolean)) -> Boolean, Passive..=Passive, User,
        "Sets a timer from user mode. When it falls due, its DPC queues the completion routine as a user APC to this thread.", ["WT-16", "WT-15", "AP-10"];
    CancelWaitableTimer(p("hTimer", K::Object(Class::Timer))) -> Boolean, Passive..=Passive, User,
        "Stops a timer; a completion routine that is queued is dropped.", ["WT-16", "WT-15"];
    SwitchToThread() -> Boolean, Passive..=Passive, User,
        "Lets another ready thread of this processor run; FALSE when there is none.", ["TH-18"];
    interrupting(opt("Interrupt", K::Object(Class::Interrupt))) -> Boolean, Passive..=High, Any,
        "Whether a device (of an ISR: its own) asks for its interrupt and is not yet quieted: what its status register says. Belongs to the language, not to Windows.", ["IN-3"];
    random(p("Low", K::Number), p("High", K::Number)) -> Number, Passive..=High, Any,
        "A number between two bounds, from the scenario's seed. Belongs to the language, not to Windows.", [];
    KeEnterCriticalRegion() -> Void, Passive..=Apc, Kernel,
        "Holds normal kernel APCs of this thread back until the region is left; regions nest.", ["AP-18", "AP-22"];
    KeLeaveCriticalRegion() -> Void, Passive..=Apc, Kernel,
        "Leaves a critical region; with the last one, the normal kernel APCs that were held back run before it returns.", ["AP-18", "AP-19", "AP-20"];
    KeEnterGuardedRegion() -> Void, Passive..=Apc, Kernel,
        "Holds all APCs of this thread back until the region is left; regions nest.", ["AP-18", "AP-22"];
    KeLeaveGuardedRegion() -> Void, Passive..=Apc, Kernel,
        "Leaves a guarded region; with the last one, the kernel APCs that were held back run before it returns.", ["AP-18", "AP-19", "AP-20"];
    KeAreApcsDisabled() -> Boolean, Passive..=Dispatch, Kernel,
        "Whether this thread is in a critical or a guarded region. A raised IRQL does not count.", ["AP-22"];
    KeAreAllApcsDisabled() -> Boolean, Passive..=Dispatch, Kernel,
        "Whether this thread is in a guarded region or the IRQL is APC_LEVEL or above.", ["AP-22"];
    KeInitializeApc(p("Apc", K::Object(Class::Apc)), p("Thread", K::Thread), p("Environment", K::ApcEnvironment), p("KernelRoutine", K::ApcRoutine), p("RundownRoutine", K::ApcRoutine), p("NormalRoutine", K::ApcRoutine), opt("ProcessorMode", K::Mode), opt("NormalContext", K::Number)) -> Void, Passive..=High, Kernel,
        "Binds an APC to a thread and gives it its routines, those of declared APCs; without a NormalRoutine it is a special kernel APC.", ["AP-1", "AP-2", "AP-6"];
    KeRemoveQueueApc(p("Apc", K::Object(Class::Apc))) -> Boolean, Passive..=Dispatch, Kernel,
        "Takes an APC out of its list; FALSE when it is not queued.", ["AP-7"];
    NtQueueApcThread(p("ThreadHandle", K::Thread), opt("ApcRoutine", K::Object(Class::Apc)), opt("ApcArgument1", K::Number), opt("ApcArgument2", K::Number), opt("ApcArgument3", K::Number)) -> Status, Passive..=Passive, User,
        "Queues a user APC to a thread, a new object at each call; with NULL for a routine, a special kernel APC.", ["AP-6", "AP-10", "AP-25"];
    NtQueueApcThreadEx(p("ThreadHandle", K::Thread), p("UserApcReserveHandle", K::Number), p("ApcRoutine", K::Object(Class::Apc)), opt("ApcArgument1", K::Number), opt("ApcArgument2", K::Number), opt("ApcArgument3", K::Number)) -> Status, Passive..=Passive, User,
        "As NtQueueApcThread; with QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC for the handle the routine runs before the thread's next instruction. The APC of a reserve object lies in its memory; STATUS_INVALID_PARAMETER_2 while that is in use.", ["AP-24", "AP-10", "AP-26"];
    QueueUserAPC2(p("ApcRoutine", K::Object(Class::Apc)), p("Thread", K::Thread), opt("Data", K::Number), opt("Flags", K::Number)) -> Boolean, Passive..=Passive, User,
        "Queues a user APC; with QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC it needs no alertable wait. FALSE when the thread is exiting.", ["AP-24", "AP-10", "AP-25"];
    SuspendThread(p("Thread", K::Thread)) -> WaitResult, Passive..=Passive, User,
        "Suspends a thread as soon as a normal kernel APC may run in it; returns the previous count, or -1.", ["SU-1", "SU-2", "SU-4"];
    ResumeThread(p("Thread", K::Thread)) -> WaitResult, Passive..=Passive, User,
        "Takes one suspension back, and with the last one the thread goes on; returns the previous count.", ["SU-3"];
    NtSuspendThread(p("ThreadHandle", K::Thread), opt("PreviousSuspendCount", K::OutValue)) -> Status, Passive..=Passive, User,
        "As SuspendThread, with a status: STATUS_SUSPEND_COUNT_EXCEEDED at 127, STATUS_THREAD_IS_TERMINATING of a thread that exits or is to end.", ["SU-1", "SU-2"];
    NtResumeThread(p("ThreadHandle", K::Thread), opt("PreviousSuspendCount", K::OutValue)) -> Status, Passive..=Passive, User,
        "As ResumeThread, with a status.", ["SU-3"];
    KeSuspendThread(p("Thread", K::Thread)) -> State, Passive..=Dispatch, Kernel,
        "Counts a suspension and, with the first, queues the thread's SuspendApc; returns the previous count. Raises an exception at 127.", ["SU-1", "SU-2"];
    KeResumeThread(p("Thread", K::Thread)) -> State, Passive..=Dispatch, Kernel,
        "Takes one suspension back; returns the previous count.", ["SU-3"];
    GetThreadContext(p("Thread", K::Thread), p("Context", K::OutValue)) -> Boolean, Passive..=Passive, User,
        "Has a special kernel APC read another thread's context, and waits for it. One number stands for the registers.", ["SU-7"];
    SetThreadContext(p("Thread", K::Thread), p("Context", K::Number)) -> Boolean, Passive..=Passive, User,
        "Has a special kernel APC write another thread's context, and waits for it.", ["SU-7"];
    TerminateThread(p("Thread", K::Thread), opt("ExitCode", K::Number)) -> Boolean, Passive..=Passive, User,
        "Ends a thread on its next way to user mode, for which a normal kernel APC must run in it. FALSE for system threads.", ["TE-1", "TE-2"];
    ExitThread(opt("ExitCode", K::Number)) -> Void, Passive..=Passive, User,
        "Ends the current thread; it does not return.", ["TE-3", "TH-19"];
    PsTerminateSystemThread(opt("ExitStatus", K::Number)) -> Status, Passive..=Passive, Kernel,
        "Ends the current system thread and does not return; a user thread gets STATUS_INVALID_PARAMETER.", ["TE-2", "TE-3"];
    CreateThread(p("ThreadAttributes", K::Number), p("StackSize", K::Number), p("StartAddress", K::Object(Class::Thread)), opt("Parameter", K::Number), opt("CreationFlags", K::Number), opt("ThreadId", K::OutValue)) -> Number, Passive..=Passive, User,
        "Creates a declared thread, which then does not begin by itself, with CREATE_SUSPENDED suspended; NULL when it was created before.", ["TH-15", "SU-2"];
    PsCreateSystemThread(p("ThreadHandle", K::OutValue), p("DesiredAccess", K::Number), p("ObjectAttributes", K::Number), p("ProcessHandle", K::Number), p("ClientId", K::Number), p("StartRoutine", K::Object(Class::Thread)), opt("StartContext", K::Number)) -> Status, Passive..=Passive, Kernel,
        "Creates a declared system thread, which then does not begin by itself.", ["TH-15"];
    KeStackAttachProcess(p("Process", K::Object(Class::Process)), p("ApcState", K::OutValue)) -> Void, Passive..=Apc, Kernel,
        "Attaches this thread to a process, with fresh APC lists; ApcState is for KeUnstackDetachProcess. Attachments nest.", ["AT-1", "AT-2"];
    KeUnstackDetachProcess(p("ApcState", K::Number)) -> Void, Passive..=Apc, Kernel,
        "Takes an attachment back; what was queued for the thread's own process meanwhile is delivered.", ["AT-2", "AT-3"];
    KeAttachProcess(p("Process", K::Object(Class::Process))) -> Void, Passive..=Apc, Kernel,
        "Attaches this thread to a process; a thread that is attached to another one already may not.", ["AT-1"];
    KeDetachProcess() -> Void, Passive..=Apc, Kernel,
        "Takes the attachment of KeAttachProcess back; without one it does nothing.", ["AT-2"];
    PsGetCurrentProcess() -> Number, Passive..=Dispatch, Kernel,
        "The process that this thread is in: its own, or the one that it is attached to.", ["AT-1"];
    KeGetCurrentThread() -> Number, Passive..=High, Kernel,
        "The current thread, as an argument of the routines that take one; of a DPC or an ISR, whatever thread it interrupted.", ["DP-24"];
    GetCurrentThread() -> Number, Passive..=Passive, User,
        "The current thread, as an argument of the routines that take one.", [];
    KeSetPriorityThread(p("Thread", K::Thread), p("Priority", K::Priority)) -> State, Passive..=Passive, Kernel,
        "Sets a thread's priority and returns the old one; its quantum begins anew. The base stays: a priority below 16 comes back to it with the quantum ends.", ["TH-2", "TH-3", "TH-5", "TH-6", "TH-10"];
    KeQueryPriorityThread(p("Thread", K::Thread)) -> State, Passive..=Passive, Kernel,
        "A thread's priority now, with whatever boost it has.", ["TH-2", "TH-11"];
    KeSetBasePriorityThread(p("Thread", K::Thread), p("Increment", K::PriorityLevel)) -> State, Passive..=Passive, Kernel,
        "Sets a thread's base priority relative to its process and returns the old increment; 16 or more, either way, is the end of the range. No class is left: 1 to 15 and 16 to 31 stay apart.", ["TH-2", "TH-3", "TH-6"];
    SetThreadPriority(p("hThread", K::Thread), p("nPriority", K::PriorityLevel)) -> Boolean, Passive..=Passive, User,
        "Sets a thread's base priority relative to its process; FALSE for a value that is no THREAD_PRIORITY_ constant (in the real-time class: outside -7 to 6).", ["TH-2", "TH-3", "TH-6"];
    GetThreadPriority(p("hThread", K::Thread)) -> State, Passive..=Passive, User,
        "A thread's base priority relative to its process, as SetThreadPriority takes it.", ["TH-2"];
    NtAlpcCreatePort(p("PortHandle", K::OutValue), p("ObjectAttributes", K::Object(Class::Port)), opt("PortAttributes", K::Number)) -> Status, Passive..=Passive, Service,
        "Creates the connection port that is declared under this name, and gives its handle. What the declaration sets are the ALPC_PORT_ATTRIBUTES.", ["LP-6", "LP-1"];
    NtAlpcConnectPort(p("PortHandle", K::OutValue), p("PortName", K::Object(Class::Port)), opt("ObjectAttributes", K::Number), opt("PortAttributes", K::Number), opt("Flags", K::Number), opt("RequiredServerSid", K::Number), opt("ConnectionMessage", K::Object(Class::Message)), opt("BufferLength", K::InOutValue), opt("OutMessageAttributes", K::Number), opt("InMessageAttributes", K::Number), opt("Timeout", K::Timeout)) -> Status, Passive..=Passive, Service,
        "Asks the server of a port, by the port's name, for a connection, and waits until it accepts or refuses. Gives the handle of the client's communication port.", ["LP-6", "LP-7"];
    NtAlpcAcceptConnectPort(p("PortHandle", K::InOutValue), p("ConnectionPortHandle", K::PortHandle), p("Flags", K::Number), p("ObjectAttributes", K::Number), p("PortAttributes", K::Number), p("PortContext", K::Number), p("ConnectionRequest", K::Object(Class::Message)), p("ConnectionMessageAttributes", K::Number), p("AcceptConnection", K::Boolean)) -> Status, Passive..=Passive, Service,
        "Accepts a connection, which makes the pair of communication ports and wakes the client, or refuses it. ConnectionRequest is the message that was received.", ["LP-6", "LP-7"];
    NtAlpcSendWaitReceivePort(p("PortHandle", K::PortHandle), p("Flags", K::Number), opt("SendMessage", K::Object(Class::Message)), opt("SendMessageAttributes", K::Number), opt("ReceiveMessage", K::Object(Class::Message)), opt("BufferLength", K::InOutValue), opt("ReceiveMessageAttributes", K::Number), opt("Timeout", K::Timeout)) -> Status, Passive..=Passive, Service,
        "Sends a message, receives one, or both. A message whose MessageId is not 0 is the reply to that message; with ALPC_MSGFLG_SYNC_REQUEST the reply is waited for.", ["LP-10", "LP-11", "LP-12", "LP-14"];
    NtAlpcCancelMessage(p("PortHandle", K::PortHandle), p("Flags", K::Number), p("MessageContext", K::Object(Class::Message))) -> Status, Passive..=Passive, Service,
        "Withdraws a message that was sent through the port: the one whose number the buffer has.", ["LP-5", "LP-20"];
    NtAlpcDisconnectPort(p("PortHandle", K::PortHandle), opt("Flags", K::Number)) -> Status, Passive..=Passive, Service,
        "Ends a connection: who waits for a reply through it wakes with an error, and the other side is told.", ["LP-19", "LP-20"];
    NtAlpcCreatePortSection(p("PortHandle", K::PortHandle), p("Flags", K::Number), p("SectionHandle", K::Number), p("SectionSize", K::Number), p("AlpcSectionHandle", K::OutValue), p("ActualSectionSize", K::OutValue)) -> Status, Passive..=Passive, Service,
        "Makes a section, memory that both sides of a connection can map. Its size is rounded up to 64 KB.", ["LP-16"];
    NtAlpcDeletePortSection(p("PortHandle", K::PortHandle), p("Flags", K::Number), p("SectionHandle", K::Number)) -> Status, Passive..=Passive, Service,
        "Gives a section up; it goes with its last view.", ["LP-16"];
    NtAlpcCreateSectionView(p("PortHandle", K::PortHandle), p("Flags", K::Number), p("ViewAttributes", K::Object(Class::Message))) -> Status, Passive..=Passive, Service,
        "Maps the section that the message's SectionHandle names, ViewSize bytes of it, and puts the address into its ViewBase.", ["LP-16"];
    NtAlpcDeleteSectionView(p("PortHandle", K::PortHandle), p("Flags", K::Number), p("ViewBase", K::Number)) -> Status, Passive..=Passive, Service,
        "Unmaps a view. Whoever received one and does not do this leaks it.", ["LP-16"];
    NtAlpcSetInformation(p("PortHandle", K::PortHandle), p("PortInformationClass", K::Number), p("PortInformation", K::PortInformation), opt("Length", K::Number)) -> Status, Passive..=Passive, Service,
        "Sets how the receiver is told of messages: by packets of a completion port (Length is the CompletionKey here), by a completion list with its event, or by a routine of the kernel.", ["LP-13"];
    AlpcGetMessageFromCompletionList(p("PortHandle", K::PortHandle), p("ReceiveMessage", K::Object(Class::Message))) -> Boolean, Passive..=Passive, Any,
        "Takes a message from the completion list in the receiver's own memory, without a system call; FALSE when the list is empty.", ["LP-13"];
    NtRegisterThreadTerminatePort(p("PortHandle", K::PortHandle)) -> Status, Passive..=Passive, Service,
        "Has the server told, by a message of type LPC_CLIENT_DIED, when this thread ends.", ["LP-19"];
    NtClose(p("Handle", K::Number)) -> Status, Passive..=Passive, Service,
        "Closes a handle. A port that is closed ends its connection; other objects of a scenario stay.", ["LP-19", "LP-20"];
    NtCreatePort(p("PortHandle", K::OutValue), p("ObjectAttributes", K::Object(Class::Port)), opt("MaxConnectionInfoLength", K::Number), opt("MaxMessageLength", K::Number), opt("MaxPoolUsage", K::Number)) -> Status, Passive..=Passive, Service,
        "The old LPC call: as NtAlpcCreatePort, for messages of 256 bytes at most on x86 and 512 on x64.", ["LP-2", "LP-9"];
    NtListenPort(p("PortHandle", K::PortHandle), p("ConnectionRequest", K::Object(Class::Message))) -> Status, Passive..=Passive, Service,
        "The old LPC call: receives on a connection port until a connection request comes.", ["LP-9"];
    NtConnectPort(p("PortHandle", K::OutValue), p("PortName", K::Object(Class::Port)), opt("SecurityQos", K::Number), opt("ClientView", K::Number), opt("ServerView", K::Number), opt("MaxMessageLength", K::OutValue), opt("ConnectionInformation", K::Object(Class::Message)), opt("ConnectionInformationLength", K::InOutValue)) -> Status, Passive..=Passive, Service,
        "The old LPC call: asks for a connection and waits until the server has completed it.", ["LP-9"];
    NtAcceptConnectPort(p("PortHandle", K::InOutValue), p("PortContext", K::Number), p("ConnectionRequest", K::Object(Class::Message)), p("AcceptConnection", K::Boolean), opt("ServerView", K::Number), opt("ClientView", K::Number)) -> Status, Passive..=Passive, Service,
        "The old LPC call: accepts or refuses; an accepted client goes on waiting for NtCompleteConnectPort.", ["LP-9"];
    NtCompleteConnectPort(p("PortHandle", K::PortHandle)) -> Status, Passive..=Passive, Service,
        "The old LPC call: the step that wakes an accepted client.", ["LP-9"];
    NtRequestPort(p("PortHandle", K::PortHandle), p("RequestMessage", K::Object(Class::Message))) -> Status, Passive..=Passive, Service,
        "The old LPC call: sends a datagram.", ["LP-2", "LP-10"];
    NtRequestWaitReplyPort(p("PortHandle", K::PortHandle), p("RequestMessage", K::Object(Class::Message)), p("ReplyMessage", K::Object(Class::Message))) -> Status, Passive..=Passive, Service,
        "The old LPC call: sends a request and waits for its reply.", ["LP-2", "LP-11"];
    NtReplyPort(p("PortHandle", K::PortHandle), p("ReplyMessage", K::Object(Class::Message))) -> Status, Passive..=Passive, Service,
        "The old LPC call: sends a reply.", ["LP-2", "LP-11"];
    QueryPerformanceCounter(p("lpPerformanceCount", K::OutValue)) -> Boolean, Passive..=Passive, User,
        "A counter that runs on between the clock ticks, in nanoseconds, read without a system call.", ["IN-11"];
    NtReplyWaitReceivePort(p("PortHandle", K::PortHandle), p("PortContext", K::OutValue), opt("ReplyMessage", K::Object(Class::Message)), opt("ReceiveMessage", K::Object(Class::Message))) -> Status, Passive..=Passive, Service,
        "The old LPC call: sends a reply, if there is one, and receives the next message.", ["LP-2", "LP-11", "LP-12"];
    GetCurrentProcessorNumber() -> Number, Passive..=Passive, User,
        "The number of the processor that runs this code.", ["TH-17"];
    KeSetSystemAffinityThread(p("Affinity", K::Affinity)) -> Void, Passive..=Dispatch, Kernel,
        "Lets the current thread run only on these processors (bit n stands for processor n): it goes there at once, or as the IRQL falls below DISPATCH_LEVEL. The thread of threaded DPCs stays where it is.", ["TH-17", "TH-6"];
    KeSetSystemAffinityThreadEx(p("Affinity", K::Affinity)) -> Number, Passive..=Dispatch, Kernel,
        "As KeSetSystemAffinityThread, and returns what KeRevertToUserAffinityThreadEx takes back: the system affinity of before, or 0 for none.", ["TH-17", "TH-6"];
    KeRevertToUserAffinityThread() -> Void, Passive..=Dispatch, Kernel,
        "Gives the current thread the affinity back that it had before a driver set another one.", ["TH-17"];
    KeRevertToUserAffinityThreadEx(p("Affinity", K::Number)) -> Void, Passive..=Dispatch, Kernel,
        "Gives the current thread the system affinity of before back; with 0, its own one.", ["TH-17"];
    SetThreadAffinityMask(p("hThread", K::Thread), p("dwThreadAffinityMask", K::Number)) -> Number, Passive..=Passive, User,
        "Lets a thread run only on these processors, and returns its affinity of before; 0, and nothing changes, unless they are some of its process's.", ["TH-17"];
    SetProcessAffinityMask(p("hProcess", K::Object(Class::Process)), p("dwProcessAffinityMask", K::Number)) -> Boolean, Passive..=Passive, User,
        "Sets the affinity of a process and of all its threads; FALSE when it names a processor that is not there, or none.", ["TH-17"];
    SetThreadIdealProcessor(p("hThread", K::Thread), p("dwIdealProcessor", K::Number)) -> WaitResult, Passive..=Passive, User,
        "Sets the processor that a thread is readied on if it can be, and returns the one of before; with MAXIMUM_PROCESSORS it only returns it.", ["TH-4", "TH-17"];
    IoInitializeWorkItem(p("IoObject", K::Number), p("IoWorkItem", K::Object(Class::WorkItem))) -> Void, Passive..=High, Kernel,
        "Gives a work item the device or the driver that it works for, which its routine gets as IoObject.", ["SE-4", "SE-5"];
    IoQueueWorkItem(p("IoWorkItem", K::Object(Class::WorkItem)), p("WorkerRoutine", K::Object(Class::WorkItem)), p("QueueType", K::WorkQueueType), opt("Context", K::Number)) -> Void, Passive..=Dispatch, Kernel,
        "Gives a work item a routine (that of a declared one) and its context, and queues it for a system worker thread, which calls it at PASSIVE_LEVEL.", ["SE-4", "SE-5", "SE-3"];
    IoQueueWorkItemEx(p("IoWorkItem", K::Object(Class::WorkItem)), p("WorkerRoutine", K::Object(Class::WorkItem)), p("QueueType", K::WorkQueueType), opt("Context", K::Number)) -> Void, Passive..=Dispatch, Kernel,
        "As IoQueueWorkItem, for a routine that wants the work item too: here every routine gets it.", ["SE-4", "SE-5"];
    IoUninitializeWorkItem(p("IoWorkItem", K::Object(Class::WorkItem))) -> Void, Passive..=High, Kernel,
        "Gives a work item up, in its routine too, but not while it is queued.", ["SE-5"];
    ExInitializeWorkItem(p("Item", K::Object(Class::WorkItem)), p("Routine", K::Object(Class::WorkItem)), opt("Context", K::Number)) -> Void, Passive..=High, Kernel,
        "Gives a work item its routine, that of a declared one, and its context.", ["SE-4", "SE-5"];
    ExQueueWorkItem(p("WorkItem", K::Object(Class::WorkItem)), p("QueueType", K::WorkQueueType)) -> Void, Passive..=Dispatch, Kernel,
        "Queues a work item, which must not be queued, for a system worker thread, which calls it at PASSIVE_LEVEL.", ["SE-4", "SE-5", "SE-3"];
    PAGED_CODE() -> Void, Passive..=Apc, Kernel,
        "The macro of a debug build: stops the run as a failed assertion when the IRQL is above APC_LEVEL, where pageable code may not run.", ["IR-8", "BC-3"];
    KeAcquireInStackQueuedSpinLockForDpc(p("SpinLock", K::Object(Class::SpinLock)), p("LockHandle", K::OutValue)) -> Void, Passive..=Dispatch, Kernel,
        "Takes a queued spin lock in code that may be an ordinary or a threaded DPC: raises to DISPATCH_LEVEL only from below it.", ["IR-17", "DP-25"];
    KeReleaseInStackQueuedSpinLockForDpc(p("LockHandle", K::Number)) -> Void, Dispatch..=Dispatch, Kernel,
        "Frees a queued spin lock, then goes back to the level in the handle: of an ordinary DPC it stays DISPATCH_LEVEL.", ["IR-17", "DP-25"];
    KeTestSpinLock(p("SpinLock", K::Object(Class::SpinLock))) -> Boolean, Passive..=High, Kernel,
        "Whether a spin lock is free at this moment; it is not taken.", ["IR-17"];
    KeInsertQueue(p("Queue", K::Object(Class::Queue)), p("Entry", K::Number)) -> State, Passive..=Dispatch, Kernel,
        "Puts an entry at the tail of a queue, or hands it to the thread that has waited for the shortest time; returns how many entries there were.", ["WT-1", "IO-8"];
    KeRemoveQueue(p("Queue", K::Object(Class::Queue)), p("WaitMode", K::Mode), opt("Timeout", K::Timeout)) -> Number, Passive..=Dispatch, Kernel,
        "Takes the first entry of a queue, or waits for one while so many of its threads run as are wanted; this thread then belongs to the queue. Returns the entry, or STATUS_TIMEOUT or STATUS_USER_APC.", ["WT-1", "IO-8"];
    KeReadStateQueue(p("Queue", K::Object(Class::Queue))) -> State, Passive..=Dispatch, Kernel,
        "How many entries a queue has.", ["WT-1"];
    WriteFile(p("Irp", K::Object(Class::Irp)), opt("lpNumberOfBytesWritten", K::OutValue), opt("hFile", K::Object(Class::File)), opt("lpBuffer", K::Number), opt("nNumberOfBytesToWrite", K::Number)) -> Boolean, Passive..=Passive, User,
        "As ReadFile, for a write.", ["IO-3", "IO-6"];
    NtQueueApcThreadEx2(p("ThreadHandle", K::Thread), p("ReserveHandle", K::Number), p("ApcFlags", K::Number), p("ApcRoutine", K::Object(Class::Apc)), opt("ApcArgument1", K::Number), opt("ApcArgument2", K::Number), opt("ApcArgument3", K::Number)) -> Status, Passive..=Passive, User,
        "As NtQueueApcThread; with QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC among the flags the routine runs before the thread's next instruction. The APC of a reserve object lies in its memory, and cannot be a special one.", ["AP-24", "AP-10", "AP-26"];
    NtAllocateReserveObject(p("MemoryReserveHandle", K::OutValue), p("ObjectAttributes", K::Number), p("Type", K::Number)) -> Status, Passive..=Passive, Service,
        "Gives a handle of a reserve object: the memory of one user APC, had in advance. Type is MemoryReserveUserApc.", ["AP-26"];
    PsGetCurrentThread() -> Number, Passive..=High, Kernel,
        "As KeGetCurrentThread.", ["DP-24"];
    KeWaitForMutexObject(p("Mutex", K::Object(Class::Mutant)), opt("WaitReason", K::WaitReason), opt("WaitMode", K::Mode), opt("Alertable", K::Boolean), opt("Timeout", K::Timeout)) -> Status, Passive..=Dispatch, Kernel,
        "KeWaitForSingleObject of a mutex.", ["WT-3", "WT-13"];
    ZwYieldExecution() -> Status, Passive..=Passive, Kernel,
        "Lets any ready thread of this processor run; STATUS_NO_YIELD_PERFORMED when there is none. In a DPC there is no thread that could give way: 0xB8.", ["TH-18", "TH-14"];
}

impl Routine {
    /// Whether it is one of the documented waits: the ones that may follow Wait = TRUE (WT-12).
    #[must_use]
    pub fn waits(self) -> bool {
        use Routine as R;
        matches!(
            self,
            R::KeWaitForSingleObject
                | R::KeWaitForMutexObject
                | R::KeWaitForMultipleObjects
                | R::KeDelayExecutionThread
        )
    }

    /// The row of the table.
    #[must_use]
    pub fn info(self) -> &'static RoutineInfo {
        &ROUTINES[self as usize]
    }
}

impl RoutineInfo {
    /// What it does, for the reader's language.
    #[must_use]
    pub fn said(&self) -> Phrase {
        Phrase::message(&["routine", self.name], self.meaning, &[])
    }

    /// Whether a level is above the highest legal one. A lock taken at SYNCH_LEVEL is also released there (IR-18).
    #[must_use]
    pub fn is_above_its_irql(&self, irql: super::Irql, machine: &super::MachineSettings) -> bool {
        let synch = self.routine == Routine::KeReleaseSpinLock && irql == machine.ladder.synch(machine.processors);
        self.irql_max != Level::High && irql > self.irql_max.on(machine.ladder) && !synch
    }

    /// Whether a level is below the lowest legal one.
    #[must_use]
    pub fn is_below_its_irql(&self, irql: super::Irql, machine: &super::MachineSettings) -> bool {
        irql < self.irql_min.on(machine.ladder)
    }

    /// Whether a call of it, from user or from kernel mode, is a system service. The handle of the current thread is a
    /// constant, and the counter and the processor's number are read without one.
    #[must_use]
    pub fn is_service(&self, user: bool) -> bool {
        use Routine as R;
        let without =
            matches!(self.routine, R::GetCurrentThread | R::GetCurrentProcessorNumber | R::QueryPerformanceCounter);
        (self.caller == Caller::User && !without) || (self.caller == Caller::Service && user)
    }

    /// The declaration, as documentation would print it. A read or a write may name its request alone.
    #[must_use]
    pub fn signature(&self) -> String {
        use Routine as R;
        if let R::ReadFile | R::WriteFile | R::ReadFileEx | R::WriteFileEx = self.routine {
            let [_, second, file, buffer, length] = [0, 1, 2, 3, 4].map(|at| self.params[at].name);
            let (result, name) = (self.result.name(), self.name);
            return if matches!(self.routine, R::ReadFile | R::WriteFile) {
                format!("{result} {name}({file}, {buffer}, {length}, {second}, Irp), {name}(Irp)")
            } else {
                format!("{result} {name}({file}, {buffer}, {length}, Irp, {second}), {name}(Irp, {second})")
            };
        }
        let params: Vec<String> =
            self.params.iter().map(|p| if p.optional { format!("[{}]", p.name) } else { p.name.to_string() }).collect();
        format!("{} {}({})", self.result.name(), self.name, params.join(", "))
    }
}
