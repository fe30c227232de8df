//! Completion ports: packets, the threads that serve them, and how many of those run at a time.

use crate::common::run;

const NIC: &str = "isr I { KeInsertQueueDpc(D); } device Nic { irql: 7; isr: I; } ";

/// A thread that takes packets for ever and counts them.
fn worker(name: &str, code: &str) -> String {
    format!(
        "thread {name} (priority: 8) {{ while (GetQueuedCompletionStatus(Port, bytes, key, overlapped, INFINITE)) {{ {code} }}
        seen = bytes + key + overlapped; }} "
    )
}

/// IO-2, IO-8
#[test]
fn a_request_on_a_bound_file_ends_in_a_packet_with_its_key_bytes_and_overlapped() {
    let run = run(&format!(
        "{NIC} iocp Port; file F {{ completion_port: Port; key: 7; }} irp R {{ file: F; bytes: 100; }}
        var ok = 9; var bytes = 9; var key = 9; var same = 9; var status = 9;
        dpc D {{ R.Information = 60; IoCompleteRequest(R); }}
        thread T {{ ReadFile(R); ok = GetQueuedCompletionStatus(Port, b, k, o, INFINITE); bytes = b; key = k; same = o == R; status = R.Status; }}
        at 5us interrupt Nic;"
    ));
    let said = ["ok", "bytes", "key", "same", "status"].map(|name| run.value(name));
    assert_eq!(said, [1, 60, 7, 1, 0]);
    run.order(&[
        "WaitStarted T Port",
        "5us: IoCompleted R",
        "5us: WaitBroken T Port",
        "5us: ApcKernelRoutineStarted R.Tail.Apc @1",
        "5us: IoStatusWritten R n=60",
        "5us: PacketQueued Port n=1 IO-2",
        "5us: ApcKernelRoutineEnded R.Tail.Apc @1",
        "5us: PacketTaken Port T",
        "ServiceReturned GetQueuedCompletionStatus =1",
    ])
    .completes();
}

/// IO-2, IO-8
#[test]
fn a_failed_request_gives_false_and_its_overlapped_a_timeout_gives_null() {
    let run = run(&format!(
        "{NIC} iocp Port; file F {{ completion_port: Port; }} irp R {{ file: F; }} var ok = 9; var same = 9;
        dpc D {{ R.Status = STATUS_CANCELLED; IoCompleteRequest(R); }}
        thread T {{ ReadFile(R); ok = GetQueuedCompletionStatus(Port, b, k, o, INFINITE); same = o == R;
            ok = GetQueuedCompletionStatus(Port, b, k, o, 20us); same = o == NULL && b + k == 0;
            ok = GetQueuedCompletionStatus(Port, b, k, o, 0); }}
        at 5us interrupt Nic;"
    ));
    assert_eq!((run.written("ok"), run.written("same")), (vec![0, 0, 0], vec![1, 1]));
    run.times("WaitEnded T STATUS_TIMEOUT", 2).completes();
}

/// IO-2
#[test]
fn a_request_without_an_event_signals_its_file_object() {
    let run = run(&format!(
        "{NIC} event E; file F; irp R {{ file: F; }} irp Own {{ file: F; event: E; }} var status = 9;
        dpc D {{ IoCompleteRequest(Own); IoCompleteRequest(R); }}
        thread T {{ ReadFile(R); ReadFile(Own); status = WaitForSingleObject(F, INFINITE); status = WaitForSingleObject(F, 0); }}
        at 5us interrupt Nic;"
    ));
    assert_eq!(run.written("status"), [0, 0]); // it is a notification event
    run.times("EventSet F.Event", 1).times("EventSet E", 1).completes();
}

/// IO-4, IO-2
#[test]
fn a_callback_given_before_the_file_was_bound_is_called_and_leaves_no_packet() {
    let run = run(&format!(
        "{NIC} iocp Port; iocp Other; file F; irp R {{ file: F; }} apc Done user {{ work 1us; }} var ok = 9;
        dpc D {{ IoCompleteRequest(R); }}
        thread T {{ ReadFileEx(R, Done); ok = CreateIoCompletionPort(F, Port, 3); ok = CreateIoCompletionPort(F, Other); SleepEx(INFINITE, TRUE); }}
        at 5us interrupt Nic;"
    ));
    assert_eq!(run.written("ok"), [1, 0], "a file is bound once");
    run.times("ApcNormalRoutineStarted Done", 1).never("PacketQueued Port").completes();
}

