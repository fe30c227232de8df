// Why a machine stops: for each bugcheck what the code did, why that is fatal, how real drivers avoid it, and what the
// four parameters mean. Loaded when a run ends so. `bugcheck.<code>.<part>` may be told more closely for one rule or
// one value of parameter 1: `bugcheck.A.BC-2.did`, `bugcheck.C4.3B.did`. Codes and values are upper case hexadecimal.

/** @type {Record<string, string>} */
export const stops = {
  'bugcheck.BC-4.did':
    'The code called KeBugCheckEx itself: it saw something that must not be, and chose to stop the machine.',
  'bugcheck.BC-4.why':
    'Once a driver knows that its data or those of the kernel cannot be trusted, every further step may carry the damage to disk. Stopping is the smaller loss.',
  'bugcheck.BC-4.cure':
    'For what can happen, real drivers return an error status. KeBugCheckEx is for what cannot; its parameters are the place to leave what a person with a dump will need.',

  'bugcheck.1.did':
    'A system service was about to return to user mode while APCs of its thread were still disabled: a critical or a guarded region was entered and never left.',
  'bugcheck.1.why':
    'Nobody would leave that region any more. The thread would never again take its kernel APCs: its I/O would not complete, and it could be neither suspended nor ended.',
  'bugcheck.1.cure':
    'Every KeEnterCriticalRegion has its KeLeaveCriticalRegion on each way out of the function, the error paths too; guarded regions and attachments likewise. Driver Verifier finds the path that forgets.',
  'bugcheck.1.p1': 'the system service or the worker routine',
  'bugcheck.1.p2': 'ApcStateIndex of the thread',
  'bugcheck.1.p3': 'CombinedApcDisable: SpecialApcDisable in the high half, KernelApcDisable in the low one',
  'bugcheck.1.p4': '0 a system call, 1 a worker routine',

  'bugcheck.1.SE-3.did':
    'A work item’s routine returned to its worker thread with APCs still disabled, or still attached to another process.',
  'bugcheck.1.SE-3.why':
    'The thread is not the item’s own: the next item, of any driver, would run in it, with no kernel APC delivered or in the wrong address space.',
  'bugcheck.1.SE-3.cure':
    'Leave every region and take back every attachment on each way out of the worker routine. Parameter 1 is the routine, so the driver is easy to find.',

  'bugcheck.5.did':
    'The thread was attached to a process when it could not be: it was attached to another one already, or a DPC was running.',
  'bugcheck.5.why':
    'A thread has one place in which it keeps its own address space and APC state meanwhile. A second attachment would overwrite it, and there would be no way back.',
  'bugcheck.5.cure':
    'Detach before attaching elsewhere, or use KeStackAttachProcess, which brings a KAPC_STATE of its own. Never attach in a DPC: a worker thread can.',
  'bugcheck.5.p1': 'the process to attach to',
  'bugcheck.5.p2': 'the process that the thread is in',
  'bugcheck.5.p3': 'ApcStateIndex of the thread',
  'bugcheck.5.p4': 'not 0 when a DPC is running',
  'bugcheck.5.DP-25.did': 'A threaded DPC has returned with its thread attached to another process.',
  'bugcheck.5.DP-25.why':
    'Every threaded DPC of a processor runs in the same thread. The next one would run in the address space that this one has left it in.',
  'bugcheck.5.DP-25.cure':
    'KeUnstackDetachProcess before the routine returns. Better leave the process to a work item: with threaded DPCs off, the same routine runs at DISPATCH_LEVEL, where attaching stops the machine.',
  'bugcheck.5.DP-25.p1': 'the process of the thread that runs threaded DPCs',
  'bugcheck.5.DP-25.p2': 'the process that it is in',

  'bugcheck.6.did':
    'The thread was detached while it was not in a state to be: with APCs of the attachment in progress or still queued, or without an attachment.',
  'bugcheck.6.why':
    'The APCs of the attachment belong to the other process’s address space. Run after the way back, they would write into the wrong memory.',
  'bugcheck.6.cure':
    'Attach, do the least possible, detach, in one function and on one thread; start no I/O in between whose completion would have to come back to the thread.',

  'bugcheck.9.did': 'KeRaiseIrql was asked for a level below the current one.',
  'bugcheck.9.why':
    'To raise is to promise that what was kept out stays out. A raise that lowers would let interrupts, DPCs or another thread into code that believes itself alone. A checked kernel stops before that.',
  'bugcheck.9.cure':
    'Lower with KeLowerIrql, and only to the level that your own KeRaiseIrql gave back. Code that is called at several levels lets KeAcquireSpinLock do the raising.',
  'bugcheck.9.p1': 'the level that was asked for',
  'bugcheck.9.p2': 'the level at that moment',

  'bugcheck.A.did':
    'Kernel code touched memory that was not there, or a bad address, at DISPATCH_LEVEL or above.',
  'bugcheck.A.why':
    'An absent page has to be read from disk, and for that a thread must wait. At DISPATCH_LEVEL nothing can wait, so the fault cannot be served.',
  'bugcheck.A.cure':
    'Give the kernel only memory that stays resident as long as it needs it: events, locks and DPC objects in nonpaged memory, and none of them freed while in use.',
  'bugcheck.A.p1': 'the address',
  'bugcheck.A.p2': 'the IRQL',
  'bugcheck.A.p3': '0 read, 1 write, 8 execute',
  'bugcheck.A.p4': 'the instruction',
  'bugcheck.A.BC-2.did':
    'A thread began a wait that may block at DISPATCH_LEVEL or above: under a spin lock, or after it had raised its IRQL.',
  'bugcheck.A.BC-2.why':
    'To wait means to let another thread run, and threads are switched below DISPATCH_LEVEL only. This one cannot go on, and none can take its place. That this is fatal is documented; which code it brings is not, so take 0xA for its kind.',
  'bugcheck.A.BC-2.cure':
    'Release the lock before the wait, or wait with a timeout of zero, which only asks. Whoever has to wait while holding something uses a mutex or a fast mutex: those keep the thread below DISPATCH_LEVEL.',
  'bugcheck.A.BC-2.p1': 'not claimed for this case',
  'bugcheck.A.BC-2.p2': 'not claimed for this case',
  'bugcheck.A.BC-2.p3': 'not claimed for this case',
  'bugcheck.A.BC-2.p4': 'not claimed for this case',
  'bugcheck.A.IR-11.did': 'KeLowerIrql was asked for a level above the current one.',
  'bugcheck.A.IR-11.why':
    'Lowering delivers what was waiting and raising delivers nothing. A lowering that raises would leave requests undelivered and the processor masked, with nobody to undo it. A checked kernel stops here.',
  'bugcheck.A.IR-11.cure':
    'Hand KeLowerIrql the very value that KeRaiseIrql or KeAcquireSpinLock gave, keep it in a local variable, and nest the pairs.',
  'bugcheck.A.IR-11.p1': 'the level that was asked for',
  'bugcheck.A.IR-11.p2': 'the level at that moment',
  'bugcheck.A.BC-3.did': 'A thread returned from its routine at DISPATCH_LEVEL or above.',
  'bugcheck.A.BC-3.why':
    'What ends a thread is pageable code of the kernel, and it waits. Neither can be done at DISPATCH_LEVEL or above.',
  'bugcheck.A.BC-3.cure':
    'Release every spin lock and lower what was raised before the thread’s routine returns, on each way out of it.',
  'bugcheck.A.BC-1.did':
    'A routine of the kernel followed a pointer that leads nowhere: that of an object which nobody has initialised, or whose memory its driver has freed.',
  'bugcheck.A.BC-1.cure':
    'Initialise an object before anybody can use it. Before its memory is freed, take the object back from the kernel: KeCancelTimer, KeRemoveQueueDpc, KeFlushQueuedDpcs. Driver Verifier finds a timer or a DPC at the free, and not somewhere else later.',

  'bugcheck.C.did': 'A wait named more objects than a thread can wait for.',
  'bugcheck.C.why':
    'Each object of a wait needs a wait block. A thread has four of its own, and with an array of the caller’s at most 64; one more would be written behind the end.',
  'bugcheck.C.cure':
    'Wait for fewer: one event that all of them signal, one thread for each group, or a queue instead of many events. Pass wait blocks for more than three.',

  'bugcheck.F.did': 'A processor asked for a spin lock that it holds already.',
  'bugcheck.F.why':
    'A spin lock knows no owner. The second request spins until the first is released, and that is never, since it is the same processor that spins. A checked kernel says so instead of hanging.',
  'bugcheck.F.cure':
    'Take a lock once, and give inner functions a form that expects it to be held. A lock that a DPC takes as well is taken at DISPATCH_LEVEL, one that an ISR takes by KeSynchronizeExecution.',
  'bugcheck.F.p1': 'the lock; documented is none',

  'bugcheck.10.did': 'A spin lock was released that nobody held.',
  'bugcheck.10.why':
    'Whoever releases a lock says that the data are in order. Released twice, or without being taken, it lets a second processor in beside the true holder, and both write.',
  'bugcheck.10.cure':
    'One acquire, one release, on each path. Where paths part, one exit at the end of the function releases what was taken.',
  'bugcheck.10.p1': 'the lock; documented is none',

  'bugcheck.1E.did': 'Code in a DPC or in the kernel raised an exception, and nothing handled it.',
  'bugcheck.1E.why':
    'No code below it on the stack waits for the exception: a DPC runs over a thread that has nothing to do with it. Nobody knows what the failed code has left half done.',
  'bugcheck.1E.cure':
    'Check what can fail before it fails. Code that may raise, such as a probe of a caller’s memory, belongs into a __try block in the caller’s own thread.',
  'bugcheck.1E.p1': 'the exception code',
  'bugcheck.1E.p2': 'the instruction',

  'bugcheck.20.did': 'A thread ended while its APCs were disabled.',
  'bugcheck.20.why':
    'The end of a thread needs APCs, to finish what is still under way for it. A count that is not zero means that a driver entered a region and never left it; what else it left behind, nobody knows. A KMUTEX that is still owned counts as such a region; so the machine stops here, and not with 0x4000008A, whose page describes that case.',
  'bugcheck.20.cure':
    'Leave each critical and guarded region in the function that entered it, and before anything that may end the thread.',
  'bugcheck.20.p1': 'the APC that is pending, or 0',
  'bugcheck.20.p2': 'the APC disable counts of the thread',
  'bugcheck.20.p3': 'the IRQL',

  'bugcheck.35.did':
    'A driver passed a request on to a driver below, and the IRP had no stack location left.',
  'bugcheck.35.why':
    'Each driver of a stack finds its parameters in a stack location of its own. Whoever made the IRP counted fewer drivers than it met; the next location would lie behind its end, in memory of somebody else.',
  'bugcheck.35.cure':
    'Make an IRP with as many locations as the StackSize of the device that gets it, and skip your own (IoSkipCurrentIrpStackLocation) where you set no completion routine.',
  'bugcheck.35.p1': 'the IRP',

  'bugcheck.3B.did': 'A system service raised an exception, and nothing handled it.',
  'bugcheck.3B.why':
    'The exception came from kernel code that works for a user thread. To go on would mean to leave the locks and lists that it was changing as they are.',
  'bugcheck.3B.cure':
    'A service probes and copies what a caller hands over within a __try block, and checks every pointer and status of its own.',
  'bugcheck.3B.p1': 'the exception code',
  'bugcheck.3B.p2': 'the instruction',
  'bugcheck.3B.p3': 'the context record',

  'bugcheck.3D.did': 'An ISR raised an exception, and nothing handled it.',
  'bugcheck.3D.why':
    'An ISR interrupts whatever was there. No code below it on the stack expects its exceptions, and the interrupted code must not be unwound.',
  'bugcheck.3D.cure':
    'An ISR touches device registers and its own resident data, and nothing that can fail: no memory of a caller, no allocation, no parsing. That is what its DPC is for.',
  'bugcheck.3D.p1': 'the exception record',
  'bugcheck.3D.p2': 'the context record',

  'bugcheck.44.did': 'IoCompleteRequest was called for a request that was complete already.',
  'bugcheck.44.why':
    'The first call gave the IRP back: its caller has been told the result, and its memory may serve another request. A second completion takes apart what belongs to somebody else.',
  'bugcheck.44.cure':
    'At each moment one piece of code owns an IRP. Where a DPC and a cancel routine race, whoever takes it out of the queue under the lock completes it, and nobody else: a cancel-safe queue does just that.',
  'bugcheck.44.p1': 'the IRP',

  'bugcheck.48.did': 'A request was completed while it still had a cancel routine.',
  'bugcheck.48.why':
    'Until it is cleared, the cancel routine may be called at any moment. After the completion it would work on an IRP that no longer exists.',
  'bugcheck.48.cure':
    'Clear it with IoSetCancelRoutine(Irp, NULL) under the lock that guards the queue, and look at what that returns: NULL means that the cancel routine is running and will complete the IRP itself.',
  'bugcheck.48.p1': 'the IRP',
  'bugcheck.48.p2': 'the cancel routine',

  'bugcheck.4A.did': 'A system service was about to return to user mode above PASSIVE_LEVEL.',
  'bugcheck.4A.why':
    'User code runs at PASSIVE_LEVEL and cannot lower the IRQL itself. Above it the thread would take no APC; at DISPATCH_LEVEL its processor would never switch threads again.',
  'bugcheck.4A.cure':
    'Each KeRaiseIrql has its KeLowerIrql and each acquired spin lock its release, on every way out of the function. IRQL annotations and Driver Verifier find the way that was forgotten.',
  'bugcheck.4A.p1': 'the system service',
  'bugcheck.4A.p2': 'the IRQL',

  'bugcheck.50.did':
    'Kernel code touched a system address at which there is no memory: a block that was freed, or a pointer that never was one.',
  'bugcheck.50.why':
    'There is no page to read from disk: the address means nothing. Whatever the code believes to be there is gone, and what it did before cannot be trusted.',
  'bugcheck.50.cure':
    'Set a pointer to NULL when its block is freed, and free a block only when no DPC, timer, APC or request can still reach it. Special pool finds the use at once.',
  'bugcheck.50.p1': 'the address',
  'bugcheck.50.p2': '0 read, 1 write',
  'bugcheck.50.p3': 'the instruction',

  'bugcheck.7E.did': 'A system thread raised an exception, and nothing handled it.',
  'bugcheck.7E.why':
    'A system thread belongs to nobody who could be ended instead: its failure is a failure of the kernel.',
  'bugcheck.7E.cure':
    'Check pointers and statuses where they come from. A worker that has to touch doubtful memory does so within a __try block.',
  'bugcheck.7E.p1': 'the exception code',
  'bugcheck.7E.p2': 'the instruction',
  'bugcheck.7E.p3': 'the exception record',
  'bugcheck.7E.p4': 'the context record',

  'bugcheck.B8.did': 'A DPC called something that gives the processor away: a wait, a delay, a yield.',
  'bugcheck.B8.why':
    'A DPC runs at DISPATCH_LEVEL on top of whatever thread was there. There is no thread of its own that could sleep and be taken up again; the borrowed one would wait for what it never asked for, and the other DPCs behind it.',
  'bugcheck.B8.cure':
    'A DPC does what cannot wait, and hands on the rest: it sets an event, completes a request, queues a work item. What has to wait runs in a thread at PASSIVE_LEVEL, a worker’s or the driver’s own.',
  'bugcheck.B8.p1': 'the thread that was to be switched away',
  'bugcheck.B8.p2': 'the thread that was to come',
  'bugcheck.B8.p3': 'the stack of the first',

  'bugcheck.C2.did':
    'ExFreePool was called for an address that is no block of pool, or for a block that was freed already.',
  'bugcheck.C2.why':
    'The block may belong to somebody else by now. To free it again would give the same memory to two owners.',
  'bugcheck.C2.cure':
    'One owner frees, once, and sets the pointer to NULL. Count references where several share a block.',
  'bugcheck.C2.p1': 'the kind of mistake; 7: freed already',
  'bugcheck.C2.p4': 'the address',

  'bugcheck.C4.did': 'Driver Verifier, which is on in this machine, saw a rule for drivers broken.',
  'bugcheck.C4.why':
    'Without it this mistake often goes well, until a page is absent, a lock is contended, another driver is there. The Verifier stops at the mistake, not at what comes of it.',
  'bugcheck.C4.cure':
    'Test every driver with the Verifier on. Each stop names one rule: parameter 1 says which, the line says where.',
  'bugcheck.C4.p1': 'the subcode: which rule',
  'bugcheck.C4.p2': 'the IRQL',
  'bugcheck.C4.1.did': 'Paged pool was allocated above APC_LEVEL.',
  'bugcheck.C4.1.why':
    'To find room the allocator may touch pages that are absent, and above APC_LEVEL no fault can be served.',
  'bugcheck.C4.1.cure':
    'Allocate before the IRQL is raised, or take nonpaged pool for what DPCs and ISRs use.',
  'bugcheck.C4.1.p3': 'the pool: 1 paged',
  'bugcheck.C4.1.p4': 'the bytes asked for',
  'bugcheck.C4.2.did': 'Nonpaged pool was allocated above DISPATCH_LEVEL.',
  'bugcheck.C4.2.why':
    'The allocator takes spin locks at DISPATCH_LEVEL. An ISR may have interrupted their holder on its own processor.',
  'bugcheck.C4.2.cure': 'An ISR uses memory that was allocated beforehand; its DPC allocates the next.',
  'bugcheck.C4.2.p3': 'the pool: 0 nonpaged',
  'bugcheck.C4.2.p4': 'the bytes asked for',
  'bugcheck.C4.11.did': 'A block of paged pool was freed above APC_LEVEL.',
  'bugcheck.C4.11.p3': 'the pool: 1 paged',
  'bugcheck.C4.11.p4': 'the address',
  'bugcheck.C4.12.did': 'A block of nonpaged pool was freed above DISPATCH_LEVEL.',
  'bugcheck.C4.12.p3': 'the pool: 0 nonpaged',
  'bugcheck.C4.12.p4': 'the address',
  'bugcheck.C4.30.did': 'KeRaiseIrql was asked for a level below the current one.',
  'bugcheck.C4.30.p3': 'the level that was asked for',
  'bugcheck.C4.31.did':
    'KeLowerIrql was asked for a level above the current one, or, in a DPC, for one below DISPATCH_LEVEL.',
  'bugcheck.C4.31.p3': 'the level that was asked for',
  'bugcheck.C4.31.p4': '0 a bad level, 1 not allowed in a DPC',
  'bugcheck.C4.32.did': 'KeReleaseSpinLock was called at another level than DISPATCH_LEVEL.',
  'bugcheck.C4.32.p3': 'the spin lock',
  'bugcheck.C4.33.did': 'A fast mutex was asked for above APC_LEVEL.',
  'bugcheck.C4.33.why':
    'It raises to APC_LEVEL, which from above is a lowering, and it may have to wait, which no code at DISPATCH_LEVEL can.',
  'bugcheck.C4.33.cure':
    'What a DPC or an ISR shares is guarded by a spin lock. Code that must wait for a fast mutex runs in a thread, below DISPATCH_LEVEL.',
  'bugcheck.C4.33.p3': 'the fast mutex',
  'bugcheck.C4.34.did': 'A fast mutex was released at another level than APC_LEVEL.',
  'bugcheck.C4.34.why':
    'Its owner runs at APC_LEVEL from the acquisition to the release. Whoever has lowered the IRQL meanwhile could have been suspended as the owner, and everybody who wants the mutex with it.',
  'bugcheck.C4.34.cure': 'Leave the IRQL alone between acquisition and release; locks and levels nest.',
  'bugcheck.C4.34.p3': 'the fast mutex',
  'bugcheck.C4.37.did': 'A resource was acquired by a thread whose APCs are on.',
  'bugcheck.C4.37.why':
    'A normal kernel APC could suspend the thread while it owns the resource. Nobody else gets the resource then until somebody resumes the thread, and that one may wait for the resource.',
  'bugcheck.C4.37.cure':
    'Enter a critical region first: KeEnterCriticalRegion, or ExEnterCriticalRegionAndAcquireResourceExclusive.',
  'bugcheck.C4.37.p3': 'the APC disable count of the thread',
  'bugcheck.C4.37.p4': 'the resource',
  'bugcheck.C4.38.did':
    'A resource was released by a thread whose APCs are on: the critical region was left first.',
  'bugcheck.C4.38.why':
    'Between the leave and the release the thread owned the resource and could be suspended with it.',
  'bugcheck.C4.38.cure':
    'First release, then leave: ExReleaseResourceAndLeaveCriticalRegion does both in this order.',
  'bugcheck.C4.38.p3': 'the APC disable count of the thread',
  'bugcheck.C4.38.p4': 'the resource',
  'bugcheck.C4.39.did':
    'A fast mutex was acquired by its Unsafe routine, and nothing keeps APCs from the thread.',
  'bugcheck.C4.39.why':
    'This routine leaves the IRQL as it is and relies on its caller. With APCs on, the thread can be suspended as the owner.',
  'bugcheck.C4.39.cure':
    'Call it at APC_LEVEL or in a region, or use ExAcquireFastMutex, which raises the IRQL itself.',
  'bugcheck.C4.39.p3': 'the fast mutex',
  'bugcheck.C4.3A.did':
    'A fast mutex was released by its Unsafe routine, and nothing keeps APCs from the thread any more.',
  'bugcheck.C4.3A.why':
    'Up to the release the thread owns the mutex, and it could be suspended as its owner.',
  'bugcheck.C4.3A.cure': 'First release the mutex, then leave the region or lower the IRQL.',
  'bugcheck.C4.3A.p3': 'the fast mutex',
  'bugcheck.C4.3B.did': 'A wait that may block was begun at DISPATCH_LEVEL or above.',
  'bugcheck.C4.3B.why':
    'To wait means to let another thread run, and threads are switched below DISPATCH_LEVEL only. If the object happens to be signalled, the call returns and nobody notices; if not, the machine is lost.',
  'bugcheck.C4.3B.cure':
    'Release the spin lock before the wait, move the wait to a worker thread, or ask with a timeout of zero.',
  'bugcheck.C4.3B.p3': 'the object',
  'bugcheck.C4.3B.p4': 'the timeout',
  'bugcheck.C4.3E.did': 'KeLeaveCriticalRegion was called by a thread that was in no critical region.',
  'bugcheck.C4.3E.why':
    'The count of the thread would become positive, and any count but zero holds APCs back: the region that was left too often is never open again.',
  'bugcheck.C4.3E.cure':
    'One leave for each enter, in one function and on one thread. A callback that runs in another thread cannot leave the region for its caller.',
  'bugcheck.C4.40.did': 'KeAcquireSpinLockAtDpcLevel was called below DISPATCH_LEVEL.',
  'bugcheck.C4.40.why':
    'It does not raise the IRQL. A DPC could interrupt the holder on its own processor, ask for the same lock, and spin for ever.',
  'bugcheck.C4.40.cure':
    'Use KeAcquireSpinLock, which raises, unless the code always runs at DISPATCH_LEVEL, as a DPC does.',
  'bugcheck.C4.40.p3': 'the spin lock',
  'bugcheck.C4.41.did': 'KeReleaseSpinLockFromDpcLevel was called below DISPATCH_LEVEL.',
  'bugcheck.C4.41.p3': 'the spin lock',
  'bugcheck.C4.42.did': 'KeAcquireSpinLock was called above DISPATCH_LEVEL.',
  'bugcheck.C4.42.why':
    'It sets the IRQL to DISPATCH_LEVEL, which from above is a lowering: interrupts that were kept out would come in. And an ISR that spins for a lock held below it on its own processor spins for ever.',
  'bugcheck.C4.42.cure':
    'Share data with an ISR by KeSynchronizeExecution or KeAcquireInterruptSpinLock; let the ISR queue a DPC, and take the lock there.',
  'bugcheck.C4.42.p3': 'the spin lock',
  'bugcheck.C4.80.did': 'KeSetEvent was called above DISPATCH_LEVEL.',
  'bugcheck.C4.80.why':
    'To wake a waiter the routine takes the dispatcher’s locks. Above DISPATCH_LEVEL it may have interrupted, on this very processor, the code that holds them.',
  'bugcheck.C4.80.cure': 'Let the ISR queue a DPC, and set the event there.',
  'bugcheck.C4.80.p3': 'the event',
  'bugcheck.C4.E5.did':
    'A routine of the kernel was called at an IRQL at which it is not legal. No rule of the Verifier names this routine, so the subcode is that for all of them.',
  'bugcheck.C4.E5.why':
    'Each routine is documented with the IRQLs at which it may be called: above them it would wait, touch pageable memory, or take a lock that the interrupted code may hold.',
  'bugcheck.C4.E5.cure':
    'Look the routine up, and call it where its IRQL is right: before the level is raised, from a DPC instead of the ISR, or from a worker thread.',
  'bugcheck.C4.E6.did':
    'A system service was called by code that was not at PASSIVE_LEVEL in a thread of its own, or with all APCs disabled.',
  'bugcheck.C4.E6.p2': 'the instruction that calls it',
  'bugcheck.C4.E6.p3': 'the IRQL',
  'bugcheck.C4.E6.p4': 'SpecialApcDisable: not 0 in a guarded region',
  'bugcheck.C4.11A.did': 'KeEnterCriticalRegion was called above APC_LEVEL.',
  'bugcheck.C4.11A.why':
    'A region belongs to the thread. At DISPATCH_LEVEL or above the current thread may be a stranger, and no APC comes anyhow.',
  'bugcheck.C4.11A.cure': 'Enter the region before the IRQL is raised, and leave it after it is lowered.',
  'bugcheck.C4.11B.did': 'KeLeaveCriticalRegion was called above APC_LEVEL.',
  'bugcheck.C4.11B.why':
    'Leaving delivers what the region held back, and above APC_LEVEL nothing can be delivered.',
  'bugcheck.C4.11B.cure': 'Lower the IRQL first: regions and levels nest.',
  'bugcheck.C4.20010.did':
    'A routine that is legal up to APC_LEVEL was called above it (the rule IrqlKeApcLte2).',
  'bugcheck.C4.20010.why':
    'Such a routine is about the current thread and its APCs. At DISPATCH_LEVEL or above that thread may be a stranger.',
  'bugcheck.C4.20010.cure':
    'Make the call before the IRQL is raised or after it is lowered, or hand it to a worker thread.',
  'bugcheck.C4.20010.p2': 'the text of the rule, which names the routine',
  'bugcheck.C4.20011.did':
    'A routine that is legal up to DISPATCH_LEVEL was called above it (the rule IrqlKeDispatchLte).',
  'bugcheck.C4.20011.why':
    'The routine takes dispatcher locks. Above DISPATCH_LEVEL it may have interrupted, on this very processor, the code that holds them.',
  'bugcheck.C4.20011.cure': 'Let the ISR queue a DPC, and make the call there.',
  'bugcheck.C4.20011.p2': 'the text of the rule, which names the routine',
  'bugcheck.C4.20016.did':
    'KeSetEvent was called with Wait = TRUE above APC_LEVEL (the rule IrqlKeSetEvent).',
  'bugcheck.C4.20016.why':
    'Wait = TRUE says that a wait follows at once, and above APC_LEVEL a thread cannot wait.',
  'bugcheck.C4.20016.cure': 'Set the event with Wait = FALSE there, and wait after the IRQL is lowered.',
  'bugcheck.C4.20016.p2': 'the text of the rule, which names the routine',

  'bugcheck.C7.did': 'A timer or a DPC was used in a way that its object does not allow.',
  'bugcheck.C7.why':
    'Timers and DPCs are called by the kernel later, with nobody there to take back an error. An object that is gone or wrong by then brings the machine down far from the mistake.',
  'bugcheck.C7.cure':
    'Cancel timers and let DPCs drain (KeFlushQueuedDpcs) before their memory is freed, and leave a DPC as it was entered: same IRQL, same APC counts.',
  'bugcheck.C7.p1':
    '0 a timer, 1 a DPC in memory that was freed; 3 a processor that does not exist; 4, 5 APC counts that a routine has changed',
  'bugcheck.C7.p2': 'the object or the routine',
  'bugcheck.C7.p3': 'the value before, or the bad number',
  'bugcheck.C7.p4': 'the value after',
  'bugcheck.C7.WT-15.did': 'Memory was freed with a timer in it that is still set.',
  'bugcheck.C7.WT-15.why':
    'The kernel keeps the timer in its table by its address. When it falls due, the kernel would write into memory that belongs to somebody else by then, and call what it finds there.',
  'bugcheck.C7.WT-15.cure':
    'KeCancelTimer before the memory is freed; then KeRemoveQueueDpc and KeFlushQueuedDpcs, for the DPC that the timer may have queued already.',
  'bugcheck.C7.WT-15.p3': 'where the memory begins',
  'bugcheck.C7.WT-15.p4': 'where it ends',
  'bugcheck.C7.DP-2.did':
    'Memory was freed with a DPC in it that is still queued, or that a timer is still going to call.',
  'bugcheck.C7.DP-2.why':
    'The queue is a list that runs through the DPC objects themselves: the driver owns their memory, and the kernel only links it. The next drain would follow the list into memory that belongs to somebody else by then.',
  'bugcheck.C7.DP-2.cure':
    'Stop whatever queues the DPC: disconnect the interrupt, cancel the timer. Then KeRemoveQueueDpc; where that returns FALSE the routine may be running, and KeFlushQueuedDpcs waits for it. Only then free the memory.',
  'bugcheck.C7.DP-2.p3': 'where the memory begins',
  'bugcheck.C7.DP-2.p4': 'where it ends',
  'bugcheck.C7.DP-3.did': 'A DPC was initialised while it lay in a queue.',
  'bugcheck.C7.4.did':
    'A DPC returned with other APC disable counts than it had found: it entered a region, or acquired a mutex, and did not give it back.',
  'bugcheck.C7.4.why':
    'A DPC borrows whatever thread it interrupts, and that thread’s counts with it. The thread would go on with its kernel APCs disabled for good, and stop the machine somewhere else, in code that has nothing to do with it.',
  'bugcheck.C7.4.cure':
    'Regions and mutexes are for threads. In a DPC nothing needs them: no APC comes at DISPATCH_LEVEL, and data that it shares is kept by a spin lock. A mutex that is only polled for is acquired all the same.',
  'bugcheck.C7.4.p2': 'the routine of the DPC',
  'bugcheck.C7.4.p3': 'CombinedApcDisable before it ran',
  'bugcheck.C7.4.p4': 'CombinedApcDisable after it',
  'bugcheck.C7.DP-25.why':
    'Every threaded DPC of a processor runs in the same thread: the next ones would run with its APCs disabled. And with threaded DPCs off, the same routine borrows whatever thread it interrupts, and that thread’s counts with it.',
  'bugcheck.C7.5.did':
    'The DPC of a timer returned with other APC disable counts than it had found: it entered a region, or acquired a mutex, and did not give it back.',
  'bugcheck.C7.5.why':
    'A DPC borrows whatever thread it interrupts, and that thread’s counts with it. The thread would go on with its kernel APCs disabled for good, and stop the machine somewhere else, in code that has nothing to do with it.',
  'bugcheck.C7.5.cure':
    'Regions and mutexes are for threads. In a DPC nothing needs them: no APC comes at DISPATCH_LEVEL, and data that it shares is kept by a spin lock. A mutex that is only polled for is acquired all the same.',
  'bugcheck.C7.5.p2': 'the routine of the DPC',
  'bugcheck.C7.5.p3': 'CombinedApcDisable before it ran',
  'bugcheck.C7.5.p4': 'CombinedApcDisable after it',
  'bugcheck.C7.3.did': 'A DPC was targeted at a processor that does not exist.',
  'bugcheck.C7.3.why':
    'The DPC would lie in a queue that nobody drains, or in memory that is no queue at all.',
  'bugcheck.C7.3.cure':
    'Ask KeQueryActiveProcessorCountEx how many there are, and name one of them by KeSetTargetProcessorDpcEx.',
  'bugcheck.C7.3.p3': 'the number',
  'bugcheck.C7.3.p4': 'how many processors there are',

  'bugcheck.C8.did': 'A routine that the kernel had called returned at another IRQL than it was called at.',
  'bugcheck.C8.why':
    'The kernel goes on where it called, and believes itself masked as before. Too low, and what must stay out comes in; too high, and what must come in is lost.',
  'bugcheck.C8.cure':
    'Restore the IRQL that you found on each way out. Keep the old level in a local variable, never in a global one.',
  'bugcheck.C8.p1': 'the level now, then the level expected, then the place: 0, 1 APC, 2 callout, 3 ISR',
  'bugcheck.C8.p2':
    'the routine: KernelRoutine of an APC, DeferredRoutine of a DPC, ServiceRoutine of an interrupt',
  'bugcheck.C8.p3': 'its object: the KAPC, the KDPC or the KINTERRUPT',
  'bugcheck.C8.p4': 'NormalRoutine, of an APC',
  'bugcheck.C8.IN-4.did': 'An ISR changed the IRQL and did not put it back.',
  'bugcheck.C8.IN-4.why':
    'An ISR is entered at its device’s level, with its interrupt lock held. Lower, its own interrupt could come in again and spin for that lock; DPCs and thread switches could come while the stack belongs to the interrupt.',
  'bugcheck.C8.DP-23.did': 'A DPC changed the IRQL and did not put it back.',
  'bugcheck.C8.DP-23.why':
    'The drain of the DPC queue runs at DISPATCH_LEVEL. Lower, another thread could take the processor away in the middle of the queue; higher, the rest of the queue would mask devices.',
  'bugcheck.C8.AP-13.did': 'The KernelRoutine of an APC returned at another level than APC_LEVEL.',
  'bugcheck.C8.AP-13.why':
    'The delivery of APCs goes on at APC_LEVEL with the next one in the list. At another level, APCs could nest, or the thread would go back with its IRQL raised.',

  'bugcheck.D1.did':
    'A driver touched pageable memory or a bad address, or ran pageable code (then parameter 3 is 8), at DISPATCH_LEVEL or above: in a DPC, in an ISR, under a spin lock.',
  'bugcheck.D1.why':
    'An absent page has to be read from disk, and for that a thread must wait. At DISPATCH_LEVEL nothing can wait. While the page happens to be resident the same line works, and so the mistake hides.',
  'bugcheck.D1.cure':
    'What is touched at DISPATCH_LEVEL lies in nonpaged pool, and the code that touches it in no pageable section. The other usual reason is a pointer to what was freed. Driver Verifier with forced IRQL checking makes it show each time.',
  'bugcheck.D1.p1': 'the address',
  'bugcheck.D1.p2': 'the IRQL',
  'bugcheck.D1.p3': '0 read, 1 write, 2 or 8 execute',
  'bugcheck.D1.p4': 'the instruction',

  'bugcheck.E1.did': 'A work item’s routine returned to its worker thread at DISPATCH_LEVEL or above.',
  'bugcheck.E1.why':
    'The worker thread would wait for its next item, and at DISPATCH_LEVEL no thread can wait; whoever is next in the queue counts on PASSIVE_LEVEL.',
  'bugcheck.E1.cure':
    'Release every spin lock and lower what was raised on each way out of the routine, the error paths too.',
  'bugcheck.E1.p1': 'the worker routine',
  'bugcheck.E1.p2': 'the IRQL',
  'bugcheck.E1.p3': 'the parameter of the routine',
  'bugcheck.E1.p4': 'the work item',

  'bugcheck.E2.did': 'Somebody asked for a stop: on a real machine by right Ctrl and twice Scroll Lock.',
  'bugcheck.E2.why':
    'Nothing is broken. The stop leaves a dump of a machine that hangs or is slow, to look at in the debugger.',
  'bugcheck.E2.cure': 'The key press has to be allowed in the registry first (CrashOnCtrlScroll).',

  'bugcheck.E4.did': 'A work item was found where it must not be, or was not one that can be queued.',
  'bugcheck.E4.why':
    'A work item is an entry of a list. Put into it twice, or overwritten in it, it would tear the list, and the worker threads would follow a link to nowhere.',
  'bugcheck.E4.cure':
    'Queue an item only when its routine has begun for the last time before: keep a list of tasks beside it, and queue it when the list was empty.',
  'bugcheck.E4.p1':
    'what is wrong: 0 memory with a queued item, 1 queued twice, 2 freed while queued, 3 a bad object, 6 no such queue',
  'bugcheck.E4.p2': 'the work item',
  'bugcheck.E4.0.did': 'A work item was initialised anew while it was still in its queue.',
  'bugcheck.E4.0.p3': 'where the memory begins',
  'bugcheck.E4.0.p4': 'where it ends',
  'bugcheck.E4.1.did': 'A work item was queued that was still in a queue.',
  'bugcheck.E4.1.p3': 'the queue',
  'bugcheck.E4.2.did': 'A work item was given up while it was still in its queue.',
  'bugcheck.E4.2.cure':
    'Give it up in its own routine, which runs when it has left the queue, or wait until that has run.',
  'bugcheck.E4.2.p3': 'the worker routine',
  'bugcheck.E4.3.did': 'A work item was initialised for something that is neither a device nor a driver.',
  'bugcheck.E4.3.why':
    'The system keeps the object of a work item alive until its routine has run. What is no such object has no count of references, and the count would be written into something else.',
  'bugcheck.E4.3.cure': 'Pass the device object that the work is for, or the driver object.',
  'bugcheck.E4.3.p3': 'the object',
  'bugcheck.E4.6.did': 'A work item was queued to a queue that does not exist.',
  'bugcheck.E4.6.why':
    'The type of the queue is an index: with a wrong one the item would be linked into other memory.',
  'bugcheck.E4.6.cure':
    'Use the names of WORK_QUEUE_TYPE; a driver’s own work belongs into DelayedWorkQueue.',
  'bugcheck.E4.6.p3': 'the queue',

  'bugcheck.E9.did': 'A work item’s routine ended the thread that it ran in.',
  'bugcheck.E9.why':
    'A worker thread belongs to the system and serves everybody’s items. One by one they would be gone, and what is queued would wait for ever.',
  'bugcheck.E9.cure':
    'A worker routine returns. Who needs a thread to end as he likes makes one by PsCreateSystemThread; PsTerminateSystemThread is for that one.',
  'bugcheck.E9.p1': 'the thread',

  'bugcheck.EF.did': 'A process that the system cannot do without has ended.',
  'bugcheck.EF.why':
    'Some processes are marked critical: the system relies on them at every moment. Once the last thread of one is gone, nothing that still runs could be trusted to finish.',
  'bugcheck.EF.cure':
    'End no thread of such a process, and let no driver take it down; in a dump look at what the process failed at before.',
  'bugcheck.EF.p1': 'the process or the thread',
  'bugcheck.EF.p2': '0 a process, 1 a thread',

  'bugcheck.102.did':
    'The watchdog’s own DPC did not get to run in time: a processor is stuck at DISPATCH_LEVEL or above.',
  'bugcheck.102.why':
    'A processor that drains no DPCs expires no timers and switches no threads. Others wait for its answer before long.',
  'bugcheck.102.cure':
    'Bound every loop that runs at DISPATCH_LEVEL or above, above all those that wait for a device to answer.',
  'bugcheck.102.p1': 'the limit in ticks',
  'bugcheck.102.p2': 'the PRCB of the processor',

  'bugcheck.124.did': 'The hardware reported an error that it could not correct: a machine check.',
  'bugcheck.124.why':
    'A machine check has no IRQL and waits for nobody. The processor cannot say whether its registers and caches are still right.',
  'bugcheck.124.cure':
    'No driver can avoid it. Corrected errors, which arrive as ordinary interrupts at CMCI_LEVEL, are the warning before it.',
  'bugcheck.124.p1': 'the kind of error source; 0: machine check',

  'bugcheck.133.did':
    'The DPC watchdog barked: too much time in a row in DPCs, or at DISPATCH_LEVEL and above.',
  'bugcheck.133.why':
    'As long as a processor is at DISPATCH_LEVEL no thread runs on it. Sound stops, the mouse stands still, and other processors wait for it. The limits are generous; the guidance is 100 µs for a DPC and 25 µs for an ISR.',
  'bugcheck.133.cure':
    'Do little in a DPC and hand the rest to a worker thread; take a bounded number of packets a turn and queue the DPC again; never poll a device there.',
  'bugcheck.133.p1': '0 a single DPC, 1 all time at DISPATCH_LEVEL or above',
  'bugcheck.133.p2': 'for 0 how long it took, in ticks; for 1 the watchdog’s period',
  'bugcheck.133.p3': 'for 0 how long it may take, in ticks',
  'bugcheck.133.0.did': 'A single DPC, or an ISR, ran longer than the watchdog allows.',
  'bugcheck.133.1.did':
    'A processor was at DISPATCH_LEVEL or above for too long in all: no single DPC need be to blame, and many short ones do as well.',

  'bugcheck.139.did': 'KeInitializeApc was called for an APC that was still queued: its list entry was torn.',
  'bugcheck.139.why':
    'The lists of a thread go through the objects in them. An object that is initialised anew forgets its neighbours, and the next insertion or removal would write through links that lead nowhere; the kernel checks the links and stops.',
  'bugcheck.139.cure':
    'Initialise an APC once, and queue it again only after its kernel routine has been called, or after KeRemoveQueueApc has returned TRUE.',
  'bugcheck.139.p1': '3 a list entry was corrupted',
  'bugcheck.139.p2': 'the APC',
  'bugcheck.139.p3': 'the thread in whose list it is',

  'bugcheck.E3.did': 'A thread released a resource that it does not own.',
  'bugcheck.E3.why':
    'What the resource guards was changed without protection, or another thread loses its protection now. Neither can be mended afterwards.',
  'bugcheck.E3.cure':
    'The thread that acquires a resource also releases it, once for each acquisition. For another thread there is ExReleaseResourceForThreadLite.',
  'bugcheck.E3.p1': 'the resource',
  'bugcheck.E3.p2': 'the thread',

  'bugcheck.4000008A.did': 'A thread ended while it owned a mutex of a driver.',
  'bugcheck.4000008A.why':
    'What the mutex guards may be half changed, and nobody would ever release it. A user-mode mutex is abandoned to its next waiter, who is told; kernel code has no such way out. A KMUTEX disables APCs too, and the end of a thread looks at that first, with 0x20: this code is left for a thread whose count had been evened out.',
  'bugcheck.4000008A.cure':
    'Release the mutex on every way out of the code that acquires it, and never leave its critical region with KeLeaveCriticalRegion: KeReleaseMutex does that.',
  'bugcheck.4000008A.p1': 'the thread',
  'bugcheck.4000008A.p2': 'the mutex',

  'deadlock.own.did':
    'The holder of a spin lock, or code that interrupted it on its own processor, asked for that lock.',
  'deadlock.own.why':
    'It spins until the lock is free. To free it the holder has to go on, and it cannot, since its own processor spins. No other processor can help; Windows would simply hang, until a watchdog bites: “on_deadlock: go_on” shows that.',
  'deadlock.own.cure':
    'A lock is held at the level of the highest code that takes it: one that a DPC takes at DISPATCH_LEVEL, one that an ISR takes at the ISR’s level, by KeSynchronizeExecution or KeAcquireInterruptSpinLock.',
  'deadlock.order.did':
    'Processors took the same locks in different orders: each holds what another one spins for.',
  'deadlock.order.why':
    'Nobody in the circle gives up a lock before it gets the next, and spinning has no timeout. At DISPATCH_LEVEL these processors run no thread again; Windows would hang, until a watchdog bites: “on_deadlock: go_on” shows that.',
  'deadlock.order.cure':
    'Give the locks of a driver an order, write it down, and take them in that order everywhere; call into other drivers with none held. Driver Verifier’s deadlock detection finds a wrong order even in runs that go well.',
  'deadlock.ipi.did':
    'Processors wait for each other by way of an inter-processor interrupt: whoever called KeIpiGenericCall waits for all, and one of them masks the interrupt or spins for what the caller holds.',
  'deadlock.ipi.why':
    'The call returns when the function has run on every processor. One that spins at IPI_LEVEL or above never takes the interrupt, and one that wants the caller’s lock never finishes: neither side goes on.',
  'deadlock.ipi.cure':
    'Call KeIpiGenericCall with no lock held that code at IPI_LEVEL or above may want, and below IPI_LEVEL. The function it calls takes no lock at all.',
  'deadlock.threads.did':
    'Threads wait for each other: each owns what another one waits for, or is itself what it waits for.',
  'deadlock.threads.why':
    'None of these waits has an end in time, and nobody else can end one. The rest of the machine goes on; these threads, and whatever they own, are lost to it.',
  'deadlock.threads.cure':
    'Take the mutexes of a driver in one order everywhere, hold none while waiting for a thread to end, and give waits for what others own a timeout where something can be done about it.',
  'deadlock.ended.did': 'A thread ended while it held what others wait for.',
  'deadlock.ended.why':
    'A mutex of the kernel, KMUTEX, is abandoned when its owner ends, and goes to the next. Spin locks, fast mutexes and ERESOURCEs know nothing of that: nobody but the owner releases them, and it never runs again.',
  'deadlock.ended.cure':
    'Release what is held on every way out of the code that acquires it, and keep the region that comes with it until then: inside it, a thread that is to be terminated goes on to the release first.',
  'deadlock.any.did':
    'Threads wait for each other, and one of them for any of several objects: whoever has each of those waits too.',
  'deadlock.any.why':
    'One way out would have been enough. But each object belongs to a thread that waits, in the end, for the very one that wants it, and none of these waits has an end in time.',
  'deadlock.any.cure':
    'Own nothing that others need while waiting for any of several objects, or have one among them that somebody outside the circle signals: an event for “give up”, or a timeout.',
  'deadlock.mixed.did':
    'A processor spins for a lock whose holder waits, in the end, for a thread that this very processor keeps from going on.',
  'deadlock.mixed.why':
    'The holder of the spin lock has left its processor with the lock in hand, so nobody frees it; the thread that could end its wait lies under the spin. Spinning has no timeout, and at DISPATCH_LEVEL the processor runs no thread again.',
  'deadlock.mixed.cure':
    'Never wait with a spin lock in hand: release it first, or guard the data with a mutex where the code has to wait. Driver Verifier stops such a wait with 0xC4, subcode 0x3B.',
  'deadlock.suspended.did':
    'A thread was suspended while it owned what others want, and nobody is left who could resume it.',
  'deadlock.suspended.why':
    'A suspension is a normal kernel APC: it stops the thread wherever such an APC may run, also in the midst of what a lock guards. Whoever wants the lock waits until the thread is resumed, and if that is the one who would resume it, for ever.',
  'deadlock.suspended.cure':
    'Hold a lock only inside a critical region, or use one that brings its own: a KMUTEX, a fast mutex, an ERESOURCE with KeEnterCriticalRegion. Then the suspension waits until the lock is free.',
};
