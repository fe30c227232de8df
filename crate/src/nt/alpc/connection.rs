//! How a connection comes to be: asked for by name, accepted or refused, and in the older way completed (LP-6, LP-7, LP-9).

use super::message::{LPC_CONNECTION_REQUEST, LPC_CONTINUATION_REQUIRED, LPC_REQUEST};
use super::port::{AlpcPort, PortState};
use super::{
    KalpcMessage, MESSAGE_OBJECT, QueueType, Receive, STATUS_INSUFFICIENT_RESOURCES, STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_PORT_CONNECTION_REFUSED, STATUS_PORT_DISCONNECTED, STATUS_PORT_MESSAGE_TOO_LONG, STATUS_QUOTA_EXCEEDED,
    STATUS_REPLY_MESSAGE_MISMATCH, STATUS_SERVER_SID_MISMATCH, Send, packed,
};
use crate::base::NONE;
use crate::nt::{Kernel, Ntstatus, STATUS_INVALID_PARAMETER, STATUS_SUCCESS};
use crate::program::{Class, MessageField, PortKind};
use crate::trace::{Kind, Rule};

impl Kernel {
    /// NtAlpcConnectPort, NtConnectPort: the client's port comes to be, and its request is ready to be queued. Gives the
    /// port and the message, or why not (LP-6, LP-7).
    pub fn begin_connection(&mut self, cpu: usize, send: Send, required_sid: i64) -> Result<(u16, u16), Ntstatus> {
        let (connection, buffer) = (send.port, send.buffer);
        let server = &self.state.alpc.ports[connection as usize];
        if server.state != PortState::Open {
            return Err(STATUS_OBJECT_NAME_NOT_FOUND);
        }
        if required_sid != 0 && required_sid != self.program.alpc.ports[connection as usize].server_sid {
            return Err(STATUS_SERVER_SID_MISMATCH);
        }
        let (legacy, max_message_length, max_pool_usage) =
            (server.legacy, server.max_message_length, server.max_pool_usage);
        let is_free = |port: &u16| {
            let def = &self.program.alpc.ports[*port as usize];
            let closed = |p: u16| self.state.alpc.ports[p as usize].state == PortState::Closed;
            def.kind == PortKind::Client && def.connection == connection && closed(*port) && closed(def.peer)
        };
        let pool_usage = |port: u16| self.state.alpc.ports[port as usize].pool_usage;
        // The first to which the messages of no connection of before are still charged, if there is one.
        let ports = (0..self.state.alpc.ports.len() as u16).filter(is_free);
        let Some(port) = ports.min_by_key(|port| pool_usage(*port)) else { return Err(STATUS_INSUFFICIENT_RESOURCES) };
        let pool_usage = pool_usage(port);
        let data = self.state.alpc.buffers.get(buffer as usize);
        let (bytes, value) =
            data.map_or((0, 0), |b| (b.get(MessageField::DataLength).clamp(0, 65_535), b.get(MessageField::Data)));
        let too_long = bytes as u32 + self.header_length() > max_message_length;
        // It is a message as any other, and charged as one.
        let too_much = pool_usage + u64::from(MESSAGE_OBJECT + bytes as u32) > max_pool_usage;
        if too_long || too_much {
            return Err(self.refuse_length(cpu, connection, too_long));
        }
        let thread = self.state.kprcb[cpu].current_thread;
        let message = self.captured(cpu, send, KalpcMessage::FREE)?;
        self.state.alpc.ports[port as usize] = AlpcPort {
            state: PortState::Connecting,
            owner_process: self.handle_process(cpu),
            legacy,
            max_message_length,
            max_pool_usage,
            pool_usage,
            ..AlpcPort::CLOSED
        };
        self.begin_port_semaphore(port);
        let asked = self.emit(cpu, Kind::ConnectionRequested, Rule::LP6, port, packed(Class::Port, connection));
        self.state.alpc.ports[port as usize].since = asked;
        self.cause = asked;
        let message = KalpcMessage {
            kind: LPC_CONNECTION_REQUEST | LPC_CONTINUATION_REQUIRED | self.mode_flag(cpu),
            data_length: bytes as u32,
            data: value,
            owner_port: port,
            queue_port: connection,
            client: thread,
            // Also while a routine of the kernel that is told of it runs in this thread.
            waiting_thread: thread,
            since: asked,
            ..message
        };
        let message = self.allocate_message(cpu, message).ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
        self.hand_view_over(cpu, send);
        self.copy_bytes(cpu, connection, bytes as u32);
        Ok((port, message))
    }

