//! The DPC watchdog: one routine that takes too long, too long above DISPATCH_LEVEL, and what it cannot see.

use crate::common::{ends_at, run};
use irql_playground::program::Class;

fn machine(rest: &str) -> String {
    format!("machine {{ clock: 1ms; end: 60ms; dpc_time_limit: 5; dpc_watchdog_limit: 12; {rest} }} ")
}

const DPC: &str = "device V { irql: 5; isr: I; } isr I { KeInsertQueueDpc(D); } at 500us interrupt V;";

/// DP-27
#[test]
fn a_dpc_over_its_tick_limit_is_a_violation() {
    // Ticks 1 to 6 fall into the DPC: the sixth is one more than is allowed.
    let long = run(&format!("{} {DPC} dpc D {{ work 10ms; }}", machine("")));
    long.bugchecks(0x133, [Some(0), Some(6), Some(5), Some(0)]).times("6ms: BugChecked DP-27", 1);
    let short = run(&format!("{} {DPC} dpc D {{ work 5400us; }}", machine("")));
    short.times("5ms: ClockTicked @13", 1).completes();
}

/// DP-27
#[test]
fn each_dpc_and_each_isr_has_its_own_allotment() {
    let text = format!("{} {DPC} dpc D {{ KeInsertQueueDpc(E); work 5ms; }} dpc E {{ work 5ms; }}", machine(""));
    run(&text).times("10ms: ClockTicked", 1).completes();
    // An ISR is counted too, since the clock interrupts it.
    let isr = format!("{} device V {{ irql: 5; isr: I; }} isr I {{ work 10ms; }} at 500us interrupt V;", machine(""));
    run(&isr).bugchecks(0x133, [Some(0), Some(6), Some(5), None]);
}

/// DP-27
#[test]
fn many_short_dpcs_without_an_end_exceed_the_watchdog_period() {
    let run = run(&format!(
        "{} device V {{ irql: 5; isr: I; }} isr I {{ work 20us; KeInsertQueueDpc(D); }} dpc D {{ work 90us; }}
        var n = 0; system thread T {{ while (TRUE) {{ n++; work 10us; }} }} every 100us from 500us interrupt V;",
        machine("")
    ));
    run.bugchecks(0x133, [Some(1), Some(12), Some(0), Some(0)]).times("13ms: BugChecked DP-27", 1);
    assert_eq!(run.value("n"), 50, "no thread has run since the first interrupt");
}

/// DP-27, DP-29
#[test]
fn the_watchdog_starts_anew_when_the_level_falls_below_dispatch() {
    // The same load with a gap between drains: the thread gets a little done, and nothing is counted for long.
    let run = run(&format!(
        "{} device V {{ irql: 5; isr: I; }} isr I {{ work 20us; KeInsertQueueDpc(D); }} dpc D {{ work 70us; }}
        var n = 0; system thread T {{ while (n < 500) {{ n++; work 10us; }} }} every 100us from 500us interrupt V;",
        machine("")
    ));
    assert!(run.value("n") > 50, "the thread has {} turns", run.value("n"));
    run.times("BugChecked", 0);
}

/// DP-27
#[test]
fn interrupts_without_a_gap_exceed_the_watchdog_period_though_no_dpc_runs() {
    let text = |every: &str| {
        format!(
            "{} device V {{ irql: 5; isr: I; }} isr I {{ work 100us; }}
            system thread T {{ work 20ms; }} every {every} from 500us interrupt V;",
            machine("")
        )
    };
    // Each has come before the ISR returns: the level falls, but nothing runs there.
    run(&text("90us")).bugchecks(0x133, [Some(1), Some(12), Some(0), Some(0)]).times("13ms: BugChecked DP-27", 1);
    run(&text("110us")).never("BugChecked");
}

/// DP-27, IR-17
#[test]
fn a_thread_that_stays_at_dispatch_is_watched_and_an_idle_processor_is_not() {
    let text =
        format!("{} system thread T {{ KeRaiseIrql(DISPATCH_LEVEL, old); work 20ms; KeLowerIrql(old); }}", machine(""));
    run(&text).bugchecks(0x133, [Some(1), Some(12), None, None]).times("13ms: BugChecked", 1);
    let idle =
        format!("{} system thread T {{ KeDelayExecutionThread(KernelMode, FALSE, -30ms); work 1us; }}", machine(""));
    run(&idle).completes();
}

