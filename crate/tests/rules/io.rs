//! I/O completion: from IoCompleteRequest through the special kernel APC to the callback.

use crate::common::run;
use irql_playground::nt::IrpState;

const DEVICE: &str =
    "isr I { KeInsertQueueDpc(D); } device Nic { irql: 7; isr: I; } irp R { bytes: 100; } apc Done user { work 1us; }";

/// IO-1, IO-2, AP-9
#[test]
fn completion_queues_a_special_kernel_apc_with_the_boost_to_the_issuing_thread() {
    let mut run = run(&format!(
        "{DEVICE} dpc D {{ R.Status = 0; R.Information = 60; IoCompleteRequest(R, IO_NETWORK_INCREMENT); work 1us; }}
        thread T (priority: 9) {{ ReadFileEx(R, Done); SleepEx(INFINITE, TRUE); }} thread Busy {{ work 50us; }} at 5us interrupt Nic;"
    ));
    run.order(&[
        "5us: IoCompleted R STATUS_SUCCESS",
        "5us: ApcInserted R.Tail.Apc T",
        "5us: WaitBroken T",
        "5us: PriorityChanged T priority=11",
        "6us: ContextSwitched T Busy",
        "6us: ApcKernelRoutineStarted R.Tail.Apc @1",
        "6us: IoStatusWritten R n=60",
        "6us: ApcInserted Done T",
        "6us: ApcKernelRoutineEnded R.Tail.Apc @1",
    ])
    .completes();
    assert_eq!(run.state_after("IoStarted R").irp[0].state, IrpState::Pending);
    assert_eq!(run.state_after("IoCompleted R").irp[0].state, IrpState::Completed);
    let state = run.state_after("IoStatusWritten R");
    assert_eq!((state.irp[0].state, state.irp[0].status_block), (IrpState::Delivered, [0, 60]));
}

/// IO-1
#[test]
fn a_request_that_never_was_pending_is_finished_by_the_issuing_call() {
    run("event E; irp R { pending: FALSE; event: E; bytes: 70; } apc Done user { } var seen = 9; thread T { ReadFileEx(R, Done); seen = R.Information; SleepEx(0, TRUE); }")
        .order(&["ServiceEntered ReadFileEx", "IoStatusWritten R n=70", "EventSet E", "ApcInserted Done T", "ServiceReturned ReadFileEx", "GlobalWritten seen =70", "ApcNormalRoutineStarted Done"])
        .never("ApcInserted R.Tail.Apc")
        .completes();
}

/// IO-1
#[test]
fn completing_a_request_twice_stops_the_machine() {
    run(&format!("{DEVICE} dpc D {{ IoCompleteRequest(R); IoCompleteRequest(R); }} thread T {{ ReadFileEx(R, Done); SleepEx(INFINITE, TRUE); }} at 5us interrupt Nic;"))
        .bugchecks(0x44, [None; 4]);
}

