//! The settings of objects: one table for the checker, completion, hover and the documentation.

use super::ast::What;
use crate::base::{English, Phrase};

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum SettingKind {
    /// A whole number between two bounds.
    Whole(i64, i64),
    /// A number of bytes between two bounds.
    Bytes(i64, i64),
    /// A duration in nanoseconds between two bounds.
    Time(i64, i64),
    /// on, off, TRUE or FALSE.
    Switch,
    /// One of these words.
    Choice(&'static [(&'static str, i64)]),
    /// The name of an object.
    Object(What),
    /// The number of a processor of the machine.
    Processor,
    /// A set of processors of the machine, a bit for each.
    Affinity,
    /// A device level of the machine's ladder.
    DeviceLevel,
    /// A device level, or PASSIVE_LEVEL.
    SynchronizeLevel,
    /// An NTSTATUS.
    Status,
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SettingInfo {
    pub(crate) name: &'static str,
    pub(crate) kind: SettingKind,
    pub(crate) default: DefaultValue,
    pub(crate) meaning: English,
}

/// What holds when a setting is not given.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DefaultValue {
    /// It must be given.
    Needed,
    /// The default, as it would be written.
    Written(&'static str),
    /// The default in words.
    Told(English),
}

/// The settings of one kind of thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// The word of the kind.
    pub(crate) owner: &'static str,
    pub(crate) rows: &'static [SettingInfo],
}

impl Settings {
    pub(crate) fn find(self, name: &str) -> Option<&'static SettingInfo> {
        self.rows.iter().find(|info| info.name == name)
    }

    /// What a setting is for, for the reader's language.
    pub(crate) fn said(self, info: &SettingInfo) -> Phrase {
        Phrase::message(&["setting", self.owner, info.name], info.meaning, &[])
    }

    /// The default of a setting; `None` when it must be given.
    pub(crate) fn default(self, info: &SettingInfo) -> Option<Phrase> {
        match info.default {
            DefaultValue::Needed => None,
            DefaultValue::Written(code) => Some(Phrase::plain(code)),
            DefaultValue::Told(english) => Some(Phrase::message(&["default", self.owner, info.name], english, &[])),
        }
    }
}

const fn s(name: &'static str, kind: SettingKind, default: &'static str, meaning: &'static str) -> SettingInfo {
    let default = if default.is_empty() { DefaultValue::Needed } else { DefaultValue::Written(default) };
    SettingInfo { name, kind, default, meaning: English::new(meaning) }
}

/// A setting whose default is told in words.
const fn s_or(name: &'static str, kind: SettingKind, default: &'static str, meaning: &'static str) -> SettingInfo {
    let default = DefaultValue::Told(English::new(default));
    SettingInfo { name, kind, default, meaning: English::new(meaning) }
}

use SettingKind as K;

const SECOND: i64 = 1_000_000_000;
/// No scenario runs longer than this: an hour.
const LONGEST: i64 = 3_600 * SECOND;

/// The base priority of processes that say nothing else.
pub(crate) const NORMAL_PRIORITY_CLASS: i64 = 8;

/// More ticks than any run has.
const MOST_TICKS: i64 = 1 << 30;

