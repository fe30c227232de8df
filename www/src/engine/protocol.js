// What crosses between the page and the engine: types only. The engine decides everything; the page draws it.

/** @import { Phrase } from '../messages/format.js' */

/** @typedef {{ text: string, others: [tag: string, text: string][] }} Localized */
/** @typedef {{ title: Phrase, from: number, to: number, replacement: string }} Fix */
/** @typedef {{ slug: string, severity: 'error' | 'warning' | 'info', from: number, to: number, line: number,
 *   message: Phrase, labels: { from: number, to: number, message: Phrase }[], help: Phrase[], fix: Fix | null }} Diagnostic */
/** @typedef {{ ok: boolean, title: Localized, about: Localized, diagnostics: Diagnostic[] }} Check */
/** @typedef {{ name: string, subject: string, arg: string, importance: number }} KindInfo */
/** @typedef {{ kinds: KindInfo[], statuses: Record<string, string> }} EngineCatalogue */
/** @typedef {{ label: string, kind: string, detail: Phrase, info: Phrase, apply: string }} CompletionItem */
/** @typedef {{ from: number, to: number, items: CompletionItem[] }} Completion */
/** @typedef {{ from: number, to: number, title: Phrase, detail: Phrase, text: Phrase, rules: string[] }} Hover */

/** @typedef {{ processors: number, ladder: 'x64' | 'x86', levels: string[], device_min: number, device_max: number,
 *   clock_irql: number, ipi_irql: number, synch_irql: number, end_ns: number, clock_interval_ns: number, seed: number,
 *   dpc_time_limit: number, dpc_watchdog_period: number, costs: Costs | null }} MachineInfo */
/** What the machine's work costs, in nanoseconds; `copy_rate` in bytes in each. `null`: all but `work` is free.
 * @typedef {{ system_call: number, context_switch: number, copy_rate: number, map: number, page: number, unmap: number,
 *   packet: number }} Costs */
/** @typedef {{ name: string, irql: number, processor: number, vector: number, isr: number | null, synchronize_irql: number,
 *   level_sensitive: boolean, share_vector: boolean, lock: number | null,
 *   passive: { event: number, wake: number, thread: number } | null, from: number, to: number, line: number }} InterruptInfo */
/** @typedef {{ name: string, importance: string, target: number | null, line: number }} DpcInfo */
/** @typedef {'special' | 'normal' | 'user' | 'special-user'} ApcKind */
/** @typedef {{ name: string, kind: ApcKind, thread: number | null, irp: number | null, line: number }} ApcInfo */
/** @typedef {{ name: string, priority: number, system: boolean, process: number | null,
 *   line: number }} ThreadInfo */
/** @typedef {'ALPC_CONNECTION_PORT' | 'ALPC_CLIENT_COMMUNICATION_PORT' | 'ALPC_SERVER_COMMUNICATION_PORT'} PortKind */
/** `connection`: the connection port that it belongs to; `peer`: the other end of its connection;
 * `owner`: of a connection port, the process that makes it, if the run had come to that.
 * @typedef {{ name: string, kind: PortKind, connection: number, peer: number | null, owner: number | null, line: number }} PortInfo */
/** @typedef {{ title: Localized, about: Localized, machine: MachineInfo, names: Record<string, string[]>,
 *   interrupts: InterruptInfo[], dpcs: DpcInfo[], apcs: ApcInfo[], threads: ThreadInfo[],
 *   events: { name: string, notification: boolean }[],
 *   timers: { name: string, notification: boolean }[], semaphores: { name: string, limit: number }[], mutants: { name: string, apc_disable: boolean }[],
 *   fast_mutexes: { name: string, guarded: boolean }[], resources: { name: string }[],
 *   queues: { name: string, work: string | null }[], work_items: { name: string, line: number }[],
 *   irps: { name: string, bytes: number }[], ports: PortInfo[],
 *   processes: { name: string, line: number }[],
 *   bodies: { name: string, kind: string, from: number, to: number, line: number }[],
 *   markers: { name: string, caption: Localized, line: number }[] }} SessionInfo */

/** @typedef {{ n: number, time: number, cpu: number, irql: number, kind: string, rule: string, subject: number,
 *   subject_name: string, arg: number, arg_name: string, text: string, cause: number | null, pc: number,
 *   from: number, to: number, line: number }} RecordView */

/** @typedef {{ time: Float64Array, cpu: Uint8Array, irql: Uint8Array, kind: Uint8Array, rule: Uint8Array, subject: Uint16Array,
 *   arg: Uint32Array, cause: Uint32Array, pc: Uint16Array }} Columns */

