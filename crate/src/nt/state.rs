//! The state of the simulated machine: flat arrays of plain structs that name each other by index, so that a
//! copy is a few block copies and a hash is one pass. Field names are those that `dt nt!_KPRCB` and its like
//! print, where the field exists there.

use super::alpc::Alpc;
use super::deadlock::Deadlocked;
use super::dispatcher_object::{DispatcherHeader, KwaitBlock};
use super::dpc_queue::KdpcData;
use super::fast_mutex::FastMutex;
use super::frame::{Frame, FrameId};
use super::generic_call::GenericCall;
use super::memory::{CodePage, PoolBlock};
use super::mutex::Kmutant;
use super::process::{KapcState, Kprocess};
use super::request::{Kfile, Kirp, Kqueue, Packet, StackLocation};
use super::resource::{Eresource, OwnerEntry};
use super::semaphore::Ksemaphore;
use super::spin_lock::Spin;
use super::timer::Ktimer;
use super::wait_for::Link;
use super::work_item::WorkItem;
use crate::base::{Fingerprint, INFINITE, IndexedHeap, NO_RECORD, NONE, Ns};
use crate::program::{ApcKind, DpcDef, Importance, Irql, Program};
use std::hash::{Hash, Hasher};

/// No processor.
pub(super) const NO_CPU: u8 = u8::MAX;

/// Thread states, numbered as the kernel numbers them (TH-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ThreadState {
    /// Not started.
    #[default]
    Initialized = 0,
    /// In a ready list.
    Ready = 1,
    /// Current on a processor.
    Running = 2,
    /// Chosen to run next on a processor.
    Standby = 3,
    /// Over.
    Terminated = 4,
    /// In a wait.
    Waiting = 5,
}

impl ThreadState {
    /// The name in the debugger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Initialized => "Initialized",
            Self::Ready => "Ready",
            Self::Running => "Running",
            Self::Standby => "Standby",
            Self::Terminated => "Terminated",
            Self::Waiting => "Waiting",
        }
    }
}

