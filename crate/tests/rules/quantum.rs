//! What is charged against a quantum: ticks or cycles, and waits.

use crate::common::run;

/// Two busy threads of equal priority, and interrupts that take half of the first two milliseconds.
fn storm(settings: &str, storm: &str) -> String {
    format!(
        "machine {{ clock: 1ms; quantum: 6; end: 9ms; {settings} }} device Nic {{ irql: 7; isr: I; }} isr I {{ work 10us; KeInsertQueueDpc(D); }} dpc D {{ work 40us; }}
        system thread A {{ while (TRUE) work 10us; }} system thread B {{ while (TRUE) work 10us; }} {storm}"
    )
}

/// TH-9, TH-8
#[test]
fn isrs_and_dpcs_eat_a_thread_s_share_unless_the_quantum_is_counted_in_cycles() {
    let interrupts = "every 100us from 50us until 2ms interrupt Nic;";
    // Two ticks of whatever the processor did.
    run(&storm("", interrupts)).order(&["2ms: QuantumRanOut A TH-8", "2ms: ContextSwitched B A"]);
    // Two milliseconds of its own: half of the first two, and the third.
    let mut run = run(&storm("quantum_charge: cycles;", interrupts));
    run.order(&[
        "3ms: QuantumRanOut A TH-9",
        "3ms: SoftwareInterruptRequested DISPATCH_LEVEL TH-9",
        "3ms: QuantumEnded A",
        "3ms: ContextSwitched B A",
        "5ms: ContextSwitched A B",
        "7ms: ContextSwitched B A",
    ])
    .never("TH-8");
    let [a, b] = [0, 1].map(|t| run.state_after("3ms: ContextSwitched B A").kthread[t].clone());
    assert_eq!((a.cycle_time, a.quantum_target), (2_000_000, 3_999_998), "ran itself, and may run until");
    assert_eq!((b.cycle_time, b.quantum_target), (0, 1_999_998));
}

/// TH-9
#[test]
fn a_target_in_cycles_is_looked_at_by_ticks_alone() {
    // B begins between two ticks: with ticks the one that comes first is charged to it in full.
    let text = |charge: &str| {
        format!(
            "machine {{ clock: 1ms; quantum: 6; quantum_charge: {charge}; end: 9ms; }} system thread A {{ work 500us; }}
            system thread B {{ work 9ms; }} system thread C {{ work 9ms; }}"
        )
    };
    run(&text("tick")).order(&["500us: ContextSwitched B A", "2ms: ContextSwitched C B"]);
    let mut run = run(&text("cycles"));
    run.order(&["500us: ContextSwitched B A", "3ms: QuantumRanOut B", "3ms: ContextSwitched C B"]);
    assert_eq!(run.state_after("3ms: QuantumRanOut B").kthread[1].cycle_time, 2_500_000, "half a tick too late");
}

