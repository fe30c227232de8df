// From a record to its sentence: which template, and what goes into its slots. Pure.

import { formatTime } from '../base/time_format.js';
import { parts } from '../messages/format.js';
import { fallback } from '../messages/index.js';

/** @import { EngineCatalogue, Localized, RecordView, SessionInfo } from '../engine/protocol.js' */
/** @import { Catalogue } from '../messages/index.js' */
/** @import { Part } from '../messages/format.js' */

const NO_THREAD = 0xffff;

/**
 * @param {RecordView} record
 * @param {SessionInfo} info
 * @returns {string} a key of the catalogue
 */
function sentenceKey(record, info) {
  const key = `sentence.${record.kind}`;
  const special = `${key}.${caseOf(record, info)}`;
  return Object.hasOwn(fallback, special) ? special : key;
}

/**
 * @param {RecordView} record
 * @param {SessionInfo} info
 * @returns {string | number}
 */
function caseOf(record, info) {
  switch (record.kind) {
    case 'ApcNormalRoutineStarted':
      return info.apcs[record.subject]?.kind.endsWith('user') ? 'user' : '';
    case 'RunStarted':
      return record.arg === 1 ? 'one' : '';
    case 'ContextSwitched':
      if (record.subject === NO_THREAD) return 'idle';
      return record.arg === NO_THREAD ? 'fromIdle' : '';
    case 'WaitStarted':
      if (record.rule === 'DP-15') return 'flush';
      return record.arg === 0 ? 'time' : several(record.arg_name);
    case 'WaitResumed':
      return record.arg === 0 ? 'time' : '';
    case 'DpcInserted':
    case 'DpcStarted':
    case 'DpcEnded':
      return { 'DP-13': 'threaded', 'DP-22': 'timer', 'DP-25': 'threaded' }[record.rule] ?? '';
    case 'MisuseUnchecked':
      return record.rule === 'IR-17' ? 'lock' : '';
    case 'IsrEntered':
      return record.rule === 'IN-7' ? 'passive' : '';
    case 'InterruptPending':
      return record.rule === 'IR-16' ? 'lazy' : '';
    case 'WorkStarted':
    case 'MarkerReached':
      return record.text ? 'text' : '';
    case 'InterruptMerged':
      return { 'IN-7': 'masked', 'IN-13': 'tick' }[record.rule] ?? '';
    case 'MessageQueued':
      return (
        { 'LP-6': 'connection', 'LP-10': 'datagram', 'LP-11': 'request', 'LP-19': 'kernel' }[record.rule] ??
        ''
      );
    case 'PacketQueued':
    case 'PacketTaken':
      return record.rule === 'WT-1' ? 'entry' : '';
    case 'DeadlockFound':
      return record.rule === 'IN-10' ? 'ipi' : '';
    case 'SoftwareInterruptRequested':
      return record.arg & 0xff; // above it is the reason
    default:
      return record.arg;
  }
}

/**
 * A wait for several objects: `A|B` for any of them, `A&B` for all.
 * @param {string} objects
 */
function several(objects) {
  if (objects.includes('|')) return 'any';
  return objects.includes('&') ? 'all' : '';
}

/**
 * What the Win32 waits return has names of its own, other than those of NTSTATUS.
 * @param {RecordView} record
 */
function win32Result({ kind, subject_name: routine, arg }) {
  const isWait = kind === 'ServiceReturned' && /^(?:SleepEx|WaitFor\w+|SignalObjectAndWait)$/.test(routine);
  return isWait
    ? { 128: 'WAIT_ABANDONED', 192: 'WAIT_IO_COMPLETION', 258: 'WAIT_TIMEOUT', 4294967295: 'WAIT_FAILED' }[
        arg
      ]
    : undefined;
}

/**
 * @param {RecordView} record
 * @param {string} argKind
 */
function argument(record, argKind) {
  switch (argKind) {
    case 'Duration':
      return formatTime(record.arg);
    case 'Thread':
      return record.arg === NO_THREAD ? 'idle' : record.arg_name;
    case 'Object':
      return record.arg_name.replaceAll(/[|&]/g, ', ');
    case 'Status':
    case 'Bugcheck':
    case 'Affinity':
      return record.arg_name || `0x${record.arg.toString(16).toUpperCase()}`;
    case 'Target':
    case 'Request':
      return `${record.arg & 0xff}`;
    case 'Value':
      return record.arg_name || win32Result(record) || `${record.arg | 0}`;
    default:
      return `${record.arg}`;
  }
}

/**
 * The sentence of a record, in pieces, so that the names in it can be set apart.
 * @param {RecordView} record
 * @param {object} context
 * @param {Catalogue} context.messages
 * @param {string} context.lang
 * @param {EngineCatalogue} context.engine
 * @param {SessionInfo} context.info
 * @returns {Part[]}
 */
export function sentenceParts(record, { messages, lang, engine, info }) {
  const caption = record.kind === 'MarkerReached' ? info.markers[record.subject]?.caption : null;
  const told = caption?.text ? { ...record, text: localize(caption, lang) } : record;
  const key = sentenceKey(told, info);
  const kind = engine.kinds.find(({ name }) => name === record.kind);
  // Why the insertion of a DPC asks for a drain, or does not, follows as a sentence of its own.
  const reason = `sentence.reason.${record.arg_name}`;
  const template = messages[key] ?? fallback[key] ?? record.kind;
  const because = Object.hasOwn(fallback, reason) ? ` ${messages[reason] ?? fallback[reason]}` : '';
  return parts(template + because, {
    subject: record.subject_name.replace(/_LEVEL$/, ''),
    arg: argument(record, kind?.arg ?? ''),
    cpu: record.cpu,
    irql: record.irql,
    level: info.machine.levels[record.irql],
    text: told.text.replace(/[.。]$/, ''),
  });
}

/**
 * @param {RecordView} record
 * @param {Parameters<typeof sentenceParts>[1]} context
 */
export function sentence(record, context) {
  return sentenceParts(record, context)
    .map((part) => part.text)
    .join('');
}

/**
 * @param {Localized} localized
 * @param {string} lang
 */
export function localize(localized, lang) {
  return localized.others.find(([tag]) => tag.toLowerCase().split('-')[0] === lang)?.[1] ?? localized.text;
}
