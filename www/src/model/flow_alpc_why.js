// Why what comes next of a message has not come yet: sentences about the message that a moment is about, the first of
// them on who sent it, the second on who is to have it. Read from the state alone; pure.

/** @import { AlpcMessage, AlpcPort, AlpcState, MachineState, SessionInfo, Snapshot } from '../engine/protocol.js' */
/** A message of the catalogue, under `alpc.why`, and what goes into it; `status` is an NTSTATUS, `bytes` and `limit` are
 * amounts of memory.
 * @typedef {{ key: string, slots: Record<string, string | number> }} Sentence */

/** Records whose argument is a MessageId. */
const ofMessages = [
  'MessageQueued',
  'MessageReceived',
  'MessageAwaitsReply',
  'MessageReplied',
  'MessageKept',
  'MessageCanceled',
];

const statusQuotaExceeded = 0xc0000044;

/**
 * @param {Snapshot} shown
 * @param {AlpcState} alpc
 * @param {SessionInfo} info
 * @returns {Sentence[]}
 */
export function alpcWhy(shown, alpc, info) {
  if (shown.record.kind === 'SendRefused') return [refused(shown.record, alpc, info)];
  const message = focus(shown, alpc);
  return message ? ofMessage(message, shown, alpc, info) : [withoutMessages(alpc, info)];
}

/**
 * The message that a moment is about: that of the record, that of the thread that acts, or the one that moved last.
 * @param {Snapshot} shown
 * @param {AlpcState} alpc
 * @returns {AlpcMessage | undefined}
 */
function focus({ state, record }, alpc) {
  const byId = (/** @type {number | null | undefined} */ id) =>
    alpc.messages.find(({ MessageId }) => MessageId === id);
  const told = ofMessages.includes(record.kind) ? byId(record.arg) : undefined;
  const here = state.processors[record.cpu]?.thread ?? -1;
  const latest = [...alpc.messages].sort((a, b) => b.Since - a.Since || b.MessageId - a.MessageId);
  const served = latest.find(
    ({ QueueType, ServerThread }) => QueueType === 'PendingQueue' && ServerThread === here,
  );
  return told ?? byId(alpc.threads[here]?.Message) ?? served ?? latest[0];
}

/**
 * Of a send that was refused: why, where the state tells it.
 * @param {Snapshot['record']} record
 * @param {AlpcState} alpc
 * @param {SessionInfo} info
 */
function refused({ subject, arg: status }, alpc, info) {
  const { name: port } = info.ports[subject];
  const told = alpc.ports.find(({ Port }) => Port === subject);
  if (status !== statusQuotaExceeded || !told?.PoolUsage) return sentence('refused', { port, status });
  return sentence('refused.pool', { port, status, bytes: told.PoolUsage, limit: told.MaxPoolUsage });
}

/**
 * Whether a port's messages leave no room for one more like this one, which was sent through it.
 * @param {AlpcPort | undefined} port
 * @param {AlpcMessage} message
 */
const isFull = (port, { Charged }) => port !== undefined && port.PoolUsage + Charged > port.MaxPoolUsage;

/**
 * @param {AlpcState} alpc
 * @param {SessionInfo} info
 * @returns {Sentence}
 */
function withoutMessages(alpc, info) {
  const ports = alpc.ports.filter(({ Port }) => info.ports[Port].kind === 'ALPC_CONNECTION_PORT');
  const waiting = ports.find(({ WaitQueue }) => WaitQueue.length > 0);
  if (waiting)
    return sentence('idle', {
      thread: info.threads[waiting.WaitQueue[0]].name,
      port: info.ports[waiting.Port].name,
    });
  const open = ports.find(({ State }) => State !== 'Closed');
  const { name: port } = info.ports[(open ?? ports[0]).Port];
  return sentence(open ? 'nobody' : 'noPort', { port });
}

/**
 * @param {AlpcMessage} message
 * @param {Snapshot} shown
 * @param {AlpcState} alpc
 * @param {SessionInfo} info
 * @returns {Sentence[]}
 */
