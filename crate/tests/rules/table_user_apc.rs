//! AP-27b row by row: when a user-mode APC runs, by the situation of its target.

use super::table::{Cell, holds, rows_are};

struct Row {
    /// The situation, in the words of the reference.
    situation: &'static str,
    /// Which of the situations that the row names this one is.
    this: &'static str,
    /// T, which is on processor 0, and what it needs. U is queued to it at 10us, E is set at 30us.
    text: &'static str,
    regular: Cell,
    special: Cell,
}

/// T's code is interrupted in the midst of its work of 30us.
const INTERRUPTED: Cell = (
    "interrupts it: runs before its next user instruction",
    &["10us: ApcInserted U T", "10us: RUNS", "11us: WorkResumed T 20us"],
);
/// T works in a service until 30us.
const AT_THE_SERVICES_END: Cell = (
    "runs at the service's end",
    &["10us: ApcInserted U T", "30us: FunctionReturned Serve", "30us: RUNS", "31us: MarkerReached back"],
);
/// T waits in a service for E, and works for 10us more.
const AFTER_WAIT_AND_SERVICE: Cell = (
    "runs when the wait and the service end",
    &[
        "10us: ApcInserted U T",
        "30us: WaitEnded T STATUS_SUCCESS",
        "40us: FunctionReturned Serve",
        "40us: RUNS",
        "41us: MarkerReached back",
    ],
);
/// T is never alertable.
const STAYS_QUEUED: Cell =
    ("queued", &["10us: ApcInserted U T", "MarkerReached back", "ApcDropped U T", "ThreadEnded T"]);
const ENDS_THE_WAIT: Cell = (
    "wait ends, STATUS_USER_APC; runs before the service returns to user code",
    &["10us: WaitEnded T STATUS_USER_APC", "10us: RUNS", "11us: MarkerReached back"],
);
const AFTER_THE_REGION: Cell = (
    "wait ends; runs after the region is left and user mode entered",
    &[
        "10us: WaitEnded T STATUS_USER_APC",
        "20us: MarkerReached leave",
        "20us: MarkerReached left",
        "20us: FunctionReturned Serve",
        "20us: RUNS",
        "21us: MarkerReached back",
    ],
);
const BEFORE_THE_START: Cell = (
    "runs before the start routine",
    &["10us: ApcInserted U T", "20us: ContextSwitched T", "20us: RUNS", "21us: WorkStarted T"],
);
const INSERT_FAILS: Cell = ("insert fails", &["10us: ApcRefused U T AP-7", "10us: GlobalWritten queued =0"]);
const RUN_DOWN: Cell =
    ("those queued are run down, never called", &["10us: ApcInserted U T", "ApcDropped U T TE-3", "ThreadEnded T"]);