    /// The data of a handshake is too long for the port, or too much for its pool.
    fn refuse_length(&mut self, cpu: usize, connection: u16, too_long: bool) -> Ntstatus {
        let (status, rule) =
            if too_long { (STATUS_PORT_MESSAGE_TOO_LONG, Rule::LP3) } else { (STATUS_QUOTA_EXCEEDED, Rule::LP18) };
        self.emit(cpu, Kind::SendRefused, rule, connection, status);
        status
    }

    /// The request of a client is queued at the connection port, unless that has closed meanwhile. `Some`: a routine of the
    /// kernel that is to be called now.
    pub fn finish_connection(&mut self, cpu: usize, message: u16) -> Option<u16> {
        let connection = self.state.alpc.messages[message as usize].queue_port;
        if self.state.alpc.ports[connection as usize].state != PortState::Open {
            self.answer(cpu, message, STATUS_PORT_DISCONNECTED, Rule::LP20);
        }
        if self.state.alpc.messages[message as usize].answered {
            return None;
        }
        self.queue_message(cpu, message, Rule::LP6)
    }

    /// The client waits for the server's answer. `None`: not yet. A client that is not connected in the end has no port; one
    /// that is has the message until [`Kernel::finish_receive`].
    pub fn wait_for_connection(&mut self, cpu: usize, receive: Receive) -> Option<Ntstatus> {
        let thread = self.state.kprcb[cpu].current_thread;
        let message = self.state.alpc.threads[thread as usize].message;
        let mut status = STATUS_SUCCESS;
        if receive.waiting || !self.state.alpc.messages[message as usize].answered {
            status = self.wait_for_message(cpu, receive.user_mode, receive.alertable)?;
        }
        self.state.alpc.threads[thread as usize].message = NONE;
        let m = &self.state.alpc.messages[message as usize];
        let (answered, port) = (m.answered, m.owner_port);
        if answered {
            status = m.status;
        } else {
            let (queue_port, id) = (m.queue_port, m.id);
            self.unlink_message(message);
            self.emit(cpu, Kind::MessageCanceled, Rule::LP14, queue_port, id);
        }
        if answered && status == STATUS_SUCCESS {
            if receive.buffer != NONE {
                // As much of the server's data as there is room for.
                let room = receive.room.saturating_sub(self.header_length());
                let m = &mut self.state.alpc.messages[message as usize];
                m.data_length = m.data_length.min(room);
                let length = m.data_length;
                self.copy_bytes(cpu, port, length);
                self.fill_buffer(cpu, receive, message);
            }
            return Some(status);
        }
        if self.state.alpc.ports[self.peer_of(port) as usize].state != PortState::Closed {
            // Accepted, and not completed: the server has its end, and may have sent through it (LP-9).
            self.disconnect_port(cpu, port);
            self.drop_messages(cpu, port);
        }
        let pool_usage = self.state.alpc.ports[port as usize].pool_usage;
        self.state.alpc.ports[port as usize] = AlpcPort { pool_usage, ..AlpcPort::CLOSED };
        self.free_message(cpu, message);
        Some(status)
    }

