// Inspectors of ALPC: `!alpc /p` prints ports with their queues, `!alpc /m` messages. Pure.

import { line } from './lines.js';
import { declared, linked, nothing, threadCell } from './moment.js';

/** @import { AlpcMessage, AlpcPort } from '../../engine/protocol.js' */
/** @import { Cell, Line } from './lines.js' */
/** @import { Moment } from './moment.js' */

/** As the debugger calls the queues, and where each lists its messages. */
const queues = /** @type {const} */ ([
  ['Main queue', 'MainQueue'],
  ['Direct message queue', 'DirectQueue'],
  ['Large message queue', 'LargeMessageQueue'],
  ['Pending queue', 'PendingQueue'],
  ['Canceled queue', 'CanceledQueue'],
  ['Completion list', 'CompletionList'],
]);

const queueTypes = {
  MainQueue: 'ALPC_MSGQUEUE_MAIN',
  DirectQueue: 'ALPC_MSGQUEUE_DIRECT',
  LargeMessageQueue: 'ALPC_MSGQUEUE_LARGE',
  PendingQueue: 'ALPC_MSGQUEUE_PENDING',
  CanceledQueue: 'ALPC_MSGQUEUE_CANCELED',
  CompletionList: 'ALPC_MSGQUEUE_NONE',
  none: 'ALPC_MSGQUEUE_NONE',
};

/** PORT_MESSAGE.Type. */
const CONTINUATION_REQUIRED = 0x2000;

/**
 * @param {Moment} moment
 * @param {number | null} index
 */
const portCell = ({ info }, index) => linked(info.ports[index ?? -1]?.name, '!alpc /p');

/** @param {number} id  MessageId */
export const messageCell = (id) => ({ text: `${id}`, to: `!alpc /m ${id}` });

/**
 * @param {Moment} moment
 * @param {number | null | undefined} index
 * @returns {Cell}
 */
const processCell = ({ info }, index) => ({ text: info.names.Process?.[index ?? -1] ?? nothing });

/** A number as the extension prints it. @param {number} value */
const number = (value, digits = 4) =>
  `0x${value.toString(16).toUpperCase().padStart(digits, '0')} (${value})`;

/** @param {boolean} holds */
const yes = (holds) => (holds ? 'Yes' : 'No');

/** What stands for the name of an object that need not be there. @param {string} name */
const orNothing = (name) => name || nothing;

/**
 * `!alpc /p` of one port.
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export function port(moment, index) {
  const { name, line: at, kind, connection, peer } = moment.info.ports[index];
  const told = moment.state.alpc?.ports.find(({ Port }) => Port === index);
  const head = line(`${index} head`, 'Port @ ', portCell(moment, index), ...declared(at));
  if (!told) return [head, line(`${index} gone`, `  ${name} is closed.`)];
  /** @type {(name: string, ...value: (Cell | string)[]) => Line} */
  const field = (name, ...value) => line(`${index} ${name}`, `  ${name.padEnd(25)} : `, ...value);
  // The other end is there from the acceptance until it is closed.
  const other = moment.state.alpc?.ports.some(({ Port }) => Port === peer) ? peer : null;
  const ends =
    kind === 'ALPC_CLIENT_COMMUNICATION_PORT' ? [index, other] : [other, peer === null ? null : index];
  return [
    head,
    field('Type', kind),
    field('  ConnectionPort', portCell(moment, connection)),
    field('  ClientCommunicationPort', portCell(moment, ends[0])),
    field('  ServerCommunicationPort', portCell(moment, ends[1])),
    field('OwnerProcess', processCell(moment, told.OwnerProcess)),
    ...(kind === 'ALPC_SERVER_COMMUNICATION_PORT'
      ? [field('PortContext', `0x${told.PortContext.toString(16)}`)]
      : []),
    field('CompletionPort', orNothing(told.CompletionPort)),
    ...(told.CompletionPort ? [field('CompletionKey', `0x${told.CompletionKey.toString(16)}`)] : []),
    ...(told.Semaphore === null
      ? []
      : [
          field('Semaphore', linked(moment.info.names.Semaphore?.[told.Semaphore], 'dt nt!_KSEMAPHORE'), {
            text: ` ${moment.state.semaphores[told.Semaphore].count}`,
          }),
        ]),
    field('CompletionList', told.CompletionListEvent ? `tells by ${told.CompletionListEvent}` : nothing),
    ...(told.CallbackRoutine ? [field('CallbackRoutine', told.CallbackRoutine)] : []),
    field('ConnectionPending', yes(told.State === 'Connecting' || told.State === 'Accepted')),
    field('Disconnected', yes(told.State === 'Disconnected')),
    field('Closed', yes(told.State === 'Closed')),
    ...(kind === 'ALPC_CONNECTION_PORT' && told.State !== 'Closed'
      ? [
          field('MaxMessageLength', number(told.MaxMessageLength)),
          field('MaxPoolUsage', number(told.MaxPoolUsage, 8)),
          field('PoolUsage', { text: number(told.PoolUsage, 8), hint: 'what messages sent through it hold' }),
        ]
      : []),
    line(`${index} blank`, ''),
    ...waiting(moment, told),
    ...queues.flatMap(([name, key]) => queueLines(moment, told, name, told[key])),
  ];
}

