// The command line of the inspectors: which commands there are, what a typed text asks for, what it could become.
// Pure.

import { messages, port, ports } from './alpc.js';
import { apcs, kapc } from './apc.js';
import { dpcs, kdpc } from './dpc.js';
import { apic, idt, ipi, kinterrupt } from './interrupts.js';
import { line } from './lines.js';
import { fastMutex, kevent, kmutant, ksemaphore, ktimer, locks, process } from './objects.js';
import { irql, kprcb, pcr, prcb, running } from './processor.js';
import { exqueue, kqueue, workItem } from './queues.js';
import { stack } from './stack.js';
import { kthread, ready, thread } from './thread.js';
import { timers } from './timers.js';

/** @import { SessionInfo } from '../../engine/protocol.js' */
/** @import { Line } from './lines.js' */

/** @import { Moment } from './moment.js' */
/** `takes`: what may follow the command's name; `all` is what it prints for when nothing does.
 * `of`: offered when the scenario has one of these.
 * @typedef {{ name: string, of?: string, takes: 'nothing' | 'processor' | 'processors' | 'stacks' | 'threads' | 'ports' | 'message' | ObjectClass,
 *   print: (moment: Moment, index: number) => Line[] }} Command */
/** An object of this class, by its name.
 * @typedef {'Dpc' | 'Interrupt' | 'Thread' | 'Apc' | 'Event' | 'Timer' | 'Semaphore' | 'Mutant' | 'FastMutex'
 *   | 'Queue' | 'WorkItem' | 'Process'} ObjectClass */
/** A message of the catalogue and what goes into it. @typedef {{ key: string, slots: Record<string, string> }} Trouble */
/** @typedef {{ lines: Line[], trouble: Trouble | null }} Output */

/** @type {Command[]} */
export const commands = [
  { name: '!running', takes: 'stacks', print: (moment, stacks) => running(moment, stacks === 1) },
  { name: '!ready', takes: 'processors', print: ready },
  { name: '!dpcs', takes: 'nothing', print: dpcs },
  { name: '!irql', takes: 'processor', print: irql },
  { name: '!apic', takes: 'processors', print: apic },
  { name: '!ipi', takes: 'processors', print: ipi },
  { name: '!idt', takes: 'processor', print: idt },
  { name: '!pcr', takes: 'processor', print: pcr },
  { name: '!prcb', takes: 'processor', print: prcb },
  { name: '!timer', takes: 'nothing', print: timers },
  { name: 'k', takes: 'processor', print: stack },
  { name: '!thread', takes: 'Thread', print: thread },
  { name: '!process', takes: 'Process', print: process },
  { name: '!apc', takes: 'threads', print: apcs },
  { name: '!alpc /p', of: 'Port', takes: 'ports', print: port },
  { name: '!alpc /m', of: 'Port', takes: 'message', print: (moment, id) => messages(moment, id) ?? [] },
  { name: '!locks', of: 'Resource', takes: 'nothing', print: locks },
  { name: '!exqueue', of: 'WorkItem', takes: 'nothing', print: exqueue },
  { name: 'dt nt!_KPRCB', takes: 'processor', print: kprcb },
  { name: 'dt nt!_KTHREAD', takes: 'Thread', print: kthread },
  { name: 'dt nt!_KDPC', takes: 'Dpc', print: kdpc },
  { name: 'dt nt!_KAPC', takes: 'Apc', print: kapc },
  { name: 'dt nt!_KINTERRUPT', takes: 'Interrupt', print: kinterrupt },
  { name: 'dt nt!_KEVENT', takes: 'Event', print: kevent },
  { name: 'dt nt!_KTIMER', takes: 'Timer', print: ktimer },
  { name: 'dt nt!_KSEMAPHORE', takes: 'Semaphore', print: ksemaphore },
  { name: 'dt nt!_KMUTANT', takes: 'Mutant', print: kmutant },
  { name: 'dt nt!_FAST_MUTEX', takes: 'FastMutex', print: fastMutex },
  { name: 'dt nt!_KQUEUE', takes: 'Queue', print: kqueue },
  { name: 'dt nt!_WORK_QUEUE_ITEM', takes: 'WorkItem', print: workItem },
];

/**
 * What a text prints; several commands are parted by semicolons.
 * @param {string} text
 * @param {Moment} moment
 * @returns {Output}
 */
export function print(text, moment) {
  const parts = split(text).map((part) => printOne(part, moment));
  const lines = parts.flatMap((part, n) => [
    ...(n ? [{ key: `${n} blank`, cells: [{ text: '' }] }] : []),
    ...part.lines.map(({ key, cells }) => ({ key: `${n} ${key}`, cells })),
  ]);
  return { lines, trouble: parts.find(({ trouble }) => trouble)?.trouble ?? null };
}

/**
 * The processor that a text of the form `~1s` turns to.
 * @param {string} text
 * @param {SessionInfo} info
 * @returns {number | null}
 */
export function turnsTo(text, { machine }) {
  const cpu = Number(/^~(\d+)s?$/.exec(text.trim())?.[1] ?? Number.NaN);
  return cpu < machine.processors ? cpu : null;
}

/** @param {string} text */
const split = (text) =>
  text
    .split(';')
    .map((part) =>
      part
        .trim()
        .replace(/\s+/g, ' ')
        .replace(/^dt (?:nt!)?_/i, 'dt nt!_'),
    )
    .filter(Boolean);

/**
 * @param {string} text
 * @param {Moment} moment
 * @returns {Output}
 */
