//! The sending half of a call: what may be sent where, the copy into the kernel, and how the receiver is told
//! (LP-10…13, LP-15, LP-18).

use super::message::{LPC_CONTINUATION_REQUIRED, LPC_DATAGRAM, LPC_REPLY, LPC_REQUEST};
use super::port::PortState;
use super::{
    DIRECT_ATTRIBUTE, HANDLE_ATTRIBUTE, KalpcMessage, MESSAGE_OBJECT, QueueType, STATUS_LPC_REQUESTS_NOT_ALLOWED,
    STATUS_MESSAGE_LOST, STATUS_MESSAGE_RETRIEVED, STATUS_OBJECT_TYPE_MISMATCH, STATUS_PORT_CLOSED,
    STATUS_PORT_DISCONNECTED, STATUS_PORT_MESSAGE_TOO_LONG, STATUS_QUOTA_EXCEEDED, STATUS_REPLY_MESSAGE_MISMATCH,
    STATUS_REQUEST_CANCELED, VIEW_ATTRIBUTE, packed,
};
use crate::base::NONE;
use crate::nt::request::Packet;
use crate::nt::{Kernel, Ntstatus, STATUS_INVALID_PARAMETER, STATUS_SUCCESS};
use crate::program::{Class, MessageField as F, ObjectRef, PortKind};
use crate::trace::{Kind, Rule};

/// ALPC_MSGFLG_….
const REPLY_MESSAGE: i64 = 0x1;
const RELEASE_MESSAGE: i64 = 0x1_0000;
const SYNC_REQUEST: i64 = 0x2_0000;

/// The boost of whoever waits for the event.
const EVENT_INCREMENT: i64 = 1;

/// ALPC_VIEWFLG_….
const UNMAP_EXISTING: i64 = 0x1_0000;
const AUTO_RELEASE: i64 = 0x2_0000;

/// What is to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Send {
    /// The port that it goes through.
    pub port: u16,
    /// ALPC_MSGFLG_….
    pub flags: i64,
    /// The program's buffer.
    pub buffer: u16,
    /// SendMessageAttributes.
    pub attributes: u32,
}

/// What the copy into the kernel has made.
#[derive(Clone, Copy, Debug)]
pub enum Sent {
    /// A new message.
    Message(u16),
    /// The reply to a message.
    Reply(u16),
}

impl Send {
    /// Whether the sender waits for the reply.
    #[must_use]
    pub fn is_synchronous(&self) -> bool {
        self.flags & SYNC_REQUEST != 0
    }
}

impl Kernel {
    /// The message is checked and copied into the kernel, which takes time where costs are on; then [`Kernel::finish_send`]
    /// queues it. A failure tells its status.
    pub fn begin_send(&mut self, cpu: usize, send: Send) -> Result<Sent, Ntstatus> {
        let result = self.try_begin_send(cpu, send);
        if let Err(status) = result {
            let rule = match status {
                STATUS_PORT_MESSAGE_TOO_LONG => Rule::LP3,
                STATUS_QUOTA_EXCEEDED => Rule::LP18,
                STATUS_REPLY_MESSAGE_MISMATCH => Rule::LP10,
                STATUS_REQUEST_CANCELED | STATUS_PORT_DISCONNECTED | STATUS_PORT_CLOSED => Rule::LP20,
                STATUS_LPC_REQUESTS_NOT_ALLOWED => Rule::LP8,
                _ => Rule::LP2,
            };
            self.emit(cpu, Kind::SendRefused, rule, send.port, status);
        }
        result
    }