/** What `dt nt!_KPRCB` shows of DPCs; DpcData[0] are the ordinary ones, DpcData[1] the threaded ones; Sleeping: idle and halted, Polling: idle and awake.
 * @typedef {{ DpcData: { DpcQueueDepth: number, DpcCount: number }[], DpcRoutineActive: boolean,
 *   DpcInterruptRequested: boolean, TimerRequest: boolean, QuantumEnd: boolean, DpcRequestRate: number, DpcLastCount: number,
 *   MaximumDpcQueueDepth: number, MinimumDpcRate: number, IdealDpcRate: number, AdjustDpcThreshold: number,
 *   ThreadDpcEnable: boolean, DpcThreadActive: boolean, DpcThreadRequested: boolean, Sleeping: boolean, Polling: boolean }} Prcb */
/** What code has passed on: an object's name, or a number in digits. @typedef {string} Value */
/** What `dt nt!_KDPC` shows, and who inserted it last. ProcessorHistory: the processors that it was queued on. DpcData is
 * not null exactly while it is queued; Address only of one that lies in a block of pool.
 * @typedef {{ Address: string | null, Type: string, Importance: string, Number: number | null, ProcessorHistory: number[],
 *   DpcData: { Processor: number, Queue: 'normal' | 'threaded' } | null,
 *   DeferredRoutine: string, DeferredContext: Value, SystemArgument1: Value, SystemArgument2: Value,
 *   Inserted: { record: number, processor: number, by: string, line: number } | null }} Kdpc */
/** What an inter-processor interrupt asks for (IN-9). @typedef {'IPI_APC' | 'IPI_DPC' | 'IPI_SYNCH_REQUEST'} IpiReason */
/** `irql`: the level that its code is called at; `level`: that which it is at, or was at when something came above it. `user`: code of user mode, and not in a service; of KiDeliverApc: it is on the way back to user mode.
 * @typedef {{ kind: 'interrupt' | 'isr' | 'dispatch' | 'retire' | 'dpc' | 'idle' | 'apc' | 'body', object: number | null,
 *   name: string, irql: number, level: number, user: boolean, dpc_stack: boolean, line: number, from: number, to: number }} Frame */
/** @typedef {{ number: number, irql: number, thread: number | null, standby: number | null, frames: Frame[],
 *   pending: { interrupt: number, irql: number, since: number, reasons: IpiReason[] }[], apc_requested: boolean, dispatch_requested: boolean,
 *   dpc_queue: number[], threaded_queue: number[], prcb: Prcb, ticks: number, context_switches: number,
 *   run_time: number[], dpc_time_count: number, dpc_watchdog_count: number, ready: number[], spinning_on: number | null,
 *   line: number, from: number, to: number, working_ns: number }} ProcessorState */
/** @typedef {{ object: number, object_name: string, objects: string[], alertable: boolean, mode: string, reason: number, due_ns: number | null, since: number }} WaitState */
/** `kapc` is its object's index in the machine's `kapcs`.
 * @typedef {{ apc: number, kapc: number, name: string, kind: ApcKind, since: number }} QueuedApc */
/** What `dt nt!_KTHREAD` shows of APCs beside what ThreadState has; `Process` is an index of the names of processes; lists and flags: for kernel mode, for user mode.
 * @typedef {{ SpecialUserApcPending: boolean, SpecialApcInProgress: boolean, ApcStateIndex: number, Process: number, SavedProcess: number | null, ApcQueueable: boolean,
 *   SuspendCount: number, Alerted: boolean[], SavedApcListHead: QueuedApc[][] }} ApcState */
/** What `dt nt!_KAPC` shows. `Reserve`: the reserve object in which it lies.
 * @typedef {{ Name: string, Reserve: string | null, Kind: ApcKind, Thread: number | null, ApcStateIndex: number, ApcMode: string, Inserted: boolean,
 *   KernelRoutine: string, RundownRoutine: string, NormalRoutine: string, NormalContext: Value, SystemArgument1: Value,
 *   SystemArgument2: Value }} Kapc */
/** What `dt nt!_KTHREAD` shows of when and where a thread runs; sets of processors in hexadecimal; cycles only where quantums are counted in them.
 * @typedef {{ Saturation: number, Affinity: string, UserAffinity: string, SystemAffinityActive: boolean, IdealProcessor: number,
 *   UserIdealProcessor: number, CycleTime: number | null, QuantumTarget: number | null }} Schedule */