const MACHINE: &[SettingInfo] = &[
    s("processors", K::Whole(1, 64), "1", "How many processors there are."),
    s("irql", K::Choice(&[("x64", 0), ("x86", 1)]), "x64", "The ladder of interrupt request levels."),
    s("clock", K::Time(100_000, SECOND), "15.625ms", "Time between two clock interrupts."),
    s("quantum", K::Whole(1, 127), "6", "Quantum of a fresh thread in units, three of which a tick takes."),
    s(
        "quantum_charge",
        K::Choice(&[("tick", 0), ("cycles", 1)]),
        "tick",
        "What is charged against a quantum: three units at each tick, to the thread that it meets; or the cycles that a thread has run itself, without ISRs and DPCs, which a tick compares with its target.",
    ),
    s(
        "priority_separation",
        K::Whole(0, 2),
        "2",
        "PsPrioritySeparation: a foreground process's quantum is one to three times `quantum`, and its boosts are so many levels higher.",
    ),
    s("boosts", K::Switch, "on", "The end of a wait may boost the priority of a thread that is below 16."),
    s(
        "wait_costs_quantum",
        K::Switch,
        "off",
        "A wait that is over costs a thread of priority 1 to 15 one quantum unit.",
    ),
    s("end", K::Time(1, LONGEST), "100ms", "When the run ends, if it has not ended before."),
    s("seed", K::Whole(0, i64::MAX), "1", "Seed of everything that is left to chance."),
    s("verifier", K::Switch, "on", "Driver Verifier: misuse of IRQL stops the machine."),
    s("checked", K::Switch, "off", "The checked kernel, with more assertions on IRQL and spin locks."),
    s(
        "on_deadlock",
        K::Choice(&[("stop", 0), ("go_on", 1)]),
        "stop",
        "Whether processors that wait for each other for ever stop the run at once, or it goes on until the watchdog or its end.",
    ),
    s(
        "dpc_rule",
        K::Choice(&[("documented", 0), ("book", 1)]),
        "documented",
        "Which rule decides whether an inserted DPC requests the interrupt.",
    ),
    s(
        "costs",
        K::Choice(&[("free", 0), ("model", 1)]),
        "free",
        "Whether system calls, switches, copies and mappings take time: numbers of a model, not measurements of Windows.",
    ),
    s("system_call_cost", K::Time(0, SECOND), "200ns", "With `costs: model`, what a system service costs."),
    s("switch_cost", K::Time(0, SECOND), "2us", "With `costs: model`, what a switch to another thread costs."),
    s("copy_rate", K::Whole(1, 1_000_000), "10", "With `costs: model`, how many bytes are copied in a nanosecond."),
    s("map_cost", K::Time(0, SECOND), "1500ns", "With `costs: model`, what mapping a view of a section costs."),
    s("page_cost", K::Time(0, SECOND), "20ns", "With `costs: model`, what each page of 4 KB of a mapping costs."),
    s("unmap_cost", K::Time(0, SECOND), "1us", "With `costs: model`, what unmapping a view costs."),
    s(
        "packet_cost",
        K::Time(0, SECOND),
        "5us",
        "With `costs: model`, the value of PACKET_COST: a packet in the network stack of one side.",
    ),
    s(
        "iocp",
        K::Choice(&[("apc", 0), ("dequeue", 1)]),
        "apc",
        "Who finishes a request that ends in a completion packet: the kernel APC, or the thread that removes it.",
    ),
    s(
        "guarded_mutex",
        K::Choice(&[("win8", 0), ("nt52", 1)]),
        "win8",
        "What keeps APCs from the owner of a guarded mutex: APC_LEVEL, or a guarded region up to Windows 7.",
    ),
    s(
        "suspend_model",
        K::Choice(&[("apc_nt5", 0), ("sched_apc_win8", 1)]),
        "apc_nt5",
        "The objects by which a thread is suspended: SuspendApc and SuspendSemaphore, or SchedulerApc and SuspendEvent as since Windows 8, whose inside is not verified.",
    ),
    s("dpc_queue_depth", K::Whole(1, 65_535), "4", "Queue depth from which on queued DPCs request the interrupt."),
    s("dpc_rate", K::Whole(0, 1_000_000), "3", "DPC rate below which queued DPCs request the interrupt."),
    s(
        "dpc_ideal_rate",
        K::Whole(0, 1_000_000),
        "20",
        "DPC rate below which a tick that finds queued DPCs lowers the depth.",
    ),
    s(
        "dpc_adjust_threshold",
        K::Whole(1, 65_535),
        "20",
        "Ticks without queued DPCs after which a lowered depth rises by one.",
    ),
    s("idle_poll", K::Time(0, LONGEST), "0us", "How long an idle processor looks for DPCs by itself before it halts."),
    s(
        "lazy_irql",
        K::Switch,
        "FALSE",
        "Raising the IRQL changes a number only; the controller is masked when an interrupt comes all the same. x86 only.",
    ),
    s(
        "threaded_dpc",
        K::Switch,
        "TRUE",
        "ThreadDpcEnable: threaded DPCs run in threads; FALSE makes them ordinary DPCs.",
    ),
    s(
        "dpc_time_limit",
        K::Whole(0, MOST_TICKS),
        "1280",
        "Ticks that one DPC or ISR may take before bugcheck 0x133; 0: no limit.",
    ),
    s(
        "dpc_watchdog_limit",
        K::Whole(0, MOST_TICKS),
        "7680",
        "Ticks that a processor may stay at DISPATCH_LEVEL or above before bugcheck 0x133; 0: no limit.",
    ),
];
const DEVICE: &[SettingInfo] = &[
    s("irql", K::DeviceLevel, "", "The level of its interrupt."),
    s("isr", K::Object(What::Isr), "", "Its interrupt service routine."),
    s("processor", K::Processor, "0", "The processor that takes its interrupts."),
    s_or(
        "synchronize_irql",
        K::SynchronizeLevel,
        "the device's irql",
        "The level at which its ISR runs; at least `irql`. With PASSIVE_LEVEL a system thread calls the ISR, which may wait.",
    ),
    s_or(
        "vector",
        K::Whole(0x30, 0xFF),
        "by level",
        "The vector; of two at one level the higher one is taken first. On x64 its upper half is the level.",
    ),
    s(
        "mode",
        K::Choice(&[("latched", 0), ("level", 1)]),
        "latched",
        "Interrupts once for each request, or as long as its device has not been quieted.",
    ),
    s("share", K::Switch, "FALSE", "Other devices that say so too may have its vector."),
    s_or("spinlock", K::Object(What::SpinLock), "one of its own", "The lock that its ISR runs under."),
    s_or(
        "dpc",
        K::Object(What::Dpc),
        "none",
        "Its DpcForIsr from the start, as IoInitializeDpcRequest sets it: IoRequestDpc queues it.",
    ),
];
/// Of DPCs and timers alike.
const IN: SettingInfo = s_or(
    "in",
    K::Object(What::Variable),
    "memory that nobody frees",
    "The variable that holds the address of the block of pool in which the object lies, as in a device extension: its memory comes with ExAllocatePool2 and goes with ExFreePool.",
);
const DPC: &[SettingInfo] = &[
    s(
        "importance",
        K::Choice(&[("Low", 0), ("Medium", 1), ("High", 2), ("MediumHigh", 3)]),
        "Medium",
        "Where it is queued, and how urgently.",
    ),
    s_or("processor", K::Processor, "the inserting one", "The processor that it is queued on."),
    s(
        "type",
        K::Choice(&[("normal", 0), ("threaded", 1)]),
        "normal",
        "An ordinary DPC, or a threaded one that runs at PASSIVE_LEVEL in its processor's DPC thread.",
    ),
    IN,
];
const APC: &[SettingInfo] = &[
    s_or("thread", K::Object(What::Thread), "named by the call", "The thread that it is bound to."),
    s(
        "environment",
        K::Choice(&[("Original", 0), ("Attached", 1), ("Current", 2), ("Insert", 3)]),
        "Original",
        "ApcStateIndex: for the thread's own process, for one it is attached to, or for where it is when the APC is initialised or inserted.",
    ),
];
const EVENT: &[SettingInfo] = &[
    s(
        "type",
        K::Choice(&[("synchronization", 0), ("notification", 1)]),
        "synchronization",
        "Wakes one waiter and clears itself, or wakes all and stays set.",
    ),
    s("signalled", K::Switch, "FALSE", "Whether it is set at the start."),
];
const TIMER: &[SettingInfo] = &[
    s(
        "type",
        K::Choice(&[("synchronization", 0), ("notification", 1)]),
        "notification",
        "Wakes one waiter and clears itself, or wakes all and stays set.",
    ),
    IN,
];
const SEMAPHORE: &[SettingInfo] = &[
    s("count", K::Whole(0, i32::MAX as i64), "0", "Its count at the start: so many waits pass at once."),
    s("limit", K::Whole(1, i32::MAX as i64), "0x7FFFFFFF", "The most that its count may be."),
];
const PROCESS: &[SettingInfo] = &[
    s("critical", K::Switch, "FALSE", "The machine stops when it ends."),
    s(
        "priority_class",
        K::Choice(&[
            ("idle", 4),
            ("below_normal", 6),
            ("normal", NORMAL_PRIORITY_CLASS),
            ("above_normal", 10),
            ("high", 13),
            ("realtime", 24),
        ]),
        "normal",
        "The base priority of its threads, from which `SetThreadPriority` counts: 4, 6, 8, 10, 13 or 24.",
    ),
    s("foreground", K::Switch, "FALSE", "Its window is in front: see the machine's `priority_separation`."),
    s(
        "disable_quantum",
        K::Switch,
        "FALSE",
        "DisableQuantum: its threads of priority 16 and above do not give way to equals when their quantum ends.",
    ),
    s_or("affinity", K::Affinity, "all", "The processors that its threads may run on: bit n stands for processor n."),
];
const IOCP: &[SettingInfo] = &[s_or(
    "concurrency",
    K::Whole(1, 64),
    "the number of processors",
    "NumberOfConcurrentThreads: so many of its threads are to run at most.",
)];
const QUEUE: &[SettingInfo] = &[s_or(
    "count",
    K::Whole(1, 64),
    "the number of processors",
    "Count of KeInitializeQueue: so many of its threads are to run at most.",
)];
const DRIVER: &[SettingInfo] =
    &[s_or("lower", K::Object(What::Driver), "none", "The driver below it in the stack, for `IoCallDriver`.")];
