//! Special user APCs: no alertable wait is needed, and nothing but user code is interrupted.

use crate::common::run;

const FLAG: &str = "QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC";

/// AP-24, AP-27b
#[test]
fn what_a_special_user_apc_does_by_the_situation_of_its_target() {
    // (what the target does, when the routine begins, the wait ends for it)
    for (target, begins, ends) in [
        // User code is interrupted, in the midst of its work.
        ("work 30us;", "10us:", false),
        // A service is not: it runs when that ends.
        ("Busy();", "30us:", false),
        ("Raised();", "30us:", false),
        ("Region();", "30us:", false),
        // Waits.
        ("SleepEx(INFINITE, TRUE);", "10us:", true),
        ("WaitForSingleObjectEx(E, INFINITE, TRUE);", "10us:", true),
        ("WaitForSingleObject(E, INFINITE);", "50us:", false),
        ("KernelWait(TRUE);", "50us:", false),
        ("KernelWait(FALSE);", "50us:", false),
    ] {
        for call in [&format!("QueueUserAPC2(U, T, 5, {FLAG});"), &format!("NtQueueApcThreadEx(T, {FLAG}, U, 5);")] {
            let run = run(&format!(
                "machine {{ processors: 2; clock: 1ms; }} event E {{ type: notification; }} var data = 0; apc U user {{ data = NormalContext; work 1us; }}
                service Busy() {{ work 30us; }} service Raised() {{ KeRaiseIrql(APC_LEVEL, o); work 30us; KeLowerIrql(o); }}
                service Region() {{ KeEnterGuardedRegion(); work 30us; KeLeaveGuardedRegion(); }}
                service KernelWait(alertable) {{ KeWaitForSingleObject(E, Executive, KernelMode, alertable, NULL); }}
                thread T (processor: 0) {{ {target} work 1us; }} thread S (processor: 1) {{ work 10us; {call} work 40us; SetEvent(E); }}"
            ));
            run.times(&format!("{begins} ApcNormalRoutineStarted U T @0"), 1).times("ApcNormalRoutineStarted", 1);
            assert_eq!(run.count("10us: WaitEnded T STATUS_USER_APC AP-24") == 1, ends, "{target}\n{}", run.text());
            assert_eq!(run.value("data"), 5);
            run.completes();
        }
    }
}

