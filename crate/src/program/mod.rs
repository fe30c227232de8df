//! The compiled scenario: plain data, and all that the language and the machine share.
//!
//! `lang` makes a [`Program`] from text; `sim` runs it and never sees text. Objects are numbered by class,
//! in the order of their declaration, and code names them by [`ObjectRef`].

mod bugcheck;
mod constants;
mod io;
mod irql;
mod op;
mod routine;

pub use bugcheck::{BUGCHECKS, bugcheck_name};
pub use constants::{CONSTANTS, Constant, constant, status_name};
pub use io::{DriverDef, FileDef, IrpDef, PacketModel, QueueDef};
pub use irql::{Irql, Ladder};
pub use op::{BinaryOp, Field, Op, Slot, UnaryOp};
pub use routine::{Caller, Level, Param, ParamKind, ROUTINES, ResultKind, Routine, RoutineInfo};

use crate::base::{NONE, Ns};
use crate::text::Span;

/// What an index is an index of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// No object.
    None = 0,
    /// A processor, by number.
    Processor,
    /// An IRQL.
    Irql,
    /// A source of interrupts: 0 the clock, 1 the inter-processor interrupt, then the devices.
    Interrupt,
    /// A deferred procedure call object.
    Dpc,
    /// An asynchronous procedure call, by its declaration.
    Apc,
    /// A thread.
    Thread,
    /// An event.
    Event,
    /// A spin lock.
    SpinLock,
    /// A queue of completion packets: an I/O completion port.
    Queue,
    /// A driver with its device object.
    Driver,
    /// A file object.
    File,
    /// An I/O request packet.
    Irp,
    /// A global variable.
    Global,
    /// A piece of code.
    Body,
    /// A documented routine.
    Routine,
    /// A marker.
    Marker,
    /// A caption or the text of an assertion.
    Text,
    /// A timer.
    Timer,
}

impl Class {
    /// Every class, in numeric order.
    pub const ALL: [Self; 19] = [
        Self::None,
        Self::Processor,
        Self::Irql,
        Self::Interrupt,
        Self::Dpc,
        Self::Apc,
        Self::Thread,
        Self::Event,
        Self::SpinLock,
        Self::Queue,
        Self::Driver,
        Self::File,
        Self::Irp,
        Self::Global,
        Self::Body,
        Self::Routine,
        Self::Marker,
        Self::Text,
        Self::Timer,
    ];
}

/// A class and an index in it; as a value of the running code it is `class << 16 | index`, and NULL is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ObjectRef {
    /// What the index is an index of.
    pub class: Class,
    /// The index.
    pub index: u16,
}

impl ObjectRef {
    /// The object's value in running code and in the arguments of records.
    #[must_use]
    pub fn pack(self) -> u32 {
        (self.class as u32) << 16 | u32::from(self.index)
    }

    /// The object that a value stands for; `None` for NULL and for numbers that stand for nothing.
    #[must_use]
    pub fn unpack(value: u32) -> Option<Self> {
        let class = *Class::ALL.get((value >> 16) as usize)?;
        (class != Class::None).then_some(Self { class, index: value as u16 })
    }
}

/// A scenario, compiled.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The machine it runs on.
    pub machine: MachineSettings,
    /// Its title and its explanation, for menus.
    pub title: Localized,
    /// One short paragraph for the reader.
    pub about: Localized,
    /// Sources of interrupts: [`CLOCK`], [`IPI`], then the devices in order of declaration.
    pub interrupts: Vec<InterruptDef>,
    /// DPC objects: those declared, then those that device objects have built in (`DEVICE_OBJECT.Dpc`).
    pub dpcs: Vec<DpcDef>,
    /// APCs: those declared, then one for each I/O request packet (`IRP.Tail.Apc`).
    pub apcs: Vec<ApcDef>,
    /// Events.
    pub events: Vec<EventDef>,
    /// Timers.
    pub timers: Vec<TimerDef>,
    /// Spin locks: those declared, then the ActualLock of each device.
    pub spin_locks: Vec<SpinLockDef>,
    /// Drivers.
    pub drivers: Vec<DriverDef>,
    /// I/O completion ports.
    pub queues: Vec<QueueDef>,
    /// File objects.
    pub files: Vec<FileDef>,
    /// I/O request packets.
    pub irps: Vec<IrpDef>,
    /// Threads.
    pub threads: Vec<ThreadDef>,
    /// Where the DPC threads and their events are; `None`: no threaded DPC needs them.
    pub dpc_threads: Option<DpcThreads>,
    /// Global variables.
    pub globals: Vec<GlobalDef>,
    /// Code of every ISR, DPC, APC, thread, function and service.
    pub bodies: Vec<Body>,
    /// All operations; a body runs from its entry to a `Return`. At most 65,535.
    pub code: Vec<Op>,
    /// The place in the text that each operation was made from.
    pub spans: Vec<Span>,
    /// Interrupts from outside.
    pub stimuli: Vec<Stimulus>,
    /// What the scenario claims of its whole run.
    pub claims: Vec<Claim>,
    /// Markers.
    pub markers: Vec<MarkerDef>,
    /// Captions of work and texts of assertions.
    pub texts: Vec<String>,
    /// The most slots that any body needs; every frame has as many.
    pub slots_per_frame: u16,
}

