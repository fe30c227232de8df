// What the inspectors print of states that the engine itself has made.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutDpcFlow } from '../../src/model/flow_dpc_layout.js';
import { print } from '../../src/model/inspect/commands.js';
import { textOf } from '../../src/model/inspect/lines.js';
import { busyLines, hasWaits, waitLines } from '../../src/model/wait_lines.js';
import { momentsOf } from '../real_engine.js';

/** @import { Moment } from '../../src/model/inspect/moment.js' */

/**
 * @param {string} command
 * @param {Moment} moment
 */
const printed = (command, moment) => print(command, moment).lines.map(textOf);

/**
 * The levels and the names of the frames that `k` prints, innermost first.
 * @param {Moment} moment
 */
const levels = (moment) =>
  printed(`k ${moment.cpu}`, moment)
    .slice(1)
    .map((line) => /^\S+ +(\d+) (\S+)/.exec(line)?.slice(1, 3).join(' '));

test('!ipi has the bits of every reason that the engine gives', () => {
  const at = momentsOf(`
    machine { processors: 2; }
    apc K special (thread: Masked) { } dpc D (processor: 1, importance: High) { } function everywhere() { return 0; }
    system thread Masked (processor: 1) { KeRaiseIrql(HIGH_LEVEL, old); work 50us; KeLowerIrql(old); }
    system thread Asks (processor: 0) { work 5us; KeInsertQueueApc(K); KeInsertQueueDpc(D); KeIpiGenericCall(everywhere, 0); }`);
  const asked = (/** @type {number} */ nth) => printed('!ipi 1', at('IpiSent', undefined, nth))[1];
  assert.equal(asked(0), '  Request Summary: 1 [IPI_APC]');
  assert.equal(asked(1), '  Request Summary: 3 [IPI_APC] [IPI_DPC]');
  assert.equal(asked(2), '  Request Summary: 0x13 [IPI_APC] [IPI_DPC] [IPI_SYNCH_REQUEST]');
});

test('k tells the level of each frame, also of code that has raised its own', () => {
  const at = momentsOf(`
    machine { clock: 100us; end: 1ms; }
    isr I { work 2us; KeInsertQueueDpc(D); marker in_isr; } device Nic { irql: 7; isr: I; }
    dpc D { work 30us; KeRaiseIrql(4, o); marker in_dpc; KeLowerIrql(o); }
    spinlock L;
    function locked() { work 100us; }
    system thread T { work 10us; KeAcquireSpinLock(L, old); marker raised; locked(); KeReleaseSpinLock(L, old); work 40us; }
    at 20us interrupt Nic; at 120us interrupt Nic;`);
  assert.deepEqual(levels(at('MarkerReached', 'raised')), ['2 T']);
  // The interrupt is being taken, and has no frame of its own in the state yet.
  assert.deepEqual(levels(at('InterruptAccepted', 'Nic')), ['7 nt!KiInterruptDispatch', '2 locked', '2 T']);
  assert.deepEqual(levels(at('MarkerReached', 'in_isr')), [
    '7 I',
    '7 nt!KiInterruptDispatch',
    '2 locked',
    '2 T',
  ]);
  // The clock calls no code of the scenario's.
  assert.deepEqual(levels(at('ClockTicked')), ['13 nt!KiInterruptDispatch', '2 locked', '2 T']);
  // The DPC runs when the lock is released, over a thread that is at PASSIVE_LEVEL again.
  assert.deepEqual(levels(at('MarkerReached', 'in_dpc')), ['4 D', '2 nt!KiDispatchInterrupt', '0 T']);
  const during = at('IsrEntered', 'Nic', 1);
  assert.deepEqual(levels(during), [
    '7 I',
    '7 nt!KiInterruptDispatch',
    '2 D',
    '2 nt!KiDispatchInterrupt',
    '0 T',
  ]);
});

test('a thread that lost the processor keeps the level at which it will go on', () => {
  const at = momentsOf(`
    machine { end: 1ms; }
    system thread Low (priority: 8) { KeRaiseIrql(APC_LEVEL, old); work 50us; KeLowerIrql(old); }
    system thread High (priority: 9, start: 10us) { work 5us; marker here; }`);
  const lines = printed('!thread Low', at('MarkerReached', 'here'));
  assert.match(lines.at(-1) ?? '', /^00 +1 Low/);
});