/// IO-2, IO-5
#[test]
fn the_callback_gets_error_bytes_and_overlapped() {
    let run = run("isr I { KeInsertQueueDpc(D); } device Nic { irql: 7; isr: I; } irp R { bytes: 100; } var error = 9; var bytes = 9; var same = 9;
        apc Done user { error = ErrorCode; bytes = BytesTransferred; same = Overlapped == R; }
        dpc D { R.Status = STATUS_CANCELLED; R.Information = 33; IoCompleteRequest(R); }
        thread T { ReadFileEx(R, Done); SleepEx(INFINITE, TRUE); } at 5us interrupt Nic;");
    assert_eq!((run.value("error"), run.value("bytes"), run.value("same")), (0xC000_0120_u32 as i32 as i64, 33, 1));
    run.completes();
}

/// IO-2, TH-6
#[test]
fn the_kernel_apc_ends_before_a_thread_that_its_event_wakes_runs() {
    run(&format!(
        "event E; {} dpc D {{ IoCompleteRequest(R); }} system thread High (priority: 14) {{ KeWaitForSingleObject(E); work 1us; }}
        thread T {{ ReadFileEx(R, Done); SleepEx(INFINITE, TRUE); }} at 5us interrupt Nic;",
        DEVICE.replace("bytes: 100;", "event: E;")
    ))
    .order(&["5us: EventSet E", "ApcInserted Done T", "ApcKernelRoutineEnded R.Tail.Apc @1", "ContextSwitched High T", "6us: ContextSwitched T High @1", "6us: ApcNormalRoutineStarted Done"])
    .completes();
}

/// IO-3
#[test]
fn status_and_event_need_no_alertable_wait_and_the_callback_does() {
    let run = run(&format!(
        "event E {{ type: notification; }} {} var status = 9; var bytes = 9; dpc D {{ R.Information = 42; IoCompleteRequest(R); }}
        thread T {{ ReadFileEx(R, Done); status = WaitForSingleObject(E, INFINITE); bytes = R.Information; work 9us; SleepEx(0, TRUE); }} at 5us interrupt Nic;",
        DEVICE.replace("bytes: 100;", "event: E;")
    ));
    assert_eq!((run.value("status"), run.value("bytes")), (0, 42));
    run.order(&["5us: GlobalWritten bytes", "14us: ApcNormalRoutineStarted Done"]).completes();
}

/// IO-4
#[test]
fn an_apc_routine_on_a_file_with_a_completion_port_is_refused() {
    let run = run("iocp Port; file F { completion_port: Port; } file G; irp A { file: F; } irp B { file: G; } apc Done user { work 1us; } var ok = 9;
        isr I { KeInsertQueueDpc(D); } device Nic { irql: 7; isr: I; } dpc D { IoCompleteRequest(B); }
        thread T { ok = ReadFileEx(A, Done); ok = ReadFileEx(B, Done); CreateIoCompletionPort(G, Port); SleepEx(INFINITE, TRUE); ok = ReadFileEx(B, Done); }
        at 5us interrupt Nic;");
    // Bound after the request was issued: its APC is still used.
    assert_eq!(run.written("ok"), [0, 1, 0]);
    run.times("IoRefused A STATUS_INVALID_PARAMETER IO-4", 1)
        .times("IoRefused B", 1)
        .times("ApcNormalRoutineStarted Done", 1)
        .completes();
}

/// IO-4
#[test]
fn a_request_without_a_routine_is_fine_on_a_file_with_a_completion_port() {
    let run = run(
        "iocp Port; file F { completion_port: Port; } irp A { file: F; } var status = 9; thread T { ReadFile(A); status = A.Status; work 1us; }",
    );
    assert_eq!(run.value("status"), 0x103);
}

/// IO-5
#[test]
fn the_callback_runs_in_the_issuing_thread_at_its_next_alertable_wait() {
    run(&format!(
        "{DEVICE} dpc D {{ IoCompleteRequest(R); }} thread T {{ ReadFileEx(R, Done); work 20us; SleepEx(INFINITE, TRUE); }}
        thread Other (priority: 9) {{ SleepEx(INFINITE, TRUE); }} at 5us interrupt Nic;"
    ))
    .order(&["5us: IoStatusWritten R", "20us: ApcNormalRoutineStarted Done T"])
    .times("ApcNormalRoutineStarted", 1)
    .completes();
}

/// IO-5, AP-7
#[test]
fn a_request_may_be_issued_again_before_its_callback_has_run() {
    run(&format!(
        "{DEVICE} dpc D {{ IoCompleteRequest(R); }} thread T {{ ReadFileEx(R, Done); work 10us; ReadFileEx(R, Done); work 10us; SleepEx(0, TRUE); work 1us; }}
        at 5us interrupt Nic; at 15us interrupt Nic;"
    ))
    .times("IoStatusWritten R", 2)
    .times("ApcNormalRoutineStarted Done", 2)
    .never("ApcRefused")
    .completes();
}

/// IO-6
#[test]
fn a_request_that_fails_at_once_queues_no_apc_one_that_fails_later_does() {
    let run = run(&format!(
        "{DEVICE} irp Broken {{ fails: STATUS_PIPE_BROKEN; }} var ok = 9; var status = 9; dpc D {{ R.Status = STATUS_CANCELLED; IoCompleteRequest(R); }}
        thread T {{ ok = ReadFileEx(Broken, Done); status = SleepEx(0, TRUE); ok = ReadFileEx(R, Done); status = SleepEx(INFINITE, TRUE); }} at 5us interrupt Nic;"
    ));
    assert_eq!((run.written("ok"), run.written("status")), (vec![0, 1], vec![0, 0xC0]));
    run.times("IoRefused Broken STATUS_PIPE_BROKEN IO-6", 1)
        .times("IoCompleted R STATUS_CANCELLED", 1)
        .times("ApcNormalRoutineStarted Done", 1)
        .completes();
}

/// IO-7, IO-2, AP-17
#[test]
fn a_packet_comes_down_the_levels_one_stage_after_the_other() {
    run(&format!(
        "{DEVICE} dpc D {{ work 2us; IoCompleteRequest(R); }} thread T {{ ReadFileEx(R, Done); SleepEx(INFINITE, TRUE); work 1us; }} at 5us interrupt Nic;"
    ))
    .order(&[
        "5us: IsrEntered Nic @7",
        "5us: DpcStarted D @2",
        "7us: IoCompleted R @2",
        "7us: WaitBroken T",
        "7us: ApcKernelRoutineStarted R.Tail.Apc @1",
        "7us: UserApcPending T WT-4",
        "7us: WaitEnded T STATUS_USER_APC",
        "7us: ApcNormalRoutineStarted Done @0",
        "8us: ServiceReturned SleepEx =192",
    ])
    .completes();
}

/// IO-3, IO-5, IO-6
#[test]
fn reads_and_writes_take_their_documented_arguments() {
    let text = |call: &str, wait: &str| {
        format!(
            "machine {{ end: 1ms; }} file Disk; irp R {{ file: Disk; bytes: 512; }} apc Done user {{ work 1us; }} var ok = 9; var n = 9; event Over;
            dpc D {{ R.Status = STATUS_SUCCESS; R.Information = 512; IoCompleteRequest(R); }} isr I {{ KeInsertQueueDpc(D); }} device Nic {{ irql: 7; isr: I; }}
            thread T {{ ok = {call} {wait} }} at 20us interrupt Nic;"
        )
    };
    let same = |long: &str, short: &str, wait: &str| {
        let (long, short) = (run(&text(long, wait)), run(&text(short, wait)));
        let told = |run: &crate::common::Run| {
            run.records.iter().map(|r| (r.time, r.kind, r.subject, r.arg)).collect::<Vec<_>>()
        };
        assert_eq!(told(&long), told(&short), "{}\n{}", long.text(), short.text());
        long
    };
    same("ReadFileEx(Disk, NULL, 512, R, Done);", "ReadFileEx(R, Done);", "SleepEx(INFINITE, TRUE);")
        .times("ApcNormalRoutineStarted Done", 1);
    same("WriteFileEx(Disk, NULL, 512, R, Done);", "WriteFileEx(R, Done);", "SleepEx(INFINITE, TRUE);")
        .times("ApcNormalRoutineStarted Done", 1);
    for kind in ["Read", "Write"] {
        same(
            &format!("{kind}File(Disk, NULL, 512, NULL, R);"),
            &format!("{kind}File(R);"),
            "WaitForSingleObject(Disk, INFINITE);",
        )
        .order(&["IoStarted R", "IoCompleted R", "WaitSatisfied T Disk.Event"]);
    }
    // The number of bytes is that of a request which is over; of one that is pending it is not known yet.
    let at_once = run(
        "file Disk; irp R { file: Disk; bytes: 512; pending: FALSE; } var ok = 9; var n = 9; thread T { ok = ReadFile(Disk, NULL, 512, n, R); }",
    );
    assert_eq!((at_once.value("ok"), at_once.value("n")), (1, 512), "{}", at_once.text());
    let pending = run(&text("ReadFile(Disk, NULL, 512, n, R);", "WaitForSingleObject(Disk, INFINITE);"));
    assert_eq!(pending.written("n"), [0]);
    // What is pending has not been read: FALSE, and only the status tells it from what was refused.
    for (request, expected) in [("pending: TRUE;", 0x103), ("fails: STATUS_PIPE_BROKEN;", 0)] {
        let run = run(&format!(
            "file Disk; irp R {{ file: Disk; {request} }} var ok = 9; var status = 9; thread T {{ ok = ReadFile(R); status = R.Status; }}"
        ));
        assert_eq!((run.value("ok"), run.value("status")), (0, expected.into()), "{}", run.text());
    }
}
