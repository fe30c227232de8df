// The way of a message as data: the processes of clients on one side and those of servers on the other, as walls with
// ports for doors; between them the kernel, with a lane for each queue; sections as bands through both walls. What has
// no room is counted. A message, a thread, a port has the same key wherever it is. No DOM.

import { alpcWhy } from './flow_alpc_why.js';

/** @import { AlpcMessage, AlpcPort, AlpcState, MachineState, SessionInfo, Snapshot } from '../engine/protocol.js' */
/** @import { Sentence } from './flow_alpc_why.js' */
/** What a thread does about a message. @typedef {'sends' | 'replies' | 'awaits' | 'connects' | 'answered' | 'receives' | 'watches' | 'told' | 'serves'} Doing */
/** `place`: in the WaitQueue of the door that it stands at, from 1; `copies`: bytes, at this very record.
 * @typedef {{ key: string, thread: number, name: string, state: string, cpu: number | null, doing: Doing | null, id: number | null,
 *   copies: number, place: number | null }} ThreadCard */
/** `told`: by what else than a waiting thread its owner is told of messages.
 * @typedef {{ key: string, port: number, name: string, short: string, kind: 'connection' | 'client' | 'server', state: AlpcPort['State'],
 *   context: number, told: string, threads: ThreadCard[] }} Door */
/** A process. `pairs`: the server's ends of connections, at which nobody waits. `threads`: those at no door.
 * @typedef {{ key: string, process: number, name: string, ended: boolean, doors: Door[], pairs: Door[], pairsMore: number,
 *   threads: ThreadCard[], threadsMore: number, height: number }} Wall */
/** @typedef {'request' | 'reply' | 'datagram' | 'connection' | 'notice'} EnvelopeKind */
/** `link`: the section whose view it carries; `held`: kernel memory, in bytes; `from`: whose card a new one comes from.
 * @typedef {{ key: string, id: number, type: string, kind: EnvelopeKind, to: 'server' | 'client', bytes: number, held: number,
 *   link: string | null, handle: string, from: string }} Envelope */
/** @typedef {'Way' | 'Main' | 'Large' | 'Pending' | 'Canceled' | 'Direct' | 'List'} LaneKind */
/** `port`: whose queue it is, where that is not plain; `detailed`: there is room for the lengths of all.
 * @typedef {{ key: string, kind: LaneKind, port: string | null, to: 'server' | 'client', envelopes: Envelope[], detailed: boolean,
 *   more: number }} Lane */
/** A section; on each side the bytes that are mapped there, or `null`.
 * @typedef {{ key: string, name: string, size: number, left: number | null, right: number | null }} Band */
/** @typedef {{ copied: number, held: number, switches: number, latency: number | null }} Counters */
/** @typedef {{ left: Wall[], leftMore: number, right: Wall[], rightMore: number, lanes: Lane[], lanesMore: number, bands: Band[],
 *   bandsMore: number, pool: { port: string, used: number, limit: number } | null, counters: Counters, why: Sentence[] }} AlpcFlow */
/** In CSS pixels: the height of the picture, and the width that a lane has for envelopes; `low`: lanes are low.
 * @typedef {{ height: number, lane: number, low?: boolean }} Room */

/** What the style sheets give to a row of a wall, to what is around its rows, to the space between two walls, to the line that
 * counts those that have no room, to a lane and to
 * the kernel's title, to a band; and the widths of envelopes, and of what counts those that have no room. */
const sizes = {
  row: 21,
  frame: 6,
  gap: 5,
  rest: 15,
  lane: 24,
  lowLane: 19,
  title: 22,
  lowTitle: 19,
  band: 24,
  lowBand: 20,
  detailed: 88,
  envelope: 52,
  more: 30,
};
/** More than these are counted. */
const most = { threads: 5, pairs: 4, bands: 2 };

const kinds = /** @type {const} */ ({
  ALPC_CONNECTION_PORT: 'connection',
  ALPC_CLIENT_COMMUNICATION_PORT: 'client',
  ALPC_SERVER_COMMUNICATION_PORT: 'server',
});

const envelopeKinds = /** @type {Record<string, EnvelopeKind>} */ ({
  LPC_REQUEST: 'request',
  LPC_REPLY: 'reply',
  LPC_DATAGRAM: 'datagram',
  LPC_CONNECTION_REQUEST: 'connection',
});