/// AP-24
#[test]
fn queued_to_itself_it_runs_as_the_service_returns_and_no_wait_is_disturbed() {
    run(&format!("apc U user {{ work 1us; }} thread T {{ QueueUserAPC2(U, T, 0, {FLAG}); work 5us; }}"))
        .order(&[
            "ServiceEntered QueueUserAPC2",
            "0ns: ApcNormalRoutineStarted U",
            "1us: ServiceReturned QueueUserAPC2 =1",
            "1us: WorkStarted T",
        ])
        .completes();
    // A wait that is not alertable goes on to its own end.
    let mut run = run(&format!("machine {{ clock: 100us; }} event E; var status = 9; apc U user {{ }} thread T {{ status = WaitForSingleObject(E, 300us); }}
        thread S {{ work 5us; QueueUserAPC2(U, T, 0, {FLAG}); }}"));
    assert_eq!(run.value("status"), 258);
    run.order(&["300us: WaitEnded T STATUS_TIMEOUT", "300us: ApcNormalRoutineStarted U"])
        .never("WaitBroken")
        .completes();
    let t = &run.state_after("ApcInserted U").kthread[0];
    assert!(!t.user_apc_pending && !t.special_user_apc_pending, "the insertion comes before the signal");
    let t = &run.state_after("UserApcPending T AP-24").kthread[0];
    assert!(!t.user_apc_pending);
}

/// AP-24, AP-8
#[test]
fn it_stands_before_regular_ones_and_leaves_them_queued() {
    let mut run = run(&format!("apc R user {{ }} apc S1 user {{ }} apc S2 user {{ }} thread T {{ work 20us; marker busy; SleepEx(0, TRUE); }}
        thread Q (priority: 9, start: 5us) {{ QueueUserAPC(R, T); QueueUserAPC2(S1, T, 0, {FLAG}); QueueUserAPC2(S2, T, 0, {FLAG}); }}"));
    run.order(&[
        "5us: ApcNormalRoutineStarted S1",
        "5us: ApcNormalRoutineStarted S2",
        "MarkerReached busy",
        "ApcNormalRoutineStarted R",
    ])
    .completes();
    let t = &run.state_after("MarkerReached busy").kthread[0];
    assert!(!t.special_user_apc_pending && t.apc_list[1].0 != irql_playground::base::NONE);
}

/// AP-15, AP-8, AP-24
#[test]
fn each_transition_to_user_mode_takes_one_so_their_code_runs_in_the_order_of_the_queue() {
    let text = |target: &str, calls: &str| {
        format!("machine {{ processors: 2; end: 100ms; }} var n = 0; apc S1 user {{ n = n * 10 + 1; work 1us; }} apc S2 user {{ n = n * 10 + 2; work 1us; }} apc R user {{ n = n * 10 + 3; work 1us; }}
            service busy() {{ work 50us; }} thread A (processor: 0) {{ {target} }} thread B (processor: 1) {{ work 10us; {calls} }}")
    };
    let special = format!("QueueUserAPC2(S1, A, 0, {FLAG}); QueueUserAPC2(S2, A, 0, {FLAG});");
    let mut order = run(&text("busy();", &special));
    order.order(&[
        "50us: ApcNormalRoutineStarted S1",
        "51us: ApcNormalRoutineEnded S1",
        "51us: ApcNormalRoutineStarted S2",
    ]);
    assert_eq!(order.completes().value("n"), 12);
    // A special one goes first, the regular ones follow it in the same way out.
    order = run(&text(
        "SleepEx(INFINITE, TRUE);",
        &format!("KeRaise(); {special}").replace("KeRaise();", "QueueUserAPC(R, A); QueueUserAPC(R, A);"),
    ));
    let n = order.completes().value("n");
    assert_eq!(n, 3123, "the first ended the wait, special ones went before the second");
    // What comes while a routine runs still interrupts it.
    let nested = text(
        "busy(); work 20us;",
        &format!("QueueUserAPC2(S1, A, 0, {FLAG}); work 40500ns; QueueUserAPC2(S2, A, 0, {FLAG});"),
    );
    run(&nested)
        .order(&[
            "50us: ApcNormalRoutineStarted S1",
            "50.5us: ApcNormalRoutineStarted S2",
            "51.5us: WorkResumed S1 500ns",
        ])
        .completes();
}

/// AP-24, AP-16
#[test]
fn it_interrupts_the_routine_of_another_user_apc() {
    run(&format!("machine {{ processors: 2; }} apc R user {{ work 20us; }} apc S user {{ work 1us; }}
        thread T (processor: 0) {{ QueueUserAPC(R, T); SleepEx(0, TRUE); }} thread Q (processor: 1) {{ work 10us; QueueUserAPC2(S, T, 0, {FLAG}); }}"))
    .order(&["0ns: ApcNormalRoutineStarted R", "10us: ApcNormalRoutineStarted S", "11us: ApcNormalRoutineEnded S", "11us: WorkResumed R 10us"])
    .completes();
}

/// AP-24
#[test]
fn the_flags_of_nt_queue_apc_thread_ex2_are_an_argument_of_their_own() {
    let text = |flags: &str| {
        format!(
            "var got = 0; apc U user {{ got = NormalContext + SystemArgument1; }} thread A {{ work 50us; }}
            thread B (priority: 12, start: 10us) {{ NtQueueApcThreadEx2(A, NULL, {flags}, U, 3, 4, 5); }}"
        )
    };
    let special = run(&text("QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC"));
    special.times("10us: ApcNormalRoutineStarted U", 1).completes();
    assert_eq!(special.value("got"), 7);
    run(&text("QUEUE_USER_APC_FLAGS_NONE")).never("10us: ApcNormalRoutineStarted");
}
