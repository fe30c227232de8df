//! The kernel's messages: the memory that they hold (LP-17, LP-18), and the queues that they are in (LP-5).

use super::{AlpcPort, MESSAGE_OBJECT};
use crate::base::{NO_RECORD, NONE, Ns};
use crate::nt::{Kernel, Ntstatus, STATUS_SUCCESS};
use crate::trace::{Kind, Rule};

/// PORT_MESSAGE.Type (LP-4).
pub(super) const LPC_REQUEST: u16 = 1;
pub(super) const LPC_REPLY: u16 = 2;
pub(super) const LPC_DATAGRAM: u16 = 3;
pub(super) const LPC_PORT_CLOSED: u16 = 5;
pub(super) const LPC_CLIENT_DIED: u16 = 6;
/// A client wants to connect.
pub const LPC_CONNECTION_REQUEST: u16 = 10;
/// Flags of a type.
pub(super) const LPC_CONTINUATION_REQUIRED: u16 = 0x2000;
pub(super) const LPC_KERNELMODE_MESSAGE: u16 = 0x8000;

/// The queues of a port (LP-5), and where else a message may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum QueueType {
    /// MainQueue: sent, not yet received.
    Main = 0,
    /// LargeMessageQueue: the receiver's buffer was too small.
    Large,
    /// PendingQueue: received, and its sender expects a reply.
    Pending,
    /// CanceledQueue: withdrawn after it was received.
    Canceled,
    /// DirectQueue: a reply whose event tells of it.
    Direct,
    /// The completion list in the receiver's memory.
    List,
    /// In no queue: on its way, or its reply is with the thread that waits for it.
    #[default]
    None,
}

impl QueueType {
    /// As a debugger prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Main => "MainQueue",
            Self::Large => "LargeMessageQueue",
            Self::Pending => "PendingQueue",
            Self::Canceled => "CanceledQueue",
            Self::Direct => "DirectQueue",
            Self::List => "CompletionList",
            Self::None => "none",
        }
    }
}

/// A queue of messages: head, tail and length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageQueue {
    /// First message.
    pub head: u16,
    /// Last message.
    pub tail: u16,
    /// How many.
    pub length: u16,
}

impl MessageQueue {
    pub(super) const EMPTY: Self = Self { head: NONE, tail: NONE, length: 0 };
}

/// A KALPC_MESSAGE.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KalpcMessage {
    /// MessageId; 0: the entry is free.
    pub id: u32,
    /// Type, with its flags.
    pub kind: u16,
    /// DataLength.
    pub data_length: u32,
    /// What stands for the data.
    pub data: i64,
    /// OwnerPort: the port that it was sent through.
    pub owner_port: u16,
    /// QueuePort: in whose queue it is, or will be.
    pub queue_port: u16,
    /// QueueType.
    pub queue: QueueType,
    /// Next in that queue.
    pub next: u16,
    /// ClientId: the thread that sent it.
    pub client: u16,
    /// WaitingThread: the one that waits for the reply, or `NONE`.
    pub waiting_thread: u16,
    /// ServerThread: the one that received it, or `NONE`.
    pub server_thread: u16,
    /// How it ended for the thread that waits; pending until its reply is there.
    pub status: Ntstatus,
    /// Its reply is there, or it has failed.
    pub answered: bool,
    /// The attributes that were sent with it.
    pub attributes: u32,
    /// The view of the VIEW attribute as section and bytes; section `NONE` without one.
    pub view: (u16, u32),
    /// ALPC_VIEWFLG_AUTO_RELEASE.
    pub auto_release: bool,
    /// The object of the HANDLE attribute.
    pub handle: i64,
    /// The event of the DIRECT attribute, or `NONE`.
    pub event: u16,
    /// Kernel memory that it holds now, in bytes.
    pub charged: u32,
    /// When it was sent.
    pub sent_at: Ns,
    /// The record that sent it.
    pub since: u32,
}

impl KalpcMessage {
    pub(super) const FREE: Self = Self {
        id: 0,
        kind: 0,
        data_length: 0,
        data: 0,
        owner_port: NONE,
        queue_port: NONE,
        queue: QueueType::None,
        next: NONE,
        client: NONE,
        waiting_thread: NONE,
        server_thread: NONE,
        status: STATUS_SUCCESS,
        answered: false,
        attributes: 0,
        view: (NONE, 0),
        auto_release: false,
        handle: 0,
        event: NONE,
        charged: 0,
        sent_at: 0,
        since: NO_RECORD,
    };

    /// Type without its flags.
    #[must_use]
    pub fn basic_kind(&self) -> u16 {
        self.kind & 0xFFF
    }

    /// The name of its type in the headers.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match self.basic_kind() {
            LPC_REQUEST => "LPC_REQUEST",
            LPC_REPLY => "LPC_REPLY",
            LPC_DATAGRAM => "LPC_DATAGRAM",
            LPC_PORT_CLOSED => "LPC_PORT_CLOSED",
            LPC_CLIENT_DIED => "LPC_CLIENT_DIED",
            LPC_CONNECTION_REQUEST => "LPC_CONNECTION_REQUEST",
            _ => "LPC_LOST_REPLY",
        }
    }

    /// Whether its sender expects a reply.
    #[must_use]
    pub fn expects_reply(&self) -> bool {
        matches!(self.basic_kind(), LPC_REQUEST | LPC_CONNECTION_REQUEST)
    }
}

