//! Waits: order, timeouts, alertability, what ends them, and their statuses.

use crate::common::run;
use irql_playground::program::constant;

/// WT-1
#[test]
fn waiters_are_served_in_order_of_arrival_not_of_priority() {
    let text = |kind: &str| {
        format!(
            "event E {{ type: {kind}; }} system thread A (priority: 9) {{ KeWaitForSingleObject(E); work 1us; }}
            system thread B (priority: 14, start: 1us) {{ KeWaitForSingleObject(E); work 1us; }}
            system thread S (priority: 4, start: 5us) {{ KeSetEvent(E); work 1us; KeSetEvent(E); }}"
        )
    };
    run(&text("synchronization")).order(&["5us: WaitEnded A", "7us: WaitEnded B"]).completes();
    run(&text("notification"))
        .times("5us: WaitEnded", 2)
        .order(&["ContextSwitched B", "ContextSwitched A"])
        .completes();
}

/// WT-1, WT-11
#[test]
fn events_keep_their_state_as_their_kind_says() {
    let run = run("event S; event N { type: notification; } event On { signalled: TRUE; } var x = 0;
        system thread T {
            x = KeSetEvent(S); x = KeSetEvent(S); x = KeReadStateEvent(S);
            KeWaitForSingleObject(S); x = KeReadStateEvent(S);
            x = KeSetEvent(N); KeWaitForSingleObject(N); x = KeReadStateEvent(N);
            x = KeResetEvent(N); x = KeResetEvent(N);
            KeSetEvent(N); KeClearEvent(N); x = KeReadStateEvent(N);
            KeWaitForSingleObject(On); x = KeReadStateEvent(On);
        }");
    assert_eq!(run.written("x"), [0, 1, 1, 0, 0, 1, 1, 0, 0, 0]);
    run.never("WaitStarted").times("WaitSatisfied", 3).completes();
    // Woken by a set, a waiter consumes a synchronization event: its state stays 0.
    let run = crate::common::run("event S; event N { type: notification; } var s = 9; var n = 9;
        system thread A { KeWaitForSingleObject(S); } system thread B { KeWaitForSingleObject(N); }
        system thread T (priority: 4) { KeSetEvent(S); s = KeReadStateEvent(S); KeSetEvent(N); n = KeReadStateEvent(N); }");
    assert_eq!((run.value("s"), run.value("n")), (0, 1));
}

/// WT-11
#[test]
fn a_pulse_serves_who_waits_now_and_leaves_the_event_clear() {
    let text = |kind: &str| {
        format!(
            "event E {{ type: {kind}; }} var s = 9;
            system thread A (priority: 9) {{ KeWaitForSingleObject(E); }} system thread B (priority: 9) {{ KeWaitForSingleObject(E); }}
            system thread P (priority: 4) {{ s = KePulseEvent(E); s = KeReadStateEvent(E); KeSetEvent(E); KeSetEvent(E); s = KePulseEvent(E); s = KeReadStateEvent(E); }}"
        )
    };
    for (kind, served) in [("synchronization", 1), ("notification", 2)] {
        let run = run(&text(kind));
        run.times("WaitEnded STATUS_SUCCESS WT-11", served)
            .order(&["EventPulsed E FALSE WT-11", "WaitEnded A"])
            .completes();
        assert_eq!(run.written("s"), [0, 0, 1, 0], "{kind}");
    }
    let user = run(
        "event E { type: notification; } var s = 9; service State() { return KeReadStateEvent(E); } thread T (priority: 9) { WaitForSingleObject(E, INFINITE); } thread P { s = PulseEvent(E); s = State(); }",
    );
    assert_eq!(user.written("s"), [1, 0]);
    user.order(&["EventPulsed E", "WaitEnded T"]).completes();
}

/// WT-11, AP-9
#[test]
fn a_pulse_is_lost_on_a_waiter_that_runs_a_kernel_apc() {
    // A set in the same place is not: the event stays signalled until the wait is begun again.
    for (call, got) in [("KePulseEvent", 0), ("KeSetEvent", 1)] {
        let run = run(&format!(
            "event E; apc K special (thread: W) {{ work 10us; }}
            system thread W {{ KeWaitForSingleObject(E); marker got; }}
            system thread S (priority: 4) {{ work 1us; KeInsertQueueApc(K); }}
            device Nic {{ irql: 5; isr: I; }} isr I {{ KeInsertQueueDpc(D); }} dpc D {{ {call}(E); }} at 5us interrupt Nic;"
        ));
        run.order(&[
            "WaitBroken W E AP-9",
            "ApcKernelRoutineStarted K",
            "5us: DpcStarted D",
            "ApcKernelRoutineEnded K",
        ])
        .times("MarkerReached got", got)
        .times("WaitResumed W E", 1 - got)
        .completes();
    }
}

/// WT-2, WT-6
#[test]
fn a_timeout_is_none_relative_absolute_or_a_poll() {
    let text = |timeout: &str| {
        format!(
            "machine {{ clock: 100us; end: 1ms; }} event E; var status = -1;
            system thread T {{ work 50us; status = KeWaitForSingleObject(E, Executive, KernelMode, FALSE, {timeout}); work 1us; }}
            system thread Late (start: 950us) {{ KeSetEvent(E); }}"
        )
    };
    // (timeout, status, when: the first tick at or after the time)
    for (timeout, status, when) in [
        ("NULL", 0, "950us:"),
        ("INFINITE", 0, "950us:"),
        ("-120us", 0x102, "200us:"),
        ("-50us", 0x102, "100us:"),
        ("-2000", 0x102, "300us:"),
        ("120us", 0x102, "200us:"),
        ("30us", 0x102, "50us:"),
        ("0", 0x102, "50us:"),
    ] {
        let run = run(&text(timeout));
        assert_eq!(run.value("status"), status, "{timeout}");
        run.times(&format!("{when} WorkStarted T 1us"), 1);
    }
}

/// WT-3, WT-5
#[test]
fn a_signalled_object_comes_before_alertability_and_timeout() {
    let run =
        run("event E { signalled: TRUE; } apc U user { work 1us; } var signalled = 9; var left = 9; var drained = 9;
        thread T {
            QueueUserAPC(U, T);
            signalled = WaitForSingleObjectEx(E, 0, TRUE);
            left = WaitForSingleObjectEx(E, 0, FALSE);
            drained = SleepEx(0, TRUE);
        }");
    assert_eq!((run.value("signalled"), run.value("left"), run.value("drained")), (0, 0x102, 0xC0));
    run.order(&[
        "WaitSatisfied T E",
        "GlobalWritten signalled",
        "GlobalWritten left",
        "ApcNormalRoutineStarted U",
        "GlobalWritten drained",
    ])
    .completes();
}

/// WT-3, WT-5
#[test]
fn an_alertable_poll_with_a_user_apc_queued_returns_user_apc_not_timeout() {
    let run = run(
        "event E; apc U user { } var status = 9; thread T { QueueUserAPC(U, T); status = WaitForSingleObjectEx(E, 0, TRUE); }",
    );
    assert_eq!(run.value("status"), 0xC0);
    run.never("WaitStarted").times("ApcNormalRoutineStarted U", 1).completes();
}

/// WT-3, AP-9
#[test]
fn a_broken_wait_goes_on_behind_later_waiters_until_its_first_expiry() {
    let run = run("machine { clock: 100us; } event E; apc K special (thread: A) { work 1us; } var a = 9; var b = 9;
        system thread A (priority: 9) { a = KeWaitForSingleObject(E, Executive, KernelMode, FALSE, -150us); work 1us; }
        system thread B (priority: 9) { b = KeWaitForSingleObject(E); work 1us; }
        system thread S (priority: 4) { work 90us; KeInsertQueueApc(K); work 10us; KeSetEvent(E); work 300us; }");
    // The event goes to B, which stands first now; A times out at the tick after its original 150 us.
    run.order(&[
        "90us: WaitBroken A E AP-9",
        "91us: WaitResumed A E",
        "101us: WaitEnded B STATUS_SUCCESS",
        "200us: WaitEnded A STATUS_TIMEOUT",
    ])
    .completes();
    assert_eq!((run.value("a"), run.value("b")), (0x102, 0));
}

/// WT-3
#[test]
fn a_wait_delivers_pending_kernel_apcs_first_and_waits_below_dispatch_level_only() {
    run("event E; apc K special (thread: T) { KeSetEvent(E); } system thread T { KeInsertQueueApc(K); KeWaitForSingleObject(E); }")
        .order(&["ApcKernelRoutineEnded K", "WaitSatisfied T E"])
        .never("WaitStarted")
        .completes();
    // At APC_LEVEL it blocks without them.
    run("event E; apc K special (thread: T) { work 1us; } system thread T { KeRaiseIrql(1, old); KeInsertQueueApc(K); KeWaitForSingleObject(E); KeLowerIrql(old); }
        system thread S (priority: 4) { work 5us; KeSetEvent(E); }")
    .order(&["0ns: WaitStarted T @1", "5us: WaitEnded T STATUS_SUCCESS", "5us: IrqlLowered", "5us: ApcKernelRoutineStarted K"])
    .completes();
}

/// WT-4, AP-10
#[test]
fn alertability_decides_by_mode_parameter_and_what_is_pending() {
    // (mode, alertable, a user APC queued, status of a poll, whether the APC runs as the service returns)
    for (mode, alertable, queued, status, runs) in [
        ("UserMode", "TRUE", true, 0xC0, true),
        ("UserMode", "TRUE", false, 0x102, false),
        ("UserMode", "FALSE", true, 0x102, false),
        ("KernelMode", "TRUE", true, 0x102, false),
        ("KernelMode", "FALSE", true, 0x102, false),
    ] {
        let queue = if queued { "QueueUserAPC(U, T);" } else { "" };
        let run = run(&format!(
            "event E; apc U user {{ }} var status = 9;
            service Poll() {{ status = KeWaitForSingleObject(E, Executive, {mode}, {alertable}, 0); }} thread T {{ {queue} Poll(); }}"
        ));
        assert_eq!(run.value("status"), status, "{mode}, {alertable}, {queued}");
        run.times("ApcNormalRoutineStarted U", usize::from(runs)).completes();
    }
}

/// WT-4, AL-2
#[test]
fn a_wait_that_is_not_alertable_ends_when_user_apcs_are_pending_already() {
    let run = run("event E; apc U user { work 1us; } var status = 9;
        service Both() { KeTestAlertThread(UserMode); status = KeWaitForSingleObject(E, Executive, UserMode, FALSE, NULL); }
        thread T { QueueUserAPC(U, T); Both(); }");
    assert_eq!(run.value("status"), 0xC0);
    run.order(&["UserApcPending T AL-2", "WaitEnded T STATUS_USER_APC", "ApcNormalRoutineStarted U"]).completes();
}

/// WT-5, AP-15, AP-17
#[test]
fn sleep_ex_of_nothing_drains_the_whole_queue() {
    let run = run(
        "apc U user { work 1us; } var status = 9; thread T { QueueUserAPC(U, T, 1); QueueUserAPC(U, T, 2); QueueUserAPC(U, T, 3); status = SleepEx(0, TRUE); status = SleepEx(0, TRUE); }",
    );
    assert_eq!(run.written("status"), [0xC0, 0]);
    run.times("ApcNormalRoutineStarted U", 3)
        .order(&["3us: ApcNormalRoutineEnded U", "3us: ServiceReturned SleepEx =192"])
        .completes();
}

/// WT-6, WT-7
#[test]
fn statuses_have_the_numbers_of_the_headers_and_those_of_waits_are_successes() {
    let machine = irql_playground::program::MachineSettings::default();
    let status = |name: &str| constant(name, &machine).unwrap_or_else(|| panic!("{name}"));
    for (name, number) in [
        ("STATUS_SUCCESS", 0),
        ("STATUS_WAIT_0", 0),
        ("STATUS_USER_APC", 0xC0),
        ("STATUS_KERNEL_APC", 0x100),
        ("STATUS_ALERTED", 0x101),
        ("STATUS_TIMEOUT", 0x102),
        ("STATUS_PENDING", 0x103),
        ("WAIT_IO_COMPLETION", 0xC0),
        ("WAIT_TIMEOUT", 0x102),
        ("WAIT_OBJECT_0", 0),
    ] {
        assert_eq!(status(name), number, "{name}");
        assert!(number < 0x8000_0000, "NT_SUCCESS({name})");
    }
    assert_eq!(status("STATUS_NO_YIELD_PERFORMED"), 0x4000_0024);
    assert_eq!(status("STATUS_CANCELLED"), 0xC000_0120);
}

/// WT-6, WT-7
#[test]
fn kernel_apc_is_never_returned_to_a_caller_and_user_apc_is_given_back() {
    let run = run("event E; apc K special (thread: T) { work 1us; } apc U user { } var inner = 9; var outer = 9;
        service Wait() { inner = KeWaitForSingleObject(E, Executive, UserMode, TRUE, NULL); return inner; }
        thread T { outer = Wait(); } thread S (priority: 4) { work 5us; Nudge(); work 5us; QueueUserAPC(U, T); } service Nudge() { KeInsertQueueApc(K); }");
    assert_eq!((run.value("inner"), run.value("outer")), (0xC0, 0xC0));
    run.order(&["5us: WaitBroken T", "WaitResumed T", "WaitEnded T STATUS_USER_APC"]).completes();
}

/// WT-10
#[test]
fn a_delay_ends_with_success_at_the_first_tick_at_or_after_its_time() {
    for (time, when) in [("-1us", "100us:"), ("-100us", "100us:"), ("-101us", "200us:"), ("250us", "300us:")] {
        let run = run(&format!(
            "machine {{ clock: 100us; }} var status = 9; system thread T {{ status = KeDelayExecutionThread(KernelMode, FALSE, {time}); work 1us; }}"
        ));
        assert_eq!(run.value("status"), 0);
        run.times(&format!("{when} WorkStarted T"), 1).times("WaitEnded T STATUS_SUCCESS WT-10", 1).completes();
    }
}

/// BC-2, WT-2
#[test]
fn a_wait_that_blocks_at_dispatch_level_is_fatal_and_a_poll_is_not() {
    let text = |setting: &str, timeout: &str| {
        format!(
            "machine {{ {setting} }} event E; var status = 9;
            system thread T {{ KeRaiseIrqlToDpcLevel(); status = KeWaitForSingleObject(E, Executive, KernelMode, FALSE, {timeout}); KeLowerIrql(0); }}"
        )
    };
    for setting in ["", "verifier: off;"] {
        assert_eq!(run(&text(setting, "0")).completes().value("status"), 0x102);
    }
    run(&text("", "NULL")).bugchecks(0xC4, [Some(0x3B), Some(2), None, None]);
    run(&text("verifier: off;", "NULL")).bugchecks(0xA, [Some(0); 4]);
}

/// BC-2, BC-5, WT-3
#[test]
fn driver_verifier_stops_a_wait_at_dispatch_level_also_for_an_object_that_is_signalled() {
    let text = |machine: &str, timeout: &str| {
        format!(
            "machine {{ {machine} }} event E {{ signalled: TRUE; }} dpc D {{ KeWaitForSingleObject(E, Executive, KernelMode, FALSE, {timeout}); }} system thread T {{ KeInsertQueueDpc(D); }}"
        )
    };
    for timeout in ["NULL", "-1ms"] {
        run(&text("", timeout)).bugchecks(0xC4, [Some(0x3B), Some(2), None, None]);
        run(&text("verifier: off;", timeout)).completes();
    }
    run(&text("", "0")).completes();
}
