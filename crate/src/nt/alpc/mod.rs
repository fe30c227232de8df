//! ALPC: ports, the messages between them, and sections (LP-1…22). A thread waits for a message as it waits for anything
//! else, for a semaphore of its own; nothing here has a clock or a way around the dispatcher.
//!
//! `port` is the object, `connection` and `ends` are how two of them come together and part, `message` keeps the kernel's
//! messages, their queues and the memory they hold, `send` and `receive` are the two halves of a call, `section` the
//! memory that both sides map, and `conservation` what is always true of all that.

mod connection;
mod conservation;
mod ends;
mod message;
mod port;
mod receive;
mod section;
mod send;

pub(super) use conservation::check;
pub use message::{KalpcMessage, LPC_CONNECTION_REQUEST, MessageQueue, QueueType};
pub use port::{AlpcPort, PortState};
pub use receive::Receive;
pub use section::{AlpcSection, AlpcView};
pub use send::{Send, Sent};

use super::frame::FrameId;
use super::{Kernel, Ntstatus, State};
use crate::base::{NONE, Ns};
use crate::program::{Class, MessageField, ObjectRef, PortKind, Program};
use crate::trace::{Kind, Rule};

/// Kernel memory of a message besides its data: KALPC_MESSAGE and the pool's own (LP-17, about so much).
pub const MESSAGE_OBJECT: u32 = 0x120;

/// ALPC_MESSAGE_VIEW_ATTRIBUTE (LP-15).
pub const VIEW_ATTRIBUTE: u32 = 0x4000_0000;
/// ALPC_MESSAGE_CONTEXT_ATTRIBUTE.
pub const CONTEXT_ATTRIBUTE: u32 = 0x2000_0000;
/// ALPC_MESSAGE_HANDLE_ATTRIBUTE.
pub const HANDLE_ATTRIBUTE: u32 = 0x1000_0000;
/// ALPC_MESSAGE_DIRECT_ATTRIBUTE.
pub const DIRECT_ATTRIBUTE: u32 = 0x400_0000;

/// The statuses of ALPC (LP-3, LP-7, LP-18, LP-20).
pub const STATUS_INVALID_HANDLE: Ntstatus = 0xC000_0008;
/// The message does not fit, and is kept.
pub const STATUS_BUFFER_TOO_SMALL: Ntstatus = 0xC000_0023;
pub(super) const STATUS_PORT_MESSAGE_TOO_LONG: Ntstatus = 0xC000_002F;
pub(super) const STATUS_OBJECT_NAME_NOT_FOUND: Ntstatus = 0xC000_0034;
pub(super) const STATUS_OBJECT_NAME_COLLISION: Ntstatus = 0xC000_0035;
pub(super) const STATUS_PORT_DISCONNECTED: Ntstatus = 0xC000_0037;
pub(super) const STATUS_PORT_CONNECTION_REFUSED: Ntstatus = 0xC000_0041;
pub(super) const STATUS_QUOTA_EXCEEDED: Ntstatus = 0xC000_0044;
pub(super) const STATUS_OBJECT_TYPE_MISMATCH: Ntstatus = 0xC000_0024;
/// There are as many of them as there can be.
pub const STATUS_INSUFFICIENT_RESOURCES: Ntstatus = 0xC000_009A;
pub(super) const STATUS_REPLY_MESSAGE_MISMATCH: Ntstatus = 0xC000_021F;
pub(super) const STATUS_LPC_REPLY_LOST: Ntstatus = 0xC000_0253;
pub(super) const STATUS_SERVER_SID_MISMATCH: Ntstatus = 0xC000_02A0;
pub(super) const STATUS_PORT_CLOSED: Ntstatus = 0xC000_0700;
pub(super) const STATUS_MESSAGE_LOST: Ntstatus = 0xC000_0701;
pub(super) const STATUS_REQUEST_CANCELED: Ntstatus = 0xC000_0703;
pub(super) const STATUS_LPC_REQUESTS_NOT_ALLOWED: Ntstatus = 0xC000_0707;
pub(super) const STATUS_MESSAGE_RETRIEVED: Ntstatus = 0x4000_002E;

/// A PORT_MESSAGE and its attributes in a program's own memory, by [`MessageField`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PortMessage {
    fields: [i64; MessageField::ALL.len()],
}