test('the threads of a completion port stand in line, the last one first, and those of a process with them', () => {
  const at = momentsOf(`
    machine { end: 1ms; }
    iocp Port { concurrency: 1; }
    process Child { }
    thread A (start: 1us) { GetQueuedCompletionStatus(Port, bytes, key, overlapped, INFINITE); work 5us; }
    thread B (start: 2us) { GetQueuedCompletionStatus(Port, bytes, key, overlapped, INFINITE); work 5us; }
    thread Lives (process: Child) { SleepEx(900us, FALSE); }
    thread Parent (start: 3us) { WaitForSingleObject(Child, INFINITE); }
    thread Posts (start: 20us) { marker all_wait; PostQueuedCompletionStatus(Port, 0, 7, 0); PostQueuedCompletionStatus(Port, 0, 8, 0); marker posted; }`);
  const moment = at('MarkerReached', 'all_wait');
  assert.ok(hasWaits(moment.info));
  const told = (/** @type {Moment} */ { state, info }) =>
    busyLines(waitLines(state, info)).map(({ object, port, waiters }) => ({
      object,
      port,
      waiters: waiters.map(({ name }) => name),
    }));
  assert.deepEqual(told(moment), [
    { object: 'Child', port: null, waiters: ['Parent'] },
    { object: 'Port', port: { packets: 0, active: 0, most: 1 }, waiters: ['B', 'A'] },
  ]);
  assert.deepEqual(told(at('MarkerReached', 'posted'))[1], {
    object: 'Port',
    port: { packets: 1, active: 1, most: 1 },
    waiters: ['A'],
  });
  const queue = printed('dt nt!_KQUEUE Port', at('MarkerReached', 'posted'));
  assert.deepEqual(
    ['SignalState', 'EntryListHead', 'CurrentCount', 'MaximumCount', 'ThreadListHead'].map(
      (name) => queue.find((line) => line.includes(name))?.split(' : ')[1],
    ),
    ['1', 'packet 1', '1', '1', 'A, B'],
  );
  assert.match(printed('!thread A', moment)[1], /^ {4}Port {2}QueueObject$/);
  assert.match(printed('!thread Parent', moment)[1], /^ {4}Child {2}ProcessObject$/);
  assert.deepEqual(printed('!process Child', moment), [
    'PROCESS Child',
    '    ActiveThreads 1  SignalState 0',
    '    WaitListHead  Parent',
    '    THREAD Lives',
  ]);
});

test('!thread tells whose fast mutex or resource it waits for, and a KTHREAD why', () => {
  const at = momentsOf(`
    machine { end: 1ms; }
    fast_mutex Fast; resource Table; event E;
    system thread Owner { ExAcquireFastMutex(Fast); KeDelayExecutionThread(KernelMode, FALSE, -1s); }
    system thread Sharer { KeEnterCriticalRegion(); ExAcquireResourceSharedLite(Table, TRUE); KeDelayExecutionThread(KernelMode, FALSE, -1s); }
    system thread WantsFast (start: 5us) { ExAcquireFastMutex(Fast); }
    system thread WantsTable (start: 5us) { KeEnterCriticalRegion(); ExAcquireResourceExclusiveLite(Table, TRUE); }
    system thread Waits (start: 5us) { KeWaitForSingleObject(E, UserRequest, KernelMode, FALSE, NULL); }
    system thread Last (start: 9us) { marker here; }`);
  const moment = at('MarkerReached', 'here');
  assert.match(printed('!thread WantsFast', moment)[1], /Fast {2}FAST_MUTEX, .* - owning thread Owner$/);
  assert.match(
    printed('!thread WantsTable', moment)[1],
    /Table\.ExclusiveWaiters {2}ERESOURCE, .* - owning thread Sharer$/,
  );
  const reason = (/** @type {string} */ name) =>
    printed(`dt nt!_KTHREAD ${name}`, moment)
      .find((line) => line.includes('WaitReason'))
      ?.split(' : ')[1];
  assert.deepEqual(['Owner', 'WantsFast', 'WantsTable', 'Waits'].map(reason), [
    "4 ''",
    "0x22 ''",
    "0x1b ''",
    "6 ''",
  ]);
});

