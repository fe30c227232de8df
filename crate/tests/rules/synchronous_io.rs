//! Files opened for synchronous I/O: a read that blocks, and what a user APC does to it.

use super::table::{Cell, holds, rows_are};
use crate::common::run;

struct Row {
    /// What the thread does, in the words of the reference.
    activity: &'static str,
    /// T, which is on processor 0. U is queued to it at 10us; the device completes R at 30us.
    text: &'static str,
    regular: Cell,
}

const ROWS: &[Row] = &[
    Row {
        activity: "busy in user code",
        text: "thread T (processor: 0) { work 40us; marker alertable; SleepEx(0, TRUE); }",
        regular: (
            "never until an alertable wait",
            &["10us: ApcInserted U T", "40us: MarkerReached alertable", "40us: RUNS"],
        ),
    },
    Row {
        activity: "busy in user code",
        text: "thread T (processor: 0) { work 40us; marker alertable; NtTestAlert(); }",
        regular: ("or NtTestAlert", &["10us: ApcInserted U T", "40us: MarkerReached alertable", "40us: RUNS"]),
    },
    Row {
        activity: "in a long service",
        text: "service Long() { work 40us; } thread T (processor: 0) { Long(); marker back; }",
        regular: ("not", &["10us: ApcInserted U T", "40us: MarkerReached back", "40us: ApcDropped U T"]),
    },
    Row {
        activity: "blocked in ReadFile on a synchronous-alert file",
        text: "file F { synchronous_io: alert; } irp R { file: F; } thread T (processor: 0) { ok = ReadFile(R); status = R.Status; }",
        regular: (
            "the wait ends, the I/O is cancelled (STATUS_CANCELLED) and the APC runs",
            &[
                "0ns: WaitStarted T F.Event",
                "10us: WaitEnded T STATUS_USER_APC AP-10",
                "10us: IoCancelRequested R AP-29",
                "10us: IoCompleted R STATUS_CANCELLED",
                "10us: RUNS",
                "11us: ServiceReturned ReadFile =0",
                "11us: GlobalWritten status =-1073741536",
            ],
        ),
    },
    Row {
        activity: "on synchronous-nonalert",
        text: "file F { synchronous_io: nonalert; } irp R { file: F; } thread T (processor: 0) { ok = ReadFile(R); status = R.Status; work 10us; SleepEx(0, TRUE); }",
        regular: (
            "not until a later alertable wait",
            &[
                "0ns: WaitStarted T F.Event",
                "10us: ApcInserted U T",
                "30us: IoCompleted R STATUS_SUCCESS",
                "30us: ServiceReturned ReadFile =1",
                "30us: GlobalWritten status =0",
                "40us: ServiceEntered SleepEx",
                "40us: RUNS",
            ],
        ),
    },
];

/// AP-29, AP-10, WT-4
#[test]
fn what_a_user_apc_does_to_what_a_program_is_at() {
    rows_are(
        ROWS.iter().map(|row| row.activity),
        &[
            "busy in user code",
            "in a long service",
            "blocked in ReadFile on a synchronous-alert file",
            "on synchronous-nonalert",
        ],
    );
    for row in ROWS {
        let request = if row.text.contains("irp R") { "" } else { "irp R;" };
        let device = if request.is_empty() { "at 30us interrupt Nic;" } else { "" };
        let text = format!(
            "machine {{ processors: 2; }} {request} var ok = 9; var status = 9; apc U user {{ work 1us; }} isr Isr {{ KeInsertQueueDpc(D); }} dpc D {{ IoCompleteRequest(R); }} device Nic {{ irql: 5; isr: Isr; processor: 1; }}
            {} {device} thread Q (processor: 1) {{ work 10us; QueueUserAPC(U, T); }}",
            row.text
        );
        holds(row.activity, &text, "ApcNormalRoutineStarted U T @0", row.regular).completes();
    }
}

