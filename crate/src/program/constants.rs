//! The named constants of the language, with the values that the headers give them. Levels above
//! DISPATCH_LEVEL depend on the ladder and are filled in by [`constant`].

use super::MachineSettings;
use crate::base::{self, English, Phrase};

/// A named value.
#[derive(Clone, Copy, Debug)]
pub struct Constant {
    /// As the headers spell it.
    pub name: &'static str,
    /// Its value on x64.
    pub value: i64,
    /// One sentence.
    pub meaning: English,
}

const fn c(name: &'static str, value: i64, meaning: &'static str) -> Constant {
    Constant { name, value, meaning: English::new(meaning) }
}

impl Constant {
    /// What it stands for, for the reader's language.
    #[must_use]
    pub fn said(&self) -> Phrase {
        Phrase::message(&["constant", self.name], self.meaning, &[])
    }
}

/// All constants.
pub const CONSTANTS: &[Constant] = &[
    c("TRUE", 1, "BOOLEAN true."),
    c("FALSE", 0, "BOOLEAN false."),
    c("NULL", 0, "No object; as a timeout: wait for ever."),
    c("INFINITE", base::INFINITE, "A time that never comes."),
    c("KernelMode", 0, "WaitMode: the wait cannot be ended by user APCs."),
    c("UserMode", 1, "WaitMode: user APCs may end an alertable wait."),
    c("OriginalApcEnvironment", 0, "ApcStateIndex: the thread's own process."),
    c("AttachedApcEnvironment", 1, "ApcStateIndex: the process that the thread is attached to."),
    c("CurrentApcEnvironment", 2, "ApcStateIndex: where the thread is when the APC is initialised."),
    c("InsertApcEnvironment", 3, "ApcStateIndex: where the thread is when the APC is inserted."),
    c("Executive", 0, "WaitReason of a driver that waits for itself."),
    c("UserRequest", 6, "WaitReason of a driver that waits for the user's sake."),
    c("MemoryReserveUserApc", 0, "MEMORY_RESERVE_TYPE: a reserve object for a user APC."),
    c("WaitAll", 0, "WaitType: all objects together satisfy the wait."),
    c("WaitAny", 1, "WaitType: any of the objects satisfies the wait."),
    c("PASSIVE_LEVEL", 0, "Nothing is masked."),
    c("APC_LEVEL", 1, "APCs are masked."),
    c("DISPATCH_LEVEL", 2, "DPCs and thread dispatching are masked."),
    c("SYNCH_LEVEL", 12, "The dispatcher's level while it holds its locks."),
    c("CLOCK_LEVEL", 13, "The clock interrupt's level."),
    c("IPI_LEVEL", 14, "The inter-processor interrupt's level."),
    c("POWER_LEVEL", 14, "Power failure."),
    c("PROFILE_LEVEL", 15, "The profiling timer's level."),
    c("CMCI_LEVEL", 5, "Corrected machine checks."),
    c("HIGH_LEVEL", 15, "Everything maskable is masked."),
    c("LowImportance", 0, "Tail of the DPC queue; may wait for a tick."),
    c("MediumImportance", 1, "Tail of the DPC queue; the default."),
    c("HighImportance", 2, "Head of the DPC queue."),
    c("MediumHighImportance", 3, "Tail of the DPC queue; urgent for another processor too."),
    c("CriticalWorkQueue", 0, "Work items for worker threads of priority 13."),
    c("DelayedWorkQueue", 1, "Work items for worker threads of priority 12: what drivers use."),
    c("HyperCriticalWorkQueue", 2, "Work items for the worker thread of priority 15; reserved for the system."),
    c("STATUS_SUCCESS", 0, "It worked."),
    c("STATUS_WAIT_0", 0, "The object was signalled."),
    c("STATUS_ABANDONED", 0x80, "The wait is satisfied by a mutex whose owner has ended with it."),
    c("STATUS_USER_APC", 0xC0, "A user APC ended the wait."),
    c("STATUS_KERNEL_APC", 0x100, "A kernel APC broke the wait; the kernel waits again by itself."),
    c("STATUS_ALERTED", 0x101, "An alert ended the wait."),
    c("STATUS_TIMEOUT", 0x102, "The time was up."),
    c("STATUS_PENDING", 0x103, "Not finished yet."),
    c("STATUS_INVALID_PARAMETER", 0xC000_000D, "An argument makes no sense."),
    c(
        "STATUS_INVALID_PARAMETER_2",
        0xC000_00F0,
        "The second argument makes no sense: a reserve object that is in use.",
    ),
    c("STATUS_ACCESS_VIOLATION", 0xC000_0005, "The address is not valid."),
    c("STATUS_UNSUCCESSFUL", 0xC000_0001, "It failed."),
    c("STATUS_MUTANT_NOT_OWNED", 0xC000_0046, "The thread does not own the mutex that it releases."),
    c("STATUS_SEMAPHORE_LIMIT_EXCEEDED", 0xC000_0047, "A semaphore's count would go beyond its limit."),
    c("STATUS_SUSPEND_COUNT_EXCEEDED", 0xC000_004A, "The thread is suspended as often as it can be."),
    c("STATUS_THREAD_IS_TERMINATING", 0xC000_004B, "The thread is exiting, or is to end."),
    c("STATUS_CANCELLED", 0xC000_0120, "The request was cancelled."),
    c("STATUS_CONTINUE_COMPLETION", 0, "A completion routine lets the completion go on."),
    c("STATUS_MORE_PROCESSING_REQUIRED", 0xC000_0016, "A completion routine keeps the request; the completion stops."),
    c("STATUS_PIPE_BROKEN", 0xC000_014B, "The other end has gone."),
    c("STATUS_NO_YIELD_PERFORMED", 0x4000_0024, "No other thread was ready."),
    c("WAIT_OBJECT_0", 0, "The object was signalled."),
    c("WAIT_ABANDONED", 0x80, "The object was signalled because its owner has ended."),
    c("WAIT_IO_COMPLETION", 0xC0, "Completion routines or user APCs ran."),
    c("WAIT_FAILED", 0xFFFF_FFFF, "The wait could not begin."),
    c("WAIT_TIMEOUT", 0x102, "The time was up."),
    c("POOL_FLAG_NON_PAGED", 0x40, "A block that is always in memory."),
    c("POOL_FLAG_PAGED", 0x100, "A block whose page may be absent."),
    c("LOW_PRIORITY", 0, "The zero-page thread's priority; no other thread has it."),
    c("LOW_REALTIME_PRIORITY", 16, "The lowest real-time priority: no boost, no decay."),
    c("HIGH_PRIORITY", 31, "The highest priority."),
    c("THREAD_PRIORITY_IDLE", -15, "Priority 1, or 16 in the real-time class."),
    c("THREAD_PRIORITY_LOWEST", -2, "2 below the priority of the process."),
    c("THREAD_PRIORITY_BELOW_NORMAL", -1, "1 below the priority of the process."),
    c("THREAD_PRIORITY_NORMAL", 0, "The priority of the process."),
    c("THREAD_PRIORITY_ABOVE_NORMAL", 1, "1 above the priority of the process."),
    c("THREAD_PRIORITY_HIGHEST", 2, "2 above the priority of the process."),
    c("THREAD_PRIORITY_TIME_CRITICAL", 15, "Priority 15, or 31 in the real-time class."),
    c("MAXIMUM_PROCESSORS", 64, "More processors than a set of them can name; 32 on x86."),
    c("IO_NO_INCREMENT", 0, "No priority boost."),
    c("IO_DISK_INCREMENT", 1, "Boost for disk I/O."),
    c("IO_NETWORK_INCREMENT", 2, "Boost for network I/O."),
    c("IO_KEYBOARD_INCREMENT", 6, "Boost for keyboard input."),
    c("IO_SOUND_INCREMENT", 8, "Boost for sound."),
    c("EVENT_INCREMENT", 1, "Boost for events."),
    c("SEMAPHORE_INCREMENT", 1, "Boost for semaphores."),
    c("CREATE_SUSPENDED", 4, "The thread begins suspended."),
    c("THREAD_ALL_ACCESS", 0x1F_FFFF, "Every right to a thread."),
    c("QUEUE_USER_APC_FLAGS_NONE", 0, "A regular user APC."),
    c("QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC", 1, "A special user APC: it needs no alertable wait."),
    c("FILE_SKIP_COMPLETION_PORT_ON_SUCCESS", 1, "No packet for a request that succeeds at once."),
    c("FILE_SKIP_SET_EVENT_ON_HANDLE", 2, "The file object's event is left alone."),
    c("STATUS_INVALID_HANDLE", 0xC000_0008, "The handle is none of this process's, or it names nothing yet."),
    c(
        "STATUS_BUFFER_TOO_SMALL",
        0xC000_0023,
        "The message does not fit; the port keeps it until it is asked for again.",
    ),
    c("STATUS_OBJECT_NAME_NOT_FOUND", 0xC000_0034, "No port has this name."),
    c("STATUS_OBJECT_NAME_COLLISION", 0xC000_0035, "A port has this name already."),
    c("STATUS_PORT_MESSAGE_TOO_LONG", 0xC000_002F, "The message is longer than the port allows."),
    c("STATUS_PORT_DISCONNECTED", 0xC000_0037, "The other end of the connection has gone."),
    c("STATUS_PORT_CONNECTION_REFUSED", 0xC000_0041, "The server refuses the connection."),
    c(
        "STATUS_QUOTA_EXCEEDED",
        0xC000_0044,
        "The port's messages hold as much kernel memory as they may; not verified that Windows gives this status.",
    ),
    c("STATUS_INSUFFICIENT_RESOURCES", 0xC000_009A, "There are as many of them as there can be."),
    c("STATUS_REPLY_MESSAGE_MISMATCH", 0xC000_021F, "No message of this number waits for a reply."),
    c("STATUS_LPC_REPLY_LOST", 0xC000_0253, "The reply to a legacy LPC request will never come."),
    c("STATUS_SERVER_SID_MISMATCH", 0xC000_02A0, "The server is not the one that the client wants."),
    c("STATUS_PORT_CLOSED", 0xC000_0700, "The port is closed."),
    c("STATUS_MESSAGE_LOST", 0xC000_0701, "The message is not there any more."),
    c("STATUS_REQUEST_CANCELED", 0xC000_0703, "The request was cancelled."),
    c("STATUS_LPC_REQUESTS_NOT_ALLOWED", 0xC000_0707, "Requests cannot be sent through this port."),
    c("STATUS_MESSAGE_RETRIEVED", 0x4000_002E, "The message was received before it could be cancelled."),
    c("ALPC_MSGFLG_REPLY_MESSAGE", 0x1, "The message is a reply."),
    c(
        "ALPC_MSGFLG_RELEASE_MESSAGE",
        0x1_0000,
        "A datagram, or the last that is said to a request: nothing is kept for a reply.",
    ),
    c("ALPC_MSGFLG_SYNC_REQUEST", 0x2_0000, "The sender blocks until its reply comes."),
    c("ALPC_MSGFLG_WAIT_USER_MODE", 0x10_0000, "A kernel caller waits in user mode."),
    c("ALPC_MSGFLG_WAIT_ALERTABLE", 0x20_0000, "User APCs and alerts end the wait."),
    c("ALPC_MESSAGE_VIEW_ATTRIBUTE", 0x4000_0000, "A view of a section."),
    c("ALPC_MESSAGE_CONTEXT_ATTRIBUTE", 0x2000_0000, "The server's PortContext of the connection."),
    c("ALPC_MESSAGE_HANDLE_ATTRIBUTE", 0x1000_0000, "A handle that is duplicated into the receiver."),
    c("ALPC_MESSAGE_DIRECT_ATTRIBUTE", 0x400_0000, "An event that is set when the reply is there."),
    c("ALPC_VIEWFLG_UNMAP_EXISTING", 0x1_0000, "The sender gives its own mapping up."),
    c("ALPC_VIEWFLG_AUTO_RELEASE", 0x2_0000, "The receiver's mapping goes with the message."),
    c("ALPC_VIEWFLG_NOT_SECURE", 0x4_0000, "The protection of the pages may be changed: nothing that shows here."),
    c("LPC_REQUEST", 1, "PORT_MESSAGE.Type: a request."),
    c("LPC_REPLY", 2, "PORT_MESSAGE.Type: a reply."),
    c("LPC_DATAGRAM", 3, "PORT_MESSAGE.Type: a datagram, which nobody replies to."),
    c("LPC_LOST_REPLY", 4, "PORT_MESSAGE.Type: a reply that nobody waits for any more."),
    c("LPC_PORT_CLOSED", 5, "PORT_MESSAGE.Type: a client has closed its port."),
    c("LPC_CLIENT_DIED", 6, "PORT_MESSAGE.Type: a thread that had registered has ended."),
    c("LPC_CONNECTION_REQUEST", 10, "PORT_MESSAGE.Type: a client wants to connect."),
    c("LPC_CONTINUATION_REQUIRED", 0x2000, "A flag of PORT_MESSAGE.Type: the sender expects a reply."),
    c("LPC_KERNELMODE_MESSAGE", 0x8000, "A flag of PORT_MESSAGE.Type: kernel code has sent it."),
    c("AlpcAssociateCompletionPortInformation", 2, "A completion port gets a packet for each message of the port."),
    c(
        "AlpcRegisterCompletionListInformation",
        6,
        "Messages are copied into memory of the receiver, and an event is set.",
    ),
    c("AlpcRegisterCallbackInformation", 9, "A routine of the kernel is called in the sender's thread."),
    c("SYSTEM_CALL_COST", 0, "What a system service costs, in nanoseconds; 0 where costs are off."),
    c("SWITCH_COST", 0, "What a switch to another thread costs."),
    c("MAP_COST", 0, "What mapping a view costs, besides its pages."),
    c("PAGE_COST", 0, "What each page of a mapping costs."),
    c("UNMAP_COST", 0, "What unmapping a view costs."),
    c("PACKET_COST", 0, "What a packet costs in the network stack of one side."),
];