impl PortMessage {
    fn new(bytes: u32) -> Self {
        let mut message = Self { fields: [0; MessageField::ALL.len()] };
        message.set(MessageField::DataLength, bytes.into());
        message
    }

    /// A field.
    #[must_use]
    pub fn get(&self, field: MessageField) -> i64 {
        self.fields[field as usize]
    }

    /// Writes a field.
    pub fn set(&mut self, field: MessageField, value: i64) {
        self.fields[field as usize] = value;
    }
}

/// What ALPC keeps of a thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AlpcThread {
    /// ETHREAD.AlpcMessage: the message whose reply it waits for, or `NONE`.
    pub message: u16,
    /// The port in whose WaitQueue it is, or `NONE`.
    pub port: u16,
    /// Next in that queue.
    pub next: u16,
    /// The port of a message that it was told of and has not looked for yet, or `NONE`.
    pub told: u16,
    /// When its wait ends: an absolute time, or `INFINITE`.
    pub due: i64,
}

/// The state of ALPC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Alpc {
    /// Ports, declared ones and those of connections.
    pub ports: Vec<AlpcPort>,
    /// The message buffers of programs.
    pub buffers: Vec<PortMessage>,
    /// The kernel's messages, free ones too.
    pub messages: Vec<KalpcMessage>,
    /// Free entries among them.
    pub free: Vec<u16>,
    /// The last MessageId that was given.
    pub last_id: u32,
    /// Kernel memory that all messages hold, in bytes.
    pub kernel_memory: u64,
    /// Bytes of data that were copied so far.
    pub bytes_copied: u64,
    /// Replies that have reached who asked, and how long the last of them took.
    pub replies: u32,
    /// The time from the last reply's request to it.
    pub last_latency: Ns,
    /// Sections.
    pub sections: Vec<AlpcSection>,
    /// Views of them in processes.
    pub views: Vec<AlpcView>,
    /// What it keeps of each thread; empty where there are no ports.
    pub threads: Vec<AlpcThread>,
    /// NtRegisterThreadTerminatePort: threads, and the ports whose servers are told.
    pub terminate_ports: Vec<(u16, u16)>,
}

impl Alpc {
    pub(super) fn new(program: &Program) -> Self {
        let defs = &program.alpc;
        let threads = if defs.ports.is_empty() { 0 } else { program.threads.len() };
        Self {
            ports: vec![AlpcPort::CLOSED; defs.ports.len()],
            buffers: defs.messages.iter().map(|m| PortMessage::new(m.bytes)).collect(),
            messages: Vec::new(),
            free: Vec::new(),
            last_id: 0,
            kernel_memory: 0,
            bytes_copied: 0,
            replies: 0,
            last_latency: 0,
            sections: vec![AlpcSection::FREE; defs.sections.len()],
            views: vec![AlpcView::FREE; defs.views.len()],
            threads: vec![AlpcThread { message: NONE, port: NONE, next: NONE, told: NONE, due: 0 }; threads],
            terminate_ports: Vec::new(),
        }
    }

    /// Bytes that a copy of it takes, besides itself.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(self.ports.as_slice())
            + size_of_val(self.buffers.as_slice())
            + size_of_val(self.messages.as_slice())
            + size_of_val(self.sections.as_slice())
            + size_of_val(self.views.as_slice())
            + size_of_val(self.threads.as_slice())
    }
}

impl State {
    /// The message that a thread sends or replies to, or whose reply it waits for; `NONE` for none.
    #[must_use]
    pub fn alpc_message_of(&self, thread: u16) -> u16 {
        match self.alpc.threads[thread as usize].message {
            NONE => {
                let calls = self.stack(self.kthread[thread as usize].frame);
                calls.map(|id| self.frames[id.index()].message).find(|m| *m != NONE).unwrap_or(NONE)
            }
            message => message,
        }
    }
}

/// A packed object.
fn packed(class: Class, index: u16) -> u32 {
    ObjectRef { class, index }.pack()
}

impl Kernel {
    /// The code that runs is held up by work of the kernel's on its behalf.
    pub(super) fn charge(&mut self, cpu: usize, time: Ns) {
        let top = self.state.top(cpu);
        if time > 0 && top != FrameId::NONE {
            self.state.frames[top.index()].cost += time;
        }
    }

