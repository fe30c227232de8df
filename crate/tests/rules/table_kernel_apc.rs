//! AP-27 row by row: when a kernel-mode APC runs, by the situation of its target.

use super::table::{Cell, holds, rows_are};

struct Row {
    /// The situation, in the words of the reference.
    situation: &'static str,
    /// Which of the situations that the row names this one is.
    this: &'static str,
    /// T, which is on processor 0, and what it needs. A is queued to it at 10us, E is set at 30us and at 50us.
    text: &'static str,
    special: Cell,
    normal: Cell,
}

/// T's code is interrupted in the midst of its work.
const NOW: Cell = ("now", &["10us: ApcInserted A T", "10us: RUNS", "11us: WorkResumed T 20us"]);
/// T waits for E before W does, and is behind it afterwards.
const WAITS_AGAIN: Cell = (
    "wakes, runs, waits again at the tail",
    &[
        "10us: ApcInserted A T",
        "10us: WaitBroken T",
        "10us: RUNS",
        "11us: WaitResumed T",
        "30us: WaitEnded W STATUS_SUCCESS",
        "50us: WaitEnded T STATUS_SUCCESS",
    ],
);
/// T keeps its place before W.
const AFTER_WAIT_AND_LEAVE: Cell = (
    "after the wait and the Leave",
    &[
        "10us: ApcInserted A T",
        "30us: WaitEnded T STATUS_SUCCESS",
        "30us: MarkerReached leave",
        "30us: RUNS",
        "31us: MarkerReached left",
        "50us: WaitEnded W STATUS_SUCCESS",
    ],
);
/// T wakes for the first object and looks, and waits again.
const AFTER_BOTH: Cell = (
    "after the wait, as IRQL falls",
    &[
        "10us: ApcInserted A T",
        "30us: WaitRetested T",
        "30us: WaitResumed T",
        "45us: WaitSatisfied T",
        "45us: MarkerReached leave @1",
        "45us: RUNS",
        "46us: MarkerReached left",
    ],
);
const AS_IRQL_FALLS: Cell = (
    "as IRQL falls to PASSIVE",
    &[
        "10us: ApcInserted A T",
        "30us: MarkerReached lower @1",
        "30us: IrqlLowered irql=1 @0",
        "30us: RUNS",
        "31us: MarkerReached low",
    ],
);
const REFUSED: Cell = ("insert returns FALSE", &["10us: ApcRefused A T AP-7", "10us: GlobalWritten inserted =0"]);