const ROWS: &[Row] = &[
    Row {
        situation: "runs user code",
        this: "then an alertable wait",
        text: "thread T (processor: 0) { work 30us; SleepEx(0, TRUE); marker back; }",
        regular: (
            "queued; nothing until an alertable wait",
            &["30us: ServiceEntered SleepEx", "30us: RUNS", "31us: ServiceReturned SleepEx =192"],
        ),
        special: INTERRUPTED,
    },
    Row {
        situation: "runs user code",
        this: "then NtTestAlert",
        text: "thread T (processor: 0) { work 30us; NtTestAlert(); marker back; }",
        regular: (
            "queued; nothing until NtTestAlert",
            &["30us: ServiceEntered NtTestAlert", "30us: RUNS", "31us: MarkerReached back"],
        ),
        special: INTERRUPTED,
    },
    Row {
        situation: "runs user code",
        this: "and nothing else",
        text: "thread T (processor: 0) { work 30us; marker back; }",
        regular: STAYS_QUEUED,
        special: INTERRUPTED,
    },
    Row {
        situation: "runs a service, not waiting (any IRQL, any region)",
        this: "PASSIVE_LEVEL",
        text: "service Serve() { work 30us; } thread T (processor: 0) { Serve(); marker back; }",
        regular: STAYS_QUEUED,
        special: AT_THE_SERVICES_END,
    },
    Row {
        situation: "runs a service, not waiting (any IRQL, any region)",
        this: "which tests for alerts",
        text: "service Serve() { work 30us; KeTestAlertThread(UserMode); } thread T (processor: 0) { Serve(); marker back; }",
        regular: (
            "queued; runs at the service's end only if UserApcPending got set meanwhile",
            &[
                "10us: ApcInserted U T",
                "30us: UserApcPending T AL-2",
                "30us: FunctionReturned Serve",
                "30us: RUNS",
                "31us: MarkerReached back",
            ],
        ),
        special: AT_THE_SERVICES_END,
    },
    Row {
        situation: "runs a service, not waiting (any IRQL, any region)",
        this: "APC_LEVEL",
        text: "service Serve() { KeRaiseIrql(APC_LEVEL, old); work 30us; KeLowerIrql(old); } thread T (processor: 0) { Serve(); marker back; }",
        regular: STAYS_QUEUED,
        special: AT_THE_SERVICES_END,
    },
    Row {
        situation: "runs a service, not waiting (any IRQL, any region)",
        this: "DISPATCH_LEVEL",
        text: "service Serve() { KeRaiseIrql(DISPATCH_LEVEL, old); work 30us; KeLowerIrql(old); } thread T (processor: 0) { Serve(); marker back; }",
        regular: STAYS_QUEUED,
        special: AT_THE_SERVICES_END,
    },
    Row {
        situation: "runs a service, not waiting (any IRQL, any region)",
        this: "a critical region",
        text: "service Serve() { KeEnterCriticalRegion(); work 30us; KeLeaveCriticalRegion(); } thread T (processor: 0) { Serve(); marker back; }",
        regular: STAYS_QUEUED,
        special: AT_THE_SERVICES_END,
    },
    Row {
        situation: "runs a service, not waiting (any IRQL, any region)",
        this: "a guarded region",
        text: "service Serve() { KeEnterGuardedRegion(); work 30us; KeLeaveGuardedRegion(); } thread T (processor: 0) { Serve(); marker back; }",
        regular: STAYS_QUEUED,
        special: AT_THE_SERVICES_END,
    },
    Row {
        situation: "ready, standby",
        this: "ready, preempted in user code",
        text: "thread T (processor: 0) { work 15us; marker back; } system thread High (processor: 0, priority: 12, start: 5us) { work 15us; }",
        regular: STAYS_QUEUED,
        special: (
            "as above once it runs",
            &["10us: ApcInserted U T", "20us: ContextSwitched T High", "20us: RUNS", "21us: WorkResumed T 10us"],
        ),
    },
    Row {
        situation: "ready, standby",
        this: "standby, on its way back from a wait",
        text: "event F; device Nic { irql: 7; isr: Isr; } isr Isr { KeInsertQueueDpc(D); } dpc D { KeSetEvent(F); work 15us; } at 5us interrupt Nic;
            thread T (processor: 0) { WaitForSingleObject(F, INFINITE); marker back; } system thread Low (processor: 0, priority: 4) { work 90us; }",
        regular: STAYS_QUEUED,
        special: (
            "as above once it runs",
            &["5us: ThreadStandby T", "10us: ApcInserted U T", "20us: ContextSwitched T Low", "20us: RUNS", "21us: MarkerReached back"],
        ),
    },
    Row {
        situation: "waits User, alertable, no region",
        this: "SleepEx",
        text: "thread T (processor: 0) { SleepEx(INFINITE, TRUE); marker back; }",
        regular: ENDS_THE_WAIT,
        special: ENDS_THE_WAIT,
    },
    Row {
        situation: "waits User, alertable, no region",
        this: "WaitForSingleObjectEx",
        text: "thread T (processor: 0) { WaitForSingleObjectEx(E, INFINITE, TRUE); marker back; }",
        regular: ENDS_THE_WAIT,
        special: ENDS_THE_WAIT,
    },
    Row {
        situation: "waits User, alertable, no region",
        this: "WaitForMultipleObjectsEx",
        text: "event F; thread T (processor: 0) { WaitForMultipleObjectsEx(2, [E, F], TRUE, INFINITE, TRUE); marker back; }",
        regular: ENDS_THE_WAIT,
        special: ENDS_THE_WAIT,
    },
    Row {
        situation: "waits User, alertable, in a region",
        this: "a critical one",
        text: "service Serve() { KeEnterCriticalRegion(); KeWaitForSingleObject(E, Executive, UserMode, TRUE, NULL); work 10us; marker leave; KeLeaveCriticalRegion(); marker left; }
            thread T (processor: 0) { Serve(); marker back; }",
        regular: AFTER_THE_REGION,
        special: AFTER_THE_REGION,
    },
    Row {
        situation: "waits User, alertable, in a region",
        this: "a guarded one",
        text: "service Serve() { KeEnterGuardedRegion(); KeWaitForSingleObject(E, Executive, UserMode, TRUE, NULL); work 10us; marker leave; KeLeaveGuardedRegion(); marker left; }
            thread T (processor: 0) { Serve(); marker back; }",
        regular: AFTER_THE_REGION,
        special: AFTER_THE_REGION,
    },
    Row {
        situation: "waits User, not alertable",
        this: "a service's wait",
        text: "service Serve() { KeWaitForSingleObject(E, Executive, UserMode, FALSE, NULL); work 10us; } thread T (processor: 0) { Serve(); marker back; }",
        regular: STAYS_QUEUED,
        special: AFTER_WAIT_AND_SERVICE,
    },
    Row {
        situation: "waits Kernel, alertable or not",
        this: "alertable",
        text: "service Serve() { KeWaitForSingleObject(E, Executive, KernelMode, TRUE, NULL); work 10us; } thread T (processor: 0) { Serve(); marker back; }",
        regular: STAYS_QUEUED,
        special: AFTER_WAIT_AND_SERVICE,
    },
    Row {
        situation: "waits Kernel, alertable or not",
        this: "not alertable",
        text: "service Serve() { KeWaitForSingleObject(E, Executive, KernelMode, FALSE, NULL); work 10us; } thread T (processor: 0) { Serve(); marker back; }",
        regular: STAYS_QUEUED,
        special: AFTER_WAIT_AND_SERVICE,
    },
    Row {
        situation: "suspended",
        this: "while it ran user code",
        text: "system thread S (processor: 1, priority: 12, start: 5us) { KeSuspendThread(T); } system thread R (processor: 1, priority: 12, start: 40us) { KeResumeThread(T); }
            thread T (processor: 0) { work 15us; marker back; }",
        regular: STAYS_QUEUED,
        special: (
            "runs after resume",
            &["10us: ApcInserted U T", "40us: WaitEnded T STATUS_SUCCESS SU-3", "40us: RUNS", "41us: WorkResumed T 10us"],
        ),
    },
    Row {
        situation: "suspended",
        this: "while it waited, alertable",
        text: "system thread S (processor: 1, priority: 12, start: 5us) { KeSuspendThread(T); } system thread R (processor: 1, priority: 12, start: 40us) { KeResumeThread(T); }
            thread T (processor: 0) { SleepEx(INFINITE, TRUE); marker back; }",
        regular: (
            "queued; after resume as above",
            &[
                "10us: ApcInserted U T",
                "40us: WaitEnded T STATUS_SUCCESS SU-3",
                "40us: WaitEnded T STATUS_USER_APC WT-4",
                "40us: RUNS",
                "41us: MarkerReached back",
            ],
        ),
        special: (
            "runs after resume",
            &[
                "10us: ApcInserted U T",
                "40us: WaitEnded T STATUS_SUCCESS SU-3",
                "40us: WaitEnded T STATUS_USER_APC WT-4",
                "40us: RUNS",
                "41us: MarkerReached back",
            ],
        ),
    },
    Row {
        situation: "not started",
        this: "created later",
        text: "thread T (processor: 0, start: 20us) { work 5us; }",
        regular: BEFORE_THE_START,
        special: BEFORE_THE_START,
    },
    Row {
        situation: "attached to another process",
        this: "then an alertable wait",
        text: "process P; service Serve() { KeStackAttachProcess(P, state); work 30us; marker detach; KeUnstackDetachProcess(state); marker detached; }
            thread T (processor: 0) { Serve(); work 5us; SleepEx(0, TRUE); marker back; }",
        regular: (
            "in the original environment's list; after detach and return to user mode",
            &["10us: ApcInserted U T", "30us: MarkerReached detached", "35us: ServiceEntered SleepEx", "35us: RUNS", "36us: MarkerReached back"],
        ),
        special: (
            "same",
            &["10us: ApcInserted U T", "30us: MarkerReached detached", "30us: FunctionReturned Serve", "30us: RUNS", "31us: WorkStarted T"],
        ),
    },
    Row {
        situation: "attached to another process",
        this: "in an alertable wait there",
        text: "process P; service Serve() { KeStackAttachProcess(P, state); KeWaitForSingleObject(E, Executive, UserMode, TRUE, NULL); work 10us; KeUnstackDetachProcess(state); }
            thread T (processor: 0) { Serve(); marker back; }",
        regular: STAYS_QUEUED,
        special: AFTER_WAIT_AND_SERVICE,
    },
    Row {
        situation: "inside a user APC routine",
        this: "at work",
        text: "apc First user { work 30us; } thread T (processor: 0) { QueueUserAPC(First, T); SleepEx(INFINITE, TRUE); marker back; }",
        regular: (
            "after it, in the same drain",
            &[
                "10us: ApcInserted U T",
                "30us: ApcNormalRoutineEnded First T",
                "30us: RUNS",
                "31us: ServiceReturned SleepEx =192",
                "31us: MarkerReached back",
            ],
        ),
        special: (
            "may interrupt the routine (nests)",
            &["10us: ApcInserted U T", "10us: RUNS", "11us: WorkResumed First 20us", "31us: ServiceReturned SleepEx =192"],
        ),
    },
    Row {
        situation: "inside a user APC routine",
        this: "in an alertable wait there",
        text: "apc First user { SleepEx(INFINITE, TRUE); marker inner; } thread T (processor: 0) { QueueUserAPC(First, T); SleepEx(INFINITE, TRUE); marker back; }",
        regular: (
            "nested if the routine waits alertably",
            &[
                "10us: WaitEnded T STATUS_USER_APC",
                "10us: RUNS",
                "11us: MarkerReached inner",
                "11us: ApcNormalRoutineEnded First T",
                "11us: MarkerReached back",
            ],
        ),
        special: (
            "may interrupt the routine (nests)",
            &[
                "10us: WaitEnded T STATUS_USER_APC",
                "10us: RUNS",
                "11us: MarkerReached inner",
                "11us: ApcNormalRoutineEnded First T",
                "11us: MarkerReached back",
            ],
        ),
    },
    Row {
        situation: "exiting",
        this: "ApcQueueable = 0",
        text: "apc Last user (thread: T) { rundown { work 30us; } } service QueueLast() { KeInsertQueueApc(Last); } thread T (processor: 0) { QueueLast(); }",
        regular: INSERT_FAILS,
        special: INSERT_FAILS,
    },
    Row {
        situation: "exiting",
        this: "it waits for its last request first",
        text: "irp R { file: F; } file F { driver: D; } driver D { IoMarkIrpPending(Irp); return STATUS_PENDING; }
            dpc Ready { IoCompleteRequest(R); } isr Isr { KeInsertQueueDpc(Ready); } device Nic { irql: 5; isr: Isr; } at 50us interrupt Nic;
            thread T (processor: 0) { ReadFile(R); }",
        regular: RUN_DOWN,
        special: RUN_DOWN,
    },
];

