//! The clock: ticks on every processor, and what a tick starts.

use crate::common::{LIMITS, program, run, run_program};
use irql_playground::sim::Limits;

/// IN-11, SIM-1
#[test]
fn the_clock_ticks_on_every_processor_and_the_first_one_keeps_the_time() {
    let run = run("machine { processors: 3; clock: 1ms; end: 3500us; } var ticks = 0;
        system thread T (processor: 1) { work 2500us; KeQueryTickCount(ticks); work 900us; }");
    for cpu in 0..3 {
        for ms in 1..=3 {
            run.times(&format!("{ms}ms: ClockTicked cpu{cpu} @13"), 1);
        }
    }
    assert_eq!(run.value("ticks"), 2, "one count for all processors");
    // At one instant the processors act in the order of their numbers.
    run.order(&["1ms: ClockTicked cpu0", "1ms: ClockTicked cpu1", "1ms: ClockTicked cpu2"]).completes();
}

/// IN-11
#[test]
fn the_default_period_is_64_times_a_second_and_the_level_is_the_ladders() {
    run("system thread T { work 20ms; }").times("15.625ms: ClockTicked @13", 1).completes();
    run("machine { irql: x86; } system thread T { work 20ms; }").times("15.625ms: ClockTicked @28", 1).completes();
}

/// IN-12, TH-8
#[test]
fn a_tick_asks_for_timers_charges_the_quantum_and_reschedules_nothing_itself() {
    let run = run("machine { clock: 1ms; quantum: 3; } system thread Sleeper (priority: 12) { KeDelayExecutionThread(KernelMode, FALSE, -300us); work 1us; }
        system thread A { work 3ms; } system thread B { work 1ms; }");
    let tick = run.between("1ms: InterruptAccepted Clock", "1ms: InterruptEnded Clock");
    assert_eq!(
        tick,
        [
            "InterruptAccepted Clock",
            "ClockTicked",
            "SoftwareInterruptRequested",
            "QuantumRanOut A",
            "SoftwareInterruptRequested",
            "InterruptEnded Clock"
        ]
    );
    run.order(&[
        "1ms: InterruptEnded Clock",
        "1ms: SoftwareInterruptAccepted DISPATCH_LEVEL",
        "1ms: TimersExpired n=1",
        "1ms: ContextSwitched Sleeper A",
    ]);
}

/// IN-12
#[test]
fn only_the_clock_owner_looks_for_timers() {
    run("machine { processors: 2; clock: 1ms; } system thread S (processor: 1) { KeDelayExecutionThread(KernelMode, FALSE, -1us); work 1us; }")
        .order(&["1ms: TimersExpired cpu0", "1ms: WaitEnded S", "1ms: IpiSent DISPATCH_LEVEL cpu1", "1ms: ContextSwitched S cpu1"])
        .never("TimersExpired cpu1")
        .completes();
}

/// IN-13, IR-7
#[test]
fn while_the_level_is_at_the_clocks_ticks_merge_and_nothing_is_charged() {
    let mut run = run(
        "machine { clock: 1ms; quantum: 36; end: 5500us; } system thread T { KeRaiseIrql(CLOCK_LEVEL, old); work 4500us; KeLowerIrql(old); work 900us; }",
    );
    run.order(&["1ms: InterruptPending Clock", "2ms: InterruptMerged Clock IN-13", "4ms: InterruptMerged Clock IN-13"]);
    run.times("InterruptMerged Clock cpu0 @13 irql=13", 3);
    run.times("ClockTicked", 2).times("4.5ms: ClockTicked n=1", 1).times("5ms: ClockTicked n=2", 1).completes();
    assert_eq!(run.state_after("5ms: ClockTicked").kthread[0].quantum, 36 - 3, "ticks that merged are charged once");
}

/// IN-12, IN-13
#[test]
fn while_the_clock_owner_takes_no_tick_no_timer_expires_anywhere() {
    run("machine { processors: 2; clock: 1ms; end: 5ms; }
        system thread Owner (processor: 0) { KeRaiseIrql(HIGH_LEVEL, old); work 2500us; KeLowerIrql(old); }
        system thread S (processor: 1) { KeDelayExecutionThread(KernelMode, FALSE, -1us); work 1us; }")
    .order(&["1ms: ClockTicked cpu1", "2ms: ClockTicked cpu1", "2.5ms: TimersExpired cpu0", "2.5ms: WaitEnded S"])
    .completes();
}

/// IN-11, WT-2
#[test]
fn the_system_time_stands_still_between_ticks_and_the_performance_counter_does_not() {
    run("machine { clock: 1ms; } system thread T {
            work 2300us;
            KeQuerySystemTime(time);
            KeQuerySystemTimePrecise(precise);
            counter = KeQueryPerformanceCounter(&frequency);
            assert(time == 2ms && precise == 2300us && counter == 2300us && frequency == 1s);
            KeQueryTickCount(ticks); assert(KeQueryInterruptTime() == 2ms && ticks == 2);
            work 10us;
            assert(KeQueryPerformanceCounter() - counter == 10us);
            // An absolute timeout is a system time.
            KeDelayExecutionThread(KernelMode, FALSE, time + 4ms);
            assert(KeQueryInterruptTime() == 6ms);
        }")
    .completes();
    // A tick that comes late, because it was masked, is the time that is told.
    run("machine { clock: 1ms; } system thread T {
            work 900us; KeRaiseIrql(HIGH_LEVEL, old); work 500us; assert(KeQueryInterruptTime() == 0); KeLowerIrql(old);
            assert(KeQueryInterruptTime() == 1400us);
        }")
    .completes();
}

/// TH-8, TH-10
#[test]
fn a_quantum_that_ran_out_long_ago_ends_once_when_the_level_falls() {
    // More ticks at DISPATCH_LEVEL than a quantum can be charged for.
    let text = "machine { clock: 500us; end: 6s; dpc_watchdog_limit: 0; dpc_time_limit: 0; } spinlock L;
        system thread T { KeAcquireSpinLock(L, old); work 5500ms; KeReleaseSpinLock(L, old); work 5us; } system thread Peer { work 5us; }";
    run_program(&program(text), Limits { records: 100_000, ..LIMITS })
        .times("QuantumEnded T", 1)
        .order(&["5.5s: QuantumEnded T", "5.5s: ContextSwitched Peer T", "5.500005s: ContextSwitched T Peer"])
        .completes();
}
