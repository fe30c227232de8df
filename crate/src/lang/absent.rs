//! Routines of Windows that are known by name and not modelled, with what takes their place here.

/// What takes the place of a routine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Instead {
    /// This routine.
    Call(&'static str),
    /// A declaration such as this.
    Declare(&'static str),
    /// A marker.
    Marker,
    /// The field `Status` of a request.
    Status,
    /// Nothing.
    Nothing,
}

use Instead::{Call, Declare, Marker, Nothing, Status};

/// The routines, by what takes their place.
pub(crate) const ABSENT: &[(&str, Instead)] = &[
    (
        "DbgPrint DbgPrintEx KdPrint KdPrintEx vDbgPrintEx printf OutputDebugString OutputDebugStringA \
         OutputDebugStringW",
        Marker,
    ),
    (
        "KeInitializeEvent IoCreateNotificationEvent IoCreateSynchronizationEvent CreateEvent CreateEventW \
         CreateEventEx NtCreateEvent ZwCreateEvent",
        Declare("event Name;"),
    ),
    ("KeInitializeSpinLock", Declare("spinlock Name;")),
    ("KeInitializeTimer KeInitializeTimerEx ExAllocateTimer CreateWaitableTimer", Declare("timer Name;")),
    (
        "KeInitializeSemaphore CreateSemaphore CreateSemaphoreW CreateSemaphoreEx NtCreateSemaphore",
        Declare("semaphore Name { count: 0; limit: 1; }"),
    ),
    ("KeInitializeMutex", Declare("mutex Name;")),
    ("CreateMutex CreateMutexW CreateMutexEx NtCreateMutant ZwCreateMutant", Declare("mutant Name;")),
    ("ExInitializeFastMutex", Declare("fast_mutex Name;")),
    ("KeInitializeGuardedMutex", Declare("guarded_mutex Name;")),
    ("ExInitializeResourceLite ExDeleteResourceLite", Declare("resource Name;")),
    ("NtReleaseSemaphore", Call("ReleaseSemaphore")),
    ("NtReleaseMutant", Call("ReleaseMutex")),
    ("NtPulseEvent", Call("PulseEvent")),
    ("NtSignalAndWaitForSingleObject", Call("SignalObjectAndWait")),
    ("NtWaitForMultipleObjects", Call("WaitForMultipleObjectsEx")),
    ("IoConnectInterrupt IoConnectInterruptEx", Declare("device Name { irql: 5; isr: NameIsr; }")),
    ("CreateRemoteThread _beginthreadex NtCreateThreadEx", Call("CreateThread")),
    ("NtTerminateThread", Call("TerminateThread")),
    ("NtGetContextThread", Call("GetThreadContext")),
    ("NtSetContextThread", Call("SetThreadContext")),
    ("IoAllocateWorkItem", Declare("work_item Name { }")),
    ("IoFreeWorkItem", Call("IoUninitializeWorkItem")),
    ("IoTryQueueWorkItem", Call("IoQueueWorkItemEx")),
    ("IoAllocateIrp IoBuildDeviceIoControlRequest IoBuildSynchronousFsdRequest", Declare("irp Name;")),
    ("CreateFile CreateFileW NtCreateFile ZwCreateFile ZwOpenFile", Declare("file Name;")),
    ("IoCreateDevice IoAttachDeviceToDeviceStack", Declare("driver Name (lower: Other) { }")),
    ("ExAllocatePool ExAllocatePoolWithTag ExAllocatePoolZero", Call("ExAllocatePool2")),
    ("ExFreePoolWithTag", Call("ExFreePool")),
    ("memset RtlFillMemory RtlSecureZeroMemory", Call("RtlZeroMemory")),
    ("memcpy memmove RtlMoveMemory", Call("RtlCopyMemory")),
    ("KeGetCurrentProcessorNumber KeGetCurrentProcessorIndex", Call("KeGetCurrentProcessorNumberEx")),
    ("InterlockedIncrement64 InterlockedIncrementAcquire", Call("InterlockedIncrement")),
    ("InterlockedDecrement64 InterlockedDecrementRelease", Call("InterlockedDecrement")),
    ("InterlockedExchange64 InterlockedExchangePointer", Call("InterlockedExchange")),
    ("InterlockedCompareExchange64 InterlockedCompareExchangePointer", Call("InterlockedCompareExchange")),
    ("CloseHandle ZwClose", Call("NtClose")),
    ("ZwAlpcCreatePort", Call("NtAlpcCreatePort")),
    ("ZwAlpcConnectPort NtAlpcConnectPortEx ZwSecureConnectPort NtSecureConnectPort", Call("NtAlpcConnectPort")),
    ("ZwAlpcAcceptConnectPort", Call("NtAlpcAcceptConnectPort")),
    ("ZwAlpcSendWaitReceivePort", Call("NtAlpcSendWaitReceivePort")),
    ("ZwAlpcDisconnectPort", Call("NtAlpcDisconnectPort")),
    ("ZwAlpcCancelMessage", Call("NtAlpcCancelMessage")),
    ("ZwAlpcSetInformation", Call("NtAlpcSetInformation")),
    ("ZwAlpcCreatePortSection", Call("NtAlpcCreatePortSection")),
    ("ZwAlpcDeletePortSection", Call("NtAlpcDeletePortSection")),
    ("ZwAlpcCreateSectionView", Call("NtAlpcCreateSectionView")),
    ("ZwAlpcDeleteSectionView", Call("NtAlpcDeleteSectionView")),
    ("NtReplyWaitReceivePortEx ZwReplyWaitReceivePort", Call("NtReplyWaitReceivePort")),
    ("NtCreateWaitablePort ZwCreatePort", Call("NtCreatePort")),
    ("ZwRequestWaitReplyPort", Call("NtRequestWaitReplyPort")),
    (
        "AlpcInitializeMessageAttribute AlpcGetMessageAttribute InitializeObjectAttributes",
        Declare("message Name { bytes: 64; }"),
    ),
    ("KeSetSystemGroupAffinityThread", Call("KeSetSystemAffinityThreadEx")),
    ("KeRevertToUserGroupAffinityThread", Call("KeRevertToUserAffinityThreadEx")),
    ("SetThreadGroupAffinity", Call("SetThreadAffinityMask")),
    ("SetThreadIdealProcessorEx", Call("SetThreadIdealProcessor")),
    ("KeBugCheck", Call("KeBugCheckEx")),
    ("IofCompleteRequest", Call("IoCompleteRequest")),
    ("IofCallDriver", Call("IoCallDriver")),
    ("ExSetTimer", Call("KeSetTimerEx")),
    ("ExCancelTimer", Call("KeCancelTimer")),
    ("NtDelayExecution ZwDelayExecution", Call("SleepEx")),
    ("NtWaitForSingleObject ZwWaitForSingleObject", Call("WaitForSingleObjectEx")),
    ("NtSetEvent ZwSetEvent", Call("SetEvent")),
    ("KeInitializeQueue", Declare("queue Name;")),
    ("NtWriteFile ZwWriteFile", Call("WriteFile")),
    ("SetWaitableTimerEx NtSetTimer", Call("SetWaitableTimer")),
    ("NtCancelTimer", Call("CancelWaitableTimer")),
    ("NtReadFile ZwReadFile", Call("ReadFile")),
    ("FsRtlEnterFileSystem", Call("KeEnterCriticalRegion")),
    ("FsRtlExitFileSystem", Call("KeLeaveCriticalRegion")),
    ("GetLastError GetOverlappedResult GetOverlappedResultEx", Status),
    (
        "ObReferenceObject ObReferenceObjectByHandle ObDereferenceObject \
         PsLookupThreadByThreadId \
         IoGetCurrentIrpStackLocation IoGetNextIrpStackLocation IoCopyCurrentIrpStackLocationToNext \
         IoSkipCurrentIrpStackLocation MmProbeAndLockPages MmGetSystemAddressForMdlSafe MmMapIoSpace \
         READ_REGISTER_ULONG WRITE_REGISTER_ULONG READ_PORT_UCHAR WRITE_PORT_UCHAR \
         ExAcquirePushLockExclusive ExAcquirePushLockShared ExReleasePushLockExclusive ExReleasePushLockShared \
         KeInsertHeadQueue KeRundownQueue KeSaveExtendedProcessorState KeRegisterBugCheckCallback \
         NtAlpcImpersonateClientOfPort NtImpersonateClientOfPort",
        Nothing,
    ),
];

/// What takes the place of a routine of Windows; `None` when it is not known to be one.
pub(crate) fn instead_of(routine: &str) -> Option<Instead> {
    ABSENT.iter().find(|row| row.0.split(' ').any(|name| name == routine)).map(|row| row.1)
}

#[cfg(test)]
mod tests {
    use super::{ABSENT, Instead};
    use crate::program::ROUTINES;

    #[test]
    fn what_is_modelled_is_not_absent_and_what_takes_a_place_is_there() {
        let modelled = |name: &str| ROUTINES.iter().any(|r| r.name == name);
        for (names, instead) in ABSENT {
            for name in names.split(' ') {
                assert!(!name.is_empty() && !modelled(name), "`{name}` is modelled: take it out of this table");
            }
            if let Instead::Call(routine) = instead {
                assert!(modelled(routine), "{routine}");
            }
        }
    }
}