/// A driver that keeps its requests, and a read at which T blocks; U comes at 10us.
fn blocked(synchronous: &str, cancel: &str, more: &str) -> String {
    format!(
        "machine {{ processors: 2; clock: 1ms; }} file F {{ driver: D; synchronous_io: {synchronous}; }} irp R {{ file: F; }} apc U user {{ work 1us; }} var ok = 9;
        driver D {{ IoMarkIrpPending(Irp); {cancel} return STATUS_PENDING; }} cancel Stop {{ IoReleaseCancelSpinLock(Irp.CancelIrql); work 2us; Irp.Status = STATUS_CANCELLED; IoCompleteRequest(Irp); }}
        isr Isr {{ KeInsertQueueDpc(Ready); }} dpc Ready {{ IoCompleteRequest(R); }} device Nic {{ irql: 5; isr: Isr; processor: 1; }}
        thread T (processor: 0) {{ ok = ReadFile(R); marker back; }} {more}"
    )
}

const SEND: &str = "thread Q (processor: 1) { work 10us; QueueUserAPC(U, T); }";

/// AP-29, IO-6, AP-15
#[test]
fn the_drivers_cancel_routine_has_the_request_before_the_read_returns() {
    run(&blocked("alert", "IoSetCancelRoutine(Irp, Stop);", SEND))
        .order(&[
            "0ns: DriverRoutineEnded D STATUS_PENDING",
            "0ns: WaitStarted T F.Event",
            "10us: WaitEnded T STATUS_USER_APC",
            "10us: IrqlRaised irql=0 @1",
            "10us: SpinLockAcquired CancelSpinLock @2",
            "10us: IoCancelRequested R TRUE AP-29",
            "10us: DriverRoutineStarted Stop R @2",
            "12us: IoCompleted R STATUS_CANCELLED @1",
            "12us: IrqlLowered @0",
            "12us: ApcKernelRoutineStarted R.Tail.Apc T",
            "12us: EventSet F.Event",
            "12us: WaitSatisfied T F.Event",
            "12us: ApcNormalRoutineStarted U T",
            "13us: ServiceReturned ReadFile =0",
            "13us: MarkerReached back",
        ])
        .completes();
}

/// AP-29
#[test]
fn a_driver_without_a_cancel_routine_is_looked_after_every_10_ms() {
    let run = run(&blocked("alert", "", &format!("{SEND} at 15ms interrupt Nic;")));
    run.order(&[
        "10us: IoCancelRequested R FALSE AP-29",
        "10us: WaitStarted T WT-10",
        "11ms: WaitEnded T",
        "11ms: WaitStarted T WT-10",
        "15ms: WaitBroken T",
        "15ms: EventSet F.Event",
        "15ms: WaitResumed T",
        "21ms: WaitEnded T",
        "21ms: ApcNormalRoutineStarted U T",
    ])
    .completes();
    assert_eq!(run.value("ok"), 1, "it was not cancelled after all");
}