/** The queues of a port in the order in which they are drawn. */
const queues = /** @type {const} */ ([
  ['Main', 'MainQueue'],
  ['Large', 'LargeMessageQueue'],
  ['Direct', 'DirectQueue'],
  ['List', 'CompletionList'],
  ['Pending', 'PendingQueue'],
  ['Canceled', 'CanceledQueue'],
]);

/**
 * @param {Snapshot} shown
 * @param {SessionInfo} info
 * @param {Room} room
 * @returns {AlpcFlow | null} `null` in a scenario without ports
 */
export function layoutAlpcFlow(shown, info, room) {
  const { state, record } = shown;
  const { alpc } = state;
  if (!alpc) return null;
  const walls = wallsOf(shown, alpc, info);
  const here = state.processors[record.cpu]?.thread ?? null;
  const clients = walls.filter(({ process }) => !isServer(alpc, info, process));
  const servers = walls.filter(({ process }) => isServer(alpc, info, process));
  const laneHeight = room.low ? sizes.lowLane : sizes.lane;
  const title = room.low ? sizes.lowTitle : sizes.title;
  // Sections have what one process on each side and two lanes leave, less the line that counts those without room.
  const first = [clients, servers].flatMap((side) => fitting(side, 0, here)[0]);
  const least = Math.max(title + 2 * laneHeight, ...first.map((wall) => wall.height));
  const bandHeight = room.low ? sizes.lowBand : sizes.band;
  const bandRows = Math.max(0, Math.floor((room.height - least) / bandHeight));
  const allBands = bandsOf(alpc, info);
  const fits = allBands.length <= Math.min(most.bands, bandRows);
  const bands = allBands.slice(0, fits ? most.bands : Math.max(0, Math.min(most.bands, bandRows - 1)));
  const height = room.height - (bands.length + Number(!fits)) * bandHeight;
  const [left, leftMore] = fitting(clients, height, here);
  const [right, rightMore] = fitting(servers, height, here);
  const lanes = lanesOf(alpc, info, room.lane);
  const laneRoom = Math.max(2, Math.floor((height - title) / laneHeight));
  const kept = new Set(
    [...lanes]
      .sort((a, b) => Number(b.envelopes.length > 0) - Number(a.envelopes.length > 0))
      .slice(0, laneRoom),
  );
  return {
    left,
    leftMore,
    right,
    rightMore,
    lanes: lanes.filter((lane) => kept.has(lane)),
    lanesMore: lanes.filter((lane) => lane.envelopes.length > 0 && !kept.has(lane)).length,
    bands,
    bandsMore: allBands.length - bands.length,
    pool: poolOf(alpc, info),
    counters: {
      copied: alpc.bytes_copied,
      held: alpc.kernel_memory,
      switches: state.processors.reduce((sum, { context_switches: count }) => sum + count, 0),
      latency: alpc.replies ? alpc.last_latency : null,
    },
    why: alpcWhy(shown, alpc, info),
  };
}

/**
 * Whether a process is drawn with the servers: it has a connection port, or it will make one.
 * @param {AlpcState} alpc
 * @param {SessionInfo} info
 * @param {number} process
 */
const isServer = (alpc, { ports }, process) =>
  ports.some(({ owner }) => owner === process) ||
  alpc.ports.some(
    ({ Port, OwnerProcess }) => OwnerProcess === process && ports[Port]?.kind === 'ALPC_CONNECTION_PORT',
  );

/**
 * The name of a port without that of its connection port, where there is only one of those.
 * @param {SessionInfo} info
 * @param {number} port
 */
export function shortName({ ports }, port) {
  const { name, connection } = ports[port];
  const several = ports.some((other) => other.connection !== connection);
  return connection === port || several ? name : name.slice(ports[connection].name.length + 1);
}

/**
 * @param {Snapshot} shown
 * @param {AlpcState} alpc
 * @param {SessionInfo} info
 * @returns {Wall[]}
 */
