//! Ports: made, connected, disconnected and closed (LP-6…9, LP-19, LP-20).

use super::message::{LPC_CLIENT_DIED, LPC_CONNECTION_REQUEST, LPC_PORT_CLOSED};
use super::{
    KalpcMessage, MESSAGE_OBJECT, MessageQueue, QueueType, Receive, STATUS_INSUFFICIENT_RESOURCES,
    STATUS_LPC_REPLY_LOST, STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_PORT_CONNECTION_REFUSED,
    STATUS_PORT_DISCONNECTED, STATUS_SERVER_SID_MISMATCH, packed,
};
use crate::base::{NO_RECORD, NONE};
use crate::nt::{Kernel, Ntstatus, STATUS_INVALID_PARAMETER, STATUS_SUCCESS};
use crate::program::{Class, MessageField, PortKind};
use crate::trace::{Kind, Rule};

/// The longest message of a legacy port (LP-3): its data, on x86 and x64.
const LEGACY_LENGTH: [u32; 2] = [256, 512];

/// How far a port is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PortState {
    /// It is not there, or not any more.
    #[default]
    Closed,
    /// A client's port whose server has not accepted yet.
    Connecting,
    /// A legacy client's port that was accepted, and waits for NtCompleteConnectPort.
    Accepted,
    /// In use.
    Open,
    /// Its other end has gone.
    Disconnected,
}

impl PortState {
    /// Its name in the page.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed => "Closed",
            Self::Connecting => "Connecting",
            Self::Accepted => "Accepted",
            Self::Open => "Open",
            Self::Disconnected => "Disconnected",
        }
    }
}

/// An ALPC_PORT.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AlpcPort {
    /// How far it is.
    pub state: PortState,
    /// Its process has a handle to it.
    pub has_handle: bool,
    /// OwnerProcess.
    pub owner_process: u16,
    /// PortContext: the server's value for the connection.
    pub context: i64,
    /// Its queues, by [`QueueType`].
    pub queues: [MessageQueue; 6],
    /// Head and tail of WaitQueue: threads that wait for a message, first come first.
    pub wait_queue: (u16, u16),
    /// CompletionPort, or `NONE`.
    pub completion_port: u16,
    /// CompletionKey.
    pub completion_key: i64,
    /// The event of its completion list, or `NONE`.
    pub list_event: u16,
    /// The kernel's routine that is told of messages, or `NONE`.
    pub callback: u16,
    /// It was made by the old LPC call.
    pub legacy: bool,
    /// MaxMessageLength: the longest message, header and all.
    pub max_message_length: u32,
    /// MaxPoolUsage.
    pub max_pool_usage: u64,
    /// Kernel memory that its messages hold, in bytes.
    pub pool_usage: u64,
    /// The record that made it.
    pub since: u32,
}

impl AlpcPort {
    pub(super) const CLOSED: Self = Self {
        state: PortState::Closed,
        has_handle: false,
        owner_process: NONE,
        context: 0,
        queues: [MessageQueue::EMPTY; 6],
        wait_queue: (NONE, NONE),
        completion_port: NONE,
        completion_key: 0,
        list_event: NONE,
        callback: NONE,
        legacy: false,
        max_message_length: 0,
        max_pool_usage: 0,
        pool_usage: 0,
        since: NO_RECORD,
    };
}

impl Kernel {
    /// NtAlpcCreatePort, NtCreatePort (LP-6, LP-9). The limits of the latter, where given, are lower than those declared.
    pub fn create_port(&mut self, cpu: usize, port: u16, legacy: Option<(i64, i64)>) -> Ntstatus {
        if self.state.alpc.ports[port as usize].state != PortState::Closed {
            return STATUS_OBJECT_NAME_COLLISION;
        }
        let def = &self.program.alpc.ports[port as usize];
        let x64 = usize::from(self.header_length() == 0x28);
        let mut length = def.max_message_length;
        let mut pool = def.max_pool_usage;
        if let Some((max_length, max_pool)) = legacy {
            let lower = |given: i64, limit: u64| if given > 0 { limit.min(given as u64) } else { limit };
            length = length.min(LEGACY_LENGTH[x64] + self.header_length());
            length = lower(max_length, length.into()) as u32;
            pool = lower(max_pool, pool);
        }
        let owner_process = self.handle_process(cpu);
        // Connections of before may still hold memory that was charged to the name.
        let pool_usage = self.state.alpc.ports[port as usize].pool_usage;
        let rule = if legacy.is_some() { Rule::LP9 } else { Rule::LP6 };
        let since = self.emit(cpu, Kind::PortCreated, rule, port, 0);
        self.state.alpc.ports[port as usize] = AlpcPort {
            state: PortState::Open,
            has_handle: true,
            owner_process,
            legacy: legacy.is_some(),
            max_message_length: length,
            max_pool_usage: pool,
            pool_usage,
            since,
            ..AlpcPort::CLOSED
        };
        STATUS_SUCCESS
    }