/// IO-8
#[test]
fn modes_leave_out_the_packet_and_the_event_of_what_succeeds_at_once() {
    let text = |flags: &str, fails: &str| {
        format!(
            "iocp Port; file F {{ completion_port: Port; }} irp R {{ file: F; pending: FALSE; {fails} }} var ok = 9;
            thread T {{ SetFileCompletionNotificationModes(F, {flags}); ReadFile(R); ok = GetQueuedCompletionStatus(Port, b, k, o, 0); }}"
        )
    };
    let run = |flags: &str| run(&text(flags, ""));
    run("0").times("PacketQueued Port", 1).times("EventSet F.Event", 1);
    run("FILE_SKIP_COMPLETION_PORT_ON_SUCCESS").never("PacketQueued Port").times("EventSet F.Event", 1);
    run("FILE_SKIP_SET_EVENT_ON_HANDLE").times("PacketQueued Port", 1).never("EventSet F.Event");
    crate::common::run(&format!(
        "{NIC} iocp Port; file F {{ completion_port: Port; }} irp R {{ file: F; }} dpc D {{ IoCompleteRequest(R); }}
        thread T {{ SetFileCompletionNotificationModes(F, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS); ReadFile(R); GetQueuedCompletionStatus(Port, b, k, o, INFINITE); }}
        at 5us interrupt Nic;"
    ))
    .times("PacketQueued Port", 1); // it was pending: it did not succeed at once
}

/// IO-8, WT-1
#[test]
fn the_thread_that_began_to_wait_last_gets_the_first_packet() {
    let workers = [worker("A", "work 5us;"), worker("B", "work 5us;"), worker("C", "work 5us;")].concat();
    run(&format!(
        "machine {{ processors: 1; }} iocp Port {{ concurrency: 3; }} var seen = 0; {workers}
        thread Poster (priority: 9, start: 10us) {{ PostQueuedCompletionStatus(Port, 1); PostQueuedCompletionStatus(Port, 2); }}"
    ))
    .order(&["WaitStarted A Port", "WaitStarted B Port", "WaitStarted C Port", "PacketTaken Port C", "PacketTaken Port B"])
    .never("PacketTaken Port A");
}

/// IO-8, TH-6
#[test]
fn no_more_threads_are_released_than_the_port_wants_and_the_running_one_takes_the_next_packet_without_a_switch() {
    let mut run = run(&format!(
        "machine {{ processors: 2; }} iocp Port {{ concurrency: 1; }} var seen = 0; {}{}
        system thread Poster (priority: 9, start: 10us, processor: 1) {{ Post(); }} function Post() {{ work 1us; }}
        thread P (priority: 9, start: 20us, processor: 1) {{ PostQueuedCompletionStatus(Port, 1); PostQueuedCompletionStatus(Port, 2); PostQueuedCompletionStatus(Port, 3); }}",
        worker("A", "work 5us;"),
        worker("B", "work 5us;"),
    ));
    run.times("PacketTaken Port B", 3).never("PacketTaken Port A");
    run.order(&[
        "20us: PacketTaken Port B",
        "PacketQueued Port n=2",
        "25us: PacketTaken Port B",
        "30us: PacketTaken Port B",
    ]);
    let state = run.state_after("PacketQueued Port n=2");
    assert_eq!((state.kqueue[0].current_count, state.kqueue[0].header.signal_state), (1, 2));
}

/// IO-8
#[test]
fn when_an_active_thread_waits_for_something_else_another_one_is_released() {
    let mut run = run(&format!(
        "machine {{ processors: 1; }} iocp Port {{ concurrency: 1; }} event E; var seen = 0; {}{}
        thread P (priority: 9, start: 10us) {{ PostQueuedCompletionStatus(Port, 1); PostQueuedCompletionStatus(Port, 2); }}",
        worker("A", "work 5us; Sleep(30us);"),
        worker("B", "work 5us; WaitForSingleObject(E, 50us); work 5us;"),
    ));
    run.order(&["PacketTaken Port B", "15us: WaitStarted B E", "15us: PacketTaken Port A", "15us: WaitEnded A"]);
    run.never("ThreadPreempted B");
    // B's wait ends while A is active: two are active although one was wanted.
    assert_eq!(run.state_after("WaitStarted B E").kqueue[0].current_count, 0);
    assert_eq!(run.state_after("WaitEnded A STATUS_SUCCESS").kqueue[0].current_count, 1);
}