    fn try_begin_send(&mut self, cpu: usize, send: Send) -> Result<Sent, Ntstatus> {
        let Send { port, flags, buffer, .. } = send;
        let bytes = &self.state.alpc.buffers[buffer as usize];
        let (length, id) = (bytes.get(F::DataLength), bytes.get(F::MessageId) as u32);
        let reply = !send.is_synchronous() && (id != 0 || flags & REPLY_MESSAGE != 0);
        let kind = self.kind_of(port);
        if kind == PortKind::Connection && !reply {
            return Err(STATUS_LPC_REQUESTS_NOT_ALLOWED);
        }
        if self.state.alpc.ports[port as usize].state == PortState::Disconnected && !reply {
            return Err(STATUS_PORT_DISCONNECTED);
        }
        let connection = self.connection_of(port);
        let server = &self.state.alpc.ports[connection as usize];
        if server.state == PortState::Closed {
            return Err(STATUS_PORT_CLOSED);
        }
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        if length.saturating_add(self.header_length()) > server.max_message_length {
            return Err(STATUS_PORT_MESSAGE_TOO_LONG);
        }
        if reply {
            return self.begin_reply(cpu, send, id, length);
        }
        let sender = &self.state.alpc.ports[port as usize];
        if sender.pool_usage + u64::from(MESSAGE_OBJECT + length) > sender.max_pool_usage {
            return Err(STATUS_QUOTA_EXCEEDED);
        }
        let mut message = self.outgoing(cpu, send, length)?;
        message.queue_port = if kind == PortKind::Client { connection } else { self.peer_of(port) };
        let index = self.allocate_message(cpu, message).ok_or(STATUS_QUOTA_EXCEEDED)?;
        let id = self.state.alpc.messages[index as usize].id;
        // The sender learns the number, and sees its Type as it was (LP-12).
        self.state.alpc.buffers[buffer as usize].set(F::MessageId, id.into());
        self.hand_view_over(cpu, send);
        let queue_port = self.state.alpc.messages[index as usize].queue_port;
        self.copy_bytes(cpu, queue_port, length);
        Ok(Sent::Message(index))
    }

    /// A new message as its sender's buffer and attributes have it.
    fn outgoing(&self, cpu: usize, send: Send, data_length: u32) -> Result<KalpcMessage, Ntstatus> {
        let bytes = &self.state.alpc.buffers[send.buffer as usize];
        let datagram = send.flags & RELEASE_MESSAGE != 0 && !send.is_synchronous();
        let kind = if datagram { LPC_DATAGRAM } else { LPC_REQUEST | LPC_CONTINUATION_REQUIRED };
        let thread = self.state.kprcb[cpu].current_thread;
        let direct = send.attributes & DIRECT_ATTRIBUTE != 0;
        let event = u32::try_from(bytes.get(F::Event)).ok().and_then(ObjectRef::unpack);
        let event = event.filter(|e| e.class == Class::Event && direct).map_or(NONE, |e| e.index);
        let message = KalpcMessage {
            kind: kind | self.mode_flag(cpu),
            data_length,
            data: bytes.get(F::Data),
            owner_port: send.port,
            client: thread,
            waiting_thread: if send.is_synchronous() { thread } else { NONE },
            event,
            since: self.cause,
            ..KalpcMessage::FREE
        };
        self.captured(cpu, send, message)
    }

    /// A message with the attributes that are sent with it, a reply's as any other's, as the buffer of its sender has them
    /// (LP-15, LP-16).
    pub(super) fn captured(&self, cpu: usize, send: Send, message: KalpcMessage) -> Result<KalpcMessage, Ntstatus> {
        let has = |attribute| send.attributes & attribute != 0;
        let mut message =
            KalpcMessage { attributes: send.attributes, view: (NONE, 0), auto_release: false, handle: 0, ..message };
        let Some(bytes) = self.state.alpc.buffers.get(send.buffer as usize) else { return Ok(message) };
        if has(VIEW_ATTRIBUTE) {
            let view = self.view_at(cpu, bytes.get(F::ViewBase)).ok_or(STATUS_INVALID_PARAMETER)?;
            let v = &self.state.alpc.views[view as usize];
            message.view = (v.section, v.size);
            message.auto_release = bytes.get(F::ViewFlags) & AUTO_RELEASE != 0;
        }
        if has(HANDLE_ATTRIBUTE) {
            message.handle = bytes.get(F::Handle);
            // The types that can be sent, OB_..._OBJECT_TYPE, have none for ports; and a section's handle is ALPC's own.
            let object = u32::try_from(message.handle).ok().and_then(ObjectRef::unpack);
            if object.is_some_and(|o| matches!(o.class, Class::Port | Class::Section)) {
                return Err(STATUS_OBJECT_TYPE_MISMATCH);
            }
        }
        Ok(message)
    }

