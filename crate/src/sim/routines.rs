//! What each documented routine does when code calls it: the bridge from [`Routine`] to the kernel's mechanism.

use super::Machine;
use super::execute::{index, phase};
use crate::nt::{FrameId, STATUS_INVALID_PARAMETER, STATUS_NO_YIELD_PERFORMED, STATUS_SUCCESS};
use crate::program::{Importance, Ladder, PAGED_CODE_ASSERTION, Routine, Slot};
use crate::trace::Rule;

/// What the performance counter counts in a second: nanoseconds, as all times of the language.
const PERFORMANCE_FREQUENCY: i64 = 1_000_000_000;

/// How a call goes on.
pub(super) enum Flow {
    /// It is over: the result, and the value of the out parameter.
    Done(i64, Option<i64>),
    /// It is over: the result, and the values of three out parameters.
    Received(i64, [i64; 3]),
    /// It is over: the result, and the values of two out parameters.
    Pair(i64, [i64; 2]),
    /// Not now: call it again when the frame runs again.
    Wait,
    /// It spends processor time and is over then.
    Busy(i64),
}

pub(super) fn done(value: impl Into<i64>) -> Flow {
    Flow::Done(value.into(), None)
}

impl Machine {
    /// Calls a routine with the arguments from slot `args` on.
    pub(super) fn call(&mut self, cpu: usize, top: FrameId, routine: Routine, args: Slot) -> Flow {
        use Routine as R;
        let a = |machine: &Self, n: u16| machine.slot(top, args + n);
        let object = index(a(self, 0));
        match routine {
            R::KeRaiseIrql => {
                let new = a(self, 0);
                let old = self.kernel.raise_irql(cpu, new);
                Flow::Done(0, Some(i64::from(old)))
            }
            R::KeRaiseIrqlToDpcLevel => done(self.kernel.raise_irql(cpu, i64::from(Ladder::DISPATCH))),
            R::KeRaiseIrqlToSynchLevel => {
                let synch = self.synch_level();
                done(self.kernel.raise_irql(cpu, i64::from(synch)))
            }
            R::KeLowerIrql => {
                let new = a(self, 0);
                self.kernel.lower_irql(cpu, new);
                done(0)
            }
            R::KeGetCurrentIrql => done(self.kernel.state.kprcb[cpu].irql),
            R::GetCurrentProcessorNumber => done(cpu as i64),
            R::KeGetCurrentProcessorNumberEx => Flow::Done(cpu as i64, Some(cpu as i64)),
            R::KeQueryTickCount => Flow::Done(0, Some(self.kernel.state.tick_count.into())),
            R::KeQueryInterruptTime => done(self.kernel.state.interrupt_time as i64),
            R::KeQuerySystemTime => Flow::Done(0, Some(self.kernel.state.interrupt_time as i64)),
            R::KeQuerySystemTimePrecise => Flow::Done(0, Some(self.kernel.state.now as i64)),
            R::KeQueryPerformanceCounter => Flow::Done(self.kernel.state.now as i64, Some(PERFORMANCE_FREQUENCY)),
            R::QueryPerformanceCounter => Flow::Done(1, Some(self.kernel.state.now as i64)),
            R::KeStallExecutionProcessor => Flow::Busy(a(self, 0)),
            R::KeInsertQueueDpc => {
                let arguments = [a(self, 1), a(self, 2)];
                done(self.kernel.insert_queue_dpc(cpu, object, arguments))
            }
            R::KeInitializeDpc | R::KeInitializeThreadedDpc => {
                let threaded = routine == R::KeInitializeThreadedDpc;
                let deferred = self.routine_of(a(self, 1));
                let context = a(self, 2);
                self.kernel.initialize_dpc(cpu, object, threaded, deferred, context);
                done(0)
            }
            R::IoInitializeDpcRequest => {
                let routine = self.routine_of(a(self, 1));
                let dpc = self.kernel.program.interrupts[object as usize].dpc;
                let context = a(self, 0);
                self.kernel.initialize_dpc(cpu, dpc, false, routine, context);
                done(0)
            }
            R::IoRequestDpc => {
                let arguments = [a(self, 1), a(self, 2)];
                let dpc = self.kernel.program.interrupts[object as usize].dpc;
                self.kernel.insert_queue_dpc(cpu, dpc, arguments);
                done(0)
            }
            R::KeFlushQueuedDpcs => self.flush_queued_dpcs(cpu, top),
            R::KeRemoveQueueDpc => done(self.kernel.remove_queue_dpc(cpu, object)),
            R::KeSetImportanceDpc => {
                self.kernel.state.kdpc[object as usize].importance = importance(a(self, 1));
                done(0)
            }
            R::KeSetTargetProcessorDpc => {
                let number = a(self, 1);
                if !self.set_target_processor(object, number) {
                    // An impossible processor (section 3's table).
                    let (address, processors) = (self.kernel.dpc_address(object), self.kernel.state.kprcb.len());
                    self.kernel.bugcheck(cpu, Rule::DP5, 0xC7, [3, address, number as u64, processors as u64]);
                }
                done(0)
            }
            R::KeSetTargetProcessorDpcEx => {
                let fits = self.set_target_processor(object, a(self, 1));
                done(if fits { STATUS_SUCCESS } else { STATUS_INVALID_PARAMETER })
            }
            R::KeSetEvent
            | R::KePulseEvent
            | R::SetEvent
            | R::PulseEvent
            | R::KeResetEvent
            | R::KeClearEvent
            | R::ResetEvent
            | R::KeReadStateEvent
            | R::KeReleaseSemaphore
            | R::KeReadStateSemaphore
            | R::ReleaseSemaphore
            | R::KeReleaseMutex
            | R::KeReadStateMutex
            | R::ReleaseMutex
            | R::KeAlertThread
            | R::NtAlertThread
            | R::KeTestAlertThread
            | R::NtTestAlert => self.signal_routine(cpu, top, routine, args),
            R::KeSetTimer => {
                let (due, dpc) = (a(self, 1), index(a(self, 2)));
                done(self.kernel.set_timer(cpu, object, due, 0, dpc))
            }
            R::KeSetTimerEx => {
                let (due, period, dpc) = (a(self, 1), a(self, 2), index(a(self, 3)));
                done(self.kernel.set_timer(cpu, object, due, period, dpc))
            }
            R::SetWaitableTimer => {
                let (due, period, completion) = (a(self, 1), a(self, 2), (index(a(self, 3)), a(self, 4)));
                self.kernel.set_waitable_timer(cpu, object, due, period, completion);
                done(1)
            }
            R::CancelWaitableTimer => {
                self.kernel.cancel_waitable_timer(cpu, object);
                done(1)
            }
            R::KeCancelTimer => done(self.kernel.cancel_timer(cpu, object)),
            R::KeReadStateTimer => done(self.kernel.state.ktimer[object as usize].header.is_signalled()),
            R::ExSetTimerResolution => {
                let (desired, set) = (a(self, 0), a(self, 1) != 0);
                done((self.kernel.set_timer_resolution(cpu, desired, set) / 100) as i64)
            }
            R::KeWaitForSingleObject
            | R::KeWaitForMutexObject
            | R::KeWaitForMultipleObjects
            | R::KeDelayExecutionThread
            | R::WaitForSingleObject
            | R::WaitForSingleObjectEx
            | R::WaitForMultipleObjects
            | R::WaitForMultipleObjectsEx
            | R::SignalObjectAndWait
            | R::Sleep
            | R::SleepEx => self.wait_routine(cpu, top, routine, args),
            R::KeAcquireSpinLock
            | R::KeAcquireSpinLockRaiseToDpc
            | R::KeAcquireSpinLockForDpc
            | R::KeAcquireSpinLockAtDpcLevel
            | R::KeAcquireSpinLockRaiseToSynch
            | R::KeTryToAcquireSpinLockAtDpcLevel
            | R::KeReleaseSpinLock
            | R::KeReleaseSpinLockForDpc
            | R::KeReleaseSpinLockFromDpcLevel
            | R::KeAcquireInStackQueuedSpinLock
            | R::KeAcquireInStackQueuedSpinLockAtDpcLevel
            | R::KeReleaseInStackQueuedSpinLock
            | R::KeAcquireInStackQueuedSpinLockForDpc
            | R::KeReleaseInStackQueuedSpinLockForDpc
            | R::KeTestSpinLock
            | R::KeReleaseInStackQueuedSpinLockFromDpcLevel
            | R::KeAcquireInterruptSpinLock
            | R::KeReleaseInterruptSpinLock
            | R::KeSynchronizeExecution => self.lock_routine(cpu, top, routine, args),
            R::ExAcquireFastMutex
            | R::ExTryToAcquireFastMutex
            | R::ExReleaseFastMutex
            | R::ExAcquireFastMutexUnsafe
            | R::ExReleaseFastMutexUnsafe
            | R::KeAcquireGuardedMutex
            | R::KeTryToAcquireGuardedMutex
            | R::KeReleaseGuardedMutex
            | R::KeAcquireGuardedMutexUnsafe
            | R::KeReleaseGuardedMutexUnsafe => self.fast_mutex_routine(cpu, top, routine, args),
            R::ExAcquireResourceExclusiveLite
            | R::ExAcquireResourceSharedLite
            | R::ExAcquireSharedStarveExclusive
            | R::ExAcquireSharedWaitForExclusive
            | R::ExReleaseResourceLite
            | R::ExConvertExclusiveToSharedLite
            | R::ExEnterCriticalRegionAndAcquireResourceExclusive
            | R::ExEnterCriticalRegionAndAcquireResourceShared
            | R::ExReleaseResourceAndLeaveCriticalRegion
            | R::ExIsResourceAcquiredExclusiveLite
            | R::ExIsResourceAcquiredSharedLite => self.resource_routine(cpu, top, routine, args),
            R::SwitchToThread => done(self.kernel.yield_execution(cpu)),
            R::ZwYieldExecution if !self.kernel.may_yield(cpu) => done(STATUS_NO_YIELD_PERFORMED),
            R::NtYieldExecution | R::ZwYieldExecution => {
                let yielded = self.kernel.yield_execution(cpu);
                done(if yielded { STATUS_SUCCESS } else { STATUS_NO_YIELD_PERFORMED })
            }
            R::IoCompleteRequest
            | R::IoCallDriver
            | R::IoSetCompletionRoutine
            | R::IoMarkIrpPending
            | R::IoSetCancelRoutine
            | R::IoCancelIrp
            | R::IoAcquireCancelSpinLock
            | R::IoReleaseCancelSpinLock
            | R::ReadFileEx
            | R::WriteFileEx
            | R::ReadFile
            | R::WriteFile
            | R::KeInsertQueue
            | R::KeRemoveQueue
            | R::KeReadStateQueue
            | R::CancelIoEx
            | R::CreateIoCompletionPort
            | R::GetQueuedCompletionStatus
            | R::PostQueuedCompletionStatus
            | R::SetFileCompletionNotificationModes => self.io_routine(cpu, top, routine, args),
            R::KeBugCheckEx => {
                let parameters = [1, 2, 3, 4].map(|n| a(self, n) as u64);
                let code = a(self, 0) as u32;
                self.kernel.bugcheck(cpu, Rule::BC4, code, parameters);
                done(0)
            }
            R::KeIpiGenericCall => {
                let (body, context) = (a(self, 0) as u16, a(self, 1));
                self.kernel.generic_call(cpu, top, body, context).map_or(Flow::Wait, done)
            }
            R::PAGED_CODE => {
                if self.kernel.state.kprcb[cpu].irql > Ladder::APC {
                    self.kernel.fail_assertion(cpu, PAGED_CODE_ASSERTION);
                }
                done(0)
            }
            R::ExAllocatePool2 => {
                let (flags, bytes) = (a(self, 0), a(self, 1));
                done(self.kernel.allocate_pool(cpu, flags, bytes))
            }
            R::ExFreePool => {
                let address = a(self, 0) as u64;
                self.kernel.free_pool(cpu, address);
                done(0)
            }
            R::RtlZeroMemory => {
                let address = a(self, 0) as u64;
                self.kernel.touch_address(cpu, address, true);
                done(0)
            }
            R::RtlCopyMemory => {
                let (to, from) = (a(self, 0) as u64, a(self, 1) as u64);
                if self.kernel.touch_address(cpu, from, false) {
                    self.kernel.touch_address(cpu, to, true);
                }
                done(0)
            }
            R::ExRaiseStatus => {
                let status = a(self, 0) as u32;
                self.kernel.raise_exception(cpu, status);
                done(0)
            }
            R::SuspendThread
            | R::ResumeThread
            | R::NtSuspendThread
            | R::NtResumeThread
            | R::KeSuspendThread
            | R::KeResumeThread
            | R::GetThreadContext
            | R::SetThreadContext
            | R::TerminateThread
            | R::ExitThread
            | R::PsTerminateSystemThread
            | R::CreateThread
            | R::PsCreateSystemThread
            | R::KeStackAttachProcess
            | R::KeUnstackDetachProcess
            | R::KeAttachProcess
            | R::KeDetachProcess
            | R::PsGetCurrentProcess => self.thread_routine(cpu, top, routine, args),
            R::KeGetCurrentThread
            | R::PsGetCurrentThread
            | R::GetCurrentThread
            | R::KeSetPriorityThread
            | R::KeQueryPriorityThread
            | R::KeSetBasePriorityThread
            | R::SetThreadPriority
            | R::GetThreadPriority
            | R::KeSetSystemAffinityThread
            | R::KeSetSystemAffinityThreadEx
            | R::KeRevertToUserAffinityThread
            | R::KeRevertToUserAffinityThreadEx
            | R::SetThreadAffinityMask
            | R::SetProcessAffinityMask
            | R::SetThreadIdealProcessor => self.scheduling_routine(cpu, top, routine, args),
            R::IoInitializeWorkItem
            | R::IoQueueWorkItem
            | R::IoQueueWorkItemEx
            | R::IoUninitializeWorkItem
            | R::ExInitializeWorkItem
            | R::ExQueueWorkItem => self.work_item_routine(cpu, top, routine, args),
            R::KeEnterCriticalRegion
            | R::KeLeaveCriticalRegion
            | R::KeEnterGuardedRegion
            | R::KeLeaveGuardedRegion
            | R::KeAreApcsDisabled
            | R::KeAreAllApcsDisabled
            | R::KeInsertQueueApc
            | R::KeInitializeApc
            | R::KeRemoveQueueApc
            | R::NtQueueApcThread
            | R::NtQueueApcThreadEx
            | R::NtQueueApcThreadEx2
            | R::NtAllocateReserveObject
            | R::QueueUserAPC2
            | R::QueueUserAPC => self.apc_routine(cpu, top, routine, args),
            R::InterlockedIncrement
            | R::InterlockedDecrement
            | R::InterlockedExchange
            | R::InterlockedCompareExchange
            | R::InterlockedAdd
            | R::InterlockedExchangeAdd
            | R::InterlockedAnd
            | R::InterlockedOr => self.interlocked(cpu, top, routine, args),
            R::NtAlpcCreatePort
            | R::NtAlpcConnectPort
            | R::NtAlpcAcceptConnectPort
            | R::NtAlpcSendWaitReceivePort
            | R::NtAlpcCancelMessage
            | R::NtAlpcDisconnectPort
            | R::NtAlpcCreatePortSection
            | R::NtAlpcDeletePortSection
            | R::NtAlpcCreateSectionView
            | R::NtAlpcDeleteSectionView
            | R::NtAlpcSetInformation
            | R::AlpcGetMessageFromCompletionList
            | R::NtRegisterThreadTerminatePort
            | R::NtClose
            | R::NtCreatePort
            | R::NtListenPort
            | R::NtConnectPort
            | R::NtAcceptConnectPort
            | R::NtCompleteConnectPort
            | R::NtRequestPort
            | R::NtRequestWaitReplyPort
            | R::NtReplyPort
            | R::NtReplyWaitReceivePort => self.alpc_routine(cpu, top, routine, args),
            R::interrupting => done(self.kernel.interrupting(top, object)),
            R::random => {
                let (low, high) = (a(self, 0).max(0) as u64, a(self, 1).max(0) as u64);
                done(self.rng.between(low, high) as i64)
            }
        }
    }

