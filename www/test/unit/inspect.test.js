// What the inspectors print for a packet's way, line by line, and what a text on their command line asks for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marked } from '../../src/model/inspect/changes.js';
import { commands, completed, print, suggestions, turnsTo } from '../../src/model/inspect/commands.js';
import { hex, textOf } from '../../src/model/inspect/lines.js';
import { info as declared, record, states } from '../fake_engine.js';

const info = /** @type {any} */ ({
  ...declared,
  bodies: [
    { name: 'NicIsr', kind: 'isr', line: 4 },
    { name: 'NicDpc', kind: 'dpc', line: 8 },
  ],
});
/** @param {string} kind */
function momentOf(kind) {
  const n = states.findIndex((_, i) => record(i).kind === kind);
  const state = /** @type {any} */ (structuredClone(states[n]));
  const [dpc] = state.dpcs;
  Object.assign(dpc.kdpc, {
    Importance: 'High',
    DeferredRoutine: 'NicDpc',
    SystemArgument1: '21',
    ProcessorHistory: [0, 2],
  });
  if (dpc.queued_on !== null && state.processors[0].dpc_queue.length)
    dpc.kdpc.DpcData = { Processor: 0, Queue: 'normal' };
  Object.assign(state.processors[0].prcb, { DpcRequestRate: 3 });
  state.processors[0].prcb.DpcData[0].DpcCount = 12;
  return { state, record: /** @type {any} */ (record(n)), info, cpu: 0, before81: false };
}
/**
 * @param {string} command
 * @param {string | any} at
 */
const printed = (command, at) => print(command, typeof at === 'string' ? momentOf(at) : at).lines.map(textOf);

test('!dpcs lists what is queued, with its routine', () => {
  assert.deepEqual(printed('!dpcs', 'DpcInserted'), [
    'CPU Type      KDPC   Function',
    ' 0: Normal  : NicDpc NicDpc',
  ]);
  assert.equal(printed('!dpcs', 'DpcStarted').length, 1, 'what runs is not in the queue any more');
});

test('a KDPC has the offsets and the links of its version of Windows', () => {
  assert.deepEqual(printed('dt nt!_KDPC NicDpc', 'DpcInserted'), [
    'NicDpc [line 8]',
    "   +0x000 Type             : 0x13 ''",
    "   +0x001 Importance       : 2 ''",
    '   +0x002 Number           : 0',
    '   +0x008 DpcListEntry     : _SINGLE_LIST_ENTRY [ (null) ]',
    '   +0x010 ProcessorHistory : 5',
    '   +0x018 DeferredRoutine  : NicDpc',
    '   +0x020 DeferredContext  : 0',
    '   +0x028 SystemArgument1  : 0x15',
    '   +0x030 SystemArgument2  : 0',
    '   +0x038 DpcData          : queued on CPU 0, normal',
  ]);
  const before = printed('dt nt!_KDPC NicDpc', { ...momentOf('DpcInserted'), before81: true });
  assert.ok(!before.some((line) => line.includes('ProcessorHistory')), 'that came with Windows 8.1');
  assert.equal(before[4], '   +0x008 DpcListEntry     : _LIST_ENTRY [ KPRCB 0 - KPRCB 0 ]');
  assert.equal(before[9], '   +0x038 DpcData          : KPRCB 0, normal');
  const x86 = { ...info, machine: { ...info.machine, ladder: 'x86' } };
  assert.match(
    printed('dt nt!_KDPC NicDpc', { ...momentOf('DpcInserted'), info: x86 })[10],
    /^ {3}\+0x01c DpcData/,
  );
});

test('a KDPC that is not queued has no DpcData, and a target is above MAXIMUM_PROCESSORS', () => {
  const moment = momentOf('DpcStarted');
  assert.match(printed('dt nt!_KDPC NicDpc', moment).at(-1) ?? '', /DpcData +: \(null\)$/);
  moment.state.dpcs[0].kdpc.Number = 3;
  const number = (/** @type {any} */ change) => printed('dt nt!_KDPC NicDpc', { ...moment, ...change })[3];
  assert.match(number({}), /: 0x503$/);
  assert.match(number({ before81: true }), /: 0x43$/);
  moment.state.dpcs[0].kdpc.Address = '0xffffb00010000080';
  assert.equal(printed('dt nt!_KDPC NicDpc', moment)[0], 'NicDpc [line 8] 0xffffb00010000080');
});

