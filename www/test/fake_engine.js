// A stand-in for the wasm module with a run that is written down by hand: for unit tests of what draws states
// and records, without building the engine.

const none = 0xffffffff;
const levels = Array.from(
  { length: 16 },
  (_, irql) =>
    ({
      0: 'PASSIVE_LEVEL',
      1: 'APC_LEVEL',
      2: 'DISPATCH_LEVEL',
      12: 'SYNCH_LEVEL',
      13: 'CLOCK_LEVEL',
      14: 'IPI_LEVEL',
      15: 'HIGH_LEVEL',
    })[irql] ?? 'DIRQL',
);

/** @type {[name: string, subject: string, arg: string, importance: number][]} */
const kinds = [
  ['RunStarted', 'None', 'Count', 1],
  ['ContextSwitched', 'Thread', 'Thread', 2],
  ['WaitStarted', 'Thread', 'Object', 2],
  ['WorkStarted', 'Body', 'Duration', 1],
  ['InterruptAccepted', 'Interrupt', 'Irql', 2],
  ['IsrEntered', 'Interrupt', 'None', 1],
  ['DpcInserted', 'Dpc', 'Count', 2],
  ['DpcRefused', 'Dpc', 'Count', 2],
  ['InterruptEnded', 'Interrupt', 'Irql', 1],
  ['DpcStarted', 'Dpc', 'Count', 2],
  ['ApcInserted', 'Apc', 'Thread', 2],
  ['DpcEnded', 'Dpc', 'Count', 1],
  ['WaitBroken', 'Thread', 'Object', 2],
  ['ApcKernelRoutineStarted', 'Apc', 'Thread', 2],
  ['WaitEnded', 'Thread', 'Status', 2],
  ['ApcNormalRoutineStarted', 'Apc', 'Thread', 2],
  ['RunEnded', 'None', 'None', 2],
];

export const info = {
  title: { text: 'A packet', others: [['ko', '패킷']] },
  about: { text: 'One packet, by hand.', others: [] },
  machine: {
    processors: 1,
    ladder: 'x64',
    levels,
    device_min: 3,
    device_max: 11,
    clock_irql: 13,
    ipi_irql: 14,
    synch_irql: 12,
    end_ns: 100_000,
    clock_interval_ns: 15_625_000,
    seed: 0,
    dpc_time_limit: 0x500,
    dpc_watchdog_period: 0x1e00,
    costs: null,
  },
  names: {
    Interrupt: ['Clock', 'Ipi', 'Nic'],
    Dpc: ['NicDpc'],
    Apc: ['OnRead', 'Read.Tail.Apc'],
    Thread: ['Reader', 'Busy'],
    SpinLock: ['Lock', 'Nic.ActualLock'],
  },
  interrupts: [
    {
      name: 'Clock',
      irql: 13,
      processor: 0,
      vector: 0xd1,
      isr: null,
      synchronize_irql: 15,
      level_sensitive: false,
      share_vector: false,
      lock: null,
      passive: null,
      from: 0,
      to: 0,
      line: 0,
    },
    {
      name: 'Ipi',
      irql: 14,
      processor: 0,
      vector: 0xe1,
      isr: null,
      synchronize_irql: 15,
      level_sensitive: false,
      share_vector: false,
      lock: null,
      passive: null,
      from: 0,
      to: 0,
      line: 0,
    },
    {
      name: 'Nic',
      irql: 7,
      processor: 0,
      vector: 0x70,
      isr: 0,
      synchronize_irql: 11,
      level_sensitive: false,
      share_vector: false,
      lock: 0,
      passive: null,
      from: 0,
      to: 0,
      line: 3,
    },
  ],
  dpcs: [{ name: 'NicDpc', importance: 'Medium', target: null, line: 8 }],
  apcs: [
    { name: 'OnRead', kind: 'user', thread: 0, irp: null, line: 12 },
    { name: 'Read.Tail.Apc', kind: 'special', thread: null, irp: 0, line: 0 },
  ],
  threads: [
    { name: 'Reader', priority: 9, system: false, process: 0, line: 16 },
    { name: 'Busy', priority: 8, system: false, process: 0, line: 24 },
  ],
  events: [],
  timers: [],
  semaphores: [],
  mutants: [],
  fast_mutexes: [],
  resources: [],
  queues: [],
  work_items: [],
  processes: [{ name: 'System', line: 0 }],
  irps: [{ name: 'Read', bytes: 1500 }],
  ports: [],
  bodies: [],
  markers: [],
};

