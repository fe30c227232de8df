// A run as trace events, the JSON that Perfetto and chrome://tracing read: a track for each processor and each thread,
// slices for what runs, arrows from causes to effects, counters. Reads records in columns, knows no engine and no page.
//
// A processor's track has the thread that it runs (or that it is idle), and upon it what interrupts that: interrupts,
// ISRs, the drain, DPCs. A thread's track has the calls it is in, and innermost whether it runs, is ready or waits.

/** @import { Columns, KindInfo, RecordView, SessionInfo } from './protocol.js' */
/** @typedef {{ info: SessionInfo & { code: { line: ArrayLike<number> } }, kinds: KindInfo[], len: number, lang: string,
 *   read: (from: number, count: number) => Columns, told: (n: number) => RecordView }} Run `told`: a record in full. */
/** `begun`: the slice was written; the innermost of a thread is not before time goes on. @typedef {{ name: string, cat: string, ends: string, subject: number, args: string, begun: boolean, since: number }} Slice */
/** @typedef {{ pid: number, tid: number, open: Slice[], ended: boolean }} Track */
/** An arrow to an effect. @typedef {{ id: number, name: string }} Arrow */

/** Records that are read at once. */
const chunk = 4096;
const chunksKept = 16;
/** Records that are written before others get their turn; chunks are a multiple of it. */
const step = 1024;
const none = 0xffff;
const noRecord = 0xffffffff;
const processorsPid = 1;
const systemPid = 4;

/** What begins a slice: what ends it, and where it is. `above`: on the processor, whatever thread it runs; `call`: in what acts there.
 * @type {Record<string, { ends: string, where: 'above' | 'call', cat: string, name?: string, any?: true }>} */
const slices = {
  InterruptAccepted: { ends: 'InterruptEnded', where: 'above', cat: 'interrupt' },
  IsrEntered: { ends: 'IsrReturned', where: 'above', cat: 'isr' },
  SoftwareInterruptAccepted: { ends: 'SoftwareInterruptEnded', where: 'above', cat: 'interrupt' },
  RetireStarted: { ends: 'RetireEnded', where: 'above', cat: 'dpc', name: 'KiRetireDpcList', any: true },
  DpcStarted: { ends: 'DpcEnded', where: 'above', cat: 'dpc' },
  ApcDeliveryStarted: { ends: 'ApcDeliveryEnded', where: 'call', cat: 'apc', name: 'KiDeliverApc' },
  ApcKernelRoutineStarted: { ends: 'ApcKernelRoutineEnded', where: 'call', cat: 'apc' },
  ApcNormalRoutineStarted: { ends: 'ApcNormalRoutineEnded', where: 'call', cat: 'apc' },
  ApcRundownRoutineStarted: { ends: 'ApcRundownRoutineEnded', where: 'call', cat: 'apc' },
  ServiceEntered: { ends: 'ServiceReturned', where: 'call', cat: 'service' },
  FunctionEntered: { ends: 'FunctionReturned', where: 'call', cat: 'function' },
  DriverRoutineStarted: { ends: 'DriverRoutineEnded', where: 'call', cat: 'driver' },
  WorkItemStarted: { ends: 'WorkItemEnded', where: 'call', cat: 'work item' },
};
const endings = new Set(Object.values(slices).map(({ ends }) => ends));

/** Which effect an arrow leads to, from what, and what it is called; `handed`: it may happen where it is caused.
 * @type {Map<string, { from: string[], name: string, handed?: true }>} */
const arrows = new Map([
  ['DpcStarted', { from: ['DpcInserted', 'TimerSignalled'], name: 'DPC' }],
  ['ContextSwitched', { from: ['ThreadReadied'], name: 'readies' }],
  ['InterruptAccepted', { from: ['IpiSent'], name: 'IPI' }],
  ['ApcKernelRoutineStarted', { from: ['ApcInserted'], name: 'APC' }],
  ['ApcNormalRoutineStarted', { from: ['ApcInserted'], name: 'APC' }],
  ['MessageReceived', { from: ['MessageQueued'], name: 'message' }],
  ['ReplyReceived', { from: ['MessageReplied'], name: 'reply' }],
  ['PacketTaken', { from: ['PacketQueued'], name: 'packet', handed: true }],
  ['WorkItemTaken', { from: ['WorkItemQueued'], name: 'work item', handed: true }],
]);
/** Between a thread that is made ready and the switch to it. */
const onTheWay = new Set(['ThreadStandby', 'ThreadPreempted']);

