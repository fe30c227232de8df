//! The kernel's mechanism: what happens to IRQLs, interrupts, DPCs, threads, waits, APCs and requests when
//! something happens. Everything is a method of [`Kernel`], one file for each of the kernel's own subjects.
//!
//! This layer does not know of the calendar or of choice: it is told that an interrupt was requested or that
//! work is done, and says in [`State::runnable`] which processors have something to do at this instant.

mod affinity;
mod alert;
pub mod alpc;
mod apc;
mod apc_delivery;
mod apc_reserve;
mod bugcheck;
mod cancel;
mod clock;
mod context;
mod deadlock;
mod dispatcher;
mod dispatcher_object;
mod dpc;
mod dpc_flush;
mod dpc_queue;
mod driver;
mod event;
mod fast_mutex;
mod frame;
mod generic_call;
mod helpers;
mod in_block;
mod initial_state;
mod interrupt;
pub mod invariants;
mod io;
mod irql;
mod kernel;
mod memory;
mod mutex;
mod passive_interrupt;
mod priority;
mod process;
mod quantum;
mod queue;
mod region;
mod request;
mod resource;
mod semaphore;
mod service;
mod spin_lock;
mod state;
mod suspend;
mod synchronous_io;
mod terminate;
mod thread;
mod thread_exit;
mod threaded_dpc;
mod timer;
mod wait;
mod wait_for;
mod wait_next;
mod waitable_timer;
mod watchdog;
mod work_item;

pub use apc::ApcInit;
pub use deadlock::Deadlocked;
pub use dispatcher_object::{DispatcherHeader, KwaitBlock};
pub use dpc_queue::{DPC_NORMAL, DPC_THREADED, KdpcData};
pub use fast_mutex::{FastMutex, Guard};
pub use frame::{CALLBACK_RETURNED, Frame, FrameId, FrameKind};
pub use generic_call::{GENERIC_CALL, GenericCall};
pub use in_block::NOT_IN_POOL;
pub use kernel::{Kernel, Limits};
pub use memory::{CodePage, PoolBlock};
pub use mutex::Kmutant;
pub use process::{KapcState, Kprocess};
pub use region::Region;
pub use request::{IrpState, Kfile, Kirp, Kqueue, Packet, StackLocation};
pub use resource::{Access, Eresource, OwnerEntry};
pub use semaphore::Ksemaphore;
pub use spin_lock::Spin;
pub use state::{Bugcheck, Kapc, Kdpc, Kevent, Kinterrupt, Kprcb, KspinLock, Kthread, State, Stop, ThreadState};
pub use timer::Ktimer;
pub use wait::Wait;
pub use wait_for::Link;
pub use work_item::WorkItem;

/// A status as the kernel returns it.
pub type Ntstatus = u32;

/// STATUS_SUCCESS, also STATUS_WAIT_0.
pub const STATUS_SUCCESS: Ntstatus = 0;
/// The object was signalled because its owner has ended.
pub const STATUS_ABANDONED: Ntstatus = 0x80;
/// A user APC ends the wait.
pub const STATUS_USER_APC: Ntstatus = 0xC0;
/// A kernel APC breaks the wait; never returned to a caller.
pub const STATUS_KERNEL_APC: Ntstatus = 0x100;
/// An alert ends the wait.
pub const STATUS_ALERTED: Ntstatus = 0x101;
/// The time is up.
pub const STATUS_TIMEOUT: Ntstatus = 0x102;
/// Not finished yet.
pub const STATUS_PENDING: Ntstatus = 0x103;
/// An argument makes no sense.
pub const STATUS_INVALID_PARAMETER: Ntstatus = 0xC000_000D;
/// The second argument makes no sense.
pub const STATUS_INVALID_PARAMETER_2: Ntstatus = 0xC000_00F0;
/// A mutex is released by a thread that does not own it.
pub const STATUS_MUTANT_NOT_OWNED: Ntstatus = 0xC000_0046;
/// A semaphore's count would go beyond its limit.
pub const STATUS_SEMAPHORE_LIMIT_EXCEEDED: Ntstatus = 0xC000_0047;
/// It failed.
pub const STATUS_UNSUCCESSFUL: Ntstatus = 0xC000_0001;
/// A thread is suspended as often as it can be.
pub const STATUS_SUSPEND_COUNT_EXCEEDED: Ntstatus = 0xC000_004A;
/// A thread is exiting.
pub const STATUS_THREAD_IS_TERMINATING: Ntstatus = 0xC000_004B;
/// The request was cancelled.
pub const STATUS_CANCELLED: Ntstatus = 0xC000_0120;
/// A completion routine keeps the request.
pub const STATUS_MORE_PROCESSING_REQUIRED: Ntstatus = 0xC000_0016;
/// No other thread was ready.
pub const STATUS_NO_YIELD_PERFORMED: Ntstatus = 0x4000_0024;

/// NT_ERROR: neither success nor information nor a warning.
#[must_use]
pub fn nt_error(status: Ntstatus) -> bool {
    status >> 30 == 3
}