const ROWS: &[Row] = &[
    Row {
        situation: "runs user code or kernel code at PASSIVE, no region",
        this: "user code",
        text: "thread T (processor: 0) { work 30us; }",
        special: NOW,
        normal: NOW,
    },
    Row {
        situation: "runs user code or kernel code at PASSIVE, no region",
        this: "kernel code",
        text: "system thread T (processor: 0) { work 30us; }",
        special: NOW,
        normal: NOW,
    },
    Row {
        situation: "runs inside a normal kernel APC routine",
        this: "at PASSIVE_LEVEL",
        text: "apc In normal (thread: T) { work 30us; } system thread T (processor: 0) { KeInsertQueueApc(In); work 5us; }",
        special: ("now", &["10us: ApcInserted A T", "10us: RUNS", "11us: WorkResumed In 20us"]),
        normal: (
            "after that routine",
            &["10us: ApcHeld A T", "30us: ApcNormalRoutineEnded In T", "30us: RUNS", "31us: WorkStarted T"],
        ),
    },
    Row {
        situation: "runs in a critical region / holds a KMUTEX",
        this: "a critical region",
        text: "system thread T (processor: 0) { KeEnterCriticalRegion(); work 30us; marker leave; KeLeaveCriticalRegion(); marker left; }",
        special: NOW,
        normal: (
            "at the Leave that reaches 0",
            &[
                "10us: ApcHeld A T",
                "30us: MarkerReached leave",
                "30us: CriticalRegionLeft T =0",
                "30us: RUNS",
                "31us: MarkerReached left",
            ],
        ),
    },
    Row {
        situation: "runs in a critical region / holds a KMUTEX",
        this: "a critical region in another one",
        text: "system thread T (processor: 0) { KeEnterCriticalRegion(); KeEnterCriticalRegion(); work 30us; KeLeaveCriticalRegion(); marker leave; KeLeaveCriticalRegion(); marker left; }",
        special: NOW,
        normal: (
            "at the Leave that reaches 0",
            &[
                "10us: ApcHeld A T",
                "30us: CriticalRegionLeft T =-1",
                "30us: MarkerReached leave",
                "30us: CriticalRegionLeft T =0",
                "30us: RUNS",
                "31us: MarkerReached left",
            ],
        ),
    },
    Row {
        situation: "runs in a critical region / holds a KMUTEX",
        this: "a KMUTEX, acquired twice",
        text: "mutex M; system thread T (processor: 0) { KeWaitForSingleObject(M); KeWaitForSingleObject(M); work 30us; KeReleaseMutex(M); marker leave; KeReleaseMutex(M); marker left; }",
        special: NOW,
        normal: (
            "at the Release that reaches 0",
            &[
                "10us: ApcHeld A T",
                "30us: MutexReleased M n=1",
                "30us: MarkerReached leave",
                "30us: MutexReleased M n=0",
                "30us: RUNS",
                "31us: MarkerReached left",
            ],
        ),
    },
    Row {
        situation: "runs in a guarded region",
        this: "in another one",
        text: "system thread T (processor: 0) { KeEnterGuardedRegion(); KeEnterGuardedRegion(); work 30us; KeLeaveGuardedRegion(); marker leave; KeLeaveGuardedRegion(); marker left; }",
        special: (
            "at the Leave that reaches 0",
            &[
                "10us: ApcInserted A T",
                "30us: GuardedRegionLeft T =-1",
                "30us: MarkerReached leave",
                "30us: GuardedRegionLeft T =0",
                "30us: RUNS",
                "31us: MarkerReached left",
            ],
        ),
        normal: (
            "same",
            &[
                "10us: ApcInserted A T",
                "30us: GuardedRegionLeft T =-1",
                "30us: MarkerReached leave",
                "30us: GuardedRegionLeft T =0",
                "30us: RUNS",
                "31us: MarkerReached left",
            ],
        ),
    },
    Row {
        situation: "both regions",
        this: "the guarded one is left first",
        text: "system thread T (processor: 0) { KeEnterCriticalRegion(); KeEnterGuardedRegion(); work 30us; marker leave; KeLeaveGuardedRegion(); marker one; KeLeaveCriticalRegion(); marker none; }",
        special: (
            "when SpecialApcDisable = 0",
            &["30us: MarkerReached leave", "30us: GuardedRegionLeft T =0", "30us: RUNS", "31us: MarkerReached one"],
        ),
        normal: (
            "when both are 0",
            &["30us: MarkerReached one", "30us: CriticalRegionLeft T =0", "30us: RUNS", "31us: MarkerReached none"],
        ),
    },
    Row {
        situation: "both regions",
        this: "the critical one is left first",
        text: "system thread T (processor: 0) { KeEnterCriticalRegion(); KeEnterGuardedRegion(); work 30us; marker leave; KeLeaveCriticalRegion(); marker one; KeLeaveGuardedRegion(); marker none; }",
        special: (
            "when SpecialApcDisable = 0",
            &["30us: MarkerReached one", "30us: GuardedRegionLeft T =0", "30us: RUNS", "31us: MarkerReached none"],
        ),
        normal: (
            "when both are 0",
            &["30us: MarkerReached one", "30us: GuardedRegionLeft T =0", "30us: RUNS", "31us: MarkerReached none"],
        ),
    },
    Row {
        situation: "runs at APC_LEVEL / holds a fast mutex",
        this: "APC_LEVEL",
        text: "system thread T (processor: 0) { KeRaiseIrql(APC_LEVEL, old); work 30us; marker lower; KeLowerIrql(old); marker low; }",
        special: AS_IRQL_FALLS,
        normal: AS_IRQL_FALLS,
    },
    Row {
        situation: "runs at APC_LEVEL / holds a fast mutex",
        this: "a fast mutex",
        text: "fast_mutex F; system thread T (processor: 0) { ExAcquireFastMutex(F); work 30us; marker lower; ExReleaseFastMutex(F); marker low; }",
        special: AS_IRQL_FALLS,
        normal: AS_IRQL_FALLS,
    },
    Row {
        situation: "runs at DISPATCH or above, or is interrupted by a DPC/ISR",
        this: "DISPATCH_LEVEL, then APC_LEVEL",
        text: "system thread T (processor: 0) { KeRaiseIrql(APC_LEVEL, old); KeRaiseIrql(DISPATCH_LEVEL, apc); work 30us; KeLowerIrql(apc); marker lower; KeLowerIrql(old); marker low; }",
        special: AS_IRQL_FALLS,
        normal: AS_IRQL_FALLS,
    },
    Row {
        situation: "runs at DISPATCH or above, or is interrupted by a DPC/ISR",
        this: "HIGH_LEVEL",
        text: "system thread T (processor: 0) { KeRaiseIrql(HIGH_LEVEL, old); work 30us; marker lower; KeLowerIrql(old); marker low; }",
        special: (
            "as IRQL falls below APC_LEVEL",
            &["10us: ApcInserted A T", "30us: MarkerReached lower @15", "30us: RUNS", "31us: MarkerReached low"],
        ),
        normal: (
            "same",
            &["10us: ApcInserted A T", "30us: MarkerReached lower @15", "30us: RUNS", "31us: MarkerReached low"],
        ),
    },
    Row {
        situation: "runs at DISPATCH or above, or is interrupted by a DPC/ISR",
        this: "interrupted by an ISR, and then by its DPC",
        text: "device Nic { irql: 7; isr: Isr; } isr Isr { work 10us; KeInsertQueueDpc(D); } dpc D { work 10us; } at 5us interrupt Nic;
            system thread T (processor: 0) { work 30us; }",
        special: (
            "as IRQL falls below APC_LEVEL (after DPCs)",
            &["10us: ApcInserted A T", "15us: IsrReturned Nic", "25us: DpcEnded D", "25us: RUNS", "26us: WorkResumed T 25us"],
        ),
        normal: (
            "same",
            &["10us: ApcInserted A T", "15us: IsrReturned Nic", "25us: DpcEnded D", "25us: RUNS", "26us: WorkResumed T 25us"],
        ),
    },
    Row {
        situation: "runs at DISPATCH or above, or is interrupted by a DPC/ISR",
        this: "DISPATCH_LEVEL in a critical region",
        text: "spinlock L; system thread T (processor: 0) { KeEnterCriticalRegion(); KeAcquireSpinLock(L, old); work 30us; marker lower; KeReleaseSpinLock(L, old); marker low; KeLeaveCriticalRegion(); marker left; }",
        special: (
            "as IRQL falls below APC_LEVEL",
            &["10us: ApcInserted A T", "30us: MarkerReached lower @2", "30us: RUNS", "31us: MarkerReached low"],
        ),
        normal: (
            "same, if allowed",
            &["30us: MarkerReached lower @2", "30us: ApcHeld A T", "30us: MarkerReached low", "30us: RUNS", "31us: MarkerReached left"],
        ),
    },
    Row {
        situation: "ready/standby",
        this: "ready, preempted at PASSIVE_LEVEL",
        text: "system thread T (processor: 0) { work 30us; } system thread High (processor: 0, priority: 12, start: 5us) { work 15us; }",
        special: (
            "at swap-in",
            &["10us: ApcInserted A T", "20us: ContextSwitched T High @0", "20us: RUNS", "21us: WorkResumed T 25us"],
        ),
        normal: (
            "same",
            &["10us: ApcInserted A T", "20us: ContextSwitched T High @0", "20us: RUNS", "21us: WorkResumed T 25us"],
        ),
    },
    Row {
        situation: "ready/standby",
        this: "ready, preempted at APC_LEVEL",
        text: "system thread T (processor: 0) { KeRaiseIrql(APC_LEVEL, old); work 15us; marker lower; KeLowerIrql(old); marker low; }
            system thread High (processor: 0, priority: 12, start: 5us) { work 15us; }",
        special: (
            "at swap-in, by the rows above for its saved level",
            &["20us: ContextSwitched T High @1", "30us: MarkerReached lower @1", "30us: RUNS", "31us: MarkerReached low"],
        ),
        normal: (
            "same",
            &["20us: ContextSwitched T High @1", "30us: MarkerReached lower @1", "30us: RUNS", "31us: MarkerReached low"],
        ),
    },
    Row {
        situation: "ready/standby",
        this: "ready, preempted in a critical region",
        text: "system thread T (processor: 0) { KeEnterCriticalRegion(); work 15us; marker leave; KeLeaveCriticalRegion(); marker left; }
            system thread High (processor: 0, priority: 12, start: 5us) { work 15us; }",
        special: ("at swap-in", &["20us: ContextSwitched T High @0", "20us: RUNS", "21us: WorkResumed T 10us"]),
        normal: (
            "same",
            &["20us: ContextSwitched T High @0", "30us: MarkerReached leave", "30us: RUNS", "31us: MarkerReached left"],
        ),
    },
    Row {
        situation: "ready/standby",
        this: "standby, its wait at PASSIVE_LEVEL being over",
        text: "event F; device Nic { irql: 7; isr: Isr; } isr Isr { KeInsertQueueDpc(D); } dpc D { KeSetEvent(F); work 15us; } at 5us interrupt Nic;
            system thread T (processor: 0) { KeWaitForSingleObject(F); marker woken; } system thread Low (processor: 0, priority: 4) { work 90us; }",
        special: (
            "at swap-in",
            &["5us: ThreadStandby T", "10us: ApcInserted A T", "20us: ContextSwitched T Low", "20us: RUNS", "21us: MarkerReached woken"],
        ),
        normal: (
            "same",
            &["5us: ThreadStandby T", "10us: ApcInserted A T", "20us: ContextSwitched T Low", "20us: RUNS", "21us: MarkerReached woken"],
        ),
    },
    Row {
        situation: "waits, entered at PASSIVE, no region (any mode, alertable or not)",
        this: "KernelMode, not alertable",
        text: "system thread T (processor: 0) { KeWaitForSingleObject(E, Executive, KernelMode, FALSE, NULL); } system thread W (processor: 0, priority: 4) { KeWaitForSingleObject(E); }",
        special: WAITS_AGAIN,
        normal: WAITS_AGAIN,
    },
    Row {
        situation: "waits, entered at PASSIVE, no region (any mode, alertable or not)",
        this: "KernelMode, alertable",
        text: "system thread T (processor: 0) { KeWaitForSingleObject(E, Executive, KernelMode, TRUE, NULL); } system thread W (processor: 0, priority: 4) { KeWaitForSingleObject(E); }",
        special: WAITS_AGAIN,
        normal: WAITS_AGAIN,
    },
    Row {
        situation: "waits, entered at PASSIVE, no region (any mode, alertable or not)",
        this: "UserMode, not alertable",
        text: "system thread T (processor: 0) { KeWaitForSingleObject(E, Executive, UserMode, FALSE, NULL); } system thread W (processor: 0, priority: 4) { KeWaitForSingleObject(E); }",
        special: WAITS_AGAIN,
        normal: WAITS_AGAIN,
    },
    Row {
        situation: "waits, entered at PASSIVE, no region (any mode, alertable or not)",
        this: "UserMode, alertable",
        text: "system thread T (processor: 0) { KeWaitForSingleObject(E, Executive, UserMode, TRUE, NULL); } system thread W (processor: 0, priority: 4) { KeWaitForSingleObject(E); }",
        special: WAITS_AGAIN,
        normal: WAITS_AGAIN,
    },
    Row {
        situation: "waits, entered at PASSIVE, no region (any mode, alertable or not)",
        this: "for any of two objects",
        text: "event F; system thread T (processor: 0) { KeWaitForMultipleObjects(2, [E, F], WaitAny); } system thread W (processor: 0, priority: 4) { KeWaitForSingleObject(E); }",
        special: WAITS_AGAIN,
        normal: WAITS_AGAIN,
    },
    Row {
        situation: "waits in a critical region",
        this: "entered at PASSIVE_LEVEL",
        text: "system thread T (processor: 0) { KeEnterCriticalRegion(); KeWaitForSingleObject(E); marker leave; KeLeaveCriticalRegion(); marker left; }
            system thread W (processor: 0, priority: 4) { KeWaitForSingleObject(E); }",
        special: WAITS_AGAIN,
        normal: AFTER_WAIT_AND_LEAVE,
    },
    Row {
        situation: "waits in a guarded region",
        this: "entered at PASSIVE_LEVEL",
        text: "system thread T (processor: 0) { KeEnterGuardedRegion(); KeWaitForSingleObject(E); marker leave; KeLeaveGuardedRegion(); marker left; }
            system thread W (processor: 0, priority: 4) { KeWaitForSingleObject(E); }",
        special: AFTER_WAIT_AND_LEAVE,
        normal: AFTER_WAIT_AND_LEAVE,
    },
    Row {
        situation: "waits, entered at APC_LEVEL",
        this: "no region",
        text: "system thread T (processor: 0) { KeRaiseIrql(APC_LEVEL, old); KeWaitForSingleObject(E); marker leave; KeLowerIrql(old); marker left; }
            system thread W (processor: 0, priority: 4) { KeWaitForSingleObject(E); }",
        special: AFTER_WAIT_AND_LEAVE,
        normal: AFTER_WAIT_AND_LEAVE,
    },
    Row {
        situation: "waits, entered at APC_LEVEL",
        this: "for all of two objects, the first of which is signalled at 30us and the second at 45us",
        text: "event F; system thread T (processor: 0) { KeRaiseIrql(APC_LEVEL, old); KeWaitForMultipleObjects(2, [E, F], WaitAll); marker leave; KeLowerIrql(old); marker left; }
            system thread Second (processor: 1, priority: 12, start: 45us) { KeSetEvent(F); }",
        special: AFTER_BOTH,
        normal: AFTER_BOTH,
    },
    Row {
        situation: "suspended (apc-nt5)",
        this: "while it worked",
        text: "thread T (processor: 0) { work 30us; } system thread S (processor: 1, priority: 12, start: 5us) { KeSuspendThread(T); } system thread R (processor: 1, priority: 12, start: 40us) { KeResumeThread(T); }",
        special: (
            "wakes, runs, suspended again",
            &[
                "10us: WaitBroken T T.SuspendSemaphore",
                "10us: RUNS",
                "11us: WaitResumed T T.SuspendSemaphore",
                "40us: WaitEnded T STATUS_SUCCESS",
                "40us: WorkResumed T 25us",
            ],
        ),
        normal: (
            "after resume",
            &[
                "10us: ApcInserted A T",
                "40us: WaitEnded T STATUS_SUCCESS",
                "40us: ApcNormalRoutineEnded T.SuspendApc",
                "40us: RUNS",
                "41us: WorkResumed T 25us",
            ],
        ),
    },
    Row {
        situation: "attached elsewhere, APC for the original environment",
        this: "at work",
        text: "process P; system thread T (processor: 0) { KeStackAttachProcess(P, state); work 30us; marker detach; KeUnstackDetachProcess(state); marker back; }",
        special: (
            "after detach",
            &["10us: ApcInserted A T", "30us: MarkerReached detach", "30us: ProcessDetached T", "30us: RUNS", "31us: MarkerReached back"],
        ),
        normal: (
            "same",
            &["10us: ApcInserted A T", "30us: MarkerReached detach", "30us: ProcessDetached T", "30us: RUNS", "31us: MarkerReached back"],
        ),
    },
    Row {
        situation: "attached elsewhere, APC for the original environment",
        this: "in a wait",
        text: "process P; system thread T (processor: 0) { KeStackAttachProcess(P, state); KeWaitForSingleObject(E); marker leave; KeUnstackDetachProcess(state); marker left; }
            system thread W (processor: 0, priority: 4) { KeWaitForSingleObject(E); }",
        special: AFTER_WAIT_AND_LEAVE,
        normal: AFTER_WAIT_AND_LEAVE,
    },
    Row {
        situation: "exiting, ApcQueueable = 0",
        this: "in a RundownRoutine",
        text: "apc Last user (thread: T) { rundown { work 30us; } } service QueueLast() { KeInsertQueueApc(Last); } thread T (processor: 0) { QueueLast(); }",
        special: REFUSED,
        normal: REFUSED,
    },
];