impl Kernel {
    /// A new message with its memory; `None` when a limit of the simulator stops the run.
    pub(super) fn allocate_message(&mut self, cpu: usize, message: KalpcMessage) -> Option<u16> {
        let alpc = &mut self.state.alpc;
        let index = match alpc.free.pop() {
            Some(index) => index,
            None if alpc.messages.len() >= self.limits.alpc_messages as usize => {
                self.stop_at_limit("alpc_messages", u64::from(self.limits.alpc_messages));
                return None;
            }
            None => {
                alpc.messages.push(KalpcMessage::FREE);
                alpc.messages.len() as u16 - 1
            }
        };
        alpc.last_id += 1;
        let charged = MESSAGE_OBJECT + message.data_length;
        let sent_at = self.state.now;
        let id = alpc.last_id;
        alpc.messages[index as usize] = KalpcMessage { id, sent_at, ..message };
        self.charge_message(cpu, index, charged);
        Some(index)
    }

    /// A message holds so much kernel memory from now on, charged to the port that it was sent through (LP-18).
    pub(super) fn charge_message(&mut self, cpu: usize, message: u16, bytes: u32) {
        let alpc = &mut self.state.alpc;
        let m = &mut alpc.messages[message as usize];
        let before = std::mem::replace(&mut m.charged, bytes);
        if before == bytes {
            return;
        }
        let (port, sender) = (m.queue_port, m.owner_port);
        let usage = &mut alpc.ports[sender as usize].pool_usage;
        *usage = *usage + u64::from(bytes) - u64::from(before);
        alpc.kernel_memory = alpc.kernel_memory + u64::from(bytes) - u64::from(before);
        let held = u32::try_from(alpc.kernel_memory).unwrap_or(u32::MAX);
        let kind = if bytes > before { Kind::KernelMemoryCharged } else { Kind::KernelMemoryReturned };
        self.emit(cpu, kind, Rule::LP17, port, held);
    }

    /// A message is over: its memory goes back, and a view that was to go with it is unmapped.
    pub(super) fn free_message(&mut self, cpu: usize, message: u16) {
        self.unlink_message(message);
        self.charge_message(cpu, message, 0);
        self.release_views(cpu, message);
        self.state.alpc.messages[message as usize] = KalpcMessage::FREE;
        self.state.alpc.free.push(message);
    }

    /// A message goes to the tail of a queue of a port.
    pub(super) fn link_message(&mut self, message: u16, port: u16, queue: QueueType) {
        let alpc = &mut self.state.alpc;
        let q = &mut alpc.ports[port as usize].queues[queue as usize];
        let last = std::mem::replace(&mut q.tail, message);
        q.length += 1;
        if last == NONE {
            q.head = message;
        } else {
            alpc.messages[last as usize].next = message;
        }
        let m = &mut alpc.messages[message as usize];
        (m.queue_port, m.queue, m.next) = (port, queue, NONE);
    }

    /// A message leaves the queue that it is in.
    pub(super) fn unlink_message(&mut self, message: u16) {
        let alpc = &mut self.state.alpc;
        let m = &mut alpc.messages[message as usize];
        let (port, queue) = (m.queue_port, std::mem::take(&mut m.queue));
        let next = std::mem::replace(&mut m.next, NONE);
        if queue == QueueType::None {
            return;
        }
        let mut before = NONE;
        let mut at = alpc.ports[port as usize].queues[queue as usize].head;
        while at != message && at != NONE {
            (before, at) = (at, alpc.messages[at as usize].next);
        }
        let q = &mut alpc.ports[port as usize].queues[queue as usize];
        q.length -= 1;
        if before == NONE {
            q.head = next;
        } else {
            alpc.messages[before as usize].next = next;
        }
        if q.tail == message {
            q.tail = before;
        }
        if queue == QueueType::Main {
            self.recount_port(port);
        }
    }

    /// The messages in a queue, first come first.
    pub(super) fn messages_in(&self, port: u16, queue: QueueType) -> Vec<u16> {
        let alpc = &self.state.alpc;
        let head = alpc.ports.get(port as usize).map_or(NONE, |p| p.queues[queue as usize].head);
        let next = |m: &u16| alpc.messages.get(*m as usize).map(|m| m.next).filter(|m| *m != NONE);
        std::iter::successors(Some(head).filter(|m| *m != NONE), next).take(alpc.messages.len()).collect()
    }

    /// The message of this number that waits for a reply at one of these ports, in one of these queues.
    pub(super) fn find_message(&self, id: u32, wanted: impl Fn(&super::KalpcMessage) -> bool) -> Option<u16> {
        let found = |m: &super::KalpcMessage| id != 0 && m.id == id && wanted(m);
        self.state.alpc.messages.iter().position(found).map(|at| at as u16)
    }
}

impl AlpcPort {
    /// A queue of it.
    #[must_use]
    pub fn queue(&self, queue: QueueType) -> MessageQueue {
        self.queues.get(queue as usize).copied().unwrap_or(MessageQueue::EMPTY)
    }
}