    /// The view that a message takes along is told of, and its sender's mapping goes where it is given up (LP-16).
    pub(super) fn hand_view_over(&mut self, cpu: usize, send: Send) {
        let Some(bytes) = self.state.alpc.buffers.get(send.buffer as usize) else { return };
        let (address, flags) = (bytes.get(F::ViewBase), bytes.get(F::ViewFlags));
        let Some(view) = self.view_at(cpu, address).filter(|_| send.attributes & VIEW_ATTRIBUTE != 0) else { return };
        let size = self.state.alpc.views[view as usize].size;
        self.emit(cpu, Kind::ViewAttached, Rule::LP16, view, size);
        if flags & UNMAP_EXISTING != 0 {
            self.delete_view(cpu, address);
            self.state.alpc.buffers[send.buffer as usize].set(F::ViewBase, 0);
        }
    }

    /// What is sent back with the answer to a message takes the place of what came with it.
    pub(super) fn answer_with(&mut self, cpu: usize, send: Send, message: u16, answer: KalpcMessage) {
        let before = std::mem::replace(&mut self.state.alpc.messages[message as usize], answer).view.0;
        self.hand_view_over(cpu, send);
        if before != NONE {
            self.forget_section(before);
        }
    }

    /// A reply is copied into the message that it answers.
    fn begin_reply(&mut self, cpu: usize, send: Send, id: u32, length: u32) -> Result<Sent, Ntstatus> {
        let port = send.port;
        let (connection, kind) = (self.connection_of(port), self.kind_of(port));
        let peer = if kind == PortKind::Connection { NONE } else { self.peer_of(port) };
        let here = |m: &KalpcMessage| match kind {
            PortKind::Connection => m.queue_port == connection,
            PortKind::Server => m.queue_port == connection && m.owner_port == peer,
            PortKind::Client => m.queue_port == port,
        };
        if let Some(withdrawn) = self.find_message(id, |m| here(m) && m.queue == QueueType::Canceled) {
            self.drop_canceled(cpu, withdrawn);
            return Err(STATUS_REQUEST_CANCELED);
        }
        let waits = |m: &KalpcMessage| here(m) && m.queue == QueueType::Pending && m.basic_kind() == LPC_REQUEST;
        let message = self.find_message(id, waits).ok_or(STATUS_REPLY_MESSAGE_MISMATCH)?;
        let receiver = self.state.alpc.messages[message as usize].owner_port;
        if self.exceeds_pool(receiver, MESSAGE_OBJECT + length) {
            return Err(STATUS_QUOTA_EXCEEDED);
        }
        let answer = self.captured(cpu, send, self.state.alpc.messages[message as usize].clone())?;
        self.answer_with(cpu, send, message, answer);
        self.charge_message(cpu, message, MESSAGE_OBJECT + length);
        let queue_port = self.state.alpc.messages[message as usize].queue_port;
        self.copy_bytes(cpu, queue_port, length);
        Ok(Sent::Reply(message))
    }

    /// The receiver of a withdrawn request is done with it; its sender may still have to take the status.
    pub(super) fn drop_canceled(&mut self, cpu: usize, message: u16) {
        if self.state.alpc.messages[message as usize].waiting_thread == NONE {
            self.free_message(cpu, message);
        } else {
            self.unlink_message(message);
        }
    }

    /// Whether a reply is too much beside those that its receiver has not taken yet (LP-18). What else that one has sent does
    /// not count: a server may answer in spite of a flood.
    pub(super) fn exceeds_pool(&self, receiver: u16, bytes: u32) -> bool {
        let mut held = bytes;
        for message in &self.state.alpc.messages {
            if message.queue_port == receiver {
                held += message.charged;
            }
        }
        u64::from(held) > self.state.alpc.ports[receiver as usize].max_pool_usage
    }