/** `queue`: the completion port that it serves; `wait_status`: of a wait that is over, until the code goes on; `broken_wait`: what it will wait for again after a kernel APC.
 * @typedef {{ index: number, state: string, priority: number, base_priority: number, processor: number, quantum: number,
 *   irql: number, wait: WaitState | null, kernel_apcs: QueuedApc[], user_apcs: QueuedApc[], kernel_apc_pending: boolean,
 *   user_apc_pending: boolean, kernel_apc_in_progress: boolean, kernel_apc_disable: number, special_apc_disable: number,
 *   apc_state: ApcState, schedule: Schedule, queue: number | null, wait_status: number | null, broken_wait: string, waiters: number[], frames: Frame[], line: number, from: number, to: number }} ThreadState */
/** What `dt nt!_KQUEUE` shows. `entries`: work items, or `null` for a completion packet.
 * @typedef {{ entries: (number | null)[], current_count: number, maximum_count: number, waiters: number[], threads: number[] }} Queue */
/** What `dt nt!_WORK_QUEUE_ITEM` shows; `Queue` is where it is queued.
 * @typedef {{ Queue: number | null, WorkerRoutine: string, Parameter: number, IoObject: string }} WorkItem */
/** @typedef {{ record: number, time: number, processors: ProcessorState[], threads: ThreadState[],
 *   kapcs: Kapc[], dpcs: { queued_on: number | null, running_on: number[], importance: string, kdpc: Kdpc }[],
 *   events: { signalled: boolean, waiters: number[] }[], clock_interval_ns: number,
 *   timers: { signalled: boolean, due_ns: number | null, period_ns: number, dpc: number | null, waiters: number[] }[],
 *   semaphores: { count: number, waiters: number[] }[],
 *   mutants: { signal_state: number, owner: number | null, abandoned: boolean, waiters: number[] }[],
 *   fast_mutexes: { owner: number | null, old_irql: number, waiters: number[] }[],
 *   resources: { active_count: number, exclusive: boolean, owners: { thread: number | null, count: number }[],
 *     shared_waiters: number[], exclusive_waiters: number[] }[],
 *   queues: Queue[], work_items: WorkItem[],
 *   processes: { signalled: boolean, active_threads: number, waiters: number[] }[],
 *   interrupts: { pending: number | null, asserted: number | null, in_service: boolean, lock_owner: number | null,
 *     masked: boolean, owner: number | null }[],
 *   spin_locks: { owner: number | null, spinning: number[] }[],
 *   irps: { state: string, status: number, information: number, thread: number | null }[], alpc: AlpcState | null, globals: number[] }} MachineState */

/** What `!alpc /p` shows of a port that is there, and of declared connection ports always; messages are named by MessageId.
 * `Semaphore`: of a waitable port.
 * @typedef {{ Port: number, State: 'Closed' | 'Connecting' | 'Accepted' | 'Open' | 'Disconnected', OwnerProcess: number | null,
 *   HasHandle: boolean, Legacy: boolean, PortContext: number, MainQueue: number[], LargeMessageQueue: number[], PendingQueue: number[],
 *   CanceledQueue: number[], DirectQueue: number[], CompletionList: number[], WaitQueue: number[], Semaphore: number | null, CompletionPort: string,
 *   CompletionKey: number, CompletionListEvent: string, CallbackRoutine: string, MaxMessageLength: number, MaxPoolUsage: number,
 *   PoolUsage: number }} AlpcPort */
/** What `!alpc /m` shows. `Holder`: the thread that sends it or waits for its reply; `Answered`: the reply is there, or it has
 * failed, and the holder has not seen that yet; `QueueType` is `none` while it is on its way.
 * @typedef {{ MessageId: number, Type: string, TypeFlags: number, DataLength: number, TotalLength: number, OwnerPort: number,
 *   QueuePort: number, QueueType: 'MainQueue' | 'LargeMessageQueue' | 'PendingQueue' | 'CanceledQueue' | 'DirectQueue' | 'CompletionList' | 'none',
 *   ClientThread: number, WaitingThread: number | null, ServerThread: number | null, Holder: number | null, Answered: boolean,
 *   Status: number, View: { Section: number, Size: number, AutoRelease: boolean } | null, Handle: string, Event: string,
 *   Charged: number, SentAt: number, Since: number }} AlpcMessage */
/** `Message`: what a thread sends or whose reply it waits for; `Port`: in whose WaitQueue it is; `Told`: of what port's message it was told.
 * @typedef {{ Message: number | null, Port: number | null, Told: number | null }} AlpcThread */
/** @typedef {{ Section: number, Port: number, Process: number, Size: number, HasHandle: boolean }} AlpcSection */
/** `Message`: the one that it goes with. @typedef {{ View: number, Section: number, Process: number, Size: number, Message: number | null, Received: boolean }} AlpcView */
/** @typedef {{ ports: AlpcPort[], messages: AlpcMessage[], sections: AlpcSection[], views: AlpcView[], threads: AlpcThread[],
 *   kernel_memory: number, bytes_copied: number, replies: number, last_latency: number }} AlpcState */