/**
 * @param {string} Name
 * @param {'user' | 'special'} Kind
 */
const kapc = (Name, Kind) => ({
  Name,
  Reserve: null,
  Kind,
  Thread: 0,
  ApcStateIndex: 0,
  ApcMode: Kind === 'user' ? 'UserMode' : 'KernelMode',
  Inserted: false,
  KernelRoutine: '',
  RundownRoutine: '',
  NormalRoutine: Kind === 'user' ? 'OnRead' : '',
  NormalContext: '0',
  SystemArgument1: '0',
  SystemArgument2: '0',
});

/** A machine at rest. */
export function quietState() {
  return {
    record: 0,
    time: 0,
    processors: [
      {
        number: 0,
        irql: 0,
        thread: /** @type {number | null} */ (null),
        standby: null,
        frames: /** @type {any[]} */ ([]),
        pending: /** @type {any[]} */ ([]),
        apc_requested: false,
        dispatch_requested: false,
        dpc_queue: /** @type {number[]} */ ([]),
        threaded_queue: /** @type {number[]} */ ([]),
        prcb: {
          DpcData: [
            { DpcQueueDepth: 0, DpcCount: 0 },
            { DpcQueueDepth: 0, DpcCount: 0 },
          ],
          ThreadDpcEnable: true,
          DpcThreadActive: false,
          DpcThreadRequested: false,
          DpcRoutineActive: false,
          DpcInterruptRequested: false,
          TimerRequest: false,
          QuantumEnd: false,
          DpcRequestRate: 0,
          DpcLastCount: 0,
          MaximumDpcQueueDepth: 4,
          MinimumDpcRate: 3,
          IdealDpcRate: 20,
          AdjustDpcThreshold: 20,
          Sleeping: false,
          Polling: false,
        },
        run_time: [0, 0, 0, 0],
        dpc_time_count: 0,
        dpc_watchdog_count: 0,
        ticks: 0,
        context_switches: 0,
        ready: /** @type {number[]} */ ([]),
        spinning_on: null,
        line: 0,
        from: 0,
        to: 0,
        working_ns: 0,
      },
    ],
    threads: [0, 1].map((index) => ({
      index,
      state: 'Ready',
      priority: 8,
      base_priority: 8,
      processor: 0,
      quantum: 6,
      irql: 0,
      wait: /** @type {any} */ (null),
      kernel_apcs: /** @type {any[]} */ ([]),
      user_apcs: /** @type {any[]} */ ([]),
      kernel_apc_pending: false,
      user_apc_pending: false,
      kernel_apc_in_progress: false,
      kernel_apc_disable: 0,
      special_apc_disable: 0,
      apc_state: {
        SpecialUserApcPending: false,
        SpecialApcInProgress: false,
        ApcStateIndex: 0,
        Process: 0,
        SavedProcess: /** @type {number | null} */ (null),
        ApcQueueable: true,
        SuspendCount: 0,
        Alerted: [false, false],
        SavedApcListHead: [[], []],
      },
      schedule: {
        Saturation: 0,
        Affinity: '0x1',
        UserAffinity: '0x1',
        SystemAffinityActive: false,
        IdealProcessor: 0,
        UserIdealProcessor: 0,
        CycleTime: /** @type {number | null} */ (null),
        QuantumTarget: /** @type {number | null} */ (null),
      },
      queue: /** @type {number | null} */ (null),
      wait_status: /** @type {number | null} */ (null),
      broken_wait: '',
      waiters: /** @type {number[]} */ ([]),
      frames: /** @type {any[]} */ ([]),
      line: 0,
      from: 0,
      to: 0,
    })),
    kapcs: [kapc('OnRead', 'user'), kapc('Read.Tail.Apc', 'special')],
    dpcs: [
      {
        queued_on: null,
        running_on: [],
        importance: 'Medium',
        kdpc: {
          Address: null,
          Type: 'DpcObject',
          Importance: 'Medium',
          Number: null,
          ProcessorHistory: [],
          DpcData: null,
          DeferredRoutine: '',
          DeferredContext: '0',
          SystemArgument1: '0',
          SystemArgument2: '0',
          Inserted: null,
        },
      },
    ],
    events: [],
    timers: [],
    semaphores: [],
    mutants: [],
    fast_mutexes: [],
    resources: [],
    processes: [{ signalled: false, active_threads: 2, waiters: [] }],
    queues: [],
    work_items: [],
    clock_interval_ns: 15_625_000,
    interrupts: [],
    spin_locks: [{ owner: null, spinning: [] }],
    irps: [{ state: 'idle', status: 0, information: 0, thread: 0 }],
    alpc: null,
    globals: [],
  };
}