test('a KDPC remembers the processors that it was queued on', () => {
  const at = momentsOf(`
    machine { processors: 2; end: 1ms; }
    dpc D (importance: High) { work 1us; }
    system thread T (processor: 0) { KeInsertQueueDpc(D); marker here; KeSetTargetProcessorDpc(D, 1); KeInsertQueueDpc(D); work 9us; marker there; KeInitializeDpc(D, D); marker fresh; }`);
  const history = (/** @type {string} */ marker) =>
    printed('dt nt!_KDPC D', at('MarkerReached', marker))
      .find((line) => line.includes('ProcessorHistory'))
      ?.split(' : ')[1];
  assert.deepEqual(['here', 'there', 'fresh'].map(history), ['1', '3', '0']);
});

test('dt nt!_KAPC tells that an APC lies in a reserve object, and finds it by that name too', () => {
  const at = momentsOf(`
    machine { processors: 2; }
    apc U user { work 1us; }
    thread T (processor: 0) { work 40us; SleepEx(0, TRUE); }
    thread Q (processor: 1) { NtAllocateReserveObject(&r, NULL, MemoryReserveUserApc); marker fresh; NtQueueApcThreadEx(T, r, U, 7); marker queued; }`);
  assert.equal(printed('dt nt!_KAPC UserApcReserve.1', at('MarkerReached', 'fresh'))[0], 'UserApcReserve.1');
  const moment = at('MarkerReached', 'queued');
  const fields = printed('dt nt!_KAPC U', moment);
  assert.equal(fields[0], 'U in UserApcReserve.1 [line 3]');
  assert.ok(fields.includes('   +0x038 NormalContext    : 7'));
  assert.deepEqual(printed('dt nt!_KAPC UserApcReserve.1', moment).slice(1), fields.slice(1));
});

test('every APC has a kernel routine from its initialisation on (AP-5), whether or not the scenario writes it', () => {
  const at = momentsOf(`
    apc Own normal (thread: T) { kernel { work 1us; } }
    apc Plain normal (thread: T) { }
    apc Later;
    apc U user { }
    system thread T {
      marker before;
      KeInitializeApc(Later, T, OriginalApcEnvironment, NULL, NULL, Plain.NormalRoutine, KernelMode);
      KeRaiseIrql(APC_LEVEL, old);
      KeInsertQueueApc(Own);
      KeInsertQueueApc(Plain);
      marker queued;
      KeLowerIrql(old);
    }
    thread V { QueueUserAPC(U, V); marker user; SleepEx(0, TRUE); }`);
  const kernel = (/** @type {string} */ command, /** @type {string} */ marker) =>
    printed(command, at('MarkerReached', marker))
      .filter((line) => line.includes('KernelRoutine'))
      .map((line) => line.replace(/^.*?KernelRoutine[ :]*/, ''));
  assert.deepEqual(kernel('!apc T', 'queued'), ['Own.KernelRoutine', '(not modelled)']);
  assert.deepEqual(kernel('!apc V', 'user'), ['(not modelled)']);
  assert.deepEqual(kernel('dt nt!_KAPC Later', 'before'), ['(null)']);
  assert.deepEqual(kernel('dt nt!_KAPC Later', 'queued'), ['(not modelled)']);
});

test('dt nt!_KTHREAD names the objects that suspend a thread, as the model of the machine has them', () => {
  const rows = (/** @type {string} */ model) => {
    const at = momentsOf(`
      machine { processors: 2; ${model} quantum_charge: cycles; clock: 1ms; }
      thread T (processor: 0) { work 40us; }
      thread Q (processor: 1) { work 10us; SuspendThread(T); work 10us; marker suspended; ResumeThread(T); }`);
    const moment = at('MarkerReached', 'suspended');
    return [...printed('dt nt!_KTHREAD T', moment), ...printed('!thread T', moment)];
  };
  const older = rows('');
  assert.ok(older.includes('   SuspendApc              : T.SuspendApc'), older.join('\n'));
  assert.ok(older.includes('   SuspendSemaphore        : T.SuspendSemaphore SignalState 0'));
  assert.ok(!older.some((row) => /SchedulerApc|SuspendEvent/.test(row)));
  const newer = rows('suspend_model: sched_apc_win8;');
  assert.ok(newer.includes('   SchedulerApc            : T.SchedulerApc'), newer.join('\n'));
  assert.ok(newer.includes('   SuspendEvent            : T.SuspendEvent SignalState 0'));
  assert.ok(newer.includes('    T.SuspendEvent  NotificationEvent'));
  assert.ok(newer.some((row) => row.includes('KiSchedulerApc')));
  assert.ok(!newer.some((row) => /SuspendApc|SuspendSemaphore/.test(row)));
  // What it has run itself, to the nanosecond.
  assert.ok(newer.includes('   CycleTime               : 0x2710'));
});