/// AP-27b, AP-10, AP-15, AP-24, AP-25, SU-4, AT-3
#[test]
fn when_a_user_apc_runs_by_the_situation_of_its_target() {
    rows_are(
        ROWS.iter().map(|row| row.situation),
        &[
            "runs user code",
            "runs a service, not waiting (any IRQL, any region)",
            "ready, standby",
            "waits User, alertable, no region",
            "waits User, alertable, in a region",
            "waits User, not alertable",
            "waits Kernel, alertable or not",
            "suspended",
            "not started",
            "attached to another process",
            "inside a user APC routine",
            "exiting",
        ],
    );
    for row in ROWS {
        for (kind, call, cell) in [
            ("regular", "QueueUserAPC(U, T)", row.regular),
            ("special", "QueueUserAPC2(U, T, 0, QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC)", row.special),
        ] {
            let text = format!(
                "machine {{ processors: 2; clock: 1ms; end: 200ms; }} event E; var queued = 9; apc U user {{ work 1us; }} {}
                thread Q (processor: 1) {{ work 10us; queued = {call}; work 20us; SetEvent(E); }}",
                row.text
            );
            let place = format!("{}, {}: {kind}", row.situation, row.this);
            let run = holds(&place, &text, "ApcNormalRoutineStarted U T @0 AP-13", cell);
            assert_eq!(run.written("queued"), [i64::from(cell.1 != INSERT_FAILS.1)]);
            run.times("ThreadEnded T", 1).completes();
        }
    }
}