/// A processor control block: what belongs to one processor (DP-7, TH-3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kprcb {
    /// Current IRQL.
    pub irql: Irql,
    /// The level up to which the interrupt controller is masked; below `irql` after a lazy raise (IR-16).
    pub controller_irql: Irql,
    /// Bit n: something of level n is requested: 1 APC, 2 DISPATCH, above them hardware (IR-7, IR-14).
    pub requests: u32,
    /// The record that requested APC, and DISPATCH.
    pub requested_by: [u32; 2],
    /// The clock's pending bit and the record that set it.
    pub clock_pending: u32,
    /// The inter-processor interrupt's pending bit as the record that set it, or `NO_RECORD`.
    pub ipi_pending: u32,
    /// Reasons of the pending IPI: bit 1 APC, bit 2 DPC, bit 3 a generic call (IN-9).
    pub ipi_reasons: u8,
    /// CurrentThread; `NONE` is the idle thread.
    pub current_thread: u16,
    /// NextThread, in Standby.
    pub next_thread: u16,
    /// The record that put `next_thread` there.
    pub next_since: u32,
    /// Bit n: a thread of priority n is ready here.
    pub ready_summary: u32,
    /// Head and tail of the ready list of each priority.
    pub ready: [(u16, u16); 32],
    /// Top of what runs on the processor's own stacks: interrupts, DPCs.
    pub frame: FrameId,
    /// Work of the top frame ends at `work_until`.
    pub working: bool,
    /// When the current or the last work ends.
    pub work_until: Ns,
    /// Spins for this lock: the last of its spins. `NONE` also while it waits for the answer to an interrupt.
    pub spinning_on: u16,
    /// How many frames of its stacks spin.
    pub spins: u8,
    /// DpcData: the queues of ordinary and of threaded DPCs.
    pub dpc_data: [KdpcData; 2],
    /// DpcThreadActive: the DPC thread works its queue off.
    pub dpc_thread_active: bool,
    /// DpcThreadRequested: the DPC thread was asked for.
    pub dpc_thread_requested: bool,
    /// DpcSetEventRequest, as the record of the insertion that asked; else `NO_RECORD`.
    pub dpc_set_event_request: u32,
    /// DpcLastCount: the count of ordinary DPCs at the last tick.
    pub dpc_last_count: u32,
    /// DpcRequestRate.
    pub dpc_request_rate: u32,
    /// MaximumDpcQueueDepth.
    pub maximum_dpc_queue_depth: u16,
    /// AdjustDpcThreshold: ticks until a lowered limit rises.
    pub adjust_dpc_threshold: u16,
    /// The record that inserted the DPC of each queue that runs here now, or `NO_RECORD`.
    pub running_since: [u32; 2],
    /// A drain is running.
    pub dpc_routine_active: bool,
    /// A drain was requested.
    pub dpc_interrupt_requested: bool,
    /// Timers are due.
    pub timer_request: bool,
    /// The current thread's quantum is used up.
    pub quantum_end: bool,
    /// The tick that raised `timer_request` or `quantum_end`.
    pub tick_record: u32,
    /// Sleeping: it is idle and halted (TH-16).
    pub sleeping: bool,
    /// When the idle loop stops polling and halts; 0 while it does not poll.
    pub poll_until: Ns,
    /// The record since which it has had nothing to do, if it is idle.
    pub idle_since: u32,
    /// KeContextSwitches: switches to another thread, the idle thread among them.
    pub context_switches: u32,
    /// KernelTime, UserTime, DpcTime, InterruptTime: ticks by what they interrupted (IN-12).
    pub run_time: [u32; 4],
    /// DpcTimeCount: ticks in the DPC or ISR that runs (DP-27).
    pub dpc_time_count: u32,
    /// DpcWatchdogCount: ticks since it was last below DISPATCH_LEVEL (DP-27).
    pub dpc_watchdog_count: u32,
    /// The tick that it took last (DP-28).
    pub last_tick: u32,
    /// KernelApcDisable and SpecialApcDisable of its idle thread, which a DPC may have borrowed.
    pub idle_apc_disable: [i16; 2],
}

