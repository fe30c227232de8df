//! The state of I/O: requests with their stack locations, file objects, completion ports and packets. Field names are
//! those that a debugger prints; what happens to them is told in `io`, `driver`, `cancel` and `queue`.

use super::dispatcher_object::DispatcherHeader;
use crate::base::NONE;
use crate::program::Irql;

/// Where a request stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum IrpState {
    /// Not issued.
    #[default]
    Idle = 0,
    /// With the driver.
    Pending,
    /// Completed in the dispatch routine; the issuing call will do the rest.
    Deferred,
    /// Completed by the driver, not yet in the thread's hands.
    Completed,
    /// Status block and event are set.
    Delivered,
}

impl IrpState {
    /// Its name in the page.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Pending => "pending",
            Self::Deferred => "deferred",
            Self::Completed => "completed",
            Self::Delivered => "delivered",
        }
    }
}

/// An I/O request packet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kirp {
    /// Where it stands.
    pub state: IrpState,
    /// IoStatus.Status, as the driver sets it.
    pub status: u32,
    /// IoStatus.Information, as the driver sets it.
    pub information: u32,
    /// The caller's IO_STATUS_BLOCK: status and information.
    pub status_block: [u32; 2],
    /// The thread that issued it.
    pub thread: u16,
    /// The APC declaration of the caller's completion routine, or `NONE`.
    pub completion: u16,
    /// CurrentLocation, counted from the lowest driver's: so many locations are left below.
    pub location: u8,
    /// PendingReturned.
    pub pending_returned: bool,
    /// The call that has issued it does the rest if it was never pending.
    pub deferrable: bool,
    /// Cancel.
    pub cancel: bool,
    /// CancelRoutine, or `NONE`.
    pub cancel_routine: u16,
    /// CancelIrql.
    pub cancel_irql: Irql,
    /// The record that issued or completed it.
    pub since: u32,
}

impl Kirp {
    /// With a driver, or on its way back from one.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        matches!(self.state, IrpState::Pending | IrpState::Deferred | IrpState::Completed)
    }
}

/// An IO_STACK_LOCATION: what a driver has asked to be called for when the one below it is done.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StackLocation {
    /// The completion routine, or `NONE`.
    pub routine: u16,
    /// Its Context.
    pub context: i64,
    /// SL_PENDING_RETURNED and the SL_INVOKE_ON_… bits.
    pub control: u8,
}

impl StackLocation {
    /// One that nobody has written.
    pub const EMPTY: Self = Self { routine: NONE, context: 0, control: 0 };
}

/// A file object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kfile {
    /// CompletionContext.Port, or `NONE`.
    pub port: u16,
    /// CompletionContext.Key.
    pub key: i64,
    /// Its FILE_SKIP_… modes.
    pub modes: u8,
}

/// A KQUEUE: a completion port (IO-8), or the queue of worker threads (SE-4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kqueue {
    /// Head and tail of EntryListHead.
    pub entries: (u16, u16),
    /// Header: its SignalState is how many entries there are; the last waiter is released first.
    pub header: DispatcherHeader,
    /// CurrentCount: associated threads that do not wait.
    pub current_count: u16,
    /// MaximumCount: so many of them are wanted at most.
    pub maximum_count: u16,
}

/// What is in a queue: a completion packet, or a work item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Packet {
    /// CompletionKey.
    pub key: i64,
    /// The OVERLAPPED, or what the poster gives for it.
    pub overlapped: i64,
    /// IoStatus.Status.
    pub status: u32,
    /// IoStatus.Information.
    pub information: u32,
    /// The request that the thread which removes it has to finish, or `NONE`.
    pub irp: u16,
    /// The work item that it stands for; `NONE`: it is a completion packet.
    pub work_item: u16,
    /// Next in its queue.
    pub next: u16,
    /// The record of its insertion.
    pub since: u32,
}
