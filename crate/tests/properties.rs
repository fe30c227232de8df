//! Random scenarios: whatever their code does, each run keeps to the invariants after each step, makes the same
//! trace again from the same seed, can be sought, and ends. Careful drivers and reckless ones take part.

#![cfg(not(target_arch = "wasm32"))]

#[path = "common/alpc_scenarios.rs"]
mod alpc;
#[path = "common/cases.rs"]
mod cases;
mod common;

use cases::cases;
use common::{checked, program};
use irql_playground::sim::{Limits, OutcomeKind, Session};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use std::collections::BTreeSet;

const LIMITS: Limits =
    Limits { records: 4_000, ops_at_instant: 4_000, nesting: 48, apc_pool: 64, packet_pool: 64, alpc_messages: 64 };

type Code = BoxedStrategy<String>;

/// Where a statement stands; decides what a careful driver may write there.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Isr,
    Dpc,
    ApcKernelRoutine,
    Thread,
    User,
}

fn pick(list: &[&'static str]) -> Code {
    select(list.to_vec()).prop_map(str::to_string).boxed()
}

fn either(list: Vec<Code>) -> Code {
    Union::new(list).boxed()
}

fn work() -> Code {
    prop_oneof![
        (1..20u32).prop_map(|n| format!("work {n}us;")),
        (1..40u32).prop_map(|n| format!("work random(1us, {n}us);")),
    ]
    .boxed()
}

/// What is legal up to DISPATCH_LEVEL.
fn at_dispatch() -> Code {
    pick(&[
        "KeInsertQueueDpc(D0);",
        "KeInsertQueueDpc(D1, 1, 2);",
        "KeInsertQueueDpc(D2);",
        "KeInsertQueueDpc(D3);",
        "KeInsertQueueDpc(D4, 3);",
        "KeInsertQueueDpc(D1, 4); KeRemoveQueueDpc(D1);",
        "KeSetTimer(T0, -40us, D3);",
        "old = KeAcquireSpinLockForDpc(L1); work 2us; KeReleaseSpinLockForDpc(L1, old);",
        "KeRemoveQueueDpc(D1);",
        "g = KeSetSystemAffinityThreadEx(random(0, 5));",
        "KeSetSystemAffinityThread(1 + g % 3);",
        "KeRevertToUserAffinityThread();",
        "KeRevertToUserAffinityThreadEx(random(0, 3));",
        "KeSetEvent(E0);",
        "KeSetEvent(E0, EVENT_INCREMENT);",
        "KeSetEvent(E1);",
        "KeResetEvent(E1);",
        "KePulseEvent(E1, EVENT_INCREMENT);",
        "KeAlertThread(S0, KernelMode);",
        "KeAlertThread(U0, UserMode);",
        "KeClearEvent(E0);",
        "KeInsertQueueApc(K0);",
        "KeInsertQueueApc(K1);",
        "KeInsertQueueApc(K2, 1, 2, 3);",
        "KeInsertQueueApc(N0);",
        "KeInsertQueueApc(N1);",
        "KeInsertQueueApc(A0);",
        "KeInsertQueueApc(A1, 7);",
        "KeRemoveQueueApc(N0);",
        "KeSuspendThread(U1);",
        "KeResumeThread(U1);",
        "KeSuspendThread(S0); KeResumeThread(S0);",
        "KeRemoveQueueApc(A1);",
        "KeRemoveQueueApc(KA1); KeInitializeApc(KA1, U0, CurrentApcEnvironment, A0.KernelRoutine, NULL, A0.NormalRoutine, UserMode, 3); KeInsertQueueApc(KA1);",
        "KeSetTimer(T0, -150us);",
        "KeSetTimer(T0, 0, D1);",
        "KeSetTimer(T1, -60us, D0);",
        "KeSetTimerEx(T1, -90us, 250us, D2);",
        "KeSetTimerEx(T0, -20us, 1us, D1);",
        "KeCancelTimer(T1);",
        "if (KeReadStateTimer(T0)) KeCancelTimer(T0);",
        "KeWaitForSingleObject(T1, Executive, KernelMode, FALSE, 0);",
        "KeSetImportanceDpc(D2, HighImportance);",
        "KeSetImportanceDpc(D2, LowImportance);",
        "KeSetTargetProcessorDpc(D1, 0);",
        "IoRequestDpc(V0, R0, 1);",
        "if (InterlockedExchange(posted0, 1) == 0) ExQueueWorkItem(Job0, DelayedWorkQueue);",
        "if (InterlockedExchange(posted1, 1) == 0) { IoInitializeWorkItem(V0, Job1); IoQueueWorkItem(Job1, Job1, CriticalWorkQueue, g); }",
        "if (InterlockedExchange(posted2, 1) == 0) IoQueueWorkItemEx(Job2, Job2, HyperCriticalWorkQueue);",
        "g = g + 1;",
        "if (g % 3 == 0) { work 2us; } else g = 5;",
        "if (with0) { with0 = 0; IoCompleteRequest(R0, 2); }",
        "if (with1) { with1 = 0; IoCompleteRequest(R1); }",
        "if (with3) { with3 = 0; IoSetCancelRoutine(R3, NULL); R3.Status = g % 2 * STATUS_UNSUCCESSFUL; IoCompleteRequest(R3, 1); }",
        "if (kept) { kept = 0; IoCompleteRequest(R3); }",
        "KeWaitForSingleObject(E0, Executive, KernelMode, FALSE, 0);",
        "KeWaitForMultipleObjects(3, [E0, M0, T1], WaitAll, Executive, KernelMode, FALSE, 0);",
        "if (KeReadStateSemaphore(M0) < 5) KeReleaseSemaphore(M0, SEMAPHORE_INCREMENT, random(1, 4));",
        "g = random(0, 9);",
        "KeInsertQueue(K0Q, g); g = KeTestSpinLock(L0) + KeReadStateQueue(K0Q);",
        "KeRemoveQueue(K0Q, KernelMode, 0);",
        "F(3);",
    ])
}

/// What only code below DISPATCH_LEVEL may do: waits that block.
fn waits() -> Code {
    prop_oneof![
        (0..2u32, 0..2u32, 0..2u32, 1..300u32).prop_map(|(event, mode, alertable, time)| format!(
            "KeWaitForSingleObject(E{event}, Executive, {}, {}, -{time}us);",
            if mode == 0 { "KernelMode" } else { "UserMode" },
            if alertable == 0 { "FALSE" } else { "TRUE" },
        )),
        (1..300u32).prop_map(|n| format!("KeDelayExecutionThread(KernelMode, FALSE, -{n}us);")),
        (1..300u32).prop_map(|n| format!("KeDelayExecutionThread(UserMode, TRUE, -{n}us);")),
        pick(&[
            "KeFlushQueuedDpcs();",
            "ZwYieldExecution();",
            "g = KeRemoveQueue(K0Q, KernelMode, -90us);",
            "KeRemoveQueue(K0Q, UserMode, -200us); KeDelayExecutionThread(KernelMode, FALSE, -30us);",
            "KeSetPriorityThread(S0, random(1, 31));",
            "KeSetPriorityThread(U1, random(0, 15));",
            "g = KeSetPriorityThread(KeGetCurrentThread(), random(6, 18));",
            "g = KeQueryPriorityThread(U0); KeSetBasePriorityThread(S1, random(0, 9) - 4);",
            "KeSetBasePriorityThread(U0, 16 - g % 32);",
            "KeWaitForSingleObject(T0);",
            "KeWaitForSingleObject(T1, Executive, KernelMode, FALSE, -200us);",
            "ExSetTimerResolution(1us, TRUE);",
            "ExSetTimerResolution(0, FALSE);",
            "KeWaitForSingleObject(E0);",
            "KeWaitForSingleObject(M0);",
            "KeWaitForSingleObject(S0);",
            "KeWaitForMultipleObjects(2, [E0, M0], WaitAny);",
            "KeSetEvent(E1, 0, TRUE); KeWaitForSingleObject(E0, Executive, KernelMode, FALSE, -90us);",
            "KeReleaseSemaphore(M0, 1, 0, TRUE); KeWaitForMultipleObjects(2, [E0, M0], WaitAny, Executive, UserMode, TRUE, -60us);",
            "KeWaitForSingleObject(X0); KeReleaseMutex(X0, TRUE); KeDelayExecutionThread(KernelMode, TRUE, -40us);",
            "KeTestAlertThread(KernelMode);",
            "ExAcquireFastMutex(F0); work 7us; ExReleaseFastMutex(F0);",
            "ExAcquireFastMutex(F0); KeDelayExecutionThread(KernelMode, FALSE, -300us); ExReleaseFastMutex(F0);",
            "Serve();",
            "KeAcquireGuardedMutex(G0); work 5us; KeReleaseGuardedMutex(G0);",
            "KeEnterCriticalRegion(); KeAcquireGuardedMutexUnsafe(G0); work 5us; KeReleaseGuardedMutexUnsafe(G0); KeLeaveCriticalRegion();",
            "ExEnterCriticalRegionAndAcquireResourceExclusive(Z0); work 8us; ExAcquireResourceSharedLite(Z0, TRUE); ExReleaseResourceLite(Z0); ExConvertExclusiveToSharedLite(Z0); work 4us; ExReleaseResourceAndLeaveCriticalRegion(Z0);",
            "ExEnterCriticalRegionAndAcquireResourceShared(Z0); KeDelayExecutionThread(KernelMode, FALSE, -50us); ExReleaseResourceAndLeaveCriticalRegion(Z0);",
            "KeEnterGuardedRegion(); if (ExAcquireResourceExclusiveLite(Z0, FALSE)) { work 2us; ExReleaseResourceLite(Z0); } if (ExAcquireSharedStarveExclusive(Z0, TRUE)) ExReleaseResourceLite(Z0); KeLeaveGuardedRegion();",
            "KeWaitForSingleObject(X0); work 9us; KeWaitForSingleObject(X0); KeReleaseMutex(X0); KeReleaseMutex(X0);",
            "if (KeWaitForMultipleObjects(2, [X0, X1], WaitAll, Executive, KernelMode, FALSE, -200us) == 0) { work 9us; KeReleaseMutex(X1); KeReleaseMutex(X0); }",
            "if (KeWaitForSingleObject(X1, Executive, UserMode, TRUE, -90us) == 0) { KeDelayExecutionThread(KernelMode, FALSE, -80us); KeReleaseMutex(X1); }",
            "KeWaitForMultipleObjects(3, [T0, M0, E1], WaitAny, Executive, UserMode, TRUE, -200us);",
            "KeWaitForMultipleObjects(2, [E1, M0], WaitAll, Executive, KernelMode, FALSE, -150us);",
            "KeWaitForMultipleObjects(3, [M0, E0, T1], WaitAll, Executive, UserMode, TRUE, -300us);",
            "KeWaitForSingleObject(S1, Executive, KernelMode, FALSE, -90us);"
        ]),
    ]
    .boxed()
}

fn user() -> Code {
    prop_oneof![
        2 => (0..300u32, 0..2u32).prop_map(|(n, alertable)| format!("SleepEx({n}us, {alertable});")),
        2 => (0..300u32, 0..2u32).prop_map(|(n, alertable)| format!("WaitForSingleObjectEx(E{alertable}, {n}us, TRUE);")),
        1 => pick(&[
            "SuspendThread(U0); Sleep(20us); ResumeThread(U0);",
            "SuspendThread(U1);",
            "NtResumeThread(U1, b); ResumeThread(U1);",
            "GetThreadContext(U0, b); SetThreadContext(U1, b + 1);",
            "if (g % 7 == 6) TerminateThread(U0, 1);",
            "if (g % 7 == 5) ExitThread(0);",
            "CreateThread(NULL, 0, U2, 5, g % 8);",
        ]),
        5 => pick(&[
            "Sleep(0);",
            "Sleep(30us);",
            "NtTestAlert();",
            "NtYieldExecution();",
            "SwitchToThread();",
            "SetThreadAffinityMask(GetCurrentThread(), random(0, 4));",
            "SetThreadAffinityMask(S0, random(1, 4)); SetThreadAffinityMask(U1, random(1, 3));",
            "SetProcessAffinityMask(Proc, random(0, 3)); SetThreadIdealProcessor(U0, random(0, 2));",
            "g = GetCurrentProcessorNumber();",
            "NtQueueApcThreadEx2(U0, NULL, g % 2, P1, 1);",
            "SetThreadPriority(GetCurrentThread(), random(0, 4) - 2);",
            "SetThreadPriority(U0, THREAD_PRIORITY_TIME_CRITICAL);",
            "SetThreadPriority(S1, THREAD_PRIORITY_IDLE); g = GetThreadPriority(U1);",
            "SetWaitableTimer(T0, -60us, 0, P1, 3);",
            "SetWaitableTimer(T1, -150us, 200us, P0); SleepEx(90us, TRUE);",
            "SetWaitableTimer(T1, 0); CancelWaitableTimer(T0);",
            "SetEvent(E0);",
            "ResetEvent(E1);",
            "QueueUserAPC(P0, U0, 1);",
            "QueueUserAPC(P1, U1);",
            "QueueUserAPC(P0, U1);",
            "NtAllocateReserveObject(&kept_apc, NULL, MemoryReserveUserApc); NtQueueApcThreadEx(U0, kept_apc, P0, 1); NtQueueApcThreadEx(U1, kept_apc, P1, 2);",
            "QueueUserAPC2(P1, U0, 4, QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC);",
            "NtQueueApcThreadEx(U1, QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC, P0, 1);",
            "NtQueueApcThread(U1, NULL);",
            "NtQueueApcThread(U0, P1, 1, 2);",
            "SleepEx(50us, TRUE);",
            "if (with0 == 0) { with0 = 1; if (ReadFileEx(R0, OnR0) == FALSE) with0 = 0; }",
            "if (with1 == 0) { with1 = 1; if (WriteFile(R1) == FALSE) with1 = 0; }",
            "if (with1 == 0) { with1 = 1; if (ReadFile(R1) == FALSE) with1 = 0; }",
            "ReadFileEx(R2, P1);",
            "if (with3 + kept == 0) { if (ReadFileEx(R3, OnR0)) with3 = R3.Status == STATUS_PENDING; }",
            "ReadFile(R4);",
            "ReadFile(R5);",
            "ReadFileEx(R6, P0);",
            "CancelIoEx(Pipe);",
            "CancelIoEx(Stack, R3);",
            "CancelIoEx(Disk);",
            "GetQueuedCompletionStatus(Q0, b, k, o, 60us);",
            "GetQueuedCompletionStatus(Q0, b, k, o, 0); GetQueuedCompletionStatus(Q1, b, k, o, 40us);",
            "PostQueuedCompletionStatus(Q0, 1, 2, 3);",
            "PostQueuedCompletionStatus(Q0); PostQueuedCompletionStatus(Q1, 4);",
            "CreateIoCompletionPort(Disk, Q0, 5);",
            "SetFileCompletionNotificationModes(Disk, g % 4);",
            "WaitForSingleObject(Tape, 30us);",
            "WaitForSingleObject(U0, 40us);",
            "WaitForMultipleObjects(4, [E0, U0, M0, Tape], FALSE, 50us);",
            "WaitForMultipleObjectsEx(2, [E1, M0], TRUE, 70us, TRUE);",
            "ReleaseSemaphore(M0, 2, b);",
            "NtAlertThread(U1); PulseEvent(E0);",
            "SignalObjectAndWait(E1, E0, 50us, TRUE);",
            "SignalObjectAndWait(Y0, M0, 40us);",
            "WaitForMultipleObjects(2, [E0, Y0], FALSE, 90us);",
            "WaitForSingleObjectEx(Y0, 60us, TRUE); ReleaseMutex(Y0);",
            "Serve();",
            "Serve();",
            "Serve();",
            "Serve();",
            "Serve();",
            "Serve();",
            "Serve();",
            "Serve();",
            "Serve();",
            "Serve();",
            "g = g + 1;",
            "F(2);",
        ]),
    ]
    .boxed()
}

/// What no careful driver writes.
fn reckless() -> Code {
    prop_oneof![
        (0..16u32).prop_map(|n| format!("KeRaiseIrql({n}, x);")),
        (0..16u32).prop_map(|n| format!("KeLowerIrql({n});")),
        pick(&[
            "KeRaiseIrqlToDpcLevel();",
            "KeAcquireSpinLock(L0, x);",
            "KeAcquireSpinLockAtDpcLevel(L0);",
            "KeRaiseIrqlToDpcLevel(); KeAcquireSpinLockAtDpcLevel(L0); KeAcquireSpinLockAtDpcLevel(L0);",
            "KeTryToAcquireSpinLockAtDpcLevel(L0);",
            "KeIpiGenericCall(Recurse);",
            "RtlZeroMemory(g);",
            "x = ExAllocatePool2(POOL_FLAG_PAGED, 64); RtlZeroMemory(x); ExFreePool(x);",
            "ExRaiseStatus(g);",
            "page = g;",
            "x = KeAcquireSpinLockRaiseToSynch(L1);",
            "KeAcquireInStackQueuedSpinLock(L0, x);",
            "KeReleaseInStackQueuedSpinLock(g);",
            "KeReleaseInStackQueuedSpinLockForDpc(g);",
            "ZwYieldExecution();",
            "KeRemoveQueue(K0Q, UserMode);",
            "x = KeAcquireInterruptSpinLock(V0);",
            "KeReleaseInterruptSpinLock(V1, 0);",
            "KeSynchronizeExecution(V0, F, 3);",
            "KeSynchronizeExecution(V1, Recurse, 3);",
            "KeReleaseSpinLock(L0, 0);",
            "KeReleaseSpinLockFromDpcLevel(L1);",
            "IoCompleteRequest(R0);",
            "IoCompleteRequest(R2);",
            "IoCompleteRequest(R3);",
            "IoCancelIrp(R3);",
            "IoCallDriver(Low, R3);",
            "IoCallDriver(Upper, R1);",
            "IoSetCompletionRoutine(R3, UpDone, 1, TRUE, FALSE, TRUE);",
            "IoSetCancelRoutine(R3, Stop);",
            "IoAcquireCancelSpinLock(x);",
            "IoMarkIrpPending(R3);",
            "KeWaitForSingleObject(E0);",
            "KeReleaseSemaphore(M0, 0, 3);",
            "KeReleaseMutex(X0);",
            "ExReleaseFastMutex(F0);",
            "x = ExTryToAcquireFastMutex(F0);",
            "KeAcquireGuardedMutex(G0);",
            "ExAcquireResourceSharedLite(Z0, TRUE);",
            "ExReleaseResourceLite(Z0);",
            "KeSetEvent(E0, 0, TRUE);",
            "KePulseEvent(E1, 0, TRUE); KeWaitForSingleObject(M0);",
            "KeWaitForSingleObject(X1);",
            "KeWaitForMultipleObjects(4, [E0, E1, M0, T0], WaitAny);",
            "KeDelayExecutionThread(KernelMode, FALSE, -20us);",
            "KeSetEvent(E1);",
            "KeSetTargetProcessorDpc(D2, g);",
            "KeInitializeDpc(D0, D1, g);",
            "KeInitializeThreadedDpc(D1, D0);",
            "block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 512);",
            "block = ExAllocatePool2(POOL_FLAG_PAGED, 512); KeInsertQueueDpc(DX, g);",
            "ExFreePool(block);",
            "KeInsertQueueDpc(DX); KeSetTimer(TX, -100us, DX);",
            "KeRemoveQueueDpc(DX); x = KeCancelTimer(TX);",
            "KeWaitForSingleObject(TX);",
            "IoInitializeDpcRequest(V0, D2);",
            "return;",
            "KeInsertQueueApc(K0);",
            "Recurse(1);",
            "PsTerminateSystemThread(0);",
            "if (g % 2) KeInitializeApc(KA0, S1, InsertApcEnvironment, K2.KernelRoutine, NULL, N1.NormalRoutine, KernelMode, g); KeInsertQueueApc(KA0);",
            "KeInitializeApc(KA0, U1, AttachedApcEnvironment, NULL, NULL, NULL); KeInsertQueueApc(KA0);",
            "KeEnterCriticalRegion();",
            "KeStackAttachProcess(Proc, g);",
            "ExQueueWorkItem(Job2, CriticalWorkQueue);",
            "ExQueueWorkItem(Job0, g);",
            "ExInitializeWorkItem(Job1, Job0, g);",
            "IoUninitializeWorkItem(Job2);",
            "IoInitializeWorkItem(g, Job1);",
            "KeUnstackDetachProcess(g);",
            "KeAttachProcess(Proc);",
            "KeSetPriorityThread(KeGetCurrentThread(), g);",
            "KeSetPriorityThread(U0, random(1, 20)); KeSetBasePriorityThread(KeGetCurrentThread(), g - 3);",
            "KeDetachProcess();",
            "KeEnterGuardedRegion();",
            "KeLeaveCriticalRegion();",
            "KeLeaveGuardedRegion();",
            "while (g < 9) g = g + 0;",
            "Calm(); PAGED_CODE();",
            "KeSynchronizeExecution(V0, Calm);",
        ]),
    ]
    .boxed()
}

/// Blocks of statements under a raised level or a lock, balanced.
fn guarded(inner: Code, depth: u32, dpc: bool) -> Code {
    let level = prop_oneof![Just("APC_LEVEL"), Just("DISPATCH_LEVEL"), Just("8"), Just("HIGH_LEVEL")];
    let raise = (level, vec(inner.clone(), 0..3)).prop_map(move |(level, body)| {
        let body =
            if matches!(level, "8" | "HIGH_LEVEL") { "work 3us; KeInsertQueueDpc(D0);".into() } else { body.join(" ") };
        format!("KeRaiseIrql({level}, o{depth}); {body} KeLowerIrql(o{depth});")
    });
    let lock = (0..2u32, vec(inner, 0..3)).prop_map(move |(lock, body)| {
        let body = body.join(" ");
        if dpc {
            format!("KeAcquireSpinLockAtDpcLevel(L{lock}); {body} KeReleaseSpinLockFromDpcLevel(L{lock});")
        } else {
            format!("KeAcquireSpinLock(L{lock}, o{depth}); {body} KeReleaseSpinLock(L{lock}, o{depth});")
        }
    });
    // Q is taken by nobody else, and no other lock under it.
    let try_or_queue = Just(if dpc {
        "if (KeTryToAcquireSpinLockAtDpcLevel(Q)) { work 3us; KeReleaseSpinLockFromDpcLevel(Q); }".to_string()
    } else {
        "KeAcquireInStackQueuedSpinLock(Q, h); work 60us; KeReleaseInStackQueuedSpinLock(h);".to_string()
    });
    let with_isr = (0..2u32).prop_map(|device| {
        format!("i = KeAcquireInterruptSpinLock(V{device}); work 4us; KeReleaseInterruptSpinLock(V{device}, i); KeSynchronizeExecution(V{device}, Short);")
    });
    let more = prop_oneof![2 => try_or_queue, 1 => with_isr].boxed();
    if dpc { prop_oneof![lock, more].boxed() } else { prop_oneof![raise, lock, more].boxed() }
}

/// Statements in a region, balanced.
fn in_region(inner: Code) -> Code {
    let attached = vec(inner.clone(), 0..3).prop_map(|body| {
        let body = body.join(" ");
        format!("KeStackAttachProcess(Proc, s); {body} KeUnstackDetachProcess(s);")
    });
    let region = (select(vec!["Critical", "Guarded"]), vec(inner, 0..3)).prop_map(|(region, body)| {
        let body = body.join(" ");
        format!(
            "KeEnter{region}Region(); {body} g = KeAreApcsDisabled() + KeAreAllApcsDisabled(); KeLeave{region}Region();"
        )
    });
    prop_oneof![4 => region, 1 => attached].boxed()
}

fn statements(place: Place, wild: bool, most: usize) -> Code {
    let mut kinds = vec![work(), work()];
    match place {
        Place::Isr => kinds.push(pick(&["KeInsertQueueDpc(D0, 5);", "KeInsertQueueDpc(D1);", "KeInsertQueueDpc(D2);"])),
        Place::Dpc => {
            kinds.extend([at_dispatch(), at_dispatch()]);
            kinds.push(guarded(prop_oneof![work(), at_dispatch()].boxed(), 0, true));
        }
        Place::ApcKernelRoutine => {
            kinds.extend([at_dispatch(), at_dispatch(), in_region(prop_oneof![work(), at_dispatch()].boxed())]);
        }
        Place::Thread => {
            kinds.extend([at_dispatch(), at_dispatch(), waits()]);
            kinds.push(guarded(prop_oneof![work(), at_dispatch()].boxed(), 0, false));
            kinds.push(in_region(prop_oneof![work(), at_dispatch(), waits()].boxed()));
            kinds.push(pick(&[
                "for (i = 0; i < 4; i++) { work 5us; KeInsertQueueDpc(D1); }",
                "page += 1;",
                "Calm();",
                "if (block) KeInsertQueueDpc(DX, 5);",
                "if (block) KeSetTimer(TX, -120us, DX);",
                "KeIpiGenericCall(Short);",
                "Long();",
            ]));
        }
        Place::User => kinds.extend([user(), user(), user()]),
    }
    if wild && place != Place::User {
        kinds.push(reckless());
    }
    vec(either(kinds), 0..most).prop_map(|list| list.join(" ")).boxed()
}

fn machine() -> impl Strategy<Value = (u32, String)> {
    (
        1..=4u32,
        select(vec!["x64", "x86"]),
        select(vec!["100us", "250us", "1ms"]),
        select(vec![1u32, 3, 6, 36]),
        (0..1000u32, any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), 1..6u32, 0..6u32, select(vec![0, 7, 150])),
    )
        .prop_map(|(cpus, ladder, clock, quantum, (seed, verifier, checked, book, dequeue, depth, rate, poll))| {
            let on = |b: bool| if b { "on" } else { "off" };
            let rule = if book { "book" } else { "documented" };
            let iocp = if dequeue { "dequeue" } else { "apc" };
            let guarded = if seed % 3 == 0 { "nt52" } else { "win8" };
            let suspend = if seed % 2 == 0 { "apc_nt5" } else { "sched_apc_win8" };
            let on_deadlock = if seed % 3 == 0 { "go_on" } else { "stop" };
            let charge = if seed % 5 < 2 { "cycles" } else { "tick" };
            let text = format!(
                "machine {{ processors: {cpus}; irql: {ladder}; clock: {clock}; quantum: {quantum}; quantum_charge: {charge}; end: 2ms; seed: {seed}; \
                 verifier: {}; wait_costs_quantum: {}; checked: {}; dpc_rule: {rule}; iocp: {iocp}; guarded_mutex: {guarded}; suspend_model: {suspend}; dpc_queue_depth: {depth}; dpc_rate: {rate}; \
                 idle_poll: {poll}us; on_deadlock: {on_deadlock}; threaded_dpc: {}; dpc_time_limit: 3; dpc_watchdog_limit: 5; }}\n",
                on(verifier),
                on(seed % 7 < 3),
                on(checked),
                on(seed % 4 > 0),
            );
            (cpus, text)
        })
}