/// A thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kthread {
    /// Header: it is signalled when it has ended.
    pub header: DispatcherHeader,
    /// State.
    pub state: ThreadState,
    /// Priority now.
    pub priority: u8,
    /// BasePriority.
    pub base_priority: u8,
    /// Saturation: 1 or -1 when its base was set to an end of its range, whatever its process's (TH-2).
    pub saturation: i8,
    /// Where it runs, is standby or ready, or ran last.
    pub next_processor: u8,
    /// IdealProcessor.
    pub ideal_processor: u8,
    /// UserIdealProcessor: the ideal one once a temporary affinity is over.
    pub user_ideal_processor: u8,
    /// SystemAffinityActive: its affinity is a temporary one (TH-17).
    pub system_affinity_active: bool,
    /// Affinity: bit n stands for processor n, on which it may run.
    pub affinity: u64,
    /// UserAffinity: its own one, within that of its process.
    pub user_affinity: u64,
    /// Units left.
    pub quantum: i16,
    /// CycleTime: how long it has run itself, where quantums are counted so (TH-9).
    pub cycle_time: u64,
    /// QuantumTarget: the CycleTime with which its quantum has run out.
    pub quantum_target: u64,
    /// WaitIrql: its own level while it does not run (TH-13).
    pub wait_irql: Irql,
    /// WaitNext: its next call is a wait, which brings the IRQL back to `wait_irql` (WT-12).
    pub wait_next: bool,
    /// Preempted: it goes back to the head of its list (TH-5).
    pub preempted: bool,
    /// Next in the ready list it is in.
    pub next: u16,
    /// Previous in that list.
    pub prev: u16,
    /// Top of its stack.
    pub frame: FrameId,
    /// The object, or the list of objects, that it waits for, packed; 0 for time alone.
    pub wait_object: u32,
    /// WaitBlockList: the first of its wait blocks.
    pub wait_block_list: u32,
    /// WaitMode: 1 for UserMode.
    pub wait_mode: u8,
    /// Alertable.
    pub alertable: bool,
    /// The record that began the wait.
    pub wait_since: u32,
    /// Alerted, for kernel mode and user mode.
    pub alerted: [bool; 2],
    /// Heads and tails of ApcState.ApcListHead: kernel, user.
    pub apc_list: [(u16, u16); 2],
    /// KernelApcPending.
    pub kernel_apc_pending: bool,
    /// UserApcPending.
    pub user_apc_pending: bool,
    /// SpecialUserApcPending: a special user APC is queued (AP-24).
    pub special_user_apc_pending: bool,
    /// It is on its way into user mode with a user APC, and takes no other until it enters the kernel again: one for each
    /// transition (AP-15).
    pub user_apc_taken: bool,
    /// The record that made user APCs pending.
    pub user_apc_pending_since: u32,
    /// KernelApcInProgress: a normal kernel APC's routine runs.
    pub kernel_apc_in_progress: bool,
    /// SpecialApcInProgress: a special kernel APC's routine runs.
    pub special_apc_in_progress: bool,
    /// ApcStateIndex: 1 while it is attached to another process.
    pub apc_state_index: u8,
    /// ApcState.Process: the process that it is in.
    pub process: u16,
    /// SavedApcState: what belongs to the environment that it is not in.
    pub saved_apc_state: KapcState,
    /// KernelApcDisable: not 0 holds normal kernel APCs.
    pub kernel_apc_disable: i16,
    /// SpecialApcDisable: not 0 holds all APCs.
    pub special_apc_disable: i16,
    /// It has left a region more often than it entered one: entering it again opens it, and nobody looks at what is
    /// queued (AP-20). Kept for the checks of the engine alone.
    pub left_too_often: bool,
    /// It waits for every DPC that was inserted before this record (KeFlushQueuedDpcs), or `NO_RECORD`.
    pub flush_since: u32,
    /// SuspendCount (SU-1).
    pub suspend_count: u8,
    /// What stands for the registers in its trap frame (SU-7).
    pub context: i64,
    /// ApcQueueable: false once it exits, and before code creates it.
    pub apc_queueable: bool,
    /// CrossThreadFlags.Terminated: somebody has asked for its end (TE-1).
    pub terminated: bool,
    /// Queue: the completion port whose thread it is, or `NONE`.
    pub queue: u16,
    /// The record that last changed its state.
    pub since: u32,
}

/// A DPC object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kdpc {
    /// Type is ThreadedDpcObject.
    pub threaded: bool,
    /// Importance.
    pub importance: Importance,
    /// Number: the target processor, or `NO_CPU` for the one that inserts.
    pub number: u8,
    /// ProcessorHistory: a bit for each processor that it was queued on since it was initialised.
    pub processor_history: u64,
    /// DeferredRoutine's body, or `NONE` in memory that nobody has initialised.
    pub routine: u16,
    /// DeferredContext.
    pub context: i64,
    /// The processor in whose queue it is, or `NO_CPU` (DpcData of DP-6).
    pub queued_on: u8,
    /// DpcListEntry.
    pub next: u16,
    /// SystemArgument1 and SystemArgument2.
    pub arguments: [i64; 2],
    /// The record of its insertion.
    pub since: u32,
    /// The address of the block of pool that it lies in, when it was last named; or `NOT_IN_POOL`.
    pub base: u64,
}