/// IR-17, DP-27
#[test]
fn a_lock_that_is_acquired_twice_ends_in_the_watchdog_where_the_run_goes_on_in_a_deadlock() {
    let text = |settings: &str, thread: &str, dpc: &str| {
        run(&format!(
            "machine {{ processors: 2; clock: 1ms; end: 60ms; {settings} }} spinlock L; dpc D {{ {dpc} }}
            system thread T (processor: 0) {{ KeInsertQueueDpc(D); {thread} }}"
        ))
    };
    let watched = "on_deadlock: go_on; dpc_time_limit: 5; dpc_watchdog_limit: 12;";
    let thread = "KeAcquireSpinLock(L, o); work 1us; KeAcquireSpinLock(L, p);";
    let twice = "KeAcquireSpinLockAtDpcLevel(L); KeAcquireSpinLockAtDpcLevel(L);";
    let told = "DeadlockFound L cpu0 IR-20";
    text(watched, thread, "")
        .order(&[told, "1ms: ClockTicked cpu0", "13ms: BugChecked DP-27"])
        .bugchecks(0x133, [Some(1), Some(12), Some(0), Some(0)]);
    text(watched, "", twice)
        .order(&[told, "6ms: BugChecked DP-27"])
        .bugchecks(0x133, [Some(0), Some(6), Some(5), Some(0)]);
    // Without a watchdog, or where no tick reaches it, it lasts to the end.
    let masked = format!("KeRaiseIrql(CLOCK_LEVEL, o); {twice}");
    for (settings, thread) in [("on_deadlock: go_on; dpc_watchdog_limit: 0;", thread), (watched, &masked)] {
        let hung = text(settings, thread, "");
        assert_eq!(hung.deadlock(), ["cpu0 spins for L"]);
        assert_eq!(hung.outcome().record as usize, hung.first("DeadlockFound"));
        hung.order(&[told, "60ms: ClockTicked cpu1", "60ms: RunEnded"]).times("DeadlockFound", 1);
    }
    // Otherwise nobody waits for that.
    assert_eq!(text("", thread, "").never("ClockTicked").deadlock(), ["cpu0 spins for L"]);
}

/// IN-13, DP-27
#[test]
fn the_watchdog_does_not_see_what_masks_the_clock() {
    let text = |level: &str| {
        format!("{} {DPC} dpc D {{ KeRaiseIrql({level}, old); work 20ms; KeLowerIrql(old); }}", machine(""))
    };
    run(&text("11")).bugchecks(0x133, [Some(0), None, None, None]);
    // Twenty ticks merge into one.
    run(&text("CLOCK_LEVEL")).never("BugChecked").completes();
}

/// DP-28
#[test]
fn a_processor_that_takes_no_tick_is_reported_by_the_clock_owner() {
    let text = |cpu: u32| {
        format!(
            "{} system thread T (processor: {cpu}) {{ KeRaiseIrql(HIGH_LEVEL, old); work 20ms; KeLowerIrql(old); }}",
            machine("processors: 2;")
        )
    };
    run(&text(1))
        .bugchecks(0x102, [Some(12), Some(Class::Processor.at(1_u16)), Some(0), Some(0)])
        .times("13ms: BugChecked cpu0 DP-28", 1);
    assert_eq!(ends_at(&text(1)), "work 20ms;", "the code that hangs, not that of the processor that finds it");
    // The clock owner itself cannot.
    run(&text(0)).completes();
}

/// DP-27
#[test]
fn the_limits_are_those_of_windows_unless_the_scenario_scales_them() {
    let text = format!("machine {{ clock: 100us; end: 1s; }} {DPC} dpc D {{ work 900ms; }}");
    run(&text).bugchecks(0x133, [Some(0), Some(0x501), Some(0x500), None]);
    let text =
        "machine { clock: 100us; end: 1s; } system thread T { KeRaiseIrql(2, old); work 900ms; KeLowerIrql(old); }";
    run(text).bugchecks(0x133, [Some(1), Some(0x1E00), None, None]);
    let off = format!(
        "machine {{ clock: 100us; end: 1s; dpc_time_limit: 0; dpc_watchdog_limit: 0; }} {DPC} dpc D {{ work 900ms; }}"
    );
    run(&off).completes();
}