/** Of DPCs that the DPC thread runs. */
const threadedRules = new Set(['DP-13', 'DP-25']);

/** What has no length and is worth a sign. */
const signs = new Set([
  ...['InterruptRequested', 'InterruptMerged', 'DpcRefused', 'ApcRefused', 'TimerSignalled', 'NmiTaken'],
  ...['MachineCheckTaken', 'SendRefused', 'MessageCanceled', 'IoCompleted'],
]);
/** What stops everything. */
const flags = new Set([
  ...['AssertionFailed', 'BugChecked', 'DeadlockFound', 'ThreadsDeadlocked', 'LimitReached'],
]);

/**
 * The file in pieces of some records each; empty ones while it is being prepared.
 * @param {Run} run  One that is over.
 * @returns {Generator<{ text: string, at: number }, void>} `at`: how many records are in it so far
 */
export function* chromeTrace(run) {
  const writer = new Writer(run);
  for (let from = 0; from < run.len; from += chunk) {
    writer.lookAhead(from);
    yield { text: '', at: 0 };
  }
  writer.begin();
  for (let from = 0; from < run.len; from += step) {
    writer.write(from);
    yield { text: writer.taken(), at: Math.min(run.len, from + step) };
  }
  writer.finish();
  yield { text: writer.taken(), at: run.len };
}

class Writer {
  /** @type {string[]} */
  #out = [];
  #first = true;
  /** The arrows that begin at a record. @type {Map<number, Arrow[]>} */
  #arrows = new Map();
  /** The arrows that have begun and not ended, by effect. @type {Map<number, Arrow>} */
  #flying = new Map();
  /** The processor whose queue an inserted DPC goes to, by the insertion's record. @type {Map<number, number>} */
  #targets = new Map();
  /** Where each DPC was queued last. @type {Map<number, number>} */
  #queuedOn = new Map();
  /** The names of objects that are waited for. @type {Map<number, string>} */
  #objects = new Map();
  /** @type {string[]} */
  #rules = [];
  /** Tracks whose innermost slice is not written yet. @type {Set<Track>} */
  #late = new Set();
  /** @type {Map<string, number>} */
  #counted = new Map();
  /** @type {Map<number, Columns>} */
  #chunks = new Map();
  #now = 0;

  /** @param {Run} run */
  constructor(run) {
    const { machine, threads, processes } = run.info;
    this.run = run;
    this.names = run.kinds.map(({ name }) => name);
    this.numbers = new Map(this.names.map((name, number) => [name, number]));
    /** @type {Track[]} */
    this.processors = Array.from({ length: machine.processors }, (_, cpu) =>
      newTrack(processorsPid, 100 + cpu),
    );
    const firstTid = systemPid + 4 * (processes.length + 1);
    /** @type {Track[]} */
    this.threads = threads.map(({ process }, i) => newTrack(pidOf(process), firstTid + 4 * i));
    /** The thread that each processor runs. */
    this.current = this.processors.map(() => none);
    this.irql = this.processors.map(() => -1);
  }

  /** What has been written since the last time. */
  taken() {
    const text = this.#out.join('');
    this.#out = [];
    return text;
  }

  /**
   * Which records arrows begin at, and where DPCs are put.
   * @param {number} from
   */
  lookAhead(from) {
    const { kind, cause, cpu, arg, time } = this.#chunk(from);
    for (let i = 0; i < kind.length; i++) {
      if (cause[i] === noRecord) continue;
      const name = this.names[kind[i]];
      const arrow = arrows.get(name);
      if (arrow) {
        const source = name === 'ContextSwitched' ? this.#readied(cause[i]) : cause[i];
        const begin = this.#chunk(source);
        const at = source % chunk;
        // Whoever hands a packet straight to a thread that waits sends it nowhere.
        const handed = arrow.handed && begin.cpu[at] === cpu[i] && begin.time[at] === time[i];
        if (!handed && arrow.from.includes(this.names[begin.kind[at]])) {
          const found = this.#arrows.get(source);
          const one = { id: from + i, name: arrow.name };
          if (found) found.push(one);
          else this.#arrows.set(source, [one]);
        }
      }
      if (name === 'DpcStarted') this.#targets.set(cause[i], cpu[i]);
      else if (name === 'IpiSent' || name === 'DpcRequestSpared') this.#targets.set(cause[i], arg[i] & 0xff);
    }
  }