    /// What was copied is queued, and the receiver told. `Some`: a routine of the kernel that is to be called now, in this
    /// thread (LP-13). The dispatcher's exit is the caller's.
    pub fn finish_send(&mut self, cpu: usize, send: Send, sent: Sent) -> Result<Option<u16>, Ntstatus> {
        match sent {
            Sent::Message(message) => {
                let closed = |port: u16| self.state.alpc.ports[port as usize].state != PortState::Open;
                let m = &self.state.alpc.messages[message as usize];
                if m.answered || closed(send.port) || closed(self.connection_of(send.port)) {
                    // The connection has ended while the message was copied.
                    let status = if m.answered { m.status } else { STATUS_PORT_DISCONNECTED };
                    self.free_message(cpu, message);
                    self.emit(cpu, Kind::SendRefused, Rule::LP20, send.port, status);
                    return Err(status);
                }
                let rule = if m.basic_kind() == LPC_DATAGRAM { Rule::LP10 } else { Rule::LP11 };
                Ok(self.queue_message(cpu, message, rule))
            }
            Sent::Reply(message) => {
                let id = self.state.alpc.buffers[send.buffer as usize].get(F::MessageId);
                let m = &self.state.alpc.messages[message as usize];
                let same = i64::from(m.id) == id;
                if !same || m.queue != QueueType::Pending {
                    // Withdrawn while the reply was copied.
                    self.emit(cpu, Kind::SendRefused, Rule::LP20, send.port, STATUS_REQUEST_CANCELED);
                    if same && self.state.alpc.messages[message as usize].queue == QueueType::Canceled {
                        self.drop_canceled(cpu, message);
                    }
                    return Err(STATUS_REQUEST_CANCELED);
                }
                Ok(self.deliver_reply(cpu, send, message))
            }
        }
    }

    fn deliver_reply(&mut self, cpu: usize, send: Send, message: u16) -> Option<u16> {
        let bytes = &self.state.alpc.buffers[send.buffer as usize];
        let (length, data) = (bytes.get(F::DataLength).clamp(0, 65_535) as u32, bytes.get(F::Data));
        // What belongs to the message on the server's side goes with it.
        self.unmap_views_with(cpu, message);
        let (server, kind) = (self.state.kprcb[cpu].current_thread, LPC_REPLY | self.mode_flag(cpu));
        let m = &mut self.state.alpc.messages[message as usize];
        (m.kind, m.data_length, m.data, m.server_thread) = (kind, length, data, server);
        let (port, id, owner, event, waits) = (m.queue_port, m.id, m.owner_port, m.event, m.waiting_thread != NONE);
        let replied = self.emit(cpu, Kind::MessageReplied, Rule::LP11, port, id);
        self.state.alpc.messages[message as usize].since = replied;
        let outer = std::mem::replace(&mut self.cause, replied);
        let mut told = None;
        if waits {
            self.answer(cpu, message, STATUS_SUCCESS, Rule::LP11);
        } else {
            self.unlink_message(message);
            if event == NONE {
                self.state.alpc.messages[message as usize].queue_port = owner;
                told = self.queue_message(cpu, message, Rule::LP11);
            } else {
                self.link_message(message, owner, QueueType::Direct);
                self.tell_of_message(cpu, owner, packed(Class::Event, event));
                self.signal_event(cpu, event, EVENT_INCREMENT);
                if let Some(receiver) = self.pop_receiver(owner) {
                    self.signal_for_message(cpu, receiver, Rule::LP12);
                }
            }
        }
        self.cause = outer;
        told
    }

    /// A message goes into the MainQueue of its port, and whoever receives there is told (LP-12, LP-13). `Some`: by a routine
    /// of the kernel that is to be called now.
    pub(super) fn queue_message(&mut self, cpu: usize, message: u16, rule: Rule) -> Option<u16> {
        let m = &self.state.alpc.messages[message as usize];
        let (port, id) = (m.queue_port, m.id);
        self.link_message(message, port, QueueType::Main);
        let queued = self.emit(cpu, Kind::MessageQueued, rule, port, id);
        self.state.alpc.messages[message as usize].since = queued;
        let outer = std::mem::replace(&mut self.cause, queued);
        let callback = self.notify_receiver(cpu, port, message);
        self.cause = outer;
        callback
    }

