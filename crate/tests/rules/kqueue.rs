//! Queues of the kernel that are a driver's own: entries, and the threads that serve them.

use crate::common::run;

/// WT-1, IO-8
#[test]
fn the_thread_that_came_last_gets_the_first_entry_and_no_more_run_than_are_wanted() {
    let run = run("queue Work { count: 1; } var a = 0; var b = 0; var before = 9;
        system thread A (start: 1us) { a = KeRemoveQueue(Work, KernelMode); work 10us; a = KeRemoveQueue(Work, KernelMode, -1ms); }
        system thread B (start: 2us) { b = KeRemoveQueue(Work, KernelMode, NULL); work 20us; b = KeRemoveQueue(Work, KernelMode, -1ms); }
        dpc D { before = KeInsertQueue(Work, 7); KeInsertQueue(Work, 8); before = before + KeReadStateQueue(Work); }
        system thread T (start: 50us) { KeInsertQueueDpc(D); work 1us; }");
    run.order(&[
        "50us: PacketQueued Work n=1 WT-1",
        "50us: PacketTaken Work B WT-1",
        "50us: PacketQueued Work n=1",
        "51us: ContextSwitched B",
    ])
    .completes();
    // B takes the second entry too as it comes back for more, and A, which waits, never runs.
    assert_eq!(run.written("b"), [7, 8]);
    assert_eq!(run.written("a"), Vec::<i64>::new());
    assert_eq!(run.written("before"), [0, 1]);
}

/// WT-1, WT-6
#[test]
fn a_thread_that_waits_elsewhere_lets_another_one_serve_the_queue() {
    let run = run("machine { clock: 100us; } queue Work { count: 1; } event E; var a = 0; var b = 0;
        system thread A (start: 1us) { a = KeRemoveQueue(Work, KernelMode, -2ms); }
        system thread B (start: 2us) { b = KeRemoveQueue(Work, KernelMode); KeWaitForSingleObject(E, Executive, KernelMode, FALSE, -300us); b = KeRemoveQueue(Work, KernelMode, -500us); }
        system thread T (start: 50us) { KeInsertQueue(Work, 7); KeInsertQueue(Work, 8); }");
    run.order(&["50us: PacketTaken Work B", "50us: WaitStarted B E", "50us: PacketTaken Work A"]).completes();
    assert_eq!((run.value("a"), run.written("b")), (8, vec![7, 0x102]));
}

/// WT-3, AP-10
#[test]
fn a_user_mode_wait_for_an_entry_ends_when_user_apcs_become_pending() {
    // NtTestAlert's kind of pending: a regular APC alone leaves a wait that is not alertable.
    let text = |flags: &str| {
        format!(
            "queue Work; var got = 0; apc U user {{ work 1us; }} service Serve() {{ got = KeRemoveQueue(Work, UserMode, -5ms); }}
            thread A {{ Serve(); }} thread B (start: 10us) {{ QueueUserAPC2(U, A, 0, {flags}); }}"
        )
    };
    for flags in ["0", "QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC"] {
        let run = run(&text(flags));
        assert_eq!(run.value("got"), 0x102, "{}", run.text());
    }
}

/// WT-1, BC-2
#[test]
fn a_dpc_takes_what_is_there_and_may_not_wait_for_more() {
    let text = |timeout: &str| {
        format!(
            "queue Work; var got = 0; var none = 0; dpc D {{ got = KeRemoveQueue(Work, KernelMode, 0); none = KeRemoveQueue(Work, KernelMode, {timeout}); }}
            system thread T {{ KeInsertQueue(Work, 5); KeInsertQueueDpc(D); work 1us; }}"
        )
    };
    let polls = run(&text("0"));
    polls.completes();
    assert_eq!((polls.value("got"), polls.value("none")), (5, 0x102));
    run(&text("NULL")).bugchecks(0xC4, [Some(0x3B), Some(2), None, None]);
    // The same on a processor that was idle.
    run("machine { processors: 2; } queue Work; var got = 0; dpc D (processor: 1, importance: High) { got = KeRemoveQueue(Work, KernelMode, 0); }
        system thread T (processor: 0) { KeInsertQueue(Work, 5); KeInsertQueueDpc(D); work 9us; }")
    .completes();
}

/// WT-1, AP-13
#[test]
fn a_kernel_apc_that_comes_before_the_entry_was_read_may_take_an_entry_of_its_own() {
    let run = run("queue Work; queue Other; var got = 0; var own = 0;
        apc K normal (thread: A) { work 1us; own = KeRemoveQueue(Other, KernelMode, 0); }
        system thread A (start: 1us) { got = KeRemoveQueue(Work, KernelMode); }
        dpc D { KeInsertQueue(Other, 8); KeInsertQueue(Work, 7); KeInsertQueueApc(K); }
        system thread T (start: 50us) { KeInsertQueueDpc(D); work 1us; }");
    run.order(&["PacketTaken Work A", "ApcNormalRoutineStarted K", "PacketTaken Other A", "ApcNormalRoutineEnded K"])
        .completes();
    assert_eq!((run.value("got"), run.value("own")), (7, 8));
}

/// WT-1, TH-6
#[test]
fn who_comes_to_another_queue_lets_the_thread_that_it_releases_run_at_once() {
    let run = run("queue Work { count: 1; } queue Other { count: 1; } var got = 0; var polled = 0;
        system thread High (start: 1us, priority: 12) { got = KeRemoveQueue(Work, KernelMode); }
        system thread Low (start: 9us, priority: 8) { KeInsertQueue(Other, 1);
            KeRemoveQueue(Work, KernelMode, 0); KeInsertQueue(Work, 7); polled = KeRemoveQueue(Other, KernelMode, 0); work 5us; }");
    run.order(&[
        "PacketTaken Work High",
        "PacketTaken Other Low",
        "ContextSwitched High",
        "ThreadEnded High",
        "WorkStarted Low",
    ])
    .completes();
    assert_eq!((run.value("got"), run.value("polled")), (7, 1));
}