const FILE: &[SettingInfo] = &[
    s(
        "synchronous_io",
        K::Choice(&[("none", 0), ("alert", 1), ("nonalert", 2)]),
        "none",
        "FILE_SYNCHRONOUS_IO_ALERT or _NONALERT: a call that reads or writes it waits for its request, and user APCs end that wait or not.",
    ),
    s_or("completion_port", K::Object(What::Iocp), "none", "The completion port that it is bound to from the start."),
    s("key", K::Whole(0, i64::MAX), "0", "The CompletionKey of its packets."),
    s_or("driver", K::Object(What::Driver), "none that is shown", "The uppermost driver that its requests go to."),
];
const IRP: &[SettingInfo] = &[
    s_or("file", K::Object(What::File), "one of its own", "The file that it reads or writes."),
    s("bytes", K::Bytes(0, u32::MAX as i64), "4KB", "How many bytes are asked for."),
    s_or("event", K::Object(What::Event), "none", "The event that is set when the request is complete."),
    s("pending", K::Switch, "TRUE", "The driver marks it pending; else it completes in the call that issues it."),
    s("paging", K::Switch, "FALSE", "Paging I/O: its status and event are set where it is completed, without an APC."),
    s_or("fails", K::Status, "none", "The status with which it is refused at once."),
];
const PORT: &[SettingInfo] = &[
    s(
        "max_message",
        K::Bytes(40, 65_535),
        "65535",
        "MaxMessageLength: the most bytes of a message, its header of 40 bytes (24 on x86) among them.",
    ),
    s(
        "max_pool",
        K::Bytes(0, u32::MAX as i64),
        "16MB",
        "MaxPoolUsage: the most kernel memory that the messages sent through one end of a connection may hold; beyond that sending fails.",
    ),
    s("connections", K::Whole(1, 64), "16", "How many connections it can have at a time."),
    s("sid", K::Whole(0, i64::MAX), "0", "What stands for the SID of its server, which a client may ask for."),
    s(
        "waitable",
        K::Switch,
        "FALSE",
        "ALPC_PORFLG_WAITABLE_PORT: WaitForSingleObject takes handles of the port and of its connections' ports.",
    ),
];
const MESSAGE: &[SettingInfo] = &[
    s("bytes", K::Bytes(0, 65_535), "64", "DataLength at the start: how many bytes of data it carries."),
    s_or("buffer", K::Bytes(0, 65_535), "as `bytes`", "How many bytes of data it has room for when it receives."),
];
const THREAD: &[SettingInfo] = &[
    s_or(
        "priority",
        K::Whole(1, 31),
        "that of its process, 8 by default",
        "Its base priority; 16 and above are real-time.",
    ),
    s_or("processor", K::Processor, "any", "The one processor that it may run on."),
    s_or(
        "affinity",
        K::Affinity,
        "that of its process",
        "The processors that it may run on, of those of its process: bit n stands for processor n.",
    ),
    s_or(
        "process",
        K::Object(What::Process),
        "one that is shared by all user threads, the system's for others",
        "The process that it belongs to.",
    ),
    s(
        "start",
        K::Time(0, LONGEST),
        "0us",
        "When it begins. It exists before that: APCs, a suspension or its end wait for it.",
    ),
];
const EVERY_OPTIONS: &[SettingInfo] = &[
    s("jitter", K::Time(0, LONGEST), "0us", "Each period varies by up to this much, either way."),
    s_or("from", K::Time(0, LONGEST), "the period", "The first arrival."),
    s_or("until", K::Time(1, LONGEST), "no limit", "No arrival after this time."),
    s_or("count", K::Whole(1, u32::MAX as i64), "no limit", "At most this many arrivals."),
];