const frame = (
  /** @type {string} */ kind,
  /** @type {number} */ object,
  /** @type {string} */ name,
  /** @type {number} */ irql,
  user = false,
) => ({ kind, object, name, irql, level: irql, user, dpc_stack: false, line: 0, from: 0, to: 0 });

/** Each step: microseconds, kind, subject, argument, and what it does to the machine. */
const script =
  /** @type {[number, string, number, number, (state: ReturnType<typeof quietState>) => void][]} */ ([
    [0, 'RunStarted', 0xffff, 1, () => {}],
    [
      1,
      'ContextSwitched',
      0,
      0xffff,
      ({ processors: [cpu], threads: [reader] }) => {
        cpu.thread = 0;
        cpu.frames = [frame('body', 0, 'Reader', 0, true)];
        reader.state = 'Running';
        cpu.ready = [1];
      },
    ],
    [2, 'WorkStarted', 0, 5_000, () => {}],
    [
      7,
      'WaitStarted',
      0,
      0,
      ({ threads: [reader] }) => {
        reader.state = 'Waiting';
        reader.wait = {
          object: 0,
          object_name: '',
          objects: [],
          alertable: true,
          mode: 'UserMode',
          reason: 6,
          due_ns: null,
          since: 3,
        };
      },
    ],
    [
      7,
      'ContextSwitched',
      1,
      0,
      ({ processors: [cpu], threads: [, busy] }) => {
        cpu.thread = 1;
        cpu.frames = [frame('body', 1, 'Busy', 0)];
        busy.state = 'Running';
        cpu.ready = [];
      },
    ],
    [
      20,
      'InterruptAccepted',
      2,
      0,
      ({ processors: [cpu] }) => {
        cpu.irql = 7;
        cpu.frames.push(frame('interrupt', 2, 'Nic', 7));
      },
    ],
    [
      20,
      'IsrEntered',
      2,
      0,
      ({ processors: [cpu] }) => {
        cpu.frames.push(frame('isr', 2, 'NicIsr', 7));
      },
    ],
    [
      22,
      'DpcInserted',
      0,
      1,
      ({ processors: [cpu], dpcs: [dpc] }) => {
        cpu.dpc_queue = [0];
        cpu.dispatch_requested = true;
        Object.assign(dpc, { queued_on: 0 });
      },
    ],
    [22, 'DpcRefused', 0, 1, () => {}],
    [
      23,
      'InterruptEnded',
      2,
      0,
      ({ processors: [cpu] }) => {
        cpu.frames.splice(1);
      },
    ],
    [
      23,
      'DpcStarted',
      0,
      0,
      ({ processors: [cpu] }) => {
        cpu.irql = 2;
        cpu.dispatch_requested = false;
        cpu.dpc_queue = [];
        cpu.frames.push(frame('retire', 0, '', 2), frame('dpc', 0, 'NicDpc', 2));
      },
    ],
    [
      35,
      'ApcInserted',
      1,
      0,
      ({ threads: [reader] }) => {
        reader.kernel_apcs = [{ apc: 1, kapc: 1, name: 'Read.Tail.Apc', kind: 'special', since: 11 }];
      },
    ],
    [
      35,
      'WaitBroken',
      0,
      0,
      ({ threads: [reader] }) => {
        reader.wait = null;
        reader.wait_status = 0x100;
        reader.state = 'Ready';
      },
    ],
    [
      36,
      'DpcEnded',
      0,
      0,
      ({ processors: [cpu] }) => {
        cpu.irql = 0;
        cpu.frames.splice(1);
      },
    ],
    [
      36,
      'ApcKernelRoutineStarted',
      1,
      0,
      ({ processors: [cpu], threads: [reader] }) => {
        cpu.irql = 1;
        cpu.thread = 0;
        cpu.frames = [frame('body', 0, 'Reader', 0), frame('apc', 1, 'Read.Tail.Apc', 1)];
        reader.state = 'Running';
        reader.kernel_apcs = [];
      },
    ],
    [
      37,
      'ApcInserted',
      0,
      0,
      ({ threads: [reader] }) => {
        reader.user_apcs = [{ apc: 0, kapc: 0, name: 'OnRead', kind: 'user', since: 15 }];
      },
    ],
    [
      38,
      'WaitEnded',
      0,
      0xc0,
      ({ processors: [cpu], threads: [reader] }) => {
        cpu.irql = 0;
        cpu.frames.splice(1);
        reader.wait_status = 0xc0;
      },
    ],
    [
      38,
      'ApcNormalRoutineStarted',
      0,
      0,
      ({ processors: [cpu], threads: [reader] }) => {
        cpu.frames.push(frame('apc', 0, 'OnRead', 0, true));
        reader.user_apcs = [];
      },
    ],
    [
      43,
      'RunEnded',
      0xffff,
      0,
      ({ processors: [cpu] }) => {
        cpu.frames.splice(1);
      },
    ],
  ]);