/// AP-29, IO-2, WT-3
#[test]
fn the_completion_of_a_request_ends_the_read() {
    for synchronous in ["alert", "nonalert"] {
        let run = run(&blocked(synchronous, "IoSetCancelRoutine(Irp, Stop);", "at 20us interrupt Nic;")
            .replace("IoCompleteRequest(R); }", "IoSetCancelRoutine(R, NULL); IoCompleteRequest(R); }"));
        run.order(&[
            "20us: IoCompleted R STATUS_SUCCESS",
            "20us: WaitBroken T F.Event",
            "20us: ApcKernelRoutineStarted R.Tail.Apc T",
            "20us: EventSet F.Event",
            "20us: WaitSatisfied T F.Event",
            "20us: ServiceReturned ReadFile =1",
        ])
        .never("IoCancelRequested")
        .completes();
        assert_eq!(run.value("ok"), 1);
    }
    // Completed in its dispatch routine, or refused: there is nothing to wait for.
    for (request, ok) in
        [("irp R { file: F; pending: FALSE; }", 1), ("irp R { file: F; fails: STATUS_PIPE_BROKEN; }", 0)]
    {
        let run = run(&format!(
            "file F {{ synchronous_io: alert; }} {request} var ok = 9; thread T {{ ok = ReadFile(R); ok = ReadFile(R); }}"
        ));
        assert_eq!(run.written("ok"), [ok, ok]);
        run.never("WaitStarted").completes();
    }
    let done = run("file F { synchronous_io: alert; driver: D; } irp R { file: F; event: Mine; } event Mine { type: notification; } var ok = 9; var set = 9;
        driver D { IoMarkIrpPending(Irp); IoCompleteRequest(Irp); return STATUS_PENDING; } service State() { return KeReadStateEvent(Mine); } thread T { ok = ReadFile(R); set = State(); }");
    assert_eq!((done.value("ok"), done.value("set")), (1, 1), "the caller's event is set as well as the file's");
    done.order(&["ApcInserted R.Tail.Apc T", "EventSet Mine", "EventSet F.Event"]).completes();
}

/// AP-29, AP-10
#[test]
fn a_request_that_is_complete_by_then_is_not_cancelled() {
    // U ends the wait while High has the processor; the device is ready before T runs again.
    let run = run(&blocked(
        "alert",
        "IoSetCancelRoutine(Irp, Stop);",
        &format!(
            "{SEND} system thread High (processor: 0, priority: 12, start: 5us) {{ work 30us; }} at 20us interrupt Nic;"
        ),
    )
    .replace("IoCompleteRequest(R); }", "IoSetCancelRoutine(R, NULL); IoCompleteRequest(R); }"));
    run.order(&[
        "10us: WaitEnded T STATUS_USER_APC",
        "20us: IoCompleted R STATUS_SUCCESS",
        "35us: ContextSwitched T High",
        "35us: ApcKernelRoutineStarted R.Tail.Apc T",
        "35us: WaitSatisfied T F.Event",
        "35us: ApcNormalRoutineStarted U T",
        "36us: ServiceReturned ReadFile =1",
    ])
    .never("IoCancelRequested")
    .completes();
}

/// AP-29, WT-1
#[test]
fn one_request_at_a_time_is_issued_for_a_synchronous_file() {
    let two = |synchronous: &str, more: &str| {
        format!(
            "machine {{ processors: 2; }} file F {{ synchronous_io: {synchronous}; }} irp A {{ file: F; }} irp B {{ file: F; }} apc U user {{ work 1us; }} var second = 9;
            isr Isr {{ KeInsertQueueDpc(Ready); }} dpc Ready {{ n += 1; if (n == 1) IoCompleteRequest(A); else IoCompleteRequest(B); }} var n = 0; device Nic {{ irql: 5; isr: Isr; processor: 1; }}
            thread First (processor: 0) {{ ReadFile(A); work 5us; }} thread Second (processor: 0) {{ second = ReadFile(B); }} {more} at 20us interrupt Nic; at 40us interrupt Nic;"
        )
    };
    let both = run(&two("nonalert", ""));
    both.order(&[
        "0ns: IoStarted A",
        "0ns: WaitStarted Second F.Lock",
        "20us: ServiceReturned ReadFile",
        "25us: IoStarted B",
        "25us: WaitStarted Second F.Event",
        "40us: IoCompleted B",
    ])
    .completes();
    assert_eq!(both.value("second"), 1);
    // A user APC ends the wait for the file too, and nothing is issued.
    let one = run(&two("alert", "thread Q (processor: 1) { work 10us; QueueUserAPC(U, Second); }")
        .replace("else IoCompleteRequest(B);", ""));
    one.order(&[
        "0ns: WaitStarted Second F.Lock",
        "10us: WaitEnded Second STATUS_USER_APC",
        "10us: IoRefused B STATUS_USER_APC AP-29",
        "10us: ApcNormalRoutineStarted U Second",
    ])
    .never("IoStarted B")
    .completes();
    assert_eq!(one.value("second"), 0);
}

/// AP-29, TE-1, AL-1, AP-24
#[test]
fn what_else_ends_a_read_that_blocks() {
    // (the file, what happens at 10us, the status that ends the wait, whether the thread goes on)
    for (synchronous, act, status, goes_on) in [
        ("alert", "TerminateThread(T);", "STATUS_USER_APC", false),
        ("nonalert", "TerminateThread(T);", "STATUS_USER_APC", false),
        ("alert", "NtAlertThread(T);", "STATUS_ALERTED", true),
        ("alert", "QueueUserAPC2(U, T, 0, QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC);", "STATUS_USER_APC", true),
        ("alert", "CancelIoEx(F);", "STATUS_SUCCESS", true),
        ("nonalert", "CancelIoEx(F);", "STATUS_SUCCESS", true),
    ] {
        let more = format!("thread Q (processor: 1) {{ work 10us; {act} }}");
        let run = run(&blocked(synchronous, "IoSetCancelRoutine(Irp, Stop);", &more));
        let cancelled = run.first("IoCompleted R STATUS_CANCELLED");
        if status != "STATUS_SUCCESS" {
            assert!(run.first(&format!("10us: WaitEnded T {status}")) < cancelled, "{synchronous} {act}");
        }
        assert!(cancelled < run.first("ThreadEnded T"));
        run.times("MarkerReached back", usize::from(goes_on)).completes();
        if goes_on {
            assert_eq!(run.value("ok"), 0, "{synchronous} {act}");
        }
    }
    // Neither an alert nor a special user APC ends the other kind of wait.
    for act in ["NtAlertThread(T);", "QueueUserAPC2(U, T, 0, QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC);"] {
        let more = format!("thread Q (processor: 1) {{ work 10us; {act} }} at 30us interrupt Nic;");
        let run = run(&blocked("nonalert", "", &more));
        run.never("IoCancelRequested").times("30us: IoCompleted R STATUS_SUCCESS", 1).completes();
        assert_eq!(run.value("ok"), 1);
    }
}

/// IO-4, IO-5, AP-29
#[test]
fn a_synchronous_file_has_no_completion_port_and_its_callback_comes_after_the_read() {
    let run = run("machine { processors: 2; } iocp Port; file F { synchronous_io: nonalert; } irp R { file: F; } apc Done user { work 1us; } var bound = 9;
        isr Isr { KeInsertQueueDpc(D); } dpc D { IoCompleteRequest(R); } device Nic { irql: 5; isr: Isr; processor: 1; } at 20us interrupt Nic;
        thread T (processor: 0) { bound = CreateIoCompletionPort(F, Port); ReadFileEx(R, Done); marker read; SleepEx(0, TRUE); }");
    assert_eq!(run.value("bound"), 0);
    run.order(&["20us: ServiceReturned ReadFileEx =1", "MarkerReached read", "20us: ApcNormalRoutineStarted Done"])
        .completes();
}

/// AP-29, IO-1
#[test]
fn a_device_that_answers_a_cancelled_read_finds_nobody() {
    // The driver is not shown, so it is taken to know what it has cancelled.
    run("machine { processors: 2; } file F { synchronous_io: alert; } irp R { file: F; } apc U user { } isr Isr { KeInsertQueueDpc(D); } dpc D { IoCompleteRequest(R); } device Nic { irql: 5; isr: Isr; processor: 1; }
        thread T (processor: 0) { ReadFile(R); } thread Q (processor: 1) { work 10us; QueueUserAPC(U, T); } at 30us interrupt Nic;")
    .times("IoCompleted R", 1)
    .times("30us: DpcStarted D", 1)
    .completes();
}