test('a threaded DPC is in the other queue and of another type', () => {
  const moment = structuredClone(momentOf('DpcInserted'));
  Object.assign(moment.state.processors[0], { dpc_queue: [], threaded_queue: [0] });
  Object.assign(moment.state.dpcs[0].kdpc, {
    Type: 'ThreadedDpcObject',
    DpcData: { Processor: 0, Queue: 'threaded' },
  });
  assert.equal(printed('!dpcs', moment)[1], ' 0: Threaded: NicDpc NicDpc');
  const lines = printed('dt nt!_KDPC NicDpc', moment);
  assert.match(lines[1], /: 0x1a ''$/);
  assert.match(lines.at(-1) ?? '', /: queued on CPU 0, threaded$/);
  assert.match(printed('dt nt!_KDPC NicDpc', { ...moment, before81: true })[1], /: 0x18 ''$/);
  assert.ok(printed('dt nt!_KPRCB', moment).includes('      [1] DpcList   : NicDpc'));
});

test('the stack goes from the ISR down to the thread that it interrupted, each frame at its level', () => {
  assert.deepEqual(printed('k', 'IsrEntered'), [
    ' # IRQL Call Site                          Stack',
    '00    7 NicIsr                             Busy',
    '01    7 nt!KiInterruptDispatch (Nic)       Busy',
    '02    0 Busy                               Busy',
  ]);
});

test('requested and in service are the vectors of the APIC', () => {
  assert.deepEqual(printed('!apic', 'DpcInserted'), [
    'Apic  ID:0  TPR 70',
    'IRR: 2F (DISPATCH)',
    'ISR: 70 (Nic)',
  ]);
});

test('an IDT has the vectors of the software interrupts, the devices, the clock and the IPI, in order', () => {
  assert.deepEqual(printed('!idt', 'RunStarted').slice(1), [
    '1f: nt!KiApcInterrupt',
    '2f: nt!KiDpcInterrupt',
    '70: NicIsr (KINTERRUPT Nic)',
    'd1: hal!HalpTimerClockInterrupt (KINTERRUPT Clock)',
    'e1: nt!KiIpiInterrupt (KINTERRUPT Ipi)',
  ]);
});

test('an interrupt object tells its levels and its lock', () => {
  assert.deepEqual(printed('dt nt!_KINTERRUPT Nic', 'IsrEntered').slice(1), [
    '   ServiceRoutine   : NicIsr',
    '   ServiceContext   : (null)',
    '   SpinLock         : 0',
    '   ActualLock       : Lock (free)',
    '   Vector           : 0x70',
    "   Irql             : 7 ''",
    "   SynchronizeIrql  : 0xb ''",
    "   Connected        : 1 ''",
    '   Number           : 0',
    "   ShareVector      : 0 ''",
    '   Mode             : 1 ( Latched )',
    '   PassiveEvent     : (null)',
  ]);
});

test('!irql, !ipi, !pcr and !prcb read as the debugger’s do', () => {
  assert.deepEqual(printed('!irql', 'DpcStarted'), [
    'Debugger saved IRQL for processor 0x0 -- 2 (DISPATCH_LEVEL)',
  ]);
  const asked = momentOf('RunStarted');
  asked.state.processors[0].pending = [{ interrupt: 1, irql: 14, since: 0, reasons: ['IPI_DPC'] }];
  assert.deepEqual(printed('!ipi', asked), ['IPI State for Processor 0', '  Request Summary: 2 [IPI_DPC]']);
  assert.ok(printed('!pcr', 'IsrEntered').includes('                     Irql: 00000007'));
  assert.ok(printed('!prcb', 'IsrEntered').includes('Threads--  Current Busy Next (null)'));
});

test('a KPRCB tells its queue and the fields that the engine has', () => {
  const lines = printed('dt nt!_KPRCB', 'DpcInserted');
  assert.ok(lines.includes('      [0] DpcList   : NicDpc'));
  assert.ok(lines.includes('      [0] DpcCount  : 0xc'));
  assert.ok(lines.includes('   DpcRequestRate   : 3'));
  assert.ok(!lines.some((line) => line.includes('Sleeping')), 'that is no field of the kernel’s');
});