    /// The target of a DPC's next insertion (DP-5); false when there is no such processor.
    fn set_target_processor(&mut self, dpc: u16, number: i64) -> bool {
        let exists = (0..self.kernel.state.kprcb.len() as i64).contains(&number);
        if exists {
            self.kernel.state.kdpc[dpc as usize].number = number as u8;
        }
        exists
    }

    /// The routine of a declared DPC.
    fn routine_of(&self, dpc: i64) -> u16 {
        self.kernel.program.dpcs[index(dpc) as usize].body
    }

    /// KeFlushQueuedDpcs (DP-15): the drain of this processor comes before the call goes on; then the thread waits.
    fn flush_queued_dpcs(&mut self, cpu: usize, top: FrameId) -> Flow {
        let phase = self.kernel.state.frames[top.index()].phase;
        if phase == phase::FRESH {
            self.kernel.begin_flush(cpu);
            self.kernel.state.frames[top.index()].phase = phase::FLUSHING;
            return Flow::Wait;
        }
        if self.kernel.continue_flush(cpu) { done(0) } else { Flow::Wait }
    }
}

fn importance(value: i64) -> Importance {
    match value {
        0 => Importance::Low,
        2 => Importance::High,
        3 => Importance::MediumHigh,
        _ => Importance::Medium,
    }
}