/** The state after each step. */
export const states = (() => {
  let state = quietState();
  return script.map(([microseconds, , , , change], n) => {
    state = structuredClone(state);
    change(state);
    Object.assign(state, { record: n, time: microseconds * 1_000 });
    return state;
  });
})();

/** @param {number} n */
export function record(n) {
  const [microseconds, kind, subject, arg] = script[n];
  const described = kinds.find(([name]) => name === kind);
  const names = /** @type {Record<string, string[]>} */ (info.names);
  return {
    n,
    time: microseconds * 1_000,
    cpu: 0,
    irql: states[n].processors[0].irql,
    kind,
    rule: 'IR-6',
    subject,
    subject_name: subject === 0xffff ? '' : (names[described?.[1] ?? '']?.[subject] ?? ''),
    arg,
    arg_name: described?.[2] === 'Thread' ? (names.Thread[arg] ?? '') : '',
    text: '',
    cause: n ? n - 1 : null,
    pc: 0,
    from: 0,
    to: 0,
    line: 0,
  };
}

export const catalogue = () => ({
  kinds: kinds.map(([name, subject, arg, importance]) => ({ name, subject, arg, importance })),
  statuses: { 192: 'STATUS_USER_APC' },
});
export const check = () => ({ ok: true, title: info.title, about: info.about, diagnostics: [] });
export const tokens = () => new Uint32Array(0);
export const token_classes = () => [];
export const complete = () => ({ from: 0, to: 0, items: [] });
export const hover = () => null;
export const format = (/** @type {string} */ text) => text;
export const panic_for_test = () => {
  throw new WebAssembly.RuntimeError('unreachable');
};
export default async () => {};

/** A session of the one run there is. */
export class Session {
  position = 0;
  static open() {
    return new Session();
  }
  free() {}
  info() {
    return info;
  }
  advance() {
    return true;
  }
  get len() {
    return script.length;
  }
  get end_ns() {
    return states[script.length - 1].time;
  }
  outcome() {
    return {
      kind: 'completed',
      reason: '',
      record: script.length - 1,
      cpu: 255,
      time: 0,
      rule: 'SIM-4',
      from: 0,
      to: 0,
      line: 0,
      bugcheck: null,
      limit: null,
      cycle: [],
      waiting: [],
      claims: [],
    };
  }
  /** @param {number} n */
  seek(n) {
    this.position = n;
  }
  state() {
    return states[this.position];
  }
  /** @param {number} n */
  record(n) {
    return record(n);
  }
  /** @param {number} ns */
  first_at(ns) {
    const found = states.findIndex(({ time }) => time >= ns);
    return found < 0 ? script.length : found;
  }
  /**
   * @param {number} n
   * @param {number} direction
   */
  next(n, direction) {
    return Math.max(0, Math.min(script.length - 1, n + direction));
  }
  /** @param {number} n */
  why(n) {
    return Uint32Array.from({ length: n + 1 }, (_, i) => n - i);
  }
  /**
   * @param {number} from
   * @param {number} count
   */
  records(from, count) {
    const range = script.slice(from, from + count).map((_, i) => record(from + i));
    return {
      time: Float64Array.from(range, (r) => r.time),
      cpu: Uint8Array.from(range, (r) => r.cpu),
      irql: Uint8Array.from(range, (r) => r.irql),
      kind: Uint8Array.from(range, (r) => kinds.findIndex(([name]) => name === r.kind)),
      subject: Uint16Array.from(range, (r) => r.subject),
      arg: Uint32Array.from(range, (r) => r.arg),
      cause: Uint32Array.from(range, (r) => r.cause ?? none),
    };
  }
  paint() {}
}