/// The value of a constant on a machine.
#[must_use]
pub fn constant(name: &str, machine: &MachineSettings) -> Option<i64> {
    let (ladder, processors, costs) = (machine.ladder, machine.processors, &machine.costs);
    let cost = match name {
        "SYSTEM_CALL_COST" => Some(costs.system_call),
        "SWITCH_COST" => Some(costs.context_switch),
        "MAP_COST" => Some(costs.map),
        "PAGE_COST" => Some(costs.page),
        "UNMAP_COST" => Some(costs.unmap),
        "PACKET_COST" => Some(costs.packet),
        _ => None,
    };
    if let Some(cost) = cost {
        return Some(cost as i64);
    }
    let level = match name {
        "SYNCH_LEVEL" => ladder.synch(processors),
        "CLOCK_LEVEL" => ladder.clock(),
        "IPI_LEVEL" => ladder.ipi(),
        "POWER_LEVEL" => ladder.power(),
        "PROFILE_LEVEL" => ladder.profile(),
        "HIGH_LEVEL" => ladder.high(),
        "MAXIMUM_PROCESSORS" if ladder == super::Ladder::X86 => 32,
        _ => return CONSTANTS.iter().find(|c| c.name == name).map(|c| c.value),
    };
    Some(i64::from(level))
}

/// The name of an NTSTATUS, when it has one here.
#[must_use]
pub fn status_name(status: u32) -> Option<&'static str> {
    CONSTANTS.iter().find(|c| c.value == i64::from(status) && c.name.starts_with("STATUS_")).map(|c| c.name)
}
