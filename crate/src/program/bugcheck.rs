//! The bugchecks that the machine can stop with: code and name (reference, section 10), and which subcode of 0xC4
//! Driver Verifier has for a call at a wrong IRQL.

use super::Routine;

/// `(code, name)`, by code.
pub const BUGCHECKS: &[(u32, &str)] = &[
    (0x1, "APC_INDEX_MISMATCH"),
    (0x5, "INVALID_PROCESS_ATTACH_ATTEMPT"),
    (0x6, "INVALID_PROCESS_DETACH_ATTEMPT"),
    (0x9, "IRQL_NOT_GREATER_OR_EQUAL"),
    (0xA, "IRQL_NOT_LESS_OR_EQUAL"),
    (0xC, "MAXIMUM_WAIT_OBJECTS_EXCEEDED"),
    (0xF, "SPIN_LOCK_ALREADY_OWNED"),
    (0x10, "SPIN_LOCK_NOT_OWNED"),
    (0x1E, "KMODE_EXCEPTION_NOT_HANDLED"),
    (0x20, "KERNEL_APC_PENDING_DURING_EXIT"),
    (0x35, "NO_MORE_IRP_STACK_LOCATIONS"),
    (0x3B, "SYSTEM_SERVICE_EXCEPTION"),
    (0x3D, "INTERRUPT_EXCEPTION_NOT_HANDLED"),
    (0x44, "MULTIPLE_IRP_COMPLETE_REQUESTS"),
    (0x48, "CANCEL_STATE_IN_COMPLETED_IRP"),
    (0x4A, "IRQL_GT_ZERO_AT_SYSTEM_SERVICE"),
    (0x50, "PAGE_FAULT_IN_NONPAGED_AREA"),
    (0x7E, "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED"),
    (0xB8, "ATTEMPTED_SWITCH_FROM_DPC"),
    (0xC2, "BAD_POOL_CALLER"),
    (0xC4, "DRIVER_VERIFIER_DETECTED_VIOLATION"),
    (0xC7, "TIMER_OR_DPC_INVALID"),
    (0xC8, "IRQL_UNEXPECTED_VALUE"),
    (0xD1, "DRIVER_IRQL_NOT_LESS_OR_EQUAL"),
    (0xE1, "WORKER_THREAD_RETURNED_AT_BAD_IRQL"),
    (0xE2, "MANUALLY_INITIATED_CRASH"),
    (0xE3, "RESOURCE_NOT_OWNED"),
    (0xE4, "WORKER_INVALID"),
    (0xE9, "ACTIVE_EX_WORKER_THREAD_TERMINATION"),
    (0xEF, "CRITICAL_PROCESS_DIED"),
    (0x102, "DPC_WATCHDOG_TIMEOUT"),
    (0x124, "WHEA_UNCORRECTABLE_ERROR"),
    (0x133, "DPC_WATCHDOG_VIOLATION"),
    (0x139, "KERNEL_SECURITY_CHECK_FAILURE"),
    (0x4000_008A, "THREAD_TERMINATE_HELD_MUTEX"),
];

/// The name of a bugcheck code; empty for one that is not known here.
#[must_use]
pub fn bugcheck_name(code: u32) -> &'static str {
    BUGCHECKS.iter().find(|b| b.0 == code).map_or("", |b| b.1)
}

/// Parameter 1 of 0xC4 for a call at a wrong IRQL. Where the documentation has several for a routine, the one that tells the
/// IRQL and the object is taken, before the rule of DDI compliance checking (0x2xxxx); 0xE5 is for a routine that it
/// does not name.
#[must_use]
pub fn verifier_subcode(routine: Routine) -> u32 {
    use Routine as R;
    match routine {
        R::KeReleaseSpinLock => 0x32,
        R::ExAcquireFastMutex | R::ExTryToAcquireFastMutex => 0x33,
        R::ExReleaseFastMutex => 0x34,
        R::KeWaitForSingleObject
        | R::KeWaitForMutexObject
        | R::KeWaitForMultipleObjects
        | R::KeDelayExecutionThread => 0x3B,
        R::KeAcquireSpinLockAtDpcLevel => 0x40,
        R::KeReleaseSpinLockFromDpcLevel => 0x41,
        R::KeAcquireSpinLock | R::KeAcquireSpinLockRaiseToDpc => 0x42,
        R::KeSetEvent => 0x80,
        R::KeEnterCriticalRegion => 0x11A,
        R::KeLeaveCriticalRegion => 0x11B,
        // The rule IrqlKeApcLte2.
        R::KeEnterGuardedRegion | R::KeLeaveGuardedRegion | R::KeAreApcsDisabled | R::KeAreAllApcsDisabled => 0x2_0010,
        // The rule IrqlKeDispatchLte.
        R::KeResetEvent
        | R::KeClearEvent
        | R::KePulseEvent
        | R::KeReadStateEvent
        | R::KeSetTimer
        | R::KeSetTimerEx
        | R::KeCancelTimer
        | R::KeReadStateTimer
        | R::KeReleaseMutex => 0x2_0011,
        _ => 0xE5,
    }
}