    /// NtAlpcAcceptConnectPort, NtAcceptConnectPort (LP-6, LP-7, LP-9): the server's communication port; `None` for one
    /// that is refused.
    pub fn accept_connection(
        &mut self,
        cpu: usize,
        send: Send,
        context: i64,
        accept: bool,
    ) -> Result<Option<u16>, Ntstatus> {
        let (connection, buffer) = (send.port, send.buffer);
        let Some(id) = self.state.alpc.buffers.get(buffer as usize).map(|b| b.get(MessageField::MessageId)) else {
            return Err(STATUS_INVALID_PARAMETER);
        };
        let wanted = |m: &KalpcMessage| {
            m.basic_kind() == LPC_CONNECTION_REQUEST && m.queue_port == connection && m.queue == QueueType::Pending
        };
        let Some(message) = self.find_message(id as u32, wanted) else {
            return Err(STATUS_REPLY_MESSAGE_MISMATCH);
        };
        let client = self.state.alpc.messages[message as usize].owner_port;
        if !accept {
            let refused = STATUS_PORT_CONNECTION_REFUSED;
            let waits = self.settle(message, refused);
            self.emit(cpu, Kind::ConnectionRefused, Rule::LP7, client, refused);
            self.wake(cpu, waits, Rule::LP7);
            return Ok(None);
        }
        // What the server has left in its buffer goes back with the acceptance.
        let bytes = &self.state.alpc.buffers[buffer as usize];
        let (length, data) =
            (bytes.get(MessageField::DataLength).clamp(0, 65_535) as u32, bytes.get(MessageField::Data));
        let too_long = length + self.header_length() > self.state.alpc.ports[connection as usize].max_message_length;
        if too_long || self.exceeds_pool(client, MESSAGE_OBJECT + length) {
            return Err(self.refuse_length(cpu, connection, too_long));
        }
        let before = self.state.alpc.messages[message as usize].clone();
        let answer = self.captured(cpu, send, KalpcMessage { data_length: length, data, ..before })?;
        let server = self.program.alpc.ports[client as usize].peer;
        let owner_process = self.handle_process(cpu);
        let p = &self.state.alpc.ports[client as usize];
        let (legacy, max_message_length, max_pool_usage) = (p.legacy, p.max_message_length, p.max_pool_usage);
        let pool_usage = self.state.alpc.ports[server as usize].pool_usage;
        self.state.alpc.ports[server as usize] = AlpcPort {
            state: PortState::Open,
            has_handle: true,
            owner_process,
            context,
            legacy,
            max_message_length,
            max_pool_usage,
            pool_usage,
            ..AlpcPort::CLOSED
        };
        self.begin_port_semaphore(server);
        let accepted = self.emit(cpu, Kind::ConnectionAccepted, Rule::LP6, server, packed(Class::Port, client));
        self.state.alpc.ports[server as usize].since = accepted;
        self.unmap_views_with(cpu, message);
        self.answer_with(cpu, send, message, answer);
        self.charge_message(cpu, message, MESSAGE_OBJECT + length);
        self.copy_bytes(cpu, connection, length);
        self.cause = accepted;
        if legacy {
            self.state.alpc.ports[client as usize].state = PortState::Accepted;
        } else {
            self.complete_connection(cpu, client, Rule::LP6);
        }
        Ok(Some(server))
    }

    /// The client of an accepted connection wakes (LP-6; LP-9: with NtCompleteConnectPort, whose argument is the server's
    /// port).
    pub fn complete_connection(&mut self, cpu: usize, client: u16, rule: Rule) -> Ntstatus {
        let asks = |m: &KalpcMessage| m.id != 0 && m.owner_port == client && m.basic_kind() == LPC_CONNECTION_REQUEST;
        let waits = |m: &KalpcMessage| asks(m) && !m.answered;
        let Some(message) = self.state.alpc.messages.iter().position(waits).map(|at| at as u16) else {
            return STATUS_INVALID_PARAMETER;
        };
        let port = &mut self.state.alpc.ports[client as usize];
        (port.state, port.has_handle) = (PortState::Open, true);
        let thread = self.state.alpc.messages[message as usize].client;
        let told = self.emit(cpu, Kind::ConnectionCompleted, rule, client, u32::from(thread));
        let outer = std::mem::replace(&mut self.cause, told);
        self.answer(cpu, message, STATUS_SUCCESS, rule);
        self.cause = outer;
        STATUS_SUCCESS
    }

    /// The other end of a communication port.
    #[must_use]
    pub fn peer_of(&self, port: u16) -> u16 {
        self.program.alpc.ports[port as usize].peer
    }

    /// A message has its answer, or it has failed: the thread that waits for it goes on and takes what there is. A request that
    /// fails after it was received stays in the CanceledQueue, for its receiver to learn of that when it replies (LP-5).
    pub(super) fn answer(&mut self, cpu: usize, message: u16, status: Ntstatus, rule: Rule) {
        let waits = self.settle(message, status);
        self.wake(cpu, waits, rule);
    }

    /// The thread that an answered message is for, if one waits.
    pub(super) fn wake(&mut self, cpu: usize, thread: u16, rule: Rule) {
        if thread != NONE {
            self.signal_for_message(cpu, thread, rule);
        }
    }

    /// The first half of an answer: how the message ended. Gives the thread that is to be woken, or `NONE`.
    pub(super) fn settle(&mut self, message: u16, status: Ntstatus) -> u16 {
        let m = &self.state.alpc.messages[message as usize];
        let (port, thread) = (m.queue_port, m.waiting_thread);
        let kept = status != STATUS_SUCCESS && m.queue == QueueType::Pending && m.basic_kind() == LPC_REQUEST;
        self.unlink_message(message);
        if kept {
            self.link_message(message, port, QueueType::Canceled);
        }
        let m = &mut self.state.alpc.messages[message as usize];
        (m.status, m.answered) = (status, true);
        thread
    }
}