test('timers and waits with a timeout are listed by when they are due', () => {
  const moment = structuredClone(momentOf('WaitStarted'));
  moment.info = { ...info, timers: [{ name: 'Beat', notification: true }] };
  moment.state.timers = [{ signalled: false, due_ns: 5e9, period_ns: 1e6, dpc: 0, waiters: [] }];
  moment.state.threads[0].wait.due_ns = 1e6;
  assert.deepEqual(printed('!timer', moment).slice(3), [
    '               00002710 00000000  [ 1.0 ms ]     thread Reader',
    'Beat         P 02faf080 00000000  [ 5.0 s ]      NicDpc',
    'Total Timers: 2',
  ]);
});

test('what the last move changed is marked: lines that came, lines that went, cells that differ', () => {
  const at = (/** @type {string} */ kind, command = '!dpcs') => print(command, momentOf(kind)).lines;
  const came = marked(at('IsrEntered'), at('DpcInserted'));
  assert.deepEqual(
    came.map(({ change }) => change),
    ['same', 'new'],
  );
  const went = marked(at('DpcInserted'), at('DpcStarted'));
  assert.deepEqual(
    went.map(({ change }) => change),
    ['same', 'gone'],
  );
  const level = marked(at('IsrEntered', '!irql'), at('DpcStarted', '!irql'))[0];
  assert.deepEqual(
    level.cells.map(({ changed }) => changed),
    [false, true],
  );
  assert.ok(marked(null, at('DpcInserted')).every(({ change }) => change === 'same'));
});

test('several commands are parted by semicolons, and objects are found whatever the case', () => {
  const lines = printed('!irql; dt _kdpc nicdpc', 'RunStarted');
  assert.equal(lines.length, 1 + 1 + 10);
});

test('a command or a name that does not exist is answered with those that do', () => {
  const trouble = (/** @type {string} */ text) => print(text, momentOf('RunStarted')).trouble;
  assert.match(trouble('!dpc')?.slots.known ?? '', /!running, !ready, !dpcs, .*dt nt!_KINTERRUPT/);
  assert.deepEqual(trouble('dt nt!_KDPC Disk'), {
    key: 'inspect.whichObject',
    slots: { command: 'dt nt!_KDPC', known: 'NicDpc' },
  });
  assert.deepEqual(trouble('!irql 4'), { key: 'inspect.noProcessor', slots: { text: '4', last: '0' } });
  assert.equal(trouble('!irql 0'), null);
});

test('every command prints something at every moment of the run', () => {
  for (const { name, takes } of commands) {
    const object =
      { Dpc: ' NicDpc', Interrupt: ' Nic', Thread: ' Reader', Apc: ' OnRead' }[
        /** @type {string} */ (takes)
      ] ?? '';
    if (object === '' && /^[A-Z]/.test(takes)) continue; // the run has none
    if (name.startsWith('!alpc')) continue;
    for (const n of states.keys()) {
      const output = print(name + object, momentOf(record(n).kind));
      assert.equal(output.trouble, null, name);
      assert.ok(output.lines.length > 0, name);
      const keys = output.lines.map(({ key }) => key);
      assert.equal(new Set(keys).size, keys.length, `${name} has a key twice`);
    }
  }
});

/** A moment at which Reader waits for all that there is, in line behind Busy. */
function waitMoment() {
  const moment = momentOf('WaitStarted');
  const names = {
    ...declared.names,
    Event: ['Turn'],
    Timer: ['Beat'],
    Semaphore: ['Room'],
    Mutant: ['Door'],
    FastMutex: ['Fast'],
  };
  const objects = {
    events: [{ name: 'Turn', notification: false }],
    timers: [{ name: 'Beat', notification: true }],
    semaphores: [{ name: 'Room', limit: 4 }],
    mutants: [{ name: 'Door', apc_disable: true }],
    fast_mutexes: [{ name: 'Fast', guarded: false }],
    resources: [{ name: 'Table' }, { name: 'Free' }],
  };
  const waiters = [1, 0];
  Object.assign(moment.state, {
    events: [{ signalled: false, waiters }],
    timers: [{ signalled: true, due_ns: null, period_ns: 2e6, dpc: 0, waiters: [] }],
    semaphores: [{ count: 3, waiters: [] }],
    mutants: [{ signal_state: 0, owner: 1, abandoned: false, waiters: [0] }],
    fast_mutexes: [{ owner: 1, old_irql: 0, waiters: [0] }],
    resources: [
      {
        active_count: 1,
        exclusive: true,
        owners: [{ thread: 1, count: 2 }],
        shared_waiters: [0],
        exclusive_waiters: [],
      },
      { active_count: 0, exclusive: false, owners: [], shared_waiters: [], exclusive_waiters: [] },
    ],
  });
  Object.assign(moment.state.threads[0].wait, { object_name: '', objects: ['Turn', 'Door'] });
  return { ...moment, info: { ...info, ...objects, names } };
}