    /// A routine of the kernel is told of every message; without one, whoever receives.
    fn notify_receiver(&mut self, cpu: usize, port: u16, message: u16) -> Option<u16> {
        let callback = self.state.alpc.ports[port as usize].callback;
        if callback != NONE {
            self.tell_of_message(cpu, port, packed(Class::Body, callback));
            return Some(callback);
        }
        self.tell_receiver(cpu, port, message);
        None
    }

    /// The thread that has waited for the longest time looks for a message (LP-12). Where none waits, the completion list
    /// is told, or the completion port and whoever waits for the port.
    pub(super) fn tell_receiver(&mut self, cpu: usize, port: u16, message: u16) {
        let p = &self.state.alpc.ports[port as usize];
        let (event, iocp, key) = (p.list_event, p.completion_port, p.completion_key);
        if let Some(thread) = self.pop_receiver(port) {
            self.state.alpc.threads[thread as usize].told = port;
            self.signal_for_message(cpu, thread, Rule::LP12);
        } else if event != NONE {
            self.move_to_list(cpu, port, message);
            self.tell_of_message(cpu, port, packed(Class::Event, event));
            self.signal_event(cpu, event, EVENT_INCREMENT);
        } else {
            if iocp != NONE {
                self.tell_of_message(cpu, port, packed(Class::Queue, iocp));
                let m = &self.state.alpc.messages[message as usize];
                let packet = Packet::posted(m.data_length + self.header_length(), key, m.id.into());
                self.insert_queue(cpu, iocp, packet, Rule::LP13);
            }
            self.signal_port(cpu, port, 1, Rule::LP12);
        }
    }

    /// The receiver wants to be told in another way: so it is of what is queued already.
    pub fn tell_of_queued(&mut self, cpu: usize, port: u16) {
        self.begin_port_semaphore(port);
        for message in self.messages_in(port, QueueType::Main) {
            self.tell_receiver(cpu, port, message);
        }
    }

    fn tell_of_message(&mut self, cpu: usize, port: u16, how: u32) {
        self.emit(cpu, Kind::PortNotified, Rule::LP13, port, how);
    }

    /// NtAlpcCancelMessage: the sender withdraws a message (LP-5).
    pub fn cancel_message(&mut self, cpu: usize, port: u16, buffer: u16) -> Ntstatus {
        let id = self.state.alpc.buffers[buffer as usize].get(F::MessageId) as u32;
        let there = |m: &KalpcMessage| !m.answered && !matches!(m.queue, QueueType::None | QueueType::Canceled);
        let wanted = |m: &KalpcMessage| m.owner_port == port && m.basic_kind() != LPC_REPLY && there(m);
        let Some(message) = self.find_message(id, wanted) else {
            return STATUS_MESSAGE_LOST;
        };
        self.withdraw_message(cpu, message, Rule::LP5)
    }

    /// A message is taken back; what its receiver has already got stays in its CanceledQueue until it replies.
    pub(super) fn withdraw_message(&mut self, cpu: usize, message: u16, rule: Rule) -> Ntstatus {
        let m = &self.state.alpc.messages[message as usize];
        let (port, queue, id, thread) = (m.queue_port, m.queue, m.id, m.waiting_thread);
        let current = self.state.kprcb[cpu].current_thread;
        let received = queue == QueueType::Pending;
        if thread != NONE && thread != current {
            // Its own sender sees the cancellation, and the receiver nothing.
            self.settle(message, STATUS_REQUEST_CANCELED);
            self.emit(cpu, Kind::MessageCanceled, rule, port, id);
            self.signal_for_message(cpu, thread, Rule::LP11);
            return if received { STATUS_MESSAGE_RETRIEVED } else { STATUS_SUCCESS };
        }
        self.unlink_message(message);
        if received {
            self.state.alpc.messages[message as usize].waiting_thread = NONE;
            self.link_message(message, port, QueueType::Canceled);
        }
        self.emit(cpu, Kind::MessageCanceled, rule, port, id);
        if !received {
            self.free_message(cpu, message);
        }
        if received { STATUS_MESSAGE_RETRIEVED } else { STATUS_SUCCESS }
    }
}
