//! How a connection ends: disconnected, closed, or left by a thread or a process that ends (LP-19, LP-20).

use super::message::{LPC_CLIENT_DIED, LPC_CONNECTION_REQUEST, LPC_KERNELMODE_MESSAGE, LPC_PORT_CLOSED};
use super::port::{AlpcPort, PortState};
use super::{KalpcMessage, QueueType, STATUS_LPC_REPLY_LOST, STATUS_PORT_DISCONNECTED};
use crate::base::NONE;
use crate::nt::{Kernel, Ntstatus, STATUS_INVALID_PARAMETER, STATUS_SUCCESS};
use crate::program::PortKind;
use crate::trace::{Kind, Rule};

impl Kernel {
    /// NtAlpcDisconnectPort, and what closing a communication port does first (LP-19, LP-20): requests that went through the
    /// connection fail, and datagrams that were sent stay readable. `Some`: a routine of the kernel that is to be called.
    pub fn disconnect_port(&mut self, cpu: usize, port: u16) -> Option<u16> {
        let kind = self.kind_of(port);
        if kind == PortKind::Connection || self.state.alpc.ports[port as usize].state == PortState::Disconnected {
            return None;
        }
        let peer = self.peer_of(port);
        let (client, server) = if kind == PortKind::Client { (port, peer) } else { (peer, port) };
        for end in [client, server] {
            let state = &mut self.state.alpc.ports[end as usize].state;
            if *state != PortState::Closed {
                *state = PortState::Disconnected;
            }
        }
        let told = self.emit(cpu, Kind::PortDisconnected, Rule::LP20, port, 0);
        let outer = std::mem::replace(&mut self.cause, told);
        let legacy = self.state.alpc.ports[client as usize].legacy;
        for message in 0..self.state.alpc.messages.len() as u16 {
            let m = &self.state.alpc.messages[message as usize];
            if m.id == 0 || m.answered || ![client, server].contains(&m.owner_port) || !m.expects_reply() {
                continue;
            }
            if m.waiting_thread != NONE {
                let lost = legacy && m.basic_kind() != LPC_CONNECTION_REQUEST;
                let status = if lost { STATUS_LPC_REPLY_LOST } else { STATUS_PORT_DISCONNECTED };
                self.fail(cpu, message, status);
            } else if m.queue == QueueType::Pending {
                // Its receiver learns of it when it replies.
                let (queue_port, id) = (m.queue_port, m.id);
                self.unlink_message(message);
                self.link_message(message, queue_port, QueueType::Canceled);
                self.emit(cpu, Kind::MessageCanceled, Rule::LP20, queue_port, id);
            } else if !matches!(m.queue, QueueType::None | QueueType::Canceled) {
                self.free_message(cpu, message);
            }
        }
        for end in [client, server] {
            self.wake_receivers(cpu, end);
        }
        let told = if kind == PortKind::Client { self.tell_server(cpu, client, LPC_PORT_CLOSED) } else { None };
        self.cause = outer;
        told
    }

    /// A message for whose reply a thread waits ends with a status.
    fn fail(&mut self, cpu: usize, message: u16, status: Ntstatus) {
        let m = &self.state.alpc.messages[message as usize];
        let (port, id) = (m.queue_port, m.id);
        let waits = self.settle(message, status);
        self.emit(cpu, Kind::MessageCanceled, Rule::LP20, port, id);
        self.wake(cpu, waits, Rule::LP20);
    }

    /// A message of the kernel's own to the server of a client's port (LP-19).
    fn tell_server(&mut self, cpu: usize, client: u16, kind: u16) -> Option<u16> {
        let connection = self.connection_of(client);
        if self.state.alpc.ports[connection as usize].state != PortState::Open
            || self.state.alpc.ports[self.peer_of(client) as usize].state == PortState::Closed
        {
            return None;
        }
        let thread = self.state.kprcb[cpu].current_thread;
        let message = KalpcMessage {
            kind: kind | LPC_KERNELMODE_MESSAGE,
            owner_port: client,
            queue_port: connection,
            client: thread,
            since: self.cause,
            ..KalpcMessage::FREE
        };
        let message = self.allocate_message(cpu, message)?;
        self.queue_message(cpu, message, Rule::LP19)
    }