test('!thread tells what it waits for and who owns it, its APCs and its stack', () => {
  const moment = waitMoment();
  const [reader] = moment.state.threads;
  reader.kernel_apcs = [{ apc: 1, kapc: 1, name: 'Read.Tail.Apc', kind: 'special', since: 0 }];
  reader.frames = [
    { kind: 'body', object: 0, name: 'Reader', irql: 0, user: true, dpc_stack: false, line: 0 },
  ];
  assert.deepEqual(printed('!thread Reader', moment), [
    'THREAD Reader  WAIT: (UserRequest) UserMode Alertable [line 16]',
    '    Turn  SynchronizationEvent',
    '    Door  Mutant - owning thread Busy',
    'Priority 8 BasePriority 8 Quantum 6 WaitIrql 0',
    'IdealProcessor 0 Affinity 0x1',
    'KernelApcPending 0 UserApcPending 0 KernelApcDisable 0 SpecialApcDisable 0',
    'ApcListHead[0] Read.Tail.Apc',
    ' # IRQL Call Site',
    '00    0 Reader',
  ]);
});

test('the affinity that a driver has set hides the own one, and both are shown', () => {
  const moment = structuredClone(momentOf('WaitEnded'));
  moment.state.threads[0].schedule = {
    Saturation: 0,
    Affinity: '0x4',
    UserAffinity: '0x3',
    SystemAffinityActive: true,
    IdealProcessor: 2,
    UserIdealProcessor: 1,
    CycleTime: null,
    QuantumTarget: null,
  };
  assert.ok(printed('!thread Reader', moment).includes('IdealProcessor 2 Affinity 0x4 UserAffinity 0x3'));
  const fields = printed('dt nt!_KTHREAD Reader', moment);
  for (const field of [
    '   IdealProcessor          : 2',
    '   UserIdealProcessor      : 1',
    '   Affinity                : 0x4',
    '   UserAffinity            : 0x3',
    "   SystemAffinityActive    : 1 ''",
  ])
    assert.ok(fields.includes(field), `${field} in\n${fields.join('\n')}`);
});

test('a quantum is told in units, or in cycles where it is counted in them', () => {
  const moment = structuredClone(momentOf('WaitEnded'));
  const fields = printed('dt nt!_KTHREAD Reader', moment);
  assert.ok(fields.includes('   QuantumReset            : 6'));
  assert.ok(!fields.some((field) => field.includes('CycleTime')));
  Object.assign(moment.state.threads[0].schedule, { CycleTime: 2_000_000, QuantumTarget: 3_999_998 });
  assert.ok(
    printed('!thread Reader', moment).includes(
      'Priority 8 BasePriority 8 CycleTime 2000000 QuantumTarget 3999998 WaitIrql 0',
    ),
  );
  const counted = printed('dt nt!_KTHREAD Reader', moment);
  assert.ok(counted.includes('   QuantumTarget           : 0x3d08fe'));
  assert.ok(counted.includes('   CycleTime               : 0x1e8480'));
  assert.ok(!counted.some((field) => field.includes('QuantumReset')));
});

test('!running prints the stacks too when -t is among its switches, however they are typed', () => {
  const moment = momentOf('WaitEnded');
  const short = printed('!running', moment);
  assert.deepEqual(printed('!running -i', moment), short);
  const long = printed('!running -t', moment);
  assert.ok(long.length > short.length);
  for (const typed of ['!running -it', '!running -ti', '!running -i -t', '!running  -t -i'])
    assert.deepEqual(printed(typed, moment), long, typed);
});

test('!apc lists the queues of all threads, or of one, with the routines', () => {
  const moment = momentOf('WaitEnded');
  assert.deepEqual(printed('!apc', moment), [
    '*** Enumerating APCs of all threads',
    'Thread Reader ApcStateIndex 0 ApcListHead [USER]',
    '    KAPC @ OnRead',
    '      KernelRoutine  (not modelled)',
    '      RundownRoutine (null)',
    '      NormalRoutine  OnRead',
  ]);
  assert.equal(printed('!apc Reader', moment).length, 5);
  assert.equal(printed('!apc Busy', moment).length, 0);
});