    /// Data is copied between a process and the kernel (LP-12, LP-17).
    fn copy_bytes(&mut self, cpu: usize, port: u16, bytes: u32) {
        if bytes == 0 {
            return;
        }
        self.state.alpc.bytes_copied += u64::from(bytes);
        self.charge(cpu, self.program.machine.costs.copying(bytes.into()));
        self.emit(cpu, Kind::BytesCopied, Rule::LP12, port, bytes);
    }

    /// The length of a PORT_MESSAGE header (LP-3).
    #[must_use]
    pub fn header_length(&self) -> u32 {
        if self.program.machine.ladder == crate::program::Ladder::X64 { 0x28 } else { 0x18 }
    }

    /// The connection port that a port belongs to.
    fn connection_of(&self, port: u16) -> u16 {
        self.program.alpc.ports[port as usize].connection
    }

    fn kind_of(&self, port: u16) -> PortKind {
        self.program.alpc.ports[port as usize].kind
    }

    /// The port of a handle that the code which runs may use.
    #[must_use]
    pub fn port_of_handle(&self, cpu: usize, handle: i64) -> Option<u16> {
        let object = u32::try_from(handle).ok().and_then(ObjectRef::unpack).filter(|o| o.class == Class::Port)?;
        let port = self.state.alpc.ports.get(object.index as usize)?;
        let fits = port.has_handle && port.owner_process == self.handle_process(cpu);
        fits.then_some(object.index)
    }

    /// What code of the kernel adds to the type of a message that it sends (LP-4).
    fn mode_flag(&self, cpu: usize) -> u16 {
        if self.in_user_mode(cpu) { 0 } else { message::LPC_KERNELMODE_MESSAGE }
    }

    fn in_user_mode(&self, cpu: usize) -> bool {
        let top = self.state.top(cpu);
        top != FrameId::NONE && self.state.frames[top.index()].user
    }

    /// Whose handle table the code that runs uses: its process's, or the kernel's own, wherever kernel code runs.
    fn handle_process(&self, cpu: usize) -> u16 {
        if self.in_user_mode(cpu) { self.current_process(cpu) } else { self.program.system_process }
    }

    /// A handle of a port.
    #[must_use]
    pub fn port_handle(port: u16) -> i64 {
        packed(Class::Port, port).into()
    }

    /// What the thread waits on for messages: ETHREAD.AlpcWaitSemaphore.
    fn alpc_semaphore(&self, thread: u16) -> ObjectRef {
        ObjectRef { class: Class::Semaphore, index: self.program.alpc.first_semaphore + thread }
    }

    /// Wakes a thread that waits for a message. The dispatcher's exit is the caller's.
    fn signal_for_message(&mut self, cpu: usize, thread: u16, rule: Rule) {
        let semaphore = self.alpc_semaphore(thread);
        self.state.ksemaphore[semaphore.index as usize].header.signal_state = 1;
        self.wait_test(cpu, semaphore, 1, rule);
    }

    /// Waits for a message as long as the call allows; `None`: not over yet.
    fn wait_for_message(&mut self, cpu: usize, user_mode: bool, alertable: bool) -> Option<Ntstatus> {
        let thread = self.state.kprcb[cpu].current_thread;
        let object = self.alpc_semaphore(thread).pack();
        let timeout = self.state.alpc.threads[thread as usize].due;
        self.wait(cpu, super::Wait { object, user_mode, alertable, timeout })
    }

    /// A wait for a message begins: what a wait of before left behind does not count.
    fn prepare_wait(&mut self, thread: u16) {
        let semaphore = self.alpc_semaphore(thread).index;
        self.state.ksemaphore[semaphore as usize].header.signal_state = 0;
    }

    /// Where code may call ALPC at all; elsewhere its code, which is pageable, is not there (BC-3).
    pub fn alpc_is_callable(&mut self, cpu: usize) -> bool {
        let prcb = &self.state.kprcb[cpu];
        let in_thread = prcb.frame == FrameId::NONE && prcb.current_thread != NONE;
        if !in_thread || prcb.irql >= crate::program::Ladder::DISPATCH {
            let irql = u64::from(prcb.irql);
            self.bugcheck(cpu, Rule::BC3, 0xA, [0, irql, 8, 0]);
            return false;
        }
        true
    }
}