impl Kdpc {
    /// A DPC as it is declared, in the block at this address.
    pub(super) fn new(def: &DpcDef, base: u64) -> Self {
        Self {
            threaded: def.threaded,
            importance: def.importance,
            number: def.target.unwrap_or(NO_CPU),
            processor_history: 0,
            routine: def.body,
            context: def.context,
            queued_on: NO_CPU,
            next: NONE,
            arguments: [0; 2],
            since: NO_RECORD,
            base,
        }
    }
}

/// An APC object (AP-1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kapc {
    /// Its declaration, by whose name it is told.
    pub def: u16,
    /// Its kind, as ApcMode and NormalRoutine make it (AP-4).
    pub kind: ApcKind,
    /// Thread, or `NONE` in memory that nobody has initialised.
    pub thread: u16,
    /// ApcStateIndex: 0 the thread's own process, 1 the one it is attached to, 3 decided at insertion (AP-2).
    pub apc_state_index: u8,
    /// KernelRoutine's body, or `NONE`.
    pub kernel_routine: u16,
    /// RundownRoutine's body, or `NONE`.
    pub rundown_routine: u16,
    /// NormalRoutine's body, or `NONE`.
    pub normal_routine: u16,
    /// Inserted.
    pub inserted: bool,
    /// Made by the call that queued it, and freed when it is delivered.
    pub pooled: bool,
    /// ApcListEntry.
    pub next: u16,
    /// NormalContext, SystemArgument1, SystemArgument2.
    pub arguments: [i64; 3],
    /// The record of its insertion.
    pub since: u32,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kevent {
    /// Header.
    pub header: DispatcherHeader,
    /// The record that set it last.
    pub since: u32,
}

/// A spin lock. A real one has no owner; the simulator keeps it to tell who waits for whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KspinLock {
    /// The processor that took it, or `NO_CPU`.
    pub owner: u8,
    /// How many frames of that processor's stacks spun when it was taken.
    pub under: u8,
    /// The thread that took it; `NONE` when an ISR or a DPC did.
    pub thread: u16,
    /// It was taken with a lock queue handle.
    pub queued: bool,
    /// The record of its acquisition.
    pub since: u32,
}

/// An interrupt object of a device.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kinterrupt {
    /// The record that set the pending bit of its vector, or `NO_RECORD`.
    pub pending: u32,
    /// The record of the request that its device has not been quieted for, or `NO_RECORD`.
    pub asserted: u32,
    /// Its ISR runs.
    pub in_service: bool,
    /// The line of a passive-level interrupt is masked, until its ISR has run (IN-7).
    pub masked: bool,
    /// The thread that has its PassiveEvent, or `NONE`.
    pub owner: u16,
}

/// Why the machine stopped for good.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Stop {
    /// A bugcheck.
    Bugcheck(Bugcheck),
    /// Processors or threads that wait for each other: a circle of them, or those that spin when the run is over; and the
    /// record that told of it before the end.
    Deadlock(Vec<Link>, Option<u32>),
    /// An assertion does not hold: index of its text.
    Assertion(u16),
    /// A limit: its name and value.
    Limit(&'static str, u64),
    /// Nothing is left to happen.
    Quiescent,
    /// The end that the scenario gives.
    End,
}

/// A bugcheck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bugcheck {
    /// Code.
    pub code: u32,
    /// The four parameters.
    pub parameters: [u64; 4],
}

