//! AP-28 cell by cell: the four kinds of wait against what can end or interrupt them.

use super::table::{Cell, holds};

/// A column: what happens at 10us, as kernel code and as user code, and the record that RUNS stands for.
struct Cause {
    name: &'static str,
    kernel: &'static str,
    user: &'static str,
    runs: &'static str,
}

const CAUSES: [Cause; 7] = [
    Cause {
        name: "special kernel APC",
        kernel: "KeInsertQueueApc(S);",
        user: "",
        runs: "ApcKernelRoutineStarted S T @1",
    },
    Cause {
        name: "normal kernel APC",
        kernel: "KeInsertQueueApc(N);",
        user: "",
        runs: "ApcNormalRoutineStarted N T @0",
    },
    Cause { name: "regular user APC", kernel: "", user: "QueueUserAPC(U, T);", runs: "ApcNormalRoutineStarted U T @0" },
    Cause {
        name: "special user APC",
        kernel: "",
        user: "QueueUserAPC2(U, T, 0, QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC);",
        runs: "ApcNormalRoutineStarted U T @0",
    },
    Cause { name: "user alert", kernel: "KeAlertThread(T, UserMode);", user: "", runs: "ThreadAlerted T TRUE" },
    Cause { name: "kernel alert", kernel: "KeAlertThread(T, KernelMode);", user: "", runs: "ThreadAlerted T FALSE" },
    Cause {
        name: "thread termination",
        kernel: "",
        user: "TerminateThread(T);",
        runs: "ApcKernelRoutineStarted ExitApc T @1",
    },
];

/// A wait, which T enters in a service at PASSIVE_LEVEL outside any region; E is set at 30us, and the service works for 10us
/// after its wait.
struct Row {
    mode: &'static str,
    alertable: &'static str,
    cells: [Cell; 7],
}

const RE_WAITS: Cell = (
    "runs, re-waits",
    &["10us: WaitBroken T E AP-9", "10us: RUNS", "11us: WaitResumed T E", "30us: GlobalWritten status =0"],
);
const ENDS_USER_APC: Cell = (
    "ends, USER_APC",
    &[
        "10us: WaitEnded T STATUS_USER_APC",
        "10us: GlobalWritten status =192",
        "20us: FunctionReturned Wait",
        "20us: RUNS",
        "21us: MarkerReached back",
    ],
);
const ENDS_ALERTED: Cell =
    ("ends, ALERTED", &["10us: RUNS", "10us: WaitEnded T STATUS_ALERTED AL-1", "10us: GlobalWritten status =257"]);
const FLAG_ONLY: Cell =
    ("flag only", &["10us: RUNS", "30us: WaitEnded T STATUS_SUCCESS", "30us: GlobalWritten status =0"]);
const STAYS_QUEUED: Cell = (
    "stays queued",
    &["10us: ApcInserted U T", "30us: GlobalWritten status =0", "40us: MarkerReached back", "40us: ApcDropped U T"],
);
const AFTER_THE_SERVICE: Cell = (
    "runs after the wait and the service",
    &[
        "10us: ApcInserted U T",
        "30us: GlobalWritten status =0",
        "40us: FunctionReturned Wait",
        "40us: RUNS",
        "41us: MarkerReached back",
    ],
);
/// The exit APC is queued twice: as a kernel APC that breaks the wait, and then as a user APC.
const TERMINATED: Cell = (
    "ends, USER_APC",
    &[
        "10us: WaitBroken T E AP-9",
        "10us: RUNS",
        "10us: UserApcPending T AP-8",
        "10us: WaitEnded T STATUS_USER_APC WT-4",
        "10us: GlobalWritten status =192",
        "20us: FunctionReturned Wait",
        "20us: RUNS",
        "20us: ThreadEnded T",
    ],
);
const DOES_NOT_END: Cell = (
    "does not end",
    &[
        "10us: WaitBroken T E AP-9",
        "10us: RUNS",
        "10us: UserApcPending T AP-8",
        "10us: WaitResumed T E",
        "30us: GlobalWritten status =0",
        "40us: FunctionReturned Wait",
        "40us: RUNS",
        "40us: ThreadEnded T",
    ],
);

#[rustfmt::skip] // a row of the table is a row here
const ROWS: [Row; 4] = [
    Row { mode: "UserMode", alertable: "TRUE", cells: [RE_WAITS, RE_WAITS, ENDS_USER_APC, ENDS_USER_APC, ENDS_ALERTED, ENDS_ALERTED, TERMINATED] },
    Row { mode: "UserMode", alertable: "FALSE", cells: [RE_WAITS, RE_WAITS, STAYS_QUEUED, AFTER_THE_SERVICE, FLAG_ONLY, FLAG_ONLY, TERMINATED] },
    Row { mode: "KernelMode", alertable: "TRUE", cells: [RE_WAITS, RE_WAITS, STAYS_QUEUED, AFTER_THE_SERVICE, FLAG_ONLY, ENDS_ALERTED, DOES_NOT_END] },
    Row { mode: "KernelMode", alertable: "FALSE", cells: [RE_WAITS, RE_WAITS, STAYS_QUEUED, AFTER_THE_SERVICE, FLAG_ONLY, FLAG_ONLY, DOES_NOT_END] },
];

/// AP-28, AP-9, AP-10, AP-24, AL-1, TE-1, TE-2, WT-3, WT-4
#[test]
fn four_waits_against_all_that_can_end_or_interrupt_them() {
    for row in &ROWS {
        for (cause, cell) in CAUSES.iter().zip(row.cells) {
            let text = format!(
                "machine {{ processors: 2; clock: 1ms; }} event E; var status = 9; apc S special (thread: T) {{ work 1us; }} apc N normal (thread: T) {{ work 1us; }} apc U user {{ work 1us; }}
                service Wait() {{ status = KeWaitForSingleObject(E, Executive, {}, {}, NULL); work 10us; }} service Cause() {{ {} }}
                thread T (processor: 0) {{ Wait(); marker back; }} thread Q (processor: 1) {{ work 10us; {} Cause(); marker caused; work 20us; SetEvent(E); }}",
                row.mode, row.alertable, cause.kernel, cause.user
            );
            let place = format!("{}, alertable {}: {}", row.mode, row.alertable, cause.name);
            let mut run = holds(&place, &text, cause.runs, cell);
            run.times("ThreadEnded T", 1).completes();
            if cause.name == "thread termination" {
                run.never("MarkerReached back");
            }
            // What an alert that ends no wait leaves behind, it leaves for the mode that was asked for.
            let alerted = run.state_after("MarkerReached caused").kthread[0].alerted;
            let flags = [cause.name == "kernel alert", cause.name == "user alert"];
            assert_eq!(alerted, flags.map(|alert| alert && cell.0 == FLAG_ONLY.0), "{place}");
        }
    }
}