/// IO-8, TH-19
#[test]
fn a_thread_that_ends_makes_room_for_another() {
    run("machine { processors: 1; } iocp Port { concurrency: 1; } var g = 0;
        thread A { GetQueuedCompletionStatus(Port, b, k, o, INFINITE); g = b + k + o; work 5us; }
        thread B { GetQueuedCompletionStatus(Port, b, k, o, INFINITE); g = b + k + o; work 5us; }
        thread P (priority: 9, start: 10us) { PostQueuedCompletionStatus(Port, 5, 6, 7); PostQueuedCompletionStatus(Port, 1); }")
        .order(&["PacketTaken Port B", "GlobalWritten g =18", "15us: ThreadEnded B", "15us: PacketTaken Port A"])
        .completes();
}

/// IO-8, WT-3
#[test]
fn a_kernel_apc_interrupts_the_wait_for_a_packet_and_the_thread_is_the_first_to_be_released_afterwards() {
    run(&format!(
        "machine {{ processors: 1; }} iocp Port {{ concurrency: 2; }} var seen = 0; apc K special (thread: A) {{ work 1us; }} {}{}
        system thread S (priority: 9, start: 10us) {{ KeInsertQueueApc(K); }}
        thread P (priority: 9, start: 20us) {{ PostQueuedCompletionStatus(Port, 1); }}",
        worker("A", "work 5us;"),
        worker("B", "work 5us;"),
    ))
    .order(&["WaitStarted A Port", "WaitStarted B Port", "WaitBroken A Port", "WaitResumed A Port", "PacketTaken Port A"]);
}

/// IO-8
#[test]
fn a_thread_belongs_to_the_port_that_it_asked_last() {
    let mut run = run("machine { processors: 1; } iocp One { concurrency: 1; } iocp Two; var g = 0;
        thread A { GetQueuedCompletionStatus(One, b, k, o, 0); g = b + k + o; GetQueuedCompletionStatus(Two, b, k, o, 0); g = b + k + o; work 9us; }");
    assert_eq!(run.state_after("GlobalWritten g").kqueue[0].current_count, 1);
    let state = run.state_after("WorkStarted A");
    assert_eq!((state.kqueue[0].current_count, state.kqueue[1].current_count), (0, 1));
}

/// IO-8
#[test]
fn on_newer_systems_the_thread_that_removes_the_packet_finishes_the_request() {
    let text = |model: &str| {
        format!(
            "machine {{ iocp: {model}; }} {NIC} iocp Port; file F {{ completion_port: Port; key: 4; }} irp R {{ file: F; bytes: 100; }}
            var ok = 9; var bytes = 0; dpc D {{ R.Information = 60; IoCompleteRequest(R); }}
            thread Issuer (priority: 9) {{ ReadFile(R); Sleep(50us); }}
            thread T (start: 1us) {{ ok = GetQueuedCompletionStatus(Port, b, k, o, INFINITE); bytes = R.Information * 100 + b + k + (o == R); }}
            at 5us interrupt Nic;"
        )
    };
    let older = run(&text("apc"));
    older.order(&["WaitBroken Issuer", "IoStatusWritten R IO-2", "PacketTaken Port T"]).completes();
    let newer = run(&text("dequeue"));
    newer.order(&[
        "5us: IoCompleted R @2",
        "5us: PacketQueued Port @2",
        "PacketTaken Port T",
        "IoStatusWritten R @0 IO-8",
    ]);
    newer.never("ApcInserted R.Tail.Apc").never("WaitBroken Issuer").completes();
    assert_eq!((older.value("bytes"), newer.value("bytes")), (6065, 6065));
}

/// SIM-2
#[test]
fn packets_that_nobody_removes_end_the_run() {
    let run = run(
        "iocp Port; thread T { while (TRUE) { PostQueuedCompletionStatus(Port); work 1us; } } machine { end: 90ms; }",
    );
    assert_eq!(run.outcome().kind, irql_playground::sim::OutcomeKind::Limit("packet_pool", 500));
}