/// TH-9, TH-5
#[test]
fn what_a_thread_does_at_a_raised_level_and_in_its_apcs_is_its_own_and_preemption_stops_the_count() {
    let mut run = run("machine { clock: 1ms; quantum: 36; quantum_charge: cycles; end: 5ms; } spinlock L; event Go; apc N normal (thread: T) { work 50us; }
        system thread T { KeAcquireSpinLock(L, o); work 100us; KeReleaseSpinLock(L, o); KeInsertQueueApc(N); work 30us; KeSetEvent(Go); work 20us; marker over; }
        system thread High (priority: 12) { KeWaitForSingleObject(Go); work 70us; }");
    let t = &run.state_after("MarkerReached over").kthread[0];
    assert_eq!((t.cycle_time, t.quantum_target), (200_000, 11_999_988));
}

/// TH-12
#[test]
fn a_wait_that_is_over_costs_one_unit_where_that_is_asked_for() {
    let text = |on: &str, priority: u32, waits: u32| {
        format!(
            "machine {{ clock: 1ms; quantum: 6; end: 9ms; {on} }} event Set {{ type: notification; signalled: TRUE; }}
            system thread A (priority: {priority}) {{ for (i = 0; i < {waits}; i++) KeWaitForSingleObject(Set); work 9ms; }}
            system thread B (priority: {priority}) {{ work 9ms; }}"
        )
    };
    let on = "wait_costs_quantum: on;";
    // Three units for a tick leave three for waits.
    run(&text("", 8, 3)).never("QuantumCharged").order(&["2ms: ContextSwitched B A"]);
    run(&text(on, 8, 2)).times("QuantumCharged A TH-12", 2).order(&["2ms: ContextSwitched B A"]);
    run(&text(on, 8, 3)).times("QuantumCharged A n=3", 1).order(&["1ms: QuantumRanOut A", "1ms: ContextSwitched B A"]);
    // With the last unit the quantum begins anew, and nobody else gets the processor for it.
    run(&text(on, 8, 6)).times("QuantumCharged A n=0", 1).order(&["2ms: ContextSwitched B A"]);
    // Real-time threads pay nothing.
    run(&text(on, 16, 3)).never("QuantumCharged").order(&["2ms: ContextSwitched B A"]);
    // In cycles a unit is a third of a tick.
    let cycles = format!("{on} quantum_charge: cycles;");
    run(&text(&cycles, 8, 3))
        .times("QuantumCharged A n=3", 1)
        .order(&["1ms: QuantumRanOut A TH-9", "1ms: ContextSwitched B A"]);
}

/// TH-12, AP-9
#[test]
fn a_wait_that_was_blocked_costs_a_unit_as_it_ends_and_not_as_a_kernel_apc_breaks_it() {
    let mut run = run("machine { processors: 2; wait_costs_quantum: on; } event Go; apc S special (thread: T) { work 1us; }
        system thread T (processor: 0) { KeWaitForSingleObject(Go); KeDelayExecutionThread(KernelMode, FALSE, -1ms); work 5us; }
        system thread Q (processor: 1) { work 5us; KeInsertQueueApc(S); work 5us; KeSetEvent(Go); }");
    run.order(&["5us: WaitBroken T", "6us: WaitResumed T", "10us: WaitEnded T", "10us: QuantumCharged T n=5"])
        .order(&["15.625ms: WaitEnded T", "15.625ms: QuantumCharged T n=4"])
        .times("QuantumCharged", 2)
        .completes();
    assert_eq!(run.state_after("WorkStarted T 5us").kthread[0].quantum, 4);
}

/// TH-12, TH-11, TH-3
#[test]
fn a_boost_decays_when_waits_have_eaten_the_quantum_and_who_is_higher_then_runs() {
    let text = "machine { clock: 1ms; quantum: 2; wait_costs_quantum: on; } event Go; event Set { type: notification; signalled: TRUE; }
        system thread T (priority: 8) { KeWaitForSingleObject(Go); KeWaitForSingleObject(Set); marker decayed; KeWaitForSingleObject(Set); KeWaitForSingleObject(Set); marker base; work 5us; }
        system thread Nine (priority: 9) { KeDelayExecutionThread(KernelMode, FALSE, -1ms); work 5us; }
        dpc Wake { KeSetEvent(Go, 3); } timer Two; system thread Setter { KeSetTimer(Two, -1ms, Wake); }";
    run(text)
        .order(&[
            "PriorityChanged T priority=11 TH-11",
            "QuantumCharged T n=1",
            "QuantumCharged T n=0",
            "PriorityChanged T priority=10 TH-12",
            "MarkerReached decayed",
            "QuantumCharged T n=0",
            "PriorityChanged T priority=9 TH-12",
            "MarkerReached base",
        ])
        .completes();
    // One more level down, and it is not the highest any more.
    run(&text.replace("marker base;", "KeWaitForSingleObject(Set); KeWaitForSingleObject(Set); marker base;"))
        .order(&["PriorityChanged T priority=8 TH-12", "ContextSwitched Nine T", "MarkerReached base"])
        .completes();
}

/// TH-7, TH-11
#[test]
fn a_foreground_process_has_longer_quantums_and_higher_boosts() {
    let text = |machine: &str, process: &str| {
        format!(
            "machine {{ clock: 1ms; quantum: 6; end: 60ms; {machine} }} event Go; process P {{ {process} }}
            thread A (process: P) {{ work 20ms; }} thread B (process: P) {{ work 20ms; }}
            thread W (process: P, priority: 4) {{ WaitForSingleObject(Go, INFINITE); work 1us; }} system thread S (priority: 12) {{ KeDelayExecutionThread(KernelMode, FALSE, -45ms); KeSetEvent(Go, 2); }}"
        )
    };
    for (machine, process, end, boosted) in [
        ("", "", "2ms", Some(6)),
        ("", "foreground: TRUE;", "6ms", Some(8)),
        ("priority_separation: 1;", "foreground: TRUE;", "4ms", Some(7)),
        ("priority_separation: 0;", "foreground: TRUE;", "2ms", Some(6)),
        ("boosts: off;", "foreground: TRUE;", "6ms", None),
    ] {
        let run = run(&text(machine, process));
        let ended = run.first("QuantumEnded A");
        run.order(&[&format!("{end}: QuantumEnded A")]);
        assert!(run.records[..ended].iter().all(|r| r.kind != irql_playground::trace::Kind::QuantumEnded), "{end}");
        match boosted {
            Some(priority) => run.times(&format!("PriorityChanged W priority={priority} TH-11"), 1),
            None => run.never("PriorityChanged"),
        };
    }
}

/// TH-10
#[test]
fn real_time_threads_of_a_process_with_disabled_quantums_do_not_share_with_equals() {
    let text = |process: &str, priority: u32| {
        format!(
            "machine {{ clock: 1ms; quantum: 6; end: 300ms; }} process P {{ {process} }}
            thread A (process: P, priority: {priority}) {{ work 100ms; marker a; }} thread B (process: P, priority: {priority}) {{ work 1ms; marker b; }}"
        )
    };
    let disabled = "priority_class: realtime; disable_quantum: TRUE;";
    run(&text(disabled, 24)).order(&[
        "2ms: QuantumRanOut A",
        "45ms: QuantumRanOut A",
        "MarkerReached a",
        "MarkerReached b",
    ]);
    run(&text("priority_class: realtime;", 24)).order(&["2ms: QuantumEnded A", "MarkerReached b", "MarkerReached a"]);
    // Dynamic threads share all the same.
    run(&text("disable_quantum: TRUE;", 8)).order(&["2ms: QuantumEnded A", "MarkerReached b", "MarkerReached a"]);
}

/// TH-11
#[test]
fn a_foreground_thread_is_boosted_by_the_separation_also_without_an_increment() {
    run("event Go; process P { foreground: TRUE; } thread A (process: P) { WaitForSingleObject(Go, INFINITE); work 1us; }
        system thread S (priority: 4) { work 1us; KeSetEvent(Go, 0); }")
    .times("1us: PriorityChanged A priority=10 TH-11", 1)
    .completes();
}