/// Index of the clock among [`Program::interrupts`].
pub const CLOCK: u16 = 0;
/// Index of the inter-processor interrupt among [`Program::interrupts`].
pub const IPI: u16 = 1;

impl BodyKind {
    /// Code of a driver that gets the request in hand as its parameter [`IRP_SLOT`].
    #[must_use]
    pub fn has_irp(self) -> bool {
        matches!(self, Self::Driver | Self::Completion | Self::Cancel)
    }
}

/// The slot of the parameter Irp in a driver's code.
pub const IRP_SLOT: u16 = 1;

impl Program {
    /// The cancel spin lock: the last of [`Program::spin_locks`], built in.
    #[must_use]
    pub fn cancel_spin_lock(&self) -> u16 {
        self.spin_locks.len().saturating_sub(1) as u16
    }

    /// The name of an object as the scenario spells it; built-in ones by their kernel names.
    #[must_use]
    pub fn name(&self, class: Class, index: u16) -> &str {
        let i = index as usize;
        let name = match class {
            Class::Interrupt => self.interrupts.get(i).map(|d| &d.name),
            Class::Dpc => self.dpcs.get(i).map(|d| &d.name),
            Class::Apc => self.apcs.get(i).map(|d| &d.name),
            Class::Thread => self.threads.get(i).map(|d| &d.name),
            Class::Event => self.events.get(i).map(|d| &d.name),
            Class::Timer => self.timers.get(i).map(|d| &d.name),
            Class::SpinLock => self.spin_locks.get(i).map(|d| &d.name),
            Class::Queue => self.queues.get(i).map(|d| &d.name),
            Class::Driver => self.drivers.get(i).map(|d| &d.name),
            Class::File => self.files.get(i).map(|d| &d.name),
            Class::Irp => self.irps.get(i).map(|d| &d.name),
            Class::Global => self.globals.get(i).map(|d| &d.name),
            Class::Body => self.bodies.get(i).map(|d| &d.name),
            Class::Marker => self.markers.get(i).map(|d| &d.name),
            Class::Text => self.texts.get(i),
            Class::Routine => return ROUTINES.get(i).map_or("", |r| r.name),
            Class::None | Class::Processor | Class::Irql => None,
        };
        name.map_or("", String::as_str)
    }

    /// How many objects of a class there are.
    #[must_use]
    pub fn count(&self, class: Class) -> usize {
        match class {
            Class::Interrupt => self.interrupts.len(),
            Class::Dpc => self.dpcs.len(),
            Class::Apc => self.apcs.len(),
            Class::Thread => self.threads.len(),
            Class::Event => self.events.len(),
            Class::Timer => self.timers.len(),
            Class::SpinLock => self.spin_locks.len(),
            Class::Queue => self.queues.len(),
            Class::Driver => self.drivers.len(),
            Class::File => self.files.len(),
            Class::Irp => self.irps.len(),
            Class::Global => self.globals.len(),
            Class::Body => self.bodies.len(),
            Class::Marker => self.markers.len(),
            Class::Text => self.texts.len(),
            Class::Routine => ROUTINES.len(),
            Class::Processor => self.machine.processors as usize,
            Class::None | Class::Irql => 0,
        }
    }

    /// The place of an operation; an empty span for [`NONE`].
    #[must_use]
    pub fn span(&self, pc: u16) -> Span {
        self.spans.get(pc as usize).copied().unwrap_or_default()
    }
}

