//! ALPC as a scenario declares it: ports and message buffers; and what the machine's work costs, where a scenario asks
//! for that.

use crate::base::Ns;
use crate::text::Span;

/// Which of the three port objects (LP-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PortKind {
    /// Named; the server receives on it.
    #[default]
    Connection,
    /// The client's end of a connection.
    Client,
    /// The server's end of a connection.
    Server,
}

impl PortKind {
    /// As `!alpc /p` prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Connection => "ALPC_CONNECTION_PORT",
            Self::Client => "ALPC_CLIENT_COMMUNICATION_PORT",
            Self::Server => "ALPC_SERVER_COMMUNICATION_PORT",
        }
    }
}

/// A port: a declared connection port, or one of the communication ports that connections to it can have.
#[derive(Clone, Debug, Default)]
pub struct PortDef {
    /// Its name; those of communication ports cannot be written in a scenario.
    pub name: String,
    /// Which it is.
    pub kind: PortKind,
    /// The connection port that it belongs to; its own number if it is one.
    pub connection: u16,
    /// The other end of its connection, or `NONE`.
    pub peer: u16,
    /// ALPC_PORT_ATTRIBUTES.MaxMessageLength: header and data (LP-3).
    pub max_message_length: u32,
    /// ALPC_PORT_ATTRIBUTES.MaxPoolUsage: bytes of kernel memory that the messages sent through one end of a connection may
    /// hold (LP-18).
    pub max_pool_usage: u64,
    /// What stands for the SID of the server that creates it (LP-7).
    pub server_sid: i64,
    /// ALPC_PORFLG_WAITABLE_PORT: its Semaphore, for which a thread waits by the port's handle; or `NONE`.
    pub semaphore: u16,
    /// Where it is declared.
    pub span: Span,
}

/// A buffer with a PORT_MESSAGE header in front, and the attributes beside it.
#[derive(Clone, Debug, Default)]
pub struct MessageDef {
    /// Its name.
    pub name: String,
    /// DataLength at the start, in bytes.
    pub bytes: u32,
    /// How many bytes of data it has room for.
    pub buffer: u32,
    /// Where it is declared.
    pub span: Span,
}

/// What code may read of a message and its attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageField {
    /// PORT_MESSAGE.DataLength.
    DataLength,
    /// PORT_MESSAGE.Type with its flags.
    Type,
    /// PORT_MESSAGE.MessageId.
    MessageId,
    /// PORT_MESSAGE.ClientId: the thread that sent it.
    ClientId,
    /// One number that stands for the data.
    Data,
    /// ALPC_MESSAGE_ATTRIBUTES.ValidAttributes.
    ValidAttributes,
    /// ALPC_CONTEXT_ATTR.PortContext.
    PortContext,
    /// ALPC_DATA_VIEW_ATTR.SectionHandle.
    SectionHandle,
    /// ALPC_DATA_VIEW_ATTR.ViewBase.
    ViewBase,
    /// ALPC_DATA_VIEW_ATTR.ViewSize.
    ViewSize,
    /// ALPC_DATA_VIEW_ATTR.Flags.
    ViewFlags,
    /// ALPC_HANDLE_ATTR.Handle.
    Handle,
    /// ALPC_DIRECT_ATTR.Event.
    Event,
}

impl MessageField {
    /// Every field by its name, and whether code may write it.
    pub const ALL: [(&'static str, Self, bool); 13] = [
        ("DataLength", Self::DataLength, true),
        ("Type", Self::Type, false),
        ("MessageId", Self::MessageId, true),
        ("ClientId", Self::ClientId, false),
        ("Data", Self::Data, true),
        ("ValidAttributes", Self::ValidAttributes, false),
        ("PortContext", Self::PortContext, false),
        ("SectionHandle", Self::SectionHandle, true),
        ("ViewBase", Self::ViewBase, true),
        ("ViewSize", Self::ViewSize, true),
        ("ViewFlags", Self::ViewFlags, true),
        ("Handle", Self::Handle, true),
        ("Event", Self::Event, true),
    ];

    /// The field of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|f| f.0 == name).map(|f| f.1)
    }

    /// Whether code may write it.
    #[must_use]
    pub fn is_writable(self) -> bool {
        Self::ALL.iter().any(|f| f.1 == self && f.2)
    }
}

/// All of ALPC that a scenario has.
#[derive(Clone, Debug, Default)]
pub struct AlpcDefs {
    /// Ports: those declared, then the communication ports: of each connection, the client's and the server's.
    pub ports: Vec<PortDef>,
    /// Message buffers.
    pub messages: Vec<MessageDef>,
    /// Names of the sections that may exist at a time.
    pub sections: Vec<String>,
    /// Names of the views that may exist at a time.
    pub views: Vec<String>,
    /// ETHREAD.AlpcWaitSemaphore of the first thread; those of the others follow.
    pub first_semaphore: u16,
}

impl AlpcDefs {
    /// Whether a semaphore is the one on which a thread waits for messages.
    #[must_use]
    pub fn is_wait_semaphore(&self, semaphore: u16) -> bool {
        !self.ports.is_empty() && semaphore >= self.first_semaphore
    }
}

/// What the machine's work costs (LP-17): numbers of a model, and no measurements of Windows. All 0: everything but
/// `work` is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Costs {
    /// A system service: the way into the kernel and back.
    pub system_call: Ns,
    /// A switch to another thread.
    pub context_switch: Ns,
    /// Bytes that are copied in a nanosecond; 0: copying is free.
    pub copy_rate: u32,
    /// Mapping a view of a section.
    pub map: Ns,
    /// Each page of 4 KB that is mapped.
    pub page: Ns,
    /// Unmapping a view.
    pub unmap: Ns,
    /// A packet on its way through the network stack of one side; code spends it as PACKET_COST.
    pub packet: Ns,
}

impl Costs {
    /// The model's own numbers.
    pub const MODEL: Self = Self {
        system_call: 200,
        context_switch: 2_000,
        copy_rate: 10,
        map: 1_500,
        page: 20,
        unmap: 1_000,
        packet: 5_000,
    };

    /// Copying so many bytes, in nanoseconds.
    #[must_use]
    pub fn copying(&self, bytes: u64) -> Ns {
        if self.copy_rate == 0 { 0 } else { bytes.div_ceil(self.copy_rate.into()) }
    }

    /// Mapping a view of so many bytes.
    #[must_use]
    pub fn mapping(&self, bytes: u64) -> Ns {
        self.map + self.page * bytes.div_ceil(4096)
    }
}