/// Options of `every`.
pub(crate) const EVERY: Settings = Settings { owner: "every", rows: EVERY_OPTIONS };

/// The settings that declarations of a kind have.
pub(crate) fn settings_of(what: What) -> Settings {
    let rows: &[SettingInfo] = match what {
        What::Machine => MACHINE,
        What::Device => DEVICE,
        What::Dpc => DPC,
        What::Apc => APC,
        What::Event => EVENT,
        What::Timer => TIMER,
        What::Semaphore => SEMAPHORE,
        What::Process => PROCESS,
        What::Iocp => IOCP,
        What::Queue => QUEUE,
        What::Driver => DRIVER,
        What::File => FILE,
        What::Irp => IRP,
        What::Port => PORT,
        What::Message => MESSAGE,
        What::Thread => THREAD,
        What::Isr
        | What::Mutex
        | What::Mutant
        | What::FastMutex
        | What::GuardedMutex
        | What::Resource
        | What::SpinLock
        | What::Variable
        | What::Function
        | What::Service
        | What::Completion
        | What::Cancel
        | What::WorkItem => &[],
    };
    Settings { owner: what_word(what), rows }
}

/// The word that declares a kind of thing.
pub(crate) fn what_word(what: What) -> &'static str {
    match what {
        What::Machine => "machine",
        What::Device => "device",
        What::Isr => "isr",
        What::Dpc => "dpc",
        What::Apc => "apc",
        What::Event => "event",
        What::Timer => "timer",
        What::Semaphore => "semaphore",
        What::Process => "process",
        What::Mutex => "mutex",
        What::Mutant => "mutant",
        What::FastMutex => "fast_mutex",
        What::GuardedMutex => "guarded_mutex",
        What::Resource => "resource",
        What::SpinLock => "spinlock",
        What::Iocp => "iocp",
        What::Queue => "queue",
        What::Driver => "driver",
        What::Completion => "completion",
        What::Cancel => "cancel",
        What::File => "file",
        What::Irp => "irp",
        What::Port => "port",
        What::Message => "message",
        What::Variable => "variable",
        What::Thread => "thread",
        What::Function => "function",
        What::Service => "service",
        What::WorkItem => "work_item",
    }
}
