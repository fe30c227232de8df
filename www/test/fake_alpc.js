// A server and its client by hand, for unit tests of what draws messages: one connection port with two pairs of
// communication ports, of which the first is in use.

import { info, quietState, record } from './fake_engine.js';

/** @import { AlpcMessage, AlpcPort, SessionInfo, Snapshot } from '../src/engine/protocol.js' */

const thread = (/** @type {string} */ name, /** @type {number} */ process) => ({
  name,
  priority: 8,
  system: false,
  process,
  line: 9,
});
const port = (
  /** @type {string} */ name,
  /** @type {'CONNECTION' | 'CLIENT_COMMUNICATION' | 'SERVER_COMMUNICATION'} */ kind,
  /** @type {number | null} */ peer,
) => ({
  name,
  kind: /** @type {const} */ (`ALPC_${kind}_PORT`),
  connection: 0,
  peer,
  owner: kind === 'CONNECTION' ? 0 : null,
  line: 3,
});

export const alpcInfo = /** @type {SessionInfo} */ (
  /** @type {unknown} */ ({
    ...info,
    names: {
      ...info.names,
      Process: ['Server', 'Client', 'System', 'App.exe'],
      Thread: ['Srv', 'Cli'],
      Port: ['Api', 'Api.Client1', 'Api.Server1', 'Api.Client2', 'Api.Server2'],
      Section: ['Section1'],
    },
    threads: [thread('Srv', 0), thread('Cli', 1)],
    ports: [
      port('Api', 'CONNECTION', null),
      port('Api.Client1', 'CLIENT_COMMUNICATION', 2),
      port('Api.Server1', 'SERVER_COMMUNICATION', 1),
      port('Api.Client2', 'CLIENT_COMMUNICATION', 4),
      port('Api.Server2', 'SERVER_COMMUNICATION', 3),
    ],
  })
);

/**
 * @param {number} Port
 * @param {number} OwnerProcess
 * @param {Partial<AlpcPort>} [more]
 * @returns {AlpcPort}
 */
export const openPort = (Port, OwnerProcess, more = {}) => ({
  Port,
  OwnerProcess,
  State: 'Open',
  HasHandle: true,
  Legacy: false,
  PortContext: 0,
  MainQueue: [],
  LargeMessageQueue: [],
  PendingQueue: [],
  CanceledQueue: [],
  DirectQueue: [],
  CompletionList: [],
  WaitQueue: [],
  Semaphore: null,
  CompletionPort: '',
  CompletionKey: 0,
  CompletionListEvent: '',
  CallbackRoutine: '',
  MaxMessageLength: 65_535,
  MaxPoolUsage: 1 << 24,
  PoolUsage: 0,
  ...more,
});

/**
 * A request of Cli to the connection port.
 * @param {number} MessageId
 * @param {Partial<AlpcMessage>} [more]
 * @returns {AlpcMessage}
 */
export const request = (MessageId, more = {}) => ({
  MessageId,
  Type: 'LPC_REQUEST',
  TypeFlags: 0x2001,
  DataLength: 100,
  TotalLength: 140,
  OwnerPort: 1,
  QueuePort: 0,
  QueueType: 'MainQueue',
  ClientThread: 1,
  WaitingThread: 1,
  ServerThread: null,
  Holder: 1,
  Answered: false,
  Status: 0,
  View: null,
  Handle: '',
  Event: '',
  Charged: 388,
  SentAt: 0,
  Since: MessageId,
  ...more,
});

/** A machine with one connection, both sides at work with nothing under way. */
export function alpcMoment() {
  const state = {
    ...quietState(),
    alpc: {
      ports: [openPort(0, 0), openPort(1, 1), openPort(2, 0, { PortContext: 77 })],
      messages: /** @type {AlpcMessage[]} */ ([]),
      sections: /** @type {any[]} */ ([]),
      views: /** @type {any[]} */ ([]),
      threads: [0, 1].map(() => ({
        Message: /** @type {number | null} */ (null),
        Port: /** @type {number | null} */ (null),
        Told: /** @type {number | null} */ (null),
      })),
      kernel_memory: 0,
      bytes_copied: 0,
      replies: 0,
      last_latency: 0,
    },
  };
  return { state, record: { ...record(0), kind: 'RunStarted' }, causes: [] };
}

/** What a test has changed, as what it stands for. @param {ReturnType<typeof alpcMoment>} moment */
export const shownAs = (moment) => /** @type {Snapshot} */ (/** @type {unknown} */ (moment));

/**
 * Puts messages into a queue, as the engine would tell it.
 * @param {ReturnType<typeof alpcMoment>} moment
 * @param {number} port
 * @param {'MainQueue' | 'LargeMessageQueue' | 'PendingQueue' | 'CanceledQueue' | 'DirectQueue' | 'CompletionList'} queue
 * @param {AlpcMessage[]} messages
 */
export function enqueue({ state: { alpc } }, port, queue, ...messages) {
  for (const message of messages) {
    alpc.messages.push({ ...message, QueuePort: port, QueueType: queue });
    alpc.ports.find(({ Port }) => Port === port)?.[queue].push(message.MessageId);
    if (message.Holder !== null) alpc.threads[message.Holder].Message = message.MessageId;
  }
}

/**
 * A thread waits.
 * @param {ReturnType<typeof alpcMoment>} moment
 * @param {number} thread
 * @param {string} [object]
 */
export function waits({ state }, thread, object = '') {
  state.threads[thread].state = 'Waiting';
  state.threads[thread].wait = {
    object: 1,
    object_name: object,
    objects: [object],
    alertable: false,
    mode: 'UserMode',
    due_ns: null,
    reason: 16,
    since: 0,
  };
}