function wallsOf({ state, record }, alpc, info) {
  const copier = record.kind === 'BytesCopied' ? state.processors[record.cpu]?.thread : null;
  return (info.names.Process ?? []).flatMap((name, process) => {
    const own = info.threads.flatMap(({ line, process: of }, thread) =>
      line && of === process ? [thread] : [],
    );
    const ports = alpc.ports.filter(({ OwnerProcess }) => OwnerProcess === process);
    if (own.length === 0 && ports.length === 0) return [];
    const alive = own.filter((thread) => state.threads[thread].state !== 'Terminated');
    const at = new Map(
      ports.flatMap((port) =>
        [...port.WaitQueue, ...watchers(state, port)].map((thread) => [thread, port.Port]),
      ),
    );
    // Who waits for a reply, stands at the door that the request has left through.
    const cards = alive.map((thread) => {
      const copies = thread === copier ? record.arg : 0;
      const card = { ...threadCard(state, alpc, info, thread), copies };
      const message = alpc.messages.find(({ MessageId }) => MessageId === card.id);
      const awaits = card.doing === 'awaits' || card.doing === 'answered' || card.doing === 'connects';
      return { card, door: at.get(thread) ?? (awaits ? message?.OwnerPort : undefined) };
    });
    const doors = ports
      .filter(({ State }) => State !== 'Closed')
      .map((port) =>
        doorOf(
          port,
          info,
          cards.filter(({ door }) => door === port.Port).map(({ card }) => card),
        ),
      );
    const isPair = (/** @type {Door} */ { kind, threads }) => kind === 'server' && threads.length === 0;
    const pairs = doors.filter(isPair);
    const behind = doors.filter((door) => !isPair(door));
    const placed = new Set(behind.flatMap(({ threads }) => threads.map(({ thread }) => thread)));
    const others = cards.map(({ card }) => card).filter(({ thread }) => !placed.has(thread));
    const shown = busiest(others, Math.max(1, most.threads - placed.size));
    const wall = {
      key: `alpc:process:${process}`,
      process,
      name,
      ended: own.length > 0 && alive.length === 0 && (state.processes[process]?.signalled ?? true),
      doors: behind,
      // Of several there is room for their numbers alone.
      pairs: pairs
        .slice(0, most.pairs)
        .map((door) => (pairs.length > 1 ? { ...door, short: /\d*$/.exec(door.name)?.[0] ?? '' } : door)),
      pairsMore: Math.max(0, pairs.length - most.pairs),
      threads: shown,
      threadsMore: others.length - shown.length,
    };
    return [{ ...wall, height: heightOf(wall) }];
  });
}

/**
 * Threads that wait for a waitable port itself.
 * @param {MachineState} state
 * @param {AlpcPort} port
 */
const watchers = ({ semaphores }, { Semaphore }) => semaphores[Semaphore ?? -1]?.waiters ?? [];

/**
 * The first door stands beside the name; each other door has a row, and each thread, and all pairs together.
 * @param {Omit<Wall, 'height'>} wall
 */
const heightOf = ({ doors, pairs, threads, threadsMore }) =>
  sizes.frame +
  sizes.row *
    (Math.max(1, doors.length) +
      doors.reduce((sum, { threads: all }) => sum + all.length, 0) +
      threads.length +
      Number(threadsMore > 0) +
      Number(pairs.length > 0));

/**
 * @param {AlpcPort} port
 * @param {SessionInfo} info
 * @param {ThreadCard[]} threads
 * @returns {Door}
 */
function doorOf(port, info, threads) {
  const { Port: index, State, PortContext: context, WaitQueue: line } = port;
  return {
    key: `alpc:port:${index}`,
    port: index,
    name: info.ports[index].name,
    short: shortName(info, index),
    kind: kinds[info.ports[index].kind],
    state: State,
    context,
    told: port.CallbackRoutine || port.CompletionListEvent || port.CompletionPort,
    threads: threads
      .map((card) => ({ ...card, place: line.indexOf(card.thread) + 1 || null }))
      .sort((a, b) => (a.place ?? 0) - (b.place ?? 0)),
  };
}

/**
 * Of many threads those that have to do with messages, then those that run; in their own order.
 * @param {ThreadCard[]} all
 * @param {number} count
 */
function busiest(all, count) {
  if (all.length <= count) return all;
  const weight = (/** @type {ThreadCard} */ { doing, cpu }) => (cpu === null ? 0 : 2) + (doing ? 1 : 0);
  const kept = new Set([...all].sort((a, b) => weight(b) - weight(a)).slice(0, count));
  return all.filter((card) => kept.has(card));
}

