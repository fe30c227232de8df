//! What a scenario declares for its I/O: completion ports, drivers, files and requests.

use crate::text::Span;

/// A KQUEUE: an I/O completion port (IO-8), the queue of worker threads (SE-4), or one of a driver's own.
#[derive(Clone, Debug, Default)]
pub struct QueueDef {
    /// Its name.
    pub name: String,
    /// NumberOfConcurrentThreads; Count of KeInitializeQueue.
    pub concurrency: u16,
    /// It is a completion port.
    pub port: bool,
    /// Where it is declared.
    pub span: Span,
}

/// A driver and its device object, one of a stack of them (IO-1).
#[derive(Clone, Debug, Default)]
pub struct DriverDef {
    /// Its name.
    pub name: String,
    /// The driver below it, or `NONE`.
    pub lower: u16,
    /// Its dispatch routine, with parameters DeviceObject and Irp.
    pub body: u16,
    /// Where it is declared.
    pub span: Span,
}

/// A file object.
#[derive(Clone, Debug, Default)]
pub struct FileDef {
    /// Its name.
    pub name: String,
    /// Whether the calls that read and write it wait for their requests.
    pub synchronous_io: SynchronousIo,
    /// The completion port that it is bound to from the start, or `NONE` (IO-4).
    pub completion_port: u16,
    /// CompletionKey: what its packets carry.
    pub key: i64,
    /// The uppermost driver that its requests go to; `NONE`: one that is not declared.
    pub driver: u16,
    /// FILE_OBJECT.Event, which a request without an event of its own sets (IO-2).
    pub event: u16,
    /// FILE_OBJECT.Lock: one request at a time where calls wait for them; else `NONE`.
    pub lock: u16,
    /// Where it is declared.
    pub span: Span,
}

/// How a file is opened: whether a call that reads or writes it waits for its request (AP-29).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SynchronousIo {
    /// The call returns at once: overlapped I/O.
    #[default]
    None,
    /// FILE_SYNCHRONOUS_IO_ALERT: user APCs and alerts end the wait, and the request is cancelled.
    Alert,
    /// FILE_SYNCHRONOUS_IO_NONALERT: nothing but the end of its thread does.
    NonAlert,
}

/// An I/O request.
#[derive(Clone, Debug)]
pub struct IrpDef {
    /// Its name.
    pub name: String,
    /// The file it is for; `NONE` for one of its own.
    pub file: u16,
    /// Bytes asked for.
    pub bytes: u32,
    /// The caller's event, signalled when the request is complete; `NONE` for none.
    pub event: u16,
    /// The driver marks it pending; else it completes in the issuing call, without an APC (IO-1).
    pub pending: bool,
    /// Paging I/O: completed without an APC (IO-1).
    pub paging: bool,
    /// StackCount: one location for each driver on its way.
    pub stack_count: u8,
    /// The first of its locations among those of all requests; it is the lowest driver's.
    pub first_location: u16,
    /// Status with which the request fails at once (IO-6); 0 for none.
    pub refuse: u32,
    /// Where it is declared.
    pub span: Span,
}

/// Who does the last part of a request that ends in a completion packet (IO-2, IO-8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PacketModel {
    /// The kernel APC in the thread that issued the request; it inserts the packet.
    #[default]
    Apc,
    /// IoCompleteRequest inserts the packet, and the thread that removes it does the rest: newer systems.
    Dequeue,
}