/** @typedef {{ holds: boolean, from: number, to: number, line: number, detail: Phrase }} Claim */
/** Who waits, a processor or else a thread, for what, since which record. Of the kind `ipi` it is an answer, of the kind
 * `end` the end of a thread, of the kind `resume` somebody who resumes it.
 * @typedef {{ processor: number | null, thread: string, kind: 'lock' | 'ipi' | 'end' | 'process' | 'dpc' | 'reply' | 'resume' | 'ready' | 'object', what: string,
 *   by: { processor: number | null, thread: string } | null, since: number,
 *   time: number, line: number, from: number, to: number }} Wait */
/** @typedef {{ kind: 'completed' | 'bugcheck' | 'deadlock' | 'assertion' | 'limit', reason: string, record: number, cpu: number, time: number, rule: string,
 *   from: number, to: number, line: number, bugcheck: null | { code: number | string, name: string, parameters: string[], names: string[] },
 *   limit: null | { name: string, value: number, found: Phrase, mend: Phrase }, cycle: Wait[], waiting: Wait[], claims: Claim[] }} Outcome */

/** How far a run has come. @typedef {{ session: number, len: number, end_ns: number, outcome: Outcome | null }} Progress */
/** A run that has begun. `place` is where a reader of the run before it finds himself again.
 * @typedef {Progress & { info: SessionInfo, place: number }} Opened */
/** All that the page draws about one moment: the record, its chain of causes (nearest first), the state after it.
 * @typedef {{ record: RecordView, causes: RecordView[], state: MachineState }} Snapshot */
/** A stretch of time in which a processor keeps to one level and one thread; `name` is that of the ISR or DPC that runs.
 * @typedef {{ cpu: number, from: number, to: number, irql: number, thread: number | null, name: string }} Bar */
/** What part of the timeline to paint, in device pixels.
 * @typedef {{ width: number, height: number, from: number, to: number, lane: number, palette: number[] }} TimelineView */

/** `passiveIsr` and `threadedDpc` run in threads, at PASSIVE_LEVEL.
 * @typedef {'isr' | 'dpc' | 'passiveIsr' | 'threadedDpc' | 'toIsr' | 'toDpc' | 'toThread'} Measure */
/** One measure of one routine; times in nanoseconds, `own` without what interrupted the routine. `subject` is an index
 * of its class; `record` is where the longest began.
 * @typedef {{ measure: Measure, subject: number, count: number, median: number, p99: number,
 *   max: number, total: number, record: number, ownMax: number | null, ownTotal: number | null, ownRecord: number | null,
 *   bins: number[], buckets: number[] }} Measured */
/** A processor's time: idle, threads, DPCs, ISRs; in all and by slice. Interrupts taken by slice.
 * @typedef {{ total: number[], slices: number[][], interrupts: number[] }} Load */
/** A routine that the run ended in, and its own time so far. It is in no row.
 * @typedef {{ measure: Measure, subject: number, own: number, record: number }} Unfinished */
/** @typedef {{ rows: Measured[], binStarts: number[], bucketBounds: number[], guidance: { isr: number, dpc: number },
 *   loads: Load[], threads: number[], slice: number, end: number, unfinished: Unfinished[] }} Statistics */

/** What messages cost along a run, by slices of time up to the last record that tells of them. `most`: the most kernel memory held in
 * it, `held` and `copied`: at its end; `latency` and `record`: of the reply that took longest of those that came in it.
 * @typedef {{ most: number, held: number, copied: number, latency: number | null, record: number }} TrafficSlice */
/** A request that got its reply: `bytes` it carried, in the message or in a view; `time` from the send to the reply, with its sender's
 * calls about the section; `copied` there and back; `record` of the reply.
 * @typedef {{ bytes: number, bySection: boolean, time: number, copied: number, record: number }} Exchange */
/** @typedef {{ slices: TrafficSlice[], slice: number, exchanges: Exchange[] }} Traffic */

/** A piece of a run as a file: `at` of `of` records are in it so far. @typedef {{ text: string, at: number, of: number, done: boolean }} ExportPiece */

/** @typedef {{ id: number, method: string, args: any[] }} Request */
/** @typedef {{ id: number, value: any } | { id: number, error: { message: string, code: string } }
 *   | { event: 'ready' } | { event: 'failed', message: string } | { event: 'crashed', message: string, id: number | null, session: number | null }
 *   | { event: 'progress', progress: Progress }} Reply */

export {};