/**
 * @param {MachineState} state
 * @param {AlpcState} alpc
 * @param {SessionInfo} info
 * @param {number} thread
 * @returns {ThreadCard}
 */
function threadCard(state, alpc, info, thread) {
  const { state: is, apc_state: apcs } = state.threads[thread];
  const cpu = state.processors.find((candidate) => candidate.thread === thread)?.number ?? null;
  return {
    key: `alpc:thread:${thread}`,
    thread,
    name: info.threads[thread].name,
    state: apcs.SuspendCount ? 'Suspended' : is,
    cpu,
    copies: 0,
    place: null,
    ...doingOf(state, alpc, thread),
  };
}

/**
 * @param {MachineState} state
 * @param {AlpcState} alpc
 * @param {number} thread
 * @returns {{ doing: Doing | null, id: number | null }}
 */
function doingOf(state, alpc, thread) {
  const { Message: id, Port: port, Told: told } = alpc.threads[thread] ?? {};
  const held = alpc.messages.find(({ MessageId }) => MessageId === id);
  if (held) {
    const { Type, Answered, QueueType, WaitingThread, ClientThread } = held;
    // A message that is copied out has left its queue: its receiver has it in hand.
    const none = QueueType === 'none';
    if (Answered || (none && Type === 'LPC_REPLY')) return { doing: 'answered', id: held.MessageId };
    if (none && thread !== ClientThread) return { doing: 'receives', id: held.MessageId };
    // A reply is copied while its message is pending still.
    if (QueueType === 'PendingQueue' && thread !== WaitingThread && thread !== ClientThread)
      return { doing: 'replies', id: held.MessageId };
    if (none && !state.threads[thread].wait) return { doing: 'sends', id: held.MessageId };
    return { doing: Type === 'LPC_CONNECTION_REQUEST' ? 'connects' : 'awaits', id: held.MessageId };
  }
  if (port !== null && port !== undefined) return { doing: 'receives', id: null };
  if (alpc.ports.some((each) => watchers(state, each).includes(thread)))
    return { doing: 'watches', id: null };
  if (told !== null && told !== undefined) return { doing: 'told', id: null };
  const served = alpc.messages
    .filter(
      ({ Type, QueueType, ServerThread }) =>
        QueueType === 'PendingQueue' && ServerThread === thread && Type !== 'LPC_REPLY',
    )
    .sort((a, b) => b.Since - a.Since)[0];
  return served ? { doing: 'serves', id: served.MessageId } : { doing: null, id: null };
}

/**
 * The walls that have room, in order; those that matter now first.
 * @param {Wall[]} walls
 * @param {number} height
 * @param {number | null} here  The thread that acts.
 * @returns {[Wall[], number]} and how many have none
 */
function fitting(walls, height, here) {
  const weight = (/** @type {Wall} */ { doors, threads, ended }) => {
    const all = [...threads, ...doors.flatMap((door) => door.threads)];
    const talks = doors.length > 0 || all.some(({ doing }) => doing !== null);
    const acts = all.some(({ thread }) => thread === here);
    if (!talks) return ended ? 0 : acts ? 2 : 1;
    return acts ? 5 : all.some(({ doing }) => doing !== null) ? 4 : 3;
  };
  let left = height;
  /** @type {Set<Wall>} */
  const kept = new Set();
  for (const wall of [...walls].sort((a, b) => weight(b) - weight(a) || a.process - b.process)) {
    const needs = wall.height + (kept.size ? sizes.gap : 0);
    if (kept.size && needs > left) break;
    left -= needs;
    kept.add(wall);
  }
  const more = walls.length - kept.size;
  // What says how many more there are needs a row too.
  if (more && left < sizes.gap + sizes.rest && kept.size > 1) kept.delete([...kept][kept.size - 1]);
  return [walls.filter((wall) => kept.has(wall)), walls.length - kept.size];
}

/**
 * @param {AlpcState} alpc
 * @param {SessionInfo} info
 * @param {number} width
 * @returns {Lane[]}
 */