/// AP-27, AP-9, AP-13, TH-14, SU-4
#[test]
fn when_a_kernel_apc_runs_by_the_situation_of_its_target() {
    rows_are(
        ROWS.iter().map(|row| row.situation),
        &[
            "runs user code or kernel code at PASSIVE, no region",
            "runs inside a normal kernel APC routine",
            "runs in a critical region / holds a KMUTEX",
            "runs in a guarded region",
            "both regions",
            "runs at APC_LEVEL / holds a fast mutex",
            "runs at DISPATCH or above, or is interrupted by a DPC/ISR",
            "ready/standby",
            "waits, entered at PASSIVE, no region (any mode, alertable or not)",
            "waits in a critical region",
            "waits in a guarded region",
            "waits, entered at APC_LEVEL",
            "suspended (apc-nt5)",
            "attached elsewhere, APC for the original environment",
            "exiting, ApcQueueable = 0",
        ],
    );
    for row in ROWS {
        for (kind, runs, cell) in [
            ("special", "ApcKernelRoutineStarted A T @1 AP-13", row.special),
            ("normal", "ApcNormalRoutineStarted A T @0 AP-13", row.normal),
        ] {
            let text = format!(
                "machine {{ processors: 2; clock: 1ms; }} event E; var inserted = 9; apc A {kind} (thread: T) {{ work 1us; }} {}
                system thread Q (processor: 1) {{ work 10us; inserted = KeInsertQueueApc(A); work 20us; KeSetEvent(E); work 20us; KeSetEvent(E); }}",
                row.text
            );
            let run = holds(&format!("{}, {}: {kind}", row.situation, row.this), &text, runs, cell);
            let queued = cell.1.iter().any(|record| record.contains("RUNS"));
            assert_eq!(run.written("inserted"), [i64::from(queued)]);
            run.completes();
        }
    }
}