/// Everything that changes while the machine runs, but for the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Virtual time.
    pub now: Ns,
    /// Records made so far.
    pub records: u32,
    /// Bit n: processor n has something to do at this instant.
    pub runnable: u64,
    /// Threads that wait in KeFlushQueuedDpcs.
    pub flushing: u16,
    /// Ticks so far (KeTickCount).
    pub tick_count: u32,
    /// InterruptTime: when the last tick was, in nanoseconds; the system time is the same here.
    pub interrupt_time: Ns,
    /// Time between two clock interrupts now.
    pub clock_interval: Ns,
    /// Requests for a finer clock that have not been taken back.
    pub resolution_requests: u32,
    /// Operations since time last moved.
    pub ops_at_instant: u32,
    /// Processors.
    pub kprcb: Box<[Kprcb]>,
    /// Threads.
    pub kthread: Vec<Kthread>,
    /// Processes.
    pub kprocess: Vec<Kprocess>,
    /// DPC objects.
    pub kdpc: Vec<Kdpc>,
    /// APC objects: the declared ones, those of the kernel and in reserve objects, then the pool.
    pub kapc: Vec<Kapc>,
    /// KAPC_STATEs that callers of KeStackAttachProcess keep.
    pub apc_states: Vec<KapcState>,
    /// Free entries of the APC pool.
    pub kapc_free: Vec<u16>,
    /// Reserve objects for APCs that are allocated.
    pub apc_reserves: u16,
    /// Events.
    pub kevent: Vec<Kevent>,
    /// Timers.
    pub ktimer: Vec<Ktimer>,
    /// Semaphores.
    pub ksemaphore: Vec<Ksemaphore>,
    /// Mutexes.
    pub kmutant: Vec<Kmutant>,
    /// Fast and guarded mutexes.
    pub fast_mutex: Vec<FastMutex>,
    /// Executive resources.
    pub resource: Vec<Eresource>,
    /// Their owners, first come first.
    pub resource_owners: Vec<OwnerEntry>,
    /// The wait blocks of all threads, thread by thread.
    pub wait_blocks: Vec<KwaitBlock>,
    /// Spin locks: the declared ones, then the ActualLock of each device.
    pub spin_lock: Vec<KspinLock>,
    /// Who spins, in the order in which they began.
    pub spins: Vec<Spin>,
    /// The call of a function on all processors that is under way.
    pub generic_call: GenericCall,
    /// The circles of threads that wait for each other, as each was told: its waits side by side.
    pub deadlocked: Vec<Deadlocked>,
    /// For each global variable: its page is in memory.
    pub resident: Vec<bool>,
    /// For each piece of code: where its page is.
    pub code_pages: Vec<CodePage>,
    /// Blocks of pool, freed ones too.
    pub pool: Vec<PoolBlock>,
    /// Interrupt objects; the first two stand for clock and IPI and stay unused.
    pub kinterrupt: Box<[Kinterrupt]>,
    /// Requests.
    pub irp: Vec<Kirp>,
    /// Stack locations of all requests, each request's from the lowest driver up.
    pub irp_stack: Vec<StackLocation>,
    /// File objects.
    pub file: Vec<Kfile>,
    /// Work items.
    pub work_items: Vec<WorkItem>,
    /// Completion ports, then the queues of worker threads.
    pub kqueue: Vec<Kqueue>,
    /// What is in queues: completion packets and work items.
    pub packets: Vec<Packet>,
    /// Free entries among them.
    pub packet_free: Vec<u16>,
    /// ALPC.
    pub alpc: Alpc,
    /// Global variables.
    pub globals: Vec<i64>,
    /// All that falls due: waiting threads by the ends of their waits, then the timers.
    pub timers: IndexedHeap,
    /// Timer DPCs that the clock owner's drain is to call, with the records of their timers (DP-22).
    pub timer_dpcs: Vec<(u16, u32)>,
    /// The system time that all of them are given.
    pub timer_dpc_time: Ns,
    /// Frames of all stacks.
    pub frames: Vec<Frame>,
    /// Free frames.
    pub free_frame: FrameId,
    /// Slots of all frames, `slots_per_frame` each.
    pub slots: Vec<i64>,
    /// Why the machine stopped, once it has.
    pub stop: Option<Stop>,
}

impl State {
    /// The top frame of a processor: its own stacks first, then the current thread's.
    #[inline(always)]
    #[must_use]
    pub fn top(&self, cpu: usize) -> FrameId {
        let prcb = &self.kprcb[cpu];
        if prcb.frame != FrameId::NONE || prcb.current_thread == NONE {
            prcb.frame
        } else {
            self.kthread.as_slice()[prcb.current_thread as usize].frame
        }
    }