function ofMessage(message, { state, record }, alpc, info) {
  const { MessageId: id, Type, QueueType, Answered, QueuePort, OwnerPort, Holder, ClientThread } = message;
  const name = (/** @type {number | null} */ thread) => info.threads[thread ?? -1]?.name ?? '';
  const client = name(message.WaitingThread ?? message.ClientThread);
  const server = name(message.ServerThread);
  const slots = { id, client, server, port: info.ports[QueuePort].name };
  const sender = () => {
    const own = info.ports[OwnerPort].name;
    const port = alpc.ports.find(({ Port }) => Port === OwnerPort);
    if (!port || senderOf(message) !== 'datagram' || !isFull(port, message))
      return sentence(`sender.${senderOf(message)}`, { ...slots, own });
    return sentence('sender.full', { ...slots, own, bytes: port.PoolUsage, limit: port.MaxPoolUsage });
  };
  switch (QueueType) {
    case 'none': {
      if (record.kind === 'MessageCanceled' && !Answered) return [sentence('withdrawn', slots)];
      // A reply without a thread that waits for it was in a queue before it is in none.
      if (!Answered && Type === 'LPC_REPLY')
        return [sentence('takes', { ...slots, client: name(Holder ?? ClientThread) })];
      // It leaves its queue at the record that tells of its receipt, and is its receiver's while it is copied out; any other
      // time it is not queued yet.
      if (!Answered && (record.kind === 'MessageReceived' || (Holder ?? ClientThread) !== ClientThread))
        return [sentence('received', slots)];
      if (!Answered && senderOf(message) === 'notice') return [sender()];
      if (!Answered) return [sentence('sends', { ...slots, bytes: message.DataLength })];
      if (message.Status !== 0) return [sentence('failed', { ...slots, status: message.Status })];
      const waiter = state.threads[message.WaitingThread ?? message.ClientThread];
      if (waiter?.state === 'Running') return [sentence('takes', slots)];
      return [sentence(Type === 'LPC_CONNECTION_REQUEST' ? 'connected' : 'answered', slots)];
    }
    case 'PendingQueue': {
      const replies = alpc.threads.findIndex(
        ({ Message }, thread) => Message === id && thread !== message.WaitingThread,
      );
      const accepted = alpc.ports.find(({ Port }) => Port === OwnerPort)?.State === 'Accepted';
      if (replies >= 0) return [sentence('replies', { ...slots, server: name(replies) })];
      if (Type === 'LPC_REPLY') return [sentence('replied', { ...slots, own: info.ports[OwnerPort].name })];
      if (accepted) return [sentence('accepted', slots)];
      return [sender(), serverSays(message, slots, state, alpc, info)];
    }
    case 'LargeMessageQueue':
      return [sentence('large', { ...slots, bytes: message.TotalLength })];
    case 'CanceledQueue':
      return [sentence('canceled', slots)];
    case 'DirectQueue':
      return [sentence('direct', { ...slots, event: message.Event })];
    default:
      return [sender(), receiverSays(message, alpc, info, slots)];
  }
}

/** @param {AlpcMessage} message */
function senderOf({ Type, WaitingThread }) {
  if (Type === 'LPC_CONNECTION_REQUEST') return 'connects';
  if (Type === 'LPC_DATAGRAM') return 'datagram';
  if (Type === 'LPC_REPLY') return 'reply';
  if (Type !== 'LPC_REQUEST') return 'notice';
  return WaitingThread === null ? 'goesOn' : 'waits';
}

/**
 * Of a message in a queue: who will have it.
 * @param {AlpcMessage} message
 * @param {AlpcState} alpc
 * @param {SessionInfo} info
 * @param {Record<string, string | number>} slots
 */
function receiverSays({ MessageId: id, QueuePort, QueueType }, alpc, info, slots) {
  const port = /** @type {AlpcPort} */ (alpc.ports.find(({ Port }) => Port === QueuePort));
  const { CallbackRoutine, CompletionListEvent, CompletionPort, MainQueue, WaitQueue } = port;
  if (CallbackRoutine) return sentence('receiver.callback', { ...slots, routine: CallbackRoutine });
  if (QueueType === 'CompletionList')
    return sentence('receiver.list', { ...slots, event: CompletionListEvent });
  if (CompletionPort) return sentence('receiver.packet', { ...slots, queue: CompletionPort });
  const told = alpc.threads.findIndex(({ Told }) => Told === QueuePort);
  const before = MainQueue.indexOf(id);
  if (told >= 0 && before === 0)
    return sentence('receiver.told', { ...slots, thread: info.threads[told].name });
  if (WaitQueue.length > 0)
    return sentence('receiver.waits', { ...slots, thread: info.threads[WaitQueue[0]].name });
  return before > 0
    ? sentence('receiver.behind', { ...slots, count: before })
    : sentence('receiver.nobody', slots);
}

/**
 * Of a message that was received and not replied to: what its server does meanwhile.
 * @param {AlpcMessage} message
 * @param {Record<string, string | number>} slots
 * @param {MachineState} state
 * @param {AlpcState} alpc
 * @param {SessionInfo} info
 */
function serverSays({ ServerThread }, slots, state, alpc, info) {
  const thread = state.threads[ServerThread ?? -1];
  if (!thread || thread.state === 'Terminated') return sentence('server.ended', slots);
  if (thread.apc_state.SuspendCount) return sentence('server.suspended', slots);
  if (thread.state === 'Running') return sentence('server.works', slots);
  if (!thread.wait) return sentence('server.ready', slots);
  const { Message, Port } = alpc.threads[thread.index];
  const at = info.ports[Port ?? -1]?.name;
  if (at) return sentence('server.receives', { ...slots, at });
  if (Message !== null) return sentence('server.asks', { ...slots, other: Message });
  const what = thread.wait.object_name.replaceAll(/[|&]/g, ', ');
  return sentence(what ? 'server.blocked' : 'server.sleeps', { ...slots, what });
}

/**
 * @param {string} key
 * @param {Sentence['slots']} slots
 * @returns {Sentence}
 */
const sentence = (key, slots) => ({ key, slots });