/// A text in English and, where its author gave them, in other languages (tag, text).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Localized {
    /// The text of the language that the scenario is written in.
    pub text: String,
    /// Further languages: BCP 47 tag and text.
    pub others: Vec<(String, String)>,
}

/// Which rule decides on a request when a DPC is inserted (DP-9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DpcRule {
    /// As the driver documentation says.
    #[default]
    Documented,
    /// As a book on the kernel's internals is quoted: urgent DPCs interrupt only an idle processor.
    Book,
}

/// The machine: its processors and the kernel's tunables. Defaults are the reference's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineSettings {
    /// 1 to 64.
    pub processors: u8,
    /// Which IRQL ladder.
    pub ladder: Ladder,
    /// Time between clock interrupts (IN-11).
    pub clock_interval: Ns,
    /// Quantum of a fresh thread in units, three of which a tick takes (TH-7).
    pub quantum: i8,
    /// The run ends at this time if it has not ended before.
    pub end: Ns,
    /// Seed of everything that is left to chance.
    pub seed: u64,
    /// Driver Verifier: misuse of IRQL stops the machine (0xC4).
    pub verifier: bool,
    /// Checked kernel: 0x9 and 0xA on bad IRQL changes, 0xF and 0x10 on spin locks.
    pub checked: bool,
    /// Which rule decides on a request when a DPC is inserted.
    pub dpc_rule: DpcRule,
    /// Who finishes a request that ends in a completion packet.
    pub packet_model: PacketModel,
    /// MaximumDpcQueueDepth at the start (DP-18).
    pub dpc_queue_depth_max: u16,
    /// MinimumDpcRate (DP-18).
    pub dpc_rate_min: u32,
    /// IdealDpcRate (DP-17).
    pub dpc_rate_ideal: u32,
    /// AdjustDpcThreshold (DP-17).
    pub dpc_adjust_threshold: u16,
    /// How long an idle processor polls before it halts (TH-16).
    pub idle_poll: Ns,
    /// ThreadDpcEnable: threaded DPCs run in threads; else they are ordinary ones (DP-25).
    pub threaded_dpc: bool,
    /// Ticks that one DPC or ISR may take; 0: any number (DP-27).
    pub dpc_time_limit: u32,
    /// Ticks that a processor may stay at DISPATCH_LEVEL or above; 0: any number (DP-27).
    pub dpc_watchdog_limit: u32,
}

impl Default for MachineSettings {
    fn default() -> Self {
        Self {
            processors: 1,
            ladder: Ladder::X64,
            clock_interval: 15_625_000,
            quantum: 6,
            end: 100_000_000,
            seed: 1,
            verifier: true,
            checked: false,
            dpc_rule: DpcRule::Documented,
            packet_model: PacketModel::Apc,
            dpc_queue_depth_max: 4,
            dpc_rate_min: 3,
            dpc_rate_ideal: 20,
            dpc_adjust_threshold: 20,
            idle_poll: 0,
            threaded_dpc: true,
            dpc_time_limit: 0x500,
            dpc_watchdog_limit: 0x1E00,
        }
    }
}

/// A source of interrupts (IN-1).
#[derive(Clone, Debug, Default)]
pub struct InterruptDef {
    /// The device's name.
    pub name: String,
    /// Its IRQL.
    pub irql: Irql,
    /// The level at which the ISR and `KeSynchronizeExecution` run; at least `irql`.
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
    /// Its ActualLock among [`Program::spin_locks`].
    pub lock: u16,
    /// The DPC that its device object has built in (DP-26), or [`NONE`] when nobody asks for it.
    pub dpc: u16,
    /// Where it is declared.
    pub span: Span,
}

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
    /// The deferred routine's body, with parameters Dpc, DeferredContext, SystemArgument1, SystemArgument2; [`NONE`]
    /// until IoInitializeDpcRequest gives one.
    pub body: u16,
    /// DeferredContext, packed if it is an object.
    pub context: i64,
    /// Where it is declared.
    pub span: Span,
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
}