test('a passive-level interrupt tells its event, its thread and whether its line is masked', () => {
  const at = momentsOf(`
    device Touch { irql: 5; synchronize_irql: PASSIVE_LEVEL; mode: level; isr: TouchIsr; } event Bus;
    isr TouchIsr { KeWaitForSingleObject(Bus); work 5us; } function sync(c) { return TRUE; }
    system thread T (priority: 8, start: 10us) { KeSynchronizeExecution(Touch, sync, 0); }
    system thread Answers (priority: 7) { work 50us; KeSetEvent(Bus); }
    at 5us interrupt Touch;`);
  const object = (/** @type {Moment} */ moment) => printed('dt nt!_KINTERRUPT Touch', moment);
  const during = at('WaitStarted', 'T');
  for (const line of [
    "   SynchronizeIrql  : 0 ''",
    '   Mode             : 0 ( LevelSensitive )',
    '   PassiveEvent     : Touch.PassiveEvent (taken by Touch.ServiceThread)',
    '   ServiceThread    : Touch.ServiceThread',
  ])
    assert.ok(object(during).includes(line), `${line}\n${object(during).join('\n')}`);
  assert.ok(!object(during).some((line) => line.includes('Lock ')));
  assert.ok(object(at('RunStarted')).includes('   PassiveEvent     : Touch.PassiveEvent (free)'));
  const masked = '50: TouchIsr (KINTERRUPT Touch) (passive-level, Touch.ServiceThread, line masked)';
  assert.ok(printed('!idt', during).includes(masked), printed('!idt', during).join('\n'));
  assert.ok(printed('!idt', at('InterruptLineUnmasked')).includes(masked.replace(', line masked', '')));
  assert.deepEqual(levels(at('IsrEntered', 'Touch')).slice(-1), ['0 IopPassiveInterruptWorker']);
  const flow = (/** @type {Moment} */ { state, info, record }) => layoutDpcFlow(state, info, record)[0];
  const taken = flow(at('InterruptLineMasked'));
  assert.deepEqual([taken.devices[0].note, taken.isrs.map(({ name }) => name)], ['masked', ['Touch']]);
  const begun = flow(at('IsrEntered', 'Touch'));
  assert.deepEqual(
    begun.isrs.map(({ name, irql }) => [name, irql]),
    [['TouchIsr', 0]],
  );
  assert.equal(begun.thread.name, 'Touch.ServiceThread');
  const lines = busyLines(waitLines(during.state, during.info));
  assert.deepEqual(
    lines.map(({ object: name, owners, waiters }) => [
      name,
      ...[...owners, ...waiters].map((who) => who.name),
    ]),
    [
      ['Bus', 'Touch.ServiceThread'],
      ['Touch.PassiveEvent', 'Touch.ServiceThread', 'T'],
    ],
  );
});

test('dt nt!_KDPC names the objects that IoRequestDpc passes on, and prints numbers as numbers', () => {
  const at = momentsOf(`
    irp R; device Disk { irql: 5; isr: J; dpc: Io; } dpc Io { }
    isr J { work 8us; IoRequestDpc(Disk, R, 17); work 3us; } thread U { work 100us; } at 12us interrupt Disk;`);
  const fields = printed('dt nt!_KDPC Disk.Dpc', at('DpcInserted', 'Disk.Dpc'));
  const value = (/** @type {string} */ name) =>
    fields.find((line) => line.includes(` ${name} `))?.split(' : ')[1];
  assert.deepEqual(['DeferredContext', 'SystemArgument1', 'SystemArgument2'].map(value), [
    'Disk',
    'R',
    '0x11',
  ]);
});