/// A scenario with one of everything; `wild` lets kernel code break the rules.
fn scenario(wild: bool) -> impl Strategy<Value = String> {
    let s = move |place, most| statements(place, wild, most);
    let bodies = (
        (s(Place::Isr, 4), s(Place::Isr, 4)),
        (s(Place::Dpc, 5), s(Place::Dpc, 5), s(Place::Dpc, 5)),
        (s(Place::ApcKernelRoutine, 3), s(Place::ApcKernelRoutine, 3), s(Place::ApcKernelRoutine, 3)),
        (s(Place::Thread, 4), s(Place::User, 4), s(Place::User, 4), s(Place::User, 4)),
        (s(Place::Thread, 8), s(Place::Thread, 8), s(Place::User, 9), s(Place::User, 9)),
        (s(Place::Thread, 6), s(Place::Thread, 4)),
    );
    let numbers = (
        (3..12u32, 3..12u32, 0..4u32, 0..4u32),
        (5..200u32, 0..100u32, 1..100u32),
        (1..32u32, 1..16u32, 1..32u32, 1..16u32),
        (0..300u32, 0..4u32, 0..4u32, any::<bool>(), any::<bool>()),
        select(vec!["Low", "Medium", "High", "MediumHigh"]),
    );
    (machine(), bodies, numbers).prop_map(|((cpus, mut text), bodies, numbers)| {
        let ((isr0, isr1), (dpc0, dpc1, dpc2), (apc0, apc1, apc2), (n0, a0, p0, p1), threads, (serve, long)) = bodies;
        let (s0, s1, u0, u1) = threads;
        let ((i0, i1, c0, c1), (period, jitter, first), (q0, q1, q2, q3), (start, ct, cd, loops, bound), importance) =
            numbers;
        let check = if loops && bound { 800 } else { 90_000 };
        let mode = if bound { "level" } else { "latched" };
        let (c0, c1, ct, cd) = (c0 % cpus, c1 % cpus, ct % cpus, cd % cpus);
        let affinity = if bound { format!(", processor: {ct}") } else { String::new() };
        let within = if loops { 1 } else { (1 << cpus) - 1 };
        let forever = |code: &str| if loops { format!("while (TRUE) {{ {code} work 7us; }}") } else { code.to_string() };
        text += &format!(
            "device V0 {{ irql: {i0}; processor: {c0}; isr: I0; dpc: D0; }} device V1 {{ irql: {i1}; processor: {c1}; isr: I1; }}
device W0 {{ irql: 6; processor: {c0}; vector: 0x60; share: TRUE; mode: {mode}; isr: I2; }} isr I2 {{ work 1us; }}
device W1 {{ irql: 6; synchronize_irql: 7; processor: {c0}; vector: 0x60; share: TRUE; mode: {mode}; isr: I3; }} isr I3 {{ {isr0} }}
event E0; event E1 {{ type: notification; }} fast_mutex F0; guarded_mutex G0; resource Z0; mutex X0; mutex X1; mutant Y0; semaphore M0 {{ count: 1; limit: 9; }} timer T0; timer T1 {{ type: synchronization; }} paged var page = 0; spinlock L0; spinlock L1; spinlock Q; var g = 0; var kept_apc = 0; var with0 = 0; var with1 = 0;
iocp Q0 {{ concurrency: 1; }} iocp Q1; queue K0Q {{ count: 1; }} file Disk; file Tape {{ completion_port: Q0; }}
irp R0 {{ file: Disk; bytes: 100; }} irp R1 {{ file: Tape; event: E1; }} irp R2 {{ pending: FALSE; event: E0; }}
file Stack {{ driver: Upper; }} irp R3 {{ file: Stack; }} var with3 = 0; var kept = 0;
file Pipe {{ driver: Pipes; synchronous_io: alert; }} irp R4 {{ file: Pipe; event: E1; }} file Slow {{ driver: Slows; synchronous_io: nonalert; }} irp R5 {{ file: Slow; }} file Unseen {{ synchronous_io: alert; }} irp R6 {{ file: Unseen; }} var with4 = 0; var with5 = 0;
driver Pipes {{ if (g % 4 == 0) {{ IoCompleteRequest(Irp); return 0; }} with4 = 1; IoMarkIrpPending(Irp); if (g % 3) IoSetCancelRoutine(Irp, Drop); {apc0} return STATUS_PENDING; }}
cancel Drop {{ with4 = 0; IoReleaseCancelSpinLock(Irp.CancelIrql); work 1us; Irp.Status = STATUS_CANCELLED; IoCompleteRequest(Irp); }}
driver Slows {{ with5 = 1; IoMarkIrpPending(Irp); return STATUS_PENDING; }}
dpc D5 {{ if (with4) {{ with4 = 0; IoSetCancelRoutine(R4, NULL); IoCompleteRequest(R4); }} if (with5) {{ with5 = 0; IoCompleteRequest(R5); }} }} isr I5 {{ KeInsertQueueDpc(D5); }} device V5 {{ irql: 6; isr: I5; }}
every 130us jitter 40us interrupt V5;
device V6 {{ irql: 4; synchronize_irql: PASSIVE_LEVEL; processor: {c1}; mode: {mode}; isr: I6; }} isr I6 {{ {serve} work 9us; return g % 4; }} every 110us jitter 30us interrupt V6;
driver Upper (lower: Low) {{ IoMarkIrpPending(Irp); IoSetCompletionRoutine(Irp, UpDone, g, TRUE, g % 2, TRUE); {dpc0} return IoCallDriver(Low, Irp); }}
driver Low {{ if (g % 5 == 0) {{ Irp.Information = g; IoCompleteRequest(Irp); return 0; }} IoMarkIrpPending(Irp); IoSetCancelRoutine(Irp, Stop); {apc0} return STATUS_PENDING; }}
completion UpDone {{ {dpc1} if (random(0, 2) == 0 && Irp.Cancel == 0) {{ kept = 1; return STATUS_MORE_PROCESSING_REQUIRED; }} if (Irp.PendingReturned) IoMarkIrpPending(Irp); }}
cancel Stop {{ with3 = 0; IoReleaseCancelSpinLock(Irp.CancelIrql); Irp.Status = STATUS_CANCELLED; IoCompleteRequest(Irp); }}
work_item Job0 {{ posted0 = 0; {long} }} work_item Job1 {{ posted1 = 0; {serve} KeSynchronizeExecution(V6, Long); }} work_item Job2 {{ posted2 = 0; {n0} }} var posted0 = 0; var posted1 = 0; var posted2 = 0;
isr I0 {{ {isr0} }} isr I1 {{ {isr1} }}
dpc D0 {{ {dpc0} }} dpc D1 (importance: {importance}) {{ {dpc1} }} dpc D2 (importance: High, processor: {cd}) {{ {dpc2} }}
var block = 0; timer TX {{ in: block; }} dpc DX (in: block, processor: {cd}) {{ {dpc1} }} dpc D3 (type: threaded, processor: {cd}) {{ {dpc1} work 3us; }} dpc D4 (type: threaded, importance: High) {{ {dpc0} }}
apc K0 special (thread: S0) {{ {apc0} }} apc K1 special (thread: U0) {{ {apc1} }} apc K2 special (thread: S1) {{ work 1us; }}
process Proc {{ affinity: {within}; }} apc KA0; apc KA1; apc N0 normal (thread: S0) {{ kernel {{ {apc2} if (g % 3 == 0) NormalRoutine = N1.NormalRoutine; if (random(0, 3) == 0) NormalRoutine = NULL; }} {n0} }} apc N1 normal (thread: U1, environment: Insert) {{ work 2us; {n0} }}
apc A0 user (thread: U0) {{ kernel {{ work 1us; }} rundown {{ work 1us; {apc1} }} {a0} }} apc A1 user (thread: U1) {{ work 1us; }}
apc P0 user {{ rundown {{ work 1us; }} {p0} }} apc P1 user {{ {p1} }} apc OnR0 user {{ work 2us; }}
service Serve() {{ KeEnterCriticalRegion(); if (ExAcquireResourceExclusiveLite(Z0, FALSE)) {{ work 30us; KeDelayExecutionThread(KernelMode, FALSE, -100us); ExReleaseResourceLite(Z0); }} KeLeaveCriticalRegion();
    if (ExTryToAcquireFastMutex(F0)) {{ work 10us; KeDelayExecutionThread(KernelMode, FALSE, -800us); ExReleaseFastMutex(F0); }} {serve} }}
paged function Calm() {{ work 4us; if (g % 7 == 6) {{ KeRaiseIrql(DISPATCH_LEVEL, c); work 1us; KeLowerIrql(c); }} work 1us; }} function Short() {{ work 2us; return 1; }} function Long() {{ {long} }} function F(n) {{ return n + 1; }} function Recurse(n) {{ Recurse(n + 1); }}
system thread S0 (priority: {q0}) {{ block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 512); {} KeCancelTimer(TX); if (!KeRemoveQueueDpc(DX)) KeFlushQueuedDpcs(); ExFreePool(block); block = 0; }}
system thread S1 (priority: {q1}{affinity}) {{ {s1} }}
thread U0 (priority: {q2}, start: {start}us) {{ {} SleepEx(100us, TRUE); work 20us; }}
thread U1 (priority: {q3}{affinity}) {{ {u1} SleepEx(INFINITE, TRUE); }}
thread U2 (priority: {q0}, process: Proc) {{ work 5us; ResumeThread(U2); }}
at {first}us interrupt V1;
every {period}us jitter {}us interrupt V0;
every 57us jitter 20us interrupt W0; every 91us jitter 9us interrupt W1;
at 300us nmi; at 400us profile; at 500us cmci; at 600us power; at 700us trim; at {check}us machine_check;
at {first}us..{}us interrupt V0;
",
            forever(&s0),
            forever(&u0),
            jitter % period,
            first + 60,
        );
        text
    })
}

