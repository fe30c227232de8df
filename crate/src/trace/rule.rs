//! The rules that records cite: each id of the kernel's specification with its gist and its sources.

use crate::base::English;

/// A rule of the kernel, or of the simulator itself (`SIM-…`).
#[derive(Clone, Copy, Debug)]
pub struct RuleInfo {
    /// Which one.
    pub rule: Rule,
    /// Its id, such as `IR-6`.
    pub id: &'static str,
    /// What it says, in one sentence.
    pub gist: English,
    /// Where that is known from.
    pub source: English,
}

macro_rules! rules {
    ($($rule:ident = $id:literal, $gist:literal, $source:literal;)*) => {
        /// A rule, by id without the hyphen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[allow(missing_docs)] // the table is the documentation: RuleInfo::gist
        pub enum Rule { $($rule),* }

        /// All rules, in the order of [`Rule`].
        pub static RULES: &[RuleInfo] = &[$(RuleInfo {
            rule: Rule::$rule,
            id: $id,
            gist: English::new($gist),
            source: English::new($source),
        }),*];
    };
}

rules! {
    SIM1 = "SIM-1", "Things due at one instant happen in the order of processors, then of levels, then of their making.", "the simulator";
    SIM2 = "SIM-2", "A limit of the simulator ends a run that would not end by itself.", "the simulator";
    SIM3 = "SIM-3", "The scenario's own statements: work, variables, markers, assertions, chance.", "the simulator";
    SIM4 = "SIM-4", "The run ends when nothing is left to happen, or at the time the scenario gives.", "the simulator";
    IR1 = "IR-1", "IRQLs form a ladder: 16 levels on x64, 32 on x86; a higher level masks every level up to itself.", "ReactOS xdk/amd64/ke.h; driver docs: managing hardware priorities";
    IR2 = "IR-2", "On x64 the IRQL is the upper half of the vector number, and the processor holds it in CR8.", "ReactOS hal/halx86/apic";
    IR3 = "IR-3", "SYNCH_LEVEL is no source of interrupts: the dispatcher raises to it while it holds its locks.", "ReactOS ntoskrnl/ke; sdk headers";
    IR4 = "IR-4", "Non-maskable interrupts and machine checks have no IRQL; no level can mask them.", "x86 architecture; driver docs: !irql";
    IR5 = "IR-5", "The IRQL belongs to the processor; of a thread's own levels only PASSIVE and APC_LEVEL survive a switch.", "x86 architecture; ReactOS ntoskrnl/ke";
    IR6 = "IR-6", "A source is taken only when its level is above the IRQL; otherwise it stays pending.", "x86 architecture; driver docs: managing hardware priorities";
    IR7 = "IR-7", "A vector has one pending bit on each processor: a second request while it is pending merges with the first.", "x86 architecture (APIC)";
    IR8 = "IR-8", "PASSIVE and APC_LEVEL differ in one thing: at APC_LEVEL the APC interrupt is masked.", "Windows driver docs: managing hardware priorities";
    IR9 = "IR-9", "KeRaiseIrql stores the old level and sets the new one at once; it delivers nothing.", "Windows driver docs: KeRaiseIrql";
    IR10 = "IR-10", "Raising to a level below the current one is misuse: the verifier stops with 0xC4, a free kernel just sets it.", "Windows driver docs: bug check 0xC4; ReactOS tests";
    IR11 = "IR-11", "Lowering to a level above the current one, or below DISPATCH_LEVEL in a DPC, is misuse: 0xC4.", "Windows driver docs: KeLowerIrql, bug check 0xC4";
    IR12 = "IR-12", "As the IRQL falls, whatever it unmasks is delivered first, highest level first.", "x86 architecture; ReactOS hal/halx86";
    IR13 = "IR-13", "Each delivery meets the thread that is current then; after a switch the rest waits until the old thread runs again.", "ReactOS hal/halx86, ntoskrnl/ke";
    IR14 = "IR-14", "A software interrupt is a bit for its level: it fires at once if its level is above the IRQL, else it waits.", "ReactOS hal/halx86/pic, hal/halx86/apic";
    IR15 = "IR-15", "The APC interrupt is requested of a processor, but what is pending belongs to the thread.", "ReactOS ntoskrnl/ke/apc.c, ke/i386/thrdini.c";
    IR16 = "IR-16", "x86 HALs write the hardware mask lazily; this changes the cost of raising, not the order of events.", "ReactOS hal/halx86/pic, hal/halx86/apic";
    IR17 = "IR-17", "Acquiring a spin lock raises to DISPATCH_LEVEL, then spins; releasing frees it, then lowers the IRQL.", "Windows driver docs: KeAcquireSpinLock; ReactOS ntoskrnl/ke";
    IR18 = "IR-18", "KeAcquireSpinLockRaiseToSynch raises to SYNCH_LEVEL; spin locks never touch the APC-disable counts.", "ReactOS ntoskrnl/ke; ReactOS tests";
    IR19 = "IR-19", "An interrupt spin lock raises to the interrupt's SynchronizeIrql and takes the lock that its ISR takes.", "Windows driver docs: KeAcquireInterruptSpinLock";
    IR20 = "IR-20", "Code that interrupts the holder of a lock and spins for that lock on the same processor never gets it: deadlock.", "Windows driver docs: spin locks";
    IR21 = "IR-21", "Guidance, not enforced: an ISR stays below 25 us and a DPC below 100 us.", "Windows driver docs: bug check 0x133";
    IN1 = "IN-1", "An interrupt object binds a vector and its level on a processor to a service routine and a spin lock.", "Windows driver docs: IoConnectInterruptEx; ReactOS ke/i386/irqobj.c";
    IN2 = "IN-2", "A taken interrupt raises the IRQL, takes its lock, runs the ISR over the current thread, then lowers again.", "Windows driver docs: ISRs; ReactOS ke/i386/irqobj.c";
    IN3 = "IN-3", "On a shared level-sensitive vector the ISRs are asked in the order of connection until one returns TRUE.", "ReactOS ntoskrnl/ke/i386/irqobj.c";
    IN4 = "IN-4", "An ISR must return at the IRQL it was entered with; otherwise the machine stops with 0xC8.", "Windows driver docs: bug check 0xC8";
    IN5 = "IN-5", "Only a strictly higher level interrupts an ISR; the outer ISR goes on when the inner one has ended.", "Windows driver docs: managing hardware priorities; x86 architecture";
    IN6 = "IN-6", "KeSynchronizeExecution runs a routine at the interrupt's SynchronizeIrql, holding the lock that its ISR takes.", "Windows driver docs: KeSynchronizeExecution; ReactOS tests";
    IN7 = "IN-7", "A passive-level interrupt wakes a thread that runs the ISR at PASSIVE_LEVEL; a level-sensitive line is masked meanwhile.", "Windows driver docs: using passive-level ISRs; GPIO: passive-level ISRs";
    IN8 = "IN-8", "An ISR quiets its device, saves what is volatile, queues a DPC and returns; it may not wait or complete a request.", "Windows driver docs: writing an ISR";
    IN9 = "IN-9", "An inter-processor interrupt asks another processor to request its own APC or DISPATCH interrupt.", "ReactOS ntoskrnl/ke: KiIpiServiceRoutine";
    IN10 = "IN-10", "KeIpiGenericCall runs a routine at IPI_LEVEL on all processors at once and waits for all of them.", "Windows driver docs: KeIpiGenericCall";
    IN11 = "IN-11", "The clock interrupts every processor each interval; processor 0 also advances the system's time.", "ReactOS ntoskrnl/ke/time.c; Win32 docs: timeBeginPeriod";
    IN12 = "IN-12", "A tick charges time and quantum, looks at the DPC queue and at timers, and requests DISPATCH: it switches nothing.", "ReactOS ntoskrnl/ke/time.c";
    IN13 = "IN-13", "No tick is taken while the IRQL is at CLOCK_LEVEL or above; missed ticks merge into one.", "x86 architecture; ReactOS ntoskrnl/ke/time.c";
    IN14 = "IN-14", "Profile and power failure are named levels of the ladder, with no further meaning here.", "ReactOS sdk headers";
    IN15 = "IN-15", "Faults are not masked by IRQL: a page fault at DISPATCH_LEVEL or above is taken, and its handler stops the machine.", "Windows driver docs: bug check 0xA";
    DP1 = "DP-1", "A KDPC holds an importance, a target, a routine, its context and two arguments; it names no thread.", "repnz: reversing DPC; Vergilius structure dumps";
    DP2 = "DP-2", "The driver owns the memory of a DPC object, nonpaged, and may free it only while the DPC is not queued: else 0xC7.", "Windows driver docs: KeInitializeDpc, bug check 0xC7";
    DP3 = "DP-3", "KeInitializeDpc sets Medium importance and no target: the DPC goes to the processor that inserts it.", "ReactOS ntoskrnl/ke/dpc.c; ReactOS tests";
    DP4 = "DP-4", "There are four importances: Low, Medium, MediumHigh and High; their numbers are not in order of urgency.", "Windows driver docs: KDPC_IMPORTANCE";
    DP5 = "DP-5", "A target or importance set on a DPC counts from its next insertion on; a queued DPC keeps its place.", "Windows driver docs: KeSetTargetProcessorDpc; repnz: reversing DPC";
    DP6 = "DP-6", "A DPC is queued exactly while its DpcData is not NULL.", "repnz: reversing DPC; ReactOS ntoskrnl/ke/dpc.c";
    DP7 = "DP-7", "Each processor has its own DPC queues with depth, count and request rate, in its KPRCB.", "ReactOS ntoskrnl/ke/dpc.c; Vergilius structure dumps";
    DP8 = "DP-8", "A DPC queued already is refused with FALSE; else High goes to the head of the queue, all others to the tail.", "Windows driver docs: organization of DPC queues; ReactOS ke/dpc.c; ReactOS tests";
    DP9 = "DP-9", "Importance, target, depth and rate decide whether an insertion asks for a drain, unless one is on its way.", "Windows driver docs: organization of DPC queues; ReactOS ntoskrnl/ke/dpc.c";
    DP10 = "DP-10", "The new DPC is counted when the queue's depth is compared with its limit.", "ReactOS ntoskrnl/ke/dpc.c";
    DP11 = "DP-11", "Two High DPCs queued one after the other run in reverse order: each goes to the head.", "Windows driver docs: organization of DPC queues";
    DP12 = "DP-12", "Queued below DISPATCH_LEVEL on its own processor, a Medium or more urgent DPC runs before the call returns.", "ReactOS tests; driver docs: KeInsertQueueDpc";
    DP13 = "DP-13", "A threaded DPC goes to a queue of its own, and the processor's DPC thread is woken for it.", "Windows driver docs: threaded DPCs; ReactOS ntoskrnl/ke/dpc.c";
    DP14 = "DP-14", "KeRemoveQueueDpc returns TRUE when the DPC was still queued; FALSE may mean that it is running now.", "Windows driver docs: KeRemoveQueueDpc; ReactOS tests";
    DP15 = "DP-15", "KeFlushQueuedDpcs returns after every DPC queued before it, on every processor, has finished.", "Windows driver docs: KeFlushQueuedDpcs";
    DP16 = "DP-16", "A processor drains its whole DPC queue when its DISPATCH interrupt fires, when it is idle, or after a tick.", "ReactOS ke/i386/thrdini.c, ke/time.c";
    DP17 = "DP-17", "Each tick updates the DPC request rate, and asks for a drain if DPCs are queued and none is running.", "ReactOS ntoskrnl/ke/time.c";
    DP18 = "DP-18", "Default thresholds: a queue depth of 4 and a rate of 3 requests a tick; on a quiet processor Low DPCs run at once.", "ReactOS ntoskrnl/ke/dpc.c";
    DP19 = "DP-19", "KiRetireDpcList takes the DPCs one by one from the head of the queue and runs them at DISPATCH_LEVEL until it is empty.", "ReactOS ntoskrnl/ke/dpc.c";
    DP20 = "DP-20", "A DPC counts as unqueued before its routine runs, so the routine may queue it again.", "ReactOS ntoskrnl/ke/dpc.c; ReactOS tests";
    DP21 = "DP-21", "After the drain the DISPATCH interrupt handles a quantum end, else switches to a thread on standby.", "ReactOS ke/i386/thrdini.c: KiDispatchInterrupt";
    DP22 = "DP-22", "Due timers are expired as part of the drain: they wake their waiters and call their DPCs.", "ReactOS ntoskrnl/ke/dpc.c";
    DP23 = "DP-23", "A DPC runs to its end: no thread, APC or other DPC comes between, only interrupts above DISPATCH_LEVEL.", "Windows driver docs: introduction to threaded DPCs";
    DP24 = "DP-24", "A DPC borrows whatever thread it interrupted: its memory is none of the DPC's, its APC counts stay as they are.", "Windows driver docs: DPC objects, bug check 0xC7";
    DP25 = "DP-25", "A threaded DPC runs at PASSIVE_LEVEL in its processor's priority-31 thread, left as found; ordinary DPCs preempt it.", "Windows driver docs: introduction to threaded DPCs; how a changed thread stops is assumed";
    DP26 = "DP-26", "IoRequestDpc queues the device's one built-in DPC; requests made while it is queued are dropped.", "Windows driver docs: registering and queuing a DpcForIsr routine";
    DP27 = "DP-27", "The watchdog stops the machine with 0x133 when one DPC, or all time at DISPATCH_LEVEL, exceeds its limit.", "Windows driver docs: bug check 0x133";
    DP28 = "DP-28", "A processor that no longer takes clock ticks is noticed by another one: 0x102.", "Windows driver docs: bug check 0x102";
    DP29 = "DP-29", "If DPCs come as fast as they are drained, the IRQL never falls and threads starve.", "Windows driver docs: bug check 0x133; ReactOS ntoskrnl/ke/dpc.c";
    DP30 = "DP-30", "DPCs without a target pile up on the processor that takes the interrupts.", "Windows driver docs: KeSetTargetProcessorDpc";
    TH1 = "TH-1", "A thread is Initialized, Ready, Standby, Running, Waiting, Transition, DeferredReady or Terminated.", "ReactOS sdk headers; Vergilius structure dumps";
    TH2 = "TH-2", "Calls set a priority or its base: 1 to 15 may be boosted and decay, 16 to 31 do neither; the idle thread has none.", "Windows driver docs: KeSetPriorityThread; ReactOS ntoskrnl/ke/thrdobj.c";
    TH3 = "TH-3", "The ready thread of the highest priority runs; equal ones take turns, first come first.", "ReactOS ntoskrnl/ke/thrdschd.c";
    TH4 = "TH-4", "A readied thread takes an idle processor, or preempts a lower priority; an equal one never preempts.", "ReactOS ntoskrnl/ke/thrdschd.c";
    TH5 = "TH-5", "A preempted thread goes to the head of its ready list, one whose quantum has ended or that yields to the tail.", "ReactOS ntoskrnl/ke/thrdschd.c";
    TH6 = "TH-6", "A switch happens only below DISPATCH_LEVEL; from above, the next thread is only marked and DISPATCH requested.", "ReactOS ntoskrnl/ke/wait.c: KiExitDispatcher";
    TH7 = "TH-7", "A quantum is counted in units, three to a clock tick; six, two ticks, by default on a client.", "ReactOS ntoskrnl/ke; Windows Internals";
    TH8 = "TH-8", "Each tick takes three units from the current thread; at zero it sets QuantumEnd and requests DISPATCH. No DPC.", "ReactOS ntoskrnl/ke/time.c";
    TH9 = "TH-9", "Since Vista a thread's own cycles are counted and a tick compares them with its target: interrupts do not eat its share.", "Windows Internals";
    TH10 = "TH-10", "At quantum end the quantum is refilled and boosts decay; a ready peer runs, and the old thread goes to the tail.", "ReactOS ntoskrnl/ke/dpc.c: KiQuantumEnd";
    TH11 = "TH-11", "A finished wait may boost a dynamic priority by the given increment; the boost decays at each quantum end.", "ReactOS ntoskrnl/ke; driver docs: KeSetEvent; ReactOS tests";
    TH12 = "TH-12", "A wait that is over costs a thread of dynamic priority one quantum unit; one that a kernel APC breaks is not over.", "ReactOS ntoskrnl/ke/wait.c";
    TH13 = "TH-13", "A switch saves the old thread's own level, 0 or 1, as WaitIrql; the next thread resumes at its own.", "ReactOS ntoskrnl/ke/thrdschd.c";
    TH14 = "TH-14", "A thread that is switched in gets its pending kernel APCs; a switch inside a DPC is bugcheck 0xB8.", "ReactOS ke/i386/thrdini.c, ke/thrdschd.c";
    TH15 = "TH-15", "A new thread starts at APC_LEVEL and lowers to PASSIVE, so APCs queued at its creation run first.", "ReactOS ke/i386/thrdini.c; repnz: user APCs";
    TH16 = "TH-16", "The idle loop drains DPCs, switches to a standby thread if there is one, else sleeps until an interrupt.", "ReactOS ke/i386/thrdini.c: KiIdleLoop";
    TH17 = "TH-17", "A thread runs only on the processors of its affinity; a change moves it, at DISPATCH_LEVEL once the level falls.", "Windows driver docs: KeSetSystemAffinityThreadEx; Win32 docs: SetThreadAffinityMask";
    TH18 = "TH-18", "NtYieldExecution lets any ready thread of this processor run, even one of a lower priority.", "ReactOS ntoskrnl/ke/thrdschd.c";
    TH19 = "TH-19", "A thread that exits is Terminated, and its object stays signalled for good.", "ReactOS ntoskrnl/ke";
    WT1 = "WT-1", "Waiters queue in order of arrival, not of priority; a notification event wakes all, a synchronization event one.", "ReactOS ntoskrnl/ke/wait.c; driver docs: events";
    WT2 = "WT-2", "A wait's timeout is NULL for ever, negative for relative, positive for absolute time, and zero to poll.", "Windows driver docs: KeWaitForSingleObject";
    WT3 = "WT-3", "A wait tests kernel APCs, then the object, then alerts and user APCs, then the timeout; only then it blocks.", "ReactOS ntoskrnl/ke/wait.c; driver docs: waits and APCs";
    WT4 = "WT-4", "A queued user APC ends a wait that is alertable and in user mode; if one is pending, any user-mode wait.", "ReactOS internal/ke_x.h; repnz: user APCs";
    WT5 = "WT-5", "A signalled object comes before user APCs, and user APCs come before a timeout, even of zero.", "ReactOS ntoskrnl/ke/wait.c";
    WT6 = "WT-6", "A wait's status tells why it ended: success, USER_APC, ALERTED, TIMEOUT; KERNEL_APC is never seen outside.", "Windows driver docs: NTSTATUS values";
    WT7 = "WT-7", "STATUS_USER_APC and STATUS_ALERTED count as success, so a driver must test for them.", "Windows driver docs: waits and APCs";
    WT8 = "WT-8", "Waiting for any returns the lowest signalled index; waiting for all takes all objects at once or none.", "ReactOS ntoskrnl/ke/wait.c";
    WT9 = "WT-9", "A thread that waits for all objects is woken to test again when one of them is signalled.", "ReactOS ntoskrnl/ke/wait.c: KiWaitTest";
    WT10 = "WT-10", "A delay is a wait on the thread's own timer: it ends with success at the first tick at or after its time.", "ReactOS ntoskrnl/ke/wait.c";
    WT11 = "WT-11", "Setting a signalled event changes nothing; a pulse misses a waiter that is off the list; reset tells the old state.", "Win32 docs: PulseEvent; ReactOS tests";
    WT12 = "WT-12", "Set with Wait=TRUE returns with the dispatcher locked, and the next call must be a wait.", "Windows driver docs: KeSetEvent; ReactOS tests";
    WT13 = "WT-13", "A mutex is recursive, and only its owner may release it; owning a KMUTEX holds normal kernel APCs back.", "ReactOS ntoskrnl/ke/mutex.c; ReactOS tests";
    WT14 = "WT-14", "If its owner exits, a mutex is abandoned: the next owner's wait returns STATUS_ABANDONED.", "ReactOS ntoskrnl/ke/mutex.c";
    WT15 = "WT-15", "Setting an active timer restarts it; cancelling one does not take back a DPC queued already.", "Windows driver docs: KeSetTimer; ReactOS ke/timerobj.c";
    WT16 = "WT-16", "A waitable timer's completion routine is a user APC that the timer's own DPC queues.", "ReactOS ntoskrnl/ex/timer.c; Win32 docs: APCs";
    WT17 = "WT-17", "Waits for guarded mutexes and push locks are not alertable, yet kernel APCs may break them.", "ReactOS ntoskrnl/ke";
    AL1 = "AL-1", "An alert ends an alertable wait of its mode, kernel alerts also those of user mode; else it is remembered.", "ReactOS ntoskrnl/ke/thrdobj.c";
    AL2 = "AL-2", "Testing for alerts makes queued user APCs pending: they run before the service returns to its caller.", "ReactOS ntoskrnl/ke/thrdobj.c; repnz: user APCs";
    AL3 = "AL-3", "An alert runs no routine; Win32 waits go on after one and never report it.", "ReactOS ntoskrnl/ke/thrdobj.c";
    AL4 = "AL-4", "Alertable is a parameter of a wait, alerted is a state of a thread.", "ReactOS ntoskrnl/ke";
    AP1 = "AP-1", "A KAPC names its thread, a kernel routine, perhaps a normal routine with arguments, and a mode.", "repnz: user APCs; Vergilius structure dumps; ReactOS ke/apc.c";
    AP2 = "AP-2", "An APC's state index tells whether it is meant for the thread's own process or an attached one.", "ReactOS ntoskrnl/ke/apc.c";
    AP3 = "AP-3", "Each thread has a kernel and a user APC list, flags for what is pending, and two counts that disable delivery.", "Vergilius structure dumps; driver docs: bug check 0x1";
    AP4 = "AP-4", "Special kernel, normal kernel and user APCs differ in mode, in level and in what holds them back.", "Windows driver docs: types of APCs; ReactOS ntoskrnl/ke/apc.c";
    AP5 = "AP-5", "Every APC's kernel routine runs first, at APC_LEVEL, and may change or drop what the normal routine gets.", "Windows driver docs: types of APCs; ReactOS ntoskrnl/ke/apc.c";
    AP6 = "AP-6", "An APC without a normal routine is a special kernel APC, whatever mode was asked for.", "ReactOS ntoskrnl/ke/apc.c; repnz: user APCs";
    AP7 = "AP-7", "An APC that is queued already, or whose thread is exiting, is refused with FALSE.", "ReactOS ntoskrnl/ke/apc.c";
    AP8 = "AP-8", "On the kernel list all special APCs come before all normal ones; within a kind, first come first.", "ReactOS ntoskrnl/ke/apc.c; repnz: user APCs";
    AP9 = "AP-9", "A kernel APC interrupts a running target, and breaks a wait entered at PASSIVE unless a region forbids it.", "ReactOS ntoskrnl/ke/apc.c; driver docs: waits and APCs";
    AP10 = "AP-10", "A user APC wakes its thread only from an alertable user-mode wait; else it is queued and nothing more.", "ReactOS ntoskrnl/ke/apc.c; repnz: user APCs";
    AP11 = "AP-11", "In a region a user APC still ends an alertable wait; its routine runs when the thread is back in user mode.", "ReactOS ntoskrnl/ke/apc.c; driver docs: waits and APCs";
    AP12 = "AP-12", "APCs are delivered by the APC interrupt, on switching in, on leaving a region, at a wait and before user mode.", "ReactOS ntoskrnl/ke/apc.c";
    AP13 = "AP-13", "Delivery takes kernel APCs from the head, special ones at APC_LEVEL; then one user APC, if one is pending.", "ReactOS ntoskrnl/ke/apc.c; repnz: user APCs";
    AP14 = "AP-14", "A special kernel APC interrupts a normal APC's routine; another normal one waits for it to end.", "ReactOS ntoskrnl/ke/apc.c";
    AP15 = "AP-15", "Pending user APCs run on the way to user mode, first in first out; then the interrupted service returns, once.", "repnz: user APCs; ReactOS ntoskrnl/ke";
    AP16 = "AP-16", "User APCs that a user APC queues to its own thread run in the same round.", "Win32 docs: asynchronous procedure calls; repnz: user APCs";
    AP17 = "AP-17", "The wait function returns to its caller after the user APC routines have run.", "ReactOS ntoskrnl/ke; repnz: user APCs";
    AP18 = "AP-18", "A critical region holds normal kernel APCs back, a guarded region all; leaving the last one delivers.", "ReactOS internal/ke_x.h; driver docs: disabling APCs";
    AP19 = "AP-19", "Leaving a region at PASSIVE delivers before the call returns; at APC_LEVEL, when the IRQL falls.", "ReactOS ntoskrnl/ke/apc.c";
    AP20 = "AP-20", "Any count but zero disables APCs, also a positive one from leaving too often.", "ReactOS tests";
    AP21 = "AP-21", "At APC_LEVEL all APCs stay queued; they are delivered as the IRQL falls to PASSIVE.", "Windows driver docs: disabling APCs; ReactOS ntoskrnl/ke/apc.c";
    AP22 = "AP-22", "Regions, mutexes and raised IRQL each hold back their own set of APCs.", "Windows driver docs: disabling APCs";
    AP23 = "AP-23", "A fast mutex runs its owner at APC_LEVEL; it is not recursive, and waiters get it in order.", "Windows driver docs: fast mutexes and guarded mutexes; ReactOS tests";
    AP24 = "AP-24", "A special user APC needs no alertable wait: it runs before the thread's next user instruction.", "Win32 docs: QueueUserAPC2; driver docs: types of APCs";
    AP25 = "AP-25", "A user APC queued to a thread that has not begun runs before its start routine; an exiting thread refuses it.", "Win32 docs: QueueUserAPC";
    AP26 = "AP-26", "A reserve object is the memory of one user APC, had in advance: in use until that is delivered, then to be used again.", "phnt headers; wj32: the NT reserve object; statuses: public analyses";
    AP27 = "AP-27", "When a kernel APC runs depends on its target's level, regions and wait.", "Windows driver docs: waits and APCs, disabling APCs; ReactOS ke/apc.c";
    AP27B = "AP-27b", "When a user APC runs depends on whether its target waits alertably in user mode.", "Windows driver docs: waits and APCs; ReactOS ke/apc.c; repnz";
    AP28 = "AP-28", "The mode and alertability of a wait decide what may end it; a kernel APC only interrupts it.", "Windows driver docs: waits and APCs; ReactOS ntoskrnl/ke";
    AP29 = "AP-29", "A regular user APC interrupts no user code and no service but a read that waits for an alertable synchronous file.", "ReactOS tests; Win32 docs: QueueUserAPC";
    AP30 = "AP-30", "Kernel routines run at APC_LEVEL, normal routines at PASSIVE: in the kernel, or in user mode for user APCs.", "Windows driver docs: types of APCs; ReactOS ntoskrnl/ke/apc.c";
    SU1 = "SU-1", "Suspending counts up to 127 and tells the previous count; a thread that exits or is to end refuses it.", "ReactOS ntoskrnl/ke/thrdobj.c";
    SU2 = "SU-2", "The first suspend queues the thread's built-in normal kernel APC, which waits until it is resumed.", "ReactOS ntoskrnl/ke/thrdobj.c";
    SU3 = "SU-3", "The last resume ends that wait; a wait that the suspension broke begins again at the tail.", "ReactOS ntoskrnl/ke/thrdobj.c";
    SU4 = "SU-4", "A suspension takes effect only when a normal kernel APC may run; special ones run in a suspended thread.", "ReactOS ntoskrnl/ke; driver docs: disabling APCs";
    SU5 = "SU-5", "A thread suspended while it owns a lock blocks everyone who wants the lock: deadlock.", "Windows driver docs: disabling APCs";
    SU6 = "SU-6", "Since Windows 8 a SchedulerApc and a SuspendEvent suspend a thread: their inside is not verified, what one sees is the same.", "Vergilius structure dumps; repnz: user APCs";
    SU7 = "SU-7", "Reading or writing another thread's context is a special kernel APC in that thread.", "ReactOS ntoskrnl/ps";
    TE1 = "TE-1", "Terminating another thread is a normal kernel APC that queues a user APC; that one exits the thread.", "Windows driver docs: waits and APCs; ReactOS ntoskrnl/ps/kill.c";
    TE2 = "TE-2", "Regions, APC_LEVEL and kernel-mode waits delay termination.", "ReactOS ntoskrnl/ps/kill.c";
    TE3 = "TE-3", "On exit APCs must be enabled (else 0x20, also with a KMUTEX owned), I/O is cancelled, user APCs left are dropped.", "ReactOS ntoskrnl/ps/kill.c; driver docs: bug check 0x20";
    AT1 = "AT-1", "Attaching to a process gives the thread fresh APC lists; it is not allowed in a DPC.", "ReactOS ntoskrnl/ke/procobj.c";
    AT2 = "AT-2", "APCs for the thread's own process wait while it is attached to another, until it detaches.", "ReactOS ntoskrnl/ke/procobj.c";
    AT3 = "AT-3", "No user APC is delivered while a thread is attached to another process.", "ReactOS ntoskrnl/ke";
    SE1 = "SE-1", "A service must return to user mode at PASSIVE (else 0x4A), not attached and with APCs enabled (else 0x1).", "Windows driver docs: bug checks 0x1, 0x4A; ReactOS ke/i386/traphdlr.c";
    SE2 = "SE-2", "The third parameter of 0x1 shows which region was not left, or was left too often.", "Windows driver docs: bug check 0x1";
    SE3 = "SE-3", "A worker routine is checked alike: 0x1 when it leaves APCs disabled or an attachment, 0xE1 from DISPATCH_LEVEL on.", "Windows driver docs: bug checks 0x1, 0xE1";
    IO1 = "IO-1", "IoCompleteRequest runs completion routines up the stack, then queues a special kernel APC to the issuing thread.", "ReactOS ntoskrnl/io/iomgr/irp.c";
    IO2 = "IO-2", "That APC writes data and status, sets the event, then queues the user APC or, if the file is bound, a packet.", "ReactOS ntoskrnl/io/iomgr/irp.c";
    IO3 = "IO-3", "Status block and event can be seen without an alertable wait; only the callback needs one.", "ReactOS tests; Win32 docs: ReadFileEx";
    IO4 = "IO-4", "An APC routine on a file bound to a completion port is refused: STATUS_INVALID_PARAMETER.", "ReactOS tests";
    IO5 = "IO-5", "A completion routine runs in the thread that issued the request, at its next alertable wait.", "Win32 docs: ReadFileEx";
    IO6 = "IO-6", "A request that fails at once queues no APC; one that fails after it was pending does.", "ReactOS tests";
    IO7 = "IO-7", "ISR, DPC, special kernel APC, user callback: four stages of one request, each at a lower IRQL.", "ReactOS ntoskrnl/io/iomgr/irp.c; driver docs: DPC objects";
    IO8 = "IO-8", "A completion port gives its packets to the last waiter first, and only while fewer of its threads run than it wants.", "Win32 docs: I/O completion ports; ReactOS ntoskrnl/ke/queue.c";
    LP1 = "LP-1", "ALPC has a named connection port, and a pair of communication ports for each connection.", "phnt ntlpcapi.h; csandker: ALPC";
    LP2 = "LP-2", "The NtAlpc services do everything; the older LPC calls are served by them.", "phnt ntlpcapi.h";
    LP3 = "LP-3", "A message is a header and data, together at most 65535 bytes.", "phnt ntlpcapi.h; csandker: ALPC";
    LP4 = "LP-4", "A message's type tells request, reply, datagram, closed port, connection request and others.", "phnt ntlpcapi.h; ReactOS";
    LP5 = "LP-5", "A port keeps its messages in several queues, by what is still to come.", "Vergilius structure dumps; csandker: ALPC";
    LP6 = "LP-6", "A client connects by name and blocks until the server accepts it.", "csandker: ALPC; PythonForWindows; phnt ntlpcapi.h";
    LP7 = "LP-7", "A refused client gets a status and no handle; the status when the server dies before it answers is not verified.", "phnt ntlpcapi.h; csandker: ALPC";
    LP8 = "LP-8", "The server goes on receiving on its connection port for all clients.", "csandker: ALPC";
    LP9 = "LP-9", "In the older LPC a separate call completes the connection and wakes the client.", "ReactOS ntoskrnl/lpc";
    LP10 = "LP-10", "A datagram expects no reply; its sender goes on at once.", "phnt ntlpcapi.h; csandker: ALPC";
    LP11 = "LP-11", "A synchronous request blocks its sender until its own reply or a failure.", "phnt ntlpcapi.h; csandker: ALPC";
    LP12 = "LP-12", "A request is copied into the kernel and out again, its reply too; that the longest waiter gets it is not verified.", "csandker: ALPC";
    LP13 = "LP-13", "A receiver is told by a blocked receive, a completion port, a completion list or a kernel callback.", "csandker: ALPC; phnt ntlpcapi.h";
    LP14 = "LP-14", "User APCs end a wait for a message only when the call allows it.", "phnt ntlpcapi.h";
    LP15 = "LP-15", "Attributes travel beside the data, and the receiver gets those it asked for.", "phnt ntlpcapi.h";
    LP16 = "LP-16", "Large data goes through a section that both sides map, if the program chooses so.", "csandker: ALPC; phnt ntlpcapi.h; PythonForWindows";
    LP17 = "LP-17", "Inline data is copied twice each way; a section costs mappings instead.", "csandker: ALPC";
    LP18 = "LP-18", "Messages are charged to their sender; beyond the limit sending fails, with a status that is not verified.", "phnt ntlpcapi.h";
    LP19 = "LP-19", "A server is told when a client closes its port; what becomes of the client's queued messages is not verified.", "ReactOS ntoskrnl/lpc/close.c";
    LP20 = "LP-20", "Clients blocked on a server that goes away wake with an error; which one in which case is not verified.", "phnt headers; csandker: ALPC";
    LP21 = "LP-21", "A process connects to csrss once; its parent announces it over the parent's own connection.", "Windows Internals; ReactOS subsystems/csr";
    LP22 = "LP-22", "RPC over ALPC keeps the stubs and saves the network.", "csandker: ALPC";
    BC1 = "BC-1", "A bad access is 0xD1 when a driver makes it and 0xA when the kernel does.", "Windows driver docs: bug checks 0xA, 0xD1";
    BC2 = "BC-2", "Waiting at DISPATCH_LEVEL or above is fatal: no other thread could run.", "Windows driver docs: bug check 0xC4";
    BC3 = "BC-3", "Touching pageable memory at DISPATCH_LEVEL or above is fatal if the page is absent.", "Windows driver docs: forced IRQL checking";
    BC4 = "BC-4", "A bugcheck freezes all processors at HIGH_LEVEL and ends the run.", "Windows driver docs: bug checks";
    BC5 = "BC-5", "Driver Verifier stops a routine that is called at an IRQL which its documentation does not allow.", "Windows driver docs: bug check 0xC4";
    SE4 = "SE-4", "Work items are queued first come, first served; threads of priority 12, 13 or 15 call them at PASSIVE_LEVEL.", "Windows driver docs: system worker threads, WORK_QUEUE_TYPE; ReactOS ex/work.c";
    SE5 = "SE-5", "A work item leaves its queue before its routine runs; queueing or freeing one that is queued is fatal: 0xE4.", "Windows driver docs: system worker threads, bug check 0xE4";
    SE6 = "SE-6", "A worker routine must not end its thread: 0xE9.", "Windows driver docs: bug check 0xE9";
    SIM5 = "SIM-5", "Waits that stand in a circle never end: a deadlock, told when the last of them begins; all others go on.", "the simulator";
}

impl Rule {
    /// The row of the table.
    #[inline]
    #[must_use]
    pub fn info(self) -> &'static RuleInfo {
        &RULES[self as usize]
    }

    /// The rule with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        RULES.get(number as usize).map(|r| r.rule)
    }

    /// The rule with this id, such as `IR-6`.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        RULES.iter().find(|r| r.id == id).map(|r| r.rule)
    }
}

#[cfg(all(test, feature = "prose"))]
mod tests {
    use super::{RULES, Rule};

    #[test]
    fn every_rule_says_in_one_short_sentence_what_happens_and_where_that_is_known_from() {
        for rule in RULES {
            let (gist, source) = (rule.gist.text(), rule.source.text());
            assert!((20..=125).contains(&gist.len()) && gist.ends_with('.'), "{}: {gist}", rule.id);

            assert!((5..=90).contains(&source.len()) && !source.ends_with('.'), "{}: {source}", rule.id);
            assert_eq!(Rule::from_id(rule.id), Some(rule.rule));
            assert_eq!(Rule::from_number(rule.rule as u8), Some(rule.rule));
        }
    }
}
