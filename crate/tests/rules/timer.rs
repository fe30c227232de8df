//! Timers: setting, expiry in the drain, periods, their DPCs, and the pace of the clock.

use crate::common::run;

const TICK: &str = "machine { clock: 1ms; end: 20ms; }";

/// WT-15, IN-12
#[test]
fn a_timer_expires_with_the_first_tick_at_or_after_its_time() {
    for (due, tick) in [("-1us", "1ms"), ("-1ms", "1ms"), ("-1001us", "2ms"), ("2500us", "3ms")] {
        run(&format!("{TICK} timer T; system thread S {{ KeSetTimer(T, {due}); status = KeWaitForSingleObject(T); assert(status == STATUS_SUCCESS); }}"))
            .order(&[&format!("{tick}: TimersExpired n=1"), &format!("{tick}: TimerSignalled T DP-22"), "WaitEnded S STATUS_SUCCESS"])
            .times("TimerSignalled", 1)
            .completes();
    }
}

/// DP-22
#[test]
fn waiters_are_released_in_the_drain_and_before_any_dpc() {
    let run = run(&format!(
        "{TICK} timer T; dpc OfTimer {{ work 1us; }} dpc Queued {{ work 1us; }}
        device V {{ irql: 5; isr: I; }} isr I {{ KeInsertQueueDpc(Queued); work 30us; }}
        system thread Waiter (priority: 12) {{ KeWaitForSingleObject(T); work 1us; }}
        system thread S {{ KeSetTimer(T, -1ms, OfTimer); work 2ms; }}
        at 990us interrupt V;"
    ));
    // The ISR keeps the drain back, so that a queued DPC and a due timer meet in one.
    run.order(&[
        "DpcInserted Queued",
        "1ms: ClockTicked",
        "SoftwareInterruptAccepted DISPATCH_LEVEL",
        "RetireStarted",
        "TimersExpired",
        "TimerSignalled T @2",
        "WaitEnded Waiter @2",
        "DpcStarted OfTimer DP-22",
        "DpcEnded OfTimer",
        "DpcStarted Queued DP-19",
        "RetireEnded",
        "ContextSwitched Waiter DP-21",
    ])
    .times("DpcInserted OfTimer", 0)
    .completes();
}

/// DP-22
#[test]
fn all_due_timers_are_signalled_before_the_first_of_their_dpcs() {
    run(&format!(
        "{TICK} timer A; timer B; var seen = 0; dpc OfA {{ seen = KeReadStateTimer(B); }} dpc OfB {{ }}
        system thread S {{ KeSetTimer(A, -300us, OfA); KeSetTimer(B, -600us, OfB); work 2ms; assert(seen); }}"
    ))
    .order(&["TimersExpired n=2", "TimerSignalled A", "TimerSignalled B", "DpcStarted OfA", "DpcStarted OfB"])
    .completes();
}