/// One scenario, all properties.
fn holds(text: &str) -> Result<(), TestCaseError> {
    let program = program(text);
    let mut session = match checked(&program, LIMITS) {
        Ok(session) => session,
        Err(wrong) => return Err(TestCaseError::fail(format!("{text}\n{wrong}"))),
    };
    let outcome = session.outcome().expect("it ended");
    if let OutcomeKind::Limit(name, _) = outcome.kind {
        prop_assert!(
            ["records", "ops_at_instant", "nesting", "apc_pool", "packet_pool", "alpc_messages"].contains(&name)
        );
    }
    let seed = program.machine.seed;
    let mut again = Session::new(program, seed, LIMITS);
    again.run();
    prop_assert_eq!(session.columns().fingerprint(), again.columns().fingerprint());
    // `again` seeks forwards from the start, `session` anywhere.
    let records = session.columns().len();
    let step = (records / 25).max(1);
    for n in (0..records).step_by(step as usize) {
        again.seek(n);
        let far = n.wrapping_mul(2_654_435_761) % records;
        session.seek(far);
        session.seek(n);
        prop_assert_eq!(session.state().records, n + 1, "seek({}) in\n{}", n, text);
        prop_assert_eq!(session.state().fingerprint(), again.state().fingerprint(), "seek({}) in\n{}", n, text);
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn messages_and_memory_are_conserved(text in alpc::scenario()) {
        holds(&text)?;
    }

    #[test]
    fn careful_drivers_keep_every_invariant(text in scenario(false)) {
        holds(&text)?;
    }

    #[test]
    fn reckless_drivers_keep_every_invariant(text in scenario(true)) {
        holds(&text)?;
    }
}

/// Generated scenarios must do something, or the properties would hold of nothing.
#[test]
fn random_scenarios_reach_every_corner_of_the_machine() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    // Their devices go on to the end, and their machines are small.
    let absent = ["MarkerReached", "AssertionFailed", "IoRefused", "RunEnded", "AffinityAbove32"];
    let mut wanted: BTreeSet<&str> = irql_playground::trace::Kind::all().map(|k| k.name).collect();
    wanted.retain(|name| !absent.contains(name));
    for n in 0..6000 {
        if wanted.is_empty() {
            return;
        }
        let text = match n % 3 {
            0 => alpc::scenario().new_tree(&mut runner).expect("it can be made").current(),
            kind => scenario(kind == 1).new_tree(&mut runner).expect("it can be made").current(),
        };
        let program = program(&text);
        let seed = program.machine.seed;
        let mut session = Session::new(program, seed, LIMITS);
        session.run();
        session.columns().iter().for_each(|r| {
            wanted.remove(r.kind.info().name);
        });
    }
    panic!("no random scenario makes {wanted:?}");
}