  /**
   * @param {number} n  The cause of a switch.
   * @returns {number} the record that made its thread ready
   */
  #readied(n) {
    let at = n;
    while (onTheWay.has(this.#kindOf(at))) {
      const next = this.#chunk(at).cause[at % chunk];
      if (next === noRecord) break;
      at = next;
    }
    return at;
  }

  /**
   * The columns of the chunk that a record is in: those read last are kept, since causes are near.
   * @param {number} n
   */
  #chunk(n) {
    const from = n - (n % chunk);
    const kept = this.#chunks.get(from);
    if (kept) return kept;
    const [oldest] = this.#chunks.keys();
    if (this.#chunks.size >= chunksKept) this.#chunks.delete(oldest);
    const read = this.run.read(from, chunk);
    this.#chunks.set(from, read);
    return read;
  }

  /** @param {number} n */
  #kindOf(n) {
    return this.names[this.#chunk(n).kind[n % chunk]] ?? '';
  }

  /** The file's head: what it is of, and how processes and tracks are called. */
  begin() {
    const { info, lang } = this.run;
    const { machine, processes, threads } = info;
    const title = info.title.others.find(([tag]) => tag.split('-')[0] === lang)?.[1] ?? info.title.text;
    const about = { scenario: title, seed: machine.seed, records: this.run.len, clock: 'virtual time' };
    this.#out.push(`{"displayTimeUnit":"ns","otherData":${JSON.stringify(about)},"traceEvents":[`);
    this.#name('process_name', processorsPid, processorsPid, 'Processors');
    this.#event(
      `"ph":"M","pid":${processorsPid},"tid":${processorsPid},"name":"process_sort_index","args":{"sort_index":-1}`,
    );
    for (const [cpu, { pid, tid }] of this.processors.entries())
      this.#name('thread_name', pid, tid, `CPU ${cpu}`);
    if (threads.some(({ process }) => process === null))
      this.#name('process_name', systemPid, systemPid, 'System');
    for (const [i, { name }] of processes.entries()) this.#name('process_name', pidOf(i), pidOf(i), name);
    for (const [i, { pid, tid }] of this.threads.entries())
      this.#name('thread_name', pid, tid, threads[i].name);
    for (const track of this.processors) this.#open(track, 'Idle', 'idle');
  }

  /** @param {number} from */
  write(from) {
    const columns = this.#chunk(from);
    const to = Math.min(this.run.len, from + step);
    for (let n = from; n < to; n++) this.#record(n, columns, n % chunk);
  }

  /** Ends what is open still, and the file. */
  finish() {
    this.#flush();
    for (const track of [...this.threads, ...this.processors]) while (track.open.length) this.#close(track);
    this.#out.push('\n]}\n');
  }

  /**
   * @param {number} n
   * @param {Columns} columns
   * @param {number} i
   */
  #record(n, { time, cpu: cpus, irql, kind, subject: subjects, arg, pc, rule }, i) {
    const name = this.names[kind[i]];
    const cpu = cpus[i];
    const subject = subjects[i];
    if (time[i] > this.#now) {
      this.#flush();
      this.#now = time[i];
    }
    const processor = this.processors[cpu];
    if (!processor) {
      if (flags.has(name)) this.#sign(this.processors[0], 'g', n, name, this.#args(n, pc[i], rule[i]));
      return;
    }
    const args = () => this.#args(n, pc[i], rule[i]);

    if (endings.has(name)) this.#end(cpu, name, subject);
    else if (name === 'ContextSwitched') this.#switch(n, cpu, subject, arg[i]);
    else this.#thread(n, name, cpu, subject, arg[i]);

    const begins = slices[name];
    if (begins) {
      const above =
        begins.where === 'above' && !(irql[i] < 2 && name !== 'IsrEntered' && name !== 'InterruptAccepted');
      const track = above ? processor : this.#place(cpu);
      this.#open(
        track,
        begins.name ?? this.#nameOf(name, subject),
        begins.cat,
        args(),
        begins.ends,
        begins.any ? none : subject,
      );
    }
    if (name === 'MarkerReached' || signs.has(name))
      this.#sign(this.#place(cpu), 't', n, name, args(), subject);
    if (flags.has(name)) this.#sign(processor, 'g', n, name, args(), subject);

    this.#flows(n, name, cpu, subject);
    this.#count(n, name, cpu, irql[i], subject, arg[i], rule[i]);
  }

  /**
   * Where what a processor does belongs: to itself while something is above its thread, else to the thread.
   * @param {number} cpu
   */
  #place(cpu) {
    const processor = this.processors[cpu];
    const thread = this.threads[this.current[cpu]];
    return processor.open.length > 1 || !thread || thread.ended ? processor : thread;
  }

  /**
   * The arrows that end and begin at a record.
   * @param {number} n
   * @param {string} name
   * @param {number} cpu
   * @param {number} subject
   */
  #flows(n, name, cpu, subject) {
    const arrived = this.#flying.get(n);
    if (arrived) {
      this.#flying.delete(n);
      const track = (name === 'ContextSwitched' && this.threads[subject]) || this.#place(cpu);
      this.#cut(track);
      this.#event(
        `${this.#at('f', track)},"bp":"e","id":${arrived.id},"cat":"cause","name":${JSON.stringify(arrived.name)}`,
      );
    }
    const leaving = this.#arrows.get(n);
    if (!leaving) return;
    const track = this.#place(cpu);
    // Nothing runs where a device from outside makes a thread ready: there is no slice for an arrow to begin in.
    if (track.open.length < 2 && this.current[cpu] === none) return;
    this.#write(track);
    for (const arrow of leaving) {
      this.#flying.set(arrow.id, arrow);
      this.#event(
        `${this.#at('s', track)},"id":${arrow.id},"cat":"cause","name":${JSON.stringify(arrow.name)}`,
      );
    }
    this.#cut(track, true);
  }

  /**
   * Splits the innermost slice of a thread, so that an arrow has an end or a beginning to go from or to.
   * @param {Track} track
   * @param {boolean} [quietly]  Not when it would begin at once.
   */
  #cut(track, quietly = false) {
    const last = track.open.at(-1);
    if (last?.cat !== 'state') return;
    if (last.begun && last.since < this.#now) {
      this.#close(track);
      this.#state(track, last.name, last.args);
    }
    if (!quietly) this.#write(track);
  }

  /**
   * The switch to a thread.
   * @param {number} n
   * @param {number} cpu
   * @param {number} to
   * @param {number} from
   */
  #switch(n, cpu, to, from) {
    const processor = this.processors[cpu];
    while (processor.open.length) this.#close(processor);
    const before = this.threads[from];
    if (before && !before.ended && stateOf(before) === 'Running')
      this.#state(before, 'Ready', this.#brief(n));
    this.current[cpu] = to;
    const thread = this.threads[to];
    if (!thread) {
      this.#open(processor, 'Idle', 'idle', this.#brief(n));
      return;
    }
    const name = this.run.info.threads[to].name;
    this.#open(processor, name, 'thread', this.#brief(n));
    this.#exists(thread, name, n);
    this.#state(thread, 'Running', `"cpu":${cpu},${this.#brief(n)}`);
  }

  /**
   * What becomes of a thread.
   * @param {number} n
   * @param {string} name
   * @param {number} cpu
   * @param {number} subject
   * @param {number} arg
   */
  #thread(n, name, cpu, subject, arg) {
    if (name === 'WorkStarted' || name === 'ThreadStarted') {
      const own = this.threads[this.current[cpu]];
      // A wait that was over before its thread had left the processor.
      if (own && this.#place(cpu) === own && stateOf(own) !== 'Running')
        this.#state(own, 'Running', `"cpu":${cpu},${this.#brief(n)}`);
      return;
    }
    const thread = this.threads[subject];
    if (!thread || thread.ended) return;
    if (name === 'ThreadReadied') {
      this.#exists(thread, this.run.info.threads[subject].name, n);
      this.#state(thread, 'Ready', this.#brief(n));
    } else if (name === 'WaitStarted' || name === 'WaitResumed') {
      const what = this.#waitedFor(n, arg);
      this.#state(thread, what ? `Waiting for ${what}` : 'Waiting', this.#brief(n));
    } else if (name === 'ThreadEnded') {
      while (thread.open.length) this.#close(thread);
      thread.ended = true;
    }
  }

  /**
   * @param {Track} track
   * @param {string} name
   * @param {number} n
   */
  #exists(track, name, n) {
    track.ended = false;
    if (track.open.length === 0) this.#open(track, name, 'thread', this.#brief(n));
  }

  /**
   * Whether a thread runs, is ready or waits: its innermost slice, written once it has lasted.
   * @param {Track} track
   * @param {string} name
   * @param {string} args
   */
  #state(track, name, args) {
    if (track.open.at(-1)?.cat === 'state') this.#close(track);
    track.open.push({ name, cat: 'state', ends: '', subject: none, args, begun: false, since: this.#now });
    this.#late.add(track);
  }

  /** Time goes on: what has begun lasts. */
  #flush() {
    for (const track of this.#late) this.#write(track);
    this.#late.clear();
  }

  /** @param {Track} track */
  #write(track) {
    const last = track.open.at(-1);
    if (!last || last.begun) return;
    last.begun = true;
    this.#slice(track, last);
  }

  /**
   * @param {Track} track
   * @param {string} name
   * @param {string} cat
   * @param {string} args
   * @param {string} ends
   * @param {number} subject
   */
  #open(track, name, cat, args = '', ends = '', subject = none) {
    // The state of a thread stays innermost.
    const state = track.open.at(-1)?.cat === 'state' ? track.open.at(-1) : undefined;
    if (state) this.#close(track);
    const slice = { name, cat, ends, subject, args, begun: true, since: this.#now };
    track.open.push(slice);
    this.#slice(track, slice);
    if (state) this.#state(track, state.name, state.args);
  }

  /**
   * @param {Track} track
   * @param {Slice} slice
   */
  #slice(track, { name, cat, args }) {
    this.#event(`${this.#at('B', track)},"cat":"${cat}","name":${JSON.stringify(name)},"args":{${args}}`);
  }

  /** @param {Track} track */
  #close(track) {
    if (track.open.pop()?.begun) this.#event(this.#at('E', track));
  }

  /**
   * Ends the innermost slice that a record ends, and what is in it; there need be none.
   * @param {number} cpu
   * @param {string} ends
   * @param {number} subject
   */
  #end(cpu, ends, subject) {
    for (const track of [this.processors[cpu], this.threads[this.current[cpu]]]) {
      if (!track) continue;
      const { open } = track;
      let at = open.length - 1;
      while (at >= 0 && !(open[at].ends === ends && [subject, none].includes(open[at].subject))) at--;
      if (at < 0) continue;
      const state = track.open.at(-1)?.cat === 'state' ? track.open.at(-1) : undefined;
      while (track.open.length > at) this.#close(track);
      if (state) this.#state(track, state.name, state.args);
      return;
    }
  }

  /**
   * @param {number} n
   * @param {string} name
   * @param {number} cpu
   * @param {number} irql
   * @param {number} subject
   * @param {number} arg
   * @param {number} rule
   */
  #count(n, name, cpu, irql, subject, arg, rule) {
    if (this.irql[cpu] !== irql) {
      this.irql[cpu] = irql;
      this.#counter(cpu, `CPU ${cpu} IRQL`, 'IRQL', irql);
    }
    if (name !== 'DpcInserted' && name !== 'DpcRemoved' && name !== 'DpcStarted') return;
    const threaded = threadedRules.has(this.#rule(n, rule));
    if (name === 'DpcInserted') this.#queuedOn.set(subject, this.#targets.get(n) ?? cpu);
    const on = name === 'DpcStarted' ? cpu : (this.#queuedOn.get(subject) ?? cpu);
    this.#counter(on, `CPU ${on} ${threaded ? 'threaded DPC queue' : 'DPC queue'}`, 'depth', arg);
  }

  /**
   * @param {number} cpu
   * @param {string} name
   * @param {string} series
   * @param {number} value
   */
  #counter(cpu, name, series, value) {
    const track = this.processors[cpu];
    if (!track || this.#counted.get(name) === value) return;
    this.#counted.set(name, value);
    this.#event(`${this.#at('C', track)},"name":"${name}","args":{"${series}":${value}}`);
  }

  /**
   * @param {Track} track
   * @param {'g' | 't'} scope
   * @param {number} n
   * @param {string} name
   * @param {string} args
   * @param {number} [subject]
   */
  #sign(track, scope, n, name, args, subject = none) {
    const record = scope === 'g' || name === 'MarkerReached' ? this.run.told(n) : null;
    const what = record
      ? record.arg_name || record.subject_name || record.text
      : this.#subjectName(name, subject);
    const said = name === 'MarkerReached' ? (record?.subject_name ?? '') : what ? `${name} ${what}` : name;
    const caption = name === 'MarkerReached' ? this.run.info.markers[subject]?.caption : undefined;
    const text = caption?.others.find(([tag]) => tag.split('-')[0] === this.run.lang)?.[1] ?? caption?.text;
    const more = text ? `,"text":${JSON.stringify(text)}` : '';
    this.#event(
      `${this.#at('i', track)},"s":"${scope}","cat":"${scope === 'g' ? 'stop' : name === 'MarkerReached' ? 'marker' : 'event'}","name":${JSON.stringify(said)},"args":{${args}${more}}`,
    );
  }

  /**
   * What a slice is called: an ISR by its own name, as in the picture.
   * @param {string} kind
   * @param {number} subject
   */
  #nameOf(kind, subject) {
    const { interrupts, bodies } = this.run.info;
    if (kind === 'IsrEntered') {
      const isr = interrupts[subject]?.isr;
      const body = isr === null || isr === undefined ? '' : bodies[isr]?.name;
      return body || `${interrupts[subject]?.name ?? ''} ISR`;
    }
    const name = this.#subjectName(kind, subject);
    return name || kind;
  }

  /**
   * @param {string} kind
   * @param {number} subject
   */
  #subjectName(kind, subject) {
    const { info, kinds } = this.run;
    const subjects = kinds[this.numbers.get(kind) ?? -1]?.subject ?? '';
    return subjects === 'Irql'
      ? (info.machine.levels[subject] ?? '')
      : (info.names[subjects]?.[subject] ?? '');
  }

  /**
   * What a thread waits for, asked once for each.
   * @param {number} n
   * @param {number} arg
   */
  #waitedFor(n, arg) {
    const known = this.#objects.get(arg) ?? this.run.told(n).arg_name;
    this.#objects.set(arg, known);
    return known;
  }

  /**
   * The rule of a record.
   * @param {number} n
   * @param {number} rule  By number.
   */
  #rule(n, rule) {
    this.#rules[rule] ??= this.run.told(n).rule;
    return this.#rules[rule];
  }

  /**
   * @param {number} n
   * @param {number} pc
   * @param {number} rule
   */
  #args(n, pc, rule) {
    const line = this.run.info.code.line[pc];
    return `"record":${n},"rule":"${this.#rule(n, rule)}"${line ? `,"line":${line}` : ''}`;
  }

  /** @param {number} n */
  #brief(n) {
    return `"record":${n}`;
  }

  /**
   * @param {string} phase
   * @param {Track} track
   */
  #at(phase, { pid, tid }) {
    return `"ph":"${phase}","pid":${pid},"tid":${tid},"ts":${this.#now / 1000}`;
  }

  /**
   * @param {string} what
   * @param {number} pid
   * @param {number} tid
   * @param {string} name
   */
  #name(what, pid, tid, name) {
    this.#event(
      `"ph":"M","pid":${pid},"tid":${tid},"name":"${what}","args":{"name":${JSON.stringify(name)}}`,
    );
  }

  /** @param {string} members */
  #event(members) {
    this.#out.push(this.#first ? '\n{' : ',\n{', members, '}');
    this.#first = false;
  }
}

/**
 * @param {number} pid
 * @param {number} tid
 * @returns {Track}
 */
const newTrack = (pid, tid) => ({ pid, tid, open: [], ended: false });

/**
 * Numbers as Windows gives them: multiples of four, System has 4.
 * @param {number | null} process
 */
const pidOf = (process) => (process === null ? systemPid : systemPid + 4 * (process + 1));

/** @param {Track} track */
const stateOf = (track) => (track.open.at(-1)?.cat === 'state' ? track.open.at(-1)?.name : undefined);