/// DP-22, DP-5
#[test]
fn a_timer_dpc_for_another_processor_is_queued_there() {
    run("machine { processors: 2; clock: 1ms; end: 5ms; } timer T; dpc There (processor: 1, importance: High) { work 1us; }
        system thread S (processor: 0) { KeSetTimer(T, -1us, There); work 3ms; }
        system thread Busy (processor: 1) { work 3ms; }")
    .order(&["TimerSignalled T cpu0", "DpcInserted There cpu0", "IpiSent cpu1", "DpcStarted There cpu1 DP-19"])
    .completes();
    // It is called directly where the drain is its own processor's, also when it names that one.
    run("machine { processors: 2; clock: 1ms; end: 5ms; } timer T; dpc Here (processor: 0) { work 1us; }
        system thread S (processor: 1) { KeSetTimer(T, -1us, Here); work 3ms; }")
    .order(&["TimerSignalled T cpu0", "DpcStarted Here cpu0 DP-22"])
    .never("DpcInserted")
    .completes();
}

/// DP-22
#[test]
fn a_timer_dpc_gets_the_system_time_as_its_arguments() {
    let run = run(&format!(
        "{TICK} timer T; var low = 0; dpc D {{ low = SystemArgument1; assert(SystemArgument2 == 0); }}
        system thread S {{ KeSetTimer(T, -1500us, D); work 3ms; }}"
    ));
    assert_eq!(run.value("low"), 20_000, "2 ms in 100 ns");
    run.completes();
}

/// DP-22
#[test]
fn the_dpcs_of_timers_that_expire_together_get_one_system_time() {
    // Also that of a timer which is due already has the time of the last tick.
    let run = run(&format!(
        "{TICK} timer A; timer B; timer C; var a; var b; var c; dpc First {{ a = SystemArgument1; work 300us; }}
        dpc Second {{ b = SystemArgument1; KeQuerySystemTime(now); assert(b == now / 100); }} dpc Third {{ c = SystemArgument1; }}
        system thread S {{ KeSetTimer(A, -100us, First); KeSetTimer(B, -100us, Second); work 1500us; KeSetTimer(C, 0, Third); }}"
    ));
    assert_eq!(["a", "b", "c"].map(|name| run.value(name)), [10_000; 3]);
    run.completes();
}

/// WT-15, DP-22
#[test]
fn a_notification_timer_wakes_all_and_a_synchronization_timer_one() {
    let text = |kind: &str| {
        format!(
            "{TICK} timer T {{ type: {kind}; }} system thread A (priority: 10) {{ KeWaitForSingleObject(T); work 1us; }}
            system thread B (priority: 10) {{ KeWaitForSingleObject(T, Executive, KernelMode, FALSE, -5ms); work 1us; }}
            system thread S {{ KeSetTimer(T, -100us); work 2ms; state = KeReadStateTimer(T); assert(state == {}); }}",
            u8::from(kind == "notification")
        )
    };
    let all = run(&text("notification"));
    all.order(&["TimerSignalled T", "WaitEnded A STATUS_SUCCESS", "WaitEnded B STATUS_SUCCESS"]).completes();
    let one = run(&text("synchronization"));
    one.order(&["TimerSignalled T", "WaitEnded A STATUS_SUCCESS", "WaitEnded B STATUS_TIMEOUT"]).completes();
}

/// WT-15
#[test]
fn a_signalled_timer_satisfies_waits_until_it_is_set_again() {
    run(&format!(
        "{TICK} timer N; timer S {{ type: synchronization; }}
        system thread T {{
            KeSetTimer(N, 0); KeSetTimer(S, 0);
            assert(KeWaitForSingleObject(N, Executive, KernelMode, FALSE, 0) == STATUS_SUCCESS);
            assert(KeWaitForSingleObject(N, Executive, KernelMode, FALSE, 0) == STATUS_SUCCESS);
            assert(KeWaitForSingleObject(S, Executive, KernelMode, FALSE, 0) == STATUS_SUCCESS);
            assert(KeWaitForSingleObject(S, Executive, KernelMode, FALSE, 0) == STATUS_TIMEOUT);
            assert(KeSetTimer(N, -3ms) == FALSE);
            assert(KeReadStateTimer(N) == FALSE);
            assert(KeSetTimer(N, -9ms) == TRUE);
            work 5ms;
            assert(KeReadStateTimer(N) == FALSE);
        }}"
    ))
    .times("TimerSignalled N", 2)
    .order(&["5ms: ClockTicked", "9ms: TimerSignalled N"])
    .completes();
}

/// WT-15
#[test]
fn a_timer_that_is_due_already_queues_its_dpc_at_once() {
    run(&format!(
        "{TICK} timer T; dpc D {{ work 1us; }} system thread S {{ work 100us; KeSetTimer(T, 50us, D); work 1us; }}"
    ))
    .order(&["100us: TimerSet T", "100us: TimerSignalled T WT-15", "100us: DpcInserted D", "100us: DpcStarted D DP-19"])
    .never("TimersExpired")
    .completes();
}

/// WT-15
#[test]
fn cancelling_tells_whether_the_timer_was_set_and_leaves_a_queued_dpc() {
    run(&format!(
        "{TICK} timer T; timer U; dpc D {{ work 1us; }}
        system thread S {{
            KeSetTimer(T, -1ms, D);
            assert(KeCancelTimer(T) == TRUE);
            assert(KeCancelTimer(T) == FALSE);
            KeRaiseIrql(DISPATCH_LEVEL, old);
            KeSetTimer(U, 0, D);
            assert(KeCancelTimer(U) == FALSE);
            KeLowerIrql(old);
            work 3ms;
        }}"
    ))
    .times("DpcStarted D", 1)
    .order(&["TimerCancelled U", "DpcStarted D"])
    .never("TimerSignalled T")
    .completes();
}

/// WT-15, DP-22
#[test]
fn a_periodic_timer_expires_again_and_again_without_drift() {
    let run = run("machine { clock: 1ms; end: 11ms; } timer T; dpc D { work 1us; }
        system thread S { KeSetTimerEx(T, -500us, 2500us, D); KeDelayExecutionThread(KernelMode, FALSE, -10ms); KeCancelTimer(T); }");
    // Due at 0.5, 3, 5.5, 8 ms: a late tick does not put the next one off.
    for tick in ["1ms", "3ms", "6ms", "8ms"] {
        run.times(&format!("{tick}: TimerSignalled T"), 1).times(&format!("{tick}: DpcStarted D"), 1);
    }
    run.times("TimerSignalled T", 4).completes();
}

/// WT-15, DP-22
#[test]
fn a_period_shorter_than_a_tick_expires_once_with_each_tick() {
    run("machine { clock: 1ms; end: 4500us; } timer T; system thread S { KeSetTimerEx(T, -100us, 100us); work 4400us; KeCancelTimer(T); }")
        .times("TimerSignalled T", 4)
        .completes();
}

/// DP-22, DP-19
#[test]
fn a_timer_that_falls_due_during_the_drain_waits_for_the_next_one() {
    run(&format!(
        "{TICK} timer A; timer B; dpc Long {{ work 1500us; }} dpc OfB {{ }}
        system thread S {{ KeSetTimer(A, -100us, Long); KeSetTimer(B, -1900us, OfB); work 3ms; }}"
    ))
    .order(&["DpcStarted Long", "2ms: ClockTicked", "DpcEnded Long", "RetireEnded", "RetireStarted", "DpcStarted OfB"])
    .completes();
}

/// IN-11, WT-15
#[test]
fn a_finer_clock_expires_timers_earlier_until_the_last_request_is_taken_back() {
    let mut run = run("machine { clock: 4ms; end: 40ms; } var given = 0; timer T;
        system thread S {
            given = ExSetTimerResolution(1ms, TRUE);
            ExSetTimerResolution(2ms, TRUE);
            KeDelayExecutionThread(KernelMode, FALSE, -4ms);
            KeSetTimer(T, -1ms); KeWaitForSingleObject(T);
            assert(ExSetTimerResolution(0, FALSE) == 10000);
            KeSetTimer(T, -1ms); KeWaitForSingleObject(T);
            ExSetTimerResolution(0, FALSE);
            KeSetTimer(T, -5ms); KeWaitForSingleObject(T);
        }");
    assert_eq!(run.value("given"), 10_000, "1 ms in 100 ns");
    // The tick that was under way comes as it was set; those after it at the new pace.
    run.order(&["4ms: ClockTicked", "5ms: ClockTicked", "5ms: TimerSignalled T", "6ms: TimerSignalled T"])
        .order(&["6ms: ClockIntervalChanged 4ms", "7ms: ClockTicked", "11ms: ClockTicked", "11ms: TimerSignalled T"])
        .completes();
    assert_eq!(run.state_after("5ms: TimerSignalled T").tick_count, 2, "each tick counts, long or short");
}

/// IN-11
#[test]
fn no_request_makes_the_clock_faster_than_half_a_millisecond_or_slower_than_it_is() {
    let run = run("machine { clock: 4ms; end: 30ms; } var fast = 0; var slow = 0;
        system thread S { slow = ExSetTimerResolution(9ms, TRUE); fast = ExSetTimerResolution(1us, TRUE); }");
    assert_eq!((run.value("slow"), run.value("fast")), (40_000, 5_000));
}

/// IN-12
#[test]
fn each_tick_is_charged_to_what_it_interrupts() {
    let mut run = run("machine { clock: 1ms; end: 5500us; } device V { irql: 5; isr: I; } isr I { work 1ms; KeInsertQueueDpc(D); } dpc D { work 1ms; }
        service Serve() { work 1ms; } thread T { work 1900us; Serve(); work 600us; } at 2900us interrupt V;");
    // Ticks at 1 (user), 2 (service), 3 (ISR), 4 (DPC), 5 (user).
    run.completes();
    let [kernel, user, dpc, interrupt] = run.state_after("5ms: InterruptEnded Clock").kprcb[0].run_time;
    assert_eq!((kernel, user, dpc, interrupt), (1, 2, 1, 1));
}
