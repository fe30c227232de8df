//! The compiled scenario: plain data, and all that the language and the machine share.
//!
//! `lang` makes a [`Program`] from text; `sim` runs it and never sees text. Objects are numbered by class,
//! in the order of their declaration, and code names them by [`ObjectRef`].

mod address;
mod alpc;
mod body;
mod bugcheck;
mod claim;
mod constants;
mod dispatcher;
mod interrupt;
mod io;
mod irql;
mod machine;
mod object;
mod op;
mod routine;
mod work_item;

pub use address::{
    KI_EXECUTE_DPC, KI_RETIRE_DPC_LIST, KI_TIMER_EXPIRATION, PSP_EXIT_THREAD, exception_addresses, initial_stack,
    paged_address, pool_address, pool_block,
};
pub use alpc::{AlpcDefs, Costs, MessageDef, MessageField, PortDef, PortKind};
pub use body::{BLOCK_ASSERTION, Body, BodyKind, IRP_SLOT, PAGED_CODE_ASSERTION, PRIORITY_ASSERTION, TIME_ASSERTION};
pub use bugcheck::{BUGCHECKS, bugcheck_name, verifier_subcode};
pub use claim::{Claim, ClaimKind, Comparison};
pub use constants::{CONSTANTS, Constant, constant, status_name};
pub use dispatcher::{EventDef, FastMutexDef, MutantDef, ObjectList, ResourceDef, SemaphoreDef, TimerDef};
pub use interrupt::{CLOCK, IPI, InterruptDef, PassiveLevel, Source, Stimulus, built_in_interrupts};
pub use io::{DriverDef, FileDef, IrpDef, PacketModel, QueueDef, SynchronousIo};
pub use irql::{Irql, Ladder};
pub use machine::{DpcRule, GuardedMutex, MachineSettings, QuantumCharge, SuspendModel};
pub use object::{
    ApcDef, ApcKind, ApcOwner, ContextObjects, DpcDef, DpcOwner, DpcThreads, GlobalDef, Importance, InBlock,
    ProcessDef, SpinLockDef, Suspension, ThreadDef, TimerCompletions,
};
pub use op::{BinaryOp, Field, Op, Slot, UnaryOp};
pub use routine::{Caller, Level, Param, ParamKind, ROUTINES, ResultKind, Routine, RoutineInfo};
pub use work_item::{WORK_QUEUE_TYPES, WorkItemDef, WorkQueueDef, WorkQueueType};

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
    /// A queue: an I/O completion port, or that of worker threads.
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
    /// A semaphore.
    Semaphore,
    /// A mutex, of drivers or of user mode.
    Mutant,
    /// A fast or a guarded mutex.
    FastMutex,
    /// An executive resource.
    Resource,
    /// The waiters of a resource that want to share it.
    SharedWaiters,
    /// The waiters of a resource that want it alone.
    ExclusiveWaiters,
    /// A list of objects, for a wait that any of them satisfies.
    AnyOf,
    /// A list of objects, for a wait that all of them satisfy together.
    AllOf,
    /// A process.
    Process,
    /// An ALPC port.
    Port,
    /// A message buffer.
    Message,
    /// A section of an ALPC port.
    Section,
    /// A view of such a section in a process.
    View,
    /// A work item.
    WorkItem,
}