    /// The frames of a stack, from its top on.
    pub(super) fn stack(&self, top: FrameId) -> impl Iterator<Item = FrameId> {
        let some = |id: FrameId| Some(id).filter(|id| *id != FrameId::NONE);
        std::iter::successors(some(top), move |id| some(self.frames[id.index()].parent))
    }

    /// The queue that a DPC goes to (DP-8): that of threaded DPCs only where they are enabled.
    #[inline]
    #[must_use]
    pub fn dpc_queue(&self, program: &Program, dpc: u16) -> usize {
        usize::from(program.machine.threaded_dpc && self.kdpc[dpc as usize].threaded)
    }

    /// Bytes that a copy of the state takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + size_of_val(&*self.kprcb)
            + size_of_val(self.kthread.as_slice())
            + size_of_val(self.kdpc.as_slice())
            + size_of_val(self.kapc.as_slice())
            + size_of_val(self.kevent.as_slice())
            + size_of_val(self.ktimer.as_slice())
            + size_of_val(self.ksemaphore.as_slice())
            + size_of_val(self.kmutant.as_slice())
            + size_of_val(self.fast_mutex.as_slice())
            + size_of_val(self.resource.as_slice())
            + size_of_val(self.resource_owners.as_slice())
            + size_of_val(self.wait_blocks.as_slice())
            + size_of_val(self.spin_lock.as_slice())
            + size_of_val(self.spins.as_slice())
            + size_of_val(self.deadlocked.as_slice())
            + size_of_val(self.resident.as_slice())
            + size_of_val(self.code_pages.as_slice())
            + size_of_val(self.pool.as_slice())
            + size_of_val(&*self.kinterrupt)
            + size_of_val(self.irp.as_slice())
            + size_of_val(self.packets.as_slice())
            + self.alpc.bytes()
            + size_of_val(self.work_items.as_slice())
            + size_of_val(self.globals.as_slice())
            + size_of_val(self.frames.as_slice())
            + size_of_val(self.slots.as_slice())
            + (self.kthread.len() + self.ktimer.len()) * 20
    }

    /// One number for the whole state: equal states have equal ones on every platform.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut h = Fingerprint::default();
        (self.now, self.records, self.runnable, self.flushing, self.tick_count, self.interrupt_time).hash(&mut h);
        self.ops_at_instant.hash(&mut h);
        (self.clock_interval, self.resolution_requests, &self.ktimer).hash(&mut h);
        (&self.timer_dpcs, self.timer_dpc_time).hash(&mut h);
        (&self.kprcb, &self.kthread, &self.kdpc, &self.kapc, &self.kapc_free).hash(&mut h);
        (&self.kprocess, &self.apc_states, self.apc_reserves).hash(&mut h);
        (&self.kevent, &self.spin_lock, &self.spins, &self.kinterrupt, &self.irp, &self.irp_stack, &self.file)
            .hash(&mut h);
        (&self.kqueue, &self.packets, &self.packet_free, &self.ksemaphore, &self.kmutant, &self.wait_blocks)
            .hash(&mut h);
        (&self.fast_mutex, &self.resource, &self.resource_owners).hash(&mut h);
        self.alpc.hash(&mut h);
        (&self.generic_call, &self.deadlocked, &self.resident, &self.code_pages, &self.pool, &self.work_items)
            .hash(&mut h);
        (&self.globals, &self.timers, &self.frames, &self.slots, &self.stop).hash(&mut h);
        h.finish()
    }
}

/// The absolute time at which a wait ends.
pub(super) fn due_time(now: Ns, timeout: i64) -> Option<Ns> {
    match timeout {
        INFINITE => None,
        relative if relative < 0 => Some(now.saturating_add(relative.unsigned_abs())),
        absolute => Some(absolute as Ns),
    }
}
