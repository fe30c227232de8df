// What `!alpc /p`, `!alpc /m` and `!thread` print of messages, line by line as the debugger does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marked } from '../../src/model/inspect/changes.js';
import { commands, completed, offered, print, suggestions } from '../../src/model/inspect/commands.js';
import { textOf } from '../../src/model/inspect/lines.js';
import { alpcInfo, alpcMoment, enqueue, request, waits } from '../fake_alpc.js';
import { info as plain, quietState } from '../fake_engine.js';

/** @param {ReturnType<typeof alpcMoment>} moment */
const asked = (moment) => /** @type {any} */ ({ ...moment, info: alpcInfo, cpu: 0, before81: false });
/**
 * @param {string} command
 * @param {ReturnType<typeof alpcMoment>} moment
 */
const printed = (command, moment) => print(command, asked(moment)).lines.map(textOf);

function pendingMoment() {
  const moment = alpcMoment();
  waits(moment, 1, 'Cli.AlpcWaitSemaphore');
  waits(moment, 0, 'Srv.AlpcWaitSemaphore');
  enqueue(moment, 0, 'PendingQueue', request(2, { ServerThread: 0 }));
  enqueue(moment, 0, 'MainQueue', request(3, { Type: 'LPC_DATAGRAM', TypeFlags: 3, Holder: null }));
  moment.state.alpc.ports[0].WaitQueue = [0];
  moment.state.alpc.ports[0].PoolUsage = 776;
  return moment;
}

test('a connection port has its queues and the threads that wait', () => {
  assert.deepEqual(printed('!alpc /p Api', pendingMoment()), [
    'Port @ Api [line 3]',
    '  Type                      : ALPC_CONNECTION_PORT',
    '    ConnectionPort          : Api',
    '    ClientCommunicationPort : (null)',
    '    ServerCommunicationPort : (null)',
    '  OwnerProcess              : Server',
    '  CompletionPort            : (null)',
    '  CompletionList            : (null)',
    '  ConnectionPending         : No',
    '  Disconnected              : No',
    '  Closed                    : No',
    '  MaxMessageLength          : 0xFFFF (65535)',
    '  MaxPoolUsage              : 0x01000000 (16777216)',
    '  PoolUsage                 : 0x00000308 (776)',
    '',
    '  1 thread(s) are waiting on the port:',
    '    THREAD Srv  WAIT',
    '  Main queue has 1 message(s)',
    '    3  LPC_DATAGRAM',
    '  Direct message queue is empty.',
    '  Large message queue is empty.',
    '  Pending queue has 1 message(s)',
    '    2  LPC_REQUEST',
    '  Canceled queue is empty.',
  ]);
});

test('a communication port names both ends, and that of the server its context', () => {
  const lines = printed('!alpc /p Api.Server1', alpcMoment());
  assert.deepEqual(lines.slice(1, 7), [
    '  Type                      : ALPC_SERVER_COMMUNICATION_PORT',
    '    ConnectionPort          : Api',
    '    ClientCommunicationPort : Api.Client1',
    '    ServerCommunicationPort : Api.Server1',
    '  OwnerProcess              : Server',
    '  PortContext               : 0x4d',
  ]);
  const asking = alpcMoment();
  asking.state.alpc.ports = asking.state.alpc.ports.slice(0, 2);
  asking.state.alpc.ports[1].State = 'Connecting';
  const client = printed('!alpc /p Api.Client1', asking);
  assert.match(client[4], /ServerCommunicationPort : \(null\)/);
  assert.ok(client.includes('  ConnectionPending         : Yes'));
  assert.deepEqual(printed('!alpc /p Api.Client2', asking), [
    'Port @ Api.Client2 [line 3]',
    '  Api.Client2 is closed.',
  ]);
  assert.equal(printed('!alpc /p', alpcMoment()).filter((text) => /^Port @/.test(text)).length, 3);
});

