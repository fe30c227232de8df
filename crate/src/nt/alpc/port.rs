//! A port, how a server makes one (LP-1, LP-3, LP-6), and the semaphore by which a thread waits for one (LP-5, LP-12).

use super::{MessageQueue, QueueType, STATUS_OBJECT_NAME_COLLISION};
use crate::base::{NO_RECORD, NONE};
use crate::nt::{Kernel, Ntstatus, STATUS_SUCCESS};
use crate::program::{Class, ObjectRef};
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
    /// Its queues, by their type.
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
    /// Kernel memory that the messages sent through it hold, in bytes.
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
    /// The Semaphore of a waitable port.
    fn port_semaphore(&self, port: u16) -> Option<ObjectRef> {
        let index = self.program.alpc.ports[port as usize].semaphore;
        (index != NONE).then_some(ObjectRef { class: Class::Semaphore, index })
    }

    /// What a wait for the handle of a port waits for; `None`: the handle is none, or the port is not waitable (LP-12).
    #[must_use]
    pub fn waited_for_by_handle(&self, cpu: usize, handle: i64) -> Option<u32> {
        self.port_of_handle(cpu, handle).and_then(|port| self.port_semaphore(port)).map(ObjectRef::pack)
    }

    /// A port comes to be: nothing that was before it signals it.
    pub(super) fn begin_port_semaphore(&mut self, port: u16) {
        if let Some(semaphore) = self.port_semaphore(port) {
            self.state.ksemaphore[semaphore.index as usize].header.signal_state = 0;
        }
    }

    /// The Semaphore of a waitable port is released so many times. The dispatcher's exit is the caller's.
    pub(super) fn signal_port(&mut self, cpu: usize, port: u16, count: i32, rule: Rule) {
        let Some(semaphore) = self.port_semaphore(port) else { return };
        let header = &mut self.state.ksemaphore[semaphore.index as usize].header;
        header.signal_state = header.signal_state.saturating_add(count);
        self.wait_test(cpu, semaphore, 1, rule);
    }

    /// A message has left the MainQueue of a port: its Semaphore counts no more than there are.
    pub(super) fn recount_port(&mut self, port: u16) {
        let Some(semaphore) = self.port_semaphore(port) else { return };
        let p = &self.state.alpc.ports[port as usize];
        if p.state == PortState::Disconnected {
            return;
        }
        let queued = p.queue(QueueType::Main).length;
        let header = &mut self.state.ksemaphore[semaphore.index as usize].header;
        header.signal_state = header.signal_state.min(queued.into());
    }

    /// The connection of a port has ended: whoever waits for the port wakes, and whoever comes next (LP-20).
    pub(super) fn signal_end_of_port(&mut self, cpu: usize, port: u16) {
        let Some(semaphore) = self.port_semaphore(port) else { return };
        let header = self.state.ksemaphore[semaphore.index as usize].header;
        let waiters = self.state.wait_list(&header).count() as i32;
        self.signal_port(cpu, port, waiters + 1, Rule::LP20);
    }

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
        let rule = if legacy.is_some() { Rule::LP9 } else { Rule::LP6 };
        self.begin_port_semaphore(port);
        self.state.alpc.ports[port as usize] = AlpcPort {
            state: PortState::Open,
            has_handle: true,
            owner_process,
            legacy: legacy.is_some(),
            max_message_length: length,
            max_pool_usage: pool,
            ..AlpcPort::CLOSED
        };
        let created = self.emit(cpu, Kind::PortCreated, rule, port, 0);
        self.state.alpc.ports[port as usize].since = created;
        STATUS_SUCCESS
    }
}