function printOne(text, moment) {
  const command = find(text);
  if (!command) return wrong('inspect.unknown', { text, known: commands.map(({ name }) => name).join(', ') });
  const argument = text.slice(command.name.length).trim();
  const { info, cpu } = moment;
  const good = (/** @type {Line[]} */ lines) => ({ lines, trouble: null });
  switch (command.takes) {
    case 'nothing':
      return good(command.print(moment, 0));
    case 'stacks':
      return good(command.print(moment, /-i?t/i.test(argument) ? 1 : 0));
    case 'processor':
    case 'processors': {
      const count = info.machine.processors;
      if (argument === '' && command.takes === 'processors') {
        return good(Array.from({ length: count }, (_, each) => command.print(moment, each)).flat());
      }
      const chosen = argument === '' ? cpu : Number(argument);
      if (!(chosen in moment.state.processors))
        return wrong('inspect.noProcessor', { text: argument, last: `${count - 1}` });
      return good(command.print(moment, chosen));
    }
    case 'threads':
      if (argument === '') {
        const all = info.threads.flatMap((_, each) => command.print(moment, each));
        return good([line('head', '*** Enumerating APCs of all threads'), ...all]);
      }
      return named(command, info.names.Thread ?? [], argument, moment);
    case 'ports':
      if (info.ports.length === 0) return wrong('inspect.noObjects', { command: command.name });
      return argument === '' ? good(ports(moment)) : named(command, info.names.Port ?? [], argument, moment);
    case 'message': {
      if (info.ports.length === 0) return wrong('inspect.noObjects', { command: command.name });
      const found = messages(moment, argument === '' ? undefined : Number(argument));
      return found ? good(found) : wrong('inspect.noMessage', { text: argument });
    }
    default:
      return named(command, info.names[command.takes] ?? [], argument, moment);
  }
}

/**
 * What a command prints for an object by its name.
 * @param {Command} command
 * @param {string[]} names
 * @param {string} argument
 * @param {Moment} moment
 * @returns {Output}
 */
function named(command, names, argument, moment) {
  const index = names.findIndex((name) => name.toLowerCase() === argument.toLowerCase());
  if (index >= 0) return { lines: command.print(moment, index), trouble: null };
  if (names.length === 0) return wrong('inspect.noObjects', { command: command.name });
  return wrong('inspect.whichObject', { command: command.name, known: names.join(', ') });
}

/**
 * The longest command that a text begins with, as a word of its own.
 * @param {string} text
 */
function find(text) {
  const typed = `${text.toLowerCase()} `;
  return commands.find(({ name }) => typed.startsWith(`${name.toLowerCase()} `));
}

/**
 * @param {string} key
 * @param {Record<string, string>} slots
 * @returns {Output}
 */
const wrong = (key, slots) => ({ lines: [], trouble: { key, slots } });

/**
 * Whole commands that a text may be the beginning of, or that an object's name asks for.
 * @param {string} text
 * @param {SessionInfo} info
 * @param {number} most
 * @returns {string[]}
 */
export function suggestions(text, info, most) {
  const typed = text.trim().toLowerCase().replace(/\s+/g, ' ');
  if (typed === '') return [];
  const all = commands.flatMap((command) => spelled(command, info));
  const begun = all.filter((whole) => whole.toLowerCase().startsWith(typed));
  const inside = all.filter((whole) => !begun.includes(whole) && whole.toLowerCase().includes(typed));
  return [...begun, ...inside].slice(0, most);
}

/**
 * A command with everything that may follow it.
 * @param {Command} command
 * @param {SessionInfo} info
 */
function spelled({ name, takes }, { names, machine }) {
  switch (takes) {
    case 'nothing':
      return [name];
    case 'stacks':
      return [name, `${name} -t`];
    case 'processor':
    case 'processors':
      return [name, ...Array.from({ length: machine.processors }, (_, cpu) => `${name} ${cpu}`)];
    case 'threads':
      return [name, ...(names.Thread ?? []).map((thread) => `${name} ${thread}`)];
    case 'ports':
      return [name, ...(names.Port ?? []).map((port) => `${name} ${port}`)];
    case 'message':
      return [name];
    default:
      return (names[takes] ?? []).map((object) => `${name} ${object}`);
  }
}

/**
 * What Tab makes of a text: as far as all that it may become agree.
 * @param {string} text
 * @param {SessionInfo} info
 * @returns {string} the text itself when there is nothing to add
 */
export function completed(text, info) {
  const typed = text.trimStart().toLowerCase();
  const whole = commands.flatMap((command) => spelled(command, info));
  const begun = whole.filter((candidate) => candidate.toLowerCase().startsWith(typed));
  if (typed === '' || begun.length === 0) return text;
  const [first] = begun;
  let length = first.length;
  while (!begun.every((candidate) => candidate.startsWith(first.slice(0, length)))) length--;
  return length > typed.length ? first.slice(0, length) : text;
}

/**
 * The command that stands for a button: with the first object of its kind, if it needs one.
 * @param {Command} command
 * @param {SessionInfo} info
 * @returns {string | null} `null` when the scenario has no such object
 */
export function offered({ name, of, takes }, { names }) {
  if (of && !names[of]?.length) return null;
  if (/^[a-z]/.test(takes)) return name;
  // The first two interrupt objects stand for the clock and the inter-processor interrupt.
  const first = names[takes]?.[takes === 'Interrupt' ? 2 : 0];
  return first === undefined ? null : `${name} ${first}`;
}