test('a KAPC has the offsets of its machine, and its neighbours while it is queued', () => {
  const moment = structuredClone(momentOf('WaitEnded'));
  assert.equal(printed('dt nt!_KAPC OnRead', moment).length, 13);
  moment.state.kapcs[0].Inserted = true;
  assert.deepEqual(printed('dt nt!_KAPC OnRead', moment), [
    'OnRead [line 12]',
    "   +0x000 Type             : 0x12 ''",
    '   +0x002 Size             : 0x58',
    '   +0x008 Thread           : Reader',
    '   +0x010 ApcListEntry     : _LIST_ENTRY [ Reader - Reader ]',
    '   +0x020 KernelRoutine    : (not modelled)',
    '   +0x028 RundownRoutine   : (null)',
    '   +0x030 NormalRoutine    : OnRead',
    '   +0x038 NormalContext    : 0',
    '   +0x040 SystemArgument1  : 0',
    '   +0x048 SystemArgument2  : 0',
    "   +0x050 ApcStateIndex    : 0 ''",
    "   +0x051 ApcMode          : 1 ''",
    "   +0x052 Inserted         : 1 ''",
  ]);
  const x86 = { ...info, machine: { ...info.machine, ladder: 'x86' } };
  assert.match(printed('dt nt!_KAPC OnRead', { ...moment, info: x86 }).at(-1) ?? '', /^ {3}\+0x02e Inserted/);
});

test('a KTHREAD has both counts that disable APCs, apart and together', () => {
  const moment = momentOf('WaitStarted');
  Object.assign(moment.state.threads[0], { kernel_apc_disable: -1, special_apc_disable: -2 });
  const lines = printed('dt nt!_KTHREAD Reader', moment);
  const of = (/** @type {string} */ name) =>
    lines.find((text) => text.trim().startsWith(name))?.split(' : ')[1];
  assert.deepEqual(
    ['State', 'KernelApcDisable', 'SpecialApcDisable', 'CombinedApcDisable', 'WaitMode', 'WaitReason'].map(
      of,
    ),
    ["5 ''", '-1', '-2', '0xfffeffff', "1 ''", "6 ''"],
  );
  const processes = lines.filter((text) => /^ {3} +Process /.test(text)).map((text) => text.split(' : ')[1]);
  assert.deepEqual(processes, ['System', '(null)'], 'ApcState, SavedApcState');
});

test('!ready has the threads of a processor by priority', () => {
  const moment = momentOf('ContextSwitched');
  moment.state.threads[1].priority = 9;
  assert.deepEqual(printed('!ready', moment), [
    'Processor 0: Ready Threads at priority 9',
    '    THREAD Busy  READY on processor 0',
  ]);
  moment.state.processors[0].ready = [];
  assert.deepEqual(printed('!ready 0', moment), ['Processor 0: No threads in READY state']);
});

test('what can be waited for tells its type, its state and its line', () => {
  const moment = waitMoment();
  assert.deepEqual(printed('dt nt!_KEVENT Turn', moment), [
    'Turn',
    '   +0x000 Header           : _DISPATCHER_HEADER',
    "      Type          : 1 ''",
    '      SignalState   : 0',
    '      WaitListHead  : Busy, Reader',
  ]);
  assert.deepEqual(printed('dt nt!_KMUTANT Door', moment).slice(5), [
    '   +0x028 OwnerThread      : Busy',
    "   +0x030 Abandoned        : 0 ''",
    "   +0x031 ApcDisable       : 1 ''",
  ]);
  assert.equal(printed('dt nt!_KSEMAPHORE Room', moment).at(-1), '   +0x018 Limit            : 4');
  assert.deepEqual(printed('dt nt!_KTIMER Beat', moment).slice(5), [
    '   +0x018 DueTime          : (not set)',
    '   +0x030 Dpc              : NicDpc',
    '   +0x03c Period           : 2',
  ]);
  assert.deepEqual(printed('dt nt!_FAST_MUTEX Fast', moment), [
    'Fast',
    '   +0x000 Count            : -1',
    '   +0x008 Owner            : Busy',
    '   +0x018 Event            : _KEVENT',
    '      WaitListHead  : Reader',
    '   +0x030 OldIrql          : 0',
  ]);
});