/// A KAPC as it is initialised (AP-1, AP-6).
#[derive(Clone, Debug)]
pub struct ApcDef {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: ApcKind,
    /// The thread it is bound to; [`NONE`] when the call that queues it names the thread.
    pub thread: u16,
    /// KernelRoutine's body, or [`NONE`]. Its first four slots are NormalRoutine (1 or NULL), NormalContext,
    /// SystemArgument1 and SystemArgument2; what it leaves there is what the normal routine gets (AP-5).
    pub kernel_body: u16,
    /// NormalRoutine's body with parameters NormalContext, SystemArgument1, SystemArgument2, or [`NONE`].
    pub normal_body: u16,
    /// The I/O request packet that this APC completes, or [`NONE`].
    pub irp: u16,
    /// Where it is declared.
    pub span: Span,
}

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
    /// Where it is declared.
    pub span: Span,
}

/// A KSPIN_LOCK.
#[derive(Clone, Debug, Default)]
pub struct SpinLockDef {
    /// Its name.
    pub name: String,
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
    /// The one processor it may run on; `None`: any.
    pub processor: Option<u8>,
    /// Kernel code only; else its own statements are user-mode code.
    pub system: bool,
    /// When it is created.
    pub start: Ns,
    /// Its code.
    pub body: u16,
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

/// What a body is code of; decides its mode and what is legal in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum BodyKind {
    /// Interrupt service routine.
    #[default]
    Isr = 0,
    /// Deferred routine of a DPC.
    Dpc,
    /// KernelRoutine of an APC.
    ApcKernelRoutine,
    /// NormalRoutine of a kernel APC.
    ApcNormalRoutine,
    /// Routine of a user APC: user mode.
    UserApc,
    /// A thread's user-mode code.
    UserThread,
    /// A system thread's code.
    SystemThread,
    /// A function, called from anywhere.
    Function,
    /// A system service of a driver: kernel code that user threads call.
    Service,
    /// A driver's dispatch routine, in the context of who issues the request.
    Driver,
    /// A driver's completion routine, in the context and at the IRQL of who completes the request.
    Completion,
    /// A driver's cancel routine, at DISPATCH_LEVEL and under the cancel spin lock.
    Cancel,
}

/// A piece of code.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The name of what it belongs to.
    pub name: String,
    /// What it is code of.
    pub kind: BodyKind,
    /// First operation.
    pub entry: u16,
    /// Parameters; they are its first slots.
    pub params: u16,
    /// Slots it needs: parameters, variables and temporaries.
    pub slots: u16,
    /// Names of its variables by slot; an empty name is a temporary.
    pub variables: Vec<String>,
    /// Where its name is declared.
    pub span: Span,
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
    /// Its index among [`Program::interrupts`], when it has one.
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

/// A moment that prose may point at.
#[derive(Clone, Debug, Default)]
pub struct MarkerDef {
    /// Its name.
    pub name: String,
    /// What to say there.
    pub caption: Localized,
    /// Where it is.
    pub span: Span,
}

/// How two numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// Whether the comparison holds.
    #[must_use]
    pub fn holds(self, a: u64, b: u64) -> bool {
        match self {
            Self::Equal => a == b,
            Self::NotEqual => a != b,
            Self::Less => a < b,
            Self::LessOrEqual => a <= b,
            Self::Greater => a > b,
            Self::GreaterOrEqual => a >= b,
        }
    }

    /// How it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// Something a scenario claims of its whole run.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What.
    pub kind: ClaimKind,
    /// Where it is claimed.
    pub span: Span,
}

/// The claims a scenario can make. Bodies are named by index; "runs" means its first operation began.
#[derive(Clone, Debug)]
pub enum ClaimKind {
    /// These bodies begin in this order: each after the one before it (others may lie between).
    Order(Vec<u16>),
    /// The run ends with this bugcheck code.
    Bugcheck(u32),
    /// The run ends in a deadlock.
    Deadlock,
    /// The run ends with neither bugcheck, deadlock, failed assertion nor limit.
    Completed,
    /// The body begins this often.
    Count {
        /// Which body.
        body: u16,
        /// How the count compares.
        comparison: Comparison,
        /// With what.
        number: u64,
    },
    /// From each beginning of `from` to the next beginning of `to`.
    Latency {
        /// Which body starts the clock; a device's ISR stands for the request of its interrupt when `from_request`.
        from: u16,
        /// The clock starts at the interrupt request of `from`'s device, not at its ISR.
        from_request: bool,
        /// Which body stops it.
        to: u16,
        /// How the longest one compares.
        comparison: Comparison,
        /// With what, in nanoseconds.
        limit: Ns,
    },
}

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