test('a message tells its lengths, where it is, and who waits and who has it', () => {
  const moment = pendingMoment();
  assert.deepEqual(printed('!alpc /m 2', moment), [
    'Message @ 2',
    '  MessageID             : 0x0002 (2)',
    '  Type                  : LPC_REQUEST',
    '  DataLength            : 0x0064 (100)',
    '  TotalLength           : 0x008C (140)',
    '  Canceled              : No',
    '  Continuation          : Yes',
    '  OwnerPort             : Api.Client1 [ALPC_CLIENT_COMMUNICATION_PORT]',
    '  WaitingThread         : Cli',
    '  QueueType             : ALPC_MSGQUEUE_PENDING',
    '  QueuePort             : Api [ALPC_CONNECTION_PORT]',
    '  QueuePortOwnerProcess : Server',
    '  ServerThread          : Srv',
    '  ClientThread          : Cli',
    '  PoolUsage             : 0x0184 (388)',
  ]);
  for (const command of ['!alpc /p', '!alpc /m', '!thread Cli']) {
    const keys = print(command, asked(moment)).lines.map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length, `${command} has a key twice`);
  }
  assert.equal(printed('!alpc /m', moment).filter((text) => /^Message @/.test(text)).length, 2);
  assert.deepEqual(printed('!alpc /m', alpcMoment()), ['There are no messages.']);
  assert.deepEqual(print('!alpc /m 9', asked(moment)).trouble, {
    key: 'inspect.noMessage',
    slots: { text: '9' },
  });
});

test('names lead on, from a port to its messages and from a thread that waits to its message', () => {
  const moment = pendingMoment();
  const links = (/** @type {string} */ command) =>
    print(command, asked(moment)).lines.flatMap(({ cells }) => cells.flatMap(({ to }) => to ?? []));
  assert.ok(links('!alpc /p Api').includes('!alpc /m 2'));
  assert.ok(links('!alpc /m 2').includes('!alpc /p Api.Client1'));
  assert.ok(links('!alpc /m 2').includes('!thread Cli'));
  assert.ok(links('!thread Cli').includes('!alpc /m 2'));
  assert.ok(
    printed('!thread Cli', moment).includes(
      'Waiting for reply to ALPC Message 2 : queued at port Api : owned by process Server',
    ),
  );
});

test('what a step changes is marked: a message that comes, a queue that is not empty any more', () => {
  const before = print('!alpc /p Api', asked(alpcMoment())).lines;
  const after = print('!alpc /p Api', asked(pendingMoment())).lines;
  const changes = marked(before, after).filter(({ change }) => change !== 'same');
  assert.deepEqual(
    changes.map((line) => [line.change, textOf(line).trim()]),
    [
      ['changed', 'PoolUsage                 : 0x00000308 (776)'],
      ['new', '1 thread(s) are waiting on the port:'],
      ['new', 'THREAD Srv  WAIT'],
      ['changed', 'Main queue has 1 message(s)'],
      ['new', '3  LPC_DATAGRAM'],
      ['changed', 'Pending queue has 1 message(s)'],
      ['new', '2  LPC_REQUEST'],
    ],
  );
});

test('the commands are offered where there are ports, and completed with their names', () => {
  const all = commands.filter(({ name }) => name.startsWith('!alpc'));
  assert.deepEqual(
    all.map((command) => [offered(command, alpcInfo), offered(command, /** @type {any} */ (plain))]),
    [
      ['!alpc /p', null],
      ['!alpc /m', null],
    ],
  );
  assert.equal(completed('!alp', alpcInfo), '!alpc /');
  assert.deepEqual(suggestions('api.s', alpcInfo, 3), ['!alpc /p Api.Server1', '!alpc /p Api.Server2']);
  const without = { state: quietState(), record: {}, info: plain, cpu: 0, before81: false };
  for (const command of ['!alpc /p', '!alpc /m'])
    assert.equal(print(command, /** @type {any} */ (without)).trouble?.key, 'inspect.noObjects');
});