/**
 * @param {Moment} moment
 * @param {AlpcPort} port
 * @returns {Line[]}
 */
function waiting(moment, { Port: index, WaitQueue: threads }) {
  if (threads.length === 0) return [];
  return [
    line(`${index} waiting`, `  ${threads.length} thread(s) are waiting on the port:`),
    ...threads.map((thread) =>
      line(`${index} waiting ${thread}`, '    THREAD ', threadCell(moment, thread), '  WAIT'),
    ),
  ];
}

/**
 * @param {Moment} moment
 * @param {AlpcPort} port
 * @param {string} name
 * @param {number[]} messages
 * @returns {Line[]}
 */
function queueLines(moment, { Port: index }, name, messages) {
  if (messages.length === 0)
    // A port without a completion list has none that could be empty.
    return name === 'Completion list' ? [] : [line(`${index} ${name}`, `  ${name} is empty.`)];
  const all = new Map(moment.state.alpc?.messages.map((message) => [message.MessageId, message]));
  return [
    line(`${index} ${name}`, `  ${name} has ${messages.length} message(s)`),
    ...messages.map((id) =>
      line(`${index} ${name} ${id}`, '    ', messageCell(id), `  ${all.get(id)?.Type ?? ''}`),
    ),
  ];
}

/**
 * `!alpc /p` without a port: all that are there.
 * @param {Moment} moment
 * @returns {Line[]}
 */
export const ports = (moment) =>
  (moment.state.alpc?.ports ?? []).flatMap(({ Port: index }, i) => [
    ...(i ? [line(`${index} above`, '')] : []),
    ...port(moment, index),
  ]);

/**
 * `!alpc /m`: one message by its number, or all.
 * @param {Moment} moment
 * @param {number} [id]
 * @returns {Line[] | null} `null` when there is no message of this number
 */
export function messages(moment, id) {
  const all = moment.state.alpc?.messages ?? [];
  if (id !== undefined) {
    const found = all.find(({ MessageId }) => MessageId === id);
    return found ? message(moment, found) : null;
  }
  if (all.length === 0) return [line('none', 'There are no messages.')];
  return [...all]
    .sort((a, b) => a.MessageId - b.MessageId)
    .flatMap((told, i) => [...(i ? [line(`${told.MessageId} above`, '')] : []), ...message(moment, told)]);
}

/**
 * @param {Moment} moment
 * @param {AlpcMessage} told
 * @returns {Line[]}
 */
function message(moment, told) {
  const { info, state } = moment;
  const { MessageId: id, TypeFlags: flags, OwnerPort: owner, QueuePort: queue } = told;
  /** @type {(name: string, ...value: (Cell | string)[]) => Line} */
  const field = (name, ...value) => line(`${id} ${name}`, `  ${name.padEnd(21)} : `, ...value);
  const kind = (/** @type {number} */ index) => ` [${info.ports[index]?.kind ?? ''}]`;
  const process = state.alpc?.ports.find(({ Port }) => Port === queue)?.OwnerProcess;
  const continues = (flags & CONTINUATION_REQUIRED) !== 0;
  return [
    line(`${id} head`, 'Message @ ', messageCell(id)),
    field('MessageID', number(id)),
    field('Type', { text: told.Type, hint: `0x${flags.toString(16)}` }),
    field('DataLength', number(told.DataLength)),
    field('TotalLength', number(told.TotalLength)),
    field('Canceled', yes(told.QueueType === 'CanceledQueue')),
    field('Continuation', yes(continues)),
    field('OwnerPort', portCell(moment, owner), kind(owner)),
    field('WaitingThread', threadCell(moment, told.WaitingThread)),
    field('QueueType', { text: queueTypes[told.QueueType], hint: told.QueueType }),
    field('QueuePort', portCell(moment, queue), kind(queue)),
    field('QueuePortOwnerProcess', processCell(moment, process)),
    field('ServerThread', threadCell(moment, told.ServerThread)),
    field('ClientThread', threadCell(moment, told.ClientThread)),
    ...(told.View
      ? [field('View', `${info.names.Section?.[told.View.Section] ?? ''}, ${number(told.View.Size)}`)]
      : []),
    ...(told.Handle ? [field('Handle', told.Handle)] : []),
    ...(told.Event ? [field('DirectEvent', told.Event)] : []),
    field('PoolUsage', { text: number(told.Charged), hint: 'kernel memory that it holds' }),
  ];
}