function lanesOf(alpc, info, width) {
  const messages = new Map(alpc.messages.map((message) => [message.MessageId, message]));
  const declared = info.ports.filter(({ connection }, i) => connection === i).length;
  /** @type {(kind: LaneKind, port: number | null, all: AlpcMessage[]) => Lane} */
  const lane = (kind, port, all) => {
    const envelopes = all.map((message) => envelopeOf(message, info));
    const detailed = envelopes.length * sizes.detailed <= width;
    const fit = Math.max(1, Math.floor((width - sizes.more) / sizes.envelope));
    const count = detailed || envelopes.length * sizes.envelope <= width ? envelopes.length : fit;
    const own = port === null || (declared === 1 && info.ports[port].connection === port);
    return {
      key: `${kind}:${port}`,
      kind,
      port: own ? null : shortName(info, port),
      to: envelopes[0]?.to ?? 'server',
      envelopes: envelopes.slice(0, count),
      detailed,
      more: Math.max(0, envelopes.length - count),
    };
  };
  const lanes = [
    lane(
      'Way',
      null,
      alpc.messages.filter(({ QueueType }) => QueueType === 'none'),
    ),
  ];
  for (const port of alpc.ports) {
    const isConnection = info.ports[port.Port].kind === 'ALPC_CONNECTION_PORT';
    for (const [kind, queue] of queues) {
      const all = port[queue].flatMap((id) => messages.get(id) ?? []);
      // Those that every request goes through are there without one too.
      const always = isConnection && declared === 1 && (kind === 'Main' || kind === 'Pending');
      if (all.length || always) lanes.push(lane(kind, port.Port, all));
    }
  }
  return lanes;
}

/**
 * Which way a message goes: a reply to where it was asked, all else to the owner of its queue.
 * @param {AlpcMessage} message
 * @param {SessionInfo} info
 */
function wayOf({ Type, Answered, OwnerPort, QueuePort }, { ports }) {
  const toOwner = Type === 'LPC_REPLY' || Answered;
  const { kind } = ports[toOwner ? OwnerPort : QueuePort];
  return kind === 'ALPC_CLIENT_COMMUNICATION_PORT' ? 'client' : 'server';
}

/**
 * @param {AlpcMessage} message
 * @param {SessionInfo} info
 * @returns {Envelope}
 */
function envelopeOf(message, info) {
  const { MessageId: id, Type, View, ServerThread, ClientThread } = message;
  const from = Type === 'LPC_REPLY' ? ServerThread : ClientThread;
  return {
    key: `alpc:msg:${id}`,
    id,
    type: Type,
    kind: envelopeKinds[Type] ?? 'notice',
    to: wayOf(message, info),
    bytes: View ? View.Size : message.DataLength,
    held: message.Charged,
    link: View ? (info.names.Section?.[View.Section] ?? '') : null,
    handle: message.Handle,
    from: `alpc:thread:${from}`,
  };
}

/**
 * @param {AlpcState} alpc
 * @param {SessionInfo} info
 * @returns {Band[]} those with views first
 */
function bandsOf(alpc, info) {
  return alpc.sections
    .map(({ Section: section, Size: size }) => {
      const mapped = (/** @type {boolean} */ server) => {
        const views = alpc.views.filter(
          (view) => view.Section === section && isServer(alpc, info, view.Process) === server,
        );
        return views.length ? Math.max(...views.map((view) => view.Size)) : null;
      };
      const name = info.names.Section?.[section] ?? '';
      return { key: `alpc:section:${section}`, name, size, left: mapped(false), right: mapped(true) };
    })
    .sort(
      (a, b) => Number(b.left !== null || b.right !== null) - Number(a.left !== null || a.right !== null),
    );
}

/**
 * How much of its MaxPoolUsage the port uses that is nearest to it.
 * @param {AlpcState} alpc
 * @param {SessionInfo} info
 */
function poolOf(alpc, { ports }) {
  const fullest = alpc.ports
    .filter(({ State, MaxPoolUsage }) => State !== 'Closed' && MaxPoolUsage > 0)
    .map(({ Port, PoolUsage: used, MaxPoolUsage: limit }) => ({ port: ports[Port].name, used, limit }))
    .sort((a, b) => b.used / b.limit - a.used / a.limit)[0];
  return fullest ?? null;
}