    /// NtAlpcConnectPort, NtConnectPort: the client's port comes to be, and its request is ready to be queued. Gives the
    /// port and the message, or why not (LP-6, LP-7).
    pub fn begin_connection(
        &mut self,
        cpu: usize,
        connection: u16,
        required_sid: i64,
        buffer: u16,
    ) -> Result<(u16, u16), Ntstatus> {
        let server = &self.state.alpc.ports[connection as usize];
        if server.state != PortState::Open {
            return Err(STATUS_OBJECT_NAME_NOT_FOUND);
        }
        if required_sid != 0 && required_sid != self.program.alpc.ports[connection as usize].server_sid {
            return Err(STATUS_SERVER_SID_MISMATCH);
        }
        let legacy = server.legacy;
        let is_free = |port: &u16| {
            let def = &self.program.alpc.ports[*port as usize];
            let closed = |p: u16| self.state.alpc.ports[p as usize].state == PortState::Closed;
            def.kind == PortKind::Client && def.connection == connection && closed(*port) && closed(def.peer)
        };
        let ports = 0..self.state.alpc.ports.len() as u16;
        let Some(port) = ports.into_iter().find(is_free) else { return Err(STATUS_INSUFFICIENT_RESOURCES) };
        let data = self.state.alpc.buffers.get(buffer as usize);
        let (bytes, value) =
            data.map_or((0, 0), |b| (b.get(MessageField::DataLength).clamp(0, 65_535), b.get(MessageField::Data)));
        let (length, limit) = (bytes as u32 + self.header_length(), server.max_message_length);
        if length > limit {
            return Err(super::STATUS_PORT_MESSAGE_TOO_LONG);
        }
        let owner_process = self.handle_process(cpu);
        let thread = self.state.kprcb[cpu].current_thread;
        let asked = self.emit(cpu, Kind::ConnectionRequested, Rule::LP6, port, packed(Class::Port, connection));
        self.state.alpc.ports[port as usize] =
            AlpcPort { state: PortState::Connecting, owner_process, legacy, since: asked, ..AlpcPort::CLOSED };
        self.cause = asked;
        let message = KalpcMessage {
            kind: LPC_CONNECTION_REQUEST | super::message::LPC_CONTINUATION_REQUIRED,
            data_length: bytes as u32,
            data: value,
            owner_port: port,
            queue_port: connection,
            client: thread,
            since: asked,
            ..KalpcMessage::FREE
        };
        let message = self.allocate_message(cpu, message).ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
        self.copy_bytes(cpu, connection, bytes as u32);
        Ok((port, message))
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

    /// The client waits for the server's answer. `None`: not yet. A client that is not connected in the end has no port.
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
            self.emit(cpu, Kind::MessageCanceled, Rule::LP20, m.queue_port, m.id);
        }
        if answered && status == STATUS_SUCCESS {
            if receive.buffer != NONE {
                let length = self.state.alpc.messages[message as usize].data_length;
                self.copy_bytes(cpu, port, length);
                self.fill_buffer(cpu, receive, message);
            }
        } else {
            // Nobody else has seen its port.
            let pool_usage = self.state.alpc.ports[port as usize].pool_usage;
            self.state.alpc.ports[port as usize] = AlpcPort { pool_usage, ..AlpcPort::CLOSED };
        }
        self.free_message(cpu, message);
        Some(status)
    }

    /// NtAlpcAcceptConnectPort, NtAcceptConnectPort (LP-6, LP-7, LP-9): the handle of the server's communication port; 0
    /// for one that is refused.
    pub fn accept_connection(
        &mut self,
        cpu: usize,
        connection: u16,
        buffer: u16,
        context: i64,
        accept: bool,
    ) -> Result<i64, Ntstatus> {
        let Some(id) = self.state.alpc.buffers.get(buffer as usize).map(|b| b.get(MessageField::MessageId)) else {
            return Err(STATUS_INVALID_PARAMETER);
        };
        let wanted = |m: &KalpcMessage| {
            m.basic_kind() == LPC_CONNECTION_REQUEST && m.queue_port == connection && m.queue == QueueType::Pending
        };
        let Some(message) = self.find_message(id as u32, wanted) else {
            return Err(super::STATUS_REPLY_MESSAGE_MISMATCH);
        };
        let client = self.state.alpc.messages[message as usize].owner_port;
        if !accept {
            let refused = STATUS_PORT_CONNECTION_REFUSED;
            self.emit(cpu, Kind::ConnectionRefused, Rule::LP7, client, refused);
            self.answer(cpu, message, refused, Rule::LP7);
            return Ok(0);
        }
        let server = self.program.alpc.ports[client as usize].peer;
        let owner_process = self.handle_process(cpu);
        let legacy = self.state.alpc.ports[client as usize].legacy;
        let accepted = self.emit(cpu, Kind::ConnectionAccepted, Rule::LP6, server, packed(Class::Port, client));
        let port = AlpcPort { owner_process, context, has_handle: true, legacy, since: accepted, ..AlpcPort::CLOSED };
        self.state.alpc.ports[server as usize] = AlpcPort { state: PortState::Open, ..port };
        // What the server has left in its buffer goes back with the acceptance.
        let bytes = &self.state.alpc.buffers[buffer as usize];
        let (length, data) =
            (bytes.get(MessageField::DataLength).clamp(0, 65_535) as u32, bytes.get(MessageField::Data));
        let m = &mut self.state.alpc.messages[message as usize];
        (m.data_length, m.data) = (length, data);
        self.charge_message(cpu, message, MESSAGE_OBJECT + length);
        self.copy_bytes(cpu, connection, length);
        self.cause = accepted;
        if legacy {
            self.state.alpc.ports[client as usize].state = PortState::Accepted;
        } else {
            self.complete_connection(cpu, client, Rule::LP6);
        }
        Ok(Self::port_handle(server))
    }

    /// The client of an accepted connection wakes (LP-6; LP-9: with NtCompleteConnectPort, whose argument is the server's
    /// port).
    pub fn complete_connection(&mut self, cpu: usize, client: u16, rule: Rule) -> Ntstatus {
        let waits = |m: &KalpcMessage| m.id != 0 && m.owner_port == client && m.basic_kind() == LPC_CONNECTION_REQUEST;
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

    /// A message has its answer, or it has failed: the thread that waits for it goes on and takes what there is.
    pub(super) fn answer(&mut self, cpu: usize, message: u16, status: Ntstatus, rule: Rule) {
        self.unlink_message(message);
        let m = &mut self.state.alpc.messages[message as usize];
        (m.status, m.answered) = (status, true);
        let thread = m.waiting_thread;
        if thread != NONE {
            self.signal_for_message(cpu, thread, rule);
        }
    }

    /// NtAlpcDisconnectPort, and what closing a communication port does first (LP-19, LP-20): requests that went through the
    /// connection fail, and datagrams that were sent stay readable.
    pub fn disconnect_port(&mut self, cpu: usize, port: u16) {
        let kind = self.kind_of(port);
        if kind == PortKind::Connection || self.state.alpc.ports[port as usize].state == PortState::Disconnected {
            return;
        }
        let peer = self.peer_of(port);
        let (client, server) = if kind == PortKind::Client { (port, peer) } else { (peer, port) };
        let told = self.emit(cpu, Kind::PortDisconnected, Rule::LP20, port, 0);
        let outer = std::mem::replace(&mut self.cause, told);
        for end in [client, server] {
            let state = &mut self.state.alpc.ports[end as usize].state;
            if *state != PortState::Closed {
                *state = PortState::Disconnected;
            }
        }
        let legacy = self.state.alpc.ports[client as usize].legacy;
        let status = if legacy { STATUS_LPC_REPLY_LOST } else { STATUS_PORT_DISCONNECTED };
        for message in 0..self.state.alpc.messages.len() as u16 {
            let m = &self.state.alpc.messages[message as usize];
            if m.id == 0 || m.answered || ![client, server].contains(&m.owner_port) || !m.expects_reply() {
                continue;
            }
            if m.waiting_thread != NONE {
                self.emit(cpu, Kind::MessageCanceled, Rule::LP20, m.queue_port, m.id);
                self.answer(cpu, message, status, Rule::LP20);
            } else if m.queue == QueueType::Pending {
                // Its receiver learns of it when it replies.
                let (queue_port, id) = (m.queue_port, m.id);
                self.emit(cpu, Kind::MessageCanceled, Rule::LP20, queue_port, id);
                self.unlink_message(message);
                self.link_message(message, queue_port, QueueType::Canceled);
            } else if !matches!(m.queue, QueueType::None | QueueType::Canceled) {
                self.free_message(cpu, message);
            }
        }
        for end in [client, server] {
            self.wake_receivers(cpu, end);
        }
        if kind == PortKind::Client {
            self.tell_server(cpu, client, LPC_PORT_CLOSED);
        }
        self.cause = outer;
    }

    /// A message of the kernel's own to the server of a client's port (LP-19).
    fn tell_server(&mut self, cpu: usize, client: u16, kind: u16) {
        let connection = self.connection_of(client);
        if self.state.alpc.ports[connection as usize].state != PortState::Open
            || self.state.alpc.ports[self.peer_of(client) as usize].state == PortState::Closed
        {
            return;
        }
        let thread = self.state.kprcb[cpu].current_thread;
        let message = KalpcMessage {
            kind: kind | super::message::LPC_KERNELMODE_MESSAGE,
            owner_port: client,
            queue_port: connection,
            client: thread,
            since: self.cause,
            ..KalpcMessage::FREE
        };
        if let Some(message) = self.allocate_message(cpu, message) {
            self.queue_message(cpu, message, Rule::LP19);
        }
    }

    /// Threads that wait for messages of a port are woken to look at it.
    fn wake_receivers(&mut self, cpu: usize, port: u16) {
        while let Some(thread) = self.pop_receiver(port) {
            self.signal_for_message(cpu, thread, Rule::LP20);
        }
    }

    /// NtClose of a port (LP-19, LP-20).
    pub fn close_port(&mut self, cpu: usize, port: u16) {
        if self.kind_of(port) == PortKind::Connection {
            return self.close_connection_port(cpu, port);
        }
        self.disconnect_port(cpu, port);
        let told = self.emit(cpu, Kind::PortClosed, Rule::LP19, port, 0);
        let outer = std::mem::replace(&mut self.cause, told);
        self.drop_messages(cpu, port);
        let (pool_usage, since) = (self.state.alpc.ports[port as usize].pool_usage, told);
        self.state.alpc.ports[port as usize] = AlpcPort { pool_usage, since, ..AlpcPort::CLOSED };
        self.cause = outer;
    }

    fn close_connection_port(&mut self, cpu: usize, port: u16) {
        let told = self.emit(cpu, Kind::PortClosed, Rule::LP20, port, 0);
        let outer = std::mem::replace(&mut self.cause, told);
        let before = &mut self.state.alpc.ports[port as usize];
        (before.state, before.has_handle) = (PortState::Closed, false);
        for end in 0..self.state.alpc.ports.len() as u16 {
            let def = &self.program.alpc.ports[end as usize];
            let open = self.state.alpc.ports[end as usize].state != PortState::Closed;
            if def.kind == PortKind::Client && def.connection == port && open {
                let server = def.peer;
                let state = self.state.alpc.ports[server as usize].state;
                // Disconnected from the server's side; before it was accepted there is only the client's.
                self.disconnect_port(cpu, if state == PortState::Closed { end } else { server });
            }
        }
        self.drop_messages(cpu, port);
        self.wake_receivers(cpu, port);
        let (pool_usage, since) = (self.state.alpc.ports[port as usize].pool_usage, told);
        self.state.alpc.ports[port as usize] = AlpcPort { pool_usage, since, ..AlpcPort::CLOSED };
        self.cause = outer;
    }

    /// The messages in the queues of a port that closes.
    fn drop_messages(&mut self, cpu: usize, port: u16) {
        use QueueType as Q;
        for queue in [Q::Main, Q::Large, Q::Pending, Q::Canceled, Q::Direct, Q::List] {
            for message in self.messages_in(port, queue) {
                let m = &self.state.alpc.messages[message as usize];
                if m.waiting_thread != NONE {
                    self.emit(cpu, Kind::MessageCanceled, Rule::LP20, port, m.id);
                    self.answer(cpu, message, STATUS_PORT_DISCONNECTED, Rule::LP20);
                } else {
                    self.free_message(cpu, message);
                }
            }
        }
    }

    /// NtRegisterThreadTerminatePort (LP-19).
    pub fn register_terminate_port(&mut self, cpu: usize, port: u16) -> Ntstatus {
        if self.kind_of(port) != PortKind::Client {
            return STATUS_INVALID_PARAMETER;
        }
        let entry = (self.state.kprcb[cpu].current_thread, port);
        if !self.state.alpc.terminate_ports.contains(&entry) {
            self.state.alpc.terminate_ports.push(entry);
        }
        STATUS_SUCCESS
    }

    /// A thread ends: servers that it has registered with are told (LP-19).
    pub(in crate::nt) fn tell_of_end(&mut self, cpu: usize, thread: u16) {
        while let Some(at) = self.state.alpc.terminate_ports.iter().position(|t| t.0 == thread) {
            let (_, port) = self.state.alpc.terminate_ports.remove(at);
            if self.state.alpc.ports[port as usize].state == PortState::Open {
                self.tell_server(cpu, port, LPC_CLIENT_DIED);
            }
        }
    }

    /// A process ends: its handles are closed and its views go (LP-19, LP-20).
    pub(in crate::nt) fn close_ports_of(&mut self, cpu: usize, process: u16) {
        for port in 0..self.state.alpc.ports.len() as u16 {
            let p = &self.state.alpc.ports[port as usize];
            if p.state != PortState::Closed && p.owner_process == process {
                self.close_port(cpu, port);
            }
        }
        self.unmap_views_of(cpu, process);
    }
}