    /// Threads that wait for messages of a port, or for the port, are woken to look at it.
    fn wake_receivers(&mut self, cpu: usize, port: u16) {
        while let Some(thread) = self.pop_receiver(port) {
            self.signal_for_message(cpu, thread, Rule::LP20);
        }
        self.signal_end_of_port(cpu, port);
    }

    /// NtClose of a port (LP-19, LP-20). `Some`: a routine of the kernel that is to be called.
    pub fn close_port(&mut self, cpu: usize, port: u16) -> Option<u16> {
        if self.kind_of(port) == PortKind::Connection {
            self.close_connection_port(cpu, port);
            return None;
        }
        let callback = self.disconnect_port(cpu, port);
        self.state.alpc.terminate_ports.retain(|t| t.1 != port);
        let before = &mut self.state.alpc.ports[port as usize];
        (before.state, before.has_handle) = (PortState::Closed, false);
        let told = self.emit(cpu, Kind::PortClosed, Rule::LP19, port, 0);
        let outer = std::mem::replace(&mut self.cause, told);
        self.drop_messages(cpu, port);
        let (pool_usage, since) = (self.state.alpc.ports[port as usize].pool_usage, told);
        self.state.alpc.ports[port as usize] = AlpcPort { pool_usage, since, ..AlpcPort::CLOSED };
        self.cause = outer;
        callback
    }

    fn close_connection_port(&mut self, cpu: usize, port: u16) {
        let before = &mut self.state.alpc.ports[port as usize];
        (before.state, before.has_handle) = (PortState::Closed, false);
        let told = self.emit(cpu, Kind::PortClosed, Rule::LP20, port, 0);
        let outer = std::mem::replace(&mut self.cause, told);
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
    pub(super) fn drop_messages(&mut self, cpu: usize, port: u16) {
        use QueueType as Q;
        for queue in [Q::Main, Q::Large, Q::Pending, Q::Canceled, Q::Direct, Q::List] {
            for message in self.messages_in(port, queue) {
                let m = &self.state.alpc.messages[message as usize];
                if m.answered {
                    self.drop_canceled(cpu, message);
                } else if m.waiting_thread != NONE {
                    self.fail(cpu, message, STATUS_PORT_DISCONNECTED);
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

    /// A thread is about to end. A server in the kernel is called in the thread that tells it (LP-13), so that is done while
    /// this one can still run code. `Some`: its routine; ask again when that has returned.
    pub(in crate::nt) fn tell_kernel_servers(&mut self, cpu: usize, thread: u16) -> Option<u16> {
        let process = self.program.threads[thread as usize].process;
        let last = self.state.kprocess[process as usize].active_threads == 1;
        for port in 0..self.state.alpc.ports.len() as u16 {
            let connection = self.connection_of(port);
            if self.kind_of(port) != PortKind::Client || self.state.alpc.ports[connection as usize].callback == NONE {
                continue;
            }
            let p = &self.state.alpc.ports[port as usize];
            let closes = last && p.state != PortState::Closed && p.owner_process == process;
            let registered = self.state.alpc.terminate_ports.iter().position(|t| *t == (thread, port));
            let told = match registered {
                Some(at) => self.tell_registered(cpu, at),
                None if closes => self.close_port(cpu, port),
                None => None,
            };
            if told.is_some() {
                return told;
            }
        }
        None
    }

    /// A thread ends: servers that it has registered with are told (LP-19).
    pub(in crate::nt) fn tell_of_end(&mut self, cpu: usize, thread: u16) {
        while let Some(at) = self.state.alpc.terminate_ports.iter().position(|t| t.0 == thread) {
            self.tell_registered(cpu, at);
        }
    }

    fn tell_registered(&mut self, cpu: usize, at: usize) -> Option<u16> {
        let (_, port) = self.state.alpc.terminate_ports.remove(at);
        let open = self.state.alpc.ports[port as usize].state == PortState::Open;
        if open { self.tell_server(cpu, port, LPC_CLIENT_DIED) } else { None }
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