impl Class {
    /// Every class, in numeric order.
    pub const ALL: [Self; 33] = [
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
        Self::Semaphore,
        Self::Mutant,
        Self::FastMutex,
        Self::Resource,
        Self::SharedWaiters,
        Self::ExclusiveWaiters,
        Self::AnyOf,
        Self::AllOf,
        Self::Process,
        Self::Port,
        Self::Message,
        Self::Section,
        Self::View,
        Self::WorkItem,
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
    /// The APC of the first request: those that the scenario declares come before it, the kernel's own behind the last.
    pub first_irp_apc: u16,
    /// The APC that NtQueueApcThread queues when it is given no routine (AP-6); `None`: nothing calls it.
    pub null_apc: Option<u16>,
    /// The APCs whose memory reserve objects hold, one each (AP-26); none when nothing allocates any.
    pub apc_reserves: std::ops::Range<u16>,
    /// The APC that ends another thread; `None`: nothing asks for it.
    pub exit_apc: Option<u16>,
    /// What suspension needs; `None`: nothing suspends threads.
    pub suspension: Option<Suspension>,
    /// What waitable timers with completion routines need; `None`: nothing sets one.
    pub timer_completions: Option<TimerCompletions>,
    /// What another thread's context needs; `None`: nothing asks for it.
    pub context: Option<ContextObjects>,
    /// Events.
    pub events: Vec<EventDef>,
    /// Timers.
    pub timers: Vec<TimerDef>,
    /// Semaphores.
    pub semaphores: Vec<SemaphoreDef>,
    /// Mutexes, of drivers and of user mode.
    pub mutants: Vec<MutantDef>,
    /// Fast and guarded mutexes.
    pub fast_mutexes: Vec<FastMutexDef>,
    /// Executive resources.
    pub resources: Vec<ResourceDef>,
    /// Lists of objects that are waited for together.
    pub object_lists: Vec<ObjectList>,
    /// Spin locks: those declared, then the ActualLock of each device.
    pub spin_locks: Vec<SpinLockDef>,
    /// Drivers.
    pub drivers: Vec<DriverDef>,
    /// Work items.
    pub work_items: Vec<WorkItemDef>,
    /// The queues of the system's worker threads that the scenario uses.
    pub work_queues: Vec<WorkQueueDef>,
    /// I/O completion ports, then the queues of worker threads.
    pub queues: Vec<QueueDef>,
    /// File objects.
    pub files: Vec<FileDef>,
    /// I/O request packets.
    pub irps: Vec<IrpDef>,
    /// Processes: those declared, then the system process and the one of user threads that name none.
    pub processes: Vec<ProcessDef>,
    /// The system process, of system threads that name no other.
    pub system_process: u16,
    /// Threads.
    pub threads: Vec<ThreadDef>,
    /// Where the DPC threads and their events are; `None`: no threaded DPC needs them.
    pub dpc_threads: Option<DpcThreads>,
    /// ALPC ports and messages.
    pub alpc: AlpcDefs,
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
    /// Captions of work and texts of assertions; the first ones are [`TIME_ASSERTION`]'s and [`PRIORITY_ASSERTION`]'s.
    pub texts: Vec<String>,
    /// The most slots that any body needs; every frame has as many.
    pub slots_per_frame: u16,
}

impl Program {
    /// The operations of a piece of code.
    #[must_use]
    pub fn code_of(&self, body: usize) -> &[Op] {
        let end = self.bodies.get(body + 1).map_or(self.code.len(), |next| next.entry.into());
        &self.code[self.bodies[body].entry.into()..end]
    }

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
            Class::Semaphore => self.semaphores.get(i).map(|d| &d.name),
            Class::Mutant => self.mutants.get(i).map(|d| &d.name),
            Class::FastMutex => self.fast_mutexes.get(i).map(|d| &d.name),
            Class::Resource => self.resources.get(i).map(|d| &d.name),
            Class::SharedWaiters => self.resources.get(i).map(|d| &d.shared_waiters),
            Class::ExclusiveWaiters => self.resources.get(i).map(|d| &d.exclusive_waiters),
            Class::AnyOf => self.object_lists.get(i).map(|l| &l.any),
            Class::AllOf => self.object_lists.get(i).map(|l| &l.all),
            Class::Process => self.processes.get(i).map(|d| &d.name),
            Class::Port => self.alpc.ports.get(i).map(|d| &d.name),
            Class::Message => self.alpc.messages.get(i).map(|d| &d.name),
            Class::Section => self.alpc.sections.get(i),
            Class::View => self.alpc.views.get(i),
            Class::WorkItem => self.work_items.get(i).map(|d| &d.name),
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
            Class::Semaphore => self.semaphores.len(),
            Class::Mutant => self.mutants.len(),
            Class::FastMutex => self.fast_mutexes.len(),
            Class::Resource | Class::SharedWaiters | Class::ExclusiveWaiters => self.resources.len(),
            Class::AnyOf | Class::AllOf => self.object_lists.len(),
            Class::Process => self.processes.len(),
            Class::Port => self.alpc.ports.len(),
            Class::Message => self.alpc.messages.len(),
            Class::Section => self.alpc.sections.len(),
            Class::View => self.alpc.views.len(),
            Class::WorkItem => self.work_items.len(),
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

    /// Where in a block of pool an object lies; `None` for all that lies elsewhere.
    #[must_use]
    pub fn block_of(&self, object: ObjectRef) -> Option<InBlock> {
        match object.class {
            Class::Dpc => self.dpcs.get(object.index as usize)?.block,
            Class::Timer => self.timers.get(object.index as usize)?.block,
            _ => None,
        }
    }

    /// How many wait blocks the longest wait takes.
    #[must_use]
    pub fn blocks_per_thread(&self) -> u8 {
        self.object_lists.iter().map(|list| list.objects.len().min(64) as u8).fold(1, u8::max)
    }

    /// How many objects a wait for this value waits for.
    #[must_use]
    pub fn wait_count(&self, object: u32) -> usize {
        self.object_list(object).map_or(usize::from(object != 0), |list| list.objects.len())
    }

    /// The object that wait block `key` of a wait for this value stands for; 0 for none.
    #[must_use]
    pub fn wait_object(&self, object: u32, key: usize) -> u32 {
        self.object_list(object).map_or(object, |list| list.objects.get(key).copied().unwrap_or(0))
    }

    fn object_list(&self, object: u32) -> Option<&ObjectList> {
        match ObjectRef::unpack(object)? {
            ObjectRef { class: Class::AnyOf | Class::AllOf, index } => self.object_lists.get(index as usize),
            _ => None,
        }
    }

    /// The place of an operation; an empty span for `NONE`.
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