test('!locks shows the resources that are owned, and who waits for them', () => {
  assert.deepEqual(printed('!locks', waitMoment()), [
    '**** DUMP OF ALL RESOURCE OBJECTS ****',
    'Resource @ Table    Exclusively owned',
    '    NumberOfSharedWaiters = 1 / NumberOfExclusiveWaiters = 0',
    '     Threads: Busy-02<*>',
    '     Threads Waiting On Shared Access: Reader',
    '2 total locks, 1 locks currently held',
  ]);
});

/** A moment at which Busy, made a worker thread, runs an item and two more wait behind it; a port has a packet. */
function workMoment() {
  const moment = momentOf('WaitStarted');
  const queues = [
    { name: 'Port', work: null },
    { name: 'DelayedWorkQueue', work: 'Delayed' },
  ];
  const work_items = [
    { name: 'Flush', line: 5 },
    { name: 'Log', line: 0 },
  ];
  Object.assign(moment.state, {
    queues: [
      { entries: [null], current_count: 0, maximum_count: 2, waiters: [], threads: [] },
      { entries: [1, 0], current_count: 1, maximum_count: 1, waiters: [0], threads: [0, 1] },
    ],
    work_items: [
      { Queue: 1, WorkerRoutine: 'Flush', Parameter: 0x21, IoObject: 'Nic' },
      { Queue: 1, WorkerRoutine: 'Flush', Parameter: 0, IoObject: '' },
    ],
  });
  moment.state.threads[1].state = 'Running';
  moment.state.threads[0].wait.objects = ['DelayedWorkQueue'];
  const names = { ...declared.names, Queue: ['Port', 'DelayedWorkQueue'], WorkItem: ['Flush', 'Log'] };
  return { ...moment, info: { ...info, queues, work_items, names } };
}

test('!exqueue lists the threads of each work queue and what no thread has taken yet', () => {
  assert.deepEqual(printed('!exqueue', workMoment()), [
    'Dumping ExWorkerQueue',
    '**** Delayed WorkQueue( current = 1 maximum = 1 )',
    'THREAD Reader  WAIT',
    'THREAD Busy  RUNNING on processor 0',
    'PENDING: WorkItem Log Routine Flush Parameter 0',
    'PENDING: WorkItem Flush Routine Flush Parameter 0x21',
  ]);
});

test('a KQUEUE has its entries, its counts and its threads; a work item its neighbours while it is queued', () => {
  const moment = workMoment();
  assert.deepEqual(printed('dt nt!_KQUEUE DelayedWorkQueue', moment), [
    'DelayedWorkQueue',
    '   +0x000 Header           : _DISPATCHER_HEADER',
    "      Type          : 4 ''",
    '      SignalState   : 2',
    '      WaitListHead  : Reader',
    '   +0x018 EntryListHead    : Log, Flush',
    '   +0x028 CurrentCount     : 1',
    '   +0x02c MaximumCount     : 1',
    '   +0x030 ThreadListHead   : Reader, Busy',
  ]);
  assert.equal(printed('dt nt!_KQUEUE Port', moment)[5], '   +0x018 EntryListHead    : packet 1');
  assert.deepEqual(printed('dt nt!_WORK_QUEUE_ITEM Flush', moment), [
    'Flush [line 5]',
    '   +0x000 List             : _LIST_ENTRY [ DelayedWorkQueue - Log ]',
    '   +0x010 WorkerRoutine    : Flush',
    '   +0x018 Parameter        : 0x21',
  ]);
  moment.state.work_items[0].Queue = null;
  assert.match(printed('dt nt!_WORK_QUEUE_ITEM Flush', moment)[1], /List +: \(null\)$/);
  assert.equal(printed('!thread Reader', moment)[1], '    DelayedWorkQueue  QueueObject');
});

test('a beginning is completed as far as it is clear, and a name leads to its commands', () => {
  assert.equal(completed('!dp', info), '!dpcs');
  assert.equal(completed('!i', info), '!i');
  assert.equal(completed('dt nt!_KD', info), 'dt nt!_KDPC NicDpc');
  assert.deepEqual(suggestions('nicd', info, 6), ['dt nt!_KDPC NicDpc']);
  assert.deepEqual(suggestions('', info, 6), []);
  assert.equal(turnsTo('~0s', info), 0);
  assert.equal(turnsTo('~3s', info), null);
});

test('numbers are as dt prints them', () => {
  assert.deepEqual([0, 9, 10, 255, -10].map(hex), ['0', '9', '0xa', '0xff', '-0xa']);
});
